"""Whether a visitor may see a replay, before there is one: what the base answers at the same place.

Guarantees that nothing is made for a visitor who may not see the base there. The base is asked as a browser
would, through all of Datasette and its plugins, so that every way of keeping a visitor out counts.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# The smallest page of its kind: one row, nothing counted, and a query that costs nothing in place of the visitor's.
_SMALL: Final = b"_size=1&_nofacet=1&_nosuggest=1&_nocount=1"
_QUERY: Final = b"sql=select+1"
_REFUSED: Final = (401, 403)


async def refusal(app: App, scope: Scope, paths: list[str], *, query: bool) -> list[Message] | None:
    """Return the answer that keeps a visitor from the base, None where the visitor may see it.

    ``paths`` are the page and what it is part of, up to the database: a row that is gone today may have been there.
    """
    answer: list[Message] = []
    for path in paths:
        answer = await _ask(app, scope, path, _QUERY if query else _SMALL)
        status = answer[0]["status"] if answer else 500
        if status == 200:
            return None
        if status in _REFUSED:
            break
    return answer


async def _ask(app: App, scope: Scope, path: str, query: bytes) -> list[Message]:
    messages: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        messages.append(message)

    await app(rewritten(scope, path, query) | {"method": "GET"}, receive, send)
    return messages


def rewritten(scope: Scope, path: str, query: bytes) -> dict[str, Any]:
    """Return the same request to another path, which is encoded as it stands in a request line."""
    from urllib.parse import unquote

    return {**scope, "path": unquote(path), "raw_path": path.encode("ascii"), "query_string": query}
