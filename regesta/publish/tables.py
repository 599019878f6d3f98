"""What Datasette's own pages of an archive say beside their rows: the date, links to events, the life of a row.

Guarantees that pages of other databases, and of an archive whose events the visitor may not see, stay as Datasette
makes them, and that a page takes a fixed number of queries. The templates of these pages turn the values into HTML.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from sqlite3 import Connection
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from datasette import Forbidden
from datasette.utils import tilde_decode
from markupsafe import Markup

from regesta.config import Status, Value
from regesta.errors import RegestaError
from regesta.limits import CELL_CHARS
from regesta.publish import _address
from regesta.publish._replays import site_of
from regesta.publish._serving import served, serving
from regesta.publish.drawing.strip import Stretch, Strip, draw
from regesta.publish.pages.visit import Visit, visit
from regesta.publish.reading import states
from regesta.publish.reading.events import EventRow
from regesta.replay.asof import Moment, moment_at
from regesta.replay.bounds import bound_text
from regesta.replay.keys import columns_of, key_text, key_values
from regesta.replay.relations import NEVER
from regesta.schema.dates import bounds, describe, instant_text, moment, parse_human

_PAGES: Final = ("database", "table", "row")
_AS_OF: Final = "_asof"
# Parameters that make no sense at another date: the place in a list that was another one.
_OF_THE_LIST: Final = (_AS_OF, "_next", "_known")
_EVENTS: Final = ("last_event", "event", "ended_by", "other_event", "noticed", "sequence")
_DOCUMENTS: Final = ("document", "other_document", "previous", "digest", "source")
_URN: Final = "urn:sha256:"
_NEUTRAL: Final = "#4f6473"  # of a state whose value nobody has given a colour; 5.9 to 1 on white
_DAY_CHARS: Final = 10


class Step(NamedTuple):
    """A date to go to, in words."""

    href: str
    words: str


class Cell(NamedTuple):
    """What a cell shows: a link in the place of its value, with more behind it, or a mark after the value."""

    href: str
    words: str = ""
    title: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Dates:
    """The date control: a form that sends ``asof`` with the ``hidden`` values, and dates to go to."""

    action: str
    hidden: tuple[tuple[str, str], ...]
    asof: str
    words: str
    is_day: bool
    earlier: Step | None
    later: Step | None
    now: str


@dataclass(frozen=True, slots=True)
class Told:
    """A state of a row as it is drawn: the value of the declared status in it, if any, and where its event is."""

    state: states.State
    value: Value | None
    href: str
    possible: bool = False

    @property
    def color(self) -> str:
        """The colour of its bar."""
        return (self.value and self.value.color) or _NEUTRAL

    @property
    def words(self) -> str:
        """The words on its bar."""
        status = (self.value.label or self.value.value) if self.value else ""
        return " · ".join(
            filter(None, ("possible" if self.possible else str(self.state.number), status, self.state.event.when))
        )


@dataclass(frozen=True, slots=True)
class Life:
    """The states of a row in words, ``told`` first and then what was ``possible`` by the date shown; all are drawn."""

    told: tuple[Told, ...]
    possible: tuple[Told, ...]
    strip: Strip
    first: str
    last: str
    disputes: tuple[states.Dispute, ...]


@dataclass(frozen=True)
class Page:
    """A page of an archive's database, of a table or view in it, or of a row."""

    visit: Visit
    table: str
    key: tuple[str, ...]
    asof: str
    point: str
    dates: Dates | None
    possibly: Step | None
    life: Life | None

    @cached_property
    def changes(self) -> str:
        """The address of what has changed since the date shown, in this table where it has a history."""
        table = self.table.removesuffix("_history")
        known = f"{table}_history" in self.visit.ground.tables
        return self.visit.path("changes", **{"from": self.asof, "table": table if known else ""})

    @cached_property
    def timeline(self) -> str:
        """The address of the timeline at the date shown."""
        return self.visit.path(asof=self.asof)

    def event(self, number: int) -> str:
        """Return the address of an event."""
        return self.visit.path("event", number)

    async def cells(self, display_rows: Iterable[Iterable[dict[str, Any]]]) -> list[tuple[dict[str, Any], Cell]]:
        """Return the cells of Datasette's that lead to pages of ours, or have a mark, with what they show."""
        found = [list(row) for row in display_rows]
        known = await self.visit.read(partial(_known, self.table, found))
        return [item for row in found for item in _cells(self, row, known)]


@dataclass(frozen=True, slots=True)
class Known:
    """What a page of rows refers to."""

    events: Mapping[int, EventRow]
    documents: Mapping[str, str | None]
    disputed: frozenset[str]
    key: tuple[str, ...]


