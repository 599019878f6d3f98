"""The page of what events are about, and the list of all of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette

from regesta.publish.reading.events import find_event
from regesta.replay.build import build
from tests.archives import letter, make_archive
from tests.publish.reading.told import ANSWER, RETRACTED, told_archive
from tests.publish.sites import Document, in_one_loop, page, shipped_archive, site
from tests.publish.test_hostile_text import PAYLOADS, acting


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Datasette]:
    """A site over a small archive that declares nothing."""
    with site(told_archive(tmp_path_factory.mktemp("small")).database, with_plugin=True) as datasette:
        yield datasette


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Datasette]:
    """A site over the archive of this repository."""
    with site(shipped_archive(tmp_path_factory.mktemp("shipped")).database, with_plugin=True) as datasette:
        yield datasette


async def got(datasette: Datasette, path: str, user: str = "") -> Any:
    await datasette.invoke_startup()
    cookies = {"ds_actor": datasette.sign({"a": {"id": user}}, "actor")} if user else {}
    return await datasette.client.get(path, cookies=cookies)


def words(source: str) -> str:
    return " ".join(Document(source).text.split())


SMALL = {
    "name": ("/-/about/place/P01", "Place Place 01 Code P01"),
    "rows": ("/-/about/place/P01", "What the tables say 1 in answers disputed It says no."),
    "events in order": ("/-/about/place/P01", "Everything in order 3 events June 2017 26 June 2017 · letter sent"),
    "passages": ("/-/about/place/P01", "It says no. 1 passage"),
    "superseded": ("/-/about/place/P02", "1 more was replaced, retracted or redacted and does not count"),
    "only superseded": ("/-/about/place/P03", "No event that counts names it."),
    "undated": ("/-/about/place/P04", "Undated undated · answer given"),
    "by a date": ("/-/about/place/P01?asof=2017-06-30", "What the tables say of the end of 30 June 2017"),
    "possible rows": ("/-/about/place/P01?asof=2017-06-30", "possible: not certain by then disputed It says no."),
    "possible events": ("/-/about/place/P01?asof=2017-06-30", "possible: not certain by then 1 passage"),
    "later ones": ("/-/about/place/P01?asof=2017-06-30", "1 more came later"),
    "before all": ("/-/about/place/P01?asof=2000-01-01", "Nothing had happened yet."),
    "no table": ("/-/about/letter/l1", "Letter Letter 1 goes out."),
    "never named": ("/-/about/place/P20", "No event names it."),
    "kinds": ("/-/about", "Places 3 Place 01 2"),
    "one kind": ("/-/about?kind=place", "3 of them, in 4 events"),
}


@in_one_loop
@pytest.mark.parametrize(("path", "expected"), SMALL.values(), ids=SMALL.keys())
async def test_page_says(small: Datasette, path: str, expected: str) -> None:
    """Who or what it is, how it stands, and everything in order."""
    assert expected in words(await page(small, path))


SHIPPED = {
    "status": ("/-/about/state/NY", "Refuses"),
    "others": ("/-/about/state/HI", "Where the states stand: not named."),
    "by then": ("/-/about/state/NY?asof=2017-06-20", "Where the states stand: not named by then."),
    "person": ("/-/about/person/kris-kobach", "Kris Kobach Party R"),
    "said of others": ("/-/about/person/kris-kobach", "Kansas withholds the voter's Social Security data."),
    "topic": ("/-/about/topic/voter-id-laws", "No table has a row for it."),
    "story": ("/-/about/story/states-push-back", "The versions of this story, side by side"),
    "people": ("/-/about", "Kris Kobach 10"),
}


@in_one_loop
@pytest.mark.parametrize(("path", "expected"), SHIPPED.values(), ids=SHIPPED.keys())
async def test_shipped_page_says(shipped: Datasette, path: str, expected: str) -> None:
    """The archive of this repository in the words that it declares."""
    assert expected in words(await page(shipped, path))


@in_one_loop
async def test_links(small: Datasette) -> None:
    """From a subject to its feed, to a search in its events, to its row, and to its events."""
    links = Document(await page(small, "/-/about/place/P01")).links()
    wanted = ["/-/take/feed.atom?about=place%2FP01", "/-/find?about=place%2FP01", "/archive/places/P01"]
    assert [link for link in (*wanted, f"/-/event/{ANSWER}") if link not in links] == []


UNKNOWN = {
    "subject": ("/-/about/place/P99", "", "Nothing is known of “place/P99”"),
    "kind": ("/-/about/person/nobody", "", "Nothing is known of “person/nobody”"),
    "kind in the list": ("/-/about?kind=person", "", "No event is about anything of the kind 'person'."),
    "proposal": (f"/-/about/proposal/{'0' * 31}1", "", "Nothing is known of"),
}


@in_one_loop
@pytest.mark.parametrize(("path", "user", "expected"), UNKNOWN.values(), ids=UNKNOWN.keys())
async def test_unknown(small: Datasette, path: str, user: str, expected: str) -> None:
    """What nothing is known of is not found, and a search is offered."""
    response = await got(small, path, user)
    assert (response.status_code, expected in words(response.text)) == (404, True)


@in_one_loop
@pytest.mark.parametrize("query", ["asof=soon", "page=0", "page=x", "page=%C2%B2"])
async def test_bad_parameters(small: Datasette, query: str) -> None:
    """A parameter that makes no sense is the visitor's mistake."""
    assert (await got(small, f"/-/about/place/P01?{query}")).status_code == 400


