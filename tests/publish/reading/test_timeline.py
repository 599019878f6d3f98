"""What lies on the timeline: lanes, extent, counts by place, and the members of a mark."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from regesta.archive import Archive
from regesta.config import Config, Lane
from regesta.database import open_database
from regesta.errors import UsageError
from regesta.publish.reading.timeline import (
    Cluster,
    Extent,
    Group,
    busiest,
    extent,
    members,
    spans,
    strands,
    titles,
)
from regesta.replay.build import build
from regesta.replay.relations import NEVER
from regesta.schema.dates import bounds
from tests.archives import answer, derived_id, document, letter, listing, make_archive, retraction

ZONE: Final = ZoneInfo("America/New_York")
DAY: Final = bounds("2017-01-02", ZONE)
PLAIN: Final = Config("Letters", "example.org/letters", "America/New_York")
WRONG: Final = letter(90, edtf="2017-01-02")
EVENTS: Final = (
    letter(1, edtf="2017-01-02"),
    letter(2, edtf="2017-01-02"),
    letter(3, edtf="2017-01"),
    answer(1, edtf="../2017-01-02"),
    answer(2, edtf="2017-01-02/.."),
    listing(3, edtf=None),
    document("A letter."),
    WRONG,
    retraction(derived_id(WRONG)),
)


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive with every kind of date, and an event that no longer counts."""
    archive = make_archive(tmp_path_factory.mktemp("letters"))
    archive.append(EVENTS)
    build(archive)
    return archive


@pytest.fixture
def db(letters: Archive) -> Iterator[sqlite3.Connection]:
    """Its tables."""
    with closing(open_database(letters.database, read_only=True)) as found:
        yield found


