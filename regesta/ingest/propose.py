"""From findings to proposals: for each finding the event that its recipe makes, its passage, and what it still needs.

Pure. Guarantees that the same finding in the same story is the same proposal, however often the document is read and
wherever the passage stands in its next version; that nothing is guessed (a member that the finding does not give is
left out, what its type requires then is a need); and that a summary is made of facts and our own words only.

>>> from regesta.ingest.extract.model import Finding
>>> finding = Finding("tally", 0, 9, "tally.number", 0.8, {"figure": 44})
>>> document = Document("ab" * 32, "44 states said no.", "tale", quotes="digest", not_after="../2017-07-05")
>>> draft = proposals(document, [finding], {})[0]
>>> draft["data"]["needs"], draft["data"]["dated"], draft["data"]["summary"]
('type', '../2017-07-05', 'Proposed: A tally (44).')
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from regesta.events.model import Draft
from regesta.ingest.capture import Row
from regesta.ingest.fill import DATE, FORBIDDEN, SUMMARY_CHARS, Filled, clipped, fill, plain, plain_summary
from regesta.ingest.passages import evidence
from regesta.ingest.recipes import ITEM, POSITION, EventRecipe, Recipes, Values
from regesta.limits import CANDIDATES, ID_CHARS, NAME_CHARS

if TYPE_CHECKING:
    from regesta.ingest.extract.model import Finding

PROPOSED: Final = "proposal.made"
ROW: Final = "row"
DATE_MENTION: Final = "date_mention"
# What only helps to understand the rest of a text.
_CONTEXT: Final = frozenset({"state_mention"})
_ANSWER: Final = "disposition"
_WORDS: Final = frozenset({"quote", "tweet", "statement"})
_CANDIDATES: Final = "candidates"
_PASSAGE_CHARS: Final = 8  # of the digest that `{passage}` is: enough to tell the statements of one person apart
# As the type proposal.made has them.
_NAME_CHARS: Final = 200
_RULE_CHARS: Final = 100
_NEEDS_CHARS: Final = 500
_QUOTED_CHARS: Final = 20_000  # as the member evidence has it
_AROUND_CHARS: Final = 32
_UTC: Final = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Document:
    """What proposals need to know of a document.

    ``not_after`` is the EDTF of an event of which the text gives no date: `../2017-07-05` where something bounds
    it, None where nothing does. ``quotes`` is the archive's rule on passages.
    """

    digest: str
    text: str = field(repr=False)
    story: str
    quotes: str
    publisher: str | None = None
    not_after: str | None = None
    zone: ZoneInfo = _UTC


def proposals(document: Document, findings: Sequence[Finding], recipes: Recipes) -> list[Draft]:
    """Return a draft of `proposal.made` for each event that the findings suggest, in the order of the text."""
    seen, drafts = dict[str, list[tuple[int, int]]](), list[Draft]()
    for finding in sorted(
        _worth_proposing(_with_answers(findings)), key=lambda item: (item.start, item.end, item.kind, -item.confidence)
    ):
        passage = _passage(document.text, finding)
        known = _values(document, finding, passage)
        for recipe in recipes.get(finding.kind) or (None,):
            for values in _items(recipe, known):
                draft = _proposal(_Made(document, finding, passage, recipe, values), seen)
                drafts += [draft] if draft else []
    return drafts


def row_findings(rows: Iterable[Row]) -> Iterator[Finding]:
    """Yield a finding of the kind `row` for each row of a table; its fields are the cells by column name."""
    from regesta.ingest.extract.model import Finding  # brings all rules with it

    for number, row in enumerate(rows, start=1):
        cells = {name: value for name, value in row.values.items() if value}
        yield Finding(ROW, row.start, row.end, ROW, 1.0, {"row": number, **cells})


def not_after(edtf: str | None) -> str | None:
    """Return the date of what had happened when a document of this date came out; None where that bounds nothing.

    >>> not_after("2017-06-26/2017-07-05"), not_after("2017-06-30/..")
    ('../2017-07-05', None)
    """
    end = (edtf or "").rpartition("/")[2]
    return f"../{end}" if end not in ("", "..") else None


class _Made(NamedTuple):
    """All that one proposal is made from; ``recipe`` is None where there is none for the kind."""

    document: Document
    finding: Finding
    passage: str  # digest of its words
    recipe: EventRecipe | None
    values: dict[str, Any]


def _with_answers(findings: Sequence[Finding]) -> list[Finding]:
    """Give words that answer the answer: where one disposition of the same state is read out of them, and no other."""
    answers = [item for item in findings if item.kind == _ANSWER and item.fields.get(_ANSWER)]
    return [_with_answer(item, answers) if item.kind in _WORDS else item for item in findings]


def _with_answer(words: Finding, answers: Sequence[Finding]) -> Finding:
    if _ANSWER in words.fields:
        return words
    found = [answer for answer in answers if _answers(answer, words)]
    if len({answer.fields[_ANSWER] for answer in found}) != 1:
        return words
    confidence = min(words.confidence, *(answer.confidence for answer in found))
    return replace(words, confidence=confidence, fields={**words.fields, _ANSWER: found[0].fields[_ANSWER]})


def _answers(answer: Finding, words: Finding) -> bool:
    """Say whether an answer is read out of these words, and not out of those of somebody else."""
    overlap = answer.start < words.end and words.start < answer.end
    same_state = answer.fields.get("state") == words.fields.get("state")
    return overlap and same_state and answer.fields.get("person") in (None, words.fields.get("person"))


def _worth_proposing(findings: Sequence[Finding]) -> list[Finding]:
    """Leave out what is context only, and dates that a finding around them has taken up."""
    dated = [item for item in findings if item.kind not in (*_CONTEXT, DATE_MENTION) and item.fields.get(DATE)]
    return [
        item for item in findings
        if item.kind not in _CONTEXT
        and not (item.kind == DATE_MENTION and any(_takes_up(other, item) for other in dated))
    ]  # fmt: skip


def _takes_up(other: Finding, date: Finding) -> bool:
    same = other.fields[DATE] == date.fields.get(DATE)
    return same and other.start <= date.start and date.end <= other.end


def _passage(text: str, finding: Finding) -> str:
    """Return the digest of the passage's words; line ends and runs of space may change without making it another."""
    words = " ".join(text[finding.start : finding.end].split())
    return sha256(words.encode("utf-8", "replace")).hexdigest()


