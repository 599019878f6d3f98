"""What changed between two dates, or between what was known at two dates, as sentences in groups.

Guarantees that every row that differs is counted in one group, that of a group the earliest changes are told first,
and that what only may have changed stands in a group of its own.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import islice
from typing import Any, Final, NamedTuple

from regesta.config import Config
from regesta.database import quote_identifier as quoted
from regesta.limits import CHANGE_CHARS, CHANGES_COUNTED, CHANGES_DAYS, CHANGES_SHOWN
from regesta.publish.reading.events import EventRow, events
from regesta.publish.reading.members import Item, Words, label
from regesta.publish.reading.references import References
from regesta.replay.bounds import bound_second
from regesta.replay.diff import BY_THEN, POSSIBLE, Change, Side, diff
from regesta.replay.keys import projections_of

# The work of editors, which is no part of the story.
_UNTOLD: Final = "proposals"
# What a row is called by where its key alone says little, the first that it has.
_TITLES: Final = ("name", "title", "summary")
# Dates in years whose text sorts as time does, without open ends.
_START: Final = "0001"
_END: Final = "9999-12-30"
_ORDER: Final = ("happened", "learned", "corrected", "retracted", BY_THEN, POSSIBLE)


class Told(NamedTuple):
    """A column of a row that changed: its name in words, its value before and after (None: it had none).

    ``status`` says that it is one that the archive counts and draws.
    """

    column: str
    old: Item | None
    new: Item | None
    status: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One row that changed: what it is called, its values, the last event that did it and how many others did."""

    change: Change
    name: str
    told: tuple[Told, ...]
    event: EventRow | None
    others: int


@dataclass(frozen=True, slots=True)
class Group:
    """Changes of one table for one reason, ``why``; ``fixed`` is what all their keys share, in words."""

    why: str
    table: str
    title: str
    count: int
    fixed: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed: how many rows, and how many more may have, in groups; ``more`` are counted and not shown.

    ``cut`` says that there are more changes than are counted.
    """

    groups: tuple[Group, ...]
    count: int
    possible: int
    more: int
    cut: bool

    def by_why(self) -> list[tuple[str, int, list[Group]]]:
        """Return the reasons in the order of their certainty, with how many changes and the groups."""
        found: dict[str, list[Group]] = {}
        for group in self.groups:
            found.setdefault(group.why, []).append(group)
        return [(why, sum(group.count for group in groups), groups) for why, groups in found.items()]


class Days(NamedTuple):
    """Days on which the tables change: the first and the last (ISO 8601), None where they never do."""

    first: str | None
    last: str | None


class Calendar:
    """The days on which the tables of a database change, as its histories have them."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._histories = [quoted(f"{name}_history") for name in projections_of(db) if name != _UNTOLD]

    @cached_property
    def days(self) -> Days:
        """The first and the last day."""
        return Days(self.after(_START), self.before(None))

    def before(self, day: str | None) -> str | None:
        """Return the last day with a change before a day (None: of all)."""
        return max(self._found("max", "<", day or _END), default=None)

    def after(self, day: str) -> str | None:
        """Return the first day with a change after a day."""
        # The texts of moments of that day sort before `…U`.
        return min(self._found("min", ">", f"{day}U"), default=None)

    def last(self, count: int = CHANGES_DAYS) -> tuple[str, str] | None:
        """Return the dates between which the last so many days with a change lie; None where nothing ever changed."""
        found = list[str]()
        while len(found) < count and (day := self.before(found[-1] if found else None)):
            found.append(day)
        return (eve(found[-1]), found[0]) if found else None

    def _found(self, which: str, sign: str, bound: str) -> list[str]:
        """Return the days next to a bound, one of each table: a search in the index of its history by date."""
        dated = f"surely_from between '{_START}' and '{_END}' and surely_from {sign} ?"
        sql = (f"select {which}(surely_from) from {history} where {dated}" for history in self._histories)
        return [row[0][:10] for one in sql for row in self._db.execute(one, (bound,)) if row[0]]


def eve(day: str) -> str:
    """Return the day before a day.

    >>> eve("2017-07-01")
    '2017-06-30'
    """
    try:
        return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):  # before the year 1, which a calendar of ours does not have
        return day


