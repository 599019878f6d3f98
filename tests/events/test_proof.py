"""Proofs against RFC 6962 written down naively, and everything that is not the proof refused."""

from __future__ import annotations

import random
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regesta.archive import Archive
from regesta.errors import LogError
from regesta.events.checkpoint import Checkpoint
from regesta.events.merkle import EMPTY_ROOT, leaf_hash
from regesta.events.nodes import nodes_of
from regesta.events.proof import (
    Consistency,
    Inclusion,
    Tree,
    check_consistency,
    check_inclusion,
    consistency_ranges,
    inclusion_ranges,
    prove_consistency,
    prove_inclusion,
    read_proof,
)  # fmt: skip
from tests.archives import drafts, log_lines, make_archive, tree_root
from tests.events.writers import edit_line
from tests.examples import times

SIZES = range(131)
FORGED = 10_000
ORIGIN = "example.org/log"


def lines_of(count: int) -> list[bytes]:
    return [b'{"sequence":"%012d"}' % number for number in range(1, count + 1)]


LINES = lines_of(131)
LEAVES = [sha256(b"\x00" + line).digest() for line in LINES]
_MEMO: dict[tuple[int, int], bytes] = {}


def mth(first: int, end: int) -> bytes:
    """RFC 6962 §2.1 over the leaves of a range; remembered, to be quick."""
    if end - first < 2:
        return LEAVES[first] if end > first else sha256().digest()
    if (first, end) not in _MEMO:
        k = split(end - first)
        _MEMO[first, end] = sha256(b"\x01" + mth(first, first + k) + mth(first + k, end)).digest()
    return _MEMO[first, end]


def split(n: int) -> int:
    """The largest power of two smaller than n."""
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def path(m: int, first: int, end: int) -> list[tuple[int, int]]:
    """RFC 6962 §2.1.1, word for word, with ranges for D: the ranges whose roots are the audit path."""
    if end - first == 1:
        return []
    k = split(end - first)
    if m < k:
        return [*path(m, first, first + k), (first + k, end)]
    return [*path(m - k, first + k, end), (first, first + k)]


def subproof(m: int, first: int, end: int, b: bool) -> list[tuple[int, int]]:
    """RFC 6962 §2.1.2, word for word, with ranges for D."""
    n = end - first
    if m == n:
        return [] if b else [(first, end)]
    k = split(n)
    if m <= k:
        return [*subproof(m, first, first + k, b), (first + k, end)]
    return [*subproof(m - k, first + k, end, False), (first, first + k)]


def tree(size: int) -> Tree:
    return Tree(size, mth(0, size))


def audit_path(index: int, size: int) -> list[bytes]:
    return [mth(*item) for item in path(index, 0, size)]


def growth(old: int, new: int) -> list[bytes]:
    return [mth(*item) for item in subproof(old, 0, new, True)]


def includes(leaf: bytes, index: int, hashes: Sequence[bytes], of: Tree) -> bool:
    try:
        check_inclusion(leaf, index, hashes, of)
    except LogError:
        return False
    return True


def grows(old: Tree, new: Tree, hashes: Sequence[bytes]) -> bool:
    try:
        check_consistency(old, new, hashes)
    except LogError:
        return False
    return True


@pytest.mark.parametrize("size", SIZES)
def test_inclusion_ranges_at_every_small_size(size: int) -> None:
    """An inclusion proof's hashes are over the leaves that the definition says, from the leaf's sibling up."""
    assert [path(index, 0, size) for index in range(size)] == [inclusion_ranges(index, size) for index in range(size)]


@pytest.mark.parametrize("size", SIZES)
def test_consistency_ranges_at_every_small_size(size: int) -> None:
    """A consistency proof's hashes are over the leaves that the definition says, in its order."""
    expected = [[], *(subproof(old, 0, size, True) for old in range(1, size + 1))]
    assert expected == [consistency_ranges(old, size) for old in range(size + 1)]


@pytest.mark.parametrize("size", SIZES)
def test_every_inclusion_proof_is_accepted(size: int) -> None:
    """The proof of every leaf of every tree of up to 130 leaves holds."""
    assert [True] * size == [includes(LEAVES[n], n, audit_path(n, size), tree(size)) for n in range(size)]


@pytest.mark.parametrize("size", range(1, 131))
def test_every_consistency_proof_is_accepted(size: int) -> None:
    """The proof from every smaller tree, and from the tree itself, holds."""
    assert [True] * size == [grows(tree(old), tree(size), growth(old, size)) for old in range(1, size + 1)]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 70])
