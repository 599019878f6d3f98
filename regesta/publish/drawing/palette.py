"""Colours, signs and words of the values of a status, where an archive does not say them itself.

Guarantees that no two values have the same sign, and that text on a colour has the contrast that WCAG 2.2 asks of
text (1.4.3: 4.5 to 1): of black and white one always has.

>>> on_colour("#a4262c"), on_colour("#f2c14e")
('#fff', '#000')
>>> [(value.label, value.sign) for value in filled((), ["public-only", "partial"])]
[('Partial', 'P'), ('Public only', 'U')]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from regesta.config import Value
from regesta.limits import DRAWN_VALUES, LABEL_CHARS

# As dark as white text needs, and told apart by people who see red and green alike as far as so many can be.
COLOURS: Final = ("#a4262c", "#4f6bb0", "#2e7d4f", "#c05a1a", "#6b5b95", "#8a6d00", "#1f7a8c", "#a0417d", "#6f7780")
OTHER_COLOUR: Final = "#59626c"
_OTHER: Final = "Another value"
_NOTHING: Final = "Not said"
_MARKS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ123456789"


@dataclass(frozen=True, slots=True)
class Shade:
    """A value as it is drawn: what stands in the column, its words, sign and colour, and the colour of text on it."""

    value: Any
    label: str
    sign: str
    color: str
    text: str


def filled(declared: Sequence[Value], found: Sequence[Any]) -> tuple[Shade, ...]:
    """Return the values that are declared, then those that were found besides, each with all that is drawn.

    Where there are more than can be told apart the last one stands for all others; its value is `Ellipsis`.
    """
    known = {one.value for one in declared}
    more: list[Any] = sorted((value for value in found if value not in known), key=str)
    room = DRAWN_VALUES - len(declared)
    wanted = [(one.value, one) for one in declared] + [(value, Value("")) for value in more]
    if len(more) > room:
        wanted = [*wanted[: DRAWN_VALUES - 1], (..., Value("", _OTHER, "*", OTHER_COLOUR))]
    taken = {one.sign for _, one in wanted if one.sign}
    colours = iter([colour for colour in COLOURS if colour not in {one.color for _, one in wanted}])
    return tuple(_shade(value, one, taken, colours) for value, one in wanted)


def _shade(value: Any, given: Value, taken: set[str], colours: Iterator[str]) -> Shade:
    label = given.label or _label(value)
    color = given.color or next(colours, OTHER_COLOUR)
    return Shade(value, label, given.sign or _sign(label, taken), color, on_colour(color))


def _label(value: Any) -> str:
    words = _NOTHING if value is None else str(value).replace("_", " ").replace("-", " ").strip() or "''"
    return words[:1].upper() + words[1:LABEL_CHARS]


def _sign(label: str, taken: set[str]) -> str:
    """Return the first letter of the label that no other value has, else any that none has."""
    letters = [letter.upper() for letter in label if letter.isalnum() and len(letter.upper()) == 1]
    sign = next((letter for letter in [*letters, *_MARKS] if letter not in taken), "")
    taken.add(sign)
    return sign


def on_colour(color: str) -> str:
    """Return the colour of text on `#rrggbb`: black or white, which has the higher contrast."""
    luminance = _luminance(color)
    return "#fff" if 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 else "#000"


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours `#rrggbb`, 1 to 21 (WCAG 2.2, contrast ratio)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: str) -> float:
    digits = color[1:] if len(color) == 7 else "".join(2 * digit for digit in color[1:])
    parts = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
