"""Views: one `create view` a file, reading the finished tables; counts and other aggregates live here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlglot import exp

from regesta.schema._sql import VIEW_SELECT, Statement, leading_comment, sql_files, statements


@dataclass(frozen=True, slots=True)
class View:
    """One view: its name, its description, and its select as written out again by the parser."""

    name: str
    description: str
    sql: str
    statement: Statement


def load_views(folder: Path, taken: frozenset[str]) -> list[View]:
    """Read ``folder/*.sql`` in name order; raises `ProjectionError` with file and line."""
    return [_read(path, taken) for path in sql_files(folder)]


def _read(path: Path, taken: frozenset[str]) -> View:
    parsed = statements(path)
    first = parsed[0] if parsed else Statement(path, 1, exp.Null())
    tree = first.tree
    if len(parsed) != 1 or not isinstance(tree, exp.Create) or tree.kind != "VIEW" or tree.this.name != path.stem:
        raise first.error(f"expected one statement, `create view {path.stem} as select …`")
    if path.stem in taken:
        raise first.error(f"the name {path.stem} is taken by a table or an event type")
    if {name for name, value in tree.args.items() if value} - {"this", "kind", "expression"}:
        raise first.error("expected a plain `create view … as select …`")
    first.allow(tree.expression, VIEW_SELECT)
    return View(
        path.stem,
        leading_comment(tree),
        tree.expression.sql("sqlite", comments=False),
        first,
    )
