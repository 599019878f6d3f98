"""The fuzzer itself: one input after the other through a target, with bounds on time, memory and what may be raised.

A finding is whatever a target does not answer with one of our errors: any other exception, a warning, five seconds of
CPU time, 300 MB of memory for one input. Inputs that were answered in a new way (raised elsewhere, or another shape of
the result) are kept and changed further: the guidance that coverage gives, without its cost.
"""

from __future__ import annotations

import hashlib
import resource
import signal
import time
import traceback
import warnings
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

from regesta.errors import RegestaError
from tests.fuzz.mutation import MOST_BYTES, Mutator

SLOW_S: Final = 5.0  # of CPU time, so that a busy machine finds nothing that is not there
GROWTH_KB: Final = 300_000  # P10 of the promises: what one input may take
ROOT: Final = Path(__file__).parent.parent.parent
_SMALLER_TRIES: Final = 600
_SMALLER_S: Final = 10.0
_SHAPES: Final = 20_000  # of a target that are told apart; some have endless ones

Run = Callable[[bytes], Hashable]


class SkippedTargetError(Exception):
    """The target cannot be run here, and why: what it tests is not written yet, or not installed."""


class SlowError(BaseException):
    """Raised when an input takes too long. No `Exception`: whoever catches all of those must not catch this."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A target that is ready: its parser, valid examples, the words of its language.

    ``run`` raises `RegestaError` or returns something that says what kind of result it was. ``more`` are further
    examples that take too long to make for a short run, ``close`` gives back what a target holds open.
    """

    run: Run
    examples: Sequence[bytes]
    words: Sequence[bytes] = ()
    more: Callable[[], Sequence[bytes]] = tuple
    close: Callable[[], object] = lambda: None


@dataclass(frozen=True, slots=True)
class Finding:
    """What went wrong: in which target, a name for the cause, the input, and what Python says."""

    target: str
    cause: str
    data: bytes
    details: str

    @property
    def name(self) -> str:
        """A name for files: the target and a digest of the cause."""
        return f"{self.target.replace(' ', '-')}-{hashlib.sha256(self.cause.encode()).hexdigest()[:8]}"


class Row(NamedTuple):
    """What one target did, for the table; ``findings`` by cause, ``repeated`` are inputs with a cause seen before."""

    name: str
    examples: int
    seconds: float
    findings: int
    repeated: int


@dataclass
class Fuzzer:
    """One target at work; ``findings`` are by cause, one each."""

    name: str
    ready: Ready
    seed: int
    before: Callable[[bytes], object] = lambda data: None  # told each input before it is run
    examples: int = 0
    seconds: float = 0.0
    findings: dict[str, Finding] = field(default_factory=dict)
    repeated: int = 0

    def __post_init__(self) -> None:
        self._mutator = Mutator(self.ready.examples, self.ready.words, Random(f"{self.seed}/{self.name}"))
        self._inputs = self._endless()
        self._shapes: set[Hashable] = set()

    def run_for(self, seconds: float) -> None:
        """Run inputs for so long."""
        end = time.monotonic() + seconds
        with watched():
            while time.monotonic() < end:
                self.one(next(self._inputs))

    def run_many(self, count: int) -> None:
        """Run so many inputs."""
        with watched():
            for _ in range(count):
                self.one(next(self._inputs))

    def row(self) -> Row:
        """Return what was done so far."""
        return Row(self.name, self.examples, self.seconds, len(self.findings), self.repeated)

    def _endless(self) -> Iterator[bytes]:
        yield from (item[:MOST_BYTES] for item in self.ready.examples)
        while True:
            yield self._mutator.next()

    def one(self, data: bytes) -> None:
        """Run one input; only within `watched` are its time and its warnings looked at."""
        self.before(data)
        start = time.monotonic()
        shape, cause, details = attempt(self.ready.run, data)
        self.seconds += time.monotonic() - start
        self.examples += 1
        if cause in self.findings:
            self.repeated += 1
        elif cause:
            smaller = data if cause.startswith(("slow", "memory")) else self._smaller(data, cause)
            self.findings[cause] = Finding(self.name, cause, smaller, details)
        elif shape not in self._shapes and len(self._shapes) < _SHAPES:
            self._shapes.add(shape)
            self._mutator.keep(data)

    def _smaller(self, data: bytes, cause: str) -> bytes:
        """Return a shorter input with the same cause: pieces are left out, large ones first."""
        end, tries = time.monotonic() + _SMALLER_S, 0
        length = len(data) // 2
        while length:
            start = 0
            while start < len(data) and tries < _SMALLER_TRIES and time.monotonic() < end:
                tries += 1
                candidate = data[:start] + data[start + length :]
                if attempt(self.ready.run, candidate)[1] == cause:
                    data = candidate
                else:
                    start += length
            length //= 2
        return data


def attempt(run: Run, data: bytes) -> tuple[Hashable, str, str]:
    """Return the shape of an answer, and for what is a finding its cause and what Python says."""
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, SLOW_S)
    try:
        shape: Hashable = ("taken", run(data))
        cause, details = "", ""
    except RegestaError as error:
        shape, cause, details = _shape_of(error), "", ""
    except (Exception, SlowError) as error:
        shape, cause, details = None, _cause(error), "".join(traceback.format_exception(error, limit=-25))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    seconds = time.process_time() - start
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
    if not cause and seconds > SLOW_S:
        cause = details = f"slow: {seconds:.0f} s"
    if not cause and grown > GROWTH_KB:
        cause = details = f"memory: {grown // 1000} MB more than before"
    return shape, cause, details


def write_finding(folder: Path, finding: Finding) -> None:
    """Write a finding to two files, and say what it is."""
    (folder / f"{finding.name}.bin").write_bytes(finding.data)
    text = f"{finding.cause}\n{finding.data!r:.2000}\n\n{finding.details}"
    (folder / f"{finding.name}.txt").write_text(text, "utf-8", errors="backslashreplace")
    print(f"{finding.target}: {finding.cause}\n    {finding.data!r:.300}", flush=True)


def _cause(error: BaseException) -> str:
    """Return the name by which findings are the same: the exception and the innermost line of ours."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if frame.filename.startswith(str(ROOT / "regesta"))] or frames
    kind = "slow" if isinstance(error, SlowError) else type(error).__name__
    name = ours[-1].filename.removeprefix(f"{ROOT}/")
    return f"{kind} in {name}:{ours[-1].lineno} ({ours[-1].name})"


def _shape_of(error: BaseException) -> Hashable:
    """Return where an error was raised, by its last lines."""
    lines = []
    trace = error.__traceback__
    while trace:
        lines.append((trace.tb_frame.f_code.co_name, trace.tb_lineno))
        trace = trace.tb_next
    return type(error).__name__, *lines[-5:]


@contextmanager
def watched() -> Iterator[None]:
    """Make warnings errors, and the end of the time for an input an exception."""

    def too_slow(*_: object) -> None:
        raise SlowError

    before = signal.signal(signal.SIGPROF, too_slow)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            yield
        finally:
            signal.signal(signal.SIGPROF, before)
