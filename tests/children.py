"""Doing something in a forked child: to kill it, to limit it, or to take its rights away, and to hear from it.

A child shares what its parent has imported and opened, so that it starts within a millisecond. It never returns
into the test: it ends where its function ends.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

NOBODY: Final = 65534
DIED: Final = -signal.SIGKILL

# <linux/sched.h>, <linux/mount.h>; Python has `os.unshare` from 3.12 on, `mount` in no version.
CLONE_NEWNS: Final = 0x00020000
CLONE_NEWUSER: Final = 0x10000000
MS_REMOUNT: Final = 32
MS_PRIVATE_ALL: Final = 1 << 14 | 1 << 18
PLENTY_BYTES: Final = 64 * 1024 * 1024


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


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A disk of its own in ``folder`` that only this process sees and that ends with it."""

    folder: Path

    def leave(self, room_bytes: int) -> None:
        """Let the disk take so much beside what it holds."""
        status = os.statvfs(self.folder)
        used = (status.f_blocks - status.f_bfree) * status.f_frsize
        _mount(self.folder, MS_REMOUNT, used + room_bytes)


def with_small_disk(folder: Path, function: Callable[[SmallDisk], object]) -> Callable[[], object]:
    """Return ``function`` run where ``folder`` is an empty disk; PermissionError where the system allows none."""

    def run() -> object:
        _enter_own_mounts()
        _mount(folder, 0, PLENTY_BYTES)
        return function(SmallDisk(folder))

    return run


def _enter_own_mounts() -> None:
    user, group = os.geteuid(), os.getegid()
    if user == 0:
        _call("unshare", CLONE_NEWNS)
    else:  # whoever is root in a world of his own may mount there
        _call("unshare", CLONE_NEWUSER | CLONE_NEWNS)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    _call("mount", b"none", b"/", None, ctypes.c_ulong(MS_PRIVATE_ALL), None)


def _mount(folder: Path, flags: int, size_bytes: int) -> None:
    _call("mount", b"none", os.fsencode(folder), b"tmpfs", ctypes.c_ulong(flags), f"size={size_bytes}".encode())


def _call(name: str, *arguments: object) -> None:
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments) != 0:
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")


def _run(function: Callable[[Callable[[str], None]], object], pipe: int) -> NoReturn:
    code = 1
    try:
        function(lambda text: _say(pipe, text))
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:  # whatever happens, and be it that there is no memory left to print that
        os._exit(code)


def _say(pipe: int, text: str) -> None:
    os.write(pipe, f"{text}\n".encode())  # one write of a short line to a pipe is not torn
