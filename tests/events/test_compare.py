"""Comparing the log with a copy, and repairing it from one that a checkpoint vouches for."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
import rfc8785

from regesta.archive import Archive
from regesta.errors import LogError, UsageError
from regesta.events.checkpoint import Checkpoint
from regesta.events.compare import Comparison, compare, events_folder, repair
from regesta.events.redaction import Request, redact
from regesta.events.stub import stub_of
from regesta.events.verify import verify
from tests.archives import drafts, letter, log_lines, make_archive, segment_paths, snapshot, tree_root
from tests.events.writers import copy_archive, edit_line, rewrite, write_checkpoint

EVENTS: Final = 7


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive with seven events in three segments."""
    archive = make_archive(tmp_path_factory.mktemp("template"))
    for first, size in ((1, 3), (4, 2), (6, 2)):
        archive.append(drafts(size, first))
    return archive


@pytest.fixture
def ours(template: Archive, quick_path: Path) -> Archive:
    """A copy of it, which comes to harm."""
    (quick_path / "ours").mkdir()
    return copy_archive(template, quick_path / "ours")


@pytest.fixture
def theirs(template: Archive, quick_path: Path) -> Archive:
    """Another copy."""
    (quick_path / "theirs").mkdir()
    return copy_archive(template, quick_path / "theirs")


def told(found: Comparison) -> list[str]:
    """Return what was found, each place as file:line."""
    places = [
        (item.kind, *((Path(p).name if p else "-") for p in (item.here, item.there))) for item in found.differences
    ]
    return [" ".join(place) for place in places] + [Path(text.partition(": ")[0]).name for text in found.unreadable]


def line_changed(archive: Archive) -> list[str]:
    edit_line(segment_paths(archive)[1], 1, b'"place":"P04"', b'"place":"P05"')
    return ["changed 000002.jsonl:1 000002.jsonl:1"]


def line_dropped(archive: Archive) -> list[str]:
    path = segment_paths(archive)[0]
    path.write_bytes(b"\n".join(path.read_bytes().split(b"\n")[1:]))
    return ["missing - 000001.jsonl:1"]


def line_doubled(archive: Archive) -> list[str]:
    path = segment_paths(archive)[1]
    path.write_bytes(path.read_bytes() + path.read_bytes().split(b"\n")[0] + b"\n")
    return ["extra 000002.jsonl:3 -"]


def line_unreadable(archive: Archive) -> list[str]:
    edit_line(segment_paths(archive)[2], 2, b'{"data"', b'\xff"data"')
    return ["changed 000003.jsonl:2 000003.jsonl:2"]


def lines_swapped(archive: Archive) -> list[str]:
    path = segment_paths(archive)[1]
    first, second, _ = path.read_bytes().split(b"\n")
    path.write_bytes(b"%b\n%b\n" % (second, first))
    return ["moved 000002.jsonl:1 000002.jsonl:2"]


def segment_lost(archive: Archive) -> list[str]:
    segment_paths(archive)[1].unlink()
    return ["missing - 000002.jsonl:1", "missing - 000002.jsonl:2", "000002.jsonl"]


def newline_lost(archive: Archive) -> list[str]:
    path = segment_paths(archive)[0]
    path.write_bytes(path.read_bytes()[:-1])
    return ["missing - 000001.jsonl:3", "000001.jsonl:3"]


def appended(archive: Archive) -> list[str]:
    archive.append([letter(50)])
    return ["extra 000004.jsonl:1 -"]


def redacted(archive: Archive) -> list[str]:
    event_id = json.loads(log_lines(archive)[0])["id"]
    redact(archive.log, Request(event_id, ("about",), "It was private.", "Keeper"))
    return ["redacted 000001.jsonl:1 000001.jsonl:1", "extra 000004.jsonl:1 -"]


DAMAGE: Final = [line_changed, line_dropped, line_doubled, line_unreadable, lines_swapped, segment_lost, newline_lost]


