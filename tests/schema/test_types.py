"""Event types: what a type file may say, how it becomes a relation, and what is told of data that do not fit."""

from __future__ import annotations

import doctest
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regesta.errors import ArchiveError, EventError
from regesta.limits import COLUMNS, INTEGER_MAX, NAME_CHARS, SCHEMA_FILE_BYTES, SCHEMA_FILES
from regesta.schema import types
from regesta.schema.types import ENVELOPE, RESERVED_MEMBERS, Column, EventTypes, engine_types, load_types, relation_name
from tests.schema.conftest import Content, Refusal, write

GOOD = {
    "title": "A thing was seen",
    "description": "Somebody saw it.",
    "type": "object",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {
        "name": {"description": "Its name.", "type": "string", "pattern": "^[a-z]+$"},
        "count": {"type": "integer", "minimum": 0},
        "share": {"type": "number"},
        "sure": {"type": "boolean"},
        "kind": {"description": "One of two.", "enum": ["a", "b"]},
        "level": {"enum": [1, 2]},
        "weight": {"enum": [1, 1.5]},
        "always": {"const": "x"},
        "mixed": {"enum": ["a", 1]},
        "either": {"type": ["string", "null"]},
        "parts": {"type": "array", "items": {"type": "string"}},
        "place": {"type": "object", "properties": {"town": {"type": "string"}}},
        "anything": True,
    },
    "examples": [{"name": "owl", "count": 2, "note": "at night"}],
}


def schema(**members: Any) -> str:
    return json.dumps({"type": "object", **members})


def member(**rules: Any) -> str:
    return schema(properties={"a": rules})


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., EventTypes]:
    """Return a function that loads type files, given by name and content."""

    def read(files: dict[str, Content]) -> EventTypes:
        for name, content in files.items():
            write(tmp_path / name, content)
        return load_types(tmp_path)

    return read


@pytest.fixture
def seen(load: Callable[..., EventTypes]) -> EventTypes:
    """The types of a folder with one good file."""
    return load({"thing.seen.json": json.dumps(GOOD)})


def test_examples_of_the_module() -> None:
    """The examples in the docstrings are true."""
    assert doctest.testmod(types).failed == 0


def test_good_file(seen: EventTypes) -> None:
    """A good file gives title, description, examples, and one column for each scalar member."""
    item = seen["thing.seen"]
    assert (item.name, item.relation, item.title, item.description, item.engine) == (
        "thing.seen", "thing_seen", "A thing was seen", "Somebody saw it.", False,
    )  # fmt: skip
    assert item.examples == ({"name": "owl", "count": 2, "note": "at night"},)
    assert item.columns == (
        Column("name", "text", "Its name."),
        Column("count", "integer"),
        Column("share", "real"),
        Column("sure", "integer"),
        Column("kind", "text", "One of two."),
        Column("level", "integer"),
        Column("weight", "real"),
        Column("always", "text"),
    )


def test_least_file(load: Callable[..., EventTypes]) -> None:
    """A type needs to say no more than that it is an object."""
    item = load({"a.b.json": '{"type":"object"}'})["a.b"]
    assert (item.title, item.description, item.columns, item.examples) == ("a.b", "", (), ())


def test_engine_types() -> None:
    """Every archive has the engine's types, each with an example and words for each column."""
    assert sorted(engine_types()) == [
        "document.captured", "event.redacted", "event.retracted", "proposal.accepted", "proposal.made", "proposal.rejected",
        "story.published", "story.updated",
    ]  # fmt: skip
    assert [item.name for item in engine_types().values() if not (item.engine and item.examples)] == []
    assert [column for item in engine_types().values() for column in item.columns if not column.description] == []


def test_missing_folder(tmp_path: Path) -> None:
    """An archive without types has the engine's."""
    assert load_types(tmp_path / "missing").keys() == engine_types().keys()


def test_other_files_are_left_alone(load: Callable[..., EventTypes]) -> None:
    """A README beside the types is no type."""
    assert load({"README.md": "hello", "a.b.json.bak": "{"}).keys() == engine_types().keys()


def test_relation_name() -> None:
    """Dots and hyphens of a type become underscores in its relation."""
    assert relation_name("hand-written.letter-sent") == "hand_written_letter_sent"


