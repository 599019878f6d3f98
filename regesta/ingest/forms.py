"""Proposals as flat rows and as JSON, and what was changed in them when they come back.

A cell counts as changed when it does not *mean* what it did when it went out: a spreadsheet that shows 2017-06-30 as
30/06/2017, 0.90 as 0.9, or a straight quote as a curly one has changed nothing. Where what it made of a cell can no
longer be told from a change, that is an error and no guess.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from regesta.errors import EventError, InputError, UsageError
from regesta.schema.dates import check_edtf, parse_human
from regesta.schema.types import typed_value

if TYPE_CHECKING:
    from regesta.ingest.proposals import Proposal
    from regesta.schema.types import EventTypes

KEY: Final = "proposal"
DECISION: Final = "decision"
REASON: Final = "reason"
# For reading: a change in one of these columns changes nothing.
_FACTS: Final = (
    "status", "kind", "rule", "confidence", "candidates", "story", "document", "start", "end", "passage",
)  # fmt: skip
_PLAIN: Final = ("needs", "type", "subject", "edtf")
_SUMMARY: Final = "data.summary"
# Of the data of an event, what is no cell: it has the place of the passage.
_LEFT_OUT: Final = frozenset({"evidence", "proposal"})
# Of what was found, what nobody would change: the digest of the passage, and the publisher.
_BESIDE: Final = frozenset({"passage", "publisher"})
_BOOLEANS: Final = ("true", "false")
_CURLY: Final = str.maketrans("‘’‚“”„", "'''\"\"\"")
_SHORTENED: Final = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_DATE: Final = re.compile(r"(?:\.\./|-?[0-9]{4}).*")

Cells = dict[str, str]


def columns_of(rows: Iterable[Mapping[str, str]]) -> list[str]:
    """Return the columns of a table of proposals: the fixed ones, then what was found and the data, by name."""
    names = {name for row in rows for name in row}
    found = sorted(name for name in names if name.startswith("found."))
    data = sorted(name for name in names if name.startswith("data.") and name != _SUMMARY)
    return [DECISION, REASON, KEY, *_FACTS, *_PLAIN, _SUMMARY, *data, *found]


def cells_of(proposal: Proposal, passage: str | None) -> Cells:
    """Return a proposal as cells; what it does not have has none."""
    data, event = proposal.data, proposal.event
    facts = {name: data.get(name) for name in _FACTS} | {"status": proposal.status, "passage": passage}
    facts["candidates"] = ", ".join(proposal.candidates)
    plain = {"needs": data.get("needs"), **{name: event.get(name) for name in ("type", "subject", "edtf")}}
    members = {f"data.{name}": value for name, value in event["data"].items() if name not in _LEFT_OUT}
    found = {f"found.{name}": value for name, value in proposal.found.items() if name not in _BESIDE}
    named = {KEY: proposal.key, **facts, **plain, **members, **found}
    return {name: _text(value) for name, value in named.items() if value is not None}


def json_of(proposal: Proposal, passage: str | None) -> dict[str, Any]:
    """Return a proposal as one JSON object, with a place for the decision."""
    facts = {name: proposal.data.get(name) for name in _FACTS}
    return {
        DECISION: None,
        REASON: proposal.reason,
        KEY: proposal.key,
        **facts,
        "status": proposal.status,
        "candidates": list(proposal.candidates),
        "passage": passage,
        "needs": list(proposal.needs),
        "event": proposal.event,
        "found": proposal.found,
        "accepted_as": proposal.accepted_as,
    }


def edits_of_cells(proposal: Proposal, cells: Mapping[str, str], types: EventTypes, zone: ZoneInfo) -> dict[str, Any]:
    """Return the edits that a row makes; raises `InputError` where it cannot be told what a cell was to say."""
    before, texts = cells_of(proposal, None), dict[str, str | None]()
    for path, cell in cells.items():
        if path not in _PLAIN and not path.startswith(("data.", "found.")):
            continue
        old, new = before.get(path, ""), cell.replace("\r\n", "\n").strip()
        same = _list(old) == _list(new) if path == "needs" else _means_the_same(old, new)
        value = old if same else _meant(path, old, new, zone)
        if value != old:
            texts[path] = value
    return edits_of_texts(proposal, texts, types)


def edits_of_texts(proposal: Proposal, texts: Mapping[str, str | None], types: EventTypes) -> dict[str, Any]:
    """Return edits whose values were typed as text: each as the type of the event wants it; '' and None remove."""
    known = types.get(texts.get("type") or proposal.event.get("type", ""))
    kinds = {f"data.{column.name}": column.kind for column in known.columns} if known else {}
    return {path: _typed(path, text or None, kinds.get(path)) for path, text in texts.items()}


def edits_of_json(proposal: Proposal, line: Mapping[str, Any]) -> dict[str, Any]:
    """Return the edits that a JSON object of `json_of` makes; a member that is not there changes nothing."""
    edits: dict[str, Any] = {}
    if "needs" in line and tuple(_list(line["needs"])) != proposal.needs:
        edits["needs"] = _list(line["needs"])
    found = line.get("found", {})
    if not isinstance(found, Mapping) or not all(map(_is_plain, found.values())):
        raise InputError("found is an object of texts, numbers and lists of texts")
    edits |= {f"found.{name}": value for name, value in _changes(proposal.found, found)}
    event = line.get("event")
    if event is None:
        return edits
    if not isinstance(event, Mapping) or not isinstance(event.get("data", {}), Mapping):
        raise InputError("event is an object, and so is its data")
    return edits | edits_of_event(proposal.event, event)


def edits_of_event(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return the edits by which one event becomes another."""
    names = ("type", "subject", "source", "edtf")
    unknown = sorted(after.keys() - {*names, "data"})
    if unknown:
        raise InputError(f"the member {unknown[0]!r} of the event is not known", remedy="facts belong into data")
    plain = {name: after.get(name) for name in names if after.get(name) != before.get(name)}
    data = after.get("data", before["data"])
    return {**plain, **{f"data.{name}": value for name, value in _changes(before["data"], data)}}


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name in {**before, **after}:
        if before.get(name) != after.get(name):
            yield name, after.get(name)


