"""The timeline: its first window for the front page, every other window by address, and the events of one mark."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeVar

from datasette import Response

from regesta.errors import EventError, UsageError
from regesta.limits import TIMELINE_KEPT
from regesta.publish.drawing._ladder import FIT, Ladder, ladder_of
from regesta.publish.drawing.timeline import Marks, Sheet, Timeline, alone, draw, place, stretch, within
from regesta.publish.pages.rendering import render
from regesta.publish.pages.visit import Visit
from regesta.publish.reading.names import Names
from regesta.publish.reading.timeline import (
    Cluster,
    Extent,
    Strand,
    busiest,
    extent,
    members,
    spans,
    strands,
    titles,
)  # fmt: skip
from regesta.replay.asof import Moment
from regesta.schema.dates import bounds

T = TypeVar("T")

# What was counted, by database, its state, and window: until the database changes it stays the same.
_kept: dict[tuple[Any, ...], Any] = {}
_PART: Final = 7  # digits, more than the deepest level has


class Plan(NamedTuple):
    """What all windows of a story share."""

    lanes: tuple[Strand, ...]
    extent: Extent
    ladder: Ladder


async def drawing(visit: Visit, moment: Moment | None) -> Timeline:
    """Return the window that the address asks for (level, part), as things stand at a moment (None: in the end)."""
    level, part = visit.argument("level") or FIT, visit.argument("part") or "0"
    if not (part.isascii() and part.isdigit() and len(part) <= _PART):
        raise UsageError(f"part is {part!r:.40}, expected a number")
    return await visit.read(lambda db: _timeline(db, visit, (level, int(part)), moment))


async def window(visit: Visit) -> Response:
    """Answer with one window as SVG, the same that stands in the page."""
    found = await drawing(visit, visit.moment())
    values = {"visit": visit, "config": visit.config, "drawing": found}
    return visit.file(render("_window.html", values), "image/svg+xml; charset=utf-8")


async def mark(visit: Visit) -> Response:
    """Answer with the events that a mark of the timeline stands for."""
    cluster = Cluster.read(visit.argument)

    def read(db: sqlite3.Connection) -> dict[str, Any]:
        count, events = members(db, cluster)
        names = Names(db, visit.config)
        for event in events:
            names.of(event.subject)
        return {"count": count, "events": events, "names": names}

    try:
        words = within(cluster.begin[0], cluster.end[1], visit.zone)
    except EventError as error:  # open on both sides, or beyond the calendar: no mark has such bounds
        raise UsageError(f"begin and end are no stretch of time: {error.message}") from error
    return visit.page("mark.html", cluster=cluster, words=words, **await visit.read(read))


def _timeline(db: sqlite3.Connection, visit: Visit, asked: tuple[str, int], moment: Moment | None) -> Timeline:
    asof = moment.second if moment else None
    plan = _plan(db, visit)
    if plan is None:
        nothing = ladder_of(0, 0, 0)
        return Timeline(0, 0, nothing, nothing.window(FIT, 0), "", (), 0, asof, visit.zone)
    shown = plan.ladder.window(*asked)
    sheet = Sheet(plan.lanes, shown, visit.zone, asof)
    marks = _marks(db, visit, sheet)
    drawings = draw(sheet, marks, titles(db, alone(marks)))
    words = stretch(shown.first, shown.last, visit.zone)
    first, last, _, undated = plan.extent
    return Timeline(first, last, plan.ladder, shown, words, drawings, undated, asof, visit.zone)


def _plan(db: sqlite3.Connection, visit: Visit) -> Plan | None:
    return _once((visit.ground.path, visit.ground.stamp), lambda: _new_plan(db, visit))


def _new_plan(db: sqlite3.Connection, visit: Visit) -> Plan | None:
    lanes = strands(db, visit.config)
    found = extent(db, lanes)
    if found is None:
        return None
    whole = ladder_of(found.first, found.last, found.finest)
    declared = bounds(visit.config.timeline, visit.zone) if visit.config.timeline else None
    if declared and declared.earliest is not None and declared.latest is not None:
        fit = declared.earliest, declared.latest
    else:
        sheet = Sheet(lanes, whole.window("0", 0), visit.zone, None)
        every = [mark for lane in _marks(db, visit, sheet)["wide"] for part in lane for mark in part]
        fit = busiest([group for mark in every for group in mark.groups], whole.first, whole.last)
    return Plan(lanes, found, ladder_of(found.first, found.last, found.finest, fit))


def _marks(db: sqlite3.Connection, visit: Visit, sheet: Sheet) -> Marks:
    first, last = sheet.window.first, sheet.window.last
    key = (visit.ground.path, visit.ground.stamp, first, last)
    return _once(key, lambda: place(sheet, spans(db, sheet.lanes, first, last)))


def _once(key: tuple[Any, ...], make: Callable[[], T]) -> T:
    """Return what was made for this key, now or before; the oldest is forgotten when there is too much.

    Two visits at the same time may make it twice, which does no harm.
    """
    try:
        found: T = _kept[key]
    except KeyError:
        found = make()
        for old in list(_kept)[: max(len(_kept) + 1 - TIMELINE_KEPT, 0)]:
            _kept.pop(old, None)
        _kept[key] = found
    return found
