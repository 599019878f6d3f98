"""The shipped archive on the days of the story: what is known of the states' answers then, certainly and possibly."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any

import pytest

from regesta.archive import Archive
from regesta.replay.build import build

ROOT = Path(__file__).parent.parent.parent
DATES = (
    "2016", "2017-05-10", "2017-05-11", "2017-06", "2017-06-26", "2017-06-27", "2017-06-28", "2017-06-29", "2017-06-30",
    "2017-07-01", "2017-07-02", "2017-07-03", "2017-07-04", "2017-07-05", "2017-07-06", "2017-07-10", "2017-07-14",
    "2017-07-05T16:02:00-04:00", "2017-11-05", "2018",
)  # fmt: skip


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """The shipped archive, copied and built."""
    folder = tmp_path_factory.mktemp("story") / "archive"
    copytree(ROOT / "schema", folder / "schema")
    copytree(ROOT / "events", folder / "events", ignore=ignore_patterns(".*"))
    (folder / "archive.toml").write_bytes((ROOT / "archive.toml").read_bytes())
    archive = Archive.open(folder)
    build(archive)
    return archive


def rows(archive: Archive, at: str | None, sql: str) -> list[tuple[Any, ...]]:
    with closing(archive.at(at, possible=at is not None, build=False).conn) as db:
        return db.execute(sql).fetchall()


@pytest.fixture(scope="module")
def views(archive: Archive) -> Iterator[list[str]]:
    """The names of all views: the archive's own, the typed relations, and the disputes."""
    with closing(sqlite3.connect(archive.database)) as db:
        yield [name for (name,) in db.execute("select name from sqlite_master where type = 'view' order by name")]


def test_two_states_had_certainly_answered_by_1_july(archive: Archive) -> None:
    """By the end of 1 July 2017 New York and Pennsylvania had answered; seventeen others possibly had."""
    assert rows(archive, "2017-07-01", "select state from responses order by 1") == [("NY",), ("PA",)]
    possible = "select count(distinct state), count(*) from responses_possible"
    assert rows(archive, "2017-07-01", possible) == [(17, 17)]
    both = "select count(*) from responses r join responses_possible p using (request, state)"
    assert rows(archive, "2017-07-01", both) == [(0,)]


def test_forty_five_states_had_answered_by_5_july(archive: Archive) -> None:
    """By the end of 5 July 45 of 51 had answered, 26 of them only named in a list, and six were never named."""
    counts = "select count(*), sum(disposition = 'unspecified') from responses"
    assert rows(archive, "2017-07-05", counts) == [(45, 26)]
    assert rows(archive, "2017-07-05", "select count(*) from responses_possible") == [(0,)]
    never = "select (select count(*) from states), count(*) from states where code not in (select state from responses)"
    assert rows(archive, "2017-07-05", never) == rows(archive, None, never) == [(51, 6)]


def test_after_the_story_the_replay_is_the_build(archive: Archive) -> None:
    """A year later every dated event had happened: the rows are those of the built tables."""
    names = [name for (name,) in rows(archive, None, "select name from sqlite_master where name like '%_history'")]
    tables = [name.removesuffix("_history") for name in names]
    timeless = "select type from _types where timeless"
    undated = f"select sequence from events where latest is null and type not in ({timeless})"
    assert len(tables) > 10
    for table in tables:
        now = rows(archive, None, f"select * from {table} where last_event not in ({undated})")
        assert rows(archive, "2018-07-05", f"select * from {table}") == now


@pytest.mark.parametrize("at", DATES)
def test_every_view_answers_at_every_date(archive: Archive, views: list[str], at: str) -> None:
    """Whatever the date, each view can be selected from, and each table passes the checks of SQLite."""
    with closing(archive.at(at, build=False).conn) as db:
        assert [name for name in views if db.execute(f'select * from "{name}"').description is None] == []
        assert db.execute("pragma integrity_check").fetchall() == [("ok",)]
        for name in views:
            db.execute(f'select * from "{name}"').fetchall()


def test_there_are_views_of_all_kinds(views: list[str]) -> None:
    """The views that are tried at each date include the archive's own, a relation and the disputes."""
    assert {"disputes", "letter_sent", "response_declared", "tally_check"} <= set(views)
