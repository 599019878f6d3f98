"""A news text of our own making, the passages that events rest on, revisions of it, and an archive of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final

from regesta.archive import Archive
from regesta.database import open_database
from regesta.ingest.capture import Capture
from regesta.ingest.passages import Passage, evidence
from regesta.ingest.store import Store
from regesta.ingest.versions import Archived, archived, update
from regesta.replay.build import build
from tests.archives import document, letter

STORY: Final = """\
Seven of the nine island councils have turned down the ferry company’s plan to halve the winter timetable.

The company wrote to all nine councils on 3 March 2021. It asked them to accept 12 sailings a week instead of 24 until \
the end of April.

“We cannot live with this,” said Ingrid Solberg, who chairs the council of Northholm. “Our children go to school by \
boat.” The council of Southholm will not sign either, its clerk said. The council of Eastholm will not sign either, \
its clerk said.

Westholm and Little Skerry have accepted. Great Skerry asked for 16 sailings, among them one on Sundays. The company’s \
director, Per Dahl, told the Islands Gazette that “nothing has been decided”.

He said the ships burn 1,450 tonnes of fuel in a winter. The islands have 23 doctors, none of whom lives on Westholm.\
"Everyone will be heard," Dahl said.

- This story was updated on 9 March at 10:15 a.m.
"""

# Passages by what they say, each found once in the story unless it says so.
PASSAGES: Final = {
    "the whole first sentence": STORY.split("\n")[0],
    "date": "3 March 2021",
    "number": "12 sailings a week instead of 24",
    "quote, first part": "“We cannot live with this,”",
    "quote, second part": "“Our children go to school by boat.”",
    "speaker": "Ingrid Solberg, who chairs the council of Northholm",
    "twin": "The council of Southholm will not sign either, its clerk said.",
    "other twin": "The council of Eastholm will not sign either, its clerk said.",
    "short": "Westholm",
    "answer": "Westholm and Little Skerry have accepted.",
    "wish": "Great Skerry asked for 16 sailings, among them one on Sundays.",
    "paper": "told the Islands Gazette",
    "fuel": "the ships burn 1,450 tonnes of fuel in a winter",
    "doctors": "The islands have 23 doctors, none of whom lives on Westholm.",
    "glued quote": "\"Everyone will be heard,\" Dahl said.",
    "stamp": "This story was updated on 9 March at 10:15 a.m.",
}  # fmt: skip


def passage(words: str, text: str = STORY) -> Passage:
    """Return the first place of ``words`` in a text."""
    start = text.index(words)
    return Passage(start, start + len(words))


def replaced(old: str, new: str, text: str = STORY) -> str:
    """Return the text with the first ``old`` made ``new``; it must be there."""
    before, found, after = text.partition(old)
    assert found, f"not in the text: {old!r}"
    return f"{before}{new}{after}"


def straight(text: str) -> str:
    """Return the text with straight quotation marks."""
    return text.translate(str.maketrans("“”‘’", "\"\"''"))


def paragraphs_moved(text: str = STORY) -> str:
    """Return the text with its second paragraph in the fourth place."""
    first, second, third, fourth, *rest = text.split("\n\n")
    return "\n\n".join([first, third, fourth, second, *rest])


def digest_of(text: str) -> str:
    """Return the SHA-256 of a document with this text."""
    return sha256(text.encode()).hexdigest()


def capture(text: str, **changes: Any) -> Capture:
    """Return a document with this text."""
    return replace(Capture(text.encode(), text, "text/plain", "text", "ferry.txt"), **changes)


@dataclass
class Ferry:
    """An archive with a story in one version, and a letter for each of its passages."""

    archive: Archive

    @property
    def store(self) -> Store:
        """The documents that are kept."""
        return Store(self.archive.folder / "documents", self.archive.config.quotes)

    def keep(self, text: str) -> dict[str, Any]:
        """Keep a document with this text; return the draft that says so."""
        self.store.put(capture(text))
        draft = document(text)
        draft["data"]["text"] = digest_of(text)
        return draft

    def forget(self, *texts: str) -> None:
        """Take texts away from the documents that are kept."""
        for text in texts:
            (self.archive.folder / "documents" / f"{digest_of(text)}.txt").unlink()

    def begin(self, text: str = STORY) -> Ferry:
        """Take in the first version."""
        out: dict[str, Any] = {"type": "story.published", "subject": "story/ferry", "source": "manual:"}
        out |= {"data": {"story": "ferry", "document": digest_of(text), "evidence": [self.item(text, "stamp")]}}
        first = self.keep(text)
        first["data"]["evidence"] = [self.item(text, "stamp")]
        return self.add(first, out, *(self.letter(n, text, name) for n, name in enumerate(PASSAGES, start=1)))

    def item(self, text: str, name: str) -> dict[str, Any]:
        """Return the evidence for a passage, by its name."""
        start = text.index(PASSAGES[name])
        return evidence(text, start, start + len(PASSAGES[name]), digest_of(text), self.archive.config.quotes)

    def letter(self, number: int, text: str, *names: str) -> dict[str, Any]:
        """Return an event that rests on passages of a version, by their names."""
        draft = letter(number)
        draft["data"] |= {"summary": f"What {names[0]} says.", "evidence": [self.item(text, name) for name in names]}
        return draft

    def add(self, *drafts: dict[str, Any]) -> Ferry:
        """Append events and build the tables."""
        self.archive.append(drafts)
        build(self.archive)
        return self

    @contextmanager
    def known(self) -> Iterator[Archived]:
        """Open what the archive knows."""
        with closing(open_database(self.archive.database, read_only=True)) as db:
            yield archived(db, self.store)

    def update(self, new: Capture, previous: str = STORY) -> dict[str, Any]:
        """Return the draft of an update."""
        with self.known() as known:
            return update(known, "ferry", digest_of(previous), new)

    def take(self, text: str, previous: str = STORY) -> dict[str, Any]:
        """Take in another version; return the data of its update."""
        draft = self.update(capture(text), previous)
        self.add(self.keep(text), draft)
        data: dict[str, Any] = draft["data"]
        return data

    def lost(self, text: str, previous: str = STORY) -> list[str]:
        """Return the names of the passages whose events are orphans in a new version."""
        names = {self.id(number): name for number, name in enumerate(PASSAGES, start=1)}
        return [names[found] for found in self.update(capture(text), previous)["data"].get("orphans", [])]

    def id(self, number: int) -> str:
        """Return the id of the event of the n-th passage."""
        return [event.id for event in self.archive.log.events()][number + 1]

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the built tables."""
        with closing(open_database(self.archive.database, read_only=True)) as db:
            return db.execute(sql).fetchall()
