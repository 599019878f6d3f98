"""Passages are evidence, and are found again where they stand, or not at all."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regesta.ingest.passages import Anchor, Passage, anchor, anchor_all, evidence, normalise
from regesta.schema.types import ENGINE_FOLDER
from tests.ingest.ferry import PASSAGES, STORY, paragraphs_moved, passage, replaced, straight

DOCUMENT = "ab" * 32
GONE = Anchor("orphaned")


def found(words: str, new: str, old: str = STORY) -> tuple[str, str]:
    """Return how the passage with these words is found, and what stands there."""
    anchored = anchor(passage(words, old), old, new)
    return anchored.how, new[anchored.start : anchored.end]


def known(words: str, text: str = STORY) -> Passage:
    """Return a passage as evidence with its words has it: with 32 characters on either side."""
    place = passage(words, text)
    before, after = text[max(0, place.start - 32) : place.start], text[place.end : place.end + 32]
    return replace(place, exact=words, prefix=before, suffix=after)


def hashed(words: str, text: str = STORY) -> Passage:
    """Return a passage as evidence without its words has it."""
    return replace(passage(words, text), digest=sha256(words.encode()).hexdigest())


# Evidence.


def _validator() -> Any:
    schema = (ENGINE_FOLDER / "reserved.json").read_text("utf-8")
    return jsonschema_rs.Draft202012Validator(schema)


def test_evidence_with_its_words() -> None:
    """Where passages may be published, evidence has the words and 32 characters on either side."""
    start = STORY.index("23 doctors")
    item = evidence(STORY, start, start + 10, DOCUMENT, "full")
    quote = {"type": "TextQuoteSelector", "exact": "23 doctors"}
    quote |= {
        "prefix": " fuel in a winter. The islands have "[-32:],
        "suffix": ", none of whom lives on Westholm."[:32],
    }
    position = {"type": "TextPositionSelector", "start": start, "end": start + 10}
    assert item == {"source": f"urn:sha256:{DOCUMENT}", "selector": [position, quote]}


def test_evidence_without_its_words() -> None:
    """Where they may not, evidence has the place and the digest of the passage."""
    item = evidence(STORY, 0, 5, DOCUMENT, "digest")
    position = {"type": "TextPositionSelector", "start": 0, "end": 5}
    digest = f"sha256:{sha256(b'Seven').hexdigest()}"
    assert item == {"source": f"urn:sha256:{DOCUMENT}", "selector": [position], "digest": digest}


@pytest.mark.parametrize("quotes", ["full", "digest"])
@pytest.mark.parametrize("stretch", [(0, 5), (0, len(STORY)), (len(STORY) - 1, len(STORY))])
def test_evidence_is_what_the_schema_wants(quotes: str, stretch: tuple[int, int]) -> None:
    """Each form passes the engine's schema, also at either end of a text."""
    assert list(_validator().iter_errors({"evidence": [evidence(STORY, *stretch, DOCUMENT, quotes)]})) == []


# The normal form.

NORMAL = {
    "no-break spaces": ("a\u00a0b\u202fc", "a b c"),
    "runs of space": ("a \t\n b", "a b"),
    "space at the ends": ("  a ", "a"),
    "space after a stop": ("end. Begin", "end.Begin"),
    "space before a quotation mark": ('said "no" twice', 'said"no"twice'),
    "space within a list": ("Iowa,Ohio, Utah", "Iowa,Ohio,Utah"),
    "curly quotation marks": ("“a” ‘b’", "\"a\"'b'"),
    "low and angle quotation marks": ("„a“ «b» ‹c›", '"a""b"\'c\''),
    "dashes": ("a—b – c − d--e", "a-b-c-d-e"),
    "soft hyphen": ("co\u00adoperate", "cooperate"),
    "zero width": ("a\u200bb\ufeffc\u2060d\u200ee", "abcde"),
    "full width": ("Ａ１", "A1"),
    "ligature": ("oﬃce", "office"),
    "ellipsis": ("so…", "so..."),
    "accent of its own": ("cafe\u0301 noir", "café noir"),
    "mark without a letter": ("\u0301a", "\u0301a"),
    "case stays": ("NO No", "NO No"),
    "empty": ("", ""),
    "nothing to see": (" \u200b\n", ""),
}


