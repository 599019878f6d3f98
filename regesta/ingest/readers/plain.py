"""Plain text: the document is its text.

>>> next(read(Source("letter.txt", "Dear Mr. Kobach,\\r\\n".encode()))).text
'Dear Mr. Kobach,\\r\\n'
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from regesta.errors import InputError
from regesta.ingest.capture import Capture, Source
from regesta.ingest.readers._dated import retrieved
from regesta.ingest.text import charset_parameter, decode

media_types: Final = ("text/plain", "text/markdown")
suffixes: Final = (".txt", ".text", ".md", ".markdown")


def read(source: Source) -> Iterator[Capture]:
    """Yield the one document. Raises InputError."""
    decoded = decode(source.data, charset_parameter(source.media_type))
    if not decoded.text.strip():
        raise InputError("holds no text")
    yield Capture(
        data=source.data,
        text=decoded.text,
        media_type="text/plain",
        reader="plain",
        name=source.name,
        url=source.url,
        retrieved=retrieved(source),
        notices=decoded.notices,
    )
