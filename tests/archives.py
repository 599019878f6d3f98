"""A small archive to test with, events for it, and the oracle that derives all of a log again by other means.

The story: letters go to twenty places, each place answers or is only named in a list. `answers` has every kind of
constraint: a check, a reference list, a key of two columns, a strong and a weak insert.

>>> from pathlib import Path
>>> from tempfile import mkdtemp
>>> archive = make_archive(Path(mkdtemp()))
>>> archive.append(drafts(3)).appended
3
>>> [event["type"] for event in check_archive(archive)]
['letter.sent', 'answer.given', 'answer.listed']
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import rfc8785

from regesta.archive import Archive
from regesta.events.verify import verify

ORIGIN: Final = "example.org/letters"
PLACES: Final = tuple(f"P{number:02d}" for number in range(1, 21))
ANSWERS: Final = ("yes", "no", "partly")

CONFIG: Final = {"title": "Letters", "origin": ORIGIN, "zone": "America/New_York"}

LETTER_SENT: Final = {
    "title": "A letter was sent",
    "description": "One letter to one place.",
    "type": "object",
    "required": ["letter", "place"],
    "additionalProperties": False,
    "properties": {
        "letter": {"description": "Name of the letter.", "type": "string", "minLength": 1, "maxLength": 40},
        "place": {"description": "Place, by its code.", "type": "string"},
        "about": {"description": "What it asks for.", "type": "string", "minLength": 1},
    },
    "examples": [{"letter": "l1", "place": "P01", "about": "the roll"}],
}
ANSWER_GIVEN: Final = {
    "title": "A place answered",
    "description": "What a place answers to a letter.",
    "type": "object",
    "required": ["letter", "place", "answer"],
    "additionalProperties": False,
    "properties": {
        "letter": {"description": "Name of the letter.", "type": "string"},
        "place": {"description": "Place, by its code.", "type": "string"},
        "answer": {"description": "yes, no or partly.", "type": "string"},
        "reason": {"description": "Reason given.", "type": "string"},
        "pages": {"description": "Pages sent.", "type": "integer"},
        "share": {"description": "Share of the whole, 0 to 1.", "type": "number"},
        "final": {"description": "Whether it is the last word.", "type": "boolean"},
    },
    "examples": [{"letter": "l1", "place": "P01", "answer": "no", "reason": "Not public.", "final": True}],
}
ANSWER_LISTED: Final = {
    "title": "A place was named in a list",
    "description": "A list says that the place answered, not what.",
    "type": "object",
    "required": ["letter", "place"],
    "additionalProperties": False,
    "properties": {
        "letter": {"description": "Name of the letter.", "type": "string"},
        "place": {"description": "Place, by its code.", "type": "string"},
    },
    "examples": [{"letter": "l1", "place": "P01"}],
}

LETTERS_SQL: Final = """\
-- Letters that were sent.
create table letters (
  id      text not null primary key,             -- Name of the letter
  place   text not null references places(code), -- Where it went
  about   text,                                  -- What it asks for
  dated   text,                                  -- When, as far as known (EDTF)
  summary text                                   -- What happened, in our words
);

insert into letters (id, place, about, dated, summary)
select letter, place, about, edtf, summary
from letter_sent;
"""
ANSWERS_SQL: Final = """\
-- How each place answers a letter, by its newest answer.
create table answers (
  letter text not null references letters(id),                                       -- The letter
  place  text not null references places(code),                                      -- The place
  answer text not null check (answer in ('yes', 'no', 'partly', 'unknown')),         -- The answer in one word
  reason text,                                                                       -- Reason given
  pages  integer check (pages >= 0),                                                 -- Pages sent
  share  real,                                                                       -- Share of the whole
  final  integer,                                                                    -- Whether it is the last word
  primary key (letter, place)
);

insert into answers (letter, place, answer, reason, pages, share, final)
select letter, place, answer, reason, pages, share, final
from answer_given;