@pytest.mark.parametrize("text, expected", NORMAL.values(), ids=NORMAL)
def test_normal_form(text: str, expected: str) -> None:
    """What two prints of the same words may differ in is taken away."""
    assert normalise(text).text == expected


TEXTS = st.text(st.sampled_from("ab1 .,\"“”'’—-\n\u00a0\u00ad\u0301\u200bﬁÉé…"), max_size=60) | st.text(max_size=60)


@given(TEXTS)
@settings(deadline=None)
def test_the_map_runs_forwards_and_within_the_text(text: str) -> None:
    """Every character of the normal form stands for a stretch of the text, and the stretches are in order."""
    normal = normalise(text)
    bounds = [0, *normal.starts, len(text)] == sorted([0, *normal.starts, len(text)])
    filled = all(start < end <= len(text) for start, end in zip(normal.starts, normal.ends, strict=True))
    assert (len(normal.text), bounds, filled, normal.ends) == (len(normal.starts), True, True, sorted(normal.ends))


@given(TEXTS)
@settings(deadline=None)
def test_the_normal_form_is_its_own(text: str) -> None:
    """Nothing is left to be taken away."""
    once = normalise(text).text
    assert normalise(once).text == once


@given(st.lists(st.sampled_from(["Ohio", "said", "“no”", "23", "it’s", "end."]), max_size=8))
@settings(deadline=None)
def test_prints_of_the_same_words_are_equal(words: list[str]) -> None:
    """Spaces, no-break spaces, line ends and straight quotation marks make no difference."""
    prints = [" ".join(words), "\u00a0".join(words), "\n".join(words), straight(" ".join(words))]
    assert len({normalise(text).text for text in prints}) == 1


# Passages found again.


def test_everything_is_found_in_the_same_text() -> None:
    """In an unchanged text every passage stands where it stood."""
    places = [passage(words) for words in PASSAGES.values()]
    expected = [Anchor("exact", place.start, place.end, 100.0) for place in places]
    assert anchor_all(places, STORY, STORY) == expected


@given(st.data())
@settings(deadline=None)
def test_every_range_is_found_in_an_unchanged_text(data: st.DataObject) -> None:
    """Whatever the range: a word cut in two, a space, everything."""
    text = data.draw(TEXTS.filter(bool))
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assert anchor(Passage(start, end), text, text) == Anchor("exact", start, end, 100.0)


@given(st.data())
@settings(deadline=None)
def test_what_is_found_as_exact_is_exact(data: st.DataObject) -> None:
    """An exact anchor has the same characters, whatever was done to the text."""
    old, new = data.draw(TEXTS.filter(bool)), data.draw(TEXTS)
    start = data.draw(st.integers(0, len(old) - 1))
    end = data.draw(st.integers(start + 1, len(old)))
    anchored = anchor(Passage(start, end), old, new)
    same = new[anchored.start : anchored.end] == old[start:end]
    assert (anchored.how == "exact") <= same
    assert 0 <= anchored.start <= anchored.end <= len(new)


REVISIONS = {
    "a paragraph before it": f"Stormy weather is forecast for the weekend, the met office says.\n\n{STORY}",
    "straight quotation marks": straight(STORY),
    "no-break spaces": STORY.replace("the ", "the\u00a0"),
    "wrapped lines": STORY.replace(", ", ",\n"),
    "a space after every glued sentence": STORY.replace('."', '. "'),
    "sentences glued": STORY.replace(". ", "."),
    "paragraphs moved": paragraphs_moved(),
    "paragraphs as pages have them": STORY.replace("\n\n", " "),
}


@pytest.mark.parametrize("new", REVISIONS.values(), ids=REVISIONS)
def test_nothing_is_lost_when_only_the_form_changes(new: str) -> None:
    """Every passage is found, with its words."""
    anchors = anchor_all([passage(words) for words in PASSAGES.values()], STORY, new)
    stretches = [normalise(new[anchored.start : anchored.end]).text for anchored in anchors]
    assert stretches == [normalise(words).text for words in PASSAGES.values()]
    assert Counter(anchored.how for anchored in anchors).keys() <= {"exact", "normalised"}


def test_how_a_passage_was_found_is_told() -> None:
    """Letter for letter is exact; with other quotation marks it is not."""
    assert found("“Our children go to school by boat.”", f"New. {STORY}")[0] == "exact"
    assert found("“Our children go to school by boat.”", straight(STORY)) == (
        "normalised", '"Our children go to school by boat."',
    )  # fmt: skip


