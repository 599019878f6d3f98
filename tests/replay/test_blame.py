"""The life of a row: every state with what its event changed, the passages, and what was taken back with the reason."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from regesta.archive import Archive
from regesta.errors import UsageError
from regesta.replay.blame import Blame, TakenBack, blame
from regesta.replay.bounds import bound_second
from regesta.replay.build import build
from tests.archives import answer, document, letter, listing, make_archive, passage, retraction
from tests.replay.pasts import VALUES, Move, append_on, few, live, new_archive, pasts

TEXT = "P01 answers: no to all, and no again."


def said(word: str, date: str | None, place: str = "P01", **data: Any) -> dict[str, Any]:
    """Return the draft of an answer; ``replaces`` is a member of the draft, all else of its data."""
    target = data.pop("replaces", None)
    content = {"letter": "l1", "place": place, "answer": word, **data}
    return answer(1, edtf=date, data=content, subject=f"place/{place}", replaces=target)


@pytest.fixture
def past(quick_path: Path) -> Iterator[Archive]:
    """P01 says no, twice the passage; then partly, which was yes of P02; it gives in; and one answer is taken back."""
    archive = make_archive(quick_path)
    evidence = [passage(13, 22, text=TEXT, exact="no to all"), passage(28, 36, text=TEXT, exact="no again")]
    source = document(TEXT)
    source["data"] |= {"title": "All answers", "publisher": "The Paper"}
    append_on(archive, 1, source, said("no", "2017-06-30", reason="Not public.", evidence=evidence))
    ids = append_on(archive, 2, said("yes", "2017-07-02", "P02"), said("yes", "2017-07-05", pages=3, note="By fax."))
    ids = append_on(archive, 3, said("partly", "2017-07-02", replaces=ids[2], note="Corrected: it was P01."))
    ids = append_on(archive, 4, said("no", "2017-07-06", pages=3))
    append_on(archive, 5, retraction(ids[5], "It was a draft."))
    build(archive)
    yield archive


def the(found: list[Blame]) -> Blame:
    (only,) = found
    return only


def test_reason_without_the_note_that_was_kept(past: Archive) -> None:
    """A replacement keeps the old note and says why after it; only that is why."""
    ids = append_on(past, 6, said("no", "2017-07-08", "P05", note="By fax."))
    append_on(past, 7, said("yes", "2017-07-08", "P05", replaces=ids[-1], note="By fax.\nCorrected: a slip."))
    build(past)
    (gone,) = the(blame(past, "answers", "P05")).taken_back
    assert (gone.word.note, gone.why) == ("By fax.", "Corrected: a slip.")


def test_states(past: Archive) -> None:
    """Every state with all its values, what changed in it, when, and what ended it."""
    held = the(blame(past, "answers", "P01")).held
    assert [(state.word.sequence, state.changed, state.ended_by) for state in held] == [
        (2, {"answer": "no", "reason": "Not public."}, 5),
        (5, {"answer": "partly", "reason": None}, 4),
        (4, {"answer": "yes", "pages": 3}, None),
    ]
    assert (held[2].values, held[2].bounds) == (
        {"answer": "yes", "reason": None, "pages": 3, "share": None, "final": None},
        {"possibly_from": "2017-07-05T00:00:00-04:00", "surely_from": "2017-07-05T23:59:59-04:00",
         "surely_to": "9999-12-31T23:59:59Z", "possibly_to": "9999-12-31T23:59:59Z"},
    )  # fmt: skip


def test_word_and_passages(past: Archive) -> None:
    """An event comes with its envelope, its note and all its passages in order, under the document's title."""
    held = the(blame(past, "answers", "l1,P01")).held
    first, last = held[0].word, held[2].word
    assert [(item.title, item.publisher, item.start, item.end, item.exact) for item in first.passages] == [
        ("All answers", "The Paper", 13, 22, "no to all"),
        ("All answers", "The Paper", 28, 36, "no again"),
    ]
    assert (last.type, last.edtf, last.recorded, last.source, last.note, last.passages) == (
        "answer.given", "2017-07-05", "2026-03-02T12:00:00.000Z", "manual:", "By fax.", (),
    )  # fmt: skip


