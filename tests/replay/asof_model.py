"""As of a date, as plainly as possible: what events make of tables by a date, from what was recorded by a time.

Written from the definitions and not from the engine: every answer is computed anew from the list of events, with a
loop inside a loop. Only the bounds of a date and the text of a second come from `regesta.schema.dates`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any
from zoneinfo import ZoneInfo

from regesta.schema.dates import bounds, instant_text

Row = tuple[Any, ...]
Values = Mapping[str, Any]
BEGINNING, END = "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z"  # before and after every date


@dataclass(frozen=True)
class Insert:
    """One insert of a projection: what it sets in the row of which key, None where it leaves the event out.

    ``bare`` are the columns that it fills with nothing but the envelope of the event.
    """

    type: str
    row: Callable[[Values], Values | None]
    weak: bool = False
    bare: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Table:
    """A projection: its name, its key, its other columns, and its inserts in order."""

    name: str
    key: Sequence[str]
    columns: Sequence[str]
    inserts: Sequence[Insert]


@dataclass(frozen=True)
class Model:
    """The tables of an archive, its timeless types and its zone."""

    tables: Sequence[Table]
    timeless: frozenset[str]
    zone: ZoneInfo

    def bounds(self, event: Values) -> tuple[float, float]:
        """Return (earliest, latest) in seconds; what is timeless comes before everything that has a date."""
        if event["type"] in self.timeless:
            return -inf, -inf
        if "edtf" not in event:
            return -inf, inf
        found = bounds(event["edtf"], self.zone)
        return (
            -inf if found.earliest is None else found.earliest,
            inf if found.latest is None else found.latest,
        )

    def text(self, second: float) -> str:
        """Return a bound as the tables write it."""
        if abs(second) == inf:
            return END if second > 0 else BEGINNING
        return instant_text(int(second), self.zone) or ""


@dataclass
class World:
    """What has to be seen: (sequence, status) of the events, the sequences that the typed relations hold, and by table
    its rows, its history and what is possible.

    Rows are (key, columns, last event), those of a history (key, columns, event, ended by, four bounds), possible
    ones (key, columns, event, possibly from, surely from). A dispute is (table, key, column, event, value, other
    event, other value).
    """

    events: list[Row] = field(default_factory=list)
    related: list[int] = field(default_factory=list)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    history: dict[str, list[Row]] = field(default_factory=dict)
    possible: dict[str, list[Row]] = field(default_factory=dict)
    disputes: list[Row] = field(default_factory=list)


def corrected(event: Values) -> str | None:
    """Return the id of the event that this one replaces or retracts."""
    if event["type"] == "event.retracted":
        return str(event["subject"]).removeprefix("event/")
    return event.get("replaces")


def status(event: Values, log: Sequence[Values]) -> str:
    """An event counts unless a correction of it is in force; the first that is says how.

    A retraction is in force while it counts, a replacement also when it is itself replaced.
    """
    for other in log:
        if corrected(other) == event["id"]:
            verdict, now = "retracted" if other["type"] == "event.retracted" else "replaced", status(other, log)
            if now == "current" or (now, verdict) == ("replaced", "replaced"):
                return verdict
    return "current"


def world(
    log: Sequence[Values], model: Model, at: float = inf, known: str = "9999", *, possible: bool = False
) -> World:
    """Return what has to be seen at the end of second ``at``, from the events recorded up to the text ``known``."""
    prefix = [event for event in log if event["recordedtime"] <= known]
    current = [event for event in prefix if status(event, prefix) == "current"]
    everything = at == inf

    def certain(event: Values) -> bool:
        return everything or model.bounds(event)[1] <= at

    found = World()
    for event in prefix:
        now = status(event, prefix)
        if certain(event):
            found.events.append((int(event["sequence"]), now))
        elif possible and model.bounds(event)[0] <= at:
            found.events.append((int(event["sequence"]), "possible" if now == "current" else now))
    for table in model.tables:
        past = list(_history([event for event in current if certain(event)], table, model))
        found.history[table.name] = _sorted([_written(state, model) for state in past])
        found.rows[table.name] = _sorted([(*state.row, state.event) for state in past if state.ended_by is None])
        found.possible[table.name] = _sorted([
            (*state.row, state.event, model.text(state.possibly_from), model.text(state.surely_from))
            for state in _history(current, table, model)
            if state.possibly_from <= at < state.surely_from
        ])  # fmt: skip
        found.disputes += _disputes([event for event in current if certain(event)], table, model)
    found.events.sort()
    found.related = sorted(int(event["sequence"]) for event in current if certain(event))
    found.disputes = _sorted(found.disputes)
    return found


@dataclass
class _State:
    row: Row
    event: int
    possibly_from: float
    surely_from: float
    ended_by: int | None = None
    surely_to: float = inf
    possibly_to: float = inf


def _written(state: _State, model: Model) -> Row:
    ends = (state.possibly_from, state.surely_from, state.surely_to, state.possibly_to)
    return (*state.row, state.event, state.ended_by, *map(model.text, ends))


def _sorted(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=repr)


def _in_order(events: Sequence[Values], model: Model) -> list[Values]:
    return sorted(events, key=lambda event: (*reversed(model.bounds(event)), event["sequence"]))


def _given(event: Values, table: Table, key: Row) -> Iterator[tuple[Insert, dict[str, Any]]]:
    """Yield what an event gives the row of ``key``, insert by insert."""
    for insert in table.inserts:
        row = insert.row(event) if insert.type == event["type"] else None
        if row is not None and tuple(row[name] for name in table.key) == key:
            yield insert, {name: value for name, value in row.items() if name not in table.key}


def _keys(events: Sequence[Values], table: Table) -> set[Row]:
    rows = [insert.row(event) for event in events for insert in table.inserts if insert.type == event["type"]]
    return {tuple(row[name] for name in table.key) for row in rows if row is not None}


def _history(events: Sequence[Values], table: Table, model: Model) -> Iterator[_State]:
    """Yield the states of all rows, from a build of these events and no other."""
    for key in _keys(events, table):
        states: list[_State] = []
        row: dict[str, Any] | None = None
        for event in _in_order(events, model):
            before = row
            for insert, values in _given(event, table, key):
                if row is None or not insert.weak:
                    row = {**(row or dict.fromkeys(table.columns)), **values}
            if row is not None and row != before:
                line = (*key, *(row[name] for name in table.columns))
                states.append(_State(line, int(event["sequence"]), *model.bounds(event)))
        for number, state in enumerate(states[:-1]):
            later = states[number + 1 :]
            state.ended_by, state.possibly_to = later[0].event, later[0].surely_from
            state.surely_to = min(other.possibly_from for other in later)
        yield from states


def _disputes(events: Sequence[Values], table: Table, model: Model) -> Iterator[Row]:
    """Yield what two events say differently of one row, where either may have been the later one."""
    for key in _keys(events, table):
        said = [(event, _said(event, table, key)) for event in _in_order(events, model)]
        for number, (event, values) in enumerate(said):
            for other, other_values in said[number + 1 :]:
                one, two = model.bounds(event), model.bounds(other)
                if one[0] <= two[1] and two[0] <= one[1]:
                    for column in values.keys() & other_values.keys():
                        if values[column] != other_values[column]:
                            numbers = int(event["sequence"]), int(other["sequence"])
                            said_by = (numbers[0], values[column], numbers[1], other_values[column])
                            yield (table.name, ",".join(map(str, key)), column, *said_by)


def _said(event: Values, table: Table, key: Row) -> dict[str, Any]:
    """Return what an event as a whole claims of a row: what its inserts leave, the later one over the earlier."""
    claims: dict[str, Any] = {}
    for insert, values in _given(event, table, key):
        if not insert.weak:
            claims |= {name: value for name, value in values.items() if name not in insert.bare}
    return {name: value for name, value in claims.items() if value is not None}
