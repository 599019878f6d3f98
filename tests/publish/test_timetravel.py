"""Time travel in Datasette: `?_asof=`, `?_known=` and `/archive@DATE/…` in every format, on both lines of Datasette."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

import pytest
from datasette.app import Datasette
from datasette.database import Database
from datasette.utils import tilde_encode
from hypothesis import given
from hypothesis import strategies as st

from regesta.archive import Archive
from regesta.limits import REPLAYS_ON_SITE
from regesta.publish import _address
from regesta.publish._replays import site_of
from regesta.replay.asof import AsOf, as_of
from regesta.replay.build import build
from tests.archives import drafts, letter, make_archive
from tests.publish.sites import Document, in_one_loop, page, rows, shipped_archive, site

DAY = "2017-01-20"  # by then 19 of the 60 events of the small archive had happened


def small_archive(folder: Path, count: int = 60) -> Archive:
    """Make an archive of ``count`` events, a day apart, and build it."""
    folder.mkdir(exist_ok=True)
    archive = make_archive(folder)
    archive.append(drafts(count))
    build(archive)
    return archive


def replay_files(archive: Archive) -> list[str]:
    """Return the replays that are kept on disk."""
    return [path.name for path in (archive.folder / ".regesta" / "replays").glob("*.db")]


async def get(datasette: Datasette, path: str, **options: Any) -> Any:
    """Return the answer to a request, whatever it is."""
    await datasette.invoke_startup()
    return await datasette.client.get(path, **options)


async def numbers(datasette: Datasette, path: str) -> list[int]:
    """Return the sequence numbers of the events on a page, sorted."""
    return sorted(row["sequence"] for row in await rows(datasette, path))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """The small archive, which no test changes."""
    return small_archive(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def small(archive: Archive) -> Iterator[Datasette]:
    """A site over it, with a database that is no archive but has tables of such names, and one in memory."""
    other = archive.folder / "other.db"
    with closing(sqlite3.connect(other)) as db:
        db.executescript("create table events (latest); create table meta (value); create table x (a);")
        db.executescript("create table x_history (surely_from); insert into events values ('2020'), (1);")
    shutil.copy(other, archive.folder / "odd@2017.db")
    settings = {"facet_time_limit_ms": 10_000, "sql_time_limit_ms": 10_000}
    files = (archive.database, other, archive.folder / "odd@2017.db")
    with site(*files, with_plugin=True, settings=settings) as datasette:
        datasette.add_database(Database(datasette, memory_name="regesta_memory"), name="memory")
        yield datasette


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """A built copy of the archive of this repository."""
    return shipped_archive(tmp_path_factory.mktemp("shipped"))


@pytest.fixture(scope="module")
def story(shipped: Archive) -> Iterator[Datasette]:
    """A site over it."""
    settings = {"facet_time_limit_ms": 10_000, "sql_time_limit_ms": 10_000}
    with site(shipped.database, metadata=shipped.metadata, with_plugin=True, settings=settings) as datasette:
        yield datasette


# ?_asof= on what keeps dates ---------------------------------------------------------------------------------

DATES = {
    "day": ("2017-01-20", 19, "20 January 2017"),
    "words": ("20 January 2017", 19, "20 January 2017"),
    "month": ("2017-01", 27, "31 January 2017"),
    "instant": ("2017-01-20T23:59:58-05:00", 18, "20 January 2017, 23:59:58 UTC-05:00"),
    "clocks change around it": ("2017-03-12", 60, "12 March 2017"),
    "before all": ("0001", 0, "31 December AD 1"),
    "before the calendar": ("-0044-03-15", 0, "15 March 45 BC"),
    "empty first": ("&_asof=2017-01-20", 19, "20 January 2017"),
    "far ahead": ("9999", 60, "31 December 9999"),
}


@in_one_loop
@pytest.mark.parametrize(("asked", "count", "words"), DATES.values(), ids=DATES.keys())
async def test_events_as_of(small: Datasette, asked: str, count: int, words: str) -> None:
    """The events that had certainly happened are counted and listed, and the heading says which."""
    text = Document(await page(small, f"/archive/events?_asof={quote(asked, safe='&=')}&_size=1")).text
    found = await numbers(small, f"/archive/events?_asof={quote(asked, safe='&=')}&_size=max")
    assert (f"as of {words}" in text, found) == (True, list(range(1, count + 1)))


@in_one_loop
@pytest.mark.parametrize("day", ["2017-06-29", "2017-07-01", "2017-07-05", "2017-11-05"])
async def test_history_as_of_is_the_table_of_the_replay(story: Datasette, day: str) -> None:
    """What a history shows as of a date is what the table itself shows in the replay of that date."""
    history = await rows(story, f"/archive/responses_history?_asof={day}&_size=max")
    replay = await rows(story, f"/archive@{day}/responses?_size=max")
    assert sorted((row["state"], row["event"]) for row in history) == sorted(
        (row["state"], row["last_event"]) for row in replay
    )


@in_one_loop
async def test_as_of_survives_what_a_reader_does_next(small: Datasette) -> None:
    """Facets, sorting, the next page, the other formats and the form keep the date."""
    source = await page(small, f"/archive/events?_asof={DAY}&_facet=type&_size=5")
    found = Document(source)
    kept = [link for link in found.links() if "_asof=" in link]
    kinds = ("&type=letter.sent", "_sort=subject", "_next=", "events.json", "events.csv", "_facet=")
    assert [kind for kind in kinds if not any(kind in link for link in kept)] == []
    hidden = [attributes for tag, attributes in found.elements if tag == "input" and attributes.get("name") == "_asof"]
    assert {attributes["value"] for attributes in hidden} == {DAY}


@in_one_loop
async def test_as_of_holds_behind_each_link(small: Datasette) -> None:
    """Each link of the page leads to rows of that date only."""
    found = Document(await page(small, f"/archive/events?_asof={DAY}&_facet=type&_size=5"))
    links = [link for link in found.links() if "/archive/events?" in link and "_asof=" in link]
    shown = [await rows(small, urlsplit(link).path + "?" + urlsplit(link).query) for link in links]
    assert len(links) > 10
    assert max(row["sequence"] for page_rows in shown for row in page_rows) == 19


@in_one_loop
async def test_as_of_in_a_stream(small: Datasette) -> None:
    """A streamed CSV file has the rows of the date, over all pages."""
    text = await page(small, f"/archive/events.csv?_asof={DAY}&_stream=1&_size=5&_col=sequence&_sort=sequence")
    assert [int(row["sequence"]) for row in csv.DictReader(io.StringIO(text))] == list(range(1, 20))


@in_one_loop
@pytest.mark.parametrize(("day", "count"), [(DAY, 19), ("2017-03-12", 60), ("-0044-03-15", 0)])
async def test_as_of_in_the_sql(small: Datasette, day: str, count: int) -> None:
    """The link to the SQL leads to the same rows, and its form has a field for the date."""
    found = Document(await page(small, f"/archive/events?_asof={quote(day)}&_size=100&_sort=sequence"))
    link = next(link for link in found.links() if "sql=" in link)
    assert len(await rows(small, link)) == count
    form = Document(await page(small, link))
    names = [attributes.get("name") for tag, attributes in form.elements if tag == "input"]
    assert "asof" in names


@in_one_loop
@pytest.mark.parametrize(
    ("path", "count"), [("events?_asof=", 60), ("events?_asof=&_known=", 60), ("answers?_asof=", 40)]
)
async def test_empty_date_is_no_date(small: Datasette, path: str, count: int) -> None:
    """An empty field of a form changes nothing."""
    assert len(await rows(small, f"/archive/{path}&_size=max")) == count


# ?_asof= elsewhere -------------------------------------------------------------------------------------------

REDIRECTS = {
    "table": ("/archive/answers?_asof=2017-01-20&_sort=place&place=P01", "/archive@2017-01-20/answers?_sort=place&place=P01"),
    "json": ("/archive/answers.json?_asof=20+January+2017&_shape=array", "/archive@2017-01-20/answers.json?_shape=array"),
    "csv": ("/archive/answers.csv?_asof=2017-01", "/archive@2017-01-31/answers.csv"),
    "row": ("/archive/letters/l1?_asof=2017", "/archive@2017-12-31/letters/l1"),
    "event": ("/archive/events/3?_asof=2017", "/archive@2017-12-31/events/3"),
    "view": ("/archive/answer_counts?_asof=2017", "/archive@2017-12-31/answer_counts"),
    "database": ("/archive?_asof=2017", "/archive@2017-12-31"),
    "database as json": ("/archive.json?_asof=2017", "/archive@2017-12-31.json"),
    "both clocks": ("/archive/answers?_asof=2017&_known=2030", "/archive@2017-12-31,known=2030-12-31/answers"),
    "empty first": ("/archive/answers?_asof=&_asof=2017", "/archive@2017-12-31/answers"),
    "empty last": ("/archive/answers?_asof=2017&_asof=", "/archive@2017-12-31/answers"),
    "in a replay": ("/archive@2017-01-20/answers?_asof=2016", "/archive@2016-12-31/answers"),
    "in an earlier replay": ("/archive@2016/answers?_asof=2017", "/archive@2016-12-31/answers"),
}  # fmt: skip


@in_one_loop
@pytest.mark.parametrize(("path", "location"), REDIRECTS.values(), ids=REDIRECTS.keys())
async def test_tables_without_dates_lead_to_the_replay(small: Datasette, path: str, location: str) -> None:
    """What keeps no dates itself is found in the replay, with all else that was asked."""
    answer = await get(small, path)
    assert (answer.status_code, answer.headers["location"]) == (302, location)


@in_one_loop
async def test_parameter_of_a_query_is_its_own(small: Datasette) -> None:
    """On a page of SQL the name is a parameter like others."""
    sql = quote("select :_asof as a")
    assert await rows(small, f"/archive?sql={sql}&_asof=x") == [{"a": "x"}]


# /archive@DATE -----------------------------------------------------------------------------------------------

SPELLINGS = {
    "plain": "archive@2017-01-20",
    "tilde": "archive~402017-01-20",
    "percent": "archive%402017-01-20",
    "tilde all over": "archive~402017~2D01~2D20",
    "words": "archive@20%20January%202017",
    "tilde words": "archive~4020+January+2017",
    "comma": "archive@January%2020,%202017",
    "clock": "archive@2017-01-20T23:59:59-05:00",
    "clock in tildes": "archive~402017-01-20T23~3A59~3A59-05~3A00",
    "plus": "archive@2017-01-21T06:59:59+02:00",
    "plus in tildes": "archive~402017-01-21T06~3A59~3A59~2B02~3A00",
    "fraction in tildes": "archive~402017-01-21T04~3A59~3A59~2E5Z",
    "fraction": "archive@2017-01-21T04:59:59.5Z",
}


@in_one_loop
@pytest.mark.parametrize("first", SPELLINGS.values(), ids=SPELLINGS.keys())
async def test_spellings_of_a_replay(small: Datasette, first: str) -> None:
    """However a date is spelled and encoded, it is the same replay, with links in one spelling."""
    answer = await get(small, f"/{first}/letters?_size=5")
    links = [link for link in Document(answer.text).links() if "letters/" in link]
    assert answer.status_code == 200
    assert links and [link for link in links if not link.startswith("/archive~402017-01-20/")] == []


KINDS = {
    "database": (
        "",
        "What had certainly happened by 20 January 2017 (end of day, America/New_York). What only may have is left out.",
    ),
    "table": ("/answers", "P02"),
    "facet": ("/events?_facet=type&type=letter.sent", "7 rows"),
    "sort": ("/events?_sort_desc=subject", "sorted by subject descending"),
    "search": ("/events?_search=letter", "7 rows"),
    "row": ("/letters/l1", "P01"),
    "row with links": ("/places/P01", "Links from other tables"),
    "view": ("/answer_counts", "partly"),
    "relation": ("/letter_sent", "7 rows"),
    "sql": ("?sql=select+count(*)+as+n+from+events", "19"),
    "no such table": ("/nothing", "Table not found"),
}


@in_one_loop
@pytest.mark.parametrize(("rest", "text"), KINDS.values(), ids=KINDS.keys())
async def test_every_page_of_a_replay(small: Datasette, rest: str, text: str) -> None:
    """Each kind of page is there, says what it shows, leads on within the replay, and is not for search engines."""
    answer = await get(small, f"/archive@{DAY}{rest}", follow_redirects=True)
    found = Document(answer.text)
    here = f"/archive{rest}".replace("(*)", "%28%2A%29").replace(
        "?sql", "/-/query?sql" if "/-/" in str(answer.url) else "?sql"
    )
    assert (answer.headers["x-robots-tag"], text in found.text) == ("noindex", True)
    assert "The archive as it is now" in found.text
    assert leaving(found, "/archive~402017-01-20") - {here.partition("?")[0]} == {here} - {here.partition("?")[0]}


def leaving(found: Document, *replay: str) -> set[str]:
    """Return the links to an archive that lead out of a replay, but not those to another date."""
    links = {link for link in found.links() if link.startswith("/archive") and "asof=" not in link}
    return {link for link in links if not link.startswith(replay) and "possibly_from__lte=" not in link}


FORMATS = {
    "array": ("/events.json?_shape=array&_size=max", lambda text: len(json.loads(text))),
    "csv": ("/events.csv?_size=max", lambda text: len(list(csv.reader(io.StringIO(text)))) - 1),
    "stream": ("/events.csv?_stream=1&_size=3", lambda text: len(list(csv.reader(io.StringIO(text)))) - 1),
    "lines": ("/events.json?_shape=array&_nl=on&_size=max", lambda text: len(text.splitlines())),
}


@in_one_loop
@pytest.mark.parametrize(("rest", "count"), FORMATS.values(), ids=FORMATS.keys())
async def test_every_format_of_a_replay(small: Datasette, rest: str, count: Any) -> None:
    """JSON and CSV have the events of the replay and no others."""
    assert count(await page(small, f"/archive@{DAY}{rest}")) == 19


@in_one_loop
async def test_download(small: Datasette, tmp_path: Path) -> None:
    """The replay can be taken away as a database."""
    answer = await get(small, f"/archive@{DAY}.db")
    (tmp_path / "taken.db").write_bytes(answer.content)
    with closing(sqlite3.connect(tmp_path / "taken.db")) as db:
        assert db.execute("select count(*) from events").fetchone() == (19,)
    assert 'filename="archive@2017-01-20.db"' in answer.headers["content-disposition"]


@in_one_loop
async def test_words_facets_and_queries_are_those_of_the_base(story: Datasette) -> None:
    """A replay has titles, descriptions, declared facets, labels and canned queries of its base."""
    table, base = [Document(await page(story, f"/{name}/responses")) for name in ("archive@2017-07-05", "archive")]
    assert [
        text for text in ("Responses: how each state answers", "Kris Kobach", "disposition") if text not in table.text
    ] == []
    queries = Document(await page(story, "/archive@2017-07-05/who_refused")).text
    columns = [attributes for tag, attributes in table.elements if "data-column-description" in attributes]
    assert columns == [attributes for tag, attributes in base.elements if "data-column-description" in attributes]
    assert "1. Who refused, and who said so?" in queries


@in_one_loop
async def test_query_answers_as_of_the_date(story: Datasette) -> None:
    """A canned query is answered from the rows of the date."""
    then, now = [await rows(story, f"/{name}/who_refused") for name in ("archive@2017-06-30", "archive")]
    assert {row["state"] for row in then} < {row["state"] for row in now}


# ?_known= ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive that learned of 30 events, and a moment later of 30 more."""
    archive = small_archive(tmp_path_factory.mktemp("learned"), 30)
    archive.append(drafts(30, first=31))
    build(archive)
    return archive


