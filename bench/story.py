"""The synthetic story: an archive like a real one, and as many drafts of events for it as asked for.

The n-th draft depends on n alone, so that any stretch of the story can be made anywhere, in any process, and the
target of a correction can be made again. About a tenth as many keys as events; 10 years of days in no order; 2 %
of the dates fuzzy; 1 % of the events replace or retract an earlier one; a third carry evidence.

>>> draft(7)["type"], draft(7) == draft(7)
('response.declared', True)
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from regesta.archive import Archive
from regesta.events.codec import encode
from regesta.limits import ID_CHARS

Draft = dict[str, Any]

SHAPE: Final = Path(__file__).parent / "archive"
_STATES_CSV = (SHAPE / "schema" / "reference" / "states.csv").read_text("utf-8")
_STATES: Final = [tuple(line.split(",")) for line in _STATES_CSV.splitlines()[1:]]
_DAYS: Final = [(date(2010, 1, 1) + timedelta(days)).isoformat() for days in range(3652)]
_CORRECTION_EVERY: Final = 100
_DOCUMENT_EVERY: Final = 500
_FUZZY_EVERY: Final = 50
_EVIDENCE_EVERY: Final = 3
_EVENTS_PER_KEY: Final = 10
_EVENTS_PER_SOURCE: Final = 5

_DISPOSITIONS = ("refuse", "partial", "public-only", "fee", "comply", "undecided")
_STANCES = ("skeptical", "critical", "supportive", "explains")
_MEDIA = ("statement", "tweet", "release", "interview", "letter", "report")
_MEASURES = ("addressed", "objecting", "refusing", "not-fully-complying")
_OFFICES = ("The governor", "The secretary of state", "The attorney general", "A spokesman", "The election board")
_VERBS = ("refused", "agreed", "offered", "declined", "promised", "was asked", "is ready", "has yet")
_DEEDS = ("to hand over", "to publish", "to sell", "to review", "to discuss", "to give away")
_THINGS = ("the voter roll", "the birth dates", "the names", "the addresses", "party data", "voting records")
_REASONS = ("state law forbids it", "the purpose is not clear", "privacy comes first", "anyone may buy the public part")


def create_archive(folder: Path) -> Archive:
    """Make the archive in ``folder`` (a new one) and append its first event, a document: now all is loaded."""
    shutil.copytree(SHAPE, folder)
    archive = Archive.open(folder)
    archive.append(drafts(0, 1))
    return archive


def drafts(first: int, count: int) -> Iterator[Draft]:
    """Yield ``count`` drafts from number ``first`` (from 0) on."""
    return map(draft, range(first, first + count))


def draft(number: int) -> Draft:
    """Return the draft of one event; equal numbers give equal drafts, other numbers other ids."""
    if number % _DOCUMENT_EVERY == 0:
        return _document(number)
    if number % _CORRECTION_EVERY == _CORRECTION_EVERY // 2:
        return _correction(number)
    return _fact(number)


def _fact(number: int) -> Draft:
    chance = _scatter(number)
    topic = (chance >> 8) % (number // _EVENTS_PER_KEY + 1)
    make = _KINDS[topic % len(_KINDS)]
    event = make(number, chance, topic)
    if number % _EVIDENCE_EVERY == 0:
        event["data"]["evidence"] = [_evidence(number)]
    return event


def _response(number: int, chance: int, topic: int) -> Draft:
    state = _STATES[topic % len(_STATES)]
    data = {
        "request": f"request-{topic // len(_STATES)}",
        "state": state[0],
        "disposition": _DISPOSITIONS[chance % 6],
        "reason": _REASONS[chance % 4],
        "speaker": f"speaker-{topic % 997}",
        "statement": f"statement-{number}",
        "summary": _summary(chance, state[1]),
    }
    return _event("response.declared", f"state/{state[0]}", number, chance, data)


def _statement(number: int, chance: int, topic: int) -> Draft:
    data = {
        "statement": f"statement-{number}",
        "speaker": f"speaker-{topic}",
        "medium": _MEDIA[chance % 6],
        "stance": _STANCES[chance % 4],
        "about": f"request/request-{topic // len(_STATES)}",
        "summary": _summary(chance, _STATES[topic % len(_STATES)][1]),
    }
    return _event("statement.made", f"person/speaker-{topic}", number, chance, data)


def _tally(number: int, chance: int, topic: int) -> Draft:
    data = {
        "request": f"request-{topic // len(_STATES)}",
        "organisation": f"organisation-{topic}",
        "measure": _MEASURES[chance % 4],
        "counted": "states that withhold a part",
        "figure": number,
        "summary": _summary(chance, _STATES[topic % len(_STATES)][1]),
    }
    return _event("tally.reported", f"organisation/organisation-{topic}", number, chance, data)


_KINDS: Final = (*[_response] * 6, *[_statement] * 3, _tally)


def _document(number: int) -> Draft:
    data = {
        "digest": _digest(number),
        "title": f"Article {number}",
        "publisher": "The Gazette",
        "summary": "An article.",
    }
    return _event("document.captured", f"document/{number}", number, _scatter(number), data)


def _correction(number: int) -> Draft:
    """Retract an earlier fact, or replace it by one with another summary."""
    chance = _scatter(number)
    target = chance % (number - 1) + 1
    if target % (_CORRECTION_EVERY // 2) == 0:  # a document or a correction; the one before it is neither
        target -= 1
    wrong = draft(target)
    if number % (2 * _CORRECTION_EVERY) < _CORRECTION_EVERY:
        data = {"reason": f"The passage does not say so, as number {number} found."}
        return {"type": "event.retracted", "source": "manual:", "subject": f"event/{_id(wrong)}", "data": data}
    data = {**wrong["data"], "summary": _summary(chance, f"Corrected: {number}")}
    return {**wrong, "data": data, "replaces": _id(wrong)}


def _event(kind: str, subject: str, number: int, chance: int, data: dict[str, Any]) -> Draft:
    source = f"https://gazette.example/{number // _EVENTS_PER_SOURCE}"
    return {"type": kind, "source": source, "subject": subject, "edtf": _date(chance >> 20), "data": data}


def _summary(chance: int, place: str) -> str:
    """Return about 60 characters of plain words."""
    office, verb = _OFFICES[(chance >> 12) % 5], _VERBS[(chance >> 15) % 8]
    return f"{office} of {place} {verb} {_DEEDS[(chance >> 18) % 6]} {_THINGS[(chance >> 21) % 6]}."


def _date(chance: int) -> str:
    day = _DAYS[chance % len(_DAYS)]
    kind = (chance >> 12) % _FUZZY_EVERY
    if kind:
        return day
    return (day[:7], f"{day}~", f"../{day}", f"{day[:7]}/2020")[chance % 4]


def _evidence(number: int) -> dict[str, Any]:
    start = number % 5_000
    return {
        "source": f"urn:sha256:{_digest(number - number % _DOCUMENT_EVERY)}",
        "selector": [{"type": "TextPositionSelector", "start": start, "end": start + 80}],
        "digest": f"sha256:{_digest(number)}",
    }


def _digest(number: int) -> str:
    return sha256(b"%d" % number).hexdigest()


def _id(event: Draft) -> str:
    """Return the id as the log derives it (regesta/events/model.py)."""
    return sha256(encode(event)).hexdigest()[:ID_CHARS]


def _scatter(number: int) -> int:
    """Return 64 bits that look random: the finalizer of SplitMix64 (Steele et al., OOPSLA 2014)."""
    value = (number + 1) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
    value = (value ^ value >> 27) * 0x94D049BB133111EB & 0xFFFFFFFFFFFFFFFF
    return value ^ value >> 31
