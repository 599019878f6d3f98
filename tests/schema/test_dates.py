"""Dates: what is taken, what is refused, and which seconds and words a date stands for."""

from __future__ import annotations

import doctest
import re
import timeit
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import edtf as pypi_edtf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regesta.errors import EventError, UsageError
from regesta.limits import EDTF_CHARS
from regesta.schema import _edtf, dates
from regesta.schema.dates import (
    Bounds,
    bounds,
    check_edtf,
    describe,
    exact_instant,
    instant_text,
    moment,
    parse_human,
)

NEW_YORK = ZoneInfo("America/New_York")
APIA = ZoneInfo("Pacific/Apia")
UTC = ZoneInfo("UTC")
OFTEN = settings(max_examples=125, deadline=None)

days = st.dates(date(1840, 1, 1), date(2040, 12, 31))
zones = st.sampled_from(
    [UTC, NEW_YORK, APIA, ZoneInfo("America/Sao_Paulo"), ZoneInfo("Asia/Kathmandu"), ZoneInfo("America/Juneau")]
)
seconds = st.integers(_edtf.day_second(-9999, 1, 2), _edtf.day_second(9999, 12, 30))
qualifiers = st.sampled_from(["", "?", "~", "%"])
near_dates = st.text("0123456789-/X?~%T:Z.+", max_size=30) | st.from_regex(
    r"(-?(2017|201X|0000)(-(06|02|21|XX)(-(30|29|XX)(T16:02:00(\.5)?(Z|-04:00)?)?)?)?[?~%]?|\.\.)?"
    r"(/(2017|2018-06-30Z?|\.\.)?)?",
    fullmatch=True,
)
near_words = st.from_regex(
    r"((2017|17|5|30|June|Jul|Thu|UTC|LMT|EST|-0400|16:02|pm|am|1e5|th|T|Z|nan|[-.,/:+'()]) ?){1,9}", fullmatch=True
)


def shown(edtf: str, zone: ZoneInfo) -> tuple[str | None, str | None]:
    found = bounds(edtf, zone)
    return instant_text(found.earliest, zone), instant_text(found.latest, zone)


def pair(edtf: str, zone: ZoneInfo) -> tuple[int, int]:
    found = bounds(edtf, zone)
    assert found.earliest is not None and found.latest is not None
    return found.earliest, found.latest


def covered_days(edtf: str) -> tuple[str | None, ...]:
    return tuple(text and text[:-15] for text in shown(edtf, UTC))


def oracle_days(edtf: str) -> tuple[str | None, ...]:
    parsed = pypi_edtf.parse_edtf(edtf)
    return tuple(oracle_day(end) for end in (parsed.lower_strict(), parsed.upper_strict()))


def oracle_day(end: Any) -> str | None:
    if isinstance(end, float):  # an infinity
        return None
    year, month, day = end[:3]
    return f"{year:0{5 if year < 0 else 4}d}-{month:02d}-{day:02d}"


def second_of(text: str) -> int:
    """Read back what instant_text writes, by its own rules."""
    found = re.fullmatch(r"(-?\d+)-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)([+-])(\d\d):(\d\d)(?::(\d\d))?", text)
    assert found is not None
    year, month, day, hour, minute, second = (int(found[group]) for group in range(1, 7))
    offset = int(found[8]) * 3600 + int(found[9]) * 60 + int(found[10] or 0)
    return _edtf.day_second(year, month, day) + hour * 3600 + minute * 60 + second - int(f"{found[7]}1") * offset


def refusal(text: str) -> type[Exception] | None:
    try:
        bounds(text, NEW_YORK)
        parse_human(text, NEW_YORK)
    except (EventError, UsageError) as error:
        return type(error)
    return None


# The profile ---------------------------------------------------------------------------------------------------

REFUSED = {
    "empty": "",
    "29 February of a common year": "2017-02-29",
    "29 February 1900": "1900-02-29",
    "month 13": "2017-13",
    "month 00": "2017-00",
    "month 00 of a negative year": "-0044-00-15",
    "day 00": "2017-06-00",
    "day 31 of June": "2017-06-31",
    "day 32": "2017-07-32",
    "week": "2017-W27",
    "day of a week": "2017-W27-1",
    "day of the year": "2017-186",
    "set, one of": "[2017,2018]",
    "set, all of": "{2017..2019}",
    "bare range": "2017..2018",
    "long year": "Y12017",
    "negative long year": "Y-12017",
    "five digits": "12017",
    "three digits": "217",
    "two digits": "17",
    "exponent": "1950E3",
    "significant digits": "1950S2",
    "plus sign": "+2017",
    "year -0000": "-0000",
    "day of year -0000": "-0000-01-01",
    "basic format": "20170630",
    "short month": "2017-6",
    "short day": "2017-06-3",
    "slashes": "2017/06/30",
    "trailing hyphen": "2017-",
    "hour 24": "2017-06-30T24:00:00",
    "minute 60": "2017-06-30T23:60:00",
    "second 60": "2017-06-30T23:59:60",
    "leap second at UTC": "2016-12-31T23:59:60Z",
    "no seconds": "2017-06-30T16:02",
    "no seconds with offset": "2017-06-30T16:02Z",
    "hours only": "2017-06-30T16",
    "no clock after T": "2017-06-30T",
    "clock after a month": "2017-06T16:02:00",
    "clock after an X day": "2017-06-XXT16:02:00",
    "space for T": "2017-06-30 16:02:00",
    "lower-case t": "2017-06-30t16:02:00Z",
    "lower-case z": "2017-06-30T16:02:00z",
    "fraction without offset": "2017-06-30T16:02:00.5",
    "empty fraction": "2017-06-30T16:02:00.Z",
    "comma fraction": "2017-06-30T16:02:00,5Z",
    "offset of hours only": "2017-06-30T16:02:00-04",
    "offset without colon": "2017-06-30T16:02:00-0400",
    "offset of 24 hours": "2017-06-30T16:02:00+24:00",
    "offset of 60 minutes": "2017-06-30T16:02:00+04:60",
    "offset -00:00": "2017-06-30T16:02:00-00:00",
    "offset with seconds": "1850-06-30T16:02:00-04:56:02",
    "zone name": "2017-06-30T16:02:00[America/New_York]",
    "offset on a day": "2017-06-30Z",
    "three X": "2XXX",
    "four X": "XXXX",
    "X before a digit": "20X7",
    "month after an X year": "201X-06",
    "half of a month": "2017-1X",
    "other half of a month": "2017-X1",
    "half of a day": "2017-06-2X",
    "day after an X month": "2017-XX-30",
    "lower-case x": "201x",
    "old sign for X": "201u",
    "season with a day": "2017-21-01",
    "level 2 season": "2017-25",
    "qualifier of the month": "2017-06~-30",
    "qualifier before the year": "?2017",
    "qualifier before the day": "2017-06-?30",
    "two qualifiers": "2017-06-30?~",
    "doubled qualifier": "2017-06-30~~",
    "qualifier alone": "?",
    "both ends open": "../..",
    "both ends unknown": "/",
    "open and unknown": "../",
    "unknown and open": "/..",
    "three dots": "...",
    "open end alone": "..",
    "one dot": "./2017",
    "qualified open end": "2017/..~",
    "three ends": "2017/2018/2019",
    "doubled slash": "2017//2018",
    "double hyphen interval": "2017--2018",
    "duration": "2017/P1Y",
    "shortened end": "2017-06-28/30",
    "reversed years": "2018/2017",
    "reversed days": "2017-07-05/2017-07-04",
    "reversed clock times": "2017-07-05T16:00:00/2017-07-05T09:00:00",
    "reversed instants": "2017-07-05T16:00:00Z/2017-07-05T16:00:00+01:00",
    "reversed by more than a zone": "2018-01-01T00:00:00Z/2017-01-01",
    "reversed negative years": "-0043/-0044",
    "bad end": "2017-06-30/2017-06-31",
    "bad start": "2017-02-30/2017-06-30",
    "leading space": " 2017",
    "trailing space": "2017 ",
    "trailing newline": "2017\n",
    "trailing newline after a day": "2017-06-30\n",
    "newline in an interval": "2017\n/2018",
    "tab": "2017\t",
    "NUL": "2017\x00",
    "full-width digits": "２０１７",
    "full-width digits of a day": "２０１７-０６-３０",
    "Arabic digits": "٢٠١٧-٠٦-٣٠",
    "en dash": "2017–06",
    "minus sign": "\u22120044",
    "superscript": "2017-06-3²",
    "lone surrogate": "2017-06-3\ud800",
    "byte order mark": "\ufeff2017",
    "words": "30 June 2017",
    "one more than the limit": "2017-06-30T16:02:00." + "0" * 44 + "Z",
    "very long": "2017" * 100_000,
}

