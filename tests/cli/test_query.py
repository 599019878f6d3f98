"""`regesta query`: forms of output, parameters, what is refused."""

from __future__ import annotations

import csv
import io

import pytest

from regesta.replay.build import build
from tests.archives import letter
from tests.cli.conftest import Cli

PLACES = "select id, place from letters order by id"


@pytest.fixture
def built(filled: Cli) -> Cli:
    """Three events and their tables."""
    build(filled.archive)
    return filled


def test_plain_table(built: Cli) -> None:
    """In a pipe a table is aligned text, numbers to the right."""
    said = built.lines("query", "select 'x' as letter, 1 as n, null as e union all select 'yy', 20, 'z' order by 2")
    assert said == ["letter   n  e", "------  --  -", "x        1", "yy      20  z"]


def test_table_on_a_terminal(built: Cli) -> None:
    """On a terminal a table has a rule and says how many rows there are."""
    sent = [line.rstrip() for line in built.on_terminal("query", PLACES).splitlines()]
    assert [line for line in sent if line.strip()] == [" id   place", " ──────────", " l1   P01", "1 row"]


def test_json(built: Cli) -> None:
    """--json is a list of objects; columns of one name are numbered."""
    sql = "select 1 as a, 'x' as a, null as b, 1.5 as c, x'00ff' as d, 1e999 as e"
    blob = {"$base64": True, "encoded": "AP8="}
    assert built.json("query", sql) == [{"a": 1, "a_2": "x", "b": None, "c": 1.5, "d": blob, "e": None}]


def test_json_without_rows(built: Cli) -> None:
    """No rows are an empty list."""
    assert built.json("query", "select 1 where 0") == []


def test_csv(built: Cli) -> None:
    """--csv is RFC 4180: a header, CRLF, quotes where needed, cells as they are."""
    sql = """select 'a,b' as "x y", 'say "hi"' as q, '=1+1' as f, null as n, 2 as i, 'two
lines' as l"""
    expected = 'x y,q,f,n,i,l\r\n"a,b","say ""hi""",=1+1,,2,"two\nlines"\r\n'
    assert built("query", "--csv", sql).stdout_bytes.decode() == expected


def test_csv_reads_back(built: Cli) -> None:
    """Python's reader gets the rows back."""
    text = built("query", "--csv", "select code, name from places limit 2").stdout_bytes.decode()
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        ["code", "name"],
        ["P01", "Place 01"],
        ["P02", "Place 02"],
    ]


def test_parameters(built: Cli) -> None:
    """-p binds values, never SQL; an integer is one."""
    sql = "select :a as a, typeof(:a) as t, :b as b, typeof(:b) as u"
    row = {"a": "x' or 1=1 --", "t": "text", "b": 7, "u": "integer"}
    assert built.json("query", sql, "-p", "a=x' or 1=1 --", "-p", ":b=7") == [row]


def test_parameter_against_a_column(built: Cli) -> None:
    """A number finds a number, and digits find text."""
    sql = "select count(*) as n from answers where pages = :p and place = :q"
    assert built.json("query", sql, "-p", "p=2", "-p", "q=P02") == [{"n": 1}]


def test_standard_input(built: Cli) -> None:
    """`-` reads the SQL from standard input."""
    assert built.json("query", "-", input=PLACES) == [{"id": "l1", "place": "P01"}]


def test_full_text_search(built: Cli) -> None:
    """Full-text search works through the guard."""
    sql = "select rowid from events_fts where events_fts match 'goes'"
    assert built.json("query", sql) == [{"rowid": 1}]


# Name: words, first line on standard error.
REFUSED = {
    "syntax": (["selec 1"], 'error: SQLite: near "selec": syntax error'),
    "no such table": (["select * from nope"], "error: no such table: nope"),
    "several statements": (["select 1; select 2"], "error: there are several statements, expected one"),
    "write": (["delete from events"], "error: only reading is allowed: not authorized"),
    "attach": (["attach 'x.db' as x"], "error: only reading is allowed: not authorized"),
    "pragma": (["pragma journal_mode"], "error: only reading is allowed: not authorized"),
    "nothing": ([""], "error: this statement gives no rows"),
    "parameter not given": (["select :x"], "error: the value of :x is not given"),
    "parameter without equals": (["select 1", "-p", "x"], "error: invalid value for '-p': 'x' is not NAME=VALUE"),
}