@pytest.mark.parametrize("happen", [*DAMAGE, appended, redacted], ids=lambda happen: happen.__name__)
def test_compared(happen: Callable[[Archive], list[str]], ours: Archive, theirs: Archive) -> None:
    """What is missing, extra, changed or moved is named by its places in both logs."""
    expected = happen(ours)
    found = compare(ours.log.folder, theirs.log.folder)
    assert (expected, found.same, found.there) == (told(found), False, EVENTS)


def test_same(ours: Archive, theirs: Archive) -> None:
    """Copies that are packed in other segments have the same events."""
    rewrite(theirs, log_lines(theirs))
    found = compare(ours.log.folder, theirs.log.folder)
    assert (found.same, found.here, found.differences) == (True, EVENTS, [])


@pytest.mark.parametrize("happen", DAMAGE, ids=lambda happen: happen.__name__)
def test_repaired(happen: Callable[[Archive], list[str]], ours: Archive, theirs: Archive) -> None:
    """Every damage is repaired from a sound copy, the damaged files are kept, and the log is the one it was."""
    good = log_lines(ours)
    happen(ours)
    damaged = snapshot(ours.log.folder)
    kept = repair(ours.log, theirs.log.folder, None)
    assert kept is not None
    assert (good, damaged) == (log_lines(ours), snapshot(kept))
    assert (verify(ours).faults, repair(ours.log, theirs.log.folder, None)) == ([], None)


def test_own_tail_stays(ours: Archive, theirs: Archive) -> None:
    """Events that the copy does not have yet stay, where an older checkpoint is the one to go by."""
    pinned = theirs.log.checkpoint()
    ours.append([letter(50), letter(51)])
    good = log_lines(ours)
    edit_line(segment_paths(ours)[0], 2, b'"letter"', b'"lettre"')
    repair(ours.log, theirs.folder, pinned)
    assert (good, verify(ours).faults) == (log_lines(ours), [])


def test_lost_checkpoint(ours: Archive, theirs: Archive) -> None:
    """A log without its checkpoint is repaired by one that somebody kept, which takes its place."""
    pinned = theirs.log.checkpoint()
    line_changed(ours)
    (ours.log.folder / "checkpoint").unlink()
    with pytest.raises(LogError, match="no checkpoint to repair by"):
        repair(ours.log, theirs.folder, None)
    repair(ours.log, theirs.folder, pinned)
    assert (pinned, verify(ours).faults) == (ours.log.checkpoint(), [])


def test_redacted_stays_redacted(ours: Archive, theirs: Archive) -> None:
    """An older copy does not bring back what was redacted since."""
    pinned = theirs.log.checkpoint()
    redacted(ours)
    good = log_lines(ours)
    edit_line(segment_paths(ours)[1], 1, b'"place":"P04"', b'"place":"P05"')
    repair(ours.log, theirs.folder, pinned)
    assert (good, verify(ours).faults) == (log_lines(ours), [])


def test_damaged_stub(ours: Archive, theirs: Archive) -> None:
    """Where the stub itself is damaged, it is made again from the copy's line."""
    pinned = theirs.log.checkpoint()
    redacted(ours)
    good = log_lines(ours)
    edit_line(segment_paths(ours)[0], 1, b'"leafhash":"', b'"leafhash":"0')
    repair(ours.log, theirs.folder, pinned)
    assert (good, verify(ours).faults) == (log_lines(ours), [])


def copy_is_damaged(theirs: Archive) -> None:
    edit_line(segment_paths(theirs)[2], 1, b'"place":"P06"', b'"place":"P07"')


def copy_is_rewritten(theirs: Archive) -> None:
    copy_is_damaged(theirs)
    write_checkpoint(theirs, log_lines(theirs))


def copy_is_short(theirs: Archive) -> None:
    segment_paths(theirs)[2].unlink()


def copy_has_a_false_stub(theirs: Archive) -> None:
    line = log_lines(theirs)[3]
    stub = stub_of(line, ["summary"]).replace(b'"place":"P04"', b'"place":"P09"')
    edit_line(segment_paths(theirs)[1], 1, line, stub)
    assert verify(theirs).root == tree_root_of(theirs)


def tree_root_of(archive: Archive) -> bytes:
    checkpoint = archive.log.checkpoint()
    assert checkpoint
    return checkpoint.root


