"""A passage in the text around it, to be read by a person.

>>> in_context("Ohio said that it would not.", 5, 9)
('Ohio ', 'said', ' that it would not.')
"""

from __future__ import annotations

from typing import Final

_AROUND_CHARS: Final = 240  # of the text on either side of the passage
_PASSAGE_CHARS: Final = 2_000  # of a long passage its beginning and its end are shown


def in_context(text: str, start: int, end: int, around_chars: int = _AROUND_CHARS) -> tuple[str, str, str]:
    """Return a passage with so much of the text on either side of it, cut between words."""
    before, after = text[max(0, start - around_chars) : start], text[end : end + around_chars]
    if start > around_chars:
        before = f"… {before.partition(' ')[2] or before}"
    if end + around_chars < len(text):
        after = f"{after.rpartition(' ')[0] or after} …"
    return before, shortened(text[start:end]), after


def shortened(passage: str) -> str:
    """Return a passage, of a long one its beginning and its end."""
    if len(passage) <= _PASSAGE_CHARS:
        return passage
    half = _PASSAGE_CHARS // 2
    return f"{passage[:half]} … {passage[-half:]}"
