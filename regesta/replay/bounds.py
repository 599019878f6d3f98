"""Bounds of states: whole seconds in code, local time with its offset in tables.

>>> bound_text(1_498_881_599, ZoneInfo("America/New_York")), bound_text(NEVER, ZoneInfo("UTC"))
('2017-06-30T23:59:59-04:00', '9999-12-31T23:59:59Z')
>>> bound_second("2017-06-30T23:59:59-04:00"), bound_second(OPEN_START) == -NEVER
(1498881599, True)
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from regesta.replay.relations import NEVER
from regesta.schema._edtf import day_second
from regesta.schema.dates import instant_text

# Open ends as text: they sort before and after every date, so that a condition on a date needs no case for NULL.
OPEN_START: Final = "0000-01-01T00:00:00Z"
OPEN_END: Final = "9999-12-31T23:59:59Z"
_OPEN: Final = {OPEN_START: -NEVER, OPEN_END: NEVER}


@lru_cache(maxsize=65_536)
def bound_text(second: int, zone: ZoneInfo) -> str:
    """Return a bound as it stands in a history table; ±`NEVER` is an open end."""
    if abs(second) == NEVER:
        return OPEN_END if second > 0 else OPEN_START
    return instant_text(second, zone) or OPEN_END


@lru_cache(maxsize=65_536)
def bound_second(text: str) -> int:
    """Return the second that `bound_text` writes as ``text``."""
    if text in _OPEN:
        return _OPEN[text]
    date, _, time = text.partition("T")
    year, month, day = date.rsplit("-", 2)
    ahead = -1 if time[8] == "+" else 1
    return day_second(int(year), int(month), int(day)) + _clock(time[:8]) + ahead * _clock(time[9:])


def _clock(text: str) -> int:
    hours, minutes, seconds = map(int, f"{text}:00"[:8].split(":"))
    return hours * 3600 + minutes * 60 + seconds
