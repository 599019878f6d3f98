"""Targets of the record: dates, events, the log, checkpoints, proofs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Hashable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from regesta.errors import EventError, UsageError
from regesta.events.checkpoint import Checkpoint
from regesta.events.codec import decode, decode_trusted, encode, parse
from regesta.events.merkle import leaf_hash, root_of
from regesta.events.model import data_text, prepare, read_strictly, read_trusted
from regesta.events.nodes import nodes_of
from regesta.events.verify import verify
from regesta.replay.asof import as_of, first_second
from regesta.replay.bounds import bound_second, bound_text
from regesta.schema.dates import bounds, check_edtf, describe, exact_instant, instant_text, moment, parse_human
from tests.archives import document, drafts, make_archive, passage, retraction, segment_paths
from tests.fuzz.running import Ready, SkippedTargetError

ZONES: Final = tuple(
    map(ZoneInfo, ("UTC", "America/New_York", "Pacific/Apia", "Africa/Monrovia", "Asia/Kathmandu", "Antarctica/Troll"))
)
RECORDED: Final = b"2026-01-01T00:00:00.000Z"
EDTF: Final = (
    b"2017", b"2017-06", b"2017-06-30", b"2017-06-30T16:02:00", b"2017-06-30T16:02:00.5-04:00", b"2017-06-30T16:02:00Z",
    b"2017-06?", b"2017-06-30~", b"2017%", b"201X", b"20XX", b"2017-XX", b"2017-06-XX", b"2017-XX-XX", b"2017-21", b"2017-24~",
    b"2017-06-28/2017-07-05", b"../2017-07", b"2017-07/..", b"/2017", b"2017/", b"-0044-03-15", b"-9999", b"0000", b"9999-12-31",
    b"2011-12-30", b"2016-02-29", b"2017-06-28?/2017-07~", b"1752-09-03", b"9999-12-31T23:59:59Z", b"-9999-01-01/9999-12-31",
)  # fmt: skip
HUMAN: Final = (
    *EDTF, b"30 June 2017", b"June 30, 2017", b"July 5, 2017 4:02 pm", b"June 2017", b"Friday, June 30, 2017",
    b"Jun 30 2017 16:02:00 -0400", b"30/06/2017", b"2017/06/30", b"July 5th, 2017 at 4pm EDT", b"5 July 2017 16:02:00-04:00",
    b"Fri Jun 30 16:02:00 2017", b"2017-06-30 16:02", b"Sept. 3, 1752", b"noon 1 May 2017", b"1 July 2017 10:00 UTC+2",
)  # fmt: skip
DATE_WORDS: Final = (
    b"2017", b"-", b"/", b"..", b"X", b"~", b"?", b"%", b"T", b"Z", b":", b"+00:00", b"-04:00", b"June", b"Monday", b"pm", b"a.m.",
    b"UTC", b"EDT", b"GMT+1", b"th", b"of", b"and", b"[", b"{", b"Y", b"E", b"S", b"24:00:00", b"23:59:60", b"-0000", b"13", b"32", b"00",
)  # fmt: skip
JSON_WORDS: Final = (
    b"null", b"true", b"false", b"{}", b"[]", b'""', b"\\u0000", b"\\ud800", b"\\u2028", b"\\n", b'"a":1,', b'"type":',
    b'"data":', b'"edtf":', b'"id":', b'"replaces":', b'"source":', b'"subject":', b'"evidence":', b'"event.retracted"',
    b'"document.captured"', b'"leafhash":"' + b"0" * 64 + b'",', b"{\"a\":1,\"a\":2}", b"\xef\xbb\xbf",
)  # fmt: skip


def text(data: bytes) -> str:
    """Return bytes as a shell hands them in: what is not UTF-8 is half of a pair."""
    return data.decode("utf-8", "surrogateescape")


def plain(words: str) -> str:
    """Return a text with its numbers and its names taken out: results of one shape."""
    return re.sub(r"[A-Z][a-z]+", "A", re.sub(r"\d+", "9", words))


def edtf(folder: Path) -> Ready:
    """What is taken as a date is described, bounded in every zone, and read by people's ways in as itself."""

    def run(data: bytes) -> Hashable:
        found = text(data)
        check_edtf(found)
        words, instant = describe(found), exact_instant(found)
        assert instant is None or exact_instant(instant) == instant
        for zone in ZONES:
            _bounded(found, zone)
        assert parse_human(found, ZONES[0]) == found
        return plain(words)

    return Ready(run, EDTF, DATE_WORDS)


