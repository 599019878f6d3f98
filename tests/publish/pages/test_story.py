"""Story pages: texts side by side for who may read them, what was recorded for all others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette

from regesta.archive import Archive
from tests.archives import document, make_archive
from tests.ingest.ferry import PASSAGES, STORY, Ferry, digest_of, paragraphs_moved, replaced
from tests.publish.sites import Document, page, site

pytestmark = pytest.mark.asyncio(loop_scope="function")

SECOND = paragraphs_moved(replaced("23 doctors", "45 doctors", replaced(PASSAGES["wish"], "")))
A, B = digest_of(STORY), digest_of(SECOND)
ROOT = {"id": "root"}
HOSTILE = "</td><script>alert(1)</script><img src=x onerror=alert(1)> {{ 7 * 7 }}"


def story_archive(folder: Path, quotes: str) -> Archive:
    ferry = Ferry(make_archive(folder, quotes=quotes)).begin()
    ferry.take(SECOND)
    return ferry.add(document("A letter of its own.")).archive


@pytest.fixture
def open_site(quick_path: Path) -> Iterator[Datasette]:
    """A site with a story whose texts may be shown."""
    with site(story_archive(quick_path, "full").database, with_plugin=True) as datasette:
        yield datasette


@pytest.fixture
def shut_site(quick_path: Path) -> Iterator[Datasette]:
    """A site with the same story, whose texts may not be republished."""
    with site(story_archive(quick_path, "digest").database, with_plugin=True) as datasette:
        yield datasette


async def signed_in(datasette: Datasette, path: str) -> str:
    await datasette.invoke_startup()
    response = await datasette.client.get(path, cookies={"ds_actor": datasette.sign({"a": ROOT}, "actor")})
    assert response.status_code == 200
    return str(response.text)


def count(source: str, name: str, **attributes: str) -> int:
    wanted = set(attributes.items())
    return sum(tag == name and wanted <= set(given.items()) for tag, given in Document(source).elements)


async def test_stories(open_site: Datasette) -> None:
    """Each story is listed with its versions and events, other documents apart."""
    source = await page(open_site, "/-/stories")
    links = Document(source).links()
    assert ("/-/story/ferry" in links, f"/archive/documents/{digest_of('A letter of its own.')}" in links) == (
        True,
        True,
    )
    assert "<b>16</b> events rest on it" in source


async def test_side_by_side(open_site: Datasette) -> None:
    """Who may read the texts sees them beside each other, with every change marked."""
    source = await page(open_site, "/-/story/ferry")
    assert [source.count(f">{words}") for words in ("23</del", "45</ins")] == [2, 2]  # in the list, and in the text
    assert count(source, "table", **{"class": "sides"}) == 1
    assert [source.count(words) for words in ("moved from here</a>", "moved here</a>")] == [1, 1]
    assert "Seven of the nine island councils" in source


async def test_pair_in_the_address(open_site: Datasette) -> None:
    """Any two versions are compared in any order, by their digest or its beginning."""
    there = await page(open_site, f"/-/story/ferry?from={A[:12]}&to={B}")
    back = await page(open_site, f"/-/story/ferry?from={B}&to={A[:12]}")
    assert ('<del class="number">23</del>' in there, '<del class="number">45</del>' in back) == (True, True)


async def test_texts_that_may_not_be_republished(shut_site: Datasette) -> None:
    """Others see counts, positions and numbers, and no word of the texts."""
    source = await page(shut_site, "/-/story/ferry")
    words = ("island councils", "turned down", "Great Skerry asked", "nobody", "chairs the council")
    assert [word for word in words if word in source] == []
    assert ("<del>23</del>" in source, count(source, "table", **{"class": "sides"})) == (True, 0)
    assert "characters 537 to 599" in source


async def test_editors_read_them(shut_site: Datasette) -> None:
    """An editor sees the texts all the same."""
    source = await signed_in(shut_site, "/-/story/ferry")
    assert ("Great Skerry asked" in source, count(source, "table", **{"class": "sides"})) == (True, 1)


async def test_events_that_lost_a_passage(shut_site: Datasette) -> None:
    """Events whose passages are gone are named and linked."""
    source = await page(shut_site, "/-/story/ferry")
    assert (source.count(">gone</strong>"), "2 are gone" in source) == (2, True)


async def test_only_the_database(quick_path: Path, tmp_path: Path) -> None:
    """Without the archive's folder the recorded changes are told, and passages as the evidence quotes them."""
    alone = tmp_path / "alone.db"
    alone.write_bytes(story_archive(quick_path, "full").database.read_bytes())
    with site(alone, with_plugin=True) as datasette:
        source = await page(datasette, "/-/story/ferry")
    assert (count(source, "table", **{"class": "sides"}), PASSAGES["fuel"] in source) == (0, True)


async def test_one_version(quick_path: Path) -> None:
    """A story in one version has nothing to compare."""
    with site(Ferry(make_archive(quick_path)).begin().archive.database, with_plugin=True) as datasette:
        source = await page(datasette, "/-/story/ferry")
    assert ("What changed</h2>" in source, "1 version" in source) == (False, True)


async def test_no_story(quick_path: Path) -> None:
    """An archive without documents says so."""
    archive = make_archive(quick_path)
    Ferry(archive).add()
    with site(archive.database, with_plugin=True) as datasette:
        assert "No document has been taken in yet." in await page(datasette, "/-/stories")


@pytest.mark.parametrize("path", ["/-/stories", "/-/story/ferry", "/-/changes", "/-/find?q=what"])
async def test_below_a_folder(path: str, quick_path: Path) -> None:
    """On a site below a folder of its host every link of these pages stays there."""
    database = story_archive(quick_path, "full").database
    with site(database, with_plugin=True, settings={"base_url": "/archives/"}) as datasette:
        links = Document(await page(datasette, path)).links()
    assert [link for link in links if not link.startswith(("/archives/", "#"))] == []


# Address: status.
REFUSED = {
    "/-/story/none": 404,
    "/-/story/ferry?from=zz": 400,
    "/-/story/ferry?to=%27%20or%201%3D1": 400,
    f"/-/story/ferry?to={A}": 400,
    "/-/story/%00": 404,
    "/-/story/ferry'--": 404,
}


@pytest.mark.parametrize(("path", "status"), REFUSED.items())
async def test_refused(path: str, status: int, open_site: Datasette) -> None:
    """What is not there is told, with our page."""
    await open_site.invoke_startup()
    response = await open_site.client.get(path)
    assert (response.status_code, "To the timeline" in response.text) == (status, True)


async def test_hostile_texts(quick_path: Path) -> None:
    """What stands in a text, a title or an address is text on the page."""
    ferry = Ferry(make_archive(quick_path, quotes="full")).begin()
    ferry.take(f"{STORY}\n{HOSTILE}\n")
    more: dict[str, Any] = {"type": "story.published", "subject": "story/other", "source": "manual:"}
    more["data"] = {
        "story": "other",
        "document": A,
        "title": HOSTILE,
        "publisher": HOSTILE,
        "url": "https://a.example/'\"><b>",
    }
    ferry.add(more)
    with site(ferry.archive.database, with_plugin=True) as datasette:
        found = [Document(await page(datasette, path)) for path in ("/-/story/ferry", "/-/story/other", "/-/stories")]
    assert [
        one for item in found for one in item.elements if one[0] in ("script", "img", "b") and "onerror" in one[1]
    ] == []
    assert [item.scripts for item in found] == [[], [], []]
    assert ["{{ 7 * 7 }}" in item.text for item in found] == [True, True, True]
