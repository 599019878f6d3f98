"""Counts over time as stepped areas, one upon the other: what is certain below, what is possible above it.

Guarantees that a count changes where it is said to change and nowhere else (steps, nothing between), and that each
area ends at its own sum: the one below is painted over it.

>>> steps = [Step(0, (1, 0), (0, 1)), Step(50, (1, 1), (0, 0))]
>>> drawn = area(steps, Window(0, 99, ZoneInfo("UTC")))
>>> drawn.top, [(band.value, band.certain, band.path) for band in drawn.bands]
(2, [(1, False, 'M0 400V0h1000V400z'), (1, True, 'M0 400V200h500V0h500V400z'), (0, True, 'M0 400V200h1000V400z')])
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, pairwise
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

WIDTH: Final = 1000
HEIGHT: Final = 400
_DATE_TICKS: Final = 5
_COUNT_TICKS: Final = 4
_SHOWN_HEIGHT: Final = HEIGHT // 14  # of a band that has room for its sign
_DAYS: Final = (1, 2, 5, 7, 14)
_MONTHS: Final = (1, 2, 3, 6)
_MONTH_NAMES: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_YEARS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
# Seconds of the calendar that `datetime` has, two days within it: zones are up to a day away.
_FIRST: Final = int(datetime(1, 1, 3, tzinfo=UTC).timestamp())
_LAST: Final = int(datetime(9999, 12, 29, tzinfo=UTC).timestamp())


class Window(NamedTuple):
    """A stretch of time: its first and its last second, and the zone in which its days are named."""

    first: int
    last: int
    zone: ZoneInfo

    def share(self, second: int) -> float:
        """Return where a second lies, 0 to 1 within the window."""
        return (second - self.first) / max(1, self.last + 1 - self.first)


class Step(NamedTuple):
    """From a second on, how many certainly and how many possibly had each value, by its number in the legend."""

    second: int
    certain: tuple[int, ...]
    possible: tuple[int, ...]


class Band(NamedTuple):
    """One area: a value by number, certain or possible, as an SVG path; ``label`` is the middle of its right end.

    ``label`` is a share of the height from the top, None where the band is too low there for a sign.
    """

    value: int
    certain: bool
    path: str
    label: float | None


class Tick(NamedTuple):
    """A mark on an axis: its place as a share, from the left or from the bottom, and its words."""

    place: float
    words: str


@dataclass(frozen=True, slots=True)
class Area:
    """The drawing: areas in the order of painting, in a box of `WIDTH` x `HEIGHT`; the highest sum; both axes."""

    bands: tuple[Band, ...]
    top: int
    counts: tuple[Tick, ...]
    dates: tuple[Tick, ...]


def area(steps: Sequence[Step], window: Window) -> Area:
    """Return the areas of steps, of which the first is at the window's first second."""
    sums = [list(accumulate((*step.certain, *step.possible))) for step in steps]
    top = max((row[-1] for row in sums if row), default=0)
    places = [min(WIDTH, max(0, round(window.share(step.second) * WIDTH))) for step in steps]
    values = len(steps[0].certain) if steps else 0
    bands = []
    for number in reversed(range(2 * values)):
        heights = [row[number] for row in sums]
        if any(row[number] > (row[number - 1] if number else 0) for row in sums):
            path = _path(places, [HEIGHT - round(height * HEIGHT / top) for height in heights])
            below = sums[-1][number - 1] if number else 0
            middle = _label(below, heights[-1], top)
            bands.append(Band(number % values, number < values, path, middle))
    return Area(tuple(bands), top, tuple(_count_ticks(top)), tuple(date_ticks(window)))


def _path(places: Sequence[int], tops: Sequence[int]) -> str:
    """Return the step line through the tops, closed at the bottom; steps that change nothing are left out."""
    corners = [(places[0], tops[0])]
    for place, top in zip(places, tops, strict=True):
        if place == corners[-1][0]:
            corners[-1] = (place, top)
        elif top != corners[-1][1]:
            corners.append((place, top))
    ends = [*(place for place, _ in corners[1:]), WIDTH]
    line = "".join(f"V{top}h{end - place}" for (place, top), end in zip(corners, ends, strict=True))
    return f"M{places[0]} {HEIGHT}{line}V{HEIGHT}z"


def _label(below: int, above: int, top: int) -> float | None:
    high = (above - below) * HEIGHT / top >= _SHOWN_HEIGHT
    return round(1 - (above + below) / 2 / top, 3) if high else None


def _count_ticks(top: int) -> Iterator[Tick]:
    sizes = (size * 10**power for power in range(12) for size in (1, 2, 5))
    step = next(size for size in sizes if top <= size * _COUNT_TICKS)
    yield from (Tick(count / top, f"{count:,}") for count in range(step, top + 1, step))


def date_ticks(window: Window) -> Iterator[Tick]:
    """Yield a few days at which the axis is named: the 1st and the like, or every so many days, months or years."""
    if not _FIRST <= window.first < window.last <= _LAST:
        return
    first, last = (datetime.fromtimestamp(second, window.zone).date() for second in (window.first, window.last))
    days = _days(first, last)
    years = {day.year for day in days} | {first.year, last.year}
    for before, day in pairwise([None, *days]):
        assert day is not None
        midnight = datetime(day.year, day.month, day.day, tzinfo=window.zone).timestamp()
        new_year = before is None or before.year != day.year
        yield Tick(round(window.share(int(midnight)), 4), _words(day, days, new_year and len(years) > 1))


def _days(first: date, last: date) -> list[date]:
    span = (last - first).days + 1
    if span <= _DAYS[-1] * _DATE_TICKS:
        step = next(step for step in _DAYS if span <= step * _DATE_TICKS)
        start = first + timedelta(-first.toordinal() % step)
        return [day for number in range(_DATE_TICKS + 1) if (day := start + timedelta(number * step)) <= last]
    months = [(year, month) for year in range(first.year, last.year + 1) for month in range(1, 13)]
    if len(months) <= 12 * (_DATE_TICKS + 1) and span <= 31 * _MONTHS[-1] * _DATE_TICKS:
        step = next(step for step in _MONTHS if span <= step * 31 * _DATE_TICKS)
        found = [date(year, month, 1) for year, month in months if (month - 1) % step == 0]
    else:
        step = next(step for step in _YEARS if last.year - first.year <= step * _DATE_TICKS)
        found = [date(year, 1, 1) for year in range(first.year, last.year + 1) if year % step == 0]
    return [day for day in found if first <= day <= last]


def _words(day: date, days: Sequence[date], with_year: bool) -> str:
    if all((one.day, one.month) == (1, 1) for one in days):
        return str(day.year)
    month = _MONTH_NAMES[day.month - 1]
    words = month if all(one.day == 1 for one in days) and len(days) > 1 else f"{day.day} {month}"
    return f"{words} {day.year}" if with_year else words