def test_taken_back(past: Archive) -> None:
    """What was retracted is told with what it said and the reason; it is in no state."""
    (past_word,) = the(blame(past, "answers", "P01")).taken_back
    assert _short(past_word) == (6, "retracted", {"answer": "no", "pages": 3}, 7)


def test_row_that_is_gone(past: Archive) -> None:
    """A row of which all was corrected away is still found, by its key or a part of it, with who took it away."""
    by_key, by_part = blame(past, "answers", "l1,P02"), blame(past, "answers", "P02")
    assert by_key == by_part
    (gone,) = the(by_key).taken_back
    assert (the(by_key).held, _short(gone), gone.why) == (
        (), (3, "replaced", {"answer": "yes"}, 5), "Corrected: it was P01.",
    )  # fmt: skip


def _short(item: TakenBack) -> tuple[int, str, dict[str, Any], int | None]:
    return item.word.sequence, item.status, item.values, item.by.sequence if item.by else None


def test_reason_is_the_correction_that_counts(past: Archive) -> None:
    """Of several corrections the first that counts is named; a retraction that was taken back takes nothing back."""
    ids = append_on(past, 6, said("no", "2017-07-08"))
    ids = append_on(past, 6, retraction(ids[7], "One."), retraction(ids[7], "Two."))
    found = [_reasons(past)]
    append_on(past, 7, retraction(ids[8], "Not one."))
    found.append(_reasons(past))
    append_on(past, 8, retraction(ids[9], "Nor two."))
    found.append(_reasons(past))
    draft = (6, "It was a draft.")
    assert found == [[draft, (8, "One.")], [draft, (8, "Two.")], [draft]]


def _reasons(archive: Archive) -> list[tuple[int, str | None]]:
    build(archive)
    return [(item.word.sequence, item.why) for item in the(blame(archive, "answers", "P01")).taken_back]


def test_event_with_two_inserts_is_taken_back_once(quick_path: Path) -> None:
    """What several inserts of a table take from one event is one word that was taken back."""
    sql = """
create table answers (letter text not null, place text not null, answer text, pages integer, primary key (letter, place));
insert into answers (letter, place, answer) select letter, place, answer from answer_given;
insert into answers (letter, place, pages) select letter, place, pages from answer_given;
insert into answers (letter, place, answer) select letter, place, 'unknown' from answer_listed on conflict do nothing;
"""
    archive = make_archive(quick_path, files={"projections/answers.sql": sql})
    append_on(archive, 2, retraction(append_on(archive, 1, said("no", "2017-06-30", pages=2))[0]))
    build(archive)
    assert list(map(_short, the(blame(archive, "answers", "P01")).taken_back)) == [
        (1, "retracted", {"answer": "no", "pages": 2}, 2)
    ]


def test_order_where_the_clock_is_put_back(past: Archive) -> None:
    """01:10 after the change comes later than 01:30 before it."""
    append_on(past, 6, said("no", "2017-11-05T01:10:00-05:00", "P09"), said("yes", "2017-11-05T01:30:00-04:00", "P09"))
    build(past)
    held = the(blame(past, "answers", "P09")).held
    assert [(state.word.sequence, state.changed) for state in held] == [(9, {"answer": "yes"}), (8, {"answer": "no"})]


def test_several_rows(past: Archive) -> None:
    """A value in any column of the key names all rows that have it, in the order of their keys."""
    append_on(past, 6, said("no", "2017-07-08", "P10"), listing(1, edtf=None, data={"letter": "l2", "place": "P01"}))
    build(past)
    by_place, by_letter = ([row.key for row in blame(past, "answers", key)] for key in ("P01", "l1"))
    assert (by_place, by_letter) == (
        [{"letter": "l1", "place": "P01"}, {"letter": "l2", "place": "P01"}],
        [{"letter": "l1", "place": place} for place in ("P01", "P02", "P10")],
    )


