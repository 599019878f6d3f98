"""What Regesta promises, the tests that show it, and a run of them: `python -m tests.promises [P1 P2 …] [--processes N]`.

Prints a row for each promise (tests, the seconds that they took, result) and ends with 1 when one of them fails, or
has no test that ran. A test that shows two promises runs once, and counts for both.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from xml.etree import ElementTree

ROOT: Final = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Promise:
    """A sentence, and the files, or tests in them (below `tests/`), that show it."""

    name: str
    sentence: str
    tests: tuple[str, ...]


PROMISES: Final = (
    Promise(
        "P1",
        "What was acknowledged survives a kill at any moment; what was not is there whole or not at all.",
        ("events/test_crash.py::test_kill", "events/test_crash.py::test_kill_the_command"),
    ),
    Promise(
        "P2",
        "Every step of an append may fail, in every way, and so may every step after it.",
        (
            "events/test_crash.py::test_operation_fails", "events/test_crash.py::test_process_dies",
            "events/test_rewrite.py", "test_durable.py",
        ),
    ),
    Promise(
        "P3",
        "A full disk loses nothing, of a log or of built tables.",
        ("events/test_full_disk.py", "events/test_crash.py::test_disk_is_full"),
    ),
    Promise(
        "P4",
        "Many may write at once: one order, no gap, nothing twice; who is killed meanwhile stops nobody.",
        (
            "events/test_crash.py::test_many_writers", "events/test_crash.py::test_many_writers_of_the_same",
            "events/test_crash.py::test_killed_among_writers", "events/test_crash.py::test_killed_with_the_lock",
            "replay/test_turns.py",
        ),
    ),
    Promise(
        "P5",
        "Any change to what a checkpoint covers is found, and named by file and line.",
        ("events/test_tampering.py::test_edited", "events/test_tampering.py::test_bit_flips", "events/test_verify.py"),
    ),
    Promise(
        "P6",
        "A log that was cut is never taken for whole where a checkpoint covers what is gone; leftovers are cleaned up.",
        (
            "events/test_tampering.py::test_cut_at_every_byte", "events/test_tampering.py::test_cut_anywhere",
            "events/test_log.py::test_leftovers_are_removed", "events/test_segment.py",
        ),
    ),
    Promise(
        "P7",
        "A log only grows: a checkpoint of any earlier day can be held against it.",
        ("events/test_history.py", "events/test_proof.py", "events/test_merkle.py", "events/test_rootcheck.py", "events/test_checkpoint.py"),
    ),
    Promise(
        "P8",
        "The same log gives the same tables, wherever and however they are built, as of any date too.",
        ("replay/test_build.py", "replay/test_golden.py", "replay/test_asof_model.py"),
    ),
    Promise(
        "P9",
        "A stranger's archive runs none of its code here and writes nowhere but where it was told to.",
        (
            "test_stranger.py::test_malice", "test_stranger.py::test_code", "test_stranger.py::test_code_on_a_site",
            "test_stranger.py::test_metadata", "test_stranger.py::test_installed_command",
            "test_stranger.py::test_no_call_writes_elsewhere", "replay/test_hostile.py", "replay/test_replay_files.py",
        ),
    ),
    Promise(
        "P10",
        "The SQL of an archive is checked before it runs, and bounded while it runs.",
        (
            "test_stranger.py::test_bomb", "test_stranger.py::test_view_without_end_in_a_site_of_files",
            "schema/test_projections.py", "schema/test_views.py", "schema/test_sql.py", "test_database.py",
        ),
    ),
    Promise(
        "P11",
        "No event can act in the browser of a reader.",
        ("publish/test_hostile_pages.py", "publish/test_hostile_text.py", "publish/test_headers.py"),
    ),
    Promise(
        "P12",
        "No visitor's query takes the server down.",
        ("publish/test_sql_attacks.py", "publish/test_replay_access.py"),
    ),
    Promise(
        "P13",
        "Dates, names and words of a search are data, on every page and in every command.",
        ("publish/test_hostile_time.py", "cli/test_injection.py"),
    ),
    Promise(
        "P14",
        "Bad input is refused with place and reason, soon, and never taken by half.",
        (
            "events/test_codec.py", "events/test_model.py", "schema/test_dates.py", "schema/test_types.py",
            "ingest/test_hostile.py", "ingest/readers/test_read.py",
        ),
    ),
    Promise(
        "P15",
        "A fetch cannot be turned inward, made to last, or made to swell.",
        ("ingest/test_fetch.py",),
    ),
    Promise(
        "P16",
        "No name leads out of its folder.",
        (
            "test_names.py", "schema/test_reference.py", "schema/test_schema.py", "ingest/test_store.py", "ingest/test_sources.py",
            "ingest/test_files.py", "ingest/test_run.py::test_hostile_names",
            "publish/test_export.py::test_names_are_safe_everywhere",
        ),
    ),
    Promise(
        "P17",
        "The same input again adds nothing, and in another order comes to the same.",
        (
            "ingest/test_shuffled.py", "ingest/test_run.py::test_again", "ingest/test_run.py::test_twice_in_one_run",
            "ingest/test_run.py::test_order_does_not_matter",
        ),
    ),
    Promise("P18", "Order, root and redactions of a log can be checked without Regesta, by a page of Python.", ("test_verify_script.py",)),
    Promise("P19", "What an older version wrote can be read.", ("test_old_archives.py",)),
    Promise(
        "P20",
        "Copies can be compared; a log is repaired only from one that a checkpoint vouches for.",
        ("events/test_compare.py",),
    ),
    Promise("P21", "A signed checkpoint is what its key signed, to the bit.", ("events/test_note.py",)),
    Promise(
        "P23",
        "What was redacted is gone, the proofs stay, and the log says that it was.",
        ("events/test_redaction.py", "events/test_stub.py", "cli/test_redact.py"),
    ),
    Promise(
        "P24",
        "Nothing has its name, or is acknowledged, before it would survive a power loss.",
        (
            "events/test_crash.py::test_order", "events/test_crash.py::test_order_of_system_calls",
            "test_durable.py::test_order_of_create", "test_durable.py::test_order_of_replace",
        ),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What pytest said of the tests of one promise."""

    tests: int
    skipped: int
    failed: int
    seconds: float

    @property
    def kept(self) -> bool:
        """Whether some ran and none failed."""
        return self.tests > self.skipped and not self.failed

    def __str__(self) -> str:
        words = ["kept" if self.kept else "BROKEN"]
        words += [f"{self.failed} failed"] if self.failed else []
        words += [f"{self.skipped} skipped"] if self.skipped else []
        return ", ".join(words)


