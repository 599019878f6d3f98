"""Rewriting the segments: the same lines in other files, whatever dies on the way."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from itertools import chain, count
from pathlib import Path
from typing import Any, Final

import pytest

from regesta.archive import Archive
from regesta.errors import LogError, StorageError
from regesta.events.log import AppendResult
from regesta.events.rewrite import finish, in_few, rewrite
from regesta.events.segment import read_lines, segments
from tests.archives import check_archive, drafts, letter, log_lines, make_archive, segment_paths, snapshot
from tests.children import start
from tests.events.writers import copy_archive

OPERATIONS: Final = ("mkdir", "replace", "rename", "unlink", "rmdir", "fsync", "open")
DEAD: Final = 3


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive with five events in three segments."""
    archive = make_archive(tmp_path_factory.mktemp("template"))
    for first, size in ((1, 2), (3, 1), (4, 2)):
        archive.append(drafts(size, first))
    return archive


@pytest.fixture
def copy(template: Archive, quick_path: Path) -> Archive:
    """A copy of it."""
    return copy_archive(template, quick_path)


def pack(archive: Archive) -> int:
    log = archive.log
    with log.turn(AppendResult()):
        lines = chain.from_iterable(map(read_lines, segments(log.folder)))
        return rewrite(log.folder, in_few(lines), log.checkpoint())


def test_packed(copy: Archive) -> None:
    """The same lines in one segment, under the same checkpoint; the next append goes on."""
    before = log_lines(copy)
    assert (pack(copy), len(segment_paths(copy)), log_lines(copy)) == (1, 1, before)
    copy.append([letter(50)])
    assert len(check_archive(copy)) == 6


def test_in_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Groups are as large as a segment may be, by events and by bytes, and leave nothing out."""
    monkeypatch.setattr("regesta.events.rewrite.SEGMENT_EVENTS", 3)
    monkeypatch.setattr("regesta.events.rewrite.SEGMENT_BYTES", 10)
    lines = [b"a", b"b", b"c", b"d", b"eeeeeeeee", b"f", b"gggg", b"hhh"]
    groups = [[b"a", b"b", b"c"], [b"d"], [b"eeeeeeeee"], [b"f", b"gggg"], [b"hhh"]]
    assert (list(in_few(lines)), list(in_few([]))) == (groups, [])


class Failing:
    """Counts the file operations of a rewriting, and lets the n-th meet a fault."""

    def __init__(self, number: int, fault: Callable[[Callable[[], Any]], Any]) -> None:
        self.calls, self.number, self.fault = count(), number, fault

    def attach(self, patch: pytest.MonkeyPatch) -> None:
        """Count from here on."""
        for name in OPERATIONS:
            patch.setattr(os, name, self.wrapped(getattr(os, name)))

    def wrapped(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Return an operation that is counted."""

        def call(*arguments: Any, **options: Any) -> Any:
            if next(self.calls) == self.number:
                return self.fault(lambda: original(*arguments, **options))
            return original(*arguments, **options)

        return call


def refused(_operation: Callable[[], Any]) -> Any:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def done_but_told_otherwise(operation: Callable[[], Any]) -> Any:
    operation()
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def dies(_operation: Callable[[], Any]) -> Any:
    os._exit(DEAD)


def rewritten_with(archive: Archive, failing: Failing) -> str:
    log = archive.log
    groups = [[line for path in segments(log.folder) for line in read_lines(path)]]
    with pytest.MonkeyPatch.context() as patch:
        failing.attach(patch)
        try:
            rewrite(log.folder, groups, log.checkpoint())
        except StorageError:
            return "StorageError"
    return "rewritten"


def operations(archive: Archive) -> int:
    failing = Failing(-1, refused)
    assert rewritten_with(archive, failing) == "rewritten"
    return next(failing.calls)


