"""Projections: one file a table, `create table` and the inserts that fill it from events.

`load_projections` reads and checks the files; a `Projection` is pure data, from which `regesta.replay` makes
the tables, their history and their incremental form. See docs/projections.md for the language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sqlglot import exp

from regesta.errors import ProjectionError
from regesta.limits import COLUMNS, NAME_CHARS
from regesta.schema._sql import (
    EXPRESSIONS,
    INSERT_SELECT,
    NAME,
    Statement,
    comment_of,
    leading_comment,
    sql_files,
    statements,
)
from regesta.schema.types import ENVELOPE, EventTypes

ENGINE_FOLDER: Final = Path(__file__).parent / "engine" / "projections"
# Columns that every table or its history gets from the engine.
RESERVED_COLUMNS: Final = frozenset(
    {"last_event", "event", "ended_by", "possibly_from", "surely_from", "surely_to", "possibly_to"}
)
# Tables that the engine fills itself.
ENGINE_TABLES: Final = frozenset({"events", "evidence", "meta", "events_fts", "documents_fts", "disputes"})
_KINDS = {"TEXT": "text", "INT": "integer", "BIGINT": "integer", "REAL": "real", "FLOAT": "real", "DOUBLE": "real"}


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One declared column; ``references`` is (table, column) or None."""

    name: str
    kind: str
    not_null: bool
    references: tuple[str, str] | None
    description: str


@dataclass(frozen=True, slots=True)
class TableCheck:
    """A check constraint: its SQL and the columns that it names."""

    sql: str
    columns: frozenset[str]


@dataclass(frozen=True, slots=True)
class Insert:
    """One `insert … select`: how one kind of event fills the table.

    ``tree`` is the select; its n-th expression gives ``columns[n]``. ``weak`` (`on conflict do nothing`) means:
    only where no earlier event made the row.
    """

    statement: Statement
    event_type: str
    columns: tuple[str, ...]
    tree: exp.Select
    weak: bool

    @property
    def fields(self) -> frozenset[str]:
        """The names of the columns that the select reads."""
        return frozenset(column.name for column in self.tree.find_all(exp.Column))


@dataclass(frozen=True, slots=True)
class Projection:
    """A table: columns in declared order, the key, constraints, and the inserts in the file's order."""

    name: str
    description: str
    columns: tuple[TableColumn, ...]
    key: tuple[str, ...]
    checks: tuple[TableCheck, ...]
    inserts: tuple[Insert, ...]

    @property
    def values(self) -> tuple[str, ...]:
        """The columns outside the key, in declared order."""
        return tuple(column.name for column in self.columns if column.name not in self.key)


def load_projections(folder: Path, types: EventTypes, reference: Mapping[str, tuple[str, ...]]) -> list[Projection]:
    """Read the engine's projections and ``folder/*.sql``, in name order.

    ``reference`` gives the columns of each reference table. Raises `ProjectionError` with file and line.
    """
    relations = {item.relation: name for name, item in types.items()}
    projections: list[Projection] = []
    taken = {**dict.fromkeys(ENGINE_TABLES, "the engine"), **dict.fromkeys(relations, "an event type")}
    taken.update(dict.fromkeys(reference, "schema/reference"))
    for path in [*sql_files(ENGINE_FOLDER), *sql_files(folder)]:
        if path.stem in taken:
            raise ProjectionError(f"the name {path.stem} is taken by {taken[path.stem]}", where=str(path))
        taken[path.stem] = taken[f"{path.stem}_history"] = str(path)
        projections.append(_Reader(types, relations, reference).read(path))
    _check_references(projections, reference)
    return projections


@dataclass(frozen=True, slots=True)
class _Reader:
    types: EventTypes
    relations: Mapping[str, str]
    reference: Mapping[str, tuple[str, ...]]

    def read(self, path: Path) -> Projection:
        parts = statements(path)
        if not parts or not isinstance(parts[0].tree, exp.Create) or parts[0].tree.kind != "TABLE":
            raise ProjectionError(f"expected `create table {path.stem} (…)` first", where=f"{path}:1")
        create, inserts = parts[0], parts[1:]
        schema = create.tree.this
        if not isinstance(schema, exp.Schema) or schema.this.name != path.stem:
            raise create.error(f"the table must be named like its file, {path.stem}")
        columns, key, checks = _table(create, schema)
        empty = Projection(path.stem, leading_comment(create.tree), columns, key, checks, ())
        parsed = tuple(self._insert(statement, empty) for statement in inserts)
        if not parsed:
            raise create.error(f"nothing fills {path.stem}: expected `insert into {path.stem} (…) select …`")
        return replace(empty, inserts=parsed)

    def _insert(self, statement: Statement, table: Projection) -> Insert:
        tree = statement.tree
        if (
            not isinstance(tree, exp.Insert)
            or not isinstance(tree.this, exp.Schema)
            or tree.this.this.name != table.name
            or not isinstance(tree.expression, exp.Select)
        ):
            raise statement.error(f"expected `insert into {table.name} (…) select … from <event type>`")
        unknown = {name for name, value in tree.args.items() if value} - {"this", "expression", "conflict"}
        if unknown:
            raise statement.error(f"not allowed in an insert: {sorted(unknown)[0]}")
        columns = tuple(item.name for item in tree.this.expressions)
        _check_columns(statement, table, columns, tree.expression)
        statement.allow(tree.expression, INSERT_SELECT)
        select = tree.expression
        if {name for name, value in select.args.items() if value} - {"expressions", "from_", "joins", "where", "kind"}:
            raise statement.error("an insert makes one row of each event: select, from, join and where only")
        event_type = self._sources(statement, select)
        return Insert(statement, event_type, columns, select, _is_weak(statement, tree))

    def _sources(self, statement: Statement, select: exp.Select) -> str:
        """Return the event type that is read; check that every column exists in one of the tables read."""
        source = select.args.get("from_")
        if source is None or not isinstance(source.this, exp.Table):
            raise statement.error("expected `from` and the relation of an event type")
        event_type = self.relations.get(source.this.name)
        if event_type is None:
            known = ", ".join(sorted(self.relations))
            raise statement.error(f"{source.this.name} is no event type; there are {known}", source)
        known_columns = {
            source.this.alias_or_name: {*ENVELOPE, *(column.name for column in self.types.columns(event_type))}
        }
        for join in select.args.get("joins") or ():
            name = join.this.name
            if name not in self.reference or {k for k, v in join.args.items() if v} - {"this", "on", "side", "kind"}:
                raise statement.error(f"only reference tables may be joined, with `on`: {name}", join)
            if join.side not in ("", "LEFT") or join.kind not in ("", "INNER", "OUTER") or not join.args.get("on"):
                raise statement.error("only `join … on` and `left join … on` are allowed", join)
            known_columns[join.this.alias_or_name] = set(self.reference[name])
        for column in select.find_all(exp.Column):
            tables = [known_columns.get(column.table, set())] if column.table else list(known_columns.values())
            found = sum(column.name in names for names in tables)
            if found != 1:
                problem = "is not a column of" if found == 0 else "is ambiguous in"
                raise statement.error(f"{column.sql('sqlite')} {problem} {', '.join(known_columns)}", column)
        return event_type


