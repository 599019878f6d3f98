"""Turns: of what must not be done twice at once on an archive, one process does it and the others wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from regesta.errors import StorageError
from regesta.events.log import make_state_folder
from regesta.limits import LOCK_TIMEOUT_S


@contextmanager
def turn(state: Path, name: str, who: str, where: Path) -> Iterator[None]:
    """Hold the lock ``name`` of the state folder; ``who`` has it meanwhile, in the words of the error at ``where``.

    Raises `StorageError` when it is not to be had in time, or cannot be made. A process that dies gives it back.
    """
    make_state_folder(state)
    lock = FileLock(state / f"{name}.lock", timeout=LOCK_TIMEOUT_S)
    try:
        lock.acquire()
    except Timeout:
        message = f"{who} for {LOCK_TIMEOUT_S:g} s"
        raise StorageError(message, where=str(where), remedy="try again when it is done") from None
    except OSError as error:
        raise StorageError(f"cannot be locked: {error.strerror}", where=str(state / f"{name}.lock")) from error
    try:
        yield
    finally:
        lock.release()