def test_every_operation_fails(template: Archive, tmp_path: Path) -> None:
    """Whatever operation fails or dies, the lines are all there, and the next append finishes or undoes the work."""
    before = log_lines(template)
    counted = copy_archive(template, _folder(tmp_path, "counted"))
    total = operations(counted)
    assert total > 15
    for fault in (refused, done_but_told_otherwise, dies):
        for number in range(total):
            archive = copy_archive(template, _folder(tmp_path, f"{fault.__name__}-{number}"))
            failing = Failing(number, fault)
            child = start(lambda say, a=archive, f=failing: say(rewritten_with(a, f)))  # type: ignore[misc]
            said = child.read().decode().strip()
            assert (said, child.wait()) in (("", DEAD), ("StorageError", 0), ("rewritten", 0))
            archive.append([letter(50)])
            assert before == log_lines(archive)[: len(before)]
            assert len(check_archive(archive)) == 6
            shutil.rmtree(archive.folder)


def _folder(parent: Path, name: str) -> Path:
    folder = parent / name
    folder.mkdir()
    return folder


def interrupted(archive: Archive, lines: list[bytes]) -> Path:
    """Leave what a rewriting leaves that dies just after the decision."""
    folder = archive.folder / "events" / "packing"
    folder.mkdir()
    (folder / "000001.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    return folder


def test_readers_wait(copy: Archive) -> None:
    """While a rewriting is decided and not done, nobody reads half of it, and any writer finishes it."""
    interrupted(copy, log_lines(copy))
    with pytest.raises(LogError, match="are being rewritten"):
        list(copy.log.events())
    result = copy.append([letter(50)])
    assert result.notices == ["finished a rewriting of the segments that was interrupted"]
    assert len(check_archive(copy)) == 6


def test_half_moved(copy: Archive) -> None:
    """A rewriting that died among its moves is finished with the segments that moved already."""
    lines = log_lines(copy)
    folder = interrupted(copy, lines)
    for path in segment_paths(copy):
        path.unlink()
    (folder / "000001.jsonl").rename(copy.folder / "events" / "000001.jsonl")
    assert finish(folder.parent, copy.log.checkpoint())
    assert (lines, len(segment_paths(copy))) == (log_lines(copy), 1)
    check_archive(copy)


def test_undecided(copy: Archive) -> None:
    """What died before the decision leaves the log as it was."""
    before = snapshot(copy.folder / "events")
    undecided = copy.folder / "events" / "packing.tmp"
    undecided.mkdir()
    (undecided / "000001.jsonl").write_bytes(b"half")
    assert not finish(undecided.parent, copy.log.checkpoint())
    assert before == snapshot(copy.folder / "events")


def other_lines(archive: Archive) -> None:
    interrupted(archive, [b"{}", *log_lines(archive)[1:]])


def too_few(archive: Archive) -> None:
    interrupted(archive, log_lines(archive)[:3])


def another_file(archive: Archive) -> None:
    (interrupted(archive, log_lines(archive)) / "other").touch()


def a_gap(archive: Archive) -> None:
    folder = interrupted(archive, log_lines(archive))
    shutil.copy(folder / "000001.jsonl", folder / "000003.jsonl")


def a_link(archive: Archive) -> None:
    elsewhere = archive.folder / "elsewhere"
    interrupted(archive, log_lines(archive)).rename(elsewhere)
    (archive.folder / "events" / "packing").symlink_to(elsewhere)


@pytest.mark.parametrize("make", [other_lines, too_few, another_file, a_gap, a_link])
def test_not_of_this_log(make: Callable[[Archive], None], copy: Archive) -> None:
    """A folder of that name with anything else in it is refused, and the log stays as it is."""
    make(copy)
    before = snapshot(copy.folder / "events")
    with pytest.raises(LogError):
        copy.append([letter(50)])
    assert before == snapshot(copy.folder / "events")


def test_other_lines_are_refused(copy: Archive) -> None:
    """A rewriting into lines that the checkpoint does not cover changes nothing."""
    before = snapshot(copy.folder / "events")
    log = copy.log
    with pytest.raises(LogError, match="are not the ones"):
        rewrite(log.folder, [[b"{}"] * 5], log.checkpoint())
    with log.turn(AppendResult()):
        pass
    assert before == snapshot(copy.folder / "events")
