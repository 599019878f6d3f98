"""WARC (ISO 28500): each HTML, text or PDF page of a web archive is a document, with its address and date of fetching.

Needs warcio (`pip install 'regesta[warc]'`). Pictures, scripts, redirects and errors are passed over; how many is a
notice of the last document.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import redirect_stderr
from dataclasses import replace
from io import BytesIO, StringIO
from typing import Any, Final

from regesta.errors import InputError
from regesta.ingest._unpack import Unpacker
from regesta.ingest.capture import Capture, Dated, Source
from regesta.ingest.readers import html, pdf, plain
from regesta.ingest.readers._dated import dated
from regesta.ingest.readers._guard import guarded
from regesta.ingest.text import shortened
from regesta.limits import DOCUMENT_BYTES, TITLE_CHARS, UNPACKED_BYTES, UNPACKED_RATIO, UNPACKED_RATIO_FROM, URI_CHARS

media_types: Final = ("application/warc", "application/warc-fields")
suffixes: Final = (".warc", ".warc.gz")

_READERS: Final = (html, pdf, plain)
_GZIP: Final = b"\x1f\x8b"
_CHUNK: Final = 64 * 1024


def read(source: Source) -> Iterator[Capture | InputError]:
    """Yield each page, or the problem with it. Raises InputError."""
    records = _Records(_unpacked(source.data))
    last: Capture | None = None
    for record in records:
        found = _page(source, record, records)
        if isinstance(found, Capture) and last is not None:
            yield last
        if isinstance(found, Capture):
            last = found
        elif found is not None:
            yield found
    passed = f"{records.passed} records that are no HTML, text or PDF page were passed over"
    if last is not None:
        yield replace(last, notices=(*last.notices, passed)) if records.passed else last
    elif records.passed == records.count:
        raise InputError(f"holds no page: {passed}")


class _Records:
    """The records of an archive: how many there were, how many were passed over, and what may still be unpacked."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.left = min(UNPACKED_BYTES, max(UNPACKED_RATIO_FROM, UNPACKED_RATIO * len(data)))
        self.count = self.passed = 0

    def __iter__(self) -> Iterator[Any]:
        try:
            from warcio.archiveiterator import ArchiveIterator
        except ImportError as error:
            raise InputError("is a web archive", remedy="pip install 'regesta[warc]'") from error
        records = iter(ArchiveIterator(BytesIO(self.data)))
        while True:
            # warcio writes to standard error what it finds odd; what is wrong with a page is seen by the page.
            # It fails in many ways on what is damaged, and cannot go on behind that.
            with guarded("is damaged"), redirect_stderr(StringIO()):
                record = next(records, None)
            if record is None:
                return
            self.count += 1
            yield record

    def content(self, record: Any) -> bytes:
        """Return the content of a record, unpacked. Raises InputError beyond the limits and when it breaks off."""
        stream, parts, length = record.content_stream(), [], 0
        while chunk := stream.read(_CHUNK):
            parts.append(chunk)
            length += len(chunk)
            self.left -= len(chunk)
            if length > DOCUMENT_BYTES or self.left < 0:
                raise InputError("unpacks to more than the limit")
        if getattr(record.raw_stream, "limit", 0) > 0:
            raise InputError("breaks off")
        return b"".join(parts)


def _page(source: Source, record: Any, records: _Records) -> Capture | InputError | None:
    """Return the document of a record, the problem with it, or None for a record that is passed over."""
    media_type = _media_type(record)
    reader = next((reader for reader in _READERS if _base(media_type) in reader.media_types), None)
    if reader is None:
        records.passed += 1
        return None
    address = record.rec_headers.get_header("WARC-Target-URI") or ""
    name = f"{source.name} {shortened(address, TITLE_CHARS)}"
    try:
        with guarded(), redirect_stderr(StringIO()):
            page = Source(name, records.content(record), _address(address), media_type)
            found: Capture = next(reader.read(page))
            return replace(found, retrieved=_retrieved(record))
    except InputError as error:
        error.at(name)
        return error


def _media_type(record: Any) -> str:
    """Return what a page is said to be; nothing for what is no page that a server had."""
    if record.rec_type == "resource":
        return record.rec_headers.get_header("Content-Type") or ""
    headers = record.http_headers
    is_page = record.rec_type == "response" and headers is not None and headers.get_statuscode() == "200"
    return (headers.get_header("Content-Type") or "") if is_page else ""


def _base(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _address(address: str) -> str | None:
    address = address.strip("<> ")
    return address if address.startswith(("http://", "https://")) and len(address) <= URI_CHARS else None


def _retrieved(record: Any) -> Dated | None:
    return dated(record.rec_headers.get_header("WARC-Date"), "WARC-Date")


def _unpacked(data: bytes) -> bytes:
    """Return the archive unpacked as a whole: warcio would unpack without bounds, and not what is packed as one."""
    if not data.startswith(_GZIP):
        return data
    unpacker = Unpacker("gzip")
    unpacked = unpacker.feed(data)
    unpacker.finish()
    if unpacked.startswith(_GZIP):
        raise InputError("is packed twice: unpack it once")
    return unpacked
