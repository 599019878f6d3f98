"""An event as schema.org JSON-LD: honest about its date, its sources and whether it counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from regesta.publish.feeds.jsonld import Document, Page, Record, Thing, claim, start_date

RECORD = Record("Letters", "https://example.org/", "The Paper", "CC0-1.0", "https://creativecommons.org/zero/1.0/")
DOCUMENT = Document("a" * 64, "The roll", "The Paper", "https://paper.example/1")
PAGE = Page(
    "https://example.org/-/event/12",
    "It says no.",
    Thing("Place 1", "https://example.org/-/about/place/P01"),
    "current",
    "Letters: event 12",
    (DOCUMENT,),
    RECORD,
)
EVENT = {"id": "5f" * 16, "edtf": "2017-06-30", "recordedtime": "2026-01-01T00:00:00.000Z", "type": "answer.given"}


def test_claim() -> None:
    """What is claimed and of whom, when, on what ground, in which archive, under which licence."""
    assert claim(EVENT, PAGE) == {
        "@context": "https://schema.org",
        "@type": "Claim",
        "@id": "https://example.org/-/event/12",
        "url": "https://example.org/-/event/12",
        "identifier": "5f" * 16,
        "text": "It says no.",
        "about": [
            {"@type": "Event", "name": "It says no.", "startDate": "2017-06-30"},
            {"@type": "Thing", "name": "Place 1", "url": "https://example.org/-/about/place/P01"},
        ],
        "temporalCoverage": "2017-06-30",
        "sdDatePublished": "2026-01-01T00:00:00.000Z",
        "isBasedOn": [
            {
                "@type": "CreativeWork",
                "identifier": f"urn:sha256:{'a' * 64}",
                "name": "The roll",
                "publisher": {"@type": "Organization", "name": "The Paper"},
                "url": "https://paper.example/1",
            }
        ],
        "isPartOf": {
            "@type": "Dataset",
            "name": "Letters",
            "url": "https://example.org/",
            "license": "https://creativecommons.org/zero/1.0/",
        },
        "creditText": "Letters: event 12",
        "license": "https://creativecommons.org/zero/1.0/",
        "sdPublisher": {"@type": "Organization", "name": "The Paper"},
    }


STARTS = {
    "day": ("2017-06-30", "2017-06-30"),
    "instant": ("2017-06-30T12:00:00-04:00", "2017-06-30T12:00:00-04:00"),
    "clock without a zone": ("2017-06-30T12:00:00", "2017-06-30"),
    "interval": ("2017-06-28/2017-07-05", None),
    "about": ("2017-06-30~", None),
    "doubtful": ("2017-06-30?", None),
    "month": ("2017-06", None),
    "open": ("../2017-07-05", None),
    "undated": (None, None),
}


@pytest.mark.parametrize(("edtf", "expected"), STARTS.values(), ids=STARTS.keys())
def test_start_date(edtf: str | None, expected: str | None) -> None:
    """Only an exact day or instant is a date of its own."""
    assert start_date(edtf) == expected


LEFT_OUT: dict[str, tuple[dict[str, Any], dict[str, Any], set[str]]] = {
    "undated": ({"edtf": None}, {}, {"temporalCoverage"}),
    "no document": ({}, {"documents": ()}, {"isBasedOn"}),
    "no licence": ({}, {"archive": RECORD._replace(license="", license_url="", keeper="")}, {"license", "sdPublisher"}),
}


@pytest.mark.parametrize(("event", "page", "expected"), LEFT_OUT.values(), ids=LEFT_OUT.keys())
def test_left_out(event: dict[str, Any], page: dict[str, Any], expected: set[str]) -> None:
    """What is not known is not there."""
    assert claim(EVENT, PAGE).keys() - claim({**EVENT, **event}, replace(PAGE, **page)).keys() == expected


def test_superseded() -> None:
    """What no longer counts says so."""
    assert claim(EVENT, replace(PAGE, status="retracted"))["creativeWorkStatus"] == "Retracted"


def test_addresses() -> None:
    """What is no web address is no address, and a licence without one has its name."""
    page = replace(
        PAGE,
        documents=(DOCUMENT._replace(url="javascript:alert(1)"),),
        archive=RECORD._replace(license_url="javascript:alert(1)"),
    )
    found = claim(EVENT, page)
    assert ("url" in found["isBasedOn"][0], found["license"]) == (
        False,
        {"@type": "CreativeWork", "name": "CC0-1.0"},
    )
