"""The timeline as a drawing: windows, ticks, marks, rows and labels."""

from __future__ import annotations

from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regesta.errors import UsageError
from regesta.publish.drawing._clusters import Placed, Scale, clusters, rows_needed
from regesta.publish.drawing._ladder import Ladder, Window, ladder_of
from regesta.publish.drawing._rows import Label, Seat, length, seats
from regesta.publish.drawing._ticks import ticks
from regesta.publish.drawing.timeline import WIDTHS, Drawing, Sheet, alone, draw, place, state, stretch, within
from regesta.publish.reading.events import EventRow
from regesta.publish.reading.timeline import EXACT_S, Group, Strand
from regesta.replay.relations import NEVER
from regesta.schema._edtf import DAY_S
from regesta.schema.dates import bounds, instant_text

UTC = ZoneInfo("UTC")
NEW_YORK = ZoneInfo("America/New_York")
TEN_DAYS = Window("0", 0, 0, 10 * DAY_S - 1)
LANES = (Strand("Answers", ("answer.given", "answer.listed"), ("a", "b")), Strand("Letters", ("letter.sent",), ("c",)))


def group(
    earliest: int, latest: int, size: int = 1, event: int = 1, kind: tuple[int, str] = (0, "answer.given")
) -> Group:
    """Return events of the same dates."""
    return Group(*kind, latest - earliest < EXACT_S, size, event, earliest, earliest, latest, latest)


def day(number: int, size: int = 1, event: int = 1) -> Group:
    """Return events of the n-th day of 1970, from 0."""
    return group(number * DAY_S, (number + 1) * DAY_S - 1, size, event)


def row(sequence: int, title: str = "Kentucky refuses to send anything.") -> EventRow:
    """Return an event as the archive tells it."""
    return EventRow(
        sequence, f"{sequence:032x}", "answer.given", "manual:", "place/P01", "1970-01-01", "", "", "", title, "current"
    )


def drawn(groups: list[Group], window: Window = TEN_DAYS, asof: int | None = None) -> tuple[Drawing, ...]:
    """Return the drawings of groups."""
    sheet = Sheet(LANES, window, UTC, asof)
    marks = place(sheet, groups)
    return draw(sheet, marks, {number: row(number) for number in alone(marks)})


# Windows ----------------------------------------------------------------------------------------------------------

LADDER = Ladder(0, 799, 2, (100, 299))
WINDOWS = {
    "the whole": ("0", 0, (0, 799)),
    "the main part": ("fit", 0, (100, 299)),
    "the first half": ("1", 0, (0, 399)),
    "half a window on": ("1", 1, (200, 599)),
    "the last quarter": ("2", 6, (600, 799)),
}
NO_WINDOWS = {
    "too deep": ("3", 0),
    "too far": ("1", 3),
    "before the first": ("1", -1),
    "a second main part": ("fit", 1),
    "no number": ("one", 0),
    "another script's digit": ("١", 0),
    "empty": ("", 0),
}


@pytest.mark.parametrize(("level", "part", "expected"), WINDOWS.values(), ids=WINDOWS)
def test_window(level: str, part: int, expected: tuple[int, int]) -> None:
    """A window follows from its level and part."""
    window = LADDER.window(level, part)
    assert expected == (window.first, window.last)


@pytest.mark.parametrize(("level", "part"), NO_WINDOWS.values(), ids=NO_WINDOWS)
def test_no_window(level: str, part: int) -> None:
    """What the ladder does not have is refused."""
    with pytest.raises(UsageError):
        LADDER.window(level, part)


MOVES = {
    "from the whole": (("0", 0), {"closer": ("1", 1), "fit": ("fit", 0)}),
    "from the first quarter": (
        ("2", 0),
        {"wider": ("1", 0), "later": ("2", 1), "all": ("0", 0), "fit": ("fit", 0)},
    ),
    "from the main part": (
        ("fit", 0),
        {"wider": ("1", 0), "earlier": ("2", 0), "later": ("2", 2), "all": ("0", 0)},
    ),
}


@pytest.mark.parametrize(("start", "expected"), MOVES.values(), ids=MOVES)
def test_moves(start: tuple[str, int], expected: dict[str, tuple[str, int]]) -> None:
    """One can go wherever that shows something else."""
    moves = LADDER.moves(LADDER.window(*start))
    assert expected == {name: (to.level, to.part) for name, to in moves.items()}


@given(st.integers(-(10**11), 10**11), st.integers(0, 10**11), st.integers(1, 10**9))
def test_ladder_covers_the_story(first: int, long: int, finest: int) -> None:
    """The whole holds all of a story, and each deepest window is long enough for its shortest date."""
    ladder = ladder_of(first, first + long, finest)
    deepest = ladder.window(str(ladder.levels), 0)
    assert (ladder.first < first <= first + long < ladder.last, deepest.length >= min(finest, 10**8)) == (True, True)


