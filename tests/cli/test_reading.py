"""Reading the log: from its end, and one event by its name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from regesta.archive import Archive
from regesta.cli._reading import find, forwards, newest, since
from regesta.errors import LogError, UsageError
from regesta.events.model import Event
from tests.archives import drafts, letter, retraction, segment_paths


@pytest.fixture
def segmented(archive: Archive) -> Archive:
    """Ten events in four segments of 1, 2, 3 and 4."""
    for first, count in ((1, 1), (2, 2), (4, 3), (7, 4)):
        archive.append(drafts(count, first))
    return archive


def events(archive: Archive) -> Path:
    return archive.folder / "events"


def test_forwards(segmented: Archive) -> None:
    """Every event comes with its line and its place, oldest first."""
    found = [(entry.event.sequence, entry.where.rpartition("/")[2]) for entry in forwards(events(segmented))]
    assert found[:4] == [(1, "000001.jsonl:1"), (2, "000002.jsonl:1"), (3, "000002.jsonl:2"), (4, "000003.jsonl:1")]


@pytest.mark.parametrize(("wanted", "expected"), [(1, [10]), (4, [7, 8, 9, 10]), (5, [6, 7, 8, 9, 10])])
def test_newest(segmented: Archive, wanted: int, expected: list[int]) -> None:
    """The last events come oldest first, across segments."""
    assert [entry.event.sequence for entry in newest(events(segmented), wanted)] == expected


def test_newest_of_fewer(segmented: Archive) -> None:
    """Asking for more than there are gives all."""
    assert len(newest(events(segmented), 99)) == 10


def test_newest_that_a_filter_takes(segmented: Archive) -> None:
    """Only events that are taken count."""

    def is_letter(event: Event) -> bool:
        return event.type == "letter.sent"

    assert [entry.event.sequence for entry in newest(events(segmented), 3, is_letter)] == [4, 7, 10]


@pytest.mark.parametrize(("first", "most", "expected"), [(10, 5, [10]), (5, 3, [5, 6, 7]), (1, 2, [1, 2])])
def test_since(segmented: Archive, first: int, most: int, expected: list[int]) -> None:
    """Events from a sequence on, as many as asked for."""
    assert [entry.event.sequence for entry in since(events(segmented), first, most)] == expected


@pytest.fixture
def ids(segmented: Archive) -> Iterator[list[str]]:
    """The ids of the ten events."""
    yield [event.id for event in segmented.log.events()]


def test_find_by_number_id_and_prefix(segmented: Archive, ids: list[str]) -> None:
    """An event is found by each of its names."""
    names = ["4", "000000000004", ids[3], ids[3][:8], ids[3].upper()]
    assert [find(events(segmented), name).entry.event.sequence for name in names] == [4, 4, 4, 4, 4]


# Name: what is looked for, message.
NOT_FOUND = {
    "number": ("11", "there is no event '11' in the log"),
    "zero": ("0", "there is no event '0' in the log"),
    "id": ("f" * 32, f"there is no event '{'f' * 32}' in the log"),
    "too short": ("abc", "'abc' is neither an event's id (or its first 4 or more hex digits) nor its number"),
    "too long": ("a" * 33, f"{'a' * 33!r} is neither an event's id (or its first 4 or more hex digits) nor its number"),
    "no hex": ("wxyz", "'wxyz' is neither an event's id (or its first 4 or more hex digits) nor its number"),
    "empty": ("", "'' is neither an event's id (or its first 4 or more hex digits) nor its number"),
    "other digits": ("٤", "'٤' is neither an event's id (or its first 4 or more hex digits) nor its number"),
}


@pytest.mark.parametrize(("name", "message"), NOT_FOUND.values(), ids=NOT_FOUND.keys())
def test_not_found(segmented: Archive, name: str, message: str) -> None:
    """A name that means no event is refused, and what could be meant is said."""
    with pytest.raises(UsageError) as caught:
        find(events(segmented), name)
    assert (caught.value.message, caught.value.remedy) == (message, "run `regesta log --ids`")


def test_number_that_is_the_beginning_of_an_id(archive: Archive) -> None:
    """Digits that are no event's number are tried as the beginning of an id."""
    archive.append([letter(31)])
    assert find(events(archive), "3408").entry.event.id == "340832"[:6] + next(archive.log.events()).id[6:]


def test_status_of_corrected_events(archive: Archive) -> None:
    """A replaced event and a retracted one are told with the event that did it."""
    archive.append(drafts(2))
    first, second = (event.id for event in archive.log.events())
    archive.append([letter(1, data={"letter": "l1", "place": "P02"}, replaces=first), retraction(second)])
    found = [find(events(archive), name) for name in ("1", "2", "3")]
    by = [item.corrected_by.sequence if item.corrected_by else None for item in found]
    assert ([item.status for item in found], by) == (["replaced", "retracted", "current"], [3, 4, None])


def test_retraction_taken_back(archive: Archive) -> None:
    """An event counts again when its retraction is retracted."""
    archive.append(drafts(1))
    archive.append([retraction(next(archive.log.events()).id)])
    archive.append([retraction(list(archive.log.events())[1].id, "No, it was right.")])
    found = find(events(archive), "1")
    assert (found.status, found.corrected_by) == ("current", None)


def test_corrected_twice(archive: Archive) -> None:
    """Of two corrections that count, the first is named: it is the one that the status tells of."""
    archive.append(drafts(1))
    target = next(archive.log.events()).id
    archive.append([letter(1, edtf="2016", replaces=target), retraction(target)])
    found = find(events(archive), "1")
    assert (found.status, found.corrected_by and found.corrected_by.sequence) == ("replaced", 2)


def test_damaged_line_is_named(segmented: Archive) -> None:
    """A line that cannot be read is told with segment and line."""
    path = segment_paths(segmented)[3]
    path.write_bytes(path.read_bytes().replace(b'"sequence":"000000000010"', b'"sequence":000000000010'))
    with pytest.raises(LogError) as caught:
        newest(events(segmented), 1)
    assert caught.value.where == f"{path}:4"
