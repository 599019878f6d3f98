"""Reading files that came with an archive: plain files within their limits, whatever else lies there."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from regesta.errors import ArchiveError, LogError
from regesta.limits import TOML_LINE_DOTS
from regesta.plain import read_plain, read_toml

LIMIT = 1_000
_KIND = "expected a plain file, found a link, a folder or a device"


def large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2**40)


# Name: what is done to a path, what is said.
ODD: dict[str, tuple[Callable[[Path], object], str]] = {
    "link to a device": (lambda path: path.symlink_to("/dev/zero"), _KIND),
    "link to a file": (lambda path: path.symlink_to("/etc/passwd"), _KIND),
    "link to nothing": (lambda path: path.symlink_to("nothing"), _KIND),
    "pipe": (os.mkfifo, _KIND),
    "folder": (Path.mkdir, _KIND),
    "terabyte": (large, f"1099511627776 bytes, the limit is {LIMIT}"),
    "nothing": (Path.exists, "cannot be read: No such file or directory"),
}
BAD_TOML = {
    "no TOML": (b"{}", "not valid TOML"),
    "not UTF-8": (b'a = "\xff"', "not valid TOML"),
    "deep": (b"a = " + b"[" * 990, "not valid TOML"),
    "key of many parts": (
        b"a" + b".a" * (TOML_LINE_DOTS + 1) + b" = 1",
        f"more than {TOML_LINE_DOTS} dots in one line",
    ),
    "too long": (b"#" * (LIMIT + 1), f"the limit is {LIMIT}"),
}


def test_plain(tmp_path: Path) -> None:
    """A plain file of up to the limit is read as it is."""
    (tmp_path / "a").write_bytes(b"x" * LIMIT)
    assert read_plain(tmp_path / "a", LIMIT) == b"x" * LIMIT


@pytest.mark.parametrize(("make", "said"), ODD.values(), ids=ODD.keys())
def test_odd(make: Callable[[Path], object], said: str, tmp_path: Path) -> None:
    """What is no plain file, or too large, is refused at its place without being opened, as the error that is asked for."""
    make(tmp_path / "a")
    with pytest.raises(LogError) as caught:
        read_plain(tmp_path / "a", LIMIT, LogError)
    assert (caught.value.message, caught.value.where) == (said, str(tmp_path / "a"))


@pytest.mark.parametrize(("data", "said"), BAD_TOML.values(), ids=BAD_TOML.keys())
def test_bad_toml(data: bytes, said: str, tmp_path: Path) -> None:
    """A file that is no TOML, or would take its parser long, is refused at its place."""
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(ArchiveError) as caught:
        read_toml(tmp_path / "a", LIMIT)
    assert (said in caught.value.message, caught.value.where) == (True, str(tmp_path / "a"))
