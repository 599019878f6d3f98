"""Nodes of the tree over a log: it is read once, and then tells the root over any range of its leaves.

A segment gives the roots of full subtrees that lie in it, some sixty hashes for 100,000 lines; what lies below them is
read again when it is asked for. So memory hardly grows with the log, and segments can be hashed apart. On a long log
other processes hash its end meanwhile. What they send is only used where it is the one for that place; where anything
is amiss the segment is hashed here, and the error is the one that it has here. Events are looked for on the way.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import IO, Final, NamedTuple

from regesta.errors import EventError, LogError
from regesta.events.codec import decode_trusted
from regesta.events.merkle import EMPTY_ROOT, Frontier, leaf_hash, leaf_hashes, node_hash
from regesta.events.segment import check_file, read_blocks, read_lines, segments
from regesta.events.stub import ANNOUNCED, MARK
from regesta.limits import LINE_BYTES

Node = tuple[int, int, bytes]  # a full subtree: its leaves as a range, its root
Range = tuple[int, int]  # leaves from the first (from 0) up to, and without, the end

_TOGETHER_BYTES: Final = 32 * 1024 * 1024  # of a log from which a second process, 0.15 s to start, is worth it
_PROCESSES: Final = 4  # at most; reading becomes what takes the time
_BLOCK_LEAVES: Final = 2_048  # under the largest nodes that are kept, a power of two; to prove one, all are read again
_SEQUENCE: Final = b'"sequence":"'
_DIGITS: Final = 12
_VERIFY: Final = "run `regesta verify`"


class Wanted(NamedTuple):
    """What to look for on the way; each takes some 7 % more time."""

    prefix: str = ""  # how the ids of events begin
    redactions: bool = False  # events that redact others; stubs are found in any case


_NOTHING: Final = Wanted()


class Hashed(NamedTuple):
    """What one segment gave."""

    nodes: list[Node]  # full subtrees that make it up
    redacting: bool  # it may have stubs, or the redactions that were asked for
    named: list[int]  # leaves whose ids begin as was asked for


class Nodes:
    """The tree over the log in ``folder``: roots over ranges of its leaves."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.size = 0
        self.redacting: list[Path] = []  # segments that may have stubs, or the redactions that were asked for
        self.named: list[int] = []  # leaves whose ids begin as was asked for
        self._known: dict[Range, bytes] = {(0, 0): EMPTY_ROOT}
        self._paths: list[Path] = []
        self._firsts: list[int] = []  # the first leaf of each
        self._read: tuple[int, list[bytes]] = (0, [])  # what `_around` read last

    def add(self, path: Path, hashed: Hashed) -> None:
        """Add what the next segment gave."""
        self._paths.append(path)
        self._firsts.append(self.size)
        self.redacting += [path] if hashed.redacting else []
        self.named += hashed.named
        self._known.update(((first, end), node) for first, end, node in hashed.nodes)
        self.size = hashed.nodes[-1][1]

    def root(self, first: int, end: int) -> bytes:
        """Return the root over the leaves from ``first`` up to ``end``; LogError if the log has fewer."""
        known = self._known.get((first, end))
        if known is not None:
            return known
        if end - first == 1:
            start, lines = self._around(first)  # a proof that needs one of them needs most
            self._known.update(((place, place + 1), leaf_hash(line)) for place, line in enumerate(lines, start))
            return self._known[first, end]
        self._check_size(end)
        middle = first + left(end - first)
        return node_hash(self.root(first, middle), self.root(middle, end))

    def line(self, leaf: int) -> bytes:
        """Return a line of the log; LogError if it has fewer."""
        start, lines = self._around(leaf)
        return lines[leaf - start]

    def _around(self, leaf: int) -> tuple[int, list[bytes]]:
        """Return the lines of the segment that are under the same kept node as this leaf, and the first one's leaf."""
        first, lines = self._read
        if first <= leaf < first + len(lines):
            return self._read
        self._check_size(leaf + 1)
        segment = bisect_right(self._firsts, leaf) - 1
        start, path, block = self._firsts[segment], self._paths[segment], leaf - leaf % _BLOCK_LEAVES
        first = max(start, block)
        lines = list(islice(read_lines(path), first - start, block + _BLOCK_LEAVES - start))
        if leaf >= first + len(lines):
            raise LogError("it was cut while it was read", where=str(path), remedy=_VERIFY)
        self._read = (first, lines)
        return self._read

    def _check_size(self, end: int) -> None:
        if end > self.size:
            raise LogError(f"the log has {self.size} events, expected {end} or more", remedy=_VERIFY)


