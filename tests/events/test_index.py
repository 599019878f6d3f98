"""The log's index: ids, corrections and the edge of the tree; kept, forgotten, or made anew when it makes no sense."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regesta.errors import StorageError
from regesta.events.index import Entry, LogIndex, open_index
from tests.archives import tree_root

FIRST = "00000000000000000000000000000001"
SECOND = "ffffffffffffffffffffffffffffffff"
THIRD = "80000000000000007fffffffffffffff"
SAME_HALF = "0000000000000000ffffffffffffffff"  # the first 64 bits are those of FIRST
LINES = [b"one", b"two", b"three"]
IDS = st.binary(min_size=16, max_size=16).map(bytes.hex) | st.sampled_from([FIRST, SAME_HALF])

# What may have happened to the file in between; none of it is a reason to fail.
DAMAGE: dict[str, Callable[[Path], object]] = {
    "deleted": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "no database": lambda path: path.write_bytes(b"hello" * 1_000),
    "noise": lambda path: path.write_bytes(os.urandom(16_384)),
    "header lost": lambda path: overwrite(path, 0, b"\0" * 100),
    "first page lost": lambda path: overwrite(path, 0, b"\xff" * 4_096),
    "cut": lambda path: os.truncate(path, 5_000),
    "older format": lambda path: execute(path, "pragma user_version = 1"),
    "newer format": lambda path: execute(path, "pragma user_version = 99"),
    "other tables": lambda path: execute(path, "drop table ids; create table ids (a); pragma user_version = 0"),
    "no state table": lambda path: execute(path, "drop table state"),
    "no state": lambda path: execute(path, "delete from state"),
    "size without its hashes": lambda path: execute(path, "update state set size = 7"),
    "negative size": lambda path: execute(path, "update state set size = -1"),
    "hashes cut": lambda path: execute(path, "update state set frontier = x'00'"),
}  # fmt: skip


def overwrite(path: Path, place: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        file.write(data)


def execute(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.executescript(script)


def fill(path: Path) -> None:
    with closing(LogIndex(path)) as index:
        index.begin()
        index.add([(FIRST, 1, None), (SECOND, 2, FIRST)])
        index.frontier.extend_lines(LINES)
        index.recorded = "2017-06-30T12:00:00.000Z"
        index.add_segment(1, 14)
        index.commit()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where an index is."""
    return tmp_path / "log.db"


@pytest.fixture
def index() -> Iterator[LogIndex]:
    """A temporary index, in the middle of a change."""
    with closing(LogIndex(None)) as opened:
        opened.begin()
        yield opened


def test_new(path: Path) -> None:
    """A new index knows nothing."""
    with closing(LogIndex(path)) as index:
        assert (index.size, index.recorded, index.segments(), index.find(FIRST)) == (0, "", [], None)


def test_kept(path: Path) -> None:
    """What was committed is there when it is opened again."""
    fill(path)
    with closing(LogIndex(path)) as index:
        found = (index.size, index.frontier.root(), index.recorded, index.segments())
        assert (3, tree_root(LINES), "2017-06-30T12:00:00.000Z", [(1, 14)]) == found
        assert [Entry(FIRST, 1, None), Entry(SECOND, 2, FIRST), None] == [
            index.find(event_id) for event_id in (FIRST, SECOND, THIRD)
        ]


def test_rolled_back(path: Path) -> None:
    """What was rolled back is forgotten, the edge of the tree included."""
    fill(path)
    with closing(LogIndex(path)) as index:
        index.begin()
        index.add([(THIRD, 4, None)])
        index.frontier.extend_lines([b"four"])
        index.recorded = "2018"
        index.rollback()
        found = (index.size, index.frontier.root(), index.recorded, index.find(THIRD))
        assert (3, tree_root(LINES), "2017-06-30T12:00:00.000Z", None) == found


def test_closed_in_the_middle(path: Path) -> None:
    """A change that was never committed is forgotten."""
    fill(path)
    with closing(LogIndex(path)) as index:
        index.begin()
        index.add([(THIRD, 4, None)])
    with closing(LogIndex(path)) as index:
        assert (index.size, index.find(THIRD)) == (3, None)


