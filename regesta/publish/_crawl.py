"""All pages of a site as a visitor reads them, from page to page as links lead, kept as they were sent.

Guarantees that a page is asked for once, in an order that only depends on the pages, and that nobody is signed in.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from regesta.limits import STATIC_LEVELS
from regesta.publish._places import Places
from regesta.publish._rewrite import HOST, ORIGIN, links

_PAGES: Final = ("text/html", "image/svg+xml")
_LADDER: Final = re.compile(
    r'data-src="(?P<address>[^"{]*\{level\}[^"{]*\{part\}[^"{]*)" data-levels="(?P<levels>\d+)"'
)
_LEADS: Final = (301, 302, 303, 307, 308)


@dataclass
class Crawled:
    """What was read: address and file of each page, files that are no pages, and the addresses that gave nothing."""

    pages: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)

    @property
    def names(self) -> set[str]:
        """The files that there are."""
        return {*self.pages.values(), *self.files.values()}


async def crawl(
    datasette: Any, places: Places, seeds: Sequence[str], folder: Path, advance: Callable[[int], None]
) -> Crawled:
    """Read every page that the seeds lead to, into files of ``folder``."""
    done, asked = Crawled(), set[str]()
    for seed in seeds:
        places.of(seed)
    while waiting := [item for item in places.pages.items() if item[0] not in asked]:
        for address, name in waiting:
            asked.add(address)
            await _fetch(datasette, places, (address, name), folder, done)
            advance(1)
    return done


async def _fetch(datasette: Any, places: Places, page: tuple[str, str], folder: Path, done: Crawled) -> None:
    address, name = page
    response = await datasette.client.get(address, headers={"host": HOST})
    if response.status_code in _LEADS:
        leads = below(address, response.headers["location"])
        places.leads(address, places.of(leads) if leads else None)
        return
    if response.status_code != 200:
        done.refused[address] = response.status_code
        return
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(response.content)
    if response.headers["content-type"].partition(";")[0] not in _PAGES:
        done.files[address] = name
        return
    done.pages[address] = name
    found = links(response.text)
    for link in (*found, *_windows(response.text), *_parts(address, found)):
        leads = below(address, link)
        if leads and "{" not in leads:
            places.of(leads)


def _parts(address: str, found: Sequence[str]) -> Iterator[str]:
    """Return the address of the part of a front page that its script asks for, as of the same date."""
    query = parse_qs(urlsplit(address).query)
    if "asof" in query:
        yield from (
            f"{link}?{urlencode({'asof': query['asof'][0]})}" for link in found if link.endswith("/front/around")
        )


def _windows(text: str) -> Iterator[str]:
    """Return the addresses of the windows through which a page lets its timeline be looked at, the deepest left out."""
    found = _LADDER.search(text)
    if found:
        address = html.unescape(found["address"])
        for level in range(min(int(found["levels"]), STATIC_LEVELS) + 1):
            for part in range(2 ** (level + 1) - 1):
                yield address.format(level=level, part=part)
        yield address.format(level="fit", part=0)


def below(page: str, link: str) -> str | None:
    """Return what a link on a page leads to, from the site's root on; None for other sites, and for places in a page.

    >>> below("/-/event/1", "2?asof=2017#top"), below("/-/event/1", "https://example.org/"), below("/-/find", "#x")
    ('/-/event/2?asof=2017', None, None)
    """
    if link.startswith("#"):
        return None
    try:
        found = urlsplit(urljoin(ORIGIN + page, link))
    except ValueError:  # no address at all
        return None
    if f"{found.scheme}://{found.netloc}" != ORIGIN:
        return None
    return found._replace(scheme="", netloc="", fragment="").geturl()
