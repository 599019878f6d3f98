"""The golden archives build to the tables that lie beside them; `make golden` writes those anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from regesta.archive import Archive
from regesta.events.verify import verify
from tests.replay import golden


@pytest.mark.parametrize("case", golden.cases())
def test_tables(case: str) -> None:
    """The archive's tables are, as text, those of tables.txt."""
    assert golden.tables(case) == (golden.FOLDER / case / golden.EXPECTED).read_text("utf-8")


@pytest.mark.parametrize("case", golden.cases())
def test_log(case: str, tmp_path: Path) -> None:
    """The archive's log is whole: an archive of this release stays readable."""
    report = verify(Archive.open(golden.FOLDER / case))
    assert (report.faults, report.notices, report.events > 0) == ([], [], True)


def test_there_are_cases() -> None:
    """Each thing that a reader could misunderstand has its golden archive."""
    assert golden.cases() == ["corrections", "vague-dates", "weak-inserts"]
