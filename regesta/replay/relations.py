"""Events into SQL: the `events` and `evidence` tables and one typed relation for each event type.

A relation is a narrow table `_letter_sent` (the fields of the data, and the date bounds as integers that sort)
and a view `letter_sent` that joins it to `events`. JSON is read here, once; everything behind is plain SQL.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from regesta.database import quote_identifier as quoted
from regesta.events.codec import decode_trusted, encode
from regesta.events.model import Event
from regesta.schema.dates import bounds, instant_text
from regesta.schema.types import ENVELOPE, EventType, EventTypes

# "No bound" among the integers: beyond every second of the years -9999 … 9999.
NEVER: Final = 2**62
# The status of an event of which too little is left for the tables; no correction gives it back what was taken out.
REDACTED: Final = "redacted"
BATCH_EVENTS: Final = 5_000

EVENTS_TABLE: Final = """
create table events (
  sequence integer primary key,
  id       text not null,
  type     text not null,
  source   text not null,
  subject  text not null,
  edtf     text,
  earliest text,
  latest   text,
  recorded text not null,
  summary  text,
  data     text not null,
  status   text not null default 'current'
) strict
"""
EVIDENCE_TABLE: Final = """
create table evidence (
  event    integer not null references events(sequence),
  position integer not null,
  document text not null references documents(digest),
  start    integer not null,
  "end"    integer not null,
  digest   text,
  exact    text,
  primary key (event, position)
) strict, without rowid
"""


class Span(NamedTuple):
    """The bounds of a date: as integers that sort, and as text in the archive's zone (None: no bound)."""

    earliest: int
    latest: int
    earliest_text: str | None
    latest_text: str | None


def span_of(edtf: str | None, zone: ZoneInfo) -> Span:
    """Return the bounds of a date as known; an undated event has none on either side."""
    return _span(edtf, zone) if edtf else Span(-NEVER, NEVER, None, None)


@lru_cache(maxsize=65_536)
def _span(edtf: str, zone: ZoneInfo) -> Span:
    earliest, latest = (found := bounds(edtf, zone)).earliest, found.latest
    return Span(
        -NEVER if earliest is None else earliest,
        NEVER if latest is None else latest,
        instant_text(earliest, zone),
        instant_text(latest, zone),
    )


def order_of(span: Span, item: EventType | None) -> tuple[int, int]:
    """Return (earliest, latest) as the fold takes them: what is timeless comes before everything that has a date."""
    return (-NEVER, -NEVER) if item and item.timeless else (span.earliest, span.latest)


def narrow_table(item: EventType) -> str:
    """Return the quoted name of the table behind a relation."""
    return quoted(f"_{item.relation}")


def create_relation(db: sqlite3.Connection, item: EventType) -> None:
    """Create the table behind the relation of an event type."""
    columns = "".join(f", {quoted(column.name)} {column.kind}" for column in item.columns)
    db.execute(
        f"create table {narrow_table(item)} (sequence integer primary key,"
        f" _earliest integer not null, _latest integer not null{columns}) strict"
    )


def create_relation_index(db: sqlite3.Connection, item: EventType) -> None:
    """Index the dates of a relation: who counts all of its events by date reads a fraction of the table."""
    # Named with spaces: no table or view has such a name; `letter_sent by …` are the indexes of keys.
    name = quoted(f"_{item.relation} by date")
    db.execute(f"create index {name} on {narrow_table(item)} (_earliest, _latest)")


def create_relation_view(db: sqlite3.Connection, item: EventType) -> None:
    """Create the relation that readers and projections see: the events of a type that count."""
    columns = [f"e.{name}" for name in ENVELOPE] + [f"d.{quoted(column.name)}" for column in item.columns]
    db.execute(
        f"create view {quoted(item.relation)} as select {', '.join(columns)} from {narrow_table(item)} d"
        " join events e on e.sequence = d.sequence where e.status = 'current'"
    )


