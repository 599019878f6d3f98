"""What a whole build must hold, in plain Python, written from docs/concepts.md: which events count, and every row.

`model.py` is the fold of single contributions; here two inserts of one event act together, and a log of events
becomes tables. Slow on purpose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

Values = Mapping[str, Any]
Row = tuple[Any, ...]
BEGINNING, END = "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z"  # before and after every date


@dataclass(frozen=True)
class Insert:
    """One insert of a projection: ``row`` gives key and columns of an event, None where it leaves the event out."""

    type: str
    row: Callable[[Values], Values | None]
    weak: bool = False


@dataclass(frozen=True)
class Table:
    """A projection: the names of its key and of its other columns, and its inserts in order."""

    key: Sequence[str]
    columns: Sequence[str]
    inserts: Sequence[Insert]


@dataclass(frozen=True)
class Change:
    """What one insert takes from one event for one row."""

    latest: str
    earliest: str
    event: int
    insert: int
    sets: Values
    weak: bool


def counts(event: Values, log: Sequence[Values]) -> bool:
    """An event counts unless a correction of it is in force."""
    return not any(corrected(other) == event["id"] and _in_force(other, log) for other in log)


def _in_force(event: Values, log: Sequence[Values]) -> bool:
    """A correction is in force while it counts; a replacement also where another one replaces it."""
    others = [other for other in log if corrected(other) == event["id"] and _in_force(other, log)]
    replaced = bool(others) and "replaces" in others[0]
    return not others or ("replaces" in event and replaced)


def corrected(event: Values) -> str | None:
    """Return the id of the event that this one replaces or retracts."""
    if event["type"] == "event.retracted":
        return str(event["subject"]).removeprefix("event/")
    return event.get("replaces")


def tables(
    log: Sequence[Values], table: Table, bounds: Mapping[str | None, tuple[str, str]]
) -> tuple[list[Row], list[Row]]:
    """Return the rows (key, columns, last_event) of a table, and those of its history, each sorted.

    ``bounds`` gives earliest and latest of each date as known.
    """
    found: dict[Row, list[Change]] = {}
    for event in (event for event in log if counts(event, log)):
        for number, insert in enumerate(table.inserts):
            row = insert.row(event) if insert.type == event["type"] else None
            if row is not None:
                earliest, latest = bounds[event.get("edtf")]
                sets = {name: value for name, value in row.items() if name not in table.key}
                change = Change(latest, earliest, int(event["sequence"]), number, sets, insert.weak)
                found.setdefault(tuple(row[name] for name in table.key), []).append(change)
    states = {key: history(changes, table.columns) for key, changes in found.items()}
    now = [(*key, *held[-1][: len(table.columns) + 1]) for key, held in states.items()]
    past = [(*key, *state) for key, held in states.items() for state in held]
    return sorted(now, key=repr), sorted(past, key=repr)


def history(changes: Sequence[Change], columns: Sequence[str]) -> list[Row]:
    """Return (columns…, event, ended_by, possibly_from, surely_from, surely_to, possibly_to) of each state of a row.

    Events are taken in the order (latest, earliest, sequence), the inserts of one event together.
    """
    steps: list[tuple[Values, Change]] = []
    ordered = sorted(changes, key=lambda change: (change.latest, change.earliest, change.event, change.insert))
    for _, group in groupby(ordered, key=lambda change: change.event):
        before = steps[-1][0] if steps else None
        after = before
        for change in group:
            if after is None or not change.weak:
                after = {**(after or dict.fromkeys(columns)), **change.sets}
        if after is not None and after != before:
            steps.append((after, change))
    return [_state(steps, number, columns) for number in range(len(steps))]


def _state(steps: Sequence[tuple[Values, Change]], number: int, columns: Sequence[str]) -> Row:
    (values, began), later = steps[number], [change for _, change in steps[number + 1 :]]
    return (
        *(values[name] for name in columns),
        began.event,
        later[0].event if later else None,
        began.earliest,
        began.latest,
        min((change.earliest for change in later), default=END),
        later[0].latest if later else END,
    )
