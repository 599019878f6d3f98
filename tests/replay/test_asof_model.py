"""As of any date, from what was known at any time: replays and the history tables against the plain-Python model."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from math import inf
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regesta.archive import Archive
from regesta.replay.build import build, build_into
from regesta.schema.dates import bounds, instant_text
from tests.examples import times
from tests.replay.asof_logs import (
    CLOCK_CHANGES,
    DATES,
    LONG_AGO,
    TABLES,
    Step,
    appended,
    events_of,
    model_of,
    moments_of,
    new_archive,
    steps_on,
    zones,
)
from tests.replay.asof_model import Row, World, world
from tests.replay.dumps import dump

Ask = Callable[[str], list[Row]]
ENDS = "event, ended_by, possibly_from, surely_from, surely_to, possibly_to"
RELATIONS = ("answer_given", "answer_listed", "document_captured", "event_retracted", "letter_sent", "note_made")
DISPUTES = 'select "table", "key", "column", event, value, other_event, other_value from disputes'


def many(examples: int) -> settings:
    checks = [HealthCheck.too_slow]
    return settings(
        max_examples=times(examples), deadline=None, suppress_health_check=checks, report_multiple_bugs=False
    )


def asker(db: sqlite3.Connection) -> Ask:
    return lambda sql: sorted(map(tuple, db.execute(sql).fetchall()), key=repr)


def seen(ask: Ask, *, possible: bool) -> World:
    """Return what a database shows, in the terms of the model."""
    found = World(sorted(ask("select sequence, status from events")))
    found.related = sorted(row[0] for name in RELATIONS for row in ask(f"select sequence from {name}"))
    for table in TABLES:
        columns = ", ".join([*table.key, *table.columns])
        found.rows[table.name] = ask(f"select {columns}, last_event from {table.name}")
        found.history[table.name] = ask(f"select {columns}, {ENDS} from {table.name}_history")
        if possible:
            found.possible[table.name] = ask(
                f"select {columns}, event, possibly_from, surely_from from {table.name}_possible"
            )
    found.disputes = ask(DISPUTES)
    return found


def expected(archive: Archive, at: str | None, known: str = "9999", *, possible: bool = False) -> World:
    second = inf if at is None else bounds(at, archive.zone).latest
    assert second is not None
    found = world(events_of(archive), model_of(archive), second, known, possible=possible)
    return found if possible else replace(found, possible={})


def replayed(archive: Archive, at: str | None, known: str | None = None, *, possible: bool = False) -> World:
    with closing(archive.at(at, known=known, possible=possible, build=False).conn) as db:
        return seen(asker(db), possible=possible)


def grow(archive: Archive, steps: Sequence[Step]) -> None:
    for _ in appended(archive, steps):
        pass
    build(archive)


@many(40)
@given(zone=zones, steps=steps_on(*DATES, *CLOCK_CHANGES), possible=st.booleans(), data=st.data())
def test_replay_at_a_date_is_what_the_model_says(
    zone: str, steps: list[Step], possible: bool, data: st.DataObject
) -> None:
    """Events, rows, histories, what is possible and what is disputed are as if nothing later had been known."""
    with new_archive(zone) as archive:
        grow(archive, steps)
        at = data.draw(moments_of(events_of(archive), archive.zone))
        assert replayed(archive, at, possible=possible) == expected(archive, at, possible=possible)


@many(20)
@given(zone=zones, steps=steps_on(*DATES, *CLOCK_CHANGES), dated=st.booleans(), data=st.data())
def test_replay_of_what_was_known_is_what_the_model_says(
    zone: str, steps: list[Step], dated: bool, data: st.DataObject
) -> None:
    """Both clocks together: statuses are those of the log's first events, whatever was corrected afterwards."""
    with new_archive(zone) as archive:
        grow(archive, steps)
        known = data.draw(st.sampled_from([event["recordedtime"] for event in events_of(archive)]))
        at = data.draw(moments_of(events_of(archive), archive.zone)) if dated else None
        assert replayed(archive, at, known, possible=dated) == expected(archive, at, known, possible=dated)


