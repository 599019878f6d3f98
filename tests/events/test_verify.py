"""Verification: whatever was changed in a log is found, and named by segment and line."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from regesta.archive import Archive
from regesta.events import log as log_module
from regesta.events import verify as verify_module
from regesta.events.log import CHUNK_EVENTS
from regesta.events.verify import Fault, Report, verify
from tests.archives import (
    answer,
    check_archive,
    derived_id,
    drafts,
    letter,
    listing,
    log_lines,
    make_archive,
    retraction,
    segment_paths,
    snapshot,
    tree_root,
)  # fmt: skip
from tests.events.writers import copy_archive, edit_line, rewrite, write_checkpoint

FLIPS = 200

Change = Callable[[Archive], object]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive with nine events in three segments, two of them corrections, to be copied."""
    archive = make_archive(tmp_path_factory.mktemp("template"))
    clock = (f"2017-07-{day:02d}T00:00:00.000Z" for day in range(1, 4))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(log_module, "_now", lambda: next(clock))
        archive.append(drafts(3))
        archive.append([letter(4), letter(5, replaces=ID[1]), letter(6)])
        archive.append([retraction(ID[4]), letter(7, replaces=ID[6]), letter(8)])
    return archive


@pytest.fixture
def copy(template: Archive, quick_path: Path) -> Archive:
    """A copy of it to be damaged."""
    return copy_archive(template, quick_path)


def segment(archive: Archive, number: int) -> Path:
    return archive.folder / "events" / f"{number:06d}.jsonl"


def faults(archive: Archive) -> list[str]:
    """Return the faults, with places below `events/` and without what says more than the reason."""
    return [str(fault).removeprefix(f"{archive.folder}/events/") for fault in verify(archive).faults]


def edit(number: int, line: int, old: bytes, new: bytes) -> Change:
    return lambda archive: edit_line(segment(archive, number), line, old, new)


def reorder(number: int, *order: int) -> Change:
    """Write the lines of a segment again in this order; a line may be left out or come twice."""

    def change(archive: Archive) -> None:
        path = segment(archive, number)
        lines = path.read_bytes().split(b"\n")
        path.write_bytes(b"".join(lines[line - 1] + b"\n" for line in order))

    return change


def swap_segments(archive: Archive) -> None:
    first, second = segment(archive, 1).read_bytes(), segment(archive, 2).read_bytes()
    segment(archive, 1).write_bytes(second)
    segment(archive, 2).write_bytes(first)


def forged(*changes: Callable[[list[dict[str, Any]]], object]) -> Change:
    """Write the log again as somebody would who can compute everything: ids, canonical lines, root."""

    def change(archive: Archive) -> None:
        events = [json.loads(line) for line in log_lines(archive)]
        for item in changes:
            item(events)
        rewrite(archive, [rfc8785.dumps(event) for event in events])

    return change


def forged_line(number: int, old: bytes, new: bytes) -> Change:
    """Change one line and write the checkpoint that fits."""

    def change(archive: Archive) -> None:
        lines = log_lines(archive)
        assert old in lines[number - 1]
        rewrite(archive, [*lines[: number - 1], lines[number - 1].replace(old, new), *lines[number:]])

    return change


def set_members(number: int, **members: Any) -> Callable[[list[dict[str, Any]]], object]:
    return lambda events: events[number - 1].update(members)


