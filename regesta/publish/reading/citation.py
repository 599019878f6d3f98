"""How an event is cited: enough to find it again, and to tell whether the record was changed since.

Guarantees plain text, one fact a line, the last of them the address.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from regesta.config import Config
from regesta.publish.reading.events import EventRow, when


class Log(NamedTuple):
    """The log as far as a database covers it: the number of its events, and the Merkle root over them."""

    size: int
    root: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event was read: its address, and the day, `2026-01-31`."""

    url: str
    day: str


def credit(event: EventRow, config: Config) -> str:
    """Return what names an event in one line."""
    kept = f", kept by {config.keeper}" if config.keeper else ""
    return f"{config.title}{kept}: event {event.sequence}"


def citation(event: EventRow, config: Config, log: Log, place: Place) -> str:
    """Return the text to cite an event with."""
    known = event.when[:1].upper() + event.when[1:]
    lines = [
        event.title,
        f"{known}." if event.counts else f"{known}. Of this event the record says: {event.status}.",
        f"{credit(event, config)} (id {event.id}).",
        f"Checkpoint of the record: {config.origin}, {log.size} events, root {log.root}",
        f"Read on {when(place.day)}: {place.url}",
    ]
    return "\n".join(lines)
