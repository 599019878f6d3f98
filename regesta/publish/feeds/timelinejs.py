"""`timelinejs.json`: the story as slides for TimelineJS of Knight Lab, grouped by the lanes of the archive's timeline.

Guarantees that a date has only the parts that are known, that a date which is a stretch of time has both its ends,
and that `display_date` says it in words. TimelineJS takes its texts for HTML: all are escaped.
Format: https://timeline.knightlab.com/docs/json-format.html
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any, Final

from markupsafe import escape

from regesta.config import Config
from regesta.limits import TIMELINEJS_EVENTS
from regesta.publish.feeds.asked import OF_RECORD, Asked, Part, clean, left, sentence
from regesta.publish.reading.events import EventRow, kind
from regesta.publish.reading.names import Names
from regesta.schema import _edtf
from regesta.schema.dates import instant_text

_STORY: Final = f"edtf is not null and not {OF_RECORD}"
_FIELDS: Final = ("year", "month", "day", "hour", "minute", "second")

Json = dict[str, Any]


def part(asked: Asked, db: sqlite3.Connection, after: int) -> Part:
    """Return the whole document."""
    names = Names(db, asked.config)
    found = asked.take(db, _STORY, f"order by latest desc, earliest desc, sequence desc limit {TIMELINEJS_EVENTS}")[
        ::-1
    ]
    words = f"{asked.config.description} {sentence(left_out(asked, db))}".strip()
    document = {
        "title": {"unique_id": "title", "text": {"headline": _html(asked.title), "text": _html(words)}},
        "events": [_slide(asked, event, names.of(event.subject)) for event in found],
    }
    return Part(json.dumps(document, ensure_ascii=False, indent=1) + "\n")


def left_out(asked: Asked, db: sqlite3.Connection) -> list[str]:
    """Say what is not on the timeline, and why."""
    return [
        *left(asked.count(db, f"edtf is null and not {OF_RECORD}"), "event", "without any date"),
        *left(asked.count(db, _STORY) - TIMELINEJS_EVENTS, "event", f"beyond the newest {TIMELINEJS_EVENTS:,}"),
        *asked.corrected(db),
        *asked.about_record(db),
        *asked.hidden(db),
    ]


def dates(edtf: str, asked: Asked) -> tuple[Json, Json | None]:
    """Return the start of a date, and its end where that is another: numbers by name, only those that are known."""
    ends = _edtf.parse(edtf)
    start, end = ends[0] or ends[-1], ends[-1] or ends[0]
    assert start is not None and end is not None  # an interval has a date at one end at least
    first, last = _known(start, start.first, asked), _known(end, end.last, asked)
    return first, None if first == last else last


def _known(part: _edtf.Part, second: int, asked: Asked) -> Json:
    """Return what is known of one end, of which ``second`` is the first or the last."""
    if part.offset:
        date, _, clock = (instant_text(second, asked.wanted.zone) or "").partition("T")
        return dict(zip(_FIELDS, map(int, [*date.rsplit("-", 2), *clock[:8].split(":")]), strict=True))
    numbers = (*_edtf.calendar_day(second), *(int(text) for text in part.clock.split(":") if text))
    known = 1 if part.month in ("", "XX") else 2 if part.day in ("", "XX") else len(numbers)
    return dict(zip(_FIELDS, numbers[:known], strict=False))


def lane_of(config: Config, event_type: str) -> str:
    """Return the lane that a type of events lies in, in words; types without one have a lane of their own kind."""
    for lane in config.lanes:
        if any(event_type == name or (name.endswith(".") and event_type.startswith(name)) for name in lane.types):
            return lane.title
    return kind(event_type)


def _slide(asked: Asked, event: EventRow, name: str) -> Json:
    start, end = dates(event.edtf or "", asked)
    address = asked.link("event", event.sequence)
    words = _html(f"{event.kind}: {name}")
    slide = {
        "unique_id": f"event-{event.sequence}",
        "start_date": start,
        "end_date": end,
        "display_date": _html(event.when),
        "group": _html(lane_of(asked.config, event.type)),
        "text": {
            "headline": _html(event.title),
            "text": f'{words} <a href="{escape(address)}">The event and its sources</a>' if address else words,
        },
    }
    return {key: value for key, value in slide.items() if value is not None}


def _html(text: str) -> str:
    return str(escape(clean(text)))
