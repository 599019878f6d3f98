"""Redaction: taking words out of an event that is in the log, openly, with the log's root as it was.

An `event.redacted` event says which members of which event were taken out and why, and names the digest of the stub
that stands in the event's place from then on. Both are in the log, so that anybody sees that and where something is
missing; nobody can tell a stub that says something else for the event, because its digest would be another one.
If the process dies between the two, the redaction is in the log and its stub is not: verify and build say so, and
the next `regesta redact` puts the stub in its place.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from regesta.errors import EventError, LogError, UsageError
from regesta.events.codec import decode_trusted
from regesta.events.log import AppendResult, Batch, Log
from regesta.events.model import REDACTION, RETRACTION, prepare
from regesta.events.rewrite import in_few, rewrite
from regesta.events.segment import check_file, placed_lines, read_lines, segments
from regesta.events.stub import COUNTS, LEAF, digest_of, may_redact, removed, stub_leaf, stub_of

DAMAGED: Final = "damaged"  # of the state folder: files that a repair replaced
FINISH: Final = "run `regesta redact` to finish it"
# Of acts on the record, what they rest on; who takes these out makes the log mean something else.
_KEPT: Final = {REDACTION: {"fields", "leaf", "stub"}}
_FIXED: Final = frozenset({"id", "type", "sequence", "recordedtime", "replaces", "specversion", "time", LEAF, COUNTS})
SHORT_CHARS: Final = 4  # texts that are too short to be looked for in other places: they stand everywhere


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
    """The stubs and redactions of a log, gathered while its lines are read; redactions by event, in their order."""

    stubs: list[Stub] = field(default_factory=list)
    redactions: dict[str, list[Redaction]] = field(default_factory=dict)
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    _bare: set[str] = field(default_factory=set)

    def see(self, line: bytes, where: str) -> None:
        """Take note of a line of the log; almost none is a stub or a redaction."""
        if not may_redact(line):
            return
        leaf = stub_leaf(line)
        try:
            self._note(line, leaf, where)
        except (EventError, KeyError, TypeError, ValueError, AttributeError):
            if leaf is not None:  # what else is no event, its reader says; a stub keeps the root whatever it says
                self.unreadable.append((where, "this is a stub that cannot be read"))

    def _note(self, line: bytes, leaf: bytes | None, where: str) -> None:
        event = decode_trusted(line)
        sequence = int(event["sequence"])
        if leaf is not None:
            stub = Stub(where, sequence, str(event["id"]), leaf.hex(), digest_of(line), COUNTS not in event)
            self.stubs.append(stub)
            self._bare |= set() if stub.counts else {stub.id}
        if event["type"] == REDACTION:
            data, target = event["data"], event["subject"].removeprefix("event/")
            fields = tuple(str(data["fields"]).split(", "))
            said = Redaction(where, sequence, target, fields, str(data["leaf"]), str(data["stub"]))
            self.redactions.setdefault(target, []).append(said)

    def leaves_nothing(self, event_id: str) -> bool:
        """Say whether too little is left of a redacted event for the tables."""
        return event_id in self._bare

    def pending(self) -> list[Redaction]:
        """Return the last redaction of each event whose line still has something that was to be taken out."""
        lines = {stub.id: stub.digest for stub in self.stubs}
        found = []
        for target, said in self.redactions.items():
            *before, last = [item.stub for item in said]
            if lines.get(target) != last and lines.get(target) in (None, *before):
                found.append(said[-1])
        return found

    def faults(self) -> Iterator[tuple[str, str]]:
        """Yield (place, what is wrong): stubs that no later redaction names, redactions without their stub."""
        yield from self.stub_faults()
        for item in self.pending():
            yield item.where, f"the event {item.target} was redacted, but its line still has what was to go; {FINISH}"

    def stub_faults(self) -> Iterator[tuple[str, str]]:
        """Yield (place, what is wrong) for the stubs that no later redaction names."""
        yield from self.unreadable
        seen: set[str] = set()
        for stub in self.stubs:
            said = [item for item in self.redactions.get(stub.id, []) if item.sequence > stub.sequence]
            if stub.id in seen:
                yield stub.where, f"the event {stub.id} has another stub"
            elif not said:
                yield stub.where, f"this is the stub of a redacted event, but no later {REDACTION} event says so"
            elif (stub.digest, stub.leaf) not in [(item.stub, item.leaf) for item in said]:
                yield stub.where, f"this is not the stub that its redaction (event {said[-1].sequence}) names"
            seen.add(stub.id)


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
            stub = _named_stub(_line(log.folder, item.target), ledger.redactions[item.target])
            _replace(log, item.target, stub)
            done.finished.append(item.target)
        if request:
            line = _line(log.folder, request.target)
            _check(request, line, ledger)
            stub, done.misfit = _stub(log, line, request.fields)
            done.removed = removed(line, request.fields)
            _check_reason(request, done.removed)
            batch = Batch([_draft(request, stub)], lambda number: "the redaction", None, dry_run, digest_of(stub))
            log.append_in_turn(index, batch, done.result)
            # Dies here: the redaction is in the log and its stub is not; the next one puts it there.
            if not dry_run:
                _replace(log, request.target, stub)
                shutil.rmtree(log.state / DAMAGED, ignore_errors=True)  # what a repair kept has the words too
    return done


def read_ledger(folder: Path) -> Ledger:
    """Return the stubs and redactions of the log in ``folder``; of segments without any only bytes are looked at."""
    return ledger_of(path for path in segments(folder) if check_file(path) and may_redact(path.read_bytes()))


def ledger_of(paths: Iterable[Path]) -> Ledger:
    """Return the stubs and redactions in these segments."""
    ledger = Ledger()
    for path in paths:
        for number, line in enumerate(read_lines(path), start=1):
            ledger.see(line, f"{path}:{number}")
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


def _check(request: Request, line: bytes, ledger: Ledger) -> None:
    """Raise `UsageError` for fields that cannot be taken out."""
    event = decode_trusted(line)
    editorial = event["type"] in (REDACTION, RETRACTION)
    kept = {*({"subject"} if editorial else ()), *_KEPT.get(event["type"], ())}
    for name in request.fields:
        if name in kept or (name == "data" and event["type"] in _KEPT):
            raise UsageError(f"{name} of an event of the type {event['type']} says what was done, and stays")
        if name in _FIXED:
            raise UsageError(f"{name} cannot be taken out", remedy="data and its members, subject, source and edtf can")
        if "," in name:
            message = f"the member {name!r} cannot be named: a comma separates names"
            raise UsageError(message, remedy="take out all of data")
        gone = [item.sequence for item in ledger.redactions.get(request.target, []) if name in item.fields]
        if gone and name.partition(".")[0] not in event["data"]:
            raise UsageError(f"{name} was taken out already, as event {gone[-1]} says")


def _check_reason(request: Request, texts: Sequence[str]) -> None:
    """Raise `UsageError` for a reason, or a name of who redacts, that repeats what is taken out."""
    for option, said in (("--why", request.why.casefold()), ("--by", request.by.casefold())):
        if any(len(text) >= SHORT_CHARS and text.casefold() in said for text in texts):
            raise UsageError(f"{option} repeats what is to be taken out", remedy="it is public: say it in other words")


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


def _named_stub(line: bytes, said: Sequence[Redaction]) -> bytes:
    """Return the stub that the last redaction of an event names; raises `LogError` where the line gives another one.

    The line may be the original or a stub from before: all that was ever to be taken out of it is taken out.
    """
    stub = line
    for name in [name for item in said for name in item.fields]:
        with suppress(EventError):  # gone already
            stub = stub_of(stub, [name])
    for counts in (True, False):
        found = stub_of(stub, [], counts=counts)
        if digest_of(found) == said[-1].stub:
            return found
    message = f"the event {said[-1].target} does not give the stub that this redaction names"
    raise LogError(message, where=said[-1].where, remedy="take a sound copy: `regesta verify --against COPY --repair`")


def _replace(log: Log, event_id: str, stub: bytes) -> None:
    """Put a stub into the place of its line."""
    needle = f'"id":"{event_id}"'.encode()

    def with_stub(lines: Iterable[bytes]) -> Iterator[bytes]:
        for line in lines:
            yield stub if needle in line and decode_trusted(line).get("id") == event_id else line

    # Each segment by itself, so that only the one with the event changes; a stub may be longer than its line.
    groups = (group for path in segments(log.folder) for group in in_few(with_stub(read_lines(path))))
    rewrite(log.folder, groups, log.checkpoint())
