"""Nodes of the tree over a log that is read once: enough of them to tell the root over any range that was asked for.

A segment gives the roots of full subtrees that lie in it, some forty hashes for 100,000 lines; so memory does not grow
with the log, and segments can be hashed apart. On a long log other processes hash its end meanwhile. What they send is
only used where it is the one for that place; where anything is amiss the segment is hashed here, and the error is the
one that it has here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import IO, Final

from regesta.errors import LogError
from regesta.events.merkle import EMPTY_ROOT, Frontier, node_hash
from regesta.events.segment import check_file, read_lines, segments
from regesta.limits import LINE_BYTES

Node = tuple[int, int, bytes]  # a full subtree: its leaves as a range, its root
Range = tuple[int, int]  # leaves from the first (from 0) up to, and without, the end

_TOGETHER_BYTES: Final = 96 * 1024 * 1024  # of a log from which a second process, 0.15 s to start, is worth it
_PROCESSES: Final = 4  # at most; reading becomes what takes the time
# Lines that are held at once: they stay in the processor's cache, and a whole segment takes a third longer.
_BLOCK_LEAVES: Final = 4_096
_SEQUENCE: Final = b'"sequence":"'
_DIGITS: Final = 12


class Nodes:
    """Roots over ranges of the leaves of a log of ``size`` events; the ranges end where they were to be cut."""

    def __init__(self) -> None:
        self.size = 0
        self._known: dict[Range, bytes] = {(0, 0): EMPTY_ROOT}

    def add(self, nodes: Sequence[Node]) -> None:
        """Add the subtrees of the next segment."""
        self._known.update(((first, end), node) for first, end, node in nodes)
        self.size = nodes[-1][1] if nodes else self.size

    def root(self, first: int, end: int) -> bytes:
        """Return the root over the leaves of a range: that of a whole log, or one that a proof has a hash for."""
        known = self._known.get((first, end))
        if known is not None:
            return known
        if end > self.size:
            raise LogError(f"the log has {self.size} events, expected {end} or more", remedy="run `regesta verify`")
        middle = first + left(end - first)
        return node_hash(self.root(first, middle), self.root(middle, end))


def left(size: int) -> int:
    """Return the leaves of the left child of a tree: the largest power of two smaller than ``size`` (RFC 6962 §2.1)."""
    return 1 << (size - 1).bit_length() - 1


def nodes_of(folder: Path, cuts: Sequence[int], progress: Callable[[int], None] = lambda events: None) -> Nodes:
    """Read the log in ``folder`` once; the result tells the roots of ranges that begin and end at ``cuts``."""
    paths, nodes = segments(folder), Nodes()
    with _helpers(paths, cuts) as helpers:
        for path in paths:
            first = nodes.size
            known = helpers[path].next(first) if path in helpers else None
            nodes.add(known or hash_segment(path, first, cuts))
            progress(nodes.size - first)
    return nodes


def hash_segment(path: Path, first: int, cuts: Sequence[int]) -> list[Node]:
    """Return full subtrees (first leaf, end, root) that make up a segment whose first line is leaf ``first``.

    None reaches over one of the ``cuts``. Raises `LogError` with file and line.
    """
    lines, found = read_lines(path), list[Node]()
    while block := list(islice(lines, _stop(first, cuts) - first)):
        for start, end in _full_subtrees(first, first + len(block)):
            frontier = Frontier()
            frontier.extend_lines(block[start - first : end - first])
            found.append((start, end, frontier.root()))
        first += len(block)
    return found


def _stop(first: int, cuts: Sequence[int]) -> int:
    """Return where the block that begins at leaf ``first`` has to end."""
    return min([first - first % _BLOCK_LEAVES + _BLOCK_LEAVES, *(cut for cut in cuts if cut > first)])


def _full_subtrees(first: int, end: int) -> Iterator[Range]:
    while first < end:
        width = 1 << (end - first).bit_length() - 1
        while first % width:  # a full subtree begins at a multiple of its width
            width >>= 1
        yield first, first + width
        first += width


class _Helper:
    """Another process that hashes some segments in order; ``None`` stands for whatever it could not do."""

    def __init__(self, paths: Sequence[Path], cuts: Sequence[int]) -> None:
        self._firsts = [_first_leaf(path) for path in paths]
        # -P: nothing is imported from the current folder, which may be somebody's archive.
        command = [sys.executable, "-P", "-m", "regesta.events._nodes"]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
        tasks = list(zip(map(str, paths), self._firsts, strict=True))
        with suppress(OSError):
            self._stream(self._process.stdin).write(json.dumps([tasks, list(cuts)]).encode())
            self._stream(self._process.stdin).close()

    def next(self, first: int) -> list[Node] | None:
        """Return the subtrees of the next segment if its first line is leaf ``first``."""
        line = self._stream(self._process.stdout).readline()
        if self._firsts.pop(0) != first or not line.endswith(b"\n"):
            return None
        try:
            return [(start, end, bytes.fromhex(root)) for start, end, root in json.loads(line)] or None
        except (ValueError, TypeError):
            return None

    def stop(self) -> None:
        """End the process, whether or not it is done."""
        self._process.kill()
        self._stream(self._process.stdout).close()
        self._process.wait()

    @staticmethod
    def _stream(stream: IO[bytes] | None) -> IO[bytes]:
        assert stream is not None  # both are pipes
        return stream


@contextmanager
def _helpers(paths: Sequence[Path], cuts: Sequence[int]) -> Iterator[dict[Path, _Helper]]:
    """Start other processes on the later segments of a long log; yield which of them has which segment."""
    processes = min(os.cpu_count() or 1, _PROCESSES, len(paths))
    long = processes > 1 and sum(map(check_file, paths)) >= _TOGETHER_BYTES
    share, helpers = -(-len(paths) // processes) if long else len(paths), dict[Path, _Helper]()
    try:
        for start in range(share, len(paths), max(share, 1)):
            run = paths[start : start + share]
            with suppress(OSError):  # no more processes to be had: then without
                helpers.update(dict.fromkeys(run, _Helper(run, cuts)))
        yield helpers
    finally:
        for helper in {id(helper): helper for helper in helpers.values()}.values():
            helper.stop()


def _first_leaf(path: Path) -> int:
    """Return the leaf of a segment's first line as its own number has it, which is not believed; -1 if it has none."""
    try:
        with path.open("rb") as file:
            line = file.readline(LINE_BYTES)
    except OSError:
        return -1
    digits = line[line.rfind(_SEQUENCE) + len(_SEQUENCE) :][:_DIGITS]
    return int(digits) - 1 if digits.isdigit() else -1


def _help() -> None:
    """Hash the segments that standard input names; print a line of JSON for each."""
    tasks, cuts = json.loads(sys.stdin.buffer.read())
    for path, first in tasks:
        try:
            found = [(start, end, root.hex()) for start, end, root in hash_segment(Path(path), first, cuts)]
        except LogError:
            found = []
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    _help()
