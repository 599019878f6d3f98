"""Random logs for the as-of tests: an archive with every kind of insert, its model, and strategies for what happens.

Dates are vague, open, missing, or exact and in the hours when the clocks change. Each batch is an append of its own,
recorded by a clock that the test moves, so that there are several points in time on the recorded clock.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import strategies as st

from regesta.archive import Archive
from regesta.events import log as log_module
from regesta.events.model import prepare
from regesta.schema.dates import bounds, instant_text
from tests.archives import answer, document, letter, listing, log_lines, make_archive, retraction
from tests.replay.asof_model import Insert, Model, Table, Values

MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # an append syncs, which a disk takes time for
NOTE_MADE = {
    "title": "A note was made",
    "description": "What is known of a place and a letter at every date.",
    "timeless": True,
    "type": "object",
    "required": ["letter", "place"],
    "additionalProperties": False,
    "properties": {
        "letter": {"description": "Name of the letter.", "type": "string"},
        "place": {"description": "Place, by its code.", "type": "string"},
        "remark": {"description": "The note.", "type": "string"},
    },
    "examples": [{"letter": "l1", "place": "P01", "remark": "by hand"}],
}
STANDINGS_SQL = """
-- How each letter stands at each place.
create table standings (
  letter  text not null,
  place   text not null references places(code),
  word    text,
  pages   integer,
  said    text,
  remark  text,
  dated   text,
  primary key (place, letter)
);
insert into standings (letter, place, word, dated)
select letter, place, answer, edtf from answer_given;
insert into standings (pages, said, letter, place)
select pages, coalesce(summary, answer), letter, place from answer_given where pages > 0;
insert into standings (letter, place, word)
select letter, place, upper(answer) from answer_given where final = 1;
insert into standings (letter, place, word, dated)
select letter, place, 'listed', edtf from answer_listed
on conflict do nothing;
insert into standings (letter, place, remark)
select letter, place, remark from note_made;
"""
FILES = {"types/note.made.json": json.dumps(NOTE_MADE), "projections/standings.sql": STANDINGS_SQL}
UTC_ZONE = ZoneInfo("UTC")
FIELDS = ("answer", "reason", "pages", "share", "final")


def _pair(event: Values) -> dict[str, Any]:
    return {"letter": event["data"]["letter"], "place": event["data"]["place"]}


def _value(event: Values, name: str) -> Any:
    """Return a field as SQLite has it: no booleans, so that rows sort alike."""
    value = event["data"].get(name)
    return int(value) if isinstance(value, bool) else value


def _standing(event: Values) -> Values:
    return {**_pair(event), "word": event["data"]["answer"], "dated": event.get("edtf")}


def _standing_pages(event: Values) -> Values | None:
    data = event["data"]
    said = data.get("summary", data["answer"])
    return {**_pair(event), "pages": data["pages"], "said": said} if data.get("pages", 0) > 0 else None


def _standing_final(event: Values) -> Values | None:
    return {**_pair(event), "word": event["data"]["answer"].upper()} if event["data"].get("final") else None


LETTERS = Table("letters", ("id",), ("place", "about", "dated", "summary"), [
    Insert("letter.sent", lambda event: {
        "id": event["data"]["letter"], "place": event["data"]["place"], "about": event["data"].get("about"),
        "dated": event.get("edtf"), "summary": event["data"].get("summary"),
    }, bare=frozenset({"dated", "summary"})),
])  # fmt: skip
ANSWERS = Table("answers", ("letter", "place"), FIELDS, [
    Insert("answer.given", lambda event: {**_pair(event), **{name: _value(event, name) for name in FIELDS}}),
    Insert("answer.listed", lambda event: {**_pair(event), "answer": "unknown"}, weak=True),
])  # fmt: skip
STANDINGS = Table("standings", ("place", "letter"), ("word", "pages", "said", "remark", "dated"), [
    Insert("answer.given", _standing, bare=frozenset({"dated"})),
    Insert("answer.given", _standing_pages),
    Insert("answer.given", _standing_final),
    Insert("answer.listed", lambda event: {**_pair(event), "word": "listed", "dated": event.get("edtf")}, weak=True),
    Insert("note.made", lambda event: {**_pair(event), "remark": event["data"].get("remark")}),
])  # fmt: skip
TABLES = (LETTERS, ANSWERS, STANDINGS)
TIMELESS = frozenset({"document.captured", "event.retracted", "note.made"})

DATES = (
    None, "2017", "2017-06", "2017-06-30", "2017-06-30~", "2017-07-01?", "2017-21", "2017-06-28/2017-07-05",
    "2017-06-29/2017-07", "../2017-07-01", "2017-06-29/..", "2017-07-01/", "201X", "2017-07-01T16:02:00",
    "2017-07-01T16:02:00Z", "2017-07-01T16:02:00.25Z", "2017-06-30T23:59:59-04:00", "2017-07-01T00:00:00+02:00",
)  # fmt: skip
# In the hours when the clocks change in New York or in Berlin, in both directions, and days around them.
CLOCK_CHANGES = (
    "2017-03-12", "2017-03-12T01:59:59-05:00", "2017-03-12T03:00:00-04:00", "2017-03-12T06:30:00Z/2017-03-12T07:30:00Z",
    "2017-11-05", "2017-11-05T01:30:00-04:00", "2017-11-05T01:10:00-05:00", "2017-11-05T01:30:00-05:00", "2017-11-06",
    "2017-11-05T01:50:00-04:00/2017-11-05T01:20:00-05:00", "2017-03-26", "2017-03-26T01:59:59+01:00",
    "2017-03-26T03:00:00+02:00", "2017-10-29", "2017-10-29T02:30:00+02:00", "2017-10-29T02:10:00+01:00", "2017-10-30",
    "2017-10-29T02:40:00+02:00/..", "../2017-11-05T01:15:00-05:00", "2017-11-05T01:45:00-04:00/2017-11-07",
)  # fmt: skip
LONG_AGO = ("-0044-03-15", "-0050", "0000", "0001-01-01", "1850-06", "1883-11-18", "1883-11-18T12:00:00-05:00", "9999")
MOMENTS = (
    "2016",
    "2017-06-30",
    "2017-07-01",
    "2017-07-05",
    "2018",
    "2017-11-05",
    "2017-11-07",
    "2017-10-29",
    "2017-10-31",
)

zones = st.sampled_from(["America/New_York", "Europe/Berlin"])
# Often the same row, so that its events compete.
letters, places = st.sampled_from(["l1", "l1", "l2"]), st.sampled_from(["P01", "P01", "P02"])
sources = st.sampled_from(["manual:", "urn:x:1"])
pairs = st.fixed_dictionaries({"letter": letters, "place": places})
given_data = st.fixed_dictionaries(
    {"letter": letters, "place": places, "answer": st.sampled_from(["yes", "no"])},
    optional={"pages": st.integers(0, 2), "final": st.booleans(), "summary": st.sampled_from(["One.", "Two."])},
)
letter_data = st.fixed_dictionaries(
    {"letter": letters, "place": places},
    optional={"about": st.sampled_from(["the roll", "a list"]), "summary": st.sampled_from(["One.", "Two."])},
)
note_data = st.fixed_dictionaries({"letter": letters, "place": places}, optional={"remark": places})


def drafts_on(dates: st.SearchStrategy[str | None]) -> st.SearchStrategy[dict[str, Any]]:
    """Return drafts of every type, dated so."""
    answers = st.builds(
        lambda date, data, source: answer(1, edtf=date, data=data, source=source), dates, given_data, sources
    )
    return st.one_of(
        answers,
        answers,
        answers,
        st.builds(
            lambda date, data, source: letter(1, edtf=date, data=data, source=source), dates, letter_data, sources
        ),
        st.builds(lambda date, data: listing(1, edtf=date, data=data), dates, pairs),
        st.builds(lambda date, data: listing(1, type="note.made", edtf=date, data=data), dates, note_data),
        st.builds(lambda date, text: document(text, edtf=date), dates, st.sampled_from(["one", "two"])),
    )


@dataclass(frozen=True)
class Step:
    """A fact; with ``about`` it replaces that earlier event instead, or retracts it. ``wait_ms`` ends the batch."""

    fact: dict[str, Any]
    about: int | None
    retracts: bool
    wait_ms: int | None


def steps_on(*dates: str | None, max_size: int = 12) -> st.SearchStrategy[list[Step]]:
    """Return what happens to a log, at few of the dates; a wait of 0 ms gives two appends the same recorded time."""
    about = st.none() | st.none() | st.integers(0, 20)
    waits = st.none() | st.none() | st.sampled_from([0, 1, 400, 3_600_000])
    few = st.lists(st.sampled_from(dates), min_size=1, max_size=5).map(st.sampled_from)
    return few.flatmap(
        lambda some: st.lists(
            st.builds(Step, drafts_on(some), about, st.booleans(), waits), min_size=2, max_size=max_size
        )
    )


def moments_of(events: Sequence[Values], zone: ZoneInfo) -> st.SearchStrategy[str]:
    """Return dates, and instants within a second of a bound of an event's date or some days after it."""
    found = [bounds(event["edtf"], zone) for event in events if "edtf" in event]
    seconds = sorted({second for item in found for second in (item.earliest, item.latest) if second is not None})
    days = st.sampled_from(MOMENTS)
    if not seconds:
        return days
    steps = st.sampled_from([-1, 0, 1, 1_200, 3 * 86_400])
    near = st.builds(lambda second, step: instant_text(second + step, UTC_ZONE), st.sampled_from(seconds), steps)
    return days | near.filter(lambda text: text is not None and len(text.lstrip("-")) == 25).map(str)


