"""Dates as they are known: EDTF text to the seconds that it can mean, and from and to people's words.

Guaranteed: what is outside the profile (`_edtf.py`) is refused with its reason, in time linear in at most 64
characters; bounds are whole seconds with earliest ≤ latest; a day is the whole day of the archive's zone, be it
23, 24 or 25 hours long; nothing is filled in that the text does not say.

>>> new_york = ZoneInfo("America/New_York")
>>> within = bounds("2017-06-28/2017-06-30~", new_york)
>>> instant_text(within.earliest, new_york), instant_text(within.latest, new_york)
('2017-06-28T00:00:00-04:00', '2017-06-30T23:59:59-04:00')
>>> describe("2017-06-28/2017-06-30~")
'between 28 June 2017 and about 30 June 2017'
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from regesta.errors import EventError, UsageError
from regesta.limits import EDTF_CHARS
from regesta.schema._edtf import DAY_S, Part, calendar_day, day_second, parse, year_range

_CACHE: Final = 16_384  # a story has hundreds of dates, a long archive thousands; about 5 MB when full
_EPOCH: Final = datetime(1970, 1, 1)
_POINT: Final = "give a day, a month, a year or an instant: 2017-07-01, '1 July 2017', 2017-07-01T12:00:00-04:00"
_TWO_DAYS: Final = timedelta(days=2)
# Beyond these seconds `datetime` has no calendar; a zone keeps the offset that it has there (its local mean time
# before, its standard time after). The day of margin is there because the offset is still to be added.
_MIN: Final = day_second(MINYEAR, 1, 2)
_MAX: Final = day_second(MAXYEAR, 12, 31) - 1


@dataclass(frozen=True, slots=True)
class Bounds:
    """The first and the last second that a date can mean, since 1970-01-01T00:00:00Z, both inclusive.

    None is no bound: an end of an interval that is open or unknown.
    """

    earliest: int | None
    latest: int | None


def bounds(edtf: str, zone: ZoneInfo) -> Bounds:
    """Return the seconds within which a date lies. Raises EventError for anything outside the profile.

    A date is the whole day, month, season or year in `zone`; so is a clock time without an offset the whole of
    its day, for its zone is not known. A fraction of a second is dropped. An interval means *at some time
    within*: from the earliest of its start to the latest of its end; an open (`..`) and an unknown (empty) end
    are both no bound.

    Qualifiers (`?`, `~`, `%`) do not widen the bounds: nobody has said by how much, and a number of our own
    would turn doubt into a false fact. They are shown to the reader; who knows the range writes an interval.
    """
    # What is no text need not be hashable, which the cache asks for; the parser refuses it by name.
    return _bounds(edtf, zone) if isinstance(edtf, str) else _any_bounds(edtf, zone)


def check_edtf(edtf: str) -> None:
    """Raise the EventError that `bounds` raises, without a zone.

    One case needs the zone and passes here: an interval from an instant to a date (or the reverse) less than a
    day apart, which is in order in one zone and reversed in another.
    """
    parse(edtf)


def exact_instant(edtf: str) -> str | None:
    """Return the RFC 3339 text of an unqualified instant with an offset (CloudEvents `time`), None for other dates.

    Canonical: UTC is `Z`, a fraction has no trailing zeros. Raises EventError.
    """
    part = parse(edtf)[0]
    if part is None or not part.offset or part.qualifier or "/" in edtf or part.year[0] == "-":
        return None
    offset = "Z" if part.offset == "+00:00" else part.offset
    return f"{part.year}-{part.month}-{part.day}T{part.clock}{part.fraction.rstrip('0').rstrip('.')}{offset}"


def instant_text(second: int | None, zone: ZoneInfo) -> str | None:
    """Return a second as the wall time of the zone with its offset: `2017-06-30T23:59:59-04:00`.

    Years before 0001 have the offset of the zone's local mean time, years after 9999 that of its standard time.
    A local mean time that is no whole minute shows its seconds (`-04:56:02`), as `datetime.isoformat` does.
    """
    if second is None:
        return None
    offset = _offset_at(second, zone)
    year, month, day = calendar_day(second + offset)
    clock = (second + offset) % DAY_S
    sign = "-" if offset < 0 else "+"
    return (
        f"{year:0{5 if year < 0 else 4}d}-{month:02d}-{day:02d}T{_clock_text(clock)}"
        f"{sign}{_clock_text(abs(offset)).removesuffix(':00')}"
    )


def parse_human(text: str, zone: ZoneInfo) -> str:
    """Return the EDTF of a date as people write it; EDTF passes unchanged. Raises UsageError.

    `30 June 2017`, `July 5, 2017 4:02 pm` (2017-07-05T16:02:00), `June 2017`. Only what is written is kept; hours
    alone stand for the full hour. A clock time stays without an offset unless one is written, as `-04:00`, `UTC`
    or the name that `zone` itself has for it at that time (`EDT`). Refused: no four-digit year, words relative to
    another day, an order of day and month that may be either (`06/07/2017`), and a weekday that is not that day's.
    """
    if not isinstance(text, str):
        raise UsageError(f"the date is of type {type(text).__name__}, not text", remedy=_HUMAN)
    words = " ".join(text.split())
    if len(words) > EDTF_CHARS or not words.isascii():
        raise _unclear(words[:EDTF_CHARS], f"is longer than {EDTF_CHARS} characters, or not all ASCII")
    try:
        parse(words)
        return words
    except EventError as error:
        problem = error
    try:
        return _read_words(words, zone)
    except UsageError:
        if _EDTF_LIKE.fullmatch(words):
            raise UsageError(problem.message, remedy=_HUMAN) from None
        raise


def moment(text: str, zone: ZoneInfo) -> int:
    """Return the second that a user means by *as of* a date: its last one in `zone`. Raises UsageError.

    Takes what `parse_human` takes, but for dates that are no single point: intervals, `?`, `~`, `%` and X. An
    instant is itself. A clock time without an offset is read in `zone`: here it is the user's own clock, not a
    source's of which the zone is not known.
    """
    try:
        edtf = parse_human(text, zone)
    except UsageError as error:
        raise UsageError(error.message, remedy=_POINT) from None
    part = parse(edtf)[0]
    if part is None or "/" in edtf or part.qualifier or part.unspecified:
        raise UsageError(f"{edtf!a} is not one point in time", remedy=_POINT)
    return part.last if part.offset else _last_second(part.last, zone)


def describe(edtf: str) -> str:
    """Return a date in plain English words. `~` reads *about*, `?` reads *(uncertain)*, `%` both. Raises EventError.

    Years before 0001 read BC (0000 is 1 BC), years before 1000 read AD, seasons are those of the north.
    """
    parts = parse(edtf)
    known = [part for part in parts if part]
    start, end = known[0], known[-1]
    if len(known) < len(parts):
        return f"by {_words(end)}" if parts[0] is None else f"from {_words(start)} on"
    return _describe_one(start) if start == end else f"between {_start_words(start, end)} and {_words(end)}"


def _clock_text(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


# From wall clocks to seconds -----------------------------------------------------------------------------------


@lru_cache(maxsize=_CACHE)
def _bounds(edtf: str, zone: ZoneInfo) -> Bounds:
    return _steady_day(edtf, zone) or _any_bounds(edtf, zone)


def _steady_day(edtf: str, zone: ZoneInfo) -> Bounds | None:
    """Return the bounds of a plain day without a change of offset near it: most dates, at five times the speed."""
    if len(edtf) != 10 or edtf[4:5] != "-" or edtf[7:8] != "-":
        return None
    try:
        midnight = datetime.fromisoformat(edtf)
        offset, later = zone.utcoffset(midnight), zone.utcoffset(midnight + _TWO_DAYS)
    except (ValueError, OverflowError):
        return None
    if offset is None or offset != later:
        return None
    first = (midnight.toordinal() - _EPOCH.toordinal() - offset.days) * DAY_S - offset.seconds
    return Bounds(first, first + DAY_S - 1)


def _any_bounds(edtf: str, zone: ZoneInfo) -> Bounds:
    parts = parse(edtf)
    start, end = parts[0], parts[-1]
    earliest = start and (start.first if start.offset else _first_second(_midnight(start.first), zone))
    latest = end and (end.last if end.offset else _last_second(_midnight(end.last) + DAY_S - 1, zone))
    if earliest is not None and latest is not None and earliest > latest:
        if start and end and bool(start.offset) != bool(end.offset):
            raise EventError(f"{edtf!a}: the interval ends before it starts in {zone}", remedy="earlier date first")
        # The zone skipped the day (Pacific/Apia, 2011-12-30): it lies between the seconds around the jump.
        earliest, latest = latest, earliest
    return Bounds(earliest, latest)


def _midnight(wall: int) -> int:
    return wall - wall % DAY_S


def _first_second(wall: int, zone: ZoneInfo) -> int:
    """Return the first second at which the zone's clock shows `wall`, or jumps over it."""
    before, after = _offsets(wall, zone)
    return wall - before if before >= after else _jump(wall - after, wall - before, zone)