def _bounded(found: str, zone: ZoneInfo) -> None:
    try:
        within = bounds(found, zone)
    except EventError:
        return  # an interval that is reversed in this zone
    for second in (within.earliest, within.latest):
        assert second is None or (instant_text(second, zone) and bound_second(bound_text(second, zone)) == second)
    assert within.earliest is None or within.latest is None or within.earliest <= within.latest


def human_date(folder: Path) -> Ready:
    """What people write as a date becomes EDTF, one point in time and its first second."""

    def run(data: bytes) -> Hashable:
        found, zone = text(data), ZONES[len(data) % len(ZONES)]
        check_edtf(parse_human(found, zone))
        assert first_second(found, zone) <= moment(found, zone)
        point = as_of(found, found, zone)
        assert point.known is not None
        return plain(describe(parse_human(found, zone)))

    return Ready(run, HUMAN, DATE_WORDS)


def codec(folder: Path) -> Ready:
    """What is written is read as the same, in one form only."""

    def run(data: bytes) -> Hashable:
        with suppress(EventError):
            decode_trusted(data)
            assert encode(decode(data)) == data
        value = parse(data)
        line = encode(value)
        assert parse(line) == value
        assert encode(parse(line)) == line
        return type(value).__name__, isinstance(value, dict) and decode(line) == value

    return Ready(run, [*_draft_texts(), *_lines(folder)], JSON_WORDS)


def draft(folder: Path) -> Ready:
    """What is accepted as an event makes a line, and the line is read as the same event in both ways."""
    archive = make_archive(folder)
    types = archive.schema.types

    def run(data: bytes) -> Hashable:
        item = prepare(parse(data), types)
        line = item.line(RECORDED, 7)
        event = read_strictly(line, types)
        assert event == read_trusted(line)
        assert data_text(line, event).encode() == encode(event.data)
        assert archive._admission.check([item]) is None or item.id  # the answer may be a fault, never an exception
        return event.type, item.corrects is None, event.edtf is None, len(event.data)

    return Ready(run, _draft_texts(), JSON_WORDS)


def line(folder: Path) -> Ready:
    """A line of a log of somebody else: what is read strictly is read the same without the checks."""
    types = make_archive(folder).schema.types

    def run(data: bytes) -> Hashable:
        event = read_trusted(data)
        assert parse(data_text(data, event).encode()) == event.data
        assert read_strictly(data, types) == event
        return event.type

    return Ready(run, _lines(folder / "log"), JSON_WORDS)


def segment(folder: Path) -> Ready:
    """Whole segments are verified without an exception; reading them gives events or a `LogError`."""
    archive = make_archive(folder)
    archive.append(drafts(6))
    path = segment_paths(archive)[0]

    def run(data: bytes) -> Hashable:
        path.write_bytes(data)
        report = verify(archive)
        shape = sorted({plain(fault.message)[:60] for fault in report.faults})[:3]
        list(archive.log.events())
        return tuple(shape)

    return Ready(run, [path.read_bytes()], (*JSON_WORDS, b"\n", b"\n\n"))


def checkpoint(folder: Path) -> Ready:
    """What is read as a checkpoint is written as the same bytes."""

    def run(data: bytes) -> Hashable:
        found = Checkpoint.decode(data, "checkpoint")
        assert found.encode() == data
        return len(found.signatures)

    return Ready(run, _checkpoints(), ("— a.example ".encode(), b"AAAAAAAA", b"=", b"==", b"\n\n", b"example.org/log"))


def proof(folder: Path) -> Ready:
    """A proof is written as it was read, and what holds against the checkpoint of a log is true of that log."""
    proofs, stubs = _module("proof"), _module("stub")
    archive = make_archive(folder)
    archive.append(drafts(11))
    trusted, events = archive.log.checkpoint(), folder / "events"
    assert trusted is not None
    lines = segment_paths(archive)[0].read_bytes().splitlines()
    old = proofs.Tree(5, root_of(lines[:5]))

    def run(data: bytes) -> Hashable:
        found = proofs.read_proof(data, "proof")
        assert found.encode() == data
        is_ours = (found.checkpoint.size, found.checkpoint.root) == (trusted.size, trusted.root)
        if isinstance(found, proofs.Consistency):
            found.check(old)
            assert not is_ours or found.old == old.size
        else:
            found.check()
            assert not is_ours or lines[found.index] == found.line or stubs.stub_leaf(found.line)
        return is_ours, len(found.hashes)

    nodes = nodes_of(events)
    examples = [proofs.prove_inclusion(nodes, number, trusted).encode() for number in (0, 5, 10)]
    examples.append(proofs.prove_consistency(nodes, old, trusted).encode())
    words = (
        b"c2sp.org/tlog-proof@v1\n",
        b"extra ",
        b"index ",
        b"old ",
        b"0\n",
        b"11\n",
        b"\n\n",
        b"AAAA",
        b"=",
        b"\xe2\x80\x94 ",
    )
    return Ready(run, examples, words)


