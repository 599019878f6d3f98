"""`regesta replay`: a date, or what was known, as a database of its own; nothing else is ever written over."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.cli.stories import record, said
from tests.replay.dumps import dump

ANSWERS = "select place, answer from answers order by place"


def rows(path: Path, sql: str = ANSWERS) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(sql).fetchall()


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


# Name: options, the answers that the replay has.
POINTS = {
    "a day": (["--at", "2017-07-01"], [("P01", "no")]),
    "a later day": (["--at", "2 July 2017"], [("P01", "no"), ("P02", "no")]),
    "a month": (["--at", "July 2017"], [("P01", "no"), ("P02", "no"), ("P03", "unknown"), ("P05", "yes")]),
    "before everything": (["--at", "1900"], []),
    "an instant": (["--at", "2017-07-03T20:02:00Z"], [("P01", "no"), ("P02", "no"), ("P05", "yes")]),
    "the second before": (["--at", "2017-07-03T20:01:59Z"], [("P01", "no"), ("P02", "no")]),
    "known": (
        ["--known", "2026-01-01"], [("P01", "no"), ("P02", "partly"), ("P03", "unknown"), ("P04", "yes")],
    ),
    "known at the moment of recording": (
        ["--known", "2026-01-02T12:00:00.000Z"],
        [("P01", "yes"), ("P02", "no"), ("P03", "unknown"), ("P04", "yes")],
    ),
    "known a millisecond before": (
        ["--known", "2026-01-02T11:59:59.999Z"],
        [("P01", "no"), ("P02", "partly"), ("P03", "unknown"), ("P04", "yes")],
    ),
    "both": (["--at", "2017-07-03", "--known", "2026-01-02"], [("P01", "yes"), ("P02", "no")]),
    "known before the first recording": (["--known", "2025"], []),
    "known after the last": (
        ["--known", "2100"], [("P01", "no"), ("P02", "no"), ("P03", "unknown"), ("P04", "yes"), ("P05", "yes")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("options", "expected"), POINTS.values(), ids=POINTS.keys())
def test_rows(story: Cli, tmp_path: Path, options: list[str], expected: list[tuple[str, str]]) -> None:
    """The new file has the rows that stood then, as far as that was known."""
    target = tmp_path / "then.db"
    story.lines("replay", *options, "-o", str(target))
    assert rows(target) == expected


def test_what_is_said(story: Cli, tmp_path: Path) -> None:
    """The file, what it holds, and how much; in the file `meta` says the same."""
    target = tmp_path / "then.db"
    contains = "what had certainly happened by 2017-07-01T23:59:59-04:00, of events 1 to 8 of the log"
    said = story.lines("replay", "--at", "2017-07-01", "--known", "2026-01-02", "-o", str(target))
    meta = dict(rows(target, "select key, value from meta"))
    assert (said, meta["contains"], meta["as_of"]) == (
        [f"{target}: {contains}", "3 events, 3 rows in 6 tables"], contains, "2017-07-01T23:59:59-04:00",
    )  # fmt: skip


def test_json(story: Cli, tmp_path: Path) -> None:
    """--json tells the same."""
    target = tmp_path / "then.db"
    assert story.json("replay", "--known", "2026-01-01", "--output", str(target)) == {
        "path": str(target), "contains": "events 1 to 6 of the log", "events": 6, "tables": 6, "rows": 6,
    }  # fmt: skip


def test_possible(story: Cli, tmp_path: Path) -> None:
    """--possible adds tables of what may have held; without it there are none."""
    plain, marked = tmp_path / "plain.db", tmp_path / "marked.db"
    story.lines("replay", "--at", "2017-07-01", "-o", str(plain))
    story.lines("replay", "--at", "2017-07-01", "--possible", "-o", str(marked))
    tables = "select name from sqlite_master where name like '%\\_possible' escape '\\' order by name"
    assert (rows(marked, "select place, answer from answers_possible"), rows(marked), rows(plain, tables)) == (
        [("P03", "unknown"), ("P04", "yes")], [("P01", "no")], [],
    )  # fmt: skip


def test_known_is_the_build_of_that_day(retold: Cli, tmp_path: Path) -> None:
    """What is appended later leaves a replay of what was known as it was, line for line."""
    before = text_of(retold.archive.database)
    record(retold.archive, 9, said("P09", "no", "2017-07-01"))
    retold("build")
    retold.lines("replay", "--known", "2026-01-04", "-o", str(tmp_path / "then.db"))
    assert text_of(tmp_path / "then.db") == before != text_of(retold.archive.database)


def text_of(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return list(db.iterdump())


def test_metadata(story: Cli, tmp_path: Path) -> None:
    """--metadata writes titles and descriptions for the new file's name."""
    target, metadata = tmp_path / "then.db", tmp_path / "then.json"
    story.lines("replay", "--at", "2017-07-01", "-o", str(target), "--metadata", str(metadata))
    assert list(json.loads(metadata.read_text("utf-8"))["databases"]) == ["then"]


def test_earlier_replay_is_replaced(story: Cli, tmp_path: Path) -> None:
    """A replay takes the place of another one and leaves nothing beside it."""
    target = tmp_path / "then.db"
    story.lines("replay", "--at", "2017-07-01", "-o", str(target))
    story.lines("replay", "--at", "2017-07-02", "-o", str(target))
    assert (len(rows(target)), names(tmp_path)) == (2, ["then.db"])


def test_builds_when_there_is_no_database(filled: Cli, tmp_path: Path) -> None:
    """Without archive.db the tables are built first."""
    filled.lines("replay", "--at", "2018", "-o", str(tmp_path / "then.db"))
    assert (filled.archive.database.is_file(), len(rows(tmp_path / "then.db"))) == (True, 2)


