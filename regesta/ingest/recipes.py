"""Recipes: how a finding becomes an event. `ingest/recipes/<kind>.toml` is data of an archive; the language is ours.

    [[event]]                                    # one or more events of each finding of this kind
    type = "response.declared"
    subject = "state/{state}"
    date = "{date_edtf}"                         # else the event has the bounds of its document
    key = ["disposition"]                        # members that, with type, subject and passage, make it another one
    summary = ["{state} answers through {person}: {answer:disposition}.", "{state}: {answer:disposition}."]
    data.state = "{state}"
    data.speaker = "{slug:person}"               # left out where no person was found
    [map.answer]                                 # a table that templates look things up in
    refuse = "it refuses"

A template is text with `{name}`, `{slug:name}`, `{map:name}` or `{a|b}`, the first that is there. One that cannot be
filled gives nothing; of a list of templates the first that can be filled counts. A template that is nothing but one
placeholder gives the value as it is, be it a number or a list. `each = "states"` makes an event of each item of a
list, `{item}`, with its place, `{position}`, from 1. An event with a `when` is made only where that can be filled.

>>> Template.parse("{slug:person}-{item|state}", ()).fill({"person": "Terry McAuliffe", "state": "VA"}, {})
'terry-mcauliffe-VA'
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from regesta.errors import ArchiveError
from regesta.limits import RECIPE_BYTES
from regesta.plain import read_toml
from regesta.schema._files import schema_files
from regesta.schema.types import RESERVED_MEMBERS, EventType, EventTypes

Values = Mapping[str, Any]
Maps = Mapping[str, Mapping[str, str]]

SLUG: Final = "slug"
ITEM: Final = "item"
POSITION: Final = "position"
_KIND: Final = re.compile(r"[a-z][a-z0-9_.-]{0,63}\Z")  # with a dot those of plug-ins
_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
_NAME: Final = re.compile(r"[^\s{}|:][^{}|:]*")
_EVENT_KEYS: Final = frozenset({"type", "subject", "date", "summary", "when", "each", "key", "data"})
_SET_BY_PROPOSING: Final = frozenset(RESERVED_MEMBERS) - {"note"}


def slug(text: str) -> str:
    """Return a text as a name in ASCII: "Ana de la Peña" → "ana-de-la-pena"; '' where none is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")


class _Look(NamedTuple):
    """One alternative of a placeholder: a value, or what a map (or `slug`) makes of it."""

    function: str | None
    name: str


