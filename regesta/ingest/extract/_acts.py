"""Deadlines, appointments, update stamps and counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from regesta.ingest.extract._posts import dated_of
from regesta.ingest.extract.document import Document
from regesta.ingest.extract.layout import Span
from regesta.ingest.extract.model import Finding

_PRONOUN_SUBJECT: Final = re.compile(r"\b(?:she|he)\s", re.IGNORECASE)
_NAMED_BEFORE: Final = 400  # characters before a pronoun in which whom it means was named
_NEAR_DUE: Final = 28  # characters before a date in which a word makes it a deadline
_UNITS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS: Final = (
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBERS: Final = (
    {word: number for number, word in enumerate((*_UNITS, *_TEENS), start=1)}
    | {word: 10 * number for number, word in enumerate(_TENS, start=2)}
    | {"dozen": 12}
)
_NUMBER: Final = (
    rf"(?:\d{{1,3}}(?:,\d{{3}})*|(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_UNITS)}))?"
    rf"|(?:two|three|four|a|one)? ?(?:half[- ]a[- ])?dozen|{'|'.join(_TEENS)}|{'|'.join(_UNITS)})"
)


def deadlines(document: Document) -> Iterator[Finding]:
    """Find sentences that set a day by which something is due."""
    seen: set[int] = set()
    speaks: dict[int, bool] = {}  # by sentence; one of many dates is read once and not once for each of them
    for item in document.dates:
        sentence = document.sentence_of(item.start)
        if sentence.start in seen or _is_stamp(document, item):
            continue
        if sentence.start not in speaks:
            anywhere = document.lists.pattern("acts", "deadline", "anywhere")
            speaks[sentence.start] = bool(anywhere.search(document.flat, sentence.start, sentence.end))
        if not speaks[sentence.start] and not _is_due(document, item):
            continue
        seen.add(sentence.start)
        yield Finding("deadline", sentence.start, sentence.end, "deadline", 0.7, dated_of(item), item.needs)


def _is_due(document: Document, item: Finding) -> bool:
    """Say whether a date is one by which something is due, by the words before it."""
    if item.fields.get("sense") == "due":
        return True
    start = max(document.sentence_of(item.start).start, item.start - _NEAR_DUE)
    return bool(document.lists.pattern("acts", "deadline", "near").search(document.flat[start : item.start]))


def _is_stamp(document: Document, item: Finding) -> bool:
    return item.fields.get("sense") in ("stamp", "post", "dateline") or any(
        post.line[0] <= item.start < post.line[1] for post in document.posts
    )


def stamps(document: Document) -> Iterator[Finding]:
    """Find the lines in which a text says when it was updated."""
    cues = document.lists.pattern("acts", "stamp", "cues")
    seen: set[int] = set()
    for item in document.dates:
        sentence = document.sentence_of(item.start)
        if sentence.start in seen or (item.fields.get("sense") != "stamp" and item.start - sentence.start > 60):
            continue
        lead = document.flat[sentence.start : item.start]
        cue = cues.search(lead)
        if not cue:
            continue
        if re.match(r"(?:originally |first )?(?:published|posted)", cue[0], re.IGNORECASE):
            continue
        end = sentence.end
        while end > item.end and document.text[end - 1].isspace():
            end -= 1
        seen.add(sentence.start)
        start = sentence.start + len(lead) - len(lead.lstrip("-–—*( "))
        yield Finding("story_update", start, end, "stamp", 0.9, dated_of(item), item.needs)


def appointments(document: Document) -> Iterator[Finding]:
    """Find sentences in which a person is given an office."""
    cues, never = (
        document.lists.pattern("acts", "appointment", "cues"),
        document.lists.pattern("acts", "appointment", "not"),
    )
    for sentence in document.layout.sentences:
        words = document.flat[sentence.start : sentence.end]
        for cue in cues.finditer(words):
            if never.search(words, max(0, cue.start() - 8), cue.end() + 15) or document.in_quote(
                sentence.start + cue.start()
            ):
                continue
            found = _appointed(document, sentence, sentence.start + cue.start(), sentence.start + cue.end())
            if found:
                yield found
                break


def _appointed(document: Document, sentence: Span, low: int, high: int) -> Finding | None:
    """Return the appointment: active (`named Ann Lee to`) or passive (`Ann Lee was named`)."""
    after = [item for item in document.people.at(high, sentence.end) if item.start - high < 120]
    before = [item for item in document.people.at(sentence.start, low) if low - item.end < 120]
    passive = bool(
        re.search(
            r"\b(?:was|were|been|be|is|being|had been|has been)\s*(?:\w+ly\s)?$",
            document.flat[max(sentence.start, low - 25) : low],
        )
    )
    chosen = before[-1:] if passive else after[:1]
    if passive and not chosen and _PRONOUN_SUBJECT.search(document.flat, sentence.start, low):
        return _appointed_before(document, sentence, high)
    if not chosen:
        return None
    between = document.flat[chosen[0].end : low] if passive else document.flat[high : chosen[0].start]
    if re.search(r"[;.]\s|\b(?:said|that|by)\b|\bwho\b(?!\s(?:was|has been|had been|is)\b)", between):
        return None
    person = chosen[0]
    by = before[-1].full if before and not passive else None
    fields: dict[str, Any] = {
        "person": person.full,
        "role": _office(document, max(person.end, high), sentence.end),
        "appointed_by": by,
    }
    dates = [item for item in document.dates_in(sentence.start, sentence.end) if item.fields.get("date_edtf")]
    if dates:
        fields |= dated_of(min(dates, key=lambda item: abs(item.start - low)))
    return Finding(
        "appointment", sentence.start, sentence.end, "appointment", 0.7, {k: v for k, v in fields.items() if v}
    )


def _appointed_before(document: Document, sentence: Span, high: int) -> Finding:
    """Return the appointment of somebody whom the sentence names only by a pronoun."""
    names = [item.full for item in document.people.at(max(0, sentence.start - _NAMED_BEFORE), sentence.start)]
    known = {"candidates": tuple(dict.fromkeys(reversed(names)))[:3], "role": _office(document, high, sentence.end)}
    fields = {name: value for name, value in known.items() if value}
    return Finding("appointment", sentence.start, sentence.end, "appointment.pronoun", 0.4, fields, ("person",))


def _office(document: Document, start: int, end: int) -> str | None:
    """Return the office behind `to`, `as` or a comma, as printed."""
    match = re.match(
        r"(?:[^.;]{0,60}?(?:\b(?:as|to be|to)|,))?\s+(?:its|his|her|their|the|a|an)?\s?((?:[\w-]+\s){0,3}?)",
        document.flat[start:end],
    )
    if not match:
        return None
    title = document.titles.search(document.flat, start + match.start(1), min(end, start + match.end() + 60))
    return document.text[title.start() : title.end()] if title else None


def tallies(document: Document) -> Iterator[Finding]:
    """Find counts of those who answer, in figures, in words, or as a quantity such as `most states`."""
    for match in document.tally.finditer(document.flat):
        number, quantity = match["number"], match["quantity"]
        figure = _figure(number.lower()) if number else None
        if number and (figure is None or 1900 <= figure <= 2100):
            continue
        fields: dict[str, Any] = {"figure": figure} if figure is not None else {"quantifier": quantity.lower()}
        if match["noun"]:
            fields["counted"] = match["noun"].lower()
        yield Finding(
            "tally",
            match.start(),
            match.end(),
            "tally.figure" if number else "tally.quantity",
            0.7 if number else 0.5,
            fields,
        )


def _figure(words: str) -> int | None:
    digits = words.replace(",", "")
    if digits.isdigit():
        return int(digits)
    parts = re.split(r"[- ]", words)
    if "dozen" in parts:
        count = 0.5 if "half" in parts else _NUMBERS.get(parts[0], 1) if parts[0] != "dozen" else 1
        return int(12 * count)
    total = sum(_NUMBERS.get(part, -1000) for part in parts)
    return total if total >= 0 else None


def tally_pattern(document: Document) -> re.Pattern[str]:
    """Return the pattern of a count: (hedge) number or quantity, words between, what is counted."""

    def alternatives(name: str) -> str:
        words = sorted(document.lists.words("acts", "tally", name), key=len, reverse=True)
        return "|".join(re.escape(word) for word in words) or "(?!)"

    return re.compile(
        rf"(?<![\w$,-])(?<!\d\.)(?:(?P<hedge>(?:{alternatives('hedges')})(?:\s(?:all|the|"
        rf"of))?)\s)?(?:(?P<number>{_NUMBER})|(?P<quantity>{alternatives('quantifiers')}))"
        rf"(?:(?:\s(?:{alternatives('between')})){{0,3}}\s(?P<noun>{alternatives('nouns')})(?![\w-])"
        rf"|(?<=\w)\s(?:{alternatives('verbs')})\b)",
        re.IGNORECASE,
    )
