"""What is wrong with a stranger's archive, one thing each (promise P9), and who refuses it in which words."""

from __future__ import annotations

from typing import Final

from tests.stranger.making import (
    ENDLESS,
    EVERYTHING,
    READING,
    SCHEMA,
    Case,
    all_of,
    code,
    database,
    index,
    links,
    metadata,
    pages,
    pipe,
    projection,
    query,
    settings,
    sparse,
    view,
    wal,
    write,
)

# Asked with the archive's folder as the working folder too: nothing of it runs, and no page of it is drawn.
CODE: Final[dict[str, Case]] = {
    "conftest and setup": Case(all_of(*map(code, ("conftest.py", "setup.py", "sitecustomize.py", "usercustomize.py")))),
    "modules of the engine's names": Case(all_of(*map(code, ("regesta/__init__.py", "datasette.py", "sqlite3.py", "json.py", "sqlglot/__init__.py")))),
    "modules in the folders of data": Case(all_of(*map(code, ("schema/__init__.py", "ingest/readers.py", "ingest/recipes/evil.py", "schema/types/letter.sent.py")))),
    "a module in the log": Case(code("events/__init__.py"), "events/__init__.py: this file does not belong to the log", ("verify",)),
    "plugins": Case(all_of(*map(code, ("plugins/evil.py", "plugins/__init__.py", "ingest/plugins/evil.py", ".regesta/plugins/evil.py")))),
    "an installed package": Case(all_of(
        write("evil.dist-info/entry_points.txt", "[datasette]\nevil = evil\n[regesta.readers]\nevil = evil\n[regesta.extractors]\nevil = evil\n"),
        write("evil.dist-info/METADATA", "Metadata-Version: 2.1\nName: evil\nVersion: 1\n"), code("evil.py"),
    )),
    "templates": Case(all_of(
        write("templates/index.html", "{{ ''.__class__ }} evil"), write("templates/base.html", "evil"),
        write("templates/regesta/front.html", "evil"), write("templates/regesta/page.html", "evil"),
    )),
    "settings of Datasette": Case(all_of(
        write("settings.json", '{"sql_time_limit_ms": 1}'), write("datasette.yaml", "settings:\n  sql_time_limit_ms: 1\n"),
        write("metadata.yml", "description_html: <script>evil</script>\n"), write("metadata.json", '{"title": "evil"}'),
        write("inspect-data.json", "{"), write("config.json", "{"),
    )),
    "settings of other programs": Case(all_of(
        write("pyproject.toml", "[tool.pytest.ini_options]\npython_files = 'evil.py'\n"), write(".env", "PYTHONPATH=.\n"),
        write("pyvenv.cfg", "home = .\n"), write("python311._pth", "."), code("Makefile"), code(".pythonrc.py"), code(".sqliterc"),
    )),
}  # fmt: skip

