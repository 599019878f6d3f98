"""Embedded posts: the words, the account, the date line, whether the account stands above the words or below them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from regesta.ingest.extract.document import Document
from regesta.ingest.extract.model import Finding

_HANDLE: Final = re.compile(r"(?<![\w./])@[A-Za-z0-9_]{2,30}\b")
_STAMP_WORDS: Final = 14  # a line that says who and when has no more
_LEAD: Final = 90  # characters of name and title before a handle


@dataclass(frozen=True, slots=True)
class Post:
    """A post: its range with the line that says who and when; that line's range; account, person and date."""

    start: int
    end: int
    line: tuple[int, int]
    handle: str
    person: str | None
    date: Finding | None


def find_posts(document: Document) -> list[Post]:
    """Return the posts of a text in order."""
    stamps = list(_stamps(document))
    if not stamps:
        return []
    above = _stand_above(document, stamps)
    found = []
    for number, (start, end, handle) in enumerate(stamps):
        previous = stamps[number - 1][1] if number else 0
        following = stamps[number + 1][0] if number + 1 < len(stamps) else len(document.text)
        low, high = (
            (start, _text_end(document, end, following)) if above else (_text_start(document, start, previous), end)
        )
        if high - low > end - start:  # a line without words is no post
            found.append(
                Post(low, high, (start, end), handle, _who(document, start, end, handle), _when(document, start, end))
            )
    return found


def _stamps(document: Document) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, handle) of the lines, or ends of lines, that say who posted and when."""
    for match in _HANDLE.finditer(document.flat):
        block = document.layout.block_of(match.start())
        behind = document.dates_in(match.end(), min(block.end, match.end() + 80))
        before = document.dates_in(max(block.start, match.start() - 80), match.start())
        start = _name_start(document, match.start(), block.start)
        line_end = document.text.find("\n", match.end(), block.end)
        short = len(document.flat[start : line_end if line_end > 0 else block.end].split()) <= _STAMP_WORDS
        if behind and re.fullmatch(
            r"[\s)·•|,:—–-]*(?:on |at |posted )?[\s·•|,:(—–-]*(?:\d{1,2}:\d\d\s?(?:[AaPp]\.?[Mm]\.?)?[\s·•|,—–-]*)?",
            document.flat[match.end() : behind[0].start],
        ):
            end = behind[0].end
            for item in behind[1:]:
                end = item.end if item.start - end < 6 else end
            yield start, _closed(document, end, block.end), match[0]
        elif before and short and start <= before[0].start + 3:
            yield min(start, before[0].start), match.end(), match[0]
        elif short and start == block.start and match.end() >= block.end - 3:
            yield start, block.end, match[0]


def _closed(document: Document, end: int, limit: int) -> int:
    match = re.match(r"[)\]]", document.flat[end:limit])
    return end + (match.end() if match else 0)


def _name_start(document: Document, handle: int, low: int) -> int:
    """Return where the name before a handle begins: behind a dash, or at the beginning of its line."""
    window = document.flat[max(low, handle - _LEAD) : handle]
    dash = max(window.rfind(" - "), window.rfind("- ") if window.startswith("- ") else -1)
    original = document.text[max(low, handle - _LEAD) : handle]
    dash = max(dash, *(original.rfind(mark) for mark in "—–"))
    line = window.rfind("\n")
    return (
        max(low, handle - _LEAD) + max(dash, line + 1, 0) if dash >= 0 or line >= 0 else max(low, handle - len(window))
    )


def _stand_above(document: Document, stamps: list[tuple[int, int, str]]) -> bool:
    """Say whether the lines stand above the words: the last one then has words below it and none on its own line."""
    first = stamps[0]
    block = document.layout.block_of(first[0])
    lead = document.flat[block.start : first[0]].strip()
    if lead:
        return False
    last = stamps[-1]
    rest = document.flat[last[1] :].strip()
    number = document.layout.block_at(first[0])
    before = document.layout.blocks[number - 1] if number else None
    if before and len(stamps) == 1 and before.kind == "prose" and "http" in document.flat[before.start : before.end]:
        return False
    return bool(rest)


def _text_end(document: Document, end: int, following: int) -> int:
    """Return where the words of a post end that stand below its line: at a heading, or where the next one begins."""
    last = end
    for block in document.layout.blocks[document.layout.block_at(end) :]:
        if block.start >= following or (block.start > end and block.kind == "heading" and block.gap and last > end):
            break
        last = max(last, min(block.end, following))
    return last


def _text_start(document: Document, start: int, previous: int) -> int:
    block = document.layout.block_of(start)
    if block.start < start:
        return max(block.start, previous)
    number = document.layout.block_at(start)
    return max(document.layout.blocks[number - 1].start, previous) if number else start


def _who(document: Document, start: int, end: int, handle: str) -> str | None:
    people = document.people.at(start, end)
    if people:
        return people[0].full
    spelled = handle.lstrip("@").lower().replace("_", "")
    named = [name for name in document.people.by_name if name.lower().replace(" ", "") in spelled]
    return named[0] if len(named) == 1 else None


def _when(document: Document, start: int, end: int) -> Finding | None:
    dates = [item for item in document.dates_in(start, end) if item.fields.get("date_edtf")]
    return max(dates, key=lambda item: len(str(item.fields["date_edtf"]))) if dates else None


def dated_of(date: Finding) -> dict[str, Any]:
    """Return what a date says, for a finding that has it."""
    return {name: date.fields[name] for name in ("date_edtf", "date_text", "date_basis") if date.fields.get(name)}


def posts(document: Document) -> Iterator[Finding]:
    """Find embedded posts with who and when."""
    for post in document.posts:
        person = document.people.by_name.get(post.person or "")
        known = {
            "person": post.person, "handle": post.handle, "medium": "tweet",
            "role": person.role if person else None, "state": person.state if person else None,
            "party": person.party if person else None,
            "date_edtf": post.date.fields["date_edtf"] if post.date else None,
            "date_text": post.date.fields.get("date_text") if post.date else None,
        }  # fmt: skip
        fields = {name: value for name, value in known.items() if value}
        needs = tuple(name for name, value in (("speaker", post.person), ("date", post.date)) if not value)
        yield Finding("tweet", post.start, post.end, "post", 0.9 if not needs else 0.6, fields, needs)
