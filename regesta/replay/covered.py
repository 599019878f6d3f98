"""What a built database covers, as its table `meta` says: how many events of which log, projected by what."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from regesta.database import open_database
from regesta.errors import ArchiveError

_MADE_BY: Final = ("schema", "zone", "status", "title", "origin", "format", "published")  # of `meta`

_FOREIGN: Final = """
with tables (name) as (select name from sqlite_master where type = 'table')
select name from sqlite_master
where type = 'trigger' or type = 'view' and (
  name in ('meta', 'events', 'evidence', 'events_fts', 'documents_fts') or substr(name, 1, 1) = '_'
  or name || '_history' in tables
  or substr(name, -8) = '_history' and substr(name, 1, length(name) - 8) in tables
)
limit 1
"""


@dataclass(frozen=True, slots=True)
class Covered:
    """What a built database covers: how many events of which log, a digest of all that they are projected by, and
    one of the redactions among them: the root, and so the root of what was known before, is the same without them.
    """

    size: int
    root: str
    schema: str
    made_by: str
    redacted: str | None
    zone: ZoneInfo


def read_meta(db: sqlite3.Connection) -> dict[str, str]:
    """Return what a built database says of itself; raises `sqlite3.Error` when it is none.

    What no build makes, and what would run by itself where the tables are read, is none: triggers, and views (perhaps
    without end) in the place of the engine's tables and of projections.
    """
    found = db.execute(_FOREIGN).fetchone()
    if found:
        raise sqlite3.DatabaseError(f"no build makes {found[0]!r:.80}")
    return dict(db.execute("select key, value from meta"))


def covered(path: Path) -> Covered:
    """Return what the built database ``path`` covers; raises `ArchiveError` when it is none."""
    try:
        with closing(open_database(path, read_only=True)) as db:
            meta = read_meta(db)
        made_by = sha256(" ".join(f"{name} {meta.get(name)}" for name in _MADE_BY).encode()).hexdigest()
        return Covered(
            int(meta["size"]), meta["root"], meta["schema"], made_by, meta.get("redacted"), ZoneInfo(meta["zone"])
        )
    except (sqlite3.Error, KeyError, ValueError, TypeError) as error:
        message = "is not a database that Regesta built"
        raise ArchiveError(message, where=str(path), remedy="run `regesta build`") from error
