"""The desk of an editor: what a page of review is made of, and the decisions, on the folder of an archive.

Guarantees that a decision is in the log before the tables are built, and that what is decided at one desk is decided
one after another: all of it runs in one thread, which keeps the schema of an archive as long as no file of it changes.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Final, TypeVar

from regesta.archive import CONFIG, Archive
from regesta.config import Config
from regesta.database import open_database
from regesta.errors import ArchiveError, EventError, RegestaError, StorageError, UsageError
from regesta.ingest.context import in_context
from regesta.ingest.proposals import Passages, Proposal, find
from regesta.ingest.review import Decision, Review
from regesta.ingest.store import FOLDER, Store
from regesta.limits import REVIEW_AROUND_CHARS, REVIEW_AT_ONCE, REVIEW_PAGE, REVIEW_SHORT_CHARS
from regesta.publish.pages._form import Form, Typed, form_of, visible
from regesta.publish.reading import review as reading
from regesta.publish.reading.events import EventRow
from regesta.publish.reading.names import Names
from regesta.publish.reading.review import Asked, Choice, Group, Item, Place, Said
from regesta.replay.build import build

T = TypeVar("T")

# One thread for all: an archive that is kept has a database in memory, which belongs to the thread that made it.
_THREAD: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="regesta-review")
_archives: Final[dict[Path, tuple[tuple[tuple[str, int, int], ...], Archive]]] = {}
_PARAGRAPH: Final = re.compile(r"\n+")
_NOT_KEPT: Final = "The text of the document is not kept here. Ingest the document again to see the passage."
_NO_FOLDER: Final = "The folder of the archive is not at hand, only its database: the text cannot be shown."

Paragraph = tuple[tuple[str, bool], ...]  # pieces of text, and whether they are of the passage


@dataclass(frozen=True, slots=True)
class Listed:
    """One proposal in the queue with its passage in short, and how many events rest on the same passage."""

    item: Item
    about: str
    passage: tuple[str, str, str] | None
    known: int


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of the queue. ``complete`` is how many of all that are asked for lack nothing."""

    groups: tuple[tuple[Group, tuple[Listed, ...]], ...]
    choices: Mapping[str, list[Choice]]
    number: int
    complete: int