@in_one_loop
async def test_event_as_subject(small: Datasette) -> None:
    """What a retraction is about is an event, and leads there; a proposal leads editors to its review."""
    event = await small.get_database("archive").execute_fn(lambda db: find_event(db, str(RETRACTED)))
    assert event
    taken_back = await got(small, f"/-/about/event/{event.id}")
    proposed = await got(small, f"/-/about/proposal/{'0' * 31}1", "root")
    assert [taken_back.headers["location"], proposed.headers["location"]] == [
        f"/-/event/{RETRACTED}",
        f"/-/review/{'0' * 31}1",
    ]


@pytest.mark.asyncio
async def test_long_list(tmp_path: Path) -> None:
    """A subject with many events has pages, and so has a kind with many subjects."""
    archive = make_archive(tmp_path)
    archive.append(
        [letter(n, data={"letter": f"l{n}", "place": "P01"}, subject=f"topic/t{n:03}") for n in range(1, 303)]
    )
    build(archive)
    with site(archive.database, with_plugin=True) as datasette:
        last = words(await page(datasette, "/-/about/place/P01?page=4"))
        kind = words(await page(datasette, "/-/about?kind=topic&page=2"))
        kinds = words(await page(datasette, "/-/about"))
    assert ["← EarlierPage 4 of 4" in last, "← BeforePage 2 of 2" in kind, "All 302 topics" in kinds] == [True] * 3


SUBJECTS = ("person/jos%C3%A9", "topic/a%2Fb", "topic/a/b", "topic/%3Cb%3E", "urn:x:y")


@pytest.mark.asyncio
@pytest.mark.parametrize("subject", SUBJECTS)
async def test_any_subject_has_its_page(tmp_path: Path, subject: str) -> None:
    """Whatever a subject is written like, its link leads to its page."""
    archive = make_archive(tmp_path)
    archive.append([letter(1, subject=subject)])
    build(archive)
    with site(archive.database, with_plugin=True) as datasette:
        links = Document(await page(datasette, "/-/event/1")).links()
        (link,) = {link for link in links if link.startswith("/-/about/") and "place" not in link}
        assert "Letter 1 goes out." in words(await page(datasette, link))


@pytest.mark.asyncio
async def test_text_does_not_act(tmp_path: Path) -> None:
    """No payload on these pages becomes a script, an event handler, or a link that leaves the site."""
    archive = make_archive(tmp_path, title=PAYLOADS[0])
    drafts = [
        letter(n, data={"letter": f"l{n}", "place": "P01", "about": text, "summary": text})
        for n, text in enumerate(PAYLOADS, 1)
    ]
    archive.append(drafts)
    build(archive)
    with site(archive.database, with_plugin=True) as datasette:
        found = [acting(Document(await page(datasette, path))) for path in ("/-/about", "/-/about/place/P01")]
    assert found == [[], []]
