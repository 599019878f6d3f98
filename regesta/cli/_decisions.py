"""Decisions that come back in a file: CSV or JSON Lines, as `regesta proposals` wrote it, with a word in `decision`.

All rows are read and understood before anything is decided. Every error names the line.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from regesta.cli._sheet import read_sheet
from regesta.errors import EventError, InputError, RegestaError, UsageError
from regesta.events.codec import parse
from regesta.ingest.forms import DECISION, KEY, REASON, edits_of_cells, edits_of_json
from regesta.limits import LINE_BYTES, SHEET_BYTES

if TYPE_CHECKING:
    from regesta.archive import Archive
    from regesta.ingest.proposals import Proposal
    from regesta.ingest.review import Decision

STANDARD_INPUT: Final = "-"
FORMATS: Final = ("csv", "jsonl")
_SUFFIXES: Final = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
}
_ACCEPT, _REJECT, _SKIP = "accept", "reject", "skip"
_WORDS: Final = {word[:length]: word for word in (_ACCEPT, _REJECT, _SKIP) for length in (1, len(word))}
_PAST: Final = {_ACCEPT: "accepted", _REJECT: "rejected"}


@dataclass(slots=True)
class Handed:
    """What was handed in: the decisions, and how many rows said nothing, or what had been decided before."""

    decisions: list[Decision] = field(default_factory=list)
    skipped: int = 0
    known: int = 0


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a file: its place, the members that every form has, and how it was written."""

    where: str
    members: Mapping[str, Any]
    cells: bool


def read_decisions(source: str, form: str | None, archive: Archive, *, every: bool) -> Handed:
    """Read the decisions of a file (`-` is standard input); ``every`` accepts the rows in which nothing is decided.

    Raises `InputError` or `UsageError` at file and line.
    """
    name = "stdin" if source == STANDARD_INPUT else source
    data = sys.stdin.buffer.read(SHEET_BYTES + 1) if source == STANDARD_INPUT else _read(Path(source))
    handed, lines = Handed(), dict[str, str]()
    rows = _lines(data, name) if (form or _form(source, data)) == "jsonl" else _cells(data, name)
    for row in rows:
        try:
            _take(row, archive, handed, lines, every)
        except RegestaError as error:
            raise error.at(row.where) from None
    if not handed.decisions and not handed.known:
        remedy = f"write accept or reject into the column {DECISION!r}, or give --all"
        raise UsageError("no row says what to decide", where=name, remedy=remedy)
    return handed


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(SHEET_BYTES + 1)


def _form(source: str, data: bytes) -> str:
    return _SUFFIXES.get(Path(source).suffix.lower()) or ("jsonl" if data.lstrip()[:1] == b"{" else "csv")


def _cells(data: bytes, name: str) -> Iterator[_Row]:
    for line, cells in read_sheet(data, name, (KEY, DECISION)):
        yield _Row(f"{name}:{line}", cells, cells=True)


def _lines(data: bytes, name: str) -> Iterator[_Row]:
    if len(data) > SHEET_BYTES:
        raise InputError(f"{len(data)} bytes, the limit is {SHEET_BYTES}", where=name)
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        where = f"{name}:{number}"
        if not line.strip():
            continue
        if len(line) > 2 * LINE_BYTES:  # the proposal and its passage
            raise InputError(f"the line has {len(line)} bytes, the limit is {2 * LINE_BYTES}", where=where)
        try:
            value = parse(line)
        except EventError as error:
            cause = error.__cause__
            extra = " (one object a line: JSON Lines)" if isinstance(cause, json.JSONDecodeError) else ""
            raise InputError(f"{error.message}{extra}", where=where) from None
        if not isinstance(value, dict):
            raise InputError("expected one object a line", where=where)
        missing = next((key for key in (KEY, DECISION) if key not in value), None)
        if missing:
            raise InputError(f"the member {missing!r} is missing", where=where, remedy=_EXPORT)
        yield _Row(where, value, cells=False)


def _take(row: _Row, archive: Archive, handed: Handed, lines: dict[str, str], every: bool) -> None:
    """Add what a row says to what was handed in."""
    from regesta.ingest.review import Decision

    verdict = _verdict(row.members.get(DECISION), every)
    if verdict == _SKIP:
        handed.skipped += 1
        return
    proposal = _proposal(row.members.get(KEY), archive)
    if proposal.key in lines:
        raise InputError(f"the proposal {proposal.key} is in {lines[proposal.key]} already", remedy="decide it once")
    lines[proposal.key] = row.where
    if proposal.status == _PAST[verdict]:
        handed.known += 1
        return
    accept, reason = verdict == _ACCEPT, str(row.members.get(REASON) or "").strip() or None
    edits = _edits(row, proposal, archive) if accept else {}
    handed.decisions.append(Decision(proposal, accept, edits, None if accept else reason, where=row.where))


def _verdict(word: Any, every: bool) -> str:
    text = str(word or "").strip().lower()
    if not text:
        return _ACCEPT if every else _SKIP
    if text not in _WORDS:
        raise InputError(f"decision is {text[:40]!r}, expected accept, reject, skip or nothing")
    return _WORDS[text]


def _proposal(name: Any, archive: Archive) -> Proposal:
    from regesta.ingest.proposals import find

    try:
        return find(archive.database, str(name or ""))
    except UsageError as error:
        remedy = "a spreadsheet may have taken the key for a number: export again, and import that column as text"
        raise InputError(error.message, remedy=remedy) from None


def _edits(row: _Row, proposal: Proposal, archive: Archive) -> dict[str, Any]:
    if row.cells:
        return edits_of_cells(proposal, row.members, archive.schema.types, archive.zone)
    return edits_of_json(proposal, row.members)


_EXPORT: Final = "begin with what `regesta proposals --jsonl` prints"
