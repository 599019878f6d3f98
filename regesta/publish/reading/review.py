"""The queue of proposals, and what an archive knows already of what one of them proposes. For editors only.

Guarantees that an address means the same on the queue and on every page that is reached from it, and that proposals
stand in the order of the text: by document as captured, by passage in it.

>>> asked = Asked.read({"kind": "quote", "needs": "speaker"}.get)
>>> asked.wanted.kinds, asked.query()
(('quote',), {'kind': 'quote', 'needs': 'speaker'})
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final, NamedTuple

from regesta.database import quote_identifier as quoted
from regesta.errors import EventError, UsageError
from regesta.ingest.proposals import OPEN, Wanted
from regesta.limits import REVIEW_NAMES, REVIEW_RELATED
from regesta.publish.reading.events import EventRow, events, kind, when
from regesta.replay.keys import columns_of
from regesta.schema.sandbox import Setting

ANY: Final = "any"
STATUSES: Final = (OPEN, "accepted", "rejected", ANY)
# How sure the rule is, in words: from this confidence on.
_SURE: Final = ((0.85, "high"), (0.7, "fair"), (0.0, "low"))
_SURE_FROM: Final = {"": "any", "0.7": "fair or high", "0.85": "high"}
_FROM: Final = "from proposals p left join documents d on d.digest = p.document"
_ORDER: Final = 'd.last_event, p.document, p.start, p."end", p.about, p.proposal'
_COLUMNS: Final = """
p.proposal, p.status, p.kind, p.rule, p.confidence, p.needs, p.type, p.about, p.dated, p.story, p.document,
p.start, p."end", p.summary, p.accepted_as, p.reason, p.last_event
"""
_PROPOSED: Final = "Proposed: "
# Events that rest on a passage which overlaps this one; acts on the record do not count.
_SAME_PASSAGE: Final = """
status = 'current' and type not glob 'proposal.*' and sequence in (
  select event from evidence where document = ? and start < ? and "end" > ?
)"""
_KNOWN: Final = """
select p.proposal, count(distinct e.sequence)
from proposals p
join evidence v on v.document = p.document and v.start < p."end" and v."end" > p.start
join events e on e.sequence = v.event and e.status = 'current' and e.type not glob 'proposal.*'
where p.proposal in (select value from json_each(?))
group by p.proposal
"""
_SAME_SUBJECT: Final = "status = 'current' and subject = ? and type = ?"
_RECENT: Final = 5_000  # events whose values a field suggests


@dataclass(frozen=True, slots=True)
class Asked:
    """Conditions on proposals as they stand in an address: one value of each."""

    wanted: Wanted

    @classmethod
    def read(cls, argument: Callable[[str], str | None]) -> Asked:
        """Return what the parameters status, kind, rule, story, document, needs and sure ask for.

        Raises `UsageError`.
        """
        given = {name: (argument(name) or "").strip() for name in ("status", "sure", *_LISTS)}
        status = given.pop("status") or OPEN
        if status not in STATUSES:
            raise UsageError(f"status is {status!r:.40}, expected {', '.join(STATUSES)}")
        sure = _share(given.pop("sure"))
        lists: dict[str, Any] = {_LISTS[name]: (value,) if value else () for name, value in given.items()}
        return cls(Wanted(() if status == ANY else (status,), min_confidence=sure, **lists))

    def query(self, **changes: str) -> dict[str, str]:
        """Return the parameters that `read` takes for the same, some of them changed."""
        wanted = self.wanted
        status = wanted.statuses[0] if wanted.statuses else ANY
        sure = f"{wanted.min_confidence:g}" if wanted.min_confidence else ""
        lists = {name: "".join(getattr(wanted, field)[:1]) for name, field in _LISTS.items()}
        found = {"status": "" if status == OPEN else status, **lists, "sure": sure, **changes}
        return {name: value for name, value in found.items() if value}

    @property
    def has_open(self) -> bool:
        """Whether open ones are asked for, alone or among others."""
        return self.wanted.statuses in ((), (OPEN,))

    @property
    def open(self) -> Asked:
        """The same of what nobody has decided yet."""
        return Asked(replace(self.wanted, statuses=(OPEN,)))

    @property
    def complete(self) -> Asked:
        """The same of what is open and lacks nothing."""
        return Asked(replace(self.wanted, statuses=(OPEN,), needs=("none",)))


_LISTS: Final = {"kind": "kinds", "rule": "rules", "story": "stories", "document": "documents", "needs": "needs"}


def _share(text: str) -> float:
    try:
        value = float(text or 0)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise UsageError(f"sure is {text!r:.40}, expected a number from 0 to 1")
    return value


@dataclass(frozen=True, slots=True)
class Item:
    """One proposal in the queue: a row of the table `proposals`."""

    key: str
    status: str
    found: str
    rule: str
    confidence: float
    needs: tuple[str, ...]
    type: str | None
    about: str | None
    dated: str | None
    story: str | None
    document: str
    start: int
    end: int
    summary: str
    accepted_as: str | None
    reason: str | None
    last_event: int

    @classmethod
    def of(cls, row: Sequence[Any]) -> Item:
        """Return a row of the query below."""
        values: list[Any] = list(row)
        values[2:6] = row[2] or "", row[3] or "", row[4] or 0.0, tuple(filter(None, (row[5] or "").split(", ")))
        values[13] = (row[13] or "").removeprefix(_PROPOSED)
        return cls(*values)

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided."""
        return self.status == OPEN

    @property
    def kind(self) -> str:
        """What was found, in words."""
        return kind(self.found)

    @property
    def event_kind(self) -> str:
        """What kind of event is proposed, in words."""
        return kind(self.type) if self.type else "which kind of event is not known"

    @property
    def when(self) -> str:
        """The proposed date in words."""
        return date_words(self.dated)

    @property
    def sure(self) -> str:
        """How sure the rule is, in words."""
        return sure(self.confidence)