# Ticks ------------------------------------------------------------------------------------------------------------

TICKS = {
    "hours": ("2017-07-05", "2017-07-05", 300, ["00:00", "06:00", "12:00", "18:00"], ["5 July 2017"]),
    "a day of 23 hours": ("2017-03-12", "2017-03-12", 300, ["00:00", "06:00", "12:00", "18:00"], ["12 Mar 2017"]),
    "days": ("2017-06-29", "2017-07-02", 100, ["29", "30", "1", "2"], ["June 2017", "July 2017"]),
    "every other day": ("2017-06-29", "2017-07-06", 100, ["29", "1", "3", "5"], ["June 2017", "July 2017"]),
    "weeks of a month": ("2017-06-01", "2017-07-14", 200, ["1", "8", "15", "22", "1", "8"], ["June 2017", "July 2017"]),
    "months": ("2016-11", "2017-02", 200, ["Nov", "Dec", "Jan", "Feb"], ["2016", "2017"]),
    "quarters": ("2016", "2016", 150, ["Jan", "Apr", "July", "Oct"], ["2016"]),
    "years": ("2014", "2017", 200, ["2014", "2015", "2016", "2017"], []),
    "decades": ("1970", "2009", 170, ["1970", "1980", "1990", "2000"], []),
    "before the year 1": ("-0001", "0002", 200, ["2 BC", "1 BC", "1", "2"], []),
    "to the end of all years": ("9997", "9999", 200, ["9997", "9998", "9999"], []),
}


@pytest.mark.parametrize(("start", "end", "width", "texts", "above"), TICKS.values(), ids=TICKS)
def test_ticks(start: str, end: str, width: float, texts: list[str], above: list[str]) -> None:
    """An axis has ticks where units of the calendar begin."""
    first, last = bounds(start, NEW_YORK).earliest, bounds(end, NEW_YORK).latest
    found = ticks(first or 0, last or 0, NEW_YORK, width)
    assert (texts, above) == ([tick.text for tick in found], [tick.above for tick in found if tick.above])


@given(st.integers(-(10**11), 2 * 10**11), st.integers(3600, 10**11), st.integers(100, 1200))
def test_ticks_are_inside_and_apart(first: int, long: int, width: int) -> None:
    """Ticks come in order, inside of the window, at local hours, and far enough apart to be read."""
    found = [tick.second for tick in ticks(first, first + long, NEW_YORK, width)]
    least = 20 * long / width * 0.85  # February is short, and clocks change
    gaps = [later - sooner for sooner, later in pairwise(found)]
    full = {(instant_text(second, NEW_YORK) or "T00:00:00").partition("T")[2][3:8] for second in found}
    inside = all(first <= second <= first + long for second in found)
    assert (inside, min(gaps, default=least) >= least, full <= {"00:00"}) == (True, True, True)


# Marks ------------------------------------------------------------------------------------------------------------

CLUSTERS = {
    "the same day": ([day(3), day(3, 44)], [(45, True)]),
    "days that can be told apart": ([day(3), day(5)], [(1, True), (1, True)]),
    "the same span": ([group(0, 4 * DAY_S, 20), group(0, 4 * DAY_S, 17)], [(37, False)]),
    "a day and a span": ([day(0), group(0, 4 * DAY_S)], [(1, True), (1, False)]),
    "an open start and none": ([group(-NEVER, 4 * DAY_S), group(0, 4 * DAY_S)], [(1, False), (1, False)]),
    "from before the window": ([group(-9 * DAY_S, 4 * DAY_S), group(-5 * DAY_S, 4 * DAY_S)], [(2, False)]),
    "other ends": ([group(0, 4 * DAY_S), group(0, 8 * DAY_S)], [(1, False), (1, False)]),
}
SEVERAL = st.builds(
    lambda start, long, size, event, lane: group(
        -NEVER if start < -400_000 else start,
        NEVER if long > 1_900_000 else max(start, -400_000) + long,
        size,
        event,
        (lane, "answer.given" if lane == 0 else "letter.sent"),
    ),
    st.integers(-500_000, 863_000),
    st.integers(0, 2_000_000) | st.integers(0, DAY_S),
    st.integers(1, 3) | st.integers(1, 9_999),
    st.integers(1, 10**6),
    st.integers(0, 1),
).filter(lambda its: its.latest >= 0)


