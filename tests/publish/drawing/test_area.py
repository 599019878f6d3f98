"""Counts over time: steps, sums and axes."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from regesta.publish.drawing.area import Step, Window, area, date_ticks

ZONE = ZoneInfo("UTC")


def window(first: str, last: str) -> Window:
    seconds = [int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) for day in (first, last)]
    return Window(seconds[0], seconds[1] + 86_399, ZONE)


WINDOWS = {
    "a day": ("2017-07-01", "2017-07-01", ["1 Jul"]),
    "three weeks": ("2017-06-24", "2017-07-16", ["25 Jun", "30 Jun", "5 Jul", "10 Jul", "15 Jul"]),
    "over the new year": ("2016-12-20", "2017-01-10", ["22 Dec 2016", "27 Dec", "1 Jan 2017", "6 Jan"]),
    "four months": ("2021-02-17", "2021-06-11", ["Mar", "Apr", "May", "Jun"]),
    "two years": ("2016-02-01", "2018-01-31", ["Jul 2016", "Jan 2017", "Jul", "Jan 2018"]),
    "ten years": ("2010-01-01", "2019-12-31", ["2010", "2012", "2014", "2016", "2018"]),
    "centuries": ("1066-10-14", "2017-07-01", ["1200", "1400", "1600", "1800", "2000"]),
}


@pytest.mark.parametrize(("first", "last", "expected"), WINDOWS.values(), ids=WINDOWS.keys())
def test_days_on_the_axis(first: str, last: str, expected: list[str]) -> None:
    """A handful of round days, the year where it is new."""
    assert [tick.words for tick in date_ticks(window(first, last))] == expected


@pytest.mark.parametrize("ends", [(0, 0), (10**15, 10**16), (-(10**15), 0)], ids=["no time", "too late", "too early"])
def test_no_days_where_there_is_no_calendar(ends: tuple[int, int]) -> None:
    """Outside of the years 1 to 9999 the axis has no words."""
    assert list(date_ticks(Window(*ends, ZONE))) == []


def test_areas_are_painted_from_the_top() -> None:
    """What is possible comes before what is certain, the last value before the first: each is painted over."""
    drawn = area([Step(0, (1, 2), (3, 4))], Window(0, 99, ZONE))
    assert [(band.value, band.certain) for band in drawn.bands] == [(1, False), (0, False), (1, True), (0, True)]
    assert [band.path for band in drawn.bands] == [
        "M0 400V0h1000V400z", "M0 400V160h1000V400z", "M0 400V280h1000V400z", "M0 400V360h1000V400z",
    ]  # fmt: skip
    assert drawn.top == 10


def test_a_value_that_nobody_has_is_not_painted() -> None:
    """Only values that somebody has at some time have an area."""
    drawn = area([Step(0, (0, 1, 0), (0, 0, 0)), Step(50, (0, 1, 0), (0, 0, 1))], Window(0, 99, ZONE))
    assert [(band.value, band.certain) for band in drawn.bands] == [(2, False), (1, True)]


def test_nothing_lies_between_steps() -> None:
    """A line is level until the second of the change, and upright there."""
    drawn = area([Step(0, (0,), (0,)), Step(25, (4,), (0,)), Step(75, (2,), (0,))], Window(0, 99, ZONE))
    assert [band.path for band in drawn.bands] == ["M0 400V400h250V0h500V200h250V400z"]


def test_counts_on_the_axis() -> None:
    """Round numbers up to the highest sum."""
    drawn = area([Step(0, (45,), (0,))], Window(0, 99, ZONE))
    assert [tick.words for tick in drawn.counts] == ["20", "40"]


def test_nothing_to_draw() -> None:
    """Without any count there is no area and no number, and nothing breaks."""
    drawn = area([Step(0, (0,), (0,))], Window(0, 99, ZONE))
    assert (drawn.bands, drawn.counts, drawn.top) == ((), (), 0)
