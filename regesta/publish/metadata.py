"""`datasette-metadata.json`: how the tables are published, written by people and completed from the schema.

Guarantees that every table and view of the archive is described in the words of its schema, that what people
wrote (titles, facets, sort orders, canned queries …) stays, and that nothing in the file can run in a reader's
browser or write to the database: Datasette inserts `*_html` as it stands and links any address.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from regesta import durable
from regesta.archive import Archive
from regesta.errors import ArchiveError, UsageError
from regesta.limits import METADATA_BYTES
from regesta.plain import read_plain
from regesta.publish._catalog import Described, catalog

_REMEDY: Final = "run `regesta metadata`"
# What `refresh` may write into a table's entry; an entry with more than that has something of a person in it.
_GENERATED: Final = frozenset({"description", "columns", "hidden", "label_column", "sort_desc"})
_ORDER: Final = ("title", "description", "hidden", "label_column", "sort", "sort_desc", "size", "facets")
_COLUMN_SETTINGS: Final = ("facets", "sort", "sort_desc", "label_column", "sortable_columns")
_ADDRESS: Final = re.compile(r"https?://[^\x00-\x20\x7f\"'<>/]+[^\x00-\x20\x7f\"'<>]*\Z")

Json = dict[str, Any]


def refresh(archive: Archive) -> bool:
    """Bring the file up to date with the schema, made new where there is none; say whether it changed.

    Raises `ArchiveError` when the file is no JSON, is not safe to publish or names what the archive does not have.
    """
    wanted = _rendered(archive)
    if _bytes(archive.metadata) == wanted:
        return False
    durable.replace_file(archive.metadata, [wanted])
    return True


def is_current(archive: Archive) -> bool:
    """Say whether `refresh` would leave the file as it is; raises as `refresh` does."""
    return _bytes(archive.metadata) == _rendered(archive)


def write_for(archive: Archive, database: Path, target: Path) -> None:
    """Write the metadata of the archive for another database of the same tables, such as a replay, to ``target``."""
    if target.exists() and not _is_written_for(database, target):
        remedy = "name another file, or delete it first"
        raise UsageError("holds something else, and stays as it is", where=str(target), remedy=remedy)
    document = load(archive.metadata) if os.path.lexists(archive.metadata) else _first(archive)
    databases = _object(document, "databases", str(archive.metadata))
    document["databases"] = {database.stem: databases.get(archive.database.stem, {})}
    durable.replace_file(target, [_text(document)])


def _is_written_for(database: Path, target: Path) -> bool:
    """Say whether ``target`` is what an earlier `write_for` wrote for this database."""
    try:
        return set(_parsed(read_plain(target, METADATA_BYTES), target).get("databases", {})) == {database.stem}
    except (ArchiveError, OSError, TypeError):
        return False


def load(path: Path) -> Json:
    """Read a metadata file and check that it is safe to publish; raises `ArchiveError` with the place."""
    data = _bytes(path)
    if data is None:
        raise ArchiveError("there is no such file", where=str(path), remedy=_REMEDY)
    document = _parsed(data, path)
    for place, key, value in _members(document):
        problem = _danger(key, value)
        if problem:
            raise ArchiveError(f"{place}: {problem}", where=str(path), remedy="remove it")
    return document


def _bytes(path: Path) -> bytes | None:
    return read_plain(path, METADATA_BYTES) if os.path.lexists(path) else None


def _parsed(data: bytes, path: Path) -> Json:
    def unique(pairs: list[tuple[str, Any]]) -> Json:
        found = dict(pairs)
        if len(found) != len(pairs):
            twice = next(key for n, (key, _) in enumerate(pairs) if key in dict(pairs[:n]))
            raise ArchiveError(f"the key {twice!r} occurs twice in one object", where=str(path))
        return found

    def number(word: str) -> Any:
        raise ArchiveError(f"{word} is not JSON", where=str(path))

    try:
        document = json.loads(data.decode("utf-8"), object_pairs_hook=unique, parse_constant=number)
    except json.JSONDecodeError as error:
        message = f"not valid JSON: {error.msg} at column {error.colno}"
        raise ArchiveError(message, where=f"{path}:{error.lineno}") from error
    except UnicodeDecodeError as error:
        raise ArchiveError("not UTF-8", where=str(path)) from error
    except (RecursionError, ValueError) as error:  # ValueError: a number of thousands of digits
        raise ArchiveError(f"not usable JSON: {error}", where=str(path)) from error
    if not isinstance(document, dict):
        raise ArchiveError("expected one JSON object", where=f"{path}:1")
    return document


def _members(document: Json) -> Iterator[tuple[str, str, Any]]:
    """Yield (place, key, value) of every member of every object; without recursion, whatever the depth."""
    todo: list[tuple[str, Any]] = [("", document)]
    while todo:
        place, value = todo.pop()
        if isinstance(value, dict):
            for key, member in value.items():
                inner = f"{place}.{key}" if place else key
                yield inner, key, member
                todo.append((inner, member))
        elif isinstance(value, list):
            todo += [(f"{place}[{n}]", item) for n, item in enumerate(value)]


def _danger(key: str, value: Any) -> str | None:
    """Say what is wrong with publishing a member, None where nothing is."""
    name = key.lower()
    if name.endswith("_html"):
        return "HTML would run in every reader's browser; write plain text, without _html in the name"
    if name in ("extra_js_urls", "extra_css_urls"):
        return "scripts and styles from elsewhere have no place in an archive"
    if name.endswith(("_url", "_urls")) and not (isinstance(value, str) and _ADDRESS.match(value)):
        return f"expected an address that begins with http:// or https://, found {value!r:.80}"
    if name in ("$env", "$file"):
        return "an archive must not ask for the server's secrets or files"
    if isinstance(value, dict) and "sql" in value and value.get("write"):
        return "a query that writes; the log is the only way in"
    return None


def _rendered(archive: Archive) -> bytes:
    document = load(archive.metadata) if os.path.lexists(archive.metadata) else _first(archive)
    where = str(archive.metadata)
    database = _object(_object(document, "databases", where), archive.database.stem, where)
    tables = _object(database, "tables", where)
    for name in tables:
        _object(tables, name, where)
    found = catalog(archive, lambda table, column: _written(tables.get(table, {}), column))
    _check(tables, found, where)
    database["tables"] = {name: _entry(tables.get(name, {}), words) for name, words in found.items()}
    return _text(document)


def _text(document: Json) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _first(archive: Archive) -> Json:
    """Return what a file starts with that nobody has written yet."""
    config = archive.config
    values = {name: getattr(config, name) for name in ("title", "description", "license", "license_url")}
    # A license_url that is no address would make a file that `load` refuses; our own pages do not link it either.
    return {name: value for name, value in values.items() if value and _danger(name, value) is None}


def _object(parent: Json, key: str, where: str) -> Json:
    """Return the object under ``key``, put there empty when it is missing."""
    value = parent.setdefault(key, {})
    if not isinstance(value, dict):
        raise ArchiveError(f"{key}: expected an object, found {value!r:.80}", where=where)
    return value


def _written(entry: Json, column: str) -> str:
    columns = entry.get("columns")
    text = (columns.get(column) if isinstance(columns, dict) else None) if column else entry.get("description")
    return text if isinstance(text, str) else ""


def _check(tables: Json, found: Mapping[str, Described], where: str) -> None:
    """Refuse what people wrote on tables and columns that are not there."""
    for name, entry in tables.items():
        if name not in found:
            if entry.keys() - _GENERATED:
                remedy = "correct the name, or remove the entry"
                raise ArchiveError(
                    f"tables.{name}: the archive has no table or view {name!r}", where=where, remedy=remedy
                )
            continue
        for key in _COLUMN_SETTINGS:
            for column in _columns_of(entry.get(key)):
                if column not in found[name].columns and not found[name].hidden:
                    known = ", ".join(found[name].columns)
                    raise ArchiveError(f"tables.{name}.{key}: no column {column!r}; there are {known}", where=where)


def _columns_of(value: Any) -> list[Any]:
    """Return the columns that a setting names: "a", ["a", {"array": "b"}] or null."""
    items = value if isinstance(value, list) else [] if value is None else [value]
    return [column for item in items for column in (item.values() if isinstance(item, dict) else [item])]


def _entry(entry: Json, words: Described) -> Json:
    """Return a table's entry: the generated parts new, the others as they are; columns last, they are long."""
    merged = {**entry, "description": words.description}
    if words.hidden:
        merged["hidden"] = True
    for key, value in words.defaults.items():
        if key != "sort_desc" or "sort" not in entry:
            merged.setdefault(key, value)
    merged["columns"] = {name: text for name, text in words.columns.items() if text}
    ordered = [key for key in _ORDER if key in merged] + [key for key in merged if key not in _ORDER]
    return {key: merged[key] for key in sorted(ordered, key="columns".__eq__) if merged[key] not in ("", {})}
