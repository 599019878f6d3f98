"""The log: appended once, in one order, all or none; read back; in step with its checkpoint and its index."""

from __future__ import annotations

import base64
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from regesta import durable
from regesta.archive import Archive
from regesta.errors import ConflictError, EventError, LogError, StorageError
from regesta.events import _spool
from regesta.events import log as log_module
from regesta.events.checkpoint import Checkpoint
from regesta.events.log import AppendResult, Log
from regesta.events.merkle import EMPTY_ROOT
from regesta.events.verify import verify
from regesta.schema.types import engine_types
from tests.archives import (
    ORIGIN,
    answer,
    check_archive,
    derived_id,
    document,
    drafts,
    letter,
    log_lines,
    make_archive,
    retraction,
    segment_paths,
    snapshot,
)  # fmt: skip
from tests.children import Child, in_child, start, without_rights
from tests.events.writers import (
    after_calls,
    copy_archive,
    edit_line,
    intruding,
    log_with_check,
    rewrite,
    write_checkpoint,
    write_segment,
)  # fmt: skip

FIRST, SECOND = derived_id(letter(1)), derived_id(answer(2))
NOWHERE = "0" * 32


def events_folder(archive: Archive) -> dict[str, bytes]:
    return snapshot(archive.folder / "events") if (archive.folder / "events").is_dir() else {}


def ids(archive: Archive) -> list[str]:
    return [event.id for event in archive.log.events()]


def ids_of(items: list[dict[str, Any]]) -> list[str]:
    return [derived_id(item) for item in items]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive with six events in two segments, to be copied."""
    archive = make_archive(tmp_path_factory.mktemp("template"))
    archive.append(drafts(3))
    archive.append(drafts(3, 4))
    return archive


@pytest.fixture
def filled(template: Archive, quick_path: Path) -> Archive:
    """An archive with six events in two segments."""
    return copy_archive(template, quick_path)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Segments of four events, in chunks of two."""
    monkeypatch.setattr(_spool, "SEGMENT_EVENTS", 4)
    monkeypatch.setattr(log_module, "CHUNK_EVENTS", 2)


# Append and read


def test_append(archive: Archive) -> None:
    """What was appended is read back, numbered from 1."""
    assert AppendResult(first=1, last=6, known=0, appended=6, notices=[]) == archive.append(drafts(6))
    assert ids_of(drafts(6)) == [event["id"] for event in check_archive(archive)] == ids(archive)


def test_append_again_and_again(archive: Archive) -> None:
    """Each append is one segment, and numbers go on where the last one ended."""
    results = [archive.append(drafts(2, first)) for first in (1, 3, 5)]
    assert [(item.first, item.last, item.appended) for item in results] == [(1, 2, 2), (3, 4, 2), (5, 6, 2)]
    assert list(events_folder(archive)) == ["000001.jsonl", "000002.jsonl", "000003.jsonl", "checkpoint"]
    assert ids_of(drafts(6)) == [event["id"] for event in check_archive(archive)]


def test_published_segments_never_change(archive: Archive) -> None:
    """A later append leaves the segments that are there as they are, down to the file."""
    archive.append(drafts(2))
    before = (segment_paths(archive)[0].stat().st_ino, segment_paths(archive)[0].stat().st_mtime_ns, log_lines(archive))
    archive.append(drafts(2, 3))
    path = segment_paths(archive)[0]
    assert before == (path.stat().st_ino, path.stat().st_mtime_ns, log_lines(archive)[:2])


def test_append_nothing(archive: Archive) -> None:
    """No events make no segment and no checkpoint."""
    assert (AppendResult(), {}) == (archive.append([]), events_folder(archive))


def test_append_nothing_to_something(filled: Archive) -> None:
    """No events leave the log as it is."""
    before = events_folder(filled)
    assert (AppendResult(), before) == (filled.append([]), events_folder(filled))


def test_append_from_a_generator(archive: Archive) -> None:
    """Events may come one by one from anywhere; each is asked for once."""
    assert archive.append(item for item in drafts(6)).appended == 6
    assert len(check_archive(archive)) == 6


def test_state_folder(archive: Archive) -> None:
    """Index and lock lie apart from the log, out of version control, and may be deleted."""
    archive.append(drafts(3))
    assert (archive.folder / ".regesta" / ".gitignore").read_text() == "*\n"
    assert {"log.db", "log.lock"} <= {path.name for path in (archive.folder / ".regesta").iterdir()}


@pytest.mark.parametrize("after", [0, 1, 3, 5, 6, 7, 100])
def test_events_after(after: int, filled: Archive) -> None:
    """Reading can begin behind any event."""
    assert list(range(after + 1, 7)) == [event.sequence for event in filled.log.events(after)]


def test_events_of_nothing(archive: Archive) -> None:
    """A log that has not begun has no events, no checkpoint and no size."""
    assert (list(archive.log.events()), archive.log.checkpoint(), archive.log.size()) == ([], None, 0)


def test_checkpoint(filled: Archive) -> None:
    """The checkpoint names the log and covers it."""
    checkpoint = filled.log.checkpoint()
    assert checkpoint is not None
    assert (checkpoint.origin, checkpoint.size, checkpoint.signatures) == (ORIGIN, 6, ())
    assert len(check_archive(filled)) == 6


