"""Names that mean something to a file system, a shell or a reader: none of them leaves its folder. Promise P16."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from regesta.errors import RegestaError, UsageError
from regesta.ingest.files import file_name
from regesta.ingest.recipes import load_recipes
from regesta.ingest.sources import load_source
from regesta.ingest.store import Store
from regesta.publish._places import Places
from regesta.schema.projections import load_projections
from regesta.schema.reference import load_reference
from regesta.schema.types import engine_types, load_types
from regesta.schema.views import load_views

NAMES = {
    "up": "..", "up and on": "../x", "up in the middle": "a/../../x", "here": ".", "hidden": ".x", "home": "~", "somebody's home": "~root",
    "absolute": "/etc/passwd", "two slashes": "//host/share", "backslash": "..\\x", "drive": "C:\\x", "drive without a slash": "C:x",
    "share": "\\\\host\\share", "stream": "x:y", "address": "file:///etc/passwd", "percent": "%2e%2e%2fx", "percent twice": "%252e%252e", "wide percent": "%u002e",
    "device": "CON", "device with an ending": "nul.txt", "port": "com1", "printer": "LPT9.csv", "dot behind": "x.", "space behind": "x ", "space before": " x",
    "space": "a b", "capitals": "Letters", "digit first": "1x", "option": "-o", "two options": "--help", "nothing": "", "NUL": "a\0b", "newline": "a\nb", "escape": "\x1b[2J",
    "to the left": "a\u202etxt.x", "nothing to see": "a\u200bb", "composed": "\u00e9", "decomposed": "e\u0301", "full width": "\uff0e\uff0e\uff0fx", "division slash": "a\u2215b",
    "dotless": "letter\u0131", "long": "x" * 256, "star": "*", "question": "?", "pipe": "a|b", "variable": "$HOME", "command": "$(id)", "quote": "a'b", "braces": "{x}",
}  # fmt: skip
TABLE = "create table {0} (id text primary key); insert into {0} (id) select digest from document_captured;"


def put(folder: Path, name: str, content: str) -> None:
    """Make a file of this name in ``folder``; a name that no file there can have is left to the file system."""
    with suppress(OSError, ValueError):
        path = folder / name
        if path.parent == folder:
            path.write_text(content)


def type_file(folder: Path, name: str) -> object:
    put(folder, f"{name}.json", '{"type": "object"}')
    return list(load_types(folder).keys() - engine_types().keys())


def projection_file(folder: Path, name: str) -> object:
    put(folder, f"{name}.sql", TABLE.format(name))
    return [item.name for item in load_projections(folder, engine_types(), {}) if item.statement.path.parent == folder]


def view_file(folder: Path, name: str) -> object:
    put(folder, f"{name}.sql", f'create view "{name}" as select 1 as n')
    return load_views(folder, frozenset())


def list_file(folder: Path, name: str) -> object:
    put(folder, f"{name}.csv", "code\na\n")
    return load_reference(folder)


def recipe_file(folder: Path, name: str) -> object:
    put(folder, f"{name}.toml", "")
    return load_recipes(folder, engine_types())


def source_name(folder: Path, name: str) -> object:
    (folder / "ingest").mkdir(exist_ok=True)
    put(folder / "ingest", f"{name}.toml", 'url = "https://example.org/"')
    return load_source(folder, name, engine_types())


def source_path(folder: Path, name: str) -> object:
    (folder / "ingest").mkdir(exist_ok=True)
    put(folder / "ingest", "x.toml", f"path = {name!r}")
    return Path(load_source(folder, "x", engine_types()).path or "").parts


def document(folder: Path, name: str) -> object:
    return Store(folder / "documents", "full").data(name)


FILES = (type_file, projection_file, view_file, list_file, recipe_file, source_name, document)


def taken(call: Callable[[Path, str], object], folder: Path, name: str) -> object:
    """Return what is made of a name; nothing where it is refused."""
    try:
        return call(folder, name)
    except RegestaError:
        return []


@pytest.mark.parametrize("call", FILES, ids=lambda call: call.__name__)
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_file_of_an_archive(call: Callable[[Path, str], object], name: str, tmp_path: Path) -> None:
    """A file of an archive that is named so is refused, or not one of its kind; names are small letters and digits."""
    assert not taken(call, tmp_path, name)


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_path_of_a_source(name: str, tmp_path: Path) -> None:
    """What a source is to be read from lies in the archive's folder, whatever it is called."""
    parts = taken(source_path, tmp_path, name)
    assert isinstance(parts, tuple | list)
    assert [part for part in parts if part in ("..", "/") or part.startswith((".", "/"))] == []


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_name_that_is_recorded(name: str) -> None:
    """Of the path of a document its last part is recorded: composed, visible, in one line, and no way up."""
    found = file_name(name) or "x"
    assert (found in (".", ".."), "/" in found, len(found) <= 255) == (False, False, True)
    assert {unicodedata.category(sign) for sign in found} & {"Cc", "Cf", "Zl", "Zp"} == set()
    assert unicodedata.is_normalized("NFC", found)


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_file_of_a_site(name: str) -> None:
    """A page of a site becomes a file with a plain name in its folder, on every file system."""
    found = Places("archive", frozenset()).of(f"/-/about/place/{re.sub('[/?#]', '_', name)}") or "about/place/x.html"
    assert re.fullmatch(r"about/place/[A-Za-z0-9_~-]{1,100}\.html", found)
    assert found.removeprefix("about/place/").lower() not in ("con.html", "nul.html", "com1.html", "lpt9.html")


# Name: two names that are one on some file systems.
TWINS = {
    "case": ("Ohio", "OHIO"), "case of another letter": ("é", "É"), "composition": ("\u00e9", "e\u0301"), "width": ("A", "\uff21"),
    "dot behind": ("x", "x."), "space behind": ("x", "x%20"), "device": ("con", "con~"),
}  # fmt: skip


@pytest.mark.parametrize(("one", "other"), TWINS.values(), ids=TWINS.keys())
def test_twins_are_kept_apart(one: str, other: str) -> None:
    """Two pages whose names a file system may take for one have two files."""
    places = Places("archive", frozenset())
    files = [places.of(f"/-/about/place/{name}") or "" for name in (one, other)]
    assert len({unicodedata.normalize("NFKC", name).casefold() for name in files}) == 2


def test_good_names_are_taken(tmp_path: Path) -> None:
    """The same ways take a name as it should be."""
    for kind in ("types", "tables", "views", "lists", "sources"):
        (tmp_path / kind).mkdir()
    assert type_file(tmp_path / "types", "letter.sent") == ["letter.sent"]
    assert projection_file(tmp_path / "tables", "letters") == ["letters"]
    assert view_file(tmp_path / "views", "letters") and list_file(tmp_path / "lists", "places")
    assert source_name(tmp_path / "sources", "hill") and source_path(tmp_path / "sources", "inbox/a") == ("inbox", "a")


def test_unknown_source(tmp_path: Path) -> None:
    """A source that is not there is told as such, not looked for elsewhere."""
    with pytest.raises(UsageError, match="there is no source"):
        load_source(tmp_path, "../archive", engine_types())


def test_there_are_enough() -> None:
    """The names are as many as are promised."""
    assert len(NAMES) >= 40
