"""The plugin: what it bounds on an archive, and that it leaves everything else alone."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from datasette.app import Datasette

from regesta.publish.plugin import LIMITS, prepare_connection
from regesta.replay.build import build
from tests.archives import drafts, make_archive
from tests.publish.sites import in_one_loop, rows, site

SECONDS = 3.0
MEGABYTES = 100
_LONG = "replace(hex(zeroblob(199000)), '0', 'a')"  # near the limit

# Queries of a visitor that cost a server its memory or its time, with the limits off.
ATTACKS = {
    "huge value": "select hex(zeroblob(300000000))",
    "random value": "select length(randomblob(900000000))",
    "printf": "select length(printf('%.*c', 500000000, 'x'))",
    "format": "select length(format('%.*c', 500000000, 'x'))",
    "growing value": "select length(replace(hex(zeroblob(200000)), '0', '0000000000'))",
    "search in a long value": f"select instr({_LONG}, substr({_LONG}, 1, 199000) || 'b')",
    "replacement in a long value": f"select length(replace({_LONG}, substr({_LONG}, 1, 199000) || 'b', ''))",
    "long pattern": f"select count(*) from events where data like '%{'a' * 2000}%'",
    "long glob": f"select count(*) from events where data glob '*{'a' * 2000}*'",
    "endless recursion": "with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c",
    "cross join": "select count(*) from events a, events b, events c, events d, events e, events f",
    "group_concat": "select length(group_concat(a.data || b.data || c.data)) from events a, events b, events c",
    "json_group_array": "select length(json_group_array(a.data || b.data)) from events a, events b, events c",
    "columns": f"select {', '.join('1' for _ in range(1900))}",
    "deep expression": f"select {'(' * 900}1{')' * 900}",
}
REFUSED = {
    "attach": "attach database '/tmp/x.db' as y",
    "pragma": "pragma database_list",
    "extension": "select load_extension('x')",
    "write": "delete from events",
    "write behind with": "with x as (select 1) delete from events",
    "vacuum": "vacuum into '/tmp/x.db'",
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


async def status(datasette: Datasette, database: str, sql: str) -> int:
    await datasette.invoke_startup()
    response = await datasette.client.get(f"/{database}.json?_shape=array&sql={quote(sql)}", follow_redirects=True)
    return int(response.status_code)


@in_one_loop
@pytest.mark.parametrize("sql", ATTACKS.values(), ids=ATTACKS.keys())
async def test_no_query_takes_the_server_down(served: Datasette, sql: str) -> None:
    """A hostile query ends within 3 seconds of work and 100 MB, whatever it answers."""
    start, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    await status(served, "archive", sql)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert (time.process_time() - start < SECONDS, grown < MEGABYTES) == (True, True)


@in_one_loop
@pytest.mark.parametrize("sql", REFUSED.values(), ids=REFUSED.keys())
async def test_visitor_only_reads(served: Datasette, sql: str) -> None:
    """SQL that does more than read is refused."""
    assert await status(served, "archive", sql) in (400, 403)
    assert await rows(served, "/archive/events?_col=sequence&_size=1&_sort=sequence") != []


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
            prepare_connection(reader)
            found = reader.getlimit(sqlite3.SQLITE_LIMIT_LENGTH)
    assert (found == LIMITS["SQLITE_LIMIT_LENGTH"]) == limited


def test_file_that_is_no_database_is_left_to_datasette(tmp_path: Path) -> None:
    """The plugin raises nothing of its own over a broken file."""
    (tmp_path / "archive.db").write_bytes(b"no database" * 100)
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        prepare_connection(db)
        assert db.getlimit(sqlite3.SQLITE_LIMIT_LENGTH) > LIMITS["SQLITE_LIMIT_LENGTH"]


def test_plugin_loads_alone() -> None:
    """Loading the plugin brings in no HTTP client, which differs between the lines of Datasette, and no SQL parser."""
    code = "import sys, regesta.publish.plugin; print({'httpx', 'httpx2', 'sqlglot', 'uvicorn'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
