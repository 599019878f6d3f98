"""`regesta redact`: take words out of an event that is in the log."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
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
_SHORT_CHARS: Final = 6  # a shorter text stands everywhere


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
    request, own = _request(archive, event_id, options)
    done = redact(archive.log, request, dry_run=dry_run)
    if not dry_run:
        forget(archive)  # also where the redaction is done already: a process that died may have left this out
    places = elsewhere(archive, done.removed, own)
    if options["as_json"]:
        print_json(_as_json(done, places, dry_run))
    else:
        _print(done, places, dry_run)


def _request(archive: Archive, event_id: str | None, options: dict[str, Any]) -> tuple[Request | None, str]:
    """Return what is asked for, None for nothing but to finish; and the place of the event's line in the archive."""
    from regesta.cli._reading import find
    from regesta.events.redaction import Request

    fields, why, by = options["fields"], options["why"], options["by"]
    if not event_id:
        if fields or why or by or options["dry_run"]:
            raise UsageError("say from which event: `regesta redact ID --fields … --why …`")
        return None, ""
    names = tuple(dict.fromkeys(filter(None, map(str.strip, (fields or "").split(",")))))
    if not names:
        raise UsageError("say what to take out: --fields", remedy=f"`regesta show {event_id}` says what there is")
    if not why:
        raise UsageError("say why: --why")
    entry = find(archive.folder / "events", event_id).entry
    own = str(Path(entry.where).relative_to(archive.folder))
    return Request(entry.event.id, names, why, by or archive.config.keeper or "the keeper"), own


def elsewhere(archive: Archive, texts: list[str], own: str = "") -> list[str]:
    """Return the places in the archive's folder where one of the texts still stands, as file:line, the longest first.

    Looks into all files but those that are made anew (`archive.db`), version control and other hidden folders; into
    proofs, which have an event in base64; and into what repairs kept. ``own`` is a place that does not count.
    """
    wanted = sorted({text for text in texts if len(text) >= _SHORT_CHARS}, key=len, reverse=True)
    found: dict[str, int] = {}
    for path in sorted(archive.folder.rglob("*")) if wanted else ():
        inside = path.relative_to(archive.folder)
        if path.is_file() and not path.is_symlink() and _is_asked(archive, inside):
            for line, rank in _lines_with(path.read_bytes(), wanted):
                found.setdefault(f"{inside}:{line}", rank)
    found.pop(own, None)
    return sorted(found, key=lambda place: (found[place], not place.startswith("events/")))


def _is_asked(archive: Archive, inside: Path) -> bool:
    hidden = inside.parts[0].startswith(".") and inside.parts[:2] != (".regesta", "damaged")
    return not hidden and not inside.name.startswith(archive.database.name)


def _lines_with(data: bytes, wanted: list[str]) -> Iterator[tuple[int, int]]:
    """Yield (line, how many of the wanted texts are longer) for each line where a text begins."""
    from regesta.events.codec import encode

    proof = re.match(rb"c2sp\.org/tlog-proof@v1\nextra ([A-Za-z0-9+/=]+)\n", data)
    if proof:
        with suppress(ValueError):  # no base64 after all
            data = data[: proof.start(1)] + b64decode(proof[1]) + data[proof.end(1) :]
    for rank, text in enumerate(wanted):
        for form in {text.encode(), encode(text)[1:-1]}:  # as it stands in a text, and in a line of JSON
            at = data.find(form)
            while at >= 0:
                yield data.count(b"\n", 0, at) + 1, rank
                at = data.find(form, (data.find(b"\n", at) + 1) or len(data))


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
        done_so = f"would be taken out; event {done.result.last} would say so"
        click.echo(done_so if dry_run else f"taken out; event {done.result.last} says so")
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
