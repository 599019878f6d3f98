"""A short run of every target, what fuzzing has found before, and the fuzzer itself."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from regesta.errors import EventError, RegestaError
from tests.fuzz.found import CASES
from tests.fuzz.mutation import MOST_BYTES, Mutator
from tests.fuzz.running import Fuzzer, Ready, Run, SkippedTargetError
from tests.fuzz.targets import TARGETS

EXAMPLES = 6  # of each target, its valid ones first: three seconds for all
SEED = 6


@contextmanager
def ready(name: str, folder: Path) -> Iterator[Ready]:
    try:
        target = TARGETS[name](folder)
    except SkippedTargetError as error:
        pytest.skip(str(error))
    with closing(target):
        yield target


def outcome(target: Ready, data: bytes) -> type[RegestaError] | None:
    try:
        target.run(data)
    except RegestaError as error:
        return type(error)
    return None


@pytest.mark.parametrize("name", TARGETS)
def test_target(name: str, tmp_path: Path) -> None:
    """Nothing but our errors comes out of a parser, whatever goes in."""
    with ready(name, tmp_path) as target:
        fuzzer = Fuzzer(name, target, SEED)
        fuzzer.run_many(EXAMPLES)
    assert fuzzer.findings == {}


@pytest.mark.parametrize(("name", "data", "expected"), CASES.values(), ids=list(CASES))
def test_found(name: str, data: bytes, expected: type[RegestaError] | None, tmp_path: Path) -> None:
    """What fuzzing has found stays mended."""
    with ready(name, tmp_path) as target:
        fuzzer = Fuzzer(name, replace(target, examples=[data]), SEED)
        fuzzer.run_many(1)
        assert fuzzer.findings == {}  # in time, too: what follows has no limit
        assert outcome(target, data) == expected


def refuse(data: bytes) -> None:
    raise EventError("no")


def fail(data: bytes) -> None:
    if b"!" in data:
        raise IndexError


def warn(data: bytes) -> None:
    warnings.warn("old", DeprecationWarning, stacklevel=1)


def recurse(data: bytes) -> None:
    recurse(data)


def test_our_errors_are_no_findings() -> None:
    """An error of ours is an answer."""
    fuzzer = Fuzzer("refuse", Ready(refuse, [b"a"]), SEED)
    fuzzer.run_many(20)
    assert (fuzzer.findings, fuzzer.examples) == ({}, 20)


@pytest.mark.parametrize(
    ("run", "kind"), [(fail, "IndexError"), (warn, "DeprecationWarning"), (recurse, "RecursionError")]
)
def test_other_errors_are_findings(run: Run, kind: str) -> None:
    """Any other exception is a finding, once for each place, and a warning too."""
    fuzzer = Fuzzer("fail", Ready(run, [b"a! b! c!"]), SEED)
    fuzzer.run_many(3)
    assert [cause.split()[0] for cause in fuzzer.findings] == [kind]


def test_findings_are_made_smaller() -> None:
    """What is not needed for a finding is left out."""
    fuzzer = Fuzzer("fail", Ready(fail, [b"a b c! d e f"]), SEED)
    fuzzer.run_many(1)
    assert [finding.data for finding in fuzzer.findings.values()] == [b"!"]


def test_same_seed_gives_the_same_inputs() -> None:
    """A run can be repeated."""
    runs = [Mutator([b"2017-06-30", b"[1, 2]"], [b"~"], Random(SEED)) for _ in range(2)]
    first, second = ([mutator.next() for _ in range(200)] for mutator in runs)
    assert first == second


def test_inputs_are_bounded() -> None:
    """No input is longer than the limit, however often it was doubled."""
    mutator = Mutator([b"[" * MOST_BYTES], [b"x" * 1_000], Random(SEED))
    assert max(len(mutator.next()) for _ in range(50)) <= MOST_BYTES
