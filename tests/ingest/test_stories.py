"""Which story a document belongs to, by its address, the name of its file, or its words."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from regesta.archive import Archive
from regesta.database import open_database
from regesta.ingest.stories import Stories, Version, plain_url, shared, shingles, versions_of
from regesta.replay.build import build
from tests.archives import document
from tests.ingest.ferry import STORY, paragraphs_moved, replaced

OTHER = "The museum opens at ten from Monday on. Tickets are to be had at the door, or in advance by telephone."
HALF = f"{STORY[: len(STORY) // 2]} {OTHER} {OTHER.upper()}"
TEXTS = {"a": STORY, "b": OTHER, "c": STORY}

ADDRESSES = {
    "fragment": ("https://example.org/a#top", "https://example.org/a"),
    "tracking": ("https://example.org/a?utm_source=x&UTM_Medium=y&fbclid=1&gclid=2", "https://example.org/a"),
    "other parameters stay": ("https://example.org/a?id=7&utm_campaign=z", "https://example.org/a?id=7"),
    "order of parameters stays": ("https://example.org/?b=1&a=2", "https://example.org?b=1&a=2"),
    "empty parameter stays": ("https://example.org/?b=", "https://example.org?b="),
    "plain http": ("http://example.org/a", "https://example.org/a"),
    "port": ("https://example.org:443/a", "https://example.org/a"),
    "plain port": ("http://example.org:80/a", "https://example.org/a"),
    "another port stays": ("http://example.org:8001/a", "https://example.org:8001/a"),
    "host in capitals": ("HTTPS://Example.ORG/A", "https://example.org/A"),
    "slash at the end": ("https://example.org/a/", "https://example.org/a"),
    "no address": ("https://[", "https://["),
}


@pytest.mark.parametrize("url, plain", ADDRESSES.values(), ids=ADDRESSES)
def test_address_without_what_does_not_name_the_page(url: str, plain: str) -> None:
    """Two addresses of one page are equal."""
    assert plain_url(url) == plain


def stories(*versions: Version) -> Stories:
    return Stories(versions, TEXTS.get)


def hand(story: str, document: str) -> Version:
    """Return a version that was taken in by hand."""
    return Version(story, document, None, None, by_hand=True)


def by_url(name: str | None = None) -> Stories:
    return stories(Version("ferry", "a", "https://example.org/ferry", name), hand("museum", "b"))


# What is known, what comes (address, file name, text), the story that it belongs to.
FOUND: dict[str, tuple[Stories, tuple[str | None, str | None, str], str | None]] = {
    "same address": (by_url(), ("https://example.org/ferry/?utm_source=x", None, "All is new."), "ferry"),
    "another address, same text": (by_url(), ("https://example.org/other", None, STORY), None),
    "file of the text with an address": (by_url(), (None, "ferry.txt", STORY), None),
    "same name, same text": (stories(Version("ferry", "a", None, "f.txt")), (None, "f.txt", STORY), "ferry"),
    "same name, half of the words": (stories(Version("ferry", "a", None, "f.txt")), (None, "f.txt", HALF), "ferry"),
    "same name, other words": (stories(Version("ferry", "a", None, "f.txt")), (None, "f.txt", OTHER), None),
    "other name": (stories(Version("ferry", "a", None, "f.txt")), (None, "g.txt", STORY), None),
    "same name, but from an address": (
        stories(Version("ferry", "a", None, "f.txt")), ("https://example.org/f.txt", "f.txt", STORY), None
    ),
    "nothing on record, edited": (stories(hand("ferry", "a")), (None, "x.txt", paragraphs_moved()), "ferry"),
    "nothing on record, from an address": (
        stories(hand("ferry", "a")), ("https://example.org/x", None, replaced("23", "45")), "ferry"
    ),
    "nothing on record, other words": (stories(hand("ferry", "a")), (None, "x.txt", OTHER), None),
    "nothing on record, text not held": (stories(hand("ferry", "z")), (None, "x.txt", STORY), None),
    "newest of equals": (
        stories(hand("first", "a"), hand("second", "c")), (None, None, STORY), "second"
    ),
    "the most alike": (
        Stories([Version("far", "a", None, "f.txt"), Version("near", "b", None, "f.txt")], {"a": HALF, "b": STORY}.get),
        (None, "f.txt", STORY), "near",
    ),
    "part of a mailbox": (stories(Version("mail", "a", None, None)), (None, None, STORY), None),
    "no longer by hand alone": (
        stories(hand("ferry", "a"), Version("ferry", "c", None, None)), (None, None, STORY), None
    ),
    "nothing known": (stories(), (None, "f.txt", STORY), None),
    "empty text": (stories(Version("ferry", "a", None, "f.txt")), (None, "f.txt", ""), None),
}  # fmt: skip


@pytest.mark.parametrize("known, document, story", FOUND.values(), ids=FOUND)
def test_story_of_a_document(known: Stories, document: tuple[str | None, str | None, str], story: str | None) -> None:
    """The first rule that fits decides."""
    assert known.find(*document) == story


def test_a_name_on_record_ends_the_search_by_words_alone() -> None:
    """Once a version of a story has come in a file, others come in a file of that name."""
    known = stories(hand("ferry", "a"))
    known.add(Version("ferry", "c", None, "f.txt"))
    assert (known.find(None, "g.txt", STORY), known.find(None, "f.txt", STORY)) == (None, "ferry")
    assert ("ferry" in known, "museum" in known) == (True, False)


def test_words_in_a_row() -> None:
    """Shingles are runs of four words; case, marks and line ends do not count."""
    assert shingles("One two, three\nFOUR five.") == shingles("one two three four five")
    assert (len(shingles("one two three four five")), len(shingles("one two")), len(shingles(""))) == (2, 1, 0)
    assert shared(shingles("a b c d e"), shingles("x a b c d")) == 0.5
    assert (shared(shingles(""), shingles("")), shared(shingles("a b"), shingles("b a"))) == (0.0, 0.0)


def test_versions_on_record(archive: Archive) -> None:
    """They are read from the built tables in the order in which they were recorded."""
    first, second = document("one"), document("two")
    first["data"] |= {"url": "https://example.org/1", "name": "one.txt"}
    second["data"]["reader"] = "text"
    digests = [draft["data"]["digest"] for draft in (first, second)]
    out: dict[str, Any] = {"type": "story.published", "subject": "story/s", "source": "manual:"}
    out |= {"edtf": "2017-06-01", "data": {"story": "s", "document": digests[0], "url": "https://example.org/s"}}
    update: dict[str, Any] = {"type": "story.updated", "subject": "story/s", "source": "manual:"}
    update |= {"edtf": "2017-05-01", "data": {"story": "s", "document": digests[1]}}
    archive.append([first, second, out, update])
    build(archive)
    with closing(open_database(archive.database, read_only=True)) as db:
        assert list(versions_of(db)) == [
            Version("s", digests[0], "https://example.org/1", "one.txt", by_hand=True),
            Version("s", digests[1], "https://example.org/s", None, by_hand=False),
        ]


def test_ten_thousand_stories_do_not_slow_down_the_next() -> None:
    """Addresses and names are looked up, and few texts of one name are read."""
    read: list[str] = []
    text: Callable[[str], str | None] = lambda digest: read.append(digest) or STORY  # type: ignore[func-returns-value]  # noqa: E731
    known = Stories((Version(f"s{n}", f"{n}", f"https://example.org/{n}", None) for n in range(5_000)), text)
    begun = time.perf_counter()
    for number in range(5_000):
        known.find(f"https://example.org/x{number}", None, OTHER)
        known.add(Version(f"t{number}", f"t{number}", None, "index.html"))
    known.find(None, "index.html", OTHER)
    assert (len(read), time.perf_counter() - begun < 5.0) == (100, True)
