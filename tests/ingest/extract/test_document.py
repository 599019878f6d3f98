"""A text read once: posts, deadlines, appointments, stamps, counts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regesta.ingest.extract import Context, extract
from regesta.ingest.extract.document import Document
from regesta.ingest.extract.model import KINDS
from tests.ingest.extract.shipped import PUBLISHED, fields, findings, lists

POSTS = {
    "below the words": (
        "We will not take part. https://t.co/x — Governor Tom Poe (@GovPoe) June 30, 2017",
        [("Tom Poe", "@GovPoe", "2017-06-30")],
    ),
    "above the words": (
        "Ann Lee @annlee · Apr 11, 2017\nNobody asked us.\n\nGov. Tom Poe @GovPoe · Apr 12, 2017\nWe will not take part.",
        [("Ann Lee", "@annlee", "2017-04-11"), ("Tom Poe", "@GovPoe", "2017-04-12")],
    ),
}  # fmt: skip
ACTS = {
    "a deadline": ("States are to send the data by July 14.", "deadline", ("date_edtf",), [("2017-07-14",)]),
    "an appointment": ("Trump appointed Hans Berg to the panel on Monday.", "appointment", ("person", "date_edtf"), [("Hans Berg", "2017-07-03")]),
    "an appointment told backwards": ("Hans Berg was named chairman of the panel on Monday.", "appointment", ("person", "role"), [("Hans Berg", "chairman")]),
    "a stamp": ("- This story was updated July 5 at 4:02 p.m.", "story_update", ("date_edtf",), [("2017-07-05T16:02:00",)]),
    "a count in figures": ("At least 44 states have refused.", "tally", ("figure", "counted"), [(44, "states")]),
    "a count in words": ("Two dozen secretaries of state signed.", "tally", ("figure",), [(24,)]),
    "a quantity": ("Most states are pushing back.", "tally", ("quantifier",), [("most",)]),
    "a year is no count": ("In 2016 states voted.", "tally", ("figure",), []),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), POSTS.values(), ids=POSTS)
def test_posts(text: str, expected: list[tuple[str, str, str]]) -> None:
    """An embedded post has its account, its person and its date, wherever the line with them stands."""
    assert fields(text, "tweet", "person", "handle", "date_edtf") == expected


@pytest.mark.parametrize(("text", "kind", "names", "expected"), ACTS.values(), ids=ACTS)
def test_acts(text: str, kind: str, names: tuple[str, ...], expected: list[tuple[object, ...]]) -> None:
    """Deadlines, appointments, stamps and counts are found with what they say."""
    assert fields(text, kind, *names) == expected


def test_a_statement_in_other_words() -> None:
    """A sentence that reports what a named person said is a statement."""
    assert fields("Ohio Gov. Ann Lee said the state had no such list.", "statement", "person") == [("Ann Lee",)]


def test_letters_speak_for_their_sender() -> None:
    """In a letter `we` is the state whose head it bears."""
    text = "STATE OF MONTANA\n\nMay 3, 2017\n\nDear Sir:\n\nWe will not send the files."
    assert fields(text, "disposition", "state", "disposition") == [("MT", "refuse")]


def test_parts_are_read_once() -> None:
    """Each part of a document is found when first asked for, and kept."""
    document = Document("Ohio said no.", PUBLISHED, lists())
    assert document.states is document.states


@given(
    st.text(alphabet=st.sampled_from('Ohio Gov. said “no” "x" ‘a’ (R) @me July 5, 2017: - \n\n\u00a0PA'), max_size=300)
)
@settings(max_examples=150, deadline=None)
def test_any_text_gives_findings_inside_it(text: str) -> None:
    """Whatever the text, every finding is of a known kind and lies inside it."""
    found = extract(text, Context(), lists())
    assert [item for item in found if not (item.kind in KINDS and 0 <= item.start < item.end <= len(text))] == []


def test_no_findings_in_nothing() -> None:
    """An empty text has none."""
    assert findings("", "quote") == []


SAID_ON = {
    "behind the verb": ("Ohio Gov. Jon Poe (R) said Monday that Ohio would not comply.", "2017-07-03"),
    "with a place between": (
        "Ohio Gov. Jon Poe told reporters in Lima on July 1, 2017, that Ohio would not comply.",
        "2017-07-01",
    ),
    "opening the sentence": ("On Tuesday, Maine rejected the request.", "2017-07-04"),
    "opening the line": ("OHIO\n\nMay 3, 2017 - The secretary said the state would not take part.", "2017-05-03"),
    "a deadline dates nothing": ("Ohio refused to send its files by July 14.", None),
    "another sentence dates nothing": ("Ohio refused. They met on Monday.", None),
}


@pytest.mark.parametrize(("text", "expected"), SAID_ON.values(), ids=SAID_ON)
def test_answers_have_the_date_that_is_printed_with_them(text: str, expected: str | None) -> None:
    """A date beside the verb of saying, or at the head of the sentence or line, is that of the answer."""
    assert [date for (date,) in fields(text, "disposition", "date_edtf")] == [expected]
