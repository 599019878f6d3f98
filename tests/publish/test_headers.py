"""Headers that keep a browser from doing more with a page of an archive than showing it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette

from regesta.publish._answers import SECURITY, with_headers
from regesta.replay.build import build
from tests.archives import drafts, make_archive
from tests.publish.proposing import proposing_archive
from tests.publish.sites import in_one_loop, site

PAGES = (
    "/archive.json", "/archive/letters", "/archive/letters.json", "/archive/letters.csv", "/archive/letters/l1", "/archive.db",
    "/archive/events.csv?_stream=1", "/archive@2017-01-20/letters", "/archive@nonsense", "/archive/nothing", "/archive@2017-01-20.db",
    "/archive/letters?_asof=2017-01-20", "/archive.json?sql=select+1", "/archive?sql=nonsense", "/archive/letters?_known=x",
    f"/archive.json?sql={'1' * 9_000}",
)  # fmt: skip
SITE = ("/-/versions.json", "/-/plugins.json", "/-/static/app.css", "/nothing", "/.json")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of an archive with proposals."""
    return proposing_archive(tmp_path_factory.mktemp("headers") / "archive").database


@pytest.fixture(scope="module")
def alone(archive: Path) -> Iterator[Datasette]:
    """A site with nothing but the archive."""
    with site(archive, with_plugin=True) as datasette:
        yield datasette


@pytest.fixture(scope="module")
def mixed(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Datasette]:
    """A site with a database of somebody else beside it."""
    other = tmp_path_factory.mktemp("other") / "other.db"
    with closing(sqlite3.connect(other)) as db:
        db.execute("create table t (x)")
    with site(archive, other, with_plugin=True) as datasette:
        yield datasette


async def headers(datasette: Datasette, path: str) -> dict[str, list[str]]:
    """Return the headers of security of an answer, each with all its values."""
    await datasette.invoke_startup()
    answer = await datasette.client.get(path)
    return {name: answer.headers.get_list(name) for name in ADDED if name in answer.headers}


# Of the third, the referrer policy, Datasette has one of its own on some pages, which is stricter.
ADDED = ("content-security-policy", "x-content-type-options")
WHOLE = {name: [SECURITY[name]] for name in ADDED}


@in_one_loop
@pytest.mark.parametrize("path", PAGES)
async def test_address_stays_within_the_site(alone: Datasette, path: str) -> None:
    """What a page links to elsewhere is not told where the visitor comes from."""
    await alone.invoke_startup()
    answer = await alone.client.get(path)
    assert answer.headers.get_list("referrer-policy") in (["same-origin"], ["no-referrer"])


@in_one_loop
@pytest.mark.parametrize("path", PAGES)
async def test_page_of_an_archive(alone: Datasette, mixed: Datasette, path: str) -> None:
    """Every answer of an archive has each header once, errors and redirects too."""
    assert [await headers(datasette, path) for datasette in (alone, mixed)] == [WHOLE, WHOLE]


@in_one_loop
@pytest.mark.parametrize("path", SITE)
async def test_page_of_the_site(alone: Datasette, path: str) -> None:
    """Where there is nothing but archives, all pages have them."""
    assert await headers(alone, path) == WHOLE


@in_one_loop
@pytest.mark.parametrize("path", ["/other", "/other/t", "/other/t.json", "/-/versions.json", "/-/static/app.css"])
async def test_other_pages_are_not_touched(mixed: Datasette, path: str) -> None:
    """Pages of other databases, and those of plugins beside them, stay as they are."""
    assert await headers(mixed, path) == {}


@in_one_loop
async def test_home_of_a_mixed_site(mixed: Datasette) -> None:
    """The page that lists an archive has them."""
    assert await headers(mixed, "/") == WHOLE


@in_one_loop
async def test_site_without_an_archive(tmp_path: Path) -> None:
    """Nothing is added where there is no archive at all."""
    with closing(sqlite3.connect(tmp_path / "other.db")) as db:
        db.execute("create table t (x)")
    with site(tmp_path / "other.db", with_plugin=True) as datasette:
        assert [await headers(datasette, path) for path in ("/", "/other/t")] == [{}, {}]


@in_one_loop
async def test_archive_without_proposals(tmp_path: Path) -> None:
    """It makes no difference whether there is something to hide."""
    archive = make_archive(tmp_path)
    archive.append(drafts(3))
    build(archive)
    with site(archive.database, with_plugin=True) as datasette:
        assert await headers(datasette, "/archive/letters") == WHOLE


@in_one_loop
async def test_header_of_a_page_goes_before_ours() -> None:
    """A page that sets a stricter policy keeps it; what replaces a header does so in any spelling."""
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    start = {"type": "http.response.start", "headers": [(b"Referrer-Policy", b"no-referrer"), (b"Cache-Control", b"x")]}
    wrapped = with_headers(send, {"cache-control": "private"}, {"referrer-policy": "same-origin", "x-one": "1"})
    await wrapped(start)
    await wrapped({"type": "http.response.body", "body": b""})
    expected = [(b"Referrer-Policy", b"no-referrer"), (b"x-one", b"1"), (b"cache-control", b"private")]
    assert (sent[0]["headers"], sent[1]["type"]) == (expected, "http.response.body")
