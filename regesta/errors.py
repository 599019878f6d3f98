"""Every error that Regesta raises on purpose, split by whose fault it is.

    RegestaError
    ├── ArchiveError     the record: the log or the files of the archive are not what they must be
    │   ├── LogError         the log is damaged, has a gap, or disagrees with its checkpoint
    │   └── ProjectionError  a file in schema/projections or schema/views is not accepted
    ├── InputError       the source: what was handed in cannot be taken as it is
    │   └── EventError       one event is refused
    ├── UsageError       the caller: an option, a date or a name makes no sense
    │   └── ConflictError    the log has moved on from the size that the caller expected
    ├── StorageError     the world: disk full, no permission, lock not to be had
    └── NetworkError     the world: an address cannot be read

A message says where (file and line), what was found, what was expected and, where there is one, the
command that helps:

>>> str(EventError("data.state is 'ZZ'", where="events.jsonl:3", remedy="see schema/reference/states.csv"))
"events.jsonl:3: data.state is 'ZZ' (see schema/reference/states.csv)"
"""

from __future__ import annotations


class RegestaError(Exception):
    """The root: catch this to catch everything that Regesta raises on purpose.

    ``where`` names a file, ``file:line`` or another place; ``remedy`` says what helps. ``exit_code`` is
    what the command line returns (design: 1 problems found, 2 usage, 3 the archive is broken).
    """

    exit_code = 1

    def __init__(self, message: str, *, where: str | None = None, remedy: str | None = None) -> None:
        self.message, self.where, self.remedy = message, where, remedy
        super().__init__(message, where, remedy)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        remedy = f" ({self.remedy})" if self.remedy else ""
        return f"{place}{self.message}{remedy}"

    def at(self, where: str) -> RegestaError:
        """Return the same error with ``where`` filled in, unless a nearer place is already named."""
        if self.where is None:
            self.where = where
        return self


class ArchiveError(RegestaError):
    """The record: the archive's own files are missing, damaged or not accepted."""

    exit_code = 3


class LogError(ArchiveError):
    """The log is damaged: a line, a segment or the checkpoint is not what it must be."""


class ProjectionError(ArchiveError):
    """A table or view definition of the archive is outside the allowed SQL, or does not fit the events."""


class InputError(RegestaError):
    """The source: a document or an event that was handed in cannot be taken."""


class EventError(InputError):
    """One event is refused; nothing of its batch was appended."""


class UsageError(RegestaError):
    """The caller: an option, a name or a date makes no sense."""

    exit_code = 2


class ConflictError(UsageError):
    """The log is no longer as long as the caller expected (``expected_size``)."""

    exit_code = 1


class StorageError(RegestaError):
    """The world: the disk is full, a file cannot be written, a lock is not to be had in time."""


class NetworkError(RegestaError):
    """The world: an address cannot be read within the limits."""
