"""The archives of a site, and the replays of them that are open.

Guarantees that a replay is of its archive as it is on disk at the time of the request, that replays are made one
at a time and off the event loop, and that at most `REPLAYS_ON_SITE` stay open that nobody is reading, beside one
published copy of each archive. A database that was an archive, or may be one, is never taken for another.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import tempfile
import weakref
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from regesta.archive import CONFIG, Archive
from regesta.database import open_database
from regesta.errors import ArchiveError, StorageError
from regesta.limits import REPLAYS_ON_SITE, REPLAYS_WAITING
from regesta.publish._address import Wish, wish
from regesta.publish._serving import Databases, Replay, is_published
from regesta.replay.asof import AsOf
from regesta.replay.covered import covered
from regesta.replay.published import has_proposals
from regesta.replay.replays import Replays

_TRIES: Final = 3
# What SQLite says of a file that is somebody else's; a lock or a broken disk says nothing of whose it is.
_NO_ARCHIVE: Final = ("no such table", "no such column", "not a database")

# What tells two states of a file apart, and of what SQLite may have written beside it (WAL).
Stamp = tuple[int, ...]
# The name of an archive, the route of a replay of it, which says its point, and whether it is without proposals.
Key = tuple[str, str, bool]


@dataclass(frozen=True, slots=True)
class Ground:
    """A database of the site that is a built archive: ``tables`` and views, and those of them with a history."""

    base: Any
    stamp: Stamp
    zone: ZoneInfo
    tables: frozenset[str]
    has_proposals: bool

    @property
    def name(self) -> str:
        """Its name on the site."""
        return str(self.base.name)

    @property
    def path(self) -> Path:
        """Its file."""
        return Path(self.base.path)

    def keeps_dates(self, table: str) -> bool:
        """Say whether a table can be asked as of a date itself: the events and every history."""
        return table == "events" or (table.endswith("_history") and table.removesuffix("_history") in self.tables)


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in the file of a database when it had this stamp; no ``ground`` where it is no archive."""

    base: Any
    stamp: Stamp
    ground: Ground | None


@dataclass(frozen=True, slots=True)
class Held:
    """An open replay, and the state of its base that it belongs to; ``dated``: it is as of some point."""

    replay: Replay
    stamp: Stamp
    dated: bool

    def is_current(self, stamp: Stamp) -> bool:
        """Say whether the base is as it was, and the file still there to be downloaded."""
        return self.stamp == stamp and Path(self.replay.path).is_file()


