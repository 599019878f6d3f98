"""What changed between two dates, or between what was known at two dates: rows, values, and the events that did it.

Guarantees that every row of a projection that differs is named once, with what it held before and after, how sure
that is, and one word for why: it *happened*, was *learned*, *corrected* or *retracted*.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any, Final, NamedTuple

from regesta.database import open_database
from regesta.database import quote_identifier as quoted
from regesta.replay.asof import Moment, add_functions, moment_at
from regesta.replay.bounds import bound_second
from regesta.replay.covered import covered
from regesta.replay.keys import Columns, columns_of, key_text, projections_of
from regesta.replay.relations import IN_FORCE, NEVER

CERTAIN: Final = "certain"  # it happened between the two dates
BY_THEN: Final = "certain by then"  # it had happened by the second date, perhaps by the first already
POSSIBLE: Final = "possible"  # it may have happened by the second date
_WHY: Final = {"replaced": "corrected", "retracted": "retracted", "redacted": "retracted"}

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: a built database, and the second up to which it is looked at (None: all).

    ``known`` is the millisecond up to which the log was recorded there, None where it is all there is.
    """

    path: Path
    at: int | None = None
    known: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One row that differs; ``old`` and ``new`` are all its values, None where there was or is no row.

    ``events`` did it, by sequence; ``earliest`` and ``latest`` are when the last of them took place.
    """

    table: str
    key: Values
    old: Values | None
    new: Values | None
    sure: str
    why: str
    events: tuple[int, ...]
    earliest: str
    latest: str

    @property
    def kind(self) -> str:
        """Added, changed or removed."""
        return "added" if self.old is None else "removed" if self.new is None else "changed"

    @property
    def key_text(self) -> str:
        """The key as one text."""
        return key_text(tuple(self.key.values()))

    def columns(self) -> Iterator[str]:
        """Yield the columns whose values differ."""
        old, new = self.old or {}, self.new or {}
        return (name for name in {**old, **new} if old.get(name) != new.get(name))


class Cause(NamedTuple):
    """How sure a change is, why it came about, and the events that did it."""

    sure: str
    why: str
    events: tuple[int, ...]


def diff(before: Side, after: Side, tables: Collection[str] = ()) -> Iterator[Change]:
    """Yield what differs between two sides, table by table, in the order of the keys; what is possible comes last.

    Both sides may be the same database at two dates, the first the earlier one, or the databases of two states of
    one log, the first the shorter one. ``tables`` are looked at, all when none is named.
    """
    if (before.path, before.at) == (after.path, after.at) and before.known != after.known:
        return  # nothing was recorded in between; what is only possible is so on both sides
    with closing(open_database(after.path, read_only=True)) as db:
        add_functions(db)
        db.execute("attach ? as before", (str(before.path),))
        db.row_factory = sqlite3.Row
        earlier = covered(before.path)
        sides = _Sides(
            None if before.at is None else moment_at(before.at, earlier.zone, "before"),
            None if after.at is None else moment_at(after.at, earlier.zone, "after"),
            earlier.size,
            _reference(before),
        )
        same = before.path == after.path
        for name in sorted(set(tables)) or projections_of(db):
            table = _Table(db, name, sides)
            yield from table.moved() if same else table.compared()
            yield from table.possibly(same)


def _reference(before: Side) -> int:
    """Return the second after which something has happened since, not only been learned."""
    seconds = [before.at, None if before.known is None else before.known // 1000]
    return min((second for second in seconds if second is not None), default=NEVER)


@dataclass(frozen=True, slots=True)
class _Sides:
    """The moments of both sides (None: all that there is), and how many events the first side's log has."""

    before: Moment | None
    after: Moment | None
    known: int
    reference: int

    @property
    def parameters(self) -> dict[str, str | int]:
        moments = (self.before, self.after)
        return {name: value for moment in moments if moment for name, value in moment.parameters.items()}


