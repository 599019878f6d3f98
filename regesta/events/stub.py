"""Stubs: what is left in the log of an event that was redacted.

A stub is the event's line without the redacted members and with two more: ``leafhash``, the hash that the original
line has as a leaf of the Merkle tree (hex), so that the root stays what it was; and ``"counts":false`` where what is
left no longer fits the tables. Guarantees that a stub keeps the event's id, number, type and recorded time. That a
line may be a stub at all, and what is left in it, rests on an `event.redacted` event further on in the log, which
names the stub's digest: `regesta.events.redaction`.

>>> line = b'{"data":{"name":"N"},"id":"e1","subject":"s"}'
>>> stub = stub_of(line, ["name"])
>>> stub_leaf(line), stub_leaf(stub) == sha256(b"\\x00" + line).digest(), decode_trusted(stub)["data"]
(None, True, {})
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final

from regesta.errors import EventError
from regesta.events.codec import LINE_MEMBERS, decode_trusted, encode
from regesta.limits import ITEMS, LINE_BYTES

LEAF: Final = "leafhash"
COUNTS: Final = "counts"
# What a line must hold to be a stub, and to be the event that says so; almost none does, and only these are parsed.
MARK: Final = b'"leafhash":"'
ANNOUNCED: Final = b'"type":"event.redacted"'

# Members of the envelope that may hold what must not be there, and what stands in their place (None: nothing does).
_ENVELOPE: Final = {"subject": "redacted:", "source": "redacted:", "edtf": None}
_HEX_CHARS: Final = 64
_OF_SELECTOR: Final = ("exact", "prefix", "suffix")


def stub_leaf(line: bytes) -> bytes | None:
    """Return the leaf hash that a stub holds; None for every other line."""
    if MARK not in line:
        return None
    try:
        text = str(decode_trusted(line).get(LEAF))
    except EventError:
        return None
    return bytes.fromhex(text) if is_leaf(text) else None


def may_redact(lines: bytes) -> bool:
    """Say whether there may be a stub in these lines of a log, or an event that redacts another."""
    return MARK in lines or ANNOUNCED in lines


def is_leaf(text: Any) -> bool:
    """Say whether this is the one spelling of a leaf hash in a stub."""
    return type(text) is str and len(text) == _HEX_CHARS and not set(text) - set("0123456789abcdef")


def stub_of(line: bytes, fields: Sequence[str], *, counts: bool = True) -> bytes:
    """Return the stub of a line without ``fields``; raises `EventError` for a field that the event does not have.

    A field is a member of the event's data (``note``), a member within one (``event.data.quote``), ``data`` for all
    of it, or ``subject``, ``source`` or ``edtf``. A stub gives a stub with the same leaf hash and fewer members.
    """
    event = decode_trusted(line)
    leaf = stub_leaf(line) or sha256(b"\x00" + line).digest()
    for field in fields:
        _remove(event, field)
    event[LEAF] = leaf.hex()
    if not counts:
        event[COUNTS] = False
    stub = encode(event, items=ITEMS + LINE_MEMBERS)
    if len(stub) > LINE_BYTES:  # a stub has two members more than its line
        raise EventError(f"what is left has {len(stub)} bytes, the limit is {LINE_BYTES}", remedy="take out more: data")
    return stub


def digest_of(stub: bytes) -> str:
    """Return the SHA-256 of a stub's line, in hex: what the redaction says of it."""
    return sha256(stub).hexdigest()


def removed(line: bytes, fields: Sequence[str]) -> list[str]:
    """Return the texts that the fields of an event hold, each once; raises `EventError` as `stub_of` does."""
    texts: dict[str, None] = {}
    for field in fields:
        values = [_remove(decode_trusted(line), field)]
        for value in values:  # grows while it is read
            if isinstance(value, dict):
                # Of evidence the words; its digests, its document and the names of its selectors are nobody's words.
                names = _OF_SELECTOR if str(value.get("type", "")).endswith("Selector") else value
                values.extend(value[name] for name in names if name in value and not _is_reference(value, name))
            elif isinstance(value, list):
                values.extend(value)
            elif isinstance(value, str):
                texts[value] = None
    return list(texts)


def _is_reference(value: dict[str, Any], name: str) -> bool:
    return name in ("source", "digest") and "selector" in value


def _remove(event: dict[str, Any], field: str) -> Any:
    """Take a field out of an event and return what it held."""
    if field in _ENVELOPE and field in event:
        value = event.pop(field)
        if _ENVELOPE[field] is not None:
            event[field] = _ENVELOPE[field]
        else:
            event.pop("time", None)
        return value
    if field == "data":
        value, event["data"] = event["data"], {}
        return value
    holder, *inner = event["data"], *field.split(".")
    for name in inner[:-1]:
        holder = holder.get(name) if isinstance(holder, dict) else None
    if not isinstance(holder, dict) or inner[-1] not in holder:
        raise EventError(f"the event has no member {field!r}", remedy="run `regesta show` to see what it has")
    return holder.pop(inner[-1])
