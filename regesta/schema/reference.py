"""Reference tables: fixed lists such as the states, one CSV a table, the first column its key.

Guarantees that what a projection's foreign key points at is there before the first event is checked.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from regesta.errors import ArchiveError
from regesta.limits import COLUMNS, NAME_CHARS, REFERENCE_BYTES, REFERENCE_ROWS, SCHEMA_FILE_BYTES
from regesta.plain import read_plain
from regesta.schema._files import schema_files

_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")


@dataclass(frozen=True, slots=True)
class Reference:
    """A fixed list: all columns are text, the first is the key; an empty cell is NULL."""

    name: str
    description: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]


def load_reference(folder: Path) -> list[Reference]:
    """Read ``folder/*.csv`` in name order; raises `ArchiveError` naming file and line."""
    descriptions = _descriptions(folder)
    return [_read(path, descriptions.get(path.stem, "")) for path in schema_files(folder, ".csv")]


def _read(path: Path, description: str) -> Reference:
    if not _NAME.match(path.stem) or len(path.stem) > NAME_CHARS:
        raise ArchiveError("a reference file is named like its table: a-z, 0-9 and _", where=str(path))
    data = read_plain(path, REFERENCE_BYTES)
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise ArchiveError("the character U+0000 is not allowed", where=f"{path}:{line}")
    try:
        reader = csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True)
        rows = [(reader.line_num, row) for row in reader if row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ArchiveError(f"cannot be read as CSV in UTF-8: {error}", where=str(path)) from error
    if not rows:
        raise ArchiveError("the file is empty; the first line names the columns", where=str(path))
    columns = tuple(rows[0][1])
    if len(set(columns)) != len(columns) or len(columns) > COLUMNS or not all(map(_NAME.match, columns)):
        raise ArchiveError("the first line must name different columns: a-z, 0-9 and _", where=f"{path}:1")
    return Reference(path.stem, description, columns, _checked(path, columns, rows[1:]))


def _checked(
    path: Path, columns: tuple[str, ...], rows: list[tuple[int, list[str]]]
) -> tuple[tuple[str | None, ...], ...]:
    seen: set[str] = set()
    for line, row in rows:
        if len(row) != len(columns):
            raise ArchiveError(f"{len(row)} cells, expected {len(columns)}", where=f"{path}:{line}")
        if not row[0] or row[0] in seen:
            raise ArchiveError(f"the key {row[0]!r} is empty or occurs twice", where=f"{path}:{line}")
        seen.add(row[0])
    if len(rows) > REFERENCE_ROWS:
        raise ArchiveError(f"{len(rows)} rows, the limit is {REFERENCE_ROWS}", where=str(path))
    return tuple(tuple(cell or None for cell in row) for _, row in rows)


def _descriptions(folder: Path) -> dict[str, str]:
    """Read the `- name: description` lines of its README; a CSV has no place for them."""
    files = [read_plain(path, SCHEMA_FILE_BYTES) for path in schema_files(folder, "README.md")]
    text = b"\n".join(files).decode("utf-8", "replace")
    return dict(re.findall(r"^- `?([a-z][a-z0-9_]*)(?:\.csv)?`?: (.+)$", text, re.MULTILINE))
