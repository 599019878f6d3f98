"""Passages of a document: as evidence of an event, and found again in another version of its story.

Guarantees of `anchor_all`: a passage is found where its words stand, or reported as orphaned; it is never moved to a
lookalike. In the order in which they are tried:

1. *exact* or *normalised*: its words stand in the new text, letter for letter or apart from what two prints of them
   may differ in (`normalise`). Enough words that stand once in both texts are found. Else their surroundings decide:
   the place whose 32 characters on either side are clearly the most alike, where no other place of the old text has
   a better claim to it. Where several have the same surroundings it is the one of the same number, provided that
   none came or went; else none.
2. *fuzzy*: words that are at least 85 % alike, in the one place that is clearly the nearest; seen from there the
   passage must be the nearest in the old text. Their numbers, dates, negations and names must be the same, so that
   "23 states" is no anchor for "45 states".
3. *orphaned*.

Of a text that is not held, a passage is known by its words and 32 characters on either side (then the surroundings
must agree as well), or only by its length and digest: then it is found where a stretch of the text has that digest,
a short one only as far from a neighbour as it was.

>>> anchor(Passage(0, 24), "Ohio will do as they ask. Utah will not.", "Utah will not.Ohio will do as  they ask.")
Anchor(how='normalised', start=14, end=39, score=100.0)
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from rapidfuzz.distance import OSA

from regesta.ingest._closest import CONTEXT_CHARS, Near, Side, Words, cuts
from regesta.ingest._figures import figures, is_word, names, negations, words
from regesta.ingest._normal import Normalised, normalise
from regesta.limits import PASSAGE_FUZZY_CHARS, PASSAGE_HASHES

__all__ = ["Anchor", "Normalised", "Passage", "anchor", "anchor_all", "evidence", "normalise"]

HOW: Final = ("exact", "normalised", "fuzzy", "orphaned")
_ALIKE: Final = 85.0  # of 100; measured: above it 49 of 50 revised passages are found, and none of 49 deleted ones
_CLEARLY: Final = 4.0  # by which the nearest place must be nearer than the next one
# The surroundings: English text has a ratio of 35 to 50 with any other, and above 65 with an edit of itself.
_SAME_CONTEXT: Final = 65.0
_CLEARLY_IN_CONTEXT: Final = 20.0  # of the 260 of both sides
# Fewer words stand somewhere else by chance: "July 5", "in a statement".
_TELLING_CHARS: Final = 24
_TELLING_WORDS: Final = 4
_FUZZY_CHARS: Final = 12
_FUZZY_WORDS: Final = 3
_TYPO_CHARS: Final = 5  # a name of so many letters may have one other letter


@dataclass(frozen=True, slots=True)
class Passage:
    """A half-open range of a text in code points, and what is known of it where the text is not held.

    ``digest`` is the SHA-256 of the passage in hex; ``exact`` its words with up to 32 characters ``prefix`` and
    ``suffix``.
    """

    start: int
    end: int
    digest: str | None = None
    exact: str | None = None
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a passage stands in a new text, and how it was found; an orphaned one is an empty range at 0.

    ``score`` is 100 for equal words, else how much they are alike (0 to 100).
    """

    how: str
    start: int = 0
    end: int = 0
    score: float = 0.0


ORPHANED: Final = Anchor("orphaned")


def evidence(text: str, start: int, end: int, document: str, quotes: str) -> dict[str, Any]:
    """Return the evidence item for ``text[start:end]``, a W3C Web Annotation target, with the passage or its digest.

    ``document`` is the SHA-256 of the document in hex, ``quotes`` "full" or "digest" as in `archive.toml`.
    """
    exact = text[start:end]
    selector: list[dict[str, Any]] = [{"type": "TextPositionSelector", "start": start, "end": end}]
    item: dict[str, Any] = {"source": f"urn:sha256:{document}", "selector": selector}
    if quotes == "full":
        before, after = text[max(0, start - CONTEXT_CHARS) : start], text[end : end + CONTEXT_CHARS]
        selector.append({"type": "TextQuoteSelector", "exact": exact, "prefix": before, "suffix": after})
    else:
        item["digest"] = f"sha256:{_digest(exact)}"
    return item


def anchor(passage: Passage, old: str | None, new: str) -> Anchor:
    """Find one passage again; see `anchor_all`."""
    return anchor_all([passage], old, new)[0]


