"""What a built database holds: the tables and columns that are promised, and what stands in the engine's own."""

from __future__ import annotations

import base64
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from regesta.archive import Archive
from regesta.database import guarded, open_database
from regesta.errors import ProjectionError, UsageError
from regesta.replay import _contents
from regesta.replay._contents import FORMAT
from regesta.replay.build import build, build_into
from tests.archives import (
    CONFIG,
    answer,
    document,
    drafts,
    letter,
    listing,
    log_lines,
    make_archive,
    passage,
    retraction,
    tree_root,
)

ROOT = Path(__file__).parent.parent.parent
TEXT = "The state declines to send the roll."
# Tables and columns that readers may rely on; more may be there.
PROMISED = {
    "events": "sequence id type source subject edtf earliest latest recorded summary data status",
    "documents": "digest title publisher url published updated retrieved",
    "evidence": "event document start end digest exact",
    "proposals": "proposal status kind rule confidence needs type about dated story document start end accepted_as last_event",
    "stories": "id last_event",
    "story_versions": "story document last_event",
    "states": "code name fips",
    "requests": "id last_event",
    "request_fields": "request field last_event",
    "responses": "request state disposition reason speaker medium last_event",
    "response_fields": "request state field disposition last_event",
    "statements": "id speaker role state party medium stance about summary last_event",
    "people": "id name party last_event",
    "roles": "person title organisation state last_event",
    "deadlines": "id last_event",
    "appointments": "id last_event",
    "tallies": "id last_event",
    "claims": "id last_event",
    "meta": "key value",
}
HISTORIES = [
    f"{name}_history" for name, columns in PROMISED.items() if columns.endswith("last_event")
]  # fmt: skip
BOUNDS = {"event", "ended_by", "possibly_from", "surely_from", "surely_to", "possibly_to"}


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(sql).fetchall()


def columns(path: Path, table: str) -> set[object]:
    return {name for _, name, *_ in rows(path, f"pragma table_info({table})")}


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of the shipped schema over an empty log."""
    folder = tmp_path_factory.mktemp("shipped")
    (folder / "archive.toml").write_bytes((ROOT / "archive.toml").read_bytes())
    (folder / "schema").symlink_to(ROOT / "schema")
    build_into(Archive.open(folder), folder / "tables.db")
    return folder / "tables.db"


@pytest.fixture
def filled(archive: Archive) -> Archive:
    """A built archive with one of everything, of which three events are corrected."""
    data = letter(1)["data"] | {
        "evidence": [passage(4, 9, text=TEXT, digest="sha256:" + "0" * 64), passage(0, 3, text=TEXT, exact="The")]
    }
    archive.append([document(TEXT), letter(1, data=data), answer(2), listing(3), answer(4)])
    ids = [event.id for event in archive.log.events()]
    archive.append([answer(5, replaces=ids[2]), retraction(ids[4])])
    archive.append([letter(6), retraction([event.id for event in archive.log.events()][6])])
    build(archive)
    return archive


@pytest.mark.parametrize("table", PROMISED)
def test_promised_columns(table: str, shipped: Path) -> None:
    """The tables of the shipped archive have the columns that are promised."""
    assert set(PROMISED[table].split()) - columns(shipped, table) == set()


@pytest.mark.parametrize("table", HISTORIES)
def test_histories(table: str, shipped: Path) -> None:
    """Each projection has its history: the same columns, the two events and the four bounds."""
    now = columns(shipped, table.removesuffix("_history"))
    assert columns(shipped, table) == now - {"last_event"} | BOUNDS


def test_empty_log(shipped: Path) -> None:
    """Over an empty log there are the fixed lists and nothing else, and nothing is wrong with the file."""
    assert rows(shipped, "select count(*) from states") == [(51,)]
    assert rows(shipped, "select (select count(*) from events), (select count(*) from responses)") == [(0, 0)]
    assert rows(shipped, "select value from meta where key in ('size', 'recorded_until') order by key") == [
        (None,),
        ("0",),
    ]
    assert rows(shipped, "pragma integrity_check") == [("ok",)]
    assert rows(shipped, "pragma foreign_key_check") == []


def test_events(filled: Archive) -> None:
    """Each event is one row with its place, its words and what became of it."""
    found = rows(filled.database, "select sequence, type, source, subject, edtf, summary, status from events")
    assert found == [
        (1, "document.captured", "manual:", found[0][3], None, None, "current"),
        (2, "letter.sent", "manual:", "letter/l1", "2017-01-02", "Letter 1 goes out.", "current"),
        (3, "answer.given", "manual:", "place/P02", "2017-01-03", None, "replaced"),
        (4, "answer.listed", "manual:", "place/P03", "2017-01-04", None, "current"),
        (5, "answer.given", "manual:", "place/P04", "2017-01-05", None, "current"),
        (6, "answer.given", "manual:", "place/P05", "2017-01-06", None, "current"),
        (7, "event.retracted", "manual:", found[6][3], None, None, "retracted"),
        (8, "letter.sent", "manual:", "letter/l6", "2017-01-07", "Letter 6 goes out.", "current"),
        (9, "event.retracted", "manual:", found[8][3], None, None, "current"),
    ]


def test_events_are_those_of_the_log(filled: Archive) -> None:
    """Id, time of recording and data are the log's own, the data as canonical JSON."""
    found = rows(filled.database, "select sequence, id, recorded, data from events order by sequence")
    lines = [line.decode() for line in log_lines(filled)]
    assert [str(row[3]) in lines[number] for number, row in enumerate(found)] == [True] * 9
    assert [(event.sequence, event.id, event.recorded) for event in filled.log.events()] == [row[:3] for row in found]