def test_an_inclusion_proof_holds_for_its_own_place_only(size: int) -> None:
    """No proof of a leaf holds at another index, or for another leaf."""
    for index in range(size):
        proof = audit_path(index, size)
        assert [index] == [other for other in range(-1, size + 2) if includes(LEAVES[index], other, proof, tree(size))]
        assert [index] == [other for other in range(size) if includes(LEAVES[other], index, proof, tree(size))]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 70])
def test_a_consistency_proof_holds_for_its_own_sizes_only(size: int) -> None:
    """No proof from one size holds from another, and none to another, even with the right roots for those."""
    for old in range(1, size):
        proof = growth(old, size)
        assert [old] == [n for n in range(1, size + 1) if n < size and grows(tree(n), tree(size), proof)]
        assert [size] == [n for n in range(old + 1, 80) if grows(tree(old), tree(n), proof)]


def numbers(generator: random.Random) -> tuple[int, int]:
    size = generator.randint(1, 10 ** generator.randint(1, 12))
    return generator.randrange(size), size


def test_random_trees() -> None:
    """In trees of up to 10^12 leaves the ranges are the definition's."""
    generator = random.Random(6962)
    cases = [numbers(generator) for _ in range(times(500))]
    assert [path(index, 0, size) for index, size in cases] == [inclusion_ranges(*case) for case in cases]
    assert [subproof(index + 1, 0, size, True) for index, size in cases] == [
        consistency_ranges(index + 1, size) for index, size in cases
    ]


class Imagined:
    """A tree of any size of which only the hashes of one proof exist: all others are made up."""

    def __init__(self, index: int, size: int) -> None:
        self.index, self.size = index, size
        self.leaf = sha256(b"%d" % index).digest()
        self.hashes = [sha256(b"%d %d" % item).digest() for item in path(index, 0, size)]

    def root(self) -> bytes:
        """The root by the definition: the path's hashes where they belong."""
        ranges = path(self.index, 0, self.size)
        found = self.leaf
        for (first, _), item in zip(ranges, self.hashes, strict=True):
            found = sha256(b"\x01" + (item + found if first < self.index else found + item)).digest()
        return found


def test_random_trees_are_accepted() -> None:
    """An inclusion proof in a tree of up to 10^12 leaves holds."""
    generator = random.Random(9162)
    trees = [Imagined(*numbers(generator)) for _ in range(times(500))]
    assert [t.size for t in trees if not includes(t.leaf, t.index, t.hashes, Tree(t.size, t.root()))] == []


