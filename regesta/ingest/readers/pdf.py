"""PDF: the text of its pages, joined by form feeds.

The creation date of a PDF is when the file was made (scanned, exported, sent again), not when a letter was published:
it is told in a notice and taken for no date. Pages without text are named; a PDF without any is refused, as is one
that is encrypted or takes longer than a file of its size should.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from io import BytesIO
from time import thread_time
from typing import TYPE_CHECKING, Any, Final

from regesta.errors import InputError
from regesta.ingest.capture import Capture, Source
from regesta.ingest.readers._dated import dated, retrieved
from regesta.ingest.readers._guard import guarded
from regesta.ingest.readers._quiet import heard
from regesta.ingest.text import refuse_binary, shortened
from regesta.limits import (
    DOCUMENT_BYTES,
    PDF_BYTES_PER_S,
    PDF_PAGE_BYTES,
    PDF_PAGE_STEPS,
    PDF_PAGES,
    PDF_SECONDS,
    PDF_SECONDS_MAX,
    PDF_STREAM_BYTES,
    TITLE_CHARS,
)

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

media_types: Final = ("application/pdf", "application/x-pdf")
suffixes: Final = (".pdf",)

# Operators that show text, or draw a form that may (ISO 32000-1 §9.4.3, §8.10). Maps and logos have none.
_SHOWS: Final = re.compile(rb"T[jJ]|['\"]|\bDo\b")
_UNREADABLE: Final = re.compile("[\x00\ud800-\udfff]")
_UNREADABLE_SHARE: Final = 5
_FORMS: Final = 500  # of one page; a form that holds a page's letterhead is one
_OBJECTS: Final = 200_000  # of a file; a report of 1,000 pages has 20,000
_DATE: Final = re.compile(r"D?:?(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(?:(Z)|([+-]\d\d)'?(\d\d)?)?")
_PAGES_NAMED: Final = 10


@dataclass(frozen=True, slots=True)
class _Deadline:
    """A moment of the time that this thread has worked, which it must not go beyond; others may keep it waiting."""

    at: float

    def check(self, *_: Any) -> None:
        if thread_time() > self.at:
            raise InputError("takes longer to read than a PDF of its size should", remedy="save it as text")


def read(source: Source) -> Iterator[Capture]:
    """Yield the one document. Raises InputError."""
    if len(source.data) > DOCUMENT_BYTES:
        raise InputError(f"has {len(source.data):,} bytes, the limit is {DOCUMENT_BYTES:,}")
    with heard("pypdf") as said, guarded():
        title, made, pages, unread = _contents(source.data)
    text = _UNREADABLE.sub("\ufffd", "\f".join(pages))
    if len(unread) == len(pages):
        raise InputError("none of its pages can be read: too big, damaged or none at all")
    _check_text(text)
    without = [number for number, page in enumerate(pages, start=1) if not page.strip() and number not in unread]
    notices = [f"pages without text: {_numbers(without)}"] if without else []
    notices += [f"pages not read, too big or damaged: {_numbers(unread)}"] if unread else []
    notices += [f"the PDF is damaged, {len(said)} times: {shortened(said[0], 100)}"] if said else []
    notices += [f"pdf CreationDate is {made}: when the file was made, not taken for its publication"] if made else []
    yield Capture(
        data=source.data,
        text=text,
        media_type="application/pdf",
        reader=f"pdf (pypdf {_version()})",
        name=source.name,
        url=source.url,
        title=title,
        retrieved=retrieved(source),
        notices=tuple(notices),
    )


def _contents(data: bytes) -> tuple[str | None, str | None, list[str], list[int]]:
    """Return the title, the date that the file was made, the texts of the pages, and the pages that are not read."""
    from pypdf import PdfReader, apply_configuration  # 130 ms
    from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

    deadline = _Deadline(thread_time() + PDF_SECONDS + min(len(data) / PDF_BYTES_PER_S, PDF_SECONDS_MAX))
    try:
        with apply_configuration(
            zlib_maximum_output_length=PDF_STREAM_BYTES,
            lzw_maximum_output_length=PDF_STREAM_BYTES,
            run_length_maximum_output_length=PDF_STREAM_BYTES,
            array_based_stream_maximum_output_length=PDF_STREAM_BYTES,
            stream_parsing_work_maximum_count=PDF_PAGE_STEPS,
            xform_maximum_invocations_per_extraction=_FORMS,
            page_tree_maximum_entries=PDF_PAGES,
        ):
            reader = PdfReader(BytesIO(data), root_object_recovery_limit=1_000, xref_stream_maximum_entries=_OBJECTS)
            pages, unread = _pages(reader, deadline)
            return (*_about(reader), pages, unread)
    except (DependencyError, FileNotDecryptedError) as error:
        raise InputError("is encrypted", remedy="save it without a password: qpdf --decrypt") from error
    except PyPdfError as error:
        raise InputError(f"is damaged, cut off or too big: {shortened(str(error), 100)}") from error


def _pages(reader: PdfReader, deadline: _Deadline) -> tuple[list[str], list[int]]:
    texts: list[str] = []
    unread: list[int] = []
    for number, page in enumerate(reader.pages, start=1):
        deadline.check()
        try:
            texts.append(_page(page, deadline))
        except InputError:
            raise
        except Exception:  # a damaged page is no reason to lose the others; it is named
            texts.append("")
            unread.append(number)
    return texts, unread


def _page(page: PageObject, deadline: _Deadline) -> str:
    contents = page.get_contents()
    data = contents.get_data() if contents is not None else b""
    if len(data) > PDF_PAGE_BYTES:
        raise ValueError("the page is too big")
    if not _SHOWS.search(data):
        return ""
    text = page.extract_text(visitor_operand_before=deadline.check)
    deadline.check()  # what is raised within a form pypdf only logs
    return text


def _about(reader: PdfReader) -> tuple[str | None, str | None]:
    """Return title and creation date, None where they are absent or damaged."""
    about: Mapping[str, Any] = reader.metadata or {}
    title, made = about.get("/Title"), about.get("/CreationDate")
    match = _DATE.match(str(made)) if made else None
    return (shortened(_UNREADABLE.sub("", str(title)), TITLE_CHARS) or None) if title else None, _made(match)


def _made(match: re.Match[str] | None) -> str | None:
    """Return a date of ISO 32000-1 §7.9.4 (`D:20170628161503-04'00'`) as EDTF."""
    if match is None:
        return None
    year, month, day, hour, minute, second, utc, hours, minutes = match.groups("")
    clock = f"T{hour}:{minute}:{second or '00'}" if hour else ""
    offset = utc or (f"{hours}:{minutes or '00'}" if hours and clock else "")
    date = dated(f"{year}-{month}-{day}{clock}{offset}", "pdf CreationDate")
    return date.edtf if date else None


def _check_text(text: str) -> None:
    if not text.strip():
        raise InputError("holds no text, only pictures of it", remedy="recognise its text first: ocrmypdf IN OUT")
    if text.count("\ufffd") * _UNREADABLE_SHARE > len(text):
        raise InputError("does not say which characters it shows", remedy="recognise its text first: ocrmypdf IN OUT")
    refuse_binary(text)


def _numbers(pages: list[int]) -> str:
    more = f" and {len(pages) - _PAGES_NAMED} more" if len(pages) > _PAGES_NAMED else ""
    return ", ".join(map(str, pages[:_PAGES_NAMED])) + more


@cache
def _version() -> str:
    return version("pypdf")
