"""Review in the browser: who sees it, what a form does to the log, what is refused and told, that text stays text."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import pytest_asyncio
from datasette.app import Datasette
from datasette.version import __version_info__

from regesta.archive import Archive
from regesta.ingest.proposals import find
from regesta.ingest.review import Decision, Review
from regesta.replay.build import build
from tests.archives import check_archive, letter, snapshot
from tests.ingest.tale import keys, pending, tale
from tests.publish.sites import Document, site

pytestmark = pytest.mark.asyncio
STABLE = __version_info__[0] == "0"
FORM = "application/x-www-form-urlencoded"
TEXT = """\
[disposition state=P01 disposition=refuse person=Ann_Lee: P01 will not take part.] And
[disposition state=P02 disposition=comply sure=0.6: P02 will.] But

[quote candidates=Ann_Lee,Bob_Ray state=P03: "We shall see."] So it was
[tally figure=44: 44 places] and [status_list states=P05,P06: P05 and P06].
"""


class Editor:
    """A browser of somebody who is signed in, with the cookies and the token that a page gave."""

    def __init__(self, datasette: Datasette, archive: Archive, actor: dict[str, Any] | None) -> None:
        self.datasette, self.archive = datasette, archive
        self.cookies = {"ds_actor": datasette.sign({"a": actor}, "actor")} if actor else {}
        self.token = ""

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a request."""
        return {"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}

    async def get(self, path: str) -> Any:
        """Return the answer to a request, and keep the token of the page."""
        response = await self.datasette.client.get(path, headers=self.headers)
        found = re.search(r'name="csrftoken" value="([^"]+)"', response.text)
        self.token = found[1] if found else self.token
        self.cookies |= dict(response.cookies)
        return response

    async def post(self, path: str, *fields: tuple[str, str], headers: dict[str, str] | None = None) -> Any:
        """Send a form from the page that was read last."""
        body = urlencode([("csrftoken", self.token), *fields])
        sent = {**self.headers, "content-type": FORM, **(headers or {})}
        return await self.datasette.client.post(path, content=body.encode(), headers=sent)

    async def decide(self, number: int, *fields: tuple[str, str], query: str = "") -> Any:
        """Read the n-th proposal of the text and send its form with these fields."""
        path = f"/-/review/{keys(self.archive)[number]}{query}"
        await self.get(path)
        return await self.post(path, *fields)

    def statuses(self) -> str:
        """Return the first letters of what became of the proposals, in the order of the text."""
        return "".join(find(self.archive.database, key).status[0] for key in keys(self.archive))

    def events(self) -> list[dict[str, Any]]:
        """Return what was decided, after everything of the log was checked."""
        return check_archive(self.archive)[8:]


@pytest_asyncio.fixture
async def editor(quick_path: Path) -> AsyncIterator[Editor]:
    """An editor on the site of an archive with six open proposals: two answers, a quote, a tally, a list of two."""
    archive = pending(tale(quick_path, keeper="Ada"), TEXT)
    with site(archive.database, with_plugin=True) as datasette:
        await datasette.invoke_startup()
        yield Editor(datasette, archive, {"id": "root"})


ACCEPT, LOOK, REJECT = ("act", "accept"), ("act", "look"), ("act", "reject")


def told(response: Any) -> str:
    """Return the text of a page in single spaces."""
    return " ".join(Document(response.text).text.split())


async def test_queue(editor: Editor) -> None:
    """The queue has the open proposals in the order of the text, with passage, needs, and how sure they are."""
    text = told(await editor.get("/-/review"))
    assert "6 proposals, 4 of them complete." in text
    order = ["P01 says no, through Ann Lee.", "P02 says yes.", "Somebody is quoted.", "P05 is named", "P06 is named"]
    at = [text.index(words) for words in order]
    assert at == sorted(at)
    assert ("P01 will not take part." in text, "needs speaker" in text, "low confidence" in text) == (True, True, True)


# Name: parameters, how many proposals.
FILTERS: dict[str, tuple[str, int]] = {
    "kind": ("kind=disposition", 2),
    "rule": ("rule=quote.marked", 1),
    "story": ("story=tale", 6),
    "no such story": ("story=other", 0),
    "needs": ("needs=speaker", 1),
    "complete": ("needs=none", 4),
    "sure": ("sure=0.7", 5),
    "two": ("kind=disposition&sure=0.7", 1),
    "rejected": ("status=rejected", 0),
    "any": ("status=any", 6),
}


@pytest.mark.parametrize(("query", "number"), FILTERS.values(), ids=FILTERS.keys())
async def test_filters(editor: Editor, query: str, number: int) -> None:
    """A filter is a plain parameter; several must all hold."""
    page = Document((await editor.get(f"/-/review?{query}")).text)
    rows = [attributes for _, attributes in page.elements if (attributes.get("id") or "").startswith("p-")]
    assert len(rows) == number


# Name: parameters that make no sense.
NONSENSE = {"status": "status=x", "sure": "sure=high", "more than sure": "sure=2", "offset": "from=-1"}


@pytest.mark.parametrize("query", NONSENSE.values(), ids=NONSENSE.keys())
async def test_filters_that_make_no_sense(editor: Editor, query: str) -> None:
    """They are refused as such."""
    assert (await editor.get(f"/-/review?{query}")).status_code == 400


async def test_one_proposal(editor: Editor) -> None:
    """A proposal stands beside its passage in the text around it, with the schema's words and what it would say."""
    response = await editor.get(f"/-/review/{keys(editor.archive)[0]}")
    page = Document(response.text)
    text = told(response)
    assert "<mark>P01 will not take part.</mark>" in response.text
    assert ("What is said of it" in text, "yes, no or partly." in text, "1 of 6" in text) == (False, True, True)
    assert ("answers" in text, "a new row" in text, "confidence" in text) == (True, True, True)
    fields = {
        item["name"]: item.get("value") for _, item in page.elements if (item.get("name") or "").startswith("data.")
    }
    assert (fields["data.answer"], fields["data.reason"]) == ("no", "ann-lee")


async def test_accept(editor: Editor) -> None:
    """Accepting appends the event and the note of it, by the editor, and leads to the next proposal."""
    response = await editor.decide(0, ACCEPT)
    event, note = editor.events()
    assert (response.status_code, response.headers["location"]) == (
        303, f"/-/review/{keys(editor.archive)[1]}?done=9-10",
    )  # fmt: skip
    assert (event["type"], event["data"]["answer"], note["source"]) == ("answer.given", "no", "manual:root")
    assert (editor.statuses(), [row["answer"] for row in editor.archive.at(build=False)["answers"].rows]) == (
        "aooooo",
        ["no"],
    )
    assert "Accepted: P01 says no, through Ann Lee. is event 9." in told(await editor.get(response.headers["location"]))


async def test_next_in_the_same_filter(editor: Editor) -> None:
    """The next proposal is the next of what was asked for; after the last one comes the queue."""
    first = await editor.decide(0, ACCEPT, query="?kind=disposition")
    second = await editor.decide(1, ACCEPT, query="?kind=disposition")
    assert (first.headers["location"], second.headers["location"]) == (
        f"/-/review/{keys(editor.archive)[1]}?kind=disposition&done=9-10", "/-/review?kind=disposition&done=11-12",
    )  # fmt: skip


async def test_edit_and_accept(editor: Editor) -> None:
    """What was changed in the form is in the event, typed as the schema says, and noted beside it."""
    await editor.decide(
        0, ("data.pages", "7"), ("edtf", "30 June 2017"), ("data.reason", ""), ("data.answer", "no"), ACCEPT
    )
    event, note = editor.events()
    assert (event["data"]["pages"], event["edtf"], "reason" in event["data"]) == (7, "2017-06-30", False)
    assert note["data"]["edited"] == "data.pages, data.reason, edtf"


async def test_needs(editor: Editor) -> None:
    """What is needed is told at its field; a candidate supplies it, and the event is made anew of it."""
    refused = await editor.decide(2, ACCEPT)
    assert (refused.status_code, "it still needs speaker" in told(refused)) == (400, True)
    await editor.decide(2, ("found.person", "Bob Ray"), ("found.person", ""), ACCEPT)
    event, _ = editor.events()
    assert (event["subject"], event["data"]["summary"]) == ("person/bob-ray", "Bob Ray is quoted.")


async def test_good_without(editor: Editor) -> None:
    """An editor may say that the event is good without what is needed."""
    await editor.decide(2, ("without", "speaker"), ACCEPT)
    assert (editor.statuses(), editor.events()[0]["data"]["summary"]) == ("ooaooo", "Somebody is quoted.")


async def test_look(editor: Editor) -> None:
    """Checking shows the event as it would be and appends nothing; another choice after it makes the event anew."""
    before = snapshot(editor.archive.folder / "events")
    looked = await editor.decide(2, ("found.person", "Bob Ray"), LOOK)
    assert ("person/bob-ray" in looked.text, snapshot(editor.archive.folder / "events")) == (True, before)
    await editor.post(
        f"/-/review/{keys(editor.archive)[2]}",
        ("edits", '{"found.person": "Bob Ray"}'), ("found.person", "Ann Lee"), ("subject", "person/bob-ray"), ACCEPT,
    )  # fmt: skip
    assert editor.events()[0]["subject"] == "person/ann-lee"


async def test_reject(editor: Editor) -> None:
    """A rejection has its reason; without one it has none."""
    await editor.decide(0, ("reason", "It was P03."), REJECT)
    await editor.decide(1, REJECT)
    assert [event["data"].get("reason") for event in editor.events()] == ["It was P03.", None]
    assert (editor.statuses(), "It was P03." in told(await editor.get("/-/review?status=rejected"))) == (
        "rrooooo"[:6],
        True,
    )


# Name: fields, what is told, at which field.
REFUSED: dict[str, tuple[list[tuple[str, str]], str, str]] = {
    "constraint": ([("data.answer", "hm")], "answers: answer is 'hm'", "hm"),
    "schema": ([("data.pages", "many")], 'data.pages: "many" is not of type', "many"),
    "what must be there": ([("data.letter", "")], '"letter" is a required property', ""),
    "date": ([("edtf", "soon <b>")], "soon", "soon &lt;b&gt;"),
    "subject": ([("subject", "")], "subject", ""),
    "kind of event": ([("type", "no.such")], "no.such", "no.such"),
    "engine's kind": ([("type", "")], "type", ""),
}


async def test_refused_at_its_field(editor: Editor) -> None:
    """An error stands at the field that it is about."""
    wrong = [await editor.decide(0, (name, text), ACCEPT) for name, text in (("edtf", "soon"), ("data.pages", "many"))]
    places = [re.findall(r'<a href="#([a-z-]+)">', page.text) for page in wrong]
    assert [[place for place in found if place != "content"] for found in places] == [["edtf"], ["data-pages"]]


@pytest.mark.parametrize(("fields", "words", "typed"), REFUSED.values(), ids=REFUSED.keys())
async def test_refused(editor: Editor, fields: list[tuple[str, str]], words: str, typed: str) -> None:
    """What the record refuses is told as on the command line; what was typed stands there, nothing is appended."""
    response = await editor.decide(0, *fields, ("data.share", "0.25"), ACCEPT)
    assert (response.status_code, words in told(response), editor.events()) == (400, True, [])
    assert (typed in response.text, 'value="0.25"' in response.text) == (True, True)


async def test_bulk(editor: Editor) -> None:
    """What is ticked is accepted or rejected in one append."""
    names = keys(editor.archive)
    await editor.get("/-/review")
    accepted = await editor.post("/-/review", ("key", names[0]), ("key", names[1]), ACCEPT)
    await editor.post("/-/review", ("key", names[2]), ("key", names[3]), ("reason", "No."), REJECT)
    assert (editor.statuses(), accepted.headers["location"]) == ("aarroo", "/-/review?done=9-12")
    assert len(list((editor.archive.folder / "events").glob("*.jsonl"))) == 3
    assert ("2 accepted." in told(await editor.get("/-/review?done=9-12")), len(editor.events())) == (True, 6)


async def test_bulk_is_all_or_nothing(editor: Editor) -> None:
    """One that lacks something keeps back the others, which stay ticked; nothing ticked is told."""
    names = keys(editor.archive)
    await editor.get("/-/review")
    refused = await editor.post("/-/review", ("key", names[0]), ("key", names[2]), ACCEPT)
    ticked = [item["value"] for _, item in Document(refused.text).elements if "checked" in item]
    assert (refused.status_code, editor.statuses(), ticked) == (400, "oooooo", [names[0], names[2]])
    assert "nothing is ticked" in told(await editor.post("/-/review", ACCEPT))


async def test_all_complete_ones(editor: Editor) -> None:
    """All complete ones of a kind in a story are accepted together after a page that says how many."""
    path = "/-/review/all?kind=disposition&story=tale"
    asked = await editor.get(path)
    seal = re.search(r'name="seal" value="([0-9a-f]+)"', asked.text)
    assert seal and "Accept 2 proposals at once?" in told(asked)
    response = await editor.post(path, ("seal", seal[1]), ACCEPT)
    assert (response.status_code, editor.statuses()) == (303, "aaoooo")
    assert [event["data"].get("policy") for event in editor.events()[1::2]] == ["all", "all"]


async def test_queue_changed_before_all(editor: Editor) -> None:
    """Where the queue is another one than the page said, nothing is accepted and it is asked again."""
    path = "/-/review/all?kind=disposition"
    await editor.get(path)
    response = await editor.post(path, ("seal", "0" * 64), ACCEPT)
    assert (response.status_code, editor.statuses(), "has changed" in told(response)) == (409, "oooooo", True)


async def test_somebody_else_was_faster(editor: Editor) -> None:
    """Who decides on what was decided meanwhile is told so, and what was typed is still there."""
    path = f"/-/review/{keys(editor.archive)[0]}"
    await editor.get(path)
    Review(editor.archive, "Bob").decide([Decision(find(editor.archive.database, keys(editor.archive)[0]), False)])
    response = await editor.post(path, ("data.summary", "My own words."), ACCEPT)
    assert (response.status_code, "Somebody else was faster." in told(response)) == (409, True)
    assert ("My own words." in response.text, editor.statuses(), len(editor.events())) == (True, "rooooo", 1)


async def test_log_went_on(editor: Editor) -> None:
    """Events that were appended meanwhile, and are not in the tables, keep no decision back."""
    await editor.get("/-/review")
    editor.archive.append([letter(1)])
    await editor.decide(0, ACCEPT)
    assert (editor.statuses(), len(editor.events())) == ("aooooo", 3)


# Name: actor.
STRANGERS: dict[str, dict[str, Any] | None] = {"nobody": None, "another": {"id": "bob"}}
PATHS = ("/-/review", "/-/review/all", "/-/review/{}", "/-/review/" + "0" * 32)


@pytest.mark.parametrize("actor", STRANGERS.values(), ids=STRANGERS.keys())
async def test_strangers(editor: Editor, actor: dict[str, Any] | None) -> None:
    """Who is no editor sees the same page everywhere, which says nothing of proposals, and changes nothing."""
    stranger = Editor(editor.datasette, editor.archive, actor)
    paths = [path.format(keys(editor.archive)[0]) for path in PATHS]
    answers = [await stranger.get(path) for path in paths]
    assert {(answer.status_code, told(answer)) for answer in answers} == {(403, told(answers[0]))}
    assert [word for word in ("proposal", "Review", "P01", "quote") if word in answers[0].text] == []
    sent = [await stranger.post(path, ("key", keys(editor.archive)[0]), ACCEPT) for path in paths]
    assert ({answer.status_code for answer in sent}, editor.statuses(), editor.events()) == ({403}, "oooooo", [])


async def test_pages_of_visitors_stay(editor: Editor) -> None:
    """A page of a visitor is the same whatever waits for review."""
    nobody = Editor(editor.datasette, editor.archive, None)
    before = (await nobody.get("/archive/events.json?_shape=array")).text
    await editor.decide(0, REJECT)
    assert (await nobody.get("/archive/events.json?_shape=array")).text == before


# Name: headers of a form that another site sends with the editor's cookies.
FOREIGN = {
    "cross-site": {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
    "same-site": {"sec-fetch-site": "same-site"},
    "origin alone": {"origin": "https://evil.example"},
    "origin of a file": {"origin": "null"},
}


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN.keys())
async def test_form_of_another_site(editor: Editor, headers: dict[str, str]) -> None:
    """It is refused on either line, also with the right token."""
    path = f"/-/review/{keys(editor.archive)[0]}"
    await editor.get(path)
    response = await editor.post(path, ACCEPT, headers=headers)
    assert (response.status_code, editor.statuses()) == (403, "oooooo")


@pytest.mark.skipif(not STABLE, reason="1.0 has no token")
@pytest.mark.parametrize("token", ["", "x"])
async def test_form_without_the_token(editor: Editor, token: str) -> None:
    """On the stable line a form must have the token of the page."""
    path = f"/-/review/{keys(editor.archive)[0]}"
    await editor.get(path)
    editor.token = token
    assert ((await editor.post(path, ACCEPT)).status_code, editor.statuses()) == (403, "oooooo")


# Name: what is sent as a form, and the answer.
FORMS: dict[str, tuple[bytes, dict[str, str], int]] = {
    "edits that are no object": (b"act=accept&edits=[1]", {}, 400),
    "edits that are no JSON": (b"act=accept&edits={", {}, 400),
    "edits of what cannot be edited": (b"act=accept&edits=%7B%22sequence%22%3A1%7D", {}, 400),
    "what is needed among the edits": (b"act=accept&edits=%7B%22needs%22%3A[]%7D", {}, 400),
    "not UTF-8": (b"act=accept&data.note=%ff", {}, 400),
    "U+0000": (b"act=accept&data.note=%00", {}, 400),
    "too many fields": (b"&".join([b"key=a"] * 3_000), {}, 400),
    "too long": (b"data.note=" + b"a" * 1_100_000, {}, 413),
}


@pytest.mark.parametrize(("body", "headers", "status"), FORMS.values(), ids=FORMS.keys())
async def test_form_that_is_none_of_ours(editor: Editor, body: bytes, headers: dict[str, str], status: int) -> None:
    """It is refused, and nothing is appended."""
    path = f"/-/review/{keys(editor.archive)[0]}"
    await editor.get(path)
    sent = {**editor.headers, "content-type": FORM, **headers}
    content = urlencode({"csrftoken": editor.token}).encode() + b"&" + body
    response = await editor.datasette.client.post(path, content=content, headers=sent)
    assert (response.status_code, editor.events()) == (status, [])


async def test_other_methods(editor: Editor) -> None:
    """A page of review is read, or is sent a form."""
    headers = {**editor.headers, "x-csrftoken": "x"}
    assert (await editor.datasette.client.put("/-/review", headers=headers)).status_code in (403, 405)


async def test_private(editor: Editor) -> None:
    """No cache between the site and the editor may keep a page of review."""
    assert (await editor.get("/-/review")).headers["cache-control"].startswith("private")


async def test_read_only_without_the_folder(quick_path: Path, tmp_path: Path) -> None:
    """Where only the database is at hand the proposals can be read; it is said why nothing can be decided."""
    archive = pending(tale(quick_path), TEXT)
    copy = tmp_path / "archive.db"
    copy.write_bytes(archive.database.read_bytes())
    with site(copy, with_plugin=True) as datasette:
        await datasette.invoke_startup()
        editor = Editor(datasette, archive, {"id": "root"})
        pages = [await editor.get("/-/review"), await editor.get(f"/-/review/{keys(archive)[0]}")]
        refused = [await editor.decide(0, ACCEPT), await editor.post("/-/review", ("key", keys(archive)[0]), ACCEPT)]
    assert ["only the database is at hand" in told(page) for page in pages] == [True, True]
    assert ([page.status_code for page in refused], editor.statuses()) == ([400, 503], "oooooo")


async def test_text_is_not_kept(editor: Editor) -> None:
    """Where the document is not kept, that is said; where it was changed, too."""
    texts = sorted((editor.archive.folder / "documents").glob("*.txt"))
    texts[0].write_text("Other words.", "utf-8")
    path = f"/-/review/{keys(editor.archive)[0]}"
    changed = told(await editor.get(path))
    texts[0].unlink()
    gone = told(await editor.get(path))
    assert ("not what was stored" in changed, "is not kept here" in gone) == (True, True)


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}",
    "{% raw %}",
    "no\u202eyes\u202c",
    "a\u200bbc",
)


