"""Cues: phrases of a word list made into one pattern, in a language too small to be slow.

Words match whatever their case; `a|b` is either word, `*` up to four words between, `#` a sum of money, `{name}` any
phrase of a set. Every gap is bounded and nothing else repeats, so that the time is linear in the text whatever the
list says.

>>> Cues(["will|would * comply"]).search("She would not have to comply.").group()
'would not have to comply'
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from regesta.errors import ArchiveError
from regesta.limits import CUE_CHARS, CUE_SLOTS

# What parts words and what they are made of have no sign in common, so that a text has one way to be read: with `'` and
# `-` in both, a line of a thousand of them took hours.
_WORD: Final = r"[\w.$%]++(?:['-]++[\w.$%]++){0,3}"
_GAP: Final = rf"(?:[\s,'\"()-]++{_WORD}){{0,4}}?[\s'\"()-]{{0,5}}?"
_BETWEEN: Final = r"[\s'\"()-]{1,3}"
_MONEY: Final = r"\$\d[\d,.]*(?:\s(?:thousand|million|billion))?"
_ASCII_SMALL: Final = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_SLOT: Final = re.compile(r"[^\s{}*]+|\{[a-z-]+\}|\*")
# One character for one character, so that positions stay: curly marks to straight ones, odd spaces to plain ones.
_FLAT: Final = str.maketrans({
    "’": "'", "‘": "'", "ʼ": "'", "`": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2007": " ", "‑": "-", "‐": "-", "–": "-", "—": "-", "−": "-",
})  # fmt: skip

Sets = Mapping[str, Sequence[str]]


def flatten(text: str) -> str:
    """Return the text with plain quotation marks, hyphens and spaces; every position stays what it was."""
    return text.translate(_FLAT)


class Cues:
    """Phrases to be found in a text; looks like a compiled pattern.

    The text is searched in small letters and the phrases are grouped by those they may begin with, so that at each
    word the machine skips most of them at one look; a pattern without case would try them all.
    """

    def __init__(self, phrases: Iterable[str], sets: Sets | None = None) -> None:
        groups: dict[str, list[str]] = {}
        for phrase in sorted(dict.fromkeys(phrases), key=lambda item: (-len(item), item)):
            slots = _slots(phrase)
            letters = "".join(sorted({words[:1] for words in _alternatives(slots[0], sets or {})}))
            groups.setdefault(letters, []).append(_slot(slots[0], sets or {}) + _tail(slots[1:], sets or {}))
        parts = [f"{_begins(letters)}(?:{'|'.join(group)})" for letters, group in groups.items()]
        self._pattern = re.compile(rf"(?<![\w'-])(?:{'|'.join(parts) or '(?!)'})(?![\w-])")

    def search(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """Return the first phrase that stands in ``text[start:end]``."""
        return self._pattern.search(_small(text), start, end)

    def finditer(self, text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[re.Match[str]]:
        """Yield the phrases that stand in ``text[start:end]``, none of which overlap."""
        return self._pattern.finditer(_small(text), start, end)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """Return the phrase that the whole text is."""
        return self._pattern.fullmatch(_small(text))


@lru_cache(maxsize=16)
def _small(text: str) -> str:
    """Return the text in small letters, where that leaves every position what it was."""
    small = text.lower()
    return small if len(small) == len(text) else text.translate(_ASCII_SMALL)


def _slots(phrase: str) -> list[str]:
    slots = phrase.lower().split()
    is_bounded = slots and len(phrase) <= CUE_CHARS and len(slots) <= CUE_SLOTS
    if not is_bounded or not all(map(_SLOT.fullmatch, slots)) or any("" in _words(slot) for slot in slots):
        raise ArchiveError(f"{phrase!r:.80} is no cue: words, `a|b`, `*`, `#` and `{{name}}`, apart by spaces")
    if slots[0] == "*" or slots[-1] == "*":
        raise ArchiveError(f"{phrase!r}: a cue begins and ends with a word")
    return slots


def _begins(letters: str) -> str:
    """Return the test that lets the machine skip a group of phrases by one look at the next letter."""
    return f"(?=[{re.escape(letters)}])" if letters.isalpha() else ""


def _alternatives(slot: str, sets: Sets) -> list[str]:
    """Return the words or phrases that a slot stands for, the longest first."""
    if slot.startswith("{"):
        name = slot[1:-1]
        if name not in sets:
            raise ArchiveError(f"the cue set {slot} is not defined; there are {', '.join(sorted(sets)) or 'none'}")
        return sorted((phrase.lower() for phrase in sets[name]), key=lambda phrase: (-len(phrase), phrase))
    return sorted(_words(slot), key=lambda word: (-len(word), word))


def _words(slot: str) -> list[str]:
    return slot.split("|") if len(slot) > 1 else [slot]


def _phrase(words: str) -> str:
    """Return the pattern of a phrase of a set."""
    slots = _slots(words)
    return _slot(slots[0], {}) + _tail(slots[1:], {})


def _tail(slots: Sequence[str], sets: Sets) -> str:
    return "".join(_GAP if slot == "*" else _BETWEEN + _slot(slot, sets) for slot in slots)


def _slot(slot: str, sets: Sets) -> str:
    if slot == "#":
        return _MONEY
    if slot.startswith("{"):
        return f"(?:{'|'.join(map(_phrase, _alternatives(slot, sets))) or '(?!)'})"
    return f"(?:{'|'.join(map(re.escape, _alternatives(slot, sets)))})"
