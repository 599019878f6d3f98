"""The shipped archive, asked what a reporter would ask: where it stood, what changed, on whose word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

import pytest

from regesta.archive import Archive
from regesta.replay.build import build
from tests.cli.conftest import MEMORY, Cli

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def shipped() -> Iterator[Cli]:
    """The command line on a built copy of the shipped archive."""
    with TemporaryDirectory(dir=MEMORY) as name:
        folder = Path(name)
        for part in ("events", "schema"):
            copytree(ROOT / part, folder / part)
        for part in ("archive.toml", "datasette-metadata.json"):
            (folder / part).write_bytes((ROOT / part).read_bytes())
        archive = Archive.open(folder)
        build(archive)
        yield Cli(archive)


def test_where_it_stood(shipped: Cli) -> None:
    """On 1 July 2017 two states had answered for certain, by any SQL; seventeen more may have."""
    rows = shipped.json("query", "--at", "2017-07-01", "select state from responses order by 1")
    possible = shipped.json("query", "--at", "2017-07-01", "--possible", "select count(*) as n from responses_possible")
    assert (rows, possible) == ([{"state": "NY"}, {"state": "PA"}], [{"n": 17}])


def test_replay(shipped: Cli, tmp_path: Path) -> None:
    """The same as a database of its own."""
    target = tmp_path / "july.db"
    result = shipped.json("replay", "--at", "2017-07-01", "--possible", "-o", str(target))
    said = "what had certainly or possibly happened by 2017-07-01T23:59:59-04:00, of events 1 to 209 of the log"
    assert (result["contains"], result["path"]) == (said, str(target))


def test_what_changed(shipped: Cli) -> None:
    """Until the update stamp 43 states were added, 17 of them perhaps before it."""
    changes = shipped.json("diff", "2017-06-30", "2017-07-05", "--table", "responses")
    counted = Counter((change["kind"], change["sure"], change["why"]) for change in changes)
    assert counted == {("added", "certain", "happened"): 26, ("added", "certain by then", "happened"): 17}


def test_on_whose_word(shipped: Cli) -> None:
    """New York's answer rests on one event and its passages."""
    (row,) = shipped.json("blame", "responses", "NY")
    (state,) = row["held"]
    sql = 'select document, start, "end", digest from evidence where event = 94 order by position'
    passages = [[item[name] for name in ("document", "start", "end", "digest")] for item in state["word"]["passages"]]
    expected = [list(item.values()) for item in shipped.json("query", sql)]
    assert (row["key"], state["word"]["sequence"], row["taken_back"]) == (
        {"request": "voter-rolls-2017", "state": "NY"}, 94, [],
    )  # fmt: skip
    assert (len(expected) > 0, passages) == (True, expected)


@pytest.mark.parametrize("date", ["2017-06-01", "2017-06-30", "2017-07-01", "2017-07-04", "2017-07-05", "2018"])
def test_counts(shipped: Cli, date: str) -> None:
    """The counts of the status are those of the rows, certain and possible."""
    words = ("query", "--at", date, "--possible", "--json")
    certain, possible = (
        {
            row["d"]: row["n"]
            for row in shipped.json(*words, f"select disposition as d, count(*) as n from {table} group by 1")
        }
        for table in ("responses", "responses_possible")
    )
    found = shipped.archive.counts("responses", "disposition", date)
    assert (
        {value: count.certain for value, count in found.items() if count.certain},
        {value: count.possible for value, count in found.items() if count.possible},
    ) == (certain, possible)


def test_counts_in_numbers(shipped: Cli) -> None:
    """On 1 July two refuse, 17 may have answered; after the update stamp 45 have."""
    then, later = (shipped.archive.counts("responses", "disposition", date) for date in ("2017-07-01", "2017-07-05"))
    assert (then["refuse"].certain, sum(count.possible for count in then.values())) == (2, 17)
    assert {value: count.certain for value, count in later.items()} == {
        "refuse": 7, "public-only": 9, "partial": 2, "fee": 1, "unspecified": 26,
    }  # fmt: skip


def test_timeline(shipped: Cli) -> None:
    """The timeline of a day has what certainly happened on it."""
    found = shipped.json("timeline", "--since", "2017-06-30", "--until", "2017-06-30", "--at", "2017-06-30")
    assert {item["subject"] for item in found if item["type"] == "response.declared"} == {"state/NY", "state/PA"}
