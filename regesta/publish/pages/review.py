"""Review in the browser, for a signed-in editor: the queue of proposals, each with its passage, to accept or reject.

Guarantees that nobody else learns whether there are proposals, that a decision goes through the same append as on the
command line, with the same checks, and that what was typed is not lost when it cannot be taken.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from functools import partial, wraps
from typing import Any, Final

from datasette import NotFound, Response

from regesta.errors import ConflictError, EventError, UsageError
from regesta.ingest.review import Decision
from regesta.limits import REVIEW_PAGE
from regesta.publish.pages._desk import Bulk, Desk, Sheet, at_desk
from regesta.publish.pages._form import Typed, visible
from regesta.publish.pages._posted import Posted, posted
from regesta.publish.pages.visit import Visit
from regesta.publish.reading.review import Asked

Page = Callable[..., Awaitable[Response]]

_RANGE: Final = re.compile(r"([1-9][0-9]{0,11})-([1-9][0-9]{0,11})")
_KEY: Final = re.compile(r"[0-9a-f]{32}")
_WHO_CHARS: Final = 200  # of the name of an editor, in the source of a decision
_NAMES: Final = ("id", "username", "name")  # of an actor, the first that it has


def for_editors(page: Page) -> Page:
    """Answer a page only to editors, in private; others learn nothing, not even what is asked for."""

    @wraps(page)
    async def answer(visit: Visit, **given: str) -> Response:
        if not visit.editor:
            return visit.problem(403, "This page is for the editors of the archive. Sign in first.")
        if visit.request.method not in ("GET", "HEAD", "POST"):
            return visit.problem(405, "This page can only be read, or be sent a form.")
        response = await page(visit, **given)
        response.headers["cache-control"] = "private, no-cache"
        return response

    return answer


@for_editors
async def queue(visit: Visit) -> Response:
    """Answer with the proposals that are asked for, or decide about those that are ticked."""
    asked, desk = Asked.read(visit.argument), _desk(visit)
    if visit.request.method != "POST":
        return await _queue(visit, asked)
    form = await posted(visit.request)
    keys, act = tuple(filter(_KEY.fullmatch, form.all("key"))), form.one("act")
    try:
        if act not in ("accept", "reject") or not keys:
            raise UsageError("nothing is ticked" if act else "the form does not say what to do")
        found = await at_desk(lambda: [desk.proposal(key) for key in keys])
        reason = form.one("reason") or None
        decisions = [
            Decision(item, act == "accept", reason=reason if act == "reject" else None) for item in found if item
        ]
        first, last = await at_desk(partial(desk.decide, decisions))
    except (UsageError, EventError) as error:
        return await _queue(visit, asked, 400, ticked=keys, error=error, reason=form.one("reason"))
    return _see(visit, visit.path("review", **asked.query(), done=f"{first}-{last}"))


@for_editors
async def every(visit: Visit) -> Response:
    """Ask whether all that lack nothing are to be accepted, and accept them when that was confirmed."""
    asked, desk = Asked.read(visit.argument), _desk(visit)
    bulk = await at_desk(partial(desk.bulk, asked))
    if visit.request.method != "POST":
        return _every(visit, asked, bulk)
    form = await posted(visit.request)
    if form.one("seal") != bulk.seal:
        return _every(visit, asked, bulk, 409, "The queue has changed since you were asked: look again.")
    if not bulk.keys:
        return _every(visit, asked, bulk, 400)
    policy = "".join(asked.wanted.rules) or "all"
    try:
        found = await at_desk(lambda: [desk.proposal(key) for key in bulk.keys])
        decisions = [Decision(item, True, policy=policy) for item in found if item]
        first, last = await at_desk(partial(desk.decide, decisions))
    except (UsageError, EventError) as error:
        return _every(visit, asked, bulk, 400, str(error))
    return _see(visit, visit.path("review", **asked.query(), done=f"{first}-{last}"))


@for_editors
async def proposal(visit: Visit, key: str) -> Response:
    """Answer with one proposal, or decide about it."""
    asked, desk = Asked.read(visit.argument), _desk(visit)
    if visit.request.method != "POST":
        return await _sheet(visit, key, asked, Typed())
    form = await posted(visit.request)
    typed, act = Typed.of(form), form.one("act") or "look"
    try:
        decision, edits = await at_desk(partial(_decision, desk, key, typed, act))
        if decision is None:
            return await _sheet(visit, key, asked, Typed(edits, without=typed.without, reason=typed.reason))
        after = await at_desk(partial(desk.after, asked, key))
        first, last = await at_desk(partial(desk.decide, [decision]))
    except (UsageError, EventError) as error:
        return await _sheet(visit, key, asked, typed, error)
    parts = ("review", after) if after else ("review",)
    return _see(visit, visit.path(*parts, **asked.query(), done=f"{first}-{last}"))


def _decision(desk: Desk, key: str, typed: Typed, act: str) -> tuple[Decision | None, dict[str, Any]]:
    """Return the decision that a form makes, and the edits in it; no decision where it is only to be looked at."""
    found, review = desk.proposal(key), desk.review
    if found is None:
        raise NotFound("There is no such proposal.")
    if review is None:
        raise UsageError("nothing can be decided here: the folder of the archive is not at hand")
    if act == "reject":
        return Decision(found, False, reason=typed.reason or None), {}
    edits = typed.edits(review, found)
    decided = typed.with_needs(review, found, edits)
    return Decision(found, True, decided) if act == "accept" else None, edits


def _desk(visit: Visit) -> Desk:
    actor = visit.request.actor or {}
    name = next((str(actor[key]) for key in _NAMES if actor.get(key)), None)
    folder = visit.archive.folder if visit.archive else None
    return Desk(visit.ground.path, folder, visit.config, name and name[:_WHO_CHARS])


async def _queue(visit: Visit, asked: Asked, code: int = 200, /, **more: Any) -> Response:
    offset = _offset(visit)
    found = await at_desk(partial(_desk(visit).queue, asked, offset))
    values = {"ticked": (), "error": None, "reason": "", "done": await _done(visit), **more}
    pages = {"offset": offset, "page": REVIEW_PAGE}
    return visit.page(
        "review.html", code, visible=visible, asked=asked, query=asked.query(), queue=found, **pages, **values
    )


def _every(visit: Visit, asked: Asked, bulk: Bulk, code: int = 200, told: str = "") -> Response:
    return visit.page("review_all.html", code, visible=visible, asked=asked, query=asked.query(), bulk=bulk, told=told)


async def _sheet(
    visit: Visit, key: str, asked: Asked, typed: Typed, error: UsageError | EventError | None = None
) -> Response:
    sheet: Sheet | None = await at_desk(partial(_desk(visit).sheet, key, asked, typed, error))
    if sheet is None:
        raise NotFound("There is no such proposal.")
    faster = isinstance(error, ConflictError) or not sheet.item.is_open  # somebody else
    values = {"query": asked.query(), "sheet": sheet, "item": sheet.item, "done": await _done(visit)}
    return visit.page("review_one.html", (409 if faster else 400) if error else 200, visible=visible, **values)


def _offset(visit: Visit) -> int:
    text = visit.argument("from") or "0"
    if not text.isdecimal() or len(text) > 9:
        raise UsageError(f"from is {text!r:.40}, expected a number")
    return int(text)


async def _done(visit: Visit) -> Any:
    """Return what was decided in the append that the address names."""
    named = _RANGE.fullmatch(visit.argument("done"))
    return await at_desk(partial(_desk(visit).done, int(named[1]), int(named[2]))) if named else None


def _see(visit: Visit, path: str) -> Response:
    """Send the browser to another page: a form that was taken is not sent again when that is reloaded."""
    return Response.redirect(path, status=303)


__all__ = ["Posted", "every", "proposal", "queue"]
