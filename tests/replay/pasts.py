"""Small random pasts of an archive: vague and late events, replaced and retracted ones, each append on a day of its own.

They are to be compared with replays, which have a model of their own (`asof_model.py`), so there is none here.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from regesta.archive import Archive
from regesta.events import log as log_module
from regesta.replay.build import build
from tests.archives import answer, listing, log_lines, make_archive, retraction
from tests.examples import times

MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # an append syncs, which a disk takes time for
KEY = ("letter", "place")
VALUES = ("answer", "reason", "pages", "share", "final")
STATUS = '\n[[status]]\ntable = "answers"\ncolumn = "{}"\n'
# Two of them in the hour that New York has twice, where the later one is the smaller text.
DATES = (
    None, "2017", "2017-06", "2017-06-30", "2017-07-01~", "2017-06-28/2017-07-05", "../2017-07-01", "2017-06-29/..",
    "2017-07-01T16:02:00", "2017-07-01T16:02:00Z", "2017-11-05T01:30:00-04:00", "2017-11-05T01:10:00-05:00", "1969-12-31",
)  # fmt: skip
MOMENTS = (
    "1960", "1969-12-31", "2017-06-28", "2017-06-30", "2017-07-01", "2017-07-01T16:02:00Z", "2017-07-04", "2017-07-05",
    "2017-11-05T01:30:00-04:00", "2017-11-05T01:10:00-05:00", "2017-12", "2018",
)  # fmt: skip

Row = dict[str, Any]


class Move(NamedTuple):
    """What happens to the log: a fact, which replaces the event ``about`` where that is given, or retracts it."""

    place: str
    says: str | None
    pages: int | None
    date: str | None
    about: int | None
    retracts: bool
    ends_day: bool


pasts = st.lists(
    st.builds(
        Move,
        st.sampled_from(["P01", "P01", "P02"]),
        st.sampled_from(["yes", "no", None]),
        st.none() | st.integers(0, 1),
        st.sampled_from(DATES),
        st.none() | st.none() | st.integers(0, 9),
        st.booleans(),
        st.booleans(),
    ),
    min_size=2,
    max_size=9,
)


def few(examples: int) -> settings:
    """Return the settings for tests whose every example builds an archive."""
    return settings(max_examples=times(examples), deadline=None, suppress_health_check=[HealthCheck.too_slow])


@cache
def _template() -> tuple[TemporaryDirectory[str], Archive]:
    folder = TemporaryDirectory(dir=MEMORY)
    archive = make_archive(Path(folder.name))
    with (archive.folder / "archive.toml").open("a", encoding="utf-8") as config:
        config.write(STATUS.format("answer") + STATUS.format("pages"))
    return folder, archive


@contextmanager
def new_archive() -> Iterator[Archive]:
    """An archive with an empty log that counts two columns of `answers`; it is gone afterwards."""
    source = _template()[1]
    with TemporaryDirectory(dir=MEMORY) as folder:
        shutil.copytree(source.folder, folder, dirs_exist_ok=True)
        archive = Archive.open(folder)
        vars(archive)["schema"] = source.schema  # read once
        yield archive


def append_on(archive: Archive, day: int, *drafts: dict[str, Any]) -> list[str]:
    """Append the drafts as recorded at noon on the n-th day of March 2026; return all ids of the log."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(log_module, "_now", lambda: f"2026-03-{day:02d}T12:00:00.000Z")
        archive.append(drafts)
    return ids_of(archive)


def ids_of(archive: Archive) -> list[str]:
    """Return the ids of the log in order."""
    return [event.id for event in archive.log.events()]


def live(archive: Archive, moves: Sequence[Move]) -> int:
    """Append the past, one append a day, the tables brought up to date after each; return how many days there were."""
    day, ids, waiting = 1, list[str](), list[dict[str, Any]]()
    for number, move in enumerate(moves, start=1):
        waiting.append(_draft(move, number, ids))
        if move.ends_day or number == len(moves) or move.about is not None:
            ids = append_on(archive, day, *waiting)
            build(archive)
            day, waiting = day + 1, []
    return day - 1


def _draft(move: Move, number: int, ids: Sequence[str]) -> dict[str, Any]:
    target = ids[move.about % len(ids)] if ids and move.about is not None else None
    if target and move.retracts:
        return retraction(target, f"Reason {number}.")
    data = {"letter": "l1", "place": move.place, "answer": move.says, "pages": move.pages, "summary": f"Word {number}."}
    data = {name: value for name, value in data.items() if value is not None}
    maker = answer if move.says else listing
    if not move.says:
        data.pop("pages", None)
    return maker(1, edtf=move.date, data=data, subject=f"place/{move.place}", replaces=target)


def rows(
    archive: Archive, at: str | None, known: str | None = None, *, table: str = "answers"
) -> dict[tuple[Any, ...], Row]:
    """Return the rows of a replay by their key, without what they rest on."""
    with closing(archive.at(at, known=known, build=False, possible=table.endswith("_possible")).conn) as db:
        cursor = db.execute(f"select * from {table}")
        names = [item[0] for item in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor]
    return {tuple(row[name] for name in KEY): {name: row[name] for name in VALUES} for row in found}


def log_size(archive: Archive) -> int:
    """Return how many events the log has."""
    return len(log_lines(archive))
