"""No query of a visitor takes the server down, be it answered from an archive, its published copy, or a replay."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import quote

import pytest

from regesta.replay.build import build
from tests.archives import drafts, make_archive
from tests.publish.attacking import Server
from tests.publish.proposing import proposing_archive

SECONDS = 3.0
MEGABYTES = 100.0
_LONG = "replace(hex(zeroblob(134000)), '0', 'a')"  # near the limit of one value
_LIST = "'[' || substr(replace(hex(zeroblob(60000)), '0', '1,'), 1, 200000) || '1]'"
_SELF = ", ".join(f"a{n} (x) as (select x from a{n - 1} union all select x from a{n - 1})" for n in range(1, 30))

# What stops by itself or is refused: it takes no time.
QUICK = {
    "huge value": "select hex(zeroblob(300000000))",
    "random value": "select hex(randomblob(900000000))",
    "printf": "select length(printf('%.*c', 500000000, 'x'))",
    "format": "select length(format('%.*c', 500000000, 'x'))",
    "printf width": "select length(printf('%500000000d', 1))",
    "doubling by replace": "select length(replace(replace(hex(zeroblob(130000)), '0', '0000000000'), '0', '0000000000'))",
    "doubling by recursion": "with recursive c(x) as (select 'a' union all select x || x from c) select max(length(x)) from c",
    "search in a long value": f"select instr({_LONG}, substr({_LONG}, 1, 134000) || 'b')",
    "replacement in a long value": f"select length(replace({_LONG}, substr({_LONG}, 1, 134000) || 'b', ''))",
    "trimming of a long value": f"select length(trim({_LONG}, (select group_concat(char(value + key + 1000), '') from json_each({_LIST})) || 'a'))",
    "like": f"select sum({_LONG} like '{'%a' * 45}%b') from events",
    "glob": f"select sum({_LONG} glob '{'*a' * 45}*b') from events",
    "long like": f"select count(*) from events where data like '%{'a' * 2000}%'",
    "slow like": f"select sum({_LONG} like '%{'a' * 95}b') from events",
    "group_concat": "select length(group_concat(a.data || b.data || c.data)) from events a, events b, events c",
    "string_agg": "select length(string_agg(a.data || b.data, '')) from events a, events b, events c",
    "json_group_array": "select length(json_group_array(a.data || b.data)) from events a, events b, events c",
    "json_group_object": "select json_group_object(a.sequence || b.sequence || c.sequence, a.data) from events a, events b, events c",
    "rows of long values": f"select {_LONG} as a from events a, events b, events c",
    "rows of wide characters": f"select substr({_LONG}, 1, 260000) || char(128512) as a from events a, events b, events c",
    "rows of json_each": f"select a.json from json_each({_LIST}) a",
    "columns": f"select {', '.join(f'hex(zeroblob(130{n:03}))' for n in range(190))}",
    "too many columns": f"select {', '.join('1' for _ in range(1900))}",
    "constants": f"select 1 from events where {' or '.join(f'data=hex(zeroblob(130{n:03}))' for n in range(180))}",
    "in": f"select 1 from events where data in ({', '.join(f'hex(zeroblob(130{n:03}))' for n in range(190))})",
    "maxima": f"select {', '.join(f'max(hex(zeroblob(130000))||sequence||{n})' for n in range(150))} from events",
    "deep expression": f"select {'(' * 900}1{')' * 900}",
    "window of texts": "select group_concat(a.data) over (order by a.sequence, b.sequence, c.sequence) as s from events a, events b, events c",
    "query of itself": f"with a0 (x) as (select 1), {_SELF} select count(*) from a29",
    "deep match": f"select count(*) from events_fts where events_fts match '{'(' * 900}a{')' * 900}'",
    "near": f"select count(*) from events_fts where events_fts match 'NEAR({' '.join(['goes*'] * 200)}, 100000)'",
    "many or": "select count(*) from events_fts where events_fts match substr(replace(hex(zeroblob(22000)), '0', 'a* OR '), 1, 259994) || ' a'",
    "snippets": f"select snippet(events_fts, 0, {_LONG}, {_LONG}, '', 64) from events_fts where events_fts match 'letter*'",
}  # fmt: skip
# What would run on and on: Datasette's clock stops it after two seconds.
ENDLESS = {
    "endless recursion": "with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c",
    "cross join": "select count(*) from events a, events b, events c, events d, events e, events f",
    "window over a cross join": "select sum(length(a.data)) over (order by a.data, b.data, c.data) from events a, events b, events c, events d, events e",
    "sorting a cross join": "select a.data || b.data || e.sequence as x from events a, events b, events c, events d, events e order by x desc",
    "json_each": f"select count(*) from json_each({_LIST}) a, json_each({_LIST}) b",
    "json_tree": f"select count(*), sum(length(fullkey)) from json_tree({_LIST}), json_each({_LIST})",
    "random values": "select count(randomblob(260000)) from events a, events b, events c, events d",
}  # fmt: skip
# The same way out of every database: one of each kind is enough.
ELSEWHERE = {name: (QUICK | ENDLESS)[name] for name in ("huge value", "printf", "rows of long values", "columns", "query of itself", "cross join")}  # fmt: skip
REFUSED = {
    "attach": "attach database '/tmp/x.db' as y",
    "pragma": "pragma writable_schema=on",
    "pragma function": "select * from pragma_journal_mode('off')",
    "extension": "select load_extension('x')",
    "tokenizer": "select fts3_tokenizer(:name)",
    "writing a file": "select writefile('/tmp/x', 'y')",
    "reading a file": "select readfile('/etc/passwd')",
    "shell": "select edit('x', 'sh')",
    "write": "delete from events",
    "write behind with": "with x as (select 1) delete from events",
    "full text command": "insert into events_fts (events_fts) values ('rebuild')",
    "vacuum": "vacuum into '/tmp/x.db'",
    "two statements": "select 1; drop table events",
    "long address": f"select '{'a' * 9_000}'",
}

pytestmark = pytest.mark.skipif(not os.access("/proc/self/clear_refs", os.W_OK), reason="needs Linux to measure memory")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over an archive with proposals, which visitors have a copy of, and one without."""
    plain = make_archive(tmp_path_factory.mktemp("plain"))
    plain.append(drafts(60))
    build(plain)
    archive = proposing_archive(tmp_path_factory.mktemp("proposing") / "archive")
    with closing(Server(archive.database, plain.database.rename(plain.database.with_name("plain.db")))) as server:
        assert server.ask("/archive@2017-01-20/events.json").status == 200
        yield server


