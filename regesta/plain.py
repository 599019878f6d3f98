"""Reading the files that came with an archive: plain files within their limits, or an error at their place.

Guarantees that a link is not followed, that a pipe or a device is not waited for, and that nothing above the limit
comes into memory: whoever made the archive decides what lies in it, not what it costs or where it leads.

>>> from tempfile import mkdtemp
>>> path = Path(mkdtemp()) / "a.toml"
>>> path.write_text("a = 1")
5
>>> read_plain(path, 100), read_toml(path, 100)
(b'a = 1', {'a': 1})
>>> read_plain(path, 3)
Traceback (most recent call last):
    ...
regesta.errors.ArchiveError: ...a.toml: 5 bytes, the limit is 3
"""

from __future__ import annotations

import stat
import tomllib
from pathlib import Path
from typing import Any, Final

from regesta.errors import ArchiveError
from regesta.limits import TOML_LINE_DOTS

# Names that Windows keeps for itself, with any ending.
DEVICES: Final = frozenset(("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))))


def read_plain(path: Path, limit_bytes: int, error: type[ArchiveError] = ArchiveError) -> bytes:
    """Return the bytes of a plain file; raises ``error`` for a link, a pipe, a folder, or more than ``limit_bytes``."""
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            message = "expected a plain file, found a link, a folder or a device"
            raise error(message, where=str(path), remedy="remove it")
        if status.st_size > limit_bytes:
            raise error(f"{status.st_size} bytes, the limit is {limit_bytes}", where=str(path))
        return path.read_bytes()
    except OSError as fault:
        raise error(f"cannot be read: {fault.strerror or fault}", where=str(path)) from fault


def read_toml(path: Path, limit_bytes: int) -> dict[str, Any]:
    """Return what a TOML file holds; raises `ArchiveError` for what is none, and as `read_plain` does."""
    data = read_plain(path, limit_bytes)
    if any(line.count(b".") > TOML_LINE_DOTS for line in data.split(b"\n")):
        raise ArchiveError(f"more than {TOML_LINE_DOTS} dots in one line", where=str(path))
    try:
        return tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:  # integers of thousands of digits, thousands of brackets
        raise ArchiveError(f"not valid TOML: {error}", where=str(path)) from error
