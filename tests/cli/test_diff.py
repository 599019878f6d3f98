"""`regesta diff`: what is listed, in which words, and what is refused."""

from __future__ import annotations

import pytest

from regesta.replay.build import build
from tests.archives import answer, retraction
from tests.cli.conftest import Cli
from tests.cli.stories import record, said


def test_between_two_dates(story: Cli) -> None:
    """Table by table, what happened for certain first; what may have is counted."""
    assert story.lines("diff", "2017-06-29", "2017-07-04") == [
        "from the end of 2017-06-29 to the end of 2017-07-04: 4 added",
        "",
        "answers: 3 happened between the two dates (letter l1)",
        "+ P01  P01 says no. (30 June 2017; event 3)",
        "+ P02  P02 says no. (2 July 2017; event 8)",
        "+ P05  P05 says yes. (3 July 2017, 16:02 UTC-04:00; event 10)",
        "",
        "letters: 1 happened by the end of 2017-07-04, perhaps by the end of 2017-06-29 already",
        "+ l1  The letter goes out. (between 26 and 30 June 2017; event 2)",
        "",
        "2 rows may have changed as well (--possible lists them)",
    ]


def test_until_now(story: Cli) -> None:
    """With one date the other side is everything, the undated included."""
    assert story.lines("diff", "30 June 2017") == [
        "from the end of 30 June 2017 to now: 4 added",
        "",
        "answers: 3 happened (letter l1)",
        "+ P02  P02 says no. (2 July 2017; event 8)",
        "+ P03  P03 is listed. (about July 2017; event 5)",
        "+ P05  P05 says yes. (3 July 2017, 16:02 UTC-04:00; event 10)",
        "",
        "answers: 1 happened by now, perhaps by the end of 30 June 2017 already",
        "+ l1, P04  P04 says yes. (undated; event 6)",
    ]


def test_between_what_was_known(story: Cli) -> None:
    """--known twice: a change shows old and new values, what is gone has a minus and the reason."""
    assert story.lines("diff", "--known", "2026-01-02", "--known", "2026-01-03") == [
        "between what was known at the end of 2026-01-02 and of 2026-01-03: 1 added, 1 changed, 1 removed",
        "",
        "answers: 2 corrected (letter l1)",
        "~ P01  P05 says yes. (3 July 2017, 16:02 UTC-04:00; event 10)",
        "       answer: yes → no",
        "       reason: (empty) → Not public.",
        "+ P05  P05 says yes. (3 July 2017, 16:02 UTC-04:00; event 10)",
        "",
        "answers: 1 retracted",
        "- l1, P03  The list was another one. (undated; event 9)",
    ]


def test_learned(story: Cli) -> None:
    """What was recorded late is learned; a replacement of the same row is a correction."""
    assert story.lines("diff", "--known", "2026-01-01", "--known", "2026-01-02")[2:] == [
        "answers: 1 corrected",
        "~ l1, P02  P02 says no. (2 July 2017; event 8)",
        "           answer: partly → no",
        "",
        "answers: 1 learned",
        "~ l1, P01  P01 says yes. (3 July 2017, 16:02 UTC-04:00; event 7)",
        "           answer: no → yes",
        "           reason: Not public. → (empty)",
    ]


