"""What changed between two dates, or in what was known: rows before and after, and the events that did it."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from datasette import Response

from regesta.errors import UsageError
from regesta.publish._address import at_text, point_in_time, spelled
from regesta.publish._replays import site_of
from regesta.publish.pages.visit import Visit
from regesta.publish.reading.changes import Calendar, changes, eve
from regesta.replay.asof import AsOf
from regesta.replay.diff import Side
from regesta.replay.keys import check_projection

_ALL: Final = "0001-01-01"  # before every change
# Days before the last time that something was recorded, in words.
_LEARNED: Final = ((1, "on the last day"), (7, "in the last week"), (30, "in the last month"))


@dataclass(frozen=True, slots=True)
class Range:
    """The two points that are compared, and the words that they came in."""

    first: AsOf
    last: AsOf
    words: dict[str, str]

    @property
    def learned(self) -> bool:
        """Whether two states of the log are compared."""
        return self.first.known is not None


async def changes_page(visit: Visit) -> Response:
    """Answer with what changed; raises `UsageError` for dates that are none, or in the wrong order."""
    asked = await visit.read(lambda db: _range(visit, Calendar(db)))
    table = visit.argument("table")
    async with _databases(visit, asked) as (before, after):
        sides = Side(before, *asked.first), Side(after, *asked.last)

        def read(db: sqlite3.Connection) -> dict[str, Any]:
            if table:
                check_projection(db, table)
            found = changes(db, visit.config, sides, (table,) if table else ())
            return {"found": found, **_steps(visit, Calendar(db), asked)}

        values = await visit.read(read)
    return visit.page("changes.html", asked=asked, table=table, **values)


@asynccontextmanager
async def _databases(visit: Visit, asked: Range) -> AsyncIterator[tuple[Path, Path]]:
    """Give the databases of the two sides: the one that this visitor sees, as it is or as it was known."""
    here = Path(visit.datasette.get_database(visit.ground.name).path)
    taken = []
    try:
        paths = []
        for known in (asked.first.known, asked.last.known):
            if known is None:
                paths.append(here)
                continue
            point = AsOf(None, known)
            route = f"{visit.ground.base.route}@{spelled(point, visit.zone)}"
            replay = await site_of(visit.datasette).take(visit.ground, point, route)
            taken.append(replay)
            paths.append(Path(replay.path))
        yield paths[0], paths[1]
    finally:
        for replay in taken:
            replay.release()


def _range(visit: Visit, calendar: Calendar) -> Range:
    """Return what is asked for, else the last days on which something changed."""
    words = {name: visit.argument(name) for name in ("from", "to", "known_from", "known_to")}
    if words["known_to"] and not words["known_from"]:
        raise UsageError("known_from is missing", remedy="give the date from which on it is told what was learned")
    if not words["known_from"] and not words["from"]:
        words["from"], words["to"] = _default(calendar, words["to"])
    at, until = words["from"], words["to"]
    first = point_in_time(at or None, words["known_from"] or None, visit.zone)
    last = point_in_time(until or (at if words["known_from"] else "") or None, words["known_to"] or None, visit.zone)
    for one, other in zip(first, last, strict=True):
        if one is not None and other is not None and one > other:
            raise UsageError("the first date is after the second", remedy="give the earlier date first")
    return Range(first, last, words)


def _default(calendar: Calendar, until: str) -> tuple[str, str]:
    days = calendar.days
    if until:
        return (eve(days.first) if days.first else _ALL), until
    return calendar.last() or (_ALL, "")


def _steps(visit: Visit, calendar: Calendar, asked: Range) -> dict[str, Any]:
    """Return the ranges that a reader may want next, as parameters, and the days of the two dates."""
    first, last = (
        "" if point.at is None else at_text(point.at, visit.zone)[:10] for point in (asked.first, asked.last)
    )
    days = calendar.days
    before = calendar.before(_following(first)) if first else None
    after = calendar.after(last) if last else None
    return {
        "days": days,
        "first": first,
        "last": last,
        "since": _following(first),
        "previous": {"from": eve(before), "to": before} if before else None,
        "next": {"from": eve(after), "to": after} if after else None,
        "whole": {"from": eve(days.first), "to": days.last} if days.first and days.last else None,
        "learned": _learned(visit),
    }


def _learned(visit: Visit) -> list[tuple[str, str]]:
    """Return dates on the recorded clock, with words for the time since; none without the archive's log."""
    if visit.archive is None or not visit.facts.recorded_until:
        return []
    day = visit.facts.recorded_until[:10]
    found = []
    for count, words in _LEARNED:
        since = day
        for _ in range(count):
            since = eve(since)
        found.append((since, words))
    return found


def _following(day: str) -> str:
    """Return the day after a day, '' where there is none."""
    try:
        return (datetime.fromisoformat(day) + timedelta(days=1)).date().isoformat()
    except (ValueError, OverflowError):
        return ""
