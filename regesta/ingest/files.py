r"""From paths to sources: files as they are named, folders walked in the order of names, one file read at a time.

Guarantees that nothing but plain files is read, that below a folder neither links nor hidden files are followed, and
that a name can be shown and recorded: what is no visible character of it is written as an escape. What cannot be read
is yielded as the error that it is, and the rest goes on.

>>> file_name("/tmp/a\x1b[2J\n.txt")
'a\\x1b[2J\\x0a.txt'
"""

from __future__ import annotations

import os
import stat
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from regesta.errors import InputError, UsageError
from regesta.ingest.capture import Source
from regesta.limits import FILE_NAME_CHARS, SOURCE_BYTES, WALK_FILES

STDIN: Final = "stdin"  # what messages call standard input
_FLAGS: Final = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
# A backslash parts names on Windows alone; elsewhere one may stand in a name, or in what we escaped.
_ENDS: Final = "/\\" if os.name == "nt" else "/"
# Categories of Unicode that are not shown, or end a line: controls, formats, surrogates, private use, separators.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass
class Files:
    """The sources of ``paths``; afterwards ``skipped`` says what was passed over below folders, and how often.

    ``archive`` is the folder of the archive, which is no source of itself.
    """

    paths: Iterable[Path]
    archive: Path
    skipped: Counter[str] = field(default_factory=Counter)

    def __iter__(self) -> Iterator[Source | InputError]:
        for path in self.paths:
            for file in self._walk(path, self.skipped) if path.is_dir() else [path]:
                yield read_file(file)

    def count(self) -> int:
        """Return how many sources there are."""
        return sum(sum(1 for _ in self._walk(path, Counter())) if path.is_dir() else 1 for path in self.paths)

    def _walk(self, folder: Path, skipped: Counter[str]) -> Iterator[Path]:
        """Yield the plain files below a folder, sorted by name; count in ``skipped`` what is passed over."""
        own = self.archive.resolve()
        if folder.resolve() == own:
            remedy = "name the folder or the files with the documents"
            raise UsageError("this is the archive itself", where=str(folder), remedy=remedy)
        found, closed = 0, list[Path]()
        for root, folders, files in os.walk(folder, onerror=lambda e: closed.append(Path(e.filename))):
            here = Path(root)
            folders[:] = sorted(name for name in folders if self._is_walked(here / name, skipped))
            folders[:] = [name for name in folders if (here / name).resolve() != own]
            for name in sorted(files):
                if self._is_read(here / name, skipped):
                    found += 1
                    if found > WALK_FILES:
                        raise UsageError(f"more than {WALK_FILES:,} files", where=str(folder), remedy="take a part")
                    yield here / name
        yield from closed  # folders that cannot be listed; to read one says why

    @staticmethod
    def _is_walked(path: Path, skipped: Counter[str]) -> bool:
        reason = "hidden folder" if path.name.startswith(".") else "link" if path.is_symlink() else None
        skipped.update([reason] if reason else [])
        return reason is None

    @staticmethod
    def _is_read(path: Path, skipped: Counter[str]) -> bool:
        reason = None
        if path.name.startswith("."):
            reason = "hidden file"
        elif path.is_symlink():
            reason = "link"
        elif not path.is_file():
            reason = "special file"
        skipped.update([reason] if reason else [])
        return reason is None


def read_file(path: Path) -> Source | InputError:
    """Return a file as a source, or why it cannot be read."""
    where = shown(str(path))
    try:
        # Without waiting: a pipe that nobody writes to would hold us up for ever.
        with os.fdopen(os.open(path, os.O_RDONLY | _FLAGS), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return InputError("this is no plain file", where=where)
            data = file.read(SOURCE_BYTES + 1)
    except OSError as error:
        return InputError(f"cannot be read: {error.strerror or error}", where=where)
    except ValueError:  # Python words it otherwise in each version
        return InputError("cannot be read: there is a NUL in the name", where=where)
    if len(data) > SOURCE_BYTES:
        return InputError(f"more than {SOURCE_BYTES} bytes, which is the limit", where=where)
    return Source(where, data)


def read_standard_input(name: str | None, media_type: str | None) -> Source | InputError:
    """Return what comes on standard input as a source."""
    data = sys.stdin.buffer.read(SOURCE_BYTES + 1)
    if len(data) > SOURCE_BYTES:
        return InputError(f"more than {SOURCE_BYTES} bytes, which is the limit", where=STDIN)
    return Source(shown(name) if name else STDIN, data, media_type=media_type)


def shown(name: str) -> str:
    """Return a name as it can be printed and recorded: in composed form, what is not visible escaped."""
    composed = unicodedata.normalize("NFC", name)
    return "".join(_escaped(sign) if unicodedata.category(sign) in _UNSEEN else sign for sign in composed)


def file_name(path: str) -> str | None:
    """Return the last part of a path, cut to what a file system allows; None where nothing is left."""
    last = path.rstrip(_ENDS)
    for end in _ENDS:
        last = last.rpartition(end)[2]
    name = shown(last)[:FILE_NAME_CHARS]
    return None if name in ("", ".", "..") else name


def _escaped(sign: str) -> str:
    code = ord(sign)
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a name that is not UTF-8 (PEP 383)
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
