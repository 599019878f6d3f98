"""The standing in words."""

from __future__ import annotations

import pytest

from regesta.config import Value
from regesta.publish.drawing.palette import filled
from regesta.publish.drawing.sentence import sign, standing, tile
from regesta.publish.reading.standing import Stand, Tally

SHADES = filled((Value("refuse", "Refuses", "R"), Value("comply", "Complies", "C")), ())

SENTENCES = {
    "both": (Tally({0: 2}, {0: 5, 1: 12}, 0, 32), "2 of 51 states certain (2 “Refuses”), 17 more possible (5 “Refuses”, 12 “Complies”), 32 not named."),
    "only possible": (Tally({}, {1: 1}, 0, 50), "none of 51 states certain, 1 possible (1 “Complies”), 50 not named."),
    "changed": (Tally({0: 3}, {}, 2, 0), "3 of 3 states certain (3 “Refuses”), 2 of them possibly changed since."),
    "nothing": (Tally({}, {}, 0, 51), "none of 51 states certain, 51 not named."),
    "many": (Tally({1: 12345}, {}, 0, 0), "12,345 of 12,345 states certain (12,345 “Complies”)."),
}  # fmt: skip
TILES = {
    "certain": (Stand(0, None, 1), False, "Kentucky: Refuses", "R"),
    "possible": (Stand(None, 0, 0), False, "Kentucky: Refuses, possibly by this date", "R"),
    "changing": (Stand(0, 1, 1), False, "Kentucky: Refuses; Complies, possibly by this date", "R/C?"),
    "several": (Stand(1, None, 3), False, "Kentucky: Complies, the newest of 3", "C"),
    "disputed": (Stand(1, None, 1), True, "Kentucky: Complies, sources disagree", "C"),
    "nothing": (None, False, "Kentucky: not named", ""),
}


@pytest.mark.parametrize(("tally", "expected"), SENTENCES.values(), ids=SENTENCES.keys())
def test_standing_in_words(tally: Tally, expected: str) -> None:
    """All subjects are told, the certain and the possible ones apart."""
    assert standing(tally, SHADES, "states", "not named") == expected


@pytest.mark.parametrize(("stand", "disputed", "words", "signs"), TILES.values(), ids=TILES.keys())
def test_tile_in_words(stand: Stand | None, disputed: bool, words: str, signs: str) -> None:
    """A tile says in words all that its colour, pattern and corner say."""
    assert (tile("Kentucky", stand, SHADES, "not named", disputed), sign(stand, SHADES)) == (words, signs)
