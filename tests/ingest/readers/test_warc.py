"""Web archives: pages with their addresses, what is passed over, and bombs."""

from __future__ import annotations

import gzip
import sys

import pytest

from regesta.ingest.capture import Dated
from tests.ingest.readers.made import answered, document, documents, packed, pdf, problems, record, shown

PAGE = b"<title>Ohio answers</title><article><p>Ohio said no to the commission on Friday.</article>"
OHIO = record("https://a.example/ohio", answered(PAGE))
PICTURE = record("https://a.example/x.png", answered(b"x", "Content-Type: image/png"))
MOVED = record("https://a.example/", answered(b"moved", status="301 Moved"))
INFO = record("urn:x", b"software: x\r\n", "warcinfo", "application/warc-fields")
IN_PIECES = answered(b"5\r\nIt is\r\n4\r\n no.\r\n0\r\n\r\n", "Content-Type: text/plain", "Transfer-Encoding: chunked")

SHAPES = {
    "as it is": OHIO,
    "each record packed": packed(OHIO),
    "packed as one": gzip.compress(OHIO),
    "packed by the server": record(
        "https://a.example/ohio", answered(gzip.compress(PAGE), "Content-Type: text/html", "Content-Encoding: gzip")
    ),
    "a resource": record("https://a.example/ohio", PAGE, "resource", "text/html"),
    "address in brackets": record("<https://a.example/ohio>", answered(PAGE)),
}
PROBLEMS = {
    "breaks off": (OHIO[:-60], "x.warc https://a.example/ohio: breaks off"),
    "packed and breaks off": (packed(OHIO)[:-20], "x.warc: breaks off where it is packed (gzip)"),
    "bomb": (gzip.compress(record("https://a.example/", answered(bytes(20_000_000)))), "unpacks to more than 200 times its size"),
    "bomb in a page": (
        record("https://a.example/", answered(gzip.compress(bytes(20_000_000)), "Content-Type: text/html", "Content-Encoding: gzip")),
        "unpacks to more than the limit",
    ),
    "brotli": (record("https://a.example/", answered(b"\x8b\x02\x80a\x03", "Content-Type: text/html", "Content-Encoding: br")), "is binary"),
    "no pages": (PICTURE + INFO, "x.warc: holds no page: 2 records that are no HTML, text or PDF page were passed over"),
    "no archive": (b"hello", "x.warc: is damaged: ArchiveLoadFailed"),
    "length that lies": (OHIO.replace(b"Content-Length: ", b"Content-Length: 9"), "breaks off"),
    "page without text": (record("https://a.example/", answered(b"<p> ")), "x.warc https://a.example/: holds no text"),
}  # fmt: skip


@pytest.mark.parametrize("data", SHAPES.values(), ids=list(SHAPES))
def test_page(data: bytes) -> None:
    """However it is packed, a page is a document with its address and the moment when it was fetched."""
    found = document("x.warc", data)
    expected = ("https://a.example/ohio", "Ohio answers", Dated("2017-06-30T10:00:00Z", "WARC-Date"), PAGE)
    assert (found.url, found.title, found.retrieved, found.data) == expected


def test_many_pages() -> None:
    """HTML, text and PDF are read in order; what was passed over is told with the last."""
    letter = record("https://a.example/l.pdf", answered(pdf(shown("Dear clerk,")), "Content-Type: application/pdf"))
    pieces = record("https://a.example/p", IN_PIECES)
    found = documents("x.warc.gz", packed(INFO, OHIO, PICTURE, letter, MOVED, pieces))
    assert [item.text for item in found] == ["Ohio said no to the commission on Friday.", "Dear clerk,\n", "It is no."]
    assert found[-1].notices == ("3 records that are no HTML, text or PDF page were passed over",)


@pytest.mark.parametrize(("data", "reason"), PROBLEMS.values(), ids=list(PROBLEMS))
def test_what_is_wrong(data: bytes, reason: str) -> None:
    """A page that cannot be read is told with its address, an archive that cannot as a whole."""
    [told] = problems("x.warc", data)
    assert reason in told


def test_the_rest_goes_on() -> None:
    """A page that cannot be read does not keep the others from being read."""
    data = record("https://a.example/1", answered(b"\x01\x02\x03")) + OHIO
    assert problems("x.warc", data) == ["x.warc https://a.example/1: is binary, not text: many control characters"]


def test_without_warcio(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where warcio is not installed the message says what to install."""
    monkeypatch.setitem(sys.modules, "warcio.archiveiterator", None)
    assert problems("x.warc", OHIO) == ["x.warc: is a web archive (pip install 'regesta[warc]')"]