def first_moment(archive: Archive) -> str:
    """Return the recorded time of the 30th event."""
    return next(event.recorded for event in archive.log.events() if event.sequence == 30)


KNOWN = {
    "events": ("/archive/events?_known={k}&_size=max", 30),
    "letters": ("/archive/letters?_size=max&_known={k}", 10),
    "replay": ("/archive@known={k}/events?_size=max", 30),
    "both": ("/archive@2017-01-10,known={k}/events?_size=max", 9),
    "both as parameters": ("/archive/events?_known={k}&_asof=2017-01-10&_size=max", 9),
    "date and parameter": ("/archive@2017-01-10/events?_known={k}&_size=max", 9),
    "later": ("/archive/events?_known=2100&_size=max", 60),
    "before": ("/archive/events?_known=2000&_size=max", 0),
}


@in_one_loop
@pytest.mark.parametrize(("path", "count"), KNOWN.values(), ids=KNOWN.keys())
async def test_what_was_known(learned: Archive, path: str, count: int) -> None:
    """`?_known=` answers 200 with what was recorded by then, as the address of the replay does."""
    with site(learned.database, with_plugin=True) as datasette:
        name, _, query = path.format(k=quote(first_moment(learned))).partition("?")
        answer = await get(datasette, f"{name}.json?_shape=array&{query}")
    assert (answer.status_code, len(answer.json())) == (200, count)


