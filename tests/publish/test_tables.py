"""Datasette's own pages of an archive: dates, links to events, badges, the life of a row; all others as they were."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette

from regesta.archive import Archive
from regesta.publish import metadata, tables
from regesta.replay.build import build
from tests.archives import answer, document, letter, make_archive, passage
from tests.publish.sites import Document, in_one_loop, page, site

TEXT = "The place gives a part of it."
STATUS = """
[[status]]
table = "answers"
column = "answer"
[[status.value]]
value = "no"
label = "Refuses"
color = "#a4262c"
"""
VIEW = "-- What was said.\ncreate view said as select last_event, answer, reason as document from answers;\n"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive in which one row had three states, two of them disputed."""
    archive = make_archive(tmp_path_factory.mktemp("tables"), files={"views/said.sql": VIEW})
    config = archive.folder / "archive.toml"
    config.write_text(config.read_text("utf-8") + STATUS, "utf-8")
    archive = Archive.open(archive.folder)
    evidence = [passage(0, 9, text=TEXT, exact="The place")]
    said = {"letter": "l1", "place": "P01", "evidence": evidence}
    archive.append(
        [
            document(TEXT),
            letter(1, edtf="2017-06-01"),
            answer(1, edtf="2017-06-05/2017-06-12", data={**said, "answer": "partly", "summary": "A part."}),
            answer(1, edtf="2017-06-10/2017-06-20", data={**said, "answer": "no", "summary": "Nothing."}),
            answer(1, edtf="2017-07-20", data={**said, "answer": "yes", "summary": "All of it."}),
        ]
    )
    build(archive)
    metadata.refresh(archive)
    return archive


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of somebody else, with a table of the name and columns of one of ours."""
    path = tmp_path_factory.mktemp("other") / "other.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("create table answers (sequence integer primary key, subject text, last_event integer)")
        db.execute("insert into answers values (1, 'place/P01', 1)")
        db.commit()
    return path


@pytest.fixture(scope="module")
def served(archive: Archive) -> Iterator[Datasette]:
    """A site with the archive and nothing else."""
    with site(archive.database, metadata=archive.metadata, with_plugin=True) as datasette:
        yield datasette


@pytest.fixture(scope="module")
def beside(archive: Archive, other: Path) -> Iterator[Datasette]:
    """A site with the archive and another database."""
    with site(archive.database, other, metadata=archive.metadata, with_plugin=True) as datasette:
        yield datasette


async def read(datasette: Datasette, path: str) -> Document:
    return Document(await page(datasette, path))


def shown(document: Document, *words: str) -> list[str]:
    """Return those of the words that are on the page."""
    text = " ".join(document.text.split())
    return [word for word in words if word in text]


PAGES = {
    "table": ("/archive/answers", ["Last change: 20 July 2017"]),
    "row": ("/archive/answers/l1,P01", ["Last change: 20 July 2017"]),
    "view": ("/archive/answer_counts", ["Last change: 20 July 2017"]),
    "relation": ("/archive/letter_sent", ["Last change: 1 June 2017"]),
    "history": ("/archive/answers_history", ["Last change: 20 July 2017"]),
    "history at a date": (
        "/archive/answers_history?_asof=2017-06-15",
        ["Earlier change: 12 June 2017", "Next change: 20 June 2017", "Now"],
    ),
    "events at a date": (
        "/archive/events?_asof=2017-06-15",
        ["Earlier change: 12 June 2017", "Next change: 20 June 2017", "Now"],
    ),
    "database": ("/archive", ["Last change: 20 July 2017"]),
    "replay": (
        "/archive@2017-06-15/answers",
        ["Earlier change: 12 June 2017", "Next change: 20 June 2017", "Now", "Timeline at this date"],
    ),
    "row of a replay": ("/archive@2017-06-15/answers/l1,P01", ["Next change: 20 June 2017", "Now"]),
    "what is known by then": ("/archive@2017-06-15,known=2100/answers", ["Next change: 20 June 2017", "Now"]),
}


@in_one_loop
@pytest.mark.parametrize(("path", "words"), PAGES.values(), ids=PAGES.keys())
async def test_page_has_a_date_control(served: Datasette, path: str, words: list[str]) -> None:
    """Every page whose rows have dates lets the reader choose one, and go to where something changes."""
    found = await read(served, path)
    assert shown(found, *words) == words
    assert [attributes["name"] for tag, attributes in found.elements if attributes.get("id") == "rg-asof"] == ["_asof"]


@in_one_loop
@pytest.mark.parametrize("path", ["/archive/places", "/archive/meta", "/archive/_counts"])
async def test_page_without_dates_has_none(served: Datasette, path: str) -> None:
    """A fixed list is the same at every date."""
    assert shown(await read(served, path), "As of") == []


LED = {
    "to a replay": ("/archive/answers?_asof=2017-06-15", "/archive@2017-06-15/answers"),
    "with its filters": ("/archive/answers?answer=no&_asof=2017-06-15", "/archive@2017-06-15/answers?answer=no"),
    "of a row": ("/archive/answers/l1,P01?_asof=2017-06-15", "/archive@2017-06-15/answers/l1,P01"),
    "of all": ("/archive?_asof=2017-06-15", "/archive@2017-06-15"),
}


@in_one_loop
@pytest.mark.parametrize(("path", "expected"), LED.values(), ids=LED.keys())
async def test_form_leads_to_the_date(served: Datasette, path: str, expected: str) -> None:
    """What the form sends is redirected to the same page at that date."""
    await served.invoke_startup()
    response = await served.client.get(path, follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (302, expected)


@in_one_loop
async def test_form_keeps_the_filters(served: Datasette) -> None:
    """A filter stays when another date is chosen, a place in the list and the old date do not."""
    found = await read(served, "/archive/events?type=answer.given&_asof=2017-06-15&_sort=sequence")
    hidden = {
        (attributes["name"], attributes["value"])
        for tag, attributes in found.elements
        if tag == "input" and attributes.get("type") == "hidden"
    }
    assert {("type", "answer.given"), ("_sort", "sequence")} <= hidden
    form = [attributes["action"] for tag, attributes in found.elements if attributes.get("class") == "rg-asof"]
    assert form == ["/archive/events"]


@in_one_loop
async def test_form_is_filled_with_the_date(served: Datasette) -> None:
    """A day stands in a field for days, an instant in one for text."""
    found = {
        path: next(item for _, item in (await read(served, path)).elements if item.get("id") == "rg-asof")
        for path in ("/archive@2017-06-15/answers", "/archive/events?_asof=2017-06-15T12:00:00Z")
    }
    assert [(item["type"], item["value"]) for item in found.values()] == [
        ("date", "2017-06-15"), ("text", "2017-06-15T12:00:00Z"),
    ]  # fmt: skip


LINKS = {
    "last event of a row": ("/archive/answers", "/-/event/5"),
    "event of a state, and what ended it": ("/archive/answers_history?answer=partly", "/-/event/4"),
    "an event": ("/archive/events?sequence=2", "/-/event/2"),
    "what an event is about": ("/archive/events?sequence=2", "/-/about/letter/l1"),
    "of a relation": ("/archive/letter_sent", "/-/event/2"),
    "evidence": ("/archive/evidence?event=4", "/-/event/4"),
    "both of a dispute": ("/archive/disputes", "/-/event/4"),
    "of a view": ("/archive/said", "/-/event/5"),
    "row": ("/archive/answers/l1,P01", "/-/event/3"),
    "row of a replay": ("/archive@2017-06-15/answers/l1,P01", "/-/event/3"),
    "event in a replay": ("/archive@2017-06-15/events?sequence=2", "/-/event/2"),
}


@in_one_loop
@pytest.mark.parametrize(("path", "link"), LINKS.values(), ids=LINKS.keys())
async def test_rows_lead_to_events(served: Datasette, path: str, link: str) -> None:
    """Wherever a row names an event, it leads to the page of that event."""
    assert link in [address.partition("?")[0] for address in (await read(served, path)).links()]


@in_one_loop
async def test_documents_are_linked(served: Datasette, archive: Archive) -> None:
    """The digest of a document leads to its row, also where it stands in a column without a foreign key."""
    found = [link for link in (await read(served, "/archive/document_captured")).links() if "/documents/" in link]
    assert [link.rpartition("/")[0] for link in found] == ["/archive/documents"]


@in_one_loop
async def test_disputed_row_has_a_badge(served: Datasette) -> None:
    """The key of a disputed row is marked, and its page says who disagrees."""
    table, row = await read(served, "/archive/answers"), await read(served, "/archive/answers/l1,P01")
    assert "/archive/answers/l1,P01#disputed" in table.links()
    words = ["disputed", "Sources disagree on answer: partly says event 3 (A part.), no says event 4 (Nothing.)"]
    assert shown(row, *words) == words


@in_one_loop
async def test_life_of_a_row(served: Datasette) -> None:
    """The page of a row draws its states and tells them in words, in their order, each with its event."""
    found = await read(served, "/archive/answers/l1,P01")
    words = ["1 · partly · between 5 and 12 June 2017", "2 · Refuses · between 10 and 20 June 2017"]
    words += ["3 · yes · 20 July 2017", "until event 4 changed it", "On the word of Nothing"]
    assert shown(found, *words) == words
    assert [item["fill"] for tag, item in found.elements if item.get("fill") == "#a4262c"] != []


@in_one_loop
async def test_replay_tells_what_held_and_what_may_have(served: Datasette) -> None:
    """In a replay the life of a row ends at its date; what only may have begun is told as possible."""
    found = await read(served, "/archive@2017-06-15/answers/l1,P01")
    words = ["1 · partly", "possible · Refuses", "Possibly so by then, not certainly", "possible change"]
    assert shown(found, *words, "Gives", "until event", "disputed") == words


@in_one_loop
async def test_replay_counts_what_is_possible(served: Datasette) -> None:
    """A table of a replay says how much more may have been so, and leads to exactly that in the history."""
    found = await read(served, "/archive@2017-06-11/answers")
    assert shown(found, "possible 2 more rows or changes by then may have been so.") != []
    link = next(link for link in found.links() if link.startswith("/archive/answers_history?"))
    assert shown(await read(served, link), "2 rows") == ["2 rows"]


@in_one_loop
async def test_menu_leads_to_our_pages(served: Datasette, beside: Datasette) -> None:
    """The menu of an archive's pages has the timeline, with its name where the site has other databases too."""
    assert [link for link in (await read(served, "/archive/answers")).links() if link == "/"] != []
    assert shown(await read(beside, "/archive/answers"), "Timeline: Letters") == ["Timeline: Letters"]
    assert "Review" not in (await read(served, "/archive/answers")).text


