"""A story in a new version: what changed, and which passages behind its events are still there.

`update` gives the draft of a `story.updated`; which story a document belongs to is told by `stories`. Everything is
read from a built `archive.db` and the texts that are held; the log is not touched.

An event is looked for in the new version if it has a passage in an earlier one that still had it: in the previous
version itself, or in an older one whose passage the previous version had as well. Passages stay where they were
read: it is always the text that the evidence names from which they are found again. What an event says of a version
itself (its subject is the story or a document) stays true and is left out.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from regesta.ingest.capture import Capture
from regesta.ingest.passages import HOW, Anchor, Passage, anchor_all
from regesta.ingest.store import Store
from regesta.ingest.worddiff import KINDS, Edit, compare, describe, summary
from regesta.limits import EDIT_CHARS, EDITS_LISTED, ORPHANS_LISTED
from regesta.schema.dates import exact_instant

_COUNTS: Final = {"typo": "typo", "wording": "wording", "number": "numbers", "quote": "quotes", "position": "moved"}
_FACT_CHARS: Final = 40  # "1.5 million on July 5"; more would be a passage
_NOT_HELD: Final = "the earlier text is not held, so what changed in it is not known"
_PASSAGES: Final = """
select
  v.event, v.position, e.id, e.summary, e.edtf, v.start, v."end", v.digest, v.exact,
  coalesce(json_extract(e.data, '$.evidence[' || (v.position - 1) || '].selector[1].prefix'), ''),
  coalesce(json_extract(e.data, '$.evidence[' || (v.position - 1) || '].selector[1].suffix'), '')
from evidence v
join events e on e.sequence = v.event
where v.document = ? and e.status = 'current' and e.subject <> ? and e.subject not like 'document/%'
order by v.event, v.position
"""


@dataclass(frozen=True, slots=True)
class Archived:
    """What is known: a connection to a built `archive.db`, the texts that are held, the archive's rule on passages.

    ``text`` gives the canonical text of a document by its SHA-256 in hex, None where it is not held; ``quotes`` is
    "full" or "digest".
    """

    db: sqlite3.Connection
    text: Callable[[str], str | None]
    quotes: str


def archived(db: sqlite3.Connection, store: Store) -> Archived:
    """Return what is known by a built `archive.db` and the documents that are kept.

    A text is read as it was when its document was captured; raises `ArchiveError` when the file is another.
    """

    def text(digest: str) -> str | None:
        row = db.execute("select text from document_captured where digest = ?", (digest,)).fetchone()
        return store.text(digest, row[0] if row else None)

    return Archived(db, text, store.quotes)


@dataclass(frozen=True, slots=True)
class Support:
    """A passage in a version of a story: the event that rests on it, and which of the event's passages it is."""

    event: int
    position: int
    id: str
    summary: str | None
    edtf: str | None
    document: str
    passage: Passage


def versions(db: sqlite3.Connection, story: str) -> list[str]:
    """Return the documents that hold the versions of a story, in the order in which they were recorded."""
    return [row[0] for row in db.execute(
        "select document from story_versions where story = ? order by last_event", (story,)
    )]  # fmt: skip


def found_again(known: Archived, story: str, previous: str, text: str) -> list[tuple[Support, Anchor]]:
    """Return the passages of a story that the version ``previous`` had, and where they are in ``text``."""
    recorded = versions(known.db, story)
    earlier = recorded[: recorded.index(previous)] if previous in recorded else recorded
    found = list(_from(known, story, previous, text))
    before = known.text(previous) if earlier else None
    for document in earlier:
        then = _from(known, story, document, before) if before is not None else None
        for support, anchored in _from(known, story, document, text):
            if then is None or next(then)[1].how != "orphaned":
                found.append((support, anchored))
    return sorted(found, key=lambda item: (item[0].event, item[0].position))


def _from(known: Archived, story: str, document: str, text: str) -> Iterator[tuple[Support, Anchor]]:
    """Yield the passages of one version of a story, and where they are in ``text``."""
    rows = known.db.execute(_PASSAGES, (document, f"story/{story}"))
    supports = [
        Support(event, position, name, told, edtf, document, Passage(*passage))
        for event, position, name, told, edtf, *passage in rows
    ]
    anchors = anchor_all([support.passage for support in supports], known.text(document), text) if supports else []
    yield from zip(supports, anchors, strict=True)


