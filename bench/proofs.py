"""Proofs: the root from scratch, one event, what came since an earlier checkpoint, and how long a check takes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from bench.measure import Row, Sample, Stopwatch
from regesta.archive import Archive
from regesta.events.checkpoint import Checkpoint, read_checkpoint
from regesta.events.history import check_roots
from regesta.events.nodes import nodes_of
from regesta.events.proof import Inclusion, Tree, prove_consistency, prove_inclusion, read_proof

_CHECKS: Final = 200


def root(folder: Path, events: int) -> Sample:
    """Hash the whole log and compare with its checkpoint."""
    archive = Archive.open(folder)
    seconds, report = _timed(lambda: check_roots(archive))
    if not report.sound:
        raise SystemExit(f"not what should be measured: {report.faults}")
    return Sample(events, seconds)


def inclusion(folder: Path, events: int) -> Sample:
    """Make the proof of an event two thirds along the log."""
    seconds, _ = _timed(lambda: _proof(folder, events))
    return Sample(events, seconds)


def check(folder: Path, events: int) -> Sample:
    """Read such a proof and check it; the mean of some."""
    data = _proof(folder, events).encode()
    watch = Stopwatch()
    with watch.running():
        for _ in range(_CHECKS):
            _inclusion(data).check()
    return Sample(1, watch.seconds / _CHECKS)


def consistency(folder: Path, events: int) -> Sample:
    """Prove that the log begins with the first two thirds of its events."""
    size = events * 2 // 3
    old = Tree(size, check_roots(Archive.open(folder), [size]).roots[size])
    seconds, _ = _timed(lambda: prove_consistency(nodes_of(folder / "events"), old, _checkpoint(folder)))
    return Sample(events, seconds)


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    watch = Stopwatch()
    with watch.running():
        result = work()
    return watch.seconds, result


def _proof(folder: Path, events: int) -> Inclusion:
    return prove_inclusion(nodes_of(folder / "events"), events * 2 // 3, _checkpoint(folder))


def _inclusion(data: bytes) -> Inclusion:
    proof = read_proof(data, "proof")
    if not isinstance(proof, Inclusion):
        raise SystemExit("not what should be measured: no proof of an event")
    return proof


def _checkpoint(folder: Path) -> Checkpoint:
    checkpoint = read_checkpoint(folder / "events" / "checkpoint")
    if checkpoint is None:
        raise SystemExit("not what should be measured: the log has no checkpoint")
    return checkpoint


ROWS: Final = {
    "root": Row("root from scratch", root, "C"),
    "inclusion": Row("proof of one event", inclusion, "C"),
    "check": Row("check of such a proof", check, "B"),
    "consistency": Row("proof of what came since", consistency, "C"),
}
