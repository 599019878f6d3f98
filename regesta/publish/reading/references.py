"""What the words of events and tables refer to: `speaker` = kris-kobach is the person of that name.

Guarantees that only what the built database itself declares is taken for a reference: a foreign key of a table, a
subject that events are about, an event by its id. What refers to nothing stays a word.

>>> Reference("Kentucky", "KY", subject="state/KY").subject
'state/KY'
"""

from __future__ import annotations

import re
import sqlite3
from functools import cached_property
from typing import Any, Final, NamedTuple

from regesta.config import Config
from regesta.database import quote_identifier as quoted
from regesta.limits import ID_CHARS
from regesta.publish.reading.events import EventRow, find_event
from regesta.publish.reading.names import Names, short
from regesta.replay.keys import columns_of, projections_of

# What a row of a table is called by, the first column that there is.
_LABELS: Final = ("name", "title", "summary")
_ID: Final = re.compile(rf"[0-9a-f]{{{ID_CHARS}}}")
_EVENT: Final = "event/"
# The kinds of subjects, each found by its first subject: '0' is the character after '/'.
_KINDS: Final = """
with recursive firsts(subject) as (
  select min(subject) from events
  union all
  select (select min(e.subject) from events e where e.subject >= case when instr(f.subject, '/')
    then substr(f.subject, 1, instr(f.subject, '/') - 1) || '0' else f.subject || char(1) end)
  from firsts f where f.subject is not null
)
select distinct substr(subject, 1, instr(subject, '/') - 1) from firsts where instr(subject, '/') > 1
"""


class Reference(NamedTuple):
    """Another thing: what it is called, and where it is: what events are about, a row of a table, or an event."""

    name: str
    key: str
    subject: str = ""
    table: str = ""
    event: int | None = None


class Link(NamedTuple):
    """A column of a table that refers to a row of another."""

    table: str
    column: str
    to: str


class References:
    """What refers to what in one database; each thing is looked up once."""

    def __init__(self, db: sqlite3.Connection, config: Config) -> None:
        self.names, self._db, self._config = Names(db, config), db, config
        self._known: dict[tuple[str, str], Reference | None] = {}

    @cached_property
    def kinds(self) -> list[str]:
        """The kinds of what events are about, and those that the archive declares."""
        found = {row[0] for row in self._db.execute(_KINDS)}
        return sorted(found | self._config.subjects.keys())

    @cached_property
    def links(self) -> list[Link]:
        """The foreign keys of all tables that events fill."""
        return [
            Link(table, row[3], row[2])
            for table in projections_of(self._db)
            for row in self._db.execute(f"pragma foreign_key_list({quoted(table)})")
            if row[2] != "events"
        ]

    @cached_property
    def kind_of(self) -> dict[str, str]:
        """The kind of subjects that a table holds, by table."""
        places = {kind: self.names.place(kind) for kind in self.kinds}
        return {place[0]: kind for kind, place in places.items() if place}

    @cached_property
    def _target(self) -> dict[str, str]:
        """The table that a column of this name refers to, in all tables that have one."""
        found: dict[str, set[str]] = {}
        for link in self.links:
            found.setdefault(link.column, set()).add(link.to)
        own = {kind: table for table, kind in self.kind_of.items()}
        return own | {column: next(iter(tables)) for column, tables in found.items() if len(tables) == 1}

    def columns_to(self, table: str) -> list[str]:
        """Return the names of the columns that refer to a table, wherever they stand."""
        return sorted(column for column, target in self._target.items() if target == table)

    def of(self, column: str, value: Any) -> Reference | None:
        """Return what a value refers to in a column, or a member of an event, of this name; None for a mere word."""
        if not isinstance(value, str) or not value:
            return None
        if (column, value) not in self._known:
            self._known[column, value] = self._find(column, value)
        return self._known[column, value]

    def subject(self, subject: str) -> Reference:
        """Return what an event is about, as a reference; a retraction is about the event that it takes back."""
        event = self._event(subject.removeprefix(_EVENT)) if subject.startswith(_EVENT) else None
        return event or Reference(self._called(subject), subject.partition("/")[2] or subject, subject)

    def _called(self, subject: str) -> str:
        """Return the name of a subject; also of one whose table has no column for names, only a summary."""
        kind, _, key = subject.partition("/")
        name = self.names.of(subject)
        row = self.row(f"{kind}s", key) if key and name == key and kind not in self.kind_of.values() else None
        return row.name if row else name

    def _find(self, column: str, value: str) -> Reference | None:
        if target := self._target.get(column):
            return self.row(target, value)
        if value.partition("/")[0] in self.kinds and "/" in value:
            return self.subject(value)
        return self._event(value)

    def row(self, table: str, key: str) -> Reference | None:
        """Return a row of a table with a key of one column, None where there is no such row."""
        if table in self.kind_of:
            subject = f"{self.kind_of[table]}/{key}"
            return Reference(self.names.of(subject), key, subject)
        columns = columns_of(self._db, table)
        label = next((name for name in _LABELS if name in columns.values), "")
        if len(columns.key) != 1:
            return None
        sql = f"select {quoted(label or columns.key[0])} from {quoted(table)} where {quoted(columns.key[0])} = ?"
        row = self._db.execute(sql, (key,)).fetchone()
        return Reference(short(str(row[0] or key)), key, table=table) if row else None

    def _event(self, name: str) -> Reference | None:
        found: EventRow | None = find_event(self._db, name) if _ID.fullmatch(name) else None
        return Reference(found.title, name, event=found.sequence) if found else None
