"""A stranger's archive: opening, verifying, appending and building run none of it and write nowhere else."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from regesta.archive import Archive
from regesta.errors import ArchiveError, LogError, RegestaError, StorageError
from regesta.events.checkpoint import Checkpoint
from regesta.events.verify import verify
from regesta.replay.build import BuildResult, build
from tests.archives import ORIGIN, answer, drafts, letter, log_lines, make_archive, snapshot, tree_root
from tests.replay.dumps import dump

RAN = "import pathlib; pathlib.Path({!r}).write_text('code of the archive ran')"
ENDLESS = "with recursive x(n) as (select 1 union all select n + 1 from x) select n from x"


@pytest.fixture(autouse=True)
def deadline() -> Iterator[None]:
    """Stop a test that hangs: in SQLite, for instance, no Python timeout would be heard."""
    signal.setitimer(signal.ITIMER_REAL, 20)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder of somebody else, beside the archive."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "letter.txt").write_text("mine\n")
    with closing(sqlite3.connect(folder / "mine.db")) as db:
        db.executescript("create table mine (a); insert into mine values (1)")
    return folder


@pytest.fixture
def stranger(tmp_path: Path, outside: Path) -> Archive:
    """A built archive with three events."""
    archive = make_archive(tmp_path / "archive")
    archive.append(drafts(3))
    build(archive)
    return archive


def use(folder: Path) -> None:
    """Do with an archive what people do."""
    archive = Archive.open(folder)
    verify(archive)
    archive.append([letter(7)])
    build(archive)
    build(archive, full=True)


def put(archive: Archive, name: str, text: str) -> None:
    path = archive.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def link(archive: Archive, name: str, target: Path) -> None:
    path = archive.folder / name
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    path.symlink_to(target)


def test_code_is_not_run(stranger: Archive, outside: Path) -> None:
    """Python, shell and make files wherever they lie are left alone."""
    code = RAN.format(str(outside / "ran"))
    names = ["conftest.py", "sitecustomize.py", "setup.py", "schema/__init__.py", "schema/types/letter.sent.py",
             "events/__init__.py", "ingest/readers.py", "plugins/evil.py", "datasette.py", "sqlite3.py", "Makefile"]  # fmt: skip
    for name in names:
        put(stranger, name, code)
    before = snapshot(outside)
    use(stranger.folder)
    assert snapshot(outside) == before


def test_only_log_database_and_state_are_written(stranger: Archive) -> None:
    """Using an archive writes to the log, to archive.db and to `.regesta/`, and to nothing else."""
    put(stranger, "ingest/sources.toml", "path = '../../outside'")
    before = snapshot(stranger.folder)
    use(stranger.folder)
    after = snapshot(stranger.folder)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    expected = {"archive.db", "events/000002.jsonl", "events/checkpoint"}
    assert {name for name in changed if not name.startswith(".regesta/")} == expected


# Name: what is a link, where it leads in the folder outside.
LINKS = {
    "database to a database": ("archive.db", "mine.db"),
    "database to a text": ("archive.db", "letter.txt"),
    "database to nothing": ("archive.db", "new.db"),
    "journal": ("archive.db-journal", "letter.txt"),
    "state folder": (".regesta", "."),
    "index": (".regesta/log.db", "mine.db"),
    "ignored files": (".regesta/.gitignore", "new.txt"),
    "log of the index": (".regesta/log.db-wal", "letter.txt"),
    "lock of the log": (".regesta/log.lock", "letter.txt"),
    "lock of the build": (".regesta/build.lock", "letter.txt"),
    "types": ("schema/types", "."),
    "type": ("schema/types/evil.done.json", "letter.txt"),
    "projection": ("schema/projections/evil.sql", "letter.txt"),
    "view": ("schema/views/evil.sql", "letter.txt"),
    "list": ("schema/reference/evil.csv", "letter.txt"),
    "segment": ("events/000001.jsonl", "letter.txt"),
    "next segment": ("events/000002.jsonl", "new.jsonl"),
    "checkpoint": ("events/checkpoint", "letter.txt"),
    "checkpoint to nothing": ("events/checkpoint", "new.txt"),
    "temporary segment": ("events/.segment.0.tmp", "letter.txt"),
    "temporary database": (".archive.db.0.tmp", "letter.txt"),
    "metadata": ("datasette-metadata.json", "letter.txt"),
}


@pytest.mark.parametrize("case", LINKS.values(), ids=LINKS.keys())
def test_link_leads_nowhere(case: tuple[str, str], stranger: Archive, outside: Path) -> None:
    """Whatever in the archive is a link out of it: nothing out there is changed, and nothing is raised but our errors."""
    name, target = case
    link(stranger, name, outside / target)
    before = snapshot(outside)
    try:
        use(stranger.folder)
        refused = None
    except RegestaError as error:
        refused = error.where
    assert snapshot(outside) == before
    assert refused is None or Path(refused.split(":")[0]).is_relative_to(stranger.folder)


# Name: what is done to archive.db.
DATABASES = {
    "endless trigger": f"create trigger t after insert on _frontier begin insert into letters (id) {ENDLESS}; end",
    "trigger on events": "create trigger t before insert on events begin delete from letters; end",
    "endless view of meta": f"alter table meta rename to m; create view meta as select key, value from m, ({ENDLESS})",
    "view of segments": "alter table _segments rename to s; create view _segments as select * from s",
    "view of the frontier": "alter table _frontier rename to f; create view _frontier as select * from f",
    "view of events": "alter table events rename to e; create view events as select * from e",
    "frontier of no kind": "drop table _frontier; create table _frontier (size, hashes); insert into _frontier values ('3', 1)",
    "frontier of a size below": "update _frontier set size = -1",
    "frontier of another size": "update _frontier set size = 2",
    "frontier of other hashes": "update _frontier set hashes = zeroblob(64)",
    "frontier of a short hash": "update _frontier set hashes = x'00'",
    "no frontier": "delete from _frontier",
    "segment zero": "update _segments set number = 0",
    "segments of no kind": "drop table _segments; create table _segments (number, bytes); insert into _segments values ('x', x'')",
    "segment of another length": "update _segments set bytes = 1",
    "older format": "update meta set value = '0' where key = 'format'",
    "another zone": "update meta set value = 'UTC' where key = 'zone'",
    "another origin": "update meta set value = 'example.org/other' where key = 'origin'",
    "no meta": "drop table meta",
    "size of nothing": "update meta set value = null where key = 'size'",
    "no events": "drop table events",
    "no index of letters": "drop table _letter_sent",
}


@pytest.mark.parametrize("statements", DATABASES.values(), ids=DATABASES.keys())
def test_database_that_came_along(statements: str, stranger: Archive) -> None:
    """An archive.db with traps or lies in it is not built upon: the tables are those of a build from nothing."""
    with closing(sqlite3.connect(stranger.database)) as db:
        db.executescript(statements)
    stranger.append([letter(4), answer(5)])
    build(stranger)
    found = dump(stranger.database)
    stranger.database.unlink()
    build(stranger)
    assert dump(stranger.database) == found


def test_database_of_another_log(stranger: Archive, tmp_path: Path) -> None:
    """An archive.db that was built from another log with segments of the same size is not built upon."""
    other = make_archive(tmp_path / "other")
    other.append([letter(1, subject="letter/l9"), *drafts(3)[1:]])
    build(other)
    shutil.copy(other.database, stranger.database)
    stranger.append([answer(9)])
    assert build(stranger) == BuildResult(4, 4, full=True)


def test_database_that_is_a_folder(stranger: Archive) -> None:
    """An archive.db that is a folder is told, and left."""
    stranger.database.unlink()
    stranger.database.mkdir()
    with pytest.raises(StorageError, match=r"archive\.db: cannot publish"):
        build(stranger)
    assert (list(stranger.database.iterdir()), list(stranger.folder.glob(".archive.db.*"))) == ([], [])


def event(**changes: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda found: {**found, **changes}


def data(**changes: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda found: {**found, "data": {**found["data"], **changes}}


DEEP: list[Any] = []
for _ in range(500):
    DEEP = [DEEP]
# Name: what is done to the first event of a log whose checkpoint fits. What only `verify` would find is not here.
EVENTS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "data list": event(data=[]),
    "data text": event(data="x"),
    "data null": event(data=None),
    "date number": event(edtf=5),
    "date list": event(edtf=[]),
    "date of no calendar": event(edtf="2017-99-99"),
    "date too long": event(edtf="2017-06-30/" * 500),
    "source object": event(source={}),
    "subject null": event(subject=None),
    "type list": event(type=[]),
    "id number": event(id=5),
    "id of no hexadecimal digits": event(id="x" * 32),
    "replaces number": event(replaces=5),
    "replaces object": event(replaces={}),
    "sequence text": event(sequence="one"),
    "sequence beyond": event(sequence="000000000009"),
    "recorded number": event(recordedtime=5),
    "recorded never": event(recordedtime="never"),
    "evidence number": data(evidence=5),
    "evidence text": data(evidence="x"),
    "evidence of nothing": data(evidence=[{}]),
    "evidence of no selector": data(evidence=[{"source": "urn:sha256:", "selector": []}]),
    "evidence of no place": data(evidence=[{"source": "x", "selector": [{"start": "a", "end": []}]}]),
    "summary object": data(summary={}),
    "field object": data(place={}),
    "field list": data(about=["x"]),
    "field missing": event(data={"letter": "l1"}),
    "deep": data(about=DEEP),
}  # fmt: skip


@pytest.mark.parametrize("change", EVENTS.values(), ids=EVENTS.keys())
def test_log_of_another_make(change: Callable[[dict[str, Any]], dict[str, Any]], stranger: Archive) -> None:
    """A log whose checkpoint fits and whose events do not is told as the archive's fault; the old tables stay."""
    lines = [
        change(json.loads(line)) if not number else json.loads(line) for number, line in enumerate(log_lines(stranger))
    ]
    content = [json.dumps(line, sort_keys=True, separators=(",", ":")).encode() for line in lines]
    (stranger.folder / "events/000001.jsonl").write_bytes(b"".join(line + b"\n" for line in content))
    (stranger.folder / "events/checkpoint").write_bytes(Checkpoint(ORIGIN, 3, tree_root(content)).encode())
    shutil.rmtree(stranger.folder / ".regesta")
    before = stranger.database.read_bytes()
    with pytest.raises(ArchiveError) as caught:
        build(Archive.open(stranger.folder), full=True)
    assert (caught.value.where or "").startswith(str(stranger.folder))
    assert stranger.database.read_bytes() == before


def test_id_twice(stranger: Archive) -> None:
    """A log that has one id twice is told as the log's fault."""
    lines = log_lines(stranger)
    ids = [json.loads(line)["id"].encode() for line in lines]
    content = [line.replace(event_id, ids[0]) for line, event_id in zip(lines, ids, strict=True)]
    (stranger.folder / "events/000001.jsonl").write_bytes(b"".join(line + b"\n" for line in content))
    (stranger.folder / "events/checkpoint").write_bytes(Checkpoint(ORIGIN, 3, tree_root(content)).encode())
    with pytest.raises(LogError, match=r"UNIQUE constraint failed: events\.id \(run `regesta verify`\)"):
        build(stranger, full=True)


def test_nothing_in_the_working_folder(stranger: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder that one happens to be in plays no part and gets no file."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    use(stranger.folder)
    assert os.listdir(here) == []  # noqa: PTH208
