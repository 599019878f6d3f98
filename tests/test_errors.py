"""The errors: one tree, and messages that say where, what and what helps."""

from __future__ import annotations

import inspect
import re

import pytest

from regesta import errors
from regesta.errors import (
    ArchiveError,
    ConflictError,
    EventError,
    InputError,
    LogError,
    NetworkError,
    ProjectionError,
    RegestaError,
    StorageError,
    UsageError,
)

# Error, what it is a kind of, exit code of the command line (design §10).
TREE = {
    "RegestaError": (RegestaError, Exception, 1),
    "ArchiveError": (ArchiveError, RegestaError, 3),
    "LogError": (LogError, ArchiveError, 3),
    "ProjectionError": (ProjectionError, ArchiveError, 3),
    "InputError": (InputError, RegestaError, 1),
    "EventError": (EventError, InputError, 1),
    "UsageError": (UsageError, RegestaError, 2),
    "ConflictError": (ConflictError, UsageError, 1),
    "StorageError": (StorageError, RegestaError, 1),
    "NetworkError": (NetworkError, RegestaError, 1),
}

MESSAGES = {
    "message alone": (RegestaError("it broke"), "it broke"),
    "place": (RegestaError("it broke", where="a:3"), "a:3: it broke"),
    "remedy": (RegestaError("it broke", remedy="mend it"), "it broke (mend it)"),
    "all": (RegestaError("it broke", where="a:3", remedy="mend it"), "a:3: it broke (mend it)"),
    "empty": (RegestaError(""), ""),
}


@pytest.mark.parametrize(("error", "parent", "exit_code"), TREE.values(), ids=TREE.keys())
def test_tree(error: type[RegestaError], parent: type[Exception], exit_code: int) -> None:
    """Each error has its place in the tree and its exit code."""
    assert (parent, exit_code) == (error.__bases__[0], error.exit_code)


def test_tree_is_drawn() -> None:
    """The docstring of the module draws every error that there is, and no other."""
    classes = [name for name, item in inspect.getmembers(errors, inspect.isclass) if issubclass(item, RegestaError)]
    drawn = re.findall(r"^[ │├└─]*(\w+Error)\b", errors.__doc__ or "", re.MULTILINE)
    assert sorted(classes) == sorted(TREE) == sorted(drawn)


@pytest.mark.parametrize(("error", "expected"), MESSAGES.values(), ids=MESSAGES.keys())
def test_message(error: RegestaError, expected: str) -> None:
    """A message says where, what and what helps, as far as each is known."""
    assert expected == str(error)


def test_place_is_filled_in() -> None:
    """An error that knows no place takes the one that its caller knows."""
    error = EventError("it broke")
    assert (error, "a:3: it broke") == (error.at("a:3"), str(error))


def test_nearer_place_stays() -> None:
    """An error that knows its place keeps it."""
    assert str(EventError("it broke", where="a:3").at("b")) == "a:3: it broke"


def test_parts_can_be_read() -> None:
    """The parts of a message can be had one by one."""
    error = LogError("it broke", where="a:3", remedy="mend it")
    assert (error.message, error.where, error.remedy) == ("it broke", "a:3", "mend it")
