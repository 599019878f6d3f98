"""Search: a page of the events and the documents that an address asks for, with the words that were found marked.

Guarantees that words are only bound, never a part of a query's text, and that a mark is a piece of text beside
others, never a sign in it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from secrets import token_hex
from typing import Final, NamedTuple

from regesta.limits import SEARCH_CHOICES, SEARCH_DOCUMENTS, SEARCH_PAGE
from regesta.publish.reading.events import EventRow, events
from regesta.publish.reading.wanted import ORDERS, Wanted, match_of

# Everything but what counts: few, and each has been corrected by another.
_CORRECTED: Final = """
sequence in (select e.sequence from _corrections c join events e on e.id = c.target where e.status <> 'current')
"""
# Words as the archive's own index has them. To mark the words of fifty texts in an index of them alone takes 2 ms; in
# the index of all, each text asks for the whole list of a word that a hundred thousand others have as well.
_INDEX: Final = "create virtual table page using fts5(title, tokenize = 'porter')"
_MARKED: Final = "select rowid, highlight(page, 0, ?, ?) from page where page match ?"
_DOCUMENTS: Final = """
select d.digest, highlight(documents_fts, 0, :open, :close), highlight(documents_fts, 1, :open, :close), d.published,
  d.summary, (select v.story from story_versions v where v.document = d.digest order by v.story limit 1)
from documents_fts join documents d on d.rowid = documents_fts.rowid
where documents_fts match :words order by d.title is null, d.title, d.digest limit :limit
"""
# The next beginning of a name up to a sign, for names that come in order: '0' follows on '/'.
_NEXT_TYPE: Final = "select min(type) from events where type > ?"
_NEXT_SUBJECT: Final = "select min(subject) from events where subject >= ?"


class Piece(NamedTuple):
    """A piece of a text; ``marked`` where it is what was searched for."""

    text: str
    marked: bool = False


class Hit(NamedTuple):
    """An event that was found, its title in pieces."""

    event: EventRow
    title: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class DocumentHit:
    """A document that was found by its title or publisher; ``story`` is the story that it is a version of."""

    digest: str
    title: tuple[Piece, ...]
    publisher: tuple[Piece, ...]
    published: str | None
    summary: str | None
    story: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of results: ``count`` are all events, ``first`` is the place of the first one here (from 1)."""

    hits: tuple[Hit, ...]
    documents: tuple[DocumentHit, ...]
    more_documents: bool
    count: int
    number: int

    @property
    def first(self) -> int:
        """The place of the first event of the page among all."""
        return (self.number - 1) * SEARCH_PAGE + 1

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.count // SEARCH_PAGE))


class Choices(NamedTuple):
    """What a form offers: the types of events, what several types begin with, and the kinds of what they are about."""

    types: tuple[str, ...]
    families: tuple[str, ...]
    kinds: tuple[str, ...]


def search(db: sqlite3.Connection, wanted: Wanted, order: str, number: int) -> Found:
    """Return one page (from 1) of what is asked for, in one of the `ORDERS`; an empty one beyond the last."""
    words = match_of(wanted.words)
    nothing = bool(wanted.words) and not words  # signs that are no word: nobody wrote them
    rows = [] if nothing else _rows(db, wanted, order, number)
    texts = _marked(words, rows) if words and rows else {}
    hits = tuple(Hit(row, texts.get(row.sequence, (Piece(row.title),))) for row in rows)
    documents = _documents(db, words) if words and number == 1 else []
    count = 0 if nothing else count_of(db, wanted)
    return Found(hits, tuple(documents[:SEARCH_DOCUMENTS]), len(documents) > SEARCH_DOCUMENTS, count, number)


def count_of(db: sqlite3.Connection, wanted: Wanted) -> int:
    """Return how many events there are; those that count are all but the few that were corrected, which is faster."""
    if wanted.status != "current" or wanted.words:
        return wanted.count(db)
    every = replace(wanted, status="any")
    where, values = every.where()
    corrected = db.execute(f"select count(*) from events where {_CORRECTED} and {where}", values).fetchone()[0]
    return every.count(db) - int(corrected)


def choices(db: sqlite3.Connection) -> Choices:
    """Return what there is to choose from, each found by a search in an index."""
    types = _names(db, _NEXT_TYPE, lambda name: name)
    begun = [name.partition(".")[0] for name in types]
    families = tuple(f"{name}." for name in dict.fromkeys(begun) if begun.count(name) > 1)
    subjects = _names(db, _NEXT_SUBJECT, lambda name: f"{name.partition('/')[0]}0" if "/" in name else f"{name}\x01")
    return Choices(
        types, families, tuple(dict.fromkeys(f"{name.partition('/')[0]}/" for name in subjects if "/" in name))
    )


def pieces(text: str, opening: str, ending: str) -> tuple[Piece, ...]:
    """Return a text in pieces, marked between the two signs.

    >>> pieces("to [hand] over", "[", "]")
    (Piece(text='to ', marked=False), Piece(text='hand', marked=True), Piece(text=' over', marked=False))
    """
    head, *rest = text.split(opening)
    found = [Piece(head)]
    for part in rest:
        marked, _, after = part.partition(ending)
        found += [Piece(marked, True), Piece(after)]
    return tuple(piece for piece in found if piece.text)


def _rows(db: sqlite3.Connection, wanted: Wanted, order: str, number: int) -> list[EventRow]:
    """Return the events of a page; only numbers are sorted, which takes a fraction of the time of whole rows."""
    where, values = wanted.where()
    limit = f"limit {SEARCH_PAGE:d} offset {(number - 1) * SEARCH_PAGE:d}"
    numbers = [
        row[0] for row in db.execute(f"select sequence from events where {where} {ORDERS[order]} {limit}", values)
    ]
    found = {
        row.sequence: row for row in events(db, "sequence in (select value from json_each(?))", (json.dumps(numbers),))
    }
    return [found[item] for item in numbers]


def _marked(words: str, rows: Sequence[EventRow]) -> dict[int, tuple[Piece, ...]]:
    """Return the titles of events in pieces, by number; those in which none of the words stands are left out."""
    opening, ending = _signs()
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute(_INDEX)
        db.executemany("insert into page (rowid, title) values (?, ?)", ((row.sequence, row.title) for row in rows))
        # Any of the words: the others may stand in the subject.
        found = db.execute(_MARKED, (opening, ending, " OR ".join(words.split())))
        return {number: pieces(text, opening, ending) for number, text in found}


def _documents(db: sqlite3.Connection, words: str) -> list[DocumentHit]:
    opening, ending = _signs()
    given = {"open": opening, "close": ending, "words": words, "limit": SEARCH_DOCUMENTS + 1}
    return [
        DocumentHit(
            digest,
            pieces(title or "Untitled document", opening, ending),
            pieces(publisher or "", opening, ending),
            *more,
        )
        for digest, title, publisher, *more in db.execute(_DOCUMENTS, given)
    ]


def _signs() -> tuple[str, str]:
    """Return what marks begin and end with: nobody can have written it into a text before."""
    secret = token_hex(8)
    return f"<{secret}>", f"</{secret}>"


def _names(db: sqlite3.Connection, sql: str, following: Callable[[str], str]) -> tuple[str, ...]:
    """Return names in order, each asked for by what follows on the one before."""
    found: list[str] = []
    after = ""
    while len(found) < SEARCH_CHOICES and (name := db.execute(sql, (after,)).fetchone()[0]) is not None:
        found.append(name)
        after = following(name)
    return tuple(found)
