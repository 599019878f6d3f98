"""A text as words, sentences and quoted stretches, for the comparison of two versions.

Guarantees that sentences do not depend on how lines are wrapped, and time that is linear in the text.

>>> prose = Prose("He said.“No. Never.”They\\nwait.")
>>> [prose.text[slice(*prose.span(*sentence))] for sentence in prose.sentences]
['He said.', '“No.', 'Never.”', 'They\\nwait.']
>>> [prose.text[slice(*stretch)] for stretch in prose.quoted]
['No. Never.']
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Final

from regesta.ingest._figures import TOKEN
from regesta.ingest._normal import Range, normalise

_BLANK_LINE: Final = re.compile(r"\n\s*\n")
_STOPS: Final = frozenset(".!?…。！？")
_CLOSERS: Final = frozenset("\"')]")
_MARK: Final = re.compile(r'["“”„‟«»]|\n\s*\n')
_OPENING: Final = frozenset("“„")


class Prose:
    """The words and marks of a text: ``spans`` are their ranges, ``loose`` how they are compared.

    In `loose` quotation marks are straight, dashes `-`, and what is not visible is left out (`normalise`).
    """

    def __init__(self, text: str) -> None:
        self.text = text
        found = [(match.span(), loose) for match in TOKEN.finditer(text) if (loose := _loose(match[0]))]
        self.spans: list[Range] = [span for span, _ in found]
        self.loose: list[str] = [loose for _, loose in found]

    def exact(self, token: int) -> str:
        """Return a word or mark as it stands."""
        return self.text[slice(*self.spans[token])]

    def span(self, first: int, last: int) -> Range:
        """Return the range of the text from the token ``first`` up to the one before ``last``."""
        return self.spans[first][0], self.spans[last - 1][1]

    @cached_property
    def sentences(self) -> list[Range]:
        """The sentences, as ranges of tokens."""
        starts = [token for token in range(len(self.spans)) if token == 0 or self._begins_sentence(token)]
        return list(pairwise([*starts, len(self.spans)]))

    def _begins_sentence(self, token: int) -> bool:
        gap = self._gap(token)
        lower = self.loose[token][0].islower()
        if "\n" in gap and (_BLANK_LINE.search(gap) or not lower):
            return True
        if lower or self._closes(token):
            return False
        last = token - 1
        while last > 0 and self._closes(last):
            last -= 1
        if self.loose[last] not in _STOPS:
            return not gap and self.loose[last][-1].isdigit() and self.loose[token][0].isupper()  # "in 2017Officials"
        # "U.S. law", "p.m." glued to what follows: one letter before the stop is an abbreviation, or a name's initial.
        return bool(gap) or last < token - 1 or (last > 0 and len(self.loose[last - 1]) > 1)

    def _gap(self, token: int) -> str:
        """Return what stands between a token and the one before it."""
        return self.text[self.spans[token - 1][1] : self.spans[token][0]]

    def _closes(self, token: int) -> bool:
        """Say whether a token is a mark that ends something: no straight one that is set off from what is before it."""
        return self.loose[token] in _CLOSERS and self.exact(token) not in _OPENING and not self._gap(token)

    @cached_property
    def quoted(self) -> list[Range]:
        """The stretches between quotation marks; one that is not closed ends with its paragraph."""
        found: list[Range] = []
        opened: re.Match[str] | None = None
        for match in _MARK.finditer(self.text):
            opens = self._opens(match, opened[0] if opened else "")
            if opened:
                # Not closed, if another begins: then it went to the end of its line.
                line_end = self.text.find("\n", opened.end(), match.start()) if opens else -1
                found.append((opened.end(), match.start() if line_end < 0 else line_end))
            opened = match if opens else None
        return [*found, (opened.end(), len(self.text))] if opened else found

    def _opens(self, match: re.Match[str], opened: str) -> bool:
        """Say whether a mark opens a quotation, the last one being ``opened`` (none: "") and not closed yet.

        A straight mark does after a space and before none; where that does not tell, they take turns.
        """
        mark = match[0]
        if mark in _OPENING:
            return opened != "„"
        if mark == "”" or mark[0] == "\n":
            return False
        before, after = self.text[max(0, match.start() - 1) : match.start()], self.text[match.end() : match.end() + 1]
        after_space, before_space = not before or before.isspace(), not after or after.isspace()
        return after_space if mark == '"' and after_space != before_space else not opened

    def is_quoted(self, start: int, end: int) -> bool:
        """Say whether a range lies within a quotation."""
        position = bisect_right(self.quoted, (start, len(self.text)))
        return position > 0 and end <= self.quoted[position - 1][1]


@lru_cache(maxsize=65_536)
def _loose(token: str) -> str:
    return token if token.isascii() and token.isalnum() else normalise(token).text
