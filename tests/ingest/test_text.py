"""Bytes to text: in which order character sets are tried, what is said about a guess, and what is no text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regesta.errors import InputError
from regesta.ingest.text import Decoded, charset_parameter, decode, shortened
from regesta.limits import DOCUMENT_BYTES

ENGLISH = "The clerk said: “We won’t hand it over — not now.” A café in Zürich stayed open while the council met. "
RUSSIAN = "Секретарь штата сказал, что не передаст список. " * 10
JAPANESE = "州務長官は木曜日に名簿を渡さないと述べた。" * 10

# Name: bytes, what is declared, the text, the character set.
READ: dict[str, tuple[bytes, str | None, str, str]] = {
    "ASCII": (b"no", None, "no", "utf-8"),
    "UTF-8": (ENGLISH.encode(), None, ENGLISH, "utf-8"),
    "UTF-8 with its mark": (ENGLISH.encode("utf-8-sig"), None, ENGLISH, "utf-8"),
    "UTF-16 with its mark": (ENGLISH.encode("utf-16"), None, ENGLISH, "utf-16-le"),
    "UTF-16 with its mark, declared as another": (ENGLISH.encode("utf-16"), "iso-8859-1", ENGLISH, "utf-16-le"),
    "UTF-16, the other end first": (b"\xfe\xff" + ENGLISH.encode("utf-16-be"), None, ENGLISH, "utf-16-be"),
    "UTF-32 with its mark": (ENGLISH.encode("utf-32"), None, ENGLISH, "utf-32-le"),
    "UTF-16 as declared": (ENGLISH.encode("utf-16-le"), "UTF-16LE", ENGLISH, "utf-16-le"),
    "windows-1252 as declared": (ENGLISH.encode("cp1252"), "windows-1252", ENGLISH, "windows-1252"),
    "windows-1252 declared as Latin-1": (ENGLISH.encode("cp1252"), "ISO-8859-1", ENGLISH, "windows-1252"),
    "windows-1252 declared as ASCII": (ENGLISH.encode("cp1252"), "us-ascii", ENGLISH, "windows-1252"),
    "quotes around the label": (ENGLISH.encode("cp1252"), ' "windows-1252" ', ENGLISH, "windows-1252"),
    "Shift JIS as declared": (JAPANESE.encode("shift_jis"), "shift_jis", JAPANESE, "cp932"),
    "GB 2312 as declared": ("州务卿".encode("gb2312"), "gb2312", "州务卿", "gb18030"),
    "ISO-2022-JP as declared": (JAPANESE.encode("iso2022_jp"), "iso-2022-jp", JAPANESE, "iso2022_jp"),
    "white space stays": ("a\r\nb\u00a0c\u2009d\te\fg".encode(), None, "a\r\nb\u00a0c\u2009d\te\fg", "utf-8"),
    "composed and decomposed stay": ("é e\u0301".encode(), None, "é e\u0301", "utf-8"),
    "a mark inside stays": ("a\ufeffb".encode(), None, "a\ufeffb", "utf-8"),
    "nothing": (b"", None, "", "utf-8"),
}
# The same, with what is said about it.
GUESSED: dict[str, tuple[bytes, str | None, str, tuple[str, ...]]] = {
    "windows-1252 undeclared": (ENGLISH.encode("cp1252"), None, ENGLISH, ("read as windows-1252, which was guessed",)),
    "a single accent": (b"caf\xe9", None, "café", ("read as windows-1252, which was guessed",)),
    "Mac Roman undeclared": (ENGLISH.encode("mac_roman"), None, ENGLISH, ("read as mac_roman, which was guessed",)),
    "Russian undeclared": (RUSSIAN.encode("cp1251"), None, RUSSIAN, ("read as cp1251, which was guessed",)),
    "UTF-16 without its mark": (
        ENGLISH.encode("utf-16-le"), None, ENGLISH, ("read as utf-16-le, though it has no byte order mark",),
    ),
    "UTF-8 declared as Latin-1": (
        ENGLISH.encode(), "iso-8859-1", ENGLISH, ("the document says windows-1252: read as utf-8",),
    ),
    "UTF-8 declared as UTF-16": (b"<p>no", "utf-16", "<p>no", ("the document says utf-16: read as utf-8",)),
    "unknown label": (
        b"no", "x-klingon", "no", ("the document says 'x-klingon', which is no character set: read as utf-8",),
    ),
    "label that is a program's": (
        b"\\x41", "unicode_escape", "\\x41",
        ("the document says 'unicode_escape', which is no character set: read as utf-8",),
    ),
    "UTF-7, which hides markup": (
        b"+ADw-p+AD4-", "utf-7", "+ADw-p+AD4-", ("the document says 'utf-7', which is no character set: read as utf-8",),
    ),
    "label with a NUL": (b"no", "utf\x008", "no", ("the document says 'utf 8', which is no character set: read as utf-8",)),
    "wrongly declared as UTF-8": (
        ENGLISH.encode("cp1252"), "utf-8", ENGLISH,
        ("the document says utf-8, which fails at byte 16: read as windows-1252, which was guessed",),
    ),
    "broken in one place": (
        ENGLISH.encode() + b"\xff.", None, ENGLISH + "\ufffd.", ("read as utf-8; 1 broken characters are shown as U+FFFD",),
    ),
    "cut off within a character": (
        (ENGLISH + "é").encode()[:-1], None, ENGLISH + "\ufffd",
        ("read as utf-8; 1 broken characters are shown as U+FFFD",),
    ),
}  # fmt: skip
REFUSED = {
    "a NUL": (b"yes\0no", "a NUL"),
    "many NULs": (bytes(100), "binary"),
    "control characters": (b"\x01\x02\x03\x04yes", "many control characters"),
    "every byte": (bytes(range(1, 256)), "binary"),
    "zip": (b"PK\x03\x04", "a zip archive"),
    "gzip": (b"\x1f\x8b\x08\x00", "gzip"),
    "PDF": (b"%PDF-1.7", "a PDF"),
    "RTF": (b"{\\rtf1 No}", "RTF"),
    "old Word": (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Office"),
    "picture": (b"\x89PNG\r\n", "a picture"),
    "database": (b"SQLite format 3\x00", "SQLite"),
    "UTF-16 cut in half": (b"\xff\xfea", "begins with the mark of utf-16-le"),
    "UTF-8 by its mark only": (b"\xef\xbb\xbf\xff", "begins with the mark of utf-8"),
}
PARAMETERS = {
    "text/html; charset=utf-8": "utf-8",
    'text/html;charset="UTF-8"': "UTF-8",
    "text/html; x=y; Charset = 'latin1'": "latin1",
    "text/html": None,
    "text/html; charset=": None,
    "": None,
}


@pytest.mark.parametrize(("data", "declared", "text", "charset"), READ.values(), ids=list(READ))
def test_read_without_a_word(data: bytes, declared: str | None, text: str, charset: str) -> None:
    """What says what it is, or is UTF-8, is read as that, and there is nothing to say about it."""
    assert decode(data, declared) == Decoded(text, charset)


@pytest.mark.parametrize(("data", "declared", "text", "notices"), GUESSED.values(), ids=list(GUESSED))
def test_read_with_a_notice(data: bytes, declared: str | None, text: str, notices: tuple[str, ...]) -> None:
    """What contradicts itself or says nothing is read as what it most likely is, with a notice."""
    found = decode(data, declared)
    assert (found.text, found.notices) == (text, notices)


@pytest.mark.parametrize(("data", "reason"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_no_text(data: bytes, reason: str) -> None:
    """Bytes that are no text are refused, and what they are is said where it is known."""
    with pytest.raises(InputError, match=reason):
        decode(data)


def test_too_long() -> None:
    """A document beyond the limit is refused before it is looked at."""
    with pytest.raises(InputError, match="the limit for one document"):
        decode(bytes(DOCUMENT_BYTES + 1))


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1))
def test_utf8_comes_back_as_it_is(text: str) -> None:
    """Any text in UTF-8 is its own canonical text, but for the mark at its beginning."""
    assert decode(text.encode()).text == text.removeprefix("\ufeff")


@settings(deadline=None)  # the first guess loads the library
@given(st.binary(max_size=200), st.sampled_from([None, "utf-8", "utf-16", "latin1", "gbk", "x", "utf-7", "shift_jis"]))
def test_any_bytes(data: bytes, declared: str | None) -> None:
    """Any bytes are a text without NULs and half characters, or an InputError."""
    try:
        text = decode(data, declared).text
    except InputError:
        text = ""
    assert "\0" not in text.encode("utf-8").decode("utf-8")


@pytest.mark.parametrize(("media_type", "expected"), PARAMETERS.items(), ids=list(PARAMETERS))
def test_charset_of_a_media_type(media_type: str, expected: str | None) -> None:
    """The character set of a media type is found in any spelling."""
    assert charset_parameter(media_type) == expected


def test_shortened() -> None:
    """Words for a message are on one line, without control characters, and end with an ellipsis where they are cut."""
    assert [shortened("a\r\n\x1b[2Jb  c", 20), shortened("abcdef", 4), shortened(" ", 4)] == ["a [2Jb c", "abc…", ""]
