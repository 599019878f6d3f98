"""What an event must fulfil beyond its own form: the archive's rules on passages, the constraints of its tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from regesta.archive import Archive
from regesta.errors import EventError
from regesta.events.admission import Admission
from regesta.events.model import prepare
from tests.archives import answer, document, letter, listing, make_archive, passage, retraction

DIGEST = "sha256:" + "b" * 64
DOCUMENT = document("A letter goes to Alder. It asks for the roll.")


def with_evidence(*evidence: dict[str, Any]) -> dict[str, Any]:
    return letter(1, data=letter(1)["data"] | {"evidence": list(evidence)})


def with_data(draft: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return draft | {"data": draft["data"] | changes}


QUOTED = with_evidence(passage(0, 8, exact="A letter"))
QUOTED_AND_DIGEST = with_evidence(passage(0, 8, exact="A letter", digest=DIGEST))
DIGEST_ONLY = with_evidence(passage(0, 8, digest=DIGEST))
NEITHER = with_evidence(passage(0, 8))

# Name: the archive's rule, a draft, what is said, None when it is taken.
RULES = {
    "full, passage": ("full", QUOTED, None),
    "full, passage and digest": ("full", QUOTED_AND_DIGEST, None),
    "full, digest": ("full", DIGEST_ONLY, None),
    "full, neither": ("full", NEITHER, "data.evidence[0]: neither the passage nor its digest is given"),
    "digest, passage": ("digest", QUOTED, "data.evidence[0]: this archive does not publish passages"),
    "digest, passage and digest": ("digest", QUOTED_AND_DIGEST, "data.evidence[0]: this archive does not publish"),
    "digest, digest": ("digest", DIGEST_ONLY, None),
    "digest, neither": ("digest", NEITHER, "data.evidence[0]: neither the passage nor its digest is given"),
    "no length": ("full", with_evidence(passage(8, 8, digest=DIGEST)), "data.evidence[0]: start 8 is not before end 8"),
    "reversed": ("full", with_evidence(passage(9, 8, digest=DIGEST)), "data.evidence[0]: start 9 is not before end 8"),
    "second item": (
        "full",
        with_evidence(passage(0, 8, digest=DIGEST), passage(9, 8, digest=DIGEST)),
        "data.evidence[1]: start 9 is not before end 8",
    ),
    "no evidence": ("digest", letter(1), None),
}

# Name: a draft that the tables do not take, what is said.
CONSTRAINTS = {
    "not in the list": (with_data(letter(1), place="ZZ"), "letters.place is 'ZZ', which is not in schema/reference/p"),
    "not in the list, second table": (with_data(answer(1), place="P21"), "answers.place is 'P21', which is not in"),
    "not in the list, weak insert": (with_data(listing(1), place="p01"), "answers.place is 'p01', which is not in"),
    "outside the check": (with_data(answer(1), answer="maybe"), "answers: answer is 'maybe', expected answer IN ("),
    "empty text": (with_data(answer(1), answer=""), "answers: answer is '', expected answer IN"),
    "another case": (with_data(answer(1), answer="Yes"), "answers: answer is 'Yes', expected answer IN"),
    "below zero": (with_data(answer(1), pages=-1), "answers: pages is -1, expected pages >= 0"),
    "braces": (with_data(answer(1), answer="{value}"), "answers: answer is '{value}', expected answer IN"),
    "quote": (with_data(answer(1), answer="'; drop table t; --"), "answers: answer is \"'; drop table t; --\", exp"),
}  # fmt: skip


def admission(archive: Archive) -> Admission:
    return Admission(archive.schema, archive.zone, archive.config.quotes)


def check(archive: Archive, *drafts: dict[str, Any]) -> tuple[int, str] | None:
    fault = admission(archive).check([prepare(draft, archive.schema.types) for draft in drafts])
    return fault and (fault[0], fault[1].message)


@pytest.mark.parametrize(("quotes", "draft", "words"), RULES.values(), ids=RULES.keys())
def test_evidence(quotes: str, draft: dict[str, Any], words: str | None, tmp_path: Path) -> None:
    """Evidence gives the passage or its digest, and the passage only where the archive publishes passages."""
    fault = check(make_archive(tmp_path, quotes=quotes), draft)
    assert words == (fault and fault[1][: len(words or "")])


@pytest.mark.parametrize(("draft", "words"), CONSTRAINTS.values(), ids=CONSTRAINTS.keys())
def test_constraint(draft: dict[str, Any], words: str, archive: Archive) -> None:
    """An event that breaks a constraint of a table is refused with table, column and value."""
    fault = check(archive, letter(2), draft, letter(3))
    assert fault is not None
    assert (1, words) == (fault[0], fault[1][: len(words)])


def test_first_fault(archive: Archive) -> None:
    """Of several faults the first event's is told, whatever its type."""
    bad_letter, bad_answer = with_data(letter(1), place="ZZ"), with_data(answer(1), answer="maybe")
    assert (
        (check(archive, letter(2), bad_answer, bad_letter) or (0,))[0],
        (check(archive, letter(2), bad_letter, bad_answer) or (0,))[0],
    ) == (1, 1)


def test_all_fit(archive: Archive) -> None:
    """Events that fit are taken, of whatever types, also when none of their types fills a table."""
    assert check(archive, letter(1), answer(1), listing(1), retraction("0" * 32), DOCUMENT) is None


def test_no_events(archive: Archive) -> None:
    """No events fit."""
    assert check(archive) is None


def test_key_of_another_event(archive: Archive) -> None:
    """What an event points at in another projection may come later, and two events may have one key."""
    assert check(archive, answer(7), answer(7, edtf="2018-01-01"), with_data(answer(7), answer="no")) is None


def test_checks_leave_nothing(archive: Archive) -> None:
    """A batch is forgotten when it has been checked: the next one is judged by itself."""
    door = admission(archive)
    bad = prepare(with_data(letter(1), place="ZZ"), archive.schema.types)
    good = prepare(letter(1), archive.schema.types)
    results = [door.check(batch) for batch in ([good], [good], [bad], [good], [good, good])]
    assert [result and result[0] for result in results] == [None, None, 0, None, None]


def test_refused_at_the_door(archive: Archive) -> None:
    """An append says which event of the input it was, and appends none."""
    with pytest.raises(EventError) as caught:
        archive.append([letter(1), with_data(letter(2), place="ZZ")], place="letters.jsonl:{}".format)
    expected = "letters.jsonl:2: letters.place is 'ZZ', which is not in schema/reference/places.csv"
    assert (expected, 0) == (str(caught.value), archive.log.size())


def test_projection_that_reads_the_envelope(tmp_path: Path) -> None:
    """A constraint on the date, the subject or the source of an event is checked too."""
    sql = """
        create table places_named (
          place text not null primary key check (place != 'place/P02'), -- The place
          dated text not null                                           -- When
        );
        insert into places_named (place, dated) select subject, edtf from answer_listed;
    """
    archive = make_archive(tmp_path, files={"projections/places_named.sql": sql})
    assert [
        fault and (fault[0], fault[1].partition(", expected")[0])
        for fault in (check(archive, draft) for draft in (listing(1), listing(2), listing(3, edtf=None)))
    ] == [None, (0, "places_named: place is 'place/P02'"), (0, "places_named.dated must not be empty")]