def anchor_all(passages: Sequence[Passage], old: str | None, new: str) -> list[Anchor]:
    """Find passages of the text ``old`` (None: not held) again in ``new``; return an anchor for each, in order."""
    source, target = Side(old) if old is not None else None, Side(new)
    found = {passage: _anchor(passage, source, target) for passage in set(passages)}
    unread = [passage for passage, anchored in found.items() if anchored is None]
    found |= _by_digest(unread, new)
    return [found[passage] or ORPHANED for passage in passages]


def _anchor(passage: Passage, source: Side | None, target: Side) -> Anchor | None:
    """Return the anchor of a passage whose words are known, None of another."""
    if source and _is_there(passage, source.original):
        if source.original == target.original:
            return Anchor("exact", passage.start, passage.end, 100.0)
        return _Sought(source, passage.start, passage.end).anchored(target)
    if passage.exact:
        fragment = Side(f"{passage.prefix}{passage.exact}{passage.suffix}", whole=False)
        start = len(passage.prefix)
        return _Sought(fragment, start, start + len(passage.exact)).anchored(target)
    return None


def _is_there(passage: Passage, text: str) -> bool:
    """Say whether a passage is what stands at its place: a text made by another release of a library is another."""
    stretch = text[passage.start : passage.end]
    known = passage.digest or (_digest(passage.exact) if passage.exact else None)
    return len(stretch) == passage.end - passage.start > 0 and known in (None, _digest(stretch))


class _Sought:
    """A passage whose words are known: a range of the text ``side``."""

    def __init__(self, side: Side, start: int, end: int) -> None:
        self.side = side
        self.start, self.end = side.normal.within(start, end)
        self.words = side.words(self.start, self.end)
        self.needle = self.words.text
        self.cut = cuts(side.text, self.start), cuts(side.text, self.end)
        self._exact = side.original[start:end]
        # What of it is not in the normal form, a space at its end: to be found again as well.
        visible = side.normal.original(self.start, self.end) if self.needle else (start, end)
        self._lead, self._trail = start - visible[0], end - visible[1]

    def anchored(self, target: Side) -> Anchor:
        """Return where it stands in ``target``."""
        there = target.occurrences(self.needle, self.cut) if self.needle else None
        if there is None:  # nothing to be seen, or it stands everywhere
            return ORPHANED
        if not there:
            return self._nearly(target)
        place = self._same(target, there)
        return ORPHANED if place is None else self._equal(target, place)

    def _equal(self, target: Side, place: int) -> Anchor:
        start, end = target.normal.original(place, place + len(self.needle))
        first, last = start + self._lead, end + self._trail
        if first >= 0 and target.original[first:last] == self._exact:
            return Anchor("exact", first, last, 100.0)
        return Anchor("normalised", start, end, 100.0)

    def _same(self, target: Side, there: Sequence[int]) -> int | None:
        """Return which of the places where its words stand is its own, None where that cannot be told."""
        here = self.side.occurrences(self.needle, self.cut)
        if here is None:
            return None
        telling = len(self.needle) >= _TELLING_CHARS and len(_words(self.needle)) >= _TELLING_WORDS
        if len(here) == len(there) == 1 and telling and self.side.whole:
            return there[0]
        likeness = {at: self.words.likeness(self._at(target, at)) for at in there}
        best = max(map(sum, likeness.values()))
        alike = [at for at in there if sum(likeness[at]) > best - _CLEARLY_IN_CONTEXT]
        place = alike[0]
        if len(alike) > 1 or self._has_rival(here, self._at(target, place), sum(likeness[place])):
            if not self.side.whole or len(here) != len(there):
                return None
            place = there[here.index(self.start)]
        return place if place in alike and max(likeness[place]) >= _SAME_CONTEXT else None

    def _at(self, side: Side, place: int) -> Words:
        return side.words(place, place + len(self.needle))

    def _has_rival(self, here: Iterable[int], there: Words, own: float) -> bool:
        """Say whether another place of the old text is as much like a new one as the passage's own."""
        others = (sum(self._at(self.side, at).likeness(there)) for at in here if at != self.start)
        return any(other > own - _CLEARLY_IN_CONTEXT for other in others)

    def _nearly(self, target: Side) -> Anchor:
        """Return the one place whose words are nearly the passage's."""
        if not _FUZZY_CHARS <= len(self.needle) <= PASSAGE_FUZZY_CHARS or len(_words(self.needle)) < _FUZZY_WORDS:
            return ORPHANED
        near = _clearest(self.words, target)
        if near is None or near.score < _ALIKE:
            return ORPHANED
        found = target.words(near.start, near.end)
        if not _say_the_same(self.needle, found.text, self.side.common | target.common) or not self._is_nearest(found):
            return ORPHANED
        return Anchor("fuzzy", *target.normal.original(near.start, near.end), round(near.score, 1))

    def _is_nearest(self, found: Words) -> bool:
        """Say whether the passage is what the new words are nearest to in the old text."""
        if not self.side.whole:
            return max(self.words.likeness(found)) >= _SAME_CONTEXT
        back = _clearest(found, self.side)
        shared = min(back.end, self.end) - max(back.start, self.start) if back else 0
        return 2 * shared > self.end - self.start


