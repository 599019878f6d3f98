"""Which events a filter takes."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from regesta.cli._filters import Filters, Span, span_between
from regesta.errors import UsageError
from regesta.events.model import Event

ZONE = ZoneInfo("America/New_York")


def event(**changes: Any) -> Event:
    members: dict[str, Any] = {
        "sequence": 1,
        "id": "0" * 32,
        "type": "answer.given",
        "source": "manual:",
        "subject": "place/P01",
        "edtf": "2017-06-30",
        "recorded": "2017-07-05T20:00:00.000Z",
        "replaces": None,
        "data": {"summary": "A Plain Answer", "note": "seen twice", "list": [{"exact": "Straße"}], "number": 7},
    }
    return Event(**{**members, **changes})


def occurred(since: str | None, until: str | None) -> Filters:
    return Filters(occurred=span_between(since, until, ZONE), zone=ZONE)


def recorded(since: str | None, until: str | None) -> Filters:
    return Filters(recorded=span_between(since, until, ZONE), zone=ZONE)


# Name: filter, whether it takes the event above.
CONDITIONS = {
    "none": (Filters(), True),
    "type": (Filters(types=("answer.given",)), True),
    "one of two types": (Filters(types=("letter.sent", "answer.given")), True),
    "type by prefix": (Filters(types=("answer.",)), True),
    "another type": (Filters(types=("answer.listed",)), False),
    "part of a type": (Filters(types=("answer.giv",)), False),
    "subject": (Filters(subjects=("place/P01",)), True),
    "subject by prefix": (Filters(subjects=("place/",)), True),
    "part of a subject": (Filters(subjects=("place/P0",)), False),
    "word in another case": (Filters(words=("plain",)), True),
    "words in different members": (Filters(words=("plain", "twice")), True),
    "word deep in the data": (Filters(words=("strasse",)), True),
    "one word missing": (Filters(words=("plain", "missing")), False),
    "name of a member": (Filters(words=("summary",)), False),
    "all of them": (Filters(("answer.",), ("place/",), span_between("2017", "2017", ZONE), Span(), ("plain",)), True),
    "all but one": (Filters(("answer.",), ("letter/",), span_between("2017", "2017", ZONE), Span(), ("plain",)), False),
    "recorded that day": (recorded("2017-07-05", "2017-07-05"), True),
    "recorded that minute in the archive's zone": (recorded("July 5, 2017 4:00 pm", "July 5, 2017 4:00 pm"), True),
    "recorded later": (recorded("2017-07-06", None), False),
    "recorded before": (recorded(None, "2017-07-04"), False),
}

# Name: date of the event, since, until, whether it is taken.
DATES: dict[str, tuple[str | None, str | None, str | None, bool]] = {
    "that day": ("2017-06-30", "2017-06-30", "2017-06-30", True),
    "in words": ("2017-06-30", "30 June 2017", "June 2017", True),
    "day after": ("2017-06-30", "2017-07-01", None, False),
    "day before": ("2017-06-30", None, "2017-06-29", False),
    "from the month on": ("2017-06-30", "2017-06", None, True),
    "until the month": ("2017-06-30", None, "2017-06", True),
    "bounds reach into it": ("2017-06-28/2017-07-05", "2017-07-05", "2017-07-31", True),
    "bounds end before": ("2017-06-28/2017-07-05", "2017-07-06", None, False),
    "bounds begin after": ("2017-06-28/2017-07-05", None, "2017-06-27", False),
    "open start": ("../2017-07-14", None, "1999", True),
    "open end": ("2017-07-14/..", "2099", None, True),
    "a whole month": ("2017-06", "2017-06-15", "2017-06-15", True),
    "instant on that day elsewhere": ("2017-07-01T02:00:00Z", "2017-06-30", "2017-06-30", True),
    "instant against a clock time": ("2017-06-30T16:02:00-04:00", "30 June 2017 4:03 pm", None, False),
    "undated": (None, "2017", None, False),
    "undated, no date asked for": (None, None, None, True),
}


@pytest.mark.parametrize(("filters", "taken"), CONDITIONS.values(), ids=CONDITIONS.keys())
def test_condition(filters: Filters, taken: bool) -> None:
    """An event is taken when all conditions hold."""
    assert filters.take(event()) == taken


@pytest.mark.parametrize(("edtf", "since", "until", "taken"), DATES.values(), ids=DATES.keys())
def test_date(edtf: str | None, since: str | None, until: str | None, taken: bool) -> None:
    """An event is taken when it may have happened within the span."""
    assert occurred(since, until).take(event(edtf=edtf)) == taken


@pytest.mark.parametrize("text", ["yesterday", "2017-06-28/2017-07-05", "2017~", "06/07/2017", "2017-02-30", ""])
def test_no_point_in_time(text: str) -> None:
    """What is no single day, month, year or instant is refused."""
    with pytest.raises(UsageError):
        span_between(text or " ", None, ZONE)


@pytest.mark.parametrize(("filters", "empty"), [(Filters(), True), (Filters(words=("a",)), False)])
def test_empty(filters: Filters, empty: bool) -> None:
    """A filter without conditions knows it."""
    assert filters.empty == empty
