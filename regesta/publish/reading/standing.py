"""Who stands where: what an archive declares as a status, for each subject and counted, at a moment and over time.

Guarantees that *certain* and *possible* mean what they mean everywhere (docs/concepts.md): a state certainly stood
from its latest beginning until the latest time of what ended it, and possibly from its earliest beginning until it is
certain. Without a moment the tables stand as they are: the last state of each row. Counts at a date and over time are
sums that the build has made, so no question looks at all rows of a long history but the one at a single moment.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, NamedTuple

from regesta.config import Config, Status
from regesta.database import quote_identifier as quoted
from regesta.limits import FRONT_INTERVALS, FRONT_STEPS, FRONT_SUBJECTS
from regesta.publish.drawing.area import Step, Window
from regesta.publish.drawing.palette import Shade, filled
from regesta.publish.reading.names import Names, rows_named
from regesta.replay.asof import Moment, moment_at
from regesta.replay.bounds import OPEN_START, bound_second
from regesta.replay.counts import Count, counts, status_name
from regesta.replay.keys import columns_of, key_values, projections_of

# In the sums of the build a bucket of this level is 18 hours: fine enough where a step stands for days.
_COARSE_LEVEL: Final = 2
_COARSE_BITS: Final = 16
# What is newest: what began last, and of that what was recorded last. The sign keeps SQLite from walking an index in
# this order, with a look at the row for each entry: ten times as long.
_ORDER: Final = "order by +surely_from, possibly_from, event"
_AGE: Final = "surely_from || possibly_from || substr('000000000000' || event, -12)"


class Interval(NamedTuple):
    """A state that a row had: its value by number, and its bounds in seconds (±`NEVER`: open); ``ended`` by another."""

    value: int
    possibly_from: int
    surely_from: int
    possibly_to: int
    ended: bool


class Stand(NamedTuple):
    """Where a subject stands: the newest value that is certain and the newest that is possible, by number.

    ``rows`` says how many of its rows certainly stand: more than one where a subject answers several times.
    """

    certain: int | None
    possible: int | None
    rows: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How many subjects stand where: by value the certain ones, and those that are only possible.

    ``changed`` of the certain ones may have changed since; ``others`` stand nowhere.
    """

    certain: Mapping[int, int]
    possible: Mapping[int, int]
    changed: int
    others: int

    @property
    def total(self) -> int:
        """How many subjects there are."""
        return sum(self.certain.values()) + sum(self.possible.values()) + self.others


@dataclass(frozen=True, slots=True)
class Drawn:
    """A declared status, ready to be drawn.

    ``column`` is the subject's in the table; ``place`` is the table that it points at, with its key column (None:
    nowhere). ``kind`` names the pages of such subjects ('': they have none), ``noun`` is what to call them.
    ``subjects`` are the names by key, at most `FRONT_SUBJECTS` of ``total``. ``several``: a subject may have several
    rows at a time, ``changes``: some row has changed. ``disputed`` says by key, as text, from which second on sources
    contradict each other.
    """

    status: Status
    column: str
    place: tuple[str, str] | None
    kind: str
    noun: str
    shades: tuple[Shade, ...]
    subjects: Mapping[Any, str]
    total: int
    several: bool
    changes: bool
    disputed: Mapping[str, int]

    @property
    def name(self) -> str:
        """The name under which it is asked for: `responses.disposition`."""
        return status_name(self.status.table, self.status.column)

    @property
    def title(self) -> str:
        """Its title, else its table and column in words."""
        return self.status.title or f"{self.status.table}: {self.status.column}".replace("_", " ")

    @property
    def others(self) -> str:
        """What is said of subjects that stand nowhere."""
        return self.status.others or "not recorded"

    def number(self, value: Any) -> int:
        """Return the number of a value in the legend; the last one is for all that have none of their own."""
        found = (number for number, shade in enumerate(self.shades) if shade.value == value)
        return next(found, len(self.shades) - 1)


def declared(db: sqlite3.Connection, config: Config) -> list[Status]:
    """Return the statuses of an archive of which the table and the column are there, and that somebody answers."""
    known = projections_of(db) if config.status else []
    found = [status for status in config.status if status.table in known]
    return [status for status in found if status.column in columns_of(db, status.table).values]


def drawn(db: sqlite3.Connection, config: Config, status: Status) -> Drawn:
    """Return a status with its subjects, its values in the order of the legend, and its disputes."""
    columns = columns_of(db, status.table)
    column = status.subject if status.subject in columns.key else columns.key[-1]
    place = _place(db, config, status.table, column)
    subjects, total = _subjects(db, config, status, column)
    return Drawn(
        status,
        column,
        place,
        kind_of(config, place[0]) if place else "",
        status.noun or (place[0] if place else status.table).replace("_", " "),
        filled(status.values, _values(db, status)),
        subjects,
        total,
        len(columns.key) > 1 and _repeats(db, status.table, column),
        _changes(db, status.table),
        _disputed(db, status, columns.key.index(column)),
    )


