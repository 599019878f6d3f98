"""Reading the SQL of an archive: parse with sqlglot, allow only what is on a list, never run it as it stands.

What passes is written out again from the parsed form, so that nothing that the parser did not understand can
reach a database. The list is also what moves to other engines unchanged (docs/decisions/0005-projections.md).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile
from pathlib import Path
from typing import Any, Final

import sqlglot
from sqlglot import Token, TokenType, exp
from sqlglot.errors import SqlglotError
from sqlglot.parsers.sqlite import SQLiteParser

from regesta.errors import ProjectionError
from regesta.limits import NAME_CHARS, SQL_BYTES, SQL_DEPTH, SQL_STEPS, SQL_TOKENS
from regesta.plain import read_plain
from regesta.schema._files import schema_files

NAME: Final = re.compile(r"[a-z][a-z0-9_]*\Z")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")  # some readers end a text or a line there
# It warns of every statement that it does not understand; each of them is an error here already.
logging.getLogger("sqlglot").setLevel(logging.ERROR)

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
        """Return an error at the line of ``node``; what has no line of its own stands behind the last that has one."""
        line = self.line
        if node is not None:
            before = takewhile(lambda item: item is not node, self.tree.dfs())
            lines = [*_lines(node.dfs()), *reversed(_lines(before)), line]
            line = lines[0]
        return ProjectionError(message, where=f"{self.path}:{line}", remedy="docs/projections.md lists what is allowed")

    def allow(self, node: exp.Expr, allowed: tuple[type[Any], ...]) -> None:
        """Raise `ProjectionError` for the first part of ``node`` that is not of the allowed kinds."""
        for item in node.walk():
            if not isinstance(item, allowed):
                text = item.sql("sqlite")[:80] or type(item).__name__.lower()
                raise self.error(f"not allowed here: {text}", item)
            more = parts_beyond(item, *_PLAIN.get(type(item), item.args))
            if (more and not isinstance(item.parent, exp.CTE)) or (
                isinstance(item, exp.Table) and not isinstance(item.this, exp.Identifier)
            ):
                raise self.error(f"not a plain name: {item.sql('sqlite')[:80]}", item)


# A name is just a name: no database, no `indexed by`, no sample, no columns behind an alias.
_PLAIN: Final[dict[type[Any], set[str]]] = {
    exp.Table: {"this", "alias"},
    exp.TableAlias: {"this"},
    exp.Column: {"this", "table"},
}


class _StepsError(Exception):
    """The parser went over the words too often."""


class _Parser(SQLiteParser):
    """The parser, with an end: some words it tries in every way to read them, and each more takes twice the time."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._steps_left = SQL_STEPS * len(tokens)
        super().__init__(error_level=sqlglot.ErrorLevel.RAISE, dialect="sqlite")

    def _advance(self, times: int = 1) -> None:
        self._steps_left -= 1
        if self._steps_left < 0:
            raise _StepsError
        super()._advance(times)


def sql_files(folder: Path) -> list[Path]:
    """Return the SQL files of a schema folder, sorted; raises `ProjectionError` on a bad name or too many."""
    paths = schema_files(folder, ".sql", ProjectionError)
    for path in paths:
        if not NAME.match(path.stem) or len(path.stem) > NAME_CHARS:
            raise ProjectionError("a file is named like its table: a-z, 0-9 and _", where=str(path))
    return paths


def statements(path: Path) -> list[Statement]:
    """Parse the statements of a file; raises `ProjectionError` with file and line."""
    text = _text(path)
    parts = groupby(_tokens(path, text), lambda token: token.token_type == TokenType.SEMICOLON)
    return [_parse(path, list(tokens), text) for is_end, tokens in parts if not is_end]


def _text(path: Path) -> str:
    data = read_plain(path, SQL_BYTES, ProjectionError)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ProjectionError("not UTF-8", where=f"{path}:{line}") from error
    found = _FORBIDDEN.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        raise ProjectionError(f"the character U+{ord(found[0]):04X} is not allowed", where=f"{path}:{line}")
    return text


def _tokens(path: Path, text: str) -> list[Token]:
    try:
        tokens = sqlglot.tokenize(text, read="sqlite")
    except SqlglotError as error:
        # Only what is open to the end cannot be split into words; the error behind this one says where it begins.
        found = re.match(r"Missing (.+) from \d+:(\d+)$", str(error.__cause__))
        closing, start = (found[1], int(found[2])) if found else ("*/", text.rfind("/*"))
        line = text.count("\n", 0, start) + 1
        raise ProjectionError(
            f"cannot be read as SQL: there is no closing {closing}", where=f"{path}:{line}"
        ) from error
    if len(tokens) > SQL_TOKENS:
        raise ProjectionError(f"{len(tokens)} words and signs, the limit is {SQL_TOKENS}", where=str(path))
    return tokens


def _parse(path: Path, tokens: list[Token], text: str) -> Statement:
    line = tokens[0].line
    try:
        tree = _Parser(tokens).parse(tokens, text)[0]
    except _StepsError as error:
        message = "this can be read in too many ways: joins without `on`, or types within types"
        raise ProjectionError(message, where=f"{path}:{line}") from error
    except Exception as error:  # what is no SQL at all, `else` alone, can trip the parser: IndexError, RecursionError
        details = (getattr(error, "errors", None) or [{}])[0]
        message = details.get("description") or _first_line(error)
        near = f" near {details['highlight']!r}" if details.get("highlight") else ""
        raise ProjectionError(
            f"cannot be read as SQL: {message}{near}", where=f"{path}:{details.get('line') or line}"
        ) from error
    if tree is None:  # words that mean nothing alone, such as `as`
        raise ProjectionError("cannot be read as SQL", where=f"{path}:{line}")
    if _is_deep(tree):
        raise ProjectionError(f"nested deeper than {SQL_DEPTH} levels", where=f"{path}:{line}")
    return Statement(path, line, tree)


def _is_deep(tree: exp.Expr) -> bool:
    """Say whether a tree is too deep for those who walk it by recursion: the writer of SQL, and SQLite."""
    level: list[exp.Expr] = [tree]
    for _ in range(SQL_DEPTH):
        level = [child for item in level for child in item.iter_expressions()]
    return bool(level)


def _lines(nodes: Iterable[exp.Expr]) -> list[int]:
    return [node.meta["line"] for node in nodes if "line" in node.meta]


def parts_beyond(node: exp.Expr, *known: str) -> list[str]:
    """Return the names of the parts that a node has beyond the known ones."""
    return sorted({name for name, value in node.args.items() if value} - {*known})


def is_named(table: exp.Expr, name: str) -> bool:
    """Say whether this is a table's plain name, without a database or an alias."""
    return isinstance(table, exp.Table) and table.name == name and not parts_beyond(table, "this")


def comment_of(node: exp.Expr) -> str:
    """Return the comments of a node as one text; the parser hangs some of them on the node's last part."""
    found = dict.fromkeys(comment.strip() for item in node.walk() for comment in item.comments or ())
    return " ".join(found).strip()


def leading_comment(tree: exp.Expr) -> str:
    """Return the comment lines before a statement, as one text."""
    return " ".join(comment.strip() for comment in tree.comments or ()).strip()


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