insert into answers (letter, place, answer)
select letter, place, 'unknown'
from answer_listed
on conflict do nothing;
"""
COUNTS_SQL: Final = """\
-- How many places give each answer.
create view answer_counts as
select answer, count(*) as places
from answers
group by answer;
"""

SCHEMA_FILES: Final = {
    "types/letter.sent.json": json.dumps(LETTER_SENT, indent=2),
    "types/answer.given.json": json.dumps(ANSWER_GIVEN, indent=2),
    "types/answer.listed.json": json.dumps(ANSWER_LISTED, indent=2),
    "projections/letters.sql": LETTERS_SQL,
    "projections/answers.sql": ANSWERS_SQL,
    "views/answer_counts.sql": COUNTS_SQL,
    "reference/places.csv": "code,name\n" + "".join(f"{code},Place {code[1:]}\n" for code in PLACES),
    "reference/README.md": "- places: The places that letters went to.\n",
}


def make_archive(folder: Path, *, files: Mapping[str, str] | None = None, **config: str) -> Archive:
    """Make an archive in ``folder`` and open it.

    ``files`` adds to the `schema/` folder or replaces what is there (path in it → text); ``config`` does the same
    for `archive.toml`.
    """
    for name, text in {**SCHEMA_FILES, **(files or {})}.items():
        path = folder / "schema" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    settings = {**CONFIG, **config}
    (folder / "archive.toml").write_text(
        "".join(f"{k} = {json.dumps(v, ensure_ascii=False)}\n" for k, v in settings.items()), "utf-8"
    )
    return Archive.open(folder)


def letter(number: int, **changes: Any) -> dict[str, Any]:
    """Return the draft of the n-th letter (from 1); ``changes`` replace or add members of the draft, None removes."""
    data = {
        "letter": f"l{number}",
        "place": _place(number),
        "about": "the roll",
        "summary": f"Letter {number} goes out.",
    }
    return _draft("letter.sent", f"letter/l{number}", number, data, changes)


def answer(number: int, **changes: Any) -> dict[str, Any]:
    """Return the draft of the answer to the n-th letter."""
    data = {
        "letter": f"l{number}",
        "place": _place(number),
        "answer": ANSWERS[number % len(ANSWERS)],
        "pages": number,
        "share": number / 8,
        "final": number % 2 == 0,
    }
    return _draft("answer.given", f"place/{_place(number)}", number, data, changes)


def listing(number: int, **changes: Any) -> dict[str, Any]:
    """Return the draft of a list that names the place of the n-th letter."""
    data = {"letter": f"l{number}", "place": _place(number)}
    return _draft("answer.listed", f"place/{_place(number)}", number, data, changes)


def retraction(event_id: str, reason: str = "It was another place.") -> dict[str, Any]:
    """Return the draft that takes the event back."""
    return {"type": "event.retracted", "source": "manual:", "subject": f"event/{event_id}", "data": {"reason": reason}}


def document(text: str, **changes: Any) -> dict[str, Any]:
    """Return the draft of a captured document with this text."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    data = {"digest": digest, "media_type": "text/plain", "bytes": len(text.encode()), "characters": len(text)}
    return _draft("document.captured", f"document/{digest}", 0, data, {"edtf": None, **changes})


def passage(start: int, end: int, *, text: str = "", exact: str = "", digest: str = "") -> dict[str, Any]:
    """Return an item of evidence in the document with this text; ``exact`` and ``digest`` only where given."""
    selector: list[dict[str, Any]] = [{"type": "TextPositionSelector", "start": start, "end": end}]
    if exact:
        selector.append({"type": "TextQuoteSelector", "exact": exact})
    item = {"source": f"urn:sha256:{hashlib.sha256(text.encode()).hexdigest()}", "selector": selector}
    return {**item, "digest": digest} if digest else item


def drafts(count: int, first: int = 1) -> list[dict[str, Any]]:
    """Return ``count`` different drafts, the n-th the same in every call: letter, answer, listing, letter …"""
    makers = (letter, answer, listing)
    return [makers[(number - 1) % 3](number) for number in range(first, first + count)]


def _place(number: int) -> str:
    return PLACES[(number - 1) % len(PLACES)]


def _draft(
    event_type: str, subject: str, number: int, data: Mapping[str, Any], changes: Mapping[str, Any]
) -> dict[str, Any]:
    draft = {
        "type": event_type,
        "source": "manual:",
        "subject": subject,
        "edtf": f"2017-{1 + number // 28 % 12:02d}-{1 + number % 28:02d}",
        "data": dict(data),
    }
    return {name: value for name, value in {**draft, **changes}.items() if value is not None}