@pytest.mark.parametrize("payload", HOSTILE, ids=["script", "attribute", "template", "block", "bidi", "no width"])
async def test_hostile_text(editor: Editor, payload: str) -> None:
    """Whatever a proposal or a form says is text on every page; what cannot be seen is told."""
    made = next(event for event in editor.archive.log.events() if event.type == "proposal.made")
    key = "f" * 32
    event = made.data["event"] | {"subject": f"place/{payload}", "edtf": payload[:64], "type": payload}
    event["data"] = event["data"] | {"summary": payload, "reason": payload, payload: payload}
    data = made.data | {"proposal": key, "event": event, "rule": payload, "kind": payload, "about": payload}
    data |= {"summary": payload, "candidates": [payload], "found": {"person": payload}, "dated": payload[:64]}
    editor.archive.append(
        [
            {
                "type": "proposal.made",
                "subject": f"proposal/{key}",
                "source": made.source,
                "data": data | {"needs": payload},
            }
        ]
    )
    build(editor.archive)
    pages = [
        await editor.get(path)
        for path in ("/-/review", f"/-/review/{key}", f"/-/review?kind={urlencode({'': payload})[1:]}")
    ]
    pages.append(await editor.post(f"/-/review/{key}", ("data.note", payload), ("reason", payload), ACCEPT))
    found = [Document(page.text) for page in pages]
    assert {page.status_code for page in pages} == {200, 400}
    assert [item for page in found for name, item in page.elements if name == "img" or item.get("onerror")] == []
    assert ["".join(page.scripts) for page in found] == [""] * 4
    assert [word for word in ("alert(1)", "7*7", "% raw") if word in payload and word not in found[1].text] == []
    shown = [Document(re.sub(r"<textarea.*?</textarea>", "", page.text, flags=re.DOTALL)).text for page in pages]
    assert [sign for text in shown for sign in "\u202e\u200b" if sign in text] == []


async def test_links(editor: Editor) -> None:
    """No link of a page leads to another host, and no script stands in the page."""
    pages = [Document((await editor.get(path)).text) for path in ("/-/review", f"/-/review/{keys(editor.archive)[0]}")]
    assert [link for page in pages for link in page.links() if not link.startswith(("/", "#"))] == []
    assert [page.scripts for page in pages] == [[], []]
