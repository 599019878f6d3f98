"""`regesta prove`: a file for one event, or for what came since an earlier checkpoint."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path

import pytest

from regesta.archive import Archive
from regesta.events.checkpoint import Checkpoint
from regesta.events.proof import Consistency, Inclusion, Tree
from tests.archives import ORIGIN, drafts, log_lines, make_archive, tree_root
from tests.cli.conftest import Cli
from tests.events.writers import copy_archive, edit_line, rewrite


@pytest.fixture(scope="module")
def five(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive with five events in two segments, to be copied."""
    archive = make_archive(tmp_path_factory.mktemp("five"))
    archive.append(drafts(3))
    archive.append(drafts(2, first=4))
    return archive


@pytest.fixture
def folder(quick_path: Path) -> Path:
    """The folder of a copy."""
    return quick_path


@pytest.fixture
def proving(five: Archive, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """The command line on a copy, in its folder."""
    monkeypatch.chdir(folder)
    return Cli(copy_archive(five, folder))


def kept(cli: Cli, size: int) -> Checkpoint:
    return Checkpoint(ORIGIN, size, tree_root(log_lines(cli.archive)[:size]))


def event_id(cli: Cli, number: int) -> str:
    found: str = cli.json("show", str(number))["event"]["id"]
    return found


@pytest.mark.parametrize("number", [1, 3, 4, 5])
def test_event(proving: Cli, folder: Path, number: int) -> None:
    """The proof is a file in the current folder, with the event's line and the checkpoint as they are, and holds."""
    said = proving.lines("prove", str(number))
    proof = Inclusion.decode((folder / f"event-{number}.tlog-proof").read_bytes(), "p")
    proof.check()
    assert said == [f"wrote event-{number}.tlog-proof: event {number} is in the log of 5 events"]
    assert (proof.line, proof.checkpoint) == (log_lines(proving.archive)[number - 1], kept(proving, 5))


@pytest.mark.parametrize("cut", [4, 12, 32])
def test_event_by_id(proving: Cli, folder: Path, cut: int) -> None:
    """An event is named by its id or the beginning of it as well."""
    proving.lines("prove", event_id(proving, 4)[:cut].upper())
    assert Inclusion.decode((folder / "event-4.tlog-proof").read_bytes(), "p").index == 3


def test_output(proving: Cli, tmp_path: Path) -> None:
    """--output names the file; `-` is standard output, bytes and nothing else."""
    proving.lines("prove", "2", "--output", str(tmp_path / "two"))
    assert proving("prove", "2", "-o", "-").stdout_bytes == (tmp_path / "two").read_bytes()


def test_written_again(proving: Cli, folder: Path) -> None:
    """The same proof may be written again; another file of that name is left alone."""
    proving.lines("prove", "2")
    again = proving.lines("prove", "2")
    (folder / "event-3.tlog-proof").write_text("mine")
    refused = proving.error("prove", "3")
    assert (again, refused, (folder / "event-3.tlog-proof").read_text()) == (
        ["wrote event-2.tlog-proof: event 2 is in the log of 5 events"],
        (1, ["error: event-3.tlog-proof: there is another file of this name", "help: name one with --output"]),
        "mine",
    )


def test_since(proving: Cli, folder: Path) -> None:
    """--since proves that the log begins with the events of an earlier checkpoint."""
    proving.write("old", kept(proving, 3).encode())
    said = proving.lines("prove", "--since", "old")
    proof = Consistency.decode((folder / "since-3.consistency").read_bytes(), "p")
    proof.check(Tree(3, kept(proving, 3).root))
    assert said == ["wrote since-3.consistency: the log of 5 events begins with the 3 of the earlier checkpoint"]


def test_since_of_a_citation(proving: Cli) -> None:
    """What a citation says is enough, and standard input will do: the proof is the same."""
    citation = f"3:{b64encode(kept(proving, 3).root).decode()}"
    first = proving("prove", "--since", citation, "-o", "-").stdout_bytes
    second = proving("prove", "--since", "-", "-o", "-", input=kept(proving, 3).encode()).stdout_bytes
    assert (first, first[:6]) == (second, b"old 3\n")


def test_signatures_are_kept(proving: Cli, folder: Path) -> None:
    """The checkpoint stands in the proof with its signatures."""
    path = folder / "events" / "checkpoint"
    path.write_bytes(path.read_bytes() + "\n— example.org/log AAAAAAA=\n".encode())
    proving.lines("prove", "2")
    assert (folder / "event-2.tlog-proof").read_bytes().endswith(path.read_bytes())


def test_lagging_checkpoint(proving: Cli) -> None:
    """An event that the checkpoint does not cover cannot be proved yet; those before can."""
    rewrite(proving.archive, log_lines(proving.archive), size=3)
    code, said = proving.error("prove", "4")
    assert (code, said) == (
        3,
        [
            "error: …/events: the checkpoint covers 3 events, event 4 not yet: an append was killed",
            "help: append any event: that moves the checkpoint on",
        ],
    )
    assert proving("prove", "3").exit_code == 0


def change_line(cli: Cli) -> None:
    edit_line(cli.archive.folder / "events" / "000001.jsonl", 1, b"the roll", b"the role")


def forge_root(cli: Cli) -> None:
    cli.write("old", Checkpoint(ORIGIN, 3, b64decode("A" * 43 + "=")).encode())


def forget(cli: Cli) -> None:
    (cli.archive.folder / "events" / "checkpoint").unlink()


def other_log(cli: Cli) -> None:
    cli.write("old", Checkpoint("example.org/other", 3, bytes(32)).encode())


def larger(cli: Cli) -> None:
    cli.write("old", Checkpoint(ORIGIN, 6, bytes(32)).encode())


NOT_THIS_LOG = "…/events: the events of the log are not those of the checkpoint"
# Name: what happened before, the command's words, exit code, the message.
REFUSED: dict[str, tuple[Callable[[Cli], object], list[str], int, str]] = {
    "no event": (bool, ["prove", "6"], 2, "there is no event '6' in the log"),
    "event 0": (bool, ["prove", "0"], 2, "there is no event '0' in the log"),
    "no id": (bool, ["prove", "letter/l1"], 2, "there is no event 'letter/l1' in the log"),
    "id of nobody": (bool, ["prove", "00000000000000000000000000000000"], 2, "there is no event"),
    "neither": (bool, ["prove"], 2, "give the ID of an event, or an earlier checkpoint with --since"),
    "both": (bool, ["prove", "1", "--since", "old"], 2, "give the ID of an event, or an earlier checkpoint"),
    "no checkpoint": (forget, ["prove", "1"], 3, "…/events: there is no checkpoint, so nothing that could be proved"),
    "changed line": (change_line, ["prove", "2"], 3, NOT_THIS_LOG),
    "changed event": (change_line, ["prove", "1"], 3, NOT_THIS_LOG),
    "other history": (forge_root, ["prove", "--since", "old"], 3, NOT_THIS_LOG),
    "other log": (other_log, ["prove", "--since", "old"], 3, "old: this checkpoint is of the log 'example.org/other'"),
    "removed events": (
        larger, ["prove", "--since", "old"], 3, "…/events: the earlier checkpoint has 6 events, this log's has 5",
    ),
    "no file": (bool, ["prove", "--since", "none"], 1, "none: cannot be read: No such file or directory"),
    "no folder": (bool, ["prove", "1", "-o", "no/where"], 1, "no/where: cannot write"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "words", "code", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(proving: Cli, before: Callable[[Cli], object], words: list[str], code: int, message: str) -> None:
    """What cannot be proved is refused with a reason, and no file is written."""
    before(proving)
    found, said = proving.error(*words)
    assert (found, said[0][: len(message) + 7]) == (code, f"error: {message}")
    assert [path.name for path in proving.archive.folder.glob("*-*")] == []
