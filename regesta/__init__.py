"""Regesta: a timeline event-sourcing archive.

Dated events of a running story are appended to a log that is never rewritten, projected into tables, and
published with Datasette. What can be imported from here is the public interface; everything else may change.

>>> from regesta import Archive
>>> archive = Archive.open("path/to/archive")  # doctest: +SKIP
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from regesta._version import __version__

if TYPE_CHECKING:
    from regesta.archive import Archive as Archive
    from regesta.config import Config as Config
    from regesta.errors import ArchiveError as ArchiveError
    from regesta.errors import ConflictError as ConflictError
    from regesta.errors import EventError as EventError
    from regesta.errors import InputError as InputError
    from regesta.errors import LogError as LogError
    from regesta.errors import NetworkError as NetworkError
    from regesta.errors import ProjectionError as ProjectionError
    from regesta.errors import RegestaError as RegestaError
    from regesta.errors import StorageError as StorageError
    from regesta.errors import UsageError as UsageError
    from regesta.events.log import AppendResult as AppendResult
    from regesta.events.model import Event as Event
    from regesta.events.verify import Report as Report
    from regesta.events.verify import verify as verify
    from regesta.replay.build import BuildResult as BuildResult
    from regesta.replay.build import build as build

# Loaded when first asked for: the SQL parser alone takes longer to import than a short command to run.
_HOMES = {
    "Archive": "archive", "Config": "config",
    "ArchiveError": "errors", "ConflictError": "errors", "EventError": "errors", "InputError": "errors",
    "LogError": "errors", "NetworkError": "errors", "ProjectionError": "errors", "RegestaError": "errors",
    "StorageError": "errors", "UsageError": "errors",
    "AppendResult": "events.log", "Event": "events.model", "Report": "events.verify", "verify": "events.verify",
    "BuildResult": "replay.build", "build": "replay.build",
}  # fmt: skip

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'regesta' has no attribute {name!r}")
    return getattr(import_module(f"regesta.{_HOMES[name]}"), name)
