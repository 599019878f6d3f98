"""How many rows had each value of a status column at a date, certainly and possibly, without looking at the rows.

What an archive declares as a status (`[[status]]` in archive.toml) is counted as its history is written: each state
adds one at its beginning and takes one away at its end. The changes are summed up in buckets of growing length, so
that a count at any second is the sum of a few hundred numbers, whatever the number of rows.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from regesta.database import quote_identifier as quoted
from regesta.replay.asof import Moment
from regesta.replay.bounds import bound_second
from regesta.replay.fold import State
from regesta.replay.relations import NEVER

COUNTS_TABLE: Final = """
create table _counts (
  status text not null, level integer not null, bucket integer not null, value text not null,
  certain integer not null, possible integer not null,
  primary key (status, level, bucket, value)
) strict, without rowid
"""
_BITS: Final = 8  # a bucket holds 2**8 of the level below it: 256 s, 18 h, 194 days, 136 years
_LEVELS: Final = 5
_CHANGES: Final = "temp._count_changes"

# (status, value as JSON, second, certain, possible)
CountChange = tuple[str, str, int, int, int]


class Count(NamedTuple):
    """How many rows certainly had a value, and how many possibly got it, but not certainly."""

    certain: int
    possible: int


def status_name(table: str, column: str) -> str:
    """Return the name under which a status column is counted."""
    return f"{table}.{column}"


def changes_of(status: str, position: int, states: Iterable[State]) -> Iterator[CountChange]:
    """Yield what the states of a row add to the counts of the value at ``position``."""
    for state in states:
        bounds = (state.possibly_from, state.surely_from, state.possibly_to)
        yield from _changes(status, state.values[position], bounds, 1)


def changes_undone(
    db: sqlite3.Connection, table: str, column: str, where: str, key: tuple[Any, ...]
) -> list[CountChange]:
    """Return what takes the states of a row out of the counts, read from its history."""
    sql = f"select {quoted(column)}, possibly_from, surely_from, possibly_to from {quoted(f'{table}_history')}"
    rows = db.execute(f"{sql} where {where}", key).fetchall()
    name = status_name(table, column)
    return [
        change
        for value, *bounds in rows
        for change in _changes(name, value, tuple(map(bound_second, bounds)), -1)
    ]  # fmt: skip


def _changes(status: str, value: Any, bounds: tuple[int, ...], sign: int) -> Iterator[CountChange]:
    possibly_from, surely_from, possibly_to = bounds
    text = json.dumps(value, ensure_ascii=False)
    if possibly_from != surely_from:
        yield status, text, possibly_from, 0, sign
    if surely_from != NEVER:
        # What was possible becomes certain, unless it was certain at once.
        yield status, text, surely_from, sign, -sign if possibly_from != surely_from else 0
    if possibly_to != NEVER:
        yield status, text, possibly_to, -sign, 0


def prepare(db: sqlite3.Connection) -> None:
    """Make the place where changes are collected until `settle`."""
    db.execute(f"create table {_CHANGES} (status text, value text, second integer, certain integer, possible integer)")


def collect(db: sqlite3.Connection, changes: Iterable[CountChange]) -> None:
    """Keep changes for `settle`."""
    db.executemany(f"insert into {_CHANGES} values (?, ?, ?, ?, ?)", changes)


def settle(db: sqlite3.Connection) -> None:
    """Add what was collected to the counts."""
    for level in range(_LEVELS):
        bucket = f"second >> {level * _BITS}"
        db.execute(
            f"insert into _counts select status, {level}, {bucket} as bucket, value, sum(certain), sum(possible)"
            f" from {_CHANGES} where true group by status, bucket, value"
            " on conflict do update set certain = certain + excluded.certain, possible = possible + excluded.possible"
        )
        db.execute(
            "delete from _counts where certain = 0 and possible = 0 and (status, level, bucket, value) in"
            f" (select status, {level}, {bucket}, value from {_CHANGES})"
        )
    db.execute(f"delete from {_CHANGES}")


def counts(db: sqlite3.Connection, table: str, column: str, moment: Moment) -> dict[Any, Count]:
    """Return the number of rows by value at a moment; values that no row has or may have are left out."""
    name = status_name(table, column)
    declared = json.loads(db.execute("select value from meta where key = 'status'").fetchone()[0])
    rows = _summed(db, name, moment.second) if name in declared else _scanned(db, table, column, moment)
    return {value: Count(certain, possible) for value, certain, possible in rows if certain or possible}


def _summed(db: sqlite3.Connection, status: str, second: int) -> Iterator[tuple[Any, int, int]]:
    """Sum the buckets that end before the second, the longest first, and at last the seconds up to it."""
    parts, given = [], {"status": status}
    for level in range(_LEVELS):
        shift = level * _BITS
        last = second if level == 0 else (second >> shift) - 1
        first = -NEVER if level == _LEVELS - 1 else second >> (shift + _BITS) << _BITS
        parts.append(
            "select value, certain, possible from _counts"
            f" where status = :status and level = {level} and bucket between {first} and {last}"
        )
    sql = f"select value, sum(certain), sum(possible) from ({' union all '.join(parts)}) group by value"
    return ((json.loads(value), certain, possible) for value, certain, possible in db.execute(sql, given))


def _scanned(db: sqlite3.Connection, table: str, column: str, moment: Moment) -> Iterator[tuple[Any, int, int]]:
    """Count in the history itself, for a column that is not declared."""
    value, history = quoted(column), quoted(f"{table}_history")
    sql = (
        f"select {value}, sum(sure), sum(not sure) from ("
        f"select {value}, 1 as sure from {history} where {moment.certain()} union all"
        f" select {value}, 0 from {history} where {moment.possible()}) group by {value}"
    )
    yield from db.execute(sql, moment.parameters)