def kind_of(config: Config, table: str) -> str:
    """Return the kind of subjects whose names stand in a table, '' where the archive declares none."""
    return next((kind for kind, named in config.subjects.items() if named.partition(".")[0] == table), "")


def stands(db: sqlite3.Connection, what: Drawn, moment: Moment | None) -> dict[Any, Stand]:
    """Return where each subject stands at a moment (None: by all that is recorded); who stands nowhere is left out."""
    subject, value = quoted(what.column), quoted(what.status.column)
    # Of a group with one `max` SQLite returns the row that has it.
    part = (
        f"select {subject}, {value}, %s, count(*), max({_AGE}) from {quoted(f'{what.status.table}_history')}"
        f" where %s group by {subject}"
    )
    parts, given = [part % (1, "ended_by is null")], {}
    if moment is not None:
        parts, given = [part % (1, moment.certain()), part % (0, moment.possible())], moment.parameters
    numbers = {shade.value: number for number, shade in enumerate(what.shades)}
    found: dict[Any, Stand] = {}
    for key, said, certain, rows, _ in db.execute(" union all ".join(parts), given):
        number, stand = numbers.get(said, len(numbers) - 1), found.get(key, Stand(None, None, 0))
        found[key] = Stand(number, None, rows) if certain else stand._replace(possible=number)
    return found


def tally(found: Mapping[Any, Stand], total: int) -> Tally:
    """Return how many of ``total`` subjects stand where."""
    certain = Counter(stand.certain for stand in found.values() if stand.certain is not None)
    possible = Counter(
        stand.possible for stand in found.values() if stand.certain is None and stand.possible is not None
    )
    changed = sum(stand.certain is not None and stand.possible is not None for stand in found.values())
    return Tally(dict(sorted(certain.items())), dict(sorted(possible.items())), changed, max(0, total - len(found)))


def counted(db: sqlite3.Connection, what: Drawn, moment: Moment | None) -> list[Count]:
    """Return how many rows had each value, in the order of the legend."""
    table, column = what.status.table, what.status.column
    if moment is None:
        sql = f"select {quoted(column)}, count(*) from {quoted(table)} group by 1"
        rows = {row[0]: Count(row[1], 0) for row in db.execute(sql)}
    else:
        rows = counts(db, table, column, moment)
    return _by_number(what, rows)


def intervals(db: sqlite3.Connection, what: Drawn) -> dict[Any, list[Interval]] | None:
    """Return all states by subject, the oldest first; None where there are too many for a page."""
    subject, value = quoted(what.column), quoted(what.status.column)
    history = quoted(f"{what.status.table}_history")
    if db.execute(f"select exists (select 1 from {history} limit 1 offset {FRONT_INTERVALS})").fetchone()[0]:
        return None
    sql = (
        f"select {subject}, {value}, possibly_from, surely_from, possibly_to, ended_by is not null from {history}"
        f" {_ORDER}"
    )
    found: dict[Any, list[Interval]] = {}
    for key, said, *bounds, ended in db.execute(sql):
        possibly_from, surely_from, possibly_to = map(bound_second, bounds)
        state = Interval(what.number(said), possibly_from, surely_from, possibly_to, bool(ended))
        found.setdefault(key, []).append(state)
    return found


