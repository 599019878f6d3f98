"""Views: one `create view` a file, reading the finished tables; counts and other aggregates live here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlglot import exp

from regesta.schema._sql import VIEW_SELECT, Statement, is_named, leading_comment, parts_beyond, sql_files, statements


@dataclass(frozen=True, slots=True)
class View:
    """One view: its name, its description, and its select as written out again by the parser."""

    name: str
    description: str
    sql: str
    statement: Statement


def load_views(folder: Path, tables: frozenset[str]) -> list[View]:
    """Read ``folder/*.sql`` in name order; they may read ``tables`` and each other.

    Raises `ProjectionError` with file and line.
    """
    paths = sql_files(folder)
    readable = tables | {path.stem for path in paths}
    return [_read(path, readable) for path in paths]


def _read(path: Path, readable: frozenset[str]) -> View:
    parsed = statements(path)
    first = parsed[0] if parsed else Statement(path, 1, exp.Null())
    tree = first.tree
    if (
        len(parsed) != 1
        or not isinstance(tree, exp.Create)
        or tree.kind != "VIEW"
        or not is_named(tree.this, path.stem)
    ):
        raise first.error(f"expected one statement, `create view {path.stem} as select …`")
    if parts_beyond(tree, "this", "kind", "expression"):
        raise first.error("expected a plain `create view … as select …`")
    first.allow(tree.expression, VIEW_SELECT)
    _check_tables(first, tree.expression, readable)
    return View(
        path.stem,
        leading_comment(tree),
        tree.expression.sql("sqlite", comments=False),
        first,
    )


def _check_tables(statement: Statement, select: exp.Expr, readable: frozenset[str]) -> None:
    """Let a view read finished tables and what it names itself; reading oneself (recursion) may never end."""
    named = {item.alias: item for item in select.find_all(exp.CTE)}
    for table in select.find_all(exp.Table):
        if table.name not in readable and table.name not in named:
            raise statement.error(f"{table.name} is no table of the archive", table)
        if table.name in named and any(item is named[table.name] for item in _above(table)):
            raise statement.error(f"{table.name} reads itself: recursion is not allowed", table)


def _above(node: exp.Expr) -> Iterator[exp.Expr]:
    while node.parent:
        node = node.parent
        yield node
