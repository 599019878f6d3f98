"""`regesta verify`: derive everything about the log again, and name every fault by its place."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from regesta.cli._kept import kept_of, keys_of
from regesta.cli._session import Session
from regesta.cli._terminal import count, notice, print_json, progress, safe
from regesta.errors import ArchiveError, LogError, UsageError

if TYPE_CHECKING:
    from regesta.archive import Archive
    from regesta.events.history import Kept
    from regesta.events.note import VerifierKey
    from regesta.events.verify import Report


@dataclass
class _Asked:
    """What the log is held against, and what came of it."""

    kept: Kept | None
    keys: list[VerifierKey]
    hashes: bool  # look at nothing but hashes
    unsigned: str = ""  # by none of the keys, which is no fault of the log
    unbroken: bool = False  # the log begins with the events of the kept checkpoint
    signed_by: list[str] = field(default_factory=list)


@click.command("verify", short_help="Check the whole log.")
@click.option(
    "--since", metavar="FILE|SIZE:ROOT",
    help="A checkpoint that you kept (`-`: standard input), or what a citation says: was history rewritten since?",
)  # fmt: skip
@click.option(
    "--key", "keys", multiple=True, metavar="KEY",
    help="A verifier key, or a file with one a line: the checkpoint must be signed by one of them. Repeatable.",
)  # fmt: skip
@click.option("--hashes", is_flag=True, help="Only compare hashes: quick, and blind for what an event says.")
@click.option(
    "--against", "copy", metavar="COPY", type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Another copy of the archive, or of its events folder: what is missing, extra or changed?",
)  # fmt: skip
@click.option("--repair", is_flag=True, help="Take from that copy what the checkpoint (or --since FILE) covers.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def command(session: Session, /, **options: Any) -> int:
    """Check the whole log: form, ids, order, dates, schemas, and the checkpoint's root.

    Nothing that was derived before is believed. Each fault is printed with file and line. Exit code 0 means that
    the log is sound, 3 that it is not.

    The root is a fingerprint of all events: who keeps size and root can tell later, by --since, whether any of these
    events was changed, removed or moved. Without a checkpoint from elsewhere, all of the log may have been rewritten
    and its checkpoint with it.

    A repair takes only events that the checkpoint covers, and only from a copy that has all of them as they were; what
    was redacted here stays redacted. The damaged files are kept. Exit code 1: sound, but the copy is not the same, or
    no key that was asked for has signed.
    """
    from regesta.cli import _against
    from regesta.cli._built import checkpoint_size

    archive = session.archive
    copy, repair, as_json = options["copy"], options["repair"], options["as_json"]
    if repair and not copy:
        raise click.UsageError("--repair takes from a copy: --against COPY --repair")
    asked = _Asked(kept_of(options["since"]) if options["since"] else None, keys_of(options["keys"]), options["hashes"])
    pinned = asked.kept.checkpoint if asked.kept else None
    if pinned and pinned.origin != archive.config.origin:
        message = f"--since: this checkpoint is of the log {pinned.origin!r}, the archive is {archive.config.origin!r}"
        raise UsageError(message)
    if repair and asked.kept and not pinned:
        raise click.UsageError("--repair goes by a checkpoint, not by SIZE:ROOT: --since FILE")
    compared = _against.against(archive, copy, repair=repair, pinned=pinned) if copy else None
    with progress("verifying", checkpoint_size(archive)) as advance:
        report = _report(archive, asked, advance)
    _judge(archive, asked, report)
    if as_json:
        print_json(_as_json(report, asked) | ({"against": _against.as_json(*compared)} if compared else {}))
    else:
        if compared:
            _against.show(*compared)
        _print(report, asked)
    if not report.sound:
        return ArchiveError.exit_code
    return 1 if asked.unsigned or (compared and not compared[0].same) else 0


def _report(archive: Archive, asked: _Asked, advance: Callable[[int], None]) -> Report:
    from regesta.events.history import check_roots
    from regesta.events.verify import verify

    sizes = [asked.kept.tree.size] if asked.kept else []
    return check_roots(archive, sizes, advance) if asked.hashes else verify(archive, advance, sizes)


def _judge(archive: Archive, asked: _Asked, report: Report) -> None:
    """Add what the kept checkpoint and the keys say of the log to its report."""
    from regesta.events.verify import Fault

    kept = asked.kept
    try:
        if kept:
            kept.check_history(archive.config.origin, report.events, report.roots.get(kept.tree.size))
            asked.unbroken = report.sound  # of a log at fault nothing is said to its credit
    except LogError as error:
        report.faults.append(Fault(error.where or str(archive.folder), error.message))
    try:
        if asked.keys:
            asked.signed_by = _signers(archive, asked)
    except LogError as error:
        asked.unsigned = str(error)


def _signers(archive: Archive, asked: _Asked) -> list[str]:
    from regesta.events.checkpoint import CHECKPOINT, read_checkpoint
    from regesta.events.note import signers

    path = archive.folder / "events" / CHECKPOINT
    checkpoint = read_checkpoint(path)
    if checkpoint is None:
        raise LogError("there is no checkpoint, so nothing that was signed", where=str(path))
    if asked.kept and asked.kept.checkpoint:  # what came after it has perhaps not been signed yet
        return signers(asked.kept.checkpoint, asked.keys, asked.kept.where)
    return signers(checkpoint, asked.keys, str(path))


def _as_json(report: Report, asked: _Asked) -> dict[str, object]:
    said: dict[str, object] = {
        "sound": report.sound,
        "events": report.events,
        "segments": report.segments,
        "checkpoint": report.checked_size,
        "root": b64encode(report.root).decode(),
        "redacted": report.redacted,
        "faults": [{"where": fault.where, "message": fault.message} for fault in report.faults],
        "notices": report.notices,
    }
    if asked.hashes:
        said["only_hashes"] = True
    if asked.kept:
        tree = asked.kept.tree
        said["since"] = {"size": tree.size, "root": b64encode(tree.root).decode(), "unbroken": asked.unbroken}
    if asked.keys:
        said |= {"signed_by": asked.signed_by, "unsigned": asked.unsigned or None}
    return said


def _print(report: Report, asked: _Asked) -> None:
    for fault in report.faults:
        click.echo(safe(str(fault)))
    for text in report.notices:
        notice(text)
    if not (report.events or report.checked_size or report.faults):
        notice("there is no event: this is a new archive, or its log is gone")
    redacted = f" ({report.redacted:,} redacted)" if report.redacted else ""
    size = f"{count(report.events, 'event')}{redacted} in {count(report.segments, 'segment')}"
    if not report.sound:
        click.echo(f"NOT sound: {count(len(report.faults), 'fault')} in {size}")
    elif asked.hashes:
        click.echo(f"hashes agree: {size}, root {b64encode(report.root).decode()}; nothing else was checked")
    else:
        click.echo(f"sound: {size}, root {b64encode(report.root).decode()}")
    if asked.kept and asked.unbroken:
        click.echo(_unbroken(asked.kept.tree.size, report.events))
    if asked.signed_by:
        which = "the checkpoint that you kept" if asked.kept and asked.kept.checkpoint else "the checkpoint"
        click.echo(safe(f"{which} is signed by {', '.join(asked.signed_by)}"))
    if asked.unsigned:
        click.echo(safe(f"NOT signed: {asked.unsigned}"))
        click.echo("every append makes a checkpoint without one: hold one that was signed against the log with --since")


def _unbroken(kept: int, events: int) -> str:
    since = f"{count(events - kept, 'event')} came after" if events > kept else "none came after"
    what = f"the first {count(kept, 'event')} are those of the checkpoint that you kept"
    return f"history was not rewritten: {what}; {since}"
