"""The page of feeds and files to take away, and the files themselves, each under conditions as a search has them.

Guarantees that a file which has not changed is not made again for a reader who has it (RFC 9110 §13), that a long
one is sent piece by piece, others being served in between, and that each says in a header what it leaves out.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256
from typing import Any, Final
from urllib.parse import quote

from datasette import NotFound, Response
from datasette.utils import add_cors_headers
from datasette.utils.asgi import AsgiStream

from regesta import __version__
from regesta.publish.feeds.asked import Asked
from regesta.publish.feeds.formats import FORMATS, Format
from regesta.publish.pages.visit import HEADERS, Visit
from regesta.publish.reading.wanted import Wanted

LEFT_OUT: Final = "x-regesta-left-out"
# What programs subscribe to is shown by them; the others are saved.
_SHOWN: Final = ("feed.atom", "calendar.ics")


@dataclass(frozen=True, slots=True)
class Offer:
    """A file on the page: its address for the whole archive and for the conditions ('' without any), what it lacks."""

    format: Format
    whole: str
    chosen: str
    left_out: Sequence[str]


async def take(visit: Visit) -> Response:
    """Answer with the page that lists the files."""
    wanted = Wanted.read(visit.argument, visit.zone)
    chosen = {} if wanted.empty else wanted.query()
    asked = {one.name: asked_for(visit, one) for one in FORMATS.values()}

    def left_out(db: sqlite3.Connection) -> dict[str, list[str]]:
        return {name: FORMATS[name].left_out(one, db) for name, one in asked.items()}

    lacks = await visit.read(left_out)
    count = await visit.read(wanted.count)
    offers = [_offer(visit, one, chosen, lacks[one.name]) for one in FORMATS.values()]
    return visit.page("take.html", offers=offers, wanted=wanted, chosen=chosen, count=count)


def _offer(visit: Visit, one: Format, chosen: dict[str, str], lacks: list[str]) -> Offer:
    whole = visit.origin + visit.path("take", one.name)
    return Offer(one, whole, visit.origin + visit.path("take", one.name, **chosen) if chosen else "", lacks)


async def file(visit: Visit, name: str) -> Response | AsgiStream:
    """Answer with one of the files."""
    if name not in FORMATS:
        raise NotFound(f"There is no file of this name; there are {', '.join(FORMATS)}.")
    asked_format = FORMATS[name]
    asked = asked_for(visit, asked_format)
    headers = {**HEADERS, **_validators(visit, asked)}
    if _is_known(visit, headers):
        return Response("", status=304, headers=headers)
    lacks = await visit.read(lambda db: asked_format.left_out(asked, db))
    headers[LEFT_OUT] = quote("; ".join(lacks) or "nothing", safe=" ;,()'.!?:")
    if name not in _SHOWN:
        headers["content-disposition"] = f'attachment; filename="{name}"'
    if getattr(visit.datasette, "cors", False):  # TimelineJS on the page of a newspaper reads the file from here
        add_cors_headers(headers)
    first = await visit.read(lambda db: asked_format.part(asked, db, 0))

    async def send(writer: Any) -> None:
        body, after = first
        await writer.write(body)
        while after is not None:
            body, after = await visit.read(lambda db, last=after: asked_format.part(asked, db, last))  # type: ignore[misc]
            await writer.write(body)

    return AsgiStream(send, headers=headers, content_type=f"{asked_format.media_type}; charset=utf-8")


def asked_for(visit: Visit, asked_format: Format) -> Asked:
    """Return what a visit asks of a file."""
    wanted = asked_format.wanted(visit.argument, visit.zone)
    given = Wanted.read(visit.argument, visit.zone).query()

    def link(*parts: object) -> str:
        return visit.origin + visit.path(*parts)

    here = visit.origin + visit.path("take", asked_format.name, **given)
    return Asked(wanted, visit.config, visit.facts.size, visit.facts.recorded_until, link, here)


def _validators(visit: Visit, asked: Asked) -> dict[str, str]:
    """Return what tells whether a file is still the same, without making it."""
    state = (__version__, visit.ground.stamp, visit.facts.root, visit.editor, asked.here, asked.wanted.status)
    found = {"etag": f'W/"{sha256(repr(state).encode()).hexdigest()[:32]}"'}
    if asked.recorded_until:
        recorded = datetime.fromisoformat(asked.recorded_until).astimezone(UTC)
        found["last-modified"] = format_datetime(recorded.replace(microsecond=0), usegmt=True)
    return found


def _is_known(visit: Visit, headers: dict[str, str]) -> bool:
    """Say whether the reader has the file as it is (RFC 9110 §13.2.2: the tag counts where there is one)."""
    given = visit.request.headers
    if "if-none-match" in given:
        tags = {tag.strip().removeprefix("W/") for tag in given["if-none-match"].split(",")}
        return headers["etag"].removeprefix("W/") in tags
    return "last-modified" in headers and given.get("if-modified-since") == headers["last-modified"]
