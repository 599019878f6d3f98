"""The projections of a built database, their keys, and a key as one text.

So it stands in `disputes`, on the command line and in Datasette's addresses.

The values of a key joined by commas; what is no letter, digit, `-` or `_` is written as Datasette writes it.

>>> key_text(("voter-rolls-2017", "NY")), key_text(("a b, c", 12))
('voter-rolls-2017,NY', 'a+b~2C+c,12')
>>> key_values("a+b~2C+c,12")
('a b, c', '12')
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from regesta.database import quote_identifier as quoted
from regesta.errors import UsageError

_PLAIN: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
_ESCAPE: Final = re.compile(rb"~([0-9A-F]{2})")


class Columns(NamedTuple):
    """The columns of a projection's table: those of its key in the key's order, and the others but `last_event`."""

    key: tuple[str, ...]
    values: tuple[str, ...]


def columns_of(db: sqlite3.Connection, table: str, schema: str = "main") -> Columns:
    """Return the columns of a projection in a built database."""
    rows = db.execute(f"pragma {schema}.table_info({quoted(table)})").fetchall()
    key = sorted((row[5], row[1]) for row in rows if row[5])
    return Columns(
        tuple(name for _, name in key), tuple(row[1] for row in rows if not row[5] and row[1] != "last_event")
    )


def projections_of(db: sqlite3.Connection, schema: str = "main") -> list[str]:
    """Return the names of the projections in a built database: the tables that have a history."""
    names = [
        row[0] for row in db.execute(f"select name from {schema}.sqlite_master where type = 'table' order by name")
    ]
    return [name for name in names if f"{name}_history" in names]


def check_projection(db: sqlite3.Connection, table: str) -> None:
    """Raise `UsageError` unless ``table`` is a projection of the built database."""
    known = projections_of(db)
    if table not in known:
        raise UsageError(f"there is no table {table!r} with a history", remedy=f"one of {', '.join(known)}")


def key_text(values: Sequence[Any]) -> str:
    """Return a key as text, from its values in the order of the key's columns."""
    return ",".join(map(_encoded, values))


def key_values(text: str) -> tuple[str, ...]:
    """Return the values that a key's text stands for, as text; what is no escape stays as it is."""
    return tuple(map(_decoded, text.split(",")))


def _encoded(value: Any) -> str:
    text = str(value)
    if text.isascii() and text.replace("-", "").replace("_", "").isalnum():
        return text
    data = text.encode("utf-8", "surrogatepass")
    return "".join(chr(byte) if byte in _PLAIN else "+" if byte == 0x20 else f"~{byte:02X}" for byte in data)


def _decoded(text: str) -> str:
    data = text.replace("+", " ").encode("utf-8", "surrogatepass")
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), data).decode("utf-8", "replace")
