"""`regesta retract`: take an event back."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import click

from regesta.cli._appended import How, how_options
from regesta.cli._session import Session
from regesta.cli.replace import append_correction, refuse_unless_current
from regesta.events.model import RETRACTION


@click.command("retract", short_help="Take an event back.")
@click.argument("event_id", metavar="ID")
@click.option("--why", required=True, metavar="TEXT", help="Why it is taken back, in one sentence.")
@click.option("--by", metavar="NAME", help="Who takes it back.  [default: the archive's keeper]")
@how_options
@click.pass_obj
def command(session: Session, /, event_id: str, why: str, by: str | None, **options: Any) -> None:
    """Take an event back: from now on the tables leave it out.

    It stays in the log, and as of what was known earlier (--known) the tables still show it. A retraction can be
    retracted; then the event counts again. ID is the event's number, its id, or the beginning of its id.
    """
    from regesta.cli._reading import find

    how = How(**{name: options.pop(name) for name in How.__slots__})
    archive = session.archive
    found = find(archive.folder / "events", event_id)
    refuse_unless_current(found)
    event, who = found.entry.event, by or archive.config.keeper
    draft = {
        "type": RETRACTION,
        "subject": f"event/{event.id}",
        "source": f"manual:{quote(who, errors='surrogatepass')}",
        "data": {"reason": why, "summary": f"Event {event.sequence} was taken back: {why}"},
    }
    append_correction(archive, draft, "the retraction", how)
