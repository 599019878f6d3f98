"""`python -m bench [--events 10000,100000,1000000] [--json FILE]`: measure the register; see bench/README.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Final

from rich.console import Console

from bench import report
from bench.measure import Sample, best, in_child
from bench.work import ROWS

_ROUNDS: Final = 3
_PIPE_COLUMNS: Final = 110  # else rich takes 80 and cuts figures
_ROUNDS_UP_TO: Final = 100_000  # a million takes minutes, and is long enough to even out by itself


def main() -> None:
    """Measure every row for every number of events, and print as it goes."""
    options = _options()
    console, found = Console(width=None if sys.stdout.isatty() else _PIPE_COLUMNS), dict[int, dict[str, Sample]]()
    report.print_machine(console)
    for events in options.events:
        rounds = options.rounds if events <= _ROUNDS_UP_TO else 1
        found[events] = _measure(events, rounds, options.folder)
        report.print_table(console, events, found[events], rounds)
    report.print_memory(console, found)
    if options.json:
        report.write_json(options.json, found)


def _measure(events: int, rounds: int, parent: Path | None) -> dict[str, Sample]:
    """Return the best sample of each row; the rows take turns, so that a disturbance hits all alike."""
    samples: dict[str, list[Sample]] = {name: [] for name in ROWS}
    errors = Console(stderr=True)
    for number in range(1, rounds + 1):
        with tempfile.TemporaryDirectory(prefix="regesta-bench-", dir=parent) as folder:
            for name, row in ROWS.items():
                with errors.status(f"{events:,} events, round {number} of {rounds}: {row.title}"):
                    samples[name].append(in_child(name, Path(folder) / "archive", events))
    return {name: best(taken) for name, taken in samples.items()}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure beside raw floors of the same run.")
    parser.add_argument("--events", type=_numbers, default=_numbers("10000,100000,1000000"), metavar="N,N,…")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything that was measured to FILE")
    parser.add_argument("--rounds", type=int, default=_ROUNDS, help="best of how many, up to 100,000 events")
    parser.add_argument("--folder", type=Path, help="where to put the archives, on the disk to be measured")
    return parser.parse_args()


def _numbers(text: str) -> list[int]:
    numbers = [int(part) for part in text.replace("_", "").split(",")]
    if min(numbers) < 100:
        raise argparse.ArgumentTypeError("a story has at least 100 events")
    return numbers


if __name__ == "__main__":
    main()
