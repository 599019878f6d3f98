"""What visitors may not see: the proposals of an archive; and what browsers must not do with its pages.

Guarantees that whoever is no editor is served from the published copies of the site's archives, on every page, and
that a request which there is no copy for is not answered from the archive itself. The copy is made at the first
request after a build; an archive without proposals is its own copy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from regesta.errors import RegestaError
from regesta.limits import SITE_QUERY_BYTES
from regesta.publish import _address
from regesta.publish._access import App, Receive, Scope, Send
from regesta.publish._answers import SECURITY, saved_as, told, with_headers
from regesta.publish._replays import Ground, site_of
from regesta.publish._serving import Copies, Replay, standing_in
from regesta.publish.editors import actor_of, is_editor

_NOT_NOW: Final = "The archive cannot be shown now. Try again in a minute."
_NOT_ACROSS: Final = (
    "Questions across databases are for signed-in editors: the archive has proposals, which these show."
)
_TOO_LONG: Final = f"This address is too long: at most {SITE_QUERY_BYTES} characters may follow the question mark."
_CROSS: Final = "_memory"  # the database in which `--crossdb` joins all others
# What an editor sees is not for a cache that others are served from.
_PRIVATE: Final = {"cache-control": "private, no-cache"}


@dataclass(frozen=True, slots=True)
class Survey:
    """The databases of a site: its archives, those that cannot be looked into now, and whether there are others."""

    archives: list[Ground]
    unclear: list[Any]
    others: bool

    @property
    def hiding(self) -> list[Ground]:
        """The archives with something that visitors may not see."""
        return [ground for ground in self.archives if ground.has_proposals]

    @property
    def bases(self) -> list[Any]:
        """The databases that are archives, or may be."""
        return [*(ground.base for ground in self.archives), *self.unclear]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request is about: its path below the site's root, and the database that it begins with.

    ``base`` is None for a page of the site. ``ending`` is that of a database's own page, ``dated`` says it is a replay.
    """

    path: str
    ending: str
    base: Any
    dated: bool
    is_archive: bool


class Visitors:
    """The ASGI application around time travel that decides from what a request is answered."""

    def __init__(self, app: App, datasette: Any) -> None:
        self._app, self._datasette, self._site = app, datasette, site_of(datasette)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        with standing_in({}):  # what a page asks of the site itself is a request of its own
            if scope["type"] != "http":
                await self._app(scope, receive, send)
                return
            survey = await self._survey()
            asked = self._asked(scope, survey)
            if survey.bases and (asked.is_archive or asked.path == "" or not survey.others):
                send = with_headers(send, {}, SECURITY)
            editor = bool(survey.hiding) and await self._is_editor(scope)
            if editor:
                send = with_headers(send, _PRIVATE)
            copies: dict[Any, Replay | None] = dict.fromkeys(survey.unclear)
            try:
                for ground in [] if editor else survey.hiding:
                    copies[ground.base] = await self._copy(ground)
                with standing_in(copies):
                    app = await self._refusal(scope, asked, copies) or self._app
                    await app(scope, receive, _named(send, asked, copies))
            finally:
                for copy in filter(None, copies.values()):
                    copy.release()

    async def _survey(self) -> Survey:
        archives, unclear, others = [], [], False
        for _, base in self._datasette.databases.bases():
            try:
                ground = await self._site.ground(base)
            except RegestaError:
                unclear.append(base)
                continue
            archives += [ground] if ground else []
            others = others or (ground is None and not base.name.startswith("_"))
        return Survey(archives, unclear, others)

    def _asked(self, scope: Scope, survey: Survey) -> Asked:
        path = _address.below(str(self._datasette.setting("base_url")), _address.path_of(scope))
        address = _address.read(path)
        base, wish = self._site.addressed(address.segment)
        if base is None:
            databases = [item for _, item in self._datasette.databases.bases()]
            base = next((item for item in databases if item.route == address.segment), None)
        return Asked(path, address.ending, base, wish is not None, base in survey.bases)

    async def _is_editor(self, scope: Scope) -> bool:
        return await is_editor(self._datasette, await actor_of(self._datasette, scope))

    async def _copy(self, ground: Ground) -> Replay | None:
        try:
            return await self._site.copy(ground)
        except RegestaError:
            return None

    async def _refusal(self, scope: Scope, asked: Asked, copies: Copies) -> App | None:
        """Return the answer to a request that nothing can be shown to, None where it may go on."""
        missing = None in copies.values() if asked.base is None else copies.get(asked.base, asked) is None
        if missing:
            return await told(self._datasette, scope, asked.path, 503, _NOT_NOW)
        if asked.is_archive and len(scope["query_string"]) > SITE_QUERY_BYTES:
            return await told(self._datasette, scope, asked.path, 414, _TOO_LONG)
        if copies and self._datasette.crossdb and asked.base is not None and asked.base.name == _CROSS:
            return await told(self._datasette, scope, asked.path, 403, _NOT_ACROSS)
        return None


def _named(send: Send, asked: Asked, copies: Copies) -> Send:
    """Have a copy saved under the name of its archive; a replay names itself."""
    if asked.ending != ".db" or asked.dated or not copies.get(asked.base):
        return send
    return with_headers(send, saved_as(f"{asked.base.name}.db"))
