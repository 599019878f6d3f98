"""Who is an editor of a site: who sees proposals, and decides about them in the browser.

Guarantees that nobody is an editor who has not signed in, and that a rule which cannot be read admits nobody. By
itself it is Datasette's root user; other rules are allow blocks, as Datasette has them for its own permissions:

    {"plugins": {"regesta": {"editors": {"id": ["root", "maria"]}}}}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from datasette.plugins import pm
from datasette.utils import actor_matches_allow, await_me_maybe
from datasette.utils.asgi import Request

PLUGIN: Final = "regesta"
_RULE: Final = "editors"
_ROOT_ONLY: Final = {"id": "root"}


async def is_editor(datasette: Any, actor: Mapping[str, Any] | None) -> bool:
    """Say whether an actor, as Datasette has it in ``request.actor``, is an editor."""
    # A token that was made for some actions only says so by `_r` (1.0); to review is none of these.
    if not actor or "_r" in actor:
        return False
    rule = (datasette.plugin_config(PLUGIN) or {}).get(_RULE, _ROOT_ONLY)
    return isinstance(rule, bool | Mapping) and bool(actor_matches_allow(actor, rule))


async def actor_of(datasette: Any, scope: Any) -> Mapping[str, Any] | None:
    """Return who sends a request, before Datasette has it: found in the same way, by its plugins.

    None also where a plugin fails or, on 1.0, refuses a token: Datasette will answer that itself.
    """
    request, actor, failed = Request(scope, None), None, False
    try:
        results = pm.hook.actor_from_request(datasette=datasette, request=request)
    except Exception:
        return None
    for result in results:  # all of them: one that is never awaited is a warning
        try:
            found = await await_me_maybe(result)
        except Exception:
            failed = True
        else:
            actor = actor or found
    return None if failed else actor or scope.get("actor")
