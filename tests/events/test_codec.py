"""One canonical form, and no other: RFC 8785 word for word, and what JSON readers disagree about is refused."""

from __future__ import annotations

import contextlib
import datetime
import decimal
import enum
import json
import struct
import time
import uuid
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from regesta.errors import EventError
from regesta.events.codec import decode, decode_trusted, encode, parse, shown
from regesta.limits import DEPTH, INTEGER_MAX, ITEMS, LINE_BYTES

# RFC 8785 Appendix B: the bits of a double and its text; without the integers beyond 2**53 - 1, see BEYOND.
NUMBERS = {
    "zero": ("0000000000000000", b"0"),
    "minus zero": ("8000000000000000", b"0"),
    "smallest positive": ("0000000000000001", b"5e-324"),
    "smallest negative": ("8000000000000001", b"-5e-324"),
    "largest": ("7fefffffffffffff", b"1.7976931348623157e+308"),
    "largest negative": ("ffefffffffffffff", b"-1.7976931348623157e+308"),
    "below 1e23": ("44b52d02c7e14af5", b"9.999999999999997e+22"),
    "1e23": ("44b52d02c7e14af6", b"1e+23"),
    "above 1e23": ("44b52d02c7e14af7", b"1.0000000000000001e+23"),
    "1e21": ("444b1ae4d6e2ef50", b"1e+21"),
    "below 1e-6": ("3eb0c6f7a0b5ed8c", b"9.999999999999997e-7"),
    "1e-6": ("3eb0c6f7a0b5ed8d", b"0.000001"),
    "third, 3 last": ("41b3de4355555553", b"333333333.3333332"),
    "third, 4 last": ("41b3de4355555554", b"333333333.33333325"),
    "third, 5 last": ("41b3de4355555555", b"333333333.3333333"),
    "third, 6 last": ("41b3de4355555556", b"333333333.3333334"),
    "third, 7 last": ("41b3de4355555557", b"333333333.33333343"),
    "negative, small": ("becbf647612f3696", b"-0.0000033333333333333333"),
    "round to even": ("43143ff3c1cb0959", b"1424953923781206.2"),
}
# The rest of that appendix: valid RFC 8785, but what is written would be read back as an integer that differs.
BEYOND = {
    "2**53": "4340000000000000",
    "-(2**53)": "c340000000000000",
    "2**68": "4430000000000000",
    "below 1e21": "444b1ae4d6e2ef4e",
    "just below 1e21": "444b1ae4d6e2ef4f",
}

