"""What is printed: the machine, one table for each number of events, peak memory side by side; and the JSON file."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.table import Table

from bench.measure import Sample
from bench.work import ROWS

Samples = Mapping[str, Sample]  # by the name of the row

_TIMES: Final = 2  # from here on a ratio is printed as so many times, not as a percentage
_FLOORS: Final = (
    "The floors, of the same run and without our code: A the same lines into one file, then one fsync; B one line and "
    "its fsync at a time, on an open file; C the same lines parsed by orjson; D the same rows of `events` into SQLite "
    "by executemany, three indexes present, in one transaction; K, W, T the same question to the log itself by a "
    "window query over typed columns, for one key, as counts, as rows; P a page of Datasette's own."
)


def machine() -> dict[str, Any]:
    """Return when and on what it is measured; never the name of a host."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "cpu": _cpu(),
        "cores": os.cpu_count(),
    }


def print_machine(console: Console) -> None:
    """Print what every figure below belongs to."""
    console.print("{date}, Python {python}, SQLite {sqlite}, {cpu}, {cores} cores\n".format(**machine()))


def print_table(console: Console, events: int, samples: Samples, rounds: int) -> None:
    """Print the table of one number of events."""
    how = f"best of {rounds}" if rounds > 1 else "one run"
    table = _table(f"{events:,} events, {how}", "events/s", "time", "of floor", "peak MB", "page kB")
    for name, row in ROWS.items():
        sample = samples[name]
        ratio = f"{_percent(sample.rate / samples[row.floor].rate)} {row.floor}" if row.floor else ""
        page = f"{sample.page_kb:.0f}" if sample.page_kb else ""
        cells = f"{sample.rate:,.0f}", _time(sample.seconds), ratio, f"{sample.peak_mb:.0f}", page
        table.add_row(row.title, *cells, style="" if row.floor else "dim")
    console.print(table)
    console.print(_FLOORS)
    console.print(f"Making the events took {samples['append'].generator_s:.2f} s, which `append in bulk` leaves out.\n")


def print_memory(console: Console, found: Mapping[int, Samples]) -> None:
    """Print the peak memory of each row for every number of events side by side: is it flat?"""
    table = _table("Peak memory in MB", *(f"{events:,}" for events in found), "last : first")
    for name, row in ROWS.items():
        peaks = [samples[name].peak_mb for samples in found.values()]
        cells = *(f"{peak:.0f}" for peak in peaks), f"{peaks[-1] / peaks[0]:.2f}"
        table.add_row(row.title, *cells, style="" if row.floor else "dim")
    console.print(table)


def write_json(path: Path, found: Mapping[int, Samples]) -> None:
    """Write everything that was measured."""
    results = {
        str(events): {name: asdict(sample) for name, sample in samples.items()} for events, samples in found.items()
    }
    path.write_text(json.dumps({"machine": machine(), "results": results}, indent=2) + "\n", "utf-8")


def _table(title: str, *headings: str) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("", no_wrap=True)
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _percent(ratio: float) -> str:
    if ratio >= _TIMES:
        return f"{ratio:,.0f}×"
    return f"{ratio:.0%}" if ratio >= 0.1 else f"{ratio:.1%}"


def _time(seconds: float) -> str:
    if seconds < 0.001:
        return f"{seconds * 1e6:.0f} µs"
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"
