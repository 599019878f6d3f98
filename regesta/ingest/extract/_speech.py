"""Findings about speech: quotes with their speakers, statements in other words, people, mentions of states."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from regesta.ingest.extract._quotes import Quoted
from regesta.ingest.extract._speakers import Speakers, Voice, indirect
from regesta.ingest.extract._subjects import named_states
from regesta.ingest.extract.document import Document
from regesta.ingest.extract.model import Finding

_SAID_MARKS = ",.!?"
_SHORT = 3  # words: so few are a title or a doubt, unless a verb of saying stands with them


def voices(document: Document) -> list[tuple[Quoted, Voice]]:
    """Return each quote with who says it, without the titles and doubts that stand in the same marks."""
    speakers = Speakers(document)
    found = []
    for number, quote in enumerate(document.quotes):
        voice = speakers.of_quote(number)
        if _is_said(document, quote, voice):
            found.append((quote, voice))
    return found


def _is_said(document: Document, quote: Quoted, voice: Voice) -> bool:
    words = document.flat[quote.start : quote.end].strip("\"'")
    count = quote.words(document.text)
    spoken = voice.rule in ("verb-name", "name-verb", "name-verb-quote", "colon", "according", "pronoun", "unnamed")
    if count <= _SHORT:
        said = spoken or voice.rule == "carried"
        return said and words[-1:] in _SAID_MARKS and bool(words) and quote.closed and words[:1].isupper()
    capitals = [word for word in words.split() if word[:1].isalpha() and len(word) > 3]
    is_title = bool(capitals) and all(word[:1].isupper() for word in capitals) and words[-1:] not in _SAID_MARKS
    return not is_title


def quotes(document: Document) -> Iterator[Finding]:
    """Find direct quotes; who speaks is a fact, candidates, or an office without a name."""
    for quote, voice in document.voices:
        needs = () if voice.is_settled else ("speaker",)
        fields = voice.fields() | document.said_on(quote.start, quote.end)
        yield Finding("quote", quote.start, quote.end, f"quote.{voice.rule}", voice.confidence, fields, needs)


def statements(document: Document) -> Iterator[Finding]:
    """Find sentences that report in other words what somebody said; what several states say is said by each."""
    for lead, voice in indirect(document):
        sentence = document.sentence_of(lead.start)
        states = (voice.state,) if voice.person else named_states(document, lead.start, lead.end) or (voice.state,)
        for state in states:
            fields = voice.fields() | ({"state": state} if state else {}) | document.said_on(lead.start, sentence.end)
            yield Finding("statement", sentence.start, sentence.end, f"statement.{voice.rule}", 0.6, fields)


def persons(document: Document) -> Iterator[Finding]:
    """Find each person once, where the full name stands first; title, party and state from all mentions."""
    for person in document.people.by_name.values():
        known: dict[str, Any] = {
            "person": person.name,
            "role": person.role,
            "state": person.state,
            "party": person.party,
        }
        fields = {name: value for name, value in known.items() if value}
        sure = 0.9 if person.role else 0.7
        yield Finding(
            "person",
            person.first.start,
            person.first.end,
            "person.title" if person.role else "person.name",
            sure,
            fields,
        )


def state_mentions(document: Document) -> Iterator[Finding]:
    """Find mentions of states."""
    for item in document.states:
        yield Finding("state_mention", item.start, item.end, f"state.{item.how}", 0.95, {"state": item.code})