# Name: what is handed in, its canonical form.
FORMS = {
    "empty object": (b"{}", b"{}"),
    "empty list": (b"[]", b"[]"),
    "text alone": (b'"a"', b'"a"'),
    "true and false": (b"[ true , false ]", b"[true,false]"),
    "spaces and lines": (b' {\n "a" :\t1 }\r\n', b'{"a":1}'),
    "members in another order": (b'{"b":1,"a":2}', b'{"a":2,"b":1}'),
    "capitals before small letters": (b'{"a":1,"B":2}', b'{"B":2,"a":1}'),
    "inner members in another order": (b'{"a":[{"d":1,"c":2}]}', b'{"a":[{"c":2,"d":1}]}'),
    "list in its order": (b"[3,1,2]", b"[3,1,2]"),
    "float that is whole": (b"1.0", b"1"),
    "exponent": (b"[1e3,1E-3,1e+2]", b"[1000,0.001,100]"),
    "long fraction": (b"4.50000", b"4.5"),
    "minus zero": (b"[-0,-0.0]", b"[0,0]"),
    "too small to tell from zero": (b"1e-400", b"0"),
    "largest integer": (b"9007199254740991", b"9007199254740991"),
    "smallest integer": (b"-9007199254740991", b"-9007199254740991"),
    "fraction of 250,000 digits": (b"0." + b"3" * 250_000, b"0.3333333333333333"),
    "escaped ASCII": (rb'"\u0041\/"', b'"A/"'),
    "short escapes": (rb'"\t\n\r\"\\"', rb'"\t\n\r\"\\"'),
    "long escapes": (rb'"\u0009\u000a\u000D\u0022\u005c"', rb'"\t\n\r\"\\"'),
    "escaped letter": (rb'"\u00fc"', '"ü"'.encode()),
    "escaped pair": (rb'"\ud83d\ude00"', '"😀"'.encode()),
    "escaped key": (rb'{"\u0061":1}', b'{"a":1}'),
    "escaped backslash before u": (rb'"\\ud800"', rb'"\\ud800"'),
    "delete, not escaped": (b'"\x7f"', b'"\x7f"'),
    "not normalised": ('"u\u0308"'.encode(), '"u\u0308"'.encode()),
    "object nested as deep as may be": (b'{"a":' * DEPTH + b"1" + b"}" * DEPTH, b'{"a":' * DEPTH + b"1" + b"}" * DEPTH),
    "list nested as deep as may be": (b"[" * DEPTH + b"]" * DEPTH, b"[" * DEPTH + b"]" * DEPTH),
    "as many items as may be": (json.dumps([1] * ITEMS).encode(), b"[" + b",".join([b"1"] * ITEMS) + b"]"),
    "brackets in text": (b'"' + b"[" * 100 + b'"', b'"' + b"[" * 100 + b'"'),
    "the specification's order": (
        rb'{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}',
        '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}'.encode(),
    ),
    "the specification's example": (
        rb'{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],'
        rb'"string":"\u20ac$\u000aA'
        rb"'\u0042\u0022\u005c\\\"\/"
        rb'","literals":[true,false]}',
        '{"literals":[true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\nA\'B\\"\\\\\\\\\\"/"}'.encode(),
    ),
}

