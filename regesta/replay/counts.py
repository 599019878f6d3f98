"""How many rows had each value of a status column at a date, certainly and possibly, without looking at the rows.

What an archive declares as a status (`[[status]]` in archive.toml) is counted as its history is written: each state
adds one at its beginning and takes one away at its end. The changes are summed up in buckets of growing length, so
that a count at any second is the sum of a few hundred numbers, whatever the number of rows.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from functools import lru_cache
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
_HELD: Final = 200_000  # sums that are held in memory: some 40 MB


class Count(NamedTuple):
    """How many rows certainly had a value, and how many possibly got it, but not certainly."""

    certain: int
    possible: int


def status_name(table: str, column: str) -> str:
    """Return the name under which a status column is counted."""
    return f"{table}.{column}"


class _Bounds(NamedTuple):
    possibly_from: int
    surely_from: int
    possibly_to: int


class Changes:
    """Collects what states add to the counts and take from them, and writes it when told to `settle`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._sums: dict[tuple[str, str, int], list[int]] = {}
        columns = "status text, value text, second integer, certain integer, possible integer"
        db.execute(f"create table if not exists {_CHANGES} ({columns})")

    def add(self, status: str, position: int, states: Iterable[State]) -> None:
        """Count the states of a row by the value at ``position``."""
        for state in states:
            bounds = _Bounds(state.possibly_from, state.surely_from, state.possibly_to)
            self._add(status, state.values[position], bounds, 1)

    def take_away(self, table: str, column: str, where: str, key: tuple[Any, ...]) -> None:
        """Take the states that a row has in its history out of the counts."""
        sql = f"select {quoted(column)}, possibly_from, surely_from, possibly_to from {quoted(f'{table}_history')}"
        for value, *bounds in self._db.execute(f"{sql} where {where}", key).fetchall():
            self._add(status_name(table, column), value, _Bounds(*map(bound_second, bounds)), -1)

    def _add(self, status: str, value: Any, bounds: _Bounds, sign: int) -> None:
        possibly_from, surely_from, possibly_to = bounds
        text = _as_json(value)
        if possibly_from != surely_from:  # what is possible becomes certain later
            self._sum(status, text, possibly_from)[1] += sign
            if surely_from != NEVER:
                self._sum(status, text, surely_from)[1] -= sign
        if surely_from != NEVER:
            self._sum(status, text, surely_from)[0] += sign
        if possibly_to != NEVER:
            self._sum(status, text, possibly_to)[0] -= sign
        if len(self._sums) > _HELD:
            self._spill()

    def _sum(self, status: str, value: str, second: int) -> list[int]:
        key = (status, value, second)
        found = self._sums.get(key)
        if found is None:
            found = self._sums[key] = [0, 0]
        return found

    def _spill(self) -> None:
        rows = ((*key, certain, possible) for key, (certain, possible) in self._sums.items() if certain or possible)
        self._db.executemany(f"insert into {_CHANGES} values (?, ?, ?, ?, ?)", rows)
        self._sums.clear()

    def settle(self) -> None:
        """Add what was collected to the counts."""
        self._spill()
        for level in range(_LEVELS):
            bucket = f"second >> {level * _BITS}"
            self._db.execute(
                f"insert into _counts select status, {level}, {bucket} as bucket, value, sum(certain), sum(possible)"
                f" from {_CHANGES} where true group by status, bucket, value on conflict do update"
                " set certain = certain + excluded.certain, possible = possible + excluded.possible"
            )
            self._db.execute(
                "delete from _counts where certain = 0 and possible = 0 and (status, level, bucket, value) in"
                f" (select status, {level}, {bucket}, value from {_CHANGES})"
            )
        self._db.execute(f"delete from {_CHANGES}")


@lru_cache(maxsize=1024, typed=True)  # 1 and 1.0 are equal, and written differently
def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


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
