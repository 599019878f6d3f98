"""One event: what is handed in is checked and gets an id from its content; a line of the log is derived again."""

from __future__ import annotations

import contextlib
import datetime
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from regesta.errors import EventError
from regesta.events.model import Event, Prepared, prepare, read_strictly, read_trusted, retracted_id
from regesta.limits import INTEGER_MAX, ITEMS, LINE_BYTES, URI_CHARS
from regesta.schema.types import EventTypes
from tests.archives import answer, derived_id, letter, listing, make_archive, retraction

RECORDED = b"2017-06-30T12:00:00.000Z"
OTHER_ID = "0123456789abcdef0123456789abcdef"
DIGEST = "urn:sha256:" + "a" * 64
ANYTHING = {"type": "object", "description": "Anything.", "properties": {"number": {"type": "number"}}}

# Ids are for ever: events in other archives refer to them. Name: draft, its id.
GOLDEN = {
    "letter": (letter(1), "1bbc9ed4277f097762e3bcb04020db1f"),
    "numbers and truth values": (answer(1), "f0a1d86e790327a02c505acc0666f66b"),
    "a whole number as a float": (answer(8), "9dc5d76a926dba9876fd2f27ef8b3f2d"),
    "listing": (listing(1), "1e32cd8ae6a1bac3693bbac24eb72c8a"),
    "undated": (letter(1, edtf=None), "b962ea7f0fb3a9d90ce56278dfea21a4"),
    "interval": (letter(1, edtf="2017-06-28/2017-07-05"), "2134171ad0a8938638fa56d1918f4eed"),
    "instant": (letter(1, edtf="2017-06-30T12:00:00-04:00"), "f7aa013c0538f4cf8d013286dbbe1983"),
    "document": (letter(1, source=DIGEST), "7a11e96df6b6dd7cfce5aa4945770dc3"),
    "retraction": (retraction("0" * 32), "1472a3342fbf424e202a6d1e6660ed3c"),
}
LINE = (
    b'{"data":{"about":"the roll","letter":"l1","place":"P01","summary":"Letter 1 goes out."},"edtf":"2017-01-02",'
    b'"id":"1bbc9ed4277f097762e3bcb04020db1f","recordedtime":"2017-06-30T12:00:00.000Z","sequence":"000000000001",'
    b'"source":"manual:","specversion":"1.0","subject":"letter/l1","type":"letter.sent"}'
)
REPLACING = LINE.replace(b'"sequence"', b'"replaces":"0123456789abcdef0123456789abcdef","sequence"')
TIMED = (
    b'{"data":{"letter":"l1","place":"P01"},"edtf":"2017-06-30T12:00:00-04:00",'
    b'"id":"227795c86e863bab55bf731a4e232b18","recordedtime":"2017-06-30T12:00:00.000Z","sequence":"000000000001",'
    b'"source":"manual:","specversion":"1.0","subject":"letter/l1","time":"2017-06-30T12:00:00-04:00",'
    b'"type":"letter.sent"}'
)