class Group(NamedTuple):
    """The proposals of one document, and what is known of it."""

    document: str
    title: str | None
    publisher: str | None
    story: str | None
    items: tuple[Item, ...]


class Choice(NamedTuple):
    """One value of a filter with the number of proposals that it leaves; ``query`` leads there."""

    value: str
    label: str
    number: int
    chosen: bool
    query: Mapping[str, str]


class Place(NamedTuple):
    """Where a proposal stands among those that are asked for: its number from 1 (0: not among them), and how many.

    ``before`` and ``after`` are the keys of its neighbours, None at the ends.
    """

    number: int
    of: int
    before: str | None
    after: str | None


class Said(NamedTuple):
    """What an event says of one row, beside what stands there now; ``event`` is the one that it stands by."""

    setting: Setting
    key: tuple[Any, ...]
    rows: tuple[tuple[str, Any, Any], ...]  # column, now, the event's value
    event: int | None

    @property
    def changed(self) -> tuple[tuple[str, Any, Any], ...]:
        """What is not said yet."""
        return tuple(row for row in self.rows if row[1] != row[2])


class Done(NamedTuple):
    """What was decided in one append: its acts, and the event that came of it where it is one."""

    accepted: int
    rejected: int
    event: EventRow | None


def date_words(edtf: str | None) -> str:
    """Return a date in words; a proposed one need not be one, and is told as it stands then."""
    try:
        return when(edtf)
    except EventError:
        return str(edtf)


def sure(confidence: float) -> str:
    """Return a confidence in words."""
    return next(word for least, word in _SURE if confidence >= least)


def number(db: sqlite3.Connection, asked: Asked) -> int:
    """Return how many proposals are asked for."""
    where, values = asked.wanted.where()
    return int(db.execute(f"select count(*) from proposals p where {where}", values).fetchone()[0])


def items(db: sqlite3.Connection, asked: Asked, limit: int, offset: int = 0) -> list[Item]:
    """Return the proposals that are asked for, in the order of the text."""
    where, values = asked.wanted.where()
    sql = f"select {_COLUMNS} {_FROM} where {where} order by {_ORDER} limit ? offset ?"
    return [Item.of(row) for row in db.execute(sql, (*values, limit, offset))]


def keys(db: sqlite3.Connection, asked: Asked, limit: int) -> list[str]:
    """Return the keys of the proposals that are asked for, in the order of the text."""
    where, values = asked.wanted.where()
    sql = f"select p.proposal {_FROM} where {where} order by {_ORDER} limit ?"
    return [row[0] for row in db.execute(sql, (*values, limit))]


def groups(db: sqlite3.Connection, found: Iterable[Item]) -> list[Group]:
    """Return proposals by document."""
    made = []
    for document, of_it in groupby(found, key=lambda item: item.document):
        row = db.execute("select title, publisher from documents where digest = ?", (document,)).fetchone()
        title, publisher = row if row else (None, None)
        listed = tuple(of_it)
        made.append(Group(document, title, publisher, listed[0].story, listed))
    return made


def item(db: sqlite3.Connection, key: str) -> Item | None:
    """Return one proposal, None where there is none."""
    row = db.execute(f"select {_COLUMNS} {_FROM} where p.proposal = ?", (key,)).fetchone()
    return Item.of(row) if row else None


def place(db: sqlite3.Connection, asked: Asked, key: str) -> Place:
    """Return where a proposal stands among those that are asked for, whether or not it is one of them."""
    where, values = asked.wanted.where()
    sql = f"""
with line as (select p.*, row_number() over (order by {_ORDER}) as at {_FROM}),
wanted as materialized (select p.proposal, p.at from line p where {where})
select
  (select count(*) from wanted where at <= me.at) * exists (select 1 from wanted where at = me.at),
  (select count(*) from wanted),
  (select proposal from wanted where at < me.at order by at desc limit 1),
  (select proposal from wanted where at > me.at order by at limit 1)
from line me where me.proposal = ?"""
    row = db.execute(sql, (*values, key)).fetchone()
    return Place(*row) if row else Place(0, 0, None, None)


