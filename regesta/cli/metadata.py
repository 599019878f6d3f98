"""`regesta metadata`: write again how the tables are published, from what the schema says of them."""

from __future__ import annotations

import click

from regesta.cli._session import Session
from regesta.cli._terminal import print_json


@click.command("metadata", short_help="Bring datasette-metadata.json up to date.")
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 if the file is not what it would be.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def command(session: Session, check: bool, as_json: bool) -> int:
    """Bring datasette-metadata.json up to date with the schema: descriptions, units, links, facets."""
    from regesta.publish.metadata import is_current, refresh

    archive = session.archive
    changed = not is_current(archive) if check else refresh(archive)
    name = archive.metadata.name
    if as_json:
        print_json(
            {"path": str(archive.metadata), "current": not (check and changed), "changed": changed and not check}
        )
    elif check:
        click.echo(f"{name} is not up to date: run `regesta metadata`" if changed else f"{name} is up to date")
    else:
        click.echo(f"{name} was brought up to date" if changed else f"{name} was up to date already")
    return int(check and changed)