NOT_TEXT: dict[str, object] = {
    "none": None,
    "number": 2017,
    "bytes": b"2017-06-30",
    "list": ["2017"],
    "day": date(2017, 6, 30),
}

ADVICE = {
    "week": ("2017-W27", "write its days as an interval"),
    "set": ("[2017,2018]", "write an interval, or an event for each date"),
    "long year": ("Y12017", "years go from -9999 to 9999"),
    "space": ("2017 ", "'2017 ' has a space"),
    "not ASCII": (
        "２０１７",
        r"'\uff12\uff10\uff11\uff17' has a space, a control character or a character that is not",
    ),
    "no seconds": ("2017-06-30T16:02", "write it like T16:02:00"),
    "short offset": ("2017-06-30T16:02:00-04", "write it like -04:00"),
    "inner qualifier": ("2017-06~-30", "at the end of a whole date"),
    "no such day": ("2017-02-29", "the calendar has no 2017-02-29"),
    "no such day before year 0": ("-0043-02-29?", "the calendar has no -0043-02-29 "),
    "hour 24": ("2017-06-30T24:00:00", "not 24:00:00"),
    "year -0000": ("-0000", "the year before 0001 is 0000"),
    "reversed": ("2018/2017", "ends before it starts"),
    "no date at all": ("../..", "at least one end"),
    "too long": ("2" * 65, "65 characters, more than 64"),
    "all else": ("2017-6", "accepted: 2017, 2017-06, 2017-06-30"),
}

READERS: dict[str, Callable[[str], object]] = {
    "check_edtf": check_edtf,
    "bounds": lambda edtf: bounds(edtf, NEW_YORK),
    "describe": describe,
    "exact_instant": exact_instant,
}

HOSTILE = {
    "digits": "9" * 64,
    "X": "X" * 64,
    "hyphens": "-" * 64,
    "slashes": "/" * 64,
    "dots": "." * 64,
    "fraction": "2017-06-30T16:02:00." + "0" * 44,
    "qualifiers": "2017" + "?" * 60,
    "clocks": "T00:00" * 10,
    "spaces": "2017" + " " * 59 + "J",
    "clock times": "1:11:11.1" * 7,
    "months": "jan" * 21,
    "very long": "1 " * 100_000,
}