def choices(db: sqlite3.Connection, asked: Asked) -> dict[str, list[Choice]]:
    """Return the values of each filter with what they leave, given the other filters; the most frequent first."""
    found = {name: _counted(db, asked, name) for name in ("status", "kind", "needs", "story", "rule")}
    query = asked.query()
    found["sure"] = [
        Choice(
            value,
            label,
            number(db, _with(asked, sure=value)),
            query.get("sure", "") == value,
            _query(query, "sure", value),
        )
        for value, label in _SURE_FROM.items()
    ]
    return found


def _counted(db: sqlite3.Connection, asked: Asked, name: str) -> list[Choice]:
    """Return the values of one column of the proposals that the other filters leave."""
    query = asked.query()
    chosen = query.get(name, OPEN if name == "status" else "")
    where, values = _with(asked, **{name: ANY if name == "status" else ""}).wanted.where()
    sql = f"select p.{quoted(name)}, count(*) from proposals p where {where} group by 1"
    numbers, every = Counter[str](), 0
    for value, count in db.execute(sql, values):
        every += count
        for part in (value or "none").split(", ") if name == "needs" else [value or ""]:
            numbers[part] += count
    first = [] if name == "status" else [Choice("", "all", every, not chosen, _query(query, name, ""))]
    return first + [
        Choice(value, _label(name, value), count, chosen == value, _query(query, name, value))
        for value, count in sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0]))
        if value
    ]


def _with(asked: Asked, **changes: str) -> Asked:
    return Asked.read(asked.query(**changes).get)


def _query(query: Mapping[str, str], name: str, value: str) -> dict[str, str]:
    plain = "" if name == "status" and value == OPEN else value
    return {**{key: text for key, text in query.items() if key != name}, **({name: plain} if plain else {})}


def _label(name: str, value: str) -> str:
    if name == "needs" and value == "none":
        return "nothing: complete"
    return kind(value) if name in ("kind", "needs") else value


def on_passage(db: sqlite3.Connection, item: Item, subject: str | None, event_type: str | None) -> list[EventRow]:
    """Return events of the record that rest on the same passage, those of the same kind about the same first."""
    tail = f"order by (subject = ?) + (type = ?) desc, sequence limit {REVIEW_RELATED}"
    return events(db, _SAME_PASSAGE, (item.document, item.end, item.start, subject or "", event_type or ""), tail)


def known_passages(db: sqlite3.Connection, keys: Sequence[str]) -> dict[str, int]:
    """Return how many events of the record rest on the passages of proposals, by key; none for none."""
    return dict(db.execute(_KNOWN, (json.dumps(list(keys)),)).fetchall())


def alike(db: sqlite3.Connection, subject: str | None, event_type: str | None) -> list[EventRow]:
    """Return the newest events of the same kind about the same."""
    tail = f"order by coalesce(latest, '9') desc, sequence desc limit {REVIEW_RELATED}"
    return events(db, _SAME_SUBJECT, (subject, event_type), tail) if subject and event_type else []


def beside(db: sqlite3.Connection, settings: Iterable[Setting]) -> list[Said]:
    """Return what an event says of rows, beside what stands in them."""
    return [_said(db, setting) for setting in settings]


def _said(db: sqlite3.Connection, setting: Setting) -> Said:
    key, _ = columns_of(db, setting.table)
    values = tuple(setting.key[name] for name in key)
    same = " and ".join(f"{quoted(name)} = ?" for name in key)
    found = db.execute(f"select * from {quoted(setting.table)} where {same}", values)
    names = [column[0] for column in found.description]
    row = dict(zip(names, found.fetchone() or [None] * len(names), strict=True))
    rows = tuple((name, row.get(name), value) for name, value in setting.values.items())
    return Said(setting, values, rows, row.get("last_event"))


def known_values(db: sqlite3.Connection, relation: str, column: str) -> list[str]:
    """Return values that recent events have in a column of their relation, such as `statement_made`."""
    recent = f"select {quoted(column)} as value from {quoted(f'_{relation}')} order by sequence desc limit {_RECENT}"
    sql = f"select distinct value from ({recent}) where value is not null order by value limit {REVIEW_NAMES}"
    return [str(row[0]) for row in db.execute(sql)]


def done(db: sqlite3.Connection, first: int, last: int) -> Done | None:
    """Return what was decided in the events ``first`` to ``last``, None where they decide nothing."""
    sql = "select type, count(*) from events where sequence between ? and ? and type glob 'proposal.*ed' group by type"
    numbers = dict(db.execute(sql, (first, last)).fetchall())
    accepted, rejected = numbers.get("proposal.accepted", 0), numbers.get("proposal.rejected", 0)
    found = events(db, "sequence = ?", (first,)) if (accepted, rejected) == (1, 0) else []
    return Done(accepted, rejected, found[0] if found else None) if accepted or rejected else None
