"""Redaction: taking words out of an event that is in the log, openly, with the log's root as it was.

An `event.redacted` event says which members of which event were taken out and why, and names the digest of the stub
that stands in the event's place from then on. Both are in the log, so that anybody sees that and where something is
missing; nobody can tell a stub that says something else for the event, because its digest would be another one.
If the process dies between the two, the redaction is in the log and its stub is not: verify and build say so, and
the next `regesta redact` puts the stub in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from regesta.errors import EventError, LogError, UsageError
from regesta.events.codec import decode_trusted
from regesta.events.log import AppendResult, Batch, Log
from regesta.events.model import REDACTION, RETRACTION, prepare
from regesta.events.rewrite import in_few, rewrite
from regesta.events.segment import placed_lines, read_lines, segments
from regesta.events.stub import COUNTS, LEAF, MARK, digest_of, removed, stub_leaf, stub_of

FINISH: Final = "run `regesta redact` to finish it"
_MARK: Final = f'"type":"{REDACTION}"'.encode()
# Of acts on the record, what they rest on; who takes these out makes the log mean something else.
_KEPT: Final = {REDACTION: {"fields", "leaf", "stub"}}
SHORT_CHARS: Final = 4  # texts that are too short to be looked for elsewhere: they stand everywhere


class Stub(NamedTuple):
    """A stub in the log: its place, its event's number and id, leaf hash and digest in hex, and whether it counts."""

    where: str
    sequence: int
    id: str
    leaf: str
    digest: str
    counts: bool


class Redaction(NamedTuple):
    """What an `event.redacted` event says: its place and number, the id of the event, the fields, leaf and digest."""

    where: str
    sequence: int
    target: str
    fields: tuple[str, ...]
    leaf: str
    stub: str


@dataclass(slots=True)
class Ledger:
    """The stubs and redactions of a log, gathered while its lines are read, by the event's id."""

    stubs: dict[str, Stub] = field(default_factory=dict)
    redactions: dict[str, Redaction] = field(default_factory=dict)  # of each event the last one

    def see(self, line: bytes, where: str) -> None:
        """Take note of a line of the log; almost none is a stub or a redaction."""
        if MARK not in line and _MARK not in line:
            return
        try:
            self._note(line, decode_trusted(line), where)
        except (EventError, KeyError, TypeError, ValueError, AttributeError):
            return  # not a line of a log at all, which its reader says

    def _note(self, line: bytes, event: dict[str, Any], where: str) -> None:
        sequence = int(event["sequence"])
        leaf = stub_leaf(line)
        if leaf is not None:
            self.stubs[event["id"]] = Stub(
                where, sequence, event["id"], leaf.hex(), digest_of(line), COUNTS not in event
            )
        if event["type"] == REDACTION:
            data, target = event["data"], event["subject"].removeprefix("event/")
            fields = tuple(str(data["fields"]).split(", "))
            self.redactions[target] = Redaction(where, sequence, target, fields, str(data["leaf"]), str(data["stub"]))

    def leaves_nothing(self, event_id: str) -> bool:
        """Say whether too little is left of a redacted event for the tables."""
        stub = self.stubs.get(event_id)
        return stub is not None and not stub.counts

    def pending(self) -> list[Redaction]:
        """Return the redactions whose event still has what was to be taken out of it."""
        return [item for item in self.redactions.values() if item.target not in self.stubs]

    def faults(self) -> Iterator[tuple[str, str]]:
        """Yield (place, what is wrong): stubs that no later redaction names, redactions without their stub."""
        yield from self.stub_faults()
        for item in self.pending():
            yield item.where, f"the event {item.target} was redacted, but its line still has all members; {FINISH}"

    def stub_faults(self) -> Iterator[tuple[str, str]]:
        """Yield (place, what is wrong) for the stubs that no later redaction names."""
        for stub in self.stubs.values():
            said = self.redactions.get(stub.id)
            if said is None or said.sequence <= stub.sequence:
                yield stub.where, f"this is the stub of a redacted event, but no later {REDACTION} event says so"
            elif (said.stub, said.leaf) != (stub.digest, stub.leaf):
                yield stub.where, f"this is not the stub that its redaction (event {said.sequence}) names"


@dataclass(frozen=True, slots=True)
class Request:
    """What to redact: the event's id, the fields (see `stub_of`), why and by whom."""

    target: str
    fields: tuple[str, ...]
    why: str
    by: str


@dataclass(slots=True)
class Redacted:
    """What a redaction did: the append, why what is left counts no longer ('' where it does), the texts taken out."""

    result: AppendResult = field(default_factory=AppendResult)
    misfit: str = ""
    removed: list[str] = field(default_factory=list)
    finished: list[str] = field(default_factory=list)  # ids of events whose redaction an earlier run left unfinished


