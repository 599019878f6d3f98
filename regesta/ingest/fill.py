"""From values to an event: what a recipe makes of them, as far as the type of the event takes it.

>>> from regesta.ingest.recipes import parse_recipe
>>> from regesta.schema.types import engine_types
>>> event = {"type": "event.retracted", "subject": "event/{id}", "summary": "x", "data": {"reason": "{why}"}}
>>> recipe, = parse_recipe({"event": [event]}, engine_types(), "x.toml")
>>> fill(recipe, {"kind": "wish", "id": "1"}, ZoneInfo("UTC"))
Filled(event={'type': 'event.retracted', 'subject': 'event/1', 'data': {'summary': 'x'}}, needs=('reason',))
"""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from regesta.errors import UsageError
from regesta.ingest.recipes import EventRecipe, Values
from regesta.schema.dates import parse_human
from regesta.schema.types import EventType

DATE: Final = "date_edtf"
_DATE_TEXT: Final = "date_text"
SUMMARY_CHARS: Final = 2_000
_DATETEXT_CHARS: Final = 500
# What the log does not take in a text (`regesta.events.codec`).
FORBIDDEN: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x85\u2028\u2029]")
_INTEGER: Final = re.compile(r"-?[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4}")


class Filled(NamedTuple):
    """What a recipe makes of values: an event without source and evidence, and what it still needs."""

    event: dict[str, Any]
    needs: tuple[str, ...]


def fill(recipe: EventRecipe, values: Values, zone: ZoneInfo) -> Filled:
    """Return the event that a recipe makes of values, and the names of what could not be filled but must be."""
    data = {name: choice.fill(values, recipe.maps) for name, choice in recipe.data.items()}
    data = {name: _typed(recipe.type, name, value) for name, value in data.items() if value is not None}
    summary = recipe.summary.fill(values, recipe.maps)
    data["summary"] = clipped(str(summary) if summary is not None else plain_summary(values), SUMMARY_CHARS)
    missing = _fit(recipe.type, data)
    subject = recipe.subject.fill(values, recipe.maps)
    event = {"type": recipe.type.name, "subject": subject, "data": data}
    if recipe.date is not None:
        written = recipe.date.fill(values, recipe.maps)
        words = values.get(_DATE_TEXT) or written
        if words:
            data["datetext"] = clipped(str(words), _DATETEXT_CHARS)
        if written is not None:
            event["edtf"] = _edtf(str(written), zone)
            missing += [] if event["edtf"] else ["date"]
    if subject is None:
        missing.append("subject")
    return Filled({name: value for name, value in event.items() if value is not None}, tuple(missing))


def plain(text: str) -> str:
    """Return a text as the log takes it: in one line, without what cuts a line in two somewhere."""
    return " ".join(FORBIDDEN.sub(" ", text).split())


def plain_summary(values: Values) -> str:
    """Return a summary where no recipe has one: what was found, by its kind and its facts."""
    names = ("person", "state", "states", "disposition", "figure", DATE)
    facts = [value for name in names if (value := values.get(name))]
    words = ", ".join(", ".join(map(str, fact)) if isinstance(fact, list) else str(fact) for fact in facts)
    kind = str(values["kind"]).replace("_", " ")
    article = "An" if kind[:1] in "aeiou" else "A"
    return f"{article} {kind} ({words})." if words else f"{article} {kind}."


def _typed(event_type: EventType, name: str, value: Any) -> Any:
    """Return a value as the type has it: what is written in digits is a number where one is wanted."""
    kind = next((column.kind for column in event_type.columns if column.name == name), None)
    if kind == "text" and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if kind == "integer" and isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value.replace(",", ""))
    return value


def _fit(event_type: EventType, data: dict[str, Any]) -> list[str]:
    """Take out of ``data`` what the type does not allow; return the members that it requires and that are missing."""
    errors = list(event_type.validator.iter_errors(data))
    wrong = {str(error.instance_path[0]) for error in errors if error.instance_path}
    for name in wrong:
        data.pop(name, None)
    if wrong:
        errors = list(event_type.validator.iter_errors(data))
    return [error.kind.property for error in errors if error.kind.name == "required" and not error.instance_path]


def _edtf(text: str, zone: ZoneInfo) -> str | None:
    """Return a date that was found as EDTF, None where it cannot be understood."""
    try:
        return parse_human(text, zone)
    except UsageError:
        return None


def clipped(text: str, most: int) -> str:
    """Return a text cut to ``most`` characters, the last of them an ellipsis."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
