"""Comparing the log with a copy of it, event by event, and repairing it from a copy that a checkpoint vouches for.

Both logs may be damaged: what can be read of them is compared, and nothing in them is believed. A repair takes only
lines that the checkpoint covers, never brings back what was redacted, and keeps the damaged files aside.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path
from typing import Final, NamedTuple

from regesta import durable
from regesta.errors import EventError, LogError, StorageError, UsageError
from regesta.events.checkpoint import CHECKPOINT, Checkpoint
from regesta.events.codec import decode_trusted
from regesta.events.log import Log, read_in_place
from regesta.events.merkle import Frontier, leaf_hash
from regesta.events.redaction import DAMAGED, Ledger, read_ledger, redact
from regesta.events.rewrite import finish, in_few, rewrite
from regesta.events.segment import read_lines, segment_name, segment_numbers
from regesta.events.stub import MARK, digest_of, stub_leaf

_ANOTHER: Final = "take another copy"
LISTED: Final = 1_000  # differences that are listed; all are counted
MISSING, EXTRA, CHANGED, MOVED, REDACTED = "missing", "extra", "changed", "moved", "redacted"


class Difference(NamedTuple):
    """One event that is not the same in both: how, where it is here and there (None: it is not), and its id."""

    kind: str
    here: str | None
    there: str | None
    id: str | None


@dataclass(slots=True)
class Comparison:
    """What a comparison found; ``unreadable`` are places in either log behind which a segment cannot be read."""

    here: int = 0
    there: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)

    @property
    def same(self) -> bool:
        """Whether both logs have the same events in the same order; one may have redacted some."""
        return not self.unreadable and not +Counter({name: n for name, n in self.counts.items() if name != REDACTED})


class _Line(NamedTuple):
    position: int  # from 0
    place: str
    leaf: bytes
    id: str | None
    sequence: int | None


@dataclass(slots=True)
class _Copy:
    """The leaves of a log's lines in their order, a stub's being another than its original's, and where they are."""

    leaves: list[bytes] = field(default_factory=list)
    starts: list[tuple[int, Path]] = field(default_factory=list)  # of each segment: leaves before it
    unreadable: list[str] = field(default_factory=list)

    def place(self, position: int) -> str:
        """Return the file and line of a leaf."""
        first, path = next(item for item in reversed(self.starts) if item[0] <= position)
        return f"{path}:{position - first + 1}"

    def lines(self, positions: Sequence[int]) -> list[_Line]:
        """Return lines, in their order, with what can be read of them; each segment is read once."""
        wanted, found = set(positions), list[_Line]()
        ends = [*(first for first, _ in self.starts[1:]), len(self.leaves)]
        for (first, path), end in zip(self.starts, ends, strict=True):
            if wanted.isdisjoint(range(first, end)):
                continue
            # No further than to the last line that could be read: behind it is the fault that was named before.
            for position, line in enumerate(islice(read_lines(path), end - first), start=first):
                if position in wanted:
                    found.append(_line(position, f"{path}:{position - first + 1}", line))
        return found


def _line(position: int, place: str, line: bytes) -> _Line:
    try:
        event = decode_trusted(line)
        event_id, sequence = str(event["id"]), int(event["sequence"])
    except (EventError, KeyError, ValueError, TypeError):
        return _Line(position, place, leaf_hash(line), None, None)
    return _Line(position, place, leaf_hash(line), event_id, sequence)


def events_folder(copy: Path) -> Path:
    """Return the folder of the segments of a copy, which is an archive or only its events."""
    folder = copy / "events" if (copy / "events").is_dir() else copy
    if not segment_numbers(folder):
        raise UsageError("there is no log in this folder", where=str(copy), remedy="name an archive or its events/")
    return folder


def compare(here: Path, there: Path) -> Comparison:
    """Compare the logs in two folders; what cannot be read of either is named and left out."""
    ours, theirs = _read(here), _read(there)
    result = Comparison(len(ours.leaves), len(theirs.leaves), unreadable=[*ours.unreadable, *theirs.unreadable])
    if ours.leaves == theirs.leaves:
        return result
    for item in _differences(ours, theirs):
        result.counts[item.kind] += 1
        if len(result.differences) < LISTED:
            result.differences.append(item)
    return result


