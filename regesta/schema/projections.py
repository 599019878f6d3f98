"""Projections: one file a table, `create table` and the inserts that fill it from events.

`load_projections` reads and checks the files; a `Projection` is pure data, from which `regesta.replay` makes
the tables, their history and their incremental form. See docs/projections.md for the language.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sqlglot import exp

from regesta.errors import ProjectionError
from regesta.limits import COLUMNS, INSERTS, NAME_CHARS
from regesta.schema._sql import (
    EXPRESSIONS,
    INSERT_SELECT,
    NAME,
    Statement,
    comment_of,
    is_named,
    leading_comment,
    parts_beyond,
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
ENGINE_TABLES: Final = frozenset({"events", "evidence", "meta", "events_fts", "documents_fts", "disputes", "orphans"})
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
    only where no earlier event made the row. ``computed`` are the columns whose kind only the value itself shows.
    """

    statement: Statement
    event_type: str
    columns: tuple[str, ...]
    tree: exp.Select
    weak: bool
    computed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Projection:
    """A table: columns in declared order, the key, constraints, and the inserts in the file's order."""

    name: str
    description: str
    columns: tuple[TableColumn, ...]
    key: tuple[str, ...]
    checks: tuple[TableCheck, ...]
    inserts: tuple[Insert, ...]
    statement: Statement

    @property
    def values(self) -> tuple[str, ...]:
        """The columns outside the key, in declared order."""
        return tuple(column.name for column in self.columns if column.name not in self.key)


def load_projections(folder: Path, types: EventTypes, reference: Mapping[str, tuple[str, ...]]) -> list[Projection]:
    """Read the engine's projections and ``folder/*.sql``, in name order.

    ``reference`` gives the columns of each reference table. Raises `ProjectionError` with file and line.
    """
    relations = {item.relation: name for name, item in types.items()}
    reader = _Reader(types, relations, reference)
    projections = [reader.read(path) for path in [*sql_files(ENGINE_FOLDER), *sql_files(folder)]]
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
        if not isinstance(schema, exp.Schema) or not is_named(schema.this, path.stem):
            raise create.error(f"the table must be named like its file, {path.stem}")
        if parts_beyond(create.tree, "this", "kind"):
            raise create.error(f"expected a plain `create table {path.stem} (…)`")
        columns, key, checks = _table(create, schema)
        empty = Projection(path.stem, leading_comment(create.tree), columns, key, checks, (), create)
        if not 1 <= len(inserts) <= INSERTS:
            message = f"{len(inserts)} statements fill {path.stem}, expected 1 to {INSERTS}"
            raise create.error(f"{message}: `insert into {path.stem} (…) select …`")
        return replace(empty, inserts=tuple(self._insert(statement, empty) for statement in inserts))

    def _insert(self, statement: Statement, table: Projection) -> Insert:
        tree = statement.tree
        if (
            not isinstance(tree, exp.Insert)
            or not isinstance(tree.this, exp.Schema)
            or not is_named(tree.this.this, table.name)
            or not isinstance(tree.expression, exp.Select)
        ):
            raise statement.error(f"expected `insert into {table.name} (…) select … from <event type>`")
        unknown = parts_beyond(tree, "this", "expression", "conflict")
        if unknown:
            raise statement.error(f"not allowed in an insert: {unknown[0].rstrip('_')}")
        columns, select = tuple(item.name for item in tree.this.expressions), tree.expression
        statement.allow(select, INSERT_SELECT)
        if parts_beyond(select, "expressions", "from_", "joins", "where"):
            raise statement.error("an insert makes one row of each event: select, from, join and where only")
        _check_columns(statement, table, columns, select)
        event_type, kinds = self._sources(statement, select)
        _check_kinds(statement, table, columns, kinds)
        computed = frozenset(name for name, kind in zip(columns, kinds, strict=True) if kind is None)
        return Insert(statement, event_type, columns, select, _is_weak(statement, tree), computed)

    def _sources(self, statement: Statement, select: exp.Select) -> tuple[str, list[str | None]]:
        """Return the event type that is read, and the kind of each value where a column or a literal gives it."""
        source = select.args.get("from_")
        if source is None or not isinstance(source.this, exp.Table):
            raise statement.error("expected `from` and the relation of an event type")
        event_type = self.relations.get(source.this.name)
        if event_type is None:
            types = ", ".join(sorted(self.relations))
            raise statement.error(f"{source.this.name} is no event type; there are {types}", source)
        fields = {column.name: column.kind for column in self.types.columns(event_type)}
        known = {source.this.alias_or_name: {**dict.fromkeys(ENVELOPE, "text"), "sequence": "integer", **fields}}
        for join in select.args.get("joins") or ():
            name, alias = join.this.name, join.this.alias_or_name
            if name not in self.reference or alias in known or parts_beyond(join, "this", "on", "side", "kind"):
                raise statement.error(f"only reference tables may be joined, each under its own name: {name}", join)
            if join.side not in ("", "LEFT") or join.kind not in ("", "INNER", "OUTER"):
                raise statement.error("only `join … on` and `left join … on` are allowed", join)
            if not _finds_one(join.args.get("on"), alias, self.reference[name][0]):
                message = f"expected `on {alias}.{self.reference[name][0]} = …`, which finds one row"
                raise statement.error(message, join)
            known[alias] = dict.fromkeys(self.reference[name], "text")
        kinds = {column: _kind_of(statement, column, known) for column in select.find_all(exp.Column)}
        values = [item.unalias() for item in select.expressions]
        return event_type, [kinds.get(value) or _literal_kind(value) for value in values]


