"""Addresses of replays: `/archive@2017-07-01,known=2017-07-05/responses` to its parts, and points in time to text.

Guarantees that a point comes back from its canonical text as it was, whatever spelling it came in.

>>> read("archive~402017-07-01.json").segment, wish("archive@July 5, 2017,known=2026")
('archive@2017-07-01', Wish(name='archive', at='July 5, 2017', known='2026'))
>>> spelled(AsOf(at=1498967999), ZoneInfo("UTC"))
'2017-07-02T03:59:59+00:00'
>>> spelled(AsOf(at=1498967999), ZoneInfo("America/New_York"))
'2017-07-01'
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo

from regesta.errors import RegestaError
from regesta.replay.asof import AsOf, as_of
from regesta.schema.dates import bounds, describe, instant_text

# The ending of a database page, `.json` or `.db`; not `.5Z`, the end of a second.
_ENDING: Final = re.compile(r"(?P<segment>.*?)(?P<ending>\.[A-Za-z]\w*)", re.DOTALL)
# A plus is a space in Datasette's encoding, but people also type the offset of a clock time: T10:00:00+02:00.
_BEFORE_OFFSET: Final = re.compile(r".*T?\d\d:\d\d(:\d\d(\.\d+)?)?", re.DOTALL)
_KNOWN: Final = "known="
_CLOCK: Final = re.compile(r"T\d\d:\d\d:\d\d")
_CALENDAR: Final = "-9999/9999"
_UTC: Final = ZoneInfo("UTC")
_IN_PATH: Final = "/%:@!$&'()*+,;=~"


class Address(NamedTuple):
    """A path below the site's root: its first segment, decoded; then, as they came, the ending and the rest.

    Only the page of the database itself has its ``ending`` here, that of a table is at the end of ``rest``.
    """

    segment: str
    ending: str = ""
    rest: str = ""

    @property
    def parts(self) -> list[str]:
        """What follows the first segment, decoded, without the ending of a table."""
        names = self.rest.split("/")[1:]
        if len(names) == 1:
            names = [names[0].partition(".")[0]]
        return [decoded(name) for name in names if name]


class Wish(NamedTuple):
    """What follows the name of a database in an address, in the words that it came in."""

    name: str
    at: str | None
    known: str | None


def path_of(scope: Mapping[str, Any]) -> str:
    """Return the path as it stands in the request line, with nothing in it but what may stand there."""
    raw = scope.get("raw_path")
    return quote(raw.partition(b"?")[0] if raw else scope["path"], safe=_IN_PATH if raw else "/")


def below(root: str, path: str) -> str:
    """Return a path without the site's root, or without its leading slash where it is not below that."""
    return path.removeprefix(root if path.startswith(root) else "/")


def read(path: str) -> Address:
    """Return the parts of a path, without its leading slash, as it stands in a request."""
    first, slash, rest = path.partition("/")
    ending = None if slash else _ENDING.fullmatch(first)
    if ending:
        return Address(decoded(ending["segment"]), ending["ending"])
    return Address(decoded(first), "", slash + rest)


def decoded(segment: str) -> str:
    """Return the text of a segment, be it in percent encoding or in Datasette's own with tildes."""
    text = ""
    for index, piece in enumerate(segment.split("+")):
        clear = unquote(piece.replace("~", "%"))
        plus = "+" if clear[:2].isdigit() and _BEFORE_OFFSET.fullmatch(text) else " "
        text = f"{text}{plus}{clear}" if index else clear
    return text


def wish(segment: str) -> Wish | None:
    """Return what a segment asks for, None where it has no `@`: the name may have one too, a date has none."""
    name, sign, point = segment.rpartition("@")
    if not sign:
        return None
    if point.startswith(_KNOWN):
        return Wish(name, None, point.removeprefix(_KNOWN))
    at, comma, known = point.partition(f",{_KNOWN}")
    return Wish(name, at, known if comma else None)


def point_in_time(at: str | None, known: str | None, zone: ZoneInfo) -> AsOf:
    """Return the points that a visitor means, as `as_of`, but none outside the years that a date can be written in.

    An instant at the end of 9999 may lie in the next year where its offset does not count; nothing is dated there.
    """
    point, ends = as_of(at, known, zone), bounds(_CALENDAR, zone)
    first, last = ends.earliest or 0, ends.latest or 0
    return AsOf(
        None if point.at is None else min(max(point.at, first), last),
        None if point.known is None else min(max(point.known, first * 1000), last * 1000 + 999),
    )


def spelled(point: AsOf, zone: ZoneInfo) -> str:
    """Return the canonical text of a point, as it stands behind the `@`."""
    at = "" if point.at is None else at_text(point.at, zone)
    known = "" if point.known is None else f"{_KNOWN}{known_text(point.known, zone)}"
    return ",".join(filter(None, (at, known)))


def at_text(at: int, zone: ZoneInfo) -> str:
    """Return the shortest of a day, an instant and a clock time in ``zone`` that means this second."""
    return _shortest(at, "", zone, lambda text: as_of(text, None, zone).at == at)


def known_text(known: int, zone: ZoneInfo) -> str:
    """Return the same for a millisecond of the recorded clock."""
    second, part = divmod(known, 1000)
    fraction = "" if part == 999 else f".{part:03d}"  # a second means its last millisecond
    return _shortest(second, fraction, zone, lambda text: as_of(None, text, zone).known == known)


def sentence(point: AsOf, zone: ZoneInfo) -> str:
    """Return what a replay at a point shows, in plain words."""
    known = "" if point.known is None else f"what was known by {_words(known_text(point.known, zone), zone)}"
    if point.at is None:
        return f"{known[:1].upper()}{known[1:]}."
    at = _words(at_text(point.at, zone), zone)
    return f"What had certainly happened by {at}{f', of {known}' if known else ''}. What only may have is left out."


def _words(text: str, zone: ZoneInfo) -> str:
    return describe(text) if "T" in text else f"{describe(text)} (end of day, {zone})"


def _shortest(second: int, fraction: str, zone: ZoneInfo, means: Callable[[str], bool]) -> str:
    here, utc = (_CLOCK.sub(rf"\g<0>{fraction}", instant_text(second, item) or "") for item in (zone, _UTC))
    # Far back the offset of a zone has seconds, which no date may have; before year 0 there are no offsets at all.
    clock = here[: here.index("T") + 9]
    for candidate in (here.partition("T")[0], here, utc, clock):
        try:
            if means(candidate):
                return candidate
        except RegestaError:
            continue
    return here
