"""Dates in a text: the words, and what they mean as EDTF, with what that rests on.

Found are the date words alone, in text order, none of which overlaps another; bare durations, recurring days, names and
numbers that only look like dates are left out. ``date_basis`` is `explicit`; `relative:BASE`, the day or bounds counted
from; `bounded`, within what the bounds of the base allow; or `inferred:…`, a guess and from what. ``sense`` tells what
some dates are there for: `due`, `stamp` (with ``stamp``: `published` or `updated`), `post`, `dateline`, `heading`.

>>> [found] = find_dates("He resigned Thursday.", Context(published="2017-07-05"))
>>> found.fields["date_text"], found.fields["date_edtf"], found.fields["date_basis"]
('Thursday', '2017-06-29', 'relative:2017-07-05')
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from regesta.ingest.extract import _date_bases as bases
from regesta.ingest.extract._date_clocks import instants
from regesta.ingest.extract._date_forms import FUTURE, Anchored, Day, Either, Part, Shift, Span
from regesta.ingest.extract._date_grammar import Mention, scan
from regesta.ingest.extract._date_guards import is_date
from regesta.ingest.extract._date_roles import DUE, Placed, place
from regesta.ingest.extract.cues import flatten
from regesta.ingest.extract.model import Context, Finding

_NEAR: Final = 300  # characters back to the date that "the next day" counts from


def find_dates(text: str, context: Context) -> list[Finding]:
    """Return the dates of a text as findings of kind `date_mention`; those that cannot be resolved need `date`."""
    flat = flatten(text)
    mentions = _in_order(flat, list(scan(flat, is_date)))
    placed = place(flat, mentions)
    known = bases.find_bases(placed, context)
    findings: list[Finding] = []
    last: bases.Resolved | None = None
    for item in placed:
        base = known.at(item.mention.start)
        if isinstance(item.mention.form, Anchored):
            base = _anchor(flat, item, last, findings)
        elif item.stamp and isinstance(item.mention.form, Shift):  # "posted 2 hours ago" counts from the reading
            base = known.capture
        resolved = bases.resolve(item.mention.form, FUTURE if item.stamp == "updated" else item.lean, base)
        findings.append(_finding(text, item, resolved))
        last = resolved or last
    return findings


def _anchor(flat: str, item: Placed, last: bases.Resolved | None, findings: list[Finding]) -> bases.Base | None:
    """Return the day that `the next day` counts from: that of the date before, in the same paragraph and not far."""
    if last is None or last.period.unit != "day":
        return None
    between = flat[findings[-1].end : item.mention.start]
    near = len(between) < _NEAR and "\n\n" not in between
    return bases.Base(last.period.first, last.period.last) if near else None


# Day and month in numbers ----------------------------------------------------------------------------------------

_AMERICAN: Final = re.compile(r"[A-Za-z]{3,9}\.? \d|\d{1,2}[/-](?:1[3-9]|[23]\d)[/-]")
_EUROPEAN: Final = re.compile(r"\d{1,2}(?:st|nd|rd|th)? (?:of )?[A-Z][a-z]{2}|(?:1[3-9]|[23]\d)[/-]\d{1,2}[/-]")
_ZONE: Final = re.compile(r"\b[ECMP][DS]?T\b")


def _in_order(flat: str, mentions: list[Mention]) -> list[Mention]:
    """Return the mentions with `07/06/2017` read in the order that the text's other dates show, if they show one."""
    if not any(isinstance(mention.form, Either) for mention in mentions):
        return mentions
    words = [flat[item.start : item.end] for item in mentions if isinstance(item.form, Day | Span)]
    american = sum(1 for word in words if _AMERICAN.match(word)) + any(
        clock.zone and _ZONE.match(clock.zone) for item in mentions for clock in item.clocks
    )
    european = sum(1 for word in words if _EUROPEAN.match(word))
    if american == european:
        return mentions
    return [
        replace(item, form=item.form.one if american > european else item.form.other)
        if isinstance(item.form, Either)
        else item
        for item in mentions
    ]


# Findings --------------------------------------------------------------------------------------------------------

_CONFIDENCE: Final = {"explicit": 0.95, "relative": 0.85, "bounded": 0.6, "inferred": 0.5}


def _finding(text: str, item: Placed, resolved: bases.Resolved | None) -> Finding:
    mention = item.mention
    fields: dict[str, Any] = {"date_text": text[mention.start : mention.end]}
    if resolved:
        fields |= {"date_edtf": _edtf(item, resolved), "date_basis": resolved.basis}
        if resolved.base:
            fields |= {"base_earliest": resolved.base.first.isoformat(), "base_latest": resolved.base.last.isoformat()}
    fields |= {name: value for name, value in (("sense", item.sense), ("stamp", item.stamp)) if value}
    confidence = _CONFIDENCE[resolved.basis.partition(":")[0]] if resolved else 0.4
    needs = () if resolved else ("date",)
    return Finding("date_mention", mention.start, mention.end, f"date.{mention.rule}", confidence, fields, needs)


def _edtf(item: Placed, resolved: bases.Resolved) -> str:
    period, mention = resolved.period, item.mention
    if period.unit == "day" and mention.clocks and len(period.edtf) == 10:
        return instants(period.edtf, mention.clocks)
    if item.sense == DUE and isinstance(mention.form, Part) and mention.form.part == "late":
        return period.last.isoformat()
    return period.edtf
