"""Which file of a static site has which page: `/-/event/12` is `event/12.html`.

Guarantees that a name is safe on every file system and in every address, stays inside the site's folder, and is that
of one page only, also where upper and lower case are one.

>>> places = Places("archive", frozenset({"letters"}))
>>> [places.of(address) for address in ("/-/front?asof=2017-07-01", "/-/about/state/KY", "/archive/letters/l1")]
['at/2017-07-01.html', 'about/state/KY.html', 'tables/letters.csv']
>>> places.of("/-/about/../x y"), places.of("/-/review")
('about/~2e~2e/x~20y.html', None)
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from hashlib import sha256
from typing import Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from datasette.utils import tilde_decode, tilde_encode

from regesta.limits import STATIC_DATES, STATIC_NAME_CHARS, STATIC_PAGES
from regesta.plain import DEVICES

FRONT: Final = "index.html"
TAKE: Final = "take.html"
FIND: Final = "find.html"
TABLES: Final = f"{TAKE}#tables"
LIMITS: Final = {"dates": 2 * STATIC_DATES, "pages": STATIC_PAGES}  # a date has two pages: one is a part of a page
# Parameters of which each value is a page of its own; a page is not there with others, but for `VIEWS`.
VARIANTS: Final[Mapping[str, tuple[str, ...]]] = {
    "front": ("asof", "status"), "changes": ("from", "to", "table"), "story": ("from", "to"), "about": ("kind", "page"),
    "stories": ("page",),
}  # fmt: skip
_MARK: Final = "timeline"  # the page of a mark: all its parameters say which one it is
# Parameters that only choose how a page looks; without a server it looks as it does without them.
VIEWS: Final = frozenset({"asof", "level", "part"})
_LEFT: Final = ("review", "front.json")
_AROUND: Final = "front/around"
_SAFE: Final = re.compile(r"[^A-Za-z0-9_-]")
_FILE: Final = re.compile(r"[a-z0-9-]+\.(?:json|svg|atom|ics|csv|jsonl|jsonld)")


class Places:
    """The files of one site, given out as they are asked for; an address gets the same name each time.

    ``route`` is the archive's in Datasette's addresses, ``tables`` are those that there are as files. ``full`` counts
    what was refused for there being too much of its kind.
    """

    def __init__(self, route: str, tables: frozenset[str]) -> None:
        self._route, self._tables = route, tables
        self._given: dict[str, str | None] = {}
        self._taken: dict[str, str] = {}
        self._count = Counter[str]()
        self.full = Counter[str]()

    def of(self, address: str) -> str | None:
        """Return the file for an address below the site's root, without its fragment; None where there is none."""
        path, query = urlsplit(address).path, urlsplit(address).query
        if path.startswith("/-/regesta/"):
            return f"assets/{path.rpartition('/')[2]}?{query}"
        if path.startswith("/-/"):
            return self._page(path.removeprefix("/-/"), dict(parse_qsl(query)))
        if path == "/":
            return self._page("front", dict(parse_qsl(query)))
        return self._table(path)

    def leads(self, address: str, name: str | None) -> None:
        """Remember that one page leads to the file of another."""
        self._given[address] = name

    @property
    def pages(self) -> dict[str, str]:
        """The pages to be fetched: from address to file, in the order in which they were asked for."""
        return {address: name for address, name in self._given.items() if name is not None}

    def _table(self, path: str) -> str | None:
        first, _, rest = path.lstrip("/").partition("/")
        if tilde_decode(first) != self._route:
            return "archive.db" if tilde_decode(first) == f"{self._route}.db" else None
        table = tilde_decode(rest.partition("/")[0])
        if not table:
            return TABLES
        return f"tables/{_name(table)}.csv" if table in self._tables else None

    def _page(self, path: str, query: dict[str, str]) -> str | None:
        kind, _, rest = path.partition("/")
        if kind in _LEFT:
            return None
        if kind == "find":
            return FIND
        if kind == "take":
            return None if query else f"take/{rest}" if rest else TAKE
        variants = tuple(query) if kind == _MARK else VARIANTS.get(kind, ())
        kept = {name: query.pop(name) for name in variants if query.get(name)}
        if kind == "timeline.svg":
            kept = {name: query.get(name, "") for name in ("level", "part")}
        if query.keys() - VIEWS:
            return None
        address = _address(path, kept)
        if address not in self._given:
            self._given[address] = self._admitted(kind, path, kept)
        return self._given[address]

    def _admitted(self, kind: str, path: str, kept: dict[str, str]) -> str | None:
        what = "dates" if kind == "front" and "asof" in kept else "pages"
        if self._count[what] >= LIMITS[what]:
            self.full[what] += 1
            return None
        self._count[what] += 1
        return self._own(_file(kind, path, kept))

    def _own(self, name: str) -> str:
        """Return the name, or where it is another page's, one made of it."""
        stem, dot, ending = name.rpartition(".")
        if name.casefold() in self._taken and self._taken[name.casefold()] != name:
            name = f"{stem}~{sha256(name.encode()).hexdigest()[:8]}{dot}{ending}"
        self._taken[name.casefold()] = name
        return name


def address_of(*parts: object) -> str:
    """Return the address of a page, as `Visit.path` has it; of the front page without any part."""
    first, *rest = map(str, parts or ("front",))
    return "/".join(["/-", first, *(tilde_encode(part) for part in rest)])


def _decoded(part: str) -> str:
    """Return the text of a part of an address, as Datasette and as browsers encode it."""
    return tilde_decode(part) if "~" in part else unquote(part)


def _address(path: str, kept: dict[str, str]) -> str:
    return f"/-/{path}?{urlencode(kept)}" if kept else f"/-/{path}"


def _file(kind: str, path: str, kept: dict[str, str]) -> str:
    if path == _AROUND:
        return f"around/{_name(kept.get('asof', '')) if kept else 'latest'}.html"
    if kind == "front":
        folder = f"status/{_name(kept['status'])}/" if "status" in kept else ""
        return f"{folder}at/{_name(kept['asof'])}.html" if "asof" in kept else f"{folder}{FRONT}"
    if kind == _MARK:
        return f"timeline/{sha256(urlencode(kept).encode()).hexdigest()[:16]}.html"
    if kind == "timeline.svg":
        return f"timeline/{_name(kept['level'])}-{_name(kept['part'])}.svg"
    *folders, last = (_decoded(part) for part in path.split("/"))
    stem, dot, ending = last.rpartition(".") if _FILE.fullmatch(last) else (last, ".", "html")
    parts = [*map(_name, folders), _name(stem), *(f"{name}-{_name(value)}" for name, value in kept.items())]
    return "/".join(parts) + dot + ending


def _name(text: str) -> str:
    """Return one part of a name: letters, digits, `-` and `_` as they are, all else as Datasette writes it."""
    safe = "".join(f"~{byte:02x}" if _SAFE.match(chr(byte)) else chr(byte) for byte in text.encode())
    if not safe or safe.lower() in DEVICES:
        return f"{safe}~"
    if len(safe) <= STATIC_NAME_CHARS:
        return safe
    return f"{safe[:STATIC_NAME_CHARS]}~{sha256(text.encode()).hexdigest()[:8]}"
