"""Visitors see nothing of a proposal, whichever way they look; editors see all of it."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from datasette.app import Datasette
from datasette.version import __version_info__

from regesta.archive import Archive
from regesta.errors import StorageError
from regesta.publish._replays import site_of
from regesta.publish._visitors import Visitors
from regesta.replay import replays
from regesta.replay.build import build
from tests.archives import drafts, make_archive
from tests.publish.proposing import KEYS, SECRET, decided, proposal, proposing_archive
from tests.publish.sites import in_one_loop, site

STABLE = __version_info__[0] == "0"
FIRST = 23  # the sequence of the first proposal
PUBLIC = 22  # events that are not about proposals


_DANGLING = "select * from pragma_foreign_key_check where parent = 'events'"


def sql(words: str, *, database: str = "archive", ending: str = "json?_shape=array&") -> str:
    return f"/{database}.{ending}sql={quote(words)}"


# Ways to a proposal that show an editor its words.
WAYS = {
    "table page": "/archive/proposals",
    "events page": "/archive/events?type=proposal.made",
    "json": "/archive/events.json?_shape=array&_size=max",
    "csv": "/archive/proposals.csv",
    "stream": "/archive/events.csv?_stream=1",
    "history": "/archive/proposals_history.json?_shape=array",
    "view of proposals": "/archive/proposal_made.json?_shape=array",
    "view of rejections": "/archive/proposal_rejected.json?_shape=array",
    "view of acceptances": "/archive/proposal_accepted.csv",
    "what was taken back": "/archive/event_retracted.json?_shape=array",
    "typed table": "/archive/_proposal_made.json?_shape=array",
    "evidence": "/archive/evidence.json?_shape=array",
    "row of an event": f"/archive/events/{FIRST}.json?_shape=array",
    "row of a proposal": f"/archive/proposals/{KEYS[0]}",
    "row of a proposal as json": f"/archive/proposals/{KEYS[2]}.json",
    "facet": "/archive/proposals?_facet=rule",
    "search": f"/archive/events?_search={SECRET}",
    "filter": "/archive/events?summary__contains=Proposed",
    "where": "/archive/events.json?_shape=array&_where=type+like+'proposal%25'",
    "sql": sql("select * from events where type like 'proposal%'"),
    "sql page": sql("select summary from proposals", ending="html?").replace(".html", ""),
    "sql csv": sql("select data from events", ending="csv?"),
    "union": sql("select 1 as a union select summary from proposals"),
    "whole log in a value": sql("select group_concat(data) as a from events"),
    "full text": sql(f"select e.summary from events_fts f join events e on e.sequence = f.rowid where events_fts match '{SECRET}'"),
    "replay": "/archive@2017-01-20/proposals",
    "replay as json": "/archive@2017-01-20/events.json?_shape=array",
    "replay in sql": sql("select summary from proposals", database="archive@2017-01-20"),
    "known": "/archive@known=2099/proposals.csv",
    "both clocks": "/archive@2017-01-20,known=2099/proposal_made",
    "known as parameter": "/archive/proposals?_known=2099",
    "as of as parameter": "/archive/proposals_history?_asof=2017-01-20",
    "redirect": "/archive/proposals?_asof=2017-01-20",
    "tilde": "/archive~402017-01-20/proposals",
}  # fmt: skip
# Ways that show nobody a word, or on one line of Datasette only.
OTHER_WAYS = {
    "home": "/", "home as json": "/.json", "database": "/archive", "database as json": "/archive.json",
    "schema": "/archive/-/schema.json", "jump": f"/-/jump.json?q={SECRET}", "jump page": "/-/jump?q=proposals", "queries": "/archive/-/queries",
    "count": "/archive/proposals/-/count", "autocomplete": f"/archive/events/-/autocomplete?q={SECRET}",
    "fragment": f"/archive/proposals/-/fragment?_row={KEYS[0]}", "blob": f"/archive/events/{FIRST}.blob?_blob_column=data",
    "databases": "/-/databases.json", "targets": "/archive/-/foreign-key-targets?table=evidence", "plain": "/archive/proposals.json",
    "objects": "/archive/proposals.json?_shape=objects&_extra=count,rows,facets", "trace": "/archive/proposals?_trace=1",
    "deepest row": f"/archive/proposals_history/{KEYS[0]},a,b,1", "replay database": "/archive@2017-01-20.json",
    "before": "/archive@known=2000/proposals.json", "many": "/archive/events.json?_shape=arrays&_size=max&_sort=data",
}  # fmt: skip


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive with proposals."""
    return proposing_archive(tmp_path_factory.mktemp("published") / "archive")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of somebody else."""
    return other_database(tmp_path_factory.mktemp("other"))


@pytest.fixture(scope="module")
def served(archive: Archive, other: Path) -> Iterator[Datasette]:
    """A site over both, the archive's file immutable as on a server that nobody writes to."""
    with site(other, with_plugin=True, immutables=[str(archive.database)]) as datasette:
        yield datasette


