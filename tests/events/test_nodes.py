"""The nodes of a log: the roots over ranges, read in one process or in several."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from regesta.errors import LogError
from regesta.events import _nodes
from regesta.events._nodes import nodes_of
from regesta.events.merkle import EMPTY_ROOT
from tests.archives import tree_root

SIZES = (5_000, 1, 4_096, 900, 3)  # lines of the segments
TOTAL = sum(SIZES)
CUTS = (0, 1, 4_095, 4_096, 5_001, 9_000, 9_999)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[bytes]]:
    """A folder with five segments of numbered lines, and all lines."""
    folder, lines = tmp_path_factory.mktemp("log"), list[bytes]()
    for number, size in enumerate(SIZES, start=1):
        new = [b'{"sequence":"%012d","type":"t"}' % (len(lines) + n) for n in range(1, size + 1)]
        (folder / f"{number:06d}.jsonl").write_bytes(b"".join(line + b"\n" for line in new))
        lines += new
    return folder, lines


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let other processes help with the shortest log, three of them."""
    monkeypatch.setattr(_nodes, "_TOGETHER_BYTES", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 4)


def roots(folder: Path) -> list[bytes]:
    nodes = nodes_of(folder, CUTS)
    return [nodes.root(0, size) for size in (*CUTS, nodes.size)]


def test_roots_at_any_size(log: tuple[Path, list[bytes]]) -> None:
    """The roots at the sizes asked for, and over all lines, are the definition's."""
    folder, lines = log
    assert [tree_root(lines[:size]) for size in (*CUTS, TOTAL)] == roots(folder)


def test_other_processes_find_the_same(log: tuple[Path, list[bytes]], together: None) -> None:
    """With other processes helping, the roots are the same."""
    folder, lines = log
    assert [tree_root(lines[:size]) for size in (*CUTS, TOTAL)] == roots(folder)


def test_other_processes_are_not_believed(log: tuple[Path, list[bytes]], together: None, tmp_path: Path) -> None:
    """A segment whose first line has another number, or none, is hashed for the place where it is."""
    lines = [*log[1][:50], *log[1][90:99], b"no number", *log[1][200:205]]
    for number, part in enumerate((lines[:50], lines[50:59], lines[59:]), start=1):
        (tmp_path / f"{number:06d}.jsonl").write_bytes(b"".join(line + b"\n" for line in part))
    nodes = nodes_of(tmp_path, [])
    assert (nodes.size, nodes.root(0, 65)) == (65, tree_root(lines))


def test_damage_found_by_another_process(together: None, tmp_path: Path) -> None:
    """A fault in a segment that another process reads is the error that it is here."""
    (tmp_path / "000001.jsonl").write_bytes(b"a\n")
    (tmp_path / "000002.jsonl").write_bytes(b"b\nc")
    with pytest.raises(LogError, match=r"000002.jsonl:2: the last line does not end in a newline"):
        nodes_of(tmp_path, [])


def test_nothing_is_imported_from_the_current_folder(
    log: tuple[Path, list[bytes]], together: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Code that lies in the current folder is not run by the other processes."""
    for name in ("json.py", "orjson.py", "regesta.py"):
        (tmp_path / name).write_text("open('ran', 'w')", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert (roots(log[0])[-1], (tmp_path / "ran").exists()) == (tree_root(log[1]), False)


@pytest.mark.parametrize("program", ["/bin/false", "/bin/echo", "/no/such/program"])
def test_other_processes_that_fail(
    log: tuple[Path, list[bytes]], together: None, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    """Where another process dies, says something else, or cannot be started, its part is done here."""
    monkeypatch.setattr(sys, "executable", program)
    assert roots(log[0])[-1] == tree_root(log[1])


def test_empty_log(tmp_path: Path) -> None:
    """A log without segments has the root of the empty tree."""
    nodes = nodes_of(tmp_path, [])
    assert (nodes.size, nodes.root(0, 0)) == (0, EMPTY_ROOT)


def test_too_few_events(log: tuple[Path, list[bytes]]) -> None:
    """A root over more lines than there are is a LogError."""
    with pytest.raises(LogError, match=f"the log has {TOTAL} events, expected {TOTAL + 1} or more"):
        nodes_of(log[0], [TOTAL + 1]).root(0, TOTAL + 1)


def test_progress(log: tuple[Path, list[bytes]]) -> None:
    """Progress is told segment by segment."""
    told: list[int] = []
    nodes_of(log[0], [], told.append)
    assert list(SIZES) == told
