"""What a library logs while it reads: collected for a notice instead of printed by Python's handler of last resort.

>>> with heard("some.library") as said:
...     logging.getLogger("some.library").warning("the table is %s", "damaged")
>>> said
['the table is damaged']
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager


class _Collector(logging.Handler):
    def __init__(self, said: list[str]) -> None:
        super().__init__(logging.WARNING)
        self.said = said

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@contextmanager
def heard(library: str) -> Iterator[list[str]]:
    """Yield the list that the warnings of a library go to, and nowhere else, while the block runs."""
    logger = logging.getLogger(library)
    said: list[str] = []
    collector, propagate = _Collector(said), logger.propagate
    logger.addHandler(collector)
    logger.propagate = False
    try:
        yield said
    finally:
        logger.removeHandler(collector)
        logger.propagate = propagate
