"""Where words stand in a text, in their normal form: equal, or nearly so.

Guarantees that a place never begins or ends within a word or a number where the passage itself does not, and work
that grows with the text and not with its square: places that are nearly equal are looked for around the words that
they share.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final

from rapidfuzz.fuzz import ratio

from regesta.ingest._figures import TOKEN, is_word
from regesta.ingest._normal import Normalised, normalise
from regesta.limits import PASSAGE_PLACES, PASSAGE_SEEDS

CONTEXT_CHARS: Final = 32  # on either side of a passage, as a W3C TextQuoteSelector has them (design: the event)
_LEAST: Final = 0.35  # of the words of a passage must stand at a place before it is looked at: 85 % alike has more
_PLACES: Final = 4  # nearly equal places that are measured; the best two count
# Texts that are 85 % alike, 2 * shared / (one + other): the longer has at most 2 / 0.85 - 1 times the other's length.
_STRETCH: Final = 1.353
_SAME_EDGE: Final = 5.0  # of 100, for the same mark beside a beginning or an end
_STOP: Final = re.compile("[.!?…]")
# In a list, "Ada: refused. Bea: refused.", all is alike; what belongs to the passage stands in its own sentence.
_SAME_SENTENCE: Final = 30.0
_UNTOLD: Final = 50.0  # what two texts have in common by chance
_NUMBER_GOES_ON: Final = re.compile(r"\d[.,]\d")


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of a text in normal form, and the characters before and after it."""

    text: str
    before: str
    after: str

    def likeness(self, other: Words) -> tuple[float, float]:
        """Return how much the surroundings of two stretches are alike, before and after: 0 to 100, the best 130."""
        before = _alike(self.before, other.before) + _SAME_SENTENCE * (self._beginning == other._beginning != "")
        after = _alike(self.after, other.after) + _SAME_SENTENCE * (self._ending == other._ending != "")
        return before, after

    @property
    def _beginning(self) -> str:
        """What stands before it in its own sentence."""
        return _STOP.split(self.before)[-1]

    @property
    def _ending(self) -> str:
        """What stands after it in its own sentence."""
        return "" if _STOP.search(self.text[-2:]) else _STOP.split(self.after)[0]

    @property
    def edges(self) -> tuple[str, str]:
        """The marks, such as a full stop, within and beyond either end; a mark is a space where there is none."""
        return _mark(self.before[-1:]) + _mark(self.text[:1]), _mark(self.text[-1:]) + _mark(self.after[:1])


@dataclass(frozen=True, slots=True)
class Near:
    """A place whose words are nearly those sought: a range of the normal form, ``score`` up to 100."""

    start: int
    end: int
    score: float


