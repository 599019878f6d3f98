"""Appends that are killed, that the disk refuses, or many at once: what was acknowledged is there, nothing by half."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from regesta.archive import Archive
from regesta.errors import StorageError
from tests.archives import check_archive, derived_id, drafts, letter, log_lines, make_archive, segment_paths
from tests.children import DIED, in_child, start, with_file_limit
from tests.events.appender import append_endlessly, append_some
from tests.events.faults import (
    EXIT,
    DiesWithANumber,
    Disk,
    Fault,
    broken,
    dies,
    dies_half_done,
    done_but_told_otherwise,
    half_done,
    refused,
)  # fmt: skip
from tests.events.writers import copy_archive, log_with_check
from tests.examples import times

Prepare = Callable[[Archive], None]

KILLS = 50  # of one archive, so that no log grows long
ARCHIVES = times(4)
WRITERS, EACH = (4, 50) if times(1) == 1 else (8, 200)
KILLS_AMONG_WRITERS = times(10)
LIFE_S = (0.005, 0.06)  # a child shares what its parent has imported; its first append takes about 5 ms

# The operations of an append in their order (design §5). What is durable is synced before anybody can see it.
STATE = ["mkdir events", "mkdir .regesta", "open .gitignore", "write .gitignore"]
INDEX = ["index open", "index begin"]
SPOOL = ["index insert", "open segment", "write segment", "flush segment", "fsync file"]
PUBLISH = ["link segment", "unlink segment", "open events", "fsync folder"]
CHECKPOINT = [
    "open checkpoint", "write checkpoint", "flush checkpoint", "fsync file", "replace checkpoint", "open events",
    "fsync folder",
]  # fmt: skip
END = ["index commit", "unlink segment"]
NEW_INDEX = ["index open", "index begin", "index commit", "index begin"]

FIRST = [*STATE, *NEW_INDEX, *SPOOL, *CHECKPOINT, *PUBLISH, *CHECKPOINT, *END]
NEXT = [*INDEX, *SPOOL, *PUBLISH, *CHECKPOINT, *END]
CATCH_UP = ["unlink segment", *INDEX, "index insert", "index commit", "index begin"]
RECOVERY = [*CATCH_UP, *SPOOL, *PUBLISH, *CHECKPOINT, *END]

BATCH = drafts(3, 1_050)


def empty(archive: Archive) -> None:
    """Leave the archive without a log."""
    for name in ("events", ".regesta"):
        shutil.rmtree(archive.folder / name, ignore_errors=True)


def untouched(archive: Archive) -> None:
    """Leave the archive as it is."""


def killed_before(archive: Archive) -> None:
    """Leave what an append leaves that dies between two names of its segment: no index, no checkpoint of it."""
    child = start(die_with_a_number(archive, 1_020))
    assert (child.read(), child.wait()) == (b"", EXIT)


RUNS: dict[str, tuple[Prepare, list[str]]] = {
    "first": (empty, FIRST),
    "next": (untouched, NEXT),
    "recovery": (killed_before, RECOVERY),
}
OPERATIONS = [
    pytest.param(prepare, number, id=f"{run} append, {number} {name}")
    for run, (prepare, trace) in RUNS.items()
    for number, name in enumerate(trace)
]
WRITES = [item for item in OPERATIONS if re.search("write (segment|checkpoint)", str(item.id))]
FAILURES = [
    *((item, fault) for item in OPERATIONS for fault in (refused, broken, done_but_told_otherwise)),
    *((item, half_done) for item in WRITES),
]
DEATHS = [*((item, dies) for item in OPERATIONS), *((item, dies_half_done) for item in WRITES)]


def cases(pairs: Sequence[tuple[Any, Fault]]) -> list[Any]:
    return [pytest.param(*item.values, fault, id=f"{item.id}, {fault.__name__}") for item, fault in pairs]


def die_with_a_number(archive: Archive, first: int) -> Callable[[Callable[[str], None]], None]:
    return lambda say: append_on(archive, DiesWithANumber(), drafts(3, first))


def append_on(archive: Archive, disk: Disk, batch: Sequence[dict[str, Any]]) -> None:
    with disk.attached():
        archive.append(batch)


def ids(archive: Archive) -> list[str]:
    return [event["id"] for event in check_archive(archive, killed=True)]


def ids_of(batch: Sequence[dict[str, Any]]) -> list[str]:
    return [derived_id(draft) for draft in batch]


def some_archive(folder: Path, seed: int) -> Archive:
    """Make an archive with some events in some segments."""
    archive, chance, first = make_archive(folder), random.Random(seed), 1
    for count in chance.choices(range(1, 20), k=chance.randint(1, 5)):
        archive.append(drafts(count, first))
        first += count
    return archive


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive to be copied."""
    return some_archive(tmp_path_factory.mktemp("template"), 0)


