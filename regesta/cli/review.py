"""`regesta review`: go through the proposals one by one."""

from __future__ import annotations

from typing import Any

import click

from regesta.cli._pending import choosing_options, needs_option, passages_of, up_to_date, wanted_of
from regesta.cli._session import Session
from regesta.cli._terminal import count


@click.command("review", short_help="Go through the proposals one by one.")
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@choosing_options
@needs_option
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most N.")
@click.option("--by", metavar="NAME", help="Who decides.  [default: the archive's keeper]")
@click.pass_obj
def command(session: Session, /, keys: tuple[str, ...], by: str | None, **options: Any) -> None:
    """Go through the open proposals: each with its passage and the event that is proposed, to accept, edit or reject.

    A key is enough for an answer; where the terminal cannot tell keys, a letter and Enter. Quit at any time: what was
    decided is in the log, and the next review goes on with the rest.
    """
    from regesta.cli._flow import Flow
    from regesta.ingest.proposals import find, select
    from regesta.ingest.review import Review

    archive = session.archive
    up_to_date(archive)
    database = archive.database
    found = [find(database, key) for key in keys] if keys else list(select(database, wanted_of(options)))
    open_ones = [proposal for proposal in found if proposal.status == "open"]
    if not open_ones:
        click.echo("no open proposal is like that")
        return
    flow = Flow(Review(archive, by), open_ones, passages_of(archive), lambda: up_to_date(archive))
    try:
        flow.run()
    finally:
        left = len(open_ones) - flow.accepted - flow.rejected
        told = f"{count(flow.accepted, 'proposal')} accepted, {flow.rejected:,} rejected, {left:,} left open"
        click.echo(f"\n{told}")