@pytest.mark.parametrize("edtf", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_refused(read: Callable[[str], object], edtf: str) -> None:
    """What is outside the profile is refused by every function that takes EDTF."""
    with pytest.raises(EventError):
        read(edtf)


@pytest.mark.parametrize("value", NOT_TEXT.values(), ids=NOT_TEXT)
def test_not_text(value: Any) -> None:
    """A value that is not text is refused by name and not by a crash."""
    with pytest.raises(EventError, match=f"of type {type(value).__name__}, not text"):
        bounds(value, NEW_YORK)


@pytest.mark.parametrize(("edtf", "advice"), ADVICE.values(), ids=ADVICE)
def test_advice(edtf: str, advice: str) -> None:
    """A refusal says what was found and what to write instead."""
    with pytest.raises(EventError, match=re.escape(advice)):
        check_edtf(edtf)


def test_longest() -> None:
    """A date may have as many characters as the limit says."""
    edtf = "2017-06-30T16:02:00." + "0" * 43 + "Z"
    assert (len(edtf), exact_instant(edtf)) == (EDTF_CHARS, "2017-06-30T16:02:00Z")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_is_quick(text: str) -> None:
    """No text makes the parsers try many ways: a hundred readings take less than a second."""
    assert timeit.timeit(lambda: refusal(text), number=100) < 1


@OFTEN
@given(st.text() | near_dates | st.binary(), zones)
def test_only_our_errors(edtf: Any, zone: ZoneInfo) -> None:
    """Whatever is handed in gives ordered bounds or our own error, and what has bounds has words."""
    try:
        found = bounds(edtf, zone)
    except EventError:
        return
    check_edtf(edtf)
    assert describe(edtf) != ""
    assert found.earliest is None or found.latest is None or found.earliest <= found.latest


# Bounds --------------------------------------------------------------------------------------------------------

COVERED = {
    "year": ("2017", "2017-01-01T00:00:00-05:00", "2017-12-31T23:59:59-05:00"),
    "month": ("2017-06", "2017-06-01T00:00:00-04:00", "2017-06-30T23:59:59-04:00"),
    "month with a change of offset": ("2017-03", "2017-03-01T00:00:00-05:00", "2017-03-31T23:59:59-04:00"),
    "December": ("2017-12", "2017-12-01T00:00:00-05:00", "2017-12-31T23:59:59-05:00"),
    "leap February": ("2016-02", "2016-02-01T00:00:00-05:00", "2016-02-29T23:59:59-05:00"),
    "day": ("2017-06-30", "2017-06-30T00:00:00-04:00", "2017-06-30T23:59:59-04:00"),
    "leap day": ("2016-02-29", "2016-02-29T00:00:00-05:00", "2016-02-29T23:59:59-05:00"),
    "instant": ("2017-07-05T16:02:00-04:00", "2017-07-05T16:02:00-04:00", "2017-07-05T16:02:00-04:00"),
    "instant at UTC": ("2017-07-05T16:02:00Z", "2017-07-05T12:02:00-04:00", "2017-07-05T12:02:00-04:00"),
    "instant of elsewhere": ("2017-07-05T01:02:03+05:45", "2017-07-04T15:17:03-04:00", "2017-07-04T15:17:03-04:00"),
    "fraction is dropped": ("2017-07-05T16:02:00.999Z", "2017-07-05T12:02:00-04:00", "2017-07-05T12:02:00-04:00"),
    "fraction before 1970": ("1969-12-31T23:59:59.5Z", "1969-12-31T18:59:59-05:00", "1969-12-31T18:59:59-05:00"),
    "clock without zone": ("2017-07-05T16:02:00", "2017-07-05T00:00:00-04:00", "2017-07-05T23:59:59-04:00"),
    "decade": ("201X", "2010-01-01T00:00:00-05:00", "2019-12-31T23:59:59-05:00"),
    "century": ("20XX", "2000-01-01T00:00:00-05:00", "2099-12-31T23:59:59-05:00"),
    "month not known": ("2017-XX", "2017-01-01T00:00:00-05:00", "2017-12-31T23:59:59-05:00"),
    "day not known": ("2017-06-XX", "2017-06-01T00:00:00-04:00", "2017-06-30T23:59:59-04:00"),
    "month and day not known": ("2017-XX-XX", "2017-01-01T00:00:00-05:00", "2017-12-31T23:59:59-05:00"),
    "spring": ("2017-21", "2017-03-01T00:00:00-05:00", "2017-05-31T23:59:59-04:00"),
    "summer": ("2017-22", "2017-06-01T00:00:00-04:00", "2017-08-31T23:59:59-04:00"),
    "autumn": ("2017-23", "2017-09-01T00:00:00-04:00", "2017-11-30T23:59:59-05:00"),
    "winter": ("2017-24", "2017-12-01T00:00:00-05:00", "2018-02-28T23:59:59-05:00"),
    "winter to a leap day": ("2015-24", "2015-12-01T00:00:00-05:00", "2016-02-29T23:59:59-05:00"),
    "uncertain": ("2017-06-30?", "2017-06-30T00:00:00-04:00", "2017-06-30T23:59:59-04:00"),
    "approximate": ("2017-06-30~", "2017-06-30T00:00:00-04:00", "2017-06-30T23:59:59-04:00"),
    "both": ("2017-06%", "2017-06-01T00:00:00-04:00", "2017-06-30T23:59:59-04:00"),
    "qualified instant": ("2017-07-05T16:02:00Z~", "2017-07-05T12:02:00-04:00", "2017-07-05T12:02:00-04:00"),
    "interval": ("2017-06-28/2017-07-05", "2017-06-28T00:00:00-04:00", "2017-07-05T23:59:59-04:00"),
    "interval of one day": ("2017-06-28/2017-06-28", "2017-06-28T00:00:00-04:00", "2017-06-28T23:59:59-04:00"),
    "qualified ends": ("2017-06-28~/2017-07-05?", "2017-06-28T00:00:00-04:00", "2017-07-05T23:59:59-04:00"),
    "day to month": ("2017-06-28/2017-07", "2017-06-28T00:00:00-04:00", "2017-07-31T23:59:59-04:00"),
    "month to a day within": ("2017-06/2017-06-03", "2017-06-01T00:00:00-04:00", "2017-06-03T23:59:59-04:00"),
    "day to its own month": ("2017-06-28/2017-06", "2017-06-28T00:00:00-04:00", "2017-06-30T23:59:59-04:00"),
    "decades": ("201X/202X", "2010-01-01T00:00:00-05:00", "2029-12-31T23:59:59-05:00"),
    "seasons": ("2017-21/2017-24", "2017-03-01T00:00:00-05:00", "2018-02-28T23:59:59-05:00"),
    "instants": (
        "2017-07-05T16:02:00-04:00/2017-07-05T20:03:00Z",
        "2017-07-05T16:02:00-04:00",
        "2017-07-05T16:03:00-04:00",
    ),
    "instant to its day": (
        "2017-07-05T16:02:00-04:00/2017-07-05",
        "2017-07-05T16:02:00-04:00",
        "2017-07-05T23:59:59-04:00",
    ),
    "clock to clock": (
        "2017-07-05T09:00:00/2017-07-05T16:02:00",
        "2017-07-05T00:00:00-04:00",
        "2017-07-05T23:59:59-04:00",
    ),
    "open start": ("../2017-07-14", None, "2017-07-14T23:59:59-04:00"),
    "unknown start": ("/2017-07-14", None, "2017-07-14T23:59:59-04:00"),
    "open end": ("2017-06-30/..", "2017-06-30T00:00:00-04:00", None),
    "unknown end": ("2017-06-30/", "2017-06-30T00:00:00-04:00", None),
    "first day of datetime": ("0001-01-01", "0001-01-01T00:00:00-04:56:02", "0001-01-01T23:59:59-04:56:02"),
    "last day of datetime": ("9999-12-31", "9999-12-31T00:00:00-05:00", "9999-12-31T23:59:59-05:00"),
    "last year": ("9999", "9999-01-01T00:00:00-05:00", "9999-12-31T23:59:59-05:00"),
    "winter past the last year": ("9999-24", "9999-12-01T00:00:00-05:00", "10000-02-29T23:59:59-05:00"),
    "year 0 is a leap year": ("0000-02", "0000-02-01T00:00:00-04:56:02", "0000-02-29T23:59:59-04:56:02"),
    "negative day": ("-0044-03-15", "-0044-03-15T00:00:00-04:56:02", "-0044-03-15T23:59:59-04:56:02"),
    "first year": ("-9999", "-9999-01-01T00:00:00-04:56:02", "-9999-12-31T23:59:59-04:56:02"),
    "negative decade": ("-004X", "-0049-01-01T00:00:00-04:56:02", "-0040-12-31T23:59:59-04:56:02"),
    "last negative decade": ("-000X", "-0009-01-01T00:00:00-04:56:02", "-0001-12-31T23:59:59-04:56:02"),
    "across year 0": ("-0001/0001", "-0001-01-01T00:00:00-04:56:02", "0001-12-31T23:59:59-04:56:02"),
}

CHANGES = {
    "spring forward": ("America/New_York", "2017-03-12", "2017-03-12T00:00:00-05:00", "2017-03-12T23:59:59-04:00"),
    "fall back": ("America/New_York", "2017-11-05", "2017-11-05T00:00:00-04:00", "2017-11-05T23:59:59-05:00"),
    "day before": ("America/New_York", "2017-03-11", "2017-03-11T00:00:00-05:00", "2017-03-11T23:59:59-05:00"),
    "day after": ("America/New_York", "2017-03-13", "2017-03-13T00:00:00-04:00", "2017-03-13T23:59:59-04:00"),
    "no midnight": ("America/Sao_Paulo", "2018-11-04", "2018-11-04T01:00:00-02:00", "2018-11-04T23:59:59-02:00"),
    "day before it": ("America/Sao_Paulo", "2018-11-03", "2018-11-03T00:00:00-03:00", "2018-11-03T23:59:59-03:00"),
    "last hour twice": ("America/Sao_Paulo", "2018-02-17", "2018-02-17T00:00:00-02:00", "2018-02-17T23:59:59-03:00"),
    "day after that": ("America/Sao_Paulo", "2018-02-18", "2018-02-18T00:00:00-03:00", "2018-02-18T23:59:59-03:00"),
    "ends at 23:30": ("America/Toronto", "1919-03-30", "1919-03-30T00:00:00-05:00", "1919-03-30T23:29:59-05:00"),
    "starts at 00:30": ("America/Toronto", "1919-03-31", "1919-03-31T00:30:00-04:00", "1919-03-31T23:59:59-04:00"),
    "comes back at 00:01": ("America/St_Johns", "2005-10-29", "2005-10-29T00:00:00-02:30", "2005-10-29T23:59:59-03:30"),
    "starts twice": ("America/St_Johns", "2005-10-30", "2005-10-30T00:00:00-02:30", "2005-10-30T23:59:59-03:30"),
    "day twice": ("America/Juneau", "1867-10-18", "1867-10-18T00:00:00+15:02:19", "1867-10-18T23:59:59-08:57:41"),
    "before no day": ("Pacific/Apia", "2011-12-29", "2011-12-29T00:00:00-10:00", "2011-12-29T23:59:59-10:00"),
    "no day": ("Pacific/Apia", "2011-12-30", "2011-12-29T23:59:59-10:00", "2011-12-31T00:00:00+14:00"),
    "clock of no day": (
        "Pacific/Apia",
        "2011-12-30T09:00:00",
        "2011-12-29T23:59:59-10:00",
        "2011-12-31T00:00:00+14:00",
    ),
    "from and to no day": (
        "Pacific/Apia",
        "2011-12-30/2011-12-30",
        "2011-12-29T23:59:59-10:00",
        "2011-12-31T00:00:00+14:00",
    ),
    "from no day": ("Pacific/Apia", "2011-12-30/2011-12-31", "2011-12-31T00:00:00+14:00", "2011-12-31T23:59:59+14:00"),
    "after no day": ("Pacific/Apia", "2011-12-31", "2011-12-31T00:00:00+14:00", "2011-12-31T23:59:59+14:00"),
    "month without it": ("Pacific/Apia", "2011-12", "2011-12-01T00:00:00-10:00", "2011-12-31T23:59:59+14:00"),
    "no changes": ("UTC", "2017-03-12", "2017-03-12T00:00:00+00:00", "2017-03-12T23:59:59+00:00"),
}

LENGTHS = {
    "23 hours": ("America/New_York", "2017-03-12", 23 * 3600),
    "24 hours": ("America/New_York", "2017-06-30", 24 * 3600),
    "25 hours": ("America/New_York", "2017-11-05", 25 * 3600),
    "23 hours from 1 o'clock": ("America/Sao_Paulo", "2018-11-04", 23 * 3600),
    "48 hours": ("America/Juneau", "1867-10-18", 48 * 3600),
    "around a skipped day": ("Pacific/Apia", "2011-12-30", 2),
}


@pytest.mark.parametrize(("edtf", "earliest", "latest"), COVERED.values(), ids=COVERED)
def test_bounds(edtf: str, earliest: str | None, latest: str | None) -> None:
    """A date covers whole days of the archive's zone, an instant its one second."""
    assert shown(edtf, NEW_YORK) == (earliest, latest)


def test_bounds_are_seconds_since_1970() -> None:
    """Bounds are whole seconds since 1970 at UTC, the last one inclusive."""
    assert bounds("1970-01-01", UTC) == Bounds(earliest=0, latest=86_399)


@pytest.mark.parametrize(("name", "edtf", "earliest", "latest"), CHANGES.values(), ids=CHANGES)
def test_changes_of_offset(name: str, edtf: str, earliest: str, latest: str) -> None:
    """A day is what the zone's clocks showed of it, also where they were moved."""
    assert shown(edtf, ZoneInfo(name)) == (earliest, latest)


@pytest.mark.parametrize(("name", "edtf", "length_s"), LENGTHS.values(), ids=LENGTHS)
def test_lengths_of_days(name: str, edtf: str, length_s: int) -> None:
    """A day is as long as the zone made it."""
    earliest, latest = pair(edtf, ZoneInfo(name))
    assert latest - earliest + 1 == length_s


def test_order_that_depends_on_the_zone() -> None:
    """An interval from an instant to a day is refused in a zone where that day was over by then."""
    edtf = "2017-07-05T16:02:00-04:00/2017-07-05"
    check_edtf(edtf)
    with pytest.raises(EventError, match="ends before it starts in Pacific/Kiritimati"):
        bounds(edtf, ZoneInfo("Pacific/Kiritimati"))


@OFTEN
@given(days, zones, qualifiers)
def test_qualifiers_do_not_widen(day: date, zone: ZoneInfo, qualifier: str) -> None:
    """A qualified day has the bounds of the day, and the short way for plain days agrees with the long way."""
    assert bounds(f"{day}{qualifier}", zone) == bounds(f"{day}/{day}", zone)


@OFTEN
@given(days, days, zones)
def test_days_keep_their_order(one: date, other: date, zone: ZoneInfo) -> None:
    """A later day starts no earlier and ends no earlier, in every zone."""
    first, second = (pair(f"{day}", zone) for day in sorted((one, other)))
    assert (first[0] <= second[0], first[1] <= second[1]) == (True, True)


@OFTEN
@given(st.dates(date(1990, 1, 1), date(2037, 12, 30)), st.sampled_from([UTC, NEW_YORK, ZoneInfo("Asia/Kathmandu")]))
def test_days_leave_no_gap(day: date, zone: ZoneInfo) -> None:
    """A day ends in the second before the next one starts."""
    assert pair(f"{day}", zone)[1] + 1 == pair(f"{day + timedelta(days=1)}", zone)[0]


@OFTEN
@given(days, st.integers(1, 500), zones)
def test_interval_joins_its_ends(day: date, length: int, zone: ZoneInfo) -> None:
    """An interval goes from the earliest second of its start to the latest of its end."""
    end = day + timedelta(days=length)
    want = Bounds(bounds(f"{day}/..", zone).earliest, bounds(f"../{end}", zone).latest)
    assert bounds(f"{day}/{end}", zone) == want


# The oracle: PyPI edtf -----------------------------------------------------------------------------------------

# Left out is where that package is known to differ: winter stops at 31 December, an unknown end becomes ten years,
# 29 February of a common year and reversed intervals are taken, intervals of clock times are not.
AGREED = {
    "years": "2017 0000 0001 0044 9999 -0001 -9999 2017? 2017~ 2017%",
    "months": "2017-06 2017-02 2016-02 2000-02 1900-02 2017-12 0000-02 -0001-12 -0004-02 2017-06? 2017-06~ 2017-06%",
    "days": "2017-06-30 2016-02-29 2000-02-29 1582-10-10 9999-12-31 -0044-03-15 -9999-01-01",
    "qualified days": "2017-06-30? 2017-06-30~ 2017-06-30%",
    "clock times": "2017-06-30T16:02:00 2017-06-30T16:02:00Z 2017-06-30T00:00:00Z",
    "X": "201X 200X 20XX 19XX 2017-XX 2017-06-XX 2016-02-XX 2017-XX-XX",
    "seasons": "2017-21 2017-22 2017-23",
    "intervals": "2017-06/2017-07 2015/2017 2017-06-28/2017-07-05 2017-06-28/2017-07 2017-06/2017-07-05",
    "early intervals": "-0044/-0043 -0001/0001",
    "qualified intervals": "2017-06-28~/2017-07-05? 2017?/2018% 2017-06/2017-07~",
    "open intervals": "../2017-07-14 2017-06-30/.. ../2017 2017-06/..",
}


@pytest.mark.parametrize("texts", AGREED.values(), ids=AGREED)
def test_oracle(texts: str) -> None:
    """The strict bounds of PyPI edtf are ours, day by day."""
    assert {edtf: covered_days(edtf) for edtf in texts.split()} == {edtf: oracle_days(edtf) for edtf in texts.split()}


@settings(max_examples=30, deadline=None)
@given(days, st.sampled_from([4, 7, 10]), st.integers(0, 900), qualifiers, qualifiers)
def test_oracle_on_intervals(day: date, length: int, count: int, first: str, second: str) -> None:
    """Intervals of any precision and qualifiers have the days that PyPI edtf gives them."""
    edtf = f"{str(day)[:length]}{first}/{str(day + timedelta(days=count))[:length]}{second}"
    assert covered_days(edtf) == oracle_days(edtf)


# Instants as text ----------------------------------------------------------------------------------------------

INSTANTS = {
    "offset": ("2017-07-05T16:02:00-04:00", "2017-07-05T16:02:00-04:00"),
    "Z": ("2017-07-05T16:02:00Z", "2017-07-05T16:02:00Z"),
    "zero offset": ("2017-07-05T16:02:00+00:00", "2017-07-05T16:02:00Z"),
    "fraction": ("2017-07-05T16:02:00.250-04:00", "2017-07-05T16:02:00.25-04:00"),
    "zero fraction": ("2017-07-05T16:02:00.000Z", "2017-07-05T16:02:00Z"),
    "no offset": ("2017-07-05T16:02:00", None),
    "uncertain": ("2017-07-05T16:02:00Z?", None),
    "approximate": ("2017-07-05T16:02:00Z~", None),
    "day": ("2017-07-05", None),
    "year": ("2017", None),
    "interval of instants": ("2017-07-05T16:02:00Z/2017-07-05T16:02:00Z", None),
    "open interval": ("../2017-07-05T16:02:00Z", None),
    "negative year, which RFC 3339 cannot write": ("-0044-03-15T12:00:00Z", None),
}

BEYOND = {
    "the start": (0, "1970-01-01T00:00:00+00:00"),
    "the second before": (-1, "1969-12-31T23:59:59+00:00"),
    "year 0": (_edtf.day_second(0, 2, 29), "0000-02-29T00:00:00+00:00"),
    "year -1": (_edtf.day_second(-1, 12, 31), "-0001-12-31T00:00:00+00:00"),
    "year 10000": (_edtf.day_second(10000, 1, 1), "10000-01-01T00:00:00+00:00"),
    "year -10000": (_edtf.day_second(-10000, 12, 31), "-10000-12-31T00:00:00+00:00"),
    "far future": (10**15, "31690708-07-05T01:46:40+00:00"),
}


@pytest.mark.parametrize(("edtf", "instant"), INSTANTS.values(), ids=INSTANTS)
def test_exact_instant(edtf: str, instant: str | None) -> None:
    """Only an unqualified instant with an offset has a CloudEvents time."""
    assert exact_instant(edtf) == instant


def test_instant_text_of_nothing() -> None:
    """No bound has no text."""
    assert instant_text(None, NEW_YORK) is None


@pytest.mark.parametrize(("second", "text"), BEYOND.values(), ids=BEYOND)
def test_instant_text_beyond_datetime(second: int, text: str) -> None:
    """A second of any year has a text."""
    assert instant_text(second, UTC) == text


@OFTEN
@given(seconds, zones)
def test_instant_text_round_trip(second: int, zone: ZoneInfo) -> None:
    """The text of a second names that second, in years -9999 to 9999 and in every zone."""
    assert second_of(instant_text(second, zone) or "") == second


@OFTEN
@given(seconds)
def test_instant_text_is_edtf(second: int) -> None:
    """The text of a second at UTC is an instant of the profile again."""
    assert bounds(instant_text(second, UTC) or "", UTC) == Bounds(second, second)


@OFTEN
@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31)), zones)
def test_instant_text_is_that_of_datetime(wall: datetime, zone: ZoneInfo) -> None:
    """Within the years of datetime the text is the one that datetime writes."""
    utc = wall.replace(microsecond=0, tzinfo=UTC)
    assert instant_text(int(utc.timestamp()), zone) == utc.astimezone(zone).isoformat()


