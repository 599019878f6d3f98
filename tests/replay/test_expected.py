"""Builds against the plain-Python model: whatever the log, the tables hold what the concepts page says."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regesta.archive import Archive
from regesta.events.model import prepare
from regesta.replay.build import build
from regesta.schema.types import EventTypes
from tests.archives import answer, letter, listing, log_lines, make_archive, retraction
from tests.examples import times
from tests.replay.dumps import dump
from tests.replay.expected import BEGINNING, END, Insert, Row, Table, corrected, counts, tables

CASES_SQL = """
-- What is known of each place.
create table cases (
  place  text primary key references places(code),
  name   text,
  letter text,
  answer text check (answer in ('yes', 'no', 'partly')),
  pages  integer,
  dated  text,
  final  text
);
insert into cases (place, name, letter, dated)
select place, places.name, letter, edtf from letter_sent join places on places.code = letter_sent.place;
insert into cases (place, answer, pages, final)
select place, answer, coalesce(pages, 0) * 2, case when final then 'first' end from answer_given where answer <> 'yes';
insert into cases (place, final)
select place, 'last' from answer_given where final = 1;
insert into cases (place, letter)
select place, upper(letter) from answer_listed
on conflict do nothing;
"""
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # an append syncs, which a disk takes time for
# Every date with its bounds in the archive's zone, worked out by hand.
DATES: dict[str | None, tuple[str, str]] = {
    None: (BEGINNING, END),
    "2017-06-30": ("2017-06-30T00:00:00-04:00", "2017-06-30T23:59:59-04:00"),
    "2017-06-30~": ("2017-06-30T00:00:00-04:00", "2017-06-30T23:59:59-04:00"),
    "2017-07-01": ("2017-07-01T00:00:00-04:00", "2017-07-01T23:59:59-04:00"),
    "2017-06": ("2017-06-01T00:00:00-04:00", "2017-06-30T23:59:59-04:00"),
    "2017": ("2017-01-01T00:00:00-05:00", "2017-12-31T23:59:59-05:00"),
    "2017-06-28/2017-07-05": ("2017-06-28T00:00:00-04:00", "2017-07-05T23:59:59-04:00"),
    "../2017-07-14": (BEGINNING, "2017-07-14T23:59:59-04:00"),
    "2017-06-29/..": ("2017-06-29T00:00:00-04:00", END),
    "2017-07-01T16:02:00": ("2017-07-01T00:00:00-04:00", "2017-07-01T23:59:59-04:00"),
    "2017-07-01T16:02:00Z": ("2017-07-01T12:02:00-04:00", "2017-07-01T12:02:00-04:00"),
}
LETTERS = Table(
    ("id",),
    ("place", "about", "dated", "summary"),
    [Insert("letter.sent", lambda event: {
        "id": event["data"]["letter"], "place": event["data"]["place"], "about": event["data"].get("about"),
        "dated": event.get("edtf"), "summary": event["data"].get("summary"),
    })],
)  # fmt: skip
FIELDS = ("answer", "reason", "pages", "share", "final")
ANSWERS = Table(
    ("letter", "place"),
    FIELDS,
    [
        Insert(
            "answer.given",
            lambda event: {name: _stored(event["data"].get(name)) for name in ("letter", "place", *FIELDS)},
        ),
        Insert("answer.listed", lambda event: {**_pair(event), "answer": "unknown"}, weak=True),
    ],
)
CASES = Table(
    ("place",),
    ("name", "letter", "answer", "pages", "dated", "final"),
    [
        Insert("letter.sent", lambda event: {
            **_pair(event), "name": f"Place {event['data']['place'][1:]}", "dated": event.get("edtf"),
        }),
        Insert("answer.given", lambda event: None if event["data"]["answer"] == "yes" else {
            "place": event["data"]["place"], "answer": event["data"]["answer"],
            "pages": event["data"].get("pages", 0) * 2, "final": "first" if event["data"].get("final") else None,
        }),
        Insert("answer.given", lambda event: {
            "place": event["data"]["place"], "final": "last",
        } if event["data"].get("final") else None),
        Insert("answer.listed", lambda event: {
            "place": event["data"]["place"], "letter": event["data"]["letter"].upper(),
        }, weak=True),
    ],
)  # fmt: skip


def _stored(value: Any) -> Any:
    """Return a value as SQLite has it: a boolean is 0 or 1."""
    return int(value) if isinstance(value, bool) else value


def _pair(event: Any) -> dict[str, Any]:
    return {"letter": event["data"]["letter"], "place": event["data"]["place"]}


dates = st.sampled_from(list(DATES))
places, letters = st.sampled_from(["P01", "P02"]), st.sampled_from(["l1", "l2"])
sources = st.sampled_from(["manual:", "urn:x:1"])
pairs = st.fixed_dictionaries({"letter": letters, "place": places})
given_data = st.fixed_dictionaries(
    {"letter": letters, "place": places, "answer": st.sampled_from(["yes", "no", "partly"])},
    optional={"pages": st.integers(0, 2), "final": st.booleans(), "share": st.sampled_from([0.5, 1.0])},
)
facts = st.one_of(
    st.builds(lambda date, data, source: letter(1, edtf=date, data=data, source=source), dates, pairs, sources),
    st.builds(lambda date, data, source: answer(1, edtf=date, data=data, source=source), dates, given_data, sources),
    st.builds(lambda date, data, source: listing(1, edtf=date, data=data, source=source), dates, pairs, sources),
)
# A step is a fact; with a number it replaces the event of that number instead, or retracts it; then perhaps a build.
steps = st.lists(
    st.tuples(facts, st.none() | st.integers(0, 20), st.booleans(), st.booleans()), min_size=1, max_size=12
)  # fmt: skip
Step = tuple[dict[str, Any], int | None, bool, bool]


@cache
def types() -> EventTypes:
    with TemporaryDirectory() as folder:
        return make_archive(Path(folder)).schema.types


def batches(items: list[Step]) -> list[list[dict[str, Any]]]:
    """Turn steps into appends; a correction is about one of the events before it, whatever became of that."""
    found: list[list[dict[str, Any]]] = [[]]
    ids: list[str] = []
    for fact, number, is_retraction, is_end in items:
        target = ids[number % len(ids)] if ids and number is not None else None
        draft = fact if target is None else retraction(target) if is_retraction else {**fact, "replaces": target}
        event_id = prepare(draft, types()).id
        if event_id not in ids:
            ids.append(event_id)
            found[-1].append(draft)
        found += [[]] if is_end else []
    return found


def rows(archive: Archive, sql: str) -> list[Row]:
    with closing(sqlite3.connect(archive.database)) as db:
        return sorted(db.execute(sql).fetchall(), key=repr)


def built(archive: Archive, name: str) -> tuple[list[Row], list[Row]]:
    """Return the rows of a table and of its history, the key first, as the database holds them."""
    table = {"letters": LETTERS, "answers": ANSWERS, "cases": CASES}[name]
    columns = ", ".join([*table.key, *table.columns])
    ends = "event, ended_by, possibly_from, surely_from, surely_to, possibly_to"
    return (
        rows(archive, f"select {columns}, last_event from {name}"),
        rows(archive, f"select {columns}, {ends} from {name}_history"),
    )


@settings(max_examples=times(20), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(items=steps)
def test_tables_are_what_the_model_says(items: list[Step]) -> None:
    """However a log grows, its tables hold what the model says, and a build from nothing gives the same again."""
    with TemporaryDirectory(dir=MEMORY) as folder:
        archive = make_archive(Path(folder), files={"projections/cases.sql": CASES_SQL})
        for batch in batches(items):
            archive.append(batch)
            build(archive)
        log = [json.loads(line) for line in log_lines(archive)]
        assert built(archive, "letters") == tables(log, LETTERS, DATES)
        assert built(archive, "answers") == tables(log, ANSWERS, DATES)
        assert built(archive, "cases") == tables(log, CASES, DATES)
        statuses = [(number, counts(event, log)) for number, event in enumerate(log, start=1)]
        assert rows(archive, "select sequence, status = 'current' from events") == sorted(statuses, key=repr)
        grown = dump(archive.database)
        archive.database.unlink()
        build(archive)
        assert dump(archive.database) == grown


def test_steps_cover_the_cases() -> None:
    """The strategy gives corrections of corrections and events that come back: else the test above says little."""
    chain: list[Step] = [
        (answer(1), None, False, True),
        (answer(2), 0, True, True),
        (answer(3), 1, True, False),
        (answer(4), 0, False, False),
    ]
    log = [draft for batch in batches(chain) for draft in batch]
    assert [len(batch) for batch in batches(chain)] == [1, 1, 2]
    assert [corrected(draft) is not None for draft in log] == [False, True, True, True]
