"""What events say and rows hold, in words."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from regesta.config import Config, Status, Value
from regesta.publish.reading.events import data_of, find_event
from regesta.publish.reading.members import Item, Member, Words, in_words, label, members
from regesta.publish.reading.references import Reference, References
from tests.publish.reading.told import ANSWER, DOCUMENT, LETTER

REFUSES = Value("no", "Says no", "N", "#a4262c")
PLACE = Reference("Place 01", "P01", subject="place/P01")

ITEMS: dict[str, tuple[str, Any, Item]] = {
    "text": ("reason", "Not public.", Item("Not public.")),
    "nothing": ("reason", None, Item("")),
    "yes": ("final", True, Item("yes")),
    "number": ("pages", 1999, Item("1999")),
    "large number": ("bytes", 1234567, Item("1,234,567")),
    "share": ("share", 0.125, Item("0.125")),
    "date": ("due", "2017-07-14", Item("14 July 2017")),
    "date as known": ("dated", "2017-06", Item("June 2017")),
    "no date": ("dated", "soon", Item("soon")),
    "status": ("answer", "no", Item("Says no", drawn=REFUSES)),
    "reference": ("place", "P01", Item("Place 01", PLACE)),
    "object": ("found", {"a": 1}, Item("1 entry", raw='{\n "a": 1\n}')),
}


@pytest.mark.parametrize(("name", "value", "expected"), ITEMS.values(), ids=ITEMS.keys())
def test_item(references: References, name: str, value: Any, expected: Item) -> None:
    """Each value in words, with what it refers to and how it is drawn."""
    config = Config("Letters", "example.org/letters", status=(Status("answers", "answer", values=(REFUSES,)),))
    assert Words(references, config).item(name, value) == expected


def test_lists(told_words: Words) -> None:
    """A list of words is one member with several values, a list of objects one to unfold."""
    plain, nested = told_words.member("place", ["P01", "x"]), told_words.member("edits", [{"a": 1}, {"a": 2}])
    assert [item.text for item in plain.items] == ["Place 01", "x"]
    assert [(item.text, item.raw[:3]) for item in nested.items] == [("2 entries", "[\n ")]


@pytest.fixture
def told_words(references: References) -> Words:
    """Words of the archive of this folder."""
    return Words(references, Config("Letters", "example.org/letters"))


MEMBERS = {
    "references first, then as in the schema": (ANSWER, ["letter", "answer", "pages", "share", "final"]),
    "without what names the subject": (LETTER, ["place", "about"]),
    "digest of the document itself": (DOCUMENT, ["media_type", "bytes", "characters"]),
}


@pytest.mark.parametrize(("number", "expected"), MEMBERS.values(), ids=MEMBERS.keys())
def test_members(tables: sqlite3.Connection, told_words: Words, number: int, expected: list[str]) -> None:
    """What the page does not tell already, in the order of the schema."""
    event = find_event(tables, str(number))
    assert event
    assert [member.name for member in members(tables, event, data_of(tables, number), told_words)] == expected


def test_cells(told_words: Words) -> None:
    """Cells of a row that hold something."""
    assert told_words.cells({"place": "P01", "reason": None}) == [Member("place", (Item("Place 01", PLACE),))]


WORDS = {
    "day": ("2017-06-30", "30 June 2017"),
    "interval": ("2017-06-28/2017-07-05", "between 28 June and 5 July 2017"),
    "open": ("../2017-07-05", "by 5 July 2017"),
    "month, which may be anything": ("2017-06", "2017-06"),
    "no day": ("2017-13-99", "2017-13-99"),
    "text": ("in June", "in June"),
}


@pytest.mark.parametrize(("text", "expected"), WORDS.values(), ids=WORDS.keys())
def test_in_words(text: str, expected: str) -> None:
    """A date in words, all else as it is."""
    assert in_words(text) == expected


def test_label() -> None:
    """A name in words begins with a capital letter."""
    assert [label("recipient_count"), label("x"), label("")] == ["Recipient count", "X", ""]


def test_beside_the_title() -> None:
    """What has the page's own title for a name is told by its key."""
    items = (Item("Place 01", PLACE), Item("Place 01"), Item("Place 02", PLACE))
    assert [item.text for item in Member("place", items).beside("Place 01").items] == ["P01", "Place 01", "Place 02"]
