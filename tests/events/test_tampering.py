"""Tampering: whatever was changed in a log is found, and named by segment and line."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from regesta.archive import Archive
from regesta.errors import LogError
from regesta.events.verify import verify
from regesta.replay.build import build
from tests.archives import answer, derived_id, drafts, letter, listing, segment_paths
from tests.events.tampering import (
    BACK,
    ID,
    REPLACING,
    SECOND,
    SECOND_AGAIN,
    Change,
    bytes_of,
    checkpoint,
    edit,
    faults,
    folder,
    forged,
    forged_line,
    from_another_log,
    link,
    nine_events,
    pipe,
    put,
    remove,
    renumbered_without,
    reorder,
    segment,
    set_members,
    swap_segments,
)  # fmt: skip
from tests.events.writers import copy_archive
from tests.examples import times

FLIPS = 100  # of each seed
FLIP_SEEDS = 5
CUT_LOGS = 10


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """The archive of `tampering.py`, to be copied."""
    return nine_events(tmp_path_factory.mktemp("template"))


@pytest.fixture
def copy(template: Archive, quick_path: Path) -> Archive:
    """A copy of it to be damaged."""
    return copy_archive(template, quick_path)


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


def changed_id(**changes: str) -> list[str]:
    """Return the faults of the last event when its content is changed and its id is not."""
    return [f"{LAST}: id is '{ID[8]}', but this content has the id {derived_id(letter(8, **changes))}", root_differs(9)]


LAST = "000003.jsonl:3"
NOT_CANONICAL = f"{LAST}: the line is not in canonical form (RFC 8785: sorted keys, no spaces, UTF-8)"
NO_NEWLINE = "the last line does not end in a newline"
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
            *sequences(1, (2, 1)), not_earlier("000002.jsonl:2", ID[1]), too_few(8),
        ],
    ),
    "line dropped": (
        reorder(2, 1, 3),
        [*sequences(2, (6, 5), first_line=2), too_few(8)],
    ),
    "last line dropped": (reorder(3, 1, 2), [too_few(8)]),
    "line twice": (
        reorder(2, 1, 1, 2, 3),
        [
            *sequences(2, (4, 5), first_line=2), same_id("000002.jsonl:2", ID[4], 4), root_differs(9),
        ],
    ),
    "replacing line twice": (
        reorder(2, 1, 2, 2, 3),
        [
            *sequences(2, (5, 6), first_line=3), same_id("000002.jsonl:3", REPLACING, 5), root_differs(9),
        ],
    ),
    "last line twice": (
        reorder(3, 1, 2, 3, 3), [*sequences(3, (9, 10), first_line=4), same_id("000003.jsonl:4", ID[8], 9)],
    ),
    "segments swapped": (
        swap_segments,
        [
            *sequences(1, (4, 1)), not_earlier("000001.jsonl:2", ID[1]), *sequences(2, (1, 4)),
            *(back_in_time(2, line, "2017-07-01", "2017-07-02") for line in (1, 2, 3)),
            root_differs(9),
        ],
    ),
    "first segment dropped": (
        remove("000001.jsonl"),
        [
            "000001.jsonl: the segment is missing", *sequences(2, (4, 1)), not_earlier("000002.jsonl:2", ID[1]), too_few(6),
        ],
    ),
    "segment dropped": (
        remove("000002.jsonl"),
        [
            "000002.jsonl: the segment is missing", *sequences(3, (7, 4)),
            not_earlier("000003.jsonl:1", ID[4]), not_earlier("000003.jsonl:2", ID[6]), too_few(6),
        ],
    ),
    "last segment dropped": (remove("000003.jsonl"), [too_few(6)]),
    "segment twice": (
        lambda archive: shutil.copy(segment(archive, 3), segment(archive, 4)),
        [
            *sequences(4, (7, 10)), same_id("000004.jsonl:1", BACK, 7),
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
        ["000003.jsonl:3: not valid JSON: Expecting value at character 0", root_differs(9)],
    ),
    "date": (edit(3, 3, b"2017-01-09", b"2017-01-08"), changed_id(edtf="2017-01-08")),
    "subject": (edit(3, 3, b"letter/l8", b"letter/l7"), changed_id(subject="letter/l7")),
    "source": (edit(3, 3, b'"manual:"', b'"urn:x:1"'), changed_id(source="urn:x:1")),
    "type": (edit(3, 3, b'"letter.sent"', b'"answer.listed"'), [f"{LAST}: data: Additional properties are not allowed ('about' was unexpected)", root_differs(9)]),
    "version of CloudEvents": (edit(3, 3, b'"1.0"', b'"1.1"'), [f"{LAST}: the line holds members that the log does not write", root_differs(9)]),
    "id in capitals": (edit(3, 3, ID[8].encode(), ID[8].upper().encode()), [f"{LAST}: id is '{ID[8].upper()}', expected 32 hex digits", root_differs(9)]),
    "time in another form": (edit(3, 3, b"2017-07-03T00:00:00.000Z", b"2017-07-03T00:00:00Z"), [f"{LAST}: recordedtime is '2017-07-03T00:00:00Z', expected 2017-06-30T12:00:00.000Z", root_differs(9)]),
    "key order": (edit(3, 3, b'"letter":"l8","place":"P08"', b'"place":"P08","letter":"l8"'), [NOT_CANONICAL, root_differs(9)]),
    "space behind": (bytes_of(3, lambda data: data[:-1] + b" \n"), [NOT_CANONICAL, root_differs(9)]),
    "tab in front": (edit(3, 3, b'{"data"', b'\t{"data"'), [NOT_CANONICAL, root_differs(9)]),
    "character escaped": (edit(3, 3, b'"letter":"l8"', b'"letter":"\\u006c8"'), [NOT_CANONICAL, root_differs(9)]),
    "NUL": (edit(3, 3, b"the roll", b"the\0roll"), [f"{LAST}: not valid JSON: Invalid control character at at character 21", root_differs(9)]),
    "not UTF-8": (edit(3, 3, b"the roll", b"the r\xf4le"), [f"{LAST}: not UTF-8: byte 23 is 0xf4", root_differs(9)]),
    "last newline missing": (bytes_of(3, lambda data: data[:-1]), [f"{LAST}: {NO_NEWLINE}", too_few(8)]),
    "garbage behind": (bytes_of(3, lambda data: data + b"x"), [f"000003.jsonl:4: {NO_NEWLINE}"]),
    "line of garbage behind": (bytes_of(3, lambda data: data + b"x\n"), ["000003.jsonl:4: not valid JSON: Expecting value at character 0"]),
    "line of another log": (from_another_log(3, 3, 9), [root_differs(9)]),
    "line of another log, with another number": (from_another_log(3, 3, 12), [*sequences(3, (12, 9), first_line=3), root_differs(9)]),
    "line dropped, those behind renumbered": (renumbered_without(6), [not_earlier("000003.jsonl:1", ID[6]), too_few(8)]),
    "segment dropped, those behind renumbered": (renumbered_without(4, 5, 6), [not_earlier("000002.jsonl:1", ID[4]), not_earlier("000002.jsonl:2", ID[6]), too_few(6)]),
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


def cut(path: Path, size: int) -> str:
    """Cut a segment after ``size`` bytes; return what has to be said of it, nothing when no line was cut."""
    whole = path.read_bytes()
    path.write_bytes(whole[:size])
    broken = size > 0 and whole[size - 1 : size] != b"\n"
    return f"{path.name}:{whole[:size].count(10) + 1}: the last line does not end in a newline" if broken else ""


def undetected_cuts(archive: Archive) -> list[int]:
    """Cut the log of three events at every byte; return the cuts that are not found or not named."""
    path, whole = segment(archive, 1), segment(archive, 1).read_bytes()
    missed = []
    for size in range(len(whole)):
        path.write_bytes(whole)
        wanted = {f"checkpoint: the checkpoint covers 3 events, the log has {whole[:size].count(10)}", cut(path, size)}
        if wanted - set(faults(archive)) - {""}:
            missed.append(size)
    return missed


def test_cut_at_every_byte(archive: Archive) -> None:
    """A log that is cut at any byte is found, and the line that was cut is named."""
    archive.append([letter(1), answer(2), listing(3)])
    assert undetected_cuts(archive) == []


@pytest.mark.parametrize("seed", range(times(CUT_LOGS)))
def test_cut_anywhere(seed: int, quick_path: Path, template: Archive) -> None:
    """Any segment of any log that is cut at any byte is found and named, and nobody appends to it or builds from it."""
    log, chance = copy_archive(template, quick_path), random.Random(seed)
    for number in range(chance.randint(1, 5)):
        log.append(drafts(chance.randint(1, 9), 1_000 + 10 * number))
    path = chance.choice(segment_paths(log))
    wanted = cut(path, chance.randrange(path.stat().st_size))
    found = faults(log)
    assert (True, {wanted} - {""}) == (bool(found), {wanted} & set(found))
    for act in (lambda: log.append([letter(10**6)]), lambda: build(log)):
        with pytest.raises(LogError):
            act()
    assert found == faults(log)


def undetected_flips(archive: Archive, seed: int, count: int) -> list[str]:
    """Flip single bits anywhere in the log; return those that are not found or not named by file and line."""
    chance, missed = random.Random(seed), []
    paths = [*segment_paths(archive), archive.folder / "events" / "checkpoint"]
    for _ in range(count):
        path = chance.choice(paths)
        data = path.read_bytes()
        bit = chance.randrange(len(data) * 8)
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        path.write_bytes(changed)
        found = faults(archive)
        if not any(text.startswith(place_of(path, data, bit // 8)) for text in found):
            missed.append(f"{path.name}, bit {bit}: {found}")
        path.write_bytes(data)
    return missed


def place_of(path: Path, data: bytes, at: int) -> tuple[str, ...]:
    """Return the places of which one must be named for a change of this byte."""
    if path.name == "checkpoint":  # three lines; when one is broken, what is missing is named
        return ("checkpoint:",)
    line = f"{path.name}:{data[:at].count(10) + 1}:"
    return (line,)


@pytest.mark.parametrize("seed", range(FLIP_SEEDS))
def test_bit_flips(seed: int, copy: Archive) -> None:
    """One bit changed anywhere is found, and named by segment and line."""
    build(copy)  # when an event was recorded only the root tells, and tables that were built before show where
    assert undetected_flips(copy, seed, times(FLIPS)) == []


TOLD: dict[str, tuple[Change, str]] = {
    "last one recorded later": (edit(3, 3, b"2017-07-03", b"2017-07-04"), "000003.jsonl:3: recordedtime is 2017-07-04"),
    "corrects another": (edit(2, 2, ID[1].encode(), SECOND.encode()), f"000002.jsonl:2: replaces is {SECOND}, and was"),
    "corrects none": (
        edit(2, 2, b'"replaces":"%b",' % ID[1].encode(), b""), f"000002.jsonl:2: replaces is None, and was {ID[1]}",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("happen", "expected"), TOLD.values(), ids=TOLD.keys())
def test_told_by_tables(happen: Change, expected: str, copy: Archive) -> None:
    """Where nothing but the root tells of a change, tables that were built before name the line."""
    build(copy)
    happen(copy)
    assert [text for text in faults(copy) if text.startswith(expected)] != []


def test_tables_that_tell_nothing(copy: Archive) -> None:
    """Tables that are none add nothing."""
    copy.database.write_bytes(b"no database")
    edit(3, 3, b"2017-07-03", b"2017-07-04")(copy)
    assert faults(copy) == [root_differs(9)]
