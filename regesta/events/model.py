"""One event: what somebody hands in (a draft) and what the log holds (an `Event`).

`prepare` checks a draft, derives its id from its content and returns the line's parts; the log adds the two
members that only it knows, ``recordedtime`` and ``sequence``. The id is the first 128 bits of the SHA-256 of
the canonical JSON of ``type``, ``subject``, ``source``, ``edtf`` and ``data``, in hex: the same fact from the
same source has the same id wherever and whenever it is appended.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final, NamedTuple

from regesta.errors import EventError
from regesta.events.codec import decode, decode_trusted, encode, shown
from regesta.events.stub import COUNTS, LEAF, is_leaf
from regesta.limits import ID_CHARS, LINE_BYTES, URI_CHARS
from regesta.schema.dates import check_edtf, exact_instant
from regesta.schema.types import EventTypes

EVENT_ID: Final = re.compile(rf"[0-9a-f]{{{ID_CHARS}}}\Z")
RETRACTION: Final = "event.retracted"
REDACTION: Final = "event.redacted"
# Set by the log or fixed by CloudEvents; a draft copied from a log may carry them, they are not taken over.
_DATA: Final = b'{"data":'
_SET_BY_THE_LOG: Final = frozenset({"specversion", "time", "recordedtime", "sequence", "datacontenttype"})
_DRAFT: Final = frozenset({"type", "source", "subject", "edtf", "data", "id", "replaces"})
_URI = re.compile(r"[^\s\x00-\x20\x7f<>\"\\^`{|}]+").fullmatch
_RECORDED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\Z", re.ASCII)

Draft = Mapping[str, Any]


class Prepared(NamedTuple):
    """A checked draft: its id, what it corrects, and the canonical line around the members that the log sets."""

    id: str
    head: bytes  # up to and including the comma before "recordedtime"
    tail: bytes  # from "source" on
    corrects: str | None  # the id of the event that it replaces or retracts
    draft: Draft

    @property
    def replaces(self) -> str | None:
        """The id of the event that it replaces."""
        return self.draft.get("replaces")

    def line(self, recorded: bytes, sequence: int) -> bytes:
        """Return the canonical line (RFC 8785: members sorted by name) without its newline."""
        if self.corrects and self.replaces:
            replaces = b'"replaces":"%b",' % self.corrects.encode()
            return b'%b"recordedtime":"%b",%b"sequence":"%012d",%b' % (self[1], recorded, replaces, sequence, self[2])
        return b'%b"recordedtime":"%b","sequence":"%012d",%b' % (self[1], recorded, sequence, self[2])


@dataclass(slots=True)
class Event:
    """One event of the log; ``earliest`` and ``latest`` follow from ``edtf`` and the archive's zone.

    Of a redacted event, ``leaf`` is the hash of its original line (hex), and ``counts`` whether what is left of it
    still has a place in the tables.
    """

    sequence: int
    id: str
    type: str
    source: str
    subject: str
    edtf: str | None
    recorded: str
    replaces: str | None
    data: dict[str, Any]
    leaf: str | None = None
    counts: bool = True

    @property
    def corrects(self) -> str | None:
        """The id of the event that this one replaces or retracts."""
        return self.replaces or retracted_id(self.type, self.subject)


def retracted_id(event_type: str, subject: str) -> str | None:
    """Return the id that a retraction is about (its subject is ``event/ID``), None for other events."""
    return subject.removeprefix("event/") if event_type == RETRACTION else None


def prepare(draft: Draft, types: EventTypes) -> Prepared:
    """Check one draft and return it ready for the log; raises `EventError` saying which member is at fault."""
    event_type, source, subject, edtf, data, replaces = _members(draft)
    body = encode(data, "data")  # before the schema's validator, which can only take JSON
    types.check(event_type, data)
    corrects = None
    if replaces is not None or event_type == RETRACTION:
        corrects = _corrected(event_type, subject, replaces)
    edtf_json, clock = (b"", b"") if edtf is None else _encode_date(edtf)
    name = b'"%b"' % event_type.encode()  # a known type is plain ASCII
    source_json, subject_json = _encode_uri(source, "source"), _encode_uri(subject, "subject")
    digest = sha256(b'{"data":%b,%b"source":%b,"subject":%b,"type":%b}' % (
        body, edtf_json, source_json, subject_json, name,
    ))  # fmt: skip
    event_id = digest.hexdigest()[:ID_CHARS]
    if draft.get("id", event_id) != event_id:
        message = f"id is {shown(draft['id'])}, but this content has the id {event_id}"
        raise EventError(message, remedy="leave the id out")
    head = b'{"data":%b,%b"id":"%b",' % (body, edtf_json, event_id.encode())
    tail = b'"source":%b,"specversion":"1.0","subject":%b,%b"type":%b}' % (source_json, subject_json, clock, name)
    if len(head) + len(tail) > LINE_BYTES - 128:  # 128: what the log adds
        raise EventError(f"the event has {len(head) + len(tail)} bytes, the limit is {LINE_BYTES - 128}")
    return Prepared(event_id, head, tail, corrects, draft)


def read_trusted(line: bytes) -> Event:
    """Return the event of a line of the log that `regesta verify` may check later; raises `EventError`."""
    return _event(decode_trusted(line))


def data_text(line: bytes, event: Event) -> str:
    """Return the JSON of the data of ``event`` as it stands in its line; where that is not our form, made again.

    In canonical form `data` comes first and `id` behind it and the date; nothing after the id is nested.
    """
    date = b',"edtf":"%b"' % event.edtf.encode() if event.edtf is not None else b""
    body = line[len(_DATA) : line.rfind(b',"id":"')]
    if line.startswith(_DATA) and body.endswith(b"}" + date):
        return body[: len(body) - len(date)].decode()
    return encode(event.data).decode()


def read_strictly(line: bytes, types: EventTypes) -> Event:
    """Return the event of a line after deriving all of it again: form, id, schema, date; raises `EventError`.

    What is left of a redacted event has no id or schema to be derived from: of a stub the form is checked, and
    `regesta.events.redaction` checks that it is the one that its redaction names.
    """
    value = decode(line)
    event = _event(value)
    if event.leaf is not None:
        _check_stub(value)
        return event
    draft = {key: item for key, item in value.items() if key not in _SET_BY_THE_LOG}
    if prepare(draft, types).line(event.recorded.encode(), event.sequence) != line:
        raise EventError("the line holds members that the log does not write")
    try:
        datetime.fromisoformat(event.recorded)
    except ValueError:
        raise EventError(f"recordedtime is {event.recorded!r}, which is no time") from None
    return event


def _check_stub(value: dict[str, Any]) -> None:
    unknown = sorted(value.keys() - _DRAFT - _SET_BY_THE_LOG - {LEAF, COUNTS})
    if unknown:
        raise EventError(f"the member {shown(unknown[0])} is not known in a stub")
    if value.get(COUNTS, False) is not False:
        raise EventError(f"{COUNTS} is {shown(value[COUNTS])}, a stub says false or nothing")
    for member in ("subject", "source"):
        _encode_uri(value[member], member)
    if "edtf" in value:
        check_edtf(value["edtf"])


def _event(value: dict[str, Any]) -> Event:
    try:
        sequence, event_id, recorded = int(value["sequence"]), value["id"], value["recordedtime"]
        event_type, source, subject, data = value["type"], value["source"], value["subject"], value["data"]
    except KeyError as error:
        raise EventError(f"the member {error.args[0]!r} is missing") from None
    except (TypeError, ValueError):
        raise EventError("sequence must be 12 digits") from None
    if not (type(event_type) is type(source) is type(subject) is str and type(data) is dict):
        raise EventError("type, source and subject must be text and data an object")
    if type(event_id) is not str or not EVENT_ID.match(event_id):
        raise EventError(f"id is {shown(event_id)}, expected {ID_CHARS} hex digits")
    if type(recorded) is not str or not _RECORDED.match(recorded):
        raise EventError(f"recordedtime is {shown(recorded)}, expected 2017-06-30T12:00:00.000Z")
    edtf, replaces = value.get("edtf"), value.get("replaces")
    if not ((edtf is None or type(edtf) is str) and (replaces is None or type(replaces) is str)):
        raise EventError("edtf and replaces must be text")
    leaf = value.get(LEAF)
    if not (leaf is None or is_leaf(leaf)):
        raise EventError(f"{LEAF} is {shown(leaf)}, expected 64 hex digits")
    return Event(
        sequence, event_id, event_type, source, subject, edtf, recorded, replaces, data, leaf, COUNTS not in value
    )


def _members(draft: Draft) -> tuple[str, str, str, str | None, Any, str | None]:
    try:
        event_type, source, subject, data = draft["type"], draft["source"], draft["subject"], draft["data"]
        unknown = draft.keys() - _DRAFT
    except (KeyError, TypeError, AttributeError):
        raise _incomplete(draft) from None
    if unknown:
        _check_other_members(draft, unknown)
    edtf = draft.get("edtf")
    if not (type(event_type) is type(source) is type(subject) is str and (edtf is None or type(edtf) is str)):
        for name in ("type", "source", "subject", "edtf"):
            if type(draft.get(name)) is not str:
                raise EventError(f"{name} must be text, found {shown(draft.get(name))}")
    return event_type, source, subject, edtf, data, draft.get("replaces")


def _incomplete(draft: Any) -> EventError:
    if not isinstance(draft, Mapping):
        return EventError("an event is an object with type, source, subject and data")
    missing = [name for name in ("type", "source", "subject", "data") if name not in draft]
    return EventError(f"the member {missing[0]!r} is missing")


def _check_other_members(draft: Draft, names: set[str]) -> None:
    unknown = sorted(shown(name) for name in names - _SET_BY_THE_LOG)
    if unknown:
        raise EventError(f"the member {unknown[0]} is not known", remedy="facts belong into data")
    if draft.get("specversion", "1.0") != "1.0":
        raise EventError(f"specversion is {shown(draft['specversion'])}, expected '1.0'")


@lru_cache(maxsize=4096)
def _encode_date(edtf: str) -> tuple[bytes, bytes]:
    """Check the date as known; return the members ``edtf`` and ``time``, which only an exact instant has."""
    check_edtf(edtf)
    time = exact_instant(edtf)
    return b'"edtf":"%b",' % edtf.encode(), b'"time":"%b",' % time.encode() if time else b""


def _corrected(event_type: str, subject: str, replaces: Any) -> str:
    """Return the id of the event that a correction is about, checked for its form."""
    if replaces is not None and not (type(replaces) is str and EVENT_ID.match(replaces)):
        raise EventError(f"replaces is {shown(replaces)}, expected the id of an event ({ID_CHARS} hex digits)")
    target = replaces or subject.removeprefix("event/")
    if event_type == RETRACTION and (replaces or f"event/{target}" != subject or not EVENT_ID.match(target)):
        raise EventError("the subject of event.retracted is 'event/' and the id of the event taken back")
    return target


def _encode_uri(text: str, member: str) -> bytes:
    """Return the JSON of a URI reference; the pattern leaves nothing that JSON would have to escape."""
    if not _URI(text):
        raise EventError(f"{member} is {text[:80]!r}, expected a URI reference without spaces")
    if len(text) > URI_CHARS:
        raise EventError(f"{member} has {len(text)} characters, the limit is {URI_CHARS}")
    try:
        return b'"%b"' % text.encode()
    except UnicodeEncodeError as error:
        raise EventError(f"{member} is not valid text: {error.reason}") from error
