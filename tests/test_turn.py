"""One at a time, and the others wait."""

from __future__ import annotations

from pathlib import Path

import pytest

from regesta.errors import StorageError
from regesta.turn import turn


def test_second_is_told_who_is_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who does not get the lock in time is told who has it, where, and what helps."""
    monkeypatch.setattr("regesta.turn.LOCK_TIMEOUT_S", 0.05)
    state = tmp_path / ".regesta"
    first, second = (turn(state, "build", "another build has been running", tmp_path) for _ in range(2))
    with first, pytest.raises(StorageError) as caught, second:
        pass
    assert str(caught.value) == f"{tmp_path}: another build has been running for 0.05 s (try again when it is done)"


def test_turn_is_given_back(tmp_path: Path) -> None:
    """After an error the next one has its turn; another name is another turn."""
    state = tmp_path / ".regesta"
    with pytest.raises(ZeroDivisionError), turn(state, "build", "x", tmp_path):
        1 / 0  # noqa: B018
    with turn(state, "build", "x", tmp_path), turn(state, "ingest", "y", tmp_path):
        found = sorted(path.name for path in state.iterdir())
    assert found == [".gitignore", "build.lock", "ingest.lock"]