class _State(NamedTuple):
    """A state, and what the row was before: ``new`` began with ``event``, at some time between the two bounds."""

    key: Values
    new: Values
    old: Values | None
    event: int
    possibly_from: str
    surely_from: str

    @property
    def place(self) -> tuple[int, int, int]:
        """Where it stands in the fold."""
        return bound_second(self.surely_from), bound_second(self.possibly_from), self.event

    def change(self, table: str, cause: Cause) -> Change:
        """Return the change that made it."""
        return Change(table, self.key, self.old, self.new, *cause, self.possibly_from, self.surely_from)


@dataclass(frozen=True)
class _Table:
    """One projection on both sides: the second is the main database, the first is attached as `before`."""

    db: sqlite3.Connection
    name: str
    sides: _Sides

    @cached_property
    def columns(self) -> Columns:
        return columns_of(self.db, self.name)

    @property
    def history(self) -> str:
        return quoted(f"{self.name}_history")

    def moved(self) -> Iterator[Change]:
        """Yield what happened between two dates, as one log tells it."""
        before, after = self.sides.before, self.sides.after
        if before is None:  # the same log at the same date
            return
        began = before.after("n.surely_from") + (f" and {after.by('n.surely_from')}" if after else "")
        for _, group in groupby(self._states(began, before), key=lambda state: state.key):
            chain = sorted(group, key=lambda state: state.place)
            last = chain[-1]
            if last.old != last.new:
                maybe_before = bound_second(last.possibly_from) <= before.second
                cause = Cause(BY_THEN if maybe_before else CERTAIN, "happened", tuple(state.event for state in chain))
                yield last.change(self.name, cause)

    def possibly(self, same: bool) -> Iterator[Change]:
        """Yield the states that may have begun by the second date; between two logs those that the first has not."""
        after = self.sides.after
        if after is None:
            return
        where = f"{after.by('n.possibly_from')} and {after.after('n.surely_from')}"
        if not same:
            where += f" and n.event not in (select event from before.{self.history})"
        for state in self._states(where, after):
            if state.old != state.new:
                moved = same or bound_second(state.possibly_from) > self.sides.reference
                yield state.change(self.name, Cause(POSSIBLE, "happened" if moved else "learned", (state.event,)))

    def _states(self, where: str, beside: Moment) -> Iterator[_State]:
        """Yield the states ``n`` of the second side for which ``where`` holds, each beside the row at a moment."""
        key, values = self.columns
        columns = [f"n.{quoted(name)}" for name in (*key, *values, "event", "possibly_from", "surely_from")]
        columns += [f"o.{quoted(name)}" for name in (*values, "event")]
        same = " and ".join(f"o.{quoted(name)} = n.{quoted(name)}" for name in key)
        held = f"{beside.by('o.surely_from')} and {beside.after('o.possibly_to')}"
        order = ", ".join(f"n.{quoted(name)}" for name in (*key, "event"))
        sql = (
            f"select {', '.join(columns)} from main.{self.history} n left join main.{self.history} o"
            f" on {same} and {held} where {where} order by {order}"
        )
        first, last = len(key), len(key) + len(values)
        cursor = self.db.cursor()
        cursor.row_factory = None
        for row in cursor.execute(sql, self.sides.parameters):
            old = None if row[-1] is None else dict(zip(values, row[last + 3 : -1], strict=True))
            new = dict(zip(values, row[first:last], strict=True))
            yield _State(dict(zip(key, row[:first], strict=True)), new, old, *row[last : last + 3])

    def compared(self) -> Iterator[Change]:
        """Yield what differs between two states of the log."""
        columns = ", ".join(map(quoted, [*self.columns.key, *self.columns.values]))
        first, second = (f"select {columns} from {self._rows(schema)}" for schema in ("before", "main"))
        keys = ", ".join(map(quoted, self.columns.key))
        sql = (
            f"select {keys} from (select * from ({first}) except select * from ({second})) union"
            f" select {keys} from (select * from ({second}) except select * from ({first})) order by {keys}"
        )
        for key in self.db.execute(sql, self.sides.parameters).fetchall():
            old, new = self._row("before", tuple(key)), self._row("main", tuple(key))
            shown = new or old
            if shown is not None:
                cause = self._cause(tuple(key), old, new)
                yield self._change(shown, self._values(old), self._values(new), cause)

    def _rows(self, schema: str, where: str = "") -> str:
        """Return the rows of one side as a table expression, from its history."""
        moment = self.sides.before if schema == "before" else self.sides.after
        return (
            f"(select * from {schema}.{self.history} where {moment.certain() if moment else 'ended_by is null'}{where})"
        )

    def _row(self, schema: str, key: tuple[Any, ...]) -> sqlite3.Row | None:
        where = "".join(f" and {quoted(name)} = :k{n}" for n, name in enumerate(self.columns.key))
        given = {f"k{n}": value for n, value in enumerate(key)}
        sql = f"select * from {self._rows(schema, where)}"
        row: sqlite3.Row | None = self.db.execute(sql, {**self.sides.parameters, **given}).fetchone()
        return row

    def _cause(self, key: tuple[Any, ...], old: sqlite3.Row | None, new: sqlite3.Row | None) -> Cause:
        """Return why the row differs between two states of the log."""
        added = new is not None and new["event"] > self.sides.known
        taken_back = None if added and self._still_counts(old) else self._taken_back(key, old)
        if taken_back:
            return Cause(CERTAIN, _WHY[taken_back["status"]], (taken_back["sequence"],))
        if new is None:
            return Cause(CERTAIN, "corrected", ())
        event = (new["event"],)
        corrects = "select 1 from main._corrections where sequence = ? and verdict = 'replaced'"
        if self.db.execute(corrects, event).fetchone():
            return Cause(CERTAIN, "corrected", event)
        if bound_second(new["possibly_from"]) > self.sides.reference:
            return Cause(CERTAIN, "happened", event)
        # An event that was there before and counts only now: its correction was taken back.
        return Cause(CERTAIN, "learned" if new["event"] > self.sides.known else "corrected", event)

    def _still_counts(self, old: sqlite3.Row | None) -> bool:
        """Say whether the event that the old row rests on was not taken back, as far as there was a row."""
        current = "select 1 from main.events where sequence = ? and status = 'current'"
        return old is None or self.db.execute(current, (old["event"],)).fetchone() is not None

    def _taken_back(self, key: tuple[Any, ...], old: sqlite3.Row | None) -> sqlite3.Row | None:
        """Return the status of an event that made the row before and counts no longer, and what took it back.

        Of several the one that the old row rests on, else one that had happened by the first date.
        """
        moment = self.sides.before
        same = " and ".join(f"h.{quoted(name)} = :k{n}" for n, name in enumerate(self.columns.key))
        given = {f"k{n}": value for n, value in enumerate(key)} | {"old": old["event"] if old else None}
        row: sqlite3.Row | None = self.db.execute(
            f"select e.status, min(c.sequence) as sequence from before.{self.history} h"
            " join main.events e on e.sequence = h.event"
            " join main._corrections c on c.target = e.id"
            f" join main.events d on d.sequence = c.sequence and {IN_FORCE}"
            f" where e.status <> 'current' and {same}"
            " group by e.sequence"  # of an event's corrections the first says its status
            f" order by e.sequence is :old desc, {moment.by('h.surely_from') if moment else 'true'} desc, 2 desc",
            {**self.sides.parameters, **given},
        ).fetchone()
        return row

    def _values(self, row: sqlite3.Row | None) -> Values | None:
        return None if row is None else {name: row[name] for name in self.columns.values}

    def _change(self, row: sqlite3.Row, old: Values | None, new: Values | None, cause: Cause) -> Change:
        key = {name: row[name] for name in self.columns.key}
        return Change(self.name, key, old, new, *cause, row["possibly_from"], row["surely_from"])
