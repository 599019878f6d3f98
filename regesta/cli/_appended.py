"""What every command that appends says afterwards, the tables that it builds, and the options for both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import click

from regesta.cli._terminal import count, notice, one_line, print_json

if TYPE_CHECKING:
    from regesta.archive import Archive
    from regesta.cli._reading import Entry
    from regesta.events.log import AppendResult
    from regesta.replay.build import BuildResult

_LISTED: Final = 20  # new events whose ids are printed


@dataclass(frozen=True, slots=True)
class How:
    """The options of an append that do not describe events."""

    dry_run: bool
    build: bool | None
    as_json: bool


def how_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of `How`."""
    command = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")(command)
    text = "Build the tables afterwards.  [default: if archive.db exists]"
    command = click.option("--build/--no-build", default=None, help=text)(command)
    return click.option("--dry-run", is_flag=True, help="Check everything, append nothing.")(command)


def finish(archive: Archive, result: AppendResult, how: How, told: Mapping[str, Any] | None = None) -> None:
    """Say what was appended, then build; what is said stays true when the build fails.

    ``told`` is what the command has to tell of itself, for --json.
    """
    from regesta.cli._built import run_build
    from regesta.cli._reading import since

    for text in result.notices:
        notice(text)
    shown = min(result.appended, _LISTED) if not how.dry_run else 0
    new = since(archive.folder / "events", result.first, shown) if shown else []
    if not how.as_json:
        if told is None and not result.appended and not result.known:
            click.echo("there was no event in the input")
        _print(result, new, how.dry_run)
    wanted = result.appended > 0 and archive.database.is_file() if how.build is None else how.build
    built = None
    try:
        built = run_build(archive) if wanted and not how.dry_run else None
    finally:
        if how.as_json:
            print_json({**(told or {}), **_as_json(result, new, how.dry_run, built)})
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
