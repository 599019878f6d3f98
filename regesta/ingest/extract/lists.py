"""The word lists of an archive: gazetteers and cues, read from its `ingest/` folder into patterns.

An archive without a list simply finds nothing of what the list is for; nothing about a story is in the engine.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from regesta.errors import ArchiveError
from regesta.ingest.extract.cues import Cues, Sets
from regesta.limits import CUES, CUES_BYTES, LIST_BYTES
from regesta.plain import read_plain, read_toml

_CAPITALS_CHARS: Final = 3  # names in capitals are headings


@dataclass(frozen=True, slots=True)
class Place:
    """A state of the gazetteer: its code, its name, other names, and what its people are called."""

    code: str
    name: str
    aliases: tuple[str, ...]
    demonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnswerRule:
    """How one answer is worded: it fits where a cue stands and no phrase of ``without``; ``line``: in lists only."""

    answer: str
    cues: Cues
    without: Cues = field(default_factory=lambda: Cues(()))
    line: bool = False


@dataclass(frozen=True, eq=False)  # one object for one archive: patterns are kept by it
class Lists:
    """All lists of one archive; ``cues`` are the TOML files by name, as they are written."""

    places: tuple[Place, ...] = ()
    not_places: tuple[str, ...] = ()
    given_names: frozenset[str] = frozenset()
    cues: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def words(self, file: str, *path: str) -> tuple[str, ...]:
        """Return a list of phrases, empty where the archive does not have it."""
        value: Any = self.cues.get(file, {})
        for name in path:
            value = value.get(name, {}) if isinstance(value, Mapping) else {}
        return tuple(value) if isinstance(value, Sequence | Mapping) and not isinstance(value, str) else ()

    def table(self, file: str, *path: str) -> Mapping[str, Any]:
        """Return a table of a cue file, empty where the archive does not have it."""
        value: Any = self.cues.get(file, {})
        for name in path:
            value = value.get(name, {}) if isinstance(value, Mapping) else {}
        return value if isinstance(value, Mapping) else {}

    def pattern(self, file: str, *path: str) -> Cues:
        """Return the pattern of a list of phrases."""
        key = (file, *path)
        if key not in self._patterns:
            self._patterns[key] = Cues(self.words(*key))
        return self._patterns[key]

    @cached_property
    def _patterns(self) -> dict[tuple[str, ...], Cues]:
        return {}

    @cached_property
    def state_of(self) -> Mapping[str, str]:
        """The code of a state by each of its names and by what its people are called, in singular and plural."""
        found: dict[str, str] = {}
        for place in self.places:
            demonyms = [form for word in place.demonyms for form in (word, f"{word}s")]
            capitals = [place.name.upper()] if len(place.name) > _CAPITALS_CHARS else []
            found |= dict.fromkeys((place.name, *place.aliases, *demonyms, *capitals), place.code)
        return found

    @cached_property
    def codes(self) -> frozenset[str]:
        """The codes of all states."""
        return frozenset(place.code for place in self.places)

    @cached_property
    def field_of(self) -> Mapping[str, Cues]:
        """The pattern of each kind of data, by code."""
        return {code: Cues(phrases) for code, phrases in self.table("fields", "codes").items()}

    @cached_property
    def any_field(self) -> Cues:
        """The pattern of every kind of data, the longest phrase first."""
        return Cues(phrase for phrases in self.table("fields", "codes").values() for phrase in phrases)

    @cached_property
    def answer_rules(self) -> tuple[AnswerRule, ...]:
        """The rules by which an answer is told, in order."""
        sets = self._answer_sets
        return tuple(
            AnswerRule(
                str(rule.get("answer")),
                Cues(rule.get("cues", ()), sets),
                Cues(rule.get("without", ()), sets),
                bool(rule.get("line")),
            )
            for rule in self.words("answers", "rule")
            if isinstance(rule, Mapping)
        )

    @cached_property
    def _answer_sets(self) -> Sets:
        fields = [
            phrase for phrases in self.table("fields", "codes").values() for phrase in phrases if "*" not in phrase
        ]
        return {**self.table("answers", "sets"), "field": fields}

    @cached_property
    def short_answers(self) -> Mapping[str, str]:
        """The answer by the word or two that stand for it in a list."""
        return {word: answer for answer, words in self.table("answers", "short").items() for word in words}


def load_lists(folder: Path) -> Lists:
    """Read the lists of an archive's `ingest/` folder; raises `ArchiveError` naming the file that is at fault."""
    names, cues = folder / "gazetteers", folder / "cues"
    files = _files(cues, ".toml")
    lists = Lists(
        _places(names / "states.csv"),
        tuple(_lines(names / "not-states.txt")),
        frozenset(word for line in _lines(names / "first-names.txt") for word in line.split()),
        {path.stem: _toml(path) for path in files},
    )
    for path in files:
        _check(lists, path)
    return lists


def _files(folder: Path, suffix: str) -> list[Path]:
    """Return the files of a folder, none where there is no folder; raises `ArchiveError` where it cannot be listed."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == suffix and path.is_file())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ArchiveError(f"cannot be listed: {error.strerror}", where=str(folder)) from error


def _check(lists: Lists, path: Path) -> None:
    """Make the patterns now, so that a wrong cue is told with its file and not in the middle of a text."""
    try:
        if path.stem == "answers":
            lists.answer_rules, lists.short_answers  # noqa: B018
        elif path.stem == "fields":
            lists.field_of, lists.any_field  # noqa: B018
        for name, value in lists.cues[path.stem].items():
            if isinstance(value, list) and all(isinstance(item, str) for item in value):
                lists.pattern(path.stem, name)
    except ArchiveError as error:
        raise ArchiveError(error.message, where=str(path)) from None
    except (TypeError, ValueError, AttributeError) as error:
        raise ArchiveError(f"not a list of cues: {error}", where=str(path)) from error


def _places(path: Path) -> tuple[Place, ...]:
    rows = csv.DictReader(io.StringIO(_text(path), newline=""))
    try:
        return tuple(
            Place(row["code"], row["name"], _several(row["aliases"]), _several(row["demonyms"])) for row in rows
        )
    except (KeyError, AttributeError, csv.Error) as error:
        raise ArchiveError(f"expected the columns code, name, aliases, demonyms: {error}", where=str(path)) from error


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)


def _lines(path: Path) -> list[str]:
    lines = (line.strip() for line in _text(path).splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _toml(path: Path) -> Mapping[str, Any]:
    value = read_toml(path, CUES_BYTES)
    if sum(1 for _ in _phrases(value)) > CUES:
        raise ArchiveError(f"more than {CUES} cues", where=str(path))
    return value


def _phrases(value: Any) -> Any:
    if isinstance(value, str):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _phrases(item)


def _text(path: Path) -> str:
    if not os.path.lexists(path):
        return ""
    try:
        return read_plain(path, LIST_BYTES).decode("utf-8")
    except UnicodeDecodeError as error:
        raise ArchiveError(f"not UTF-8: {error.reason}", where=str(path)) from error
