"""`regesta serve`: build the tables and publish them with Datasette on this machine."""

from __future__ import annotations

import click

from regesta.cli._session import Session


@click.command(
    "serve",
    short_help="Build the tables and serve them with Datasette.",
    context_settings={"ignore_unknown_options": True},
)
@click.option(
    "--host",
    metavar="ADDRESS",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on; 0.0.0.0 is every network.",
)
@click.option(
    "--port", default=8001, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes a free one."
)
@click.option("--open", "open_browser", is_flag=True, help="Open the site in a browser.")
@click.argument("extra", nargs=-1, type=click.UNPROCESSED, metavar="[-- DATASETTE OPTIONS]")
@click.pass_obj
def command(session: Session, host: str, port: int, open_browser: bool, extra: tuple[str, ...]) -> int:
    """Build archive.db, then serve it with Datasette until interrupted (Ctrl-C).

    What stands behind `--` goes to `datasette serve` as it is.
    """
    from regesta.cli._built import run_build

    archive = session.archive
    run_build(archive)
    from regesta.publish.serve import serve

    return serve(archive, host=host, port=port, open_browser=open_browser, extra=extra)