# Name: a draft that is refused, a part of what is said.
REFUSED: dict[str, tuple[Any, str]] = {
    "null": (None, "an event is an object with type, source, subject and data"),
    "list": ([], "an event is an object"),
    "list of pairs": ([("type", "letter.sent")], "an event is an object"),
    "text": ("letter.sent", "an event is an object"),
    "number": (5, "an event is an object"),
    "bytes": (b"{}", "an event is an object"),
    "empty": ({}, "the member 'type' is missing"),
    "no type": (letter(1, type=None), "the member 'type' is missing"),
    "no source": (letter(1, source=None), "the member 'source' is missing"),
    "no subject": (letter(1, subject=None), "the member 'subject' is missing"),
    "no data": (letter(1, data=None), "the member 'data' is missing"),
    "unknown member": (letter(1, place="P01"), "the member 'place' is not known (facts belong into data)"),
    "unknown member in capitals": (letter(1, Type="letter.sent"), "the member 'Type' is not known"),
    "CloudEvents extension": (letter(1, traceparent="00"), "the member 'traceparent' is not known"),
    "dataschema": (letter(1, dataschema="x"), "the member 'dataschema' is not known"),
    "number as a member": (letter(1) | {1: 2}, "the member 1 is not known"),
    "type is a number": (letter(1, type=5), "type must be text, found 5"),
    "type is a list": (letter(1, type=["letter.sent"]), "type must be text, found ['letter.sent']"),
    "type is null": (letter(1) | {"type": None}, "type must be text, found None"),
    "type is huge": (letter(1, type=10**5_000), "type must be text, found a huge int"),
    "source is a number": (letter(1, source=5), "source must be text, found 5"),
    "source is true": (letter(1, source=True), "source must be text, found True"),
    "subject is an object": (letter(1, subject={}), "subject must be text, found {}"),
    "edtf is a year": (letter(1, edtf=2017), "edtf must be text, found 2017"),
    "edtf is a date": (letter(1, edtf=datetime.date(2017, 6, 30)), "edtf must be text, found datetime.date"),
    "edtf is a set": (letter(1, edtf={1}), "edtf must be text, found {1}"),
    "edtf is empty": (letter(1, edtf=""), "'' is not a date of the EDTF profile"),
    "edtf is no date": (letter(1, edtf="yesterday"), "yesterday"),
    "edtf is no day": (letter(1, edtf="2017-02-29"), "2017-02-29"),
    "edtf is too long": (letter(1, edtf="2017-06-30/" * 10), "64"),
    "edtf ends in a newline": (letter(1, edtf="2017-06-30\n"), "2017-06-30"),
    "unknown type": (letter(1, type="letter.burnt"), "the event type 'letter.burnt' is not known"),
    "no such type": (letter(1, type=""), "the event type '' is not known"),
    "type with a newline": (letter(1, type="letter.sent\n"), "is not known"),
    "relation for type": (letter(1, type="letter_sent"), "the event type 'letter_sent' is not known"),
    "other version of CloudEvents": (letter(1, specversion="0.3"), "specversion is '0.3', expected '1.0'"),
    "version is a number": (letter(1, specversion=1.0), "specversion is 1.0, expected '1.0'"),
    "empty source": (letter(1, source=""), "source is '', expected a URI reference without spaces"),
    "space in source": (letter(1, source="a b"), "source is 'a b', expected a URI reference"),
    "newline in source": (letter(1, source="a\n"), "source is 'a\\n', expected a URI reference"),
    "quote in source": (letter(1, source='a"b'), "expected a URI reference"),
    "backslash in source": (letter(1, source="a\\b"), "expected a URI reference"),
    "U+0000 in subject": (letter(1, subject="a\0"), "subject is 'a\\x00', expected a URI reference"),
    "delete in subject": (letter(1, subject="a\x7f"), "expected a URI reference"),
    "angle in subject": (letter(1, subject="<a>"), "expected a URI reference"),
    "brace in subject": (letter(1, subject="{a}"), "expected a URI reference"),
    "U+2028 in subject": (letter(1, subject="a\u2028b"), "expected a URI reference"),
    "no-break space in subject": (letter(1, subject="a\u00a0b"), "expected a URI reference"),
    "lone surrogate in subject": (letter(1, subject="a\ud800"), "subject is not valid text"),
    "source too long": (letter(1, source="a" * 2_001), "source has 2001 characters, the limit is 2000"),
    "subject too long": (letter(1, subject="a" * 2_001), "subject has 2001 characters, the limit is 2000"),
    "id of something else": (letter(1, id=OTHER_ID), f"id is '{OTHER_ID}', but this content has the id 1bbc9ed4"),
    "id in capitals": (letter(1, id="1BBC9ED4277F097762E3BCB04020DB1F"), "leave the id out"),
    "id is null": (letter(1) | {"id": None}, "id is None, but this content has the id"),
    "id is a number": (letter(1, id=1), "id is 1, but this content has the id"),
    "id is huge": (letter(1, id=10**5_000), "id is a huge int, but this content has the id"),
    "replaces nothing": (letter(1, replaces=""), "replaces is '', expected the id of an event (32 hex digits)"),
    "replaces a number": (letter(1, replaces=5), "replaces is 5, expected the id of an event"),
    "replaces a short id": (letter(1, replaces="0" * 31), "expected the id of an event"),
    "replaces a long id": (letter(1, replaces="0" * 33), "expected the id of an event"),
    "replaces an id in capitals": (letter(1, replaces="A" * 32), "expected the id of an event"),
    "replaces an id and a newline": (letter(1, replaces="0" * 32 + "\n"), "expected the id of an event"),
    "replaces a list": (letter(1, replaces=["0" * 32]), "expected the id of an event"),
    "replaces false": (letter(1, replaces=False), "replaces is False, expected the id of an event"),
    "retracts nothing": (retraction(""), "the subject of event.retracted is 'event/' and the id"),
    "retracts a short id": (retraction("0" * 31), "the subject of event.retracted is 'event/' and the id"),
    "retracts an id and a newline": (retraction("0" * 32 + "\n"), "the subject of event.retracted is"),
    "retracts a bare id": (retraction("") | {"subject": "0" * 32}, "the subject of event.retracted is"),
    "retracts twice": (retraction("event/" + "0" * 32), "the subject of event.retracted is"),
    "retracts and replaces": (retraction("0" * 32) | {"replaces": "0" * 32}, "the subject of event.retracted is"),
    "retracts without a reason": (retraction("0" * 32) | {"data": {}}, "reason"),
    "data is null": (letter(1) | {"data": None}, "data: null says nothing"),
    "data is a text": (letter(1, data="l1"), "data must be an object"),
    "data is a list": (letter(1, data=[]), "data must be an object"),
    "data is a number": (letter(1, data=5), "data must be an object"),
    "data is bytes": (letter(1, data=b"{}"), "data: bytes is not a JSON type"),
    "data is a date": (letter(1, data=datetime.date(2017, 6, 30)), "data: date is not a JSON type"),
    "data lacks a member": (letter(1, data={"letter": "l1"}), '"place" is a required property'),
    "data has an unknown member": (listing(1, data=listing(1)["data"] | {"x": 1}), "'x' was unexpected"),
    "data has a number for a text": (listing(1, data={"letter": 1, "place": "P01"}), "data.letter: 1 is not of type"),
    "data has a tuple": (listing(1, data={"letter": (1,), "place": "P01"}), "data.letter: tuple is not a JSON type"),
    "data has a set": (listing(1, data={"letter": {1}, "place": "P01"}), "data.letter: set is not a JSON type"),
    "data has bytes": (listing(1, data={"letter": b"l1", "place": "P01"}), "data.letter: bytes is not a JSON type"),
    "data has a date": (
        listing(1, data={"letter": datetime.date(2017, 6, 30), "place": "P01"}),
        "data.letter: date is not a JSON type",
    ),
    "data has null": (listing(1, data={"letter": None, "place": "P01"}), "data.letter: null says nothing"),
    "data has nan": (answer(1, data=answer(1)["data"] | {"share": float("nan")}), "data.share: nan is not a JSON"),
    "data has 2**53": (answer(1, data=answer(1)["data"] | {"pages": 2**53}), "data.pages: integers must stay within"),
    "data has 1e17": (answer(1, data=answer(1)["data"] | {"share": 1e17}), "data.share: 1e+17 would be written as"),
    "data has 5,000 digits": (answer(1, data=answer(1)["data"] | {"pages": 10**5_000}), "integers must stay within"),
    "data has U+0000": (letter(1, data=letter(1)["data"] | {"about": "a\0"}), "data.about: the character U+0000"),
    "data has a lone surrogate": (letter(1, data=letter(1)["data"] | {"about": "\ud800"}), "not valid JSON text"),
    "data has a number as a member": (letter(1, data={1: 2}), "a member name in data: expected text, found 1"),
    "evidence is empty": (letter(1, data=letter(1)["data"] | {"evidence": []}), "data.evidence"),
    "summary is empty": (letter(1, data=letter(1)["data"] | {"summary": ""}), "data.summary"),
    "summary is too long": (letter(1, data=letter(1)["data"] | {"summary": "a" * 2_001}), "data.summary"),
}

