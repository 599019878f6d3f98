"""Where the tiles stand."""

from __future__ import annotations

import csv

from regesta.publish.drawing.tiles import PLACES, layout
from tests.publish.sites import ROOT

US = PLACES["us-states"]


def test_the_map_has_every_state_once() -> None:
    """The 50 states and the District of Columbia have a place each, no two the same, on a sheet of 8 by 11."""
    with (ROOT / "schema" / "reference" / "states.csv").open(encoding="utf-8") as file:
        codes = {row["code"] for row in csv.DictReader(file)}
    assert (set(US), len(set(US.values()))) == (codes, 51)
    assert {(1 <= row <= 8 and 1 <= column <= 11) for row, column in US.values()} == {True}


def test_neighbours_stand_as_they_lie() -> None:
    """West is left and north is up, for states that share a border."""
    west = [("WA", "ID"), ("CA", "NV"), ("KS", "MO"), ("OH", "PA"), ("PA", "NJ"), ("TN", "NC"), ("MS", "AL")]
    north = [("WA", "OR"), ("OR", "CA"), ("ND", "SD"), ("OK", "TX"), ("GA", "FL"), ("VT", "MA"), ("MI", "IN")]
    assert [pair for pair in west if not US[pair[0]][1] < US[pair[1]][1]] == []
    assert [pair for pair in north if not US[pair[0]][0] < US[pair[1]][0]] == []


def test_what_the_map_does_not_know_stands_below() -> None:
    """Subjects on the map come in the order in which one reads it, the others after them by name."""
    tiles = layout({"ZZ": "Zeta", "FL": "Florida", "AA": "alpha", "AK": "Alaska", "ME": "Maine"}, "us-states")
    assert [(tile.key, tile.short, bool(tile.row)) for tile in tiles] == [
        ("AK", "AK", True), ("ME", "ME", True), ("FL", "FL", True), ("AA", "alpha", False), ("ZZ", "Zeta", False),
    ]  # fmt: skip


def test_without_a_map_names_are_in_order() -> None:
    """A grid is in the order of the names, whatever the keys; keys need not be text."""
    assert [tile.short for tile in layout({2: "b", 1: "C", 3: "a"}, "")] == ["a", "b", "C"]
