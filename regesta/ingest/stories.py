"""Which story a document belongs to: pure, over what is on record of the versions of stories.

The first that fits: the same address (without fragment and tracking parameters); for files a version that came in a
file of the same name and shares three tenths of its words in a row; a story that was taken in by hand, of which
neither address nor name is on record, and that shares half of them; else none. Of several stories the most alike, of
equals the newest. The messages of a mailbox are stories of their own, however much they quote each other.

>>> text = "Nine of ten states will not answer the letter this week."
>>> stories = Stories([Version("letter", "0" * 64, "https://example.org/a?utm_source=x#top", None)], lambda _: text)
>>> stories.find("https://example.org/a", None, text)
'letter'
"""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from regesta.limits import SHINGLE_STORIES

_SHINGLE_WORDS: Final = 4
_SAME_NAME_SHARE: Final = 0.3
_NAMELESS_SHARE: Final = 0.5
_TRACKING: Final = re.compile(r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|ref_src|cmpid|s_?cid|smid|_ga")
_WORD: Final = re.compile(r"\w+")
_PORTS: Final = {"http": ":80", "https": ":443"}


@dataclass(frozen=True, slots=True)
class Version:
    """What is on record of one version of a story; ``document`` is the SHA-256 of its bytes in hex.

    ``by_hand`` says that no reader has read it: somebody wrote the event.
    """

    story: str
    document: str
    url: str | None
    name: str | None
    by_hand: bool = False


class Stories:
    """The known stories; ``text`` gives the canonical text of a document, None where it is not held."""

    def __init__(self, versions: Iterable[Version], text: Callable[[str], str | None]) -> None:
        self._text = text
        self._by_url: dict[str, str] = {}
        self._by_name: dict[str, dict[str, str]] = defaultdict(dict)  # the newest document of each story
        self._nameless: dict[str, str] = {}
        self._known: set[str] = set()
        for version in versions:
            self.add(version)

    def add(self, version: Version) -> None:
        """Take a version that is newer than all that are known."""
        if version.url:
            self._by_url[plain_url(version.url)] = version.story
        if version.name:
            self._by_name[version.name].pop(version.story, None)
            self._by_name[version.name][version.story] = version.document
        was_nameless = self._nameless.pop(version.story, None) or version.story not in self._known
        if version.by_hand and was_nameless and not version.url and not version.name:
            self._nameless[version.story] = version.document
        self._known.add(version.story)

    def find(self, url: str | None, name: str | None, text: str) -> str | None:
        """Return the story that a document belongs to, None if it is a new one.

        ``name`` is that of the file that holds this document and no other, None where there is none.
        """
        if url and (story := self._by_url.get(plain_url(url))):
            return story
        named = self._by_name.get(name, {}) if name and not url else {}
        words = shingles(text) if named or self._nameless else frozenset()
        return self._most_alike(named, words, _SAME_NAME_SHARE) or self._most_alike(
            self._nameless, words, _NAMELESS_SHARE
        )

    def _most_alike(self, stories: dict[str, str], words: frozenset[int], least: float) -> str | None:
        best, found = least, None
        for story, document in list(stories.items())[-SHINGLE_STORIES:]:
            text = self._text(document)
            share = shared(shingles(text), words) if text is not None else 0.0
            if share >= best:
                best, found = share, story
        return found

    def __contains__(self, story: str) -> bool:
        return story in self._known


def versions_of(db: sqlite3.Connection) -> Iterator[Version]:
    """Yield the versions of all stories that a built `archive.db` has, in the order in which they were recorded."""
    sql = """
        select v.story, v.document, coalesce(d.url, s.url), d.name, c.reader is null from story_versions v
        left join documents d on d.digest = v.document left join stories s on s.id = v.story
        left join document_captured c on c.digest = v.document
        order by v.last_event
    """
    for story, document, url, name, by_hand in db.execute(sql):
        yield Version(story, document, url, name, by_hand=bool(by_hand))


def plain_url(url: str) -> str:
    """Return the address without what does not name the page: fragment, tracking parameters, a slash at the end.

    >>> plain_url("HTTP://Example.org:80/a/?b=1&utm_source=x&gclid=y#z")
    'https://example.org/a?b=1'
    """
    try:
        parts = urlsplit(url)
        query = urlencode([(k, v) for k, v in parse_qsl(parts.query, True) if not _TRACKING.fullmatch(k.lower())])
    except ValueError:
        return url
    host = parts.netloc.lower().removesuffix(_PORTS.get(parts.scheme, ""))
    scheme = "https" if parts.scheme == "http" else parts.scheme  # a site that moved to TLS is the same site
    return urlunsplit((scheme, host, parts.path.rstrip("/"), query, ""))


def shingles(text: str) -> frozenset[int]:
    """Return the runs of four words of a text, each as a number; of a shorter text all its words as one."""
    words: Sequence[str] = [word.lower() for word in _WORD.findall(text)]
    last = max(1, len(words) - _SHINGLE_WORDS + 1)
    return frozenset(hash(tuple(words[start : start + _SHINGLE_WORDS])) for start in range(last if words else 0))


def shared(one: frozenset[int], other: frozenset[int]) -> float:
    """Return which part of the shingles of the shorter text the other one has, 0 to 1."""
    shorter = min(len(one), len(other))
    return len(one & other) / shorter if shorter else 0.0
