"""Queries: read-only, bounded, row by row."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from regesta.archive import Archive
from regesta.errors import ArchiveError, UsageError
from regesta.replay.build import build
from regesta.replay.query import Value, ask, parameter_value
from tests.archives import drafts, make_archive

ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n) select "


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of three events, for all tests: none can change them."""
    archive = make_archive(tmp_path_factory.mktemp("archive"))
    archive.append(drafts(3))
    build(archive)
    return archive.database


def rows(path: Path, sql: str, parameters: Mapping[str, Value] | None = None) -> list[tuple[Value, ...]]:
    with ask(path, sql, parameters, limit_seconds=0.5, limit_rows=10) as answer:
        return list(answer)


def test_answer(database: Path) -> None:
    """An answer has column names and rows."""
    with ask(database, "select id, place as p from letters where id = :id", {"id": "l1"}) as answer:
        assert (answer.columns, list(answer), answer.cut) == (("id", "p"), [("l1", "P01")], False)


@pytest.mark.parametrize(("limit", "count", "cut"), [(19, 19, True), (20, 20, False), (21, 20, False)])
def test_rows_are_limited(database: Path, limit: int, count: int, cut: bool) -> None:
    """At most so many rows come, and it is known whether there were more."""
    with ask(database, "select code from places", limit_rows=limit) as answer:
        assert (len(list(answer)), answer.cut) == (count, cut)


def test_rows_come_one_by_one(database: Path) -> None:
    """The first rows of an endless answer are there before the rest."""
    with ask(database, f"{ENDLESS} i from n", limit_rows=3) as answer:
        assert list(answer) == [(1,), (2,), (3,)]


# Name: SQL, a part of the message.
REFUSED = {
    "endless": (f"{ENDLESS} sum(i) from n", "the query ran longer than 0.5 s and was stopped"),
    "endless rows that are never taken": (f"{ENDLESS} i from n where i < 0", "the query ran longer"),
    "syntax": ("select from", "SQLite: near"),
    "empty": ("", "gives no rows"),
    "comment": ("-- nothing", "gives no rows"),
    "two statements": ("select 1; select 2", "there are several statements, expected one"),
    "insert": ("insert into letters values (1, 2, 3, 4, 5)", "only reading is allowed"),
    "update": ("update letters set place = 'P02'", "only reading is allowed"),
    "delete": ("delete from events", "only reading is allowed"),
    "drop": ("drop table events", "only reading is allowed"),
    "create": ("create table x (a)", "only reading is allowed"),
    "temporary table": ("create temp table x (a)", "only reading is allowed"),
    "change of the schema": ("update sqlite_master set name = 'x'", "may not be modified"),
    "rebuild of the search": ("insert into events_fts (events_fts) values ('rebuild')", "only reading is allowed"),
    "attach": ("attach ':memory:' as x", "only reading is allowed"),
    "vacuum into": ("vacuum into 'x.db'", "SQLite: "),
    "pragma": ("pragma query_only = off", "only reading is allowed"),
    "pragma as a table": ("select file from pragma_database_list", "only reading is allowed"),
    "transaction": ("begin immediate", "only reading is allowed"),
    "extension": ("select load_extension('x')", "only reading is allowed"),
    "large value": ("select hex(randomblob(600000))", "SQLite: string or blob too big"),
    "zeros": ("select zeroblob(300000000)", "only reading is allowed"),
    "no value": ("select :x", "the value of :x is not given"),
    "question mark": ("select ?", "SQLite: "),
    "NUL": ("select '\0'", "SQLite: "),
    "half of a pair": ("select '\ud800'", "SQLite: "),
    "bad search": ("select * from events_fts where events_fts match '\"'", "SQLite: unterminated string"),
    "no table": ("select * from nope", "no such table: nope"),
}


@pytest.mark.parametrize(("sql", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(database: Path, sql: str, message: str) -> None:
    """What is no bounded reading is refused within the time limit, and the file stays as it is."""
    before, begin = database.read_bytes(), time.monotonic()
    with pytest.raises(UsageError) as caught:
        rows(database, sql)
    assert (message in str(caught.value), time.monotonic() - begin < 3, database.read_bytes() == before) == (
        True, True, True,
    )  # fmt: skip


def test_text_that_is_not_utf8(database: Path) -> None:
    """Bytes that are no text are shown as replaced, not as a failure."""
    assert rows(database, "select cast(x'41ff' as text)") == [("A\ufffd",)]


def test_no_database(archive: Archive) -> None:
    """Without archive.db the error says what makes it."""
    with pytest.raises(ArchiveError, match="run `regesta build`"):
        rows(archive.database, "select 1")


# Name: text, value.
PARAMETERS: dict[str, tuple[str, Value]] = {
    "integer": ("12", 12),
    "negative": ("-3", -3),
    "zero": ("0", 0),
    "leading zero": ("01", "01"),
    "plus": ("+1", "+1"),
    "real": ("1.5", "1.5"),
    "beyond 64 bits": ("9" * 19, "9" * 19),
    "other digits": ("٣", "٣"),
    "empty": ("", ""),
}


@pytest.mark.parametrize(("text", "value"), PARAMETERS.values(), ids=PARAMETERS.keys())
def test_parameter_value(text: str, value: Value) -> None:
    """Only what is plainly an integer becomes one."""
    assert repr(parameter_value(text)) == repr(value)
