"""Gold files: what a text says, found by people, one JSON object a line; and the texts that they speak of.

Strict about what scoring rests on (JSON, document, kind, range), lenient about members that it does not know.
The format is described in docs/gold.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import orjson

from regesta.errors import EventError, InputError
from regesta.ingest.extract.model import Context
from regesta.limits import DOCUMENT_BYTES, LINE_BYTES
from regesta.schema.dates import check_edtf

# What is compared with a finding; other members of a record are notes for people.
ATTRIBUTES: Final = (
    "state", "states", "person", "role", "party", "disposition", "fields", "date_edtf", "medium", "figure", "handle",
)  # fmt: skip
_HELP: Final = "one JSON object a line, see docs/gold.md"
_DOCUMENT: Final = "document"  # the kind of the record that tells of the document itself
_DATES: Final = ("published", "updated", "retrieved")
_SUFFIXES: Final = (".txt", ".html", ".md")
_FOLDERS: Final = ("docs", "texts")
_DIGEST: Final = re.compile(r"(?:urn:sha256:)?([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that is said in ``[start, end)``; ``also`` has, by attribute, other values that are as good.

    An ``optional`` mark may be found or not: it counts neither way.
    """

    where: str
    kind: str
    start: int
    end: int
    values: Mapping[str, Any]
    also: Mapping[str, Sequence[Any]]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """What a gold file says of one document; of ``kinds`` it claims to be complete."""

    file: Path
    doc: str
    where: str
    context: Context
    kinds: frozenset[str]
    marks: tuple[Mark, ...]


@dataclass(slots=True)
class _Draft:
    where: str
    dates: dict[str, str] = field(default_factory=dict)
    kinds: list[str] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)


def read_gold(path: Path) -> tuple[GoldDocument, ...]:
    """Return the documents of a gold file in the order of their first records; raises `InputError` with its line."""
    drafts: dict[str, _Draft] = {}
    for where, record in _records(path):
        draft = drafts.setdefault(_text(record, "doc", where), _Draft(where))
        if record.get("kind", _DOCUMENT if "start" not in record else None) == _DOCUMENT:
            draft.dates |= {name: _date(record, name, where) for name in _DATES if record.get(name) is not None}
            draft.kinds += _texts(record.get("kinds", []), "kinds", where)
        else:
            draft.marks.append(_mark(record, where))
    occurring = {mark.kind for draft in drafts.values() for mark in draft.marks}
    return tuple(
        GoldDocument(
            path, doc, draft.where, Context(**draft.dates), frozenset(draft.kinds or occurring), tuple(draft.marks)
        )
        for doc, draft in drafts.items()
    )


