"""As of: a point on the occurred clock, one on the recorded clock, and the conditions that they make in SQL.

A date means its end: as of 2017-07-01 is as of the last second of that day in the archive's zone. What it means
for an event and for a row, certainly and possibly, is defined in docs/concepts.md.

>>> utc = ZoneInfo("UTC")
>>> point = moment_at(as_of("2017-07-01", None, utc).at, utc)
>>> point.text, point.certain(), point.parameters
('2017-07-01T23:59:59+00:00', 'surely_from <= :at and possibly_to > :at', {'at': '2017-07-01T23:59:59+00:00'})
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from regesta.replay.bounds import OPEN_END, OPEN_START, bound_second, bound_text
from regesta.schema.dates import bounds, instant_text, moment, parse_human

SECOND_FUNCTION: Final = "regesta_second"
TEXT_FUNCTION: Final = "regesta_text"
_FRACTION: Final = re.compile(r":[0-9]{2}\.([0-9]+)")
_NEAR_A_CHANGE_S: Final = 26 * 3600  # clocks have changed by up to a day


class AsOf(NamedTuple):
    """A point on each clock; None is no limit: all that is dated, all that is recorded.

    ``at`` is the last second that counts of what happened, ``known`` the last millisecond of what was recorded,
    both since 1970-01-01T00:00:00Z.
    """

    at: int | None = None
    known: int | None = None


def as_of(at: str | None, known: str | None, zone: ZoneInfo) -> AsOf:
    """Return the points that a user means; raises `UsageError` for what is no single point in time."""
    return AsOf(
        None if at is None else moment(at, zone),
        None if known is None else _last_millisecond(known, zone),
    )


def first_second(text: str, zone: ZoneInfo) -> int:
    """Return the second that a user means by *since* a date: its first one, as `moment` is its last.

    Raises `UsageError` for what is no single day, month, year or instant.
    """
    last = moment(text, zone)
    edtf = parse_human(text, zone)
    earliest = last if "T" in edtf else bounds(edtf, zone).earliest
    return last if earliest is None else earliest


def _last_millisecond(text: str, zone: ZoneInfo) -> int:
    """Return the last millisecond of what `moment` takes: of the second, unless a fraction of it is written."""
    second = moment(text, zone)
    fraction = _FRACTION.search(text)
    return second * 1000 + (int(fraction[1][:3].ljust(3, "0")) if fraction else 999)


@dataclass(frozen=True, slots=True)
class Moment:
    """A second of the occurred clock, and what bounds stored as text have to be compared with.

    ``steady`` says that text sorts as time does around it: not where clocks change, and not before the year 1.
    """

    second: int
    text: str
    steady: bool
    name: str = "at"

    @property
    def parameters(self) -> dict[str, str | int]:
        """The parameters of the conditions."""
        return {self.name: self.text if self.steady else self.second}

    def by(self, column: str) -> str:
        """Return the condition that the time in ``column`` had come."""
        return f"{self._value(column)} <= {self._given}"

    def after(self, column: str) -> str:
        """Return the condition that the time in ``column`` was still to come."""
        return f"{self._value(column)} > {self._given}"

    def certain(self) -> str:
        """Return the condition for the rows of a history that certainly stood."""
        return f"{self.by('surely_from')} and {self.after('possibly_to')}"

    def possible(self) -> str:
        """Return the condition for the rows of a history that had possibly, but not certainly, begun."""
        return f"{self.by('possibly_from')} and {self.after('surely_from')}"

    def happened(self) -> str:
        """Return the condition for the rows of `events` that had certainly happened, or hold at every date."""
        return f"({self.by('latest')} or type in (select type from _types where timeless))"

    def possibly_happened(self) -> str:
        """Return the condition for the rows of `events` that had possibly, but not certainly, happened."""
        began = self.by(f"coalesce(earliest, '{OPEN_START}')")
        ended = self.after(f"coalesce(latest, '{OPEN_END}')")
        return f"({began} and {ended} and type not in (select type from _types where timeless))"

    def _value(self, column: str) -> str:
        return column if self.steady else f"{SECOND_FUNCTION}({column})"

    @property
    def _given(self) -> str:
        """The parameter; a form of Datasette's hands an integer in as text."""
        return f":{self.name}" if self.steady else f"cast(:{self.name} as integer)"


def moment_at(second: int, zone: ZoneInfo, name: str = "at") -> Moment:
    """Return the moment for a second; ``name`` is the parameter's in the SQL."""
    text = instant_text(second, zone) or OPEN_END
    around = {
        (instant_text(second + step, zone) or "")[19:] for step in (-_NEAR_A_CHANGE_S, 0, _NEAR_A_CHANGE_S)
    }  # fmt: skip
    return Moment(second, text, len(around) == 1 and text[4] == "-" and text[:4] != "0000", name)


def add_functions(db: sqlite3.Connection) -> None:
    """Teach a connection the function that the conditions of a moment that is not steady call."""
    db.create_function(
        SECOND_FUNCTION, 1, lambda text: None if text is None else bound_second(text), deterministic=True
    )


def add_text_function(db: sqlite3.Connection, zone: ZoneInfo) -> None:
    """Teach a connection the way back from the second of a bound to its text."""
    db.create_function(
        TEXT_FUNCTION, 1, lambda second: None if second is None else bound_text(second, zone), deterministic=True
    )
