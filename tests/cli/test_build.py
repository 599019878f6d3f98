"""`regesta build`: what it says."""

from __future__ import annotations

import re

from tests.archives import drafts
from tests.cli.conftest import Cli


def words(cli: Cli, *options: str) -> str:
    said = " ".join(cli.lines("build", *options)).replace(str(cli.archive.folder), "…")
    return re.sub(r"[0-9.]+ s$", "N s", said)


def test_first_build(filled: Cli) -> None:
    """The first build says where the tables are and how many events they cover."""
    assert words(filled) == "…/archive.db: 3 events, built anew, N s"


def test_later_build(filled: Cli) -> None:
    """A later one says what was new."""
    filled.lines("build")
    filled.archive.append(drafts(2, first=4))
    assert [words(filled), words(filled)] == [
        "…/archive.db: 5 events, 2 new events, N s", "…/archive.db: 5 events, 0 new events, N s",
    ]  # fmt: skip


def test_full(filled: Cli) -> None:
    """--full starts over."""
    filled.lines("build")
    assert words(filled, "--full") == "…/archive.db: 3 events, built anew, N s"


def test_json(filled: Cli) -> None:
    """--json gives the same as an object."""
    result = filled.json("build")
    expected = {"events": 3, "new": 3, "full": True, "path": str(filled.archive.database)}
    assert result == {**expected, "seconds": result["seconds"]}


def test_broken_projection(filled: Cli) -> None:
    """A broken projection is exit code 3, with file and line, and archive.db stays."""
    filled.lines("build")
    before = filled.archive.database.read_bytes()
    path = filled.archive.folder / "schema" / "projections" / "letters.sql"
    path.write_text(path.read_text().replace("edtf, summary\nfrom", "edtf, sumary\nfrom"))
    code, said = filled.error("build")
    place = "error: …/schema/projections/letters.sql:"
    assert (code, said[0][: len(place)], filled.archive.database.read_bytes() == before) == (3, place, True)


def test_damaged_log(filled: Cli) -> None:
    """A damaged log is exit code 3."""
    (filled.archive.folder / "events" / "000001.jsonl").write_bytes(b"{}\n")
    assert filled.error("build")[0] == 3