FUZZY = {
    "a typo": ("turned down the", "turned dwon the", "the whole first sentence"),
    "a word more": ("will be heard", "will soon be heard", "glued quote"),
    "a word less": ("all nine councils", "nine councils", None),
    "another last word": ("of fuel in a winter", "of fuel in a season", "fuel"),
    "a number in words": ("23 doctors", "twenty-three doctors", "doctors"),
    "a misspelt name": ("Ingrid Solberg", "Ingrid Solbarg", "speaker"),
}


@pytest.mark.parametrize(
    "old, new, name", [case for case in FUZZY.values() if case[2]], ids=[k for k in FUZZY if FUZZY[k][2]]
)
def test_changed_words_are_found_in_their_place(old: str, new: str, name: str) -> None:
    """A passage whose words were touched is found, the new words and no others."""
    words = PASSAGES[name]
    assert found(words, replaced(old, new)) == ("fuzzy", replaced(old, new, words))


DIFFERENT = {
    "a number": ("23 doctors", "45 doctors", "doctors"),
    "a longer number": ("1,450 tonnes", "11,450 tonnes", "fuel"),
    "a day": ("on 9 March", "on 10 March", "stamp"),
    "a month": ("on 9 March", "on 9 May", "stamp"),
    "a negation less": ("The council of Southholm will not sign", "The council of Southholm will sign", "twin"),
    "a negation more": ("the ships burn", "the ships do not burn", "fuel"),
    "a name": ("Great Skerry asked", "Middle Skerry asked", "wish"),
    "a name dropped": ("Westholm and Little Skerry have", "Westholm and others have", "answer"),
    "other words": ("asked for 16 sailings, among them", "wants 16 good sailings as well as", "wish"),
}


@pytest.mark.parametrize("old, new, name", DIFFERENT.values(), ids=DIFFERENT)
def test_another_claim_is_no_anchor(old: str, new: str, name: str) -> None:
    """Numbers, dates, negations and names must be the same."""
    assert anchor(passage(PASSAGES[name]), STORY, replaced(old, new)) == GONE


@pytest.mark.parametrize("name", ["twin", "other twin"])
def test_a_deleted_passage_is_not_moved_to_its_twin(name: str) -> None:
    """The near twin of a deleted sentence stays its own."""
    words = PASSAGES[name]
    assert anchor(passage(words), STORY, replaced(words, "")) == GONE


def test_a_deleted_passage_is_not_moved_to_a_new_twin() -> None:
    """Nor is a near twin an anchor that was not there before."""
    gone = replaced(PASSAGES["twin"], "")
    assert (
        anchor(
            passage(PASSAGES["twin"]), STORY, gone + "The council of Northholm will not sign either, its clerk said."
        )
        == GONE
    )


def test_two_passages_that_changed_keep_apart() -> None:
    """Where both twins are edited each is found in its own place."""
    new = STORY.replace("will not sign either, its clerk said", "will not sign up either, its clerk said")
    assert [found(PASSAGES[name], new)[1] for name in ("twin", "other twin")] == [
        "The council of Southholm will not sign up either, its clerk said.",
        "The council of Eastholm will not sign up either, its clerk said.",
    ]


SAME = "Ada: refused.\nBea: refused.\nCid: refused.\n"
OCCURRENCES = {
    "unchanged": (SAME + "End.", [5, 19, 33]),
    "one before": ("Eve: agreed.\n" + SAME, [18, 32, 46]),
    "the first is gone": (SAME[14:], [None, 5, 19]),
    "the middle one is gone": (SAME[:14] + SAME[28:], [5, None, 19]),
    "one more with another name": (SAME + "Dan: refused.\n", [5, 19, 33]),
}


@pytest.mark.parametrize("new, expected", OCCURRENCES.values(), ids=OCCURRENCES)
def test_equal_passages_are_told_apart_by_what_is_beside_them(new: str, expected: list[int | None]) -> None:
    """Of several equal passages each is found beside its own neighbours."""
    places = [Passage(match, match + 8) for match in (5, 19, 33)]
    anchors = anchor_all(places, SAME, new)
    assert [anchored.start if anchored.how == "exact" else None for anchored in anchors] == expected


