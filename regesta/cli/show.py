"""`regesta show`: one event, what supports it, whether it still counts, and what it set."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import click

from regesta.cli._session import Session
from regesta.cli._terminal import Field, print_fields, print_json
from regesta.schema.dates import bounds, describe, instant_text

if TYPE_CHECKING:
    from regesta.archive import Archive
    from regesta.cli._reading import Found
    from regesta.replay.effects import Effect

_TOLD_ELSEWHERE: Final = ("summary", "note", "datetext", "evidence")


@dataclass(frozen=True, slots=True)
class Cited:
    """What the archive knows of a document."""

    title: str | None
    publisher: str | None


class _Shown(NamedTuple):
    """All that is known of one event; ``effects`` is None when there are no tables to look into."""

    found: Found
    documents: dict[str, Cited]
    effects: list[Effect] | None


@click.command("show", short_help="Show one event, its evidence and what it set.")
@click.argument("event_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def command(session: Session, event_id: str, as_json: bool) -> None:
    """Show one event: what it says, its evidence, whether it still counts, and what it set in the tables.

    ID is the event's number, its id, or the first characters of its id (four or more).
    """
    from regesta.cli._reading import find

    archive = session.archive
    found = find(archive.folder / "events", event_id)
    shown = _with_tables(archive, found)
    if as_json:
        print_json(_as_json(shown, archive.zone))
        return
    for heading, fields in _sections(shown, archive.zone):
        print_fields(heading, fields)


def _with_tables(archive: Archive, found: Found) -> _Shown:
    """Add what `archive.db` knows; a log can be read without it."""
    from regesta.cli._built import built
    from regesta.cli._terminal import notice
    from regesta.database import open_database
    from regesta.replay.effects import effects

    state = built(archive)
    if state.stale:
        notice(f"{state.stale}; `regesta build` shows what the event set")
    if not state.exists or not state.size:
        return _Shown(found, {}, None)
    event = found.entry.event
    digests = {item["source"].removeprefix("urn:sha256:") for item in event.data.get("evidence", ())}
    with closing(open_database(archive.database, read_only=True)) as db:
        known = effects(db, event.sequence) if event.sequence <= state.size else None
        return _Shown(found, _cited(db, digests), known)


def _cited(db: sqlite3.Connection, digests: set[str]) -> dict[str, Cited]:
    """Return the documents with these digests, as far as they are captured."""
    marks = ", ".join("?" * len(digests))
    rows = db.execute(f"select digest, title, publisher from documents where digest in ({marks})", sorted(digests))
    return {digest: Cited(title, publisher) for digest, title, publisher in rows}


def _sections(shown: _Shown, zone: ZoneInfo) -> Iterator[tuple[str, list[Field]]]:
    event = shown.found.entry.event
    yield f"event {event.sequence}", _envelope(shown.found, zone)
    data = [(name, _readable(value)) for name, value in event.data.items() if name not in _TOLD_ELSEWHERE]
    if data:
        yield "data", data
    for number, item in enumerate(event.data.get("evidence", ()), start=1):
        yield f"evidence {number}", _evidence(item, shown.documents)
    for effect in shown.effects or ():
        yield _effect_heading(effect), [*_cells(effect.key), *_cells(effect.values)]
    if shown.effects == []:
        yield "set nothing in the tables", []


def _envelope(found: Found, zone: ZoneInfo) -> list[Field]:
    event = found.entry.event
    fields = [
        ("id", event.id),
        ("type", event.type),
        ("subject", event.subject),
        ("source", event.source),
        ("date", f"{describe(event.edtf)} ({event.edtf})" if event.edtf else "undated"),
        ("earliest", _bound(event.edtf, zone, 0)),
        ("latest", _bound(event.edtf, zone, 1)),
        ("date as printed", event.data.get("datetext")),
        ("recorded", describe(event.recorded)),
        ("status", _status(found)),
        ("redacted", _redacted(found)),
        ("replaces", event.replaces),
        ("summary", event.data.get("summary")),
        ("note", event.data.get("note")),
    ]
    return [(name, text) for name, text in fields if text]


def _bound(edtf: str | None, zone: ZoneInfo, end: int) -> str | None:
    """Return the first (0) or last (1) second that the date can mean, in words; None for an undated event."""
    if edtf is None:
        return None
    found = bounds(edtf, zone)
    text = instant_text((found.earliest, found.latest)[end], zone)
    return describe(text) if text else "no bound"


def _status(found: Found) -> str:
    by = found.corrected_by
    return f"{found.status} by event {by.sequence} ({by.id})" if by and found.status != "current" else found.status


def _redacted(found: Found) -> str | None:
    said = [f"{', '.join(by.fields)} taken out, as event {by.sequence} says" for by in found.redactions]
    return "; ".join(said) or None


def _evidence(item: dict[str, Any], documents: dict[str, Cited]) -> list[Field]:
    digest, place = item["source"].removeprefix("urn:sha256:"), item["selector"][0]
    known = documents.get(digest)
    fields = [
        ("document", ", ".join(filter(None, (known.title, known.publisher))) if known else None),
        ("its digest", f"sha256:{digest}"),
        ("characters", f"{place['start']} to {place['end']}"),
        ("passage", item["selector"][1]["exact"] if len(item["selector"]) > 1 else None),
        ("passage digest", item.get("digest")),
    ]
    return [(name, text) for name, text in fields if text]


def _effect_heading(effect: Effect) -> str:
    later = f"; event {effect.ended_by} changed it later" if effect.ended_by else ""
    return f"{'made' if effect.made else 'changed'} a row of {effect.table}{later}"


def _cells(values: Mapping[str, Any]) -> list[Field]:
    return [(name, "(empty)" if value is None else str(value)) for name, value in values.items()]


def _readable(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _as_json(shown: _Shown, zone: ZoneInfo) -> dict[str, Any]:
    event, by = shown.found.entry.event, shown.found.corrected_by
    lies = bounds(event.edtf, zone) if event.edtf else None
    return {
        "event": json.loads(shown.found.entry.line),
        "earliest": instant_text(lies.earliest, zone) if lies else None,
        "latest": instant_text(lies.latest, zone) if lies else None,
        "status": shown.found.status,
        "redacted": [name for by in shown.found.redactions for name in by.fields] or None,
        "corrected_by": {"sequence": by.sequence, "id": by.id} if by else None,
        "documents": {digest: asdict(document) for digest, document in shown.documents.items()},
        "effects": None if shown.effects is None else [asdict(effect) for effect in shown.effects],
    }
