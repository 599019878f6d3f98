"""A snapshot: it has everything that a built database has, as of its date, and leaves the built one alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from regesta.archive import Archive
from regesta.errors import ArchiveError
from regesta.replay.asof import Moment, as_of, moment_at
from regesta.replay.build import build
from regesta.replay.snapshot import Extent, take_snapshot
from tests.archives import answer, document, letter, listing, make_archive, passage, retraction

TEXT = "The roll went out on Friday."
VIEW = "-- Answers with the letter's subject.\ncreate view told as\nselect a.place, l.about from answers a join letters l on l.id = a.letter;\n"
Row = tuple[Any, ...]


@pytest.fixture
def archive(quick_path: Path) -> Archive:
    """Letters of 30 June, 2 July and some day between 28 June and 5 July; answers; a text; evidence; a correction."""
    archive = make_archive(quick_path, files={"views/told.sql": VIEW})
    told = {"evidence": [passage(0, 8, text=TEXT, exact="The roll")]}
    archive.append([
        document(TEXT),
        letter(1, edtf="2017-06-30", data={"letter": "l1", "place": "P01", "about": "the roll", "summary": "Early letter.", **told}),
        letter(2, edtf="2017-07-02", data={"letter": "l2", "place": "P02", "summary": "Late letter.", **told}),
        letter(3, edtf="2017-06-28/2017-07-05", data={"letter": "l3", "place": "P03", "summary": "Vague letter.", **told}),
        answer(1, edtf="2017-07-01"),
        answer(2, edtf="2017-07-03"),
        listing(4, edtf=None),
        answer(1, edtf="2017-06-30/2017-07-04", data={"letter": "l1", "place": "P01", "answer": "partly"}),
    ])  # fmt: skip
    wrong = next(event for event in archive.log.events() if event.edtf == "2017-07-03")
    archive.append([retraction(wrong.id)])
    build(archive)
    return archive


def moment(archive: Archive, day: str) -> Moment:
    at = as_of(day, None, archive.zone).at
    assert at is not None
    return moment_at(at, archive.zone)


@pytest.fixture
def taken(archive: Archive) -> Iterator[sqlite3.Connection]:
    """The snapshot at 1 July, certain only."""
    path = archive.folder / "taken.db"
    take_snapshot(archive.database, path, moment(archive, "2017-07-01"))
    with closing(sqlite3.connect(path)) as db:
        yield db


@pytest.fixture
def possible(archive: Archive) -> Iterator[sqlite3.Connection]:
    """The snapshot at 1 July with what was possible."""
    path = archive.folder / "possible.db"
    take_snapshot(archive.database, path, moment(archive, "2017-07-01"), Extent(possible=True))
    with closing(sqlite3.connect(path)) as db:
        yield db


def objects(db: sqlite3.Connection) -> set[Row]:
    return set(db.execute("select type, name, tbl_name, sql from sqlite_master"))


def rows(db: sqlite3.Connection, sql: str) -> list[Row]:
    return db.execute(sql).fetchall()


def base_of(archive: Archive) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(archive.database))


def test_has_every_table_view_index_and_search(archive: Archive, taken: sqlite3.Connection) -> None:
    """Tables, views, indexes and full-text search are there under the same names with the same SQL, and nothing else."""
    with base_of(archive) as base:
        assert objects(taken) == objects(base)
        assert {kind for kind, *_ in objects(base)} == {"table", "view", "index"}


def test_possible_adds_one_table_for_each_projection(archive: Archive, possible: sqlite3.Connection) -> None:
    """With what is possible there is `X_possible` beside every projection X, and nothing else."""
    with base_of(archive) as base:
        names = {name for kind, name, *_ in objects(possible) - objects(base) if kind == "table"}
        assert names == {
            f"{name}_possible" for name in ("answers", "documents", "letters", "proposals", "stories", "story_versions")
        }
        assert objects(base) <= objects(possible)


def test_columns_of_a_possible_table(possible: sqlite3.Connection) -> None:
    """A possible row has the columns of its table, the event that would make it, and between which times that took place."""
    names = [row[1] for row in rows(possible, "pragma table_info(answers_possible)")]
    assert names == [
        "letter", "place", "answer", "reason", "pages", "share", "final", "event", "possibly_from", "surely_from",
    ]  # fmt: skip
    links = {(row[3], row[2]) for row in rows(possible, "pragma foreign_key_list(answers_possible)")}
    assert links == {("place", "places"), ("event", "events")}


def test_possible_rows(possible: sqlite3.Connection) -> None:
    """Possible is what had perhaps begun by then: the vague letter, the vague answer, the listing without a date."""
    early, late = "2017-06-28T00:00:00-04:00", "2017-07-05T23:59:59-04:00"
    assert rows(possible, "select id, possibly_from, surely_from from letters_possible") == [("l3", early, late)]
    assert rows(possible, "select letter, answer from answers_possible") == [("l1", "partly"), ("l4", "unknown")]


def test_certain_rows_are_the_same_with_and_without_possible(
    taken: sqlite3.Connection, possible: sqlite3.Connection
) -> None:
    """What is possible stands beside the tables, never in them."""
    for table in ("letters", "answers", "letters_history", "answers_history", "letter_sent", "told", "disputes"):
        assert rows(possible, f"select * from {table}") == rows(taken, f"select * from {table}")
    assert rows(taken, "select id, last_event from letters") == [("l1", 2)]
    assert rows(taken, "select letter, answer from answers") == [("l1", "no")]


def test_relations_hold_what_certainly_happened(possible: sqlite3.Connection) -> None:
    """The typed relations hold certain events only, also where `events` shows the possible ones."""
    assert rows(possible, "select letter from letter_sent") == [("l1",)]
    assert rows(possible, "select letter from answer_given") == [("l1",)]
    assert rows(possible, "select letter from answer_listed") == []
    assert len(rows(possible, "select * from document_captured")) == 1


def test_status_of_events(taken: sqlite3.Connection, possible: sqlite3.Connection) -> None:
    """Possible events are marked; what holds at every date is there; what had not happened is not."""
    certain = [(1, "current"), (2, "current"), (5, "current"), (9, "current")]
    assert rows(taken, "select sequence, status from events order by 1") == certain
    assert rows(possible, "select sequence, status from events order by 1") == sorted(
        [*certain, (4, "possible"), (7, "possible"), (8, "possible")]
    )


def test_evidence_is_that_of_the_events_shown(taken: sqlite3.Connection, possible: sqlite3.Connection) -> None:
    """A passage is shown with its event and not before."""
    assert rows(taken, "select event from evidence") == [(2,)]
    assert rows(possible, "select event from evidence") == [(2,), (4,)]


def test_search_finds_what_is_shown(taken: sqlite3.Connection, possible: sqlite3.Connection) -> None:
    """Full-text search knows the events of the snapshot and no other, and the documents."""
    sql = "select rowid from events_fts where events_fts match 'letter' order by 1"
    assert (rows(taken, sql), rows(possible, sql)) == ([(2,)], [(2,), (4,)])
    assert rows(taken, "select count(*) from documents_fts") == [(1,)]


@pytest.mark.parametrize("table", ["events", "documents"])
def test_search_index_is_sound(table: str, possible: sqlite3.Connection) -> None:
    """The full-text index agrees with the table that it is about, as FTS5 itself checks."""
    sql = f"insert into {table}_fts ({table}_fts, rank) values ('integrity-check', 1)"
    assert possible.execute(sql).rowcount >= 0


def test_passes_the_checks_of_sqlite(taken: sqlite3.Connection, possible: sqlite3.Connection) -> None:
    """SQLite finds nothing wrong, and every row points at rows that are there."""
    for db in (taken, possible):
        assert rows(db, "pragma integrity_check") == [("ok",)]
        assert rows(db, "pragma foreign_key_check") == []


def test_says_what_it_is(archive: Archive, taken: sqlite3.Connection, possible: sqlite3.Connection) -> None:
    """`meta` is that of the built database, with the date and what that means."""
    with base_of(archive) as base:
        before = dict(base.execute("select key, value from meta"))
    meta, meta_possible = (dict(db.execute("select key, value from meta")) for db in (taken, possible))
    text = "2017-07-01T23:59:59-04:00"
    assert meta == {
        **before,
        "as_of": text,
        "contains": f"what had certainly happened by {text}, of events 1 to 9 of the log",
    }
    assert (
        meta_possible["contains"] == f"what had certainly or possibly happened by {text}, of events 1 to 9 of the log"
    )


def test_fixed_lists_are_whole(archive: Archive, taken: sqlite3.Connection) -> None:
    """Reference lists have no date."""
    with base_of(archive) as base:
        assert rows(taken, "select * from places") == rows(base, "select * from places")


def test_history_ends_as_if_nothing_later_were_known(archive: Archive) -> None:
    """At 1 July the answer has no end yet; at 4 July it has the one that the built history has."""
    sql = "select answer, ended_by, surely_to, possibly_to from answers_history where letter = 'l1'"
    open_end = "9999-12-31T23:59:59Z"
    found = []
    for day in ("2017-07-01", "2017-07-04"):
        path = archive.folder / f"{day}.db"
        take_snapshot(archive.database, path, moment(archive, day))
        with closing(sqlite3.connect(path)) as db:
            found.append(rows(db, sql))
    ended = ("no", 8, "2017-06-30T00:00:00-04:00", "2017-07-04T23:59:59-04:00")
    assert found == [[("no", None, open_end, open_end)], [ended, ("partly", None, open_end, open_end)]]


def test_disputes_are_between_what_had_happened(archive: Archive, taken: sqlite3.Connection) -> None:
    """Two sources disagree only from the date on at which both had certainly spoken."""
    sql = 'select "table", "key", "column", value, other_value from disputes'
    assert rows(taken, sql) == []
    with base_of(archive) as base:
        assert rows(base, sql) == [("answers", "l1,P01", "answer", "no", "partly")]


def test_base_is_not_changed(archive: Archive) -> None:
    """Taking a snapshot reads the built database: not a byte of it changes, and nothing is left beside it."""
    before, names = archive.database.read_bytes(), {path.name for path in archive.folder.iterdir()}
    take_snapshot(archive.database, archive.folder / "new.db", moment(archive, "2017-07-01"), Extent(possible=True))
    assert archive.database.read_bytes() == before
    assert {path.name for path in archive.folder.iterdir()} - names == {"new.db"}


def test_same_snapshot_twice_is_the_same_file(archive: Archive) -> None:
    """A snapshot depends on the built database and the moment, and on nothing else."""
    paths = [archive.folder / name for name in ("one.db", "two.db")]
    for path in paths:
        take_snapshot(archive.database, path, moment(archive, "2017-07-01"), Extent(possible=True))
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_base_with_a_trigger_is_refused(archive: Archive) -> None:
    """What no build makes may be somebody's trap: nothing is made from it."""
    with base_of(archive) as base:
        base.execute("create trigger t after insert on letters begin select 1; end")
    target = archive.folder / "new.db"
    with pytest.raises(ArchiveError, match="is not a database that Regesta built"):
        take_snapshot(archive.database, target, moment(archive, "2017-07-01"))
    assert not target.exists()


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0" + bytes(4_080)])
def test_base_that_no_build_made_is_refused(archive: Archive, content: bytes) -> None:
    """A file that is no built database is told so, in our words."""
    point = moment(archive, "2017-07-01")
    archive.database.write_bytes(content)
    with pytest.raises(ArchiveError):
        take_snapshot(archive.database, archive.folder / "new.db", point)


