"""Search: pages of events in their order, marked words, and never an error from what somebody types."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regesta.database import open_database
from regesta.errors import UsageError
from regesta.limits import SEARCH_PAGE
from regesta.publish.reading import search as reading
from regesta.publish.reading.search import Piece, choices, count_of, pieces, search
from regesta.publish.reading.wanted import Wanted
from regesta.replay.asof import add_functions
from regesta.replay.build import build
from tests.archives import answer, document, letter, make_archive, retraction

ZONE = ZoneInfo("America/New_York")
PAPER = document("A text.", data={"digest": "a" * 64, "title": "Refusals by letter", "publisher": "The Paper"})
EVENTS = (
    *(letter(number) for number in range(1, SEARCH_PAGE + 11)),
    letter(99, edtf=None, data={"letter": "l99", "place": "P01", "summary": "<b>Refused</b> & [refusing] again."}),
    answer(1),
    PAPER,
)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """An archive of a bit more than one page, one letter of it retracted."""
    archive = make_archive(Path(tmp_path_factory.mktemp("search")))
    archive.append(EVENTS)
    archive.append([retraction(next(iter(archive.log.events())).id)])
    build(archive)
    with closing(open_database(archive.database, read_only=True)) as db:
        add_functions(db)
        yield db


def wanted(**conditions: str) -> Wanted:
    return Wanted.read(conditions.get, ZONE)


def marks(db: sqlite3.Connection, words: str) -> list[str]:
    found = search(db, wanted(q=words), "time", 1)
    return [piece.text for hit in found.hits for piece in hit.title if piece.marked]


def test_pages(db: sqlite3.Connection) -> None:
    """Pages follow on each other; beyond the last there is nothing."""
    found = [search(db, wanted(type="letter."), "time", number) for number in (1, 2, 3)]
    assert [(page.count, page.pages, page.first, len(page.hits)) for page in found] == [
        (SEARCH_PAGE + 10, 2, 1, SEARCH_PAGE),
        (SEARCH_PAGE + 10, 2, SEARCH_PAGE + 1, 10),
        (SEARCH_PAGE + 10, 2, 2 * SEARCH_PAGE + 1, 0),
    ]


def test_undated_come_last(db: sqlite3.Connection) -> None:
    """In the order of time an event without a date stands behind all others."""
    found = search(db, wanted(type="letter."), "time", 2)
    assert found.hits[-1].event.edtf is None


@pytest.mark.parametrize(
    "conditions",
    [{}, {"type": "letter."}, {"status": "any"}, {"status": "retracted"}, {"q": "goes"}, {"since": "2018"}],
)
def test_count(conditions: dict[str, str], db: sqlite3.Connection) -> None:
    """The quick count is the count."""
    assert count_of(db, wanted(**conditions)) == wanted(**conditions).count(db)


# Words, and what is marked.
MARKED = {
    "a word": ("refused", ["Refused", "refusing"]),
    "a beginning": ("aga", ["again"]),
    "two words": ("again refuse", ["Refused", "refusing", "again"]),
    "a word of the subject": ("l99 again", ["again"]),
    "a sign": ("&", []),
    "a tag": ("<b>", ["b", "b"]),
}


@pytest.mark.parametrize(("words", "expected"), MARKED.values(), ids=MARKED.keys())
def test_marks(words: str, expected: list[str], db: sqlite3.Connection) -> None:
    """Words are marked in whatever form they stand there."""
    assert marks(db, words) == expected


def test_titles_stay_as_they_are(db: sqlite3.Connection) -> None:
    """Marks take nothing away from a title and add nothing to it."""
    (hit,) = search(db, wanted(q="refusing"), "time", 1).hits
    assert "".join(piece.text for piece in hit.title) == hit.event.title


def test_documents(db: sqlite3.Connection) -> None:
    """Documents are found by title and publisher, beside the first page only."""
    (found,) = search(db, wanted(q="refused paper"), "time", 1).documents
    assert (found.digest, found.story) == ("a" * 64, None)
    assert (found.title[0], found.publisher[1]) == (Piece("Refusals", True), Piece("Paper", True))
    assert search(db, wanted(q="refused paper"), "time", 2).documents == ()


def test_signs_alone_find_nothing(db: sqlite3.Connection) -> None:
    """What is no word is in no event: it is not taken for everything."""
    found = search(db, wanted(q="?!"), "time", 1)
    assert (found.hits, found.count, found.pages) == ((), 0, 1)


def test_choices(db: sqlite3.Connection) -> None:
    """A form offers the types and kinds that there are; a family only where it has several types."""
    assert choices(db) == (
        ("answer.given", "document.captured", "event.retracted", "letter.sent"),
        (),
        ("document/", "event/", "letter/", "place/"),
    )


def test_many_choices(db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more are looked up than a form can show."""
    monkeypatch.setattr(reading, "SEARCH_CHOICES", 2)
    assert choices(db).types == ("answer.given", "document.captured")


@pytest.mark.parametrize("text", ["", "no mark", "[all]", "[a][b] c", "a [open", "a] b"])
def test_pieces(text: str) -> None:
    """Pieces have all the text but the signs."""
    assert "".join(piece.text for piece in pieces(text, "[", "]")).replace("]", "") == text.translate(
        {91: None, 93: None}
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(max_size=60), number=st.integers(1, 10**6))
def test_any_words(words: str, number: int, db: sqlite3.Connection) -> None:
    """Whatever is typed is searched for or refused, and never an error of SQL."""
    try:
        found = search(db, wanted(q=words), "time", number)
    except UsageError:
        return
    assert len(found.hits) <= max(found.count, 0)
