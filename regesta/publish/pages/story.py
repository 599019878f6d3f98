"""The stories of an archive, and one story: its versions side by side, what changed, and what rests on each.

Guarantees that words of a text are shown only to who may read it: everybody where the archive says `quotes = "full"`,
else editors. Others are told what changed as the event has it that noted the update.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any, Final

from datasette import NotFound, Response

from regesta.ingest.story import Comparison, StoryLine, StoryVersion, chosen, versions_of_story
from regesta.ingest.story import stories as known_stories
from regesta.limits import STORIES_LISTED, STORY_CHARS
from regesta.publish.drawing.sidebyside import Block, side_by_side
from regesta.publish.pages.visit import Visit
from regesta.publish.reading import stories as reading
from regesta.publish.reading.names import Names

_STRIP: Final = 1000  # units of the strip that shows where passages stand in a text


@dataclass(frozen=True, slots=True)
class Compared:
    """A pair of versions as the page shows it; ``blocks`` are None where the texts may not be shown."""

    old: StoryVersion
    new: StoryVersion
    change: str | None
    kinds: list[reading.Kind]
    blocks: list[Block] | None
    omitted: int
    passages: dict[str, int]
    events: list[tuple[int, str | None, int]]


async def stories(visit: Visit) -> Response:
    """Answer with all stories, and the documents that belong to none."""

    def read(db: sqlite3.Connection) -> dict[str, Any]:
        found, others = reading.stories(db), reading.documents(db)
        return {
            "stories": found[:STORIES_LISTED],
            "documents": others[:STORIES_LISTED],
            "more_stories": len(found) > STORIES_LISTED,
            "more_documents": len(others) > STORIES_LISTED,
        }

    return visit.page("stories.html", **await visit.read(read))


async def story(visit: Visit, name: str) -> Response:
    """Answer with one story; raises `UsageError` for versions that it does not have."""
    values = await visit.read(lambda db: _story(db, visit, name))
    return visit.page("story.html", **values)


def _story(db: sqlite3.Connection, visit: Visit, name: str) -> dict[str, Any]:
    found: StoryLine | None = next((item for item in known_stories(db) if item.id == name), None)
    if found is None:
        raise NotFound("There is no such story.")
    versions = versions_of_story(db, found.id)
    asked = visit.argument("from") or None, visit.argument("to") or None
    pair = chosen(versions, *asked) if len(versions) > 1 or any(asked) else None
    texts = reading.readable(db, visit.text, [item.document for item in versions])
    shown = [reading.version(db, item) for item in versions]
    strips = [reading.marks(item, _STRIP) for item in shown]
    return {
        "story": found,
        "versions": [
            (item, strip, reading.covered_share(strip, _STRIP)) for item, strip in zip(shown, strips, strict=True)
        ],
        "held": {digest for digest, text in texts.items() if text is not None},
        "quotes": {key: quote for item in shown for key, quote in reading.quotes(item, texts[item.version.document])},
        "compared": _compared(db, visit, found.id, reading.comparison(db, found.id, pair, texts)) if pair else None,
        "too_long": STORY_CHARS,
        "strip_width": _STRIP,
        "names": Names(db, visit.config),
    }


def _compared(db: sqlite3.Connection, visit: Visit, story: str, found: Comparison) -> Compared:
    before, after = found.texts
    may_read = visit.config.quotes == "full" or visit.editor
    edits = [change.edit for change in found.changes or ()]
    counts, events = reading.lost_and_found(found)
    return Compared(
        found.old,
        found.new,
        found.change,
        reading.kinds(db, story, found, open_words=may_read),
        side_by_side(before, after, edits) if before is not None and after is not None else None,
        found.omitted,
        counts or reading.recorded_passages(db, story, found),
        events,
    )
