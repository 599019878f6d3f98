"""The page of feeds and files, and how the files are sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from datasette.app import Datasette

from regesta.archive import Archive
from regesta.publish.feeds.formats import FORMATS
from regesta.replay.build import build
from tests.archives import drafts, log_lines
from tests.publish.feeds.taken import built, dated
from tests.publish.proposing import SECRET, proposing_archive
from tests.publish.sites import Document, in_one_loop, page, site

ATOM = "/-/take/feed.atom"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive of more events than are sent at once."""
    return built(tmp_path_factory.mktemp("take"), drafts(1_100))


@pytest.fixture(scope="module")
def served(archive: Archive) -> Iterator[Datasette]:
    """A site over it."""
    with site(archive.database, with_plugin=True) as datasette:
        yield datasette


async def get(datasette: Datasette, path: str, **headers: str) -> Any:
    """Return the answer to a request."""
    await datasette.invoke_startup()
    return await datasette.client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


@in_one_loop
async def test_page_lists_every_file(served: Datasette) -> None:
    """Each file is on the page with what it is for and what it leaves out, and its link leads to it."""
    document = Document(await page(served, "/-/take"))
    links = [link for link in document.links() if "/-/take/" in link]
    assert [one.name for one in FORMATS.values() if not any(link.endswith(one.name) for link in links)] == []
    assert [one.purpose for one in FORMATS.values() if one.purpose not in document.text] == []
    assert "Not in it: 1,000 events older than the newest 100." in document.text


@in_one_loop
async def test_page_has_addresses_for_the_conditions(served: Datasette) -> None:
    """Under conditions the links are for these, with a way back to the whole archive."""
    document = Document(await page(served, "/-/take?type=letter.&since=2017-06-01"))
    links = [link for link in document.links() if link.endswith("take/events.csv?type=letter.&since=2017-06-01")]
    assert (len(links), "take the whole archive instead" in document.text) == (1, True)


@in_one_loop
@pytest.mark.parametrize("name", FORMATS)
async def test_file_has_its_type_and_says_what_is_left_out(served: Datasette, name: str) -> None:
    """A file comes with its media type, and in a header what it leaves out."""
    answer = await get(served, f"/-/take/{name}?type=letter.")
    assert (200, f"{FORMATS[name].media_type}; charset=utf-8") == (answer.status_code, answer.headers["content-type"])
    assert answer.headers["x-regesta-left-out"] != ""
    assert answer.headers["x-content-type-options"] == "nosniff"


@in_one_loop
async def test_long_file_is_whole(served: Datasette, archive: Archive) -> None:
    """A file that is sent in pieces is the log, byte for byte."""
    answer = await get(served, "/-/take/events.jsonl")
    assert b"".join(line + b"\n" for line in log_lines(archive)) == answer.content


@in_one_loop
async def test_reader_polls_cheaply(served: Datasette) -> None:
    """A reader who has the file as it is gets no file again, by its tag or by its date."""
    first = await get(served, ATOM)
    answers = [
        await get(served, ATOM, if_none_match=first.headers["etag"]),
        await get(served, ATOM, if_none_match=f'"other", {first.headers["etag"]}'),
        await get(served, ATOM, if_modified_since=first.headers["last-modified"]),
        await get(served, ATOM, if_none_match='"other"', if_modified_since=first.headers["last-modified"]),
        await get(served, f"{ATOM}?type=letter.", if_none_match=first.headers["etag"]),
    ]
    assert [answer.status_code for answer in answers] == [304, 304, 304, 200, 200]
    assert answers[0].content == b""


@in_one_loop
async def test_build_makes_another_file(tmp_path: Any) -> None:
    """After an append and a build the tag is another one."""
    archive = dated(tmp_path)
    with site(archive.database, with_plugin=True) as datasette:
        before = await get(datasette, ATOM)
        archive.append(drafts(1))
        build(archive)
        after = await get(datasette, ATOM, if_none_match=before.headers["etag"])
    assert (after.status_code, before.headers["etag"] != after.headers["etag"]) == (200, True)


@in_one_loop
@pytest.mark.parametrize(
    ("path", "status"),
    {
        "no such file": ("/-/take/events.xlsx", 404),
        "no date": ("/-/take/feed.atom?since=yesterday", 400),
        "no status": ("/-/take/events.csv?status=wrong", 400),
        "no date on the page": ("/-/take?until=never", 400),
    }.values(),
)
async def test_nonsense_is_told(served: Datasette, path: str, status: int) -> None:
    """What makes no sense is told on a page, not in a file."""
    answer = await get(served, path)
    assert (status, "text/html; charset=utf-8") == (answer.status_code, answer.headers["content-type"])


@in_one_loop
@pytest.mark.parametrize("name", FORMATS)
async def test_proposals_are_not_taken_away(tmp_path: Any, name: str) -> None:
    """A visitor finds no word of a proposal in a file."""
    archive = proposing_archive(tmp_path / "proposing")
    with site(archive.database, with_plugin=True) as datasette:
        text = (await get(datasette, f"/-/take/{name}?status=any")).text
    assert (SECRET in text, len(text) > 100) == (False, True)
