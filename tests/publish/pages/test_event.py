"""The page of an event, for visitors and editors, with passages that may be shown and that may not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette

from regesta.archive import Archive
from regesta.ingest.store import FOLDER
from regesta.publish.reading.events import find_event
from regesta.replay.build import build
from tests.archives import answer, letter, log_lines, make_archive
from tests.publish.reading.told import (
    ANSWER,
    DIGEST,
    DOCUMENT,
    LETTER,
    NEWER,
    PROPOSAL,
    REPLACED,
    RETRACTED,
    RETRACTION,
    TEXT,
    UNDATED,
    WORDS,
    WORDS_DIGEST,
    told_archive,
)
from tests.publish.sites import Document, in_one_loop, page, site
from tests.publish.test_hostile_text import PAYLOADS, acting

AROUND = f"Place 1 says {WORDS}. Place 2 is silent."


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Datasette]:
    """A site whose passages may be shown."""
    archive = told_archive(tmp_path_factory.mktemp("full"))
    with site(archive.database, with_plugin=True) as datasette:
        yield datasette


@pytest.fixture(scope="module")
def digests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Datasette]:
    """A site whose passages may not."""
    archive = told_archive(tmp_path_factory.mktemp("digests"), "digest")
    with site(archive.database, with_plugin=True) as datasette:
        yield datasette


async def got(datasette: Datasette, path: str, user: str = "") -> Any:
    await datasette.invoke_startup()
    cookies = {"ds_actor": datasette.sign({"a": {"id": user}}, "actor")} if user else {}
    return await datasette.client.get(path, cookies=cookies)


async def words(datasette: Datasette, path: str, user: str = "") -> str:
    response = await got(datasette, path, user)
    assert (path, response.status_code) == (path, 200)
    return " ".join(Document(response.text).text.split())


SAID = {
    "what": (ANSWER, "It says no. Disputed."),
    "when, as known and as printed": (ANSWER, "between 28 June and 5 July 2017 printed as “this week”"),
    "its bounds": (ANSWER, "Not before: 28 June 2017, 00:00 UTC-04:00 Not after: 5 July 2017, 23:59:59 UTC-04:00"),
    "who": (ANSWER, "Who or what Place 01 Letter Letter 1 goes out. Answer no"),
    "note": (ANSWER, "Note. It said so twice."),
    "passage in context": (ANSWER, AROUND),
    "dispute": (ANSWER, "Disputed. Another event gives a different answer."),
    "both sides": (ANSWER, "This eventno, between 28 June and 5 July 2017 Anotheryes, between 1 and 3 July 2017"),
    "rows": (ANSWER, "Answers: Letter 1 goes out., Place 01 It changed the row. That still stands."),
    "before and after": (ANSWER, "ColumnBeforeAfter Answeryesno"),
    "what rests on it": (LETTER, "What refers to it 1 in answers It says no."),
    "undated": (UNDATED, "undated"),
    "about the record": (DOCUMENT, "a fact about the record, not about the story"),
    "no evidence": (LETTER, "No passage is named: it was entered by hand."),
    "replaced": (REPLACED, "This no longer counts: it was replaced."),
    "what counts instead": (REPLACED, f"Replaced by event {NEWER} recorded"),
    "why": (REPLACED, "Reason: It was a day later."),
    "replacing": (NEWER, f"This replaces event {REPLACED}"),
    "retracted": (RETRACTED, "Nothing any more: an event that was retracted sets nothing."),
    "why retracted": (RETRACTED, "Reason: It was another place."),
    "without a summary": (RETRACTION, "Event retracted: answer given: place/P03 When"),
    "retraction": (RETRACTION, f"This retracts event {RETRACTED}"),
    "neighbours": (ANSWER, "← Before: between 1 and 3 July 2017It says yes.After: 7 July 2017 →"),
    "citation": (ANSWER, f"Letters: event {ANSWER} (id "),
    "checkpoint": (ANSWER, "Checkpoint of the record: example.org/letters,"),
}


@in_one_loop
@pytest.mark.parametrize(("number", "expected"), SAID.values(), ids=SAID.keys())
async def test_page_says(full: Datasette, number: int, expected: str) -> None:
    """The page tells what happened, when, who, on what evidence, what it set, and what corrected it."""
    assert expected in await words(full, f"/-/event/{number}")


@in_one_loop
async def test_passage_is_marked(full: Datasette) -> None:
    """The words of a passage stand out from those around them."""
    assert f"<mark>{WORDS}</mark>" in (await got(full, f"/-/event/{ANSWER}")).text


QUOTES = {
    "visitor": ("", [False, True, True]),
    "somebody else": ("maria", [False, True, True]),
    "editor": ("root", [True, False, False]),
}


@in_one_loop
@pytest.mark.parametrize(("user", "expected"), QUOTES.values(), ids=QUOTES.keys())
async def test_passages_that_may_not_be_shown(digests: Datasette, user: str, expected: list[bool]) -> None:
    """Visitors get place and digest and how to check them; only an editor reads the words."""
    told = await words(digests, f"/-/event/{ANSWER}", user)
    place = f"Characters 13 to 44SHA-256 {WORDS_DIGEST}"
    assert [text in told for text in (WORDS, place, "Whoever has the article can check them")] == expected


@pytest.mark.asyncio
async def test_changed_text_is_told(tmp_path: Path) -> None:
    """A text that has other words where the passage stands is not shown."""
    archive = told_archive(tmp_path)
    (tmp_path / FOLDER / f"{DIGEST}.txt").write_text(TEXT.replace("would not", "would yes"), "utf-8")
    with site(archive.database, with_plugin=True) as datasette:
        told = await words(datasette, f"/-/event/{ANSWER}")
    assert ("has other words there than those on record" in told, "would yes" in told) == (True, False)


@pytest.mark.asyncio
async def test_unreadable_text_is_told(tmp_path: Path) -> None:
    """A text that is no text is told in its place, the rest of the page stands."""
    archive = told_archive(tmp_path)
    (tmp_path / FOLDER / f"{DIGEST}.txt").write_bytes(b"\xff")
    with site(archive.database, with_plugin=True) as datasette:
        told = await words(datasette, f"/-/event/{ANSWER}")
    assert ("The text that the archive holds is not the one on record" in told, str(tmp_path) in told) == (True, False)


@pytest.mark.asyncio
async def test_without_the_folder(tmp_path: Path) -> None:
    """Where only the database is at hand the words on record are shown, without those around them."""
    archive = told_archive(tmp_path / "archive")
    alone = archive.database.rename(tmp_path / "copy.db")
    with site(alone, with_plugin=True) as datasette:
        told = await words(datasette, f"/-/event/{ANSWER}")
    assert (WORDS in told, AROUND in told) == (True, False)


ASOF = {
    "later": ("2017-06-27", "As of the end of 27 June 2017: this had not happened yet."),
    "possible": ("2017-06-28", "As of the end of 28 June 2017: this may have happened by then, or not yet."),
    "certain": ("5 July 2017", "As of the end of 5 July 2017: this had certainly happened."),
}


@in_one_loop
@pytest.mark.parametrize(("date", "expected"), ASOF.values(), ids=ASOF.keys())
async def test_asof(full: Datasette, date: str, expected: str) -> None:
    """The top of the page says whether it had happened by the date."""
    assert expected in await words(full, f"/-/event/{ANSWER}?asof={date}")


@in_one_loop
async def test_permalinks(full: Datasette) -> None:
    """The id leads to the number, with the date."""
    event = await full.get_database("archive").execute_fn(lambda db: find_event(db, str(ANSWER)))
    assert event
    response = await got(full, f"/-/event/{event.id}?asof=2017-07-01")
    assert (response.status_code, response.headers["location"]) == (302, f"/-/event/{ANSWER}?asof=2017-07-01")


UNKNOWN = {
    "number": "/-/event/99",
    "id": f"/-/event/{'f' * 32}",
    "zero": "/-/event/0",
    "as data": "/-/event/99.json",
    "proposal": f"/-/event/{PROPOSAL}",
    "proposal as data": f"/-/event/{PROPOSAL}.json",
}


@in_one_loop
@pytest.mark.parametrize("path", UNKNOWN.values(), ids=UNKNOWN.keys())
async def test_unknown(full: Datasette, path: str) -> None:
    """What is not there, and what nobody has accepted yet, is not found."""
    assert (await got(full, path)).status_code == 404


@in_one_loop
async def test_bad_date(full: Datasette) -> None:
    """A date that is none is the visitor's mistake."""
    assert (await got(full, f"/-/event/{ANSWER}?asof=soon")).status_code == 400


