"""A built database as text, table by table and row by row, so that two builds can be compared."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from hashlib import sha256
from pathlib import Path


def dump(path: Path) -> dict[str, list[str]]:
    """Return every table and view but the shadow tables of full-text search, their rows sorted as text."""
    with closing(sqlite3.connect(path)) as db:
        names = db.execute("select name, sql from sqlite_master where type in ('table', 'view')").fetchall()
        kept = [name for name, sql in names if "_fts" not in name]
        tables = {name: sorted(map(repr, db.execute(f'select * from "{name}"'))) for name in sorted(kept)}
        tables["schema"] = sorted(sql for name, sql in names if "_fts" not in name)
        for table in ("events", "documents"):
            # What search finds is in the terms and where they stand, not in how the index is cut into pieces.
            db.execute(f"create virtual table temp.{table}_terms using fts5vocab(main, {table}_fts, instance)")
            tables[f"{table}_fts"] = sorted(map(repr, db.execute(f"select * from temp.{table}_terms")))
        return tables


def digest(path: Path) -> str:
    """Return the SHA-256 over the dump."""
    return sha256(repr(dump(path)).encode()).hexdigest()


if __name__ == "__main__":
    print(digest(Path(sys.argv[1])))
