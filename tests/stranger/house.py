"""A place where a stranger's archive is opened: beside it lies what belongs to somebody else and must stay as it is.

>>> house = make_house(Path("/tmp/house"), like=Path("/tmp/archive"))  # doctest: +SKIP
>>> house.run("verify", "build")["build"]  # doctest: +SKIP
Outcome(code=0, said='', seconds=0.1)
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import shutil
import signal
import sqlite3
import stat
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from click.testing import CliRunner

from regesta.cli import main

MEGABYTES: Final = 300
HANGS_AFTER_S: Final = 30
_ARENAS: Final = -8  # M_ARENA_MAX of mallopt(3): else each thread takes 128 MB of addresses, which is no memory
_ASKED: Final = "select id, place, about from letters union all select letter, place, answer from answers order by 1"
# What a person does with an archive that came from somewhere; OUT is the folder that they name for what is made.
COMMANDS: Final[Mapping[str, str]] = {
    "verify": "verify",
    "status": "status",
    "query": "query ASKED --json",
    "replay": "replay --at 2018 -o OUT/then.db --metadata OUT/then.json",
    "export": "export events.csv -o OUT/events.csv",
    "build": "build",
    "append": "append --dry-run --type letter.sent --subject letter/l9 --data letter=l9 --data place=P01",
    "tables": "query ASKED --json",
    "serve": "serve --port 0 -- --get /",
    "site": "export site OUT/site",
}


class Outcome(NamedTuple):
    """How a command ended: its exit code, what it said (an answer, or else what stands on standard error), the time."""

    code: int
    said: str
    seconds: float


class Visit(NamedTuple):
    """What came of some commands in one process, by name, and the most memory that they took beside what was there."""

    outcomes: dict[str, Outcome]
    megabytes: float

    @classmethod
    def read(cls, said: str) -> Visit:
        """Return a visit from what the child said of it."""
        assert said.startswith("["), f"it died or hung: {said}"
        megabytes, outcomes = json.loads(said)
        return cls({name: Outcome(*outcome) for name, outcome in outcomes.items()}, megabytes)


@dataclass(frozen=True)
class House:
    """The folders: the stranger's archive, somebody's own files, home, working folder, and what may be written to."""

    root: Path

    @property
    def archive(self) -> Path:
        """The stranger's archive."""
        return self.root / "archive"

    @property
    def own(self) -> Path:
        """Files of the person who opens the archive."""
        return self.root / "own"

    @property
    def out(self) -> Path:
        """The folder that they name for what is made."""
        return self.root / "out"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a process of its own: nothing in it leads to the folders of who runs the tests."""
        temporary = str(self.root / "temporary")
        return {**os.environ, "HOME": str(self.root / "home"), "TMPDIR": temporary, "SQLITE_TMPDIR": temporary}

    def visit(self, *names: str, inside: bool = False) -> str:
        """Run commands one after the other with a bound on memory, to be called in a child; say what `Visit` reads.

        ``inside``: with the archive's folder as the working folder, not by its name.
        """
        signal.setitimer(signal.ITIMER_REAL, HANGS_AFTER_S)  # no handler: the child dies, whatever it waits for
        ctypes.CDLL(None).mallopt(_ARENAS, 1)
        limit = (_kilobytes("VmSize") + MEGABYTES * 1024) * 1024
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        Path("/proc/self/clear_refs").write_text("5")  # proc(5): the peak is that of now
        before = _kilobytes("VmRSS")
        outcomes = self.run(*names, inside=inside)
        return json.dumps([(_kilobytes("VmHWM") - before) / 1024, outcomes])

    def run(self, *names: str, inside: bool = False, here: bool = True) -> dict[str, Outcome]:
        """Run commands in this process; unless ``here``, it keeps its working folder and its environment."""
        if here:
            os.environ.update(self.environment)
            os.chdir(self.archive if inside else self.root / "here")
        return {name: self._outcome(name, inside) for name in names}

    def _outcome(self, name: str, inside: bool) -> Outcome:
        where = () if inside else ("-C", str(self.archive))
        start = time.process_time()  # a machine that has other things to do says nothing of us
        result = CliRunner().invoke(main, [*where, *words_of(name, self.out)])
        asked = "ASKED" in COMMANDS[name] and not result.exit_code
        said = result.stdout if asked else result.stderr or result.stdout
        return Outcome(result.exit_code, said.replace(str(self.root), "…"), time.process_time() - start)

    def others(self) -> dict[str, str]:
        """Return kind and content of everything but the archive and what may be written to, by path."""
        folders = [self.root / name for name in ("own", "home", "here")]
        return {str(path): _shown(path) for folder in folders for path in sorted(folder.rglob("*"))}

    def record(self) -> dict[str, str]:
        """Return the same of the archive without what is made of it: archive.db and `.regesta/`."""
        made = ("archive.db", ".regesta", "archive.db-wal", "archive.db-shm")
        paths = sorted(self.archive.rglob("*"))
        return {str(path): _shown(path) for path in paths if path.relative_to(self.archive).parts[0] not in made}


def make_house(root: Path, like: Path) -> House:
    """Make the folders; the archive is a copy of ``like``."""
    for name in ("own", "home", "here", "out", "temporary"):
        (root / name).mkdir(parents=True)
    (root / "own/letter.txt").write_text("mine\n")
    with closing(sqlite3.connect(root / "own/mine.db")) as db:
        db.executescript("pragma journal_mode=wal; create table mine (a); insert into mine values (1)")
    shutil.copytree(like, root / "archive")
    return House(root)


def words_of(name: str, out: Path) -> list[str]:
    """Return the words of a command."""
    return [word.replace("OUT", str(out)).replace("ASKED", _ASKED) for word in COMMANDS[name].split()]


def _kilobytes(name: str) -> int:
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(name)))


def _shown(path: Path) -> str:
    mode = path.lstat().st_mode
    content = sha256(path.read_bytes()).hexdigest() if stat.S_ISREG(mode) and path.stat().st_size < 10**7 else ""
    return f"{stat.filemode(mode)} {path.lstat().st_size} {content}"


if __name__ == "__main__":
    print(json.dumps(House(Path(sys.argv[1])).run("verify", "build", "replay", "export")))