class Site:
    """The archives and replays of one Datasette."""

    def __init__(self, datasette: Any) -> None:
        self._datasette = datasette
        self._looked: dict[str, Looked] = {}
        self._held: OrderedDict[Key, Held] = OrderedDict()
        self._making: dict[Key, Future[Held]] = {}
        self._maker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="regesta-replay")

    @property
    def files(self) -> list[Any]:
        """The databases of the site that are in files."""
        return [item for _, item in self._datasette.databases.bases() if item.path]

    def database(self, route: str) -> Any:
        """Return the database in a file that has this route, None where there is none."""
        return next((item for item in self.files if item.route == route), None)

    def addressed(self, segment: str) -> tuple[Any, Wish | None]:
        """Return the database that the first segment of a path is about, None for none, and what is asked of it."""
        base, asked = self.database(segment), None
        if base is None:
            asked = wish(segment)
            base = self.database(asked.name) if asked else None
        return base, asked

    async def ground(self, database: Any) -> Ground | None:
        """Return what is known of a database, or of the one that it stands in for; None where it is no built archive.

        Raises `StorageError` where that cannot be told now.
        """
        base = database.base if isinstance(database, Replay) else database
        if not base.path:
            return None
        known = self._looked.get(base.name)
        if known is not None and known.base is not base:
            known = None
        try:
            stamp = _stamp(base.path)
        except OSError as error:
            if known and known.ground:  # Datasette may still have the file open that was deleted
                raise StorageError("the archive's database cannot be found") from error
            return None
        if known is None or known.stamp != stamp:
            ground = await asyncio.to_thread(_look, base, stamp)
            known = self._looked[base.name] = Looked(base, stamp, ground)
        return known.ground

    def has(self, ground: Ground, route: str) -> bool:
        """Say whether the replay for the present request is open and belongs to the archive as it is."""
        held = self._held.get((ground.name, route, is_published(ground.base)))
        return held is not None and held.is_current(ground.stamp)

    async def copy(self, ground: Ground) -> Replay:
        """Return the published copy of an archive that has proposals; it stays open until it is released.

        Raises `ArchiveError` and `StorageError` as `Replays.get`.
        """
        return await self._taken((ground.name, str(ground.base.route), True), ground, AsOf())

    async def take(self, ground: Ground, point: AsOf, route: str) -> Replay:
        """Return a replay that stays open until it is released, made unless there is one.

        It has no proposals where the present request sees none.
        Raises `UsageError` for what this archive cannot tell, `ArchiveError` and `StorageError` as `Replays.get`.
        """
        return await self._taken((ground.name, route, is_published(ground.base)), ground, point)

    async def _taken(self, key: Key, ground: Ground, point: AsOf) -> Replay:
        for _ in range(_TRIES):
            held = self._held.get(key)
            if held is None or not held.is_current(ground.stamp):
                held = await self._made(key, ground, point)
            # What others waited for too may be of an earlier state, or closed again to make room.
            if held.stamp == ground.stamp and held.replay.take():
                if key in self._held:
                    self._held.move_to_end(key)
                return held.replay
        raise StorageError("too many dates are asked for at once", remedy="try again")

    async def _made(self, key: Key, ground: Ground, point: AsOf) -> Held:
        making = self._making.get(key)
        if making is None:
            if len(self._making) >= REPLAYS_WAITING and point != AsOf():
                raise StorageError(f"others are waiting for {REPLAYS_WAITING} dates", remedy="try again")
            making = self._making[key] = self._maker.submit(self._make, ground, point, key)
        try:
            # Who goes away does not take the replay from those who wait for it too.
            held = await asyncio.shield(asyncio.wrap_future(making))
        finally:
            first = making.done() and self._making.get(key) is making
            if first:
                del self._making[key]
        if first:
            self._keep(key, held)
        return held

    def _keep(self, key: Key, held: Held) -> None:
        before = self._held.pop(key, None)
        self._held[key] = held
        retired = [before] if before else []
        dated = [name for name, item in self._held.items() if item.dated]
        retired += [self._held.pop(name) for name in dated[:-REPLAYS_ON_SITE]]
        for item in retired:
            item.replay.retire()

    def _make(self, ground: Ground, point: AsOf, key: Key) -> Held:
        _, route, published = key
        for attempt in (1, 2):
            path = self._file(ground, point, published)
            try:
                return Held(Replay(self._datasette, ground.base, path, route), ground.stamp, point != AsOf())
            except (OSError, sqlite3.OperationalError) as error:
                # Another process that keeps replays in the same folder had its turn in between.
                if attempt == 2:
                    raise StorageError(f"the replay cannot be opened: {error}") from error
        raise AssertionError

    def _file(self, ground: Ground, point: AsOf, published: bool) -> Path:
        archive = archive_of(ground.path)
        replays = archive.replays() if archive else None
        if replays:
            try:
                return replays.get(point, published=published)
            except (OSError, StorageError):
                pass  # a folder that cannot be written: the archive may be on a read-only disk
        folder = self._temporary / sha256(str(ground.path).encode()).hexdigest()[:16]
        own = replace(replays, folder=folder) if replays else Replays(ground.path, folder)
        try:
            return own.get(point, published=published)
        except OSError as error:
            raise StorageError(f"the replay cannot be made: {error.strerror}") from error

    @cached_property
    def _temporary(self) -> Path:
        """A folder for the replays that have none beside their archive, deleted with the site."""
        path = tempfile.mkdtemp(prefix="regesta-replays-")
        weakref.finalize(self, shutil.rmtree, path, ignore_errors=True)
        return Path(path)

    def close(self) -> None:
        """Close every replay that nobody is reading, the others when they are done."""
        while self._held:
            self._held.popitem()[1].replay.retire()


def site_of(datasette: Any) -> Site:
    """Return the archives and replays of a Datasette, and have its databases looked up through them."""
    if not isinstance(datasette.databases, Databases):
        datasette.databases = Databases(datasette.databases.items())
    known = datasette.__dict__.get("_regesta")
    if known is None:
        known = datasette._regesta = Site(datasette)
    site: Site = known
    return site


def _look(base: Any, stamp: Stamp) -> Ground | None:
    path = Path(base.path)
    try:
        zone = covered(path).zone
    except ArchiveError as error:
        cause = error.__cause__
        if isinstance(cause, sqlite3.Error) and not any(words in str(cause) for words in _NO_ARCHIVE):
            raise StorageError(f"the archive's database cannot be read: {cause}", remedy="try again") from error
        return None
    try:
        with closing(open_database(path, read_only=True)) as db:
            names = db.execute("select name from sqlite_master where type in ('table', 'view')").fetchall()
        return Ground(base, stamp, zone, frozenset(name for (name,) in names), has_proposals(path))
    except (ArchiveError, sqlite3.Error) as error:
        raise StorageError(f"the archive's database cannot be read: {error}", remedy="try again") from error


def archive_of(path: Path) -> Archive | None:
    """Return the archive that a file is the built database of, None where its folder is not at hand."""
    folder = path.resolve().parent
    if not (folder / CONFIG).is_file():
        return None
    try:
        archive = Archive.open(folder)
    except ArchiveError:
        return None
    # A replay that somebody wrote into the archive's folder is not its built database.
    return archive if archive.database.exists() and archive.database.samefile(path) else None


def _stamp(path: str) -> Stamp:
    status = Path(path).stat()
    try:
        beside = Path(f"{path}-wal").stat()
        log = (beside.st_size, beside.st_mtime_ns) if beside.st_size else ()
    except OSError:
        log = ()
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, *log
