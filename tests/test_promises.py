"""The table of promises: each has tests that exist, and the documentation says the same."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.promises import PROMISES, ROOT, Outcome, Promise, outcome, print_table

TESTS = sorted({test for promise in PROMISES for test in promise.tests})


def test_all_are_there() -> None:
    """P1 to P24 without P22, which needs somebody else, each once and in order."""
    assert [f"P{number}" for number in range(1, 25) if number != 22] == [promise.name for promise in PROMISES]


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.name)
def test_promise_has_tests(promise: object) -> None:
    """Each promise is one sentence, and something shows it."""
    sentence, tests = getattr(promise, "sentence", ""), getattr(promise, "tests", ())
    assert (re.fullmatch(r"[A-Z].{20,120}\.", sentence) is not None, len(tests) > 0) == (True, True)


@pytest.mark.parametrize("test", TESTS)
def test_test_exists(test: str) -> None:
    """Each file that is named exists, and has the test that is named."""
    name, _, function = test.partition("::")
    path = Path(ROOT, "tests", name)
    assert (path.is_file(), not function or f"def {function}(" in path.read_text("utf-8")) == (True, True)


def test_documentation_is_current() -> None:
    """docs/promises.md holds the table as it is."""
    with redirect_stdout(io.StringIO()) as table:
        print_table()
    assert table.getvalue() in (ROOT / "docs" / "promises.md").read_text("utf-8")


# Tests, skipped, failed → whether the promise is kept, and the words.
OUTCOMES = {
    "passed": ((3, 0, 0), (True, "kept")),
    "some skipped": ((3, 1, 0), (True, "kept, 1 skipped")),
    "all skipped": ((3, 3, 0), (False, "BROKEN, 3 skipped")),
    "no test": ((0, 0, 0), (False, "BROKEN")),
    "failed": ((3, 0, 2), (False, "BROKEN, 2 failed")),
}


@pytest.mark.parametrize(("numbers", "expected"), OUTCOMES.values(), ids=OUTCOMES.keys())
def test_outcome(numbers: tuple[int, int, int], expected: tuple[bool, str]) -> None:
    """A promise is kept when tests of it ran and none failed."""
    outcome = Outcome(*numbers, seconds=1.0)
    assert expected == (outcome.kept, str(outcome))


REPORT = ElementTree.fromstring("""
<testsuite>
  <testcase classname="tests.events.test_log" name="test_a[x::y]" time="0.5"/>
  <testcase classname="tests.events.test_log" name="test_a[z]" time="0.25"><failure/></testcase>
  <testcase classname="tests.events.test_log" name="test_ab" time="1"><error/></testcase>
  <testcase classname="tests.test_log" name="test_a" time="2"><skipped/></testcase>
  <testcase classname="" name="tests.events.test_b" time="0"><error/></testcase>
</testsuite>
""")
REPORTED = {
    "a file": (("events/test_log.py",), Outcome(3, 0, 2, 1.75)),
    "a test": (("events/test_log.py::test_a",), Outcome(2, 0, 1, 0.75)),
    "a file and a test in it": (("events/test_log.py", "events/test_log.py::test_a"), Outcome(3, 0, 2, 1.75)),
    "two files": (("events/test_log.py", "test_log.py"), Outcome(4, 1, 2, 3.75)),
    "a file that could not be read": (("events/test_b.py",), Outcome(0, 0, 0, 0)),
}


@pytest.mark.parametrize(("tests", "expected"), REPORTED.values(), ids=REPORTED.keys())
def test_report(tests: tuple[str, ...], expected: Outcome) -> None:
    """Of a report the cases of a promise's tests are counted, each once; a file that could not be read has none."""
    assert expected == outcome(Promise("P1", "A sentence.", tests), REPORT.iter("testcase"))
