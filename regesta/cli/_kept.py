"""What a reader holds to judge a log by: checkpoints that were kept, and keys that signatures are verified with."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from regesta.errors import InputError, UsageError
from regesta.limits import CHECKPOINT_BYTES, KEY_BYTES

if TYPE_CHECKING:
    from regesta.events.history import Kept
    from regesta.events.note import VerifierKey

STANDARD_INPUT: Final = "-"
_CITED: Final = re.compile(r"[0-9]+:\S*")  # SIZE:ROOT, as a citation of an event has it


def read_bounded(name: str, limit_bytes: int) -> bytes:
    """Return what a file holds (``-``: standard input); raises `InputError` when it is too long or cannot be read."""
    try:
        if name == STANDARD_INPUT:
            data = sys.stdin.buffer.read(limit_bytes + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(limit_bytes + 1)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=name or "an empty name") from error
    if len(data) > limit_bytes:
        raise InputError(f"more than {limit_bytes} bytes, the limit", where=name)
    return data


def kept_of(text: str) -> Kept:
    """Return the checkpoint that an option names: a file, ``-`` for standard input, or SIZE:ROOT."""
    from regesta.events.history import Kept

    if _CITED.fullmatch(text) and not Path(text).exists():
        return Kept.parse(text)
    if text.isdigit() and not Path(text).exists():
        raise UsageError(
            f"{text!r} is no file", remedy="give a file, or size and whole root as a citation says: 209:YZHX…="
        )
    return Kept.decode(read_bounded(text, CHECKPOINT_BYTES), shown_name(text))


def keys_of(texts: Sequence[str]) -> list[VerifierKey]:
    """Return the verifier keys that options name: a key itself, or a file with one a line."""
    from regesta.events.note import VerifierKey, read_keys

    keys: list[VerifierKey] = []
    for text in texts:
        if "+" in text and not Path(text).exists():
            keys.append(VerifierKey.parse(text))
        else:
            keys += read_keys(read_bounded(text, KEY_BYTES), text)
    return keys


def shown_name(text: str) -> str:
    """Return what messages call a file."""
    return "standard input" if text == STANDARD_INPUT else text
