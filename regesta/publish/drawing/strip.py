"""The history of a row as a strip: one bar for each state, on one axis of time.

Guarantees that what only may have been is never drawn as what surely was: a stretch is one or the other. Places are
percent of the width, so that the strip fits any page; heights are pixels, so that words keep their size.

>>> day = 86_400
>>> strip = draw([Stretch(0, day, 3 * day, 4 * day), Stretch(3 * day, 4 * day, NEVER, NEVER)], 8 * day)
>>> [(piece.sure, round(piece.x), round(piece.width)) for piece in strip.bars[0].pieces]
[(False, 0, 12), (True, 12, 24), (False, 35, 12)]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from regesta.replay.relations import NEVER

_DAY_S: Final = 86_400
ROW_PX: Final = 38  # a line of words and the bar below it
AXIS_PX: Final = 20
_OPEN: Final = 0.06  # of the width: how far a bar goes on that has no end
_LEAST: Final = 0.6  # percent: the smallest piece that can be seen and clicked


class Stretch(NamedTuple):
    """When a state held, in seconds; ±`NEVER` is open."""

    possibly_from: int
    surely_from: int
    surely_to: int
    possibly_to: int


class Piece(NamedTuple):
    """A part of a bar, in percent of the width."""

    x: float
    width: float
    sure: bool


class Bar(NamedTuple):
    """One state: ``y`` is the top of its row in pixels; its words are at ``x`` percent, and end there with ``end``."""

    y: int
    pieces: tuple[Piece, ...]
    x: float
    end: bool


class Strip(NamedTuple):
    """All bars; ``first`` and ``last`` are the seconds at the ends of the axis, ``height`` is in pixels."""

    bars: tuple[Bar, ...]
    first: int
    last: int
    height: int


def draw(stretches: Sequence[Stretch], until: int | None = None) -> Strip:
    """Return the strip of states in their order; ``until`` is how far the story goes, in seconds, where known."""
    known = [second for stretch in stretches for second in stretch if abs(second) != NEVER]
    known += [until] if until is not None else []
    first, last = min(known, default=0), max(known, default=0)
    last = max(last, first + _DAY_S)
    margin = int((last - first) * _OPEN)
    low = first - margin if any(stretch.possibly_from == -NEVER for stretch in stretches) else first
    high = last + margin if any(stretch.possibly_to == NEVER for stretch in stretches) else last
    bars = [_bar(number, tuple(_pieces(stretch, low, high))) for number, stretch in enumerate(stretches)]
    return Strip(tuple(bars), first, last, len(bars) * ROW_PX + AXIS_PX)


def _bar(number: int, pieces: tuple[Piece, ...]) -> Bar:
    left = pieces[0].x if pieces else 0.0
    right = pieces[-1].x + pieces[-1].width if pieces else 0.0
    end = left + right > 100  # there is more room to the left of its end than to the right of its beginning
    return Bar(number * ROW_PX, pieces, right if end else left, end)


def _pieces(stretch: Stretch, low: int, high: int) -> Iterator[Piece]:
    """Yield what is possible, sure and possible again; where it never was sure, one possible piece."""
    begin, sure, unsure, end = (min(max(second, low), high) for second in stretch)
    cuts = [(begin, sure, False), (sure, unsure, True), (unsure, end, False)]
    if unsure <= sure:
        cuts = [(begin, end, False)]
    for start, stop, is_sure in cuts:
        if stop > start or is_sure:
            x = 100 * (start - low) / (high - low)
            width = max(100 * (stop - start) / (high - low), _LEAST)
            yield Piece(round(min(x, 100 - _LEAST), 2), round(width, 2), is_sure)
