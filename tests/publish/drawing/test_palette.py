"""What is drawn for a value where the archive does not say it: words, signs, colours that can be read."""

from __future__ import annotations

import pytest

from regesta.config import Value
from regesta.limits import DRAWN_VALUES
from regesta.publish.drawing.palette import COLOURS, OTHER_COLOUR, contrast, filled, on_colour

COLOURFUL = (*COLOURS, OTHER_COLOUR, "#ffffff", "#000000", "#808080", "#ffcc00", "#757575", "#777777", "#00ff00")


@pytest.mark.parametrize("color", COLOURFUL)
def test_text_on_a_colour_can_be_read(color: str) -> None:
    """Black or white text on any colour has the contrast that WCAG asks of text."""
    whole = {"#fff": "#ffffff", "#000": "#000000"}
    assert contrast(color, whole[on_colour(color)]) >= 4.5


def test_contrast_is_as_wcag_defines_it() -> None:
    """Black and white have 21 to 1, a colour and itself 1, and the order does not matter."""
    pairs = [("#000000", "#ffffff"), ("#a4262c", "#a4262c"), ("#ffffff", "#767676")]
    assert [round(contrast(*pair), 2) for pair in pairs] == [21.0, 1.0, 4.54]


def test_what_is_declared_comes_first_and_stays() -> None:
    """Declared values keep their order and everything that is said of them; the others follow by name."""
    shades = filled((Value("z", "Zed", "Q", "#112233"), Value("b")), ["z", "c", "b", "a"])
    assert [shade.value for shade in shades] == ["z", "b", "a", "c"]
    assert (shades[0].label, shades[0].sign, shades[0].color, shades[0].text) == ("Zed", "Q", "#112233", "#fff")


def test_no_two_values_share_a_sign_or_a_colour() -> None:
    """Values that begin alike get other letters of theirs."""
    shades = filled((Value("one", sign="P"),), ["partial", "public", "paid", "p", "pp"])
    assert len({shade.sign for shade in shades}) == 6
    assert len({shade.color for shade in shades}) == 6


def test_values_without_words_have_a_label() -> None:
    """Nothing, numbers, empty text and signs are said in words too."""
    shades = filled((), [None, 3, "", "a_b-c"])
    assert {shade.value: shade.label for shade in shades} == {None: "Not said", 3: "3", "": "''", "a_b-c": "A b c"}


def test_more_values_than_can_be_told_apart() -> None:
    """The last one stands for all the others."""
    shades = filled((), [f"v{number:03d}" for number in range(100)])
    assert (len(shades), shades[-1].value, shades[-1].label) == (DRAWN_VALUES, ..., "Another value")
