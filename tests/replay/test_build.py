"""Builds: full, incremental and again are one; what is wrong leaves the old tables; readers see the new ones."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regesta.archive import Archive
from regesta.errors import ArchiveError, LogError, ProjectionError, RegestaError
from regesta.events.model import prepare
from regesta.replay.build import BuildResult, build
from regesta.schema.types import EventTypes
from tests.archives import ANSWERS_SQL, answer, drafts, letter, listing, make_archive, retraction
from tests.examples import times
from tests.replay.dumps import digest, dump

ROOT = Path(__file__).parent.parent.parent
DATES = (
    None, "2017-06-30", "2017-06", "2017-06-28/2017-07-05", "../2017-07-14", "2017-06-30/..", "2017-07-01~",
    "2017-07-01T16:02:00", "2017-07-01T12:00:00Z", "2017",
)  # fmt: skip


def events_of(steps: list[tuple[int, int, int, int]]) -> list[list[dict[str, Any]]]:
    """Turn steps (kind, key, date, batch end) into batches of drafts; corrections refer to what came before."""
    batches: list[list[dict[str, Any]]] = [[]]
    ids: list[str] = []
    for number, (kind, key, date, end) in enumerate(steps):
        draft = draft_of(kind, key, date, number, ids)
        event_id = prepare(draft, types()).id
        if event_id not in ids:
            ids.append(event_id)
            batches[-1].append(draft)
        if end:
            batches.append([])
    return batches


@cache
def types() -> EventTypes:
    with TemporaryDirectory() as folder:
        return make_archive(Path(folder)).schema.types


def draft_of(kind: int, key: int, date: int, number: int, ids: list[str]) -> dict[str, Any]:
    edtf = DATES[date % len(DATES)]
    if kind == 0:
        return letter(key, edtf=edtf)
    if kind == 1:
        return listing(key, edtf=edtf)
    if kind == 2 and ids:
        return retraction(ids[number % len(ids)], reason=f"Step {number}.")
    if kind == 3 and ids:
        return answer(key, edtf=edtf, replaces=ids[number % len(ids)], source=f"urn:x:{number}")
    return answer(key, edtf=edtf, source=f"urn:x:{number % 3}")


steps = st.lists(
    st.tuples(st.integers(0, 6), st.integers(1, 3), st.integers(0, len(DATES) - 1), st.integers(0, 1)), max_size=14
)


@settings(max_examples=times(15), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps)
def test_full_and_incremental_builds_are_one(items: list[tuple[int, int, int, int]]) -> None:
    """However the log grows, with late, vague, undated, replacing and retracting events: the tables are the same."""
    with TemporaryDirectory() as folder:
        archive = make_archive(Path(folder))
        for batch in events_of(items):
            archive.append(batch)
            build(archive)
        grown = dump(archive.database)
        archive.database.unlink()
        build(archive)
        assert dump(archive.database) == grown


def test_second_build_adds_only_what_is_new(archive: Archive) -> None:
    """A build after an append is incremental and says what it added; `full` starts over."""
    archive.append(drafts(5))
    first = build(archive)
    archive.append([answer(9)])
    assert (first, build(archive), build(archive), build(archive, full=True)) == (
        BuildResult(5, 5, full=True),
        BuildResult(6, 1, full=False),
        BuildResult(6, 0, full=False),
        BuildResult(6, 6, full=True),
    )


def test_empty_log_has_tables(archive: Archive) -> None:
    """An archive without events has every table, empty."""
    build(archive)
    tables = dump(archive.database)
    assert [tables[name] for name in ("events", "evidence", "answers", "answers_history", "documents")] == [[]] * 5


@pytest.mark.parametrize(
    "environment",
    [
        {"TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
        {"TZ": "America/Los_Angeles", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "4242"},
    ],
    ids=["Auckland", "Los Angeles"],
)
def test_same_tables_everywhere(environment: dict[str, str], tmp_path: Path) -> None:
    """The shipped archive builds to the same tables under another time zone, locale, hash seed and folder."""
    for name in ("events", "schema"):
        copytree(ROOT / name, tmp_path / "one" / name)
    (tmp_path / "one" / "archive.toml").write_bytes((ROOT / "archive.toml").read_bytes())
    copytree(tmp_path / "one", tmp_path / "two")
    build(Archive.open(tmp_path / "one"))
    program = "import sys; from regesta import Archive, build; build(Archive.open(sys.argv[1]))"
    variables = {**os.environ, **environment, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "two")], env=variables, cwd="/", check=True)
    assert digest(tmp_path / "two" / "archive.db") == digest(tmp_path / "one" / "archive.db")


def test_reader_sees_the_new_tables(archive: Archive) -> None:
    """A connection that was open before a build sees its result, of a full build and of an incremental one."""
    archive.append(drafts(3))
    build(archive)
    with closing(sqlite3.connect(archive.database)) as reader:
        seen = [reader.execute("select count(*) from events").fetchone()[0]]
        archive.append([answer(9)])
        build(archive)
        seen.append(reader.execute("select count(*) from events").fetchone()[0])
        archive.append([answer(10)])
        build(archive, full=True)
        seen.append(reader.execute("select count(*) from events").fetchone()[0])
    assert seen == [3, 4, 5]


def test_corrected_events_leave_the_tables(archive: Archive) -> None:
    """A replaced answer gives way, a retracted one disappears, and a retraction taken back brings it back."""
    archive.append([answer(1, edtf="2017-06-30"), answer(2)])
    first, second = archive.log.events()
    archive.append([answer(1, edtf="2017-06-29", source="urn:x:again", replaces=first.id), retraction(second.id)])
    build(archive)
    with closing(sqlite3.connect(archive.database)) as db:
        before = db.execute("select place, last_event from answers order by 1").fetchall()
        statuses = db.execute("select status from events order by sequence").fetchall()
    archive.append([retraction(list(archive.log.events())[-1].id)])
    build(archive)
    with closing(sqlite3.connect(archive.database)) as db:
        after = db.execute("select place, last_event from answers order by 1").fetchall()
    assert (before, statuses, after) == (
        [("P01", 3)],
        [("replaced",), ("retracted",), ("current",), ("current",)],
        [("P01", 3), ("P02", 2)],
    )


def broken_projection(archive: Archive) -> None:
    (archive.folder / "schema/projections/answers.sql").write_text(ANSWERS_SQL.replace("from answer_given", "frm x"))


def broken_view(archive: Archive) -> None:
    (archive.folder / "schema/views/answer_counts.sql").write_text("create view answer_counts as select x from answers")


def changed_event(archive: Archive) -> None:
    path = archive.folder / "events/000001.jsonl"
    path.write_bytes(path.read_bytes().replace(b"the roll", b"the rota"))


BROKEN: dict[str, tuple[Callable[[Archive], None], type[RegestaError], str]] = {
    "a projection": (broken_projection, ProjectionError, "answers.sql:"),
    "a view": (broken_view, ProjectionError, "answer_counts.sql:1"),
    "the log": (changed_event, LogError, "checkpoint"),
}


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN)
def test_what_is_broken_leaves_the_old_tables(
    case: tuple[Callable[[Archive], None], type[RegestaError], str], archive: Archive
) -> None:
    """A broken schema or log gives one error with its place, and archive.db stays as it was, byte for byte."""
    damage, error, place = case
    archive.append(drafts(4))
    build(archive)
    before = archive.database.read_bytes()
    damage(archive)
    with pytest.raises(error) as caught:
        build(Archive.open(archive.folder), full=True)
    assert (archive.database.read_bytes(), place in str(caught.value)) == (before, True)


USELESS: dict[str, bytes] = {
    "empty": b"",
    "no database": b"hello " * 1000,
    "half a header": b"SQLite format 3\0" + b"x" * 50,
}


@pytest.mark.parametrize("content", USELESS.values(), ids=USELESS)
def test_useless_file_is_replaced(content: bytes, archive: Archive) -> None:
    """An archive.db that is no database is replaced by one."""
    archive.append(drafts(3))
    archive.database.write_bytes(content)
    assert build(archive) == BuildResult(3, 3, full=True)


TAMPERED: dict[str, str] = {
    "size is no number": "update meta set value = 'abc' where key = 'size'",
    "size is gone": "delete from meta where key = 'size'",
    "size is too large": "update meta set value = '99' where key = 'size'",
    "another schema": "update meta set value = 'x' where key = 'schema'",
    "a segment too many": "insert into _segments values (999, 1)",
    "a trigger": "create trigger t after insert on events begin delete from answers; end",
    "a table is gone": "drop table answers",
    "meta is a view": "alter table meta rename to m; create view meta as select * from m",
}


@pytest.mark.parametrize("statement", TAMPERED.values(), ids=TAMPERED)
def test_file_of_another_make_is_built_anew(statement: str, archive: Archive) -> None:
    """An archive.db that is not what we would have built is not built upon."""
    archive.append(drafts(3))
    build(archive)
    good = dump(archive.database)
    with closing(sqlite3.connect(archive.database)) as db:
        db.executescript(statement)
    archive.append([answer(9)])
    build(archive)
    grown = dump(archive.database)
    archive.database.unlink()
    build(archive)
    assert (dump(archive.database) == grown, good == grown) == (True, False)


def test_link_is_not_followed(archive: Archive, tmp_path_factory: pytest.TempPathFactory) -> None:
    """An archive.db that is a link out of the archive is replaced; what it points at stays as it is."""
    outside = tmp_path_factory.mktemp("outside") / "victim.db"
    with closing(sqlite3.connect(outside)) as db:
        db.execute("create table t (a)")
    before = outside.read_bytes()
    archive.append(drafts(2))
    archive.database.symlink_to(outside)
    build(archive)
    assert (outside.read_bytes(), archive.database.is_symlink()) == (before, False)


def test_integrity(archive: Archive) -> None:
    """SQLite finds nothing wrong with a built file, and every foreign key between tables resolves."""
    archive.append([letter(1), answer(1), listing(1)])
    build(archive)
    with closing(sqlite3.connect(archive.database)) as db:
        assert (db.execute("pragma integrity_check").fetchall(), db.execute("pragma foreign_key_check").fetchall()) == (
            [("ok",)],
            [],
        )


def test_archive_error_names_a_missing_segment(archive: Archive) -> None:
    """A log with a gap is not built."""
    archive.append([letter(1)])
    archive.append([letter(2)])
    (archive.folder / "events/000001.jsonl").unlink()
    with pytest.raises(ArchiveError, match=r"000001\.jsonl is missing"):
        build(archive)
