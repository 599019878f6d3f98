"""Replays: the archive as of a date that things happened, or as it was known at a date, as a database of its own.

A replay of what was known is a build of the log's first events. A replay of what had happened is a snapshot of a
built database. Both together are the snapshot of such a build. A few are kept in `.regesta/replays`; each is
named by what is in it, so it never grows stale, and all may be deleted.
"""

from __future__ import annotations

import os
import sqlite3
from base64 import b64decode
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from filelock import FileLock, Timeout

from regesta import durable
from regesta.archive import CONFIG
from regesta.database import open_database
from regesta.database import quote_identifier as quoted
from regesta.errors import ArchiveError, StorageError, UsageError
from regesta.events.log import make_state_folder
from regesta.limits import LOCK_TIMEOUT_S, REPLAY_WHOLE_EVENTS, REPLAYS_KEPT
from regesta.replay.asof import AsOf, Moment, moment_at
from regesta.replay.bounds import bound_second
from regesta.replay.covered import Covered, covered
from regesta.replay.keys import projections_of
from regesta.replay.published import has_proposals, publish
from regesta.replay.snapshot import Extent, take_snapshot
from regesta.schema.dates import bounds

# Builds the first so many events of the log into a new file.
BuildPrefix = Callable[[Path, int], object]
_BUILD: Final = "run `regesta build`"
_UTC: Final = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Replays:
    """The replays of the built database ``base``, kept in ``folder``.

    ``build_prefix`` makes the database of an earlier state of the log; None where the log is not at hand.
    """

    base: Path
    folder: Path
    build_prefix: BuildPrefix | None = None

    def get(
        self, point: AsOf, *, possible: bool = False, tables: Collection[str] | None = None, published: bool = False
    ) -> Path:
        """Return a database as of ``point``, made unless it is kept; it stays while it is among the last used.

        With ``tables`` it may have only these and the fixed lists, which takes a fraction of the time in a large
        archive; in a small one it is whole all the same, to serve the next question as well. ``published``: it is
        of the archive without its proposals, which is the built database itself where there are none.
        Raises `ArchiveError` when the built database is not usable, `StorageError` when there is no room.
        """
        with self._turn():
            path = self._known(point.known)
            if published:
                path = self._published(path)
            if point.at is not None:
                path = self._snapshot(path, point.at, possible, tables)
            self._forget(keep=path)
            return path

    def write(self, point: AsOf, target: Path, *, possible: bool = False) -> None:
        """Make the database as of ``point`` at ``target``; it may take the place of an earlier replay, nothing else."""
        if target.exists() and not _is_replay(target):
            remedy = "name another file, or delete it first"
            raise UsageError("holds something else than a replay, and stays as it is", where=str(target), remedy=remedy)
        temporary = durable.temporary_name(target)
        try:
            with self._turn():
                source = self._known(point.known)
                self._write(source, point, temporary, possible)
                self._forget(keep=source)
            durable.sync_file(temporary)
            durable.publish_over(temporary, target)
        except sqlite3.Error as error:
            raise StorageError(f"cannot be written: {error}", where=str(target)) from error
        finally:
            durable.discard(temporary)

    def clear(self) -> None:
        """Delete every kept replay; on POSIX who has one open may go on reading it."""
        if not self.folder.is_dir():
            return
        with self._turn():
            for path in self.folder.iterdir():
                if path.suffix != ".lock":
                    durable.discard(path)

    def _write(self, source: Path, point: AsOf, target: Path, possible: bool) -> None:
        if point.at is not None:
            take_snapshot(source, target, moment_at(point.at, covered(source).zone), Extent(possible))
            return
        with closing(open_database(source, read_only=True)) as db, closing(open_database(target)) as copy:
            db.backup(copy)

    def _known(self, known: int | None) -> Path:
        """Return the database of what was recorded by the millisecond ``known``."""
        whole = covered(self.base)
        size = whole.size if known is None else recorded_by(self.base, known, whole.size)
        if size == whole.size:
            return self.base
        if self.build_prefix is None:
            raise UsageError("what was known earlier can only be told where the archive's log is")
        build = self.build_prefix
        path = self._kept(f"{_name(whole)}-known-{size}", lambda path: build(path, size))
        if covered(path).made_by != whole.made_by:
            durable.discard(path)
            message = "was built with another schema than the archive has now"
            raise ArchiveError(message, where=str(self.base), remedy=_BUILD)
        return path

    def _published(self, base: Path) -> Path:
        """Return the published copy of a database, which is itself where it has no proposals."""
        if not has_proposals(base):
            return base
        return self._kept(_published_name(base), lambda path: publish(base, path))

    def _snapshot(self, base: Path, at: int, possible: bool, tables: Collection[str] | None) -> Path:
        known = covered(base)
        point = moment_at(at, known.zone)
        if not possible:  # what is possible changes at other seconds as well
            point = snapped(base, point, known.zone)
        whole = tables is None or possible or known.size <= REPLAY_WHOLE_EVENTS
        extent = Extent(possible, None if whole else frozenset(tables or ()))
        part = (
            "" if extent.tables is None else f"-of-{sha256(' '.join(sorted(extent.tables)).encode()).hexdigest()[:12]}"
        )
        name = f"{_name(known)}-at-{point.second}{'-possible' if possible else part}"
        return self._kept(name, lambda path: take_snapshot(base, path, point, extent))

    def _kept(self, name: str, make: Callable[[Path], object]) -> Path:
        path = self.folder / f"{name}.db"
        if path.is_file() and not path.is_symlink():
            os.utime(path)
            return path
        temporary = durable.temporary_name(path)
        try:
            make(temporary)
            durable.sync_file(temporary)  # half a file under a name that says it is whole would be taken for it
            temporary.replace(path)
        except (sqlite3.Error, OSError, MemoryError) as error:
            raise StorageError(f"the replay cannot be made: {error}", where=str(self.folder)) from error
        finally:
            durable.discard(temporary)
        return path

    def _forget(self, keep: Path) -> None:
        """Delete all but the replays that were used last; on POSIX who has one open may go on reading it.

        The published copy of the archive as it is stays: every visitor of a site is served from it.
        """
        kept = (keep, self.folder / f"{_published_name(self.base)}.db")
        files = sorted(self.folder.glob("*.db"), key=lambda path: path.lstat().st_mtime_ns, reverse=True)
        for path in files[REPLAYS_KEPT:]:
            if path not in kept:
                durable.discard(path)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let one replay be made at a time."""
        try:
            make_state_folder(self.folder.parent)  # raises when that or anything in it is a link
            self.folder.mkdir(parents=True, exist_ok=True)
            if self.folder.is_symlink():
                raise ArchiveError("is a link; a state folder must be a folder of its own", where=str(self.folder))
            with FileLock(self.folder / "replays.lock", timeout=LOCK_TIMEOUT_S):
                for leftover in durable.leftovers(self.folder):
                    durable.discard(leftover)
                yield
        except Timeout:
            message = f"another replay has been in the making for {LOCK_TIMEOUT_S:g} s"
            raise StorageError(message, where=str(self.folder), remedy="try again") from None
        except OSError as error:
            raise StorageError(f"cannot be written: {error.strerror or error}", where=str(self.folder)) from error


class Summary(NamedTuple):
    """What a replay holds: in words, and how many events, tables of the archive, and rows in them."""

    contains: str
    events: int
    tables: int
    rows: int


def summary(path: Path) -> Summary:
    """Return what the database ``path`` holds."""
    with closing(open_database(path, read_only=True)) as db:
        contains = db.execute("select value from meta where key = 'contains'").fetchone()[0]
        counts = [db.execute(f"select count(*) from {quoted(name)}").fetchone()[0] for name in projections_of(db)]
        events = db.execute("select count(*) from events").fetchone()[0]
        return Summary(contains, events, len(counts), sum(counts))


def recorded_by(path: Path, known: int, size: int) -> int:
    """Return how many of the first ``size`` events were recorded by the millisecond ``known``.

    The recorded time never decreases along the log, so some twenty events tell.
    """
    with closing(open_database(path, read_only=True)) as db:
        first, last = 0, size
        while first < last:
            middle = (first + last + 1) // 2
            row = db.execute("select recorded from events where sequence = ?", (middle,)).fetchone()
            first, last = (middle, last) if row and _millisecond(row[0]) <= known else (first, middle - 1)
    return first


def snapped(path: Path, point: Moment, zone: ZoneInfo) -> Moment:
    """Return the last moment not after ``point`` at which something changed, so that quiet days share one replay."""
    if not point.steady:
        return point
    with closing(open_database(path, read_only=True)) as db:
        timeless = {row[0] for row in db.execute("select type from _types where timeless")}
        types = [row[0] for row in db.execute("select distinct type from events") if row[0] not in timeless]
        sql = "select max(latest) from events where type = ? and latest <= ?"
        before = [db.execute(sql, (name, point.text)).fetchone()[0] for name in types]
    last = max(filter(None, before), default=None)
    if last is None:
        return point
    found = moment_at(bound_second(last), zone)
    return found if found.steady else point  # only around a steady moment is the greatest text the last


def _millisecond(recorded: str) -> int:
    second = bounds(recorded, _UTC).earliest or 0
    return second * 1000 + int(recorded[20:23].rstrip("Z") or 0)


def _is_replay(path: Path) -> bool:
    """Say whether a file may be replaced: a build, but not the one that an archive has beside its `archive.toml`."""
    try:
        return path.is_file() and bool(covered(path)) and not (path.resolve().parent / CONFIG).exists()
    except ArchiveError:
        return False


def _published_name(path: Path) -> str:
    return f"{_name(covered(path))}-published"


def _name(known: Covered) -> str:
    redacted = f"-{known.redacted[:12]}" if known.redacted else ""
    return f"{known.size}-{b64decode(known.root).hex()[:12]}-{known.made_by[:12]}{redacted}"
