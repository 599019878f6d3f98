"""YAML as people write it, to the values that JSON has: nothing is guessed that the text does not say.

Only the parser's events are used, never its constructors. A plain scalar is null, true or false, a number in JSON's
own form, or else text: dates (2017-06-30), clock times (16:02), `no`, and codes with a leading zero stay the words
that they are. Anchors, aliases and tags are refused, and so are keys that occur twice.

>>> list(read_yaml("subject: state/NO\\ndata: {fips: 01, seats: 4, open: no}", "x.yaml"))
[(1, {'subject': 'state/NO', 'data': {'fips': '01', 'seats': 4, 'open': 'no'}})]
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, NoReturn

import yaml

from regesta.errors import EventError
from regesta.events.codec import parse
from regesta.limits import DEPTH

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL: Final = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")  # RFC 8259 §6
_COLON: Final = 'quote a text in which a colon is followed by a space or the end of the line: "manual:"'
_VALUES: Final = (yaml.MappingStartEvent, yaml.ScalarEvent, yaml.AliasEvent)
_TEXT_TAGS: Final = ("tag:yaml.org,2002:str", "!")


def read_yaml(text: str, name: str) -> Iterator[tuple[int, Any]]:
    """Yield (line, value) of each event in a YAML text: each document is one, or a list of them.

    Raises `EventError` at ``name`` and line.
    """
    return _Reader(text, name).events()


class _Reader:
    def __init__(self, text: str, name: str) -> None:
        self._text, self._name = text, name
        self._stream: Iterator[yaml.Event] = yaml.parse(text, Loader=_LOADER)

    def events(self) -> Iterator[tuple[int, Any]]:
        """Yield the items of the stream."""
        try:
            for event in self._stream:
                if isinstance(event, yaml.SequenceStartEvent):
                    self._check(event)
                    for item in iter(lambda: next(self._stream), None):
                        if isinstance(item, yaml.SequenceEndEvent):
                            break
                        yield _line(item), self._item(item)
                elif isinstance(event, _VALUES) and not _is_empty(event):
                    yield _line(event), self._item(event)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = f"{self._name}:{mark.line + 1}" if mark else self._name
            remedy = _COLON if "mapping values" in str(error.problem) else None
            message = f"not valid YAML: {error.problem or error.context}"
            raise EventError(message, where=place, remedy=remedy) from error
        except yaml.reader.ReaderError as error:
            line = self._text.encode().count(b"\n", 0, error.position) + 1
            raise EventError(f"not valid YAML: {error.reason}", where=f"{self._name}:{line}") from error

    def _item(self, event: yaml.Event) -> Any:
        """Return one event of the log-to-be; its own members, all of them text, are taken as written."""
        if not isinstance(event, yaml.MappingStartEvent):
            return self._value(event, 1)
        return self._mapping(event, 1, lambda scalar: str(scalar.value))

    def _value(self, event: yaml.Event, depth: int) -> Any:
        if depth > DEPTH:
            self._refuse(event, f"nested deeper than {DEPTH} levels")
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(event, depth, self._scalar)
        self._check(event)
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            while not isinstance(item := next(self._stream), yaml.SequenceEndEvent):
                items.append(self._value(item, depth + 1))
            return items
        assert isinstance(event, yaml.ScalarEvent)
        return self._scalar(event)

    def _mapping(self, event: yaml.Event, depth: int, scalar: Callable[[yaml.ScalarEvent], Any]) -> dict[str, Any]:
        self._check(event)
        members: dict[str, Any] = {}
        while not isinstance(key := next(self._stream), yaml.MappingEndEvent):
            self._check(key)
            if not isinstance(key, yaml.ScalarEvent):
                self._refuse(key, "the name of a member must be text")
            if key.value in members:
                self._refuse(key, f"the member {key.value!r} occurs twice")
            value = next(self._stream)
            self._check(value)
            members[key.value] = scalar(value) if isinstance(value, yaml.ScalarEvent) else self._value(value, depth + 1)
        return members

    def _scalar(self, event: yaml.ScalarEvent) -> Any:
        text: str = event.value
        if not event.implicit[0]:
            return text  # quoted, a block, or marked as text
        if text in _NULL:
            return None
        if text in _BOOLEANS:
            return _BOOLEANS[text]
        if _NUMBER.fullmatch(text):
            try:
                return parse(text.encode())
            except EventError as error:
                raise error.at(f"{self._name}:{_line(event)}") from None
        return text

    def _check(self, event: yaml.Event) -> None:
        """Refuse what makes one text of a few lines into a value of many."""
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self._refuse(event, "anchors and aliases (& and *) are not taken", "write the value where it belongs")
        tag = getattr(event, "tag", None)
        if tag is not None and tag not in _TEXT_TAGS:
            self._refuse(event, f"the tag {tag!r} is not taken", "quote a text, write anything else as it is")

    def _refuse(self, event: yaml.Event, message: str, remedy: str | None = None) -> NoReturn:
        raise EventError(message, where=f"{self._name}:{_line(event)}", remedy=remedy)


def _is_empty(event: yaml.Event) -> bool:
    """Say whether a document has nothing in it, as behind a last `---`."""
    return isinstance(event, yaml.ScalarEvent) and event.implicit[0] and event.value == ""


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
