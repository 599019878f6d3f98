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

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from regesta.errors import LogError
from regesta.events._text import Source, base64_bytes, base64_text, decimal, hash_of, shown
from regesta.events.segment import check_file
from regesta.limits import CHECKPOINT_BYTES, ORIGIN_CHARS

# signed-note, Format: em dash, space, key name without Unicode spaces or plus, space, base64.
_SIGNATURE = re.compile(r"— ([^\s+]+) (\S+)")
_KEY_ID_BYTES: Final = 4  # signed-note, Format: a signature is a key ID of 4 bytes and what the key made

CHECKPOINT: Final = "checkpoint"  # the file's name, in the folder of the log
_FIELDS: Final = ("origin", "size", "root")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's name, its size in events, the Merkle root (32 bytes) and signature lines without newline."""

    origin: str
    size: int
    root: bytes
    signatures: tuple[str, ...] = ()

    def encode(self) -> bytes:
        """Return the text as UTF-8; LogError if a field is outside what `decode` takes."""
        lines = [self.origin, str(self.size), base64_text(self.root)]
        if self.signatures:
            lines += ["", *self.signatures]
        # surrogatepass: a lone surrogate becomes bytes that are not UTF-8, which decode refuses by name.
        data = "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")
        # Reading it back holds both directions to one set of rules; a newline in a field cannot add a line.
        if self.decode(data, "checkpoint") != self:
            raise LogError("the text reads back as another checkpoint, expected one line a field", where="checkpoint")
        return data

    def signed_text(self) -> bytes:
        """Return what a signature is made over: the text without signatures."""
        return replace(self, signatures=()).encode()

    @classmethod
    def decode(cls, data: bytes, where: str, first_line: int = 1) -> Checkpoint:
        """Return the checkpoint in ``data``, which begins in the file that messages call ``where`` at that line."""
        source = Source("checkpoint", where, first_line)
        lines = source.lines(data, CHECKPOINT_BYTES)
        if len(lines) < len(_FIELDS):
            raise source.ended(len(lines) + 1, f"the {_FIELDS[len(lines)]}")
        return cls(
            origin=_origin(lines[0], source.line(1)),
            size=decimal(lines[1], "size", source.line(2)),
            root=hash_of(lines[2], "root", source.line(3)),
            signatures=_signatures(lines[3:], source),
        )


def read_checkpoint(path: Path) -> Checkpoint | None:
    """Return the checkpoint in a file of the log, None when there is no such file; raises `LogError`."""
    if not os.path.lexists(path):
        return None
    check_file(path)
    try:
        with path.open("rb") as file:
            data = file.read(CHECKPOINT_BYTES + 1)  # one more than `decode` takes
    except OSError as error:
        raise LogError(f"cannot be read: {error.strerror}", where=str(path)) from error
    return Checkpoint.decode(data, str(path))


def signature_parts(line: str, where: str) -> tuple[str, bytes, bytes]:
    """Return key name, key ID (4 bytes) and signature of a signature line."""
    form = _SIGNATURE.fullmatch(line)
    data = base64_bytes(form[2]) if form else None
    if form is None or data is None:
        raise LogError(f"found {shown(line)}, expected a signature: '— <key name> <base64>'", where=where)
    if len(data) <= _KEY_ID_BYTES:
        message = f"the signature has {len(data)} bytes, expected a key ID of {_KEY_ID_BYTES} and more"
        raise LogError(message, where=where)
    return form[1], data[:_KEY_ID_BYTES], data[_KEY_ID_BYTES:]


def _origin(line: str, where: str) -> str:
    # tlog-checkpoint, Note text 1: that the origin looks like a URL is a recommendation and must not be
    # assumed; spaces and plus signs are forbidden in key names only. So neither is checked here.
    if not 1 <= len(line) <= ORIGIN_CHARS:
        raise LogError(f"the origin has {len(line)} characters, expected 1 to {ORIGIN_CHARS}", where=where)
    return line


def _signatures(lines: list[str], source: Source) -> tuple[str, ...]:
    if not lines:
        return ()
    if lines[0]:  # tlog-checkpoint, Note text 4: optional, not recommended, and this log writes none
        raise LogError(
            f"found the extension line {shown(lines[0])}, expected the end or an empty line before signatures",
            where=source.line(4),
        )
    if len(lines) == 1:
        raise LogError("the checkpoint ends after an empty line, expected a signature", where=source.line(5))
    for number, line in enumerate(lines[1:], start=5):
        signature_parts(line, source.line(number))
    return tuple(lines[1:])
