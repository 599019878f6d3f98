"""Who stands where, compared with what the archive itself says as of a date."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from regesta.archive import Archive
from regesta.config import Config, Status
from regesta.database import open_database
from regesta.publish.drawing.area import Window
from regesta.publish.reading import standing as who
from regesta.publish.reading.standing import Stand, Tally
from regesta.replay.asof import Moment, add_functions, moment_at
from regesta.schema.dates import moment
from tests.archives import ANSWERS_SQL
from tests.publish.sites import shipped_archive
from tests.publish.towns import town_answer, town_archive, town_drafts

DATES = ("2016-01-01", "2017-06-26", "2017-06-29", "2017-06-30", "2017-07-01", "2017-07-04", "2017-07-05", "2018")


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """The archive of this repository."""
    return shipped_archive(tmp_path_factory.mktemp("shipped"))


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """The archive of the towns."""
    return town_archive(tmp_path_factory.mktemp("towns"))


def opened(archive: Archive) -> Iterator[sqlite3.Connection]:
    with closing(open_database(archive.database, read_only=True)) as db:
        add_functions(db)
        yield db


@pytest.fixture
def states(shipped: Archive) -> Iterator[sqlite3.Connection]:
    """The tables of the shipped archive."""
    yield from opened(shipped)


@pytest.fixture
def places(towns: Archive) -> Iterator[sqlite3.Connection]:
    """The tables of the towns."""
    yield from opened(towns)


def point(archive: Archive, date: str) -> Moment:
    return moment_at(moment(date, archive.zone), archive.zone)


def first(db: sqlite3.Connection, archive: Archive) -> who.Drawn:
    return who.drawn(db, archive.config, who.declared(db, archive.config)[0])


@pytest.mark.parametrize("date", DATES)
def test_stands_are_those_of_the_replay(shipped: Archive, states: sqlite3.Connection, date: str) -> None:
    """At a date the certain values are those of `responses`, the possible ones those of `responses_possible`."""
    drawn = first(states, shipped)
    found = who.stands(states, drawn, point(shipped, date))
    replay = shipped.at(date, possible=True)
    tables = ("responses", "responses_possible")
    expected = [dict(replay.execute(f"select state, disposition from {name}").fetchall()) for name in tables]
    certain = {key: drawn.shades[one.certain].value for key, one in found.items() if one.certain is not None}
    possible = {key: drawn.shades[one.possible].value for key, one in found.items() if one.possible is not None}
    assert [certain, possible] == expected


@pytest.mark.parametrize("date", DATES)
def test_counts_are_those_of_the_replay(shipped: Archive, states: sqlite3.Connection, date: str) -> None:
    """The counts of the legend are the rows of the same two tables."""
    drawn = first(states, shipped)
    counts = who.counted(states, drawn, point(shipped, date))
    replay = shipped.at(date, possible=True)
    rows = [
        Counter(row[0] for row in replay.execute(f"select disposition from {name}").fetchall())
        for name in ("responses", "responses_possible")
    ]
    assert counts == [tuple(count[shade.value] for count in rows) for shade in drawn.shades]


def test_without_a_date_the_table_stands_as_it_is(shipped: Archive, states: sqlite3.Connection) -> None:
    """All that is recorded is what the current table says."""
    drawn = first(states, shipped)
    rows = dict(states.execute("select state, disposition from responses").fetchall())
    found = who.stands(states, drawn, None)
    assert {key: drawn.shades[one.certain or 0].value for key, one in found.items()} == rows
    assert [count.certain for count in who.counted(states, drawn, None)] == [7, 2, 9, 1, 0, 0, 26]


def test_subjects_are_the_rows_of_what_the_key_points_at(shipped: Archive, states: sqlite3.Connection) -> None:
    """All 51 states have a name, also those that nobody names; they are called states, and have pages."""
    drawn = first(states, shipped)
    assert (len(drawn.subjects), drawn.total, drawn.subjects["KY"]) == (51, 51, "Kentucky")
    assert (drawn.noun, drawn.kind, drawn.place, drawn.others) == (
        "jurisdictions",
        "state",
        ("states", "code"),
        "not named",
    )


def test_subjects_by_their_declared_names(tmp_path: Path) -> None:
    """A key that references nothing has the names that the archive declares; one that has none is drawn as it is."""
    files = {"projections/answers.sql": ANSWERS_SQL.replace("references places(code)", "")}
    drafts = [*town_drafts(), town_answer("l1", "X9", "no", "2021-03-02")]
    archive = town_archive(tmp_path, drafts, files=files)
    with closing(open_database(archive.database, read_only=True)) as db:
        drawn = first(db, archive)
    assert (drawn.place, drawn.total, drawn.subjects["P01"], drawn.subjects["X9"]) == (
        ("places", "code"),
        21,
        "Place 01",
        "X9",
    )


STANDS = {
    "2021-03-01": {"P02": Stand(None, 0, 0), "P04": Stand(None, 1, 0), "P05": Stand(None, 2, 0)},
    "2021-03-05": {
        "P01": Stand(1, None, 1), "P02": Stand(None, 0, 0), "P03": Stand(1, None, 1), "P04": Stand(None, 1, 0),
        "P05": Stand(None, 2, 0),
    },
    "2021-03-12": {
        "P01": Stand(1, 0, 1), "P02": Stand(0, None, 1), "P03": Stand(0, None, 2), "P04": Stand(None, 1, 0),
        "P05": Stand(None, 2, 0),
    },
    "2021-03-20": {
        "P01": Stand(0, None, 1), "P02": Stand(0, None, 1), "P03": Stand(0, None, 2), "P04": Stand(None, 1, 0),
        "P05": Stand(2, None, 1),
    },
}  # fmt: skip


@pytest.mark.parametrize(("date", "expected"), STANDS.items(), ids=STANDS.keys())
def test_the_newest_answer_stands(
    towns: Archive, places: sqlite3.Connection, date: str, expected: dict[str, Stand]
) -> None:
    """Of several rows of a subject the newest one is told, with their number; undated answers stay possible."""
    assert who.stands(places, first(places, towns), point(towns, date)) == expected


@pytest.mark.parametrize("date", STANDS)
def test_states_of_the_page_say_the_same(towns: Archive, places: sqlite3.Connection, date: str) -> None:
    """Who reads the states one by one, as the page's script does, finds the same as SQL."""
    drawn, second = first(places, towns), point(towns, date).second
    found = {}
    for key, states in (who.intervals(places, drawn) or {}).items():
        certain = [one.value for one in states if one.surely_from <= second < one.possibly_to]
        possible = [one.value for one in states if one.possibly_from <= second < one.surely_from]
        found[key] = Stand(next(reversed(certain), None), next(reversed(possible), None), len(certain))
    assert {key: one for key, one in found.items() if one != (None, None, 0)} == STANDS[date]


