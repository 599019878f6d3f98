"""What was changed in a proposal when it comes back: what a spreadsheet does to cells is no change."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from regesta.archive import Archive
from regesta.errors import InputError
from regesta.ingest.forms import cells_of, columns_of, edits_of_cells, edits_of_event, edits_of_json, json_of
from regesta.ingest.proposals import Proposal

ZONE = ZoneInfo("America/New_York")
EVENT = {
    "type": "answer.given",
    "subject": "place/P01",
    "source": "urn:sha256:ab",
    "edtf": "2017-06-30",
    "data": {
        "letter": "01", "place": "P01", "answer": "it's \"no\"", "reason": "2017-07-14", "pages": 100000, "share": 0.9,
        "final": True, "summary": "P01 says no.", "evidence": [{"a": 1}],
    },
}  # fmt: skip
PROPOSAL = Proposal(
    "ab" * 16, "open",
    {
        "kind": "disposition", "rule": "r", "confidence": 0.9, "needs": "speaker, date", "candidates": ["Ann", "Bob"],
        "found": {"person": "Ann Lee", "states": ["P01", "P02"], "figure": 3, "passage": "x"}, "story": "tale",
        "document": "cd", "start": 1, "end": 2, "event": EVENT,
    },
)  # fmt: skip

# Name: cells that came back changed in look only.
SAME: dict[str, dict[str, str]] = {
    "nothing": {},
    "columns lost": {"decision": "accept"},
    "space around": {"subject": " place/P01 "},
    "date of the day first": {"edtf": "30/06/2017"},
    "date of the month first": {"edtf": "6/30/2017"},
    "date in words": {"edtf": "30 June 2017"},
    "date in a member": {"data.reason": "14/07/2017"},
    "number with an exponent": {"data.pages": "1E+05"},
    "number with a point": {"data.pages": "100000.0"},
    "number with a nought more": {"data.share": "0.90"},
    "nought before": {"data.letter": "1"},
    "truth in capitals": {"data.final": "TRUE"},
    "curly quotes": {"data.answer": "it’s “no”"},
    "columns that are for reading": {"kind": "x", "confidence": "9", "passage": "x", "status": "accepted", "start": "7"},
    "a column of somebody's own": {"notes": "ask Ann", "": "x"},
    "needs with other spaces": {"needs": "speaker,  date"},
}  # fmt: skip
# Name: cells, the edits that they make.
CHANGED: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "text": ({"data.answer": "yes"}, {"data.answer": "yes"}),
    "emptied": ({"data.answer": ""}, {"data.answer": None}),
    "member that was not there": ({"data.note": "So."}, {"data.note": "So."}),
    "member that was not there, empty": ({"data.note": ""}, {}),
    "integer": ({"data.pages": "12"}, {"data.pages": 12}),
    "number": ({"data.share": "0.5"}, {"data.share": 0.5}),
    "truth": ({"data.final": "false"}, {"data.final": False}),
    "truth in capitals": ({"data.final": "FALSE"}, {"data.final": False}),
    "date": ({"edtf": "5 July 2017"}, {"edtf": "2017-07-05"}),
    "range": ({"edtf": "../2017-07-05"}, {"edtf": "../2017-07-05"}),
    "undated": ({"edtf": ""}, {"edtf": None}),
    "date in a member": ({"data.reason": "July 15, 2017"}, {"data.reason": "2017-07-15"}),
    "subject": ({"subject": "place/P02"}, {"subject": "place/P02"}),
    "type": ({"type": "answer.listed"}, {"type": "answer.listed"}),
    "what was found": ({"found.person": "Bob Ray"}, {"found.person": "Bob Ray"}),
    "what was found, a list": ({"found.states": '["P03"]'}, {"found.states": ["P03"]}),
    "what was found, removed": ({"found.person": ""}, {"found.person": None}),
    "needs emptied": ({"needs": ""}, {"needs": []}),
    "one need less": ({"needs": "date"}, {"needs": ["date"]}),
    "line ends of Windows": ({"data.note": "a\r\nb"}, {"data.note": "a\nb"}),
}  # fmt: skip
# Name: cells, what is said.
UNCLEAR = {
    "date that may be two": ({"edtf": "06/07/2017"}, "edtf: "),
    "year of two digits": ({"edtf": "6/30/17"}, "edtf: "),
    "date in a member that may be two": ({"data.reason": "07/06/2017"}, "data.reason: "),
    "shortened number": ({"data.pages": "1.23E+05"}, "a spreadsheet has shortened it"),
    "shortened code": ({"subject": "1.23457E+31"}, "a spreadsheet has shortened it"),
    "shortened in another language": ({"data.pages": "1,23E+05"}, "a spreadsheet has shortened it"),
}  # fmt: skip


def changed(archive: Archive, cells: dict[str, str]) -> dict[str, Any]:
    out = cells_of(PROPOSAL, "passage")
    back = {**out, **cells} if "decision" not in cells else cells
    return edits_of_cells(PROPOSAL, back, archive.schema.types, ZONE)


@pytest.mark.parametrize("cells", SAME.values(), ids=SAME.keys())
def test_same(archive: Archive, cells: dict[str, str]) -> None:
    """What means what it did is no edit."""
    assert changed(archive, cells) == {}


@pytest.mark.parametrize(("cells", "edits"), CHANGED.values(), ids=CHANGED.keys())
def test_changed(archive: Archive, cells: dict[str, str], edits: dict[str, Any]) -> None:
    """What was changed is an edit, with the value as its type wants it."""
    assert changed(archive, cells) == edits


@pytest.mark.parametrize(("cells", "said"), UNCLEAR.values(), ids=UNCLEAR.keys())
def test_unclear(archive: Archive, cells: dict[str, str], said: str) -> None:
    """Where it cannot be told what a cell was to say, that is an error that says what it was."""
    with pytest.raises(InputError) as caught:
        changed(archive, cells)
    assert (said in caught.value.message, "it was" in (caught.value.remedy or "")) == (True, True)


def test_columns() -> None:
    """The fixed columns come first, then the data and what was found, by name."""
    assert columns_of([cells_of(PROPOSAL, None)]) == [
        "decision", "reason", "proposal", "status", "kind", "rule", "confidence", "candidates", "story", "document", "start",
        "end", "passage", "needs", "type", "subject", "edtf", "data.summary", "data.answer", "data.final", "data.letter",
        "data.pages", "data.place", "data.reason", "data.share", "found.figure", "found.person", "found.states",
    ]  # fmt: skip


# Name: what is changed in the object, edits.
LINES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "nothing": ({}, {}),
    "event": ({"event": {**EVENT, "subject": "place/P02"}}, {"subject": "place/P02"}),
    "member": ({"event": {**EVENT, "data": {**EVENT["data"], "pages": 3}}}, {"data.pages": 3}),  # type: ignore[dict-item]
    "member away": (
        {"event": {**EVENT, "data": {"summary": "x"}}},
        {"data.summary": "x", **dict.fromkeys((f"data.{name}" for name in EVENT["data"] if name != "summary"), None)},
    ),
    "date away": ({"event": {name: value for name, value in EVENT.items() if name != "edtf"}}, {"edtf": None}),
    "found": ({"found": {"person": "Bob"}}, {"found.person": "Bob", "found.states": None, "found.figure": None, "found.passage": None}),
    "needs": ({"needs": []}, {"needs": []}),
    "needs as a text": ({"needs": "date"}, {"needs": ["date"]}),
    "event away": ({"event": None}, {}),
    "facts": ({"kind": "x", "passage": "y", "confidence": 7}, {}),
}  # fmt: skip


@pytest.mark.parametrize(("change", "edits"), LINES.values(), ids=LINES.keys())
def test_json(change: dict[str, Any], edits: dict[str, Any]) -> None:
    """In JSON the difference is the edit."""
    assert edits_of_json(PROPOSAL, {**json_of(PROPOSAL, "passage"), **change}) == edits


# Name: what is changed in the object, what is said.
BAD_LINES: dict[str, tuple[dict[str, Any], str]] = {
    "event is a text": ({"event": "x"}, "event is an object"),
    "data is a list": ({"event": {"data": []}}, "event is an object, and so is its data"),
    "unknown member": ({"event": {**EVENT, "state": "P01"}}, "the member 'state' of the event is not known"),
    "needs is a number": ({"needs": 7}, "needs is a list of names"),
}


@pytest.mark.parametrize(("change", "said"), BAD_LINES.values(), ids=BAD_LINES.keys())
def test_bad_json(change: dict[str, Any], said: str) -> None:
    """What is no event is told."""
    with pytest.raises(InputError, match=said):
        edits_of_json(PROPOSAL, {**json_of(PROPOSAL, None), **change})


def test_event_without_data() -> None:
    """An event that comes back without its data keeps it."""
    assert edits_of_event(EVENT, {"type": "answer.given", "subject": "x", "source": "urn:sha256:ab", "edtf": "2017"}) == {
        "subject": "x", "edtf": "2017",
    }  # fmt: skip