@in_one_loop
async def test_editor_is_led_to_the_review(served: Datasette) -> None:
    """Who may decide about proposals finds them in the menu."""
    await served.invoke_startup()
    cookies = {"ds_actor": served.sign({"a": {"id": "root"}}, "actor")}
    response = await served.client.get("/archive/answers", cookies=cookies)
    assert "/-/review" in Document(response.text).links()


OTHERS = ["/other", "/other/answers", "/other/answers/1", "/other?sql=select+1+as+last_event"]


@in_one_loop
@pytest.mark.parametrize("path", OTHERS)
async def test_other_databases_stay_as_they_are(beside: Datasette, other: Path, path: str) -> None:
    """A page of another database is the same, byte for byte, as without the plugin; but for the time it took."""
    with_plugin = await page(beside, path)
    with site(other) as plain:
        without = await page(plain, path)
    assert steady(with_plugin) == steady(without)


def steady(source: str) -> str:
    return source[: source.index("<footer")]


@in_one_loop
async def test_closed_events_are_not_told(archive: Archive) -> None:
    """Who may not see the events sees the tables as Datasette makes them."""
    closed: dict[str, Any] = {"databases": {"archive": {"tables": {"events": {"allow": {"id": "root"}}}}}}
    with site(archive.database, metadata=closed, with_plugin=True) as datasette:
        found = await read(datasette, "/archive/answers/l1,P01")
    assert shown(found, "As of", "What this row has been", "Nothing.") == []


