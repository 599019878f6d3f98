"""The days of a story, and what happened around one of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from regesta.archive import Archive
from regesta.database import open_database
from regesta.publish.reading.days import Days, around, day_of, day_text, days, disputes
from regesta.replay.asof import Moment, moment_at
from regesta.replay.build import build
from regesta.schema.dates import bounds, moment
from tests.archives import document, retraction
from tests.publish.towns import town_answer, town_archive

ZONE = ZoneInfo("America/New_York")


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """The archive of the towns, a document, and an answer that was taken back."""
    archive = town_archive(tmp_path_factory.mktemp("towns"))
    archive.append([document("A text."), town_answer("l1", "P09", "yes", "2021-05-05")])
    archive.append([retraction(list(archive.log.events())[-1].id)])
    build(archive)
    return archive


@pytest.fixture
def tables(towns: Archive) -> Iterator[sqlite3.Connection]:
    """Its tables."""
    with closing(open_database(towns.database, read_only=True)) as db:
        yield db


def at(day: str) -> Moment:
    return moment_at(moment(day, ZONE), ZONE)


def test_days_are_those_on_which_something_may_change(tables: sqlite3.Connection) -> None:
    """First and last days of every date are there once; of what was taken back, or is the record's own, none."""
    found = [day_text(day) for day in days(tables, ZONE).ordinals]
    assert found == [
        "2021-02-20", "2021-03-01", "2021-03-02", "2021-03-05", "2021-03-08", "2021-03-09", "2021-03-10", "2021-03-12",
        "2021-03-15", "2021-03-20",
    ]  # fmt: skip


def test_undated_events_are_noticed(tables: sqlite3.Connection) -> None:
    """There is an answer that nobody dates."""
    assert days(tables, ZONE).undated


STEPS = {"2021-03-05": ("2021-03-02", "2021-03-08"), "2021-03-06": ("2021-03-05", "2021-03-08")}
STEPS |= {"2020-01-01": ("", "2021-02-20"), "2022-01-01": ("2021-03-20", ""), "": ("2021-03-20", "")}


@pytest.mark.parametrize(("day", "expected"), STEPS.items(), ids=lambda value: str(value) or "none")
def test_steps(tables: sqlite3.Connection, day: str, expected: tuple[str, str]) -> None:
    """From a day one goes to the next before and after it; from all that is recorded, to the last."""
    story = days(tables, ZONE)
    ordinal = date.fromisoformat(day).toordinal() if day else None
    assert (day_text(story.before(ordinal)), day_text(story.after(ordinal))) == expected


def test_what_happened_certainly_did(tables: sqlite3.Connection) -> None:
    """The newest come first; what may have happened stands apart, the soonest certain first, without the undated."""
    found = around(tables, days(tables, ZONE), at("2021-03-08"))
    assert [event.when for event in found.certain] == [
        "5 March 2021",
        "5 March 2021",
        "2 March 2021",
        "20 February 2021",
    ]
    assert [event.when for event in found.possible] == [
        "between 1 and 10 March 2021", "by 15 March 2021", "between 8 and 20 March 2021",
    ]  # fmt: skip


def test_without_a_date_the_newest_are_listed(tables: sqlite3.Connection) -> None:
    """All have a date, and none is marked as possible."""
    found = around(tables, days(tables, ZONE), None)
    assert (found.certain[0].when, found.possible, found.dated) == ("between 8 and 20 March 2021", (), True)


def test_before_everything(tables: sqlite3.Connection) -> None:
    """Nothing had happened, and nothing may have but what is open to the past."""
    found = around(tables, days(tables, ZONE), at("2020-01-01"))
    assert (found.certain, [event.when for event in found.possible]) == ((), ["by 15 March 2021"])


def test_disputes_are_counted(tables: sqlite3.Connection) -> None:
    """Two answers on one day disagree, so do two whose dates overlap."""
    found, count = disputes(tables)
    assert (count, {one.column for one in found}) == (len(found), {"answer"})
    assert ("answers", "l1,P03", "partly", "no") in [(one.table, one.key, one.value, one.other_value) for one in found]


def test_disputes_begin_with_the_later_event(tables: sqlite3.Connection) -> None:
    """Two events disagree from the second on from which both may have happened."""
    third = next(one for one in disputes(tables)[0] if one.key == "l1,P03")
    assert third.since == bounds("2021-03-05", ZONE).earliest


def test_only_undated_events(tmp_path: Path) -> None:
    """Without any date there are no days; the events are listed all the same, and said to have no date."""
    archive = town_archive(tmp_path, [town_answer("l1", "P01", "no", None)])
    with closing(open_database(archive.database, read_only=True)) as db:
        story = days(db, ZONE)
        found = around(db, story, None)
    assert (story, len(found.certain), found.dated) == (Days((), (), True), 1, False)


def test_days_outside_of_the_calendar() -> None:
    """Seconds that have no day have none."""
    assert [day_of(second, ZONE) for second in (2**62, -(2**62))] == [None, None]
    assert (day_of(0, ZONE), day_text(None)) == (date(1969, 12, 31).toordinal(), "")
