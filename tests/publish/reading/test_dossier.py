"""All that the tables know of one event."""

from __future__ import annotations

import sqlite3
from zoneinfo import ZoneInfo

import pytest

from regesta.archive import Archive
from regesta.publish.reading.dossier import dossier
from regesta.replay.asof import add_functions, moment_at
from regesta.schema.dates import moment
from tests.publish.reading.told import (
    ANSWER,
    DOCUMENT,
    LETTER,
    NEWER,
    OTHER,
    REPLACED,
    RETRACTED,
    RETRACTION,
    UNDATED,
)

ZONE = ZoneInfo("America/New_York")


def test_what_it_says(told: Archive, tables: sqlite3.Connection) -> None:
    """The event, whom it is about, its passages and its neighbours."""
    found = dossier(tables, told.config, str(ANSWER))
    assert found
    assert (found.event.sequence, found.about.name, found.data["datetext"], found.timeless) == (
        ANSWER,
        "Place 01",
        "this week",
        False,
    )
    assert (len(found.passages), found.before and found.before.sequence) == (1, OTHER)


def test_unknown(told: Archive, tables: sqlite3.Connection) -> None:
    """There is none without an event."""
    assert [dossier(tables, told.config, name) for name in ("99", "f" * 32, "x")] == [None, None, None]


def test_by_id(told: Archive, tables: sqlite3.Connection) -> None:
    """The whole id names it too."""
    by_number = dossier(tables, told.config, str(LETTER))
    assert by_number
    assert dossier(tables, told.config, by_number.event.id) == by_number


CHANGES = {
    "made a row": (LETTER, [("letters", ["l1"], ["place", "about", "dated", "summary"])]),
    "changed a row": (ANSWER, [("answers", ["Letter 1 goes out.", "Place 01"], ["answer"])]),
    "replaced": (REPLACED, []),
}


@pytest.mark.parametrize(("number", "expected"), CHANGES.values(), ids=CHANGES.keys())
def test_changes(told: Archive, tables: sqlite3.Connection, number: int, expected: list[tuple[object, ...]]) -> None:
    """The rows that it set, their keys by name, the columns."""
    found = dossier(tables, told.config, str(number))
    assert found
    shown = [(c.effect.table, [m.items[0].text for m in c.key], [cell.name for cell in c.cells]) for c in found.changes]
    assert shown == expected


CORRECTIONS = {
    "replaced": (REPLACED, None, [("replaced", NEWER, "It was a day later.")], NEWER),
    "replacing": (NEWER, ("replaced", REPLACED, "It was a day later."), [], None),
    "retracted": (RETRACTED, None, [("retracted", RETRACTION, "It was another place.")], None),
    "retraction": (RETRACTION, ("retracted", RETRACTED, "It was another place."), [], None),
    "neither": (LETTER, None, [], None),
}


@pytest.mark.parametrize(("number", "does", "done", "instead"), CORRECTIONS.values(), ids=CORRECTIONS.keys())
def test_corrections(
    told: Archive,
    tables: sqlite3.Connection,
    number: int,
    does: tuple[str, int, str] | None,
    done: list[tuple[str, int, str]],
    instead: int | None,
) -> None:
    """What it corrects and what corrects it, with the reason that is given."""
    found = dossier(tables, told.config, str(number))
    assert found
    assert (found.corrects and (found.corrects.verdict, found.corrects.event.sequence, found.corrects.why)) == does
    assert [(item.verdict, item.event.sequence, item.why) for item in found.corrected_by] == done


@pytest.mark.parametrize(("number", "does", "done", "instead"), CORRECTIONS.values(), ids=CORRECTIONS.keys())
def test_what_counts_instead(
    told: Archive, tables: sqlite3.Connection, number: int, does: object, done: object, instead: int | None
) -> None:
    """The last of those that replaced it."""
    found = dossier(tables, told.config, str(number))
    assert found
    assert (found.counts and found.counts.sequence) == instead


def test_disputes(told: Archive, tables: sqlite3.Connection) -> None:
    """A dispute in words: the row by its names, and both values."""
    found = dossier(tables, told.config, str(ANSWER))
    assert found
    (item,) = found.disputes
    assert ([m.items[0].text for m in item.key], item.value.text, item.other.text) == (
        ["Letter 1 goes out.", "Place 01"],
        "no",
        "yes",
    )


STANDING = {
    "before": (ANSWER, "2017-06-27", "later"),
    "within": (ANSWER, "2017-06-28", "possible"),
    "after": (ANSWER, "2017-07-05", "certain"),
    "undated": (UNDATED, "2030-01-01", "possible"),
    "about the record": (DOCUMENT, "1900-01-01", "certain"),
    "where clocks change": (ANSWER, "2017-11-05", "certain"),
}


@pytest.mark.parametrize(("number", "date", "expected"), STANDING.values(), ids=STANDING.keys())
def test_standing(told: Archive, tables: sqlite3.Connection, number: int, date: str, expected: str) -> None:
    """Whether it had happened by a date: certainly, possibly, or not yet."""
    at = moment_at(moment(date, ZONE), ZONE)
    add_functions(tables)
    found = dossier(tables, told.config, str(number), at)
    assert found
    assert found.standing == expected