def _records(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        with path.open("rb") as file:
            number = 0
            while line := file.readline(LINE_BYTES + 1):
                number += 1
                where = f"{path}:{number}"
                if len(line) > LINE_BYTES:
                    raise InputError(f"longer than {LINE_BYTES} bytes", where=where)
                if line.strip():
                    yield where, _record(line, where)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", where=str(path)) from error


def _record(line: bytes, where: str) -> dict[str, Any]:
    try:
        record = orjson.loads(line.rstrip())
    except orjson.JSONDecodeError as error:
        raise InputError(f"not JSON: {error.msg} (column {error.colno})", where=where, remedy=_HELP) from error
    if not isinstance(record, dict):
        raise InputError("not a JSON object", where=where, remedy=_HELP)
    return record


def _mark(record: dict[str, Any], where: str) -> Mark:
    start, end = _position(record, "start", where), _position(record, "end", where)
    if start >= end:
        raise InputError(f"the range from {start} to {end} is empty", where=where)
    optional = record.get("optional", False)
    if not isinstance(optional, bool):
        raise InputError(f"optional is {optional!r:.80}, expected true or false", where=where)
    values = {name: _value(record[name], name, where) for name in ATTRIBUTES if record.get(name) is not None}
    return Mark(where, _text(record, "kind", where), start, end, values, _also(record, where), optional)


def _also(record: dict[str, Any], where: str) -> dict[str, Sequence[Any]]:
    also = record.get("also") or {}
    if not isinstance(also, dict) or not all(isinstance(values, list) for values in also.values()):
        raise InputError("also must be an object of lists, such as {'role': ['chair']}", where=where)
    return {name: [_value(value, name, where) for value in values] for name, values in also.items()}


def _value(value: Any, name: str, where: str) -> Any:
    if isinstance(value, list):
        return tuple(_texts(value, name, where))
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return value
    raise InputError(f"{name} is {value!r:.80}, expected text, a number or a list of texts", where=where)


def _texts(value: Any, name: str, where: str) -> list[str]:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return value
    raise InputError(f"{name} is {value!r:.80}, expected a list of texts", where=where)


def _text(record: dict[str, Any], name: str, where: str) -> str:
    value = record.get(name)
    if isinstance(value, str) and value:
        return value
    raise InputError(f"{name} is {value!r:.80}, expected text", where=where)


def _position(record: dict[str, Any], name: str, where: str) -> int:
    value = record.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise InputError(f"{name} is {value!r:.80}, expected a position (0 or more)", where=where)


def _date(record: dict[str, Any], name: str, where: str) -> str:
    value = _text(record, name, where)
    try:
        check_edtf(value)
    except EventError as error:
        raise InputError(f"{name}: {error.message}", where=where) from error
    return value


def find(document: GoldDocument, folders: Sequence[Path], archive: Path | None) -> Path:
    """Return the file that a gold file means by ``doc``; raises `InputError`.

    Beside the gold file, in ``folders``, in `docs` or `texts` beside the gold file: as a path, then by file name,
    then by stem; or, where ``doc`` is a SHA-256, a file with that digest there or a document that the archive holds.
    """
    near = document.file.parent
    places = [near, *folders, *(near / name for name in _FOLDERS)]
    digest = _DIGEST.fullmatch(document.doc)
    candidates = _by_digest(digest[1], places, archive) if digest else _by_name(Path(document.doc), places)
    for path in candidates:
        if path.is_file():
            return path
    remedy = "give the folder of the documents with --docs"
    raise InputError(f"there is no document {document.doc!r:.200}", where=document.where, remedy=remedy)


def _by_name(doc: Path, places: Sequence[Path]) -> Iterator[Path]:
    stems = [stem + suffix for stem in (doc.name, doc.stem) for suffix in _SUFFIXES]
    names: list[str | Path] = [doc, doc.name, *stems]
    for name in names:
        yield from (place / name for place in places)


def _by_digest(digest: str, places: Sequence[Path], archive: Path | None) -> Iterator[Path]:
    if archive:
        yield archive / "documents" / f"{digest}.txt"  # the canonical text, which positions count in
        yield archive / "documents" / digest
    for place in places:
        for path in sorted(place.iterdir()) if place.is_dir() else ():
            if path.is_file() and _digest(path) == digest:
                yield path


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest() if path.stat().st_size <= DOCUMENT_BYTES else ""


def read_text(path: Path, known: Context) -> tuple[str, Context]:
    """Return a document's canonical text and its dates, of which those that the gold gives go first.

    A `.txt` file is its own canonical text; everything else goes through the readers. Raises `InputError`.
    """
    if path.stat().st_size > DOCUMENT_BYTES:
        raise InputError(f"more than {DOCUMENT_BYTES} bytes", where=str(path))
    data = path.read_bytes()
    if path.suffix != ".txt":
        return _through_reader(path, data, known)
    try:
        return data.decode("utf-8"), known
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 at byte {error.start}", where=str(path)) from error


def _through_reader(path: Path, data: bytes, known: Context) -> tuple[str, Context]:
    from regesta.ingest.capture import Source
    from regesta.ingest.readers import read

    first = next(iter(read(Source(str(path), data))), None)
    if first is None:
        raise InputError("there is no document in it", where=str(path))
    if isinstance(first, InputError):
        raise first
    dates = {name: getattr(first, name) for name in _DATES}
    found = {name: dated.edtf for name, dated in dates.items() if dated}
    given = {name: getattr(known, name) for name in _DATES if getattr(known, name)}
    return first.text, Context(**(found | given))
