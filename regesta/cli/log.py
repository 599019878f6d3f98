"""`regesta log`: the events, newest last, read from the log itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import click

from regesta.cli._complete import complete_type
from regesta.cli._session import Session
from regesta.cli._terminal import console, notice, on_terminal, one_line, styled, write_json

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from regesta.archive import Archive
    from regesta.cli._filters import Filters
    from regesta.cli._reading import Entry

_BATCH: Final = 500  # events that are aligned with each other and printed at once
_WIDEST: Final = (12, 36, 24, 32)  # of number (or id), date, type, subject; longer ones push the rest to the right
_STYLES: Final = ("bold", "cyan", "green", "yellow")
_GAP: Final = "  "
_SUMMARY_CHARS: Final = 50  # a column narrower than this is hard to read


@click.command("log", short_help="Print the events, newest last.")
@click.option(
    "--type", "types", multiple=True, metavar="TYPE", shell_complete=complete_type,
    help="Only this type, or all that begin like it: `response.`. Repeatable.",
)  # fmt: skip
@click.option(
    "--subject", "subjects", multiple=True, metavar="SUBJECT",
    help="Only this subject, or all that begin like it: `state/`. Repeatable.",
)  # fmt: skip
@click.option("--since", metavar="DATE", help="Only what may have happened on this date or later.")
@click.option("--until", metavar="DATE", help="Only what may have happened on this date or before.")
@click.option("--recorded-since", metavar="DATE", help="Only what entered the log on this date or later.")
@click.option("--recorded-until", metavar="DATE", help="Only what entered the log on this date or before.")
@click.option("--text", metavar="WORDS", help="Only events in which all these words occur, in any case.")
@click.option("-n", "--last", "wanted", type=click.IntRange(min=1), metavar="N", help="Only the last N of them.")
@click.option("--ids", is_flag=True, help="Print ids instead of sequence numbers.")
@click.option("--json", "as_json", is_flag=True, help="Print each event as it is in the log, one a line.")
@click.pass_obj
def command(session: Session, /, wanted: int | None, ids: bool, as_json: bool, **conditions: Any) -> None:
    """Print the events of the log, newest last.

    A DATE is `2017-07-01`, `July 2017`, `1 July 2017 4:02 pm`; a day means the whole day in the archive's zone.
    An event of which only bounds are known is shown when it may have happened then; undated events are left
    out as soon as a date is asked for.
    """
    from regesta.cli._reading import forwards, newest

    archive = session.archive
    filters, folder = _filters(archive, conditions), archive.folder / "events"
    if wanted is not None:
        entries: Iterable[Entry] = newest(folder, wanted, None if filters.empty else filters.take)
    else:
        entries = (entry for entry in forwards(folder) if filters.take(entry.event))
    if as_json:
        for batch in _batches(entries):
            write_json("\n".join(entry.line.decode() for entry in batch))
    elif not _print(entries, ids) and not filters.empty:
        notice("no event is like that")


def _filters(archive: Archive, conditions: dict[str, Any]) -> Filters:
    from regesta.cli._filters import Filters, span_between

    zone = archive.zone
    return Filters(
        conditions["types"],
        conditions["subjects"],
        span_between(conditions["since"], conditions["until"], zone),
        span_between(conditions["recorded_since"], conditions["recorded_until"], zone),
        tuple((conditions["text"] or "").casefold().split()),
        zone,
    )


def _print(entries: Iterable[Entry], ids: bool) -> int:
    """Print the events as lines; return how many there were."""
    printed, widths = 0, [0, 0, 0, 0]
    show = _to_terminal if on_terminal() else _to_pipe
    for batch in _batches(entries):
        rows = [_cells(entry, ids) for entry in batch]
        widths = _widths(rows, widths)
        show(rows, widths)
        printed += len(rows)
    return printed


def _batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    entries = iter(entries)
    while batch := list(islice(entries, _BATCH)):
        yield batch


@lru_cache(maxsize=4096)
def _words(edtf: str) -> str:
    from regesta.schema.dates import describe

    return describe(edtf)


def _cells(entry: Entry, ids: bool) -> tuple[str, str, str, str, str]:
    event = entry.event
    name = event.id if ids else str(event.sequence)
    date = _words(event.edtf) if event.edtf else "undated"
    return name, date, one_line(event.type), one_line(event.subject), _summary(event.data)


def _summary(data: dict[str, Any]) -> str:
    """Return the summary in one line; of an event that has none, its data."""
    if "summary" in data:
        return one_line(data["summary"])
    return one_line(
        ", ".join(f"{name}: {value}" for name, value in data.items() if isinstance(value, str | int | float))
    )


def _widths(rows: Sequence[Sequence[str]], before: Sequence[int]) -> list[int]:
    columns = zip(before, _WIDEST, zip(*(row[:4] for row in rows), strict=True), strict=True)
    return [max(width, *(min(len(cell), max(widest, width)) for cell in cells)) for width, widest, cells in columns]


def _to_pipe(rows: Iterable[Sequence[str]], widths: Sequence[int]) -> None:
    """Print exactly one line an event."""
    click.echo("\n".join(_GAP.join((*_aligned(row, widths), row[4])).rstrip() for row in rows))


def _to_terminal(rows: Iterable[Sequence[str]], widths: Sequence[int]) -> None:
    """Print the summary in a column of its own where there is room for one, else below the rest of its event."""
    from rich.padding import Padding

    screen = console()
    before = sum(widths) + len(_GAP) * len(widths)
    beside = screen.width - before >= _SUMMARY_CHARS
    for row in rows:
        cells = zip(_aligned(row, widths) if beside else (row[0].rjust(widths[0]), *row[1:4]), _STYLES, strict=True)
        head = styled(*(part for cell, style in cells for part in ((cell, style), (_GAP, ""))))
        if beside:
            screen.print(_beside(head, row[4]))
        else:
            screen.print(head, no_wrap=True, overflow="ellipsis")
            screen.print(Padding(styled((row[4], "")), (0, 0, 0, widths[0] + len(_GAP))))


def _beside(head: Text, summary: str) -> Table:
    from rich.table import Table

    grid = Table.grid()
    grid.add_column(no_wrap=True)
    grid.add_column()
    grid.add_row(head, styled((summary, "")))
    return grid


def _aligned(row: Sequence[str], widths: Sequence[int]) -> tuple[str, ...]:
    number, *rest = row[:4]
    return number.rjust(widths[0]), *(cell.ljust(width) for cell, width in zip(rest, widths[1:], strict=True))
