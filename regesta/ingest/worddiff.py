"""What changed between two versions of a text, word by word, each change with its class.

Guarantees: white space is no change; the old text without all `before` ranges and the new one without all `after`
ranges have the same characters but for white space; the two ranges of a moved sentence have the same words.

Sentences that stand in both are set aside first, moved ones as well; sentences that have half of their words in
common are compared word by word; the others are new or gone as a whole. Classes, the first that fits:

- `position`: sentences that stand elsewhere, unchanged but for the form of their quotation marks and dashes
- `number`: figures, numbers in words or dates that are not the same (a reader must hear of these first, also within
  a quotation); a number in a sentence that is new or gone is none that changed
- `typo`: only case, punctuation, accents or the form of a number changed
- `quote`: words within quotation marks changed
- `typo`: one word became another that differs by one letter, or by two of eight
- `wording`: everything else, with what was added (`before` is empty) or removed (`after` is)

A sentence that moved and changed as well is gone in one place and new in the other.

>>> old, new = "He asked 45 states. All of them wait.", "He asked 23 states to reply. All of them wait!"
>>> [(edit.kind, old[slice(*edit.before)], new[slice(*edit.after)]) for edit in compare(old, new)]
[('number', '45', '23'), ('wording', '', 'to reply'), ('typo', '.', '!')]
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest
from typing import Final

from rapidfuzz.distance import OSA

from regesta.ingest._alignment import Pair, matched
from regesta.ingest._figures import figures, is_month, is_word
from regesta.ingest._normal import Range
from regesta.ingest._prose import Prose

KINDS: Final = ("number", "quote", "wording", "position", "typo")  # as a reader wants to hear of them
_SENTENCE_WORDS: Final = 3  # of a sentence that is matched as a whole
_RELATED: Final = 0.5  # of the letters of the shorter of two sentences are in words that both have
_BESIDE_A_NUMBER: Final = 2  # words that may come or go with a number: "at least 45"
_STRAY_LETTERS: Final = 3
_STRAY_GAP: Final = 3  # words that changed on either side, of both texts together
_TYPOS: Final = {4: 1, 8: 2}  # letters of a word, and how many of them may be wrong


@dataclass(frozen=True, slots=True)
class Edit:
    """One change: its class, and what it is about in the old and in the new text, in code points.

    A range is empty, at the place in question, where words were added or removed.
    """

    kind: str
    before: Range
    after: Range


def compare(old: str, new: str) -> tuple[Edit, ...]:
    """Return the changes from ``old`` to ``new``, in the order of the new text."""
    if old == new:
        return ()
    before, after = Prose(old), Prose(new)
    if list(map(before.exact, range(len(before.spans)))) == list(map(after.exact, range(len(after.spans)))):
        return ()
    comparison = _Comparison(before, after)
    return tuple(sorted(comparison.edits(), key=lambda edit: (edit.after, edit.before)))


def summary(edits: Iterable[Edit]) -> dict[str, int]:
    """Return how many changes there are of each class."""
    counts = Counter(edit.kind for edit in edits)
    return {kind: counts[kind] for kind in KINDS}


def describe(edits: Iterable[Edit]) -> str:
    """Return what changed in a line.

    >>> describe([Edit("number", (0, 2), (0, 2)), Edit("wording", (5, 5), (5, 9)), Edit("wording", (9, 9), (13, 20))])
    '1 number changed, 2 passages added'
    """
    counts = Counter(map(_deed, edits))
    told = [f"{counts[deed]:,} {_DEEDS[deed][counts[deed] > 1]}" for deed in _DEEDS if counts[deed]]
    return ", ".join(told) or "no word changed"


# How a reader is told of them, in this order.
_DEEDS: Final = {
    "number": ("number changed", "numbers changed"),
    "quote": ("quotation changed", "quotations changed"),
    "added": ("passage added", "passages added"),
    "removed": ("passage removed", "passages removed"),
    "wording": ("passage reworded", "passages reworded"),
    "position": ("passage moved", "passages moved"),
    "typo": ("small change of spelling or punctuation", "small changes of spelling or punctuation"),
}


def _deed(edit: Edit) -> str:
    if edit.kind != "wording":
        return edit.kind
    return "added" if _is_empty(edit.before) else "removed" if _is_empty(edit.after) else "wording"


def _is_empty(stretch: Range) -> bool:
    return stretch[0] == stretch[1]


class _Comparison:
    """Two texts side by side; sentences and tokens are known by their number."""

    def __init__(self, old: Prose, new: Prose) -> None:
        self.old, self.new = old, new
        self.same, self.moved = self._whole_sentences()

    def edits(self) -> Iterator[Edit]:
        """Yield the changes: sentences that moved, marks within those that stayed, and what stands between these."""
        for old, new in _runs(self.moved):
            yield Edit("position", self._old_span(old), self._new_span(new))
        for one, other in self.same:
            first, other_first = self.old.sentences[one][0], self.new.sentences[other][0]
            length = self.old.sentences[one][1] - first
            yield from self._marks((first + n, other_first + n) for n in range(length))
        for gap in self._gaps():
            yield from self._gap(gap)

    def _whole_sentences(self) -> tuple[list[Pair], list[Pair]]:
        """Return the sentences that stand in both texts: those in order, and those that moved."""
        old, new = _sentences(self.old), _sentences(self.new)
        same = matched(old, new)
        left, right = {one for one, _ in same}, {other for _, other in same}
        places: dict[_Sentence, list[int]] = defaultdict(list)
        for number in reversed(range(len(new))):
            if number not in right:
                places[new[number]].append(number)
        moved = [(one, places[key].pop()) for one, key in enumerate(old) if one not in left and places.get(key)]
        return same, self._with_neighbours(moved, left, right)

    def _with_neighbours(self, moved: Sequence[Pair], left: set[int], right: set[int]) -> list[Pair]:
        """Return the sentences that moved, with the short ones that stand beside them in both places."""
        left, right = left | {one for one, _ in moved}, right | {other for _, other in moved}
        grown = list(moved)
        for pair in moved:
            for step in (-1, 1):
                one, other = pair[0] + step, pair[1] + step
                while self._is_same(one, other) and one not in left and other not in right:
                    left.add(one)
                    right.add(other)
                    grown.append((one, other))
                    one, other = one + step, other + step
        return sorted(grown)

    def _is_same(self, one: int, other: int) -> bool:
        """Say whether two sentences, if there are such, have the same words."""
        if not (0 <= one < len(self.old.sentences) and 0 <= other < len(self.new.sentences)):
            return False
        sentence, other_sentence = slice(*self.old.sentences[one]), slice(*self.new.sentences[other])
        return self.old.loose[sentence] == self.new.loose[other_sentence]

    def _old_span(self, sentences: Sequence[int]) -> Range:
        return self.old.span(self.old.sentences[sentences[0]][0], self.old.sentences[sentences[-1]][1])

    def _new_span(self, sentences: Sequence[int]) -> Range:
        return self.new.span(self.new.sentences[sentences[0]][0], self.new.sentences[sentences[-1]][1])

    def _gaps(self) -> Iterator[_Gap]:
        """Yield what stands between two sentences that stayed, without those that moved."""
        gone, come = {one for one, _ in self.moved}, {other for _, other in self.moved}
        start = other_start = 0
        for one, other in (*self.same, (len(self.old.sentences), len(self.new.sentences))):
            old = [number for number in range(start, one) if number not in gone]
            new = [number for number in range(other_start, other) if number not in come]
            if old or new:
                yield _Gap(old, new, (_end(self.old, start - 1), _end(self.new, other_start - 1)))
            start, other_start = one + 1, other + 1

    def _gap(self, gap: _Gap) -> Iterator[Edit]:
        """Yield the changes in sentences that are not the same: related ones by words, the others as a whole."""
        done = other_done = 0
        places = gap.places
        for first, last, other_first, other_last in (*self._related(gap), (len(gap.old), 0, len(gap.new), 0)):
            before, after = gap.old[done:first], gap.new[other_done:other_first]
            yield from self._changed(_tokens(self.old, before), _tokens(self.new, after), places, related=False)
            old, new = gap.old[first:last], gap.new[other_first:other_last]
            if old and new:
                yield from self._words(_tokens(self.old, old), _tokens(self.new, new))
                places = _end(self.old, old[-1]), _end(self.new, new[-1])
            done, other_done = last, other_last

    def _related(self, gap: _Gap) -> list[tuple[int, int, int, int]]:
        """Return the stretches of sentences that have half of their words in common, as positions in the lists."""
        before, after = _numbered(self.old, gap.old), _numbered(self.new, gap.new)
        shared: Counter[Pair] = Counter()
        for one, other in matched([word for _, word in before], [word for _, word in after]):
            shared[before[one][0], after[other][0]] += len(before[one][1])
        letters, other_letters = _lengths(before), _lengths(after)
        stretches: list[tuple[int, int, int, int]] = []
        for (one, other), number in sorted(shared.items()):
            if number < _RELATED * min(letters[one], other_letters[other]):
                continue
            last, other_last = stretches[-1][1::2] if stretches else (-1, -1)
            # Neighbours stay together: a mark may end the one now that began the other.
            if one < last or other < other_last or (one, other) == (last, other_last):
                first, _, other_first, _ = stretches.pop()
                stretches.append((first, one + 1, other_first, other + 1))
            else:
                stretches.append((one, one + 1, other, other + 1))
        return stretches

    def _words(self, old: list[int], new: list[int]) -> Iterator[Edit]:
        """Yield the changes between two stretches of tokens, neither of them empty, word by word."""
        before, after = [self.old.loose[token] for token in old], [self.new.loose[token] for token in new]
        pairs = _without_strays(matched(before, after), before, after)
        yield from self._marks((old[one], new[other]) for one, other in pairs)
        start = other_start = 0
        places = self.old.spans[old[0]][0], self.new.spans[new[0]][0]
        for one, other in (*pairs, (len(old), len(new))):
            yield from self._changed(old[start:one], new[other_start:other], places, related=True)
            if one < len(old):
                places = self.old.spans[old[one]][1], self.new.spans[new[other]][1]
            start, other_start = one + 1, other + 1

    def _marks(self, pairs: Iterable[Pair]) -> Iterator[Edit]:
        """Yield the tokens that are the same but for their form: quotation marks, dashes."""
        for one, other in pairs:
            if self.old.exact(one) != self.new.exact(other):
                yield Edit("typo", self.old.spans[one], self.new.spans[other])

    def _changed(self, old: list[int], new: list[int], places: Range, *, related: bool) -> Iterator[Edit]:
        """Yield one change, or several where a moved sentence stands between its parts.

        ``places`` in the old and the new text are where words went missing, or came from.
        """
        for before, after in zip_longest(_stretches(old), _stretches(new), fillvalue=()):
            if "".join(map(self.old.exact, before)) == "".join(map(self.new.exact, after)):
                continue  # nothing but white space
            spans = [
                prose.span(tokens[0], tokens[-1] + 1) if tokens else (place, place)
                for prose, tokens, place in zip((self.old, self.new), (before, after), places, strict=True)
            ]
            yield Edit(self._kind(before, after, related=related), spans[0], spans[1])

    def _kind(self, old: Sequence[int], new: Sequence[int], *, related: bool) -> str:
        before, after = [self.old.loose[token] for token in old], [self.new.loose[token] for token in new]
        if related and _is_number(before, after):
            return "number"
        if _plain(before) == _plain(after):
            return "typo"
        if self._is_quoted(old, new):
            return "quote"
        return "typo" if _is_misspelt(before, after) else "wording"

    def _is_quoted(self, old: Sequence[int], new: Sequence[int]) -> bool:
        sides = ((self.old, old), (self.new, new))
        return all(prose.is_quoted(*prose.span(found[0], found[-1] + 1)) for prose, found in sides if found)


@dataclass(frozen=True, slots=True)
class _Gap:
    """Sentences of both texts that are not the same; ``places`` are where they begin."""

    old: list[int]
    new: list[int]
    places: Range


_Sentence = tuple[object, ...]


def _sentences(prose: Prose) -> list[_Sentence]:
    """Return the sentences to be matched as a whole; a short one, "No.", stands everywhere and is like no other."""
    found = [tuple(prose.loose[slice(*sentence)]) for sentence in prose.sentences]
    return [key if sum(map(is_word, key)) >= _SENTENCE_WORDS else (prose, n) for n, key in enumerate(found)]


def _end(prose: Prose, sentence: int) -> int:
    """Return where a sentence ends; 0 for the one before the first."""
    return prose.spans[prose.sentences[sentence][1] - 1][1] if sentence >= 0 else 0


def _tokens(prose: Prose, sentences: Iterable[int]) -> list[int]:
    return [token for sentence in sentences for token in range(*prose.sentences[sentence])]


def _numbered(prose: Prose, sentences: Sequence[int]) -> list[tuple[int, str]]:
    """Return each word with the position of its sentence among ``sentences``."""
    return [
        (position, prose.loose[token])
        for position, sentence in enumerate(sentences)
        for token in range(*prose.sentences[sentence])
        if is_word(prose.loose[token])
    ]


def _lengths(numbered: Iterable[tuple[int, str]]) -> Counter[int]:
    """Return the letters of the words of each sentence."""
    lengths: Counter[int] = Counter()
    for position, word in numbered:
        lengths[position] += len(word)
    return lengths


def _runs(pairs: Iterable[Pair]) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the pairs that follow each other on both sides as (positions in the one, in the other)."""
    for _, group in groupby(enumerate(pairs), key=lambda item: (item[0] - item[1][0], item[0] - item[1][1])):
        run = [pair for _, pair in group]
        yield [one for one, _ in run], [other for _, other in run]


