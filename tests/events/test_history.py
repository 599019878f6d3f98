"""Whether history was rewritten, told from a checkpoint that somebody kept."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest

from regesta.archive import Archive
from regesta.errors import LogError, UsageError
from regesta.events.checkpoint import Checkpoint
from regesta.events.history import Kept, check_roots
from regesta.events.proof import Tree
from tests.archives import ORIGIN, drafts, log_lines, make_archive, tree_root
from tests.events.writers import copy_archive, edit_line, rewrite

ROOT = bytes(range(32))
ROOT_TEXT = b64encode(ROOT).decode()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive with nine events in three segments, to be copied."""
    archive = make_archive(tmp_path_factory.mktemp("template"))
    for first in (1, 4, 7):
        archive.append(drafts(3, first=first))
    return archive


@pytest.fixture
def copy(template: Archive, quick_path: Path) -> Archive:
    """A copy of it to be damaged."""
    return copy_archive(template, quick_path)


def test_citation() -> None:
    """A citation is size and root; of the log's name it says nothing."""
    assert Kept.parse(f"209:{ROOT_TEXT}") == Kept(f"209:{ROOT_TEXT}", Tree(209, ROOT))


def test_file() -> None:
    """A checkpoint's file is all that it says."""
    checkpoint = Checkpoint(ORIGIN, 209, ROOT)
    assert Kept.decode(checkpoint.encode(), "kept") == Kept("kept", Tree(209, ROOT), checkpoint)


BAD_CITATIONS = {
    "empty": "",
    "no size": f":{ROOT_TEXT}",
    "no root": "209:",
    "short root": "209:YZHX",
    "the first characters": f"209:{ROOT_TEXT[:12]}",
    "hex": f"209:{ROOT.hex()}",
    "leading zero": f"0209:{ROOT_TEXT}",
    "comma": f"1,209:{ROOT_TEXT}",
    "words": f"209 events: {ROOT_TEXT}",
    "13 digits": f"{10**12}:{ROOT_TEXT}",
}


@pytest.mark.parametrize("text", BAD_CITATIONS.values(), ids=BAD_CITATIONS.keys())
def test_bad_citation(text: str) -> None:
    """What is not size and whole root is a UsageError."""
    with pytest.raises(UsageError):
        Kept.parse(text)


REWRITTEN = "the first 9 events are not those of this checkpoint: history was rewritten, or it is of another log"
# Name: kept checkpoint, what the log has: name, events, root at the kept size; the fault.
JUDGED: dict[str, tuple[Checkpoint, tuple[str, int, bytes | None], str]] = {
    "another root": (Checkpoint(ORIGIN, 9, ROOT), (ORIGIN, 12, bytes(32)), REWRITTEN),
    "another root, same size": (Checkpoint(ORIGIN, 9, ROOT), (ORIGIN, 9, bytes(32)), REWRITTEN),
    "fewer events": (
        Checkpoint(ORIGIN, 9, ROOT), (ORIGIN, 8, None),
        "this checkpoint is of 9 events, the log has 8: some were removed, or it is of another log",
    ),
    "another log": (
        Checkpoint(ORIGIN, 9, ROOT), ("other", 9, ROOT),
        "this checkpoint is of the log 'example.org/letters', not of 'other'",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("kept", "log", "message"), JUDGED.values(), ids=JUDGED.keys())
def test_rewritten(kept: Checkpoint, log: tuple[str, int, bytes | None], message: str) -> None:
    """A log that does not begin with the kept events is a LogError at the checkpoint, in plain words."""
    with pytest.raises(LogError) as caught:
        Kept.decode(kept.encode(), "kept").check_history(*log)
    assert (caught.value.where, caught.value.message) == ("kept", message)


def test_not_rewritten() -> None:
    """The same root at the kept size is no fault, whatever came after."""
    Kept.decode(Checkpoint(ORIGIN, 9, ROOT).encode(), "kept").check_history(ORIGIN, 12, ROOT)


def test_check_roots(template: Archive) -> None:
    """The roots at the sizes that were asked for, as far as there are events."""
    lines, report = log_lines(template), check_roots(template, [0, 1, 4, 9, 10])
    assert (report.sound, report.events, report.segments, report.checked_size) == (True, 9, 3, 9)
    assert report.roots == {size: tree_root(lines[:size]) for size in (0, 1, 4, 9)}
    assert report.root == tree_root(lines)


def test_check_roots_of_nothing(archive: Archive) -> None:
    """An archive without events has nothing that differs."""
    assert (check_roots(archive).sound, check_roots(archive).root) == (True, tree_root([]))


# Name: what somebody did to the log, the fault; sequence numbers, ids and the like are not looked at.
DAMAGE: dict[str, tuple[Callable[[Archive], object], str]] = {
    "changed line": (
        lambda archive: edit_line(archive.folder / "events" / "000002.jsonl", 1, b"the roll", b"the role"),
        "checkpoint: the first 9 events are not the ones that the checkpoint covers",
    ),
    "segment removed": (
        lambda archive: (archive.folder / "events" / "000003.jsonl").unlink(),
        "checkpoint: the checkpoint covers 9 events, the log has 6",
    ),
    "segment missing": (
        lambda archive: (archive.folder / "events" / "000002.jsonl").unlink(),
        ": the segment 000002.jsonl is missing",
    ),
    "checkpoint removed": (
        lambda archive: (archive.folder / "events" / "checkpoint").unlink(),
        "checkpoint: there are events but no checkpoint",
    ),
    "checkpoint of another log": (
        lambda archive: (archive.folder / "events" / "checkpoint").write_bytes(Checkpoint("o", 9, ROOT).encode()),
        "checkpoint:1: the origin is 'o', archive.toml says otherwise",
    ),
    "checkpoint no checkpoint": (
        lambda archive: (archive.folder / "events" / "checkpoint").write_bytes(b"x\n"),
        "checkpoint:2: the checkpoint ends here, expected the size",
    ),
    "torn line": (
        lambda archive: (archive.folder / "events" / "000003.jsonl").write_bytes(b"{"),
        "000003.jsonl:1: the last line does not end in a newline",
    ),
}


@pytest.mark.parametrize(("change", "fault"), DAMAGE.values(), ids=DAMAGE.keys())
def test_damage(copy: Archive, change: Callable[[Archive], object], fault: str) -> None:
    """Whatever changes the root, or keeps it from being told, is a fault with its place."""
    change(copy)
    found = [str(fault).removeprefix(f"{copy.folder}/events").lstrip("/") for fault in check_roots(copy).faults]
    assert found == [fault.lstrip("/")]


def test_lagging_checkpoint(copy: Archive) -> None:
    """Events that the checkpoint does not cover yet are no fault."""
    rewrite(copy, log_lines(copy), size=7)
    report = check_roots(copy)
    assert (report.sound, report.events, report.checked_size) == (True, 9, 7)
