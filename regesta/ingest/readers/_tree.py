"""HTML text to a tree, within bounds: what would take a parser minutes or gigabytes is refused before it starts.

libxml2 stops at 256 levels, at 10 MB of one text and at 10 MB of one attribute; it says so, and a page that was cut
there is refused too. It loads nothing, and knows no entities but those of HTML.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from regesta.errors import InputError
from regesta.limits import HTML_ATTRIBUTES, HTML_BYTES, HTML_TAGS

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# A tag as a count of attributes sees it, up to the first `>`; one of fewer characters has not too many attributes.
_LONG_TAG: Final = re.compile(rf"<[a-zA-Z][^>]{{{2 * HTML_ATTRIBUTES},}}")
_VALUE: Final = re.compile(r'"[^"]*(?:"|\Z)|\'[^\']*(?:\'|\Z)')
# What XML has no place for (§2.2), as it is or by number: parsers let some of it in, and fail on it later.
_NO_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BY_NUMBER: Final = re.compile(r"&#(?:x([0-9a-f]{1,8})|([0-9]{1,10}))(?:;|(?![0-9a-f]))", re.IGNORECASE)
_BLANKS: Final = re.compile(
    r"[ \t\r\n]{1000,}"
)  # no page means them, and each step behind the parser counts them again
_CHARSET: Final = re.compile(
    rb"""<(?:meta\s[^>]{0,200}?charset|\?xml\s[^>]{0,100}?encoding)\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE
)
_HEAD: Final = frozenset({"title", "meta", "link", "script", "style", "base", "noscript", "template"})
_CHARSET_WITHIN: Final = 4096  # bytes; the standard says 1,024, sites write more before it


def declared_charset(data: bytes) -> str | None:
    """Return the character set that a page names in its own head."""
    match = _CHARSET.search(data[:_CHARSET_WITHIN])
    return match[1].decode("ascii") if match else None


def parsed(text: str) -> HtmlElement:
    """Return the tree of a page or of a piece of one. Raises InputError for what is beyond the limits."""
    from lxml import etree, html

    check_markup(text)
    parser = html.HTMLParser(
        collect_ids=False, default_doctype=False, encoding="utf-8", remove_comments=True, remove_pis=True
    )
    try:
        tree = html.document_fromstring(_BLANKS.sub("\n", legal(text)).encode("utf-8"), parser=parser)
    except (etree.LxmlError, ValueError) as error:  # a document without any element
        raise InputError("holds no HTML") from error
    for entry in parser.error_log:
        if entry.type_name == "ERR_RESOURCE_LIMIT":
            raise InputError(f"is beyond what can be read as HTML at line {entry.line}: {entry.message.strip()}")
    _mend_head(tree)
    return tree


def legal(markup: str) -> str:
    """Return markup with a blank for each character, or reference to one, that XML has no place for."""
    return _BY_NUMBER.sub(_legal, _NO_XML.sub(" ", markup))


def _legal(reference: re.Match[str]) -> str:
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    is_legal = number in (9, 10, 13) or 0x20 <= number <= 0xD7FF or 0xE000 <= number <= 0xFFFD
    return reference[0] if is_legal or 0x10000 <= number <= 0x10FFFF else " "


def _mend_head(tree: HtmlElement) -> None:
    """Take out of the head what belongs to the body: without a body tag, libxml2 leaves an `article` there."""
    head, body = tree.find("head"), tree.find("body")
    if head is None or all(child.tag in _HEAD for child in head):
        return
    if body is None:
        head.tag = "body"
    else:
        head.tag = "div"
        body.insert(0, head)


def is_within(tree: HtmlElement, elements: int, depth: int) -> bool:
    """Say whether a tree has no more elements than this, none deeper than this."""
    from lxml.etree import iterwalk

    count = level = 0
    for event, _ in iterwalk(tree, events=("start", "end")):
        level += 1 if event == "start" else -1
        count += event == "start"
        if count > elements or level > depth:
            return False
    return True


def check_markup(text: str, tags: int = HTML_TAGS) -> None:
    """Raise InputError for markup that a parser would be slow on."""
    if len(text) > HTML_BYTES:
        raise InputError(f"has {len(text):,} characters of markup, the limit is {HTML_BYTES:,}")
    if text.count("<") > tags:
        raise InputError(f"has {text.count('<'):,} tags, the limit is {tags:,}")
    for match in _LONG_TAG.finditer(text):
        attributes = len(_VALUE.sub(" ", match[0]).replace("=", " ").replace("/", " ").split()) - 1
        if attributes > HTML_ATTRIBUTES:
            raise InputError(f"has a tag with {attributes:,} attributes, the limit is {HTML_ATTRIBUTES}")
