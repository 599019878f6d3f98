"""The documents that are kept: written once, read as they were written, nowhere else."""

from __future__ import annotations

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from regesta.errors import ArchiveError, InputError, StorageError
from regesta.ingest import store as module
from regesta.ingest.capture import Capture
from regesta.ingest.store import Store
from tests.archives import snapshot

DATA, TEXT = "Caf\xe9 \r\n".encode("latin-1"), "Café \r\n"
DIGEST = sha256(DATA).hexdigest()
TEXT_DIGEST = sha256(TEXT.encode()).hexdigest()
CAPTURE = Capture(DATA, TEXT, "text/plain", "text", "x.txt")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store that holds one document."""
    made = Store(tmp_path / "documents", "full")
    assert made.put(CAPTURE)
    made.sync()
    return made


def test_put(store: Store) -> None:
    """The bytes are kept as they are, the text in UTF-8 with its line ends."""
    assert snapshot(store.folder) == {DIGEST: DATA, f"{DIGEST}.txt": TEXT.encode()}
    assert (store.data(DIGEST), store.text(DIGEST), store.text(DIGEST, TEXT_DIGEST)) == (DATA, TEXT, TEXT)


def test_put_again(store: Store) -> None:
    """What is there is not written again, also when a newer library makes another text of the bytes."""
    again = store.put(Capture(DATA, "Coffee", "text/plain", "text 2", "x.txt"))
    assert (again, store.text(DIGEST)) == (False, TEXT)


def test_half_a_document(store: Store) -> None:
    """What a killed run did not write is written by the next."""
    (store.folder / DIGEST).unlink()
    assert (store.put(CAPTURE), store.data(DIGEST)) == (True, DATA)


def test_not_kept(store: Store) -> None:
    """Of a document that is not kept there is nothing."""
    assert (store.data("0" * 64), store.text("0" * 64)) == (None, None)


def test_no_folder(tmp_path: Path) -> None:
    """Reading makes no folder, and to sync nothing is no error."""
    empty = Store(tmp_path / "documents", "full")
    empty.sync()
    assert (empty.text(DIGEST), [*tmp_path.iterdir()]) == (None, [])


def test_texts_that_may_not_be_republished(tmp_path: Path) -> None:
    """Where only digests may be published, the folder keeps itself out of version control."""
    kept = Store(tmp_path / "documents", "digest")
    kept.put(CAPTURE)
    assert (kept.folder / ".gitignore").read_text("utf-8").splitlines()[-1] == "*"


def link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/passwd")


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


# Name: what is done to the file of the bytes and to that of the text, what is said of it.
DAMAGED: dict[str, tuple[Callable[[Path], object], str]] = {
    "other bytes": (lambda path: path.write_bytes(b"x"), "another SHA-256"),
    "a byte less": (lambda path: path.write_bytes(path.read_bytes()[:-1]), "another SHA-256"),
    "link": (link, "no plain file"),
    "folder": (folder, "no plain file"),
    "pipe": (pipe, "no plain file"),
}


@pytest.mark.parametrize(("damage", "said"), DAMAGED.values(), ids=DAMAGED.keys())
@pytest.mark.parametrize("name", [DIGEST, f"{DIGEST}.txt"], ids=["bytes", "text"])
def test_damaged(store: Store, damage: Callable[[Path], object], said: str, name: str) -> None:
    """A file that is not what was stored is refused, not read."""
    damage(store.folder / name)
    with pytest.raises(ArchiveError, match=said) as caught:
        store.data(DIGEST), store.text(DIGEST, TEXT_DIGEST)
    assert caught.value.where == str(store.folder / name)


def test_text_that_is_no_text(store: Store) -> None:
    """A text whose digest nobody has on record must at least be one."""
    (store.folder / f"{DIGEST}.txt").write_bytes(b"\xff")
    with pytest.raises(ArchiveError, match="not UTF-8"):
        store.text(DIGEST)


@pytest.mark.parametrize("make", [link, folder, pipe], ids=["link", "folder", "pipe"])
def test_nothing_is_written_into_what_is_no_file(store: Store, make: Callable[[Path], object]) -> None:
    """Where a link, a folder or a pipe has the name of a document, nothing is written."""
    make(store.folder / DIGEST)
    with pytest.raises(ArchiveError, match="no plain file"):
        store.put(CAPTURE)


def test_folder_that_is_a_link(tmp_path: Path) -> None:
    """A link that came with an archive does not lead us out of it, neither to read nor to write."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "documents").symlink_to(tmp_path / "outside")
    store = Store(tmp_path / "documents", "full")
    with pytest.raises(ArchiveError, match="this is a link"):
        store.put(CAPTURE)
    with pytest.raises(ArchiveError, match="this is a link"):
        store.text(DIGEST)
    assert [*(tmp_path / "outside").iterdir()] == []


NAMES = ["", "..", "../x", "/etc/passwd", DIGEST.upper(), DIGEST[:-1], f"{DIGEST}\n", f"{DIGEST}/../x", "x" * 64]


@pytest.mark.parametrize("name", NAMES)
def test_name_that_is_no_digest(store: Store, name: str) -> None:
    """Only a digest names a document."""
    with pytest.raises(ArchiveError, match="no SHA-256"):
        store.text(name)


def test_text_that_is_not_unicode(tmp_path: Path) -> None:
    """Half of a surrogate pair cannot be kept; nothing is written."""
    store = Store(tmp_path / "documents", "full")
    with pytest.raises(InputError, match="not valid Unicode at character 1"):
        store.put(Capture(b"x", "a\ud800", "text/plain", "text", "x.txt"))
    assert not store.folder.exists()


def test_too_large(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    """What could not be read again is not written, and what is too large is not read."""
    monkeypatch.setattr(module, "TEXT_BYTES", 3)
    with pytest.raises(InputError, match="the limit is 3"):
        store.put(Capture(b"new", "four", "text/plain", "text", "x.txt"))
    with pytest.raises(ArchiveError, match="the limit is 3"):
        store.text(DIGEST)


def test_leftovers(store: Store) -> None:
    """What a killed run left under a temporary name is removed."""
    (store.folder / f".{DIGEST}.0123abcd.tmp").write_bytes(b"x")
    assert (store.clean(), sorted(snapshot(store.folder))) == (1, [DIGEST, f"{DIGEST}.txt"])


def test_disk_full(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """When the file system refuses, that is said and nothing is left behind."""

    def refuse(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", refuse)
    store = Store(tmp_path / "documents", "full")
    with pytest.raises(StorageError, match="No space left"):
        store.put(CAPTURE)
    assert snapshot(store.folder) == {}
