"""States of rows: what each row of a table has been and when, which are disputed, and when a table changes.

Guarantees that names of tables and columns come from the database itself and keys are only bound, and that what one
page shows takes a fixed number of queries, however many rows it has.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from regesta.database import quote_identifier as quoted
from regesta.limits import ROW_STATES
from regesta.publish.reading.events import RECORD, EventRow, Passage, events, passages
from regesta.replay.asof import Moment
from regesta.replay.bounds import bound_second
from regesta.replay.history import BOUNDS
from regesta.replay.keys import columns_of

# Tables of the engine that say something else at another date, beside projections and their histories.
_ENGINE: Final = ("events", "evidence")
# Bounds that are dates: not open, and in years whose text sorts as time does.
_DATED: Final = "between '0000-02' and '9999-12-30'"
_NEWEST: Final = "order by surely_from desc, possibly_from desc, event desc limit ?"


class Clock(NamedTuple):
    """Where the dates stand on which a table changes: a column of a table, and a condition with its values."""

    table: str
    column: str
    where: str = "true"
    values: tuple[Any, ...] = ()


class Dispute(NamedTuple):
    """Two events in force that give one column of a row different values at times that may be the same."""

    column: str
    event: int
    value: Any
    summary: str | None
    other_event: int
    other_value: Any
    other_summary: str | None


@dataclass(frozen=True, slots=True)
class State:
    """What a row was for a while: its ``values``, those that were ``changed`` then, and the event that says so.

    ``bounds`` are the seconds from when it possibly and surely held, and until when it surely and possibly did;
    ±`NEVER` is open. ``ended_by`` is the event that changed it, None where it still holds.
    """

    number: int
    values: Mapping[str, Any]
    changed: Mapping[str, Any]
    bounds: tuple[int, ...]
    event: EventRow
    passages: tuple[Passage, ...]
    ended_by: int | None


def is_projection(db: sqlite3.Connection, table: str) -> bool:
    """Say whether a table has a history."""
    return _kind(db, f"{table}_history") == "table"


def clock_of(db: sqlite3.Connection, table: str, key: Sequence[str] = ()) -> Clock | None:
    """Return when a table or view changes, or one row of a projection; None for what no event can change.

    An empty ``table`` stands for all of them.
    """
    if not table:
        return Clock("events", "latest", "status = 'current'")
    if is_projection(db, table):
        columns = columns_of(db, table).key if key else ()
        return Clock(f"{table}_history", "surely_from", _is(columns), tuple(key)) if len(columns) == len(key) else None
    if table.endswith("_history") and is_projection(db, table.removesuffix("_history")):
        return Clock(table, "surely_from")
    if table.startswith("_") or not (_kind(db, table) == "view" or table in _ENGINE):
        return None
    relation = db.execute("select type from _types where relation = ?", (table,)).fetchone()
    if relation:
        return Clock("events", "latest", "status = 'current' and type = ?", (relation[0],))
    return Clock("events", "latest", "status = 'current'")


def change_before(db: sqlite3.Connection, clock: Clock, before: str | None) -> str | None:
    """Return the last moment before a bound (None: of all) at which there is a change, as text; None for none."""
    return _change(db, clock, "max", "<", before)


def change_after(db: sqlite3.Connection, clock: Clock, after: str) -> str | None:
    """Return the first moment after a bound at which there is a change."""
    return _change(db, clock, "min", ">", after)


def possibly(db: sqlite3.Connection, table: str, moment: Moment) -> int:
    """Return how many states of a projection may have begun by a moment, and not certainly have."""
    sql = f"select count(*) from {quoted(f'{table}_history')} where {moment.possible()}"
    return int(db.execute(sql, moment.parameters).fetchone()[0])


def disputed(db: sqlite3.Connection, table: str) -> frozenset[str]:
    """Return the keys of the rows of a projection about which sources disagree, as one text each."""
    return frozenset(row[0] for row in db.execute('select distinct key from disputes where "table" = ?', (table,)))


def disputes_of(db: sqlite3.Connection, table: str, key: str) -> list[Dispute]:
    """Return what sources disagree about in one row."""
    sql = (
        'select "column", event, value, summary, other_event, other_value, other_summary'
        ' from disputes where "table" = ? and key = ? order by "column", event, other_event limit ?'
    )
    return [Dispute(*row) for row in db.execute(sql, (table, key, ROW_STATES))]


def states_of(db: sqlite3.Connection, table: str, key: Sequence[str]) -> list[State]:
    """Return the states of a row in their order, the newest `ROW_STATES`."""
    columns = columns_of(db, table)
    if len(key) != len(columns.key):
        return []
    names = [*columns.values, *BOUNDS, "event", "ended_by"]
    sql = f"select {', '.join(map(quoted, names))} from {quoted(f'{table}_history')} where {_is(columns.key)}"
    rows = [dict(zip(names, row, strict=True)) for row in db.execute(f"{sql} {_NEWEST}", (*key, ROW_STATES))]
    rows.sort(key=lambda row: (bound_second(row["surely_from"]), bound_second(row["possibly_from"]), row["event"]))
    found = events_by_number(db, [row["event"] for row in rows])
    words = passages(db, list(found))
    states: list[State] = []
    for row in rows:
        values = {name: row[name] for name in columns.values}
        before = states[-1].values if states else {}
        changed = {name: value for name, value in values.items() if value != before.get(name)}
        bounds = tuple(bound_second(row[name]) for name in BOUNDS)
        event = found[row["event"]]
        spoken = tuple(words.get(event.sequence, ()))
        states.append(State(len(states) + 1, values, changed, bounds, event, spoken, row["ended_by"]))
    return states


def events_by_number(db: sqlite3.Connection, numbers: Collection[int]) -> dict[int, EventRow]:
    """Return events by their number; those that are not there are left out."""
    wanted = (json.dumps(sorted(numbers)),)
    return {row.sequence: row for row in events(db, "sequence in (select value from json_each(?))", wanted)}


def documents_by_digest(db: sqlite3.Connection, digests: Collection[str]) -> dict[str, str | None]:
    """Return the titles of documents by their digest; what is no document's is left out."""
    sql = "select digest, title from documents where digest in (select value from json_each(?))"
    return {row[0]: row[1] for row in db.execute(sql, (json.dumps(sorted(digests)),))}


def last_date(db: sqlite3.Connection) -> int | None:
    """Return the last second that a current event of the story lies in, None where none has a date."""
    record = " and ".join(f"type not like '{prefix}%'" for prefix in RECORD)
    sql = f"select max(latest) from events where status = 'current' and {record} and latest {_DATED}"
    found = db.execute(sql).fetchone()[0]
    return bound_second(found) if found else None


def _kind(db: sqlite3.Connection, name: str) -> str | None:
    row = db.execute("select type from sqlite_master where name = ? and type in ('table', 'view')", (name,)).fetchone()
    return row[0] if row else None


def _is(columns: Sequence[str]) -> str:
    return " and ".join(f"{quoted(name)} = ?" for name in columns) or "true"


def _change(db: sqlite3.Connection, clock: Clock, which: str, sign: str, bound: str | None) -> str | None:
    column = quoted(clock.column)
    terms = [f"({clock.where})", f"{column} {_DATED}", *([f"{column} {sign} ?"] if bound else [])]
    sql = f"select {which}({column}) from {quoted(clock.table)} where {' and '.join(terms)}"
    found = db.execute(sql, (*clock.values, *([bound] if bound else []))).fetchone()[0]
    return str(found) if found else None
