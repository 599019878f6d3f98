"""`regesta replace`: what changes, what stays, who says so, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from regesta.replay.build import build_into
from tests.archives import check_archive, log_lines, retraction, snapshot
from tests.cli.conftest import Cli
from tests.cli.stories import TEXT, record
from tests.cli.test_replay import rows, text_of
from tests.replay.dumps import dump

WHY = ("--why", "Misread.")
ANSWERS = "select place, answer, reason from answers order by place"


def last(cli: Cli) -> dict[str, Any]:
    """Return the last event of the log, checked without the engine."""
    return check_archive(cli.archive)[-1]


def event(cli: Cli, number: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(log_lines(cli.archive)[number - 1])
    return found


def test_correcting_a_correction_does_not_bring_the_first_error_back(retold: Cli) -> None:
    """Of a chain of replacements only the last one counts; when that is retracted, the one before it does."""
    retold.lines("replace", "3", *WHY, "--data", "answer=yes")
    retold.lines("replace", "12", *WHY, "--data", "answer=partly")
    of_place = "select answer, last_event from answers where place = 'P01' union select status, sequence from events"
    shown = f"{of_place} where sequence in (3, 12) order by 2"
    assert rows(retold.archive.database, shown) == [("replaced", 3), ("replaced", 12), ("partly", 13)]
    retold.lines("retract", "13", *WHY)
    assert rows(retold.archive.database, shown) == [("replaced", 3), ("current", 12), ("yes", 12)]


def test_what_is_said(retold: Cli) -> None:
    """The new event's number and id, and that the tables were built."""
    said = retold.lines("replace", "3", *WHY, "--date", "2017-06-29")
    new = last(retold)
    assert said == [
        "appended 1 event, number 12",
        f"  12  {new['id']}  answer.given  place/P01",
        "built archive.db: 12 events",
    ]


def test_what_is_not_given_stays(retold: Cli) -> None:
    """A new event of the same type takes the place of the old one, all else as it was, and says who and why."""
    retold.lines("replace", "3", *WHY, "--date", "29 June 2017", "--data", "reason=Not ours.")
    old, new = event(retold, 3), last(retold)
    assert (new["replaces"], new["edtf"], new["data"]) == (
        old["id"], "2017-06-29", {**old["data"], "reason": "Not ours.", "note": "Corrected by Ada: Misread."},
    )  # fmt: skip
    assert [new[name] for name in ("type", "subject", "source")] == [
        old[name] for name in ("type", "subject", "source")
    ]


# Name: event, options, what is other in the new event; None is a member that it does not have.
CHANGES: dict[str, tuple[str, list[str], dict[str, Any]]] = {
    "date": ("3", ["--date", "2017-06-28/2017-06-30"], {"edtf": "2017-06-28/2017-06-30"}),
    "date by its technical name": ("3", ["--edtf", "2017-06"], {"edtf": "2017-06"}),
    "no date": ("3", ["--undated"], {"edtf": None}),
    "a date where there was none": ("6", ["--date", "2017"], {"edtf": "2017"}),
    "subject": ("3", ["--subject", "place/P09"], {"subject": "place/P09"}),
    "source": ("3", ["--source", "https://example.org/a"], {"source": "https://example.org/a"}),
    "summary": ("3", ["--summary", "P01 refuses."], {"summary": "P01 refuses."}),
    "words of the date": ("3", ["--datetext", "on Friday"], {"datetext": "on Friday"}),
    "value": ("3", ["--data", "pages=4", "--data", "final=true"], {"pages": 4, "final": True}),
    "dropped": ("3", ["--drop", "reason"], {"reason": None}),
    "several dropped": ("3", ["--drop", "reason", "--drop", "evidence"], {"reason": None, "evidence": None}),
    "dropped and given": ("3", ["--drop", "reason", "--data", "reason=New."], {"reason": "New."}),
    "note": ("3", ["--data", "note=Seen."], {"note": "Seen.\nCorrected by Ada: Misread."}),
    "old note stays": ("8", ["--data", "pages=1"], {"pages": 1, "note": "Misread.\nCorrected by Ada: Misread."}),
    "note dropped": ("8", ["--drop", "note"], {"note": "Corrected by Ada: Misread."}),
    "by somebody": ("3", ["--by", "Bo Ek", "--undated"], {"edtf": None, "note": "Corrected by Bo Ek: Misread."}),
}  # fmt: skip


