"""Quotes and who says them."""

from __future__ import annotations

import pytest

from tests.ingest.extract.shipped import fields, findings

LEE = "Gov. Ann Lee (D) of Ohio met reporters. "
NAMED = {
    "said behind": ("“We will not do it,” said Ohio Gov. Ann Lee.", ["Ann Lee"]),
    "name before the verb": (LEE + "“We will not do it,” Lee said.", ["Ann Lee"]),
    "a colon": ("Ohio Gov. Ann Lee said: “We will not do it.”", ["Ann Lee"]),
    "according to": ("“We will not do it,” according to Ohio Gov. Ann Lee.", ["Ann Lee"]),
    "within the sentence": ("Ohio Gov. Ann Lee called it “a solution in search of a problem” on Friday.", ["Ann Lee"]),
    "split around the verb": (LEE + "“We will not,” Lee said, “do it now or later.”", ["Ann Lee", "Ann Lee"]),
    "mixed marks": ('Ohio Gov. Ann Lee said, "We will not do it.”', ["Ann Lee"]),
    "a line before": ("Ohio Gov. Ann Lee put it this way:\n\n“We will not do it at all.”", ["Ann Lee"]),
    "a paragraph left open": (
        "Ohio Gov. Ann Lee said: “We will not do it.\n\n“We never have done it.”", ["Ann Lee", "Ann Lee"],
    ),
    "nested marks": ("“They told me ‘never again’ and left,” said Ohio Gov. Ann Lee.", ["Ann Lee"]),
}  # fmt: skip
NOT_NAMED = {
    "a pronoun": (LEE + "“We will not do it,” she said.", ("Ann Lee",)),
    "carried over": (LEE + "“We will not do it,” Lee said. “We never have done it.”", ("Ann Lee",)),
    "nobody beside it": (LEE + "“We will not do it ever again.”", ("Ann Lee",)),
}  # fmt: skip
UNNAMED = {
    "a spokesman": ("“We will not do it,” a spokesman said.", "spokesman"),
    "an aide to somebody": ("An aide to Gov. Ann Lee said, “We will not do it.”", "aide"),
    "a spokeswoman for somebody": ("A spokeswoman for Gov. Ann Lee said the state “never thought about doing it.”", "spokeswoman"),
}  # fmt: skip
NO_QUOTES = {
    "a doubt": "The so-called “voter fraud” is rare.",
    "a title": "She wrote “The Long Road Home” in 2010.",
    "inches": 'The pipe is 6" wide.',
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), NAMED.values(), ids=NAMED)
def test_speaker_is_named(text: str, expected: list[str]) -> None:
    """Where the verb of saying stands with a name, the name is a fact."""
    assert [name for (name,) in fields(text, "quote", "person")] == expected


@pytest.mark.parametrize(("text", "expected"), NOT_NAMED.values(), ids=NOT_NAMED)
def test_speaker_is_a_candidate(text: str, expected: tuple[str, ...]) -> None:
    """A pronoun or a quote that goes on gives candidates and asks for the speaker."""
    last = findings(text, "quote")[-1]
    assert (last.fields.get("person"), last.fields["candidates"], last.needs) == (None, expected, ("speaker",))


@pytest.mark.parametrize(("text", "expected"), UNNAMED.values(), ids=UNNAMED)
def test_speaker_without_a_name(text: str, expected: str) -> None:
    """Who speaks for somebody is not that somebody."""
    assert fields(text, "quote", "person", "role") == [(None, expected)]


@pytest.mark.parametrize("text", NO_QUOTES.values(), ids=NO_QUOTES)
def test_marks_around_no_speech(text: str) -> None:
    """Doubts, titles and inches are no quotes."""
    assert findings(text, "quote") == []


PEOPLE = {
    "a title before": ("Ohio Secretary of State Jon Poe said so.", ("Jon Poe", "Secretary of State", "OH", None)),
    "a party": ("Secretary of State Jon Poe (R) said so.", ("Jon Poe", "Secretary of State", None, "R")),
    "a place": ("Rep. Jon Poe (D-Mich.) said so.", ("Jon Poe", "Rep.", "MI", "D")),
    "a title behind": ("Jon Poe, the director of elections in Utah, said so.", ("Jon Poe", "director of elections in Utah", "UT", None)),
    "a party behind": ("Utah Gov. Jon Poe, a Democrat, said so.", ("Jon Poe", "Gov.", "UT", "D")),
    "an adjective": ("Republican Gov. Jon Poe of Utah said so.", ("Jon Poe", "Gov.", "UT", "R")),
    "particles": ("Appointed was lawyer Hans von Berg, a fellow.", ("Hans von Berg", "lawyer", None, None)),
    "a line below": ("Dear all:\n\nJon Poe\nCommissioner of Education\nState of Maine", ("Jon Poe", "Commissioner of Education", "ME", None)),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), PEOPLE.values(), ids=PEOPLE)
def test_person(text: str, expected: tuple[str | None, ...]) -> None:
    """A person has the title, the state and the party that are printed, and no others."""
    assert fields(text, "person", "person", "role", "state", "party") == [expected]


def test_parties_of_several() -> None:
    """A party said of both is the party of each."""
    text = "New York Gov. Al Roe and Virginia Gov. Ted Moe, both Democrats, said no."
    assert fields(text, "person", "person", "party") == [("Al Roe", "D"), ("Ted Moe", "D")]


def test_last_names() -> None:
    """A last name means the one person of the text who has it; one of two is nobody."""
    one = "Utah Gov. Jon Poe came. “We will not do it,” Poe said."
    two = "Utah Gov. Jon Poe and Ohio Gov. Al Poe came. “We will not do it,” Poe said."
    assert (fields(one, "quote", "person"), fields(two, "quote", "person")) == ([("Jon Poe",)], [(None,)])


def test_many_marks_that_never_close() -> None:
    """Each quote looks only near itself for who speaks, so that a page of opening marks takes no minutes."""
    assert findings("“" * 20_000, "quote") == []
