"""From findings to proposals: which events they make, what they need, and that the same is proposed once."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from regesta.ingest.capture import Row
from regesta.ingest.extract.model import Finding
from regesta.ingest.propose import Document, not_after, proposals, row_findings
from regesta.ingest.recipes import Recipes, load_recipes, parse_recipe
from tests.archives import check_archive
from tests.ingest.tale import marked, tale

DIGEST = "ab" * 32
BOUND = "../2017-07-05"


def proposed(text: str, recipes: Recipes, findings: list[Finding] | None = None, **known: Any) -> list[dict[str, Any]]:
    """Return the data of the proposals of a text in the small language of `tale`."""
    document = Document(DIGEST, text, **{"story": "tale", "quotes": "digest", "not_after": BOUND, **known})
    return [draft["data"] for draft in proposals(document, marked(text) if findings is None else findings, recipes)]


@pytest.fixture
def recipes(tmp_path: Path) -> Recipes:
    """The recipes of `tale`."""
    return load_recipes(tale(tmp_path).folder / "ingest" / "recipes", tale(tmp_path).schema.types)


def test_complete_proposal(recipes: Recipes) -> None:
    """A proposal holds the whole event, where its passage is, and all that it was made from."""
    text = "So [disposition state=P01 disposition=refuse person=Ann_Lee: no, never] it was."
    made = proposed(text, recipes, publisher="The Paper")[0]
    assert made.pop("event")["data"].pop("evidence")[0]["selector"] == [
        {"type": "TextPositionSelector", "start": 61, "end": 70}
    ]
    assert made == {
        "proposal": "96459f7eee10d12413b026306aac3c4e",
        "kind": "disposition",
        "rule": "disposition.marked",
        "confidence": 0.9,
        "found": {
            "passage": "3b3b2937", "publisher": "The Paper", "state": "P01", "disposition": "refuse", "person": "Ann Lee",
        },
        "story": "tale",
        "document": DIGEST,
        "start": 61,
        "end": 70,
        "proposes": "answer.given",
        "about": "place/P01",
        "dated": BOUND,
        "summary": "Proposed: P01 says no, through Ann Lee.",
    }  # fmt: skip


# Name: text, its event without evidence, needs.
EVENTS: dict[str, tuple[str, dict[str, Any], str | None]] = {
    "complete": (
        "[disposition state=P01 disposition=comply: yes]",
        {
            "type": "answer.given", "subject": "place/P01", "edtf": BOUND,
            "data": {"letter": "l1", "place": "P01", "answer": "yes", "summary": "P01 says yes."},
        },
        None,
    ),
    "own date": (
        "[disposition state=P01 disposition=comply date_edtf=2017-06-30 date_text=Friday: yes]",
        {
            "type": "answer.given", "subject": "place/P01", "edtf": "2017-06-30",
            "data": {"letter": "l1", "place": "P01", "answer": "yes", "datetext": "Friday", "summary": "P01 says yes."},
        },
        None,
    ),
    "date in words": (
        "[disposition state=P01 disposition=comply date_edtf=30_June_2017: yes]",
        {
            "type": "answer.given", "subject": "place/P01", "edtf": "2017-06-30",
            "data": {"letter": "l1", "place": "P01", "answer": "yes", "datetext": "30 June 2017", "summary": "P01 says yes."},
        },
        None,
    ),
    "date that is none": (
        "[disposition state=P01 disposition=comply date_edtf=soon: yes]",
        {
            "type": "answer.given", "subject": "place/P01",
            "data": {"letter": "l1", "place": "P01", "answer": "yes", "datetext": "soon", "summary": "P01 says yes."},
        },
        "date",
    ),
    "words of a date only": (
        "[disposition state=P01 disposition=comply date_text=Friday: yes]",
        {
            "type": "answer.given", "subject": "place/P01",
            "data": {"letter": "l1", "place": "P01", "answer": "yes", "datetext": "Friday", "summary": "P01 says yes."},
        },
        None,
    ),
    "required member missing": (
        "[disposition state=P01 disposition=dither: hm]",
        {"type": "answer.given", "subject": "place/P01", "edtf": BOUND, "data": {
            "letter": "l1", "place": "P01", "summary": "A disposition (P01, dither).",
        }},
        "answer",
    ),
    "subject of a second choice": (
        "[disposition disposition=refuse: no]",
        {"type": "answer.given", "subject": "story/tale", "edtf": BOUND, "data": {
            "letter": "l1", "answer": "no", "summary": "A disposition (refuse).",
        }},
        "state, place",
    ),
    "value that the type does not take": (
        "[disposition state=P01 disposition=refuse figure=many: no]",
        {"type": "answer.given", "subject": "place/P01", "edtf": BOUND, "data": {
            "letter": "l1", "place": "P01", "answer": "no", "summary": "P01 says no.",
        }},
        None,
    ),
    "number in digits": (
        "[disposition state=P01 disposition=refuse figure=1,200: no]",
        {"type": "answer.given", "subject": "place/P01", "edtf": BOUND, "data": {
            "letter": "l1", "place": "P01", "answer": "no", "pages": 1200, "summary": "P01 says no.",
        }},
        None,
    ),
    "no recipe": (
        "[tally figure=44: 44 places]",
        {"subject": "story/tale", "edtf": BOUND, "data": {"summary": "A tally (44)."}},
        "type",
    ),
    "candidates": (
        "[quote candidates=Ann,Bob state=P01: I say]",
        {"type": "answer.given", "subject": "story/tale", "edtf": BOUND, "data": {
            "letter": "54e806a9", "place": "P01", "answer": "yes", "summary": "Somebody is quoted.",
        }},
        "speaker",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected", "needs"), EVENTS.values(), ids=EVENTS.keys())
def test_event(recipes: Recipes, text: str, expected: dict[str, Any], needs: str | None) -> None:
    """What a finding gives is in the event, what it does not give is left out, and what must be there is a need."""
    made = proposed(text, recipes)[0]
    event = made["event"]
    data = {name: value for name, value in event["data"].items() if name != "evidence"}
    assert ({**event, "data": data}, made.get("needs")) == ({**expected, "source": f"urn:sha256:{DIGEST}"}, needs)


def test_each(recipes: Recipes) -> None:
    """A list makes one event an item, with its place; the passage is that of the list."""
    made = proposed("[status_list states=P03,P01: P03, P01]", recipes)
    assert [(item["about"], item["event"]["data"]["letter"], item["start"]) for item in made] == [
        ("place/P03", "l1", 29), ("place/P01", "l2", 29),
    ]  # fmt: skip
    assert len({item["proposal"] for item in made}) == 2


def test_empty_list_is_a_need(recipes: Recipes) -> None:
    """A list of nothing is one proposal that says what is missing."""
    assert [item["needs"] for item in proposed("[status_list: some places]", recipes)] == ["letter, place, subject"]


def test_when(tmp_path: Path) -> None:
    """An event with a condition is made only where that can be filled."""
    types = tale(tmp_path).schema.types
    event = {
        "type": "answer.listed",
        "when": "{listed:disposition}",
        "subject": "x",
        "summary": "x",
        "data": {"letter": "l1", "place": "{state}"},
    }
    recipe = parse_recipe({"event": [event], "map": {"listed": {"none": "yes"}}}, types, "x")
    text = "[d state=P01 disposition=none: a] [d state=P02 disposition=refuse: b]"
    assert [item["event"]["data"]["place"] for item in proposed(text, {"d": recipe})] == ["P01"]


def test_no_date_of_the_document(recipes: Recipes) -> None:
    """Where nothing bounds a date, the event has none."""
    made = proposed("[disposition state=P01 disposition=refuse: no]", recipes, not_after=None)[0]
    assert ("edtf" in made["event"], "dated" in made) == (False, False)


def test_state_mentions_are_context(recipes: Recipes) -> None:
    """That a state is named is no event."""
    assert proposed("[state_mention state=P01: P01]", recipes) == []


def test_date_is_proposed_only_where_nothing_else_uses_it(recipes: Recipes) -> None:
    """A date within the passage of a finding that has it is no proposal of its own; another date is."""
    text = "0123456789"
    findings = [
        Finding("disposition", 0, 5, "d", 1, {"state": "P01", "disposition": "refuse", "date_edtf": "2017-06-30"}),
        Finding("date_mention", 1, 3, "date", 1, {"date_edtf": "2017-06-30"}),
        Finding("date_mention", 2, 4, "date", 1, {"date_edtf": "2006"}),
        Finding("date_mention", 6, 8, "date", 1, {"date_edtf": "2017-06-30"}),
    ]
    made = proposed(text, recipes, findings)
    assert [(item["kind"], item["start"]) for item in made] == [
        ("disposition", 0), ("date_mention", 2), ("date_mention", 6),
    ]  # fmt: skip


NO = "[disposition state=P01 disposition=refuse: {}]"
# Name: one text, another, whether the proposal is the same.
SAME = {
    "moved": (NO.format("no it is"), "Before. " + NO.format("no it is"), True),
    "spaces and line ends": (NO.format("no it is"), NO.format("no  it\r\nis"), True),
    "surer": (NO.format("no it is"), NO.replace("P01", "P01 sure=0.5").format("no it is"), True),
    "a speaker more": (NO.format("no it is"), NO.replace("P01", "P01 person=Ann").format("no it is"), True),
    "a date more": (NO.format("no it is"), NO.replace("P01", "P01 date_edtf=2017").format("no it is"), True),
    "other words": (NO.format("no it is"), NO.format("no it was"), False),
    "other case": (NO.format("no it is"), NO.format("No it is"), False),
    "other state": (NO.format("no it is"), NO.replace("P01", "P02").format("no it is"), False),
    "other answer": (NO.format("no it is"), NO.replace("refuse", "comply").format("no it is"), False),
}


@pytest.mark.parametrize(("one", "other", "same"), SAME.values(), ids=SAME.keys())
def test_key(recipes: Recipes, one: str, other: str, same: bool) -> None:
    """What is proposed and the words of the passage make the key; place, rule, date and details do not."""
    assert (proposed(one, recipes)[0]["proposal"] == proposed(other, recipes)[0]["proposal"]) is same


def test_key_of_another_story(recipes: Recipes) -> None:
    """The same words in another story are another proposal."""
    text = NO.format("no")
    assert proposed(text, recipes)[0]["proposal"] != proposed(text, recipes, story="other")[0]["proposal"]


def test_same_words_twice(recipes: Recipes) -> None:
    """A passage that stands in a text twice is two proposals, the same two in every version."""
    once, twice = proposed(NO.format("no"), recipes), proposed(NO.format("no") * 2, recipes)
    assert len({item["proposal"] for item in twice}) == 2
    assert once[0]["proposal"] == twice[0]["proposal"]


def test_candidates(recipes: Recipes) -> None:
    """Names that may be the speaker are kept beside what was found."""
    made = proposed("[quote candidates=Ann,Bob: I say]", recipes)[0]
    assert (made["candidates"], "candidates" in made["found"]) == (["Ann", "Bob"], False)


def test_hostile_fields(recipes: Recipes) -> None:
    """Whatever an extractor says, a proposal can be appended: what is no JSON is left out, what is too long is cut."""
    fields = {
        "state": "P01", "disposition": "refuse", "person": "x" * 9_000, "odd": object(), "nan": {"a": 1}, "list": [1, ""],
        "candidates": ["y" * 500] * 40,
    }  # fmt: skip
    made = proposed("no", recipes, [Finding("disposition", 0, 2, "r", 7.5, fields)])[0]
    found = {name: value for name, value in made["found"].items() if name not in ("passage", "person")}
    assert (found, made["confidence"]) == ({"state": "P01", "disposition": "refuse"}, 1.0)
    assert (len(made["candidates"]), len(made["candidates"][0]), len(made["event"]["data"]["summary"])) == (
        20,
        200,
        2000,
    )


def test_rows(tmp_path: Path) -> None:
    """Each row of a table is a finding; its columns are what templates name."""
    rows = (Row(0, 4, {"Where": "P01", "When": "30 June 2017"}), Row(5, 9, {"Where": "", "When": "06/07/2017"}))
    event = {
        "type": "answer.listed",
        "subject": "place/{Where|row}",
        "date": "{When}",
        "summary": "Row {row}.",
        "data": {"letter": "l1", "place": "{Where}"},
    }
    recipe = parse_recipe({"event": [event]}, tale(tmp_path).schema.types, "x")
    made = proposed("P01,\nx,y,", {"row": recipe}, list(row_findings(rows)), zone=ZoneInfo("America/New_York"))
    assert [(item["about"], item.get("dated"), item.get("needs")) for item in made] == [
        ("place/P01", "2017-06-30", None), ("place/2", None, "place, date"),
    ]  # fmt: skip


# Name: date of a document, the date of what is undated in it.
BOUNDS = {
    "day": ("2017-07-05", "../2017-07-05"),
    "instant": ("2017-07-05T16:02:00-04:00", "../2017-07-05T16:02:00-04:00"),
    "interval": ("2017-06-26/2017-07-05", "../2017-07-05"),
    "open": ("2017-06-26/..", None),
    "unknown end": ("2017-06-26/", None),
    "none": (None, None),
}


@pytest.mark.parametrize(("edtf", "expected"), BOUNDS.values(), ids=BOUNDS.keys())
def test_not_after(edtf: str | None, expected: str | None) -> None:
    """What a document says happened before it came out, as far as that is bounded."""
    assert not_after(edtf) == expected


@pytest.mark.parametrize("quotes", ["full", "digest"])
def test_proposals_can_be_appended(tmp_path: Path, recipes: Recipes, quotes: str) -> None:
    """Every proposal fits the engine's type, and every complete event the archive's tables."""
    archive = tale(tmp_path, quotes=quotes)
    text = " ".join(text for text, _, _ in EVENTS.values())
    drafts = proposals(Document(DIGEST, text, "tale", quotes, not_after=BOUND), marked(text), recipes)
    archive.append(drafts)
    complete = [draft["data"]["event"] for draft in drafts if "needs" not in draft["data"]]
    assert (len(check_archive(archive)), archive.append(complete).appended) == (len(EVENTS), len(complete))
