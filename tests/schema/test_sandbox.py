"""Constraints at the door: an event that does not fit the tables is refused, with the reason, and nothing is kept."""

from __future__ import annotations

from typing import Any

import pytest

from regesta.archive import Archive
from regesta.errors import EventError
from tests.archives import ANSWERS_SQL, answer, drafts, letter, make_archive


def given(**data: Any) -> dict[str, Any]:
    return answer(1, data={"letter": "l1", "place": "P01", "answer": "yes", **data})


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "unknown place": (given(place="ZZ"), "answers.place is 'ZZ', which is not in schema/reference/places.csv"),
    "answer outside the list": (given(answer="maybe"), "answers: answer is 'maybe', expected"),
    "negative pages": (given(pages=-1), "answers: pages is -1, expected"),
    "letter to nowhere": (letter(1, data={"letter": "l1", "place": "Paris"}), "letters.place is 'Paris'"),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_refused_with_the_reason(case: tuple[dict[str, Any], str], archive: Archive) -> None:
    """The error names the column, the value and what was expected; the log stays empty."""
    draft, message = case
    with pytest.raises(EventError) as caught:
        archive.append([*drafts(3), draft])
    assert (message in str(caught.value), "event 4" in str(caught.value), archive.log.size()) == (True, True, 0)


def test_first_fault_in_input_order_is_named(archive: Archive) -> None:
    """Of several faults the one that comes first in the input is told."""
    with pytest.raises(EventError, match="event 2"):
        archive.append([given(), given(answer="maybe"), given(place="ZZ")])


def test_reference_to_another_projection_may_come_later(archive: Archive) -> None:
    """An answer to a letter that is not recorded yet is taken."""
    assert archive.append([given()]).appended == 1


NOT_EMPTY = {"projections/answers.sql": ANSWERS_SQL.replace("reason text,", "reason text not null,").replace(
    "insert into answers (letter, place, answer)\nselect letter, place, 'unknown'",
    "insert into answers (letter, place, answer, reason)\nselect letter, place, 'unknown', 'listed'",
)}  # fmt: skip


def test_empty_where_something_must_be(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A value that a table cannot do without is asked for."""
    archive = make_archive(tmp_path_factory.mktemp("strict"), files=NOT_EMPTY)
    with pytest.raises(EventError, match=r"answers\.reason must not be empty"):
        archive.append([given()])


ONLY_FINAL = {"projections/answers.sql": ANSWERS_SQL.replace("from answer_given", "from answer_given\nwhere final = 1")}


def test_where_leaves_out_what_is_not_asked(tmp_path_factory: pytest.TempPathFactory) -> None:
    """An event that an insert leaves out does not have to fit the table."""
    archive = make_archive(tmp_path_factory.mktemp("final"), files=ONLY_FINAL)
    assert archive.append([given(answer="maybe", final=False)]).appended == 1


ENVELOPE = {"projections/answers.sql": ANSWERS_SQL.replace(
    "select letter, place, answer, reason, pages", "select letter, place, answer, subject, pages"
).replace("reason text, ", "reason text check (reason <> 'place/P13'), ")}  # fmt: skip


def test_constraint_on_the_envelope(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A constraint may look at what every event has, such as its subject."""
    archive = make_archive(tmp_path_factory.mktemp("envelope"), files=ENVELOPE)
    with pytest.raises(EventError, match="reason is 'place/P13'"):
        archive.append([answer(12), answer(13)])
