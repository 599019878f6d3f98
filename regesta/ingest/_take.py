"""One document taken in: the events that it comes to, which story it belongs to, and what it proposes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Final
from zoneinfo import ZoneInfo

from regesta.errors import InputError
from regesta.events.model import Draft
from regesta.ingest._known import Known, Recorded
from regesta.ingest.capture import Capture
from regesta.ingest.extract.model import Context, Finding
from regesta.ingest.files import STDIN, file_name, shown
from regesta.ingest.fill import clipped, plain
from regesta.ingest.propose import ROW, Document, not_after, proposals, row_findings
from regesta.ingest.recipes import Recipe, Recipes
from regesta.ingest.stories import Version
from regesta.ingest.versions import update
from regesta.limits import EXTRACT_CHARS, TITLE_CHARS

# What is found in a text, and in between what an extractor has to say of itself.
Extract = Callable[[str, Context], Iterable[Finding | InputError]]

_STAMP: Final = "story_update"
_SUMMARY_CHARS: Final = 2_000
_BASIS_CHARS: Final = 200
_NO_MAPPING: Final = "a table that is known; without --source NAME its rows are not looked at again"
NEW, UPDATED, KNOWN = "new", "updated", "known"


@dataclass(frozen=True, slots=True)
class Taken:
    """What a document comes to: ``state`` is new, updated (of a known story) or known; ``events`` are its drafts."""

    name: str
    digest: str
    story: str
    state: str
    events: list[Draft] = field(default_factory=list)
    proposals: list[Draft] = field(default_factory=list)
    notices: tuple[str, ...] = ()
    problems: tuple[InputError, ...] = ()


@dataclass(frozen=True, slots=True)
class Ways:
    """How documents are taken: ``row`` is the recipe for rows of tables, ``story`` the story of all (None: found out).

    With ``dry_run`` nothing is kept.
    """

    zone: ZoneInfo
    recipes: Recipes
    row: Recipe | None = None
    story: str | None = None
    dry_run: bool = False


@dataclass(frozen=True)
class Taker:
    """Takes documents in, one after the other."""

    known: Known
    extract: Extract
    ways: Ways

    def take(self, capture: Capture, *, alone: bool) -> Taken:
        """Return what a document comes to, and keep it; ``alone`` says that its file holds no other.

        Raises `InputError` when it cannot be taken, `StorageError` when it cannot be kept.
        """
        if not self.known.is_new(capture.digest):
            return Taken(shown(capture.name), capture.digest, "", KNOWN)
        recorded = self.known.document(capture.digest)
        capture = self._with_text_on_record(capture, recorded)
        if capture.rows and self.ways.row is None and recorded and recorded.story:
            return Taken(shown(capture.name), capture.digest, recorded.story, KNOWN, notices=(_NO_MAPPING,))
        self._refuse_unmapped(capture)
        is_file = alone and "://" not in capture.name and capture.name != STDIN
        name = file_name(capture.name) if is_file else None
        story = (recorded.story if recorded else None) or self._story(capture, name)
        events, state = self._events(capture, recorded, story, name)
        if not self.ways.dry_run:
            self.known.store.put(capture)
            # Dies here: a document that no event speaks of yet; the next run finds it and goes on.
        found = list(self._found(capture, _context(capture, recorded)))
        findings = [item for item in found if isinstance(item, Finding)]
        problems = tuple(item for item in found if isinstance(item, InputError))
        made = self._proposals(capture, recorded, story, findings)
        new = self.known.unproposed(draft["data"]["proposal"] for draft in made)
        fresh = [draft for draft in made if draft["data"]["proposal"] in new]
        self.known.add(Version(story, capture.digest, capture.url, name))
        notices = (*capture.notices, *self._other_story(story), *self._too_long(capture))
        return Taken(shown(capture.name), capture.digest, story, state, events, fresh, notices, problems)

    def _other_story(self, story: str) -> tuple[str, ...]:
        return (f"it is a version of the story {story} already",) if self.ways.story not in (None, story) else ()

    def _with_text_on_record(self, capture: Capture, recorded: Recorded | None) -> Capture:
        """Return the capture with the text that the archive keeps: positions count its characters."""
        kept = self.known.store.text(capture.digest, recorded.text if recorded else None)
        if kept is not None:
            if kept != capture.text and capture.rows is not None:
                raise InputError("the rows are not where they were: another reader made the text that is kept")
            return replace(capture, text=kept)
        digest = sha256(capture.text.encode("utf-8", "surrogatepass")).hexdigest()
        if recorded and recorded.text and recorded.text != digest:
            remedy = "ingest it with the version of the reader that is on record, or restore documents/ from a copy"
            message = f"{shown(capture.reader)} reads another text than the one that is on record"
            raise InputError(message, where=shown(capture.name), remedy=remedy)
        return capture

    def _refuse_unmapped(self, capture: Capture) -> None:
        if capture.rows and self.ways.row is None:
            columns = ", ".join(list(capture.rows[0].values)[:20])
            remedy = "say which column is what in ingest/NAME.toml, [[event]], and give --source NAME"
            message = f"a table (columns {shown(columns)}) without a mapping"
            raise InputError(message, where=shown(capture.name), remedy=remedy)

    def _story(self, capture: Capture, name: str | None) -> str:
        """Return the story that a document belongs to: as told, as found, or a new name."""
        found = self.ways.story or self.known.stories.find(capture.url, name, capture.text)
        return found or self.known.story_name(capture.title or (name or "").rpartition(".")[0] or name or "")

    def _events(
        self, capture: Capture, recorded: Recorded | None, story: str, name: str | None
    ) -> tuple[list[Draft], str]:
        """Return the events that say that the document is there and which version of which story it is."""
        events = list[Draft]() if recorded else [captured(capture, name)]
        if recorded and recorded.story:
            return events, KNOWN
        previous = self.known.newest(story)
        if previous is None:
            return [*events, published(capture, story)], NEW
        return [*events, update(self.known.archived(), story, previous, capture)], UPDATED

    def _found(self, capture: Capture, context: Context) -> Iterable[Finding | InputError]:
        if capture.rows is not None:
            return row_findings(capture.rows)
        return self.extract(capture.text[:EXTRACT_CHARS], context)

    def _too_long(self, capture: Capture) -> tuple[str, ...]:
        """Return the notice that a text was not searched to its end; a table is, whatever its length."""
        if capture.rows is not None or len(capture.text) <= EXTRACT_CHARS:
            return ()
        return (f"only the first {EXTRACT_CHARS:,} of {len(capture.text):,} characters were searched",)

    def _proposals(
        self, capture: Capture, recorded: Recorded | None, story: str, findings: Sequence[Finding]
    ) -> list[Draft]:
        publisher = recorded.publisher if recorded else capture.publisher
        # Asked before the document is noted as the newest version itself.
        is_first = bool(recorded.is_first) if recorded else self.known.newest(story) is None
        bound = not_after(_out_by(_context(capture, recorded), findings, is_first=is_first))
        quotes = self.known.store.quotes
        document = Document(capture.digest, capture.text, story, quotes, publisher, bound, self.ways.zone)
        recipes = {**self.ways.recipes, ROW: self.ways.row} if self.ways.row else self.ways.recipes
        return proposals(document, findings, recipes)


def captured(capture: Capture, name: str | None) -> Draft:
    """Return the draft of `document.captured`; ``name`` is that of its file."""
    published, updated, retrieved = capture.published, capture.updated, capture.retrieved
    title = plain(capture.title or name or "")
    data = {
        "digest": capture.digest,
        "title": _clipped(capture.title, TITLE_CHARS),
        "publisher": _clipped(capture.publisher, TITLE_CHARS),
        "url": capture.url,
        "published": published.edtf if published else None,
        "published_basis": _clipped(published.basis, _BASIS_CHARS) if published else None,
        "updated": updated.edtf if updated else None,
        "updated_basis": _clipped(updated.basis, _BASIS_CHARS) if updated else None,
        "retrieved": retrieved.edtf if retrieved else None,
        "media_type": _clipped(capture.media_type, 100),
        "bytes": len(capture.data),
        "characters": len(capture.text),
        "text": sha256(capture.text.encode("utf-8")).hexdigest(),
        "reader": _clipped(capture.reader, _BASIS_CHARS),
        "name": name,
        "summary": _clipped(f"A document was taken in{f': {title}' if title else ''}.", _SUMMARY_CHARS),
    }
    return _draft("document.captured", f"document/{capture.digest}", capture, data)


def published(capture: Capture, story: str) -> Draft:
    """Return the draft of `story.published`: when the story first came out, or by when it was out."""
    data = {
        "story": story,
        "document": capture.digest,
        "title": _clipped(capture.title, TITLE_CHARS),
        "publisher": _clipped(capture.publisher, TITLE_CHARS),
        "url": capture.url,
        "summary": _clipped(f"A story came out: {plain(capture.title or story)}.", _SUMMARY_CHARS),
    }
    known = capture.updated or capture.retrieved
    edtf = capture.published.edtf if capture.published else not_after(known.edtf) if known else None
    return _draft("story.published", f"story/{story}", capture, data, edtf)


def _draft(event_type: str, subject: str, capture: Capture, data: Mapping[str, Any], edtf: str | None = None) -> Draft:
    members = {name: value for name, value in data.items() if value is not None}
    draft = {"type": event_type, "subject": subject, "source": f"urn:sha256:{capture.digest}", "data": members}
    return {**draft, "edtf": edtf} if edtf else draft


def _context(capture: Capture, recorded: Recorded | None) -> Context:
    """Return the dates of a document: those on record, which a person may have corrected, before those it gives."""
    given = (capture.published, capture.updated, capture.retrieved)
    known = (
        (recorded.published or recorded.story_published, recorded.updated, recorded.retrieved)
        if recorded
        else (None,) * 3
    )
    return Context(*(old or (new.edtf if new else None) for old, new in zip(known, given, strict=True)))


def _out_by(context: Context, findings: Sequence[Finding], *, is_first: bool) -> str | None:
    """Return when all that a text says had been said: its update stamp, else when it came out.

    The date of publication bounds only the first version: what a later one adds may have been said after it.
    """
    stamp = next((item.fields.get("date_edtf") for item in findings if item.kind == _STAMP), None)
    return context.updated or stamp or (context.published if is_first else None) or context.retrieved


def _clipped(text: str | None, most: int) -> str | None:
    return clipped(plain(text or ""), most) or None