@pytest.mark.parametrize(("number", "options", "changes"), CHANGES.values(), ids=CHANGES.keys())
def test_changes(retold: Cli, number: str, options: list[str], changes: dict[str, Any]) -> None:
    """Each option changes what it names and nothing else."""
    retold.lines("replace", number, *WHY, *options)
    expected = {**_flat(event(retold, int(number))), "note": "Corrected by Ada: Misread.", **changes}
    assert _flat(last(retold)) == {name: value for name, value in expected.items() if value is not None}


def _flat(value: dict[str, Any]) -> dict[str, Any]:
    """Return what an event says, the members of its data beside those of its envelope."""
    own = {name: value[name] for name in ("type", "subject", "source", "edtf") if name in value}
    return {**own, **value["data"]}


def test_evidence(retold: Cli) -> None:
    """New passages take the place of the old ones."""
    path = retold.write("source.txt", TEXT)
    retold.lines("replace", "3", *WHY, "--evidence", f"{path}:no to all.", "--evidence", f"{path}:0-3")
    found = [item["selector"][1]["exact"] for item in last(retold)["data"]["evidence"]]
    assert found == ["no to all.", "P01"]


def test_who_without_a_keeper(filled: Cli) -> None:
    """Where the archive names no keeper it is just the keeper."""
    filled.lines("replace", "1", *WHY, "--undated")
    assert last(filled)["data"]["note"] == "Corrected by the keeper: Misread."


def test_named_by_id(retold: Cli) -> None:
    """An event is named by its id or the first characters of it too."""
    name = event(retold, 3)["id"]
    retold.lines("replace", name[:12], *WHY, "--undated")
    assert last(retold)["replaces"] == name


def test_tables_follow(retold: Cli, tmp_path: Path) -> None:
    """The tables show the new event, as a full build does; as known before they are what they were."""
    before = text_of(retold.archive.database)
    retold.lines("replace", "3", *WHY, "--data", "place=P07", "--drop", "reason")
    answers = rows(retold.archive.database, ANSWERS)
    assert answers == [
        ("P02", "no", None), ("P03", "unknown", None), ("P04", "yes", None), ("P05", "yes", None), ("P07", "no", None),
    ]  # fmt: skip
    build_into(retold.archive, tmp_path / "full.db")
    retold.lines("replay", "--known", "2026-01-04", "-o", str(tmp_path / "then.db"))
    assert (dump(retold.archive.database), text_of(tmp_path / "then.db")) == (dump(tmp_path / "full.db"), before)


def test_chain(retold: Cli) -> None:
    """A replacement can be replaced: the newest counts, and the notes tell all the reasons."""
    retold.lines("replace", "3", *WHY, "--data", "answer=partly")
    retold.lines("replace", "12", "--why", "Once more.", "--by", "Bo", "--data", "answer=yes")
    assert (rows(retold.archive.database, ANSWERS)[0], last(retold)["data"]["note"]) == (
        ("P01", "yes", "Not public."), "Corrected by Ada: Misread.\nCorrected by Bo: Once more.",
    )  # fmt: skip


def test_back_to_what_it_was(retold: Cli) -> None:
    """A replacement that is retracted leaves the old event; the same words do not replace it again, others do."""
    words = ("replace", "3", "--data", "answer=partly", "--why")
    retold.lines(*words, "Misread.")
    retold.lines("retract", "12", "--why", "Read well.")
    old = rows(retold.archive.database, ANSWERS)[0]
    refused = retold.error(*words, "Misread.")
    retold.lines(*words, "Misread after all.")
    assert (old, refused, rows(retold.archive.database, ANSWERS)[0]) == (
        ("P01", "no", "Not public."),
        (2, ["error: the new event is in the log already, word for word, and counts no longer",
             "help: say why in other words"]),
        ("P01", "partly", "Not public."),
    )  # fmt: skip


def test_dry_run(retold: Cli) -> None:
    """--dry-run checks all and changes no file."""
    before = snapshot(retold.archive.folder)
    said = retold.lines("replace", "3", *WHY, "--undated", "--dry-run")
    assert (said, snapshot(retold.archive.folder)) == (
        ["would append 1 event, number 12", "nothing was written"],
        before,
    )