@pytest.fixture(scope="module")
def live(archive: Archive, other: Path) -> Iterator[Datasette]:
    """The same as `regesta serve` has it."""
    with site(archive.database, other, with_plugin=True) as datasette:
        yield datasette


def other_database(folder: Path) -> Path:
    path = folder / "other.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(f"create table beasts (name text); insert into beasts values ('{SECRET}')")
    return path


async def get(datasette: Datasette, path: str, user: str | None = None, **more: Any) -> Any:
    await datasette.invoke_startup()
    cookies = {"ds_actor": datasette.sign({"a": {"id": user}}, "actor")} if user else {}
    return await datasette.client.get(path, **{"cookies": cookies, "follow_redirects": True, **more})


@in_one_loop
@pytest.mark.parametrize("path", WAYS.values(), ids=WAYS.keys())
async def test_editor_sees_proposals(served: Datasette, live: Datasette, path: str) -> None:
    """Every way shows root the words of a proposal, so that what follows tests something."""
    found = [SECRET in (await get(datasette, path, "root")).text for datasette in (served, live)]
    assert found == [True, True]


@in_one_loop
@pytest.mark.parametrize("user", [None, "somebody"])
@pytest.mark.parametrize("path", [*WAYS.values(), *OTHER_WAYS.values()], ids=[*WAYS.keys(), *OTHER_WAYS.keys()])
async def test_visitor_sees_none(served: Datasette, live: Datasette, path: str, user: str | None) -> None:
    """No way shows a visitor a word of one, nor its key, signed in or not."""
    for datasette in (served, live):
        answer = await get(datasette, path, user)
        asked = answer.text.replace(str(answer.url), "").replace(f"q={SECRET}", "")
        shown = [word for word in (SECRET, KEYS[0]) if word in asked and word not in path]
        assert (answer.status_code in (200, 400, 403, 404, 405), shown) == (True, [])


@in_one_loop
async def test_visitor_counts_none(served: Datasette) -> None:
    """Counts are those of what visitors see."""
    sql_count = sql("select (select count(*) from events) as events, (select count(*) from proposals) as proposals")
    found = [(await get(served, sql_count, user)).json() for user in (None, "root")]
    assert found == [[{"events": PUBLIC, "proposals": 0}], [{"events": PUBLIC + 8, "proposals": 4}]]


@in_one_loop
async def test_home_counts_what_a_visitor_sees(served: Datasette) -> None:
    """So are those on the page that lists the databases."""
    pages = [(await get(served, "/.json", user)).json() for user in (None, "root")]
    found = [page.get("databases", page) for page in pages]
    tables = [
        {table["name"]: table["count"] for item in _each(databases) for table in item["tables_and_views_truncated"]}
        for databases in found
    ]
    assert [counts.get("events") for counts in tables] == [PUBLIC, PUBLIC + 8]


def _each(databases: Any) -> list[Any]:
    return list(databases.values()) if isinstance(databases, dict) else databases


@in_one_loop
async def test_download(served: Datasette, live: Datasette, tmp_path: Path) -> None:
    """The database that a visitor downloads has no byte of a proposal, and is sound; root's has."""
    for name, datasette, path in [
        ("a", served, "/archive.db"),
        ("b", live, "/archive.db"),
        ("c", live, "/archive@2017-01-20.db"),
    ]:
        answer = await get(datasette, path)
        (tmp_path / name).write_bytes(answer.content)
        with closing(sqlite3.connect(tmp_path / name)) as db:
            rows = [
                db.execute(f"select count(*) from {table}").fetchone()[0] for table in ("proposals", "proposal_made")
            ]
            sound = [db.execute("pragma integrity_check").fetchall(), db.execute(_DANGLING).fetchall()]
        secret = [word for word in (SECRET, *KEYS) if word.encode() in answer.content]
        assert (answer.status_code, rows, sound, secret) == (200, [0, 0], [[("ok",)], []], [])
        assert f'filename="{path[1:]}"' in answer.headers["content-disposition"]
    whole = await get(served, "/archive.db", "root")
    assert (whole.status_code, SECRET.encode() in whole.content) == (200, True)


