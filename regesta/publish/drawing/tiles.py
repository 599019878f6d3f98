"""Where the tile of each subject stands: on a map of tiles, or in a grid in the order of their names.

Guarantees that every subject has one tile: those that a map has no place for stand below it.

>>> [(tile.key, tile.row, tile.column) for tile in layout({"CA": "California", "ZZ": "Elsewhere"}, "us-states")]
[('CA', 5, 1), ('ZZ', 0, 0)]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

# The states as one would draw them on squared paper: each about where it lies, none larger than another.
_US_STATES: Final = """
AK .  .  .  .  .  .  .  .  .  ME
.  .  .  .  .  .  .  .  .  VT NH
WA ID MT ND MN WI MI .  NY MA RI
OR NV WY SD IA IL IN OH PA NJ CT
CA UT CO NE MO KY WV VA MD DE .
.  AZ NM KS AR TN NC SC DC .  .
.  .  .  OK LA MS AL GA .  .  .
HI .  .  TX .  .  .  .  FL .  .
"""


def _places(drawn: str) -> dict[str, tuple[int, int]]:
    return {
        code: (row, column)
        for row, line in enumerate(drawn.split("\n")[1:], start=1)
        for column, code in enumerate(line.split(), start=1)
        if code != "."
    }


PLACES: Final[Mapping[str, Mapping[str, tuple[int, int]]]] = {"us-states": _places(_US_STATES)}


@dataclass(frozen=True, slots=True)
class Tile:
    """The place of a subject: row and column from 1, or 0 where it has none on the map. ``short`` is what it shows."""

    key: Any
    name: str
    row: int = 0
    column: int = 0

    @property
    def short(self) -> str:
        """What stands on the tile: the key on a map, where tiles are small, else the name."""
        return str(self.key) if self.row else self.name


def layout(subjects: Mapping[Any, str], drawn_map: str) -> list[Tile]:
    """Return a tile for each subject (key to name): those on the map from top to bottom, then the others by name."""
    places = PLACES.get(drawn_map, {})
    named = sorted(subjects.items(), key=lambda item: (item[1].casefold(), str(item[0])))
    tiles = [Tile(key, name, *places.get(key, (0, 0))) for key, name in named]
    on_map = sorted((tile for tile in tiles if tile.row), key=lambda tile: (tile.row, tile.column))
    return on_map + [tile for tile in tiles if not tile.row]
