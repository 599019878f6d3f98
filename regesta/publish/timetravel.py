"""Time travel in Datasette: `?_asof=` on what keeps dates, `/archive@2017-07-01/…` for everything else.

Guarantees that a replay shows what its base shows, in every format and under the same access rules, and that an
address which makes no sense costs nothing. Databases that are no archives are left alone.

- `?_asof=D` on `events` and on histories is a condition more; on other tables it leads to `/archive@D/…`.
- `?_known=K` is answered from `/archive@known=K/…`, without a redirect.
- `/archive@D`, `/archive@D,known=K` and `/archive@known=K` are databases like the archive itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode
from zoneinfo import ZoneInfo

from datasette import Response
from datasette.filters import FilterArguments
from datasette.utils import tilde_encode
from datasette.utils.asgi import BadRequest
from datasette.utils.sqlite import sqlite3
from markupsafe import Markup

from regesta.errors import RegestaError, UsageError
from regesta.publish import _address
from regesta.publish._access import App, Message, Receive, Scope, Send, refusal, rewritten
from regesta.publish._address import Address
from regesta.publish._answers import saved_as, sent, told, with_headers
from regesta.publish._replays import Ground, site_of
from regesta.publish._serving import Serving, served, serving
from regesta.replay.asof import AsOf, moment_at
from regesta.schema.dates import describe

_AS_OF: Final = "_asof"
_KNOWN: Final = "_known"
# The name of the bound value. Not `_asof`: "View and edit SQL" has no field for a name that begins like that.
_VALUE: Final = "asof"
_DEPTH: Final = 2  # table and row: nothing below has a page
_READING: Final = ("GET", "HEAD", "OPTIONS")
# Pages that take the route of a database for its name (and so, under the route of a replay, ask for no permission).
_BY_NAME: Final = re.compile(r"(/[^/]+)?/-/schema(\.\w+)?/?")


@dataclass(frozen=True, slots=True)
class Trip:
    """A request to an archive: where in it, at which point in time, and what else it asks for."""

    ground: Ground
    address: Address
    point: AsOf
    query: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """The database in Datasette's links, as text."""
        point = _address.spelled(self.point, self.ground.zone)
        return f"{self.ground.base.route}@{point}" if point else str(self.ground.base.route)

    def path(self, name: str) -> str:
        """Return the path of the same page in the database with this route, as it stands in a request."""
        return f"{tilde_encode(name)}{self.address.ending}{self.address.rest}"

    def paths(self) -> list[str]:
        """Return the paths of the page in the archive as it is, and of all that it is part of."""
        # Some of Datasette's own pages, as /-/queries, are there for everybody, empty: what they belong to counts.
        names = f"{self.address.rest.rstrip('/')}/".partition("/-/")[0].strip("/").split("/")
        names = [name for name in names if name][:_DEPTH]
        first = tilde_encode(self.ground.base.route)
        return ["/".join([first, *names[:count]]) for count in range(len(names), -1, -1)]

    def readable(self) -> str:
        """Return the address of the page as a person would write it."""
        point = quote(_address.spelled(self.point, self.ground.zone), safe="@,=:-")
        query = f"?{urlencode(self.query)}" if self.query else ""
        first = tilde_encode(self.ground.base.route) + (f"@{point}" if point else "")
        return f"{first}{self.address.ending}{self.address.rest}{query}"


