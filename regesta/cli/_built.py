"""Whether `archive.db` says what the log and the schema say now; and bringing it there.

Told from sizes and digests alone, in time that does not grow with the events; nothing is locked or created.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from regesta.cli._terminal import notice, progress
from regesta.database import open_database
from regesta.errors import ArchiveError, LogError
from regesta.events.checkpoint import CHECKPOINT, read_checkpoint
from regesta.events.segment import check_file, segments
from regesta.replay.covered import read_meta
from regesta.schema import schema_digest

if TYPE_CHECKING:
    from regesta.archive import Archive
    from regesta.replay.build import BuildResult

_BUILD: Final = "run `regesta build`"
_FOREIGN: Final = "archive.db is not a database that Regesta built"
_ANOTHER_LOG: Final = "archive.db was built from another log"


@dataclass(frozen=True, slots=True)
class Built:
    """What is known of `archive.db`: ``size`` events of this log are in it; ``stale`` says why to build it again."""

    exists: bool
    size: int = 0
    stale: str | None = None

    @property
    def current(self) -> bool:
        """Whether the tables are those of the log and the schema as they are now."""
        return self.exists and self.stale is None


def built(archive: Archive) -> Built:
    """Look at the built database of ``archive``."""
    if not archive.database.is_file():
        return Built(exists=False, stale="archive.db is not built yet")
    try:
        with closing(open_database(archive.database, read_only=True)) as db:
            meta = read_meta(db)
            parts = db.execute("select bytes from _segments order by number").fetchall()
            stale = _stale(archive, meta, [row[0] for row in parts])
            return Built(True, 0 if stale == _ANOTHER_LOG else int(meta["size"]), stale)
    except (sqlite3.Error, KeyError, ValueError):
        return Built(exists=True, stale=_FOREIGN)


def _stale(archive: Archive, meta: dict[str, str], parts: list[int]) -> str | None:
    held = [check_file(path) for path in segments(archive.folder / "events")]
    if held[: len(parts)] != parts:
        return _ANOTHER_LOG
    if len(held) > len(parts):
        return "archive.db does not have the newest events"
    if meta.get("schema") != schema_digest(archive.folder / "schema") or meta.get("zone") != archive.config.zone:
        return "archive.db was built with another schema"
    return None


def ready(archive: Archive) -> None:
    """Build `archive.db` if there is none; if it lags behind, say so and leave it as it is.

    Raises `ArchiveError` for a file that no build made: what is asked of it may have no end.
    """
    state = built(archive)
    if not state.exists:
        run_build(archive)
    elif state.stale == _FOREIGN:
        raise ArchiveError("is not a database that Regesta built", where=str(archive.database), remedy=_BUILD)
    elif state.stale:
        notice(f"{state.stale}; {_BUILD}")


def run_build(archive: Archive, *, full: bool = False) -> BuildResult:
    """Build with progress."""
    from regesta.replay.build import build

    with progress("building", checkpoint_size(archive)) as advance:
        return build(archive, full=full, progress=advance)


def checkpoint_size(archive: Archive) -> int | None:
    """Return how many events the checkpoint covers, as a total for progress; None when that cannot be told."""
    try:
        checkpoint = read_checkpoint(archive.folder / "events" / CHECKPOINT)
    except LogError:
        return None
    return checkpoint.size if checkpoint else None
