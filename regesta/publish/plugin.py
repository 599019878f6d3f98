"""The Datasette plugin: time travel, and bounds on what a visitor's SQL can cost on an archive.

Other databases stay as they are. What this module imports later brings in the SQL parser, 150 ms that a program
which only loads its plugins should not pay. A hook that one line of Datasette does not know is never called there.

Datasette's own time limit only counts between the steps of a query, so one function call can take gigabytes
and many seconds (measured: `select hex(zeroblob(3e8))` 14 s and 2.9 GB). SQLite's limits stop it at once.
"""

from __future__ import annotations

from functools import partial
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
_TEMPLATES: Final = str(Path(__file__).with_name("templates"))


@hookimpl  # type: ignore[untyped-decorator]
def prepare_connection(conn: Any) -> None:
    """Set the limits on a connection to a built archive, and take the functions away that heed none."""
    if not _is_archive(conn):
        return
    for name, value in LIMITS.items():
        conn.setlimit(getattr(sqlite3, name), value)
    for name in FUNCTIONS:
        conn.create_function(name, -1, lambda *_: "(not available on an archive)")
    from regesta.replay.asof import add_functions

    add_functions(conn)


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper(datasette: Any) -> Any:
    """Serve `/archive@2017-07-01/…` and `?_known=` from replays, and the front page at `/`."""
    from regesta.publish.pages.routes import FrontDoor
    from regesta.publish.timetravel import TimeTravel

    return lambda app: TimeTravel(FrontDoor(app, datasette), datasette)


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> Any:
    """Answer the addresses of our pages, `/-/event/12`."""
    from regesta.publish.pages.routes import routes

    return routes()


@hookimpl  # type: ignore[untyped-decorator]
def filters_from_request(request: Any, database: str, table: str, datasette: Any) -> Any:
    """Let `?_asof=` choose among events and the rows of a history."""
    from regesta.publish.timetravel import filters

    # To be called, not yet a coroutine: where another condition is refused Datasette never comes to this one.
    return partial(filters, datasette, request, database, table)


@hookimpl(trylast=True)  # type: ignore[untyped-decorator]
def render_cell(value: Any, column: str, table: str | None) -> Any:
    """Keep the links of foreign keys within a replay."""
    if not isinstance(value, dict) or table is None:
        return None
    from regesta.publish.timetravel import link

    return link(value, table, column)


@hookimpl  # type: ignore[untyped-decorator]
def prepare_jinja2_environment(env: Any) -> None:
    """Put the notice of a replay into `base.html`; who has a `base.html` of their own keeps it."""
    from regesta.publish.timetravel import notice

    env.globals["regesta_notice"] = notice
    folders = env.loader.loaders[0].searchpath
    if _TEMPLATES not in folders:
        folders.insert(len(folders) - 1, _TEMPLATES)  # the last one is Datasette's own


@hookimpl  # type: ignore[untyped-decorator]
def shutdown(datasette: Any) -> None:
    """Close the replays that are open (1.0 says when a site ends)."""
    from regesta.publish._replays import site_of

    site_of(datasette).close()


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
