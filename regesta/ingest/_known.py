"""What an archive knows of documents, stories and proposals: read from the built tables, plus what a run has added.

Of what the run has added only names and digests are held, so that memory stays flat over many documents.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from regesta.database import open_database
from regesta.ingest.recipes import slug
from regesta.ingest.store import Store
from regesta.ingest.stories import Stories, Version, versions_of
from regesta.ingest.versions import Archived

_STORY_CHARS: Final = 80  # of the name of a story; its number, if others are called so, comes on top
_AT_ONCE: Final = 500  # values of one `in (…)`
# The text by a subquery: to join the view, SQLite would first make all of it.
_DOCUMENT: Final = """
select
  (select text from document_captured where digest = d.digest limit 1),
  d.published, d.updated, d.retrieved, d.publisher, v.story, v.published, v.previous is null
from documents d
left join story_versions v on v.story = ? and v.document = d.digest
where d.digest = ?
"""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is on record of a document: digest of its text, dates (EDTF), publisher, story, and whether it is the
    first version of that.
    """

    text: str | None
    published: str | None
    updated: str | None
    retrieved: str | None
    publisher: str | None
    story: str | None
    story_published: str | None
    is_first: int


@dataclass
class Known:
    """What is known: ``db`` is a connection to the built tables, ``store`` holds the documents."""

    db: sqlite3.Connection
    store: Store
    stories: Stories = field(init=False)
    _story_of: dict[bytes, str] = field(default_factory=dict)  # by digest of the document
    _documents: set[bytes] = field(default_factory=set)  # digests of this run
    _proposals: set[bytes] = field(default_factory=set)
    _newest: dict[str, str] = field(default_factory=dict)  # document by story, of this run

    def __post_init__(self) -> None:
        self.stories = Stories((self._noted(version) for version in versions_of(self.db)), self.text)

    def _noted(self, version: Version) -> Version:
        self._story_of[bytes.fromhex(version.document)] = version.story
        return version

    def archived(self) -> Archived:
        """Return the same as the comparison of versions wants it."""
        return Archived(self.db, self.text, self.store.quotes)

    def text(self, digest: str) -> str | None:
        """Return the text of a document, None where it is not kept."""
        row = self.db.execute("select text from document_captured where digest = ?", (digest,)).fetchone()
        return self.store.text(digest, row[0] if row else None)

    def document(self, digest: str) -> Recorded | None:
        """Return what is on record of a document, None of one that the tables do not have."""
        story = self._story_of.get(bytes.fromhex(digest))
        row = self.db.execute(_DOCUMENT, (story, digest)).fetchone()
        return Recorded(*row) if row else None

    def story_of(self, digest: str) -> str | None:
        """Return the story that a document on record belongs to, None of one that is not on record."""
        return self._story_of.get(bytes.fromhex(digest))

    def is_new(self, digest: str) -> bool:
        """Say whether this run has not taken the document in already."""
        return bytes.fromhex(digest) not in self._documents

    def newest(self, story: str) -> str | None:
        """Return the document that holds the newest version of a story."""
        if story in self._newest:
            return self._newest[story]
        sql = "select document from story_versions where story = ? order by last_event desc limit 1"
        row = self.db.execute(sql, (story,)).fetchone()
        return row[0] if row else None

    def add(self, version: Version) -> None:
        """Remember a document that the run has taken in."""
        self._documents.add(bytes.fromhex(version.document))
        self._newest[version.story] = version.document
        self.stories.add(version)

    def unproposed(self, keys: Iterable[str]) -> set[str]:
        """Return those keys of proposals that are not on record, and remember them."""
        wanted = [key for key in keys if bytes.fromhex(key) not in self._proposals]
        known = {key for part in _parts(wanted) for key in self._on_record(part)}
        new = {*wanted} - known
        self._proposals.update(map(bytes.fromhex, new))
        return new

    def _on_record(self, keys: list[str]) -> Iterator[str]:
        marks = ", ".join("?" * len(keys))
        for (key,) in self.db.execute(f"select proposal from proposals where proposal in ({marks})", keys):
            yield key

    def story_name(self, title: str) -> str:
        """Return a name for a new story, like its title, that no story has."""
        base = slug(title)[:_STORY_CHARS].strip("-") or "story"
        name, number = base, 1
        while name in self.stories:
            number += 1
            name = f"{base}-{number}"
        return name


@contextmanager
def known(database: Path, store: Store) -> Iterator[Known]:
    """Open what is known."""
    db = open_database(database, read_only=True)
    db.execute("pragma mmap_size=0")  # each row is read once or twice: mapped pages would only look like memory
    try:
        yield Known(db, store)
    finally:
        db.close()


def _parts(keys: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(keys), _AT_ONCE):
        yield keys[start : start + _AT_ONCE]