def print_table() -> None:
    """Print the promises and their tests as a table in Markdown."""
    print("\n| | promise | shown by |\n|---|---|---|")
    for promise in PROMISES:
        print(f"| {promise.name} | {promise.sentence} | {', '.join(f'`{test}`' for test in promise.tests)} |")


def run(promises: Sequence[Promise], processes: int) -> tuple[int, list[Outcome]]:
    """Run the tests of some promises, each test once; return pytest's exit code and what came of each promise."""
    tests = sorted({f"tests/{test}" for promise in promises for test in promise.tests})
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "--quiet", f"--junit-xml={report}"]
        command += ["--numprocesses", str(processes), "--dist", "worksteal"] if processes > 1 else []
        done = subprocess.run([*command, *tests], cwd=ROOT, stdout=sys.stderr)
        cases = list(ElementTree.parse(report).iter("testcase")) if report.exists() else []
    return done.returncode, [outcome(promise, cases) for promise in promises]


def outcome(promise: Promise, cases: Iterable[ElementTree.Element]) -> Outcome:
    """Return what the cases of a report say of one promise."""
    mine = [case for case in cases if _names(case) & set(promise.tests)]
    skipped = sum(case.find("skipped") is not None for case in mine)
    failed = sum(case.find("failure") is not None or case.find("error") is not None for case in mine)
    return Outcome(len(mine), skipped, failed, sum(float(case.get("time", 0)) for case in mine))


def _names(case: ElementTree.Element) -> set[str]:
    """Return how a promise may name the test of a case: by its file, or the function in it."""
    file = case.get("classname", "").removeprefix("tests.").replace(".", "/") + ".py"
    return {file, f"{file}::{case.get('name', '').partition('[')[0]}"}


def main() -> int:
    """Run the promises that are named, all when none is; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.promises", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="P1", help="which to run (all)")
    parser.add_argument("--processes", type=int, default=2, help="run so many tests at once (2)")
    options = parser.parse_args()
    promises = [promise for promise in PROMISES if not options.names or promise.name in options.names]
    started = time.monotonic()
    code, outcomes = run(promises, options.processes)
    for promise, result in zip(promises, outcomes, strict=True):
        print(f"{promise.name:4}{result.tests:6} tests {result.seconds:6.1f} s  {result!s:22}  {promise.sentence}")
    kept = code == 0 and all(result.kept for result in outcomes)
    seconds, verdict = time.monotonic() - started, "all are kept" if kept else "NOT all are kept"
    print(f"{verdict}, after {seconds:.1f} s with {options.processes} at once")
    return int(not kept)


if __name__ == "__main__":
    sys.exit(main())
