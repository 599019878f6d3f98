"""Events as pages have them: the same words as the log, found by number or id, with passages and corrections."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
import rfc8785

from regesta.archive import Archive
from regesta.database import open_database
from regesta.publish.reading.events import (
    Passage,
    cloudevent,
    corrected_by,
    corrects,
    events,
    find_event,
    kind,
    passages,
    when,
)
from regesta.replay.build import build
from tests.archives import answer, document, letter, log_lines, make_archive, passage, retraction
from tests.publish.sites import shipped_archive

TEXT = "The roll is not public."


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """A log with a passage, an instant, a replaced event and one that was retracted."""
    archive = make_archive(tmp_path_factory.mktemp("archive"))
    archive.append([document(TEXT), letter(1, edtf="2017-07-05T16:02:00-04:00")])
    said = answer(1)
    said["data"] |= {"evidence": [passage(4, 8, text=TEXT, exact="roll")]}
    archive.append([said])
    first = next(event for event in archive.log.events() if event.sequence == 3)
    archive.append([{**answer(1, edtf="2017-06"), "replaces": first.id}, letter(2)])
    archive.append([retraction(list(archive.log.events())[-1].id)])
    build(archive)
    return archive


@pytest.fixture
def db(archive: Archive) -> Iterator[sqlite3.Connection]:
    """Its tables."""
    with closing(open_database(Path(archive.database), read_only=True)) as db:
        yield db


def test_cloudevents_are_the_log(archive: Archive, db: sqlite3.Connection) -> None:
    """Each event in canonical form is its line in the log."""
    assert [rfc8785.dumps(cloudevent(db, event)) for event in events(db, tail="order by sequence")] == log_lines(
        archive
    )


def test_cloudevents_of_the_shipped_archive(tmp_path: Path) -> None:
    """So it is for the archive of this repository."""
    archive = shipped_archive(tmp_path)
    with closing(open_database(archive.database, read_only=True)) as db:
        found = [rfc8785.dumps(cloudevent(db, event)) for event in events(db, tail="order by sequence")]
    assert found == log_lines(archive)


@pytest.mark.parametrize("name", ["0", "7", "03", "-1", "", "abc", "a" * 32, "1; drop table events", "9" * 40])
def test_not_found(name: str, db: sqlite3.Connection) -> None:
    """What is no number or id of an event finds none."""
    assert find_event(db, name) is None


def test_found(db: sqlite3.Connection) -> None:
    """An event is found by number and by id."""
    event = find_event(db, "3")
    assert event is not None
    assert (find_event(db, event.id), event.type, event.status) == (event, "answer.given", "replaced")


def test_passages(db: sqlite3.Connection) -> None:
    """Passages come with their document, by the number of their event."""
    document, words = (sha256(text.encode()).hexdigest() for text in (TEXT, "roll"))
    expected = {3: [Passage(3, 1, document, None, None, None, 4, 8, words, "roll")]}
    assert passages(db, [2, 3]) == expected


def test_corrections(db: sqlite3.Connection) -> None:
    """A correction is found from either side."""
    old, new = events(db, "sequence in (3, 4)", tail="order by sequence")
    by, what = corrected_by(db, old), corrects(db, new)
    assert ([(item.event, item.verdict) for item in by], what) == ([(new, "replaced")], (old, "replaced"))


def test_words() -> None:
    """Types and dates are told in words."""
    assert (kind("story.updated"), when("2017-06-28/2017-07-05"), when(None)) == (
        "story updated",
        "between 28 June and 5 July 2017",
        "undated",
    )
