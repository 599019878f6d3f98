"""The front page: what the story is, who stands where, as of when, how sure, and what happened around then.

Guarantees that the page says the same with and without its script: the script paints from the same states by the same
rule, or asks `front.json`. A date that makes no sense is told beside the place where it was typed.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

from datasette import NotFound, Response

from regesta.config import Status
from regesta.errors import UsageError
from regesta.limits import FRONT_DAYS, FRONT_DISPUTES, FRONT_HELD
from regesta.publish.drawing import sentence
from regesta.publish.drawing.area import Area, Window, area
from regesta.publish.drawing.tiles import Tile, layout
from regesta.publish.pages import timeline
from regesta.publish.pages.visit import Visit
from regesta.publish.reading import standing as who
from regesta.publish.reading.days import Days, Disputed, around, day_of, day_text, days, disputes
from regesta.publish.reading.events import when
from regesta.publish.reading.names import Names
from regesta.publish.reading.standing import Drawn, Interval, Stand
from regesta.replay.asof import Moment
from regesta.replay.counts import Count, status_name
from regesta.replay.keys import key_values
from regesta.replay.relations import NEVER

_EPOCH_DAY: Final = 719_163  # 1970-01-01 as an ordinal, from which scripts count days
# "Ended by something of which nobody knows when", for a script: beyond every second of the calendar.
_SOME_TIME: Final = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Lasting:
    """What is the same at every date: the statuses that can be drawn, the one that is, its states, the days, the
    newest disputes and the number of all."""

    statuses: tuple[Status, ...]
    drawn: Drawn | None
    tiles: tuple[Tile, ...]
    intervals: Mapping[Any, list[Interval]] | None
    area: Area | None
    story: Days
    disputes: tuple[Sequence[Disputed], int]


@dataclass(frozen=True, slots=True)
class Point:
    """The date of a page: as it stands in an address and in words, and the days with events before and after it."""

    moment: Moment | None
    date: str
    words: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Who stands where at a date: by subject, the counts of rows by value, and a sentence."""

    stands: Mapping[Any, Stand]
    counts: list[Count]
    others: int
    words: str


async def front(visit: Visit) -> Response:
    """Answer with the front page, `?asof=2017-07-01` as of a date, `?status=table.column` with another status."""
    moment, problem = _asked(visit)
    drawing = await timeline.drawing(visit, moment)
    window = None if drawing.empty else Window(*drawing.ladder.fit, visit.zone)
    asked = visit.argument("status")
    found = await visit.read(lambda db: _read(db, visit, moment, window, asked))
    values = {"problem": problem, "typed": visit.argument("asof"), "drawing": drawing, "window": window, **found}
    code = 400 if problem else 200
    return visit.page("front.html", code, **values, data=_data(visit, window, found))


async def standing(visit: Visit) -> Response:
    """Answer with who stands where at a date, for a page that does not have all states in it."""
    try:
        moment = visit.moment()
    except UsageError as error:
        # An answer, not a failure: the page asks how a date that somebody typed is to be read.
        return visit.json({"problem": str(error)})
    found = await visit.read(lambda db: _standing_now(db, visit, moment, visit.argument("status")))
    return visit.json({"second": moment.second if moment else None, **found})


async def around_then(visit: Visit) -> Response:
    """Answer with the part of the front page that lists what happened around a date."""
    moment = visit.moment()
    found = await visit.read(lambda db: _around(db, visit, moment))
    return visit.page("_around.html", **found)


def _asked(visit: Visit) -> tuple[Moment | None, str]:
    try:
        return visit.moment(), ""
    except UsageError as error:
        return None, str(error)


def _read(
    db: sqlite3.Connection, visit: Visit, moment: Moment | None, window: Window | None, asked: str
) -> dict[str, Any]:
    lasting = _lasting(db, visit, asked, window or Window(0, 0, visit.zone))
    values: dict[str, Any] = {"lasting": lasting, "standing": None, "sentence": sentence}
    if lasting.drawn:
        values["standing"] = _standing(db, lasting.drawn, moment)
    return {**values, **_around(db, visit, moment, lasting)}


def _around(
    db: sqlite3.Connection, visit: Visit, moment: Moment | None, lasting: Lasting | None = None
) -> dict[str, Any]:
    lasting = lasting or _lasting(db, visit, "", None)
    recent, count = lasting.disputes
    listed = [one for one in recent if moment is None or one.since <= moment.second][:FRONT_DISPUTES]
    found = around(db, lasting.story, moment)
    names = Names(db, visit.config)
    for event in (*found.certain, *found.possible):
        names.of(event.subject)  # looked up here: a template has no connection
    return {
        "point": _point(visit, moment, lasting.story),
        "around": found,
        "names": names,
        "disputes": [(one, key_values(one.key)) for one in listed],
        "disputed": count,
    }


def _standing_now(db: sqlite3.Connection, visit: Visit, moment: Moment | None, asked: str) -> dict[str, Any]:
    lasting = _lasting(db, visit, asked, None)
    point = _point(visit, moment, lasting.story)
    found: dict[str, Any] = {"date": point.date, "when": point.words, "before": point.before, "after": point.after}
    if lasting.drawn:
        now = _standing(db, lasting.drawn, moment)
        tiles = [_numbers(now.stands.get(tile.key)) for tile in lasting.tiles]
        found |= {"tiles": tiles, "counts": now.counts, "others": now.others, "words": now.words}
    return found


