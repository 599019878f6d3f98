"""What one event did to the tables, read from the histories of a built database.

Guarantees that a row is told once, with what stood in it before, also where a later event has changed it since.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from regesta.database import quote_identifier as quoted
from regesta.replay.bounds import OPEN_END, OPEN_START
from regesta.replay.keys import columns_of, projections_of

# When the states that an event began had surely begun: the index by date leads to them, without a look at the others.
_BEGAN: Final = """
select case when t.timeless then ? else coalesce(e.latest, ?) end
from events e left join _types t on t.type = e.type where e.sequence = ?
"""


@dataclass(frozen=True, slots=True)
class Effect:
    """A row that an event made or changed: its key, and the values that it set.

    ``before`` are the values that these replaced, by the same names; none where the event ``made`` the row.
    ``ended_by`` is the event that ended the state, None where it still stands.
    """

    table: str
    key: Mapping[str, Any]
    values: Mapping[str, Any]
    before: Mapping[str, Any]
    made: bool
    ended_by: int | None


def effects(db: sqlite3.Connection, sequence: int) -> list[Effect]:
    """Return what the event with ``sequence`` set, in the order of table names and keys."""
    began = db.execute(_BEGAN, (OPEN_START, OPEN_END, sequence)).fetchone()
    if began is None:
        return []
    return [effect for table in projections_of(db) for effect in _of_table(db, table, sequence, began[0])]


def _of_table(db: sqlite3.Connection, table: str, sequence: int, began: str) -> Iterator[Effect]:
    key, values = columns_of(db, table)
    history, names = quoted(f"{table}_history"), ", ".join(map(quoted, (*key, *values)))
    order = ", ".join(map(quoted, key))
    same = " and ".join(f"{quoted(name)} = ?" for name in key)
    rows = db.execute(
        f"select ended_by, {names} from {history} where surely_from = ? and event = ? order by {order}",
        (began, sequence),
    )
    for ended_by, *row in rows.fetchall():
        keys, now = row[: len(key)], dict(zip(values, row[len(key) :], strict=True))
        found = db.execute(f"select {names} from {history} where {same} and ended_by = ?", (*keys, sequence)).fetchone()
        before = dict(zip(values, tuple(found)[len(key) :], strict=True)) if found else {}
        changed = {name: value for name, value in now.items() if value != before.get(name)}
        replaced = {name: before[name] for name in changed} if found else {}
        yield Effect(table, dict(zip(key, keys, strict=True)), changed, replaced, found is None, ended_by)
