"""Nothing that stands in an archive acts in a reader's browser: every payload in every field, on every kind of page."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from datasette.app import Datasette
from datasette.utils import tilde_encode
from lxml import etree

from regesta.archive import Archive
from regesta.publish.feeds.table import FORMULA
from regesta.replay.keys import key_text
from tests.publish.hostile import (
    PAYLOADS,
    acting,
    code,
    hostile_archive,
    letter_id,
    proposal_key,
    story,
    subject,
)  # fmt: skip
from tests.publish.sites import Document, in_one_loop, site
from tests.stranger.strings import STRINGS

NUMBERS = range(len(PAYLOADS))
EVENTS = 8  # for each payload: two documents, two of a story, a letter, two answers, a proposal
DAY = "2017-06-20"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """The archive with every payload in every field."""
    return hostile_archive(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def served(archive: Archive) -> Iterator[Datasette]:
    """A site over it."""
    with site(archive.database, metadata=archive.metadata, with_plugin=True) as datasette:
        yield datasette


async def get(datasette: Datasette, path: str, *, editor: bool = False) -> Any:
    await datasette.invoke_startup()
    cookies = {"ds_actor": datasette.sign({"a": {"id": "root"}}, "actor")} if editor else {}
    return await datasette.client.get(path, cookies=cookies, follow_redirects=True)


def about(number: int) -> str:
    return "/-/about/" + "/".join(tilde_encode(part) for part in subject(number).split("/"))


def faults(response: Any, *, ours: bool) -> list[str]:
    """Return what is wrong with a page: it acts, has no heading or footer, or is an error of the server."""
    found = acting(response.text, ours=ours) if "text/html" in response.headers["content-type"] else ["no HTML"]
    names = {tag for tag, _ in Document(response.text).elements}
    missing = [name for name in ("h1", "footer") if name not in names]
    return [*found, *missing, *([str(response.status_code)] if response.status_code not in (200, 400, 404) else [])]


ALL = " ".join(PAYLOADS.values())
OURS = {
    "front": "/",
    "front at a date": f"/-/front?asof={DAY}",
    "subjects": "/-/about",
    "subjects of a kind": "/-/about?kind=letter",
    "stories": "/-/stories",
    "changes": "/-/changes",
    "changes between": "/-/changes?from=2017-06-01&to=2017-07-01",
    "changes of a table": "/-/changes?from=2017-06-01&to=2017-07-01&table=letters",
    "find": "/-/find",
    "find a word": "/-/find?q=alert",
    "take": "/-/take",
    "take some": "/-/take?q=alert&about=letter/",
}


@in_one_loop
@pytest.mark.parametrize("path", OURS.values(), ids=OURS.keys())
async def test_our_pages(served: Datasette, path: str) -> None:
    """No page of ours has anything that acts."""
    response = await get(served, path)
    assert (response.status_code, faults(response, ours=True)) == (200, [])


def of_each(*patterns: str) -> list[list[str]]:
    """Return the addresses of the pages of each payload."""
    return [
        [
            pattern.format(
                event=number * EVENTS + 5, document=number * EVENTS + 1, about=about(number), story=story(number),
                proposal=proposal_key(number), letter=key_text((letter_id(number),)),
                answer=key_text((letter_id(number), code(number))), place=key_text((code(number),)),
            )
            for pattern in patterns
        ]
        for number in NUMBERS
    ]  # fmt: skip


@in_one_loop
@pytest.mark.parametrize("number", NUMBERS, ids=PAYLOADS)
async def test_our_pages_of_each(served: Datasette, number: int) -> None:
    """The pages of an event, a document, a subject and a story show the text as it is, and nothing acts."""
    paths = of_each("/-/event/{event}", "/-/event/{document}", "{about}", "/-/story/{story}")[number]
    found = {path: await get(served, path) for path in paths}
    text = squeezed(list(PAYLOADS.values())[number])
    shown = {path: text in squeezed(Document(item.text).text) for path, item in found.items()}
    assert {path: (item.status_code, shown[path], faults(item, ours=True)) for path, item in found.items()} == {
        path: (200, True, []) for path in paths
    }


@in_one_loop
@pytest.mark.parametrize("number", NUMBERS, ids=PAYLOADS)
async def test_links_of_each(served: Datasette, number: int) -> None:
    """What an event is about and where it stands can be reached, whatever is in their names."""
    event = Document((await get(served, f"/-/event/{number * EVENTS + 5}")).text)
    links = {link for link in event.links() if link.startswith(("/-/about/letter", "/archive/letters/"))}
    assert {link: (await get(served, link)).status_code for link in links} == dict.fromkeys(links, 200)
    assert [link for link in links if link.startswith("/-/about/")] != []


def squeezed(text: str) -> str:
    return " ".join(text.split())


@in_one_loop
@pytest.mark.parametrize("path", ["/-/review", "/-/review/all"])
async def test_review(served: Datasette, path: str) -> None:
    """What an editor sees of proposals has nothing that acts."""
    response = await get(served, path, editor=True)
    assert (response.status_code, faults(response, ours=True)) == (200, [])


@in_one_loop
@pytest.mark.parametrize("paths", of_each("/-/review/{proposal}"), ids=PAYLOADS)
async def test_review_of_each(served: Datasette, paths: list[str]) -> None:
    """The page of one proposal has nothing that acts."""
    response = await get(served, paths[0], editor=True)
    assert (response.status_code, faults(response, ours=True)) == (200, [])


@in_one_loop
@pytest.mark.parametrize("paths", of_each("/-/event/{event}.json"), ids=PAYLOADS)
async def test_event_as_json(served: Datasette, paths: list[str]) -> None:
    """An event as JSON is JSON, and no browser takes it for anything else."""
    response = await get(served, paths[0])
    assert response.headers["content-type"].partition(";")[0] in ("application/json", "application/cloudevents+json")
    assert response.headers["x-content-type-options"] == "nosniff"
    assert json.loads(response.text)["data"]["summary"] in PAYLOADS.values()


DATASETTE = {
    "database": "/archive",
    "letters": "/archive/letters?_size=max",
    "facets": "/archive/letters?_facet=about&_size=3",
    "answers": "/archive/answers?_size=max",
    "history": "/archive/answers_history?_size=max",
    "events": "/archive/events?_size=max",
    "relation": "/archive/letter_sent?_size=max",
    "evidence": "/archive/evidence?_size=max",
    "documents": "/archive/documents?_size=max",
    "stories": "/archive/stories?_size=max",
    "versions": "/archive/story_versions?_size=max",
    "disputes": "/archive/disputes?_size=max",
    "places": "/archive/places?_size=max",
    "settings": "/archive/meta",
    "query": "/archive/asked?id=%3Cscript%3Ealert(1)%3C/script%3E",
    "SQL": "/archive?sql=select+about,+summary+as+%22%3Cscript%3Ealert(1)%3C/script%3E%22+from+letters",
    "filter": "/archive/letters?about__contains=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    "search": "/archive/events?_search=alert",
    "replay": f"/archive@{DAY}",
    "table of a replay": f"/archive@{DAY}/letters?_size=max",
    "what only may have been": f"/archive@{DAY}/answers?_size=max",
    "events of a replay": f"/archive@{DAY}/events?_size=max",
    "no page": "/archive/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "no date": "/archive@%22%3E%3Cscript%3Ealert(1)/letters",
}


@in_one_loop
@pytest.mark.parametrize("path", DATASETTE.values(), ids=DATASETTE.keys())
async def test_pages_of_datasette(served: Datasette, path: str) -> None:
    """No page of Datasette's has anything that acts."""
    assert faults(await get(served, path), ours=False) == []


