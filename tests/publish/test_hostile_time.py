"""Hostile text wherever a date, a table or a row is named: an answer below 500, nothing reflected, nothing changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from datasette.app import Datasette

from regesta.archive import Archive
from tests.publish.sites import in_one_loop, site
from tests.publish.test_timetravel import DAY, small_archive

HOSTILE = (
    "'", '"', "' or '1'='1", '" or 1=1 --', "';drop table events;--", "2017-01-01';drop table events;--", "`events`",
    "../", "../../etc/passwd", "..%2f..%2fetc/passwd", "/etc/passwd", "~2E~2E~2F", "\x00", "2017-01-01\x00", "%00",
    "{{7*7}}", "{% for x in y %}", "${7*7}", "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>',
    "attach database '/tmp/x.db' as y", "2017-01-01) union select 1--", "@@", "@", "2017@2018", "known=known=",
    ",known=", "2017-01-01\r\nSet-Cookie: a=b", "\r\n\r\n<html>", "é", "２０１７", "\u202e2017-01-01", "💥" * 50, "\ud7ff",
    "1" * 70, "9" * 20_000, "2017" * 2000, "-" * 64, "9999-12-31T23:59:59.999999999-23:59", "-9999-01-01", "0000", "~",
    "2017-01-01T24:00:00Z", "2017-06-31", "XXXX-XX-XX", "2017-01-01/..", "[2017,2018]", "Y170000002", "NaN", "null", "*", "?",
    "2017-01-20' union select data from events--", "2017-01-20';vacuum into '/tmp/x.db';--", "x' and randomblob(900000000)--",
    "2017-01-20 || (select group_concat(data) from events)", ":asof", "@asof", "$asof", "?1", "cast(:asof as integer)",
    "2017-01-20/**/or/**/1=1", "2017-01-20%27%20or%201=1", "load_extension('x')", "main.events", "0x32303137", "1e999", "-1",
)  # fmt: skip
PLACES = {
    "events": "/archive/events?_asof={}",
    "history": "/archive/answers_history?_asof={}",
    "table": "/archive/answers?_asof={}",
    "known": "/archive/answers?_known={}",
    "known json": "/archive/answers.json?_known={}",
    "replay": "/archive@{}",
    "known replay": "/archive@known={}/events.json",
    "table of a replay": "/archive@{}/answers",
    "table name": f"/archive@{DAY}/{{}}",
    "row": f"/archive@{DAY}/letters/{{}}",
    "filter": f"/archive@{DAY}/letters?id={{}}",
    "row of today": "/archive/letters/{}?_asof=2017",
    "ending": f"/archive@{DAY}.{{}}",
    "name": "/{}@2017-01-20/events",
}
CLEAN = (200, 302, 400, 404, 405, 414)  # a page, the way to one, or a word of what is wrong
RAW = (
    b"/archive@\xff\xfe", b"/archive@\xe9/events", b"/archive@2017-01-20/\xff", b"/archive@2017-01-20\r\nX: y/events",
    b"/archive@%ff%fe", b"/archive@2017-01-20/%ff", b"/archive@%", b"/archive@~", b"/archive@~F", b"/archive@%4", b"//archive@2017",
    b"/archive@2017-01-20//events", b"/archive@2017-01-20/events/", b"/archive@2017-01-20/", b"", b"/", b"*", b"@", b"/@", b"/@2017",
    b"/archive@2017-01-20?x=\xff", b"/" + b"@" * 50_000, b"/archive" + b"/" * 50_000 + b"@2017",
    b"/archive@2017" + b"/a" * 50_000, b"/archive@2016" + b"/" * 50_000,
)  # fmt: skip
RAW_QUERIES = (
    b"_asof=\xff",
    b"_known=%ff",
    b"_asof=%",
    b"_asof",
    b"_known&_known=2017",
    b"_asof=2017&_asof=%00",
    b"&&;=",
    b"=",
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """The small archive, which nothing here changes."""
    return small_archive(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def served(archive: Archive) -> Iterator[Datasette]:
    """A site over it, and after all tests the proof that its database is as it was."""
    before = hashlib.sha256(archive.database.read_bytes()).hexdigest()
    with site(archive.database, with_plugin=True) as datasette:
        yield datasette
    assert hashlib.sha256(archive.database.read_bytes()).hexdigest() == before


@in_one_loop
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES.keys())
async def test_hostile_text_is_answered(served: Datasette, place: str) -> None:
    """Every hostile text gets an answer that is no failure of the server, and comes back in no page as it is."""
    await served.invoke_startup()
    failed = []
    for text in HOSTILE:
        answer = await served.client.get(place.replace("{}", quote(text, safe="")))
        reflected = "<" in text and text in answer.text and "html" in answer.headers["content-type"]
        if answer.status_code not in CLEAN or reflected or "set-cookie" in answer.headers or "Traceback" in answer.text:
            failed.append((text[:40], answer.status_code, reflected))
    assert failed == []


async def raw(datasette: Datasette, path: bytes, query: bytes = b"") -> int:
    """Send a request as a server passes it on, with bytes that no client would send; return the status."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "headers": [], "query_string": query,
        "path": path.decode("latin-1"), "raw_path": path, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    await datasette.app()(scope, receive, send)
    values = b"".join(value for name, value in sent[0]["headers"])
    assert b"\r" not in values and b"\n" not in values
    return int(sent[0]["status"])


@in_one_loop
@pytest.mark.parametrize("path", RAW, ids=range(len(RAW)))
async def test_raw_bytes_in_the_path(served: Datasette, path: bytes) -> None:
    """Bytes that are no text or no path are answered too; without an `@` Datasette itself answers."""
    await served.invoke_startup()
    assert await raw(served, path) < 500


@in_one_loop
@pytest.mark.parametrize("query", RAW_QUERIES)
@pytest.mark.parametrize("path", [b"/archive/events", b"/archive/answers", b"/archive@2017-01-20/events"])
async def test_raw_bytes_in_the_query(served: Datasette, path: bytes, query: bytes) -> None:
    """The same of the query string."""
    await served.invoke_startup()
    assert await raw(served, path, query) < 500