def test_reserved_members_are_in_every_type(seen: EventTypes) -> None:
    """Each type takes summary, evidence, datetext, note and proposal, also where it forbids other members."""
    passage = [{"type": "TextPositionSelector", "start": 1, "end": 2}]
    evidence = [{"source": "urn:sha256:" + "0" * 64, "selector": passage, "digest": "sha256:" + "0" * 64}]
    data = {"name": "owl", "summary": "s", "datetext": "d", "note": "n", "evidence": evidence, "proposal": "0" * 32}
    seen.check("thing.seen", data)
    assert set(data) - set(GOOD["properties"]) == set(RESERVED_MEMBERS)  # type: ignore[call-overload]


# Name: the file's content, a part of what is said.
BAD: dict[str, tuple[Content, str]] = {
    "empty": ("", "not valid JSON"),
    "not JSON": ('{"type":', "not valid JSON"),
    "JSON with a comment": ('{"type":"object"} // yes', "not valid JSON"),
    "YAML": ("type: object", "not valid JSON"),
    "not UTF-8": (b'{"type":"object","title":"\xff"}', "not UTF-8"),
    "UTF-16": ('{"type":"object"}'.encode("utf-16"), "not UTF-8"),
    "byte order mark": ('\ufeff{"type":"object"}', "begins with a byte order mark"),
    "duplicate member": ('{"type":"object","type":"object"}', "the member 'type' occurs twice"),
    "NaN": ('{"type":"object","minProperties":NaN}', "NaN is not a JSON number"),
    "huge integer": ('{"type":"object","minProperties":' + "9" * 5000 + "}", "is outside"),
    "half a surrogate pair": ('{"type":"object","title":"\\ud800"}', "half of a surrogate pair"),
    "nested deep": ('{"not":' * 5000 + "{}" + "}" * 5000, "nested deeper than 32 levels"),
    "too large": (schema(title="x" * SCHEMA_FILE_BYTES), f"the limit is {SCHEMA_FILE_BYTES}"),
    "a list": ("[]", 'expected a JSON Schema with "type": "object"'),
    "null": ("null", 'expected a JSON Schema with "type": "object"'),
    "true": ("true", 'expected a JSON Schema with "type": "object"'),
    "no type": ("{}", 'expected a JSON Schema with "type": "object"'),
    "type array": ('{"type":"array"}', 'expected a JSON Schema with "type": "object"'),
    "type list": ('{"type":["object"]}', 'expected a JSON Schema with "type": "object"'),
    "unknown kind": (member(type="strin"), "not an accepted JSON Schema"),
    "properties list": (schema(properties=[]), 'not an accepted JSON Schema: [] is not of type "object"'),
    "properties text": (schema(properties="a"), 'not an accepted JSON Schema: "a" is not of type "object"'),
    "property number": (schema(properties={"a": 5}), "not an accepted JSON Schema: 5 is not of types"),
    "required text": (schema(required="a"), 'not an accepted JSON Schema: "a" is not of type "array"'),
    "enum number": (member(enum=5), 'not an accepted JSON Schema: 5 is not of type "array"'),
    "enum object": (member(enum={"a": 1}), 'not an accepted JSON Schema: {"a":1} is not of type "array"'),
    "negative length": (member(minLength=-1), "not an accepted JSON Schema: -1 is less than"),
    "multiple of nothing": (member(multipleOf=0), "not an accepted JSON Schema: 0 is less than or equal"),
    "title number": (schema(title=5), 'not an accepted JSON Schema: 5 is not of type "string"'),
    "remote $ref": (member(**{"$ref": "https://example.org/s.json"}), "$ref is not allowed"),
    "file $ref": (member(**{"$ref": "file:///etc/passwd"}), "$ref is not allowed"),
    "relative $ref": (member(**{"$ref": "other.json"}), "$ref is not allowed"),
    "relative $ref below an $id": (schema(**{"$id": "file:///etc/", "allOf": [{"$ref": "passwd"}]}), "$ref is not"),
    "remote $dynamicRef": (member(**{"$dynamicRef": "https://example.org/s.json#x"}), "$ref is not allowed"),
    "$recursiveRef": (member(**{"$recursiveRef": "#"}), "$ref is not allowed"),
    "$ref within": (member(type="array", items={"anyOf": [{"$ref": "#/$defs/b"}]}), "$ref is not allowed"),
    "$ref to itself": (schema(allOf=[{"$ref": "#"}]), "$ref is not allowed"),
    "a billion laughs": (
        schema(**{
            "$ref": "#/$defs/d0",
            "$defs": {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(30)} | {"d30": {}},
            "examples": [{}],
        }),
        "$ref is not allowed",
    ),
    "open regular expression": (member(pattern="("), "not an accepted JSON Schema"),
    "look ahead": (member(pattern="(?=a)b"), "not an accepted JSON Schema"),
    "back reference": (member(pattern=r"(a)\1"), "not an accepted JSON Schema"),
    "huge regular expression": (member(pattern="((a{1,1000}){1,1000}){1,1000}"), "not an accepted JSON Schema"),
    "open regular expression of names": (schema(patternProperties={"(": {}}), "not an accepted JSON Schema"),
    "member summary": (schema(properties={"summary": {"type": "array"}}), "'summary' is reserved"),
    "member evidence": (schema(properties={"evidence": {"type": "array"}}), "'evidence' is reserved"),
    "member note": (schema(properties={"note": {"type": "string"}}), "'note' is reserved"),
    "member datetext": (schema(properties={"datetext": {}}), "'datetext' is reserved"),
    "member status": (schema(properties={"status": {"type": "string"}}), "'status' has the name of a column"),
    "member last_event": (schema(properties={"last_event": {"type": "string"}}), "'last_event' has the name of a"),
    "too many columns": (
        schema(properties={f"c{number}": {"type": "string"} for number in range(COLUMNS + 1)}),
        "101 columns, the limit is 100",
    ),
    "capital": (schema(properties={"State": {"type": "string"}}), "'State' cannot be a column: use a-z, 0-9 and _"),
    "space": (schema(properties={"a b": {"type": "string"}}), "'a b' cannot be a column"),
    "quote": (schema(properties={'a"b': {"type": "string"}}), "cannot be a column"),
    "underscore first": (schema(properties={"_latest": {"type": "string"}}), "'_latest' cannot be a column"),
    "no name": (schema(properties={"": {"type": "string"}}), "'' cannot be a column"),
    "not ASCII": (schema(properties={"größe": {"type": "string"}}), "'größe' cannot be a column"),
    "newline": (schema(properties={"a\n": {"type": "string"}}), "cannot be a column"),
    "long name": (schema(properties={"a" * (NAME_CHARS + 1): {"type": "string"}}), "cannot be a column"),
    "example that does not fit": (
        schema(properties={"a": {"type": "string"}}, examples=[{"a": "x"}, {"a": 1}]), "the example does not fit",
    ),
    "example of another kind": (schema(examples=[1]), "the example does not fit its own schema"),
    "example with a bad passage": (schema(examples=[{"evidence": []}]), "the example does not fit its own schema"),
    "examples number": (schema(examples=5), 'not an accepted JSON Schema: 5 is not of type "array"'),
    "examples object": (schema(examples={"a": 1}), "not an accepted JSON Schema"),
    "integer beyond 2**53": (
        schema(properties={"a": {"type": "integer"}}, examples=[{"a": 1e300}]), "the example does not fit",
    ),
    **{
        f"member {name}": (schema(properties={name: {"type": "string"}}), f"{name!r} has the name of a column")
        for name in ENVELOPE
    },
}  # fmt: skip