# Name: drafts that say the same as `letter(1)` and have its id and line.
SAME = {
    "another order": dict(reversed(letter(1).items())),
    "members of data in another order": letter(1, data=dict(reversed(letter(1)["data"].items()))),
    "its own id": letter(1, id="1bbc9ed4277f097762e3bcb04020db1f"),
    "null for what is absent": letter(1) | {"replaces": None},
    "not a dict": MappingProxyType(letter(1)),
    "specversion": letter(1, specversion="1.0"),
    "copied from a log": json.loads(LINE),
    "copied from another place in another log": letter(
        1, sequence="000000000009", recordedtime="1999-01-01T00:00:00.000Z", specversion="1.0"
    ),
    "media type": letter(1, datacontenttype="application/json"),
    "a time that is not its own": letter(1, time="1999-01-01T00:00:00Z"),
    "nonsense where the log decides": letter(1, sequence=-5, recordedtime=[], time={}),
}

# EDTF and the CloudEvents `time` that it gives.
TIMES = {
    "day": ("2017-06-30", None),
    "month": ("2017-06", None),
    "interval": ("2017-06-28/2017-07-05", None),
    "interval of instants": ("2017-06-30T12:00:00Z/2017-06-30T13:00:00Z", None),
    "open": ("../2017-07-14", None),
    "clock without a zone": ("2017-07-05T16:02:00", None),
    "about an instant": ("2017-07-05T16:02:00-04:00~", None),
    "perhaps an instant": ("2017-07-05T16:02:00Z?", None),
    "instant": ("2017-07-05T16:02:00-04:00", "2017-07-05T16:02:00-04:00"),
    "UTC": ("2017-07-05T16:02:00Z", "2017-07-05T16:02:00Z"),
    "UTC as an offset": ("2017-07-05T16:02:00+00:00", "2017-07-05T16:02:00Z"),
    "fraction": ("2017-07-05T16:02:00.250+05:30", "2017-07-05T16:02:00.25+05:30"),
}

