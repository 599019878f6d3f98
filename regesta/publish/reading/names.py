"""Names of what events are about: `state/KY` is Kentucky, as the tables of the archive have it.

Guarantees that a table is asked only where it is there and has the column, and that what has no name keeps its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any, Final

from regesta.config import Config
from regesta.database import quote_identifier as quoted
from regesta.replay.keys import columns_of

# What the engine's own tables are called by: a document also has the name of its file.
_OURS: Final = {"document": "documents.title", "story": "stories.title"}
# Columns that hold the name of a row, where the archive does not say which, the first that there is.
_NAMES: Final = ("name", "title")
_SHOWN_CHARS: Final = 90


class Names:
    """The names of subjects in one database; each is looked up once."""

    def __init__(self, db: sqlite3.Connection, config: Config) -> None:
        self._db, self._declared = db, {**_OURS, **config.subjects}
        self._places: dict[str, tuple[str, str, str] | None] = {}
        self._known: dict[str, str] = {}

    def of(self, subject: str) -> str:
        """Return the name of a subject, what stands behind the first slash of it where it has none."""
        if subject not in self._known:
            self._known[subject] = self._find(subject)
        return self._known[subject]

    def place(self, kind: str) -> tuple[str, str, str] | None:
        """Return table, key and name column of a kind of subjects, None where they have no table."""
        if kind not in self._places:
            self._places[kind] = self._look(kind)
        return self._places[kind]

    def _find(self, subject: str) -> str:
        kind, slash, name = subject.partition("/")
        place = self.place(kind) if slash else None
        if place is None:
            return name or subject
        table, key, column = place
        sql = f"select {quoted(column)} from {quoted(table)} where {quoted(key)} = ?"
        row = self._db.execute(sql, (name,)).fetchone()
        return short(str(row[0])) if row and row[0] is not None else name

    def _look(self, kind: str) -> tuple[str, str, str] | None:
        table, _, column = self._declared.get(kind, f"{kind}s.").partition(".")
        if not self._db.execute("select 1 from sqlite_master where type = 'table' and name = ?", (table,)).fetchone():
            return None
        columns = columns_of(self._db, table)
        name = column or next((item for item in _NAMES if item in columns.values), "")
        if len(columns.key) != 1 or name not in (*columns.key, *columns.values):
            return None
        return table, columns.key[0], name


def rows_named(db: sqlite3.Connection, place: tuple[str, str, str]) -> Mapping[Any, str]:
    """Return the names of all rows of a table, by key, in the order of the keys."""
    table, key, column = map(quoted, place)
    return {
        row[0]: short(str(row[1] or row[0]))
        for row in db.execute(f"select {key}, {column} from {table} order by {key}")
    }


def short(name: str) -> str:
    """Return a name as it stands in a line, a long one cut."""
    return name if len(name) <= _SHOWN_CHARS else f"{name[: _SHOWN_CHARS - 1].rstrip()}…"