def _table(
    create: Statement, schema: exp.Schema
) -> tuple[tuple[TableColumn, ...], tuple[str, ...], tuple[TableCheck, ...]]:
    """Return columns, key and checks of a `create table`."""
    columns: list[TableColumn] = []
    key: tuple[str, ...] = ()
    checks: list[TableCheck] = []
    for item in schema.expressions:
        if isinstance(item, exp.ColumnDef):
            column, is_key = _column(create, item, checks)
            columns.append(column)
            key = key or ((column.name,) if is_key else ())
        elif isinstance(item, exp.PrimaryKey):
            key = tuple(part.name for part in item.expressions)
        elif isinstance(item, exp.Check | exp.CheckColumnConstraint):
            checks.append(_check(create, item.this))
        else:
            raise create.error(f"not allowed in a table: {item.sql('sqlite')[:80]}", item)
    names = [column.name for column in columns]
    if not key or not set(key) <= set(names):
        raise create.error("the table needs a primary key made of its columns")
    if len(set(names)) != len(names) or len(names) > COLUMNS:
        raise create.error(f"columns must be different and at most {COLUMNS}")
    return tuple(columns), key, tuple(checks)


def _column(create: Statement, item: exp.ColumnDef, checks: list[TableCheck]) -> tuple[TableColumn, bool]:
    name = item.name
    if not NAME.match(name) or len(name) > NAME_CHARS or name in RESERVED_COLUMNS:
        raise create.error(f"{name!r} cannot be the name of a column here", item)
    kind = _KINDS.get(item.kind.this.name if item.kind and isinstance(item.kind, exp.DataType) else "")
    if kind is None:
        raise create.error(f"the type of {name} must be text, integer or real", item)
    not_null, is_key, references = False, False, None
    for constraint in item.constraints:
        rule = constraint.kind
        if isinstance(rule, exp.NotNullColumnConstraint) and not rule.args.get("allow_null"):
            not_null = True
        elif isinstance(rule, exp.PrimaryKeyColumnConstraint):
            is_key = True
        elif isinstance(rule, exp.CheckColumnConstraint):
            checks.append(_check(create, rule.this))
        elif isinstance(rule, exp.Reference) and isinstance(rule.this, exp.Schema) and len(rule.this.expressions) == 1:
            references = (rule.this.this.name, rule.this.expressions[0].name)
        else:
            raise create.error(f"not allowed for a column: {constraint.sql('sqlite')[:80]}", item)
    return TableColumn(name, kind, not_null, references, comment_of(item)), is_key


def _check(create: Statement, tree: exp.Expr) -> TableCheck:
    create.allow(tree, EXPRESSIONS)
    return TableCheck(tree.sql("sqlite", comments=False), frozenset(c.name for c in tree.find_all(exp.Column)))


def _check_columns(statement: Statement, table: Projection, columns: tuple[str, ...], select: exp.Select) -> None:
    declared = {column.name: column for column in table.columns}
    for name in columns:
        if name not in declared:
            raise statement.error(f"{table.name} has no column {name}")
    if len(set(columns)) != len(columns) or len(columns) != len(select.expressions):
        raise statement.error(f"{len(columns)} columns, but the select gives {len(select.expressions)}")
    for name, column in declared.items():
        if name not in columns and (column.not_null or name in table.key):
            raise statement.error(f"the insert must set {name}: it may make a row and {name} cannot be empty")


def _is_weak(statement: Statement, tree: exp.Insert) -> bool:
    conflict = tree.args.get("conflict")
    if conflict is None:
        return False
    extra = {name for name, value in conflict.args.items() if value} - {"action"}
    if extra or conflict.args["action"].name != "DO NOTHING":
        raise statement.error("only `on conflict do nothing` is allowed; without it a later event wins")
    return True


def _check_references(projections: Iterable[Projection], reference: Mapping[str, tuple[str, ...]]) -> None:
    """A foreign key must point at the whole key of a table: that is what Datasette links to."""
    keys = {item.name: item.key for item in projections} | {name: columns[:1] for name, columns in reference.items()}
    for item in projections:
        for column in item.columns:
            if column.references and keys.get(column.references[0]) != (column.references[1],):
                table, target = column.references
                message = f"{column.name} references {table}({target}), which is not the key of a table"
                raise item.inserts[0].statement.error(message)