def left(size: int) -> int:
    """Return the leaves of the left child of a tree: the largest power of two smaller than ``size`` (RFC 6962 §2.1)."""
    return 1 << (size - 1).bit_length() - 1


def nodes_of(
    folder: Path, progress: Callable[[int], None] = lambda events: None, *, wanted: Wanted = _NOTHING
) -> Nodes:
    """Read the log in ``folder`` once; raises `LogError` with file and line."""
    paths, nodes = segments(folder), Nodes(folder)
    with _helpers(paths, wanted) as helpers:
        for path in paths:
            first = nodes.size
            known = helpers[path].next(first) if path in helpers else None
            nodes.add(path, known or hash_segment(path, first, wanted))
            progress(nodes.size - first)
    return nodes


def hash_segment(path: Path, first: int, wanted: Wanted) -> Hashed:
    """Return what a segment gives whose first line is leaf ``first``; raises `LogError` with file and line."""
    prefix, leaves, redacting, named = wanted.prefix, list[bytes](), False, list[int]()
    needle = f'"id":"{prefix}'.encode()
    for text, lines in read_blocks(path):
        if prefix and needle in text:
            named += [leaf for leaf, line in enumerate(lines, first + len(leaves)) if _is_named(line, prefix)]
        stubs = MARK in text
        redacting = redacting or stubs or (wanted.redactions and ANNOUNCED in text)
        leaves += leaf_hashes(lines, stubs=stubs)
    return Hashed(list(_subtrees(first, leaves)), redacting, named)


def _is_named(line: bytes, prefix: str) -> bool:
    """Say whether the event's id begins like this."""
    try:
        return str(decode_trusted(line).get("id")).startswith(prefix)
    except EventError:
        return False


def _subtrees(first: int, leaves: Sequence[bytes]) -> Iterator[Node]:
    """Yield the nodes of the full subtrees over these leaves, of which the first one is leaf ``first``."""
    for start, end in _full_subtrees(first, first + len(leaves)):
        frontier = Frontier()
        frontier.extend(leaves[start - first : end - first])
        yield start, end, frontier.root()


def _full_subtrees(first: int, end: int) -> Iterator[Range]:
    while first < end:
        width = min(_BLOCK_LEAVES, 1 << (end - first).bit_length() - 1)
        while first % width:  # a full subtree begins at a multiple of its width
            width >>= 1
        yield first, first + width
        first += width


class _Helper:
    """Another process that hashes some segments in order; ``None`` stands for whatever it could not do."""

    def __init__(self, paths: Sequence[Path], wanted: Wanted) -> None:
        self._firsts = [_first_leaf(path) for path in paths]
        # -P: nothing is imported from the current folder, which may be somebody's archive.
        command = [sys.executable, "-P", "-m", "regesta.events.nodes"]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
        tasks = list(zip(map(str, paths), self._firsts, strict=True))
        with suppress(OSError):
            self._stream(self._process.stdin).write(json.dumps([tasks, wanted]).encode())
            self._stream(self._process.stdin).close()

    def next(self, first: int) -> Hashed | None:
        """Return what the next segment was hashed to if its first line is leaf ``first``."""
        line = self._stream(self._process.stdout).readline()
        if self._firsts.pop(0) != first or not line.endswith(b"\n"):
            return None
        try:
            nodes, redacting, named = json.loads(line)
            return Hashed([(start, end, bytes.fromhex(root)) for start, end, root in nodes], redacting, named)
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
def _helpers(paths: Sequence[Path], wanted: Wanted) -> Iterator[dict[Path, _Helper]]:
    """Start other processes on the later segments of a long log; yield which of them has which segment."""
    processes = min(os.cpu_count() or 1, _PROCESSES, len(paths))
    long = processes > 1 and sum(map(check_file, paths)) >= _TOGETHER_BYTES
    share, helpers = -(-len(paths) // processes) if long else len(paths), dict[Path, _Helper]()
    try:
        for start in range(share, len(paths), max(share, 1)):
            run = paths[start : start + share]
            with suppress(OSError):  # no more processes to be had: then without
                helpers.update(dict.fromkeys(run, _Helper(run, wanted)))
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
    tasks, wanted = json.loads(sys.stdin.buffer.read())
    for path, first in tasks:
        hashed = None
        with suppress(LogError):
            found = hash_segment(Path(path), first, Wanted(*wanted))
            hashed = [(start, end, root.hex()) for start, end, root in found.nodes], found.redacting, found.named
        print(json.dumps(hashed), flush=True)


if __name__ == "__main__":
    _help()
