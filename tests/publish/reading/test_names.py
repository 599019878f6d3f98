"""Names of subjects: from the table that the archive declares, or else the one that is named like their kind."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from regesta.config import Config
from regesta.database import open_database
from regesta.publish.reading.names import Names, rows_named
from regesta.replay.build import build
from tests.archives import drafts, make_archive

# Name: what is declared, subject, its name.
CASES: dict[str, tuple[dict[str, str], str, str]] = {
    "by the table of its kind": ({}, "place/P03", "Place 03"),
    "declared": ({"letter": "letters.about"}, "letter/l1", "the roll"),
    "a table without a name": ({}, "letter/l1", "l1"),
    "a column that is not there": ({"place": "places.size"}, "place/P03", "P03"),
    "a table that is not there": ({"place": "towns.name"}, "place/P03", "P03"),
    "a table with two keys": ({"answer": "answers.answer"}, "answer/l1", "l1"),
    "a view": ({"answer": "answer_counts.places"}, "answer/no", "no"),
    "no row": ({}, "place/P99", "P99"),
    "several slashes": ({}, "place/P03/north", "P03/north"),
    "no slash": ({}, "weather", "weather"),
    "empty": ({}, "", ""),
}


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """A built archive."""
    archive = make_archive(tmp_path_factory.mktemp("archive"))
    archive.append(drafts(6))
    build(archive)
    with closing(open_database(Path(archive.database), read_only=True)) as db:
        yield db


@pytest.mark.parametrize(("declared", "subject", "expected"), CASES.values(), ids=CASES.keys())
def test_name(declared: dict[str, str], subject: str, expected: str, db: sqlite3.Connection) -> None:
    """A subject has the name of its row, else what stands behind its kind."""
    assert Names(db, Config("a", "b", subjects=declared)).of(subject) == expected


def test_rows(db: sqlite3.Connection) -> None:
    """The rows of a table are named in the order of their keys."""
    place = Names(db, Config("a", "b")).place("place")
    assert (place, list(rows_named(db, place or ("", "", "")).items())[:2]) == (
        ("places", "code", "name"),
        [("P01", "Place 01"), ("P02", "Place 02")],
    )
