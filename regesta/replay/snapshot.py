"""The tables as of a date, made from a built database and nothing else: what happened by then, as it stood then.

Guarantees that the new file has every table, view and index of the one that it is made from, and in each
projection and its history the rows that a build from only the events that had certainly happened would give.
With ``possible`` each projection gets a table beside it, `responses_possible`, of what may have held by then.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from regesta.database import open_database
from regesta.database import quote_identifier as quoted
from regesta.replay.asof import SECOND_FUNCTION, TEXT_FUNCTION, Moment, add_functions, add_text_function
from regesta.replay.bounds import OPEN_END
from regesta.replay.covered import covered
from regesta.replay.history import FULL_TEXT
from regesta.replay.keys import columns_of, projections_of

_NARROW: Final = ("_earliest", "_latest")
_ALL_EVENTS: Final = "select sequence from events"


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of an archive a snapshot takes: with what is ``possible``, and all tables or only the named ones.

    With ``tables`` the fixed lists and `meta` come along, and of the views those that need nothing else.
    """

    possible: bool = False
    tables: frozenset[str] | None = None


@dataclass(frozen=True)
class Snapshot:
    """Copies from the database attached as ``base`` into the empty main one, as of ``moment``."""

    db: sqlite3.Connection
    moment: Moment
    extent: Extent

    @cached_property
    def _known(self) -> Mapping[str, list[str]]:
        """The columns of every table of the base but those of full-text search."""
        names = [
            name
            for (name,) in self.db.execute("select name from base.sqlite_master where type = 'table' order by rowid")
            if not name.startswith(("sqlite_", *(f"{table}_fts" for table in FULL_TEXT)))
        ]
        return {
            name: [row[1] for row in self.db.execute(f"pragma base.table_info({quoted(name)})")] for name in names
        }  # fmt: skip

    @cached_property
    def _taken(self) -> set[str]:
        """The names of the tables that the snapshot has."""
        if self.extent.tables is None:
            return set(self._known)
        engine = {"events", "evidence"}
        lists = {
            name
            for name in self._known
            if not name.startswith("_") and not {name, name.removesuffix("_history")} & engine and not self._dated(name)
        }
        return lists | {"_types"} | (set(self.extent.tables) & set(self._known))

    def _dated(self, name: str) -> bool:
        """Say whether a table is a projection or the history of one."""
        return f"{name}_history" in self._known or (
            name.endswith("_history") and name.removesuffix("_history") in self._known
        )

    def take(self) -> None:
        """Make all tables, fill them, and make what rests on them."""
        self._create("table", self._taken)
        for name in sorted(self._known, key=lambda name: name != "_types"):  # which others ask; else in their order
            if name in self._taken:
                self._fill(name, self._known[name])
        self._create("index", self._taken)
        if self.extent.possible:
            for name in projections_of(self.db, "base"):
                if name in self._taken:
                    self._add_possible(name)
        self._create("view")
        if self.extent.tables is not None:
            self._drop_views_that_miss_a_table()
        for name in FULL_TEXT:
            if name in self._taken:
                self._create("table", {f"{name}_fts"})
                self.db.execute(f"insert into {name}_fts ({name}_fts) values ('rebuild')")
        self._say_what_it_is()

    def _create(self, kind: str, tables: set[str] | None = None) -> None:
        statements = self.db.execute(
            "select tbl_name, sql from base.sqlite_master where type = ? and sql is not null order by rowid", (kind,)
        ).fetchall()
        for name, sql in statements:
            if tables is None or name in tables:
                self.db.execute(sql)

    def _drop_views_that_miss_a_table(self) -> None:
        views = [row[0] for row in self.db.execute("select name from main.sqlite_master where type = 'view'")]
        for name in views:
            try:
                self.db.execute(f"select * from main.{quoted(name)} limit 0")
            except sqlite3.OperationalError:
                self.db.execute(f"drop view {quoted(name)}")

    def _fill(self, name: str, columns: list[str]) -> None:
        target = f"insert into main.{quoted(name)} ({_names(columns)})"
        source = f"from base.{quoted(name)}"
        history = f"{name}_history"
        if name == "_counts":
            return  # of the whole history; here they are counted in the rows themselves
        if name == "events":
            self._fill_events(target, source, columns)
        elif history in self._known:
            sql = f"select {_names([*columns[:-1], 'event'])} from base.{quoted(history)}"
            key = columns_of(self.db, name, "base").key
            self._run(f"{target} {sql} where {self.moment.certain()} order by {_names(key)}")
        elif self._dated(name):
            self._fill_history(name, columns, target)
        elif name == "evidence":
            self._run(f"{target} select * {source} where event in ({_ALL_EVENTS})")
        elif name == "_disputes":
            current = "(select sequence from main.events where status = 'current')"
            self._run(f"{target} select * {source} where event in {current} and other_event in {current}")
        elif columns[1:3] == list(_NARROW):
            self.db.execute(f"{target} select * {source} where _latest <= ?", (self.moment.second,))
        else:
            self._run(f"{target} select * {source}")

    def _fill_events(self, target: str, source: str, columns: list[str]) -> None:
        self._run(f"{target} select * {source} where {self.moment.happened()}")
        if self.extent.possible:
            status = "case status when 'current' then 'possible' else status end"
            values = ", ".join(status if name == "status" else quoted(name) for name in columns)
            self._run(f"{target} select {values} {source} where {self.moment.possibly_happened()}")

    def _fill_history(self, name: str, columns: list[str], target: str) -> None:
        """Take the states that had begun, their ends as if nothing later than the moment were known."""
        ended, begun = self.moment.by("possibly_to"), self.moment.by("surely_from")
        cut = {
            "ended_by": f"case when {ended} then ended_by end",
            "possibly_to": f"case when {ended} then possibly_to else '{OPEN_END}' end",
            "surely_to": f"case when {ended} then surely_to else '{OPEN_END}' end",
        }
        key = _names(self._key(name.removesuffix("_history")))
        source = f"from base.{quoted(name)} h"
        # A change that is only possible as yet may be why an earlier state is no longer sure. Rows that have none,
        # nearly all, end as they do in the base; of the others the end is worked out anew.
        self.db.execute(f"create table temp.unsure ({key}, primary key ({key})) without rowid")
        self._run(f"insert or ignore into temp.unsure select {key} {source} where {self.moment.possible()}")
        unsure = f"exists (select 1 from temp.unsure u where {self._same('u', 'h', name)})"
        values = ", ".join(cut.get(column, f"h.{quoted(column)}") for column in columns)
        self._run(f"{target} select {values} {source} where {begun} and not {unsure} order by h.rowid")
        of_row = ", ".join(f"h.{quoted(column)}" for column in self._key(name.removesuffix("_history")))
        in_order = f"{SECOND_FUNCTION}(surely_from), {SECOND_FUNCTION}(possibly_from), event"
        later = (
            f"min({SECOND_FUNCTION}(possibly_from)) over (partition by {of_row} order by {in_order}"
            " rows between 1 following and unbounded following)"
        )
        cut["surely_to"] = f"coalesce({TEXT_FUNCTION}({later}), '{OPEN_END}')"
        values = ", ".join(cut.get(column, f"h.{quoted(column)}") for column in columns)
        joined = f"from temp.unsure u join base.{quoted(name)} h on {self._same('u', 'h', name)}"
        self._run(f"{target} select {values} {joined} where {begun}")
        self.db.execute("drop table temp.unsure")

    def _same(self, first: str, second: str, history: str) -> str:
        """Return the condition that two aliases are of one row."""
        key = self._key(history.removesuffix("_history"))
        return " and ".join(f"{first}.{quoted(column)} = {second}.{quoted(column)}" for column in key)

    def _add_possible(self, name: str) -> None:
        """Make the table of the states of a projection that had possibly begun, with the event and its dates."""
        columns, table = self._known[name][:-1], quoted(f"{name}_possible")
        kinds = {row[1]: row[2] for row in self.db.execute(f"pragma base.table_info({quoted(name)})")}
        # Only to fixed lists: what a possible row points at may itself be only possible, and be no row here.
        links = {
            row[3]: f" references {quoted(row[2])}({quoted(row[4])})"
            for row in self.db.execute(f"pragma base.foreign_key_list({quoted(name)})")
            if f"{row[2]}_history" not in self._known
        }
        declared = [f"{quoted(column)} {kinds[column]}{links.get(column, '')}" for column in columns]
        key = _names((*self._key(name), "event"))
        tail = (
            "event integer not null references events(sequence), possibly_from text not null,"
            f" surely_from text not null, primary key ({key})"
        )
        self.db.execute(f"create table {table} ({', '.join(declared)}, {tail}) strict")
        chosen = _names([*columns, "event", "possibly_from", "surely_from"])
        source = f"select {chosen} from base.{quoted(f'{name}_history')}"
        self._run(f"insert into {table} {source} where {self.moment.possible()} order by {key}")

    def _key(self, name: str) -> tuple[str, ...]:
        return columns_of(self.db, name, "base").key

    def _say_what_it_is(self) -> None:
        contains = self.db.execute("select value from meta where key = 'contains'").fetchone()[0]
        what = "certainly or possibly" if self.extent.possible else "certainly"
        rows = {"status": "[]", "as_of": self.moment.text}
        rows["contains"] = f"what had {what} happened by {self.moment.text}, of {contains}"
        if self.extent.tables is not None:
            rows["contains"] += f"; only the tables {', '.join(sorted(self.extent.tables))}"
        self.db.executemany("insert or replace into meta values (?, ?)", rows.items())

    def _run(self, sql: str) -> None:
        self.db.execute(sql, self.moment.parameters if f":{self.moment.name}" in sql else {})


def take_snapshot(base: Path, target: Path, moment: Moment, extent: Extent = Extent()) -> None:
    """Make the new database ``target`` from the built one ``base``; raises `ArchiveError` when that is none."""
    zone = covered(base).zone
    with closing(open_database(target)) as db:
        add_functions(db)
        add_text_function(db, zone)
        # The file is disposable until it is published: no journal, and one fsync at the end.
        db.execute("pragma journal_mode=off")
        db.execute("pragma synchronous=off")
        db.execute("pragma cache_size=-65536")
        db.execute("attach ? as base", (str(base),))
        db.execute("begin")
        Snapshot(db, moment, extent).take()
        db.execute("commit")


def _names(names: Sequence[str]) -> str:
    return ", ".join(map(quoted, names))
