"""Stubs: what is taken out, what stays, and the leaf hash that stays with it."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
import rfc8785

from regesta.errors import EventError
from regesta.events.merkle import Frontier, leaf_hash
from regesta.events.model import read_trusted
from regesta.events.stub import digest_of, is_leaf, removed, stub_leaf, stub_of

EVENT: dict[str, Any] = {
    "data": {"name": "Ann Example", "event": {"data": {"quote": "words"}}, "tags": ["one", {"two": "2"}], "n": 1},
    "edtf": "2017-06-30T12:00:00-04:00",
    "id": "0" * 32,
    "recordedtime": "2026-01-01T00:00:00.000Z",
    "sequence": "000000000001",
    "source": "manual:Ann",
    "specversion": "1.0",
    "subject": "person/ann",
    "time": "2017-06-30T12:00:00-04:00",
    "type": "person.named",
}
LINE = rfc8785.dumps(EVENT)
LEAF = sha256(b"\x00" + LINE).digest()


def without(*fields: str, **options: bool) -> dict[str, Any]:
    """Return the event of the stub without these fields, but for its leaf hash."""
    value: dict[str, Any] = json.loads(stub_of(LINE, fields, **options))
    assert value.pop("leafhash") == LEAF.hex()
    return value


def changed(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in {**EVENT, **members}.items() if value is not None}


TAKEN: dict[str, tuple[str, dict[str, Any]]] = {
    "a member of the data": ("name", changed(data={n: v for n, v in EVENT["data"].items() if n != "name"})),
    "one within a member": ("event.data.quote", changed(data={**EVENT["data"], "event": {"data": {}}})),
    "all of the data": ("data", changed(data={})),
    "the subject": ("subject", changed(subject="redacted:")),
    "the source": ("source", changed(source="redacted:")),
    "the date and its instant": ("edtf", changed(edtf=None, time=None)),
}


@pytest.mark.parametrize(("field", "expected"), TAKEN.values(), ids=TAKEN.keys())
def test_taken_out(field: str, expected: dict[str, Any]) -> None:
    """What is named is gone, all else is as it was, in canonical form."""
    assert expected == without(field)
    stub = stub_of(LINE, [field])
    assert stub == rfc8785.dumps(json.loads(stub))


@pytest.mark.parametrize("field", ["nothing", "name.first", "event.data.other", "tags.0", "", ".", "id", "type"])
def test_no_such_field(field: str) -> None:
    """A field that the event does not have, or that is never taken out, is an error that names it."""
    with pytest.raises(EventError, match=f"no member {field!r}"):
        stub_of(LINE, [field])


def test_stub_of_a_stub() -> None:
    """Taking out more keeps the leaf hash of the original line."""
    twice = stub_of(stub_of(LINE, ["name"]), ["n"])
    assert (twice, stub_leaf(twice)) == (stub_of(LINE, ["n", "name"]), LEAF)


def test_counts() -> None:
    """A stub says so where what is left has no place in the tables."""
    event = read_trusted(stub_of(LINE, ["name"], counts=False))
    assert (event.counts, event.leaf, without("n", counts=False)["counts"]) == (False, LEAF.hex(), False)
    assert read_trusted(stub_of(LINE, ["name"])).counts


def test_root_is_the_same() -> None:
    """A stub is hashed to the leaf of its original line, also among others."""
    stub = stub_of(LINE, ["data", "subject"])
    before, after = Frontier(), Frontier()
    before.extend_lines([b"a", LINE, b"b"])
    after.extend_lines([b"a", stub, b"b"])
    assert (leaf_hash(stub), after.root()) == (leaf_hash(LINE), before.root())


NO_STUBS = {
    "an ordinary line": LINE,
    "a member of that name in the data": rfc8785.dumps({**EVENT, "data": {"leafhash": "ab" * 32}}),
    "too short": LINE.replace(b'"recorded', b'"leafhash":"abcd","recorded'),
    "capital letters": LINE.replace(b'"recorded', b'"leafhash":"%b","recorded' % (b"AB" * 32)),
    "no text": LINE.replace(b'"recorded', b'"leafhash":7,"x":"\\"leafhash\\":\\"","recorded'),
    "no JSON": b'{"leafhash":"' + b"ab" * 32,
}


@pytest.mark.parametrize("line", NO_STUBS.values(), ids=NO_STUBS.keys())
def test_no_stub(line: bytes) -> None:
    """Everything else is hashed as it stands."""
    assert (stub_leaf(line), leaf_hash(line)) == (None, sha256(b"\x00" + line).digest())


def test_removed() -> None:
    """What is taken out is told as texts, each once, however deep they stand."""
    assert removed(LINE, ["name", "tags", "event", "n"]) == ["Ann Example", "one", "2", "words"]


def test_digest() -> None:
    """A redaction names the SHA-256 of the stub's line."""
    assert digest_of(b"stub") == sha256(b"stub").hexdigest()


@pytest.mark.parametrize("text", ["ab" * 31, "AB" * 32, "xy" * 32, 7, None, "ab" * 33])
def test_no_leaf(text: object) -> None:
    """A leaf hash has one spelling."""
    assert not is_leaf(text)
