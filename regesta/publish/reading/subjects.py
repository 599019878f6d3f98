"""What events are about: all of it by kind, and for one thing everything that happened to it, or that it said or did.

Guarantees that an event is found which names the thing in any of its members: as its subject, by a column that
refers to the thing's table, or by its whole name (`topic/voter-id-laws`).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from regesta.database import quote_identifier as quoted
from regesta.publish.reading.events import COLUMNS, EventRow
from regesta.publish.reading.references import References
from regesta.publish.reading.wanted import ORDERS
from regesta.replay.asof import Moment
from regesta.schema.dates import describe

# Not what a story is about: events on events, and what nobody has accepted yet.
_NO_SUBJECTS: Final = ("event", "proposal")
_SUPERSEDED: Final = """
select subject, count(*) from events
where id in (select target from _corrections) and status <> 'current' group by subject
"""
_MONTHS_AT_MOST: Final = 24  # headings by month; a longer story has them by year


class Subject(NamedTuple):
    """Something that events are about, with the number of those that count."""

    subject: str
    name: str
    events: int


@dataclass(frozen=True, slots=True)
class Kind:
    """All subjects of one kind, most events first: how many there are, and some of them by name."""

    kind: str
    plural: str
    subjects: int
    events: int
    shown: tuple[Subject, ...]


class Told(NamedTuple):
    """An event of a subject: the number of its passages, and whether it had happened by the moment asked for.

    ``standing`` is 'certain' or 'possible', '' without a moment.
    """

    event: EventRow
    passages: int
    standing: str


class Period(NamedTuple):
    """Events under one heading."""

    title: str
    events: list[Told]


@dataclass(frozen=True, slots=True)
class Story:
    """Some of the events of a subject in order: ``count`` is that of all, ``later`` of those after the moment.

    ``superseded`` counts those that were replaced or retracted; they are not among the others.
    """

    periods: Sequence[Period]
    count: int
    later: int
    superseded: int


def kinds(db: sqlite3.Connection, references: References, limit: int) -> list[Kind]:
    """Return every kind of subjects, the most frequent in events first, with the first ``limit`` of each by name."""
    found: dict[str, list[tuple[int, str]]] = {}
    taken_back = dict(tuple(row) for row in db.execute(_SUPERSEDED))
    for subject, count in db.execute("select subject, count(*) from events group by subject"):
        kind, counted = subject.partition("/")[0], count - taken_back.get(subject, 0)
        if counted and kind not in _NO_SUBJECTS:
            found.setdefault(kind, []).append((-counted, subject))
    named = [_kind(kind, sorted(items), references, slice(limit)) for kind, items in found.items()]
    return sorted(named, key=lambda kind: (-kind.events, kind.kind))


def subjects(db: sqlite3.Connection, references: References, kind: str, wanted: slice) -> Kind:
    """Return some of the subjects of one kind; raises nothing where there are none."""
    taken_back = dict(tuple(row) for row in db.execute(_SUPERSEDED))
    sql = "select subject, count(*) from events where subject >= ? and subject < ? group by subject"
    rows = [] if kind in _NO_SUBJECTS else db.execute(sql, (f"{kind}/", f"{kind}0")).fetchall()
    counted = sorted((taken_back.get(subject, 0) - count, subject) for subject, count in rows)
    return _kind(kind, [item for item in counted if item[0]], references, wanted)


def story(db: sqlite3.Connection, references: References, subject: str, moment: Moment | None, wanted: slice) -> Story:
    """Return the events that ``subject`` is in, in order: ``wanted`` of them."""
    about, values = "from events where sequence in (select value from json_each(:about))", dict[str, Any]()
    values["about"] = json.dumps(_naming(db, references, subject))
    current = "count(*) filter (where status = 'current')"
    total, superseded = db.execute(f"select {current}, count(*) - {current} {about}", values).fetchone()
    standing, met = "''", "true"
    if moment:
        values |= moment.parameters
        standing = f"case when {moment.happened()} then 'certain' else 'possible' end"
        met = f"({moment.happened()} or {moment.possibly_happened()})"
    about = f"{about} and status = 'current' and {met}"
    count = db.execute(f"select count(*) {about}", values).fetchone()[0] if moment else total
    first, end = wanted.start or 0, wanted.stop
    sql = f"select {COLUMNS}, {standing} {about} {ORDERS['time']} limit {end - first:d} offset {first:d}"
    rows = [tuple(row) for row in db.execute(sql, values)]
    cited = _passages(db, [row[0] for row in rows])
    told = [Told(EventRow(*row[:-1]), cited.get(row[0], 0), row[-1]) for row in rows]
    return Story(_periods(told), count, total - count, superseded)


def _kind(kind: str, counted: list[tuple[int, str]], references: References, wanted: slice) -> Kind:
    place = references.names.place(kind)
    shown = tuple(Subject(subject, references.names.of(subject), -count) for count, subject in counted[wanted])
    plural = place[0].replace("_", " ") if place else f"{kind}s"
    return Kind(kind, plural, len(counted), -sum(count for count, _ in counted), shown)


def _naming(db: sqlite3.Connection, references: References, subject: str) -> list[int]:
    """Return the numbers of the events that name a subject, as such or in a member."""
    kind, _, name = subject.partition("/")
    place = references.names.place(kind)
    own = references.columns_to(place[0]) if place else []
    parts = ["select sequence from events where subject = :subject"]
    for (relation,) in db.execute("select relation from _types where type not like 'proposal.%'").fetchall():
        narrow = quoted(f"_{relation}")
        columns = [row[1] for row in db.execute(f"pragma table_info({narrow})") if row[2].lower() == "text"]
        terms = [f":name = {quoted(column)}" for column in columns if column in own]
        terms += [f":subject = {quoted(column)}" for column in columns if column not in own]
        if terms:
            parts.append(f"select sequence from {narrow} where {' or '.join(terms)}")
    return [row[0] for row in db.execute(" union ".join(parts), {"subject": subject, "name": name})]


def _passages(db: sqlite3.Connection, sequences: list[int]) -> dict[int, int]:
    sql = "select event, count(*) from evidence where event in (select value from json_each(?)) group by event"
    return {row[0]: row[1] for row in db.execute(sql, (json.dumps(sequences),))}


def _periods(told: Sequence[Told]) -> list[Period]:
    """Return events under headings: months or years, and apart those of which a bound, or both, is not known."""
    years = len({_month(item.event.latest) for item in told if item.event.latest}) > _MONTHS_AT_MOST
    found: dict[str, Period] = {}
    for item in sorted(told, key=lambda item: _group(item.event)):
        title = _title(item.event, years)
        found.setdefault(title, Period(title, [])).events.append(item)
    return list(found.values())


def _group(event: EventRow) -> int:
    """Return the order of groups: since when is open, dated, until when is open, undated."""
    if event.edtf is None:
        return 3
    return 0 if event.earliest is None and event.latest else 1 if event.latest else 2


def _title(event: EventRow, years: bool) -> str:
    named = {0: "At some time up to a known date", 2: "From a known date on", 3: "Undated"}
    found = named.get(_group(event))
    month = _month(event.latest or "")
    return found or describe(month.rpartition("-")[0] if years else month)


def _month(bound: str) -> str:
    return bound.partition("T")[0].rpartition("-")[0]
