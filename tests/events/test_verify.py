"""Verification: what a sound log is, what is only a notice, and how faults are told; what is found: test_tampering.py."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from regesta.archive import Archive
from regesta.events import verify as verify_module
from regesta.events.log import CHUNK_EVENTS
from regesta.events.verify import Fault, Report, verify
from tests.archives import check_archive, drafts, letter, log_lines, snapshot, tree_root
from tests.events.tampering import ID, Change, faults, nine_events, put, reorder, segment
from tests.events.writers import copy_archive, edit_line, rewrite, write_checkpoint


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """The archive of `tampering.py`, to be copied."""
    return nine_events(tmp_path_factory.mktemp("template"))


@pytest.fixture
def copy(template: Archive, quick_path: Path) -> Archive:
    """A copy of it."""
    return copy_archive(template, quick_path)


# What an append that died may leave, or an owner may do: no fault. What happened, the notices.
HARMLESS: dict[str, tuple[Change, list[str]]] = {
    "nothing": (lambda archive: None, []),
    "a temporary file": (
        put(".segment.00aa11bb.tmp", b"half"),
        [".segment.00aa11bb.tmp was left by an append that was killed; the next one removes it"],
    ),
    "a checkpoint that lags": (
        lambda archive: write_checkpoint(archive, log_lines(archive)[:6]),
        [
            "3 events are not covered by the checkpoint: an append was killed before it could say so, or an older"
            " checkpoint was put here; the next append covers what is there"
        ],
    ),
    "a checkpoint of an empty log": (
        lambda archive: write_checkpoint(archive, []),
        [
            "9 events are not covered by the checkpoint: an append was killed before it could say so, or an older"
            " checkpoint was put here; the next append covers what is there"
        ],
    ),
    "packed": (lambda archive: rewrite(archive, log_lines(archive)), []),
    "a README": (put("README.md", b"What this is."), []),
    "no index": (lambda archive: shutil.rmtree(archive.folder / ".regesta"), []),
    "a wrong index": (lambda archive: (archive.folder / ".regesta" / "log.db").write_bytes(b"hello"), []),
}


def test_sound(copy: Archive) -> None:
    """A sound log is reported with its size and its root."""
    lines = log_lines(copy)
    expected = Report(events=9, segments=3, root=tree_root(lines), faults=[], notices=[], checked_size=9)
    report = verify(copy)
    assert (expected, True) == (report, report.sound)


@pytest.mark.parametrize(("happen", "expected"), HARMLESS.values(), ids=HARMLESS.keys())
def test_harmless(happen: Change, expected: list[str], copy: Archive) -> None:
    """What a killed append may leave is no fault but a notice."""
    happen(copy)
    report = verify(copy)
    assert (expected, []) == (report.notices, report.faults)


def test_lost_checkpoint_is_no_lag(copy: Archive) -> None:
    """That the checkpoint is gone is a fault, not an append that was killed."""
    (copy.folder / "events" / "checkpoint").unlink()
    report = verify(copy)
    assert (len(report.faults), report.notices, report.checked_size) == (1, [], 0)


def test_no_log_yet(archive: Archive) -> None:
    """An archive without events is sound."""
    expected = Report(events=0, segments=0, root=tree_root([]), faults=[], notices=[], checked_size=0)
    assert expected == verify(archive)


def test_empty_folder(archive: Archive) -> None:
    """So is one whose folder is there."""
    (archive.folder / "events").mkdir()
    assert verify(archive).sound


def test_folder_is_a_file(archive: Archive) -> None:
    """A file where the log should be is a fault."""
    (archive.folder / "events").write_bytes(b"x")
    assert [Fault(f"{archive.folder}/events", "expected a folder")] == verify(archive).faults


def test_checkpoint_of_events_that_are_gone(archive: Archive) -> None:
    """A checkpoint without events says that they are gone."""
    (archive.folder / "events").mkdir()
    write_checkpoint(archive, [b"a"])
    assert faults(archive) == ["checkpoint: the checkpoint covers 1 events, the log has 0"]


def test_fault_as_text() -> None:
    """A fault reads as place and reason."""
    assert str(Fault("events/000001.jsonl:3", "it broke")) == "events/000001.jsonl:3: it broke"


def test_many_faults(copy: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of very many faults the first ones are told."""
    everything = [fault.message for fault in faults_of(copy)]
    monkeypatch.setattr(verify_module, "FAULTS", 5)
    assert everything[:5] == [fault.message for fault in verify(copy).faults]


def faults_of(archive: Archive) -> list[Fault]:
    reorder(1, 2, 3)(archive)
    return verify(archive).faults


def test_progress(archive: Archive) -> None:
    """Progress is told as events are checked, and adds up to all of them."""
    archive.append(drafts(CHUNK_EVENTS + 5))
    archive.append(drafts(3, 10_000))
    told: list[int] = []
    assert verify(archive, told.append).sound
    assert told == [CHUNK_EVENTS, 5, 3]


def test_faults_beyond_the_first_chunk(archive: Archive) -> None:
    """Lines are named right in a long segment too, and ids are compared across all of it."""
    archive.append(drafts(CHUNK_EVENTS + 5))
    lines = log_lines(archive)
    number = CHUNK_EVENTS + 6
    copied = lines[0].replace(b'"sequence":"000000000001"', b'"sequence":"%012d"' % number)
    rewrite(archive, [*lines, copied])
    assert [f"000001.jsonl:{number}: the id {ID[1]} is that of event 1 too"] == faults(archive)


def test_index_is_not_believed(copy: Archive) -> None:
    """An index that agrees with a changed log does not help it."""
    edit_line(segment(copy, 3), 3, b"the roll", b"the role")
    before = snapshot(copy.folder / ".regesta")
    assert (2, before) == (len(faults(copy)), snapshot(copy.folder / ".regesta"))


def test_repaired(copy: Archive) -> None:
    """A log that is put right again is sound, and goes on."""
    whole = segment(copy, 2).read_bytes()
    reorder(2, 1, 3)(copy)
    assert not verify(copy).sound
    segment(copy, 2).write_bytes(whole)
    copy.append([letter(9)])
    assert len(check_archive(copy)) == 10
