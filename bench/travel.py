"""Time travel: questions as of a date, beside the window query over the log that answers the same.

The window query is given the typed relation, where the fields are columns and the dates integers already, with
the index by key that the build made: the best that an event log without histories can have. Every figure is the
mean over two dates, five and nine tenths along the story; the answers are compared before anything is timed.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
from collections import deque
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from bench.measure import Row, Sample
from regesta.archive import Archive
from regesta.database import open_database
from regesta.replay.asof import AsOf, Moment, moment_at
from regesta.replay.counts import counts
from regesta.replay.diff import Side, diff
from regesta.schema.dates import moment

_DATES: Final = ("2015-01-01", "2018-12-31")
_MONTH_LATER: Final = ("2015-01-31", "2019-01-30")
_TABLE: Final = "responses"
_KEYS: Final = 200
_TIMES: Final = 3
_NEWEST: Final = (
    "select request, state, disposition, reason, speaker, statement from (select request, state, disposition, reason,"
    " speaker, statement, row_number() over (partition by request, state order by _latest desc, _earliest desc,"
    " sequence desc) as place from _response_declared where _latest <= ?{more}) where place = 1"
)

Ask = Callable[[sqlite3.Connection, Moment], Any]


def one_key(folder: Path, events: int) -> Sample:
    """The row of one key as of a date: key and bound in the primary key of the history."""
    return _by_key(folder, _key_from_history)


def one_key_window(folder: Path, events: int) -> Sample:
    """Floor K: the same from the log, by the index on the key."""
    return _by_key(folder, _key_from_log)


def by_status(folder: Path, events: int) -> Sample:
    """Rows by value of the declared status column, certain and possible."""
    return _timed(folder, lambda db, at: {v: c.certain for v, c in counts(db, _TABLE, "disposition", at).items()})


def by_column(folder: Path, events: int) -> Sample:
    """Rows by value of a column that is not declared."""
    return _timed(folder, _scan)


def count_window(folder: Path, events: int) -> Sample:
    """Floor W: rows by value, by the window query over the log."""
    sql = f"select disposition, count(*) from ({_NEWEST.format(more='')}) group by disposition"
    return _timed(folder, lambda db, at: dict(db.execute(sql, (at.second,)).fetchall()), same_as=by_status_answer)


def whole_table(folder: Path, events: int) -> Sample:
    """Every row of the table as of a date, read into Python."""
    sql = f"select * from {_TABLE}_history where "
    return _timed(folder, lambda db, at: _read(db, sql + at.certain(), at.parameters))


def table_window(folder: Path, events: int) -> Sample:
    """Floor T: the same rows by the window query over the log."""
    return _timed(folder, lambda db, at: _read(db, _NEWEST.format(more=""), (at.second,)))


def month(folder: Path, events: int) -> Sample:
    """What changed in a month, in all tables, with old and new values and causes."""
    archive = Archive.open(folder)
    seconds = []
    for first, second in zip(_DATES, _MONTH_LATER, strict=True):
        sides = [Side(archive.database, moment(date, archive.zone)) for date in (first, second)]
        seconds.append(_median(lambda sides=sides: deque(diff(*sides), maxlen=0)))  # type: ignore[misc]
    return Sample(1, statistics.mean(seconds))


def replay_file(folder: Path, events: int) -> Sample:
    """A whole replay in a file of its own: tables, histories, events, evidence, views, full text."""
    archive = Archive.open(folder)
    target = folder / "replay.db"
    seconds = []
    for date in _DATES:
        start = perf_counter()
        archive.replays().write(AsOf(moment(date, archive.zone)), target)
        seconds.append(perf_counter() - start)
        target.unlink()
    return Sample(1, statistics.mean(seconds))


def replay_table(folder: Path, events: int) -> Sample:
    """A replay of what a question reads, here the one table, into a file of its own."""
    archive, seconds = Archive.open(folder), []
    for date in _DATES:
        for path in (folder / ".regesta" / "replays").glob("*.db"):
            path.unlink()
        start = perf_counter()
        path = archive.replays().get(AsOf(moment(date, archive.zone)), tables={_TABLE})
        seconds.append(perf_counter() - start)
        with closing(open_database(path, read_only=True)) as db:
            _expect(db.execute(f"select count(*) > 0 from {_TABLE}").fetchone(), (1,))
    return Sample(1, statistics.mean(seconds))


def known_half(folder: Path, events: int) -> Sample:
    """A replay of what was known when the log was half as long."""
    archive = Archive.open(folder)
    target = folder / "known.db"
    start = perf_counter()
    archive.replays().build_prefix(target, events // 2)  # type: ignore[misc]
    seconds = perf_counter() - start
    target.unlink()
    return Sample(events // 2, seconds)


def by_status_answer(db: sqlite3.Connection, at: Moment) -> dict[str, int]:
    """Return what `by_status` asks, for the floor to be compared with."""
    return {value: count.certain for value, count in counts(db, _TABLE, "disposition", at).items() if count.certain}


def _scan(db: sqlite3.Connection, at: Moment) -> list[Any]:
    sql = f"select reason, count(*) from {_TABLE}_history where {at.certain()} group by reason"
    return db.execute(sql, at.parameters).fetchall()


def _read(db: sqlite3.Connection, sql: str, parameters: Any) -> None:
    deque(db.execute(sql, parameters), maxlen=0)


def _key_from_history(db: sqlite3.Connection, at: Moment, key: tuple[str, str]) -> Any:
    sql = (
        f"select disposition, possibly_to from {_TABLE}_history where request = :request and state = :state"
        f" and {at.by('surely_from')} order by surely_from desc, possibly_from desc limit 1"
    )
    row = db.execute(sql, {"request": key[0], "state": key[1], **at.parameters}).fetchone()
    return row[0] if row and row[1] > at.text else None


def _key_from_log(db: sqlite3.Connection, at: Moment, key: tuple[str, str]) -> Any:
    row = db.execute(_NEWEST.format(more=" and request = ? and state = ?"), (at.second, *key)).fetchone()
    return row[2] if row else None


def _by_key(folder: Path, ask: Callable[[sqlite3.Connection, Moment, tuple[str, str]], Any]) -> Sample:
    """Return the mean time of one key's question over some keys, in random order."""
    archive = Archive.open(folder)
    with closing(open_database(archive.database, read_only=True)) as db:
        keys = db.execute(f"select request, state from {_TABLE} order by random() limit {_KEYS}").fetchall()
        random.shuffle(keys)
        dates = [moment_at(moment(date, archive.zone), archive.zone) for date in _DATES]
        for at in dates:
            for key in keys:  # which also brings the pages into memory: what is measured is the question
                _expect(_key_from_history(db, at, key), _key_from_log(db, at, key))
        start = perf_counter()
        for at in dates:
            for key in keys:
                ask(db, at, key)
        return Sample(1, (perf_counter() - start) / len(dates) / len(keys))


