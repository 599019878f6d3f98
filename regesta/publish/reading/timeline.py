"""What lies on the timeline: its lanes, its extent, and the events of a stretch of time, counted where they lie close.

Guarantees that no more rows come to Python than a drawing has places: SQL counts events of the same type whose dates
begin and end at nearly the same places. Events that are replaced or retracted, have no date, or are about the record
are not taken; those without a date are counted.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from regesta.config import Config
from regesta.database import quote_identifier as quoted
from regesta.errors import UsageError
from regesta.limits import SEARCH_WORDS, TIMELINE_BINS, TIMELINE_LANES, TIMELINE_LISTED
from regesta.publish.reading.events import RECORD, EventRow, events, kind
from regesta.replay.relations import NEVER
from regesta.schema._edtf import DAY_S

EXACT_S: Final = DAY_S + 3600  # a date this short is one day, the longest of the year included
_OTHER: Final = "Other"
_RANGE: Final = re.compile(r"-?[0-9]{1,12}(?:_-?[0-9]{1,12})?")
_DATED: Final = f"(_earliest > -{NEVER} or _latest < {NEVER})"
# A table has the events that count, and an index of their dates. Many of them have the same: SQLite reads these as one
# from the index, and only they are looked at: a third of the time in a story of 100,000 events.
_EXTENT: Final = f"""
select min(case when _earliest > -{NEVER} then _earliest else _latest end),
  max(case when _latest < {NEVER} then _latest else _earliest end), min(_latest - _earliest),
  (select count(*) from {{table}} where _earliest = -{NEVER} and _latest = {NEVER})
from (select distinct _earliest, _latest from {{table}}) where {_DATED}
"""
# One number for where a date begins and ends (0 and the last stand for before and after the window), and whether it
# is exact: one column to sort by is half the time of three.
_SPANS: Final = f"""
select (case when _earliest < :first then 0 else (_earliest - :first) / :step + 1 end * {TIMELINE_BINS + 2}
    + case when _latest > :last then {TIMELINE_BINS + 1} else (_latest - :first) / :step + 1 end) * 8
    + (_latest - _earliest < {EXACT_S}) * 4 + (_earliest = -{NEVER}) * 2 + (_latest = {NEVER}),
  sum(size), min(event), min(_earliest), max(_earliest), min(_latest), max(_latest)
