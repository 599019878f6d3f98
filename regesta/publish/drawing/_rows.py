"""Where marks and their labels stand in the rows of a lane.

Guarantees that in a row neither marks nor labels overlap, and that all lie within the width. Marks get their place
first; a label gets the room that is left: in its mark, else to the right of it, else to the left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from regesta.limits import TIMELINE_ROWS
from regesta.publish.drawing._clusters import Placed

_CHAR_PX: Final = 6.3  # a character of 12 px in the widest of the usual fonts
_GAP_PX: Final = 6.0
_INSIDE_PX: Final = 12.0  # of the mark's width are free at its ends
_ARROW_PX: Final = 12.0
_LEAST_CHARS: Final = 9  # shorter pieces of a label say nothing
_WANTED_PX: Final = 190.0  # for a label, while there are rows to have


@dataclass(frozen=True, slots=True)
class Label:
    """Words beside or in a mark: they begin at ``x``, or end there, in pixels."""

    text: str
    x: float
    at_end: bool
    inside: bool


@dataclass(frozen=True, slots=True)
class Seat:
    """The row of a mark (from 0), and its label, None where there is no room for one."""

    row: int
    label: Label | None


def seats(marks: Sequence[Placed], texts: Sequence[str], width: float) -> list[Seat]:
    """Return a seat for each of the marks, which come from left to right."""
    rows = _rows(marks, texts, width)
    labels: list[Label | None] = [None] * len(marks)
    for row in range(max(rows, default=-1) + 1):
        members = [number for number, its in enumerate(rows) if its == row]
        taken = 0.0
        for number, after in zip_longest(members, members[1:]):
            free = marks[after].left if after is not None else width + _GAP_PX
            label = _label(marks[number], texts[number], taken, free)
            labels[number] = label
            beside = label is not None and not label.inside and not label.at_end
            taken = marks[number].right + (_GAP_PX + length(label.text) if label and beside else 0.0)
    return [Seat(row, label) for row, label in zip(rows, labels, strict=True)]


def length(text: str) -> float:
    """Return the pixels that a text takes at most."""
    return len(text) * _CHAR_PX


def _rows(marks: Sequence[Placed], texts: Sequence[str], width: float) -> list[int]:
    """Return the row of each mark: the first with room for its label too, while new rows are to be had."""
    ends: list[tuple[float, float]] = []  # of the last mark in each row, and of its label
    rows = []
    for mark, text in zip(marks, texts, strict=True):
        wanted = _wanted(mark, text, width)
        row = next((number for number, end in enumerate(ends) if end[1] <= mark.left), len(ends))
        if row == TIMELINE_ROWS:
            row = next((number for number, end in enumerate(ends) if end[0] <= mark.left), len(ends))
        ends[row : row + 1] = [(mark.right, wanted)]
        rows.append(row)
    return rows


def _wanted(mark: Placed, text: str, width: float) -> float:
    if not text or length(text) + _room_taken(mark) <= mark.right - mark.left:
        return mark.right
    return min(mark.right + _GAP_PX + min(length(text), _WANTED_PX), max(width, mark.right))


def _room_taken(mark: Placed) -> float:
    number = length(f"{mark.count} ") if mark.count > 1 else 0.0
    return _INSIDE_PX + number + _ARROW_PX * (abs(mark.begin[0]) > _FAR) + _ARROW_PX * (abs(mark.end[1]) > _FAR)


_FAR: Final = 2**61  # seconds: only an open end is farther


def _label(mark: Placed, text: str, taken: float, free: float) -> Label | None:
    """Return the label between where the row is ``taken`` and where it is ``free`` no more."""
    inside = mark.right - mark.left - _room_taken(mark)
    right, left = free - mark.right - 2 * _GAP_PX, mark.left - taken - 2 * _GAP_PX
    best = max(right, left, inside)
    if inside >= min(length(text), max(right, left, 90.0)):
        best = inside
    elif right >= min(length(text), best):
        best = right
    cut = _cut(text, best)
    if not cut:
        return None
    if best == inside:
        return Label(cut, mark.left, at_end=False, inside=True)
    at_end = best != right
    return Label(cut, mark.left - _GAP_PX if at_end else mark.right + _GAP_PX, at_end, inside=False)


def _cut(text: str, room: float) -> str:
    """Return as much of a text as fits, at the end of a word where that is near."""
    chars = int(room / _CHAR_PX)
    if len(text) <= chars:
        return text
    if chars < _LEAST_CHARS:
        return ""
    short = text[: chars - 1]
    whole = short.rpartition(" ")[0]
    return f"{(whole if len(whole) > chars // 2 else short).rstrip(' ,;:.')}…"
