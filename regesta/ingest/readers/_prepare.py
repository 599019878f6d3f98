"""A page made ready for trafilatura: what it would drop but a register lives on is turned into plain paragraphs.

Dates in `time`, captions, embedded posts, boxes of facts, letters in `pre`, quotation marks that `q` stands for, and
tables that only lay out a page. What nobody reads is taken away: navigation, scripts, hidden parts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from regesta.limits import HTML_MAIN_ELEMENTS

if TYPE_CHECKING:
    from lxml.html import HtmlElement

STAMP: Final = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}:\d\d\b|\b(?:updated|published|posted|modified|corrected)\b", re.IGNORECASE
)
STAMP_CHARS: Final = 200

_UNREAD: Final = ("nav", "footer", "script", "style", "template", "noscript", "iframe", "button", "select", "svg")
_HIDDEN: Final = re.compile(r"display\s*:\s*none", re.IGNORECASE)
# Lists of terms, of which trafilatura doubles the items, are read as paragraphs.
_PLAIN: Final = {
    "time": "span", "figure": "div", "figcaption": "p", "details": "div", "summary": "p", "dl": "div", "dt": "p",
    "dd": "p",
}  # fmt: skip
_KEPT: Final = re.compile(r"caption|tweet|fact-?box", re.IGNORECASE)
_STAMPED: Final = re.compile(r"date|time|byline|publish|posted|submitted|meta", re.IGNORECASE)
_BESIDE: Final = re.compile(r"\bcomment|related|sidebar|share|social|newsletter|promo|footer|cookie", re.IGNORECASE)
_NAMES_CHARS: Final = 2_000  # of names that style an element; trafilatura tries some fifty patterns on them
_WRAPPERS: Final = 5  # elements around an embedded post that hold nothing else
# Blocks that make a table one of layout when they stand in its cells; data has at most one paragraph there.
_LAYOUT: Final = frozenset({"h1", "h2", "h3", "h4", "table", "ul", "ol", "dl", "blockquote", "form", "section"})
_PARAGRAPHS: Final = frozenset({"p", "div"})
_LINKED_SHARE: Final = 3  # of a box in an article: with more than a third of its text in links it advertises


def prepare(tree: HtmlElement) -> None:
    """Change a page of which `drop_unread` has taken its part so that trafilatura keeps what is said above."""
    for element in list(tree.iter(*_PLAIN)):
        if element.tag != "figure" or element.find(".//table") is None:
            element.tag = _PLAIN[element.tag]
    for element in list(tree.iter("blockquote")):
        _keep_attribution(element)
    for element in list(tree.iter("q")):
        _mark_quote(element)
    for element in list(tree.iter("pre")):
        _break_lines(element)
    _unlay(tree)
    for element in list(tree.iter("p", "div", "span", "blockquote", "li", "aside", "section")):
        if _is_kept(element):
            _free(element)


def story(tree: HtmlElement) -> HtmlElement:
    """Return the part of a prepared page that holds its story, by its tags alone, without what stands beside it."""
    for element in list(tree.iter("aside", "div", "section", "ol", "ul")):
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        if element.tag == "aside" or _BESIDE.search(names[:_NAMES_CHARS]):
            element.drop_tree()
    articles = [article for article in tree.iter("article") if article.text_content().strip()]
    if len(articles) == 1:
        return articles[0]
    found = (part for tag in ("main", "body") for part in tree.iter(tag) if part.text_content().strip())
    return next(found, tree)


def drop_unread(tree: HtmlElement) -> None:
    """Take away what nobody reads: navigation, scripts, hidden parts. A line behind a quote is no footer."""
    for footer in [footer for quote in tree.iter("blockquote") for footer in quote.iterchildren("footer")]:
        footer.tag = "p"
    body = tree.find("body")
    hidden = [element for element in tree.iter("*") if _is_hidden(element)]
    for element in (*tree.iter(*_UNREAD), *hidden):
        if element.getparent() is not None and element is not body:
            element.drop_tree()


def _is_hidden(element: HtmlElement) -> bool:
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style") or ""))


def _keep_attribution(quote: HtmlElement) -> None:
    """Keep the words of a post and the line that says who and when together, as on the page."""
    from lxml.etree import Element

    for words in [child for child in quote.iterchildren("p") if (child.tail or "").strip()]:
        line = Element("br")
        line.tail, words.tail, words.tag = words.tail, None, "span"
        words.addnext(line)


def _mark_quote(element: HtmlElement) -> None:
    """Write out the marks that a browser draws around `q`."""
    element.tag = "span"
    element.text = "“" + (element.text or "")
    if len(element):
        element[-1].tail = (element[-1].tail or "") + "”"
    else:
        element.text += "”"


def _break_lines(element: HtmlElement) -> None:
    """Make the line ends of a `pre` explicit."""
    from lxml.etree import SubElement

    lines = element.text_content().split("\n")
    if len(lines) > HTML_MAIN_ELEMENTS:
        return
    element.clear(keep_tail=True)
    element.tag, element.text = "div", lines[0]
    for line in lines[1:]:
        SubElement(element, "br").tail = line


def _unlay(tree: HtmlElement) -> None:
    """Turn tables of layout into plain blocks; a paragraph around the text of a cell of data goes."""
    layout = {table for cell in tree.iter("td", "th") if _lays_out(cell) for table in [_table(cell)]}
    for element in list(tree.iter("table", "thead", "tbody", "tfoot", "tr", "td", "th")):
        if _table(element) in layout:
            element.tag = "div"
        elif element.tag in ("td", "th") and len(element) == 1 and element[0].tag in _PARAGRAPHS:
            element[0].tag = "span"


def _lays_out(cell: HtmlElement) -> bool:
    tags = [child.tag for child in cell]
    return any(tag in _LAYOUT for tag in tags) or sum(tag in _PARAGRAPHS for tag in tags) > 1


def _table(element: HtmlElement) -> HtmlElement | None:
    return element if element.tag == "table" else next(element.iterancestors("table"), None)


def _is_kept(element: HtmlElement) -> bool:
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    if len(names) > _NAMES_CHARS:
        return True
    if element.tag == "aside":
        return _is_fact_box(element)
    if _KEPT.search(names):
        return True
    if not _STAMPED.search(names):
        return False
    words = _short_text(element)
    return words is not None and STAMP.search(words) is not None


def _is_fact_box(aside: HtmlElement) -> bool:
    linked = sum(len(link.text_content()) for link in aside.iter("a"))
    is_inside = next(aside.iterancestors("article", "main"), None) is not None
    return is_inside and linked * _LINKED_SHARE <= len(aside.text_content())


def _short_text(element: HtmlElement) -> str | None:
    """Return the text of an element of at most `STAMP_CHARS` characters, None for a longer one."""
    words, length = [], 0
    for part in element.itertext():
        length += len(part)
        if length > 4 * STAMP_CHARS:
            return None
        words.append(part)
    text = " ".join("".join(words).split())
    return text if len(text) <= STAMP_CHARS else None


def _free(element: HtmlElement) -> None:
    """Take away the names by which trafilatura would drop an element, and those of what only wraps it."""
    element.attrib.clear()
    if element.tag == "aside":
        element.tag = "div"
    for _ in range(_WRAPPERS):
        wrapper = element.getparent()
        if wrapper is None or len(wrapper) > 1 or wrapper.tag not in ("div", "p", "section", "span"):
            return
        wrapper.attrib.clear()
        element = wrapper
