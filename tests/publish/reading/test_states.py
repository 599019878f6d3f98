"""What the database says of rows: their states, disputes, dates of change, and what they refer to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from zoneinfo import ZoneInfo

import pytest

from regesta.database import open_database
from regesta.publish.reading import states
from regesta.replay.asof import moment_at
from regesta.replay.build import build
from regesta.schema.dates import moment
from tests.archives import answer, document, letter, make_archive, passage

TEXT = "The place gives a part of it."
NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """An archive in which one row had three states, two of them disputed."""
    archive = make_archive(tmp_path_factory.mktemp("rows"))
    evidence = [passage(0, 9, text=TEXT, exact="The place")]
    said = {"letter": "l1", "place": "P01", "summary": "A part.", "evidence": evidence}
    archive.append(
        [
            document(TEXT),
            letter(1, edtf="2017-06-01"),
            answer(1, edtf="2017-06-05/2017-06-12", data={**said, "answer": "partly", "reason": "Some."}),
            answer(1, edtf="2017-06-10/2017-06-20", data={**said, "answer": "no"}),
            answer(1, edtf="2017-07-20", data={**said, "answer": "yes"}),
        ]
    )
    build(archive)
    with closing(open_database(archive.database, read_only=True)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


def test_states_of_a_row(db: sqlite3.Connection) -> None:
    """Each state has what changed in it, the event that says so, its passages, and what ended it."""
    found = states.states_of(db, "answers", ("l1", "P01"))
    assert [(state.number, state.changed, state.event.sequence, state.ended_by) for state in found] == [
        (1, {"answer": "partly", "reason": "Some."}, 3, 4),
        (2, {"answer": "no", "reason": None}, 4, 5),
        (3, {"answer": "yes"}, 5, None),
    ]
    assert [state.passages[0].exact for state in found] == ["The place"] * 3


def test_no_such_row(db: sqlite3.Connection) -> None:
    """A key that is not there, or has too few parts, has no states."""
    assert [states.states_of(db, "answers", key) for key in (("l1", "P02"), ("l1",))] == [[], []]


def test_disputes(db: sqlite3.Connection) -> None:
    """Two answers at times that may be the same are a dispute of the row, told with both events."""
    assert states.disputed(db, "answers") == {"l1,P01"}
    assert [(item.column, item.event, item.value, item.other_event, item.other_value)
            for item in states.disputes_of(db, "answers", "l1,P01")] == [("answer", 3, "partly", 4, "no")]  # fmt: skip
    assert states.disputes_of(db, "answers", "l1,P02") == []


CLOCKS = {
    "projection": ("answers", (), "answers_history"),
    "row of a projection": ("answers", ("l1", "P01"), "answers_history"),
    "history": ("answers_history", (), "answers_history"),
    "events": ("events", (), "events"),
    "relation": ("answer_given", (), "events"),
    "view": ("answer_counts", (), "events"),
    "database": ("", (), "events"),
    "fixed list": ("places", (), None),
    "internal table": ("_counts", (), None),
    "settings": ("meta", (), None),
    "no table": ("nothing", (), None),
}


@pytest.mark.parametrize(("table", "key", "expected"), CLOCKS.values(), ids=CLOCKS.keys())
def test_clock(db: sqlite3.Connection, table: str, key: tuple[str, ...], expected: str | None) -> None:
    """What an event can change has dates on which it changes, in its history or in the events."""
    clock = states.clock_of(db, table, key)
    assert (clock.table if clock else None) == expected


CHANGES = {
    "of a table": ("answers", None, "2017-07-20", "2017-06-12", "2017-06-20"),
    "of a relation": ("letter_sent", None, "2017-06-01", "2017-06-01", None),
    "of all": ("", "2017-06-10T00:00:00-04:00", "2017-06-01", "2017-06-12", "2017-06-20"),
}


@pytest.mark.parametrize(("table", "before", "last", "earlier", "later"), CHANGES.values(), ids=CHANGES.keys())
def test_changes(
    db: sqlite3.Connection, table: str, before: str | None, last: str, earlier: str | None, later: str | None
) -> None:
    """The last change, and those on either side of 13 June."""
    clock = states.clock_of(db, table)
    assert clock is not None
    around = (
        states.change_before(db, clock, "2017-06-13T00:00:00-04:00"),
        states.change_after(db, clock, "2017-06-13T23:59:59-04:00"),
    )
    assert [(text or "")[:10] or None for text in (states.change_before(db, clock, before), *around)] == [
        last,
        earlier,
        later,
    ]


def test_possibly(db: sqlite3.Connection) -> None:
    """What may have begun by a date, and not certainly has, is counted."""
    found = [
        states.possibly(db, "answers", moment_at(moment(day, NEW_YORK), NEW_YORK))
        for day in ("2017-06-04", "2017-06-11", "2017-06-15", "2017-08-01")
    ]
    assert found == [0, 2, 1, 0]


def test_what_a_page_refers_to(db: sqlite3.Connection) -> None:
    """Events by number and documents by digest; what is not there is left out."""
    (digest,) = (row[0] for row in db.execute("select digest from documents"))
    assert [event.subject for event in states.events_by_number(db, [2, 99]).values()] == ["letter/l1"]
    assert states.documents_by_digest(db, [digest, "0" * 64]) == {digest: None}


def test_last_date(db: sqlite3.Connection) -> None:
    """The story goes to its last event."""
    assert states.last_date(db) == moment("2017-07-20", NEW_YORK)


def test_only_projections_have_a_history(db: sqlite3.Connection) -> None:
    """The events, a fixed list and a view have none."""
    names = ("answers", "events", "places", "answer_counts")
    assert [states.is_projection(db, name) for name in names] == [True, False, False, False]
