"""What is measured of the site: how long the server takes to make a page, and how large it is.

Pages are asked for within the process, so that no network is part of it; the first visit is one to a server that has
just been started, the others are the median of several.
"""

from __future__ import annotations

import asyncio
import shutil
import statistics
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Final

from datasette.app import Datasette

from bench.measure import Row, Sample, Work
from regesta.archive import Archive
from regesta.replay.build import build

_ROOT: Final = Path(__file__).parents[1]
_VISITS: Final = 9
_SHIPPED: Final = ("archive.toml", "schema", "events")


def first_visit(folder: Path, events: int) -> Sample:
    """Ask a server that has just been started for the front page."""
    return asyncio.run(_visits(folder / "archive.db", "/", 1))


def _page(path: str, archive: Callable[[Path], Path] = lambda folder: folder / "archive.db") -> Work:
    def visits(folder: Path, events: int) -> Sample:
        return asyncio.run(_visits(archive(folder), path.format(middle=events // 2), _VISITS))

    return visits


def _shipped(folder: Path) -> Path:
    """Build the archive of this repository beside the one that is measured; return its database."""
    copy = folder.with_name("shipped")
    if not copy.exists():
        copy.mkdir()
        for name in _SHIPPED:
            source = _ROOT / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, copy / name)
        build(Archive.open(copy))
    return copy / "archive.db"


async def _visits(database: Path, path: str, count: int) -> Sample:
    datasette = Datasette([str(database)])
    await datasette.invoke_startup()
    if count > 1:
        await datasette.client.get(path)
    seconds = list[float]()
    for _ in range(count):
        start = perf_counter()
        response = await datasette.client.get(path)
        seconds.append(perf_counter() - start)
        if response.status_code != 200:
            raise SystemExit(f"not what should be measured: {path} gives {response.status_code}")
    return Sample(1, statistics.median(seconds), page_kb=len(response.content) / 1000)


ROWS: Final = {
    "page-shipped": Row("front page of the shipped archive", _page("/", _shipped), "P"),
    "page-first": Row("front page, first visit", first_visit, "P"),
    "page-front": Row("front page", _page("/"), "P"),
    "page-date": Row("front page at a date", _page("/?asof=2015-03-01"), "P"),
    "page-event": Row("page of an event", _page("/-/event/{middle}"), "P"),
    "page-find": Row("search for a word", _page("/-/find?q=refused"), "P"),
    "page-about": Row("all subjects", _page("/-/about"), "P"),
    "page-changes": Row("what changed in a week", _page("/-/changes?from=2015-03-01&to=2015-03-08"), "P"),
    "P": Row("floor P: Datasette's page of 20 events", _page("/archive/events?_size=20&_nocount=1&_nofacet=1")),
}
