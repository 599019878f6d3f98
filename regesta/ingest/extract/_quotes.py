"""Quoted words: where a quotation opens and where it closes, whatever marks the typist took.

Real text opens with a curly mark and closes with a straight one, leaves every paragraph but the last of a long quote
open, and puts titles and doubts in the same marks as words that somebody said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from regesta.ingest.extract.layout import Block, Layout

_MARK: Final = re.compile(r"[“”„«»\"]|``|''")
_SINGLE: Final = re.compile(r"(?<![\w])[‘'](?=\w)|(?<=[\w.,!?…])[’'](?!\w)")
_WORD: Final = re.compile(r"\w")
_OPENING: Final = frozenset("“„«")
_WORDS_SAID: Final = 4  # fewer are a title or a doubt, unless the sentence says that they were spoken


@dataclass(frozen=True, slots=True)
class Quoted:
    """A stretch of quoted words, its marks included; ``closed`` is False where only the paragraph ends it.

    ``goes_on`` says that the quote before it was left open and this one continues it in a new paragraph.
    """

    start: int
    end: int
    block: int
    closed: bool = True
    goes_on: bool = False

    def words(self, text: str) -> int:
        """Return how many words are quoted."""
        return len(text[self.start : self.end].split())


def find_quotes(text: str, layout: Layout) -> list[Quoted]:
    """Return every stretch of quoted words in text order; nested single quotes belong to the quote around them."""
    found: list[Quoted] = []
    single = not any(mark in text for mark in '“”"«»')
    for number, block in enumerate(layout.blocks):
        spans = _single_spans(text, block) if single else _spans(text, block)
        for start, end, closed in spans:
            if not _WORD.search(text, start, end):
                continue
            previous = found[-1] if found else None
            goes_on = bool(
                previous and not previous.closed and previous.block == number - 1 and start - block.start < 3
            )
            found.append(Quoted(start, end, number, closed, goes_on))
    return found


def _spans(text: str, block: Block) -> Iterator[tuple[int, int, bool]]:
    """Yield (start, end, closed) of the quotes of one block."""
    start: int | None = None
    for match in _MARK.finditer(text, block.start, block.end):
        mark, position = match[0], match.start()
        if _is_inch(text, position, mark):
            continue
        if start is None:
            if mark in "”»" and not _opens(text, position, block):
                continue  # a closing mark without its opening one
            start = position
        elif mark in _OPENING and not _closes(text, position, block):
            if not _opens(text, position, block):
                continue
            yield start, _without_space(text, start, position), False  # the one before was never closed
            start = position
        elif mark == '"' and _opens(text, position, block) and not _closes(text, position, block):
            continue  # a straight mark inside curly ones
        else:
            yield start, match.end(), True
            start = None
    if start is not None and block.end - start > 1:
        yield start, block.end, False


def _opens(text: str, position: int, block: Block) -> bool:
    before = text[position - 1] if position > block.start else " "
    after = text[position + 1] if position + 1 < block.end else " "
    return (before.isspace() or before in "([—–-:‘'/") and not after.isspace()


def _closes(text: str, position: int, block: Block) -> bool:
    before = text[position - 1] if position > block.start else " "
    after = text[position + 1] if position + 1 < block.end else " "
    return not before.isspace() and before not in "([" and (not after.isalnum() or before in ".,!?…")


def _is_inch(text: str, position: int, mark: str) -> bool:
    return (
        mark == '"'
        and position > 0
        and text[position - 1].isdigit()
        and text[position + 1 : position + 2] in (" ", "")
        and (
            text.rfind('"', max(0, position - 300), position) < 0
            and text.rfind("“", max(0, position - 300), position) < 0
        )
    )


def _without_space(text: str, start: int, end: int) -> int:
    while end > start + 1 and text[end - 1].isspace():
        end -= 1
    return end


def _single_spans(text: str, block: Block) -> Iterator[tuple[int, int, bool]]:
    """Yield quotes in single marks, for texts that have no double ones; an apostrophe inside a word is none."""
    start: int | None = None
    for match in _SINGLE.finditer(text, block.start, block.end):
        if start is None:
            if match.start() == block.start or not text[match.start() - 1].isalnum():
                start = match.start()
        elif text[match.start() - 1] in ".,!?…" or text[match.end() : match.end() + 1] in (" ", "", ",", "."):
            if len(text[start : match.end()].split()) >= _WORDS_SAID:
                yield start, match.end(), True
            start = None
