"""Recipes: what templates give, and how a wrong recipe is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from regesta.archive import Archive
from regesta.errors import ArchiveError
from regesta.ingest.recipes import Choice, Template, load_recipes, parse_recipe, slug
from regesta.limits import RECIPE_BYTES
from tests.ingest.tale import RECIPES

VALUES: dict[str, Any] = {
    "person": "Ann Lee", "state": "P01", "empty": "", "none": None, "states": ["P01", "P02"], "no_states": [], "figure": 44,
    "no": 0, "Column name": "x", "answer": "refuse",
}  # fmt: skip
MAPS = {"word": {"refuse": "no"}}

# Name: template, what it gives.
FILLED: dict[str, tuple[str, Any]] = {
    "literal text": ("yes", "yes"),
    "one placeholder": ("{person}", "Ann Lee"),
    "text around it": ("by {person}, {state}", "by Ann Lee, P01"),
    "slug": ("{slug:person}", "ann-lee"),
    "map": ("{word:answer}", "no"),
    "not in the map": ("{word:state}", None),
    "first that is there": ("{nobody|person}", "Ann Lee"),
    "first that the map has": ("{word:state|person}", "Ann Lee"),
    "second of the same": ("{empty|none|state}", "P01"),
    "missing": ("{nobody}", None),
    "missing beside one that is there": ("{person} of {nobody}", None),
    "empty text is missing": ("{empty}", None),
    "empty list is missing": ("{no_states}", None),
    "number stays one": ("{figure}", 44),
    "nought is there": ("{no}", 0),
    "number in a text": ("{figure} states", "44 states"),
    "list stays one": ("{states}", ["P01", "P02"]),
    "list in a text": ("in {states}", "in P01, P02"),
    "name with a space, as columns have": ("{Column name}", "x"),
    "spaces around": ("{ person | state }", "Ann Lee"),
}
SLUGS = {
    "Alison Lundergan Grimes": "alison-lundergan-grimes",
    "Hans von Spakovsky": "hans-von-spakovsky",
    "Ana de la Peña": "ana-de-la-pena",
    "Martin O'Malley": "martin-omalley",
    "Martin O’Malley": "martin-omalley",
    "@GovernorTomWolf": "governortomwolf",
    "  --  ": "",
    "東京": "",
    "../../etc/passwd": "etc-passwd",
}
GOOD = {
    "type": "answer.listed",
    "subject": "place/{state}",
    "summary": "x",
    "data": {"letter": "l1", "place": "{state}"},
}
# Name: the content of a recipe file, a part of what is said.
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, "at least one [[event]]"),
    "event is no list": ({"event": GOOD}, "at least one [[event]]"),
    "event is no table": ({"event": ["x"]}, "written as a table"),
    "unknown key of the file": ({"event": [GOOD], "rule": {}}, "'rule' is not known; there are event, map"),
    "unknown key of the event": ({"event": [GOOD | {"typ": "x"}]}, "'typ' is not known; there are data, date, each"),
    "no type": ({"event": [{"subject": "x", "summary": "x"}]}, "needs 'type'"),
    "no subject": ({"event": [{"type": "answer.listed", "summary": "x"}]}, "needs 'subject'"),
    "no summary": ({"event": [{"type": "answer.listed", "subject": "x"}]}, "needs 'summary'"),
    "unknown type": ({"event": [GOOD | {"type": "answer.lost"}]}, "the event type 'answer.lost' is not known"),
    "type twice": ({"event": [GOOD, GOOD]}, "two events of the type answer.listed"),
    "member that the type has not": ({"event": [GOOD | {"data": {"plaice": "x"}}]}, "data.plaice: events of the type"),
    "reserved member": ({"event": [GOOD | {"data": {"evidence": "x"}}]}, "data.evidence is not for a recipe"),
    "proposal": ({"event": [GOOD | {"data": {"proposal": "x"}}]}, "data.proposal is not for a recipe"),
    "data is a text": ({"event": [GOOD | {"data": "x"}]}, "data is a table"),
    "template is a number": ({"event": [GOOD | {"data": {"letter": 1}}]}, "data.letter is a template"),
    "empty template": ({"event": [GOOD | {"subject": ""}]}, "subject is a template"),
    "empty list": ({"event": [GOOD | {"subject": []}]}, "subject is a template"),
    "open brace": ({"event": [GOOD | {"subject": "x/{state"}]}, "subject: a brace without its other half"),
    "closing brace": ({"event": [GOOD | {"subject": "x/state}"}]}, "subject: a brace without its other half"),
    "no name": ({"event": [GOOD | {"subject": "x/{}"}]}, "subject: {} is no placeholder"),
    "no name behind slug": ({"event": [GOOD | {"subject": "x/{slug:}"}]}, "{slug:} is no placeholder"),
    "no alternative": ({"event": [GOOD | {"subject": "x/{a|}"}]}, "is no placeholder"),
    "unknown map": ({"event": [GOOD | {"subject": "x/{word:a}"}]}, "{word:a}: there is no [map.word]"),
    "map of numbers": ({"event": [GOOD], "map": {"word": {"a": 1}}}, "[map.word] is a table of texts"),
    "map is a text": ({"event": [GOOD], "map": "x"}, "[map.map] is a table of texts"),
    "map called slug": ({"event": [GOOD], "map": {"slug": {"a": "b"}}}, "a map cannot be called slug"),
    "item without each": ({"event": [GOOD | {"subject": "x/{item}"}]}, "only with `each`"),
    "position without each": ({"event": [GOOD | {"data": {"letter": "{position}"}}]}, "only with `each`"),
    "each is a list": ({"event": [GOOD | {"each": ["states"]}]}, "each names one field"),
    "key is a text": ({"event": [GOOD | {"key": "place"}]}, "key is a list of members of data"),
    "key that is not in data": ({"event": [GOOD | {"key": ["about"]}]}, "key is a list of members of data"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), FILLED.values(), ids=FILLED.keys())
def test_template(text: str, expected: Any) -> None:
    """A template gives its value, or nothing when something is missing."""
    assert Template.parse(text, ("word",)).fill(VALUES, MAPS) == expected


def test_first_template_that_can_be_filled() -> None:
    """Of a list of templates the first counts that has all it names."""
    choice = Choice(tuple(Template.parse(text, ()) for text in ("{nobody} x", "{person} x", "x")))
    assert choice.fill(VALUES, {}) == "Ann Lee x"


@pytest.mark.parametrize(("text", "expected"), SLUGS.items(), ids=SLUGS.keys())
def test_slug(text: str, expected: str) -> None:
    """A slug has small letters, digits and hyphens of ASCII only."""
    assert slug(text) == expected


@pytest.mark.parametrize(("content", "said"), BAD.values(), ids=BAD.keys())
def test_wrong_recipe(archive: Archive, content: dict[str, Any], said: str) -> None:
    """What is wrong with a recipe is said, at its file."""
    with pytest.raises(ArchiveError) as caught:
        parse_recipe(content, archive.schema.types, "x.toml")
    assert (said in caught.value.message, caught.value.where) == (True, "x.toml")


@pytest.fixture
def recipes(tmp_path: Path) -> Path:
    """A folder for recipes."""
    (tmp_path / "recipes").mkdir()
    return tmp_path / "recipes"


def test_load(archive: Archive, recipes: Path) -> None:
    """A folder of recipes is read by kind of finding."""
    for name, text in RECIPES.items():
        (recipes / f"{name}.toml").write_text(text, "utf-8")
    found = load_recipes(recipes, archive.schema.types)
    assert {kind: [item.type.name for item in recipe] for kind, recipe in found.items()} == {
        "disposition": ["answer.given"], "quote": ["answer.given"], "status_list": ["answer.listed"],
    }  # fmt: skip


def test_no_folder(archive: Archive, tmp_path: Path) -> None:
    """An archive without recipes has none."""
    assert load_recipes(tmp_path / "recipes", archive.schema.types) == {}


# Name: file name, its bytes, a part of what is said.
FILES = {
    "no TOML": ("quote.toml", b"[[event", "not valid TOML"),
    "not UTF-8": ("quote.toml", b"\xff", "not valid TOML"),
    "nested": ("quote.toml", b"a=" + b"[" * 9_000, "not valid TOML"),
    "too large": ("quote.toml", b"#" * (RECIPE_BYTES + 1), "the limit is"),
    "name": ("Quote-1.toml", b"", "named like the kind of finding"),
}


@pytest.mark.parametrize(("name", "data", "said"), FILES.values(), ids=FILES.keys())
def test_file_that_is_no_recipe(archive: Archive, recipes: Path, name: str, data: bytes, said: str) -> None:
    """A file that cannot be read is told by its name."""
    (recipes / name).write_bytes(data)
    with pytest.raises(ArchiveError, match=said) as caught:
        load_recipes(recipes, archive.schema.types)
    assert caught.value.where == str(recipes / name)


def test_link_is_refused(archive: Archive, recipes: Path) -> None:
    """A recipe that is a link is not followed."""
    (recipes / "quote.toml").symlink_to("/etc/passwd")
    with pytest.raises(ArchiveError, match="plain file"):
        load_recipes(recipes, archive.schema.types)


def test_shipped_recipes() -> None:
    """The recipes of the shipped archive fit its event types, and there is one for every kind that becomes an event."""
    root = Path(__file__).parent.parent.parent
    assert sorted(load_recipes(root / "ingest" / "recipes", Archive.open(root).schema.types)) == [
        "appointment", "deadline", "disposition", "field_disposition", "person", "quote", "requested_fields", "statement",
        "status_list", "story_update", "tally", "tweet",
    ]  # fmt: skip
