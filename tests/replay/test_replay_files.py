"""Replays in files of one's own, and folders that are not ours: nothing is followed, nothing else is overwritten."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from regesta.archive import Archive
from regesta.errors import ArchiveError, RegestaError, StorageError, UsageError
from regesta.replay.build import build
from tests.archives import answer, drafts, make_archive
from tests.children import in_child, with_file_limit, without_rights
from tests.replay.asking import get, names_in, point, record, rows, size


@pytest.fixture
def built(quick_path: Path) -> Archive:
    """Thirty letters and answers of January 2017, one a day, built."""
    quick_path.chmod(0o755)
    archive = make_archive(quick_path)
    archive.append(drafts(27))
    build(archive)
    return archive


# Folders that are not ours -------------------------------------------------------------------------------------


def link_folder(archive: Archive, elsewhere: Path) -> None:
    archive.replays().folder.symlink_to(elsewhere)


def link_state(archive: Archive, elsewhere: Path) -> None:
    state = archive.replays().folder.parent
    state.rename(elsewhere / "state")
    state.symlink_to(elsewhere / "state")


def link_to_nothing(archive: Archive, elsewhere: Path) -> None:
    archive.replays().folder.symlink_to(elsewhere / "nothing")


def file_instead(archive: Archive, elsewhere: Path) -> None:
    archive.replays().folder.write_text("", "utf-8")


@pytest.mark.parametrize("trap", [link_folder, link_state, link_to_nothing, file_instead])
def test_a_folder_that_leads_elsewhere_is_refused(built: Archive, trap: Callable[[Archive, Path], None]) -> None:
    """A link that came with an archive does not make us write where nobody told us to."""
    with TemporaryDirectory(dir=built.folder.parent) as folder:
        trap(built, Path(folder))
        with pytest.raises(RegestaError, match=r"\.regesta"):
            built.at("2017-01-10", build=False)
        assert list(Path(folder).rglob("*.db")) == list(Path(folder).glob("state/log.db"))


def test_a_folder_without_rights_is_told(built: Archive) -> None:
    """Where replays cannot be kept the error says so, in our words."""
    told = in_child(without_rights(lambda: get(built, "2017-01-10")))
    assert told.split(":")[0] == "StorageError"


def test_a_database_that_no_build_made_is_refused(built: Archive) -> None:
    """Without a usable `archive.db` there is no replay, but the command that makes one."""
    built.database.write_bytes(b"not a database")
    with pytest.raises(ArchiveError, match="regesta build"):
        built.at("2017-01-10", build=False)
    built.database.unlink()
    with pytest.raises(ArchiveError, match="regesta build"):
        built.at("2017-01-10", build=False)


# Written to a file ---------------------------------------------------------------------------------------------


@pytest.fixture
def target(built: Archive) -> Iterator[Path]:
    """A file name in a folder of its own."""
    with TemporaryDirectory(dir=built.folder.parent) as folder:
        yield Path(folder) / "then.db"


WRITTEN = {
    "at": ("2017-01-10", None, False),
    "possible": ("2017-01-10", None, True),
    "known": (None, "2099", False),
    "both": ("2017-01-10", "2099", True),
    "neither": (None, None, False),
}


@pytest.mark.parametrize(("at", "known", "possible"), WRITTEN.values(), ids=WRITTEN)
def test_write_gives_what_get_gives(
    built: Archive, target: Path, at: str | None, known: str | None, possible: bool
) -> None:
    """A replay in a file of one's own has the same tables and rows as one that is kept."""
    record(built, "2100-06-01T00:00:00.000Z", [answer(1, edtf="2017-01-05")])
    build(built)
    built.replays().write(point(built, at, known), target, possible=possible)
    kept_path = get(built, at, known, possible=possible)
    for (name,) in rows(kept_path, "select name from sqlite_master where type <> 'index' and name not like '%fts%'"):
        if name != "meta":  # a kept one may stand for a later moment at which nothing has changed
            assert rows(target, f'select * from "{name}"') == rows(kept_path, f'select * from "{name}"')
    assert names_in(target.parent) == [target.name]


def test_write_takes_the_place_of_an_earlier_replay(built: Archive, target: Path) -> None:
    """The file is exchanged in one step: who has the old one open goes on reading the old one."""
    built.replays().write(point(built, "2017-01-03"), target)
    with closing(sqlite3.connect(target)) as reader:
        assert reader.execute("select count(*) from events").fetchone() == (2,)
        built.replays().write(point(built, "2017-01-10"), target)
        assert reader.execute("select count(*) from events").fetchone() == (2,)
    assert size(target) == 9


def test_write_that_fails_leaves_the_earlier_replay(built: Archive, target: Path) -> None:
    """Until the new replay is whole the old one stays, byte for byte, and nothing else is left."""
    built.replays().write(point(built, "2017-01-03"), target)
    before = target.read_bytes()
    told = in_child(with_file_limit(16_384, lambda: built.replays().write(point(built, "2017-01-10"), target)))
    assert (told.split(":")[0], target.read_bytes(), names_in(target.parent)) == (
        "StorageError",
        before,
        [target.name],
    )


def other_text(built: Archive, target: Path) -> Path:
    target.write_text("my notes", "utf-8")
    return target


def other_database(built: Archive, target: Path) -> Path:
    with closing(sqlite3.connect(target)) as db:
        db.execute("create table notes (x)")
    return target


def folder(built: Archive, target: Path) -> Path:
    target.mkdir()
    return target


def built_itself(built: Archive, target: Path) -> Path:
    return built.database


def built_by_detour(built: Archive, target: Path) -> Path:
    return built.folder / "schema" / ".." / "archive.db"


def built_by_link(built: Archive, target: Path) -> Path:
    target.symlink_to(built.database)
    return target


@pytest.mark.parametrize(
    "place", [other_text, other_database, folder, built_itself, built_by_detour, built_by_link]
)  # fmt: skip
def test_write_spares_what_is_no_replay(built: Archive, target: Path, place: Callable[[Archive, Path], Path]) -> None:
    """Neither the built database nor anything that somebody else made is overwritten."""
    path = place(built, target)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(UsageError):
        built.replays().write(point(built, "2017-01-10"), path)
    assert (path.read_bytes() if path.is_file() else None, path.exists()) == (before, True)


def test_write_where_there_is_no_folder(built: Archive, target: Path) -> None:
    """A folder that is not there is not made, and the error names the file."""
    with pytest.raises(StorageError, match="nowhere"):
        built.replays().write(point(built, "2017-01-10"), target.parent / "nowhere" / "then.db")


def test_write_where_there_are_no_rights(built: Archive, target: Path) -> None:
    """A folder that may not be written to is told in our words."""
    state = built.replays().folder
    get(built, "2017-01-03")
    for path in (state.parent, state, state / "replays.lock"):
        path.chmod(0o777)
    target.parent.chmod(0o755)
    told = in_child(without_rights(lambda: built.replays().write(point(built, "2017-01-10"), target)))
    assert (told.split(":")[0], target.exists()) == ("StorageError", False)
