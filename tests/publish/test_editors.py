"""Who is an editor: root by itself, else whom the rule names, and never somebody who has not signed in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from datasette import hookimpl
from datasette.plugins import pm
from datasette.version import __version_info__

from regesta.publish.editors import actor_of, is_editor
from tests.publish.sites import in_one_loop, site

ROOT = {"id": "root"}
MARIA = {"id": "maria", "roles": ["desk"]}
TOKEN = {"id": "root", "token": "dstok", "_r": {"a": ["vi"]}}

# Rule in the configuration (absent: "none"), and whether root, Maria, a token of root's and nobody are editors.
RULES: dict[str, tuple[Any, list[bool]]] = {
    "none": ("none", [True, False, False, False]),
    "one": ({"id": "maria"}, [False, True, False, False]),
    "both": ({"id": ["root", "maria"]}, [True, True, False, False]),
    "role": ({"roles": "desk"}, [False, True, False, False]),
    "everybody who signs in": ({"id": "*"}, [True, True, False, False]),
    "all": (True, [True, True, False, False]),
    "no one": (False, [False, False, False, False]),
    "nobody in particular": ({}, [False, False, False, False]),
    "strangers": ({"unauthenticated": True}, [False, False, False, False]),
    "nothing": (None, [False, False, False, False]),
    "a text": ("maria", [False, False, False, False]),
    "a list": (["maria"], [False, False, False, False]),
}


@in_one_loop
@pytest.mark.parametrize(("rule", "expected"), RULES.values(), ids=RULES.keys())
async def test_rule(rule: Any, expected: list[bool]) -> None:
    """The rule is an allow block; what is none admits nobody."""
    metadata = {} if rule == "none" else {"plugins": {"regesta": {"editors": rule}}}
    with site(metadata=metadata) as datasette:
        found = [await is_editor(datasette, actor) for actor in (ROOT, MARIA, TOKEN, None)]
    assert found == expected


@in_one_loop
async def test_empty_actor_is_nobody() -> None:
    """An actor without anything is like none."""
    with site(metadata={"plugins": {"regesta": {"editors": True}}}) as datasette:
        assert await is_editor(datasette, {}) is False


def scope(cookie: str = "", **more: Any) -> dict[str, Any]:
    headers = [(b"cookie", f"ds_actor={cookie}".encode())] if cookie else []
    return {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": headers, **more}


@in_one_loop
async def test_actor_of_a_request() -> None:
    """The actor is the one of the cookie, else the one that the server gives, else none; a forged cookie is none."""
    with site() as datasette:
        signed = datasette.sign({"a": ROOT}, "actor")
        scopes = [scope(signed), scope(), scope(actor=MARIA), scope(signed, actor=MARIA), scope(signed[:-2] + "xx")]
        found = [await actor_of(datasette, item) for item in scopes]
    assert found == [ROOT, None, MARIA, ROOT, None]


class Plugin:
    """A plugin of somebody else that says who sends a request, at once or later, or fails to."""

    __name__ = "doorman"

    def __init__(self, answer: Any, later: bool) -> None:
        self.answer, self.later = answer, later

    @hookimpl  # type: ignore[untyped-decorator]
    def actor_from_request(self) -> Any:
        """Say who it is."""
        return self._later() if self.later else self._now()

    async def _later(self) -> Any:
        return self._now()

    def _now(self) -> Any:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@contextmanager
def doorman(answer: Any, later: bool) -> Iterator[None]:
    plugin = Plugin(answer, later)
    pm.register(plugin)
    try:
        yield
    finally:
        pm.unregister(plugin)


@in_one_loop
@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize(("answer", "expected"), [(MARIA, MARIA), (None, ROOT), (ValueError("broken"), None)])
async def test_other_plugins_say_who_it_is(answer: Any, later: bool, expected: Any) -> None:
    """Plugins are asked as Datasette asks them; where one fails nobody is an editor."""
    with site() as datasette, doorman(answer, later):
        found = await actor_of(datasette, scope(datasette.sign({"a": ROOT}, "actor")))
    assert found == expected


@pytest.mark.skipif(__version_info__[0] == "0", reason="1.0 has tokens")
@in_one_loop
async def test_token_that_is_refused_is_nobody() -> None:
    """With a broken token, which Datasette answers with 401, nobody is an editor, whatever the cookie says."""
    with site() as datasette:
        await datasette.invoke_startup()
        asked = scope(datasette.sign({"a": ROOT}, "actor"))
        asked["headers"].append((b"authorization", b"Bearer dstok_broken"))
        assert await actor_of(datasette, asked) is None
