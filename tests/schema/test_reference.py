"""Reference tables: which CSV files are taken, and how every other is refused by file and line."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regesta.errors import ArchiveError
from regesta.limits import COLUMNS, NAME_CHARS, REFERENCE_BYTES, REFERENCE_ROWS
from regesta.schema.reference import Reference, load_reference
from tests.schema.conftest import Content, Refusal, write

Rows = tuple[tuple[str | None, ...], ...]

# Name: the file's content, columns, rows.
GOOD: dict[str, tuple[Content, tuple[str, ...], Rows]] = {
    "plain": ("code,name\nA,Aland\nB,Bland\n", ("code", "name"), (("A", "Aland"), ("B", "Bland"))),
    "no rows": ("code,name\n", ("code", "name"), ()),
    "one column": ("code\nA\n", ("code",), (("A",),)),
    "no newline at the end": ("code,name\nA,Aland", ("code", "name"), (("A", "Aland"),)),
    "Windows line ends": ("code,name\r\nA,Aland\r\n", ("code", "name"), (("A", "Aland"),)),
    "empty lines": ("code,name\n\nA,Aland\n\n", ("code", "name"), (("A", "Aland"),)),
    "empty cell": ("code,name\nA,\n", ("code", "name"), (("A", None),)),
    "quotes": ('code,name\n"A","a ""b"", c"\n', ("code", "name"), (("A", 'a "b", c'),)),
    "lines in a cell": ('code,name\nA,"a\nb"\n', ("code", "name"), (("A", "a\nb"),)),
    "space kept": ("code,name\n A, b \n", ("code", "name"), ((" A", " b "),)),
    "other scripts": ("code,name\nÅ,東\n", ("code", "name"), (("Å", "東"),)),
    "digits kept": ("code,name\n01,1.0\n", ("code", "name"), (("01", "1.0"),)),
    "key case counts": ("code\na\nA\n", ("code",), (("a",), ("A",))),
    "a formula is text": ("code\n=1+1\n", ("code",), (("=1+1",),)),
}
# Name: the file's content, line, a part of what is said.
BAD: dict[str, tuple[Content, int | None, str]] = {
    "empty": ("", None, "the file is empty"),
    "only newlines": ("\n\n", None, "the file is empty"),
    "column twice": ("a,a\n1,2\n", 1, "must name different columns"),
    "column in capitals": ("A,b\n1,2\n", 1, "must name different columns: a-z, 0-9 and _"),
    "column of nothing": ("a,\n1,2\n", 1, "must name different columns"),
    "column with a space": ("a b\n1\n", 1, "must name different columns"),
    "column with a newline": ('"a\n"\n1\n', 1, "must name different columns"),
    "column with an underscore first": ("_a\n1\n", 1, "must name different columns"),
    "too many columns": (",".join(f"c{number}" for number in range(COLUMNS + 1)), 1, "must name different columns"),
    "byte order mark": ("\ufeffa,b\n1,2\n", 1, "must name different columns"),
    "too few cells": ("a,b\n1,2\n3\n", 3, "1 cells, expected 2"),
    "too many cells": ("a,b\n1,2,3\n", 2, "3 cells, expected 2"),
    "semicolons": ("a,b\n1;2\n", 2, "1 cells, expected 2"),
    "key twice": ("a,b\n1,2\n3,4\n1,5\n", 4, "the key '1' is empty or occurs twice"),
    "key twice behind lines in a cell": ('a,b\n1,"x\ny"\n1,z\n', 4, "the key '1' is empty or occurs twice"),
    "empty key": ("a,b\n,2\n", 2, "the key '' is empty or occurs twice"),
    "NUL": ("a,b\n1,2\n3,\0\n", 3, "the character U+0000 is not allowed"),
    "open quote": ('a,b\n1,"x\n', None, "cannot be read as CSV in UTF-8"),
    "text behind a quote": ('a,b\n1,"x"y\n', None, "cannot be read as CSV in UTF-8"),
    "not UTF-8": (b"a\n\xff\n", None, "cannot be read as CSV in UTF-8"),
    "UTF-16": ("a,b\n1,2\n".encode("utf-16-le"), 1, "the character U+0000 is not allowed"),
    "cell too large": ("a,b\n1," + "x" * 140_000 + "\n", None, "cannot be read as CSV in UTF-8: field larger than"),
    "too large": ("a\n" + "x" * REFERENCE_BYTES, None, f"the limit is {REFERENCE_BYTES}"),
    "too many rows": (
        "a\n" + "".join(f"{number}\n" for number in range(REFERENCE_ROWS + 1)), None, "100001 rows, the limit is 100000",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", GOOD.values(), ids=GOOD.keys())
def test_good_file(case: tuple[Content, tuple[str, ...], Rows], tmp_path: Path) -> None:
    """A good file gives its cells as text, the empty ones as NULL."""
    content, columns, rows = case
    write(tmp_path / "lands.csv", content)
    assert load_reference(tmp_path) == [Reference("lands", "", columns, rows)]


@pytest.mark.parametrize("case", BAD.values(), ids=BAD.keys())
def test_bad_file(
    case: tuple[Content, int | None, str], tmp_path: Path, refusal: Callable[[Callable[[], object]], Refusal]
) -> None:
    """A file that is no list with a key is refused by file and, where there is one, line."""
    content, line, said = case
    write(tmp_path / "lands.csv", content)
    found = refusal(lambda: load_reference(tmp_path))
    assert found[:3] == ("ArchiveError", "lands.csv" + (f":{line}" if line else ""), True)
    assert said in found.message


BAD_NAMES = {
    "capital": "Lands.csv", "digit first": "1a.csv", "hyphen": "a-b.csv", "dot": "a.b.csv", "no name": ".csv",
    "too long": "a" * (NAME_CHARS + 1) + ".csv",
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_NAMES.values(), ids=BAD_NAMES.keys())
def test_bad_file_name(name: str, tmp_path: Path, refusal: Callable[[Callable[[], object]], Refusal]) -> None:
    """A file that is not named like a table is refused by its name."""
    write(tmp_path / name, "a\n1\n")
    assert refusal(lambda: load_reference(tmp_path)) == (
        "ArchiveError", name, True, "a reference file is named like its table: a-z, 0-9 and _",
    )  # fmt: skip


# Name: how the entry is made, its name.
ENTRIES: dict[str, tuple[Callable[[Path], None], str]] = {
    "link": (lambda path: path.symlink_to("/etc/hostname"), "a.csv"),
    "link to nothing": (lambda path: path.symlink_to("missing.csv"), "a.csv"),
    "folder": (lambda path: path.mkdir(), "a.csv"),
    "pipe": (os.mkfifo, "a.csv"),
    "README is a link": (lambda path: path.symlink_to("/etc/hostname"), "README.md"),
    "README is a pipe": (os.mkfifo, "README.md"),
}


@pytest.mark.parametrize("case", ENTRIES.values(), ids=ENTRIES.keys())
def test_no_plain_file(
    case: tuple[Callable[[Path], None], str], tmp_path: Path, refusal: Callable[[Callable[[], object]], Refusal]
) -> None:
    """A link, a folder and a pipe are refused without being read."""
    make, name = case
    make(tmp_path / name)
    assert refusal(lambda: load_reference(tmp_path)) == (
        "ArchiveError", name, True, "a file of the schema must be a plain file, not a link or a folder",
    )  # fmt: skip


def test_descriptions_from_the_readme(tmp_path: Path) -> None:
    """The README describes a list in a line `- name: words`; bytes that are no text do no harm."""
    write(tmp_path / "README.md", b"Lists.\n\n- a: The first.\n- `b.csv`: The second.\n* c: Not so.\n- d: caf\xe9\n")
    for name in ("a", "b", "c", "d"):
        write(tmp_path / f"{name}.csv", "code\n1\n")
    assert [(item.name, item.description) for item in load_reference(tmp_path)] == [
        ("a", "The first."), ("b", "The second."), ("c", ""), ("d", "caf\ufffd"),
    ]  # fmt: skip


def test_missing_folder(tmp_path: Path) -> None:
    """An archive without fixed lists has none."""
    assert load_reference(tmp_path / "missing") == []


cells = st.text('ab1",;\n\r\0 é', max_size=4)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=40) | st.lists(cells, max_size=8).map(lambda found: "a,b\n" + ",".join(found)))
def test_any_file(content: Content, tmp_path: Path) -> None:
    """Whatever a file holds, it is a list with a key that is filled and unique, or an `ArchiveError` naming it."""
    write(tmp_path / "a.csv", content)
    try:
        keys = [row[0] for row in load_reference(tmp_path)[0].rows]
        found = None not in keys and len(set(keys)) == len(keys)
    except ArchiveError as error:
        found = (error.where or "").startswith(str(tmp_path / "a.csv"))
    assert found
