"""A visit: who may see an archive, the addresses of its pages, and the headers of every answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from datasette import Forbidden
from datasette.app import Datasette
from datasette.utils.asgi import Request

from regesta.archive import Archive
from regesta.config import config_of, values_of
from regesta.errors import UsageError
from regesta.publish.pages.visit import HEADERS, Visit, visit
from regesta.replay.build import build
from tests.archives import document, drafts, letter, make_archive
from tests.publish.sites import site

pytestmark = pytest.mark.asyncio(loop_scope="function")


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """A small archive."""
    archive = make_archive(tmp_path, description="Who answers?")
    archive.append([document("A text."), letter(1)])
    build(archive)
    return archive


async def visited(datasette: Datasette, path: str = "/-/front", actor: dict[str, Any] | None = None) -> Visit:
    await datasette.invoke_startup()
    request = Request.fake(path)
    request.scope["actor"] = actor
    found = await visit(datasette, request, None)
    assert found is not None
    return found


async def test_facts(archive: Archive) -> None:
    """A page knows the settings and the checkpoint from the database alone."""
    with site(archive.database, with_plugin=True) as datasette:
        found = await visited(datasette)
    expected = (config_of(values_of(archive.config), "meta"), archive.log.size())
    assert (found.config, found.facts.size) == expected


async def test_addresses(archive: Archive) -> None:
    """Addresses are encoded, empty parameters are left out."""
    with site(archive.database, with_plugin=True) as datasette:
        found = await visited(datasette)
        addresses = [
            found.path(),
            found.path(asof="2017-07-01"),
            found.path("event", 12),
            found.path("story", "a/b ü", to=None, q=""),
            found.subject_path("place/P 01"),
            found.table_path("letters", at="2017-07-01"),
            found.row_path("answers", ("l1", "P 01")),
        ]
    assert addresses == [
        "/",
        "/?asof=2017-07-01",
        "/-/event/12",
        "/-/story/a~2Fb+~C3~BC",
        "/-/about/place/P+01",
        "/archive@2017-07-01/letters",
        "/archive/answers/l1,P+01",
    ]


async def test_addresses_among_others(archive: Archive, tmp_path_factory: pytest.TempPathFactory) -> None:
    """On a site with more than the archive, every page says which archive, and `/` is not ours."""
    other = make_archive(tmp_path_factory.mktemp("other"))
    other.append(drafts(3))
    build(other)
    path = other.database.rename(other.folder / "other.db")
    with site(archive.database, path, with_plugin=True) as datasette:
        found = await visited(datasette)
        addresses = [found.path(), found.path("event", 1)]
        titles = [(await datasette.client.get(path)).status_code for path in ("/-/archive/nothing", "/-/none/event/1")]
    assert (addresses, titles) == (["/-/archive/front", "/-/archive/event/1"], [404, 404])


@pytest.mark.parametrize("allow", [{"databases": {"archive": {"allow": {"id": "root"}}}}, {"allow": {"id": "root"}}])
async def test_who_may_not_see(allow: dict[str, Any], archive: Archive) -> None:
    """Who may not see the archive sees none of its pages; who may does."""
    with site(archive.database, metadata=allow, with_plugin=True) as datasette:
        with pytest.raises(Forbidden):
            await visited(datasette)
        found = await visited(datasette, actor={"id": "root"})
    assert (found.editor, found.config.title) == (True, "Letters")


async def test_dates(archive: Archive) -> None:
    """A date is the end of its day; what is no date is told."""
    with site(archive.database, with_plugin=True) as datasette:
        found = await visited(datasette, "/-/front?asof=July+1,+2017")
        bad = await visited(datasette, "/-/front?asof=soon")
        moment = found.moment()
        with pytest.raises(UsageError):
            bad.moment()
    assert moment is not None
    assert moment.text == "2017-07-01T23:59:59-04:00"


async def test_headers(archive: Archive) -> None:
    """Every answer of ours forbids scripts of others, frames and guesses at its type."""
    with site(archive.database, with_plugin=True) as datasette:
        found = await visited(datasette)
        answers = [found.problem(404, "a"), found.file("a", "text/plain", "a.txt"), found.json({})]
    assert [dict(HEADERS.items() & answer.headers.items()) for answer in answers] == [HEADERS] * 3


async def test_texts_that_may_not_be_republished(tmp_path: Path) -> None:
    """Where passages are only digests, a visitor reads no text of a document; an editor does."""
    from hashlib import sha256

    from regesta.ingest.capture import Capture
    from regesta.ingest.store import Store

    archive = make_archive(tmp_path, quotes="digest")
    archive.append([document("A text.")])
    build(archive)
    Store(archive.folder / "documents", "digest").put(Capture(b"A text.", "A text.", "text/plain", "text", "a.txt"))
    digest = sha256(b"A text.").hexdigest()
    with site(archive.database, with_plugin=True) as datasette:
        visitor, editor = await visited(datasette), await visited(datasette, actor={"id": "root"})
    assert (visitor.text(digest), editor.text(digest)) == (None, "A text.")
