"""`regesta proposals`: the list, and the tables for a spreadsheet and for programs."""

from __future__ import annotations

import csv
import io
import json

import pytest

from regesta.archive import Archive
from regesta.ingest.proposals import Wanted, select
from regesta.ingest.review import Decision, Review
from tests.cli.conftest import Cli
from tests.ingest.tale import TEXT, keys, pending, tale


@pytest.fixture
def told(quick_path: object) -> Cli:
    """The command line on an archive with six open proposals."""
    return Cli(pending(tale(quick_path)))  # type: ignore[arg-type]


def test_list(told: Cli) -> None:
    """Each proposal is said with its passage and what it needs."""
    made = [key[:12] for key in keys(told.archive)]
    assert told.lines("proposals") == [
        f"{made[0]}  disposition  0.90  P01 says no, through Ann Lee.",
        "    “P01 will not take part.”",
        f"{made[1]}  disposition  0.60  P02 says yes.",
        "    “P02 will.”",
        f"{made[2]}  quote  0.90  Somebody is quoted.",
        '    “"We shall see."”',
        "    needs speaker (perhaps Ann Lee, Bob Ray)",
        f"{made[3]}  tally  0.90  A tally (44).",
        "    “44 places”",
        "    needs type",
        f"{made[4]}  status_list  0.90  P05 is named, number 1.",
        "    “P05 and P06”",
        f"{made[5]}  status_list  0.90  P06 is named, number 2.",
        "    “P05 and P06”",
        "",
        "6 proposals; `regesta review` goes through the open ones, one by one",
    ]


# Name: options, kinds of the proposals that are listed.
CHOSEN = {
    "kind": (["--kind", "quote"], ["quote"]),
    "rule": (["--rule", "tally.marked"], ["tally"]),
    "needs": (["--needs", "any"], ["quote", "tally"]),
    "confidence": (["--min-confidence", "0.8", "--kind", "disposition"], ["disposition"]),
    "story": (["--story", "other"], []),
    "status": (["--status", "accepted"], []),
    "any status": (["--status", "any", "--limit", "1"], ["disposition"]),
}


@pytest.mark.parametrize(("options", "expected"), CHOSEN.values(), ids=CHOSEN.keys())
def test_options(told: Cli, options: list[str], expected: list[str]) -> None:
    """The options choose."""
    assert [item["kind"] for item in told.json("proposals", *options)] == expected


def test_limit_says_how_many_more(told: Cli) -> None:
    """A list that is cut says so."""
    assert told.lines("proposals", "--limit", "2")[-1].startswith("2 proposals, 4 more with --limit;")


def test_nothing(told: Cli) -> None:
    """No proposal is no error."""
    assert told.lines("proposals", "--kind", "x") == ["no proposal is like that"]


def test_no_proposals_at_all(cli: Cli) -> None:
    """An archive that never ingested has none; its tables are built to say so."""
    assert cli.lines("proposals") == ["no proposal is like that"]


def test_decided(told: Cli) -> None:
    """What was decided is shown with its status where it is asked for."""
    first = next(select(told.archive.database, Wanted()))
    Review(told.archive).decide([Decision(first, True)])
    lines = told.lines("proposals", "--status", "accepted")
    assert (lines[0], lines[-1]) == (
        f"{first.key[:12]}  disposition  0.90  accepted  P01 says no, through Ann Lee.",
        "1 proposal",
    )


def test_csv(told: Cli) -> None:
    """The table has a place for the decision, the passage, the event by its members, and what was found."""
    rows = list(csv.DictReader(io.StringIO(told("proposals", "--csv", "--kind", "disposition").stdout, newline="")))
    row = {name: cell for name, cell in rows[0].items() if cell}
    assert (len(rows), row.pop("document")) == (2, next(select(told.archive.database, Wanted())).data["document"])
    assert row == {
        "proposal": keys(told.archive)[0], "status": "open", "kind": "disposition", "rule": "disposition.marked",
        "confidence": "0.9", "story": "tale", "start": "58", "end": "81", "passage": "P01 will not take part.",
        "type": "answer.given", "subject": "place/P01", "edtf": "../2017-07-05",
        "data.summary": "P01 says no, through Ann Lee.", "data.answer": "no", "data.letter": "l1", "data.place": "P01",
        "data.reason": "ann-lee", "found.disposition": "refuse", "found.person": "Ann Lee", "found.state": "P01",
    }  # fmt: skip


def test_csv_is_guarded(quick_path: object) -> None:
    """A passage that a spreadsheet would run goes out as text."""
    archive = pending(tale(quick_path), "[disposition state=P01 disposition=refuse: =cmd|' /C calc'!A0]")  # type: ignore[arg-type]
    rows = list(csv.DictReader(io.StringIO(Cli(archive)("proposals", "--csv").stdout, newline="")))
    assert rows[0]["passage"] == "'=cmd|' /C calc'!A0"


def test_jsonl(told: Cli) -> None:
    """Each line is a proposal with its whole event."""
    lines = [json.loads(line) for line in told.lines("proposals", "--jsonl")]
    first = lines[0]
    assert (len(lines), first["decision"], first["event"]["data"]["answer"], first["passage"]) == (
        6, None, "no", "P01 will not take part.",
    )  # fmt: skip


def test_document_is_not_kept(told: Cli) -> None:
    """Without the document there is no passage, and the rest is there."""
    for path in (told.archive.folder / "documents").glob("*.txt"):
        path.unlink()
    assert told.lines("proposals", "--kind", "disposition", "--limit", "1")[0].endswith("through Ann Lee.")


HOSTILE = TEXT.replace("P01 will not take part.", "no \x1b[2J\u202e!").replace(
    "Ann_Lee,Bob_Ray", "Ann\x1b[31m,\u202eBob"
)


def test_hostile_text(quick_path: object) -> None:
    """What a document says reaches a terminal as escapes."""
    sent = Cli(pending(tale(quick_path), HOSTILE)).on_terminal("proposals", columns=200)  # type: ignore[arg-type]
    assert ("“no \\x1b[2J\\u202e!”" in sent, [sign for sign in "\x1b\u202e" if sign in sent]) == (True, [])


def test_tables_are_brought_up_to_date(quick_path: object) -> None:
    """What was appended since the last build is there."""
    archive: Archive = pending(tale(quick_path))  # type: ignore[arg-type]
    archive.database.unlink()
    assert Cli(archive).lines("proposals", "--kind", "tally")[0].endswith("A tally (44).")