def test_passages_with_equal_neighbours_keep_their_number() -> None:
    """Where nothing beside them differs, the fifth is the fifth, as long as there are as many."""
    old = "They wait. " * 12
    places = [Passage(start, start + 10) for start in range(0, len(old), 11)]
    kept = anchor_all(places, old, f"{old}So they say.")[4:8]
    assert [anchored.start for anchored in kept] == [place.start for place in places][4:8]
    assert anchor_all(places, old, "They wait. " * 13)[4:8] == [GONE] * 4


def test_a_short_passage_needs_its_surroundings() -> None:
    """A word that stands once in both texts, but elsewhere, is not the same mention."""
    old, new = "The clerk of Ada signed on Monday.", "Nobody signed. A storm from Ada is expected tomorrow."
    assert anchor(passage("Ada", old), old, new) == GONE
    assert found("Ada", "Today the clerk of Ada signed.", old) == ("exact", "Ada")


EDGES = {
    "in a longer word": ("in Iowa", "in Iowan towns"),
    "in a longer number": ("450 boats", "1,450 boats"),
    "in a fraction": ("take 4", "take 4.5"),
    "in a compound": ("boat on", "boat once"),
}


@pytest.mark.parametrize("words, new", EDGES.values(), ids=EDGES)
def test_a_passage_does_not_end_within_a_word_or_number(words: str, new: str) -> None:
    """Letters that go on are another word, digits another number."""
    old = f"They say that {words} and so forth."
    assert anchor(passage(words, old), old, f"They say that {new} and so forth.") == GONE


def test_a_range_that_ends_in_white_space_is_found_with_it() -> None:
    """Positions come back as they were, also of what is not visible."""
    words = "Westholm and Little Skerry have accepted. "
    assert found(words, f"New. {STORY}") == ("exact", words)


def test_a_range_of_white_space_is_nowhere() -> None:
    """There is nothing to look for."""
    assert anchor(Passage(0, 2), "  a", "b  a") == GONE


# What is not held.


def test_quoted_passages_are_found_without_the_old_text() -> None:
    """The words of a passage and what is beside them are enough."""
    new = f"New. {replaced('turned down the', 'turned dwon the')}"
    anchors = anchor_all([known(words) for words in PASSAGES.values()], None, new)
    assert Counter(anchored.how for anchored in anchors) == {"exact": 15, "fuzzy": 1}


def test_a_quoted_passage_is_not_moved_to_its_twin() -> None:
    """Nor is it without the old text."""
    gone = replaced(PASSAGES["twin"], "")
    assert anchor(known(PASSAGES["twin"]), None, gone) == GONE
    assert anchor(known("Westholm"), None, "A ship was built in Westholm, far from here.") == GONE


def test_hashed_passages_are_found_letter_for_letter() -> None:
    """Of a digest only exact passages are found, short ones between their neighbours."""
    new = f"New. {replaced('turned down the', 'turned dwon the')}"
    anchors = anchor_all([hashed(words) for words in PASSAGES.values()], None, new)
    texts = [new[anchored.start : anchored.end] for anchored in anchors]
    assert texts == ["", *list(PASSAGES.values())[1:]]
    assert Counter(anchored.how for anchored in anchors) == {"exact": 15, "orphaned": 1}


def test_a_short_hashed_passage_is_not_moved() -> None:
    """A word that is gone from its place is not found in another."""
    places = [hashed(words) for words in (PASSAGES["date"], PASSAGES["number"], PASSAGES["stamp"])]
    new = replaced("3 March 2021", "3 March") + "Printed on 3 March 2021."
    assert [anchored.how for anchored in anchor_all(places, None, new)] == ["orphaned", "exact", "exact"]


def test_a_text_that_another_release_made_is_not_believed() -> None:
    """Where the held text does not have the passage at its place, only the digest counts."""
    words = PASSAGES["wish"]
    place = replace(hashed(words), start=3, end=3 + len(words))
    assert anchor(place, STORY, f"New. {STORY}").how == "exact"
    assert anchor(place, STORY, straight(STORY)).how == "exact"
    assert anchor(replace(place, digest="0" * 64), STORY, STORY) == GONE


