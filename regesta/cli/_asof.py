"""The options `--at`, `--known` and `--possible`, the same in every command that has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from regesta.cli._built import checkpoint_size, ready
from regesta.cli._terminal import progress

if TYPE_CHECKING:
    from regesta.archive import Archive
    from regesta.replay.asof import AsOf
    from regesta.replay.query import Value

    Question = tuple[str, Mapping[str, Value]]  # SQL and its parameters

AT = "As of the end of DATE: only what had certainly happened by then."
KNOWN = "As the log was at the end of DATE: only what was recorded by then."
POSSIBLE = "Add tables of what may have held by then, such as `responses_possible`."


def point_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that name a point on each clock."""
    command = click.option("--possible", is_flag=True, help=POSSIBLE)(command)
    command = click.option("--known", metavar="DATE", help=KNOWN)(command)
    return click.option("--at", metavar="DATE", help=AT)(command)


def point_of(archive: Archive, at: str | None, known: str | None, *, possible: bool) -> AsOf:
    """Return the point that the options name; raises `UsageError`."""
    from regesta.replay.asof import as_of

    if possible and at is None:
        raise click.UsageError("--possible goes with --at DATE: without a date nothing is only possible")
    return as_of(at, known, archive.zone)


def database_at(
    archive: Archive, at: str | None, known: str | None, *, possible: bool = False, question: Question | None = None
) -> Path:
    """Return the built database as of a point, `archive.db` itself where none is given; says so when it lags behind.

    ``question`` is what it is for: of a large archive only what that reads is replayed.
    """
    from regesta.replay.query import tables_read

    point = point_of(archive, at, known, possible=possible)  # a wrong date is told before anything is built
    ready(archive)
    if at is None and known is None:
        return archive.database
    tables = tables_read(archive.database, *question) if question and not possible else None
    with progress("replaying", checkpoint_size(archive)) as advance:
        return archive.replays(advance).get(point, possible=possible, tables=tables)
