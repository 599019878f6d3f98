"""Tables that go out to a spreadsheet and come back."""

from __future__ import annotations

import io

import pytest

from regesta.cli import _sheet
from regesta.cli._sheet import guarded, read_sheet, unguarded, write_sheet
from regesta.errors import InputError

COLUMNS = ("proposal", "decision")

# Name: the bytes of a table; each has the columns proposal, decision, note, and one row.
FORMS = {
    "as written": b"proposal,decision,note\r\nab,accept,x\r\n",
    "line ends of Unix": b"proposal,decision,note\nab,accept,x\n",
    "line ends of an old Mac": b"proposal,decision,note\rab,accept,x\r",
    "no line end": b"proposal,decision,note\nab,accept,x",
    "byte order mark": b"\xef\xbb\xbfproposal,decision,note\nab,accept,x\n",
    "UTF-16": "proposal\tdecision\tnote\nab\taccept\tx\n".encode("utf-16"),
    "UTF-16, big-endian": b"\xfe\xff" + "proposal\tdecision\tnote\nab\taccept\tx\n".encode("utf-16-be"),
    "semicolons": b"proposal;decision;note\nab;accept;x\n",
    "tabs": b"proposal\tdecision\tnote\nab\taccept\tx\n",
    "quotes": b'"proposal","decision","note"\n"ab","accept","x"\n',
    "capitals": b"Proposal,DECISION,note\nab,accept,x\n",
    "spaces in the first line": b" proposal , decision ,note\nab,accept,x\n",
    "empty rows": b"\n,,\nproposal,decision,note\n,,\nab,accept,x\n,,\n",
    "empty cells at the end": b"proposal,decision,note,,\nab,accept,x,,\n",
    "cells beyond the first line": b"proposal,decision,note\nab,accept,x,,\n",
}


@pytest.mark.parametrize("data", FORMS.values(), ids=FORMS.keys())
def test_forms(data: bytes) -> None:
    """Whatever a spreadsheet writes, the cells are the same."""
    assert [cells for _, cells in read_sheet(data, "x", COLUMNS)] == [
        {"proposal": "ab", "decision": "accept", "note": "x"}
    ]


def test_lines() -> None:
    """A row knows the line in which it begins, also behind cells of several lines."""
    data = b'proposal,decision\n"a\nb",accept\n\ncd,skip\n'
    assert [(line, cells["proposal"]) for line, cells in read_sheet(data, "x", COLUMNS)] == [(2, "a\nb"), (5, "cd")]


# Name: the bytes of a table, where, what is said.
BAD = {
    "empty": (b"", "x", "the table is empty"),
    "blank": (b"\n , \n", "x", "the table is empty"),
    "column lost": (b"proposal,note\n", "x:1", "the column 'decision' is missing"),
    "first line lost": (b"ab,accept\n", "x:1", "the column 'proposal' is missing"),
    "column twice": (b"proposal,decision,note,note\n", "x:1", "the column 'note' is there twice"),
    "comma outside quotes": (b"proposal,decision\nab,accept,x\n", "x:2", "3 cells, the first line has 2"),
    "curly quotes": ("proposal,decision\n“a,b”,accept\n".encode(), "x:2", "3 cells, the first line has 2"),
    "Windows character set": (b"proposal,decision\nab,caf\xe9\n", "x:2", "not UTF-8: byte 0xe9"),
    "UTF-16 without a mark": ("proposal,decision\n".encode("utf-16-le"), "x:1", "the character U.0000 is not allowed"),
    "cell too long": (b"proposal,decision\nab,accept\n" + b"x" * 140_000, "x:3", "not readable as CSV"),
}


@pytest.mark.parametrize(("data", "where", "said"), BAD.values(), ids=BAD.keys())
def test_bad(data: bytes, where: str, said: str) -> None:
    """What cannot be taken is told, with its line."""
    with pytest.raises(InputError, match=said) as caught:
        list(read_sheet(data, "x", COLUMNS))
    assert caught.value.where == where


def test_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table has a limit."""
    monkeypatch.setattr(_sheet, "SHEET_BYTES", 10)
    with pytest.raises(InputError, match="the limit is 10"):
        list(read_sheet(b"proposal,decision\n", "x", COLUMNS))


# Name: cell, how it goes out.
CELLS = {
    "text": ("abc", "abc"),
    "empty": ("", ""),
    "formula": ("=1+1", "'=1+1"),
    "command": ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
    "plus": ("+1", "'+1"),
    "minus": ("-1", "'-1"),
    "at": ("@NYGovCuomo", "'@NYGovCuomo"),
    "tab": ("\t=1", "'\t=1"),
    "carriage return": ("\r=1", "'\r=1"),
    "apostrophe": ("'tis", "'tis"),
    "apostrophe and formula": ("'=1", "''=1"),
    "minus inside": ("a-1", "a-1"),
    "range of dates": ("../2017-07-05", "../2017-07-05"),
}


@pytest.mark.parametrize(("cell", "out"), CELLS.values(), ids=CELLS.keys())
def test_guard(cell: str, out: str) -> None:
    """No cell goes out as a formula, and each comes back as it was."""
    assert (guarded(cell), unguarded(guarded(cell))) == (out, cell)


def test_round_trip() -> None:
    """What is written is read as it was."""
    file = io.StringIO()
    rows = [{"proposal": "ab", "decision": "", "x": 'a "b", c\nd;e'}, {"proposal": "cd"}]
    write_sheet(file, ("proposal", "decision", "x"), rows)
    found = [cells for _, cells in read_sheet(file.getvalue().encode(), "x", COLUMNS)]
    assert found == [rows[0], {"proposal": "cd", "decision": "", "x": ""}]
