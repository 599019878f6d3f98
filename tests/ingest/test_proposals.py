"""The proposals of a built archive: which are found, and their passages."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from regesta.archive import Archive
from regesta.database import open_database
from regesta.errors import ArchiveError, UsageError
from regesta.ingest.proposals import Passages, Wanted, count, find, log_size, select
from regesta.ingest.review import Decision, Review
from regesta.ingest.store import Store
from regesta.replay.build import build
from tests.ingest.tale import TEXT, keys, pending, tale

QUOTE = '"We shall see."'


@pytest.fixture
def told(quick_path: Path) -> Archive:
    """An archive with six open proposals."""
    return pending(tale(quick_path))


def passages(archive: Archive) -> Passages:
    return Passages(archive.database, Store(archive.folder / "documents", "full"))


def test_in_the_order_of_the_text(told: Archive) -> None:
    """All open proposals are given in the order in which they were made."""
    found = list(select(told.database, Wanted()))
    assert [(item.data["kind"], item.needs) for item in found] == [
        ("disposition", ()), ("disposition", ()), ("quote", ("speaker",)), ("tally", ("type",)), ("status_list", ()),
        ("status_list", ()),
    ]  # fmt: skip


# Name: conditions, the places in the text of the proposals that fulfil them.
WANTED: dict[str, tuple[Wanted, list[int]]] = {
    "open": (Wanted(), [0, 1, 2, 3, 4, 5]),
    "any status": (Wanted(statuses=()), [0, 1, 2, 3, 4, 5]),
    "accepted": (Wanted(statuses=("accepted",)), []),
    "kind": (Wanted(kinds=("quote",)), [2]),
    "two kinds": (Wanted(kinds=("quote", "tally")), [2, 3]),
    "rule": (Wanted(rules=("status_list.marked",)), [4, 5]),
    "story": (Wanted(stories=("tale",)), [0, 1, 2, 3, 4, 5]),
    "other story": (Wanted(stories=("other",)), []),
    "need": (Wanted(needs=("speaker",)), [2]),
    "two needs": (Wanted(needs=("speaker", "type")), [2, 3]),
    "part of a need": (Wanted(needs=("speak",)), []),
    "any need": (Wanted(needs=("any",)), [2, 3]),
    "no need": (Wanted(needs=("none",)), [0, 1, 4, 5]),
    "confidence": (Wanted(min_confidence=0.9), [0, 2, 3, 4, 5]),
    "limit": (Wanted(limit=2), [0, 1]),
    "together": (Wanted(kinds=("disposition",), min_confidence=0.9), [0]),
    "a text that SQL would take for more": (Wanted(kinds=("' or true --",)), []),
    "document": (Wanted(documents=("zz",)), []),
}


@pytest.mark.parametrize(("wanted", "expected"), WANTED.values(), ids=WANTED.keys())
def test_select(told: Archive, wanted: Wanted, expected: list[int]) -> None:
    """Each condition takes the proposals that fulfil it."""
    made = keys(told)
    assert [made.index(item.key) for item in select(told.database, wanted)] == expected


def test_document_by_its_beginning(told: Archive) -> None:
    """A document is named by the first digits of its digest."""
    digest = next(select(told.database, Wanted())).data["document"]
    assert count(told.database, Wanted(documents=(digest[:8],))) == 6


def test_count_is_not_limited(told: Archive) -> None:
    """How many there are does not depend on how many are shown."""
    assert count(told.database, Wanted(limit=1)) == 6


def test_find(told: Archive) -> None:
    """A proposal is found by the beginning of its key, in any case."""
    key = keys(told)[2]
    assert [find(told.database, name).key for name in (key, key[:10], key[:10].upper(), f" {key} ")] == [key] * 4


# Name: key, what is said.
NO_KEYS = {
    "too short": ("abc", "is no key of a proposal"),
    "no hex": ("xyzw", "is no key of a proposal"),
    "empty": ("", "is no key of a proposal"),
    "as a spreadsheet shortens it": ("1.23457E+31", "is no key of a proposal"),
    "unknown": ("0123456789abcdef", "there is no proposal '0123456789abcdef'"),
}


@pytest.mark.parametrize(("name", "said"), NO_KEYS.values(), ids=NO_KEYS.keys())
def test_no_such_key(told: Archive, name: str, said: str) -> None:
    """What is no key, or no proposal's, is said."""
    with pytest.raises(UsageError, match=said):
        find(told.database, name)


def test_ambiguous_key(told: Archive) -> None:
    """A beginning that several keys share is not guessed at."""
    with closing(open_database(told.database)) as db:
        db.execute(
            "insert into proposals (proposal, status, last_event) values ('abcd1', 'open', 3), ('abcd2', 'open', 3)"
        )
        db.execute(
            "insert into _proposal_made select sequence + 90, 0, 0, 'abcd' || (sequence - 2), kind, rule, confidence,"
            ' needs, story, document, start, "end", proposes, about, dated from _proposal_made where sequence < 5'
        )
        db.execute("insert into events select sequence + 90, id || 'x', type, source, subject, edtf, earliest, latest,"
                   " recorded, summary, data, status from events where sequence < 5")  # fmt: skip
    with pytest.raises(UsageError, match="begins the keys of several proposals: abcd1, abcd2"):
        find(told.database, "abcd")


def test_passage(told: Archive) -> None:
    """The passage is what stands at its place in the text that is kept."""
    found = list(select(told.database, Wanted(kinds=("quote",))))
    assert [passages(told).of(item) for item in found] == [QUOTE]


def test_passage_of_a_document_that_is_not_kept(told: Archive) -> None:
    """Where the text is not kept, there is no passage."""
    for path in (told.folder / "documents").glob("*.txt"):
        path.unlink()
    assert passages(told).of(next(select(told.database, Wanted()))) is None


def test_passage_of_a_text_that_was_changed(told: Archive) -> None:
    """A text that is not the one on record is no passage of anything."""
    for path in (told.folder / "documents").glob("*.txt"):
        path.write_text(TEXT.replace("not", "now"), "utf-8")
    with pytest.raises(ArchiveError, match="another SHA-256"):
        passages(told).of(next(select(told.database, Wanted())))


def test_decided(told: Archive) -> None:
    """A proposal says what became of it, and in which event."""
    first, second = list(select(told.database, Wanted()))[:2]
    Review(told).decide([Decision(first, True), Decision(second, False, reason="It was P03.")])
    build(told)
    found = [find(told.database, item.key) for item in (first, second)]
    accepted = list(told.log.events())[8]
    assert [(item.status, item.accepted_as, item.reason, item.decided) for item in found] == [
        ("accepted", accepted.id, None, 10), ("rejected", None, "It was P03.", 11),
    ]  # fmt: skip


def test_log_size(told: Archive) -> None:
    """The tables say how many events of the log they cover."""
    assert log_size(told.database) == 8


def test_made_twice(told: Archive) -> None:
    """A proposal that is made again, in other words, stays one and stays decided."""
    event = next(item for item in told.log.events() if item.type == "proposal.made")
    first = next(select(told.database, Wanted()))
    Review(told).decide([Decision(first, False)])
    data: dict[str, Any] = {**event.data, "confidence": 0.1}
    told.append([{"type": event.type, "source": event.source, "subject": event.subject, "data": data}])
    build(told)
    stays = next(select(told.database, Wanted(statuses=())))
    assert (stays.status, stays.data["confidence"]) == ("rejected", 0.9)
