"""Clock times beside a day, and the instants that they make: `4:02 p.m. ET`, `16:02 EDT`, `noon`.

An offset is written only where the zone's name says which: `EDT` by itself, `ET` through the day. Midnight is no time
here (of which day is it?), nor is `4:02` without a.m., p.m. or a zone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from regesta.ingest.extract import _date_words as w

_JOINT: Final = rf"(?:{w.GAP}-{w.GAP}|{w.SP}(?:to|until|and){w.SP})"
_TIMES: Final = w.compiled(rf"{w.clock('1')}(?:{_JOINT}{w.clock('2')})?")

# Hours from UTC of the zone names that mean one offset; BST is British or Bangladesh time and has none.
_FIXED: Final = {
    "EDT": -4, "EST": -5, "CDT": -5, "CST": -6, "MDT": -6, "MST": -7, "PDT": -7, "PST": -8, "AKDT": -8, "AKST": -9,
    "HST": -10, "HDT": -9, "HT": -10, "CET": 1, "CEST": 2,
}  # fmt: skip
_PLACES: Final = {
    "ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles",
    "AKT": "America/Anchorage",
}  # fmt: skip
_NAMES: Final = {"eastern": "E", "central": "C", "mountain": "M", "pacific": "P"}
_OFFSET: Final = re.compile(r"([+-])([01]\d):?([0-5]\d)$")


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as printed; ``zone`` is its name or offset, empty where none is printed."""

    hour: int
    minute: int
    second: int
    zone: str


def read_clocks(text: str, at: int) -> tuple[tuple[Clock, ...], int] | None:
    """Return the clock time or the two times of a span at a position, and where they end; none of them may be sure."""
    match = _TIMES.match(text, at)
    if match is None:
        return None
    second = match["clock2"] is not None
    clocks = (_clock(match, "1"), _clock(match, "2") if second else None)
    sure = tuple(clock for clock in clocks if clock)
    return (sure if len(sure) == 1 + second else ()), match.end()


def _clock(match: re.Match[str], name: str) -> Clock | None:
    zone = match[f"z{name}"] or ""
    if match[f"night{name}"]:
        return None
    if match[f"noon{name}"]:
        return Clock(12, 0, 0, zone)
    if match[f"ap{name}"]:
        hour = int(match[f"h{name}"])
        late = 12 * (match[f"ap{name}"].lower() == "p")
        minute, second = int(match[f"m{name}"] or 0), int(match[f"s{name}"] or 0)
        return Clock(hour % 12 + late, minute, second, zone) if 1 <= hour <= 12 else None
    hour, sure = int(match[f"H{name}"]), len(match[f"H{name}"]) == 2
    return Clock(hour, int(match[f"M{name}"]), int(match[f"S{name}"] or 0), zone) if sure or zone else None


def instants(day: str, clocks: tuple[Clock, ...]) -> str:
    """Return the EDTF of one or two times of a day; the first of two takes the zone of the second."""
    zone = clocks[-1].zone
    times = [_instant(day, clock, clock.zone or zone) for clock in clocks]
    return "/".join(times) if times[0] < times[-1] else times[0]


def _instant(day: str, clock: Clock, zone: str) -> str:
    wall = f"{day}T{clock.hour:02d}:{clock.minute:02d}:{clock.second:02d}"
    return wall + _offset(wall, zone)


def _offset(wall: str, zone: str) -> str:
    if number := _OFFSET.search(zone):
        return "Z" if number[0][1:].strip("0:") == "" else f"{number[1]}{number[2]}:{number[3]}"
    name = _short(zone)
    if name in ("Z", "UTC", "GMT"):
        return "Z"
    if name in _FIXED:
        return f"{_FIXED[name]:+03d}:00"
    if name not in _PLACES:
        return ""
    there = datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(_PLACES[name])).utcoffset() or timedelta()
    return f"{there // timedelta(hours=1):+03d}:00"


def _short(zone: str) -> str:
    """Return `EDT` for `Eastern Daylight Time` and `ET` for `Eastern`."""
    words = zone.lower().split()
    if not words or words[0] not in _NAMES:
        return zone
    return _NAMES[words[0]] + "".join(word[0].upper() for word in words[1:]).replace("T", "") + "T"
