"""Archives of every release so far: opened, verified, proved, built, replayed and added to by this one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from regesta.archive import Archive
from regesta.cli import main
from regesta.events.verify import verify
from regesta.replay.build import build
from tests.archives import letter, snapshot
from tests.releases.reading import ARCHIVE, FOLDER, KEPT, TABLES, releases, tables


@pytest.fixture(params=releases())
def release(request: pytest.FixtureRequest) -> Path:
    """The folder of a release."""
    return FOLDER / str(request.param)


@pytest.fixture
def copy(release: Path, tmp_path: Path) -> Archive:
    """A copy of its archive."""
    shutil.copytree(release / ARCHIVE, tmp_path / ARCHIVE)
    return Archive.open(tmp_path / ARCHIVE)


def run(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, list(map(str, words)))
    return result.exit_code, result.output


def test_there_is_one() -> None:
    """This release's archive is among them."""
    assert "0.1" in releases()


def test_verified(copy: Archive) -> None:
    """The log is sound, with its redactions counted."""
    report = verify(copy)
    assert (report.faults, report.notices, report.events > 30, report.redacted) == ([], [], True, 2)


def test_tables(release: Path) -> None:
    """The tables are those that the release built."""
    assert (release / TABLES).read_text("utf-8") == tables(release / ARCHIVE)


def test_checkpoint_that_was_kept(release: Path, copy: Archive) -> None:
    """The checkpoint that a reader kept, signed, is still one of this log."""
    kept = release / KEPT
    code, said = run("-C", copy.folder, "verify", "--since", kept / "checkpoint", "--key", kept / "key")
    assert (code, "history was not rewritten" in said) == (0, True)


def test_proofs_that_were_kept(release: Path) -> None:
    """Proofs that a reader kept hold without the archive."""
    kept = release / KEPT
    assert run("check-proof", kept / "event-2.tlog-proof")[0] == 0
    assert run("check-proof", kept / "since.consistency", "--since", kept / "checkpoint")[0] == 0


def test_replayed_and_added_to(copy: Archive) -> None:
    """It is replayed to both clocks, takes new events, and knows its old ones."""
    size = verify(copy).events
    assert build(copy).events == size
    first = next(copy.log.events()).recorded
    rows = [list(db.query("select 1 from letters")) for db in (copy.at("2017-01-02"), copy.at(known=first))]
    assert [len(found) for found in rows] == [2, 2]
    assert (copy.append([letter(1), letter(70)]).known, build(copy).new) == (1, 1)


def test_nothing_is_changed(release: Path, copy: Archive) -> None:
    """Reading an archive leaves its files as they are."""
    verify(copy), build(copy)
    after = {
        name: data for name, data in snapshot(copy.folder).items() if not name.startswith((".regesta", "archive.db"))
    }
    assert after == snapshot(release / ARCHIVE)
