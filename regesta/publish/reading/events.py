"""Events of a built database, as pages show them and as the log has them.

Guarantees that the CloudEvent of an event is, byte for byte in canonical form, its line in the log.

>>> kind("response.declared")
'response declared'
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from regesta.events.model import REDACTION
from regesta.events.stub import COUNTS, LEAF
from regesta.limits import ID_CHARS, SIZE_DIGITS
from regesta.replay.relations import REDACTED
from regesta.schema.dates import describe, exact_instant

COLUMNS: Final = "sequence, id, type, source, subject, edtf, earliest, latest, recorded, summary, status"
# Facts about the record, which no reader of the story looks for on its timeline.
RECORD: Final = ("document.", "proposal.", "event.")
_ID: Final = re.compile(rf"[0-9a-f]{{{ID_CHARS}}}")
_SEQUENCE: Final = re.compile(r"[1-9][0-9]{0,11}")
_PASSAGES: Final = """
select e.event, e.position, e.document, d.title, d.publisher, d.url, e.start, e."end", e.digest, e.exact
from evidence e left join documents d on d.digest = e.document
where e.event in (select value from json_each(?)) order by e.event, e.position
"""


@dataclass(frozen=True, slots=True)
class EventRow:
    """One row of `events`, without its data; ``earliest`` and ``latest`` are bounds as text, None where open."""

    sequence: int
    id: str
    type: str
    source: str
    subject: str
    edtf: str | None
    earliest: str | None
    latest: str | None
    recorded: str
    summary: str | None
    status: str

    @property
    def when(self) -> str:
        """When it happened, as far as known, in words."""
        return when(self.edtf)

    @property
    def kind(self) -> str:
        """What kind of event it is, in words."""
        return kind(self.type)

    @property
    def title(self) -> str:
        """The event in a line: its summary, else its kind and subject."""
        return self.summary or f"{self.kind}: {self.subject}"

    @property
    def counts(self) -> bool:
        """Whether it still counts in the tables."""
        return self.status == "current"


class Passage(NamedTuple):
    """Where an event stands: a document, a half-open range of its characters, and the words or their digest."""

    event: int
    position: int
    document: str
    title: str | None
    publisher: str | None
    url: str | None
    start: int
    end: int
    digest: str | None
    exact: str | None


class Correction(NamedTuple):
    """An event that replaces or retracts another, and the verdict: 'replaced' or 'retracted'."""

    event: EventRow
    verdict: str


def kind(event_type: str) -> str:
    """Return a type of events in words."""
    return event_type.replace(".", " ").replace("_", " ").replace("-", " ")


def when(edtf: str | None) -> str:
    """Return a date in words."""
    return describe(edtf) if edtf else "undated"


def find_event(db: sqlite3.Connection, name: str) -> EventRow | None:
    """Return the event with this number or whole id."""
    if _ID.fullmatch(name):
        return next(iter(events(db, "id = ?", (name,))), None)
    if _SEQUENCE.fullmatch(name):
        return next(iter(events(db, "sequence = ?", (int(name),))), None)
    return None


def events(
    db: sqlite3.Connection, where: str = "true", values: Sequence[Any] | dict[str, Any] = (), tail: str = ""
) -> list[EventRow]:
    """Return the events for which a condition of ours holds; ``tail`` is the order and the limit."""
    return [EventRow(*row) for row in db.execute(f"select {COLUMNS} from events where {where} {tail}", values)]


def data_of(db: sqlite3.Connection, sequence: int) -> dict[str, Any]:
    """Return what an event says."""
    row = db.execute("select data from events where sequence = ?", (sequence,)).fetchone()
    found: dict[str, Any] = json.loads(row[0]) if row else {}
    return found


def passages(db: sqlite3.Connection, sequences: Iterable[int]) -> dict[int, list[Passage]]:
    """Return the passages of events, in their order, by number; none for an event without."""
    found: dict[int, list[Passage]] = {}
    for row in db.execute(_PASSAGES, (json.dumps(list(sequences)),)):
        found.setdefault(row[0], []).append(Passage(*row))
    return found


def corrected_by(db: sqlite3.Connection, event: EventRow) -> list[Correction]:
    """Return the events that replace or retract an event, the newest last; whether they count, their status says."""
    rows = db.execute("select sequence, verdict from _corrections where target = ? order by sequence", (event.id,))
    return [
        Correction(item, verdict)
        for number, verdict in rows.fetchall()
        for item in events(db, "sequence = ?", (number,))
    ]


def redacted_by(db: sqlite3.Connection, event: EventRow) -> list[EventRow]:
    """Return the events that say what was taken out of an event, the newest last."""
    return events(db, "subject = ? and type = ?", (f"event/{event.id}", REDACTION), "order by sequence")


def corrects(db: sqlite3.Connection, event: EventRow) -> Correction | None:
    """Return the event that this one replaces or retracts, None where it does neither."""
    sql = "select target, verdict from _corrections where sequence = ? and verdict <> 'redacted'"
    row = db.execute(sql, (event.sequence,)).fetchone()
    found = events(db, "id = ?", (row[0],)) if row else []
    return Correction(found[0], row[1]) if found else None


def cloudevent(db: sqlite3.Connection, event: EventRow) -> dict[str, Any]:
    """Return an event as it stands in the log (CloudEvents 1.0, structured mode)."""
    replaces = db.execute(
        "select target from _corrections where sequence = ? and verdict = 'replaced'", (event.sequence,)
    ).fetchone()
    taken = redacted_by(db, event)
    values = {
        "specversion": "1.0",
        "id": event.id,
        "type": event.type,
        "source": event.source,
        "subject": event.subject,
        "edtf": event.edtf,
        "time": exact_instant(event.edtf) if event.edtf else None,
        "recordedtime": event.recorded,
        "sequence": f"{event.sequence:0{SIZE_DIGITS}d}",
        "replaces": replaces[0] if replaces else None,
        "data": data_of(db, event.sequence),
        LEAF: data_of(db, taken[-1].sequence).get("leaf") if taken else None,
        COUNTS: False if event.status == REDACTED else None,
    }
    return {name: value for name, value in values.items() if value is not None}