def test_no_build(retold: Cli) -> None:
    """--no-build leaves the tables as they are."""
    before = retold.archive.database.read_bytes()
    retold.lines("replace", "3", *WHY, "--undated", "--no-build")
    assert retold.archive.database.read_bytes() == before


def test_json(retold: Cli) -> None:
    """--json tells what was appended and built."""
    result = retold.json("replace", "3", *WHY, "--undated")
    assert result == {
        "appended": 1, "first": 12, "last": 12, "known": 0, "dry_run": False, "notices": [],
        "events": [{"sequence": 12, "id": last(retold)["id"]}], "built": {"events": 12, "new": 1, "full": False},
    }  # fmt: skip


# Name: words, exit code, first line on standard error; nothing is appended.
NOTHING = "nothing is changed"
REFUSED: dict[str, tuple[list[str], int, str]] = {
    "no change": (["3", *WHY], 2, NOTHING),
    "the same date": (["3", *WHY, "--date", "30 June 2017"], 2, NOTHING),
    "the same value": (["3", *WHY, "--data", "answer=no", "--subject", "place/P01"], 2, NOTHING),
    "undated already": (["6", *WHY, "--undated"], 2, NOTHING),
    "no reason": (["3", "--undated"], 2, "missing option '--why'"),
    "two dates": (["3", *WHY, "--undated", "--date", "2017"], 2, "--undated and --date exclude each other"),
    "bad date": (["3", *WHY, "--date", "2017-13"], 2, "'2017-13': the calendar has no 2017-13"),
    "no such event": (["99", *WHY, "--undated"], 2, "there is no event '99' in the log"),
    "no id": (["zz", *WHY, "--undated"], 2, "'zz' is neither an event's id (or its first 4 or more hex digits) nor its number"),
    "replaced": (["4", *WHY, "--undated"], 2, "event 4 was replaced already, by event 8"),
    "retracted": (["9", *WHY, "--undated"], 2, "event 9 was retracted already, by event 11"),
    "nothing to drop": (["3", *WHY, "--drop", "pages"], 2, "--drop pages: event 3 has no such member"),
    "no pair": (["3", *WHY, "--data", "pages"], 2, "--data 'pages' is not KEY=VALUE"),
    "twice": (["3", *WHY, "--data", "pages=1", "--data", "pages=2"], 2, "--data pages is given twice"),
    "not in the list": (
        ["3", *WHY, "--data", "place=P99"], 1,
        "the new event: answers.place is 'P99', which is not in schema/reference/places.csv",
    ),
    "not known": (["3", *WHY, "--data", "colour=red"], 1, "the new event: data: "),
    "required": (["3", *WHY, "--drop", "answer"], 1, "the new event: data: "),
    "control character": (
        ["3", "--why", "a\x1b[2J", "--undated"], 1,
        "the new event: data.note: the character U+001B is not allowed in text",
    ),
    "too long": (["3", "--why", "x" * 10_001, "--undated"], 1, "the new event: data.note: "),
}  # fmt: skip


@pytest.mark.parametrize(("words", "code", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(story: Cli, words: list[str], code: int, message: str) -> None:
    """What cannot be is refused, and log and tables stay as they are."""
    before = snapshot(story.archive.folder / "events"), story.archive.database.read_bytes()
    found, said = story.error("replace", *words)
    assert (found, said[0][: len(message) + 7]) == (code, f"error: {message}")
    assert (snapshot(story.archive.folder / "events"), story.archive.database.read_bytes()) == before


def test_what_helps(story: Cli) -> None:
    """An event that counts no longer leads to the one that took its place."""
    assert story.error("replace", "4", *WHY, "--undated")[1][1] == (
        "help: correct event 8 instead, see `regesta show 8`"
    )


def test_retraction_is_not_replaced(retold: Cli) -> None:
    """A retraction is taken back, not replaced."""
    assert retold.error("replace", "11", *WHY, "--data", "reason=Other.") == (
        2,
        ["error: event 11 is a retraction, which is not replaced",
         "help: `regesta retract 11` takes it back; then take the event back again, saying why"],
    )  # fmt: skip


def test_event_that_a_later_one_corrects_twice(retold: Cli) -> None:
    """An event that two corrections take out is refused by the first of them."""
    target = event(retold, 3)["id"]
    record(retold.archive, 5, retraction(target, "One."), retraction(target, "Two."))
    assert retold.error("replace", "3", *WHY, "--undated")[1][0] == "error: event 3 was retracted already, by event 12"
