"""`regesta watch`: sources are read once or again and again, what fails is told, Ctrl-C ends it."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from regesta.archive import Archive
from tests.archives import check_archive, make_archive
from tests.cli.conftest import Cli

LETTER = "A letter from somewhere, about something that nobody had asked."


@pytest.fixture
def watched(quick_path: Path) -> Cli:
    """An archive with one source, a folder with one letter."""
    archive = make_archive(quick_path)
    (archive.folder / "ingest").mkdir()
    (archive.folder / "inbox").mkdir()
    (archive.folder / "inbox" / "letter.txt").write_text(LETTER, "utf-8")
    source(archive, "inbox", 'path = "inbox"\n')
    return Cli(archive)


def source(archive: Archive, name: str, text: str) -> None:
    (archive.folder / "ingest" / f"{name}.toml").write_text(text, "utf-8")


def test_once(watched: Cli) -> None:
    """What is new is taken in; the second time there is nothing new."""
    assert watched.lines("watch", "--once") == ["inbox: 1 new document"]
    assert [event["type"] for event in check_archive(watched.archive)] == ["document.captured", "story.published"]
    assert watched.lines("watch", "--once", "inbox") == ["inbox: nothing new"]


def test_a_new_version_is_told(watched: Cli) -> None:
    """A file that changed is a new version of its story."""
    watched.lines("watch", "--once")
    (watched.archive.folder / "inbox" / "letter.txt").write_text(f"{LETTER} And one more.", "utf-8")
    assert watched.lines("watch", "--once") == ["inbox: 1 new version"]


def test_what_fails_is_told_and_the_others_go_on(watched: Cli) -> None:
    """The exit code says so."""
    source(watched.archive, "gone", 'path = "outbox"\n')
    result = watched("watch", "--once")
    told = result.stdout.replace(str(watched.archive.folder), "…").splitlines()
    assert (result.exit_code, told) == (
        1, ["gone: failed: …/outbox: there is no such file or folder", "inbox: 1 new document"],
    )  # fmt: skip


def test_a_file_that_cannot_be_read_is_told(watched: Cli) -> None:
    """The rest of the folder is taken, and the exit code says that something is wrong."""
    (watched.archive.folder / "inbox" / "empty.txt").write_bytes(b"")
    result = watched("watch", "--once")
    problem = f"error: {watched.archive.folder}/inbox/empty.txt: is empty\n"
    assert (result.exit_code, result.stdout, result.stderr) == (1, "inbox: 1 new document\n", problem)


def test_json(watched: Cli) -> None:
    """One object a line, with the report of what was taken in."""
    found = [json.loads(line) for line in watched("watch", "--once", "--json").stdout.splitlines()]
    assert [(item["name"], item["state"], item["report"]["documents"]) for item in found] == [
        ("inbox", "taken", {"new": 1})
    ]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", found[0]["time"])


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_goes_on_until_it_is_stopped(watched: Cli, ending: signal.Signals) -> None:
    """Each reading is told with its time; a signal ends it without an error."""
    command = [sys.executable, "-m", "regesta", "-C", str(watched.archive.folder), "watch", "--interval", "60s"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        process.send_signal(ending)
        rest = process.communicate(timeout=30)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ inbox: 1 new document\n", line)
    assert (process.returncode, rest) == (0, ("", ""))
    assert len(check_archive(watched.archive)) == 2


WRONG = {
    "interval": (("watch", "--interval", "5s"), "error: --interval is 5s, it must lie between 60s and 30d"),
    "name": (("watch", "boat"), "error: there is no source 'boat'"),
}


@pytest.mark.parametrize("words, message", WRONG.values(), ids=WRONG)
def test_what_makes_no_sense(watched: Cli, words: tuple[str, ...], message: str) -> None:
    """It is said before anything is read."""
    code, lines = watched.error(*words)
    assert (code, lines[0]) == (2, message)


def test_nothing_to_watch(cli: Cli) -> None:
    """The message says how to write a source."""
    assert cli.error("watch") == (
        2, ["error: there is nothing to watch", "help: give ingest/NAME.toml a url or a path"],
    )  # fmt: skip