@OFTEN
@given(st.integers(-(10**13), 10**13))
def test_calendar_round_trip(second: int) -> None:
    """Every second lies on the one day of the calendar that has it."""
    assert _edtf.day_second(*_edtf.calendar_day(second)) == second - second % _edtf.DAY_S


@OFTEN
@given(st.dates())
def test_calendar_is_that_of_datetime(day: date) -> None:
    """Within the years of datetime the calendar is its calendar."""
    assert _edtf.day_second(day.year, day.month, day.day) == (day - date(1970, 1, 1)).days * _edtf.DAY_S


# People's words ------------------------------------------------------------------------------------------------

HUMAN = {
    "day month year": ("30 June 2017", "2017-06-30"),
    "month day year": ("June 30, 2017", "2017-06-30"),
    "ordinal": ("5th of July 2017", "2017-07-05"),
    "short month": ("Sept. 5, 2017", "2017-09-05"),
    "hyphens": ("05-Jul-2017", "2017-07-05"),
    "clock": ("July 5, 2017 4:02 pm", "2017-07-05T16:02:00"),
    "clock as printed": ("July 5, 2017 at 4:02 p.m.", "2017-07-05T16:02:00"),
    "clock first": ("4:02 p.m. July 5, 2017", "2017-07-05T16:02:00"),
    "clock of 24 hours": ("5 July 2017 16:02", "2017-07-05T16:02:00"),
    "hour alone": ("July 5, 2017 4 pm", "2017-07-05T16:00:00"),
    "midnight": ("5 July 2017 12 am", "2017-07-05T00:00:00"),
    "noon": ("5 July 2017 12 pm", "2017-07-05T12:00:00"),
    "values of the defaults": ("1 January 2004 1:01:01 am", "2004-01-01T01:01:01"),
    "EDTF without seconds": ("2017-07-05T16:02", "2017-07-05T16:02:00"),
    "without seconds, at UTC": ("2017-07-05T16:02Z", "2017-07-05T16:02:00Z"),
    "without seconds, with offset": ("2017-07-05T16:02-04:00", "2017-07-05T16:02:00-04:00"),
    "space for T": ("2017-07-05 16:02:00.25", "2017-07-05T16:02:00"),
    "e-mail": ("Fri, 30 Jun 2017 16:02:00 -0400", "2017-06-30T16:02:00-04:00"),
    "e-mail at UTC": ("Fri, 30 Jun 2017 16:02:00 +0000 (UTC)", "2017-06-30T16:02:00Z"),
    "ctime": ("Thu Jun 29 16:02:00 2017", "2017-06-29T16:02:00"),
    "sign as written": ("5 July 2017, 16:02 UTC-04:00", "2017-07-05T16:02:00-04:00"),
    "sign as written, short": ("5 July 2017 16:02 GMT+3", "2017-07-05T16:02:00+03:00"),
    "the zone's own name": ("July 5, 2017 4:02 pm EDT", "2017-07-05T16:02:00-04:00"),
    "the hour twice, first": ("5 Nov 2017 1:30 am EDT", "2017-11-05T01:30:00-04:00"),
    "the hour twice, second": ("5 Nov 2017 1:30 am EST", "2017-11-05T01:30:00-05:00"),
    "UTC": ("July 5, 2017 16:02 UTC", "2017-07-05T16:02:00Z"),
    "month": ("June 2017", "2017-06"),
    "May": ("May 2017", "2017-05"),
    "month after year": ("2017 July", "2017-07"),
    "bare month": ("2017-07", "2017-07"),
    "bare year": ("2017", "2017"),
    "month by slash": ("7/2017", "2017-07"),
    "no leading zeros": ("2017-7-5", "2017-07-05"),
    "year first": ("2017/06/07", "2017-06-07"),
    "one reading, day first": ("13/07/2017", "2017-07-13"),
    "one reading, month first": ("07/13/2017", "2017-07-13"),
    "both readings alike": ("7/7/2017", "2017-07-07"),
    "right weekday": ("Friday, June 30, 2017", "2017-06-30"),
    "leap day": ("29 February 2016", "2016-02-29"),
    "spaces around": ("  30  June\u00a02017\n", "2017-06-30"),
    "EDTF with spaces around": (" 2017-06-28/2017-07-05 ", "2017-06-28/2017-07-05"),
}