def _last_second(wall: int, zone: ZoneInfo) -> int:
    """Return the last second at which the zone's clock shows `wall`, or the one before it jumps over it."""
    before, after = _offsets(wall, zone)
    return wall - after if before >= after else _jump(wall - after, wall - before, zone) - 1


def _jump(low: int, high: int, zone: ZoneInfo) -> int:
    """Return the first second after the change of offset between two seconds."""
    before = _offset_at(low, zone)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset_at(middle, zone) == before else (low, middle)
    return high


def _offsets(wall: int, zone: ZoneInfo) -> tuple[int, int]:
    """Return the offsets, in seconds, before and after the change that a wall time may fall into (PEP 495)."""
    naive = _naive(wall)
    return _seconds(zone.utcoffset(naive)), _seconds(zone.utcoffset(naive.replace(fold=1)))


def _offset_at(second: int, zone: ZoneInfo) -> int:
    return _seconds(zone.fromutc(_naive(second).replace(tzinfo=zone)).utcoffset())


def _naive(second: int) -> datetime:
    if not _MIN <= second <= _MAX:
        second = min(max(second, _MIN), _MAX)
    return _EPOCH + timedelta(0, second)


def _seconds(offset: timedelta | None) -> int:
    return offset.days * DAY_S + offset.seconds if offset else 0


