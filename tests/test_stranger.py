"""A stranger's archive: whoever opens it, none of its code runs, nothing is written but where they say, all in time.

Each case is one malice in a small archive that is otherwise in order. The commands of a person who opens it all the
same end with our error, or do what they always do. Promises P9 and P10.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import datasette.cli  # noqa: F401 - in the parent once, and not in each child
import pytest

import regesta.publish.export
import regesta.publish.serve  # noqa: F401 - the same
from regesta.publish import _offline, metadata
from regesta.replay.build import build
from tests.archives import drafts, make_archive
from tests.children import in_child
from tests.stranger.bombs import BOMBS
from tests.stranger.house import MEGABYTES, House, Visit, make_house
from tests.stranger.making import EVERYTHING, Case
from tests.stranger.malice import CODE, DATABASE, FILES, METADATA, SETTINGS, SQL

SECONDS: Final = 2.0
MEMORY: Final = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
ROOT: Final = Path(__file__).parent.parent
GROUPS: Final = {"file": FILES, "tables": DATABASE, "setting": SETTINGS, "SQL": SQL}
MALICE: Final = {f"{group}: {name}": case for group, cases in GROUPS.items() for name, case in cases.items()}

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="measures memory by /proc")


@pytest.fixture(scope="module")
def harmless() -> Iterator[House]:
    """A house whose archive has no malice. All commands were run once: what they import is there in each child."""
    with TemporaryDirectory(dir=MEMORY) as folder:
        archive = make_archive(Path(folder) / "made")
        archive.append(drafts(3))
        build(archive)
        metadata.refresh(archive)
        house = make_house(Path(folder) / "house", archive.folder)
        assert {one.code for one in house.run(*EVERYTHING, here=False).values()} == {0}
        yield house


@pytest.fixture
def house(harmless: House, quick_path: Path) -> House:
    """A copy of it beside somebody's own files."""
    return make_house(quick_path, harmless.root.parent / "made")


@pytest.fixture(scope="module")
def right(harmless: House) -> str:
    """What the tables of the archive without malice say."""
    return harmless.run("tables", here=False)["tables"].said


def visit(house: House, *names: str, inside: bool = False) -> Visit:
    """Run commands in a child, and see that nothing has changed but what is made of the archive, where it is named."""
    others, record = house.others(), house.record()
    found = Visit.read(in_child(lambda: house.visit(*names, inside=inside)))
    assert (house.others(), house.record()) == (others, record)
    return found


def told(found: Visit, case: Case) -> dict[str, object]:
    """Return how each command ended: whether it said the words of the case, else its exit code, or what it said."""
    return {
        name: one.code if not one.code else case.words in one.said or one.said for name, one in found.outcomes.items()
    }


def expected(case: Case, *names: str) -> dict[str, object]:
    return {name: True if name in case.refusing else 0 for name in names}


def check_bounds(found: Visit) -> None:
    """Assert that each command kept within its time, and all of them within the memory."""
    assert {name: one.seconds for name, one in found.outcomes.items() if one.seconds > SECONDS} == {}
    assert found.megabytes < MEGABYTES


@pytest.mark.parametrize("case", MALICE.values(), ids=MALICE.keys())
def test_malice(house: House, right: str, case: Case) -> None:
    """Whatever is wrong is refused with our error and the place, or is without effect; soon, and nothing is touched."""
    case.act(house)
    found = visit(house, *EVERYTHING)
    assert told(found, case) == expected(case, *EVERYTHING)
    assert "tables" in case.refusing or found.outcomes["tables"].said == right
    check_bounds(found)


@pytest.mark.parametrize("case", CODE.values(), ids=CODE.keys())
def test_code(house: House, right: str, case: Case) -> None:
    """Code and templates of the archive are files like any other, also for who stands in its folder."""
    case.act(house)
    found = visit(house, *EVERYTHING, inside=True)
    assert (told(found, case), found.outcomes["tables"].said) == (expected(case, *EVERYTHING), right)
    check_bounds(found)


def test_code_on_a_site(house: House) -> None:
    """With all of that in its folder an archive is served and exported as it is without."""
    for case in CODE.values():
        case.act(house)
    found = visit(house, "serve", "site", inside=True)
    pages = list((house.out / "site").rglob("*.html"))
    assert ([one.code for one in found.outcomes.values()], len(pages) > 5) == ([0, 0], True)
    assert [path for path in pages if b"evil" in path.read_bytes()] == []