@many(12)
@given(zone=zones, steps=steps_on(*LONG_AGO, "2017", max_size=6), data=st.data())
def test_replay_of_long_ago_is_what_the_model_says(zone: str, steps: list[Step], data: st.DataObject) -> None:
    """Before the year 1, on local mean time with its seconds, and in the last year that there is."""
    with new_archive(zone) as archive:
        grow(archive, steps)
        at = data.draw(moments_of(events_of(archive), archive.zone))
        assert replayed(archive, at, possible=True) == expected(archive, at, possible=True)


@many(20)
@given(
    zone=zones,
    steps=steps_on(*DATES, *CLOCK_CHANGES),
    at=st.sampled_from(["2017-06-30", "2017-07-01", "2017-07-05", "2017-11-08", "2018"]),
)
def test_history_tables_answer_the_conditions_of_the_concepts_page(zone: str, steps: list[Step], at: str) -> None:
    """Plain SQL on the built database gives the rows that certainly stood and the states that were possibly there."""
    with new_archive(zone) as archive:
        grow(archive, steps)
        found = expected(archive, at, possible=True)
        text = instant_text(bounds(at, archive.zone).latest, archive.zone)
        with closing(sqlite3.connect(archive.database)) as db:
            for table in TABLES:
                select = f"select {', '.join([*table.key, *table.columns])}, event"
                certain = f"from {table.name}_history where surely_from <= '{text}' and possibly_to > '{text}'"
                possible = f"from {table.name}_history where possibly_from <= '{text}' and surely_from > '{text}'"
                ask = asker(db)
                assert ask(f"{select} {certain}") == found.rows[table.name]
                assert ask(f"{select}, possibly_from, surely_from {possible}") == found.possible[table.name]


@many(20)
@given(zone=zones, steps=steps_on(*DATES, *CLOCK_CHANGES))
def test_builds_and_earlier_states_are_kept_exactly(zone: str, steps: list[Step]) -> None:
    """After each append the incremental build, the full one and the model agree, and `known` gives that state again."""
    with new_archive(zone) as archive:
        earlier: dict[str, Path] = {}
        for _ in appended(archive, steps):
            build(archive)
            recorded = events_of(archive)[-1]["recordedtime"]
            path = earlier[recorded] = archive.folder / f"copy-{recorded}.db"  # of two at once the later one counts
            path.unlink(missing_ok=True)
            build_into(archive, path)
            assert replayed(archive, None) == expected(archive, None)
        assert dump(archive.database) == dump(path)
        del earlier[recorded]  # as of the last append it is `archive.db` itself, which grew
        for known, path in earlier.items():
            assert text_of(archive, known) == text_of_file(path)


def text_of(archive: Archive, known: str) -> list[str]:
    with closing(archive.at(known=known, build=False).conn) as db:
        return list(db.iterdump())


def text_of_file(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return list(db.iterdump())


@many(20)
@given(
    zone=zones, steps=steps_on(*(date for date in DATES + CLOCK_CHANGES if date and not date.endswith(("/", "/.."))))
)
def test_replay_after_everything_is_the_build(zone: str, steps: list[Step]) -> None:
    """Where every event has a last possible date, a replay after all of them has the rows of the built tables."""
    with new_archive(zone) as archive:
        grow(archive, steps)
        with (
            closing(archive.at("9000", build=False).conn) as replay,
            closing(sqlite3.connect(archive.database)) as base,
        ):
            names = [name for (name,) in base.execute("select name from sqlite_master where type in ('table', 'view')")]
            compared = [name for name in names if "_fts" not in name and name not in ("meta", "_counts")]
            then, now = asker(replay), asker(base)
            assert [
                name for name in compared if then(f'select * from "{name}"') != now(f'select * from "{name}"')
            ] == []


def test_logs_cover_the_cases() -> None:
    """The dates and moments have both changes of the clock in both zones, or the tests above say little."""
    found = {
        "offsets": {text[-6:] for text in CLOCK_CHANGES if text[-6] in "+-" and text[-3] == ":"},
        "open": {date.partition("/")[2] for date in DATES if date and date.endswith(("..", "/"))},
        "undated": None in DATES,
    }
    assert found == {"offsets": {"-04:00", "-05:00", "+01:00", "+02:00"}, "open": {"..", ""}, "undated": True}
