"""Periods: what resolved date words come to, a stretch of days with its EDTF, and the parts of one.

>>> month_period(2017, 6)
Period(edtf='2017-06', first=datetime.date(2017, 6, 1), last=datetime.date(2017, 6, 30), unit='month')
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Final, NamedTuple

_DAY: Final = timedelta(days=1)


class Period(NamedTuple):
    """A stretch of days with both its ends, as EDTF, and the unit that the words named."""

    edtf: str
    first: date
    last: date
    unit: str


def day_period(day: date) -> Period:
    """Return one day."""
    return Period(day.isoformat(), day, day, "day")


def days_period(first: date, last: date, unit: str = "days") -> Period:
    """Return a stretch of days as an interval."""
    edtf = first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"
    return Period(edtf, first, last, unit)


def month_period(year: int, month: int) -> Period:
    """Return one month."""
    return Period(f"{year:04d}-{month:02d}", date(year, month, 1), month_end(year, month), "month")


def months_period(year: int, first: int, last: int, unit: str) -> Period:
    """Return some months of one year as an interval."""
    edtf = f"{year:04d}-{first:02d}/{year:04d}-{last:02d}" if first != last else f"{year:04d}-{first:02d}"
    return Period(edtf, date(year, first, 1), month_end(year, last), unit)


def years_period(first: int, last: int, edtf: str | None = None, unit: str = "years") -> Period:
    """Return some years, as an interval where no better EDTF is given."""
    written = edtf or (f"{first:04d}/{last:04d}" if first != last else f"{first:04d}")
    return Period(written, date(first, 1, 1), date(last, 12, 31), "year" if first == last else unit)


def month_end(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year, month, monthrange(year, month)[1])


# Of each unit the first and last piece (days of a month or week, months of a year or season, years of a decade or
# century), both counted from 1; 0 is the unit's end. They overlap rather than miss what the words may mean.
CUTS: Final[dict[str, dict[str, tuple[int, int]]]] = {
    "week": {"early": (1, 3), "mid": (2, 4), "late": (4, 7), "early-mid": (1, 4), "mid-late": (2, 7)},
    "month": {
        "early": (1, 10), "mid": (11, 20), "late": (21, 0), "early-mid": (1, 20), "mid-late": (11, 0),
        "first half": (1, 15), "second half": (16, 0),
        "week 1": (1, 7), "week 2": (8, 14), "week 3": (15, 21), "week 4": (22, 28), "week 0": (-7, 0),
    },
    "year": {
        "early": (1, 4), "mid": (5, 8), "late": (9, 12), "early-mid": (1, 8), "mid-late": (5, 12),
        "first half": (1, 6), "second half": (7, 12),
        "quarter 1": (1, 3), "quarter 2": (4, 6), "quarter 3": (7, 9), "quarter 4": (10, 12),
    },
    "season": {"early": (1, 1), "mid": (2, 2), "late": (3, 3), "early-mid": (1, 2), "mid-late": (2, 3)},
    "decade": {"early": (1, 4), "mid": (5, 7), "late": (8, 10), "first half": (1, 5), "second half": (6, 10)},
    "century": {"early": (1, 34), "mid": (34, 67), "late": (68, 100), "first half": (1, 50), "second half": (51, 100)},
}  # fmt: skip


def cut(whole: Period, first: int, last: int) -> Period:
    """Return the pieces of a unit from the first to the last."""
    if not first:
        return whole
    start = whole.first
    if whole.unit in ("week", "month"):
        begin = whole.last + (first + 1) * _DAY if first < 0 else start + (first - 1) * _DAY
        return days_period(begin, start + (last - 1) * _DAY if last else whole.last)
    if whole.unit == "year":
        return months_period(start.year, first, last, "months")
    if whole.unit == "season":
        opening, closing = (_months_on(start, count - 1) for count in (first, last))
        edtf = opening.edtf if opening == closing else f"{opening.edtf}/{closing.edtf}"
        return Period(edtf, opening.first, closing.last, "months")
    return years_period(start.year + first - 1, start.year + last - 1)


def _months_on(day: date, count: int) -> Period:
    months = day.year * 12 + day.month - 1 + count
    return month_period(months // 12, months % 12 + 1)
