"""Events that are handed in: files or standard input, as JSON, JSON Lines or YAML, one or many.

JSON Lines are read line by line, in flat memory however many there are. A JSON or YAML text is read whole and is
therefore bounded. Every event knows the file and the line that it came from.
"""

from __future__ import annotations

import json
import re
import sys
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

from regesta.errors import EventError
from regesta.events.codec import parse
from regesta.limits import BATCH_BYTES, LINE_BYTES

STANDARD_INPUT: Final = "-"
FORMATS: Final = ("json", "jsonl", "yaml")
_SUFFIXES: Final = {".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".yaml": "yaml", ".yml": "yaml"}
_RUNS: Final = 100_000  # kept to find places; the log asks for those of the last few thousand events only
# Text in quotes as a whole, so that what looks like structure inside it is skipped.
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{},]', re.DOTALL)


class _Run(NamedTuple):
    """From the ``first`` event on, the n-th event stands in line n + ``offset`` of ``name``."""

    first: int
    name: str
    offset: int


class Drafts:
    """The events of ``sources`` (paths, or `-` for standard input), to be read once; ``form`` None is found out."""

    def __init__(self, sources: Sequence[str], form: str | None = None) -> None:
        self._sources, self._form = sources, form
        self._runs: deque[_Run] = deque(maxlen=_RUNS)
        self.count = 0

    def __iter__(self) -> Iterator[Any]:
        for source in self._sources:
            name = "stdin" if source == STANDARD_INPUT else source
            with _opened(source) as file:
                for line, draft in _read(file, name, self._form):
                    self._note(name, line)
                    yield draft

    def place(self, number: int) -> str:
        """Return `file:line` of the n-th event, from 1."""
        position = bisect_right(self._runs, number, key=lambda run: run.first) - 1
        if position < 0:
            return f"event {number}"
        run = self._runs[position]
        return f"{run.name}:{number + run.offset}"

    def _note(self, name: str, line: int) -> None:
        self.count += 1
        offset = line - self.count
        if not self._runs or self._runs[-1][1:] != (name, offset):
            self._runs.append(_Run(self.count, name, offset))


@contextmanager
def _opened(source: str) -> Iterator[BinaryIO]:
    if source == STANDARD_INPUT:
        yield sys.stdin.buffer
    else:
        with Path(source).open("rb") as file:
            yield file


def _read(file: BinaryIO, name: str, form: str | None) -> Iterator[tuple[int, Any]]:
    form = form or _SUFFIXES.get(Path(name).suffix.lower())
    start, lines_before = (b"", 0) if form else _first_line(file)
    form = form or _sniffed(start)
    if form == "jsonl":
        yield from _read_lines(start, file, name, lines_before)
        return
    text = "\n" * lines_before + _text(start + file.read(BATCH_BYTES + 1 - len(start)), name)
    if form == "json":
        yield from _read_json(text, name)
    else:
        from regesta.cli._yaml import read_yaml

        yield from read_yaml(text, name)


def _first_line(file: BinaryIO) -> tuple[bytes, int]:
    """Return the first line that is not blank, as far as it may be long, and how many blank ones were before it."""
    blank = 0
    while (line := file.readline(LINE_BYTES + 2)) and not line.strip():
        blank += 1
    return line, blank


def _sniffed(line: bytes) -> str:
    """Tell the format by the first line: a whole object in one line is JSON Lines, the form that streams."""
    line = line.strip()
    if line.startswith(b"{"):
        return "jsonl" if line.endswith(b"}") else "json"
    return "json" if line.startswith(b"[") else "yaml"


def _text(data: bytes, name: str) -> str:
    if len(data) > BATCH_BYTES:
        remedy = "hand in JSON Lines, one event a line, of which there may be any number"
        raise EventError(f"more than {BATCH_BYTES} bytes of JSON or YAML", where=name, remedy=remedy)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise EventError(f"not UTF-8: byte 0x{data[error.start]:02x}", where=f"{name}:{line}") from error
    if text.startswith("\ufeff"):
        raise EventError("the text begins with a byte order mark; save it as UTF-8 without one", where=f"{name}:1")
    return text


def _read_lines(start: bytes, file: BinaryIO, name: str, lines_before: int) -> Iterator[tuple[int, Any]]:
    number, line = (lines_before + 1, start) if start else (1, file.readline(LINE_BYTES + 2))
    while line:
        if len(line) > LINE_BYTES + 1:
            raise EventError(f"the line has more than {LINE_BYTES} bytes, which is the limit", where=f"{name}:{number}")
        if line.strip():
            yield number, _parsed(line, name, number)
        number, line = number + 1, file.readline(LINE_BYTES + 2)


def _read_json(text: str, name: str) -> Iterator[tuple[int, Any]]:
    """Yield the one event of an object, or the elements of an array, each parsed strictly by itself."""
    body = text.lstrip()
    begin = len(text) - len(body)
    elements = _elements(text, begin, name) if body.startswith("[") else [(begin, body)]
    line, seen = 1, 0
    for offset, element in elements:
        offset += len(element) - len(element.lstrip())
        line, seen = line + text.count("\n", seen, offset), offset
        yield line, _parsed(element.strip().encode("utf-8", "surrogatepass"), name, line)


def _elements(text: str, begin: int, name: str) -> Iterator[tuple[int, str]]:
    """Yield (offset, text) of each element of the array at ``begin``, by its brackets and commas alone."""
    depth, start = 0, begin + 1
    for token in _TOKEN.finditer(text, begin):
        mark = token[0]
        depth += (mark in "[{") - (mark in "]}")
        if (mark == "," and depth == 1) or depth == 0:
            element = text[start : token.start()]
            if depth or element.strip() or start > begin + 1:  # `[]` has none
                yield start, element
            start = token.end()
        if depth == 0:
            break
    line = text.rstrip().count("\n") + 1
    if depth:
        raise EventError("not valid JSON: the array does not end", where=f"{name}:{line}")
    if text[start:].strip():
        raise EventError("not valid JSON: there is more text behind the array", where=f"{name}:{line}")


def _parsed(data: bytes, name: str, line: int) -> Any:
    try:
        return parse(data)
    except EventError as error:
        cause = error.__cause__
        within = cause.lineno - 1 if isinstance(cause, json.JSONDecodeError) else 0
        raise error.at(f"{name}:{line + within}") from None