LONG = b"1" * 5_000
# Name: what is handed in or stands in the log, a part of what the refusal says. None of it is ever taken.
HOSTILE = {
    "nothing": (b"", "not valid JSON"),
    "space": (b" ", "not valid JSON"),
    "newline": (b"\n", "not valid JSON"),
    "spaces": (b" \t\r\n" * 1_000, "not valid JSON"),
    "null": (b"null", "null"),
    "null in an object": (b'{"a":null}', "a: null says nothing; leave the member out"),
    "null in a list": (b'{"a":[1,null]}', "a[1]: null says nothing"),
    "bare word": (b"hello", "not valid JSON"),
    "single quotes": (b"{'a':1}", "not valid JSON"),
    "no quotes": (b"{a:1}", "not valid JSON"),
    "comment": (b'{"a":1}//', "not valid JSON"),
    "comma at the end of an object": (b'{"a":1,}', "not valid JSON"),
    "comma at the end of a list": (b'{"a":[1,]}', "not valid JSON"),
    "no closing brace": (b'{"a":1', "not valid JSON"),
    "no closing quote": (b'{"a":"b', "not valid JSON"),
    "cut inside an escape": (rb'{"a":"\u00', "not valid JSON"),
    "unknown escape": (rb'{"a":"\x41"}', "not valid JSON"),
    "hex escape of three digits": (rb'{"a":"\u041"}', "not valid JSON"),
    "missing colon": (b'{"a" 1}', "not valid JSON"),
    "missing value": (b'{"a":}', "not valid JSON"),
    "text behind": (b'{"a":1}x', "not valid JSON"),
    "two objects": (b'{"a":1}{"b":2}', "not valid JSON"),
    "two objects on two lines": (b'{"a":1}\n{"b":2}', "not valid JSON"),
    "NUL behind": (b'{"a":1}\0', "not valid JSON"),
    "NUL before": (b'\0{"a":1}', "not valid JSON"),
    "YAML": (b"a: 1", "not valid JSON"),
    "HTML": (b"<html></html>", "not valid JSON"),
    "NaN": (b'{"a":NaN}', "NaN is not a JSON number"),
    "Infinity": (b'{"a":Infinity}', "Infinity is not a JSON number"),
    "minus Infinity": (b'{"a":-Infinity}', "-Infinity is not a JSON number"),
    "small nan": (b'{"a":nan}', "not valid JSON"),
    "1e400": (b'{"a":1e400}', "the number 1e400 is too large"),
    "-1e400": (b'{"a":-1e400}', "the number -1e400 is too large"),
    "exponent of 5,000 digits": (b'{"a":1e' + LONG + b"}", "too large"),
    "fraction, too large": (b'{"a":' + LONG + b".5}", "too large"),
    "plus sign": (b'{"a":+1}', "not valid JSON"),
    "leading zero": (b'{"a":01}', "not valid JSON"),
    "no digit before the point": (b'{"a":.5}', "not valid JSON"),
    "no digit behind the point": (b'{"a":1.}', "not valid JSON"),
    "hexadecimal number": (b'{"a":0x10}', "not valid JSON"),
    "underscore in a number": (b'{"a":1_000}', "not valid JSON"),
    "fullwidth digit": ('{"a":１}'.encode(), "not valid JSON"),
    "2**53": (b'{"a":9007199254740992}', "±(2**53 - 1)"),
    "-(2**53)": (b'{"a":-9007199254740992}', "±(2**53 - 1)"),
    "2**53 as a float": (b'{"a":9007199254740992.0}', "±(2**53 - 1)"),
    "2**53 with an exponent": (b'{"a":9.007199254740992e15}', "±(2**53 - 1)"),
    "2**63": (b'{"a":9223372036854775808}', "±(2**53 - 1)"),
    "2**64": (b'{"a":18446744073709551616}', "±(2**53 - 1)"),
    "1e17": (b'{"a":1e17}', "±(2**53 - 1)"),
    "1e20 in digits": (b'{"a":100000000000000000000}', "±(2**53 - 1)"),
    "17 digits": (b'{"a":99999999999999999}', "±(2**53 - 1)"),
    "integer of 5,000 digits": (b'{"a":' + LONG + b"}", "±(2**53 - 1)"),
    "negative integer of 5,000 digits": (b'{"a":-' + LONG + b"}", "±(2**53 - 1)"),
    "integer of 250,000 digits": (b'{"a":' + LONG * 50 + b"}", "±(2**53 - 1)"),
    "integer of 5,000 digits in a list": (b'{"a":[[' + LONG + b"]]}", "±(2**53 - 1)"),
    "member twice": (b'{"a":1,"a":2}', "the member 'a' occurs twice"),
    "member twice, same value": (b'{"a":1,"a":1}', "the member 'a' occurs twice"),
    "member twice, once escaped": (rb'{"a":1,"\u0061":2}', "the member 'a' occurs twice"),
    "empty member twice": (b'{"":1,"":2}', "the member '' occurs twice"),
    "inner member twice": (b'{"a":{"b":1,"b":2}}', "the member 'b' occurs twice"),
    "member of a list's object twice": (b'{"a":[[{"b":1,"b":2}]]}', "the member 'b' occurs twice"),
    "deepest member twice": (b'{"a":' * 31 + b'{"b":1,"b":2}' + b"}" * 31, "the member 'b' occurs twice"),
    "prototype twice": (b'{"__proto__":1,"__proto__":2}', "the member '__proto__' occurs twice"),
    "one list too deep": (b'{"a":' + b"[" * DEPTH + b"]" * DEPTH + b"}", "nested deeper than 32 levels"),
    "one object too deep": (b'{"a":' * 33 + b"1" + b"}" * 33, "nested deeper than 32 levels"),
    "100,000 lists": (b"[" * 100_000, "nested deeper than 32 levels"),
    "100,000 lists, closed": (b"[" * 100_000 + b"]" * 100_000, "nested deeper than 32 levels"),
    "40,000 objects": (b'{"a":' * 40_000, "nested deeper than 32 levels"),
    "deep behind text with brackets": (b'{"]]]]":' + b"[" * 40 + b"]" * 40 + b"}", "nested deeper than 32 levels"),
    "deep behind an escaped quote": (b'{"\\"]]]":' + b"[" * 40 + b"]" * 40 + b"}", "nested deeper than 32 levels"),
    "deep before a text without end": (b"[" * 33 + b'"' + b'\\"' * 120_000, "nested deeper than 32 levels"),
    "deep before quotes": (b"[" * 33 + b'"' * 200_001, "nested deeper than 32 levels"),
    "too many items": (json.dumps({"a": [1] * ITEMS}).encode(), "members and items"),
    "too many texts": (json.dumps({"a": ["b"] * ITEMS}).encode(), "members and items"),
    "too many members": (json.dumps({f"a{n:04d}": 1 for n in range(ITEMS + 12)}).encode(), "members and items"),
    "too many in many lists": (json.dumps({"a": [[1] * 100] * 21}).encode(), "members and items"),
    "lone high surrogate": (rb'{"a":"\ud800"}', "surrogate"),
    "lone low surrogate": (rb'{"a":"\udfff"}', "surrogate"),
    "surrogates in the wrong order": (rb'{"a":"\ude00\ud83d"}', "surrogate"),
    "two high surrogates": (rb'{"a":"\ud83d\ud83d\ude00"}', "surrogate"),
    "surrogate in capitals": (rb'{"a":"\uD800"}', "surrogate"),
    "surrogate in a name": (rb'{"\ud800":1}', "surrogate"),
    "surrogate in an inner name": (rb'{"a":{"b":[{"\udc00":1}]}}', "surrogate"),
    "surrogate in a list": (rb'{"a":["\ud800"]}', "surrogate"),
    "surrogate in a list of lists": (rb'{"a":[["\ud800"]]}', "surrogate"),
    "surrogate alone": (rb'"\ud800"', "surrogate"),
    "raw surrogate": (b'{"a":"\xed\xa0\x80"}', "not UTF-8: byte 6 is 0xed"),
    "raw surrogate pair": (b'{"a":"\xed\xa0\xbd\xed\xb8\x80"}', "not UTF-8: byte 6 is 0xed"),
    "raw surrogate in a name": (b'{"\xed\xb0\x80":1}', "not UTF-8: byte 2 is 0xed"),
    "U+0000 escaped": (rb'{"a":"b\u0000"}', "a: the character U+0000 is not allowed"),
    "U+0000 escaped in a name": (rb'{"b\u0000":1}', "a member name in value: the character U+0000"),
    "U+0000 raw": (b'{"a":"b\0"}', "not valid JSON"),
    "U+0001 escaped": (rb'{"a":"\u0001"}', "the character U+0001 is not allowed"),
    "backspace": (rb'{"a":"\b"}', "the character U+0008 is not allowed"),
    "form feed": (rb'{"a":"\f"}', "the character U+000C is not allowed"),
    "vertical tab": (rb'{"a":"\u000b"}', "the character U+000B is not allowed"),
    "escape character": (rb'{"a":"\u001b[2J"}', "the character U+001B is not allowed"),
    "unit separator": (rb'{"a":"\u001f"}', "the character U+001F is not allowed"),
    "raw newline in text": (b'{"a":"b\nc"}', "not valid JSON"),
    "raw tab in text": (b'{"a":"b\tc"}', "not valid JSON"),
    "U+0085 escaped": (rb'{"a":"\u0085"}', "the character U+0085 is not allowed"),
    "U+0085 raw": ('{"a":"\u0085"}'.encode(), "the character U+0085 is not allowed"),
    "U+2028 escaped": (rb'{"a":"\u2028"}', "the character U+2028 is not allowed"),
    "U+2028 raw": ('{"a":"b\u2028c"}'.encode(), "a: the character U+2028 is not allowed"),
    "U+2029 raw": ('{"a":"b\u2029c"}'.encode(), "a: the character U+2029 is not allowed"),
    "U+2028 in a name": ('{"a":{"b\u2028":1}}'.encode(), "a member name in a: the character U+2028"),
    "U+2028 in a list": ('{"a":["b","\u2028"]}'.encode(), "a[1]: the character U+2028 is not allowed"),
    "U+2028 among floats": ('{"a":[1.5,"\u2028"]}'.encode(), "a[1]: the character U+2028 is not allowed"),
    "Latin-1": ('{"a":"ü"}'.encode("latin-1"), "not UTF-8: byte 6 is 0xfc"),
    "UTF-16": ('{"a":1}'.encode("utf-16"), "not UTF-8: byte 0 is 0xff"),
    "UTF-16 without mark": ('{"a":1}'.encode("utf-16-le"), "not valid JSON"),
    "UTF-32": ('{"a":1}'.encode("utf-32"), "not UTF-8"),
    "overlong slash": (b'{"a":"\xc0\xaf"}', "not UTF-8: byte 6 is 0xc0"),
    "beyond Unicode": (b'{"a":"\xf4\x90\x80\x80"}', "not UTF-8: byte 6 is 0xf4"),
    "cut inside a character": (b'{"a":"\xc3', "not UTF-8: byte 6 is 0xc3"),
    "one bad byte far behind": (b'{"a":"' + b"b" * 200_000 + b'\xff"}', "not UTF-8: byte 200006 is 0xff"),
    "byte order mark": (b'\xef\xbb\xbf{"a":1}', "byte order mark"),
    "byte order mark behind": (b'{"a":1}\xef\xbb\xbf', "not valid JSON"),
    "no-break space outside text": ('{"a":\u00a01}'.encode(), "not valid JSON"),
    "form feed outside text": (b'{"a":\f1}', "not valid JSON"),
    "one byte too long": (b'"' + b"a" * (LINE_BYTES - 1) + b'"', f"{LINE_BYTES + 1} bytes, the limit is {LINE_BYTES}"),
    "ten times too long": (b"[" * LINE_BYTES * 10, f"{LINE_BYTES * 10} bytes, the limit is {LINE_BYTES}"),
}

