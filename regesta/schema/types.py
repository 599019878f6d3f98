"""Event types: what the data of each kind of event looks like, checked by a compiled JSON Schema validator.

Guarantees that no schema of a stranger's archive reaches out (no remote or file references) or runs long
(regular expressions without backtracking), and that every type reads as a relation with plain columns.
One file a type, `schema/types/letter.sent.json`; the engine's own types are beside this module.

>>> engine_types().columns("event.retracted")
(Column(name='reason', kind='text', description='Why the event is taken back, in one sentence.'),)
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import jsonschema_rs

from regesta.errors import ArchiveError, EventError, RegestaError
from regesta.events.codec import parse
from regesta.limits import COLUMNS, INTEGER_MAX, NAME_CHARS, SCHEMA_FILE_BYTES
from regesta.plain import read_plain
from regesta.schema._files import schema_files

ENGINE_FOLDER: Final = Path(__file__).parent / "engine"
TYPE_NAME: Final = re.compile(r"[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*\Z")
COLUMN_NAME: Final = re.compile(r"[a-z][a-z0-9_]*\Z")
# The envelope of every relation; a field of the data cannot take one of these names.
ENVELOPE: Final = ("sequence", "id", "subject", "source", "edtf", "earliest", "latest", "recorded", "summary")
RESERVED_MEMBERS: Final = ("summary", "evidence", "datetext", "note", "proposal")

_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_BOOLEANS: Final = {"true": True, "false": False}
_KINDS = {"string": "text", "integer": "integer", "number": "real", "boolean": "integer"}
_JSON_TYPES: Final[Mapping[type, str]] = {bool: "boolean", int: "integer", float: "number", str: "string"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an event type's relation; ``kind`` is text, integer or real (a boolean is 0 or 1)."""

    name: str
    kind: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class EventType:
    """One event type: its name, its documentation, its columns and its compiled validator.

    ``timeless`` says that its events are about the record and not the story: they hold at every date.
    """

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    examples: tuple[Mapping[str, Any], ...]
    validator: Any
    engine: bool
    timeless: bool

    @property
    def relation(self) -> str:
        """The name of the relation that projections read: ``letter.sent`` → ``letter_sent``."""
        return relation_name(self.name)

    @property
    def required(self) -> frozenset[str]:
        """The members that every event of the type has."""
        kinds = [error.kind for error in self.validator.iter_errors({})]
        return frozenset(kind.property for kind in kinds if kind.name == "required")

    def options(self, name: str) -> tuple[str, ...]:
        """Return the values of a member where the type lists them; () where it does not."""
        kinds = [error.kind for error in self._faults(name, "\0")]
        listed = [str(value) for kind in kinds if kind.name == "enum" for value in kind.options]
        is_truth = not listed and self._faults(name, 0) and not self._faults(name, True)
        return tuple(_BOOLEANS) if is_truth else tuple(listed)

    def _faults(self, name: str, value: Any) -> list[Any]:
        return [error for error in self.validator.iter_errors({name: value}) if list(error.instance_path) == [name]]


def relation_name(type_name: str) -> str:
    """Return the relation name of an event type: dots and hyphens become underscores."""
    return type_name.replace(".", "_").replace("-", "_")


class EventTypes(Mapping[str, EventType]):
    """All event types of an archive by name, the engine's included."""

    def __init__(self, types: Mapping[str, EventType]) -> None:
        self._types = dict(types)
        self._valid = {name: item.validator.is_valid for name, item in types.items()}

    def __getitem__(self, name: str) -> EventType:
        return self._types[name]

    def __iter__(self) -> Any:
        return iter(self._types)

    def __len__(self) -> int:
        return len(self._types)

    def columns(self, name: str) -> tuple[Column, ...]:
        """Return the columns of the type's relation, without the envelope."""
        return self._types[name].columns

    def check(self, name: str, data: Any) -> None:
        """Raise `EventError` unless ``data`` fits the schema of the type ``name``."""
        valid = self._valid.get(name)
        if valid is None:
            raise EventError(f"the event type {name!r} is not known", remedy=f"add schema/types/{name}.json")
        if not valid(data):
            raise _explain(self._types[name], data)


def typed_value(text: str, kind: str | None) -> Any:
    """Return what a text means for a column of ``kind``; what has no column (None) is a list or object, or text.

    A text that does not fit is returned as it is: the schema's own message about it is the better one.

    >>> typed_value("12", "integer"), typed_value("true", "integer"), typed_value("12", "text")
    (12, True, '12')
    """
    if kind == "integer" and text in _BOOLEANS:
        return _BOOLEANS[text]  # a boolean's column is an integer one
    if kind in ("integer", "real") or (kind is None and text[:1] in ("[", "{")):
        try:
            return parse(text.encode("utf-8", "surrogatepass"))
        except EventError:
            return text
    return text


def load_types(folder: Path) -> EventTypes:
    """Read the engine's types and ``folder/*.json``; raises `ArchiveError` naming the file that is at fault."""
    types = dict(engine_types().items())
    relations = {item.relation: name for name, item in types.items()}
    for path in schema_files(folder, ".json"):
        item = _load_type(path, engine=False)
        if item.name in types:
            raise ArchiveError(f"the type {item.name} belongs to the engine", where=str(path), remedy="rename it")
        other = relations.setdefault(item.relation, item.name)
        if other != item.name:
            raise ArchiveError(f"{item.name} and {other} would share one relation name", where=str(path))
        types[item.name] = item
    return EventTypes(types)