def _timed(folder: Path, ask: Ask, same_as: Ask | None = None) -> Sample:
    archive = Archive.open(folder)
    seconds = []
    with closing(open_database(archive.database, read_only=True)) as db:
        db.execute("pragma cache_size=-65536")
        for date in _DATES:
            at = moment_at(moment(date, archive.zone), archive.zone)
            if same_as:
                _expect(ask(db, at), same_as(db, at))
            seconds.append(_median(lambda at=at: ask(db, at)))  # type: ignore[misc]
    return Sample(1, statistics.mean(seconds))


def _median(work: Callable[[], Any]) -> float:
    taken = []
    for _ in range(_TIMES):
        start = perf_counter()
        work()
        taken.append(perf_counter() - start)
    return statistics.median(taken)


def _expect(found: object, expected: object) -> None:
    if found != expected:
        raise SystemExit(f"the answers differ: {found!r:.200}, {expected!r:.200}")


# A floor is named by the letter that the ratios of the report refer to.
ROWS: Final = {
    "as-of-key": Row("as of a date: one key", one_key, "K"),
    "K": Row("floor K: window query, one key", one_key_window),
    "as-of-status": Row("as of a date: count by status", by_status, "W"),
    "as-of-column": Row("as of a date: count by another column", by_column, "W"),
    "W": Row("floor W: window query, count", count_window),
    "as-of-table": Row("as of a date: every row", whole_table, "T"),
    "T": Row("floor T: window query, every row", table_window),
    "diff": Row("diff of two dates, a month apart", month, "T"),
    "replay-table": Row("replay of one table into a file", replay_table, "T"),
    "replay": Row("replay into a file, complete", replay_file, "T"),
    "known": Row("replay of half the log, as it was known", known_half, "D"),
}
