"""The log: append events durably, once, in one order; read them back.

Guarantees: an acknowledged append survives a crash; an append that was killed is wholly there or wholly
absent; the same event again is a no-op; several writers never lose or interleave. A published segment is
never opened for writing again. How: design §5, docs/decisions/0003-log-on-disk.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from filelock import FileLock, Timeout

from regesta import durable
from regesta.errors import ConflictError, EventError, LogError, RegestaError, StorageError
from regesta.events import rewrite
from regesta.events._spool import Spool
from regesta.events.checkpoint import CHECKPOINT, Checkpoint, read_checkpoint
from regesta.events.index import Entry, LogIndex, open_index
from regesta.events.merkle import Frontier
from regesta.events.model import REDACTION, Draft, Event, Prepared, prepare, read_trusted
from regesta.events.rootcheck import RootCheck
from regesta.events.segment import check_file, placed_lines, read_lines, segment_name, segment_numbers, segments
from regesta.limits import LOCK_TIMEOUT_S
from regesta.schema.types import EventTypes

CHUNK_EVENTS = 2_000

Place = Callable[[int], str]
Numbered = list[tuple[int, Prepared]]  # position in the input, from 1
# Says which of the events breaks a constraint of the tables, and how; None when all fit.
Check = Callable[[Sequence[Prepared]], tuple[int, EventError] | None]


@dataclass(slots=True)
class AppendResult:
    """What an append did: ``appended`` events from ``first`` to ``last`` are new, ``known`` were in the log already.

    Between first and last may lie events of a writer without our lock, when the append has several segments.
    """

    first: int = 0
    last: int = 0
    known: int = 0
    appended: int = 0
    notices: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Batch:
    """What is to be appended, and how; see `Log.append`."""

    drafts: Iterable[Draft]
    place: Place = "event {}".format
    expected_size: int | None = None
    dry_run: bool = False
    stub: str = ""  # digest of the one stub that a redaction among the drafts may name


@dataclass(frozen=True, slots=True)
class Log:
    """The log in ``folder``; ``state`` is the folder of what may be deleted (index and lock)."""

    folder: Path
    state: Path
    origin: str
    types: EventTypes
    check: Check = lambda events: None

    def append(
        self,
        drafts: Iterable[Draft],
        *,
        expected_size: int | None = None,
        place: Place = "event {}".format,
        dry_run: bool = False,
    ) -> AppendResult:
        """Append drafts in order, all or none; return once they are durable.

        ``expected_size`` makes it conditional on the log's length (`ConflictError`). ``place`` names the n-th
        draft (from 1) in errors. ``dry_run`` makes every check, says what would be appended, and appends
        nothing. More than one segment's worth is published segment by segment, in order:
        a crash in between leaves a whole number of segments, and appending the same drafts again completes it.
        """
        result = AppendResult()
        with self.turn(result) as index:
            self.append_in_turn(index, Batch(drafts, place, expected_size, dry_run), result)
        return result

    def append_in_turn(self, index: LogIndex, batch: Batch, result: AppendResult) -> None:
        """Append as `append` does, in a `turn` that the caller holds; ``result`` is filled in."""
        spools = list[Spool]()
        try:
            while True:
                if batch.expected_size not in (None, index.size) and not result.appended:
                    message = f"the log has {index.size} events, expected {batch.expected_size}"
                    raise ConflictError(message, remedy="read what was added, then try again")
                spool = Spool(self.folder, first=index.size + 1)
                spools.append(spool)
                self._fill(spool, index, batch, result)
                if batch.dry_run:
                    result.first, result.last = spool.first_and_last()
                    result.appended = sum(part.count for part in spool.parts)
                    return
                if self._publish(spool, index, result):
                    return
                # Another writer without our lock took the number: check the rest against what it wrote.
                index.rollback()
                self._catch_up(index)
                index.begin()
                batch = replace(batch, drafts=spool.unpublished(), place="event {} of the retry".format)
        finally:
            for spool in spools:
                spool.close()

    def events(self, after: int = 0) -> Iterator[Event]:
        """Yield the events with ``sequence > after``; raises `LogError` with segment and line."""
        for sequence, (where, line) in enumerate(placed_lines(self.folder), start=1):
            if sequence > after:
                yield read_in_place(line, sequence, where)

    def checkpoint(self) -> Checkpoint | None:
        """Return the checkpoint file's content, None when there is none yet."""
        return read_checkpoint(self.folder / CHECKPOINT)

    def size(self) -> int:
        """Return how many events the log has, whether or not the checkpoint covers them yet."""
        with self.turn(AppendResult()) as index:
            return index.size

    @contextmanager
    def turn(self, result: AppendResult) -> Iterator[LogIndex]:
        """Wait for our turn to write, clean up after killed writers, and bring the index up to date.

        The lock only saves writers from racing; that two of them never take one number is up to `publish_new`.
        """
        with self.locked():
            if rewrite.finish(self.folder, self.checkpoint()):
                result.notices.append("finished a rewriting of the segments that was interrupted")
            for leftover in durable.leftovers(self.folder):
                result.notices.append(f"removed {leftover.name}, left by an append that was killed")
                durable.discard(leftover)
            with open_index(self.state / "log.db") as index:
                self._catch_up(index)
                index.begin()
                yield index

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Wait until no other process writes, and let none write meanwhile; nothing is read or cleaned up."""
        lock = FileLock(self.state / "log.lock", timeout=LOCK_TIMEOUT_S, poll_interval=0.01)
        segment_numbers(self.folder)  # raises when the folder is a link, before anything is made or removed in it
        try:
            self.folder.mkdir(exist_ok=True)
            make_state_folder(self.state)
            lock.acquire()
        except Timeout:
            message = f"another process has been writing for {LOCK_TIMEOUT_S:g} s"
            raise StorageError(message, where=str(self.folder), remedy="try again") from None
        except OSError as error:
            raise StorageError(f"cannot be written: {error.strerror}", where=str(self.folder)) from error
        try:
            yield
        finally:
            lock.release()

    def _catch_up(self, index: LogIndex) -> None:
        """Read the segments that the index does not have; start over when it does not fit them."""
        paths, cold = segments(self.folder), index.size == 0
        try:
            self._read_new(index, paths)
        except LogError:
            if cold:
                raise
            # Packed, restored from a copy, tampered with, or it is the index that is wrong: the segments decide.
            index.rebuild()
            self._read_new(index, paths)

    def _read_new(self, index: LogIndex, paths: Sequence[Path]) -> None:
        known = index.segments()
        if len(known) > len(paths) or any(check_file(paths[n - 1]) != size for n, size in known):
            raise LogError("the index is not one of these segments", where=str(self.folder))
        check = self._root_check(index)
        if len(known) < len(paths):
            index.begin()
            for number in range(len(known) + 1, len(paths) + 1):
                self._index_segment(index, paths[number - 1], check)
                index.add_segment(number, check_file(paths[number - 1]))
            index.commit()
        check.finish()

    def _root_check(self, index: LogIndex) -> RootCheck:
        checkpoint, where = self.checkpoint(), str(self.folder / CHECKPOINT)
        if checkpoint and checkpoint.origin != self.origin:
            message = f"the origin is {checkpoint.origin!r}, archive.toml says {self.origin!r}"
            raise LogError(message, where=where)
        if index.size and (checkpoint is None or checkpoint.size < index.size):
            raise LogError("the checkpoint is behind the index", where=where)  # so that the index proves nothing
        return RootCheck(index.frontier, checkpoint, where)

    def _index_segment(self, index: LogIndex, path: Path, check: RootCheck) -> None:
        lines, entries = list(read_lines(path)), []
        for number, line in enumerate(lines, start=1):
            event = read_in_place(line, index.size + number, f"{path}:{number}")
            entries.append(Entry(event.id, event.sequence, event.replaces))
            index.recorded = event.recorded
        check.extend(lines)
        if not index.add(entries) and any(map(index.add_one, entries)):
            raise LogError("an event id occurs twice", where=str(path), remedy="run `regesta verify`")

    def _fill(self, spool: Spool, index: LogIndex, batch: Batch, result: AppendResult) -> None:
        """Check the drafts chunk by chunk and write the new ones, numbered, to temporary segment files."""
        index.recorded = max(_now(), index.recorded)
        stamp = index.recorded.encode()
        numbered = enumerate(batch.drafts, start=1)
        while chunk := list(islice(numbered, CHUNK_EVENTS)):
            prepared = self._prepare(chunk, batch.place)
            fresh = self._new_only(index, prepared, batch.place)
            result.known += len(prepared) - len(fresh)
            self._check_fresh(index, fresh, batch)
            lines = [item.line(stamp, number) for number, (_, item) in enumerate(fresh, start=index.size + 1)]
            index.frontier.extend_lines(lines)
            spool.write(lines)
        spool.finish()

    def _prepare(self, chunk: list[tuple[int, Draft]], place: Place) -> Numbered:
        types, position = self.types, 0
        try:
            return [(position := number, prepare(draft, types)) for number, draft in chunk]
        except RegestaError as error:
            raise error.at(place(position)) from None

    @staticmethod
    def _new_only(index: LogIndex, prepared: Numbered, place: Place) -> Numbered:
        """Return the events that the log does not have, and index them; the common case is one statement."""
        first = index.size + 1
        if index.add([(item.id, n, item.corrects and item.replaces) for n, (_, item) in enumerate(prepared, first)]):
            return prepared
        fresh: Numbered = []
        for position, item in prepared:
            known = index.add_one(Entry(item.id, first + len(fresh), item.replaces))
            if known is None:
                fresh.append((position, item))
            elif known.replaces != item.replaces:
                message = f"the log has {item.id} with replaces {known.replaces}, this one says {item.replaces}"
                raise EventError(message, where=place(position), remedy=f"run `regesta show {item.id}`")
        return fresh

    def _check_fresh(self, index: LogIndex, fresh: Numbered, batch: Batch) -> None:
        """Check what a single event does not show: the event that it corrects, and the tables' constraints."""
        for sequence, (position, item) in enumerate(fresh, start=index.size + 1):
            if item.corrects:
                self._check_target(index, item, sequence, batch.place(position))
            if item.draft["type"] == REDACTION and item.draft["data"]["stub"] != batch.stub:
                # Once it is in the log, a redaction that no stub fits keeps the tables from being built for ever.
                message = f"an event of the type {REDACTION} is not appended by itself"
                raise EventError(message, where=batch.place(position), remedy="use `regesta redact`")
        fault = self.check([item for _, item in fresh])
        if fault:
            raise fault[1].at(batch.place(fresh[fault[0]][0]))

    @staticmethod
    def _check_target(index: LogIndex, item: Prepared, sequence: int, where: str) -> None:
        target = index.find(item.corrects) if item.corrects else None
        if target is None or target.sequence >= sequence:
            verb = "replace" if item.replaces else "retract"
            message = f"there is no event {item.corrects} to {verb}"
            raise EventError(message, where=where, remedy="run `regesta log`")

    def _publish(self, spool: Spool, index: LogIndex, result: AppendResult) -> bool:
        """Make the spooled segments part of the log; False when another writer took a number."""
        number = len(index.segments())
        if spool.parts and not number and self.checkpoint() is None:
            empty = Checkpoint(self.origin, 0, Frontier().root())
            durable.replace_file(self.folder / CHECKPOINT, [empty.encode()])
            # Dies here: an empty log with its checkpoint. So a log with events never lacks one, unless it was lost.
        for part in spool.parts:
            number += 1
            if not durable.publish_new(part.temporary, self.folder / segment_name(number)):
                return False
            # Dies here: the segment is in the log, unacknowledged; the next append's checkpoint covers it.
            result.first = result.first or part.first
            result.last = part.first + part.count - 1
            result.appended += part.count
            part.published = True
            index.add_segment(number, part.size_bytes)
        if spool.parts:
            durable.sync_folder(self.folder)
            # Dies here: the events are durable; the checkpoint lags behind and is still true of its prefix.
        if index.size:
            self._advance_checkpoint(index)
        index.commit()
        return True

    def _advance_checkpoint(self, index: LogIndex) -> None:
        known = self.checkpoint()
        if known is None or known.size < index.size:
            checkpoint = Checkpoint(self.origin, index.size, index.frontier.root())
            durable.replace_file(self.folder / CHECKPOINT, [checkpoint.encode()])


def read_in_place(line: bytes, sequence: int, where: str) -> Event:
    """Return the event of a line that must have ``sequence``; raises `LogError` at ``where``."""
    try:
        event = read_trusted(line)
    except EventError as error:
        raise LogError(error.message, where=where, remedy="run `regesta verify`") from error
    if event.sequence != sequence:
        message = f"sequence is {event.sequence}, expected {sequence}"
        raise LogError(message, where=where, remedy="run `regesta verify`")
    return event


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def make_state_folder(folder: Path) -> None:
    """Make the folder for what may be deleted, and keep it out of version control."""
    try:
        # A link that came with somebody's archive would let us write where nobody told us to.
        for path in (folder, *(folder.iterdir() if folder.is_dir() else ())):
            if path.is_symlink():
                raise StorageError("this is a link", where=str(path), remedy="remove it")
        folder.mkdir(exist_ok=True)
        ignore = folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")
    except OSError as error:
        raise StorageError(f"cannot be made: {error.strerror}", where=str(folder)) from error
