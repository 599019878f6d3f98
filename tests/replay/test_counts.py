"""Counts at a date: those of the rows of a replay, whether the column is declared or not, whatever was corrected."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regesta.archive import Archive
from regesta.errors import ArchiveError, UsageError
from regesta.replay.build import build, build_into
from regesta.replay.counts import Count
from regesta.schema.dates import instant_text
from tests.archives import answer, listing, make_archive, retraction
from tests.replay.pasts import MOMENTS, STATUS, Move, append_on, few, live, new_archive, pasts

EMPTY = Count(0, 0)


def counted(archive: Archive, column: str, at: str) -> dict[Any, tuple[int, int]]:
    return {value: (count.certain, count.possible) for value, count in archive.counts("answers", column, at).items()}


def in_replay(archive: Archive, column: str, at: str) -> dict[Any, tuple[int, int]]:
    """Count in the rows of a replay and in those that it holds possible."""
    with closing(archive.at(at, possible=True, build=False).conn) as db:
        certain, possible = (
            Counter(value for (value,) in db.execute(f"select {column} from {table}"))
            for table in ("answers", "answers_possible")
        )
    return {value: (certain[value], possible[value]) for value in {*certain, *possible}}


def buckets(path: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute("select * from _counts order by status, level, bucket, value").fetchall()


@few(10)
@given(moves=pasts, at=st.sampled_from(MOMENTS))
def test_counts_are_those_of_a_replay(moves: list[Move], at: str) -> None:
    """For declared columns (`answer`, `pages`) and one that is not, after builds that added to each other."""
    with new_archive() as archive:
        live(archive, moves)
        columns = ("answer", "pages", "final")
        expected = [in_replay(archive, column, at) for column in columns]
        assert [counted(archive, column, at) for column in columns] == expected


@few(8)
@given(moves=pasts)
def test_incremental_counts_are_those_of_a_full_build(moves: list[Move]) -> None:
    """What later builds add and take away leaves the sums of a build from nothing, and no empty ones."""
    with new_archive() as archive:
        live(archive, moves)
        full = archive.folder / "full.db"
        build_into(archive, full)
        found = buckets(archive.database)
        assert (found, [row for row in found if row[4:] == (0, 0)]) == (buckets(full), [])


@pytest.fixture
def declared(quick_path: Path) -> Archive:
    """An archive that counts the answers."""
    return declaring(quick_path, "answer")


def declaring(folder: Path, *columns: str) -> Archive:
    make_archive(folder)
    with (folder / "archive.toml").open("a", encoding="utf-8") as config:
        config.writelines(STATUS.format(column) for column in columns)
    return Archive.open(folder)


def said(word: str, date: str | None, number: int = 1, **data: Any) -> dict[str, Any]:
    content = {"letter": f"l{number}", "place": "P01", "answer": word, **data}
    return answer(1, edtf=date, data=content)


def test_certain_and_possible(declared: Archive) -> None:
    """A vague answer is possible between its bounds and certain at the end; the one before it stands until then."""
    append_on(declared, 1, said("no", "2017-06-30"), said("yes", "2017-07-02/2017-07-05"))
    build(declared)
    found = [counted(declared, "answer", at) for at in ("2017-06-29", "2017-07-01", "2017-07-02", "2017-07-05")]
    assert found == [{}, {"no": (1, 0)}, {"no": (1, 0), "yes": (0, 1)}, {"yes": (1, 0)}]


def test_undated(declared: Archive) -> None:
    """What has no date is possible at every date and certain at none."""
    append_on(declared, 1, said("no", None))
    build(declared)
    found = [counted(declared, "answer", at) for at in ("-4000", "1969-12-31", "2017", "9000")]
    assert found == [{"no": (0, 1)}] * 4


def test_open_ends(declared: Archive) -> None:
    """An open beginning is possible from ever, an open end never certain."""
    append_on(declared, 1, said("no", "../2017-07-01", 1), said("yes", "2017-07-01/..", 2))
    build(declared)
    found = [counted(declared, "answer", at) for at in ("-4000", "2017-06-30", "2017-07-01", "9000")]
    assert found == [
        {"no": (0, 1)}, {"no": (0, 1)}, {"no": (1, 0), "yes": (0, 1)}, {"no": (1, 0), "yes": (0, 1)},
    ]  # fmt: skip


def test_missing_values(quick_path: Path) -> None:
    """Rows without a value are counted under None, apart from 0 and empty text."""
    archive = declaring(quick_path, "pages", "reason")
    append_on(archive, 1, said("no", "2017", 1), said("no", "2017", 2, pages=0), said("no", "2017", 3, reason=""))
    build(archive)
    found = [counted(archive, column, "2018") for column in ("pages", "reason")]
    assert found == [{None: (2, 0), 0: (1, 0)}, {None: (2, 0), "": (1, 0)}]


def test_kinds_of_values(quick_path: Path) -> None:
    """Numbers come back as numbers and text as text, declared or not."""
    drafts = [
        said("no", "2017", 1, share=0.5, final=True, reason="1"), said("no", "2017", 2, share=1.0, reason='é"\n'),
    ]  # fmt: skip
    found = []
    for name, columns in (("declared", ("share", "final", "reason")), ("plain", ())):
        (quick_path / name).mkdir()
        archive = declaring(quick_path / name, *columns)
        append_on(archive, 1, *drafts)
        build(archive)
        found.append([counted(archive, column, "2018") for column in ("share", "final", "reason")])
    expected = [{0.5: (1, 0), 1.0: (1, 0)}, {1: (1, 0), None: (1, 0)}, {"1": (1, 0), 'é"\n': (1, 0)}]
    assert found == [expected, expected]


def test_equal_numbers_of_two_kinds(quick_path: Path) -> None:
    """1 and 1.0 are equal; each is counted, and taken out again, as what its column holds."""
    archive = declaring(quick_path, "share", "pages")
    ids = append_on(archive, 1, said("no", "2017", 1, share=1.0, pages=1), said("no", "2017", 2, share=0.0, pages=0))
    build(archive)
    values = {(row[0], row[3]) for row in buckets(archive.database)}
    append_on(archive, 2, retraction(ids[0]))
    build(archive)
    found = [counted(archive, column, "2018") for column in ("share", "pages")]
    assert (values, found) == (
        {("answers.share", "1.0"), ("answers.share", "0.0"), ("answers.pages", "1"), ("answers.pages", "0")},
        [{0.0: (1, 0)}, {0: (1, 0)}],
    )


def test_corrections_are_taken_out_and_put_back(declared: Archive) -> None:
    """After each correction and the build that follows it the counts are those of the events that count."""
    ids = append_on(declared, 1, said("no", "2017-06-30", 1), said("no", "2017-06-30", 2))
    found = [_after_build(declared)]
    ids = append_on(declared, 2, {**said("yes", "2017-07", 1), "replaces": ids[0]})
    found.append(_after_build(declared))
    ids = append_on(declared, 3, retraction(ids[1]))
    found.append(_after_build(declared))
    append_on(declared, 4, retraction(ids[3]), listing(1, edtf="2017-06", data={"letter": "l3", "place": "P01"}))
    found.append(_after_build(declared))
    assert found == [
        {"no": (2, 0)},
        {"no": (1, 0), "yes": (0, 1)},
        {"yes": (0, 1)},
        {"no": (1, 0), "yes": (0, 1), "unknown": (1, 0)},
    ]


def _after_build(archive: Archive) -> dict[Any, tuple[int, int]]:
    build(archive)
    return counted(archive, "answer", "2017-07-05")


# Seconds at which a bucket of some length ends and the next begins, and those around them; -2**32 is in 1833.
BORDERS = [sign * 2**power + step for sign in (-1, 1) for power in (8, 16, 24, 32) for step in (-1, 0, 1)] + [-1, 0, 1]


def at_second(second: int, archive: Archive) -> str:
    return instant_text(second, archive.zone) or ""


def test_borders_of_buckets(quick_path: Path) -> None:
    """At each second as many rows are counted as instants have come, before 1970 too, and one fewer just before."""
    archive = make_archive(quick_path, zone="UTC")
    with (quick_path / "archive.toml").open("a", encoding="utf-8") as config:
        config.write(STATUS.format("answer"))
    archive = Archive.open(quick_path)
    append_on(archive, 1, *(said("no", at_second(second, archive), n) for n, second in enumerate(BORDERS)))
    build(archive)
    asked = sorted({second + step for second in BORDERS for step in (-1, 0)})
    expected = [sum(second <= now for second in BORDERS) for now in asked]
    assert _certain(archive, asked) == expected


def _certain(archive: Archive, seconds: Sequence[int]) -> list[int]:
    return [archive.counts("answers", "answer", at_second(now, archive)).get("no", EMPTY).certain for now in seconds]


def test_after_long_and_short_times(declared: Archive) -> None:
    """Far from every bucket in which something changed the sum is the same."""
    append_on(declared, 1, said("no", "-0044-03-15", 1), said("yes", "1883-11-18", 2), said("yes", "9000", 3))
    build(declared)
    found = [counted(declared, "answer", at) for at in ("-9000", "-0044-03-14", "-0044-03-15", "1900", "2017", "9998")]
    caesar, old, all_of_it = {"no": (1, 0)}, {"no": (1, 0), "yes": (1, 0)}, {"no": (1, 0), "yes": (2, 0)}
    assert found == [{}, {}, caesar, old, old, all_of_it]


def test_nothing_to_count(declared: Archive) -> None:
    """An archive without events counts nothing."""
    build(declared)
    assert (declared.counts("answers", "answer", "2017"), declared.counts("answers", "reason", "2017")) == ({}, {})


# Name: table, column, date, message.
NO_COLUMN = "there is no table {!r} with a history and a column {!r} outside its key"
REFUSED = {
    "table": ("nope", "answer", "2017", NO_COLUMN.format("nope", "answer")),
    "table without a history": ("places", "name", "2017", NO_COLUMN.format("places", "name")),
    "column": ("answers", "nope", "2017", NO_COLUMN.format("answers", "nope")),
    "key": ("answers", "place", "2017", NO_COLUMN.format("answers", "place")),
    "quotes": ("answers", 'x" or 1', "2017", NO_COLUMN.format("answers", 'x" or 1')),
    "interval": ("answers", "answer", "2017/2018", "'2017/2018' is not one point in time"),
    "no date": ("answers", "answer", "soon", "'soon' has no year of four digits, and a date relative to another day is not worked out"),
}  # fmt: skip


@pytest.mark.parametrize(("table", "column", "at", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(declared: Archive, table: str, column: str, at: str, message: str) -> None:
    """What there is not, and what is no point in time, is refused."""
    build(declared)
    with pytest.raises(UsageError) as caught:
        declared.counts(table, column, at)
    assert caught.value.message == message


def test_without_tables(declared: Archive) -> None:
    """Without archive.db there is nothing to count in."""
    with pytest.raises(ArchiveError) as caught:
        declared.counts("answers", "answer", "2017")
    assert (caught.value.message, caught.value.remedy) == ("there is no such database", "run `regesta build`")
