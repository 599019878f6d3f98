"""The Datasette plugin: bounds what a visitor's SQL can cost on an archive; other databases stay as they are.

Datasette's own time limit only counts between the steps of a query, so one function call can take gigabytes
and many seconds (measured: `select hex(zeroblob(3e8))` 14 s and 2.9 GB). SQLite's limits stop it at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from datasette import hookimpl
from datasette.utils.sqlite import sqlite3

from regesta.limits import SITE_COLUMNS, SITE_LIKE_CHARS, SITE_VALUE_BYTES

# By the names that Python gives to SQLite's limits.
LIMITS: Final = {
    "SQLITE_LIMIT_LENGTH": SITE_VALUE_BYTES,
    "SQLITE_LIMIT_LIKE_PATTERN_LENGTH": SITE_LIKE_CHARS,
    "SQLITE_LIMIT_COLUMN": SITE_COLUMNS,
}
# They build their result, `printf('%.*c', 5e8, 'x')`, before its length is looked at: 9 s. The value in their place
# is a text: an exception is printed by Datasette, and an authorizer, which could refuse them, does not last on 1.0.
FUNCTIONS: Final = ("printf", "format")
_DATABASE: Final = "archive.db"


@hookimpl  # type: ignore[untyped-decorator]
def prepare_connection(conn: Any) -> None:
    """Set the limits on a connection to a built archive, and take the functions away that heed none."""
    if not _is_archive(conn):
        return
    for name, value in LIMITS.items():
        conn.setlimit(getattr(sqlite3, name), value)
    for name in FUNCTIONS:
        conn.create_function(name, -1, lambda *_: "(not available on an archive)")


def _is_archive(conn: Any) -> bool:
    """Say whether a connection is to a database that Regesta built: by its table `meta`, or else by its name."""
    try:
        sql = "select count(*) from meta where key in ('origin', 'root', 'schema', 'format')"
        return bool(conn.execute(sql).fetchall()[0][0] == 4)
    except sqlite3.OperationalError as error:
        # While a build has the file for itself nobody can look inside; for the name nobody has to.
        return "locked" in str(error) and _file_name(conn) == _DATABASE
    except sqlite3.Error:  # no database, or not to be read: Datasette says so itself
        return False


def _file_name(conn: Any) -> str:
    """Return the name of the file that a connection is to, '' for one in memory."""
    rows = conn.execute("pragma database_list").fetchall()
    return next((Path(row[2]).name for row in rows if row[1] == "main" and row[2]), "")
