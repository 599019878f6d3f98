"""Proofs: that an event is in the log, and that a longer log only adds to a shorter one. Files that need no archive.

Inclusion and consistency proofs of RFC 6962 §2.1.1 and §2.1.2 over the log's lines. Guarantees that a proof is only
made when it holds against the checkpoint, and that `Inclusion.check` and `Consistency.check` refuse everything but
exactly the hashes that belong: by RFC 9162 §2.1.3.2 and §2.1.4.2, whatever a file says. What the files are:
docs/format.md.

>>> inclusion_ranges(1, 3), consistency_ranges(2, 3)  # over which leaves the hashes of a proof are
([(0, 1), (2, 3)], [(2, 3)])
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from regesta.errors import LogError
from regesta.events._text import Source, base64_bytes, base64_text, decimal, hash_of, shown
from regesta.events.checkpoint import Checkpoint
from regesta.events.merkle import EMPTY_ROOT, HASH_BYTES, leaf_hash, node_hash
from regesta.events.nodes import Nodes, Range, left
from regesta.limits import LINE_BYTES, PROOF_BYTES, PROOF_HASHES

_MAGIC: Final = "c2sp.org/tlog-proof@v1"
_OLD: Final = "old "  # the first word of an add-checkpoint request (c2sp.org/tlog-witness)
_NOT_PROVED: Final = "ask for a new proof; do not rely on this one"
_VERIFY: Final = "run `regesta verify`"
_VERIFY_SINCE: Final = "run `regesta verify --since` with it"


class Tree(NamedTuple):
    """What a checkpoint says of a log: the number of its leaves and the root over them."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Inclusion:
    """That ``line`` is leaf ``index`` (from 0) of the log of ``checkpoint``; as a file, a C2SP tlog-proof."""

    line: bytes
    index: int
    hashes: tuple[bytes, ...]
    checkpoint: Checkpoint

    def check(self) -> None:
        """Raise `LogError` unless the line is at that place in the tree of the checkpoint."""
        check_inclusion(leaf_hash(self.line), self.index, self.hashes, tree_of(self.checkpoint))

    def encode(self) -> bytes:
        """Return the file's bytes; LogError if a field is outside what `decode` takes."""
        head = [_MAGIC, f"extra {base64_text(self.line)}", f"index {self.index}", *map(base64_text, self.hashes)]
        data = _file(head, self.checkpoint)
        _check_same(self, self.decode(data, "proof"))
        return data

    @classmethod
    def decode(cls, data: bytes, where: str) -> Inclusion:
        """Return the proof in ``data``, the bytes of the file that messages call ``where``; nothing is proved yet."""
        source = Source("proof", where)
        head, rest = _parts(data, source)
        if head[:1] != [_MAGIC]:
            raise LogError(f"found {shown(head[0]) if head else 'nothing'}, expected {_MAGIC!r}", where=source.line(1))
        line = _line(_after("extra ", head, source, 2), source.line(2))
        index = decimal(_after("index ", head, source, 3), "index", source.line(3))
        return cls(line, index, _hashes(head, 3, source), _checkpoint(rest, head, where))


@dataclass(frozen=True, slots=True)
class Consistency:
    """That the log of ``checkpoint`` begins with the ``old`` events of another; as a file, a C2SP add-checkpoint."""

    old: int
    hashes: tuple[bytes, ...]
    checkpoint: Checkpoint

    def check(self, old: Tree) -> None:
        """Raise `LogError` unless the log of the checkpoint only adds to ``old``."""
        if old.size != self.old:
            message = f"the proof begins at {self.old} events, the earlier checkpoint has {old.size}"
            raise LogError(message, remedy="give the checkpoint that it was made for")
        check_consistency(old, tree_of(self.checkpoint), self.hashes)

    def encode(self) -> bytes:
        """Return the file's bytes; LogError if a field is outside what `decode` takes."""
        data = _file([f"{_OLD}{self.old}", *map(base64_text, self.hashes)], self.checkpoint)
        _check_same(self, self.decode(data, "proof"))
        return data

    @classmethod
    def decode(cls, data: bytes, where: str) -> Consistency:
        """Return the proof in ``data``, the bytes of the file that messages call ``where``; nothing is proved yet."""
        source = Source("proof", where)
        head, rest = _parts(data, source)
        old = decimal(_after(_OLD, head, source, 1), "old size", source.line(1))
        return cls(old, _hashes(head, 1, source), _checkpoint(rest, head, where))


Proof = Inclusion | Consistency


