"""The windows through which a timeline is looked at: a ladder of stretches, each rung half as long as the one before.

Guarantees that a window depends on nothing but the extent, its level and its part, so that it can be asked for by
address, kept, and written to a file beforehand. Level 0 is the whole; level k has 2^(k+1) - 1 parts of 1/2^k, of which
neighbours overlap by half.

>>> ladder = Ladder(0, 799, 2, (100, 299))
>>> ladder.window("1", 1), ladder.window("fit", 0)
(Window(level='1', part=1, first=200, last=599), Window(level='fit', part=0, first=100, last=299))
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log2
from typing import Final

from regesta.errors import UsageError
from regesta.limits import TIMELINE_LEVELS

FIT: Final = "fit"
_MARGIN: Final = 40  # the 40th part of the extent stays free on either side, so that nothing touches the edge
_HOUR_S: Final = 3600
_DEEPEST: Final = 4  # times the shortest date: a window of four days for events known to the day


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time to draw, in seconds, both included; ``level`` and ``part`` are its place in the ladder."""

    level: str
    part: int
    first: int
    last: int

    @property
    def length(self) -> int:
        """Its length in seconds."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Ladder:
    """All windows of a story from ``first`` to ``last`` (seconds); ``levels`` is the deepest level worth having."""

    first: int
    last: int
    levels: int
    fit: tuple[int, int]

    @property
    def length(self) -> int:
        """Seconds of the whole."""
        return self.last - self.first + 1

    def window(self, level: str, part: int) -> Window:
        """Return a window; raises `UsageError` where the ladder has none."""
        if level == FIT and part == 0:
            return Window(FIT, 0, *self.fit)
        if not (level.isascii() and level.isdigit() and len(level) < 3 and int(level) <= self.levels):
            raise UsageError(f"level is {level!r:.40}, expected fit or a number from 0 to {self.levels}")
        halves = 2 ** (int(level) + 1)
        if not 0 <= part <= halves - 2:
            raise UsageError(f"part is {part}, expected a number from 0 to {halves - 2}")
        first, after = (self.first + self.length * step // halves for step in (part, part + 2))
        return Window(str(int(level)), part, first, max(after - 1, first))

    def near(self, centre: float, length: float) -> Window:
        """Return the window of about this length whose middle is nearest to ``centre``."""
        level = min(max(round(log2(self.length / max(length, 1))), 0), self.levels)
        half = self.length / 2 ** (level + 1)
        return self.window(str(level), min(max(round((centre - self.first) / half) - 1, 0), 2 ** (level + 1) - 2))

    def moves(self, window: Window) -> dict[str, Window]:
        """Return where one can go from a window: closer, wider, earlier, later, and all; none that changes nothing."""
        centre, length = (window.first + window.last) / 2, window.length
        found = {
            "closer": self.near(centre, length / 2),
            "wider": self.near(centre, length * 2),
            "earlier": self.near(centre - length / 2, length),
            "later": self.near(centre + length / 2, length),
            "all": self.window("0", 0),
            FIT: self.window(FIT, 0),
        }
        same = {
            "closer": found["closer"].length >= length,
            "wider": found["wider"].length <= length,
            "earlier": found["earlier"].first >= window.first,
            "later": found["later"].last <= window.last,
        }
        return {name: to for name, to in found.items() if to != window and not same.get(name)}


def ladder_of(first: int, last: int, finest: int, fit: tuple[int, int] | None = None) -> Ladder:
    """Return the ladder for a story between two seconds whose most exact date is ``finest`` seconds long."""
    shortest = _DEEPEST * max(finest, _HOUR_S)
    margin = max((last - first) // _MARGIN, shortest // 2)
    first, last = first - margin, last + margin
    levels = max(int(log2((last - first + 1) / shortest)), 0)
    return Ladder(first, last, min(levels, TIMELINE_LEVELS), fit or (first, last))
