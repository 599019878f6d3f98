"""Feeds: RSS and Atom, each entry a document of its own.

The bytes of a document are those of the entry's content as the feed holds it, in UTF-8; an entry with a summary only
is its summary, one with a title only its title.

>>> entry = b"<item><title>No</title><link>https://doe.example/1</link><description>Ohio refuses.</description></item>"
>>> feed = b"<rss version='2.0'><channel><title>Doe</title>" + entry + b"</channel></rss>"
>>> found = next(read(Source("feed.xml", feed)))
>>> found.title, found.publisher, found.url, found.text
('No', 'Doe', 'https://doe.example/1', 'Ohio refuses.')
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import version
from io import BytesIO
from typing import Any, Final

from regesta.errors import InputError
from regesta.ingest.capture import Capture, Dated, Source
from regesta.ingest.readers import html
from regesta.ingest.readers._dated import dated, retrieved
from regesta.ingest.readers._guard import guarded
from regesta.ingest.readers._tree import check_markup, legal
from regesta.ingest.text import Decoded, charset_parameter, decode, shortened
from regesta.limits import FEED_ENTRIES, FEED_TAGS, TITLE_CHARS, URI_CHARS

media_types: Final = ("application/rss+xml", "application/atom+xml", "application/rdf+xml")
suffixes: Final = (".rss", ".atom", ".rdf")

_ENCODING: Final = re.compile(rb"""\A\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_DECLARATION: Final = re.compile(r"\A\s*<\?xml[^>]{0,200}\?>")
_ENTRY: Final = re.compile(r"<(?:[\w-]{1,40}:)?(?:item|entry)[\s/>]")


def read(source: Source) -> Iterator[Capture | InputError]:
    """Yield each entry, or the problem with it. Raises InputError for what is no feed."""
    decoded = decode(source.data, charset_parameter(source.media_type) or _declared(source.data))
    with guarded():
        feed = _parsed(decoded.text)
    notices = (*decoded.notices, *_damage(feed))
    if not feed["entries"]:
        raise InputError("the feed has no entries" if feed.get("version") else "is no RSS or Atom feed")
    publisher = _line(_value(feed["feed"], "title"))
    for number, entry in enumerate(feed["entries"], start=1):
        name = f"{source.name}#{number}"
        try:
            with guarded():
                yield _capture(source, name, entry, publisher, notices)
        except InputError as error:
            error.at(name)
            yield error


def _declared(data: bytes) -> str | None:
    match = _ENCODING.match(data)
    return match[1].decode("ascii") if match else None


def _parsed(text: str) -> Mapping[str, Any]:
    check_markup(text, FEED_TAGS)
    if (entries := len(_ENTRY.findall(text))) > FEED_ENTRIES:
        raise InputError(f"the feed has {entries:,} entries, the limit is {FEED_ENTRIES:,}", remedy="split it")
    if "<!ENTITY" in text:
        raise InputError("the feed declares entities of its own, which no feed needs")
    import feedparser  # 70 ms

    # As a stream: of bytes that are a path or an address feedparser would read the file or the page.
    stream = BytesIO(_DECLARATION.sub("", legal(text)).encode("utf-8"))
    headers = {"content-type": "application/xml; charset=utf-8"}
    feed: Mapping[str, Any] = feedparser.parse(
        stream, response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    return feed


def _damage(feed: Mapping[str, Any]) -> tuple[str, ...]:
    if not feed["bozo"]:
        return ()
    return (f"the feed is damaged and read as far as it goes: {shortened(str(feed['bozo_exception']), 100)}",)


def _capture(
    source: Source, name: str, entry: Mapping[str, Any], publisher: str | None, notices: tuple[str, ...]
) -> Capture:
    content = _content(entry)
    data = content["value"].encode("utf-8")
    is_html = content.get("type") != "text/plain"
    text = html.visible_text(data, "utf-8") if is_html else decode(data, "utf-8")
    if not text.text.strip():
        raise InputError("the entry holds no text")
    dates = {which: _date(entry, which) for which in ("published", "updated")}
    unread = [f"feed {which} is no date" for which, date in dates.items() if date is None and _value(entry, which)]
    link = _value(entry, "link") or ""
    return Capture(
        data=data,
        text=text.text,
        media_type="text/html" if is_html else "text/plain",
        reader=f"feed (feedparser {_version()})",
        name=name,
        url=link if link.startswith(("http://", "https://")) and len(link) <= URI_CHARS else None,
        title=_line(_value(entry, "title")),
        publisher=publisher,
        published=dates["published"],
        updated=dates["updated"],
        retrieved=retrieved(source),
        notices=(*notices, *text.notices, *unread),
    )


def _content(entry: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the fullest text of an entry: its content, else its summary, else its title."""
    found = [*(_value(entry, "content") or []), _value(entry, "summary_detail"), _value(entry, "title_detail")]
    for content in found:
        if content and isinstance(content.get("value"), str) and content["value"].strip():
            return dict(content)
    raise InputError("the entry holds no text")


def _date(entry: Mapping[str, Any], which: str) -> Dated | None:
    return dated(_value(entry, which), f"feed {which}")


def _value(entry: Mapping[str, Any], name: str) -> Any:
    """Return a member as it stands in the feed; feedparser's own look-up gives `published` for `updated`."""
    return dict(entry).get(name)


def _line(title: str | None) -> str | None:
    """Return a title without markup, on one line."""
    if not title:
        return None
    is_marked = "<" in title or "&" in title
    shown = html.visible_text(title.encode("utf-8"), "utf-8") if is_marked else Decoded(title, "")
    return shortened(shown.text, TITLE_CHARS) or None


@cache
def _version() -> str:
    return version("feedparser")
