"""An archive as files: one of the feeds and files, or the whole site for any web host, without a server.

Guarantees that the files say what a visitor of the site may see and nothing more: proposals are in none of them. The
same archive gives the same bytes. A site appears in its folder as a whole or not at all, and never takes the place of
anything but an earlier export.

    export_file(archive, FORMATS["calendar.ics"], {"type": "deadline."}.get, "")
    export_site(archive, Path("public"), "https://example.org/rolls/")
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from datasette.utils import tilde_encode

from regesta import __version__, durable
from regesta.archive import Archive
from regesta.database import open_database
from regesta.errors import ArchiveError, StorageError, UsageError
from regesta.limits import STATIC_PAGES
from regesta.publish import metadata
from regesta.publish._crawl import crawl
from regesta.publish._offline import Offline
from regesta.publish._places import Places, address_of
from regesta.publish.feeds.asked import Asked, Link
from regesta.publish.feeds.formats import Format
from regesta.replay.asof import AsOf, add_functions

MARKER: Final = "regesta-site.json"
_WEB: Final = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: the number of files and of their bytes, and what was left out, in words."""

    files: int
    bytes: int
    left_out: tuple[str, ...]


@contextmanager
def published(archive: Archive) -> Iterator[sqlite3.Connection]:
    """Open the built database as a visitor of the site sees it: without proposals."""
    path = archive.replays().get(AsOf(), published=True)
    with closing(open_database(path, read_only=True)) as db:
        add_functions(db)
        yield db


def asked_for(archive: Archive, db: sqlite3.Connection, wanted: Any, link: Link, here: str = "") -> Asked:
    """Return what is asked of a file of this archive."""
    meta = dict(db.execute("select key, value from meta"))
    return Asked(wanted, archive.config, int(meta["size"]), meta.get("recorded_until"), link, here)


@contextmanager
def export_file(
    archive: Archive, asked_format: Format, argument: Callable[[str], str | None], url: str
) -> Iterator[tuple[Iterator[bytes], list[str]]]:
    """Give the pieces of a file, and what is left out of it; ``url`` is where the site is, "" where nowhere.

    ``argument`` gives the conditions by the names that they have in an address. Raises `UsageError` for conditions
    that make no sense.
    """
    wanted = asked_format.wanted(argument, archive.zone)
    root = check_url(url)

    def link(*parts: object) -> str:
        return root and root + address_of(*parts).removeprefix("/")

    with published(archive) as db:
        asked = asked_for(archive, db, wanted, link)
        yield (piece.encode("utf-8") for piece in asked_format.parts(asked, db)), asked_format.left_out(asked, db)


def check_url(url: str) -> str:
    """Return the address of a site with a slash at its end; raises `UsageError` for what is no web address."""
    if url and (not url.startswith(_WEB) or not urlsplit(url).hostname or urlsplit(url).query or "#" in url):
        raise UsageError(
            f"{url!r:.100} is not the address of a site", remedy="write it like https://example.org/rolls/"
        )
    return url if not url or url.endswith("/") else f"{url}/"


def export_site(
    archive: Archive, folder: Path, url: str = "", advance: Callable[[int], None] = lambda pages: None
) -> Exported:
    """Write the whole site into ``folder``, which is new, empty, or an earlier export; ``url`` is where it will be.

    Raises `UsageError` for a folder with something else in it, `ArchiveError` where visitors may see nothing.
    """
    root = check_url(url)
    folder = folder.resolve()
    _check_folder(folder)
    temporary = durable.temporary_name(folder)
    try:
        temporary.mkdir(parents=True)
        left_out = asyncio.run(_write(archive, temporary, root, advance))
        done = _marked(archive, temporary, left_out)
        _publish(temporary, folder)
    except OSError as error:
        raise StorageError(f"cannot write the site: {error.strerror or error}", where=str(folder)) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return done


def _check_folder(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageError("is a file", where=str(folder), remedy="name a folder")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARKER).is_file():
        remedy = "name a new folder, an empty one, or one with an earlier export"
        raise UsageError("holds something else, and stays as it is", where=str(folder), remedy=remedy)


