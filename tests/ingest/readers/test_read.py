"""Which reader reads what, and that whatever happens inside one stays inside."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regesta.errors import InputError
from regesta.ingest.capture import Capture, Source
from regesta.ingest.readers import Reader, read
from regesta.limits import SOURCE_BYTES
from tests.ingest.readers.made import HEAD, OHIO_ARCHIVE, atom, packed, pdf, rss, shown

PDF = pdf(shown("No."))
MAIL = HEAD + b"\nNo.\n"
MAILBOX = b"From a@b.example Fri Jun 30 10:00:00 2017\n" + MAIL
HTML = b"<!DOCTYPE html><html><body><p>No.</p></body></html>"
FEED = rss(b"<item><title>No</title></item>")

# Name: name of the source, bytes, media type, address; which reader.
CHOSEN: dict[str, tuple[str, bytes, str | None, str | None, str]] = {
    "text by suffix": ("a.txt", b"No.", None, None, "plain"),
    "Markdown by suffix": ("a.md", b"# No", None, None, "plain"),
    "HTML by suffix, in capitals": ("A.HTML", b"No.", None, None, "html"),
    "mail by suffix": ("a.eml", MAIL, None, None, "mail"),
    "mailbox by suffix": ("a.mbox", MAILBOX, None, None, "mail"),
    "PDF by suffix": ("a.pdf", PDF, None, None, "pdf"),
    "CSV by suffix": ("a.csv", b"a,b\n1,2", None, None, "csv"),
    "JSON Lines by suffix": ("a.jsonl", b'{"a": 1}', None, None, "json"),
    "feed by suffix": ("a.rss", FEED, None, None, "feed"),
    "archive by suffix": ("a.warc", OHIO_ARCHIVE, None, None, "html"),
    "packed archive by suffix": ("a.warc.gz", packed(OHIO_ARCHIVE), None, None, "html"),
    "XML that is a feed": ("a.xml", FEED, None, None, "feed"),
    "XML that is a page": ("a.xml", b'<?xml version="1.0"?><!-- x --><html><p>No.</p></html>', None, None, "html"),
    "HTML by its beginning": ("x", b"\xef\xbb\xbf \n<!-- saved --><html><p>No.", None, None, "html"),
    "HTML in UTF-16 by its beginning": ("x", HTML.decode().encode("utf-16"), None, None, "html"),
    "a piece of HTML by its beginning": ("x", b"<p>No.", None, None, "html"),
    "PDF by its beginning": ("x", PDF, None, None, "pdf"),
    "archive by its beginning": ("x", OHIO_ARCHIVE, None, None, "html"),
    "mail by its beginning": ("x", MAIL, None, None, "mail"),
    "mailbox by its beginning": ("x", MAILBOX, None, None, "mail"),
    "feed by its beginning": ("x", FEED, None, None, "feed"),
    "Atom by its beginning": ("x", atom(b"<entry><title>No</title></entry>"), None, None, "feed"),
    "JSON by its beginning": ("x", b'[{"a": 1}]', None, None, "json"),
    "JSON Lines by its beginning": ("x", b'{"a": 1}\n', None, None, "json"),
    "prose in brackets": ("x", b"[Editor's note: No.]", None, None, "plain"),
    "prose with colons": ("x", b"Question: Why?\nAnswer: No.\n", None, None, "plain"),
    "prose": ("x", b"Ohio said no, and Iowa, too.", None, None, "plain"),
    "said before suffix": ("a.txt", HTML, "text/html; charset=utf-8", None, "html"),
    "said as text by who has the file": ("a.csv", b"a,b\n1,2", "text/plain", None, "plain"),
    "said as text by a server": ("x", b"a,b\n1,2", "text/plain", "https://a.example/a.csv?x=1#y", "csv"),
    "said as text by a server, no suffix": ("x", HTML, "text/plain", "https://a.example/a", "plain"),
    "beginning before what is said": ("x", PDF, "text/html", None, "pdf"),
    "said as anything": ("x", HTML, "application/octet-stream", None, "html"),
    "said as some text": ("x", b"No.", "text/x-unknown", None, "plain"),
    "said as XML": ("x", FEED, "application/xml", None, "feed"),
}  # fmt: skip
REFUSED: dict[str, tuple[bytes, str | None, str]] = {
    "nothing": (b"", None, "x: is empty"),
    "white space": (b" \r\n\t", None, "x: is empty"),
    "picture by what is said": (
        b"abc",
        "image/png",
        "x: is image/png, which is not read (save it as text, HTML or PDF)",
    ),
    "picture": (b"\x89PNG\r\n\x1a\n", None, "x: is binary, not text: a picture: its text has to be recognised first"),
    "gzip": (b"\x1f\x8b\x08", None, "x: is binary, not text: gzip: unpack it first"),
}


class Failing:
    """A reader that gives a document and then fails in a way that nobody foresaw."""

    media_types = ("text/x-failing",)
    suffixes = (".failing",)

    def read(self, source: Source) -> Iterator[Capture | InputError]:
        """Yield one document, then fail."""
        yield Capture(source.data, "first", "text/plain", "failing", source.name)
        raise ZeroDivisionError("nobody foresaw this")


class Refusing(Failing):
    """A reader that fails before it gives anything."""

    def read(self, source: Source) -> Iterator[Capture | InputError]:
        """Fail at once."""
        raise RecursionError


@pytest.mark.parametrize(("name", "data", "said", "url", "reader"), CHOSEN.values(), ids=list(CHOSEN))
def test_choice_of_reader(name: str, data: bytes, said: str | None, url: str | None, reader: str) -> None:
    """A reader is chosen by what cannot be mistaken, what is said, the suffix, and how the text begins."""
    [found] = read(Source(name, data, url, said))
    assert isinstance(found, Capture) and found.reader.partition(" ")[0] == reader


@pytest.mark.parametrize(("data", "said", "told"), REFUSED.values(), ids=list(REFUSED))
def test_what_nothing_reads(data: bytes, said: str | None, told: str) -> None:
    """What no reader reads is a problem that says what it is and what helps."""
    assert [str(found) for found in read(Source("x", data, media_type=said))] == [told]


def test_source_that_is_too_long() -> None:
    """A source beyond the limit is refused before it is looked at."""
    [found] = read(Source("x", b"x" * (SOURCE_BYTES + 1)))
    assert str(found) == "x: has 268,435,457 bytes, the limit is 268,435,456 (split it)"


@pytest.mark.parametrize("reader", [Failing(), Refusing()], ids=["later", "at once"])
def test_reader_that_fails(reader: Reader) -> None:
    """Whatever a reader of a plug-in raises is a problem of the source, and what it gave before counts."""
    found = list(read(Source("a.failing", b"x"), (reader,)))
    told = str(found[-1]).removeprefix("a.failing: cannot be read: ").partition(":")[0]
    assert (told, len(found)) in [("ZeroDivisionError", 2), ("RecursionError", 1)]


def test_heavy_libraries_are_loaded_when_needed() -> None:
    """To read plain text, none of the libraries for other forms is loaded."""
    code = (
        "import sys; from regesta.ingest.capture import Source; from regesta.ingest.readers import read;"
        "list(read(Source('a.txt', b'No.'))); import regesta.ingest.fetch;"
        "print(sorted({'lxml', 'trafilatura', 'pypdf', 'feedparser', 'httpx', 'httpcore', 'warcio'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


@given(
    st.binary(min_size=1, max_size=300),
    st.sampled_from(["x", "a.html", "a.eml", "a.pdf", "a.rss", "a.csv", "a.json", "a.warc"]),
)
def test_any_bytes(data: bytes, name: str) -> None:
    """Any bytes under any name give documents and problems, and nothing else."""
    found = list(read(Source(name, data)))
    assert all(isinstance(item, Capture) or (isinstance(item, InputError) and item.where) for item in found)


@settings(deadline=None)
@given(st.text(max_size=300), st.sampled_from(["a.html", "a.rss", "a.eml", "a.csv", "a.jsonl"]))
def test_any_text(text: str, name: str) -> None:
    """Any text under any name gives documents whose text is valid Unicode without NULs."""
    data = text.encode("utf-8", "replace")
    texts = [item.text.encode() for item in read(Source(name, data)) if isinstance(item, Capture)]
    assert b"\0" not in b"".join(texts)
