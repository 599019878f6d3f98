"""What the commands on proposals share: the options that choose some, and tables that are up to date."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from regesta.archive import Archive
    from regesta.ingest.proposals import Passages, Wanted

_ANY: Final = "any"
_OPTIONS: Final = (
    ("--kind", "kinds", "KIND", "Only what was found as this, such as `quote`. Repeatable."),
    ("--rule", "rules", "RULE", "Only what this rule found. Repeatable."),
    ("--story", "stories", "ID", "Only of this story. Repeatable."),
    ("--document", "documents", "DIGEST", "Only of this document, by the beginning of its SHA-256. Repeatable."),
)


def choosing_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that choose proposals by what they are."""
    text = "Only with at least this confidence, 0 to 1."
    number = click.FloatRange(0, 1)
    command = click.option("--min-confidence", type=number, default=0.0, metavar="N", help=text)(command)
    for option, name, metavar, words in reversed(_OPTIONS):
        command = click.option(option, name, multiple=True, metavar=metavar, help=words)(command)
    return command


def needs_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option `--needs`."""
    text = "Only what still needs this, such as `speaker`; `any` or `none`. Repeatable."
    return click.option("--needs", multiple=True, metavar="NAME", help=text)(command)


def wanted_of(options: Mapping[str, Any], statuses: tuple[str, ...] | None = None) -> Wanted:
    """Return the conditions that the options say; ``statuses`` None means open ones."""
    from regesta.ingest.proposals import OPEN, Wanted

    names = ("kinds", "rules", "stories", "documents", "needs", "min_confidence", "limit")
    chosen = {name: options[name] for name in names if name in options}
    every = (OPEN,) if statuses is None else () if _ANY in statuses else statuses
    return Wanted(statuses=every, **chosen)


def up_to_date(archive: Archive) -> None:
    """Build the tables unless they are those of the log: a decision is made on what is known now."""
    from regesta.cli._built import built, run_build

    if not built(archive).current:
        run_build(archive)


def passages_of(archive: Archive) -> Passages:
    """Return where the passages of proposals are read from."""
    from regesta.ingest.proposals import Passages
    from regesta.ingest.store import FOLDER, Store

    return Passages(archive.database, Store(archive.folder / FOLDER, archive.config.quotes))
