"""What the texts of the log that are not events have in common: lines of UTF-8 with numbers and base64 in them.

Checkpoints, proofs and keys have exactly one text each. Whatever is not that text is a `LogError` that names its line.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Final

from regesta.errors import LogError
from regesta.events.merkle import HASH_BYTES
from regesta.limits import SIZE_DIGITS

# signed-note, Format: no ASCII control characters but the newline. DEL and the C1 controls, which move a
# terminal's cursor as well, and the byte order mark, which nobody sees, are our addition.
FORBIDDEN: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ufeff]")
# tlog-checkpoint, Note text 2: ASCII decimal, no leading zeros. Python's int() would take "+1", "1_0" and "١".
_NUMBER = re.compile(rf"0|[1-9][0-9]{{0,{SIZE_DIGITS - 1}}}")
_SHOWN_CHARS: Final = 60  # of what was found, in a message


@dataclass(frozen=True, slots=True)
class Source:
    """A text of several lines: what it is (``noun``), its file's name, and the number of its first line there."""

    noun: str
    name: str
    first: int = 1

    def line(self, number: int) -> str:
        """Return the place of the text's n-th line (from 1)."""
        return f"{self.name}:{self.first + number - 1}"

    def lines(self, data: bytes, limit_bytes: int) -> list[str]:
        """Return the lines of ``data`` without their newlines; each must have one."""
        # Not splitlines(): it also splits at U+2028 and others that may stand in an origin.
        *lines, rest = self._text(data, limit_bytes).split("\n")
        if rest:
            where = self.line(len(lines) + 1)
            raise LogError(f"the last line, {shown(rest)}, has no newline, expected one", where=where)
        return lines

    def ended(self, number: int, expected: str) -> LogError:
        """Return the error that the text has no n-th line."""
        return LogError(f"the {self.noun} ends here, expected {expected}", where=self.line(number))

    def _text(self, data: bytes, limit_bytes: int) -> str:
        if len(data) > limit_bytes:
            message = f"the {self.noun} has {len(data)} bytes, expected at most {limit_bytes}"
            raise LogError(message, where=self.name)
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            where = self.line(data.count(b"\n", 0, error.start) + 1)
            raise LogError(f"byte 0x{data[error.start]:02X} is not UTF-8, expected UTF-8", where=where) from None
        found = FORBIDDEN.search(text)
        if found:
            raise LogError(
                f"found character U+{ord(found[0]):04X}, expected no control character but U+000A at line ends",
                where=self.line(text.count("\n", 0, found.start()) + 1),
            )
        return text


def decimal(text: str, noun: str, where: str) -> int:
    """Return the number that ``text`` is; the ``noun`` is what it counts."""
    if not _NUMBER.fullmatch(text):
        message = f"the {noun} is {shown(text)}, expected at most {SIZE_DIGITS} decimal digits, no leading zero"
        raise LogError(message, where=where)
    return int(text)


def hash_of(text: str, noun: str, where: str) -> bytes:
    """Return the 32 bytes of which ``text`` is the base64."""
    data = base64_bytes(text)
    if data is None:
        raise LogError(f"the {noun} is {shown(text)}, expected standard base64 with padding", where=where)
    if len(data) != HASH_BYTES:
        raise LogError(f"the {noun} has {len(data)} bytes, expected {HASH_BYTES}", where=where)
    return data


def base64_bytes(text: str) -> bytes | None:
    """Return the bytes, or None unless the text is the one that RFC 4648 §4 gives for them."""
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        return None
    # The decoder takes set bits behind the last byte; one root would then have four texts (RFC 4648 §3.5).
    return data if base64_text(data) == text else None


def base64_text(data: bytes) -> str:
    """Return standard base64 with padding (RFC 4648 §4)."""
    return b64encode(data).decode("ascii")


def shown(text: str) -> str:
    """Return what was found, for a message that stays short."""
    return repr(text) if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]!r}…"
