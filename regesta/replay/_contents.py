"""What a built database holds, and the steps that put it there.

`regesta.replay.build` decides when to take which step; here each step is one method, the same for a full
build and an incremental one wherever the work is the same.
"""

from __future__ import annotations

import base64
import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sqlite_utils import Database

from regesta.archive import CONFIG, Archive
from regesta.config import Config, values_of
from regesta.database import guarded
from regesta.database import quote_identifier as quoted
from regesta.errors import ArchiveError, EventError, LogError, RegestaError, UsageError
from regesta.events.checkpoint import CHECKPOINT
from regesta.events.log import read_in_place
from regesta.events.merkle import Frontier
from regesta.events.model import REDACTION, Event, data_text, read_strictly
from regesta.events.redaction import Ledger
from regesta.events.rootcheck import RootCheck
from regesta.events.segment import check_file, read_lines, segments
from regesta.limits import VIEWS_SECONDS
from regesta.replay import counts
from regesta.replay.history import FULL_TEXT, Table
from regesta.replay.relations import (
    BATCH_EVENTS,
    EVENTS_TABLE,
    EVIDENCE_TABLE,
    REDACTED,
    STAGED_COLUMNS,
    Stager,
    create_relation,
    create_relation_index,
    create_relation_view,
    narrow_table,
    staged_event,
    statuses,
)
from regesta.schema.sandbox import create_reference
from regesta.schema.views import View

FORMAT: Final = "5"  # of the built database; another one makes the next build a full one
Progress = Callable[[int], None]

_INTERNAL_TABLES = """
create table meta (key text primary key not null, value text) strict;
create table _segments (number integer primary key, bytes integer not null) strict;
create table _frontier (size integer not null, hashes blob not null) strict;
create table _corrections (
  sequence integer primary key, id text not null, target text not null, verdict text not null
) strict;
create table _types (type text primary key not null, relation text not null, timeless integer not null) strict;
create table _disputes (
  "table" text not null, "key" text not null, "column" text not null,
  event integer not null, value any not null, other_event integer not null, other_value any not null,
  primary key ("table", "key", "column", event, other_event)
) strict, without rowid
"""
_DISPUTES_VIEW = """
create view disputes as
select
  d."table", d."key", d."column",
  d.event, d.value, e.edtf as dated, e.summary,
  d.other_event, d.other_value, o.edtf as other_dated, o.summary as other_summary
from _disputes d
join events e on e.sequence = d.event
join events o on o.sequence = d.other_event
"""
_ORPHANS_VIEW = """
create view orphans as
select s.story, s.document, e.sequence as event, e.type, e.subject, e.edtf as dated, e.summary, s.sequence as noticed
from _story_updated s
join events n on n.sequence = s.sequence
join json_each(n.data, '$.orphans') o
join events e on e.id = o.value and e.status = 'current'
"""
_EVENT_INDEXES = (
    "create unique index _events_id on events (id)",
    "create index _events_type on events (type, latest, sequence)",
    "create index _events_subject on events (subject)",
    "create index _evidence_document on evidence (document)",
)


