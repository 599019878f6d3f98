"""Targets of the site: addresses, parameters, forms, SQL, and whole requests to its pages."""

from __future__ import annotations

import asyncio
import sqlite3
import traceback
from collections.abc import Callable, Hashable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, parse_qsl, quote, unquote

from datasette import Forbidden, Response, hookimpl
from datasette.plugins import pm
from datasette.utils.asgi import Base400
from datasette.views.base import DatasetteError

from regesta.errors import RegestaError
from regesta.ingest.proposals import find
from regesta.ingest.review import Decision, Review
from regesta.limits import REVIEW_FORM_FIELDS
from regesta.publish import _address
from regesta.publish.feeds.asked import clean
from regesta.publish.pages._form import Typed, form_of, visible
from regesta.publish.pages._posted import Posted, posted, too_long
from regesta.publish.reading.wanted import Wanted, match_of
from regesta.replay.asof import add_functions
from regesta.replay.query import ask, parameter_value, tables_read
from tests.fuzz.record import DATE_WORDS, JSON_WORDS, ZONES, text
from tests.fuzz.running import Ready
from tests.fuzz.schema import SQL_WORDS
from tests.publish.proposing import KEYS, proposing_archive
from tests.publish.sites import site

ADDRESSES: Final = (
    b"archive@2017-07-01/answers", b"archive@2017-07-01,known=2017-07-05/answers/l1,P01.json", b"archive@known=2017-07-05T12:00:00.5Z",
    b"archive~402017-07-01.json", b"archive@July 5, 2017/events?_asof=2017", b"archive@2017-07-01T10:00:00+02:00", b"archive@-0044-03-15",
    b"archive@9999-12-31T23:59:59Z", b"archive@0000", b"archive@2011-12-30", b"archive/events.csv",
)  # fmt: skip
ADDRESS_WORDS: Final = (
    *DATE_WORDS, b"@", b"~40", b"%40", b"~", b"~2", b"%", b"%00", b"%ff", b"+", b",known=", b"known=", b"/", b"//", b"..", b".json", b".db",
    b".5Z", b"?", b"&", b"=", b";", b"#", b"archive",
)  # fmt: skip
ARGUMENTS: Final = (
    b"q=Kobach+AND+%22NEAR%22&type=letter.&about=place/P01&since=2017-06-30&until=July+2017&status=any", b"q=l%27or*&status=current",
    b"since=2017-07-01T10:00:00Z&until=9999-12-31", b"_asof=2017-01-20&_known=2026", b"q=-a+%5E%22&type=answer.given,letter.sent",
)  # fmt: skip
ARGUMENT_WORDS: Final = (
    *ADDRESS_WORDS, b"q=", b"type=", b"about=", b"since=", b"until=", b"status=", b"any", b"%22", b"*", b"%5C", b"_", b"AND ", b"NEAR(", b"asof=",
    b"known=", b"level=", b"part=", b"from=", b"to=", b"page=", b"order=recorded", b"lane=", b"width=", b"at=", b"old=", b"new=",
)  # fmt: skip
PAGES: Final = (
    b"/-/front?asof=2017-01-20", b"/-/front.json?asof=2017", b"/-/front/around?at=2017-01-20", b"/-/timeline?asof=2017&level=day", b"/-/timeline.svg?from=2017&to=2018",
    b"/-/event/3?asof=2017", b"/-/event/3.json", b"/-/about", b"/-/about/place/P01?asof=2017", b"/-/stories", b"/-/story/letter?old=1&new=2", b"/-/changes?since=2017",
    b"/-/find?q=letter&type=letter.&page=2", b"/-/take?q=letter", b"/-/take/feed.atom?q=letter&since=2017", b"/-/take/calendar.ics", b"/-/take/table.csv?status=any",
    b"/-/review", b"/archive/events?_asof=2017-01-20", b"/archive@2017-01-20/answers?answer=no", b"/archive/letters/l1?_asof=2017", b"/archive@known=2026/events.json?_size=2",
    b"/archive/answers_history.json?_asof=2017&_sort=letter", b"/archive?sql=select+1", b"/archive/events/3",
)  # fmt: skip
FORM: Final = b"edits=%7B%22data.letter%22%3A+%22l2%22%7D&without=speaker&type=letter.sent&subject=letter/l1&data.summary=No.&found.person=Ann&reason=x"
QUERIES: Final = (
    b"select letter, answer from answers where place = :p order by pages desc limit 3", b"with x as (select 1 as a union all select 2) select * from x",
    b"select count(*), group_concat(place, '; ') from letters group by about having count(*) > 1", b"explain query plan select 1",
    b"select json_extract(data, '$.letter'), row_number() over (order by sequence) from events", b"select * from answers_history, letters using (place)",
)  # fmt: skip


