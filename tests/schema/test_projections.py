"""Projections: the SQL that is taken, and every other SQL refused by file and line without running any of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from regesta.limits import COLUMNS, INSERTS, NAME_CHARS, SQL_BYTES, SQL_DEPTH, SQL_TOKENS
from regesta.schema.projections import Projection, TableColumn
from tests.schema.conftest import Content, Refusal

TABLE = """\
-- A table
-- in two lines.
create table t (
  id text not null primary key,   -- The key
  n  integer check (n in (1, 2)), -- A number
  s  text references places(code) -- A text
);
"""
INSERT = """
insert into t (id, n, s)
select letter, 1, place
from letter_sent;
"""
GOOD = TABLE + INSERT
FIRST, ID, N, S, INTO, SELECT, FROM, AFTER = 3, 4, 5, 6, 9, 10, 11, 12  # lines of GOOD, and the one behind it


def with_(old: str, new: str) -> str:
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)


def value(expression: str) -> str:
    return with_("1, place", f"1, {expression}")


def behind(tail: str) -> str:
    return with_("from letter_sent;", f"from letter_sent\n{tail};")


def join(text: str, shown: str = "places.name") -> str:
    return (
        value(shown).replace("from letter_sent;", f"from letter_sent\n{text};").replace(" references places(code)", "")
    )


# Name: file, line, a part of what is said.
STATEMENTS = {
    "attach": (f"attach 'evil.db' as x;\n{GOOD}", 1, "expected `create table t (…)` first"),
    "attach behind": (f"{GOOD}attach 'evil.db' as x;", AFTER, "expected `insert into t (…) select"),
    "detach": (f"{GOOD}detach x;", AFTER, "expected `insert into t (…) select"),
    "pragma": (f"pragma journal_mode=wal;\n{GOOD}", 1, "expected `create table t (…)` first"),
    "pragma behind": (f"{GOOD}pragma writable_schema=on;", AFTER, "expected `insert into t (…) select"),
    "vacuum": (f"{GOOD}vacuum;", AFTER, "expected `insert into t (…) select"),
    "vacuum into": (f"{GOOD}vacuum into 'evil.db';", AFTER, "expected `insert into t (…) select"),
    "trigger": (
        f"{GOOD}create trigger q after insert on t begin delete from t; end;", AFTER, "expected `insert into t (…) select",
    ),
    "index": (f"{GOOD}create index q on t (s);", AFTER, "expected `insert into t (…) select"),
    "view": (f"{GOOD}create view q as select 1;", AFTER, "expected `insert into t (…) select"),
    "second table": (f"{GOOD}create table u (id text primary key);", AFTER, "expected `insert into t (…) select"),
    "delete": (f"{GOOD}delete from t;", AFTER, "expected `insert into t (…) select"),
    "update": (f"{GOOD}update t set s = 'x';", AFTER, "expected `insert into t (…) select"),
    "drop": (f"{GOOD}drop table t;", AFTER, "expected `insert into t (…) select"),
    "alter": (f"{GOOD}alter table t add column x text;", AFTER, "expected `insert into t (…) select"),
    "select": (f"{GOOD}select 1;", AFTER, "expected `insert into t (…) select"),
    "begin": (f"begin;\n{GOOD}", 1, "expected `create table t (…)` first"),
    "commit": (f"{GOOD}commit;", AFTER, "expected `insert into t (…) select"),
    "savepoint": (f"{GOOD}savepoint x;", AFTER, "expected `insert into t (…) select"),
    "explain": (f"explain {GOOD}", 1, "expected `create table t (…)` first"),
    "analyze": (f"{GOOD}analyze;", AFTER, "expected `insert into t (…) select"),
    "reindex": (f"{GOOD}reindex;", AFTER, "expected `insert into t (…) select"),
    "copy": (f"{GOOD}copy t to 'evil.csv';", AFTER, "expected `insert into t (…) select"),
    "merge": (
        f"{GOOD}merge into t using u on 1 = 1 when matched then delete;", AFTER, "expected `insert into t (…) select",
    ),
    "no words of SQL": (f"{GOOD}hello world;", AFTER, "expected `insert into t (…) select"),
    "signs": ("%%%$$$", 1, "cannot be read as SQL"),
    "empty": ("", 1, "expected `create table t (…)` first"),
    "only a comment": ("-- nothing\n", 1, "expected `create table t (…)` first"),
    "only an insert": (INSERT, 1, "expected `create table t (…)` first"),
    "only a table": (TABLE, FIRST, "0 statements fill t, expected 1 to 100"),
    "too many inserts": (TABLE + INSERT * (INSERTS + 1), FIRST, "101 statements fill t, expected 1 to 100"),
}  # fmt: skip
TABLES = {
    "temp": (with_("create table", "create temp table"), FIRST, "expected a plain `create table t (…)`"),
    "temporary": (with_("create table", "create temporary table"), FIRST, "expected a plain `create table t (…)`"),
    "if not exists": (with_("create table", "create table if not exists"), FIRST, "expected a plain `create table t"),
    "or replace": (with_("create table", "create or replace table"), FIRST, "expected a plain `create table t (…)`"),
    "strict": (with_(");\n\ninsert", ") strict;\n\ninsert"), FIRST, "expected a plain `create table t (…)`"),
    "without rowid": (with_(");\n\ninsert", ") without rowid;\n\ninsert"), 1, "expected `create table t (…)` first"),
    "virtual": ("create virtual table t using fts5 (a);", 1, "the table must be named like its file, t"),
    "from a select": ("create table t as select 1 as id;", 1, "the table must be named like its file, t"),
    "of a database": (with_("create table t", "create table main.t"), FIRST, "must be named like its file, t"),
    "of another name": (with_("create table t", "create table u"), FIRST, "the table must be named like its file, t"),
    "of another case": (with_("create table t", "create table T"), FIRST, "the table must be named like its file, t"),
    "no key": (with_(" primary key", ""), FIRST, "needs one primary key made of its columns"),
    "key of no column": (
        with_(" primary key", "").replace("places(code)", "places(code), primary key (q)"),
        FIRST, "needs one primary key made of its columns",
    ),
    "two keys": (with_("s  text", "s text primary key"), FIRST, "needs one primary key made of its columns"),
    "key twice": (with_("places(code)", "places(code), primary key (id)"), FIRST, "needs one primary key made of"),
    "column twice": (with_("s  text", "n text"), FIRST, "columns must be different"),
    "too many columns": (
        with_("s  text", "".join(f"c{number} text, " for number in range(COLUMNS)) + "s text"),
        FIRST, "columns must be different and at most 100",
    ),
    "column in capitals": (with_("s  text", "S text"), S, "'S' cannot be the name of a column here"),
    "column with a space": (with_("s  text", '"a b" text'), S, "'a b' cannot be the name of a column here"),
    "column with a quote": (with_("s  text", '"a""b" text'), S, """'a"b' cannot be the name of a column here"""),
    "column of an underscore": (with_("s  text", "_latest text"), S, "'_latest' cannot be the name of a column here"),
    "column too long": (with_("s  text", "s" * (NAME_CHARS + 1) + " text"), S, "cannot be the name of a column here"),
    "column last_event": (with_("s  text", "last_event text"), S, "'last_event' cannot be the name of a column here"),
    "column event": (with_("s  text", "event text"), S, "'event' cannot be the name of a column here"),
    "column ended_by": (with_("s  text", "ended_by text"), S, "'ended_by' cannot be the name of a column here"),
    "column surely_from": (with_("s  text", "surely_from text"), S, "'surely_from' cannot be the name of a column"),
    "no kind": (with_("s  text references places(code)", "s"), S, "not allowed in a table: s"),
    "blob": (with_("s  text", "s blob"), S, "the type of s must be text, integer or real"),
    "varchar": (with_("s  text", "s varchar(10)"), S, "the type of s must be text, integer or real"),
    "numeric": (with_("s  text", "s numeric"), S, "the type of s must be text, integer or real"),
    "boolean": (with_("s  text", "s boolean"), S, "the type of s must be text, integer or real"),
    "any": (with_("s  text", "s any"), S, "cannot be read as SQL"),
    "null": (with_("s  text", "s text null"), S, "not allowed for a column: NULL"),
    "unique": (with_("s  text", "s text unique"), S, "not allowed for a column: UNIQUE"),
    "default": (with_("s  text", "s text default 'a'"), S, "not allowed for a column: DEFAULT 'a'"),
    "collate": (with_("s  text", "s text collate nocase"), S, "not allowed for a column: COLLATE nocase"),
    "generated": (with_("s  text", "s text generated always as ('x')"), S, "not allowed for a column: AS ('x')"),
    "autoincrement": (with_("n  integer", "n integer autoincrement"), N, "not allowed for a column"),
    "not null or ignore": (with_("not null", "not null on conflict ignore"), ID, "cannot be read as SQL"),
    "key or replace": (with_("primary key", "primary key on conflict replace"), ID, "cannot be read as SQL"),
    "foreign key below": (
        with_("places(code)", "places(code), foreign key (s) references places(code)"), S, "not allowed in a table",
    ),
    "cascade": (with_("places(code)", "places(code) on delete cascade"), S, "not allowed for a column"),
    "foreign key without column": (with_("places(code)", "places"), S, "not allowed for a column: REFERENCES places"),
    "foreign key to no table": (with_("places(code)", "nothing(id)"), S, "references nothing(id), which is not the key"),
    "foreign key to no key": (with_("places(code)", "places(name)"), S, "references places(name), which is not the key"),
    "foreign key to a part of a key": (
        with_("places(code)", "answers(letter)"), S, "references answers(letter), which is not the key of a table",
    ),
    "foreign key to a relation": (with_("places(code)", "letter_sent(id)"), S, "which is not the key of a table"),
    "check of a select": (with_("n in (1, 2)", "n in (select 1)"), N, "not allowed here: (SELECT 1)"),
    "check of a function": (with_("n in (1, 2)", "random() > 0"), N, "not allowed here: RANDOM()"),
    "check of the clock": (with_("n in (1, 2)", "s < current_date"), N, "not allowed here: CURRENT_DATE"),
    "check of no column": (with_("n in (1, 2)", "q > 1"), N, "q is not a column of the table"),
    "check of a table's column": (with_("n in (1, 2)", "t.n > 1"), N, "t.n is not a column of the table"),
}  # fmt: skip
INSERTS_ = {
    "values": (TABLE + "\ninsert into t (id) values ('a');", INTO, "expected `insert into t (…) select"),
    "no columns": (with_("t (id, n, s)", "t"), INTO, "expected `insert into t (…) select"),
    "another table": (with_("into t", "into u"), INTO, "expected `insert into t (…) select"),
    "of a database": (with_("into t", "into main.t"), INTO, "expected `insert into t (…) select"),
    "or replace": (with_("insert", "insert or replace"), INTO, "not allowed in an insert: alternative"),
    "or ignore": (with_("insert", "insert or ignore"), INTO, "not allowed in an insert: alternative"),
    "replace": (with_("insert", "replace"), INTO, "expected `insert into t (…) select"),
    "overwrite": (with_("insert into", "insert overwrite"), INTO, "not allowed in an insert: overwrite"),
    "returning": (behind("returning id"), INTO, "not allowed in an insert: returning"),
    "upsert": (behind("where true on conflict (id) do update set s = 'x'"), INTO, "only `on conflict do nothing` is"),
    "upsert of a key": (behind("where true on conflict (id) do nothing"), INTO, "only `on conflict do nothing` is"),
    "with before": (with_("insert", "with q as (select 1) insert"), INTO, "not allowed in an insert: with"),
    "with": (with_("select", "with q as (select 1) select"), SELECT, "not allowed here: WITH q AS (SELECT 1)"),
    "recursive": (
        with_("select", "with recursive q(n) as (select 1 union all select n + 1 from q) select"),
        SELECT, "not allowed here: WITH RECURSIVE",
    ),
    "no from": (with_("\nfrom letter_sent", ""), INTO, "expected `from` and the relation of an event type"),
    "from a select": (with_("from letter_sent", "from (select * from letter_sent)"), FROM, "not allowed here: (SELECT"),
    "from a function": (with_("from letter_sent", "from json_each('[1]')"), FROM, "not a plain name: JSON_EACH('[1]')"),
    "from a pragma": (with_("from letter_sent", "from pragma_database_list()"), FROM, "not a plain name"),
    "from a database": (with_("letter_sent", "main.letter_sent"), FROM, "not a plain name: main.letter_sent"),
    "from sqlite_master": (with_("letter_sent", "sqlite_master"), FROM, "sqlite_master is no event type; there are"),
    "from events": (with_("letter_sent", "events"), FROM, "events is no event type; there are answer_given"),
    "from a projection": (with_("letter_sent", "letters"), FROM, "letters is no event type; there are answer_given"),
    "from the narrow table": (with_("letter_sent", "_letter_sent"), FROM, "_letter_sent is no event type"),
    "from no type": (with_("letter_sent", "letter_lost"), FROM, "letter_lost is no event type; there are answer_given"),
    "from a type in capitals": (with_("letter_sent", "LETTER_SENT"), FROM, "LETTER_SENT is no event type"),
    "from a type with a dot": (with_("letter_sent", '"letter.sent"'), FROM, "letter.sent is no event type"),
    "indexed by": (with_("letter_sent", "letter_sent indexed by q"), FROM, "not a plain name"),
    "sampled": (with_("letter_sent", "letter_sent tablesample (1)"), FROM, "not a plain name: letter_sent"),
    "columns of an alias": (with_("letter_sent", "letter_sent as l(a, b)"), FROM, "not a plain name"),
    "too few columns": (with_("(id, n, s)", "(id, n)"), INTO, "2 columns, but the select gives 3"),
    "column twice": (with_("(id, n, s)", "(id, n, n)"), INTO, "3 columns, but the select gives 3"),
    "no such column": (with_("(id, n, s)", "(id, n, q)"), INTO, "t has no column q"),
    "key left out": (
        with_("(id, n, s)", "(n, s)").replace("letter, 1,", "1,"), INTO, "the insert must set id: it may make a row",
    ),
    "not null left out": (
        with_("(id, n, s)", "(id, n)").replace("1, place", "1").replace("s  text", "s text not null"),
        INTO, "the insert must set s: it may make a row and s cannot be empty",
    ),
    "half a check": (
        with_("n in (1, 2)", "n > s").replace("(id, n, s)", "(id, n)").replace("1, place", "1"),
        INTO, "the insert must set s: a check compares it with what the insert sets",
    ),
    "unknown field": (value("nothing"), SELECT, "nothing is not a column of letter_sent"),
    "field of another type": (value("answer"), SELECT, "answer is not a column of letter_sent"),
    "field in capitals": (value("PLACE"), SELECT, "PLACE is not a column of letter_sent"),
    "field of no table": (value("other.place"), SELECT, "other.place is not a column of letter_sent"),
    "field of a database": (value("main.letter_sent.place"), SELECT, "not a plain name: main.letter_sent.place"),
    "rowid": (value("rowid"), SELECT, "rowid is not a column of letter_sent"),
    "sort column": (value("_latest"), SELECT, "_latest is not a column of letter_sent"),
    "status": (value("status"), SELECT, "status is not a column of letter_sent"),
    "text in double quotes": (value('"hello"'), SELECT, '"hello" is not a column of letter_sent'),
    "name with a quote": (value('"a""b"'), SELECT, '"a""b" is not a column of letter_sent'),
    "name with a semicolon": (value('"; drop table t; --"'), SELECT, "is not a column of letter_sent"),
    "star": (value("*"), SELECT, "not allowed here: *"),
    "star of a table": (value("letter_sent.*"), SELECT, "not allowed here"),
    "group": (behind("group by letter"), AFTER, "not allowed here: GROUP BY letter"),
    "having": (behind("having 1"), AFTER, "not allowed here: HAVING 1"),
    "order": (behind("order by letter"), AFTER, "not allowed here: ORDER BY letter"),
    "limit": (behind("limit 1"), AFTER, "not allowed here: LIMIT 1"),
    "offset": (behind("limit 1 offset 1"), AFTER, "not allowed here"),
    "window": (behind("window w as (order by letter)"), AFTER, "not allowed here"),
    "distinct": (with_("\nselect", " select distinct"), INTO, "not allowed here: DISTINCT"),
    "union": (behind("union all select letter, 1, place from letter_sent"), INTO, "expected `insert into t"),
    "except": (behind("except select letter, 1, place from letter_sent"), INTO, "expected `insert into t"),
    "kinds do not fit": (with_("1, place", "letter, place"), INTO, "t.n is integer, the select gives text"),
    "number as text": (value("17"), INTO, "t.s is text, the select gives integer"),
    "fraction as integer": (with_("1, place", "1.5, place"), INTO, "t.n is integer, the select gives real"),
    "integer beyond 64 bits": (with_("1, place", f"{10**20}, place"), INTO, "t.n is integer, the select gives real"),
}  # fmt: skip
JOINS = {
    "projection": (join("join letters on letters.id = letter"), AFTER, "only reference tables may be joined"),
    "event type": (join("join answer_given on answer_given.letter = letter_sent.letter"), AFTER, "only reference tables"),
    "events": (join("join events on events.id = letter"), AFTER, "only reference tables may be joined"),
    "select": (join("join (select * from places) as places on places.code = place"), AFTER, "not allowed here: (SELECT"),
    "lateral": (join("join lateral places on places.code = place"), AFTER, "not allowed here: LATERAL places"),
    "cross": (join("cross join places"), AFTER, "only `join … on` and `left join … on` are allowed"),
    "comma": (join(", places"), AFTER, "only `join … on` and `left join … on` are allowed"),
    "natural": (join("natural join places"), AFTER, "only reference tables may be joined"),
    "using": (join("join places using (code)"), AFTER, "only reference tables may be joined"),
    "right": (join("right join places on places.code = place"), AFTER, "only `join … on` and `left join … on`"),
    "full": (join("full join places on places.code = place"), AFTER, "only `join … on` and `left join … on`"),
    "no condition": (join("join places"), AFTER, "expected `on places.code = …`, which finds one row"),
    "any row": (join("join places on 1 = 1"), AFTER, "expected `on places.code = …`, which finds one row"),
    "itself": (join("join places on places.code = places.code"), AFTER, "which finds one row"),
    "not the key": (join("join places on places.name = place"), AFTER, "expected `on places.code = …`"),
    "not equal": (join("join places on places.code <> place"), AFTER, "expected `on places.code = …`"),
    "equal or": (join("join places on places.code = place or true"), AFTER, "expected `on places.code = …`"),
    "same name twice": (
        join("join places on places.code = place join places on places.code = place"), AFTER, "each under its own name",
    ),
    "name of the relation": (join("join places as letter_sent on letter_sent.code = 'P01'", "letter"), AFTER, "own name"),
    "ambiguous": (
        join("join places on places.code = place join places as q on q.code = place", "name"),
        SELECT, "name is ambiguous in letter_sent, places, q",
    ),
}  # fmt: skip
EXPRESSIONS = {
    "select": "(select 1)", "in a select": "place in (select 'a')", "exists": "exists (select 1 from letter_sent)",
    "count": "count(*)", "sum": "sum(1)", "max": "max(place)", "max of two": "max(place, letter)",
    "group_concat": "group_concat(place)", "window": "row_number() over ()", "lag": "lag(place) over (order by place)",
    "json_extract": "json_extract(place, '$.a')", "arrow": "place -> 'a'", "long arrow": "place ->> '$.a'",
    "json": "json(place)", "json_object": "json_object('a', place)",
    "load_extension": "load_extension('./evil.so')", "readfile": "readfile('/etc/passwd')",
    "writefile": "writefile('evil.txt', 'x')", "edit": "edit('x')", "fts3_tokenizer": "fts3_tokenizer('simple')",
    "printf": "printf('%.*c', 500000000, 'x')", "format": "format('%d', 1)", "zeroblob": "zeroblob(1000000000)",
    "randomblob": "randomblob(1000000000)", "random": "random()", "hex": "hex(place)", "char": "char(65)",
    "quote": "quote(place)", "unicode": "unicode(place)", "typeof": "typeof(place)", "abs": "abs(-1)",
    "instr": "instr(place, 'P')", "round": "round(1.5)", "likely": "likely(1)", "iif with a clock": "iif(1, date(), '')",
    "changes": "changes()", "last_insert_rowid": "last_insert_rowid()", "sqlite_version": "sqlite_version()",
    "raise": "raise(abort, 'x')", "own function": "evil(place)",
    "datetime": "datetime('now')", "date": "date('now')", "strftime": "strftime('%s', 'now')",
    "julianday": "julianday('now')", "unixepoch": "unixepoch()", "current_timestamp": "current_timestamp",
    "current_date": "current_date", "current_time": "current_time",
    "like": "place like 'P%'", "not like": "place not like 'P%'", "glob": "place glob 'P*'",
    "regexp": "place regexp 'P'", "match": "place match 'P'", "ilike": "place ilike 'P%'",
    "divided": "4 / 2", "modulo": "4 % 2", "and of bits": "4 & 2", "or of bits": "4 | 2", "not of bits": "~4",
    "shift": "1 << 2", "cast": "cast(1 as text)", "collate": "place collate nocase", "blob": "x'00'",
    "row": "(place, letter) = ('a', 'b')", "parameter": "?", "named parameter": ":a", "at parameter": "@a",
    "interval": "interval '1' day", "distinct from": "place is distinct from 'a'",
    "is a text": "place is 'a'",
}  # fmt: skip
TEXTS = {
    "open text": (value("'abc"), SELECT, "there is no closing '"),
    "open name": (value('"abc'), SELECT, 'there is no closing "'),
    "open bracket": (value("[abc"), SELECT, "there is no closing ]"),
    "open comment": (f"{GOOD}/* abc", AFTER, "there is no closing */"),
    "open comment within": (with_("from", "/* from"), FROM, "there is no closing */"),
    "comment in a comment": (f"{GOOD}/* /* */ attach 'evil.db' as x; */", AFTER, "cannot be read as SQL"),
    "statement behind a comment": (f"{GOOD}/* */ attach 'evil.db' as x;", AFTER, "expected `insert into t"),
    "open parenthesis": (value("(place"), FROM, "cannot be read as SQL"),
    "closed twice": (value("place)"), SELECT, "cannot be read as SQL"),
    "NUL": (value("pl\0ace"), SELECT, "the character U+0000 is not allowed"),
    "NUL in a text": (value("'a\0b'"), SELECT, "the character U+0000 is not allowed"),
    "NUL in a comment": (f"{GOOD}-- \0", AFTER, "the character U+0000 is not allowed"),
    "escape": (f"{GOOD}-- \x1b[2J", AFTER, "the character U+001B is not allowed"),
    "byte order mark": ("\ufeff" + GOOD, 1, "the character U+FEFF is not allowed"),
    "not UTF-8": (GOOD.encode() + b"-- \xff", AFTER, "not UTF-8"),
    "UTF-16": (GOOD.encode("utf-16"), 1, "not UTF-8"),
    "Windows line ends": (value("nothing").replace("\n", "\r\n"), SELECT, "nothing is not a column of letter_sent"),
}
BOMBS = {
    "a megabyte": ("-- " + "x" * 1_000_000 + "\n" + GOOD, None, f"the limit is {SQL_BYTES}"),
    "100,000 parentheses": (value("(" * 100_000 + "1" + ")" * 100_000), None, f"the limit is {SQL_BYTES}"),
    "60,000 parentheses": (value("(" * 60_000), None, f"the limit is {SQL_TOKENS}"),
    "60,000 semicolons": (GOOD + ";" * 60_000, None, f"the limit is {SQL_TOKENS}"),
    "30,000 values": (value("n in (" + ",".join("1" * 30_000) + ")"), None, f"the limit is {SQL_TOKENS}"),
    "9,000 parentheses": (value("(" * 9_000 + "1" + ")" * 9_000), INTO, "cannot be read as SQL"),
    "4,000 calls": (value("lower(" * 4_000 + "place" + ")" * 4_000), INTO, "cannot be read as SQL"),
    "9,000 nots": (value("not " * 9_000 + "1"), INTO, "cannot be read as SQL"),
    "2,000 cases": (value("case when 1 then " * 2_000 + "1" + " end" * 2_000), INTO, "cannot be read as SQL"),
    "9,000 brackets": (value("[" * 9_000), SELECT, "there is no closing ]"),
    "sum of 9,000": (value("+".join("1" * 9_000)), INTO, f"nested deeper than {SQL_DEPTH} levels"),
    "text of 9,000": (value("||".join("1" * 9_000)), INTO, f"nested deeper than {SQL_DEPTH} levels"),
    "9,000 alternatives": (value(" or ".join("1" * 9_000)), INTO, f"nested deeper than {SQL_DEPTH} levels"),
    "1,000 inserts": (
        TABLE + "insert into t (id) select letter from letter_sent;\n" * 1_000,
        FIRST,
        "statements fill t",
    ),
}
HOSTILE: dict[str, tuple[Content, int | None, str]] = {
    **{f"statement: {name}": case for name, case in STATEMENTS.items()},
    **{f"table: {name}": case for name, case in TABLES.items()},
    **{f"insert: {name}": case for name, case in INSERTS_.items()},
    **{f"join: {name}": case for name, case in JOINS.items()},
    **{f"value: {name}": (value(text), SELECT, "not allowed here") for name, text in EXPRESSIONS.items()},
    **{
        f"where: {name}": (with_("letter_sent;", f"letter_sent where {text};"), FROM, "not allowed here")
        for name, text in EXPRESSIONS.items()
    },
    **{f"text: {name}": case for name, case in TEXTS.items()},  # type: ignore[misc]
    **{f"bomb: {name}": case for name, case in BOMBS.items()},
}


@pytest.mark.parametrize("case", HOSTILE.values(), ids=HOSTILE.keys())
def test_refused(
    case: tuple[Content, int | None, str],
    project: Callable[[Content], Projection],
    refusal: Callable[[Callable[[], object]], Refusal],
) -> None:
    """What is not on the list is refused by file and line, soon, and nothing of it runs."""
    content, line, said = case
    found = refusal(lambda: project(content))
    place = f"t.sql:{line}" if line else "t.sql"
    assert found[:3] == ("ProjectionError", place, True)
    assert said in found.message


def test_good_file(project: Callable[[Content], Projection]) -> None:
    """A good file gives name, description, columns, key, check and what each insert sets."""
    table = project(GOOD)
    assert (table.name, table.description, table.key, table.values) == (
        "t",
        "A table in two lines.",
        ("id",),
        ("n", "s"),
    )
    assert table.columns == (
        TableColumn("id", "text", True, None, "The key"),
        TableColumn("n", "integer", False, None, "A number"),
        TableColumn("s", "text", False, ("places", "code"), "A text"),
    )
    assert [(check.sql, check.columns) for check in table.checks] == [("n IN (1, 2)", frozenset({"n"}))]
    assert [(insert.event_type, insert.columns, insert.weak) for insert in table.inserts] == [
        ("letter.sent", ("id", "n", "s"), False)
    ]


# Name: file that is taken, a part of the projection, what it is.
TAKEN: dict[str, tuple[str, Callable[[Projection], object], object]] = {
    "key of two columns": (
        with_(" primary key", "").replace("places(code)", "places(code),\n  primary key (s, id)"),
        lambda table: (table.key, table.values),
        (("s", "id"), ("n",)),
    ),
    "weak insert": (
        behind("on conflict do nothing"), lambda table: [insert.weak for insert in table.inserts], [True]
    ),
    "two inserts": (
        GOOD + "insert into t (id, s) select letter, place from answer_listed on conflict do nothing;",
        lambda table: [(insert.event_type, insert.columns, insert.weak) for insert in table.inserts],
        [("letter.sent", ("id", "n", "s"), False), ("answer.listed", ("id", "s"), True)],
    ),
    "check below the columns": (
        with_("places(code)", "places(code), check (n > 1 or s = 'x')"),
        lambda table: [(check.sql, sorted(check.columns)) for check in table.checks],
        [("n IN (1, 2)", ["n"]), ("n > 1 OR s = 'x'", ["n", "s"])],
    ),
    "named check": (
        with_("check", "constraint c check"), lambda table: [check.sql for check in table.checks], ["n IN (1, 2)"]
    ),
    "other names of kinds": (
        with_("n  integer", "n int").replace("s  text references places(code)", "s double").replace("place\n", "2.5\n"),
        lambda table: [column.kind for column in table.columns],
        ["text", "integer", "real"],
    ),
    "integer for a real": (
        with_("s  text references places(code)", "s real").replace("1, place", "1, 2"),
        lambda table: [column.kind for column in table.columns],
        ["text", "integer", "real"],
    ),
    "words of SQL in quotes": (
        with_("s  text references places(code)", '"order" text').replace("(id, n, s)", '(id, n, "order")'),
        lambda table: [column.name for column in table.columns],
        ["id", "n", "order"],
    ),
    "capital words": (
        with_("create table t", "CREATE TABLE t").replace("insert into", "INSERT INTO").replace("text not", "TEXT NOT"),
        lambda table: [column.kind for column in table.columns],
        ["text", "integer", "text"],
    ),
    "one line": (
        "create table t (id text primary key); insert into t (id) select letter from letter_sent",
        lambda table: (table.description, table.columns),
        ("", (TableColumn("id", "text", False, None, ""),)),
    ),
    "no description": (
        GOOD.split("\n", 2)[2], lambda table: table.description, ""
    ),
    "comments of the other form": (
        with_("-- The key", "/* The key */"), lambda table: table.columns[0].description, "The key"
    ),
    "a semicolon in a comment": (
        with_("-- The key", "-- The key; attach 'evil.db' as x;"),
        lambda table: table.columns[0].description,
        "The key; attach 'evil.db' as x;",
    ),
    "a comment in the end": (f"{GOOD}-- attach 'evil.db' as x;", lambda table: len(table.inserts), 1),
    "empty statements": (GOOD.replace(";", ";;\n;"), lambda table: len(table.inserts), 1),
    "Windows line ends": (
        GOOD.replace("\n", "\r\n"), lambda table: [column.description for column in table.columns],
        ["The key", "A number", "A text"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TAKEN.values(), ids=TAKEN.keys())
def test_taken(
    case: tuple[str, Callable[[Projection], object], object], project: Callable[[Content], Projection]
) -> None:
    """What is on the list is taken, and read as it is meant."""
    content, part, expected = case
    assert part(project(content)) == expected