@in_one_loop
async def test_links_stay_in_what_was_known(learned: Archive) -> None:
    """The pages say what they show and lead on within it."""
    with site(learned.database, with_plugin=True) as datasette:
        found = Document((await get(datasette, "/archive/letters?_known=2100&_sort=place")).text)
    assert "What was known by 31 December 2100 (end of day, America/New_York)." in found.text
    assert leaving(found, "/archive~40known~3D2100-12-31", "/archive@known%3D2100-12-31") == {
        "/archive/letters?_sort=place"
    }


# What makes no sense -----------------------------------------------------------------------------------------

WRONG = {
    "no date": ("/archive@yesterday", 400),
    "nothing": ("/archive@", 400),
    "nothing known": ("/archive@known=", 400),
    "no such day": ("/archive@2017-02-30/events", 400),
    "interval": ("/archive@2017-01-01~2F2017-02-01", 400),
    "about": ("/archive@2017-01-01~7E", 400),
    "two dates": ("/archive@2017-01-01,2018-01-01", 400),
    "long": (f"/archive@{'1' * 5000}", 400),
    "parameter": ("/archive/events?_asof=next+week", 400),
    "parameter of a table": ("/archive/answers?_asof=next+week", 400),
    "parameter of a history": ("/archive/answers_history?_asof=2017-13", 400),
    "known parameter": ("/archive/answers?_known=next+week", 400),
    "known": ("/archive@known=soon", 400),
    "unknown database": ("/nowhere@2017-01-01", 404),
    "at of an at": ("/archive@2017@2018", 404),
    "other database": ("/other@2017-01-01/x", 404),
    "in memory": ("/memory@2017", 404),
    "internal": ("/_internal@2017", 404),
}


