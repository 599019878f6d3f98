"""`feed.atom`: what entered the log, as a feed reader reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import feedparser
import pytest
from lxml import etree

from regesta.limits import ATOM_ENTRIES
from regesta.publish.feeds.asked import clean
from regesta.publish.feeds.atom import NAMESPACE
from regesta.replay.build import build
from tests.archives import answer, drafts, letter
from tests.publish.feeds.taken import PAYLOADS, TEXT, built, corrected, file, hostile, left_out
from tests.publish.hostile import acting
from tests.publish.sites import Document

# What RFC 4287 §4.1.2 asks of an entry here, in no order.
REQUIRED = {"id", "title", "updated", "published", "category", "link", "content"}


def read(text: str) -> Any:
    """Read a feed as readers do; one that is not well formed is a failure."""
    found = feedparser.parse(text.encode())
    assert (found.bozo, found.version) == (0, "atom10")
    return found


def test_every_element_is_atom(tmp_path: Path) -> None:
    """All elements are of Atom's namespace, and each entry has what it must have."""
    feed = etree.fromstring(file(corrected(tmp_path), "feed.atom").encode())
    assert {NAMESPACE} == {etree.QName(element).namespace for element in feed.iter()}
    entries = feed.findall(f"{{{NAMESPACE}}}entry")
    assert [{etree.QName(child).localname for child in entry} for entry in entries] == [REQUIRED] * 6


def test_newest_comes_first_with_what_it_changed(tmp_path: Path) -> None:
    """An entry says what a row held before and after; `updated` is when the event was recorded."""
    changed = answer(1, edtf="2017-08-01", data=answer(1)["data"] | {"answer": "yes"})
    archive = built(tmp_path, [letter(1), answer(1), changed])
    entries = read(file(archive, "feed.atom")).entries
    recorded = [event.recorded for event in archive.log.events()][::-1]
    assert recorded == [entry.updated for entry in entries]
    cells = "<td>answers</td><td>l1,P01</td><td>answer</td><td>no</td><td>yes</td>"
    assert [cells in entry.content[0].value for entry in entries[:2]] == [True, False]


def test_correction_is_an_entry(tmp_path: Path) -> None:
    """What was replaced or retracted stays in the feed, marked as such."""
    entries = read(file(corrected(tmp_path), "feed.atom")).entries
    words = [Document(entry.content[0].value).text for entry in entries]
    assert ["· retracted" in word or "· replaced" in word for word in words[:4]] == [False, False, True, True]


def test_passage_is_quoted_where_it_may_be(tmp_path: Path) -> None:
    """An entry has the words of its passage, or the document and their place."""
    entry = read(file(corrected(tmp_path), "feed.atom")).entries[4]
    assert TEXT[:10] in Document(entry.content[0].value).text
    assert "characters 0 to 10" in Document(entry.content[0].value).text


def test_entry_keeps_its_id_when_the_log_grows(tmp_path: Path) -> None:
    """An entry has the same id after the next append; a feed under conditions has an id of its own."""
    archive = built(tmp_path, [letter(1)])
    before = read(file(archive, "feed.atom"))
    archive.append([letter(2)])
    build(archive)
    after, chosen = read(file(archive, "feed.atom")), read(file(archive, "feed.atom", type="letter."))
    assert (before.entries[0].id, before.feed.id) == (after.entries[1].id, after.feed.id)
    assert chosen.feed.id != after.feed.id


def test_older_entries_are_counted(tmp_path: Path) -> None:
    """A feed has the newest entries only, and says how many are older."""
    archive = built(tmp_path, drafts(ATOM_ENTRIES + 3))
    found = read(file(archive, "feed.atom"))
    words = f"3 events older than the newest {ATOM_ENTRIES}"
    assert (ATOM_ENTRIES, [words]) == (len(found.entries), left_out(archive, "feed.atom"))
    assert f"Not in this file: {words}." in found.feed.subtitle


@pytest.mark.parametrize("url", ["https://example.org/letters/", ""])
def test_links_are_whole_or_none(tmp_path: Path, url: str) -> None:
    """A feed links to the pages of a site that is somewhere, and has no link where nobody knows where."""
    found = read(file(built(tmp_path, [letter(1)]), "feed.atom", url))
    assert [bool(url)] == [
        entry.get("link", "").startswith("https://example.org/letters/-/event/1") for entry in found.entries
    ]


def test_empty_log_is_a_feed(tmp_path: Path) -> None:
    """A feed without entries is still one."""
    found = read(file(built(tmp_path, [letter(1)]), "feed.atom", type="nothing.here"))
    assert (len(found.entries), bool(found.feed.updated)) == (0, True)


def test_text_does_not_act(tmp_path: Path) -> None:
    """No payload acts in the HTML that a reader shows, and each is there to be read."""
    feed = etree.fromstring(file(hostile(tmp_path), "feed.atom").encode())
    pages = [content.text for content in feed.iter(f"{{{NAMESPACE}}}content")]
    assert [harm for page in pages for harm in acting(page, ours=True)] == []
    text = "".join(Document(page).text for page in pages)
    assert [payload for payload in PAYLOADS if clean(payload) not in text] == []
