"""`feed.atom`: what entered the log, the newest first, for feed readers (Atom, RFC 4287).

Guarantees that an entry keeps its id, that `updated` is when the event was recorded, and that each entry says what the
event changed in the tables, before and after, and on which passages it rests.
"""

from __future__ import annotations

import sqlite3
from typing import Any, Final, NamedTuple

from lxml import etree

from regesta import __version__
from regesta.limits import ATOM_ENTRIES
from regesta.publish.feeds.asked import Asked, Part, clean, left, sentence, urn
from regesta.publish.pages.rendering import render
from regesta.publish.reading.events import EventRow, Passage, passages
from regesta.publish.reading.names import Names
from regesta.replay.effects import Effect, effects
from regesta.replay.keys import key_text

NAMESPACE: Final = "http://www.w3.org/2005/Atom"
_NEWEST: Final = f"order by sequence desc limit {ATOM_ENTRIES}"
_EMPTY: Final = "1970-01-01T00:00:00Z"  # a feed must say when it was updated; nothing was recorded yet
_SHOWN_CHARS: Final = 500  # of one value in a table cell; the event's page has all of it


class Change(NamedTuple):
    """A cell that an event set: in which table and row, and what it held before and after; '' for nothing."""

    table: str
    row: str
    column: str
    before: str
    after: str


def part(asked: Asked, db: sqlite3.Connection, after: int) -> Part:
    """Return the whole feed."""
    feed = etree.Element(f"{{{NAMESPACE}}}feed", nsmap={None: NAMESPACE})
    found = asked.take(db, tail=_NEWEST)
    cited, names = passages(db, [event.sequence for event in found]), Names(db, asked.config)
    updated = found[0].recorded if found else asked.recorded_until or _EMPTY
    _head(feed, asked, sentence(left_out(asked, db)), updated)
    for event in found:
        words = render(
            "_entry.html",
            {
                "event": event,
                "name": names.of(event.subject),
                "changes": changes(effects(db, event.sequence)),
                "passages": cited.get(event.sequence, []),
                "place": _place,
            },
        )
        _entry(feed, asked, event, words)
    etree.indent(feed)
    return Part(etree.tostring(feed, encoding="utf-8", xml_declaration=True).decode("utf-8") + "\n")


def left_out(asked: Asked, db: sqlite3.Connection) -> list[str]:
    """Say what is not in the feed, and why."""
    older = left(asked.count(db) - ATOM_ENTRIES, "event", f"older than the newest {ATOM_ENTRIES:,}")
    return [*older, *asked.corrected(db), *asked.hidden(db)]


def changes(found: list[Effect]) -> list[Change]:
    """Return what an event changed, cell by cell, in the order of tables and rows."""
    return [
        Change(
            effect.table, key_text(tuple(effect.key.values())), column, _cell(effect.before.get(column)), _cell(value)
        )
        for effect in found
        for column, value in effect.values.items()
    ]


def _head(feed: Any, asked: Asked, note: str, updated: str) -> None:
    query = [f"{name}={value}" for name, value in asked.wanted.query().items()]
    _add(feed, "id", urn(asked.config.origin, "feed", *query))
    _add(feed, "title", asked.title)
    _add(feed, "subtitle", f"{asked.config.description} {note}".strip())
    _add(feed, "updated", updated)
    _add(_add(feed, "author"), "name", asked.config.keeper or asked.config.title)
    if asked.config.license:
        _add(feed, "rights", asked.config.license)
    _add(feed, "generator", "Regesta", version=__version__)
    for kind, relation, address in (
        ("application/atom+xml", "self", asked.here),
        ("text/html", "alternate", asked.link()),
    ):
        if address:
            _add(feed, "link", rel=relation, type=kind, href=address)


def _entry(feed: Any, asked: Asked, event: EventRow, words: str) -> None:
    entry = _add(feed, "entry")
    _add(entry, "id", urn(asked.config.origin, event.id))
    _add(entry, "title", event.title)
    _add(entry, "updated", event.recorded)
    _add(entry, "published", event.recorded)
    _add(entry, "category", term=event.type, label=event.kind)
    if address := asked.link("event", event.sequence):
        _add(entry, "link", rel="alternate", type="text/html", href=address)
    _add(entry, "content", words, type="html")


def _add(parent: Any, name: str, text: str = "", **attributes: str) -> Any:
    element = etree.SubElement(
        parent, f"{{{NAMESPACE}}}{name}", {key: clean(value) for key, value in attributes.items()}
    )
    element.text = clean(text) or None
    return element


def _place(passage: Passage) -> str:
    """Return where a passage stands, in words."""
    where = passage.title or f"the document {passage.document[:12]}…"
    return f"{where}, characters {passage.start:,} to {passage.end:,}"


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= _SHOWN_CHARS else f"{text[: _SHOWN_CHARS - 1]}…"
