"""Reading SQL files: statements with their lines and comments; whatever the bytes are, only our errors."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from regesta.errors import ProjectionError
from regesta.limits import NAME_CHARS, SCHEMA_FILES
from regesta.schema._sql import EXPRESSIONS, comment_of, leading_comment, sql_files, statements
from tests.schema.conftest import Content, Refusal, write

FILE = """\
-- First,
-- in two lines.
select a, -- The a
  b       -- The b
from t;   -- behind

-- Second.

select
  lower(
    'x'
  ),
  7
from
  t
"""

words = st.sampled_from(
    [
        "create",
        "table",
        "view",
        "t",
        "(",
        ")",
        "id",
        "text",
        "primary",
        "key",
        "not",
        "null",
        ",",
        ";",
        "insert",
        "into",
        "select",
        "from",
        "where",
        "as",
        "on",
        "conflict",
        "do",
        "nothing",
        "case",
        "when",
        "then",
        "end",
        "'a'",
        "1",
        "||",
        "+",
        "-",
        "*",
        "/",
        "=",
        "<>",
        "in",
        "between",
        "and",
        "or",
        "is",
        "null",
        "coalesce",
        "join",
        "left",
        "--",
        "/*",
        "*/",
        '"',
        "[",
        "]",
        "`",
        "?",
        "$",
        "@",
        "\n",
    ]
)
texts = st.one_of(st.binary(max_size=60), st.text(max_size=60), st.lists(words, max_size=30).map(" ".join))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with two statements."""
    write(tmp_path / "t.sql", FILE)
    return tmp_path / "t.sql"


def test_statements(path: Path) -> None:
    """A file is cut at its semicolons; each statement knows the line of its first word."""
    assert [(item.path, item.line, item.tree.sql()) for item in statements(path)] == [
        (path, 3, "/* First, */ /* in two lines. */ SELECT a /* The a */, b /* The b */ FROM t"),
        (path, 9, "/* Second. */ SELECT LOWER('x'), 7 FROM t"),
    ]


def test_comments(path: Path) -> None:
    """Comment lines before a statement describe it, a comment behind a column describes the column."""
    first, second = statements(path)
    assert (leading_comment(first.tree), leading_comment(second.tree)) == ("First, in two lines.", "Second.")
    assert [comment_of(column) for column in first.tree.expressions] == ["The a", "The b"]


# Name: kind of part in the second statement, its line.
PLACES: dict[str, tuple[type[exp.Expr], int]] = {
    "name": (exp.Table, 15), "literal": (exp.Literal, 13), "call": (exp.Lower, 10), "all": (exp.Select, 10),
    "keyword": (exp.From, 15),
}  # fmt: skip


@pytest.mark.parametrize("case", PLACES.values(), ids=PLACES.keys())
def test_error_line(case: tuple[type[exp.Expr], int], path: Path) -> None:
    """An error names the line of the first word within a part that has one."""
    kind, line = case
    statement = statements(path)[1]
    assert statement.error("no", next(statement.tree.find_all(kind))).where == f"{path}:{line}"


def test_error_of_a_statement(path: Path) -> None:
    """An error of a whole statement names the line of its first word, and where the language is described."""
    error = statements(path)[1].error("no")
    assert str(error) == f"{path}:9: no (docs/projections.md lists what is allowed)"


def test_allow_names_the_part(path: Path) -> None:
    """What is not of the allowed kinds is quoted, with its own line."""
    statement = statements(path)[1]
    with pytest.raises(ProjectionError) as caught:
        statement.allow(statement.tree, (*EXPRESSIONS, exp.Select))
    assert (caught.value.where, caught.value.message) == (f"{path}:15", "not allowed here: FROM t")


def test_nothing_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A statement that the parser does not know is for the caller to refuse; the parser does not warn on its own."""
    write(tmp_path / "t.sql", "vacuum into 'evil.db';")
    with caplog.at_level(logging.WARNING):
        assert [type(item.tree) for item in statements(tmp_path / "t.sql")] == [exp.Command]
    assert caplog.records == []


def test_files_in_name_order(tmp_path: Path) -> None:
    """The SQL files of a folder come sorted; others are left alone; a missing folder has none."""
    for name in ("b.sql", "a.sql", "a_1.sql", "README.md", "c.sql.bak"):
        write(tmp_path / name, "")
    assert [path.name for path in sql_files(tmp_path)] == ["a.sql", "a_1.sql", "b.sql"]
    assert sql_files(tmp_path / "missing") == []


BAD_NAMES = {
    "capital": "A.sql", "digit first": "1a.sql", "underscore first": "_a.sql", "hyphen": "a-b.sql", "space": "a b.sql",
    "dot": "a.b.sql", "no name": ".sql", "too long": "a" * (NAME_CHARS + 1) + ".sql", "not ASCII": "ä.sql",
    "newline": "a\n.sql", "quote": 'a".sql',
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_NAMES.values(), ids=BAD_NAMES.keys())
def test_bad_file_name(name: str, tmp_path: Path, refusal: Callable[[Callable[[], object]], Refusal]) -> None:
    """A file that is not named like a table is refused by its name."""
    write(tmp_path / name, "select 1")
    assert refusal(lambda: sql_files(tmp_path)) == (
        "ProjectionError", name, True, "a file is named like its table: a-z, 0-9 and _",
    )  # fmt: skip


def test_too_many_files(tmp_path: Path) -> None:
    """More files than anybody can survey are refused."""
    for number in range(SCHEMA_FILES + 1):
        write(tmp_path / f"t{number}.sql", "")
    with pytest.raises(ProjectionError, match=r"201 files, the limit is 200$"):
        sql_files(tmp_path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=texts)
def test_any_bytes(content: Content, tmp_path: Path) -> None:
    """Whatever a file holds, it is read or refused as a `ProjectionError`."""
    write(tmp_path / "t.sql", content)
    try:
        found = all(item.path == tmp_path / "t.sql" for item in statements(tmp_path / "t.sql"))
    except ProjectionError as error:
        found = str(error).startswith(f"{tmp_path / 't.sql'}")
    assert found