@in_one_loop
@pytest.mark.parametrize(
    "paths",
    of_each("/archive/letters/{letter}", "/archive/answers/{answer}", "/archive/places/{place}"),
    ids=PAYLOADS,
)
async def test_rows_of_each(served: Datasette, paths: list[str]) -> None:
    """The row of a payload is found by its key, and has nothing that acts."""
    found = {path: faults(await get(served, path), ours=False) for path in paths}
    assert [fault for each in found.values() for fault in each] == []


@in_one_loop
async def test_piece_of_a_page(served: Datasette) -> None:
    """What a page of ours fetches has nothing that acts."""
    response = await get(served, f"/-/front/around?asof={DAY}")
    assert (response.status_code, acting(response.text, ours=True)) == (200, [])


# Those that mean something in an address; the others stand in the archive.
IN_ADDRESSES = (
    "script", "end of a script", "image handler", "double quote", "single quote", "out of an attribute", "no scheme",
    "javascript", "template", "bidi", "controls", "long word", "null", "path", "address", "slashes",
)  # fmt: skip
WRONG = {
    "event": "/-/event/{}",
    "event as json": "/-/event/{}.json",
    "about": "/-/about/{}",
    "story": "/-/story/{}",
    "date": "/-/front?asof={}",
    "dates of a change": "/-/changes?from={}&to={}",
    "table of a change": "/-/changes?from=2017-06-01&to=2017-07-01&table={}",
    "words": "/-/find?q={}",
    "type": "/-/find?type={}",
    "subject": "/-/find?about={}",
    "dates of a search": "/-/find?since={}&until={}",
    "status": "/-/find?status={}",
    "file": "/-/take/{}",
    "choice of files": "/-/take?q={}&type={}&about={}",
    "window": "/-/timeline.svg?level={}&part={}",
    "mark": "/-/timeline?lane={}&from={}&to={}&types={}",
    "versions": "/-/story/story-1?from={}&to={}",
    "proposal": "/-/review/{}",
    "queue": "/-/review?kind={}&status={}&done={}&from={}",
    "asset": "/-/regesta/{}",
    "table at a date": "/archive/letters?_asof={}",
    "events at a date": "/archive/events?_asof={}",
    "replay": "/archive@{}/letters",
    "known": "/archive/letters?_known={}",
    "archive": "/-/{}/front",
}


