"""The Datasette plugin: time travel, and bounds on what a visitor's SQL can cost on an archive.

Other databases stay as they are. What this module imports later brings in the SQL parser, 150 ms that a program
which only loads its plugins should not pay. A hook that one line of Datasette does not know is never called there.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Final

from datasette import hookimpl
from datasette.utils.sqlite import sqlite3

from regesta.publish._bounds import bound, bound_memory

_DATABASE: Final = "archive.db"
_TEMPLATES: Final = str(Path(__file__).with_name("templates"))


@hookimpl  # type: ignore[untyped-decorator]
def prepare_connection(conn: Any, datasette: Any) -> None:
    """Set the limits on a connection to a built archive, and take the functions away that heed none."""
    if not _is_archive(conn):
        return
    bound(conn)
    if not any(database.is_memory and not name.startswith("_") for name, database in datasette.databases.items()):
        bound_memory(conn)  # other people's databases in memory may be as large as they like
    from regesta.replay.asof import add_functions

    add_functions(conn)


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper(datasette: Any) -> Any:
    """Serve visitors without proposals, `/archive@2017-07-01/…` and `?_known=` from replays, the front page at `/`."""
    from regesta.publish._visitors import Visitors
    from regesta.publish.pages.routes import FrontDoor
    from regesta.publish.timetravel import TimeTravel

    return lambda app: Visitors(TimeTravel(FrontDoor(app, datasette), datasette), datasette)


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
def extra_template_vars(datasette: Any, request: Any, view_name: str, database: str | None, table: str | None) -> Any:
    """Give the templates of a page of an archive what it says beside its rows, as `regesta`."""

    async def values() -> dict[str, Any]:
        from regesta.publish.tables import page_of

        page = await page_of(datasette, request, view_name, database, table)
        return {"regesta": page} if page else {}

    return values


@hookimpl  # type: ignore[untyped-decorator]
def menu_links(datasette: Any, request: Any) -> Any:
    """Lead from Datasette's pages of an archive to ours."""
    from regesta.publish.tables import menu

    return partial(menu, datasette, request)


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
        # Nothing limits the time of what is asked here, and a view in its place may have no end.
        if not conn.execute("select 1 from sqlite_master where name = 'meta' and type = 'table'").fetchall():
            return False
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
