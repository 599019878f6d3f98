"""`regesta verify`: derive everything about the log again, and name every fault by its place."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

import click

from regesta.cli._session import Session
from regesta.cli._terminal import count, notice, print_json, progress, safe
from regesta.errors import ArchiveError

if TYPE_CHECKING:
    from regesta.events.verify import Report


@click.command("verify", short_help="Check the whole log.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def command(session: Session, as_json: bool) -> int:
    """Check the whole log: form, ids, order, dates, schemas, and the checkpoint's root.

    Nothing that was derived before is believed. Each fault is printed with file and line. Exit code 0 means that
    the log is sound, 3 that it is not.

    The root is a fingerprint of all events: who keeps size and root can tell later whether any of these events was
    changed, removed or moved.
    """
    from regesta.cli._built import checkpoint_size
    from regesta.events.verify import verify

    archive = session.archive
    with progress("verifying", checkpoint_size(archive)) as advance:
        report = verify(archive, advance)
    if as_json:
        print_json(_as_json(report))
    else:
        _print(report)
    return 0 if report.sound else ArchiveError.exit_code


def _as_json(report: Report) -> dict[str, object]:
    return {
        "sound": report.sound,
        "events": report.events,
        "segments": report.segments,
        "checkpoint": report.checked_size,
        "root": b64encode(report.root).decode(),
        "faults": [{"where": fault.where, "message": fault.message} for fault in report.faults],
        "notices": report.notices,
    }


def _print(report: Report) -> None:
    for fault in report.faults:
        click.echo(safe(str(fault)))
    for text in report.notices:
        notice(text)
    size = f"{count(report.events, 'event')} in {count(report.segments, 'segment')}"
    if report.sound:
        click.echo(f"sound: {size}, root {b64encode(report.root).decode()}")
    else:
        click.echo(f"NOT sound: {count(len(report.faults), 'fault')} in {size}")
