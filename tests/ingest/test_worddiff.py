"""Two versions of a text, what changed between them and of which class it is."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regesta.ingest.passages import normalise
from regesta.ingest.worddiff import KINDS, Edit, compare, describe, summary
from tests.ingest.ferry import PASSAGES, STORY, paragraphs_moved, replaced, straight

Told = tuple[str, str, str]


def told(old: str, new: str) -> list[Told]:
    """Return the changes as (class, words before, words after)."""
    return [(edit.kind, old[slice(*edit.before)], new[slice(*edit.after)]) for edit in compare(old, new)]


def visible(text: str) -> str:
    """Return a text without white space and what is not visible."""
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) != "Cf")


def bare(text: str) -> str:
    """Return a text without white space, in the form in which texts are compared."""
    return normalise(text).text.replace(" ", "")


def without(text: str, ranges: Iterable[tuple[int, int]]) -> str:
    """Return what is visible of a text outside some ranges, which must not overlap."""
    rest, place = [], 0
    for start, end in sorted(ranges):
        assert place <= start or start == end
        rest.append(text[place:start])
        place = max(place, end)
    return visible("".join(rest) + text[place:])


# What becomes what: (old words, new words) in the story, and the changes that are told.
CHANGES: dict[str, tuple[str, str, list[Told]]] = {
    "figure": ("23 doctors", "45 doctors", [("number", "23", "45")]),
    "figure with separators": ("1,450 tonnes", "1,540 tonnes", [("number", "1,450", "1,540")]),
    "number in words": ("Seven of the nine", "Eight of the nine", [("number", "Seven", "Eight")]),
    "day": ("on 3 March 2021", "on 5 March 2021", [("number", "3", "5")]),
    "month": ("on 3 March 2021", "on 3 May 2021", [("number", "March", "May")]),
    "weekday": ("on Sundays", "on Saturdays", [("wording", "Sundays", "Saturdays")]),
    "clock": ("at 10:15 a.m.", "at 10:45 a.m.", [("number", "10:15", "10:45")]),
    "year dropped": ("on 3 March 2021.", "on 3 March.", [("number", "2021", "")]),
    "number put before": ("doctors, none", "doctors, all 23 of them, none", [("wording", "", "all 23 of them,")]),
    "number with a word": ("a week instead", "a week from 5 ports instead", [("number", "", "from 5 ports")]),
    "same number in words": ("23 doctors", "twenty-three doctors", [("typo", "23", "twenty-three")]),
    "number within a quotation": (
        "Our children go", "Our 14 children go", [("number", "", "14")]
    ),
    "word within a quotation": ("cannot live", "will not live", [("quote", "cannot", "will not")]),
    "misprint within a quotation": ("Everyone will", "Everyon will", [("quote", "Everyone", "Everyon")]),
    "words added to a quotation": ("go to school", "go to their only school", [("quote", "", "their only")]),
    "comma within a quotation": ("by boat.”", "by boat!”", [("typo", ".", "!")]),
    "misprint": ("timetable", "timetabel", [("typo", "timetable", "timetabel")]),
    "case": ("Islands Gazette", "islands gazette", [("typo", "Islands Gazette", "islands gazette")]),
    "accent": ("Solberg", "Sólberg", [("typo", "Solberg", "Sólberg")]),
    "punctuation": ("Eastholm will", "Eastholm, will", [("typo", "", ",")]),
    "one quotation mark": ("“We cannot", '"We cannot', [("typo", "“", '"')]),
    "negation": ("will not sign either", "will sign either", [("wording", "not", "")]),
    "negation as a prefix": ("have accepted", "have unaccepted", [("wording", "accepted", "unaccepted")]),
    "another short word": ("who chairs", "who hairs", [("wording", "chairs", "hairs")]),
    "another word": ("has been decided", "has been settled", [("quote", "decided", "settled")]),
    "words added": ("The company wrote", "The company, of Bergen, wrote", [("wording", "", ", of Bergen,")]),
    "words removed": (", among them one on Sundays", "", [("wording", ", among them one on Sundays", "")]),
    "sentence removed": (PASSAGES["wish"], "", [("wording", PASSAGES["wish"], "")]),
    "sentence with a number added": (
        "- This story", "A vote is due on 1 April. - This story", [("wording", "", "A vote is due on 1 April.")]
    ),
    "sentence rewritten": (
        PASSAGES["wish"], "Nobody else wants a boat before Easter.",
        [("wording", PASSAGES["wish"], "Nobody else wants a boat before Easter.")],
    ),
    "only white space": ("\n\n", "  \n \u00a0 ", []),
    "line wrapped": ("nine councils on", "nine\ncouncils on", []),
    "sentences glued": ("boat.” ", "boat.”", []),
    "soft hyphen": ("timetable", "time\u00adtable", []),
    "word split": ("timetable", "time table", []),
}  # fmt: skip


@pytest.mark.parametrize("old, new, expected", CHANGES.values(), ids=CHANGES)
def test_change_has_its_class(old: str, new: str, expected: list[Told]) -> None:
    """Each kind of change is told with its class, and nothing else with it."""
    assert told(STORY, replaced(old, new)) == expected


def test_all_quotation_marks_straight() -> None:
    """Each mark is a small change; the words are not touched."""
    changes = told(STORY, straight(STORY))
    assert [(kind, straight(before)) for kind, before, _ in changes] == [("typo", after) for _, _, after in changes]


def test_paragraph_moved() -> None:
    """A paragraph that stands elsewhere is one change, with both places."""
    paragraph = STORY.split("\n\n")[1]
    assert told(STORY, paragraphs_moved()) == [("position", paragraph, paragraph)]


def test_sentence_moved_with_other_quotation_marks() -> None:
    """A sentence moved also when it is printed with other marks."""
    sentence = "“Our children go to school by boat.”"
    new = replaced(sentence, "") + straight(sentence)
    assert told(STORY, new) == [("position", sentence, straight(sentence))]


def test_a_short_sentence_moves_with_its_paragraph() -> None:
    """Words that stand everywhere move with what is beside them."""
    one, other = (
        "He was asked about it twice. No. Never. So he said on the phone.",
        "The vote is in a week from now. No.",
    )
    assert told(f"{one}\n\n{other}\n\nEnd.", f"{other}\n\n{one}\n\nEnd.") == [("position", other, other)]


def test_move_and_change_at_once() -> None:
    """What moved and what changed elsewhere do not hide each other."""
    paragraph = STORY.split("\n\n")[1]
    assert told(STORY, replaced("23 doctors", "45 doctors", paragraphs_moved())) == [
        ("position", paragraph, paragraph), ("number", "23", "45"),
    ]  # fmt: skip


def test_empty_ranges_are_at_their_place() -> None:
    """Where words were added the range in the old text is empty, where the words before them end."""
    edit = compare("He said no.", "He said firmly no.")[0]
    assert edit == Edit("wording", (7, 7), (8, 14))
    assert compare("He said firmly no.", "He said no.")[0] == Edit("wording", (8, 14), (7, 7))


def test_from_nothing_and_to_nothing() -> None:
    """A text that is new or gone is one change."""
    assert compare("", "All is new.") == (Edit("wording", (0, 0), (0, 11)),)
    assert compare("All is gone.", " ") == (Edit("wording", (0, 12), (0, 0)),)
    assert compare("", " \n") == ()


def test_summary_and_words_for_it() -> None:
    """The classes are counted, and told in a line."""
    edits = compare(STORY, replaced("23 doctors", "45 doctors", replaced(PASSAGES["wish"], "", paragraphs_moved())))
    assert summary(edits) == {"number": 1, "quote": 0, "wording": 1, "position": 1, "typo": 0}
    assert describe(edits) == "1 number changed, 1 passage removed, 1 passage moved"
    assert (describe(()), summary(())) == ("no word changed", dict.fromkeys(KINDS, 0))


WORDS = ["Ohio", "said", "“no”", '"yes"', "23", "five", "it’s", "end.", "Stop!", "and", "the", "co-op", "\n\n", "July"]
PROSE = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)
ANY = PROSE | st.text(st.sampled_from('aB1 .,"“”—-\n\u00a0\u00ad\u0301\u200bﬁ'), max_size=50) | st.text(max_size=50)


@given(ANY)
@settings(deadline=None)
def test_no_change_in_the_same_text(text: str) -> None:
    """A text compared with itself has no changes."""
    assert compare(text, text) == ()


@given(PROSE)
@settings(deadline=None)
def test_no_change_in_other_white_space(text: str) -> None:
    """Nor has one with other spaces and line ends."""
    assert compare(text, re.sub(r"\s+", "\n\n", text)) == () == compare(text, f" {text.replace(' ', '  ')} ")


@given(ANY, ANY)
@settings(max_examples=200, deadline=None)
def test_nothing_but_the_changes_changed(old: str, new: str) -> None:
    """Outside the ranges the texts are the same; ranges do not overlap; what moved has the same words."""
    edits = compare(old, new)
    assert without(old, (edit.before for edit in edits)) == without(new, (edit.after for edit in edits))
    moved = [(old[slice(*edit.before)], new[slice(*edit.after)]) for edit in edits if edit.kind == "position"]
    assert [bare(before) for before, _ in moved] == [bare(after) for _, after in moved]
    assert all(edit.kind in KINDS and edit.before + edit.after != (0, 0, 0, 0) for edit in edits)


LONG = [words for words in PASSAGES.values() if len(words) > 20]


@given(st.lists(st.sampled_from(LONG), min_size=1, max_size=12))
@settings(deadline=None)
def test_shuffled_sentences_only_move(sentences: list[str]) -> None:
    """Whole paragraphs in another order are nothing but moves."""
    paragraphs = [f"{number} {sentence}" for number, sentence in enumerate(sentences)]
    other = sorted(paragraphs, key=lambda text: text[::-1])
    kinds = {edit.kind for edit in compare("\n\n".join(paragraphs), "\n\n".join(other))}
    assert kinds <= {"position"}


SIZES = {
    "half of the sentences changed": lambda text: text.replace("sailings", "departures").replace("council", "board"),
    "all words shuffled": lambda text: " ".join(sorted(text.split(), key=lambda word: word[::-1])),
    "no stops": lambda text: text.replace(".", "").lower(),
}


@pytest.mark.parametrize("change", SIZES.values(), ids=SIZES)
def test_fifty_thousand_words_take_two_seconds(change: object) -> None:
    """Long texts are compared in time, whatever was done to them."""
    old = "\n".join(f"{n} {STORY}" for n in range(240))
    assert callable(change)
    begun = time.perf_counter()
    compare(old, change(old))
    assert time.perf_counter() - begun < 8.0  # below 2 s on an idle machine


HOSTILE = {
    "one word": ("a " * 50_000, "a " * 49_999 + "b"),
    "short sentences": ("A. " * 50_000, "B. " + "A. " * 40_000),
    "two words": ("ab ba " * 25_000, "ba ba ab " * 16_000),
    "quotation marks": ('"' * 100_000, "”" * 99_999),
    "lines": ("A\n" * 50_000, "B\n" * 50_000),
    "one line": ("x" * 200_000, "x" * 199_999),
    "marks": ("\u0301" * 100_000, "\u0302" * 100_000),
}


@pytest.mark.parametrize("old, new", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_take_no_longer(old: str, new: str) -> None:
    """Repetition does not make the work grow with the square."""
    begun = time.perf_counter()
    compare(old, new)
    assert time.perf_counter() - begun < 10.0
