"""Bounds as seconds and as text: each says the same, in every zone and as far back as dates go."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regesta.replay.bounds import OPEN_END, OPEN_START, bound_second, bound_text
from regesta.replay.relations import NEVER

ZONES = ("UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Pacific/Apia", "Africa/Monrovia")
FIRST, LAST = -377_705_116_800, 253_402_214_399  # from the year -9999 to the day before the last of 9999

# Second in UTC: New York's text.
TEXTS = {
    1_498_881_599: "2017-06-30T23:59:59-04:00",
    0: "1969-12-31T19:00:00-05:00",
    -1: "1969-12-31T18:59:59-05:00",
    1_509_859_800: "2017-11-05T01:30:00-04:00",  # the hour that comes twice
    1_509_863_400: "2017-11-05T01:30:00-05:00",
    -2_717_650_801: "1883-11-18T12:03:57-04:56:02",  # the last second of local mean time
    -62_135_596_800: "0000-12-31T19:03:58-04:56:02",
    -63_549_360_000: "-0044-03-14T19:03:58-04:56:02",
}


@pytest.mark.parametrize(("second", "text"), TEXTS.items(), ids=TEXTS.values())
def test_both_ways(second: int, text: str) -> None:
    """A second is written in the zone's time with its offset, and read back."""
    assert (bound_text(second, ZoneInfo("America/New_York")), bound_second(text)) == (text, second)


@given(second=st.integers(FIRST, LAST), zone=st.sampled_from(ZONES))
def test_text_reads_back(second: int, zone: str) -> None:
    """What is written in any zone is read as the same second."""
    assert bound_second(bound_text(second, ZoneInfo(zone))) == second


@given(second=st.integers(-62_135_510_400, LAST), zone=st.sampled_from(ZONES))
def test_text_is_what_python_writes(second: int, zone: str) -> None:
    """In the years that Python knows, the text is that of its own datetime."""
    expected = datetime.fromtimestamp(second, UTC).astimezone(ZoneInfo(zone)).isoformat()
    assert bound_text(second, ZoneInfo(zone)) == expected


@given(seconds=st.tuples(*[st.integers(-2_000_000_000, LAST)] * 2))
def test_text_sorts_as_time_does_where_no_clock_changes(seconds: tuple[int, int]) -> None:
    """In one offset the order of the texts is that of the seconds, the open ends outside of all."""
    texts = [bound_text(second, ZoneInfo("UTC")) for second in sorted(seconds)]
    assert sorted([OPEN_END, *texts, OPEN_START]) == [OPEN_START, *texts, OPEN_END]


@pytest.mark.parametrize("zone", ZONES)
def test_open_ends(zone: str) -> None:
    """No bound is the same text in every zone."""
    texts = bound_text(-NEVER, ZoneInfo(zone)), bound_text(NEVER, ZoneInfo(zone))
    assert (texts, [bound_second(text) for text in texts]) == ((OPEN_START, OPEN_END), [-NEVER, NEVER])
