"""What is asked of a file to take away: which events, and how the file links to their pages.

Guarantees that a file has no character that its format cannot hold, that an id in it stays the same whatever is
appended to the log, and that what is left out is said in the same words everywhere.

>>> clean("a\\x00b\\r\\nc")
'a\\ufffdb\\nc'
>>> urn("example.org/letters", "0123456789abcdef0123456789abcdef")
'urn:uuid:3c5eb845-319d-570f-ba48-87fa8b8d4a22'
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from regesta.config import Config
from regesta.publish.reading.events import RECORD, EventRow, events
from regesta.publish.reading.wanted import Wanted

# The address of a page, `link("event", 12)`; "" where nobody knows where the site is.
Link = Callable[..., str]

# What XML 1.0 (§2.2) and iCalendar (RFC 5545 §3.1) cannot hold, and the controls that no text needs.
_UNFIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Part(NamedTuple):
    """A piece of a file, and the number of the event after which the next piece begins; None at the end."""

    body: str
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One file: the events that it is asked for, from which archive, and the address of each page.

    ``size`` is the length of the log, ``recorded_until`` when its last event was recorded (RFC 3339). ``here`` is
    the address of the file itself, "" where nobody knows it.
    """

    wanted: Wanted
    config: Config
    size: int
    recorded_until: str | None
    link: Link = lambda *parts: ""
    here: str = ""

    @property
    def title(self) -> str:
        """The title of the archive, and the conditions if there are any."""
        said = self.conditions
        return f"{self.config.title} ({said})" if said else self.config.title

    @property
    def conditions(self) -> str:
        """The conditions in words, '' where there are none."""
        named = {"q": "with", "type": "of the type", "about": "about", "since": "since", "until": "until"}
        query = self.wanted.query()
        return ", ".join(f"{words} {query[name]}" for name, words in named.items() if name in query)

    def take(
        self, db: sqlite3.Connection, also: str = "true", tail: str = "", more: Mapping[str, Any] | None = None
    ) -> list[EventRow]:
        """Return the events, those only for which a condition of ours holds ``also``; ``more`` are its values."""
        where, values = self.wanted.where()
        return events(db, f"{where} and ({also})", values | dict(more or {}), tail)

    def count(self, db: sqlite3.Connection, also: str = "true") -> int:
        """Return how many events there are."""
        where, values = self.wanted.where()
        return int(db.execute(f"select count(*) from events where {where} and ({also})", values).fetchone()[0])

    def hidden(self, db: sqlite3.Connection) -> list[str]:
        """Say how much of the log is not here at all: what editors have not decided about."""
        here = db.execute("select count(*) from events").fetchone()[0]
        return left(self.size - here, "entry", "of the log that only editors see (proposals)")

    def corrected(self, db: sqlite3.Connection) -> list[str]:
        """Say how many events would be here if they had not been replaced or retracted."""
        if self.wanted.status != "current":
            return []
        every = replace(self, wanted=replace(self.wanted, status="any")).count(db)
        return left(
            every - self.count(db), "event", "that was replaced or retracted", "that were replaced or retracted"
        )

    def about_record(self, db: sqlite3.Connection) -> list[str]:
        """Say how many events are about the record, not about the story."""
        return left(self.count(db, OF_RECORD), "entry", "about the record itself (documents, corrections)")

    def timeless(self) -> Asked:
        """Return the same without its dates: what is asked for at any time."""
        return replace(self, wanted=replace(self.wanted, since="", until=""))


OF_RECORD: Final = "(" + " or ".join(f"type like '{name}%'" for name in RECORD) + ")"


def left(number: int, noun: str, one: str, many: str = "") -> list[str]:
    """Return what is left out in words, nothing where that is nothing.

    >>> left(2, "entry", "of the log"), left(1, "event", "that was replaced"), left(0, "event", "without a date")
    (['2 entries of the log'], ['1 event that was replaced'], [])
    """
    if number <= 0:
        return []
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return [f"1 {noun} {one}"] if number == 1 else [f"{number:,} {plural} {many or one}"]


def sentence(left_out: Sequence[str]) -> str:
    """Return what is left out as one sentence.

    >>> sentence(["2 events without a date", "1 event that was replaced"]), sentence([])
    ('Not in this file: 2 events without a date; 1 event that was replaced.', 'Nothing is left out.')
    """
    return f"Not in this file: {'; '.join(left_out)}." if left_out else "Nothing is left out."


def clean(text: str) -> str:
    """Return text with line ends as `\\n`, and U+FFFD for each character that no file of text can hold."""
    return _UNFIT.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def urn(origin: str, *names: str) -> str:
    """Return the lasting id of a thing of an archive (RFC 9562 §5.5), made of the log's origin and its own name."""
    return f"urn:uuid:{uuid5(uuid5(NAMESPACE_URL, origin), ' '.join(names))}"
