"""The small language of cues."""

from __future__ import annotations

import time

import pytest

from regesta.errors import ArchiveError
from regesta.ingest.extract.cues import Cues, flatten

SETS = {"give": ["hand over", "send"]}
MATCHES = {
    "a word": (["comply"], "They comply.", "comply"),
    "whatever its case": (["Comply"], "COMPLY now", "comply"),
    "either word": (["will|would comply"], "It would comply", "would comply"),
    "up to four words between": (["will * comply"], "It will at long last fully comply", "will at long last fully comply"),
    "a set": (["will {give}"], "We will hand over all", "will hand over"),
    "a set behind a gap": (["not * {give}"], "did not even send it", "not even send"),
    "a sum of money": (["for #"], "sold for $1,200 each", "for $1,200"),
    "the longest phrase first": (["social security", "social security number"], "A Social Security number", "social security number"),
    "an apostrophe of either kind": (["won't"], flatten("He won’t go"), "won't"),
}  # fmt: skip
NO_MATCHES = {
    "five words between": (["will * comply"], "will one two three four five comply"),
    "part of a word": (["comply"], "complying"),
    "part of a hyphenated word": (["state"], "state-run"),
    "across a sentence": (["will * comply"], "They will. Others comply."),
    "a number is no money": (["for #"], "for 30 days"),
    "no phrase at all": ([], "anything"),
}  # fmt: skip
FAULTS = {
    "a gap at the end": ["will *"],
    "a gap at the beginning": ["* comply"],
    "an unknown set": ["{nothing}"],
    "an empty phrase": [""],
    "an open brace": ["{give"],
    "too many words": ["a " * 20],
    "too long": ["a" * 2_000],
}  # fmt: skip


@pytest.mark.parametrize(("cues", "text", "expected"), MATCHES.values(), ids=MATCHES)
def test_cue_is_found(cues: list[str], text: str, expected: str) -> None:
    """A phrase is found as the language says."""
    found = Cues(cues, SETS).search(text)
    assert found is not None and found[0] == expected


@pytest.mark.parametrize(("cues", "text"), NO_MATCHES.values(), ids=NO_MATCHES)
def test_cue_is_not_found(cues: list[str], text: str) -> None:
    """What only looks like a phrase is not found."""
    assert Cues(cues, SETS).search(text) is None


@pytest.mark.parametrize("cues", FAULTS.values(), ids=FAULTS)
def test_wrong_cue_is_refused(cues: list[str]) -> None:
    """A phrase outside the language is told when the list is read."""
    with pytest.raises(ArchiveError):
        Cues(cues, SETS)


def test_flatten_keeps_positions() -> None:
    """Plain marks stand where the printed ones stood."""
    text = "“It’s — a\u00a0non‑issue,” he said…"
    assert (flatten(text), len(flatten(text))) == ('"It\'s - a non-issue," he said…', len(text))


def test_gaps_are_bounded() -> None:
    """A long text of almost-matches takes time in proportion to its length."""
    cues = Cues(["not * {give}", "will * not * comply"], SETS)
    started = time.perf_counter()
    assert cues.search("not will " * 50_000) is None
    assert time.perf_counter() - started < 10  # a second where patterns backtrack is minutes