# Once


def test_same_events_again(filled: Archive) -> None:
    """Appending what is there is a no-op that says so."""
    before = events_folder(filled)
    assert AppendResult(known=6) == filled.append(drafts(6))
    assert before == events_folder(filled)


def test_some_events_again(filled: Archive) -> None:
    """Of a batch only what is new is appended, in its order."""
    assert AppendResult(first=7, last=8, known=3, appended=2) == filled.append([*drafts(2), *drafts(3, 6)])
    assert ids_of(drafts(8)) == [event["id"] for event in check_archive(filled)]


def test_one_event_twice_in_a_batch(archive: Archive) -> None:
    """An event that occurs twice in one batch is appended once."""
    assert AppendResult(first=1, last=2, known=2, appended=2) == archive.append([*drafts(2), *drafts(2)])
    assert len(check_archive(archive)) == 2


def test_one_event_twice_in_two_chunks(archive: Archive, small: None) -> None:
    """Also when the batch is taken in several pieces."""
    result = archive.append([*drafts(3), *drafts(5), *drafts(1)])
    assert AppendResult(first=1, last=5, known=4, appended=5) == result
    assert ids_of(drafts(5)) == [event["id"] for event in check_archive(archive)]


def test_same_event_copied_from_the_log(filled: Archive) -> None:
    """The lines of the log, handed in again, are known."""
    assert AppendResult(known=6) == filled.append([json.loads(line) for line in log_lines(filled)])


