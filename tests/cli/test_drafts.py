"""Events that are handed in: formats, places, bad input by file and line."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from regesta.cli._drafts import Drafts
from regesta.errors import EventError
from regesta.limits import BATCH_BYTES, LINE_BYTES

# Name: file name, content, (line, value) of each event.
TAKEN: dict[str, tuple[str, str, list[tuple[int, Any]]]] = {
    "nothing": ("x", "", []),
    "blank lines": ("x", "\n \n", []),
    "JSON object": ("x.json", '{\n "a": 1\n}', [(1, {"a": 1})]),
    "JSON list": ("x.json", '[{"a": 1},\n\n {"b": "]}"}]\n', [(1, {"a": 1}), (3, {"b": "]}"})]),
    "empty list": ("x.json", " [ ] ", []),
    "list in a list": ("x.json", "[[1, 2], [3]]", [(1, [1, 2]), (1, [3])]),
    "quotes and brackets in text": ("x.json", '[{"a": "\\"]},["}]', [(1, {"a": '"]},['})]),
    "JSON Lines": ("x.jsonl", '{"a": 1}\n\n{"a": 2}', [(1, {"a": 1}), (3, {"a": 2})]),
    "JSON Lines, another suffix": ("x.ndjson", '{"a": 1}\n', [(1, {"a": 1})]),
    "YAML mapping": ("x.yaml", "a: b", [(1, {"a": "b"})]),
    "YAML list": ("x.yml", "# c\n- a: b\n- a: c\n", [(2, {"a": "b"}), (3, {"a": "c"})]),
    "YAML documents": ("x.yaml", "a: b\n---\na: c\n---\n", [(1, {"a": "b"}), (3, {"a": "c"})]),
    "YAML Windows line ends": ("x.yaml", "- a: b\r\n- a: c\r\n", [(1, {"a": "b"}), (2, {"a": "c"})]),
    "found out: JSON Lines": ("x", '\n{"a": 1}\n{"a": 2}', [(2, {"a": 1}), (3, {"a": 2})]),
    "found out: JSON object": ("x", '{\n"a": 1}', [(1, {"a": 1})]),
    "found out: JSON list": ("x", '\n[\n{"a": 1}]', [(3, {"a": 1})]),
    "found out: YAML": ("x", "\n\n- a: b", [(3, {"a": "b"})]),
    "suffix wins": ("x.yaml", '{"a": 1}', [(1, {"a": "1"})]),
}

# Name: file name, content, the place after the file's name, a part of the message.
REFUSED: dict[str, tuple[str, bytes, str, str]] = {
    "duplicate key": ("x.jsonl", b'{"a": 1}\n{"a": 1, "a": 2}', ":2", "the member 'a' occurs twice"),
    "NaN": ("x.json", b'[{"a": 1},\n{"a": NaN}]', ":2", "NaN is not a JSON number"),
    "infinity by size": ("x.json", b'{"a": 1e999}', ":1", "too large"),
    "huge integer": ("x.jsonl", b'{"a": 99999999999999999999}', ":1", "outside"),
    "half of a pair": ("x.jsonl", b'{"a": "\\ud800"}', ":1", "surrogate"),
    "nested too deep": ("x.json", b"[" * 40 + b"]" * 40, ":1", "nested deeper than 32 levels"),
    "cut off": ("x.json", b'[{"a": 1},\n{"a": 2}', ":2", "the array does not end"),
    "cut off in a line": ("x.jsonl", b'{"a": 1}\n{"a"', ":2", "not valid JSON"),
    "error deep in an object": ("x.json", b'{\n"a": 1,\n"b" 2}', ":3", "not valid JSON"),
    "comma too many": ("x.json", b'[{"a": 1},]', ":1", "not valid JSON"),
    "no comma": ("x.json", b'[{"a": 1} {"a": 2}]', ":1", "not valid JSON"),
    "more behind the list": ("x.json", b'[{"a": 1}]\n\nx', ":3", "more text behind the array"),
    "not UTF-8 in a line": ("x.jsonl", b'{"a": "\xff"}', ":1", "not UTF-8"),
    "not UTF-8 in a text": ("x.yaml", b"a: 1\nb: \xff", ":2", "not UTF-8: byte 0xff"),
    "byte order mark": ("x.json", b"\xef\xbb\xbf[]", ":1", "byte order mark"),
    "line too long": ("x.jsonl", b'{"a": 1}\n"' + b"x" * LINE_BYTES + b'"', ":2", "which is the limit"),
    "event too long": ("x.json", b'["' + b"x" * LINE_BYTES + b'"]', ":1", "the limit is"),
    "text too long": ("x.yaml", b"#" * (BATCH_BYTES + 1), "", "hand in JSON Lines"),
    "control character in YAML": ("x.yaml", b"a: b\nc: \x07", ":2", "not valid YAML"),
}


def read(path: Path) -> list[tuple[str, Any]]:
    drafts = Drafts([str(path)])
    return [(drafts.place(number), draft) for number, draft in enumerate(drafts, start=1)]


@pytest.mark.parametrize(("name", "text", "expected"), TAKEN.values(), ids=TAKEN.keys())
def test_taken(tmp_path: Path, name: str, text: str, expected: list[tuple[int, Any]]) -> None:
    """Each event is read with the line that it stands in."""
    path = tmp_path / name
    path.write_bytes(text.encode())
    assert read(path) == [(f"{path}:{line}", value) for line, value in expected]


@pytest.mark.parametrize(("name", "data", "place", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(tmp_path: Path, name: str, data: bytes, place: str, message: str) -> None:
    """Bad input is refused with its file, its line and the reason."""
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(EventError) as caught:
        read(path)
    assert (caught.value.where, message in str(caught.value)) == (f"{path}{place}", True)


def test_several_files(tmp_path: Path) -> None:
    """Files are read one after the other, each event keeps its own place."""
    one, two = tmp_path / "one.jsonl", tmp_path / "two.yaml"
    one.write_text('{"a": 1}\n{"a": 2}\n')
    two.write_text("\n- a: b\n")
    drafts = Drafts([str(one), str(two)])
    assert [(drafts.place(n), d["a"]) for n, d in enumerate(drafts, start=1)] == [
        (f"{one}:1", 1), (f"{one}:2", 2), (f"{two}:2", "b"),
    ]  # fmt: skip


def test_place_is_known_after_reading(tmp_path: Path) -> None:
    """The log asks for the place of an event some thousand events later."""
    path = tmp_path / "x.jsonl"
    path.write_text("\n".join(json.dumps({"a": number}) for number in range(20_000)))
    drafts = Drafts([str(path)])
    assert (len(list(drafts)), drafts.place(12_345), drafts.place(0)) == (20_000, f"{path}:12345", "event 0")


def test_json_lines_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first event is there before the second line is read."""

    class Endless(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readline(self, size: int | None = -1, /) -> bytes:
            return b'{"a": 1}\n'

    monkeypatch.setattr("sys.stdin", type("Stdin", (), {"buffer": Endless()}))
    drafts = iter(Drafts(["-"]))
    assert [next(drafts) for _ in range(3)] == [{"a": 1}, {"a": 1}, {"a": 1}]