def test_a_name_with_possible_belongs_to_the_engine(quick_path: Path) -> None:
    """A view cannot take the name of a table that a snapshot adds: the schema is refused, as it is for `_history`."""
    view = "-- Taken.\ncreate view answers_possible as\nselect letter from answers;\n"
    archive = make_archive(quick_path, files={"views/answers_possible.sql": view})
    with pytest.raises(ArchiveError, match="taken"):
        build(archive)


def test_snapshot_of_an_empty_archive(quick_path: Path) -> None:
    """Before anything was recorded every table is there and empty."""
    archive = make_archive(quick_path)
    build(archive)
    target = quick_path / "new.db"
    take_snapshot(archive.database, target, moment(archive, "2017-07-01"), Extent(possible=True))
    with closing(sqlite3.connect(target)) as db:
        assert rows(db, "select count(*) from events union select count(*) from answers_possible") == [(0,)]


def test_names_and_values_that_need_quotes(quick_path: Path) -> None:
    """Columns named like words of SQL, and values with quotes, pass through a snapshot."""
    order_set = '{"title": "t", "type": "object", "required": ["group"], "additionalProperties": false, "properties": {"group": {"description": "d", "type": "string"}, "order": {"description": "d", "type": "string"}}, "examples": [{"group": "a"}]}'
    sql = '-- T.\ncreate table "index" ("group" text not null primary key, -- G\n "order" text -- O\n);\ninsert into "index" ("group", "order") select "group", "order" from order_set;\n'
    archive = make_archive(quick_path, files={"types/order.set.json": order_set, "projections/index.sql": sql})
    data = {"group": 'it\'s "x"', "order": "'; drop table events; --"}
    archive.append([{"type": "order.set", "source": "manual:", "subject": "a/b", "edtf": "2017", "data": data}])
    with closing(archive.at("2018", possible=True).conn) as db:
        assert rows(db, 'select "group", "order" from "index"') == [tuple(data.values())]
