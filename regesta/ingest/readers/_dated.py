"""Dates as headers and metadata write them, to EDTF: what is written is kept, nothing is filled in, nothing is guessed.

>>> dated("Wed, 05 Jul 2017 16:02:00 -0400", "header Date")
Dated(edtf='2017-07-05T16:02:00-04:00', basis='header Date')
>>> dated("2017-07-05T20:02Z", "meta article:published_time")
Dated(edtf='2017-07-05T20:02:00Z', basis='meta article:published_time')
>>> dated("05/07/2017", "meta date") is None
True
"""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from typing import Final
from zoneinfo import ZoneInfo

from regesta.errors import RegestaError
from regesta.ingest.capture import Dated, Source
from regesta.limits import EDTF_CHARS
from regesta.schema.dates import check_edtf, parse_human

_UTC: Final = ZoneInfo("UTC")
# ISO 8601 as content systems write it: basic or extended, a space for the T, no seconds, +0000 for +00:00.
_ISO: Final = re.compile(
    r"(\d{4})(?:-?(\d\d)(?:-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?)?)?",
    re.ASCII | re.IGNORECASE,
)
# RFC 5322 §3.3. Of anything else the standard library makes something too: four in the morning of `4:02 p.m.`
_MAIL: Final = re.compile(
    r"(?:[a-z]{3,9},? ?)?\d{1,2}[ -][a-z]{3,9}[ -]\d{2,4} \d{1,2}:\d\d(?::\d\d)?"
    r"(?: (?:(?![ap]m\b)[a-z]{1,5}|[+-]\d{4}))?(?: \(.*\))?",
    re.ASCII | re.IGNORECASE,
)
_CHARS: Final = 80  # RFC 5322 with a comment behind the zone


def dated(printed: str | None, basis: str) -> Dated | None:
    """Return a date with what it rests on, None when it is absent or cannot be read without guessing.

    A fraction of a second is dropped. A clock time without an offset stays without one.
    """
    words = " ".join((printed or "")[: _CHARS + 1].split())
    if not words or len(words) > _CHARS:
        return None
    for read in (_iso, _mail, _human):
        edtf = read(words)
        if edtf is not None:
            return Dated(edtf, basis)
    return None


def retrieved(source: Source) -> Dated | None:
    """Return the moment of a fetch, by our own clock."""
    return Dated(source.retrieved, "clock") if source.retrieved else None


def _iso(words: str) -> str | None:
    match = _ISO.fullmatch(words)
    if match is None:
        return None
    year, month, day, hour, minute, second, offset = match.groups("")
    date = "-".join(part for part in (year, month, day) if part)
    clock = f"T{hour}:{minute}:{second or '00'}" if hour else ""
    return _checked(date + clock + _offset(offset))


def _offset(offset: str) -> str:
    if offset in ("", "Z", "z"):
        return offset.upper()
    digits = offset[1:].replace(":", "").ljust(4, "0")
    return "Z" if digits == "0000" else f"{offset[0]}{digits[:2]}:{digits[2:]}"


def _mail(words: str) -> str | None:
    """Read RFC 5322 §3.3, and §4.3 with its zone names; `-0000` says that the zone is not known."""
    if not _MAIL.fullmatch(words):
        return None
    try:
        moment = parsedate_to_datetime(words)
    except (ValueError, TypeError, IndexError, OverflowError):  # Python 3.11 lets all of them out
        return None
    return _checked(moment.isoformat().replace("+00:00", "Z"))


def _human(words: str) -> str | None:
    try:
        return parse_human(words[:EDTF_CHARS], _UTC)
    except RegestaError:
        return None


def _checked(edtf: str) -> str | None:
    try:
        check_edtf(edtf)
    except RegestaError:
        return None
    return edtf
