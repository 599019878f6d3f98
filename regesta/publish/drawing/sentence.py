"""The standing in words: of all subjects in one sentence, of one subject on its tile.

Guarantees that what is only possible is never said as a fact. `static/front.js` says the same in the same words when
the reader moves the date.

>>> from regesta.config import Value
>>> from regesta.publish.drawing.palette import filled
>>> shades = filled((Value("no", "no"), Value("yes", "yes")), ())
>>> standing(Tally({0: 2}, {1: 3}, 0, 5), shades, "places", "not named")
'2 of 10 places certain (2 “no”), 3 more possible (3 “yes”), 5 not named.'
>>> tile("Kentucky", Stand(None, 0, 0), shades, "not named")
'Kentucky: no, possibly by this date'
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from regesta.publish.drawing.palette import Shade
from regesta.publish.reading.standing import Stand, Tally

POSSIBLY: Final = "possibly by this date"
DISAGREE: Final = "sources disagree"


def standing(tally: Tally, shades: Sequence[Shade], noun: str, others: str, disputed: int = 0) -> str:
    """Return how many subjects certainly and possibly stand where, and on how many of them sources disagree."""
    certain, possible = sum(tally.certain.values()), sum(tally.possible.values())
    some = f"{certain:,}" if certain else "none"
    parts = [f"{some} of {tally.total:,} {noun} certain{_listed(tally.certain, shades)}"]
    parts += [f"{tally.changed:,} of them possibly changed since"] if tally.changed else []
    more = "more possible" if certain else "possible"
    parts += [f"{possible:,} {more}{_listed(tally.possible, shades)}"] if possible else []
    parts += [f"{tally.others:,} {others}"] if tally.others else []
    parts += [f"{DISAGREE} on {disputed:,}"] if disputed else []
    return f"{', '.join(parts)}."


def tile(name: str, stand: Stand | None, shades: Sequence[Shade], others: str, disputed: bool = False) -> str:
    """Return what a tile says, in full."""
    parts = []
    if stand is not None and stand.certain is not None:
        parts.append(shades[stand.certain].label)
    if stand is not None and stand.possible is not None:
        parts.append(f"{shades[stand.possible].label}, {POSSIBLY}")
    said = "; ".join(parts) or others
    newest = f", the newest of {stand.rows}" if stand is not None and stand.rows > 1 else ""
    return f"{name}: {said}{newest}{f', {DISAGREE}' if disputed else ''}"


def sign(stand: Stand | None, shades: Sequence[Shade]) -> str:
    """Return the signs on a tile: the certain value's, and with a question mark the one that it may have changed to."""
    if stand is None:
        return ""
    if stand.certain is None or stand.possible is None:
        return "".join(shades[value].sign for value in (stand.certain, stand.possible) if value is not None)
    return f"{shades[stand.certain].sign}/{shades[stand.possible].sign}?"


def _listed(found: Mapping[int, int], shades: Sequence[Shade]) -> str:
    words = [f"{count:,} “{shades[number].label}”" for number, count in found.items() if count]
    return f" ({', '.join(words)})" if words else ""
