"""The files of an archive's `schema/`: plain files within a limit; a link, a pipe or a folder is refused."""

from __future__ import annotations

import stat
from pathlib import Path

from regesta.errors import ArchiveError
from regesta.limits import SCHEMA_FILES
from regesta.plain import DEVICES


def schema_files(folder: Path, suffix: str, error: type[ArchiveError] = ArchiveError) -> list[Path]:
    """Return the files of one kind in ``folder``, sorted by name; raises ``error`` when one is no plain file."""
    paths = sorted(folder.glob(f"*{suffix}")) if folder.is_dir() else []
    if len(paths) > SCHEMA_FILES:
        raise error(f"{len(paths)} files, the limit is {SCHEMA_FILES}", where=str(folder))
    for path in paths:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise error("a file of the schema must be a plain file, not a link or a folder", where=str(path))
        if path.name.partition(".")[0].lower() in DEVICES:
            raise error("this is the name of a device on other systems", where=str(path), remedy="rename it")
    return paths
