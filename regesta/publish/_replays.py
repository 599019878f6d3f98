"""The archives of a site, and the replays of them that are open.

Guarantees that a replay is of its archive as it is on disk at the time of the request, that replays are made one
at a time and off the event loop, and that at most `REPLAYS_ON_SITE` stay open that nobody is reading.
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
from regesta.publish._serving import Databases, Replay
from regesta.replay.asof import AsOf
from regesta.replay.covered import covered
from regesta.replay.replays import Replays

_TRIES: Final = 3

Stamp = tuple[int, int, int, int]
# The name of an archive, and the route of a replay of it, which says its point.
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Ground:
    """A database of the site that is a built archive: ``tables`` and views, and those of them with a history."""

    base: Any
    stamp: Stamp
    zone: ZoneInfo
    tables: frozenset[str]

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
class Held:
    """An open replay, and the state of its base that it belongs to."""

    replay: Replay
    stamp: Stamp

    def is_current(self, stamp: Stamp) -> bool:
        """Say whether the base is as it was, and the file still there to be downloaded."""
        return self.stamp == stamp and Path(self.replay.path).is_file()


class Site:
    """The archives and replays of one Datasette."""

    def __init__(self, datasette: Any) -> None:
        self._datasette = datasette
        self._grounds: dict[str, Ground] = {}
        self._held: OrderedDict[Key, Held] = OrderedDict()
        self._making: dict[Key, Future[Held]] = {}
        self._maker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="regesta-replay")

    def database(self, route: str) -> Any:
        """Return the database in a file that has this route, None where there is none."""
        found = (item for _, item in self._datasette.databases.items() if item.route == route)
        return next((item for item in found if item.path), None)

    async def ground(self, base: Any) -> Ground | None:
        """Return what is known of a database, None where it is no built archive."""
        known = self._grounds.get(base.name)
        try:
            stamp = _stamp(base.path)
            if known is None or known.base is not base or known.stamp != stamp:
                known = await asyncio.to_thread(_look, base, stamp)
                self._grounds[base.name] = known
        except (ArchiveError, OSError):
            return None
        return known

    def has(self, ground: Ground, route: str) -> bool:
        """Say whether a replay is open that belongs to the archive as it is."""
        held = self._held.get((ground.name, route))
        return held is not None and held.is_current(ground.stamp)

    async def take(self, ground: Ground, point: AsOf, route: str) -> Replay:
        """Return a replay that stays open until it is released, made unless there is one.

        Raises `UsageError` for what this archive cannot tell, `ArchiveError` and `StorageError` as `Replays.get`.
        """
        key = (ground.name, route)
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
            if len(self._making) >= REPLAYS_WAITING:
                raise StorageError(f"others are waiting for {REPLAYS_WAITING} dates", remedy="try again")
            making = self._making[key] = self._maker.submit(self._make, ground, point, key[1])
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
        while len(self._held) > REPLAYS_ON_SITE:
            retired.append(self._held.popitem(last=False)[1])
        for item in retired:
            item.replay.retire()

    def _make(self, ground: Ground, point: AsOf, route: str) -> Held:
        for attempt in (1, 2):
            path = self._file(ground, point)
            try:
                return Held(Replay(self._datasette, ground.base, path, route), ground.stamp)
            except (OSError, sqlite3.OperationalError) as error:
                # Another process that keeps replays in the same folder had its turn in between.
                if attempt == 2:
                    raise StorageError(f"the replay cannot be opened: {error}") from error
        raise AssertionError

    def _file(self, ground: Ground, point: AsOf) -> Path:
        archive = archive_of(ground.path)
        replays = archive.replays() if archive else None
        if replays:
            try:
                return replays.get(point)
            except (OSError, StorageError):
                pass  # a folder that cannot be written: the archive may be on a read-only disk
        folder = self._temporary / sha256(str(ground.path).encode()).hexdigest()[:16]
        own = replace(replays, folder=folder) if replays else Replays(ground.path, folder)
        try:
            return own.get(point)
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


def _look(base: Any, stamp: Stamp) -> Ground:
    zone = covered(Path(base.path)).zone
    with closing(open_database(Path(base.path), read_only=True)) as db:
        names = db.execute("select name from sqlite_master where type in ('table', 'view')").fetchall()
    return Ground(base, stamp, zone, frozenset(name for (name,) in names))


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
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
