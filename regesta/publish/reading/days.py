"""The days of a story: on which something certainly or possibly happens, and what happened around one of them.

Guarantees that events that were replaced or retracted, and facts about the record, are no part of the story; that an
event is listed as having happened only when it certainly had; and that what only may have is listed apart.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from regesta.database import quote_identifier as quoted
from regesta.limits import FRONT_DISPUTES_READ, FRONT_EVENTS, FRONT_UNCERTAIN
from regesta.publish.reading.events import COLUMNS, RECORD, EventRow, events
from regesta.replay.asof import Moment
from regesta.replay.bounds import OPEN_START, bound_second
from regesta.replay.relations import NEVER

# A date this short is one day, the longest of the year included.
_ONE_DAY_S: Final = 25 * 3600


class Uncertain(NamedTuple):
    """An event whose date is no single day: its last and first second (±`NEVER`: open) and its number."""

    latest: int
    earliest: int
    event: int


@dataclass(frozen=True, slots=True)
class Days:
    """The days on which something certainly or possibly happens, as ordinals of the calendar, in their order.

    ``uncertain`` are the events between two days, by their last; none where there are too many to look through.
    ``undated`` says that there are events without any date.
    """

    ordinals: tuple[int, ...]
    uncertain: tuple[Uncertain, ...]
    undated: bool

    def before(self, day: int | None) -> int | None:
        """Return the last of the days before another; without one the last of all."""
        place = len(self.ordinals) if day is None else bisect_left(self.ordinals, day)
        return self.ordinals[place - 1] if place else None

    def after(self, day: int | None) -> int | None:
        """Return the first of the days after another, None where there is none."""
        place = len(self.ordinals) if day is None else bisect_right(self.ordinals, day)
        return self.ordinals[place] if place < len(self.ordinals) else None


@dataclass(frozen=True, slots=True)
class Around:
    """What happened: the newest events that certainly had, and the next ones that only may have."""

    certain: tuple[EventRow, ...]
    possible: tuple[EventRow, ...]

    @property
    def dated(self) -> bool:
        """Whether the events that happened have dates; else they are all that there are."""
        return bool(self.certain and self.certain[0].latest)


class Disputed(NamedTuple):
    """Two events that say different things of a row: the table, the key as text, the column, and both sides.

    ``since`` is the second from which both may have happened.
    """

    table: str
    key: str
    column: str
    event: int
    value: Any
    other_event: int
    other_value: Any
    since: int


def days(db: sqlite3.Connection, zone: ZoneInfo) -> Days:
    """Return the days of a story."""
    spans, uncertain = set[tuple[int, int]](), list[Uncertain]()
    numbers = db.cursor()
    numbers.row_factory = None  # rows that know their columns take as long to make as all else here
    for _, relation in _types(db):
        table = quoted(f"_{relation}")
        spans.update(numbers.execute(f"select distinct _earliest, _latest from {table}"))
        uncertain += _uncertain(db, table) if len(uncertain) <= FRONT_UNCERTAIN else ()
    seconds = {second for span in spans for second in span}
    ordinals = sorted({day for second in seconds if (day := day_of(second, zone)) is not None})
    few = sorted(uncertain, key=_soonest) if len(uncertain) <= FRONT_UNCERTAIN else ()
    return Days(tuple(ordinals), tuple(few), (-NEVER, NEVER) in spans)


def day_of(second: int, zone: ZoneInfo) -> int | None:
    """Return the day of a second as an ordinal, None outside of the years 1 to 9999."""
    try:
        return datetime.fromtimestamp(second, zone).toordinal()
    except (ValueError, OverflowError, OSError):
        return None


def day_text(ordinal: int | None) -> str:
    """Return a day as it stands in an address, '' for none."""
    return "" if ordinal is None else date.fromordinal(ordinal).isoformat()


def around(db: sqlite3.Connection, story: Days, moment: Moment | None) -> Around:
    """Return what happened by a moment, the newest first; without one, the newest of all."""
    certain = _newest(db, moment)
    if not certain and moment is None:
        return Around(tuple(events(db, "status = 'current' and " + _story(), (), f"limit {FRONT_EVENTS}")), ())
    numbers = list(_next(story.uncertain, moment.second)) if moment else []
    marks = ", ".join("?" * len(numbers))
    found = {event.sequence: event for event in events(db, f"sequence in ({marks})", numbers)}
    return Around(tuple(certain), tuple(found[number] for number in numbers if number in found))


def disputes(db: sqlite3.Connection) -> tuple[list[Disputed], int]:
    """Return the disputes recorded last, at most `FRONT_DISPUTES_READ`, and how many there are in all."""
    count = int(db.execute("select count(*) from _disputes").fetchone()[0])
    sql = (
        'select d."table", d."key", d."column", d.event, d.value, d.other_event, d.other_value, e.earliest, o.earliest'
        f" from (select * from _disputes order by max(event, other_event) desc limit {FRONT_DISPUTES_READ}) d"
        " join events e on e.sequence = d.event join events o on o.sequence = d.other_event"
        " order by max(d.event, d.other_event) desc"
    )
    rows = db.execute(sql).fetchall()
    return [
        Disputed._make((*row[:7], max(bound_second(text or OPEN_START) for text in row[7:]))) for row in rows
    ], count


def _types(db: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return the types of the story's events with their relations."""
    rows = db.execute("select type, relation from _types where not timeless order by type")
    return [(name, relation) for name, relation in rows if not name.startswith(RECORD)]


def _uncertain(db: sqlite3.Connection, table: str) -> Iterator[Uncertain]:
    sql = (
        f"select _latest, _earliest, sequence from {table} where _latest - _earliest > {_ONE_DAY_S}"
        f" and _latest < {NEVER} limit {FRONT_UNCERTAIN + 1}"
    )
    return map(Uncertain._make, db.execute(sql))


def _soonest(one: Uncertain) -> tuple[int, int, int]:
    """Return what to sort by: what is certain soonest, and of that what is known best."""
    return one.latest, -one.earliest, one.event


def _next(uncertain: Sequence[Uncertain], second: int) -> Iterator[int]:
    """Yield the events that may have happened by a second, those first that are certain soonest after it."""
    start = bisect_right(uncertain, second, key=lambda one: one.latest)
    open_then = (one.event for one in islice(uncertain, start, None) if one.earliest <= second)
    return islice(open_then, FRONT_EVENTS // 2)


def _newest(db: sqlite3.Connection, moment: Moment | None) -> list[EventRow]:
    """Return the newest events, type by type, for which there is an index; all with a date where there is no moment."""
    by, given = (moment.by("latest"), moment.parameters) if moment else ("latest is not null", {})
    names = {f"type{number}": name for number, (name, _) in enumerate(_types(db))}
    tail = f"order by latest desc, sequence desc limit {FRONT_EVENTS}"
    parts = [
        f"select * from (select {COLUMNS} from events where type = :{key} and status = 'current' and {by} {tail})"
        for key in names
    ]
    if not parts:
        return []
    sql = f"select * from ({' union all '.join(parts)}) {tail}"
    return [EventRow(*row) for row in db.execute(sql, {**given, **names})]


def _story() -> str:
    """Return the condition that an event is not about the record."""
    return " and ".join(f"type not like '{name}%'" for name in RECORD)
