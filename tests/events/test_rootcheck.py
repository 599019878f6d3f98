"""Whether lines are those that a checkpoint covers: told as soon as it can be known."""

from __future__ import annotations

import pytest

from regesta.errors import LogError
from regesta.events.checkpoint import Checkpoint
from regesta.events.merkle import Frontier
from regesta.events.rootcheck import RootCheck
from tests.archives import ORIGIN, tree_root

LINES = [b"line %d" % number for number in range(20)]
DIFFERENT = "events/checkpoint: the first {} events are not the ones that the checkpoint covers (run `regesta verify`)"


def covering(size: int) -> Checkpoint:
    return Checkpoint(ORIGIN, size, tree_root(LINES[:size]))


def frontier_of(lines: list[bytes]) -> Frontier:
    frontier = Frontier()
    frontier.extend_lines(lines)
    return frontier


@pytest.mark.parametrize("size", range(21))
@pytest.mark.parametrize("batch", [1, 3, 20])
def test_covered_prefix(size: int, batch: int) -> None:
    """The checkpoint's own lines pass, whatever it covers and however they come; so do lines behind them."""
    check = RootCheck(Frontier(), covering(size), "c")
    for start in range(0, 20, batch):
        check.extend(LINES[start : start + batch])
    check.finish()
    assert (20, tree_root(LINES)) == (check.frontier.size, check.frontier.root())


@pytest.mark.parametrize("size", range(1, 21))
@pytest.mark.parametrize("batch", [1, 3, 20])
def test_other_line(size: int, batch: int) -> None:
    """A line that the checkpoint does not cover in that place is a LogError before the next batch."""
    lines = [*LINES[: size - 1], b"other", *LINES[size:]]
    check = RootCheck(Frontier(), covering(size), "events/checkpoint")
    whole = (size - 1) // batch * batch
    check.extend(lines[:whole])
    with pytest.raises(LogError) as caught:
        check.extend(lines[whole : whole + batch])
    assert DIFFERENT.format(size) == str(caught.value)


def test_other_line_behind() -> None:
    """What lies behind the covered prefix is not the checkpoint's affair."""
    check = RootCheck(Frontier(), covering(5), "c")
    check.extend([*LINES[:5], b"other"])
    check.finish()
    assert check.frontier.size == 6


@pytest.mark.parametrize("size", [0, 1, 19])
def test_too_few_lines(size: int) -> None:
    """A checkpoint that covers more than there is is a LogError with both numbers."""
    check = RootCheck(Frontier(), covering(20), "c")
    check.extend(LINES[:size])
    with pytest.raises(LogError) as caught:
        check.finish()
    expected = f"c: the checkpoint covers 20 events, the log has {size} (run `regesta verify`)"
    assert expected == str(caught.value)


def test_no_checkpoint() -> None:
    """Without a checkpoint any lines pass."""
    check = RootCheck(Frontier(), None, "c")
    check.extend(LINES)
    check.finish()
    assert check.frontier.size == 20


def test_frontier_that_has_grown() -> None:
    """Lines may be added to a frontier that has some already."""
    check = RootCheck(frontier_of(LINES[:7]), covering(12), "c")
    check.extend(LINES[7:])
    check.finish()
    assert tree_root(LINES) == check.frontier.root()


@pytest.mark.parametrize("size", [0, 1, 20])
def test_frontier_of_other_lines(size: int) -> None:
    """A frontier of the checkpoint's size and another root is refused at once."""
    checkpoint = Checkpoint(ORIGIN, size, bytes(32))
    with pytest.raises(LogError) as caught:
        RootCheck(frontier_of(LINES[:size]), checkpoint, "events/checkpoint")
    assert DIFFERENT.format(size) == str(caught.value)