def changes(db: sqlite3.Connection, config: Config, sides: tuple[Side, Side], tables: Collection[str] = ()) -> Changes:
    """Return what changed between two sides; ``db`` is the later one."""
    wanted = tables or [name for name in projections_of(db) if name != _UNTOLD]
    found = list(islice(diff(*sides, wanted), CHANGES_COUNTED + 1))
    cut = len(found) > CHANGES_COUNTED
    drawn = [item.table for item in config.status]
    groups = _grouped(found[:CHANGES_COUNTED], drawn)
    shown = _shown(groups)
    numbers = {change.events[-1] for some in shown.values() for change in some if change.events}
    found_events = events(db, "sequence in (select value from json_each(?))", (json.dumps(sorted(numbers)),))
    teller = _Teller(db, config, {event.sequence: event for event in found_events})
    told = tuple(
        Group(why, table, label(table), len(groups[why, table]), *teller.lines(shown[why, table]))
        for why, table in groups
    )
    counts = Counter(why == POSSIBLE for (why, _), some in groups.items() for _ in some)
    return Changes(told, counts[False], counts[True], counts.total() - sum(map(len, shown.values())), cut)


def why_of(change: Change) -> str:
    """Return the word for why a row differs, one of the four, or how unsure it is that it does."""
    return change.sure if change.sure in (BY_THEN, POSSIBLE) else change.why


def _grouped(found: Iterable[Change], first: Collection[str]) -> dict[tuple[str, str], list[Change]]:
    """Return the changes by reason and table, the most certain reason and the tables ``first`` before others."""
    groups: dict[tuple[str, str], list[Change]] = {}
    for change in found:
        groups.setdefault((why_of(change), change.table), []).append(change)
    for some in groups.values():
        some.sort(key=lambda change: (bound_second(change.latest), bound_second(change.earliest), change.key_text))
    places = sorted(groups, key=lambda place: (_ORDER.index(place[0]), place[1] not in first, place[1]))
    return {place: groups[place] for place in places}


def _shown(groups: Mapping[tuple[str, str], list[Change]]) -> dict[tuple[str, str], list[Change]]:
    left, shown = CHANGES_SHOWN, {}
    for place, some in groups.items():
        shown[place] = some[:left]
        left -= len(shown[place])
    return shown


class _Teller:
    """Puts changes into words."""

    def __init__(self, db: sqlite3.Connection, config: Config, events: Mapping[int, EventRow]) -> None:
        self._db, self._events = db, events
        self._words = Words(References(db, config), config)
        self._status = {(item.table, item.column) for item in config.status}
        self._titles = {place.partition(".")[0]: place.partition(".")[2] for place in config.subjects.values()}

    def lines(self, some: list[Change]) -> tuple[str, tuple[Line, ...]]:
        """Return what all the keys share, in words, and the changes as lines."""
        fixed = _fixed(some)
        words = ", ".join(f"{label(name).lower()}: {self._item(name, value).text}" for name, value in fixed.items())
        return words, tuple(self._line(change, fixed) for change in some)

    def _line(self, change: Change, fixed: Mapping[str, Any]) -> Line:
        event = self._events.get(change.events[-1]) if change.events else None
        name = self._name(change, fixed)
        told = (one for one in self._told(change, event) if change.old or not one.new or one.new.text != name)
        return Line(change, name, tuple(told), event, max(0, len(change.events) - 1))

    def _name(self, change: Change, fixed: Mapping[str, Any]) -> str:
        if len(change.key) == 1:
            row = change.new or change.old or {}
            own = [self._titles.get(change.table, ""), *_TITLES]
            title = next((str(row[column]) for column in own if row.get(column)), "")
            if title:
                return _short(title)
        parts = [self._item(column, value).text for column, value in change.key.items() if column not in fixed]
        return _short(", ".join(parts))

    def _told(self, change: Change, event: EventRow | None) -> Iterator[Told]:
        old, new = change.old or {}, change.new or {}
        # What only repeats the event that is told beside it.
        repeated = {event.edtf, event.summary} if event else set()
        columns = [name for name in change.columns() if not (new.get(name) in repeated and new.get(name))]
        drawn = [name for name in columns if (change.table, name) in self._status]
        for name in dict.fromkeys([*drawn, *columns]):
            before, after = (
                None if values.get(name) is None else self._item(name, values[name]) for values in (old, new)
            )
            yield Told(label(name), before, after, name in drawn)

    def _item(self, column: str, value: Any) -> Item:
        item = self._words.item(column, value)
        return item._replace(text=_short(item.text))


def _fixed(some: list[Change]) -> dict[str, Any]:
    """Return the columns of the key that are the same in all rows and need not be said of each."""
    first = some[0].key if some else {}
    if len(some) < 2 or len(first) < 2:
        return {}
    return {name: value for name, value in first.items() if all(change.key[name] == value for change in some)}


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= CHANGE_CHARS else f"{line[: CHANGE_CHARS - 1]}…"
