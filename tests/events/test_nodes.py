"""The nodes of a log: the roots over ranges, read in one process or in several."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from regesta.errors import LogError
from regesta.events import nodes as nodes_module
from regesta.events.merkle import EMPTY_ROOT
from regesta.events.nodes import Wanted, nodes_of
from tests.archives import tree_root

SIZES = (5_000, 1, 4_096, 900, 3)  # lines of the segments
TOTAL = sum(SIZES)
# Sizes at, before and behind the ends of segments and of blocks of leaves.
ENDS = (0, 1, 2_047, 2_048, 2_049, 4_096, 5_000, 5_001, 6_144, 9_000, 9_999, TOTAL)
# Subtrees of the whole tree, of one leaf and more, over the ends of segments too.
RANGES = [
    (0, 1), (1, 2), (2_046, 2_048), (4_096, 6_144), (4_992, 5_008), (5_000, 5_001), (5_001, 5_002), (8_192, TOTAL),
    (9_096, 9_097), (9_984, TOTAL), (9_999, TOTAL),
]  # fmt: skip


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[bytes]]:
    """A folder with five segments of numbered lines, and all lines."""
    folder, lines = tmp_path_factory.mktemp("log"), list[bytes]()
    for number, size in enumerate(SIZES, start=1):
        numbers = range(len(lines) + 1, len(lines) + size + 1)
        new = [b'{"id":"%05x","sequence":"%012d","type":"t"}' % (number * 97 % 2**20, number) for number in numbers]
        (folder / f"{number:06d}.jsonl").write_bytes(b"".join(line + b"\n" for line in new))
        lines += new
    return folder, lines


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let other processes help with the shortest log, three of them."""
    monkeypatch.setattr(nodes_module, "_TOGETHER_BYTES", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 4)


def roots(folder: Path) -> list[bytes]:
    nodes = nodes_of(folder)
    return [nodes.root(0, size) for size in ENDS]


def test_roots_at_any_size(log: tuple[Path, list[bytes]]) -> None:
    """The roots over the first lines, and over all, are the definition's."""
    folder, lines = log
    assert [tree_root(lines[:size]) for size in ENDS] == roots(folder)


def test_roots_over_any_range(log: tuple[Path, list[bytes]]) -> None:
    """So are those of subtrees, from single leaves on, also where they are asked for alone."""
    folder, lines = log
    nodes = nodes_of(folder)
    expected = [tree_root(lines[first:end]) for first, end in RANGES]
    assert expected == [nodes.root(*item) for item in RANGES]
    assert expected[-1] == nodes_of(folder).root(*RANGES[-1])


def test_lines(log: tuple[Path, list[bytes]]) -> None:
    """Any line can be read again."""
    folder, lines = log
    nodes = nodes_of(folder)
    places = [0, 4_999, 5_000, 5_001, 2_048, 2_047, 9_097, TOTAL - 1, 0]
    assert [lines[place] for place in places] == [nodes.line(place) for place in places]


def test_no_such_line(log: tuple[Path, list[bytes]]) -> None:
    """A line behind the last one is a LogError."""
    with pytest.raises(LogError, match=f"the log has {TOTAL} events, expected {TOTAL + 1} or more"):
        nodes_of(log[0]).line(TOTAL)


def test_cut_meanwhile(tmp_path: Path) -> None:
    """A segment that is cut after it was hashed is a LogError where it is read again."""
    path = tmp_path / "000001.jsonl"
    path.write_bytes(b"a\nb\n")
    nodes = nodes_of(tmp_path)
    path.write_bytes(b"a\n")
    with pytest.raises(LogError, match=r"000001.jsonl: it was cut while it was read"):
        nodes.line(1)


def test_named(log: tuple[Path, list[bytes]], together: None) -> None:
    """Events whose ids begin as was asked for are found in every segment, by every process."""
    folder, lines = log
    found = {prefix: nodes_of(folder, wanted=Wanted(prefix)).named for prefix in ("0", "00061", "fffff")}
    assert found == {
        prefix: [place for place, line in enumerate(lines) if line.startswith(b'{"id":"' + prefix.encode())]
        for prefix in found
    }
    assert [len(places) for places in found.values()] == [675, 1, 0]


def test_named_by_nothing_else(tmp_path: Path) -> None:
    """What an event says of ids does not name it, nor does a line that is no event."""
    lines = [b'{"data":{"id":"abc"},"id":"def"}', b'{"data":{},"id":"abcd"}', b'"id":"abc']
    (tmp_path / "000001.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    assert nodes_of(tmp_path, wanted=Wanted("abc")).named == [1]


def test_redacting(tmp_path: Path, together: None) -> None:
    """The segments that may have stubs or redactions are told, whoever read them; no others."""
    for number, line in enumerate([b"{}", b'{"leafhash":"x"}', b"{}", b'{"type":"event.redacted"}', b"{}"], start=1):
        (tmp_path / f"{number:06d}.jsonl").write_bytes(line + b"\n")
    assert [path.stem for path in nodes_of(tmp_path, wanted=Wanted(redactions=True)).redacting] == ["000002", "000004"]


def test_other_processes_find_the_same(log: tuple[Path, list[bytes]], together: None) -> None:
    """With other processes helping, the roots are the same."""
    folder, lines = log
    assert [tree_root(lines[:size]) for size in ENDS] == roots(folder)


def test_other_processes_are_not_believed(log: tuple[Path, list[bytes]], together: None, tmp_path: Path) -> None:
    """A segment whose first line has another number, or none, is hashed for the place where it is."""
    lines = [*log[1][:50], *log[1][90:99], b"no number", *log[1][200:205]]
    for number, part in enumerate((lines[:50], lines[50:59], lines[59:]), start=1):
        (tmp_path / f"{number:06d}.jsonl").write_bytes(b"".join(line + b"\n" for line in part))
    nodes = nodes_of(tmp_path)
    assert (nodes.size, nodes.root(0, 65)) == (65, tree_root(lines))


def test_damage_found_by_another_process(together: None, tmp_path: Path) -> None:
    """A fault in a segment that another process reads is the error that it is here."""
    (tmp_path / "000001.jsonl").write_bytes(b"a\n")
    (tmp_path / "000002.jsonl").write_bytes(b"b\nc")
    with pytest.raises(LogError, match=r"000002.jsonl:2: the last line does not end in a newline"):
        nodes_of(tmp_path)


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
    nodes = nodes_of(tmp_path)
    assert (nodes.size, nodes.root(0, 0)) == (0, EMPTY_ROOT)


def test_too_few_events(log: tuple[Path, list[bytes]]) -> None:
    """A root over more lines than there are is a LogError."""
    with pytest.raises(LogError, match=f"the log has {TOTAL} events, expected {TOTAL + 1} or more"):
        nodes_of(log[0]).root(0, TOTAL + 1)


def test_progress(log: tuple[Path, list[bytes]]) -> None:
    """Progress is told segment by segment."""
    told: list[int] = []
    nodes_of(log[0], told.append)
    assert list(SIZES) == told
