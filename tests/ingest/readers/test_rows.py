"""Tables: rows with their ranges and values, and what is left out or refused."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

import pytest

from regesta.limits import ROW_PROBLEMS, ROW_VALUES, ROWS
from tests.ingest.readers.made import document, problems

# Name: file, its bytes, the values of its rows, the text of each row's range.
TABLES: dict[str, tuple[str, str, list[Mapping[str, str]], list[str]]] = {
    "comma": ("a.csv", "state,answer\nOhio,no\n", [{"state": "Ohio", "answer": "no"}], ["Ohio,no"]),
    "semicolon": ("a.csv", "state;n\nOhio;1,5\n", [{"state": "Ohio", "n": "1,5"}], ["Ohio;1,5"]),
    "tab": ("a.tsv", "state\tn\nOhio\t1, 2\n", [{"state": "Ohio", "n": "1, 2"}], ["Ohio\t1, 2"]),
    "bar": ("a.csv", "state|n\r\nOhio|1\r\n", [{"state": "Ohio", "n": "1"}], ["Ohio|1"]),
    "one column": ("a.csv", "state\nOhio\nIowa", [{"state": "Ohio"}, {"state": "Iowa"}], ["Ohio", "Iowa"]),
    "quotes": ("a.csv", 'a,b\n"x ""y"", z",2\n', [{"a": 'x "y", z', "b": "2"}], ['"x ""y"", z",2']),
    "line end in a value": ("a.csv", 'a,b\n"x\r\ny",2\n3,4\n', [{"a": "x\r\ny", "b": "2"}, {"a": "3", "b": "4"}], ['"x\r\ny",2', "3,4"]),
    "blank lines": ("a.csv", "\na,b\n\n1,2\n,\n\n", [{"a": "1", "b": "2"}], ["1,2"]),
    "empty values": ("a.csv", "a,b\n1,\n", [{"a": "1", "b": ""}], ["1,"]),
    "column without a name": ("a.csv", ",b\n1,2\n", [{"column 1": "1", "b": "2"}], ["1,2"]),
    "old line ends": ("a.csv", "a,b\r1,2\r3,4\r", [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}], ["1,2", "3,4"]),
    "leading zeros": ("a.csv", "fips,n\n01,1e5\n", [{"fips": "01", "n": "1e5"}], ["01,1e5"]),
    "array": ("a.json", '[{"a": 1},\n {"a": "é"}]', [{"a": "1"}, {"a": "é"}], ['{"a": 1}', '{"a": "é"}']),
    "numbers as printed": (
        "a.json", '[{"a": 1.50, "b": 123456789012345678901234567890, "c": -0.0}]',
        [{"a": "1.50", "b": "123456789012345678901234567890", "c": "-0.0"}],
        ['{"a": 1.50, "b": 123456789012345678901234567890, "c": -0.0}'],
    ),
    "null and truth": (
        "a.json", '[{"a": null, "b": true, "c": false}]', [{"a": "", "b": "true", "c": "false"}],
        ['{"a": null, "b": true, "c": false}'],
    ),
    "lines": ("a.jsonl", '{"a": 1}\n\n{"a": 2}\r\n', [{"a": "1"}, {"a": "2"}], ['{"a": 1}', '{"a": 2}']),
    "one object over lines": ("a.json", '{\n "a": 1\n}\n', [{"a": "1"}], ['{\n "a": 1\n}']),
    "escapes": ("a.jsonl", '{"a": "\\ud83d\\ude00\\n"}', [{"a": "😀\n"}], ['{"a": "\\ud83d\\ude00\\n"}']),
}  # fmt: skip
# Name: file, its bytes, what is told.
PROBLEMS: dict[str, tuple[str, str, list[str]]] = {
    "row too short": ("a.csv", "a,b\n1,2\n1\n", ["a.csv:3: the row has 1 values, the header 2"]),
    "row too long, behind a value of two lines": ("a.csv", 'a,b\n"x\ny",2\n1,2,3\n', ["a.csv:4: the row has 3 values, the header 2"]),
    "object in a row": ("a.json", '[{"a": 1},\n{"a": {}}]', ["a.json:2: a member occurs twice, or its value is a list or an object"]),
    "member twice": ("a.json", '[{"a": 1, "a": 1}, {"a": 1}]', ["a.json:1: a member occurs twice, or its value is a list or an object"]),
    "no object": ("a.json", '[{"a": 1}, 5, {}]', ["a.json:1: expected an object with a member or more"] * 2),
    "half a character": (
        "a.jsonl", '{"a": 1}\n{"a": "\\ud800"}',
        ["a.jsonl:2: text holds a NUL or half of a surrogate pair (\\ud800 … \\udfff), which are no characters"],
    ),
    "broken line": (
        "a.jsonl", '{"a": 1}\n{"a": }\n{"a": 2}\n', ["a.jsonl:2: not valid JSON: Expecting value"],
    ),
}  # fmt: skip
WHOLE: dict[str, tuple[str, str, str]] = {
    "column twice": ("a.csv", "a,b,a\n1,2,3\n", "a.csv:1: the header names 'a' twice"),
    "quote that does not close": ("a.csv", 'a,b\n1,2\n"x,2\n', "a.csv:3: not valid CSV: unexpected end of data"),
    "text behind a quote": ("a.csv", 'a,b\n"x"y,2\n', "a.csv:2: not valid CSV: ',' expected after '\"'"),
    "too many columns": (
        "a.csv",
        ",".join(f"c{n}" for n in range(ROW_VALUES + 1)),
        "a.csv:1: has 1,001 columns, the limit is 1,000",
    ),
    "header only": ("a.csv", "a,b\n", "a.csv: holds no row"),
    "NUL": ("a.csv", "a,b\n1,\0\n", "a.csv: is binary, not text: a NUL at character 6"),
    "comma at the end": ("a.json", '[{"a": 1},]', "a.json:1: not valid JSON: Expecting value"),
    "no end": ("a.json", '[{"a": 1}', "a.json:1: not valid JSON: a comma or the end of the array is missing"),
    "text behind the end": ("a.json", '[{"a": 1}]\nx', "a.json:2: not valid JSON: there is more text behind the array"),
    "no rows": ("a.json", "[]", "a.json: holds no row"),
    "too deep": ("a.json", "[" * 100_000, "a.json:1: not valid JSON: nested too deeply"),
}


@pytest.mark.parametrize(("name", "text", "values", "ranges"), TABLES.values(), ids=list(TABLES))
def test_rows(name: str, text: str, values: list[Mapping[str, str]], ranges: list[str]) -> None:
    """A table gives its rows in order, each with its values as printed and its range in the text."""
    found = document(name, text.encode())
    rows = found.rows or ()
    assert [row.values for row in rows] == values
    assert [found.text[row.start : row.end] for row in rows] == ranges


@pytest.mark.parametrize(("name", "text", "told"), PROBLEMS.values(), ids=list(PROBLEMS))
def test_row_that_is_left_out(name: str, text: str, told: list[str]) -> None:
    """A row that does not fit is told with its line, and the others are taken."""
    assert problems(name, text.encode()) == told


@pytest.mark.parametrize(("name", "text", "told"), WHOLE.values(), ids=list(WHOLE))
def test_table_that_is_refused(name: str, text: str, told: str) -> None:
    """A table that could be read in two ways is refused as a whole."""
    assert problems(name, text.encode()) == [told]


def test_many_rows_that_do_not_fit() -> None:
    """A file of which most rows do not fit is no table, and nothing of it is taken."""
    told = problems("a.csv", b"a,b\n1,2\n" + b"1\n" * (ROW_PROBLEMS + 1))
    assert (len(told), told[-1]) == (
        ROW_PROBLEMS + 2,
        "a.csv: has more than 100 rows that do not fit: nothing was taken",
    )


def test_too_many_rows() -> None:
    """A table beyond the limit is refused."""
    assert problems("a.csv", b"a,b\n" + b"1,2\n" * (ROWS + 1)) == [
        "a.csv: has more than 100,000 rows: nothing was taken"
    ]


def test_ranges_do_not_overlap() -> None:
    """Rows stand behind one another, whatever their line ends."""
    rows = document("a.csv", b'a,b\r\n"1\n2",3\r\n4,5\n6,7').rows or ()
    edges = list(chain.from_iterable((row.start, row.end) for row in rows))
    assert edges == sorted(set(edges))
