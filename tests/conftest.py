"""Fixtures that all tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings

from regesta.archive import Archive
from tests.archives import make_archive
from tests.examples import times

settings.register_profile("every run", max_examples=times(40), deadline=None)  # time is what `make bench` measures
settings.load_profile("every run")


@pytest.fixture
def quick_path() -> Iterator[Path]:
    """A temporary folder in memory where the system has one: an append syncs six times, which a disk takes time for."""
    memory = "/dev/shm"
    with TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An archive with an empty log."""
    return make_archive(tmp_path)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what forks before what starts threads (Datasette): a child of a threaded process can deadlock."""
    items.sort(key=lambda item: not _forks(item))


def _forks(item: pytest.Item) -> bool:
    members = vars(getattr(item, "module", item)).values()
    return any(getattr(member, "__module__", None) == "tests.children" for member in members)
