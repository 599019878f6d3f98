"""Datasette over an archive, as `datasette serve` makes it on either line, and pages as a browser reads them.

Never imports the HTTP client of Datasette: it is another package on each line.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import pytest
from datasette.app import Datasette
from datasette.plugins import pm
from datasette.version import __version_info__

from regesta.archive import Archive
from regesta.publish import plugin
from regesta.replay.build import build

ROOT: Final = Path(__file__).parent.parent.parent
SHIPPED: Final = ("archive.toml", "datasette-metadata.json", "schema", "events")

# Tests that share a site share its event loop.
in_one_loop: Final = pytest.mark.asyncio(loop_scope="module")


def shipped_archive(folder: Path) -> Archive:
    """Copy the archive of this repository, without what is built from it; skips the test when its log is empty."""
    if not list((ROOT / "events").glob("*.jsonl")):
        pytest.skip("the log of the shipped archive is empty")
    for name in SHIPPED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        else:
            shutil.copy(source, folder / name)
    archive = Archive.open(folder)
    build(archive)
    return archive


@contextmanager
def site(
    *databases: Path, metadata: Path | dict[str, Any] | None = None, with_plugin: bool = False, **more: Any
) -> Iterator[Datasette]:
    """Serve database files; 0.65 takes all from the metadata, 1.0 queries and permissions from a configuration.

    ``more`` goes to `Datasette` as it is.
    """
    words = json.loads(metadata.read_text("utf-8")) if isinstance(metadata, Path) else metadata or {}
    both = __version_info__[0] != "0"
    settings = {"metadata": words, "config": json.loads(json.dumps(words))} if both else {"metadata": words}
    with _plugin(with_plugin), pytest.MonkeyPatch.context() as patch:
        # Else each refused query prints 200 lines, in 2 seconds.
        patch.setattr("datasette.handle_exception.rich", None)
        datasette = Datasette([str(path) for path in databases], **settings, **more)
        try:
            yield datasette
        finally:
            for database in datasette.databases.values():
                database.close()
            if with_plugin:
                plugin.shutdown(datasette)


@contextmanager
def _plugin(wanted: bool) -> Iterator[None]:
    """Have our plugin loaded or not, whether or not it is installed."""
    before = pm.is_registered(plugin)
    _load(wanted)
    try:
        yield
    finally:
        _load(before)


def _load(wanted: bool) -> None:
    if wanted and not pm.is_registered(plugin):
        pm.register(plugin)
    elif not wanted and pm.is_registered(plugin):
        pm.unregister(plugin)


async def page(datasette: Datasette, path: str) -> str:
    """Return a page; anything but 200 is a failure."""
    await datasette.invoke_startup()
    response = await datasette.client.get(path, follow_redirects=True)
    assert (path, response.status_code) == (path, 200)
    return str(response.text)


async def rows(datasette: Datasette, path: str) -> list[dict[str, Any]]:
    """Return the rows of a table, view or query: ``path`` as in the browser, with or without parameters."""
    name, _, query = path.partition("?")
    found: list[dict[str, Any]] = json.loads(await page(datasette, f"{name}.json?_shape=array&{query}"))
    return found


class Document(HTMLParser):
    """What a browser makes of a page: the names of its elements, their attributes, scripts, and the text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.text = ""
        self._inside = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.elements.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        self._inside = ""

    def handle_data(self, data: str) -> None:
        """Keep text, that of scripts apart."""
        if self._inside == "script":
            self.scripts.append(data)
        elif self._inside != "style":
            self.text += data

    def links(self) -> list[str]:
        """Return every address that the page names."""
        names = ("href", "src", "action", "formaction", "data", "srcset", "poster", "xlink:href")
        return [value for _, attributes in self.elements for name in names if (value := attributes.get(name))]