@pytest.mark.parametrize("happen", [copy_is_damaged, copy_is_rewritten, copy_is_short, copy_has_a_false_stub])
def test_bad_copy(happen: Callable[[Archive], None], ours: Archive, theirs: Archive) -> None:
    """A copy that is not what the checkpoint covers, or that says something else in a stub, repairs nothing."""
    happen(theirs)
    segment_lost(ours)
    before = snapshot(ours.log.folder)
    with pytest.raises(LogError, match="copy"):
        repair(ours.log, theirs.log.folder, None)
    assert before == snapshot(ours.log.folder)


def test_another_origin(ours: Archive, theirs: Archive) -> None:
    """A checkpoint of another log repairs nothing."""
    line_changed(ours)
    lines = log_lines(theirs)
    with pytest.raises(LogError, match="the checkpoint is of"):
        repair(ours.log, theirs.log.folder, Checkpoint("example.org/other", len(lines), tree_root(lines)))


def test_no_copy(tmp_path: Path, theirs: Archive) -> None:
    """A folder without a log is no copy; an archive and its events folder both name one."""
    with pytest.raises(UsageError, match="no log"):
        events_folder(tmp_path)
    assert events_folder(theirs.folder) == events_folder(theirs.log.folder) == theirs.log.folder


def test_nothing_listed_without_end(ours: Archive, theirs: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """All differences are counted, the first of them listed."""
    monkeypatch.setattr("regesta.events.compare.LISTED", 2)
    for path in segment_paths(ours)[1:]:
        path.unlink()
    found = compare(ours.log.folder, theirs.log.folder)
    assert (found.counts["missing"], len(found.differences), found.here) == (4, 2, 3)
    shutil.rmtree(ours.folder)


def test_forged_stub_here(ours: Archive, theirs: Archive) -> None:
    """A stub of ours that nobody announced is replaced by the copy's line, though the root is the same with it."""
    good = log_lines(ours)
    copy_has_a_false_stub(ours)
    assert repair(ours.log, theirs.folder, None) is not None
    assert (good, verify(ours).faults) == (log_lines(ours), [])


def false_id(theirs: Archive) -> None:
    stub = stub_of(log_lines(theirs)[3], ["summary"]).replace(b'"place":"P04"', b'"place":"P09"')
    own, other = (json.loads(log_lines(theirs)[n])["id"].encode() for n in (3, 0))
    edit_line(segment_paths(theirs)[1], 1, log_lines(theirs)[3], stub.replace(own, other))


def false_number(theirs: Archive) -> None:
    line = log_lines(theirs)[3]
    edit_line(segment_paths(theirs)[1], 1, line, stub_of(line, ["summary"]).replace(b'"sequence":"0', b'"sequence":"x'))


@pytest.mark.parametrize("happen", [false_id, false_number])
def test_stub_of_another(happen: Callable[[Archive], None], ours: Archive, theirs: Archive) -> None:
    """A copy's false stub is not taken, whatever id or number it gives itself, and nothing here is changed."""
    redacted(ours)
    shutil.copytree(ours.log.folder, theirs.log.folder, dirs_exist_ok=True)
    happen(theirs)
    edit_line(segment_paths(ours)[1], 1, b'"place":"P04"', b'"place":"P05"')
    before = snapshot(ours.log.folder)
    with pytest.raises(LogError):
        repair(ours.log, theirs.folder, None)
    assert before == snapshot(ours.log.folder)


def test_inserted(ours: Archive, theirs: Archive) -> None:
    """An event that was slipped in is the one that is extra; those behind it, with other numbers, are changed."""
    lines = log_lines(ours)
    events = [json.loads(line) for line in (*lines[:2], lines[1], *lines[2:])]
    events[2]["id"] = "f" * 32
    forged = [rfc8785.dumps({**event, "sequence": f"{n:012d}"}) for n, event in enumerate(events, start=1)]
    rewrite(ours, forged)
    found = compare(ours.log.folder, theirs.log.folder)
    assert [item.id for item in found.differences if item.kind == "extra"] == ["f" * 32]
    assert found.counts == {"extra": 1, "changed": 5}
