"""A new version of a story: what changed is told, and the claims that vanished are listed."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pytest

from regesta.ingest.capture import Dated
from regesta.ingest.passages import evidence
from regesta.ingest.versions import found_again, versions
from regesta.limits import EDIT_CHARS, EDITS_LISTED, LINE_BYTES
from tests.archives import document, letter, make_archive, retraction
from tests.ingest.ferry import PASSAGES, STORY, Ferry, capture, digest_of, paragraphs_moved, replaced, straight

SQL = "select story, document, event, type, subject, dated, summary, noticed from orphans order by noticed, event"


@pytest.fixture(params=["full", "digest"])
def ferry(request: pytest.FixtureRequest, quick_path: Path) -> Ferry:
    """The story in one version, in an archive of either kind."""
    return Ferry(make_archive(quick_path, quotes=request.param)).begin()


@pytest.fixture
def quoted(quick_path: Path) -> Ferry:
    """The story in an archive that may publish passages."""
    return Ferry(make_archive(quick_path)).begin()


@pytest.fixture
def hashed(quick_path: Path) -> Ferry:
    """The story in an archive that may not."""
    return Ferry(make_archive(quick_path, quotes="digest")).begin()


def test_a_deleted_sentence_leaves_an_orphan(ferry: Ferry) -> None:
    """The claim that rested on it is listed, and no other."""
    assert ferry.lost(replaced(PASSAGES["twin"], "")) == ["twin"]


def test_a_moved_paragraph_loses_nothing(ferry: Ferry) -> None:
    """Every passage is found, letter for letter."""
    data = ferry.update(capture(paragraphs_moved()))["data"]
    assert (data["moved"], data["found_exact"], data["orphaned"], "orphans" in data) == (1, len(PASSAGES), 0, False)


def test_a_changed_number_is_told_with_before_and_after(ferry: Ferry) -> None:
    """It is classed as a number, with both; numbers are facts, and told where passages may not be."""
    data = ferry.update(capture(replaced("23 doctors", "45 doctors")))["data"]
    start = STORY.index("23 doctors")
    edit = {"kind": "number", "before": [start, start + 2], "after": [start, start + 2], "from": "23", "to": "45"}
    assert (data["numbers"], data["edits"], data["change"]) == (1, [edit], "1 number changed.")
    assert ferry.lost(replaced("23 doctors", "45 doctors")) == ["doctors"]


def test_draft_is_accepted_by_the_log(ferry: Ferry) -> None:
    """It has the type's form, names both versions, and is built into the tables."""
    new = straight(replaced(PASSAGES["wish"], "", replaced("turned down", "turned dwon", paragraphs_moved())))
    data = ferry.take(new)
    assert (data["story"], data["document"], data["previous"]) == ("ferry", digest_of(new), digest_of(STORY))
    columns = "previous, numbers, quotes, wording, moved, typo, found_exact, found_normalised, found_fuzzy, orphaned"
    counts = (0, 0, 1, 1, 9, 12, 2, 1, 1)
    sql = f"select {columns} from story_versions where document = '{digest_of(new)}'"
    assert ferry.ask(sql) == [(digest_of(STORY), *counts)]
    assert data["summary"] == (
        "The story came out in a new version: 1 passage removed, 1 passage moved,"
        " 9 small changes of spelling or punctuation; 1 of the 16 passages that events rest on is gone."
    )


def test_orphans_are_a_view(ferry: Ferry) -> None:
    """Each is a row with its event, the version that lacks it, and the event that noticed."""
    ferry.take(replaced(PASSAGES["date"], "lately", replaced(PASSAGES["wish"], "")))
    gone = digest_of(replaced(PASSAGES["date"], "lately", replaced(PASSAGES["wish"], "")))
    assert ferry.ask(SQL) == [
        ("ferry", gone, 4, "letter.sent", "letter/l2", "2017-01-03", "What date says.", 20),
        ("ferry", gone, 13, "letter.sent", "letter/l11", "2017-01-12", "What wish says.", 20),
    ]


def test_a_retracted_event_is_no_orphan(ferry: Ferry) -> None:
    """Neither before the update nor after it."""
    ferry.add(retraction(ferry.id(2)))
    ferry.take(replaced(PASSAGES["date"], "lately", replaced(PASSAGES["wish"], "")))
    assert [row[2] for row in ferry.ask(SQL)] == [13]
    ferry.add(retraction(ferry.id(11), "A mistake."))
    assert ferry.ask(SQL) == []


