"""Other writers of a log, good and bad, and copies of archives: what the tests of the log and of verify act with."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from regesta.archive import Archive
from regesta.errors import EventError
from regesta.events.log import Check, Log
from regesta.events.model import prepare
from tests.archives import log_lines, segment_paths, tree_root

LATER: Final = b"2099-01-01T00:00:00.000Z"


def copy_archive(archive: Archive, folder: Path) -> Archive:
    """Copy an archive's log and state into ``folder``; the copy shares the schema, to be quick."""
    for name in ("events", ".regesta"):
        shutil.copytree(archive.folder / name, folder / name)
    shutil.copy(archive.folder / "archive.toml", folder)
    (folder / "schema").symlink_to(archive.folder / "schema")
    copy = Archive.open(folder)
    for name in ("schema", "_admission"):
        copy.__dict__[name] = getattr(archive, name)
    return copy


def log_with_check(archive: Archive, check: Check) -> Log:
    """Return the archive's log with another check of its events."""
    return Log(archive.log.folder, archive.log.state, archive.log.origin, archive.log.types, check)


def write_segment(archive: Archive, drafts: Iterable[Mapping[str, Any]]) -> Path:
    """Write the next segment as a writer would that knows nothing of our lock; leave the checkpoint to others."""
    size, number = len(log_lines(archive)), len(segment_paths(archive)) + 1
    prepared = [prepare(draft, archive.schema.types) for draft in drafts]
    lines = [item.line(LATER, sequence) for sequence, item in enumerate(prepared, start=size + 1)]
    path = archive.folder / "events" / f"{number:06d}.jsonl"
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def intruding(archive: Archive, *batches: Iterable[Mapping[str, Any]]) -> Check:
    """Return a check that lets another writer in each time that it is asked, as long as there are batches."""
    waiting = list(batches)

    def check(_events: Sequence[Any]) -> tuple[int, EventError] | None:
        if waiting:
            write_segment(archive, waiting.pop(0))
        return None

    return check


def after_calls(count: int, original: Callable[..., Any], act: Callable[[], object]) -> Callable[..., Any]:
    """Return ``original`` that does ``act`` once, before the call that follows ``count`` calls."""
    calls = iter(range(10**6))

    def call(*arguments: Any) -> Any:
        if next(calls) == count:
            act()
        return original(*arguments)

    return call


def rewrite(archive: Archive, lines: Sequence[bytes], *, size: int | None = None) -> None:
    """Make ``lines`` the whole log, in one segment, with a checkpoint that covers them (or the first ``size``)."""
    for path in segment_paths(archive)[1:]:
        path.unlink()
    (archive.folder / "events" / "000001.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    write_checkpoint(archive, lines[:size])


def write_checkpoint(archive: Archive, lines: Sequence[bytes]) -> None:
    """Write the checkpoint that covers these lines."""
    root = base64.b64encode(tree_root(lines)).decode()
    text = f"{archive.config.origin}\n{len(lines)}\n{root}\n"
    (archive.folder / "events" / "checkpoint").write_text(text, "utf-8")


def edit_line(path: Path, number: int, old: bytes, new: bytes) -> None:
    """Replace ``old``, which has to be there once, in the n-th line (from 1) of a file."""
    lines = path.read_bytes().split(b"\n")
    assert lines[number - 1].count(old) == 1
    lines[number - 1] = lines[number - 1].replace(old, new)
    path.write_bytes(b"\n".join(lines))
