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
    from collections.abc import Callable

    from regesta.events.checkpoint import Checkpoint
    from regesta.events.proof import Proof

_SEQUENCE: Final = re.compile(r"0*([1-9][0-9]{0,11})")
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
    folder = session.archive.folder / "events"
    checkpoint = _checkpoint(folder)
    with progress("hashing", checkpoint.size) as advance:
        if since is not None:
            proof, name = _consistency(folder, since, checkpoint, advance)
        else:
            proof, name = _inclusion(folder, event_id or "", checkpoint, advance)
    _write(proof, output or name)


def _checkpoint(folder: Path) -> Checkpoint:
    from regesta.events.checkpoint import read_checkpoint
    from regesta.events.log import CHECKPOINT

    checkpoint = read_checkpoint(folder / CHECKPOINT)
    if checkpoint is None:
        message = "there is no checkpoint, so nothing that could be proved"
        raise LogError(message, where=str(folder), remedy="append an event, or run `regesta verify`")
    return checkpoint


def _inclusion(
    folder: Path, event_id: str, checkpoint: Checkpoint, advance: Callable[[int], None]
) -> tuple[Proof, str]:
    from regesta.events.proof import prove_inclusion
    from regesta.events.stub import stub_leaf

    index, line = locate(folder, event_id)
    if stub_leaf(line):
        _refuse_unannounced(folder, index)
    return prove_inclusion(folder, line, index, checkpoint, advance), f"event-{index + 1}.tlog-proof"


def _refuse_unannounced(folder: Path, index: int) -> None:
    """Raise `LogError` for a stub that no redaction names: the tree vouches for nothing that it says."""
    from regesta.events.redaction import read_ledger

    ledger = read_ledger(folder)
    places = {stub.where for stub in ledger.stubs if stub.sequence == index + 1}
    for where, message in ledger.stub_faults():
        if where in places:
            raise LogError(message, where=where, remedy="run `regesta verify`")


def _consistency(folder: Path, since: str, checkpoint: Checkpoint, advance: Callable[[int], None]) -> tuple[Proof, str]:
    from regesta.events.proof import prove_consistency

    kept = kept_of(since)
    kept.check_origin(checkpoint.origin)
    return prove_consistency(folder, kept.tree, checkpoint, advance), f"since-{kept.tree.size}.consistency"


def locate(folder: Path, name: str) -> tuple[int, bytes]:
    """Return the leaf (from 0) and the line of the event called ``name``, by number or id; raises `UsageError`.

    Searches whole segments for the id, which takes a fifth of the time of looking at each line.
    """
    number, prefix = _SEQUENCE.fullmatch(name), _ID.fullmatch(name.lower())
    if number and (found := _numbered(folder, int(number[1]))):
        return int(number[1]) - 1, found
    matching = _beginning(folder, name.lower().encode()) if prefix else []
    if len(matching) > 1:
        some = ", ".join(str(index + 1) for index, _ in matching)
        raise UsageError(f"{name!r} begins the ids of several events: {some}", remedy="give more of the id")
    if not matching:
        raise UsageError(f"there is no event {name!r} in the log", remedy="run `regesta log --ids`")
    return matching[0]


def _numbered(folder: Path, number: int) -> bytes | None:
    from itertools import islice

    from regesta.events.segment import check_file, read_lines, segments

    for path in segments(folder):
        check_file(path)
        lines = path.read_bytes().count(b"\n")
        if number <= lines:
            return next(islice(read_lines(path), number - 1, None), None)
        number -= lines
    return None


def _beginning(folder: Path, prefix: bytes) -> list[tuple[int, bytes]]:
    """Return up to two events whose ids begin like this."""
    from regesta.events.model import read_trusted
    from regesta.events.segment import check_file, segments

    needle, found, before = b'"id":"' + prefix, list[tuple[int, bytes]](), 0
    for path in segments(folder):
        check_file(path)
        data, place = path.read_bytes(), 0
        while len(found) < 2 and (place := data.find(needle, place)) >= 0:
            start, end = data.rfind(b"\n", 0, place) + 1, data.find(b"\n", place)
            line = data[start : end if end >= 0 else len(data)]
            if read_trusted(line).id.encode().startswith(prefix):  # else it stands in what the event says
                found.append((before + data.count(b"\n", 0, start), line))
            place = start + len(line)
        before += data.count(b"\n")
    return found


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