def test_corrected_events_leave_relations_and_tables(filled: Archive) -> None:
    """Relations and tables hold the events that count; what came back after a retraction of its retraction too."""
    assert rows(filled.database, "select sequence from answer_given order by 1") == [(5,), (6,)]
    assert rows(filled.database, "select place, last_event from answers order by 1") == [
        ("P03", 4),
        ("P04", 5),
        ("P05", 6),
    ]


def test_documents_and_evidence(filled: Archive) -> None:
    """A document is known by its digest, and each passage leads from its event to it."""
    found = rows(
        filled.database,
        'select event, position, start, "end", exact, title from evidence join documents on document = documents.digest',
    )
    assert [row[:5] for row in found] == [(2, 1, 4, 9, None), (2, 2, 0, 3, "The")]


def test_every_row_leads_to_its_events(filled: Archive) -> None:
    """What a table says of events (last_event, event, ended_by, evidence) is there."""
    assert {row[2] for row in rows(filled.database, "pragma foreign_key_check")} == {"letters"}  # two have no letter
    assert rows(filled.database, "pragma integrity_check") == [("ok",)]


def test_meta(filled: Archive) -> None:
    """`meta` says of which log and schema this is a build, and nothing of when or where it was made."""
    recorded = [event.recorded for event in filled.log.events()][-1]
    expected = {
        "title": "Letters", "origin": "example.org/letters", "size": "9", "zone": "America/New_York", "format": FORMAT,
        "redacted": None, "root": base64.b64encode(tree_root(log_lines(filled))).decode(), "recorded_until": recorded,
        "schema": filled.schema.digest, "contains": "events 1 to 9 of the log", "status": "[]",
        "settings": json.dumps(CONFIG | {"quotes": "full"}, sort_keys=True),
    }  # fmt: skip
    assert rows(filled.database, "select key, value from meta order by key") == sorted(expected.items())


def test_search(filled: Archive) -> None:
    """Search finds events by their summary and subject, by the stem of a word, and documents by their title."""
    found = "select rowid from events_fts where events_fts match '{}' order by rowid"
    assert rows(filled.database, found.format("letters")) == [(2,), (8,)]
    assert rows(filled.database, found.format("P04")) == [(5,)]
    assert rows(filled.database, "select count(*) from documents_fts where documents_fts match 'nothing'") == [(0,)]


def test_search_index_fits_the_tables(filled: Archive) -> None:
    """The full-text indexes hold what the tables hold, also after builds that only added."""
    with closing(sqlite3.connect(filled.database)) as db:
        db.execute("insert into events_fts (events_fts, rank) values ('integrity-check', 1)")
        db.execute("insert into documents_fts (documents_fts, rank) values ('integrity-check', 1)")


def test_type_that_is_no_more(filled: Archive) -> None:
    """Events of a type that the archive has given up stay in `events`, with their status; their tables are gone."""
    for name in ("types/answer.listed.json", "projections/answers.sql", "views/answer_counts.sql"):
        (filled.folder / "schema" / name).unlink()
    again = Archive.open(filled.folder)
    build(again)
    assert rows(again.database, "select sequence, status from events where type = 'answer.listed'") == [(4, "current")]
    assert rows(again.database, "select name from sqlite_master where name like 'answer%' and type <> 'index'") == [
        ("answer_given",)
    ]


