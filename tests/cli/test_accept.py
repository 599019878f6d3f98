"""`regesta accept`: by key, by rule, and by a file that was edited."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from regesta.replay.build import build
from tests.archives import check_archive
from tests.cli.conftest import Cli
from tests.ingest.tale import keys, pending, tale

Cells = dict[str, str]


@pytest.fixture
def told(quick_path: Path) -> Cli:
    """The command line on an archive with six open proposals: two answers, a quote, a tally, a list of two."""
    return Cli(pending(tale(quick_path, keeper="Ada")))


def table(cli: Cli, change: Callable[[list[Cells]], object], *, delimiter: str = ",", encoding: str = "utf-8") -> str:
    """Export, let ``change`` edit the rows, write them as a spreadsheet would, and return the path."""
    rows = list(csv.DictReader(io.StringIO(cli("proposals", "--csv").stdout, newline="")))
    change(rows)
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return cli.write("p.csv", file.getvalue().encode(encoding))


def lines(cli: Cli, change: Callable[[list[Any]], object]) -> str:
    """Export as JSON Lines, let ``change`` edit the objects, and return the path."""
    objects = [json.loads(line) for line in cli.lines("proposals", "--jsonl")]
    change(objects)
    return cli.write("p.jsonl", "".join(json.dumps(item) + "\n" for item in objects))


def statuses(cli: Cli) -> str:
    """Return the first letters of what became of the proposals, in the order of the text."""
    build(cli.archive)
    found = {item["proposal"]: item["status"][0] for item in cli.json("proposals", "--status", "any")}
    return "".join(found[key] for key in keys(cli.archive))


def last(cli: Cli, count: int) -> list[dict[str, Any]]:
    return check_archive(cli.archive)[-count:]


def test_by_key(told: Cli) -> None:
    """A proposal is accepted by the beginning of its key; event and note are appended, the tables built."""
    said = told.lines("accept", keys(told.archive)[0][:8])
    event, note = last(told, 2)
    assert said == [
        "1 proposal accepted",
        "appended 2 events, numbers 9 to 10",
        f"  9  {event['id']}  answer.given  place/P01",
        f"  10  {note['id']}  proposal.accepted  proposal/{keys(told.archive)[0]}",
        "built archive.db: 10 events",
    ]


def test_several_keys(told: Cli) -> None:
    """Several are accepted together."""
    made = keys(told.archive)
    told.lines("accept", made[0], made[1][:10], made[0])
    assert statuses(told) == "aaoooo"


def test_set(told: Cli) -> None:
    """What is needed is supplied on the way."""
    told.lines(
        "accept",
        keys(told.archive)[2],
        "--set",
        "found.person=Bob Ray",
        "--set",
        "edtf=30 June 2017",
        "--set",
        "data.pages=3",
    )
    event, note = last(told, 2)
    assert (event["subject"], event["edtf"], event["data"]["pages"], note["data"]["edited"]) == (
        "person/bob-ray", "2017-06-30", 3, "data.pages, edtf, found.person",
    )  # fmt: skip


def test_needs_emptied(told: Cli) -> None:
    """An event may be good without what its proposal asks for."""
    told.lines("accept", keys(told.archive)[2], "--set", "needs=")
    assert statuses(told) == "ooaooo"


def test_reject(told: Cli) -> None:
    """A rejection keeps its reason and who made it."""
    told.lines("accept", keys(told.archive)[3], "--reject", "--reason", "No count.", "--by", "Bob")
    note = last(told, 1)[0]
    assert (note["type"], note["data"]["reason"], note["source"]) == ("proposal.rejected", "No count.", "manual:Bob")


# Name: options, what becomes of the six.
CHOSEN = {
    "all": (["--all"], "aaooaa"),
    "rule": (["--rule", "disposition.marked"], "aaoooo"),
    "kind": (["--kind", "status_list"], "ooooaa"),
    "confidence": (["--min-confidence", "0.8"], "aoooaa"),
    "story": (["--story", "tale", "--kind", "disposition"], "aaoooo"),
    "reject a rule": (["--rule", "tally.marked", "--reject"], "oooroo"),
    "nothing like that": (["--rule", "x"], "oooooo"),
}


@pytest.mark.parametrize(("options", "expected"), CHOSEN.values(), ids=CHOSEN.keys())
def test_chosen(told: Cli, options: list[str], expected: str) -> None:
    """The options choose; what lacks something stays open."""
    told.lines("accept", *options)
    assert statuses(told) == expected


def test_policy_is_noted(told: Cli) -> None:
    """What no person looked at says which rule was trusted."""
    told.lines("accept", "--rule", "disposition.marked")
    told.lines("accept", "--all")
    policies = [
        event["data"]["policy"] for event in check_archive(told.archive) if event["type"] == "proposal.accepted"
    ]
    assert policies == ["disposition.marked"] * 2 + ["all"] * 2


def test_json(told: Cli) -> None:
    """--json tells how many were decided, and what was appended."""
    result = told.json("accept", "--all")
    assert {name: result[name] for name in ("accepted", "rejected", "decided_before", "skipped", "appended", "first")} == {
        "accepted": 4, "rejected": 0, "decided_before": 0, "skipped": 2, "appended": 8, "first": 9,
    }  # fmt: skip


def test_dry_run(told: Cli) -> None:
    """A dry run says what would be and appends nothing."""
    said = told.lines("accept", "--all", "--dry-run")
    assert (said[0], said[-1], statuses(told)) == (
        "4 proposals would be accepted, 2 proposals left open", "nothing was written", "oooooo",
    )  # fmt: skip


def test_again(told: Cli) -> None:
    """What was accepted already is said and not done again."""
    key = keys(told.archive)[0]
    told.lines("accept", key)
    assert told.lines("accept", key) == ["1 proposal decided so before"]


def test_table(told: Cli) -> None:
    """A table that comes back decides its rows; what was changed in it is changed in the events."""

    def decide(rows: list[Cells]) -> None:
        rows[0] |= {"decision": "accept", "data.pages": "7"}
        rows[1] |= {"decision": "Reject", "reason": "It was P03."}
        rows[2] |= {"decision": "a", "found.person": "Bob Ray", "data.letter": "l1"}
        rows[4] |= {"decision": "skip"}

    said = told.lines("accept", table(told, decide))
    events = {event["type"]: event for event in last(told, 5)}
    assert (said[0], statuses(told)) == ("2 proposals accepted, 1 proposal rejected, 3 proposals left open", "araooo")
    assert (events["proposal.rejected"]["data"]["reason"], last(told, 5)[0]["data"]["pages"]) == ("It was P03.", 7)
    assert (last(told, 2)[0]["data"]["letter"], last(told, 2)[1]["data"]["edited"]) == (
        "l1",
        "data.letter, found.person",
    )


# Name: how a spreadsheet writes the table.
MANGLED: dict[str, dict[str, str]] = {
    "as it was": {},
    "semicolons": {"delimiter": ";"},
    "byte order mark": {"encoding": "utf-8-sig"},
    "tabs and UTF-16": {"delimiter": "\t", "encoding": "utf-16"},
}


@pytest.mark.parametrize("how", MANGLED.values(), ids=MANGLED.keys())
def test_mangled_table(told: Cli, how: dict[str, Any]) -> None:
    """However the program wrote it, nothing was edited."""
    told.lines("accept", "--all", table(told, lambda rows: rows.__delitem__(slice(2, 4)), **how))
    assert [note["data"].get("edited") for note in last(told, 8) if note["type"] == "proposal.accepted"] == [None] * 4


def test_all_of_a_table(told: Cli) -> None:
    """--all accepts the rows in which nothing is decided."""

    def decide(rows: list[Cells]) -> None:
        rows[2]["decision"], rows[3]["decision"] = "skip", "reject"

    told.lines("accept", "--all", table(told, decide))
    assert statuses(told) == "aaoraa"


def test_table_twice(told: Cli) -> None:
    """The same table again decides nothing again."""
    path = table(told, lambda rows: rows[0].update(decision="accept"))
    told.lines("accept", path)
    assert told.lines("accept", path)[0] == "1 proposal decided so before, 5 proposals left open"


def twice(rows: list[Cells]) -> None:
    rows[0]["decision"] = "accept"
    rows.append(dict(rows[0]))


def clear(rows: list[Cells]) -> None:
    for row in rows:
        del row["proposal"]


# Name: what is done to the table, what is said.
BAD_TABLES: dict[str, tuple[Callable[[list[Cells]], object], str]] = {
    "nothing decided": (lambda rows: None, "p.csv: no row says what to decide"),
    "no such decision": (lambda rows: rows[1].update(decision="perhaps"), "p.csv:3: decision is 'perhaps', expected accept, reject, skip or nothing"),
    "unknown key": (lambda rows: rows[0].update(decision="accept", proposal="0123456789abcdef"), "p.csv:2: there is no proposal '0123456789abcdef'"),
    "key as a number": (lambda rows: rows[0].update(decision="accept", proposal="1.23457E+31"), "p.csv:2: '1.23457E+31' is no key of a proposal: 4 to 32 hex digits"),
    "no key": (lambda rows: rows[0].update(decision="accept", proposal=""), "p.csv:2: '' is no key of a proposal: 4 to 32 hex digits"),
    "row twice": (twice, "p.csv:8: the proposal KEY is in …/p.csv:2 already"),
    "column lost": (clear, "p.csv:1: the column 'proposal' is missing"),
    "still needs something": (lambda rows: rows[2].update(decision="accept"), "p.csv:4: it still needs speaker"),
    "date that may be two": (lambda rows: rows[0].update(decision="accept", edtf="06/07/2017"), "p.csv:2: edtf: "),
    "shortened number": (lambda rows: rows[0].update({"decision": "accept", "data.letter": "1E+05"}), "p.csv:2: data.letter is '1E+05': a spreadsheet has shortened it"),
    "value that the tables refuse": (lambda rows: rows[1].update({"decision": "accept", "data.answer": "hm"}), "p.csv:3: answers: answer is 'hm'"),
    "value that the type refuses": (lambda rows: rows[0].update({"decision": "accept", "data.pages": "many"}), "p.csv:2: data.pages: "),
    "unknown member": (lambda rows: rows[0].update({"decision": "accept", "data.letter": "", "data.place": ""}), "p.csv:2: data: "),
    "type that there is not": (lambda rows: rows[0].update(decision="accept", type="answer.lost"), "p.csv:2: the event type 'answer.lost' is not known"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "said"), BAD_TABLES.values(), ids=BAD_TABLES.keys())
def test_bad_table(told: Cli, change: Callable[[list[Cells]], object], said: str) -> None:
    """A table with one row that cannot be taken decides nothing, and the error names the row."""
    code, errors = told.error("accept", table(told, change))
    message = errors[0].replace(keys(told.archive)[0], "KEY")
    assert (message.startswith(f"error: …/{said}"), code in (1, 2), len(check_archive(told.archive))) == (True, True, 8)


def test_decided_otherwise(told: Cli) -> None:
    """A row that rejects what was accepted is an error that says what helps."""
    path = table(told, lambda rows: rows[0].update(decision="reject"))
    told.lines("accept", keys(told.archive)[0])
    code, said = told.error("accept", path)
    assert (code, said[0], said[1].startswith("help: `regesta retract ")) == (
        2, "error: …/p.csv:2: it was accepted already, in event 10", True,
    )  # fmt: skip


def test_lines(told: Cli) -> None:
    """JSON Lines come back in the same way, with the whole event."""

    def decide(objects: list[Any]) -> None:
        objects[0]["decision"] = "accept"
        objects[0]["event"]["data"]["pages"] = 7
        objects[2] |= {"decision": "accept", "found": objects[2]["found"] | {"person": "Ann Lee"}}
        objects[3] |= {"decision": "reject", "reason": "No."}

    told.lines("accept", lines(told, decide))
    assert (statuses(told), [event["data"].get("pages") for event in check_archive(told.archive)[8:9]]) == (
        "aoaroo",
        [7],
    )


def test_standard_input(told: Cli) -> None:
    """What another program prints is taken from standard input."""
    made = json.loads(told.lines("proposals", "--jsonl")[0]) | {"decision": "accept"}
    assert told("accept", "-", input=json.dumps(made)).stdout.startswith("1 proposal accepted\n")


# Name: text of a file of JSON Lines, what is said.
BAD_LINES = {
    "no JSON": ("\nnonsense\n", "p.jsonl:2: not valid JSON"),
    "list": ("[]\n", "p.jsonl:1: expected one object a line"),
    "no key": ('{"decision": "accept"}\n', "p.jsonl:1: the member 'proposal' is missing"),
    "no decision": ('{"proposal": "abcd"}\n', "p.jsonl:1: the member 'decision' is missing"),
    "decision is a number": ('{"proposal": "abcd", "decision": 1}\n', "p.jsonl:1: decision is '1'"),
    "key is a number": ('{"proposal": 12345678, "decision": "accept"}\n', "p.jsonl:1: there is no proposal '12345678'"),
    "one object over several lines": ('{\n"proposal": "abcd"}\n', "p.jsonl:1: not valid JSON"),
    "empty": ("", "p.jsonl: no row says what to decide"),
}


@pytest.mark.parametrize(("text", "said"), BAD_LINES.values(), ids=BAD_LINES.keys())
def test_bad_lines(told: Cli, text: str, said: str) -> None:
    """What is wrong with a line is told with its number."""
    _, errors = told.error("accept", told.write("p.jsonl", text))
    assert errors[0].startswith(f"error: …/{said}")


# Name: words, what is said.
CONTRADICTIONS = {
    "nothing": ([], "nothing to decide: give a KEY, a FILE, --rule, or --all"),
    "key and rule": (["abcd", "--rule", "x"], "name proposals or choose them by --kind, --rule …, not both"),
    "set without a key": (["--all", "--set", "a=b"], "--set goes with one KEY"),
    "set with two keys": (["abcd", "abce", "--set", "a=b"], "--set goes with one KEY"),
    "reason without reject": (["abcd", "--reason", "x"], "--reason goes with --reject"),
    "file and key": (["x.csv", "abcd"], "a file says itself what is decided: give it without KEYs and without --reject"),
    "file and reject": (["x.csv", "--reject"], "a file says itself what is decided: give it without KEYs and without --reject"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "said"), CONTRADICTIONS.values(), ids=CONTRADICTIONS.keys())
def test_contradictions(told: Cli, words: list[str], said: str) -> None:
    """Options that make no sense together are told."""
    code, errors = told.error("accept", *words)
    assert (code, errors[0]) == (2, f"error: {said}")


def test_no_such_file(told: Cli) -> None:
    """A file that is not there is told by its name."""
    assert told.error("accept", str(told.archive.folder / "x.csv")) == (
        1,
        ["error: …/x.csv: No such file or directory"],
    )


@pytest.mark.parametrize("words", [["--set", "x"], ["--set", "=x"], ["--set", "speaker=x"]])
def test_set_that_is_none(told: Cli, words: list[str]) -> None:
    """An edit that names nothing is told."""
    code, _ = told.error("accept", keys(told.archive)[0], *words)
    assert code == 2