def read_proof(data: bytes, where: str) -> Proof:
    """Return the proof in a file, told apart by how it begins."""
    return Consistency.decode(data, where) if data.startswith(_OLD.encode()) else Inclusion.decode(data, where)


def tree_of(checkpoint: Checkpoint) -> Tree:
    """Return size and root of a checkpoint."""
    return Tree(checkpoint.size, checkpoint.root)


def prove_inclusion(nodes: Nodes, index: int, checkpoint: Checkpoint) -> Inclusion:
    """Return the proof that the line at leaf ``index`` (from 0) is in the log up to ``checkpoint``."""
    if index >= checkpoint.size:
        message = f"the checkpoint covers {checkpoint.size} events, event {index + 1} not yet: an append was killed"
        raise LogError(message, where=str(nodes.folder), remedy="append any event: that moves the checkpoint on")
    hashes = tuple(nodes.root(*item) for item in inclusion_ranges(index, checkpoint.size))
    proof = Inclusion(nodes.line(index), index, hashes, checkpoint)
    try:
        proof.check()
    except LogError as error:
        raise _not_this_log(nodes.folder) from error
    return proof


def prove_consistency(nodes: Nodes, old: Tree, checkpoint: Checkpoint) -> Consistency:
    """Return the proof that the log up to ``checkpoint`` only adds to ``old``."""
    if old.size > checkpoint.size:
        message = f"the earlier checkpoint has {old.size} events, this log's has {checkpoint.size}"
        raise LogError(message, where=str(nodes.folder), remedy=_VERIFY_SINCE)
    hashes = tuple(nodes.root(*item) for item in consistency_ranges(old.size, checkpoint.size))
    proof = Consistency(old.size, hashes, checkpoint)
    try:
        proof.check(old)
    except LogError as error:
        raise _not_this_log(nodes.folder) from error
    return proof


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Return the leaves under each hash of an inclusion proof, from the leaf's sibling up (RFC 6962 §2.1.1)."""
    first, end, found = 0, size, list[Range]()
    while end - first > 1:
        middle = first + left(end - first)
        if index < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((first, middle))
            first = middle
    return found[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """Return the leaves under each hash of a consistency proof, in its order (RFC 6962 §2.1.2); 0 ≤ old ≤ new."""
    first, end, found = 0, new, list[Range]()
    while 0 < old < end:
        middle = first + left(end - first)
        if old <= middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((first, middle))
            first = middle
    # Where the old log is itself a subtree at the left edge, its root is known and left out ("b" in the RFC).
    return [*([(first, end)] if first else []), *found[::-1]]


def check_inclusion(leaf: bytes, index: int, hashes: Sequence[bytes], tree: Tree) -> None:
    """Raise `LogError` unless the hashes lead from ``leaf`` at ``index`` to the root (RFC 9162 §2.1.3.2)."""
    _check_lengths(leaf, tree.root, *hashes)
    if not 0 <= index < tree.size:
        raise LogError(f"the tree has {tree.size} leaves, there is no leaf {index}", remedy=_NOT_PROVED)
    node, last, found = index, tree.size - 1, leaf
    for item in hashes:
        if last == 0:
            raise LogError("the proof has more hashes than belong to this place", remedy=_NOT_PROVED)
        if node & 1 or node == last:
            found = node_hash(item, found)
            node, last = _up_to_a_right_child(node, last)
        else:
            found = node_hash(found, item)
        node, last = node >> 1, last >> 1
    if last:
        raise LogError("the proof has fewer hashes than belong to this place", remedy=_NOT_PROVED)
    if found != tree.root:
        raise LogError("the proof leads to another root than the checkpoint's", remedy=_NOT_PROVED)


def check_consistency(old: Tree, new: Tree, hashes: Sequence[bytes]) -> None:
    """Raise `LogError` unless the hashes show that ``new`` only adds leaves to ``old`` (RFC 9162 §2.1.4.2)."""
    _check_lengths(old.root, new.root, *hashes)
    if not 0 <= old.size <= new.size:
        raise LogError(f"{new.size} events cannot add to {old.size}", remedy=_NOT_PROVED)
    for tree in (old, new):
        if tree.size == 0 and tree.root != EMPTY_ROOT:
            raise LogError("a log without events has another root than this", remedy=_NOT_PROVED)
    if old.size in (0, new.size):  # every log adds to the empty one, and none to itself: no hashes belong to either
        if hashes:
            raise LogError("the proof has more hashes than belong to these sizes", remedy=_NOT_PROVED)
        if old.size and old.root != new.root:
            raise LogError("two logs of one size have different roots", remedy=_NOT_PROVED)
        return
    _check_growth(old, new, hashes)


def _check_growth(old: Tree, new: Tree, hashes: Sequence[bytes]) -> None:
    path = [old.root, *hashes] if old.size & (old.size - 1) == 0 else list(hashes)
    node, last = _up_from_right_children(old.size - 1, new.size - 1)
    if not hashes:
        raise LogError("the proof has no hashes", remedy=_NOT_PROVED)
    before = after = path[0]
    for item in path[1:]:
        if last == 0:
            raise LogError("the proof has more hashes than belong to these sizes", remedy=_NOT_PROVED)
        if node & 1 or node == last:
            before, after = node_hash(item, before), node_hash(item, after)
            node, last = _up_to_a_right_child(node, last)
        else:
            after = node_hash(after, item)
        node, last = node >> 1, last >> 1
    if last:
        raise LogError("the proof has fewer hashes than belong to these sizes", remedy=_NOT_PROVED)
    if (before, after) != (old.root, new.root):
        raise LogError("the proof does not lead from the one checkpoint's root to the other's", remedy=_NOT_PROVED)


def _up_to_a_right_child(node: int, last: int) -> tuple[int, int]:
    """Go up as long as the node has no sibling on its right: such a node moves up as it is."""
    while node and not node & 1:
        node, last = node >> 1, last >> 1
    return node, last


def _up_from_right_children(node: int, last: int) -> tuple[int, int]:
    """Go up to the root of the last full subtree of the older tree."""
    while node & 1:
        node, last = node >> 1, last >> 1
    return node, last


def _not_this_log(folder: Path) -> LogError:
    return LogError("the events of the log are not those of the checkpoint", where=str(folder), remedy=_VERIFY)


def _check_lengths(*hashes: bytes) -> None:
    wrong = set(map(len, hashes)) - {HASH_BYTES}
    if wrong:
        raise LogError(f"a hash has {min(wrong)} bytes, expected {HASH_BYTES}", remedy=_NOT_PROVED)


def _file(head: list[str], checkpoint: Checkpoint) -> bytes:
    return "".join(f"{line}\n" for line in [*head, ""]).encode() + checkpoint.encode()


def _check_same(written: Proof, read: Proof) -> None:
    """Hold both directions to one set of rules, as a checkpoint does."""
    if read != written:
        raise LogError("the text reads back as another proof, expected one line a field", where="proof")


def _parts(data: bytes, source: Source) -> tuple[list[str], bytes]:
    """Return the lines before the empty line, and the checkpoint behind it."""
    if len(data) > PROOF_BYTES:  # before it is looked into
        raise LogError(f"the proof has {len(data)} bytes, expected at most {PROOF_BYTES}", where=source.name)
    head, empty, rest = data.partition(b"\n\n")
    lines = source.lines(head + empty[:1], PROOF_BYTES)
    if not empty:
        raise source.ended(len(lines) + 1, "an empty line and the checkpoint")
    return lines, rest


def _after(word: str, head: list[str], source: Source, number: int) -> str:
    """Return what stands behind the first word of the n-th line."""
    if len(head) < number:
        raise LogError(f"found an empty line, expected {word!r} and more", where=source.line(number))
    if not head[number - 1].startswith(word):
        raise LogError(f"found {shown(head[number - 1])}, expected {word!r} and more", where=source.line(number))
    return head[number - 1].removeprefix(word)


def _line(text: str, where: str) -> bytes:
    line = base64_bytes(text)
    if line is None:
        raise LogError(f"the event is {shown(text)}, expected standard base64 with padding", where=where)
    if not 1 <= len(line) <= LINE_BYTES or b"\n" in line:
        message = f"the event has {len(line)} bytes, expected one line of 1 to {LINE_BYTES} without its newline"
        raise LogError(message, where=where)
    return line


def _hashes(head: list[str], skipped: int, source: Source) -> tuple[bytes, ...]:
    lines = head[skipped:]
    if len(lines) > PROOF_HASHES:
        where = source.line(skipped + PROOF_HASHES + 1)
        raise LogError(f"the proof has {len(lines)} hashes, expected at most {PROOF_HASHES}", where=where)
    return tuple(hash_of(text, "hash", source.line(number)) for number, text in enumerate(lines, start=skipped + 1))


def _checkpoint(rest: bytes, head: list[str], where: str) -> Checkpoint:
    return Checkpoint.decode(rest, where, first_line=len(head) + 2)
