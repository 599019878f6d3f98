"""Fuzzing guided by coverage: what a process for one target says of it. Needs atheris (`make guided` installs it)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz import guided
from tests.fuzz.targets import TARGETS

SEED = 6
SECONDS = 0.5


def test_target(tmp_path: Path) -> None:
    """A target is run for its time in a process of its own."""
    pytest.importorskip("atheris")
    row = guided.run("edtf", SECONDS, SEED, tmp_path)
    assert (row.name, row.findings, row.examples > len(TARGETS)) == ("edtf", 0, True)
    assert [path.name for path in tmp_path.iterdir()] == ["edtf.log"]


def test_process_that_dies(tmp_path: Path) -> None:
    """A process that does not come to its end is a finding, with the file to look into."""
    row = guided.run("no such target", SECONDS, SEED, tmp_path)
    (said,) = tmp_path.glob("*.txt")
    assert (row.examples, row.findings) == (0, 1)
    assert said.read_text("utf-8").startswith("ended with 1\nb''\n\nsee ")
