"""The front page: what stands on it at a date, without and for its script; unusual archives; what it costs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette

from regesta.publish.pages import front
from regesta.publish.pages.rendering import ASSETS
from tests.publish.sites import Document, in_one_loop, page, shipped_archive, site
from tests.publish.towns import STATUS, town_answer, town_archive

KILOBYTES = 1024
SECOND_STATUS = STATUS + '\n[[status]]\ntable = "answers"\ncolumn = "reason"\ntitle = "Why"\n'


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Datasette]:
    """A site with the archive of this repository alone."""
    with site(shipped_archive(tmp_path_factory.mktemp("shipped")).database, with_plugin=True) as datasette:
        yield datasette


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Datasette]:
    """A site with the archive of the towns alone."""
    with site(town_archive(tmp_path_factory.mktemp("towns")).database, with_plugin=True) as datasette:
        yield datasette


def tiles(document: Document) -> dict[str, dict[str, str | None]]:
    """Return the attributes of each tile by the name of its subject."""
    found = [given for _, given in document.elements if (given.get("class") or "").split(" ")[0] == "tile"]
    return {str(given["title"]): given for given in found}


def data_of(document: Document) -> dict[str, Any]:
    """Return what the page's script is given."""
    return next(json.loads(text) for text in document.scripts if text.startswith("{"))


def painted(data: dict[str, Any]) -> list[list[str]]:
    """Return the classes of the tiles by the rule of front.js, from the states that it is given."""
    second = data["second"]
    found = []
    for states in data["subjects"]:
        certain = [f"c{value}" for value, _, sure, end in states if _stands(second, sure, end)]
        possible = [
            f"p{value}"
            for value, maybe, sure, _ in states
            if second is not None and (maybe is None or maybe <= second) and (sure is None or sure > second)
        ]
        found.append([*certain[-1:], *possible[-1:]])
    return found


def _stands(second: int | None, sure: int | None, end: int | None) -> bool:
    if second is None:
        return end is None
    return sure is not None and sure <= second and (end is None or end > second)


SENTENCES = {
    "": "By all that is recorded: 45 of 51 jurisdictions certain",
    "2017-06-29": "At the end of 29 June 2017: none of 51 jurisdictions certain, 17 possible (5 “Refuses”",
    "2017-07-01": "At the end of 1 July 2017: 2 of 51 jurisdictions certain (2 “Refuses”), 17 more possible",
    "1 July 2017": "At the end of 1 July 2017: 2 of 51 jurisdictions certain",
    "June 2017": "At the end of 30 June 2017: 2 of 51 jurisdictions certain",
    "2017-07-01T12:00:00-04:00": "At 1 July 2017, 12:00 UTC-04:00: 2 of 51 jurisdictions certain",
}


@in_one_loop
@pytest.mark.parametrize(("date", "expected"), SENTENCES.items(), ids=lambda value: value[:20] or "no date")
async def test_the_standing_in_words(shipped: Datasette, date: str, expected: str) -> None:
    """The page says in words who stands where, and as of when."""
    assert expected in Document(await page(shipped, f"/?asof={date}")).text


@in_one_loop
async def test_tiles_say_all_in_words(shipped: Datasette) -> None:
    """A tile is certain, possible or neither; its words say so, and it leads to the page of the state at the date."""
    found = tiles(Document(await page(shipped, "/?asof=2017-07-01")))
    assert len(found) == 51
    assert [(found[name]["class"], found[name]["aria-label"]) for name in ("New York", "Kentucky", "Alabama")] == [
        ("tile c0", "New York: Refuses"),
        ("tile p0", "Kentucky: Refuses, possibly by this date"),
        ("tile", "Alabama: not named"),
    ]
    assert found["Kentucky"]["href"] == "/-/about/state/KY?asof=2017-07-01"


