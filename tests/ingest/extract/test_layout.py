"""Blocks and sentences."""

from __future__ import annotations

import pytest

from regesta.ingest.extract.layout import lay_out
from tests.ingest.extract.shipped import lists

BLOCKS = {
    "paragraphs between blank lines": ("One here.\n\nTwo here.", [("prose", "One here."), ("prose", "Two here.")]),
    "a heading": ("OHIO\n\nIt said no.", [("heading", "OHIO"), ("prose", "It said no.")]),
    "lines of a list": ("- Ohio: no\n- Iowa: yes", [("item", "- Ohio: no"), ("item", "- Iowa: yes")]),
    "wrapped mail": (
        "The office wrote that it would not be able to send the records\nbefore the end of the month of May.",
        [("prose", "The office wrote that it would not be able to send the records\nbefore the end of the month of May.")],
    ),
    "glued paragraphs": ("It was sent.The clerk said no.", [("prose", "It was sent."), ("prose", "The clerk said no.")]),
    "a quote glued to the next paragraph": (
        'He said "no way."Iowa agreed.', [("prose", 'He said "no way."'), ("prose", "Iowa agreed.")],
    ),
    "a quote glued to the paragraph before": (
        'It was small."We ask," she said.', [("prose", "It was small."), ("prose", '"We ask," she said.')],
    ),
    "form feeds and CRLF": ("One here.\r\n\r\nTwo here.\fThree here.", [("prose", "One here."), ("prose", "Two here."), ("prose", "Three here.")]),
    "nothing": ("", []),
    "only space": (" \n\t\n ", []),
}  # fmt: skip
SENTENCES = {
    "titles and initials": ("Gov. J. D. Lee met Sen. Ann Poe. They agreed.", ["Gov. J. D. Lee met Sen. Ann Poe.", "They agreed."]),
    "times of day": ("It was sent at 4 p.m. The clerk read it.", ["It was sent at 4 p.m.", "The clerk read it."]),
    "a zone behind the time": ("It was sent at 4 p.m. ET on Friday. He read it.", ["It was sent at 4 p.m. ET on Friday.", "He read it."]),
    "a quote that ends": ("“We will not.” The clerk left.", ["“We will not.”", "The clerk left."]),
    "the country": ("The U.S. Senate met. It voted.", ["The U.S. Senate met.", "It voted."]),
    "a date": ("It came Jan. 5. He read it.", ["It came Jan. 5.", "He read it."]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), BLOCKS.values(), ids=BLOCKS)
def test_blocks(text: str, expected: list[tuple[str, str]]) -> None:
    """A text falls into paragraphs, headings and list lines."""
    layout = lay_out(text, lists().words("language", "abbreviations"))
    assert [(block.kind, text[block.start : block.end]) for block in layout.blocks] == expected


@pytest.mark.parametrize(("text", "expected"), SENTENCES.values(), ids=SENTENCES)
def test_sentences(text: str, expected: list[str]) -> None:
    """A full stop ends a sentence, unless it belongs to an abbreviation."""
    layout = lay_out(text, lists().words("language", "abbreviations"))
    assert [text[item.start : item.end] for item in layout.sentences] == expected


def test_positions_are_found() -> None:
    """The block and the sentence of a position are those that hold it."""
    layout = lay_out("One. Two.\n\nThree.", ())
    found = [(layout.block_at(position), layout.sentence_at(position)) for position in (0, 5, 11)]
    assert found == [(0, 0), (0, 1), (1, 2)]
