"""`regesta log`: which events, in which form."""

from __future__ import annotations

import pytest

from regesta.archive import Archive
from tests.archives import drafts, letter, log_lines, retraction, segment_paths
from tests.cli.conftest import Cli


def test_one_line_an_event(filled: Cli) -> None:
    """Number, date in words, type, subject and summary, aligned; of an event without a summary its data."""
    expected = [
        "1  2 January 2017  letter.sent    letter/l1  Letter 1 goes out.",
        "2  3 January 2017  answer.given   place/P02  "
        "answer: partly, final: True, letter: l2, pages: 2, place: P02, share: 0.25",
        "3  4 January 2017  answer.listed  place/P03  letter: l3, place: P03",
    ]
    assert filled.lines("log") == expected


def test_undated_and_between(cli: Cli) -> None:
    """Dates are shown as they are known."""
    cli.archive.append([letter(1, edtf="2017-06-28/2017-07-05"), letter(2, edtf=None)])
    shown = [line.split("  ")[1] for line in cli.lines("log")]
    assert shown == ["between 28 June and 5 July 2017", "undated"]


def test_json_is_the_log_itself(filled: Cli) -> None:
    """--json prints the lines as they are."""
    assert filled.lines("log", "--json") == [line.decode() for line in log_lines(filled.archive)]


def test_ids(filled: Cli) -> None:
    """--ids prints the full ids."""
    shown = [line.split()[0] for line in filled.lines("log", "--ids")]
    assert shown == [event.id for event in filled.archive.log.events()]


# Name: options, numbers of the events shown.
SELECTED = {
    "last": (["-n", "2"], [2, 3]),
    "type": (["--type", "letter.sent"], [1]),
    "types by prefix": (["--type", "answer."], [2, 3]),
    "two types": (["--type", "letter.sent", "--type", "answer.listed"], [1, 3]),
    "subject": (["--subject", "place/P03"], [3]),
    "subjects by prefix": (["--subject", "place/"], [2, 3]),
    "since": (["--since", "2017-01-03"], [2, 3]),
    "until": (["--until", "January 2, 2017"], [1]),
    "both": (["--since", "3 January 2017", "--until", "3 January 2017"], [2]),
    "recorded since a past day": (["--recorded-since", "2017"], [1, 2, 3]),
    "words": (["--text", "GOES letter"], [1]),
    "words and type": (["--text", "l2", "--type", "answer."], [2]),
    "the last of a type": (["--type", "answer.", "-n", "1"], [3]),
}


@pytest.mark.parametrize(("options", "numbers"), SELECTED.values(), ids=SELECTED.keys())
def test_filter(filled: Cli, options: list[str], numbers: list[int]) -> None:
    """Filters combine, and -n counts what they let through."""
    assert [int(line.split()[0]) for line in filled.lines("log", *options)] == numbers


@pytest.mark.parametrize(
    "options", [["--text", "nowhere"], ["--recorded-until", "2017"], ["--type", "letter", "-n", "1"]]
)
def test_no_event(filled: Cli, options: list[str]) -> None:
    """That no event fits is said, and is no failure; as JSON it is simply nothing."""
    said, as_json = filled("log", *options), filled("log", "--json", *options)
    assert [(r.exit_code, r.stdout, r.stderr) for r in (said, as_json)] == [
        (0, "", "notice: no event is like that\n"), (0, "", ""),
    ]  # fmt: skip


def test_retracted_events_stay_in_the_log(filled: Cli) -> None:
    """The log shows the retracted event and its retraction."""
    filled.archive.append([retraction(next(filled.archive.log.events()).id, "Wrong place.")])
    assert [len(filled.lines("log")), filled.lines("log", "-n", "1")[0].endswith("  reason: Wrong place.")] == [4, True]


def test_bad_date(filled: Cli) -> None:
    """A date that is none is a usage error which shows how to write one."""
    code, said = filled.error("log", "--since", "soon")
    assert (code, said[0][:31], said[1][:29]) == (2, "error: 'soon' has no year of fo", "help: give a day, a month, a ")


def test_empty_log(cli: Cli) -> None:
    """An archive without events has an empty log, and nothing is created to say so."""
    assert (cli.lines("log"), (cli.archive.folder / ".regesta").exists()) == ([], False)


def test_damaged_log(filled: Cli) -> None:
    """A damaged line is exit code 3, with segment, line and what helps."""
    path = segment_paths(filled.archive)[0]
    path.write_bytes(path.read_bytes().replace(b'"sequence":"000000000002"', b'"sequence":"000000000007"'))
    said = ["error: …/events/000001.jsonl:2: sequence is 7, expected 2", "help: run `regesta verify`"]
    assert filled.error("log") == (3, said)


def test_many_events(cli: Cli) -> None:
    """However many events there are, each has its line."""
    cli.archive.append(drafts(1_200))
    assert [int(line.split()[0]) for line in cli.lines("log")] == list(range(1, 1_201))


def test_wide_terminal(filled: Cli, archive: Archive) -> None:
    """Where there is room the summary wraps in a column of its own."""
    text = "word " * 30
    archive.append([letter(4, data={"letter": "l4", "place": "P04", "summary": text.strip()})])
    lines = filled.on_terminal("log", "-n", "1", columns=120).splitlines()
    assert [line[:42].strip() for line in lines] == ["4  5 January 2017  letter.sent  letter/l4", ""]


def test_narrow_terminal(filled: Cli) -> None:
    """Where there is none it stands below, indented."""
    lines = [line.rstrip() for line in filled.on_terminal("log", "--type", "letter.sent", columns=60).splitlines()]
    assert lines == ["1  2 January 2017  letter.sent  letter/l1", "   Letter 1 goes out."]
