"""What changed, told: groups by reason, names instead of keys, and days on which something changes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from regesta import limits
from regesta.archive import Archive
from regesta.config import Config, Status, Value
from regesta.database import open_database
from regesta.publish.reading import changes as reading
from regesta.publish.reading.changes import Calendar, Changes, changes, eve
from regesta.replay.asof import AsOf, as_of
from regesta.replay.build import build
from regesta.replay.diff import Side
from tests.cli.stories import record, said, tell

ZONE = ZoneInfo("America/New_York")
ANSWER = Status("answers", "answer", values=(Value("no", "Says no", "N"),))
CONFIG = Config("Letters", "example.org/letters", subjects={"place": "places.name"}, status=(ANSWER,))


@pytest.fixture
def archive(quick_path: Path) -> Archive:
    """The story of the commands that look back, with one row that changes."""
    archive = tell(quick_path)
    record(archive, 5, said("P02", "yes", "2017-07-09", reason="On second thoughts."))
    build(archive)
    return archive


@pytest.fixture
def db(archive: Archive) -> Iterator[sqlite3.Connection]:
    """Its tables."""
    with closing(open_database(archive.database, read_only=True)) as db:
        yield db


def between(archive: Archive, db: sqlite3.Connection, first: str, last: str | None) -> Changes:
    sides = [Side(archive.database, *as_of(date, None, ZONE)) for date in (first, last)]
    return changes(db, CONFIG, (sides[0], sides[1]))


def told(found: Changes) -> list[tuple[str, str, str, str, str]]:
    """Return the reason, the table, the kind of change, the name and the values of each line."""
    return [
        (group.why, group.title, line.change.kind, line.name, "; ".join(map(words, line.told)))
        for group in found.groups
        for line in group.lines
    ]


def words(item: reading.Told) -> str:
    old, new = (one.text if one else "" for one in (item.old, item.new))
    return f"{item.column}: {old} → {new}"


def test_a_change_in_words(archive: Archive, db: sqlite3.Connection) -> None:
    """A row is called by name, what is counted comes first and in the words that are declared for it."""
    assert told(between(archive, db, "2017-07-05", "2017-07-10")) == [
        (
            "happened", "Answers", "changed", "The letter goes out., Place 02",
            "Answer: Says no → yes; Reason:  → On second thoughts.",
        ),
        ("possible", "Answers", "added", "Place 03", "Answer:  → unknown"),
        ("possible", "Answers", "added", "Place 04", "Answer:  → yes"),
    ]  # fmt: skip


def test_counts(archive: Archive, db: sqlite3.Connection) -> None:
    """What only may have changed is counted apart."""
    found = between(archive, db, "2017-06-29", "2017-07-10")
    assert (found.count, found.possible, found.more, found.cut) == (4, 2, 0, False)
    assert [(why, count, len(groups)) for why, count, groups in found.by_why()] == [
        ("happened", 3, 1),
        ("certain by then", 1, 1),
        ("possible", 2, 1),
    ]


def test_learned(archive: Archive, db: sqlite3.Connection) -> None:
    """Between two states of the log there are other reasons."""
    found = []
    for day in ("2026-01-01", "2026-01-04"):
        first = as_of(None, day, ZONE)
        sides = Side(archive.replays().get(first), *first), Side(archive.database, *AsOf())
        found.append([(why, count) for why, count, _ in changes(db, CONFIG, sides).by_why()])
    assert found == [[("corrected", 2)], [("learned", 1)]]


def test_fixed_key(archive: Archive, db: sqlite3.Connection) -> None:
    """What all keys of a group share is said once."""
    group = between(archive, db, "2017-06-29", "2017-07-10").groups[0]
    assert (group.fixed, [line.name for line in group.lines]) == (
        "letter: The letter goes out.",
        ["Place 01", "Place 05", "Place 02"],
    )


def test_more_than_is_shown(archive: Archive, db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Changes beyond the limit are counted."""
    monkeypatch.setattr(reading, "CHANGES_SHOWN", 2)
    found = between(archive, db, "2017-06-29", "2017-07-10")
    assert (found.more, [len(group.lines) for group in found.groups]) == (4, [2, 0, 0])


def test_more_than_is_counted(archive: Archive, db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond another limit it is only said that there are more."""
    monkeypatch.setattr(reading, "CHANGES_COUNTED", 3)
    found = between(archive, db, "2017-06-29", "2017-07-10")
    assert (found.count + found.possible, found.cut) == (3, True)


def test_one_table(archive: Archive, db: sqlite3.Connection) -> None:
    """Only the tables that are asked for are compared."""
    sides = Side(archive.database, *as_of("2016", None, ZONE)), Side(archive.database)
    assert [group.table for group in changes(db, CONFIG, sides, ["letters"]).groups] == ["letters"]


def test_days(db: sqlite3.Connection) -> None:
    """The days with a change are those on which a row certainly began."""
    calendar = Calendar(db)
    assert calendar.days == ("2017-06-30", "2017-07-31")
    assert [calendar.before("2017-07-09"), calendar.before("2017-06-30"), calendar.before(None)] == [
        "2017-07-03",
        None,
        "2017-07-31",
    ]
    assert [calendar.after("2017-06-30"), calendar.after("2017-07-31")] == ["2017-07-02", None]


def test_last_days(db: sqlite3.Connection) -> None:
    """The last days with a change, from the eve of the first of them; all where there are no more."""
    calendar = Calendar(db)
    assert (calendar.last(2), calendar.last()) == (("2017-07-08", "2017-07-31"), ("2017-06-29", "2017-07-31"))
    assert limits.CHANGES_DAYS > 5


@pytest.mark.parametrize(
    ("day", "expected"), [("2017-03-01", "2017-02-28"), ("0001-01-01", "0001-01-01"), ("soon", "soon")]
)
def test_eve(day: str, expected: str) -> None:
    """The day before; what has none stays."""
    assert eve(day) == expected
