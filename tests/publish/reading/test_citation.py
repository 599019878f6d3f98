"""How an event is cited."""

from __future__ import annotations

from dataclasses import replace

from regesta.config import Config
from regesta.publish.reading.citation import Log, Place, citation, credit
from regesta.publish.reading.events import EventRow

CONFIG = Config("Letters", "example.org/letters", keeper="The Paper")
EVENT = EventRow(
    12, "5f" * 16, "answer.given", "manual:", "place/P01", "2017-06-28/2017-07-05", None, None, "", "It says no.", "current"
)  # fmt: skip
LOG, PLACE = Log(209, "YZHX="), Place("https://example.org/-/event/12", "2026-11-22")


def test_citation() -> None:
    """What happened and when, where it is recorded, what pins the record, and where it was read."""
    assert citation(EVENT, CONFIG, LOG, PLACE).splitlines() == [
        "It says no.",
        "Between 28 June and 5 July 2017.",
        f"Letters, kept by The Paper: event 12 (id {'5f' * 16}).",
        "Checkpoint of the record: example.org/letters, 209 events, root YZHX=",
        "Read on 22 November 2026: https://example.org/-/event/12",
    ]


def test_superseded() -> None:
    """A citation of what no longer counts says so."""
    line = citation(replace(EVENT, status="retracted", edtf=None), CONFIG, LOG, PLACE).splitlines()[1]
    assert line == "Undated. Of this event the record says: retracted."


def test_credit() -> None:
    """An archive need not say who keeps it."""
    assert credit(EVENT, replace(CONFIG, keeper="")) == "Letters: event 12"
