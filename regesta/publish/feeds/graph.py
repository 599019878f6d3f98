"""`events.jsonld`: the events as schema.org JSON-LD, for search engines, reference managers and triple stores.

Guarantees that each event is described as on its own page (`jsonld.py`), and that one which has no address has a
lasting id in its place.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any, Final

from regesta.limits import JSONLD_EVENTS
from regesta.publish.feeds.asked import OF_RECORD, Asked, Part, left, sentence, urn
from regesta.publish.feeds.jsonld import Document, Page, Record, Thing, claim
from regesta.publish.reading.citation import credit
from regesta.publish.reading.events import EventRow, Passage, cloudevent, passages
from regesta.publish.reading.names import Names

_STORY: Final = f"not {OF_RECORD}"
_NEWEST: Final = f"order by sequence desc limit {JSONLD_EVENTS}"
_WEB: Final = ("https://", "http://")


def part(asked: Asked, db: sqlite3.Connection, after: int) -> Part:
    """Return the whole document: a `Dataset` with its events in the order of the log."""
    config, names = asked.config, Names(db, asked.config)
    record = Record(config.title, asked.link(), config.keeper, config.license, config.license_url)
    found = asked.take(db, _STORY, _NEWEST)[::-1]
    cited = passages(db, [event.sequence for event in found])
    claims = [
        _claim(asked, cloudevent(db, event), _page(asked, event, names, cited.get(event.sequence, []), record))
        for event in found
    ]
    document = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": asked.here or urn(config.origin, "events"),
        "name": asked.title,
        "description": f"{config.description} {sentence(left_out(asked, db))}".strip(),
        "url": asked.link(),
        "license": config.license_url if config.license_url.startswith(_WEB) else config.license,
        "dateModified": asked.recorded_until,
        "hasPart": claims,
    }
    kept = {name: value for name, value in document.items() if value not in (None, "")}
    return Part(json.dumps(kept, ensure_ascii=False, indent=1) + "\n")


def left_out(asked: Asked, db: sqlite3.Connection) -> list[str]:
    """Say what is not in the file, and why."""
    return [
        *left(asked.count(db, _STORY) - JSONLD_EVENTS, "event", f"older than the newest {JSONLD_EVENTS:,}"),
        *asked.corrected(db),
        *asked.about_record(db),
        *asked.hidden(db),
    ]


def _claim(asked: Asked, event: dict[str, Any], page: Page) -> dict[str, Any]:
    found = claim(event, page)
    del found["@context"]  # it stands once, at the top
    return {"@id": urn(asked.config.origin, event["id"]), **found}


def _page(asked: Asked, event: EventRow, names: Names, cited: list[Passage], record: Record) -> Page:
    about = Thing(names.of(event.subject), asked.link("about", *event.subject.split("/")))
    documents = [Document(one.document, one.title, one.publisher, one.url) for one in cited]
    address = asked.link("event", event.sequence)
    unique = tuple(dict.fromkeys(documents))
    return Page(address, event.title, about, event.status, credit(event, asked.config), unique, record)