UNCLEAR = {
    "empty": ("", "no year of four digits"),
    "spaces": ("   ", "no year of four digits"),
    "yesterday": ("yesterday", "relative to another day is not worked out"),
    "weekday": ("Thursday", "relative to another day is not worked out"),
    "now": ("now", "no year of four digits"),
    "no year": ("June 30", "no year of four digits"),
    "two-digit year": ("6/30/17", "no year of four digits"),
    "apostrophe year": ("June 30 '17", "no year of four digits"),
    "clock alone": ("16:02", "no year of four digits"),
    "five-digit year": ("5 July 12017", "no year of four digits"),
    "next": ("next June 2017", "without guessing"),
    "weekday of a month": ("Thursday June 2017", "no day of the month"),
    "weekday of a year": ("Thursday 2017", "no day of the month"),
    "wrong weekday": ("Thursday, June 30, 2017", "2017-06-30 is a Friday"),
    "either order": ("06/07/2017", "which number is the day"),
    "either order with dots": ("1.7.2017", "which number is the day"),
    "either order with a clock": ("6 7 2017 4:02 pm", "which number is the day"),
    "span of days": ("June 28-30, 2017", "more numbers"),
    "span that dateutil reads as a clock time": ("June 15-17, 2017", "more numbers"),
    "span that dateutil reads as a clock time of its year": ("June 15-28, 2028", "more numbers"),
    "two days": ("July 4 5 2017", "more numbers"),
    "month and two numbers": ("June 6/7 2017", "more numbers"),
    "decimal day": ("5.5 July 2017", "more numbers"),
    "bare clock": ("5 July 2017 1602", "more numbers"),
    "two years": ("2017 2018", "more numbers"),
    "span of years": ("June 2017-18", "more than one year"),
    "two months": ("June-July 2017", "without guessing"),
    "span of hours": ("5 July 2017 10:00-12:00", "two clock times"),
    "span of hours, pm": ("4:00-6:00 pm July 5, 2017", "two clock times"),
    "clock of a month": ("July 2017 16:02", "leaves out"),
    "clock of a year": ("2017 16:02", "leaves out"),
    "no such day": ("31 June 2017", "without guessing"),
    "no such leap day": ("29 Feb 2017", "without guessing"),
    "13 pm": ("5 July 2017 13 pm", "without guessing"),
    "16:02 pm": ("5 July 2017 16:02 pm", "without guessing"),
    "zone of elsewhere": ("July 5, 2017 4:02 pm CET", "zone name CET, which America/New_York does not use then"),
    "zone of another season": ("July 5, 2017 4:02 pm EST", "zone name EST"),
    "zone in short": ("July 5, 2017 4:02 pm ET", "zone name ET"),
    "offset of seconds": ("5 July 1850 16:02 LMT", "zone name LMT"),
    "offset too far": ("Jul 5 2017 16:02:00 +9900", "without guessing"),
    "another language": ("5 juillet 2017", "without guessing"),
    "about": ("about June 2017", "without guessing"),
    "open start that dateutil drops": ("../ 14 July 2017", "a sign where"),
    "open end that dateutil drops": ("14 July 2017 /", "a sign where"),
    "dots that dateutil drops": ("..2017", "is not a date of the EDTF profile"),
    "full-width digits": ("３０ June 2017", "not all ASCII"),
    "long": ("30 June 2017" + "!" * 64, "longer than 64"),
    "week": ("2017-W27", "write its days as an interval"),
    "no such EDTF day": ("2017-02-29", "the calendar has no 2017-02-29"),
    "no such EDTF month": ("2017-13", "the calendar has no 2017-13"),
    "swapped": ("2017-30-06", "the calendar has no 2017-30-06"),
    "reversed": ("2018/2017", "ends before it starts"),
}

