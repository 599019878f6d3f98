"""`regesta status`: what there is, without touching anything."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable

import pytest
from filelock import FileLock

from regesta.replay.build import build
from regesta.schema.dates import describe
from tests.archives import answer, drafts, letter, log_lines, make_archive, snapshot, tree_root
from tests.cli.conftest import Cli


def test_overview(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Who keeps what where, how large it is, and how things stand."""
    cli = Cli(make_archive(tmp_path_factory.mktemp("a"), keeper="A. Keeper", license="CC0-1.0"))
    cli.archive.append(drafts(3))
    cli.archive.append([letter(4)])
    build(cli.archive)
    root = b64encode(tree_root(log_lines(cli.archive))).decode()
    recorded = describe(list(cli.archive.log.events())[-1].recorded)
    expected = f"""\
Letters
  keeper        A. Keeper
  licence       CC0-1.0
  folder        {cli.archive.folder}
  time zone     America/New_York
  log           4 events in 2 segments, 1 KiB
  recorded      until {recorded}
  checkpoint    4 events, root {root}
  tables        archive.db is up to date (4 events)
events by type
  letter.sent    2
  answer.given   1
  answer.listed  1
rows by table
  answers          2
  documents        0
  events           4
  evidence         0
  letters          2
  places          20
  proposals        0
  stories          0
  story_versions   0
needs attention
  answers.letter is 'l2' (event 2), but letters has no such row
  answers.letter is 'l3' (event 3), but letters has no such row"""
    assert "\n".join(cli.lines("status")) == expected


def test_json(filled: Cli) -> None:
    """--json gives the same as an object."""
    build(filled.archive)
    found = filled.json("status")
    recorded = list(filled.archive.log.events())[-1].recorded
    expected = {
        "title": "Letters",
        "keeper": "",
        "folder": str(filled.archive.folder),
        "events": 3,
        "segments": 1,
        "bytes": sum(len(line) + 1 for line in log_lines(filled.archive)),
        "recorded_until": recorded,
        "checkpoint": {"size": 3, "root": b64encode(tree_root(log_lines(filled.archive))).decode()},
        "tables": {"exists": True, "size": 3, "stale": None, "current": True},
        "types": {"letter.sent": 1, "answer.given": 1, "answer.listed": 1},
        "leftovers": [],
    }
    assert {name: found[name] for name in expected} == expected


def test_rows(filled: Cli) -> None:
    """Rows are counted for each table that readers see."""
    build(filled.archive)
    expected = {
        "answers": 2, "documents": 0, "events": 3, "evidence": 0, "letters": 1, "places": 20, "proposals": 0, "stories": 0,
        "story_versions": 0,
    }  # fmt: skip
    assert filled.json("status")["rows"] == expected


def test_dangling_references(cli: Cli) -> None:
    """A value that points at no row is named with its table, its column and its event, once for each value."""
    cli.archive.append([letter(1), answer(1), answer(2)])
    build(cli.archive)
    found = cli.json("status")
    item = {"table": "answers", "column": "letter", "value": "l2", "target": "letters", "event": 3}
    said = "answers.letter is 'l2' (event 3), but letters has no such row"
    assert (found["dangling"], found["warnings"], cli.lines("status")[-2:]) == (
        [item], [said], ["needs attention", f"  {said}"],
    )  # fmt: skip


def test_empty_archive(cli: Cli) -> None:
    """An archive without events is told as such."""
    found = cli.json("status")
    names = ("events", "checkpoint", "recorded_until", "warnings")
    assert [found[name] for name in names] == [0, None, None, []]


# Name: words that bring it about, what is said of the tables.
STALE = {
    "not built": ([], "archive.db is not built yet; run `regesta build`"),
    "lagging behind": (
        ["build", "append"], "archive.db does not have the newest events (3 of 4 events); run `regesta build`",
    ),
    "schema changed": (
        ["build", "change"], "archive.db was built with another schema (3 of 3 events); run `regesta build`",
    ),
    "no database": (["spoil"], "archive.db is not a database that Regesta built; run `regesta build`"),
    "another log": (["build", "swap"], "archive.db was built from another log; run `regesta build`"),
}  # fmt: skip


def step(cli: Cli, name: str) -> None:
    """Do one thing to the archive."""
    folder = cli.archive.folder
    steps: dict[str, Callable[[], object]] = {
        "build": lambda: build(cli.archive),
        "append": lambda: cli.archive.append([letter(4)]),
        "change": lambda: (folder / "schema" / "views" / "answer_counts.sql").unlink(),
        "spoil": lambda: cli.archive.database.write_bytes(b"no database"),
        "swap": lambda: (folder / "events" / "000001.jsonl").write_bytes(log_lines(cli.archive)[0] + b"\n"),
    }
    steps[name]()


@pytest.mark.parametrize(("steps", "expected"), STALE.values(), ids=STALE.keys())
def test_tables_that_are_not_up_to_date(filled: Cli, steps: list[str], expected: str) -> None:
    """Why archive.db must be built again, and with what."""
    for name in steps:
        step(filled, name)
    said = next(line for line in filled("status").stdout.splitlines() if line.startswith("  tables"))
    assert said.split(maxsplit=1)[1] == expected


def test_warnings_about_the_log(filled: Cli) -> None:
    """Leftovers and events beyond the checkpoint are told."""
    events = filled.archive.folder / "events"
    old = (events / "checkpoint").read_bytes()
    filled.archive.append([letter(4)])
    (events / "checkpoint").write_bytes(old)
    (events / ".000003.jsonl.0badcafe.tmp").write_bytes(b"")
    expected = [
        ".000003.jsonl.0badcafe.tmp was left by an append that was killed; the next one removes it",
        "1 event not covered by the checkpoint yet; the next append covers them",
    ]
    assert filled.json("status")["warnings"] == expected


def test_log_shorter_than_its_checkpoint(filled: Cli) -> None:
    """A checkpoint over more events than there are is told, and what checks it."""
    (filled.archive.folder / "events" / "000001.jsonl").write_bytes(log_lines(filled.archive)[0] + b"\n")
    assert filled.json("status")["warnings"] == [
        "the checkpoint covers 3 events, more than there are; run `regesta verify`"
    ]


def test_nothing_is_locked_or_created(filled: Cli) -> None:
    """Status answers while somebody else writes, and leaves every file as it was."""
    before = snapshot(filled.archive.folder)
    with FileLock(filled.archive.folder / ".regesta" / "log.lock"):
        result = filled("status")
    assert (result.exit_code, snapshot(filled.archive.folder)) == (0, before)
