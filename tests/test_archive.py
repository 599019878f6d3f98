"""Opening an archive reads its settings, refuses wrong ones by name, runs nothing of it and writes nothing."""

from __future__ import annotations

import os
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from regesta.archive import Archive
from regesta.config import Config
from regesta.errors import ArchiveError
from regesta.limits import CONFIG_BYTES
from tests.archives import ORIGIN, drafts, make_archive, snapshot

GOOD = b'title = "Letters"\norigin = "example.org/letters"\n'

# Name: archive.toml, a part of what is said.
BAD = {
    "empty": (b"", "title is missing"),
    "no title": (b'origin = "a"\n', "title is missing"),
    "no origin": (b'title = "a"\n', "origin is missing"),
    "empty title": (b'title = ""\norigin = "a"\n', "title is missing"),
    "empty origin": (b'title = "a"\norigin = ""\n', "origin is missing"),
    "unknown setting": (
        GOOD + b'colour = "red"\n',
        "'colour' is not known; there are description, keeper, lane, license",
    ),
    "table": (GOOD + b'[archive]\ntitle = "a"\n', "'archive' is not known"),
    "title is a number": (b'title = 5\norigin = "a"\n', "title must be text, found 5"),
    "title is a list": (b'title = ["a"]\norigin = "a"\n', "title must be text, found ['a']"),
    "title is a table": (b'title.a = "a"\norigin = "a"\n', "title must be text, found {'a': 'a'}"),
    "keeper is a date": (GOOD + b"keeper = 2017-06-30\n", "keeper must be text, found datetime.date"),
    "license is true": (GOOD + b"license = true\n", "license must be text, found True"),
    "quotes": (GOOD + b'quotes = "none"\n', "quotes is 'none', expected 'full' or 'digest'"),
    "quotes in capitals": (GOOD + b'quotes = "Full"\n', "quotes is 'Full', expected 'full' or 'digest'"),
    "empty quotes": (GOOD + b'quotes = ""\n', "quotes is '', expected 'full' or 'digest'"),
    "zone": (GOOD + b'zone = "Mars/Olympus"\n', "zone is 'Mars/Olympus', expected a name such as 'America/New_York'"),
    "empty zone": (GOOD + b'zone = ""\n', "zone is '', expected a name"),
    "zone is an abbreviation": (GOOD + b'zone = "EDT"\n', "zone is 'EDT', expected a name"),
    "zone is an offset": (GOOD + b'zone = "-04:00"\n', "zone is '-04:00', expected a name"),
    "zone is a folder": (GOOD + b'zone = "America"\n', "zone is 'America', expected a name"),
    "zone outside": (GOOD + b'zone = "../../../etc/passwd"\n', "zone is '../../../etc/passwd', expected a name"),
    "absolute zone": (GOOD + b'zone = "/etc/passwd"\n', "zone is '/etc/passwd', expected a name"),
    "zone that is no zone file": (GOOD + b'zone = "zone.tab"\n', "zone is 'zone.tab', expected a name"),
    "zone with U+0000": (GOOD + b'zone = "UTC\\u0000"\n', "zone is 'UTC\\x00', expected a name"),
    "zone outside ASCII": (GOOD + 'zone = "Zürich"\n'.encode(), "zone is 'Zürich', expected a name"),
    "long zone": (GOOD + b'zone = "' + b"a" * 5_000 + b'"\n', "expected a name such as"),
    "origin of two lines": (b'title = "a"\norigin = "a\\nb"\n', "origin cannot stand in a checkpoint"),
    "origin with a control character": (b'title = "a"\norigin = "a\\tb"\n', "origin cannot stand in a checkpoint"),
    "origin too long": (b'title = "a"\norigin = "' + b"a" * 201 + b'"\n', "origin cannot stand in a checkpoint"),
    "no TOML": (b"{}", "not valid TOML"),
    "text without an end": (b'title = "a\n', "not valid TOML"),
    "setting twice": (GOOD + b'title = "b"\n', "not valid TOML"),
    "lone surrogate": (b'title = "\\ud800"\n', "not valid TOML"),
    "Latin-1": ('title = "ü"\n'.encode("latin-1"), "not valid TOML: 'utf-8' codec can't decode byte 0xfc"),
    "UTF-16": ('title = "a"\n'.encode("utf-16"), "not valid TOML"),
    "byte order mark": (b"\xef\xbb\xbf" + GOOD, "not valid TOML"),
    "U+0000": (b"\0", "not valid TOML"),
    "integer of 5,000 digits": (GOOD + b"a = " + b"1" * 5_000, "not valid TOML"),
    "lists in lists": (GOOD + b"a = " + b"[" * 7_000, "not valid TOML"),
    "tables in tables": (GOOD + b"a = " + b"{a=" * 2_500, "not valid TOML"),
    "a name of many parts": (GOOD + b"a" + b".a" * 4_000 + b" = 1\n", "more than 300 dots in one line"),
    "too large": (GOOD + b"#" * CONFIG_BYTES, f"{CONFIG_BYTES + len(GOOD)} bytes, the limit is {CONFIG_BYTES}"),
}


def write(folder: Path, text: bytes) -> Path:
    (folder / "archive.toml").write_bytes(text)
    return folder


