"""An event as schema.org JSON-LD, for search engines and reference managers that read the page of an event.

What it is taken for: a `Claim`, for that is all that an archive has, its own statement that something happened, with
what it is based on; and what is claimed is an `Event`. Guarantees that doubt is not lost on the way: `startDate` is
there only for an exact day or instant, every other date stands as it is known (EDTF) in `temporalCoverage`, and
what was replaced or retracted says so in `creativeWorkStatus`. Addresses that are no web addresses are left out.

>>> archive = Record("Letters", "https://example.org/-/front", "", "", "")
>>> address = "https://example.org/-/event/1"
>>> page = Page(address, "Letter 1 goes out.", Thing("Place 1", ""), "current", "…", (), archive)
>>> claim({"id": "5f", "edtf": "2017-06-30~", "recordedtime": "2026-01-01T00:00:00.000Z"}, page)["about"][0]
{'@type': 'Event', 'name': 'Letter 1 goes out.'}
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from regesta.schema.dates import exact_instant

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# A clock time without a zone: the day is known, the instant is not.
_LOCAL: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T[0-9:.]+")
_WEB: Final = ("https://", "http://")


class Thing(NamedTuple):
    """What an event is about: its name, and the address of its page, '' where it has none."""

    name: str
    url: str


class Document(NamedTuple):
    """A document that an event is based on."""

    digest: str
    title: str | None
    publisher: str | None
    url: str | None


class Record(NamedTuple):
    """The archive: title, address, keeper and licence; '' for what it does not say."""

    title: str
    url: str
    keeper: str
    license: str
    license_url: str


@dataclass(frozen=True, slots=True)
class Page:
    """What the page of an event says besides the event: its address, the words that it is cited with, its sources."""

    url: str
    title: str
    about: Thing
    status: str
    credit: str
    documents: Sequence[Document]
    archive: Record


def claim(event: Mapping[str, Any], page: Page) -> dict[str, Any]:
    """Return the description of an event, given as a CloudEvent."""
    archive = page.archive
    found = {
        "@context": "https://schema.org",
        "@type": "Claim",
        "@id": page.url,
        "url": page.url,
        "identifier": event["id"],
        "text": page.title,
        "about": [
            _happening(event, page.title),
            _filled({"@type": "Thing", "name": page.about.name, "url": page.about.url}),
        ],
        "temporalCoverage": event.get("edtf"),
        "sdDatePublished": event["recordedtime"],
        "creativeWorkStatus": None if page.status == "current" else page.status.capitalize(),
        "isBasedOn": [_document(document) for document in page.documents],
        "isPartOf": _filled(
            {"@type": "Dataset", "name": archive.title, "url": archive.url, "license": _license(archive)}
        ),
        "creditText": page.credit,
        "license": _license(archive),
        "sdPublisher": {"@type": "Organization", "name": archive.keeper} if archive.keeper else None,
    }
    return _filled(found)


def start_date(edtf: str | None) -> str | None:
    """Return the day or instant of a date that has exactly one.

    >>> start_date("2017-07-05T16:02:00"), start_date("2017-06-28/2017-07-05"), start_date("2017-06-30~")
    ('2017-07-05', None, None)
    """
    if edtf is None:
        return None
    local = _LOCAL.fullmatch(edtf)
    return edtf if _DAY.fullmatch(edtf) else local[1] if local else exact_instant(edtf)


def _happening(event: Mapping[str, Any], name: str) -> dict[str, Any]:
    return _filled({"@type": "Event", "name": name, "startDate": start_date(event.get("edtf"))})


def _document(document: Document) -> dict[str, Any]:
    return _filled({
        "@type": "CreativeWork",
        "identifier": f"urn:sha256:{document.digest}",
        "name": document.title,
        "publisher": {"@type": "Organization", "name": document.publisher} if document.publisher else None,
        "url": document.url if (document.url or "").startswith(_WEB) else None,
    })  # fmt: skip


def _license(archive: Record) -> str | dict[str, str] | None:
    if archive.license_url.startswith(_WEB):
        return archive.license_url
    return {"@type": "CreativeWork", "name": archive.license} if archive.license else None


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [])}