async def page_of(datasette: Any, request: Any, view_name: str, database: str | None, table: str | None) -> Page | None:
    """Return what a page of Datasette's says beside its rows, None for what is no page of an archive's data."""
    if request is None or database is None or view_name not in _PAGES or (view_name != "database" and table is None):
        return None
    there = await visit_of(datasette, request, database)
    if there is None:
        return None
    what, key = served(), key_values(request.url_vars.get("pks") or "") if view_name == "row" else ()
    point = str(what.replay.route).rpartition("@")[2] if what else ""
    asked = _address.wish(f"@{point}") if point else None
    asof = (asked.at or "") if asked else there.argument(_AS_OF)
    try:
        return await _page(_Asked(there, table or "", key, asof, (asked and asked.known) or "", point))
    except RegestaError:  # a date that makes no sense: Datasette says so
        return None


async def visit_of(datasette: Any, request: Any, database: str) -> Visit | None:
    """Return the visit to a database, None where it is no archive or its events are not for this visitor."""
    try:
        ground = await site_of(datasette).ground(datasette.get_database(database))
        return await visit(datasette, request, ground.base.route) if ground else None
    except (Forbidden, KeyError, RegestaError):
        return None


async def menu(datasette: Any, request: Any) -> list[dict[str, str]]:
    """Return the links to our pages for Datasette's menu: of the archive that a page is about, else of all."""
    found = []
    about = tilde_decode((request.url_vars if request else {}).get("database") or "")
    for database, ground in await _grounds(datasette) if request else ():
        base = _address.wish(about)
        if about and str(ground.base.route) not in (about, base.name if base else about):
            continue
        there = await visit_of(datasette, request, database)
        if there is not None:
            name = "" if there.alone else f": {there.config.title}"
            found.append({"href": there.path(), "label": f"Timeline{name}"})
            found += [{"href": there.path("review"), "label": f"Review{name}"}] if there.editor else []
    return found


