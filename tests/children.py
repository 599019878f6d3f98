"""Doing something in a forked child: to kill it, to limit it, or to take its rights away, and to hear from it.

A child shares what its parent has imported and opened, so that it starts within a millisecond. It never returns
into the test: it ends where its function ends.
"""

from __future__ import annotations

import os
import resource
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NoReturn

NOBODY: Final = 65534
DIED: Final = -signal.SIGKILL


@dataclass
class Child:
    """A running child and the pipe that it writes to."""

    pid: int
    pipe: int

    def read(self) -> bytes:
        """Return what the child writes until it ends."""
        with os.fdopen(self.pipe, "rb") as file:
            return file.read()

    def wait_for(self, word: bytes) -> None:
        """Wait until the child has written ``word``."""
        heard = b""
        while word not in heard:
            piece = os.read(self.pipe, 1_000)
            assert piece, "the child ended before it said so"
            heard += piece

    def kill(self) -> None:
        """End the child with SIGKILL."""
        os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        """Wait for the child's end; return its exit status, negative for a signal."""
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def start(function: Callable[[Callable[[str], None]], object]) -> Child:
    """Run ``function`` in a child; it is given a function that says a line to the parent."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        _run(function, write)
    os.close(write)
    return Child(pid, read)


def in_child(function: Callable[[], object]) -> str:
    """Run ``function`` in a child; return its result as text, or the name and text of what it raised."""

    def tell(say: Callable[[str], None]) -> None:
        try:
            say(str(function()))
        except Exception as error:
            say(f"{type(error).__name__}: {error}")

    child = start(tell)
    said = child.read().decode()
    child.wait()
    return said.removesuffix("\n")


def without_rights(function: Callable[[], object]) -> Callable[[], object]:
    """Return ``function`` run as a user to whom the permissions of files apply, as they do not to root."""

    def run() -> object:
        if os.geteuid() == 0:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        return function()

    return run


def with_file_limit(limit_bytes: int, function: Callable[[], object]) -> Callable[[], object]:
    """Return ``function`` run where no file can grow beyond ``limit_bytes``, as on a disk that is full."""

    def run() -> object:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))
        return function()

    return run


def _run(function: Callable[[Callable[[str], None]], object], pipe: int) -> NoReturn:
    try:
        function(lambda text: _say(pipe, text))
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def _say(pipe: int, text: str) -> None:
    os.write(pipe, f"{text}\n".encode())  # one write of a short line to a pipe is not torn
