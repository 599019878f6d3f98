"""Ways to tamper with a log, and the log that is tampered with: nine events in three segments, two of them corrections.

Segment 1 has events 1 to 3, segment 2 has 4 to 6 (5 replaces 1), segment 3 has 7 to 9 (7 retracts 4, 8 replaces 6).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
import rfc8785

from regesta.archive import Archive
from regesta.events import log as log_module
from regesta.events.model import prepare
from regesta.events.verify import verify
from tests.archives import answer, derived_id, drafts, letter, listing, log_lines, make_archive, retraction
from tests.events.writers import edit_line, rewrite

Change = Callable[[Archive], object]

ID: Final = {number: derived_id(letter(number)) for number in (1, 4, 6, 7, 8)}
SECOND: Final = derived_id(answer(2))
SECOND_AGAIN: Final = answer(2) | {"id": SECOND}
BACK: Final = derived_id(retraction(ID[4]))
REPLACING: Final = derived_id(letter(5))


def nine_events(folder: Path) -> Archive:
    """Make the archive in ``folder``; its segments were recorded on the first three days of July 2017."""
    archive = make_archive(folder)
    clock = (f"2017-07-{day:02d}T00:00:00.000Z" for day in range(1, 4))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(log_module, "_now", lambda: next(clock))
        archive.append(drafts(3))
        archive.append([letter(4), letter(5, replaces=ID[1]), letter(6)])
        archive.append([retraction(ID[4]), letter(7, replaces=ID[6]), letter(8)])
    return archive


def segment(archive: Archive, number: int) -> Path:
    return archive.folder / "events" / f"{number:06d}.jsonl"


def faults(archive: Archive) -> list[str]:
    """Return the faults, with places below `events/` and without what says more than the reason."""
    return [str(fault).removeprefix(f"{archive.folder}/events/") for fault in verify(archive).faults]


def edit(number: int, line: int, old: bytes, new: bytes) -> Change:
    return lambda archive: edit_line(segment(archive, number), line, old, new)


def reorder(number: int, *order: int) -> Change:
    """Write the lines of a segment again in this order; a line may be left out or come twice."""

    def change(archive: Archive) -> None:
        path = segment(archive, number)
        lines = path.read_bytes().split(b"\n")
        path.write_bytes(b"".join(lines[line - 1] + b"\n" for line in order))

    return change


def bytes_of(number: int, change: Callable[[bytes], bytes]) -> Change:
    """Write a segment again, its bytes changed."""
    return lambda archive: segment(archive, number).write_bytes(change(segment(archive, number).read_bytes()))


def from_another_log(number: int, line: int, sequence: int) -> Change:
    """Put a line that is sound, but of another log, in the place of a line (or behind the last one)."""

    def change(archive: Archive) -> None:
        content = prepare(listing(12), archive.schema.types)
        path = segment(archive, number)
        lines = path.read_bytes().split(b"\n")[:-1]
        lines[line - 1 : line] = [content.line(b"2017-07-03T00:00:00.000Z", sequence)]
        path.write_bytes(b"".join(item + b"\n" for item in lines))

    return change


def renumbered_without(*numbers: int) -> Change:
    """Drop events, and give those behind them the numbers and the segments that hide it; the checkpoint stays."""

    def change(archive: Archive) -> None:
        kept = [line for number, line in enumerate(log_lines(archive), start=1) if number not in numbers]
        lines = [re.sub(rb'("sequence":")\d+', rb"\g<1>%012d" % n, line) for n, line in enumerate(kept, start=1)]
        for number in (1, 2, 3):
            segment(archive, number).unlink()
        for number, first in enumerate(range(0, len(lines), 3), start=1):
            segment(archive, number).write_bytes(b"".join(line + b"\n" for line in lines[first : first + 3]))

    return change


def swap_segments(archive: Archive) -> None:
    first, second = segment(archive, 1).read_bytes(), segment(archive, 2).read_bytes()
    segment(archive, 1).write_bytes(second)
    segment(archive, 2).write_bytes(first)


def forged(*changes: Callable[[list[dict[str, Any]]], object]) -> Change:
    """Write the log again as somebody would who can compute everything: ids, canonical lines, root."""

    def change(archive: Archive) -> None:
        events = [json.loads(line) for line in log_lines(archive)]
        for item in changes:
            item(events)
        rewrite(archive, [rfc8785.dumps(event) for event in events])

    return change


def forged_line(number: int, old: bytes, new: bytes) -> Change:
    """Change one line and write the checkpoint that fits."""

    def change(archive: Archive) -> None:
        lines = log_lines(archive)
        assert old in lines[number - 1]
        rewrite(archive, [*lines[: number - 1], lines[number - 1].replace(old, new), *lines[number:]])

    return change


def set_members(number: int, **members: Any) -> Callable[[list[dict[str, Any]]], object]:
    return lambda events: events[number - 1].update(members)


def checkpoint(old: str, new: str) -> Change:
    def change(archive: Archive) -> None:
        path = archive.folder / "events" / "checkpoint"
        text = path.read_text("utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), "utf-8")

    return change


def put(name: str, data: bytes = b"") -> Change:
    return lambda archive: (archive.folder / "events" / name).write_bytes(data)


def remove(name: str) -> Change:
    return lambda archive: (archive.folder / "events" / name).unlink()


def link(name: str, target: str) -> Change:
    def change(archive: Archive) -> None:
        (archive.folder / "events" / name).unlink(missing_ok=True)
        (archive.folder / "events" / name).symlink_to(target)

    return change


def folder(name: str) -> Change:
    def change(archive: Archive) -> None:
        (archive.folder / "events" / name).unlink(missing_ok=True)
        (archive.folder / "events" / name).mkdir()

    return change


def pipe(name: str) -> Change:
    def change(archive: Archive) -> None:
        (archive.folder / "events" / name).unlink(missing_ok=True)
        os.mkfifo(archive.folder / "events" / name)

    return change
