"""The shipped archive in Datasette without our plugin: pages, labels, facets, search, and the canned queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette

from regesta.archive import Archive
from regesta.publish.metadata import load
from tests.publish.sites import ROOT, Document, in_one_loop, page, rows, shipped_archive, site

QUERIES: dict[str, dict[str, Any]] = load(ROOT / "datasette-metadata.json")["databases"]["archive"]["queries"]
TABLES: dict[str, dict[str, Any]] = load(ROOT / "datasette-metadata.json")["databases"]["archive"]["tables"]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """A built copy of the archive of this repository."""
    return shipped_archive(tmp_path_factory.mktemp("shipped"))


@pytest.fixture(scope="module")
def served(shipped: Archive) -> Iterator[Datasette]:
    """A site over it as `datasette serve archive.db -m datasette-metadata.json` makes it (1.0: with -c too)."""
    with site(shipped.database, metadata=shipped.metadata) as datasette:
        yield datasette


PAGES = {
    "home": ("/", "The 2017 request for voter rolls"),
    "database": ("/archive", "1. Who refused, and who said so?"),
    "table": ("/archive/responses", "Responses: how each state answers"),
    "history": ("/archive/responses_history", "Moment by which it certainly had begun"),
    "view": ("/archive/refusals", "Refusals, and who said so"),
    "relation": ("/archive/letter_sent", "A letter of request was sent."),
    "reference list": ("/archive/states", "District of Columbia"),
    "event": ("/archive/events/1", "document.captured"),
    "row": ("/archive/people/kris-kobach", "Kris Kobach"),
    "facet": ("/archive/responses?disposition=refuse", '7 rows where disposition = "refuse"'),
    "search": ("/archive/events?_search=twitter", "search matches"),
    "search in documents": ("/archive/documents?_search=refuse", "Three states refuse"),
    "query": ("/archive/what_changed", "What changed between two dates?"),
    "hidden": ("/archive/_letter_sent", "Internal: what stands behind the view letter_sent."),
}


@in_one_loop
@pytest.mark.parametrize(("path", "text"), PAGES.values(), ids=PAGES.keys())
async def test_page_says_what_it_shows(served: Datasette, path: str, text: str) -> None:
    """Every kind of page answers, with the title or the words that belong to it."""
    assert text in Document(await page(served, path)).text


@in_one_loop
@pytest.mark.parametrize("name", [name for name, entry in TABLES.items() if not entry.get("hidden")])
async def test_table_shows_its_words(served: Datasette, name: str) -> None:
    """The page of every table and view shows its title, its description and the description of each column."""
    entry = TABLES[name]
    text = Document(await page(served, f"/archive/{name}?_size=1")).text
    wanted = [entry.get("title", name), entry["description"], *entry["columns"].values()]
    assert [words for words in wanted if words not in text] == []


@in_one_loop
async def test_front_page_hides_what_is_internal(served: Datasette) -> None:
    """The list of tables shows projections, histories and the engine's tables, no workings and no index."""
    links = Document(await page(served, "/archive")).links()
    shown = {link.removeprefix("/archive/") for link in links if link.startswith("/archive/")}
    assert {"responses", "responses_history", "events", "evidence", "refusals", "letter_sent"} <= shown
    assert [name for name in shown if name.startswith("_") or "_fts" in name] == []


@in_one_loop
async def test_foreign_keys_have_labels(served: Datasette) -> None:
    """A state is shown by its name, a person by the full name, an event by its summary, a document by its title."""
    response = Document(await page(served, "/archive/responses?state=NY"))
    evidence = Document(await page(served, "/archive/evidence?_size=1"))
    assert [word for word in ("New York", "Andrew Cuomo", "New York refuses:") if word not in response.text] == []
    assert {"/archive/states/NY", "/archive/people/andrew-cuomo"} <= set(response.links())
    assert [link for link in response.links() if link.startswith("/archive/events/")] != []
    assert "[Most states push back" in evidence.text or "[Three states refuse" in evidence.text