def _clearest(sought: Words, side: Side) -> Near | None:
    """Return the nearest place; where others are as near, the one with the same surroundings; None if neither is."""
    places = side.nearest(sought)
    alike = [near for near in places if near.score > places[0].score - _CLEARLY]
    if len(alike) < 2:
        return alike[0] if alike else None
    context = {near: sum(sought.likeness(side.words(near.start, near.end))) for near in alike}
    first, second = sorted(alike, key=context.__getitem__, reverse=True)[:2]
    return first if context[first] >= context[second] + _CLEARLY_IN_CONTEXT else None


def _say_the_same(one: str, other: str, common: Collection[str]) -> bool:
    """Say whether numbers, dates, negations and names are the same in both."""
    before, after = words(one), words(other)
    return (
        sorted(figures(before)) == sorted(figures(after))
        and negations(before) == negations(after)
        and _are_the_same(names(before, common), names(after, common))
    )


def _are_the_same(one: Sequence[str], other: Sequence[str]) -> bool:
    """Say whether two lists of names are the same, apart from one letter of a longer name."""
    if len(one) != len(other):
        return False
    return all(
        a == b or (min(len(a), len(b)) >= _TYPO_CHARS and OSA.distance(a, b, score_cutoff=1) == 1)
        for a, b in zip(one, other, strict=True)
    )  # fmt: skip


def _words(text: str) -> list[str]:
    return [token for token in words(text) if is_word(token)]


def _by_digest(passages: Sequence[Passage], new: str) -> dict[Passage, Anchor | None]:
    """Find passages of which only length and digest are known."""
    places = _hashed({p for p in passages if p.digest}, new)
    unique = sorted(
        (p.start, found[0]) for p, found in places.items() if len(found) == 1 and p.end - p.start >= _TELLING_CHARS
    )  # fmt: skip
    anchors: dict[Passage, Anchor | None] = dict.fromkeys(passages)
    for passage, found in places.items():
        if len(found) > 1 or passage.end - passage.start < _TELLING_CHARS:
            found = [start for start in found if _moved_alike(unique, passage.start, start)]
        if len(found) == 1:
            anchors[passage] = Anchor("exact", found[0], found[0] + passage.end - passage.start, 100.0)
    return anchors


def _moved_alike(known: Sequence[tuple[int, int]], old: int, new: int) -> bool:
    """Say whether a place moved as far as one of its neighbours did, which are ``known`` as (old, new) in order."""
    position = bisect_left(known, (old, -1))
    beside = known[max(0, position - 1) : position + 1] or [(0, 0)]
    return any(new - old == there - here for here, there in beside)


def _hashed(passages: Iterable[Passage], new: str) -> dict[Passage, list[int]]:
    """Return where stretches with the digests of the passages begin, for at most `PASSAGE_HASHES` stretches."""
    by_length: dict[int, list[Passage]] = defaultdict(list)
    for passage in passages:
        by_length[passage.end - passage.start].append(passage)
    edges = [at for at in range(len(new) + 1) if not cuts(new, at)] if by_length else []
    within, left = set(edges), PASSAGE_HASHES
    found: dict[Passage, list[int]] = {}
    for length, group in sorted(by_length.items(), key=lambda item: (-len(item[1]), item[0])):
        starts = [start for start in edges if start + length in within]
        left -= len(starts)
        if left < 0:
            break
        found |= _of_length(group, length, starts, new)
    return found


def _of_length(passages: Sequence[Passage], length: int, starts: Iterable[int], new: str) -> dict[Passage, list[int]]:
    places: dict[str | None, list[int]] = {passage.digest: [] for passage in passages}
    for start in starts:
        digest = _digest(new[start : start + length])
        if digest in places:
            places[digest].append(start)
    return {passage: places[passage.digest] for passage in passages}


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
