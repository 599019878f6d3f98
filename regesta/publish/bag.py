"""An archive as a BagIt bag (RFC 8493): the form in which libraries and archives hand over and keep files.

Guarantees that the bag holds the archive's own files and nothing that was derived from them, that its log was sound
when it was made, and that it appears in its folder as a whole or not at all. Whoever gets it can open `data/` as an
archive. The checksums are made by `bagit` of the Library of Congress (extra `bag`).

    write_bag(archive, Path("bag"), documents=False)
"""

from __future__ import annotations

import shutil
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from regesta import __version__, durable
from regesta.archive import CONFIG, Archive
from regesta.errors import ArchiveError, StorageError, UsageError
from regesta.events.verify import Report, verify

DOCUMENTS: Final = "documents"
_CONTENT: Final = (CONFIG, "datasette-metadata.json", "events", "schema", "ingest")
_DERIVED: Final = (".db", ".db-wal", ".db-shm", ".db-journal")


@dataclass(frozen=True, slots=True)
class Bagged:
    """What was written: how many files of the archive and their bytes; whether captured documents are among them."""

    files: int
    bytes: int
    documents: bool


def write_bag(archive: Archive, folder: Path, *, documents: bool = False) -> Bagged:
    """Write the bag into ``folder``, which is new or empty; with ``documents`` also the captured source texts.

    Raises `UsageError` for a folder that holds something or without `bagit`, `ArchiveError` where the log is not
    sound or a link is among the files, `StorageError` where the disk refuses.
    """
    try:
        from bagit import make_bag
    except ImportError:
        raise UsageError("a bag needs the package bagit", remedy="pip install 'regesta[bag]'") from None
    target = folder.absolute()
    if target.is_symlink() or (target.exists() and not (target.is_dir() and not any(target.iterdir()))):
        raise UsageError("there is something there already", where=str(folder), remedy="name a new folder")
    if target.resolve().is_relative_to(archive.folder.resolve()):
        raise UsageError("a bag cannot lie in the archive that it holds", where=str(folder))
    temporary = durable.temporary_name(target)
    try:
        with archive.log.locked():
            report = verify(archive)
            if report.faults:
                raise ArchiveError("the log is not sound", where=str(archive.log.folder), remedy="run `regesta verify`")
            files = list(_files(archive.folder, (*_CONTENT, *([DOCUMENTS] if documents else []))))
            for path in files:
                copy = temporary / path.relative_to(archive.folder)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copy)
        size = sum(path.stat().st_size for path in temporary.rglob("*") if path.is_file())
        make_bag(str(temporary), _info(archive, report), checksums=["sha256"])
        if target.exists():
            target.rmdir()
        temporary.rename(target)
        durable.sync_folder(target.parent)
    except OSError as error:
        raise StorageError(f"cannot be written: {error.strerror or error}", where=str(folder)) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return Bagged(len(files), size, any(path.relative_to(archive.folder).parts[0] == DOCUMENTS for path in files))


def _files(folder: Path, names: tuple[str, ...]) -> Iterator[Path]:
    """Yield the archive's own files; raises `ArchiveError` for a link, which would bring in who knows what."""
    for name in names:
        top = folder / name
        for path in [top, *(sorted(top.rglob("*")) if top.is_dir() and not top.is_symlink() else [])]:
            if path.is_symlink():
                raise ArchiveError("this is a link", where=str(path), remedy="put the file itself there")
            if path.is_file() and not path.name.endswith(_DERIVED) and not path.name.startswith("."):
                yield path


def _info(archive: Archive, report: Report) -> dict[str, str]:
    """Return what `bag-info.txt` says, without what is not known."""
    config = archive.config
    info = {
        "Source-Organization": config.keeper,
        "External-Description": " ".join(f"{config.title}. {config.description}".split()),
        "External-Identifier": config.origin,
        "Regesta-Checkpoint": f"{report.events}:{b64encode(report.root).decode()}",
        "Bag-Software-Agent": f"Regesta {__version__}",
    }
    return {name: text for name, text in info.items() if text}
