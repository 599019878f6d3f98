"""The timeline over HTTP: windows as SVG, and the events of a mark."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio
from datasette.app import Datasette

from regesta.archive import Archive
from regesta.publish.pages import timeline
from regesta.publish.reading.timeline import Group, spans
from regesta.replay.build import build
from tests.archives import answer, letter, make_archive
from tests.publish.sites import Document, in_one_loop, page, shipped_archive, site

pytestmark = in_one_loop

HOSTILE: Final = '</title></svg><script>alert(1)</script>" onload="alert(1) {{ 7 * 7 }}'
EVENTS: Final = (
    letter(1, edtf="2017-03-01"),
    letter(2, edtf="2017-03-01"),
    letter(3, edtf="2017-03-05"),
    answer(1, edtf="2017-03-02/2017-03-20"),
    answer(2, edtf="../2017-03-09"),
    answer(3, edtf=None),
    letter(4, edtf="2017-03-15", data={"letter": "l4", "place": "P04", "summary": HOSTILE}),
)
WINDOW: Final = "/-/timeline.svg?level=fit&part=0"


def letters(folder: Path) -> Archive:
    archive = make_archive(folder)
    archive.append(EVENTS)
    build(archive)
    return archive


@pytest.fixture(scope="module")
def open_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Datasette]:
    """A site with letters and answers of all kinds of dates."""
    with site(letters(tmp_path_factory.mktemp("site")).database, with_plugin=True) as datasette:
        yield datasette


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def drawing(open_site: Datasette) -> Document:
    """Its first window."""
    return Document(await page(open_site, WINDOW))


def marks(document: Document) -> list[dict[str, str | None]]:
    """Return the marks of a drawing, in both widths."""
    return [attributes for tag, attributes in document.elements if tag == "a"]


async def test_marks_lead_to_events(drawing: Document) -> None:
    """Single marks lead to the pages of their events, others to the list of theirs."""
    links = {re.sub(r"\?.*", "", link) for link in drawing.links() if not link.startswith("#")}
    assert {"/-/event/3", "/-/event/4", "/-/event/5", "/-/event/7", "/-/timeline"} == links


async def test_marks_have_words(drawing: Document) -> None:
    """Each mark says when and what."""
    assert "2 events, 1 March 2017: 2 letter sent" in drawing.text
    assert "between 2 and 20 March 2017: answer given: place/P01" in drawing.text


async def test_marks_have_bounds(drawing: Document) -> None:
    """The bounds of a mark are with it, where it has them."""
    ended = [mark for mark in marks(drawing) if mark["href"] == "/-/event/5"]
    assert [(mark.get("data-earliest"), mark.get("data-latest")) for mark in ended] == [(None, "1489121999")] * 2


STATES = {
    "2017-02-28": {"later": 8, "possible": 2},
    "2017-03-05": {"certain": 4, "possible": 4, "later": 2},
    "2017-03-31": {"certain": 10},
}


@pytest.mark.parametrize(("day", "expected"), STATES.items(), ids=STATES)
async def test_states(open_site: Datasette, day: str, expected: dict[str, int]) -> None:
    """As of a date each mark is certain, possible or later, and says so."""
    found = marks(Document(await page(open_site, f"{WINDOW}&asof={day}")))
    states = [mark["data-state"] for mark in found]
    assert expected == {state: states.count(state) for state in expected}


async def test_no_state_without_a_date(drawing: Document) -> None:
    """Without an as-of date nothing is called certain."""
    assert [mark for mark in marks(drawing) if "data-state" in mark] == []


async def test_a_window_is_xml(open_site: Datasette) -> None:
    """A window is a file of SVG by itself."""
    response = await open_site.client.get(WINDOW)
    assert (
        response.headers["content-type"],
        ET.fromstring(response.text).tag,
    ) == ("image/svg+xml; charset=utf-8", "{http://www.w3.org/2000/svg}svg")


async def test_hostile_text(drawing: Document) -> None:
    """What an event says is text in the drawing, and nothing else."""
    assert (drawing.scripts, HOSTILE in drawing.text) == ([], True)
    assert [attributes for _, attributes in drawing.elements if "onload" in attributes] == []


BAD: Final = {
    "no such level": "level=77&part=0",
    "no such part": "level=0&part=9",
    "no level": "level=deep&part=0",
    "a negative part": "level=0&part=-1",
    "a huge part": "level=0&part=99999999",
    "SQL": "level=0'--&part=0",
    "no date": "level=0&part=0&asof=someday",
}


@pytest.mark.parametrize("query", BAD.values(), ids=BAD)
async def test_no_such_window(open_site: Datasette, query: str) -> None:
    """A window that does not exist is told on a page."""
    await open_site.invoke_startup()
    assert (await open_site.client.get(f"/-/timeline.svg?{query}")).status_code == 400


async def test_members_of_a_mark(open_site: Datasette, drawing: Document) -> None:
    """The link of a mark with a number leads to just so many events."""
    link = next(mark["href"] for mark in marks(drawing) if "/-/timeline?" in (mark["href"] or ""))
    found = Document(await page(open_site, link or ""))
    events = {link for link in found.links() if link.startswith("/-/event/")}
    assert ({"/-/event/1", "/-/event/2"}, True) == (events, "2 events, 1 March 2017" in found.text)


NO_MARKS = {
    "no second": "begin=x",
    "open on both sides": "begin=open&end=open",
    "beyond the calendar": "begin=999999999999&end=999999999999",
    "from later to earlier": "begin=1498881600&end=0",
}


@pytest.mark.parametrize("query", NO_MARKS.values(), ids=NO_MARKS)
async def test_no_such_mark(open_site: Datasette, query: str) -> None:
    """Parameters that no mark has are told on a page."""
    await open_site.invoke_startup()
    assert (await open_site.client.get(f"/-/timeline?type=letter.sent&{query}")).status_code == 400


async def test_on_the_front_page(open_site: Datasette) -> None:
    """The front page has the first window, the ways to others, and the same as a list."""
    found = Document(await page(open_site, "/"))
    attributes = [attributes for _, attributes in found.elements]
    source = next(its["data-src"] for its in attributes if "data-src" in its)
    moves = [its.get("href") for its in attributes if its.get("class") == "timeline-move"]
    assert (source, "/?level=0&part=0#timeline" in moves) == ("/-/timeline.svg?level={level}&part={part}", True)
    assert found.text.count("2 events, 1 March 2017: 2 letter sent") == 3  # twice drawn, once listed


async def test_a_window_on_the_front_page(open_site: Datasette) -> None:
    """Without JavaScript the front page shows the window of its address."""
    found = Document(await page(open_site, "/?level=1&part=2"))
    shown = next(its for _, its in found.elements if "data-level" in its)
    assert (shown["data-level"], shown["data-part"]) == ("1", "2")


async def test_counted_once_until_the_archive_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A window is counted again when the archive has changed, and only then."""
    archive = letters(tmp_path)
    counted = []

    def counting(*given: Any) -> list[Group]:
        counted.append(given[2:])
        return spans(*given)

    monkeypatch.setattr(timeline, "spans", counting)
    with site(archive.database, with_plugin=True) as datasette:
        await page(datasette, "/-/timeline.svg?level=0&part=0")
        before = len(counted)
        again = await page(datasette, "/-/timeline.svg?level=0&part=0")
        same = len(counted)
        archive.append([letter(9, edtf="2017-03-25")])
        build(archive)
        after = await page(datasette, "/-/timeline.svg?level=0&part=0")
    assert (same, False, True) == (before, "25 March 2017" in again, "25 March 2017" in after)


async def test_an_archive_without_dates(tmp_path: Path) -> None:
    """Where nothing has a date there is an empty drawing, and no error."""
    archive = make_archive(tmp_path)
    archive.append([letter(1, edtf=None)])
    build(archive)
    with site(archive.database, with_plugin=True) as datasette:
        found = Document(await page(datasette, WINDOW))
    assert marks(found) == []


async def test_the_shipped_archive(tmp_path: Path) -> None:
    """The first window of the shipped archive is small, and its lanes are those that it declares."""
    archive = shipped_archive(tmp_path)
    with site(archive.database, with_plugin=True) as datasette:
        text = await page(datasette, WINDOW)
    lanes = re.findall(r'<tspan class="lane">([^<]*)', text)
    assert ([lane.title for lane in archive.config.lanes] * 2, True) == (lanes, len(text) <= 30_000)
