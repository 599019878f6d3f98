"""The lists of the shipped archive, and what extraction finds of one kind in a text."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from regesta.ingest.extract import Context, Finding, Lists, extract, load_lists

ROOT = Path(__file__).parents[3]
PUBLISHED = Context(published="2017-07-05")


@cache
def lists() -> Lists:
    return load_lists(ROOT / "ingest")


def findings(text: str, kind: str, context: Context = PUBLISHED) -> list[Finding]:
    return [item for item in extract(text, context, lists()) if item.kind == kind]


def fields(text: str, kind: str, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(item.fields.get(name) for name in names) for item in findings(text, kind)]
