"""A library that fails on what somebody hands in: the fault is the source's, and the rest goes on.

>>> with guarded():
...     int("x")
Traceback (most recent call last):
regesta.errors.InputError: cannot be read: ValueError: invalid literal for int() with base 10: 'x'
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from regesta.errors import InputError, RegestaError
from regesta.ingest.text import shortened


@contextmanager
def guarded(what: str = "cannot be read") -> Iterator[None]:
    """Turn whatever a library raises into an InputError.

    All of it, because parsers of mail, feeds and PDF let out errors of a dozen kinds on damaged input, RecursionError
    and MemoryError among them; nothing of our own state is half-changed while a reader runs.
    """
    try:
        yield
    except RegestaError:
        raise
    except Exception as error:
        reason = shortened(f"{type(error).__name__}: {error}".rstrip(": "), 200)
        raise InputError(f"{what}: {reason}") from error