def test_tally() -> None:
    """Subjects are counted by the certain value, else by the possible one; the rest are the others."""
    stands = {1: Stand(0, None, 1), 2: Stand(0, 1, 1), 3: Stand(None, 1, 0)}
    assert who.tally(stands, 10) == Tally({0: 2}, {1: 1}, 1, 7)
    assert who.tally(stands, 10).total == 10


def test_disputes_begin_when_both_may_have_been_said(towns: Archive, places: sqlite3.Connection) -> None:
    """Two answers of one day are disputed from its first second on; two on days far apart never are."""
    drawn = first(places, towns)
    assert {key: second for key, second in drawn.disputed.items() if key == "P03"} == {
        "P03": point(towns, "2021-03-04").second + 1
    }
    assert "P02" not in drawn.disputed


def test_steps_are_the_counts(towns: Archive, places: sqlite3.Connection) -> None:
    """At every step, and just before it, the area shows what is counted then."""
    drawn = first(places, towns)
    window = Window(point(towns, "2021-02-28").second, point(towns, "2021-03-31").second, towns.zone)
    steps = who.steps(places, drawn, window)
    counts = [who.counted(places, drawn, moment_at(step.second, towns.zone)) for step in steps]
    assert [tuple(count.certain for count in one) for one in counts] == [step.certain for step in steps]
    assert [tuple(count.possible for count in one) for one in counts] == [step.possible for step in steps]
    before = [who.counted(places, drawn, moment_at(step.second - 1, towns.zone)) for step in steps[1:]]
    assert [tuple(count.certain for count in one) for one in before] == [step.certain for step in steps[:-1]]


def test_many_steps_are_never_early(
    towns: Archive, places: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there are more changes than steps, the last step has them all, and none comes before its change."""
    monkeypatch.setattr(who, "FRONT_STEPS", 3)
    drawn = first(places, towns)
    window = Window(point(towns, "2021-02-28").second, point(towns, "2021-03-31").second, towns.zone)
    steps = who.steps(places, drawn, window)
    last = who.counted(places, drawn, point(towns, "2021-03-31"))
    assert len(steps) <= 4
    assert steps[-1].certain == tuple(count.certain for count in last)
    for step in steps:
        now = who.counted(places, drawn, moment_at(step.second, towns.zone))
        assert sum(step.certain) <= sum(count.certain for count in now)


def test_too_many_states_for_a_page(
    towns: Archive, places: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Above the limit the page has no states, and of the subjects those with the newest changes."""
    monkeypatch.setattr(who, "FRONT_INTERVALS", 5)
    monkeypatch.setattr(who, "FRONT_SUBJECTS", 2)
    drawn = first(places, towns)
    assert (who.intervals(places, drawn), drawn.total) == (None, 20)
    assert drawn.subjects == {"P04": "Place 04", "P01": "Place 01"}


def test_a_status_that_is_not_there() -> None:
    """A status of a table or column that the archive does not have is left out."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("create table a (key text primary key, b text, last_event integer)")
        db.execute("create table a_history (key text, b text)")
        statuses = (Status("a", "b"), Status("a", "c"), Status("z", "b"), Status("a", "key"))
        assert who.declared(db, Config("t", "o", status=statuses)) == [Status("a", "b")]


def test_subjects_that_point_nowhere(tmp_path: Path) -> None:
    """Without a table to point at, those that ever had a row are the subjects, by their keys."""
    files = '\n[[status]]\ntable = "letters"\ncolumn = "about"\n'
    archive = town_archive(tmp_path, more=files)
    with closing(open_database(archive.database, read_only=True)) as db:
        drawn = first(db, archive)
    assert (dict(drawn.subjects), drawn.place, drawn.kind, drawn.noun) == (
        {"l1": "l1", "l2": "l2"},
        None,
        "",
        "letters",
    )
