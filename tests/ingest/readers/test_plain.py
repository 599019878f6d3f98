"""Plain text: nothing is done to it."""

from __future__ import annotations

from regesta.ingest.capture import Dated, Source
from regesta.ingest.readers import plain
from tests.ingest.readers.made import document, problems


def test_text_is_untouched() -> None:
    """Line ends, no-break spaces and form feeds stay; only a byte order mark is left out."""
    text = "Dear Mr. Berg,\r\n\r\n\tWe\u00a0will not.\f\r\n"
    data = b"\xef\xbb\xbf" + text.encode()
    found = document("letter.txt", data)
    assert (found.text, found.data, found.media_type, found.rows) == (text, data, "text/plain", None)


def test_what_is_known() -> None:
    """Of a text that was fetched the address and the moment are known, and nothing else."""
    source = Source("https://a.example/x", b"No.", "https://a.example/x", "text/plain", "2017-07-01T10:00:00Z")
    [found] = plain.read(source)
    known = (found.url, found.retrieved, found.published, found.title, found.publisher, found.notices)
    assert known == ("https://a.example/x", Dated("2017-07-01T10:00:00Z", "clock"), None, None, None, ())


def test_guess_is_said() -> None:
    """A guessed character set is a notice."""
    assert document("a.txt", b"caf\xe9").notices == ("read as windows-1252, which was guessed",)


def test_nothing() -> None:
    """A text of white space is a problem."""
    assert problems("a.txt", "\u00a0\n".encode()) == ["a.txt: holds no text"]
