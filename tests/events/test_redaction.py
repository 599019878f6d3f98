"""Redaction: words that are gone from the log and from everything made of it, and a log that says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from regesta.archive import Archive
from regesta.errors import EventError, LogError, UsageError
from regesta.events.history import check_roots
from regesta.events.redaction import Ledger, Request, read_ledger, redact
from regesta.events.stub import digest_of, stub_of
from regesta.events.verify import Report, verify
from regesta.replay.build import build, forget
from tests.archives import answer, letter, listing, log_lines, make_archive, retraction, segment_paths
from tests.children import DIED, start
from tests.events.writers import copy_archive, edit_line, write_checkpoint

SECRET: Final = "Ann Example of Elm Street"
WHY: Final = "Asked to be left out."


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Letters and answers; the second answer gives a reason that must not be there."""
    archive = make_archive(tmp_path_factory.mktemp("template"))
    archive.append([letter(1), letter(2), answer(1)])
    archive.append([answer(2, data={**answer(2)["data"], "reason": SECRET}), listing(3), letter(3)])
    build(archive)
    return archive


@pytest.fixture
def copy(template: Archive, quick_path: Path) -> Archive:
    """A copy of it."""
    return copy_archive(template, quick_path)


def event(archive: Archive, number: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(log_lines(archive)[number - 1])
    return found


def take_out(archive: Archive, number: int, *fields: str, why: str = WHY) -> Any:
    return redact(archive.log, Request(event(archive, number)["id"], fields, why, "Keeper"))


def faults(report: Report) -> list[str]:
    return [f"{Path(fault.where).name}: {fault.message}" for fault in report.faults]


def test_log(copy: Archive) -> None:
    """The words are gone from the log, a new event says which and why, and the root of what was there is the same."""
    before, root = log_lines(copy), verify(copy).root
    done = take_out(copy, 4, "reason")
    after = log_lines(copy)
    report = verify(copy)
    assert (done.misfit, done.removed, done.result.last) == ("", [SECRET], 7)
    assert SECRET.encode() not in b"".join(after)
    assert [*before[:3], stub_of(before[3], ["reason"]), *before[4:]] == after[:6]
    assert event(copy, 7)["data"] == {
        "fields": "reason",
        "leaf": event(copy, 4)["leafhash"],
        "reason": WHY,
        "stub": digest_of(after[3]),
        "summary": f"Taken out of event 4: reason. {WHY}",
    }
    assert (report.faults, report.redacted, report.events) == ([], 1, 7)
    write_checkpoint(copy, before)
    assert (faults(verify(copy)), root) == ([], verify(copy_of_lines(copy, after[:6])).root)


def copy_of_lines(archive: Archive, lines: list[bytes]) -> Archive:
    for path in segment_paths(archive)[1:]:
        path.unlink()
    segment_paths(archive)[0].write_bytes(b"".join(line + b"\n" for line in lines))
    return archive


def test_what_is_left_counts(copy: Archive) -> None:
    """An event of which a detail was taken out still sets its row, without the detail."""
    take_out(copy, 4, "reason")
    build(copy)
    db = copy.at()
    assert list(db.query("select answer, reason from answers where letter = 'l2'")) == [
        {"answer": "partly", "reason": None}
    ]
    assert [row["status"] for row in db.query("select status from events where sequence = 4")] == ["current"]


def test_what_is_left_is_too_little(copy: Archive) -> None:
    """An event without what its type asks for counts no longer, at no date; no correction brings it back."""
    assert "required" in take_out(copy, 4, "answer").misfit
    back = copy.append([retraction(event(copy, 4)["id"])])
    copy.append([retraction(event(copy, back.last)["id"], "It was right.")])
    build(copy)
    for db in (copy.at(), copy.at("2017-12-31"), copy.at(known=event(copy, 6)["recordedtime"])):
        assert list(db.query("select 1 from answers where letter = 'l2'")) == []
        assert [row["status"] for row in db.query("select status from events where sequence = 4")] == ["redacted"]


def everywhere(archive: Archive) -> list[str]:
    """Return the files below the archive's folder that hold the words, the replays among them."""
    files = [path for path in archive.folder.rglob("*") if path.is_file()]
    return sorted(str(path.relative_to(archive.folder)) for path in files if SECRET.encode() in path.read_bytes())


def test_gone_everywhere(copy: Archive) -> None:
    """No file of the archive has the words: not the tables, not the search, not a replay, not the index."""
    build(copy)
    copy.at("2017-12-31"), copy.at(known=event(copy, 6)["recordedtime"])
    assert len(everywhere(copy)) >= 3
    take_out(copy, 4, "reason")
    forget(copy)
    copy.at("2017-12-31"), copy.at(known=event(copy, 6)["recordedtime"])
    assert everywhere(copy) == []
    found = copy.at().execute("select count(*) from events_fts where events_fts match 'example'").fetchone()
    assert found == (0,)


def test_incremental_build(copy: Archive) -> None:
    """A build that could have added the redaction alone starts over."""
    build(copy)
    take_out(copy, 4, "reason")
    assert build(copy).full
    assert everywhere(copy) == []


def test_twice(copy: Archive) -> None:
    """More can be taken out of a stub; the last redaction names what is there."""
    take_out(copy, 4, "reason")
    take_out(copy, 4, "pages", "subject")
    report = verify(copy)
    assert (report.faults, report.redacted, event(copy, 4)["subject"]) == ([], 1, "redacted:")


def test_of_a_redaction(copy: Archive) -> None:
    """A reason that says too much can be taken out too; what was done stays."""
    take_out(copy, 4, "reason")
    take_out(copy, 7, "reason", "summary", why="It said too much.")
    assert (verify(copy).faults, event(copy, 7)["data"].keys()) == ([], {"fields", "leaf", "stub"})
    build(copy)


def test_of_a_retraction(copy: Archive) -> None:
    """A retraction without its reason still takes its event back."""
    copy.append([retraction(event(copy, 4)["id"], SECRET)])
    take_out(copy, 7, "reason")
    build(copy)
    assert verify(copy).faults == []
    assert [row["status"] for row in copy.at().query("select status from events where sequence in (4, 7)")] == [
        "retracted",
        "redacted",
    ]


REFUSED: dict[str, tuple[int, tuple[str, ...], str, str]] = {
    "a field that is not there": (4, ("other",), WHY, "no member 'other'"),
    "one of several that is not there": (4, ("reason", "other"), WHY, "no member 'other'"),
    "a reason that repeats the words": (4, ("reason",), f"It names {SECRET}.", "repeats"),
    "the subject of a retraction": (7, ("subject",), WHY, "says what was done"),
}


@pytest.mark.parametrize(("number", "fields", "why", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(number: int, fields: tuple[str, ...], why: str, message: str, copy: Archive) -> None:
    """What makes no sense is refused, and the log stays as it is."""
    copy.append([retraction(event(copy, 1)["id"])])
    before = log_lines(copy)
    with pytest.raises(UsageError, match=message):
        take_out(copy, number, *fields, why=why)
    assert before == log_lines(copy)


def test_no_such_event(copy: Archive) -> None:
    """An event that is not there cannot be redacted."""
    with pytest.raises(UsageError, match="no event"):
        redact(copy.log, Request("f" * 32, ("reason",), WHY, "Keeper"))


def test_not_by_hand(copy: Archive) -> None:
    """A redaction that is appended by itself would keep the tables from being built for ever."""
    data = {"reason": WHY, "fields": "reason", "leaf": "ab" * 32, "stub": "cd" * 32}
    with pytest.raises(EventError, match="not appended by itself"):
        copy.append([{**retraction(event(copy, 4)["id"]), "type": "event.redacted", "data": data}])
    assert len(log_lines(copy)) == 6


def killed(archive: Archive) -> None:
    """Redact in a process that dies between the log's saying so and the stub."""

    def run(say: Callable[[str], None]) -> None:
        def wait(*_: object) -> None:
            say("appended")
            child_waits()

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("regesta.events.redaction.rewrite", wait)
            take_out(archive, 4, "reason")

    child = start(run)
    child.wait_for(b"appended")
    child.kill()
    assert child.wait() == DIED


def child_waits() -> None:
    import os

    os.read(os.pipe()[0], 1)


def test_killed(copy: Archive) -> None:
    """A redaction that dies in between is reported, keeps the tables from being built, and is finished by the next."""
    build(copy)
    killed(copy)
    assert [text.partition(" was redacted")[2][:35] for text in faults(verify(copy))] == [
        ", but its line still has what was t"
    ]
    with pytest.raises(LogError, match="finish it"):
        build(copy)
    done = redact(copy.log, None)
    assert (done.finished, done.result.appended) == ([event(copy, 4)["id"]], 0)
    assert (verify(copy).faults, SECRET.encode() in b"".join(log_lines(copy))) == ([], False)
    assert (redact(copy.log, None).finished, build(copy).events) == ([], 7)


def forged_content(archive: Archive) -> str:
    edit_line(segment_paths(archive)[1], 1, b'"answer":"partly"', b'"answer":"no"')
    return "000002.jsonl:1: this is not the stub that its redaction (event 7) names"


def forged_stub(archive: Archive) -> str:
    line = log_lines(archive)[0]
    stub = stub_of(line, ["about"]).replace(b'"place":"P01"', b'"place":"P02"')
    edit_line(segment_paths(archive)[0], 1, line, stub)
    return "000001.jsonl:1: this is the stub of a redacted event, but no later event.redacted event says so"


def other_leaf(archive: Archive) -> str:
    leaf = event(archive, 4)["leafhash"].encode()
    edit_line(segment_paths(archive)[1], 1, leaf, leaf[::-1])
    return "000002.jsonl:1: this is not the stub that its redaction (event 7) names"


def original_is_back(archive: Archive) -> str:
    stub = log_lines(archive)[3]
    segment_paths(archive)[1].write_bytes(segment_paths(archive)[1].read_bytes().replace(stub, ORIGINAL[0]))
    return f"000003.jsonl:1: the event {event(archive, 4)['id']} was redacted, but its line still has what was to go"


def member_added(archive: Archive) -> str:
    edit_line(segment_paths(archive)[1], 1, b'"leafhash"', b'"later":"x","leafhash"')
    return "000002.jsonl:1: the member 'later' is not known in a stub"


def counts_is_true(archive: Archive) -> str:
    edit_line(segment_paths(archive)[1], 1, b'{"data"', b'{"counts":true,"data"')
    return "000002.jsonl:1: counts is True, a stub says false or nothing"


def leaf_is_short(archive: Archive) -> str:
    leaf = event(archive, 4)["leafhash"].encode()
    edit_line(segment_paths(archive)[1], 1, leaf, leaf[:-2])
    return "000002.jsonl:1: leafhash is"


def bad_date(archive: Archive) -> str:
    edit_line(segment_paths(archive)[1], 1, b'"edtf":"2017-01-03"', b'"edtf":"2017-13-03"')
    return "000002.jsonl:1: "


ORIGINAL: list[bytes] = []


@pytest.mark.parametrize(
    "forge",
    [
        forged_content, forged_stub, other_leaf, original_is_back, member_added, counts_is_true, leaf_is_short, bad_date,
    ],
    ids=lambda forge: forge.__name__,
)  # fmt: skip
def test_forged(forge: Callable[[Archive], str], copy: Archive) -> None:
    """Whoever changes what is left of an event, or makes a stub of another, is found; tables are not built from it."""
    ORIGINAL[:] = [log_lines(copy)[3]]
    take_out(copy, 4, "reason")
    expected = forge(copy)
    assert [text for text in faults(verify(copy)) if text.startswith(expected)] != []
    with pytest.raises(LogError):
        build(copy, full=True)


def test_redaction_comes_later() -> None:
    """A redaction that stands before the stub does not cover it."""
    stub = stub_of(b'{"data":{"a":"b"},"id":"e1","sequence":"000000000009","type":"t"}', ["a"])
    data = b'{"fields":"a","leaf":"%b","stub":"%b"}' % (json.loads(stub)["leafhash"].encode(), digest_of(stub).encode())
    line = b'{"data":%b,"id":"e2","sequence":"000000000008","subject":"event/e1","type":"event.redacted"}' % data
    ledger = Ledger()
    for seen, where in ((line, "a:8"), (stub, "a:9"), (b'{"type":"event.redacted"}', "a:10")):
        ledger.see(seen, where)
    assert [where for where, _ in ledger.faults()] == ["a:9"]


def test_ledger(copy: Archive) -> None:
    """What was redacted is read from the log alone."""
    take_out(copy, 4, "reason")
    ledger = read_ledger(copy.log.folder)
    assert [(item.sequence, item.fields) for said in ledger.redactions.values() for item in said] == [(7, ("reason",))]
    assert [stub.sequence for stub in ledger.stubs] == [4]


def test_appends_go_on(copy: Archive) -> None:
    """After a redaction the same event is still known, and corrections of it are taken."""
    draft = answer(2, data={**answer(2)["data"], "reason": SECRET})
    take_out(copy, 4, "reason")
    assert copy.append([draft]).known == 1
    assert copy.append([retraction(event(copy, 4)["id"])]).appended == 1
    assert verify(copy).faults == []


def test_by_repeats_the_words(copy: Archive) -> None:
    """Neither who redacts nor why, in whatever case, repeats what is to go."""
    target = event(copy, 4)["id"]
    for request in (Request(target, ("reason",), WHY, SECRET), Request(target, ("reason",), SECRET.upper(), "Keeper")):
        with pytest.raises(UsageError, match="repeats"):
            redact(copy.log, request)


ALREADY: dict[str, tuple[str, str]] = {
    "a field that is gone": ("reason", "reason was taken out already, as event 7 says"),
    "a member that is fixed": ("id", "id cannot be taken out"),
}


@pytest.mark.parametrize(("field", "message"), ALREADY.values(), ids=ALREADY.keys())
def test_cannot_be_taken_out(field: str, message: str, copy: Archive) -> None:
    """What is gone, or is what the log goes by, is told as such."""
    take_out(copy, 4, "reason")
    with pytest.raises(UsageError, match=message):
        take_out(copy, 4, field)


@pytest.mark.parametrize("redactions", [0, 1])
def test_older_segment(redactions: int, copy: Archive) -> None:
    """A segment from before the last redaction of an event is mended, however often the event was redacted."""
    path = segment_paths(copy)[1]
    before = [path.read_bytes()]
    for field in ("reason", "pages"):
        take_out(copy, 4, field)
        before.append(path.read_bytes())
    path.write_bytes(before[redactions])
    assert len(faults(verify(copy))) == 1
    assert redact(copy.log, None).finished == [event(copy, 4)["id"]]
    assert (verify(copy).faults, path.read_bytes()) == ([], before[2])


def test_redacted_elsewhere(copy: Archive, tmp_path: Path) -> None:
    """Who gets a log that was redacted elsewhere has no replay left that still has the words."""
    build(copy)
    known, asked = event(copy, 6)["recordedtime"], "select reason from answers where letter = 'l2'"
    assert list(copy.at("2017-12-31", known=known).query(asked)) == [{"reason": SECRET}]
    other = copy_archive(copy, tmp_path)
    take_out(other, 4, "reason")
    for path in segment_paths(other):
        (copy.log.folder / path.name).write_bytes(path.read_bytes())
    (copy.log.folder / "checkpoint").write_bytes((other.log.folder / "checkpoint").read_bytes())
    build(copy)
    assert list(copy.at("2017-12-31", known=known).query(asked)) == [{"reason": None}]
    assert everywhere(copy) == []


def test_forged_twice(copy: Archive) -> None:
    """A stub under the id of an event that was redacted is not covered by that event's redaction."""
    take_out(copy, 4, "reason")
    line = log_lines(copy)[0]
    stub = stub_of(line, ["about"]).replace(event(copy, 1)["id"].encode(), event(copy, 4)["id"].encode())
    edit_line(segment_paths(copy)[0], 1, line, stub)
    assert [text for text in faults(verify(copy)) if "stub" in text] != []
    assert check_roots(copy, []).faults != []


def test_stub_that_is_no_event(copy: Archive) -> None:
    """A stub that cannot be read keeps the root all the same, and is a fault."""
    line = log_lines(copy)[0]
    edit_line(segment_paths(copy)[0], 1, line, stub_of(line, ["about"]).replace(b'"sequence":"0', b'"sequence":"x'))
    assert ["cannot be read" in str(fault) for fault in check_roots(copy, []).faults] == [True]


def test_hashes_alone(copy: Archive) -> None:
    """A look at hashes alone counts stubs, and finds those that nobody announced."""
    take_out(copy, 4, "reason")
    report = check_roots(copy, [])
    assert (report.faults, report.redacted) == ([], 1)
    forged_stub(copy)
    assert ["no later event.redacted" in str(fault) for fault in check_roots(copy, []).faults] == [True]
