"""A disk on which any single operation of an append fails, or is the last thing that the process does.

The operations are those that reach the operating system or SQLite: each has a name, and they come in the same
order in every run. What fails is the real call, not a function of ours.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NoReturn

import pytest

EXIT: Final = 3  # of a process that dies of a fault

Operation = Callable[[], Any]
# What becomes of an operation, by its name; the last one, where the operation is to write, does half of it.
Fault = Callable[[str, Operation, Operation], Any]


def refused(name: str, _operation: Operation, _half: Operation) -> NoReturn:
    """The operation is not done: the disk is full."""
    raise _error(name, errno.ENOSPC, "database or disk is full")


def broken(name: str, _operation: Operation, _half: Operation) -> NoReturn:
    """The operation is not done: the disk does not answer."""
    raise _error(name, errno.EIO, "disk I/O error")


def done_but_told_otherwise(name: str, operation: Operation, _half: Operation) -> NoReturn:
    """The operation is done and reported as failed."""
    result = operation()
    if hasattr(result, "close"):  # a file that was opened and that nobody will ever close
        result.close()
    raise _error(name, errno.EIO, "disk I/O error")


def half_done(name: str, _operation: Operation, half: Operation) -> NoReturn:
    """Half of the bytes are written, then the disk is full."""
    half()
    raise _error(name, errno.ENOSPC, "database or disk is full")


def dies(_name: str, _operation: Operation, _half: Operation) -> NoReturn:
    """The process ends before the operation, without another word."""
    os._exit(EXIT)


def dies_half_done(_name: str, _operation: Operation, half: Operation) -> NoReturn:
    """The process ends when half of the bytes are written."""
    half()
    os._exit(EXIT)


def _error(name: str, number: int, text: str) -> Exception:
    return sqlite3.OperationalError(text) if name.startswith("index") else OSError(number, os.strerror(number))


class Disk:
    """Notes the operations of an append, and lets the n-th (from 0) meet the fault; without a fault it only notes."""

    def __init__(self, number: int = -1, fault: Fault = refused) -> None:
        self.trace: list[str] = []
        self._number, self._fault = number, fault

    def do(self, name: str, operation: Operation, half: Operation = lambda: None) -> Any:
        """Do an operation, or let it meet the fault."""
        self.trace.append(name)
        if len(self.trace) - 1 == self._number:
            return self._fault(name, operation, half)
        return operation()

    @contextmanager
    def attached(self) -> Iterator[Disk]:
        """Put the disk between the engine and the operating system."""
        with pytest.MonkeyPatch.context() as patch:
            self._attach_files(patch)
            self._attach_index(patch)
            yield self

    def _attach_files(self, patch: pytest.MonkeyPatch) -> None:
        open_file, fsync, open_descriptor = Path.open, os.fsync, os.open

        def path_open(path: Path, mode: str = "r", *arguments: Any, **options: Any) -> Any:
            if not {"x", "w"} & set(mode):
                return open_file(path, mode, *arguments, **options)
            name = _name(path)
            file = self.do(f"open {name}", lambda: open_file(path, mode, *arguments, **options))
            return _File(file, name, self)

        def os_fsync(descriptor: int) -> None:
            kind = "folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file"
            self.do(f"fsync {kind}", lambda: fsync(descriptor))

        def os_open(path: Any, flags: int, *arguments: Any, **options: Any) -> Any:
            if Path(path).name == "log.lock":  # the lock is another library's, which calls as often as it likes
                return open_descriptor(path, flags, *arguments, **options)
            return self.do(f"open {_name(Path(path))}", lambda: open_descriptor(path, flags, *arguments, **options))

        patch.setattr(Path, "open", path_open)
        patch.setattr(os, "fsync", os_fsync)
        patch.setattr(os, "open", os_open)
        for name in ("mkdir", "link", "replace", "unlink"):
            patch.setattr(os, name, self._noting(name, getattr(os, name)))

    def _noting(self, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Any, *arguments: Any, **options: Any) -> Any:
            if name == "mkdir" and Path(path).is_dir():  # the lock's library asks for its folder again
                return original(path, *arguments, **options)
            return self.do(f"{name} {_name(Path(path))}", lambda: original(path, *arguments, **options))

        return call

    def _attach_index(self, patch: pytest.MonkeyPatch) -> None:
        disk, connect = self, sqlite3.connect

        class Connection(sqlite3.Connection):
            def execute(self, sql: str, *arguments: Any) -> Any:
                if sql.split()[0] in ("begin", "commit"):
                    return disk.do(f"index {sql.split()[0]}", lambda: super(Connection, self).execute(sql, *arguments))
                return super().execute(sql, *arguments)

            def executemany(self, sql: str, *arguments: Any) -> Any:
                return disk.do("index insert", lambda: super(Connection, self).executemany(sql, *arguments))

        def of_index(path: Any, **options: Any) -> Any:
            if str(path).endswith("log.db"):
                return disk.do("index open", lambda: connect(path, **options, factory=Connection))
            return connect(path, **options)

        patch.setattr(sqlite3, "connect", of_index)


class DiesWithANumber(Disk):
    """A disk on which the process ends when its segment has a number and nobody has been told."""

    def do(self, name: str, operation: Operation, half: Operation = lambda: None) -> Any:
        """Do an operation, unless the segment has been published before it."""
        return dies(name, operation, half) if "link segment" in self.trace else super().do(name, operation, half)


class _File:
    """An open file whose writes go over the disk."""

    def __init__(self, file: Any, name: str, disk: Disk) -> None:
        self._file, self._name, self._disk = file, name, disk

    def write(self, data: Any) -> Any:
        def half() -> None:
            self._file.write(data[: len(data) // 2])
            self._file.flush()

        return self._disk.do(f"write {self._name}", lambda: self._file.write(data), half)

    def flush(self) -> None:
        self._disk.do(f"flush {self._name}", self._file.flush)

    def __enter__(self) -> _File:
        return self

    def __exit__(self, *error: Any) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _name(path: Path) -> str:
    """Return what a path is called in the trace: a temporary file by what it is to become."""
    return path.name.split(".")[1] if path.name.endswith(".tmp") else path.name
