"""What a stranger does to an archive: each function returns an act, which does one thing to the archive of a house."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final, NamedTuple

from tests.stranger.house import COMMANDS, House

Act = Callable[[House], object]
EVERYTHING: Final = tuple(name for name in COMMANDS if name not in ("serve", "site"))
# What reads the whole schema; the others take the tables as they are built.
SCHEMA: Final = ("verify", "build", "append")
READING: Final = ("query", "replay", "export")


RUN: Final = "open({!r}, 'w').write('code of the archive ran')"
ENDLESS: Final = "with recursive x(n) as (select 1 union all select n + 1 from x) select n from x"


class Case(NamedTuple):
    """A malice, the words that refuse it, and the commands that say them; the others do what they always do."""

    act: Act
    words: str = ""
    refusing: tuple[str, ...] = ()


def write(name: str, content: str | bytes) -> Act:
    """Return what writes a file of the archive; OWN in its text is the folder of somebody's own files."""

    def act(house: House) -> None:
        path = _place(house, name)
        data = content.replace("OWN", str(house.own)).encode() if isinstance(content, str) else content
        path.write_bytes(data)

    return act


def links(name: str, target: str) -> Act:
    """Return what puts a link in the place of a file or folder; a target without a slash is in the folder of others."""
    return lambda house: _place(house, name).symlink_to(target if "/" in target else house.own / target)


def pipe(name: str) -> Act:
    """Return what puts a pipe that nobody writes to in the place of a file."""
    return lambda house: os.mkfifo(_place(house, name))


def sparse(name: str, size_bytes: int) -> Act:
    """Return what makes a file of so many bytes, which take no room on the disk."""

    def act(house: House) -> None:
        with _place(house, name).open("wb") as file:
            file.truncate(size_bytes)

    return act


def settings(text: str) -> Act:
    """Return what adds a setting to archive.toml, or replaces it."""

    def act(house: House) -> None:
        path = house.archive / "archive.toml"
        name = text.partition(" ")[0]
        kept = [line for line in path.read_text().splitlines() if not line.startswith(f"{name} ")]
        path.write_text("\n".join([*kept, text]) + "\n")

    return act


def metadata(**members: Any) -> Act:
    """Return what adds members to datasette-metadata.json."""

    def act(house: House) -> None:
        path = house.archive / "datasette-metadata.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **members}))

    return act


def query(**members: Any) -> Act:
    """Return what adds a query to datasette-metadata.json."""
    return metadata(databases={"archive": {"queries": {"evil": members}}})


def database(sql: str) -> Act:
    """Return what changes the archive.db that came along."""

    def act(house: House) -> None:
        with closing(sqlite3.connect(house.archive / "archive.db")) as db:
            db.execute("pragma writable_schema=on")
            db.executescript(sql.replace("OWN", str(house.own)))

    return act


def index(sql: str) -> Act:
    """Return what changes the index of the log that came along."""

    def act(house: House) -> None:
        with closing(sqlite3.connect(house.archive / ".regesta/log.db")) as db:
            db.executescript(sql)

    return act


def all_of(*parts: Act) -> Act:
    """Return what does several things."""
    return lambda house: [part(house) for part in parts]


def _place(house: House, name: str) -> Path:
    path = house.archive / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    return path


def wal(name: str) -> Act:
    """Return what makes archive.db one with a journal beside it, and that a link to somebody's file."""
    return all_of(database("pragma journal_mode=wal"), links(name, "letter.txt"))


def pages(house: House) -> None:
    """Overwrite every page of archive.db but the first."""
    path = house.archive / "archive.db"
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xa5" * (len(data) - 4096))


def code(name: str) -> Act:
    return write(name, RUN.format("OWN/ran"))


def view(select: str) -> Act:
    """Return what adds a view to the schema."""
    return write("schema/views/evil.sql", f"-- A view.\ncreate view evil as\n{select};\n")


def projection(value: str) -> Act:
    """Return what adds a table to the schema, with a column of this value."""
    return write(
        "schema/projections/evil.sql",
        f"-- A table.\ncreate table evil (id text primary key, n text);\ninsert into evil (id, n) select letter, {value} from letter_sent;\n",
    )


def event_type(**members: Any) -> Act:
    """Return what adds an event type to the schema."""
    return write("schema/types/evil.done.json", json.dumps({"title": "Evil", "type": "object", **members}))
