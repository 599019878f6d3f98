"""A document as it was taken in: the untouched bytes, the canonical text made from them, what is known of its dates.

Canonical text is the decoded text and nothing else is done to it: positions of evidence count its code points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Dated:
    """A date as EDTF and what it rests on: ``header Date``, ``meta article:published_time``, ``clock`` …"""

    edtf: str
    basis: str


@dataclass(frozen=True, slots=True)
class Source:
    """Bytes to be read: ``name`` is how messages call them (a path as given, or a URL).

    ``media_type`` is what the sender said, None where only bytes and name can tell; ``retrieved`` is the moment
    (RFC 3339, UTC) of a fetch, None for a file, of which only its owner knows when it was taken from its source.
    """

    name: str
    data: bytes
    url: str | None = None
    media_type: str | None = None
    retrieved: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its range in the canonical text, and its values by column name."""

    start: int
    end: int
    values: Mapping[str, str]


@dataclass(frozen=True)
class Capture:
    """One document. ``rows`` is None for prose; a table has its rows and no prose to extract from."""

    data: bytes
    text: str
    media_type: str
    reader: str  # which reader made the text, with the version of its library: "html (trafilatura 2.0.0)"
    name: str
    url: str | None = None
    title: str | None = None
    publisher: str | None = None
    published: Dated | None = None
    updated: Dated | None = None
    retrieved: Dated | None = None
    rows: tuple[Row, ...] | None = None
    notices: tuple[str, ...] = ()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the bytes, in hex: the name of the document."""
        return sha256(self.data).hexdigest()
