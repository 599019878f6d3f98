"""Verification: derive everything about the log again from its bytes, and name every fault by its place.

Reads only `events/`, `archive.toml` and `schema/`; neither the index nor `archive.db` is believed. What it
proves, and what it cannot: docs/decisions/0004-tamper-evidence.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from regesta.archive import Archive
from regesta.durable import leftovers as leftovers_in
from regesta.errors import EventError, LogError
from regesta.events._told import told_by_tables
from regesta.events.checkpoint import CHECKPOINT
from regesta.events.index import Entry, LogIndex
from regesta.events.log import CHUNK_EVENTS
from regesta.events.merkle import Frontier
from regesta.events.model import Event, read_strictly
from regesta.events.redaction import Ledger
from regesta.events.rootcheck import RootCheck
from regesta.events.segment import PACKING, read_lines, segment_name, segment_numbers

FAULTS: Final = 1_000  # reported at most; a log with more is not read line by line by anybody
_KNOWN_FILES: Final = frozenset({CHECKPOINT, "README.md"})


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where (file and line) and what."""

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


@dataclass(slots=True)
class Report:
    """What a verification found; ``root`` is the Merkle root over all ``events`` lines that could be read."""

    events: int = 0
    segments: int = 0
    root: bytes = b""
    faults: list[Fault] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    checked_size: int = 0  # events that the checkpoint covers
    roots: dict[int, bytes] = field(default_factory=dict)  # at the sizes that were asked for
    redacted: int = 0  # events of which a stub is left

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def verify(
    archive: Archive, progress: Callable[[int], None] = lambda events: None, sizes: Iterable[int] = ()
) -> Report:
    """Check the whole log of ``archive``; never raises for a fault of the log, but reports it.

    The report's ``roots`` has the root over the first n events for each n of ``sizes`` that the log reaches.
    """
    with closing(LogIndex(None)) as ids:  # an index of our own: the archive's may have been tampered with too
        return _Verifier(archive, ids, progress, sizes).run()


