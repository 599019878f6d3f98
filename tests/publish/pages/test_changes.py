"""The page of what changed: dates in the address, what is possible apart, the other clock, nonsense refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from datasette.app import Datasette

from regesta.archive import Archive
from regesta.replay.build import build
from tests.archives import make_archive
from tests.cli.stories import record, said, tell
from tests.ingest.tale import pending, tale
from tests.publish.sites import Document, in_one_loop, page, site

pytestmark = in_one_loop

NONSENSE = (
    "soon", "yesterday", "2017-02-30", "2017-13", "2017-06-30/2017-07-05", "2017?", "2017~", "2017-06-XX", "..", "/",
    "' or 1=1 --", "'; drop table events; --", '" or ""="', "1) union select 1 --", "%", "_", "\\", "\x00", "\n",
    "2017-07-01' --", "2017-07-01%00", "0", "-1", "1e9", "9" * 70, "NaN", "null", "None", "true", "{}", "[]", "<b>",
    "<script>alert(1)</script>", "{{ 7*7 }}", "${7*7}", "../../etc/passwd", "file:///etc/passwd", "http://a.example",
    "٢٠١٧-٠٧-٠١", "２０１７", "2017‐07‐01", "\u202e2017", "06/07/2017", "7", "17-07-01", "Monday", "Sunday 5 July 2017",
    "July", "now", "today", "2017-W27", "2017-186", "24:61", "2017-07-01T25:00", "2017-07-01T10:00+99:00", "Y170000002",
    "2017-07-01..2017-07-05", ":at", "?1", "@at", "$at", "0x7E1",
)  # fmt: skip


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """The story of the commands that look back, with one row that changes."""
    archive = tell(Path(tmp_path_factory.mktemp("changes")))
    record(archive, 5, said("P02", "yes", "2017-07-09", reason="<b>On second thoughts</b>"))
    build(archive)
    return archive


@pytest.fixture(scope="module")
def datasette(archive: Archive) -> Iterator[Datasette]:
    """A site of it."""
    with site(archive.database, with_plugin=True) as datasette:
        yield datasette


async def test_range(datasette: Datasette) -> None:
    """Between two dates each change has its row before and after, and its event with the date in words."""
    source = await page(datasette, "/-/changes?from=2017-07-05&to=2017-07-10")
    text = " ".join(Document(source).text.split())
    assert (
        "From the end of 5 July 2017 to the end of 10 July 2017: 1 change, and 2 more that may have happened." in text
    )
    assert "<del>no</del> → <ins>yes</ins>" in source
    assert "9 July 2017: P02 says yes." in text
    assert "<b>On" not in source


async def test_possible_is_marked(datasette: Datasette) -> None:
    """What only may have happened stands under a heading that says so, and each line has the badge."""
    source = await page(datasette, "/-/changes?from=2017-07-05&to=2017-07-10")
    certain, _, possible = source.partition('id="possible"')
    assert (certain.count("badge-possible"), possible.count("badge-possible")) == (0, 2)


async def test_without_dates(datasette: Datasette) -> None:
    """Unasked it shows the last days with a change, with links to others."""
    text = " ".join(Document(await page(datasette, "/-/changes")).text.split())
    assert "From the end of 29 June 2017 to the end of 31 July 2017: 5 changes, and 1 more that may" in text


async def test_steps(datasette: Datasette) -> None:
    """The day before and the next one with a change, and the whole story, are a link away."""
    links = Document(await page(datasette, "/-/changes?from=2017-07-02&to=2017-07-03")).links()
    expected = ["from=2017-07-01&to=2017-07-02", "from=2017-07-08&to=2017-07-09", "from=2017-06-29&to=2017-07-31"]
    assert [item for item in expected if f"/-/changes?{item}" not in links] == []


async def test_one_side(datasette: Datasette) -> None:
    """Without a second date all that is known is meant; without a first one the whole story up to the second."""
    first = Document(await page(datasette, "/-/changes?from=2017-07-05")).text
    last = Document(await page(datasette, "/-/changes?to=2017-07-02")).text
    assert ("to now" in " ".join(first.split()), "29 June 2017" in last) == (True, True)


async def test_one_table(datasette: Datasette) -> None:
    """One table alone can be asked for."""
    source = await page(datasette, "/-/changes?from=2017-06-29&to=2017-07-10&table=letters")
    assert ("<h3>Letters" in source, "<h3>Answers" in source) == (True, False)


async def test_what_was_learned(datasette: Datasette) -> None:
    """On the other clock it is told what was learned and corrected since."""
    source = await page(datasette, "/-/changes?known_from=2026-01-01")
    again = await page(datasette, "/-/changes?known_from=2026-01-04&known_to=2026-01-05")
    assert ('id="corrected"' in source, 'id="happened"' in source) == (True, False)
    assert 'id="learned"' in again


async def test_both_clocks(datasette: Datasette) -> None:
    """Both clocks together compare what was known at two dates of what had happened by two dates."""
    source = await page(datasette, "/-/changes?from=2017-07-02&known_from=2026-01-01&known_to=2026-01-02")
    assert "as of 2017-07-02" in source


async def test_without_the_log(archive: Archive, tmp_path: Path) -> None:
    """Where only the database is at hand, the other clock is not offered, and refused."""
    alone = tmp_path / "alone.db"
    alone.write_bytes(archive.database.read_bytes())
    with site(alone, with_plugin=True) as datasette:
        offered = await page(datasette, "/-/changes")
        asked = await datasette.client.get("/-/changes?known_from=2026-01-01")
    assert ("its tables alone" in offered, asked.status_code) == (True, 400)


async def test_nothing_yet(tmp_path: Path) -> None:
    """An archive without events has no changes."""
    archive = make_archive(tmp_path)
    build(archive)
    with site(archive.database, with_plugin=True) as datasette:
        assert "Nothing has changed yet" in await page(datasette, "/-/changes")


async def test_proposals_are_not_told(tmp_path: Path) -> None:
    """What extraction suggests is no change, for nobody and at no date."""
    archive = pending(tale(tmp_path))
    with site(archive.database, with_plugin=True) as datasette:
        found = [await page(datasette, path) for path in ("/-/changes", "/-/changes?known_from=2017-01-01")]
    assert [word for word in ("proposal", "will not take part", "Ann") for source in found if word in source] == []


@pytest.mark.parametrize("name", ["from", "to", "known_from"])
async def test_nonsense(name: str, datasette: Datasette) -> None:
    """What is no date is a clean refusal, whatever it is."""
    await datasette.invoke_startup()
    more = "&known_from=2026-01-01" if name == "known_to" else ""
    found = {
        text: (await datasette.client.get(f"/-/changes?{name}={quote(text)}{more}")).status_code for text in NONSENSE
    }
    assert {text: status for text, status in found.items() if status != 400 and text.strip()} == {}


REFUSED = {
    "the wrong way round": "from=2017-07-05&to=2017-07-01",
    "recorded the wrong way round": "known_from=2026-01-04&known_to=2026-01-01",
    "no beginning": "known_to=2026-01-01",
    "no table": "table=nothing",
    "a view": "table=answer_counts",
    "an injection": "table=answers%27--",
}


@pytest.mark.parametrize("query", REFUSED.values(), ids=REFUSED.keys())
async def test_refused(query: str, datasette: Datasette) -> None:
    """What cannot be compared is told."""
    await datasette.invoke_startup()
    assert (await datasette.client.get(f"/-/changes?{query}")).status_code == 400