def _differences(ours: _Copy, theirs: _Copy) -> Iterator[Difference]:
    not_there, not_here = _not_in(ours.leaves, theirs.leaves), _not_in(theirs.leaves, ours.leaves)
    only_here, only_there = ours.lines(not_there), theirs.lines(not_here)
    pairs = _paired(only_here, only_there, theirs)
    for line in only_here:
        other = pairs.get(line.place)
        if other is None:
            yield Difference(EXTRA, line.place, None, line.id)
        else:
            kind = REDACTED if line.leaf == other.leaf else CHANGED
            yield Difference(kind, line.place, other.place, line.id or other.id)
    paired = {other.place for other in pairs.values()}
    yield from (Difference(MISSING, None, line.place, line.id) for line in only_there if line.place not in paired)
    here, there = _without(ours.leaves, not_there), _without(theirs.leaves, not_here)
    for mine, its in zip(here, there, strict=True):
        if ours.leaves[mine] != theirs.leaves[its]:
            at = theirs.leaves.index(ours.leaves[mine])
            yield Difference(MOVED, ours.place(mine), theirs.place(at), ours.lines([mine])[0].id)
            return  # the first says it: all behind it are somewhere else too


def _paired(only_here: Sequence[_Line], only_there: Sequence[_Line], theirs: _Copy) -> dict[str, _Line]:
    """Return, by the place of a line here, its counterpart there: by id, then by number, then by position."""
    pairs: dict[str, _Line] = {}
    left = {line.place: line for line in only_there}
    for key in (_id_of, _sequence_of):
        there = {key(line): line for line in reversed(left.values()) if key(line)}
        for line in only_here:
            other = there.pop(key(line), None) if line.place not in pairs else None
            if other:
                pairs[line.place] = left.pop(other.place)
    for line in only_here:  # of a line that nobody can read there is only its position
        if line.id is None and line.place not in pairs and line.position < len(theirs.leaves):
            other = left.pop(theirs.place(line.position), None)
            pairs |= {line.place: other} if other else {}
    return pairs


def _id_of(line: _Line) -> str | None:
    return line.id


def _sequence_of(line: _Line) -> int | None:
    return line.sequence


def _not_in(leaves: list[bytes], others: list[bytes]) -> list[int]:
    """Return the positions of leaves that the others do not have, or not so often."""
    room = Counter(others)
    found = []
    for position, leaf in enumerate(leaves):
        if room[leaf]:
            room[leaf] -= 1
        else:
            found.append(position)
    return found


def _without(leaves: list[bytes], positions: list[int]) -> list[int]:
    """Return the positions of the other leaves."""
    left_out = set(positions)
    return [position for position in range(len(leaves)) if position not in left_out]


def _read(folder: Path) -> _Copy:
    found = _Copy()
    numbers = segment_numbers(folder)
    missing = sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers))
    found.unreadable += [f"{folder / segment_name(number)}: the segment is missing" for number in missing[:LISTED]]
    for number in numbers:
        path = folder / segment_name(number)
        found.starts.append((len(found.leaves), path))
        try:
            for line in read_lines(path):
                found.leaves.append(_told_apart(line))
        except LogError as error:
            found.unreadable.append(f"{error.where}: {error.message}")
    return found


def _told_apart(line: bytes) -> bytes:
    """Return the leaf hash of a line; of a stub, which has that of its original, one of its own bytes."""
    return sha256(b"\x02" + line).digest() if MARK in line and stub_leaf(line) else leaf_hash(line)


def repair(log: Log, copy: Path, pinned: Checkpoint | None) -> Path | None:
    """Take from a copy what the log lacks of the events that ``pinned`` covers (None: the log's own checkpoint).

    Return the folder where the damaged files are kept, None when nothing was to be repaired. Events behind those
    that the checkpoint covers stay as they are, where they can be read. Raises `LogError` when there is no
    checkpoint to go by, or when the copy is not the log that it covers; nothing is changed then.
    """
    checkpoint = pinned or _own(log)
    folder = events_folder(copy)
    with log.locked():
        finish(log.folder, checkpoint)
        if _is_sound(log.folder, checkpoint):
            return None
        if checkpoint.origin != log.origin:
            message = f"the checkpoint is of {checkpoint.origin!r}, the archive is {log.origin!r}"
            raise LogError(message, where=str(log.folder))
        if _root(_lines(folder), checkpoint.size) != checkpoint.root:
            message = f"this copy does not have the {checkpoint.size} events that the checkpoint covers"
            raise LogError(message, where=str(folder), remedy=_ANOTHER)
        mend = _Mend(log.folder, folder, checkpoint.size)
        _check_lines(mend, folder)
        kept = log.state / DAMAGED / datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        try:
            shutil.copytree(log.folder, kept, symlinks=True)
        except (OSError, shutil.Error) as error:
            raise StorageError(f"the damaged files cannot be kept: {error}", where=str(kept)) from error
        rewrite(log.folder, mend.groups(), checkpoint)
        if not _is_covered(log, checkpoint):
            durable.replace_file(log.folder / CHECKPOINT, [checkpoint.encode()])
    redact(log, None)  # an older copy has the words of what was redacted since
    return kept


