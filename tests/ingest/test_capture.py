"""A document as it was taken in."""

from __future__ import annotations

from hashlib import sha256

from regesta.ingest.capture import Capture, Dated, Row, Source


def test_the_digest_is_of_the_bytes() -> None:
    """A document is named by its untouched bytes, whatever text was made of them."""
    capture = Capture("café".encode("latin-1"), "café", "text/plain", "plain", "a.txt")
    assert capture.digest == sha256(b"caf\xe9").hexdigest()


def test_nothing_is_known_by_default() -> None:
    """A capture without more has no dates, no address and is prose."""
    capture = Capture(b"x", "x", "text/plain", "plain", "a.txt")
    assert (capture.published, capture.updated, capture.retrieved, capture.url, capture.rows) == (None,) * 5


def test_parts() -> None:
    """A source, a date with its basis and a row say what they hold."""
    parts = (Source("a.csv", b"").media_type, Dated("2017-07-05", "printed").basis, Row(0, 3, {"a": "b"}).values["a"])
    assert parts == (None, "printed", "b")
