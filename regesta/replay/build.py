"""Building the tables: a full build into a new file, or an incremental one that adds what is new.

Both give the same tables, row for row. A full build is always right; an incremental one is taken when the
file on disk is a build of a prefix of this log with this schema, by the same format.
"""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from regesta import durable
from regesta.archive import STATE_FOLDER, Archive
from regesta.database import open_database
from regesta.errors import ArchiveError, LogError, StorageError
from regesta.events.segment import check_file, segments
from regesta.limits import SQL_VALUE_BYTES
from regesta.replay._contents import FORMAT, Contents, Progress, declared_statuses
from regesta.replay.covered import covered, read_meta
from regesta.turn import turn


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build did: how many events the tables now cover, how many were new, and whether all was redone."""

    events: int
    new: int
    full: bool


def build(archive: Archive, *, full: bool = False, progress: Progress = lambda events: None) -> BuildResult:
    """Bring `archive.db` up to date with the log; ``full`` starts over whatever is there.

    A file that is being served is changed in one transaction, so that its readers see the old tables or the new
    ones. When anything is wrong with log or schema the file stays as it is (`ArchiveError`).
    """
    with turn(archive.folder / STATE_FOLDER, "build", "another build has been running", archive.database):
        archive.log.checkpoint(), archive.schema.digest  # what is broken is told before anything is touched
        for leftover in durable.leftovers(archive.folder):
            durable.discard(leftover)
        result = None if full else _incremental(archive, progress)
        result = result or _full(archive, progress)
    if result.full and covered(archive.database).redacted:
        archive.replays().clear()  # the log may have been redacted elsewhere, and replays from before have the words
    return result


def forget(archive: Archive) -> None:
    """Make every derived file anew, or remove it: of what was redacted, no byte stays in any of them."""
    if _is_plain(archive.database):
        build(archive, full=True)
    archive.replays().clear()  # after the build: until it is done, one could be made from the old tables


def build_into(archive: Archive, path: Path, progress: Progress = lambda events: None, limit: int | None = None) -> int:
    """Build everything into the new database ``path``, from the first ``limit`` events (None: all); return how many."""
    with closing(_open(path)) as db, _no_collection():
        # The file is disposable until it is published: no journal, and one fsync at the end.
        db.execute("pragma journal_mode=off")
        db.execute("pragma synchronous=off")
        db.execute("pragma cache_size=-65536")
        db.execute("begin")
        contents = Contents(archive, db, progress)
        contents.create_tables()
        size = contents.load(limit)
        contents.create_event_indexes()
        contents.apply_corrections()
        contents.fill()
        contents.create_table_indexes()
        contents.create_views()
        contents.create_full_text()
        if db.in_transaction:
            db.execute("commit")
    return size


def _full(archive: Archive, progress: Progress) -> BuildResult:
    temporary = durable.temporary_name(archive.database)
    try:
        size = build_into(archive, temporary, progress)
        swap_in(temporary, archive.database)
    except sqlite3.IntegrityError as error:  # of our own tables: the log has an id twice
        raise LogError(f"cannot be built: {error}", where=str(archive.log.folder), remedy=_VERIFY) from error
    except sqlite3.Error as error:
        raise StorageError(f"cannot be built: {error}", where=str(archive.database)) from error
    finally:
        durable.discard(temporary)
    return BuildResult(size, size, full=True)


def _incremental(archive: Archive, progress: Progress) -> BuildResult | None:
    """Add the new events in one transaction; None when only a full build will do."""
    if not _is_plain(archive.database):
        return None
    try:
        with closing(_open(archive.database)) as db:
            known = _known_size(archive, db)
            if known is None:
                return None
            db.execute("begin immediate")
            contents = Contents(archive, db, progress, touched={})
            size = contents.load()
            contents.apply_corrections()
            contents.touch_since(known)
            contents.refill()
            contents.update_full_text(known)
            db.execute("commit")
            return BuildResult(size, size - known, full=False)
    except (sqlite3.Error, ArchiveError):
        # Not a database, or not of this log: the full build starts from the log and says what is wrong with it.
        return None


def _known_size(archive: Archive, db: sqlite3.Connection) -> int | None:
    """Return how many events the database covers, None when it is not a build of this log and schema."""
    meta = read_meta(db)
    wanted = {"format": FORMAT, "schema": archive.schema.digest, "zone": archive.config.zone}
    wanted |= {"origin": archive.config.origin, "title": archive.config.title}
    wanted |= {"status": declared_statuses(archive.config)}
    if any(meta.get(key) != value for key, value in wanted.items()):
        return None
    known = db.execute("select number, bytes from _segments order by number").fetchall()
    paths = segments(archive.log.folder)
    size = (db.execute("select size from _frontier").fetchone() or [None])[0]
    if known != [(number, check_file(path)) for number, path in enumerate(paths[: len(known)], start=1)]:
        return None
    return size if isinstance(size, int) and meta.get("size") == str(size) else None


def swap_in(temporary: Path, target: Path) -> None:
    """Put a finished database in the place of ``target``, atomically, also under the eyes of its readers.

    A database that somebody may have open is overwritten through SQLite in one transaction: readers that hold
    the file open (Datasette does) see the new tables at their next query, which a rename would hide from them.
    """
    durable.sync_file(temporary)
    if _is_plain(target):
        try:
            with closing(open_database(temporary, read_only=True)) as source, closing(open_database(target)) as sink:
                sink.execute("pragma schema_version").fetchone()  # raises when it is no database
                source.backup(sink)
            return
        except sqlite3.DatabaseError as error:
            if "not a database" not in str(error) and "malformed" not in str(error):
                raise
    durable.publish_over(temporary, target)


def _open(path: Path) -> sqlite3.Connection:
    db = open_database(path)
    # The archive's SQL runs here: no row of its making becomes larger than an answer to a query may be.
    db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, SQL_VALUE_BYTES)
    return db


@contextmanager
def _no_collection() -> Iterator[None]:
    """Pause the search for cyclic garbage, of which a build makes none: a fifth of the time goes into it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _is_plain(path: Path) -> bool:
    """Say whether there is a file that may be written to; a link that came with the archive leads who knows where."""
    return path.is_file() and not path.is_symlink()


_VERIFY = "run `regesta verify`"
