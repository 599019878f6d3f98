"""Views: one `create view` a file, reading the finished tables; counts and other aggregates live here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlglot import exp

from regesta.limits import VIEW_READS
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
    views = [_read(path, readable) for path in paths]
    _check_reads({view.name: view.statement for view in views})
    return views


def _read(path: Path, readable: frozenset[str]) -> View:
    parsed = statements(path)
    first = parsed[0] if parsed else Statement(path, 1, exp.Null())
    tree = first.tree
    if (
        len(parsed) != 1
        or not isinstance(tree, exp.Create)
        or tree.kind != "VIEW"
        or not is_named(tree.this, path.stem)
        or not isinstance(tree.expression, exp.Expr)
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


def _check_reads(views: Mapping[str, Statement]) -> None:
    """Refuse a view that reads too many tables: SQLite writes each view and each `with` out where it is named."""
    parts = {(name, ""): statement.tree.expression for name, statement in views.items()}
    parts |= {(name, part.alias): part.this for name, _ in [*parts] for part in parts[name, ""].find_all(exp.CTE)}
    reads: dict[tuple[str, str], int] = {}
    for name, statement in views.items():
        if _reads((name, ""), parts, reads) > VIEW_READS:
            raise statement.error(f"{name} reads more than {VIEW_READS} tables, by way of other views too")


def _reads(part: tuple[str, str], parts: Mapping[tuple[str, str], exp.Expr], reads: dict[tuple[str, str], int]) -> int:
    """Return how many tables a part, (view, "") or (view, a `with` in it), reads, each as often as it is named."""
    if part not in parts:
        return 1
    if part not in reads:
        reads[part] = 1  # for where it reads itself, which SQLite refuses
        names = [table.name for table in parts[part].find_all(exp.Table)]
        inner = [(part[0], name) if (part[0], name) in parts else (name, "") for name in names]
        reads[part] = 1 + sum(_reads(one, parts, reads) for one in inner)
    return reads[part]
