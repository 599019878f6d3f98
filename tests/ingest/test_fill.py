"""From values to an event: what the type takes, what is left out, what is missing."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from regesta.archive import Archive
from regesta.ingest.fill import clipped, fill, plain, plain_summary
from regesta.ingest.recipes import parse_recipe

ZONE = ZoneInfo("America/New_York")
EVENT = {
    "type": "answer.given",
    "subject": "place/{state}",
    "date": "{date_edtf}",
    "summary": "{state} answers.",
    "data": {
        "letter": "{letter}", "place": "{state}", "answer": "{word}", "reason": "{why}", "pages": "{pages}",
        "share": "{share}", "final": "{final}",
    },
}  # fmt: skip
KNOWN = {"kind": "answer", "letter": "l1", "state": "P01", "word": "no"}
DATA = {"letter": "l1", "place": "P01", "answer": "no", "summary": "P01 answers."}

# Name: values beside KNOWN, the members beside DATA (None: not there), the date, needs.
FILLED: dict[str, tuple[dict[str, Any], dict[str, Any], str | None, tuple[str, ...]]] = {
    "nothing more": ({}, {}, None, ()),
    "text": ({"why": "none given"}, {"reason": "none given"}, None, ()),
    "number as a text": ({"why": 12}, {"reason": "12"}, None, ()),
    "integer": ({"pages": 12}, {"pages": 12}, None, ()),
    "integer in digits": ({"pages": "12"}, {"pages": 12}, None, ()),
    "integer with commas": ({"pages": "1,200"}, {"pages": 1200}, None, ()),
    "integer in words": ({"pages": "a dozen"}, {}, None, ()),
    "digits with a comma elsewhere": ({"pages": "1,2"}, {}, None, ()),
    "number": ({"share": 0.5}, {"share": 0.5}, None, ()),
    "truth": ({"final": True}, {"final": True}, None, ()),
    "truth in words": ({"final": "yes"}, {}, None, ()),
    "list where a text is wanted": ({"why": ["a"]}, {}, None, ()),
    "empty text": ({"why": ""}, {}, None, ()),
    "required one missing": ({"word": None}, {"answer": None}, None, ("answer",)),
    "required one of the wrong kind": ({"word": ["no"]}, {"answer": None}, None, ("answer",)),
    "date": ({"date_edtf": "2017-06-30"}, {"datetext": "2017-06-30"}, "2017-06-30", ()),
    "date and its words": ({"date_edtf": "2017-06-30", "date_text": "Friday"}, {"datetext": "Friday"}, "2017-06-30", ()),
    "date in words": ({"date_edtf": "June 30, 2017"}, {"datetext": "June 30, 2017"}, "2017-06-30", ()),
    "date that may be two": ({"date_edtf": "06/07/2017"}, {"datetext": "06/07/2017"}, None, ("date",)),
}  # fmt: skip


@pytest.mark.parametrize(("values", "members", "edtf", "needs"), FILLED.values(), ids=FILLED.keys())
def test_fill(
    archive: Archive, values: dict[str, Any], members: dict[str, Any], edtf: str | None, needs: tuple[str, ...]
) -> None:
    """A value is in the event as its type wants it, or not at all."""
    (recipe,) = parse_recipe({"event": [EVENT]}, archive.schema.types, "x")
    event, missing = fill(recipe, {**KNOWN, **values}, ZONE)
    data = {name: value for name, value in {**DATA, **members}.items() if value is not None}
    assert (event["data"], event.get("edtf"), missing) == (data, edtf, needs)


def test_subject_that_cannot_be_filled(archive: Archive) -> None:
    """An event whose subject is not known needs one."""
    (recipe,) = parse_recipe({"event": [EVENT | {"subject": "place/{where}"}]}, archive.schema.types, "x")
    event, missing = fill(recipe, KNOWN, ZONE)
    assert ("subject" in event, missing) == (False, ("subject",))


PLAIN = {
    "as it is": ("Ann Lee — “no”", "Ann Lee — “no”"),
    "line ends": ("a\r\nb\n c", "a b c"),
    "controls": ("a\x00b\x1b[2Jc", "a b [2Jc"),
    "separators that end lines elsewhere": ("a\u2028b\u2029c\x85d", "a b c d"),
    "no-break space": ("a\u00a0b", "a b"),
}


@pytest.mark.parametrize(("text", "expected"), PLAIN.values(), ids=PLAIN.keys())
def test_plain(text: str, expected: str) -> None:
    """What the log would refuse in a text is a space."""
    assert plain(text) == expected


def test_clipped() -> None:
    """A text is cut to the length that it may have, and it is seen that it was."""
    assert (clipped("abcd", 4), clipped("abcde", 4)) == ("abcd", "abc…")


SUMMARIES: dict[str, tuple[dict[str, Any], str]] = {
    "nothing known": ({"kind": "quote"}, "A quote."),
    "facts": ({"kind": "tally", "figure": 44, "person": "Ann"}, "A tally (Ann, 44)."),
    "list": ({"kind": "status_list", "states": ["P01", "P02"]}, "A status list (P01, P02)."),
    "vowel": ({"kind": "appointment"}, "An appointment."),
}


@pytest.mark.parametrize(("values", "expected"), SUMMARIES.values(), ids=SUMMARIES.keys())
def test_plain_summary(values: dict[str, Any], expected: str) -> None:
    """Where no recipe has words, the kind and the facts are the summary."""
    assert plain_summary(values) == expected