@in_one_loop
async def test_own_template_keeps_precedence(archive: Archive, tmp_path: Path) -> None:
    """A template of the site's owner counts before ours."""
    (tmp_path / "row.html").write_text("Ours: {{ table }}", "utf-8")
    with site(archive.database, with_plugin=True, template_dir=str(tmp_path)) as datasette:
        assert await page(datasette, "/archive/answers/l1,P01") == "Ours: answers"


@in_one_loop
@pytest.mark.parametrize("path", ["/archive/events?_asof=nonsense", "/archive/nothing", "/archive/answers/l1,P02"])
async def test_problems_stay_as_they_were(served: Datasette, path: str) -> None:
    """A date that makes no sense, a table and a row that are not there are told by Datasette."""
    await served.invoke_startup()
    assert (await served.client.get(path)).status_code in (400, 404)


@in_one_loop
async def test_addresses_below_a_root(archive: Archive) -> None:
    """All links are below the site's own root."""
    with site(archive.database, with_plugin=True, settings={"base_url": "/site/"}) as datasette:
        await datasette.invoke_startup()
        response = await datasette.client.get("/archive/answers/l1,P01")
    links = [link for link in Document(response.text).links() if link.startswith("/")]
    assert (response.status_code, [link for link in links if not link.startswith("/site/")]) == (200, [])


@in_one_loop
async def test_pages_of_no_database_have_nothing(served: Datasette) -> None:
    """A page that is about no database, or is asked for by nobody, has nothing of ours."""
    assert await tables.page_of(served, None, "table", "archive", "answers") is None
    assert await tables.menu(served, None) == []
