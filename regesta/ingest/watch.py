"""Watching sources: each is read again after its interval, and what is new is taken in.

Guarantees that one source that fails does not stop the others; that an address is asked only for what is newer than
what was taken (conditional GET, RFC 9110 §13), and less often after it failed; that what a server sent counts as
taken only when it is in the log. A page that comes with other bytes but the same words is no new version.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from regesta import durable
from regesta.archive import STATE_FOLDER, Archive
from regesta.database import open_database
from regesta.errors import ArchiveError, InputError, NetworkError, RegestaError, StorageError, UsageError
from regesta.events.log import make_state_folder
from regesta.ingest.capture import Capture, Source
from regesta.ingest.fetch import Conditions, Fetched
from regesta.ingest.files import Files
from regesta.ingest.run import Options, Report, Tools, ingest
from regesta.ingest.sources import INTERVAL_S, SourceConfig, load_source, source_names
from regesta.ingest.store import FOLDER, Store
from regesta.ingest.stories import Stories, versions_of
from regesta.ingest.versions import archived, versions
from regesta.ingest.worddiff import compare
from regesta.limits import WATCH_BACKOFF_S, WATCH_STATE_BYTES
from regesta.plain import read_plain
from regesta.replay.build import build

STATE: Final = "watch.json"
_JITTER: Final = 0.1  # of an interval, either way: watchers that began together do not come together
_LONGEST_WAIT_S: Final = 3600.0  # then the sources are looked at again; somebody may have added one

Fetch = Callable[..., Fetched]


@dataclass(frozen=True, slots=True)
class Seen:
    """What is remembered of a source: its address, what the server said of its version, when it is due again."""

    url: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    checked: float = 0.0  # seconds since 1970, as `time.time` has them
    due: float = 0.0
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of reading a source: ``state`` is unchanged, taken or failed; seconds until it is ``due`` again."""

    name: str
    state: str
    due_s: float
    report: Report | None = None
    error: RegestaError | None = None


@dataclass(frozen=True, slots=True)
class World:
    """What a test replaces: how an address is read, the clock, chance, and waiting, which says whether to stop."""

    fetch: Fetch
    wait: Callable[[float], bool]
    clock: Callable[[], float] = time.time
    chance: Callable[[], float] = random.random


