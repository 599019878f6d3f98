"""Views: any question that only reads finished tables; everything else refused by file and line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from regesta.errors import ProjectionError
from regesta.limits import SQL_BYTES, SQL_DEPTH
from regesta.schema.views import View, load_views
from tests.schema.conftest import TABLES, Content, Refusal, write

GOOD = """\
-- How many letters
-- each place got.
create view v as
select place, count(*) as letters -- How many
from letters
group by place;
"""


def select(text: str) -> str:
    return f"create view v as\n{text};\n"


# Name: select of a view that is taken.
TAKEN = {
    "star": "select * from letters",
    "star of a table": "select letters.*, 1 as one from letters",
    "group, having, order, limit": "select place, count(*) from letters group by place having count(*) > 1 order by 2 limit 5",
    "aggregates": "select count(distinct place), sum(1), min(id), max(id), avg(1), group_concat(id, ', ') from letters",
    "filter": "select count(*) filter (where place = 'P01') from letters",
    "case": "select case place when 'P01' then 1 else 0 end from letters",
    "like": "select * from letters where about like '%roll%' escape '!'",
    "subquery": "select (select count(*) from answers where answers.letter = letters.id) from letters",
    "exists": "select * from letters where not exists (select 1 from answers where answers.letter = letters.id)",
    "in a subquery": "select * from letters where id in (select letter from answers)",
    "from a subquery": "select * from (select place from letters order by place) as p",
    "joins": "select * from letters join places on places.code = place left join answers on answers.letter = letters.id",
    "cross join": "select * from letters cross join places",
    "with": "with p as (select place from letters) select count(*) from p",
    "two withs": "with p as (select 1 as n), q as (select n from p) select * from q",
    "columns of a with": "with p(n) as (select place from letters) select n from p",
    "union": "select id from letters union all select letter from answers except select 'x' intersect select 'y'",
    "window": "select place, row_number() over (partition by place order by id) from letters",
    "lag": "select lag(place) over (order by id), lead(place) over (order by id) from letters",
    "history": "select * from answers_history where surely_to > '2017-07-01'",
    "cast and round": "select cast(id as integer), round(1.5, 1), 3 / 2 from letters",
    "another view": "select * from w",
    "no table": "select 1 as one",
    "values": "values (1), (2)",
}
# Name: file, line, a part of what is said.
REFUSED: dict[str, tuple[Content, int | None, str]] = {
    "empty": ("", 1, "expected one statement, `create view v as select …`"),
    "only a select": ("select 1;", 1, "expected one statement, `create view v as select …`"),
    "table": ("create table v (a text);", 1, "expected one statement"),
    "two views": (f"{GOOD}create view w as select 1;", 3, "expected one statement"),
    "another statement": (f"{GOOD}attach 'evil.db' as x;", 3, "expected one statement"),
    "statement first": (f"pragma journal_mode=wal;\n{GOOD}", 1, "expected one statement"),
    "of another name": ("create view w as select 1;", 1, "expected one statement, `create view v as select …`"),
    "of a database": ("create view temp.v as select 1;", 1, "expected"),
    "temp": ("create temp view v as select 1;", 1, "expected a plain `create view … as select …`"),
    "if not exists": ("create view if not exists v as select 1;", 1, "expected a plain `create view"),
    "or replace": ("create or replace view v as select 1;", 1, "expected a plain `create view"),
    "materialized": ("create materialized view v as select 1;", 1, "expected"),
    "columns": ("create view v (a) as select 1;", 1, "expected"),
    "insert": (select("insert into letters values (1)"), 1, "expected one statement"),
    "delete": (select("delete from letters returning *"), 1, "expected one statement"),
    "no table of ours": (select("select *\nfrom sqlite_master"), 3, "sqlite_master is no table of the archive"),
    "sqlite_schema": (select("select *\nfrom sqlite_schema"), 3, "sqlite_schema is no table of the archive"),
    "narrow table": (select("select *\nfrom _letter_sent"), 3, "_letter_sent is no table of the archive"),
    "log of the build": (select("select *\nfrom _segments"), 3, "_segments is no table of the archive"),
    "unknown table": (select("select *\nfrom nothing"), 3, "nothing is no table of the archive"),
    "unknown table within": (select("select (select 1\nfrom nothing)"), 3, "nothing is no table of the archive"),
    "table of a database": (select("select *\nfrom main.letters"), 3, "not a plain name: main.letters"),
    "table function": (select("select *\nfrom pragma_database_list()"), 3, "not a plain name"),
    "series": (select("select *\nfrom generate_series(1, 1000000000)"), 3, "not a plain name"),
    "json_each": (select("select *\nfrom json_each('[1]')"), 3, "not a plain name"),
    "indexed by": (select("select *\nfrom letters indexed by q"), 3, "not a plain name"),
    "column of a database": (select("select main.letters.id\nfrom letters"), 2, "not a plain name"),
    "recursive": (
        select("with recursive c(n) as (\nselect 1 union all select n + 1 from c)\nselect * from c"), 3, "c reads itself",
    ),
    "recursive without the word": (
        select("with c(n) as (\nselect 1 union all select n + 1 from c)\nselect * from c"), 3, "c reads itself",
    ),
    "recursive in a subquery": (
        select("select (with c(n) as (\nselect 1 union select n from (select n from c)) select n from c)"), 3, "c reads",
    ),
    "json": (select("select json_extract(data, '$.a') from events"), 2, "not allowed here: JSON_EXTRACT"),
    "arrow": (select("select data ->> 'a' from events"), 2, "not allowed here"),
    "zeroblob": (select("select zeroblob(1000000000)"), 2, "not allowed here: ZEROBLOB(1000000000)"),
    "randomblob": (select("select randomblob(10)"), 2, "not allowed here: RANDOMBLOB(10)"),
    "printf": (select("select printf('%.*c', 500000000, 'x')"), 2, "not allowed here: PRINTF"),
    "random": (select("select random()"), 2, "not allowed here: RANDOM()"),
    "the clock": (select("select datetime('now')"), 2, "not allowed here: DATETIME('now')"),
    "current_timestamp": (select("select 1, current_timestamp"), 2, "not allowed here: CURRENT_TIMESTAMP"),
    "load_extension": (select("select load_extension('./evil.so')"), 2, "not allowed here: LOAD_EXTENSION"),
    "readfile": (select("select readfile('/etc/passwd')"), 2, "not allowed here: READFILE"),
    "own function": (select("select evil(id) from letters"), 2, "not allowed here: EVIL(id)"),
    "glob": (select("select * from letters where id glob 'a*'"), 2, "not allowed here: id GLOB 'a*'"),
    "match": (select("select * from letters where id match 'a'"), 2, "not allowed here: id MATCH 'a'"),
    "blob": (select("select x'00'"), 2, "not allowed here: x'00'"),
    "parameter": (select("select 1, ?"), 2, "not allowed here: ?"),
    "open text": (select("select 'a"), 2, "there is no closing '"),
    "not SQL": (select("select from from"), 2, "cannot be read as SQL"),
    "NUL": (select("select '\0'"), 2, "the character U+0000 is not allowed"),
    "too large": ("-- " + "x" * SQL_BYTES, None, f"the limit is {SQL_BYTES}"),
    "500 selects": (select(" union all ".join(["select 1"] * 500)), 1, f"nested deeper than {SQL_DEPTH} levels"),
    "500 subqueries": (select("select (" * 500 + "1" + ")" * 500), 1, "cannot be read as SQL"),
}  # fmt: skip


def test_good_file(view: Callable[[Content], View]) -> None:
    """A good file gives name, description and the select, written out again without comments."""
    found = view(GOOD)
    assert (found.name, found.description) == ("v", "How many letters each place got.")
    assert found.sql == "SELECT place, COUNT(*) AS letters FROM letters GROUP BY place"
    assert found.statement.line == 3


@pytest.mark.parametrize("text", TAKEN.values(), ids=TAKEN.keys())
def test_taken(text: str, view: Callable[[Content], View], tmp_path: Path) -> None:
    """What only reads is taken."""
    write(tmp_path / "w.sql", "create view w as select 1 as one;")
    view(select(text))
    assert [item.name for item in load_views(tmp_path, TABLES)] == ["v", "w"]


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED.keys())
def test_refused(
    case: tuple[Content, int | None, str],
    view: Callable[[Content], View],
    refusal: Callable[[Callable[[], object]], Refusal],
) -> None:
    """What does more than read finished tables is refused by file and line, soon, and nothing of it runs."""
    content, line, said = case
    found = refusal(lambda: view(content))
    assert found[:3] == ("ProjectionError", "v.sql" + (f":{line}" if line else ""), True)
    assert said in found.message


# Name: views by name, which of them is refused ("": none).
MANY = {
    "as many as may be": ({"a": "select 1 as n from " + ", ".join(f"letters l{n}" for n in range(499))}, ""),
    "one too many": ({"a": "select 1 as n from " + ", ".join(f"letters l{n}" for n in range(500))}, "a"),
    "doubled": ({"a": "select 1 as n", **{chr(98 + n): f"select x.n from {chr(97 + n)} x, {chr(97 + n)} y" for n in range(20)}}, "i"),
    "doubled in a with": (
        {"a": "with c0 as (select 1 as n), " + ", ".join(f"c{n} as (select x.n from c{n - 1} x, c{n - 1} y)" for n in range(1, 20)) + " select n from c19"},
        "a",
    ),
    "in a ring": ({"a": "select * from b", "b": "select * from a"}, ""),
    "chain": ({"a": "select 1 as n", **{chr(98 + n): f"select n from {chr(97 + n)}" for n in range(20)}}, ""),
}  # fmt: skip


@pytest.mark.parametrize(("views", "refused"), MANY.values(), ids=MANY.keys())
def test_views_of_views(tmp_path: Path, views: dict[str, str], refused: str) -> None:
    """A view may read 500 tables, counted as SQLite writes its views out: a thousand million are the end of a machine."""
    for name, text in views.items():
        write(tmp_path / f"{name}.sql", f"create view {name} as {text};")
    try:
        load_views(tmp_path, TABLES)
        found = ""
    except ProjectionError as error:
        found = Path((error.where or "").split(":")[0]).stem
    assert found == refused
