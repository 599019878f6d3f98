"""The fold: from the events that touch a row, in date order, to the states that the row has had.

Pure functions over tuples; no SQL and no files. Later wins; an insert sets only the columns that it names; a
weak insert only makes a row where there is none. What each bound means: docs/concepts.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any, NamedTuple

from regesta.limits import DISPUTE_REACH
from regesta.replay.relations import NEVER


class Shape(NamedTuple):
    """How a contribution's tuple is laid out: ``keys`` key columns, ``values`` value columns, then
    (latest, earliest, sequence, insert). ``sets[insert]`` are the positions of the values that it sets, None
    when it sets all; ``weak[insert]`` says `on conflict do nothing`; ``claims[insert]`` are the positions of the
    values that another event may contradict.
    """

    keys: int
    values: int
    sets: tuple[tuple[int, ...] | None, ...]
    weak: tuple[bool, ...]
    claims: tuple[frozenset[int], ...]


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


class Dispute(NamedTuple):
    """Two events that give one value of a row differently, at dates that overlap; ``position`` is the value's."""

    position: int
    event: int
    value: Any
    other_event: int
    other_value: Any


class Row(NamedTuple):
    """One row of a table: its key, the states that it has had in order, and what its sources disagree on."""

    key: tuple[Any, ...]
    states: list[State]
    disputes: list[Dispute]


def fold(rows: Iterable[Sequence[Any]], shape: Shape) -> Iterator[Row]:
    """Yield the rows that contributions make, sorted by key, latest, earliest, sequence and insert."""
    key_of = itemgetter(slice(0, shape.keys))
    for key, group in groupby(rows, key_of):
        contributions = list(group)
        yield Row(tuple(key), states_of(contributions, shape), disputes_of(contributions, shape))


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


def disputes_of(contributions: Sequence[Sequence[Any]], shape: Shape) -> list[Dispute]:
    """Return where two events say different things of one row, and either may have been the later one.

    The one that the fold takes first is ``event``. Nothing said (NULL) contradicts nothing, nor does a weak insert,
    nor what only describes the event, as its date and its summary do.
    """
    sequence = shape.keys + shape.values + 2
    # Sorted by latest, so that none overlaps where no two neighbours do: the common case.
    if not any(
        one[sequence - 2] >= other[sequence - 1] and one[sequence] != other[sequence]
        for one, other in pairwise(contributions)
    ):
        return []
    said = list(_said(contributions, shape))
    found: list[Dispute] = []
    for number, (event, earliest, _, values) in enumerate(said):
        for other_event, _, latest, other_values in reversed(said[max(0, number - DISPUTE_REACH) : number]):
            if latest < earliest:  # sorted by latest: none before it overlaps either
                break
            found += [
                Dispute(position, other_event, other_values[position], event, values[position])
                for position in sorted(values.keys() & other_values.keys())
                if values[position] != other_values[position]
            ]
    return found


def _said(contributions: Sequence[Sequence[Any]], shape: Shape) -> Iterator[tuple[int, int, int, dict[int, Any]]]:
    """Yield (event, earliest, latest, values by position) of each event: its inserts act as a whole."""
    first, last = shape.keys, shape.keys + shape.values
    for (latest, earliest, event), rows in groupby(contributions, itemgetter(slice(last, last + 3))):
        values: dict[int, Any] = {}
        for row in rows:
            values |= {position: row[first + position] for position in shape.claims[row[last + 3]]}
        yield event, earliest, latest, {position: value for position, value in values.items() if value is not None}


def _set_ends(states: list[State]) -> None:
    """Fill in when each state ended; from the back, since any later change may already have happened."""
    earliest_change = NEVER
    for state, following in zip(reversed(states[:-1]), reversed(states[1:]), strict=True):
        earliest_change = min(earliest_change, following.possibly_from)
        state.surely_to = earliest_change
        state.possibly_to = following.surely_from
        state.ended_by = following.event
