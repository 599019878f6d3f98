"""`regesta retract`: an event that counts no longer, and one that counts again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from regesta.replay.build import build_into
from tests.archives import check_archive, snapshot
from tests.cli.conftest import Cli
from tests.cli.test_replay import rows, text_of
from tests.replay.dumps import dump

WHY = ("--why", "It was a draft.")


def last(cli: Cli) -> dict[str, Any]:
    """Return the last event of the log, checked without the engine."""
    return check_archive(cli.archive)[-1]


def test_what_is_said(retold: Cli) -> None:
    """The retraction's number and id, and that the tables were built."""
    said = retold.lines("retract", "3", *WHY)
    new = last(retold)
    assert said == [
        "appended 1 event, number 12",
        f"  12  {new['id']}  event.retracted  {new['subject']}",
        "built archive.db: 12 events",
    ]


def test_event(retold: Cli) -> None:
    """The retraction names the event, who takes it back and why."""
    target = retold.json("show", "3")["event"]["id"]
    retold.lines("retract", "3", *WHY)
    new = last(retold)
    assert {name: new[name] for name in ("type", "subject", "source", "data")} == {
        "type": "event.retracted",
        "subject": f"event/{target}",
        "source": "manual:Ada",
        "data": {"reason": "It was a draft.", "summary": "Event 3 was taken back: It was a draft."},
    }


# Name: --by, source of the event.
NAMES = {
    "two words": ("Bo Ek", "manual:Bo%20Ek"),
    "letters of other alphabets": ("Åsa", "manual:%C3%85sa"),
    "signs": ("a/b?c#d%e", "manual:a/b%3Fc%23d%25e"),
    "no text": ("\udcff", "manual:%ED%B3%BF"),
}


@pytest.mark.parametrize(("name", "source"), NAMES.values(), ids=NAMES.keys())
def test_by(retold: Cli, name: str, source: str) -> None:
    """--by stands in the source, which is a URI whatever the name."""
    retold.lines("retract", "3", *WHY, "--by", name)
    assert last(retold)["source"] == source


def test_without_a_keeper(filled: Cli) -> None:
    """Where the archive names no keeper the source is just manual."""
    filled.lines("retract", "1", *WHY)
    assert last(filled)["source"] == "manual:"


def answers(cli: Cli) -> list[tuple[Any, ...]]:
    return rows(cli.archive.database)


def test_tables_follow(retold: Cli, tmp_path: Path) -> None:
    """The row is gone, as in a full build; as known before it is there, and the old tables are what they were."""
    before = text_of(retold.archive.database)
    retold.lines("retract", "3", *WHY)
    assert answers(retold) == [("P02", "no"), ("P03", "unknown"), ("P04", "yes"), ("P05", "yes")]
    build_into(retold.archive, tmp_path / "full.db")
    retold.lines("replay", "--known", "2026-01-04", "-o", str(tmp_path / "then.db"))
    assert (dump(retold.archive.database), text_of(tmp_path / "then.db")) == (dump(tmp_path / "full.db"), before)


def test_replacement_taken_back(retold: Cli) -> None:
    """When a replacement is retracted, what it replaced counts again."""
    retold.lines("retract", "8", *WHY)
    assert answers(retold)[1] == ("P02", "partly")


def test_retraction_taken_back(retold: Cli, tmp_path: Path) -> None:
    """An event counts again when its retraction is retracted, and not when that is retracted as well."""
    found = [answers(retold)[0]]
    for number in ("3", "12", "13"):
        retold.lines("retract", number, *WHY)
        found.append(answers(retold)[0])
    build_into(retold.archive, tmp_path / "full.db")
    assert (found, dump(retold.archive.database)) == (
        [("P01", "no"), ("P02", "no"), ("P01", "no"), ("P02", "no")], dump(tmp_path / "full.db"),
    )  # fmt: skip


def test_again_in_the_same_words(retold: Cli) -> None:
    """After a retraction was taken back, the same words would be the same event; other words retract again."""
    retold.lines("retract", "3", *WHY)
    retold.lines("retract", "12", "--why", "No, it was sent.")
    refused = retold.error("retract", "3", *WHY)
    tried = retold.error("retract", "3", *WHY, "--dry-run")
    retold.lines("retract", "3", "--why", "It was a draft after all.")
    said = ["error: the retraction is in the log already, word for word, and counts no longer",
            "help: say why in other words"]  # fmt: skip
    assert (refused, tried, answers(retold)[0]) == ((2, said), (2, said), ("P02", "no"))


def test_dry_run(retold: Cli) -> None:
    """--dry-run checks all and changes no file."""
    before = snapshot(retold.archive.folder)
    said = retold.lines("retract", "3", *WHY, "--dry-run")
    assert (said, snapshot(retold.archive.folder)) == (
        ["would append 1 event, number 12", "nothing was written"],
        before,
    )


def test_json(retold: Cli) -> None:
    """--json tells what was appended; --no-build that nothing was built."""
    result = retold.json("retract", "3", *WHY, "--no-build")
    assert result == {
        "appended": 1, "first": 12, "last": 12, "known": 0, "dry_run": False, "notices": [],
        "events": [{"sequence": 12, "id": last(retold)["id"]}], "built": None,
    }  # fmt: skip


# Name: words, exit code, first line on standard error; nothing is appended.
REFUSED: dict[str, tuple[list[str], int, str]] = {
    "no reason": (["3"], 2, "missing option '--why'"),
    "empty reason": (["3", "--why", ""], 1, "the retraction: data.reason: "),
    "no event": ([*WHY], 2, "missing argument 'ID'"),
    "no such event": (["99", *WHY], 2, "there is no event '99' in the log"),
    "event 0": (["0", *WHY], 2, "there is no event '0' in the log"),
    "no id": (["state/NY", *WHY], 2, "'state/NY' is neither an event's id"),
    "replaced": (["7", *WHY], 2, "event 7 was replaced already, by event 10"),
    "retracted": (["9", *WHY], 2, "event 9 was retracted already, by event 11"),
    "control character": (
        ["3", "--why", "a\x07"], 1, "the retraction: data.reason: the character U+0007 is not allowed in text",
    ),
    "too long": (["3", "--why", "x" * 2001], 1, "the retraction: data"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "code", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(story: Cli, words: list[str], code: int, message: str) -> None:
    """What cannot be is refused, and log and tables stay as they are."""
    before = snapshot(story.archive.folder / "events"), story.archive.database.read_bytes()
    found, said = story.error("retract", *words)
    assert (found, said[0][: len(message) + 7]) == (code, f"error: {message}")
    assert (snapshot(story.archive.folder / "events"), story.archive.database.read_bytes()) == before


def test_shown_where_events_are_shown(retold: Cli) -> None:
    """`log` shows the reason, `show` the event that took it back, the timeline nothing of it."""
    retold.lines("retract", "3", *WHY)
    status = [line.split()[1:5] for line in retold.lines("show", "3") if line.startswith("  status")]
    timeline = [item["sequence"] for item in retold.json("timeline")]
    assert (retold.lines("log")[-1].endswith("Event 3 was taken back: It was a draft."), status, timeline) == (
        True, [["retracted", "by", "event", "12"]], [2, 8, 10, 5, 6],
    )  # fmt: skip
