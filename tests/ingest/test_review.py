"""Decisions on proposals: what is appended, what is refused, what an edit does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from regesta.archive import Archive
from regesta.errors import ConflictError, EventError, RegestaError, UsageError
from regesta.ingest.proposals import Proposal, Wanted, find, select
from regesta.ingest.review import Decision, Review, complete
from regesta.replay.build import build
from tests.archives import answer, check_archive, retraction
from tests.ingest.tale import keys, pending, tale


@pytest.fixture
def told(quick_path: Path) -> Archive:
    """An archive with six open proposals: two answers, a quote, a tally, a list of two."""
    return pending(tale(quick_path, keeper="Ada & Co"))


def numbered(archive: Archive, number: int) -> Proposal:
    """Return the n-th proposal of the text, from 0, as it is now."""
    build(archive)
    return find(archive.database, keys(archive)[number])


def last(archive: Archive, count: int) -> list[dict[str, Any]]:
    return check_archive(archive)[-count:]


def test_accept(told: Archive) -> None:
    """The event enters the log with the name of its proposal, and beside it the note that it was accepted."""
    proposal = numbered(told, 0)
    result = Review(told).decide([Decision(proposal, True)])
    event, note = last(told, 2)
    expected = {**proposal.event["data"], "proposal": proposal.key}
    assert (result.appended, event["type"], event["edtf"], event["data"]) == (
        2,
        "answer.given",
        "../2017-07-05",
        expected,
    )
    assert (note["type"], note["subject"], note["source"]) == (
        "proposal.accepted", f"proposal/{proposal.key}", "manual:Ada%20%26%20Co",
    )  # fmt: skip
    assert note["data"] == {
        "proposal": proposal.key, "accepted_as": event["id"], "summary": "Accepted: P01 says no, through Ann Lee.",
    }  # fmt: skip


def test_tables_follow(told: Archive) -> None:
    """The accepted event is in the tables like any other."""
    Review(told).decide([Decision(numbered(told, 0), True)])
    assert [row["answer"] for row in told.at()["answers"].rows] == ["no"]


def test_nothing_is_disputed(told: Archive) -> None:
    """That a proposal was open before it was decided is no disagreement of sources."""
    Review(told).decide([Decision(numbered(told, 0), True), Decision(numbered(told, 1), False)])
    assert list(told.at().query("select * from disputes")) == []


def test_reject(told: Archive) -> None:
    """A rejection says why and who."""
    Review(told, "Bob").decide([Decision(numbered(told, 2), False, reason="Not his words.")])
    note = last(told, 1)[0]
    assert (note["source"], note["data"]) == (
        "manual:Bob",
        {"proposal": keys(told)[2], "reason": "Not his words.", "summary": "Rejected: Somebody is quoted."},
    )


def test_policy(told: Archive) -> None:
    """What a rule accepted is told from what a person looked at."""
    Review(told).decide([Decision(numbered(told, 0), True, policy="disposition.marked")])
    assert last(told, 1)[0]["data"]["policy"] == "disposition.marked"


# Name: proposal, edits, what of the event is then different, what is still needed.
EDITS: dict[str, tuple[int, dict[str, Any], dict[str, Any], tuple[str, ...]]] = {
    "nothing": (0, {}, {}, ()),
    "member": (0, {"data.pages": 3}, {"data": {"pages": 3}}, ()),
    "member away": (0, {"data.reason": None}, {"data": {"reason": None}}, ()),
    "member that was not there away": (0, {"data.share": None}, {}, ()),
    "subject": (0, {"subject": "place/P09"}, {"subject": "place/P09"}, ()),
    "date in words": (0, {"edtf": "30 June 2017"}, {"edtf": "2017-06-30"}, ()),
    "undated": (0, {"edtf": None}, {"edtf": None}, ()),
    "what was found": (
        0,
        {"found.disposition": "comply"},
        {"data": {"answer": "yes", "summary": "P01 says yes, through Ann Lee."}},
        (),
    ),
    "what was found, removed": (
        0,
        {"found.person": None},
        {"data": {"reason": None, "summary": "P01 says no."}},
        (),
    ),
    "date that was found": (
        0,
        {"found.date_edtf": "2017-06-30"},
        {"edtf": "2017-06-30", "data": {"datetext": "2017-06-30"}},
        (),
    ),
    "found, and a member of the new event": (
        0,
        {"found.disposition": "comply", "data.summary": "So it is."},
        {"data": {"answer": "yes", "summary": "So it is."}},
        (),
    ),
    "found makes a need": (0, {"found.state": None}, {"subject": "story/tale", "data": {"place": None, "summary": "A disposition (Ann Lee, refuse)."}}, ("place",)),
    "still needed": (2, {"data.answer": "no"}, {"data": {"answer": "no"}}, ("speaker",)),
    "need by its name": (2, {"data.speaker": "bob-ray"}, {"data": {"speaker": "bob-ray"}}, ()),
    "need by what is found": (
        2,
        {"found.person": "Bob Ray"},
        {"subject": "person/bob-ray", "data": {"letter": "bob-ray", "reason": "bob-ray", "summary": "Bob Ray is quoted."}},
        (),
    ),
    "good without": (2, {"needs": None}, {}, ()),
    "needs something else": (2, {"needs": ["date"]}, {}, ("date",)),
    "type": (3, {"type": "answer.listed"}, {"type": "answer.listed"}, ()),
}  # fmt: skip


@pytest.mark.parametrize(("number", "edits", "changes", "needs"), EDITS.values(), ids=EDITS.keys())
def test_edit(
    told: Archive, number: int, edits: dict[str, Any], changes: dict[str, Any], needs: tuple[str, ...]
) -> None:
    """An edit changes what it names; one of what was found makes the event anew."""
    proposal = numbered(told, number)
    data = {**proposal.event["data"], **changes.get("data", {})}
    whole = {**proposal.event, **changes, "data": {name: value for name, value in data.items() if value is not None}}
    expected = {name: value for name, value in whole.items() if value is not None}
    assert Review(told).edited(proposal, edits) == (expected, needs)


def test_accept_with_edits(told: Archive) -> None:
    """What was changed is noted; the proposal stays as it was made."""
    proposal = numbered(told, 2)
    edits = {"found.person": "Bob Ray", "data.letter": "l1"}
    Review(told).decide([Decision(proposal, True, edits)])
    event, note = last(told, 2)
    assert (event["subject"], event["data"]["letter"], note["data"]["edited"]) == (
        "person/bob-ray", "l1", "data.letter, found.person",
    )  # fmt: skip


def accept(archive: Archive, number: int, **edits: Any) -> Callable[[], object]:
    return lambda: Review(archive).decide([Decision(numbered(archive, number), True, edits)])


# Name: edits, what is said.
REFUSED_EDITS = {
    "unknown": ({"speaker": "x"}, "'speaker' cannot be edited"),
    "no member": ({"data.": "x"}, "'data.' cannot be edited"),
    "id": ({"id": "x"}, "'id' cannot be edited"),
    "proposal": ({"data.proposal": "0" * 32}, "set by the acceptance itself"),
    "date that may be two": ({"edtf": "06/07/2017"}, "06/07/2017"),
    "date that is none": ({"edtf": "soon"}, "soon"),
    "type that there is not": ({"type": "answer.lost"}, "the event type 'answer.lost' is not known"),
    "value that the type refuses": ({"data.pages": "many"}, "data.pages"),
    "value that the tables refuse": ({"data.answer": "hm"}, "answers: answer is 'hm'"),
    "state that is not in the list": ({"data.place": "P99"}, "which is not in schema/reference/places.csv"),
    "found, of a type that no recipe makes": ({"found.person": "x", "type": "letter.sent"}, "no recipe makes letter.sent of a disposition"),
}  # fmt: skip


@pytest.mark.parametrize(("edits", "said"), REFUSED_EDITS.values(), ids=REFUSED_EDITS.keys())
def test_refused_edit(told: Archive, edits: dict[str, Any], said: str) -> None:
    """An edit that makes no sense, or no event, is refused at its proposal; nothing is appended."""
    proposal, before = numbered(told, 0), len(check_archive(told))
    with pytest.raises(RegestaError) as caught:
        Review(told).decide([Decision(proposal, True, edits)])
    assert (said in str(caught.value), caught.value.where) == (True, f"proposal {proposal.key[:12]}")
    assert len(check_archive(told)) == before


def test_needs_must_be_met(told: Archive) -> None:
    """What a person must supply is asked for before anything is accepted."""
    with pytest.raises(UsageError, match="it still needs speaker") as caught:
        Review(told).decide([Decision(numbered(told, 2), True)])
    assert caught.value.remedy == "supply it, or empty `needs` to say that the event is good without"


def test_all_or_none(told: Archive) -> None:
    """One decision that cannot be taken takes none, and the error names its place."""
    decisions = [Decision(numbered(told, 0), True), Decision(numbered(told, 2), True, where="p.csv:4")]
    with pytest.raises(UsageError) as caught:
        Review(told).decide(decisions)
    assert (caught.value.where, len(check_archive(told))) == ("p.csv:4", 8)


def test_decided_in_two_places(told: Archive) -> None:
    """One proposal is decided once, also where several files are handed in."""
    proposal = numbered(told, 0)
    with pytest.raises(UsageError, match=r"the proposal is decided in a\.csv:2 already") as caught:
        Review(told).decide([Decision(proposal, True, where="a.csv:2"), Decision(proposal, False, where="b.csv:9")])
    assert (caught.value.where, len(check_archive(told))) == ("b.csv:9", 8)


def test_place_of_what_the_tables_refuse(told: Archive) -> None:
    """An error of the log names the decision, not the number of an event."""
    decisions = [
        Decision(numbered(told, 0), True),
        Decision(numbered(told, 1), True, {"data.answer": "hm"}, where="p.csv:4"),
    ]
    with pytest.raises(EventError) as caught:
        Review(told).decide(decisions)
    assert caught.value.where == "p.csv:4"


def decide(archive: Archive, number: int, *, accept: bool) -> None:
    Review(archive).decide([Decision(numbered(archive, number), accept, reason=None if accept else "No.")])


# Name: first decision, second one, what is said, what helps.
DECIDED = {
    "accept twice": (True, True, "it was accepted already, in event 10", "shows what came of it"),
    "reject what was accepted": (True, False, "it was accepted already, in event 10", "`regesta retract "),
    "accept what was rejected": (False, True, "it was rejected already, in event 9 (No.)", "`regesta retract 9` takes the rejection back"),
    "reject twice": (False, False, "it was rejected already, in event 9 (No.)", "`regesta retract 9` takes the rejection back"),
}  # fmt: skip


@pytest.mark.parametrize(("first", "second", "said", "remedy"), DECIDED.values(), ids=DECIDED.keys())
def test_decided_once(told: Archive, first: bool, second: bool, said: str, remedy: str) -> None:
    """What was decided is not decided again; the answer says how it was, and what helps."""
    decide(told, 0, accept=first)
    with pytest.raises(UsageError) as caught:
        decide(told, 0, accept=second)
    assert (caught.value.message, remedy in (caught.value.remedy or "")) == (said, True)


def test_rejection_taken_back(told: Archive) -> None:
    """Who rejected by mistake takes that event back like any other; then the proposal is open again."""
    decide(told, 0, accept=False)
    told.append([retraction(list(told.log.events())[8].id)])
    assert numbered(told, 0).status == "open"


def test_the_log_has_moved_on(told: Archive) -> None:
    """Decisions on proposals that were read before others wrote are not taken."""
    proposal = numbered(told, 0)
    told.append([answer(1)])
    with pytest.raises(ConflictError):
        Review(told).decide([Decision(proposal, True)])


def test_decided_by_somebody_else(told: Archive) -> None:
    """What others decided, and built, since the proposal was read is not decided a second time."""
    proposal = numbered(told, 0)
    decide(told, 0, accept=False)
    build(told)
    with pytest.raises(UsageError, match="it was rejected already, in event 9"):
        Review(told).decide([Decision(proposal, True)])


def test_retracted_since_it_was_read(told: Archive) -> None:
    """A proposal that was taken back in the meantime is not decided."""
    proposal = numbered(told, 0)
    told.append([retraction(event.id) for event in told.log.events() if event.data.get("proposal") == proposal.key])
    build(told)
    with pytest.raises(UsageError, match="the proposal was retracted"):
        Review(told).decide([Decision(proposal, True)])


def test_dry_run(told: Archive) -> None:
    """A dry run makes every check and appends nothing."""
    result = Review(told).decide([Decision(numbered(told, 0), True)], dry_run=True)
    assert (result.appended, len(check_archive(told))) == (2, 8)


def test_complete(told: Archive) -> None:
    """Those can be accepted as they are that lack nothing and are not decided."""
    decide(told, 0, accept=True)
    build(told)
    made = keys(told)
    assert [made.index(item.key) for item in complete(select(told.database, Wanted(statuses=())))] == [1, 4, 5]


def test_accepting_changes_no_proposal(told: Archive) -> None:
    """An edit does not reach into the proposal itself."""
    proposal = numbered(told, 0)
    Review(told).edited(proposal, {"data.pages": 3, "subject": "place/P02"})
    assert ("pages" in proposal.event["data"], proposal.event["subject"]) == (False, "place/P01")


def test_settle(told: Archive) -> None:
    """Where somebody else has appended, the tables are built first; what they decided then still counts."""
    first, second = numbered(told, 0), numbered(told, 1)
    Review(told, "Bob").decide([Decision(first, False)])
    with pytest.raises(ConflictError):
        Review(told).decide([Decision(second, True)])
    assert Review(told).settle([Decision(second, True)], lambda: build(told)).appended == 2
    with pytest.raises(UsageError, match="it was rejected already"):
        Review(told).settle([Decision(first, True)], lambda: build(told))
