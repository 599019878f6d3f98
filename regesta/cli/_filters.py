"""Which events `regesta log` shows: by type, subject, date, time of recording and words.

>>> Filters(types=("response.",)).takes_type("response.declared")
True
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from regesta.events.model import Event
from regesta.replay.asof import first_second
from regesta.schema.dates import bounds, moment

_UTC: Final = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Span:
    """Seconds from ``first`` to ``last``, both inclusive; None is no bound."""

    first: int | None = None
    last: int | None = None

    def __bool__(self) -> bool:
        return self.first is not None or self.last is not None

    def meets(self, earliest: int | None, latest: int | None) -> bool:
        """Say whether something that lies between ``earliest`` and ``latest`` may lie within the span."""
        begins = self.last is None or earliest is None or earliest <= self.last
        ends = self.first is None or latest is None or latest >= self.first
        return begins and ends


def span_between(since: str | None, until: str | None, zone: ZoneInfo) -> Span:
    """Return the span from the first second of ``since`` to the last of ``until``; raises `UsageError`."""
    return Span(first_second(since, zone) if since else None, moment(until, zone) if until else None)


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions on an event; all must hold. ``types`` and ``subjects`` hold when one of them does."""

    types: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    occurred: Span = Span()
    recorded: Span = Span()
    words: tuple[str, ...] = ()
    zone: ZoneInfo = _UTC

    @property
    def empty(self) -> bool:
        """Whether every event is taken."""
        return not (self.types or self.subjects or self.occurred or self.recorded or self.words)

    def take(self, event: Event) -> bool:
        """Say whether the event is shown; the cheap conditions come first."""
        return (
            self.takes_type(event.type)
            and self._takes_subject(event.subject)
            and self._takes_recorded(event.recorded)
            and self._takes_date(event.edtf)
            and self._takes_words(event.data)
        )

    def takes_type(self, name: str) -> bool:
        """Say whether a type is asked for: by its name, or by the beginning of one that ends in a dot."""
        return not self.types or any(_is_or_begins(name, wanted, ".") for wanted in self.types)

    def _takes_subject(self, name: str) -> bool:
        return not self.subjects or any(_is_or_begins(name, wanted, "/") for wanted in self.subjects)

    def _takes_recorded(self, recorded: str) -> bool:
        if not self.recorded:
            return True
        second = int(datetime.fromisoformat(recorded).timestamp())
        return self.recorded.meets(second, second)

    def _takes_date(self, edtf: str | None) -> bool:
        """Say whether the event may have happened within the span; an undated one is not said to."""
        if not self.occurred:
            return True
        if edtf is None:
            return False
        lies = bounds(edtf, self.zone)
        return self.occurred.meets(lies.earliest, lies.latest)

    def _takes_words(self, data: dict[str, Any]) -> bool:
        if not self.words:
            return True
        text = "\n".join(_texts(data)).casefold()
        return all(word in text for word in self.words)


def _is_or_begins(name: str, wanted: str, end: str) -> bool:
    return name.startswith(wanted) if wanted.endswith(end) else name == wanted


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
