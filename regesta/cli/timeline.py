"""`regesta timeline`: the story in the terminal, one line an event, grouped by day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from regesta.cli._asof import database_at, point_options
from regesta.cli._complete import complete_type
from regesta.cli._session import Session
from regesta.cli._terminal import console, count, on_terminal, one_line, print_json, styled
from regesta.schema.dates import bounds, describe

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from regesta.cli._filters import Span

_CLOCK: Final = re.compile(r"[^T/]*T([0-9]{2}:[0-9]{2})[^/]*")  # of one date, not of an interval
_QUALIFIED: Final = re.compile("[~?%]")  # about, uncertain, both
_VAGUE: Final = "~"  # before an event of which the day is not known


class _Line(NamedTuple):
    """An event as a line of the timeline; ``day`` is the day by which it had happened, '' where that is not known."""

    sequence: int
    type: str
    subject: str
    edtf: str | None
    earliest: str | None
    latest: str | None
    status: str
    summary: str | None

    @property
    def day(self) -> str:
        return (self.latest or "").partition("T")[0]

    @property
    def exact(self) -> bool:
        one_day = bool(self.day) and (self.earliest or "").partition("T")[0] == self.day
        return one_day and not _QUALIFIED.search(self.edtf or "")

    @property
    def clock(self) -> str:
        """The time of day: in the archive's zone, or as it is written where no zone is; '' where none is known."""
        if self.latest and self.earliest == self.latest:
            return self.latest.partition("T")[2][:5]
        written = _CLOCK.fullmatch(self.edtf or "")
        return written[1] if written else ""


@click.command("timeline", short_help="The story in the terminal, one line an event, grouped by day.")
@point_options
@click.option("--type", "types", multiple=True, metavar="TYPE", shell_complete=complete_type, help="Only this type.")
@click.option("--subject", "subjects", multiple=True, metavar="SUBJECT", help="Only this subject, such as `state/KY`.")
@click.option("--since", metavar="DATE", help="Only what may have happened on DATE or later.")
@click.option("--until", metavar="DATE", help="Only what may have happened on DATE or earlier.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of events.")
@click.pass_obj
def command(session: Session, /, types: tuple[str, ...], subjects: tuple[str, ...], **how: Any) -> None:
    """The story, one line an event, under the day by which it had happened.

    An event of which the day is not known is marked with ~ and its dates, and stands under the last day that they
    allow. Events that count no longer are left out, and so is what is about the record and not the story, such as
    a document that was taken in, unless its --type is asked for. With --at only what had happened by then is told, with
    --possible also what may have.
    """
    from regesta.cli._filters import span_between
    from regesta.replay.query import ask

    archive = session.archive
    between = span_between(how["since"], how["until"], archive.zone)
    sql, parameters = _question(types, subjects)
    path = database_at(archive, how["at"], how["known"], possible=how["possible"])
    with ask(path, sql, parameters) as answer:
        lines = [line for line in map(_line, answer) if _within(line, between, archive.zone)]
    if how["as_json"]:
        print_json([line._asdict() for line in lines])
        return
    for day, group in groupby(lines, key=lambda line: line.day):
        _print_day(day, list(group))
    click.echo(f"\n{count(len(lines), 'event')}" if lines else "no event")


def _question(types: tuple[str, ...], subjects: tuple[str, ...]) -> tuple[str, dict[str, Any]]:
    """Return the SQL that gives the events in the order in which they had certainly happened."""
    given = {f"t{n}": name for n, name in enumerate(types)} | {f"s{n}": name for n, name in enumerate(subjects)}
    of_type = f"type in ({', '.join(f':t{n}' for n in range(len(types)))})"
    of_subject = f" and subject in ({', '.join(f':s{n}' for n in range(len(subjects)))})"
    sql = (
        "select sequence, type, subject, edtf, earliest, latest, status, summary from events"
        f" where status in ('current', 'possible')"
        f" and {of_type if types else 'type not in (select type from _types where timeless)'}"
        f"{of_subject if subjects else ''}"
        " order by latest is null, latest, coalesce(earliest, '') desc, sequence"
    )
    return sql, given


def _line(row: tuple[Any, ...]) -> _Line:
    return _Line(*row)


def _within(line: _Line, between: Span, zone: ZoneInfo) -> bool:
    if not between:
        return True
    if line.edtf is None:  # as `regesta log` has it: what has no date lies in no span
        return False
    lies = bounds(line.edtf, zone)
    return between.meets(lies.earliest, lies.latest)


def _print_day(day: str, lines: list[_Line]) -> None:
    heading = describe(day) if day else "no day known"
    if on_terminal():
        screen = console()
        screen.print()
        screen.print(styled((heading, "bold")))
        for line in lines:
            screen.print(styled(*_parts(line)))
        return
    click.echo(f"\n{one_line(heading)}")
    for line in lines:
        click.echo("".join(text for text, _ in _parts(line)))


def _parts(line: _Line) -> Iterator[tuple[str, str]]:
    """Yield (text, style): the mark, the number, what happened, and for a vague date the dates."""
    exact = line.exact and line.status == "current"
    yield f"{' ' if exact else _VAGUE} {line.sequence:>5}  ", "dim"
    if line.clock:
        yield f"{line.clock}  ", ""
    yield one_line(line.summary or f"{line.type}, {line.subject}"), ""
    if not exact and line.edtf:
        yield f"  [{one_line(describe(line.edtf))}]", "italic"
