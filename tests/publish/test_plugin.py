"""The plugin: what it bounds on an archive, and that it leaves everything else alone."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, nullcontext
from pathlib import Path
from urllib.parse import quote

import pytest
from datasette.app import Datasette

from regesta.publish._bounds import LIMITS, bound
from regesta.publish.plugin import prepare_connection
from regesta.replay.build import build
from tests.archives import drafts, make_archive
from tests.publish.sites import in_one_loop, rows, site

# Functions that have our own form on an archive, and what SQLite's own give for the same.
SAME = (
    "instr('abcabc', 'ca')", "instr('abc', '')", "instr('abc', 'x')", "instr(x'010203', x'0203')", "instr(12345, 34)",
    "instr('é€😀b', 'b')", "instr(null, 'a')", "instr('a', null)", "instr(1.5, '.')", "instr(x'616263', 'c')",
    "replace('banana', 'an', 'x')", "replace('abc', '', 'x')", "replace(10, 0, 1)", "replace(2.0, '.', ',')",
    "replace(0.1 + 0.2, '3', 'x')", "replace(null, 'a', 'b')", "replace('a', 'a', null)", "replace(1e300, 'e', 'E')",
    "replace(x'616263', 'b', 'x')", "replace('é€😀', '€', '')", "replace(-5.0, '5', '6')",
    "trim('xxabxx', 'x')", "ltrim('xyxabx', 'xy')", "rtrim('abxyx', 'xy')", "trim('aaa', 'a')", "trim('abc', '')",
    "trim(null, 'a')", "trim('a', null)", "trim(1001, 1)", "trim('  a  ')", "typeof(replace(1, 'x', 'y'))", "typeof(trim(1, 'x'))",
)  # fmt: skip
# Ways to ask where the database is.
PLACES = {
    "all": "select * from pragma_database_list",
    "function": "select * from pragma_database_list()",
    "column": 'select "file" as f from main.pragma_database_list as q',
    "nested": "select f as g from (select file as f from [PRAGMA_Database_List])",
    "joined": "select d.file from events join pragma_database_list d on 1",
    "condition": "select 1 from pragma_database_list where file like '%archive%'",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A built archive, and a database of somebody else that happens to have a table `meta`."""
    archive = make_archive(tmp_path_factory.mktemp("archive"))
    archive.append(drafts(60))
    build(archive)
    other = archive.folder / "other.db"
    with closing(sqlite3.connect(other)) as db:
        db.execute("create table meta (key text, value text)")
        db.execute("create table pictures as select zeroblob(2000000) as picture")
        db.commit()
    return archive.database, other


@pytest.fixture(scope="module")
def served(files: tuple[Path, Path]) -> Iterator[Datasette]:
    """A site with the plugin, over both databases."""
    with site(*files, with_plugin=True) as datasette:
        yield datasette


@in_one_loop
@pytest.mark.parametrize("sql", PLACES.values(), ids=PLACES.keys())
async def test_place_of_the_database_is_hidden(served: Datasette, files: tuple[Path, Path], sql: str) -> None:
    """No query tells the path of the file, also after Datasette has looked at all tables itself."""
    await rows(served, "/archive/events")
    found = await rows(served, f"/archive?sql={quote(sql)}")
    assert (str(files[0].parent) in str(found), "condition" in sql and found) == (False, False)


@pytest.mark.parametrize("call", SAME)
def test_functions_do_as_those_of_sqlite(call: str) -> None:
    """Our form of a function gives what SQLite's gives."""
    with closing(sqlite3.connect(":memory:")) as plain, closing(sqlite3.connect(":memory:")) as bounded:
        bound(bounded)
        found = [tuple(db.execute(f"select {call}").fetchone()) for db in (plain, bounded)]
    assert found[0] == found[1]


@pytest.mark.parametrize(("row", "count", "whole"), [(1_000, 100_000, True), (20_000, 700, True), (20_000, 900, False)])
def test_answer_of_long_rows_is_bounded(row: int, count: int, whole: bool) -> None:
    """Long rows are counted, for each cursor anew; of short ones there may be as many as there are."""
    numbers = f"with recursive n (x) as (select 1 union all select x + 1 from n where x < {count})"
    sql = f"{numbers} select zeroblob({row}) from n"
    with closing(sqlite3.connect(":memory:")) as db:
        bound(db)
        for _ in range(2):
            with nullcontext() if whole else pytest.raises(sqlite3.OperationalError, match="too long"):
                assert sum(1 for _ in db.execute(sql)) == count


@in_one_loop
async def test_archive_still_works(served: Datasette) -> None:
    """Tables, searches and joins work under the limits."""
    sql = "select count(*) as n from events_fts where events_fts match 'letter'"
    assert await rows(served, f"/archive?sql={quote(sql)}") == [{"n": 20}]


@in_one_loop
async def test_functions_without_bound_are_off(served: Datasette) -> None:
    """What heeds no limit answers with a sentence, in upper case too."""
    sql = "select PRINTF('%d', 1) as a, format('%d', 1) as b"
    off = "(not available on an archive)"
    assert await rows(served, f"/archive?sql={quote(sql)}") == [{"a": off, "b": off}]


@in_one_loop
async def test_other_database_is_left_alone(served: Datasette) -> None:
    """A database that Regesta did not build keeps its large values and its functions."""
    sql = "select length(picture) as bytes, printf('%.*c', 3, 'x') as text from pictures"
    assert await rows(served, f"/other?sql={quote(sql)}") == [{"bytes": 2_000_000, "text": "xxx"}]


@pytest.mark.parametrize(("name", "limited"), [("archive.db", True), ("replay.db", False)])
def test_locked_archive_is_known_by_its_name(tmp_path: Path, name: str, limited: bool) -> None:
    """A connection made while a build has the file for itself has the limits too."""
    with closing(sqlite3.connect(tmp_path / name, isolation_level=None)) as writer:
        writer.execute("create table t (x)")
        writer.execute("begin exclusive")
        with closing(sqlite3.connect(tmp_path / name, timeout=0)) as reader:
            prepare_connection(reader, Datasette())
            found = reader.getlimit(sqlite3.SQLITE_LIMIT_LENGTH)
    assert (found == LIMITS["SQLITE_LIMIT_LENGTH"]) == limited


def test_file_that_is_no_database_is_left_to_datasette(tmp_path: Path) -> None:
    """The plugin raises nothing of its own over a broken file."""
    (tmp_path / "archive.db").write_bytes(b"no database" * 100)
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        prepare_connection(db, Datasette())
        assert db.getlimit(sqlite3.SQLITE_LIMIT_LENGTH) > LIMITS["SQLITE_LIMIT_LENGTH"]


def test_plugin_loads_alone() -> None:
    """Loading the plugin brings in no HTTP client, which differs between the lines of Datasette, and no SQL parser."""
    code = "import sys, regesta.publish.plugin; print({'httpx', 'httpx2', 'sqlglot', 'uvicorn'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