def _stretches(tokens: Iterable[int]) -> list[list[int]]:
    """Return the tokens in stretches without a gap."""
    return [run for run, _ in _runs((token, token) for token in tokens)]


def _without_strays(pairs: Sequence[Pair], before: Sequence[str], after: Sequence[str]) -> list[Pair]:
    """Leave out a short word, "of", that is the same between two longer changes: the change reads better in one."""
    kept: list[Pair] = []
    last = (-1, -1)
    for number, (one, other) in enumerate(pairs):
        following = pairs[number + 1] if number + 1 < len(pairs) else (len(before), len(after))
        gap = one - last[0] + other - last[1] - 2
        next_gap = following[0] - one + following[1] - other - 2
        last = one, other
        if len(before[one]) > _STRAY_LETTERS or min(gap, next_gap) < _STRAY_GAP:
            kept.append((one, other))
    return kept


def _is_number(before: Sequence[str], after: Sequence[str]) -> bool:
    """Say whether numbers changed, or came or went with hardly a word beside them."""
    old, new = figures(before), figures(after)
    if old == new:
        both = [*before, *after]
        return len(before) == len(after) == 1 and before != after and all(map(is_month, both))
    others = [sum(is_word(word) and not figures([word]) for word in side) for side in (before, after)]
    return bool(old and new) or max(others) <= _BESIDE_A_NUMBER


def _plain(tokens: Iterable[str]) -> list[str]:
    """Return letters and digits without case and accents, numbers in figures."""
    words = [token for token in tokens if is_word(token)]
    if words and all(figures([word]) for word in words):
        return list(figures(words))
    plain = unicodedata.normalize("NFKD", "".join(words).casefold())
    return ["".join(character for character in plain if character.isalnum())]


def _is_misspelt(before: Sequence[str], after: Sequence[str]) -> bool:
    """Say whether one word became another that differs by a letter; not a negation: "legal" and "illegal" do."""
    old, new = [w for w in before if is_word(w)], [w for w in after if is_word(w)]
    if len(old) != 1 or len(new) != 1 or len(before) + len(after) > 2:
        return False
    one, other = old[0].lower(), new[0].lower()
    if one.endswith(other) or other.endswith(one):
        return False
    shorter = min(len(one), len(other))
    allowed = max((number for length, number in _TYPOS.items() if shorter >= length), default=0)
    return OSA.distance(one, other, score_cutoff=allowed) <= allowed
