"""Stories for a reader: what rests on a version in the order of its text, and what changed as far as it may be told."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from regesta.database import open_database
from regesta.ingest.story import versions_of_story
from regesta.limits import STORY_CHARS
from regesta.publish.reading import stories as reading
from tests.archives import document, make_archive
from tests.ingest.ferry import PASSAGES, STORY, Ferry, digest_of, paragraphs_moved, replaced

SECOND = paragraphs_moved(replaced("23 doctors", "45 doctors", replaced(PASSAGES["wish"], "")))
PAIR = (STORY, SECOND)


@pytest.fixture
def ferry(quick_path: Path) -> Ferry:
    """A story in two versions, and a document that belongs to none."""
    ferry = Ferry(make_archive(quick_path)).begin()
    ferry.take(SECOND)
    return ferry.add(document("A letter of its own.", edtf="2017-06-30"))


@pytest.fixture
def db(ferry: Ferry) -> Iterator[sqlite3.Connection]:
    """Its tables."""
    with closing(open_database(ferry.archive.database, read_only=True)) as db:
        yield db


def compared(db: sqlite3.Connection, texts: dict[str, str | None], *, open_words: bool) -> list[reading.Kind]:
    first, second = versions_of_story(db, "ferry")
    return reading.kinds(db, "ferry", reading.comparison(db, "ferry", (first, second), texts), open_words=open_words)


def test_stories(db: sqlite3.Connection) -> None:
    """A story is listed with its versions and the events that rest on any of them, each counted once."""
    assert [(row.id, row.versions, row.events) for row in reading.stories(db)] == [("ferry", 2, len(PASSAGES))]


def test_other_documents(db: sqlite3.Connection) -> None:
    """Documents that are no version of a story are listed apart."""
    (row,) = reading.documents(db)
    assert (row.digest, row.events) == (digest_of("A letter of its own."), 0)


def test_in_the_order_of_the_text(db: sqlite3.Connection) -> None:
    """Events come as their passages do; what is said of the document itself is left out."""
    found = reading.version(db, versions_of_story(db, "ferry")[0])
    starts = [resting.passages[0].start for resting in found.resting]
    assert (starts, len(starts), found.more) == (sorted(starts), len(PASSAGES), 0)
    assert found.resting[0].event.summary == "What the whole first sentence says."


def test_passages_as_they_may_be_shown(db: sqlite3.Connection) -> None:
    """With the text a passage has its words, without it those of the evidence."""
    found = reading.version(db, versions_of_story(db, "ferry")[0])
    first = [next(iter(reading.quotes(found, text)))[1].words for text in (STORY, None)]
    assert first == [PASSAGES["the whole first sentence"]] * 2


def test_readable(db: sqlite3.Connection) -> None:
    """Texts that are not to be had, or too long, are None."""
    long = "a" * (STORY_CHARS + 1)
    given = {"a": "short", "b": None, "c": long}
    assert reading.readable(db, lambda digest, _: given[digest], given) == {"a": "short", "b": None, "c": None}


def test_kinds_with_texts(db: sqlite3.Connection) -> None:
    """With both texts every change has its words, numbers first."""
    found = compared(db, {digest_of(text): text for text in PAIR}, open_words=True)
    assert [(kind.kind, kind.count) for kind in found] == [
        ("number", 1), ("quote", 0), ("wording", 1), ("position", 1), ("typo", 0),
    ]  # fmt: skip
    assert [(change.old, change.new) for kind in found[:3] for change in kind.changes] == [
        ("23", "45"),
        (PASSAGES["wish"], ""),
    ]


def test_kinds_without_texts(db: sqlite3.Connection) -> None:
    """Without them there is what the event recorded: numbers, and of the others where they stand."""
    found = compared(db, {}, open_words=False)
    assert [(kind.kind, kind.count) for kind in found if kind.count] == [("number", 1), ("wording", 1), ("position", 1)]
    assert [(change.old, change.new) for kind in found for change in kind.changes] == [
        ("23", "45"),
        (None, ""),
        (None, None),
    ]


def test_kinds_of_a_pair_that_nobody_compared(db: sqlite3.Connection) -> None:
    """From the later version back to the earlier one nothing is recorded, and no count is made up."""
    first, second = versions_of_story(db, "ferry")
    found = reading.kinds(db, "ferry", reading.comparison(db, "ferry", (second, first), {}), open_words=False)
    assert {kind.count for kind in found} == {None}


def test_lost_and_found(db: sqlite3.Connection) -> None:
    """Passages are counted by how they were found, and events that lost one are named, with or without the texts."""
    first, second = versions_of_story(db, "ferry")
    with_texts = reading.comparison(db, "ferry", (first, second), {digest_of(text): text for text in PAIR})
    without = reading.comparison(db, "ferry", (first, second), {})
    counts, events = reading.lost_and_found(with_texts)
    lost = [(summary, alike) for _, summary, alike in events]
    assert (counts["orphaned"], lost) == (2, [("What wish says.", 0), ("What doctors says.", 0)])
    assert reading.lost_and_found(without) == ({}, events)
    assert reading.recorded_passages(db, "ferry", without) == {"normalised": 0, "fuzzy": 0} | counts


def test_marks(db: sqlite3.Connection) -> None:
    """Passages are marks on a strip, those that touch are one."""
    found = reading.version(db, versions_of_story(db, "ferry")[0])
    marks = reading.marks(found, 1000)
    ends = [round(x + width, 1) for x, width in marks]
    assert (marks[0][0], ends[-1] <= 1000) == (0, True)
    assert all(end <= start for end, (start, _) in zip(ends, marks[1:], strict=False))
    assert reading.covered_share(marks, 1000) == round(sum(width for _, width in marks) / 10)