def test_rollback_without_a_change(path: Path) -> None:
    """Where nothing was begun there is nothing to forget."""
    with closing(LogIndex(path)) as index:
        index.rollback()
        assert index.size == 0


def test_add_nothing(index: LogIndex) -> None:
    """No entries are added at once."""
    assert index.add([])


def test_add_what_is_there(index: LogIndex) -> None:
    """A batch with one known id adds none of its entries."""
    assert index.add([(FIRST, 1, None)])
    assert not index.add([(SECOND, 2, FIRST), (FIRST, 3, None)])
    assert (Entry(FIRST, 1, None), None) == (index.find(FIRST), index.find(SECOND))


def test_add_one_id_twice(index: LogIndex) -> None:
    """A batch with one id twice adds none of its entries."""
    assert not index.add([(FIRST, 1, None), (SECOND, 2, None), (FIRST, 3, None)])
    assert [index.find(FIRST), index.find(SECOND)] == [None, None]


def test_add_one(index: LogIndex) -> None:
    """One entry is added unless its id is known; what was known is told."""
    assert index.add_one(Entry(SECOND, 1, FIRST)) is None
    assert Entry(SECOND, 1, FIRST) == index.add_one(Entry(SECOND, 2, None))
    assert Entry(SECOND, 1, FIRST) == index.find(SECOND)


def test_ids_with_the_same_first_half(index: LogIndex) -> None:
    """Two ids that share 64 bits are told apart, whichever came first and however they were added."""
    assert not index.add([(FIRST, 1, None), (SAME_HALF, 2, None)])
    assert [index.add_one(Entry(FIRST, 1, None)), index.add_one(Entry(SAME_HALF, 2, SECOND))] == [None, None]
    assert [Entry(FIRST, 1, None), Entry(SAME_HALF, 2, SECOND)] == [index.find(FIRST), index.find(SAME_HALF)]
    assert Entry(SAME_HALF, 2, SECOND) == index.add_one(Entry(SAME_HALF, 3, None))
    assert index.find("00000000000000000000000000000000") is None


@given(st.lists(IDS, max_size=12))
def test_any_ids(ids: list[str]) -> None:
    """Each id is found at the place where it came first."""
    with closing(LogIndex(None)) as index:
        index.begin()
        first = [index.add_one(Entry(event_id, number, None)) is None for number, event_id in enumerate(ids, start=1)]
        assert [event_id not in ids[:number] for number, event_id in enumerate(ids)] == first
        assert [ids.index(event_id) + 1 for event_id in ids] == [
            entry.sequence for event_id in ids if (entry := index.find(event_id))
        ]


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_damaged(damage: Callable[[Path], object], path: Path) -> None:
    """An index that cannot be used is made anew: empty, whole, and good for the next change."""
    fill(path)
    damage(path)
    with open_index(path) as index:
        assert (index.size, index.segments(), index.find(FIRST)) == (0, [], None)
    fill(path)
    with open_index(path) as index:
        assert (3, Entry(SECOND, 2, FIRST)) == (index.size, index.find(SECOND))


def test_damage_that_shows_late(path: Path) -> None:
    """Damage that only shows in the middle of a change is a StorageError once; then the index is made anew."""
    fill(path)
    with (
        pytest.raises(StorageError, match=r"log\.db: the index failed: no such table: ids \(try again\)"),
        open_index(path) as index,
    ):
        execute(path, "drop table ids")
        index.find(FIRST)
    with open_index(path) as index:
        assert (index.size, index.find(FIRST)) == (0, None)


def test_rebuild(path: Path) -> None:
    """An index that is started over is empty, in the middle of a change too."""
    fill(path)
    with closing(LogIndex(path)) as index:
        index.begin()
        index.rebuild()
        assert (index.size, index.segments(), index.find(FIRST)) == (0, [], None)


def test_temporary_index_is_not_rebuilt(index: LogIndex) -> None:
    """A temporary index has nothing to be made from again."""
    with pytest.raises(StorageError, match="the temporary index cannot be used"):
        index.rebuild()


def test_cannot_be_removed(path: Path) -> None:
    """Where the index can neither be used nor removed is a StorageError."""
    path.mkdir()
    with pytest.raises(StorageError, match=r"log\.db: cannot be removed: Is a directory"), open_index(path):
        pass