async def _write(archive: Archive, folder: Path, root: str, advance: Callable[[int], None]) -> list[str]:
    """Write all files but the marker; return what is left out."""
    with published(archive) as db:
        async with _datasette(archive) as datasette:
            await datasette.invoke_startup()
            tables = await _tables(datasette, archive, db)
            places = Places(archive.database.stem, frozenset(tables))
            crawled = await crawl(datasette, places, _seeds(db), folder, advance)
            if "/-/front" in crawled.refused:
                raise _refusal(crawled.refused["/-/front"])
            site = Offline(archive, db, places, crawled, root)
            return await site.write(datasette, folder, tables)


def _refusal(status: int) -> ArchiveError:
    if status in (401, 403):
        return ArchiveError("visitors may not see this archive, so there is no site to export")
    return ArchiveError(f"the site does not give its front page (status {status})", remedy="try `regesta serve`")


def _seeds(db: sqlite3.Connection) -> list[str]:
    """Return the addresses that every other one can be reached from; each event of its own, if nothing links to it."""
    first = ["/-/front", "/-/about", "/-/stories", "/-/changes"]
    rows = db.execute("select sequence from events order by sequence limit ?", (STATIC_PAGES,))
    return [*first, *(f"/-/event/{row[0]}" for row in rows)]


@asynccontextmanager
async def _datasette(archive: Archive) -> AsyncIterator[Any]:
    """Give a Datasette over the archive, with its metadata and our plugin, that listens nowhere."""
    # Here, for a command that exports no site need not wait for it.
    from datasette import handle_exception
    from datasette.app import Datasette
    from datasette.plugins import pm
    from datasette.version import __version_info__

    from regesta.publish import plugin

    if not pm.is_registered(plugin):
        pm.register(plugin)
    words = metadata.load(archive.metadata) if archive.metadata.exists() else {}
    # 1.0 takes permissions from a configuration only, 0.65 has none.
    settings = {"metadata": words} | ({} if __version_info__[0] == "0" else {"config": json.loads(json.dumps(words))})
    datasette = Datasette([str(archive.database)], **settings)
    rich, handle_exception.rich = handle_exception.rich, None  # prints 200 lines for a page that fails
    try:
        yield datasette
    finally:
        handle_exception.rich = rich
        for database in datasette.databases.values():
            database.close()
        plugin.shutdown(datasette)


async def _tables(datasette: Any, archive: Archive, db: sqlite3.Connection) -> list[str]:
    """Return the tables and views that a visitor may see and that are not hidden, in the order of their names."""
    route = tilde_encode(archive.database.stem)
    databases = metadata.load(archive.metadata).get("databases", {}) if archive.metadata.exists() else {}
    described = databases.get(archive.database.stem, {}).get("tables", {})
    rows = db.execute("select name from sqlite_master where type in ('table', 'view') order by name")
    names = [row[0] for row in rows if not row[0].startswith(("_", "sqlite_")) and "_fts" not in row[0]]
    found = []
    for name in names:
        if not described.get(name, {}).get("hidden"):
            answer = await datasette.client.get(f"/{route}/{tilde_encode(name)}.json?_size=0&_shape=array")
            found += [name] if answer.status_code == 200 else []
    return found


def _marked(archive: Archive, folder: Path, left_out: list[str]) -> Exported:
    """Write what says that this is an export, and of what."""
    with published(archive) as db:
        meta = dict(db.execute("select key, value from meta"))
    said = {
        "made_by": f"regesta {__version__}",
        "origin": archive.config.origin,
        "size": int(meta["size"]),
        "root": meta["root"],
        "left_out": left_out,
    }
    (folder / MARKER).write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", "utf-8")
    files = [path for path in folder.rglob("*") if path.is_file()]
    return Exported(len(files), sum(path.stat().st_size for path in files), tuple(left_out))


def _publish(temporary: Path, folder: Path) -> None:
    """Give the finished folder its name; an earlier export goes only when the new one is there."""
    old = durable.temporary_name(folder)
    if folder.exists():
        folder.rename(old)
    # Dies here: the folder is gone, and the earlier and the new site are beside it under names that end in .tmp.
    temporary.rename(folder)
    durable.sync_folder(folder.parent)
    shutil.rmtree(old, ignore_errors=True)
