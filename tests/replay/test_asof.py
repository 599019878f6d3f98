"""As of: which texts are a point on a clock, where a day ends, and that conditions on text mean what seconds mean."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from regesta.errors import UsageError
from regesta.replay.asof import AsOf, add_functions, as_of, first_second, moment_at
from regesta.schema.dates import instant_text

NEW_YORK, APIA = ZoneInfo("America/New_York"), ZoneInfo("Pacific/Apia")
ZONES = tuple(map(ZoneInfo, (
    "America/New_York", "Europe/Berlin", "Pacific/Apia", "Pacific/Kiritimati", "Asia/Kathmandu", "Australia/Lord_Howe",
    "America/Sao_Paulo", "Europe/Dublin", "Africa/Casablanca", "Asia/Gaza", "Antarctica/Troll", "UTC",
)))  # fmt: skip
OPEN_START, OPEN_END = "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z"
# Text → the last second that counts, in New York.
POINTS = {
    "day": ("2017-07-01", "2017-07-01T23:59:59-04:00"),
    "month": ("2017-06", "2017-06-30T23:59:59-04:00"),
    "February": ("2017-02", "2017-02-28T23:59:59-05:00"),
    "February of a leap year": ("2016-02", "2016-02-29T23:59:59-05:00"),
    "December": ("2017-12", "2017-12-31T23:59:59-05:00"),
    "month in which the clocks change": ("2017-11", "2017-11-30T23:59:59-05:00"),
    "season": ("2017-21", "2017-05-31T23:59:59-04:00"),
    "year": ("2017", "2017-12-31T23:59:59-05:00"),
    "day in words": ("30 June 2017", "2017-06-30T23:59:59-04:00"),
    "American words": ("June 30, 2017", "2017-06-30T23:59:59-04:00"),
    "month in words": ("June 2017", "2017-06-30T23:59:59-04:00"),
    "clock time in words": ("July 5, 2017 4:02 pm", "2017-07-05T16:02:00-04:00"),
    "wall clock": ("2017-07-05T16:02:00", "2017-07-05T16:02:00-04:00"),
    "wall clock that shows twice": ("2017-11-05T01:30:00", "2017-11-05T01:30:00-05:00"),
    "wall clock that is skipped": ("2017-03-12T02:30:00", "2017-03-12T01:59:59-05:00"),
    "instant in UTC": ("2017-07-05T16:02:00Z", "2017-07-05T12:02:00-04:00"),
    "instant with an offset": ("2017-07-05T16:02:00+02:00", "2017-07-05T10:02:00-04:00"),
    "instant with a fraction": ("2017-07-05T16:02:00.999Z", "2017-07-05T12:02:00-04:00"),
    "first of two equal hours": ("2017-11-05T01:30:00-04:00", "2017-11-05T01:30:00-04:00"),
    "before zones": ("1883-11-17", "1883-11-17T23:59:59-04:56:02"),
    "before the year 1": ("-0044-03-15", "-0044-03-15T23:59:59-04:56:02"),
    "last year": ("9999", "9999-12-31T23:59:59-05:00"),
}
# Zone, day → its last second.
DAYS = {
    "23 hours": ("America/New_York", "2017-03-12", "2017-03-12T23:59:59-04:00"),
    "25 hours": ("America/New_York", "2017-11-05", "2017-11-05T23:59:59-05:00"),
    "23 hours in Berlin": ("Europe/Berlin", "2017-03-26", "2017-03-26T23:59:59+02:00"),
    "25 hours in Berlin": ("Europe/Berlin", "2017-10-29", "2017-10-29T23:59:59+01:00"),
    "half an hour": ("Australia/Lord_Howe", "2017-10-01", "2017-10-01T23:59:59+11:00"),
    "last hour twice": ("America/Sao_Paulo", "2018-02-17", "2018-02-17T23:59:59-03:00"),
    "before a day without midnight": ("America/Sao_Paulo", "2017-10-14", "2017-10-14T23:59:59-03:00"),
    "day without midnight": ("America/Sao_Paulo", "2017-10-15", "2017-10-15T23:59:59-02:00"),
    "skipped day": ("Pacific/Apia", "2011-12-30", "2011-12-29T23:59:59-10:00"),
    "day before the skipped one": ("Pacific/Apia", "2011-12-29", "2011-12-29T23:59:59-10:00"),
    "day after the skipped one": ("Pacific/Apia", "2011-12-31", "2011-12-31T23:59:59+14:00"),
    "day with two noons": ("America/New_York", "1883-11-18", "1883-11-18T23:59:59-05:00"),
}
REFUSED = {
    "interval": "2017-06-28/2017-07-05",
    "open interval": "../2017-07-05",
    "about": "2017-07-01~",
    "uncertain": "2017-07-01?",
    "both": "2017-07%",
    "unspecified day": "2017-07-XX",
    "decade": "201X",
    "nothing": "",
    "relative": "yesterday",
    "no year": "July 5",
    "no such month": "2017-13",
    "no such day": "2017-06-31",
    "no such day in words": "31 June 2017",
    "day or month": "06/07/2017",
    "week": "2017-W27",
    "hour 24": "2017-07-05T24:00:00Z",
    "a number": "1498881599",
    "SQL": "2017-07-01' or 1=1 --",
    "null byte": "2017-07-01\0",
    "long": "2017-07-01" + " " * 10 + "x" * 100,
}
# Text → the last millisecond of what was recorded, as text in UTC.
KNOWN = {
    "day": ("2017-07-01", "2017-07-02T03:59:59.999000+00:00"),
    "second": ("2017-07-01T12:00:00Z", "2017-07-01T12:00:00.999000+00:00"),
    "tenth": ("2017-07-01T12:00:00.5Z", "2017-07-01T12:00:00.500000+00:00"),
    "millisecond": ("2017-07-01T12:00:00.123Z", "2017-07-01T12:00:00.123000+00:00"),
    "no milliseconds": ("2017-07-01T12:00:00.000Z", "2017-07-01T12:00:00+00:00"),
    "leading zeros": ("2017-07-01T12:00:00.007Z", "2017-07-01T12:00:00.007000+00:00"),
    "microseconds": ("2017-07-01T12:00:00.123999Z", "2017-07-01T12:00:00.123000+00:00"),
    "offset": ("2017-07-01T08:00:00.25-04:00", "2017-07-01T12:00:00.250000+00:00"),
    "fraction on the user's own clock": ("2017-07-01T08:00:00.25", "2017-07-01T12:00:00.250000+00:00"),
    "before 1970": ("1969-12-31T23:59:59.25Z", "1969-12-31T23:59:59.250000+00:00"),
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST, LAST = -377_705_116_800 + 2 * 86_400, 253_402_300_799 - 2 * 86_400  # years -9999 to 9999, in any zone
seconds = st.one_of(
    st.integers(FIRST, LAST), st.integers(-5_000_000_000, 5_000_000_000), st.integers(1_480_000_000, 1_520_000_000)
)
# Days on which many of the zones change, to the second.
changes = st.sampled_from([
    1_489_302_000, 1_509_861_600, 1_490_490_000, 1_509_238_800, 1_325_239_200, -2_717_650_800, 1_508_036_400, 788_871_600,
])  # fmt: skip
near_changes = st.builds(lambda change, step: change + step, changes, st.integers(-200_000, 200_000))


@pytest.mark.parametrize(("text", "expected"), POINTS.values(), ids=POINTS)
def test_a_date_is_its_last_second(text: str, expected: str) -> None:
    """Whatever is one point in time is taken, and means its end in the archive's zone."""
    assert instant_text(as_of(text, None, NEW_YORK).at, NEW_YORK) == expected


