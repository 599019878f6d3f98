"""Addresses: every page has a module, the front page is at the root of an archive's own site, rows lead to events."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from datasette.app import Datasette

from regesta.archive import Archive
from regesta.publish.pages.routes import PAGES
from regesta.publish.pages.visit import HEADERS
from regesta.replay.build import build
from tests.archives import drafts, make_archive
from tests.publish.sites import site

pytestmark = pytest.mark.asyncio(loop_scope="function")

# Name: address, status, where it leads.
ANSWERS = {
    "front page": ("/", 200, None),
    "front page by name": ("/-/front", 200, None),
    "of the only archive": ("/-/archive/front", 200, None),
    "of none": ("/-/nothing/front", 404, None),
    "an event": ("/-/event/1", 200, None),
    "no event": ("/-/event/99", 404, None),
    "no date": ("/?asof=soon", 400, None),
    "the row of an event": ("/archive/events/2", 302, "/-/event/2"),
    "the row of an event as JSON": ("/archive/events/2.json?_shape=array", 200, None),
    "the row of an event in a replay": ("/archive@2017-01-02/events/1", 200, None),
    "a row of another table": ("/archive/places/P01", 200, None),
    "a table": ("/archive/events", 200, None),
    "the root as JSON": ("/.json", 200, None),
    "a style sheet": ("/-/regesta/site.css", 200, None),
    "no style sheet": ("/-/regesta/none.css", 404, None),
    "a file that is no style sheet": ("/-/regesta/plugin.py", 404, None),
}


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """A small archive."""
    archive = make_archive(tmp_path)
    archive.append(drafts(6))
    build(archive)
    return archive


@pytest.mark.parametrize("target", PAGES.values())
async def test_every_page_has_a_function(target: str) -> None:
    """What an address names is there."""
    module, _, function = target.partition(":")
    assert callable(getattr(import_module(f"regesta.publish.pages.{module}"), function))


@pytest.mark.parametrize(("path", "status", "location"), ANSWERS.values(), ids=ANSWERS.keys())
async def test_answers(path: str, status: int, location: str | None, archive: Archive) -> None:
    """Each address is answered as it should be."""
    with site(archive.database, with_plugin=True) as datasette:
        await datasette.invoke_startup()
        response = await datasette.client.get(path)
    assert (response.status_code, response.headers.get("location")) == (status, location)


async def test_base_url(archive: Archive) -> None:
    """A site below a folder of a host has all its links there."""
    with site(archive.database, with_plugin=True, settings={"base_url": "/archives/"}) as datasette:
        await datasette.invoke_startup()
        front = await datasette.client.get("/")
        row = await datasette.client.get("/archive/events/2")
    assert (front.status_code, 'href="/archives/-/changes"' in front.text) == (200, True)
    assert row.headers["location"] == "/archives/-/event/2"


async def test_security_headers(archive: Archive) -> None:
    """A page and a style sheet have the headers that keep other scripts out."""
    with site(archive.database, with_plugin=True) as datasette:
        await datasette.invoke_startup()
        front = await datasette.client.get("/-/front")
    assert {name: front.headers[name] for name in HEADERS} == HEADERS


async def test_another_database(tmp_path: Path) -> None:
    """Where there is no archive the root is Datasette's, and none of our addresses is."""
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(tmp_path / "other.db")) as db:
        db.execute("create table events (sequence integer primary key)")
    with site(tmp_path / "other.db", with_plugin=True) as datasette:
        found = await answers(datasette, "/", "/-/front", "/other/events", "/-/event/1")
    assert found == [200, 404, 200, 404]


async def answers(datasette: Datasette, *paths: str) -> list[int]:
    await datasette.invoke_startup()
    return [(await datasette.client.get(path)).status_code for path in paths]
