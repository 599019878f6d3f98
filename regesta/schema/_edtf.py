"""The grammar of dates: EDTF text to its parts, before any time zone is known.

What comes back is a real date of the profile, in at most 64 characters, or an `EventError` that says what was
found. The profile is EDTF (ISO 8601-2:2019, https://www.loc.gov/standards/datetime/) level 0 and level 1 without
the long years, and wider than level 1 in two points that registers need: an end of an interval, and a
qualifier, may stand at any date of the profile, clock times included.

>>> [part and (part.year, part.month, part.day, part.qualifier) for part in parse("../2017-07-14~")]
[None, ('2017', '07', '14', '~')]
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final, NamedTuple

from regesta.errors import EventError
from regesta.limits import EDTF_CHARS

DAY_S: Final = 86_400
FORMS: Final = (
    "accepted: 2017, 2017-06, 2017-06-30, 2017-06-30T16:02:00, 2017-06-30T16:02:00-04:00, 201X, 2017-XX, "
    "2017-21 (spring), each also with ?, ~ or % at its end, 2017-06-28/2017-07-05, ../2017-07-14, 2017-06-30/.."
)

# The Gregorian calendar repeats every 400 years, so `datetime.date`, which ends at 1 and 9999, serves for all years.
_CYCLE_YEARS: Final = 400
_CYCLE_DAYS: Final = 146_097
_EPOCH: Final = date(1970, 1, 1).toordinal()

# Every group has a fixed width or is one run of digits, so the time is linear in the length.
_DATE: Final = re.compile(
    r"(-?(?:[0-9]{4}|[0-9]{3}X|[0-9]{2}XX))"
    r"(?:-([0-9]{2}|XX)(?:-([0-9]{2}|XX)"
    r"(?:T([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?)?)?)?"
    r"([?~%]?)"
)
_SEASONS: Final = ("21", "22", "23", "24")

# What people write instead, and the advice. The first that is found counts.
_HINTS: Final = (
    (re.compile(r"[^!-~]"), "has a space, a control character or a character that is not ASCII"),
    (re.compile(r"-?W[0-9]"), "is a week: write its days as an interval, such as 2017-07-03/2017-07-09"),
    (re.compile(r"[\[\]{}]"), "is a set: write an interval, or an event for each date"),
    (re.compile(r"Y-?[0-9]"), "has a long year: years go from -9999 to 9999"),
    (re.compile(r"T[0-9]{2}:[0-9]{2}(?![:0-9])"), "has a clock time without seconds: write it like T16:02:00"),
    (re.compile(r"T[0-9:.]+[+-][0-9]{2}(?![:0-9])"), "has an offset without minutes: write it like -04:00"),
    (re.compile(r"[?~%][^/]*[0-9X]"), "has a qualifier inside the date: ?, ~ and % stand at the end of a whole date"),
)


class Part(NamedTuple):
    """One date as it is written: its pieces as text ('' where absent) and what they cover.

    `first` and `last` are whole seconds since 1970-01-01T00:00:00, both inclusive: of UTC where `offset` is
    there, of an unnamed wall clock where it is not. A clock time covers its one second.
    """

    year: str  # '2017', '201X', '-0044'
    month: str  # '06', 'XX', a season '21' to '24'
    day: str
    clock: str  # '16:02:00'
    fraction: str  # '.5'
    offset: str  # 'Z', '-04:00'
    qualifier: str  # '?' uncertain, '~' approximate, '%' both
    first: int
    last: int

    @property
    def unspecified(self) -> bool:
        """Whether a digit is written as X."""
        return "X" in self.year or "X" in self.month or "X" in self.day


def parse(edtf: str) -> tuple[Part | None, ...]:
    """Return the one date, or the two ends of an interval (None: open or unknown). Raises EventError."""
    if not isinstance(edtf, str):
        raise EventError(f"the date is of type {type(edtf).__name__}, not text", remedy=FORMS)
    if len(edtf) > EDTF_CHARS:
        raise EventError(f"the date has {len(edtf)} characters, more than {EDTF_CHARS}", remedy=FORMS)
    start, slash, end = edtf.partition("/")
    if not slash:
        return (_parse_date(start, edtf),)
    ends = _parse_end(start, edtf), _parse_end(end, edtf)
    _check_order(*ends, edtf)
    return ends


def day_second(year: int, month: int, day: int) -> int:
    """Return the first second of a day since 1970, of a clock at UTC. Any year; ValueError for no such day."""
    cycles, rest = divmod(year, _CYCLE_YEARS)
    ordinal = date(rest + _CYCLE_YEARS, month, day).toordinal() + (cycles - 1) * _CYCLE_DAYS
    return (ordinal - _EPOCH) * DAY_S


def calendar_day(second: int) -> tuple[int, int, int]:
    """Return year, month and day of a second since 1970, of a clock at UTC; the inverse of `day_second`."""
    cycles, rest = divmod(second // DAY_S + _EPOCH - 1, _CYCLE_DAYS)
    day = date.fromordinal(rest + 1)
    return day.year + cycles * _CYCLE_YEARS, day.month, day.day


def year_range(year: str) -> tuple[int, int]:
    """Return the first and last year that a year with or without X can be: '201X' is 2010 to 2019."""
    low, high = int(year.replace("X", "0")), int(year.replace("X", "9"))
    return (low, high) if year[0] != "-" else (high, min(low, -1))


def _parse_end(text: str, edtf: str) -> Part | None:
    return None if text in ("", "..") else _parse_date(text, edtf)


def _parse_date(text: str, edtf: str) -> Part:
    match = _DATE.fullmatch(text)
    if match is None:
        raise _refusal(edtf)
    year, month, day, clock, fraction, offset, qualifier = match.groups("")
    if "X" in text or month in _SEASONS or year[0] == "-" or fraction:
        _check_combination(match, edtf)
    try:
        first, last = _covered(year, month, day)
    except ValueError:
        raise EventError(
            f"{edtf!a}: the calendar has no {text.partition('T')[0].rstrip('?~%')}", remedy=FORMS
        ) from None
    if clock:
        first = last = first + _clock_seconds(clock, edtf) - _offset_seconds(offset, edtf)
    return Part(year, month, day, clock, fraction, offset, qualifier, first, last)


def _check_combination(match: re.Match[str], edtf: str) -> None:
    """Refuse what the pattern lets through and the profile does not."""
    year, month, day, clock, fraction, offset, _ = match.groups("")
    problems = {
        "the year -0000 does not exist: the year before 0001 is 0000": year == "-0000",
        "unspecified digits come last: nothing follows a year with X": "X" in year and month,
        "unspecified digits come last: no day follows the month XX": month == "XX" and day not in ("", "XX"),
        "no clock time follows the day XX": day == "XX" and clock,
        "no day follows a season": month in _SEASONS and day,
        "fractions of a second need an offset such as -04:00": fraction and not offset,
    }
    for problem, found in problems.items():
        if found:
            raise EventError(f"{edtf!a}: {problem}", remedy=FORMS)


def _covered(year: str, month: str, day: str) -> tuple[int, int]:
    """Return the first and last wall-clock second. ValueError where the calendar has no such date."""
    if day and day != "XX":
        first = day_second(int(year), int(month), int(day))
        return first, first + DAY_S - 1
    if not month or month == "XX":
        low, high = year_range(year)
        return day_second(low, 1, 1), day_second(high + 1, 1, 1) - 1
    if month in _SEASONS:  # of the north: spring starts in March; winter runs into February of the next year
        return _months(int(year), 3 * (int(month) - 20), 3)
    return _months(int(year), int(month), 1)


def _months(year: int, month: int, count: int) -> tuple[int, int]:
    """Return the first and last second of `count` months in a row."""
    later, index = divmod(month - 1 + count, 12)
    return day_second(year, month, 1), day_second(year + later, index + 1, 1) - 1


def _clock_seconds(clock: str, edtf: str) -> int:
    hour, minute, second = int(clock[:2]), int(clock[3:5]), int(clock[6:])
    if hour > 23 or minute > 59 or second > 59:  # leap seconds too: no clock of SQLite or Python can hold them
        raise EventError(f"{edtf!a}: clock times go from 00:00:00 to 23:59:59, not {clock}", remedy=FORMS)
    return hour * 3600 + minute * 60 + second


def _offset_seconds(offset: str, edtf: str) -> int:
    if offset in ("", "Z"):
        return 0
    hour, minute = int(offset[1:3]), int(offset[4:])
    if hour > 23 or minute > 59 or offset == "-00:00":  # RFC 3339 §4.3: -00:00 means that the offset is not known
        raise EventError(f"{edtf!a}: there is no offset {offset}", remedy=FORMS)
    return (hour * 3600 + minute * 60) * (-1 if offset[0] == "-" else 1)


def _check_order(start: Part | None, end: Part | None, edtf: str) -> None:
    """Refuse an interval without any date, and one that is reversed whatever the zone is."""
    if start is None and end is None:
        raise EventError(f"{edtf!a}: at least one end of an interval is a date", remedy=FORMS)
    if start is None or end is None:
        return
    slack = 0 if bool(start.offset) == bool(end.offset) else DAY_S  # no zone is a whole day off UTC
    if start.first > end.last + slack:
        raise EventError(f"{edtf!a}: the interval ends before it starts", remedy="earlier date first")


def _refusal(edtf: str) -> EventError:
    hint = next((hint for pattern, hint in _HINTS if pattern.search(edtf)), "is not a date of the EDTF profile")
    return EventError(f"{edtf!a} {hint}", remedy=FORMS)
