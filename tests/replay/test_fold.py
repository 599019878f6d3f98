"""The fold against its definition, and the cases worth reading one by one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from regesta.replay.fold import Shape, fold, states_of
from regesta.replay.relations import NEVER
from tests.replay.model import Entry, history, ordered

COLUMNS = ("a", "b")
SETS = (("a", "b"), ("a",), ("b",))
CLAIMS: tuple[frozenset[int], ...] = (frozenset({0, 1}), frozenset({0}), frozenset({1}), frozenset())
SHAPE = Shape(1, 2, (None, (0,), (1,), None), (False, False, False, True), CLAIMS)


def entry(event: int, dates: tuple[int, int], insert: int, values: tuple[int | None, int | None]) -> Entry:
    named = SETS[insert] if insert < 3 else COLUMNS
    sets = {name: value for name, value in zip(COLUMNS, values, strict=True) if name in named}
    return Entry(event, min(dates), max(dates), sets, weak=insert == 3)


def contribution(item: Entry) -> tuple[object, ...]:
    insert = 3 if item.weak else SETS.index(tuple(item.sets))
    return ("k", item.sets.get("a"), item.sets.get("b"), item.latest, item.earliest, item.event, insert)


def folded(entries: list[Entry]) -> list[tuple[object, ...]]:
    states = states_of([contribution(item) for item in ordered(entries)], SHAPE)
    return [
        (s.values, s.event, s.ended_by, s.possibly_from, s.surely_from, s.surely_to, s.possibly_to) for s in states
    ]  # fmt: skip


values = st.one_of(st.none(), st.integers(0, 2))
moments = st.one_of(st.integers(0, 6), st.sampled_from([-NEVER, NEVER]))
entries = st.lists(st.tuples(st.tuples(moments, moments), st.integers(0, 3), st.tuples(values, values)), max_size=7)


@given(entries)
def test_agrees_with_the_definition(items: list[tuple[tuple[int, int], int, tuple[int | None, int | None]]]) -> None:
    """Whatever the events, their dates and what they set: the states are those of the definition."""
    found = [entry(number, *item) for number, item in enumerate(items, start=1)]
    assert folded(found) == history(found, COLUMNS, NEVER)


def test_later_wins_and_ends_the_earlier() -> None:
    """A second answer ends the first at its own bounds."""
    assert folded([Entry(1, 10, 10, {"a": 1, "b": 1}), Entry(2, 15, 20, {"a": 2, "b": 1})]) == [
        ((1, 1), 1, 2, 10, 10, 15, 20),
        ((2, 1), 2, None, 15, 20, NEVER, NEVER),
    ]


def test_partial_insert_keeps_the_rest() -> None:
    """An insert that names one column leaves the other as it was."""
    assert folded([Entry(1, 1, 1, {"a": 1, "b": 1}), Entry(2, 2, 2, {"b": 5})])[-1][0] == (1, 5)


def test_null_is_a_value() -> None:
    """Setting a column to nothing is a change, too."""
    assert [state[0] for state in folded([Entry(1, 1, 1, {"a": 1, "b": 1}), Entry(2, 2, 2, {"b": None})])] == [
        (1, 1),
        (1, None),
    ]


def test_weak_insert_makes_but_never_changes() -> None:
    """`on conflict do nothing` fills an empty place and leaves a filled one alone."""
    weak = Entry(1, 1, 1, {"a": 0, "b": 0}, weak=True)
    strong = Entry(2, 2, 2, {"a": 1, "b": 1})
    later = Entry(3, 3, 3, {"a": 9, "b": 9}, weak=True)
    assert [state[0] for state in folded([weak, strong, later])] == [(0, 0), (1, 1)]


def test_same_again_changes_nothing() -> None:
    """An event that repeats what holds makes no new state, and the row still names the first."""
    assert folded([Entry(1, 1, 1, {"a": 1, "b": 1}), Entry(2, 2, 2, {"a": 1, "b": 1})]) == [
        ((1, 1), 1, None, 1, 1, NEVER, NEVER)
    ]


def test_any_later_change_may_have_come_first() -> None:
    """A state is sure only until the earliest moment of any later change, not just of the next."""
    first, second, third = (
        Entry(1, 10, 10, {"a": 1, "b": 1}), Entry(2, 30, 30, {"a": 2, "b": 1}), Entry(3, 5, 40, {"a": 3, "b": 1}),
    )  # fmt: skip
    assert folded([first, second, third])[0] == ((1, 1), 1, 2, 10, 10, 5, 30)


def test_event_acts_as_a_whole() -> None:
    """Two inserts of one event make one state."""
    rows = [("k", 1, 1, 5, 5, 1, 0), ("k", 2, None, 6, 6, 2, 1), ("k", None, 2, 6, 6, 2, 2)]
    assert [(s.values, s.event) for s in states_of(rows, SHAPE)] == [((1, 1), 1), ((2, 2), 2)]


def test_keys_are_folded_apart() -> None:
    """Each key has its own states."""
    rows = [("k", 1, 1, 5, 5, 1, 0), ("l", 2, 2, 4, 4, 2, 0)]
    assert [(key, [s.values for s in states]) for key, states, _ in fold(rows, SHAPE)] == [
        (("k",), [(1, 1)]),
        (("l",), [(2, 2)]),
    ]
