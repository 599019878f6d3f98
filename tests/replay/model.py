"""The fold as the concepts page defines it, written as plainly as possible: what the tests compare with.

An entry is what one insert makes of one event: (order, event, bounds, values that it sets, weak). Quadratic on
purpose: every state is computed anew from the beginning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One event's contribution to one row; bounds are whole seconds."""

    event: int
    earliest: int
    latest: int
    sets: Mapping[str, Any]
    weak: bool = False


def row_after(entries: Sequence[Entry]) -> dict[str, Any] | None:
    """Return the row that these events make, in this order; None when they make none."""
    row: dict[str, Any] | None = None
    for entry in entries:
        if row is None:
            row = dict(entry.sets)
        elif not entry.weak:
            row = {**row, **entry.sets}
    return row


def ordered(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries in date order: latest, earliest, sequence."""
    return sorted(entries, key=lambda entry: (entry.latest, entry.earliest, entry.event))


def history(entries: Sequence[Entry], columns: Sequence[str], never: int) -> list[tuple[Any, ...]]:
    """Return (values, event, ended_by, possibly_from, surely_from, surely_to, possibly_to) of each state."""
    line = ordered(entries)
    changes: list[tuple[tuple[Any, ...], Entry]] = []
    for count in range(1, len(line) + 1):
        row = row_after(line[:count]) or {}
        values = tuple(row.get(column) for column in columns)
        if not changes or changes[-1][0] != values:
            changes.append((values, line[count - 1]))
    states = []
    for number, (values, entry) in enumerate(changes):
        later = [change for _, change in changes[number + 1 :]]
        states.append((
            values, entry.event, later[0].event if later else None, entry.earliest, entry.latest,
            min((change.earliest for change in later), default=never), later[0].latest if later else never,
        ))  # fmt: skip
    return states
