"""Which state a part of a text is about: the heading above it, or the head of its line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from regesta.ingest.extract._states import StateMention
from regesta.ingest.extract.layout import Layout, Span, within

_BETWEEN: Final = re.compile(r"(?:[,;&|•*·#.\s-]|\band\b|\bor\b|\bas well as\b|\bthe\b)*", re.IGNORECASE)
LINE: Final = re.compile(
    r"^\W*(?P<head>[A-Z][\w.', &/]{1,90}?)(?:\s*\([^)]{1,40}\))?\s*(?:[:|\t=]|\s[-–—]+\s|[–—])\s*(?P<rest>\S.*)$",
    re.DOTALL,
)


def is_enumeration(between: str) -> bool:
    """Say whether what stands between two names only joins them in a list."""
    return bool(_BETWEEN.fullmatch(between))


def only_states(flat: str, states: Sequence[StateMention], span: Span) -> tuple[str, ...]:
    """Return the codes of a range that holds nothing but names of states, none for any other."""
    items = within(states, span.start, span.end)
    if not items:
        return ()
    starts, ends = [item.start for item in items], [item.end for item in items]
    between = ",".join(flat[low:high] for low, high in zip([span.start, *ends], [*starts, span.end], strict=True))
    rest = re.sub(r"\([^()]*\)|\b\d{1,3}[.)]", "", between).rstrip(": ")
    return tuple(dict.fromkeys(item.code for item in items)) if is_enumeration(rest) else ()


def section_states(flat: str, layout: Layout, states: Sequence[StateMention]) -> list[tuple[str, ...]]:
    """Return for each block the states that its heading or the head of its line names."""
    found: list[tuple[str, ...]] = []
    current: tuple[str, ...] = ()
    for block in layout.blocks:
        codes = only_states(flat, states, block)
        if block.kind == "heading" and len(codes) == 1:
            current = codes
        elif (
            block.kind == "heading" and block.gap and not any(char.isdigit() for char in flat[block.start : block.end])
        ):
            current = ()
        match = LINE.match(flat[block.start : block.end])
        head = Span(block.start + match.start("head"), block.start + match.end("head")) if match else None
        found.append(only_states(flat, states, head) or current if head else current)
    return found
