"""A visit: one request to a page of an archive, with what the page may ask and how it answers.

Guarantees that a page is answered only to who may see the archive's events, that it is read from what this visitor
may see of them, and that every answer has the headers that keep a browser from running or embedding it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from datasette import Forbidden, Response
from datasette.utils import tilde_encode
from datasette.version import __version_info__

from regesta.archive import Archive
from regesta.config import Config, config_of
from regesta.errors import ArchiveError
from regesta.ingest.store import FOLDER, Store
from regesta.publish._replays import Ground, archive_of, site_of
from regesta.publish.editors import is_editor
from regesta.publish.pages import rendering
from regesta.replay.asof import Moment, moment_at
from regesta.replay.keys import key_text
from regesta.schema.dates import moment

T = TypeVar("T")

_STABLE: Final = __version_info__[0] == "0"
# The page's own scripts and pictures, styles also in the page (colours of a legend); nothing from elsewhere.
HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-cache",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a built database says of itself: the settings of its archive, and the checkpoint of the log."""

    config: Config
    size: int
    root: str
    recorded_until: str | None

    @property
    def short_root(self) -> str:
        """The beginning of the root, to compare by eye."""
        return self.root[:12]


@dataclass(frozen=True)
class Visit:
    """One request to an archive of a site. ``alone`` says that the site has nothing else."""

    datasette: Any
    request: Any
    ground: Ground
    facts: Facts
    alone: bool
    editor: bool

    @property
    def config(self) -> Config:
        """The settings of the archive."""
        return self.facts.config

    @property
    def zone(self) -> ZoneInfo:
        """The archive's home time zone."""
        return self.ground.zone

    @cached_property
    def archive(self) -> Archive | None:
        """The folder of the archive, None where only its database is at hand."""
        return archive_of(self.ground.path)

    async def read(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """Return what ``question`` finds in the database that this visitor may see, in a thread of Datasette's."""
        found: T = await self.datasette.get_database(self.ground.name).execute_fn(question)
        return found

    def argument(self, name: str) -> str:
        """Return the first value of a parameter that is not empty, without space around it; else ''."""
        return next(filter(None, (value.strip() for value in self.request.args.getlist(name))), "")

    def moment(self, name: str = "asof") -> Moment | None:
        """Return the end of the date in a parameter, None where there is none; raises `UsageError`."""
        asked = self.argument(name)
        return moment_at(moment(asked, self.zone), self.zone) if asked else None

    def text(self, digest: str, text_digest: str | None = None) -> str | None:
        """Return the text of a document where the archive holds it and this visitor may read it, else None.

        Where passages may not be republished only an editor reads them. Raises `ArchiveError` when it was changed.
        """
        if self.archive is None or (self.config.quotes == "digest" and not self.editor):
            return None
        return Store(self.archive.folder / FOLDER, self.config.quotes).text(digest, text_digest)

    # Addresses. All begin with the site's root, and are encoded as they stand in a link.

    def path(self, *parts: object, **query: object) -> str:
        """Return the address of a page, `visit.path("event", 12)`; parameters that are None or '' are left out."""
        names = [] if self.alone else [tilde_encode(self.ground.base.route)]
        if not parts and self.alone:
            return self._root + _query(query)
        first, *rest = map(str, parts or ("front",))
        return f"{self._root}-/{'/'.join([*names, first, *map(_encoded, rest)])}{_query(query)}"

    def subject_path(self, subject: str, **query: object) -> str:
        """Return the address of the page of what events are about, `state/KY`."""
        return self.path("about", *subject.split("/"), **query)

    def table_path(self, *names: str, at: str = "", **query: object) -> str:
        """Return Datasette's address of the database, of a table or view in it, or as of a date of the same."""
        route = tilde_encode(self.ground.base.route) + (f"@{quote(at, safe=':-')}" if at else "")
        return self._root + "/".join([route, *map(tilde_encode, names)]) + _query(query)

    def row_path(self, table: str, key: tuple[object, ...], at: str = "") -> str:
        """Return Datasette's address of a row."""
        return f"{self.table_path(table, at=at)}/{key_text(key)}"

    def asset(self, name: str) -> str:
        """Return the address of a style sheet or script of ours; it changes with its content."""
        return f"{self._root}-/regesta/{name}?{rendering.ASSETS[name].version}"

    @property
    def origin(self) -> str:
        """The address of the site as the visitor wrote it, for links that must be whole: `https://host`."""
        return str(self.datasette.absolute_url(self.request, "/")).rstrip("/")

    @property
    def csrf(self) -> str:
        """The token that a form must send back, '' where this line of Datasette needs none."""
        token = self.request.scope.get("csrftoken")
        return str(token()) if token else ""

    @property
    def _root(self) -> str:
        return str(self.datasette.setting("base_url"))

    # Answers.

    def page(self, template: str, code: int = 200, /, **values: Any) -> Response:
        """Return a page made of one of our templates."""
        body = rendering.render(template, {"visit": self, "config": self.config, "facts": self.facts, **values})
        return Response.html(body, status=code, headers=HEADERS)

    def problem(self, status: int, message: str) -> Response:
        """Return the page that says why there is no other."""
        return self.page("problem.html", status, status=status, message=message)

    def file(self, body: str | bytes, content_type: str, name: str = "") -> Response:
        """Return a file; with a ``name`` browsers save it."""
        kept = {"content-disposition": f'attachment; filename="{quote(name, safe=" ")}"'} if name else {}
        text = body.decode("utf-8") if isinstance(body, bytes) else body
        return Response(text, headers={**HEADERS, **kept}, content_type=content_type)

    def json(self, value: object, content_type: str = "application/json") -> Response:
        """Return a value as JSON."""
        return self.file(json.dumps(value, ensure_ascii=False, indent=2) + "\n", f"{content_type}; charset=utf-8")


async def archives(datasette: Any) -> list[Ground]:
    """Return the archives of a site."""
    site = site_of(datasette)
    found = [await site.ground(base) for _, base in datasette.databases.items() if base.path]
    return [ground for ground in found if ground is not None]


async def is_alone(datasette: Any, grounds: list[Ground]) -> bool:
    """Say whether a site has one archive and no other database."""
    names = {name for name, _ in datasette.databases.items() if not name.startswith("_")}
    return len(grounds) == 1 and names == {grounds[0].name}


async def visit(datasette: Any, request: Any, route: str | None) -> Visit | None:
    """Return the visit to the archive with this route, else to the first; None where there is none.

    Raises `Forbidden` when the visitor may not see the archive's events.
    """
    grounds = await archives(datasette)
    found = [ground for ground in grounds if route in (None, str(ground.base.route))]
    if not found:
        return None
    ground = found[0]
    if not await _may_see(datasette, request.actor, ground.name):
        raise Forbidden("You may not see this archive.")
    facts = await datasette.get_database(ground.name).execute_fn(_facts)
    editor = await is_editor(datasette, request.actor)
    return Visit(datasette, request, ground, facts, await is_alone(datasette, grounds), editor)


async def _may_see(datasette: Any, actor: Mapping[str, Any] | None, database: str) -> bool:
    """Say whether an actor may see the events, in which everything else of the archive is written."""
    if _STABLE:
        try:
            wanted = [("view-table", (database, "events")), ("view-database", database), "view-instance"]
            await datasette.ensure_permissions(actor, wanted)
        except Forbidden:
            return False
        return True
    from datasette.resources import TableResource

    return bool(await datasette.allowed(action="view-table", resource=TableResource(database, "events"), actor=actor))


def _facts(db: sqlite3.Connection) -> Facts:
    meta = {row[0]: row[1] for row in db.execute("select key, value from meta")}
    try:
        config = config_of(json.loads(meta["settings"]), "meta")
    except (KeyError, ValueError, ArchiveError):  # made by an earlier release, or by somebody else
        config = Config(meta.get("title") or "An archive", meta.get("origin") or "", meta["zone"])
    return Facts(config, int(meta["size"]), meta["root"], meta.get("recorded_until"))


def _encoded(part: str) -> str:
    """Return a part of an address in Datasette's own encoding, to which it redirects any other; dots may stay."""
    text = str(tilde_encode(part))
    return text if part in (".", "..") else text.replace("~2E", ".")


def _query(values: Mapping[str, object]) -> str:
    given = {name: value for name, value in values.items() if value not in (None, "", ())}
    return f"?{urlencode(given, doseq=True)}" if given else ""