_PLAIN: Final = "expected a plain file, found a link, a folder or a device"
_SCHEMA: Final = "a file of the schema must be a plain file, not a link or a folder"
_BY_LINK: Final = ("replay", "export", "build", "append")
FILES: Final[dict[str, Case]] = {
    "settings lead to a text": Case(links("archive.toml", "letter.txt"), f"archive.toml: {_PLAIN}", EVERYTHING),
    "settings lead to a device": Case(links("archive.toml", "/dev/zero"), "there is no archive.toml", EVERYTHING),
    "settings are a pipe": Case(pipe("archive.toml"), "there is no archive.toml", EVERYTHING),
    "settings without end": Case(sparse("archive.toml", 2**40), "1099511627776 bytes, the limit is 8192", EVERYTHING),
    "log leads to a folder": Case(links("events", "/etc"), "events: this is a link, expected a folder", EVERYTHING),
    "segment leads to a device": Case(links("events/000002.jsonl", "/dev/zero"), f"events/000002.jsonl: {_PLAIN}", EVERYTHING),
    "segment is a pipe": Case(pipe("events/000002.jsonl"), f"events/000002.jsonl: {_PLAIN}", EVERYTHING),
    "segment without end": Case(sparse("events/000002.jsonl", 2**40), "1099511627776 bytes, the limit is 67108864", EVERYTHING),
    "segment leads nowhere": Case(links("events/000002.jsonl", "none"), f"events/000002.jsonl: {_PLAIN}", EVERYTHING),
    "checkpoint leads to a device": Case(links("events/checkpoint", "/dev/zero"), f"events/checkpoint: {_PLAIN}", ("verify", "status", "build", "append")),
    "checkpoint is a pipe": Case(pipe("events/checkpoint"), f"events/checkpoint: {_PLAIN}", ("verify", "status", "build", "append")),
    "schema leads to a folder": Case(links("schema", "/usr"), "", ("verify", "append", "tables")),
    "types lead to a folder": Case(links("schema/types", "/etc"), "answer_given is no event type", SCHEMA),
    "type is a pipe": Case(pipe("schema/types/evil.done.json"), _SCHEMA, EVERYTHING),
    "type leads to a device": Case(links("schema/types/evil.done.json", "/dev/zero"), _SCHEMA, EVERYTHING),
    "list is a pipe": Case(pipe("schema/reference/evil.csv"), _SCHEMA, EVERYTHING),
    "words on the lists are a pipe": Case(pipe("schema/reference/README.md"), _SCHEMA, SCHEMA),
    "name of a file that leads up": Case(write("schema/projections/..sql", "select 1"), "a file is named like its table", SCHEMA),
    "schema with a file without end": Case(sparse("schema/extra/evil.json", 2**40)),
    "schema with a folder that leads to everything": Case(links("schema/extra", "/")),
    "words lead to a folder": Case(links("ingest", "/etc")),
    "recipe is a pipe": Case(pipe("ingest/recipes/evil.toml")),
    "documents lead to a folder": Case(links("documents", "/etc")),
    "state leads to a folder": Case(links(".regesta", "/tmp"), ".regesta: this is a link", _BY_LINK),
    "replays lead to a folder": Case(links(".regesta/replays", "/tmp"), ".regesta/replays: this is a link", _BY_LINK),
    "index is a pipe": Case(pipe(".regesta/log.db")),
    "locks are pipes": Case(all_of(pipe(".regesta/log.lock"), pipe(".regesta/build.lock"))),
    "tables are somebody's": Case(links("archive.db", "mine.db"), "archive.db: this is a link", ("status", *READING)),
    "tables are a device": Case(links("archive.db", "/dev/zero")),
    "tables are a pipe": Case(pipe("archive.db")),
    "journal leads to a text": Case(wal("archive.db-wal"), "archive.db-wal: this is a link", ("status", *READING, "build", "tables")),
    "shared memory leads to a text": Case(wal("archive.db-shm"), "archive.db-shm: this is a link", ("status", *READING, "build", "tables")),
    "old journal leads to a text": Case(links("archive.db-journal", "letter.txt"), "archive.db-journal: this is a link", ("status", *READING, "build", "tables")),
    "new segments lead to a folder": Case(links("events/packing", "/etc"), "packing", EVERYTHING),
}  # fmt: skip

_NOT_BUILT: Final = "archive.db: is not a database that Regesta built"
DATABASE: Final[dict[str, Case]] = {
    "triggers": Case(database(
        "create trigger t after insert on letters begin insert into letters (id) select hex(randomblob(9)) from events; end;"
        f"create trigger u before insert on _frontier begin insert into letters (id) {ENDLESS}; end;"
    ), _NOT_BUILT, READING),
    "table without end": Case(database(
        f"alter table letters rename to l; create view letters as select n as id, n as place, n as about from ({ENDLESS});"
    ), _NOT_BUILT, READING),
    "words on itself without end": Case(database(
        f"alter table meta rename to m; create view meta as select key, value from m, ({ENDLESS});"
    ), _NOT_BUILT, READING),
    "log without end": Case(database(
        f"alter table events rename to e; create view events as select e.* from e, ({ENDLESS});"
    ), _NOT_BUILT, READING),
    "view that loads code": Case(database("create view evil as select load_extension('OWN/evil.so'), writefile('OWN/ran', 'x');")),
    "broken pages": Case(pages, _NOT_BUILT, READING),
    "broken full text": Case(database("update events_fts_data set block = x'ff'; delete from events_fts_idx;")),
    "broken words on tables": Case(database("update sqlite_master set sql = 'create table letters (id' where name = 'letters';"), _NOT_BUILT, READING),
    "index with triggers": Case(index(f"create trigger t after insert on ids begin insert into clashes select n, n from ({ENDLESS}); end; delete from segments;")),
    "index that is a view": Case(index("drop table ids; create view ids as select 1 as key, 2 as rest, 3 as sequence;"), "the index failed", ("append",)),
    "index of another log": Case(index("update state set size = 9; delete from segments;")),
}  # fmt: skip

