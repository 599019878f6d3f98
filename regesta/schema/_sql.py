"""Reading the SQL of an archive: parse with sqlglot, allow only what is on a list, never run it as it stands.

What passes is written out again from the parsed form, so that nothing that the parser did not understand can
reach a database. The list is also what moves to other engines unchanged (docs/decisions/0005-projections.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import sqlglot
from sqlglot import Token, TokenType, exp
from sqlglot.errors import SqlglotError

from regesta.errors import ProjectionError
from regesta.limits import NAME_CHARS, SCHEMA_FILE_BYTES, SCHEMA_FILES

NAME: Final = re.compile(r"[a-z][a-z0-9_]*\Z")

# Names, values, comparisons, case, coalesce, text functions. No JSON, no arithmetic that engines round
# differently (/), no `like` (case differs between engines), no clock, no random.
EXPRESSIONS: Final = (
    exp.Identifier, exp.Column, exp.Alias, exp.TableAlias, exp.Literal, exp.Null, exp.Boolean, exp.Paren,
    exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.In, exp.Between,
    exp.Add, exp.Sub, exp.Mul, exp.Neg, exp.Case, exp.If, exp.Coalesce, exp.Nullif, exp.DPipe,
    exp.Lower, exp.Upper, exp.Trim, exp.Substring, exp.Length, exp.Replace,
)  # fmt: skip
# What an insert of a projection may be made of: one row of the table for each event.
INSERT_SELECT: Final = (*EXPRESSIONS, exp.Select, exp.From, exp.Table, exp.Join, exp.Where)
# Views only read the finished tables, so they may count and sort as well.
VIEW_SELECT: Final = (
    *INSERT_SELECT, exp.With, exp.CTE, exp.Subquery, exp.Exists, exp.Union, exp.Except, exp.Intersect, exp.Group,
    exp.Having, exp.Order, exp.Ordered, exp.Limit, exp.Distinct, exp.Star, exp.Tuple, exp.Count, exp.Sum, exp.Min,
    exp.Max, exp.Avg, exp.Filter, exp.Window, exp.WindowSpec, exp.RowNumber, exp.Lag, exp.Lead, exp.FirstValue,
    exp.Cast, exp.DataType, exp.Div, exp.Round, exp.GroupConcat, exp.Like, exp.Escape, exp.Values,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statement:
    """One parsed statement of a file, with the line that it begins on."""

    path: Path
    line: int
    tree: exp.Expr

    def error(self, message: str, node: exp.Expr | None = None) -> ProjectionError:
        """Return an error at the place of ``node``, or of the statement when the node knows none."""
        line = self.line
        for item in (node or self.tree).find_all(exp.Identifier):
            if "line" in item.meta:
                line = self.line + item.meta["line"] - 1
                break
        return ProjectionError(message, where=f"{self.path}:{line}", remedy="docs/projections.md lists what is allowed")

    def allow(self, node: exp.Expr, allowed: tuple[type[Any], ...]) -> None:
        """Raise `ProjectionError` for the first part of ``node`` that is not of the allowed kinds."""
        for item in node.walk():
            if not isinstance(item, allowed):
                text = item.sql("sqlite")[:80] if item is not node else type(item).__name__.lower()
                raise self.error(f"not allowed here: {text}", item)
            if isinstance(item, exp.Table) and (item.args.get("db") or not isinstance(item.this, exp.Identifier)):
                raise self.error(f"not a plain table name: {item.sql('sqlite')[:80]}", item)


def sql_files(folder: Path) -> list[Path]:
    """Return the SQL files of a schema folder, sorted; raises `ProjectionError` on a bad name or too many."""
    paths = sorted(folder.glob("*.sql")) if folder.is_dir() else []
    if len(paths) > SCHEMA_FILES:
        raise ProjectionError(f"{len(paths)} files, the limit is {SCHEMA_FILES}", where=str(folder))
    for path in paths:
        if not NAME.match(path.stem) or len(path.stem) > NAME_CHARS or path.is_symlink():
            raise ProjectionError("a file is named like its table: a-z, 0-9 and _, no link", where=str(path))
    return paths


def statements(path: Path) -> list[Statement]:
    """Parse the statements of a file; raises `ProjectionError` with file and line."""
    data = path.read_bytes()
    if len(data) > SCHEMA_FILE_BYTES:
        raise ProjectionError(f"{len(data)} bytes, the limit is {SCHEMA_FILE_BYTES}", where=str(path))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProjectionError("not UTF-8", where=str(path)) from error
    return [_parse(path, line, part) for line, part in _split(path, text)]


def _split(path: Path, text: str) -> Iterator[tuple[int, str]]:
    """Yield the text of each statement, its leading comments included, with its first line."""
    try:
        tokens = sqlglot.tokenize(text, read="sqlite")
    except SqlglotError as error:
        raise ProjectionError(f"cannot be read as SQL: {_first_line(error)}", where=str(path)) from error
    begin = 0
    for token in [*tokens, Token(TokenType.SEMICOLON, ";", line=0, start=len(text), end=len(text))]:
        if token.token_type == TokenType.SEMICOLON:
            part = text[begin : token.start]
            if any(begin <= other.start < token.start for other in tokens):
                yield text.count("\n", 0, begin) + 1, part
            begin = token.end + 1


def _parse(path: Path, line: int, text: str) -> Statement:
    blank = len(text) - len(text.lstrip("\n"))
    try:
        tree = sqlglot.parse_one(text[blank:], read="sqlite", error_level=sqlglot.ErrorLevel.RAISE)
    except (SqlglotError, RecursionError) as error:
        details = getattr(error, "errors", None) or [{}]
        at = line + blank + (details[0].get("line") or 1) - 1
        message = details[0].get("description") or _first_line(error)
        near = details[0].get("highlight")
        raise ProjectionError(
            f"cannot be read as SQL: {message}{f' near {near!r}' if near else ''}", where=f"{path}:{at}"
        ) from error
    return Statement(path, line + blank, tree)


def comment_of(node: exp.Expr) -> str:
    """Return the comments of a node as one text; the parser hangs some of them on the node's last part."""
    found = dict.fromkeys(comment.strip() for item in node.walk() for comment in item.comments or ())
    return " ".join(found).strip()


def leading_comment(tree: exp.Expr) -> str:
    """Return the comment lines before a statement, as one text."""
    return " ".join(comment.strip() for comment in tree.comments or ()).strip()


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