# Name: a line, a part of what the refusal says. As something handed in it is welcome, as a line of the log it is not.
NOT_A_LINE = {
    "list": (b"[1]", "expected a JSON object, found a list"),
    "text": (b'"a"', "expected a JSON object, found a text"),
    "number": (b"1", "expected a JSON object, found a number"),
    "fraction": (b"1.5", "expected a JSON object, found a number"),
    "true": (b"true", "expected a JSON object, found true or false"),
    "space before": (b' {"a":1}', "not in canonical form"),
    "space behind": (b'{"a":1} ', "not in canonical form"),
    "newline behind": (b'{"a":1}\n', "not in canonical form"),
    "carriage return behind": (b'{"a":1}\r', "not in canonical form"),
    "space behind the colon": (b'{"a": 1}', "not in canonical form"),
    "space behind the comma": (b'{"a":1, "b":2}', "not in canonical form"),
    "pretty": (b'{\n  "a": 1\n}', "not in canonical form"),
    "order": (b'{"b":1,"a":2}', "not in canonical form"),
    "order by code point": ('{"\ufb33":1,"😀":2}'.encode(), "not in canonical form"),
    "order inside": (b'{"a":[{"c":1,"b":2}]}', "not in canonical form"),
    "whole float": (b'{"a":1.0}', "not in canonical form"),
    "exponent": (b'{"a":1e3}', "not in canonical form"),
    "exponent in capitals": (b'{"a":1E+30}', "not in canonical form"),
    "exponent without a sign": (b'{"a":1e30}', "not in canonical form"),
    "zero behind the fraction": (b'{"a":4.50}', "not in canonical form"),
    "more digits than a double has": (b'{"a":0.30000000000000001}', "not in canonical form"),
    "minus zero": (b'{"a":-0}', "not in canonical form"),
    "minus zero as a float": (b'{"a":-0.0}', "not in canonical form"),
    "escaped letter": (rb'{"a":"\u00fc"}', "not in canonical form"),
    "escaped ASCII": (rb'{"a":"\u0041"}', "not in canonical form"),
    "escaped slash": (rb'{"a":"\/"}', "not in canonical form"),
    "long escape": (rb'{"a":"\u000a"}', "not in canonical form"),
    "capital hex digits": (rb'{"a":"\u00FC"}', "not in canonical form"),
    "escaped pair": (rb'{"a":"\ud83d\ude00"}', "not in canonical form"),
    "escaped name": (rb'{"\u0061":1}', "not in canonical form"),
    "escaped delete": (rb'{"a":"\u007f"}', "not in canonical form"),
}


