"""`regesta timeline`: the story by days, what is uncertain marked, and what is left out."""

from __future__ import annotations

import pytest

from regesta.replay.build import build
from tests.archives import answer
from tests.cli.conftest import Cli
from tests.cli.stories import record, said

STORY = """
30 June 2017
      3  P01 says no.
~     2  The letter goes out.  [between 26 and 30 June 2017]

2 July 2017
      8  P02 says no.

3 July 2017
     10  16:02  P05 says yes.

31 July 2017
~     5  P03 is listed.  [about July 2017]

no day known
~     6  P04 says yes.

6 events
"""


def test_by_days(story: Cli) -> None:
    """Each event stands under the day by which it had happened; a vague date is marked and told."""
    assert story("timeline").stdout == STORY


def numbers(cli: Cli, *words: str) -> list[int]:
    return [event["sequence"] for event in cli.json("timeline", *words)]


# Name: options, the numbers of the events in order.
CHOSEN = {
    "all": ([], [3, 2, 8, 10, 5, 6]),
    "certain by a date": (["--at", "2017-07-02"], [3, 2, 8]),
    "known": (["--known", "2026-01-01"], [3, 2, 4, 5, 6]),
    "known later": (["--known", "2026-01-02"], [3, 2, 8, 7, 5, 6]),
    "known while the list was retracted": (["--known", "2026-01-03"], [3, 2, 8, 10, 6]),
    "both": (["--at", "2017-07-03", "--known", "2026-01-02"], [3, 2, 8, 7]),
    "possible": (["--at", "2017-07-01", "--possible"], [3, 2, 5, 6]),
    "type": (["--type", "answer.listed"], [5]),
    "types": (["--type", "answer.listed", "--type", "letter.sent"], [2, 5]),
    "about the record": (["--type", "document.captured"], [1]),
    "retractions that count": (["--type", "event.retracted"], [11]),
    "no such type": (["--type", "answer."], []),
    "subject": (["--subject", "place/P02"], [8]),
    "subjects": (["--subject", "place/P02", "--subject", "letter/l1"], [2, 8]),
    "type and subject": (["--type", "letter.sent", "--subject", "place/P02"], []),
    "since": (["--since", "2017-07-03", "--subject", "place/P02", "--subject", "place/P05"], [10]),
    "since takes what may have happened": (["--since", "2017-07-05", "--type", "answer.listed"], [5]),
    "until": (["--until", "2017-06-30", "--type", "answer.given", "--subject", "place/P01"], [3]),
    "until takes what may have happened": (["--until", "2017-06-26", "--type", "letter.sent"], [2]),
    "until the day before": (["--until", "2017-06-25", "--type", "letter.sent"], []),
    "since and until": (["--since", "2017-07-02", "--until", "2017-07-02", "--subject", "place/P02"], [8]),
    "an instant": (["--since", "2017-07-03T16:02:01-04:00", "--subject", "place/P05"], []),
}  # fmt: skip


@pytest.mark.parametrize(("options", "expected"), CHOSEN.values(), ids=CHOSEN.keys())
def test_chosen(story: Cli, options: list[str], expected: list[int]) -> None:
    """Each option takes events away, or puts what is possible beside what is certain."""
    assert numbers(story, *options) == expected


def test_possible_is_marked(story: Cli) -> None:
    """As of a date, what is only possible is marked, and stands under the last day that it may mean."""
    said = story.lines("timeline", "--at", "2017-07-01", "--possible", "--type", "answer.listed")
    assert said == ["", "31 July 2017", "~     5  P03 is listed.  [about July 2017]", "", "1 event"]


def test_json(story: Cli) -> None:
    """--json has the date as known, its bounds, and whether the event is certain at the date."""
    found = story.json(
        "timeline", "--at", "2017-07-01", "--possible", "--type", "letter.sent", "--type", "answer.listed"
    )
    assert found == [
        {"sequence": 2, "type": "letter.sent", "subject": "letter/l1", "edtf": "2017-06-26/2017-06-30",
         "earliest": "2017-06-26T00:00:00-04:00", "latest": "2017-06-30T23:59:59-04:00", "status": "current",
         "summary": "The letter goes out."},
        {"sequence": 5, "type": "answer.listed", "subject": "place/P03", "edtf": "2017-07~",
         "earliest": "2017-07-01T00:00:00-04:00", "latest": "2017-07-31T23:59:59-04:00", "status": "possible",
         "summary": "P03 is listed."},
    ]  # fmt: skip


