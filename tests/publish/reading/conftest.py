"""The archive of `told.py` and its tables, once for all tests of this folder that ask for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from regesta.archive import Archive
from regesta.database import open_database
from regesta.publish.reading.references import References
from tests.publish.reading.told import told_archive


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """The archive."""
    return told_archive(tmp_path_factory.mktemp("told"))


@pytest.fixture
def tables(told: Archive) -> Iterator[sqlite3.Connection]:
    """Its tables."""
    with closing(open_database(told.database, read_only=True)) as db:
        yield db


@pytest.fixture
def references(told: Archive, tables: sqlite3.Connection) -> References:
    """What refers to what in it."""
    return References(tables, told.config)