def segment_paths(archive: Archive) -> list[Path]:
    """Return the segment files in order, found without the engine."""
    return sorted((archive.folder / "events").glob("*.jsonl"))


def log_lines(archive: Archive) -> list[bytes]:
    """Return all lines of the log in order, without newlines, read without the engine."""
    return b"".join(path.read_bytes() for path in segment_paths(archive)).split(b"\n")[:-1]


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return the content of every file below ``folder`` by its path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def check_archive(archive: Archive, *, killed: bool = False) -> list[dict[str, Any]]:
    """Derive everything about the log again without the engine, compare, and return the events.

    ``killed`` allows what an append that died may leave: temporary files and a checkpoint that lags behind.
    """
    lines = log_lines(archive)
    events = [json.loads(line) for line in lines]
    _check_files(archive, killed)
    _check_events(lines, events)
    _check_corrections(events)
    covered = _check_checkpoint(archive, lines)
    report = verify(archive)
    assert report.faults == []
    assert (report.events, report.root) == (len(lines), tree_root(lines))
    assert [(e.sequence, e.id, e.data) for e in archive.log.events()] == [
        (int(e["sequence"]), e["id"], e["data"]) for e in events
    ]
    if not killed:
        assert covered == len(lines)
        assert report.notices == []
    return events


def tree_root(lines: Sequence[bytes]) -> bytes:
    """Return the Merkle root over the lines as RFC 6962 §2.1 defines it."""
    if len(lines) == 0:
        return hashlib.sha256(b"").digest()
    level = [hashlib.sha256(b"\x00" + line).digest() for line in lines]
    return _subtree_root(level)


def _subtree_root(hashes: Sequence[bytes]) -> bytes:
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << (len(hashes) - 1).bit_length() - 1  # the largest power of two smaller than the number of leaves
    return hashlib.sha256(b"\x01" + _subtree_root(hashes[:split]) + _subtree_root(hashes[split:])).digest()


def derived_id(event: Mapping[str, Any]) -> str:
    """Return the id that the content of an event has by design §3."""
    content = {name: event[name] for name in ("type", "subject", "source", "edtf", "data") if name in event}
    return hashlib.sha256(rfc8785.dumps(content)).hexdigest()[:32]


def _check_files(archive: Archive, killed: bool) -> None:
    folder = archive.folder / "events"
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    temporary = [name for name in names if re.fullmatch(r"\..*\.tmp", name)]
    assert killed or temporary == []
    numbered = [f"{number:06d}.jsonl" for number in range(1, len(segment_paths(archive)) + 1)]
    assert [name for name in names if name not in (*temporary, "README.md", "checkpoint")] == numbered
    assert all(path.read_bytes().endswith(b"\n") for path in segment_paths(archive))


def _check_events(lines: Sequence[bytes], events: Sequence[Mapping[str, Any]]) -> None:
    assert [rfc8785.dumps(dict(event)) for event in events] == list(lines)
    assert [event["sequence"] for event in events] == [f"{number:012d}" for number in range(1, len(events) + 1)]
    assert [event["id"] for event in events] == [derived_id(event) for event in events]
    assert len({event["id"] for event in events}) == len(events)
    assert {event["specversion"] for event in events} <= {"1.0"}
    recorded = [event["recordedtime"] for event in events]
    assert recorded == sorted(recorded)
    assert [time for time in recorded if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", time)] == []


def _check_corrections(events: Iterable[Mapping[str, Any]]) -> None:
    seen: set[str] = set()
    for event in events:
        targets = [event["replaces"]] if "replaces" in event else []
        if event["type"] == "event.retracted":
            targets.append(event["subject"].removeprefix("event/"))
        assert seen.issuperset(targets)
        seen.add(event["id"])


def _check_checkpoint(archive: Archive, lines: Sequence[bytes]) -> int:
    path = archive.folder / "events" / "checkpoint"
    if not path.exists():
        return 0
    origin, size, root = path.read_text("utf-8").splitlines()
    covered = int(size)
    assert origin == archive.config.origin
    assert covered <= len(lines)
    assert base64.b64decode(root) == tree_root(lines[:covered])
    return covered
