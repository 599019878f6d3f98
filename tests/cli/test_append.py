"""`regesta append`: what goes in, what is said, what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from regesta.archive import Archive
from regesta.replay.build import build
from tests.archives import answer, check_archive, drafts, letter, segment_paths, snapshot
from tests.cli.conftest import Cli

OPTIONS = ("--type", "letter.sent", "--subject", "letter/l1", "--data", "letter=l1", "--data", "place=P01")
ID = "4d7f70da4a83a8ef1ba2a6ad1c3f5f5b"


def json_lines(*events: Any) -> str:
    return "".join(json.dumps(event) + "\n" for event in events)


# Name: file name, text; each holds letter 1 and answer 2.
TWO = [letter(1), answer(2)]
FORMS = {
    "JSON": ("x.json", json.dumps(TWO, indent=2)),
    "JSON Lines": ("x.jsonl", json_lines(*TWO)),
    "YAML list": ("x.yaml", yaml.safe_dump(TWO)),
    "YAML documents": ("x.yml", yaml.safe_dump_all(TWO)),
}


@pytest.mark.parametrize(("name", "text"), FORMS.values(), ids=FORMS.keys())
def test_file(cli: Cli, name: str, text: str) -> None:
    """Each format gives the same events."""
    first = cli.lines("append", cli.write(name, text))[0]
    written = [event["data"] for event in check_archive(cli.archive)]
    assert (first, written) == ("appended 2 events, numbers 1 to 2", [event["data"] for event in TWO])


@pytest.mark.parametrize(("name", "text"), FORMS.values(), ids=FORMS.keys())
def test_standard_input(cli: Cli, name: str, text: str) -> None:
    """The same on standard input, where the format is found out."""
    assert [event["sequence"] for event in cli.json("append", "-", input=text)["events"]] == [1, 2]


def test_options(cli: Cli) -> None:
    """One event from options, its id printed."""
    said = cli.lines("append", *OPTIONS, "--date", "June 2017", "--summary", "A letter.")
    event = check_archive(cli.archive)[0]
    assert (said, event["edtf"], event["source"]) == (
        ["appended 1 event, number 1", f"  1  {event['id']}  letter.sent  letter/l1"], "2017-06", "manual:",
    )  # fmt: skip


def test_again_is_a_no_op(cli: Cli) -> None:
    """The same event twice is said to be there already; new ones beside it are appended."""
    path = cli.write("x.jsonl", json_lines(letter(1)))
    cli.lines("append", path)
    again = cli.lines("append", path)
    more = cli.lines("append", cli.write("y.jsonl", json_lines(letter(1), answer(2))))[:2]
    assert (again, more) == (
        ["1 event is in the log already, not appended again"],
        ["appended 1 event, number 2", "1 event is in the log already, not appended again"],
    )


def test_nothing_in_the_input(cli: Cli) -> None:
    """Empty input is no error, and is said."""
    assert cli("append", "-", input="").stdout == "there was no event in the input\n"


def test_only_the_first_ids_are_listed(cli: Cli) -> None:
    """Of many events twenty are named."""
    said = cli.lines("append", cli.write("x.jsonl", json_lines(*drafts(25))))
    assert (len(said), said[1].split()[0], said[20].split()[0], said[21]) == (22, "1", "20", "  … and 5 more")


def test_json(cli: Cli) -> None:
    """--json tells numbers, ids, what was there already and what was built."""
    cli.lines("append", cli.write("x.jsonl", json_lines(letter(1))))
    result = cli.json("append", "--build", cli.write("y.jsonl", json_lines(letter(1), answer(2))))
    expected = {
        "appended": 1,
        "first": 2,
        "last": 2,
        "known": 1,
        "dry_run": False,
        "events": [{"sequence": 2, "id": list(cli.archive.log.events())[1].id}],
        "notices": [],
        "built": {"events": 2, "new": 2, "full": True},
    }
    assert result == expected


def test_dry_run(filled: Cli) -> None:
    """--dry-run makes every check and leaves every file as it is."""
    before = snapshot(filled.archive.folder / "events")
    said = filled.lines("append", "--dry-run", filled.write("x.jsonl", json_lines(letter(1), letter(4))))
    after = snapshot(filled.archive.folder / "events")
    expected = [
        "would append 1 event, number 4",
        "1 event is in the log already, not appended again",
        "nothing was written",
    ]
    assert (said, after) == (expected, before)


def test_dry_run_refuses_too(filled: Cli) -> None:
    """A dry run fails where the append would."""
    path = filled.write(
        "x.jsonl", json_lines(letter(4), answer(5, data={"letter": "l5", "place": "P05", "answer": "hm"}))
    )
    code, said = filled.error("append", "--dry-run", path)
    assert (code, said[0].partition(", expected")[0]) == (1, "error: …/x.jsonl:2: answers: answer is 'hm'")


def test_expected_size(filled: Cli) -> None:
    """--expected-size appends only if the log is that long."""
    refused = filled.error("append", *OPTIONS, "--expected-size", "2")
    taken = filled.lines("append", *OPTIONS, "--expected-size", "3")[0]
    said = ["error: the log has 3 events, expected 2", "help: read what was added, then try again"]
    assert (refused, taken) == ((1, said), "appended 1 event, number 4")


def test_builds_when_there_is_a_database(filled: Cli) -> None:
    """Where archive.db exists, it is brought up to date."""
    build(filled.archive)
    assert filled.lines("append", *OPTIONS)[-1] == "built archive.db: 4 events"


def test_no_build_for_nothing(filled: Cli) -> None:
    """An append that adds nothing builds nothing unless it is told to."""
    build(filled.archive)
    path = filled.write("x.jsonl", json_lines(letter(1)))
    known = "1 event is in the log already, not appended again"
    assert [filled.lines("append", path), filled.lines("append", "--build", path)] == [
        [known], [known, "built archive.db: 3 events"],
    ]  # fmt: skip


def test_no_build(filled: Cli) -> None:
    """--no-build leaves archive.db as it is."""
    build(filled.archive)
    filled.lines("append", "--no-build", *OPTIONS)
    assert filled.json("status")["tables"]["size"] == 3


def test_failing_build_does_not_hide_the_append(filled: Cli) -> None:
    """What was appended is told even if the build after it fails."""
    broken = filled.archive.folder / "schema" / "views" / "answer_counts.sql"
    broken.write_text("create view answer_counts as select nothing from answers;")
    result = filled("append", "--build", "--json", *OPTIONS)
    assert (result.exit_code, json.loads(result.stdout)["appended"]) == (3, 1)


def test_correction(filled: Cli) -> None:
    """--replaces takes the number of an event."""
    filled.lines("append", *OPTIONS, "--replaces", "1", "--data", "about=all")
    assert filled.json("show", "1")["corrected_by"]["sequence"] == 4


# Name: file name, content, message; nothing is appended.
REFUSED: dict[str, tuple[str, Any, str]] = {
    "not valid JSON": ("x.jsonl", json_lines(letter(1)) + "{]", "x.jsonl:2: not valid JSON"),
    "no object": ("x.json", "[1]", "x.json:1: an event is an object with type, source, subject and data"),
    "unknown type": ("x.json", json.dumps(letter(1, type="letter.lost")), "x.json:1: the event type 'letter.lost'"),
    "missing source": ("x.json", json.dumps(letter(1, source=None)), "x.json:1: the member 'source' is missing"),
    "unknown member": ("x.json", json.dumps(letter(1, date="x")), "x.json:1: the member 'date' is not known"),
    "bad date": ("x.jsonl", json_lines(letter(1), letter(2, edtf="2017-13")), "x.jsonl:2: "),
    "schema": ("x.yaml", "\n" + yaml.safe_dump([letter(1, data={"letter": "l1"})]), "x.yaml:2: data: "),
    "not in the reference list": (
        "x.json", json.dumps(letter(1, data={"letter": "l1", "place": "P99"})),
        "x.json:1: letters.place is 'P99', which is not in schema/reference/places.csv",
    ),
    "null": ("x.yaml", yaml.safe_dump(letter(1, data={"letter": None, "place": "P01"})), "x.yaml:1: data.letter"),
    "nothing to retract": (
        "x.json",
        json.dumps({"type": "event.retracted", "source": "manual:", "subject": f"event/{ID}", "data": {"reason": "x"}}),
        f"x.json:1: there is no event {ID} to retract",
    ),
    "last of many": ("x.jsonl", json_lines(*drafts(60), letter(1, edtf="soon")), "x.jsonl:61: "),
}  # fmt: skip


@pytest.mark.parametrize(("name", "text", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(cli: Cli, name: str, text: str, message: str) -> None:
    """One bad event, and nothing of its input is appended; the error names file and line."""
    code, said = cli.error("append", cli.write(name, text))
    expected = f"error: …/{message}"
    assert (code, said[0][: len(expected)], segment_paths(cli.archive)) == (1, expected, [])


def test_refused_option(cli: Cli) -> None:
    """An event from options that is refused has no file to name."""
    assert cli.error("append", *OPTIONS, "--data", "copies=2")[1][0][:27] == "error: the new event: data:"


def test_refused_standard_input(cli: Cli) -> None:
    """An event from standard input is named by its line there."""
    assert cli.error("append", input=json_lines(letter(1)) + "{}\n") == (
        1, ["error: stdin:2: the member 'type' is missing"],
    )  # fmt: skip


# Name: words, message, exit code 2.
MISUSED = {
    "options and a file": ([*OPTIONS, "FILE"], "either options describe one event or files hold events, not both"),
    "no subject": (["--type", "letter.sent"], "--subject is missing"),
    "no such file": (["nope.json"], "invalid value for '[FILE|-]...': File 'nope.json' does not exist"),
}


@pytest.mark.parametrize(("words", "message"), MISUSED.values(), ids=MISUSED.keys())
def test_misused(cli: Cli, words: list[str], message: str) -> None:
    """What makes no sense together is refused before anything is read."""
    path = cli.write("x.jsonl", "")
    code, said = cli.error("append", *(path if word == "FILE" else word for word in words))
    assert (code, said[0]) == (2, f"error: {message}")


def test_many_lines(cli: Cli) -> None:
    """More events than are checked at once go in as one append."""
    path = cli.write("x.jsonl", json_lines(*drafts(12_000)))
    assert (cli.json("append", path)["last"], len(segment_paths(cli.archive))) == (12_000, 1)


def test_leftover_is_told(filled: Cli, archive: Archive) -> None:
    """What a killed append left is removed, with a notice."""
    (archive.folder / "events" / ".000002.jsonl.0badcafe.tmp").write_bytes(b"{")
    result = filled("append", *OPTIONS)
    said = "notice: removed .000002.jsonl.0badcafe.tmp, left by an append that was killed\n"
    assert (result.exit_code, result.stderr) == (0, said)