@dataclass(frozen=True, slots=True)
class Bulk:
    """What is accepted by one click: all, by kind; ``seal`` changes with what they are."""

    listed: tuple[Listed, ...]
    keys: tuple[str, ...]
    kinds: tuple[tuple[str, int], ...]
    seal: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One proposal: its passage, the form of its event, what the archive knows already, what the event would say.

    No ``form`` where nothing can be decided; ``refused`` says why the log would not take the event as it is.
    """

    item: Item
    place: Place
    about: str
    source: Group
    paragraphs: tuple[Paragraph, ...]
    note: str
    form: Form | None
    on_passage: tuple[EventRow, ...]
    alike: tuple[EventRow, ...]
    said: tuple[Said, ...] = ()
    refused: str = ""
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Desk:
    """Where the proposals of a database are decided on; ``folder`` is its archive's, None where it is not at hand.

    All methods run in the thread of `at_desk`.
    """

    database: Path
    folder: Path | None
    config: Config
    who: str | None

    @property
    def review(self) -> Review | None:
        """What decides, None where nothing can be decided."""
        return Review(_archive(self.folder), self.who) if self.folder else None

    def proposal(self, key: str) -> Proposal | None:
        """Return a proposal by its whole key, None where there is none."""
        try:
            return find(self.database, key)
        except UsageError:
            return None

    def queue(self, asked: Asked, offset: int) -> Queue:
        """Return a page of the queue."""
        with closing(open_database(self.database, read_only=True)) as db:
            found = reading.groups(db, reading.items(db, asked, REVIEW_PAGE, offset))
            groups = tuple((group, self._listed(db, group.items)) for group in found)
            complete = reading.number(db, asked.complete) if asked.has_open else 0
            return Queue(groups, reading.choices(db, asked), reading.number(db, asked), complete)

    def bulk(self, asked: Asked) -> Bulk:
        """Return what lacks nothing of what is asked for; raises `UsageError` when that is too much for one click."""
        with closing(open_database(self.database, read_only=True)) as db:
            keys = tuple(reading.keys(db, asked.complete, REVIEW_AT_ONCE + 1))
            if len(keys) > REVIEW_AT_ONCE:
                remedy = "choose one kind or one story, or use `regesta accept`"
                raise UsageError(f"there are more than {REVIEW_AT_ONCE:,} at once", remedy=remedy)
            listed = self._listed(db, reading.items(db, asked.complete, REVIEW_PAGE))
            kinds = [choice for choice in reading.choices(db, asked.complete)["kind"] if choice.value]
            mine = tuple((choice.label, choice.number) for choice in kinds if choice.chosen or not asked.wanted.kinds)
            return Bulk(listed, keys, mine, sha256("".join(sorted(keys)).encode()).hexdigest())

    def sheet(self, key: str, asked: Asked, typed: Typed, error: RegestaError | None = None) -> Sheet | None:
        """Return one proposal with what was ``typed`` and the ``error`` of it, None where there is no such proposal."""
        proposal = self.proposal(key)
        with closing(open_database(self.database, read_only=True)) as db:
            item = reading.item(db, key)
            if proposal is None or item is None:
                return None
            paragraphs, note = self._text(item)
            about = Names(db, self.config)
            form = self._form(db, proposal, typed, error)
            event = form.event if form else proposal.event
            subject, event_type = event.get("subject"), event.get("type")
            on_passage = tuple(reading.on_passage(db, item, subject, event_type))
            alike = tuple(reading.alike(db, subject, event_type))
            said, refused = self._tried(db, proposal, form, typed) if item.is_open and not error else ((), "")
            subjects = {str(event.get("subject") or ""), *(row.subject for row in (*on_passage, *alike))}
            return Sheet(
                item, reading.place(db, asked, key), visible(about.of(str(event.get("subject") or ""))),
                reading.groups(db, [item])[0], paragraphs, note, form, on_passage,
                tuple(row for row in alike if row not in on_passage), said, refused,
                {subject: about.of(subject) for subject in subjects if subject},
            )  # fmt: skip

    def decide(self, decisions: Sequence[Decision]) -> tuple[int, int]:
        """Append decisions, all or none, and build the tables; return the first and the last event.

        Raises `UsageError` or `EventError` for what cannot be taken, `StorageError` also when the tables lag behind.
        """
        review = self.review
        if review is None:
            raise StorageError("the folder of the archive is not at hand: nothing can be decided here")
        bring_up_to_date = partial(build, review.archive)
        result = review.settle(decisions, bring_up_to_date)
        # Dies here: what was decided is in the log, and the next build takes it in.
        try:
            bring_up_to_date()
        except RegestaError as failed:
            message = (
                f"what you decided is in the log, but the tables could not be brought up to date: {failed.message}"
            )
            raise StorageError(message, remedy="run `regesta build`") from failed
        return result.first or 0, result.last or 0

    def after(self, asked: Asked, key: str) -> str | None:
        """Return the next open proposal of what is asked for."""
        with closing(open_database(self.database, read_only=True)) as db:
            return reading.place(db, asked.open, key).after

    def done(self, first: int, last: int) -> reading.Done | None:
        """Return what was decided in an append."""
        with closing(open_database(self.database, read_only=True)) as db:
            return reading.done(db, first, last)

    def _listed(self, db: sqlite3.Connection, items: Sequence[Item]) -> tuple[Listed, ...]:
        names, known = Names(db, self.config), reading.known_passages(db, [item.key for item in items])
        passages = self._passages()
        return tuple(
            Listed(
                item,
                visible(names.of(item.about)) if item.about else "",
                _short(passages, item),
                known.get(item.key, 0),
            )
            for item in items
        )

    def _passages(self) -> Passages | None:
        if self.folder is None:
            return None
        return Passages(self.database, Store(self.folder / FOLDER, self.config.quotes))

    def _text(self, item: Item) -> tuple[tuple[Paragraph, ...], str]:
        """Return the passage in the text around it, or what is to be said in its place."""
        passages = self._passages()
        try:
            text = passages.text(item.document) if passages else None
        except ArchiveError as error:  # the place is a path on the server
            return (), f"The text cannot be shown: {error.message}."
        if text is None:
            return (), _NOT_KEPT if passages else _NO_FOLDER
        if not 0 <= item.start < item.end <= len(text):
            return (), "The text that is kept has no such passage."
        return _paragraphs(*in_context(text, item.start, item.end, REVIEW_AROUND_CHARS)), ""

    def _form(
        self, db: sqlite3.Connection, proposal: Proposal, typed: Typed, error: RegestaError | None
    ) -> Form | None:
        review = self.review
        if review is None:
            return None
        return form_of(review, proposal, typed, error, partial(reading.known_values, db))

    def _tried(
        self, db: sqlite3.Connection, proposal: Proposal, form: Form | None, typed: Typed
    ) -> tuple[tuple[Said, ...], str]:
        """Return what the event of a form would say in the tables, or why it would be refused."""
        review = self.review
        if review is None or form is None or form.lacks:
            return (), ""
        try:
            edits = typed.with_needs(review, proposal, typed.prior)
            return tuple(reading.beside(db, review.archive.would_set(review.accepted(proposal, edits)))), ""
        except (EventError, UsageError) as refused:
            return (), refused.message


async def at_desk(work: Callable[[], T]) -> T:
    """Return what ``work`` returns, done in the thread of the desk."""
    return await asyncio.get_running_loop().run_in_executor(_THREAD, work)


def _archive(folder: Path) -> Archive:
    """Return the archive in a folder, the same as before while no file that it is made of has changed."""
    parts = [folder / CONFIG, *(folder / "schema").rglob("*"), *(folder / "ingest" / "recipes").glob("*")]
    stats = [(path, path.stat()) for path in sorted(parts) if path.is_file()]
    stamp = tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in stats)
    known = _archives.get(folder)
    if known is None or known[0] != stamp:
        known = _archives[folder] = stamp, Archive.open(folder)
    return known[1]


def _short(passages: Passages | None, item: Item) -> tuple[str, str, str] | None:
    """Return a passage with the words around it, None where it is not at hand."""
    try:
        text = passages.text(item.document) if passages else None
    except ArchiveError:
        return None
    if text is None:
        return None
    before, words, after = in_context(text, item.start, item.end, REVIEW_SHORT_CHARS)
    return visible(before), visible(words), visible(after)


def _paragraphs(before: str, words: str, after: str) -> tuple[Paragraph, ...]:
    """Return a passage in the text around it, paragraph by paragraph."""
    made: list[list[tuple[str, bool]]] = [[]]
    for text, is_passage in ((before, False), (words, True), (after, False)):
        for number, piece in enumerate(_PARAGRAPH.split(text)):
            if number:
                made.append([])
            if piece:
                made[-1].append((visible(piece), is_passage))
    return tuple(tuple(paragraph) for paragraph in made if paragraph)