@pytest.fixture(scope="module", params=range(times(1)), ids="archive {}".format)
def templates(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """One archive after another, to be copied."""
    return some_archive(tmp_path_factory.mktemp("template"), request.param)


@pytest.fixture
def copy(template: Archive, quick_path: Path) -> Archive:
    """A copy of the archive."""
    return copy_archive(template, quick_path)


@pytest.fixture
def copies(templates: Archive, quick_path: Path) -> Archive:
    """A copy of each archive."""
    return copy_archive(templates, quick_path)


@pytest.mark.parametrize(("prepare", "expected"), RUNS.values(), ids=RUNS.keys())
def test_order(prepare: Prepare, expected: list[str], copy: Archive) -> None:
    """An append does what it does in this order, which the comments of the code reckon with."""
    prepare(copy)
    disk = Disk()
    append_on(copy, disk, BATCH)
    assert expected == disk.trace


@pytest.mark.parametrize(("prepare", "number", "fault"), cases(FAILURES))
def test_operation_fails(prepare: Prepare, number: int, fault: Fault, copies: Archive) -> None:
    """Whatever operation fails, the batch is there whole or not at all, and trying again puts it there once."""
    prepare(copies)
    before = quick_ids(copies)
    outcome = attempt(lambda: append_on(copies, Disk(number, fault), BATCH))
    after = ids(copies)
    assert (outcome, after) in (
        ("appended", [*before, *ids_of(BATCH)]), ("StorageError", before), ("StorageError", [*before, *ids_of(BATCH)]),
    )  # fmt: skip
    try_again(copies, before)


@pytest.mark.parametrize(("prepare", "number", "fault"), cases(DEATHS))
def test_process_dies(prepare: Prepare, number: int, fault: Fault, copies: Archive) -> None:
    """Wherever the process ends, the batch is there whole or not at all, and trying again puts it there once."""
    prepare(copies)
    before = quick_ids(copies)
    child = start(lambda say: append_on(copies, Disk(number, fault), BATCH))
    assert child.wait() == EXIT
    assert ids(copies) in (before, [*before, *ids_of(BATCH)])
    try_again(copies, before)


# What `strace` shows of `regesta append`, also of what the libraries do: nothing is named, or said, before it is durable.
CALLS = [
    "write segment", "fsync segment", "link segment", "fsync events", "write checkpoint", "fsync checkpoint",
    "rename checkpoint", "fsync events", "write appended",
]  # fmt: skip


def can_trace() -> bool:
    return bool(shutil.which("strace")) and subprocess.run(["strace", "-o", os.devnull, "true"]).returncode == 0


def test_order_of_system_calls(copy: Archive) -> None:
    """The operating system is asked in the order that survives a power loss."""
    if not can_trace():
        pytest.skip("no strace, or it may not trace")
    trace, command = copy.folder / "trace", [sys.executable, "-m", "regesta", "-C", str(copy.folder), "append", "-"]
    options = ["-f", "-y", "-qq", "-e", "trace=write,fsync,fdatasync,link,linkat,rename,renameat", "-o", str(trace)]
    subprocess.run(["strace", *options, *command], input=json.dumps(BATCH).encode(), check=True, capture_output=True)
    called = rf'(\w+)\((?:\d+<|"){copy.folder}/(?:events/\.)?(\w+)|(write)\(1<.*?"(appended)'
    calls = [" ".join(filter(None, call)) for call in re.findall(called, trace.read_text("utf-8", "replace"))]
    assert calls == CALLS


def attempt(function: Callable[[], object]) -> str:
    try:
        function()
    except StorageError:
        return "StorageError"
    return "appended"


def try_again(archive: Archive, before: list[str]) -> None:
    result = archive.append(BATCH)
    assert len(BATCH) == result.appended + result.known
    assert [*before, *ids_of(BATCH)] == [event["id"] for event in check_archive(archive)]


@pytest.mark.parametrize("limit", [100, 1_000, 4_096, 8_192, 20_000, 30_000])
@pytest.mark.parametrize("count", [1, 100])
def test_disk_is_full(count: int, limit: int, copy: Archive) -> None:
    """When no file can grow beyond a limit, the batch is there whole or not at all, and goes in when there is room."""
    before, batch = ids(copy), drafts(count, 1_100)
    told = in_child(with_file_limit(limit, lambda: copy.append(batch).appended))
    assert told == str(count) or told.startswith("StorageError: ")
    assert ids(copy) in (before, [*before, *ids_of(batch)])
    result = copy.append(batch)
    assert (count, len(before) + count) == (result.appended + result.known, len(check_archive(copy)))


def live_and_die(archive: Archive, first: int, life_s: float) -> list[str]:
    """Let a writer append for a while, kill it, and return the ids of the events that it said are in the log."""
    child = start(append_endlessly(archive, first))
    time.sleep(life_s)
    child.kill()
    acknowledged = child.read().decode().split()
    assert child.wait() == DIED
    return acknowledged


def quick_ids(archive: Archive) -> list[str]:
    """Return the ids in the log as they stand; each segment has to end in a newline, each line to have its number."""
    assert all(path.read_bytes().endswith(b"\n") for path in segment_paths(archive))
    lines = log_lines(archive)
    assert all(b'"sequence":"%012d"' % number in line for number, line in enumerate(lines, start=1))
    return [line.partition(b'"id":"')[2][:32].decode() for line in lines]


@pytest.mark.parametrize("seed", range(ARCHIVES))
def test_kill(seed: int, archive: Archive) -> None:
    """A writer that is killed at any time, again and again, loses nothing acknowledged and leaves nothing by half."""
    chance, acknowledged, unknown = random.Random(seed), list[str](), list[str]()
    archive.append([letter(1)])
    for _ in range(KILLS):
        present = quick_ids(archive)
        acknowledged += live_and_die(archive, len(present) + 1, chance.uniform(*LIFE_S))
        unknown += sorted(set(acknowledged) - set(quick_ids(archive)))
    assert unknown == []
    assert set(acknowledged) <= set(ids(archive))
    assert [derived_id(letter(number)) for number in range(1, len(ids(archive)) + 1)] == ids(archive)
    archive.append([letter(10**6)])
    assert derived_id(letter(10**6)) == check_archive(archive)[-1]["id"]


@pytest.mark.parametrize("seed", range(times(6)))
def test_kill_the_command(seed: int, copy: Archive) -> None:
    """The same of `regesta append`: what it has printed is there, and what it has not is there whole or not at all."""
    before, batch = ids(copy), drafts(200, 1_000)
    command = [sys.executable, "-m", "regesta", "-C", str(copy.folder), "append", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdin
        process.stdin.write(json.dumps(batch).encode())
        process.stdin.close()
        time.sleep(random.Random(seed).uniform(0.2, 0.8))
        process.kill()
        assert process.stdout
        acknowledged = b"appended 200 events" in process.stdout.read()
    assert (acknowledged, ids(copy)) in (
        (True, [*before, *ids_of(batch)]), (False, [*before, *ids_of(batch)]), (False, before),
    )  # fmt: skip
    assert copy.append(batch).known in (0, 200)
    assert [*before, *ids_of(batch)] == [event["id"] for event in check_archive(copy)]


def test_many_writers(archive: Archive) -> None:
    """Several writers, all at once: no gap, nothing twice, nothing lost, each in its own order."""
    archive.append([letter(1)])
    children = [start(append_some(archive, 1_000 * writer, EACH)) for writer in range(1, WRITERS + 1)]
    acknowledged = [child.read().decode().split() for child in children]
    assert [child.wait() for child in children] == [0] * WRITERS
    expected = [ids_of([letter(1_000 * w + n) for n in range(EACH)]) for w in range(1, WRITERS + 1)]
    assert expected == acknowledged
    found = [event["id"] for event in check_archive(archive)]
    assert [len(found), len(segment_paths(archive))] == [1 + WRITERS * EACH] * 2
    assert expected == [[item for item in found if item in mine] for mine in map(set, expected)]


def test_killed_among_writers(archive: Archive) -> None:
    """Beside writers others are killed at any time, some while they hold a number: nobody loses what was said."""
    chance, acknowledged = random.Random(1), list[str]()
    archive.append([letter(1)])
    children = [start(append_some(archive, 1_000 * writer, EACH // 2)) for writer in (1, 2)]
    for kill in range(KILLS_AMONG_WRITERS):
        number = 10_000 + 1_000 * kill
        holder = start(die_with_a_number(archive, number))
        acknowledged += live_and_die(archive, number + 10, chance.uniform(*LIFE_S))
        assert holder.wait() == EXIT
    acknowledged += [item for child in children for item in child.read().decode().split()]
    assert [child.wait() for child in children] == [0, 0]
    found = [event["id"] for event in check_archive(archive, killed=True)]
    assert sorted(set(acknowledged) - set(found)) == []
    assert len(found) >= 1 + EACH + 3 * KILLS_AMONG_WRITERS
    archive.append([letter(10**6)])
    assert derived_id(letter(10**6)) == check_archive(archive)[-1]["id"]


def test_many_writers_of_the_same(archive: Archive) -> None:
    """Four writers of the same twenty events: each event is there once."""
    children = [start(append_some(archive, 1, 20)) for _ in range(4)]
    acknowledged = [child.read().decode().split() for child in children]
    assert [child.wait() for child in children] == [0] * 4
    expected = ids_of([letter(number) for number in range(1, 21)])
    assert [expected] * 4 == acknowledged
    assert expected == [event["id"] for event in check_archive(archive)]


def test_killed_with_the_lock(archive: Archive) -> None:
    """When a writer is killed that has the lock, those that wait for it go on."""

    def hold(say: Callable[[str], None]) -> None:
        def check(_events: object) -> None:
            say("locked")
            os.read(os.pipe()[0], 1)

        log_with_check(archive, check).append([letter(60)])

    archive.append([letter(1)])
    holder = start(hold)
    holder.wait_for(b"locked")
    waiting = [start(append_some(archive, 1_000 * writer, 5)) for writer in (1, 2)]
    holder.kill()
    assert holder.wait() == DIED
    assert [len(child.read().split()) for child in waiting] == [5, 5]
    assert [child.wait() for child in waiting] == [0, 0]
    assert (len(check_archive(archive)), derived_id(letter(60)) in ids(archive)) == (11, False)
