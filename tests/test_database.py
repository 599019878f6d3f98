"""Every connection has the same limits; a reading one cannot write; foreign SQL cannot reach out or run without end."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regesta.database import guarded, open_database, quote_identifier
from regesta.errors import ArchiveError, UsageError
from regesta.limits import SQL_VALUE_BYTES
from tests.archives import snapshot

COUNT = "with recursive c(n) as (select 1 union all select n + 1 from c"
DOUBLE = "with recursive c(n, x) as (select 1, 'abcdefgh' union all select n + 1, x || x from c"

WRITES = {
    "insert": "insert into t values (2)",
    "update": "update t set a = 2",
    "delete": "delete from t",
    "create": "create table u (a)",
    "drop": "drop table t",
    "index": "create index i on t (a)",
    "schema": "pragma user_version = 5",
    "schema table": "update sqlite_master set sql = ''",
}

READS = {
    "value": ("select 1", 1),
    "table": ("select a from t", 1),
    "functions": ("select upper(hex(substr('abc', 2, 1))) || abs(-1)", "621"),
    "date": ("select date('2017-06-30', '+1 day')", "2017-07-01"),
    "json": ("select json_extract('[1, 2]', '$[1]')", 2),
    "view": ("select a from v", 1),
    "common table expression": ("with c as (select a + 1 as b from t) select b from c", 2),
    "recursion": (f"{COUNT} where n < 99) select max(n) from c", 99),
    "window": ("select row_number() over (order by a) from t", 1),
    "full text": ("select rowid from words where words match 'roll'", 1),
    "snippet": ("select snippet(words, 0, '[', ']', '', 9) from words where words match 'roll'", "the [roll]"),
    "schema": ("select count(*) from sqlite_master where name = 't'", 1),
    "text of the longest kind": (f"select length(hex(randomblob({SQL_VALUE_BYTES // 2 - 1})))", SQL_VALUE_BYTES - 2),
}

DENIED = {
    "insert": "insert into t values (2)",
    "insert from a select": "insert into t select a from t",
    "replace": "replace into t values (2)",
    "update": "update t set a = 2",
    "delete": "delete from t",
    "returning": "delete from t returning a",
    "create table": "create table u (a)",
    "create temporary table": "create temp table u (a)",
    "create view": "create view w as select 1",
    "create trigger": "create trigger g after insert on t begin select 1; end",
    "create virtual table": "create virtual table u using fts5(a)",
    "create index": "create index i on t (a)",
    "drop table": "drop table t",
    "drop view": "drop view v",
    "alter table": "alter table t add column b",
    "analyze": "analyze",
    "reindex": "reindex",
    "vacuum": "vacuum",
    "vacuum into": "vacuum into 'stolen.db'",
    "attach": "attach 'stolen.db' as s",
    "attach memory": "attach ':memory:' as s",
    "detach": "detach main",
    "begin": "begin",
    "savepoint": "savepoint s",
    "rollback": "rollback",
    "pragma": "pragma user_version",
    "pragma that writes": "pragma user_version = 5",
    "writable schema": "pragma writable_schema = on",
    "schema table": "update sqlite_master set sql = ''",
    "schema row": "delete from sqlite_master",
    "database list": "select * from pragma_database_list",
    "table info": "select * from pragma_table_info('t')",
    "load extension": "select load_extension('x')",
    "load extension in capitals": "select LOAD_EXTENSION('x')",
    "tokenizer": "select fts3_tokenizer('x')",
    "zeroblob": "select zeroblob(10)",
    "printf": "select printf('%.*c', 500000000, 'x')",
    "format": "select format('%500000000d', 1)",
    "read file": "select readfile('/etc/passwd')",
    "write file": "select writefile('stolen', 'x')",
    "edit": "select edit('x')",
    "full text command": "insert into words (words) values ('rebuild')",
    "two statements": "select 1; drop table t",
}

TOO_LARGE = {
    "random bytes": "select randomblob(1000000000)",
    "hex": f"select hex(randomblob({SQL_VALUE_BYTES}))",
    "replace": "select replace(hex(randomblob(400000)), '0', hex(randomblob(400000)))",
    "concatenation": f"{DOUBLE} where n < 40) select max(length(x)) from c",
    "group": f"{COUNT} where n < 300000) select group_concat(n) from c",
}

ENDLESS = {
    "recursion": f"{COUNT}) select count(*) from c",
    "join": f"{COUNT} where n < 3000) select count(*) from c, c b, c d",
    "sorting": f"{COUNT}) select n from c order by n desc",
}


def make(path: Path) -> None:
    with closing(open_database(path)) as db:
        db.execute("create table t (a integer) strict")
        db.execute("create view v as select a from t")
        db.execute("create virtual table words using fts5(a)")
        db.execute("insert into t values (1)")
        db.execute("insert into words values ('the roll')")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database file."""
    make(tmp_path / "a.db")
    return tmp_path / "a.db"


@pytest.mark.parametrize("name", ["a.db", "a b?c#d%41.db", "ü😀.db", "-", "'.db", '".db'])
def test_read_only(name: str, tmp_path: Path) -> None:
    """A file of any name is read, and neither it nor its folder changes."""
    make(tmp_path / name)
    before = snapshot(tmp_path)
    with closing(open_database(tmp_path / name, read_only=True)) as db:
        assert db.execute("select a from t").fetchall() == [(1,)]
        assert before == snapshot(tmp_path)
    assert before == snapshot(tmp_path)


