"""Which events a reader asks for: conditions as they stand in an address, and the same as SQL.

Guarantees that an address means the same on every page and in every feed, that values are only bound, and that words
with no meaning for full-text search are words.

>>> wanted = Wanted.read({"type": "response.", "since": "2017-06-30", "q": "Kobach"}.get, ZoneInfo("UTC"))
>>> wanted.types, wanted.words, wanted.query()
(('response.',), 'Kobach', {'q': 'Kobach', 'type': 'response.', 'since': '2017-06-30'})
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from regesta.errors import UsageError
from regesta.limits import SEARCH_CHARS, SEARCH_WORDS
from regesta.publish.reading.events import EventRow, events
from regesta.replay.asof import first_second, moment_at
from regesta.schema.dates import moment

ORDERS: Final = {
    "time": "order by coalesce(latest, '9'), coalesce(earliest, '0'), sequence",
    "recorded": "order by sequence desc",
}
STATUSES: Final = ("current", "replaced", "retracted", "redacted", "any")
_UTC: Final = ZoneInfo("UTC")
_WORD: Final = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Conditions on events; all must hold. ``types`` and ``subject`` may end in a dot or slash: all that begin so.

    An event is taken that may have happened between ``since`` and ``until`` (dates as people write them, both
    included). ``words`` stand in the summary or the subject, all of them. ``status`` is one of `STATUSES`.
    """

    types: tuple[str, ...] = ()
    subject: str = ""
    since: str = ""
    until: str = ""
    words: str = ""
    status: str = "current"
    zone: ZoneInfo = _UTC

    @classmethod
    def read(cls, argument: Callable[[str], str | None], zone: ZoneInfo) -> Wanted:
        """Return what the parameters q, type, about, since, until and status ask for; raises `UsageError`."""
        q, types, subject, since, until, status = (
            (argument(name) or "").strip() for name in ("q", "type", "about", "since", "until", "status")
        )
        if len(q) > SEARCH_CHARS:
            raise UsageError(
                f"{len(q)} characters to search for, the limit is {SEARCH_CHARS}", remedy="take fewer words"
            )
        if status and status not in STATUSES:
            raise UsageError(f"status is {status!r:.40}, expected {', '.join(STATUSES)}")
        found = cls(
            tuple(types.replace(",", " ").split()[:SEARCH_WORDS]), subject, since, until, q, status or "current", zone
        )
        found.where()  # dates that make no sense are told before anything is asked
        return found

    @property
    def empty(self) -> bool:
        """Whether every event that counts is taken."""
        return self == Wanted(zone=self.zone)

    def query(self) -> dict[str, str]:
        """Return the parameters that `read` takes for the same."""
        names = {"q": self.words, "type": " ".join(self.types), "about": self.subject, "since": self.since}
        names |= {"until": self.until, "status": "" if self.status == "current" else self.status}
        return {name: value for name, value in names.items() if value}

    def where(self) -> tuple[str, dict[str, Any]]:
        """Return a condition on `events` with its values."""
        terms, values = list[str](), dict[str, Any]()
        if self.status != "any":
            terms.append("status = :status")
            values["status"] = self.status
        if self.types:
            terms.append(_begins("type", "type", self.types, ".", values))
        if self.subject:
            terms.append(_begins("subject", "subject", (self.subject,), "/", values))
        if self.since:
            first = moment_at(first_second(self.since, self.zone), self.zone, "since")
            terms.append(
                f"(latest is null or not {first.by('latest')} or latest = :since)"
                if first.steady
                else f"(latest is null or not {first.by('latest')})"
            )
            values |= first.parameters
        if self.until:
            last = moment_at(moment(self.until, self.zone), self.zone, "until")
            terms.append(f"(earliest is null or {last.by('earliest')})")
            values |= last.parameters
        if match := match_of(self.words):
            terms.append("sequence in (select rowid from events_fts where events_fts match :words)")
            values["words"] = match
        return " and ".join(terms) or "true", values

    def take(self, db: sqlite3.Connection, order: str = "time", limit: int = -1, offset: int = 0) -> list[EventRow]:
        """Return the events, in one of the `ORDERS`."""
        where, values = self.where()
        return events(db, where, values, f"{ORDERS[order]} limit {limit:d} offset {offset:d}")

    def count(self, db: sqlite3.Connection) -> int:
        """Return how many events there are."""
        where, values = self.where()
        return int(db.execute(f"select count(*) from events where {where}", values).fetchone()[0])


def match_of(words: str) -> str:
    """Return what full-text search is asked for: each word by itself, as its beginning; '' where there is none.

    >>> match_of('Kobach AND "NEAR"')
    '"Kobach"* "AND"* "NEAR"*'
    """
    return " ".join(f'"{word}"*' for word in _WORD.findall(words)[:SEARCH_WORDS])


def _begins(column: str, name: str, wanted: Sequence[str], sign: str, values: dict[str, Any]) -> str:
    terms = []
    for number, text in enumerate(wanted):
        key = f"{name}{number}"
        whole = not text.endswith(sign)
        terms.append(f"{column} = :{key}" if whole else f"({column} >= :{key} and {column} < :{key}_end)")
        # What begins like this is a range of the index; `like` takes no long pattern from a visitor.
        values |= {key: text} if whole else {key: text, f"{key}_end": text[:-1] + chr(ord(text[-1]) + 1)}
    return f"({' or '.join(terms)})"