MOMENTS = {
    "day": ("2017-07-01", "2017-07-01T23:59:59-04:00"),
    "day in words": ("1 July 2017", "2017-07-01T23:59:59-04:00"),
    "month": ("June 2017", "2017-06-30T23:59:59-04:00"),
    "year": ("2017", "2017-12-31T23:59:59-05:00"),
    "season": ("2017-21", "2017-05-31T23:59:59-04:00"),
    "instant": ("2017-07-05T16:02:00Z", "2017-07-05T12:02:00-04:00"),
    "fraction": ("2017-07-05T16:02:00.75Z", "2017-07-05T12:02:00-04:00"),
    "clock of the user": ("July 5, 2017 4:02 pm", "2017-07-05T16:02:00-04:00"),
    "clock shown twice": ("2017-11-05T01:30:00", "2017-11-05T01:30:00-05:00"),
    "clock never shown": ("2017-03-12T02:30:00", "2017-03-12T01:59:59-05:00"),
    "short day": ("2017-03-12", "2017-03-12T23:59:59-04:00"),
    "last day": ("9999-12-31", "9999-12-31T23:59:59-05:00"),
    "negative day": ("-0044-03-15", "-0044-03-15T23:59:59-04:56:02"),
}

NO_POINT = {
    "interval": ("2017-06-28/2017-07-05", "not one point in time"),
    "open start": ("../2017-07-14", "not one point in time"),
    "open end": ("2017-06-30/..", "not one point in time"),
    "unknown start": ("/2017-07-14", "not one point in time"),
    "unknown end": ("2017-06-30/", "not one point in time"),
    "uncertain": ("2017-06-30?", "not one point in time"),
    "approximate": ("2017-06-30~", "not one point in time"),
    "both": ("2017%", "not one point in time"),
    "decade": ("201X", "not one point in time"),
    "day not known": ("2017-06-XX", "not one point in time"),
    "relative": ("yesterday", "no year of four digits"),
}