# Name: date, heading and line.
LINES = {
    "day": ("2018-02-03", ["3 February 2018", "     12  P09 says no."]),
    "about a day": ("2018-02-03~", ["3 February 2018", "~    12  P09 says no.  [about 3 February 2018]"]),
    "doubtful day": ("2018-02-03?", ["3 February 2018", "~    12  P09 says no.  [3 February 2018 (uncertain)]"]),
    "clock without a zone": ("2018-02-03T16:02:00", ["3 February 2018", "     12  16:02  P09 says no."]),
    "clock of another zone": ("2018-02-04T02:30:00Z", ["3 February 2018", "     12  21:30  P09 says no."]),
    "fraction of a second": ("2018-02-03T16:02:00.5-05:00", ["3 February 2018", "     12  16:02  P09 says no."]),
    "year": ("2018", ["31 December 2018", "~    12  P09 says no.  [2018]"]),
    "one of several clocks": (
        "2018-02-03T16:02:00Z/2018-02-05",
        ["5 February 2018", "~    12  P09 says no.  [between 3 February 2018, 16:02 UTC and 5 February 2018]"],
    ),
    "open end": ("2018-02-03/..", ["no day known", "~    12  P09 says no.  [from 3 February 2018 on]"]),
    "open beginning": ("../2018-02-03", ["3 February 2018", "~    12  P09 says no.  [by 3 February 2018]"]),
    "long ago": ("0099-02-03", ["3 February AD 99", "     12  P09 says no."]),
}  # fmt: skip


@pytest.mark.parametrize(("date", "expected"), LINES.values(), ids=LINES.keys())
def test_dates(retold: Cli, date: str, expected: list[str]) -> None:
    """A clock time is that of the archive's zone; what is not one certain day is marked and told."""
    record(retold.archive, 5, said("P09", "no", date))
    build(retold.archive)
    assert retold.lines("timeline", "--subject", "place/P09")[1:3] == expected


def test_order_within_a_day(retold: Cli) -> None:
    """By the clock, then what is known to the day, then what may have been earlier."""
    dates = ("2018-02-01/2018-02-03", "2018-02-03", "2018-02-03T18:00:00-05:00", "2018-02-03T10:00:00-05:00")
    record(retold.archive, 5, *(said("P09", "no", date) for date in dates))
    build(retold.archive)
    assert numbers(retold, "--subject", "place/P09") == [15, 14, 13, 12]


def test_without_a_summary(retold: Cli) -> None:
    """An event without a summary is told by its type and subject."""
    record(retold.archive, 5, answer(9, edtf="2018", subject="place/P09"))
    build(retold.archive)
    assert retold.lines("timeline", "--subject", "place/P09")[2] == "~    12  answer.given, place/P09  [2018]"


def test_hostile_text(retold: Cli) -> None:
    """What would move the cursor or turn the line round is shown as escapes, in one line; so on a terminal."""
    record(retold.archive, 5, said("P09", "no", "2018-02-03", summary="a\x9b2J\u202eb\x7f\nc [red]d[/red]"))
    build(retold.archive)
    words = ("timeline", "--subject", "place/P09")
    expected = ["3 February 2018", "     12  a\\x9b2J\\u202eb\\x7f c [red]d[/red]"]
    sent = [line.rstrip() for line in retold.on_terminal(*words).splitlines()]
    assert (retold.lines(*words)[1:3], sent[1:3]) == (expected, expected)


def test_nothing(cli: Cli) -> None:
    """An empty story says so."""
    assert (cli.lines("timeline"), cli.json("timeline")) == (["no event"], [])


# Name: words, first line on standard error.
REFUSED = {
    "bad date": (["--at", "2017-13"], "'2017-13': the calendar has no 2017-13"),
    "interval": (["--known", "2017/2018"], "'2017/2018' is not one point in time"),
    "since an interval": (["--since", "2017/2018"], "'2017/2018' is not one point in time"),
    "until words": (["--until", "last week"], "'last week' has no year of four digits, and a date relative to another day is not worked out"),
    "possible": (["--possible"], "--possible goes with --at DATE: without a date nothing is only possible"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(story: Cli, words: list[str], message: str) -> None:
    """What is no point in time is refused."""
    code, said = story.error("timeline", *words)
    assert (code, said[0]) == (2, f"error: {message}")
