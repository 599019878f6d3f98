"""The published copy of a database: everything but proposals, and of these not a byte."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from regesta.archive import Archive
from regesta.errors import ArchiveError, StorageError
from regesta.limits import REPLAYS_KEPT
from regesta.replay.asof import AsOf, as_of
from regesta.replay.build import build
from regesta.replay.published import has_proposals, publish
from tests.archives import drafts, make_archive
from tests.publish.proposing import KEYS, SECRET, proposing_archive

SHADOWS = ("_data", "_idx", "_docsize", "_config")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive with proposals."""
    return proposing_archive(tmp_path_factory.mktemp("proposing") / "archive", talk=True)


@pytest.fixture
def copy(archive: Archive, tmp_path: Path) -> Path:
    """Its published copy."""
    publish(archive.database, tmp_path / "copy.db")
    return tmp_path / "copy.db"


def ask(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(sql).fetchall()


def test_not_a_byte_is_left(archive: Archive, copy: Path) -> None:
    """No word or key of a proposal is in the file, which had them all."""
    words = [word.encode() for word in (SECRET, *KEYS, "no such word")]
    found = [[word in path.read_bytes() for word in words] for path in (archive.database, copy)]
    assert found == [[True, True, True, True, False], [False] * 5]


def test_everything_else_is_there(archive: Archive, copy: Path) -> None:
    """All other events, and every table that no proposal has a say in, are as they were."""
    kept = "select * from events where type not like 'proposal.%' and type <> 'event.retracted' order by sequence"
    tables = ("letters", "letters_history", "answers", "answers_history", "documents", "places", "_types", "_counts")
    for sql in (
        kept,
        *(f"select * from {name}" for name in tables),
        "select type, name, sql from sqlite_master order by name",
    ):
        assert ask(copy, sql) == ask(archive.database, sql)


def test_tables_of_proposals_are_empty(copy: Path) -> None:
    """So is a projection of the archive's own that tells of proposals beside other things."""
    names = ["proposals", "proposals_history", "_proposal_made", "_proposal_accepted", "_proposal_rejected", "evidence"]
    names += ["event_retracted", "_corrections", "talk", "talk_history"]
    assert {name: ask(copy, f"select count(*) from {name}")[0][0] for name in names} == dict.fromkeys(names, 0)


def test_search_finds_what_is_there(copy: Path) -> None:
    """Full-text search is over the events that are left."""
    found = [ask(copy, f"select count(*) from events_fts where events_fts match '{word}'") for word in ("goes", SECRET)]
    assert found == [[(7,)], [(0,)]]
    assert ask(copy, "pragma integrity_check") == [("ok",)]


def test_copy_says_what_it_is(archive: Archive, copy: Path) -> None:
    """Its `meta` says that something is left out, and its checkpoint is that of the whole log."""
    sql = "select json_group_object(key, value) from meta"
    meta = [json.loads(str(ask(path, sql)[0][0])) for path in (archive.database, copy)]
    assert meta[1]["contains"] == f"{meta[0]['contains']}, without proposals"
    assert (meta[1]["root"], meta[1]["size"]) == (meta[0]["root"], meta[0]["size"])


def test_copy_is_no_start_for_a_build(tmp_path: Path) -> None:
    """Who downloads the copy and builds over it gets the whole archive, not one with holes."""
    archive = proposing_archive(tmp_path / "archive")
    publish(archive.database, tmp_path / "copy.db")
    (tmp_path / "copy.db").replace(archive.database)
    assert build(archive).full
    assert has_proposals(archive.database)


def test_archive_without_proposals_is_its_own_copy(tmp_path: Path) -> None:
    """Nothing is copied where there is nothing to leave out."""
    archive = make_archive(tmp_path)
    archive.append(drafts(3))
    build(archive)
    assert archive.replays().get(AsOf(), published=True) == archive.database


def test_replays_of_the_published_state(archive: Archive) -> None:
    """A replay of either clock has no proposals either, and is another file than the one that has."""
    replays, zone = archive.replays(), archive.zone
    points = [AsOf(), as_of("2017-01-12", None, zone), as_of(None, "2099", zone), as_of("2017-01-12", "2099", zone)]
    found = [[replays.get(point, published=flag) for flag in (False, True)] for point in points]
    assert [[SECRET.encode() in path.read_bytes() for path in pair] for pair in found] == [[True, False]] * 4


def test_earlier_state_of_the_log(tmp_path: Path) -> None:
    """A replay of what was known before the last append has its own published copy."""
    archive = proposing_archive(tmp_path / "archive")
    before = ask(archive.database, "select recorded from events where type = 'proposal.made' order by sequence")[0][0]
    archive.append(drafts(1, first=40))
    build(archive)
    path = archive.replays().get(as_of(None, str(before), archive.zone), published=True)
    assert (path != archive.database, SECRET.encode() in path.read_bytes()) == (True, False)


def test_copy_outlives_replays_that_come_after_it(tmp_path: Path) -> None:
    """The copy that all visitors are served from is kept, however many dates are asked for."""
    archive = proposing_archive(tmp_path / "archive")
    replays, zone = archive.replays(), archive.zone
    copy = replays.get(AsOf(), published=True)
    for day in range(2, REPLAYS_KEPT + 6):
        replays.get(as_of(f"2017-01-{day:02}", None, zone))
    assert (copy.exists(), len(list(replays.folder.glob("*.db")))) == (True, REPLAYS_KEPT + 1)


def test_file_that_is_no_archive(tmp_path: Path) -> None:
    """Of another file no copy is made, and whether it has proposals cannot be told."""
    with closing(sqlite3.connect(tmp_path / "other.db")) as db:
        db.execute("create table t (x)")
    with pytest.raises(ArchiveError, match="events cannot be read"):
        has_proposals(tmp_path / "other.db")
    with pytest.raises(ArchiveError, match="not a database that Regesta built"):
        publish(tmp_path / "other.db", tmp_path / "copy.db")


def test_part_of_an_archive_is_not_published(archive: Archive, tmp_path: Path) -> None:
    """A database that lacks a table which proposals are looked up in makes no copy."""
    part = tmp_path / "part.db"
    part.write_bytes(archive.database.read_bytes())
    with closing(sqlite3.connect(part)) as db:
        db.execute("drop table _corrections")
        db.commit()
    replays = archive.replays()
    with pytest.raises(StorageError, match="cannot be made"):
        type(replays)(part, tmp_path / "replays").get(AsOf(), published=True)
