"""Segment files: how the log lies on disk, `events/000001.jsonl` and so on, without a gap.

Guarantees that a segment is read as bytes, split at newlines only, within the limits, and that every fault is
named by file and line. Nothing here opens an existing segment for writing.

>>> segment_name(12)
'000012.jsonl'
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from regesta.errors import LogError
from regesta.limits import LINE_BYTES, SEGMENT_BYTES, SEGMENT_EVENTS, SEGMENTS

# New segments that are about to take the place of the old ones: regesta.events.rewrite.
PACKING: Final = "packing"
_NAME: Final = re.compile(r"(?!000000)(\d{6})\.jsonl\Z", re.ASCII)


def segment_name(number: int) -> str:
    """Return the file name of segment ``number`` (from 1)."""
    if not 1 <= number <= SEGMENTS:
        raise LogError(f"segment number {number} is outside 1 … {SEGMENTS}", remedy="pack the log")
    return f"{number:06d}.jsonl"


def segment_numbers(folder: Path) -> list[int]:
    """Return the numbers of the segments in ``folder``, sorted; gaps are the caller's to judge."""
    if folder.is_symlink():  # one that came with somebody's archive: an append would write where nobody told it to
        raise LogError("this is a link, expected a folder", where=str(folder), remedy="remove it")
    if not folder.is_dir():
        return []
    return sorted(int(match[1]) for path in folder.iterdir() if (match := _NAME.match(path.name)))


def segments(folder: Path) -> list[Path]:
    """Return the segment files in order; raises `LogError` when a number is missing, or a rewriting is under way."""
    if os.path.lexists(folder / PACKING):
        message = "the segments are being rewritten, or a rewriting of them was interrupted"
        raise LogError(message, where=str(folder / PACKING), remedy="if it stays, `regesta pack` finishes it")
    numbers = segment_numbers(folder)
    for expected, number in enumerate(numbers, start=1):
        if number != expected:
            raise LogError(f"the segment {segment_name(expected)} is missing", where=str(folder), remedy=_VERIFY)
    return [folder / segment_name(number) for number in numbers]


def read_lines(path: Path) -> Iterator[bytes]:
    """Yield the lines of a segment without their newlines; raises `LogError` with file and line."""
    for _, lines in read_blocks(path):
        yield from lines


def read_blocks(path: Path) -> Iterator[tuple[bytes, list[bytes]]]:
    """Yield (a text, the whole lines in it), some hundred lines at a time; errors as of `read_lines`.

    What the text has behind its last newline begins the next one. Splitting takes two thirds of the time of asking
    the file for its lines, searching a text a third of that of searching each of its lines.
    """
    check_file(path)
    number, rest = 0, b""
    try:
        with path.open("rb", buffering=0) as file:
            while block := file.read(LINE_BYTES):
                text = rest + block
                lines = text.split(b"\n")
                if len(lines[0]) > LINE_BYTES:  # no other can be: the block is not longer
                    message = f"the line has more than {LINE_BYTES} bytes, the limit"
                    raise LogError(message, where=f"{path}:{number + 1}", remedy=_VERIFY)
                rest = lines.pop()
                yield text, lines
                number += len(lines)
    except OSError as error:
        raise LogError(f"cannot be read: {error.strerror}", where=str(path)) from error
    if rest:
        raise LogError("the last line does not end in a newline", where=f"{path}:{number + 1}", remedy=_VERIFY)
    if not 1 <= number <= SEGMENT_EVENTS:
        raise LogError(f"{number} lines, a segment has 1 to {SEGMENT_EVENTS}", where=str(path), remedy=_VERIFY)


def placed_lines(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield (file and line, the line) of the whole log in ``folder``; raises `LogError` with that place."""
    for path in segments(folder):
        for number, line in enumerate(read_lines(path), start=1):
            yield f"{path}:{number}", line


def check_file(path: Path) -> int:
    """Return the size in bytes of a file of the log; raises `LogError` unless it is plain and within the limit."""
    try:
        status = path.lstat()
    except OSError as error:
        raise LogError(f"cannot be read: {error.strerror}", where=str(path)) from error
    if not stat.S_ISREG(status.st_mode):
        raise LogError("expected a plain file, found a link, a folder or a device", where=str(path))
    if status.st_size > SEGMENT_BYTES:
        raise LogError(f"{status.st_size} bytes, the limit is {SEGMENT_BYTES}", where=str(path))
    return status.st_size


_VERIFY = "run `regesta verify`"
