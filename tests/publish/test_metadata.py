"""`datasette-metadata.json`: complete in the words of the schema, faithful to what people wrote, safe to publish."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest

from regesta.archive import Archive
from regesta.errors import ArchiveError
from regesta.limits import METADATA_BYTES
from regesta.publish.metadata import is_current, load, refresh
from regesta.replay.build import build
from tests.archives import make_archive
from tests.publish.sites import ROOT, SHIPPED

VIEW_SQL = """\
-- Answers with the place that gave them.
create view by_place as
select
  places.name as place_name,
  answers.answer as answer,
  count(*) as letters, -- How many letters were answered so
  min(answers.pages) as least
from answers
join places on places.code = answers.place
group by places.name, answers.answer;
"""


def tables_of(archive: Archive) -> dict[str, Any]:
    tables: dict[str, Any] = json.loads(archive.metadata.read_text("utf-8"))["databases"]["archive"]["tables"]
    return tables


def write(archive: Archive, *, tables: dict[str, Any] | None = None, **root: Any) -> None:
    archive.metadata.write_text(json.dumps({**root, "databases": {"archive": {"tables": tables or {}}}}), "utf-8")


def columns_in(database: Path) -> dict[str, list[str]]:
    """Return the columns of what a reader of a database sees: no full-text index, nothing internal."""
    with closing(sqlite3.connect(database)) as db:
        found = db.execute(
            "select name from sqlite_master where type in ('table', 'view') and name not like '%\\_fts%' escape '\\'"
        )
        names = [name for (name,) in found if not name.startswith("_")]
        return {name: [row[1] for row in db.execute(f'pragma table_xinfo("{name}")')] for name in sorted(names)}


@pytest.fixture
def shipped(tmp_path: Path) -> Archive:
    """The schema and the metadata of this repository's archive, with an empty log."""
    for name in SHIPPED:
        if (ROOT / name).is_file():
            copyfile(ROOT / name, tmp_path / name)
        elif name != "events":
            (tmp_path / name).symlink_to(ROOT / name)
    return Archive.open(tmp_path)


def test_shipped_file_is_current() -> None:
    """The file in the repository is what `regesta metadata` would write."""
    assert is_current(Archive.open(ROOT))


def test_shipped_file_describes_everything(shipped: Archive) -> None:
    """Every table, view and column of a built database has a description, in order, and nothing else has."""
    build(shipped)
    tables = tables_of(shipped)
    described = {
        name: [column for column, text in entry["columns"].items() if text]
        for name, entry in sorted(tables.items())
        if entry["description"] and not entry.get("hidden")
    }
    assert described == columns_in(shipped.database)


def test_internal_tables_are_hidden(shipped: Archive) -> None:
    """What begins with an underscore is hidden, and nothing else."""
    build(shipped)
    with closing(sqlite3.connect(shipped.database)) as db:
        internal = {
            name for (name,) in db.execute("select name from sqlite_master where type = 'table'") if name[0] == "_"
        }
    assert {name for name, entry in tables_of(shipped).items() if entry.get("hidden")} == internal


def test_new_file_takes_the_words_of_the_archive(archive: Archive) -> None:
    """Where there is no file it begins with the title and licence of the archive."""
    assert refresh(archive)
    assert next(iter(load(archive.metadata).items())) == ("title", "Letters")


def test_second_refresh_changes_nothing(archive: Archive) -> None:
    """A file that is up to date is left alone, to the byte."""
    found = [is_current(archive), refresh(archive), is_current(archive), refresh(archive)]
    assert found == [False, True, True, False]


def test_file_is_laid_out_for_people(archive: Archive) -> None:
    """Two spaces, tables by name and internal ones last, a newline at the end, no escapes for letters."""
    write(archive, title="Briefe für Käthe")
    refresh(archive)
    text = archive.metadata.read_text("utf-8")
    names = list(tables_of(archive))
    assert text.startswith('{\n  "title": "Briefe für Käthe",\n  "databases"')
    assert text.endswith("}\n")
    assert names == sorted(names, key=lambda name: (name.startswith("_"), name))


EXPECTED = {
    "projection": (("answers", "columns", "reason"), "Reason given"),
    "projection's table": (("answers", "description"), "How each place answers a letter, by its newest answer."),
    "projection's event": (
        ("answers", "columns", "last_event"),
        "The newest event that made this row what it is; its passages are in evidence",
    ),
    "history column": (("answers_history", "columns", "reason"), "Reason given"),
    "history bound": (
        ("answers_history", "columns", "surely_from"),
        "Moment by which it certainly had begun; 9999-12-31T23:59:59Z where there is no bound",
    ),
    "relation": (("letter_sent", "description"), "A letter was sent. One letter to one place."),
    "relation's field": (("letter_sent", "columns", "about"), "What it asks for."),
    "relation's envelope": (("letter_sent", "columns", "subject"), "What the event is about, as kind/name"),
    "reference list": (("places", "description"), "The places that letters went to."),
    "view": (("by_place", "description"), "Answers with the place that gave them."),
    "view's column, by its comment": (("by_place", "columns", "letters"), "How many letters were answered so"),
    "view's column, by its origin": (("by_place", "columns", "answer"), "The answer in one word"),
    "view's column, by a person": (("by_place", "columns", "least"), "Fewest pages"),
    "view's column, by its origin, by a person": (("by_place", "columns", "place_name"), "Name of the place"),
    "engine's table": (("evidence", "columns", "event"), "The event that the passage supports"),
    "label of a name": (("places", "label_column"), "name"),
    "label of an event": (("events", "label_column"), "summary"),
    "order of events": (("events", "sort_desc"), "sequence"),
}


