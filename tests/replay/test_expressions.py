"""What a projection says is what runs: the SQL written out from the parsed form gives what the file's own words give."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regesta.errors import ProjectionError
from regesta.replay.counts import Changes
from regesta.replay.history import Table
from regesta.replay.relations import EVENTS_TABLE, EVIDENCE_TABLE, create_relation
from regesta.schema import Schema
from regesta.schema.projections import Projection, load_projections
from regesta.schema.sandbox import Sandbox, create_reference
from tests.archives import make_archive

UTC = ZoneInfo("UTC")
ROWS = [
    ("l1", "P01", "no", "Not public.", 0, 0.5, 1),
    ("l2", "P02", "yes", None, 7, 1.0, 0),
    ("l3", "ZZ", "", "  padded  ", -3, None, None),
    ("l4", "P01", "it's", "100%", 2**53 - 1, -0.25, 1),
    ("L5", "p01", "çà", "a''b;--", None, 3.0, None),
]
EXPRESSIONS = [
    "answer", "answer_given.answer", '"answer"', "[answer]", "`answer`", "(answer)", "answer as s",
    "'text'", "'it''s'", "''", "'%'", "'a\nb'", "'{x}'", "'--'", "'/* */'", "'\"'", "1", "-1", "1.5", "1e3", ".5", "007",
    "9223372036854775807", "null", "true", "false",
    "pages + 1", "pages - 1", "pages * 2", "- pages", "- -1", "-(-pages)", "1 - -1", "1 + 2 * 3", "(1 + 2) * 3", "10 - 3 - 2",
    "answer || reason", "answer || '-' || reason || 1", "'a' || 1 + 2", "pages || share", "1.0 || ''", "'' || .5",
    "answer = 'no'", "answer == 'no'", "answer <> 'no'", "answer != 'no'", "pages < 1", "pages <= 0", "pages > 0",
    "pages >= 7", "pages = 7 = 1", "1 < 2 < 3", "answer < reason", "pages < answer", "pages = '7'", "share = pages",
    "reason is null", "reason is not null", "reason isnull", "reason notnull", "reason not null", "not reason is null", "pages is true", "pages is not false", "1 = reason is null",
    "answer in ('no', 'yes')", "answer not in ('no')", "not answer in ('no')", "answer in ()", "pages in (7, null)",
    "pages between 0 and 7", "pages not between 0 and 7", "pages between 0 and 7 and 1", "not pages between 1 and 2",
    "1 and 0 or 1", "1 or 0 and 0", "not 1 and 0", "not (1 and 0)", "not not pages", "final and pages", "null or 1",
    "case when pages > 0 then 'many' end", "case when pages > 0 then 'many' else 'none' end",
    "case answer when 'no' then 1 when 'yes' then 2 else 3 end", "case when final then case when 1 then 2 end end",
    "case pages when null then 1 else 2 end", "iif(pages > 0, 'a', 'b')",
    "coalesce(reason, 'none')", "coalesce(reason, pages, 1)", "ifnull(reason, 'none')", "nullif(answer, 'no')",
    "lower(answer)", "upper(reason)", "upper('ç')", "length(answer)", "length(reason)", "length(pages)", "length(null)",
    "trim(reason)", "trim(answer, 'no')", "ltrim(reason)", "rtrim(reason)", "ltrim(answer, 'n')", "rtrim(answer, 'o')",
    "substr(answer, 1, 1)", "substr(answer, 2)", "substr(answer, 0)", "substr(answer, -1)", "substr(answer, -2, 1)",
    "substr(answer, 2, -1)", "substring(answer, 1, 2)", "replace(reason, '%', '!')", "replace(answer, '', 'x')",
    "answer\n  -- a comment\n", "answer /* a comment */ || 'x'", "/* a */ answer /* b */", "((((answer))))",
    "name", "places.name", "name || answer", "coalesce(name, code, place)", "code = place",
]  # fmt: skip
WHERES = [
    "true",
    "false",
    "pages > 0",
    "not reason is null and answer <> ''",
    "name is null",
    "place in ('P01')",
    "null",
]


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Schema:
    """The schema of `tests.archives`."""
    return make_archive(tmp_path_factory.mktemp("schema")).schema


@pytest.fixture
def db(schema: Schema) -> Iterator[sqlite3.Connection]:
    """A database with some events of one type, which the file's own words read as a view."""
    with closing(staged(schema)) as found:
        for number, row in enumerate(ROWS, start=1):
            found.execute("insert into _answer_given values (?, 0, 0, ?, ?, ?, ?, ?, ?, ?)", (number, *row))
        found.execute("create view answer_given as select * from _answer_given")
        yield found


