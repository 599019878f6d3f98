"""`regesta redact`: what is said, what is gone, and where the words still stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from regesta.events.segment import segments
from tests.cli.conftest import Cli

WHY = ("--why", "Asked to be left out.")


@pytest.fixture
def summary(retold: Cli) -> str:
    """The words that are to go."""
    found: str = retold.json("show", "3")["event"]["data"]["summary"]
    return found


def holding(cli: Cli, words: str) -> list[str]:
    """Return the archive's files that hold these words."""
    files = [path for path in cli.archive.folder.rglob("*") if path.is_file()]
    return sorted(str(path.relative_to(cli.archive.folder)) for path in files if words.encode() in path.read_bytes())


def test_what_is_said(retold: Cli, summary: str) -> None:
    """That it is done, which event says so, and that copies are not reached; then the words are nowhere."""
    assert "archive.db" in holding(retold, summary)
    assert retold.lines("redact", "3", "--fields", "summary", *WHY) == [
        "taken out; event 12 says so",
        "copies made before (backups, version control, published sites) still have them",
    ]
    assert holding(retold, summary) == []
    assert retold.lines("verify")[0].startswith("sound: 12 events (1 redacted) in ")


def test_shown(retold: Cli, summary: str) -> None:
    """The event says what was taken out and which event says so; the words are not found."""
    retold.lines("redact", "3", "--fields", "summary", *WHY)
    shown = retold.json("show", "3")
    assert (shown["redacted"], "summary" in shown["event"]["data"], shown["status"]) == (["summary"], False, "current")
    assert "  redacted      summary taken out, as event 12 says" in retold.lines("show", "3")


def test_elsewhere(retold: Cli, summary: str) -> None:
    """Other lines with the same words are named, in the log and beside it."""
    retold.write("notes.txt", f"one\n{summary}\n")
    retold.lines("replace", "3", "--data", f"note=See: {summary}", "--why", "A note.", "--no-build")
    found = retold.json("redact", "3", "--fields", "summary", "--why", "Private.")
    assert found["elsewhere"] == ["events/000005.jsonl:1", "notes.txt:2"]


def test_no_longer_counts(retold: Cli) -> None:
    """Where what is left is too little for the tables, that is said."""
    said = retold.lines("redact", "3", "--fields", "data", *WHY)
    assert said[1].startswith("what is left no longer fits the tables, so the event no longer counts: data: ")
    assert retold.json("show", "3")["status"] == "redacted"


def test_dry_run(retold: Cli, summary: str) -> None:
    """What would be done is said, and nothing is done."""
    before = holding(retold, summary)
    assert retold.lines("redact", "3", "--fields", "summary", *WHY, "--dry-run") == [
        "would be taken out; event 12 would say so",
        "nothing was written",
    ]
    assert (before, retold.json("redact", "3", "--fields", "data", *WHY, "--dry-run")["counts"]) == (
        holding(retold, summary), False,
    )  # fmt: skip


def test_other_places(retold: Cli, summary: str) -> None:
    """Words in a proof, in a database of another name, in a text over two lines: each is named; hidden folders are not."""
    folder = retold.archive.folder
    retold.lines("prove", "3", "-o", str(folder / "event-3.tlog-proof"))
    retold.lines("replay", "--at", "2017-12-31", "-o", str(folder / "mine.db"))
    (folder / ".git").mkdir()
    (folder / ".git" / "kept").write_text(summary)
    places = retold.json("redact", "3", "--fields", "summary", *WHY)["elsewhere"]
    assert {place.partition(":")[0] for place in places} == {"event-3.tlog-proof", "mine.db"}


USAGE = {
    "no field": (("redact", "3", *WHY), "--fields"),
    "no reason": (("redact", "3", "--fields", "summary"), "--why"),
    "no event": (("redact", "--fields", "summary", *WHY), "from which event"),
    "no such event": (("redact", "99", "--fields", "summary", *WHY), "no event"),
    "no such field": (("redact", "3", "--fields", "summary,colour", *WHY), "no member 'colour'"),
    "an empty field": (("redact", "3", "--fields", " , ", *WHY), "--fields"),
}


@pytest.mark.parametrize(("words", "expected"), USAGE.values(), ids=USAGE.keys())
def test_usage(words: tuple[str, ...], expected: str, retold: Cli) -> None:
    """What is missing or makes no sense is said, and nothing is changed."""
    before = [path.read_bytes() for path in segments(retold.archive.log.folder)]
    code, lines = retold.error(*words)
    assert (code, expected in " ".join(lines)) == (2, True)
    assert before == [path.read_bytes() for path in segments(retold.archive.log.folder)]


def test_nothing_unfinished(retold: Cli) -> None:
    """Without an event it finishes what was interrupted, which is nothing here."""
    assert retold.lines("redact") == ["no redaction was left unfinished"]


def test_finished(retold: Cli, monkeypatch: pytest.MonkeyPatch, summary: str) -> None:
    """A redaction that was interrupted is told by verify, and finished by the command."""
    with monkeypatch.context() as patch:
        patch.setattr("regesta.events.redaction._replace", lambda *_: None)
        retold("redact", "3", "--fields", "summary", *WHY)
    assert retold("verify").exit_code == 3
    assert retold.lines("redact")[0].startswith("finished the redaction of ")
    assert (retold("verify").exit_code, holding(retold, summary)) == (0, [])


def test_replays_are_gone(retold: Cli, summary: str) -> None:
    """Replays that were kept are removed."""
    retold.lines("query", "--at", "2017-07-01", "select 1")
    retold.lines("redact", "3", "--fields", "summary", *WHY)
    kept = list(Path(retold.archive.folder / ".regesta" / "replays").glob("*.db"))
    assert (kept, holding(retold, summary)) == ([], [])