@pytest.mark.parametrize(("path", "expected"), EXPECTED.values(), ids=EXPECTED.keys())
def test_words_of_the_schema(tmp_path: Path, path: tuple[str, ...], expected: str) -> None:
    """Descriptions come from comments, types, the README of the lists and, where these are silent, from people."""
    archive = make_archive(tmp_path, files={"views/by_place.sql": VIEW_SQL})
    by_hand = {"places": {"columns": {"name": "Name of the place"}}, "by_place": {"columns": {"least": "Fewest pages"}}}
    write(archive, tables=by_hand)
    refresh(archive)
    found: Any = tables_of(archive)
    for step in path:
        found = found[step]
    assert found == expected


def test_what_people_wrote_stays(archive: Archive) -> None:
    """Titles, facets, orders, plugins, queries, other databases and keys that we do not know are kept."""
    entry = {
        "title": "Answers",
        "facets": ["answer", {"date": "reason"}],
        "sort": "place",
        "size": 20,
        "plugins": {"x": {"columns": ["reason"]}},
    }
    events = {"label_column": None, "sort": "latest"}
    query = {"title": "One", "sql": "select 1"}
    document = {
        "about": "us",
        "databases": {
            "archive": {"queries": {"one": query}, "tables": {"answers": entry, "events": events}},
            "other": {"title": "Another"},
        },
    }
    archive.metadata.write_text(json.dumps(document), "utf-8")
    refresh(archive)
    found = load(archive.metadata)
    tables = found["databases"]["archive"]["tables"]
    assert {key: tables["answers"][key] for key in entry} == entry
    assert {key: tables["events"].get(key) for key in ("label_column", "sort", "sort_desc")} == {
        **events,
        "sort_desc": None,
    }
    assert (found["about"], found["databases"]["other"]) == ("us", {"title": "Another"})
    assert found["databases"]["archive"]["queries"] == {"one": query}


def test_stale_words_are_replaced(archive: Archive) -> None:
    """A description that the schema gives is that of the schema; columns that are gone are dropped."""
    write(archive, tables={"answers": {"description": "Old.", "columns": {"reason": "Old", "gone": "Old"}}})
    refresh(archive)
    entry = tables_of(archive)["answers"]
    assert (entry["description"], entry["columns"]["reason"]) == (
        "How each place answers a letter, by its newest answer.",
        "Reason given",
    )
    assert "gone" not in entry["columns"]


def test_generated_entry_of_a_table_that_is_gone_is_dropped(archive: Archive) -> None:
    """Removing a projection leaves nothing behind that a person would have to clean up."""
    write(archive, tables={"gone": {"description": "Old.", "label_column": "name", "columns": {"name": "Old"}}})
    refresh(archive)
    assert "gone" not in tables_of(archive)


WRONG_NAMES = {
    "table": ({"anwsers": {"facets": ["answer"]}}, "tables.anwsers: the archive has no table or view 'anwsers'"),
    "facet": ({"answers": {"facets": ["anwser"]}}, "tables.answers.facets: no column 'anwser'"),
    "facet by date": ({"answers": {"facets": [{"date": "day"}]}}, "tables.answers.facets: no column 'day'"),
    "order": ({"answers": {"sort_desc": "date"}}, "tables.answers.sort_desc: no column 'date'"),
    "label": ({"places": {"label_column": "title"}}, "tables.places.label_column: no column 'title'"),
}


@pytest.mark.parametrize(("tables", "message"), WRONG_NAMES.values(), ids=WRONG_NAMES.keys())
def test_name_that_the_archive_does_not_have(archive: Archive, tables: dict[str, Any], message: str) -> None:
    """A table or column that is not there is named, and the file is not touched."""
    write(archive, tables=tables)
    before = archive.metadata.read_bytes()
    with pytest.raises(ArchiveError) as caught:
        refresh(archive)
    assert message in str(caught.value)
    assert archive.metadata.read_bytes() == before