def update(known: Archived, story: str, previous: str, capture: Capture, stamp: str | None = None) -> dict[str, Any]:
    """Return the draft of the `story.updated` that says that ``capture`` is a new version of ``story``.

    ``previous`` is the SHA-256 of the version before it; ``stamp`` the update stamp as printed.
    """
    old = known.text(previous)
    edits = compare(old, capture.text) if old is not None else ()
    change = describe(edits) if old is not None else _NOT_HELD
    passages = found_again(known, story, previous, capture.text)
    draft: dict[str, Any] = {
        "type": "story.updated",
        "subject": f"story/{story}",
        "source": f"urn:sha256:{capture.digest}",
        "data": {
            "story": story,
            "document": capture.digest,
            "previous": previous,
            "change": f"{change[0].upper()}{change[1:]}.",
            "summary": _summary(change, passages),
            **(_edits(edits, known.quotes, (old, capture.text)) if old is not None else {}),
            **_passages(passages),
        },
    }
    if stamp:
        draft["data"]["stamp"] = stamp
    dated = _dated(known.db, previous, capture)
    return {**draft, "edtf": dated} if dated else draft


def _summary(change: str, passages: Sequence[tuple[Support, Anchor]]) -> str:
    lost = sum(anchored.how == "orphaned" for _, anchored in passages)
    text = f"The story came out in a new version: {change}"
    if lost:
        text += f"; {lost:,} of the {len(passages):,} passages that events rest on {'is' if lost == 1 else 'are'} gone"
    return f"{text}."


def _edits(edits: Sequence[Edit], quotes: str, texts: tuple[str, str]) -> dict[str, Any]:
    """Return how many changes there are of each class, and the first of them, numbers before all others."""
    counts = summary(edits)
    data: dict[str, Any] = {_COUNTS[kind]: counts[kind] for kind in KINDS}
    listed = sorted(edits, key=lambda edit: KINDS.index(edit.kind))[:EDITS_LISTED]
    if listed:
        data["edits"] = [_edit(edit, quotes, texts) for edit in listed]
    if len(edits) > len(listed):
        data["edits_omitted"] = len(edits) - len(listed)
    return data


def _edit(edit: Edit, quotes: str, texts: tuple[str, str]) -> dict[str, Any]:
    """Return one change; with its words where they may be published, and numbers always, which are facts."""
    item: dict[str, Any] = {"kind": edit.kind, "before": list(edit.before), "after": list(edit.after)}
    for name, text, (start, end) in zip(("from", "to"), texts, (edit.before, edit.after), strict=True):
        words = _visible(text[start : min(end, start + 2 * EDIT_CHARS)])
        if words and (quotes == "full" or (edit.kind == "number" and len(words) <= _FACT_CHARS)):
            item[name] = words if len(words) <= EDIT_CHARS else f"{words[: EDIT_CHARS - 1]}…"
    return item


def _visible(text: str) -> str:
    """Return a text in one line, without the control characters that an event cannot hold."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _passages(passages: Sequence[tuple[Support, Anchor]]) -> dict[str, Any]:
    """Return how the passages were found, and the events that lost one."""
    counts = Counter(anchored.how for _, anchored in passages)
    data: dict[str, Any] = {("orphaned" if how == "orphaned" else f"found_{how}"): counts[how] for how in HOW}
    lost = list(dict.fromkeys(support.id for support, anchored in passages if anchored.how == "orphaned"))
    if lost:
        data["orphans"] = lost[:ORPHANS_LISTED]
    if len(lost) > ORPHANS_LISTED:
        data["orphans_omitted"] = len(lost) - ORPHANS_LISTED
    return data


def _dated(db: sqlite3.Connection, previous: str, capture: Capture) -> str | None:
    """Return when the new version came out: as it says, else before it was retrieved and after the previous one was."""
    if capture.updated:
        return capture.updated.edtf
    if not capture.retrieved:
        return None
    row = db.execute("select retrieved from documents where digest = ?", (previous,)).fetchone()
    since, until = row[0] if row else None, capture.retrieved.edtf
    if since and exact_instant(since) and exact_instant(until) and since < until:
        return f"{since}/{until}"
    return f"../{until}" if "/" not in until else None
