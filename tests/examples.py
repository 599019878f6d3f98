"""How many examples a random test takes: a few in every run, ten times as many in `make long`."""

from __future__ import annotations

import os
from typing import Final

_TIMES: Final = int(os.environ.get("REGESTA_EXAMPLES", "1"))


def times(examples: int) -> int:
    return examples * _TIMES
