"""Sources: where documents are to be had, one file `ingest/<name>.toml` each. Data of an archive; the language is ours.

    url = "https://example.org/story"        # a page, a feed, a table: read by `regesta watch`
    # or: path = "inbox"                     # a file or folder of the archive, with all below it
    interval = "30m"                         # between two readings; s, m, h or d; an hour where nothing is said
    story = "states-push-back"               # what it holds are versions of this story
    publisher = "The Hill"
    media_type = "text/csv; charset=cp1252"  # what it is, where the server does not tell or tells wrongly

    [[event]]                                # of each row of a table, as in a recipe (`recipes`)
    type = "response.declared"
    subject = "state/{State}"
    …

A file with neither address nor path says how the rows of tables are read, for `regesta ingest --source NAME`.

>>> seconds("30m"), seconds("2h")
(1800.0, 7200.0)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from regesta.errors import ArchiveError, UsageError
from regesta.ingest.recipes import Recipe, parse_recipe
from regesta.limits import NAME_CHARS, RECIPE_BYTES, TITLE_CHARS, URI_CHARS, WATCH_INTERVAL_MOST_S, WATCH_INTERVAL_S
from regesta.plain import read_toml
from regesta.schema._files import schema_files
from regesta.schema.types import EventTypes

FOLDER: Final = "ingest"
INTERVAL_S: Final = 3600.0
_NAME: Final = re.compile(rf"[a-z][a-z0-9_-]{{0,{NAME_CHARS - 1}}}")
_INTERVAL: Final = re.compile(r"([0-9]{1,7}) ?([smhd])")
_UNITS: Final = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_URL: Final = re.compile(rf"https?://[^\s]{{1,{URI_CHARS - 8}}}")
_STORY: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
_MEDIA_TYPE: Final = re.compile(r"[!-~][ -~]{0,99}")
_OWN: Final = frozenset({"events", "schema", "documents", "archive.toml", "archive.db", "datasette-metadata.json"})
_TEXTS: Final = ("url", "path", "story", "publisher", "media_type", "interval")
_KEYS: Final = (*_TEXTS, "event", "map")


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """What a file says of a source; None where nothing. ``row`` makes events of the rows of a table.

    ``interval_s`` is what lies between two readings. Of ``url`` and ``path``, which is relative to the archive's
    folder, at most one is there.
    """

    name: str
    url: str | None = None
    path: str | None = None
    story: str | None = None
    publisher: str | None = None
    media_type: str | None = None
    interval_s: float = INTERVAL_S
    row: Recipe | None = None

    @property
    def is_watched(self) -> bool:
        """Whether there is something to read."""
        return self.url is not None or self.path is not None


def source_names(archive: Path) -> list[str]:
    """Return the names of the sources in the folder of an archive, sorted; raises `ArchiveError` for an odd file."""
    return [path.stem for path in schema_files(archive / FOLDER, ".toml")]


def load_source(archive: Path, name: str, types: EventTypes) -> SourceConfig:
    """Read `ingest/<name>.toml`.

    Raises `UsageError` when there is none, `ArchiveError` at the file for what it may not say.
    """
    path = archive / FOLDER / f"{name}.toml"
    if name not in source_names(archive):
        known = ", ".join(source_names(archive)) or "none yet"
        raise UsageError(f"there is no source {name!r}", remedy=f"there are: {known}; a source is a file in {FOLDER}/")
    try:
        if not _NAME.fullmatch(name):
            raise ArchiveError("a source is named with small letters, digits, - and _, and begins with a letter")
        return _parsed(name, read_toml(path, RECIPE_BYTES), types, str(path))
    except ArchiveError as error:
        raise error.at(str(path)) from None


def seconds(text: str) -> float:
    """Return an interval, "90s", "30m", "12h" or "7d"; raises `ArchiveError` for what is none or out of bounds."""
    match = _INTERVAL.fullmatch(text.strip())
    if match is None:
        raise ArchiveError(f"interval is {text!r:.80}, expected a number with s, m, h or d, such as 30m")
    found = float(match[1]) * _UNITS[match[2]]
    if not WATCH_INTERVAL_S <= found <= WATCH_INTERVAL_MOST_S:
        most = f"{WATCH_INTERVAL_MOST_S / 86_400:.0f}d"
        raise ArchiveError(f"interval is {text}, it must lie between {WATCH_INTERVAL_S:.0f}s and {most}")
    return found


def _parsed(name: str, content: Mapping[str, Any], types: EventTypes, where: str) -> SourceConfig:
    unknown = sorted(content.keys() - {*_KEYS})
    if unknown:
        raise ArchiveError(f"{unknown[0]!r} is not known; there are {', '.join(_KEYS)}")
    texts = {key: content[key] for key in _TEXTS if key in content}
    wrong = next((key for key, value in texts.items() if not isinstance(value, str) or not value.strip()), None)
    if wrong:
        raise ArchiveError(f"{wrong} must be text, found {texts[wrong]!r:.80}")
    if "url" in texts and "path" in texts:
        raise ArchiveError("a source has a url or a path, not both")
    interval = seconds(texts.pop("interval")) if "interval" in texts else INTERVAL_S
    _check(texts)
    mapping = {key: content[key] for key in ("event", "map") if key in content}
    row = parse_recipe(mapping, types, where) if mapping else None
    return SourceConfig(name, **texts, interval_s=interval, row=row)


def _check(texts: Mapping[str, str]) -> None:
    forms = {"url": (_URL, "https://…"), "story": (_STORY, "small letters, digits and hyphens")}
    forms["media_type"] = (_MEDIA_TYPE, "text/csv; charset=utf-8")
    for key, (form, expected) in forms.items():
        if key in texts and not form.fullmatch(texts[key]):
            raise ArchiveError(f"{key} is {texts[key]!r:.80}, expected {expected}")
    if len(texts.get("publisher", "")) > TITLE_CHARS:
        raise ArchiveError(f"publisher has {len(texts['publisher'])} characters, the limit is {TITLE_CHARS}")
    if "path" in texts:
        _check_path(texts["path"])


def _check_path(text: str) -> None:
    """Refuse a path that leads out of the archive, or to what the archive is made of."""
    parts = PurePosixPath(text).parts
    outside = not parts or text.startswith("/") or "\\" in text or "\0" in text or ":" in parts[0]
    if outside or any(part.startswith(".") for part in parts):
        raise ArchiveError(f"path is {text!r:.80}, expected a file or folder of the archive, such as inbox")
    if parts[0] in _OWN or parts == (FOLDER,):
        raise ArchiveError(f"path is {text!r:.80}, which is a part of the archive itself")
