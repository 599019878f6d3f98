"""What a built database says of itself, and what is none."""

from __future__ import annotations

import base64
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from regesta.archive import Archive
from regesta.errors import ArchiveError
from regesta.replay.build import build
from regesta.replay.covered import covered
from tests.archives import drafts, make_archive


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    archive = make_archive(tmp_path)
    archive.append(drafts(7))
    build(archive)
    return archive


def test_covers_the_log_up_to_its_checkpoint(archive: Archive) -> None:
    """Size and root are the checkpoint's, the zone is the archive's."""
    checkpoint = archive.log.checkpoint()
    assert checkpoint is not None
    found = covered(archive.database)
    assert (found.size, base64.b64decode(found.root)) == (checkpoint.size, checkpoint.root)
    assert (found.schema, found.zone) == (archive.schema.digest, archive.zone)


@pytest.mark.parametrize("name", ["schema", "zone", "status", "title", "origin", "format"])
def test_made_by_tells_what_made_it(archive: Archive, name: str) -> None:
    """Whatever the tables depend on beside the events changes the digest."""
    before = covered(archive.database).made_by
    with closing(sqlite3.connect(archive.database)) as db:
        value = "Europe/Berlin" if name == "zone" else "another"
        db.execute("update meta set value = ? where key = ?", (value, name))
        db.commit()
    assert covered(archive.database).made_by != before


@pytest.mark.parametrize("statement", ["drop table meta", "delete from meta", "update meta set value = 'x'"])
def test_what_no_build_made_is_told(archive: Archive, statement: str) -> None:
    """A database without the words of a build is none, and the remedy is named."""
    with closing(sqlite3.connect(archive.database)) as db:
        db.execute(statement)
        db.commit()
    with pytest.raises(ArchiveError, match="is not a database that Regesta built") as found:
        covered(archive.database)
    assert found.value.remedy == "run `regesta build`"