@pytest.mark.parametrize("sql", WRITES.values(), ids=WRITES.keys())
def test_read_only_cannot_write(sql: str, path: Path) -> None:
    """A reading connection refuses to write."""
    before = snapshot(path.parent)
    with closing(open_database(path, read_only=True)) as db, pytest.raises(sqlite3.OperationalError):
        db.execute(sql)
    assert before == snapshot(path.parent)


@pytest.mark.parametrize("name", ["missing.db", "folder"])
def test_read_only_needs_a_file(name: str, tmp_path: Path) -> None:
    """A database that is not there is not made: it is an error that names the command that helps."""
    (tmp_path / "folder").mkdir()
    with pytest.raises(ArchiveError) as caught:
        open_database(tmp_path / name, read_only=True)
    assert str(caught.value) == f"{tmp_path}/{name}: there is no such database (run `regesta build`)"
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_writing_connection_commits_at_once(path: Path) -> None:
    """A writing connection is in autocommit mode: what it does, others see."""
    with closing(open_database(path)) as db, closing(open_database(path, read_only=True)) as other:
        db.execute("insert into t values (2)")
        assert other.execute("select count(*) from t").fetchone() == (2,)


@pytest.mark.parametrize("memory", [True, False])
def test_temporary_database(memory: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a path nothing is left of the database."""
    monkeypatch.chdir(tmp_path)
    with closing(open_database(None, memory=memory)) as db:
        db.execute("create table t (a)")
    assert snapshot(tmp_path) == {}


@pytest.mark.parametrize("read_only", [True, False])
def test_schema_is_not_trusted(read_only: bool, path: Path) -> None:
    """Functions with side effects cannot be called from views and triggers of a file."""
    with closing(open_database(path, read_only=read_only)) as db:
        assert db.execute("pragma trusted_schema").fetchone() == (0,)


@pytest.mark.parametrize(("sql", "expected"), READS.values(), ids=READS.keys())
def test_guarded_reads(sql: str, expected: object, path: Path) -> None:
    """What only reads is allowed."""
    with closing(open_database(path, read_only=True)) as db, guarded(db, 10):
        assert db.execute(sql).fetchone() == (expected,)


@pytest.mark.parametrize("read_only", [True, False], ids=["reading", "writing"])
@pytest.mark.parametrize("sql", DENIED.values(), ids=DENIED.keys())
def test_guarded_denies(sql: str, read_only: bool, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What writes or reaches out is refused, also on a connection that could write, and nothing happens."""
    monkeypatch.chdir(path.parent)
    before = snapshot(path.parent)
    with closing(open_database(path, read_only=read_only)) as db:
        with pytest.raises((sqlite3.DatabaseError, sqlite3.Warning, sqlite3.ProgrammingError)), guarded(db, 10):
            db.execute(sql).fetchall()
        assert db.in_transaction is False
    assert before == snapshot(path.parent)


@pytest.mark.parametrize("sql", TOO_LARGE.values(), ids=TOO_LARGE.keys())
def test_guarded_limits_values(sql: str, path: Path) -> None:
    """A value larger than the limit is refused, and soon."""
    start = time.perf_counter()
    with (
        closing(open_database(path, read_only=True)) as db,
        pytest.raises(sqlite3.DataError, match="too big"),
        guarded(db, 10),
    ):
        db.execute(sql).fetchall()
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize("sql", ENDLESS.values(), ids=ENDLESS.keys())
def test_guarded_stops(sql: str, path: Path) -> None:
    """A query that does not end is stopped, and the error says after how long."""
    start = time.perf_counter()
    with (
        closing(open_database(path, read_only=True)) as db,
        pytest.raises(UsageError, match=r"the query ran longer than 0\.1 s and was stopped"),
        guarded(db, 0.1),
    ):
        db.execute(sql).fetchall()
    assert time.perf_counter() - start < 2


def test_guard_ends_with_its_block(path: Path) -> None:
    """Behind the block the connection is what it was before, also after an error."""
    with closing(open_database(path)) as db:
        with pytest.raises(UsageError), guarded(db, 0.01):
            db.execute(ENDLESS["recursion"]).fetchall()
        db.execute("insert into t values (2)")
        assert db.execute("select count(*), printf('%d', 7) from t").fetchone() == (2, "7")


def test_other_errors_pass(path: Path) -> None:
    """A mistake in a query is SQLite's own error."""
    with (
        closing(open_database(path)) as db,
        pytest.raises(sqlite3.OperationalError, match="no such column"),
        guarded(db, 10),
    ):
        db.execute("select b from t")


NAMES = {
    "plain": ("a", '"a"'),
    "keyword": ("select", '"select"'),
    "quote": ('a"b', '"a""b"'),
    "only quotes": ('""', '""""""'),
    "injection": ('a"; drop table t; --', '"a""; drop table t; --"'),
    "apostrophe": ("a'b", '"a\'b"'),
}


@pytest.mark.parametrize(("name", "expected"), NAMES.values(), ids=NAMES.keys())
def test_quote(name: str, expected: str) -> None:
    """A name is quoted as SQL quotes names."""
    assert expected == quote_identifier(name)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
def test_quoted_name_is_one_name(name: str) -> None:
    """Whatever stands in a name, it makes a column of that name."""
    with closing(open_database(None, memory=True)) as db:
        db.execute(f"create table t ({quote_identifier(name)} text)")
        assert [column[0] for column in db.execute("select * from t").description] == [name]
