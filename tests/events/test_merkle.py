"""The tree against RFC 6962 §2.1 written down naively, and the frontier against the tree."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regesta.errors import LogError
from regesta.events.merkle import EMPTY_ROOT, Frontier, leaf_hash, node_hash, root_of

SIZES = range(131)
BEYOND_A_BLOCK = 2 * 4_096 + 77  # lines, so that extend() takes three blocks

# The inputs and roots of Certificate Transparency's own tests (merkletree_test in its C++ and Go code).
CT_LINES = [bytes.fromhex(line) for line in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
CT_LINES.append(bytes(range(0x60, 0x70)))
CT_ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}

LINES = st.lists(st.binary(max_size=40), max_size=300)
CHUNKS = st.lists(st.lists(st.binary(max_size=8), max_size=40), max_size=20)

# Name: size, bytes.
WRONG_FRONTIERS = {
    "bytes for an empty tree": (0, bytes(32)),
    "no bytes for a leaf": (1, b""),
    "one byte short": (1, bytes(31)),
    "one byte over": (1, bytes(33)),
    "a hash short": (3, bytes(32)),
    "a hash over": (4, bytes(64)),
    "one hash for each leaf": (4, bytes(128)),
    "hexadecimal": (2, b"0" * 64),
    "the largest log, a hash short": (2**40 - 1, bytes(39 * 32)),
    "negative": (-1, b""),
    "negative with a hash": (-1, bytes(32)),
}

# Name: something handed in where a leaf hash belongs.
WRONG_LEAVES = {
    "empty": b"",
    "a line": b'{"id":"a"}',
    "one byte short": bytes(31),
    "one byte over": bytes(33),
    "two hashes": bytes(64),
    "hexadecimal": b"0" * 64,
}


def mth(lines: list[bytes]) -> bytes:
    """RFC 6962 §2.1, word for word: k is the largest power of two smaller than n."""
    if not lines:
        return sha256().digest()
    if len(lines) == 1:
        return sha256(b"\x00" + lines[0]).digest()
    k = 1
    while 2 * k < len(lines):
        k *= 2
    return sha256(b"\x01" + mth(lines[:k]) + mth(lines[k:])).digest()


def numbered(count: int) -> list[bytes]:
    return [b'{"sequence":"%012d"}' % number for number in range(1, count + 1)]


def one_by_one(lines: list[bytes]) -> Frontier:
    frontier = Frontier()
    for line in lines:
        frontier.append(leaf_hash(line))
    return frontier


def in_chunks(chunks: list[list[bytes]]) -> Frontier:
    frontier = Frontier()
    for chunk in chunks:
        frontier.extend(map(leaf_hash, chunk))
    return frontier


def lines_in_chunks(chunks: list[list[bytes]]) -> Frontier:
    frontier = Frontier()
    for chunk in chunks:
        frontier.extend_lines(chunk)
    return frontier


def full_subtrees(lines: list[bytes]) -> bytes:
    """The roots of the full subtrees, largest first, one for each set bit of the size."""
    if not lines:
        return b""
    width = 1 << (len(lines).bit_length() - 1)
    return mth(lines[:width]) + full_subtrees(lines[width:])


def state(frontier: Frontier) -> tuple[int, bytes]:
    return frontier.size, frontier.to_bytes()


def breaking_off() -> Iterator[bytes]:
    yield from map(leaf_hash, numbered(BEYOND_A_BLOCK))
    raise OSError("the disk is gone")


def test_empty_root() -> None:
    """The root of no lines is the hash of the empty string."""
    expected = bytes.fromhex(CT_ROOTS[0])
    assert (expected, expected, expected) == (EMPTY_ROOT, root_of([]), Frontier().root())


def test_leaf_and_node_are_told_apart() -> None:
    """A line made of two hashes is not taken for the node over them."""
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert sha256(b"\x00" + left + right).digest() == leaf_hash(left + right)
    assert sha256(b"\x01" + left + right).digest() == node_hash(left, right)


@pytest.mark.parametrize("size", CT_ROOTS)
def test_certificate_transparency_roots(size: int) -> None:
    """The roots are the published ones for the published lines."""
    assert CT_ROOTS[size] == root_of(CT_LINES[:size]).hex()


@pytest.mark.parametrize("size", SIZES)
def test_root_at_every_small_size(size: int) -> None:
    """The root of one to 130 lines is what the definition says."""
    assert mth(numbered(size)) == root_of(numbered(size))


@pytest.mark.parametrize("size", SIZES)
def test_append_at_every_small_size(size: int) -> None:
    """Lines appended one by one have the root that the definition says."""
    assert (size, mth(numbered(size))) == (one_by_one(numbered(size)).size, one_by_one(numbered(size)).root())


@given(LINES)
def test_root_of_any_lines(lines: list[bytes]) -> None:
    """The root of any lines, empty and equal ones too, is what the definition says."""
    assert mth(lines) == root_of(lines)


def test_root_of_a_generator() -> None:
    """Lines may come from a generator, which is read once."""
    assert mth(numbered(9)) == root_of(iter(numbered(9)))


@given(CHUNKS)
def test_extend_in_any_chunks(chunks: list[list[bytes]]) -> None:
    """Leaf hashes added in any chunks give the frontier of adding them one by one."""
    assert state(one_by_one(list(chain(*chunks)))) == state(in_chunks(chunks))


@given(CHUNKS)
def test_extend_lines_in_any_chunks(chunks: list[list[bytes]]) -> None:
    """Lines added in any chunks give the frontier of adding their hashes one by one."""
    assert state(one_by_one(list(chain(*chunks)))) == state(lines_in_chunks(chunks))


@pytest.mark.parametrize("before", [0, 1, 3, 4_095, 4_096, 5_000])
def test_extend_beyond_a_block(before: int) -> None:
    """More leaves than are hashed at a time give the frontier of adding them one by one."""
    lines = numbered(before + BEYOND_A_BLOCK)
    frontier = one_by_one(lines[:before])
    frontier.extend([leaf_hash(line) for line in lines[before:]])
    assert state(one_by_one(lines)) == state(frontier)


def test_extend_leaves_its_input_alone() -> None:
    """The list that is handed in is the same afterwards."""
    leaves = [leaf_hash(line) for line in numbered(7)]
    Frontier().extend(leaves)
    assert [leaf_hash(line) for line in numbered(7)] == leaves


def test_an_odd_leaf_is_not_doubled() -> None:
    """Three lines and the same with the last one twice have different roots."""
    assert node_hash(node_hash(leaf_hash(b"a"), leaf_hash(b"b")), leaf_hash(b"c")) == root_of([b"a", b"b", b"c"])
    assert root_of([b"a", b"b", b"c"]) != root_of([b"a", b"b", b"c", b"c"])


@given(st.lists(st.binary(max_size=8), min_size=2, max_size=40, unique=True), st.data())
def test_any_other_order_has_another_root(lines: list[bytes], data: st.DataObject) -> None:
    """The root is that of the lines in their order."""
    shuffled = data.draw(st.permutations(lines))
    assert (lines == shuffled) == (root_of(lines) == root_of(shuffled))


@pytest.mark.parametrize("size", SIZES)
def test_frontier_has_one_hash_for_each_set_bit(size: int) -> None:
    """A frontier is the roots of the full subtrees, largest first."""
    assert full_subtrees(numbered(size)) == one_by_one(numbered(size)).to_bytes()


@given(LINES, LINES)
def test_frontier_goes_on_after_a_round_trip(before: list[bytes], after: list[bytes]) -> None:
    """A frontier read back has the same root and grows as if it had never been written."""
    written = one_by_one(before)
    frontier = Frontier.from_bytes(written.size, written.to_bytes())
    assert (state(written), written.root()) == (state(frontier), frontier.root())
    frontier.extend_lines(after)
    assert mth(before + after) == frontier.root()


@pytest.mark.parametrize(("size", "data"), WRONG_FRONTIERS.values(), ids=WRONG_FRONTIERS.keys())
def test_frontier_of_the_wrong_length_is_refused(size: int, data: bytes) -> None:
    """A serialised frontier that does not fit its size is a LogError."""
    with pytest.raises(LogError, match=r"the frontier .*expected"):
        Frontier.from_bytes(size, data)


def test_message_of_a_wrong_frontier() -> None:
    """The message says what was found and what was expected."""
    with pytest.raises(LogError) as caught:
        Frontier.from_bytes(7, bytes(64))
    expected = "the frontier of 7 leaves has 64 bytes, expected 96"
    assert expected == str(caught.value)


@pytest.mark.parametrize("leaf", WRONG_LEAVES.values(), ids=WRONG_LEAVES.keys())
def test_append_refuses_what_is_no_hash(leaf: bytes) -> None:
    """What is not 32 bytes long is refused and the frontier stays as it was."""
    frontier = one_by_one(numbered(3))
    with pytest.raises(LogError, match=f"a leaf hash has {len(leaf)} bytes, expected 32"):
        frontier.append(leaf)
    assert state(one_by_one(numbered(3))) == state(frontier)


@pytest.mark.parametrize("leaf", WRONG_LEAVES.values(), ids=WRONG_LEAVES.keys())
def test_extend_refuses_what_is_no_hash(leaf: bytes) -> None:
    """One wrong leaf after good blocks is refused and nothing is added."""
    frontier = one_by_one(numbered(3))
    with pytest.raises(LogError, match=f"a leaf hash has {len(leaf)} bytes, expected 32"):
        frontier.extend([*map(leaf_hash, numbered(BEYOND_A_BLOCK)), leaf])
    assert state(one_by_one(numbered(3))) == state(frontier)


def test_extend_adds_nothing_when_its_input_breaks_off() -> None:
    """An error of the iterable passes through and nothing is added."""
    frontier = one_by_one(numbered(3))
    with pytest.raises(OSError, match="the disk is gone"):
        frontier.extend(breaking_off())
    assert state(one_by_one(numbered(3))) == state(frontier)
