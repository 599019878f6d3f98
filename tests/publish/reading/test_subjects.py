"""What events are about, and all events of one subject in order."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from regesta.database import open_database
from regesta.publish.reading.references import References
from regesta.publish.reading.subjects import Kind, Subject, kinds, story, subjects
from regesta.replay.asof import moment_at
from regesta.replay.build import build
from regesta.schema.dates import moment
from tests.archives import letter, make_archive
from tests.publish.reading.told import ANSWER, DIGEST, LETTER, NEWER, OTHER, UNDATED

ZONE = ZoneInfo("America/New_York")
ALL = slice(0, 100)
PLACES = (
    Subject("place/P01", "Place 01", 2), Subject("place/P02", "Place 02", 1), Subject("place/P04", "Place 04", 1)
)  # fmt: skip


def test_kinds(tables: sqlite3.Connection, references: References) -> None:
    """Kinds in order of their events, without those on the record; what does not count is not counted."""
    assert kinds(tables, references, 2) == [
        Kind("place", "places", 3, 4, PLACES[:2]),
        Kind("document", "documents", 1, 1, (Subject(f"document/{DIGEST}", DIGEST, 1),)),
        Kind("letter", "letters", 1, 1, (Subject("letter/l1", "l1", 1),)),
    ]


SUBJECTS = {
    "all": ("place", ALL, Kind("place", "places", 3, 4, PLACES)),
    "a page": ("place", slice(1, 2), Kind("place", "places", 3, 4, PLACES[1:2])),
    "none": ("person", ALL, Kind("person", "persons", 0, 0, ())),
    "on the record": ("proposal", ALL, Kind("proposal", "proposals", 0, 0, ())),
    "beginning of a kind": ("pl", ALL, Kind("pl", "pls", 0, 0, ())),
}


@pytest.mark.parametrize(("kind", "wanted", "expected"), SUBJECTS.values(), ids=SUBJECTS.keys())
def test_subjects(tables: sqlite3.Connection, references: References, kind: str, wanted: slice, expected: Kind) -> None:
    """One kind, page by page."""
    assert subjects(tables, references, kind, wanted) == expected


STORIES = {
    "subject and column": ("place/P01", None, [("June 2017", [LETTER]), ("July 2017", [OTHER, ANSWER])], (3, 0, 0)),
    "replaced ones apart": ("place/P02", None, [("July 2017", [NEWER])], (1, 0, 1)),
    "retracted": ("place/P03", None, [], (0, 0, 1)),
    "undated": ("place/P04", None, [("Undated", [UNDATED])], (1, 0, 0)),
    "by a day": ("place/P01", "2017-06-30", [("June 2017", [LETTER]), ("July 2017", [ANSWER])], (2, 1, 0)),
    "before all": ("place/P01", "2000-01-01", [], (0, 3, 0)),
    "nothing": ("place/P20", None, [], (0, 0, 0)),
    "nobody": ("person/x", None, [], (0, 0, 0)),
}


@pytest.mark.parametrize(("subject", "date", "periods", "counts"), STORIES.values(), ids=STORIES.keys())
def test_story(
    tables: sqlite3.Connection,
    references: References,
    subject: str,
    date: str | None,
    periods: list[tuple[str, list[int]]],
    counts: tuple[int, int, int],
) -> None:
    """The events under their months, how many there are, how many came later, how many do not count."""
    at = moment_at(moment(date, ZONE), ZONE) if date else None
    found = story(tables, references, subject, at, ALL)
    assert [(period.title, [told.event.sequence for told in period.events]) for period in found.periods] == periods
    assert (found.count, found.later, found.superseded) == counts


def test_told(tables: sqlite3.Connection, references: References) -> None:
    """Each event with the number of its passages, and what it was at the moment."""
    at = moment_at(moment("2017-07-03", ZONE), ZONE)
    found = story(tables, references, "place/P01", at, ALL)
    told = [(item.event.sequence, item.passages, item.standing) for period in found.periods for item in period.events]
    assert told == [(LETTER, 0, "certain"), (OTHER, 0, "certain"), (ANSWER, 1, "possible")]


def test_page(tables: sqlite3.Connection, references: References) -> None:
    """A page has its part, and the count of all."""
    found = story(tables, references, "place/P01", None, slice(1, 2))
    assert ([period.title for period in found.periods], found.count) == (["July 2017"], 3)


DATES = ("../2017-07-14", "2017-07-01/..", "2017-06-30", "-0044-03-15")


def test_open_dates(tmp_path: Path) -> None:
    """What is open on a side stands apart; a year before the first has its month."""
    archive = make_archive(tmp_path)
    archive.append([letter(n, edtf=edtf, subject="topic/x") for n, edtf in enumerate(DATES, start=1)])
    build(archive)
    with closing(open_database(archive.database, read_only=True)) as db:
        found = story(db, References(db, archive.config), "topic/x", None, ALL)
    assert [period.title for period in found.periods] == [
        "At some time up to a known date",
        "March 45 BC",
        "June 2017",
        "From a known date on",
    ]


def test_long_story(tmp_path: Path) -> None:
    """A story of more than two years of months has its years."""
    archive = make_archive(tmp_path)
    archive.append([letter(n, edtf=f"{2000 + n}-01-05", subject="topic/x") for n in range(1, 28)])
    build(archive)
    with closing(open_database(archive.database, read_only=True)) as db:
        found = story(db, References(db, archive.config), "topic/x", None, ALL)
    assert [period.title for period in found.periods] == [str(2000 + n) for n in range(1, 28)]