@in_one_loop
@pytest.mark.parametrize("date", ["", "2017-06-25", "2017-06-29", "2017-06-30", "2017-07-04", "2017-07-05"])
async def test_the_script_is_given_what_is_drawn(shipped: Datasette, date: str) -> None:
    """From the states in the page its script comes to the tiles that the server has drawn."""
    document = Document(await page(shipped, f"/?asof={date}"))
    drawn = [str(given["class"]).split(" ")[1:] for given in tiles(document).values()]
    assert painted(data_of(document)) == drawn


@in_one_loop
@pytest.mark.parametrize("date", ["", "2021-03-01", "2021-03-08", "2021-03-12", "2021-03-20"])
async def test_the_script_is_given_what_is_drawn_of_towns(towns: Datasette, date: str) -> None:
    """So it does where subjects answer twice, change, and have answers that nobody dates."""
    document = Document(await page(towns, f"/?asof={date}"))
    drawn = [
        [name for name in str(given["class"]).split(" ")[1:] if name != "disputed"]
        for given in tiles(document).values()
    ]
    assert painted(data_of(document)) == drawn


@in_one_loop
async def test_the_answer_for_large_archives_is_the_same(towns: Datasette) -> None:
    """`front.json` tells of each tile, in their order, what the page draws; its second is that of the date."""
    document = Document(await page(towns, "/?asof=2021-03-12"))
    answer = json.loads(await page(towns, "/-/front.json?asof=12+March+2021"))
    classes = [
        [f"{sign}{value}" for sign, value in zip("cp", stand[:2], strict=True) if value is not None]
        for stand in answer["tiles"]
    ]
    assert classes == painted(data_of(document))
    assert (answer["date"], answer["second"]) == ("2021-03-12", data_of(document)["second"])
    assert f"{answer['when']}: {answer['words']}" in document.text


@in_one_loop
async def test_marks_of_a_tile(towns: Datasette) -> None:
    """A subject of which sources disagree is marked from that date on; one that answers twice says how often."""
    found = tiles(Document(await page(towns, "/?asof=2021-03-12")))
    assert (found["Place 03"]["class"], found["Place 03"]["aria-label"]) == (
        "tile c0 disputed",
        "Place 03: Agrees, the newest of 2, sources disagree",
    )
    assert tiles(Document(await page(towns, "/?asof=2021-03-02")))["Place 03"]["class"] == "tile"


@in_one_loop
async def test_steps_between_days(shipped: Datasette) -> None:
    """Without a script links lead to the day before and after on which something happens, and to the latest."""
    links = Document(await page(shipped, "/?asof=2017-07-01")).links()
    assert [link for link in ("/?asof=2017-06-30", "/?asof=2017-07-05", "/") if link not in links] == []


@in_one_loop
async def test_ways_from_a_date(shipped: Datasette) -> None:
    """The page leads to the archive at its date, to what changed since, and to all events until then."""
    links = Document(await page(shipped, "/?asof=2017-07-01")).links()
    wanted = {"/archive@2017-07-01", "/-/changes?from=2017-07-01", "/-/find?until=2017-07-01"}
    assert wanted - set(links) == set()


@in_one_loop
async def test_what_is_possible_is_marked(shipped: Datasette) -> None:
    """Events that may have happened stand under a heading of their own, each with a mark."""
    text = Document(await page(shipped, "/-/front/around?asof=2017-07-01")).text
    certain, _, possible = text.partition("May have happened by then")
    assert (certain.count("possible"), possible.count("its date is not certain by 1 July 2017")) == (0, 5)


@in_one_loop
@pytest.mark.parametrize("date", ["rubbish", "2017-02-31", "01/02/2017", "2017-06-28/2017-07-01", "<b>"])
async def test_a_date_that_makes_no_sense_is_told(shipped: Datasette, date: str) -> None:
    """The page stands as without a date, keeps what was typed, and says what is wrong; so does the answer to scripts."""
    await shipped.invoke_startup()
    response = await shipped.client.get("/", params={"asof": date})
    document = Document(response.text)
    typed = [given["value"] for name, given in document.elements if given.get("id") == "asof"]
    assert (response.status_code, typed) == (400, [date])
    assert "By all that is recorded" in document.text
    answer = await shipped.client.get("/-/front.json", params={"asof": date})
    assert (answer.status_code, list(answer.json())) == (200, ["problem"])
    assert answer.json()["problem"] in document.text


