"""From paths to sources: which files are read, in which order, and what is passed over."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from regesta.errors import InputError, UsageError
from regesta.ingest import files as module
from regesta.ingest.capture import Source
from regesta.ingest.files import Files, file_name, read_file, read_standard_input, shown

ARCHIVE = Path("/nowhere")


def names(files: Files) -> list[str]:
    """Return the names of what is read, those of errors in brackets."""
    return [Path(item.name).name if isinstance(item, Source) else f"[{item.message}]" for item in files]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with files of all kinds below it."""
    for name in ("b.txt", "a.txt", "sub/z.txt", "sub/deep/y.txt", ".hidden.txt", ".git/config", "Ä.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    (tmp_path / "link.txt").symlink_to(tmp_path / "a.txt")
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.txt")
    return tmp_path


def test_folder(folder: Path) -> None:
    """Plain files are read by name, each folder before those below it; the rest is counted."""
    files = Files([folder], ARCHIVE)
    assert names(files) == ["a.txt", "b.txt", "Ä.txt", "z.txt", "y.txt"]
    assert files.skipped == {"hidden folder": 1, "hidden file": 1, "link": 2, "special file": 1}


def test_paths_in_the_order_given(folder: Path) -> None:
    """Files and folders come in the order in which they are named."""
    assert names(Files([folder / "b.txt", folder / "sub", folder / "a.txt"], ARCHIVE)) == [
        "b.txt",
        "z.txt",
        "y.txt",
        "a.txt",
    ]


def test_two_folders_count_together(folder: Path) -> None:
    """What is passed over below several folders is added up, and counting sources does not count it twice."""
    files = Files([folder, folder], ARCHIVE)
    assert (files.count(), len(names(files)), files.skipped["link"]) == (10, 10, 4)


def test_source(folder: Path) -> None:
    """A source has the name that was given and the bytes of the file."""
    found = read_file(folder / "a.txt")
    assert found == Source(str(folder / "a.txt"), b"a.txt")


def test_named_link_is_read(folder: Path) -> None:
    """Who names a link means what it leads to."""
    found = read_file(folder / "link.txt")
    assert isinstance(found, Source) and found.data == b"a.txt"


# Name: path below the folder, what is said.
UNREADABLE = {
    "missing": ("nothing.txt", "cannot be read: No such file or directory"),
    "pipe": ("pipe.txt", "this is no plain file"),
    "device": ("/dev/zero", "this is no plain file"),
    "NUL": ("a\0b", "cannot be read: there is a NUL in the name"),
    "too long": ("x" * 5_000, "cannot be read: File name too long"),
}


@pytest.mark.parametrize(("name", "said"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_read(folder: Path, name: str, said: str) -> None:
    """A file that cannot be read is an error, at its name."""
    found = read_file(folder / name)
    assert isinstance(found, InputError) and (found.message, found.where) == (said, shown(str(folder / name)))


def test_too_large(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file above the limit is not taken."""
    monkeypatch.setattr(module, "SOURCE_BYTES", 4)
    assert names(Files([folder / "a.txt"], ARCHIVE)) == ["[more than 4 bytes, which is the limit]"]


def test_the_archive_itself(folder: Path) -> None:
    """The archive's own folder is no source, however it is called."""
    with pytest.raises(UsageError, match="this is the archive itself"):
        names(Files([folder / "sub" / ".."], folder))


def test_archive_below_a_folder(folder: Path) -> None:
    """A folder above the archive is read without it."""
    assert names(Files([folder], folder / "sub")) == ["a.txt", "b.txt", "Ä.txt"]


def test_folder_that_cannot_be_listed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder below that is closed to us is told, and the rest goes on."""
    scandir = os.scandir

    def refuse(path: Any) -> Any:
        if os.fspath(path).endswith("sub"):
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    files = Files([folder], ARCHIVE)
    assert (names(files), files.count()) == (["a.txt", "b.txt", "Ä.txt", "[cannot be read: Is a directory]"], 4)


def test_too_many(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with more files than anybody means to take in stops the run."""
    monkeypatch.setattr(module, "WALK_FILES", 2)
    with pytest.raises(UsageError, match="more than 2 files"):
        names(Files([folder], ARCHIVE))


def stdin(data: bytes) -> Any:
    return io.TextIOWrapper(io.BytesIO(data))


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard input is a source, with the name and the media type that are told."""
    monkeypatch.setattr(sys, "stdin", stdin(b"x"))
    assert read_standard_input("letter\x1b.eml", "message/rfc822") == Source(
        "letter\\x1b.eml", b"x", media_type="message/rfc822"
    )


def test_standard_input_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard input has a limit too."""
    monkeypatch.setattr(sys, "stdin", stdin(b"12345"))
    monkeypatch.setattr(module, "SOURCE_BYTES", 4)
    found = read_standard_input(None, None)
    assert isinstance(found, InputError) and found.where == "stdin"


# Name: path, its name as it is recorded.
NAMES: dict[str, tuple[str, str | None]] = {
    "plain": ("a.txt", "a.txt"),
    "path": ("/tmp/x/a.txt", "a.txt"),
    "upwards": ("../../a.txt", "a.txt"),
    "backslash": ("a\\b.txt", "a\\b.txt"),
    "folder": ("/tmp/x/", "x"),
    "other scripts": ("日本語 ה.txt", "日本語 ה.txt"),
    "composed": ("u\u0308.txt", "ü.txt"),
    "escape sequence": ("a\x1b[31m.txt", "a\\x1b[31m.txt"),
    "newline": ("a\n.txt", "a\\x0a.txt"),
    "bidirectional": ("a\u202e.txt", "a\\u202e.txt"),
    "line separator": ("a\u2028.txt", "a\\u2028.txt"),
    "zero width": ("a\u200b.txt", "a\\u200b.txt"),
    "private use": ("a\U000f0000.txt", "a\\U000f0000.txt"),
    "byte that is no UTF-8": ("a\udce9.txt", "a\\xe9.txt"),
    "half of a pair": ("a\ud800.txt", "a\\ud800.txt"),
    "long": ("x" * 300, "x" * 255),
    "nothing": ("", None),
    "root": ("/", None),
    "dot": (".", None),
    "dots": ("..", None),
    "dots behind a slash": ("x/../", None),
}


@pytest.mark.parametrize(("path", "expected"), NAMES.values(), ids=NAMES.keys())
def test_file_name(path: str, expected: str | None) -> None:
    """The name of a file is its last part, as it can be shown anywhere."""
    assert file_name(path) == expected


def test_name_that_is_no_utf8_on_disk(tmp_path: Path) -> None:
    """A file whose name is no UTF-8 is read, and its name can be printed."""
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))).write_bytes(b"x")
    assert names(Files([tmp_path], ARCHIVE)) == ["caf\\xe9.txt"]