def test_type_that_is_no_more_is_corrected(archive: Archive) -> None:
    """An event of a given-up type can still be retracted, in a full build and in one that adds."""
    archive.append([listing(1)])
    for name in ("types/answer.listed.json", "projections/answers.sql", "views/answer_counts.sql"):
        (archive.folder / "schema" / name).unlink()
    again = Archive.open(archive.folder)
    build(again)
    again.append([retraction(next(again.log.events()).id)])
    build(again)
    assert rows(again.database, "select status from events") == [("retracted",), ("current",)]


def test_views_read_each_other(tmp_path: Path) -> None:
    """A view may read one that comes behind it in the folder."""
    views = {
        "views/a.sql": "create view a as select places + 1 as more from b",
        "views/b.sql": "create view b as select count(*) as places from places",
    }
    archive = make_archive(tmp_path, files=views)
    build(archive)
    assert rows(archive.database, "select more from a") == [(21,)]


# Name: a view that is read well and does not work, a part of what is said.
BROKEN_VIEWS = {
    "unknown column": ("select nowhere from answers", "no such column: nowhere"),
    "circle": ("select * from w", "view v is circularly defined"),
    "columns of a union": ("select 1 union select 1, 2", "do not have the same number of result columns"),
    "ambiguous": ("select letter from answers join answers_history on true", "ambiguous column name: letter"),
    "word of SQL": ("select 1 as default", 'near "DEFAULT": syntax error'),
    "misuse": ("select count(count(*)) from answers", "misuse of aggregate function COUNT()"),
}


@pytest.mark.parametrize("case", BROKEN_VIEWS.values(), ids=BROKEN_VIEWS.keys())
def test_broken_view(case: tuple[str, str], tmp_path: Path) -> None:
    """A view that SQLite cannot answer is told by file and line; no database is left."""
    select, said = case
    files = {"views/v.sql": f"-- V.\ncreate view v as {select};", "views/w.sql": "create view w as select * from v"}
    archive = make_archive(tmp_path, files=files)
    with pytest.raises(ProjectionError) as caught:
        build(archive)
    assert (caught.value.where, archive.database.exists()) == (f"{tmp_path / 'schema/views/v.sql'}:2", False)
    assert said.lower() in caught.value.message.lower()


def test_view_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A view that multiplies the places until the stars go out holds no build up; who reads it is stopped."""
    many = ", ".join(f"places as p{number}" for number in range(12))
    archive = make_archive(tmp_path, files={"views/v.sql": f"create view v as select count(*) as n from {many};"})
    monkeypatch.setattr(_contents, "VIEWS_SECONDS", 0.2)
    build(archive)
    with (
        closing(open_database(archive.database, read_only=True)) as db,
        pytest.raises(UsageError, match=r"longer than 0\.2 s"),
        guarded(db, 0.2),
    ):
        db.execute("select n from v").fetchone()


def test_check_that_the_log_breaks(archive: Archive) -> None:
    """Events that a new rule does not allow are told at the rule's file; the old tables stay."""
    archive.append(drafts(6))
    build(archive)
    before = archive.database.read_bytes()
    path = archive.folder / "schema/projections/answers.sql"
    path.write_text(path.read_text().replace("'partly', ", ""))
    with pytest.raises(ProjectionError, match=r"answers\.sql:\d+: answers cannot be filled: CHECK constraint failed"):
        build(Archive.open(archive.folder))
    assert archive.database.read_bytes() == before


def test_field_that_changed_its_kind(archive: Archive) -> None:
    """Events whose data do not fit a type as it is now are told by segment and line; the old tables stay."""
    archive.append([letter(1), answer(1)])
    build(archive)
    before = archive.database.read_bytes()
    path = archive.folder / "schema/types/answer.given.json"
    path.write_text(
        path.read_text()
        .replace(
            '"answer": {\n      "description": "yes, no or partly.",\n      "type": "string"',
            '"answer": {\n      "description": "yes, no or partly.",\n      "type": "integer"',
        )
        .replace('"answer": "no"', '"answer": 1')
    )
    (archive.folder / "schema/projections/answers.sql").unlink()
    (archive.folder / "schema/views/answer_counts.sql").unlink()
    with pytest.raises(Exception, match=r'000001\.jsonl:2: data\.answer: "no" is not of type "integer"'):
        build(Archive.open(archive.folder))
    assert archive.database.read_bytes() == before