UNUSUAL: dict[str, tuple[list[dict[str, Any]] | None, str, str]] = {
    "nothing": ([], STATUS, "Nothing is recorded here yet."),
    "no status": (None, "", "The events with the latest dates"),
    "undated": ([town_answer("l1", "P01", "no", None)], STATUS, "Events without a date"),
    "two statuses": (None, SECOND_STATUS, "Drawn here: What the places answer · Why"),
}


@in_one_loop
@pytest.mark.parametrize(("drafts", "more", "expected"), UNUSUAL.values(), ids=UNUSUAL.keys())
@pytest.mark.parametrize("date", ["", "2021-03-08"])
async def test_unusual_archives(
    tmp_path: Path, date: str, drafts: list[dict[str, Any]] | None, more: str, expected: str
) -> None:
    """Every archive has a page: without events, without a status, without dates, with several statuses."""
    with site(town_archive(tmp_path, drafts, more).database, with_plugin=True) as datasette:
        await page(datasette, f"/?asof={date}")
        text = Document(await page(datasette, "/")).text
    assert expected in " ".join(text.split())


@in_one_loop
async def test_another_status(tmp_path: Path) -> None:
    """`?status=` draws another one, and stays in the links; one that is not declared is not found."""
    with site(town_archive(tmp_path, more=SECOND_STATUS).database, with_plugin=True) as datasette:
        document = Document(await page(datasette, "/?status=answers.reason&asof=2021-03-08"))
        missing = await datasette.client.get("/?status=events.type")
    assert "Drawn here: What the places answer · Why" in " ".join(document.text.split())
    assert "/?asof=2021-03-05&status=answers.reason" in document.links()
    assert missing.status_code == 404


@in_one_loop
async def test_a_state_that_has_changed_is_read_anew(tmp_path: Path) -> None:
    """What is remembered belongs to one state of the database: after the next build the page is a new one."""
    archive = town_archive(tmp_path)
    with site(archive.database, with_plugin=True) as datasette:
        before = Document(await page(datasette, "/")).text
        archive.append([town_answer("l1", "P12", "yes", "2021-03-25")])
        archive.at(None)
        after = Document(await page(datasette, "/")).text
    assert ("5 of 20 places certain" in before, "6 of 20 places certain" in after) == (True, True)


@in_one_loop
async def test_the_page_is_small(shipped: Datasette) -> None:
    """With the timeline it has at most 100 KB; its script and its style are a few more."""
    sizes = [len((await page(shipped, f"/?asof={date}")).encode()) for date in ("", "2017-06-29", "2017-07-01")]
    assert max(sizes) <= 100 * KILOBYTES
    assert len(ASSETS["front.js"].body) + len(ASSETS["front.css"].body) <= 20 * KILOBYTES


@in_one_loop
async def test_with_a_base_address(tmp_path: Path) -> None:
    """Every address on the page begins where the site does."""
    with site(town_archive(tmp_path).database, with_plugin=True, settings={"base_url": "/r/"}) as datasette:
        document = Document(await page(datasette, "/?asof=2021-03-08"))
    links = [link for link in document.links() if not link.startswith(("#", "http"))]
    assert [link for link in links if not link.startswith("/r/")] == []
    names = {name: value for _, given in document.elements for name, value in given.items() if name.startswith("data-")}
    assert (names["data-json"], names["data-around"]) == ("/r/-/front.json", "/r/-/front/around")


def test_days_for_a_script_are_differences() -> None:
    """The first day as a number since 1970, then how many days later the next one is."""
    assert front._differences([17_000, 17_003, 17_004]) == [17_000, 3, 1]
