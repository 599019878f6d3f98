"""What one event did to the tables, read from the histories in `archive.db`, and the documents it cites."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regesta.database import open_database
from regesta.database import quote_identifier as quoted
from regesta.replay.keys import columns_of, projections_of


@dataclass(frozen=True, slots=True)
class Effect:
    """A row that an event made or changed: its key, the values it set, and the event that ended that state."""

    table: str
    key: Mapping[str, Any]
    values: Mapping[str, Any]
    made: bool
    ended_by: int | None


@dataclass(frozen=True, slots=True)
class Cited:
    """What the archive knows of a document."""

    title: str | None
    publisher: str | None


def effects(path: Path, sequence: int) -> list[Effect]:
    """Return what the event with ``sequence`` set, in the order of table names and keys."""
    with closing(open_database(path, read_only=True)) as db:
        db.row_factory = sqlite3.Row
        return [effect for table in projections_of(db) for effect in _of_table(db, table, sequence)]


def cited(path: Path, digests: set[str]) -> dict[str, Cited]:
    """Return the documents with these digests, as far as they are captured."""
    with closing(open_database(path, read_only=True)) as db:
        marks = ", ".join("?" * len(digests))
        rows = db.execute(f"select digest, title, publisher from documents where digest in ({marks})", sorted(digests))
        return {digest: Cited(title, publisher) for digest, title, publisher in rows}


def _of_table(db: sqlite3.Connection, table: str, sequence: int) -> Iterator[Effect]:
    key, values = columns_of(db, table)
    history = quoted(f"{table}_history")
    order = ", ".join(map(quoted, key))
    same = " and ".join(f"{quoted(name)} = ?" for name in key)
    for row in db.execute(f"select * from {history} where event = ? order by {order}", (sequence,)):
        keys = {name: row[name] for name in key}
        before = db.execute(
            f"select * from {history} where {same} and ended_by = ?", (*keys.values(), sequence)
        ).fetchone()
        changed = {name: row[name] for name in values if row[name] != (before[name] if before else None)}
        yield Effect(table, keys, changed, before is None, row["ended_by"])
