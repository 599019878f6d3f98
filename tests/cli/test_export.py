"""`regesta export`: files on disk or standard output, and a site as files."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from regesta.publish.export import MARKER
from tests.archives import log_lines
from tests.cli.conftest import Cli


def test_log_comes_out_as_it_is(filled: Cli) -> None:
    """Without conditions events.jsonl is the log, on standard output and in a file."""
    target = filled.archive.folder / "out.jsonl"
    found = filled("export", "events.jsonl").stdout_bytes
    assert (filled("export", "events.jsonl", "-o", str(target)).exit_code, filled("export", "events.jsonl").stderr) == (
        0,
        "",
    )
    expected = b"".join(line + b"\n" for line in log_lines(filled.archive))
    assert [expected, expected] == [found, target.read_bytes()]


def test_conditions_choose(filled: Cli) -> None:
    """Conditions are those of the search, under the names that `regesta log` has."""
    words = ("--type", "letter.", "--subject", "letter/", "--since", "2017-01-01", "--text", "letter")
    rows = list(csv.DictReader(io.StringIO(filled("export", "events.csv", *words).stdout)))
    assert {"letter.sent"} == {row["type"] for row in rows}
    assert list(csv.DictReader(io.StringIO(filled("export", "events.csv", "--text", "nowhere").stdout))) == []


def test_what_is_left_out_is_said(filled: Cli) -> None:
    """What a file leaves out is said on standard error, or in the report."""
    target = filled.archive.folder / "feed.atom"
    said = filled("export", "calendar.ics", "--type", "answer.listed", "-o", str(target)).stderr.splitlines()
    report = filled.json("export", "calendar.ics", "--type", "answer.listed", "-o", str(target))
    assert said == [f"notice: not in calendar.ics: {words}" for words in report["left_out"]]


WRONG = {
    "no format": (("export", "xlsx"), 2),
    "site without a folder": (("export", "site"), 2),
    "site under conditions": (("export", "site", "x", "--type", "letter."), 2),
    "folder for a file": (("export", "events.csv", "x"), 2),
    "report on standard output": (("export", "events.csv", "--json"), 2),
    "no date": (("export", "events.csv", "--since", "soon"), 2),
    "no address": (("export", "feed.atom", "--url", "example"), 2),
}


@pytest.mark.parametrize(("words", "code"), WRONG.values(), ids=WRONG.keys())
def test_nonsense_is_refused(cli: Cli, words: tuple[str, ...], code: int) -> None:
    """What makes no sense is refused, and nothing is written."""
    result = cli(*words)
    assert (code, "") == (result.exit_code, result.stdout)
    assert not Path("x").exists()


def test_site_is_written(filled: Cli, tmp_path: Path) -> None:
    """A site is written into a new folder, and what it leaves out is said."""
    report = filled.json("export", "site", str(tmp_path / "public"), "--url", "https://example.org/x")
    marker = json.loads((tmp_path / "public" / MARKER).read_text("utf-8"))
    files = [path for path in (tmp_path / "public").rglob("*") if path.is_file()]
    assert (report["files"], report["left_out"]) == (len(files), marker["left_out"])


def test_other_folder_is_refused(cli: Cli, tmp_path: Path) -> None:
    """A folder that holds something else stays as it is."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    code, said = cli.error("export", "site", str(tmp_path / "full"))
    assert (code, [path.name for path in (tmp_path / "full").iterdir()]) == (2, ["mine.txt"])
    assert said[0].endswith("holds something else, and stays as it is")
