"""Constraints at the door: an event that breaks one is refused with the reason, and nothing of its batch is taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from regesta.archive import Archive
from regesta.errors import EventError, ProjectionError
from regesta.schema import Schema
from regesta.schema.sandbox import Sandbox
from tests.archives import answer, check_archive, letter, listing, make_archive, retraction, segment_paths
from tests.schema.conftest import Content

Drafts = list[dict[str, Any]]


def data(make: Callable[..., dict[str, Any]], **members: Any) -> dict[str, Any]:
    """Return the first draft of a kind with some members of its data replaced; None leaves one out."""
    draft = make(1)
    members = {**draft["data"], **members}
    return {**draft, "data": {name: value for name, value in members.items() if value is not None}}


def table(columns: str, select: str) -> str:
    return f"create table t (id text primary key, {columns});\ninsert into t (id, n)\nselect letter, {select};\n"


LISTED = "{} is {!r}, which is not in schema/reference/places.csv"
# Name: a draft that the tables of `tests.archives` cannot take, the reason.
REFUSED = {
    "not in the list": (data(letter, place="ZZ"), LISTED.format("letters.place", "ZZ")),
    "not in the list, other table": (data(answer, place="ZZ"), LISTED.format("answers.place", "ZZ")),
    "not in the list, weak insert": (data(listing, place="ZZ"), LISTED.format("answers.place", "ZZ")),
    "not in the list, another case": (data(letter, place="p01"), LISTED.format("letters.place", "p01")),
    "not in the list, a space": (data(letter, place="P01 "), LISTED.format("letters.place", "P01 ")),
    "not in the list, nothing": (data(letter, place=""), LISTED.format("letters.place", "")),
    "not in the list, SQL": (data(letter, place="' or 1=1 --"), LISTED.format("letters.place", "' or 1=1 --")),
    "not in the list, braces": (data(letter, place="{value}"), LISTED.format("letters.place", "{value}")),
    "outside the check": (
        data(answer, answer="maybe"), "answers: answer is 'maybe', expected answer IN ('yes', 'no', 'partly', 'unknown')",
    ),
    "below zero": (data(answer, pages=-1), "answers: pages is -1, expected pages >= 0"),
}  # fmt: skip
# Name: columns of a table t beside its key, what gives n, drafts, the reason; an empty one: all are taken.
RULES: dict[str, tuple[str, str, Drafts, str]] = {
    "not null": (
        "n text not null", "about from letter_sent", [data(letter, about=None)], "t.n must not be empty",
    ),
    "not null, filled": ("n text not null", "about from letter_sent", [letter(1)], ""),
    "check of two columns": (
        "n text, check (n <> id)", "letter from letter_sent", [letter(1)], "t: id is 'l1', expected n <> id",
    ),
    "check that null passes": ("n text check (n = 'x')", "about from letter_sent", [data(letter, about=None)], ""),
    "check with braces": (
        "n text check (n <> '{}{x}')", "'{}{x}' from letter_sent", [letter(1)], "t: n is '{}{x}', expected n <> '{}{x}'",
    ),
    "check with a quote": (
        "n text check (n <> 'it''s')", "'it''s' from letter_sent", [letter(1)], "t: n is \"it's\", expected n <> 'it''s'",
    ),
    "check of nothing": ("n text, check (1 = 2)", "about from letter_sent", [letter(1)], "t: expected 1 = 2"),
    "where leaves out": (
        "n text check (n = 'x')", "about from letter_sent where letter = 'l2'", [letter(1)], "",
    ),
    "where lets in": (
        "n text check (n = 'x')", "about from letter_sent where letter = 'l1'", [letter(1)],
        "t: n is 'the roll', expected n = 'x'",
    ),
    "join finds": ("n text not null", "name from letter_sent join places on places.code = place", [letter(1)], ""),
    "join finds nothing": (
        "n text not null", "name from answer_given join places on places.code = reason", [data(answer, reason="ZZ")], "",
    ),
    "left join finds nothing": (
        "n text not null", "name from answer_given left join places on places.code = reason", [data(answer, reason="ZZ")],
        "t.n must not be empty",
    ),
    "subject": ("n text check (n = 'x')", "subject from letter_sent", [letter(1)], "t: n is 'letter/l1', expected n = 'x'"),
    "source": ("n text check (n = 'x')", "source from letter_sent", [letter(1)], "t: n is 'manual:', expected n = 'x'"),
    "summary": (
        "n text check (n = 'x')", "summary from letter_sent", [letter(1)], "t: n is 'Letter 1 goes out.', expected n = 'x'",
    ),
    "edtf of the undated": ("n text not null", "edtf from letter_sent", [letter(1, edtf=None)], "t.n must not be empty"),
    "edtf": ("n text not null", "edtf from letter_sent", [letter(1)], ""),
    "earliest": (
        "n text check (n > '2018')", "earliest from letter_sent", [letter(1)],
        "t: n is '2017-01-02T00:00:00-05:00', expected n > '2018'",
    ),
    "latest of an open date": (
        "n text not null", "latest from letter_sent", [letter(1, edtf="2017/..")], "t.n must not be empty",
    ),
    "id": ("n text check (length(n) = 32)", "id from letter_sent", [letter(1)], ""),
    "recorded": ("n text not null", "recorded from letter_sent", [letter(1)], ""),
    "computed": (
        "n text check (n = 'x')", "upper(about) || '!' from letter_sent", [letter(1)], "t: n is 'THE ROLL!', expected n = 'x'",
    ),
    "computed of another kind": (
        "n integer", "coalesce(about, 1) from letter_sent", [letter(1)], "t.n is 'the roll', expected integer",
    ),
    "computed number as text": (
        "n text", "coalesce(pages, 1) from answer_given", [answer(1)], "t.n is 1, expected text",
    ),
    "computed beyond 64 bits": (
        "n integer", "9223372036854775807 + pages from answer_given", [answer(1)],
        "t.n is 9.223372036854776e+18, expected integer",
    ),
    "computed integer for a real": ("n real", "pages + 1 from answer_given", [answer(1)], ""),
    "too long": (
        "n text", "replace(replace(about, 'l', '" + "x" * 2_000 + "'), 'x', '" + "y" * 2_000 + "') from letter_sent",
        [letter(1)], "the tables cannot take the letter.sent events: string or blob too big",
    ),
    "boolean is 0 or 1": ("n integer check (n in (0, 1))", "final from answer_given", [answer(1), answer(2)], ""),
    "second of two": (
        "n text check (n <> 'l2')", "letter from letter_sent", [letter(1), letter(2), letter(3)],
        "t: n is 'l2', expected n <> 'l2'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED.keys())
def test_refused(case: tuple[Mapping[str, Any], str], archive: Archive) -> None:
    """An event that breaks a constraint is refused with its place in the input and the reason."""
    draft, reason = case
    with pytest.raises(EventError) as caught:
        archive.append([letter(9), draft, letter(8)])
    assert (caught.value.where, caught.value.message) == ("event 2", reason)
    assert (segment_paths(archive), check_archive(archive)) == ([], [])


@pytest.mark.parametrize("case", RULES.values(), ids=RULES.keys())
def test_rules(case: tuple[str, str, Drafts, str], tmp_path: Path) -> None:
    """Each kind of constraint sees the values that the insert gives, and no events that it leaves out."""
    columns, select, drafts, reason = case
    archive = make_archive(tmp_path, files={"projections/t.sql": table(columns, select)})
    try:
        archive.append(drafts)
        found = ""
    except EventError as error:
        found = error.message
    assert found == reason
    assert len(check_archive(archive)) == (0 if reason else len(drafts))


# Name: the projection, drafts, the reason.
WHOLE: dict[str, tuple[Content, Drafts, str]] = {
    "null key": (
        "create table t (id text primary key); insert into t (id) select reason from answer_given;",
        [answer(1)], "t.id must not be empty",
    ),
    "second insert": (
        "create table t (id text primary key, n text check (n = 'x'));"
        "insert into t (id, n) select letter, 'x' from letter_sent;"
        "insert into t (id, n) select letter, answer from answer_given;",
        [letter(1), answer(1)], "t: n is 'no', expected n = 'x'",
    ),
    "weak insert": (
        "create table t (id text primary key, n text check (n = 'x'));"
        "insert into t (id, n) select letter, place from answer_listed on conflict do nothing;",
        [listing(1)], "t: n is 'P01', expected n = 'x'",
    ),
    "check of what is not set": (
        "create table t (id text primary key, n text check (n = 'x'));"
        "insert into t (id, n) select letter, 'x' from letter_sent;"
        "insert into t (id) select letter from answer_given;",
        [letter(1), answer(1)], "",
    ),
    "check of what is not set, and must be": (
        "create table t (id text primary key, n text check (n is not null));"
        "insert into t (id) select letter from answer_given;",
        [answer(1)], "t: n is None, expected NOT n IS NULL",
    ),
    "first fault of two": (
        "create table t (id text primary key, n text check (n <> 'P02') check (id <> 'l1'));"
        "insert into t (id, n) select letter, place from letter_sent;",
        [letter(2), letter(1)], "t: n is 'P02', expected n <> 'P02'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WHOLE.values(), ids=WHOLE.keys())
def test_inserts(case: tuple[Content, Drafts, str], with_file: Callable[[str, Content], Archive]) -> None:
    """Each insert of a table is asked; the first event at fault is told."""
    content, drafts, reason = case
    archive = with_file("projections/t.sql", content)
    try:
        archive.append(drafts)
        found = ""
    except EventError as error:
        found = error.message
    assert (found, len(check_archive(archive))) == (reason, 0 if reason else len(drafts))


def test_what_is_not_asked(archive: Archive) -> None:
    """An answer may come before its letter; a document need not be there yet; a retraction has no constraints."""
    passage = {
        "source": "urn:sha256:" + "1" * 64, "selector": [{"type": "TextPositionSelector", "start": 0, "end": 4}],
        "digest": "sha256:" + "2" * 64,
    }  # fmt: skip
    archive.append([data(answer, evidence=[passage]), letter(1)])
    archive.append([retraction(check_archive(archive)[0]["id"])])
    assert len(check_archive(archive)) == 3


def test_position_in_a_long_input(archive: Archive) -> None:
    """The event at fault is counted from the first of the input, however long that is."""
    drafts = [letter(number) for number in range(1, 2_500)]
    with pytest.raises(EventError) as caught:
        archive.append([*drafts, data(letter, place="ZZ")])
    assert (caught.value.where, segment_paths(archive)) == ("event 2500", [])


def test_refusal_leaves_no_trace(archive: Archive) -> None:
    """After a refusal the same events without the one at fault are taken."""
    with pytest.raises(EventError):
        archive.append([letter(1), data(letter, place="ZZ")])
    assert (archive.append([letter(1)]).appended, archive.append([letter(1)]).known) == (1, 1)


# Name: SQL that the parser takes and SQLite does not, a part of what SQLite says.
BEYOND_SQLITE = {
    "word of SQL as a name": (
        "create table t (id text primary key, default text check (default <> 'x'));"
        "\ninsert into t (id, default) select letter, about from letter_sent;",
        'near "default": syntax error',
    ),
    "nested calls": (
        "create table t (id text primary key);"
        f"\ninsert into t (id) select {'trim(' * 30}letter{')' * 30} from letter_sent;",
        "parser stack overflow",
    ),
    "too many joins": (
        "create table t (id text primary key);\ninsert into t (id) select letter from letter_sent "
        + " ".join(f"left join places as p{n} on p{n}.code = place" for n in range(64)) + ";",
        "at most 64 tables in a join",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BEYOND_SQLITE.values(), ids=BEYOND_SQLITE.keys())
def test_beyond_sqlite(case: tuple[str, str], with_file: Callable[[str, Content], Archive]) -> None:
    """What SQLite refuses is told at the insert, before any event is asked."""
    content, said = case
    archive = with_file("projections/t.sql", content)
    with pytest.raises(ProjectionError) as caught:
        Sandbox(archive.schema, archive.zone)
    assert (caught.value.where, said in caught.value.message) == (
        f"{archive.folder / 'schema/projections/t.sql'}:2", True,
    )  # fmt: skip


def test_no_events(schema: Schema) -> None:
    """No events are no fault."""
    assert Sandbox(schema, ZoneInfo("UTC")).check([]) is None


# Name: a draft, the rows of which tables it speaks of: key, what it says, whether only where nothing else is known.
SETTINGS: dict[str, tuple[dict[str, Any], list[tuple[str, dict[str, Any], str, bool]]]] = {
    "letter": (letter(1), [("letters", {"id": "l1"}, "place", False)]),
    "answer": (answer(1), [("answers", {"letter": "l1", "place": "P01"}, "answer", False)]),
    "weak": (listing(1), [("answers", {"letter": "l1", "place": "P01"}, "answer", True)]),
    "none": (retraction("0" * 32), []),
}


@pytest.mark.parametrize(("draft", "expected"), SETTINGS.values(), ids=SETTINGS.keys())
def test_what_an_event_would_say(
    archive: Archive, draft: dict[str, Any], expected: list[tuple[str, dict[str, Any], str, bool]]
) -> None:
    """Without an append it is told which columns of which rows an event sets."""
    found = archive.would_set(draft)
    columns = [next(name for name in ("place", "answer") if name in item.values) for item in found]
    assert [(item.table, item.key, name, item.weak) for item, name in zip(found, columns, strict=True)] == expected
    assert archive.log.size() == 0


def test_what_a_refused_event_would_say(archive: Archive) -> None:
    """An event that the log would refuse is refused here, for the same reason."""
    with pytest.raises(EventError, match=r"letters\.place is .ZZ."):
        archive.would_set(data(letter, place="ZZ"))
