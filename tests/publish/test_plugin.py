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

from regesta.archive import Archive
from regesta.publish.plugin import LIMITS, prepare_connection
from regesta.replay.build import build
from tests.archives import drafts
from tests.publish.sites import rows, site

SECONDS = 3.0
MEGABYTES = 100
_LONG = "replace(hex(zeroblob(249000)), '0', 'a')"

# Queries of a visitor that cost a server its memory or its time, with the limits off.
ATTACKS = {
    "huge value": "select hex(zeroblob(300000000))",
    "random value": "select length(randomblob(900000000))",
    "printf": "select length(printf('%.*c', 500000000, 'x'))",
    "format": "select length(format('%.*c', 500000000, 'x'))",
    "growing value": "select length(replace(hex(zeroblob(200000)), '0', '0000000000'))",
    "search in a long value": f"select instr({_LONG}, substr({_LONG}, 1, 240000) || 'b')",
    "replacement in a long value": f"select length(replace({_LONG}, substr({_LONG}, 1, 240000) || 'b', ''))",
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


@pytest.fixture
def served(archive: Archive) -> Iterator[Datasette]:
    """A site with the plugin, over an archive and a database of somebody else."""
    archive.append(drafts(60))
    build(archive)
    other = archive.folder / "other.db"
    with closing(sqlite3.connect(other)) as db:
        db.execute("create table meta (key text, value text)")
        db.execute("create table pictures as select zeroblob(2000000) as picture")
        db.commit()
    with site(archive.database, other, with_plugin=True) as datasette:
        yield datasette


async def status(datasette: Datasette, database: str, sql: str) -> int:
    response = await datasette.client.get(f"/{database}.json?_shape=array&sql={quote(sql)}", follow_redirects=True)
    return int(response.status_code)


@pytest.mark.asyncio
@pytest.mark.parametrize("sql", ATTACKS.values(), ids=ATTACKS.keys())
async def test_no_query_takes_the_server_down(served: Datasette, sql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hostile query ends within 3 seconds and 100 MB, whatever it answers."""
    monkeypatch.setattr("datasette.handle_exception.rich", None)
    start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    await status(served, "archive", sql)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert (time.monotonic() - start < SECONDS, grown < MEGABYTES) == (True, True)


@pytest.mark.asyncio
@pytest.mark.parametrize("sql", REFUSED.values(), ids=REFUSED.keys())
async def test_visitor_only_reads(served: Datasette, sql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQL that does more than read is refused."""
    monkeypatch.setattr("datasette.handle_exception.rich", None)
    assert await status(served, "archive", sql) in (400, 403)
    assert await rows(served, "/archive/events?_col=sequence&_size=1&_sort=sequence") != []


@pytest.mark.asyncio
async def test_archive_still_works(served: Datasette) -> None:
    """Tables, searches and joins work under the limits."""
    sql = "select count(*) as n from events_fts where events_fts match 'letter'"
    assert await rows(served, f"/archive?sql={quote(sql)}") == [{"n": 20}]


@pytest.mark.asyncio
async def test_other_database_is_left_alone(served: Datasette) -> None:
    """A database that Regesta did not build keeps its large values and its functions, also if it has a table `meta`."""
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