LANES: dict[str, tuple[tuple[Lane, ...], list[tuple[str, tuple[str, ...]]]]] = {
    "one for each type": (
        (),
        [
            ("Letter sent", ("letter.sent",)),
            ("Answer given", ("answer.given",)),
            ("Answer listed", ("answer.listed",)),
        ],
    ),
    "declared": (
        (Lane("Answers", ("answer.",)), Lane("Letters", ("letter.sent",))),
        [("Answers", ("answer.given", "answer.listed")), ("Letters", ("letter.sent",))],
    ),
    "the first lane has it": (
        (Lane("Given", ("answer.given",)), Lane("All", ("answer.",))),
        [("Given", ("answer.given",)), ("All", ("answer.listed",)), ("Other", ("letter.sent",))],
    ),
    "of types that are not there": (
        (Lane("Calls", ("call.",)), Lane("Letters", ("letter.",))),
        [("Letters", ("letter.sent",)), ("Other", ("answer.given", "answer.listed"))],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("declared", "expected"), LANES.values(), ids=LANES)
def test_strands(
    db: sqlite3.Connection, declared: tuple[Lane, ...], expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    """Lanes are those that the archive declares, else one for each type; the record itself has none."""
    config = Config(PLAIN.title, PLAIN.origin, PLAIN.zone, lanes=declared)
    assert expected == [(strand.title, strand.types) for strand in strands(db, config)]


def test_many_types_share_the_last_lane(db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are more types than lanes, the last lane has the rest."""
    monkeypatch.setattr("regesta.publish.reading.timeline.TIMELINE_LANES", 2)
    found = strands(db, PLAIN)
    assert [(strand.title, len(strand.types)) for strand in found] == [("Letter sent", 1), ("Other", 2)]


def test_extent(db: sqlite3.Connection) -> None:
    """The extent reaches from the first to the last bound of a date that counts."""
    month = bounds("2017-01", ZONE)
    assert Extent(month.earliest or 0, month.latest or 0, 86_400, 1) == extent(db, strands(db, PLAIN))


def test_no_extent(tmp_path: Path) -> None:
    """An archive without a dated event has none."""
    archive = make_archive(tmp_path)
    archive.append([letter(1, edtf=None)])
    build(archive)
    with closing(open_database(archive.database, read_only=True)) as db:
        assert extent(db, strands(db, PLAIN)) is None


def test_spans(db: sqlite3.Connection) -> None:
    """Events are counted by lane, type, place and exactness; what is retracted or has no date is not."""
    found = spans(db, strands(db, PLAIN), DAY.earliest or 0, DAY.latest or 0)
    expected = {("letter.sent", True, 2, 1), ("letter.sent", False, 1, 3), ("answer.given", False, 1, 4), ("answer.given", False, 1, 5)}  # fmt: skip
    assert expected == {(group.type, group.exact, group.size, group.event) for group in found}


def test_spans_elsewhere(db: sqlite3.Connection) -> None:
    """Only what may have happened in the window is counted: here the month, and what has no end."""
    window = bounds("2017-01-20", ZONE)
    found = spans(db, strands(db, PLAIN), window.earliest or 0, window.latest or 0)
    assert {3, 5} == {group.event for group in found}


def test_open_ends(db: sqlite3.Connection) -> None:
    """An open end is beyond every second."""
    found = {group.event: group for group in spans(db, strands(db, PLAIN), DAY.earliest or 0, DAY.latest or 0)}
    assert (-NEVER, DAY.latest, DAY.earliest, NEVER) == (
        found[4].earliest,
        found[4].latest,
        found[5].earliest,
        found[5].latest,
    )


def a_day(second: int, size: int) -> Group:
    """Return events of one moment."""
    return Group(0, "a", True, size, 1, second, second, second, second)


BUSIEST: dict[str, tuple[list[Group], tuple[int, int]]] = {
    "nothing": ([], (0, 6399)),
    "all over": ([a_day(second, 1) for second in range(0, 6400, 100)], (0, 6399)),
    "most in the middle": ([a_day(0, 1), a_day(3200, 50), a_day(3300, 50), a_day(6399, 1)], (3100, 3499)),
    "at the end": ([a_day(0, 1), a_day(6399, 99)], (6200, 6399)),
}


@pytest.mark.parametrize(("groups", "expected"), BUSIEST.values(), ids=BUSIEST)
def test_busiest(groups: list[Group], expected: tuple[int, int]) -> None:
    """The main part is where nine of ten events lie, unless that is most of the whole."""
    assert expected == busiest(groups, 0, 6399)


def test_titles(db: sqlite3.Connection) -> None:
    """Events are found by their numbers."""
    assert {number: row.title for number, row in titles(db, {1, 2}).items()} == {
        1: "Letter 1 goes out.",
        2: "Letter 2 goes out.",
    }


EARLIEST, LATEST = DAY.earliest or 0, DAY.latest or 0
MEMBERS: dict[str, tuple[Cluster, list[int]]] = {
    "a day": (Cluster(("letter.sent",), True, (EARLIEST, EARLIEST), (LATEST, LATEST)), [1, 2]),
    "a span": (Cluster(("letter.sent",), False, (0, EARLIEST), (LATEST, LATEST + 10**7)), [3]),
    "no start": (Cluster(("answer.given",), False, (-NEVER, -NEVER), (LATEST, LATEST)), [4]),
    "no end": (Cluster(("answer.given", "letter.sent"), False, (EARLIEST, EARLIEST), (NEVER, NEVER)), [5]),
    "an unknown type": (Cluster(("call.made",), True, (EARLIEST, EARLIEST), (LATEST, LATEST)), []),
    "no type": (Cluster((), True, (EARLIEST, EARLIEST), (LATEST, LATEST)), []),
}


@pytest.mark.parametrize(("cluster", "expected"), MEMBERS.values(), ids=MEMBERS)
def test_members(db: sqlite3.Connection, cluster: Cluster, expected: list[int]) -> None:
    """The members of a mark are what its types, exactness and bounds say, without what is retracted."""
    count, found = members(db, cluster)
    assert (len(expected), expected) == (count, [row.sequence for row in found])


@pytest.mark.parametrize("cluster", [cluster for cluster, _ in MEMBERS.values()], ids=list(MEMBERS))
def test_cluster_in_an_address(cluster: Cluster) -> None:
    """An address tells a cluster without loss."""
    assert cluster == Cluster.read(lambda name: cluster.query[name])


UNREADABLE: dict[str, dict[str, Any]] = {
    "nothing": {"begin": "", "end": ""},
    "words": {"begin": "soon", "end": "open"},
    "three": {"begin": "1_2_3", "end": "4"},
    "too long": {"begin": "9" * 13, "end": "open"},
    "SQL": {"begin": "1 or 1=1", "end": "open"},
}


@pytest.mark.parametrize("given", UNREADABLE.values(), ids=UNREADABLE)
def test_unreadable_cluster(given: dict[str, str]) -> None:
    """What is no cluster is refused."""
    with pytest.raises(UsageError):
        Cluster.read({"type": "letter.sent", "exact": "", **given}.__getitem__)