def redact(log: Log, request: Request | None, *, dry_run: bool = False) -> Redacted:
    """Redact one event, and finish what an earlier redaction that was killed left undone (None: only that).

    ``dry_run`` makes every check and changes nothing. Raises `UsageError` for an event or field that is not there, or
    a reason that repeats what is taken out; `LogError` where the log is not sound.
    """
    done = Redacted()
    with log.turn(done.result) as index:
        ledger = read_ledger(log.folder)
        for item in () if dry_run else ledger.pending():
            _replace(log, item.target, _named_stub(_line(log.folder, item.target), item))
            done.finished.append(item.target)
        if request:
            line = _line(log.folder, request.target)
            stub, done.misfit = _stub(log, line, request.fields)
            done.removed = removed(line, request.fields)
            _check(request, line, done.removed)
            batch = Batch([_draft(request, stub)], lambda number: "the redaction", None, dry_run, digest_of(stub))
            log.append_in_turn(index, batch, done.result)
            # Dies here: the redaction is in the log and its stub is not; the next one puts it there.
            if not dry_run:
                _replace(log, request.target, stub)
    return done


def read_ledger(folder: Path) -> Ledger:
    """Return the stubs and redactions of the log in ``folder``."""
    ledger = Ledger()
    for where, line in placed_lines(folder):
        ledger.see(line, where)
    return ledger


def _line(folder: Path, event_id: str) -> bytes:
    needle = f'"id":"{event_id}"'.encode()
    for _, line in placed_lines(folder):
        if needle in line and decode_trusted(line).get("id") == event_id:
            return line
    raise UsageError(f"there is no event {event_id} in the log", remedy="run `regesta log --ids`")


def _stub(log: Log, line: bytes, fields: Sequence[str]) -> tuple[bytes, str]:
    """Return the stub of a line, and why the log would not take what is left of the event ('' where it would)."""
    try:
        stub = stub_of(line, fields)
    except EventError as error:
        raise UsageError(f"--fields: {error.message}", remedy=error.remedy) from None
    misfit = _misfit(log, decode_trusted(stub))
    return (stub_of(line, fields, counts=False), misfit) if misfit else (stub, "")


def _misfit(log: Log, event: dict[str, Any]) -> str:
    if not event.get(COUNTS, True):
        return "it did not fit before"
    left = {name: value for name, value in event.items() if name not in (LEAF, "id")}
    try:
        refused = log.check([prepare(left, log.types)])
    except EventError as error:
        return error.message
    return refused[1].message if refused else ""


def _check(request: Request, line: bytes, texts: Sequence[str]) -> None:
    """Raise `UsageError` for a redaction that would undo itself, or the meaning of the log."""
    event = decode_trusted(line)
    editorial = event["type"] in (REDACTION, RETRACTION)
    kept = sorted(({"subject"} if editorial else set()) | _KEPT.get(event["type"], set()))
    whole = ["data"] if event["type"] in _KEPT else []
    refused = [name for name in request.fields if name in (*kept, *whole)]
    if refused:
        raise UsageError(f"{refused[0]} of an event of the type {event['type']} says what was done, and stays")
    odd = [name for name in request.fields if "," in name]
    if odd:
        message = f"the member {odd[0]!r} cannot be named: a comma separates names"
        raise UsageError(message, remedy="take out all of data")
    said = [text for text in texts if len(text) >= SHORT_CHARS and text in request.why]
    if said:
        raise UsageError("--why repeats what is to be taken out", remedy="the reason is public: say it in other words")


def _draft(request: Request, stub: bytes) -> dict[str, Any]:
    event, fields = decode_trusted(stub), ", ".join(request.fields)
    return {
        "type": REDACTION,
        "subject": f"event/{request.target}",
        "source": f"manual:{quote(request.by, errors='surrogatepass')}",
        "data": {
            "fields": fields,
            "leaf": event[LEAF],
            "reason": request.why,
            "stub": digest_of(stub),
            "summary": f"Taken out of event {int(event['sequence'])}: {fields}. {request.why}",
        },
    }


def _named_stub(line: bytes, item: Redaction) -> bytes:
    """Return the stub that a redaction names; raises `LogError` where the line gives another one."""
    for counts in (True, False):
        try:
            stub = stub_of(line, item.fields, counts=counts)
        except EventError:
            break
        if digest_of(stub) == item.stub:
            return stub
    message = f"the event {item.target} does not give the stub that this redaction names"
    raise LogError(message, where=item.where, remedy="run `regesta verify`")


def _replace(log: Log, event_id: str, stub: bytes) -> None:
    """Put a stub into the place of its line."""
    needle = f'"id":"{event_id}"'.encode()

    def with_stub(lines: Iterable[bytes]) -> Iterator[bytes]:
        for line in lines:
            yield stub if needle in line and decode_trusted(line).get("id") == event_id else line

    # Each segment by itself, so that only the one with the event changes; a stub may be longer than its line.
    groups = (group for path in segments(log.folder) for group in in_few(with_stub(read_lines(path))))
    rewrite(log.folder, groups, log.checkpoint())
