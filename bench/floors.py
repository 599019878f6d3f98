"""The raw floors: the same bytes and rows, written with nothing of ours in between.

What they are compared with does all of this and more, so no figure of ours can be better than its floor. Each
floor reads its input before the clock runs.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final, TypeVar

import orjson

from bench.measure import Sample, Stopwatch

_CHUNK: Final = 5_000
_SINGLE_WRITES: Final = 300
_COLUMNS: Final = 12
_CACHE_KIB: Final = 65_536  # what the build gives itself
_TABLE: Final = """
create table events (
  sequence integer primary key, id text not null, type text not null, source text not null, subject text not null,
  edtf text, earliest text, latest text, recorded text not null, summary text, data text not null, status text not null
) strict;
create unique index events_id on events (id);
create index events_type on events (type, latest, sequence);
create index events_subject on events (subject);
"""
_Item = TypeVar("_Item")


def write_lines(folder: Path, events: int) -> Sample:
    """JSON Lines: the bytes of the log into one file, and one fsync."""
    watch, target = Stopwatch(), folder / "floor.jsonl"
    with target.open("wb", buffering=1 << 20) as file:
        for lines in _chunks(_lines(folder)):
            with watch.running():
                file.writelines(lines)
        with watch.running():
            _sync(file)
    target.unlink()
    return Sample(events, watch.seconds)


def read_lines(folder: Path, events: int) -> Sample:
    """JSON Lines: each line of the log's files parsed by orjson, nothing looked at."""
    watch = Stopwatch()
    with watch.running():
        for line in _lines(folder):
            orjson.loads(line)
    return Sample(events, watch.seconds)


def insert_rows(folder: Path, events: int) -> Sample:
    """sqlite3: executemany of the rows of `events`, its three indexes present, one transaction with its fsync."""
    watch, target = Stopwatch(), folder / "floor.db"
    source = f"{(folder / 'archive.db').as_uri()}?mode=ro"
    with closing(sqlite3.connect(source, uri=True)) as built, closing(sqlite3.connect(target)) as db:
        db.execute(f"pragma cache_size=-{_CACHE_KIB}")
        db.executescript(_TABLE)
        insert = f"insert into events values ({', '.join('?' * _COLUMNS)})"
        for rows in _chunks(built.execute("select * from events order by sequence limit ?", (events,))):
            with watch.running():
                db.executemany(insert, rows)
        with watch.running():
            db.commit()
    target.unlink()
    return Sample(events, watch.seconds)


def write_single_lines(folder: Path, events: int) -> Sample:
    """One write and one fsync for each line, on one open file; the mean of a few hundred."""
    watch, target = Stopwatch(), folder / "floor.jsonl"
    lines = list(islice(_lines(folder), _SINGLE_WRITES))
    with target.open("wb") as file, watch.running():
        for line in lines:
            file.write(line)
            _sync(file)
    target.unlink()
    return Sample(1, watch.seconds / len(lines))


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _lines(folder: Path) -> Iterator[bytes]:
    for path in sorted((folder / "events").glob("*.jsonl")):
        with path.open("rb") as file:
            yield from file


def _chunks(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    rest = iter(items)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