# Name: a line of the log and the members that its edit concerns, a part of what is said when it is read strictly.
EDITED = {
    "id of something else": (LINE.replace(b"1bbc9ed4", b"1bbc9ed5"), "but this content has the id 1bbc9ed4"),
    "id of another form": (LINE.replace(b"1bbc9ed4", b"1BBC9ED4"), "expected 32 hex digits"),
    "type": (LINE.replace(b'"letter.sent"', b'"answer.listed"'), "'about'"),
    "type that nobody knows": (LINE.replace(b'"letter.sent"', b'"letter.burnt"'), "is not known"),
    "source": (LINE.replace(b"manual:", b"manual;"), "but this content has the id"),
    "source that is no URI": (LINE.replace(b"manual:", b"man ual:"), "expected a URI reference"),
    "subject": (LINE.replace(b"letter/l1", b"letter/l2"), "but this content has the id"),
    "date": (LINE.replace(b"2017-01-02", b"2017-01-03"), "but this content has the id"),
    "date that is none": (LINE.replace(b"2017-01-02", b"2017-13-02"), "2017-13-02"),
    "data": (LINE.replace(b"the roll", b"the role"), "but this content has the id"),
    "data outside its schema": (LINE.replace(b'"l1"', b"1"), "data.letter"),
    "data is a list": (LINE.replace(LINE[8 : LINE.index(b',"edtf"')], b"[]"), "data an object"),
    "specversion": (LINE.replace(b'"1.0"', b'"1.1"'), "the log does not write"),
    "specversion as a number": (LINE.replace(b'"1.0"', b"1"), "the log does not write"),
    "sequence as a number": (LINE.replace(b'"000000000001"', b"1"), "the log does not write"),
    "sequence without zeros": (LINE.replace(b'"000000000001"', b'"1"'), "the log does not write"),
    "sequence with a space": (LINE.replace(b'"000000000001"', b'" 00000000001"'), "the log does not write"),
    "sequence with an underscore": (LINE.replace(b'"000000000001"', b'"00000000_001"'), "the log does not write"),
    "sequence that is a list": (LINE.replace(b'"000000000001"', b"[1]"), "sequence must be 12 digits"),
    "sequence in words": (LINE.replace(b'"000000000001"', b'"one"'), "sequence must be 12 digits"),
    "sequence of 5,000 digits": (LINE.replace(b'"000000000001"', b'"' + b"1" * 5_000 + b'"'), "must be 12 digits"),
    "recordedtime in another form": (LINE.replace(b"00.000Z", b"00Z"), "recordedtime is '2017-06-30T12:00:00Z'"),
    "recordedtime with an offset": (LINE.replace(b"00.000Z", b"00.000+00:00"), "expected 2017-06-30T12:00:00.000Z"),
    "recordedtime as a number": (LINE.replace(b'"2017-06-30T12:00:00.000Z"', b"0"), "recordedtime is 0"),
    "recordedtime that is none": (LINE.replace(b"06-30T12", b"06-31T12"), "which is no time"),
    "recordedtime at 25 h": (LINE.replace(b"06-30T12", b"06-30T25"), "which is no time"),
    "replaces no id": (REPLACING.replace(b"0123456789abcdef0123456789abcdef", b"1"), "expected the id of an event"),
    "replaces a number": (REPLACING.replace(b'"0123456789abcdef0123456789abcdef"', b"1"), "must be text"),
    "time where the date is a day": (
        LINE.replace(b',"type"', b',"time":"2017-01-02T00:00:00Z","type"'), "the log does not write",
    ),
    "time that is another": (TIMED.replace(b'"time":"2017-06-30T12', b'"time":"2017-06-30T13'), "does not write"),
    "no time": (TIMED.replace(b'"time":"2017-06-30T12:00:00-04:00",', b""), "the log does not write"),
    "datacontenttype": (LINE.replace(b',"edtf"', b',"datacontenttype":"x","edtf"'), "the log does not write"),
    "unknown member": (LINE[:-1] + b',"z":1}', "the member 'z' is not known"),
    "null for the date": (LINE.replace(b'"2017-01-02"', b"null"), "edtf: null says nothing"),
    "order": (LINE[:-1].replace(b',"edtf":"2017-01-02"', b"") + b',"edtf":"2017-01-02"}', "not in canonical form"),
    "space": (LINE.replace(b":", b": ", 1), "not in canonical form"),
    "newline": (LINE + b"\n", "not in canonical form"),
    "cut": (LINE[:-1], "not valid JSON"),
    "empty": (b"", "not valid JSON"),
    "list": (b"[" + LINE + b"]", "expected a JSON object, found a list"),
}  # fmt: skip

