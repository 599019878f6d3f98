"""What in a stranger's archive would cost time or memory without end (promise P10), and who refuses it."""

from __future__ import annotations

from typing import Final

from tests.stranger.making import EVERYTHING, SCHEMA, Case, all_of, event_type, projection, settings, view, write

_JOINED: Final = ", ".join(f"events e{number}" for number in range(20))
_TAKEN: Final = ("build", "append")
_LONG: Final = "replace(" * 7 + "place" + f", 'P', '{'P' * 99}')" * 7
_LIST: Final = "schema/reference/evil.csv"


def _doubled(number: int) -> str:
    select = f"select count(*) as n from v{number - 1} a, v{number - 1} b" if number else "select 1 as n"
    return f"create view v{number} as {select}"


BOMBS: Final[dict[str, Case]] = {
    "join without end": Case(view(f"select count(*) as n from {_JOINED}")),
    "rows without end": Case(view(f"select e0.id as n from {_JOINED}")),
    "group_concat": Case(view("select group_concat(a.data || b.data) as n from " + ", ".join(f"events {name}" for name in "abcdefghij")), "string or blob too big", ("build",)),
    "recursion": Case(view("with recursive x(n) as (select 1 union all select n + 1 from x) select n from x"), "recursion is not allowed", SCHEMA),
    "views that double": Case(
        all_of(*(write(f"schema/views/v{number}.sql", _doubled(number)) for number in range(30))),
        "reads more than 500 tables", SCHEMA,
    ),
    "parts that double": Case(
        view("with a0 as (select 1 as n), " + ", ".join(f"a{n} as (select x.n from a{n - 1} x, a{n - 1} y)" for n in range(1, 30)) + " select n from a29"),
        "reads more than 500 tables", SCHEMA,
    ),
    "values that grow": Case(projection(_LONG), "string or blob too big", _TAKEN),
    "zeroblob": Case(projection("zeroblob(1000000000)"), "not allowed here: ZEROBLOB", SCHEMA),
    "printf": Case(projection("printf('%.*c', 500000000, 'x')"), "not allowed here: PRINTF", SCHEMA),
    "randomblob": Case(view("select hex(randomblob(1000000000)) as n"), "not allowed here", SCHEMA),
    "many columns": Case(write("schema/views/evil.sql", "create view evil as select 1" + ",1" * 3_000), "too many columns", ("build",)),
    "deep SQL": Case(view("select " + "(" * 9_000 + "1" + ")" * 9_000 + " as n"), "cannot be read as SQL", SCHEMA),
    "regular expression that grows": Case(
        event_type(properties={"a": {"type": "string", "pattern": "^(((((a{1,200}){1,200}){1,200}){1,200}){1,200})$"}}),
        "not an accepted JSON Schema", SCHEMA,
    ),
    "regular expression that goes back": Case(
        event_type(properties={"a": {"type": "string", "pattern": "^(a|a|aa)+$"}}, examples=[{"a": "a" * 30_000 + "b"}]),
        "the example does not fit its own schema", SCHEMA,
    ),
    "references that double": Case(
        event_type(**{"$defs": {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n - 1}"}] * 2} for n in range(1, 40)}}),
        "$ref is not allowed", SCHEMA,
    ),
    "reference to a file": Case(event_type(**{"$ref": "file:///etc/passwd"}), "$ref is not allowed", SCHEMA),
    "deep JSON Schema": Case(
        write("schema/types/evil.done.json", '{"type":"object","not":' * 5_000 + "{}" + "}" * 5_000),
        "nested deeper than 32 levels", SCHEMA,
    ),
    "alternatives of alternatives": Case(event_type(properties={"a": {"anyOf": [{"anyOf": [{"pattern": "^" + "(a|b)" * 9 + "$"}] * 40}] * 40}})),
    "long list": Case(write(_LIST, "code,name\n" + "".join(f"{n},\n" for n in range(150_000))), "rows, the limit is 100000", SCHEMA),
    "wide list": Case(write(_LIST, ",".join(f"c{n}" for n in range(500_000)) + "\n"), "the first line must name different columns", SCHEMA),
    "list of a long cell": Case(write(_LIST, "code,name\na," + "x" * 3_000_000 + "\n"), "field larger than field limit", SCHEMA),
    "deep settings": Case(settings("a = " + "[" * 4_000), "not valid TOML", EVERYTHING),
    "settings of many parts": Case(settings("a" + ".a" * 3_900 + " = 1"), "more than 300 dots in one line", EVERYTHING),
    "many files": Case(all_of(*(write(f"schema/views/v{n}.sql", "") for n in range(300))), "files, the limit is 200", EVERYTHING),
}  # fmt: skip
