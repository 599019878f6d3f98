"""The documents of an archive: `documents/<sha256>` the untouched bytes, `<sha256>.txt` the canonical text in UTF-8.

Guarantees that a file is never written again, that only plain files are read, and that what is read is what was
stored: bytes are named by their digest, a text is compared with the digest on record. The text is kept, and not
made again when it is needed, because positions of evidence count its characters and the next release of a library
would make another one of the same bytes. Where passages may not be republished (`quotes = "digest"`), the folder
keeps itself out of version control.

>>> import tempfile
>>> store = Store(Path(tempfile.mkdtemp()) / "documents", "full")
>>> store.put(Capture(b"Letters.", "Letters.", "text/plain", "text", "letters.txt"))
True
>>> store.text(sha256(b"Letters.").hexdigest())
'Letters.'
"""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from regesta import durable
from regesta.errors import ArchiveError, InputError, StorageError
from regesta.ingest.capture import Capture
from regesta.limits import SOURCE_BYTES, TEXT_BYTES

FOLDER: Final = "documents"
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_IGNORE: Final = (
    b'# The texts may not be republished (archive.toml: quotes = "digest"), so they stay out of version control.\n*\n'
)


@dataclass(frozen=True, slots=True)
class Store:
    """The documents in ``folder``; ``quotes`` is the archive's rule on passages, "full" or "digest"."""

    folder: Path
    quotes: str

    def put(self, capture: Capture) -> bool:
        """Keep the bytes and the text of a document, as far as they are not there; say whether anything was written.

        What is written is durable once `sync` returns. Raises `InputError` for a text that is not valid Unicode,
        `StorageError` when the file system refuses, `ArchiveError` when a link is in the way.
        """
        path = self._path(capture.digest)
        try:
            text = capture.text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise InputError(f"the text is not valid Unicode at character {error.start}", where=capture.name) from error
        if len(text) > TEXT_BYTES:
            raise InputError(f"the text has {len(text)} bytes, the limit is {TEXT_BYTES}", where=capture.name)
        self._prepare()
        # The bytes last: who finds them finds the text too.
        written = [self._write(path.with_suffix(".txt"), text), self._write(path, capture.data)]
        return any(written)

    def sync(self) -> None:
        """Make what was put survive a power loss; before an event says that the document is there."""
        if self.folder.is_dir():
            durable.sync_folder(self.folder)

    def clean(self) -> int:
        """Remove what killed runs left under temporary names; return how many files. No other run may be writing."""
        self._refuse_link(self.folder)
        leftovers = durable.leftovers(self.folder) if self.folder.is_dir() else []
        for path in leftovers:
            durable.discard(path)
        return len(leftovers)

    def data(self, digest: str) -> bytes | None:
        """Return the bytes of a document, None when they are not kept; raises `ArchiveError` when they were changed."""
        return self._read(self._path(digest), digest, SOURCE_BYTES)

    def text(self, digest: str, text_digest: str | None = None) -> str | None:
        """Return the canonical text of a document, None when it is not kept.

        ``text_digest`` is its SHA-256 on record (`document.captured`, member `text`), where there is one; raises
        `ArchiveError` when the file does not have it.
        """
        path = self._path(digest).with_suffix(".txt")
        data = self._read(path, text_digest, TEXT_BYTES)
        if data is None:
            return None
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ArchiveError("not UTF-8", where=str(path), remedy=_AGAIN) from error

    def _path(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):  # never a name that leads elsewhere
            raise ArchiveError(f"{digest[:80]!r} is no SHA-256 in hex", where=str(self.folder))
        return self.folder / digest

    def _prepare(self) -> None:
        """Make the folder; a link that came with somebody's archive would let us write where nobody told us to."""
        self._refuse_link(self.folder)
        try:
            self.folder.mkdir(exist_ok=True)
        except OSError as error:
            raise StorageError(f"cannot be made: {error.strerror}", where=str(self.folder)) from error
        ignore = self.folder / ".gitignore"
        if self.quotes == "digest" and _mode(ignore) is None:
            durable.create_file(ignore, [_IGNORE])

    def _refuse_link(self, path: Path) -> None:
        mode = _mode(path)
        if mode is not None and stat.S_ISLNK(mode):
            raise ArchiveError("this is a link", where=str(path), remedy="remove it")

    def _write(self, path: Path, data: bytes) -> bool:
        mode = _mode(path)
        if mode is not None:
            if not stat.S_ISREG(mode):
                raise ArchiveError("this is no plain file", where=str(path), remedy="remove it")
            return False
        temporary = durable.write_temporary(path, [data])
        try:
            return durable.publish_new(temporary, path)
        finally:
            durable.discard(temporary)

    def _read(self, path: Path, digest: str | None, limit_bytes: int) -> bytes | None:
        """Return the content of a file that has ``digest`` (None: nobody knows it), None when there is no such file."""
        self._refuse_link(self.folder)
        mode = _mode(path)
        if mode is None:
            return None
        if not stat.S_ISREG(mode):
            raise ArchiveError("this is no plain file", where=str(path), remedy="remove it")
        try:
            size = path.stat().st_size
            if size > limit_bytes:
                raise ArchiveError(f"{size} bytes, the limit is {limit_bytes}", where=str(path))
            data = path.read_bytes()
        except OSError as error:
            raise StorageError(f"cannot be read: {error.strerror}", where=str(path)) from error
        if digest is not None and sha256(data).hexdigest() != digest:
            raise ArchiveError(
                "the file is not what was stored: it has another SHA-256", where=str(path), remedy=_AGAIN
            )
        return data


def _mode(path: Path) -> int | None:
    """Return the kind of a file without following a link, None when there is none."""
    try:
        return path.lstat().st_mode
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageError(f"cannot be read: {error.strerror}", where=str(path)) from error


_AGAIN: Final = "remove it and ingest the document again"