def test_moved_to_another_log(filled: Archive, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The lines of one log make another log: same ids, its own numbers and times."""
    other = make_archive(tmp_path_factory.mktemp("other"), origin="example.org/other")
    other.append(drafts(1, 3))
    other.append([json.loads(line) for line in log_lines(filled)])
    assert ids_of([*drafts(1, 3), *drafts(2), *drafts(3, 4)]) == [event["id"] for event in check_archive(other)]


OTHER_CONTENT = {
    "corrects something": ([letter(9, replaces=FIRST)], f"replaces None, this one says {FIRST}"),
    "twice in the batch": ([letter(10), letter(10, replaces=FIRST)], f"replaces None, this one says {FIRST}"),
    "corrects no more": ([letter(8)], f"replaces {FIRST}, this one says None"),
    "corrects another": ([letter(8, replaces=SECOND)], f"replaces {FIRST}, this one says {SECOND}"),
}


@pytest.mark.parametrize(("batch", "words"), OTHER_CONTENT.values(), ids=OTHER_CONTENT.keys())
def test_same_id_other_content(batch: list[dict[str, Any]], words: str, filled: Archive) -> None:
    """The same id with another correction is refused with both, and nothing of the batch is appended."""
    filled.append([letter(9), letter(8, replaces=FIRST)])
    before = events_folder(filled)
    with pytest.raises(EventError) as caught:
        filled.append([letter(20), *batch], place="line {}".format)
    assert f"line {len(batch) + 1}: the log has " in str(caught.value)
    assert words in str(caught.value)
    assert before == events_folder(filled)


# Corrections


def test_corrections(filled: Archive) -> None:
    """Events are replaced and taken back, corrections too, also those of the same batch."""
    batch = [
        letter(7, replaces=FIRST),
        retraction(SECOND),
        letter(8),
        letter(9, replaces=derived_id(letter(8))),
        retraction(derived_id(retraction(SECOND))),
    ]
    assert filled.append(batch).appended == 5
    assert [None] * 6 + [FIRST, SECOND, None, derived_id(letter(8)), derived_id(retraction(SECOND))] == [
        event.corrects for event in filled.log.events()
    ]
    assert len(check_archive(filled)) == 11


CORRECTS_NOTHING = {
    "replaces": (letter(7, replaces=NOWHERE), f"there is no event {NOWHERE} to replace"),
    "retracts": (retraction(NOWHERE), f"there is no event {NOWHERE} to retract"),
    "replaces itself": (letter(7, replaces=derived_id(letter(7))), "to replace"),
    "replaces a later one": (letter(7, replaces=derived_id(letter(8))), "to replace"),
    "retracts a later one": (retraction(derived_id(letter(8))), "to retract"),
}


@pytest.mark.parametrize(("draft", "words"), CORRECTS_NOTHING.values(), ids=CORRECTS_NOTHING.keys())
def test_correction_of_nothing(draft: dict[str, Any], words: str, filled: Archive) -> None:
    """Only what is there already can be corrected."""
    before = events_folder(filled)
    with pytest.raises(EventError, match=r"event 1: there is no event .* \(run `regesta log`\)") as caught:
        filled.append([draft, letter(8)])
    assert words in str(caught.value)
    assert before == events_folder(filled)


# All or none

BAD = {
    "unknown type": (letter(1, type="letter.lost"), "the event type 'letter.lost' is not known"),
    "not an event": ("letter", "an event is an object"),
    "outside its schema": (answer(1, data={}), '"letter" is a required property'),
    "no date": (letter(1, edtf="soon"), "'soon'"),
    "breaks a constraint": (answer(1, data=answer(1)["data"] | {"answer": "hm"}), "answers: answer is 'hm'"),
    "corrects nothing": (retraction(NOWHERE), "there is no event"),
    "wrong id": (letter(1, id=NOWHERE), f"id is '{NOWHERE}'"),
}


@pytest.mark.parametrize(("bad", "words"), BAD.values(), ids=BAD.keys())
def test_bad_event(bad: Any, words: str, filled: Archive) -> None:
    """One bad event at the end of a long batch is named by its place, and nothing of the batch is left behind."""
    before = events_folder(filled)
    with pytest.raises(EventError) as caught:
        filled.append([*MANY[:5_000], bad])
    assert caught.value.where == "event 5001"
    assert words in str(caught.value)
    assert (before, [], 6) == (events_folder(filled), verify(filled).notices, filled.log.size())


@pytest.mark.parametrize("position", [1, 2, 1_999, 2_000, 2_001, 4_000, 5_000])
def test_bad_event_anywhere(position: int, filled: Archive) -> None:
    """Wherever the bad event is, it is named by its place, and nothing of the batch is left behind."""
    before = events_folder(filled)
    with pytest.raises(EventError) as caught:
        filled.append([*MANY[: position - 1], letter(1, edtf="soon"), *MANY[position:]])
    assert f"event {position}" == caught.value.where
    assert (before, [], 6) == (events_folder(filled), verify(filled).notices, filled.log.size())


MANY = drafts(5_001, 7)


def test_many(filled: Archive) -> None:
    """The same batch without a bad event is taken whole."""
    assert AppendResult(first=7, last=5_007, appended=5_001) == filled.append(MANY)
    assert len(check_archive(filled)) == 5_007


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, OSError, GeneratorExit])
def test_source_breaks(error: type[BaseException], filled: Archive, small: None) -> None:
    """When the events do not come to their end, nothing of them is left behind, and the error is the source's."""

    def broken() -> Iterator[dict[str, Any]]:
        yield from drafts(7, 7)
        raise error

    before = events_folder(filled)
    with pytest.raises(error):
        filled.append(chain(broken()))
    assert before == events_folder(filled)
    assert filled.append(drafts(7, 7)).appended == 7


def test_place(archive: Archive) -> None:
    """The caller says what the events are called."""
    with pytest.raises(EventError, match=r"^letters\.jsonl:2: the member 'type' is missing$"):
        archive.append([letter(1), {}], place="letters.jsonl:{}".format)


# Several segments


@pytest.mark.parametrize("count", [1, 3, 4, 5, 7, 8, 9, 12, 13])
def test_several_segments(count: int, archive: Archive, small: None) -> None:
    """A long append makes as many full segments as it takes, and one for the rest."""
    result = archive.append(drafts(count))
    expected = [4] * (count // 4) + [count % 4] * (count % 4 > 0)
    assert (1, count, count) == (result.first, result.last, result.appended)
    assert expected == [path.read_bytes().count(b"\n") for path in segment_paths(archive)]
    assert ids_of(drafts(count)) == [event["id"] for event in check_archive(archive)]


def test_segments_by_size(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """A segment has no more bytes than the limit says."""
    monkeypatch.setattr(_spool, "SEGMENT_BYTES", 1_000)
    archive.append(drafts(20))
    assert [path.name for path in segment_paths(archive) if path.stat().st_size > 1_000] == []
    assert len(check_archive(archive)) == 20
    assert len(segment_paths(archive)) > 5


def test_fault_after_some_segments(archive: Archive, small: None) -> None:
    """A bad event behind some full segments leaves none of them."""
    with pytest.raises(EventError, match="event 11"):
        archive.append([*drafts(10), {}])
    assert events_folder(archive) == {}


# Only if the log is as long as expected


def test_expected_size(archive: Archive) -> None:
    """An append on the condition that is met goes through."""
    assert [archive.append([letter(n)], expected_size=size).last for n, size in ((1, 0), (2, 1), (2, 2))] == [1, 2, 0]


@pytest.mark.parametrize("expected", [0, 5, 7, -1])
def test_unexpected_size(expected: int, filled: Archive) -> None:
    """An append on another condition is refused, with both sizes, and appends nothing."""
    before = events_folder(filled)
    with pytest.raises(ConflictError) as caught:
        filled.append([letter(7)], expected_size=expected)
    words = f"the log has 6 events, expected {expected} (read what was added, then try again)"
    assert (words, 1, before) == (str(caught.value), caught.value.exit_code, events_folder(filled))


def test_unexpected_size_reads_nothing(filled: Archive) -> None:
    """The condition is checked before the first event is asked for."""
    source = iter(drafts(1, 7))
    with pytest.raises(ConflictError):
        filled.append(source, expected_size=5)
    assert len(list(source)) == 1


# Trying it out


def test_dry_run(filled: Archive) -> None:
    """A dry run says what an append would do, and does nothing."""
    before = events_folder(filled)
    result = filled.append([*drafts(2), *drafts(2, 7)], dry_run=True)
    assert (AppendResult(first=7, last=8, known=2, appended=2), before) == (result, events_folder(filled))
    assert result == filled.append([*drafts(2), *drafts(2, 7)])


def test_dry_run_of_nothing(filled: Archive) -> None:
    """A dry run of what is there already finds nothing new."""
    assert AppendResult(known=6) == filled.append(drafts(6), dry_run=True)


def test_dry_run_of_several_segments(archive: Archive, small: None) -> None:
    """A dry run counts over all segments."""
    assert AppendResult(first=1, last=9, appended=9) == archive.append(drafts(9), dry_run=True)
    assert events_folder(archive) == {}


def test_dry_run_of_a_bad_event(filled: Archive) -> None:
    """A dry run refuses what an append would refuse."""
    with pytest.raises(EventError, match="event 2: the member 'type' is missing"):
        filled.append([letter(7), {}], dry_run=True)


# The clock


def test_recorded_time_never_decreases(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the clock goes back, events are recorded at the time of the last one until it has caught up."""
    clock = iter(["2017-07-01T00:00:00.000Z", "2017-06-30T00:00:00.000Z", "2017-07-02T00:00:00.000Z"])
    monkeypatch.setattr(log_module, "_now", lambda: next(clock))
    for number in (1, 2, 3):
        archive.append([letter(number)])
    expected = ["2017-07-01T00:00:00.000Z", "2017-07-01T00:00:00.000Z", "2017-07-02T00:00:00.000Z"]
    assert expected == [event.recorded for event in archive.log.events()]
    check_archive(archive)


def test_recorded_time_without_the_index(filled: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time of the last event is known from the log, not only from the index."""
    shutil.rmtree(filled.folder / ".regesta")
    monkeypatch.setattr(log_module, "_now", lambda: "2001-01-01T00:00:00.000Z")
    filled.append([letter(7)])
    recorded = [event.recorded for event in filled.log.events()]
    assert recorded[5] == recorded[6]
    check_archive(filled)


def test_one_time_for_one_append(archive: Archive, small: None) -> None:
    """All events of an append are recorded at once."""
    archive.append(drafts(9))
    assert len({event.recorded for event in archive.log.events()}) == 1


# Writers without our lock


@pytest.mark.parametrize("rivals", [1, 2, 3])
def test_another_writer_was_first(rivals: int, filled: Archive) -> None:
    """When another writer takes the number, as often as it may, we come behind it; nobody loses anything."""
    others = [[letter(50 + number)] for number in range(rivals)]
    result = log_with_check(filled, intruding(filled, *others)).append([letter(7), letter(8)])
    expected = AppendResult(first=7 + rivals, last=8 + rivals, appended=2)
    assert expected == result
    assert [*ids_of(drafts(6)), *ids_of([letter(50 + n) for n in range(rivals)]), *ids_of([letter(7), letter(8)])] == [
        event["id"] for event in check_archive(filled)
    ]


def test_another_writer_began_the_log(archive: Archive) -> None:
    """Also when there was no log yet."""
    assert log_with_check(archive, intruding(archive, [letter(50)])).append([letter(1)]).first == 2
    assert ids_of([letter(50), letter(1)]) == [event["id"] for event in check_archive(archive)]


def test_another_writer_wrote_the_same(filled: Archive) -> None:
    """What the other writer brought in is known and not written twice."""
    result = log_with_check(filled, intruding(filled, [letter(8), letter(7)])).append([letter(7), letter(9), letter(8)])
    assert AppendResult(first=9, last=9, known=2, appended=1) == result
    assert len(check_archive(filled)) == 9


def test_another_writer_wrote_all_of_it(filled: Archive) -> None:
    """When nothing is left, nothing is written, and the checkpoint covers what the other one wrote."""
    result = log_with_check(filled, intruding(filled, [letter(7), letter(8)])).append([letter(7), letter(8)])
    assert AppendResult(known=2) == result
    assert len(check_archive(filled)) == 8


def test_another_writer_with_other_content(filled: Archive) -> None:
    """What the other writer has made impossible is refused, and nothing of ours is in the log."""
    with pytest.raises(EventError, match=r"event 2 of the retry: the log has .* with replaces"):
        log_with_check(filled, intruding(filled, [letter(8, replaces=FIRST)])).append([letter(7), letter(8)])
    assert ids_of([*drafts(6), letter(8)]) == ids(filled)
    filled.append([])
    check_archive(filled)


def test_another_writer_and_an_expected_size(filled: Archive) -> None:
    """The condition holds to the end: when another writer comes in between, the append is refused."""
    with pytest.raises(ConflictError, match="the log has 7 events, expected 6"):
        log_with_check(filled, intruding(filled, [letter(50)])).append([letter(7)], expected_size=6)
    assert ids_of([*drafts(6), letter(50)]) == ids(filled)
    filled.append([])
    check_archive(filled)


@pytest.mark.parametrize("published", [0, 1, 2])
def test_another_writer_between_our_segments(
    published: int, archive: Archive, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When another writer comes between two of our segments, the rest comes behind it, once."""
    act = after_calls(published, durable.publish_new, lambda: write_segment(archive, [letter(50)]))
    monkeypatch.setattr(durable, "publish_new", act)
    result = archive.append(drafts(9))
    monkeypatch.undo()
    first = 1 if published else 2
    assert (first, 10, 9, 0) == (result.first, result.last, result.appended, result.known)
    mine = drafts(9)
    assert ids_of([*mine[: published * 4], letter(50), *mine[published * 4 :]]) == [
        event["id"] for event in check_archive(archive)
    ]


def test_another_writer_wrote_nonsense(filled: Archive) -> None:
    """What is no segment stops us with file and line, and nothing of ours is in the log."""
    path = filled.folder / "events" / "000003.jsonl"

    def nonsense(_events: object) -> None:
        path.write_bytes(b"hello\n")

    with pytest.raises(LogError, match=r"000003\.jsonl:1: not valid JSON"):
        log_with_check(filled, nonsense).append([letter(7)])
    path.unlink()
    assert len(check_archive(filled)) == 6


def test_lock_is_held(filled: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that waits too long for its turn says so and appends nothing."""
    monkeypatch.setattr(log_module, "LOCK_TIMEOUT_S", 0.1)
    holder = holding_the_lock(filled)
    with pytest.raises(StorageError, match=r"events: another process has been writing for 0\.1 s \(try again\)"):
        filled.append([letter(7)])
    holder.kill()
    holder.wait()
    assert filled.append([letter(7)]).first == 7


def holding_the_lock(archive: Archive) -> Child:
    """Return a child that has the lock and keeps it."""

    def hold(say: Callable[[str], None]) -> None:
        def check(_events: object) -> None:
            say("locked")
            os.read(os.pipe()[0], 1)

        log_with_check(archive, check).append([letter(60)])

    child = start(hold)
    child.wait_for(b"locked")
    return child


def test_threads(archive: Archive) -> None:
    """Threads that share one archive take turns."""
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda number: archive.append([letter(number)]), range(1, 21)))
    assert [result.appended for result in results] == [1] * 20
    assert list(range(1, 21)) == sorted(result.first for result in results)
    assert len(check_archive(archive)) == 20


# The index


def older_index(archive: Archive) -> None:
    shutil.copytree(archive.folder / ".regesta", archive.folder / "older")
    archive.append(drafts(3, 7))
    shutil.rmtree(archive.folder / ".regesta")
    (archive.folder / "older").rename(archive.folder / ".regesta")
    archive.append(drafts(1))


def index_of_another_log(archive: Archive) -> None:
    """Put the index of a log in place that has other events in segments of the same sizes."""
    other = make_archive(archive.folder / "other")
    for first in (1, 4):
        other.append([item | {"source": "manual;"} for item in drafts(3, first)])
    assert [path.stat().st_size for path in segment_paths(other)] == [p.stat().st_size for p in segment_paths(archive)]
    shutil.rmtree(archive.folder / ".regesta")
    (other.folder / ".regesta").rename(archive.folder / ".regesta")
    shutil.rmtree(other.folder)


def change_index(script: str) -> Callable[[Archive], None]:
    def change(archive: Archive) -> None:
        with closing(sqlite3.connect(archive.folder / ".regesta" / "log.db")) as db:
            db.executescript(script)

    return change


def packed(archive: Archive) -> None:
    rewrite(archive, log_lines(archive))


def split(archive: Archive) -> None:
    lines = log_lines(archive)
    for number, line in enumerate(lines, start=1):
        (archive.folder / "events" / f"{number:06d}.jsonl").write_bytes(line + b"\n")


def pulled(archive: Archive) -> None:
    """Let segments and checkpoint arrive from elsewhere, as with git pull."""
    write_segment(archive, [letter(50)])
    write_checkpoint(archive, log_lines(archive))


# What may have happened to the index, or to the segments behind its back; the log itself is good.
INDEX: dict[str, Callable[[Archive], object]] = {
    "deleted": lambda archive: shutil.rmtree(archive.folder / ".regesta"),
    "file deleted": lambda archive: (archive.folder / ".regesta" / "log.db").unlink(),
    "noise": lambda archive: (archive.folder / ".regesta" / "log.db").write_bytes(os.urandom(9_000)),
    "empty": lambda archive: (archive.folder / ".regesta" / "log.db").write_bytes(b""),
    "an older one": older_index,
    "another log's": index_of_another_log,
    "wrong tree": change_index("update state set frontier = zeroblob(length(frontier))"),
    "wrong size of a segment": change_index("update segments set bytes = bytes + 1 where number = 1"),
    "a segment too many": change_index("insert into segments values (3, 100)"),
    "a segment too few": change_index("delete from segments where number = 2"),
    "no state": change_index("delete from state"),
    "emptied": change_index("delete from ids; delete from segments; update state set size = 0, frontier = x''"),
    "segments packed": packed,
    "segments split": split,
    "segments from elsewhere": pulled,
}


@pytest.mark.parametrize("happen", INDEX.values(), ids=INDEX.keys())
def test_index_does_not_fit(happen: Callable[[Archive], object], filled: Archive) -> None:
    """Whatever happened to the index, the next append is made on the log as it is."""
    happen(filled)
    known = ids(filled)
    assert filled.append([letter(1), letter(70)]).known == 1
    assert [*known, derived_id(letter(70))] == [event["id"] for event in check_archive(filled)]
    assert (len(known) + 1) == Archive.open(filled.folder).log.size()


def test_older_log_restored(filled: Archive, tmp_path_factory: pytest.TempPathFactory) -> None:
    """When the log is put back to an older state as a whole, the newer index does not matter."""
    older = tmp_path_factory.mktemp("older") / "events"
    shutil.copytree(filled.folder / "events", older)
    filled.append(drafts(6, 7))
    shutil.rmtree(filled.folder / "events")
    shutil.copytree(older, filled.folder / "events")
    assert filled.append([letter(70)]).first == 7
    assert ids_of([*drafts(6), letter(70)]) == [event["id"] for event in check_archive(filled)]


@pytest.mark.parametrize("page", range(8))
def test_page_of_the_index_lost(page: int, filled: Archive) -> None:
    """A page of noise in the index fails at most one append, and never reaches the log."""
    path = filled.folder / ".regesta" / "log.db"
    noise = path.read_bytes()[: page * 4_096] + os.urandom(4_096) + path.read_bytes()[(page + 1) * 4_096 :]
    path.write_bytes(noise)
    told = [outcome(lambda: filled.append([letter(1), letter(70)])) for _ in range(2)]
    assert told[1] in ("known 1", "known 2")
    assert told[0] in ("known 1", "StorageError")
    assert ids_of([*drafts(6), letter(70)]) == [event["id"] for event in check_archive(filled)]


def outcome(function: Callable[[], AppendResult]) -> str:
    try:
        return f"known {function().known}"
    except StorageError:
        return "StorageError"


# Leftovers


def test_leftovers_are_removed(filled: Archive) -> None:
    """What killed appends left is removed, with a notice for each."""
    names = [".000003.jsonl.00aa11bb.tmp", ".checkpoint.01234567.tmp", ".segment.89abcdef.tmp"]
    for name in names:
        (filled.folder / "events" / name).write_bytes(b"half a li")
    expected = [f"removed {name}, left by an append that was killed" for name in names]
    assert expected == filled.append([letter(7)]).notices
    assert (filled.append([letter(8)]).notices, len(check_archive(filled))) == ([], 8)


def test_others_files_are_not_removed(filled: Archive) -> None:
    """What has another name, or is no plain file, is left alone."""
    folder = filled.folder / "events"
    for name in ("README.md", ".gitattributes", "segment.tmp", ".tmp~"):
        (folder / name).write_text("x")
    (folder / ".folder.tmp").mkdir()
    (folder / ".link.tmp").symlink_to("README.md")
    before = {path.name for path in folder.iterdir()}
    assert filled.append([letter(7)]).notices == []
    assert before | {"000003.jsonl"} == {path.name for path in folder.iterdir()}


# The checkpoint


def put_checkpoint(archive: Archive, text: bytes) -> None:
    (archive.folder / "events" / "checkpoint").write_bytes(text)


def checkpoint_with(**changes: Any) -> Callable[[Archive], None]:
    def change(archive: Archive) -> None:
        lines = log_lines(archive)[: changes.get("size")]
        write_checkpoint(archive, lines)
        origin, size, root = (archive.folder / "events" / "checkpoint").read_text("utf-8").splitlines()
        put_checkpoint(archive, f"{changes.get('origin', origin)}\n{size}\n{changes.get('root', root)}\n".encode())

    return change


def as_folder(archive: Archive) -> None:
    (archive.folder / "events" / "checkpoint").unlink()
    (archive.folder / "events" / "checkpoint").mkdir()


def as_link(archive: Archive) -> None:
    (archive.folder / "events" / "checkpoint").rename(archive.folder / "elsewhere")
    (archive.folder / "events" / "checkpoint").symlink_to("../elsewhere")


def as_pipe(archive: Archive) -> None:
    (archive.folder / "events" / "checkpoint").unlink()
    os.mkfifo(archive.folder / "events" / "checkpoint")


OTHER_ROOT = base64.b64encode(bytes(32)).decode()
EMPTY = base64.b64encode(EMPTY_ROOT).decode()

# A checkpoint that is true of a prefix, or none: the next append brings it up to date.
BEHIND: dict[str, Callable[[Archive], object]] = {
    "missing": lambda archive: (archive.folder / "events" / "checkpoint").unlink(),
    "empty log": checkpoint_with(size=0),
    "one event": checkpoint_with(size=1),
    "one segment": checkpoint_with(size=3),
    "one event behind": checkpoint_with(size=5),
    "signed": lambda archive: put_checkpoint(archive, checkpoint_bytes(archive) + "\n— a AAAAAAA=\n".encode()),
}

# A checkpoint that is not true of the log: name, what happened, what is said.
WRONG: dict[str, tuple[Callable[[Archive], object], str]] = {
    "ahead": (
        lambda archive: put_checkpoint(archive, f"{ORIGIN}\n7\n{OTHER_ROOT}\n".encode()),
        "checkpoint: the checkpoint covers 7 events, the log has 6 (run `regesta verify`)",
    ),
    "other root": (
        checkpoint_with(root=OTHER_ROOT),
        "checkpoint: the first 6 events are not the ones that the checkpoint covers (run `regesta verify`)",
    ),
    "other root behind": (
        checkpoint_with(size=4, root=OTHER_ROOT),
        "checkpoint: the first 4 events are not the ones that the checkpoint covers (run `regesta verify`)",
    ),
    "other root of nothing": (
        checkpoint_with(size=0, root=OTHER_ROOT),
        "checkpoint: the first 0 events are not the ones that the checkpoint covers (run `regesta verify`)",
    ),
    "root of nothing": (
        checkpoint_with(root=EMPTY),
        "checkpoint: the first 6 events are not the ones that the checkpoint covers (run `regesta verify`)",
    ),
    "other origin": (
        checkpoint_with(origin="example.org/other"),
        "checkpoint: the origin is 'example.org/other', archive.toml says 'example.org/letters'",
    ),
    "empty file": (lambda archive: put_checkpoint(archive, b""), "checkpoint:1: the checkpoint ends here"),
    "no checkpoint": (lambda archive: put_checkpoint(archive, b"a\nb\nc\n"), "checkpoint:2: the size is 'b'"),
    "half of one": (lambda archive: put_checkpoint(archive, checkpoint_bytes(archive)[:40]), "checkpoint:3: the last"),
    "folder": (as_folder, "checkpoint: expected a plain file, found a link, a folder or a device"),
    "link": (as_link, "checkpoint: expected a plain file, found a link, a folder or a device"),
    "pipe": (as_pipe, "checkpoint: expected a plain file, found a link, a folder or a device"),
}  # fmt: skip


def checkpoint_bytes(archive: Archive) -> bytes:
    return (archive.folder / "events" / "checkpoint").read_bytes()


@pytest.mark.parametrize("cold", [False, True], ids=["with the index", "without"])
@pytest.mark.parametrize("happen", BEHIND.values(), ids=BEHIND.keys())
def test_checkpoint_is_behind(happen: Callable[[Archive], object], cold: bool, filled: Archive) -> None:
    """A checkpoint that lags behind is brought up to date, with an index or without."""
    happen(filled)
    (shutil.rmtree if cold else Path)(filled.folder / ".regesta")
    assert filled.append([letter(7)]).first == 7
    assert len(check_archive(filled)) == 7


@pytest.mark.parametrize("cold", [False, True], ids=["with the index", "without"])
@pytest.mark.parametrize(("happen", "words"), WRONG.values(), ids=WRONG.keys())
def test_checkpoint_is_wrong(happen: Callable[[Archive], object], words: str, cold: bool, filled: Archive) -> None:
    """On a log that is not the one of its checkpoint nothing is appended, and nothing is changed."""
    happen(filled)
    (shutil.rmtree if cold else Path)(filled.folder / ".regesta")
    before = {path.name: path.lstat().st_mtime_ns for path in (filled.folder / "events").iterdir()}
    with pytest.raises(LogError) as caught:
        filled.append([letter(7)])
    assert words in str(caught.value)
    assert before == {path.name: path.lstat().st_mtime_ns for path in (filled.folder / "events").iterdir()}


def test_append_nothing_mends_the_checkpoint(filled: Archive) -> None:
    """An append of nothing is enough to bring the checkpoint up to date."""
    checkpoint_with(size=2)(filled)
    filled.append([])
    assert len(check_archive(filled)) == 6


# Segments


def drop(number: int) -> Callable[[Archive], None]:
    return lambda archive: (archive.folder / "events" / f"{number:06d}.jsonl").unlink()


def replace_by(make: Callable[[Path], object], number: int = 2) -> Callable[[Archive], None]:
    def change(archive: Archive) -> None:
        path = archive.folder / "events" / f"{number:06d}.jsonl"
        path.rename(archive.folder / "elsewhere")
        make(path)

    return change


def edit(number: int, old: bytes, new: bytes, segment: int = 2) -> Callable[[Archive], None]:
    return lambda archive: edit_line(archive.folder / "events" / f"{segment:06d}.jsonl", number, old, new)


def cut(archive: Archive) -> None:
    path = archive.folder / "events" / "000002.jsonl"
    path.write_bytes(path.read_bytes()[:-1])


# What is wrong with the segments, what is said by who appends without an index.
DAMAGED: dict[str, tuple[Callable[[Archive], object], str]] = {
    "first is missing": (drop(1), "events: the segment 000001.jsonl is missing (run `regesta verify`)"),
    "last is missing": (drop(2), "checkpoint: the checkpoint covers 6 events, the log has 3 (run `regesta verify`)"),
    "gap": (
        lambda archive: (archive.folder / "events" / "000004.jsonl").write_bytes(b"x\n"),
        "events: the segment 000003.jsonl is missing (run `regesta verify`)",
    ),
    "link": (
        replace_by(lambda path: path.symlink_to("../elsewhere")),
        "000002.jsonl: expected a plain file, found a link, a folder or a device",
    ),
    "folder": (replace_by(lambda path: path.mkdir()), "000002.jsonl: expected a plain file"),
    "pipe": (replace_by(lambda path: os.mkfifo(path)), "000002.jsonl: expected a plain file"),
    "empty": (replace_by(lambda path: path.touch()), "000002.jsonl: 0 lines, a segment has 1 to 100000"),
    "no newline at the end": (cut, "000002.jsonl:3: the last line does not end in a newline (run `regesta verify`)"),
    "no JSON": (edit(2, b'{"data"', b'{data"'), "000002.jsonl:2: not valid JSON"),
    "no object": (edit(2, b'{"data"', b'["data"'), "000002.jsonl:2: not valid JSON"),
    "blank line": (edit(1, b'{"data"', b'\n{"data"'), "000002.jsonl:1: not valid JSON"),
    "member is missing": (edit(3, b'"source"', b'"sauce"'), "000002.jsonl:3: the member 'source' is missing"),
    "sequence twice": (edit(2, b'"000000000005"', b'"000000000004"'), "000002.jsonl:2: sequence is 4, expected 5"),
    "sequence is no number": (edit(2, b'"000000000005"', b'"five"'), "000002.jsonl:2: sequence must be 12 digits"),
    "id is no id": (edit(1, b'"id":"', b'"id":"x'), "000002.jsonl:1: id is 'x"),
    "id twice": (
        lambda archive: twice(archive), "000001.jsonl: an event id occurs twice (run `regesta verify`)",
    ),
    "data changed": (
        edit(1, b'"about":"the roll"', b'"about":"the role"'),
        "checkpoint: the first 6 events are not the ones that the checkpoint covers (run `regesta verify`)",
    ),
    "recordedtime changed": (
        edit(2, b'"recordedtime":"2', b'"recordedtime":"3'),
        "checkpoint: the first 6 events are not the ones that the checkpoint covers (run `regesta verify`)",
    ),
}  # fmt: skip


def twice(archive: Archive) -> None:
    """Write a log with the same event twice, each time with its own number."""
    lines = log_lines(archive)
    rewrite(archive, [*lines, lines[0].replace(b'"sequence":"000000000001"', b'"sequence":"000000000007"')])


@pytest.mark.parametrize(("happen", "words"), DAMAGED.values(), ids=DAMAGED.keys())
def test_segment_is_damaged(happen: Callable[[Archive], object], words: str, filled: Archive) -> None:
    """On a damaged log nothing is appended; the message names the place, and the log stays as it is."""
    happen(filled)
    shutil.rmtree(filled.folder / ".regesta")
    before = {path.name: path.lstat().st_mtime_ns for path in (filled.folder / "events").iterdir()}
    with pytest.raises(LogError) as caught:
        filled.append([letter(7)])
    assert words in str(caught.value)
    assert str(filled.folder) in str(caught.value)
    assert before == {path.name: path.lstat().st_mtime_ns for path in (filled.folder / "events").iterdir()}


READING = {name: case for name, case in DAMAGED.items() if "checkpoint" not in case[1] and "twice (run" not in case[1]}


@pytest.mark.parametrize(("happen", "words"), READING.values(), ids=READING.keys())
def test_reading_a_damaged_segment(happen: Callable[[Archive], object], words: str, filled: Archive) -> None:
    """Who reads a damaged log is told the same place."""
    happen(filled)
    with pytest.raises(LogError) as caught:
        list(filled.log.events())
    assert words in str(caught.value)


# The folder


def test_events_is_a_file(archive: Archive) -> None:
    """A file where the folder should be is a StorageError."""
    (archive.folder / "events").write_text("x")
    with pytest.raises(StorageError, match="events: cannot be written: File exists"):
        archive.append([letter(1)])


def test_state_is_a_file(archive: Archive) -> None:
    """A file where index and lock should be is a StorageError."""
    (archive.folder / ".regesta").write_text("x")
    with pytest.raises(StorageError, match=r"\.regesta: cannot be made: File exists"):
        archive.append([letter(1)])


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that every user can reach."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize("state", [True, False], ids=["with the index", "without"])
def test_read_only_archive(state: bool, template: Archive, public_folder: Path) -> None:
    """An archive that must not be written can be read and verified; an append is a StorageError."""
    archive = copy_archive(template, public_folder)
    public_folder.chmod(0o755)
    (Path if state else shutil.rmtree)(archive.folder / ".regesta")
    before = snapshot(archive.folder)
    assert in_child(without_rights(lambda: len(ids(archive)))) == "6"
    assert in_child(without_rights(lambda: (verify(archive).faults, verify(archive).notices))) == "([], [])"
    told = in_child(without_rights(lambda: archive.append([letter(7)])))
    assert told.startswith(f"StorageError: {archive.folder}/")
    assert before == snapshot(archive.folder)


def test_origin_that_cannot_stand_in_a_checkpoint(tmp_path: Path) -> None:
    """A log whose checkpoint could not be written takes no event."""
    log = Log(tmp_path / "events", tmp_path / "state", "a\nb", engine_types())
    with pytest.raises(LogError, match="the size is 'b'"):
        log.append([document("text")])
    assert snapshot(tmp_path / "events") == {}


def test_checkpoint_is_a_value(filled: Archive) -> None:
    """The checkpoint is read as it is written."""
    assert filled.log.checkpoint() == Checkpoint.decode(checkpoint_bytes(filled), "c")