# From people's words -------------------------------------------------------------------------------------------

# Two days in leap years that differ in every field, so that a field which agrees was in the text. Their days of
# the month are 14 apart, because a bare weekday moves a date by up to 6 days and two such dates could meet.
_DEFAULTS: Final = (datetime(2004, 1, 1, 1, 1, 1), datetime(2008, 2, 15, 2, 2, 2))
_FIELDS: Final = ("year", "month", "day", "hour", "minute", "second")
# `10:00-12:00` is more often a span of hours than an offset: an offset needs seconds, a T, UTC or four digits.
_CLOCK: Final = re.compile(
    r"""(?<![0-9])(?:
        (?<=T)[0-9]{2}:[0-9]{2}[+-][0-9]{2}(?::[0-9]{2})?
      | [0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?\ ?[+-][0-9]{2}(?::?[0-9]{2})?
      | (?:[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:\ ?[ap]\.?m\b\.?)?|[0-9]{1,2}\ ?[ap]\.?m\b\.?)
        (?:\ ?(?:(?:utc|gmt)\ ?[+-][0-9]{1,2}(?::?[0-9]{2})?|[+-][0-9]{4}))?
    )(?![0-9])""",
    re.IGNORECASE | re.VERBOSE,
)
_MONTH: Final = re.compile(r"(?<![a-z])(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE)
_WEEKDAY: Final = re.compile(r"(?<![a-z])(mon|tue|wed|thu|fri|sat|sun)", re.IGNORECASE)
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")  # in any locale
# Signs that dateutil passes over and that may mean an open end: `../ 14 July 2017`.
_LOOSE: Final = re.compile(r"^[^0-9a-z]|[^0-9a-z.)]$|\.\.|[^0-9a-z]/|/[^0-9a-z]", re.IGNORECASE)
_EDTF_LIKE: Final = re.compile(r"(?:-?[0-9X]{4}|\.\.|[/\[{Y])\S*")  # then the parser's own reason is the better one
_HUMAN: Final = "write it like '30 June 2017', 'July 5, 2017 4:02 pm', 'June 2017', or EDTF 2017-06-28/2017-07-05"


def _unclear(words: str, reason: str) -> UsageError:
    return UsageError(f"{words!a} {reason}", remedy=_HUMAN)


def _read_words(words: str, zone: ZoneInfo) -> str:
    _check_numbers(words)
    first, second = (_read(words, default, zone) for default in _DEFAULTS)
    known = tuple(name for name in _FIELDS if getattr(first, name) == getattr(second, name))
    if not known or known != _FIELDS[: len(known)] or f"{first.year:04d}" not in words:
        raise _unclear(words, "leaves out the year, the month or the day")
    _check_weekday(words, first if len(known) >= 3 else None)
    if len(known) <= 3:
        return f"{first.year:04d}-{first.month:02d}-{first.day:02d}"[: (4, 7, 10)[len(known) - 1]]
    exact = first.replace(
        minute=first.minute if "minute" in known else 0, second=first.second if "second" in known else 0
    )
    return exact.replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _check_numbers(words: str) -> None:
    """Refuse numbers beyond one year, month, day and clock time: dateutil finds a use for each (2017 as 20:17)."""
    clocks, rest = _CLOCK.findall(words), _CLOCK.sub(" ", words)
    numbers, months = re.findall(r"[0-9]+", rest), _MONTH.findall(rest)
    years = [number for number in numbers if len(number) == 4]
    others = [int(number) for number in numbers if len(number) < 3]
    if words and _LOOSE.search(words):
        raise _unclear(words, "has a sign where a word or a number is expected")
    if not years:
        raise _unclear(words, "has no year of four digits, and a date relative to another day is not worked out")
    if len(clocks) > 1:
        raise _unclear(words, "has two clock times (an offset follows seconds or UTC: 16:02:00-04:00)")
    if len(years) > 1 or len(numbers) > 1 + len(others) or len(others) + len(months) > 2:
        raise _unclear(words, "has more numbers than one date has")
    if months and re.search(r"[0-9]{4} ?[-/] ?[0-9]", rest):
        raise _unclear(words, "has more than one year or month")
    if not months and numbers[0] != years[0] and len(set(others)) == 2 and max(others) <= 12:
        raise _unclear(words, "does not say which number is the day and which the month")


def _check_weekday(words: str, day: datetime | None) -> None:
    named = _WEEKDAY.search(words)
    if named and day is None:
        raise _unclear(words, "names a weekday but no day of the month")
    if named and day and not _WEEKDAYS[day.weekday()].lower().startswith(named[1].lower()):
        raise _unclear(words, f"names another weekday: {day.date()} is a {_WEEKDAYS[day.weekday()]}")


def _read(words: str, default: datetime, zone: ZoneInfo) -> datetime:
    from dateutil import parser  # 40 ms that only those commands should pay which read people's words

    names: list[str] = []

    def zone_of(name: str | None, offset: int | None) -> tzinfo | None:
        if offset is not None:
            return timezone(timedelta(seconds=offset))
        names.extend([name] if name else [])
        return zone if name else None

    # dateutil takes the sign of `UTC-4` the POSIX way round, as hours west.
    unsigned = re.sub(r"(?:utc|gmt) ?(?=[+-])", "", words, flags=re.IGNORECASE)
    try:
        read = parser.parse(unsigned, default=default, tzinfos=zone_of)
    except (ValueError, OverflowError):
        raise _unclear(words, "is not a date that can be read without guessing") from None
    if names and (read.tzname() != names[-1] or _seconds(read.utcoffset()) % 60):
        raise _unclear(words, f"has the zone name {names[-1]}, which {zone} does not use then: write the offset")
    return read


# Into people's words -------------------------------------------------------------------------------------------

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_SEASONS: Final = {"21": "spring", "22": "summer", "23": "autumn", "24": "winter"}
_ABOUT: Final = ("~", "%")
_UNCERTAIN: Final = ("?", "%")
_NOT_KNOWN: Final = {"XX": "month not known", "XXXX": "month and day not known"}


def _describe_one(part: Part) -> str:
    words = _words(part)
    return f"in {words}" if part.unspecified and part.qualifier not in _ABOUT else words


def _start_words(start: Part, end: Part) -> str:
    """Return the words of the start without what the end repeats: 'between 28 June and 5 July 2017'."""
    plain = not (start.qualifier or end.qualifier or start.clock or end.clock or start.unspecified or end.unspecified)
    if not plain or start.year != end.year or not start.month or not end.month or bool(start.day) != bool(end.day):
        return _words(start)
    return str(int(start.day)) if start.month == end.month else _day_words(start)


def _words(part: Part) -> str:
    notes = (
        _NOT_KNOWN.get(part.month + part.day),
        part.day == "XX" != part.month and "day not known",
        part.clock and not part.offset and "zone not known",
        part.qualifier in _UNCERTAIN and "uncertain",
    )
    about = "about " if part.qualifier in _ABOUT else ""
    noted = ", ".join(note for note in notes if note)
    day = f"{_day_words(part)} {_year_words(part.year)}".lstrip()
    return f"{about}{day}{_time_words(part)} ({noted})".removesuffix(" ()")


def _day_words(part: Part) -> str:
    """Return '30 June', 'June', 'spring' or nothing."""
    month = _SEASONS.get(part.month) or (_MONTHS[int(part.month) - 1] if part.month.isdigit() else "")
    return f"{int(part.day)} {month}" if part.day.isdigit() else month


def _year_words(year: str) -> str:
    low, high = year_range(year)
    if low == high:
        return str(low) if low > 999 else f"AD {low}" if low > 0 else f"{1 - low} BC"
    if low > 999 and low % 100 and high - low == 9:  # 200X and 20XX would both be 'the 2000s'
        return f"the {low}s"
    return f"the years {_year_words(f'{low:05d}')} to {_year_words(f'{high:05d}')}"


def _time_words(part: Part) -> str:
    if not part.clock:
        return ""
    clock = (part.clock + part.fraction).removesuffix(":00")
    return f", {clock} UTC{part.offset}".removesuffix("Z").removesuffix("+00:00") if part.offset else f", {clock}"
