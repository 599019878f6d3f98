"""What an archive knows of its stories: their versions, and the comparison of any two of them.

Guarantees that a comparison says what it rests on: texts that are held are compared, word by word; of others only what
the event recorded that noted the update is told.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from regesta.errors import UsageError
from regesta.ingest._normal import Range
from regesta.ingest.passages import Anchor
from regesta.ingest.stories import plain_url
from regesta.ingest.versions import Archived, Support, found_again
from regesta.ingest.worddiff import Edit, compare, describe

_PREFIX_CHARS: Final = 4  # shorter ones name too many documents
_SHOWN: Final = 5  # stories that an error names
_STORIES: Final = """
select s.id, s.title, s.publisher, s.url, s.published, s.updated,
  (select count(*) from story_versions v where v.story = s.id)
from stories s order by s.id
"""
_VERSIONS: Final = """
select
  v.document, v.published, v.updated, d.retrieved, v.stamp, v.change, v.previous, d.title, d.url, d.name, v.last_event
from story_versions v left join documents d on d.digest = v.document
where v.story = ? order by v.last_event
"""


@dataclass(frozen=True, slots=True)
class StoryLine:
    """A story in a list; dates are EDTF, ``versions`` how many there are."""

    id: str
    title: str | None
    publisher: str | None
    url: str | None
    published: str | None
    updated: str | None
    versions: int


@dataclass(frozen=True, slots=True)
class StoryVersion:
    """A version of a story, by the SHA-256 of its document; ``event`` is the number of the event that noted it."""

    document: str
    published: str | None
    updated: str | None
    retrieved: str | None
    stamp: str | None
    change: str | None
    previous: str | None
    title: str | None
    url: str | None
    name: str | None
    event: int


@dataclass(frozen=True, slots=True)
class Change:
    """An edit with its words before and after; None where these are not known."""

    edit: Edit
    old: str | None
    new: str | None


@dataclass(frozen=True)
class Comparison:
    """From one version to another: ``change`` in words, the changes, and the passages that the one had.

    ``texts`` are both texts, each None where it is not held; ``changes`` is None where nothing is known of them.
    ``omitted`` changes were counted but not recorded. ``orphans`` are the events that lost a passage: number and
    summary.
    """

    old: StoryVersion
    new: StoryVersion
    change: str | None
    texts: tuple[str | None, str | None]
    changes: Sequence[Change] | None
    omitted: int = 0
    passages: Sequence[tuple[Support, Anchor]] | None = None
    orphans: Sequence[tuple[int, str | None]] = field(default_factory=tuple)


def stories(db: sqlite3.Connection) -> list[StoryLine]:
    """Return all stories, by name."""
    return [StoryLine(*row) for row in db.execute(_STORIES)]


def find_story(db: sqlite3.Connection, name: str) -> StoryLine:
    """Return the story with this name, address, or document (the beginning of its digest); raises `UsageError`."""
    known = stories(db)
    found = {name} | _by_address(db, name) | _by_digest(db, name)
    chosen = [item for item in known if item.id in found]
    if len(chosen) == 1:
        return chosen[0]
    names = [item.id for item in chosen or known]
    some = f"{', '.join(names[:_SHOWN])}{' …' if len(names) > _SHOWN else ''}"
    if chosen:
        raise UsageError(f"{name!r} names {len(chosen)} stories", remedy=f"name one of {some}")
    raise UsageError(
        f"there is no story {name!r}", remedy=f"there are {some}" if names else "`regesta ingest` takes in the first"
    )


def _by_address(db: sqlite3.Connection, name: str) -> set[str]:
    if "://" not in name:
        return set()
    sql = (
        "select v.story, d.url from story_versions v join documents d on d.digest = v.document where d.url is not null"
    )
    rows = [*db.execute(sql), *db.execute("select id, url from stories where url is not null")]
    return {story for story, url in rows if plain_url(url) == plain_url(name)}


def _by_digest(db: sqlite3.Connection, name: str) -> set[str]:
    prefix = name.lower()
    if len(prefix) < _PREFIX_CHARS or set(prefix) - {*"0123456789abcdef"}:
        return set()
    sql = "select story from story_versions where document >= ? and document < ?"
    return {row[0] for row in db.execute(sql, (prefix, f"{prefix}g"))}


def versions_of_story(db: sqlite3.Connection, story: str) -> list[StoryVersion]:
    """Return the versions of a story in the order in which they were recorded."""
    return [StoryVersion(*row) for row in db.execute(_VERSIONS, (story,))]


def chosen(versions: Sequence[StoryVersion], old: str | None, new: str | None) -> tuple[StoryVersion, StoryVersion]:
    """Return the two versions that digests (or their beginnings) name; else the last, and the one before the other.

    Raises `UsageError` when there are no two.
    """
    last = _named(versions, new) if new else versions[-1]
    if old:
        return _named(versions, old), last
    before = [version for version in versions if version.document == last.previous] or versions[: versions.index(last)]
    if not before:
        raise UsageError("there is no version before it", remedy="name an earlier one with --from")
    return before[-1], last


def _named(versions: Sequence[StoryVersion], name: str) -> StoryVersion:
    found = [version for version in versions if version.document.startswith(name.lower())]
    if len(found) != 1:
        some = ", ".join(version.document[:12] for version in versions[:_SHOWN])
        raise UsageError(f"{name!r} names {len(found)} versions of the story", remedy=f"there are {some}")
    return found[0]


def compared(known: Archived, story: str, old: StoryVersion, new: StoryVersion) -> Comparison:
    """Compare two versions of a story."""
    before, after = known.text(old.document), known.text(new.document)
    passages = found_again(known, story, old.document, after) if after is not None else None
    if before is not None and after is not None:
        edits = compare(before, after)
        changes = [Change(edit, before[slice(*edit.before)], after[slice(*edit.after)]) for edit in edits]
        return Comparison(old, new, describe(edits), (before, after), changes, passages=passages)
    data = _recorded(known.db, story, new) if new.previous == old.document else {}
    return Comparison(
        old,
        new,
        new.change if data else None,
        (before, after),
        [_change(item, before, after) for item in data["edits"]] if "edits" in data else None,
        data.get("edits_omitted", 0),
        passages,
        _events(known.db, data.get("orphans", ())) if passages is None else (),
    )


def _recorded(db: sqlite3.Connection, story: str, version: StoryVersion) -> dict[str, Any]:
    """Return the data of the event that noted a version."""
    sql = """
        select e.data from story_updated u join events e on e.sequence = u.sequence
        where u.story = ? and u.document = ? order by u.sequence desc limit 1
    """
    row = db.execute(sql, (story, version.document)).fetchone()
    data: dict[str, Any] = json.loads(row[0]) if row else {}
    return data


def _change(item: dict[str, Any], before: str | None, after: str | None) -> Change:
    """Return a recorded change, with its words where the text is held or the event has them."""
    edit = Edit(item["kind"], (item["before"][0], item["before"][1]), (item["after"][0], item["after"][1]))
    return Change(edit, _words(edit.before, before, item.get("from")), _words(edit.after, after, item.get("to")))


def _words(stretch: Range, text: str | None, recorded: str | None) -> str | None:
    if stretch[0] == stretch[1]:
        return ""
    return text[slice(*stretch)] if text is not None else recorded


def _events(db: sqlite3.Connection, ids: Sequence[str]) -> tuple[tuple[int, str | None], ...]:
    rows = [db.execute("select sequence, summary from events where id = ?", (name,)).fetchone() for name in ids]
    return tuple((row[0], row[1]) for row in rows if row)
