"""One measurement in a process of its own: how long the work took, what the generator cost, the peak memory.

The parent passes only paths and numbers. A child sets up without a clock, times its work, and prints one line of
JSON; memory is the most that the child ever held, Python and the libraries included.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Final

_ROOT: Final = Path(__file__).parents[1]
_TIMEOUT_S: Final = 3_600


@dataclass(frozen=True, slots=True)
class Sample:
    """What one child found: ``events`` were worked on in ``seconds``; ``generator_s`` is not part of them.

    ``page_kb`` is the size of the page that was made, in thousands of bytes, where it was one.
    """

    events: int
    seconds: float
    generator_s: float = 0.0
    peak_mb: float = 0.0
    page_kb: float = 0.0

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.events / self.seconds


# The work of a child: the archive's folder and how many events the log is to have.
Work = Callable[[Path, int], Sample]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the report: its title, the work, and the name of its floor (none: it is a floor itself)."""

    title: str
    work: Work
    floor: str = ""


class Stopwatch:
    """Adds up the seconds of the blocks that it runs around."""

    def __init__(self) -> None:
        self.seconds = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count the time of a block."""
        start = perf_counter()
        yield
        self.seconds += perf_counter() - start


def seconds_to_consume(items: Iterable[object]) -> float:
    """Return how long it takes to make all items and throw them away."""
    watch = Stopwatch()
    with watch.running():
        deque(items, maxlen=0)
    return watch.seconds


def in_child(name: str, folder: Path, events: int) -> Sample:
    """Run the work called ``name`` in a fresh process; raises `CalledProcessError`, its errors go to ours."""
    command = [sys.executable, "-m", "bench.work", name, str(folder), str(events)]
    done = subprocess.run(command, cwd=_ROOT, check=True, stdout=subprocess.PIPE, timeout=_TIMEOUT_S)
    return Sample(**json.loads(done.stdout))


def report_from_child(work: Work, folder: Path, events: int) -> None:
    """Do the work here, in the child, and print what it took."""
    print(json.dumps(asdict(replace(work(folder, events), peak_mb=peak_mb()))))


def peak_mb() -> float:
    """Return the most memory that this process held, in MB (10**6 bytes)."""
    import resource  # there is none on Windows

    # A child begins with what its parent held, so the parent must stay small; Linux counts KiB, macOS bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def best(samples: Iterable[Sample]) -> Sample:
    """Return the fastest sample, with the highest memory of all: noise only ever slows down."""
    known = list(samples)
    return replace(max(known, key=lambda sample: sample.rate), peak_mb=max(sample.peak_mb for sample in known))
