"""`regesta watch`: read the sources of an archive again and again, and take in what is new."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from regesta.cli._session import Session
from regesta.cli._terminal import count, one_line, safe, write_json
from regesta.errors import ArchiveError, UsageError

if TYPE_CHECKING:
    from types import FrameType

    from regesta.ingest.watch import Outcome, World


@click.command("watch", short_help="Read the sources again and again, and take in what is new.")
@click.argument("names", nargs=-1, metavar="[NAME...]")
@click.option("--once", is_flag=True, help="Read each source once, now, and stop.")
@click.option("--interval", metavar="TIME", help="Between two readings of a source, such as 30m.  [default: its own]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.pass_obj
def command(session: Session, names: tuple[str, ...], once: bool, interval: str | None, as_json: bool) -> int:
    """Read the sources of `ingest/*.toml` that have a url or a path, or those named, and take in what is new.

    A server is asked only for what is newer than what was taken, and less often after it failed. What fails is told,
    and the others go on; with --once the exit code says so. Ctrl-C ends it when the source that is being read is done.
    """
    from regesta.cli.ingest import tools_of
    from regesta.ingest.watch import Watch

    seconds = _seconds(interval) if interval else None
    failed = False
    with _stopping() as stop:
        watch = Watch(session.archive, tools_of((), session.archive), _world(stop), names, seconds)
        for outcome in watch.once() if once else watch.forever():
            _tell(outcome, once=once, as_json=as_json)
            failed |= outcome.state == "failed" or bool(outcome.report and outcome.report.problem_count)
    return int(failed and once)


def _seconds(interval: str) -> float:
    from regesta.ingest.sources import seconds

    try:
        return seconds(interval)
    except ArchiveError as error:
        raise UsageError(f"--{error.message}") from None


def _world(stop: threading.Event) -> World:
    from regesta.ingest.fetch import fetch
    from regesta.ingest.watch import World

    return World(fetch, stop.wait)


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """Yield what is set by Ctrl-C, or when the system asks the process to end, instead of breaking off."""
    stop = threading.Event()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _tell(outcome: Outcome, *, once: bool, as_json: bool) -> None:
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if as_json:
        write_json(json.dumps({"time": now, **_as_json(outcome)}, ensure_ascii=False))
        return
    click.echo(one_line(f"{'' if once else f'{now} '}{outcome.name}: {_said(outcome)}"))
    for text in outcome.report.problems if outcome.report and not outcome.error else ():
        click.echo(f"error: {safe(text)}", err=True)


def _said(outcome: Outcome) -> str:
    if outcome.error:
        return f"failed: {outcome.error}"
    report = outcome.report
    if outcome.state == "unchanged" or report is None:
        return "nothing new"
    told = [count(report.documents[state], what) for state, what in _STATES.items() if report.documents[state]]
    made = sum(report.proposals.values())
    told += [count(made, "proposal")] if made else []
    told += [f"{count(report.orphaned, 'passage')} behind events gone"] if report.orphaned else []
    return ", ".join(told)


_STATES = {"new": "new document", "updated": "new version"}


def _as_json(outcome: Outcome) -> dict[str, Any]:
    report = outcome.report
    return {
        "name": outcome.name,
        "state": outcome.state,
        "due_s": round(outcome.due_s),
        "error": str(outcome.error) if outcome.error else None,
        # Not by `asdict` as a whole, which makes nonsense of a Counter.
        "report": {**vars(report), "listed": [asdict(item) for item in report.listed]} if report else None,
    }