from (
  select _earliest, _latest, count(*) as size, min(sequence) as event from {{table}}
  where _earliest <= :last and _latest >= :first and {_DATED} group by _earliest, _latest
)
group by 1
"""


@dataclass(frozen=True, slots=True)
class Strand:
    """A lane of the timeline with the types in it and their tables."""

    title: str
    types: tuple[str, ...]
    tables: tuple[str, ...]


class Extent(NamedTuple):
    """The seconds of the first and the last bound of any date, the length of the most exact one, and how many events
    have no date."""

    first: int
    last: int
    finest: int
    undated: int


class Group(NamedTuple):
    """Events of one type in a lane whose dates begin close together and end close together.

    The bounds are those of the earliest and the latest of them; ±`NEVER` is an open end. ``size`` is how many
    they are, ``event`` the number of the first. ``exact``: each is known to the day.
    """

    lane: int
    type: str
    exact: bool
    size: int
    event: int
    earliest: int
    earliest_last: int
    latest_first: int
    latest: int


def strands(db: sqlite3.Connection, config: Config) -> tuple[Strand, ...]:
    """Return the lanes that have events: those that the archive declares, else one for each type as they came."""
    found = db.execute("select type, relation from _types where not timeless").fetchall()
    tables = {row[0]: quoted(f"_{row[1]}") for row in found if not row[0].startswith(RECORD)}
    first = {name: _first(db, table) for name, table in tables.items()}
    used = sorted((number, name) for name, number in first.items() if number is not None)
    names = [name for _, name in used]
    lanes = _declared(names, config) if config.lanes else _by_type(names)
    return tuple(Strand(title, types, tuple(tables[name] for name in types)) for title, types in lanes if types)


def extent(db: sqlite3.Connection, lanes: Iterable[Strand]) -> Extent | None:
    """Return the extent of what lies in the lanes, None where nothing has a date."""
    tables = [table for lane in lanes for table in lane.tables]
    found = [tuple(db.execute(_EXTENT.format(table=table)).fetchone()) for table in tables]
    dated = [row for row in found if row[0] is not None]
    if not dated:
        return None
    first, last, finest, _ = zip(*dated, strict=True)
    return Extent(min(first), max(last), int(min(min(finest) + 1, NEVER)), sum(row[3] for row in found))


def spans(db: sqlite3.Connection, lanes: Sequence[Strand], first: int, last: int) -> list[Group]:
    """Return the events that may have happened between two seconds, in groups no closer than the window has bins."""
    values = {"first": first, "last": last, "step": step_of(first, last)}
    return [
        Group(number, name, bool(row[0] & 4), *row[1:])
        for number, lane in enumerate(lanes)
        for name, table in zip(lane.types, lane.tables, strict=True)
        for row in db.execute(_SPANS.format(table=table), values)
    ]


def step_of(first: int, last: int) -> int:
    """Return the length of a bin of a window, in seconds."""
    return (last - first) // TIMELINE_BINS + 1


def busiest(groups: Iterable[Group], first: int, last: int) -> tuple[int, int]:
    """Return the shortest stretch in which nine of ten events lie, with a margin, the whole where that is not less.

    An event lies where its date ends, or begins where it has no end.
    """
    step = step_of(first, last)
    counts = [0] * TIMELINE_BINS
    for group in groups:
        second = group.latest if group.latest < NEVER else group.earliest
        counts[min(max((second - first) // step, 0), TIMELINE_BINS - 1)] += group.size
    if not any(counts):
        return first, last
    wanted, start, total, best = sum(counts) * 0.9, 0, 0, (0, TIMELINE_BINS - 1)
    for end, count in enumerate(counts):
        total += count
        while total - counts[start] >= wanted:
            total -= counts[start]
            start += 1
        if total >= wanted and end - start < best[1] - best[0]:
            best = (start, end)
    margin = (best[1] - best[0] + 1) // 5 + 1
    low, high = best[0] - margin, best[1] + margin
    if (high - low + 1) * 2 > TIMELINE_BINS:
        return first, last
    return max(first, first + low * step), min(last, first + (high + 1) * step - 1)


def titles(db: sqlite3.Connection, sequences: Iterable[int]) -> dict[int, EventRow]:
    """Return events by their numbers."""
    wanted = json.dumps(sorted(set(sequences)))
    return {row.sequence: row for row in events(db, "sequence in (select value from json_each(?))", (wanted,))}


@dataclass(frozen=True, slots=True)
class Cluster:
    """What makes up a mark for several events: their types, whether each is known to the day, and the seconds between
    which their dates begin and end (±`NEVER`: open)."""

    types: tuple[str, ...]
    exact: bool
    begin: tuple[int, int]
    end: tuple[int, int]

    @property
    def query(self) -> dict[str, str]:
        """The parameters that `read` takes for the same."""
        given = {"type": " ".join(self.types), "exact": "yes" if self.exact else ""}
        return {**given, "begin": _range_text(self.begin), "end": _range_text(self.end)}

    @classmethod
    def read(cls, argument: Callable[[str], str]) -> Cluster:
        """Return what the parameters type, exact, begin and end ask for; raises `UsageError`."""
        types = tuple(argument("type").split()[:SEARCH_WORDS])
        begin, end = (_range(argument(name), name) for name in ("begin", "end"))
        return cls(types, argument("exact") == "yes", begin, end)


def _range_text(seconds: tuple[int, int]) -> str:
    texts = ["open" if abs(second) == NEVER else str(second) for second in seconds]
    return "_".join(dict.fromkeys(texts))


def _range(text: str, name: str) -> tuple[int, int]:
    if text == "open":
        return (-NEVER, -NEVER) if name == "begin" else (NEVER, NEVER)
    if not _RANGE.fullmatch(text):
        raise UsageError(f"{name} is {text!r:.60}, expected 'open', a second, or two with _ between them")
    first, _, last = text.partition("_")
    return int(first), int(last or first)


def members(db: sqlite3.Connection, cluster: Cluster) -> tuple[int, list[EventRow]]:
    """Return how many events a mark stands for, and the first of them in the order of their dates."""
    tables = {row[0]: quoted(f"_{row[1]}") for row in db.execute("select type, relation from _types")}
    known = [tables[name] for name in dict.fromkeys(cluster.types) if name in tables]
    if not known:
        return 0, []
    bounds = dict(zip(("a", "b", "c", "d"), (*cluster.begin, *cluster.end), strict=True))
    values: dict[str, Any] = {**bounds, "exact": cluster.exact}
    inside = " union all ".join(
        f"select sequence, _earliest, _latest from {table} where _earliest between :a and :b"
        f" and _latest between :c and :d and (_latest - _earliest < {EXACT_S}) = :exact"
        for table in known
    )
    count = db.execute(f"select count(*) from ({inside})", values).fetchone()[0]
    order = f"order by _latest, _earliest, sequence limit {TIMELINE_LISTED}"
    numbers = [row[0] for row in db.execute(f"select sequence from ({inside}) {order}", values)]
    found = titles(db, numbers)
    return count, [found[number] for number in numbers]


def _first(db: sqlite3.Connection, table: str) -> int | None:
    found: int | None = db.execute(f"select min(sequence) from {table}").fetchone()[0]
    return found


def _declared(names: Sequence[str], config: Config) -> list[tuple[str, tuple[str, ...]]]:
    """Return the lanes of the archive; a type that two name lies in the first, one that none names in a last."""
    free, lanes = list(names), []
    for lane in config.lanes:
        types = tuple(name for name in free if any(_stands_for(wanted, name) for wanted in lane.types))
        free = [name for name in free if name not in types]
        lanes.append((lane.title, types))
    return [*lanes, (_OTHER, tuple(free))]


def _stands_for(wanted: str, name: str) -> bool:
    return name.startswith(wanted) if wanted.endswith(".") else name == wanted


def _by_type(names: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    own = names if len(names) <= TIMELINE_LANES else names[: TIMELINE_LANES - 1]
    lanes = [(kind(name).capitalize(), (name,)) for name in own]
    return [*lanes, (_OTHER, tuple(names[len(own) :]))]
