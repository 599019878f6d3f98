"""Findings and what is known of a text."""

from __future__ import annotations

from regesta.ingest.extract.model import KINDS, Context, Finding


def test_a_finding_needs_nothing_by_default() -> None:
    """A finding without more says only where, what and how sure."""
    found = Finding("quote", 0, 5, "quote.colon", 0.9)
    assert (found.fields, found.needs, found.kind in KINDS) == ({}, (), True)


def test_nothing_is_known_by_default() -> None:
    """A text may come without any date."""
    assert Context() == Context(published=None, updated=None, retrieved=None)
