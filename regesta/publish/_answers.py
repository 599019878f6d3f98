"""Answers that are made outside of Datasette's own application, and headers that are put on its answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from datasette import Response
from datasette.utils.asgi import Request

from regesta.publish._access import App, Message, Receive, Scope, Send

# For pages of Datasette itself, which have scripts and styles in them; our own pages set a stricter policy. Nothing
# is loaded from elsewhere, nobody puts a page into a frame, and no form is sent to another site.
SECURITY: Final = {
    "content-security-policy": (
        "frame-ancestors 'none'; default-src 'self' 'unsafe-inline' data:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}


async def told(datasette: Any, scope: Scope, path: str, status: int, message: str) -> App:
    """Return the page that says what is wrong, in the format that ``path`` asks for."""
    body = {"ok": False, "error": message, "status": status, "title": None}
    if path.endswith(".json"):
        return sent(Response.json(body, status=status))
    if path.endswith(".csv"):
        return sent(Response.text(message, status=status))
    await datasette.invoke_startup()
    # The stable line asks for a token, though no form is there.
    request = Request({**scope, "csrftoken": lambda: ""}, None)
    page = await datasette.render_template(["error.html"], body, request=request)
    return sent(Response.html(page, status=status))


def sent(response: Any) -> App:
    """Return the application that gives one response."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await response.asgi_send(send)

    return app


def with_headers(send: Send, own: Mapping[str, str], others: Mapping[str, str] | None = None) -> Send:
    """Put headers on a response: ``own`` ones in the place of what it has, ``others`` where it has none."""

    async def with_more(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [item for item in message.get("headers", []) if _name(item) not in own]
            present = {_name(item) for item in kept}
            more = {**{name: text for name, text in (others or {}).items() if name not in present}, **own}
            added = [(name.encode("ascii"), text.encode("latin-1")) for name, text in more.items()]
            message = {**message, "headers": [*kept, *added]}
        await send(message)

    return with_more


def saved_as(name: str) -> dict[str, str]:
    """Return the header by which a browser saves a response under a name."""
    return {"content-disposition": f'attachment; filename="{quote(name, safe="@,= ")}"'}


def _name(header: tuple[bytes, bytes]) -> str:
    return bytes(header[0]).decode("latin-1").lower()
