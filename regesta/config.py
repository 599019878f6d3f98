"""What `archive.toml` says: who keeps an archive, how its dates are meant, and how its story is drawn.

Guarantees that every value has the type that it must have, so that a page can be drawn from the settings of somebody
else's archive: text is text, a colour is `#rrggbb`. That tables and columns exist is asked when the schema is read.

>>> config_of({"title": "Letters", "origin": "example.org/letters"}, "archive.toml").zone
'UTC'
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final
from zoneinfo import ZoneInfo

from regesta.errors import ArchiveError, EventError, LogError
from regesta.events.checkpoint import Checkpoint
from regesta.events.merkle import EMPTY_ROOT
from regesta.limits import DRAWN_LANES, DRAWN_VALUES, LABEL_CHARS, SIGN_CHARS
from regesta.schema.dates import check_edtf

MAPS: Final = ("us-states",)
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_TABLE_COLUMN: Final = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a status column, as it is drawn: in words, as a sign of a letter or two, in a colour `#rrggbb`.

    Empty ``label``, ``sign`` and ``color`` leave the choice to the site.
    """

    value: str
    label: str = ""
    sign: str = ""
    color: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """A column of a table that says how things stand, such as an answer in one word; it is counted at every date.

    ``subject`` is the column of the table's key that says who stands there ('': the last one). ``values`` are the
    values in the order of the legend; others come after them. ``map`` lays the subjects out, '' as a plain grid.
    ``noun`` is what the subjects are called ('': like their table), ``others`` what is said of those without a row.
    """

    table: str
    column: str
    title: str = ""
    noun: str = ""
    subject: str = ""
    map: str = ""
    others: str = ""
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Lane:
    """A row of the timeline: the types of events in it; a name that ends in a dot stands for all that begin so."""

    title: str
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Config:
    """What `archive.toml` says.

    ``zone`` is the home time zone of the story: a day is a day there. ``quotes`` is "full" when evidence may
    hold the passage itself, "digest" when only its SHA-256 may be published. ``origin`` names the log in its
    checkpoint and never changes. ``status`` are the columns that are counted at every date, and drawn. ``timeline``
    is the stretch of time that the timeline shows first, an EDTF interval ('': what most events lie in), ``lanes``
    its rows (none: one for each type). ``subjects`` says where the name of a subject stands, by kind:
    `{"state": "states.name"}`.
    """

    title: str
    origin: str
    zone: str = "UTC"
    quotes: str = "full"
    description: str = ""
    keeper: str = ""
    license: str = ""
    license_url: str = ""
    status: tuple[Status, ...] = ()
    timeline: str = ""
    lanes: tuple[Lane, ...] = ()
    subjects: Mapping[str, str] = field(default_factory=dict)


def config_of(values: Mapping[str, Any], where: str) -> Config:
    """Return the settings; raises `ArchiveError` at ``where`` for the first that is not as it must be."""
    names = {item.name: "lane" if item.name == "lanes" else item.name for item in fields(Config)}
    unknown = sorted(values.keys() - names.values())
    if unknown:
        raise ArchiveError(f"{unknown[0]!r} is not known; there are {', '.join(sorted(names.values()))}", where=where)
    for name in ("title", "origin"):
        if not values.get(name):
            raise ArchiveError(f"{name} is missing", where=where)
    special: dict[str, Callable[[Any, str], Any]] = {"status": _statuses, "lane": _lanes, "subjects": _subjects}
    given = {name: read(values[name], where) for name, read in special.items() if name in values}
    for name, value in values.items():
        if name not in special and not isinstance(value, str):
            raise ArchiveError(f"{name} must be text, found {value!r}", where=where)
    texts = {name: value for name, value in values.items() if name not in special}
    found = {name: given[key] for name, key in names.items() if key in given}
    return _checked(Config(**texts, **found), where)


def values_of(config: Config) -> dict[str, Any]:
    """Return what `config_of` takes for these settings: text, lists and mappings, as JSON can hold them."""
    values = {name: value for name, value in asdict(config).items() if value}
    for status in values.get("status", ()):
        status["value"] = status.pop("values")
    if "lanes" in values:
        values["lane"] = [{**lane, "types": list(lane["types"])} for lane in values.pop("lanes")]
    return values


