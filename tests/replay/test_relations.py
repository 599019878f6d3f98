"""Typed relations: what of an event becomes a row, and which events count."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from zoneinfo import ZoneInfo

import pytest

from regesta.archive import Archive
from regesta.replay.build import build
from regesta.replay.relations import NEVER, Span, evidence_of, span_of, statuses
from tests.archives import answer, document, letter, passage, retraction

ZONE = ZoneInfo("America/New_York")


def rows(archive: Archive, sql: str) -> list[tuple[object, ...]]:
    build(archive)
    with closing(sqlite3.connect(archive.database)) as db:
        return db.execute(sql).fetchall()


def test_relation_has_envelope_and_fields(archive: Archive) -> None:
    """A relation has one column for each member of the envelope and of the type's data, in that order."""
    archive.append([letter(1)])
    columns = [name for _, name, *_ in rows(archive, "pragma table_info(letter_sent)")]
    assert columns == [
        "sequence", "id", "subject", "source", "edtf", "earliest", "latest", "recorded", "summary",
        "letter", "place", "about",
    ]  # fmt: skip


def test_fields_keep_their_types(archive: Archive) -> None:
    """Text, integers, numbers and booleans come out as SQLite's text, integer, real and integer; absent is NULL."""
    archive.append([answer(1, data={"letter": "l1", "place": "P01", "answer": "no", "share": 0.5, "final": True})])
    assert rows(archive, "select answer, pages, share, typeof(share), final from answer_given") == [
        ("no", None, 0.5, "real", 1)
    ]


def test_replaced_event_is_in_events_only(archive: Archive) -> None:
    """A replaced event stays in `events` with its status and leaves its relation."""
    archive.append([answer(1)])
    first = next(archive.log.events())
    archive.append([answer(1, source="urn:x:better", replaces=first.id)])
    assert rows(archive, "select (select count(*) from answer_given), count(*), min(status) from events") == [
        (1, 2, "current")
    ]


def test_table_behind_a_relation_has_what_counts(archive: Archive) -> None:
    """What is replaced or retracted leaves the table behind its relation; what counts again comes back to it."""
    archive.append([answer(1), answer(2), answer(3)])
    first, second, third = (event.id for event in archive.log.events())
    archive.append([answer(4, replaces=first), retraction(second), retraction(third)])
    archive.append([retraction(list(archive.log.events())[-1].id)])
    assert rows(archive, "select sequence from _answer_given order by sequence") == [(3,), (4,)]


def test_dates_of_a_relation_are_indexed(archive: Archive) -> None:
    """Who asks a relation for dates only reads an index, not its table."""
    archive.append([letter(1)])
    plan = rows(archive, "explain query plan select distinct _earliest, _latest from _letter_sent")
    assert [row[3] for row in plan] == ["SCAN _letter_sent USING COVERING INDEX _letter_sent by date"]


def test_bounds_are_in_the_zone_of_the_archive(archive: Archive) -> None:
    """A day is the whole day where the archive is at home; an undated event has no bounds."""
    archive.append([letter(1, edtf="2017-06-30"), letter(2, edtf=None)])
    assert rows(archive, "select earliest, latest from events order by sequence") == [
        ("2017-06-30T00:00:00-04:00", "2017-06-30T23:59:59-04:00"),
        (None, None),
    ]


def test_evidence_rows(archive: Archive) -> None:
    """Each passage is a row with its document, range and digest; a quoted one has its words as well."""
    data = {**letter(1)["data"], "evidence": [passage(3, 7, text="A letter.", exact="ette")]}
    archive.append([document("A letter."), letter(1, data=data)])
    found = rows(archive, 'select event, position, start, "end", exact, length(digest) from evidence')
    assert found == [(2, 1, 3, 7, "ette", 64)]


def test_digest_of_a_quoted_passage_is_its_own() -> None:
    """Where only the words are given, their digest is computed."""
    item = passage(0, 1, text="x", exact="x")
    assert [row[5] for row in evidence_of(1, {"evidence": [item]})] == [
        "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    ]


def test_span_of_an_undated_event() -> None:
    """No date is no bound on either side."""
    assert span_of(None, ZONE) == Span(-NEVER, NEVER, None, None)


def test_span_of_an_open_interval() -> None:
    """An open end is no bound on that side."""
    assert span_of("../2017-07-14", ZONE) == Span(-NEVER, 1_500_091_199, None, "2017-07-14T23:59:59-04:00")


CORRECTIONS: dict[str, tuple[list[tuple[int, str, str, str]], dict[str, str]]] = {
    "none": ([], {}),
    "one": ([(2, "b", "a", "replaced")], {"a": "replaced"}),
    "a chain": ([(2, "b", "a", "replaced"), (3, "c", "b", "replaced")], {"b": "replaced", "a": "replaced"}),
    "a chain cut": (
        [(2, "b", "a", "replaced"), (3, "c", "b", "replaced"), (4, "d", "c", "retracted")],
        {"c": "retracted", "b": "current", "a": "replaced"},
    ),
    "a replaced retraction": (
        [(2, "b", "a", "retracted"), (3, "c", "b", "replaced")],
        {"b": "replaced", "a": "current"},
    ),
    "a retraction taken back": (
        [(2, "b", "a", "retracted"), (3, "c", "b", "retracted")],
        {"b": "retracted", "a": "current"},
    ),
    "thrice": (
        [(2, "b", "a", "retracted"), (3, "c", "b", "retracted"), (4, "d", "c", "retracted")],
        {"c": "retracted", "b": "current", "a": "retracted"},
    ),
    "two of one": ([(2, "b", "a", "replaced"), (3, "c", "a", "retracted")], {"a": "replaced"}),
    "two of one, the first taken back": (
        [(2, "b", "a", "replaced"), (3, "c", "a", "retracted"), (4, "d", "b", "retracted")],
        {"b": "retracted", "a": "retracted"},
    ),
}


@pytest.mark.parametrize("case", CORRECTIONS.values(), ids=CORRECTIONS)
def test_statuses(case: tuple[list[tuple[int, str, str, str]], dict[str, str]]) -> None:
    """An event counts unless an event that itself counts corrects it; the first such correction names its status."""
    corrections, expected = case
    assert statuses(corrections) == expected
