"""Where a log differs, when nothing but its root says that it does: told by tables that were built before.

When an event was recorded, and which one it replaces, no other part of its line repeats. If somebody changes that,
the root is another one and every line looks well. Tables prove nothing; but where the root is wrong already, they show
where to look.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

from regesta.archive import Archive
from regesta.database import guarded, open_database
from regesta.errors import RegestaError
from regesta.events.model import read_trusted
from regesta.events.segment import placed_lines
from regesta.limits import QUERY_SECONDS

_EVENTS = """
select e.recorded, c.target
from events e
left join _corrections c on c.sequence = e.sequence and c.verdict = 'replaced'
order by e.sequence
"""


def told_by_tables(archive: Archive) -> Iterator[tuple[str, str]]:
    """Yield (place, what is different) for the events of which `archive.db` knows another recorded time or target."""
    if not archive.database.is_file():
        return
    try:
        with closing(open_database(archive.database, read_only=True)) as db, guarded(db, QUERY_SECONDS):
            lines = placed_lines(archive.log.folder)
            for (where, line), (recorded, target) in zip(lines, db.execute(_EVENTS), strict=False):
                event = read_trusted(line)
                for name, now, before in (
                    ("recordedtime", event.recorded, recorded), ("replaces", event.replaces, target),
                ):  # fmt: skip
                    if now != before:
                        yield where, f"{name} is {now}, and was {before} when {archive.database.name} was built"
    except (sqlite3.Error, RegestaError):
        return  # tables of another form, or a log that cannot be read on: there is nothing to learn