@pytest.mark.parametrize("case", BAD.values(), ids=BAD.keys())
def test_bad_file(
    case: tuple[Content, str],
    load: Callable[..., EventTypes],
    refusal: Callable[[Callable[[], object]], Refusal],
    tmp_path: Path,
) -> None:
    """A file that is no good type is refused by its name, soon."""
    content, said = case
    write(tmp_path / "thing.seen.json", content)
    found = refusal(lambda: load_types(tmp_path))
    assert found[:3] == ("ArchiveError", "thing.seen.json", True)
    assert said in found.message


BAD_NAMES = {
    "no verb": "thing.json", "three parts": "a.b.c.json", "capital": "Thing.seen.json", "underscore": "a_b.c.json",
    "space": "a b.c.json", "digit first": "1a.b.json", "verb of a digit": "a.1b.json", "no noun": ".b.json",
    "too long": "a" * NAME_CHARS + ".b.json", "newline": "a.b\n.json",
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_NAMES.values(), ids=BAD_NAMES.keys())
def test_bad_file_name(name: str, tmp_path: Path, refusal: Callable[[Callable[[], object]], Refusal]) -> None:
    """A file that is not named noun.verb.json is refused by its name."""
    write(tmp_path / name, "{}")
    assert refusal(lambda: load_types(tmp_path)) == (
        "ArchiveError", name, True, "a type file is named noun.verb.json in lower case",
    )  # fmt: skip