def _finds_one(condition: exp.Expr | None, alias: str, key: str) -> bool:
    """Say whether a join's condition is that the key of the joined table equals something outside it."""
    if not isinstance(condition, exp.EQ):
        return False
    mine = [column for column in condition.find_all(exp.Column) if column.table == alias]
    return len(mine) == 1 and mine[0].name == key and mine[0].parent is condition


def _kind_of(statement: Statement, column: exp.Column, known: Mapping[str, Mapping[str, str]]) -> str:
    tables = [known.get(column.table, {})] if column.table else list(known.values())
    found = [table[column.name] for table in tables if column.name in table]
    if len(found) != 1:
        problem = "is ambiguous in" if found else "is not a column of"
        raise statement.error(f"{column.sql('sqlite')} {problem} {', '.join(known)}", column)
    return found[0]


def _literal_kind(value: exp.Expr) -> str | None:
    if not isinstance(value, exp.Literal):
        return None
    small = len(value.name) <= 18  # digits; what is beyond 64 bits SQLite reads as a real
    return "text" if value.is_string else "integer" if value.is_int and small else "real"


def _table(
    create: Statement, schema: exp.Schema
) -> tuple[tuple[TableColumn, ...], tuple[str, ...], tuple[TableCheck, ...]]:
    """Return columns, key and checks of a `create table`."""
    columns: list[TableColumn] = []
    keys: list[tuple[str, ...]] = []
    checks: list[exp.Expr] = []
    for item in schema.expressions:
        if isinstance(item, exp.ColumnDef):
            column, is_key = _column(create, item, checks)
            columns.append(column)
            keys += [(column.name,)] if is_key else []
        elif isinstance(item, exp.PrimaryKey):
            keys.append(tuple(part.name for part in item.expressions))
        elif isinstance(item, exp.Check | exp.CheckColumnConstraint):
            checks.append(item.this)
        else:
            raise create.error(f"not allowed in a table: {item.sql('sqlite')[:80]}", item)
    names = [column.name for column in columns]
    if len(keys) != 1 or not set(keys[0]) <= set(names) or len(set(keys[0])) != len(keys[0]):
        raise create.error("the table needs one primary key made of its columns")
    if len(set(names)) != len(names) or len(names) > COLUMNS:
        raise create.error(f"columns must be different and at most {COLUMNS}")
    return tuple(columns), keys[0], tuple(_check(create, tree, names) for tree in checks)


def _column(create: Statement, item: exp.ColumnDef, checks: list[exp.Expr]) -> tuple[TableColumn, bool]:
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
            checks.append(rule.this)
        elif isinstance(rule, exp.Reference) and _is_plain_reference(rule):
            references = (rule.this.this.name, rule.this.expressions[0].name)
        else:
            raise create.error(f"not allowed for a column: {constraint.sql('sqlite')[:80]}", item)
    return TableColumn(name, kind, not_null, references, comment_of(item)), is_key


def _is_plain_reference(rule: exp.Reference) -> bool:
    return isinstance(rule.this, exp.Schema) and len(rule.this.expressions) == 1 and not parts_beyond(rule, "this")


def _check(create: Statement, tree: exp.Expr, names: Collection[str]) -> TableCheck:
    create.allow(tree, EXPRESSIONS)
    columns = list(tree.find_all(exp.Column))
    for column in columns:
        if column.table or column.name not in names:
            raise create.error(f"{column.sql('sqlite')} is not a column of the table", column)
    return TableCheck(tree.sql("sqlite", comments=False), frozenset(column.name for column in columns))


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
    for check in table.checks:
        # Else the columns of one check could come from two events, each of which was fine when it was appended.
        missing = sorted(check.columns - {*columns})
        if missing and len(missing) < len(check.columns):
            raise statement.error(f"the insert must set {missing[0]}: a check compares it with what the insert sets")


def _check_kinds(
    statement: Statement, table: Projection, columns: tuple[str, ...], kinds: Sequence[str | None]
) -> None:
    declared = {column.name: column.kind for column in table.columns}
    for name, kind in zip(columns, kinds, strict=True):
        if kind not in (None, declared[name]) and (kind, declared[name]) != ("integer", "real"):
            raise statement.error(f"{table.name}.{name} is {declared[name]}, the select gives {kind}")


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
                places = {node.name: node for node in item.statement.tree.find_all(exp.ColumnDef)}
                raise item.statement.error(message, places[column.name])
