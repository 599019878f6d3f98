"""Which documents were read by which rules, so that the same files again cost no more than to hash them.

A file in `.regesta/` that may be deleted at any time: then everything is read again, and adds nothing all the same.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Final

from regesta.database import open_database

NAME: Final = "ingested.db"
_CODE: Final = Path(__file__).parent


class Seen:
    """The documents that were read by the rules ``version``."""

    def __init__(self, db: sqlite3.Connection, version: str) -> None:
        self._db, self._version = db, version
        db.execute("create table if not exists seen (digest text primary key, version text not null) strict")

    def has(self, digest: str) -> bool:
        """Say whether the document with this SHA-256 was read by these rules."""
        row = self._db.execute("select version from seen where digest = ?", (digest,)).fetchone()
        return row is not None and row[0] == self._version

    def add(self, digests: Iterable[str]) -> None:
        """Remember documents whose events are in the log."""
        self._db.execute("begin")
        self._db.executemany("insert or replace into seen values (?, ?)", ((item, self._version) for item in digests))
        self._db.execute("commit")


@contextmanager
def seen(folder: Path, version: str | None) -> Iterator[Seen]:
    """Open what was read before, in the folder of what may be deleted; nothing is remembered without ``version``."""
    path = folder / NAME if version is not None else None
    try:
        db = open_database(path)
        found = Seen(db, version or "")
    except sqlite3.DatabaseError:  # no database: it may be deleted at any time
        folder.joinpath(NAME).unlink(missing_ok=True)
        db = open_database(path)
        found = Seen(db, version or "")
    try:
        db.execute("pragma synchronous=off")
        yield found
    finally:
        db.close()


def version_of(lists: Path, extractors: Iterable[str]) -> str:
    """Return what changes when the same text may come to other proposals: our code, the archive's lists, plug-ins."""
    digest = sha256("\0".join(sorted(extractors)).encode())
    for root, pattern in ((_CODE, "*.py"), (lists, "*")):
        for path in sorted(root.rglob(pattern)):
            if path.is_file() and not path.is_symlink():
                data = path.read_bytes()
                digest.update(f"{path.relative_to(root).as_posix()}\0{len(data)}\0".encode("utf-8", "replace") + data)
    return digest.hexdigest()