class Colour(enum.Enum):
    """A Python value that looks like text to some serialisers."""

    RED = "red"


class Text(str):
    """A subclass of text; what it would be written as is its own affair."""


def cyclic_list() -> list[Any]:
    value: list[Any] = []
    value.append(value)
    return value


def cyclic_object() -> dict[str, Any]:
    value: dict[str, Any] = {}
    value["a"] = value
    return value


def wide_and_shared() -> list[Any]:
    value: list[Any] = [1]
    for _ in range(30):
        value = [value, value]
    return value


# Name: a Python value, a part of what the refusal says.
NOT_JSON = {
    "tuple": ((1, 2), "value: tuple is not a JSON type"),
    "tuple inside": ({"a": (1,)}, "a: tuple is not a JSON type"),
    "set": ({"a": {1}}, "a: set is not a JSON type"),
    "bytes": ({"a": b"b"}, "a: bytes is not a JSON type"),
    "date": ({"a": datetime.date(2017, 6, 30)}, "a: date is not a JSON type"),
    "datetime": ({"a": [datetime.datetime(2017, 6, 30)]}, "a[0]: datetime is not a JSON type"),
    "UUID": ({"a": uuid.UUID(int=0)}, "a: UUID is not a JSON type"),
    "decimal": ({"a": decimal.Decimal("1.5")}, "a: Decimal is not a JSON type"),
    "enum": ({"a": Colour.RED}, "a: Colour is not a JSON type"),
    "subclass of text": ({"a": Text("b")}, "a: Text is not a JSON type"),
    "subclass of dict": (OrderedDict(a=1), "value: OrderedDict is not a JSON type"),
    "object": ({"a": object()}, "a: object is not a JSON type"),
    "class": ({"a": int}, "a: type is not a JSON type"),
    "complex": ({"a": 1j}, "a: complex is not a JSON type"),
    "None": (None, "value: null says nothing"),
    "None inside": ({"a": {"b": None}}, "a.b: null says nothing"),
    "nan": ({"a": float("nan")}, "a: nan is not a JSON number"),
    "infinity": ({"a": [float("inf")]}, "a[0]: inf is not a JSON number"),
    "2**53": ({"a": 2**53}, "a: integers must stay within"),
    "2**64": ({"a": 2**64}, "a: integers must stay within"),
    "5,000 digits": ({"a": 10**5_000}, "a: integers must stay within"),
    "5,000 digits among floats": ({"a": [1.5, 10**5_000]}, "a[1]: integers must stay within"),
    "1e17": ({"a": 1e17}, "a: 1e+17 would be written as an integer beyond"),
    "integer as a name": ({1: "a"}, "a member name in value: expected text, found 1"),
    "integer of 5,000 digits as a name": ({10**5_000: "a"}, "expected text, found a huge int"),
    "None as a name": ({"a": {None: 1}}, "a member name in a: expected text, found None"),
    "tuple as a name": ({"a": {(1,): 1}}, "a member name in a: expected text, found (1,)"),
    "subclass of text as a name": ({Text("a"): 1}, "a member name in value: expected text"),
    "lone surrogate": ({"a": "\ud800"}, "not valid JSON text"),
    "lone surrogate as a name": ({"\ud800": 1}, "not valid JSON text"),
    "lone surrogate among floats": ({"a": [1.5, "\udfff"]}, "not valid JSON text"),
    "U+0000": ({"a": "\0"}, "a: the character U+0000 is not allowed"),
    "U+0000 as a name": ({"\0": 1}, "a member name in value: the character U+0000"),
    "a list in itself": (cyclic_list(), "more than 2000 members and items"),
    "an object in itself": (cyclic_object(), "more than 2000 members and items"),
    "2**30 items in 30 lists": (wide_and_shared(), "more than 2000 members and items"),
    "too many items": ([1] * (ITEMS + 1), "more than 2000 members and items"),
    "too deep": (json.loads("[" * 33 + "]" * 33), "nested deeper than 32 levels"),
}