@dataclass
class Contents:
    """The tables of ``archive`` in the open database ``db``.

    ``touched`` are the keys of the rows to be folded again, by table; None where all are folded.
    """

    archive: Archive
    db: sqlite3.Connection
    progress: Progress = lambda events: None
    touched: dict[str, set[tuple[Any, ...]]] | None = None

    @cached_property
    def tables(self) -> list[Table]:
        """The projections, ready for SQLite."""
        schema = self.archive.schema
        counted = self._counted()
        return [Table(item, schema.types, counted.get(item.name, ())) for item in schema.projections]

    def _counted(self) -> dict[str, tuple[str, ...]]:
        """Return the status columns by table; raises `ArchiveError` for one that is not there."""
        values = {item.name: item.values for item in self.archive.schema.projections}
        found: dict[str, tuple[str, ...]] = {}
        for item in self.archive.config.status:
            if item.column not in values.get(item.table, ()):
                message = f"[[status]]: {item.table}.{item.column} is no column of a projection outside its key"
                raise ArchiveError(message, where=str(self.archive.folder / CONFIG))
            found[item.table] = (*found.get(item.table, ()), item.column)
        return found

    @cached_property
    def ledger(self) -> Ledger:
        """The stubs and redactions among the lines that were read."""
        return Ledger()

    @cached_property
    def stager(self) -> Stager:
        """Adds events to this database."""
        return Stager(self.db, self.archive.schema.types, self.archive.zone)

    def create_tables(self) -> None:
        """Create every table, empty, and fill the fixed lists."""
        for statement in (EVENTS_TABLE, EVIDENCE_TABLE, counts.COUNTS_TABLE, *_INTERNAL_TABLES.split(";")):
            self.db.execute(statement)
        schema = self.archive.schema
        for item in schema.reference:
            create_reference(self.db, item.name, item.columns, item.rows)
        for event_type in schema.types.values():
            create_relation(self.db, event_type)
        rows = sorted((item.name, item.relation, int(item.timeless)) for item in schema.types.values())
        self.db.executemany("insert into _types values (?, ?, ?)", rows)
        for table in self.tables:
            with table.blamed():
                table.create(self.db)

    def load(self, limit: int | None = None) -> int:
        """Stage the events that the database does not have yet; return the sequence of the last one.

        With ``limit`` only the first so many events of the log count: the log as it once was.
        """
        size, hashes = self.db.execute("select size, hashes from _frontier").fetchone() or (0, b"")
        log = self.archive.log
        checkpoint = log.checkpoint() if limit is None else None
        check = RootCheck(Frontier.from_bytes(size, hashes), checkpoint, str(log.folder / CHECKPOINT))
        known = self.db.execute("select count(*) from _segments").fetchone()[0]
        for number, path in enumerate(segments(log.folder), start=1):
            room = None if limit is None else limit - check.frontier.size
            if number > known and room != 0:
                for lines in _batches(islice(read_lines(path), room)):
                    self._stage(path, lines, check)
                self.db.execute("insert into _segments values (?, ?)", (number, check_file(path)))
        check.finish()
        self.db.execute("delete from _frontier")
        self.db.execute("insert into _frontier values (?, ?)", (check.frontier.size, check.frontier.to_bytes()))
        if limit is None:  # a redaction may have come later than what an earlier state of the log holds
            self._check_redactions()
        self._write_meta(check.frontier)
        return check.frontier.size

    def _check_redactions(self) -> None:
        """Raise `LogError` for a stub without its redaction, or a redaction without its stub.

        An incremental build gives way to a full one whenever there is a redaction among what is new: what was taken
        out is in the tables that it would add to.
        """
        if self.touched is not None and (self.ledger.stubs or self.ledger.redactions):
            raise LogError("a redaction is new: the tables are built anew", where=str(self.archive.log.folder))
        fault = next(self.ledger.faults(), None)
        if fault:
            raise LogError(fault[1], where=fault[0], remedy="run `regesta verify`")

    def _stage(self, path: Path, lines: list[tuple[int, bytes]], check: RootCheck) -> None:
        first = check.frontier.size + 1
        events = [
            read_in_place(line, first + n, f"{path}:{number}") for n, (number, line) in enumerate(lines)
        ]  # fmt: skip
        check.extend([line for _, line in lines])
        for number, line in lines:
            self.ledger.see(line, f"{path}:{number}")
        try:
            texts = [data_text(line, event) for (_, line), event in zip(lines, events, strict=True)]
            self.stager.add(events, texts)
        except (sqlite3.Error, RegestaError, TypeError, ValueError, LookupError, AttributeError) as error:
            raise self._fault(path, lines, error) from error
        rows = [
            (event.sequence, event.id, event.corrects, "replaced" if event.replaces else "retracted")
            for event in events
            if event.corrects
        ]
        rows += [
            (event.sequence, event.id, event.subject.removeprefix("event/"), REDACTED)
            for event in events
            if event.type == REDACTION and self.ledger.leaves_nothing(event.subject.removeprefix("event/"))
        ]
        self.db.executemany("insert into _corrections values (?, ?, ?, ?)", rows)
        self.progress(len(events))

    def _fault(self, path: Path, lines: list[tuple[int, bytes]], error: Exception) -> LogError:
        """Return what is wrong with lines that cannot be staged: another hand wrote them, or the schema has changed."""
        for number, line in lines:
            try:
                read_strictly(line, self.archive.schema.types)
            except EventError as found:
                return LogError(found.message, where=f"{path}:{number}", remedy="run `regesta verify`")
        return LogError(f"cannot be read into tables: {error}", where=str(path), remedy="run `regesta verify`")

    def create_event_indexes(self) -> None:
        """Index the events, once they are there: sorting once beats inserting a million times."""
        for statement in _EVENT_INDEXES:
            self.db.execute(statement)

    def create_table_indexes(self) -> None:
        """Index the projections and the dates of the relations, once they are filled."""
        for table in self.tables:
            table.create_indexes(self.db)
        for event_type in self.archive.schema.types.values():
            create_relation_index(self.db, event_type)

    def apply_corrections(self) -> None:
        """Take replaced and retracted events out of the relations, and put back those that count again."""
        # A redaction has the last word on its event, which the staging knew already.
        corrections = "_corrections where verdict <> 'redacted'"
        found = statuses(self.db.execute(f"select sequence, id, target, verdict from {corrections}"))
        targets = f"select id, sequence, status from events where id in (select target from {corrections})"
        for event_id, sequence, was in self.db.execute(targets).fetchall():
            if was not in (found[event_id], REDACTED):
                self._set_status(sequence, found[event_id], was=was)

    def _set_status(self, sequence: int, status: str, was: str) -> None:
        event = self.event(sequence)
        item = self.archive.schema.types.get(event.type)
        self.db.execute("update events set status = ? where sequence = ?", (status, sequence))
        if item is None:
            return
        if status == "current":
            self.stager.add_typed({event.type: [self.stager.row(event)]})
        if self.touched is not None:
            self._touch(event.type, sequence)
        if was == "current":
            self.db.execute(f"delete from {narrow_table(item)} where sequence = ?", (sequence,))

    def event(self, sequence: int) -> Event:
        """Return an event as staged."""
        sql = f"select {STAGED_COLUMNS} from events where sequence = ?"
        return staged_event(self.db.execute(sql, (sequence,)).fetchone())

    def _touch(self, event_type: str, sequence: int) -> None:
        """Remember the rows that an event contributes to, for `refill`."""
        for table in self.tables:
            self._keys(table).update(table.touched_keys(self.db, event_type, sequence))

    def touch_since(self, sequence: int) -> None:
        """Remember the rows that the events after ``sequence`` contribute to."""
        for table in self.tables:
            self._keys(table).update(table.keys_since(self.db, sequence))

    def _keys(self, table: Table) -> set[tuple[Any, ...]]:
        assert self.touched is not None  # only an incremental build asks
        return self.touched.setdefault(table.name, set())

    def fill(self) -> None:
        """Fill every projection from all events."""
        changes = counts.Changes(self.db)
        for table in self.tables:
            with table.blamed(), guarded(self.db, VIEWS_SECONDS):  # SQLite agrees that the archive's SQL only reads
                self.db.execute(f"explain {table.contributions}")
            with table.blamed():
                table.fill(self.db, self.archive.zone, changes)
        changes.settle()

    def refill(self) -> None:
        """Fold again the rows that were touched, and only them."""
        changes = counts.Changes(self.db)
        for table in self.tables:
            with table.blamed():
                table.refill(self.db, self._keys(table), self.archive.zone, changes)
        changes.settle()

    def create_views(self) -> None:
        """Create the relations and the archive's views; each view must answer before it is kept."""
        for event_type in self.archive.schema.types.values():
            create_relation_view(self.db, event_type)
        self.db.execute(_DISPUTES_VIEW)
        self.db.execute(_ORPHANS_VIEW)
        for view in self.archive.schema.views:
            with _blamed(view):
                self.db.execute(f"create view {quoted(view.name)} as {view.sql}")
        end = time.monotonic() + VIEWS_SECONDS
        for view in self.archive.schema.views:  # after all are there: they may read each other
            left = max(end - time.monotonic(), 0.0)
            with _blamed(view), suppress(UsageError), guarded(self.db, left):  # slow, but it answers in the end
                self.db.execute(f"select * from {quoted(view.name)} limit 1").fetchone()

    def create_full_text(self) -> None:
        """Make events and documents searchable, in the form that Datasette finds by itself."""
        for table, columns in FULL_TEXT.items():
            Database(self.db).table(table).enable_fts(columns, tokenize="porter")

    def update_full_text(self, since: int) -> None:
        """Add the events after ``since``; documents are few and are indexed anew when one changed."""
        self.db.execute(
            "insert into events_fts (rowid, summary, subject)"
            " select sequence, summary, subject from events where sequence > ?", (since,)
        )  # fmt: skip
        if self.touched and self.touched.get("documents"):
            self.db.execute("insert into documents_fts (documents_fts) values ('rebuild')")

    def _write_meta(self, frontier: Frontier) -> None:
        recorded = self.db.execute("select recorded from events order by sequence desc limit 1").fetchone()
        config = self.archive.config
        values = {
            "title": config.title,
            "origin": config.origin,
            "size": str(frontier.size),
            "root": base64.b64encode(frontier.root()).decode(),
            "recorded_until": recorded[0] if recorded else None,
            "contains": f"events 1 to {frontier.size} of the log" if frontier.size else "no events",
            "zone": config.zone,
            "schema": self.archive.schema.digest,
            "status": declared_statuses(config),
            "settings": json.dumps(values_of(config), ensure_ascii=False, sort_keys=True),
            "format": FORMAT,
        }
        if self.touched is None:  # else as it was
            stubs = sorted(stub.digest for stub in self.ledger.stubs)
            values["redacted"] = sha256(" ".join(stubs).encode()).hexdigest() if stubs else None
        self.db.executemany("insert or replace into meta values (?, ?)", values.items())


def declared_statuses(config: Config) -> str:
    """Return the status columns as `meta` has them."""
    return json.dumps([counts.status_name(item.table, item.column) for item in config.status])


def _batches(lines: Iterable[bytes]) -> Iterator[list[tuple[int, bytes]]]:
    numbered = enumerate(lines, start=1)
    while batch := list(islice(numbered, BATCH_EVENTS)):
        yield batch


@contextmanager
def _blamed(view: View) -> Iterator[None]:
    """Turn what SQLite says of a view into our error, at the view's file."""
    try:
        yield
    except (sqlite3.Error, UsageError) as error:
        raise view.statement.error(f"the view does not work: {error}") from error
