"""`events.csv`: one row an event, for spreadsheets (RFC 4180, UTF-8).

Guarantees that no cell is a formula: a spreadsheet runs what begins with one of `FORMULA` (OWASP, *CSV Injection*),
so such a cell begins with an apostrophe, which spreadsheets take for "this is text". `events.jsonl` has the text as
it is.
"""

from __future__ import annotations

import csv
import io
import sqlite3
from typing import Final

from regesta.limits import TAKE_BATCH
from regesta.publish.feeds.asked import Asked, Part, clean
from regesta.publish.reading.events import EventRow, Passage, passages
from regesta.publish.reading.names import Names

COLUMNS: Final = (
    "number", "when", "edtf", "earliest", "latest", "type", "subject", "name", "summary", "status", "recorded",
    "source", "passages", "page", "id",
)  # fmt: skip
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_PAGE: Final = f"order by sequence limit {TAKE_BATCH}"


def part(asked: Asked, db: sqlite3.Connection, after: int) -> Part:
    """Return the rows of the next events, in the order of the log; the first part begins with the heading."""
    found = asked.take(db, "sequence > :after", _PAGE, {"after": after})
    names, cited = Names(db, asked.config), passages(db, [event.sequence for event in found])
    body = io.StringIO()
    writer = csv.writer(body)  # RFC 4180: lines end in CR LF
    if after == 0:
        writer.writerow(COLUMNS)
    for event in found:
        places = " ".join(_place(passage) for passage in cited.get(event.sequence, []))
        page = asked.link("event", event.sequence)
        writer.writerow([event.sequence, *map(safe, _cells(event, names.of(event.subject))), places, page, event.id])
    return Part(body.getvalue(), found[-1].sequence if len(found) == TAKE_BATCH else None)


def left_out(asked: Asked, db: sqlite3.Connection) -> list[str]:
    """Say what is not in the file, and why."""
    return [*asked.corrected(db), *asked.hidden(db)]


def safe(text: str) -> str:
    """Return a cell that no spreadsheet runs.

    >>> safe("=1+1"), safe("Kentucky")
    ("'=1+1", 'Kentucky')
    """
    text = clean(text)
    return f"'{text}" if text.startswith(FORMULA) else text


def _cells(event: EventRow, name: str) -> tuple[str, ...]:
    dates = event.when, event.edtf or "", event.earliest or "", event.latest or ""
    return (*dates, event.type, event.subject, name, event.summary or "", event.status, event.recorded, event.source)


def _place(passage: Passage) -> str:
    """Return where a passage stands: the document and the range of its characters (RFC 5147)."""
    return f"urn:sha256:{passage.document}#char={passage.start},{passage.end}"
