"""Plug-ins: readers and extractors of other packages, by the entry points `regesta.readers` and `regesta.extractors`.

A reader is an object of the protocol `regesta.ingest.readers.Reader`; an extractor is a function `(text, context)` that
gives findings. Both come only from packages that the user has installed, never from the folder of an archive, and an
extractor only where it is named (`regesta ingest --with NAME`). What a plug-in gives is checked before it is taken; one
that fails is told by its name, and the rest goes on. `nlp:MODEL` and `llm:MODEL` name the two that come with Regesta.

>>> [found] = checked("demo", "Ohio said no.", [Finding("state_mention", 0, 4, "name", 0.5, {"state": "OH"})])
>>> found.rule
'demo.name'
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, Final, cast

from regesta.errors import EventError, InputError, RegestaError, UsageError
from regesta.ingest.capture import Capture, Source
from regesta.ingest.extract.model import KINDS, Context, Finding
from regesta.ingest.readers import Reader
from regesta.ingest.text import shortened
from regesta.limits import PLUGIN_FINDINGS, PLUGIN_NAME_CHARS, PLUGIN_VALUE_CHARS
from regesta.schema.dates import check_edtf

READERS: Final = "regesta.readers"
EXTRACTORS: Final = "regesta.extractors"

# What an extractor gives: findings, and for what went wrong an InputError in between.
Extractor = Callable[[str, Context], Iterable[Finding | InputError]]

_NAME: Final = re.compile(rf"[a-z][a-z0-9_.-]{{0,{PLUGIN_NAME_CHARS - 1}}}")
_OWN_KIND: Final = re.compile(rf"(?=.{{3,{PLUGIN_NAME_CHARS}}}$)[a-z][a-z0-9_-]*(?:\.[a-z][a-z0-9_-]*)+")
_REASON_CHARS: Final = 200


@dataclass(frozen=True, slots=True)
class Loaded:
    """The readers of plug-ins, and an InputError for each plug-in that could not be loaded."""

    readers: tuple[Reader, ...]
    problems: tuple[InputError, ...]


def extractors(names: Sequence[str], folder: Path | None = None) -> list[Extractor]:
    """Return the extractors of these names, in order; ``folder`` is that of the archive, from which none is taken.

    Raises UsageError for a name that nothing answers to. A plug-in that is there and cannot be loaded says so, as an
    InputError, with the first text that it is given.
    """
    return [_extractor(name, folder) for name in dict.fromkeys(names)]


def readers(folder: Path | None = None) -> Loaded:
    """Return the readers that plug-ins bring, in the order of their names, and what could not be loaded."""
    found, problems = list[Reader](), list[InputError]()
    for name, point in sorted(_points(READERS, folder).items()):
        try:
            found.append(_reader(name, _loaded(point, folder)))
        except InputError as error:
            problems.append(error)
    return Loaded(tuple(found), tuple(problems))


# Extractors ------------------------------------------------------------------------------------------------------


def _extractor(name: str, folder: Path | None) -> Extractor:
    kind, colon, model = name.partition(":")
    if colon and kind == "nlp":
        from regesta.ingest import nlp

        return _guarded(name, nlp.extractor(model))
    if colon and kind == "llm":
        from regesta.ingest import llm

        return _guarded(name, llm.extractor(model))
    points = _points(EXTRACTORS, folder)
    if name not in points:
        known = ", ".join([*sorted(points), "nlp:MODEL", "llm:MODEL"])
        raise UsageError(f"there is no extractor {name!r:.80}", remedy=f"there are {known}")
    try:
        return _guarded(name, cast(Extractor, _callable(name, _loaded(points[name], folder))))
    except InputError as error:
        return _broken(error)


def _callable(name: str, found: object) -> object:
    if not callable(found):
        raise InputError(f"the plug-in {name} is no extractor: a {type(found).__name__} cannot be called")
    return found


def _guarded(name: str, extractor: Extractor) -> Extractor:
    """Return an extractor whose findings are checked and that raises nothing."""

    def extract(text: str, context: Context) -> Iterator[Finding | InputError]:
        try:
            with _told(name, "failed"):
                yield from checked(name, text, extractor(text, context))
        except InputError as error:
            yield error

    return extract


def _broken(error: InputError) -> Extractor:
    """Return an extractor that says once why it cannot be used, and finds nothing."""
    left = [error]

    def extract(text: str, context: Context) -> Iterator[Finding | InputError]:
        while left:
            yield left.pop()

    return extract


# What plug-ins give is checked -----------------------------------------------------------------------------------


def checked(name: str, text: str, found: Iterable[object]) -> Iterator[Finding | InputError]:
    """Yield the findings that can be taken, the plug-in's name before their rules; raise InputError for the others.

    It is raised last, and counts them by reason.
    """
    refused = Counter[str]()
    for count, item in enumerate(found):
        if count >= PLUGIN_FINDINGS:
            refused[f"there are more than {PLUGIN_FINDINGS:,}"] += 1
            break
        if isinstance(item, InputError):
            yield item
        elif isinstance(item, Finding) and not (problem := _problem(item, text)):
            prefix = f"{name.partition(':')[0]}."
            yield item if item.rule.startswith(prefix) else replace(item, rule=prefix + item.rule)
        else:
            refused[problem if isinstance(item, Finding) else f"a {type(item).__name__} is no finding"] += 1
    if refused:
        reasons = "; ".join(f"{reason} ({number:,})" for reason, number in refused.most_common(5))
        raise InputError(f"the plug-in {name} gave {refused.total():,} findings that cannot be taken: {reasons}")


def _problem(item: Finding, text: str) -> str:
    """Return why a finding cannot be taken, '' where it can."""
    if not isinstance(item.kind, str) or not (item.kind in KINDS or _OWN_KIND.fullmatch(item.kind)):
        return "the kind is not known, and has no name of its own such as `demo.motion`"
    if not (_whole(item.start) and _whole(item.end) and 0 <= item.start < item.end <= len(text)):
        return "the range is not inside the text"
    if isinstance(item.confidence, bool) or not isinstance(item.confidence, int | float):
        return "the confidence is no number"
    if not 0 <= item.confidence <= 1:
        return "the confidence is not between 0 and 1"
    if not _is_name(item.rule):
        return "the rule has no name of small letters"
    if not isinstance(item.needs, tuple) or not all(map(_is_name, item.needs)):
        return "what it needs is no tuple of names"
    return _field_problem(item.fields)


def _field_problem(fields: object) -> str:
    if not isinstance(fields, Mapping):
        return "the fields are no mapping"
    for name, value in fields.items():
        if not _is_name(name) or not _plain(value):
            return "a field is no short text, number or tuple of texts"
    try:
        check_edtf(fields.get("date_edtf", "2017"))
    except EventError:
        return "date_edtf is no date of the profile"
    return ""


def _plain(value: Any) -> bool:
    if isinstance(value, tuple | list):
        return len(value) <= PLUGIN_VALUE_CHARS and all(isinstance(item, str) and _plain(item) for item in value)
    if isinstance(value, str):
        return len(value) <= PLUGIN_VALUE_CHARS and "\0" not in value
    return value is None or isinstance(value, bool) or (isinstance(value, int | float) and abs(value) < 2**53)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


# Readers ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PluginReader:
    """A reader of a plug-in under its name: whatever it raises or gives that is no document is told as its fault."""

    name: str
    media_types: frozenset[str]
    suffixes: frozenset[str]
    reader: Reader

    def read(self, source: Source) -> Iterator[Capture | InputError]:
        """Yield the documents of a source."""
        with _told(self.name, "failed"):
            for item in self.reader.read(source):
                if not isinstance(item, Capture | InputError):
                    raise InputError(f"the plug-in {self.name} gave a {type(item).__name__} for a document")
                yield item


def _reader(name: str, found: object) -> PluginReader:
    with _told(name, "cannot be loaded"):
        reader = found() if isinstance(found, type) else found
        words = [frozenset(getattr(reader, member, ())) for member in ("media_types", "suffixes")]
    is_text = all(isinstance(word, str) for item in words for word in item)
    if not is_text or not any(words) or not callable(getattr(reader, "read", None)):
        raise InputError(f"the plug-in {name} is no reader: it lacks media_types, suffixes or read")
    return PluginReader(name, words[0], words[1], cast(Reader, reader))


# Entry points ----------------------------------------------------------------------------------------------------


def _points(group: str, folder: Path | None) -> dict[str, EntryPoint]:
    """Return the entry points of a group by name, without those of packages that lie in the archive's folder."""
    with _path_without(folder):
        return {point.name: point for point in entry_points(group=group) if _NAME.fullmatch(point.name)}


def _loaded(point: EntryPoint, folder: Path | None) -> object:
    with _path_without(folder), _told(point.name, "cannot be loaded"):
        return _load(point)


@lru_cache(maxsize=64)
def _load(point: EntryPoint) -> object:
    return point.load()


@contextmanager
def _path_without(folder: Path | None) -> Iterator[None]:
    """Look for packages everywhere but in a folder: `python -m regesta` puts the working folder on the path."""
    kept = list(sys.path)
    if folder is not None:
        inside = folder.resolve()
        sys.path[:] = [entry for entry in kept if not Path(entry or ".").resolve().is_relative_to(inside)]
    try:
        yield
    finally:
        sys.path[:] = kept


@contextmanager
def _told(name: str, what: str) -> Iterator[None]:
    """Turn whatever a plug-in raises into an InputError with its name: it is not our code and may raise anything."""
    try:
        yield
    except RegestaError:
        raise
    except (Exception, SystemExit) as error:
        reason = shortened(f"{type(error).__name__}: {error}".rstrip(": "), _REASON_CHARS)
        raise InputError(f"the plug-in {name} {what}: {reason}") from error
