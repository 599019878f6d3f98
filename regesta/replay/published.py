"""The published copy of a built database: all of it but the proposals, which are the work of editors.

Guarantees that the new file has every table, view and index of the one that it is made from and that no byte of a
proposal, of what was decided about it, or of the passage it rests on is in it. An event that came of a proposal
stays; it names its proposal by a digest only. A table that any proposal has had a say in is empty.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from regesta.database import open_database
from regesta.database import quote_identifier as quoted
from regesta.errors import ArchiveError
from regesta.replay.covered import covered
from regesta.replay.history import FULL_TEXT

_PROPOSAL: Final = "type glob 'proposal.*'"
# And what takes a proposal back, or words out of it, or takes that back: it has a reason in words.
_HIDDEN: Final = f"""
insert into temp.hidden
with recursive hidden (sequence, id) as (
  select sequence, id from events where {_PROPOSAL}
  union
  select c.sequence, c.id from _corrections c join hidden h on c.target = h.id where c.verdict = 'retracted'
  union
  select r.sequence, r.id from events r join hidden h on r.type = 'event.redacted' and r.subject = 'event/' || h.id
)
select sequence from hidden
"""
_IN_HIDDEN: Final = "in (select sequence from temp.hidden)"
_CONTAINS: Final = "update meta set value = value || ', without proposals' where key = 'contains'"
# What tells a build how far the file got: it must start over, or it would go on from a log with holes.
_OF_BUILDS: Final = ("_segments", "_frontier")


def has_proposals(path: Path) -> bool:
    """Say whether a built database has a proposal in it; raises `ArchiveError` where that cannot be told."""
    try:
        with closing(open_database(path, read_only=True)) as db:
            return bool(db.execute(f"select exists (select 1 from events where {_PROPOSAL})").fetchone()[0])
    except sqlite3.Error as error:
        raise ArchiveError(f"its events cannot be read: {error}", where=str(path)) from error


def publish(base: Path, target: Path) -> None:
    """Make the new database ``target`` from the built one ``base``; raises `ArchiveError` when that is none."""
    covered(base)  # raises when it is none
    with closing(open_database(target)) as db:
        # The file is disposable until it is published: no journal, and one fsync at the end.
        with closing(open_database(base, read_only=True)) as source:
            source.backup(db)
            schema_version = source.execute("pragma schema_version").fetchone()[0]
        db.execute("pragma journal_mode=off")
        db.execute("pragma synchronous=off")
        db.execute("pragma cache_size=-65536")
        db.execute("begin")
        _take_out(db)
        db.execute("commit")
        db.execute("vacuum")  # what was deleted is still in the pages until here
        # By this number Datasette tells whether it has seen these tables: they are those of the base.
        db.execute(f"pragma schema_version={int(schema_version)}")


def _take_out(db: sqlite3.Connection) -> None:
    db.execute("create temp table hidden (sequence integer primary key)")
    db.execute(_HIDDEN)
    tables = [name for (name,) in db.execute("select name from main.sqlite_master where type = 'table'")]
    columns = {name: [row[1] for row in db.execute(f"pragma main.table_info({quoted(name)})")] for name in tables}
    for name in _of_proposals(db, columns):
        _empty(db, name, columns)
    for name, of_table in columns.items():
        for column in _numbers(name, of_table):
            db.execute(f"delete from {quoted(name)} where {quoted(column)} {_IN_HIDDEN}")
    for name in _OF_BUILDS:
        db.execute(f"delete from {name}")
    for name in FULL_TEXT:
        if f"{name}_fts" in columns:
            db.execute(f"insert into {name}_fts ({name}_fts) values ('rebuild')")
    db.execute(_CONTAINS)
    db.execute(
        "insert or replace into meta values ('published', 'without proposals')"
    )  # and a replay of it is another one


def _of_proposals(db: sqlite3.Connection, columns: dict[str, list[str]]) -> list[str]:
    """Return the projections with a state, past or present, that a proposal made or ended.

    Its words may also be in states that came after it; so all of such a table is left out.
    """
    found = []
    for name in columns:
        history = f"{name}_history"
        if history in columns:
            hit = f"event {_IN_HIDDEN} or ended_by {_IN_HIDDEN}"
            sql = f"select exists (select 1 from {quoted(history)} where {hit})"
            sql += f" or exists (select 1 from {quoted(name)} where last_event {_IN_HIDDEN})"
            found += [name] if db.execute(sql).fetchone()[0] else []
    return found


def _empty(db: sqlite3.Connection, name: str, columns: dict[str, list[str]]) -> None:
    """Delete all rows of a projection, of what belongs to it, and what was counted in it."""
    for table in (name, f"{name}_history", f"{name}_possible"):
        if table in columns:
            db.execute(f"delete from {quoted(table)}")
    db.execute('delete from _disputes where "table" = ?', (name,))
    db.execute("delete from _counts where substr(status, 1, ?) = ?", (len(name) + 1, f"{name}."))


def _numbers(name: str, columns: list[str]) -> list[str]:
    """Return the columns of a table of the engine that hold numbers of events."""
    engine = name in ("events", "evidence") or name.startswith("_")
    return [column for column in ("sequence", "event", "other_event") if engine and column in columns]
