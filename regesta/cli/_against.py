"""What `regesta verify --against COPY` does and says: two logs compared, and ours repaired if that is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from regesta.cli._terminal import count, print_fields, safe

if TYPE_CHECKING:
    from regesta.archive import Archive
    from regesta.events.checkpoint import Checkpoint
    from regesta.events.compare import Comparison, Difference

_WORDS = {
    "missing": "is in the copy, not here",
    "extra": "is here, not in the copy",
    "changed": "differs in the copy",
    "moved": "stands elsewhere in the copy, as do events behind it",
    "redacted": "is redacted, in one of the two only, or otherwise",
}


def against(archive: Archive, copy: Path, *, repair: bool, pinned: Checkpoint | None) -> tuple[Comparison, Path | None]:
    """Compare the log with a copy, having repaired it first if asked; return also where the damaged files are kept."""
    from regesta.events import compare
    from regesta.replay.build import forget

    folder = compare.events_folder(copy)
    kept = compare.repair(archive.log, folder, pinned) if repair else None
    if kept:
        forget(archive)
    return compare.compare(archive.log.folder, folder), kept


def as_json(found: Comparison, kept: Path | None) -> dict[str, object]:
    """Return the comparison for --json."""
    return {
        "same": found.same,
        "events": found.there,
        "counts": dict(found.counts),
        "differences": [item._asdict() for item in found.differences],
        "unreadable": found.unreadable,
        "kept": str(kept) if kept else None,
    }


def show(found: Comparison, kept: Path | None) -> None:
    """Print the comparison."""
    if kept:
        click.echo(f"repaired from the copy; the damaged files are kept in {kept}")
    for text in found.unreadable:
        click.echo(safe(text))
    for item in found.differences:
        click.echo(safe(_line(item)))
    if found.same and not found.counts:
        click.echo(f"the copy has the same {count(found.there, 'event')}")
        return
    listed = len(found.differences)
    print_fields("against the copy", [(name, f"{number:,}") for name, number in sorted(found.counts.items())])
    if listed < found.counts.total():
        click.echo(f"the first {listed:,} are listed")
    if not found.same:
        click.echo("the copies differ")


def _line(item: Difference) -> str:
    place = item.here or item.there or ""
    other = f" ({item.there})" if item.here and item.there else ""
    return f"{place}: event {item.id or 'that cannot be read'} {_WORDS[item.kind]}{other}"