@in_one_loop
async def test_facets_are_there_at_once(served: Datasette) -> None:
    """The declared facets of responses are shown without being asked for."""
    links = Document(await page(served, "/archive/responses")).links()
    facets = {link.partition("?")[2].partition("=")[0] for link in links if "/archive/responses?" in link}
    assert {"disposition", "medium", "role"} <= facets


@in_one_loop
async def test_search_stems_words(served: Datasette) -> None:
    """Full-text search over events finds other forms of a word too."""
    found = [await rows(served, f"/archive/events?_search={word}&_size=max") for word in ("refuse", "refuses")]
    assert found[0] == found[1] != []


@in_one_loop
@pytest.mark.parametrize("name", QUERIES)
async def test_query_answers_without_parameters(served: Datasette, name: str) -> None:
    """Every canned query has a title and a description, keeps its SQL out of the way, and shows rows at once."""
    query = QUERIES[name]
    assert [key for key in ("title", "description", "hide_sql") if not query.get(key)] == []
    assert query["title"] in Document(await page(served, f"/archive/{name}")).text
    assert await rows(served, f"/archive/{name}") != []


@in_one_loop
async def test_questions_stand_in_order(served: Datasette) -> None:
    """The first four questions come first, in their order, on the page of the database on either line."""
    text = Document(await page(served, "/archive")).text
    places = [text.index(f"{number}. ") for number in range(1, 5)]
    assert places == sorted(places)


@in_one_loop
async def test_who_refused(served: Datasette) -> None:
    """Seven states refuse; the person and the party stand beside each."""
    found = {row["state"]: (row["speaker"], row["party"]) for row in await rows(served, "/archive/who_refused")}
    assert found == {
        "California": ("Alex Padilla", "D"),
        "Kentucky": ("Alison Lundergan Grimes", "D"),
        "Mississippi": ("Delbert Hosemann", "R"),
        "New York": ("Andrew Cuomo", "D"),
        "North Dakota": ("John Arnold", None),
        "Pennsylvania": ("Tom Wolf", "D"),
        "Virginia": ("Terry McAuliffe", "D"),
    }


@in_one_loop
async def test_what_is_withheld(served: Datasette) -> None:
    """Indiana gives three kinds of data, Oregon sells some, North Carolina withholds some."""
    found = {row["state"]: row for row in await rows(served, "/archive/what_is_withheld")}
    given = sorted(field.partition(" (")[0] for field in found["Indiana"]["given"].split("; "))
    assert given == ["Address", "Congressional district", "Name"]
    assert "Address" in found["Oregon"]["sold"]
    assert "Date of birth" in found["North Carolina"]["withheld"]


STANDING = {
    "2017-06-29": {"possible": 17, "only later": 28, "never named": 6},
    "2017-06-30": {"certain": 2, "possible": 17, "only later": 26, "never named": 6},
    "2017-07-01": {"certain": 2, "possible": 17, "only later": 26, "never named": 6},
    "2017-07-05": {"certain": 45, "never named": 6},
    "2017-06": {"certain": 2, "possible": 17, "only later": 26, "never named": 6},
    "2016": {"only later": 45, "never named": 6},
    "": {"certain": 45, "never named": 6},
    "July 1": {},
    "20170701": {},
}


@in_one_loop
@pytest.mark.parametrize(("day", "expected"), STANDING.items(), ids=STANDING.keys())
async def test_standing_on_a_date(served: Datasette, day: str, expected: dict[str, int]) -> None:
    """All 51 jurisdictions have one row, certain or possible by the bounds; what is no date gives no rows."""
    found = await rows(served, f"/archive/standing_on_a_date?date={day}")
    assert Counter(row["certainty"] for row in found) == expected