@pytest.mark.parametrize(("text", "edtf"), HUMAN.values(), ids=HUMAN)
def test_parse_human(text: str, edtf: str) -> None:
    """People's words become the EDTF that says as much and no more."""
    assert parse_human(text, NEW_YORK) == edtf


@pytest.mark.parametrize(("text", "reason"), UNCLEAR.values(), ids=UNCLEAR)
def test_unclear(text: str, reason: str) -> None:
    """Words that can mean more than one date, or none, are the caller's error."""
    with pytest.raises(UsageError, match=re.escape(reason)):
        parse_human(text, NEW_YORK)


@pytest.mark.parametrize("edtf", [edtf for edtf, *_ in COVERED.values()], ids=COVERED)
def test_edtf_passes_unchanged(edtf: str) -> None:
    """A user may write any EDTF of the profile."""
    assert parse_human(edtf, NEW_YORK) == edtf


@pytest.mark.parametrize("value", NOT_TEXT.values(), ids=NOT_TEXT)
def test_human_not_text(value: Any) -> None:
    """A value that is not text is the caller's error."""
    with pytest.raises(UsageError, match=f"of type {type(value).__name__}, not text"):
        moment(value, NEW_YORK)


@OFTEN
@given(st.text() | near_words | near_dates, zones)
def test_human_only_our_errors(text: str, zone: ZoneInfo) -> None:
    """Whatever a user types gives EDTF of the profile or a usage error."""
    try:
        found = parse_human(text, zone)
    except UsageError:
        return
    check_edtf(found)