def test_nothing_known_is_nothing_found() -> None:
    """A passage without words or digest, and one beyond the text, are nowhere."""
    assert anchor_all([Passage(0, 5), Passage(90, 95)], None, STORY) == [GONE, GONE]
    assert anchor(Passage(len(STORY), len(STORY) + 5), STORY, STORY) == GONE


# The two articles of the shipped archive, with its own evidence.

ROOT = Path(__file__).parent.parent.parent
SEEDS = ROOT.parent / "shared" / "seeds"
Article = tuple[str, list[Passage]]


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    """The texts, each with its passages in the order of the text."""
    texts = {sha256(path.read_bytes()).hexdigest(): path.read_text("utf-8") for path in sorted(SEEDS.glob("*.txt"))}
    if not texts:
        pytest.skip("the articles are not beside the project: they may not be republished")
    places: dict[str, set[Passage]] = {digest: set() for digest in texts}
    for line in (ROOT / "events" / "000001.jsonl").read_text("utf-8").splitlines():
        for item in json.loads(line)["data"].get("evidence", ()):
            position, digest = item["selector"][0], item["digest"].removeprefix("sha256:")
            place = Passage(position["start"], position["end"], digest)
            places[item["source"].removeprefix("urn:sha256:")].add(place)
    return [
        (text, sorted(places[digest], key=lambda place: (place.start, place.end))) for digest, text in texts.items()
    ]


FORMS = {
    "no-break spaces": lambda text: text.replace(" the ", " the\u00a0"),
    "straight quotation marks": straight,
    "sentences taken apart": lambda text: re.sub(r"([.!?][\"”]?)(?=[A-Z“])", r"\1\n\n", text),
    "a new beginning": lambda text: f"The story below was updated with what became known today.\n\n{text}",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_the_articles_in_another_form_keep_every_passage(articles: list[Article], form: Callable[[str], str]) -> None:
    """All 142 different passages are found, with the same words."""
    for text, places in articles:
        new = form(text)
        stretches = [new[anchored.start : anchored.end] for anchored in anchor_all(places, text, new)]
        expected = [text[place.start : place.end] for place in places]
        assert [normalise(stretch).text for stretch in stretches] == [normalise(words).text for words in expected]


@pytest.mark.parametrize("held, every", [(True, 2), (False, 10)], ids=["held", "by digest"])
def test_a_deleted_passage_of_the_articles_is_found_nowhere(articles: list[Article], held: bool, every: int) -> None:
    """Of passages that are taken out of their article, each alone, none is found in another place."""
    for text, places in articles:
        without = {place: text[: place.start] + text[place.end :] for place in places[::every]}
        found = {
            place: anchor_all(places, text if held else None, new)[places.index(place)]
            for place, new in without.items()
        }
        assert [text[place.start : place.end] for place, anchored in found.items() if anchored != GONE] == []


def test_no_passage_of_one_article_is_found_in_the_other(articles: list[Article]) -> None:
    """They tell of the same days, in other words."""
    (one, places), (other, other_places) = articles
    anchors = [*anchor_all(places, one, other), *anchor_all(other_places, other, one)]
    assert {anchored.how for anchored in anchors} == {"orphaned"}


# Speed.


def test_four_hundred_passages_take_well_under_a_second() -> None:
    """All passages of a long article with changes all over, in one call."""
    old = "".join(f"{n}. {STORY}" for n in range(8))
    new = old.replace("Dahl", "Dahlberg").replace("sailings", "departures")
    places = [Passage(start, start + 60) for start in range(0, len(old) - 60, (len(old) - 60) // 400)]
    begun = time.perf_counter()
    anchor_all(places, old, new)
    assert time.perf_counter() - begun < 3.0  # 0.5 s on an idle machine


HOSTILE = {
    "one letter": "a" * 200_000,
    "one word": "a " * 100_000,
    "one sentence": "They wait. " * 18_000,
    "marks": "\u0301" * 100_000,
    "spaces": " " * 200_000,
    "numbers": "1,1." * 50_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_take_no_longer(text: str) -> None:
    """Repetition does not make the work grow with the square."""
    places = [Passage(n * 97, n * 97 + 5 + n * 3) for n in range(200)]
    begun = time.perf_counter()
    anchor_all(places, text, f"{text[:50_000]} and something else {text[50_000:]}")
    assert time.perf_counter() - begun < 10.0
