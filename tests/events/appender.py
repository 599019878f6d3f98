"""A writer that appends one event after another and says which are acknowledged, until somebody kills it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from regesta.archive import Archive
from tests.archives import derived_id, letter

Say = Callable[[str], None]


def append_endlessly(archive: Archive, first: int) -> Callable[[Say], None]:
    """Return a function that appends letter ``first`` and those behind it, one, two or three at a time."""

    def run(say: Say) -> None:
        number = first
        for turn in count():
            batch = [letter(n) for n in range(number, number + 1 + turn % 3)]
            archive.append(batch)
            say(" ".join(map(derived_id, batch)))
            number += len(batch)

    return run


def append_some(archive: Archive, first: int, number: int) -> Callable[[Say], None]:
    """Return a function that appends ``number`` letters, each by itself."""

    def run(say: Say) -> None:
        for n in range(first, first + number):
            archive.append([letter(n)])
            say(derived_id(letter(n)))

    return run
