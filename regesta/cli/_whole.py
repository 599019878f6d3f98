"""An event as YAML in a person's editor, and what was changed in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import yaml

from regesta.errors import UsageError
from regesta.ingest.forms import edits_of_event

_NAME: Final = "the edited event"
_HEAD: Final = (
    "# What is proposed. Change it, save it and close the editor; then accept it. The passage stays as it is.\n"
)
_NEEDS: Final = "# Still needed: delete the line below to say that the event is good without.\n"
_KEPT: Final = ("evidence",)


def edited_whole(event: Mapping[str, Any], needs: Sequence[str], edit: Callable[[str], str | None]) -> dict[str, Any]:
    """Let ``edit`` change the text of an event; return the edits, {} where nothing was changed.

    Raises `EventError` or `UsageError` when what comes back is no event.
    """
    data = {name: value for name, value in event["data"].items() if name not in _KEPT}
    shown = {name: event[name] for name in ("type", "subject", "edtf") if name in event} | {"data": data}
    text = _HEAD + _dumped(shown)
    if needs:
        text += _NEEDS + _dumped({"needs": ", ".join(needs)})
    changed = edit(text)
    if changed is None or changed == text:
        return {}
    after = _read(changed)
    left = [name.strip() for name in str(after.pop("needs", "")).split(",") if name.strip()]
    return edits_of_event(shown, after) | ({"needs": left} if left != list(needs) else {})


def _dumped(value: Mapping[str, Any]) -> str:
    text: str = yaml.safe_dump(dict(value), allow_unicode=True, sort_keys=False, width=100)
    return text


def _read(text: str) -> dict[str, Any]:
    from regesta.cli._yaml import read_yaml

    found = [value for _, value in read_yaml(text, _NAME)]
    if len(found) != 1 or not isinstance(found[0], dict) or not isinstance(found[0].get("data", {}), dict):
        raise UsageError("what came back is not one event", remedy="keep the form of the text; `w` opens it again")
    return found[0]
