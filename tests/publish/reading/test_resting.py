"""What rests on an event, and what says otherwise."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from regesta.database import open_database
from regesta.limits import RESTING_ROWS
from regesta.publish.reading.references import References
from regesta.publish.reading.resting import disputes, resting
from regesta.replay.build import build
from regesta.replay.effects import effects
from tests.archives import answer, letter, make_archive
from tests.publish.reading.told import ANSWER, LETTER, NEWER, OTHER

RESTING = {"letter with an answer": (LETTER, [("answers", "letter", "l1", 1, [ANSWER])]), "answer": (NEWER, [])}


@pytest.mark.parametrize(("number", "expected"), RESTING.values(), ids=RESTING.keys())
def test_resting(
    tables: sqlite3.Connection, references: References, number: int, expected: list[tuple[object, ...]]
) -> None:
    """The rows that refer to a row that the event made."""
    found = resting(tables, effects(tables, number), references)
    told = [(item.table, item.column, item.value, item.count, [e.sequence for e in item.events]) for item in found]
    assert told == expected


def test_many_rows(tmp_path: Path) -> None:
    """All are counted, the first are listed."""
    archive = make_archive(tmp_path)
    places = [f"P{number:02d}" for number in range(1, 21)]
    archive.append([letter(1), *(answer(1, data={"letter": "l1", "place": place, "answer": "no"}) for place in places)])
    build(archive)
    db = open_database(archive.database, read_only=True)
    (found,) = resting(db, effects(db, 1), References(db, archive.config))
    db.close()
    assert (found.count, len(found.events)) == (20, RESTING_ROWS)


DISPUTES = {
    "one side": (ANSWER, [("answers", ("l1", "P01"), "answer", "no", OTHER, "yes")]),
    "the other": (OTHER, [("answers", ("l1", "P01"), "answer", "yes", ANSWER, "no")]),
    "neither": (NEWER, []),
}


@pytest.mark.parametrize(("number", "expected"), DISPUTES.values(), ids=DISPUTES.keys())
def test_disputes(tables: sqlite3.Connection, number: int, expected: list[tuple[object, ...]]) -> None:
    """A dispute is told from either side, the own value first."""
    found = disputes(tables, number)
    assert [
        (item.table, item.key, item.column, item.value, item.other.sequence, item.other_value) for item in found
    ] == expected
