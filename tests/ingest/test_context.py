"""A passage in the text around it."""

from __future__ import annotations

import pytest

from regesta.ingest.context import in_context, shortened

LONG = "word " * 1_000

CASES = {
    "whole text": (("Ohio said no.", 5, 9), ("Ohio ", "said", " no.")),
    "empty passage": (("Ohio said no.", 5, 5), ("Ohio ", "", "said no.")),
    "cut between words": ((LONG, 2_000, 2_004), (f"… {'word ' * 47}", "word", f" {'word ' * 47}…")),
    "no place to cut": (("x" * 1_000, 500, 501), (f"… {'x' * 240}", "x", f"{'x' * 240} …")),
}


@pytest.mark.parametrize(("given", "expected"), CASES.values(), ids=CASES.keys())
def test_in_context(given: tuple[str, int, int], expected: tuple[str, str, str]) -> None:
    """Some 240 characters on either side, and an ellipsis where the text goes on."""
    assert in_context(*given) == expected


def test_long_passage() -> None:
    """Of a long passage the beginning and the end are shown."""
    assert shortened("a" * 1_500 + "b" * 1_500) == "a" * 1_000 + " … " + "b" * 1_000
