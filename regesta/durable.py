"""The one module that writes files of an archive so that a crash leaves the old or the new, never half.

Every write goes to a temporary name in the same folder, is fsynced, is published under its final name by
one atomic call, and then the folder is fsynced. Two ways to publish: `create_file` fails when the name is
taken (append to the log), `replace_file` takes its place (checkpoint, built database).

>>> import tempfile, pathlib
>>> folder = pathlib.Path(tempfile.mkdtemp())
>>> create_file(folder / "a", [b"one"]), create_file(folder / "a", [b"two"]), (folder / "a").read_bytes()
(True, False, b'one')
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from regesta.errors import StorageError

TEMPORARY_SUFFIX = ".tmp"


def temporary_name(path: Path) -> Path:
    """Return a fresh hidden name beside ``path``; `leftovers` finds it again after a crash."""
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}{TEMPORARY_SUFFIX}")


def leftovers(folder: Path) -> list[Path]:
    """Return the temporary files that killed writers left in ``folder``, sorted by name."""
    return sorted(p for p in folder.glob(f".*{TEMPORARY_SUFFIX}") if p.is_file() and not p.is_symlink())


def write_temporary(path: Path, chunks: Iterable[bytes]) -> Path:
    """Write ``chunks`` to a temporary name beside ``path``, fsynced; return that name.

    Raises `StorageError` and leaves nothing behind when the file system refuses.
    """
    temporary = temporary_name(path)
    try:
        with temporary.open("xb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        discard(temporary)
        raise StorageError(f"cannot write: {error.strerror or error}", where=str(path)) from error
    except BaseException:
        discard(temporary)
        raise
    return temporary


def publish_new(temporary: Path, path: Path) -> bool:
    """Give ``temporary`` its final name unless that name is taken; say whether it was free.

    `link` is the atomic create-if-absent of a POSIX file system: unlike `rename` it fails when another
    writer was first. The caller syncs the folder.
    """
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    except OSError as error:
        raise StorageError(f"cannot publish: {error.strerror or error}", where=str(path)) from error
    # Dies here: the file has both names; the temporary one is cleaned by the next writer.
    discard(temporary)
    return True


def create_file(path: Path, chunks: Iterable[bytes]) -> bool:
    """Create ``path`` durably with ``chunks``; return False, and change nothing, when it exists."""
    temporary = write_temporary(path, chunks)
    try:
        created = publish_new(temporary, path)
    finally:
        discard(temporary)
    sync_folder(path.parent)
    return created


def replace_file(path: Path, chunks: Iterable[bytes]) -> None:
    """Replace ``path`` durably and atomically with ``chunks``."""
    publish_over(write_temporary(path, chunks), path)


def publish_over(temporary: Path, path: Path) -> None:
    """Move a finished temporary file over ``path`` and sync the folder."""
    try:
        temporary.replace(path)
    except OSError as error:
        discard(temporary)
        raise StorageError(f"cannot publish: {error.strerror or error}", where=str(path)) from error
    sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Make what another library wrote to ``path`` survive a power loss."""
    _sync(path, "cannot sync")


def sync_folder(folder: Path) -> None:
    """Make the names in ``folder`` survive a power loss; a no-op where folders cannot be opened (Windows)."""
    if os.name != "nt":
        _sync(folder, "cannot sync the folder")


def _sync(path: Path, failed: str) -> None:
    try:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise StorageError(f"{failed}: {error.strerror or error}", where=str(path)) from error


def discard(path: Path) -> None:
    """Remove a temporary file if it is there; failing to do so is no reason to fail the caller."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return
