"""Constraints at the door: whether new events fit the tables, asked before they are appended.

Not null, check, and foreign keys to reference tables are tried in a database in memory, with the same SQL that
the build runs. Foreign keys between projections are not: what an event points at may be recorded later.
"""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from regesta.database import open_database
from regesta.database import quote_identifier as quoted
from regesta.errors import EventError
from regesta.events.model import Event, Prepared
from regesta.limits import SQL_VALUE_BYTES
from regesta.replay.history import Table
from regesta.replay.relations import EVENTS_TABLE, EVIDENCE_TABLE, Stager, create_relation
from regesta.schema import Schema
from regesta.schema.projections import Insert, TableCheck

_TYPES = {"text": "'null', 'text'", "integer": "'null', 'integer'", "real": "'null', 'integer', 'real'"}


class _Rule(NamedTuple):
    """One constraint of one insert: SQL that gives (position, value) of the events that break it, and the words.

    ``envelope`` says that it reads more of an event than its data.
    """

    event_type: str
    sql: str
    text: str
    envelope: bool


class _Condition(NamedTuple):
    """SQL that is true of a bad row, the column that is shown, the message, and all columns that it reads."""

    sql: str
    shown: str | None
    text: str
    columns: frozenset[str]


class Setting(NamedTuple):
    """What an event says of one row: the table, the key of the row, and the columns that it sets.

    ``weak``: only where nothing else is known of the row.
    """

    table: str
    key: Mapping[str, Any]
    values: Mapping[str, Any]
    weak: bool = False


