"""Rewriting the segments: other files for the same lines (or for those of a sound copy), so that a crash loses none.

The new segments are written beside the old ones and are durable before anything else happens. One rename decides:
from then on every writer first finishes the work, and readers refuse. What is on disk if the process dies:

- before the rename, `events/packing.tmp`: it is removed, the log is as it was;
- after it, `events/packing` with every new segment, the old ones in place or partly deleted: nothing but names is
  left to change, and `finish` changes them;
- while the new segments move over the old ones, some of them in `events/`, the rest in `events/packing`: the same.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from regesta import durable
from regesta.errors import LogError, StorageError
from regesta.events.checkpoint import Checkpoint
from regesta.events.merkle import Frontier
from regesta.events.rootcheck import RootCheck
from regesta.events.segment import PACKING, check_file, read_lines, segment_name, segment_numbers
from regesta.limits import SEGMENT_BYTES, SEGMENT_EVENTS

_UNDECIDED: Final = f"{PACKING}.tmp"


def rewrite(folder: Path, groups: Iterable[Iterable[bytes]], checkpoint: Checkpoint | None) -> int:
    """Make ``groups`` of lines (without newlines) the segments of the log in ``folder``; return how many there are.

    The caller holds the log's turn. Raises `LogError`, and changes nothing, unless the lines are those that the
    checkpoint covers and perhaps more; `StorageError` where the disk refuses.
    """
    count, undecided = 0, folder / _UNDECIDED
    with _storage(undecided):
        _discard(undecided)
        undecided.mkdir()
        for count, lines in enumerate(groups, start=1):
            durable.replace_file(undecided / segment_name(count), (line + b"\n" for line in lines))
        durable.sync_folder(undecided)
        _check(folder, undecided, checkpoint)
        undecided.rename(folder / PACKING)
        durable.sync_folder(folder)
    finish(folder, checkpoint)
    return count


def finish(folder: Path, checkpoint: Checkpoint | None) -> bool:
    """Finish or undo a rewriting that was interrupted; say whether there was one to finish.

    Raises `LogError` where `events/packing` holds something else than the lines that the checkpoint covers.
    """
    packing = folder / PACKING
    with _storage(packing):
        _discard(folder / _UNDECIDED)
        if not os.path.lexists(packing):
            return False
        _check(folder, packing, checkpoint)
        numbers = segment_numbers(packing)
        for number in segment_numbers(folder):
            if numbers and number > numbers[-1]:
                (folder / segment_name(number)).unlink()
        for number in numbers:
            (packing / segment_name(number)).replace(folder / segment_name(number))
        durable.sync_folder(folder)
        packing.rmdir()
        durable.sync_folder(folder)
        return True


def in_few(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Yield lines in groups that are as large as a segment may be."""
    group, size = list[bytes](), 0
    for line in lines:
        if group and (len(group) == SEGMENT_EVENTS or size + len(line) + 1 > SEGMENT_BYTES):
            yield group
            group, size = [], 0
        group.append(line)
        size += len(line) + 1
    if group:
        yield group


def _check(folder: Path, packing: Path, checkpoint: Checkpoint | None) -> None:
    """Raise `LogError` unless the segments in ``packing``, behind those that have moved already, are this log's."""
    if packing.is_symlink() or not packing.is_dir():
        raise LogError("expected a folder, found a link or a file", where=str(packing), remedy="remove it")
    numbers = segment_numbers(packing)
    strange = {path.name for path in packing.iterdir()} - set(map(segment_name, numbers))
    if strange or numbers != list(range(numbers[0], numbers[-1] + 1) if numbers else ()):
        name = min(strange, default="a segment number is missing")
        raise LogError(f"this is no rewriting of the log: {name}", where=str(packing), remedy=_REMEDY)
    moved = [folder / segment_name(number) for number in range(1, numbers[0])] if numbers else []
    check = RootCheck(Frontier(), checkpoint, str(packing))
    for path in (*moved, *(packing / segment_name(number) for number in numbers)):
        check_file(path)
        check.extend(list(read_lines(path)))
    if numbers:
        check.finish()


def _discard(folder: Path) -> None:
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.is_dir():
        shutil.rmtree(folder)


@contextmanager
def _storage(where: Path) -> Iterator[None]:
    """Turn what the file system says into our error."""
    try:
        yield
    except OSError as error:
        raise StorageError(f"cannot be written: {error.strerror}", where=str(where)) from error


_REMEDY: Final = "keep a copy of the whole archive, then remove the folder and run `regesta verify`"
