"""`regesta build`: bring the tables in `archive.db` up to date with the log."""

from __future__ import annotations

import time

import click

from regesta.cli._session import Session
from regesta.cli._terminal import count, one_line, print_json


@click.command("build", short_help="Build the tables in archive.db from the log.")
@click.option("--full", is_flag=True, help="Start over, even where adding the new events would do.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def command(session: Session, full: bool, as_json: bool) -> None:
    """Build the tables in archive.db from the log.

    Only what is new is added where that gives the same tables; otherwise all is built anew and put in place in
    one step. A site that serves archive.db shows the new tables at its next query.
    """
    from regesta.cli._built import run_build

    archive, begin = session.archive, time.perf_counter()
    result = run_build(archive, full=full)
    seconds, path = time.perf_counter() - begin, str(archive.database)
    if as_json:
        print_json({
            "events": result.events, "new": result.new, "full": result.full,
            "seconds": round(seconds, 3), "path": path,
        })  # fmt: skip
        return
    how = "built anew" if result.full else f"{count(result.new, 'new event')}"
    click.echo(f"{one_line(path)}: {count(result.events, 'event')}, {how}, {seconds:.1f} s")
