"""What one event did to the tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from regesta.archive import Archive
from regesta.database import open_database
from regesta.replay.build import build
from regesta.replay.effects import Effect, effects
from tests.archives import answer, document, letter, make_archive

KEY = {"letter": "l1", "place": "P01"}
FIRST = {"letter": "l1", "place": "P01", "answer": "no", "reason": "Not public.", "pages": 3}
SECOND = {"letter": "l1", "place": "P01", "answer": "yes", "pages": 3}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """A document, a letter, two answers to it, one that says what is there already, and an undated one."""
    archive = make_archive(tmp_path_factory.mktemp("archive"))
    archive.append([document("A text."), letter(1, edtf="2017-06-26"), answer(1, edtf="2017-07-01", data=FIRST)])
    archive.append([answer(1, edtf="2017-07-05", data=SECOND), answer(1, edtf="2017-07-06", data=SECOND)])
    archive.append([answer(2, edtf=None, data={"letter": "l2", "place": "P02", "answer": "no"})])
    build(archive)
    return archive


@pytest.fixture
def db(archive: Archive) -> Iterator[sqlite3.Connection]:
    """Its tables."""
    with closing(open_database(archive.database, read_only=True)) as db:
        yield db


CASES = {
    "made a row that was changed later": (
        3,
        [Effect("answers", KEY, {"answer": "no", "reason": "Not public.", "pages": 3}, {}, True, 4)],
    ),
    "changed and emptied cells": (
        4,
        [
            Effect(
                "answers",
                KEY,
                {"answer": "yes", "reason": None},
                {"answer": "no", "reason": "Not public."},
                False,
                None,
            )
        ],
    ),
    "says what is there": (5, []),
    "undated": (6, [Effect("answers", {"letter": "l2", "place": "P02"}, {"answer": "no"}, {}, True, None)]),
    "no event": (99, []),
}


@pytest.mark.parametrize(("sequence", "expected"), CASES.values(), ids=CASES.keys())
def test_effects(db: sqlite3.Connection, sequence: int, expected: list[Effect]) -> None:
    """Each row once, with the values that it set, those before them, and the event that ended the state."""
    assert effects(db, sequence) == expected


def test_timeless(db: sqlite3.Connection) -> None:
    """An event about the record has its row too, though it has no date."""
    assert [(effect.table, effect.values["characters"], effect.made) for effect in effects(db, 1)] == [
        ("documents", 7, True)
    ]


def test_rows_by_name(db: sqlite3.Connection) -> None:
    """A connection whose rows have names is answered the same, as Datasette has them."""
    plain = effects(db, 4)
    db.row_factory = sqlite3.Row
    assert effects(db, 4) == plain