def ask(server: Server, database: str, sql: str) -> tuple[int, bool, bool]:
    """Return the status of an answer, and whether it kept within bounds of time and of memory."""
    cost = server.ask(f"/{database}.json?_shape=array&sql={quote(sql)}")
    return cost.status, cost.seconds < SECONDS, cost.megabytes < MEGABYTES


@pytest.mark.parametrize("sql", [*QUICK.values(), *ENDLESS.values()], ids=[*QUICK.keys(), *ENDLESS.keys()])
def test_attack_on_a_published_copy(server: Server, sql: str) -> None:
    """A hostile query ends within 3 seconds and 100 MB, whatever it answers."""
    assert ask(server, "archive", sql)[1:] == (True, True)


@pytest.mark.parametrize("database", ["plain", "archive@2017-01-20", "plain@2017-01-20"])
@pytest.mark.parametrize("sql", ELSEWHERE.values(), ids=ELSEWHERE.keys())
def test_attack_elsewhere(server: Server, database: str, sql: str) -> None:
    """The same on an archive without proposals, and on replays."""
    assert ask(server, database, sql)[1:] == (True, True)


@pytest.mark.parametrize("database", ["archive", "plain", "archive@2017-01-20"])
@pytest.mark.parametrize("sql", REFUSED.values(), ids=REFUSED.keys())
def test_visitor_only_reads(server: Server, database: str, sql: str) -> None:
    """SQL that does more than read is refused, and the server goes on."""
    assert ask(server, database, sql)[0] in (400, 403, 414)
    assert ask(server, database, "select count(*) from events")[0] == 200
