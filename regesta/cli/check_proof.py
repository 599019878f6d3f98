"""`regesta check-proof`: check what `regesta prove` wrote, anywhere, with no archive at hand."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any, Final

import click

from regesta.cli._kept import kept_of, keys_of, read_bounded, shown_name
from regesta.cli._terminal import Field, count, print_fields, print_json
from regesta.errors import EventError, LogError, RegestaError
from regesta.limits import PROOF_BYTES

if TYPE_CHECKING:
    from regesta.events.checkpoint import Checkpoint
    from regesta.events.history import Kept
    from regesta.events.model import Event
    from regesta.events.proof import Consistency, Inclusion, Proof

_EARLIER: Final = "the earlier checkpoint that you hold; what the log is now, on "


@click.command("check-proof", short_help="Check a proof, without the archive.")
@click.argument("file", metavar="FILE")
@click.option(
    "--checkpoint", "held", metavar="FILE|SIZE:ROOT",
    help="The checkpoint that you hold from elsewhere, or what a citation says; the proof must be for that one.",
)  # fmt: skip
@click.option("--since", metavar="FILE|SIZE:ROOT", help="The earlier checkpoint that a consistency proof begins at.")
@click.option(
    "--key", "keys", multiple=True, metavar="KEY",
    help="A verifier key, or a file with one a line: the checkpoint must be signed by one of them. Repeatable.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def command(file: str, held: str | None, since: str | None, keys: tuple[str, ...], as_json: bool) -> int:
    """Check a proof that `regesta prove` wrote: that an event is in a log, or (with --since) that a log only grew.

    No archive is needed; FILE may be `-` for standard input. Exit code 0 means proved, 3 not proved, and 1 that of a
    redacted event only its fingerprint is proved, and no word of what the file says of it. A proof is worth
    as much as its checkpoint: give the one that you hold with --checkpoint, or the log's key with --key. Without
    either, only the file itself says what the root is, and whoever made the file may have made up both.
    """
    from regesta.events.proof import Inclusion, read_proof

    where = shown_name(file)
    proof = read_proof(read_bounded(file, PROOF_BYTES), where)
    try:
        said = _inclusion(proof, since) if isinstance(proof, Inclusion) else _consistency(proof, since)
        said |= _ground(proof.checkpoint, kept_of(held) if held else None, keys, where)
    except RegestaError as error:
        raise error.at(where) from None
    print_json(said) if as_json else _print(proof, said)
    return 0 if said.get("content_proved", True) else 1


def _inclusion(proof: Inclusion, since: str | None) -> dict[str, Any]:
    if since:
        raise click.UsageError("--since belongs to a consistency proof; this file proves that an event is in a log")
    event = _event(proof)
    proof.check()
    whole = event.leaf is None  # of a stub, whoever makes the file can write beside the leaf what he likes
    return {
        "proved": True, "content_proved": whole, "sequence": event.sequence, "leaf": event.leaf,
        "id": event.id if whole else None, "type": event.type if whole else None, "edtf": event.edtf if whole else None,
        "summary": event.data.get("summary") if whole else None,
    }  # fmt: skip


def _event(proof: Inclusion) -> Event:
    """Return the event of the proof; raises `LogError` when its line is none, or says another number."""
    from regesta.events.model import read_trusted

    try:
        event = read_trusted(proof.line)
    except EventError as error:
        raise LogError(f"what it proves is not an event of a log: {error.message}") from None
    if event.sequence != proof.index + 1:
        raise LogError(f"the event says that it is number {event.sequence}, the proof is for number {proof.index + 1}")
    return event


def _consistency(proof: Consistency, since: str | None) -> dict[str, Any]:
    if not since:
        raise click.UsageError("this is a consistency proof: give the earlier checkpoint that you hold with --since")
    old = kept_of(since)
    old.check_origin(proof.checkpoint.origin)
    proof.check(old.tree)
    return {"proved": True, "old_size": old.tree.size, "added": proof.checkpoint.size - old.tree.size}


def _ground(checkpoint: Checkpoint, held: Kept | None, keys: tuple[str, ...], where: str) -> dict[str, Any]:
    """Return which checkpoint the proof is for and what that one rests on; raises `LogError` when it does not hold."""
    signed_by: list[str] = []
    if held:
        held.check_origin(checkpoint.origin)
        if held.tree != (checkpoint.size, checkpoint.root):
            message = f"the proof is for a checkpoint of {checkpoint.size} events, yours is another one"
            raise LogError(f"{message}, of {held.tree.size}", where=where, remedy="ask for a proof for yours")
    if keys:
        from regesta.events.note import signers

        signed_by = signers(checkpoint, keys_of(keys), where)
    return {
        "origin": checkpoint.origin, "size": checkpoint.size, "root": b64encode(checkpoint.root).decode(),
        "checkpoint_held": held is not None, "signed_by": signed_by,
    }  # fmt: skip


def _print(proof: Proof, said: dict[str, Any]) -> None:
    from regesta.events.proof import Inclusion

    log: list[Field] = [
        ("log", said["origin"]), ("size", count(said["size"], "event")), ("root", said["root"]),
        ("rests on", _rests_on(said)),
    ]  # fmt: skip
    if isinstance(proof, Inclusion):
        proved = f"proved: event {said['sequence']} of this log"
        only = "" if said["content_proved"] else " had this fingerprint. NOT proved: what the file says of the event"
        print_fields(f"{proved}{only}", [*_told(said), *log])
    else:
        added = f"{count(said['added'], 'event')} added, none changed, removed or moved"
        heading = f"proved: the log only grew since its first {count(said['old_size'], 'event')}"
        print_fields(heading, [("since then", added), *log[:-1], ("rests on", f"{_EARLIER}{_rests_on(said)}")])


def _told(said: dict[str, Any]) -> list[Field]:
    if not said["content_proved"]:
        why = "by its own word the event was redacted; what is left of it rests on the log, see `regesta verify`"
        return [("fingerprint", said["leaf"]), ("redacted", why)]
    fields = [
        ("id", said["id"]), ("type", said["type"]), ("date", _date(said["edtf"])), ("summary", said["summary"]),
    ]  # fmt: skip
    return [(name, str(text)) for name, text in fields if text]


def _date(edtf: str | None) -> str:
    """Return a date in words, or as it stands there: the line may come from anybody."""
    from regesta.schema.dates import check_edtf, describe

    if edtf is None:
        return "undated"
    try:
        check_edtf(edtf)
    except RegestaError:
        return edtf
    return f"{describe(edtf)} ({edtf})"


def _rests_on(said: dict[str, Any]) -> str:
    if said["checkpoint_held"] and said["signed_by"]:
        return f"the checkpoint that you hold, signed by {', '.join(said['signed_by'])}"
    if said["checkpoint_held"]:
        return "the checkpoint that you hold"
    if said["signed_by"]:
        return f"the signature of {', '.join(said['signed_by'])}"
    return (
        "NOTHING BUT THIS FILE: it fits its own checkpoint, which anybody can make; compare size and root, or use --key"
    )
