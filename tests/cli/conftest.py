"""The command line as a test calls it: in this process, or in one of its own on a terminal."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
from click.testing import CliRunner, Result

from regesta.archive import Archive
from regesta.cli import main
from regesta.replay.build import build
from tests.archives import drafts
from tests.cli.stories import tell

_COLOUR: Final = re.compile(r"\x1b\[[0-9;]*m")
MEMORY: Final = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


@dataclass(frozen=True)
class Cli:
    """`regesta -C FOLDER …` for one archive."""

    archive: Archive

    def __call__(self, *words: str, input: str | bytes | None = None) -> Result:
        """Run a command in this process, its output not a terminal."""
        return CliRunner().invoke(main, ["-C", str(self.archive.folder), *words], input=input, prog_name="regesta")

    def lines(self, *words: str) -> list[str]:
        """Return what a command prints, which must succeed without a word on standard error."""
        result = self(*words)
        assert (result.exit_code, result.stderr) == (0, "")
        return result.stdout.splitlines()

    def json(self, *words: str, input: str | None = None) -> Any:
        """Return what a command prints with --json."""
        return json.loads(self(*words, "--json", input=input).stdout)

    def error(self, *words: str, input: str | bytes | None = None) -> tuple[int, list[str]]:
        """Return the exit code and the lines on standard error, the archive's folder shown as `…`."""
        result = self(*words, input=input)
        return result.exit_code, result.stderr.replace(str(self.archive.folder), "…").splitlines()

    def write(self, name: str, data: str | bytes) -> str:
        """Write a file beside the archive's own and return its path."""
        path = self.archive.folder / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass"))
        return str(path)

    def on_terminal(self, *words: str, columns: int = 100) -> str:
        """Return what a terminal is sent by a command in a process of its own, without colours."""
        ours, theirs = pty.openpty()
        command = [sys.executable, "-m", "regesta", "-C", str(self.archive.folder), *words]
        environment = {**os.environ, "TERM": "xterm", "COLUMNS": str(columns)}
        with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as process:
            os.close(theirs)
            sent = _read_all(ours)
        os.close(ours)
        assert process.returncode == 0
        return _COLOUR.sub("", sent.decode().replace("\r\n", "\n"))


def _read_all(descriptor: int) -> bytes:
    chunks: list[bytes] = []
    while True:
        try:
            chunk = os.read(descriptor, 65_536)
        except OSError:  # Linux says EIO when the other end is closed
            chunk = b""
        if not chunk:
            return b"".join(chunks)
        chunks.append(chunk)


@pytest.fixture
def cli(archive: Archive) -> Cli:
    """The command line on an archive with an empty log."""
    return Cli(archive)


@pytest.fixture
def filled(archive: Archive) -> Cli:
    """The command line on an archive with three events: a letter, an answer, a listing."""
    archive.append(drafts(3))
    return Cli(archive)


@pytest.fixture
def folder(archive: Archive) -> Path:
    """The folder of the archive."""
    return archive.folder


@pytest.fixture(scope="session")
def _told() -> Iterator[Path]:
    """The folder of the story of `stories.py`, built."""
    with TemporaryDirectory(dir=MEMORY) as folder:
        build(tell(Path(folder)))
        yield Path(folder)


@pytest.fixture
def story(_told: Path) -> Cli:
    """The command line on the story, for commands that only read; it is told once for all tests."""
    return Cli(Archive.open(_told))


@pytest.fixture
def retold(_told: Path, quick_path: Path) -> Cli:
    """The command line on a copy of the story, to be changed."""
    copytree(_told, quick_path / "story")
    return Cli(Archive.open(quick_path / "story"))