@in_one_loop
@pytest.mark.parametrize("pattern", WRONG.values(), ids=WRONG.keys())
async def test_addresses(served: Datasette, pattern: str) -> None:
    """Each payload in each place of an address is told on a page, and does not act there."""
    found = {}
    for name in IN_ADDRESSES:
        response = await get(served, pattern.replace("{}", quote(PAYLOADS[name], safe="")), editor=True)
        is_page = "text/html" in response.headers["content-type"]
        status = response.status_code if response.status_code not in (200, 400, 403, 404) else None
        found[name] = [*([status] if status else []), *(acting(response.text, ours=False) if is_page else [])]
    assert {name: each for name, each in found.items() if each} == {}


@in_one_loop
@pytest.mark.parametrize("pattern", WRONG.values(), ids=WRONG.keys())
async def test_words_in_addresses(served: Datasette, pattern: str) -> None:
    """Every string, in each place of an address: a page, no error of the server, and the database as it was."""
    path = Path(next(database.path for name, database in served.databases.items() if name == "archive"))
    before, found = sha256(path.read_bytes()).hexdigest(), {}
    for string in STRINGS:
        asked = pattern.replace("{}", quote(string[:2_000], safe="", errors="surrogatepass"))
        status = (await get(served, asked, editor=True)).status_code
        found[string[:40]] = status if status not in (200, 302, 400, 403, 404, 414) else 0
    assert {string: status for string, status in found.items() if status} == {}
    assert sha256(path.read_bytes()).hexdigest() == before


# Drawings and files -------------------------------------------------------------------------------------------

DRAWINGS = ["/-/timeline.svg", "/-/timeline.svg?level=0&part=0", f"/-/timeline.svg?asof={DAY}"]