# What is wrong with an inclusion proof, made from a right one (leaf, index, hashes, tree) of a log of `size` events.
InclusionCase = tuple[bytes, int, list[bytes], Tree]
OTHER = sha256(b"other").digest()
INCLUSION_FAULTS: dict[str, Callable[[InclusionCase], InclusionCase]] = {
    "another leaf": lambda c: (OTHER, c[1], c[2], c[3]),
    "a leaf of 31 bytes": lambda c: (c[0][:-1], c[1], c[2], c[3]),
    "no leaf": lambda c: (b"", c[1], c[2], c[3]),
    "the next index": lambda c: (c[0], c[1] + 1, c[2], c[3]),
    "the index before": lambda c: (c[0], c[1] - 1, c[2], c[3]),
    "an index beyond": lambda c: (c[0], c[3].size, c[2], c[3]),
    "a negative index": lambda c: (c[0], -1, c[2], c[3]),
    "an index far beyond": lambda c: (c[0], c[1] + 2**40, c[2], c[3]),
    "size 0": lambda c: (c[0], c[1], c[2], Tree(0, c[3].root)),
    "size 0 and the empty root": lambda c: (c[0], c[1], c[2], Tree(0, EMPTY_ROOT)),
    "a negative size": lambda c: (c[0], c[1], c[2], Tree(-1, c[3].root)),
    "twice the size": lambda c: (c[0], c[1], c[2], Tree(2 * c[3].size, c[3].root)),
    "another root": lambda c: (c[0], c[1], c[2], Tree(c[3].size, OTHER)),
    "the leaf as the root": lambda c: (c[0], c[1], c[2], Tree(c[3].size, c[0] if c[2] else OTHER)),
    "the empty root": lambda c: (c[0], c[1], c[2], Tree(c[3].size, EMPTY_ROOT)),
    "a root of 31 bytes": lambda c: (c[0], c[1], c[2], Tree(c[3].size, c[3].root[:-1])),
    "no root": lambda c: (c[0], c[1], c[2], Tree(c[3].size, b"")),
    "a hash more": lambda c: (c[0], c[1], [*c[2], OTHER], c[3]),
    "a hash more in front": lambda c: (c[0], c[1], [OTHER, *c[2]], c[3]),
    "the root as one more hash": lambda c: (c[0], c[1], [*c[2], c[3].root], c[3]),
    "an empty hash more": lambda c: (c[0], c[1], [*c[2], b""], c[3]),
    "all hashes twice and one": lambda c: (c[0], c[1], [*c[2], *c[2], c[0]], c[3]),
    "63 hashes": lambda c: (c[0], c[1], [OTHER] * 63, c[3]),
}
# These need a proof with hashes.
PATH_FAULTS: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "no hashes": lambda hashes: [],
    "the first hash missing": lambda hashes: hashes[1:],
    "the last hash missing": lambda hashes: hashes[:-1],
    "the first hash twice": lambda hashes: [hashes[0], *hashes],
    "the last hash twice": lambda hashes: [*hashes, hashes[-1]],
    "the first hash another": lambda hashes: [OTHER, *hashes[1:]],
    "the last hash another": lambda hashes: [*hashes[:-1], OTHER],
    "one bit of the first hash": lambda hashes: [bytes([hashes[0][0] ^ 1]) + hashes[0][1:], *hashes[1:]],
    "one bit of the last hash": lambda hashes: [*hashes[:-1], hashes[-1][:-1] + bytes([hashes[-1][-1] ^ 128])],
    "an empty hash": lambda hashes: [*hashes[:-1], b""],
    "all hashes empty": lambda hashes: [b"" for _ in hashes],
    "a hash of 31 bytes": lambda hashes: [hashes[0][:-1], *hashes[1:]],
    "a hash of 33 bytes": lambda hashes: [hashes[0] + b"\x00", *hashes[1:]],
    "two hashes in one": lambda hashes: [b"".join(hashes) + bytes(32)],
}
INCLUSION_TREES = {"one": (0, 1), "two": (1, 2), "the last of three": (2, 3), "full": (3, 8), "ragged": (70, 77)}
BAD_INCLUSION = {
    **{
        f"{name}, {which}": (place, change)
        for which, place in INCLUSION_TREES.items()
        for name, change in INCLUSION_FAULTS.items()
    },
    **{
        f"{name}, {which}": (place, lambda c, change=change: (c[0], c[1], change(c[2]), c[3]))  # type: ignore[misc]
        for which, place in INCLUSION_TREES.items()
        if place[1] > 1
        for name, change in PATH_FAULTS.items()
    },
}  # fmt: skip


@pytest.mark.parametrize(("place", "change"), BAD_INCLUSION.values(), ids=BAD_INCLUSION.keys())
def test_wrong_inclusion_proof_is_refused(
    place: tuple[int, int], change: Callable[[InclusionCase], InclusionCase]
) -> None:
    """A right inclusion proof holds, and with one thing wrong it is a LogError."""
    index, size = place
    right = (LEAVES[index], index, audit_path(index, size), tree(size))
    assert (includes(*right), includes(*change(right))) == (True, False)


