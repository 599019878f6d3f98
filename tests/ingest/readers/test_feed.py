"""Feeds: entries with their dates and texts, damage, and what is no feed."""

from __future__ import annotations

from pathlib import Path

import pytest

from regesta.ingest.capture import Dated
from regesta.limits import FEED_ENTRIES
from tests.ingest.readers.made import atom, document, documents, problems, rss

FULL = b"<item><title>A</title><description>Short.</description><content:encoded>&lt;p&gt;Long.&lt;/p&gt;</content:encoded></item>"
LAUGHS = b"".join(b'<!ENTITY e%d "&e%d;&e%d;&e%d;">' % (n, n - 1, n - 1, n - 1) for n in range(1, 40))

# Name: an RSS item or Atom entry in its feed, the text, the bytes that are kept.
TEXTS = {
    "content before description": (rss(FULL), "Long.", b"<p>Long.</p>"),
    "description": (
        rss(b"<item><description>It &lt;b&gt;refuses&lt;/b&gt;.</description></item>"),
        "It refuses.",
        b"It <b>refuses</b>.",
    ),
    "CDATA": (
        rss(b"<item><description><![CDATA[<p>A</p><p>B</p>]]></description></item>"),
        "A\n\nB",
        b"<p>A</p><p>B</p>",
    ),
    "title only": (rss(b"<item><title>No</title></item>"), "No", b"No"),
    "Atom, HTML": (atom(b'<entry><content type="html">&lt;p&gt;A&lt;/p&gt;</content></entry>'), "A", b"<p>A</p>"),
    "Atom, text": (atom(b"<entry><content>a &lt; b</content></entry>"), "a < b", b"a < b"),
    "Atom, summary": (atom(b'<entry><summary type="html">A &amp;amp; B</summary></entry>'), "A & B", b"A &amp; B"),
    "Latin-1": (rss(b"<item><title>caf\xe9</title></item>").replace(b"utf-8", b"iso-8859-1"), "café", "café".encode()),
    "UTF-16": (
        rss(b"<item><title>no</title></item>").decode().replace("utf-8", "utf-16").encode("utf-16"),
        "no",
        b"no",
    ),
}
DATES = {
    "RSS": (rss(b"<item><title>A</title><pubDate>Fri, 30 Jun 2017 10:00:00 EDT</pubDate></item>"), Dated("2017-06-30T10:00:00-04:00", "feed published"), None),
    "Dublin Core": (rss(b"<item><title>A</title><dc:date>2017-06-30</dc:date></item>"), None, Dated("2017-06-30", "feed updated")),
    "Atom": (
        atom(b"<entry><title>A</title><published>2017-06-30T10:00:00Z</published><updated>2017-07-01T10:00:00Z</updated></entry>"),
        Dated("2017-06-30T10:00:00Z", "feed published"), Dated("2017-07-01T10:00:00Z", "feed updated"),
    ),
    "Atom, updated only": (atom(b"<entry><title>A</title><updated>2017-07-01</updated></entry>"), None, Dated("2017-07-01", "feed updated")),
    "none": (rss(b"<item><title>A</title></item>"), None, None),
}  # fmt: skip
REFUSED = {
    "no entries": (rss(b""), "a.rss: the feed has no entries"),
    "a page": (b"<html><body><p>No</p></body></html>", "a.rss: is no RSS or Atom feed"),
    "prose": (b"Ohio said no.", "a.rss: is no RSS or Atom feed"),
    "an address": (b"http://127.0.0.1:9/", "a.rss: is no RSS or Atom feed"),
    "entities that grow": (rss(FULL, b'<!DOCTYPE rss [<!ENTITY e0 "ha">' + LAUGHS + b"]>"), "declares entities"),
    "an entity that is a file": (
        rss(FULL, b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        "declares entities",
    ),
    "too many entries": (
        rss(b"<item/>" * (FEED_ENTRIES + 1)),
        "a.rss: the feed has 501 entries, the limit is 500 (split it)",
    ),
    "too many tags": (rss(b"<a>" * 100_000), "tags, the limit is"),
    "too many attributes": (rss(b"<item " + b'a="1" ' * 10_000 + b"/>"), "attributes, the limit is"),
    "an entry without text": (rss(b"<item><link>https://a.example/</link></item>"), "a.rss#1: the entry holds no text"),
}


@pytest.mark.parametrize(("data", "text", "content"), TEXTS.values(), ids=list(TEXTS))
def test_text_of_an_entry(data: bytes, text: str, content: bytes) -> None:
    """An entry's fullest text is its document, with the bytes as the feed holds them."""
    found = document("a.rss", data)
    assert (found.text, found.data) == (text, content)


@pytest.mark.parametrize(("data", "published", "updated"), DATES.values(), ids=list(DATES))
def test_dates_of_an_entry(data: bytes, published: Dated | None, updated: Dated | None) -> None:
    """Published and updated are kept apart, and neither stands in for the other."""
    found = document("a.rss", data)
    assert (found.published, found.updated) == (published, updated)


def test_entries() -> None:
    """Each entry has its own name, address and title; the feed's title is the publisher."""
    items = b"<item><title>A &amp;amp; &lt;i&gt;B&lt;/i&gt;</title><link>https://a.example/1</link></item><item><title>C</title><link>javascript:x</link></item>"
    found = documents("a.rss", rss(items))
    known = [(item.name, item.title, item.url, item.publisher) for item in found]
    assert known == [
        ("a.rss#1", "A & B", "https://a.example/1", "Alder Courier"),
        ("a.rss#2", "C", None, "Alder Courier"),
    ]


def test_damaged_feed() -> None:
    """A feed that is no well-formed XML is read as far as it goes, and that is told."""
    found = document("a.rss", rss(b"<item><title>A & B</title></item>"))
    assert (found.title, found.notices[0][:45]) == ("A & B", "the feed is damaged and read as far as it goe")


def test_date_that_is_none() -> None:
    """A date that cannot be read is told and left out."""
    found = document("a.rss", rss(b"<item><title>A</title><pubDate>yesterday</pubDate></item>"))
    assert (found.published, found.notices) == (None, ("feed published is no date",))


def test_bytes_that_are_a_path(tmp_path: Path) -> None:
    """What looks like the name of a file is not opened."""
    (tmp_path / "feed.xml").write_bytes(rss(FULL))
    assert problems("a.rss", str(tmp_path / "feed.xml").encode()) == ["a.rss: is no RSS or Atom feed"]


@pytest.mark.parametrize(("data", "reason"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_refused(data: bytes, reason: str) -> None:
    """What is no feed, or built to keep a parser busy, is a problem that says why."""
    [told] = problems("a.rss", data)
    assert reason in told
