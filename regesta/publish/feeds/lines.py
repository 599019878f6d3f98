"""`events.jsonl`: the events as they stand in the log, one CloudEvent a line (JSON Lines, CloudEvents 1.0).

Guarantees that a line is, byte for byte, the event's line in the log. So a file of all events is the log itself, and
its Merkle root is that of the checkpoint, unless something is left out.
"""

from __future__ import annotations

import sqlite3
from typing import Final

import rfc8785

from regesta.limits import TAKE_BATCH
from regesta.publish.feeds.asked import Asked, Part
from regesta.publish.reading.events import cloudevent

_PAGE: Final = f"order by sequence limit {TAKE_BATCH}"


def part(asked: Asked, db: sqlite3.Connection, after: int) -> Part:
    """Return the lines of the next events."""
    found = asked.take(db, "sequence > :after", _PAGE, {"after": after})
    body = "".join(rfc8785.dumps(cloudevent(db, event)).decode("utf-8") + "\n" for event in found)
    return Part(body, found[-1].sequence if len(found) == TAKE_BATCH else None)


def left_out(asked: Asked, db: sqlite3.Connection) -> list[str]:
    """Say what is not in the file, and why."""
    return [*asked.corrected(db), *asked.hidden(db)]
