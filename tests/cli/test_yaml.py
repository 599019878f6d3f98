"""YAML: what is written is what is read, and nothing in it runs, repeats or grows."""

from __future__ import annotations

from typing import Any

import pytest

from regesta.cli._yaml import read_yaml
from regesta.errors import EventError

# Name: a value below `data: {x: …}`, what it is.
SCALARS: dict[str, tuple[str, Any]] = {
    "date": ("2017-06-30", "2017-06-30"),
    "interval": ("2017-06-28/2017-07-05", "2017-06-28/2017-07-05"),
    "instant": ("2017-07-05T16:02:00-04:00", "2017-07-05T16:02:00-04:00"),
    "clock time": ("16:02", "16:02"),
    "Norway": ("no", "no"),
    "on": ("on", "on"),
    "yes": ("Yes", "Yes"),
    "leading zero": ("01", "01"),
    "octal": ("0o17", "0o17"),
    "hexadecimal": ("0x1F", "0x1F"),
    "underscores": ("1_000", "1_000"),
    "plus": ("+1", "+1"),
    "infinity": (".inf", ".inf"),
    "integer": ("12", 12),
    "negative": ("-12", -12),
    "real": ("1.5", 1.5),
    "exponent": ("2e3", 2000.0),
    "true": ("true", True),
    "false": ("False", False),
    "null": ("null", None),
    "tilde": ("~", None),
    "quoted number": ("'12'", "12"),
    "quoted true": ('"true"', "true"),
    "text": ("two words", "two words"),
    "marked as text": ("!!str 12", "12"),
    "merge key": ("{<<: 1}", {"<<": 1}),
    "list": ("[1, a, [b]]", [1, "a", ["b"]]),
    "empty list": ("[]", []),
}

# Name: text, line, a part of the message.
REFUSED = {
    "anchor": ("a: &x 1", 1, "anchors and aliases"),
    "alias": ("a: 1\nb: *x", 2, "anchors and aliases"),
    "alias as an event": ("- *x", 1, "anchors and aliases"),
    "anchor on a list": ("- &x [1]", 1, "anchors and aliases"),
    "anchor on a key": ("&x a: 1", 1, "anchors and aliases"),
    "Python object": ("a: 1\nb: !!python/object/apply:os.system [x]", 2, "the tag"),
    "binary": ("a: !!binary aGk=", 1, "the tag"),
    "set": ("!!set {a, b}", 1, "the tag"),
    "own tag": ("data: {a: !x 1}", 1, "the tag"),
    "duplicate key": ("a: 1\nb: 2\na: 3", 3, "the member 'a' occurs twice"),
    "duplicate key inside": ("data:\n  a: 1\n  a: 2", 3, "the member 'a' occurs twice"),
    "list as a key": ("? [a]\n: b", 1, "the name of a member must be text"),
    "nested too deep": ("data: " + "[" * 40, 1, "nested deeper than 32 levels"),
    "endless nesting": ("[" * 100_000, 1, "nested deeper than 32 levels"),
    "huge integer": ("data:\n  a: 99999999999999999999", 2, "outside"),
    "not closed": ("a: 1\nb: [1", 3, "not valid YAML"),
    "tab": ("a:\n\tb: 1", 2, "not valid YAML"),
    "colon": ("a: 1\nsource: manual:", 2, "quote a text in which a colon"),
}


@pytest.mark.parametrize(("written", "value"), SCALARS.values(), ids=SCALARS.keys())
def test_scalar(written: str, value: Any) -> None:
    """Only what JSON would write as a number or a constant is one."""
    assert repr(list(read_yaml(f"data:\n  x: {written}\n", "f"))) == repr([(1, {"data": {"x": value}})])


def test_own_members_are_text() -> None:
    """The members of the event itself are text, a year and an id of digits included."""
    text = "edtf: 2017\nid: 12345678901234567890123456789012\nreplaces: 1e30\n"
    expected = {"edtf": "2017", "id": "12345678901234567890123456789012", "replaces": "1e30"}
    assert list(read_yaml(text, "f")) == [(1, expected)]


def test_block_text_keeps_its_lines() -> None:
    """A text over several lines stays one."""
    assert list(read_yaml("data:\n  note: |\n    one\n    two\n", "f")) == [(1, {"data": {"note": "one\ntwo\n"}})]


@pytest.mark.parametrize(("text", "line", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(text: str, line: int, message: str) -> None:
    """What is not taken is refused with its line."""
    with pytest.raises(EventError) as caught:
        list(read_yaml(text, "f"))
    assert (caught.value.where, message in str(caught.value)) == (f"f:{line}", True)