@OFTEN
@given(st.dates(date(1000, 1, 1)), st.sampled_from([4, 7, 10]))
def test_words_read_back(day: date, length: int) -> None:
    """The words that describe a year, a month or a day are read as that date again."""
    assert parse_human(describe(str(day)[:length]), NEW_YORK) == str(day)[:length]


@OFTEN
@given(st.datetimes(datetime(1000, 1, 1)), st.sampled_from(["", "-04:00", "+05:45", "Z"]))
def test_words_of_instants_read_back(wall: datetime, offset: str) -> None:
    """The words that describe a clock time are read as that clock time again, but for the zone that is not known."""
    edtf = wall.isoformat(timespec="seconds") + offset
    assert parse_human(describe(edtf).replace(" (zone not known)", ""), NEW_YORK) == edtf


@pytest.mark.parametrize(("text", "second"), MOMENTS.values(), ids=MOMENTS)
def test_moment(text: str, second: str) -> None:
    """As of a date is its last second, as of an instant the instant."""
    assert instant_text(moment(text, NEW_YORK), NEW_YORK) == second


def test_moment_of_a_skipped_day() -> None:
    """As of a day that the zone skipped is the last second before the jump."""
    assert instant_text(moment("2011-12-30", APIA), APIA) == "2011-12-29T23:59:59-10:00"


@pytest.mark.parametrize(("text", "reason"), NO_POINT.values(), ids=NO_POINT)
def test_no_point(text: str, reason: str) -> None:
    """What is no single point in time cannot be asked for."""
    with pytest.raises(UsageError, match=reason):
        moment(text, NEW_YORK)


# In words ------------------------------------------------------------------------------------------------------

WORDS = {
    "2017": "2017",
    "2017-06": "June 2017",
    "2017-06-30": "30 June 2017",
    "2017-06-28~": "about 28 June 2017",
    "2017-06-28?": "28 June 2017 (uncertain)",
    "2017-06-28%": "about 28 June 2017 (uncertain)",
    "2017~": "about 2017",
    "2017?": "2017 (uncertain)",
    "2017-07-05T16:02:00": "5 July 2017, 16:02 (zone not known)",
    "2017-07-05T16:02:00?": "5 July 2017, 16:02 (zone not known, uncertain)",
    "2017-07-05T16:02:00-04:00": "5 July 2017, 16:02 UTC-04:00",
    "2017-07-05T16:02:07.5Z": "5 July 2017, 16:02:07.5 UTC",
    "2017-07-05T00:00:00+00:00": "5 July 2017, 00:00 UTC",
    "2017-07-05T16:02:00-04:00~": "about 5 July 2017, 16:02 UTC-04:00",
    "2017-21": "spring 2017",
    "2017-22": "summer 2017",
    "2017-23": "autumn 2017",
    "2017-24~": "about winter 2017",
    "201X": "in the 2010s",
    "201X?": "in the 2010s (uncertain)",
    "201X~": "about the 2010s",
    "200X": "in the years 2000 to 2009",
    "20XX": "in the years 2000 to 2099",
    "2017-XX": "in 2017 (month not known)",
    "2017-06-XX": "in June 2017 (day not known)",
    "2017-XX-XX": "in 2017 (month and day not known)",
    "2017-XX-XX%": "about 2017 (month and day not known, uncertain)",
    "2017-06-28/2017-07-05": "between 28 June and 5 July 2017",
    "2017-06-28/2017-06-30": "between 28 and 30 June 2017",
    "2016-12-28/2017-01-05": "between 28 December 2016 and 5 January 2017",
    "2017-06/2017-08": "between June and August 2017",
    "2015/2017": "between 2015 and 2017",
    "2017-21/2017-23": "between spring and autumn 2017",
    "2017-06-28/2017-07": "between 28 June 2017 and July 2017",
    "2017-06-28~/2017-07-05": "between about 28 June 2017 and 5 July 2017",
    "2017-06-28/2017-07-05?": "between 28 June 2017 and 5 July 2017 (uncertain)",
    "2017-07-05T16:02:00Z/2017-07-06": "between 5 July 2017, 16:02 UTC and 6 July 2017",
    "201X/202X": "between the 2010s and the 2020s",
    "2017-06-28/2017-06-28": "28 June 2017",
    "../2017-07-14": "by 14 July 2017",
    "/2017-07-14": "by 14 July 2017",
    "../2017-07-14~": "by about 14 July 2017",
    "../2017-07-14?": "by 14 July 2017 (uncertain)",
    "2017-06-30/..": "from 30 June 2017 on",
    "2017-06-30/": "from 30 June 2017 on",
    "2017-06-30?/..": "from 30 June 2017 (uncertain) on",
    "0044-03-15": "15 March AD 44",
    "0000": "1 BC",
    "-0044-03-15": "15 March 45 BC",
    "-004X": "in the years 50 BC to 41 BC",
    "004X": "in the years AD 40 to AD 49",
}

UNQUALIFIED = [edtf for edtf, *_ in COVERED.values() if not re.search(r"[?~%]|/(?:\.\.)?$", edtf)]


@pytest.mark.parametrize(("edtf", "words"), WORDS.items(), ids=WORDS)
def test_describe(edtf: str, words: str) -> None:
    """A date reads as a person would say it."""
    assert describe(edtf) == words


@pytest.mark.parametrize("edtf", UNQUALIFIED)
def test_qualifiers_read_differently(edtf: str) -> None:
    """No qualifier, uncertain, approximate and both are four different texts."""
    assert len({describe(edtf + qualifier) for qualifier in ("", "?", "~", "%")}) == 4


@pytest.mark.parametrize("edtf", UNQUALIFIED)
def test_about_is_not_uncertain(edtf: str) -> None:
    """About is said of what is approximate and of nothing else, uncertain of what is uncertain."""
    words = {qualifier: describe(edtf + qualifier) for qualifier in ("?", "~", "%")}
    said = {qualifier: ("about " in text, "uncertain" in text) for qualifier, text in words.items()}
    assert said == {"?": (False, True), "~": (True, False), "%": (True, True)}


@pytest.mark.parametrize("module", [dates, _edtf], ids=["dates", "_edtf"])
def test_examples(module: Any) -> None:
    """The examples in the documentation of the module are true."""
    assert doctest.testmod(module).failed == 0
