"""The page of one event, and the event as it stands in the log.

Guarantees that a passage is shown only to who may read it and only when it is the one on record, and that proposals
are shown to editors alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote

from datasette import NotFound, Response

from regesta.errors import ArchiveError
from regesta.publish.feeds import jsonld
from regesta.publish.pages.visit import Visit
from regesta.publish.reading.citation import Log, Place, citation, credit
from regesta.publish.reading.dossier import PROPOSALS, Dossier, dossier
from regesta.publish.reading.events import EventRow, Passage, cloudevent, find_event
from regesta.publish.reading.evidence import Quote, by_document, quoted
from regesta.publish.reading.members import end_of

_CLOUDEVENT: Final = "application/cloudevents+json"
_UNKNOWN: Final = "There is no event of this number or id in the archive."


async def event(visit: Visit, name: str) -> Response:
    """Answer with the page of an event; by its id leads to its number, which is shorter."""
    moment = visit.moment()
    found = await visit.read(lambda db: dossier(db, visit.config, name, moment))
    if found is None or not _may_see(visit, found.event):
        raise NotFound(_UNKNOWN)
    if name != str(found.event.sequence):
        return Response.redirect(visit.path("event", found.event.sequence, asof=visit.argument("asof")))
    quotes = await asyncio.to_thread(_quotes, visit, found)
    place = Place(visit.origin + visit.path("event", found.event.sequence), _today(visit))
    return visit.page(
        "event.html",
        found=found,
        editor=unquote(found.event.source.removeprefix("manual:")),
        quotes=quotes,
        sources=by_document(quotes),
        asof=end_of(moment) if moment else "",
        cite=citation(found.event, visit.config, Log(visit.facts.size, visit.facts.root), place),
        described=jsonld.claim(found.cloudevent, _page(visit, found, place.url)),
    )


async def cloudevent_file(visit: Visit, name: str) -> Response:
    """Answer with an event as it stands in the log, in CloudEvents' structured mode."""

    def read(db: Any) -> tuple[EventRow, dict[str, Any]] | None:
        found = find_event(db, name)
        return (found, cloudevent(db, found)) if found else None

    found = await visit.read(read)
    if found is None or not _may_see(visit, found[0]):
        raise NotFound(_UNKNOWN)
    return visit.json(found[1], _CLOUDEVENT)


def _may_see(visit: Visit, event: EventRow) -> bool:
    return visit.editor or not event.type.startswith(PROPOSALS)


def _quotes(visit: Visit, found: Dossier) -> list[Quote]:
    """Return the passages; each text is read once."""
    texts = {digest: _text(visit, digest, source.text_digest) for digest, source in found.sources.items()}
    return [_quote(passage, texts[passage.document], found) for passage in found.passages]


def _text(visit: Visit, digest: str, text_digest: str | None) -> str | ArchiveError | None:
    try:
        return visit.text(digest, text_digest)
    except ArchiveError as error:
        return error


def _quote(passage: Passage, text: str | ArchiveError | None, found: Dossier) -> Quote:
    stories = found.sources[passage.document].stories
    if isinstance(text, ArchiveError):
        return Quote(passage, problem=f"The text that the archive holds is not the one on record: {text.message}.")
    return quoted(passage, text, stories)


def _page(visit: Visit, found: Dossier, url: str) -> jsonld.Page:
    config, about = visit.config, found.about
    page = visit.path("event", about.event) if about.event else visit.subject_path(about.subject)
    return jsonld.Page(
        url,
        found.event.title,
        jsonld.Thing(about.name, visit.origin + page),
        found.event.status,
        credit(found.event, config),
        _documents(found.passages),
        jsonld.Record(config.title, visit.origin + visit.path(), config.keeper, config.license, config.license_url),
    )


def _documents(passages: Sequence[Passage]) -> list[jsonld.Document]:
    found = {item.document: jsonld.Document(item.document, item.title, item.publisher, item.url) for item in passages}
    return list(found.values())


def _today(visit: Visit) -> str:
    return datetime.now(visit.zone).date().isoformat()
