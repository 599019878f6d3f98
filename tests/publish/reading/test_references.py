"""What words of events and tables refer to, as the database itself declares it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from regesta.database import open_database
from regesta.publish.reading.events import find_event
from regesta.publish.reading.references import Link, Reference, References
from regesta.replay.build import build
from tests.archives import letter, make_archive
from tests.publish.reading.told import ANSWER, RETRACTED, RETRACTION


def test_kinds(references: References) -> None:
    """The kinds of all subjects, each once."""
    assert references.kinds == ["document", "event", "letter", "place", "proposal"]


def test_links(references: References) -> None:
    """The foreign keys of the tables that events fill."""
    own = [link for link in references.links if link.table in ("letters", "answers")]
    assert sorted(own) == [
        Link("answers", "letter", "letters"),
        Link("answers", "place", "places"),
        Link("letters", "place", "places"),
    ]


def test_columns(references: References) -> None:
    """A column refers to a table under the same name wherever it stands."""
    assert [references.columns_to(table) for table in ("places", "letters", "answers")] == [["place"], ["letter"], []]


CASES = {
    "subject by a column": ("place", "P01", Reference("Place 01", "P01", subject="place/P01")),
    "row without a subject": ("letter", "l1", Reference("Letter 1 goes out.", "l1", table="letters")),
    "no such row": ("letter", "l99", None),
    "whole subject": ("about", "place/P02", Reference("Place 02", "P02", subject="place/P02")),
    "word": ("about", "the roll", None),
    "looks like a subject": ("about", "yes/no", None),
    "number": ("pages", 3, None),
    "nothing": ("place", "", None),
    "id of no event": ("accepted_as", "f" * 32, None),
}


@pytest.mark.parametrize(("column", "value", "expected"), CASES.values(), ids=CASES.keys())
def test_of(references: References, column: str, value: object, expected: Reference | None) -> None:
    """A value is a reference only where the column or the value says so."""
    assert references.of(column, value) == expected


def test_events(references: References, tables: sqlite3.Connection) -> None:
    """An event is referred to by its id, and as the subject of its retraction."""
    answer, taken_back, retraction = (find_event(tables, str(n)) for n in (ANSWER, RETRACTED, RETRACTION))
    assert answer and taken_back and retraction
    found = [references.of("accepted_as", answer.id), references.subject(retraction.subject)]
    assert found == [
        Reference("It says no.", answer.id, event=ANSWER),
        Reference(taken_back.title, taken_back.id, event=RETRACTED),
    ]


def test_subject_without_a_name_column(references: References) -> None:
    """A letter has no name, its summary is taken; what no table knows keeps its key."""
    names = [references.subject(subject).name for subject in ("letter/l1", "letter/l99", "topic/fraud", "bare")]
    assert names == ["Letter 1 goes out.", "l99", "fraud", "bare"]


SUBJECTS = ("a", "a-b/x", "a/x", "a/y", "b", "b/%20z", "c/x/y")


def test_kinds_of_any_subject(tmp_path: Path) -> None:
    """Subjects without a kind, and kinds that begin alike, are told apart."""
    archive = make_archive(tmp_path)
    archive.append([letter(number, subject=subject) for number, subject in enumerate(SUBJECTS, start=1)])
    build(archive)
    with closing(open_database(archive.database, read_only=True)) as db:
        assert References(db, archive.config).kinds == ["a", "a-b", "b", "c"]