# What the id does not cover; whether these are right, only the place in the log and the Merkle root tell.
TAKEN_AS_THEY_ARE = {
    "sequence": LINE.replace(b"000000000001", b"000000000002"),
    "recordedtime": LINE.replace(b"12:00:00.000Z", b"12:00:00.001Z"),
    "replaces": REPLACING,
    "replaces another": REPLACING.replace(b'"0123', b'"4567'),
}

# Name: a line that is not read even when the log is trusted, a part of what is said.
MALFORMED = {
    "no JSON": (b"hello", "not valid JSON"),
    "no object": (b"[]", "expected a JSON object, found a list"),
    "no members": (b"{}", "the member 'sequence' is missing"),
    "id is a number": (LINE.replace(b'"1bbc9ed4277f097762e3bcb04020db1f"', b"5"), "id is 5, expected 32 hex digits"),
    "id is no hex": (LINE.replace(b"1bbc9ed4", b"zzzzzzzz"), "expected 32 hex digits"),
    "id is short": (LINE.replace(b"1bbc9ed4", b""), "expected 32 hex digits"),
    "id is null": (LINE.replace(b'"1bbc9ed4277f097762e3bcb04020db1f"', b"null"), "id is None, expected 32 hex digits"),
    "type is a list": (LINE.replace(b'"letter.sent"', b'["letter.sent"]'), "must be text"),
    "source is a number": (LINE.replace(b'"manual:"', b"1"), "must be text"),
    "subject is null": (LINE.replace(b'"letter/l1"', b"null"), "must be text"),
    "date is a number": (LINE.replace(b'"2017-01-02"', b"2017"), "edtf and replaces must be text"),
    "replaces is a list": (REPLACING.replace(b'"0123456789abcdef0123456789abcdef"', b"[]"), "must be text"),
    "data is a text": (LINE.replace(b'"data":{', b'"data":"","more":{'), "data an object"),
    "recordedtime is a number": (LINE.replace(b'"2017-06-30T12:00:00.000Z"', b"1"), "recordedtime is 1"),
    "recordedtime is a day": (LINE.replace(b"T12:00:00.000Z", b""), "recordedtime is '2017-06-30'"),
    "sequence is a text": (LINE.replace(b"000000000001", b"first"), "sequence must be 12 digits"),
}  # fmt: skip

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.integers(), inner, max_size=3),
    max_leaves=8,
)


