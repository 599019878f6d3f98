"""The queue of proposals: its order, its filters, and what the record knows already."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from regesta.archive import Archive
from regesta.errors import UsageError
from regesta.ingest.proposals import find
from regesta.ingest.review import Decision, Review
from regesta.publish.reading import review as reading
from regesta.publish.reading.review import Asked, Place
from regesta.replay.build import build
from regesta.schema.sandbox import Setting
from tests.ingest.tale import keys, pending, tale


@pytest.fixture
def archive(quick_path: Path) -> Archive:
    """An archive with six open proposals: two answers, a quote, a tally, a list of two."""
    return pending(tale(quick_path))


@pytest.fixture
def db(archive: Archive) -> Iterator[sqlite3.Connection]:
    """Its database."""
    with closing(sqlite3.connect(archive.database)) as connection:
        yield connection


def asked(**parameters: str) -> Asked:
    """Return what parameters ask for."""
    return Asked.read(parameters.get)


def accept(archive: Archive, number: int) -> None:
    """Accept the n-th proposal of the text."""
    Review(archive).decide([Decision(find(archive.database, keys(archive)[number]), True)])
    build(archive)


# Name: parameters that make sense, the numbers of the proposals in the text.
ASKED: dict[str, tuple[dict[str, str], list[int]]] = {
    "nothing": ({}, [0, 1, 2, 3, 4, 5]),
    "kind": ({"kind": "disposition"}, [0, 1]),
    "needs": ({"needs": "speaker"}, [2]),
    "complete": ({"needs": "none"}, [0, 1, 4, 5]),
    "sure": ({"sure": "0.7"}, [0, 2, 3, 4, 5]),
    "accepted": ({"status": "accepted"}, []),
}


@pytest.mark.parametrize(("parameters", "numbers"), ASKED.values(), ids=ASKED.keys())
def test_items(archive: Archive, db: sqlite3.Connection, parameters: dict[str, str], numbers: list[int]) -> None:
    """Proposals come in the order of the text; the address of what is asked for is the one that was read."""
    wanted = asked(**parameters)
    expected = [keys(archive)[number] for number in numbers]
    assert [item.key for item in reading.items(db, wanted, 10)] == reading.keys(db, wanted, 10) == expected
    assert (wanted.query(), reading.number(db, wanted)) == (parameters, len(numbers))


@pytest.mark.parametrize("parameters", [{"status": "x"}, {"sure": "x"}, {"sure": "nan"}, {"sure": "-1"}])
def test_nonsense(parameters: dict[str, str]) -> None:
    """What makes no sense is refused."""
    with pytest.raises(UsageError):
        asked(**parameters)


def test_choices(db: sqlite3.Connection) -> None:
    """Each filter tells how many proposals its values leave, given the others."""
    found = reading.choices(db, asked(kind="disposition"))
    assert [(item.value, item.number, item.chosen) for item in found["kind"]] == [
        ("", 6, False), ("disposition", 2, True), ("status_list", 2, False), ("quote", 1, False), ("tally", 1, False),
    ]  # fmt: skip
    assert [(item.label, item.number) for item in found["needs"]] == [("all", 2), ("nothing: complete", 2)]
    assert [item.query for item in found["sure"]] == [
        {"kind": "disposition"}, {"kind": "disposition", "sure": "0.7"}, {"kind": "disposition", "sure": "0.85"},
    ]  # fmt: skip


def test_place(archive: Archive, db: sqlite3.Connection) -> None:
    """A proposal has its neighbours also where it is not among those that are asked for."""
    names = keys(archive)
    assert reading.place(db, asked(), names[1]) == Place(2, 6, names[0], names[2])
    assert reading.place(db, asked(kind="disposition"), names[2]) == Place(0, 2, names[1], None)
    assert reading.place(db, asked(), "0" * 32) == Place(0, 0, None, None)


def test_groups(archive: Archive, db: sqlite3.Connection) -> None:
    """Proposals are told by document."""
    groups = reading.groups(db, reading.items(db, asked(), 10))
    assert [(group.story, len(group.items)) for group in groups] == [("tale", 6)]


def test_what_the_record_has(archive: Archive, db: sqlite3.Connection) -> None:
    """Events on the same passage, and of the same kind about the same, are told; the proposals themselves are none."""
    item = reading.item(db, keys(archive)[0])
    assert item and (reading.on_passage(db, item, item.about, item.type), reading.known_passages(db, [item.key])) == (
        [],
        {},
    )
    accept(archive, 0)
    again = reading.item(db, keys(archive)[0])
    assert again and (again.status, again.is_open, again.sure) == ("accepted", False, "high")
    same = reading.on_passage(db, item, item.about, item.type)
    assert [event.title for event in same] == [event.title for event in reading.alike(db, item.about, item.type)]
    assert ([event.title for event in same], reading.known_passages(db, [item.key])) == (
        ["P01 says no, through Ann Lee."], {item.key: 1},
    )  # fmt: skip


def test_beside(archive: Archive, db: sqlite3.Connection) -> None:
    """What an event says of a row stands beside what is there."""
    accept(archive, 0)
    said = reading.beside(
        db, [Setting("answers", {"letter": "l1", "place": "P01"}, {"answer": "yes", "reason": "ann-lee"})]
    )
    assert [(item.key, item.changed, item.event) for item in said] == [(("l1", "P01"), (("answer", "no", "yes"),), 9)]


def test_done(archive: Archive, db: sqlite3.Connection) -> None:
    """What was decided in an append is told by its events; others decide nothing."""
    accept(archive, 0)
    done = reading.done(db, 9, 10)
    assert done and done.event and (done.accepted, done.rejected, done.event.sequence) == (1, 0, 9)
    assert reading.done(db, 1, 8) is None


def test_known_values(archive: Archive, db: sqlite3.Connection) -> None:
    """Values of a column are those of its events."""
    accept(archive, 0)
    assert reading.known_values(db, "answer_given", "answer") == ["no"]


def test_dates(archive: Archive) -> None:
    """A proposed date that is none is told as it stands."""
    assert [reading.date_words(text) for text in ("2017-06", "soon <b>", None)] == ["June 2017", "soon <b>", "undated"]
