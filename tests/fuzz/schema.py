"""Targets of what an archive says of itself: event types, projections, views, lists, settings."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Hashable
from contextlib import closing
from pathlib import Path
from typing import Final

from regesta.archive import Archive
from regesta.config import config_of, values_of
from regesta.database import guarded, open_database
from regesta.events.admission import Admission
from regesta.events.model import prepare
from regesta.publish.metadata import load
from regesta.schema import load_schema
from regesta.schema.projections import load_projections
from regesta.schema.reference import load_reference
from regesta.schema.types import load_types, typed_value
from regesta.schema.views import load_views
from tests.archives import ANSWER_GIVEN, ANSWERS_SQL, COUNTS_SQL, LETTERS_SQL, SCHEMA_FILES, drafts, make_archive
from tests.fuzz.running import ROOT, Ready

SQL_WORDS: Final = (
    b"select ", b"from ", b"where ", b"join ", b"left join ", b"on ", b"and ", b"or ", b"not ", b"null", b"is ", b"in (", b"between ",
    b"case when ", b"then ", b"else ", b"end ", b"coalesce(", b"nullif(", b"lower(", b"substr(", b"replace(", b"trim(", b"length(",
    b"group by ", b"having ", b"order by ", b"limit ", b"distinct ", b"union all ", b"with x as (", b"recursive ", b"count(*)", b"sum(",
    b"filter (where ", b"over (", b"partition by ", b"row_number() ", b"lag(", b"cast(", b" as ", b"integer", b"real", b"text", b"blob",
    b"any", b"primary key", b"references ", b"check (", b"unique", b"default ", b"collate nocase", b"generated always as (", b"strict",
    b"without rowid", b"create table ", b"create view ", b"temp ", b"insert into ", b"insert or replace into ", b"values (", b"returning ",
    b"on conflict do nothing", b"on conflict (", b"do update set ", b"attach ", b"pragma ", b"vacuum ", b"begin;", b"--", b"/*", b"*/",
    b"/* x */", b"||", b"->>", b"<>", b"==", b"!=", b"<=", b"%", b"?1", b":a", b"@a", b"x'00'", b"'", b'"', b"`", b"[", b"]", b"''",
    b"json_extract(", b"printf(", b"randomblob(", b"zeroblob(", b"glob ", b"like ", b"escape ", b"exists (", b"tablesample ", b"qualify ",
    b"pivot ", b"unnest(", b"lateral ", b"interval ", b"date ", b"array[", b"struct(", b"{", b"}", b"$$", b"0x1f", b"1e5", b"1.", b".5",
    b"rowid", b"_rowid_", b"main.", b"sqlite_master", b"excluded.", b"true", b"false", b"current_timestamp", b"letters", b"answers",
    b"places", b"letter_sent", b"answer_given", b"letter", b"place", b"answer", b"pages", b"sequence", b"edtf", b"last_event",
)  # fmt: skip
TYPE_WORDS: Final = (
    b'"type"', b'"object"', b'"string"', b'"integer"', b'"number"', b'"boolean"', b'"array"', b'"null"', b'"properties"', b'"required"',
    b'"enum"', b'"const"', b'"pattern"', b'"(a+)+$"', b'"[a-"', b'"(?=a)"', b'"\\\\p{L}"', b'"format"', b'"date"', b'"items"', b'"minLength"',
    b'"maxLength"', b'"minimum"', b'"multipleOf"', b'"$ref"', b'"#"', b'"$id"', b'"$schema"', b'"allOf"', b'"anyOf"', b'"not"', b'"if"',
    b'"propertyNames"', b'"patternProperties"', b'"unevaluatedProperties"', b'"additionalProperties"', b'"examples"', b'"timeless"',
    b'"default"', b'"description"', b'"$defs"', b'"$anchor"', b'"$dynamicRef"', b'"contains"', b'"dependentRequired"', b"{}", b"[]",
    b"true", b"false", b"null", b'"x":', b'"evidence"', b'"summary"', b'"status"', b'"id"',
)  # fmt: skip
TOML_WORDS: Final = (
    b"[[status]]\n", b"[[status.value]]\n", b"[[lane]]\n", b"[subjects]\n", b"[a.b.c]\n", b"= ", b'""', b"'''", b'"""', b"{", b"}", b"[",
    b"]", b"1979-05-27T07:32:00Z", b"07:32:00", b"inf", b"nan", b"true", b"0x1F", b"1_000", b'title = "x"\n', b"#", b"\\u00e9",
    b"\\U0010ffff", b'zone = "../../etc/passwd"\n', b'zone = "UTC\\u0000"\n', b'quotes = "digest"\n', b'timeline = "2017/2018"\n',
    b'map = "us-states"\n', b'color = "#b3261e"\n', b"types = []\n", b"[[event]]\n", b"[map.x]\n", b"data.x = ", b"\r\n", b"[[", b"]]",
)  # fmt: skip
REFERENCES: Final = {"places": ("code", "name")}


