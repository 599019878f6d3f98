"""Shell completion of what stands in the archive: the names of event types."""

from __future__ import annotations

from pathlib import Path

import click
from click.shell_completion import CompletionItem


def complete_type(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the event types that begin like ``incomplete``: file names only, so that the shell need not wait."""
    from regesta import schema

    folder = Path((ctx.find_root().params or {}).get("folder") or ".")
    engine = Path(schema.__file__).parent / "engine"
    paths = [*(folder / "schema" / "types").glob("*.json"), *(engine / "types").glob("*.json")]
    names = sorted({path.name.removesuffix(".json") for path in paths})
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]