def staged(schema: Schema) -> sqlite3.Connection:
    db = sqlite3.connect(":memory:")
    for statement in (EVENTS_TABLE, EVIDENCE_TABLE):
        db.execute(statement)
    for item in schema.reference:
        create_reference(db, item.name, item.columns, item.rows)
    for event_type in schema.types.values():
        create_relation(db, event_type)
    return db


def project(folder: Path, schema: Schema, text: str) -> Projection:
    (folder / "t.sql").write_text(text, "utf-8")
    return load_projections(folder, schema.types, {item.name: item.columns for item in schema.reference})[-1]


def column_of(kind: str, select: str) -> str:
    return f"create table t (id text primary key, s {kind});\ninsert into t (id, s) {select};"


JOINED = "from answer_given left join places on places.code = answer_given.place"


@pytest.mark.parametrize("kind", ["text", "integer", "real"])
@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_value(expression: str, kind: str, tmp_path: Path, schema: Schema, db: sqlite3.Connection) -> None:
    """An expression gives the value that SQLite gives for its own words, whatever its kind; or the kind is refused."""
    select = f"select letter, {expression} {JOINED}"
    expected = db.execute(select).fetchall()
    try:
        table = Table(project(tmp_path, schema, column_of(kind, select)), schema.types)
    except ProjectionError as error:
        assert re.search(f"t.s is {kind}, the select gives (text|integer|real)$", error.message)
    else:
        assert [row[:2] for row in db.execute(table.contribution(0))] == expected


@pytest.mark.parametrize("condition", WHERES)
def test_where(condition: str, tmp_path: Path, schema: Schema, db: sqlite3.Connection) -> None:
    """A condition keeps the events that SQLite keeps for its own words."""
    select = f"select letter, answer {JOINED} where {condition}"
    table = Table(project(tmp_path, schema, column_of("text", select)), schema.types)
    assert [row[:2] for row in db.execute(table.contribution(0))] == db.execute(select).fetchall()


PIECES = re.findall(r"\s+|\w+|.", column_of("text check (s <> 'x')", "select letter, answer from answer_given where 1"))
WORDS = sorted({*PIECES, *EXPRESSIONS, *WHERES, "join places on places.code = place", "left", "as q", "-- ", "/*", "default",
                "index", "primary key (id)", "on conflict do nothing", "references letters(id)", "strict", "'", ";"})  # fmt: skip
changes = st.lists(
    st.tuples(st.integers(0, len(PIECES) - 1), st.integers(0, 2), st.sampled_from(WORDS)), min_size=1, max_size=4
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=changes)
def test_what_is_taken_runs(found: list[tuple[int, int, str]], tmp_path: Path, schema: Schema) -> None:
    """A good file with pieces changed is refused with its place, or works: SQLite objects to it as our error only."""
    pieces = list(PIECES)
    for position, extra, word in sorted(found, reverse=True):
        pieces[position : position + extra] = [" ", word, " "]
    try:
        table = Table(project(tmp_path, schema, "".join(pieces)), schema.types)
        with closing(staged(schema)) as db, table.blamed():
            table.create(db)
            table.fill(db, UTC, Changes(db))
        Sandbox(replace(schema, projections=(table.projection,)), UTC)
        refused = None
    except ProjectionError as error:
        refused = error.where
    assert refused is None or refused.startswith(str(tmp_path / "t.sql"))