class Sandbox:
    """Checks batches of prepared events against the constraints of the projections."""

    def __init__(self, schema: Schema, zone: ZoneInfo) -> None:
        self._schema = schema
        self._db = open_database(None, memory=True)
        weakref.finalize(self, self._db.close)  # nobody else knows when the last check was
        self._db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, SQL_VALUE_BYTES)
        for statement in (EVENTS_TABLE, EVIDENCE_TABLE):
            self._db.execute(statement)
        for item in schema.reference:
            create_reference(self._db, item.name, item.columns, item.rows)
        for event_type in schema.types.values():
            create_relation(self._db, event_type)
        self._stager = Stager(self._db, schema.types, zone)
        self._tables = [Table(projection, schema.types) for projection in schema.projections]
        self._rules = [rule for table in self._tables for rule in self._rules_of(table)]
        self._constrained = {rule.event_type for rule in self._rules}
        # Few constraints read the envelope; staging it for all would double the cost of an append.
        self._with_envelope = {rule.event_type for rule in self._rules if rule.envelope}

    def check(self, events: Sequence[Prepared]) -> tuple[int, EventError] | None:
        """Return the position and the fault of the first event that breaks a constraint, None when all fit."""
        batch: dict[str, list[tuple[int, Prepared]]] = {name: [] for name in self._constrained}
        for position, item in enumerate(events):
            if item.draft["type"] in batch:
                batch[item.draft["type"]].append((position, item))
        self._db.execute("begin")
        try:
            for name, numbered in batch.items():
                if numbered:
                    self._stage(name, numbered)
            return min(self._faults(batch), key=lambda fault: fault[0], default=None)
        finally:
            self._db.execute("rollback")

    def settings(self, item: Prepared) -> list[Setting]:
        """Return what an event that passes `check` says of the rows of the tables."""
        self._db.execute("begin")
        try:
            self._stager.add([_as_event(1, item)])
            return [setting for table in self._tables for setting in self._settings(table, item.draft["type"])]
        finally:
            self._db.execute("rollback")

    def _settings(self, table: Table, event_type: str) -> Iterator[Setting]:
        projection = table.projection
        names = (*projection.key, *projection.values)
        for number, insert in enumerate(projection.inserts):
            if insert.event_type != event_type:
                continue
            for row in self._db.execute(table.contribution(number)):
                given = dict(zip(names, row, strict=False))  # behind them stands the order of the fold
                key = {name: given[name] for name in projection.key}
                values = {name: given[name] for name in insert.columns if name not in key}
                yield Setting(projection.name, key, values, insert.weak)

    def _stage(self, event_type: str, numbered: list[tuple[int, Prepared]]) -> None:
        if event_type in self._with_envelope:
            self._stager.add([_as_event(position, item) for position, item in numbered])
            return
        get = self._stager.values_of(event_type)
        # No constraint of a single event depends on its date bounds, so they stay 0 here.
        rows = [(position, 0, 0, *get(item.draft["data"])) for position, item in numbered]
        self._stager.add_typed({event_type: rows})

    def _faults(self, batch: dict[str, list[tuple[int, Prepared]]]) -> list[tuple[int, EventError]]:
        found = []
        for rule in self._rules:
            if not batch[rule.event_type]:
                continue
            try:
                row = self._db.execute(rule.sql).fetchone()
            except sqlite3.Error as error:  # the value grows too long, for one
                row = batch[rule.event_type][0][0], None
                found.append((row[0], EventError(f"the tables cannot take the {rule.event_type} events: {error}")))
            else:
                if row:
                    found.append((row[0], EventError(rule.text.format(value=row[1]))))
        return found

    def _rules_of(self, table: Table) -> list[_Rule]:
        rules = []
        projection = table.projection
        for number, insert in enumerate(projection.inserts):
            with table.blamed(number):  # SQLite may refuse what the parser took
                self._db.execute(f"explain {table.contribution(number)}")
                for condition in self._conditions(table, insert):
                    shown = quoted(condition.shown) if condition.shown else "null"
                    source = table.contribution(number, condition.columns)
                    where = f"where {condition.sql} order by _sequence limit 1"
                    sql = f"select _sequence, {shown} from ({source}) {where}"
                    self._db.execute(f"explain {sql}")
                    envelope = bool(table.envelope_of(number, condition.columns))
                    rules.append(_Rule(insert.event_type, sql, condition.text, envelope))
        return rules

    def _conditions(self, table: Table, insert: Insert) -> list[_Condition]:
        """Return the conditions on what an insert sets."""
        projection, found = table.projection, list[_Condition]()
        reference = {item.name: item.columns[0] for item in self._schema.reference}
        for column in projection.columns:
            if column.name not in insert.columns:
                continue
            name, place, read = quoted(column.name), f"{projection.name}.{column.name}", frozenset({column.name})
            if column.not_null or column.name in projection.key:
                found.append(_Condition(f"{name} is null", None, f"{place} must not be empty", read))
            if column.references and column.references[0] in reference:
                target = quoted(column.references[0])
                known = f"select {quoted(column.references[1])} from {target}"
                text = f"{place} is {{value!r}}, which is not in schema/reference/{column.references[0]}.csv"
                found.append(_Condition(f"{name} is not null and {name} not in ({known})", column.name, text, read))
            if column.name in insert.computed:
                text = f"{place} is {{value!r}}, expected {column.kind}"
                found.append(_Condition(f"typeof({name}) not in ({_TYPES[column.kind]})", column.name, text, read))
        for check in projection.checks:
            # An insert sets all columns of a check or none: then they are null, which nearly every check allows.
            if check.columns <= {*insert.columns} or self._refuses_nulls(check):
                shown = next(iter(sorted(check.columns)), None)
                rule = check.sql.replace("{", "{{").replace("}", "}}")
                value = f"{shown} is {{value!r}}, " if shown else ""
                text = f"{projection.name}: {value}expected {rule}"
                found.append(_Condition(f"not ({check.sql})", shown, text, check.columns))
        return found

    def _refuses_nulls(self, check: TableCheck) -> bool:
        nulls = ", ".join(f"null as {quoted(name)}" for name in sorted(check.columns))
        return self._db.execute(f"select 1 from (select {nulls}) where not ({check.sql})").fetchone() is not None


def create_reference(
    db: sqlite3.Connection, name: str, columns: tuple[str, ...], rows: Sequence[tuple[str | None, ...]]
) -> None:
    """Create and fill the table of a fixed list; its first column is the key."""
    declared = ", ".join(f"{quoted(c)} text{' primary key not null' if n == 0 else ''}" for n, c in enumerate(columns))
    db.execute(f"create table {quoted(name)} ({declared}) strict")
    db.executemany(f"insert into {quoted(name)} values ({', '.join('?' * len(columns))})", rows)


def _as_event(position: int, item: Prepared) -> Event:
    draft = item.draft
    return Event(
        position, item.id, draft["type"], draft["source"], draft["subject"], draft.get("edtf"), "", None, draft["data"]
    )