@in_one_loop
async def test_certain_on_the_first_of_july(served: Datasette) -> None:
    """On 1 July 2017 the refusals of New York and Pennsylvania are certain."""
    found = await rows(served, "/archive/standing_on_a_date?date=2017-07-01")
    certain = [(row["state"], row["disposition"]) for row in found if row["certainty"] == "certain"]
    assert certain == [("New York", "refuse"), ("Pennsylvania", "refuse")]


CHANGES = {
    "to the first of July": ("", "2017-07-01", {"certain": 2, "possible": 17}),
    "to the update": ("2017-06-30", "2017-07-05", {"certain": 26, "certain by then, perhaps before": 17}),
    "after the update": ("2017-07-05", "2017-07-31", {}),
    "always": ("", "", {"certain": 45}),
    "no date": ("2017-06-30", "soon", {}),
}


@in_one_loop
@pytest.mark.parametrize(("start", "end", "expected"), CHANGES.values(), ids=CHANGES.keys())
async def test_what_changed(served: Datasette, start: str, end: str, expected: dict[str, int]) -> None:
    """Changes between two dates are certain, certain by the end, or only possible."""
    found = await rows(served, f"/archive/what_changed?from_date={start}&to_date={end}")
    assert Counter(row["certainty"] for row in found) == expected


@in_one_loop
async def test_source_of_a_statement(served: Datasette) -> None:
    """The passages of one statement have document, range and both digests, and are those of its event."""
    found = await rows(served, "/archive/statement_source?statement=mcauliffe-statement")
    statement = (await rows(served, "/archive/statements?id=mcauliffe-statement"))[0]
    assert {(row["statement"], row["event"]) for row in found} == {("mcauliffe-statement", statement["last_event"])}
    assert len({row["document_sha256"] for row in found}) == 2
    assert [row for row in found if not row["start"] < row["end"] or len(row["passage_sha256"]) != 64] == []


@in_one_loop
async def test_both_articles(served: Datasette) -> None:
    """What both articles report is found by counting documents, McAuliffe's refusal among it."""
    found = await rows(served, "/archive/in_both_articles")
    assert {row["documents"] for row in found} == {2}
    assert "mcauliffe-statement" in {row["statement"] for row in found}


@in_one_loop
@pytest.mark.parametrize("state", ["KY", "ky", "Kentucky", " kentucky "])
async def test_one_state(served: Datasette, state: str) -> None:
    """A state is found by code and by name; answer, statement, list and office are told apart."""
    found = await rows(served, f"/archive/one_state?state={state.replace(' ', '%20')}")
    assert {row["state"] for row in found} == {"Kentucky"}
    assert {"answer", "statement", "list", "office"} <= {row["kind"] for row in found}


@in_one_loop
async def test_fields_asked(served: Datasette) -> None:
    """The letter asks for eight kinds of data."""
    found = await rows(served, "/archive/fields_asked")
    assert Counter(row["asked"] for row in found) == {"yes": 8, "no": len(found) - 8}


@in_one_loop
async def test_tallies_stand_beside_our_count(served: Datasette) -> None:
    """The second article counts three refusals, we count seven; both are shown."""
    found = await rows(served, "/archive/tallies_and_our_count")
    assert (3, 7) in {(row["their_count"], row["our_count"]) for row in found}


@in_one_loop
async def test_events_in_order(served: Datasette) -> None:
    """All current events come in the order of their latest moment."""
    found = [row["latest"] or "9999" for row in await rows(served, "/archive/events_in_order")]
    current = await rows(served, "/archive?sql=select+count(*)+as+n+from+events+where+status='current'")
    assert (found, len(found)) == (sorted(found), current[0]["n"])


@pytest.mark.parametrize("name", QUERIES)
def test_query_is_plain_sql(name: str) -> None:
    """No canned query reads JSON."""
    assert "json" not in QUERIES[name]["sql"].lower()


def test_nothing_of_the_articles_is_published(shipped: Archive) -> None:
    """The file that is published holds no passage, only places and digests."""
    assert b'"exact"' not in Path(shipped.database).read_bytes()
