"""Two texts side by side: nothing of either is lost, what is unchanged stands beside itself, the rest is marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regesta.ingest.worddiff import Edit, compare
from regesta.limits import DIFF_CONTEXT_CHARS
from regesta.publish.drawing.sidebyside import Block, Piece, Row, side_by_side
from tests.ingest.ferry import STORY, paragraphs_moved, replaced

PROSE = st.lists(
    st.sampled_from(
        ("One man said no. ", "Two men said yes.\n", "“Nobody knows”, she said. ", "45 ", "\n\n", "It is so. ")
    )
).map("".join)
LINES = "\n".join(f"Paragraph {number} says something of its own." for number in range(9))


def rows(old: str, new: str) -> list[Row]:
    return [row for block in side_by_side(old, new, compare(old, new)) for row in block.rows]


def told(pieces: tuple[Piece, ...]) -> str:
    """Return pieces as one text, the changed ones in brackets with the first letter of their class."""
    return "".join(f"[{piece.kind[0]}:{piece.text}]" if piece.kind else piece.text for piece in pieces)


# Name: old text, new text, the rows of both.
CASES = {
    "the same": ("A b c.", "A b c.", [("A b c.", "A b c.")]),
    "nothing": ("", "", []),
    "a number": ("He asked 45 states.", "He asked 23 states.", [("He asked [n:45] states.", "He asked [n:23] states.")]),
    "a paragraph came": (
        "One man said no.\nTwo men said yes.",
        "One man said no.\nNobody else was asked about it.\nTwo men said yes.",
        [("One man said no.", "One man said no."), ("", "[w:Nobody else was asked about it.]"),
         ("Two men said yes.", "Two men said yes.")],
    ),
    "a paragraph went": (
        "One man said no.\nNobody else was asked about it.\nTwo men said yes.",
        "One man said no.\nTwo men said yes.",
        [("One man said no.", "One man said no."), ("[w:Nobody else was asked about it.]", ""),
         ("Two men said yes.", "Two men said yes.")],
    ),
    "a line was broken": ("One man. Two men.", "One man.\nTwo men.", [("One man. Two men.", "One man.\nTwo men.")]),
    "all of it": ("One man.", "Two women?", [("[w:One man.]", "[w:Two women?]")]),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), CASES.values(), ids=CASES.keys())
def test_rows(old: str, new: str, expected: list[tuple[str, str]]) -> None:
    """Each case has these rows, and nothing else is marked."""
    assert [(told(row.old), told(row.new)) for row in rows(old, new)] == expected


def test_moved() -> None:
    """A paragraph that moved is alone in its row on either side, by the same number."""
    moved = [row for row in rows(STORY, paragraphs_moved()) if row.changed]
    paragraph = STORY.split("\n\n")[1]
    assert moved == [Row((Piece(paragraph, "position", 0),), ()), Row((), (Piece(paragraph, "position", 0),))]


def test_folded() -> None:
    """What is not beside a change is folded away, its words still there."""
    blocks = side_by_side(
        LINES, LINES.replace("4 says", "4 denies"), compare(LINES, LINES.replace("4 says", "4 denies"))
    )
    assert [(block.folded, len(block.rows)) for block in blocks] == [(True, 3), (False, 3), (True, 3)]
    assert blocks[0].rows[0].words == "Paragraph 0 says something of its own."


def test_nothing_changed_is_folded() -> None:
    """Two texts that differ in white space only have one block without a change."""
    text = Piece("One. Two.")
    assert side_by_side("One. Two.", " One. Two.\n", ()) == [Block((Row((text,), (text,)),), True)]


def test_long_stretch() -> None:
    """Of a long paragraph the middle is left out on both sides, and counted."""
    old = "He asked 45 states. " + "word " * 1_000 + "It ended in May."
    (row,) = rows(old, replaced("45", "23", old))
    gaps = [(piece.hidden, piece.text) for piece in row.new if piece.hidden]
    shown = sum(len(piece.text) for piece in row.new)
    assert (gaps, len(row.new)) == ([(len(old) - shown, "")], 5)
    assert shown <= 2 * DIFF_CONTEXT_CHARS + len("He asked 45 states.")


@given(PROSE, PROSE)
def test_nothing_is_lost(old: str, new: str) -> None:
    """Both texts can be read off their column, and what is unchanged stands beside itself."""
    found = rows(old, new)
    columns = [
        "".join(piece.text for row in found for piece in row.old),
        "".join(piece.text for row in found for piece in row.new),
    ]
    assert ["".join(column.split()) for column in columns] == ["".join(old.split()), "".join(new.split())]
    assert [unchanged(row.old) for row in found] == [unchanged(row.new) for row in found]


def unchanged(pieces: tuple[Piece, ...]) -> str:
    return "".join("".join(piece.text.split()) for piece in pieces if not piece.kind)


def test_edits_that_do_not_fit() -> None:
    """Ranges that overlap, as a broken event might have them, lose nothing either."""
    (block,) = side_by_side("abcdef", "abcdef", [Edit("typo", (1, 4), (1, 2)), Edit("typo", (2, 3), (1, 2))])
    assert "".join(piece.text for piece in block.rows[0].old) == "abcdef"
