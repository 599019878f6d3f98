"""The checkpoint: how many events the log has and the Merkle root over them, as text.

The form is C2SP tlog-checkpoint (https://c2sp.org/tlog-checkpoint), which is a C2SP signed note
(https://c2sp.org/signed-note) with three lines: origin, size, root. Guarantees: one checkpoint has one
text, `decode` takes exactly what `encode` writes, and anything else is a LogError that names the line.
Signatures are kept word for word and are not verified here. Whether size and root are those of the log,
only its lines can tell.

>>> from regesta.events.merkle import EMPTY_ROOT
>>> Checkpoint("example.org/log", 0, EMPTY_ROOT).encode()
b'example.org/log\\n0\\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\\n'
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Final

from regesta.errors import LogError
from regesta.events.merkle import HASH_BYTES
from regesta.limits import CHECKPOINT_BYTES, ORIGIN_CHARS, SIZE_DIGITS

# signed-note, Format: no ASCII control characters but the newline. DEL and the C1 controls, which move a
# terminal's cursor as well, and the byte order mark, which nobody sees, are our addition.
_FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ufeff]")
# tlog-checkpoint, Note text 2: ASCII decimal, no leading zeros. Python's int() would take "+1", "1_0" and "١".
_SIZE = re.compile(rf"0|[1-9][0-9]{{0,{SIZE_DIGITS - 1}}}")
# signed-note, Format: em dash, space, key name without Unicode spaces or plus, space, base64.
_SIGNATURE = re.compile(r"— [^\s+]+ (\S+)")
_KEY_ID_BYTES: Final = 4  # signed-note, Format: a signature is a key ID of 4 bytes and what the key made

_FIELDS = ("origin", "size", "root")
_SHOWN_CHARS: Final = 60  # of what was found, in a message


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's name, its size in events, the Merkle root (32 bytes) and signature lines without newline."""

    origin: str
    size: int
    root: bytes
    signatures: tuple[str, ...] = ()

    def encode(self) -> bytes:
        """Return the text as UTF-8; LogError if a field is outside what `decode` takes."""
        lines = [self.origin, str(self.size), b64encode(self.root).decode("ascii")]
        if self.signatures:
            lines += ["", *self.signatures]
        # surrogatepass: a lone surrogate becomes bytes that are not UTF-8, which decode refuses by name.
        data = "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")
        # Reading it back holds both directions to one set of rules; a newline in a field cannot add a line.
        if self.decode(data, "checkpoint") != self:
            raise LogError("the text reads back as another checkpoint, expected one line a field", where="checkpoint")
        return data

    @classmethod
    def decode(cls, data: bytes, where: str) -> Checkpoint:
        """Return the checkpoint in ``data``, the bytes of the file that messages call ``where``."""
        lines = _lines(_text(data, where), where)
        return cls(
            origin=_origin(lines[0], f"{where}:1"),
            size=_size(lines[1], f"{where}:2"),
            root=_root(lines[2], f"{where}:3"),
            signatures=_signatures(lines[3:], where),
        )


def _text(data: bytes, where: str) -> str:
    if len(data) > CHECKPOINT_BYTES:
        raise LogError(f"the checkpoint has {len(data)} bytes, expected at most {CHECKPOINT_BYTES}", where=where)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise LogError(
            f"byte 0x{data[error.start]:02X} is not UTF-8, expected UTF-8", where=f"{where}:{line}"
        ) from None
    found = _FORBIDDEN.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        raise LogError(
            f"found character U+{ord(found[0]):04X}, expected no control character but U+000A at line ends",
            where=f"{where}:{line}",
        )
    return text


def _lines(text: str, where: str) -> list[str]:
    # Not splitlines(): it also splits at U+2028 and others that may stand in an origin.
    *lines, rest = text.split("\n")
    if rest:
        raise LogError(
            f"the last line, {_shown(rest)}, has no newline, expected one", where=f"{where}:{len(lines) + 1}"
        )
    if len(lines) < len(_FIELDS):
        missing = len(lines)
        raise LogError(f"the checkpoint ends here, expected the {_FIELDS[missing]}", where=f"{where}:{missing + 1}")
    return lines


def _origin(line: str, where: str) -> str:
    # tlog-checkpoint, Note text 1: that the origin looks like a URL is a recommendation and must not be
    # assumed; spaces and plus signs are forbidden in key names only. So neither is checked here.
    if not 1 <= len(line) <= ORIGIN_CHARS:
        raise LogError(f"the origin has {len(line)} characters, expected 1 to {ORIGIN_CHARS}", where=where)
    return line


def _size(line: str, where: str) -> int:
    if not _SIZE.fullmatch(line):
        raise LogError(
            f"the size is {_shown(line)}, expected at most {SIZE_DIGITS} decimal digits, no leading zero",
            where=where,
        )
    return int(line)


def _root(line: str, where: str) -> bytes:
    root = _base64(line)
    if root is None:
        raise LogError(f"the root is {_shown(line)}, expected standard base64 with padding", where=where)
    if len(root) != HASH_BYTES:
        raise LogError(f"the root has {len(root)} bytes, expected {HASH_BYTES}", where=where)
    return root


def _signatures(lines: list[str], where: str) -> tuple[str, ...]:
    if not lines:
        return ()
    if lines[0]:  # tlog-checkpoint, Note text 4: optional, not recommended, and this log writes none
        raise LogError(
            f"found the extension line {_shown(lines[0])}, expected the end or an empty line before signatures",
            where=f"{where}:4",
        )
    if len(lines) == 1:
        raise LogError("the checkpoint ends after an empty line, expected a signature", where=f"{where}:5")
    for number, line in enumerate(lines[1:], start=5):
        _check_signature(line, f"{where}:{number}")
    return tuple(lines[1:])


def _check_signature(line: str, where: str) -> None:
    form = _SIGNATURE.fullmatch(line)
    signature = _base64(form[1]) if form else None
    if signature is None:
        raise LogError(f"found {_shown(line)}, expected a signature: '— <key name> <base64>'", where=where)
    if len(signature) <= _KEY_ID_BYTES:
        raise LogError(
            f"the signature has {len(signature)} bytes, expected a key ID of {_KEY_ID_BYTES} and more", where=where
        )


def _base64(text: str) -> bytes | None:
    """Return the bytes, or None unless the text is the one that RFC 4648 §4 gives for them."""
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        return None
    # The decoder takes set bits behind the last byte; one root would then have four texts (RFC 4648 §3.5).
    return data if b64encode(data).decode("ascii") == text else None


def _shown(text: str) -> str:
    return repr(text) if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]!r}…"
