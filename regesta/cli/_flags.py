"""One event from the options of `regesta append`: a date in words, values typed by the schema, evidence from a file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from regesta.errors import InputError, UsageError
from regesta.events.model import RETRACTION
from regesta.limits import DOCUMENT_BYTES
from regesta.schema.dates import parse_human
from regesta.schema.types import typed_value

if TYPE_CHECKING:
    from regesta.archive import Archive

_SOURCE: Final = "manual:"
_RANGE: Final = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Flags:
    """The options that describe one event; None or empty where not given."""

    type: str | None = None
    subject: str | None = None
    source: str | None = None
    date: str | None = None
    replaces: str | None = None
    summary: str | None = None
    note: str | None = None
    datetext: str | None = None
    data: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__)


def draft_of(flags: Flags, archive: Archive) -> dict[str, Any]:
    """Return the draft that the options describe; raises `UsageError` naming the option that is at fault."""
    if not flags.type or not flags.subject:
        missing = "--subject" if flags.type else "--type"
        raise UsageError(f"{missing} is missing", remedy="an event has at least --type and --subject")
    draft = {
        "type": flags.type,
        "subject": _subject(flags.type, flags.subject, archive),
        "source": flags.source or _SOURCE,
        "edtf": parse_human(flags.date, archive.zone) if flags.date else None,
        "replaces": _full_id(flags.replaces, archive) if flags.replaces else None,
        "data": _data(flags, archive),
    }
    return {name: value for name, value in draft.items() if value is not None}


def _subject(event_type: str, subject: str, archive: Archive) -> str:
    """Return the subject; that of a retraction may name its event as `regesta show` does, `event/12`."""
    if event_type != RETRACTION or not subject.startswith("event/"):
        return subject
    return f"event/{_full_id(subject.removeprefix('event/'), archive)}"


def _full_id(name: str, archive: Archive) -> str:
    from regesta.cli._reading import find

    return find(archive.folder / "events", name).entry.event.id


def _data(flags: Flags, archive: Archive) -> dict[str, Any]:
    known = archive.schema.types.get(flags.type or "")
    kinds = {column.name: column.kind for column in known.columns} if known else {}
    data = dict(_pairs(flags.data, kinds))
    for name in ("summary", "note", "datetext"):
        value = getattr(flags, name)
        if value is not None:
            data[name] = value
    if flags.evidence:
        data["evidence"] = [evidence_of(text, archive.config.quotes) for text in flags.evidence]
    return data


def _pairs(texts: Iterable[str], kinds: dict[str, str]) -> Iterable[tuple[str, Any]]:
    seen: set[str] = set()
    for text in texts:
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise UsageError(f"--data {text!r} is not KEY=VALUE")
        if name in seen:
            raise UsageError(
                f"--data {name} is given twice", remedy=f"""a list is written --data '{name}=["a", "b"]'"""
            )
        seen.add(name)
        yield name, typed_value(value, kinds.get(name))


def evidence_of(text: str, quotes: str) -> dict[str, Any]:
    """Return the evidence item for `FILE:START-END` or `FILE:WORDS`, with the passage or its digest as ``quotes`` says.

    Positions count code points from 0, the end exclusive. WORDS must stand in the document exactly once, letter
    for letter. Raises `UsageError` or, when the file is no text, `InputError`.
    """
    from regesta.ingest.passages import evidence

    path, passage = _split(text)
    data = path.read_bytes()
    if len(data) > DOCUMENT_BYTES:
        raise InputError(f"{len(data)} bytes, the limit is {DOCUMENT_BYTES}", where=str(path))
    try:
        document = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError("the document is not text in UTF-8", where=str(path)) from error
    start, end = _range(document, passage, str(path))
    return evidence(document, start, end, sha256(data).hexdigest(), quotes)


def _split(text: str) -> tuple[Path, str]:
    """Split at the first colon behind which the name of a file ends."""
    for colon in re.finditer(":", text):
        path = Path(text[: colon.start()])
        if path.is_file():
            return path, text[colon.end() :]
    raise UsageError(f"--evidence {text!r} does not begin with a file", remedy="write FILE:START-END or FILE:WORDS")


def _range(document: str, passage: str, where: str) -> tuple[int, int]:
    numbers = _RANGE.fullmatch(passage)
    if numbers:
        start, end = int(numbers[1]), int(numbers[2])
        if not start < end <= len(document):
            raise UsageError(f"{passage} is no range of the document's {len(document)} characters", where=where)
        return start, end
    found = document.count(passage) if passage else 0
    if found != 1:
        remedy = "copy them letter for letter" if found == 0 else "give more words, or START-END"
        raise UsageError(f"the words {passage!r} stand in it {found} times, expected once", where=where, remedy=remedy)
    start = document.index(passage)
    return start, start + len(passage)
