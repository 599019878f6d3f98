"""Bounds on what a visitor's SQL can cost: limits of SQLite, and our own form of the functions that heed none.

Datasette's time limit only counts between the steps of a query, so one function call can take gigabytes and many
seconds (measured: `select hex(zeroblob(3e8))` 14 s and 2.9 GB). SQLite's limits stop it at once. What is left is
many values that are each within the limit: in an answer, in a row, in a query that refers to itself again and again
(`with a as (…), b as (select * from a union all select * from a), …` took 6 GB before it began to run).
"""

from __future__ import annotations

import sys
from typing import Any, Final

from datasette.utils.sqlite import sqlite3

from regesta.limits import (
    SITE_ANSWER_BYTES,
    SITE_COLUMNS,
    SITE_HEAP_BYTES,
    SITE_LIKE_CHARS,
    SITE_ROW_BYTES,
    SITE_VALUE_BYTES,
)

# By the names that Python gives to SQLite's limits.
LIMITS: Final = {
    "SQLITE_LIMIT_LENGTH": SITE_VALUE_BYTES,
    "SQLITE_LIMIT_LIKE_PATTERN_LENGTH": SITE_LIKE_CHARS,
    "SQLITE_LIMIT_COLUMN": SITE_COLUMNS,
}
# They build their result, `printf('%.*c', 5e8, 'x')`, before its length is looked at: 9 s. The value in their place
# is a text: an exception is printed by Datasette, and an authorizer could only refuse the whole statement.
FUNCTIONS: Final = ("printf", "format")
_DENIED: Final = ("fts3_tokenizer", "load_extension")  # the first gives an address in memory for a bound name
# SQLite refuses it, with its own words.
_TOO_LONG: Final = " " * (SITE_VALUE_BYTES + 1)


def bound(conn: Any) -> None:
    """Put the limits on a connection, and what takes the place of functions without one."""
    for name, value in LIMITS.items():
        conn.setlimit(getattr(sqlite3, name), value)
    for name in FUNCTIONS:
        conn.create_function(name, -1, lambda *_: "(not available on an archive)")
    # Those of SQLite take the product of the lengths: 7 s for two values of 400 kB.
    conn.create_function("instr", 2, _instr, deterministic=True)
    conn.create_function("replace", 3, _replace, deterministic=True)
    for name, (left, right) in {"trim": (True, True), "ltrim": (True, False), "rtrim": (False, True)}.items():
        conn.create_function(name, 2, _stripper(left, right), deterministic=True)
    conn.row_factory = Answers()
    conn.set_authorizer(_authorize)


def bound_memory(conn: Any) -> None:
    """Bound the memory of SQLite in this process, which has one number for all connections.

    Pages that it keeps of files give way first; a query that needs more fails, and nothing else does.
    """
    conn.execute(f"pragma hard_heap_limit={SITE_HEAP_BYTES}")


class Answers:
    """Makes the rows of one connection; an answer of long rows that together take too much memory is cut short."""

    def __init__(self) -> None:
        self._cursor: Any = None
        self._bytes = 0

    def __call__(self, cursor: Any, row: tuple[Any, ...]) -> Any:
        """Return a row as Datasette wants it."""
        size = sum(map(sys.getsizeof, row))
        if size > SITE_ROW_BYTES:
            self._count(cursor, size)
        return sqlite3.Row(cursor, row)

    def _count(self, cursor: Any, size: int) -> None:
        # A cursor that is asked again goes on where it was; Datasette makes one for each query.
        self._bytes = size + (self._bytes if cursor is self._cursor else 0)
        self._cursor = cursor
        if self._bytes > SITE_ANSWER_BYTES:
            self._cursor, self._bytes = None, 0
            raise sqlite3.OperationalError("the answer is too long: ask for fewer rows or columns")


def _authorize(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    """Keep from visitors where in the server's memory and on its disk things are.

    The column of `pragma_database_list` with the path reads as null; Datasette's own `pragma database_list` reads no
    column by name, and works.
    """
    if action == sqlite3.SQLITE_FUNCTION and second in _DENIED:
        return int(sqlite3.SQLITE_DENY)
    # The name is in the spelling of who used it first on this connection.
    is_path = action == sqlite3.SQLITE_READ and second == "file" and (first or "").lower() == "pragma_database_list"
    return int(sqlite3.SQLITE_IGNORE if is_path else sqlite3.SQLITE_OK)


def _text(value: Any) -> str:
    """Return a value as SQLite makes text of it."""
    if isinstance(value, float):
        digits, e, power = f"{value:.15g}".partition("e")
        return f"{digits}.0{e}{power}" if digits.lstrip("-").isdigit() else digits + e + power
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _instr(value: Any, part: Any) -> int | None:
    if value is None or part is None:
        return None
    if isinstance(value, bytes) and isinstance(part, bytes):
        return value.find(part) + 1
    return _text(value).find(_text(part)) + 1


def _replace(value: Any, part: Any, other: Any) -> str | None:
    if value is None or part is None or other is None:
        return None
    text, old, new = _text(value), _text(part), _text(other)
    if not old:
        return text
    growth = text.count(old) * (len(new) - len(old))
    return text.replace(old, new) if len(text) + growth <= SITE_VALUE_BYTES else _TOO_LONG


def _stripper(left: bool, right: bool) -> Any:
    def strip(value: Any, characters: Any) -> str | None:
        if value is None or characters is None:
            return None
        text, which = _text(value), frozenset(_text(characters))
        first, last = 0, len(text)
        while left and first < last and text[first] in which:
            first += 1
        while right and first < last and text[last - 1] in which:
            last -= 1
        return text[first:last]

    return strip
