"""Two versions of a text side by side: rows of pieces, and stretches in which nothing changed folded away.

Guarantees that every visible character of either text stands in exactly one piece of its column, in order, or is
counted in a gap; that what is unchanged stands in the same row on both sides; and that nothing is markup: a piece is
a text and the class of its change, which a template turns into elements.

>>> edits = [Edit("number", (3, 5), (3, 5))]
>>> blocks = side_by_side("He 45 asked.", "He 23 asked.", edits)
>>> [(piece.text, piece.kind) for piece in blocks[0].rows[0].new]
[('He ', ''), ('23', 'number'), (' asked.', '')]
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice, pairwise, takewhile
from operator import attrgetter
from typing import Final, NamedTuple

from regesta.ingest.worddiff import Edit
from regesta.limits import DIFF_CONTEXT_CHARS

Range = tuple[int, int]
_LINE_END: Final = re.compile("\n")


class Piece(NamedTuple):
    """A stretch of a text; ``kind`` is the class of its change ('' for none), ``number`` which change it is.

    Where ``hidden`` is not 0 the text is left out: so many characters stand here on both sides, unchanged.
    """

    text: str
    kind: str = ""
    number: int = -1
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A stretch of both texts, most often a paragraph."""

    old: tuple[Piece, ...]
    new: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        """Whether anything changed in it."""
        return any(piece.kind for piece in (*self.old, *self.new))

    @property
    def words(self) -> str:
        """The text, of a row in which nothing changed."""
        return "".join(piece.text for piece in self.new)


class Block(NamedTuple):
    """Rows that follow each other; ``folded``: nothing changed in them, nor right beside them."""

    rows: tuple[Row, ...]
    folded: bool


class _Stretch(NamedTuple):
    start: int
    end: int
    number: int  # which change; -1 for none


def side_by_side(old: str, new: str, edits: Sequence[Edit]) -> list[Block]:
    """Return both texts in rows, from the changes that `worddiff.compare` found between them."""
    rows = [row for row in _rows(old, new, edits) if _visible(row)]
    return list(_folded(rows))


def _rows(old: str, new: str, edits: Sequence[Edit]) -> Iterator[Row]:
    sides = (
        (old, _stretches(old, [edit.before for edit in edits])),
        (new, _stretches(new, [edit.after for edit in edits])),
    )
    ends = [_line_ends(text, stretches) for text, stretches in sides]
    # What is unchanged is the same on both sides, so a place is known by how much of it stands before.
    common = sorted(ends[0].keys() & ends[1].keys())
    places = [[place for count in common for place in side[count]] for side in ends]
    cuts = zip([0, *places[0], len(old)], [0, *places[1], len(new)], strict=True)
    for (first, other), (last, other_last) in pairwise(cuts):
        yield Row(
            _trimmed(list(_pieces(*sides[0], (first, last), edits))),
            _trimmed(list(_pieces(*sides[1], (other, other_last), edits))),
        )


def _stretches(text: str, changed: Sequence[Range]) -> list[_Stretch]:
    """Return a whole text as stretches that changed or did not, in order."""
    found, here = list[_Stretch](), 0
    for (start, end), number in sorted((place, number) for number, place in enumerate(changed) if place[0] < place[1]):
        if here < start:
            found.append(_Stretch(here, start, -1))
        found.append(_Stretch(max(here, start), end, number))
        here = max(here, end)
    return [*found, _Stretch(here, len(text), -1)]


def _line_ends(text: str, stretches: Iterable[_Stretch]) -> dict[int, Range]:
    """Return the first and the last end of a line behind so many unchanged characters, white space not counted."""
    found: dict[int, Range] = {}
    count = 0
    for stretch in stretches:
        here = stretch.start
        for end in _LINE_END.finditer(text, stretch.start, stretch.end):
            count += _length(text[here : end.start()]) if stretch.number < 0 else 0
            first, _ = found.get(count, (end.start(), 0))
            found[count] = first, end.start()
            here = end.end()
        count += _length(text[here : stretch.end]) if stretch.number < 0 else 0
    return found


def _length(text: str) -> int:
    return sum(map(len, text.split()))


def _pieces(text: str, stretches: Sequence[_Stretch], within: Range, edits: Sequence[Edit]) -> Iterator[Piece]:
    first = bisect_right(stretches, within[0], key=attrgetter("end"))
    for stretch in takewhile(lambda one: one.start < within[1], islice(stretches, first, None)):
        start, end = max(stretch.start, within[0]), min(stretch.end, within[1])
        if stretch.number < 0:
            yield from _clipped(text[start:end])
        else:
            yield Piece(text[start:end], edits[stretch.number].kind, stretch.number)


def _clipped(text: str) -> Iterator[Piece]:
    """Yield a stretch in which nothing changed, its middle left out where it is long: a text without paragraphs."""
    if _length(text) <= 4 * DIFF_CONTEXT_CHARS:
        yield Piece(text)
        return
    head, tail = text[:DIFF_CONTEXT_CHARS].rpartition(" ")[0], text[-DIFF_CONTEXT_CHARS:].partition(" ")[2]
    yield Piece(head)
    yield Piece("", hidden=len(text) - len(head) - len(tail))
    yield Piece(tail)


def _trimmed(pieces: list[Piece]) -> tuple[Piece, ...]:
    """Leave out the white space around a row."""
    while pieces and not pieces[0].hidden and not pieces[0].text.strip():
        pieces.pop(0)
    while pieces and not pieces[-1].hidden and not pieces[-1].text.strip():
        pieces.pop()
    if pieces:
        pieces[0] = pieces[0]._replace(text=pieces[0].text.lstrip())
        pieces[-1] = pieces[-1]._replace(text=pieces[-1].text.rstrip())
    return tuple(pieces)


def _visible(row: Row) -> bool:
    return bool(row.old or row.new)


def _folded(rows: Sequence[Row]) -> Iterator[Block]:
    """Yield the rows in blocks; of those in which nothing changed, the ones beside a change stay open."""
    near = {number + step for number, row in enumerate(rows) if row.changed for step in (-1, 0, 1)}
    for is_open, group in groupby(enumerate(rows), key=lambda item: item[0] in near):
        yield Block(tuple(row for _, row in group), not is_open)