def _checked(config: Config, where: str) -> Config:
    if config.quotes not in ("full", "digest"):
        raise ArchiveError(f"quotes is {config.quotes!r}, expected 'full' or 'digest'", where=where)
    try:
        Checkpoint(config.origin, 0, EMPTY_ROOT).encode()
    except LogError as error:
        raise ArchiveError(f"origin cannot stand in a checkpoint: {error.message}", where=where) from error
    try:
        ZoneInfo(config.zone)
    except (KeyError, ValueError, OSError, RecursionError) as error:  # RecursionError: hundreds of slashes
        raise ArchiveError(
            f"zone is {config.zone!r}, expected a name such as 'America/New_York'", where=where
        ) from error
    if config.timeline:
        try:
            check_edtf(config.timeline)
        except EventError as error:
            remedy = "write an interval such as 2017-06-24/2017-07-16"
            raise ArchiveError(f"timeline: {error.message}", where=where, remedy=remedy) from error
    return config


def _statuses(value: Any, where: str) -> tuple[Status, ...]:
    return tuple(dict.fromkeys(_status(item, where) for item in _tables(value)))


def _status(item: Any, where: str) -> Status:
    known = {"table", "column", "title", "noun", "subject", "map", "others", "value"}
    words = {name: text for name, text in item.items() if name != "value"} if isinstance(item, dict) else {}
    if not {"table", "column"} <= words.keys() <= known or not all(map(_is_text, words.values())):
        example = '[[status]], table = "responses", column = "disposition"'
        more = f"; it may also have {', '.join(sorted(known - {'table', 'column'}))}"
        raise ArchiveError(f"a status is written {example}{more}; found {item!r:.80}", where=where)
    if words.get("map") and words["map"] not in MAPS:
        raise ArchiveError(f"map is {words['map']!r:.80}, expected {' or '.join(MAPS)}", where=where)
    values = tuple(_value(one, where) for one in _tables(item.get("value", [])))
    if len(values) > DRAWN_VALUES or len({one.value for one in values}) < len(values):
        raise ArchiveError(f"[[status.value]]: one for each value, at most {DRAWN_VALUES}", where=where)
    return Status(**words, values=values)


def _value(item: Any, where: str) -> Value:
    known = {"value", "label", "sign", "color"}
    if (
        not isinstance(item, dict)
        or "value" not in item
        or not item.keys() <= known
        or not all(map(_is_text, item.values()))
    ):
        example = 'value = "refuse", label = "Refuses", sign = "R", color = "#b3261e"'
        raise ArchiveError(f"a [[status.value]] is written {example}; found {item!r:.80}", where=where)
    if item.get("color") and not _COLOUR.fullmatch(item["color"]):
        raise ArchiveError(f"color is {item['color']!r:.80}, expected one like '#b3261e'", where=where)
    for name, limit in (("sign", SIGN_CHARS), ("label", LABEL_CHARS)):
        if len(item.get(name, "")) > limit:
            raise ArchiveError(f"{name} {item[name]!r:.80} has more than {limit} characters", where=where)
    return Value(**item)


def _lanes(value: Any, where: str) -> tuple[Lane, ...]:
    items = _tables(value)
    if len(items) > DRAWN_LANES:
        raise ArchiveError(f"{len(items)} lanes, the limit is {DRAWN_LANES}", where=where)
    return tuple(_lane(item, where) for item in items)


def _lane(item: Any, where: str) -> Lane:
    types = item.get("types") if isinstance(item, dict) else None
    if (
        not isinstance(types, list)
        or item.keys() != {"title", "types"}
        or not all(map(_is_text, [item["title"], *types]))
    ):
        example = '[[lane]], title = "Answers", types = ["response."]'
        raise ArchiveError(f"a lane is written {example}; found {item!r:.80}", where=where)
    return Lane(item["title"][:LABEL_CHARS], tuple(types))


def _subjects(value: Any, where: str) -> dict[str, str]:
    found = value if isinstance(value, dict) else {"": value}
    for kind, place in found.items():
        if not isinstance(place, str) or not _TABLE_COLUMN.fullmatch(place):
            example = 'state = "states.name"'
            raise ArchiveError(f"[subjects] are written {example}; found {kind} = {place!r:.80}", where=where)
    return dict(found)


def _tables(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _is_text(value: Any) -> bool:
    return isinstance(value, str)
