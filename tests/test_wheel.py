"""The built wheel in a bare Datasette: it brings the plugin with its files, and changes no page of another database.

Makes two environments and asks the package index, so only `.ci/run` and `make long` run it.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from regesta.archive import Archive
from regesta.replay.build import build
from tests.archives import drafts, make_archive

ROOT = Path(__file__).parents[1]
PAGES = ("/", "/other", "/other/events", "/other/events/1", "/other/events.json?_shape=array", "/other/t?_asof=2017")

pytestmark = pytest.mark.skipif(
    "REGESTA_EXAMPLES" not in os.environ, reason="installs packages: in .ci/run and make long"
)


@dataclass(frozen=True)
class Bare:
    """An environment with Datasette and nothing else of ours, and a database of somebody else."""

    python: Path
    other: Path

    def run(self, *words: str) -> str:
        """Run a module of the environment and return what it prints."""
        done = subprocess.run(
            [str(self.python), "-m", *words], cwd=self.other.parent, check=True, capture_output=True, text=True
        )
        return done.stdout

    def get(self, database: Path, path: str) -> str:
        """Return a page of a database as Datasette serves it, without the time that it took."""
        return re.sub(r"Queries took [0-9.]+ms", "", self.run("datasette", "--get", path, str(database)))


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Bare:
    """Make both."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder / "venv", with_pip=True)
    other = folder / "other.db"
    with closing(sqlite3.connect(other)) as db:
        db.executescript(
            "create table events (sequence integer primary key, subject text);"
            "insert into events values (1, 'state/KY'); create table t (a text); insert into t values ('<b>')"
        )
    found = Bare(folder / "venv" / "bin" / "python", other)
    found.run("pip", "install", "--quiet", "datasette>=0.65.5,<1")
    return found


@pytest.fixture(scope="module")
def before(bare: Bare) -> dict[str, str]:
    """The pages of the other database without the plugin."""
    return {path: bare.get(bare.other, path) for path in PAGES}


@pytest.fixture(scope="module")
def installed(bare: Bare, before: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Bare:
    """Install the wheel, as a user does."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    bare.run("datasette", "install", str(next(folder.glob("*.whl"))))
    return bare


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """A small archive."""
    archive = make_archive(tmp_path_factory.mktemp("archive"))
    archive.append(drafts(6))
    build(archive)
    yield archive


def test_the_plugin_is_there(installed: Bare) -> None:
    """Datasette lists it."""
    names = [plugin["name"] for plugin in json.loads(installed.run("datasette", "plugins"))]
    assert "regesta" in names


def test_pages_of_others_stay_as_they_are(installed: Bare, before: dict[str, str]) -> None:
    """Every page of a database that is no archive is the same, byte for byte."""
    assert {path: installed.get(installed.other, path) for path in PAGES} == before


@pytest.mark.parametrize("path", ["/", "/-/event/1", "/-/regesta/site.css", "/-/regesta/front.js", "/archive/letters"])
def test_pages_of_an_archive(path: str, installed: Bare, archive: Archive) -> None:
    """Pages, style sheets and scripts came with the wheel."""
    assert len(installed.get(archive.database, path)) > 500
