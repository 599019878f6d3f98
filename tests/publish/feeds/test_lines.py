"""`events.jsonl`: the log itself."""

from __future__ import annotations

import json
from pathlib import Path

from tests.archives import drafts, log_lines
from tests.publish.feeds.taken import built, corrected, dated, file, hostile, left_out


def test_file_is_the_log_byte_for_byte(tmp_path: Path) -> None:
    """Without conditions the file is the segments of the log, one after the other, with what was corrected."""
    for number, made in enumerate((corrected, dated, hostile)):
        archive = made(tmp_path / str(number))
        assert b"".join(line + b"\n" for line in log_lines(archive)) == file(archive, "events.jsonl").encode()


def test_long_file_comes_in_pieces(tmp_path: Path) -> None:
    """A file of more events than are read at once is whole and in order."""
    archive = built(tmp_path, drafts(1_100))
    assert [line.decode() for line in log_lines(archive)] == file(archive, "events.jsonl").splitlines()


def test_conditions_choose(tmp_path: Path) -> None:
    """Conditions mean what they mean in a search, the status too."""
    archive = corrected(tmp_path)
    found = file(archive, "events.jsonl", type="answer.", status="current").splitlines()
    assert [json.loads(line)["data"]["answer"] for line in found] == ["yes"]
    expected = ["2 events that were replaced or retracted"]
    assert expected == left_out(archive, "events.jsonl", type="answer.", status="current")
