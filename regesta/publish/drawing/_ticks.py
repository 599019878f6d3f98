"""The marks of a time axis: years to hours, in the zone of the archive, never closer than can be read.

Guarantees that ticks are places where a calendar unit begins in the zone (midnight is midnight, also where clocks
change), in order, inside of the window, and as far apart as their words are wide.

>>> utc = ZoneInfo("UTC")
>>> [tick.text for tick in ticks(bounds("2017-06-28", utc).earliest, bounds("2017-07-02", utc).latest, utc, 200)]
['28', '29', '30', '1', '2']
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from regesta.schema._edtf import DAY_S, calendar_day, day_second
from regesta.schema.dates import bounds, instant_text, moment

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")
_HOUR_S: Final = 3600
_YEARS: Final = tuple(factor * 10**power for power in range(5) for factor in (1, 2, 5))


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on the axis: ``second``, ``text`` under it, and ``above``, the unit that begins there ('': none)."""

    second: int
    text: str
    above: str = ""


def ticks(first: int, last: int, zone: ZoneInfo, width: float) -> list[Tick]:
    """Return the ticks from second ``first`` to ``last`` on an axis of ``width`` pixels.

    ``above`` is set where a longer unit begins: the year over months, the month over days, the day over hours.
    """
    length = last - first + 1
    fitting = (step for step in _STEPS if width * step[0] / length >= step[1])
    _, _, places, words = next(fitting, _STEPS[-1])
    found: list[Tick] = []
    previous = ""
    for local in places(_local(first, zone) - 2 * DAY_S, _local(last, zone) + 2 * DAY_S):
        second = _second(local, zone)
        if first <= second <= last and (not found or second > found[-1].second):
            text, above = words(local)
            found.append(Tick(second, text, above if above != previous else ""))
            previous = above
    return found


def _local(second: int, zone: ZoneInfo) -> int:
    """Return what the zone's clock shows, as the second that would show it in UTC."""
    text = instant_text(second, zone) or ""
    year, month, day = text[: text.index("T")].rsplit("-", 2)
    hours, minutes, seconds = text[text.index("T") + 1 :][:8].split(":")
    return day_second(int(year), int(month), int(day)) + int(hours) * _HOUR_S + int(minutes) * 60 + int(seconds)


def _second(local: int, zone: ZoneInfo) -> int:
    year, month, day = calendar_day(local)
    date = f"{year:0{5 if year < 0 else 4}d}-{month:02d}-{day:02d}"
    hour = local % DAY_S // _HOUR_S
    return moment(f"{date}T{hour:02d}:00:00", zone) if hour else bounds(date, zone).earliest or 0


def _hours(step: int, first: int, last: int) -> Iterator[int]:
    return iter(range(first // (step * _HOUR_S) * step * _HOUR_S, last, step * _HOUR_S))


def _days(step: int, first: int, last: int) -> Iterator[int]:
    """Yield every day, or the 1st, 8th, 15th and 22nd: a step never runs over the end of a month."""
    for local in range(first - first % DAY_S, last, DAY_S):
        day = calendar_day(local)[2]
        if step == 1 or ((day - 1) % step == 0 and day + step <= 32):
            yield local


def _months(step: int, first: int, last: int) -> Iterator[int]:
    year, month, _ = calendar_day(first)
    number = (year * 12 + month - 1) // step * step
    while (local := day_second(number // 12, number % 12 + 1, 1)) < last:
        if number // 12 <= _LAST_YEAR and number // 12 >= -_LAST_YEAR:
            yield local
        number += step


def _years(step: int, first: int, last: int) -> Iterator[int]:
    year = calendar_day(first)[0] // step * step
    while year <= _LAST_YEAR and (local := day_second(year, 1, 1)) < last:
        if year >= -_LAST_YEAR:
            yield local
        year += step


def _hour_words(local: int) -> tuple[str, str]:
    return f"{local % DAY_S // _HOUR_S:02d}:00", f"{calendar_day(local)[2]} {_month_words(local)[0]} {_year(local)}"


def _day_words(local: int) -> tuple[str, str]:
    return str(calendar_day(local)[2]), f"{_month_words(local)[0]} {_year(local)}"


def _month_words(local: int) -> tuple[str, str]:
    return _MONTHS[calendar_day(local)[1] - 1], _year(local)


def _year_words(local: int) -> tuple[str, str]:
    return _year(local), ""


def _year(local: int) -> str:
    year = calendar_day(local)[0]
    return str(year) if year > 0 else f"{1 - year} BC"


_LAST_YEAR: Final = 9999
_Places = Callable[[int, int], Iterator[int]]
_Words = Callable[[int], tuple[str, str]]
# Average length in seconds, least pixels, where the ticks are, and what stands there: from the finest on.
_STEPS: Final[tuple[tuple[float, int, _Places, _Words], ...]] = (
    *((step * _HOUR_S, 42, partial(_hours, step), _hour_words) for step in (1, 3, 6, 12)),
    *((step * DAY_S, 23, partial(_days, step), _day_words) for step in (1, 2, 7)),
    *((step * 30.44 * DAY_S, 36, partial(_months, step), _month_words) for step in (1, 3, 6)),
    *((step * 365.25 * DAY_S, 40, partial(_years, step), _year_words) for step in _YEARS),
)