def _own(log: Log) -> Checkpoint:
    checkpoint = log.checkpoint()
    if checkpoint is None:
        remedy = "give one that you kept: --since FILE"
        raise LogError("there is no checkpoint to repair by", where=str(log.folder / CHECKPOINT), remedy=remedy)
    return checkpoint


def _is_covered(log: Log, pinned: Checkpoint) -> bool:
    """Say whether the log's own checkpoint can stay: it is one of this log and covers no less."""
    try:
        own = log.checkpoint()
    except LogError:
        return False
    if own is None or own.size < pinned.size or own.origin != log.origin:
        return False
    return _root(_lines(log.folder), own.size) == own.root


@dataclass(frozen=True, slots=True)
class _Mend:
    """The lines of the repaired log: those of the copy as far as the checkpoint goes, then our own."""

    here: Path
    there: Path
    size: int

    def groups(self) -> Iterator[list[bytes]]:
        """Yield the segments: divided as the copy's are, then our own lines."""
        left, mine = self.size, self._mine()
        for number in segment_numbers(self.there):
            lines = list(islice(read_lines(self.there / segment_name(number)), left))
            if lines:
                yield from in_few(mine.get(leaf_hash(line), line) for line in lines)
            left -= len(lines)
        yield from in_few(self._tail())

    def _mine(self) -> dict[bytes, bytes]:
        """Return, by leaf, our lines that go before the copy's: stubs that a redaction names, and originals.

        What was redacted here stays so. Of what only the copy has redacted we have the original: it is kept until
        the log has that redaction too.
        """
        ledger = Ledger()
        for line in chain(islice(_lines(self.there), self.size), self._tail()):
            ledger.see(line, "")
        named = {item.stub for said in ledger.redactions.values() for item in said}
        theirs = {stub.leaf: stub.digest for stub in ledger.stubs}
        found = {}
        for line in _lines(self.here):
            if MARK in line and stub_leaf(line):
                if digest_of(line) in named:
                    found[leaf_hash(line)] = line
            elif theirs and theirs.get(leaf_hash(line).hex(), "") not in ("", *named):
                found[leaf_hash(line)] = line
        return found

    def _tail(self) -> Iterator[bytes]:
        """Yield our lines behind those that the checkpoint covers, as long as each has the next number."""
        wanted = self.size + 1
        for line in _lines(self.here):
            try:
                sequence = int(decode_trusted(line)["sequence"])
            except (EventError, KeyError, ValueError, TypeError):
                continue
            if sequence == wanted:
                yield line
                wanted += 1


def _check_lines(mend: _Mend, folder: Path) -> None:
    """Raise `LogError` for what the copy's root says nothing of: a stub without its redaction, or that is no event."""
    ledger, ids = Ledger(), set[str]()
    for number, line in enumerate(chain.from_iterable(mend.groups()), start=1):
        ledger.see(line, f"event {number}")
        try:
            event = read_in_place(line, number, f"event {number}")
        except LogError as error:
            raise LogError(f"{error.where}: {error.message}", where=str(folder), remedy=_ANOTHER) from None
        if event.id in ids:
            raise LogError(f"event {number}: its id is that of another event", where=str(folder), remedy=_ANOTHER)
        ids.add(event.id)
    fault = next(ledger.stub_faults(), None)
    if fault:
        raise LogError(f"{fault[0]}: {fault[1]}", where=str(folder), remedy=_ANOTHER)


def _is_sound(folder: Path, checkpoint: Checkpoint) -> bool:
    """Say whether the log has what the checkpoint covers, and no stub that nobody announced."""
    if _root(_lines(folder), checkpoint.size) != checkpoint.root or _read(folder).unreadable:
        return False
    return next(read_ledger(folder).stub_faults(), None) is None


def _lines(folder: Path) -> Iterator[bytes]:
    """Yield the lines of all segments as far as each can be read."""
    for number in segment_numbers(folder):
        try:
            yield from read_lines(folder / segment_name(number))
        except LogError:
            continue


def _root(lines: Iterable[bytes], size: int) -> bytes | None:
    """Return the root over the first lines, None when there are fewer."""
    frontier = Frontier()
    frontier.extend_lines(islice(lines, size))
    return frontier.root() if frontier.size == size else None