HOSTILE = {
    "HTML of the site": ('{"description_html": "<script>alert(1)</script>"}', "description_html: HTML would run"),
    "HTML of a table": (
        '{"databases": {"archive": {"tables": {"events": {"description_html": "x"}}}}}',
        "databases.archive.tables.events.description_html: HTML would run",
    ),
    "HTML of a query": (
        '{"databases": {"archive": {"queries": {"q": {"sql": "select 1", "description_html": "x"}}}}}',
        "databases.archive.queries.q.description_html: HTML would run",
    ),
    "HTML in a plugin's list": (
        '{"plugins": {"p": [{"footer_html": "x"}]}}',
        "plugins.p[0].footer_html: HTML would run",
    ),
    "HTML in capitals": ('{"Description_HTML": "x"}', "Description_HTML: HTML would run"),
    "script address": ('{"source_url": "javascript:alert(1)"}', "source_url: expected an address"),
    "script address with a space": ('{"source_url": " javascript:alert(1)"}', "source_url: expected an address"),
    "data address": ('{"about_url": "data:text/html,x"}', "about_url: expected an address"),
    "file address": ('{"license_url": "file:///etc/passwd"}', "license_url: expected an address"),
    "relative address": ('{"license_url": "/-/logout"}', "license_url: expected an address"),
    "address without host": ('{"license_url": "https://"}', "license_url: expected an address"),
    "address with a newline": ('{"license_url": "https://a\\nb"}', "license_url: expected an address"),
    "address with a quote": ('{"license_url": "https://a\\"b"}', "license_url: expected an address"),
    "address that is no text": ('{"source_url": ["https://example.org"]}', "source_url: expected an address"),
    "address of a table": (
        '{"databases": {"archive": {"tables": {"events": {"source_url": "vbscript:x"}}}}}',
        "databases.archive.tables.events.source_url: expected an address",
    ),
    "script from elsewhere": ('{"extra_js_urls": ["https://example.org/x.js"]}', "extra_js_urls: scripts and styles"),
    "style from elsewhere": (
        '{"databases": {"archive": {"extra_css_urls": ["https://example.org/x.css"]}}}',
        "databases.archive.extra_css_urls: scripts and styles",
    ),
    "secret of the server": (
        '{"plugins": {"p": {"key": {"$env": "HOME"}}}}',
        "plugins.p.key.$env: an archive must not",
    ),
    "file of the server": ('{"plugins": {"p": {"key": {"$file": "/x"}}}}', "plugins.p.key.$file: an archive must not"),
    "query that writes": (
        '{"databases": {"archive": {"queries": {"q": {"sql": "delete from events", "write": true}}}}}',
        "databases.archive.queries.q: a query that writes",
    ),
    "no object": ("[]", ":1: expected one JSON object"),
    "no JSON": (
        '{\n  "title": "a",\n  oops\n}',
        ":3: not valid JSON: Expecting property name enclosed in double quotes",
    ),
    "nothing": ("", ":1: not valid JSON"),
    "key twice": ('{"title": "a", "title": "b"}', "the key 'title' occurs twice"),
    "NaN": ('{"title": NaN}', "NaN is not JSON"),
    "number without end": ('{"size": ' + "9" * 10_000 + "}", "not usable JSON"),
    "depth without end": ("[" * 100_000, "not usable JSON"),
    "wrong databases": ('{"databases": []}', "databases: expected an object, found []"),
    "wrong table": ('{"databases": {"archive": {"tables": {"events": "x"}}}}', "events: expected an object, found 'x'"),
}


@pytest.mark.parametrize(("text", "message"), HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("call", [refresh, is_current], ids=["refresh", "is_current"])
def test_hostile_file(archive: Archive, call: Callable[[Archive], bool], text: str, message: str) -> None:
    """What could harm a reader, the server or the reading program is refused with file and place, and left as it is."""
    archive.metadata.write_text(text, "utf-8")
    with pytest.raises(ArchiveError) as caught:
        call(archive)
    assert str(caught.value).startswith(str(archive.metadata))
    assert message in str(caught.value)
    assert archive.metadata.read_text("utf-8") == text


def test_file_that_is_no_text(archive: Archive) -> None:
    """Bytes that are no UTF-8 are refused."""
    archive.metadata.write_bytes(b'{"title": "\xff"}')
    with pytest.raises(ArchiveError, match="not UTF-8"):
        load(archive.metadata)


def test_file_without_end(archive: Archive) -> None:
    """A file of more than 4 MiB is refused before it is read."""
    with archive.metadata.open("wb") as file:
        file.truncate(METADATA_BYTES + 1)
    with pytest.raises(ArchiveError, match="the limit is 4194304"):
        load(archive.metadata)


def test_missing_file_names_the_remedy(archive: Archive) -> None:
    """Reading a file that is not there says what makes it."""
    with pytest.raises(ArchiveError, match="run `regesta metadata`"):
        load(archive.metadata)


def test_good_addresses_pass(archive: Archive) -> None:
    """Plain addresses on the web are accepted."""
    good: dict[str, Any] = {"source_url": "https://example.org/a?b=c#d", "about_url": "http://example.org"}
    write(archive, **good)
    refresh(archive)
    assert {key: load(archive.metadata)[key] for key in good} == good
