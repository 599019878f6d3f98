"""The search page: results with marks, filters as parameters, pages as links, and nonsense refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from datasette.app import Datasette
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regesta.limits import SEARCH_PAGE
from regesta.replay.build import build
from tests.archives import answer, document, drafts, letter, make_archive, retraction
from tests.ingest.tale import pending, tale
from tests.publish.sites import Document, in_one_loop, page, site

pytestmark = in_one_loop

HOSTILE = "<script>alert(1)</script> \"'><img src=x onerror=alert(1)> {{ 7 * 7 }} \ue000mark"
EVENTS = (
    *drafts(3 * SEARCH_PAGE),
    letter(999, edtf=None, data={"letter": "l999", "place": "P01", "summary": HOSTILE}),
    document("A text.", data={"digest": "a" * 64, "title": HOSTILE, "publisher": "The Paper"}),
)


@pytest.fixture(scope="module")
def datasette(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Datasette]:
    """A site with a few pages of events, one of them retracted."""
    archive = make_archive(Path(tmp_path_factory.mktemp("search")))
    archive.append(EVENTS)
    archive.append([retraction(next(iter(archive.log.events())).id)])
    build(archive)
    with site(archive.database, with_plugin=True) as datasette:
        yield datasette


async def text(datasette: Datasette, path: str) -> str:
    return " ".join(Document(await page(datasette, path)).text.split())


async def test_all_events(datasette: Datasette) -> None:
    """Without conditions every event that counts is there, in the order of time."""
    found = await text(datasette, "/-/find")
    assert ("All events" in found, f"{3 * SEARCH_PAGE + 2} events" in found, "Page 1 of 4" in found) == (True,) * 3


async def test_undated(datasette: Datasette) -> None:
    """Events without a date stand last, and say so."""
    source = await page(datasette, "/-/find?page=4")
    assert source.count(">undated</strong>") == 2


async def test_marks(datasette: Datasette) -> None:
    """Words are marked, and a text with markup in it stays text."""
    source = await page(datasette, "/-/find?q=alert")
    found = Document(source)
    assert source.count("<mark>alert</mark>") == 4
    assert [one for one in found.elements if one[0] in ("script", "img")] == []
    assert "{{ 7 * 7 }} \ue000mark" in found.text


async def test_paging(datasette: Datasette) -> None:
    """Pages are plain links that keep all conditions."""
    links = Document(await page(datasette, "/-/find?type=letter.sent+answer.given&order=recorded&page=2")).links()
    base = "/-/find?{}type=letter.sent+answer.given&order=recorded"
    assert base.format("") in links


async def test_take_along(datasette: Datasette) -> None:
    """The same search is a feed, a calendar and a table."""
    links = Document(await page(datasette, "/-/find?q=letter&since=2017-02")).links()
    names = ("feed.atom", "calendar.ics", "events.csv")
    assert [f"/-/take/{name}?q=letter&since=2017-02" in links for name in names] == [True, True, True]


async def test_about(datasette: Datasette) -> None:
    """What events are about is called by its name."""
    assert "about Place 02" in await text(datasette, "/-/find?about=place/P02")


async def test_status(datasette: Datasette) -> None:
    """What was retracted is found when it is asked for, and marked."""
    source = await page(datasette, "/-/find?status=retracted")
    assert ("badge-retracted" in source, "1 event<" in source) == (True, True)


async def test_nothing_found(datasette: Datasette) -> None:
    """Where nothing fits it is said where was looked."""
    assert "the texts of documents are not searched" in await text(datasette, "/-/find?q=zebra")


async def test_beyond_the_last_page(datasette: Datasette) -> None:
    """A page that is not there leads to the last one."""
    assert "There is no page 99. The last one is page 4" in await text(datasette, "/-/find?page=99")


async def test_proposals_are_not_found(tmp_path: Path) -> None:
    """What extraction suggests is in no search of a visitor."""
    archive = pending(tale(tmp_path))
    with site(archive.database, with_plugin=True) as datasette:
        source = await page(datasette, "/-/find?status=any")
    assert ("proposal" in source, "will not take part" in source) == (False, False)


async def test_another_answer(tmp_path: Path) -> None:
    """An archive without letters offers only the types that it has."""
    archive = make_archive(tmp_path)
    archive.append([answer(1)])
    build(archive)
    with site(archive.database, with_plugin=True) as datasette:
        source = await page(datasette, "/-/find")
    assert ('<option value="answer.given">' in source, 'value="letter.sent"' in source) == (True, False)


REFUSED = {
    "page 0": "page=0", "a negative page": "page=-1", "no page": "page=one", "a long page": f"page={'9' * 30}",
    "another order": "order=random", "another status": "status=secret", "no date": "since=soon",
    "an interval": "until=2017/2018", "an injection": "since=%27%20or%201%3D1", "too long": f"q={'a' * 201}",
    "an injection as order": "order=time%3B--", "a page of NUL": "page=%00",
}  # fmt: skip


@pytest.mark.parametrize("query", REFUSED.values(), ids=REFUSED.keys())
async def test_refused(query: str, datasette: Datasette) -> None:
    """What makes no sense is a clean refusal."""
    await datasette.invoke_startup()
    assert (await datasette.client.get(f"/-/find?{query}")).status_code == 400


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    name=st.sampled_from(("q", "type", "about", "since", "until", "status", "page", "order")),
    value=st.text(max_size=40),
)
async def test_any_parameter(name: str, value: str, datasette: Datasette) -> None:
    """Whatever stands in the address, the answer is a page or a clean refusal."""
    await datasette.invoke_startup()
    response = await datasette.client.get(f"/-/find?{name}={quote(value.encode('utf-8', 'replace'))}")
    assert response.status_code in (200, 400)
