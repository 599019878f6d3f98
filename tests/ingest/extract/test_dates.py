"""Dates in a text: found where they stand, resolved against what is known, and left alone where they are none.

Of the 85 sentences that were written before the rules, the first run read 80 wholly, and 81 of their 86 dates.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from regesta.ingest.extract.dates import find_dates
from regesta.ingest.extract.model import Context, Finding
from regesta.schema.dates import check_edtf
from tests.ingest.extract import dates_cases, dates_set_aside
from tests.ingest.extract.dates_set_aside import Case

SEEDS = Path(__file__).parents[4] / "shared" / "seeds"
WED = Context(published="2017-07-05")
CASES = {**dates_cases.CASES, **{f"set aside: {name}": case for name, case in dates_set_aside.CASES.items()}}


def pairs(found: list[Finding]) -> list[tuple[str, str | None]]:
    return [(item.fields["date_text"], item.fields.get("date_edtf")) for item in found]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_finds_and_resolves(case: Case) -> None:
    """Each text gives exactly its dates, in order, with their EDTF."""
    text, context, expected = case
    assert expected == pairs(find_dates(text, context))


SENSES: dict[str, tuple[str, list[tuple[str, str, str]]]] = {
    "by": ("Answer by July 14.", [("July 14", "due", "")]),
    "no later than": ("Answer no later than the close of business on Friday.", [("Friday", "due", "")]),
    "until": ("Clerks have until July 14 to answer.", [("July 14", "due", "")]),
    "before": ("They must answer before July 14.", [("July 14", "due", "")]),
    "deadline": ("The deadline is July 14.", [("July 14", "due", "")]),
    "deadline of": ("the July 14 deadline", [("July 14", "due", "")]),
    "due": ("Answers are due on July 14.", [("July 14", "due", "")]),
    "by, and overtaken": ("By Thursday 44 states had refused.", [("Thursday", "", "")]),
    "not before": ("The panel will not meet before September.", [("September", "", "")]),
    "in": ("They met in June.", [("June", "", "")]),
    "this story was updated": ("- This story was updated July 5 at 4:02 p.m.", [("July 5 at 4:02 p.m.", "stamp", "updated")]),
    "last modified": ("Last modified: July 5, 2017", [("July 5, 2017", "stamp", "updated")]),
    "correction": ("CORRECTION (July 4): an earlier version", [("July 4", "stamp", "updated")]),
    "published": ("Published June 30, 2017", [("June 30, 2017", "stamp", "published")]),
    "first published": ("This story was first published June 30 and has grown.", [("June 30", "stamp", "published")]),
    "for immediate release": ("For immediate release: June 30, 2017", [("June 30, 2017", "stamp", "published")]),
    "an update that is no stamp": ("Ohio updated its rolls June 30.", [("June 30", "", "")]),
    "post": ("No. — Ann Lee (@annlee) June 30, 2017", [("June 30, 2017", "post", "")]),
    "post by its clock": ("No.\n9:14 AM - 3 Jul 2017", [("9:14 AM - 3 Jul 2017", "post", "")]),
    "dateline": ("JUNEAU, Alaska, June 30 — Officials", [("June 30", "dateline", "")]),
    "dateline of an agency": ("WASHINGTON, June 30 (Reuters) - Officials", [("June 30", "dateline", "")]),
    "heading": ("## July 3\n\nOhio refused.", [("July 3", "heading", "")]),
    "letter": ("June 28, 2017\n\nDear Secretary", [("June 28, 2017", "heading", "")]),
    "a line of wrapped prose": (
        "and so the commission, of which he is the vice chairman, met on\nJune 28 - the first day of the session - and ended.",
        [("June 28", "", "")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SENSES.values(), ids=SENSES)
def test_tells_what_a_date_is_there_for(text: str, expected: list[tuple[str, str, str]]) -> None:
    """Deadlines, stamps, the dates of posts, datelines and headings say so."""
    fields = [item.fields for item in find_dates(text, WED)]
    assert expected == [(item["date_text"], item.get("sense", ""), item.get("stamp", "")) for item in fields]


BASES: dict[str, tuple[str, Context, str, str | None, str | None]] = {
    "explicit": ("on June 30, 2017", WED, "explicit", None, None),
    "a known day": ("on Thursday", WED, "relative:2017-07-05", "2017-07-05", "2017-07-05"),
    "bounds that agree": ("on Monday", Context(published="2017-07-05/2017-07-06"), "relative:2017-07-05/2017-07-06", "2017-07-05", "2017-07-06"),
    "bounds that differ": ("on Thursday", Context(published="2017-07-05/2017-07-06"), "bounded", "2017-07-05", "2017-07-06"),
    "the retrieval": ("on June 12", Context(retrieved="2017-07-10"), "inferred:retrieval 2017-07-10", "2017-07-10", "2017-07-10"),
    "the update": ("on Thursday", Context(updated="2017-07-05"), "inferred:update 2017-07-05", "2017-07-05", "2017-07-05"),
    "day or month first": ("dated 03/04/2015", WED, "bounded", None, None),
}  # fmt: skip


@pytest.mark.parametrize("case", BASES.values(), ids=BASES)
def test_says_what_a_date_rests_on(case: tuple[str, Context, str, str | None, str | None]) -> None:
    """The basis is explicit, relative to a base, bounded, or inferred from something that is named; bases are given."""
    text, context, *expected = case
    [found] = find_dates(text, context)
    assert expected == [found.fields.get(name) for name in ("date_basis", "base_earliest", "base_latest")]


def test_an_unresolved_date_needs_one() -> None:
    """What cannot be known has no EDTF and no basis, and says that it needs a date."""
    [found] = find_dates("They met Thursday.", Context())
    assert (found.needs, dict(found.fields)) == (("date",), {"date_text": "Thursday"})


def test_surer_rules_say_so() -> None:
    """A date that says it all is surer than one that counts from another, and that than a guess."""
    [explicit] = find_dates("on June 30, 2017", WED)
    [relative] = find_dates("on Thursday", WED)
    [guess] = find_dates("on June 12", Context(retrieved="2017-07-10"))
    assert [explicit.confidence, relative.confidence, guess.confidence] == [0.95, 0.85, 0.5]


def test_positions_count_code_points() -> None:
    """The range of a date is that of its words, whatever stands before."""
    text = "🗳️ “Né” le\u00a0— June\u00a030,\u00a02017."
    [found] = find_dates(text, Context())
    assert text[found.start : found.end] == "June\u00a030,\u00a02017"


ARTICLES: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "000_62136a046a92d80d.txt": (
        "an update stamp, and a post that bounds the publication",
        [
            ("2016", "2016"), ("this week", "2017-06-26/2017-07-02"), ("2006", "2006"), ("June 30, 2017", "2017-06-30"),
            ("November", "2016-11"), ("Thursday", "2017-06-29"), ("July 5 at 4:02 p.m.", "2017-07-05T16:02:00"),
        ],
    ),
    "004_271829496373016a.txt": (
        "a post and a deadline",
        [("2006", "2006"), ("July 14", "2017-07-14"), ("June 30, 2017", "2017-06-30"), ("last November", "2016-11")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ARTICLES)
def test_articles_of_the_archive(name: str) -> None:
    """The two articles that the shipped archive rests on give their dates without any help."""
    if not (SEEDS / name).exists():
        pytest.skip("the articles are not beside this checkout")
    found = find_dates((SEEDS / name).read_bytes().decode(), Context())
    assert ARTICLES[name][1] == pairs(found)


# Bounds ----------------------------------------------------------------------------------------------------------

MEGABYTE = 1_000_000
LONG: dict[str, tuple[str, int]] = {
    "slashes": ("1/", MEGABYTE), "digits": ("1", MEGABYTE), "spaces": (" ", MEGABYTE), "hyphens": ("-", MEGABYTE),
    "newlines": ("\n", MEGABYTE), "brackets": ("(", MEGABYTE), "years with hyphens": ("2017-", MEGABYTE),
    "clocks": ("12:", MEGABYTE), "June": ("June ", MEGABYTE // 10), "days": ("June 1 ", MEGABYTE // 10),
    "lists of days": ("June 1, 2, 3 and ", MEGABYTE // 10), "weekdays": ("Thursday ", MEGABYTE // 10),
    "weekdays with commas": ("Friday, ", MEGABYTE // 10), "headings": ("June 30, 2017\n", MEGABYTE // 10),
    "posts": ("— A (@b) June 30, 2017\n", MEGABYTE // 10), "parts": ("late in the end of the early ", MEGABYTE // 10),
    "relative": ("this last next earlier ", MEGABYTE // 10), "one line of words": ("had been said to ", MEGABYTE // 10),
}  # fmt: skip


@pytest.mark.parametrize(("piece", "size"), LONG.values(), ids=LONG)
def test_time_is_linear(piece: str, size: int) -> None:
    """No text of one repeated piece takes more than seconds; a pattern that backtracks would take hours."""
    text = (piece * (size // len(piece) + 1))[:size]
    began = time.perf_counter()
    find_dates(text, WED)
    assert time.perf_counter() - began < 20


PIECES = st.sampled_from([
    "June", "May", "30", "1", "2017", "12", "-", "–", "/", ",", " ", " ", " ", "\n", "\n\n", ".", ":", "the ", "of ", "last ",
    "next ", "this ", "week", "Thursday", "Sun", "4:02", "24:59", " p.m.", "ET", "-0400", "at ", "ago", "earlier", "999", "years",
    "days", "end", "mid-", "late ", "early ", "between ", "and ", "to ", "Q2", "fall", "th", "31st", "February", "29", "1990s",
    "century", "Updated: ", "Published ", "@a", "(", ")", "— ", "JUNEAU, Alaska, ", "by ", "will ", "said ", "today", "noon",
    "00/00/0000", "2/30/2017", "9999", "0001", "week of ", "ending ", "Labor Day", "\u00a0", "’s", "in ", "two", "decades",
])  # fmt: skip
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=30).map("".join))
DATES = st.sampled_from([
    None, "2017-07-05", "2017", "2017-07", "0001-01-01", "9999-12-31", "-0044-03-15", "2017-07-05T16:02:00Z", "../2017-07-05",
    "2017-06-28/2017-07-05", "2017-07-05~", "201X", "2017-22", "yesterday", "", "1000-01-01", "8999-12-31", "2000-02-29",
])  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(text=TEXTS, published=DATES, updated=DATES, retrieved=DATES)
@example(text="999 decades ago", published="2017-07-05", updated=None, retrieved=None)
@example(text="Thursday " * 2_000, published=None, updated=None, retrieved=None)
def test_takes_any_text(text: str, published: str | None, updated: str | None, retrieved: str | None) -> None:
    """Whatever the text and the context: no error, ranges in order and inside the text, EDTF that the archive takes."""
    found = find_dates(text, Context(published, updated, retrieved))
    for item in found:
        check_edtf(item.fields.get("date_edtf", "2017"))
    cuts = [position for item in found for position in (item.start, item.end)]
    assert (sorted(cuts), [text[item.start : item.end] for item in found]) == (
        cuts,
        [item.fields["date_text"] for item in found],
    )
    assert all(0 <= item.start < item.end <= len(text) and 0 <= item.confidence <= 1 for item in found)
