"""Which finding is which mark of the gold, and whether two values mean the same.

Each mark is matched once and each finding once, best pair first, so the same input always gives the same pairs.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from regesta.ingest._gold import ATTRIBUTES, Mark
from regesta.ingest.extract.model import Finding

# What is said in a sentence, of which one reader marks the clause and another the whole.
_BY_SENTENCE: Final = frozenset({
    "disposition", "field_disposition", "requested_fields", "deadline", "story_update", "status_list", "tally",
})  # fmt: skip
_SHARE: Final = 0.5  # of the shorter range, by which the other kinds must overlap
# A line end; or a full stop with its closing marks, white space or none (pages glue sentences), then a capital.
_BREAK: Final = re.compile(r"\n\s*|(\b\w+)?[.!?][\"”’)\]]*(?:\s+|(?=[\"“‘]?[A-Z][a-z]))(?=[\"“‘(\[@]*[A-Z0-9])")
_SHORT: Final = frozenset({
    "gov", "sen", "rep", "dr", "mr", "mrs", "ms", "st", "lt", "gen", "col", "jr", "sr",
    "jan", "feb", "mar", "apr", "aug", "sept", "oct", "nov", "dec",
})  # fmt: skip
_TITLES: Final = {"gov": "governor", "sen": "senator", "rep": "representative", "lt": "lieutenant", "dr": "doctor"}
_ENDS: Final = re.compile(r"^[\W_]+|[\W_]+$")

Pair = tuple[int, int]  # positions in the marks and in the findings


@dataclass(frozen=True, slots=True)
class Pairing:
    """Which finding is which mark, in the order of the marks; ``absorbed`` are findings that only repeat what an
    optional mark says, which may be said in one passage or in three.
    """

    pairs: tuple[Pair, ...]
    absorbed: frozenset[int]


def pair(text: str, marks: Sequence[Mark], findings: Sequence[Finding]) -> Pairing:
    """Return which finding is which mark, each at most once, best pair first."""
    ranked = sorted(_possible(_sentence_starts(text), marks, findings))
    by_mark: dict[int, int] = {}
    used: set[int] = set()
    for *_, i, j in ranked:
        if i not in by_mark and j not in used:
            by_mark[i] = j
            used.add(j)
    repeating = {j for *_, i, j in ranked if marks[i].optional} - used
    return Pairing(tuple(sorted(by_mark.items())), frozenset(repeating))


def _possible(
    starts: list[int], marks: Sequence[Mark], findings: Sequence[Finding]
) -> Iterator[tuple[float, int, bool, int, int]]:
    """Yield every pair that may be one thing, with its rank: overlap, attributes that agree, marks that must be found.

    The rest of the rank is the order of the text, so that no two pairs are equal.
    """
    for i, mark in enumerate(marks):
        for j, finding in enumerate(findings):
            if mark.kind == finding.kind and _may_be_one(starts, mark, finding):
                agreeing = sum(agree(mark, name, finding.fields.get(name)) for name in mark.values)
                yield -_likeness(mark, finding), -agreeing, mark.optional, i, j


def _may_be_one(starts: list[int], mark: Mark, finding: Finding) -> bool:
    if mark.optional and _contradicts(mark, finding):
        return False  # what is optional is what is said there, not that something is said
    shared = _shared(mark.start, mark.end, finding.start, finding.end)
    if mark.kind not in _BY_SENTENCE:
        return shared > 0 and shared >= _SHARE * min(mark.end - mark.start, finding.end - finding.start)
    state = finding.fields.get("state")
    if state and "state" in mark.values and not agree(mark, "state", state):
        return False
    return shared > 0 or _shared(*_sentences(starts, mark), *_sentences(starts, finding)) > 0


def _contradicts(mark: Mark, finding: Finding) -> bool:
    given = {name: finding.fields.get(name) for name in mark.values}
    return any(not (is_empty(found) or agree(mark, name, found)) for name, found in given.items())


def _likeness(mark: Mark, finding: Finding) -> float:
    shared = max(_shared(mark.start, mark.end, finding.start, finding.end), 0)
    return shared / (max(mark.end, finding.end) - min(mark.start, finding.start))


def _shared(start: int, end: int, other_start: int, other_end: int) -> int:
    return min(end, other_end) - max(start, other_start)


def _sentence_starts(text: str) -> list[int]:
    """Return where sentences begin, by a rule of our own: extraction is not judged by its own sense of sentences."""
    ends = (match for match in _BREAK.finditer(text) if not _is_abbreviation(match[1]))
    return [0, *(match.end() for match in ends)]


def _is_abbreviation(word: str | None) -> bool:
    return word is not None and (word.lower() in _SHORT or (len(word) == 1 and word.isupper()))


def _sentences(starts: list[int], item: Mark | Finding) -> Pair:
    """Return the numbers of the sentences that a range touches, half-open."""
    return bisect_right(starts, item.start) - 1, bisect_right(starts, item.end - 1)


def is_empty(value: Any) -> bool:
    """Say whether a finding leaves an attribute open."""
    return value is None or value in ("", (), [])


def agree(mark: Mark, name: str, found: Any) -> bool:
    """Say whether a found value is the mark's, or one that is as good."""
    expected = [mark.values[name], *mark.also.get(name, ())] if name in mark.values else []
    return plain(name, found) in [plain(name, value) for value in expected]


def plain(name: str, value: Any) -> Any:
    """Return a value as it is compared: lists without order, text without case, `Gov.` as `governor`, `17` as 17.

    >>> plain("role", "Lt. Gov."), plain("figure", "1,200"), plain("handle", "@Ann") == plain("handle", "ann")
    ('lieutenant governor', 1200.0, True)
    """
    if isinstance(value, list | tuple | set | frozenset):
        return frozenset(plain(name, item) for item in value)
    if value is None or isinstance(value, int | float):
        return value
    text = " ".join(str(value).replace("’", "'").casefold().split())
    if name == "handle":
        return text.removeprefix("@")
    if name == "role":
        words = (_TITLES.get(word.rstrip("."), word) for word in text.removeprefix("the ").split())
        return " ".join(words)
    if name == "figure" and text.replace(",", "").isdecimal():
        return float(text.replace(",", ""))
    return text


def same_words(text: str, mark: Mark, finding: Finding) -> bool:
    """Say whether two ranges hold the same words, whatever marks stand at their ends."""
    first, second = (_trimmed(text, item.start, item.end) for item in (mark, finding))
    return first == second


def _trimmed(text: str, start: int, end: int) -> Pair:
    words = text[start:end]
    inner = _ENDS.sub("", words)
    begin = start + words.find(inner)
    return begin, begin + len(inner)


def attributes(mark: Mark) -> tuple[str, ...]:
    """Return the attributes that a mark gives, in their order."""
    return tuple(name for name in ATTRIBUTES if name in mark.values)
