"""How a text is laid out: blocks (a paragraph, a heading, a line of a list) and the sentences in them.

Layout carries meaning: a heading that is a state's name governs what is below it, and a blank line ends what a speaker
says. Texts off the web are glued where their paragraphs met (`data.The`); a glue ends a block like a blank line.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

_LINE: Final = re.compile(r"[^\n\r\f\v\u2028\u2029]+")
_BULLET: Final = re.compile(r"\s*(?:[-*•·–—▪◦‣+>]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+")
_WRAP_CHARS: Final = (55, 100)  # mail and wire text is wrapped at 60 to 80 columns
_SENTENCE_CHARS: Final = 4_000  # the longest lists of all states have a thousand; what is longer is no sentence
_HEADING_WORDS: Final = 10
# Where one paragraph was glued to the next: a full stop before a capital or an opening mark without a space, a closing
# mark before a capital, and the date line of an embedded post before the next paragraph.
_GLUE: Final = re.compile(
    r"(?<=[a-z0-9)\]][.!?])(?=[A-Z][a-z’' ]|[A-Z][A-Z]+ |“[A-Z]|\"[A-Z])|"
    r"(?<=[.!?][”\"’'])(?=[A-Z][a-z’' ]|“)|(?<=, (?:19|20)\d\d)(?=[A-Z][a-z])"
)
_MARK: Final = re.compile('[“”"]')
_END: Final = re.compile(r"[.!?…]+[)\]]?[”\"’']{0,2}(?=\s+[\"“‘'(\[]{0,2}[A-Z0-9@$])|[.!?…]+[”\"’']{0,2}(?=\s*$)")
_LAST_WORD: Final = re.compile(r"([\w.'’-]+?)\.$")


class _Ranged(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


_T = TypeVar("_T", bound=_Ranged)


def _start(item: _Ranged) -> int:
    return item.start


def within(items: Sequence[_T], start: int, end: int) -> list[_T]:
    """Return those of ``items``, which are sorted by their start, that lie within a range."""
    low, high = bisect_left(items, start, key=_start), bisect_left(items, end, key=_start)
    return [item for item in items[low:high] if item.end <= end]


def holding(items: Sequence[_T], position: int) -> _T | None:
    """Return the one of ``items``, sorted by their start and apart from each other, that holds a position."""
    number = bisect_right(items, position, key=_start) - 1
    return items[number] if number >= 0 and position < items[number].end else None


@dataclass(frozen=True, slots=True)
class Span:
    """A range of the text, half-open."""

    start: int
    end: int

    def holds(self, position: int) -> bool:
        """Say whether a position lies within."""
        return self.start <= position < self.end


@dataclass(frozen=True, slots=True)
class Block(Span):
    """A paragraph, heading or line of a list; ``kind`` is prose, heading or item, ``gap``: a blank line is before."""

    kind: str = "prose"
    gap: bool = True


@dataclass(frozen=True)
class Layout:
    """Blocks in text order, and the sentences, none of which crosses a block."""

    text: str
    blocks: tuple[Block, ...]
    sentences: tuple[Span, ...]

    def sentence_at(self, position: int) -> int:
        """Return the index of the sentence that holds a position, or of the last one before it."""
        return max(0, bisect_right(self.sentences, position, key=_start) - 1)

    def block_at(self, position: int) -> int:
        """Return the index of the block that holds a position, or of the last one before it."""
        return max(0, bisect_right(self.blocks, position, key=_start) - 1)

    def block_of(self, position: int) -> Block:
        """Return the block that holds a position, or the last one before it."""
        return self.blocks[self.block_at(position)]

    def sentences_of(self, block: Span) -> Iterator[Span]:
        """Yield the sentences of a block."""
        yield from within(self.sentences, block.start, block.end)


def lay_out(text: str, abbreviations: Collection[str]) -> Layout:
    """Return the layout of a text; ``abbreviations`` are the words whose full stop ends no sentence."""
    blocks = tuple(_blocks(text))
    sentences = tuple(item for block in blocks for item in _sentences(text, block, abbreviations))
    return Layout(text, blocks, sentences)


def _blocks(text: str) -> Iterator[Block]:
    for group in _groups(text):
        lines = [_stripped(text, line) for line in group]
        for number, line in enumerate(_unwrapped(text, lines)):
            kind = _kind(text[line.start : line.end])
            cuts = [] if kind == "heading" else _glues(text, line)
            for part, (start, end) in enumerate(zip([line.start, *cuts], [*cuts, line.end], strict=True)):
                if end > start:
                    yield Block(start, end, kind, gap=number == 0 or part > 0)


def _glues(text: str, line: Span) -> list[int]:
    """Return where paragraphs were glued; a straight mark after a full stop closes a quote that is open."""
    cuts: list[int] = []
    for match in _GLUE.finditer(text, line.start, line.end):
        cut = match.start()
        if text[cut] == '"' and _is_open(text, cuts[-1] if cuts else line.start, cut):
            cut += 1
        opened = bool(cuts) and cut == cuts[-1] + 1 and text[cut - 1] == '"'  # the mark that opens the new paragraph
        if not opened and (not cuts or cut > cuts[-1]):
            cuts.append(cut)
    return cuts


def _is_open(text: str, start: int, end: int) -> bool:
    """Say whether a quote is open at ``end``: curly marks open and close, a straight one does the other of the two."""
    is_open = False
    for match in _MARK.finditer(text, start, end):
        is_open = {"“": True, "”": False}.get(match[0], not is_open)
    return is_open


def _groups(text: str) -> Iterator[list[Span]]:
    """Yield the lines between two blank lines."""
    group: list[Span] = []
    last = 0
    for match in _LINE.finditer(text):
        between = text[last : match.start()]
        if group and between.replace("\r\n", "\n").count("\n") + between.count("\f") > 1:
            yield group
            group = []
        if match[0].strip():
            group.append(Span(match.start(), match.end()))
        elif group:
            yield group
            group = []
        last = match.end()
    if group:
        yield group


def _stripped(text: str, line: Span) -> Span:
    words = text[line.start : line.end]
    return Span(line.start + len(words) - len(words.lstrip()), line.start + len(words.rstrip()))


def _unwrapped(text: str, lines: list[Span]) -> Iterator[Span]:
    """Join the lines of wrapped prose; lines of a list or of other short text stay what they are."""
    start: int | None = None
    for number, line in enumerate(lines):
        start = line.start if start is None else start
        following = lines[number + 1] if number + 1 < len(lines) else None
        if following is None or not _goes_on(text, line, following):
            yield Span(start, line.end)
            start = None


def _goes_on(text: str, line: Span, following: Span) -> bool:
    words, after = text[line.start : line.end], text[following.start : following.end]
    if _BULLET.match(after) or after[:1] in '“"':
        return False
    low, high = _WRAP_CHARS
    wrapped = low <= len(words) <= high and (words[-1].isalnum() or words[-1] in ",;-–—'’")
    return wrapped or (low <= len(words) <= high and len(after) > 1 and after[0].islower())


def _kind(words: str) -> str:
    if _BULLET.match(words):
        return "item"
    count = len(words.split())
    if count <= _HEADING_WORDS and words[-1] not in '.!?…,;”"' and not words.startswith(("“", '"', "@")):
        return "heading"
    return "prose"


def _sentences(text: str, block: Block, abbreviations: Collection[str]) -> Iterator[Span]:
    start = block.start
    for match in _END.finditer(text, block.start, block.end):
        if match.end() < block.end and not _ends(text, start, match, abbreviations):
            continue
        yield Span(start, match.end())
        start = match.end()
        while start < block.end and text[start].isspace():
            start += 1
    while block.end - start > _SENTENCE_CHARS:
        space = text.rfind(" ", start + 1, start + _SENTENCE_CHARS)
        cut = space + 1 if space > 0 else start + _SENTENCE_CHARS
        yield Span(start, cut)
        start = cut
    if start < block.end:
        yield Span(start, block.end)


def _ends(text: str, start: int, match: re.Match[str], abbreviations: Collection[str]) -> bool:
    """Say whether a full stop with more behind it ends its sentence: not after an abbreviation or an initial."""
    if match[0] != ".":
        return True
    word = _LAST_WORD.search(text, max(start, match.start() - 20), match.end())
    if not word:
        return True
    name = word[1].lower()
    if name in ("a.m", "p.m", "u.s", "d.c") or (name in abbreviations and text[start : match.start()].count(" ") < 2):
        follows = text[match.end() :].lstrip()[:20]
        return name in ("a.m", "p.m") and not follows[:1].isdigit() and not re.match(r"[A-Z]{2,4}\b|on\b", follows)
    return not (name in abbreviations or re.fullmatch(r"[A-Za-z](?:\.[A-Za-z])*", word[1]))
