"""Segment files: named without gaps, read as bytes, and every fault named by file and line."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from regesta.errors import LogError
from regesta.events.segment import check_file, placed_lines, read_lines, segment_name, segment_numbers, segments
from regesta.limits import LINE_BYTES, SEGMENT_BYTES, SEGMENT_EVENTS
from tests.children import in_child, without_rights

# Names that are not those of a segment, and do not count.
OTHER_NAMES = [
    "000000.jsonl",
    "00001.jsonl",
    "0000001.jsonl",
    "1.jsonl",
    "00000a.jsonl",
    "-00001.jsonl",
    "+00001.jsonl",
    "000001.json",
    "000001.jsonl~",
    "000001.jsonl.gz",
    "000001.JSONL",
    " 000001.jsonl",
    "000001.jsonl\n",
    "٠٠٠٠٠١.jsonl",
    ".000001.jsonl",
    "checkpoint",
    "README.md",
]

# Name: the numbers that are there, the first that is not.
GAPS = {
    "first": ([2], "000001"),
    "middle": ([1, 3], "000002"),
    "two": ([1, 4], "000002"),
    "all but the last": ([999_999], "000001"),
}

# Name: the bytes of a segment, its lines.
READ = {
    "one line": (b"a\n", [b"a"]),
    "two lines": (b"a\nb\n", [b"a", b"b"]),
    "empty line": (b"a\n\nb\n", [b"a", b"", b"b"]),
    "carriage return": (b"a\r\nb\r\n", [b"a\r", b"b\r"]),
    "carriage return alone": (b"a\rb\n", [b"a\rb"]),
    "line separators of Unicode": ("a\u2028b\u2029c\u0085d\n".encode(), ["a\u2028b\u2029c\u0085d".encode()]),
    "form feed and vertical tab": (b"a\x0cb\x0bc\x1cd\n", [b"a\x0cb\x0bc\x1cd"]),
    "no UTF-8": (b"\xff\x00\n", [b"\xff\x00"]),
    "longest line": (b"a" * LINE_BYTES + b"\n", [b"a" * LINE_BYTES]),
}

# Name: the bytes of a segment, where it is at fault, what is said.
FAULTY = {
    "empty": (b"", "", "0 lines, a segment has 1 to 100000"),
    "no newline": (b"a", ":1", "the last line does not end in a newline"),
    "no newline at the end": (b"a\nb", ":2", "the last line does not end in a newline"),
    "carriage return at the end": (b"a\nb\r", ":2", "the last line does not end in a newline"),
    "line too long": (b"a\n" + b"b" * (LINE_BYTES + 1) + b"\n", ":2", "the line has more than 262144 bytes, the limit"),
    "line far too long": (b"a\n" + b"b" * 3 * LINE_BYTES, ":2", "the line has more than 262144 bytes, the limit"),
    "line too long at the end": (
        b"a\n" + b"b" * (LINE_BYTES + 1),
        ":2",
        "the line has more than 262144 bytes, the limit",
    ),
    "line too long across blocks": (
        (b"a" * 999 + b"\n") * 262 + b"b" * (LINE_BYTES + 1) + b"\nc\n",
        ":263",
        "the line has more than 262144 bytes, the limit",
    ),
    "too many lines": (b"a\n" * (SEGMENT_EVENTS + 1), "", "100001 lines, a segment has 1 to 100000"),
}

NOT_A_FILE: dict[str, Callable[[Path], object]] = {
    "folder": lambda path: path.mkdir(),
    "link": lambda path: path.symlink_to("000002.jsonl"),
    "dangling link": lambda path: path.symlink_to("nowhere"),
    "link to itself": lambda path: path.symlink_to(path.name),
    "pipe": lambda path: os.mkfifo(path),
}


@pytest.mark.parametrize(("number", "expected"), [(1, "000001.jsonl"), (12, "000012.jsonl"), (999_999, "999999.jsonl")])
def test_name(number: int, expected: str) -> None:
    """A segment is named by its number in six digits."""
    assert expected == segment_name(number)


@pytest.mark.parametrize("number", [0, -1, 1_000_000])
def test_number_outside(number: int) -> None:
    """There is no name for a number outside six digits; the message says what helps."""
    with pytest.raises(LogError, match=rf"segment number {number} is outside 1 … 999999 \(pack the log\)"):
        segment_name(number)


def test_numbers(tmp_path: Path) -> None:
    """The numbers are found in order, gaps and all."""
    for number in (11, 2, 999_999, 1):
        (tmp_path / segment_name(number)).touch()
    assert segment_numbers(tmp_path) == [1, 2, 11, 999_999]


@pytest.mark.parametrize("name", OTHER_NAMES)
def test_other_names(name: str, tmp_path: Path) -> None:
    """A file with another name is no segment."""
    (tmp_path / name).touch()
    assert (segment_numbers(tmp_path), segments(tmp_path)) == ([], [])


def test_no_folder(tmp_path: Path) -> None:
    """Where there is no folder there are no segments."""
    assert (segment_numbers(tmp_path / "events"), segments(tmp_path / "events")) == ([], [])


def test_paths(tmp_path: Path) -> None:
    """The files are found in order."""
    for number in (3, 1, 2):
        (tmp_path / segment_name(number)).touch()
    assert [path.name for path in segments(tmp_path)] == ["000001.jsonl", "000002.jsonl", "000003.jsonl"]


@pytest.mark.parametrize(("numbers", "missing"), GAPS.values(), ids=GAPS.keys())
def test_gap(numbers: list[int], missing: str, tmp_path: Path) -> None:
    """A number that is missing is named."""
    for number in numbers:
        (tmp_path / segment_name(number)).touch()
    with pytest.raises(LogError) as caught:
        segments(tmp_path)
    assert str(caught.value) == f"{tmp_path}: the segment {missing}.jsonl is missing (run `regesta verify`)"


@pytest.mark.parametrize(("data", "expected"), READ.values(), ids=READ.keys())
def test_lines(data: bytes, expected: list[bytes], tmp_path: Path) -> None:
    """A segment is split at newlines and nowhere else."""
    (tmp_path / "000001.jsonl").write_bytes(data)
    assert expected == list(read_lines(tmp_path / "000001.jsonl"))


@pytest.mark.parametrize(("data", "line", "words"), FAULTY.values(), ids=FAULTY.keys())
def test_fault(data: bytes, line: str, words: str, tmp_path: Path) -> None:
    """A segment outside the limits or without its last newline is a LogError with file and line."""
    path = tmp_path / "000001.jsonl"
    path.write_bytes(data)
    with pytest.raises(LogError) as caught:
        list(read_lines(path))
    assert str(caught.value) == f"{path}{line}: {words} (run `regesta verify`)"


def test_lines_before_a_fault(tmp_path: Path) -> None:
    """The lines above the fault are given before it is told."""
    (tmp_path / "000001.jsonl").write_bytes(b"a\nb\nc")
    lines = read_lines(tmp_path / "000001.jsonl")
    assert (next(lines), next(lines)) == (b"a", b"b")
    with pytest.raises(LogError):
        next(lines)


@pytest.mark.parametrize("make", NOT_A_FILE.values(), ids=NOT_A_FILE.keys())
def test_not_a_plain_file(make: Callable[[Path], object], tmp_path: Path) -> None:
    """A link, a folder or a pipe is no segment: it is neither followed nor waited for."""
    (tmp_path / "000002.jsonl").write_bytes(b"a\n")
    make(tmp_path / "000001.jsonl")
    for function in (check_file, lambda path: list(read_lines(path))):
        with pytest.raises(LogError, match="expected a plain file, found a link, a folder or a device"):
            function(tmp_path / "000001.jsonl")


def test_missing_file(tmp_path: Path) -> None:
    """A file that is gone is a LogError."""
    with pytest.raises(LogError, match="cannot be read: No such file or directory"):
        check_file(tmp_path / "000001.jsonl")


def test_file_of_somebody_else(tmp_path: Path) -> None:
    """A file that must not be read is a LogError."""
    path = tmp_path / "000001.jsonl"
    path.write_bytes(b"a\n")
    path.chmod(0)
    told = in_child(without_rights(lambda: list(read_lines(path))))
    assert told == f"LogError: {path}: cannot be read: Permission denied"


def test_size(tmp_path: Path) -> None:
    """The size is that of the file."""
    (tmp_path / "000001.jsonl").write_bytes(b"a\nbc\n")
    assert check_file(tmp_path / "000001.jsonl") == 5


def test_too_large(tmp_path: Path) -> None:
    """A file beyond the limit is not read at all."""
    path = tmp_path / "000001.jsonl"
    path.touch()
    os.truncate(path, SEGMENT_BYTES + 1)
    with pytest.raises(LogError, match=f"{SEGMENT_BYTES + 1} bytes, the limit is {SEGMENT_BYTES}"):
        next(read_lines(path))


def test_placed_lines(tmp_path: Path) -> None:
    """All lines of a log come with their places, in the order of the segments."""
    for number, data in ((2, b"c\n"), (1, b"a\nb\n")):
        (tmp_path / segment_name(number)).write_bytes(data)
    places = [f"{tmp_path}/000001.jsonl:1", f"{tmp_path}/000001.jsonl:2", f"{tmp_path}/000002.jsonl:1"]
    assert list(placed_lines(tmp_path)) == list(zip(places, [b"a", b"b", b"c"], strict=True))
