"""Whether the lines that are read are the ones that the checkpoint covers.

The log may be longer than its checkpoint (an append died before it could say so), never shorter, and the root
over the covered prefix must be the checkpoint's. Append, build and verify all read through this.
"""

from __future__ import annotations

from collections.abc import Sequence

from regesta.errors import LogError
from regesta.events.checkpoint import Checkpoint
from regesta.events.merkle import Frontier

_REMEDY = "run `regesta verify`"


class RootCheck:
    """A frontier that compares itself with ``checkpoint`` when it has grown to that size."""

    def __init__(self, frontier: Frontier, checkpoint: Checkpoint | None, where: str) -> None:
        self.frontier, self._checkpoint, self._where = frontier, checkpoint, where
        self._compare()

    def extend(self, lines: Sequence[bytes]) -> None:
        """Add lines (without newlines); raises `LogError` when the covered prefix is not the checkpoint's."""
        covered = self._checkpoint.size - self.frontier.size if self._checkpoint else 0
        if 0 < covered <= len(lines):
            self.frontier.extend_lines(lines[:covered])
            self._compare()
            lines = lines[covered:]
        self.frontier.extend_lines(lines)

    def finish(self) -> None:
        """Raise `LogError` when the checkpoint covers more events than there are."""
        if self._checkpoint and self._checkpoint.size > self.frontier.size:
            message = f"the checkpoint covers {self._checkpoint.size} events, the log has {self.frontier.size}"
            raise LogError(message, where=self._where, remedy=_REMEDY)

    def _compare(self) -> None:
        known = self._checkpoint
        if known and known.size == self.frontier.size and known.root != self.frontier.root():
            message = f"the first {known.size} events are not the ones that the checkpoint covers"
            raise LogError(message, where=self._where, remedy=_REMEDY)
