"""What the archives of releases are read by: their names, and their tables as text."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.replay.golden import tables_of

FOLDER: Final = Path(__file__).parent
ARCHIVE: Final = "archive"
KEPT: Final = "kept"
TABLES: Final = "tables.txt"


def releases() -> list[str]:
    """Return the names of the releases of which there is an archive."""
    return sorted(path.parent.name for path in FOLDER.glob(f"*/{TABLES}"))


def tables(folder: Path) -> str:
    """Build the archive in ``folder`` somewhere else and return its tables and views as text."""
    with TemporaryDirectory() as elsewhere:
        copy = Path(elsewhere) / ARCHIVE
        shutil.copytree(folder, copy)
        return tables_of(copy)
