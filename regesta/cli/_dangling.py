"""Values in the built tables that point at a row which no event has made yet.

What an event points at may be recorded later, so nothing is refused for it; what stays open is listed here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from regesta.database import open_database
from regesta.database import quote_identifier as quoted

LISTED: Final = 50  # of each column: more are a mistake of one kind, which the first show as well


@dataclass(frozen=True, slots=True)
class Dangling:
    """``table.column`` holds ``value``, which is no key of ``target``; ``event`` put it there."""

    table: str
    column: str
    value: Any
    target: str
    event: int


def dangling(path: Path) -> list[Dangling]:
    """Return the references of the database at ``path`` that lead nowhere, at most `LISTED` a column."""
    with closing(open_database(path, read_only=True)) as db:
        db.row_factory = sqlite3.Row
        return [found for table in _tables(db) for found in _of_table(db, table)]


def row_counts(path: Path) -> dict[str, int]:
    """Return how many rows each table for readers has: no histories, no tables of the engine's own."""
    with closing(open_database(path, read_only=True)) as db:
        db.row_factory = sqlite3.Row
        return {name: db.execute(f"select count(*) from {quoted(name)}").fetchone()[0] for name in _tables(db)}


def _tables(db: sqlite3.Connection) -> list[str]:
    rows = db.execute("select name, sql from sqlite_master where type = 'table' order by name").fetchall()
    virtual = [row["name"] for row in rows if row["sql"].lower().startswith("create virtual")]
    hidden = tuple(f"{name}_" for name in virtual)  # full-text search keeps its data in tables named like it
    return [
        row["name"] for row in rows
        if not row["name"].startswith(("_", "sqlite_", *hidden))
        and not row["name"].endswith("_history") and row["name"] not in (*virtual, "meta")
    ]  # fmt: skip


def _of_table(db: sqlite3.Connection, table: str) -> Iterator[Dangling]:
    columns = {row["name"] for row in db.execute(f"pragma table_info({quoted(table)})")}
    event = next((name for name in ("last_event", "event") if name in columns), None)
    for key in db.execute(f"pragma foreign_key_list({quoted(table)})").fetchall():
        if event and key["from"] != event:
            yield from islice(_of_column(db, table, key, event), LISTED)


def _of_column(db: sqlite3.Connection, table: str, key: sqlite3.Row, event: str) -> Iterator[Dangling]:
    column, target, to = key["from"], key["table"], key["to"]
    sql = (
        f"select {quoted(column)}, min({quoted(event)}) from {quoted(table)} where {quoted(column)} is not null"
        f" and {quoted(column)} not in (select {quoted(to)} from {quoted(target)}) group by 1 order by 2"
    )
    for value, sequence in db.execute(sql):
        yield Dangling(table, column, value, target, sequence)
