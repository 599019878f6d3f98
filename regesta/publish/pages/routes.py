"""Which page answers which address, and the way to it from the site's own root.

An address is `/-/PAGE…`, or `/-/ARCHIVE/PAGE…` on a site with several archives. A page is a function from a visit,
and what its pattern names, to a response; what goes wrong in it by our own errors is told on a page.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any, Final

from datasette import NotFound, Response
from datasette.utils import tilde_decode

from regesta.errors import ArchiveError, RegestaError, UsageError
from regesta.publish._access import App, Receive, Scope, Send, rewritten
from regesta.publish._address import read
from regesta.publish.pages import rendering
from regesta.publish.pages._posted import too_long
from regesta.publish.pages.visit import HEADERS, Visit, archives, is_alone, visit

View = Callable[..., Awaitable[Response]]

# Pattern behind `/-/[ARCHIVE/]`, and the module and function that answer it.
PAGES: Final = {
    r"about": "subject:subjects",
    r"about/(?P<subject>[^?]+)": "subject:subject",  # first: `about/event/…` is no page of an archive named about
    r"front": "front:front",
    r"front\.json": "front:standing",
    r"front/around": "front:around_then",
    r"timeline": "timeline:mark",
    r"timeline\.svg": "timeline:window",
    r"event/(?P<name>[0-9a-f]{1,32})": "event:event",
    r"event/(?P<name>[0-9a-f]{1,32})\.json": "event:cloudevent_file",
    r"stories": "story:stories",
    r"story/(?P<name>[^/]+)": "story:story",
    r"changes": "changes:changes_page",
    r"find": "search:search",
    r"take": "take:take",
    r"take/(?P<name>[a-z-]+\.[a-z]+)": "take:file",
    r"review": "review:queue",
    r"review/all": "review:every",
    r"review/(?P<key>[0-9a-f]{32})": "review:proposal",
}
_REVIEW: Final = re.compile(r"/-/(?:[^/]+/)?review(?:/|\Z)")
_ROW: Final = re.compile(r"/events/(?P<name>[0-9]{1,12})")
_ASSET: Final = r"^/-/regesta/(?P<file>[a-z]+\.[a-z]+)$"


def routes() -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    """Return the patterns of all pages with their functions, as Datasette wants them."""
    pages = [(rf"^/-/(?:(?P<archive>[^/]+)/)?{pattern}$", _answer(target)) for pattern, target in PAGES.items()]
    return [(_ASSET, asset), *pages]


def _answer(target: str) -> View:
    module, _, function = target.partition(":")

    async def answer(request: Any, datasette: Any) -> Response:
        given = {name: tilde_decode(value) for name, value in request.url_vars.items() if value is not None}
        there = await visit(datasette, request, given.pop("archive", None))
        if there is None:
            raise NotFound("There is no such archive.")
        page: View = getattr(import_module(f"regesta.publish.pages.{module}"), function)
        return await _told(there, page, given)

    return answer


async def _told(there: Visit, page: View, given: dict[str, str]) -> Response:
    try:
        return await page(there, **given)
    except NotFound as error:
        return there.problem(404, str(error) or "There is no such page.")
    except UsageError as error:
        return there.problem(400, str(error))
    except ArchiveError as error:
        return there.problem(503, f"The archive has a problem: {error.message}")
    except RegestaError as error:  # without the place: it is a path on the server
        return there.problem(503, error.message)


async def asset(request: Any) -> Response:
    """Answer with a style sheet or script of ours."""
    found = rendering.ASSETS.get(request.url_vars["file"])
    if found is None:
        raise NotFound("There is no such file.")
    # The address has a version, so it never stands for anything else.
    headers = {**HEADERS, "cache-control": "max-age=31536000, immutable"}
    return Response(found.body.decode("utf-8"), headers=headers, content_type=found.content_type)


class FrontDoor:
    """The ASGI application that shows, at the root of a site with nothing but an archive, the archive's front page.

    A row of the table `events` leads to the page of that event; `.json` and all other tables are Datasette's.
    """

    def __init__(self, app: App, datasette: Any) -> None:
        self._app, self._datasette = app, datasette

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            root = str(self._datasette.setting("base_url"))
            path = scope["path"]
            if path in (root, root.rstrip("/")) and await self._alone():
                scope = rewritten(scope, f"{root}-/front", scope["query_string"])
            elif path.startswith(root) and (name := await self._event(path.removeprefix(root))):
                await Response.redirect(f"{root}-/{name}").asgi_send(send)
                return
        elif scope["type"] == "http" and _REVIEW.search(scope["path"]):
            # Here, for Datasette reads all of a form before it asks who sends it.
            length = dict(scope["headers"]).get(b"content-length", b"").decode("latin-1")
            if too_long(length):
                await Response.text("The form is too long.", status=413).asgi_send(send)
                return
        await self._app(scope, receive, send)

    async def _alone(self) -> bool:
        return await is_alone(self._datasette, await archives(self._datasette))

    async def _event(self, path: str) -> str | None:
        """Return the page of an event for the row of it, in the words of its address; None for all else."""
        address = read(path)
        found = _ROW.fullmatch(address.rest)
        if not found:
            return None
        grounds = await archives(self._datasette)
        route = next((ground.base.route for ground in grounds if ground.base.route == address.segment), None)
        if route is None:
            return None
        first = "" if await is_alone(self._datasette, grounds) else f"{path.partition('/')[0]}/"
        return f"{first}event/{int(found['name'])}"
