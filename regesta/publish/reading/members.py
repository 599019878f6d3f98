"""What an event says and what stands in a row, in plain words: labels, dates, names of what is referred to.

Guarantees that nothing is left out: what has no plain form is shown as the JSON that it is.

>>> label("recipient_count")
'Recipient count'
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from regesta.config import Config, Value
from regesta.database import quote_identifier as quoted
from regesta.errors import EventError
from regesta.publish.reading.events import EventRow, when
from regesta.publish.reading.references import Reference, References
from regesta.replay.asof import Moment

# Told by themselves on the page of an event.
_RESERVED: Final = frozenset({"summary", "evidence", "datetext", "note"})
_DAY: Final = r"\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?[?~%]?"
_DATE: Final = re.compile(rf"{_DAY}|(?:{_DAY}|\.\.)/{_DAY}|{_DAY}/\.\.")


class Item(NamedTuple):
    """A value in words: what it refers to, and how a status is drawn, where it has either; ``raw`` is its JSON."""

    text: str
    reference: Reference | None = None
    drawn: Value | None = None
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an event, or a cell of a row: its label, and its values in words."""

    name: str
    items: tuple[Item, ...]

    @property
    def label(self) -> str:
        """The name in words."""
        return label(self.name)

    def beside(self, title: str) -> Member:
        """Return the same with keys where the name is the title of the page, which would only be said again."""
        told = (item._replace(text=item.reference.key) if item.reference else item for item in self.items)
        return Member(
            self.name, tuple(new if old.text == title else old for old, new in zip(self.items, told, strict=True))
        )


class Words:
    """Turns values into words, as one archive has them."""

    def __init__(self, references: References, config: Config) -> None:
        self.references = references
        self._drawn = {
            (status.column, value.value): value for status in config.status for value in status.values if value.label
        }

    def member(self, name: str, value: Any) -> Member:
        """Return a value with its label."""
        values = value if isinstance(value, list) and not any(isinstance(item, list | dict) for item in value) else None
        return Member(name, tuple(self.item(name, item) for item in ([value] if values is None else values)))

    def cells(self, row: Mapping[str, Any]) -> list[Member]:
        """Return the cells of a row that hold something."""
        return [self.member(name, value) for name, value in row.items() if value is not None]

    def item(self, name: str, value: Any) -> Item:
        """Return one value in words."""
        if value is None:
            return Item("")
        if isinstance(value, bool):
            return Item("yes" if value else "no")
        if isinstance(value, int):
            return Item(f"{value:,}" if abs(value) >= 10_000 else str(value))
        if isinstance(value, list | dict):
            return Item(_size(value), raw=json.dumps(value, ensure_ascii=False, indent=1))
        text = str(value)
        if drawn := self._drawn.get((name, text)):
            return Item(drawn.label, drawn=drawn)
        found = self.references.of(name, text)
        return Item(found.name, found) if found else Item(in_words(text, name == "dated"))


def label(name: str) -> str:
    """Return the name of a member or column in words."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def in_words(text: str, is_date: bool = False) -> str:
    """Return a date in words, and all else as it is."""
    if not is_date and not _DATE.fullmatch(text):
        return text
    try:
        return when(text)
    except EventError:
        return text


def end_of(moment: Moment) -> str:
    """Return a moment in words: the end of a day is that day.

    >>> from zoneinfo import ZoneInfo
    >>> from regesta.replay.asof import moment_at
    >>> end_of(moment_at(1_498_881_599, ZoneInfo("America/New_York")))
    'the end of 30 June 2017'
    """
    day, _, clock = moment.text.partition("T")
    return f"the end of {when(day)}" if clock.startswith("23:59:59") else when(moment.text)


def members(db: sqlite3.Connection, event: EventRow, data: Mapping[str, Any], words: Words) -> list[Member]:
    """Return what an event says, in the order of its schema, references to other things first.

    What only repeats its subject is left out, and what its page tells by itself: summary, evidence, note, printed date.
    """
    names = [name for name in _ordered(db, event.type, data) if name not in _RESERVED]
    found = [words.member(name, data[name]).beside(event.title) for name in names]
    told = [member for member in found if not _repeats(member, event)]
    return sorted(told, key=lambda member: member.items[0].reference is None if member.items else True)


def _ordered(db: sqlite3.Connection, event_type: str, data: Mapping[str, Any]) -> Sequence[str]:
    relation = db.execute("select relation from _types where type = ?", (event_type,)).fetchone()
    rows = db.execute(f"pragma table_info({quoted(f'_{relation[0]}')})") if relation else ()
    order = {row[1]: number for number, row in enumerate(rows)}
    return sorted(data, key=lambda name: (order.get(name, len(order)), name))


def _repeats(member: Member, event: EventRow) -> bool:
    if len(member.items) != 1:
        return False
    text, reference, *_ = member.items[0]
    own = event.subject.partition("/")[2]
    if reference is None:
        return text == own
    return reference.subject == event.subject or (not reference.subject and reference.key == own)


def _size(value: list[Any] | dict[str, Any]) -> str:
    what = "entry" if len(value) == 1 else "entries"
    return f"{len(value)} {what}"