class _Verifier:
    def __init__(self, archive: Archive, ids: LogIndex, progress: Callable[[int], None], sizes: Iterable[int]) -> None:
        self.archive, self.ids, self.progress, self.sizes = archive, ids, progress, tuple(sizes)
        self.folder = archive.folder / "events"
        self.report = Report()
        self.ledger = Ledger()
        self.recorded = ""
        self.number = 0  # what the line above says
        self.has_checkpoint = False
        self.differs = False  # the lines are not those of the checkpoint

    def run(self) -> Report:
        """The recipe: the folder, the checkpoint, every line, the root."""
        self._check_folder()
        root_check = self._read_checkpoint()
        self.ids.begin()
        for number in self._numbers():
            self._check_segment(self.folder / segment_name(number), root_check)
            self.report.segments += 1
        self._check_end(root_check)
        if self.differs:
            for where, message in told_by_tables(self.archive):
                self.fault(where, message)
        for where, message in self.ledger.faults():
            self.fault(where, message)
        self.report.redacted = len(self.ledger.stubs)
        self.report.root = root_check.frontier.root()
        self.report.roots = {size: root for size, root in root_check.roots.items() if size in self.sizes}
        return self.report

    def fault(self, where: str | Path, message: str) -> None:
        """Note a fault, up to the limit."""
        if len(self.report.faults) < FAULTS:
            self.report.faults.append(Fault(str(where), message))

    def _check_folder(self) -> None:
        if self.folder.exists() and not self.folder.is_dir():
            self.fault(self.folder, "expected a folder")
            return
        leftovers = set(leftovers_in(self.folder))
        names = {segment_name(number) for number in segment_numbers(self.folder)}
        for path in sorted(self.folder.iterdir()) if self.folder.is_dir() else ():
            if path in leftovers:
                self.report.notices.append(
                    f"{path.name} was left by an append that was killed; the next one removes it"
                )
            elif path.name in (PACKING, f"{PACKING}.tmp"):
                self.fault(path, "a rewriting of the segments was interrupted; `regesta pack` finishes it")
            elif path.name not in _KNOWN_FILES and not path.name.endswith(".jsonl"):
                self.fault(path, "this file does not belong to the log")
            elif path.name.endswith(".jsonl") and path.name not in names:
                self.fault(path, "not the name of a segment; expected six digits and .jsonl")

    def _numbers(self) -> list[int]:
        numbers = segment_numbers(self.folder)
        missing = sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers))
        for number in missing[:FAULTS]:
            self.fault(self.folder / segment_name(number), "the segment is missing")
        return numbers

    def _read_checkpoint(self) -> RootCheck:
        where = str(self.folder / CHECKPOINT)
        try:
            checkpoint = self.archive.log.checkpoint()
        except LogError as error:
            self.fault(error.where or where, error.message)
            checkpoint = None
        else:
            if checkpoint is None and segment_numbers(self.folder):
                self.fault(where, "there are events but no checkpoint")
        if checkpoint and checkpoint.origin != self.archive.config.origin:
            self.fault(f"{where}:1", f"the origin is {checkpoint.origin!r}, archive.toml says otherwise")
        self.report.checked_size = checkpoint.size if checkpoint else 0
        self.has_checkpoint = checkpoint is not None
        try:
            return RootCheck(Frontier(), checkpoint, where, self.sizes)
        except LogError as error:
            self.fault(where, error.message)
            return RootCheck(Frontier(), None, where, self.sizes)

    def _check_segment(self, path: Path, root_check: RootCheck) -> None:
        lines: list[bytes] = []
        first = root_check.frontier.size + 1
        entries: list[tuple[str, Event]] = []
        number = 0
        try:
            for number, line in enumerate(read_lines(path), start=1):
                lines.append(line)
                where = f"{path}:{number}"
                self.ledger.see(line, where)
                event = self._check_line(line, first + number - 1, where)
                if event:
                    entries.append((where, event))
                if len(entries) == CHUNK_EVENTS:
                    self._check_ids(entries)
                    self.progress(len(entries))
                    entries = []
        except LogError as error:
            self.fault(error.where or path, error.message)
        self._check_ids(entries)
        self.progress(len(entries))
        self.report.events += len(lines)
        try:
            root_check.extend(lines)
        except LogError as error:
            self.fault(error.where or path, f"{error.message}; the first difference is in or before {path.name}")
            self.differs = True

    def _check_line(self, line: bytes, sequence: int, where: str) -> Event | None:
        try:
            event = read_strictly(line, self.archive.schema.types)
        except EventError as error:
            self.fault(where, error.message)
            return None
        if event.sequence not in (sequence, self.number + 1):  # those behind a line that is missing follow each other
            self.fault(where, f"sequence is {event.sequence}, expected {sequence}")
        self.number, event.sequence = event.sequence, sequence  # for the checks to come, its place counts
        if event.recorded < self.recorded:
            self.fault(where, f"recorded {event.recorded}, before the event above it ({self.recorded})")
        self.recorded = max(self.recorded, event.recorded)
        return event

    def _check_ids(self, events: list[tuple[str, Event]]) -> None:
        """Check that ids are unique and that a correction comes after what it corrects."""
        if not self.ids.add([Entry(event.id, event.sequence, event.replaces) for _, event in events]):
            for where, event in events:
                known = self.ids.add_one(Entry(event.id, event.sequence, event.replaces))
                if known:
                    self.fault(where, f"the id {event.id} is that of event {known.sequence} too")
        for where, event in events:
            if event.corrects:
                target = self.ids.find(event.corrects)
                if target is None or target.sequence >= event.sequence:
                    self.fault(where, f"it corrects {event.corrects}, which is not an earlier event")

    def _check_end(self, root_check: RootCheck) -> None:
        try:
            root_check.finish()
        except LogError as error:
            self.fault(error.where or self.folder, error.message)
        beyond = self.report.events - self.report.checked_size
        if self.has_checkpoint and beyond > 0:
            events = "1 event is" if beyond == 1 else f"{beyond} events are"
            self.report.notices.append(
                f"{events} not covered by the checkpoint: an append was killed before it could say so, or an older"
                " checkpoint was put here; the next append covers what is there"
            )
