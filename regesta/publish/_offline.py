"""The pages of a site made into files that need no server: links lead to files, and what asks a server is replaced.

Guarantees that every link between the files leads to a file that is there, and that what could not be taken along is
said on the page of files.
"""

from __future__ import annotations

import csv
import html
import json
import posixpath
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from datasette.utils import tilde_encode
from datasette.utils.asgi import Request

from regesta.archive import Archive
from regesta.database import guarded
from regesta.database import quote_identifier as quoted
from regesta.errors import ArchiveError, UsageError
from regesta.limits import SQL_SECONDS, STATIC_FIND_EVENTS, STATIC_LEVELS
from regesta.publish._crawl import Crawled, below
from regesta.publish._places import FIND, FRONT, LIMITS, TAKE, Places, address_of
from regesta.publish._rewrite import HOST, ORIGIN, rewritten
from regesta.publish.feeds.asked import Asked
from regesta.publish.feeds.formats import FORMATS
from regesta.publish.feeds.table import safe
from regesta.publish.pages import rendering
from regesta.publish.pages.visit import Visit, visit
from regesta.publish.reading.names import Names
from regesta.publish.reading.wanted import Wanted

_NOTE: Final = "This needs the archive's server; here are files only."
_SCRIPT: Final = "offline.js"
_TIMELINE: Final = "timeline.svg?level={level}&part={part}"
_LEVELS: Final = re.compile(r'(data-levels=")(\d+)(?=")')
# Parts of the front page that its script asks for.
_PARTS: Final = re.compile(r"timeline/(?:fit|\d+)-\d+\.svg|around/[^/]+\.html")
# The host that pages had while they were read, where it stands in their text.
_WHOLE: Final = re.compile(rf"{re.escape(ORIGIN)}(/[^\s\"'<>]*)?")
# A citation ends with the day on which the page was read, which a file cannot know.
_READ_ON: Final = re.compile(rf"Read on [^\n:]*: (?={re.escape(ORIGIN)})")
# Without a script the typed date leads nowhere; the links to the dates before and after do.
_NO_SCRIPT: Final = """<noscript><style>
form.asof > label, form.asof > input, form.asof > button { display: none }
</style></noscript>
"""
_SERVER_ONLY: Final = (
    "questions in SQL, filters of tables and tables as of a date, which need the archive's server",
    "proposals and their review, which are for editors",
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A file on the page of files: its address from there, what it is, and what it leaves out."""

    name: str
    title: str
    purpose: str
    left_out: Sequence[str]


class Offline:
    """The files of one site, made of what was read of it. ``root`` is the address where it will be, "" for unknown."""

    def __init__(self, archive: Archive, db: sqlite3.Connection, places: Places, crawled: Crawled, root: str) -> None:
        self._archive, self._db, self._places, self._crawled, self._root = archive, db, places, crawled, root
        self._meta = dict(db.execute("select key, value from meta").fetchall())
        self._events = int(db.execute("select count(*) from events").fetchone()[0])
        self._names = {*crawled.names, TAKE, "archive.db", *(f"assets/{name}" for name in rendering.ASSETS)}
        self._names |= {f"take/{name}" for name in FORMATS} | ({FIND} if self._events <= STATIC_FIND_EVENTS else set())
        self._used = {_SCRIPT}

    async def write(self, datasette: Any, folder: Path, tables: Sequence[str]) -> list[str]:
        """Write everything that was not read, and change the links of what was; return what is left out."""
        there = await _visit(datasette)
        rows = {table: self._write_table(folder, table) for table in tables}
        self._write_database(folder)
        taken, left_out = self._write_formats(folder), self._left_out()
        values = {"taken": taken, "tables": rows, "places": self._places, "left_out": left_out, "root": self._root}
        own = {TAKE: _made(there, "files.html", values)}
        if FIND in self._names:
            own[FIND] = _made(there, "list.html", self._found())
        self._write_pages(folder, own)
        self._write_assets(folder)
        return left_out

    def _left_out(self) -> list[str]:
        full, refused = self._places.full, self._crawled.refused
        found = [f"{count:,} {what} beyond the first {LIMITS[what]:,}" for what, count in full.items()]
        if refused:
            address, status = next(iter(refused.items()))
            found.append(f"{len(refused):,} pages that the site does not give (the first: {address}, status {status})")
        if FIND not in self._names:
            found.append(f"the search, which has room for {STATIC_FIND_EVENTS:,} events; here are {self._events:,}")
        return [*found, *_SERVER_ONLY]

    # Files that are no pages.

    def _write_table(self, folder: Path, table: str) -> int:
        """Write a table as CSV, in the order of its key; return the number of its rows."""
        name = self._places.of(f"/{tilde_encode(self._archive.database.stem)}/{tilde_encode(table)}") or ""
        self._names.add(name)
        sql = f"select * from {quoted(table)}{_order(self._db, table)}"
        count = 0
        (folder / "tables").mkdir(exist_ok=True)
        with _bounded(self._db, table), (folder / name).open("w", encoding="utf-8", newline="") as file:
            cursor, writer = self._db.execute(sql), csv.writer(file)
            writer.writerow([column[0] for column in cursor.description])
            for count, row in enumerate(cursor, start=1):  # noqa: B007 - the last one is how many there were
                writer.writerow([safe(value) if isinstance(value, str) else value for value in row])
        return count

    def _write_database(self, folder: Path) -> None:
        with closing(sqlite3.connect(folder / "archive.db")) as copy:
            self._db.backup(copy)
            copy.execute("pragma journal_mode=delete")

    def _write_formats(self, folder: Path) -> list[Taken]:
        (folder / "take").mkdir(exist_ok=True)
        taken = []
        for one in FORMATS.values():
            name = f"take/{one.name}"
            wanted = one.wanted(lambda name: None, self._archive.zone)
            here = f"{self._root}{name}" if self._root else ""
            size, recorded = int(self._meta["size"]), self._meta.get("recorded_until")
            asked = Asked(wanted, self._archive.config, size, recorded, self._link, here)
            with (folder / name).open("w", encoding="utf-8", newline="") as file:
                file.writelines(one.parts(asked, self._db))
            taken.append(Taken(name, one.title, one.purpose, one.left_out(asked, self._db)))
        return taken

    def _link(self, *parts: object) -> str:
        """Return the whole address of the file that has a page."""
        if not self._root:
            return ""
        name = self._places.of(address_of(*parts))
        return self._root + (name if name in self._names else "")

    def _write_assets(self, folder: Path) -> None:
        (folder / "assets").mkdir(exist_ok=True)
        days = sorted(name[len("around/") : -len(".html")] for name in self._names if name.startswith("around/"))
        for name in sorted(self._used):
            body = rendering.ASSETS[name].body
            if name == _SCRIPT:
                body = b"const DAYS = " + json.dumps(days).encode() + b";\n" + body
            (folder / "assets" / name).write_bytes(plain_script(body) if name.endswith(".js") else body)

    # Pages.

    def _found(self) -> dict[str, Any]:
        """Return what the page that takes the place of the search lists: all events, the newest first."""
        names = Names(self._db, self._archive.config)
        wanted = Wanted(status="any", zone=self._archive.zone)
        found = wanted.take(self._db)[::-1]
        return {"events": [(event, names.of(event.subject)) for event in found]}

    def _write_pages(self, folder: Path, own: dict[str, str]) -> None:
        sources = {name: (folder / name).read_text("utf-8") for name in self._crawled.pages.values()} | own
        parts = {name: text for name, text in sources.items() if _PARTS.fullmatch(name)}
        for name in parts:
            (folder / name).unlink()
        fronts = set()
        for name, text in sources.items():
            if name not in parts:
                base, driven = posixpath.dirname(name), 'id="front"' in text
                fronts |= {base} if driven else set()
                _put(folder / name, self._changed(_with_script(text) if driven else text, base))
        # The script puts a part into the page, so the links in it are those of a file in the page's folder. It is in a
        # script, for that is all that a page from a file may load.
        for base in sorted(fronts):
            for name, text in parts.items():
                key = posixpath.splitext(name)[0]
                body = self._changed(text, base)
                call = f"regestaPart({json.dumps(key)}, {json.dumps(body, ensure_ascii=False)});\n"
                _put(folder / base / f"{key}.js", call)

    def _changed(self, text: str, base: str) -> str:
        """Return a page, or a part of one, as a file in the folder ``base``."""

        def change(address: str) -> str | None:
            return self._to(address, base)

        text = _LEVELS.sub(lambda found: f"{found[1]}{min(int(found[2]), STATIC_LEVELS)}", text)
        text = rewritten(text, change, self._keeps, _NOTE)
        return _WHOLE.sub(
            lambda found: html.escape(self._whole(html.unescape(found[1] or "/"))), _READ_ON.sub("", text)
        )

    def _to(self, address: str, base: str) -> str | None:
        """Return the address of the file for an address, from a file in ``base``; None where there is none."""
        if _TIMELINE in address:
            return "timeline/{level}-{part}.svg"
        local = below("/", address)
        if local is None:
            return address
        name = self._places.of(local)
        if name is None or re.split(r"[?#]", name)[0] not in self._names:
            return None
        if name.startswith("around/"):
            return "around/latest.html"
        if name.startswith("assets/"):
            self._used.add(name.partition("?")[0].removeprefix("assets/"))
        parts = urlsplit(address)
        query = f"?{parts.query}" if name == FIND and parts.query else ""
        fragment = f"#{parts.fragment}" if parts.fragment and "#" not in name else ""
        return posixpath.relpath(name, base or ".") + query + fragment

    def _whole(self, address: str) -> str:
        """Return what a page says in its text for a whole address of the site."""
        name = self._places.of(address)
        return self._root + (name if name in self._names else "" if self._root else TAKE) if name else self._root

    def _keeps(self, address: str) -> bool:
        """Say whether a form works without a server: the search and the date, by scripts of theirs."""
        name = self._places.of(below("/", address) or "")
        return name in (FIND, FRONT) and name in self._names


async def _visit(datasette: Any) -> Visit:
    """Return the visit of somebody who is not signed in."""
    request = Request.fake("/-/take")
    request.scope["headers"] = [(b"host", HOST.encode())]
    there = await visit(datasette, request, None)
    assert there is not None
    return there


def _made(there: Visit, template: str, values: dict[str, Any]) -> str:
    return str(there.page(template, **values).body)


def _with_script(text: str) -> str:
    """Return a front page that gets by without a server: its script first finds what it asks for in other files."""
    script = f'<script src="/-/regesta/{_SCRIPT}?{rendering.ASSETS[_SCRIPT].version}"></script>\n'
    return text.replace("</head>", f"{script}{_NO_SCRIPT}</head>", 1)


def plain_script(body: bytes) -> bytes:
    """Return a module as a script of its own; a browser loads no module from a file."""
    return b'"use strict";\n(() => {\n' + body + b"})();\n"


def _order(db: sqlite3.Connection, table: str) -> str:
    """Return the order of a table's rows: that of its key; a view has its own."""
    key = sorted((row[5], row[1]) for row in db.execute(f"pragma table_info({quoted(table)})") if row[5])
    return f" order by {', '.join(quoted(name) for _, name in key)}" if key else ""


def _put(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, "utf-8", newline="")


@contextmanager
def _bounded(db: sqlite3.Connection, table: str) -> Iterator[None]:
    """Let a table or view take its time, but not without end: the views come with the archive."""
    try:
        with guarded(db, SQL_SECONDS):
            yield
    except (UsageError, sqlite3.Error) as error:
        message = error.message if isinstance(error, UsageError) else str(error)
        raise ArchiveError(f"{table} cannot be written: {message}", remedy="remove it from schema/views") from error