def _is_plain(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(item, str) for item in value)
    return value is None or isinstance(value, str | int | float)


def _list(value: Any) -> list[str]:
    items = value.split(",") if isinstance(value, str) else value or []
    if not isinstance(items, Sequence) or not all(isinstance(item, str) for item in items):
        raise InputError("needs is a list of names, or empty")
    return [item.strip() for item in items if item.strip()]


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _means_the_same(old: str, new: str) -> bool:
    """Say whether a cell says what it said: apart from space, quotes, the look of numbers and of truth."""
    one, other = (text.strip().replace("\r\n", "\n").translate(_CURLY) for text in (old, new))
    if one == other or (one in _BOOLEANS and one == other.lower()):
        return True
    first, second = _number(one), _number(other)
    return first is not None and first == second


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text and len(text) < 40 and text[-1].isdigit() else None
    except InvalidOperation:
        return None


def _meant(path: str, old: str, new: str, zone: ZoneInfo) -> str | None:
    """Return what a changed cell is to say, None where it was emptied."""
    if not new:
        return None
    if _SHORTENED.fullmatch(new) and not _SHORTENED.fullmatch(old):
        message = f"{path} is {new!r}: a spreadsheet has shortened it"
        raise InputError(message, remedy=f"write it out{f', it was {old!r}' if old else ''}")
    if path == "edtf" or _is_date(old):
        try:
            return parse_human(new, zone)
        except UsageError as error:
            was = f", it was {old!r}" if old else ""
            raise InputError(f"{path}: {error.message}", remedy=f"write it like 2017-06-30{was}") from None
    return new


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text) or len(text) < len("2017-06"):
        return False
    try:
        check_edtf(text)
    except EventError:
        return False
    return True


def _typed(path: str, value: str | None, kind: str | None) -> Any:
    if value is None:
        return [] if path == "needs" else None
    if path == "needs":
        return _list(value)
    if value.lower() in _BOOLEANS and kind == "integer":
        value = value.lower()
    return typed_value(value, kind) if path.startswith(("data.", "found.")) else value
