"""What of a lane becomes one mark: events whose dates begin and end at the same places of a drawing.

Guarantees that each group of the lane is in exactly one cluster, and that a cluster holds every event of its types
that begins and ends within its bounds and is as exact: so its members can be asked for by these alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from regesta.limits import TIMELINE_BINS, TIMELINE_ROWS
from regesta.publish.drawing._ladder import Window
from regesta.publish.reading.timeline import Group, step_of
from regesta.replay.relations import NEVER

SINGLE_PX: Final = 10.0
_DIGIT_PX: Final = 7.5
_AROUND_PX: Final = 9.0
_LEAST_BIN_PX: Final = 12.0
_WIDEST_CELL_PX: Final = 60.0  # a number of six digits
_EXACT_ROWS: Final = 2
_STRIP_MARKS: Final = 20  # more marks of days than this lie as a strip: bricks in two rows cannot be read


@dataclass(frozen=True, slots=True)
class Scale:
    """From seconds of a window to pixels, at the least ``width`` that a drawing is shown with."""

    window: Window
    width: float

    def x(self, second: int) -> float:
        """Return where a second stands; what is outside of the window stands at its edge."""
        share = (second - self.window.first) / self.window.length
        return min(max(share, 0.0), 1.0) * self.width


@dataclass(frozen=True, slots=True)
class Placed:
    """The groups of a mark, the bounds of all of them, and the pixels from ``left`` to ``right`` that it takes.

    ``exact``: each event is known to the day. ``fixed``: the mark is as wide as its number, not as its dates are.
    """

    groups: tuple[Group, ...]
    exact: bool
    begin: tuple[int, int]
    end: tuple[int, int]
    left: float
    right: float
    fixed: bool

    @property
    def count(self) -> int:
        """How many events it is."""
        return sum(group.size for group in self.groups)

    @property
    def types(self) -> list[tuple[str, int]]:
        """Their types with the number of each, the most first."""
        counted = Counter[str]()
        for group in self.groups:
            counted[group.type] += group.size
        return sorted(counted.items(), key=lambda item: (-item[1], item[0]))


def clusters(groups: Sequence[Group], scale: Scale) -> tuple[list[Placed], list[Placed]]:
    """Return the marks of a lane from left to right, of what is known to the day and of what is not.

    They are as fine as fits, above each other, into a few rows. Many days become one strip of cells, no wider than a
    number needs: a lane that is full of them still shows when they were.
    """
    exact = _fitting([group for group in groups if group.exact], scale, _EXACT_ROWS, _WIDEST_CELL_PX)
    if len(exact) > _STRIP_MARKS:
        exact = _fitting([group for group in groups if group.exact], scale, 1, _WIDEST_CELL_PX)
    exact = _nudged(exact, scale.width)
    rest = max(TIMELINE_ROWS - rows_needed(exact), _EXACT_ROWS)
    return exact, _fitting([group for group in groups if not group.exact], scale, rest, scale.width)


def rows_needed(marks: Iterable[Placed], enough: int = 1_000) -> int:
    """Return the least number of rows in which marks that come from left to right do not overlap.

    Who only asks whether ``enough`` are enough is not told how many more it would be.
    """
    ends: list[float] = []
    for mark in marks:
        row = next((number for number, end in enumerate(ends) if end <= mark.left), len(ends))
        ends[row : row + 1] = [mark.right]
        if len(ends) > enough:
            break
    return len(ends)


def _fitting(groups: Sequence[Group], scale: Scale, rows: int, widest: float) -> list[Placed]:
    """Return the marks with the narrowest bins that need no more rows, or with the widest bins that are allowed."""
    binned = [(group, _bin(group.earliest, scale.window), _bin(group.latest, scale.window)) for group in groups]
    bin_px, together = scale.width / TIMELINE_BINS, 1
    while together * bin_px < _LEAST_BIN_PX:
        together *= 2
    found = _joined(binned, scale, together)
    while rows_needed(found, rows) > rows and together < TIMELINE_BINS and 2 * together * bin_px <= widest:
        together *= 2
        found = _joined(binned, scale, together)
    return found


def _nudged(marks: Sequence[Placed], width: float) -> list[Placed]:
    """Return marks in order, those as wide as their number moved aside where that lets them stand in one row."""
    found = list(marks)
    for number, mark in enumerate(found):
        size = mark.right - mark.left
        low = found[number - 1].right if number else 0.0
        high = found[number + 1].left if number + 1 < len(found) else width
        if mark.fixed and size <= high - low and mark.left < high and low < mark.right:
            left = min(max(mark.left, low), high - size)
            found[number] = replace(mark, left=left, right=left + size)
    return found


def _joined(binned: Iterable[tuple[Group, int, int]], scale: Scale, together: int) -> list[Placed]:
    by_place: dict[tuple[object, ...], list[Group]] = {}
    for group, begin, end in binned:
        by_place.setdefault(_place(group, begin // together, _end(end, together)), []).append(group)
    return sorted((_placed(tuple(found), scale) for found in by_place.values()), key=_order)


def _order(mark: Placed) -> tuple[float, float, int]:
    return mark.left, -mark.right, mark.end[1]


def _place(group: Group, begin: int, end: int) -> tuple[object, ...]:
    """Return what groups of one mark have in common; what is short stands where it begins."""
    if group.exact:
        return (max(begin, 0),)
    short = begin >= 0 and end <= begin + 1
    return group.earliest == -NEVER, group.latest == NEVER, begin, begin if short else end


def _end(number: int, together: int) -> int:
    return number if number == TIMELINE_BINS else number // together


def _bin(second: int, window: Window) -> int:
    """Return the place of a second, -1 before the window, their number after it."""
    if second < window.first:
        return -1
    return min((second - window.first) // step_of(window.first, window.last), TIMELINE_BINS)


def _placed(groups: tuple[Group, ...], scale: Scale) -> Placed:
    begin = min(group.earliest for group in groups), max(group.earliest_last for group in groups)
    end = min(group.latest_first for group in groups), max(group.latest for group in groups)
    count = sum(group.size for group in groups)
    needed = SINGLE_PX if count == 1 else _AROUND_PX + _DIGIT_PX * len(f"{count:,}")
    left, right = scale.x(begin[0]), scale.x(end[1] + 1)
    fixed = right - left < needed
    if fixed:
        left = min(max((left + right - needed) / 2, 0.0), scale.width - needed)
        right = left + needed
    return Placed(groups, groups[0].exact, begin, end, left, right, fixed)
