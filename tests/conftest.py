"""Fixtures that all tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from regesta.archive import Archive
from tests.archives import make_archive


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An archive with an empty log."""
    return make_archive(tmp_path)
