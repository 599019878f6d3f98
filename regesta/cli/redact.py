"""`regesta redact`: take words out of an event that is in the log."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from regesta.cli._session import Session
from regesta.cli._terminal import count, notice, print_json, safe
from regesta.errors import UsageError

if TYPE_CHECKING:
    from regesta.archive import Archive
    from regesta.events.redaction import Redacted, Request

_LISTED: Final = 10  # places where the same words still stand


@click.command("redact", short_help="Take words out of an event, for good.")
@click.argument("event_id", metavar="[ID]", required=False)
@click.option("--fields", metavar="NAMES", help="Members to take out, separated by commas: summary,note.")
@click.option("--why", metavar="TEXT", help="Why, in one sentence; it is public, so it must not repeat the words.")
@click.option("--by", metavar="NAME", help="Who takes them out.  [default: the archive's keeper]")
@click.option("--dry-run", is_flag=True, help="Check everything and say what would be done; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def command(session: Session, /, event_id: str | None, **options: Any) -> None:
    """Take members out of an event in the log, in its tables, replays and search, and say so in the log.

    This is for what must not be there at all, such as personal data; what is merely wrong is corrected by `replace`
    or `retract`, which keep history. A field is a member of the event's data (note), one within it
    (event.data.quote), data for all of it, or subject, source or edtf. What stays of the event stands in its place
    with the fingerprint of the original line, so that the log's root and all checkpoints stay good. If what stays no
    longer fits the tables, the event no longer counts.

    Copies that were made before still have the words: backups, version control, sites that were published, files
    that visitors took. They are not reached. And who guesses the words can check the guess against the event's
    id and fingerprint, which are made from them.

    It cannot be undone: try --dry-run first. Without ID, a redaction that was interrupted is finished.
    """
    from regesta.events.redaction import redact
    from regesta.replay.build import forget

    archive, dry_run = session.archive, options["dry_run"]
    done = redact(archive.log, _request(archive, event_id, options), dry_run=dry_run)
    if (event_id or done.finished) and not dry_run:
        forget(archive)
    places = elsewhere(archive, done.removed)
    if options["as_json"]:
        print_json(_as_json(done, places, dry_run))
    else:
        _print(done, places, dry_run)


def _request(archive: Archive, event_id: str | None, options: dict[str, Any]) -> Request | None:
    from regesta.cli._reading import find
    from regesta.events.redaction import Request

    fields, why, by = options["fields"], options["why"], options["by"]
    if not event_id:
        if fields or why or by or options["dry_run"]:
            raise UsageError("say from which event: `regesta redact ID --fields … --why …`")
        return None
    names = tuple(dict.fromkeys(filter(None, map(str.strip, (fields or "").split(",")))))
    if not names or not why:
        raise UsageError("say what to take out (--fields) and why (--why)")
    event = find(archive.folder / "events", event_id).entry.event
    return Request(event.id, names, why, by or archive.config.keeper or "the keeper")


def elsewhere(archive: Archive, texts: list[str]) -> list[str]:
    """Return the places in the archive's folder where one of the texts still stands, as file:line."""
    from regesta.events.codec import encode
    from regesta.events.redaction import SHORT_CHARS

    # As they stand in a line of JSON, and as they stand in a text.
    wanted = {form for text in texts if len(text) >= SHORT_CHARS for form in (encode(text)[1:-1], text.encode())}
    found = []
    for path in sorted(archive.folder.rglob("*")):
        inside = path.relative_to(archive.folder).parts
        if wanted and path.is_file() and not path.is_symlink() and not inside[0].startswith(".") and _is_text(path):
            with path.open("rb") as file:
                for number, line in enumerate(file, start=1):
                    if any(text in line for text in wanted):
                        found.append(f"{Path(*inside)}:{number}")
    return found


def _is_text(path: Path) -> bool:
    return not path.name.endswith((".db", ".db-wal", ".db-shm", ".db-journal"))


def _as_json(done: Redacted, places: list[str], dry_run: bool) -> dict[str, object]:
    return {
        "dry_run": dry_run,
        "redaction": done.result.last or None,
        "counts": not done.misfit if done.result.last else None,
        "misfit": done.misfit or None,
        "finished": done.finished,
        "elsewhere": places,
        "notices": done.result.notices,
    }


def _print(done: Redacted, places: list[str], dry_run: bool) -> None:
    for text in done.result.notices:
        notice(text)
    for event_id in done.finished:
        click.echo(f"finished the redaction of {event_id}")
    if done.result.appended:
        click.echo(f"{'would be ' if dry_run else ''}taken out; event {done.result.last} says so")
    elif done.result.known:
        click.echo("taken out already")
    elif not done.finished:
        click.echo("no redaction was left unfinished")
    if done.misfit:
        click.echo(f"what is left no longer fits the tables, so the event no longer counts: {safe(done.misfit)}")
    if places:
        click.echo(f"the same words {'' if dry_run else 'still '}stand in {count(len(places), 'other line')}:")
        for place in places[:_LISTED]:
            click.echo(f"  {place}")
        if len(places) > _LISTED:
            click.echo(f"  … and {len(places) - _LISTED:,} more")
    if dry_run:
        click.echo("nothing was written")
    elif done.result.appended:
        click.echo("copies made before (backups, version control, published sites) still have them")