@in_one_loop
async def test_other_database_is_as_it_is(served: Datasette) -> None:
    """A database that is no archive is served as before."""
    answer = await get(served, "/other/beasts.json?_shape=array")
    assert answer.json() == [{"rowid": 1, "name": SECRET}]


@in_one_loop
async def test_archive_without_proposals_is_its_own_copy(tmp_path: Path) -> None:
    """Nothing is copied where there is nothing to leave out."""
    archive = make_archive(tmp_path)
    archive.append(drafts(6))
    build(archive)
    with site(archive.database, with_plugin=True) as datasette:
        answer = await get(datasette, "/archive/events.json?_shape=array")
        held = dict(site_of(datasette)._held)
    assert (len(answer.json()), held, (tmp_path / ".regesta" / "replays").exists()) == (6, {}, False)


@in_one_loop
async def test_copy_follows_the_archive(tmp_path: Path) -> None:
    """What is appended and built while the site runs is seen at the next request, without its proposals."""
    archive = make_archive(tmp_path)
    archive.append(drafts(6))
    build(archive)
    found = []
    with site(archive.database, with_plugin=True) as datasette:
        for draft in (proposal(KEYS[0]), drafts(1, first=7)[0], decided("rejected", KEYS[0], reason=SECRET)):
            archive.append([draft])
            build(archive)
            answers = [await get(datasette, "/archive/events.json?_shape=array", user) for user in (None, "root")]
            found.append((*(len(answer.json()) for answer in answers), SECRET in answers[0].text))
    assert found == [(6, 7, False), (7, 8, False), (7, 9, False)]


@in_one_loop
async def test_bare_database(archive: Archive, tmp_path: Path) -> None:
    """A database without its archive's folder has a published copy too, and nothing is left of it beside the file."""
    shutil.copy(archive.database, tmp_path / "bare.db")
    with site(tmp_path / "bare.db", with_plugin=True) as datasette:
        answers = [
            await get(datasette, path) for path in ("/bare/events.csv", "/bare@2017-01-20/events.csv", "/bare.db")
        ]
    assert [(answer.status_code, SECRET in answer.text) for answer in answers] == [(200, False)] * 3
    assert [path.name for path in tmp_path.iterdir()] == ["bare.db"]


@in_one_loop
async def test_several_archives(tmp_path: Path) -> None:
    """Each archive of a site has its own copy."""
    databases = []
    for name in ("first", "second"):
        archive = proposing_archive(tmp_path / name)
        databases.append(archive.database.rename(archive.database.with_name(f"{name}.db")))
    with site(*databases, with_plugin=True) as datasette:
        paths = ("/first/events.csv", "/second/events.csv", "/first@2017-01-20/events.csv", "/second/proposals.csv")
        found = [SECRET in (await get(datasette, path, user)).text for path in paths for user in (None, "root")]
    assert found == [False, True] * 4


