"""A tree of HTML, or of what trafilatura makes of it, to text: paragraphs apart, list lines and rows on their own.

A blank line stands between paragraphs, headings and lists; items of a list begin with `- `, cells of a row are parted
by ` | `. Within a line, white space is one space.

>>> from regesta.ingest.readers._tree import parsed
>>> print(text_of(parsed("<h2>Ohio</h2><p>No<br>answer. <ul><li>fees: <b>none</b><li>names")))
Ohio
<BLANKLINE>
No
answer.
<BLANKLINE>
- fees: none
- names
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lxml.etree import _Element

# `list`, `item`, `head`, `quote`, `row`, `cell` and `lb` are trafilatura's words (TEI) for ul, li, h1, blockquote, tr,
# td and br. Blocks have a blank line before and behind, lines a line end.
_BLOCKS: Final = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "div", "dl", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hgroup", "hr",
    "html", "legend", "list", "main", "nav", "ol", "p", "pre", "quote", "section", "summary", "table", "ul",
})  # fmt: skip
_LINES: Final = frozenset({"caption", "dt", "item", "li", "option", "row", "tr"})
_ITEMS: Final = ("item", "li")
_CELLS: Final = ("cell", "td", "th")
_BREAKS: Final = ("br", "lb")
_UNSEEN: Final = frozenset({
    "applet", "audio", "button", "canvas", "datalist", "embed", "iframe", "input", "map", "math", "meta", "noembed",
    "noframes", "noscript", "object", "picture", "rp", "script", "select", "source", "style", "svg", "template",
    "textarea", "title", "track", "video",
})  # fmt: skip


class _Text:
    """The text so far, and the line that is being written."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.line: list[str] = []
        self.gap = 0  # line ends before the next line
        self.mark = ""  # what the next line begins with

    def write(self, text: str | None) -> None:
        if text:
            self.line.append(text)

    def part(self, gap: int) -> None:
        """End the line; the next one stands ``gap`` line ends below."""
        words = " ".join("".join(self.line).split())
        self.line.clear()
        if words:
            self.parts += ["\n" * self.gap if self.parts else "", self.mark, words]
            self.gap, self.mark = 0, ""
        self.gap = max(self.gap, gap)

    def break_line(self) -> None:
        """End the line at a `br`; the second of two makes a blank line."""
        is_blank = not "".join(self.line).strip()
        self.part(min(2, self.gap + 1) if is_blank else 1)

    def cell(self) -> None:
        if "".join(self.line).strip():
            self.line.append(" | ")


def text_of(tree: _Element) -> str:
    """Return all text of a tree that a reader of the page sees."""
    from lxml.etree import iterwalk

    text = _Text()
    walk = iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            _end(text, element, tree)
        elif element.tag in _UNSEEN or _is_head_of_page(element):
            walk.skip_subtree()
        else:
            _begin(text, element)
    text.part(0)
    return "".join(text.parts)


def _is_head_of_page(element: _Element) -> bool:
    return element.tag == "head" and (parent := element.getparent()) is not None and parent.tag == "html"


def _begin(text: _Text, element: _Element) -> None:
    tag = element.tag
    if tag in _BREAKS:
        text.break_line()
    elif gap := _gap(tag):
        text.part(gap)
    if tag in _ITEMS:
        text.mark = "- "
    if tag in _CELLS:
        text.cell()
    text.write(element.text)


def _end(text: _Text, element: _Element, tree: _Element) -> None:
    if gap := _gap(element.tag):
        text.part(gap)
    if element.tag in _ITEMS:
        text.mark = ""
    if element is not tree:
        text.write(element.tail)


def _gap(tag: str) -> int:
    return 2 if tag in _BLOCKS else int(tag in _LINES)
