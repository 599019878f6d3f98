"""`regesta blame`: the life of a row in words, and as JSON."""

from __future__ import annotations

import pytest

from regesta.replay.build import build
from tests.cli.conftest import Cli
from tests.cli.stories import record, said

P01 = """\
answers: letter l1, place P01

since 30 June 2017, and still
  answer          no
  reason          Not public.
  event           3 (answer.given), recorded 1 January 2026, 12:00:00.000 UTC
  on the word of  All answers, The Paper
                  characters 13 to 22: no to all

replaced on 3 January 2026, 12:00:00.000 UTC by event 10: It was P05.
  answer          yes
  event           7 (answer.given), recorded 2 January 2026, 12:00:00.000 UTC
  on the word of  manual:
"""


@pytest.mark.parametrize("key", ["P01", "l1,P01"])
def test_row(story: Cli, key: str) -> None:
    """Each state with what it set and the passage; what was taken back with the reason comes last."""
    assert story("blame", "answers", key).stdout == P01


def test_ended_and_vague(retold: Cli) -> None:
    """A state says who ended it, a vague one that it is not certain; a value that is gone is empty."""
    record(retold.archive, 5, said("P01", "yes", "2017-07-04/2017-07-06", pages=2))
    build(retold.archive)
    said_lines = retold.lines("blame", "answers", "P01")
    assert (said_lines[2], said_lines[9:13]) == (
        "since 30 June 2017, until event 12 changed it",
        [
            "since between 4 and 6 July 2017 (not certain before its end), and still",
            "  answer          yes",
            "  reason          (empty)",
            "  pages           2",
        ],
    )


def test_retracted_and_put_back(retold: Cli) -> None:
    """A retraction is told with its reason as long as it counts."""
    before = retold("blame", "answers", "P03").stdout
    retold("retract", "11", "--why", "It was the other list after all.")
    after = retold.lines("blame", "answers", "P03")
    assert ("retracted" in before, after[2].partition(" on ")[0], after[2].partition(" by ")[2]) == (
        False, "retracted", "event 9: The list was another one.",
    )  # fmt: skip


def test_undated(story: Cli) -> None:
    """An event without a date began at an unknown one."""
    assert story.lines("blame", "answers", "P04")[2] == "since an unknown date, and still"


def test_several_rows(story: Cli) -> None:
    """A part of a key names every row that has it."""
    heads = [line for line in story.lines("blame", "answers", "l1") if line.startswith("answers:")]
    assert heads == [f"answers: letter l1, place P0{number}" for number in range(1, 6)]


def test_json(story: Cli) -> None:
    """--json has the same, with the bounds and all the values."""
    (row,) = story.json("blame", "answers", "P01")
    held, taken_back = row["held"][0], row["taken_back"][0]
    assert (row["table"], row["key"], held["values"], held["changed"], held["bounds"], held["ended_by"]) == (
        "answers", {"letter": "l1", "place": "P01"},
        {"answer": "no", "reason": "Not public.", "pages": None, "share": None, "final": None},
        {"answer": "no", "reason": "Not public."},
        {"possibly_from": "2017-06-30T00:00:00-04:00", "surely_from": "2017-06-30T23:59:59-04:00",
         "surely_to": "9999-12-31T23:59:59Z", "possibly_to": "9999-12-31T23:59:59Z"},
        None,
    )  # fmt: skip
    passage = held["word"]["passages"][0]
    assert [passage[name] for name in ("title", "publisher", "start", "end", "exact")] == [
        "All answers", "The Paper", 13, 22, "no to all",
    ]  # fmt: skip
    assert [taken_back["values"], taken_back["word"]["sequence"], taken_back["by"]["sequence"], taken_back["why"]] == [
        {"answer": "yes"}, 7, 10, "It was P05.",
    ]  # fmt: skip


def test_hostile_text(retold: Cli) -> None:
    """Values, notes and reasons are shown with escapes, a reason in one line."""
    record(retold.archive, 5, said("P09", "no", "2017-07-01", reason="a\x9b2J\u202e", note="b\x7f\nc"))
    retold.lines("retract", "12", "--why", "d\x9b\ne")
    assert retold.lines("blame", "answers", "P09")[2:] == [
        f"retracted on {recorded(retold)} by event 13: d\\x9b e",
        "  answer          no",
        "  reason          a\\x9b2J\\u202e",
        "  event           12 (answer.given), recorded 5 January 2026, 12:00:00.000 UTC",
        "  note            b\\x7f",
        "                  c",
        "  on the word of  manual:",
    ]


def recorded(cli: Cli) -> str:
    """Return when the last event was recorded, in words."""
    last = [line.strip() for line in cli.lines("show", "13") if line.strip().startswith("recorded")]
    return last[0].removeprefix("recorded").strip()


def test_terminal(story: Cli) -> None:
    """A terminal gets the same words."""
    sent = [line.strip() for line in story.on_terminal("blame", "answers", "P01").splitlines()]
    assert [sent[0], sent[2], sent[7]] == [
        "answers: letter l1, place P01", "since 30 June 2017, and still", "characters 13 to 22: no to all",
    ]  # fmt: skip


def test_builds_when_there_is_no_database(filled: Cli) -> None:
    """Without archive.db the tables are built first."""
    assert filled.lines("blame", "letters", "l1")[0] == "letters: id l1"


# Name: words, lines on standard error.
REFUSED = {
    "table": (
        ["nope", "P01"],
        ["error: there is no table 'nope' with a history", "help: one of answers, documents, letters, proposals, stories, story_versions"],
    ),
    "key": (
        ["answers", "P99"],
        ["error: answers has no row 'P99'", "help: its keys are written l1,P01, l1,P02, l1,P03, l1,P04, l1,P05 …"],
    ),
    "only one word": (["answers"], ["error: missing argument 'KEY'", "help: see `regesta blame --help`"]),
}  # fmt: skip


@pytest.mark.parametrize(("words", "expected"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(story: Cli, words: list[str], expected: list[str]) -> None:
    """What there is not is refused, and what there is instead is said."""
    assert story.error("blame", *words) == (2, expected)
