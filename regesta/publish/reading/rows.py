"""How things stand for what events are about: the rows of all tables that are keyed by it or refer to it.

Guarantees that a row which may not have held at the moment asked for says so, and a disputed one too.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from regesta.config import Config, Status
from regesta.database import quote_identifier as quoted
from regesta.publish.reading.events import EventRow, events
from regesta.publish.reading.members import Member, Words
from regesta.replay.asof import Moment
from regesta.replay.keys import columns_of, key_text, projections_of


@dataclass(frozen=True, slots=True)
class Row:
    """A row in words, without the column that names the subject: its key, its cells, and the event that it is from.

    ``possible`` says that it had perhaps not begun yet, ``disputed`` that another event says otherwise.
    """

    table: str
    key: tuple[Any, ...]
    cells: tuple[Member, ...]
    event: EventRow
    possible: bool
    disputed: bool


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one table that name a subject in ``columns``: how many, and the first.

    ``status`` is the column that the archive counts, where these are rows of the subject itself.
    """

    table: str
    columns: tuple[str, ...]
    count: int
    rows: tuple[Row, ...]
    status: Status | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand: what is said of the subject itself, the declared statuses, and the rows of other tables.

    ``listed`` is its row in a list that comes with the archive; ``silent`` are the statuses that have no row for it.
    """

    listed: tuple[Member, ...]
    itself: Rows | None
    statuses: Sequence[Rows]
    others: Sequence[Rows]
    silent: Sequence[Status]


class _Place(NamedTuple):
    table: str
    columns: list[str]
    status: Status | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Rows of what, by when, and how many of a table at most."""

    subject: str
    moment: Moment | None
    limit: int


def standing(db: sqlite3.Connection, config: Config, words: Words, asked: Asked) -> Standing:
    """Return how things stand for a subject."""
    kind, _, name = asked.subject.partition("/")
    place = words.references.names.place(kind)
    if place is None or not name:
        return Standing((), None, (), (), ())
    home, key, _ = place
    filled = projections_of(db)
    columns: dict[str, list[str]] = {home: [key]} if home in filled else {}
    for link in words.references.links:
        if link.to == home:
            columns.setdefault(link.table, []).append(link.column)
    found = [
        _rows(db, words, asked, _Place(table, names, _status(db, config, table, names)))
        for table, names in columns.items()
    ]
    told = [rows for rows in found if rows.count]
    return Standing(
        listed=() if home in filled else _listed(db, home, (key, name), words),
        itself=next((rows for rows in told if rows.table == home), None),
        statuses=[rows for rows in told if rows.status and rows.table != home],
        others=[rows for rows in told if not rows.status and rows.table != home],
        silent=[rows.status for rows in found if rows.status and not rows.count],
    )


def _status(db: sqlite3.Connection, config: Config, table: str, columns: list[str]) -> Status | None:
    """Return what the archive counts in a table, None where its rows are not the subject's own and only name it."""
    declared = (status for status in config.status if status.table == table)
    return next((item for item in declared if (item.subject or columns_of(db, table).key[-1]) in columns), None)


def _listed(db: sqlite3.Connection, table: str, at: tuple[str, str], words: Words) -> tuple[Member, ...]:
    key, name = at
    row = db.execute(f"select * from {quoted(table)} where {quoted(key)} = ?", (name,))
    titles = [item[0] for item in row.description]
    found = row.fetchone()
    return tuple(words.cells(dict(zip(titles, tuple(found), strict=True)))) if found else ()


def _rows(db: sqlite3.Connection, words: Words, asked: Asked, place: _Place) -> Rows:
    table, subjects, status = place
    key, values = columns_of(db, table)
    names, moment = (*key, *values), asked.moment
    source, event, sure, parameters = quoted(table), "last_event", "true", dict[str, Any]()
    where = " or ".join(f"{quoted(column)} = :_name" for column in subjects)
    if moment:
        source, event, sure = quoted(f"{table}_history"), "event", moment.certain()
        where, parameters = f"({where}) and ({sure} or {moment.possible()})", dict(moment.parameters)
    parameters |= {"_name": asked.subject.partition("/")[2], "_limit": asked.limit}
    (count,) = db.execute(f"select count(*) from {source} where {where}", parameters).fetchone()
    sql = f"select {event}, {sure}, {', '.join(map(quoted, names))} from {source} where {where}"
    found = db.execute(f"{sql} order by {sure} desc, {event}, {', '.join(map(quoted, key))} limit :_limit", parameters)
    shown = []
    for number, certain, *cells in map(tuple, found.fetchall()):
        at = tuple(cells[: len(key)])
        told = {name: cell for name, cell in zip(names, cells, strict=True) if name not in subjects}
        (from_event,) = events(db, "sequence = ?", (number,))
        disputed = _is_disputed(db, table, key_text(at), number)
        shown.append(Row(table, at, tuple(words.cells(told)), from_event, not certain, disputed))
    return Rows(table, tuple(subjects), count, tuple(shown), status)


def _is_disputed(db: sqlite3.Connection, table: str, key: str, event: int) -> bool:
    """Say whether another event says otherwise of a row than the one that it is from."""
    sql = 'select exists (select 1 from _disputes where "table" = ? and "key" = ? and ? in (event, other_event))'
    return bool(db.execute(sql, (table, key, event)).fetchone()[0])