@pytest.mark.parametrize(("zone", "day", "expected"), DAYS.values(), ids=DAYS)
def test_a_day_ends_where_the_zone_ends_it(zone: str, day: str, expected: str) -> None:
    """Days of 23, 24 and 25 hours, days without midnight and a day that never was."""
    found = as_of(day, None, ZoneInfo(zone)).at
    assert instant_text(found, ZoneInfo(zone)) == expected


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_what_is_no_point_in_time_is_refused_on_both_clocks(text: str) -> None:
    """An interval, a doubt or a riddle is no point in time, on neither clock."""
    with pytest.raises(UsageError):
        as_of(text, None, NEW_YORK)
    with pytest.raises(UsageError):
        as_of(None, text, NEW_YORK)


@pytest.mark.parametrize(("text", "expected"), KNOWN.values(), ids=KNOWN)
def test_known_is_a_millisecond(text: str, expected: str) -> None:
    """What was known counts in milliseconds: the written fraction, else all of the second."""
    known = as_of(None, text, NEW_YORK).known
    assert known is not None
    assert (EPOCH + timedelta(milliseconds=known)).isoformat() == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    {
        "a day": ("2017-07-01", "2017-07-01T00:00:00+00:00"),
        "a month": ("July 2017", "2017-07-01T00:00:00+00:00"),
        "an instant": ("2017-07-01T12:00:00-04:00", "2017-07-01T16:00:00+00:00"),
        "the first day of the clock": ("1970-01-01", "1970-01-01T00:00:00+00:00"),
    }.values(),
)
def test_since_a_date_is_its_first_second(text: str, expected: str) -> None:
    """A date that something is looked for since means its first second, also where that is 0."""
    assert instant_text(first_second(text, ZoneInfo("UTC")), ZoneInfo("UTC")) == expected