class Stager:
    """Adds events to `events`, `evidence` and the narrow tables, in batches of one type's rows at a time."""

    def __init__(self, db: sqlite3.Connection, types: EventTypes, zone: ZoneInfo) -> None:
        self._db, self._zone, self._types = db, zone, types
        self._fields = {name: tuple(column.name for column in item.columns) for name, item in types.items()}
        self._inserts = {
            name: f"insert into {narrow_table(item)} values (?, ?, ?{', ?' * len(item.columns)})"
            for name, item in types.items()
        }

    def add(self, events: Sequence[Event], texts: Sequence[str] | None = None) -> None:
        """Stage a batch; an event of a type that the archive no longer has is kept in `events` alone.

        ``texts`` is the canonical JSON of their data, where it is at hand.
        """
        if texts is None:
            texts = [encode(event.data).decode() for event in events]
        event_rows: list[tuple[Any, ...]] = []
        evidence_rows: list[tuple[Any, ...]] = []
        typed: dict[str, list[tuple[Any, ...]]] = {name: [] for name in self._fields}
        fields, zone, types = self._fields, self._zone, self._types
        for event, text in zip(events, texts, strict=True):
            sequence, data, span = event.sequence, event.data, span_of(event.edtf, zone)
            event_rows.append((
                sequence, event.id, event.type, event.source, event.subject, event.edtf, span.earliest_text,
                span.latest_text, event.recorded, data.get("summary"), text, "current" if event.counts else REDACTED,
            ))  # fmt: skip
            if "evidence" in data:
                evidence_rows.extend(evidence_of(sequence, data))
            if event.counts and event.type in fields:
                order = order_of(span, types[event.type])
                typed[event.type].append((sequence, *order, *map(data.get, fields[event.type])))
        self._db.executemany("insert into events values (?,?,?,?,?,?,?,?,?,?,?,?)", event_rows)
        self._db.executemany("insert into evidence values (?,?,?,?,?,?,?)", evidence_rows)
        self.add_typed(typed)

    def add_typed(self, typed: Mapping[str, list[tuple[Any, ...]]]) -> None:
        """Fill the narrow tables: rows (sequence, earliest, latest, fields…) by event type."""
        for name, rows in typed.items():
            if rows:
                self._db.executemany(self._inserts[name], rows)

    def values_of(self, event_type: str) -> Callable[[Mapping[str, Any]], Iterable[Any]]:
        """Return a function from an event's data to the fields of its narrow row."""
        fields = self._fields[event_type]
        return lambda data: map(data.get, fields)

    def row(self, event: Event) -> tuple[Any, ...]:
        """Return the narrow row of one event."""
        order = order_of(span_of(event.edtf, self._zone), self._types[event.type])
        return (event.sequence, *order, *map(event.data.get, self._fields[event.type]))


# What `staged_event` reads, in its order.
STAGED_COLUMNS: Final = "sequence, id, type, source, subject, edtf, recorded, null, data"


def staged_event(row: Iterable[Any]) -> Event:
    """Return the event of a row of `STAGED_COLUMNS` of `events`."""
    *values, data = row
    members: list[Any] = [*values, decode_trusted(data.encode())]
    return Event(*members)


def evidence_of(sequence: int, data: Mapping[str, Any]) -> Iterable[tuple[Any, ...]]:
    """Yield the rows of `evidence` for one event's data (W3C Web Annotation targets, design §3)."""
    for position, item in enumerate(data["evidence"], start=1):
        where = item["selector"][0]
        exact = item["selector"][1]["exact"] if len(item["selector"]) > 1 else None
        digest = item.get("digest", "").removeprefix("sha256:") or (
            sha256(exact.encode()).hexdigest() if exact else None
        )
        yield (
            sequence,
            position,
            item["source"].removeprefix("urn:sha256:"),
            where["start"],
            where["end"],
            digest,
            exact,
        )


# The same in SQL, of a correction c by the event d.
IN_FORCE: Final = "(d.status in ('current', 'redacted') or d.status = 'replaced' and c.verdict = 'replaced')"


def is_in_force(status: str, verdict: str) -> bool:
    """Say whether a correction holds, by the status of the event that makes it: 'replaced' or 'retracted' its target.

    It does while that event counts. A replacement holds also when it is itself replaced, for what it replaced was
    wrong all the same; only when it is retracted does that count again.
    """
    return status == "current" or status == verdict == "replaced"


def statuses(corrections: Iterable[tuple[int, str, str, str]]) -> dict[str, str]:
    """Return the status of each event id that a correction touches: replaced, retracted, or current again.

    ``corrections`` are (sequence, id, corrected id, 'replaced' or 'retracted'). An event counts unless a correction
    of it is in force: so a retraction can be retracted, and a wrong correction taken back.
    """
    found: dict[str, str] = {}
    # A correction comes after what it corrects, so from the newest back every verdict on it is already known.
    for _, event_id, target, verdict in sorted(corrections, reverse=True):
        if is_in_force(found.get(event_id, "current"), verdict):
            found[target] = verdict
        else:
            found.setdefault(target, "current")
    return found