def test_orphans_as_of_a_date(quoted: Ferry) -> None:
    """Before the update came out there is none."""
    draft = quoted.update(capture(replaced(PASSAGES["wish"], ""), updated=Dated("2021-03-10", "printed")))
    quoted.add(document(replaced(PASSAGES["wish"], "")), draft)
    found = [len(list(quoted.archive.at(date).query(SQL))) for date in ("2021-03-09", "2021-03-10")]
    assert found == [0, 1]


def test_an_event_with_several_passages_is_listed_once(quoted: Ferry) -> None:
    """If one of its passages is gone it is an orphan; the counts are of passages."""
    quoted.add(quoted.letter(90, STORY, "wish", "date", "twin"))
    data = quoted.update(capture(replaced(PASSAGES["date"], "lately", replaced(PASSAGES["wish"], ""))))["data"]
    assert (data["orphaned"], len(data["orphans"]), len(set(data["orphans"]))) == (4, 3, 3)


def test_what_is_said_of_a_version_is_not_lost(ferry: Ferry) -> None:
    """The stamp of a version is gone in the next; that this version had it stays true."""
    assert ferry.lost(replaced("on 9 March at 10:15 a.m.", "on 11 March at 9 p.m.")) == ["stamp"]


# Chains of versions.


def test_what_is_lost_is_told_once(ferry: Ferry) -> None:
    """A third version lists only what the second still had."""
    second = replaced(PASSAGES["wish"], "")
    ferry.take(second)
    assert ferry.lost(replaced(PASSAGES["date"], "lately", second), second) == ["date"]


def test_passages_of_every_version_are_looked_for(quoted: Ferry) -> None:
    """Those that were read in the first version and those that only the second has."""
    second = replaced(PASSAGES["wish"], "Great Skerry asked for 16 boats.")
    quoted.take(second)
    start = second.index("Great Skerry asked for 16 boats.")
    draft = letter(90)
    draft["data"]["evidence"] = [evidence(second, start, start + 32, digest_of(second), "full")]
    quoted.add(draft)
    with quoted.known() as known:
        found = found_again(known, "ferry", digest_of(second), replaced("16 boats", "9 boats", second))
    assert [(item.event, anchored.how) for item, anchored in found if anchored.how != "exact"] == [(21, "orphaned")]
    assert len(found) == len(PASSAGES)  # 15 of the first version, 1 of the second


def test_what_comes_back_is_found(ferry: Ferry) -> None:
    """It was not in the version before, so it is no loss; and can be lost again."""
    second = replaced(PASSAGES["wish"], "")
    ferry.take(second)
    ferry.take(f"{STORY}.", second)
    assert ferry.lost(second, f"{STORY}.") == ["wish"]


def test_versions_in_their_order(ferry: Ferry) -> None:
    """They are listed as they were recorded."""
    ferry.take(paragraphs_moved())
    with ferry.known() as known:
        assert versions(known.db, "ferry") == [digest_of(STORY), digest_of(paragraphs_moved())]


# What is not held.


def test_without_the_old_text_only_passages_are_told(ferry: Ferry) -> None:
    """What changed is not known then, and the event says so."""
    ferry.forget(STORY)
    data = ferry.update(capture(replaced(PASSAGES["wish"], "")))["data"]
    assert data["change"] == "The earlier text is not held, so what changed in it is not known."
    assert (data["found_exact"], data["orphaned"], "typo" in data, "edits" in data) == (15, 1, False, False)


# When, and what may be told.

DATES = {
    "it says when": (
        {"updated": Dated("2021-03-09", "printed"), "retrieved": Dated("2021-03-12", "clock")},
        "2021-03-09",
    ),
    "nobody knows": ({}, None),
    "before it was retrieved": ({"retrieved": Dated("2021-03-12T10:00:00Z", "clock")}, "../2021-03-12T10:00:00Z"),
}


@pytest.mark.parametrize("dates, expected", DATES.values(), ids=DATES)
def test_date_of_the_update(quoted: Ferry, dates: dict[str, Dated], expected: str | None) -> None:
    """As it says itself, else bounded by when it was seen."""
    assert quoted.update(capture(f"{STORY}.", **dates)).get("edtf") == expected