def address(folder: Path) -> Ready:
    """An address leads somewhere or nowhere, and its canonical form to the same point in time."""

    def run(data: bytes) -> Hashable:
        path = _address.path_of({"raw_path": b"/" + data, "path": "/"})
        found = _address.read(_address.below("/", path))
        assert isinstance(found.parts, list)
        wish = _address.wish(found.segment)
        if wish is None:
            return None
        zone = ZONES[len(data) % len(ZONES)]
        point = _address.point_in_time(wish.at, wish.known, zone)
        spelled = _address.spelled(point, zone)
        again = _address.wish(_address.read(f"archive@{quote(spelled)}").segment)
        assert again is not None
        assert _address.point_in_time(again.at, again.known, zone) == point, (spelled, point)
        return len(_address.sentence(point, zone)) // 10, len(spelled)

    return Ready(run, ADDRESSES, ADDRESS_WORDS)


def arguments(folder: Path) -> Ready:
    """Conditions mean the same after they were written into a link, and are conditions that SQLite can ask."""
    archive = proposing_archive(folder / "archive")
    db = sqlite3.connect(f"file:{archive.database}?mode=ro", uri=True)
    add_functions(db)

    def run(data: bytes) -> Hashable:
        given = {name: values[0] for name, values in parse_qs(data.decode("latin-1")).items()}
        match_of(given.get("q", ""))
        clean(given.get("q", ""))
        wanted = Wanted.read(given.get, archive.zone)
        assert Wanted.read(wanted.query().get, archive.zone) == wanted
        return tuple(sorted(wanted.query())), min(wanted.count(db), 3)

    return Ready(run, ARGUMENTS, ARGUMENT_WORDS, close=db.close)


class Request:
    """A request with a form, as much of it as is looked at: its headers are the lines before an empty one."""

    def __init__(self, data: bytes) -> None:
        head, _, self._body = data.partition(b"\n\n")
        lines = (line.partition(":") for line in head.decode("latin-1").split("\n"))
        self.headers = {name.strip().lower(): value.strip() for name, _, value in lines}

    async def post_body(self) -> bytes:
        """Return the form."""
        return self._body


def form(folder: Path) -> Ready:
    """What an editor's browser sends is a form of ours, of another site, or out of bounds."""

    def run(data: bytes) -> Hashable:
        request = Request(data)
        too_long(request.headers.get("content-length", ""))
        try:
            fields: Posted = asyncio_run(posted(request))
        except Forbidden:
            return "forbidden"
        typed = Typed.of(fields)
        for words in typed.texts.values():
            visible(words)
        return len(typed.texts), len(typed.prior), len(typed.without), bool(typed.reason)

    head = b"Content-Type: application/x-www-form-urlencoded\nContent-Length: 120\nHost: a.example\nOrigin: https://a.example\n\n"
    words = (
        *JSON_WORDS,
        b"Origin: http://[\n",
        b"Sec-Fetch-Site: none\n",
        b"Sec-Fetch-Site: cross-site\n",
        b"%7B",
        b"%22",
        b"%ff",
        b"&data.",
        b"&edits=",
        b"&found.",
        b"\n\n",
    )
    return Ready(run, [head + FORM, head.replace(b"Origin", b"X-Origin") + FORM], words)


