"""What is measured: one function a row, in the order in which they run, for each sees what the one before left.

`python -m bench.work NAME FOLDER EVENTS` does one of them, in the child that `bench.measure` starts.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path
from typing import Final

from bench import floors, intake, pages, proofs, travel
from bench.measure import Row, Sample, Stopwatch, report_from_child, seconds_to_consume
from bench.story import create_archive, drafts
from regesta.archive import Archive
from regesta.events.verify import verify
from regesta.replay.build import build

_SINGLE_APPENDS: Final = 300
_INCREMENTAL_BUILDS: Final = 3


def append_in_bulk(folder: Path, events: int) -> Sample:
    """Make the archive and append all but its first event in one call."""
    archive = create_archive(folder)
    generator_s = seconds_to_consume(drafts(1, events - 1))
    watch = Stopwatch()
    with watch.running():
        archive.append(drafts(1, events - 1))
    return Sample(events - 1, watch.seconds - generator_s, generator_s)


def append_to_empty(folder: Path, events: int) -> Sample:
    """Append one event a call, to a log of its own that is empty at first."""
    return _append_singly(create_archive(folder.with_name("empty")), events)


def append_to_full(folder: Path, events: int) -> Sample:
    """Append one event a call, to the whole log."""
    return _append_singly(Archive.open(folder), events)


def read_log(folder: Path, events: int) -> Sample:
    """Read every event of the log."""
    archive, watch = _loaded(folder), Stopwatch()
    with watch.running():
        count = sum(1 for _ in archive.log.events())
    _expect(count, events)
    return Sample(events, watch.seconds)


def verify_log(folder: Path, events: int) -> Sample:
    """Verify the whole log."""
    archive, watch = _loaded(folder), Stopwatch()
    with watch.running():
        report = verify(archive)
    _expect((report.events, report.faults), (events, []))
    return Sample(events, watch.seconds)


def build_in_full(folder: Path, events: int) -> Sample:
    """Build the tables from the whole log into a new file: history, indexes and full text included."""
    archive, watch = _loaded(folder), Stopwatch()
    with watch.running():
        result = build(archive)
    _expect((result.events, result.full), (events, True))
    return Sample(events, watch.seconds)


def build_one(folder: Path, events: int) -> Sample:
    """Add one new event to the built tables."""
    return _build_incrementally(folder, 1)


def build_thousand(folder: Path, events: int) -> Sample:
    """Add a thousand new events to the built tables."""
    return _build_incrementally(folder, 1_000)


# A floor is named by the letter that the ratios of the report refer to.
ROWS: Final = {
    "append": Row("append in bulk", append_in_bulk, "A"),
    "A": Row("floor A: write the lines, one fsync", floors.write_lines),
    "append-empty": Row("append one by one, empty log", append_to_empty, "B"),
    "B": Row("floor B: write and fsync one line", floors.write_single_lines),
    "read": Row("read the log", read_log, "C"),
    "verify": Row("verify", verify_log, "C"),
    "C": Row("floor C: parse the lines", floors.read_lines),
    "build": Row("full build", build_in_full, "D"),
    "D": Row("floor D: sqlite3 executemany", floors.insert_rows),
    "build-1": Row("incremental build, 1 event", build_one, "B"),
    "build-1000": Row("incremental build, 1,000 events", build_thousand, "D"),
    **proofs.ROWS,
    **travel.ROWS,
    **intake.ROWS,
    **pages.ROWS,
    "append-full": Row("append one by one, full log", append_to_full, "B"),
}


def _append_singly(archive: Archive, events: int) -> Sample:
    """Return the mean of a few hundred appends, each a call of its own."""
    first = archive.log.size()
    archive.append(drafts(first, 1))  # not counted: the schema and its checks are made
    singles = list(drafts(first + 1, min(_SINGLE_APPENDS, events // 10)))
    watch = Stopwatch()
    with watch.running():
        for single in singles:
            archive.append([single])
    return Sample(1, watch.seconds / len(singles))


def _build_incrementally(folder: Path, count: int) -> Sample:
    """Return the median of a few builds, each after ``count`` more events."""
    archive, seconds = _loaded(folder), list[float]()
    for _ in range(_INCREMENTAL_BUILDS):
        archive.append(drafts(archive.log.size(), count))
        watch = Stopwatch()
        with watch.running():
            result = build(archive)
        _expect((result.new, result.full), (count, False))
        seconds.append(watch.seconds)
    return Sample(count, statistics.median(seconds))


def _loaded(folder: Path) -> Archive:
    archive = Archive.open(folder)
    archive.schema  # noqa: B018 (loaded on first use, which is not what is measured)
    return archive


def _expect(found: object, expected: object) -> None:
    if found != expected:
        raise SystemExit(f"not what should be measured: {found}, expected {expected}")


if __name__ == "__main__":
    report_from_child(ROWS[sys.argv[1]].work, Path(sys.argv[2]), int(sys.argv[3]))
