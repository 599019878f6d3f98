"""An archive: a folder with `archive.toml`, `events/`, `schema/`; opening one runs none of its code.

>>> Archive.open("tests")
Traceback (most recent call last):
    ...
regesta.errors.ArchiveError: tests: this is not an archive: there is no archive.toml (...)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from regesta.config import Config, config_of
from regesta.errors import ArchiveError, UsageError
from regesta.limits import CONFIG_BYTES
from regesta.plain import read_toml
from regesta.schema import Schema, load_schema

if TYPE_CHECKING:
    from sqlite_utils import Database

    from regesta.events.admission import Admission
    from regesta.events.log import AppendResult, Log, Place
    from regesta.events.model import Draft
    from regesta.replay.counts import Count
    from regesta.replay.replays import Replays
    from regesta.schema.sandbox import Setting

CONFIG = "archive.toml"
STATE_FOLDER = ".regesta"


@dataclass(frozen=True)
class Archive:
    """An opened archive. ``Archive.open(path)`` reads the configuration; schema and log follow when needed."""

    folder: Path
    config: Config

    @classmethod
    def open(cls, folder: str | Path = ".") -> Archive:
        """Open the archive in ``folder``; raises `ArchiveError` when there is none or its settings are wrong."""
        root = Path(folder).resolve()
        return cls(root, _read_config(root))

    @cached_property
    def zone(self) -> ZoneInfo:
        """The archive's home time zone."""
        return ZoneInfo(self.config.zone)

    @cached_property
    def schema(self) -> Schema:
        """Event types, reference lists, projections and views."""
        return load_schema(self.folder / "schema")

    @cached_property
    def log(self) -> Log:
        """The log of the archive, with the checks that an append makes."""
        from regesta.events.log import Log

        return Log(
            self.folder / "events",
            self.folder / STATE_FOLDER,
            self.config.origin,
            self.schema.types,
            lambda events: self._admission.check(events),  # made when the first append needs it
        )

    @cached_property
    def _admission(self) -> Admission:
        from regesta.events.admission import Admission  # brings in the SQL parser (150 ms)

        return Admission(self.schema, self.zone, self.config.quotes)

    @property
    def database(self) -> Path:
        """Where the built tables are."""
        return self.folder / "archive.db"

    @property
    def metadata(self) -> Path:
        """How the tables are published."""
        return self.folder / "datasette-metadata.json"

    def at(
        self, date: str | None = None, *, known: str | None = None, possible: bool = False, build: bool = True
    ) -> Database:
        """Return a read-only database in which every table is as of ``date``, or as it was ``known`` at a date.

        Dates are as people write them, and mean their end: "2017-07-01" is the end of that day in the archive's
        zone. ``possible`` adds tables of what may have held by then, such as `responses_possible`. The tables are
        built first when they are not up to date with the log, unless ``build`` is False. Raises `UsageError`
        for what is no single point in time.
        """
        from sqlite_utils import Database

        from regesta.database import open_database
        from regesta.replay.asof import as_of
        from regesta.replay.build import build as bring_up_to_date

        point = as_of(date, known, self.zone)
        if build:
            bring_up_to_date(self)
        path = self.replays().get(point, possible=possible)
        return Database(open_database(path, read_only=True))

    def counts(self, table: str, column: str, at: str) -> dict[Any, Count]:
        """Return how many rows of ``table`` had each value of ``column`` at a date, certainly and possibly.

        Reads `archive.db` as it is built; a column that is declared in `[[status]]` is counted without looking at
        the rows. Raises `UsageError` for what is no single point in time, no table or no column.
        """
        from contextlib import closing

        from regesta.database import open_database
        from regesta.replay.asof import add_functions, moment_at
        from regesta.replay.counts import counts
        from regesta.replay.keys import columns_of, projections_of
        from regesta.schema.dates import moment

        point = moment_at(moment(at, self.zone), self.zone)
        with closing(open_database(self.database, read_only=True)) as db:
            add_functions(db)
            if table not in projections_of(db) or column not in columns_of(db, table).values:
                raise UsageError(f"there is no table {table!r} with a history and a column {column!r} outside its key")
            return counts(db, table, column, point)

    def replays(self, progress: Callable[[int], None] = lambda events: None) -> Replays:
        """Return the replays of the built tables; ``progress`` is told how many events an earlier log has staged."""
        from regesta.replay.build import build_into
        from regesta.replay.replays import Replays

        return Replays(
            self.database,
            self.folder / STATE_FOLDER / "replays",
            lambda path, size: build_into(self, path, progress, size),
        )

    def would_set(self, draft: Draft) -> list[Setting]:
        """Return what an event says of the rows of the tables, without appending it; raises `EventError`."""
        from regesta.events.model import prepare

        return self._admission.settings(prepare(draft, self.schema.types))

    def append(
        self,
        drafts: Iterable[Draft],
        *,
        expected_size: int | None = None,
        place: Place = "event {}".format,
        dry_run: bool = False,
    ) -> AppendResult:
        """Append events, all or none; see `Log.append`."""
        return self.log.append(drafts, expected_size=expected_size, place=place, dry_run=dry_run)


def _read_config(root: Path) -> Config:
    path = root / CONFIG
    if not path.is_file():
        remedy = f"go to an archive's folder or name it with -C; {CONFIG} makes a folder an archive"
        raise ArchiveError(f"this is not an archive: there is no {CONFIG}", where=str(root), remedy=remedy)
    return config_of(read_toml(path, CONFIG_BYTES), str(path))
