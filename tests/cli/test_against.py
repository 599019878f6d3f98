"""`regesta verify --against COPY`: what differs, and the log repaired from a copy."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from tests.archives import check_archive, segment_paths
from tests.cli.conftest import Cli
from tests.events.writers import edit_line


@pytest.fixture
def copy(retold: Cli, tmp_path: Path) -> Path:
    """A copy of the archive from before the damage."""
    return copytree(retold.archive.folder, tmp_path / "copy")


def damage(cli: Cli) -> None:
    edit_line(segment_paths(cli.archive)[0], 1, b'"type":"', b'"type":"x')


def test_same(retold: Cli, copy: Path) -> None:
    """A copy with the same events says so."""
    assert retold.lines("verify", "--against", str(copy))[0] == "the copy has the same 11 events"


def test_different(retold: Cli, copy: Path) -> None:
    """What differs is named with its places in both, and counted; a sound log is not at fault."""
    retold.lines("retract", "3", "--why", "A mistake.")
    result = retold("verify", "--against", str(copy))
    added = f"{segment_paths(retold.archive)[-1]}:1"
    assert (result.exit_code, f"{added}: event " in result.stdout) == (1, True)
    assert [line.split() for line in result.stdout.splitlines()[2:4]] == [["extra", "1"], ["the", "copies", "differ"]]
    found = retold.json("verify", "--against", str(copy))["against"]
    assert (found["same"], found["counts"], found["differences"][0]["here"]) == (False, {"extra": 1}, added)


def test_repaired(retold: Cli, copy: Path) -> None:
    """A damaged log is repaired, the damaged files are kept, the tables follow."""
    damage(retold)
    result = retold("verify", "--against", str(copy))
    assert (result.exit_code, "changed" in result.stdout) == (3, True)
    result = retold("verify", "--against", str(copy), "--repair")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "repaired from the copy; the damaged files are kept in " in result.stdout
    check_archive(retold.archive)
    assert len(list((retold.archive.folder / ".regesta" / "damaged").rglob("*.jsonl"))) > 0


def test_bad_copy(retold: Cli, copy: Path) -> None:
    """A copy that is not what the checkpoint covers repairs nothing."""
    (copy / "events" / "000001.jsonl").unlink()
    damage(retold)
    code, lines = retold.error("verify", "--against", str(copy), "--repair")
    assert (code, "this copy does not have" in lines[0]) == (3, True)


def test_usage(retold: Cli, copy: Path, tmp_path: Path) -> None:
    """A repair needs a copy and a whole checkpoint; a folder without a log is no copy."""
    assert retold.error("verify", "--repair")[0] == 2
    cited = f"1:{'A' * 43}="
    assert retold.error("verify", "--against", str(copy), "--repair", "--since", cited)[0] == 2
    assert retold.error("verify", "--against", str(tmp_path))[0] == 2