async def _grounds(datasette: Any) -> list[tuple[str, Any]]:
    site = site_of(datasette)
    found = [(name, await site.ground(base)) for name, base in datasette.databases.items() if base.path]
    return [(name, ground) for name, ground in found if ground is not None]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A page as it is asked for: ``point`` is what stands behind the `@` of a replay, '' in an archive as it is."""

    visit: Visit
    table: str
    key: tuple[str, ...]
    asof: str
    known: str
    point: str

    @property
    def at(self) -> Moment | None:
        """The end of the date shown."""
        zone = self.visit.zone
        return moment_at(moment(self.asof, zone), zone) if self.asof else None

    @property
    def base_at(self) -> Moment | None:
        """The same where more is known than what is shown: in a replay with all that is recorded."""
        return self.at if self.point and not self.known else None

    def address(self, at: str) -> str:
        """Return the address of the same page at a point."""
        if self.key:
            return self.visit.row_path(self.table, self.key, at=at)
        return self.visit.table_path(*([self.table] if self.table else []), at=at)


async def _page(asked: _Asked) -> Page:
    there, table, key = asked.visit, asked.table, asked.key
    clock = await there.read(lambda db: states.clock_of(db, table, key))
    dates = await _dates(asked, clock) if clock else None
    possibly = None if key else await _possibly(asked)
    return Page(there, table, key, asked.asof, asked.point, dates, possibly, await _life(asked) if key else None)


async def _dates(asked: _Asked, clock: states.Clock) -> Dates:
    there, args = asked.visit, asked.visit.request.args
    hidden = tuple((name, value) for name in args for value in args.getlist(name) if name not in _OF_THE_LIST)
    here = asked.address(f"known={asked.known}" if asked.known else "")
    edtf = parse_human(asked.asof, there.zone) if asked.asof else ""
    with serving(None):  # a replay has no changes that came later
        earlier, later = await there.read(partial(_around, clock, asked.at, edtf, there.zone))

    def step(text: str | None) -> Step | None:
        return Step(_with(here, hidden, text[:_DAY_CHARS]), describe(text[:_DAY_CHARS])) if text else None

    now = _with(asked.address(""), hidden) if asked.point or edtf else ""
    words = describe(edtf) if edtf else ""
    return Dates(here, hidden, edtf, words, len(edtf) in (0, _DAY_CHARS), step(earlier), step(later), now)


def _around(
    clock: states.Clock, at: Moment | None, edtf: str, zone: ZoneInfo, db: Connection
) -> tuple[str | None, str | None]:
    """Return the changes before the date shown, and after it."""
    first = bounds(edtf, zone).earliest if edtf else None
    earlier = states.change_before(db, clock, bound_text(first, zone) if first is not None else None)
    return earlier, states.change_after(db, clock, at.text) if at else None


def _with(address: str, hidden: Sequence[tuple[str, str]], asof: str = "") -> str:
    query = [*hidden, *([(_AS_OF, asof)] if asof else [])]
    return f"{address}?{urlencode(query)}" if query else address


async def _possibly(asked: _Asked) -> Step | None:
    """Return how many states may have begun by a date beside those in the table, and the way to see them."""
    at, table = asked.base_at, asked.table
    if at is None:
        return None
    with serving(None):
        read = asked.visit.read
        count = await read(lambda db: states.possibly(db, table, at) if states.is_projection(db, table) else 0)
    query = {"possibly_from__lte": at.text, "surely_from__gt": at.text} if at.steady else {}
    return (
        Step(asked.visit.table_path(f"{table}_history", **query), f"{count:,} more rows or changes") if count else None
    )


async def _life(asked: _Asked) -> Life | None:
    there, at = asked.visit, asked.base_at
    held, disputes, last = await there.read(partial(_row, asked.table, asked.key))
    if not held:
        return None
    with serving(None):
        now = (await there.read(partial(_row, asked.table, asked.key)))[0] if at else []
    begun = [state for state in now if at and state.bounds[0] <= at.second < state.bounds[1]]
    status = next((item for item in there.config.status if item.table == asked.table), None)
    told, possible = (
        tuple(Told(state, _value(status, state), there.path("event", state.event.sequence), maybe) for state in found)
        for found, maybe in ((held, False), (begun, True))
    )
    strip = draw(_stretches(held, begun), asked.at.second if asked.at else last)
    ends = ((instant_text(second, there.zone) or "")[:_DAY_CHARS] for second in (strip.first, strip.last))
    first, last_day = (describe(text) if text else "" for text in ends)
    return Life(told, possible, strip, first, last_day, tuple(disputes))


def _stretches(held: Sequence[states.State], begun: Sequence[states.State]) -> list[Stretch]:
    """Return what is drawn: a state is no longer sure from where another one may have begun."""
    change = min((state.bounds[0] for state in begun), default=NEVER)
    sure = [Stretch(*state.bounds) for state in held]
    sure = [item._replace(surely_to=min(item.surely_to, max(change, item.possibly_from))) for item in sure]
    return [*sure, *(Stretch(state.bounds[0], NEVER, NEVER, NEVER) for state in begun)]


def _row(
    table: str, key: tuple[str, ...], db: Connection
) -> tuple[list[states.State], list[states.Dispute], int | None]:
    if not states.is_projection(db, table):
        return [], [], None
    return states.states_of(db, table, key), states.disputes_of(db, table, key_text(key)), states.last_date(db)


def _value(status: Status | None, state: states.State) -> Value | None:
    """Return how the status of a state is drawn."""
    said = state.values.get(status.column) if status else None
    if status is None or said is None:
        return None
    return next((value for value in status.values if value.value == said), Value(str(said)))


def _raw(cell: Mapping[str, Any]) -> Any:
    raw = cell["raw"]
    return raw["value"] if isinstance(raw, dict) else raw  # a foreign key that a plugin has shown


def _digest(raw: Any) -> str:
    return raw.removeprefix(_URN) if isinstance(raw, str) else ""


def _known(table: str, found: list[list[dict[str, Any]]], db: Connection) -> Known:
    cells = [cell for row in found for cell in row]
    numbers = {_number(cell) for cell in cells if cell["column"] in _EVENTS} - {0}
    digests = {_digest(_raw(cell)) for cell in cells if cell["column"] in _DOCUMENTS} - {""}
    projection = states.is_projection(db, table)
    return Known(
        states.events_by_number(db, numbers),
        states.documents_by_digest(db, digests),
        states.disputed(db, table) if projection else frozenset(),
        columns_of(db, table).key if projection else (),
    )


def _number(cell: Mapping[str, Any]) -> int:
    raw = _raw(cell)
    return raw if isinstance(raw, int) else int(raw) if cell.get("value_type") == "pk" and str(raw).isdigit() else 0


def _cells(page: Page, row: list[dict[str, Any]], known: Known) -> Iterator[tuple[dict[str, Any], Cell]]:
    about = set[str]()
    for cell in row:
        # In a table of the archive's own a column may have one of these names for another reason.
        if cell["column"] in (_EVENTS[:1] if known.key else _EVENTS) and _number(cell) in known.events:
            event = known.events[_number(cell)]
            about.add(event.subject)
            words = str(event.sequence) if cell["column"] == "sequence" else _short(event.title)
            title = f"Event {event.sequence}, {event.when}: {event.title}"
            yield cell, Cell(page.event(event.sequence), words, title)
        elif isinstance(cell["value"], Markup):
            continue
        elif cell["column"] == "subject" and _raw(cell) in about:
            yield cell, Cell(page.visit.subject_path(_raw(cell), asof=page.asof), _raw(cell))
        elif cell["column"] in _DOCUMENTS and _digest(_raw(cell)) in known.documents:
            digest = _digest(_raw(cell))
            words = _short(known.documents[digest] or f"{digest[:12]}…")
            yield cell, Cell(page.visit.row_path("documents", (digest,)), words, f"sha256 {digest}")
    values = {cell["column"]: _raw(cell) for cell in row}
    if known.disputed and all(name in values for name in known.key):
        key = tuple(values[name] for name in known.key)
        if key_text(key) in known.disputed:
            yield row[0], Cell(f"{page.visit.row_path(page.table, key, at=page.point)}#disputed", mark="disputed")


def _short(text: str) -> str:
    return text if len(text) <= CELL_CHARS else f"{text[: CELL_CHARS - 1].rstrip()}…"