ALLOWED_TEXT = st.text(
    st.characters(exclude_categories=["Cs"]).filter(
        lambda c: c not in "\x85\u2028\u2029" and (c >= " " or c in "\t\n\r")
    )
)
ALLOWED_NUMBERS = st.integers(-INTEGER_MAX, INTEGER_MAX) | st.floats(allow_nan=False, allow_infinity=False).filter(
    lambda number: not INTEGER_MAX < abs(number) < 1e21
)
VALUES = st.recursive(
    st.booleans() | ALLOWED_NUMBERS | ALLOWED_TEXT,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(ALLOWED_TEXT, inner, max_size=5),
    max_leaves=20,
)
# Enough of the grammar for random text to come close to JSON.
FRAGMENTS = st.sampled_from([
    "{", "}", "[", "]", ",", ":", '"', '"a"', '"a":', "1", "-", ".5", "e9", "true", "null", "NaN", "1e999", "\\",
    "\\ud83d", "\\u0000", " ", "\n", "\ufeff", "\u2028", "9007199254740993",
])  # fmt: skip


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    start = time.perf_counter()
    yield
    assert time.perf_counter() - start < seconds


@pytest.mark.parametrize(("bits", "expected"), NUMBERS.values(), ids=NUMBERS.keys())
def test_numbers_of_the_specification(bits: str, expected: bytes) -> None:
    """A double is written as RFC 8785 Appendix B writes it."""
    assert expected == encode(struct.unpack(">d", bytes.fromhex(bits))[0])


