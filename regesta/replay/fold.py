"""The fold: from the events that touch a row, in date order, to the states that the row has had.

Pure functions over tuples; no SQL and no files. Later wins; an insert sets only the columns that it names; a
weak insert only makes a row where there is none. What each bound means: docs/concepts.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from regesta.replay.relations import NEVER


class Shape(NamedTuple):
    """How a contribution's tuple is laid out: ``keys`` key columns, ``values`` value columns, then
    (latest, earliest, sequence, insert). ``sets[insert]`` are the positions of the values that it sets, None
    when it sets all; ``weak[insert]`` says `on conflict do nothing`.
    """

    keys: int
    values: int
    sets: tuple[tuple[int, ...] | None, ...]
    weak: tuple[bool, ...]


@dataclass(slots=True)
class State:
    """What a row held from one event on; times are whole seconds, ±`NEVER` is no bound.

    ``event`` began it and ``ended_by`` ended it (None: it still holds). It possibly held from ``possibly_from``
    and surely from ``surely_from`` (the earliest and latest time of ``event``); surely until ``surely_to`` (the
    earliest time of any later change) and at the longest until ``possibly_to`` (the latest time of the next).
    """

    values: tuple[Any, ...]
    event: int
    possibly_from: int
    surely_from: int
    surely_to: int = NEVER
    possibly_to: int = NEVER
    ended_by: int | None = None


def fold(rows: Iterable[Sequence[Any]], shape: Shape) -> Iterator[tuple[tuple[Any, ...], list[State]]]:
    """Yield (key, states in order) for contributions sorted by key, latest, earliest, sequence and insert."""
    keys = shape.keys
    key_of = itemgetter(slice(0, keys))
    for key, group in groupby(rows, key_of):
        yield tuple(key), states_of(group, shape)


def states_of(contributions: Iterable[Sequence[Any]], shape: Shape) -> list[State]:
    """Return the states of one row; an event that changes nothing makes none."""
    first, last = shape.keys, shape.keys + shape.values
    states: list[State] = []
    for row in contributions:
        latest, earliest, sequence, insert = row[last:]
        before = states[-1] if states else None
        if before is not None and shape.weak[insert]:
            continue
        values, sets = tuple(row[first:last]), shape.sets[insert]
        if before is not None and sets is not None:
            merged = list(before.values)
            for position in sets:
                merged[position] = values[position]
            values = tuple(merged)
        if before is None:
            states.append(State(values, sequence, earliest, latest))
        elif values != before.values:
            if before.event == sequence:  # two inserts of one event: it acts as a whole
                before.values = values
                if len(states) > 1 and states[-2].values == values:
                    states.pop()
            else:
                states.append(State(values, sequence, earliest, latest))
    _set_ends(states)
    return states


def _set_ends(states: list[State]) -> None:
    """Fill in when each state ended; from the back, since any later change may already have happened."""
    earliest_change = NEVER
    for state, following in zip(reversed(states[:-1]), reversed(states[1:]), strict=True):
        earliest_change = min(earliest_change, following.possibly_from)
        state.surely_to = earliest_change
        state.possibly_to = following.surely_from
        state.ended_by = following.event