@in_one_loop
async def test_no_copy_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the copy cannot be made a visitor is told so; editors, and other databases, are served."""
    archive, other = proposing_archive(tmp_path / "archive"), other_database(tmp_path)

    def full(*_: Any) -> None:
        raise StorageError("no space left", where=str(tmp_path))

    monkeypatch.setattr(replays, "publish", full)
    with site(archive.database, other, with_plugin=True) as datasette:
        paths = ("/archive/events", "/archive/events.json", "/archive.db", "/archive@2017-01-20", "/", "/other/beasts")
        answers = [await get(datasette, path) for path in paths]
        editor = await get(datasette, "/archive/events", "root")
    assert [answer.status_code for answer in answers] == [503, 503, 503, 503, 503, 200]
    assert [
        path
        for path, answer in zip(paths[:5], answers, strict=False)
        if SECRET in answer.text or str(tmp_path) in answer.text
    ] == []
    assert (editor.status_code, SECRET in editor.text) == (200, True)


@in_one_loop
@pytest.mark.parametrize("what", ["deleted", "broken", "locked"])
async def test_archive_that_cannot_be_read_is_not_taken_for_another_database(
    tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that was deleted, broken or locked under the site is not served, though Datasette may have it open."""
    monkeypatch.setattr("regesta.database.sqlite3.connect", _impatient(sqlite3.connect))
    archive = proposing_archive(tmp_path / "archive")
    with site(archive.database, with_plugin=True) as datasette, closing(sqlite3.connect(archive.database)) as writer:
        before = await get(datasette, "/archive/events.csv", "root")
        if what == "deleted":
            archive.database.unlink()
        elif what == "broken":
            archive.database.write_bytes(archive.database.read_bytes()[:100] + bytes(5_000))
        else:
            os.utime(archive.database, (1, 1))
            writer.execute("begin exclusive")
        answer = await get(datasette, "/archive/events.csv")
    assert (before.status_code, answer.status_code, SECRET in answer.text) == (200, 503, False)


def _impatient(connect: Any) -> Any:
    return lambda *arguments, **options: connect(*arguments, **{**options, "timeout": 0.05})


@in_one_loop
async def test_questions_across_databases(archive: Archive, other: Path) -> None:
    """The database that joins all others is for editors."""
    words = sql("select summary as a from archive.proposals", database="_memory")
    with site(archive.database, other, with_plugin=True, crossdb=True) as datasette:
        answers = [await get(datasette, path, user) for user in (None, "root") for path in (words, "/_memory", "/")]
    assert [answer.status_code for answer in answers] == [403, 403, 200, 200, 200, 200]
    # 1.0 may join the copies for editors too, where a visitor's request made the connection.
    assert [SECRET in answer.text for answer in answers[:3]] == [False] * 3
    assert SECRET in answers[3].text or not STABLE


@in_one_loop
async def test_pages_of_editors_stay_out_of_shared_caches(served: Datasette) -> None:
    """What an editor is shown is marked as private."""
    found = [(await get(served, "/archive/events", user)).headers.get("cache-control") for user in (None, "root")]
    assert (found[0] != found[1], found[1]) == (True, "private, no-cache")


@in_one_loop
async def test_visitors_and_editors_at_once(live: Datasette) -> None:
    """Requests beside each other do not see each other's database."""
    users = [None, "root"] * 20
    answers = await asyncio.gather(*(get(live, "/archive/events.csv?_stream=1", user) for user in users))
    assert [SECRET in answer.text for answer in answers] == [False, True] * 20


@in_one_loop
async def test_page_that_asks_the_site_itself(live: Datasette) -> None:
    """A request that a page makes of the site is one of a visitor, unless it says who asks."""
    await get(live, "/archive/events", "root")
    answer = await live.client.get("/archive/proposals.csv")
    assert SECRET not in answer.text


@in_one_loop
async def test_catalog_is_not_filled_again_and_again(live: Datasette) -> None:
    """Datasette takes the copy for the database whose tables it knows."""
    version = sql("select schema_version from pragma_schema_version()")
    answers = [await get(live, version, user) for user in (None, "root")]
    assert ([answer.status_code for answer in answers], answers[0].text) == ([200, 200], answers[1].text)


@in_one_loop
async def test_cost_of_a_request(live: Datasette) -> None:
    """While the archive is unchanged a visitor's request costs less than a millisecond more than Datasette's own work."""
    scope = {"type": "http", "method": "GET", "path": "/archive/events", "query_string": b"", "headers": []}
    took = []

    async def nothing(*_: Any) -> Any:
        pass

    for _ in range(100):
        start = time.perf_counter()
        await Visitors(nothing, live)(scope, nothing, nothing)
        took.append(time.perf_counter() - start)
    assert sorted(took)[25] < 0.001


@in_one_loop
async def test_replays_for_visitors_and_editors_are_two(live: Datasette, archive: Archive) -> None:
    """A date has a replay for each, and neither gets the other's."""
    found = [
        SECRET in (await get(live, "/archive@2017-01-12/events.csv", user)).text
        for user in ("root", None, "root", None)
    ]
    assert found == [True, False, True, False]
