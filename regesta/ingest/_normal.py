"""A text as it is compared: what two prints of the same words may differ in is taken away, with a map back.

Guarantees that positions in the normal form never run backwards, and time that is linear in the text.

>>> normalise('He said:\u00a0“No”.  Then—') .text
'He said:"No".Then-'
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_QUOTES: Final = dict.fromkeys("“”„‟«»❝❞〝〞＂", '"') | dict.fromkeys("‘’‚‛‹›❛❜ʼ′´`", "'")
_DASHES: Final = dict.fromkeys("‐‑‒–—―−⁃﹘﹣－", "-")
_MARKS: Final = _QUOTES | _DASHES
# Runs of letters and digits that are copied as they are, runs of white space, and any other character by itself.
_RUN: Final = re.compile(r"([0-9A-Za-z]+)|(\s+)|[\s\S]")

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Normalised:
    """The normal form of a text: ``text[i]`` stands for the characters ``starts[i]`` to ``ends[i]`` of the original."""

    text: str
    starts: list[int]
    ends: list[int]

    def original(self, start: int, end: int) -> Range:
        """Return the range of the original that a range of the normal form, not an empty one, stands for."""
        return self.starts[start], self.ends[end - 1]

    def within(self, start: int, end: int) -> Range:
        """Return the range of the normal form that stands for what is visible of a range of the original."""
        first, last = bisect_right(self.ends, start), bisect_left(self.starts, end)
        while first < last and self.text[first] == " ":
            first += 1
        while first < last and self.text[last - 1] == " ":
            last -= 1
        return first, max(first, last)


def normalise(text: str) -> Normalised:
    """Return the normal form of ``text``.

    White space counts only between two words, where it is one space: sentences may be glued (`us."Pennsylvania`),
    lists lack a space after a comma. Quotation marks become straight ones and dashes `-`; full-width forms,
    ligatures and other forms of compatibility become plain characters (NFKC); what is not visible (soft hyphens,
    zero-width and direction marks) is dropped. Case is kept.
    """
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end, plain in _spaced(_parts(text)):
        last = characters[-1] if characters else ""
        if len(plain) == 1 and (joined := _joined(last, plain)):
            characters[-1] = joined
            ends[-1] = end
            continue
        characters += plain
        copied = len(plain) == end - start
        starts += range(start, end) if copied else [start] * len(plain)
        ends += range(start + 1, end + 1) if copied else [end] * len(plain)
    return Normalised("".join(characters), starts, ends)


def _parts(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, plain characters); white space is one space, what is not visible is left out."""
    for match in _RUN.finditer(text):
        word, space = match.groups()
        plain = word or (" " if space else _plain(match[0]))
        if plain:
            yield match.start(), match.end(), plain


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    """Return what a character is written as: itself, a plainer one, several, or nothing."""
    if character.isascii():
        return _MARKS.get(character, character)
    if character in _MARKS:
        return _MARKS[character]
    if unicodedata.category(character) == "Cf":
        return ""
    # A mark such as an accent stays by itself; compatibility forms of a space give one that is no word.
    return "".join(_MARKS.get(part, part) for part in unicodedata.normalize("NFKC", character) if not part.isspace())


def _spaced(parts: Iterable[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Leave out the spaces that do not stand between two words."""
    after_word, space = False, None
    for part in parts:
        if part[2] == " ":
            space = part
            continue
        if space and after_word and part[2][0].isalnum():
            yield space
        yield part
        after_word, space = part[2][-1].isalnum() or bool(unicodedata.combining(part[2][-1])), None


def _joined(last: str, plain: str) -> str | None:
    """Return the one character that two make together: a letter and its accent, two dashes; None if they do not."""
    if plain == "-" == last:
        return "-"
    if last and unicodedata.combining(plain):
        both = unicodedata.normalize("NFC", last + plain)
        return both if len(both) == 1 else None
    return None