@in_one_loop
@pytest.mark.parametrize("path", DRAWINGS)
async def test_drawing(served: Datasette, path: str) -> None:
    """The timeline alone is well-formed XML with nothing that acts."""
    response = await get(served, path)
    root = etree.fromstring(response.content)
    names = {etree.QName(item).localname for item in root.iter(etree.Element)}
    assert names & {"script", "foreignObject", "iframe", "animate", "set", "image", "use", "handler"} == set()
    assert acting(response.text, ours=True) == []


@in_one_loop
async def test_feed(served: Datasette) -> None:
    """The feed is well-formed; what its entries hold as HTML has nothing that acts."""
    response = await get(served, "/-/take/feed.atom")
    root = etree.fromstring(response.content)
    atom = "{http://www.w3.org/2005/Atom}"
    held = [item.text or "" for item in root.iter(etree.Element) if item.get("type") == "html"]
    links = [item.get("href", "") for item in root.iter(f"{atom}link")]
    assert [fault for text in held for fault in acting(text, ours=True)] == []
    assert [link for link in links if not link.startswith(("http://localhost/", "https://news.example/"))] == []
    assert len(list(root.iter(f"{atom}entry"))) > 50


@in_one_loop
async def test_table_has_no_formula(served: Datasette) -> None:
    """A spreadsheet runs no cell of the table of events."""
    response = await get(served, "/-/take/events.csv")
    cells = [cell for row in csv.reader(io.StringIO(response.text)) for cell in row]
    assert [cell for cell in cells if cell.startswith(FORMULA)] == []
    assert any(cell.startswith("'=cmd") for cell in cells)


FILES = {"events.jsonl": "lines", "events.jsonld": "whole", "timelinejs.json": "whole"}


@in_one_loop
@pytest.mark.parametrize(("name", "form"), FILES.items(), ids=FILES.keys())
async def test_json_files(served: Datasette, name: str, form: str) -> None:
    """What is JSON can be read as JSON."""
    text = (await get(served, f"/-/take/{name}")).text
    parts = text.splitlines(keepends=False) if form == "whole" else text.split("\n")[:-1]
    assert json.loads(text) if form == "whole" else [json.loads(part) for part in parts]


@in_one_loop
async def test_timelinejs_acts_on_no_text(served: Datasette) -> None:
    """TimelineJS inserts text as HTML: no text of its file has anything that acts."""
    document = json.loads((await get(served, "/-/take/timelinejs.json")).text)
    texts = [text for text in leaves(document) if "<" in text]
    assert [fault for text in texts for fault in acting(text, ours=True)] == []


def leaves(value: Any) -> Iterator[str]:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    yield from ([value] if isinstance(value, str) else [])
    for item in items:
        yield from leaves(item)


@in_one_loop
async def test_calendar(served: Datasette) -> None:
    """No payload begins a line of its own in the calendar."""
    text = (await get(served, "/-/take/calendar.ics")).text
    names = {line.partition(":")[0].partition(";")[0] for line in text.split("\r\n") if line and line[0] != " "}
    assert [name for name in names if not name.replace("-", "").isupper()] == []


# The check itself ---------------------------------------------------------------------------------------------

HARMFUL = {
    "handler": "<p onclick='x'></p>",
    "script": "<script>alert(1)</script>",
    "script elsewhere": "<script src='//evil.example/x.js'></script>",
    "scheme": "<a href=' java\nscript:x'>x</a>",
    "host": "<img src='//evil.example/x.png'>",
    "host of a source in a picture": "<img src='https://news.example/x.png'>",
    "backslashes": "<a href='\\\\evil.example'>x</a>",
    "frame": "<iframe></iframe>",
    "style": "<p style='background: url(x)'></p>",
    "refresh": "<meta http-equiv='refresh' content='0'>",
    "mathml": "<math></math>",
}


@pytest.mark.parametrize("source", HARMFUL.values(), ids=HARMFUL.keys())
def test_the_check_finds_what_acts(source: str) -> None:
    """The check knows each kind of harm, and takes no other page for harmful."""
    assert len(acting(source, ours=True)) == 1
    assert acting('<a href="/x">x</a><a href="#y"></a><p style="color: #fff">alert(1)</p>', ours=True) == []