@in_one_loop
@pytest.mark.parametrize(("path", "status"), WRONG.values(), ids=WRONG.keys())
async def test_nonsense_costs_nothing(small: Datasette, archive: Archive, path: str, status: int) -> None:
    """A date that is none is told with the forms that are taken, in the format asked for; nothing is made."""
    before = sorted(replay_files(archive))
    answer = await get(small, path)
    name, _, query = path.partition("?")
    as_json = await get(small, f"{name}.json?{query}")
    assert (answer.status_code, "Traceback" in answer.text, sorted(replay_files(archive))) == (status, False, before)
    assert status == 404 or ("30 June 2017" in as_json.json()["error"]) or "2017-07-01" in as_json.json()["error"]


@in_one_loop
@pytest.mark.parametrize(
    "path", ["/other/events?_asof=2017&_size=max", "/other/x_history?_known=2017", "/odd@2017/events", "/odd@2017/x"]
)
async def test_other_databases_are_left_alone(small: Datasette, path: str) -> None:
    """What is no archive knows no dates, whatever its tables and its name are."""
    assert len(await rows(small, path)) in (0, 2)


@in_one_loop
async def test_replay_can_only_be_read(small: Datasette) -> None:
    """Nothing is sent to a replay."""
    await small.invoke_startup()
    assert (await small.client.post(f"/archive@{DAY}/answers", data={"x": "1"})).status_code == 405


