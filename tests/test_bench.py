"""The benchmark runs, measures every row, and its story is what it says: a smoke test, not a measurement."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from bench.story import create_archive, draft, drafts
from bench.work import ROWS
from regesta.replay.build import build

ROOT = Path(__file__).parents[1]


# The bench starts a process for each row, half a minute in all: `.ci/run` and `make long` run it, `make test` does not.
whole = pytest.mark.skipif(
    "REGESTA_EXAMPLES" not in os.environ, reason="runs the whole bench: in .ci/run and make long"
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    folder = tmp_path_factory.mktemp("bench")
    target = folder / "results.json"
    command = [sys.executable, "-m", "bench", "--events", "500", "--rounds", "1", "--json", str(target)]
    done = subprocess.run(
        [*command, "--folder", str(folder)], cwd=ROOT, check=True, capture_output=True, text=True, timeout=120
    )
    return done.stdout, target


@whole
def test_every_row_is_printed_and_measured(run: tuple[str, Path]) -> None:
    """Every row stands in the table, and the JSON file has its figures."""
    printed, target = run
    assert [row.title for row in ROWS.values() if row.title not in printed] == []
    assert set(ROWS) == set(json.loads(target.read_text("utf-8"))["results"]["500"])


@whole
def test_every_measurement_has_a_time_and_a_peak(run: tuple[str, Path]) -> None:
    """No figure is zero: each child timed its work and measured its memory."""
    samples = json.loads(run[1].read_text("utf-8"))["results"]["500"]
    assert {name for name, sample in samples.items() if min(sample["seconds"], sample["peak_mb"]) <= 0} == set()


@whole
def test_no_host_name_is_printed(run: tuple[str, Path]) -> None:
    """What is printed names the kind of machine, not the machine."""
    assert {"date", "python", "sqlite", "cpu", "cores"} == set(json.loads(run[1].read_text("utf-8"))["machine"])


def test_the_story_is_mixed_as_its_docstring_says() -> None:
    """Of 10,000 events a third has evidence, 1 % corrects and about 2 % of the dates are fuzzy."""
    story = list(drafts(0, 10_000))
    fuzzy = sum(len(item.get("edtf", "2017-06-30")) != 10 for item in story)
    corrections = sum("replaces" in item or item["type"] == "event.retracted" for item in story)
    evidence = sum("evidence" in item["data"] for item in story)
    assert corrections == 100
    assert evidence == pytest.approx(3_333, abs=100)
    assert fuzzy == pytest.approx(200, abs=50)


def test_no_two_drafts_are_the_same_event(tmp_path: Path) -> None:
    """An append of 2,000 drafts finds nothing known, and the tables are built from all of them."""
    archive = create_archive(tmp_path / "archive")
    result = archive.append(drafts(1, 1_999))
    assert (result.appended, result.known) == (1_999, 0)
    assert build(archive).events == 2_000


def test_a_draft_depends_on_its_number_alone() -> None:
    """Made again or within a stretch, a draft is the same."""
    assert next(islice(drafts(40, 20), 10, None)) == draft(50)
    assert Counter(item["type"] for item in drafts(0, 50)) == Counter(draft(number)["type"] for number in range(50))