class TimeTravel:
    """The ASGI application around Datasette's own that sends a request to the replay that it is meant for."""

    def __init__(self, app: App, datasette: Any) -> None:
        self._app, self._datasette, self._site = app, datasette, site_of(datasette)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        # What a page of a replay asks of the site itself is a request of its own.
        with serving(None):
            app = await self._chosen(scope) if scope["type"] == "http" else self._app
            await app(scope, receive, send)

    async def _chosen(self, scope: Scope) -> App:
        try:
            trip = await self._trip(scope)
            if trip is None:
                return self._app
            asked = next((value for name, value in trip.query if name == _AS_OF and value), "")
            if asked and _leads_elsewhere(trip):
                return self._redirect(trip, asked)
            return self._app if trip.point == AsOf() else await self._replay(scope, trip)
        except UsageError as error:
            return await self._told(scope, 400, str(error))
        except RegestaError as error:  # without the place: it is a path on the server
            return await self._told(scope, 503, f"This date cannot be shown now: {error.message}")

    async def _trip(self, scope: Scope) -> Trip | None:
        """Return what is asked of which archive, None where it is none or nothing is asked of its past."""
        path = _address.below(self._root, _address.path_of(scope))
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        known = next((value for name, value in query if name == _KNOWN and value), "")
        address = _address.read(path)
        if "@" not in address.segment and not known and not any(name == _AS_OF for name, _ in query):
            return None
        base, wish = self._site.addressed(address.segment)
        ground = await self._site.ground(base) if base else None
        if ground is None:
            return None
        point = _address.point_in_time(wish.at, wish.known, ground.zone) if wish else AsOf()
        if known:
            point = _earlier(point, _address.point_in_time(None, known, ground.zone))
        return Trip(ground, address, point, tuple(item for item in query if item[0] != _KNOWN))

    @property
    def _root(self) -> str:
        return str(self._datasette.setting("base_url"))

    def _redirect(self, trip: Trip, asked: str) -> App:
        point = _earlier(trip.point, _address.point_in_time(asked, None, trip.ground.zone))
        query = tuple(item for item in trip.query if item[0] != _AS_OF)
        location = self._root + replace(trip, point=point, query=query).readable()
        return sent(Response("", status=302, headers={"Location": location}))

    async def _replay(self, scope: Scope, trip: Trip) -> App:
        if scope["method"] not in _READING:
            return await self._told(scope, 405, "A replay can only be read.")
        name = trip.name
        if not self._site.has(trip.ground, name):
            paths = [self._root + path for path in trip.paths()]
            query = any(item[0] == "sql" for item in trip.query)
            refused = await refusal(self._app, scope, paths, query=query)
            if refused is not None:
                return _repeated(refused)
        replay = await self._site.take(trip.ground, trip.point, name)
        by_name = trip.address.ending == ".db" or bool(_BY_NAME.fullmatch(trip.address.rest))
        what = Serving(
            replay,
            by_name,
            _address.sentence(trip.point, trip.ground.zone),
            self._root + replace(trip, point=AsOf()).readable(),
        )
        path = self._root + trip.path(trip.ground.name if by_name else name)
        inner = rewritten(scope, path, urlencode(trip.query).encode())

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            try:
                with serving(what):
                    await self._app(inner, receive, _named_by_date(send, name, trip.address.ending))
            finally:
                replay.release()

        return app

    async def _told(self, scope: Scope, status: int, message: str) -> App:
        return await told(self._datasette, scope, _address.path_of(scope), status, message)


async def filters(datasette: Any, request: Any, database: str, table: str) -> FilterArguments | None:
    """Return the condition that `?_asof=` puts on the events and on a history, None where it puts none."""
    asked = next(filter(None, request.args.getlist(_AS_OF)), "")
    zone = await _zone(datasette.databases[database], table) if asked else None
    if not asked or zone is None:
        return None
    try:
        at = _address.point_in_time(asked, None, zone).at or 0
    except UsageError as error:
        raise BadRequest(str(error)) from None
    moment = moment_at(at, zone, _VALUE)
    clause = moment.happened() if table == "events" else moment.certain()
    words = f"as of {describe(_address.at_text(at, zone))}"
    return FilterArguments([clause], params=moment.parameters, human_descriptions=[words])


async def _zone(database: Any, table: str) -> ZoneInfo | None:
    """Return the zone of the archive where ``table`` is its events or a history."""
    if table != "events" and not table.endswith("_history"):
        return None
    names = set(await database.table_names())
    if not {"events", "meta", "_types", table, table.removesuffix("_history")} <= names:
        return None
    try:
        found = await database.execute("select value from meta where key = 'zone'")
        return ZoneInfo(found.rows[0][0]) if found.rows else None
    except (sqlite3.Error, KeyError, ValueError):  # a table of that name in a database of somebody else
        return None


def notice() -> dict[str, str] | None:
    """Return what a page of a replay says at its top: a ``text``, and ``here``, the page in the archive as it is."""
    what = served()
    return {"text": what.text, "here": what.here} if what else None


async def link(value: Mapping[str, Any], table: str, column: str) -> Markup | None:
    """Return the cell of a foreign key with its label, None outside of replays.

    Datasette makes this one link of the name of the database, which is that of the base, and not of its route.
    """
    what = served()
    target = await what.replay.referenced(table, column) if what else None
    if what is None or target is None:
        return None
    key, label = value["value"], value["label"]
    address = what.replay.ds.urls.row(what.replay.name, target, tilde_encode(str(key)))
    if label == key:
        return Markup('<a href="{}">{}</a>').format(address, key)
    return Markup('<a href="{}">{}</a>&nbsp;<em>{}</em>').format(address, label or "-", key)


def _leads_elsewhere(trip: Trip) -> bool:
    """Say whether `?_asof=` is on a page whose rows have no dates of their own."""
    parts, tables = trip.address.parts, trip.ground.tables
    if not parts:
        return all(name != "sql" for name, _ in trip.query)
    return parts[0] in tables and not (len(parts) == 1 and trip.ground.keeps_dates(parts[0]))


def _earlier(first: AsOf, second: AsOf) -> AsOf:
    """Return the point that lies before both on either clock."""
    ats = [point.at for point in (first, second) if point.at is not None]
    knowns = [point.known for point in (first, second) if point.known is not None]
    return AsOf(min(ats, default=None), min(knowns, default=None))


def _repeated(messages: list[Message]) -> App:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for message in messages:
            await send(message)

    return app


def _named_by_date(send: Send, name: str, ending: str) -> Send:
    """Ask search engines to leave a page out, of which there are as many as dates; name a database by its date."""
    own = {"x-robots-tag": "noindex"}
    return with_headers(send, own | (saved_as(f"{name}{ending}") if ending == ".db" else {}))