def _values(document: Document, finding: Finding, passage: str) -> dict[str, Any]:
    """Return what templates may name: what was found, and where."""
    known = {"story": document.story, "document": document.digest, "kind": finding.kind, "rule": finding.rule}
    values = {**known, "passage": passage[:_PASSAGE_CHARS], "publisher": document.publisher, **finding.fields}
    return {name: _value(value) for name, value in values.items()}


def _value(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_value(item) for item in value]
    return plain(value) if isinstance(value, str) else value


def _items(recipe: EventRecipe | None, values: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the values of each event: one, or one for each item of the list that the recipe names."""
    if recipe is None:
        yield values
        return
    items = values.get(recipe.each) if recipe.each else None
    listed = items if isinstance(items, list) else [items] if items else []
    numbered = [{**values, ITEM: item, POSITION: number} for number, item in enumerate(listed, start=1)]
    for known in numbered or [values]:
        if recipe.when is None or recipe.when.fill(known, recipe.maps) is not None:
            yield known


def _proposal(made: _Made, seen: dict[str, list[tuple[int, int]]]) -> Draft | None:
    """Return a proposal, None where another rule has made the same of the same passage."""
    finding, document = made.finding, made.document
    filled = _filled(made)
    event = _completed(filled.event, made)
    key = _key(made, event, seen)
    if key is None:
        return None
    data = {
        "proposal": key,
        "kind": clipped(finding.kind, NAME_CHARS),
        "rule": clipped(finding.rule, _RULE_CHARS),
        "confidence": round(min(max(float(finding.confidence), 0.0), 1.0), 4),
        "needs": clipped(", ".join(dict.fromkeys((*finding.needs, *filled.needs))), _NEEDS_CHARS) or None,
        "candidates": _candidates(finding) or None,
        "found": _found(made.values),
        "story": document.story,
        "document": document.digest,
        "start": finding.start,
        "end": finding.end,
        "proposes": event.get("type"),
        "about": event.get("subject"),
        "dated": event.get("edtf"),
        "event": event,
        "summary": clipped(f"Proposed: {event['data']['summary']}", SUMMARY_CHARS),
    }
    return {
        "type": PROPOSED,
        "subject": f"proposal/{key}",
        "source": f"urn:sha256:{document.digest}",
        "data": {name: value for name, value in data.items() if value is not None},
    }


def _filled(made: _Made) -> Filled:
    if made.recipe is not None:
        return fill(made.recipe, made.values, made.document.zone)
    data = {"summary": clipped(plain_summary(made.values), SUMMARY_CHARS)}
    return Filled({"subject": f"story/{made.document.story}", "data": data}, ("type",))


def _completed(event: Mapping[str, Any], made: _Made) -> dict[str, Any]:
    """Add what no recipe says: the source, the passage, and the date of the document as a bound."""
    document, finding = made.document, made.finding
    passage = evidence(document.text, finding.start, finding.end, document.digest, _quotes(document, finding))
    # A date that was written but not understood is a need; its event does not get another one instead.
    bound = None if "datetext" in event["data"] else document.not_after
    whole = {
        **event,
        "source": f"urn:sha256:{document.digest}",
        "edtf": event.get("edtf") or bound,
        "data": {**event["data"], "evidence": [passage]},
    }
    return {name: value for name, value in whole.items() if value is not None}


def _quotes(document: Document, finding: Finding) -> str:
    """Return how a passage is given: by its digest also where its words cannot stand in the log."""
    around = document.text[max(0, finding.start - _AROUND_CHARS) : finding.end + _AROUND_CHARS]
    too_long = finding.end - finding.start > _QUOTED_CHARS
    return "digest" if too_long or FORBIDDEN.search(around) else document.quotes


def _key(made: _Made, event: Mapping[str, Any], seen: dict[str, list[tuple[int, int]]]) -> str | None:
    """Return the name of a proposal; ``seen`` are the places of those of one document that differ in nothing else.

    The number of its place is part of it. None where the place itself has been seen.
    """
    recipe, data = made.recipe, event["data"]
    own = [data.get(name) for name in recipe.key] if recipe else []
    same = [made.document.story, made.finding.kind, event.get("type"), event.get("subject"), own]
    text = json.dumps([*same, made.values.get(ITEM), made.passage], default=str)
    place, places = (made.finding.start, made.finding.end), seen.setdefault(text, [])
    if place in places:
        return None
    places.append(place)
    return sha256(f"{text} {len(places)}".encode()).hexdigest()[:ID_CHARS]


def _candidates(finding: Finding) -> list[str]:
    names = finding.fields.get(_CANDIDATES) or ()
    return [clipped(plain(str(name)), _NAME_CHARS) for name in [*names][:CANDIDATES]]


def _found(values: Values) -> dict[str, Any]:
    """Return the values that are worth keeping: those that are not beside them in the proposal already."""
    beside = ("story", "document", "kind", "rule", _CANDIDATES)
    return {name: value for name, value in values.items() if name not in beside and _is_json(value)}


def _is_json(value: Any) -> bool:
    items = value if isinstance(value, list) else [value]
    return all(isinstance(item, str | int | float) and item != "" for item in items)
