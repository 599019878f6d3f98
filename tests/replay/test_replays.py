"""Replays: made once, kept a while, never half, on both clocks."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import pytest

from regesta.archive import Archive
from regesta.errors import UsageError
from regesta.limits import REPLAYS_KEPT
from regesta.replay import replays as replays_module
from regesta.replay.asof import as_of
from regesta.replay.build import build
from regesta.replay.covered import covered
from regesta.replay.replays import Replays, recorded_by
from tests.archives import document, drafts, letter, make_archive
from tests.children import DIED, in_child, start, with_file_limit
from tests.replay.asking import files, get, kept, point, record, rows, size

NAME = re.compile(r"\d+-[0-9a-f]{12}-[0-9a-f]{12}-(known-\d+|at-\d+(-possible)?)\.db")


@pytest.fixture
def built(quick_path: Path) -> Archive:
    """Thirty letters and answers of January 2017, one a day, built."""
    quick_path.chmod(0o755)
    archive = make_archive(quick_path)
    archive.append(drafts(27))
    build(archive)
    return archive


# Kept and reused -----------------------------------------------------------------------------------------------


def test_the_same_question_is_answered_from_the_same_file(built: Archive) -> None:
    """A replay that is kept is not made again."""
    first = get(built, "2017-01-10")
    made = first.stat().st_ino
    assert (get(built, "10 January 2017"), first.stat().st_ino, len(kept(built))) == (first, made, 1)


def test_no_limit_is_the_built_database(built: Archive) -> None:
    """Without a date on either clock, or known after the last event, there is nothing to replay."""
    assert [get(built), get(built, known="9999")] == [built.database] * 2
    assert kept(built) == []


def test_names_say_what_is_in_them(built: Archive) -> None:
    """Every replay has a name of its own, by events, log, schema, and its point on the clocks."""
    record(built, "2100-06-01T00:00:00.000Z", drafts(1, 28))
    build(built)
    points = {
        ("2017-01-10", None, False),
        ("2017-01-10", None, True),
        (None, "2099", False),
        ("2017-01-12", "2099", True),
    }
    paths = {get(built, at, known, possible=possible) for at, known, possible in points}
    assert len(paths) == len(points)
    assert [name for name in kept(built) if not NAME.fullmatch(name)] == []


def test_only_the_last_used_are_kept(built: Archive) -> None:
    """Never more than the limit; one that is asked for again counts as used."""
    days = [f"2017-01-{day:02d}" for day in range(2, 2 + REPLAYS_KEPT)]
    first, second, *_ = paths = [get(built, day) for day in days]
    assert len(kept(built)) == len(set(paths)) == REPLAYS_KEPT
    get(built, days[0])
    newest = get(built, "2017-01-25")
    assert (first.exists(), second.exists(), newest.exists(), len(kept(built))) == (True, False, True, REPLAYS_KEPT)


def test_an_open_replay_outlives_its_file(built: Archive) -> None:
    """Whoever reads a replay goes on reading it after others have taken its place."""
    with closing(built.at("2017-01-10").conn) as db:
        for day in range(11, 12 + REPLAYS_KEPT):
            get(built, f"2017-01-{day}")
        assert db.execute("select count(*) from events").fetchone() == (9,)


def test_new_events_make_another_replay(built: Archive) -> None:
    """What was asked before the log grew is no answer afterwards."""
    before = get(built, "2017-01-10")
    built.append([letter(99, edtf="2017-01-05")])
    build(built)
    after = get(built, "2017-01-10")
    assert (size(before), size(after), before == after) == (9, 10, False)


def test_another_zone_makes_another_replay(built: Archive) -> None:
    """A replay of what was known has its dates in the zone that the archive has now."""
    record(built, "2100-06-01T00:00:00.000Z", drafts(1, 28))
    latest = "select latest from events where sequence = 1"
    build(built)
    assert rows(get(built, known="2099"), latest) == [("2017-01-02T23:59:59-05:00",)]
    config = built.folder / "archive.toml"
    config.write_text(config.read_text("utf-8").replace("America/New_York", "UTC"), "utf-8")
    moved = Archive.open(built.folder)
    build(moved)
    assert rows(get(moved, known="2099"), latest) == [("2017-01-02T23:59:59+00:00",)]


def test_another_schema_makes_another_replay(built: Archive) -> None:
    """A new view is in the replays that are made after it."""
    get(built, "2017-01-10")
    (built.folder / "schema" / "views" / "more.sql").write_text(
        "-- M.\ncreate view more as\nselect id from letters;\n", "utf-8"
    )
    again = Archive.open(built.folder)
    build(again)
    assert len(rows(get(again, "2017-01-10"), "select * from more")) == 3


def test_a_kept_file_that_is_a_link_is_not_followed(built: Archive) -> None:
    """A link under the name of a replay is replaced by the replay, and what it leads to stays as it is."""
    path, elsewhere = get(built, "2017-01-10"), built.folder / "elsewhere.db"
    path.rename(elsewhere)
    content = elsewhere.read_bytes()
    path.symlink_to(elsewhere)
    assert (get(built, "2017-01-10"), path.is_symlink(), elsewhere.read_bytes()) == (path, False, content)


# Snapping to the last change -----------------------------------------------------------------------------------


def test_quiet_days_share_one_replay(quick_path: Path) -> None:
    """Between two events every day gives the same file, and the day of the next event another."""
    archive = make_archive(quick_path)
    archive.append([letter(1, edtf="2017-01-01"), letter(2, edtf="2017-06-01/2017-06-10"), document("one")])
    build(archive)
    found = [get(archive, day) for day in ("2017-01-01", "2017-02", "2017-06-01", "2017-06-09", "2017-06-10", "2018")]
    assert len(set(found[:4])) == len(set(found[4:])) == 1
    assert [size(path) for path in (found[0], found[-1])] == [2, 3]


def test_what_is_possible_is_not_snapped(quick_path: Path) -> None:
    """What is possible changes on days on which nothing certain does."""
    archive = make_archive(quick_path)
    archive.append([letter(1, edtf="2017-01-01"), letter(2, edtf="2017-06-01/2017-06-10")])
    build(archive)
    counts = [size(get(archive, day, possible=True)) for day in ("2017-05-31", "2017-06-01")]
    assert counts == [1, 2]


SNAPPED = {
    "clocks go back": ("America/New_York", ["2017-11-05T01:30:00-04:00", "2017-11-05T01:10:00-05:00"], "2017-11-08", 2),
    "before zones": ("America/New_York", ["1850", "1851-03-04"], "2017", 2),
    "before the year 1": ("UTC", ["-0044-03-15", "-0050"], "2017", 2),
    "before the year 1, between": ("UTC", ["-0044-03-15", "-0050"], "-0045", 1),
    "nothing before": ("UTC", ["2017-05-01", "2018"], "2016", 0),
    "undated": ("UTC", [None, "2017-05-01"], "2018", 1),
    "open": ("UTC", ["../2017-05-01", "2017-04-01/.."], "2017-05-01", 1),
    "an instant": ("Pacific/Apia", ["2011-12-30T12:00:00Z", "2011-12-29"], "2011-12-31", 2),
    "the skipped day": ("Pacific/Apia", ["2011-12-30", "2011-12-31"], "2011-12-30", 0),
    "the same second, another offset": (
        "UTC",
        ["2017-05-01T01:00:00+01:00", "2017-05-01T00:00:01Z"],
        "2017-05-01T00:00:00Z",
        1,
    ),
}


@pytest.mark.parametrize(("zone", "dates", "at", "count"), SNAPPED.values(), ids=SNAPPED)
def test_snapping_loses_no_event(quick_path: Path, zone: str, dates: list[str | None], at: str, count: int) -> None:
    """Whatever moment the replay is shared at, it has every event that had happened by the date, and no more."""
    archive = make_archive(quick_path, zone=zone)
    archive.append([letter(number, edtf=date) for number, date in enumerate(dates, start=1)])
    build(archive)
    assert (size(get(archive, at)), size(get(archive, at, possible=True)) >= count) == (count, True)


# The recorded clock --------------------------------------------------------------------------------------------


@pytest.fixture
def recorded(quick_path: Path) -> Archive:
    """Four appends, three of them within one second."""
    archive = make_archive(quick_path)
    for number, when in enumerate(("30:00.001", "30:00.500", "30:00.501", "31:00.000"), start=1):
        record(archive, f"2026-03-01T12:{when}Z", [letter(number)])
    build(archive)
    return archive


KNOWN = {
    "long before": ("2020", 0),
    "just before the first": ("2026-03-01T12:30:00.000Z", 0),
    "the first millisecond": ("2026-03-01T12:30:00.001Z", 1),
    "between": ("2026-03-01T12:30:00.499Z", 1),
    "the second": ("2026-03-01T12:30:00.5Z", 2),
    "the third": ("2026-03-01T12:30:00.501Z", 3),
    "the whole second": ("2026-03-01T12:30:00Z", 3),
    "another offset": ("2026-03-01T07:30:00.5-05:00", 2),
    "the user's clock": ("2026-03-01 07:30", 3),
    "the next minute": ("2026-03-01T12:30:59.999Z", 3),
    "the last": ("2026-03-01T12:31:00.000Z", 4),
    "that day": ("2026-03-01", 4),
    "later": ("2100", 4),
}


@pytest.mark.parametrize(("known", "count"), KNOWN.values(), ids=KNOWN)
def test_known_is_what_was_recorded_by_then(recorded: Archive, known: str, count: int) -> None:
    """Appends within one second are told apart by their milliseconds."""
    path = get(recorded, known=known)
    assert [row[0] for row in rows(path, "select sequence from events")] == list(range(1, count + 1))
    assert (covered(path).size, len(rows(path, "select * from letters"))) == (count, count)


def test_appends_at_the_same_time_are_known_together(quick_path: Path) -> None:
    """Two appends of one millisecond are both known then, and neither before."""
    archive = make_archive(quick_path)
    for number in (1, 2):
        record(archive, "2026-03-01T12:30:00.500Z", [letter(number)])
    build(archive)
    counts = [size(get(archive, known=f"2026-03-01T12:30:00.{fraction}Z")) for fraction in ("499", "500")]
    assert counts == [0, 2]


def test_before_anything_was_known_every_table_is_empty(recorded: Archive) -> None:
    """Known before the first event is an archive with all its tables and nothing in them, on any date."""
    for at in (None, "2018"):
        path = get(recorded, at, "2020")
        names = {name for (name,) in rows(path, "select name from sqlite_master where type <> 'index'")}
        assert names == {
            name for (name,) in rows(recorded.database, "select name from sqlite_master where type <> 'index'")
        }
        assert [size(path), len(rows(path, "select * from letters_history"))] == [0, 0]


def test_both_clocks_together(recorded: Archive) -> None:
    """At a date, from what was known at another."""
    path = get(recorded, "2017-01-03", "2026-03-01T12:30:00.5Z")
    assert rows(path, "select id from letters") == [("l1",), ("l2",)]
    assert rows(get(recorded, "2017-01-02", "2026-03-01T12:30:00.5Z"), "select id from letters") == [("l1",)]


def test_recorded_by_counts_events(recorded: Archive) -> None:
    """Among the first events of the log only those are counted that are asked about."""
    known = as_of(None, "2100", recorded.zone).known
    assert known is not None
    assert [recorded_by(recorded.database, known, limit) for limit in (0, 1, 4)] == [0, 1, 4]


def test_what_was_known_needs_the_log(recorded: Archive) -> None:
    """A database on its own tells what had happened by a date, not what was known earlier."""
    alone = Replays(recorded.database, recorded.folder / "kept")
    assert size(alone.get(point(recorded, "2017-01-03"))) == 2
    with pytest.raises(UsageError, match="where the archive's log is"):
        alone.get(point(recorded, known="2026-03-01T12:30:00.5Z"))


# Many at once, and killed --------------------------------------------------------------------------------------


def test_four_processes_at_ten_dates(built: Archive) -> None:
    """Processes that ask at the same time get right answers, and no more files are kept than may be."""
    days = [f"2017-01-{day:02d}" for day in range(3, 13)]
    wanted = [int(day[-2:]) - 1 for day in days]

    def ask(say: Callable[[str], None]) -> None:
        found = []
        for day in days:
            with closing(built.at(day, build=False).conn) as db:
                found.append(db.execute("select count(*) from events").fetchone()[0])
                assert db.execute("pragma integrity_check").fetchone() == ("ok",)
        say(str(found))

    children = [start(ask) for _ in range(4)]
    assert [(child.read().decode(), child.wait()) for child in children] == [(f"{wanted}\n", 0)] * 4
    assert len(kept(built)) == REPLAYS_KEPT
    assert files(built) == set(kept(built))


def test_killed_in_the_middle_leaves_no_half_replay(built: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """A maker that dies leaves no replay, and the next one cleans up and makes it."""

    def ask(say: Callable[[str], None]) -> None:
        def half(base: Path, target: Path, *rest: object) -> NoReturn:
            target.write_bytes(base.read_bytes()[:8_192])
            say("half")
            time.sleep(60)
            raise AssertionError("was not killed")

        monkeypatch.setattr(replays_module, "take_snapshot", half)  # in the child, which does not come back
        get(built, "2017-01-10")

    child = start(ask)
    child.wait_for(b"half")
    child.kill()
    assert (child.wait(), kept(built), len(files(built))) == (DIED, [], 1)
    assert (size(get(built, "2017-01-10")), files(built)) == (9, set(kept(built)))


@pytest.mark.parametrize("delay_ms", [1, 3, 5, 8, 12, 20])
def test_killed_at_any_time_leaves_whole_replays(built: Archive, delay_ms: int) -> None:
    """Whenever a maker dies, each replay that is there is whole, and questions are answered as before."""

    def ask(say: Callable[[str], None]) -> None:
        say("started")
        for day in range(3, 13):
            get(built, f"2017-01-{day:02d}", possible=True)

    child = start(ask)
    child.wait_for(b"started")
    time.sleep(delay_ms / 1_000)
    child.kill()
    child.wait()
    for path in built.replays().folder.glob("*.db"):
        assert rows(path, "pragma integrity_check") == [("ok",)]
    assert [size(get(built, f"2017-01-{day:02d}")) for day in range(3, 6)] == [2, 3, 4]
    assert files(built) == set(kept(built))


def test_a_snapshot_that_fails_leaves_nothing(built: Archive) -> None:
    """On a full disk the answer is an error of ours, and no file stays behind."""
    get(built, "2017-01-03").unlink()
    told = in_child(with_file_limit(16_384, lambda: get(built, "2017-01-10")))
    assert (told.split(":")[0], files(built)) == ("StorageError", set())


def test_at_builds_first_and_reads_only(quick_path: Path) -> None:
    """In Python one call is enough, and what it returns cannot be written to."""
    archive = make_archive(quick_path)
    archive.append(drafts(9))
    with closing(archive.at("2017-01-04").conn) as db:
        assert db.execute("select count(*) from events").fetchone() == (3,)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            db.execute("delete from events")
