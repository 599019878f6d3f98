"""`regesta diff`: what changed between two dates, or between what was known at two dates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from regesta.cli._session import Session
from regesta.cli._terminal import count, on_terminal, one_line, print_json, progress
from regesta.errors import UsageError
from regesta.schema.dates import describe

if TYPE_CHECKING:
    from regesta.archive import Archive
    from regesta.replay.diff import Change, Side

_SIGNS: Final = {"added": "+", "changed": "~", "removed": "-"}
_VALUE_CHARS: Final = 60  # of an old or a new value, where it is not a terminal's whole line
_LABEL_CHARS: Final = 40  # of a key; what stands behind longer ones is not aligned


class _Told(NamedTuple):
    """What is told of an event beside a row: its date in words and its summary."""

    dated: str
    summary: str


@click.command("diff", short_help="What changed between two dates, row by row.")
@click.argument("dates", nargs=-1, metavar="[D1 [D2]]")
@click.option(
    "--known", multiple=True, metavar="DATE", help="As the log was at the end of DATE. Twice: compare what was known."
)
@click.option("--table", "tables", multiple=True, metavar="TABLE", help="Only this table. Repeatable.")
@click.option("--possible", is_flag=True, help="Also list what may have changed; else it is only counted.")
@click.option("--json", "as_json", is_flag=True, help="Print all changes as JSON, the possible ones included.")
@click.pass_obj
def command(session: Session, /, dates: tuple[str, ...], known: tuple[str, ...], **how: Any) -> None:
    """What changed between two dates: rows added, changed and removed, and the events that did it.

    D1 and D2 are dates by which things had happened; a date means its end. Without D2 the second side is all that
    is known. With --known twice it says what was learned, corrected and retracted in between: at both dates D1 and
    D2 where they are given, at D1 on both sides where only one is, else of everything.
    """
    from regesta.replay.diff import POSSIBLE, diff

    archive = session.archive
    before, after = _sides(archive, dates, known)
    _check_tables(after, how["tables"])
    changes = list(diff(before, after, how["tables"]))
    told = _told(after, changes)
    if how["as_json"]:
        print_json([_as_json(change, told) for change in changes])
        return
    listed = [change for change in changes if how["possible"] or change.sure != POSSIBLE]
    click.echo(_heading(dates, known, listed))
    for (table, sure, why), group in groupby(sorted(listed, key=_place), key=_place):
        rows = list(group)
        _print(rows, told, f"{table}: {len(rows):,} {_words(sure, why, dates)}")
    hidden = len(changes) - len(listed)
    if hidden:
        click.echo(f"\n{count(hidden, 'row')} may have changed as well (--possible lists them)")


def _sides(archive: Archive, dates: tuple[str, ...], known: tuple[str, ...]) -> tuple[Side, Side]:
    from regesta.cli._built import checkpoint_size, ready
    from regesta.replay.asof import AsOf, as_of
    from regesta.replay.diff import Side

    if len(dates) > 2 or len(known) > 2 or not (dates or len(known) == 2):
        raise click.UsageError("expected two dates, or --known twice")
    first_at = dates[0] if dates else None
    second_at = dates[1] if len(dates) == 2 else first_at if len(known) == 2 else None
    points = [as_of(first_at, known[0] if known else None, archive.zone)]
    points.append(as_of(second_at, known[-1] if known else None, archive.zone))
    for first, second in zip(*points, strict=True):
        if first is not None and second is not None and first > second:
            raise UsageError("the first date is after the second", remedy="give the earlier date first")
    ready(archive)
    with progress("replaying", checkpoint_size(archive)) as advance:
        replays = archive.replays(advance)
        paths = [replays.get(AsOf(None, point.known)) for point in points]
    return Side(paths[0], *points[0]), Side(paths[1], *points[1])


def _check_tables(side: Side, tables: Sequence[str]) -> None:
    from regesta.database import open_database
    from regesta.replay.keys import check_projection

    with closing(open_database(side.path, read_only=True)) as db:
        for name in tables:
            check_projection(db, name)


def _told(side: Side, changes: Iterable[Change]) -> dict[int, _Told]:
    from regesta.database import open_database

    with closing(open_database(side.path, read_only=True)) as db:
        said = "coalesce(summary, iif(type = 'event.retracted', json_extract(data, '$.reason'), null))"
        sql = f"select edtf, {said}, type from events where sequence = ?"
        rows = {number: db.execute(sql, (number,)).fetchone() for change in changes for number in change.events}
    return {
        number: _Told(describe(edtf) if edtf else "undated", summary or event_type)
        for number, (edtf, summary, event_type) in rows.items()
    }


def _place(change: Change) -> tuple[str, str, str]:
    return change.table, change.sure, change.why


def _heading(dates: Sequence[str], known: Sequence[str], changes: Sequence[Change]) -> str:
    if len(known) == 2:
        what = f"between what was known at the end of {known[0]} and of {known[1]}"
        what += f", as of {' and '.join(dates)}" if dates else ""
    else:
        what = f"from the end of {dates[0]} to {_end(dates)}"
        what += f", as known at the end of {known[0]}" if known else ""
    kinds = [(kind, sum(change.kind == kind for change in changes)) for kind in _SIGNS]
    counts = ", ".join(f"{number:,} {kind}" for kind, number in kinds if number) or "nothing changed"
    return one_line(f"{what}: {counts}")


def _end(dates: Sequence[str]) -> str:
    return f"the end of {dates[1]}" if len(dates) == 2 else "now"


def _words(sure: str, why: str, dates: Sequence[str]) -> str:
    if sure == "certain by then":
        return one_line(f"{why} by {_end(dates)}, perhaps by the end of {dates[0]} already")
    if sure == "possible":
        return f"may have {why}"
    return "happened between the two dates" if why == "happened" and len(dates) == 2 else why


def _print(changes: list[Change], told: dict[int, _Told], heading: str) -> None:
    constant = _constant(changes)
    fixed = ", ".join(f"{name} {value}" for name, value in constant.items())
    click.echo("\n" + one_line(f"{heading} ({fixed})" if fixed else heading))
    labels = [one_line(", ".join(str(v) for k, v in change.key.items() if k not in constant)) for change in changes]
    width = min(max(map(len, labels)), _LABEL_CHARS)
    for label, change in zip(labels, changes, strict=True):
        line = f"{_SIGNS[change.kind]} {label.ljust(width)}  {_deed(change, told)}"
        click.echo(line.rstrip())
        if change.kind == "changed":
            for text in _values(change):
                click.echo(f"  {' ' * width}  {text}")


def _constant(changes: list[Change]) -> dict[str, Any]:
    """Return the key columns that are the same in all rows and need not be said in each."""
    first = changes[0].key
    if len(changes) == 1 or len(first) == 1:
        return {}
    return {name: value for name, value in first.items() if all(change.key[name] == value for change in changes)}


def _deed(change: Change, told: dict[int, _Told]) -> str:
    """Say what did it, in one line: the newest event with its date and summary."""
    events = "events " if len(change.events) > 1 else "event "
    numbers = ", ".join(map(str, change.events))
    last = told.get(change.events[-1]) if change.events else None
    return one_line(f"{last.summary} ({last.dated}; {events}{numbers})") if last else ""


def _values(change: Change) -> Iterator[str]:
    old, new = change.old or {}, change.new or {}
    for name in change.columns():
        yield one_line(f"{name}: {_short(old.get(name))} → {_short(new.get(name))}")


def _short(value: Any) -> str:
    text = "(empty)" if value is None else str(value)
    return text if len(text) <= _VALUE_CHARS or on_terminal() else f"{text[: _VALUE_CHARS - 1]}…"


def _as_json(change: Change, told: dict[int, _Told]) -> dict[str, Any]:
    last = told.get(change.events[-1]) if change.events else None
    values = asdict(change)
    return {"kind": change.kind, **values, "summary": last.summary if last else None}