ConsistencyCase = tuple[Tree, Tree, list[bytes]]
CONSISTENCY_FAULTS: dict[str, Callable[[ConsistencyCase], ConsistencyCase]] = {
    "another old root": lambda c: (Tree(c[0].size, OTHER), c[1], c[2]),
    "another new root": lambda c: (c[0], Tree(c[1].size, OTHER), c[2]),
    "roots swapped": lambda c: (Tree(c[0].size, c[1].root), Tree(c[1].size, c[0].root), c[2]),
    "trees swapped": lambda c: (c[1], c[0], c[2]),
    "the old root twice": lambda c: (c[0], Tree(c[1].size, c[0].root), c[2]),
    "the new root twice": lambda c: (Tree(c[0].size, c[1].root), c[1], c[2]),
    "old size 0": lambda c: (Tree(0, c[0].root), c[1], c[2]),
    "old size 0, empty root": lambda c: (Tree(0, EMPTY_ROOT), c[1], c[2]),
    "old size 0 without hashes": lambda c: (Tree(0, c[0].root), c[1], []),
    "new size 0": lambda c: (c[0], Tree(0, c[1].root), c[2]),
    "new size 0, empty root": lambda c: (c[0], Tree(0, EMPTY_ROOT), c[2]),
    "both sizes 0": lambda c: (Tree(0, c[0].root), Tree(0, c[1].root), []),
    "both sizes 0 with hashes": lambda c: (Tree(0, EMPTY_ROOT), Tree(0, EMPTY_ROOT), c[2]),
    "both sizes 1": lambda c: (Tree(1, c[0].root), Tree(1, c[1].root), []),
    "negative old size": lambda c: (Tree(-1, c[0].root), c[1], c[2]),
    "negative sizes": lambda c: (Tree(-2, c[0].root), Tree(-1, c[1].root), c[2]),
    "one size": lambda c: (Tree(c[1].size, c[0].root), c[1], c[2]),
    "one size without hashes": lambda c: (Tree(c[1].size, c[0].root), c[1], []),
    "one tree with hashes": lambda c: (c[1], c[1], c[2]),
    "old size one more": lambda c: (Tree(c[0].size + 1, c[0].root), c[1], c[2]),
    "old size one less": lambda c: (Tree(c[0].size - 1, c[0].root), c[1], c[2]),
    "twice the new size": lambda c: (c[0], Tree(c[1].size * 2 + 1, c[1].root), c[2]),
    "old root of 31 bytes": lambda c: (Tree(c[0].size, c[0].root[:-1]), c[1], c[2]),
    "no new root": lambda c: (c[0], Tree(c[1].size, b""), c[2]),
    "a hash more": lambda c: (c[0], c[1], [*c[2], OTHER]),
    "a hash more in front": lambda c: (c[0], c[1], [OTHER, *c[2]]),
    "the old root in front": lambda c: (c[0], c[1], [c[0].root, *c[2]]),
    "the new root as the only hash": lambda c: (c[0], c[1], [c[1].root]),
    "63 hashes": lambda c: (c[0], c[1], [OTHER] * 63),
}
CONSISTENCY_TREES = {"one to two": (1, 2), "full": (4, 7), "ragged": (6, 70)}
BAD_CONSISTENCY = {
    **{
        f"{name}, {which}": (sizes, change)
        for which, sizes in CONSISTENCY_TREES.items()
        for name, change in CONSISTENCY_FAULTS.items()
    },
    **{
        f"{name}, {which}": (sizes, lambda c, change=change: (c[0], c[1], change(c[2])))  # type: ignore[misc]
        for which, sizes in CONSISTENCY_TREES.items()
        for name, change in PATH_FAULTS.items()
    },
}  # fmt: skip


@pytest.mark.parametrize(("sizes", "change"), BAD_CONSISTENCY.values(), ids=BAD_CONSISTENCY.keys())
def test_wrong_consistency_proof_is_refused(
    sizes: tuple[int, int], change: Callable[[ConsistencyCase], ConsistencyCase]
) -> None:
    """A right consistency proof holds, and with one thing wrong it is a LogError."""
    old, new = sizes
    right = (tree(old), tree(new), growth(old, new))
    assert (grows(*right), grows(*change(right))) == (True, False)


# Name: old, new, hashes; proofs at the edges that hold.
GOOD_CONSISTENCY = {
    "from nothing to nothing": (tree(0), tree(0), []),
    "from nothing to one": (tree(0), tree(1), []),
    "from nothing to many": (tree(0), tree(77), []),
    "one to itself": (tree(1), tree(1), []),
    "many to themselves": (tree(77), tree(77), []),
    "one to many": (tree(1), tree(77), growth(1, 77)),
    "all but one": (tree(76), tree(77), growth(76, 77)),
    "full to full": (tree(32), tree(64), growth(32, 64)),
}


@pytest.mark.parametrize(("old", "new", "hashes"), GOOD_CONSISTENCY.values(), ids=GOOD_CONSISTENCY.keys())
def test_consistency_at_the_edges(old: Tree, new: Tree, hashes: list[bytes]) -> None:
    """Every log adds to the empty one, none to itself, and neither needs a hash."""
    assert grows(old, new, hashes)


