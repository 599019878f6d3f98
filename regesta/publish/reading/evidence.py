"""Passages that support an event, with the text around them where it may be shown.

Guarantees that words are shown as those of a passage only when they are: they have the digest on record, or are the
words on record. A text in which something else stands there is told, and not shown.

>>> passage = Passage(1, 0, "0" * 64, "A letter", None, None, 5, 9, None, "said")
>>> quoted(passage, "Ohio said that it would not.").words
'said'
>>> quoted(passage, "Utah says that it would.").problem
'The text that the archive holds has other words there than those on record.'
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from regesta.ingest.context import in_context, shortened
from regesta.publish.reading.events import Passage, passages

_PREFIX: Final = "sha256:"
_OTHER_WORDS: Final = "The text that the archive holds has other words there than those on record."
_OTHER_DIGEST: Final = "The words on record do not have the digest on record."


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage as it is shown: ``words`` with what stands ``before`` and ``after`` them, empty where they may not be.

    ``problem`` says why words that are at hand are not shown; ``stories`` are those that the document is a version of.
    """

    passage: Passage
    before: str = ""
    words: str = ""
    after: str = ""
    problem: str = ""
    stories: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """The SHA-256 of the passage in hex, '' where only its words are on record."""
        return (self.passage.digest or "").removeprefix(_PREFIX)

    @property
    def url(self) -> str:
        """The address of the document on the web, '' where there is none that a browser should follow."""
        url = self.passage.url or ""
        return url if url.startswith(("https://", "http://")) else ""


@dataclass(frozen=True, slots=True)
class Source:
    """What the archive knows of a document beside its row: the digest of its text, and its stories."""

    text_digest: str | None
    stories: tuple[str, ...]


def quoted(passage: Passage, text: str | None, stories: tuple[str, ...] = ()) -> Quote:
    """Return a passage as it may be shown; ``text`` is that of its document where it is at hand."""
    if passage.exact is not None and not _fits(passage, passage.exact):
        return Quote(passage, problem=_OTHER_DIGEST, stories=stories)
    if text is not None:
        words = text[passage.start : passage.end]
        if not _fits(passage, words) or passage.exact not in (None, words):
            return Quote(passage, problem=_OTHER_WORDS, stories=stories)
        return Quote(passage, *in_context(text, passage.start, passage.end), stories=stories)
    return Quote(passage, words=shortened(passage.exact or ""), stories=stories)


def by_document(quotes: Iterable[Quote]) -> list[tuple[str, list[Quote]]]:
    """Return passages by the digest of their document, in the order in which they are named first."""
    found: dict[str, list[Quote]] = {}
    for quote in quotes:
        found.setdefault(quote.passage.document, []).append(quote)
    return list(found.items())


def passages_of(db: sqlite3.Connection, sequence: int) -> tuple[list[Passage], Mapping[str, Source]]:
    """Return the passages of an event, and what is known of their documents, by digest."""
    found = passages(db, (sequence,)).get(sequence, [])
    return found, {passage.document: source_of(db, passage.document) for passage in found}


def source_of(db: sqlite3.Connection, digest: str) -> Source:
    """Return what the archive knows of a document."""
    row = db.execute('select "text" from document_captured where digest = ? and "text" is not null', (digest,))
    text = row.fetchone()
    stories = db.execute("select story from story_versions where document = ? order by story", (digest,))
    return Source(text[0] if text else None, tuple(row[0] for row in stories))


def _fits(passage: Passage, words: str) -> bool:
    wanted = passage.digest
    return wanted is None or wanted.removeprefix(_PREFIX) == sha256(words.encode("utf-8", "surrogatepass")).hexdigest()
