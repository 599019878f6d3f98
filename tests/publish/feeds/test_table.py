"""`events.csv`: one row an event, none of them a formula."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from regesta.publish.feeds.table import COLUMNS, FORMULA
from tests.publish.feeds.taken import CONTROLS, PAYLOADS, corrected, file, hostile


def rows(text: str) -> list[dict[str, str]]:
    """Read a file as spreadsheets do."""
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_row_tells_the_event(tmp_path: Path) -> None:
    """A row has the date in words and as bounds, the passage and the address of the page."""
    found = rows(file(corrected(tmp_path), "events.csv"))
    assert list(COLUMNS) == list(found[1])
    names = ("number", "when", "latest", "type", "subject", "status", "page")
    expected = ["2", "2 January 2017", "2017-01-02T23:59:59-05:00", "letter.sent", "letter/l1", "current"]
    assert [*expected, "https://example.org/letters/-/event/2"] == [found[1][name] for name in names]
    assert found[1]["passages"].endswith("#char=0,10")
    assert [row["status"] for row in found[2:4]] == ["replaced", "retracted"]


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    """A cell that a spreadsheet would run begins with an apostrophe, and every text is there to be read."""
    found = rows(file(hostile(tmp_path), "events.csv"))
    assert [cell for row in found for cell in row.values() if cell.startswith(FORMULA)] == []
    assert [row["summary"] for row in found if "cmd|" in row["summary"]] == ["'=cmd|' /C calc'!A0"]
    assert len(found) == len(PAYLOADS) + len(CONTROLS)
