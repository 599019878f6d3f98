"""Conditions in an address: each takes the events that it says, all of them together, and never more."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regesta.database import open_database
from regesta.errors import UsageError
from regesta.publish.reading.wanted import Wanted, match_of
from regesta.replay.asof import add_functions
from regesta.replay.build import build
from tests.archives import answer, letter, listing, make_archive, retraction

ZONE = ZoneInfo("America/New_York")
EVENTS = (
    letter(1, edtf="2017-06-28"),
    letter(2, edtf="2017-06-28/2017-07-05"),
    letter(3, edtf="2017-07-05T16:02:00-04:00"),
    letter(4, edtf="../2017-07-01"),
    letter(5, edtf=None),
    answer(1, edtf="2017-07-14", subject="place/P01"),
    listing(2, edtf="2017-07", subject="place/P01x"),
    letter(6, edtf="2017-06-30"),
)

# Name: parameters, the numbers of the events in order of time.
CASES: dict[str, tuple[dict[str, str], list[int]]] = {
    "nothing": ({}, [1, 4, 3, 2, 6, 7, 5]),
    "a type": ({"type": "answer.given"}, [6]),
    "types": ({"type": "answer.given answer.listed"}, [6, 7]),
    "the beginning of types": ({"type": "answer."}, [6, 7]),
    "a part of a type": ({"type": "answer"}, []),
    "a wildcard": ({"type": "%."}, []),
    "about": ({"about": "place/P01"}, [6]),
    "about a kind": ({"about": "place/"}, [6, 7]),
    "since": ({"since": "2017-07-05"}, [3, 2, 6, 7, 5]),
    "since a month": ({"since": "July 2017"}, [4, 3, 2, 6, 7, 5]),
    "until": ({"until": "2017-06-28"}, [1, 4, 2, 5]),
    "between": ({"since": "2017-06-29", "until": "2017-06-30"}, [4, 2, 5]),
    "an instant": ({"since": "2017-07-05T16:02:00-04:00", "until": "2017-07-05T16:02:00-04:00"}, [3, 2, 7, 5]),
    "words": ({"q": "letter 3"}, [3]),
    "words of search": ({"q": 'letter AND NOT "3'}, []),
    "retracted": ({"status": "retracted"}, [8]),
    "any": ({"status": "any", "type": "letter."}, [1, 8, 4, 3, 2, 5]),
    "all at once": ({"q": "goes", "type": "letter.", "since": "2017-07-05", "until": "2017-07-05"}, [3, 2, 5]),
}
BAD = {
    "no date": {"since": "yesterday"},
    "an interval": {"until": "2017-06-28/2017-07-05"},
    "an injection": {"since": "' or 1=1 --"},
    "another status": {"status": "open"},
    "too many words": {"q": "a" * 201},
}


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """The events, the last of the letters retracted."""
    archive = make_archive(tmp_path_factory.mktemp("archive"))
    archive.append(EVENTS)
    archive.append([retraction(list(archive.log.events())[-1].id)])
    build(archive)
    with closing(open_database(Path(archive.database), read_only=True)) as db:
        add_functions(db)
        yield db


def numbers(db: sqlite3.Connection, parameters: dict[str, str]) -> list[int]:
    found = Wanted.read(parameters.get, ZONE).take(db)
    return [event.sequence for event in found if event.type != "event.retracted"]


@pytest.mark.parametrize(("parameters", "expected"), CASES.values(), ids=CASES.keys())
def test_taken(parameters: dict[str, str], expected: list[int], db: sqlite3.Connection) -> None:
    """The events are those that the conditions say, in order of time, what has no date last."""
    assert numbers(db, parameters) == expected


@pytest.mark.parametrize("parameters", [case[0] for case in CASES.values()], ids=CASES.keys())
def test_count_and_query(parameters: dict[str, str], db: sqlite3.Connection) -> None:
    """As many are counted as are taken, and the address of the same conditions gives them again."""
    wanted = Wanted.read(parameters.get, ZONE)
    again = Wanted.read(wanted.query().get, ZONE)
    assert (wanted.count(db), again) == (len(wanted.take(db)), wanted)


@pytest.mark.parametrize("parameters", BAD.values(), ids=BAD.keys())
def test_refused(parameters: dict[str, str]) -> None:
    """What makes no sense is told before anything is asked."""
    with pytest.raises(UsageError):
        Wanted.read(parameters.get, ZONE)


def test_limit(db: sqlite3.Connection) -> None:
    """A page takes so many, from a place on; the newest recorded come first where that is asked."""
    found = Wanted(zone=ZONE).take(db, "recorded", limit=2, offset=1)
    assert [event.sequence for event in found] == [7, 6]


@given(st.text(max_size=60))
def test_any_words_can_be_searched(words: str) -> None:
    """Whatever is typed is a search that SQLite understands."""
    db = sqlite3.connect(":memory:")
    db.execute("create virtual table t using fts5(a)")
    match = match_of(words)
    assert (db.execute("select * from t where t match ?", (match,)).fetchall() if match else []) == []