# Name: how the entry is made.
ENTRIES: dict[str, Callable[[Path], None]] = {
    "link to a file": lambda path: path.symlink_to("/etc/hostname"),
    "link to nothing": lambda path: path.symlink_to("missing.json"),
    "link to itself": lambda path: path.symlink_to(path),
    "link to a device": lambda path: path.symlink_to("/dev/zero"),
    "folder": lambda path: path.mkdir(),
    "pipe": os.mkfifo,
}


@pytest.mark.parametrize("make", ENTRIES.values(), ids=ENTRIES.keys())
def test_no_plain_file(
    make: Callable[[Path], None], tmp_path: Path, refusal: Callable[[Callable[[], object]], Refusal]
) -> None:
    """A link, a folder and a pipe are refused without being read."""
    make(tmp_path / "a.b.json")
    assert refusal(lambda: load_types(tmp_path)) == (
        "ArchiveError", "a.b.json", True, "a file of the schema must be a plain file, not a link or a folder",
    )  # fmt: skip


def test_too_many_types(tmp_path: Path) -> None:
    """More types than anybody can survey are refused."""
    for number in range(SCHEMA_FILES + 1):
        write(tmp_path / f"a.b{number}.json", "{}")
    with pytest.raises(ArchiveError, match=r"201 files, the limit is 200$"):
        load_types(tmp_path)


def test_type_of_the_engine(tmp_path: Path, refusal: Callable[[Callable[[], object]], Refusal]) -> None:
    """An archive cannot say anew what the engine's types are."""
    write(tmp_path / "event.retracted.json", '{"type":"object"}')
    assert refusal(lambda: load_types(tmp_path)) == (
        "ArchiveError", "event.retracted.json", True, "the type event.retracted belongs to the engine",
    )  # fmt: skip


def test_two_types_of_one_relation(tmp_path: Path, refusal: Callable[[Callable[[], object]], Refusal]) -> None:
    """Two types cannot share a relation."""
    write(tmp_path / "a-b.c.json", '{"type":"object"}')
    write(tmp_path / "a.b-c.json", '{"type":"object"}')
    assert refusal(lambda: load_types(tmp_path)) == (
        "ArchiveError", "a.b-c.json", True, "a.b-c and a-b.c would share one relation name",
    )  # fmt: skip


# Name: pattern, text; a backtracking matcher would take years for each.
CATASTROPHES = {
    "nested repeats": ("^(a+)+$", "a" * 5000 + "b"),
    "alternatives that overlap": ("^(a|aa|a?)*$", "a" * 5000 + "b"),
    "a chain of options": ("^" + "a?" * 500 + "a" * 500 + "$", "a" * 499),
    "long repeat": ("^(.*.*.*.*)*x$", "a" * 5000),
}


@pytest.mark.parametrize("case", CATASTROPHES.values(), ids=CATASTROPHES.keys())
def test_catastrophic_pattern(
    case: tuple[str, str], load: Callable[..., EventTypes], refusal: Callable[[Callable[[], object]], Refusal]
) -> None:
    """A pattern that makes other matchers hang takes linear time."""
    pattern, text = case
    found = load({"a.b.json": member(type="string", pattern=pattern)})
    assert refusal(lambda: found.check("a.b", {"a": text}))[:3] == ("EventError", "", True)


