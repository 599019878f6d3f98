"""What date words can mean: each form, resolved against a base day, is a period with its EDTF.

A form knows no text and no document. ``resolve(base, lean)`` takes the day that relative words count from and the lean
of the sentence (`PAST`, `NEUTRAL`, `FUTURE`), and gives None for what the calendar lacks. Explicit forms need no base.

>>> Weekday(3).resolve(date(2017, 7, 5), PAST)
Period(edtf='2017-06-29', first=datetime.date(2017, 6, 29), last=datetime.date(2017, 6, 29), unit='day')
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Protocol

from regesta.ingest.extract._date_periods import (
    CUTS,
    Period,
    cut,
    day_period,
    days_period,
    month_end,
    month_period,
    months_period,
    years_period,
)

PAST: Final = -1
NEUTRAL: Final = 0
FUTURE: Final = 1

# "Will be released July 14" in a text of July 20 quotes an older plan and does not mean next year, nor does "the letter
# said July 28" mean the last: papers write the year of dates that are so far off.
_OVERDUE: Final = timedelta(days=60)
_NEAR: Final = timedelta(days=7)
_DAY: Final = timedelta(days=1)
_WEEKDAY_YEARS: Final = 6  # within 6 years every day of the year (but 29 February) falls on every weekday


class Form(Hashable, Protocol):
    """What one kind of date words can mean."""

    @property
    def explicit(self) -> bool:
        """Whether the words say it all, without a base."""

    def resolve(self, base: date, lean: int) -> Period | None:
        """Return the period that the words mean where ``base`` is the day they count from."""


def _chosen(periods: Iterable[Period], base: date, lean: int) -> Period | None:
    """Return the newest that has begun, the next that has not ended, or the nearest, what is past rather than not."""
    if lean == PAST:
        return max((item for item in periods if item.first <= base), key=lambda item: item.first, default=None)
    if lean == FUTURE:
        return min((item for item in periods if item.last >= base), key=lambda item: item.first, default=None)
    return min(periods, key=lambda item: max(1.5 * (item.first - base), base - item.last), default=None)


@dataclass(frozen=True, slots=True)
class Day:
    """`June 30, 2017`, `June 30`, `Friday, June 30`: the weekday helps to find the year."""

    month: int
    day: int
    year: int | None = None
    weekday: int | None = None

    @property
    def explicit(self) -> bool:
        """With its year it is."""
        return self.year is not None

    def resolve(self, base: date, lean: int) -> Period | None:
        """Return the day of the nearest fitting year."""
        if self.year is not None:
            return self._in(self.year)
        base -= lean * _OVERDUE
        if self.weekday is not None:
            span = range(base.year - _WEEKDAY_YEARS, base.year + _WEEKDAY_YEARS + 1)
            fitting = [item for item in map(self._in, span) if item and item.first.weekday() == self.weekday]
            if found := _chosen(fitting, base, lean):
                return found
        reach = 4 if (self.month, self.day) == (2, 29) else 1
        return _chosen(filter(None, map(self._in, range(base.year - reach, base.year + reach + 1))), base, lean)

    def _in(self, year: int) -> Period | None:
        try:
            return day_period(date(year, self.month, self.day))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Either:
    """`07/06/2017` where nothing says which number is the month."""

    one: Day
    other: Day

    @property
    def explicit(self) -> bool:
        """With its year it is, though it leaves two days."""
        return self.one.explicit

    def resolve(self, base: date, lean: int) -> Period | None:
        """Return the reading that lies at the base, or the stretch from one to the other."""
        readings = [item for item in (self.one.resolve(base, lean), self.other.resolve(base, lean)) if item]
        near = [item for item in readings if abs(item.first - base) <= _NEAR]
        if len(near) == 1 or not readings:
            return near[0] if near else None
        return days_period(min(item.first for item in readings), max(item.first for item in readings))


@dataclass(frozen=True, slots=True)
class DayOfMonth:
    """`the 14th`."""

    day: int
    explicit: bool = False

    def resolve(self, base: date, lean: int) -> Period | None:
        """Return that day of the month before, of this one or of the next."""
        months = (Shift("month", n).resolve(base, lean) for n in (-2, -1, 0, 1, 2))
        days = (Day(item.first.month, self.day, item.first.year).resolve(base, lean) for item in months if item)
        return _chosen(filter(None, days), base, lean)


@dataclass(frozen=True, slots=True)
class Month:
    """`June 2017`, `November`, `last November`."""

    month: int
    year: int | None = None
    which: str = ""

    @property
    def explicit(self) -> bool:
        """With its year it is."""
        return self.year is not None

    def resolve(self, base: date, lean: int) -> Period | None:
        """Return the month of the nearest fitting year."""
        if self.year is not None:
            return month_period(self.year, self.month)
        if lean == FUTURE and not self.which:
            base -= _OVERDUE
        return _pointed([month_period(base.year + n, self.month) for n in (-1, 0, 1)], base, lean, self.which)


@dataclass(frozen=True, slots=True)
class Season:
    """`fall of 2016`, `this summer`: 21 is spring and 24 winter, as in EDTF."""

    season: int
    year: int | None = None
    which: str = ""

    @property
    def explicit(self) -> bool:
        """With its year it is."""
        return self.year is not None

    def resolve(self, base: date, lean: int) -> Period | None:
        """Return the season of the nearest fitting year."""
        if self.year is not None:
            return self._in(self.year)
        return _pointed([self._in(base.year + n) for n in (-2, -1, 0, 1)], base, lean, self.which)

    def _in(self, year: int) -> Period:
        first = 3 * (self.season - 20)
        end = month_end(year + (first == 12), (first + 1) % 12 + 1)
        return Period(f"{year:04d}-{self.season}", date(year, first, 1), end, "season")


def _pointed(periods: list[Period], base: date, lean: int, which: str) -> Period | None:
    """Return what `last`, `this` or `next` points at among periods a year apart."""
    if which == "last":
        return max((item for item in periods if item.last < base), key=lambda item: item.first, default=None)
    if which == "next":
        return min((item for item in periods if item.first > base), key=lambda item: item.first, default=None)
    if which == "this":
        return next((item for item in periods if item.last.year == base.year), None)
    return _chosen(periods, base, lean)


@dataclass(frozen=True, slots=True)
class Years:
    """`2016`, `2016-17`, `the 1990s`, `the 19th century`."""

    first: int
    last: int
    edtf: str | None = None
    unit: str = "years"
    explicit: bool = True

    def resolve(self, base: date, lean: int) -> Period | None:
        """Return the years as they are."""
        return years_period(self.first, self.last, self.edtf, self.unit)


@dataclass(frozen=True, slots=True)
class Weekday:
    """`Thursday`, `last Thursday`, `next Tuesday`: Monday is 0."""

    weekday: int
    which: str = ""
    explicit: bool = False

    def resolve(self, base: date, lean: int) -> Period | None:
        """Return that weekday within seven days of the base, the base itself included.

        `Last` is not said of yesterday, nor `next` of this week: papers name those days without it.
        """
        back = (base.weekday() - self.weekday) % 7
        ahead = (self.weekday - base.weekday()) % 7
        monday = base - base.weekday() * _DAY
        if self.which == "some":  # "on a Friday": which one is not said
            return None
        days = {
            "last": base - (back if back > 1 else back + 7) * _DAY,
            "next": monday + (7 + self.weekday) * _DAY,
            "past": base - (back or 7) * _DAY,
            "coming": base + (ahead or 7) * _DAY,
            "this": base - back * _DAY if lean == PAST else base + ahead * _DAY,
            "": base + ahead * _DAY if lean == FUTURE else base - back * _DAY,
        }
        return day_period(days[self.which])


@dataclass(frozen=True, slots=True)
class Shift:
    """`yesterday`, `last week`, `this month`, `two years ago`: so many units away, as precise as the unit."""

    unit: str
    count: int
    explicit: bool = False

    def resolve(self, base: date, lean: int) -> Period | None:
        """Return the unit that many units from the one that holds the base."""
        monday = base - base.weekday() * _DAY
        if self.unit == "day":
            return day_period(base + self.count * _DAY)
        if self.unit == "week":
            return days_period(monday + 7 * self.count * _DAY, monday + (7 * self.count + 6) * _DAY, "week")
        if self.unit == "weekend":
            back = 7 if lean == PAST and base.weekday() < 5 and not self.count else 0
            saturday = monday + (5 + 7 * self.count - back) * _DAY
            return days_period(saturday, saturday + _DAY)
        if self.unit == "month":
            months = base.year * 12 + base.month - 1 + self.count
            return month_period(months // 12, months % 12 + 1)
        if self.unit == "quarter":
            quarters = base.year * 4 + (base.month - 1) // 3 + self.count
            return months_period(quarters // 4, quarters % 4 * 3 + 1, quarters % 4 * 3 + 3, "quarter")
        if self.unit == "decade":
            decade = base.year // 10 + self.count
            return years_period(decade * 10, decade * 10 + 9, f"{decade:03d}X", "decade")
        return years_period(base.year + self.count, base.year + self.count)


@dataclass(frozen=True, slots=True)
class Anchored:
    """`two weeks earlier`, `the next day`: counted from the date that the text named before."""

    unit: str
    count: int
    explicit: bool = False

    def resolve(self, base: date, lean: int) -> Period | None:
        """Return the unit that many units from the day it is counted from."""
        return Shift(self.unit, self.count).resolve(base, lean)


@dataclass(frozen=True, slots=True)
class NthWeekday:
    """`the second Monday of September`; 0 is the last."""

    count: int
    weekday: int
    month: Month

    @property
    def explicit(self) -> bool:
        """As far as its month is."""
        return self.month.explicit

    def resolve(self, base: date, lean: int) -> Period | None:
        """Return that day of the month."""
        month = self.month.resolve(base, lean)
        if month is None or month.unit != "month":
            return None
        if not self.count:
            return day_period(month.last - (month.last.weekday() - self.weekday) % 7 * _DAY)
        day = month.first + ((self.weekday - month.first.weekday()) % 7 + 7 * self.count - 7) * _DAY
        return day_period(day) if day <= month.last else None


@dataclass(frozen=True, slots=True)
class WeekOf:
    """`the week of June 26`: Monday to Sunday, or the seven days from a Sunday; ``ending`` and ``starting`` weeks."""

    day: Form
    which: str = "of"

    @property
    def explicit(self) -> bool:
        """As far as its day is."""
        return self.day.explicit

    def resolve(self, base: date, lean: int) -> Period | None:
        """Return the seven days."""
        period = self.day.resolve(base, lean)
        if period is None or period.unit != "day":
            return None
        back = {"ending": 6, "starting": 0}.get(self.which, period.first.weekday() % 6)  # Sunday is 6
        return days_period(period.first - back * _DAY, period.first + (6 - back) * _DAY, "week")


@dataclass(frozen=True, slots=True)
class Span:
    """`June 26-29`, `between June 1 and July 15`: the end takes the first fitting place after the start."""

    start: Form
    end: Form

    @property
    def explicit(self) -> bool:
        """With both its ends it is."""
        return self.start.explicit and self.end.explicit

    def resolve(self, base: date, lean: int) -> Period | None:
        """Return from the start of the one to the end of the other."""
        start, end = self._start(base, lean), None
        if start:
            end = self.end.resolve(start.first, NEUTRAL if self.end.explicit else FUTURE)
        if start and end and isinstance(self.end, Day) and end.first < start.first and not self.end.explicit:
            end = replace(self.end, year=start.first.year + 1).resolve(base, lean)
        if start is None or end is None or end.last < start.first:
            return None
        return Period(f"{_opening(start)}/{_closing(end)}", start.first, end.last, "days")

    def _start(self, base: date, lean: int) -> Period | None:
        """Return the start; one without a year takes that of the end, or the year before it."""
        if self.end.explicit and not self.start.explicit and isinstance(self.start, Day | Month):
            end = self.end.resolve(base, lean)
            return end and replace(self.start, year=None).resolve(end.first, PAST)
        return self.start.resolve(base, lean)


def _opening(period: Period) -> str:
    return period.edtf.partition("/")[0]


def _closing(period: Period) -> str:
    return period.edtf.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Part:
    """`late June`, `mid-2016`, `the end of the year`, `the first half of March`: thirds and halves of a unit."""

    part: str
    whole: Form

    @property
    def explicit(self) -> bool:
        """As far as its whole is."""
        return self.whole.explicit

    def resolve(self, base: date, lean: int) -> Period | None:
        """Return that part of the whole; of a single day the day."""
        whole = self.whole.resolve(base, lean)
        if whole is None or whole.unit not in CUTS:
            return whole
        return cut(whole, *CUTS[whole.unit].get(self.part, (0, 0)))
