"""Bytes to canonical text: which character set they are in, and whether they are text at all.

Guarantees that the text is what the bytes say and nothing else: line ends, no-break spaces, curly quotes and odd
control characters stay; only a byte order mark is left out. What was guessed is said in a notice. What is no text is
refused: NULs, mostly control characters, known binary formats.

>>> decode("“No”".encode("utf-16")).text
'“No”'
>>> decode(b"He said \\x93no\\x94.", declared="iso-8859-1")
Decoded(text='He said “no”.', charset='windows-1252', notices=())
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

from regesta.errors import InputError
from regesta.limits import CHARSET_SAMPLE_BYTES, DOCUMENT_BYTES

# A longer mark is tried before the shorter one that it begins with.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The character sets of the web (https://encoding.spec.whatwg.org/#names-and-labels) by Python's name for them. No
# others: Python's codecs include some that are no character sets (unicode_escape), that take the square of the
# length (punycode) or that hide markup from who looks at the bytes (utf-7).
_KNOWN: Final = frozenset({
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "cp866", "cp874", "mac-roman",
    "mac-cyrillic", "koi8-r", "koi8-u", "iso8859-2", "iso8859-3", "iso8859-4", "iso8859-5", "iso8859-6", "iso8859-7",
    "iso8859-8", "iso8859-10", "iso8859-13", "iso8859-14", "iso8859-15", "iso8859-16", "cp1250", "cp1251", "cp1252",
    "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "gb18030", "big5hkscs", "euc_jp", "iso2022_jp",
    "cp932", "cp949",
})  # fmt: skip
# Labels that mean a wider set than they say: the same standard, and the habit of all browsers.
_WIDER: Final = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "hz": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932",
    "euc_kr": "cp949",
}  # fmt: skip
# Those that charset-normalizer may guess, by its names; left to itself it finds Cyrillic and Icelandic in English.
# An accent or a curly quote in more than 8 characters of such lines is a language of Western Europe; other scripts have
# one in two.
_WESTERN: Final = ["cp1252", "mac_roman"]
_ACCENTS_SHARE: Final = 8
_GUESSED: Final = [
    *_WESTERN, "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "iso8859_2", "iso8859_5",
    "iso8859_7", "koi8_r", "koi8_u", "cp932", "euc_jp", "gb18030", "big5", "cp949",
]  # fmt: skip
_SHOWN: Final = {"cp1252": "windows-1252"}
_WIDE: Final = ("utf-16", "utf-32")
# Broken characters in a text that is otherwise UTF-8: one in so many, else it is another character set.
_BROKEN_SHARE: Final = 5
# A text has tabs, line ends and form feeds; a few others are slips, one in twenty is a program or a picture.
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_CONTROL_SHARE: Final = 20
_PARAMETER: Final = re.compile(r""";\s*charset\s*=\s*["']?([^"';\s]{1,40})""", re.IGNORECASE)
_BINARY: Final = (
    (b"PK\x03\x04", "a zip archive (docx, xlsx, odt, epub…): unpack it, or save the document as text, HTML or PDF"),
    (b"\x1f\x8b", "gzip: unpack it first"),
    (b"BZh", "bzip2: unpack it first"),
    (b"\xfd7zXZ\x00", "xz: unpack it first"),
    (b"7z\xbc\xaf", "7z: unpack it first"),
    (b"\x28\xb5\x2f\xfd", "zstd: unpack it first"),
    (b"%PDF-", "a PDF: name it .pdf"),
    (b"\xd0\xcf\x11\xe0", "an old Office file (doc, xls): save it as text, HTML or PDF"),
    (b"{\\rtf", "RTF: save it as text, HTML or PDF"),
    (b"\x89PNG", "a picture: its text has to be recognised first"),
    (b"\xff\xd8\xff", "a picture: its text has to be recognised first"),
    (b"GIF8", "a picture: its text has to be recognised first"),
    (b"SQLite format 3\x00", "an SQLite database: export a table as CSV"),
    (b"\x7fELF", "a program"),
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the name of the character set that it was in, and what has to be said about that."""

    text: str
    charset: str
    notices: tuple[str, ...] = ()


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """Return the text of the bytes; ``declared`` is the character set that a header or the document names.

    The order: byte order mark, what was declared, UTF-8, a guess. Raises InputError for what is no text.
    """
    if len(data) > DOCUMENT_BYTES:
        raise InputError(f"has {len(data):,} bytes, the limit for one document is {DOCUMENT_BYTES:,}")
    for magic, what in _BINARY:
        if data.startswith(magic):
            raise InputError(f"is binary, not text: {what}")
    decoded = _marked(data) or _declared(data, declared) or _plain(data) or _guessed(data)
    if decoded is None:
        raise InputError("is binary, or in a character set that cannot be told", remedy="save it as UTF-8")
    refuse_binary(decoded.text)
    return decoded


def charset_parameter(media_type: str | None) -> str | None:
    """Return the character set that a media type names: `text/html; charset=utf-8`."""
    match = _PARAMETER.search(media_type or "")
    return match[1] if match else None


def shortened(text: str, limit: int) -> str:
    """Return words from a document fit for one line of a message: at most ``limit`` characters, all printable."""
    words = " ".join("".join(sign if sign.isprintable() else " " for sign in text[: 4 * limit]).split())
    return words if len(words) <= limit else words[: limit - 1] + "…"


def _marked(data: bytes) -> Decoded | None:
    for mark, charset in _MARKS:
        if data.startswith(mark):
            try:
                return Decoded(data[len(mark) :].decode(charset), charset)
            except UnicodeDecodeError as error:
                raise InputError(f"begins with the mark of {charset} but is not, at byte {error.start}") from error
    return None


def _declared(data: bytes, label: str | None) -> Decoded | None:
    """Decode as declared, unless the bytes speak against it: what is UTF-8 is never so by chance."""
    if not label:
        return None
    charset, plain = _charset(label), _plain(data)
    if charset is None:
        return _with_notice(plain, f"says {shortened(label, 40)!r}, which is no character set")
    if plain and (charset.startswith(_WIDE) or (plain.charset == "utf-8" and not data.isascii())):
        is_as_said = plain.charset.startswith(charset)
        return (
            Decoded(plain.text, plain.charset)
            if is_as_said
            else _with_notice(plain, f"says {_SHOWN.get(charset, charset)}")
        )
    try:
        return Decoded(data.decode(charset), _SHOWN.get(charset, charset))
    except UnicodeDecodeError as error:
        return _with_notice(plain or _guessed(data), f"says {charset}, which fails at byte {error.start}")


def _charset(label: str) -> str | None:
    try:
        name = codecs.lookup(label.strip(" \t\r\n'\"")).name
    except (LookupError, ValueError):  # ValueError: a NUL in the name
        return None
    name = _WIDER.get(name, name)
    return name if name in _KNOWN else None


def _with_notice(decoded: Decoded | None, says: str) -> Decoded | None:
    if decoded is None:
        return None
    read_as = decoded.notices or (f"read as {decoded.charset}",)
    return Decoded(decoded.text, decoded.charset, (f"the document {says}: {read_as[0]}", *read_as[1:]))


def _plain(data: bytes) -> Decoded | None:
    """Decode UTF-8, and UTF-16 without its mark."""
    try:
        return Decoded(data.decode("utf-8"), "utf-8") if b"\0" not in data else _unmarked(data)
    except UnicodeDecodeError:
        return None


def _unmarked(data: bytes) -> Decoded | None:
    """Decode UTF-16 without a mark: of Western text every other byte is zero."""
    sample = data[:CHARSET_SAMPLE_BYTES]
    for charset, zeros in (("utf-16-le", sample[1::2].count(0)), ("utf-16-be", sample[0::2].count(0))):
        if zeros * 4 > len(sample):
            return Decoded(data.decode(charset), charset, (f"read as {charset}, though it has no byte order mark",))
    return None


def _guessed(data: bytes) -> Decoded | None:
    return _broken(data) or _likely(data)


def _broken(data: bytes) -> Decoded | None:
    """Decode UTF-8 of which a few characters are broken: cut off, or pasted in from another character set."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = len(text) - len(text.encode("ascii", "ignore")) - broken
    if b"\0" in data or broken * _BROKEN_SHARE > whole:
        return None
    return Decoded(text, "utf-8", (f"read as utf-8; {broken} broken characters are shown as U+FFFD",))


def _likely(data: bytes) -> Decoded | None:
    """Decode as charset-normalizer thinks, of the lines that say something about it."""
    from charset_normalizer import from_bytes  # 25 ms that only those texts should pay which need it

    telling = b"\n".join(line for line in data.split(b"\n") if not line.isascii())[:CHARSET_SAMPLE_BYTES]
    accents = len(telling) - len(telling.decode("ascii", "ignore"))
    is_western = accents * _ACCENTS_SHARE < len(telling)
    best = from_bytes(telling, cp_isolation=_WESTERN if is_western else _GUESSED).best()
    # windows-1252 is the web's default: taken where it reads the same, and where nothing fits.
    is_default = best is None or telling.decode("cp1252", "replace") == str(best)
    charset = "cp1252" if is_default or best is None else best.encoding
    try:
        text = data.decode(charset)
    except UnicodeDecodeError:
        return None
    shown = _SHOWN.get(charset, charset)
    return Decoded(text, shown, (f"read as {shown}, which was guessed",))


def refuse_binary(text: str) -> None:
    """Raise InputError for what is no text."""
    if "\0" in text:
        raise InputError(f"is binary, not text: a NUL at character {text.index(chr(0))}")
    if len(_CONTROL.findall(text)) * _CONTROL_SHARE > len(text):
        raise InputError("is binary, not text: many control characters")
