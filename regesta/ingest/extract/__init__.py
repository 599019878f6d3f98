"""From a text to findings: pure functions, rules over lists that an archive keeps in its `ingest/` folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from regesta.ingest.extract import _acts, _answers, _fields, _posts, _speech
from regesta.ingest.extract.document import Document
from regesta.ingest.extract.lists import Lists, load_lists
from regesta.ingest.extract.model import Context, Finding

__all__ = ["Context", "Finding", "Lists", "extract", "load_lists"]

_RULES: Final[tuple[Callable[[Document], Iterator[Finding]], ...]] = (
    lambda document: iter(document.dates),
    _speech.state_mentions,
    _speech.persons,
    _posts.posts,
    _speech.quotes,
    _speech.statements,
    _answers.answers,
    _answers.status_lists,
    _fields.field_answers,
    _fields.requested_fields,
    _acts.deadlines,
    _acts.appointments,
    _acts.stamps,
    _acts.tallies,
)


def extract(text: str, context: Context, lists: Lists) -> list[Finding]:
    """Return what the rules find in a text, in text order; nothing is read or written, nothing is decided."""
    document = Document(text, context, lists)
    found = [finding for rule in _RULES for finding in rule(document)]
    return sorted(found, key=lambda item: (item.start, item.end, item.kind))
