"""The events before and after an event."""

from __future__ import annotations

import sqlite3

import pytest

from regesta.publish.reading.events import events, find_event
from regesta.publish.reading.neighbours import neighbours
from regesta.publish.reading.wanted import ORDERS
from tests.publish.reading.told import (
    ANSWER,
    DOCUMENT,
    LETTER,
    NEWER,
    OTHER,
    REPLACED,
    RETRACTED,
    UNDATED,
)

CASES = {
    "first": (LETTER, (None, OTHER)),
    "between": (OTHER, (LETTER, ANSWER)),
    "later latest": (ANSWER, (OTHER, NEWER)),
    "last": (NEWER, (ANSWER, None)),
    "replaced": (REPLACED, (ANSWER, NEWER)),
    "retracted": (RETRACTED, (NEWER, None)),
    "undated": (UNDATED, (None, None)),
    "about the record": (DOCUMENT, (None, None)),
}


@pytest.mark.parametrize(("number", "expected"), CASES.values(), ids=CASES.keys())
def test_neighbours(tables: sqlite3.Connection, number: int, expected: tuple[int | None, int | None]) -> None:
    """Those that count and have a date, in the order of time."""
    event = find_event(tables, str(number))
    assert event
    assert tuple(item and item.sequence for item in neighbours(tables, event)) == expected


def test_order_of_lists(tables: sqlite3.Connection) -> None:
    """Going from event to event is going down the list."""
    listed = events(tables, "status = 'current' and latest is not null", (), ORDERS["time"])
    assert [neighbours(tables, event)[1] for event in listed[:-1]] == listed[1:]