@pytest.mark.parametrize(("groups", "expected"), CLUSTERS.values(), ids=CLUSTERS)
def test_clusters(groups: list[Group], expected: list[tuple[int, bool]]) -> None:
    """What begins and ends at the same places is one mark; exact days and spans never are."""
    exact, spans = clusters(groups, Scale(TEN_DAYS, 900.0))
    assert sorted(expected) == sorted((mark.count, mark.exact) for mark in (*exact, *spans))


@given(st.lists(SEVERAL, max_size=60), st.sampled_from(sorted(WIDTHS)))
def test_every_event_is_drawn_once(groups: list[Group], name: str) -> None:
    """A drawing counts as many events as happened in its window."""
    marks = place(Sheet(LANES, TEN_DAYS, UTC, None), groups)[name]
    assert sum(its.size for its in groups) == sum(mark.count for lane in marks for part in lane for mark in part)


@given(st.lists(SEVERAL, max_size=60))
def test_a_mark_holds_all_within_its_bounds(groups: list[Group]) -> None:
    """No event of another mark is as exact and lies within the bounds of a mark, so these tell its members."""
    marks = [mark for part in clusters(groups, Scale(TEN_DAYS, 900.0)) for mark in part]
    strangers = [
        its
        for mark in marks
        for its in groups
        if its not in mark.groups
        and its.exact == mark.exact
        and mark.begin[0] <= its.earliest <= mark.begin[1]
        and mark.end[0] <= its.latest <= mark.end[1]
    ]
    assert strangers == []


def test_a_full_lane_is_a_strip() -> None:
    """Many days lie side by side in one row, as cells that a number fits into."""
    month = Window("0", 0, 0, 400 * DAY_S - 1)
    exact, _ = clusters([day(number, 40) for number in range(400)], Scale(month, 900.0))
    assert (rows_needed(exact), len(exact), sum(mark.count for mark in exact)) == (1, 16, 16_000)


# Rows and labels --------------------------------------------------------------------------------------------------


def mark_at(left: float, right: float, number: int = 1) -> Placed:
    """Return the mark of one event."""
    return Placed((day(0, number),), True, (0, 0), (1, 1), left, right, fixed=False)


SEATS = {
    "room to the right": ([(0, 10)], ["refuses"], [Seat(0, Label("refuses", 16, at_end=False, inside=False))]),
    "room inside": ([(0, 90)], ["refuses"], [Seat(0, Label("refuses", 0, at_end=False, inside=True))]),
    "room to the left": ([(290, 300)], ["refuses"], [Seat(0, Label("refuses", 284, at_end=True, inside=False))]),
    "a row for the label": (
        [(0, 10), (20, 30)],
        ["refuses", "complies"],
        [
            Seat(0, Label("refuses", 16, at_end=False, inside=False)),
            Seat(1, Label("complies", 36, at_end=False, inside=False)),
        ],
    ),
    "cut at a word": (
        [(200, 210)],
        ["refuses to send the names"],
        [Seat(0, Label("refuses to send the names", 194, at_end=True, inside=False))],
    ),
    "no words": ([(0, 10)], [""], [Seat(0, None)]),
}


@pytest.mark.parametrize(("places", "texts", "expected"), SEATS.values(), ids=SEATS)
def test_seats(places: list[tuple[float, float]], texts: list[str], expected: list[Seat]) -> None:
    """A label gets the room that is left, in a row of its own while there are rows."""
    assert expected == seats([mark_at(*where) for where in places], texts, 300.0)


@given(
    st.lists(st.tuples(st.integers(0, 290), st.integers(10, 290), st.text("abc ", max_size=60)), max_size=30),
)
def test_nothing_overlaps(found: list[tuple[int, int, str]]) -> None:
    """In no row does a mark or a label run over another, or out of the drawing."""
    places = sorted((left, min(left + wide, 300)) for left, wide, _ in found)
    marks = [mark_at(*where) for where in places]
    boxes = []
    for mark, seat in zip(marks, seats(marks, [text for _, _, text in found], 300.0), strict=True):
        boxes.append((seat.row, mark.left, mark.right))
        if seat.label and not seat.label.inside:
            wide = length(seat.label.text)
            boxes.append(
                (seat.row, seat.label.x - wide * seat.label.at_end, seat.label.x + wide * (not seat.label.at_end))
            )
    boxes.sort()
    over = [(one, other) for one, other in pairwise(boxes) if one[0] == other[0] and one[2] > other[1]]
    assert (over, [box for box in boxes if box[1] < 0 or box[2] > 300]) == ([], [])


