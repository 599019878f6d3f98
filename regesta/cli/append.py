"""`regesta append`: put events into the log, one or many, all or none."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import click

from regesta.cli._complete import complete_type
from regesta.cli._session import Session
from regesta.cli._terminal import count, notice, on_terminal, one_line, print_json, progress

if TYPE_CHECKING:
    from regesta.archive import Archive
    from regesta.cli._flags import Flags
    from regesta.cli._reading import Entry
    from regesta.events.log import AppendResult, Place
    from regesta.events.model import Draft
    from regesta.replay.build import BuildResult

_LISTED: Final = 20  # new events whose ids are printed
_STEP: Final = 500  # events between two movements of the progress bar


@dataclass(frozen=True, slots=True)
class _How:
    """The options that do not describe an event."""

    form: str | None
    expected_size: int | None
    dry_run: bool
    build: bool | None
    as_json: bool


@click.command("append", short_help="Put events into the log, one or many, all or none.")
@click.argument("files", nargs=-1, metavar="[FILE|-]...", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--type", metavar="TYPE", shell_complete=complete_type, help="Type of one event, such as `letter.sent`.")
@click.option("--subject", help="What it is about, such as `state/KY`.")
@click.option(
    "--source", metavar="URI", help="Where it comes from: a URL, `urn:sha256:…` of a document.  [default: `manual:`]"
)
@click.option(
    "--date", "--edtf", "date", metavar="DATE", help="When, as far as known: `30 June 2017`, `2017-06-28/2017-07-05`."
)
@click.option("--summary", help="What happened or was said, in your own words.")
@click.option("--data", multiple=True, metavar="KEY=VALUE", help="A member of the event's data. Repeatable.")
@click.option(
    "--evidence", multiple=True, metavar="FILE:PASSAGE",
    help="A passage of a document that supports it: START-END in characters, or the words themselves. Repeatable.",
)  # fmt: skip
@click.option("--datetext", help="The date in the words of the source.")
@click.option("--note", help="What the editors want to say about it.")
@click.option("--replaces", metavar="ID", help="The event that this one corrects: id, beginning of it, or number.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "jsonl", "yaml"]),
    help="Format of the input, where its name or beginning does not tell.",
)
@click.option("--expected-size", type=click.IntRange(min=0), metavar="N", help="Append only if the log has N events.")
@click.option("--dry-run", is_flag=True, help="Check everything, append nothing.")
@click.option("--build/--no-build", default=None, help="Build the tables afterwards.  [default: if archive.db exists]")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def command(session: Session, /, files: tuple[str, ...], **options: Any) -> None:
    """Append events to the log: the one that the options describe, or those in FILEs or on standard input.

    Input is JSON (an object or a list), JSON Lines, or YAML; `-` is standard input. All events are checked first;
    if one is refused, none is appended. An event that is in the log already is not appended again.
    """
    from regesta.cli._flags import Flags

    how = _How(**{name: options.pop(name) for name in _How.__slots__})
    archive, flags = session.archive, Flags(**options)
    drafts, place = _described(flags, files, archive) if flags else _handed_in(files, how.form)
    with progress("reading") as advance:
        result = archive.append(
            _counted(drafts, advance), expected_size=how.expected_size, place=place, dry_run=how.dry_run
        )
    _finish(archive, result, how)


def _described(flags: Flags, files: tuple[str, ...], archive: Archive) -> tuple[Iterable[Draft], Place]:
    from regesta.cli._flags import draft_of

    if files:
        raise click.UsageError("either options describe one event or files hold events, not both")
    return [draft_of(flags, archive)], lambda number: "the new event"


def _handed_in(files: tuple[str, ...], form: str | None) -> tuple[Iterable[Draft], Place]:
    from regesta.cli._drafts import STANDARD_INPUT, Drafts

    if not files and on_terminal(sys.stdin):
        raise click.UsageError("nothing to append: describe an event with --type and --subject, name a file, or use -")
    drafts = Drafts(files or (STANDARD_INPUT,), form)
    return drafts, drafts.place


def _counted(drafts: Iterable[Draft], advance: Callable[[int], None]) -> Iterator[Draft]:
    for number, draft in enumerate(drafts, start=1):
        if number % _STEP == 0:
            advance(_STEP)
        yield draft


def _finish(archive: Archive, result: AppendResult, how: _How) -> None:
    """Say what was appended, then build; what is said stays true when the build fails."""
    from regesta.cli._built import run_build
    from regesta.cli._reading import since

    for text in result.notices:
        notice(text)
    shown = min(result.appended, _LISTED) if not how.dry_run else 0
    new = since(archive.folder / "events", result.first, shown) if shown else []
    if not how.as_json:
        _print(result, new, how.dry_run)
    wanted = result.appended > 0 and archive.database.is_file() if how.build is None else how.build
    built = None
    try:
        built = run_build(archive) if wanted and not how.dry_run else None
    finally:
        if how.as_json:
            print_json(_as_json(result, new, how.dry_run, built))
    if built and not how.as_json:
        click.echo(f"built {archive.database.name}: {count(built.events, 'event')}")


def _print(result: AppendResult, new: list[Entry], dry_run: bool) -> None:
    verb = "would append" if dry_run else "appended"
    if result.appended:
        numbers = f"number {result.first}" if result.appended == 1 else f"numbers {result.first} to {result.last}"
        click.echo(f"{verb} {count(result.appended, 'event')}, {numbers}")
    if result.known:
        was = "is" if result.known == 1 else "are"
        click.echo(f"{count(result.known, 'event')} {was} in the log already, not appended again")
    if not result.appended and not result.known:
        click.echo("there was no event in the input")
    for entry in new:
        event = entry.event
        click.echo(f"  {event.sequence}  {event.id}  {one_line(event.type)}  {one_line(event.subject)}")
    if result.appended > len(new) > 0:
        click.echo(f"  … and {result.appended - len(new):,} more")
    if dry_run:
        click.echo("nothing was written")


def _as_json(result: AppendResult, new: list[Entry], dry_run: bool, built: BuildResult | None) -> dict[str, Any]:
    return {
        "appended": result.appended,
        "first": result.first or None,
        "last": result.last or None,
        "known": result.known,
        "dry_run": dry_run,
        "events": [{"sequence": entry.event.sequence, "id": entry.event.id} for entry in new],
        "notices": result.notices,
        "built": {"events": built.events, "new": built.new, "full": built.full} if built else None,
    }
