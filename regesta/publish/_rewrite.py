"""The addresses in a page, and the page with others in their place; everything else stays character for character.

>>> links('<a href="/-/event/1#top">1</a> <img src="x.png">')
['/-/event/1#top', 'x.png']
>>> rewritten('<a id="x" href="/-/find">Search</a>', lambda address: None)
'<a id="x">Search</a>'
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any, Final, NamedTuple

from regesta.publish.pages.rendering import script_json

# From an address as it stands in a page to the one in its place; None where there is none.
Change = Callable[[str], str | None]

_ATTRIBUTE: Final = re.compile(r"""([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>][^\s>]*)))?""")
_NAMES: Final = frozenset(("href", "src", "action", "formaction", "poster", "xlink:href"))
# Where a string in JSON begins like this it is an address of the site: from its root, or from the host that it has
# while its pages are read, of which name there can be none (RFC 6761).
HOST: Final = "regesta-export.invalid"
ORIGIN: Final = f"http://{HOST}"
_ADDRESSES: Final = ("/", f"{ORIGIN}/")
_DATA: Final = ("application/json", "application/ld+json")


class Edit(NamedTuple):
    """Other text in the place of a stretch of the source."""

    start: int
    end: int
    text: str


class Attribute(NamedTuple):
    """An attribute of a tag: its name and value, and where it stands in the source, with the space before it."""

    tag: str
    name: str
    value: str
    start: int
    end: int


def links(source: str) -> list[str]:
    """Return every address that stands in an attribute of a page, in its order."""
    return [item.value for item in _Page(source).attributes if _is_address(item)]


def rewritten(source: str, change: Change, keep_form: Callable[[str], bool] = bool, note: str = "") -> str:
    """Return the page with every address changed.

    What has no other address is no link any more. A form that is not kept, by its address, is gone with ``note`` in
    its place; none is kept that sends anything but a question. Strings of JSON in the page that are addresses are
    changed too. A module becomes a plain script, which a browser also runs from a file.
    """
    page = _Page(source)
    dropped = list(_forms(page, keep_form, note))
    edits = [*dropped, *_attributes(page, change), *_json(page, change)]
    inside = [
        edit for edit in edits if edit in dropped or not any(one.start <= edit.start < one.end for one in dropped)
    ]
    return _edited(source, inside)


class _Page(HTMLParser):
    """The tags of a page with their places."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self.source = source
        self.attributes: list[Attribute] = []
        self.forms: list[tuple[int, int]] = []
        self.data: list[tuple[int, str]] = []
        self._lines = [0, *(found.end() for found in re.finditer("\n", source))]
        self._form: int | None = None
        self._script = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        start, text = self._offset(), self.get_starttag_text() or ""
        if tag == "form":
            self._form = start
        for found in _ATTRIBUTE.finditer(text, 1 + len(tag)):
            value = html.unescape(next((group for group in found.groups()[1:] if group is not None), ""))
            # The space before an attribute goes with it.
            before = found.start() - 1 if text[found.start() - 1].isspace() else found.start()
            self.attributes.append(Attribute(tag, found[1].lower(), value, start + before, start + found.end()))
        self._script = dict(attrs).get("type") or "" if tag == "script" else ""

    def handle_endtag(self, tag: str) -> None:
        self._script = ""
        if tag == "form" and self._form is not None:
            self.forms.append((self._form, self._offset() + len("</form>")))
            self._form = None

    def handle_data(self, data: str) -> None:
        if self._script in _DATA:
            self.data.append((self._offset(), data))

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


def _is_address(item: Attribute) -> bool:
    return item.name in _NAMES or (item.name.startswith("data-") and item.value.startswith("/"))


def _attributes(page: _Page, change: Change) -> Iterator[Edit]:
    for item in page.attributes:
        if (item.tag, item.name, item.value) == ("script", "type", "module"):
            yield Edit(item.start, item.end, " defer")  # after the page is there, as modules are
        elif _is_address(item):
            address = change(item.value)
            text = "" if address is None else f' {item.name}="{html.escape(address)}"'
            if address != item.value:
                yield Edit(item.start, item.end, text)


def _forms(page: _Page, keep_form: Callable[[str], bool], note: str) -> Iterator[Edit]:
    for start, end in page.forms:
        inside = [item for item in page.attributes if item.tag == "form" and item.start > start and item.end < end]
        given = {item.name: item.value for item in inside}
        posts = given.get("method", "get").lower() != "get"
        if posts or not keep_form(given.get("action", "")):
            yield Edit(start, end, f'<p class="note">{html.escape(note)}</p>' if note else "")


def _json(page: _Page, change: Change) -> Iterator[Edit]:
    for start, text in page.data:
        try:
            value = json.loads(text)
        except ValueError:
            continue
        found = _in_json(value, change)
        if found != value:
            yield Edit(start, start + len(text), str(script_json(found)))


def _in_json(value: Any, change: Change) -> Any:
    if isinstance(value, dict):
        return {name: _in_json(item, change) for name, item in value.items()}
    if isinstance(value, list):
        return [_in_json(item, change) for item in value]
    return (change(value) or "") if isinstance(value, str) and value.startswith(_ADDRESSES) else value


def _edited(source: str, edits: list[Edit]) -> str:
    pieces, place = list[str](), 0
    for edit in sorted(edits):
        pieces += [source[place : edit.start], edit.text]
        place = edit.end
    return "".join([*pieces, source[place:]])
