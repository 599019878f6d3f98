"""`calendar.ics`: what is exactly known and what is due, read back by the library that calendar programs are tested with."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from icalendar import Calendar

from tests.archives import letter
from tests.publish.feeds.taken import CONTROLS, PAYLOADS, built, corrected, dated, file, hostile, left_out

DUE = {
    "types/task.set.json": """{"title": "A task", "description": "Something is to be done.", "type": "object",
      "required": ["task", "due"], "additionalProperties": false,
      "properties": {"task": {"description": "What.", "type": "string"}, "due": {"description": "By when.", "type": "string"}},
      "examples": [{"task": "answer", "due": "2017-07-14"}]}""",
    "projections/tasks.sql": """-- What is to be done.
create table tasks (
  task text not null primary key, -- What
  due  text                       -- By when (EDTF)
);

insert into tasks (task, due)
select task, due from task_set;
""",
}


def entries(text: str) -> list[Any]:
    """Read a calendar strictly; a line longer than 75 octets is a failure (RFC 5545 §3.1)."""
    assert [line for line in text.encode().split(b"\r\n") if len(line) > 75] == []
    calendar = Calendar.from_ical(text)
    assert calendar.errors == []
    assert [error for entry in calendar.walk("VEVENT") for error in entry.errors] == []
    return list(calendar.walk("VEVENT"))


def task(name: str, due: str, day: str) -> dict[str, Any]:
    """Return the draft of a task that was set on a day."""
    data = {"task": name, "due": due, "summary": f"They are to {name}."}
    return {"type": "task.set", "source": "manual:", "subject": f"task/{name}", "edtf": day, "data": data}


def test_only_what_is_exactly_known(tmp_path: Path) -> None:
    """Days are whole days, instants are instants; a date in doubt is counted and left out."""
    archive = dated(tmp_path)
    found = [entry["dtstart"].dt for entry in entries(file(archive, "calendar.ics"))]
    day = date(2017, 6, 30)
    assert sorted(map(str, [day, day, datetime(2017, 6, 30, 20, 2, tzinfo=UTC)])) == sorted(map(str, found))
    assert left_out(archive, "calendar.ics") == ["10 events without an exact day", "1 event without any date"]


def test_what_is_left_out_stands_in_the_file(tmp_path: Path) -> None:
    """The description of the calendar says what is not in it, in both forms that programs read."""
    calendar = Calendar.from_ical(file(dated(tmp_path), "calendar.ics"))
    words = "Not in this file: 10 events without an exact day; 1 event without any date."
    assert [words, words] == [
        str(calendar[name]).replace("\\;", ";").strip() for name in ("description", "x-wr-caldesc")
    ]


def test_entry_keeps_its_id(tmp_path: Path) -> None:
    """A second archive of the same events gives the same UIDs, and they are all different."""
    ids = [
        [str(entry["uid"]) for entry in entries(file(dated(tmp_path / name), "calendar.ics"))] for name in ("a", "b")
    ]
    assert (ids[0], 3) == (ids[1], len(set(ids[0])))


def test_deadlines_are_those_that_stand(tmp_path: Path) -> None:
    """A row with a day in `due` is an entry on that day; one that was moved is where it is now, under the same UID."""
    first = built(
        tmp_path / "a", [task("answer", "2017-07-14", "2017-06-28"), task("pay", "2017-07", "2017-06-28")], files=DUE
    )
    moved = built(
        tmp_path / "b",
        [task("answer", "2017-07-14", "2017-06-28"), task("answer", "2017-08-01", "2017-07-10")],
        files=DUE,
    )
    due = [
        [
            (str(entry["uid"]), str(entry["summary"]), entry["dtstart"].dt)
            for entry in found
            if "deadline" in str(entry["categories"].to_ical())
        ]
        for found in (entries(file(archive, "calendar.ics")) for archive in (first, moved))
    ]
    uid = due[0][0][0]
    assert [[(uid, "Due: answer", date(2017, 7, 14))], [(uid, "Due: answer", date(2017, 8, 1))]] == due
    assert left_out(first, "calendar.ics") == ["1 deadline without an exact day"]


def test_dates_choose_deadlines_by_the_day_they_are_due(tmp_path: Path) -> None:
    """Who asks for July gets what is due in July, though it was set in June."""
    archive = built(tmp_path, [task("answer", "2017-07-14", "2017-06-28")], files=DUE)
    found = entries(file(archive, "calendar.ics", since="2017-07-01", until="2017-07-31"))
    assert [str(entry["summary"]) for entry in found] == ["Due: answer"]


def test_corrected_events_are_not_in_it(tmp_path: Path) -> None:
    """What was replaced or retracted is left out, and said to be."""
    archive = corrected(tmp_path)
    assert len(entries(file(archive, "calendar.ics"))) == 2
    assert "2 events that were replaced or retracted" in left_out(archive, "calendar.ics")


def test_text_makes_no_lines(tmp_path: Path) -> None:
    """Hostile text is one property, folded and escaped, and nothing else."""
    found = entries(file(hostile(tmp_path), "calendar.ics"))
    assert len(PAYLOADS) + len(CONTROLS) == len(found)
    injected = built(
        tmp_path / "x", [letter(1, data=letter(1)["data"] | {"summary": "a\r\nEND:VEVENT\r\nBEGIN:VALARM"})]
    )
    assert [str(entry["summary"]) for entry in entries(file(injected, "calendar.ics"))] == [
        "a\nEND:VEVENT\nBEGIN:VALARM"
    ]