@cache
def engine_types() -> EventTypes:
    """Return the types that every archive has: documents, stories, proposals and editorial acts."""
    paths = sorted((ENGINE_FOLDER / "types").glob("*.json"))
    return EventTypes({item.name: item for item in (_load_type(path, engine=True) for path in paths)})


def _load_type(path: Path, *, engine: bool) -> EventType:
    where = str(path)
    name = path.name.removesuffix(".json")
    if not TYPE_NAME.match(name) or len(name) > NAME_CHARS:
        raise ArchiveError("a type file is named noun.verb.json in lower case", where=where)
    schema = _read_schema(path)
    try:
        columns = _columns(schema)
        if not engine:  # the engine's own types may want such a member as a column
            _refuse_reserved(schema)
        validator = _compile(_with_our_rules(schema, columns))
        examples = tuple(schema.get("examples", ()))
        for example in examples:
            if not validator.is_valid(example):
                raise ArchiveError("the example does not fit its own schema")
    except RegestaError as error:
        raise error.at(where) from None
    title, description = str(schema.get("title", name)), str(schema.get("description", ""))
    return EventType(name, title, description, columns, examples, validator, engine, schema.get("timeless") is True)


def _read_schema(path: Path) -> dict[str, Any]:
    try:
        schema = parse(read_plain(path, SCHEMA_FILE_BYTES))
        jsonschema_rs.meta.validate(schema | {"$schema": _DRAFT} if isinstance(schema, dict) else {})
    except EventError as error:
        raise ArchiveError(error.message, where=str(path)) from error
    except jsonschema_rs.ValidationError as error:
        raise ArchiveError(f"not an accepted JSON Schema: {error.message[:300]}", where=str(path)) from None
    if not isinstance(schema, dict) or schema.get("type") != "object":
        raise ArchiveError('expected a JSON Schema with "type": "object"', where=str(path))
    if _has_references(schema):
        raise ArchiveError("$ref is not allowed: say what a member is where it stands", where=str(path))
    return schema


def _has_references(schema: dict[str, Any]) -> bool:
    """Say whether a schema points elsewhere. It could reach out, or loop; and thirty references, each made twice
    by the one before, keep a validator busy for hours with one event.
    """
    containers: list[Any] = [schema]
    for item in containers:  # grows while it is read
        if isinstance(item, dict) and item.keys() & {"$ref", "$dynamicRef", "$recursiveRef"}:
            return True
        parts = item.values() if isinstance(item, dict) else item
        containers.extend(part for part in parts if isinstance(part, dict | list))
    return False


def _refuse_reserved(schema: dict[str, Any]) -> None:
    clash = sorted(set(schema.get("properties", {})) & set(RESERVED_MEMBERS))
    if clash:
        raise ArchiveError(f"the member {clash[0]!r} is reserved: every type has it already", remedy="remove it")


def _with_our_rules(schema: dict[str, Any], columns: tuple[Column, ...]) -> dict[str, Any]:
    """Add the members that every type has, and that integers fit their columns: JSON Schema calls 1e300 one."""
    properties = schema.get("properties", {})
    bounds = {"minimum": -INTEGER_MAX, "maximum": INTEGER_MAX}
    integers = {item.name: {"allOf": [properties[item.name], bounds]} for item in columns if item.kind == "integer"}
    return {**schema, "properties": {**properties, **integers, **_reserved_members()}}


@cache
def _reserved_members() -> dict[str, Any]:
    members: dict[str, Any] = json.loads((ENGINE_FOLDER / "reserved.json").read_bytes())["properties"]
    return members


def _compile(schema: dict[str, Any]) -> Any:
    """Compile without network, without files and with regular expressions of linear time."""
    try:
        return jsonschema_rs.Draft202012Validator(schema, offline=True, pattern_options=jsonschema_rs.RegexOptions())
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        message = getattr(error, "message", str(error)).splitlines()[0]
        raise ArchiveError(f"not an accepted JSON Schema: {message}") from None


def _columns(schema: dict[str, Any]) -> tuple[Column, ...]:
    """Return a column for each scalar property; lists and objects stay in the event and have no column."""
    columns = []
    for name, member in schema.get("properties", {}).items():
        kind = _kind(member if isinstance(member, dict) else {})
        if kind is None:
            continue
        if not COLUMN_NAME.match(name) or len(name) > NAME_CHARS:
            raise ArchiveError(f"the member {name!r} cannot be a column: use a-z, 0-9 and _")
        if name in ENVELOPE or name in ("status", "event", "last_event"):
            raise ArchiveError(f"the member {name!r} has the name of a column that every relation has")
        columns.append(Column(name, kind, str(member.get("description", ""))))
    if len(columns) > COLUMNS:
        raise ArchiveError(f"{len(columns)} columns, the limit is {COLUMNS}")
    return tuple(columns)


def _kind(member: dict[str, Any]) -> str | None:
    declared = member.get("type")
    if declared is None:
        values = member.get("enum", [member["const"]] if "const" in member else [])
        kinds = {_JSON_TYPES.get(type(value), "") for value in values}
        declared = "number" if kinds == {"integer", "number"} else "".join(kinds) if len(kinds) == 1 else None
    return _KINDS.get(declared) if isinstance(declared, str) else None


def _explain(item: EventType, data: Any) -> EventError:
    """Turn the validator's first complaint into our error."""
    if not isinstance(data, dict):
        return EventError("data must be an object")
    first = next(iter(item.validator.iter_errors(data)))
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in first.instance_path)
    where = "the engine" if item.engine else f"schema/types/{item.name}.json"
    return EventError(f"data{path}: {first.message[:300]}", remedy=f"the type {item.name} is defined by {where}")
