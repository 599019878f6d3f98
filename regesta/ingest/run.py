"""Ingesting: from sources to events, many documents in one run, in memory that does not grow with them.

Each source is read, kept, and comes to events: that the document was captured, which version of which story it is,
and what is proposed. They are appended some hundred documents at a time. A run that dies has lost at most the last
of these; the next one completes it, for what is in the log already is not added again. What cannot be read or
taken is told, and the rest goes on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Final

from regesta.archive import STATE_FOLDER, Archive
from regesta.errors import EventError, InputError, RegestaError
from regesta.events.log import AppendResult
from regesta.events.model import Draft
from regesta.ingest._known import known
from regesta.ingest._seen import Seen, seen, version_of
from regesta.ingest._take import KNOWN, Extract, Taken, Taker, Ways
from regesta.ingest.capture import Capture, Dated, Source
from regesta.ingest.files import shown
from regesta.ingest.proposals import OPEN, Proposal
from regesta.ingest.recipes import Recipe, load_recipes
from regesta.ingest.review import Decision, Review
from regesta.ingest.store import FOLDER, Store
from regesta.limits import INGEST_DOCUMENTS, INGEST_EVENTS, INGEST_LISTED, INGEST_PROBLEMS
from regesta.replay.build import build
from regesta.turn import turn

__all__ = ["Listed", "Options", "Report", "Tools", "ingest", "version_of"]

Read = Callable[[Source], Iterator[Capture | InputError]]

ALL: Final = "all"
GIVEN: Final = "given"  # what a date rests on that the user has said


@dataclass(frozen=True, slots=True)
class Options:
    """What the user says of all sources of a run; None where nothing.

    ``published`` is EDTF. ``accept`` are rules whose proposals are accepted at once where they lack nothing, or
    `all`. ``row`` is the recipe for the rows of tables. ``who`` accepts (None: the archive's keeper).
    """

    story: str | None = None
    publisher: str | None = None
    published: str | None = None
    url: str | None = None
    row: Recipe | None = None
    accept: tuple[str, ...] = ()
    who: str | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Tools:
    """How sources are read, and how findings are made of a text.

    ``version`` changes with them (`version_of`); a document that was read by this version is not read again. Without
    it everything is read.
    """

    read: Read
    extract: Extract
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A document in a report: how messages call it, its digest, its story, what it was to the archive, proposals."""

    name: str
    digest: str
    story: str
    state: str
    proposals: int


@dataclass
class Report:
    """What a run did.

    ``documents`` by new, updated (a new version of a known story) and known; ``proposals`` by kind; ``needs`` by what
    is needed; ``listed`` the first documents; ``orphaned`` the passages that new versions no longer have.
    """

    documents: Counter[str] = field(default_factory=Counter)
    listed: list[Listed] = field(default_factory=list)
    proposals: Counter[str] = field(default_factory=Counter)
    needs: Counter[str] = field(default_factory=Counter)
    accepted: int = 0
    appended: int = 0
    orphaned: int = 0
    problems: list[str] = field(default_factory=list)
    problem_count: int = 0
    notices: list[str] = field(default_factory=list)

    def add_problem(self, error: RegestaError) -> None:
        """Count a problem, and keep it while the list is short."""
        self.problem_count += 1
        if len(self.problems) < INGEST_PROBLEMS:
            self.problems.append(shown(str(error)))

    def add_notices(self, notices: Iterable[str]) -> None:
        """Keep what is worth knowing, while the list is short."""
        room = INGEST_PROBLEMS - len(self.notices)
        self.notices += [shown(notice) for notice in notices][: max(room, 0)]

    def add(self, taken: Taken) -> None:
        """Count a document whose events are in the log."""
        self.documents[taken.state] += 1
        drafts = [draft["data"] for draft in taken.proposals]
        self.proposals.update(data["kind"] for data in drafts)
        self.needs.update(need for data in drafts if "needs" in data for need in data["needs"].split(", "))
        self.orphaned += sum(draft["data"].get("orphaned", 0) for draft in taken.events)
        self.add_notices(f"{taken.name}: {notice}" for notice in taken.notices)
        for error in taken.problems:
            error.at(taken.name)
            self.add_problem(error)
        if len(self.listed) < INGEST_LISTED:
            self.listed.append(Listed(taken.name, taken.digest, taken.story, taken.state, len(drafts)))


def ingest(
    archive: Archive,
    sources: Iterable[Source | InputError],
    options: Options,
    tools: Tools,
    progress: Callable[[int], None] = lambda sources: None,
) -> Report:
    """Take in ``sources``; ``progress`` is told of each.

    Raises `RegestaError` only for what stops the run: an archive that is broken, a disk that is full.
    """
    # Two runs at once would make two stories of one.
    with turn(archive.folder / STATE_FOLDER, "ingest", "another process has been ingesting", archive.folder):
        build(archive)
        store = Store(archive.folder / FOLDER, archive.config.quotes)
        recipes = load_recipes(archive.folder / "ingest" / "recipes", archive.schema.types)
        if not options.dry_run:
            store.clean()
        with known(archive.database, store) as found, seen(archive.folder / STATE_FOLDER, tools.version) as read:
            ways = Ways(archive.zone, recipes, options.row, options.story, options.dry_run)
            run = _Run(archive, options, Taker(found, tools.extract, ways), read)
            for source in sources:
                run.take(source, tools.read)
                progress(1)
            run.flush()
    return run.report


@dataclass
class _Part:
    """Events that are appended together: those of a document, or (``accepts``) those that accept a proposal of it."""

    taken: Taken
    events: Sequence[Draft]
    accepts: bool = False


@dataclass
class _Run:
    archive: Archive
    options: Options
    taker: Taker
    seen: Seen
    report: Report = field(default_factory=Report)
    _batch: list[_Part] = field(default_factory=list)
    _documents: int = 0  # in the batch

    def take(self, source: Source | InputError, read: Read) -> None:
        """Take one source in, with all the documents that it holds."""
        if isinstance(source, InputError):
            self.report.add_problem(source)
            return
        digest = sha256(source.data).hexdigest()
        # With a mapping at hand a table may come to other rows than with the one by which it was read before.
        is_seen = self.options.row is None and self.seen.has(digest)
        story = self.taker.known.story_of(digest) if is_seen else None
        if story is not None:
            self.report.add(Taken(shown(source.name), digest, story, KNOWN))
            return
        for capture, alone in _each(_told_errors(read(source), source.name)):
            if isinstance(capture, InputError):
                self.report.add_problem(capture)
            else:
                self._take(capture, alone)

    def _take(self, capture: Capture, alone: bool) -> None:
        try:
            taken = self.taker.take(self._told(capture), alone=alone)
        except InputError as error:
            self.report.add_problem(error.at(capture.name))
            return
        self._batch.append(_Part(taken, [*taken.events, *taken.proposals]))
        self._batch += [_Part(taken, events, accepts=True) for events in self._acceptances(taken)]
        self._documents += 1
        if self._documents >= INGEST_DOCUMENTS or sum(len(part.events) for part in self._batch) >= INGEST_EVENTS:
            self.flush()

    def _told(self, capture: Capture) -> Capture:
        """Return a capture with what the user said of it, who knows better than the document."""
        options = self.options
        published = Dated(options.published, GIVEN) if options.published else capture.published
        return replace(
            capture,
            url=options.url or capture.url,
            publisher=options.publisher or capture.publisher,
            published=published,
        )

    def _acceptances(self, taken: Taken) -> Iterator[list[Draft]]:
        """Yield the events that accept those proposals whose rule is trusted and that lack nothing."""
        trusted = {*self.options.accept}
        review = Review(self.archive, self.options.who)
        for draft in taken.proposals if trusted else ():
            data = draft["data"]
            policy = data["rule"] if data["rule"] in trusted else ALL
            if policy in trusted and "needs" not in data:
                try:
                    yield review.drafts(Decision(Proposal(data["proposal"], OPEN, data), True, policy=policy))
                except EventError as error:
                    self._stays_open(data["proposal"], error)

    def _stays_open(self, key: str, error: EventError) -> None:
        self.report.add_notices([f"the proposal {key[:12]} stays open: {error}"])

    def flush(self) -> None:
        """Append what was taken in so far; what the log refuses is told, and the rest is appended."""
        if self._batch and not self.options.dry_run:
            self.taker.known.store.sync()
        self._documents = 0
        while self._batch:
            owners = [part for part in self._batch for _ in part.events]
            asked: list[int] = []  # the log asks for the place of the event that it refuses, last of all
            try:
                result = self.archive.append(
                    [draft for part in self._batch for draft in part.events],
                    place=lambda number, asked=asked: asked.append(number) or "",  # type: ignore[misc]
                    dry_run=self.options.dry_run,
                )
            except EventError as error:
                self._drop(owners[asked[-1] - 1], error)
                continue
            # Dies here: the batch is in the log; a run over the same sources adds nothing of it again.
            self._count(result)
            if not self.options.dry_run:
                self.seen.add(part.taken.digest for part in self._batch if not part.taken.problems)
            self._batch.clear()

    def _drop(self, part: _Part, error: EventError) -> None:
        """Leave out what the log refuses: an acceptance, or a document with all that it came to."""
        if part.accepts:
            self._stays_open(part.events[0]["data"]["proposal"], error)
            self._batch.remove(part)
            return
        error.where = part.taken.name
        self.report.add_problem(error)
        self._batch = [other for other in self._batch if other.taken is not part.taken]

    def _count(self, result: AppendResult) -> None:
        self.report.appended += result.appended
        self.report.add_notices(result.notices)
        for part in self._batch:
            if part.accepts:
                self.report.accepted += 1
            else:
                self.report.add(part.taken)


def _told_errors(found: Iterator[Capture | InputError], name: str) -> Iterator[Capture | InputError]:
    """Yield what a reader brings, every error with its place; the one with which it gives up is one more."""
    try:
        for item in found:
            if isinstance(item, InputError):
                item.at(name)
            yield item
    except InputError as error:
        error.at(name)
        yield error


def _each(found: Iterator[Capture | InputError]) -> Iterator[tuple[Capture | InputError, bool]]:
    """Yield what a source holds, a document with whether it is the only one; for that the first is held back."""
    first, alone = None, True
    for item in found:
        if isinstance(item, Capture) and alone and first is None:
            first = item
            continue
        if isinstance(item, Capture) and first is not None:
            yield first, False
            first, alone = None, False
        yield item, False
    if first is not None:
        yield first, True