@dataclass(frozen=True)
class Side:
    """One of the two texts that are compared; ``whole`` is False where only a fragment of it is known."""

    original: str
    whole: bool = True

    @cached_property
    def normal(self) -> Normalised:
        """The normal form."""
        return normalise(self.original)

    @property
    def text(self) -> str:
        """The characters of the normal form."""
        return self.normal.text

    @cached_property
    def _tokens(self) -> tuple[list[int], list[int]]:
        found = [match.span() for match in TOKEN.finditer(self.text)]
        return [start for start, _ in found], [end for _, end in found]

    @cached_property
    def _seeds(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = defaultdict(list)
        for match in TOKEN.finditer(self.text):
            places[match[0]].append(match.start())
        return {word: found for word, found in places.items() if is_word(word) and len(found) <= PASSAGE_SEEDS}

    @cached_property
    def _known(self) -> dict[tuple[str, bool, bool], list[int] | None]:
        return {}

    @cached_property
    def common(self) -> frozenset[str]:
        """The words that stand in the text without a capital letter."""
        return frozenset(word for word in TOKEN.findall(self.text) if word.islower())

    def occurrences(self, needle: str, cut: tuple[bool, bool]) -> list[int] | None:
        """Return where ``needle`` stands; None if at more than `PASSAGE_PLACES` places.

        ``cut`` says whether its ends may lie within words.
        """
        key = needle, *cut
        if key not in self._known:
            places = list(islice(self._places(needle, cut), PASSAGE_PLACES + 1))
            self._known[key] = places if len(places) <= PASSAGE_PLACES else None
        return self._known[key]

    def _places(self, needle: str, cut: tuple[bool, bool]) -> Iterator[int]:
        place = self.text.find(needle)
        while place >= 0:
            if (cut[0] or not cuts(self.text, place)) and (cut[1] or not cuts(self.text, place + len(needle))):
                yield place
            place = self.text.find(needle, place + 1)

    def words(self, start: int, end: int) -> Words:
        """Return a range of the normal form with its surroundings."""
        before, after = self.text[max(0, start - CONTEXT_CHARS) : start], self.text[end : end + CONTEXT_CHARS]
        return Words(self.text[start:end], before, after)

    def nearest(self, sought: Words) -> list[Near]:
        """Return the places whose words are nearest to ``sought``, the best first; none overlaps a better one."""
        found = sorted((self._fitted(sought, at) for at in self._likely(sought.text)), key=lambda near: -near.score)
        apart: list[Near] = []
        for near in found:
            if all(near.end <= other.start or other.end <= near.start for other in apart):
                apart.append(near)
        return apart

    def _likely(self, needle: str) -> list[int]:
        """Return where ``needle`` may begin: many of its words stand at the same distance from there."""
        seeds = [
            (match.start(), len(match[0]), places)
            for match in TOKEN.finditer(needle)
            if (places := self._seeds.get(match[0]))
        ]  # fmt: skip
        width = max(24, len(needle) // 3)  # words that were put in or taken out shift the rest
        weights: dict[int, int] = defaultdict(int)
        starts: dict[int, int] = {}
        for offset, weight, places in seeds:
            for place in places:
                bucket = (place - offset) // width
                weights[bucket] += weight
                starts.setdefault(bucket, place - offset)
        sought = sum(map(len, filter(is_word, TOKEN.findall(needle))))
        both = {bucket: weight + weights.get(bucket + 1, 0) for bucket, weight in weights.items()}
        likely = [bucket for bucket, weight in both.items() if weight >= _LEAST * sought]
        likely.sort(key=lambda bucket: (-both[bucket], bucket))
        return [starts[bucket] for bucket in likely[:_PLACES]]

    def _fitted(self, sought: Words, start: int) -> Near:
        """Return the stretch about ``start`` that is most like ``sought``, from the edge of a word to another."""
        length, edges = len(sought.text), sought.edges
        slack = max(24, length // 3)
        token_starts, token_ends = self._tokens
        begins = _between(token_starts, start - slack, start + slack) or [max(0, start)]
        begin = min(begins, key=lambda at: abs(at - start))
        for _ in range(2):  # the best end for a beginning, then the best beginning for that end
            ends = _between(token_ends, begin + length / _STRETCH, begin + length * _STRETCH) or [begin]
            end = _best(sought.text, ((at, self.text[begin:at], self._marks(at) == edges[1]) for at in ends))
            begin = _best(
                sought.text, ((at, self.text[at:end], self._marks(at) == edges[0]) for at in begins if at <= end)
            )
        return Near(begin, end, ratio(sought.text, self.text[begin:end]))

    def _marks(self, at: int) -> str:
        return _mark(self.text[at - 1 : at] if at else "") + _mark(self.text[at : at + 1])


def _alike(one: str, other: str) -> float:
    return ratio(one, other) if one and other else _UNTOLD  # that both stand at the end of their text says little


def _mark(character: str) -> str:
    return " " if character.isalnum() else character or "."  # the end of a text is that of a sentence


def cuts(text: str, position: int) -> bool:
    """Say whether ``position`` lies within a word or a number.

    >>> cuts("1,045 votes", 2), cuts("1,045 votes", 3), cuts("1,045 votes", 5)
    (True, True, False)
    """
    before, after = text[max(0, position - 2) : position], text[position : position + 2]
    if not before or not after:
        return False
    if before[-1].isalnum() and after[0].isalnum():
        return before[-1].isupper() or not after[0].isupper()  # sentences may be glued: "in 2017Officials"
    return bool(_NUMBER_GOES_ON.fullmatch(before + after[0]) or _NUMBER_GOES_ON.fullmatch(before[-1] + after))


def _between(sorted_places: Sequence[int], least: float, most: float) -> Sequence[int]:
    return sorted_places[bisect_left(sorted_places, least) : bisect_right(sorted_places, most)]


def _best(needle: str, stretches: Iterable[tuple[int, str, bool]]) -> int:
    """Return the place of the stretch that is most like ``needle``; one is the more so that has the same edge.

    Else the last word of a passage would be lost when it is another one now.
    """
    best, score = 0, -1.0
    for at, stretch, same_edge in stretches:
        bonus = _SAME_EDGE if same_edge else 0.0
        found = ratio(needle, stretch, score_cutoff=max(0.0, score - bonus)) + bonus  # the cutoff makes it faster
        if found > score:
            best, score = at, found
    return best