@in_one_loop
async def test_replays_are_in_no_list(small: Datasette) -> None:
    """The front page and the lists of databases do not know the dates of other visitors."""
    await page(small, f"/archive@{DAY}")
    texts = [await page(small, path) for path in ("/", "/.json", "/-/databases.json")]
    assert [text for text in texts if "2017-01-20" in text] == []


# Where the archive is, and what changes ----------------------------------------------------------------------


@in_one_loop
async def test_database_on_its_own(archive: Archive, tmp_path: Path) -> None:
    """Without the archive around it a database still knows when things happened, not when they were recorded."""
    shutil.copy(archive.database, tmp_path / "copy.db")
    with site(tmp_path / "copy.db", with_plugin=True) as datasette:
        assert len(await rows(datasette, f"/copy@{DAY}/events?_size=max")) == 19
        answer = await get(datasette, "/copy/events.json?_known=2000")
    assert (answer.status_code, "where the archive's log is" in answer.json()["error"]) == (400, True)
    assert [path.name for path in tmp_path.iterdir()] == ["copy.db"]


@in_one_loop
async def test_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """Where no replay can be kept beside the archive it is kept elsewhere."""
    archive = small_archive(tmp_path)
    (archive.folder / ".regesta" / "replays").write_text("in the way")
    with site(archive.database, with_plugin=True) as datasette:
        known = await rows(datasette, "/archive/events?_known=2000")
        assert (len(await rows(datasette, f"/archive@{DAY}/events?_size=max")), known) == (19, [])


