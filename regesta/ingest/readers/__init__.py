"""Readers: from bytes to documents. One module for each form; each says which media types and suffixes it reads.

`read` chooses the reader: by what cannot be mistaken (a PDF begins with `%PDF-`), by the media type that the sender
said, by the suffix of the name, and last by how the text begins. What cannot be read is yielded as an InputError that
names the place, and the rest goes on; nothing is written, nothing is fetched.

>>> [(found.media_type, found.text) for found in read(Source("note.txt", b"Ohio said no."))]
[('text/plain', 'Ohio said no.')]
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final, Protocol
from urllib.parse import urlsplit

from regesta.errors import InputError
from regesta.ingest.capture import Capture, Source
from regesta.ingest.readers._guard import guarded
from regesta.limits import SOURCE_BYTES

__all__ = ["Reader", "read"]


class Reader(Protocol):
    """Reads one form. Modules of this package are readers; so are the objects that plug-ins name (`regesta.readers`).

    Media types are in small letters and without parameters, suffixes in small letters with their dot. ``read`` yields
    documents, and an InputError for each part that cannot be read; it raises one where the whole cannot.
    """

    @property
    def media_types(self) -> Collection[str]:
        """What it reads, by media type."""

    @property
    def suffixes(self) -> Collection[str]:
        """What it reads, by the end of the name."""

    def read(self, source: Source) -> Iterator[Capture | InputError]:
        """Yield the documents of a source."""


# What no text begins with. A web archive that is packed begins as any gzip does, and is known by its name.
_MAGIC: Final = ((b"%PDF-", "application/pdf"), (b"WARC/", "application/warc"))
# Types that say nothing: servers send them for what they do not know, and XML may be a feed or a page.
_VAGUE: Final = ("", "application/octet-stream", "binary/octet-stream", "application/xml", "text/xml")
_BEGINNING_BYTES: Final = 4096
_BYTE_ORDER_MARKS: Final = "\xef\xbb\xbf\xff\xfe\x00"
_PROLOG: Final = re.compile(r"(?:\s++|<\?[^>]*+>|<!--(?:(?!-->).)*+-->)*+", re.DOTALL)
_BEGINNINGS: Final = (
    (r"<(?:rss|feed|rdf:RDF)[\s>]", "application/rss+xml"),
    (r"<(?:!doctype\s+html|html|head|body|title|meta|main|article|section|div|p|h[1-6]|table|ul|ol)[\s>]", "text/html"),
    (r"\[\s*+\{\s*+[\"}]|\{\s*+\"", "application/json"),
    (r"From \S[^\r\n]*\d:\d\d", "application/mbox"),
    (r"(?:(?:[A-Z][A-Za-z-]{1,40}:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*+){2})", "message/rfc822"),
)
_MAIL_HEADERS: Final = re.compile(r"^(?:Received|Return-Path|Message-ID|MIME-Version|From|Date):", re.MULTILINE | re.I)


def read(source: Source, more: Sequence[Reader] = ()) -> Iterator[Capture | InputError]:
    """Yield the documents of a source, and an InputError for each part that cannot be read.

    ``more`` are readers besides ours, such as those of plug-ins; for a form that both read they come first.
    """
    try:
        _check(source)
        with guarded():
            found = iter(_reader(source, (*more, *_readers())).read(source))
        while True:
            with guarded():
                item = next(found, None)
            if item is None:
                return
            if isinstance(item, InputError):
                item.at(source.name)
            yield item
    except InputError as error:
        error.at(source.name)
        yield error


def _check(source: Source) -> None:
    if not source.data.strip():
        raise InputError("is empty")
    if len(source.data) > SOURCE_BYTES:
        raise InputError(f"has {len(source.data):,} bytes, the limit is {SOURCE_BYTES:,}", remedy="split it")


def _readers() -> tuple[Reader, ...]:
    """Return our readers; the first that reads a form is taken."""
    from regesta.ingest.readers import feed, html, mail, pdf, plain, rows, warc

    return html, plain, mail, pdf, feed, rows, warc


def _reader(source: Source, readers: Sequence[Reader]) -> Reader:
    """Return the reader of a source. Raises InputError."""
    said = (source.media_type or "").partition(";")[0].strip().lower()
    # A server's text/plain is what it sends for letters, tables and mail alike: the name knows better.
    is_vague = said == "text/plain" and source.url is not None
    choices = (
        _of_type(_magic(source.data), readers),
        None if is_vague else _of_type(said, readers),
        _of_suffix(source, readers),
        _of_type(said, readers),
        _of_type(_beginning(source.data), readers),
        _of_type("text/plain", readers) if said in _VAGUE or said.startswith("text/") else None,
    )
    for reader in choices:
        if reader is not None:
            return reader
    raise InputError(f"is {said}, which is not read", remedy="save it as text, HTML or PDF")


def _of_type(media_type: str, readers: Sequence[Reader]) -> Reader | None:
    return next((reader for reader in readers if media_type in reader.media_types), None)


def _of_suffix(source: Source, readers: Sequence[Reader]) -> Reader | None:
    try:
        name = urlsplit(source.url).path if source.url else source.name
    except ValueError:
        name = source.name
    found = (reader for reader in readers if name.lower().endswith(tuple(reader.suffixes)))
    return next(found, None)


def _magic(data: bytes) -> str:
    return next((media_type for magic, media_type in _MAGIC if data.startswith(magic)), "")


def _beginning(data: bytes) -> str:
    """Return the media type that the beginning of a text speaks for; nothing for prose."""
    text = data[:_BEGINNING_BYTES].replace(b"\0", b"").decode("latin-1").lstrip(_BYTE_ORDER_MARKS)
    prolog = _PROLOG.match(text)
    start = prolog.end() if prolog else 0
    for pattern, media_type in _BEGINNINGS:
        if re.compile(pattern, re.IGNORECASE).match(text, start):
            is_letter = media_type == "message/rfc822" and not _MAIL_HEADERS.search(text)
            return "" if is_letter else media_type
    return ""