def test_nothing_else_changes(story: Cli, tmp_path: Path) -> None:
    """The tables and the log are as before."""
    before = dump(story.archive.database), [path.read_bytes() for path in (story.archive.folder / "events").iterdir()]
    story.lines("replay", "--at", "2017-07-01", "--known", "2026-01-02", "--possible", "-o", str(tmp_path / "x.db"))
    after = dump(story.archive.database), [path.read_bytes() for path in (story.archive.folder / "events").iterdir()]
    assert after == before


# Name: words, first line on standard error.
MISUSED = {
    "no date": ([], "as of when? give --at DATE, --known DATE, or both"),
    "no date but possible": (["--possible"], "as of when? give --at DATE, --known DATE, or both"),
    "possible without --at": (
        ["--known", "2026", "--possible"], "--possible goes with --at DATE: without a date nothing is only possible",
    ),
    "bad date": (["--at", "2017-13"], "'2017-13': the calendar has no 2017-13"),
    "words": (["--at", "soon"], "'soon' has no year of four digits, and a date relative to another day is not worked out"),
    "nothing": (["--at", ""], "'' has no year of four digits, and a date relative to another day is not worked out"),
    "interval": (["--at", "2017-06-30/2017-07-05"], "'2017-06-30/2017-07-05' is not one point in time"),
    "about": (["--known", "2017-06-30~"], "'2017-06-30~' is not one point in time"),
    "open": (["--known", "../2017"], "'../2017' is not one point in time"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "message"), MISUSED.values(), ids=MISUSED.keys())
def test_misused(story: Cli, tmp_path: Path, words: list[str], message: str) -> None:
    """What is no point in time is refused, and no file is made."""
    code, said = story.error("replay", *words, "-o", str(tmp_path / "x.db"))
    assert (code, said[0], names(tmp_path)) == (2, f"error: {message}", [])


def test_no_output(story: Cli) -> None:
    """There is no database to write to by default."""
    assert story.error("replay", "--at", "2017")[1][0] == "error: missing option '-o' / '--output'"


OTHERS = {
    "text": b"my notes\n",
    "empty file": b"",
    "SQLite of somebody else": None,
}


@pytest.mark.parametrize("content", OTHERS.values(), ids=OTHERS.keys())
def test_what_is_no_replay_stays(story: Cli, tmp_path: Path, content: bytes | None) -> None:
    """A file that is no replay is left as it is, byte for byte."""
    target = tmp_path / "mine.db"
    if content is None:
        with closing(sqlite3.connect(target)) as db:
            db.execute("create table meta (key text, value text)")
    else:
        target.write_bytes(content)
    before = target.read_bytes()
    code, said = story.error("replay", "--at", "2017-07-01", "-o", str(target))
    expected = [
        f"error: {target}: holds something else than a replay, and stays as it is",
        "help: name another file, or delete it first",
    ]
    assert (code, said, target.read_bytes(), names(tmp_path)) == (2, expected, before, ["mine.db"])


@pytest.mark.parametrize("name", ["archive.db", "archive.toml", "events/../archive.db", "events/checkpoint"])
def test_files_of_the_archive_stay(retold: Cli, name: str) -> None:
    """Neither the built tables nor a file of the archive is ever taken for a place to write to."""
    target = retold.archive.folder / name
    before = target.read_bytes()
    code, said = retold.error("replay", "--at", "2017-07-01", "-o", str(target))
    expected = f"error: …/{name}: holds something else than a replay, and stays as it is"
    assert (code, said[0], target.read_bytes()) == (2, expected, before)


def test_link_to_the_tables_stays(retold: Cli, tmp_path: Path) -> None:
    """A link that leads to archive.db is archive.db."""
    link = tmp_path / "link.db"
    link.symlink_to(retold.archive.database)
    code, _ = retold.error("replay", "--at", "2017-07-01", "-o", str(link))
    assert (code, link.is_symlink(), len(rows(retold.archive.database))) == (2, True, 5)


# Name: where to write; "T" is an empty folder.
NOWHERE = {
    "folder that does not exist": "T/no/x.db",
    "file for a folder": "/dev/null/x.db",
    "read-only file system": "/proc/x.db",
}


@pytest.mark.parametrize("place", NOWHERE.values(), ids=NOWHERE.keys())
def test_nowhere_to_write(story: Cli, tmp_path: Path, place: str) -> None:
    """A place where no file can be made is told, exit code 1."""
    target = place.replace("T/", f"{tmp_path}/")
    code, said = story.error("replay", "--at", "2017-07-01", "-o", target)
    assert (code, said, names(tmp_path)) == (
        1, [f"error: {target}: cannot be written: unable to open database file"], [],
    )  # fmt: skip


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_read_only_folder(story: Cli, tmp_path: Path) -> None:
    """A folder that may not be written to is told."""
    tmp_path.chmod(0o555)
    code, said = story.error("replay", "--at", "2017-07-01", "-o", str(tmp_path / "x.db"))
    tmp_path.chmod(0o755)
    expected = f"error: {tmp_path / 'x.db'}: cannot be written: unable to open database file"
    assert (code, said[0], names(tmp_path)) == (1, expected, [])


def test_folder(story: Cli, tmp_path: Path) -> None:
    """A folder is no file to write to."""
    code, said = story.error("replay", "--at", "2017-07-01", "-o", str(tmp_path))
    assert (code, said[0]) == (2, f"error: invalid value for '-o' / '--output': File '{tmp_path}' is a directory")