@in_one_loop
async def test_build_is_seen_at_once(tmp_path: Path) -> None:
    """After a build of new events the same address shows them."""
    archive = small_archive(tmp_path)
    with site(archive.database, with_plugin=True) as datasette:
        before = await numbers(datasette, f"/archive@{DAY}/events?_size=max")
        archive.append([letter(100, edtf="2017-01-02")])
        build(archive)
        assert await numbers(datasette, f"/archive@{DAY}/events?_size=max") == [*before, 61]


@in_one_loop
async def test_replay_that_somebody_deleted(tmp_path: Path) -> None:
    """A replay whose file is gone is made again."""
    archive = small_archive(tmp_path)
    with site(archive.database, with_plugin=True) as datasette:
        await page(datasette, f"/archive@{DAY}")
        shutil.rmtree(archive.folder / ".regesta" / "replays")
        assert len(await rows(datasette, f"/archive@{DAY}/events?_size=max")) == 19
        assert (await get(datasette, f"/archive@{DAY}.db")).status_code == 200


@in_one_loop
async def test_counts_of_an_inspected_base(archive: Archive) -> None:
    """What `datasette inspect` counted in the base is not said of a replay."""
    counted = {"archive": {"hash": "0" * 64, "size": 1, "tables": {"events": {"count": 999}}}}
    with site(with_plugin=True, immutables=[str(archive.database)], inspect_data=counted) as datasette:
        text = Document(await page(datasette, f"/archive@{DAY}")).text
    assert ("19 rows" in text, "999" in text) == (True, False)


@in_one_loop
async def test_site_below_a_path(archive: Archive) -> None:
    """Redirects, links and the notice of a site that is not at the root of its host begin with its path."""
    with site(archive.database, with_plugin=True, settings={"base_url": "/news/"}) as datasette:
        answer = await get(datasette, f"/archive/answers?_asof={DAY}")
        assert answer.headers["location"] == f"/news/archive@{DAY}/answers"
        links = Document((await get(datasette, f"/archive@{DAY}/answers")).text).links()
    assert {link.split("/")[2].partition("?")[0] for link in links if link.startswith("/news/archive")} == {
        "archive", "archive~402017-01-20",
    }  # fmt: skip


# Many at once ------------------------------------------------------------------------------------------------