# Name: words, heading.
HEADINGS = {
    "nothing": (["2018", "2019"], "from the end of 2018 to the end of 2019: nothing changed"),
    "the same date": (["2017-07-01", "2017-07-01"], "from the end of 2017-07-01 to the end of 2017-07-01: nothing changed"),
    "as known": (
        ["2017-06-30", "2017-07-02", "--known", "2026-01-01"],
        "from the end of 2017-06-30 to the end of 2017-07-02, as known at the end of 2026-01-01: nothing changed",
    ),
    "known twice as of a date": (
        ["2017-07-02", "--known", "2026-01-01", "--known", "2026-01-02"],
        "between what was known at the end of 2026-01-01 and of 2026-01-02, as of 2017-07-02: 1 added",
    ),
    "both clocks": (
        ["2017-06-30", "2017-07-03", "--known", "2026-01-01", "--known", "2026-01-02"],
        "between what was known at the end of 2026-01-01 and of 2026-01-02, as of 2017-06-30 and 2017-07-03: 1 added, 1 changed",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("words", "heading"), HEADINGS.values(), ids=HEADINGS.keys())
def test_heading(story: Cli, words: list[str], heading: str) -> None:
    """The first line says what was compared and how much differs."""
    assert story.lines("diff", *words)[0] == heading


def test_possible(story: Cli) -> None:
    """--possible lists what may have changed, after what is certain and apart from it."""
    said = story.lines("diff", "2017-07-02", "2017-07-04", "--possible")
    assert said == [
        "from the end of 2017-07-02 to the end of 2017-07-04: 3 added",
        "",
        "answers: 1 happened between the two dates",
        "+ l1, P05  P05 says yes. (3 July 2017, 16:02 UTC-04:00; event 10)",
        "",
        "answers: 2 may have happened (letter l1)",
        "+ P03  P03 is listed. (about July 2017; event 5)",
        "+ P04  P04 says yes. (undated; event 6)",
    ]


def test_one_may_have_changed(story: Cli) -> None:
    """One row is one row."""
    last = story.lines("diff", "2017-06-25", "2017-06-27", "--table", "letters")[-1]
    assert last == "1 row may have changed as well (--possible lists them)"


def test_tables(story: Cli) -> None:
    """--table leaves out the others; it can be given again."""
    found = [
        sorted({change["table"] for change in story.json("diff", "2017-06-29", "2017-07-04", *options)})
        for options in (
            [],
            ["--table", "letters"],
            ["--table", "letters", "--table", "answers"],
            ["--table", "stories"],
        )
    ]
    assert found == [["answers", "letters"], ["letters"], ["answers", "letters"], []]


def test_json(story: Cli) -> None:
    """--json has every member of a change, the possible ones too."""
    changes = story.json("diff", "2017-07-02", "2017-07-04")
    new = {"answer": "yes", "reason": None, "pages": None, "share": None, "final": None}
    assert changes[0] == {
        "kind": "added", "table": "answers", "key": {"letter": "l1", "place": "P05"}, "old": None, "new": new,
        "sure": "certain", "why": "happened", "events": [10], "earliest": "2017-07-03T16:02:00-04:00",
        "latest": "2017-07-03T16:02:00-04:00", "summary": "P05 says yes.",
    }  # fmt: skip
    assert [(item["key"]["place"], item["sure"]) for item in changes[1:]] == [("P03", "possible"), ("P04", "possible")]


def test_long_and_hostile_values(retold: Cli) -> None:
    """Long values are cut, controls are shown as escapes, everything stays in its line."""
    record(retold.archive, 5, said("P01", "yes", "2017-08-01", reason="x\x9b2J\n" + "y" * 99))
    build(retold.archive)
    assert retold.lines("diff", "2017-07-31", "2017-08-01")[2:6] == [
        "answers: 1 happened between the two dates",
        "~ l1, P01  P01 says yes. (1 August 2017; event 12)",
        "           answer: no → yes",
        "           reason: Not public. → x\\x9b2J " + "y" * 54 + "…",
    ]


def test_hostile_key_and_summary(retold: Cli) -> None:
    """So are they in keys and summaries."""
    data = {"letter": "a\x9b2Jb\x7f\u202e", "place": "P01", "answer": "no", "summary": "c\x9b2J\nd"}
    record(retold.archive, 5, answer(1, edtf="2017-08-01", data=data))
    build(retold.archive)
    last = retold.lines("diff", "2017-07-31", "2017-08-01")[3]
    assert last == "+ a\\x9b2Jb\\x7f\\u202e, P01  c\\x9b2J d (1 August 2017; event 12)"


def test_several_events_did_it(retold: Cli) -> None:
    """All events that changed a row are named, the newest told."""
    record(
        retold.archive, 5, said("P01", "yes", "2017-08-01"), said("P01", "partly", "2017-08-02", reason="Not public.")
    )
    build(retold.archive)
    assert retold.lines("diff", "2017-07-31", "2017-08-05")[3:5] == [
        "~ l1, P01  P01 says partly. (2 August 2017; events 12, 13)",
        "           answer: no → partly",
    ]


def test_many_rows_on_a_terminal(story: Cli) -> None:
    """A terminal gets the same lines."""
    sent = story.on_terminal("diff", "2017-07-02", "2017-07-04", columns=60)
    assert "+ l1, P05  P05 says yes. (3 July 2017, 16:02 UTC-04:00; event 10)" in sent.splitlines()


def test_stale_database_is_told(retold: Cli) -> None:
    """Tables that lag behind are compared as they are, with a notice."""
    record(retold.archive, 5, said("P01", "yes", "2017-08-01"), retraction(retold.json("show", "3")["event"]["id"]))
    result = retold("diff", "2018", "2019")
    assert (result.stderr, result.stdout) == (
        "notice: archive.db does not have the newest events; run `regesta build`\n",
        "from the end of 2018 to the end of 2019: nothing changed\n\n1 row may have changed as well (--possible lists them)\n",
    )


def test_empty_log(cli: Cli) -> None:
    """An archive without events has no changes."""
    assert [cli.lines("diff", "2017"), cli.lines("diff", "--known", "2017", "--known", "2018")] == [
        ["from the end of 2017 to now: nothing changed"],
        ["between what was known at the end of 2017 and of 2018: nothing changed"],
    ]


# Name: words, first line on standard error.
TWO = "expected two dates, or --known twice"
REFUSED = {
    "no date": ([], TWO),
    "three dates": (["2017", "2018", "2019"], TWO),
    "known once": (["--known", "2026"], TWO),
    "known three times": (["--known", "2025", "--known", "2026", "--known", "2027"], TWO),
    "second before first": (["2017-07-05", "2017-06-30"], "the first date is after the second"),
    "second within the first": (["2017-07", "2017-07-05"], "the first date is after the second"),
    "known backwards": (["--known", "2026-01-02", "--known", "2026-01-01"], "the first date is after the second"),
    "bad date": (["2017-02-30", "2018"], "'2017-02-30': the calendar has no 2017-02-30"),
    "interval": (["2017-06-30/2017-07-05"], "'2017-06-30/2017-07-05' is not one point in time"),
    "uncertain": (["2017", "--known", "2026?"], "'2026?' is not one point in time"),
    "unknown table": (["2017", "--table", "nope"], "there is no table 'nope' with a history"),
    "view": (["2017", "--table", "answer_counts"], "there is no table 'answer_counts' with a history"),
    "one of two tables": (["2017", "--table", "answers", "--table", "a'b"], 'there is no table "a\'b" with a history'),
}


@pytest.mark.parametrize(("words", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(story: Cli, words: list[str], message: str) -> None:
    """What cannot be compared is refused with exit code 2, and nothing is printed."""
    code, said = story.error("diff", *words)
    assert (code, said[0], story("diff", *words).stdout) == (2, f"error: {message}", "")
