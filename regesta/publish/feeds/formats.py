"""The files to take away, by name: what each is for, and how it is made, piece by piece.

Guarantees that the site, the command line and the static site make the same file from the same conditions, and that
a long file is never whole in memory.

>>> sorted(FORMATS)
['calendar.ics', 'events.csv', 'events.jsonl', 'events.jsonld', 'feed.atom', 'timelinejs.json']
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final
from zoneinfo import ZoneInfo

from regesta.publish.feeds import atom, calendar, graph, lines, table, timelinejs
from regesta.publish.feeds.asked import Asked, Part
from regesta.publish.reading.wanted import Wanted


@dataclass(frozen=True, slots=True)
class Format:
    """A file: its name, media type, title, what it is for, and the functions that make it.

    ``whole``: it takes also what was replaced or retracted, marked as such, unless it is asked not to.
    """

    name: str
    media_type: str
    title: str
    purpose: str
    part: Callable[[Asked, sqlite3.Connection, int], Part]
    left_out: Callable[[Asked, sqlite3.Connection], list[str]]
    whole: bool = False

    def wanted(self, argument: Callable[[str], str | None], zone: ZoneInfo) -> Wanted:
        """Return the conditions in an address, as `Wanted.read`, with the events that this file has by itself."""
        found = Wanted.read(argument, zone)
        return replace(found, status="any") if self.whole and not argument("status") else found

    def parts(self, asked: Asked, db: sqlite3.Connection) -> Iterator[str]:
        """Return the file piece by piece."""
        after: int | None = 0
        while after is not None:
            body, after = self.part(asked, db, after)
            yield body


_ALL: Final = (
    Format(
        "feed.atom", "application/atom+xml", "News feed",
        "For a feed reader: what entered the record, the newest first, with what it changed and where it stands.",
        atom.part, atom.left_out, whole=True,
    ),
    Format(
        "calendar.ics", "text/calendar", "Calendar",
        "For a calendar program: deadlines, and what happened on a day that is exactly known.",
        calendar.part, calendar.left_out,
    ),
    Format(
        "events.csv", "text/csv", "Table",
        "For a spreadsheet: one row an event. A cell that a spreadsheet would run as a formula begins with an "
        "apostrophe.",
        table.part, table.left_out, whole=True,
    ),
    Format(
        "timelinejs.json", "application/json", "Slides",
        "For TimelineJS of Knight Lab, to put the timeline into an article.",
        timelinejs.part, timelinejs.left_out,
    ),
    Format(
        "events.jsonl", "application/jsonl", "The record itself",
        "For programs and for safe keeping: each event exactly as it stands in the log, one a line (CloudEvents).",
        lines.part, lines.left_out, whole=True,
    ),
    Format(
        "events.jsonld", "application/ld+json", "Linked data",
        "For search engines, reference managers and triple stores: the events in the words of schema.org.",
        graph.part, graph.left_out,
    ),
)  # fmt: skip
FORMATS: Final = {one.name: one for one in _ALL}