@in_one_loop
async def test_proposal_for_editors(full: Datasette) -> None:
    """Editors see what is proposed, plainly."""
    assert "Proposed: it says no." in await words(full, f"/-/event/{PROPOSAL}", "root")


@in_one_loop
@pytest.mark.parametrize("number", [DOCUMENT, ANSWER, NEWER, RETRACTION])
async def test_cloudevent(full: Datasette, number: int) -> None:
    """As data it is the line of the log."""
    response = await got(full, f"/-/event/{number}.json")
    assert response.headers["content-type"].startswith("application/cloudevents+json")
    lines = log_lines(Archive.open(Path(full.databases["archive"].path).parent))
    assert response.json() == json.loads(lines[number - 1])


@in_one_loop
async def test_described(full: Datasette) -> None:
    """The page carries its description for machines, which loses no doubt."""
    text = (await got(full, f"/-/event/{ANSWER}")).text
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    found = json.loads(block)
    assert (found["@type"], found["temporalCoverage"], found["about"][0]) == (
        "Claim",
        "2017-06-28/2017-07-05",
        {"@type": "Event", "name": "It says no."},
    )


FIELDS = ("summary", "note", "datetext", "reason", "letter")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Datasette]:
    """A site with each payload in every field of an event."""
    archive = make_archive(tmp_path_factory.mktemp("hostile"), title=PAYLOADS[0], keeper=PAYLOADS[2])
    drafts = [letter(1)]
    for number, text in enumerate(PAYLOADS, start=1):
        drafts.append(answer(number, data={**answer(number)["data"], **dict.fromkeys(FIELDS, text)}))
    archive.append(drafts)
    build(archive)
    with site(archive.database, with_plugin=True) as datasette:
        yield datasette


@in_one_loop
@pytest.mark.parametrize("number", range(2, len(PAYLOADS) + 2))
async def test_text_does_not_act(hostile: Datasette, number: int) -> None:
    """No payload becomes a script, an event handler, or a link that leaves the site; each is there to be read."""
    document = Document(await page(hostile, f"/-/event/{number}"))
    payload = " ".join(PAYLOADS[number - 2].split())
    assert (acting(document), payload in " ".join(document.text.split())) == ([], True)
