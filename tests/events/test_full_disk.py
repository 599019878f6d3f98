"""Full disks of many sizes: nothing acknowledged is lost, nothing is there by half, and with room all goes on."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain, cycle
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest

from regesta.archive import Archive
from regesta.errors import StorageError
from regesta.events.verify import verify
from regesta.replay.build import build
from tests.archives import check_archive, derived_id, drafts, letter, make_archive
from tests.children import PLENTY_BYTES, SmallDisk, in_child, with_file_limit, with_small_disk
from tests.events.writers import copy_archive
from tests.examples import times
from tests.replay.dumps import digest

MOST_BYTES = 2 * 1024 * 1024
LEAST_BYTES = MOST_BYTES // 32  # below it not even the log's first files have room
SIZES = tuple(LEAST_BYTES + (MOST_BYTES - LEAST_BYTES) * number // (times(32) - 1) for number in range(times(32)))
BATCHES = 40


@dataclass(frozen=True)
class Built:
    """An archive whose tables lag behind its log, and the digests of the tables before and after a build."""

    archive: Archive
    old: str
    new: str


def ids(archive: Archive) -> list[str]:
    return [event["id"] for event in check_archive(archive, killed=True)]


def ids_of(batch: list[dict[str, Any]]) -> list[str]:
    return [derived_id(draft) for draft in batch]


def batches(room_bytes: int) -> list[list[dict[str, Any]]]:
    """Return batches of three letters of random lengths, together about twice as long as there is room."""
    chance, numbers = random.Random(room_bytes), iter(range(100, 10**6))
    texts = [["x" * chance.randint(1, room_bytes // 30) for _ in range(3)] for _ in range(BATCHES)]
    return [[letter(n := next(numbers), data=letter(n)["data"] | {"about": t}) for t in of] for of in texts]


def said(archive: Archive, batch: list[dict[str, Any]]) -> str:
    """Append a batch; return what was said of it."""
    try:
        archive.append(batch)
    except StorageError:
        return "refused"
    return "acknowledged"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive with three events, to be copied."""
    archive = make_archive(tmp_path_factory.mktemp("template"))
    archive.append(drafts(3))
    return archive


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """An archive with 123 events of which the tables know three, to be copied."""
    archive = make_archive(tmp_path_factory.mktemp("built"))
    archive.append(drafts(3))
    build(archive)
    copyfile(archive.database, archive.folder / "old.db")
    archive.append(drafts(120, 4))
    build(archive, full=True)
    old, new = digest(archive.folder / "old.db"), digest(archive.database)
    copyfile(archive.folder / "old.db", archive.database)
    return Built(archive, old, new)


def on_small_disk(template: Archive, folder: Path, room_bytes: int) -> tuple[Archive, SmallDisk]:
    copy = copy_archive(template, folder)
    if template.database.exists():
        copyfile(template.database, copy.database)
    disk = SmallDisk(folder)
    disk.leave(room_bytes)
    return copy, disk


def append_when_full(template: Archive, folder: Path, room_bytes: int) -> str:
    copy, disk = on_small_disk(template, folder, room_bytes)
    before, said_of = ids(copy), [(said(copy, batch), ids_of(batch)) for batch in batches(room_bytes)]
    after = ids(copy)
    present = [batch for _, batch in said_of if set(batch) & set(after)]
    assert [*before, *chain(*present)] == after, "in order, each batch whole"
    assert [batch for word, batch in said_of if word == "acknowledged" and batch not in present] == []
    disk.leave(PLENTY_BYTES)
    assert {"acknowledged"} == {said(copy, batch) for batch in batches(room_bytes)}
    assert {*before, *chain(*(batch for _, batch in said_of))} == {event["id"] for event in check_archive(copy)}
    return ", ".join(sorted({word for word, _ in said_of}))


def attempt(archive: Archive, full: bool) -> str:
    try:
        build(archive, full=full)
    except StorageError:
        return "StorageError"
    return "built"


def build_when_full(built: Built, folder: Path, room_bytes: int, full: bool) -> str:
    copy, disk = on_small_disk(built.archive, folder, room_bytes)
    assert (attempt(copy, full), digest(copy.database)) in (("built", built.new), ("StorageError", built.old))
    assert (verify(copy).faults, list(folder.glob(".*.tmp"))) == ([], [])
    disk.leave(PLENTY_BYTES)
    assert (attempt(copy, full), digest(copy.database)) == ("built", built.new)
    return "sound"


def on_disk_of_its_own(folder: Path, function: Callable[[SmallDisk], object]) -> str:
    told = in_child(with_small_disk(folder, function))
    if told.startswith("PermissionError: "):
        pytest.skip(f"no disk of its own can be mounted: {told}")
    return told


@pytest.mark.parametrize("room_bytes", SIZES)
def test_append(room_bytes: int, template: Archive, tmp_path: Path) -> None:
    """When the disk is full, the batch is there whole or not at all, those before it are, and with room it goes in."""
    told = on_disk_of_its_own(tmp_path, lambda disk: append_when_full(template, tmp_path, room_bytes))
    assert told == "acknowledged, refused"


@pytest.mark.parametrize(("room_bytes", "full"), tuple(zip(SIZES, cycle([False, True]), strict=False)))
def test_build(room_bytes: int, full: bool, built: Built, tmp_path: Path) -> None:
    """When the disk is full, the tables are the old ones or the new ones, the log is sound, and with room all is new."""
    told = on_disk_of_its_own(tmp_path, lambda disk: build_when_full(built, tmp_path, room_bytes, full))
    assert told == "sound"


@pytest.mark.parametrize("full", [False, True], ids=["incremental", "full"])
@pytest.mark.parametrize("limit", [1_000, 300_000, 400_000, 700_000])
def test_build_where_no_file_can_grow(limit: int, full: bool, built: Built, quick_path: Path) -> None:
    """The same where no file can grow beyond a limit, which needs no disk of its own."""
    copy = copy_archive(built.archive, quick_path)
    copyfile(built.archive.database, copy.database)
    said = in_child(with_file_limit(limit, lambda: attempt(copy, full)))
    assert (said, digest(copy.database)) in (("built", built.new), ("StorageError", built.old))
    assert (attempt(copy, full), digest(copy.database)) == ("built", built.new)
