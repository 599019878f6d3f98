"""The spool: what an append writes before it has a number, split into segments, gone when it is not published."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from regesta.errors import StorageError
from regesta.events import _spool
from regesta.events._spool import Spool
from tests.archives import snapshot
from tests.children import in_child, with_file_limit

# Name: events and bytes that a segment may have, the batches that are written, the segments that come of it.
SPLITS: dict[str, tuple[int, int, list[int], list[int]]] = {
    "nothing": (4, 1_000, [], []),
    "empty batch": (4, 1_000, [0], []),
    "one": (4, 1_000, [1], [1]),
    "exactly full": (4, 1_000, [4], [4]),
    "exactly full, then nothing": (4, 1_000, [4, 0], [4]),
    "exactly full, then one": (4, 1_000, [4, 1], [4, 1]),
    "full in two batches": (4, 1_000, [2, 2], [4]),
    "full in two batches, then two more": (4, 1_000, [2, 2, 2, 2], [4, 4]),
    "full in three batches, then one": (4, 1_000, [1, 2, 1, 1], [4, 1]),
    "one too many": (4, 1_000, [5], [4, 1]),
    "many segments at once": (4, 1_000, [11], [4, 4, 3]),
    "many segments in batches": (4, 1_000, [3, 3, 3, 3], [4, 4, 4]),
    "one at a time": (2, 1_000, [1, 1, 1, 1, 1], [2, 2, 1]),
    "bytes, exactly full": (100, 40, [4], [4]),
    "bytes, exactly full, then one": (100, 40, [4, 1], [4, 1]),
    "bytes, one too many": (100, 40, [5], [4, 1]),
    "bytes, in batches": (100, 40, [3, 3, 3], [4, 4, 1]),
    "bytes, not a whole number": (100, 45, [3, 3, 3], [4, 4, 1]),
    "bytes, one short of four lines": (100, 39, [9], [3, 3, 3]),
    "bytes and events at once": (4, 40, [9], [4, 4, 1]),
    "bytes before events": (4, 30, [9], [3, 3, 3]),
}


def lines(count: int, first: int = 1) -> list[bytes]:
    return [b'{"n":%03d}' % number for number in range(first, first + count)]  # 9 bytes, 10 with the newline


@pytest.mark.parametrize(("events", "size", "batches", "expected"), SPLITS.values(), ids=SPLITS.keys())
def test_split(
    events: int, size: int, batches: list[int], expected: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines go into as few segments as the limits allow, in order, each line whole, and no line is made up."""
    monkeypatch.setattr(_spool, "SEGMENT_EVENTS", events)
    monkeypatch.setattr(_spool, "SEGMENT_BYTES", size)
    spool = Spool(tmp_path, first=11)
    for number, count in enumerate(batches):
        spool.write(lines(count, 1 + sum(batches[:number])))
    spool.finish()
    written = [part.temporary.read_bytes() for part in spool.parts]
    assert b"".join(line + b"\n" for line in lines(sum(batches))) == b"".join(written)
    assert expected == [data.count(b"\n") for data in written] == [part.count for part in spool.parts]
    assert [len(data) for data in written] == [part.size_bytes for part in spool.parts]
    assert [11 + sum(expected[:number]) for number in range(len(expected))] == [part.first for part in spool.parts]


@pytest.mark.parametrize(
    ("batches", "expected"), [([], (0, 0)), ([1], (11, 11)), ([3, 2], (11, 15))], ids=["none", "one", "some"]
)
def test_first_and_last(
    batches: list[int], expected: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The spool knows the first and the last sequence that it holds."""
    monkeypatch.setattr(_spool, "SEGMENT_EVENTS", 2)
    spool = Spool(tmp_path, first=11)
    for count in batches:
        spool.write(lines(count))
    spool.finish()
    assert expected == spool.first_and_last()


def test_close_removes_everything(tmp_path: Path) -> None:
    """A spool that is closed leaves nothing behind, finished or not."""
    for finish in (lambda spool: spool.finish(), lambda spool: None):
        spool = Spool(tmp_path, first=1)
        spool.write(lines(3))
        finish(spool)
        spool.close()
        assert snapshot(tmp_path) == {}


def test_close_twice(tmp_path: Path) -> None:
    """Closing again does nothing."""
    spool = Spool(tmp_path, first=1)
    spool.write(lines(3))
    spool.close()
    spool.close()
    assert snapshot(tmp_path) == {}


def test_names_are_those_of_leftovers(tmp_path: Path) -> None:
    """What a killed append leaves has a hidden name that is never that of a segment."""
    spool = Spool(tmp_path, first=1)
    spool.write(lines(3))
    names = [path.name for path in tmp_path.iterdir()]
    spool.close()
    assert [name.startswith(".segment.") and name.endswith(".tmp") for name in names] == [True]


def test_unpublished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not in the log yet is read back, in order, to be checked again."""
    monkeypatch.setattr(_spool, "SEGMENT_EVENTS", 2)
    spool = Spool(tmp_path, first=1)
    spool.write([json.dumps({"n": number}).encode() for number in range(6)])
    spool.finish()
    spool.parts[0].published = True
    assert list(spool.unpublished()) == [{"n": 2}, {"n": 3}, {"n": 4}, {"n": 5}]
    spool.close()


def test_folder_is_missing(tmp_path: Path) -> None:
    """A folder that cannot be written is a StorageError."""
    spool = Spool(tmp_path / "events", first=1)
    with pytest.raises(StorageError) as caught:
        spool.write(lines(1))
    assert str(caught.value) == f"{tmp_path}/events: cannot write: No such file or directory"


@pytest.mark.parametrize("count", [1_000, 500_000], ids=["when it is finished", "while it is written"])
def test_disk_is_full(count: int, tmp_path: Path) -> None:
    """A disk that fills up is a StorageError, and what was written so far is removed."""

    def fill() -> None:
        spool = Spool(tmp_path, first=1)
        try:
            spool.write(lines(count))
            spool.finish()
        finally:
            spool.close()

    told = in_child(with_file_limit(4_096, fill))
    assert (f"StorageError: {tmp_path}: cannot write: File too large", {}) == (told, snapshot(tmp_path))
