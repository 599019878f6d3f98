r"""Tables that go out to a spreadsheet and come back: CSV, guarded on the way out, taken as it was left on the way in.

Taken on the way in: UTF-8 with or without a byte order mark, UTF-16, commas, semicolons or tabs, any line ends, names
of columns in any case, empty rows. A cell that a program would take for a formula goes out with an apostrophe before
it, which comes off again.

>>> guarded("=1+1"), unguarded("'=1+1"), unguarded("'tis")
("'=1+1", '=1+1', "'tis")
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from regesta.errors import InputError
from regesta.limits import SHEET_BYTES

_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")
_GUARDED: Final = re.compile(r"'+[=+\-@\t\r]")
_DELIMITERS: Final = (",", ";", "\t")
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class SheetRow(NamedTuple):
    """A row: the line in which it begins, and its cells by column."""

    line: int
    cells: dict[str, str]


def guarded(cell: str) -> str:
    """Return a cell that no program takes for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """Return a cell without the apostrophe that `guarded` put before it."""
    return cell[1:] if _GUARDED.match(cell) else cell


def write_sheet(file: Any, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    """Write CSV (RFC 4180) with a header to ``file``; what a row does not have is empty."""
    writer = csv.writer(file)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([guarded(row.get(name, "")) for name in columns])


def read_sheet(data: bytes, name: str, required: Sequence[str]) -> Iterator[SheetRow]:
    """Yield the rows of a table that has the columns ``required``; raises `InputError` at ``name`` and line."""
    reader = _reader(_decoded(data, name), name)
    columns: list[str] = []
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise InputError(f"not readable as CSV: {error}", where=f"{name}:{line}") from error
        if row is None:
            break
        if not any(cell.strip() for cell in row):
            continue
        if columns:
            yield SheetRow(line, _cells(columns, row, f"{name}:{line}"))
        else:
            columns = _columns(row, required, f"{name}:{line}")
    if not columns:
        raise InputError("the table is empty", where=name, remedy=_EXPORT)


def _decoded(data: bytes, name: str) -> str:
    if len(data) > SHEET_BYTES:
        raise InputError(f"{len(data)} bytes, the limit is {SHEET_BYTES}", where=name)
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        remedy = "save it as 'CSV UTF-8'"
        raise InputError(f"not UTF-8: byte 0x{data[error.start]:02x}", where=f"{name}:{line}", remedy=remedy) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InputError("the character U+0000 is not allowed", where=f"{name}:{line}", remedy="save it as 'CSV UTF-8'")
    return text


def _reader(text: str, name: str) -> Any:
    """Return a reader for the delimiter that the first line has most of."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _columns(row: Sequence[str], required: Sequence[str], where: str) -> list[str]:
    columns = [cell.strip() for cell in row]
    lower = [name.lower() for name in columns]
    columns = [
        next((known for known in required if known == low), name) for low, name in zip(lower, columns, strict=True)
    ]
    missing = next((name for name in required if name not in columns), None)
    if missing:
        raise InputError(f"the column {missing!r} is missing", where=where, remedy=_EXPORT)
    twice = next((name for name in columns if name and columns.count(name) > 1), None)
    if twice:
        raise InputError(f"the column {twice!r} is there twice", where=where, remedy="remove one of them")
    return columns


def _cells(columns: Sequence[str], row: Sequence[str], where: str) -> dict[str, str]:
    if len(row) > len(columns) and any(cell.strip() for cell in row[len(columns) :]):
        message = f"{len(row)} cells, the first line has {len(columns)}"
        remedy = 'put a cell with a comma between straight quotes: "…", not “…”'
        raise InputError(message, where=where, remedy=remedy)
    return {name: unguarded(cell) for name, cell in zip(columns, row, strict=False) if name}


_EXPORT: Final = "begin with what `regesta proposals --csv` prints, and keep its first line"
