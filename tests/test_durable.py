"""Files that are there whole or not at all, whatever fails."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from regesta import durable
from regesta.errors import StorageError
from tests.archives import snapshot
from tests.children import in_child, with_file_limit, without_rights

# Name: function, the call that fails, what is said, what is left in the folder.
BROKEN = {
    "create, sync": (durable.create_file, "fsync", "cannot write", {}),
    "create, publish": (durable.create_file, "link", "cannot publish", {}),
    "create, folder": (durable.create_file, "open", "cannot sync the folder", {"a": b"one"}),
    "replace, sync": (durable.replace_file, "fsync", "cannot write", {}),
    "replace, publish": (durable.replace_file, "replace", "cannot publish", {}),
    "replace, folder": (durable.replace_file, "open", "cannot sync the folder", {"a": b"one"}),
}


def failing() -> Iterator[bytes]:
    yield b"one"
    raise RuntimeError("the source broke")


def interrupted() -> Iterator[bytes]:
    yield b"one"
    raise KeyboardInterrupt


def refuse(*_arguments: Any) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


@pytest.fixture
def trace(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The calls that make a file durable, in the order in which they were made."""
    calls: list[str] = []

    def noting(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            of_folder = name == "fsync" and stat.S_ISDIR(os.fstat(arguments[0]).st_mode)
            calls.append("fsync folder" if of_folder else name)
            return original(*arguments, **options)

        return call

    for name in ("fsync", "link", "replace"):
        monkeypatch.setattr(os, name, noting(name, getattr(os, name)))
    return calls


def test_create(tmp_path: Path) -> None:
    """A new file has its content, and nothing lies beside it."""
    assert durable.create_file(tmp_path / "a", [b"one", b"", b"two"])
    assert snapshot(tmp_path) == {"a": b"onetwo"}


def test_create_what_exists(tmp_path: Path) -> None:
    """A name that is taken stays as it is."""
    (tmp_path / "a").write_bytes(b"one")
    assert not durable.create_file(tmp_path / "a", [b"two"])
    assert snapshot(tmp_path) == {"a": b"one"}


@pytest.mark.parametrize("target", ["b", "nowhere"], ids=["link", "dangling link"])
def test_create_where_a_link_is(target: str, tmp_path: Path) -> None:
    """A link counts as taken and is not followed."""
    (tmp_path / "b").write_bytes(b"one")
    (tmp_path / "a").symlink_to(target)
    assert not durable.create_file(tmp_path / "a", [b"two"])
    assert (b"one", target) == ((tmp_path / "b").read_bytes(), str((tmp_path / "a").readlink()))


def test_replace(tmp_path: Path) -> None:
    """A file is replaced, or made where there is none."""
    durable.replace_file(tmp_path / "a", [b"one"])
    durable.replace_file(tmp_path / "a", [b"two"])
    assert snapshot(tmp_path) == {"a": b"two"}


def test_replace_a_link(tmp_path: Path) -> None:
    """A link is replaced, not what it points at."""
    (tmp_path / "b").write_bytes(b"one")
    (tmp_path / "a").symlink_to("b")
    durable.replace_file(tmp_path / "a", [b"two"])
    assert (snapshot(tmp_path), (tmp_path / "a").is_symlink()) == ({"a": b"two", "b": b"one"}, False)


def test_readers_keep_what_they_opened(tmp_path: Path) -> None:
    """Who has the old file open reads it to its end."""
    durable.replace_file(tmp_path / "a", [b"one"])
    with (tmp_path / "a").open("rb") as file:
        durable.replace_file(tmp_path / "a", [b"two"])
        assert file.read() == b"one"


def test_order_of_create(tmp_path: Path, trace: list[str]) -> None:
    """The content is on disk before the name, and the name before the caller hears of it."""
    durable.create_file(tmp_path / "a", [b"one"])
    assert trace == ["fsync", "link", "fsync folder"]


def test_order_of_replace(tmp_path: Path, trace: list[str]) -> None:
    """The content is on disk before it takes the place of the old."""
    durable.replace_file(tmp_path / "a", [b"one"])
    assert trace == ["fsync", "replace", "fsync folder"]


@pytest.mark.parametrize("write", [durable.create_file, durable.replace_file], ids=["create", "replace"])
@pytest.mark.parametrize(
    ("chunks", "error"), [(failing, RuntimeError), (interrupted, KeyboardInterrupt)], ids=["error", "interrupt"]
)
def test_source_breaks(write: Any, chunks: Any, error: type[BaseException], tmp_path: Path) -> None:
    """When the content does not come to its end, nothing is left behind."""
    with pytest.raises(error):
        write(tmp_path / "a", chunks())
    assert snapshot(tmp_path) == {}


@pytest.mark.parametrize(("write", "call", "words", "left"), BROKEN.values(), ids=BROKEN.keys())
def test_disk_breaks(
    write: Any, call: str, words: str, left: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When a call fails the caller hears of it, the file is there whole or not at all, and nothing lies beside it."""
    monkeypatch.setattr(os, call, refuse)
    with pytest.raises(StorageError, match=f"{words}: Input/output error"):
        write(tmp_path / "a", [b"one"])
    assert left == snapshot(tmp_path)


@pytest.mark.parametrize("write", [durable.create_file, durable.replace_file], ids=["create", "replace"])
def test_folder_is_missing(write: Any, tmp_path: Path) -> None:
    """A folder that is not there is a StorageError that names the file."""
    with pytest.raises(StorageError) as caught:
        write(tmp_path / "b" / "a", [b"one"])
    assert str(caught.value) == f"{tmp_path}/b/a: cannot write: No such file or directory"


def test_replace_a_folder(tmp_path: Path) -> None:
    """A folder is not replaced by a file, and nothing is left behind."""
    (tmp_path / "a").mkdir()
    with pytest.raises(StorageError, match="cannot publish: Is a directory"):
        durable.replace_file(tmp_path / "a", [b"one"])
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("write", [durable.create_file, durable.replace_file], ids=["create", "replace"])
@pytest.mark.parametrize("size", [4_097, 3_000_000], ids=["small", "large"])
def test_disk_is_full(write: Any, size: int, tmp_path: Path) -> None:
    """A file that does not fit leaves nothing behind."""
    told = in_child(with_file_limit(4_096, lambda: write(tmp_path / "a", [b"x" * size])))
    assert (told, snapshot(tmp_path)) == (f"StorageError: {tmp_path}/a: cannot write: File too large", {})


def test_folder_is_read_only(tmp_path: Path) -> None:
    """A folder that must not be written is a StorageError."""
    told = in_child(without_rights(lambda: durable.create_file(Path("/proc/a"), [b"one"])))
    assert told.startswith("StorageError: /proc/a: cannot write: ")


def test_publish_what_is_gone(tmp_path: Path) -> None:
    """A temporary file that somebody removed is a StorageError, not a file."""
    with pytest.raises(StorageError, match="cannot publish: No such file or directory"):
        durable.publish_new(tmp_path / "gone", tmp_path / "a")
    assert snapshot(tmp_path) == {}


def test_publish_new_leaves_the_loser_alone(tmp_path: Path) -> None:
    """The temporary file of a writer that came second is still there, to be read again."""
    (tmp_path / "a").write_bytes(b"one")
    temporary = durable.write_temporary(tmp_path / "a", [b"two"])
    assert not durable.publish_new(temporary, tmp_path / "a")
    assert (temporary.read_bytes(), (tmp_path / "a").read_bytes()) == (b"two", b"one")


def test_leftovers(tmp_path: Path) -> None:
    """Temporary files are found again by their names; folders and links are none."""
    expected = sorted(durable.write_temporary(tmp_path / name, [b"one"]) for name in ("a", "b", "a"))
    (tmp_path / "c.tmp").write_bytes(b"")
    (tmp_path / ".d").write_bytes(b"")
    (tmp_path / ".e.tmp").mkdir()
    (tmp_path / ".f.tmp").symlink_to("c.tmp")
    assert expected == durable.leftovers(tmp_path)


def test_temporary_names_differ(tmp_path: Path) -> None:
    """Two writers of one file never share a temporary name."""
    names = {durable.temporary_name(tmp_path / "a") for _ in range(100)}
    assert (100, {tmp_path}) == (len(names), {name.parent for name in names})


def test_discard(tmp_path: Path) -> None:
    """A file is removed; that it is not there, or cannot be removed, is no reason to fail."""
    (tmp_path / "a").write_bytes(b"one")
    (tmp_path / "b").mkdir()
    for name in ("a", "a", "b", "c/d"):
        durable.discard(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


def test_sync_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """A folder that cannot be synced is a StorageError."""
    with pytest.raises(StorageError, match="cannot sync the folder: No such file or directory"):
        durable.sync_folder(tmp_path / "a")


def test_sync_file(tmp_path: Path, trace: list[str]) -> None:
    """A file that another library wrote is synced as it is."""
    (tmp_path / "a").write_bytes(b"one")
    durable.sync_file(tmp_path / "a")
    assert (trace, (tmp_path / "a").read_bytes()) == (["fsync"], b"one")


def test_sync_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A file that cannot be synced is a StorageError that names it."""
    with pytest.raises(StorageError, match="a: cannot sync: No such file"):
        durable.sync_file(tmp_path / "a")
