"""The parsers that are fuzzed, by name. Each entry makes its target ready in an empty folder of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.fuzz import ingest, record, schema, site
from tests.fuzz.running import Ready

TARGETS: Final[dict[str, Callable[[Path], Ready]]] = {
    **record.TARGETS,
    **schema.TARGETS,
    **ingest.TARGETS,
    **site.TARGETS,
}
