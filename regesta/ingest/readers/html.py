"""HTML pages: the main text without navigation, comments and advertisements, and what the page says of itself.

trafilatura decides what the main text is. Before, the page is changed where it would lose what a register of dated
statements lives on: captions, embedded posts, dates in `time`, letters in `pre`, tables that only lay a page out.
Where it finds next to nothing on a page that has text, all visible text is taken, with a notice.

>>> page = b"<title>Ohio answers</title><p>Ohio said no on <time>June 30, 2017</time>."
>>> next(read(Source("ohio.html", page))).text
'Ohio said no on June 30, 2017.'
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from regesta.errors import InputError
from regesta.ingest.capture import Capture, Source
from regesta.ingest.readers._dated import retrieved
from regesta.ingest.readers._lines import text_of
from regesta.ingest.readers._metadata import metadata
from regesta.ingest.readers._prepare import STAMP, STAMP_CHARS, drop_unread, prepare, story
from regesta.ingest.readers._quiet import heard
from regesta.ingest.readers._tree import declared_charset, is_within, parsed
from regesta.ingest.text import Decoded, charset_parameter, decode
from regesta.limits import HTML_MAIN_DEPTH, HTML_MAIN_ELEMENTS

if TYPE_CHECKING:
    from lxml.html import HtmlElement

media_types: Final = ("text/html", "application/xhtml+xml")
suffixes: Final = (".html", ".htm", ".xhtml")

# Below this trafilatura pieces a text together from all over the page, and a `b` tears the sentence apart.
_SHORT_CHARS: Final = 250
# A main text that is shorter than the first, or shorter than the second and a tenth of what is visible, was missed.
_NOTHING_CHARS: Final = 50
_LITTLE_CHARS: Final = 1_000
_LITTLE_SHARE: Final = 10
_HEAD_BLOCKS: Final = 12  # from the headline on, in which a page says when it was published


def read(source: Source) -> Iterator[Capture]:
    """Yield the one document of a page. Raises InputError."""
    decoded = _decoded(source.data, charset_parameter(source.media_type))
    tree = parsed(decoded.text)
    about = metadata(tree, source.url)
    text, notices = _main_text(tree)
    yield Capture(
        data=source.data,
        text=text,
        media_type="text/html",
        reader=f"html (trafilatura {_version()})",
        name=source.name,
        url=about.url,
        title=about.title,
        publisher=about.publisher,
        published=about.published,
        updated=about.updated,
        retrieved=retrieved(source),
        notices=(*decoded.notices, *about.notices, *notices),
    )


def visible_text(data: bytes, charset: str | None) -> Decoded:
    """Return all text of a piece of HTML that has no navigation around it: the body of a mail, an entry of a feed."""
    decoded = _decoded(data, charset)
    tree = parsed(decoded.text)
    _prepared(tree)
    return Decoded(text_of(tree), decoded.charset, decoded.notices)


def _decoded(data: bytes, charset: str | None) -> Decoded:
    return decode(data, charset or declared_charset(data))


@cache
def _version() -> str:
    return version("trafilatura")


def _main_text(tree: HtmlElement) -> tuple[str, tuple[str, ...]]:
    """Return the main text and notices. Raises InputError for a page without text."""
    is_article = _prepared(tree)
    visible, headline = text_of(tree), _headline(tree)
    if not visible:
        raise InputError("holds no text", remedy="a page that a script writes has to be saved from the browser")
    if not is_article:
        return visible, ("all visible text was taken: the page is too big to look for its main text",)
    main = _extracted(tree) if len(visible) >= _SHORT_CHARS else ""
    if len(main) < _SHORT_CHARS:
        main = text_of(story(tree))
    is_little = len(main) < _LITTLE_CHARS and len(main) * _LITTLE_SHARE < len(visible)
    if (is_little or len(main) < _NOTHING_CHARS) and len(main) * 2 < len(visible):
        return visible, ("all visible text was taken: next to no main text was found",)
    return _with_head(main, visible, headline), ()


def _prepared(tree: HtmlElement) -> bool:
    """Change the page so that nothing is lost, and say whether it is small enough to look for its main text."""
    drop_unread(tree)
    is_article = is_within(tree, HTML_MAIN_ELEMENTS, HTML_MAIN_DEPTH)
    if is_article:
        prepare(tree)
    return is_article


def _extracted(tree: HtmlElement) -> str:
    """Return what trafilatura takes for the main text.

    Recall is favoured: what a reviewer sees and rejects costs less than a paragraph that nobody sees.
    """
    from trafilatura.core import bare_extraction  # 250 ms

    with heard("trafilatura"):  # that it found nothing, which is seen by the text
        document = bare_extraction(tree, favor_recall=True, include_comments=False, include_tables=True)
    return text_of(document.body) if document is not None and not isinstance(document, dict) else ""


def _headline(tree: HtmlElement) -> str:
    heading = next(tree.iter("h1"), None)
    return "" if heading is None else " ".join(heading.text_content().split())


def _with_head(main: str, visible: str, headline: str) -> str:
    """Add the headline, and the stamps below it (`Updated July 5, 2017`), where the main text lacks them.

    They stand where they stand on the page: behind the block of the main text that is before them there.
    """
    blocks, page = main.split("\n\n"), visible.split("\n\n")
    if headline not in page:
        return main
    at, start = 0, page.index(headline)
    for block in page[start : start + _HEAD_BLOCKS]:
        if block in blocks:
            at = blocks.index(block) + 1
            if len(block) > STAMP_CHARS:  # the story has begun
                break
        elif block == headline or (len(block) <= STAMP_CHARS and STAMP.search(block)):
            blocks.insert(at, block)
            at += 1
    return "\n\n".join(blocks)