# Name: data, what is said.
MISFITS: dict[str, tuple[Any, str]] = {
    "text": ("owl", "data must be an object"),
    "list": ([], "data must be an object"),
    "nothing": (None, "data must be an object"),
    "missing": ({}, 'data: "name" is a required property'),
    "wrong kind": ({"name": 5}, 'data.name: 5 is not of type "string"'),
    "pattern": ({"name": "Owl"}, 'data.name: "Owl" does not match "^[a-z]+$"'),
    "not in the list": ({"name": "owl", "kind": "c"}, 'data.kind: "c" is not one of "a" or "b"'),
    "too small": ({"name": "owl", "count": -1}, "data.count: -1 is less than the minimum of 0"),
    "fraction": ({"name": "owl", "count": 1.5}, 'data.count: 1.5 is not of type "integer"'),
    "huge integer": ({"name": "owl", "count": 1e300}, "data.count: 1e+300 is greater than the maximum of 9007199254740991"),
    "boolean as integer": ({"name": "owl", "count": True}, 'data.count: true is not of type "integer"'),
    "unknown member": ({"name": "owl", "x": 1}, "data: Additional properties are not allowed ('x' was unexpected)"),
    "within a list": ({"name": "owl", "parts": ["a", 5]}, 'data.parts[1]: 5 is not of type "string"'),
    "within an object": ({"name": "owl", "place": {"town": 5}}, 'data.place.town: 5 is not of type "string"'),
    "passage": (
        {"name": "owl", "evidence": [{"source": "urn:sha256:" + "0" * 64, "selector": []}]},
        'data.evidence[0].selector: [] has less than 1 item',
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", MISFITS.values(), ids=MISFITS.keys())
def test_misfit(case: tuple[Any, str], seen: EventTypes) -> None:
    """Data that do not fit are refused with the path of the member, and where the type is defined."""
    data, said = case
    with pytest.raises(EventError) as caught:
        seen.check("thing.seen", data)
    assert caught.value.message == said
    assert caught.value.remedy in (None, "the type thing.seen is defined by schema/types/thing.seen.json")


def test_misfit_of_an_engine_type(seen: EventTypes) -> None:
    """What a type of the engine asks for is told as the engine's rule."""
    with pytest.raises(EventError) as caught:
        seen.check("event.retracted", {})
    assert str(caught.value) == (
        'data: "reason" is a required property (the type event.retracted is defined by the engine)'
    )


def test_unknown_type(seen: EventTypes) -> None:
    """An event of a type that the archive does not have is refused with the file that would define it."""
    with pytest.raises(EventError) as caught:
        seen.check("thing.heard", {})
    assert str(caught.value) == "the event type 'thing.heard' is not known (add schema/types/thing.heard.json)"


@pytest.mark.parametrize("count", [0, 7.0, INTEGER_MAX])
def test_integers_that_fit(count: float, seen: EventTypes) -> None:
    """An integer is one whether written 7 or 7.0, as far as all readers of JSON agree on it."""
    seen.check("thing.seen", {"name": "owl", "count": count})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
keywords = st.sampled_from([
    "type", "properties", "enum", "const", "required", "examples", "items", "allOf", "anyOf", "not", "if", "then",
    "pattern", "minimum", "multipleOf", "minLength", "$defs", "$id", "$anchor", "$schema", "title", "description",
    "patternProperties", "additionalProperties", "unevaluatedProperties", "dependentRequired", "format", "contains",
])  # fmt: skip
schemas = st.dictionaries(
    keywords, json_values | st.dictionaries(st.sampled_from(["a", "b_c", "D"]), st.dictionaries(keywords, json_values)),
    max_size=4,
).map(lambda found: json.dumps({**found, "type": "object"}))  # fmt: skip


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=60) | json_values.map(json.dumps) | schemas)
def test_any_file(content: Content, tmp_path: Path) -> None:
    """Whatever a file holds, it is a type or an `ArchiveError` that names it."""
    write(tmp_path / "a.b.json", content)
    try:
        found = "a.b" in load_types(tmp_path)
    except ArchiveError as error:
        found = error.where == str(tmp_path / "a.b.json")
    assert found


# Name: a member of a type, the values that the type lists for it.
OPTIONS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "text": ({"type": "string"}, ()),
    "list": ({"type": "string", "enum": ["a", "b"]}, ("a", "b")),
    "list without a type": ({"enum": ["a", "b"]}, ("a", "b")),
    "truth": ({"type": "boolean"}, ("true", "false")),
    "number": ({"type": "integer"}, ()),
    "anything": ({}, ()),
}


@pytest.mark.parametrize(("member", "options"), OPTIONS.values(), ids=OPTIONS.keys())
def test_options(member: dict[str, Any], options: tuple[str, ...], tmp_path: Path) -> None:
    """A form offers the values that a type lists, and asks for the members that it requires."""
    schema = {"type": "object", "required": ["name"], "properties": {"name": member, "other": {"type": "string"}}}
    write(tmp_path / "a.b.json", json.dumps(schema))
    found = load_types(tmp_path)["a.b"]
    assert (found.options("name"), found.options("no-such"), found.required) == (options, (), frozenset({"name"}))
