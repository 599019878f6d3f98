"""Whether history was rewritten: the log against a checkpoint that somebody kept.

Guarantees that the first n events are said to be those of a kept checkpoint only when the root over the log's first n
lines is the kept one. What that proves, and what not: docs/decisions/0004-tamper-evidence.md.

>>> kept = Kept.parse("0:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
>>> kept.tree.size, kept.checkpoint
(0, None)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from regesta.archive import Archive
from regesta.errors import LogError, UsageError
from regesta.events._text import decimal, hash_of
from regesta.events.checkpoint import CHECKPOINT, Checkpoint, read_checkpoint
from regesta.events.merkle import EMPTY_ROOT
from regesta.events.nodes import Wanted, nodes_of
from regesta.events.proof import Tree, tree_of
from regesta.events.redaction import ledger_of
from regesta.events.segment import segments
from regesta.events.verify import Fault, Report

_CITED: Final = re.compile(r"([0-9]+):([A-Za-z0-9+/=]+)")
_OR: Final = "or it is of another log"


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint that somebody kept: where from, size and root; and all of it where it is more than a citation."""

    where: str
    tree: Tree
    checkpoint: Checkpoint | None = None

    @classmethod
    def parse(cls, text: str) -> Kept:
        """Return what a citation says, ``SIZE:ROOT``; raises `UsageError`."""
        form = _CITED.fullmatch(text)
        try:
            if form:
                return cls(text, Tree(decimal(form[1], "size", text), hash_of(form[2], "root", text)))
        except LogError as error:
            raise UsageError(error.message, where=text, remedy="copy the citation whole") from None
        raise UsageError(f"{text!r} is not SIZE:ROOT", remedy="give a file, or size and whole root: 209:YZHX…=")

    @classmethod
    def decode(cls, data: bytes, where: str) -> Kept:
        """Return what a checkpoint's file says; raises `LogError`."""
        checkpoint = Checkpoint.decode(data, where)
        return cls(where, tree_of(checkpoint), checkpoint)

    def check_origin(self, origin: str) -> None:
        """Raise `LogError` when this is a checkpoint of another log; a citation says nothing of that."""
        if self.checkpoint and self.checkpoint.origin != origin:
            message = f"this checkpoint is of the log {self.checkpoint.origin!r}, not of {origin!r}"
            raise LogError(message, where=self.where, remedy="two logs say nothing of each other")

    def check_history(self, origin: str, events: int, root: bytes | None) -> None:
        """Raise `LogError` unless a log of so many ``events`` begins with those of this checkpoint.

        ``root`` is the one over the log's first events, as many as this checkpoint has; None when it has fewer.
        """
        self.check_origin(origin)
        size = self.tree.size
        if events < size:
            message = f"this checkpoint is of {size} events, the log has {events}: some were removed"
            raise LogError(f"{message}, {_OR}", where=self.where)
        if root != self.tree.root:
            message = f"the first {size} events are not those of this checkpoint: history was rewritten"
            raise LogError(f"{message}, {_OR}", where=self.where)


def check_roots(
    archive: Archive, sizes: Iterable[int] = (), progress: Callable[[int], None] = lambda n: None
) -> Report:
    """Hash the log's lines and compare with its checkpoint: nothing of their form, ids and schemas is looked at."""
    report, folder = Report(), archive.folder / "events"
    where, asked = folder / CHECKPOINT, sorted(sizes)
    try:
        checkpoint = read_checkpoint(where)
        if checkpoint and checkpoint.origin != archive.config.origin:
            raise LogError(f"the origin is {checkpoint.origin!r}, archive.toml says otherwise", where=f"{where}:1")
        covered = tree_of(checkpoint) if checkpoint else Tree(0, EMPTY_ROOT)
        nodes = nodes_of(folder, progress, wanted=Wanted(redactions=True))
        report.events, report.root, report.checked_size = nodes.size, nodes.root(0, nodes.size), covered.size
        report.segments = len(segments(folder))
        report.roots = {size: nodes.root(0, size) for size in asked if size <= nodes.size}
        if not checkpoint and nodes.size:
            raise LogError("there are events but no checkpoint", where=str(where))
        if covered.size > nodes.size:
            raise LogError(f"the checkpoint covers {covered.size} events, the log has {nodes.size}", where=str(where))
        if nodes.root(0, covered.size) != covered.root:
            message = f"the first {covered.size} events are not the ones that the checkpoint covers"
            raise LogError(message, where=str(where))
        ledger = ledger_of(nodes.redacting)  # a stub keeps the root whatever it says
        report.redacted = len(ledger.stubs)
        report.faults += [Fault(place, message) for place, message in ledger.faults()]
    except LogError as error:
        report.faults.append(Fault(error.where or str(where), error.message))
    return report