def event_types() -> EventTypes:
    with TemporaryDirectory() as folder:
        return make_archive(Path(folder), files={"types/note.made.json": json.dumps(ANYTHING)}).schema.types


TYPES = event_types()


def line_of(draft: Any) -> bytes:
    return prepare(draft, TYPES).line(RECORDED, 1)


@pytest.mark.parametrize(("draft", "expected"), GOLDEN.values(), ids=GOLDEN.keys())
def test_golden_id(draft: Any, expected: str) -> None:
    """The id of an event never changes: it is the digest of its content as design §3 defines it."""
    assert (expected, expected) == (prepare(draft, TYPES).id, derived_id(draft))


def test_line() -> None:
    """A draft becomes one canonical line."""
    assert line_of(letter(1)) == LINE


@pytest.mark.parametrize("draft", [draft for draft, _ in GOLDEN.values()], ids=GOLDEN.keys())
def test_line_is_canonical(draft: Any) -> None:
    """The line, put together from its parts, is what RFC 8785 makes of it as a whole."""
    line = line_of(draft)
    assert rfc8785.dumps(json.loads(line)) == line


def test_line_of_a_correction() -> None:
    """The id of the event that is corrected stands between recordedtime and sequence."""
    assert line_of(letter(1, replaces=OTHER_ID)) == REPLACING


def test_line_of_a_retraction() -> None:
    """A retraction says in its subject what it takes back, and nowhere else."""
    prepared = prepare(retraction(OTHER_ID), TYPES)
    line = json.loads(prepared.line(RECORDED, 1))
    assert (prepared.corrects, prepared.replaces) == (OTHER_ID, None)
    assert (f"event/{OTHER_ID}", "none") == (line["subject"], line.get("replaces", "none"))


def test_number_of_the_line() -> None:
    """The sequence has twelve digits."""
    assert b'"sequence":"999999999999"' in prepare(letter(1), TYPES).line(RECORDED, 999_999_999_999)


@pytest.mark.parametrize("draft", SAME.values(), ids=SAME.keys())
def test_same_fact_has_the_same_line(draft: Any) -> None:
    """However a fact is handed in, also copied from a log with what that log had set, it is the same event."""
    assert line_of(draft) == LINE


def test_correction_does_not_change_the_id() -> None:
    """The id says what is claimed, not what it corrects."""
    assert prepare(letter(1), TYPES).id == prepare(letter(1, replaces=OTHER_ID), TYPES).id


