"""The strip of a row's states: what is sure, what is possible, and how far it goes."""

from __future__ import annotations

import pytest

from regesta.publish.drawing.strip import AXIS_PX, ROW_PX, Stretch, draw
from regesta.replay.relations import NEVER

DAY = 86_400
PIECES = {
    "sure between two doubts": ((0, 2, 6, 8), [(0, 20, False), (20, 40, True), (60, 20, False)]),
    "never sure": ((0, 6, 4, 8), [(0, 80, False)]),
    "on one day": ((2, 2, 8, 8), [(20, 60, True)]),
}


def days(*values: int) -> Stretch:
    return Stretch(*(value if abs(value) == NEVER else value * DAY for value in values))


@pytest.mark.parametrize(("bounds", "expected"), PIECES.values(), ids=PIECES.keys())
def test_pieces(bounds: tuple[int, int, int, int], expected: list[tuple[float, float, bool]]) -> None:
    """A state is possible before it is sure, and again before it has surely ended."""
    strip = draw([days(0, 0, 0, 10), days(*bounds)])
    found = [(round(piece.x), round(piece.width), piece.sure) for piece in strip.bars[1].pieces]
    assert found == expected


def test_open_ends_go_on() -> None:
    """A bar without an end reaches the edge, beyond the last date; one without a beginning starts before the first."""
    strip = draw([days(-NEVER, 0, 5, 5), days(5, 5, NEVER, NEVER)], 10 * DAY)
    first, last = strip.bars[0].pieces[0], strip.bars[1].pieces[-1]
    assert (first.x, first.sure, round(last.x + last.width), last.sure) == (0, False, 100, True)
    assert (strip.first, strip.last) == (0, 10 * DAY)


def test_rows_lie_below_each_other() -> None:
    """Each state has a row; words that begin far to the right end with their bar."""
    strip = draw([days(0, 0, 8, 8), days(8, 8, 10, 10)])
    assert [(bar.y, bar.x, bar.end) for bar in strip.bars] == [(0, 0, False), (ROW_PX, 100, True)]
    assert strip.height == 2 * ROW_PX + AXIS_PX


def test_what_is_short_can_be_seen() -> None:
    """A second in a century is a bar too, and stays within the strip."""
    (bar,) = draw([Stretch(36_500 * DAY, 36_500 * DAY, 36_500 * DAY + 1, 36_500 * DAY + 1)], 0).bars
    assert (bar.pieces[0].width > 0.5, bar.pieces[0].x + bar.pieces[0].width <= 100) == (True, True)


def test_nothing_is_no_bar() -> None:
    """A row without states has an empty strip."""
    assert (draw([]).bars, draw([]).height) == ((), AXIS_PX)
