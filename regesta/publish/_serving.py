"""A replay in the place of its base, for the time of one request; and likewise the published copies of archives.

Guarantees that a request to a replay meets the titles, facets, queries and access rules of its base, on either
line of Datasette and whichever plugin gave them: no setting is copied, the replay answers to the name of its base.
Only its route, which links are made of, is its own. Requests beside it see the base, and no list has the replay.
A published copy has the route of its base too, and every list of a request that it stands in for has the copy.
"""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from queue import LifoQueue
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from datasette.database import Database
from datasette.utils.sqlite import sqlite3


class Serving(NamedTuple):
    """What a request is served from. ``by_name``: the page takes the route of a database for its name.

    ``text`` says what the replay shows, ``here`` is the address of the same page in the archive as it is.
    """

    replay: Replay
    by_name: bool
    text: str
    here: str


# What stands in for a database: its published copy, or None where there should be one and it cannot be had.
Copies = Mapping[Any, "Replay | None"]

# A request, and what it asks of the site itself, is one context.
_serving: Final[ContextVar[Serving | None]] = ContextVar("regesta_serving", default=None)
_copies: Final[ContextVar[Copies]] = ContextVar("regesta_copies", default=MappingProxyType({}))


@contextmanager
def serving(what: Serving | None) -> Iterator[None]:
    """Serve what runs inside from a replay, or with None from what there is."""
    token = _serving.set(what)
    try:
        yield
    finally:
        _serving.reset(token)


def served() -> Serving | None:
    """Return what the present request is served from, None where that is no replay."""
    return _serving.get()


@contextmanager
def standing_in(copies: Copies) -> Iterator[None]:
    """Let what runs inside see the published copies in the place of their bases, and no other ones."""
    token = _copies.set(copies)
    try:
        yield
    finally:
        _copies.reset(token)


def is_published(base: Any) -> bool:
    """Say whether the present request sees a database without its proposals."""
    return base in _copies.get()


class Databases(OrderedDict[str, Any]):
    """The databases of a site by name, where looking one up gives what stands in for it.

    What lists all, such as Datasette's catalog of tables, sees published copies, which have the tables of their bases,
    but no replays. `bases` and `copy`, which `add_database` starts from, give the databases themselves.
    """

    def __getitem__(self, name: str) -> Any:
        found = _instead(super().__getitem__(name))
        if found is None:
            raise KeyError(name)
        return found

    def get(self, name: str, default: Any = None) -> Any:
        """Return a database or ``default``."""
        found = _instead(super().get(name))
        return default if found is None else found

    def values(self) -> Any:
        """Return what routes are looked up in."""
        return [found for _, database in self.bases() if (found := _instead(database)) is not None]

    def items(self) -> Any:
        """Return the names with the databases, which are copies where the request sees these only."""
        return [(name, found) for name, database in self.bases() if (found := _published(database)) is not None]

    def bases(self) -> list[tuple[str, Any]]:
        """Return the names with the databases themselves."""
        return [(name, super(Databases, self).__getitem__(name)) for name in self]

    def copy(self) -> Databases:
        """Return the databases themselves."""
        return Databases(self.bases())


def _instead(database: Any) -> Any:
    what = _serving.get()
    return what.replay if what and database is not None and what.replay.base is database else _published(database)


def _published(database: Any) -> Any:
    return _copies.get().get(database, database)


class Replay(Database):  # type: ignore[misc]
    """A replay in a file, with all its connections open from the start, so that the file may be deleted meanwhile.

    Whoever uses it says so with `take` and `release`; once retired, it closes when nobody uses it.
    """

    def __init__(self, datasette: Any, base: Any, path: Path, route: str) -> None:
        # What is not known later than now is the base itself: it changes, and Datasette gives no copy of it.
        changes = bool(base.is_mutable) and path.samefile(base.path)
        super().__init__(datasette, path=str(path), is_mutable=changes)
        self.base, self.name, self._route = base, base.name, route
        self._uri = path.resolve().as_uri() + ("?mode=ro" if changes else "?immutable=1")
        status = path.stat()
        if not changes:
            self.cached_size = status.st_size
            # The name says what is in the file; reading all of a large one would stop the site for a while.
            self.cached_hash = hashlib.sha256(f"{path.name} {status.st_mtime_ns}".encode()).hexdigest()
        self._keys: dict[str, dict[str, str]] = {}
        self._users, self._retired, self._gone = 0, False, False
        self._lock = threading.Lock()
        self._idle: LifoQueue[Any] = LifoQueue()
        for _ in range(datasette.setting("num_sql_threads") or 1):
            connection = self.connect()
            datasette._prepare_connection(connection, self.name)
            self._idle.put(connection)

    @property
    def route(self) -> str:
        """The first segment of its addresses."""
        what = _serving.get()
        return self.name if what and what.by_name and what.replay is self else self._route

    @route.setter
    def route(self, value: str | None) -> None:
        self._route = value or ""

    @property
    def cached_table_counts(self) -> Any:
        """Row counts; never those of the base, which `datasette inspect` keeps under the same name."""
        return self._cached_table_counts

    def connect(self, write: bool = False) -> Any:
        """Return a new connection; it only reads."""
        if write:
            raise PermissionError("a replay cannot be written to")
        return sqlite3.connect(self._uri, uri=True, check_same_thread=False)

    async def execute_fn(self, fn: Callable[[Any], Any]) -> Any:
        """Run ``fn(connection)`` in a thread of Datasette's."""
        return await self._execute_fn(fn)

    async def _execute_fn(self, fn: Callable[[Any], Any]) -> Any:
        # The stable line keeps connections by the name of the database, which is the base's; so we keep our own.
        if self.ds.executor is None:
            return self._with_connection(fn)
        return await asyncio.get_running_loop().run_in_executor(self.ds.executor, self._with_connection, fn)

    async def execute_isolated_fn(self, fn: Callable[[Any], Any]) -> Any:
        """Run ``fn(connection)`` with a connection of its own, which `fn` may change the settings of."""

        def run() -> Any:
            connection = self.connect()
            try:
                return fn(connection)
            finally:
                connection.close()

        return run() if self.ds.executor is None else await asyncio.to_thread(run)

    def _with_connection(self, fn: Callable[[Any], Any]) -> Any:
        connection = self._idle.get()  # there are as many as there are threads
        try:
            return fn(connection)
        finally:
            self._put_back(connection)

    def _put_back(self, connection: Any) -> None:
        with self._lock:
            if self._gone:
                connection.close()
            else:
                self._idle.put(connection)

    async def referenced(self, table: str, column: str) -> str | None:
        """Return the table that a column points into, None where it is no foreign key."""
        if table not in self._keys:
            keys = await self.foreign_keys_for_table(table)
            self._keys[table] = {key["column"]: key["other_table"] for key in keys}
        return self._keys[table].get(column)

    def take(self) -> bool:
        """Keep the replay open until `release`; return False where it is closed already."""
        self._users += not self._gone
        return not self._gone

    def release(self) -> None:
        """Say that one user is done."""
        self._users -= 1
        if self._retired and not self._users:
            self.close()

    def retire(self) -> None:
        """Close as soon as nobody uses it."""
        self._retired = True
        if not self._users:
            self.close()

    def close(self) -> None:
        """Close all connections; one that a thread still works with, when it is done."""
        with self._lock:
            self._gone = True
            while not self._idle.empty():
                self._idle.get().close()
        super().close()
