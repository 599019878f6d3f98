"""Search, and without words the plain list of the story: events and documents by plain parameters of the address.

Texts of documents are not searched: nothing that may not be shown can be found out by asking for its words.
"""

from __future__ import annotations

import re
import sqlite3
from typing import Any, Final

from datasette import Response

from regesta.errors import UsageError
from regesta.limits import SIZE_DIGITS
from regesta.publish.pages.visit import Visit
from regesta.publish.reading import search as reading
from regesta.publish.reading.names import Names
from regesta.publish.reading.wanted import ORDERS, STATUSES, Wanted

_PAGE: Final = re.compile(rf"[1-9][0-9]{{0,{SIZE_DIGITS - 1}}}")
_FILES: Final = (("feed.atom", "feed"), ("calendar.ics", "calendar"), ("events.csv", "table (CSV)"))
_ORDERS: Final = {"time": "in the order of time", "recorded": "the newest entries first"}


async def search(visit: Visit) -> Response:
    """Answer with a page of results; raises `UsageError` for conditions that make no sense."""
    wanted = Wanted.read(visit.argument, visit.zone)
    order = visit.argument("order") or "time"
    if order not in ORDERS:
        raise UsageError(f"order is {order!r:.40}, expected {' or '.join(ORDERS)}")
    asked = visit.argument("page") or "1"
    if not _PAGE.fullmatch(asked):
        raise UsageError(f"page is {asked!r:.40}, expected a number from 1")

    def read(db: sqlite3.Connection) -> dict[str, Any]:
        names = Names(db, visit.config)
        found = reading.search(db, wanted, order, int(asked))
        called = {hit.event.subject: names.of(hit.event.subject) for hit in found.hits}
        about = names.of(wanted.subject) if wanted.subject and not wanted.subject.endswith("/") else ""
        return {"found": found, "choices": reading.choices(db), "called": called, "about": about}

    values = await visit.read(read)
    query = wanted.query() | ({"order": order} if order != "time" else {})
    return visit.page(
        "find.html", wanted=wanted, query=query, order=order, files=_FILES, orders=_ORDERS, statuses=STATUSES, **values
    )