def test_no_date_is_no_limit() -> None:
    """Each clock may be left alone."""
    assert as_of(None, None, NEW_YORK) == AsOf(None, None)
    assert as_of("2017", None, NEW_YORK).known is None
    assert as_of(None, "2017", NEW_YORK).at is None


@settings(deadline=None)
@given(day=st.dates(date(1900, 1, 1), date(2037, 12, 30)), zone=st.sampled_from(ZONES))
def test_the_second_after_a_day_is_the_next_day(day: date, zone: ZoneInfo) -> None:
    """As of a day is a second of that day, and the next second is none of it."""
    at = as_of(day.isoformat(), None, zone).at
    assert at is not None
    last, following = (datetime.fromtimestamp(at + step, UTC).astimezone(zone).date() for step in (0, 1))
    assume(last == day)  # a zone may have skipped the day
    assert following > day


@settings(max_examples=500, deadline=None)
@given(moment=seconds | near_changes, other=seconds | near_changes, zone=st.sampled_from(ZONES))
def test_text_compares_as_time_around_a_steady_moment(moment: int, other: int, zone: ZoneInfo) -> None:
    """A moment that is steady can be compared as text with any second, and with both open ends."""
    point = moment_at(moment, zone)
    assume(point.steady)
    text = instant_text(other, zone) or ""
    assert (text <= point.text, OPEN_START <= point.text < OPEN_END) == (other <= moment, True)


@settings(max_examples=250, deadline=None)
@given(moment=near_changes, step=st.integers(-200_000, 200_000), zone=st.sampled_from(ZONES))
def test_text_compares_as_time_near_a_steady_moment(moment: int, step: int, zone: ZoneInfo) -> None:
    """The same where it is hardest: within two days of a change of the clocks."""
    point = moment_at(moment, zone)
    assume(point.steady)
    assert ((instant_text(moment + step, zone) or "") <= point.text) == (step <= 0)


@settings(max_examples=150, deadline=None)
@given(moment=seconds | near_changes, others=st.lists(seconds | near_changes, max_size=5), zone=st.sampled_from(ZONES))
def test_conditions_in_sql_mean_what_seconds_mean(moment: int, others: list[int], zone: ZoneInfo) -> None:
    """Steady or not, `by` and `after` say of stored text whether its time had come."""
    point = moment_at(moment, zone)
    times = [*others, moment - 1, moment, moment + 1]
    texts = [(OPEN_START, True), (OPEN_END, False), *((instant_text(other, zone), other <= moment) for other in times)]
    with closing(sqlite3.connect(":memory:")) as db:
        add_functions(db)
        db.execute("create table t (x)")
        db.executemany("insert into t values (?)", [(text,) for text, _ in texts])
        found = db.execute(f"select {point.by('x')}, {point.after('x')} from t", point.parameters).fetchall()
    assert found == [(had_come, not had_come) for _, had_come in texts]


STEADY = {
    "an ordinary day": ("America/New_York", "2017-07-01", True),
    "the day of a change": ("America/New_York", "2017-11-05", False),
    "the end of the day before a change": ("America/New_York", "2017-11-04", False),
    "two days after a change": ("America/New_York", "2017-11-07", True),
    "the skipped day": ("Pacific/Apia", "2011-12-30", False),
    "local mean time": ("America/New_York", "1850-01-01", True),
    "the end of local mean time": ("America/New_York", "1883-11-18", False),
    "before the year 1": ("UTC", "-0044-03-15", False),
    "the year 0": ("UTC", "0000-12-31", False),
    "the year 1": ("UTC", "0001-12-31", True),
    "the year 9999": ("UTC", "9999-06", True),
    "the year 10000": ("Pacific/Apia", "9999-12-31T23:59:59Z", False),
}


@pytest.mark.parametrize(("zone", "text", "steady"), STEADY.values(), ids=STEADY)
def test_steady_away_from_changes_and_odd_years(zone: str, text: str, steady: bool) -> None:
    """Text serves on ordinary days; where clocks change and where years have no four digits it does not."""
    at = as_of(text, None, ZoneInfo(zone)).at
    assert at is not None
    point = moment_at(at, ZoneInfo(zone), "d")
    assert point.steady is steady
    assert point.parameters == {"d": point.text if steady else at}
