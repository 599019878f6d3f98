"""The whole schema: its parts in order, one space of names, a digest that changes with what it stands for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from regesta.archive import Archive
from regesta.errors import ArchiveError
from regesta.schema import Schema, load_schema, schema_digest
from tests.archives import make_archive
from tests.schema.conftest import Content, Refusal, write

TYPE = '{"type":"object"}'
LIST = "code\n1\n"


def table(name: str) -> str:
    return f"create table {name} (id text primary key); insert into {name} (id) select letter from letter_sent;"


def view(name: str) -> str:
    return f"create view {name} as select 1 as one;"


def test_parts(schema: Schema) -> None:
    """A schema is its types, lists, projections and views, the engine's own among them."""
    assert sorted(schema.types) == [
        "answer.given", "answer.listed", "document.captured", "event.redacted", "event.retracted", "letter.sent",
        "proposal.accepted", "proposal.made", "proposal.rejected", "story.published", "story.updated",
    ]  # fmt: skip
    assert [(item.name, item.description) for item in schema.reference] == [
        ("places", "The places that letters went to.")
    ]
    assert [item.name for item in schema.projections] == [
        "documents",
        "proposals",
        "stories",
        "story_versions",
        "answers",
        "letters",
    ]
    assert [item.name for item in schema.views] == ["answer_counts"]


def test_no_schema(tmp_path: Path) -> None:
    """An archive without a schema has the engine's parts only."""
    found = load_schema(tmp_path / "schema")
    assert (len(found.types), found.reference, len(found.projections), found.views) == (8, (), 4, ())


# Name: file, content, what the name is taken by.
CLASHES: dict[str, tuple[str, Content, str]] = {
    "table of the engine": ("projections/events.sql", table("events"), "the engine"),
    "second table of the engine": ("projections/meta.sql", table("meta"), "the engine"),
    "projection of the engine": ("projections/documents.sql", table("documents"), "the engine"),
    "history of the engine": ("projections/stories_history.sql", table("stories_history"), "the engine"),
    "full-text index": ("projections/events_fts.sql", table("events_fts"), "the engine"),
    "part of the full-text index": ("projections/events_fts_data.sql", table("events_fts_data"), "the engine"),
    "table of SQLite": ("projections/sqlite_x.sql", table("sqlite_x"), "the engine"),
    "relation of the engine": ("projections/story_updated.sql", table("story_updated"), "the engine"),
    "projection and relation": ("projections/letter_sent.sql", table("letter_sent"), "types/letter.sent.json"),
    "projection and list": ("projections/places.sql", table("places"), "reference/places.csv"),
    "projection and history": ("projections/answers_history.sql", table("answers_history"), "projections/answers.sql"),
    "type and table of the engine": ("types/story.versions.json", TYPE, "the engine"),
    "type and full-text index": ("types/events.fts.json", TYPE, "the engine"),
    "type and table of SQLite": ("types/sqlite.x.json", TYPE, "the engine"),
    "list and relation": ("reference/letter_sent.csv", LIST, "types/letter.sent.json"),
    "list and table of the engine": ("reference/events.csv", LIST, "the engine"),
    "list and projection of the engine": ("reference/documents.csv", LIST, "the engine"),
    "list and table of SQLite": ("reference/sqlite_x.csv", LIST, "the engine"),
    "view and table of the engine": ("views/evidence.sql", view("evidence"), "the engine"),
    "view and relation": ("views/letter_sent.sql", view("letter_sent"), "types/letter.sent.json"),
    "view and list": ("views/places.sql", view("places"), "reference/places.csv"),
    "view and projection": ("views/letters.sql", view("letters"), "projections/letters.sql"),
    "view and history": ("views/letters_history.sql", view("letters_history"), "projections/letters.sql"),
    "view and full-text index": ("views/documents_fts_idx.sql", view("documents_fts_idx"), "the engine"),
}


