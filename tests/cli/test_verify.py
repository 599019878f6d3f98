"""`regesta verify`: the verdict and its exit code."""

from __future__ import annotations

from base64 import b64encode

from tests.archives import drafts, log_lines, segment_paths, tree_root
from tests.cli.conftest import Cli


def root(cli: Cli) -> str:
    return b64encode(tree_root(log_lines(cli.archive))).decode()


def test_sound(filled: Cli) -> None:
    """A sound log is one line: its size and its root."""
    assert filled.lines("verify") == [f"sound: 3 events in 1 segment, root {root(filled)}"]


def test_empty(cli: Cli) -> None:
    """An archive without events is sound."""
    assert cli("verify").stdout.startswith("sound: 0 events in 0 segments, root ")


def test_fault(filled: Cli) -> None:
    """Each fault is a line with file and line, then the verdict; the exit code is 3."""
    path = segment_paths(filled.archive)[0]
    path.write_bytes(path.read_bytes().replace(b"Letter 1 goes out.", b"Letter 1 stays in."))
    result = filled("verify")
    first, *_, verdict = result.stdout.splitlines()
    assert (result.exit_code, first.startswith(f"{path}:1: "), verdict) == (
        3, True, "NOT sound: 2 faults in 3 events in 1 segment",
    )  # fmt: skip


def test_json(filled: Cli) -> None:
    """--json gives the same as an object."""
    expected = {
        "sound": True, "events": 3, "segments": 1, "checkpoint": 3, "root": root(filled), "faults": [], "notices": [],
    }  # fmt: skip
    assert filled.json("verify") == expected


def test_json_of_a_fault(filled: Cli) -> None:
    """A fault in JSON has its place and message."""
    (filled.archive.folder / "events" / "notes.txt").write_text("x")
    where = str(filled.archive.folder / "events" / "notes.txt")
    result = filled.json("verify")
    assert (result["sound"], result["faults"]) == (
        False, [{"where": where, "message": "this file does not belong to the log"}],
    )  # fmt: skip


def test_notice(filled: Cli) -> None:
    """What is no fault but worth knowing goes to standard error."""
    (filled.archive.folder / "events" / ".000002.jsonl.0badcafe.tmp").write_bytes(b"")
    result = filled("verify")
    said = "notice: .000002.jsonl.0badcafe.tmp was left by an append that was killed; the next one removes it\n"
    assert (result.exit_code, result.stderr) == (0, said)


def test_progress(filled: Cli) -> None:
    """On a terminal the check shows how far it is."""
    filled.archive.append(drafts(3, first=4))
    assert "verifying" in filled.on_terminal("verify")
