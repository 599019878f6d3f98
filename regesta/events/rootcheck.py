"""Whether the lines that are read are the ones that the checkpoint covers.

The log may be longer than its checkpoint (an append died before it could say so), never shorter, and the root
over the covered prefix must be the checkpoint's. Append, build and verify all read through this.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from regesta.errors import LogError
from regesta.events.checkpoint import Checkpoint
from regesta.events.merkle import Frontier

_REMEDY = "run `regesta verify`"


class RootCheck:
    """A frontier that compares itself with ``checkpoint`` when it has grown to that size.

    ``roots`` tells the roots at further ``sizes``, as far as the lines have come.
    """

    def __init__(
        self, frontier: Frontier, checkpoint: Checkpoint | None, where: str, sizes: Iterable[int] = ()
    ) -> None:
        self.frontier, self._checkpoint, self._where = frontier, checkpoint, where
        self.roots: dict[int, bytes] = {}
        self._stops = sorted({*sizes, *([checkpoint.size] if checkpoint else [])})
        self._note(frontier.size)
        self._compare()

    def extend(self, lines: Sequence[bytes]) -> None:
        """Add lines (without newlines), all; raises `LogError` when the covered prefix is not the checkpoint's."""
        start = size = self.frontier.size
        for stop in [stop for stop in self._stops if start < stop <= start + len(lines)]:
            self.frontier.extend_lines(lines[size - start : stop - start])
            self._note(stop)
            size = stop
        self.frontier.extend_lines(lines[size - start :])
        if self._checkpoint and start < self._checkpoint.size:
            self._compare()

    def finish(self) -> None:
        """Raise `LogError` when the checkpoint covers more events than there are."""
        if self._checkpoint and self._checkpoint.size > self.frontier.size:
            message = f"the checkpoint covers {self._checkpoint.size} events, the log has {self.frontier.size}"
            raise LogError(message, where=self._where, remedy=_REMEDY)

    def _note(self, size: int) -> None:
        if size in self._stops:
            self.roots[size] = self.frontier.root()

    def _compare(self) -> None:
        known = self._checkpoint
        if known and self.roots.get(known.size, known.root) != known.root:
            message = f"the first {known.size} events are not the ones that the checkpoint covers"
            raise LogError(message, where=self._where, remedy=_REMEDY)
