"""`calendar.ics`: what happened on a known day, and what is due, for calendar programs (RFC 5545).

Guarantees that an entry is on the day that the archive knows, never on a guess: an exact instant is that instant, a
day is a whole day, and everything less exact is counted and left out. An entry keeps its UID for good.

A deadline is a row with a column `due` (a date) of a table as it stands; the event that last set the row tells of it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from icalendar import Calendar, Event, vText

from regesta.database import quote_identifier as quoted
from regesta.errors import EventError
from regesta.limits import CALENDAR_EVENTS
from regesta.publish.feeds.asked import OF_RECORD, Asked, Part, clean, left, sentence, urn
from regesta.publish.reading.events import EventRow
from regesta.publish.reading.names import Names
from regesta.replay.keys import columns_of, key_text, projections_of
from regesta.schema.dates import bounds, check_edtf, exact_instant, moment, parse_human

_DAY: Final = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
# A day of the years 1 to 9999, or a clock time on one, without a qualifier: `2017-06-30~` is about that day.
EXACT: Final = f"""(edtf not glob '0000*' and
 (edtf glob '{_DAY}' or (edtf glob '{_DAY}T*' and edtf not glob '*[/~?%]*')))"""
_STORY: Final = f"not {OF_RECORD}"
_DUE: Final = "due"
# The column that names a row with a deadline, the first that there is.
_TITLES: Final = ("task", "title", "name")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A row with a day in its column `due`; ``event`` last set the row, ``name`` is the table and the row's key."""

    name: str
    title: str
    due: str
    event: EventRow


def part(asked: Asked, db: sqlite3.Connection, after: int) -> Part:
    """Return the whole calendar."""
    calendar = _calendar(asked, sentence(left_out(asked, db)))
    names = Names(db, asked.config)
    for event in _dated(asked, db):
        calendar.add_component(_entry(asked, event, names.of(event.subject)))
    for deadline in _due(asked, db):
        calendar.add_component(_due_entry(asked, deadline))
    return Part(calendar.to_ical().decode("utf-8"))


def left_out(asked: Asked, db: sqlite3.Connection) -> list[str]:
    """Say what is not in the calendar, and why."""
    undated = asked.count(db, f"{_STORY} and edtf is null")
    vague = asked.count(db, f"{_STORY} and edtf is not null and not {EXACT}")
    exact = asked.count(db, f"{_STORY} and {EXACT}")
    return [
        *left(vague, "event", "without an exact day"),
        *left(undated, "event", "without any date"),
        *left(exact - CALENDAR_EVENTS, "event", f"beyond the newest {CALENDAR_EVENTS:,}"),
        *left(len([one for one in _deadlines(asked, db) if not is_exact(one.due)]), "deadline", "without an exact day"),
        *asked.corrected(db),
        *asked.about_record(db),
        *asked.hidden(db),
    ]


def is_exact(edtf: str) -> bool:
    """Say whether a date is a day, or an instant on one, of which nothing is in doubt.

    >>> [is_exact(edtf) for edtf in ("2017-06-30", "2017-06-30T16:02:00-04:00", "2017-06-30~", "2017-06")]
    [True, True, False, False]
    """
    day, _, clock = edtf.partition("T")
    return len(day) == 10 and day.replace("-", "").isdigit() and day[:4] != "0000" and not set(clock) & set("/~?%")


def _dated(asked: Asked, db: sqlite3.Connection) -> list[EventRow]:
    newest = f"order by latest desc, earliest desc, sequence desc limit {CALENDAR_EVENTS}"
    return asked.take(db, f"{_STORY} and {EXACT}", newest)[::-1]


def _due(asked: Asked, db: sqlite3.Connection) -> list[Deadline]:
    return [one for one in _deadlines(asked, db) if is_exact(one.due)][:CALENDAR_EVENTS]


def _deadlines(asked: Asked, db: sqlite3.Connection) -> list[Deadline]:
    """Return the deadlines that the conditions leave; dates that are asked for are those that they fall due on."""
    wanted, zone = asked.wanted, asked.wanted.zone
    first = bounds(parse_human(wanted.since, zone), zone).earliest if wanted.since else None
    last = moment(wanted.until, zone) if wanted.until else None
    found = [one for table in projections_of(db) for one in _of_table(asked.timeless(), db, table)]
    spans = [(one, bounds(one.due, zone)) for one in found]
    return [
        one
        for one, span in spans
        if (first is None or span.latest is None or span.latest >= first)
        and (last is None or span.earliest is None or span.earliest <= last)
    ]


def _of_table(asked: Asked, db: sqlite3.Connection, table: str) -> Iterator[Deadline]:
    key, values = columns_of(db, table)
    if _DUE not in values:
        return
    title = next((name for name in _TITLES if name in (*key, *values)), None)
    columns = ", ".join(map(quoted, [*key, _DUE, "last_event", *([title] if title else [])]))
    rows = db.execute(
        f"select {columns} from {quoted(table)} where {_DUE} is not null order by {_DUE} limit ?", (CALENDAR_EVENTS,)
    ).fetchall()
    numbers = ", ".join(str(int(row[len(key) + 1])) for row in rows)
    events = {event.sequence: event for event in asked.take(db, f"sequence in ({numbers})")}
    for row in rows:
        due, number = str(row[len(key)]), row[len(key) + 1]
        if number in events and _is_date(due):
            said = str(row[-1] or "") if title else ""
            yield Deadline(f"{table}/{key_text(row[: len(key)])}", said or events[number].title, due, events[number])


def _is_date(text: str) -> bool:
    try:
        check_edtf(text)
    except EventError:
        return False
    return True


def _calendar(asked: Asked, note: str) -> Calendar:
    title, words = clean(asked.title), clean(f"{asked.config.description} {note}".strip())
    given = {
        "version": "2.0",
        "prodid": "-//Regesta//calendar//EN",
        "method": "PUBLISH",
        "name": title,  # RFC 7986, and beside it what calendar programs have read for longer
        "x-wr-calname": title,
        "description": words,
        "x-wr-caldesc": words,
        "x-wr-timezone": asked.config.zone,
    }
    calendar = Calendar()
    for name, value in given.items():
        calendar.add(name, vText(value))
    return calendar


def _entry(asked: Asked, event: EventRow, subject: str) -> Event:
    edtf = event.edtf or ""
    start: date = date.fromisoformat(edtf[:10])
    if exact_instant(edtf):
        start = _EPOCH + timedelta(seconds=bounds(edtf, asked.wanted.zone).earliest or 0)
    entry = _component(asked, urn(asked.config.origin, event.id), start, event)
    entry.add("summary", clean(event.title))
    entry.add("description", clean(f"{event.kind}: {subject}\nWhen: {event.when}"))
    entry.add("categories", [clean(event.kind)])
    return entry


def _due_entry(asked: Asked, one: Deadline) -> Event:
    start = date.fromisoformat(one.due[:10])
    entry = _component(asked, urn(asked.config.origin, "due", one.name), start, one.event)
    entry.add("summary", clean(f"Due: {one.title}"))
    entry.add("description", clean(f"{one.event.title}\nA deadline as it stands in {one.name}"))
    entry.add("categories", ["deadline"])
    return entry


def _component(asked: Asked, uid: str, start: date, event: EventRow) -> Event:
    recorded = datetime.fromisoformat(event.recorded)
    address = asked.link("event", event.sequence)
    entry = Event()
    given = {"uid": uid, "dtstamp": recorded, "last-modified": recorded, "dtstart": start, "transp": "TRANSPARENT"}
    for name, value in given.items():
        entry.add(name, value)
    if address:
        entry.add("url", address)
    return entry
