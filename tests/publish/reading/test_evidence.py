"""Passages are shown with the text around them only where they are those on record."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Any

import pytest

from regesta.publish.reading.events import Passage
from regesta.publish.reading.evidence import Quote, Source, by_document, passages_of, quoted
from tests.publish.reading.told import ANSWER, DIGEST, END, LETTER, START, TEXT, WORDS, WORDS_DIGEST

PLACE = Passage(1, 0, DIGEST, "The roll", None, None, START, END, f"sha256:{WORDS_DIGEST}", WORDS)
SHOWN = {"before": "Place 1 says ", "words": WORDS, "after": ". Place 2 is silent."}
OTHER = "The text that the archive holds has other words there than those on record."

CASES: dict[str, tuple[dict[str, Any], str | None, dict[str, Any]]] = {
    "in the text": ({}, TEXT, SHOWN),
    "digest only": ({"exact": None}, TEXT, SHOWN),
    "words only": ({"digest": None}, TEXT, SHOWN),
    "without the text": ({}, None, {"words": WORDS}),
    "neither": ({"exact": None}, None, {}),
    "another text, by digest": ({"exact": None}, TEXT.upper(), {"problem": OTHER}),
    "another text, by words": ({"digest": None}, TEXT.upper(), {"problem": OTHER}),
    "text too short": ({"exact": None}, TEXT[:START], {"problem": OTHER}),
    "words that are not those of the digest": (
        {"exact": "no"},
        None,
        {"problem": "The words on record do not have the digest on record."},
    ),
}


@pytest.mark.parametrize(("changes", "text", "expected"), CASES.values(), ids=CASES.keys())
def test_quoted(changes: dict[str, Any], text: str | None, expected: dict[str, Any]) -> None:
    """The words are shown when they fit; else it is said why they are not."""
    passage = PLACE._replace(**changes)
    assert quoted(passage, text) == Quote(passage, **expected)


URLS = {
    "web": ("https://paper.example/1", "https://paper.example/1"),
    "script": ("javascript:alert(1)", ""),
    "none": (None, ""),
}


@pytest.mark.parametrize(("url", "expected"), URLS.values(), ids=URLS.keys())
def test_url(url: str | None, expected: str) -> None:
    """Only a web address is one to follow."""
    assert Quote(PLACE._replace(url=url)).url == expected


def test_passages_of(tables: sqlite3.Connection) -> None:
    """The passages of an event, with what is known of their documents."""
    found, sources = passages_of(tables, ANSWER)
    assert [(item.document, item.start, item.end, item.exact) for item in found] == [(DIGEST, START, END, WORDS)]
    assert sources == {DIGEST: Source(None, ())}
    assert passages_of(tables, LETTER) == ([], {})


def test_by_document() -> None:
    """Passages come by document, in the order in which each is named first."""
    first, second = Quote(PLACE), replace(Quote(PLACE), passage=PLACE._replace(document="b" * 64))
    third = Quote(PLACE._replace(position=2))
    assert by_document([first, second, third]) == [(DIGEST, [first, third]), ("b" * 64, [second])]
