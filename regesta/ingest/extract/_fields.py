"""Kinds of data: which are asked for, and what a state does with each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from regesta.ingest.extract._answers import clauses
from regesta.ingest.extract._subjects import Scope, subject_of
from regesta.ingest.extract.document import Document
from regesta.ingest.extract.layout import Span
from regesta.ingest.extract.model import Finding

_ASKS: Final = re.compile(r"\b(?:asked for|requested|sought|asks for|seeks|wants|demands|demanded)\b", re.IGNORECASE)
_WITHHELD: Final = re.compile(
    r"\b(?:not|withh\w+|keep\w* back|kept back|hold\w* back|held back|strikes?|struck|confidential|"
    r"all but|except\w*|excluding|refus\w+"
    r"|never|redact\w*|without|no|prohibit\w*|forbid\w*|protected|exempt|minus|omit\w*|strip\w*|remov\w+|"
    r"black\w* out|leav\w+ out)\b|n't\b",
    re.IGNORECASE,
)
_FEE: Final = re.compile(
    r"\b(?:charges?|charged|fee|fees|pay|purchase|buy|cost|costs|price|sells?|sold)\b|\$\d", re.IGNORECASE
)
_GIVEN: Final = re.compile(
    r"\b(?:public|publicly|provid|releas|availab|shar|send|sent|submit|giv|includ|turn over|hand)\w*", re.IGNORECASE
)
_LEAST: Final = 2  # kinds of data that make an enumeration
_SLUG_WORDS: Final = 4
_NO_FIELD: Final = frozenset(("the", "a", "an", "each", "any", "all", "every", "your", "their"))


def requested_fields(document: Document) -> Iterator[Finding]:
    """Find the enumerations of data that are asked for, in a sentence or in the lines of a list."""
    cues = document.lists.pattern("fields", "request", "cues")
    for sentence in document.layout.sentences:
        cue = cues.search(document.flat, sentence.start, sentence.end)
        if cue and not document.is_answered(sentence) and document.layout.block_of(sentence.start).kind != "item":
            yield from _asked(document, sentence, cue.end())
    for lines in _lists(document):
        known = [line for line in lines if document.lists.any_field.search(document.flat, line.start, line.end)]
        if len(lines) >= _LEAST and 2 * len(known) >= len(lines):
            codes = tuple(dict.fromkeys(_field_of_line(document, line) for line in lines))
            yield Finding("requested_fields", lines[0].start, lines[-1].end, "fields.lines", 0.8, {"fields": codes})


def _asked(document: Document, sentence: Span, low: int) -> Iterator[Finding]:
    """Yield the enumeration of a sentence: from the first known kind of data to the last."""
    spans = [match.span() for match in document.lists.any_field.finditer(document.flat, low, sentence.end)]
    if len(spans) >= _LEAST or (spans and _ASKS.search(document.flat, sentence.start, sentence.end)):
        codes = tuple(dict.fromkeys(document.field_code(start, end) for start, end in spans))
        yield Finding("requested_fields", spans[0][0], spans[-1][1], "fields.asked", 0.7, {"fields": codes})


def _lists(document: Document) -> Iterator[list[Span]]:
    """Yield the lists of a text that name no state and give no answer: each a run of list lines."""
    lines: list[Span] = []
    for block in (*document.layout.blocks, None):
        if block is not None and block.kind == "item" and not document.states_in(block.start, block.end):
            lines.append(block)
        elif lines:
            if not any(document.is_answered(line) for line in lines):
                yield lines
            lines = []


def _field_of_line(document: Document, line: Span) -> str:
    """Return the code of the kind of data that a line asks for: a known one, or one made of its words."""
    match = document.lists.any_field.search(document.flat, line.start, line.end)
    if match:
        return document.field_code(*match.span())
    words = re.sub(r"^\W*(?:\d{1,3}|[a-z])[.)]\s*|^\W+", "", document.flat[line.start : line.end])
    words = re.split(r"[;,.(:]|\s(?:and|as|of|for|that|which|to)\s", words)[0]
    kept = [word for word in re.findall(r"[a-z0-9]+", words.lower()) if word not in _NO_FIELD]
    return "-".join(kept[:_SLUG_WORDS]) or "other"


def field_answers(document: Document) -> Iterator[Finding]:
    """Find what states do with single kinds of data: withhold them, give them, sell them."""
    last: tuple[str, ...] = ()
    for sentence in document.layout.sentences:
        within: tuple[str, ...] = ()
        for clause in clauses(document, sentence):
            within = _whose(document, clause, within or last) or within
            yield from _of_clause(document, clause, within)
        last = within or last


def _of_clause(document: Document, clause: Span, states: tuple[str, ...]) -> Iterator[Finding]:
    words = document.flat[clause.start : clause.end]
    spans = [match.span() for match in document.lists.any_field.finditer(document.flat, clause.start, clause.end)]
    disposition = _disposition(words)
    if spans and disposition and states and not _ASKS.search(words):
        codes = tuple(dict.fromkeys(document.field_code(start, end) for start, end in spans))
        for state in states:
            fields = {"state": state, "fields": codes, "disposition": disposition}
            yield Finding("field_disposition", clause.start, clause.end, f"field.{disposition}", 0.6, fields)


def _disposition(words: str) -> str | None:
    tests = (("withheld", _WITHHELD), ("fee", _FEE), ("public", _GIVEN))
    return next((name for name, test in tests if test.search(words)), None)


def _whose(document: Document, clause: Span, last: tuple[str, ...]) -> tuple[str, ...]:
    """Return the states whose data a clause speaks of."""
    section = document.sections[document.layout.block_at(clause.start)]
    found = subject_of(document, clause, None, Scope(section)).states
    if found:
        return found
    answered = document.answer_at(clause.start)
    if answered:
        return answered.subject.states
    quoted = document.voice_at(clause.start + 1)
    if quoted and quoted[1].person and quoted[1].state:
        return (quoted[1].state,)
    return last if quoted else ()