@in_one_loop
@pytest.mark.parametrize("days", [range(1, 21), [7] * 20, [*range(1, 11)] * 2], ids=["different", "same", "mixed"])
async def test_many_at_once(tmp_path: Path, days: list[int]) -> None:
    """Twenty visitors at once, on the same date or on others, all get their rows."""
    archive = small_archive(tmp_path)
    with site(archive.database, with_plugin=True) as datasette:
        await datasette.invoke_startup()
        paths = [f"/archive@2017-01-{day + 1:02d}/events?_facet=type&_size=max" for day in days]
        answers = await asyncio.gather(*(datasette.client.get(path) for path in paths))
        counts = [Document(answer.text).text.count("letter.sent") for answer in answers]
        again = [len(await rows(datasette, f"/archive@2017-01-{day + 1:02d}/events?_size=max")) for day in days]
    assert ([answer.status_code for answer in answers], again) == ([200] * 20, list(days))
    assert min(counts) > 0


@in_one_loop
async def test_files_are_closed(tmp_path: Path) -> None:
    """After fifty dates a site has about as many files open as after twenty-five, and no database more."""
    archive = small_archive(tmp_path)
    with site(archive.database, with_plugin=True) as datasette:
        opened = []
        for day in range(1, 51):
            date = f"2017-{1 + day // 29:02d}-{1 + day % 28:02d}"
            assert (await get(datasette, f"/archive@{date}/events.json?_size=1")).status_code == 200
            opened.append(sum(1 for _ in Path("/proc/self/fd").iterdir()))
        assert len(site_of(datasette)._held) == REPLAYS_ON_SITE
        assert len(datasette.databases) == len({name for name in datasette.databases if "@" not in name})
    # A thread may open its first connection late; a leak would be some seventy-five files more.
    assert max(opened[25:]) <= max(opened[:25]) + 10


@in_one_loop
async def test_visitor_who_leaves(tmp_path: Path) -> None:
    """Who goes away while a replay is made takes it from nobody else."""
    archive = small_archive(tmp_path)
    with site(archive.database, with_plugin=True) as datasette:
        travels = site_of(datasette)
        ground = await travels.ground(travels.database("archive"))
        assert ground is not None
        point = as_of(DAY, None, ground.zone)
        tasks = [asyncio.create_task(travels.take(ground, point, f"archive@{DAY}")) for _ in range(6)]
        await asyncio.sleep(0)
        assert len(travels._making) == 1
        for task in tasks[::2]:
            task.cancel()
        taken = await asyncio.gather(*tasks, return_exceptions=True)
        counts = [(await replay.execute("select count(*) from events")).rows[0][0] for replay in taken[1::2]]  # type: ignore[union-attr]
    assert (counts, [type(item) for item in taken[::2]]) == ([19] * 3, [asyncio.CancelledError] * 3)


@in_one_loop
async def test_site_that_is_busy(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """When too many wait already a visitor is told so, without any path of the server."""
    monkeypatch.setattr("regesta.publish._replays.REPLAYS_WAITING", 0)
    with site(archive.database, with_plugin=True) as datasette:
        answer = await get(datasette, f"/archive@{DAY}.json")
    assert (answer.status_code, "waiting" in answer.json()["error"], "/" in answer.json()["error"]) == (
        503,
        True,
        False,
    )


SECONDS = st.integers(-370_000_000_000, 253_000_000_000)
MILLISECONDS = st.integers(-60_000_000_000_000, 253_000_000_000_000)
POINTS = st.builds(AsOf, SECONDS, st.none() | MILLISECONDS) | st.builds(AsOf, st.none(), MILLISECONDS)


@given(point=POINTS, name=st.sampled_from(["UTC", "America/New_York", "Pacific/Apia", "Europe/Dublin"]))
def test_point_comes_back_from_its_spelling(point: AsOf, name: str) -> None:
    """The canonical text of a point means that point, also after Datasette's encoding."""
    zone = ZoneInfo(name)
    wish = _address.wish(_address.read(tilde_encode(f"archive@{_address.spelled(point, zone)}")).segment)
    assert wish is not None
    assert (wish.name, _address.point_in_time(wish.at, wish.known, zone)) == ("archive", point)
