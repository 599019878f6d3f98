"""`regesta replace`: correct an event by one that takes its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from regesta.cli._appended import How, finish, how_options
from regesta.cli._session import Session
from regesta.errors import UsageError

if TYPE_CHECKING:
    from regesta.archive import Archive
    from regesta.cli._reading import Entry, Found
    from regesta.events.model import Draft

_DESCRIBES = ("subject", "source", "date", "summary", "data", "evidence", "datetext")


@click.command("replace", short_help="Correct an event by one that takes its place.")
@click.argument("event_id", metavar="ID")
@click.option("--why", required=True, metavar="TEXT", help="Why it is corrected, in one sentence.")
@click.option("--by", metavar="NAME", help="Who corrects it.  [default: the archive's keeper]")
@click.option("--date", "--edtf", "date", metavar="DATE", help="When it happened, as far as known.")
@click.option("--undated", is_flag=True, help="It has no date.")
@click.option("--summary", help="What happened or was said, in your own words.")
@click.option("--data", multiple=True, metavar="KEY=VALUE", help="A member of the event's data. Repeatable.")
@click.option("--drop", multiple=True, metavar="KEY", help="Leave a member of the data out. Repeatable.")
@click.option(
    "--evidence", multiple=True, metavar="FILE:PASSAGE", help="A passage that supports it, in place of the old ones."
)
@click.option("--datetext", help="The date in the words of the source.")
@click.option("--subject", help="What it is about.")
@click.option("--source", metavar="URI", help="Where it comes from.")
@how_options
@click.pass_obj
def command(session: Session, /, event_id: str, why: str, by: str | None, **options: Any) -> None:
    """Correct an event: a new one takes its place, with what you give and all the rest as it was.

    The old event stays in the log. The tables follow the new one from now on; as of what was known earlier
    (--known) they still show the old one. ID is the event's number, its id, or the beginning of its id.
    """
    from regesta.cli._reading import find

    how = How(**{name: options.pop(name) for name in How.__slots__})
    archive = session.archive
    found = find(archive.folder / "events", event_id)
    refuse_unless_current(found)
    draft = _corrected(found.entry, options, archive)
    reason = f"Corrected by {by or archive.config.keeper or 'the keeper'}: {why}"
    draft["data"]["note"] = "\n".join(filter(None, (draft["data"].get("note"), reason)))
    append_correction(archive, draft, "the new event", how)


def refuse_unless_current(found: Found) -> None:
    """Raise `UsageError` for an event that counts no longer: what took its place is what there is to correct."""
    by = found.corrected_by
    if found.status != "current" and by is not None:
        raise UsageError(
            f"event {found.entry.event.sequence} was {found.status} already, by event {by.sequence}",
            remedy=f"correct event {by.sequence} instead, see `regesta show {by.sequence}`",
        )


def append_correction(archive: Archive, draft: Draft, name: str, how: How) -> None:
    """Append a correction and say so; one that is in the log already counts no longer, as its target still does."""
    result = archive.append([draft], place=lambda number: name, dry_run=how.dry_run)
    if result.known:
        message = f"{name} is in the log already, word for word, and counts no longer"
        raise UsageError(message, remedy="say why in other words")
    finish(archive, result, how)


def _corrected(entry: Entry, options: dict[str, Any], archive: Archive) -> Draft:
    """Return the draft: the old event with what the options change."""
    from regesta.cli._flags import Flags, draft_of
    from regesta.events.model import RETRACTION

    old = entry.event
    if old.type == RETRACTION:
        remedy = f"`regesta retract {old.sequence}` takes it back; then take the event back again, saying why"
        raise UsageError(f"event {old.sequence} is a retraction, which is not replaced", remedy=remedy)
    given = {name: options[name] for name in _DESCRIBES}
    if options["undated"] and options["date"]:
        raise click.UsageError("--undated and --date exclude each other")
    given["subject"], given["source"] = given["subject"] or old.subject, given["source"] or old.source
    new = draft_of(Flags(type=old.type, replaces=old.id, **given), archive)
    missing = [name for name in options["drop"] if name not in old.data]
    if missing:
        raise UsageError(f"--drop {missing[0]}: event {old.sequence} has no such member")
    kept = {name: value for name, value in old.data.items() if name not in options["drop"]}
    edtf = None if options["undated"] else new.get("edtf", old.edtf)
    draft = {**new, "edtf": edtf, "data": {**kept, **new["data"]}}
    before = {"subject": old.subject, "source": old.source, "edtf": old.edtf, "data": old.data}
    if all(draft[name] == value for name, value in before.items()):
        remedy = "give at least one of --date, --data, --summary …; `regesta retract` takes an event back"
        raise UsageError("nothing is changed", remedy=remedy)
    return {name: value for name, value in draft.items() if value is not None}
