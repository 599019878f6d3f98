"""Every limit is a number with a reason, and the documentation lists all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from regesta import limits

ROOT = Path(__file__).parent.parent
NAMES = sorted(name for name in vars(limits) if name.isupper())


@pytest.mark.parametrize("name", NAMES)
def test_limit_is_documented_with_its_reason(name: str) -> None:
    """docs/limits.md has a row for the limit, and the row says why."""
    lines = (ROOT / "docs" / "limits.md").read_text("utf-8").splitlines()
    cells = [line.split(" | ") for line in lines if line.startswith(f"| `{name}` ")]
    assert (len(cells), len(cells[0][2]) > 3 if cells else False) == (1, True)


@pytest.mark.parametrize("name", NAMES)
def test_limit_is_positive(name: str) -> None:
    """A limit of nothing would refuse everything."""
    assert getattr(limits, name) > 0
