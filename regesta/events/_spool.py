"""The temporary segment files of an append in progress, before they get their numbers.

Everything of an append is checked and written here first, so that a bad event near the end of a long input
leaves nothing behind in the log.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from regesta import durable
from regesta.errors import StorageError
from regesta.events.codec import decode_trusted
from regesta.limits import SEGMENT_BYTES, SEGMENT_EVENTS


@dataclass(slots=True)
class Part:
    """One temporary segment: its first sequence, how many lines and bytes it has."""

    temporary: Path
    first: int
    count: int = 0
    size_bytes: int = 0
    published: bool = False


class Spool:
    """Writes lines to as many temporary segments in ``folder`` as the limits ask for."""

    def __init__(self, folder: Path, first: int) -> None:
        """``first`` is the sequence of the first line to come."""
        self.parts: list[Part] = []
        self._first = first
        self._folder = folder
        self._file: BinaryIO | None = None

    def write(self, lines: Sequence[bytes]) -> None:
        """Append whole lines (without newlines), numbered in order by their own ``sequence`` members."""
        start = 0
        while start < len(lines):
            part = self._room()
            stop = min(len(lines), start + SEGMENT_EVENTS - part.count)
            data = b"\n".join(lines[start:stop]) + b"\n"
            if part.size_bytes + len(data) > SEGMENT_BYTES:
                stop = start + _fitting(lines[start:stop], SEGMENT_BYTES - part.size_bytes)
                data = b"".join(line + b"\n" for line in lines[start:stop])
            self._write(part, data)
            part.count += stop - start
            if stop < len(lines) or part.count == SEGMENT_EVENTS:
                self.finish()
            start = stop

    def finish(self) -> None:
        """Make the open part durable and close it."""
        if self._file is None:
            return
        file, self._file = self._file, None
        try:
            with file:  # closing flushes again, and fails again
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise StorageError(f"cannot write: {error.strerror}", where=str(self._folder)) from error

    def first_and_last(self) -> tuple[int, int]:
        """Return the sequences of the first and the last line, (0, 0) when there is none."""
        if not self.parts:
            return 0, 0
        last = self.parts[-1]
        return self.parts[0].first, last.first + last.count - 1

    def unpublished(self) -> Iterator[dict[str, Any]]:
        """Yield the events of the parts that are not in the log yet, as drafts."""
        for part in self.parts:
            if not part.published:
                with part.temporary.open("rb") as file:
                    for line in file:
                        yield decode_trusted(line[:-1])

    def close(self) -> None:
        """Remove what was not published."""
        if self._file is not None:
            with suppress(OSError):  # closing flushes; a full disk must not keep us from removing the file
                self._file.close()
        for part in self.parts:
            durable.discard(part.temporary)

    def _room(self) -> Part:
        if self._file is None:
            last = self.parts[-1] if self.parts else None
            first = last.first + last.count if last else self._first
            part = Part(durable.temporary_name(self._folder / "segment"), first)
            try:
                self._file = part.temporary.open("xb", buffering=1 << 20)
            except OSError as error:
                raise StorageError(f"cannot write: {error.strerror}", where=str(self._folder)) from error
            self.parts.append(part)
        return self.parts[-1]

    def _write(self, part: Part, data: bytes) -> None:
        assert self._file is not None
        try:
            self._file.write(data)
        except OSError as error:
            raise StorageError(f"cannot write: {error.strerror}", where=str(self._folder)) from error
        part.size_bytes += len(data)


def _fitting(lines: Sequence[bytes], room: int) -> int:
    for count, line in enumerate(lines):
        room -= len(line) + 1
        if room < 0:
            return count
    return len(lines)
