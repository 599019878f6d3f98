"""What an event must fulfil beyond its own form before the log takes it: the archive's rules and tables.

One place, so that the command line, ingestion and the site all refuse the same events with the same words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from regesta.errors import EventError
from regesta.events.model import Prepared
from regesta.replay.relations import span_of
from regesta.schema import Schema
from regesta.schema.sandbox import Sandbox, Setting


class Admission:
    """Checks batches of prepared events; ``quotes`` is the archive's rule on passages, "full" or "digest"."""

    def __init__(self, schema: Schema, zone: ZoneInfo, quotes: str) -> None:
        self._sandbox = Sandbox(schema, zone)
        self._zone = zone
        self._quotes = quotes

    def check(self, events: Sequence[Prepared]) -> tuple[int, EventError] | None:
        """Return the position and the fault of the first event that is refused, None when all are taken."""
        for position, item in enumerate(events):
            draft = item.draft
            fault = self._date_fault(draft.get("edtf")) or self._evidence_fault(draft["data"].get("evidence", ()))
            if fault:
                return position, fault
        return self._sandbox.check(events)

    def settings(self, event: Prepared) -> list[Setting]:
        """Return what an event says of the rows of the tables; raises `EventError` when it is refused."""
        refused = self.check([event])
        if refused:
            raise refused[1]
        return self._sandbox.settings(event)

    def _date_fault(self, edtf: str | None) -> EventError | None:
        """Say what is wrong with an interval that only the archive's zone shows to be reversed."""
        try:
            span_of(edtf, self._zone)
        except EventError as error:
            return error
        return None

    def _evidence_fault(self, evidence: Sequence[Mapping[str, Any]]) -> EventError | None:
        for number, target in enumerate(evidence):
            place, selector = f"data.evidence[{number}]", target["selector"]
            if selector[0]["start"] >= selector[0]["end"]:
                return EventError(f"{place}: start {selector[0]['start']} is not before end {selector[0]['end']}")
            if len(selector) > 1 and self._quotes == "digest":
                remedy = 'give "digest" instead, or set quotes = "full" in archive.toml'
                return EventError(f"{place}: this archive does not publish passages", remedy=remedy)
            if len(selector) == 1 and "digest" not in target:
                return EventError(f"{place}: neither the passage nor its digest is given")
        return None
