"""Every value that a row has had: when, by which event, on whose word, and what was taken back since.

Guarantees that the states are those of the history table, in its order, and that each event comes with all the
passages that support it. What corrections have taken out of the table is told apart, with what took it out.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

from regesta.archive import Archive
from regesta.database import open_database
from regesta.database import quote_identifier as quoted
from regesta.errors import UsageError
from regesta.replay._contents import Contents
from regesta.replay.bounds import bound_second
from regesta.replay.history import BOUNDS
from regesta.replay.keys import Columns, check_projection, columns_of, key_text, key_values
from regesta.replay.relations import IN_FORCE, STAGED_COLUMNS, staged_event

_SHOWN: Final = 5  # keys that an error names

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Passage:
    """Where an event stands: a document, a half-open range of its characters, and the words or their digest."""

    document: str
    title: str | None
    publisher: str | None
    start: int
    end: int
    digest: str | None
    exact: str | None


@dataclass(frozen=True, slots=True)
class Word:
    """An event as the word that a value rests on."""

    sequence: int
    id: str
    type: str
    edtf: str | None
    recorded: str
    source: str
    summary: str | None
    note: str | None
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """One state of a row: all its values, those that its event changed, its bounds, and who ended it."""

    values: Values
    changed: Values
    bounds: dict[str, str]
    word: Word
    ended_by: int | None


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What an event once said of the row, until it was replaced or retracted by the event ``by``, which says why."""

    values: Values
    word: Word
    status: str
    by: Word | None
    why: str | None


@dataclass(frozen=True, slots=True)
class Blame:
    """The life of one row."""

    table: str
    key: Values
    held: tuple[Held, ...]
    taken_back: tuple[TakenBack, ...]


def blame(archive: Archive, table: str, key: str) -> list[Blame]:
    """Return the life of the rows that ``key`` names in a projection; raises `UsageError` when there is none.

    ``key`` is the whole key as one text (`voter-rolls-2017,NY`), or a value that one of its columns has (`NY`).
    """
    with closing(open_database(archive.database, read_only=True)) as db:
        db.row_factory = sqlite3.Row
        check_projection(db, table)
        columns = columns_of(db, table)
        taken_back = _taken_back(archive, db, table)
        keys = _keys(db, table, columns, key, [item for item, _ in taken_back])
        return [
            Blame(
                table,
                dict(zip(columns.key, found, strict=True)),
                tuple(_held(db, table, columns, found)),
                tuple(item for at, item in taken_back if at == found),
            )
            for found in keys
        ]


def _keys(
    db: sqlite3.Connection, table: str, columns: Columns, key: str, others: Sequence[tuple[Any, ...]]
) -> list[tuple[Any, ...]]:
    history, names = quoted(f"{table}_history"), ", ".join(map(quoted, columns.key))
    wanted = key_values(key)
    text = key.encode("utf-8", "replace").decode()  # what a shell hands over need not be text
    conditions: list[tuple[str, tuple[str, ...]]] = [(f"{quoted(name)} = ?", (text,)) for name in columns.key]
    if len(wanted) == len(columns.key):
        conditions.append((" and ".join(f"{quoted(name)} = ?" for name in columns.key), wanted))
    sql = f"select distinct {names} from {history} where "
    found = {tuple(row) for where, given in conditions for row in db.execute(sql + where, given)}
    found |= {item for item in others if key_text(item) == key or key in map(str, item)}
    if not found:
        some = [key_text(tuple(row)) for row in db.execute(f"select distinct {names} from {history} limit {_SHOWN}")]
        remedy = f"its keys are written {', '.join(some)} …" if some else "the table is empty"
        raise UsageError(f"{table} has no row {key!r}", remedy=remedy)
    return sorted(found, key=lambda item: tuple(map(str, item)))


def _held(db: sqlite3.Connection, table: str, columns: Columns, key: tuple[Any, ...]) -> Iterator[Held]:
    where = " and ".join(f"{quoted(name)} = ?" for name in columns.key)
    before: Values = {}
    for row in sorted(db.execute(f"select * from {quoted(f'{table}_history')} where {where}", key), key=_begun):
        values = {name: row[name] for name in columns.values}
        changed = {name: value for name, value in values.items() if value != before.get(name)}
        bounds = {name: row[name] for name in BOUNDS}
        yield Held(values, changed, bounds, _word(db, row["event"]), row["ended_by"])
        before = values


def _begun(row: sqlite3.Row) -> tuple[int, int, int]:
    """Return what states are ordered by: where clocks change, text does not sort as time does."""
    return bound_second(row["surely_from"]), bound_second(row["possibly_from"]), row["event"]


def _word(db: sqlite3.Connection, sequence: int) -> Word:
    event = db.execute(
        "select sequence, id, type, edtf, recorded, source, summary, json_extract(data, '$.note') as note"
        " from events where sequence = ?", (sequence,)
    ).fetchone()  # fmt: skip
    passages = db.execute(
        'select e.document, d.title, d.publisher, e.start, e."end", e.digest, e.exact from evidence e'
        " left join documents d on d.digest = e.document where e.event = ? order by e.position", (sequence,)
    )  # fmt: skip
    return Word(**dict(event), passages=tuple(Passage(*row) for row in passages))


def _taken_back(archive: Archive, db: sqlite3.Connection, table: str) -> list[tuple[tuple[Any, ...], TakenBack]]:
    """Return (key, what was said) for every event that no longer counts and that once set a row of the table."""
    with closing(open_database(None, memory=True)) as memory:
        contents = Contents(archive, memory)
        contents.create_tables()
        chosen = next(item for item in contents.tables if item.name == table)
        types = sorted({insert.event_type for insert in chosen.projection.inserts})
        marks = ", ".join("?" * len(types))
        rows = db.execute(f"select {STAGED_COLUMNS} from events where status <> 'current' and type in ({marks})", types)
        contents.stager.add(list(map(staged_event, rows)))
        width, names = len(chosen.projection.key), chosen.projection.values
        found: dict[tuple[tuple[Any, ...], int], Values] = {}
        for row in memory.execute(chosen.contributions):
            said = {name: value for name, value in zip(names, row[width:], strict=False) if value is not None}
            found.setdefault((tuple(row[:width]), row[width + len(names) + 2]), {}).update(said)
        return [(key, _once_said(db, said, sequence)) for (key, sequence), said in found.items()]


def _once_said(db: sqlite3.Connection, said: Values, sequence: int) -> TakenBack:
    status = db.execute("select status from events where sequence = ?", (sequence,)).fetchone()[0]
    by = db.execute(
        "select c.sequence, json_extract(d.data, iif(c.verdict = 'replaced', '$.note', '$.reason'))"
        " from _corrections c join events d on d.sequence = c.sequence"
        f" where c.target = (select id from events where sequence = ?) and {IN_FORCE}"
        " order by c.sequence", (sequence,)  # the first that is in force, as the status has it
    ).fetchone()  # fmt: skip
    word, (by_word, why) = _word(db, sequence), (_word(db, by[0]), by[1]) if by else (None, None)
    if why and word.note:  # a correction keeps the note of what it corrects, and says why after it
        why = why.removeprefix(f"{word.note}\n")
    return TakenBack(said, word, status, by_word, why)