ODD = ("a b", "a+b", "a,b", "~41", "x,P01", "é", "100%", "'", '"')


@pytest.mark.parametrize("name", ODD)
def test_odd_keys(past: Archive, name: str) -> None:
    """A key is found as it is and as one text, in a key of one column and of two."""
    data = {"letter": name, "place": "P01"}
    append_on(past, 6, letter(1, data=data), answer(1, data={**data, "answer": "no"}))
    build(past)
    text = blame(past, "answers", name)[-1]
    with closing(sqlite3.connect(past.database)) as db:
        (sequence,) = db.execute("select last_event from letters where id = ?", (name,)).fetchone()
    assert (text.key, the(blame(past, "letters", name)).held[0].word.sequence) == (data, sequence)


# Name: table, key, message, beginning of what helps.
REFUSED = {
    "table": ("nope", "P01", "there is no table 'nope' with a history", "one of answers, "),
    "view": ("answer_counts", "no", "there is no table 'answer_counts' with a history", "one of answers, "),
    "history": ("answers_history", "P01", "there is no table 'answers_history' with a history", "one of answers, "),
    "key": ("answers", "P09", "answers has no row 'P09'", "its keys are written l1,P01"),
    "part of a key": ("answers", "P0", "answers has no row 'P0'", "its keys are written l1,P01"),
    "not text": ("answers", "\udcff", "answers has no row '\\udcff'", "its keys are written l1,P01"),
    "empty table": ("letters", "l1", "letters has no row 'l1'", "the table is empty"),
}


@pytest.mark.parametrize(("table", "key", "message", "remedy"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(past: Archive, table: str, key: str, message: str, remedy: str) -> None:
    """What there is not is refused, and what there is instead is named."""
    with pytest.raises(UsageError) as caught:
        blame(past, table, key)
    assert (caught.value.message, (caught.value.remedy or "")[: len(remedy)]) == (message, remedy)


@few(12)
@given(moves=pasts)
def test_states_are_those_of_the_history(moves: list[Move]) -> None:
    """In the order of time, each ended by the next, their changes adding up to their values; nothing else counts."""
    with new_archive() as archive:
        live(archive, moves)
        with closing(sqlite3.connect(archive.database)) as db:
            history = db.execute(
                "select place, event, answer, reason, pages, share, final from answers_history"
            ).fetchall()
            status = dict(db.execute("select sequence, status from events where type like 'answer.%'").fetchall())
            names = [
                f"P0{n}"
                for n in (1, 2)
                if f"place/P0{n}" in {row[0] for row in db.execute("select subject from events")}
            ]
        rows = [the(blame(archive, "answers", name)) for name in names]
        assert sorted(_flat(rows)) == sorted(map(repr, history))
        assert [_faults(row) for row in rows] == [[] for _ in rows]
        taken = sorted((item.word.sequence, item.status) for row in rows for item in row.taken_back)
        assert taken == sorted((number, word) for number, word in status.items() if word != "current")


def _flat(rows: list[Blame]) -> list[str]:
    return [repr((row.key["place"], state.word.sequence, *state.values.values())) for row in rows for state in row.held]


def _faults(row: Blame) -> list[str]:
    """Return what does not fit together in a row's life."""
    faults, values = [], dict.fromkeys(VALUES)
    ends = [state.word.sequence for state in row.held[1:]] + [None] * bool(row.held)
    begins = [bound_second(state.bounds["surely_from"]) for state in row.held]
    if begins != sorted(begins) or [state.ended_by for state in row.held] != ends:
        faults.append(f"not in order: {row}")
    for state in row.held:
        values |= state.changed
        if values != state.values:
            faults.append(f"{values} is not {state.values}")
    return faults