def asyncio_run(work: Any) -> Any:
    """Return what a coroutine gives that waits for nothing, without a loop."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waits")


def edited(folder: Path) -> Ready:
    """A form that came back makes edits of a proposal, and stands in the page again where it cannot."""
    archive = proposing_archive(folder / "archive")
    review = Review(archive)
    proposal = find(archive.database, KEYS[0])

    def run(data: bytes) -> Hashable:
        pairs = parse_qsl(data.decode("latin-1"), True)
        typed = Typed.of(Posted(pairs[:REVIEW_FORM_FIELDS]))
        try:
            edits = typed.edits(review, proposal)
            review.drafts(Decision(proposal, True, edits))
        except RegestaError as error:
            return len(form_of(review, proposal, typed, error).faults), error.message[:12]
        made = form_of(review, proposal, typed)
        return len(edits), len(made.fields), len(made.lacking)

    return Ready(
        run,
        [FORM],
        (
            *ARGUMENT_WORDS,
            b"&data.",
            b"&found.",
            b"&type=answer.given",
            b"&edtf=",
            b"&data.pages=",
            b"%7B%7D",
            b"&edits=",
        ),
    )


def query(folder: Path) -> Ready:
    """SQL that somebody asks is answered or refused, and changes nothing."""
    path = proposing_archive(folder / "archive").database

    def run(data: bytes) -> Hashable:
        sql = text(data)
        with ask(path, sql, {"p": parameter_value("P01"), "a": 1}, limit_seconds=1.0, limit_rows=50) as answer:
            rows = [tuple(map(type, row)) for row in answer]
        tables = tables_read(path, sql, {"p": "P01", "a": 1})
        return len(answer.columns), len(rows), tables

    return Ready(run, QUERIES, SQL_WORDS)


def page_request(folder: Path) -> Ready:
    """Whatever is asked of the site, no code of ours fails; what fails in Datasette alone is its own affair."""
    archive = proposing_archive(folder / "archive")
    failures, stack = _Failures(), ExitStack()
    served = stack.enter_context(site(archive.database, with_plugin=True))
    pm.register(failures, "failures")
    stack.callback(pm.unregister, failures)
    loop = asyncio.new_event_loop()
    stack.callback(loop.close)
    loop.run_until_complete(served.invoke_startup())
    app = served.app()

    def run(data: bytes) -> Hashable:
        failures.found.clear()
        path, _, asked = data.partition(b"?")
        target = quote(b"/" + path.lstrip(b"/"), safe="/%:@!$&'()*+,;=~").encode()
        status, size = loop.run_until_complete(_answer(app, target, asked))
        for error in failures.found:
            ours = {
                frame.filename for frame in traceback.extract_tb(error.__traceback__) if "/regesta/" in frame.filename
            }
            if any(not name.endswith(_HANDING_ON) for name in ours):
                raise error
        assert status < 500 or not target.startswith(b"/-/"), status
        return status, target[:9], size // 2000

    words = (
        b"/-/",
        b"front",
        b"timeline",
        b"event/",
        b"about/",
        b"find",
        b"take/",
        b"changes",
        b"_sort=",
        b"_where=",
        b"_facet=",
    )
    return Ready(run, PAGES, (*ARGUMENT_WORDS, *words), close=stack.close)


_HANDING_ON: Final = "/publish/_serving.py"  # a stand-in for a database, which runs what Datasette asks of it


class _Failures:
    """A plug-in that keeps the exceptions which no page was made of."""

    def __init__(self) -> None:
        self.found: list[Exception] = []
        self.__name__ = "failures"  # Datasette asks its plug-ins for it

    @hookimpl(tryfirst=True)  # type: ignore[untyped-decorator]  # Datasette ships no types
    def handle_exception(self, exception: Exception) -> Response | None:
        """Answer an exception that is not meant as an answer; without the pages of traceback that it would print."""
        if isinstance(exception, (Base400, Forbidden, DatasetteError)):
            return None
        self.found.append(exception)
        return Response.text("failed", status=500)


async def _answer(app: Any, path: bytes, asked: bytes) -> tuple[int, int]:
    """Return the status and the length of the answer to a request, straight from the application."""
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": unquote(path.decode("ascii")), "raw_path": path, "query_string": asked, "root_path": "",
        "headers": [(b"host", b"a.example")], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent[0]["status"], sum(len(item.get("body", b"")) for item in sent)


TARGETS: Final[dict[str, Callable[[Path], Ready]]] = {
    "address": address, "arguments": arguments, "form": form, "edited form": edited, "query": query, "request": page_request,
}  # fmt: skip