@cache
def template() -> tuple[TemporaryDirectory[str], Archive]:
    """An archive without a log: its folder is copied, its schema is read once."""
    folder = TemporaryDirectory(dir=MEMORY)
    return folder, make_archive(Path(folder.name), files=FILES)


@contextmanager
def new_archive(zone: str) -> Iterator[Archive]:
    """An archive with an empty log that is gone afterwards."""
    source = template()[1]
    with TemporaryDirectory(dir=MEMORY) as folder:
        shutil.copytree(source.folder, folder, dirs_exist_ok=True)
        config = Path(folder) / "archive.toml"
        config.write_text(config.read_text("utf-8").replace("America/New_York", zone), "utf-8")
        archive = Archive.open(folder)
        vars(archive)["schema"] = source.schema
        yield archive


def batches(steps: Sequence[Step]) -> list[tuple[list[dict[str, Any]], int]]:
    """Turn steps into appends, each with the wait after it; a correction is about one of the events before it."""
    found: list[tuple[list[dict[str, Any]], int]] = []
    drafts: list[dict[str, Any]] = []
    ids: list[str] = []
    for number, step in enumerate(steps, start=1):
        target = ids[step.about % len(ids)] if ids and step.about is not None else None
        draft = (
            step.fact if target is None else retraction(target) if step.retracts else {**step.fact, "replaces": target}
        )
        event_id = prepare(draft, template()[1].schema.types).id
        if event_id not in ids:
            ids.append(event_id)
            drafts.append(draft)
        if drafts and (step.wait_ms is not None or number == len(steps)):
            found.append((drafts, step.wait_ms or 0))
            drafts = []
    return found


def appended(archive: Archive, steps: Sequence[Step]) -> Iterator[None]:
    """Append batch by batch, at the times that the waits make; stops after each."""
    now = datetime(2026, 3, 1, 12, 0, 0, 998_000, tzinfo=UTC)
    for drafts, wait_ms in batches(steps):
        with pytest.MonkeyPatch.context() as patch:
            text = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            patch.setattr(log_module, "_now", lambda text=text: text)
            archive.append(drafts)
        now += timedelta(milliseconds=wait_ms)
        yield


def events_of(archive: Archive) -> list[dict[str, Any]]:
    """Return the events of the log, read without the engine."""
    return [json.loads(line) for line in log_lines(archive)]


def model_of(archive: Archive) -> Model:
    """Return the model of the archive's tables."""
    return Model(TABLES, TIMELESS, ZoneInfo(archive.config.zone))
