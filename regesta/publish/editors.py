"""Who may review proposals on a site."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from datasette.utils import actor_matches_allow


async def is_editor(datasette: Any, actor: Mapping[str, Any] | None) -> bool:
    """Say whether an actor is an editor: by the plugin's setting `editors`, else whoever has the root token."""
    settings = datasette.plugin_config("regesta") or {}
    return bool(actor_matches_allow(actor, settings.get("editors", {"id": "root"}))) and actor is not None