def steps(db: sqlite3.Connection, what: Drawn, window: Window) -> list[Step]:
    """Return the counts at the window's first second and at each one after it at which they change.

    Where they change more often than `FRONT_STEPS` times, at that many seconds: never before they do change.
    """
    given = {"status": what.name, "first": window.first, "last": window.last, "most": FRONT_STEPS}
    seconds = "select distinct bucket from _counts where status = :status and level = 0"
    often = f"select count(*) from ({seconds} and bucket > :first and bucket <= :last limit :most + 1)"
    if db.execute(often, given).fetchone()[0] <= FRONT_STEPS:
        return _summed_up(db, what, window, level=0, slot=1)
    slot = max(1, -(-(window.last - window.first) // FRONT_STEPS))
    return _summed_up(db, what, window, level=_COARSE_LEVEL if slot >= 4 << _COARSE_BITS else 0, slot=slot)


def _summed_up(db: sqlite3.Connection, what: Drawn, window: Window, *, level: int, slot: int) -> list[Step]:
    bits = _COARSE_BITS if level else 0
    start = (window.first >> bits) + 1  # the first bucket that is not in the counts to begin with
    before = moment_at(max(window.first, (start << bits) - 1), window.zone)
    have = _by_number(what, counts(db, what.status.table, what.status.column, before))
    certain, possible = [one.certain for one in have], [one.possible for one in have]
    found = [Step(window.first, tuple(certain), tuple(possible))]
    given = {"status": what.name, "level": level, "start": start, "last": window.last >> bits}
    given |= {"first": window.first, "slot": slot, "size": (1 << bits) - 1, "bits": bits}
    sql = (
        "select ((bucket << :bits) + :size - :first + :slot - 1) / :slot as place, value, sum(certain), sum(possible)"
        " from _counts where status = :status and level = :level and bucket between :start and :last"
        " group by place, value order by place"
    )
    number_of = cache(lambda text: what.number(json.loads(text)))
    for place, value, more_certain, more_possible in db.execute(sql, given):
        second, number = window.first + place * slot, number_of(value)
        certain[number] += more_certain
        possible[number] += more_possible
        step = Step(second, tuple(certain), tuple(possible))
        found[-1 if found[-1].second == second else len(found) :] = [step]
    return found


def _by_number(what: Drawn, rows: Mapping[Any, Count]) -> list[Count]:
    found = [Count(0, 0) for _ in what.shades]
    for value, count in rows.items():
        number = what.number(value)
        found[number] = Count(found[number].certain + count.certain, found[number].possible + count.possible)
    return found


def _values(db: sqlite3.Connection, status: Status) -> list[Any]:
    """Return the values that rows have, or ever had."""
    sql = "select distinct value from _counts where status = ? and level = 0"
    return [json.loads(row[0]) for row in db.execute(sql, (status_name(status.table, status.column),))]


def _place(db: sqlite3.Connection, config: Config, table: str, column: str) -> tuple[str, str] | None:
    """Return the table and its key that a column points at, None where it points nowhere.

    A column without a reference points at the names of subjects of its name, where the archive declares any.
    """
    for row in db.execute(f"pragma foreign_key_list({quoted(table)})"):
        if row[3] == column:
            return str(row[2]), str(row[4])
    known = Names(db, config).place(column) if column in config.subjects else None
    return known[:2] if known else None


def _subjects(db: sqlite3.Connection, config: Config, status: Status, column: str) -> tuple[dict[Any, str], int]:
    """Return the names of the subjects by key, those with the newest changes where there are too many; and how many."""
    place = _place(db, config, status.table, column)
    history, subject = quoted(f"{status.table}_history"), quoted(column)
    # Who stands somewhere is drawn, also where the table of all subjects does not have them.
    listed = f"select {quoted(place[1])} as {subject} from {quoted(place[0])} union " if place else ""
    among = f"{listed}select {subject} from {history}"
    total = int(db.execute(f"select count(*) from (select distinct {subject} from ({among}))").fetchone()[0])
    if place and total <= FRONT_SUBJECTS:
        named = rows_named(db, _named(db, config, place))
        return {key: named.get(key, str(key)) for (key,) in db.execute(f"{among} order by 1")}, total
    sql = f"select {subject} from {history} group by 1 order by max(surely_from) desc, 1 limit {FRONT_SUBJECTS}"
    keys = [row[0] for row in db.execute(sql)]
    return dict(_names_of(db, config, place, keys)), total


def _names_of(
    db: sqlite3.Connection, config: Config, place: tuple[str, str] | None, keys: Sequence[Any]
) -> Iterator[tuple[Any, str]]:
    if place is None:
        yield from ((key, str(key)) for key in keys)
        return
    table, key_column, name = map(quoted, _named(db, config, place))
    sql = f"select {key_column}, {name} from {table} where {key_column} in (select value from json_each(?))"
    found = dict(db.execute(sql, (json.dumps(keys),)).fetchall())
    yield from ((key, str(found.get(key) or key)) for key in keys)


def _named(db: sqlite3.Connection, config: Config, place: tuple[str, str]) -> tuple[str, str, str]:
    """Return a table with its key and the column that names its rows, the key itself where none does."""
    table, key = place
    known = Names(db, config).place(kind_of(config, table) or table.removesuffix("s"))
    return (table, key, known[2] if known and known[0] == table else key)


def _repeats(db: sqlite3.Connection, table: str, column: str) -> bool:
    sql = f"select count(*), count(distinct {quoted(column)}) from {quoted(table)}"
    rows, subjects = db.execute(sql).fetchone()
    return bool(rows > subjects)


def _changes(db: sqlite3.Connection, table: str) -> bool:
    sql = f"select exists (select 1 from {quoted(f'{table}_history')} where ended_by is not null)"
    return bool(db.execute(sql).fetchone()[0])


def _disputed(db: sqlite3.Connection, status: Status, position: int) -> dict[str, int]:
    """Return by subject, as text, the second from which two events may both have said different things of it.

    Empty where there are more than a picture can show: each tile would have a mark.
    """
    given = (status.table, status.column)
    some = 'select 1 from _disputes where "table" = ? and "column" = ?'
    if db.execute(f"select exists ({some} limit 1 offset {FRONT_INTERVALS})", given).fetchone()[0]:
        return {}
    sql = (
        "select d.key, e.earliest, o.earliest from _disputes d join events e on e.sequence = d.event"
        ' join events o on o.sequence = d.other_event where d."table" = ? and d."column" = ?'
    )
    found: dict[str, int] = {}
    for key, *bounds in db.execute(sql, given):
        subject = key_values(key)[position]
        second = max(bound_second(text or OPEN_START) for text in bounds)
        found[subject] = min(second, found.get(subject, second))
    return found
