"""How things stand for a subject: the rows that name it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from regesta.config import Config, Status
from regesta.database import open_database
from regesta.publish.reading.members import Words
from regesta.publish.reading.references import References
from regesta.publish.reading.rows import Asked, Standing, standing
from regesta.replay.asof import moment_at
from regesta.schema.dates import moment
from tests.publish.reading.told import ANSWER, LETTER, OTHER
from tests.publish.sites import shipped_archive

ZONE = ZoneInfo("America/New_York")
ANSWERS = Status("answers", "answer", others="has not answered")
CONFIG = Config("Letters", "example.org/letters", status=(ANSWERS,))


def at(db: sqlite3.Connection, subject: str, date: str | None = None) -> Standing:
    words = Words(References(db, CONFIG), CONFIG)
    point = moment_at(moment(date, ZONE), ZONE) if date else None
    return standing(db, CONFIG, words, Asked(subject, point, 30))


STATUSES = {
    "now": ("place/P01", None, [(ANSWER, False, True)]),
    "before both": ("place/P01", "2017-06-27", []),
    "perhaps one": ("place/P01", "2017-06-30", [(ANSWER, True, True)]),
    "one and perhaps the other": ("place/P01", "2017-07-04", [(OTHER, False, True), (ANSWER, True, True)]),
    "both": ("place/P01", "2017-07-05", [(ANSWER, False, True)]),
    "nobody": ("place/P20", None, []),
}


@pytest.mark.parametrize(("subject", "date", "expected"), STATUSES.values(), ids=STATUSES.keys())
def test_statuses(
    tables: sqlite3.Connection, subject: str, date: str | None, expected: list[tuple[int, bool, bool]]
) -> None:
    """The declared status: from which event, whether it is only possible, whether it is disputed."""
    found = [row for rows in at(tables, subject, date).statuses for row in rows.rows]
    assert [(row.event.sequence, row.possible, row.disputed) for row in found] == expected


def test_listed(tables: sqlite3.Connection) -> None:
    """Of a place nobody wrote of, its row in the list and the status that is silent on it are told."""
    found = at(tables, "place/P20")
    assert [(cell.label, cell.items[0].text) for cell in found.listed] == [("Code", "P20"), ("Name", "Place 20")]
    assert (found.silent, found.itself, found.others) == ([ANSWERS], None, [])


def test_other_tables(tables: sqlite3.Connection) -> None:
    """Other tables that refer to it, with the column, and without its own name in the cells."""
    (found,) = at(tables, "place/P01").others
    assert (found.table, found.columns, found.count, found.rows[0].event.sequence) == ("letters", ("place",), 1, LETTER)
    assert [cell.name for cell in found.rows[0].cells] == ["id", "about", "dated", "summary"]


@pytest.mark.parametrize("subject", ["topic/fraud", "place", "x/"])
def test_without_a_table(tables: sqlite3.Connection, subject: str) -> None:
    """A kind without a table has no rows."""
    assert at(tables, subject) == Standing((), None, (), (), ())


def test_unknown(tables: sqlite3.Connection) -> None:
    """What no table knows is nowhere, whatever its kind."""
    found = at(tables, "place/P99")
    assert (found.listed, found.itself, found.statuses, found.others) == ((), None, [], [])


def test_speaker_has_no_status(tmp_path: Path) -> None:
    """In the shipped archive the answer that somebody spoke is not how he stands."""
    archive = shipped_archive(tmp_path)
    with closing(open_database(archive.database, read_only=True)) as db:
        words = Words(References(db, archive.config), archive.config)
        found = standing(db, archive.config, words, Asked("person/kris-kobach", None, 30))
    assert (found.statuses, found.silent, found.itself and found.itself.rows[0].key) == ([], [], ("kris-kobach",))
    assert ("responses", ("speaker",)) in [(rows.table, rows.columns) for rows in found.others]