@pytest.mark.parametrize("then, expected", [
    ("2021-03-10T08:00:00Z", "2021-03-10T08:00:00Z/2021-03-12T10:00:00Z"),
    ("2021-03-13T08:00:00Z", "../2021-03-12T10:00:00Z"),
    ("2021-03-10", "../2021-03-12T10:00:00Z"),
])  # fmt: skip
def test_an_update_came_after_the_version_before_was_seen(quick_path: Path, then: str, expected: str) -> None:
    """When both were retrieved is known, it came out in between."""
    ferry = Ferry(make_archive(quick_path))
    first = ferry.keep(STORY)
    first["data"]["retrieved"] = then
    ferry.add(first)
    draft = ferry.update(capture(f"{STORY}.", retrieved=Dated("2021-03-12T10:00:00Z", "clock")))
    assert draft["edtf"] == expected


def test_words_are_told_only_where_they_may_be_published(quoted: Ferry, tmp_path: Path) -> None:
    """Else an edit has its place alone, unless a number changed."""
    new = capture(replaced("has been decided", "has been settled", replaced("23", "45")))
    hashed = Ferry(make_archive(tmp_path, quotes="digest")).begin()
    told = [[edit.get("from") for edit in ferry.update(new)["data"]["edits"]] for ferry in (quoted, hashed)]
    assert told == [["23", "decided"], ["23", None]]


def test_a_long_sentence_with_a_number_is_not_told(hashed: Ferry) -> None:
    """Only figures are facts; what is longer would be a passage."""
    words = "12 sailings a week instead of 24 until the end of April"
    edits = hashed.update(capture(replaced(words, "3 boats on weekdays and one on every other day of rest")))["data"][
        "edits"
    ]
    assert {name for edit in edits for name in edit if len(edit.get(name, "")) > 40} == set()


def test_an_update_with_thousands_of_changes_fits_an_event(quoted: Ferry) -> None:
    """All are counted, the first listed, numbers before all others, their words cut."""
    old = "\n\n".join(
        f"Item {n} was put on the list of the company for reasons that nobody remembers." for n in range(1_000)
    )
    new = old.replace("reasons", "rather \x07 " * 40 + "reasons").replace("Item 9", "Item 8")
    quoted.add(quoted.keep(old))
    data = quoted.update(capture(new), old)["data"]
    assert (len(data["edits"]), data["edits_omitted"]) == (
        EDITS_LISTED,
        data["wording"] + data["numbers"] - EDITS_LISTED,
    )
    assert {edit["kind"] for edit in data["edits"][: data["numbers"]]} == {"number"}
    assert max(len(edit["to"]) for edit in data["edits"]) <= EDIT_CHARS
    assert quoted.archive.append([document(new), quoted.update(capture(new), old)]).appended == 2


def test_hundreds_of_orphans_fit_an_event(quick_path: Path) -> None:
    """They are listed up to a limit, and the others counted."""
    text = "\n\n".join(f"Nobody of the {n} clerks has signed the letter." for n in range(600))
    ferry = Ferry(make_archive(quick_path))
    drafts = []
    for number, line in enumerate(text.split("\n\n")):
        draft, start = letter(number), text.index(line)
        draft["data"]["evidence"] = [evidence(text, start, start + len(line), digest_of(text), "full")]
        drafts.append(draft)
    ferry.add(ferry.keep(text), *drafts)
    draft = ferry.update(capture("All was in vain."), text)
    data = draft["data"]
    assert (data["orphaned"], len(data["orphans"]), data["orphans_omitted"]) == (600, 500, 100)
    assert ferry.archive.append([document("All was in vain."), draft]).appended == 2
    assert len(str(draft)) < LINE_BYTES


def test_an_article_is_compared_in_time(quoted: Ferry) -> None:
    """An update of an ordinary article takes a few hundredths of a second."""
    begun = time.perf_counter()
    quoted.update(capture(replaced("23", "45", paragraphs_moved())))
    assert time.perf_counter() - begun < 1.0


def test_nothing_is_written(quoted: Ferry) -> None:
    """A read-only connection is enough."""
    with quoted.known() as known, pytest.raises(sqlite3.OperationalError):
        known.db.execute("delete from events")