def test_open(tmp_path: Path) -> None:
    """Title and origin are enough; the rest has its defaults."""
    archive = Archive.open(write(tmp_path, GOOD))
    expected = Config("Letters", "example.org/letters", "UTC", "full", "", "", "", "")
    assert (expected, tmp_path, ZoneInfo("UTC")) == (archive.config, archive.folder, archive.zone)


def test_all_settings(tmp_path: Path) -> None:
    """Every setting is taken as it is written."""
    archive = make_archive(
        tmp_path,
        zone="Asia/Kolkata",
        quotes="digest",
        description="Wer schrieb wem? 😀",
        keeper="K",
        license="CC0-1.0",
        license_url="https://example.org/",
    )
    expected = Config(
        "Letters", ORIGIN, "Asia/Kolkata", "digest", "Wer schrieb wem? 😀", "K", "CC0-1.0", "https://example.org/"
    )
    assert (expected, ZoneInfo("Asia/Kolkata")) == (archive.config, archive.zone)


def test_open_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a name the archive is the current folder, and stays it when the program goes elsewhere."""
    monkeypatch.chdir(write(tmp_path, GOOD))
    archive = Archive.open()
    monkeypatch.chdir("/")
    assert (tmp_path, tmp_path / "archive.db") == (archive.folder, archive.database)


def test_open_by_text(tmp_path: Path) -> None:
    """The folder may be given as text."""
    assert Archive.open(write(tmp_path, GOOD)) == Archive.open(str(tmp_path))


@pytest.mark.parametrize("name", ["", "missing", "archive.toml"], ids=["no settings", "no folder", "a file"])
def test_not_an_archive(name: str, tmp_path: Path) -> None:
    """Where there is no archive.toml there is no archive, and the message says what helps."""
    with pytest.raises(ArchiveError) as caught:
        Archive.open(tmp_path / name)
    assert f"{tmp_path / name}: this is not an archive: there is no archive.toml" in str(caught.value)
    assert "name it with -C" in str(caught.value)


def test_settings_are_a_folder(tmp_path: Path) -> None:
    """A folder of that name is not the file."""
    (tmp_path / "archive.toml").mkdir()
    with pytest.raises(ArchiveError, match="this is not an archive"):
        Archive.open(tmp_path)


def test_settings_are_a_pipe(tmp_path: Path) -> None:
    """A pipe of that name is not waited for."""
    os.mkfifo(tmp_path / "archive.toml")
    with pytest.raises(ArchiveError, match="this is not an archive"):
        Archive.open(tmp_path)


@pytest.mark.parametrize(("text", "words"), BAD.values(), ids=BAD.keys())
def test_bad_settings(text: bytes, words: str, tmp_path: Path) -> None:
    """Wrong settings are an ArchiveError with the file and what is wrong, at once."""
    start = time.perf_counter()
    with pytest.raises(ArchiveError) as caught:
        Archive.open(write(tmp_path, text))
    assert time.perf_counter() - start < 2
    assert words in str(caught.value)
    assert caught.value.where == f"{tmp_path}/archive.toml"


def test_largest_settings(tmp_path: Path) -> None:
    """A file of as many bytes as the limit says is read."""
    text = GOOD + b"#" * (CONFIG_BYTES - len(GOOD))
    assert Archive.open(write(tmp_path, text)).config.title == "Letters"


def test_opening_writes_nothing(tmp_path: Path) -> None:
    """Opening an archive and reading its schema, log and checkpoint leaves the folder as it is."""
    make_archive(tmp_path)
    before = snapshot(tmp_path)
    archive = Archive.open(tmp_path)
    found = (len(archive.schema.projections) > 0, list(archive.log.events()), archive.log.checkpoint())
    assert found == (True, [], None)
    assert before == snapshot(tmp_path)


def test_opening_runs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python files that lie in an archive are not imported, wherever they lie and whatever they are called."""
    archive = make_archive(tmp_path)
    for name in ("conftest.py", "regesta.py", "sitecustomize.py", "schema/__init__.py", "events/plugin.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    monkeypatch.chdir(tmp_path)
    archive.append(drafts(3))
    assert (Archive.open(tmp_path).log.size(), (tmp_path / "ran").exists()) == (3, False)


def test_files(tmp_path: Path) -> None:
    """An archive knows where its tables and their description are."""
    archive = make_archive(tmp_path)
    assert (tmp_path / "archive.db", tmp_path / "datasette-metadata.json") == (archive.database, archive.metadata)


def test_append(tmp_path: Path) -> None:
    """An archive passes on what an append needs."""
    archive = make_archive(tmp_path)
    assert (archive.append(drafts(2), expected_size=0, dry_run=True).appended, archive.log.size()) == (2, 0)
    assert (archive.append(drafts(2), expected_size=0, place="line {}".format).appended, archive.log.size()) == (2, 2)


def test_schema_is_read_when_needed(tmp_path: Path) -> None:
    """An archive whose schema is broken can be opened; the error comes when the schema is asked for."""
    archive = make_archive(tmp_path, files={"types/letter.sent.json": "{"})
    with pytest.raises(ArchiveError, match=r"types/letter\.sent\.json: not valid JSON"):
        archive.schema  # noqa: B018  # asking for it reads it
