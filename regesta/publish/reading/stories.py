"""The stories of an archive as pages show them: how much rests on each, and which events rest on which version.

Guarantees that an event counts as resting on a document only while it counts itself, and that what an event says of
the document or its story is not taken for a fact that rests on it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from regesta.ingest.story import Change, Comparison, StoryVersion, compared
from regesta.ingest.versions import Archived
from regesta.ingest.worddiff import KINDS
from regesta.limits import STORIES_LISTED, STORY_CHANGES, STORY_CHARS, STORY_EVENTS
from regesta.publish.reading.events import EventRow, Passage, events, passages
from regesta.publish.reading.evidence import Quote, quoted

# What says something of the world, not of the document that it stands in.
_RESTS: Final = "e.status = 'current' and e.subject not like 'story/%' and e.subject not like 'document/%'"
_STORIES: Final = f"""
select s.id, s.title, s.publisher, s.url, s.published, s.updated,
  (select count(*) from story_versions v where v.story = s.id),
  (select count(distinct v.event)
    from story_versions o join evidence v on v.document = o.document join events e on e.sequence = v.event
    where o.story = s.id and {_RESTS})
from stories s order by s.title is null, s.title, s.id limit {STORIES_LISTED + 1}
"""
_OTHERS: Final = f"""
select d.digest, d.title, d.publisher, d.url, d.published, d.updated, d.retrieved,
  (select count(distinct v.event) from evidence v join events e on e.sequence = v.event
    where v.document = d.digest and {_RESTS})
from documents d where not exists (select 1 from story_versions v where v.document = d.digest)
order by d.title is null, d.title, d.digest limit {STORIES_LISTED + 1}
"""
_RESTING: Final = f"""
sequence in (select v.event from evidence v join events e on e.sequence = v.event where v.document = ? and {_RESTS})
"""
# The classes of changes as a reader is told of them.
_TITLES: Final = {
    "number": "Numbers and dates",
    "quote": "Words in quotation marks",
    "wording": "Wording",
    "position": "Moved, unchanged",
    "typo": "Spelling and punctuation",
}
_COUNTS: Final = {"number": "numbers", "quote": "quotes", "position": "moved"}  # columns of story_versions
_FACT_CHARS: Final = 40  # of a number with what belongs to it, which is a fact and no passage


@dataclass(frozen=True, slots=True)
class StoryRow:
    """A story in a list; dates are EDTF, ``events`` how many rest on any of its versions."""

    id: str
    title: str | None
    publisher: str | None
    url: str | None
    published: str | None
    updated: str | None
    versions: int
    events: int


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document that belongs to no story."""

    digest: str
    title: str | None
    publisher: str | None
    url: str | None
    published: str | None
    updated: str | None
    retrieved: str | None
    events: int


