"""`regesta pack`: fewer files, the same log."""

from __future__ import annotations

from tests.archives import check_archive, log_lines, segment_paths
from tests.cli.conftest import Cli


def test_packed(retold: Cli) -> None:
    """The same lines in one file under the same root, the tables built anew."""
    before, many = log_lines(retold.archive), len(segment_paths(retold.archive))
    assert many > 1
    assert retold.lines("pack") == [f"packed {many} segments into 1; the root is the same"]
    assert (before, len(segment_paths(retold.archive))) == (log_lines(retold.archive), 1)
    check_archive(retold.archive)
    assert retold("query", "select count(*) from events").stderr == ""


def test_nothing_to_pack(retold: Cli) -> None:
    """A second time there is nothing to do."""
    retold.lines("pack")
    assert (retold.lines("pack"), retold.json("pack")) == (
        ["nothing to pack: 1 segment"],
        {"before": 1, "after": 1, "notices": []},
    )


def test_empty_log(cli: Cli) -> None:
    """A log without events is packed already."""
    assert cli.lines("pack") == ["nothing to pack: 0 segments"]


def test_interrupted(retold: Cli) -> None:
    """A rewriting that was interrupted is finished, and said so."""
    folder = retold.archive.folder / "events" / "packing"
    folder.mkdir()
    (folder / "000001.jsonl").write_bytes(b"".join(line + b"\n" for line in log_lines(retold.archive)))
    assert retold("log").exit_code == 3
    assert retold("pack").stderr.startswith("notice: finished a rewriting")
    check_archive(retold.archive)