@given(st.lists(SEVERAL, max_size=40), st.sampled_from((0, 1)))
def test_marks_stay_in_the_plot(groups: list[Group], number: int) -> None:
    """At its least width every mark of a drawing lies within it, and no two of a row overlap."""
    drawing = drawn([its._replace(event=index) for index, its in enumerate(groups)])[number]
    boxes = sorted(
        (mark.y, left, left + mark.size + mark.width * drawing.width / 100)
        for lane in drawing.lanes
        for mark in lane.marks
        for left in [mark.at * drawing.width / 100 + mark.shift]
    )
    over = [(one, other) for one, other in pairwise(boxes) if one[0] == other[0] and one[2] > other[1] + 0.1]
    outside = [box for box in boxes if box[1] < -0.1 or box[2] > drawing.width + 0.1 or box[0] + 16 > drawing.height]
    assert (over, outside) == ([], [])


# States and words -------------------------------------------------------------------------------------------------

STATES = {
    "no date": ((0, 0), (9, 9), None, ""),
    "over": ((0, 0), (9, 9), 9, "certain"),
    "within": ((0, 0), (9, 9), 8, "possible"),
    "to come": ((5, 5), (9, 9), 4, "later"),
    "no start": ((-NEVER, -NEVER), (9, 9), -(10**9), "possible"),
    "no end": ((0, 0), (NEVER, NEVER), 10**9, "possible"),
    "some over": ((0, 3), (5, 9), 7, "partly"),
    "all within": ((0, 3), (5, 9), 4, "possible"),
    "some to come": ((0, 3), (5, 9), 2, "partly"),
}
WITHIN = {
    "a day": ("2017-07-05", "5 July 2017"),
    "some days": ("2017-06-26/2017-07-05", "between 26 June and 5 July 2017"),
    "no start": ("../2017-07-05", "by 5 July 2017"),
    "no end": ("2017-07-05/..", "from 5 July 2017 on"),
    "before the year 1": ("-0044-03-15", "15 March 45 BC"),
}


@pytest.mark.parametrize(("begin", "end", "second", "expected"), STATES.values(), ids=STATES)
def test_state(begin: tuple[int, int], end: tuple[int, int], second: int | None, expected: str) -> None:
    """A mark is certain when all of it had ended, possible when all of it may have, and says when only some had."""
    assert expected == state(begin, end, second)


@pytest.mark.parametrize(("edtf", "expected"), WITHIN.values(), ids=WITHIN)
def test_within(edtf: str, expected: str) -> None:
    """Seconds are told as the days of the archive's zone."""
    found = bounds(edtf, NEW_YORK)
    earliest = -NEVER if found.earliest is None else found.earliest
    assert expected == within(earliest, NEVER if found.latest is None else found.latest, NEW_YORK)


def test_stretch() -> None:
    """A window is named by its first and last day."""
    assert stretch(TEN_DAYS.first, TEN_DAYS.last, UTC) == "1 to 10 January 1970"


DRAWN: dict[str, tuple[list[Group], dict[str, Any]]] = {
    "a day": ([day(2)], {"at": 20.0, "width": 10.0, "event": 1, "exact": True, "words": "1 January 1970: Kentucky refuses to send anything. (later)"}),
    "a span": ([group(0, 5 * DAY_S - 1)], {"at": 0.0, "width": 50.0, "exact": False, "state": "possible"}),
    "no start": ([group(-NEVER, 5 * DAY_S - 1)], {"at": 0.0, "width": 50.0, "earliest": None, "latest": 5 * DAY_S - 1}),
    "no end": ([group(5 * DAY_S, NEVER)], {"at": 50.0, "width": 50.0, "earliest": 5 * DAY_S, "latest": None}),
    "several": ([day(0, 45)], {"count": 45, "event": None, "state": "certain", "words": "45 events, 1 January 1970: 45 answer given"}),
    "an instant": ([group(5 * DAY_S, 5 * DAY_S)], {"at": 50.0, "shift": -5.0, "width": 0.0, "size": 10.0}),
    "an instant at the edge": ([group(0, 0)], {"at": 0.0, "shift": 0.0, "size": 10.0}),
    "an instant at the end": ([group(10 * DAY_S - 1, 10 * DAY_S - 1)], {"at": 100.0, "shift": -10.0, "size": 10.0}),
}  # fmt: skip


@pytest.mark.parametrize(("groups", "expected"), DRAWN.values(), ids=DRAWN)
def test_mark(groups: list[Group], expected: dict[str, Any]) -> None:
    """A mark stands where its dates are, and says what it is."""
    mark = drawn(groups, asof=DAY_S)[0].lanes[0].marks[0]
    assert expected == {name: getattr(mark, name) for name in expected}


def test_an_empty_lane_stays() -> None:
    """A lane without events in the window keeps its place, so that lanes do not change while one zooms."""
    wide = drawn([day(1)])[0]
    assert [(lane.title, lane.count) for lane in wide.lanes] == [("Answers", 1), ("Letters", 0)]