def projection(folder: Path) -> Ready:
    """SQL that is taken as a table can be made and asked by every event."""
    archive = make_archive(folder)
    schema = folder / "schema"
    types = archive.schema.types
    path = schema / "projections" / "answers.sql"
    events = [prepare(item, types) for item in drafts(6)]

    def run(data: bytes) -> Hashable:
        path.write_bytes(data)
        found = load_projections(schema / "projections", types, REFERENCES)
        admission = Admission(load_schema(schema), archive.zone, "full")
        refused = admission.check(events)
        for event in events[: refused[0] if refused else None]:
            admission.settings(event)
        [table] = [item for item in found if item.name == "answers"]
        return len(table.columns), len(table.key), len(table.checks), len(table.inserts), refused is None

    shipped = [item.read_bytes() for item in sorted((ROOT / "schema" / "projections").glob("*.sql"))]
    return Ready(
        run, [ANSWERS_SQL.encode(), LETTERS_SQL.replace("letters (", "answers (").encode(), *shipped], SQL_WORDS
    )


def view(folder: Path) -> Ready:
    """SQL that is taken as a view is understood by SQLite too, or refused by it with a reason."""
    path = folder / "answer_counts.sql"
    tables = frozenset({"letters", "answers", "places"})
    made = "".join(f"create table {name} (letter, place, answer, pages, code, name, id);" for name in sorted(tables))

    def run(data: bytes) -> Hashable:
        path.write_bytes(data)
        [found] = load_views(folder, tables)
        with closing(open_database(None, memory=True)) as db:
            db.executescript(made)
            try:
                with guarded(db, 2.0):
                    db.execute(f"create view answer_counts as {found.sql}")
                    db.execute("select * from answer_counts limit 1").fetchone()
            except sqlite3.Error as error:  # the build tells it with the view's place
                return str(error)[:20]
        return len(found.sql) // 50

    shipped = [
        item.read_bytes().replace(f"create view {item.stem}".encode(), b"create view answer_counts")
        for item in sorted((ROOT / "schema" / "views").glob("*.sql"))
    ]
    return Ready(run, [COUNTS_SQL.encode(), *shipped], SQL_WORDS)


def event_type(folder: Path) -> Ready:
    """A JSON Schema that is taken as an event type can be asked for its columns and options, and checks any data."""
    path = folder / "answer.given.json"
    values: list[dict[str, object]] = [
        {},
        {"letter": "l1", "place": "P01", "answer": "no"},
        {"x": [{"y": None}], "pages": 1e300},
    ]

    def run(data: bytes) -> Hashable:
        path.write_bytes(data)
        types = load_types(folder)
        item = types["answer.given"]
        for column in item.columns:
            item.options(column.name)
            typed_value("1", column.kind)
        for value in (*values, *item.examples):
            if not item.validator.is_valid(value):
                list(map(str, item.validator.iter_errors(value)))
        return len(item.columns), len(item.required), len(item.examples)

    shipped = [path.read_bytes() for path in sorted((ROOT / "schema" / "types").glob("*.json"))]
    return Ready(run, [json.dumps(ANSWER_GIVEN).encode(), *shipped], TYPE_WORDS)


def reference(folder: Path) -> Ready:
    """A list that is taken has rows as wide as its columns."""
    path = folder / "places.csv"

    def run(data: bytes) -> Hashable:
        path.write_bytes(data)
        (folder / "README.md").write_bytes(data)
        [found] = load_reference(folder)
        assert {len(row) for row in found.rows} <= {len(found.columns)}
        return len(found.columns), min(len(found.rows), 5)

    examples = [SCHEMA_FILES["reference/places.csv"].encode(), b'code,name\r\n"a ""b""","x\ny"\r\n- places: x\n']
    return Ready(run, examples, (b'"', b'""', b",", b"\r\n", b"\r", b"- places: ", b"code,name\n"))


def settings(folder: Path) -> Ready:
    """Settings that are taken are the same after they were written into a database and read again."""
    path = folder / "archive.toml"

    def run(data: bytes) -> Hashable:
        path.write_bytes(data)
        config = Archive.open(folder).config
        assert config_of(json.loads(json.dumps(values_of(config))), "database") == config
        return len(config.status), len(config.lanes), len(config.subjects), bool(config.timeline)

    small = b'title = "Letters"\norigin = "example.org/letters"\nzone = "America/New_York"\n'
    return Ready(run, [small, (ROOT / "archive.toml").read_bytes()], TOML_WORDS)


def metadata(folder: Path) -> Ready:
    """How an archive is published is read or refused."""
    path = folder / "datasette-metadata.json"

    def run(data: bytes) -> Hashable:
        path.write_bytes(data)
        return len(load(path))

    small = b'{"title": "x", "license_url": "https://example.org/", "databases": {"archive": {"tables": {"a": {"columns": {"b": "c"}}}}}}'
    words = (
        b'"source_url":',
        b'"description_html":',
        b'"$env":',
        b'"queries":',
        b'"sql":',
        b'"write":true',
        b'"plugins":',
        b"{}",
        b"[]",
    )
    return Ready(run, [small, (ROOT / "datasette-metadata.json").read_bytes()[:4000]], words)


TARGETS: Final[dict[str, Callable[[Path], Ready]]] = {
    "projection": projection, "view": view, "event type": event_type, "reference": reference, "settings": settings,
    "metadata": metadata,
}  # fmt: skip
