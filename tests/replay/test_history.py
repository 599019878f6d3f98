"""Tables and their history as rows: bounds as text, keys, weak inserts, what a query by hand finds."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from regesta.archive import Archive
from regesta.replay.build import build
from tests.archives import answer, letter, listing

BOUNDS = "possibly_from, surely_from, surely_to, possibly_to"


def rows(archive: Archive, sql: str) -> list[tuple[object, ...]]:
    build(archive)
    with closing(sqlite3.connect(archive.database)) as db:
        return db.execute(sql).fetchall()


def said(word: str, edtf: str, number: int = 1) -> dict[str, object]:
    return answer(number, edtf=edtf, data={"letter": f"l{number}", "place": "P01", "answer": word})


def test_history_of_a_row(archive: Archive) -> None:
    """Each state has the event that began it, the one that ended it, and its four bounds."""
    archive.append([said("no", "2017-06-30"), said("yes", "2017-07-03/2017-07-05")])
    assert rows(archive, f"select answer, event, ended_by, {BOUNDS} from answers_history order by event") == [
        ("no", 1, 2, "2017-06-30T00:00:00-04:00", "2017-06-30T23:59:59-04:00",
         "2017-07-03T00:00:00-04:00", "2017-07-05T23:59:59-04:00"),
        ("yes", 2, None, "2017-07-03T00:00:00-04:00", "2017-07-05T23:59:59-04:00",
         "9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
    ]  # fmt: skip


def test_order_of_recording_does_not_matter(archive: Archive) -> None:
    """What happened first comes first, whenever it was recorded."""
    archive.append([said("yes", "2017-07-05"), said("no", "2017-06-30")])
    assert rows(archive, "select answer, last_event from answers") == [("yes", 1)]


def test_named_in_a_list_does_not_override(archive: Archive) -> None:
    """`on conflict do nothing`: a list fills an empty place and leaves an answer alone."""
    archive.append([said("no", "2017-06-30"), listing(1, edtf="2017-07-05"), listing(2, edtf="2017-07-05")])
    assert rows(archive, "select place, answer from answers order by place") == [("P01", "no"), ("P02", "unknown")]


def test_current_row_is_the_open_state(archive: Archive) -> None:
    """The table holds what the open line of the history holds, and names the same event."""
    archive.append([letter(1), letter(2), said("no", "2017-06-30"), said("partly", "2017-07-01"), answer(2)])
    assert rows(archive, "select letter, place, answer, pages, last_event from answers order by 1") == rows(
        archive, "select letter, place, answer, pages, event from answers_history where ended_by is null order by 1"
    )


def test_undated_event_is_nowhere_certain(archive: Archive) -> None:
    """An undated answer has open bounds on both sides."""
    archive.append([answer(1, edtf=None)])
    assert rows(archive, f"select {BOUNDS} from answers_history") == [
        ("0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z")
    ]


def test_as_of_by_hand(archive: Archive) -> None:
    """The conditions of the concepts page find what stood on a day, certainly and possibly."""
    archive.append([said("no", "2017-06-30"), answer(2, edtf="2017-06-28/2017-07-05")])
    day = "'2017-07-01T23:59:59-04:00'"
    certain = f"select place from answers_history where surely_from <= {day} and possibly_to > {day}"
    possible = f"select place from answers_history where possibly_from <= {day} and surely_from > {day}"
    assert (rows(archive, certain), rows(archive, possible)) == ([("P01",)], [("P02",)])
