"""`regesta status`: what the archive holds, whether its tables are up to date, and what needs attention."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from regesta.cli._session import Session
from regesta.cli._terminal import Field, count, print_fields, print_json, safe

if TYPE_CHECKING:
    from regesta.archive import Archive
    from regesta.cli._built import Built
    from regesta.cli._dangling import Dangling
    from regesta.events.checkpoint import Checkpoint

_TYPE: Final = b'"type":"'  # `type` is the last member of a canonical line


@dataclass(slots=True)
class _Log:
    """The log as it lies on disk."""

    events: int = 0
    segments: int = 0
    size_bytes: int = 0
    recorded_until: str | None = None
    types: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class _Status:
    log: _Log
    checkpoint: Checkpoint | None
    built: Built
    rows: dict[str, int]
    dangling: list[Dangling]
    leftovers: list[str]

    @property
    def warnings(self) -> list[str]:
        """What needs attention, in words."""
        covered = self.checkpoint.size if self.checkpoint else 0
        found = [f"{name} was left by an append that was killed; the next one removes it" for name in self.leftovers]
        if self.log.events > covered:
            beyond = count(self.log.events - covered, "event")
            found.append(f"{beyond} not covered by the checkpoint yet; the next append covers them")
        if self.log.events < covered:
            found.append(f"the checkpoint covers {count(covered, 'event')}, more than there are; run `regesta verify`")
        for item in self.dangling:
            where = f"{item.table}.{item.column} is {item.value!r}"
            found.append(f"{where} (event {item.event}), but {item.target} has no such row")
        return found


@click.command("status", short_help="Say what there is and what needs attention.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def command(session: Session, as_json: bool) -> None:
    """Say what the archive holds, whether archive.db is up to date, and what needs attention.

    Nothing is locked, created or changed. The log is counted, not checked: that is `regesta verify`.
    """
    archive = session.archive
    status = _status(archive)
    if as_json:
        print_json(_as_json(archive, status))
        return
    print_fields(archive.config.title, _overview(archive, status))
    if status.log.types:
        print_fields("events by type", _counts(dict(status.log.types.most_common())))
    if status.rows:
        print_fields("rows by table", _counts(status.rows))
    if status.warnings:
        click.echo("needs attention")
        for text in status.warnings:
            click.echo(f"  {safe(text)}")


def _status(archive: Archive) -> _Status:
    from regesta import durable
    from regesta.cli._built import built
    from regesta.cli._dangling import dangling, row_counts
    from regesta.events.checkpoint import CHECKPOINT, read_checkpoint

    state, folder = built(archive), archive.folder / "events"
    readable = state.exists and state.size > 0
    return _Status(
        _count_log(folder),
        read_checkpoint(folder / CHECKPOINT),
        state,
        row_counts(archive.database) if readable else {},
        dangling(archive.database) if readable else [],
        [path.name for path in durable.leftovers(folder)] if folder.is_dir() else [],
    )


def _count_log(folder: Path) -> _Log:
    """Count events by type from the ends of the lines; reading each event whole would take five times as long."""
    from regesta.cli._reading import entry_of
    from regesta.events.segment import check_file, read_lines, segments

    log, path, line = _Log(), folder, b""
    for path in segments(folder):
        types: Counter[bytes] = Counter()
        for line in read_lines(path):
            types[line[line.rfind(_TYPE) + len(_TYPE) : -2]] += 1
        log.types.update({name.decode("utf-8", "replace"): number for name, number in types.items()})
        log.events, log.segments = log.events + types.total(), log.segments + 1
        log.size_bytes += check_file(path)
    log.recorded_until = entry_of(line, str(path)).event.recorded if line else None
    return log


def _overview(archive: Archive, status: _Status) -> list[Field]:
    from regesta.schema.dates import describe

    log, checkpoint, config = status.log, status.checkpoint, archive.config
    size = f"{count(log.events, 'event')} in {count(log.segments, 'segment')}, {_size(log.size_bytes)}"
    root = (
        f"{count(checkpoint.size, 'event')}, root {b64encode(checkpoint.root).decode()}" if checkpoint else "none yet"
    )
    fields = [
        ("keeper", config.keeper),
        ("licence", config.license),
        ("folder", str(archive.folder)),
        ("time zone", config.zone),
        ("log", size),
        ("recorded", f"until {describe(log.recorded_until)}" if log.recorded_until else "nothing yet"),
        ("checkpoint", root),
        ("tables", _tables(status)),
    ]
    return [(name, text) for name, text in fields if text]


def _tables(status: _Status) -> str:
    state = status.built
    if state.current:
        return f"archive.db is up to date ({count(state.size, 'event')})"
    behind = f" ({state.size:,} of {status.log.events:,} events)" if state.size else ""
    return f"{state.stale}{behind}; run `regesta build`"


def _counts(counts: dict[str, int]) -> list[Field]:
    width = max(len(f"{number:,}") for number in counts.values())
    return [(name, f"{number:{width},}") for name, number in counts.items()]


def _size(size_bytes: int) -> str:
    """Return '218 KiB'; whole units, since this is for a first look."""
    if size_bytes < 1024:
        return count(size_bytes, "byte")
    units = ((1024**3, "GiB"), (1024**2, "MiB"), (1024, "KiB"))
    unit, name = next((unit, name) for unit, name in units if size_bytes >= unit)
    return f"{size_bytes / unit:.0f} {name}"


def _as_json(archive: Archive, status: _Status) -> dict[str, Any]:
    checkpoint = status.checkpoint
    return {
        "title": archive.config.title,
        "keeper": archive.config.keeper,
        "folder": str(archive.folder),
        "events": status.log.events,
        "segments": status.log.segments,
        "bytes": status.log.size_bytes,
        "recorded_until": status.log.recorded_until,
        "checkpoint": {"size": checkpoint.size, "root": b64encode(checkpoint.root).decode()} if checkpoint else None,
        "tables": {**asdict(status.built), "current": status.built.current},
        "types": dict(status.log.types.most_common()),
        "rows": status.rows,
        "dangling": [asdict(item) for item in status.dangling],
        "leftovers": status.leftovers,
        "warnings": status.warnings,
    }
