"""All that the tables know of one event: what it says, what it set, what corrected it, what rests on it.

Guarantees that everything is read in one go, so that a page is of one state of the archive.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from regesta.config import Config
from regesta.limits import CORRECTIONS_FOLLOWED
from regesta.publish.reading.events import (
    Correction,
    EventRow,
    Passage,
    cloudevent,
    corrected_by,
    corrects,
    data_of,
    find_event,
    redacted_by,
)
from regesta.publish.reading.evidence import Source, passages_of
from regesta.publish.reading.members import Item, Member, Words, label, members
from regesta.publish.reading.neighbours import neighbours
from regesta.publish.reading.references import Reference, References
from regesta.publish.reading.resting import Dispute, Resting, disputes, resting
from regesta.replay.asof import Moment
from regesta.replay.effects import Effect, effects
from regesta.replay.keys import columns_of
from regesta.replay.relations import REDACTED

PROPOSALS: Final = "proposal."


@dataclass(frozen=True, slots=True)
class Cell:
    """A column that an event set: what stood there before, and what it set."""

    name: str
    before: Item
    now: Item

    @property
    def label(self) -> str:
        """The column's name in words."""
        return label(self.name)


@dataclass(frozen=True, slots=True)
class Change:
    """A row that an event made or changed, in words."""

    effect: Effect
    key: tuple[Member, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Contest:
    """A dispute in words: the row, what this event says, and what the other one says."""

    dispute: Dispute
    key: tuple[Member, ...]
    value: Item
    other: Item


@dataclass(frozen=True, slots=True)
class Cause:
    """An event that corrects this one, or that it corrects; ``why`` is the reason that it gives."""

    event: EventRow
    verdict: str
    why: str


@dataclass(frozen=True, slots=True)
class Taken:
    """An event that says which members were taken out of this one, and why."""

    event: EventRow
    fields: str
    why: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """What there is to know of an event. ``counts`` is what counts in its place, where it does not itself.

    ``standing`` says of the moment that was asked for: 'certain', 'possible', 'later'; '' without a moment.
    ``timeless`` says that the event is about the record and holds at every date.
    """

    event: EventRow
    cloudevent: Mapping[str, Any]
    about: Reference
    members: Sequence[Member]
    passages: Sequence[Passage]
    sources: Mapping[str, Source]
    changes: Sequence[Change]
    corrects: Cause | None
    corrected_by: Sequence[Cause]
    redacted_by: Sequence[Taken]
    counts: EventRow | None
    disputes: Sequence[Contest]
    resting: Sequence[Resting]
    before: EventRow | None
    after: EventRow | None
    standing: str
    timeless: bool

    @property
    def data(self) -> Mapping[str, Any]:
        """What the event says."""
        found: Mapping[str, Any] = self.cloudevent["data"]
        return found


def dossier(db: sqlite3.Connection, config: Config, name: str, moment: Moment | None = None) -> Dossier | None:
    """Return what there is to know of the event with this number or id, None where there is none."""
    event = find_event(db, name)
    if event is None:
        return None
    references = References(db, config)
    words = Words(references, config)
    written = cloudevent(db, event)
    made = effects(db, event.sequence)
    found, sources = passages_of(db, event.sequence)
    target = corrects(db, event)
    before, after = neighbours(db, event)
    return Dossier(
        event=event,
        cloudevent=written,
        about=references.subject(event.subject),
        members=members(db, event, written["data"], words),
        passages=found,
        sources=sources,
        changes=[_change(effect, words, event.title) for effect in made],
        corrects=_cause(db, target, event) if target else None,
        corrected_by=[_cause(db, item, item.event) for item in corrected_by(db, event) if item.verdict != REDACTED],
        redacted_by=[_taken(db, item) for item in redacted_by(db, event)],
        counts=None if event.counts else _instead(db, event),
        disputes=[_contest(db, item, words) for item in disputes(db, event.sequence)],
        resting=resting(db, made, references),
        before=before,
        after=after,
        standing=standing(db, event, moment) if moment else "",
        timeless=_timeless(db, event),
    )


def standing(db: sqlite3.Connection, event: EventRow, moment: Moment) -> str:
    """Say whether an event had happened by a moment: 'certain', 'possible' or 'later'."""
    sql = f"select {moment.happened()}, {moment.possibly_happened()} from events where sequence = :sequence"
    happened, possibly = db.execute(sql, {**moment.parameters, "sequence": event.sequence}).fetchone()
    return "certain" if happened else "possible" if possibly else "later"


def _timeless(db: sqlite3.Connection, event: EventRow) -> bool:
    row = db.execute("select timeless from _types where type = ?", (event.type,)).fetchone()
    return bool(row and row[0])


def _change(effect: Effect, words: Words, title: str) -> Change:
    key = tuple(member.beside(title) for member in _key(effect.table, effect.key, words))
    cells = [
        Cell(name, words.item(name, effect.before.get(name)), words.item(name, value))
        for name, value in effect.values.items()
    ]
    return Change(effect, key, tuple(cells))


def _key(table: str, key: Mapping[str, Any], words: Words) -> tuple[Member, ...]:
    """Return a key in words: one of a single column is what the row is called."""
    members = tuple(words.member(name, value) for name, value in key.items())
    row = words.references.row(table, str(next(iter(key.values())))) if len(key) == 1 else None
    return (Member(members[0].name, (Item(row.name, row),)),) if row else members


def _contest(db: sqlite3.Connection, dispute: Dispute, words: Words) -> Contest:
    names = columns_of(db, dispute.table).key
    key = _key(dispute.table, dict(zip(names, dispute.key, strict=True)), words)
    value, other = (words.item(dispute.column, item) for item in (dispute.value, dispute.other_value))
    return Contest(dispute, key, value, other)


def _taken(db: sqlite3.Connection, by: EventRow) -> Taken:
    data = data_of(db, by.sequence)
    return Taken(by, str(data.get("fields", "")), str(data.get("reason", "")))


def _cause(db: sqlite3.Connection, correction: Correction, by: EventRow) -> Cause:
    """Return a correction with its reason: a retraction gives one, a replacement may have a note."""
    why = data_of(db, by.sequence).get("reason" if correction.verdict == "retracted" else "note")
    return Cause(correction.event, correction.verdict, str(why or ""))


def _instead(db: sqlite3.Connection, event: EventRow) -> EventRow | None:
    """Return what counts in the place of an event: the last of those that replaced it, None where it was retracted."""
    for _ in range(CORRECTIONS_FOLLOWED):
        if event.counts:
            return event
        by = [item.event for item in corrected_by(db, event) if item.verdict == "replaced"]
        if event.status != "replaced" or not by:
            return None
        event = by[-1]
    return None
