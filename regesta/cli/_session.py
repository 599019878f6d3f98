"""What the options before the command say: which archive, and how much to tell about an error."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from regesta.archive import Archive


@dataclass
class Session:
    """One run of the command line on the archive in ``folder``."""

    folder: Path = Path()
    debug: bool = False

    @cached_property
    def archive(self) -> Archive:
        """The archive, opened when a command first needs it; raises `ArchiveError` when there is none."""
        from regesta.archive import Archive

        return Archive.open(self.folder)