CHANGES: dict[str, dict[str, Any]] = {
    "type": {"type": "answer.listed"},
    "source": {"source": "manual:x"},
    "subject": {"subject": "letter/l2"},
    "date": {"edtf": "2017-01-03"},
    "no date": {"edtf": None},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_every_part_of_the_content_counts(change: dict[str, Any]) -> None:
    """Another type, source, subject or date is another event."""
    draft = listing(1, type="letter.sent")
    assert prepare(draft, TYPES).id != prepare(listing(1, **({"type": "letter.sent"} | change)), TYPES).id


@pytest.mark.parametrize(("edtf", "time"), TIMES.values(), ids=TIMES.keys())
def test_time_only_for_an_instant(edtf: str, time: str | None) -> None:
    """CloudEvents `time` is there only where the date is an exact instant; the date itself stays as it was."""
    line = json.loads(line_of(letter(1, edtf=edtf)))
    assert (edtf, time) == (line["edtf"], line.get("time"))


@pytest.mark.parametrize(("draft", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_bad_draft_is_refused(draft: Any, words: str) -> None:
    """A draft that is not an event is refused with the member at fault."""
    with pytest.raises(EventError) as caught:
        prepare(draft, TYPES)
    assert words in str(caught.value)


def test_data_that_contains_itself() -> None:
    """A Python object without end is refused."""
    endless: dict[str, Any] = {}
    endless["a"] = endless
    with pytest.raises(EventError, match="more than 2000 members and items"):
        prepare(letter(1, data=endless), TYPES)


@pytest.mark.parametrize("member", ["source", "subject"])
def test_longest_uri(member: str) -> None:
    """A source or subject may have as many characters as the limit says, of any script."""
    draft = letter(1, **{member: "ü" * URI_CHARS})
    assert json.loads(line_of(draft))[member] == "ü" * URI_CHARS


@pytest.mark.parametrize(
    "data",
    {
        "items": {"items": [1] * (ITEMS - 1)},
        "texts": {"items": ["ü"] * (ITEMS - 1)},
        "levels": {"items": json.loads("[" * 30 + "]" * 30)},
        "levels of floats": {"items": json.loads("[" * 30 + "1.5" + "]" * 30)},
        "bytes": {"text": "a" * (LINE_BYTES - 128 - 126)},
        "numbers": {"number": -INTEGER_MAX, "large": 1e300, "small": 5e-324},
    }.values(),
    ids=["items", "texts", "levels", "levels of floats", "bytes", "numbers"],
)
def test_what_is_taken_can_be_read_again(data: Any) -> None:
    """Data at the limits makes a line that the strict reader takes, with everything that the log adds."""
    draft = letter(1, type="note.made", subject="a", source="b", data=data, edtf=None, replaces=OTHER_ID)
    line = prepare(draft, TYPES).line(RECORDED, 10**12 - 1)
    assert data == read_strictly(line, TYPES).data


@pytest.mark.parametrize(
    ("data", "words"),
    {
        "items": ({"items": [1] * ITEMS}, "more than 2000 members and items"),
        "levels": ({"items": json.loads("[" * 31 + "]" * 31)}, "nested deeper than 32 levels"),
        "bytes": ({"text": "a" * (LINE_BYTES - 128 - 125)}, f"bytes, the limit is {LINE_BYTES - 128}"),
    }.values(),
    ids=["items", "levels", "bytes"],
)
def test_data_beyond_the_limits(data: Any, words: str) -> None:
    """One more item, level or byte is refused."""
    with pytest.raises(EventError, match=words):
        prepare(letter(1, type="note.made", subject="a", source="b", data=data, edtf=None), TYPES)


def test_event_of_a_line() -> None:
    """A line is read as the event that it holds, strictly or not."""
    data = letter(1)["data"]
    expected = Event(
        1, "1bbc9ed4277f097762e3bcb04020db1f", "letter.sent", "manual:", "letter/l1", "2017-01-02",
        "2017-06-30T12:00:00.000Z", None, data,
    )  # fmt: skip
    assert (expected, expected) == (read_trusted(LINE), read_strictly(LINE, TYPES))


def test_event_with_a_time() -> None:
    """The member `time` follows from the date and is checked with it."""
    assert read_strictly(TIMED, TYPES).edtf == "2017-06-30T12:00:00-04:00"


@pytest.mark.parametrize(
    ("line", "expected"), [(LINE, None), (REPLACING, OTHER_ID)], ids=["no correction", "replacing"]
)
def test_what_an_event_corrects(line: bytes, expected: str | None) -> None:
    """An event knows which one it replaces."""
    assert expected == read_trusted(line).corrects


def test_what_a_retraction_corrects() -> None:
    """A retraction knows which event it takes back."""
    assert read_trusted(line_of(retraction(OTHER_ID))).corrects == OTHER_ID


@pytest.mark.parametrize(
    ("event_type", "expected"), [("event.retracted", "x"), ("letter.sent", None)], ids=["retraction", "letter"]
)
def test_subject_of_a_retraction(event_type: str, expected: str | None) -> None:
    """Only of a retraction the subject names another event."""
    assert expected == retracted_id(event_type, "event/x")


@pytest.mark.parametrize(("line", "words"), EDITED.values(), ids=EDITED.keys())
def test_edited_line_is_found(line: bytes, words: str) -> None:
    """A line in which one member was changed, added or removed is refused when it is read strictly."""
    with pytest.raises(EventError) as caught:
        read_strictly(line, TYPES)
    assert words in str(caught.value)


@pytest.mark.parametrize("line", TAKEN_AS_THEY_ARE.values(), ids=TAKEN_AS_THEY_ARE.keys())
def test_what_the_log_sets_is_read(line: bytes) -> None:
    """What the id does not cover is read as it stands; the log's own checks are for that."""
    assert read_strictly(line, TYPES).id == "1bbc9ed4277f097762e3bcb04020db1f"


@pytest.mark.parametrize("member", sorted(json.loads(LINE)))
def test_line_without_a_member(member: str) -> None:
    """Every member of a line has to be there."""
    value = json.loads(LINE)
    del value[member]
    with pytest.raises(EventError, match=r"is missing|this content has the id|the log does not write"):
        read_strictly(rfc8785.dumps(value), TYPES)


@pytest.mark.parametrize(("line", "words"), MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_line_is_refused_even_when_trusted(line: bytes, words: str) -> None:
    """A line without the form of an event is an EventError, never another exception."""
    with pytest.raises(EventError) as caught:
        read_trusted(line)
    assert words in str(caught.value)


@given(st.integers(0, len(LINE) * 8 - 1))
def test_one_bit_of_the_line(bit: int) -> None:
    """A line with one bit changed is refused, or differs in what the log sets and nothing else."""
    line = bytearray(LINE)
    line[bit // 8] ^= 1 << bit % 8
    with contextlib.suppress(EventError):
        assert read_strictly(bytes(line), TYPES).id == "1bbc9ed4277f097762e3bcb04020db1f"


@given(st.dictionaries(st.sampled_from(["type", "source", "subject", "edtf", "data", "id", "replaces"]), JSON_VALUES))
def test_any_members(changes: dict[str, Any]) -> None:
    """Whatever Python values a draft has, it is an event or raises EventError and nothing else."""
    with contextlib.suppress(EventError):
        line = line_of(letter(1) | changes)
        assert rfc8785.dumps(json.loads(line)) == line


@given(JSON_VALUES)
def test_any_draft(draft: Any) -> None:
    """Any Python value is no event, and EventError says so."""
    with pytest.raises(EventError):
        prepare(draft, TYPES)


def test_prepared_is_a_value() -> None:
    """The same draft prepared twice is equal."""
    assert prepare(letter(1), TYPES) == prepare(letter(1), TYPES)
    assert isinstance(prepare(letter(1), TYPES), Prepared)
