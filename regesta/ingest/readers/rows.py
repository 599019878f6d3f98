"""Tables: CSV, JSON and JSON Lines. Each row has its range in the text and its values as they are written.

Strict, because a row that is read wrongly is a false statement: a row with more or fewer values than the header, with
a member twice or with a list inside is reported and left out; a header that names a column twice and a quote that does
not close end the reading. Numbers stay as they are printed; `null` is the empty text.

>>> table = next(read(Source("answers.csv", b"state;answer\\nOhio;no\\n")))
>>> [(row.values["state"], table.text[row.start : row.end]) for row in table.rows]
[('Ohio', 'Ohio;no')]
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import Any, Final

from regesta.errors import InputError
from regesta.ingest.capture import Capture, Row, Source
from regesta.ingest.readers._dated import retrieved
from regesta.ingest.text import charset_parameter, decode, shortened
from regesta.limits import ROW_PROBLEMS, ROW_VALUES, ROWS

media_types: Final = (
    "text/csv",
    "text/tab-separated-values",
    "application/json",
    "application/jsonl",
    "application/x-ndjson",
)
suffixes: Final = (".csv", ".tsv", ".tab", ".json", ".jsonl", ".ndjson")

_DELIMITERS: Final = ",;\t|"
_SNIFFED_ROWS: Final = 20
_BLANK: Final = re.compile(r"[ \t\r\n]*")


def read(source: Source) -> Iterator[Capture | InputError]:
    """Yield a problem for each row that is left out, then the one table. Raises InputError."""
    decoded = decode(source.data, charset_parameter(source.media_type))
    is_json = decoded.text.lstrip()[:1] in ("[", "{")
    rows: list[Row] = []
    problems = 0
    for found in _json_rows(decoded.text, source.name) if is_json else _csv_rows(decoded.text, source.name):
        if isinstance(found, InputError):
            problems += 1
            yield found
        else:
            rows.append(found)
        if problems > ROW_PROBLEMS or len(rows) > ROWS:
            limit = f"{ROWS:,} rows" if len(rows) > ROWS else f"{ROW_PROBLEMS} rows that do not fit"
            raise InputError(f"has more than {limit}: nothing was taken")
    if not rows:
        raise InputError("holds no row")
    yield Capture(
        data=source.data,
        text=decoded.text,
        media_type="application/json" if is_json else "text/csv",
        reader="json" if is_json else "csv",
        name=source.name,
        url=source.url,
        retrieved=retrieved(source),
        rows=tuple(rows),
        notices=decoded.notices,
    )


# CSV -----------------------------------------------------------------------------------------------------------------


class _Lines:
    """The lines of a text, and how far they were read: what `csv.reader` does not say."""

    def __init__(self, text: str) -> None:
        self.lines = io.StringIO(text, newline="")
        self.end = self.number = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self.lines)
        self.end += len(line)
        self.number += 1
        return line


def _csv_rows(text: str, name: str) -> Iterator[Row | InputError]:
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=_delimiter(text), strict=True)
    header: list[str] | None = None
    while True:
        start, place = lines.end, f"{name}:{lines.number + 1}"
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InputError(f"not valid CSV: {error}", where=place) from error
        if not any(values):
            continue
        if header is None:
            header = _header(values, place)
        elif len(values) != len(header):
            yield InputError(f"the row has {len(values)} values, the header {len(header)}", where=place)
        else:
            end = start + len(text[start : lines.end].rstrip("\r\n"))
            yield Row(start, end, dict(zip(header, values, strict=True)))


def _header(values: list[str], place: str) -> list[str]:
    names = [value.strip() or f"column {number}" for number, value in enumerate(values, start=1)]
    if len(names) > ROW_VALUES:
        raise InputError(f"has {len(names):,} columns, the limit is {ROW_VALUES:,}", where=place)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"the header names {shortened(', '.join(twice), 100)!r} twice", where=place)
    return names


def _delimiter(text: str) -> str:
    """Return the sign that parts the first rows into most columns, all into as many if there is one; else a comma."""
    return max(_DELIMITERS, key=lambda delimiter: _columns(text, delimiter))


def _columns(text: str, delimiter: str) -> float:
    widths: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    is_even = False
    with suppress(csv.Error):
        widths += (len(values) for values in islice((values for values in reader if any(values)), _SNIFFED_ROWS))
        is_even = len(set(widths)) == 1
    return widths[0] - (0 if is_even else 0.5) if widths else 0


# JSON ----------------------------------------------------------------------------------------------------------------


class _Members(list[tuple[str, Any]]):
    """An object as it is written: what a dictionary would hide is a name that occurs twice."""


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_Members, parse_int=str, parse_float=str, parse_constant=str)


def _json_rows(text: str, name: str) -> Iterator[Row | InputError]:
    """Yield the objects of an array, or those that follow one another, each on a line or over several."""
    start = _skip(text, 0)
    return _array(text, start + 1, name) if text[start] == "[" else _sequence(text, start, name)


def _array(text: str, start: int, name: str) -> Iterator[Row | InputError]:
    at = _skip(text, start)
    mark = "]" if text.startswith("]", at) else ","
    while mark == ",":
        value, end = _value(text, at, name)
        yield _row(value, Row(at, end, {}), text, name)
        at = _skip(text, end)
        mark = text[at : at + 1]
        if mark not in (",", "]"):
            raise InputError("not valid JSON: a comma or the end of the array is missing", where=_place(text, at, name))
        at = _skip(text, at + 1)
    if text[at:].strip("]"):
        raise InputError("not valid JSON: there is more text behind the array", where=_place(text, at, name))


def _sequence(text: str, start: int, name: str) -> Iterator[Row | InputError]:
    at = start
    while at < len(text):
        try:
            value, end = _value(text, at, name)
        except InputError as problem:
            yield problem
            end = text.find("\n", at) % (len(text) + 1)  # -1, no further line, is the end
        else:
            yield _row(value, Row(at, end, {}), text, name)
        at = _skip(text, end)


def _value(text: str, at: int, name: str) -> tuple[Any, int]:
    """Return the JSON value at a position, and where it ends. Raises InputError."""
    try:
        return _DECODER.raw_decode(text, at)
    except json.JSONDecodeError as error:
        raise InputError(f"not valid JSON: {error.msg}", where=_place(text, error.pos, name)) from error
    except RecursionError as error:
        raise InputError("not valid JSON: nested too deeply", where=_place(text, at, name)) from error


def _row(value: Any, row: Row, text: str, name: str) -> Row | InputError:
    """Return the row with the members of an object, or why it is none."""
    problem = None
    values: dict[str, str] = {}
    if not isinstance(value, _Members) or not value:
        problem = "expected an object with a member or more"
    else:
        values = {key: _written(member) for key, member in value if not isinstance(member, list)}
        if len(values) < len(value):
            problem = "a member occurs twice, or its value is a list or an object"
        elif len(values) > ROW_VALUES:
            problem = f"the object has {len(values):,} members, the limit is {ROW_VALUES:,}"
        elif "\\u" in text[row.start : row.end] and not _is_text(values):
            problem = "text holds a NUL or half of a surrogate pair (\\ud800 … \\udfff), which are no characters"
    if problem:
        return InputError(problem, where=_place(text, row.start, name))
    return Row(row.start, row.end, values)


def _written(value: Any) -> str:
    """Return a value as it is written; numbers come from the decoder as text."""
    return value if isinstance(value, str) else {None: "", True: "true", False: "false"}[value]


def _is_text(values: dict[str, str]) -> bool:
    """Say whether all that escapes stand for is text: UTF-8 has no surrogates and a text no NUL, an escape can."""
    try:
        return b"\0" not in "".join((*values, *values.values())).encode("utf-8")
    except UnicodeEncodeError:
        return False


def _place(text: str, at: int, name: str) -> str:
    return f"{name}:{text.count(chr(10), 0, at) + 1}"


def _skip(text: str, at: int) -> int:
    """Return the position of the next sign that is not blank."""
    match = _BLANK.match(text, at)
    return match.end() if match else at
