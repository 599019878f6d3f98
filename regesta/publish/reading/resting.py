"""What rests on an event: rows that refer to a row that it made, and rows about which another event says otherwise.

Guarantees that everything is counted, and only the first rows of each table are listed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from regesta.database import quote_identifier as quoted
from regesta.limits import RESTING_ROWS
from regesta.publish.reading.events import EventRow, events
from regesta.publish.reading.references import Link, References
from regesta.replay.effects import Effect
from regesta.replay.keys import columns_of, key_values


@dataclass(frozen=True, slots=True)
class Resting:
    """Rows of a table whose ``column`` has ``value``, the key of what they rest on: how many, and the first events."""

    table: str
    column: str
    value: Any
    count: int
    events: tuple[EventRow, ...]


class Dispute(NamedTuple):
    """A cell to which this event and another give different values, at dates that overlap."""

    table: str
    key: tuple[str, ...]
    column: str
    value: Any
    other: EventRow
    other_value: Any


def resting(db: sqlite3.Connection, made: Sequence[Effect], references: References) -> list[Resting]:
    """Return the rows that refer to the rows that an event made, most of them first."""
    keys = [(effect.table, *effect.key.values()) for effect in made if effect.made and len(effect.key) == 1]
    found = [_rows(db, link, value) for table, value in keys for link in references.links if link.to == table]
    return sorted((item for item in found if item.count), key=lambda item: -item.count)


def disputes(db: sqlite3.Connection, sequence: int) -> list[Dispute]:
    """Return the cells about which another event disagrees with this one."""
    sql = 'select "table", "key", "column", value, other_event, other_value from disputes where event = ?'
    mirrored = 'select "table", "key", "column", other_value, event, value from disputes where other_event = ?'
    rows = db.execute(f"{sql} union {mirrored} order by 1, 2, 3, 5", (sequence, sequence)).fetchall()
    others = {event.sequence: event for event in _events(db, [row[4] for row in rows])}
    return [Dispute(row[0], key_values(row[1]), row[2], row[3], others[row[4]], row[5]) for row in rows]


def _rows(db: sqlite3.Connection, link: Link, value: Any) -> Resting:
    table, column = quoted(link.table), quoted(link.column)
    (count,) = db.execute(f"select count(*) from {table} where {column} = ?", (value,)).fetchone()
    order = ", ".join(map(quoted, columns_of(db, link.table).key))
    sql = f"select last_event from {table} where {column} = ? order by last_event, {order} limit {RESTING_ROWS}"
    listed = [row[0] for row in db.execute(sql, (value,))] if count else []
    return Resting(link.table, link.column, value, count, tuple(_events(db, listed)))


def _events(db: sqlite3.Connection, sequences: Sequence[int]) -> list[EventRow]:
    marks = ", ".join("?" * len(sequences))
    return events(db, f"sequence in ({marks})", tuple(sequences), "order by sequence")
