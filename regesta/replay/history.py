"""Projections in SQLite: the table, its history, and filling both from the typed relations.

The same two functions serve a full build (all keys) and an incremental one (the keys touched), so that both
give the same rows. `contributions` is the only place where a projection's SQL is made ready to run.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlglot import exp

from regesta.database import quote_identifier as quoted
from regesta.replay.bounds import bound_text
from regesta.replay.counts import Changes, status_name
from regesta.replay.fold import Dispute, Row, Shape, State, fold
from regesta.replay.keys import key_text
from regesta.schema.projections import Insert, Projection, TableColumn
from regesta.schema.types import ENVELOPE, EventTypes

BOUNDS: Final = ("possibly_from", "surely_from", "surely_to", "possibly_to")
# What is searched, in the form that Datasette finds by itself.
FULL_TEXT: Final = {"events": ("summary", "subject"), "documents": ("title", "publisher")}
_ROWS = 5_000


@dataclass(frozen=True)
class Table:
    """A projection made ready for SQLite."""

    projection: Projection
    types: EventTypes
    counted: tuple[str, ...] = ()  # the columns that are declared as a status

    @property
    def name(self) -> str:
        """The table's name; the history's is the same with `_history`."""
        return self.projection.name

    @cached_property
    def shape(self) -> Shape:
        """How the rows of `contributions` are laid out."""
        values = self.projection.values
        sets = []
        for insert in self.projection.inserts:
            positions = tuple(values.index(name) for name in insert.columns if name in values)
            sets.append(None if len(positions) == len(values) else positions)
        inserts = self.projection.inserts
        weak = tuple(insert.weak for insert in inserts)
        claims = tuple(frozenset(map(values.index, {*_claims(insert)} & {*values})) for insert in inserts)
        return Shape(len(self.projection.key), len(values), tuple(sets), weak, claims)

    @contextmanager
    def blamed(self, number: int | None = None) -> Iterator[None]:
        """Turn what SQLite says of the projection, or of one of its inserts, into our error with file and line."""
        try:
            yield
        except sqlite3.Error as error:
            statement = self.projection.statement if number is None else self.projection.inserts[number].statement
            raise statement.error(f"{self.name} cannot be filled: {error}") from error

    def create(self, db: sqlite3.Connection) -> None:
        """Create the table and its history."""
        key, columns = self.projection.key, self.projection.columns
        declared = [_declaration(column, filled=column.not_null or column.name in key) for column in columns]
        checks = [f"check ({check.sql})" for check in self.projection.checks]
        tail = ["last_event integer not null references events(sequence)", *checks, f"primary key ({_names(key)})"]
        # Without rowid the rows lie in the order of their keys, however they came in: builds are equal byte for byte.
        # Full-text search goes by rowid.
        form = "strict" if self.name in FULL_TEXT else "strict, without rowid"
        db.execute(f"create table {quoted(self.name)} ({', '.join(declared + tail)}) {form}")
        declared = [_declaration(column, filled=column.name in key) for column in columns]
        tail = [
            "event integer not null references events(sequence)",
            "ended_by integer references events(sequence)",
            *(f"{name} text not null" for name in BOUNDS),
            f"primary key ({_names((*key, 'surely_from', 'possibly_to', 'event'))})",
        ]
        history = quoted(f"{self.name}_history")
        # With rowid, for SQLite then looks at the bounds in the index before it goes to the row: several times as fast.
        db.execute(f"create table {history} ({', '.join(declared + tail)}) strict")

    def create_indexes(self, db: sqlite3.Connection) -> None:
        """Index the narrow tables by the columns that make the key: a refold reads one key's events only."""
        history, dates = f"{self.name}_history", "surely_from, possibly_to, possibly_from"
        # Named with spaces: no table or view has such a name.
        db.execute(f"create index {quoted(f'{history} by date')} on {quoted(history)} ({dates})")
        made = set()
        for insert in self.projection.inserts:
            narrow = quoted(f"_{self.types[insert.event_type].relation}")
            columns = self._key_fields(insert)
            if columns and (narrow, columns) not in made:
                made.add((narrow, columns))
                name = quoted(" ".join((self.types[insert.event_type].relation, "by", *columns)))
                db.execute(f"create index if not exists {name} on {narrow} ({_names(columns)})")

    @cached_property
    def contributions(self) -> str:
        """The SQL that gives key, values, latest, earliest, sequence, insert: sorted for the fold."""
        return self._sorted(self._parts)

    @cached_property
    def contributions_of_key(self) -> str:
        """The same for one key, bound as parameters ?1, ?2, …."""
        where = " and ".join(f"{quoted(name)} = ?{n}" for n, name in enumerate(self.projection.key, start=1))
        return self._sorted([f"select * from ({part}) where {where}" for part in self._parts])

    @cached_property
    def _parts(self) -> list[str]:
        return [self.contribution(number) for number in range(len(self.projection.inserts))]

    def _sorted(self, parts: Sequence[str]) -> str:
        order = (*self.projection.key, "_latest", "_earliest", "_sequence", "_insert")
        return f"{' union all '.join(parts)} order by {_names(order)}"

    def contribution(self, number: int, only: Collection[str] | None = None) -> str:
        """Return the SQL of one insert: what each event of its type contributes, or of that ``only`` some columns."""
        insert = self.projection.inserts[number]
        given = dict(zip(insert.columns, insert.tree.expressions, strict=True))
        select = insert.tree.copy()
        relation = select.args["from_"].this
        source = relation.alias_or_name
        outputs = [
            f"{_sql(given[name])} as {quoted(name)}" if name in given else f"null as {quoted(name)}"
            for name in (*self.projection.key, *self.projection.values)
            if only is None or name in only
        ]
        outputs += [f"{quoted(source)}.{name} as {alias}" for name, alias in _ORDER]
        outputs.append(f"{number} as _insert")
        joins = " ".join(_sql(join) for join in select.args.get("joins") or ())
        where = select.args.get("where")
        table = self._source(insert, source, self.envelope_of(number, only))
        return f"select {', '.join(outputs)} from {table} {joins} {_sql(where) if where else ''}"

    def envelope_of(self, number: int, only: Collection[str] | None = None) -> list[str]:
        """Return the columns of `events` that an insert reads, or that it reads for ``only`` some columns."""
        insert = self.projection.inserts[number]
        given = zip(insert.columns, insert.tree.expressions, strict=True)
        read = [value for name, value in given if only is None or name in only]
        read += [*(insert.tree.args.get("joins") or ()), *filter(None, [insert.tree.args.get("where")])]
        fields = {column.name for part in read for column in part.find_all(exp.Column)}
        return sorted(fields & set(ENVELOPE) - {"sequence"})

    def touched_keys(self, db: sqlite3.Connection, event_type: str, sequence: int) -> Iterator[tuple[Any, ...]]:
        """Yield the keys that one event, staged as of now, contributes to."""
        for number, insert in enumerate(self.projection.inserts):
            if insert.event_type == event_type:
                sql = f"select {_names(self.projection.key)} from ({self._parts[number]}) where _sequence = ?"
                yield from db.execute(sql, (sequence,))

    def keys_since(self, db: sqlite3.Connection, sequence: int) -> Iterator[tuple[Any, ...]]:
        """Yield the keys that the events after ``sequence`` contribute to."""
        for part in self._parts:
            yield from db.execute(
                f"select {_names(self.projection.key)} from ({part}) where _sequence > ?", (sequence,)
            )

    def fill(self, db: sqlite3.Connection, zone: ZoneInfo, changes: Changes) -> None:
        """Fill the empty table and its history from everything that is staged."""
        reader = db.execute(self.contributions)
        self._write(db, fold(reader, self.shape), zone, changes)

    def refill(self, db: sqlite3.Connection, keys: Iterable[tuple[Any, ...]], zone: ZoneInfo, changes: Changes) -> None:
        """Fold the given keys again, and only them."""
        where = " and ".join(f"{quoted(name)} = ?" for name in self.projection.key)
        for key in keys:
            for column in self.counted:
                changes.take_away(self.name, column, where, key)
            for table in (self.name, f"{self.name}_history"):
                db.execute(f"delete from {quoted(table)} where {where}", key)
            db.execute('delete from _disputes where "table" = ? and "key" = ?', (self.name, key_text(key)))
            self._write(db, fold(db.execute(self.contributions_of_key, key).fetchall(), self.shape), zone, changes)

    def _write(self, db: sqlite3.Connection, folded: Iterator[Row], zone: ZoneInfo, changes: Changes) -> None:
        width = len(self.projection.columns)
        names = (*self.projection.key, *self.projection.values)
        current = f"insert into {quoted(self.name)} ({_names((*names, 'last_event'))}) values ({_marks(width + 1)})"
        columns = (*names, "event", "ended_by", *BOUNDS)
        past = f"insert into {quoted(f'{self.name}_history')} ({_names(columns)}) values ({_marks(width + 6)})"
        disputed = f"insert into _disputes values ({_marks(7)})"
        while batch := list(islice(folded, _ROWS)):
            db.executemany(past, (_history_row(row.key, state, zone) for row in batch for state in row.states))
            db.executemany(current, ((*row.key, *row.states[-1].values, row.states[-1].event) for row in batch))
            db.executemany(disputed, (self._dispute(row, item) for row in batch for item in row.disputes))
            for column in self.counted:
                status, position = status_name(self.name, column), self.projection.values.index(column)
                for row in batch:
                    changes.add(status, position, row.states)

    def _dispute(self, row: Row, item: Dispute) -> tuple[Any, ...]:
        return self.name, key_text(row.key), self.projection.values[item.position], *item[1:]

    def _source(self, insert: Insert, alias: str, envelope: Sequence[str]) -> str:
        """Return what the insert reads from: the narrow table, joined to `events` only where that is needed."""
        narrow = quoted(f"_{self.types[insert.event_type].relation}")
        if not envelope:
            return f"{narrow} as {quoted(alias)}"
        return (
            f"(select d.*, {', '.join(f'e.{name}' for name in envelope)} from {narrow} d"
            f" join events e on e.sequence = d.sequence) as {quoted(alias)}"
        )

    def _key_fields(self, insert: Insert) -> tuple[str, ...]:
        """Return the fields that give the key as they are, in key order."""
        given = dict(zip(insert.columns, insert.tree.expressions, strict=True))
        fields = {column.name for column in self.types.columns(insert.event_type)}
        plain = (given[name].unalias() for name in self.projection.key)
        return tuple(item.name for item in plain if isinstance(item, exp.Column) and item.name in fields)