@pytest.mark.parametrize("case", METADATA.values(), ids=METADATA.keys())
def test_metadata(house: House, case: Case) -> None:
    """What could run in a reader's browser, write, or ask for secrets is refused before anything is served."""
    case.act(house)
    found = visit(house, "build", "replay", "serve")
    assert told(found, case) == expected(case, "build", "replay", "serve")
    check_bounds(found)


@pytest.mark.parametrize("case", BOMBS.values(), ids=BOMBS.keys())
def test_bomb(house: House, case: Case) -> None:
    """What would take time or memory without end is refused or stopped, within two seconds and 300 MB."""
    case.act(house)
    found = visit(house, *EVERYTHING)
    assert told(found, case) == expected(case, *EVERYTHING)
    check_bounds(found)


def test_view_without_end_in_a_site_of_files(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A view whose rows never end stops the export of the site when its time is up, with the view's name."""
    BOMBS["rows without end"].act(house)
    monkeypatch.setattr(_offline, "SQL_SECONDS", 0.5)
    found = visit(house, "build", "site")
    assert [one.code for one in found.outcomes.values()] == [0, 3]
    assert "evil cannot be written: the query ran longer than 0.5 s" in found.outcomes["site"].said


def test_installed_command(house: House) -> None:
    """The command as it is installed, in a process of its own that starts in the archive's folder, runs none of it."""
    for case in CODE.values():
        case.act(house)
    others, record = house.others(), house.record()
    command = [str(Path(sys.executable).with_name("regesta")), "serve", "--port", "0", "--", "--get", "/"]
    done = subprocess.run(command, cwd=house.archive, env=house.environment, capture_output=True, text=True)
    assert (done.returncode, "Letters" in done.stdout, "evil" in done.stdout) == (0, True, False)
    assert (house.others(), house.record()) == (others, record)


# Calls that write or name: opened for writing, made, renamed, linked, removed. strace -y shows what a descriptor is.
TRACED: Final = "openat,open,creat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,mkdir,mkdirat,rmdir,truncate,chmod,fchmodat"
_WRITES: Final = re.compile(r"O_(?:WRONLY|RDWR|CREAT|TRUNC|APPEND)")
_PATH: Final = re.compile(r'(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"([^"]*)"')


def written(trace: str) -> set[Path]:
    """Return the paths that the calls of a trace write to or name anew."""
    found = set()
    for line in trace.splitlines():
        if " = -1 " in line or "(" not in line or ("open" in line.partition("(")[0] and not _WRITES.search(line)):
            continue
        found |= {Path(os.path.normpath(Path(folder or "/", name))) for folder, name in _PATH.findall(line)}
    return found


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
def test_no_call_writes_elsewhere(house: House, tmp_path: Path) -> None:
    """Seen from outside of the program: no call writes, makes, renames, links or removes anything elsewhere."""
    for case in (*CODE.values(), FILES["schema with a folder that leads to everything"], FILES["words lead to a folder"], FILES["documents lead to a folder"], DATABASE["triggers"]):  # fmt: skip
        case.act(house)
    trace = tmp_path / "trace"
    command = ["strace", "-f", "-qq", "-y", "-e", f"trace={TRACED}", "-o", str(trace), sys.executable, "-m", "tests.stranger.house", str(house.root)]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, env=house.environment, capture_output=True, text=True, check=True)
    allowed = (house.archive / ".regesta", house.out, house.root / "temporary")
    elsewhere = [
        path
        for path in written(trace.read_text("utf-8", "replace"))
        if not path.is_relative_to(house.archive)
        and not any(path.is_relative_to(folder) for folder in allowed)
        and path.parent.name != "__pycache__"
        and path != Path(os.devnull)
    ]
    assert (elsewhere, '"build": [0' in done.stdout) == ([], True)


def test_there_are_enough() -> None:
    """The cases are as many as are promised, each archive with one malice."""
    assert len(MALICE) + len(CODE) + len(METADATA) >= 40
    assert len(BOMBS) >= 12
