"""JSON in and out: one canonical form for the log, one strict reader for everything else.

What `encode` returns is the RFC 8785 (JCS) form, in UTF-8, without the newline. `decode` takes only that
form, so a line of the log has exactly one spelling. `parse` reads JSON that somebody hands in and refuses
what JSON readers disagree about: duplicate keys, NaN, integers beyond 2**53 - 1, lone surrogates.

>>> encode({"b": 1.0, "a": "ü"})
b'{"a":"\\xc3\\xbc","b":1}'
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final, NoReturn

import orjson
import rfc8785

from regesta.errors import EventError
from regesta.limits import DEPTH, INTEGER_MAX, ITEMS, LINE_BYTES

_ORJSON = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER
LINE_MEMBERS: Final = 13  # of an event's line; the limit on members and items is on its data
_SCALARS = frozenset({str, bool, int})
_CONTAINERS = frozenset({dict, list})
# Characters that cut a value short or a line in two somewhere: C0 controls other than tab and line ends (U+0000
# ends strings in SQLite), and the line separators that str.splitlines and JavaScript honour.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x85\u2028\u2029]")


def encode(value: Any, member: str = "", items: int = ITEMS) -> bytes:
    """Return the canonical bytes of a JSON value; raises `EventError` naming the member that is not allowed.

    ``member`` is the name under which the value will stand in an event, one level deeper.
    """
    try:
        data = orjson.dumps(value, option=_ORJSON) if _is_plain(value) else _encode_slowly(value, member, items)
    except (orjson.JSONEncodeError, rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        _check_value(value, member)
        raise EventError(f"not valid JSON text: {error}") from error
    # A forbidden character is either escaped in the canonical form or outside ASCII.
    if b"\\" in data or not data.isascii():
        _check_value(value, member)
    return data


def decode(line: bytes) -> dict[str, Any]:
    """Return the object of one canonical line (no newline); raises `EventError` when it is not canonical."""
    value = decode_trusted(line)
    if encode(value, items=ITEMS + LINE_MEMBERS) != line:
        parse(line)  # names a duplicate key better than the comparison does
        raise EventError("the line is not in canonical form (RFC 8785: sorted keys, no spaces, UTF-8)")
    return value


def decode_trusted(line: bytes) -> dict[str, Any]:
    """Return the object of a line whose form was checked when it was appended; still bounded, not re-encoded."""
    if len(line) > LINE_BYTES:
        raise EventError(f"the line has {len(line)} bytes, the limit is {LINE_BYTES}")
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        parse(line)
        raise EventError(f"not valid JSON: {error}") from error
    if type(value) is not dict:
        raise EventError(f"expected a JSON object, found {_kind(value)}")
    return value


def parse(text: bytes) -> Any:
    """Return the JSON value that somebody hands in; raises `EventError` on anything that readers disagree about."""
    if len(text) > LINE_BYTES:
        raise EventError(f"the event has {len(text)} bytes, the limit is {LINE_BYTES}")
    try:
        decoded = text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise EventError(f"not UTF-8: byte {error.start} is 0x{text[error.start]:02x}") from error
    if decoded.startswith("\ufeff"):
        raise EventError("the text begins with a byte order mark; save it as UTF-8 without one")
    _check_depth(decoded)
    try:
        value = json.loads(
            decoded, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer, parse_float=_float
        )
    except json.JSONDecodeError as error:
        raise EventError(f"not valid JSON: {error.msg} at character {error.pos}") from error
    if "\\u" in decoded:  # UTF-8 has no surrogates, an escape can
        _check_surrogates(value)
    return value


def _is_plain(value: Any) -> bool:
    """Say whether orjson's form is the canonical one: nothing but objects, lists, text, integers and booleans.

    False sends the value the slow way, which refuses it with the member's name or writes it with `rfc8785`.
    Every append pays for this walk, hence sets of types instead of a test for each value.
    """
    if type(value) is str:
        return True
    containers, count = [value], 0
    for container in containers:
        if type(container) is dict:
            try:
                if not "".join(container).isascii():
                    return False  # orjson sorts by code point, RFC 8785 §3.2.3 by UTF-16 unit
            except TypeError:
                return False
            items: Any = container.values()
        elif type(container) is list:
            items = container
        else:
            return False
        count += len(items)
        others = set(map(type, items)) - _SCALARS
        if others:
            if count > ITEMS or not others <= _CONTAINERS:
                return False  # orjson writes 1.0 and 1e16 in other ways than RFC 8785 §3.2.2.3, and NaN as null
            containers += [item for item in items if type(item) in _CONTAINERS]
    return count <= ITEMS and len(containers) < DEPTH


def _encode_slowly(value: Any, member: str, items: int) -> bytes:
    _check_size(value, items)
    _check_value(value, member)
    return rfc8785.dumps(value)


def _check_size(value: Any, items: int) -> None:
    count, containers = 0, [value]
    for container in containers:
        if isinstance(container, dict | list):
            count += len(container)
            containers.extend(container.values() if isinstance(container, dict) else container)
        if count > items:
            raise EventError(f"more than {items} members and items")


def _check_value(value: Any, member: str) -> None:
    _check_members(value, member, DEPTH - bool(member))


def _check_members(value: Any, path: str, depth: int) -> None:
    """Raise for the first member that is not allowed, naming it by its path."""
    kind = type(value)
    if kind in (dict, list):
        if depth == 0:
            raise EventError(f"nested deeper than {DEPTH} levels")
        if kind is dict:
            for key, item in value.items():
                _check_text(key, f"a member name in {path or 'value'}")
                _check_members(item, f"{path}.{key}" if path else key, depth - 1)
        else:
            for position, item in enumerate(value):
                _check_members(item, f"{path}[{position}]", depth - 1)
    elif kind is str:
        _check_text(value, path)
    elif kind is int and abs(value) > INTEGER_MAX:
        raise EventError(f"{path or 'value'}: integers must stay within ±(2**53 - 1)")
    elif kind is float and not math.isfinite(value):
        raise EventError(f"{path or 'value'}: {value} is not a JSON number")
    elif kind is float and INTEGER_MAX < abs(value) < 1e21:  # RFC 8785 writes it as an integer, without exponent
        raise EventError(f"{path or 'value'}: {value} would be written as an integer beyond ±(2**53 - 1)")
    elif value is None:
        raise EventError(f"{path or 'value'}: null says nothing; leave the member out")
    elif kind not in (int, float, bool):
        raise EventError(f"{path or 'value'}: {kind.__name__} is not a JSON type")


def _check_text(text: Any, path: str) -> None:
    if type(text) is not str:
        raise EventError(f"{path}: expected text, found {shown(text)}")
    found = _FORBIDDEN.search(text)
    if found:
        raise EventError(f"{path or 'value'}: the character U+{ord(found[0]):04X} is not allowed in text")


# The closing quote is optional: a text that never ends is then read once, not once from each quote in it.
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)


def _check_depth(text: str) -> None:
    """Count brackets outside strings, so that the parser behind never recurses without bound."""
    if text.count("{") + text.count("[") <= DEPTH:
        return
    depth = 0
    for character in re.findall(r"[\[\]{}]", _STRING.sub("", text)):
        depth += 1 if character in "[{" else -1
        if depth > DEPTH:
            raise EventError(f"nested deeper than {DEPTH} levels")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise EventError(f"the member {shown(key)} occurs twice")
            seen.add(key)
    return value


def _check_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        message = "text holds half of a surrogate pair (\\ud800 … \\udfff), which is no character"
        raise EventError(message) from error


def _constant(name: str) -> NoReturn:
    raise EventError(f"{name} is not a JSON number")


def _integer(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > INTEGER_MAX:
        raise EventError(f"the integer {digits[:20]} is outside ±(2**53 - 1)")
    return int(digits)


def _float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise EventError(f"the number {digits[:20]} is too large")
    return value


def shown(value: object) -> str:
    """Return what was found, for a message: never long, and never failing itself."""
    try:
        text = repr(value)
    except ValueError:  # an integer of thousands of digits
        text = f"a huge {type(value).__name__}"
    return text if len(text) <= 80 else f"{text[:80]}…"


def _kind(value: object) -> str:
    names: dict[type, str] = {list: "a list", str: "a text", int: "a number", float: "a number", bool: "true or false"}
    return names.get(type(value), "null")