_ORDER = (("_latest", "_latest"), ("_earliest", "_earliest"), ("sequence", "_sequence"))


def _history_row(key: tuple[Any, ...], state: State, zone: ZoneInfo) -> tuple[Any, ...]:
    return (
        *key, *state.values, state.event, state.ended_by, bound_text(state.possibly_from, zone),
        bound_text(state.surely_from, zone), bound_text(state.surely_to, zone), bound_text(state.possibly_to, zone),
    )  # fmt: skip


def _declaration(column: TableColumn, *, filled: bool) -> str:
    not_null = " not null" if filled else ""
    references = ""
    if column.references:
        references = f" references {quoted(column.references[0])}({quoted(column.references[1])})"
    return f"{quoted(column.name)} {column.kind}{not_null}{references}"


def _claims(insert: Insert) -> Iterator[str]:
    """Yield the columns that say something of the row: not those that only describe the event."""
    if insert.weak:
        return
    for name, value in zip(insert.columns, insert.tree.expressions, strict=True):
        read = {column.name for column in value.find_all(exp.Column)}
        if not read or not read <= set(ENVELOPE):
            yield name


def _sql(tree: exp.Expr) -> str:
    return tree.unalias().sql("sqlite", comments=False)


def _names(names: Sequence[str]) -> str:
    return ", ".join(map(quoted, names))


def _marks(count: int) -> str:
    return ", ".join("?" * count)
