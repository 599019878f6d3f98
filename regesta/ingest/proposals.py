"""The proposals of a built archive: what was suggested, where its passage is, and what became of it.

Reads `archive.db` only; who changes something appends events (`regesta.ingest.review`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from regesta.database import open_database
from regesta.errors import UsageError
from regesta.ingest.store import Store
from regesta.limits import ID_CHARS

OPEN: Final = "open"
_PREFIX_CHARS: Final = 4  # shorter ones name too many proposals
_SHOWN: Final = 5  # proposals that an ambiguous key lists
_KEY: Final = re.compile(rf"[0-9a-f]{{{_PREFIX_CHARS},{ID_CHARS}}}")
# One row a proposal: `min` also picks the event that it takes the other columns from.
_SELECT: Final = """
select p.proposal, p.status, p.accepted_as, p.reason, p.last_event, e.data, min(m.sequence) as made
from proposals p
join proposal_made m on m.proposal = p.proposal
join events e on e.sequence = m.sequence
"""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal; ``data`` is that of its `proposal.made`, ``decided`` the event that accepted or rejected it."""

    key: str
    status: str
    data: dict[str, Any] = field(repr=False)
    accepted_as: str | None = None
    reason: str | None = None
    decided: int | None = None

    @property
    def event(self) -> dict[str, Any]:
        """The proposed event, without `sequence` and whatever else the log gives it."""
        event: dict[str, Any] = self.data["event"]
        return event

    @property
    def needs(self) -> tuple[str, ...]:
        """What a person must still supply."""
        return tuple(filter(None, (need.strip() for need in self.data.get("needs", "").split(","))))

    @property
    def candidates(self) -> tuple[str, ...]:
        """Names that may be the speaker."""
        return tuple(self.data.get("candidates", ()))

    @property
    def found(self) -> dict[str, Any]:
        """What was read out of the passage."""
        return dict(self.data.get("found", {}))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Conditions on proposals; all must hold, of several values of one kind any. ``needs`` may be `any` or `none`."""

    statuses: tuple[str, ...] = (OPEN,)
    kinds: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    stories: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    min_confidence: float = 0.0
    limit: int | None = None

    def where(self) -> tuple[str, list[Any]]:
        """Return the conditions as SQL with its parameters."""
        terms = [_any_of(f"p.{name} = ?", given) for name, given in (
            ("status", self.statuses), ("kind", self.kinds), ("rule", self.rules), ("story", self.stories),
        )]  # fmt: skip
        terms += [_any_of("p.document glob ? || '*'", self.documents), _needs(self.needs)]
        terms.append(("p.confidence >= ?", (self.min_confidence,)))
        return " and ".join(sql for sql, _ in terms), [value for _, values in terms for value in values]


_Term = tuple[str, tuple[Any, ...]]


def _any_of(term: str, values: tuple[Any, ...]) -> _Term:
    return (f"({' or '.join([term] * len(values))})", values) if values else ("true", ())


def _needs(names: tuple[str, ...]) -> _Term:
    if names in (("any",), ("none",)):
        return f"p.needs is {'not ' if names == ('any',) else ''}null", ()
    return _any_of("', ' || p.needs || ',' like '%, ' || ? || ',%'", names)


def select(database: Path, wanted: Wanted) -> Iterator[Proposal]:
    """Yield the proposals that fulfil the conditions, in the order in which they were made."""
    where, values = wanted.where()
    limit = "" if wanted.limit is None else f" limit {wanted.limit:d}"
    sql = f"{_SELECT} where {where} group by p.proposal order by made{limit}"
    with closing(open_database(database, read_only=True)) as db:
        yield from map(_proposal, db.execute(sql, values))


def count(database: Path, wanted: Wanted) -> int:
    """Return how many proposals fulfil the conditions, whatever the limit."""
    where, values = wanted.where()
    with closing(open_database(database, read_only=True)) as db:
        number: int = db.execute(f"select count(*) from proposals p where {where}", values).fetchone()[0]
        return number


def find(database: Path, name: str) -> Proposal:
    """Return the proposal whose key is, or begins with, ``name``; raises `UsageError` when that is none or several."""
    prefix = name.strip().lower()
    if not _KEY.fullmatch(prefix):
        message = f"{name!r:.80} is no key of a proposal: {_PREFIX_CHARS} to {ID_CHARS} hex digits"
        raise UsageError(message, remedy=_LIST)
    with closing(open_database(database, read_only=True)) as db:
        sql = f"{_SELECT} where p.proposal >= ? and p.proposal < ? group by p.proposal limit {_SHOWN + 1}"
        found = [_proposal(row) for row in db.execute(sql, (prefix, f"{prefix}g"))]
    if len(found) > 1:
        some = ", ".join(item.key for item in found[:_SHOWN]) + (" and more" if len(found) > _SHOWN else "")
        raise UsageError(f"{name!r} begins the keys of several proposals: {some}", remedy="give more of the key")
    if not found:
        raise UsageError(f"there is no proposal {name!r}", remedy=_LIST)
    return found[0]


def again(database: Path, proposals: Iterable[Proposal]) -> dict[str, Proposal]:
    """Return, by key, what proposals that were read before are now; one that is retracted is left out."""
    sql = f"{_SELECT} where p.proposal = ? group by p.proposal"
    with closing(open_database(database, read_only=True)) as db:
        rows = (db.execute(sql, (item.key,)).fetchone() for item in proposals)
        return {row[0]: _proposal(row) for row in rows if row}


def log_size(database: Path) -> int:
    """Return how many events of the log the tables cover."""
    with closing(open_database(database, read_only=True)) as db:
        return int(db.execute("select value from meta where key = 'size'").fetchone()[0])


class Passages:
    """The passages of proposals with the text around them, read from the documents that are kept."""

    def __init__(self, database: Path, store: Store) -> None:
        self._store, self._texts = store, dict[str, str | None]()
        with closing(open_database(database, read_only=True)) as db:
            self._digests: dict[str, str | None] = dict(db.execute("select digest, text from document_captured"))

    def text(self, digest: str) -> str | None:
        """Return the text of a document, None where it is not kept; the last one is remembered."""
        if digest not in self._texts:
            self._texts = {digest: self._store.text(digest, self._digests.get(digest))}
        return self._texts[digest]

    def of(self, proposal: Proposal) -> str | None:
        """Return the passage of a proposal, None where its document is not kept."""
        text = self.text(proposal.data["document"])
        return None if text is None else text[proposal.data["start"] : proposal.data["end"]]


def _proposal(row: tuple[Any, ...]) -> Proposal:
    key, status, accepted_as, reason, last_event, data, _ = row
    return Proposal(key, status, json.loads(data), accepted_as, reason, None if status == OPEN else last_event)


_LIST: Final = "run `regesta proposals --status any`"
