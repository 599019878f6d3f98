"""The log's index: which ids are in the log, and the right edge of its Merkle tree.

It makes an append cost the same at a million events as at ten. It is derived from the segments, lies in the
archive's `.regesta/` folder, may be deleted at any time, and is rebuilt when it does not fit the segments.
Nothing is proved from it: `regesta verify` reads the log itself.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from regesta.database import open_database
from regesta.errors import LogError, StorageError
from regesta.events.merkle import Frontier

_FORMAT = 2
# An id is 128 bits. Its first half is the key, as an integer: SQLite adds such rows three times as fast as blobs.
# Two ids with the same first half (one chance in 10**7 at a million events) are told apart by the second half.
_SCHEMA = """
    create table ids (key integer primary key, rest integer not null, sequence integer not null) strict;
    create table clashes (id text primary key, sequence integer not null) strict, without rowid;
    create table replacements (sequence integer primary key, target text not null) strict;
    create table segments (number integer primary key, bytes integer not null) strict;
    create table state (size integer not null, frontier blob not null, recorded text not null) strict;
    insert into state values (0, x'', '');
"""


def _halves(event_id: str) -> tuple[int, int]:
    key, rest = _INTEGERS.unpack(bytes.fromhex(event_id))
    return key, rest


_INTEGERS = struct.Struct(">qq")


@contextmanager
def open_index(path: Path) -> Iterator[LogIndex]:
    """Open the index at ``path``; raises `StorageError` when SQLite fails, having removed it, to be made anew."""
    index = None
    try:
        index = LogIndex(path)
        yield index
    except sqlite3.Error as error:
        _remove(path)
        raise StorageError(f"the index failed: {error}", where=str(path), remedy="try again") from error
    finally:
        if index:
            index.close()


def _remove(path: Path) -> None:
    try:
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(f"cannot be removed: {error.strerror}", where=str(path)) from error


class Entry(NamedTuple):
    """What the index knows of one event."""

    id: str
    sequence: int
    replaces: str | None


class LogIndex:
    """An open index; changes are kept by `commit` and forgotten by `rollback`.

    ``size`` events are indexed, ``frontier`` covers exactly them, ``recorded`` is the last one's time.
    """

    def __init__(self, path: Path | None) -> None:
        """Open or create the index at ``path``; None gives one that vanishes when closed (a temporary file)."""
        self._path = path
        try:
            self._open()
        except (sqlite3.DatabaseError, LogError, TypeError):  # no database, or one whose state makes no sense
            self.rebuild()

    def _open(self) -> None:
        self._db = open_database(self._path)
        if self._path:
            self._db.execute("pragma journal_mode=wal")
        # NORMAL never corrupts a WAL database; what a power loss takes from it is read from the segments again.
        self._db.execute("pragma synchronous=normal" if self._path else "pragma synchronous=off")
        if self._db.execute("pragma user_version").fetchone()[0] != _FORMAT:
            self._db.execute("begin immediate")
            for table in ("ids", "clashes", "replacements", "segments", "state"):
                self._db.execute(f"drop table if exists {table}")
            for statement in _SCHEMA.split(";")[:-1]:
                self._db.execute(statement)
            self._db.execute(f"pragma user_version = {_FORMAT}")
            self._db.execute("commit")
        self._load()

    def _load(self) -> None:
        size, frontier, self.recorded = self._db.execute("select size, frontier, recorded from state").fetchone()
        self.frontier = Frontier.from_bytes(size, frontier)

    @property
    def size(self) -> int:
        """How many events are indexed."""
        return self.frontier.size

    def rebuild(self) -> None:
        """Forget everything: the caller reads the segments again."""
        if hasattr(self, "_db"):
            self._db.close()
        if self._path is None:
            raise StorageError("the temporary index cannot be used")
        _remove(self._path)
        self._open()

    def begin(self) -> None:
        """Start a change."""
        self._db.execute("begin immediate")

    def commit(self) -> None:
        """Keep the change, state included."""
        row = (self.size, self.frontier.to_bytes(), self.recorded)
        self._db.execute("update state set size = ?, frontier = ?, recorded = ?", row)
        self._db.execute("commit")

    def rollback(self) -> None:
        """Forget the change."""
        if self._db.in_transaction:
            self._db.execute("rollback")
        self._load()

    def close(self) -> None:
        """Close the database; an open change is forgotten."""
        self._db.close()

    def add(self, entries: Sequence[tuple[str, int, str | None]]) -> bool:
        """Add entries; return False and add none when one of the ids is already there (or occurs twice)."""
        rows = [(*_halves(event_id), sequence) for event_id, sequence, _ in entries]
        rows.sort()  # in key order, neighbours share a page
        self._db.execute("savepoint batch")
        cursor = self._db.executemany("insert or ignore into ids values (?, ?, ?)", rows)
        fresh = cursor.rowcount == len(rows) or (not rows)
        if not fresh:
            self._db.execute("rollback to batch")
        self._db.execute("release batch")
        if fresh:
            self._add_replacements(entries)
        return fresh

    def add_one(self, entry: Entry) -> Entry | None:
        """Add one entry unless its id is there; return what was known of the id."""
        known = self.find(entry.id)
        if known is None and not self.add([entry]):
            self._db.execute("insert into clashes values (?, ?)", (entry.id, entry.sequence))
            self._add_replacements([entry])
        return known

    def find(self, event_id: str) -> Entry | None:
        """Return what is known of an id, None when it is not in the log."""
        key, rest = _halves(event_id)
        row = self._db.execute("select sequence, rest from ids where key = ?", (key,)).fetchone()
        if row is None:
            return None
        if row[1] != rest:
            row = self._db.execute("select sequence from clashes where id = ?", (event_id,)).fetchone()
            if row is None:
                return None
        target = self._db.execute("select target from replacements where sequence = ?", (row[0],)).fetchone()
        return Entry(event_id, row[0], target[0] if target else None)

    def _add_replacements(self, entries: Sequence[tuple[str, int, str | None]]) -> None:
        rows = [(sequence, target) for _, sequence, target in entries if target]
        if rows:
            self._db.executemany("insert into replacements values (?, ?)", rows)

    def segments(self) -> list[tuple[int, int]]:
        """Return (number, bytes) of each indexed segment, in order."""
        return self._db.execute("select number, bytes from segments order by number").fetchall()

    def add_segment(self, number: int, size_bytes: int) -> None:
        """Note a segment whose events were just added."""
        self._db.execute("insert into segments values (?, ?)", (number, size_bytes))
