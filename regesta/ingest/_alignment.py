"""Two sequences put side by side: which items of one are which items of the other, in order.

Guarantees bounded work: items that both have once are matched first (patience diff), so that what is compared item
by item is short; what stays too long is not matched at all.

>>> matched("abcxef", "abcef")
[(0, 0), (1, 1), (2, 2), (4, 3), (5, 4)]
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterator, Sequence

from rapidfuzz.distance import Indel

from regesta.limits import DIFF_PAIRS, DIFF_STEPS

Pair = tuple[int, int]
Block = tuple[int, int, int, int]  # start and end in the one, start and end in the other


def matched(one: Sequence[Hashable], other: Sequence[Hashable]) -> list[Pair]:
    """Return the pairs of positions of equal items, increasing in both."""
    pairs: list[Pair] = []
    blocks, steps = [(0, len(one), 0, len(other))], 0
    while blocks:
        block = _trimmed(one, other, blocks.pop(), pairs)
        start, end, other_start, other_end = block
        steps += end - start + other_end - other_start
        if start == end or other_start == other_end or steps > DIFF_STEPS:
            continue
        if (end - start) * (other_end - other_start) <= DIFF_PAIRS // 1000:
            pairs += _compared(one, other, block)
        elif anchors := _in_order(_unique(one, other, block)):
            blocks += _between(anchors, block)
            pairs += anchors
        elif (end - start) * (other_end - other_start) <= DIFF_PAIRS:
            pairs += _compared(one, other, block)
    return sorted(pairs)


def _trimmed(one: Sequence[Hashable], other: Sequence[Hashable], block: Block, pairs: list[Pair]) -> Block:
    """Take the equal beginning and the equal end of a block into ``pairs``; return what is left."""
    start, end, other_start, other_end = block
    while start < end and other_start < other_end and one[start] == other[other_start]:
        pairs.append((start, other_start))
        start, other_start = start + 1, other_start + 1
    while start < end and other_start < other_end and one[end - 1] == other[other_end - 1]:
        end, other_end = end - 1, other_end - 1
        pairs.append((end, other_end))
    return start, end, other_start, other_end


def _unique(one: Sequence[Hashable], other: Sequence[Hashable], block: Block) -> list[Pair]:
    """Return the pairs of items that stand once in either part, in the order of the one."""
    here, there = _once(one, *block[:2]), _once(other, *block[2:])
    return [(at, there[item]) for item, at in here.items() if item in there]


def _once(items: Sequence[Hashable], start: int, end: int) -> dict[Hashable, int]:
    places: dict[Hashable, int] = {}
    repeated = set()
    for position in range(start, end):
        item = items[position]
        if item in places:
            repeated.add(item)
        places[item] = position
    return {item: place for item, place in places.items() if item not in repeated}


def _in_order(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the longest part of ``pairs``, which increase in the one, that increases in the other as well."""
    tails: list[int] = []  # the least last place of an increasing run of each length
    last: list[int] = []  # which pair that is
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(tails, place)
        before.append(last[length - 1] if length else -1)
        tails[length : length + 1] = [place]
        last[length : length + 1] = [number]
    found, number = [], last[-1] if last else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]


def _between(anchors: Sequence[Pair], block: Block) -> Iterator[Block]:
    start, other_start = block[0], block[2]
    for at, other_at in (*anchors, (block[1], block[3])):
        yield start, at, other_start, other_at
        start, other_start = at + 1, other_at + 1


def _compared(one: Sequence[Hashable], other: Sequence[Hashable], block: Block) -> Iterator[Pair]:
    """Yield the pairs of a longest common subsequence of a block."""
    start, end, other_start, other_end = block
    for step in Indel.opcodes(one[start:end], other[other_start:other_end]):
        if step.tag == "equal":
            for offset in range(step.src_end - step.src_start):
                yield start + step.src_start + offset, other_start + step.dest_start + offset