@pytest.mark.parametrize("case", CLASHES.values(), ids=CLASHES.keys())
def test_clash(
    case: tuple[str, Content, str],
    with_file: Callable[[str, Content], Archive],
    refusal: Callable[[Callable[[], object]], Refusal],
) -> None:
    """A name that is taken is refused, at the archive's file, with what has it."""
    file, content, owner = case
    archive = with_file(file, content)
    name = Path(file).stem.replace(".", "_")
    kind = "ProjectionError" if file.endswith(".sql") else "ArchiveError"
    assert refusal(lambda: archive.schema) == (kind, f"schema/{file}", True, f"the name {name} is taken by {owner}")


def test_clash_of_list_and_history(
    with_file: Callable[[str, Content], Archive], refusal: Callable[[Callable[[], object]], Refusal]
) -> None:
    """Where a list has the name of a table's history, the table is told: it comes behind the list."""
    archive = with_file("reference/letters_history.csv", LIST)
    message = "the name letters_history is taken by reference/letters_history.csv"
    assert refusal(lambda: archive.schema) == ("ProjectionError", "schema/projections/letters.sql", True, message)


def test_names_that_only_look_alike(with_file: Callable[[str, Content], Archive]) -> None:
    """Names of indexes and of tables behind the relations are not in anybody's way."""
    with_file("projections/events_type.sql", table("events_type"))
    with_file("projections/letter_sent_by_letter.sql", table("letter_sent_by_letter"))
    archive = with_file("projections/eventsx.sql", table("eventsx"))
    assert len(archive.schema.projections) == 9


# Name: what is done to a folder `schema`, whether the digest changes.
CHANGES: dict[str, tuple[Callable[[Path], object], bool]] = {
    "type": (lambda folder: write(folder / "types/letter.sent.json", TYPE), True),
    "one space": (lambda folder: write(folder / "projections/t.sql", "-- "), True),
    "a view more": (lambda folder: write(folder / "views/w.sql", view("w")), True),
    "a list less": (lambda folder: (folder / "reference/places.csv").unlink(), True),
    "another name": (lambda folder: (folder / "views/answer_counts.sql").rename(folder / "views/counts.sql"), True),
    "README": (lambda folder: write(folder / "README.md", "hello"), False),
    "time of change": (lambda folder: (folder / "views/answer_counts.sql").touch(), False),
    "link elsewhere in the folder": (lambda folder: (folder / "w.sql").symlink_to("/dev/zero"), False),
}


@pytest.mark.parametrize("case", CHANGES.values(), ids=CHANGES.keys())
def test_digest(case: tuple[Callable[[Path], object], bool], tmp_path: Path) -> None:
    """The digest changes with name and bytes of the files that the tables depend on, and with nothing else."""
    change, expected = case
    make_archive(tmp_path)
    before = schema_digest(tmp_path / "schema")
    change(tmp_path / "schema")
    assert (schema_digest(tmp_path / "schema") != before) == expected


def test_digest_of_a_link(tmp_path: Path) -> None:
    """A file of the schema that is a link is refused, not read."""
    make_archive(tmp_path)
    (tmp_path / "schema/views/w.sql").symlink_to("/dev/zero")
    with pytest.raises(ArchiveError, match="must be a plain file"):
        schema_digest(tmp_path / "schema")


def test_digest_is_that_of_the_folder_wherever_it_lies(schema: Schema, tmp_path: Path) -> None:
    """Two archives with the same files have the same digest."""
    assert make_archive(tmp_path / "elsewhere").schema.digest == schema.digest


def test_loading_reads_and_no_more(tmp_path: Path, refusal: Callable[[Callable[[], object]], Refusal]) -> None:
    """A folder full of code and links is loaded without running or following any of it."""
    archive = make_archive(tmp_path)
    evil = "open('ran', 'w').close()"
    for name in (
        "schema/__init__.py",
        "schema/types/conftest.py",
        "conftest.py",
        "sitecustomize.py",
        "schema/views/v.py",
    ):
        write(tmp_path / name, evil)
    (tmp_path / "schema" / "reference" / "zero.txt").symlink_to("/dev/zero")
    (tmp_path / "schema" / "up").symlink_to("..")
    assert (len(archive.schema.types), [path.name for path in tmp_path.rglob("ran")]) == (11, [])