def bit_flipped(generator: random.Random, data: bytes) -> bytes:
    place = generator.randrange(8 * len(data))
    return data[: place // 8] + bytes([data[place // 8] ^ 1 << place % 8]) + data[place // 8 + 1 :]


def mutated(generator: random.Random, hashes: list[bytes]) -> list[bytes]:
    """Return other hashes: a bit flipped, two swapped, one dropped, doubled, moved, cut, added, or all the other way."""
    changed, place = list(hashes), generator.randrange(len(hashes))
    other = generator.randrange(len(hashes))
    kind = generator.randrange(8)
    if kind == 0:
        changed[place] = bit_flipped(generator, changed[place])
    elif kind == 1:
        changed[place], changed[other] = changed[other], changed[place]
    elif kind == 2:
        del changed[place]
    elif kind == 3:
        changed.insert(place, changed[place])
    elif kind == 4:
        changed.insert(other, changed.pop(place))
    elif kind == 5:
        changed[place] = changed[place][: generator.randrange(32)]
    elif kind == 6:
        changed.insert(place, generator.randbytes(32))
    else:
        changed.reverse()
    return changed if changed != hashes else [*hashes, hashes[0]]


def forged_inclusion(generator: random.Random) -> InclusionCase:
    size = generator.randint(2, 130)
    index = generator.randrange(size)
    leaf, hashes, of = LEAVES[index], audit_path(index, size), tree(size)
    other = (index + generator.randrange(1, size)) % size
    kind = generator.randrange(5)
    return (
        (leaf, other, hashes, of),
        (LEAVES[other], index, hashes, of),
        (leaf, index, hashes, tree(size + 1 + generator.randrange(130 - size) if size < 130 else 1)),
        (leaf, index, hashes, Tree(size, bit_flipped(generator, of.root))),
        (leaf, index, mutated(generator, hashes), of),
    )[kind]


def forged_consistency(generator: random.Random) -> ConsistencyCase:
    new = generator.randint(2, 130)
    old = generator.randrange(1, new)
    other = (old + generator.randrange(1, new)) % (new + 1) or new
    hashes, kind = growth(old, new), generator.randrange(5)
    return (
        (tree(other if other != old else new), tree(new), hashes),
        (tree(old), tree(new - 1), hashes),
        (Tree(old, bit_flipped(generator, tree(old).root)), tree(new), hashes),
        (tree(old), Tree(new, bit_flipped(generator, tree(new).root)), hashes),
        (tree(old), tree(new), mutated(generator, hashes)),
    )[kind]


def test_no_forged_proof_is_accepted() -> None:
    """Of 10,000 real proofs with something changed, half of each kind, none holds."""
    generator = random.Random(10_000)
    inclusions = [forged_inclusion(generator) for _ in range(times(FORGED // 2))]
    growths = [forged_consistency(generator) for _ in range(times(FORGED // 2))]
    assert [case for case in inclusions if includes(*case)] == []
    assert [item for item in growths if grows(*item)] == []


def sealed(size: int, *signatures: str) -> Checkpoint:
    return Checkpoint(ORIGIN, size, mth(0, size), signatures)


SIGNED = "— example.org/log AAAAAAA="
INCLUSION = Inclusion(LINES[70], 70, tuple(audit_path(70, 77)), sealed(77, SIGNED))
CONSISTENCY = Consistency(6, tuple(growth(6, 70)), sealed(70, SIGNED))
FILE, GROWTH_FILE = INCLUSION.encode(), CONSISTENCY.encode()
HASH = b64encode(OTHER)


def line_changed(data: bytes, number: int, *texts: bytes) -> bytes:
    """Return the file with other lines in place of the n-th (from 1)."""
    lines = data.split(b"\n")
    return b"\n".join([*lines[: number - 1], *texts, *lines[number:]])


def test_inclusion_file() -> None:
    """The file is a C2SP tlog-proof: its first line, the event, the index, the hashes, the checkpoint as it is."""
    head = [b"c2sp.org/tlog-proof@v1", b"extra " + b64encode(LINES[70]), b"index 70", *map(b64encode, INCLUSION.hashes)]
    assert b"\n".join([*head, b"", sealed(77, SIGNED).encode()]) == FILE


def test_consistency_file() -> None:
    """The file is what a C2SP witness is sent: the old size, the hashes, the checkpoint as it is."""
    head = [b"old 6", *map(b64encode, CONSISTENCY.hashes)]
    assert b"\n".join([*head, b"", sealed(70, SIGNED).encode()]) == GROWTH_FILE


@pytest.mark.parametrize("index", [0, 1, 63, 64, 76])
def test_inclusion_round_trip(index: int) -> None:
    """What is written is read back, told apart by its beginning, and holds."""
    proof = Inclusion(LINES[index], index, tuple(audit_path(index, 77)), sealed(77))
    proof.check()
    assert proof == read_proof(proof.encode(), "p")


@pytest.mark.parametrize("old", [0, 1, 64, 76, 77])
def test_consistency_round_trip(old: int) -> None:
    """What is written is read back, told apart by its beginning, and holds."""
    proof = Consistency(old, tuple(growth(old, 77)) if old else (), sealed(77))
    proof.check(tree(old))
    assert proof == read_proof(proof.encode(), "p")


def test_the_only_event() -> None:
    """The proof of the only event of a log has no hashes."""
    proof = Inclusion(LINES[0], 0, (), sealed(1))
    proof.check()
    assert proof == read_proof(proof.encode(), "p")


# Name: file, place of the message, a part of what it says.
BAD_FILES = {
    "empty": (b"", "p:1", "the proof ends here"),
    "newline": (b"\n", "p:2", "the proof ends here, expected an empty line and the checkpoint"),
    "empty lines": (b"\n\n", "p:1", "found '', expected 'c2sp.org/tlog-proof@v1'"),
    "a checkpoint": (sealed(77).encode(), "p:4", "the proof ends here"),
    "a signed checkpoint": (sealed(77, SIGNED).encode(), "p:1", "found 'example.org/log', expected"),
    "another version": (FILE.replace(b"@v1", b"@v2"), "p:1", "found 'c2sp.org/tlog-proof@v2'"),
    "space before": (b" " + FILE, "p:1", "found ' c2sp.org/tlog-proof@v1'"),
    "byte order mark": (b"\xef\xbb\xbf" + FILE, "p:1", "U+FEFF"),
    "Windows line ends": (FILE.replace(b"\n", b"\r\n"), "p:1", "U+000D"),
    "not UTF-8": (line_changed(FILE, 3, b"index \xff"), "p:3", "byte 0xFF is not UTF-8"),
    "NUL": (line_changed(FILE, 3, b"index \0"), "p:3", "U+0000"),
    "no event": (line_changed(FILE, 2), "p:2", "found 'index 70', expected 'extra '"),
    "event in other words": (line_changed(FILE, 2, b"Extra YQ=="), "p:2", "expected 'extra '"),
    "event without base64": (line_changed(FILE, 2, b"extra {}"), "p:2", "expected standard base64"),
    "event without padding": (line_changed(FILE, 2, b"extra YQ"), "p:2", "expected standard base64"),
    "event with spare bits set": (line_changed(FILE, 2, b"extra YR=="), "p:2", "expected standard base64"),
    "empty event": (line_changed(FILE, 2, b"extra "), "p:2", "the event has 0 bytes"),
    "event of two lines": (line_changed(FILE, 2, b"extra " + b64encode(b"a\nb")), "p:2", "the event has 3 bytes"),
    "event too long": (line_changed(FILE, 2, b"extra " + b64encode(b"a" * 262_145)), "p:2", "has 262145 bytes"),
    "event twice": (line_changed(FILE, 2, b"extra YQ==", b"extra YQ=="), "p:3", "expected 'index '"),
    "no index": (line_changed(FILE, 3), "p:3", "expected 'index '"),
    "negative index": (line_changed(FILE, 3, b"index -1"), "p:3", "the index is '-1'"),
    "index with a leading zero": (line_changed(FILE, 3, b"index 070"), "p:3", "the index is '070'"),
    "index with two spaces": (line_changed(FILE, 3, b"index  70"), "p:3", "the index is ' 70'"),
    "index of 13 digits": (line_changed(FILE, 3, b"index 1000000000000"), "p:3", "at most 12 decimal digits"),
    "index of 5,000 digits": (line_changed(FILE, 3, b"index " + b"9" * 5_000), "p:3", "at most 12 decimal digits"),
    "Arabic digits": (line_changed(FILE, 3, "index ٧٠".encode()), "p:3", "the index is '٧٠'"),
    "index twice": (line_changed(FILE, 3, b"index 70", b"index 70"), "p:4", "the hash is 'index 70'"),
    "only the head": (FILE[: FILE.index(b"\n", 40) + 1], "p:3", "the proof ends here"),
    "a hash of 31 bytes": (line_changed(FILE, 4, b64encode(bytes(31))), "p:4", "the hash has 31 bytes"),
    "a hash in hex": (line_changed(FILE, 4, OTHER.hex().encode()), "p:4", "the hash has 48 bytes"),
    "a hash with a space": (line_changed(FILE, 4, HASH + b" "), "p:4", "expected standard base64"),
    "64 hashes": (line_changed(FILE, 4, *[HASH] * 60), "p:67", "the proof has 64 hashes, expected at most 63"),
    "a thousand hashes": (line_changed(FILE, 4, *[HASH] * 1_000), "p:67", "hashes, expected at most 63"),
    "no empty line": (FILE.replace(b"\n\nexample", b"\nexample"), "p:9", "the hash is 'example.org/log'"),
    "two empty lines": (FILE.replace(b"\n\nexample", b"\n\n\nexample"), "p:10", "the origin has 0 characters"),
    "no checkpoint": (FILE[: FILE.index(b"\n\n") + 2], "p:10", "the checkpoint ends here, expected the origin"),
    "cut in the checkpoint": (FILE[: FILE.index(b"\n77\n") + 4], "p:12", "the checkpoint ends here, expected the root"),
    "cut in a hash": (FILE[:150], "p:5", "has no newline"),
    "cut in the signature": (FILE[:-3], "p:14", "has no newline"),
    "text behind": (FILE + b"x\n", "p:15", "found 'x', expected a signature"),
    "too large": (FILE + b" " * 524_288, "p", "the proof has 524"),
    "no old size": (line_changed(GROWTH_FILE, 1, b"old "), "p:1", "the old size is ''"),
    "old size with a sign": (line_changed(GROWTH_FILE, 1, b"old +6"), "p:1", "the old size is '+6'"),
    "old size in other words": (line_changed(GROWTH_FILE, 1, b"OLD 6"), "p:1", "expected 'c2sp.org/tlog-proof@v1'"),
    "a bad second hash": (line_changed(GROWTH_FILE, 3, b"!"), "p:3", "the hash is '!'"),
    "a growth cut": (GROWTH_FILE[:60], "p:3", "has no newline"),
    "JSON": (b'{"index": 3}\n', "p:2", "the proof ends here"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "where", "message"), BAD_FILES.values(), ids=BAD_FILES.keys())
def test_bad_file_is_refused(data: bytes, where: str, message: str) -> None:
    """A file of another form is a LogError that names the line, what was found and what was expected."""
    with pytest.raises(LogError) as caught:
        read_proof(data, "p")
    assert (where, True, True) == (
        caught.value.where, message in caught.value.message, "expected" in caught.value.message,
    )  # fmt: skip


# Name: a proof that must not become a file.
UNWRITABLE: dict[str, Inclusion | Consistency] = {
    "negative index": replace(INCLUSION, index=-1),
    "a truth value as the index": replace(INCLUSION, index=True),
    "no event": replace(INCLUSION, line=b""),
    "two lines": replace(INCLUSION, line=b"a\nb"),
    "a short hash": replace(INCLUSION, hashes=(b"",)),
    "64 hashes": replace(INCLUSION, hashes=(OTHER,) * 64),
    "bad checkpoint": replace(INCLUSION, checkpoint=Checkpoint("", 1, OTHER)),
    "negative size": replace(CONSISTENCY, old=-1),
    "a long hash": replace(CONSISTENCY, hashes=(OTHER + OTHER,)),
}


@pytest.mark.parametrize("proof", UNWRITABLE.values(), ids=UNWRITABLE.keys())
def test_unwritable_proof_is_refused(proof: Inclusion | Consistency) -> None:
    """What could not be read back is not written."""
    with pytest.raises(LogError, match="expected"):
        proof.encode()


@given(st.sampled_from([FILE, GROWTH_FILE]), st.integers(0, len(FILE) - 1), st.integers(0, 255))
def test_one_byte_changed_is_another_proof_or_none(data: bytes, place: int, byte: int) -> None:
    """A proof has one text: no other byte anywhere gives an equal one."""
    changed = data[:place] + bytes([byte]) + data[place + 1 :]
    assert written_again(changed) in (changed, None)


FRAGMENTS = st.sampled_from(
    [
        b"\n",
        b"\n\n",
        b"c2sp.org/tlog-proof@v1\n",
        b"extra YQ==\n",
        b"index 0\n",
        b"old 1\n",
        HASH + b"\n",
        FILE,
        b"\xff",
    ]
)


@given(st.binary() | st.lists(FRAGMENTS, max_size=9).map(b"".join))
def test_any_bytes(data: bytes) -> None:
    """Any bytes are a proof that is written as it was, or a LogError and nothing else."""
    assert written_again(data) in (data, None)


def written_again(data: bytes) -> bytes | None:
    try:
        return read_proof(data, "p").encode()
    except LogError:
        return None


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a log of 21 events in six segments."""
    archive = make_archive(tmp_path_factory.mktemp("told"))
    sizes = (0, 1, 3, 8, 9, 16, 21)
    for first, end in pairwise(sizes):
        archive.append(drafts(end - first, first=first + 1))
    return archive.folder


def sealed_lines(folder: Path, size: int) -> tuple[list[bytes], Checkpoint]:
    """Return the log's lines and the checkpoint that it had at a size, both found without the engine."""
    lines = log_lines(Archive.open(folder))
    return lines, Checkpoint("example.org/letters", size, tree_root(lines[:size]))


@pytest.mark.parametrize("size", [1, 2, 3, 8, 10, 20, 21])
def test_every_event_is_proved(told: Path, size: int) -> None:
    """The proof of each event that the checkpoint covers is the definition's, however the log lies in segments."""
    lines, checkpoint = sealed_lines(told, size)
    leaves = [leaf_hash(line) for line in lines]
    nodes = nodes_of(told / "events")
    proofs = [prove_inclusion(nodes, n, checkpoint) for n in range(size)]
    expected = [[tree_of_leaves(leaves[a:b]) for a, b in path(n, 0, size)] for n in range(size)]
    assert expected == [list(proof.hashes) for proof in proofs]


def tree_of_leaves(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return sha256(b"\x01" + tree_of_leaves(leaves[:k]) + tree_of_leaves(leaves[k:])).digest()


@pytest.mark.parametrize("size", [0, 1, 7, 16, 21])
def test_growth_from_every_size_is_proved(told: Path, size: int) -> None:
    """The proof from every earlier size holds against the root that the log had then."""
    lines, checkpoint = sealed_lines(told, size)
    nodes = nodes_of(told / "events")
    for old in range(size + 1):
        before = Tree(old, tree_root(lines[:old]))
        prove_consistency(nodes, before, checkpoint).check(before)


def test_event_beyond_the_checkpoint(told: Path) -> None:
    """An event that the checkpoint does not cover yet cannot be proved, and the error says what helps."""
    _, checkpoint = sealed_lines(told, 8)
    with pytest.raises(LogError, match=r"covers 8 events, event 10 not yet: .*append any event"):
        prove_inclusion(nodes_of(told / "events"), 9, checkpoint)


NOT_THIS_LOG = "the events of the log are not those of the checkpoint"


def test_no_proof_from_another_log(told: Path) -> None:
    """Where the log's lines are not the checkpoint's, or not the earlier one's, no proof is made."""
    _, checkpoint = sealed_lines(told, 21)
    nodes, other = nodes_of(told / "events"), Tree(5, OTHER)
    with pytest.raises(LogError, match=NOT_THIS_LOG):
        prove_inclusion(nodes, 4, replace(checkpoint, root=OTHER))
    with pytest.raises(LogError, match=NOT_THIS_LOG):
        prove_consistency(nodes, other, checkpoint)


def test_no_proof_of_a_line_that_changes_meanwhile(told: Path, tmp_path: Path) -> None:
    """Where a line is another one when it is read again, no proof is made."""
    folder, (_, checkpoint) = tmp_path / "events", sealed_lines(told, 21)
    copytree(told / "events", folder)
    nodes = nodes_of(folder)
    edit_line(folder / "000003.jsonl", 2, b'"partly"', b'"fully"')
    with pytest.raises(LogError, match=NOT_THIS_LOG):
        prove_inclusion(nodes, 4, checkpoint)


def test_checkpoints_larger_than_the_log(told: Path) -> None:
    """A checkpoint of more events than there are is told as such, on either side."""
    nodes, (_, checkpoint) = nodes_of(told / "events"), sealed_lines(told, 21)
    with pytest.raises(LogError, match="the log has 21 events, expected 22 or more"):
        prove_inclusion(nodes, 4, replace(checkpoint, size=22))
    with pytest.raises(LogError, match="the earlier checkpoint has 22 events, this log's has 21"):
        prove_consistency(nodes, Tree(22, OTHER), checkpoint)


def test_another_old_size() -> None:
    """A consistency proof is for the one earlier checkpoint that it begins at."""
    with pytest.raises(LogError, match="begins at 6 events, the earlier checkpoint has 7"):
        CONSISTENCY.check(tree(7))
