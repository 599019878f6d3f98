"""The events before and after an event, in the order in which they had certainly happened.

Guarantees the order of every list of events (`wanted.ORDERS`), without a look at all of them.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from regesta.publish.reading.events import RECORD, EventRow, events

# By type, for the index on types and dates leads to the nearest date. What is about the record is no neighbour.
_TYPES: Final = "select type from _types t where " + " and ".join(f"type not like '{name}%'" for name in RECORD)
_NEAREST: Final = """
select {best}((
  select {best}(e.latest) from events e where e.type = t.type and e.status = 'current' and e.latest {side} ?
)) from ({types}) t
"""
_SAME: Final = "status = 'current' and type in ({types}) and latest = ?"


def neighbours(db: sqlite3.Connection, event: EventRow) -> tuple[EventRow | None, EventRow | None]:
    """Return the dated events right before and right after one, None where there are none."""
    if event.latest is None:
        return None, None
    return _beside(db, event, "max", "<"), _beside(db, event, "min", ">")


def _beside(db: sqlite3.Connection, event: EventRow, best: str, side: str) -> EventRow | None:
    """Return the neighbour on one side: of the same date by the rest of the order, else of the nearest date."""
    way = "asc" if best == "min" else "desc"
    order = f"order by coalesce(earliest, '0') {way}, sequence {way} limit 1"
    same = _SAME.format(types=_TYPES)
    rest = f"{same} and (coalesce(earliest, '0'), sequence) {side} (?, ?)"
    found = events(db, rest, (event.latest, event.earliest or "0", event.sequence), order)
    if not found:
        sql = _NEAREST.format(best=best, side=side, types=_TYPES)
        (nearest,) = db.execute(sql, (event.latest,)).fetchone()
        found = events(db, same, (nearest,), order) if nearest else []
    return found[0] if found else None
