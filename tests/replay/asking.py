"""Asking an archive for replays, and looking into the files that come back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from regesta.archive import Archive
from regesta.events import log as log_module
from regesta.replay.asof import AsOf, as_of

Row = tuple[Any, ...]


def point(archive: Archive, at: str | None = None, known: str | None = None) -> AsOf:
    return as_of(at, known, archive.zone)


def get(archive: Archive, at: str | None = None, known: str | None = None, *, possible: bool = False) -> Path:
    return archive.replays().get(point(archive, at, known), possible=possible)


def rows(path: Path, sql: str) -> list[Row]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
        return db.execute(sql).fetchall()


def size(path: Path) -> int:
    count: int = rows(path, "select count(*) from events")[0][0]
    return count


def kept(archive: Archive) -> list[str]:
    return sorted(path.name for path in archive.replays().folder.glob("*.db"))


def files(archive: Archive) -> set[str]:
    return {path.name for path in archive.replays().folder.iterdir()} - {"replays.lock"}


def record(archive: Archive, when: str, batch: list[dict[str, Any]]) -> None:
    """Append as if it were ``when``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(log_module, "_now", lambda: when)
        archive.append(batch)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())
