"""gzip and deflate as a stream, within bounds: a few bytes that unpack to gigabytes are refused before they do.

>>> from gzip import compress
>>> unpacker = Unpacker("gzip")
>>> unpacker.feed(compress(b"Our rolls are closed."))
b'Our rolls are closed.'
>>> unpacker.finish()
"""

from __future__ import annotations

import zlib
from typing import Final

from regesta.errors import InputError
from regesta.limits import UNPACKED_BYTES, UNPACKED_RATIO, UNPACKED_RATIO_FROM

CODINGS: Final = ("gzip", "x-gzip", "deflate")

_GZIP: Final = 16 + zlib.MAX_WBITS  # with header and checksum
_STEP: Final = 1024 * 1024  # unpacked at a time, so that a bomb is noticed before it is in memory


class Unpacker:
    """Unpacks one stream; ``coding`` is one of CODINGS, or None for bytes that are as they are."""

    def __init__(self, coding: str | None) -> None:
        self.coding = coding
        self.packed = self.unpacked = 0
        self._stream: zlib._Decompress | None = None
        self._is_begun = False

    def feed(self, chunk: bytes) -> bytes:
        """Return what the next bytes unpack to. Raises InputError beyond the limits, and for bytes that are damaged."""
        self.packed += len(chunk)
        parts: list[bytes] = []
        while chunk:
            try:
                part, chunk = self._step(chunk) if self.coding else (chunk, b"")
            except zlib.error as error:
                raise InputError(f"is damaged where it is packed ({self.coding})") from error
            self._count(len(part))
            parts.append(part)
        return b"".join(parts)

    def finish(self) -> None:
        """Raise InputError if the stream breaks off."""
        if self._stream is not None and not self._stream.eof:
            raise InputError(f"breaks off where it is packed ({self.coding})")

    def _step(self, chunk: bytes) -> tuple[bytes, bytes]:
        """Return at most a step of what the bytes unpack to, and the bytes that are left."""
        if self._stream is None or self._stream.eof:
            if self._is_begun and (self.coding == "deflate" or not chunk.strip(b"\0")):
                return b"", b""  # padding behind the end
            self._stream = zlib.decompressobj(self._window(chunk))
            self._is_begun = True
        part = self._stream.decompress(chunk, _STEP)
        return part, self._stream.unconsumed_tail or self._stream.unused_data

    def _window(self, chunk: bytes) -> int:
        """Say how a stream begins: deflate should have zlib's header (RFC 9110 §8.4.1.2), some servers leave it out."""
        if self.coding != "deflate":
            return _GZIP
        return zlib.MAX_WBITS if chunk[0] & 0x0F == 8 else -zlib.MAX_WBITS

    def _count(self, length: int) -> None:
        self.unpacked += length
        if self.unpacked > UNPACKED_BYTES:
            raise InputError(f"unpacks to more than {UNPACKED_BYTES:,} bytes")
        if self.unpacked > max(UNPACKED_RATIO_FROM, UNPACKED_RATIO * self.packed):
            raise InputError(f"unpacks to more than {UNPACKED_RATIO} times its size")
