"""Whatever is handed in gives documents and problems, soon, without a word to the terminal and without a file on disk."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pytest

from regesta.errors import InputError
from regesta.ingest.capture import Capture, Source
from regesta.ingest.readers import read
from tests.ingest.hostile import CASES

# Each takes less than a second on the machine that they were measured on; a busy one may take longer.
SECONDS = 5.0


def outcome(name: str, data: bytes) -> tuple[list[str], list[Capture]]:
    """Return what is told of the source, and its documents."""
    found = list(read(Source(name, data)))
    told = [str(item) for item in found if isinstance(item, InputError)]
    return told, [item for item in found if isinstance(item, Capture)]


@pytest.fixture(autouse=True, scope="module")
def loaded() -> None:
    """Load the libraries first, so that the cases measure what is in them."""
    for name, make, _ in list(CASES.values())[::10]:
        list(read(Source(name, make()[:1000])))


@pytest.mark.parametrize(("name", "make", "expected"), CASES.values(), ids=list(CASES))
def test_hostile_input(
    name: str,
    make: Callable[[], bytes],
    expected: str | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Only our errors, in time; nothing printed, warned of or written; every text is valid and without NULs."""
    data = make()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    start = perf_counter()
    told, documents = outcome(name, data)
    seconds = perf_counter() - start
    is_as_expected = expected in " | ".join(told) if expected else (told, bool(documents)) == ([], True)
    assert is_as_expected, (told[:3], len(documents))
    assert (capfd.readouterr(), list(tmp_path.iterdir())) == (("", ""), [])
    assert [notice for item in documents for notice in item.notices if "\n" in notice or len(notice) > 500] == []
    assert b"\0" not in b"".join(item.text.encode("utf-8") for item in documents)
    assert seconds < SECONDS


def test_there_are_enough() -> None:
    """The cases are as many as are promised."""
    assert len(CASES) >= 110
