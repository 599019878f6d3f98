"""What changed: against two replays laid side by side, and the word for why in cases made by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regesta.archive import Archive
from regesta.replay.asof import as_of
from regesta.replay.build import build
from regesta.replay.diff import POSSIBLE, Change, Side, diff
from regesta.schema.dates import bounds, moment
from tests.archives import answer, letter, listing, make_archive, retraction
from tests.replay.pasts import (
    KEY,
    MOMENTS,
    VALUES,
    Move,
    Row,
    append_on,
    few,
    live,
    new_archive,
    pasts,
    rows,
)

Pairs = dict[tuple[Any, ...], tuple[Row | None, Row | None]]


def side(archive: Archive, at: str | None = None, known: str | None = None) -> Side:
    point = as_of(at, known, archive.zone)
    return Side(archive.replays().get(as_of(None, known, archive.zone)), *point)


def changes(
    archive: Archive, before: tuple[str | None, str | None], after: tuple[str | None, str | None]
) -> list[Change]:
    """Return what changed in `answers` between two (at, known)."""
    found = diff(side(archive, *before), side(archive, *after))
    return [change for change in found if change.table == "answers"]


def certain(found: list[Change]) -> Pairs:
    """Return old and new by key; a key that comes twice fails."""
    pairs: Pairs = {tuple(change.key[name] for name in KEY): (change.old, change.new) for change in sure(found)}
    assert len(pairs) == len(sure(found))
    return pairs


def compared(old: dict[tuple[Any, ...], Row], new: dict[tuple[Any, ...], Row]) -> Pairs:
    """Lay two replays side by side."""
    return {key: (old.get(key), new.get(key)) for key in {**old, **new} if old.get(key) != new.get(key)}


def in_order(first: str, second: str, archive: Archive) -> tuple[str, str]:
    """Return two dates, the earlier one first."""
    return (first, second) if moment(first, archive.zone) <= moment(second, archive.zone) else (second, first)


dates = st.sampled_from(MOMENTS)
days = st.integers(0, 9)


@few(16)
@given(moves=pasts, first=dates, second=dates)
def test_between_two_dates_the_rows_that_differ_in_two_replays(moves: list[Move], first: str, second: str) -> None:
    """The certain changes are exactly the rows that differ, with their values there; the rest is what is possible there.

    Without a second date the other side is the tables as they are built, the undated events among them.
    """
    with new_archive() as archive:
        live(archive, moves)
        first, second = in_order(first, second, archive)
        found = changes(archive, (first, None), (second, None))
        old, new = rows(archive, first), rows(archive, second)
        assert certain(found) == compared(old, new)
        assert certain(changes(archive, (first, None), (None, None))) == compared(old, rows(archive, None))
        assert possible(found) == held_possible(archive, second, new)
        assert rested_on(found) == [expected_basis(archive, first, second, change) for change in sure(found)]


@few(12)
@given(moves=pasts, days=st.tuples(days, days), at=st.none() | dates, dates=st.tuples(dates, dates))
def test_between_two_states_of_the_log_the_rows_that_differ(
    moves: list[Move], days: tuple[int, int], at: str | None, dates: tuple[str, str]
) -> None:
    """The same for what was known at two dates, of everything or as of one date, and where both clocks move."""
    with new_archive() as archive:
        last = live(archive, moves)
        early, late = (f"2026-03-{1 + day:02d}" for day in sorted(day % last for day in days))
        expected = compared(rows(archive, at, early), rows(archive, at, late))
        assert certain(changes(archive, (at, early), (at, late))) == expected
        first, second = in_order(*dates, archive)
        expected = compared(rows(archive, first, early), rows(archive, second))
        assert certain(changes(archive, (first, early), (second, None))) == expected


def sure(found: list[Change]) -> list[Change]:
    return [change for change in found if change.sure != POSSIBLE]


def possible(found: list[Change]) -> list[str]:
    """Return key, event and new values of what is possible, sorted as text."""
    return sorted(
        repr((*change.key.values(), *change.events, *(change.new or {}).values()))
        for change in found
        if change.sure == POSSIBLE
    )


def held_possible(archive: Archive, at: str, standing: dict[tuple[Any, ...], Row]) -> list[str]:
    """Return the same of what a replay holds possible, but for what would change nothing."""
    columns = ", ".join((*KEY, "event", *VALUES))
    with closing(archive.at(at, possible=True, build=False).conn) as db:
        held = [tuple(row) for row in db.execute(f"select {columns} from answers_possible")]
    return sorted(repr(row) for row in held if standing.get(row[:2]) != dict(zip(VALUES, row[3:], strict=True)))


def rested_on(found: list[Change]) -> list[tuple[int, bool]]:
    """Return the last event of each certain change, and whether it may have been there at the first date."""
    return [(change.events[-1], change.sure == "certain by then") for change in sure(found)]


def expected_basis(archive: Archive, first: str, second: str, change: Change) -> tuple[int, bool]:
    """Return the same from the replay at the second date and the date of the event that the row rests on there."""
    with closing(archive.at(second, build=False).conn) as db:
        sql = "select last_event, edtf from answers join events on sequence = last_event where letter = ? and place = ?"
        event, edtf = db.execute(sql, tuple(change.key.values())).fetchone()
    earliest = bounds(edtf, archive.zone).earliest
    return event, earliest is None or earliest <= moment(first, archive.zone)


# Cases by hand -------------------------------------------------------------------------------------------------


@pytest.fixture
def past(quick_path: Path) -> Iterator[Archive]:
    """Two days: P01 says no on 30 June; the day after it is known that P01 says yes on 3 July."""
    archive = make_archive(quick_path)
    append_on(archive, 1, said("no", "2017-06-30"))
    append_on(archive, 2, said("yes", "2017-07-03"))
    yield archive


def said(word: str, date: str | None, place: str = "P01", **members: Any) -> dict[str, Any]:
    data = {"letter": "l1", "place": place, "answer": word}
    return answer(1, edtf=date, data=data, subject=f"place/{place}", **members)


def told(archive: Archive, before: str | None, after: str | None, at: str | None = None) -> list[tuple[Any, ...]]:
    """Return place, kind, old and new answer, how sure, why and the events, between what was known on two days."""
    build(archive)
    return [_told(change) for change in changes(archive, (at, before), (at, after))]


def _told(change: Change) -> tuple[Any, ...]:
    values = (change.old or {}).get("answer"), (change.new or {}).get("answer")
    return change.key["place"], change.kind, *values, change.sure, change.why, change.events


def test_learned_late(past: Archive) -> None:
    """What was recorded later and had taken place long before is learned."""
    assert told(past, "2026-03-01", "2026-03-02") == [("P01", "changed", "no", "yes", "certain", "learned", (2,))]


def test_happened_between_two_states(past: Archive) -> None:
    """What took place after the first state of the log happened since."""
    append_on(past, 20, said("partly", "2026-03-10"))
    assert told(past, "2026-03-02", None) == [("P01", "changed", "yes", "partly", "certain", "happened", (3,))]


def test_corrected(past: Archive) -> None:
    """A replacement of what the row rested on is a correction."""
    target = append_on(past, 2)[1]
    append_on(past, 3, said("partly", "2017-07-03", replaces=target))
    assert told(past, "2026-03-02", "2026-03-03") == [("P01", "changed", "yes", "partly", "certain", "corrected", (3,))]


def test_moved_to_another_key(past: Archive) -> None:
    """A replacement about another place takes from one row and makes another, both corrected by the same event."""
    target = append_on(past, 2)[0]
    append_on(past, 2, said("partly", "2017-07-01", "P02"))
    append_on(past, 3, said("no", "2017-06-30", "P03", replaces=target))
    append_on(past, 3, retraction(append_on(past, 3)[1]))
    assert told(past, "2026-03-02", "2026-03-03") == [
        ("P01", "removed", "yes", None, "certain", "retracted", (5,)),
        ("P03", "added", None, "no", "certain", "corrected", (4,)),
    ]


def test_of_two_retractions_the_one_that_changed_the_row(past: Archive) -> None:
    """As of a date the cause is what took back the event that stood then, not a later one of the same row."""
    ids = append_on(past, 2, said("partly", "2017-07-10"))
    append_on(past, 3, retraction(ids[1]), retraction(ids[2]))
    assert told(past, "2026-03-02", "2026-03-03", "2017-07-05") == [
        ("P01", "changed", "yes", "no", "certain", "retracted", (4,))
    ]


def test_nothing_recorded_in_between(past: Archive) -> None:
    """Between two days of which both know the same nothing was learned, not even of what is only possible."""
    append_on(past, 2, said("partly", "2017-06-26/2017-07-05", "P02"))
    assert told(past, "2026-03-05", "2026-03-06", "2017-07-01") == []


def test_retracted(past: Archive) -> None:
    """A retraction brings the earlier value back."""
    append_on(past, 3, retraction(append_on(past, 2)[1]))
    assert told(past, "2026-03-02", "2026-03-03") == [("P01", "changed", "yes", "no", "certain", "retracted", (3,))]


def test_retracted_and_counted_again(past: Archive) -> None:
    """When the retraction is retracted, the row is as it was; in between that is a correction."""
    append_on(past, 3, retraction(append_on(past, 2)[1]))
    append_on(past, 4, retraction(append_on(past, 4)[2]))
    assert (told(past, "2026-03-02", "2026-03-04"), told(past, "2026-03-03", "2026-03-04")) == (
        [], [("P01", "changed", "no", "yes", "certain", "corrected", (2,))],
    )  # fmt: skip


def test_a_correction_that_counts_no_longer_is_not_named(past: Archive) -> None:
    """Of two corrections of one event the one that was itself taken back did nothing."""
    target = append_on(past, 2)[1]
    append_on(past, 3, retraction(target), said("partly", "2017-07-03", replaces=target))
    append_on(past, 3, retraction(append_on(past, 3)[2]))
    assert told(past, "2026-03-02", "2026-03-03") == [("P01", "changed", "yes", "partly", "certain", "corrected", (4,))]


def test_corrected_twice(past: Archive) -> None:
    """Of two corrections of one event that both count, the first is named: the status of the event is of that one."""
    target = append_on(past, 2)[1]
    append_on(past, 3, retraction(target), said("partly", "2017-07-03", "P02", replaces=target))
    assert told(past, "2026-03-02", "2026-03-03") == [
        ("P01", "changed", "yes", "no", "certain", "retracted", (3,)),
        ("P02", "added", None, "partly", "certain", "corrected", (4,)),
    ]


def test_a_retraction_of_something_older_is_not_the_reason(past: Archive) -> None:
    """A new answer is learned, whatever became of one that had not stood any more."""
    append_on(past, 3, retraction(append_on(past, 2)[0]), said("partly", "2017-07-10"))
    assert told(past, "2026-03-02", "2026-03-03") == [("P01", "changed", "yes", "partly", "certain", "learned", (4,))]


def test_there_and_back_between_two_dates(past: Archive) -> None:
    """A change and a change back are no change; with a third value all the events are named in order."""
    append_on(past, 2, said("no", "2017-07-05"))
    build(past)
    found = [changes(past, ("2017-06-30", None), (at, None)) for at in ("2017-07-03", "2017-07-05")]
    append_on(past, 2, said("partly", "2017-07-06"))
    build(past)
    found.append(changes(past, ("2017-06-30", None), ("2017-07-06", None)))
    assert [list(map(_told, item)) for item in found] == [
        [("P01", "changed", "no", "yes", "certain", "happened", (2,))],
        [],
        [("P01", "changed", "no", "partly", "certain", "happened", (2, 3, 4))],
    ]


def test_events_in_order_where_the_clock_is_put_back(past: Archive) -> None:
    """01:10 after the change comes later than 01:30 before it."""
    append_on(past, 3, said("no", "2017-11-05T01:10:00-05:00", "P02"), said("yes", "2017-11-05T01:30:00-04:00", "P02"))
    build(past)
    found = changes(past, ("2017-10-01", None), ("2017-12-01", None))
    assert [_told(change) for change in found] == [("P02", "added", None, "no", "certain", "happened", (4, 3))]


def test_certain_by_then(past: Archive) -> None:
    """What began between vague dates may have stood at the first date already."""
    append_on(past, 3, said("no", "2017-06-28/2017-07-05", "P02"))
    build(past)
    spans = [("2017-06-27", "2017-07-05"), ("2017-06-28", "2017-07-05"), ("2017-06-28", "2017-07-02")]
    found = [[_told(change)[4:] for change in changes(past, (a, None), (b, None)) if change.key["place"] == "P02"]
             for a, b in spans]  # fmt: skip
    assert found == [
        [("certain", "happened", (3,))],
        [("certain by then", "happened", (3,))],
        [("possible", "happened", (3,))],
    ]


def test_possible_between_two_states(past: Archive) -> None:
    """What only the later state has and may have begun by the date is possible, learned; it changes no row yet."""
    append_on(past, 3, said("partly", "2017-07-01/2017-07-09"))
    assert told(past, "2026-03-02", "2026-03-03", "2017-07-05") == [
        ("P01", "changed", "yes", "partly", "possible", "learned", (3,))
    ]


def test_possible_and_no_change(past: Archive) -> None:
    """A state that may have begun and holds what stands already would change nothing."""
    append_on(past, 3, said("no", "2017-07-04/2017-07-08"), said("yes", "2017-07-04/2017-07-09"))
    build(past)
    found = changes(past, ("2017-07-03", None), ("2017-07-05", None))
    assert list(map(_told, found)) == [("P01", "changed", "yes", "no", "possible", "happened", (3,))]


def test_weak_insert_and_null(past: Archive) -> None:
    """A listing makes a row only where there is none; a value that an answer leaves empty is gone."""
    append_on(past, 3, said("no", "2017-07-05", "P02") | {"data": {**said("no", None, "P02")["data"], "pages": 3}})
    append_on(
        past, 3, listing(1, edtf="2017-07-06", data={"letter": "l1", "place": "P02"}), said("no", "2017-07-07", "P02")
    )
    build(past)
    (change,) = changes(past, ("2017-07-05", None), ("2017-07-07", None))
    assert (list(change.columns()), change.old, change.new, change.events) == (
        ["pages"],
        {"answer": "no", "reason": None, "pages": 3, "share": None, "final": None},
        {"answer": "no", "reason": None, "pages": None, "share": None, "final": None},
        (5,),
    )  # fmt: skip


def test_tables_in_order_possible_last(past: Archive) -> None:
    """Table by table, in each the keys in order and what is possible at the end; other tables are looked at too."""
    append_on(past, 3, letter(1, edtf="2017-07-01"), said("no", "2017-07", "P01"), said("no", "2017-07-02", "P02"))
    build(past)
    found = diff(side(past, "2017-06-30"), side(past, "2017-07-03"))
    assert [(change.table, change.key_text, change.sure) for change in found] == [
        ("answers", "l1,P01", "certain"),
        ("answers", "l1,P02", "certain"),
        ("answers", "l1,P01", "possible"),
        ("letters", "l1", "certain"),
    ]


def test_dates_of_a_change(past: Archive) -> None:
    """A change has the bounds of the last event that did it."""
    build(past)
    (change,) = changes(past, ("2017-07-01", None), ("2017-07-04", None))
    assert (change.earliest, change.latest) == ("2017-07-03T00:00:00-04:00", "2017-07-03T23:59:59-04:00")


def test_the_same_side_twice(past: Archive) -> None:
    """Nothing lies between a date and itself, nor between a state and itself."""
    build(past)
    points = (("2017-07-01", None), (None, "2026-03-01"), (None, None))
    assert [changes(past, point, point) for point in points] == [[], [], []]


def test_an_empty_log_against_all_of_it(past: Archive) -> None:
    """Before the first recording nothing was known."""
    assert told(past, "2026-02-28", None) == [("P01", "added", None, "yes", "certain", "learned", (2,))]