def checkpoint(old: str, new: str) -> Change:
    def change(archive: Archive) -> None:
        path = archive.folder / "events" / "checkpoint"
        text = path.read_text("utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), "utf-8")

    return change


def put(name: str, data: bytes = b"") -> Change:
    return lambda archive: (archive.folder / "events" / name).write_bytes(data)


def remove(name: str) -> Change:
    return lambda archive: (archive.folder / "events" / name).unlink()


def link(name: str, target: str) -> Change:
    def change(archive: Archive) -> None:
        (archive.folder / "events" / name).unlink(missing_ok=True)
        (archive.folder / "events" / name).symlink_to(target)

    return change


def folder(name: str) -> Change:
    def change(archive: Archive) -> None:
        (archive.folder / "events" / name).unlink(missing_ok=True)
        (archive.folder / "events" / name).mkdir()

    return change


def pipe(name: str) -> Change:
    def change(archive: Archive) -> None:
        (archive.folder / "events" / name).unlink(missing_ok=True)
        os.mkfifo(archive.folder / "events" / name)

    return change


ID = {number: derived_id(letter(number)) for number in (1, 4, 6, 7, 8)}
SECOND = derived_id(answer(2))
SECOND_AGAIN = answer(2) | {"id": SECOND}
BACK = derived_id(retraction(ID[4]))
REPLACING = derived_id(letter(5))


def root_differs(size: int, name: str = "000003.jsonl") -> str:
    differs = f"checkpoint: the first {size} events are not the ones that the checkpoint covers"
    return f"{differs}; the first difference is in or before {name}"


def sequences(number: int, *pairs: tuple[int, int], first_line: int = 1) -> list[str]:
    """Return the faults of consecutive lines of a segment: what each says, what it should say."""
    return [
        f"{number:06d}.jsonl:{line}: sequence is {found}, expected {expected}"
        for line, (found, expected) in enumerate(pairs, start=first_line)
    ]


def too_few(size: int) -> str:
    return f"checkpoint: the checkpoint covers 9 events, the log has {size}"


def back_in_time(number: int, line: int, found: str, above: str) -> str:
    found, above = f"{found}T00:00:00.000Z", f"{above}T00:00:00.000Z"
    return f"{number:06d}.jsonl:{line}: recorded {found}, before the event above it ({above})"


def not_earlier(place: str, target: str) -> str:
    return f"{place}: it corrects {target}, which is not an earlier event"


def same_id(place: str, event_id: str, number: int) -> str:
    return f"{place}: the id {event_id} is that of event {number} too"


PLAIN_FILE = "expected a plain file, found a link, a folder or a device"
NOT_OURS = "this file does not belong to the log"
NO_SEGMENT = "not the name of a segment; expected six digits and .jsonl"

# What somebody did, all faults that are found. Segment 1 has events 1 to 3, segment 2 has 4 to 6 (5 replaces 1),
# segment 3 has 7 to 9 (7 retracts 4, 8 replaces 6).
EDITED: dict[str, tuple[Change, list[str]]] = {
    "lines swapped": (reorder(1, 2, 1, 3), [*sequences(1, (2, 1), (1, 2)), root_differs(9)]),
    "segment reversed": (
        reorder(3, 3, 2, 1), [*sequences(3, (9, 7)), *sequences(3, (7, 9), first_line=3), root_differs(9)],
    ),
    "first line dropped": (
        reorder(1, 2, 3),
        [
            *sequences(1, (2, 1), (3, 2)), *sequences(2, (4, 3), (5, 4), (6, 5)), not_earlier("000002.jsonl:2", ID[1]),
            *sequences(3, (7, 6), (8, 7), (9, 8)), too_few(8),
        ],
    ),
    "line dropped": (
        reorder(2, 1, 3),
        [*sequences(2, (6, 5), first_line=2), *sequences(3, (7, 6), (8, 7), (9, 8)), too_few(8)],
    ),
    "last line dropped": (reorder(3, 1, 2), [too_few(8)]),
    "line twice": (
        reorder(2, 1, 1, 2, 3),
        [
            *sequences(2, (4, 5), (5, 6), (6, 7), first_line=2), same_id("000002.jsonl:2", ID[4], 4),
            *sequences(3, (7, 8), (8, 9), (9, 10)), root_differs(9),
        ],
    ),
    "replacing line twice": (
        reorder(2, 1, 2, 2, 3),
        [
            *sequences(2, (5, 6), (6, 7), first_line=3), same_id("000002.jsonl:3", REPLACING, 5),
            *sequences(3, (7, 8), (8, 9), (9, 10)), root_differs(9),
        ],
    ),
    "last line twice": (
        reorder(3, 1, 2, 3, 3), [*sequences(3, (9, 10), first_line=4), same_id("000003.jsonl:4", ID[8], 9)],
    ),
    "segments swapped": (
        swap_segments,
        [
            *sequences(1, (4, 1), (5, 2), (6, 3)), not_earlier("000001.jsonl:2", ID[1]),
            *(
                text
                for line, found in enumerate((1, 2, 3), start=1)
                for text in (
                    *sequences(2, (found, found + 3), first_line=line),
                    back_in_time(2, line, "2017-07-01", "2017-07-02"),
                )
            ),
            root_differs(9),
        ],
    ),
    "first segment dropped": (
        remove("000001.jsonl"),
        [
            "000001.jsonl: the segment is missing", *sequences(2, (4, 1), (5, 2), (6, 3)),
            not_earlier("000002.jsonl:2", ID[1]), *sequences(3, (7, 4), (8, 5), (9, 6)), too_few(6),
        ],
    ),
    "segment dropped": (
        remove("000002.jsonl"),
        [
            "000002.jsonl: the segment is missing", *sequences(3, (7, 4), (8, 5), (9, 6)),
            not_earlier("000003.jsonl:1", ID[4]), not_earlier("000003.jsonl:2", ID[6]), too_few(6),
        ],
    ),
    "last segment dropped": (remove("000003.jsonl"), [too_few(6)]),
    "segment twice": (
        lambda archive: shutil.copy(segment(archive, 3), segment(archive, 4)),
        [
            *sequences(4, (7, 10), (8, 11), (9, 12)), same_id("000004.jsonl:1", BACK, 7),
            same_id("000004.jsonl:2", ID[7], 8), same_id("000004.jsonl:3", ID[8], 9),
        ],
    ),
    "segments renumbered": (
        lambda archive: segment(archive, 3).rename(segment(archive, 5)),
        ["000003.jsonl: the segment is missing", "000004.jsonl: the segment is missing"],
    ),
    "data": (
        edit(3, 3, b"the roll", b"the role"),
        [
            f"000003.jsonl:3: id is '{ID[8]}', but this content has the id "
            f"{derived_id(letter(8, data=letter(8)['data'] | {'about': 'the role'}))}",
            root_differs(9),
        ],
    ),
    "data and id": (
        lambda archive: (edit(1, 2, SECOND.encode(), b"0" * 32)(archive)),
        [f"000001.jsonl:2: id is '{'0' * 32}', but this content has the id {SECOND}", root_differs(9)],
    ),
    "data outside its schema": (
        edit(3, 3, b'"letter":"l8"', b'"letter":8'),
        ['000003.jsonl:3: data.letter: 8 is not of type "string"', root_differs(9)],
    ),
    "type that nobody knows": (
        edit(3, 3, b'"letter.sent"', b'"letter.burnt"'),
        ["000003.jsonl:3: the event type 'letter.burnt' is not known", root_differs(9)],
    ),
    "spelling": (
        edit(1, 1, b'"letter":"l1"', b'"letter": "l1"'),
        [
            "000001.jsonl:1: the line is not in canonical form (RFC 8785: sorted keys, no spaces, UTF-8)",
            not_earlier("000002.jsonl:2", ID[1]), root_differs(9),
        ],
    ),
    "member twice": (
        edit(3, 3, b'{"data"', b'{"data":1,"data"'),
        ["000003.jsonl:3: the member 'data' occurs twice", root_differs(9)],
    ),
    "recorded earlier": (
        edit(2, 1, b"2017-07-02", b"2017-06-30"), [back_in_time(2, 1, "2017-06-30", "2017-07-01"), root_differs(9)],
    ),
    "recorded later": (
        edit(3, 2, b"2017-07-03", b"2017-07-04"), [back_in_time(3, 3, "2017-07-03", "2017-07-04"), root_differs(9)],
    ),
    "last one recorded later": (edit(3, 3, b"2017-07-03", b"2017-07-04"), [root_differs(9)]),
    "recorded never": (
        edit(3, 3, b"2017-07-03T", b"2017-07-32T"),
        ["000003.jsonl:3: recordedtime is '2017-07-32T00:00:00.000Z', which is no time", root_differs(9)],
    ),
    "sequence": (edit(2, 1, b"000000000004", b"000000000014"), [*sequences(2, (14, 4)), root_differs(9)]),
    "sequence of another": (edit(3, 2, b"000000000008", b"000000000005"), [
        *sequences(3, (5, 8), first_line=2), root_differs(9),
    ]),
    "sequence beyond all numbers": (
        edit(3, 2, b"000000000008", b"99999999999999999999"),
        [*sequences(3, (99999999999999999999, 8), first_line=2), root_differs(9)],
    ),
    "corrects nothing": (
        edit(2, 2, ID[1].encode(), b"0" * 32), [not_earlier("000002.jsonl:2", "0" * 32), root_differs(9)],
    ),
    "corrects another": (edit(2, 2, ID[1].encode(), SECOND.encode()), [root_differs(9)]),
    "corrects itself": (
        edit(2, 2, ID[1].encode(), REPLACING.encode()), [not_earlier("000002.jsonl:2", REPLACING), root_differs(9)],
    ),
    "corrects a later one": (
        edit(2, 2, ID[1].encode(), ID[8].encode()), [not_earlier("000002.jsonl:2", ID[8]), root_differs(9)],
    ),
    "corrects no more": (
        edit(2, 2, b'"replaces":"%b",' % ID[1].encode(), b""), [root_differs(9)],
    ),
    "blank line": (
        edit(2, 1, b'{"data"', b'\n{"data"'),
        [
            "000002.jsonl:1: not valid JSON: Expecting value at character 0",
            *sequences(2, (4, 5), (5, 6), (6, 7), first_line=2), *sequences(3, (7, 8), (8, 9), (9, 10)),
            root_differs(9),
        ],
    ),
    "Windows line ends": (
        lambda archive: segment(archive, 3).write_bytes(segment(archive, 3).read_bytes().replace(b"\n", b"\r\n")),
        [
            *(
                f"000003.jsonl:{n}: the line is not in canonical form (RFC 8785: sorted keys, no spaces, UTF-8)"
                for n in (1, 2, 3)
            ),
            root_differs(9),
        ],
    ),
    "byte order mark": (
        lambda archive: segment(archive, 3).write_bytes(b"\xef\xbb\xbf" + segment(archive, 3).read_bytes()),
        ["000003.jsonl:1: the text begins with a byte order mark; save it as UTF-8 without one", root_differs(9)],
    ),
    "merge conflict": (
        edit(3, 3, b'{"data"', b'<<<<<<< main\n{"data"'),
        [
            "000003.jsonl:3: not valid JSON: Expecting value at character 0",
            *sequences(3, (9, 10), first_line=4), root_differs(9),
        ],
    ),
    "empty segment behind": (put("000004.jsonl"), ["000004.jsonl: 0 lines, a segment has 1 to 100000"]),
    "segment emptied": (
        put("000003.jsonl"), ["000003.jsonl: 0 lines, a segment has 1 to 100000", too_few(6)],
    ),
    "segment is a link": (
        link("000003.jsonl", "README.md"), [f"000003.jsonl: {PLAIN_FILE}", too_few(6)],
    ),
    "segment is a folder": (folder("000003.jsonl"), [f"000003.jsonl: {PLAIN_FILE}", too_few(6)]),
    "segment is a pipe": (pipe("000003.jsonl"), [f"000003.jsonl: {PLAIN_FILE}", too_few(6)]),
    "other file": (put("notes.txt"), [f"notes.txt: {NOT_OURS}"]),
    "hidden file": (put(".gitattributes"), [f".gitattributes: {NOT_OURS}"]),
    "packed file": (put("000001.jsonl.gz"), [f"000001.jsonl.gz: {NOT_OURS}"]),
    "other folder": (folder("old"), [f"old: {NOT_OURS}"]),
    "temporary folder": (folder(".segment.00000000.tmp"), [f".segment.00000000.tmp: {NOT_OURS}"]),
    "temporary link": (link(".a.tmp", "README.md"), [f".a.tmp: {NOT_OURS}"]),
    "number 0": (put("000000.jsonl", b"x\n"), [f"000000.jsonl: {NO_SEGMENT}"]),
    "number of five digits": (put("00004.jsonl", b"x\n"), [f"00004.jsonl: {NO_SEGMENT}"]),
    "number of seven digits": (put("0000004.jsonl", b"x\n"), [f"0000004.jsonl: {NO_SEGMENT}"]),
    "copy of a segment": (put("000001 (copy).jsonl", b"x\n"), [f"000001 (copy).jsonl: {NO_SEGMENT}"]),
    "checkpoint gone": (remove("checkpoint"), ["checkpoint: there are events but no checkpoint"]),
    "checkpoint empty": (put("checkpoint"), ["checkpoint:1: the checkpoint ends here, expected the origin"]),
    "checkpoint is a link": (link("checkpoint", "README.md"), [f"checkpoint: {PLAIN_FILE}"]),
    "checkpoint is a folder": (folder("checkpoint"), [f"checkpoint: {PLAIN_FILE}"]),
    "checkpoint is a pipe": (pipe("checkpoint"), [f"checkpoint: {PLAIN_FILE}"]),
    "checkpoint of another log": (
        checkpoint("example.org/letters", "example.org/other"),
        ["checkpoint:1: the origin is 'example.org/other', archive.toml says otherwise"],
    ),
    "checkpoint without origin": (
        checkpoint("example.org/letters", ""), ["checkpoint:1: the origin has 0 characters, expected 1 to 200"],
    ),
    "checkpoint of fewer": (checkpoint("\n9\n", "\n8\n"), [root_differs(8)]),
    "checkpoint of fewer, in an earlier segment": (checkpoint("\n9\n", "\n2\n"), [root_differs(2, "000001.jsonl")]),
    "checkpoint of nothing": (
        checkpoint("\n9\n", "\n0\n"),
        ["checkpoint: the first 0 events are not the ones that the checkpoint covers"],
    ),
    "checkpoint of more": (
        checkpoint("\n9\n", "\n10\n"), ["checkpoint: the checkpoint covers 10 events, the log has 9"],
    ),
    "checkpoint with a leading zero": (
        checkpoint("\n9\n", "\n09\n"),
        ["checkpoint:2: the size is '09', expected at most 12 decimal digits, no leading zero"],
    ),
    "checkpoint with another root": (
        lambda archive: put("checkpoint", b"example.org/letters\n9\n" + b"A" * 43 + b"=\n")(archive),
        [root_differs(9)],
    ),
    "checkpoint with half a root": (
        put("checkpoint", b"example.org/letters\n9\nAAAA\n"), ["checkpoint:3: the root has 3 bytes, expected 32"],
    ),
    "checkpoint with more lines": (
        checkpoint("=\n", "=\nmore\n"),
        ["checkpoint:4: found the extension line 'more', expected the end or an empty line before signatures"],
    ),
    "forged, with a spelling of its own": (
        forged_line(3, b'"letter":"l3"', b'"letter": "l3"'),
        ["000001.jsonl:3: the line is not in canonical form (RFC 8785: sorted keys, no spaces, UTF-8)"],
    ),
    "forged, with a member more": (
        forged(set_members(3, extra=1)), ["000001.jsonl:3: the member 'extra' is not known"],
    ),
    "forged, with a wrong id": (
        forged(set_members(2, id="0" * 32)),
        [f"000001.jsonl:2: id is '{'0' * 32}', but this content has the id {SECOND}"],
    ),
    "forged, with a wrong sequence": (
        forged(set_members(2, sequence="000000000003")), sequences(1, (3, 2), first_line=2),
    ),
    "forged, with a sequence of one digit": (
        forged(set_members(2, sequence="2")), ["000001.jsonl:2: the line holds members that the log does not write"],
    ),
    "forged, two corrections with one sequence": (
        forged(set_members(8, sequence="000000000005")), sequences(1, (5, 8), first_line=8),
    ),
    "forged, going back in time": (
        forged(set_members(5, recordedtime="2017-07-01T00:00:00.000Z")),
        [back_in_time(1, 5, "2017-07-01", "2017-07-02")],
    ),
    "forged, with an event twice": (
        forged(set_members(9, **SECOND_AGAIN)),
        [same_id("000001.jsonl:9", SECOND, 2)],
    ),
    "forged, correcting nothing": (
        forged(set_members(5, replaces="0" * 32)), [not_earlier("000001.jsonl:5", "0" * 32)],
    ),
    "forged, with another date of CloudEvents": (
        forged(set_members(2, time="2017-01-03T00:00:00Z")),
        ["000001.jsonl:2: the line holds members that the log does not write"],
    ),
}  # fmt: skip

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
            "3 events are not covered by the checkpoint yet: an append was killed before it could say so; the next"
            " append covers them"
        ],
    ),
    "a checkpoint of an empty log": (
        lambda archive: write_checkpoint(archive, []),
        [
            "9 events are not covered by the checkpoint yet: an append was killed before it could say so; the next"
            " append covers them"
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


@pytest.mark.parametrize(("happen", "expected"), EDITED.values(), ids=EDITED.keys())
def test_edited(happen: Change, expected: list[str], copy: Archive) -> None:
    """Every change is found and named by segment and line, and nothing else is named."""
    happen(copy)
    assert expected == faults(copy)


@pytest.mark.parametrize("happen", [happen for happen, _ in EDITED.values()], ids=EDITED.keys())
def test_verify_changes_nothing(happen: Change, copy: Archive) -> None:
    """Verifying leaves every file as it is, whatever is wrong."""
    happen(copy)
    before = state(copy.folder)
    assert not verify(copy).sound
    assert before == state(copy.folder)


def state(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Return what can be known of every file without opening it."""
    return {
        str(path): (status.st_ino, status.st_size, status.st_mtime_ns)
        for path in folder.rglob("*")
        for status in [path.lstat()]
    }


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
    assert [same_id(f"000001.jsonl:{number}", ID[1], 1)] == faults(archive)


def undetected_cuts(archive: Archive) -> list[int]:
    """Cut the log of three events at every byte; return the cuts that are not found or not named."""
    path, whole = segment(archive, 1), segment(archive, 1).read_bytes()
    missed = []
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        lines = whole[:size].count(b"\n")
        clean = whole[:size].endswith(b"\n") or size == 0
        wanted = f"000001.jsonl:{lines + 1}: the last line does not end in a newline"
        too_few = f"checkpoint: the checkpoint covers 3 events, the log has {lines}"
        found = faults(archive)
        if too_few not in found or not (clean or wanted in found):
            missed.append(size)
    return missed


def test_cut_at_every_byte(archive: Archive) -> None:
    """A log that is cut at any byte is found, and the line that was cut is named."""
    archive.append([letter(1), answer(2), listing(3)])
    assert undetected_cuts(archive) == []


def undetected_flips(archive: Archive, seed: int, count: int) -> list[str]:
    """Flip single bits anywhere in the segments; return those that are not found or not named by their line."""
    chance, missed = random.Random(seed), []
    for _ in range(count):
        path = chance.choice(segment_paths(archive))
        data = path.read_bytes()
        bit = chance.randrange(len(data) * 8)
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        path.write_bytes(changed)
        line = data[: bit // 8].count(b"\n") + 1
        found = faults(archive)
        # That an event was recorded at another time, or replaces another one, only the root can tell.
        only_root = covered_by_the_root_alone(data, bit // 8)
        if not any(text.startswith(f"{path.name}:{line}:") for text in found) and not (only_root and found):
            missed.append(f"{path.name}, bit {bit}: {found}")
        path.write_bytes(data)
    return missed


def covered_by_the_root_alone(data: bytes, place: int) -> bool:
    start = data.rfind(b"\n", 0, place) + 1
    before = data[start:place]
    return b'"recordedtime":"' in before and b'"sequence":"' not in before


@pytest.mark.parametrize("seed", range(4))
def test_bit_flips(seed: int, copy: Archive) -> None:
    """One bit changed anywhere is found, and named by segment and line wherever the line shows it."""
    assert undetected_flips(copy, seed, FLIPS // 4) == []


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
