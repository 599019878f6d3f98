"""`regesta prove`: write down that an event is in the log, or that the log only adds to an earlier checkpoint."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from regesta.cli._kept import STANDARD_INPUT, kept_of
from regesta.cli._session import Session
from regesta.cli._terminal import count, progress, safe
from regesta.errors import LogError, StorageError, UsageError
from regesta.limits import ID_CHARS

if TYPE_CHECKING:
    from regesta.events.checkpoint import Checkpoint
    from regesta.events.nodes import Nodes
    from regesta.events.proof import Inclusion, Proof

_SEQUENCE: Final = re.compile(r"0*([1-9][0-9]{0,11})")
_NAMED: Final = 5  # events that share the beginning of an id, in the message that asks for more of it
_ID: Final = re.compile(rf"[0-9a-f]{{4,{ID_CHARS}}}")


@click.command("prove", short_help="Write a proof that an event is in the log.")
@click.argument("event_id", metavar="[ID]", required=False)
@click.option(
    "--since", metavar="FILE|SIZE:ROOT",
    help="Instead prove that the log only added events to this earlier checkpoint (`-`: standard input).",
)  # fmt: skip
@click.option(
    "-o", "--output", metavar="FILE",
    help="The file to write, `-` for standard output.  [default: event-N.tlog-proof or since-N.consistency]",
)  # fmt: skip
@click.pass_obj
def command(session: Session, event_id: str | None, since: str | None, output: str | None) -> None:
    """Write a proof that the event ID is in the log, as a file that can be checked without the archive.

    The file holds the event as it stands in the log, the hashes from it up to the root, and the checkpoint with its
    signatures. Whoever has it runs `regesta check-proof FILE`, or any program that reads C2SP tlog-proofs. ID is the
    event's number, its id, or the beginning of its id. An existing file is not overwritten by another proof.
    """
    if (event_id is None) == (since is None):
        raise click.UsageError("give the ID of an event, or an earlier checkpoint with --since")
    from regesta.events.nodes import Wanted, nodes_of
    from regesta.events.proof import prove_consistency

    folder = session.archive.folder / "events"
    checkpoint = _checkpoint(folder)
    kept = kept_of(since) if since is not None else None
    if kept:
        kept.check_origin(checkpoint.origin)
    with progress("hashing", checkpoint.size) as advance:
        nodes = nodes_of(folder, advance, wanted=Wanted(_prefix(event_id)))
    if kept:
        _write(prove_consistency(nodes, kept.tree, checkpoint), output or f"since-{kept.tree.size}.consistency")
    else:
        proof = _inclusion(nodes, event_id or "", checkpoint)
        _write(proof, output or f"event-{proof.index + 1}.tlog-proof")


def _checkpoint(folder: Path) -> Checkpoint:
    from regesta.events.checkpoint import CHECKPOINT, read_checkpoint

    checkpoint = read_checkpoint(folder / CHECKPOINT)
    if checkpoint is None:
        message = "there is no checkpoint, so nothing that could be proved"
        raise LogError(message, where=str(folder), remedy="append an event, or run `regesta verify`")
    return checkpoint


def _prefix(event_id: str | None) -> str:
    """Return what the id of the event begins with, '' if this cannot be the beginning of one."""
    return event_id.lower() if event_id and _ID.fullmatch(event_id.lower()) else ""


def _inclusion(nodes: Nodes, event_id: str, checkpoint: Checkpoint) -> Inclusion:
    from regesta.events.proof import prove_inclusion
    from regesta.events.stub import stub_leaf

    index = _locate(nodes, event_id)
    proof = prove_inclusion(nodes, index, checkpoint)
    if stub_leaf(proof.line):
        _refuse_unannounced(nodes, index)
    return proof


def _locate(nodes: Nodes, name: str) -> int:
    """Return the leaf (from 0) of the event called ``name``, by number or id; raises `UsageError`."""
    number = _SEQUENCE.fullmatch(name)
    if number and int(number[1]) <= nodes.size:
        return int(number[1]) - 1
    if len(nodes.named) > 1:
        some = ", ".join(str(index + 1) for index in nodes.named[:_NAMED])
        more = ", …" if len(nodes.named) > _NAMED else ""
        raise UsageError(f"{name!r} begins the ids of several events: {some}{more}", remedy="give more of the id")
    if not nodes.named:
        raise UsageError(f"there is no event {name!r} in the log", remedy="run `regesta log --ids`")
    return nodes.named[0]


def _refuse_unannounced(nodes: Nodes, index: int) -> None:
    """Raise `LogError` for a stub that no redaction names: the tree vouches for nothing that it says."""
    from regesta.events.redaction import read_ledger

    ledger = read_ledger(nodes.folder)
    places = {stub.where for stub in ledger.stubs if stub.sequence == index + 1}
    for where, message in ledger.stub_faults():
        if where in places:
            raise LogError(message, where=where, remedy="run `regesta verify`")


def _write(proof: Proof, output: str) -> None:
    from regesta import durable
    from regesta.events.proof import Inclusion

    data = proof.encode()
    if output == STANDARD_INPUT:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    path = Path(output)
    if not durable.create_file(path, [data]) and not (path.is_file() and path.read_bytes() == data):
        raise StorageError("there is another file of this name", where=output, remedy="name one with --output")
    size = count(proof.checkpoint.size, "event")
    if isinstance(proof, Inclusion):
        click.echo(safe(f"wrote {output}: event {proof.index + 1:,} is in the log of {size}"))
    else:
        click.echo(safe(f"wrote {output}: the log of {size} begins with the {proof.old:,} of the earlier checkpoint"))
