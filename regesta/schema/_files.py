"""The files of an archive's `schema/`: plain files within a limit; a link, a pipe or a folder is refused."""

from __future__ import annotations

import stat
from pathlib import Path

from regesta.errors import ArchiveError
from regesta.limits import SCHEMA_FILE_BYTES, SCHEMA_FILES


def schema_files(folder: Path, suffix: str, error: type[ArchiveError] = ArchiveError) -> list[Path]:
    """Return the files of one kind in ``folder``, sorted by name; raises ``error`` when one is no plain file."""
    paths = sorted(folder.glob(f"*{suffix}")) if folder.is_dir() else []
    if len(paths) > SCHEMA_FILES:
        raise error(f"{len(paths)} files, the limit is {SCHEMA_FILES}", where=str(folder))
    for path in paths:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise error("a file of the schema must be a plain file, not a link or a folder", where=str(path))
    return paths


def read_file(path: Path, limit_bytes: int = SCHEMA_FILE_BYTES, error: type[ArchiveError] = ArchiveError) -> bytes:
    """Return the bytes of a file; raises ``error`` without reading it when it is larger than ``limit_bytes``."""
    size = path.lstat().st_size
    if size > limit_bytes:
        raise error(f"{size} bytes, the limit is {limit_bytes}", where=str(path))
    return path.read_bytes()
