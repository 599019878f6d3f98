"""Any SQL that only reads, asked of a built database within limits of time, rows and value size.

Guarantees that a query can neither change the file nor reach another one, and that its rows come one by one:
what the caller does not keep takes no memory.

    with ask(archive.database, "select state from responses where disposition = :d", {"d": "refuse"}) as answer:
        for row in answer: ...
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from regesta.database import guarded, open_database
from regesta.errors import UsageError
from regesta.limits import QUERY_ROWS, QUERY_SECONDS
from regesta.replay.keys import projections_of

Value = str | int | float | bytes | None
_INTEGER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")  # at most 18 digits: within SQLite's 64 bits
_EXPLAINS: Final = re.compile(r"\s*explain\b", re.IGNORECASE)
_MISSING: Final = re.compile(r"supply a value for binding parameter (\S+?)\.?$")
_POSSIBLE: Final = "tables of what is possible come with `--at DATE --possible`"
_TABLES: Final = 'run `regesta query "select name from sqlite_master"` to see the tables'


@dataclass(slots=True)
class Answer:
    """The rows of a query, to be read once; ``cut`` says afterwards whether there were more than the limit."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[Value, ...]]
    limit_rows: int
    cut: bool = False

    def __iter__(self) -> Iterator[tuple[Value, ...]]:
        for number, row in enumerate(self.rows):
            if number == self.limit_rows:
                self.cut = True
                return
            yield row


@contextmanager
def ask(
    path: Path,
    sql: str,
    parameters: Mapping[str, Value] | None = None,
    *,
    limit_seconds: float = QUERY_SECONDS,
    limit_rows: int = QUERY_ROWS,
) -> Iterator[Answer]:
    """Run one statement that reads, on the database at ``path``; raises `UsageError` saying what SQLite objects to.

    ``limit_seconds`` covers the reading of the rows, all of the block.
    """
    with closing(open_database(path, read_only=True)) as db, _explained(), guarded(db, limit_seconds):
        db.text_factory = _text
        cursor = db.execute(sql, parameters or {})
        if cursor.description is None:
            raise UsageError("this statement gives no rows", remedy="a query is a `select …`")
        yield Answer(tuple(item[0] for item in cursor.description), cursor, limit_rows)


def tables_read(path: Path, sql: str, parameters: Mapping[str, Value] | None = None) -> frozenset[str] | None:
    """Return the projections, histories and fixed lists that a statement reads; None when it reads more than such.

    Views are resolved. Raises `UsageError` as `ask` does.
    """
    read: set[str] = set()

    def note(action: int, table: str | None, *_: str | None) -> int:
        if action == sqlite3.SQLITE_READ and table:
            read.add(table)
        return sqlite3.SQLITE_OK

    with closing(open_database(path, read_only=True)) as db, _explained():
        projections = projections_of(db)
        engine = {"events", "evidence", "sqlite_master", "sqlite_schema"}
        views = {row[0] for row in db.execute("select name from sqlite_master where type = 'view'")}
        db.set_authorizer(note)
        try:
            db.execute(sql if _EXPLAINS.match(sql) else f"explain {sql}", parameters or {})
        finally:
            db.set_authorizer(None)
    read -= views
    dated = {*projections, *(f"{name}_history" for name in projections)}
    internal = any(name.startswith(("_", "pragma_")) or "_fts" in name for name in read - dated)
    return None if internal or read & engine else frozenset(read)


def parameter_value(text: str) -> Value:
    """Return a parameter as typed on a command line: an integer where it is one, else the text.

    In a comparison with a column SQLite converts either to the column's type, so `01` may stay the text it is.
    """
    return int(text) if _INTEGER.fullmatch(text) else text


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
        raise _as_usage_error(error) from error


def _as_usage_error(error: Exception) -> UsageError:
    message = str(error)
    if "not authorized" in message or "prohibited" in message:
        return UsageError(f"only reading is allowed: {message}", remedy="a query is one `select …`")
    if "one statement at a time" in message:
        return UsageError("there are several statements, expected one")
    if message.startswith("no such table"):
        return UsageError(message, remedy=_POSSIBLE if message.endswith("_possible") else _TABLES)
    missing = _MISSING.search(message)
    if missing:
        return UsageError(f"the value of {missing[1]} is not given", remedy="give it with -p NAME=VALUE")
    return UsageError(f"SQLite: {message}")
