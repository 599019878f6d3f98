"""Builds in each other's way: at once, killed in the middle, under the eyes of readers."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from regesta.archive import Archive
from regesta.replay import build as builds
from regesta.replay.build import BuildResult, build, swap_in
from tests.archives import answer, check_archive, drafts, letter, make_archive
from tests.replay.dumps import dump

ROOT = Path(__file__).parent.parent.parent
BUILD = (
    "import sys; from regesta import Archive, build; build(Archive.open(sys.argv[1]), full=sys.argv[2:] == ['full'])"
)
READ = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
for _ in range(300):
    seen = db.execute("select (select count(*) from events), (select value from meta where key = 'size')").fetchone()
    assert str(seen[0]) == seen[1], seen
"""


def start(program: str, *arguments: str | Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-c", program, *map(str, arguments)], env=environment)


def test_several_at_once(archive: Archive) -> None:
    """Four builds at once, full and incremental, take turns and leave the tables of one."""
    archive.append(drafts(30))
    build(archive)
    archive.append(drafts(30, first=31))
    running = [start(BUILD, archive.folder, kind) for kind in ("full", "new", "full", "new")]
    assert [process.wait(60) for process in running] == [0, 0, 0, 0]
    found = dump(archive.database)
    assert build(archive, full=True) == BuildResult(60, 60, full=True)
    assert dump(archive.database) == found


def test_killed_at_any_moment(archive: Archive) -> None:
    """A build that is killed leaves the old tables or the new ones, and the next one finishes and cleans up."""
    archive.append(drafts(600))
    build(archive)
    expected = [dump(archive.database)]
    for number, kind in enumerate(["full", "new", "full", "new", "full", "new"]):
        archive.append(drafts(30, first=601 + 30 * number))
        process = start(BUILD, archive.folder, kind)
        time.sleep(0.15 + 0.07 * number)
        process.send_signal(signal.SIGKILL)
        process.wait(60)
        before = [*expected]
        found = dump(archive.database)
        build(archive)
        expected = [dump(archive.database)]
        assert found in before + expected
    build(archive, full=True)
    assert dump(archive.database) == expected[0]
    assert [path.name for path in archive.folder.glob(".archive.db.*")] == []
    assert len(check_archive(archive)) == 780


def test_readers_see_old_or_new(archive: Archive) -> None:
    """A reader that queries without pause while tables are built sees one build or the other, never a mixture."""
    archive.append(drafts(9))
    build(archive)
    readers = [start(READ, archive.database) for _ in range(2)]
    for number in range(5):
        archive.append([answer(100 + number)])
        build(archive, full=number % 2 == 0)
    assert [reader.wait(60) for reader in readers] == [0, 0]


def test_reader_in_the_middle_of_a_query(archive: Archive) -> None:
    """A reader in the middle of its rows is waited for, and reads the old tables to their end."""
    archive.append(drafts(9))
    build(archive)
    with closing(sqlite3.connect(archive.database)) as reader:
        rows = reader.execute("select sequence from events order by sequence")
        first = next(rows)
        process = start(BUILD, archive.folder, "full")
        time.sleep(1)
        rest = [row[0] for row in rows]
    assert (first[0], rest, process.wait(60)) == (1, [2, 3, 4, 5, 6, 7, 8, 9], 0)


def test_leftovers_are_removed(archive: Archive) -> None:
    """What a killed build left beside archive.db is removed by the next."""
    (archive.folder / ".archive.db.0000.tmp").write_bytes(b"half")
    build(archive)
    assert [path.name for path in archive.folder.glob(".archive*")] == []


def test_failure_leaves_nothing_behind(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build that fails before its end removes what it had made, and the old tables stay."""
    archive.append([letter(1)])
    build(archive)
    before = archive.database.read_bytes()
    monkeypatch.setattr(builds, "swap_in", _fail)
    with pytest.raises(KeyboardInterrupt):
        build(archive, full=True)
    assert [path.name for path in archive.folder.glob(".archive.db.*")] == []
    assert archive.database.read_bytes() == before


def _fail(_temporary: Path, _target: Path) -> None:
    raise KeyboardInterrupt


def test_swap_in_where_nothing_was(tmp_path: Path) -> None:
    """A finished database gets the name that is free."""
    with closing(sqlite3.connect(tmp_path / "new")) as db:
        db.execute("create table t (a)")
    swap_in(tmp_path / "new", tmp_path / "archive.db")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive.db"]


def test_swap_in_under_an_open_connection(tmp_path: Path) -> None:
    """A connection that holds the old file open sees the tables of the new one at its next query."""
    for name in ("new", "archive.db"):
        with closing(sqlite3.connect(tmp_path / name)) as db:
            db.executescript(f"create table t (a); insert into t values ('{name}')")
    with closing(sqlite3.connect(tmp_path / "archive.db")) as reader:
        old = reader.execute("select a from t").fetchone()
        swap_in(tmp_path / "new", tmp_path / "archive.db")
        assert (old, reader.execute("select a from t").fetchone()) == (("archive.db",), ("new",))


def test_progress_counts_every_event(tmp_path: Path) -> None:
    """A build reports its events as it reads them, all of them or only the new."""
    archive, seen = make_archive(tmp_path), list[int]()
    archive.append(drafts(7))
    build(archive, progress=seen.append)
    archive.append(drafts(2, first=8))
    build(archive, progress=seen.append)
    assert (sum(seen[:-1]), seen[-1]) == (7, 2)