def _standing(db: sqlite3.Connection, drawn: Drawn, moment: Moment | None) -> Standing:
    stands = who.stands(db, drawn, moment)
    tally = who.tally(stands, drawn.total)
    disputed = sum(moment is None or since <= moment.second for since in drawn.disputed.values())
    words = sentence.standing(tally, drawn.shades, drawn.noun, drawn.others, disputed)
    return Standing(stands, who.counted(db, drawn, moment), tally.others, words)


def _numbers(stand: Stand | None) -> list[int | None]:
    return [stand.certain, stand.possible, stand.rows] if stand else [None, None, 0]


def _point(visit: Visit, moment: Moment | None, story: Days) -> Point:
    """Return the date of a page: a day where the moment is the end of one, else the instant."""
    if moment is None:
        return Point(None, "", "By all that is recorded", day_text(story.before(None)), "")
    day = day_of(moment.second, visit.zone)
    whole = day is not None and day_of(moment.second + 1, visit.zone) != day
    date = day_text(day) if whole else moment.text
    words = f"At the end of {when(date)}" if whole else f"At {when(date)}"
    # In the middle of a day the end of it is still to come.
    after = story.after(day if whole or day is None else day - 1)
    return Point(moment, date, words, day_text(story.before(day)), day_text(after))


def _data(visit: Visit, window: Window | None, found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the page's script is given: days, and all states where they are few enough."""
    lasting, point = found["lasting"], found["point"]
    drawn: Drawn | None = lasting.drawn
    ends = [day_of(second, visit.zone) for second in (window.first, window.last)] if window else []
    days_in_all = lasting.story.ordinals if len(lasting.story.ordinals) <= FRONT_DAYS else ()
    data: dict[str, Any] = {
        "date": point.date,
        "second": point.moment.second if point.moment else None,
        "zone": visit.config.zone,
        "window": [window.first, window.last] if window else None,
        "range": [day - _EPOCH_DAY for day in ends if day is not None],
        "days": _differences([day - _EPOCH_DAY for day in days_in_all]),
    }
    if drawn:
        data |= {
            "shades": [[shade.label, shade.sign] for shade in drawn.shades],
            "noun": drawn.noun,
            "others": drawn.others,
            "total": drawn.total,
            "dated": bool(drawn.kind),
            "disputed": [drawn.disputed.get(str(tile.key)) for tile in lasting.tiles],
            "subjects": _states(lasting, drawn),
        }
    return data


def _differences(numbers: list[int]) -> list[int]:
    """Return the first number, and of the others by how much each is more than the one before: half the length."""
    return [number - before for before, number in zip([0, *numbers], numbers, strict=False)]


def _states(lasting: Lasting, drawn: Drawn) -> list[list[list[int | None]]] | None:
    """Return the states of each tile's subject, the oldest first; None where they are too many for a page."""
    if lasting.intervals is None or drawn.total > len(lasting.tiles):
        return None
    return [[_state(one) for one in lasting.intervals.get(tile.key, ())] for tile in lasting.tiles]


def _state(one: Interval) -> list[int | None]:
    """Return a state as value, possibly from, surely from, possibly to; None is an open end."""
    end = _SOME_TIME if one.ended and one.possibly_to == NEVER else one.possibly_to
    return [
        one.value,
        *(None if abs(second) == NEVER else second for second in (one.possibly_from, one.surely_from, end)),
    ]


_held: OrderedDict[tuple[Any, ...], Lasting] = OrderedDict()
_turn: Final = Lock()


def _lasting(db: sqlite3.Connection, visit: Visit, asked: str, window: Window | None) -> Lasting:
    """Return what is the same at every date, from the last time where the database says that it is the same one.

    Without a ``window`` the area may be of any.
    """
    state = tuple(tuple(row) for row in db.execute("select key, value from meta order by key"))
    with _turn:
        for key, lasting in _held.items():
            if key[:2] == (state, asked) and window in (None, key[2]):
                _held.move_to_end(key)
                return lasting
    found = _look(db, visit, asked, window)
    with _turn:
        _held[state, asked, window] = found
        while len(_held) > FRONT_HELD:
            _held.popitem(last=False)
    return found


def _look(db: sqlite3.Connection, visit: Visit, asked: str, window: Window | None) -> Lasting:
    statuses = tuple(who.declared(db, visit.config))
    names = [status_name(status.table, status.column) for status in statuses]
    if asked and asked not in names:
        raise NotFound("There is no such status in this archive.")
    story, disputed = days(db, visit.zone), disputes(db)
    if not statuses:
        return Lasting((), None, (), None, None, story, disputed)
    drawn = who.drawn(db, visit.config, statuses[names.index(asked) if asked else 0])
    painted = area(who.steps(db, drawn, window), window) if window and window.first < window.last else None
    tiles = tuple(layout(drawn.subjects, drawn.status.map))
    return Lasting(statuses, drawn, tiles, who.intervals(db, drawn), painted, story, disputed)