_SITE: Final = ("replay", "serve")
METADATA: Final[dict[str, Case]] = {
    "HTML": Case(metadata(description_html="<script>evil()</script>"), "description_html: HTML would run", _SITE),
    "address of a script": Case(metadata(source_url="javascript:evil()"), "source_url: expected an address", _SITE),
    "scripts": Case(metadata(extra_js_urls=["https://example.org/evil.js"]), "extra_js_urls: scripts and styles", _SITE),
    "styles": Case(metadata(extra_css_urls=["https://example.org/evil.css"]), "extra_css_urls: scripts and styles", _SITE),
    "the server's secrets": Case(metadata(plugins={"evil": {"secret": {"$env": "HOME"}}}), "must not ask for the server's", _SITE),
    "the server's files": Case(metadata(plugins={"evil": {"secret": {"$file": "/etc/passwd"}}}), "must not ask for the server's", _SITE),
    "a query that writes": Case(query(sql="delete from events", write=True), "a query that writes", _SITE),
    "HTML behind a query": Case(query(sql="select 1", on_success_message_html="<script>"), "HTML would run", _SITE),
    "plugins": Case(metadata(plugins={"datasette-evil": {"path": "/etc"}, "evil": ["x"]})),
    "everybody may write": Case(metadata(allow=True, allow_sql=True, databases={"archive": {"allow": True, "allow_sql": True}})),
    "deep": Case(write("datasette-metadata.json", "[" * 100_000), "not usable JSON", _SITE),
    "a device": Case(links("datasette-metadata.json", "/dev/zero"), f"datasette-metadata.json: {_PLAIN}", _SITE),
    "a pipe": Case(pipe("datasette-metadata.json"), f"datasette-metadata.json: {_PLAIN}", _SITE),
    "a license that is a script": Case(settings('license_url = "javascript:evil()"')),
}  # fmt: skip

SETTINGS: Final[dict[str, Case]] = {
    "zone out of its folder": Case(settings('zone = "../../../../etc/passwd"'), "zone is '../../../../etc/passwd'", EVERYTHING),
    "zone of a whole path": Case(settings('zone = "/etc/localtime"'), "zone is '/etc/localtime'", EVERYTHING),
    "status of SQL": Case(settings("[[status]]\ntable = \"letters; drop table events\"\ncolumn = 'x\" --'"), "is no column of a projection", ("build",)),
    "list for a text": Case(settings("description = []"), "description must be text, found []", EVERYTHING),
    "an entry point": Case(settings('plugins = ["evil:main"]'), "'plugins' is not known", EVERYTHING),
    "a path": Case(settings('events = "../own"'), "'events' is not known", EVERYTHING),
}  # fmt: skip

_FIRST: Final = "expected one statement, `create view evil as select …`"
SQL: Final[dict[str, Case]] = {
    "attach": Case(write("schema/views/evil.sql", "attach 'OWN/mine.db' as x"), _FIRST, SCHEMA),
    "vacuum into": Case(write("schema/views/evil.sql", "vacuum into 'OWN/ran'"), _FIRST, SCHEMA),
    "pragma": Case(write("schema/views/evil.sql", "pragma writable_schema=on"), _FIRST, SCHEMA),
    "trigger": Case(write("schema/views/evil.sql", "create trigger evil after insert on events begin delete from events; end"), _FIRST, SCHEMA),
    "virtual table": Case(write("schema/views/evil.sql", "create virtual table evil using fts5(a)"), _FIRST, SCHEMA),
    "load_extension": Case(projection("load_extension('OWN/evil.so')"), "not allowed here: LOAD_EXTENSION", SCHEMA),
    "writefile": Case(projection("writefile('OWN/ran', 'x')"), "not allowed here: WRITEFILE", SCHEMA),
    "readfile": Case(projection("readfile('/etc/passwd')"), "not allowed here: READFILE", SCHEMA),
    "fts3_tokenizer": Case(projection("fts3_tokenizer('simple', x'00')"), "not allowed here: FTS3_TOKENIZER", SCHEMA),
    "table of a pragma": Case(view("select file as n from pragma_database_list"), "pragma_database_list is no table of the archive", SCHEMA),
}  # fmt: skip
