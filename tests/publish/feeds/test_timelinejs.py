"""`timelinejs.json`: slides in the form that TimelineJS documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import jsonschema_rs
import pytest

from regesta.config import Config, Lane
from regesta.publish.feeds.asked import Asked, clean
from regesta.publish.feeds.timelinejs import dates, lane_of
from regesta.publish.reading.wanted import Wanted
from tests.publish.feeds.taken import DATES, PAYLOADS, dated, file, hostile, left_out
from tests.publish.hostile import acting
from tests.publish.sites import Document

# https://timeline.knightlab.com/docs/json-format.html, as far as it is used.
DATE: Final = {
    "type": "object",
    "required": ["year"],
    "additionalProperties": False,
    "properties": {
        "year": {"type": "integer"},
        "month": {"type": "integer", "minimum": 1, "maximum": 12},
        "day": {"type": "integer", "minimum": 1, "maximum": 31},
        "hour": {"type": "integer", "minimum": 0, "maximum": 23},
        "minute": {"type": "integer", "minimum": 0, "maximum": 59},
        "second": {"type": "integer", "minimum": 0, "maximum": 59},
    },
    "dependentRequired": {"day": ["month"], "hour": ["day"], "minute": ["hour"], "second": ["minute"]},
}
TEXT: Final = {
    "type": "object",
    "required": ["headline", "text"],
    "additionalProperties": False,
    "properties": {"headline": {"type": "string"}, "text": {"type": "string"}},
}
SLIDE: Final = {
    "type": "object",
    "required": ["start_date", "text", "unique_id"],
    "additionalProperties": False,
    "properties": {
        "start_date": DATE,
        "end_date": DATE,
        "text": TEXT,
        "group": {"type": "string"},
        "display_date": {"type": "string"},
        "unique_id": {"type": "string", "pattern": "^[a-z0-9-]+$"},
    },
}
SCHEMA: Final = {
    "type": "object",
    "required": ["title", "events"],
    "additionalProperties": False,
    "properties": {
        "title": {"type": "object", "required": ["text"], "properties": {"text": TEXT}},
        "events": {"type": "array", "items": SLIDE},
    },
}
# Name: what is known, and start and end as numbers.
KNOWN = {
    "day": ("2017-06-30", (2017, 6, 30), None),
    "month": ("2017-06", (2017, 6), None),
    "year": ("2017", (2017,), None),
    "unknown month": ("2017-XX", (2017,), None),
    "unknown day": ("2017-06-XX", (2017, 6), None),
    "decade": ("201X", (2010,), (2019,)),
    "season": ("2017-24", (2017, 12), (2018, 2)),
    "within": ("2017-06-28/2017-07-05", (2017, 6, 28), (2017, 7, 5)),
    "by": ("../2017-07-14", (2017, 7, 14), None),
    "from": ("2017-07-05/..", (2017, 7, 5), None),
    "instant in the zone": ("2017-06-30T23:02:00Z", (2017, 6, 30, 19, 2, 0), None),
    "wall clock": ("2017-06-30T16:02:00", (2017, 6, 30, 16, 2, 0), None),
    "before our era": ("-0044-03-15", (-44, 3, 15), None),
}


def read(text: str) -> Any:
    """Read a file and check it against the schema."""
    found = json.loads(text)
    assert [error.message for error in jsonschema_rs.validator_for(SCHEMA).iter_errors(found)] == []
    return found


@pytest.mark.parametrize(("edtf", "start", "end"), KNOWN.values(), ids=KNOWN.keys())
def test_date_has_only_what_is_known(edtf: str, start: tuple[int, ...], end: tuple[int, ...] | None) -> None:
    """A date has the parts that are known, and both ends where it is a stretch of time."""
    asked = Asked(Wanted(zone=ZoneInfo("America/New_York")), Config("A", "a"), 0, None)
    first, last = dates(edtf, asked)
    assert (start, end) == (tuple(first.values()), tuple(last.values()) if last else None)


def test_file_has_the_documented_form(tmp_path: Path) -> None:
    """Each dated event is a slide that says its date in words; what has none is counted."""
    archive = dated(tmp_path)
    found = read(file(archive, "timelinejs.json"))
    assert len([edtf for edtf in DATES if edtf]) == len(found["events"])
    assert "between 28 June and 5 July 2017" in [slide["display_date"] for slide in found["events"]]
    assert left_out(archive, "timelinejs.json") == ["1 event without any date"]
    assert "Not in this file: 1 event without any date." in found["title"]["text"]["text"]


def test_groups_are_the_lanes() -> None:
    """A type is in the first lane that takes it, else in one of its own kind."""
    config = Config("A", "a", lanes=(Lane("Letters", ("letter.",)), Lane("All else", ("answer.given",))))
    found = [lane_of(config, name) for name in ("letter.sent", "answer.given", "answer.listed")]
    assert found == ["Letters", "All else", "answer listed"]


def test_text_does_not_act(tmp_path: Path) -> None:
    """TimelineJS takes texts for HTML: no payload acts there, and each is there to be read."""
    found = read(file(hostile(tmp_path), "timelinejs.json", ""))
    texts = [found["title"]["text"], *(slide["text"] for slide in found["events"])]
    pages = [text[name] for text in texts for name in ("headline", "text")]
    assert [harm for page in pages for harm in acting(page, ours=True)] == []
    text = "".join(Document(page).text for page in pages)
    assert [payload for payload in PAYLOADS if clean(payload) not in text] == []
