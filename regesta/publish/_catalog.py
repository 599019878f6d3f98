"""What there is to describe: every table and view of an archive's database, with the words of its schema.

Guarantees that the names are those of a built `archive.db`: they are read from an empty one, made in memory by
the same steps. The words come from the comments in the SQL files, the descriptions in the event types, the
README of the reference lists, and `engine.json` for what the engine itself adds.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlglot import exp

from regesta.archive import Archive
from regesta.database import open_database
from regesta.replay._contents import Contents
from regesta.schema import Schema
from regesta.schema._sql import comment_of
from regesta.schema.projections import Projection
from regesta.schema.types import EventType
from regesta.schema.views import View

_ENGINE: Final = Path(__file__).with_name("engine.json")
# A reader knows a row by one of these, the first that there is. Not by a summary: it makes a link of 500 characters
# where the key of the row, `cuomo-tweet`, says enough. Only events, whose key is a number, go by their summary.
_LABELS: Final = ("name", "title")

Words = dict[str, str]
Written = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Described:
    """One table or view: ``columns`` are all its columns in order, with '' where the schema says nothing.

    ``defaults`` are the settings that it gets where nobody has chosen others; ``hidden`` says that it is internal.
    """

    description: str
    columns: Words
    defaults: Mapping[str, str] = field(default_factory=dict)
    hidden: bool = False


def catalog(archive: Archive, written: Written) -> dict[str, Described]:
    """Return what ``archive`` has, by name, sorted; what is internal comes last.

    ``written(table, column)`` gives the words of a person ('' for none), which count where the schema has none;
    ``written(table, '')`` those on the table as a whole.
    """
    found: dict[str, Described] = {}
    # Views come last: their columns take the words of the tables that they are read from.
    for name, words in _tables(archive.schema):
        found[name] = _filled(name, words, written)
    for view in archive.schema.views:
        found[view.name] = _filled(view.name, _view(view, found), written)
    with closing(open_database(None, memory=True)) as db:
        fitted = {name: _fitted(found[name], columns) for name, columns in _names(archive, db)}
    return dict(sorted(fitted.items(), key=lambda item: item[1].hidden))


@cache
def _engine() -> dict[str, dict[str, Any]]:
    words: dict[str, dict[str, Any]] = json.loads(_ENGINE.read_text("utf-8"))
    return words


def _names(archive: Archive, db: sqlite3.Connection) -> list[tuple[str, list[str]]]:
    """Return the tables and views of a built database with their columns, sorted by name."""
    contents = Contents(archive, db)
    contents.create_tables()
    contents.create_views()
    names = [
        name for (name,) in db.execute("select name from sqlite_master where type in ('table', 'view') order by name")
    ]
    sql = "select name from pragma_table_xinfo(?)"
    return [(name, [column for (column,) in db.execute(sql, (name,))]) for name in names]


def _fitted(words: Described, columns: list[str]) -> Described:
    """Return ``words`` with the columns that there are, in their order."""
    if words.hidden:
        return words
    return Described(words.description, {name: words.columns.get(name, "") for name in columns}, words.defaults)


def _filled(name: str, words: Described, written: Written) -> Described:
    base = name.removesuffix("_history")
    columns = {column: text or written(name, column) or written(base, column) for column, text in words.columns.items()}
    return Described(words.description or written(name, ""), columns, words.defaults, words.hidden)


def _tables(schema: Schema) -> Iterator[tuple[str, Described]]:
    """Yield all but the views of the archive."""
    events = _engine()["events"]
    yield (
        "events",
        Described(events["description"], events["columns"], {"label_column": "summary", "sort_desc": "sequence"}),
    )
    for name in ("evidence", "meta", "disputes", "orphans"):
        yield name, Described(**_engine()[name])
    for name in ("_segments", "_frontier", "_corrections", "_types", "_disputes", "_counts"):
        yield name, _internal(_engine()[name]["description"])
    for item in schema.reference:
        yield item.name, Described(item.description, dict.fromkeys(item.columns, ""), _label(item.columns))
    for event_type in schema.types.values():
        yield event_type.relation, _relation(event_type)
        text = _engine()["_relation"]["description"]
        yield f"_{event_type.relation}", _internal(text.format(name=event_type.relation))
    for projection in schema.projections:
        yield projection.name, _projection(projection)
        yield f"{projection.name}_history", _history(projection)


def _internal(description: str) -> Described:
    return Described(description, {}, hidden=True)


def _label(columns: tuple[str, ...]) -> dict[str, str]:
    return next(({"label_column": name} for name in _LABELS if name in columns), {})


def _relation(item: EventType) -> Described:
    title = item.title.rstrip(".")
    envelope = _engine()["events"]["columns"]
    return Described(
        f"{title}. {item.description}".strip(), {**envelope, **{c.name: c.description for c in item.columns}}
    )


def _projection(item: Projection) -> Described:
    columns = {column.name: column.description for column in item.columns}
    names = tuple(columns)
    return Described(item.description, {**columns, **_engine()["_projection"]["columns"]}, _label(names))


def _history(item: Projection) -> Described:
    words = _engine()["_history"]
    columns = {column.name: column.description for column in item.columns}
    text = words["description"].format(name=item.name)
    return Described(
        f"{text} What the rows are: {item.description}" if item.description else text, {**columns, **words["columns"]}
    )


def _view(view: View, known: Mapping[str, Described]) -> Described:
    """Describe a view: a column by its comment, else by the words of the table column that it shows as it is."""
    select = view.statement.tree.expression
    columns = {item.alias_or_name: comment_of(item) or _origin(item, select, known) for item in select.selects}
    return Described(view.description, columns)


def _origin(item: exp.Expression, select: exp.Expression, known: Mapping[str, Described]) -> str:
    column = item.unalias()
    sources = [part.this for part in (select.args.get("from_"), *(select.args.get("joins") or ())) if part]
    tables = {source.alias_or_name: source.name for source in sources if isinstance(source, exp.Table)}
    if not isinstance(column, exp.Column) or (not column.table and len(sources) > 1):
        return ""
    table = known.get(tables.get(column.table or next(iter(tables), ""), ""))
    return table.columns.get(column.name, "") if table else ""
