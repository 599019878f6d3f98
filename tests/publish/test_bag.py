"""The archive as a BagIt bag, checked by the Library of Congress's own program."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import bagit
import pytest

from regesta.archive import Archive
from regesta.errors import ArchiveError, UsageError
from regesta.events.verify import verify
from regesta.publish.bag import write_bag
from regesta.replay.build import build
from tests.archives import check_archive, drafts, make_archive, segment_paths, snapshot


@pytest.fixture
def told(tmp_path: Path) -> Archive:
    """An archive with three events, its tables, and a captured text."""
    (tmp_path / "told").mkdir()
    archive = make_archive(tmp_path / "told", keeper="Ada", description="Letters\nand answers.")
    archive.append(drafts(3))
    build(archive)
    (archive.folder / "documents").mkdir()
    (archive.folder / "documents" / "abc.txt").write_text("a text")
    return archive


def test_valid(told: Archive, tmp_path: Path) -> None:
    """Bagit validates it, and what it holds opens, verifies and builds as an archive."""
    done = write_bag(told, tmp_path / "bag")
    bag = bagit.Bag(str(tmp_path / "bag"))
    bag.validate()
    assert (done.files, done.documents) == (len(snapshot(tmp_path / "bag" / "data")), False)
    inside = Archive.open(tmp_path / "bag" / "data")
    assert (len(check_archive(inside)), build(inside).events) == (3, 3)


def test_what_it_says(told: Archive, tmp_path: Path) -> None:
    """The bag says whose it is, what it is, and the checkpoint of its log."""
    write_bag(told, tmp_path / "bag")
    info = bagit.Bag(str(tmp_path / "bag")).info
    root = (told.log.folder / "checkpoint").read_text().splitlines()[2]
    assert (info["Source-Organization"], info["External-Description"]) == ("Ada", "Letters. Letters and answers.")
    assert (info["External-Identifier"], info["Regesta-Checkpoint"]) == (told.config.origin, f"3:{root}")


def test_nothing_derived(told: Archive, tmp_path: Path) -> None:
    """No table, no index, and no captured text unless it is asked for."""
    write_bag(told, tmp_path / "bag")
    names = set(snapshot(tmp_path / "bag" / "data"))
    assert {name for name in names if ".db" in name or name.startswith((".regesta", "documents"))} == set()
    done = write_bag(told, tmp_path / "other", documents=True)
    assert (done.documents, snapshot(tmp_path / "other" / "data")["documents/abc.txt"]) == (True, b"a text")
    bagit.Bag(str(tmp_path / "other")).validate()


def folder_with_something(told: Archive, target: Path) -> None:
    target.mkdir()
    (target / "file").touch()


def log_is_damaged(told: Archive, target: Path) -> None:
    path = segment_paths(told)[0]
    path.write_bytes(path.read_bytes().replace(b"P01", b"P02"))


def link_among_the_files(told: Archive, target: Path) -> None:
    (told.folder / "ingest").mkdir()
    (told.folder / "ingest" / "list.txt").symlink_to("/etc/passwd")


REFUSED = {
    folder_with_something: (UsageError, "something there already"),
    log_is_damaged: (ArchiveError, "not sound"),
    link_among_the_files: (ArchiveError, "this is a link"),
}


@pytest.mark.parametrize(("happen", "expected"), REFUSED.items(), ids=lambda item: getattr(item, "__name__", ""))
def test_refused(
    happen: Callable[[Archive, Path], None], expected: tuple[type[Exception], str], told: Archive, tmp_path: Path
) -> None:
    """A bag takes nobody's place, holds no damaged log and follows no link; nothing is left behind."""
    target = tmp_path / "bag"
    happen(told, target)
    before = snapshot(tmp_path)
    with pytest.raises(expected[0], match=expected[1]):
        write_bag(told, target)
    assert before.keys() == snapshot(tmp_path).keys()


def test_within_the_archive(told: Archive) -> None:
    """A bag does not lie in the archive that it holds."""
    with pytest.raises(UsageError, match="cannot lie in"):
        write_bag(told, told.folder / "bag")


def test_without_bagit(told: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package the error says how to get it."""
    monkeypatch.setitem(sys.modules, "bagit", None)
    with pytest.raises(UsageError, match="bagit"):
        write_bag(told, tmp_path / "bag")
    assert verify(told).faults == []