class Resting(NamedTuple):
    """An event and its passages in one version, in the order of the text."""

    event: EventRow
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a story with what rests on it, in the order of the text; ``more`` events are not listed.

    ``characters`` is the length of its text, or the end of the last passage where that is not known.
    """

    version: StoryVersion
    captured: str | None
    characters: int
    resting: tuple[Resting, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Kind:
    """A class of changes: how many there are (None: not known), and the first of them."""

    kind: str
    title: str
    count: int | None
    changes: tuple[Change, ...]


def stories(db: sqlite3.Connection) -> list[StoryRow]:
    """Return the stories by title, one more than `STORIES_LISTED` where there are more."""
    return [StoryRow(*row) for row in db.execute(_STORIES)]


def documents(db: sqlite3.Connection) -> list[DocumentRow]:
    """Return the documents that belong to no story, likewise."""
    return [DocumentRow(*row) for row in db.execute(_OTHERS)]


def version(db: sqlite3.Connection, item: StoryVersion) -> Version:
    """Return a version of a story with the events that rest on it."""
    found = {event.sequence: event for event in events(db, _RESTING, (item.document,))}
    here = {
        number: tuple(sorted((one for one in some if one.document == item.document), key=lambda one: one.start))
        for number, some in passages(db, found).items()
    }
    order = sorted(here, key=lambda number: (here[number][0].start, here[number][0].end, number))
    row = db.execute("select media_type, characters from documents where digest = ?", (item.document,)).fetchone()
    ends = [one.end for some in here.values() for one in some]
    return Version(
        item,
        row[0] if row else None,
        max([(row[1] or 0) if row else 0, *ends]),
        tuple(Resting(found[number], here[number]) for number in order[:STORY_EVENTS]),
        max(0, len(order) - STORY_EVENTS),
    )


def readable(
    db: sqlite3.Connection, text: Callable[[str, str | None], str | None], documents: Iterable[str]
) -> Mapping[str, str | None]:
    """Return the texts of documents, None where one is not to be had or longer than what is compared for a visitor."""

    @cache
    def one(digest: str) -> str | None:
        row = db.execute("select text from document_captured where digest = ?", (digest,)).fetchone()
        found = text(digest, row[0] if row else None)
        return found if found is not None and len(found) <= STORY_CHARS else None

    return {digest: one(digest) for digest in documents}


def comparison(
    db: sqlite3.Connection, story: str, pair: tuple[StoryVersion, StoryVersion], texts: Mapping[str, str | None]
) -> Comparison:
    """Compare two versions of a story by the texts that a visitor may read."""
    quotes = "full" if any(texts.values()) else "digest"
    return compared(Archived(db, texts.get, quotes), story, *pair)


def kinds(db: sqlite3.Connection, story: str, found: Comparison, *, open_words: bool) -> list[Kind]:
    """Return the changes class by class; the words themselves where they may be read, numbers always."""
    changes = [_told(change, open_words=open_words) for change in found.changes or ()]
    by_kind = {kind: [change for change in changes if change.edit.kind == kind] for kind in KINDS}
    complete = found.changes is not None and not found.omitted
    counts = {kind: len(by_kind[kind]) for kind in KINDS} if complete else _recorded_counts(db, story, found)
    return [Kind(kind, _TITLES[kind], counts.get(kind), tuple(by_kind[kind][:STORY_CHANGES])) for kind in KINDS]


def _told(change: Change, *, open_words: bool) -> Change:
    if open_words:
        return change
    return Change(change.edit, *(_fact(change, words) for words in (change.old, change.new)))


def _fact(change: Change, words: str | None) -> str | None:
    if not words:  # nothing there, or not known
        return words
    return words if change.edit.kind == "number" and len(words) <= _FACT_CHARS else None


def _recorded_counts(db: sqlite3.Connection, story: str, found: Comparison) -> dict[str, int | None]:
    """Return how many changes the event counted that noted the later version, where it compared with the earlier."""
    if found.new.previous != found.old.document:
        return {}
    names = {kind: _COUNTS.get(kind, kind) for kind in KINDS}
    sql = f"select {', '.join(names.values())} from story_versions where story = ? and document = ?"
    row = db.execute(sql, (story, found.new.document)).fetchone()
    return dict(zip(names, row, strict=True)) if row else {}


def lost_and_found(found: Comparison) -> tuple[dict[str, int], list[tuple[int, str | None, int]]]:
    """Return how many passages were found in which way, and the events of those that were not found as they were.

    An event is its number, its summary, and how much its words are alike: 1 to 99 of 100, 0 where they are gone.
    """
    counts: dict[str, int] = {}
    events: dict[int, tuple[int, str | None, int]] = {}
    for support, anchored in found.passages or ():
        counts[anchored.how] = counts.get(anchored.how, 0) + 1
        if anchored.how in ("fuzzy", "orphaned"):
            alike = 0 if anchored.how == "orphaned" else min(99, max(1, int(anchored.score)))
            known = events.get(support.event)
            events[support.event] = (support.event, support.summary, min(alike, known[2]) if known else alike)
    for event, summary in found.orphans:
        events[event] = (event, summary, 0)
    return counts, sorted(events.values(), key=lambda one: (one[2], one[0]))


def recorded_passages(db: sqlite3.Connection, story: str, found: Comparison) -> dict[str, int]:
    """Return how many passages the event found, by how, that noted the later version; empty where it did not say."""
    names = ("exact", "normalised", "fuzzy", "orphaned")
    columns = "found_exact, found_normalised, found_fuzzy, orphaned"
    sql = f"select {columns} from story_versions where story = ? and document = ?"
    row = db.execute(sql, (story, found.new.document)).fetchone()
    if row is None or found.new.previous != found.old.document:
        return {}
    return {name: number for name, number in zip(names, row, strict=True) if number is not None}


def quotes(item: Version, text: str | None) -> Iterator[tuple[tuple[int, int], Quote]]:
    """Yield each passage as it may be shown, by event and position: from the text, else as the evidence quotes it."""
    for one in (one for resting in item.resting for one in resting.passages):
        yield (one.event, one.position), quoted(one, text)


def marks(item: Version, width: int) -> list[tuple[float, float]]:
    """Return where passages stand in a text, as (x, width) on a strip ``width`` wide, overlaps made one."""
    scale = width / max(1, item.characters)
    ranges = sorted((one.start, one.end) for resting in item.resting for one in resting.passages)
    merged: list[list[int]] = []
    for start, end in ranges:
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return [(round(start * scale, 1), round(max(1.0, (end - start) * scale), 1)) for start, end in merged]


def covered_share(items: Sequence[tuple[float, float]], width: int) -> int:
    """Return how much of a strip is marked, in whole percent."""
    return min(100, round(100 * sum(size for _, size in items) / width))
