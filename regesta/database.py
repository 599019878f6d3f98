"""The one function that opens SQLite, and the one that quotes a name.

Guarantees that every connection has the same limits, that a read-only one cannot write, and that SQL which
came with an archive or from a visitor can neither attach files, nor load code, nor run without end.

>>> quote_identifier('a"b')
'"a""b"'
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from regesta.errors import ArchiveError, UsageError
from regesta.limits import MAPPED_BYTES, SQL_VALUE_BYTES


def open_database(path: Path | None, *, read_only: bool = False, memory: bool = False) -> sqlite3.Connection:
    """Open ``path`` in autocommit mode; None opens a temporary file of SQLite's own, ``memory`` one in memory.

    ``read_only`` never makes or changes the database. In WAL mode, which no build uses, SQLite may still put its two
    helper files beside it; and it would attach other files, which `guarded` refuses. Raises `ArchiveError` where the
    file, or one of those, is a link: SQLite would write where it leads.
    """
    if path is not None:
        _refuse_links(path)
    if memory:
        # Whoever appends holds the log's lock, so threads that share an archive take turns.
        return _configured(sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False))
    if path is None:
        return _configured(sqlite3.connect("", isolation_level=None))
    if read_only:
        if not path.is_file():
            raise ArchiveError("there is no such database", where=str(path), remedy="run `regesta build`")
        uri = f"{path.resolve().as_uri()}?mode=ro"
        connection = _configured(sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False))
        connection.execute("pragma query_only=on")
        connection.execute(f"pragma mmap_size={MAPPED_BYTES}")
        return connection
    return _configured(sqlite3.connect(path, isolation_level=None, timeout=30))


def _refuse_links(path: Path) -> None:
    for name in (path, *(path.with_name(path.name + ending) for ending in ("-journal", "-wal", "-shm"))):
        if name.is_symlink():
            raise ArchiveError("this is a link", where=str(name), remedy="remove it")


def _configured(connection: sqlite3.Connection) -> sqlite3.Connection:
    connection.execute("pragma trusted_schema=off")
    connection.execute("pragma temp_store=file")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, SQL_VALUE_BYTES)  # also where the schema of a file makes values
    return connection


def quote_identifier(name: str) -> str:
    """Quote a table or column name that came from a parsed schema."""
    return '"' + name.replace('"', '""') + '"'


# What a statement that only reads may do; everything else (attach, pragma, writes, extension loading) is denied.
_READING = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE})
_DENIED_FUNCTIONS = frozenset({
    "load_extension", "fts3_tokenizer", "writefile", "readfile", "edit", "zeroblob",
    "printf", "format",  # build their result, printf('%.*c', 5e8, 'x'), before its length is looked at: seconds
})  # fmt: skip


@contextmanager
def guarded(connection: sqlite3.Connection, seconds: float) -> Iterator[sqlite3.Connection]:
    """Let only reading statements run on ``connection``, each block for at most ``seconds``.

    Raises `UsageError` when the time is up. Limits of the connection are put back afterwards.
    """
    deadline = time.monotonic() + seconds
    previous = connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, SQL_VALUE_BYTES)
    connection.set_authorizer(_authorize)
    connection.set_progress_handler(lambda: int(time.monotonic() > deadline), 10_000)
    try:
        yield connection
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            raise UsageError(f"the query ran longer than {seconds:g} s and was stopped") from error
        raise
    finally:
        connection.set_progress_handler(None, 0)
        connection.set_authorizer(None)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, previous)


def _authorize(action: int, first: str | None, second: str | None, _database: str | None, _trigger: str | None) -> int:
    if action == sqlite3.SQLITE_FUNCTION:
        return sqlite3.SQLITE_DENY if (second or "").lower() in _DENIED_FUNCTIONS else sqlite3.SQLITE_OK
    if action in _READING or (action == sqlite3.SQLITE_PRAGMA and first == "data_version"):
        return sqlite3.SQLITE_OK  # full-text search reads data_version
    if action == sqlite3.SQLITE_UPDATE and first == "sqlite_master":
        return sqlite3.SQLITE_OK  # what opening a full-text table asks for; SQLite itself refuses such a statement
    return sqlite3.SQLITE_DENY