@pytest.mark.parametrize("bits", BEYOND.values(), ids=BEYOND.keys())
def test_number_that_would_not_be_read_back(bits: str) -> None:
    """A double that would be written as an integer beyond 2**53 - 1 is refused."""
    with pytest.raises(EventError, match=r"written as an integer beyond ±\(2\*\*53 - 1\)"):
        encode(struct.unpack(">d", bytes.fromhex(bits))[0])


@pytest.mark.parametrize(("text", "expected"), FORMS.values(), ids=FORMS.keys())
def test_canonical_form(text: bytes, expected: bytes) -> None:
    """What is handed in has one canonical form, which is its own canonical form."""
    form = encode(parse(text))
    assert (expected, expected) == (form, encode(parse(form)))


@pytest.mark.parametrize(("text", "words"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_refused(text: bytes, words: str) -> None:
    """What JSON readers disagree about is not taken, and the refusal says why, at once."""
    with within(1.0), pytest.raises(EventError) as caught:
        encode(parse(text))
    assert words in str(caught.value)


@pytest.mark.parametrize("text", [text for text, _ in HOSTILE.values()], ids=HOSTILE.keys())
def test_hostile_line_is_refused(text: bytes) -> None:
    """The same text as a line of the log is a fault."""
    with within(1.0), pytest.raises(EventError):
        decode(text)


@pytest.mark.parametrize(("line", "words"), NOT_A_LINE.values(), ids=NOT_A_LINE.keys())
def test_line_in_another_form_is_refused(line: bytes, words: str) -> None:
    """A line of the log has one spelling, however harmless the other is."""
    encode(parse(line))
    with pytest.raises(EventError, match=words):
        decode(line)


@pytest.mark.parametrize(("value", "words"), NOT_JSON.values(), ids=NOT_JSON.keys())
def test_python_value_outside_json_is_refused(value: Any, words: str) -> None:
    """A Python value that is not exactly JSON is refused with its place, at once."""
    with within(1.0), pytest.raises(EventError) as caught:
        encode(value)
    assert words in str(caught.value)


def test_members_of_the_line_have_room() -> None:
    """Data with all items that it may have still makes a line that is read back."""
    line = encode({"a": [1] * (ITEMS - 1)})[:-1] + b',"b":1,"c":2,"d":3}'
    assert decode(line) == {"a": [1] * (ITEMS - 1), "b": 1, "c": 2, "d": 3}


def test_value_of_a_member_stands_one_level_down() -> None:
    """A value that will be a member is named by it and has one level less."""
    with pytest.raises(EventError, match="nested deeper than 32 levels"):
        encode(json.loads("[" * 32 + "]" * 32), "data")
    with pytest.raises(EventError, match=r"data\.a\[0\]: null says nothing"):
        encode({"a": [None]}, "data")


def test_trusted_line_need_not_be_canonical() -> None:
    """A line that was checked when it was appended is only parsed."""
    assert decode_trusted(b' {"b":1.0,"a":2.5}') == {"b": 1, "a": 2.5}


@pytest.mark.parametrize(
    ("value", "expected"),
    {
        "short": ("a", "'a'"),
        "long": ("a" * 100, "'" + "a" * 79 + "…"),
        "huge": (10**5_000, "a huge int"),
        "cyclic": (cyclic_list(), "[[...]]"),
    }.values(),
    ids=["short", "long", "huge", "cyclic"],
)
def test_what_was_found_is_shown_briefly(value: Any, expected: str) -> None:
    """A message never fails or overflows because of what it is about."""
    assert expected == shown(value)


@given(VALUES)
def test_agrees_with_the_reference(value: Any) -> None:
    """Every JSON value has the bytes that the `rfc8785` package gives it, by whichever way they are made."""
    assert rfc8785.dumps(value) == encode(value)


@given(st.dictionaries(st.text('ab/\\"\t~\x7f', max_size=3), st.integers(-9, 9) | st.booleans() | st.text('é"\\\t')))
def test_agrees_with_the_reference_on_the_fast_way(value: dict[str, Any]) -> None:
    """ASCII names, texts and integers, which take the fast way, have the bytes that the `rfc8785` package gives."""
    assert rfc8785.dumps(value) == encode(value)


@given(VALUES)
def test_what_is_written_is_read_back(value: Any) -> None:
    """A canonical line is read as the value that it was made of, by the strict reader, the log's and Python's own."""
    line = encode({"value": value})
    assert (line, line, line) == (encode(decode(line)), encode(parse(line)), encode(json.loads(line)))


@given(VALUES, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_other_spellings_have_the_same_form(value: Any, indent: int | str | None, ascii_only: bool) -> None:
    """However a value is spelled when it is handed in, its canonical form is the same."""
    spelled = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode()
    assert encode(value) == encode(parse(spelled))


@given(
    st.binary()
    | st.text().map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.lists(FRAGMENTS).map("".join).map(str.encode)
)
def test_any_bytes_handed_in(data: bytes) -> None:
    """Any bytes have a canonical form that is its own, or raise EventError and nothing else."""
    with contextlib.suppress(EventError):
        form = encode(parse(data))
        assert form == encode(parse(form))


@given(st.binary() | st.lists(FRAGMENTS).map("".join).map(str.encode))
def test_any_bytes_as_a_line(data: bytes) -> None:
    """Any bytes are a canonical line, or raise EventError and nothing else."""
    with contextlib.suppress(EventError):
        assert data == encode(decode(data))


@given(VALUES, st.integers(0, 10_000), st.integers(1, 255))
def test_one_byte_changed(value: Any, place: int, difference: int) -> None:
    """A line with one byte changed is another canonical line or none, never another spelling of the same."""
    line = bytearray(encode({"value": value}))
    line[place % len(line)] ^= difference
    with contextlib.suppress(EventError):
        assert decode(bytes(line)) != {"value": value}