@pytest.mark.parametrize(("words", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(built: Cli, words: list[str], message: str) -> None:
    """SQL that is wrong or does more than read is exit code 2, with SQLite's words."""
    code, said = built.error("query", *words)
    assert (code, said[0]) == (2, message)


def test_builds_when_there_is_no_database(filled: Cli) -> None:
    """Without archive.db the tables are built first."""
    assert filled.json("query", PLACES) == [{"id": "l1", "place": "P01"}]


def test_stale_database_is_told(built: Cli) -> None:
    """Tables that lag behind are asked as they are, with a notice."""
    built.archive.append([letter(4)])
    result = built("query", "select count(*) as n from letters")
    said = "notice: archive.db does not have the newest events; run `regesta build`\n"
    assert (result.stdout.splitlines()[-1], result.stderr) == ("1", said)


def test_rows_beyond_the_limit(built: Cli) -> None:
    """When rows are cut, that is said."""
    sql = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 100001) select i from n"
    result = built("query", "--csv", sql)
    said = "notice: there are more rows; the first 100,000 are shown (add `limit` and `offset`)\n"
    assert (result.stdout.splitlines()[-1], result.stderr) == ("100000", said)


def test_nothing_is_changed(built: Cli) -> None:
    """A query leaves archive.db and the folder as they are."""
    before = {path: path.read_bytes() for path in built.archive.folder.iterdir() if path.is_file()}
    built.lines("query", PLACES)
    assert {path: path.read_bytes() for path in built.archive.folder.iterdir() if path.is_file()} == before


# Name: options, the rows of `STOOD`.
STOOD = "select place, answer from answers order by place"
POINTS = {
    "now": ([], [("P01", "no"), ("P02", "no"), ("P03", "unknown"), ("P04", "yes"), ("P05", "yes")]),
    "at": (["--at", "2017-07-02"], [("P01", "no"), ("P02", "no")]),
    "at in words": (["--at", "30 June 2017"], [("P01", "no")]),
    "known": (["--known", "2026-01-01"], [("P01", "no"), ("P02", "partly"), ("P03", "unknown"), ("P04", "yes")]),
    "both": (["--at", "2017-07-03", "--known", "2026-01-02"], [("P01", "yes"), ("P02", "no")]),
}


@pytest.mark.parametrize(("options", "expected"), POINTS.values(), ids=POINTS.keys())
def test_as_of(story: Cli, options: list[str], expected: list[tuple[str, str]]) -> None:
    """The same SQL is asked of the tables as of a date, or as they were known at one."""
    assert [(row["place"], row["answer"]) for row in story.json("query", STOOD, *options)] == expected


def test_possible(story: Cli) -> None:
    """--possible adds the tables of what may have held; without it there are none."""
    words = ("query", "select place from answers_possible order by place", "--at", "2017-07-01")
    code, said = story.error(*words)
    assert (story.json(*words, "--possible"), code, said[0]) == (
        [{"place": "P03"}, {"place": "P04"}], 2, "error: no such table: answers_possible",
    )  # fmt: skip


def test_views_and_search_as_of(story: Cli) -> None:
    """Views, relations and full-text search are those of the date."""
    sql = (
        "select (select group_concat(answer || places) from answer_counts), (select count(*) from answer_given),"
        " (select group_concat(rowid) from events_fts where events_fts match 'says')"
    )
    assert story.lines("query", "--csv", sql, "--at", "2017-07-02")[-1] == 'no2,2,"3,8"'


def test_parameters_and_csv_as_of(story: Cli) -> None:
    """Parameters and forms of output are as ever; a parameter `at` is the caller's own."""
    sql = "select place, :at as at from answers where answer = :a"
    said = story.lines("query", "--csv", sql, "-p", "a=no", "-p", "at=x", "--at", "2017-06-30")
    assert said == ["place,at", "P01,x"]


def test_writing_as_of(story: Cli) -> None:
    """A replay is no more to be written to than the tables are."""
    code, said = story.error("query", "delete from answers", "--at", "2017-06-30")
    assert (code, said[0]) == (2, "error: only reading is allowed: not authorized")


# Name: options, first line on standard error.
NO_POINT = {
    "bad date": (["--at", "2017-13"], "'2017-13': the calendar has no 2017-13"),
    "interval": (["--at", "2017-06-30/2017-07-05"], "'2017-06-30/2017-07-05' is not one point in time"),
    "about": (["--known", "2026~"], "'2026~' is not one point in time"),
    "possible": (["--possible"], "--possible goes with --at DATE: without a date nothing is only possible"),
    "possible with known": (
        ["--possible", "--known", "2026"], "--possible goes with --at DATE: without a date nothing is only possible",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("options", "message"), NO_POINT.values(), ids=NO_POINT.keys())
def test_no_point_in_time(story: Cli, options: list[str], message: str) -> None:
    """What is no point in time is refused."""
    code, said = story.error("query", STOOD, *options)
    assert (code, said[0]) == (2, f"error: {message}")


def test_bad_date_is_told_before_anything_is_built(filled: Cli) -> None:
    """A wrong date costs nothing: there are still no tables."""
    code, _ = filled.error("query", "select 1", "--at", "soon")
    assert (code, filled.archive.database.exists()) == (2, False)
