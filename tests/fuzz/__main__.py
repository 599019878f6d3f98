"""The command: `python -m tests.fuzz --minutes N [--seed S] [--only NAME …] [--findings FOLDER] [--guided]`.

The targets take turns, the slow ones longer ones. Every minute a line is printed, at the end a table; the exit code is 1 when
anything was found. Each finding is written to two files: the input, made smaller, and what Python said of it. `last`
is the input that was being read if the process was killed, by the system for its memory or by a reader that hung.
"""

from __future__ import annotations

import argparse
import faulthandler
import mmap
import resource
import secrets
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from tests.fuzz import guided
from tests.fuzz.mutation import MOST_BYTES
from tests.fuzz.running import Finding, Fuzzer, Ready, Row, SkippedTargetError, write_finding
from tests.fuzz.targets import TARGETS

FAST_S, SLOW_S = 0.2, 1.0  # a turn of a target that takes more than a thousand inputs a second, and of another
MEMORY_BYTES: Final = 2 * 1024**3  # beyond what is mapped when all targets are ready
HUNG_S: Final = 120.0  # of wall time for one turn, in code that no signal of Python's reaches


def main() -> int:
    """Run, print the table, return the exit code."""
    options = _options()
    print(f"seed {options.seed}", flush=True)
    rows = _guided(options) if options.guided else _mixed(options)
    print(_table(rows))
    return int(any(row.findings for row in rows))


def _guided(options: argparse.Namespace) -> list[Row]:
    """Run the targets one after the other, each for its share of the time."""
    names = options.only or list(TARGETS)
    return [guided.run(name, options.minutes * 60 / len(names), options.seed, options.findings) for name in names]


def _mixed(options: argparse.Namespace) -> list[Row]:
    """Run the targets in turns."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        last = _Last(options.findings / "last")
        fuzzers = [
            Fuzzer(name, ready, options.seed, last.note)
            for name in options.only or TARGETS
            if (ready := _ready(name, Path(folder))) is not None
        ]
        _limit_memory()
        _run(fuzzers, options.minutes * 60, lambda finding: write_finding(options.findings, finding))
        for fuzzer in fuzzers:
            fuzzer.ready.close()
    return [fuzzer.row() for fuzzer in fuzzers]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    parser.add_argument("--only", nargs="+", choices=list(TARGETS), metavar="NAME")
    parser.add_argument("--findings", type=Path, default=Path(tempfile.gettempdir()) / "regesta-fuzz")
    parser.add_argument("--guided", action="store_true", help="by coverage, with atheris, which must be installed")
    options = parser.parse_args()
    options.findings.mkdir(parents=True, exist_ok=True)
    return options


def _ready(name: str, folder: Path) -> Ready | None:
    own = folder / name.replace(" ", "-")
    own.mkdir()
    try:
        ready = TARGETS[name](own)
    except SkippedTargetError as error:
        print(f"{name}: not run: {error}", flush=True)
        return None
    return replace(ready, examples=[*ready.examples, *ready.more()])


def _limit_memory() -> None:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    limit = pages * resource.getpagesize() + MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _run(fuzzers: list[Fuzzer], seconds: float, write: Callable[[Finding], None]) -> None:
    start = told = time.monotonic()
    faulthandler.register(signal.SIGALRM, chain=True)  # chain: the signal then ends the process
    written: set[tuple[str, str]] = set()
    while time.monotonic() - start < seconds:
        for fuzzer in fuzzers:
            signal.setitimer(signal.ITIMER_REAL, HUNG_S)
            fuzzer.run_for(FAST_S if fuzzer.examples > 1_000 * fuzzer.seconds else SLOW_S)
            signal.setitimer(signal.ITIMER_REAL, 0)
            for finding in fuzzer.findings.values():
                if (fuzzer.name, finding.cause) not in written:
                    written.add((fuzzer.name, finding.cause))
                    write(finding)
            if time.monotonic() - told >= 60:
                told = time.monotonic()
                examples = sum(item.examples for item in fuzzers)
                print(f"{(told - start) / 60:3.0f} min  {examples:>11,} examples  {len(written)} findings", flush=True)


def _table(rows: list[Row]) -> str:
    lines = [f"{'target':<18} {'examples':>12} {'a second':>9} {'findings':>9} {'again':>7}"]
    for row in rows:
        rate = row.examples / max(row.seconds, 0.001)
        lines.append(f"{row.name:<18} {row.examples:>12,} {rate:>9,.0f} {row.findings:>9} {row.repeated:>7}")
    findings = sum(row.findings for row in rows)
    lines.append(f"{'all':<18} {sum(row.examples for row in rows):>12,} {'':>9} {findings:>9}")
    return "\n".join(lines)


class _Last:
    """The input that is being read, in a file that outlives the process."""

    def __init__(self, path: Path) -> None:
        path.write_bytes(bytes(MOST_BYTES + 8))
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), 0)

    def note(self, data: bytes) -> None:
        """Write an input: its length in eight bytes, then itself."""
        self._memory[: 8 + len(data)] = len(data).to_bytes(8, "big") + data


if __name__ == "__main__":
    sys.exit(main())
