"""What a page says of itself in its head: title, publisher, address, and when it was published and updated.

A date counts only where a machine-readable place says that it is that date; text that looks like a date does not.
The first place in the order below that can be read is taken, and said as the date's basis.

>>> from regesta.ingest.readers._tree import parsed
>>> metadata(parsed('<meta property="article:published_time" content="2017-06-30">'), None).published
Dated(edtf='2017-06-30', basis='meta article:published_time')
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

from regesta.ingest.capture import Dated
from regesta.ingest.readers._dated import dated
from regesta.ingest.text import shortened
from regesta.limits import TITLE_CHARS, URI_CHARS

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_PUBLISHED: Final = (
    "article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date", "sailthru.date",
    "dcterms.issued", "dc.date.issued", "dcterms.created", "dc.date.created", "dc.date", "citation_publication_date",
    "publication_date", "publish-date", "publishdate", "pubdate", "date",
)  # fmt: skip
_UPDATED: Final = (
    "article:modified_time", "og:updated_time", "og:article:modified_time", "datemodified", "dcterms.modified",
    "dc.date.modified", "last-modified", "lastmod",
)  # fmt: skip
_MARKS: Final = {
    "published": re.compile(r"publish|pubdate|posted|entry-date|datecreated"),
    "updated": re.compile(r"updat|modif"),
}
_ARTICLE: Final = re.compile(r"(?:Article|Posting)$|^Report$")
_NOT_OF_THE_PAGE: Final = ("aside", "blockquote", "footer", "li", "nav")
_LINKED_DATA_NODES: Final = 1_000  # of one page; sites with a graph of breadcrumbs, logos and authors have 50


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says of itself; None where it says nothing."""

    title: str | None
    publisher: str | None
    url: str | None
    published: Dated | None
    updated: Dated | None
    notices: tuple[str, ...]


def metadata(tree: HtmlElement, base: str | None) -> Metadata:
    """Return what the page says of itself; ``base`` is the address that it was fetched from."""
    meta, data = _meta(tree), _linked_data(tree)
    notices: list[str] = []
    return Metadata(
        title=_line(_title(tree, meta, data)),
        publisher=_line(meta.get("og:site_name") or _publisher(data) or meta.get("dc.publisher")),
        url=_address(tree, meta, base, notices),
        published=_first_date(_places(tree, meta, data, "published"), notices),
        updated=_first_date(_places(tree, meta, data, "updated"), notices),
        notices=tuple(notices),
    )


def _meta(tree: HtmlElement) -> dict[str, str]:
    """Return the contents of the meta elements by their lower-case names; the first of a name counts."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = (element.get("content") or "").strip()
        if name and content:
            found.setdefault(name.strip().lower(), content)
    return found


def _linked_data(tree: HtmlElement) -> Mapping[str, Any]:
    """Return the first node of JSON-LD that is an article, else the first that is a page, else nothing."""
    pages: list[Mapping[str, Any]] = []
    for script in tree.iter("script"):
        if script.get("type") != "application/ld+json" or not script.text:
            continue
        try:
            value = json.loads(script.text, strict=False)
        except (ValueError, RecursionError):
            continue
        for node in _nodes(value):
            kinds = node.get("@type")
            names = [str(kind) for kind in (kinds if isinstance(kinds, list) else [kinds])]
            if any(map(_ARTICLE.search, names)):
                return node
            pages += [node] if "WebPage" in names else []
    return pages[0] if pages else {}


def _nodes(value: Any) -> Iterator[Mapping[str, Any]]:
    waiting, seen = [value], 0
    while waiting and seen < _LINKED_DATA_NODES:
        node, seen = waiting.pop(0), seen + 1
        if isinstance(node, list):
            waiting += node[:_LINKED_DATA_NODES]
        elif isinstance(node, dict):
            yield node
            waiting += [node[name] for name in ("@graph", "mainEntity") if name in node]


def _title(tree: HtmlElement, meta: Mapping[str, str], data: Mapping[str, Any]) -> str | None:
    headings = [element.text_content() for element in tree.iter("h1")]
    title = tree.find(".//title")
    candidates = (
        meta.get("og:title"),
        _text(data.get("headline")),
        headings[0] if len(headings) == 1 else None,
        title.text_content() if title is not None else None,
    )
    return next((str(candidate) for candidate in candidates if candidate and candidate.strip()), None)


def _publisher(data: Mapping[str, Any]) -> str | None:
    publisher = data.get("publisher")
    return _text(publisher.get("name") if isinstance(publisher, dict) else publisher)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _line(text: str | None) -> str | None:
    return shortened(text.encode("utf-8", "replace").decode("utf-8"), TITLE_CHARS) or None if text else None


def _address(tree: HtmlElement, meta: Mapping[str, str], base: str | None, notices: list[str]) -> str | None:
    """Return the address that the page gives as its own; of another site than it came from only its own is believed."""
    links = [link.get("href") for link in tree.iter("link") if (link.get("rel") or "").lower() == "canonical"]
    for link in (*links, meta.get("og:url")):
        if not link:
            continue
        try:
            address = str(urljoin(base or "", link.strip()))
            parts = urlsplit(address)
        except ValueError:
            continue
        if (
            parts.scheme not in ("http", "https")
            or not parts.hostname
            or "@" in parts.netloc
            or len(address) > URI_CHARS
        ):
            continue
        if base is None or _site(base) == _site(address):
            return address
        notices.append(f"the page gives its address as {shortened(address, 100)}, which is another site: not taken")
        break
    return base


def _site(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.")


def _places(
    tree: HtmlElement, meta: Mapping[str, str], data: Mapping[str, Any], which: str
) -> Iterator[tuple[str, str | None]]:
    """Yield (basis, date as written) of the places that can hold a date, the most reliable first."""
    names = _PUBLISHED if which == "published" else _UPDATED
    yield f"meta {names[0]}", meta.get(names[0])
    member = "datePublished" if which == "published" else "dateModified"
    yield f"JSON-LD {member}", _text(data.get(member))
    yield from ((f"meta {name}", meta.get(name)) for name in names[1:])
    times = list(tree.iter("time"))
    marked = [time for time in times if which == _mark(time)]
    yield from (("time datetime", _time(time)) for time in marked)
    own = {_time(time) for time in times if _mark(time) is None and _is_of_the_page(time)}
    if which == "published" and len(own) == 1:
        yield "time datetime", own.pop()


def _mark(time: HtmlElement) -> str | None:
    words = " ".join(str(time.get(name) or "") for name in ("class", "itemprop")).lower()
    words += " pubdate" if time.get("pubdate") is not None else ""
    return next((which for which, pattern in _MARKS.items() if pattern.search(words)), None)


def _time(time: HtmlElement) -> str:
    return str(time.get("datetime") or time.text_content())


def _is_of_the_page(time: HtmlElement) -> bool:
    return next(time.iterancestors(*_NOT_OF_THE_PAGE), None) is None


def _first_date(places: Iterable[tuple[str, str | None]], notices: list[str]) -> Dated | None:
    """Return the first date that can be read; a later place that names another day is a notice."""
    first: Dated | None = None
    for basis, written in places:
        date = dated(written, basis)
        if written and date is None:
            notices.append(f"{basis} is {shortened(written, 60)!r}, which is no date")
        elif date and first is None:
            first = date
        elif date and first and date.edtf[:10] != first.edtf[:10]:
            notices.append(f"{basis} is {date.edtf}, {first.basis} is {first.edtf}: the latter was taken")
    return first
