"""Documents made by hand for the tests of the readers, down to the byte."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable

from regesta.errors import InputError
from regesta.ingest.capture import Capture, Source
from regesta.ingest.readers import read

HEAD = b"From: Maria Delgado <delgado@state.example>\nSubject: Our rolls\nDate: Fri, 30 Jun 2017 10:00:00 -0400\n"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def documents(name: str, data: bytes, media_type: str | None = None) -> list[Capture]:
    """Return the documents of a source, of which all must be readable."""
    found = list(read(Source(name, data, media_type=media_type)))
    assert [str(item) for item in found if isinstance(item, InputError)] == []
    return [item for item in found if isinstance(item, Capture)]


def document(name: str, data: bytes, media_type: str | None = None) -> Capture:
    """Return the one document of a source."""
    [found] = documents(name, data, media_type)
    return found


def problems(name: str, data: bytes, media_type: str | None = None) -> list[str]:
    """Return what is wrong with the parts of a source."""
    return [str(item) for item in read(Source(name, data, media_type=media_type)) if isinstance(item, InputError)]


# PDF (ISO 32000-1) ---------------------------------------------------------------------------------------------------


def stream(data: bytes, extra: bytes = b"", *, packed: bool = False) -> bytes:
    data = zlib.compress(data, 9) if packed else data
    extra += b"/Filter/FlateDecode" if packed else b""
    return b"<</Length %d %s>>stream\n%s\nendstream" % (len(data), extra, data)


def pdf_of(objects: Iterable[bytes], trailer: bytes = b"") -> bytes:
    """Return a file of these objects, numbered from 1, which is the catalog."""
    out, offsets = b"%PDF-1.7\n", []
    for number, item in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1)
    end = b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(offsets) + 1, trailer, len(out))
    return out + head + table + end


def shown(*lines: str) -> bytes:
    """Return what a page has to do to show lines of text."""
    texts = " ".join(f"({line}) Tj T*" for line in lines)
    return f"BT /F1 12 Tf 72 720 Td 14 TL {texts} ET".encode("latin-1")


def pdf(*pages: bytes, forms: Iterable[bytes] = (), trailer: bytes = b"", packed: bool = True) -> bytes:
    """Return a file with these pages: object 3 is the font, 4 and 5 the first page, forms follow behind the pages."""
    first_form = 4 + 2 * len(pages)
    kids = b" ".join(b"%d 0 R" % (4 + 2 * number) for number in range(len(pages)))
    resources = b"<</Font<</F1 3 0 R>>/XObject<</X %d 0 R>>>>" % first_form
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(pages), kids), FONT]
    for number, page in enumerate(pages):
        head = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources %s/Contents %d 0 R>>"
        objects += [head % (resources, 5 + 2 * number), stream(page, packed=packed)]
    return pdf_of([*objects, *forms], trailer)


def form(content: bytes, inner: int) -> bytes:
    """Return a form that may draw another, object ``inner``, as X."""
    resources = b"/Type/XObject/Subtype/Form/Resources<</Font<</F1 3 0 R>>/XObject<</X %d 0 R>>>>" % inner
    return stream(content, resources, packed=True)


# WARC (ISO 28500) ----------------------------------------------------------------------------------------------------


def record(uri: str, content: bytes, kind: str = "response", media_type: str = "application/http") -> bytes:
    lines = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        f"WARC-Target-URI: {uri}",
        "WARC-Date: 2017-06-30T10:00:00Z",
        "WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>",
        f"Content-Type: {media_type}",
        f"Content-Length: {len(content)}",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content + b"\r\n\r\n"


def answered(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", *(headers or ("Content-Type: text/html; charset=utf-8",))]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def packed(*records: bytes) -> bytes:
    """Return an archive in which each record is packed by itself, as the standard recommends."""
    return b"".join(map(gzip.compress, records))


OHIO_ARCHIVE = record("https://a.example/ohio", answered(b"<title>Ohio</title><p>Ohio said no."))


# Feeds ---------------------------------------------------------------------------------------------------------------


def rss(items: bytes, before: bytes = b"", channel: bytes = b"<title>Alder Courier</title>") -> bytes:
    head = b'<?xml version="1.0" encoding="utf-8"?>' + before
    names = b' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return head + b'<rss version="2.0"' + names + b"><channel>" + channel + items + b"</channel></rss>"


def atom(entries: bytes) -> bytes:
    return b'<feed xmlns="http://www.w3.org/2005/Atom"><title>Alder Courier</title>' + entries + b"</feed>"
