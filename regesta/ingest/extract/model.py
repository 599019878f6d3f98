"""What extraction takes and gives: the dates that are known of a text, and findings with their passages.

A finding is a claim about a range of the text and nothing more; `regesta.ingest.propose` makes proposed events of it.
Ranges are half-open, in code points of the canonical text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

KINDS: Final = (
    "date_mention", "quote", "statement", "tweet", "disposition", "field_disposition", "requested_fields",
    "deadline", "appointment", "story_update", "status_list", "tally", "person", "state_mention",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of a text from elsewhere: its three dates as EDTF, each of which may be unknown.

    Relative dates resolve against ``published``; where it is not known, between what the text itself dates.
    """

    published: str | None = None
    updated: str | None = None
    retrieved: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in ``text[start:end]``, by which rule, and how sure that rule is (0 to 1).

    ``fields`` hold what was understood, by kind: ``state`` (code), ``person`` (full name), ``role``, ``party``,
    ``medium``, ``disposition``, ``fields`` (tuple of codes), ``date_edtf``, ``date_text``, ``date_basis``,
    ``handle``, ``candidates`` (names that may be the speaker), ``states`` (tuple of codes), ``figure`` …
    ``needs`` names what a person must still supply: ``speaker``, ``date``, ``state``.
    """

    kind: str
    start: int
    end: int
    rule: str
    confidence: float
    fields: Mapping[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