def keys(folder: Path) -> Ready:
    """What is read as a key is written as the same text."""
    notes = _module("note")
    signer = _signer(notes)

    def run(data: bytes) -> Hashable:
        if data.startswith(b"PRIVATE"):
            return notes.read_signer(data, "key").encode() in text(data)
        found = notes.read_keys(data, "keys")
        assert [key.encode() for key in found] == data.decode("utf-8").splitlines()
        return min(len(found), 3)

    public = f"{signer.verifier.encode()}\n".encode()
    return Ready(
        run,
        [public, public * 2, f"{signer.encode()}\n".encode()],
        (b"+", b"PRIVATE+KEY+", b"example.org/log", b"ab12cd34", b"="),
    )


def signed_note(folder: Path) -> Ready:
    """A checkpoint that counts as signed by a key is, word for word, the one that was signed."""
    notes = _module("note")
    signer = _signer(notes)
    first = Checkpoint.decode(_checkpoints()[0], "checkpoint")
    note = notes.signed(first, signer)
    other = notes.signed(note, notes.SignerKey("b.example", bytes(range(32))))

    def run(data: bytes) -> Hashable:
        found = Checkpoint.decode(data, "checkpoint")
        assert notes.signers(found, [signer.verifier], "checkpoint") == [signer.name]
        assert (found.origin, found.size, found.root) == (first.origin, first.size, first.root)
        return len(found.signatures)

    return Ready(run, [note.encode(), other.encode()], ("— example.org/log ".encode(), b"\n\n", b"=", b"+", b"/"))


def stub(folder: Path) -> Ready:
    """The fields in the first line are taken out of the event in the second; its leaf stays the same."""
    stubs = _module("stub")

    def run(data: bytes) -> Hashable:
        names, _, original = data.partition(b"\n")
        stubs.stub_leaf(original)
        fields = text(names).split(" ")
        read_trusted(original)  # a redaction is of an event
        made = stubs.stub_of(original, fields)
        assert leaf_hash(made) == leaf_hash(original)
        assert decode(made) == decode_trusted(made)
        stubs.removed(original, fields)
        return len(fields), stubs.stub_leaf(original) is None

    lines = _lines(folder / "log")
    examples = [b"about summary\n" + lines[0], b"data\n" + lines[1], b"subject source edtf\n" + lines[2]]
    examples.append(b"summary\n" + stubs.stub_of(lines[0], ["about"]))
    return Ready(
        run,
        examples,
        (*JSON_WORDS, b"data", b"data.summary", b"event.data.x", b"evidence", b"place.", b"subject", b"edtf"),
    )


def _signer(notes: Any) -> Any:
    try:
        signer = notes.SignerKey("example.org/log", bytes(32))
        assert signer.verifier
    except UsageError as error:
        raise SkippedTargetError(str(error)) from error
    return signer


def _module(name: str) -> Any:
    try:
        return import_module(f"regesta.events.{name}")
    except ModuleNotFoundError as error:
        raise SkippedTargetError(f"there is no regesta.events.{name}") from error


def _checkpoints() -> list[bytes]:
    root = b"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    head = b"example.org/log\n12\n" + root + b"\n"
    return [head, head + "\n— example.org/log AAAAAAAAAAAAAAAA\n".encode(), b"a\n0\n" + root + b"\n"]


def _draft_texts() -> list[bytes]:
    words = "Ohio said no."
    digest = document(words)["data"]["digest"]
    proof = {
        "evidence": [passage(0, 4, text=words, exact="Ohio")],
        "proposal": digest[:32],
        "datetext": "Friday",
        "note": "“x”",
    }
    [first, *others] = drafts(6)
    more = [
        retraction("0" * 32),
        {**first, "replaces": "a" * 32},
        {**first, "data": {**first["data"], **proof}},
        document(words),
    ]
    return [json.dumps(item, ensure_ascii=False).encode() for item in (first, *others, *more)]


def _lines(folder: Path) -> list[bytes]:
    folder.mkdir(exist_ok=True)
    archive = make_archive(folder)
    archive.append([*drafts(6), document("Ohio said no.")])
    return segment_paths(archive)[0].read_bytes().splitlines()


TARGETS: Final[dict[str, Callable[[Path], Ready]]] = {
    "edtf": edtf, "human date": human_date, "codec": codec, "draft": draft, "line": line, "segment": segment,
    "checkpoint": checkpoint, "proof": proof, "keys": keys, "signed note": signed_note, "stub": stub,
}  # fmt: skip
