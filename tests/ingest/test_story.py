"""What is known of stories, and the comparison of two of their versions."""

from __future__ import annotations

from pathlib import Path

import pytest

from regesta.errors import UsageError
from regesta.ingest.story import Comparison, chosen, compared, find_story, stories, versions_of_story
from tests.archives import make_archive
from tests.ingest.ferry import PASSAGES, STORY, Ferry, digest_of, replaced

SECOND = replaced("23 doctors", "45 doctors")
THIRD = replaced(PASSAGES["wish"], "", SECOND)


@pytest.fixture
def ferry(quick_path: Path) -> Ferry:
    """A story in three versions."""
    ferry = Ferry(make_archive(quick_path, quotes="digest")).begin()
    ferry.take(SECOND)
    ferry.take(THIRD, SECOND)
    return ferry


def comparison(ferry: Ferry, old: str | None = None, new: str | None = None) -> Comparison:
    """Compare two versions, by their texts."""
    with ferry.known() as known:
        found = versions_of_story(known.db, "ferry")
        pair = chosen(found, digest_of(old) if old else None, digest_of(new)[:8] if new else None)
        return compared(known, "ferry", *pair)


def told(found: Comparison) -> list[tuple[str, str | None, str | None]]:
    """Return the changes as (class, words before, words after)."""
    return [(change.edit.kind, change.old, change.new) for change in found.changes or ()]


def test_stories_are_listed_with_their_versions(ferry: Ferry) -> None:
    """Each has its name and how many versions there are."""
    with ferry.known() as known:
        assert [(story.id, story.versions) for story in stories(known.db)] == [("ferry", 3)]


def test_versions_are_in_order(ferry: Ferry) -> None:
    """Each has the one before it."""
    with ferry.known() as known:
        found = versions_of_story(known.db, "ferry")
    assert [(version.document, version.previous) for version in found] == [
        (digest_of(STORY), None), (digest_of(SECOND), digest_of(STORY)), (digest_of(THIRD), digest_of(SECOND)),
    ]  # fmt: skip


def test_a_story_has_names(quick_path: Path) -> None:
    """Its own, its address in any spelling, and the beginning of the digest of a document."""
    ferry = Ferry(make_archive(quick_path))
    first = ferry.keep(STORY)
    first["data"]["url"] = "https://example.org/ferry"
    published = {"type": "story.published", "subject": "story/ferry", "source": "manual:"}
    ferry.add(first, {**published, "data": {"story": "ferry", "document": digest_of(STORY)}})
    names = ("ferry", "http://example.org/ferry/?utm_source=x#top", digest_of(STORY), digest_of(STORY)[:6].upper())
    with ferry.known() as known:
        assert [find_story(known.db, name).id for name in names] == ["ferry"] * 4


@pytest.mark.parametrize("name", ["", "boat", "fer", "0000", "https://example.org/x", "https://["])
def test_no_such_story(ferry: Ferry, name: str) -> None:
    """The message lists those that there are."""
    with ferry.known() as known, pytest.raises(UsageError, match=r"there is no story .* \(there are ferry\)"):
        find_story(known.db, name)


def test_one_address_of_two_stories(quick_path: Path) -> None:
    """Then the story must be named."""
    ferry = Ferry(make_archive(quick_path))
    for name in ("ferry", "boat"):
        published = {"type": "story.published", "subject": f"story/{name}", "source": "manual:"}
        data = {"story": name, "document": digest_of(STORY), "url": "https://example.org/ferry"}
        ferry.add({**published, "data": data})
    with ferry.known() as known, pytest.raises(UsageError, match=r"names 2 stories \(name one of boat, ferry\)"):
        find_story(known.db, "https://example.org/ferry")


def test_the_newest_version_is_compared_with_the_one_before(ferry: Ferry) -> None:
    """Unless others are named."""
    assert told(comparison(ferry)) == [("wording", PASSAGES["wish"], "")]
    assert told(comparison(ferry, new=SECOND)) == [("number", "23", "45")]
    assert told(comparison(ferry, old=STORY)) == [("wording", PASSAGES["wish"], ""), ("number", "23", "45")]
    assert told(comparison(ferry, old=THIRD, new=STORY)) == [("wording", "", PASSAGES["wish"]), ("number", "45", "23")]


def test_versions_that_are_not_there(ferry: Ferry) -> None:
    """There is none before the first, and a digest must name one."""
    with ferry.known() as known:
        found = versions_of_story(known.db, "ferry")
    with pytest.raises(UsageError, match="there is no version before it"):
        chosen(found, None, digest_of(STORY))
    with pytest.raises(UsageError, match="'xyz' names 0 versions of the story"):
        chosen(found, "xyz", None)


def test_passages_of_a_comparison(ferry: Ferry) -> None:
    """Those that the earlier version had, and where they are in the later one."""
    found = comparison(ferry, old=STORY).passages or ()
    gone = [(support.summary, anchored.how) for support, anchored in found if anchored.how != "exact"]
    assert gone == [("What wish says.", "orphaned"), ("What doctors says.", "orphaned")]
    assert len(found) == len(PASSAGES)


def test_without_texts_the_event_is_told(ferry: Ferry) -> None:
    """Its changes with the words that it may have, and the events that lost a passage."""
    ferry.forget(SECOND, THIRD)
    found = comparison(ferry)
    assert (found.texts, found.change, told(found)) == ((None, None), "1 passage removed.", [("wording", None, "")])
    assert (found.passages, found.orphans) == (None, ((13, "What wish says."),))


def test_with_one_text_its_words_are_told(ferry: Ferry) -> None:
    """What the event leaves out is taken from the text that is held."""
    ferry.forget(THIRD)
    found = comparison(ferry)
    assert (found.texts, told(found)) == ((SECOND, None), [("wording", PASSAGES["wish"], "")])
    ferry.keep(THIRD)
    ferry.forget(SECOND)
    found = comparison(ferry)
    assert (found.texts, told(found), len(found.passages or ())) == ((None, THIRD), [("wording", None, "")], 16)


def test_without_texts_others_than_neighbours_cannot_be_compared(ferry: Ferry) -> None:
    """No event says what changed over two versions."""
    ferry.forget(STORY, THIRD)
    found = comparison(ferry, old=STORY)
    assert (found.change, found.changes, found.passages, found.orphans) == (None, None, None, ())