@dataclass
class Watch:
    """Reads the sources of an archive, those with ``names`` or all; ``interval_s`` replaces their own."""

    archive: Archive
    tools: Tools
    world: World
    names: Sequence[str] = ()
    interval_s: float | None = None
    _seen: dict[str, Seen] = field(default_factory=dict)

    def once(self) -> Iterator[Outcome]:
        """Read every source now; yield what came of each."""
        self._seen = self._load()
        for name in self._chosen():
            yield self._read(name)
            if self.world.wait(0.0):
                return

    def forever(self) -> Iterator[Outcome]:
        """Read every source when it is due, until `World.wait` says to stop; yield what came of each."""
        self._seen = self._load()
        stopped = False
        while not stopped:
            for name in self._chosen():
                if not stopped and self._seen.get(name, Seen()).due <= self.world.clock():
                    yield self._read(name)
                    stopped = self.world.wait(0.0)
            stopped = stopped or self.world.wait(self._until_next())

    def _chosen(self) -> list[str]:
        """Return the sources that can be read, and those whose file is wrong, so that this is told."""
        known = source_names(self.archive.folder)
        missing = next((name for name in self.names if name not in known), None)
        if missing is not None:
            raise UsageError(f"there is no source {missing!r}", remedy=f"there are: {', '.join(known) or 'none yet'}")
        configs = {name: self._config(name) for name in (self.names or known)}
        found = [name for name, config in configs.items() if isinstance(config, RegestaError) or config.is_watched]
        if not found or (self.names and len(found) < len(configs)):
            name = next((name for name in configs if name not in found), "NAME")
            raise UsageError("there is nothing to watch", remedy=f"give ingest/{name}.toml a url or a path")
        return found

    def _config(self, name: str) -> SourceConfig | RegestaError:
        try:
            return load_source(self.archive.folder, name, self.archive.schema.types)
        except (ArchiveError, UsageError) as error:
            return error

    def _until_next(self) -> float:
        dues = [self._seen.get(name, Seen()).due for name in self._chosen()]
        return min(_LONGEST_WAIT_S, max(0.0, min(dues) - self.world.clock()))

    def _read(self, name: str) -> Outcome:
        """Read one source, take in what is new, and remember when to come back.

        Raises `ArchiveError` for a broken archive, which stops all of them.
        """
        seen, config = self._seen.get(name, Seen()), self._config(name)
        if isinstance(config, RegestaError):
            return self._failed(name, seen, self.interval_s or INTERVAL_S, config)
        interval = self.interval_s or config.interval_s
        seen = seen if seen.url == config.url else Seen(url=config.url)
        try:
            answer = self._ask(config, seen)
            sources = self._sources(config, answer)
            report = self._take(config, sources) if sources is not None else None
        except (InputError, NetworkError, UsageError, StorageError) as error:
            return self._failed(name, seen, interval, error)
        if report and report.problem_count and not report.documents:
            return self._failed(name, seen, interval, InputError(report.problems[0]), report)
        if answer:  # of an address; what it said counts only now that it is in the log
            seen = replace(seen, etag=answer.etag, last_modified=answer.last_modified)
        new = report is not None and report.documents.keys() - {"known"}
        due_s = self._remember(name, replace(seen, failures=0), interval)
        return Outcome(name, "taken" if new else "unchanged", due_s, report)

    def _ask(self, config: SourceConfig, seen: Seen) -> Fetched | None:
        if config.url is None:
            return None
        return self.world.fetch(config.url, conditions=Conditions(seen.etag, seen.last_modified))

    def _sources(self, config: SourceConfig, answer: Fetched | None) -> Iterable[Source | InputError] | None:
        """Return what is to be read; None where the server says that nothing has changed."""
        if answer is not None:
            return None if answer.source is None else [_typed(answer.source, config.media_type)]
        path = self.archive.folder / (config.path or "")
        if not path.resolve().is_relative_to(self.archive.folder):
            raise InputError("leads out of the archive", where=str(path))
        if not path.exists():
            raise InputError("there is no such file or folder", where=str(path))
        return (_typed(source, config.media_type) for source in Files([path], self.archive.folder))

    def _take(self, config: SourceConfig, sources: Iterable[Source | InputError]) -> Report:
        options = Options(story=config.story, publisher=config.publisher, row=config.row)
        tools = replace(self.tools, read=lambda source: self._changed(source, config))
        report = ingest(self.archive, sources, options, tools)
        if report.appended:
            build(self.archive)
        return report

    def _changed(self, source: Source, config: SourceConfig) -> Iterator[Capture | InputError]:
        """Yield the documents of a source but those that have the words of the version that is known."""
        store = Store(self.archive.folder / FOLDER, self.archive.config.quotes)
        with closing(open_database(self.archive.database, read_only=True)) as db:
            known = archived(db, store)
            stories = Stories(versions_of(db), known.text)
            for found in self.tools.read(source):
                story = config.story or (stories.find(found.url, None, "") if isinstance(found, Capture) else None)
                newest = versions(db, story)[-1:] if story else []
                text = known.text(newest[0]) if newest else None
                if isinstance(found, InputError) or text is None or compare(text, found.text):
                    yield found

    def _failed(
        self, name: str, seen: Seen, interval_s: float, error: RegestaError, report: Report | None = None
    ) -> Outcome:
        wait = min(WATCH_BACKOFF_S, interval_s * 2 ** min(seen.failures, 20))
        return Outcome(
            name, "failed", self._remember(name, replace(seen, failures=seen.failures + 1), wait), report, error
        )

    def _remember(self, name: str, seen: Seen, interval_s: float) -> float:
        """Write down what is known of a source, and return the seconds until it is due again."""
        due_s = interval_s * (1 + _JITTER * (2 * self.world.chance() - 1))
        now = self.world.clock()
        self._seen[name] = replace(seen, checked=now, due=now + due_s)
        folder = self.archive.folder / STATE_FOLDER
        make_state_folder(folder)
        known = {each: asdict(remembered) for each, remembered in sorted(self._seen.items())}
        durable.replace_file(folder / STATE, [json.dumps(known, indent=1).encode()])
        return due_s

    def _load(self) -> dict[str, Seen]:
        """Return what is remembered; of a file that is not ours nothing, and all is read as for the first time."""
        path = self.archive.folder / STATE_FOLDER / STATE
        try:
            known = json.loads(read_plain(path, WATCH_STATE_BYTES))
            return {name: Seen(**values) for name, values in known.items() if _is_seen(values)}
        except (ArchiveError, ValueError, TypeError, AttributeError, RecursionError):
            return {}


def _typed(source: Source | InputError, media_type: str | None) -> Source | InputError:
    """Return a source as what the archive says that it is."""
    return replace(source, media_type=media_type) if media_type and isinstance(source, Source) else source


def _is_seen(values: Mapping[str, Any]) -> bool:
    texts, numbers = ("url", "etag", "last_modified"), ("checked", "due", "failures")
    return all(isinstance(values[name], str | None) for name in texts if name in values) and all(
        isinstance(values[name], int | float) for name in numbers if name in values
    )