class _Part(NamedTuple):
    """Literal text and the placeholder behind it; none at the end."""

    text: str
    looks: tuple[_Look, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed template."""

    parts: tuple[_Part, ...]

    @classmethod
    def parse(cls, text: str, maps: Sequence[str]) -> Template:
        """Parse a template; ``maps`` are the tables that there are. Raises `ArchiveError` for what is none."""
        parts, end = list[_Part](), 0
        for match in _PLACEHOLDER.finditer(text):
            looks = tuple(_look(word, maps) for word in match[1].split("|"))
            parts.append(_Part(_literal(text[end : match.start()]), looks))
            end = match.end()
        return cls((*parts, _Part(_literal(text[end:]), ())))

    def names(self) -> Iterator[str]:
        """Yield the names that the template looks at."""
        yield from (look.name for part in self.parts for look in part.looks)

    def fill(self, values: Values, maps: Maps) -> Any:
        """Return the value; None where a placeholder has none."""
        if len(self.parts) == 2 and not self.parts[0].text and not self.parts[1].text:
            return _found(self.parts[0].looks, values, maps)
        texts = []
        for part in self.parts:
            value = _found(part.looks, values, maps) if part.looks else ""
            if value is None:
                return None
            texts.append(part.text + _as_text(value))
        return "".join(texts)


@dataclass(frozen=True, slots=True)
class Choice:
    """Templates of which the first that can be filled counts."""

    templates: tuple[Template, ...]

    def names(self) -> frozenset[str]:
        """Return the names that the templates look at."""
        return frozenset(name for template in self.templates for name in template.names())

    def fill(self, values: Values, maps: Maps) -> Any:
        """Return the value, None where no template can be filled."""
        filled = (template.fill(values, maps) for template in self.templates)
        return next((value for value in filled if value is not None), None)


@dataclass(frozen=True, slots=True)
class EventRecipe:
    """How one event is made; ``maps`` are those of its file."""

    type: EventType
    subject: Choice
    summary: Choice
    date: Choice | None
    when: Choice | None
    each: str | None
    key: tuple[str, ...]
    data: Mapping[str, Choice]
    maps: Maps


Recipe = tuple[EventRecipe, ...]
Recipes = Mapping[str, Recipe]


def load_recipes(folder: Path, types: EventTypes) -> dict[str, Recipe]:
    """Read ``folder/*.toml``, by kind of finding; raises `ArchiveError` naming the file."""
    found = {}
    for path in schema_files(folder, ".toml"):
        if not _KIND.match(path.stem):
            raise ArchiveError("a recipe is named like the kind of finding that it is for", where=str(path))
        found[path.stem] = parse_recipe(read_toml(path, RECIPE_BYTES), types, str(path))
    return found


def parse_recipe(content: Mapping[str, Any], types: EventTypes, where: str) -> Recipe:
    """Return the recipe that a TOML file (or a part of one) holds; raises `ArchiveError` at ``where``."""
    try:
        _refuse_unknown(content, {"event", "map"})
        maps = _maps(content.get("map", {}))
        events = content.get("event")
        if not isinstance(events, list) or not events:
            raise ArchiveError("a recipe has at least one [[event]]")
        recipe = tuple(_event(item, maps, types) for item in events)
        names = [item.type.name for item in recipe]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            raise ArchiveError(f"two events of the type {twice}", remedy="one type once: `each` makes several events")
        return recipe
    except ArchiveError as error:
        raise error.at(where) from None


def _refuse_unknown(table: Mapping[str, Any], known: frozenset[str] | set[str]) -> None:
    unknown = sorted(table.keys() - known)
    if unknown:
        raise ArchiveError(f"{unknown[0]!r} is not known; there are {', '.join(sorted(known))}")


def _maps(table: Any) -> dict[str, dict[str, str]]:
    for name, entries in table.items() if isinstance(table, dict) else [("map", None)]:
        if not isinstance(entries, dict) or not all(isinstance(value, str) for value in entries.values()):
            raise ArchiveError(f"[map.{name}] is a table of texts")
        if name == SLUG:
            raise ArchiveError("a map cannot be called slug: {slug:name} is there already")
    return dict(table)


def _event(table: Any, maps: Maps, types: EventTypes) -> EventRecipe:
    if not isinstance(table, dict):
        raise ArchiveError("an event is written as a table: [[event]]")
    _refuse_unknown(table, _EVENT_KEYS)
    missing = next((name for name in ("type", "subject", "summary") if name not in table), None)
    if missing:
        raise ArchiveError(f"an event needs {missing!r}")
    if not isinstance(table["type"], str):
        raise ArchiveError("type is the name of an event type, a text")
    item, data = types.get(table["type"]), table.get("data", {})
    if item is None:
        remedy = f"add schema/types/{table['type']}.json, or correct the name"
        raise ArchiveError(f"the event type {table['type']!r} is not known", remedy=remedy)
    _check_members(item, data)
    each, key = table.get("each"), table.get("key", [])
    if each is not None and not isinstance(each, str):
        raise ArchiveError("each names one field of the finding")
    if not isinstance(key, list) or not all(isinstance(name, str) and name in data for name in key):
        raise ArchiveError("key is a list of members of data")
    choices = {name: _choice(f"data.{name}", value, maps, each) for name, value in data.items()}
    subject, summary = (_choice(name, table[name], maps, each) for name in ("subject", "summary"))
    date, when = (_choice(name, table[name], maps, each) if name in table else None for name in ("date", "when"))
    return EventRecipe(item, subject, summary, date, when, each, tuple(key), choices, maps)


def _check_members(item: EventType, data: Any) -> None:
    if not isinstance(data, dict):
        raise ArchiveError('data is a table: data.state = "{state}"')
    reserved = sorted(_SET_BY_PROPOSING & data.keys())
    if reserved:
        raise ArchiveError(f"data.{reserved[0]} is not for a recipe: it is set for every proposal")
    errors = item.validator.iter_errors(dict.fromkeys(data))
    unknown = [name for error in errors if error.kind.name == "additionalProperties" for name in error.kind.unexpected]
    if unknown:
        raise ArchiveError(f"data.{sorted(unknown)[0]}: events of the type {item.name} have no such member")


def _choice(place: str, value: Any, maps: Maps, each: str | None) -> Choice:
    texts = value if isinstance(value, list) else [value]
    if not texts or not all(isinstance(text, str) and text for text in texts):
        raise ArchiveError(f"{place} is a template, or a list of templates")
    try:
        templates = tuple(Template.parse(text, tuple(maps)) for text in texts)
    except ArchiveError as error:
        raise ArchiveError(f"{place}: {error.message}") from None
    if each is None and {ITEM, POSITION} & Choice(templates).names():
        raise ArchiveError(f"{place}: {{item}} and {{position}} are there only with `each`")
    return Choice(templates)


def _look(word: str, maps: Sequence[str]) -> _Look:
    function, colon, name = word.strip().rpartition(":")
    if not _NAME.fullmatch(name) or (colon and not _NAME.fullmatch(function)):
        raise ArchiveError(f"{{{word}}} is no placeholder: write {{name}}, {{slug:name}}, {{map:name}} or {{a|b}}")
    if colon and function != SLUG and function not in maps:
        raise ArchiveError(f"{{{word}}}: there is no [map.{function}]")
    return _Look(function or None, name)


def _literal(text: str) -> str:
    if "{" in text or "}" in text:
        raise ArchiveError(f"a brace without its other half in {text!r}")
    return text


def _found(looks: Sequence[_Look], values: Values, maps: Maps) -> Any:
    for function, name in looks:
        value = values.get(name)
        if value is None or value == "" or value == () or value == []:
            continue
        if function == SLUG:
            value = slug(_as_text(value)) or None
        elif function is not None:
            value = maps[function].get(_as_text(value))
        if value is not None:
            return value
    return None


def _as_text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
