"""Reading the log where it lies, without lock, index or schema: forwards, from its end, or looking for one event.

Memory stays flat: at most one segment's worth of lines, or as many events as were asked for, is held.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import Final, NamedTuple

from regesta.errors import EventError, LogError, UsageError
from regesta.events.log import read_in_place
from regesta.events.model import Event, read_trusted
from regesta.events.redaction import Ledger, Redaction
from regesta.events.segment import placed_lines, read_lines, segments
from regesta.limits import ID_CHARS

_PREFIX_CHARS: Final = 4  # shorter ones name too many events
_SEQUENCE: Final = re.compile(r"[0-9]{1,12}")
_ID: Final = re.compile(rf"[0-9a-f]{{{_PREFIX_CHARS},{ID_CHARS}}}")
_SHOWN: Final = 5  # events that an ambiguous prefix lists


class Entry(NamedTuple):
    """An event, its line as it is in the log, and the place of that line."""

    event: Event
    line: bytes
    where: str


class Correction(NamedTuple):
    """An event that corrects another: its sequence and id, the id it corrects, 'replaced' or 'retracted'."""

    sequence: int
    id: str
    target: str
    verdict: str


@dataclass
class Found:
    """One event, every correction in the log, from which its status follows, and what was taken out of it."""

    entry: Entry
    corrections: list[Correction] = field(default_factory=list)
    redactions: Sequence[Redaction] = ()

    @cached_property
    def statuses(self) -> dict[str, str]:
        """The status of each event that a correction names."""
        from regesta.replay.relations import statuses

        return statuses(self.corrections)

    @property
    def status(self) -> str:
        """Whether the event is current, replaced, retracted, or redacted so that it counts no longer."""
        if not self.entry.event.counts:
            return "redacted"
        return self.statuses.get(self.entry.event.id, "current")

    @property
    def corrected_by(self) -> Correction | None:
        """The correction that the status tells of: the first one that is in force."""
        event_id = self.entry.event.id
        holding = [c for c in self.corrections if c.target == event_id and self._is_in_force(c)]
        return holding[0] if holding else None

    def _is_in_force(self, correction: Correction) -> bool:
        from regesta.replay.relations import is_in_force

        return is_in_force(self.statuses.get(correction.id, "current"), correction.verdict)


def forwards(folder: Path) -> Iterator[Entry]:
    """Yield every event of the log in ``folder``, oldest first; raises `LogError` with file and line."""
    for sequence, (where, line) in enumerate(placed_lines(folder), start=1):
        yield Entry(read_in_place(line, sequence, where), line, where)


def newest(folder: Path, wanted: int, keep: Callable[[Event], bool] | None = None) -> list[Entry]:
    """Return the last ``wanted`` events (that ``keep`` takes), oldest first; reads from the last segment back."""
    found: deque[Entry] = deque()
    for path in reversed(segments(folder)):
        room = wanted - len(found)
        if room <= 0:
            break
        if keep is None:  # only those that are shown are worth parsing
            lines = deque(enumerate(read_lines(path), start=1), maxlen=room)
            last = [entry_of(line, f"{path}:{number}") for number, line in lines]
        else:
            last = list(deque(_of_segment(path, keep), maxlen=room))
        found.extendleft(reversed(last))
    return list(found)


def _of_segment(path: Path, keep: Callable[[Event], bool]) -> Iterator[Entry]:
    for number, line in enumerate(read_lines(path), start=1):
        entry = entry_of(line, f"{path}:{number}")
        if keep(entry.event):
            yield entry


def since(folder: Path, first: int, most: int) -> list[Entry]:
    """Return the events from sequence ``first`` on, at most ``most``; only the last segments are read."""
    found: list[Entry] = []
    for path in reversed(segments(folder)):
        head = next(_of_segment(path, lambda event: True))
        events = _of_segment(path, lambda event: event.sequence >= first)
        found = [*takewhile(lambda entry: entry.event.sequence < first + most, events), *found]
        if head.event.sequence <= first:
            break
    return found[:most]


def find(folder: Path, name: str) -> Found:
    """Return the event called ``name``: a sequence number, an id, or the first characters of one.

    A number that is the sequence of an event means that event, whatever ids begin with it. Raises `UsageError`
    when there is none or when several ids begin like this.
    """
    number = int(name) if _SEQUENCE.fullmatch(name) else None
    prefix = name.lower().encode() if _ID.fullmatch(name.lower()) else None
    if number is None and prefix is None:
        message = f"{name!r} is neither an event's id (or its first {_PREFIX_CHARS} or more hex digits) nor its number"
        raise UsageError(message, remedy="run `regesta log --ids`")
    numbered, matching, corrections, ledger = _scan(folder, number, prefix)
    if numbered is None and len(matching) > 1:
        some = ", ".join(f"{entry.event.id} (event {entry.event.sequence})" for entry in matching[:_SHOWN])
        more = " and more" if len(matching) > _SHOWN else ""
        raise UsageError(f"{name!r} begins the ids of several events: {some}{more}", remedy="give more of the id")
    if numbered is None and not matching:
        raise UsageError(f"there is no event {name!r} in the log", remedy="run `regesta log --ids`")
    entry = numbered or matching[0]
    return Found(entry, corrections, ledger.redactions.get(entry.event.id, ()))


def _scan(
    folder: Path, number: int | None, prefix: bytes | None
) -> tuple[Entry | None, list[Entry], list[Correction], Ledger]:
    """Read the whole log once; only lines that may matter are parsed, so a million take about a second."""
    numbered, matching, corrections, ledger = None, list[Entry](), list[Correction](), Ledger()
    needle = b'"id":"' + (prefix or b"")
    for sequence, (where, line) in enumerate(placed_lines(folder), start=1):
        ledger.see(line, where)
        if sequence == number:
            numbered = entry_of(line, where)
        if prefix and needle in line and len(matching) <= _SHOWN:
            entry = entry_of(line, where)
            if entry.event.id.encode().startswith(prefix):
                matching.append(entry)
        if b'"replaces":"' in line or b'"type":"event.retracted"' in line:
            event = entry_of(line, where).event
            if event.corrects:
                verdict = "replaced" if event.replaces else "retracted"
                corrections.append(Correction(sequence, event.id, event.corrects, verdict))
    return numbered, matching, corrections, ledger


def entry_of(line: bytes, where: str) -> Entry:
    """Return the event of a line of the log; raises `LogError` at ``where``."""
    try:
        return Entry(read_trusted(line), line, where)
    except EventError as error:
        raise LogError(error.message, where=where, remedy="run `regesta verify`") from error
