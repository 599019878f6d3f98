"""A proposed event as a form, and what was changed in the form when it comes back.

Guarantees that a field which nobody touched changes nothing, and that what was typed stands in the form again when it
cannot be taken. The form has the edits of the times before with it: choosing another speaker makes the event anew, as
it would without the choice before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from regesta.errors import EventError, RegestaError, UsageError
from regesta.events.codec import parse
from regesta.ingest.forms import cells_of, edits_of_texts
from regesta.ingest.proposals import Proposal
from regesta.ingest.review import Review
from regesta.publish.pages._posted import Posted
from regesta.publish.reading.events import kind
from regesta.publish.reading.review import date_words
from regesta.schema.types import EventType

EDITS: Final = "edits"
WITHOUT: Final = "without"
REASON: Final = "reason"
_PLAIN: Final = {
    "type": "What kind of event this is.",
    "subject": "What it is about, as kind/name.",
    "edtf": "When it happened, as far as known: 30 June 2017, 2017-06, 2017-06-28/2017-07-05; empty: not known.",
}
_LABELS: Final = {"edtf": "date", "type": "kind of event"}
_RESERVED: Final = {
    "summary": "What happened, in your own words.",
    "datetext": "The words of the date as printed.",
    "note": "A note for readers of the record.",
}
_NOT_EDITED: Final = frozenset({"data.evidence", "data.proposal"})
_LONG_CHARS: Final = 60  # from here on a value gets lines
_LONG: Final = frozenset({"data.summary", "data.note"})
_PLACE: Final = re.compile(r"data\.?([a-z][a-z0-9_]*)?")
_LACKING: Final = re.compile(r"it still needs ([a-z0-9_, ]+)")
_REQUIRED: Final = re.compile(r'data: "([a-z][a-z0-9_]*)" is a required property')
# What the site shows of a text that would not just be shown: controls, marks of direction, what has no width.
_HIDDEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")

Names = Callable[[str, str], list[str]]


@dataclass(frozen=True, slots=True)
class Field:
    """One member of the proposed event. ``name`` is the edit that it makes, such as `data.stance`.

    ``need`` is what it supplies, '' where nothing asks for it; ``was`` the value that was proposed, where another one
    stands here now; ``optional`` says that the event is good without what it needs.
    """

    name: str
    label: str
    value: str
    hint: str = ""
    options: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    need: str = ""
    required: bool = False
    optional: bool = False
    was: str | None = None
    error: str = ""

    @property
    def id(self) -> str:
        """Its id in the page."""
        return self.name.replace(".", "-")

    @property
    def long(self) -> bool:
        """Whether it takes more than a line."""
        return self.name in _LONG or len(self.value) > _LONG_CHARS

    @property
    def listed(self) -> bool:
        """Whether the value is one of the options, or none."""
        return self.value in ("", *self.options)

    @property
    def hidden(self) -> str:
        """The value with its invisible characters told, '' where it has none."""
        return visible(self.value) if _HIDDEN.search(self.value) else ""


@dataclass(frozen=True, slots=True)
class Form:
    """A proposed event as it stands after some edits; ``lacking`` is what it still needs."""

    fields: tuple[Field, ...]
    more: tuple[Field, ...]
    event: Mapping[str, Any]
    lacking: tuple[str, ...]
    edits: str
    without: tuple[str, ...]
    title: str
    error: str = ""
    remedy: str = ""
    reason: str = ""

    @property
    def date(self) -> str:
        """The date in words, '' where there is none."""
        edtf = self.event.get("edtf")
        return date_words(str(edtf)) if edtf else ""

    @property
    def lacks(self) -> bool:
        """Whether something must be supplied still, by the rule that found it or by the kind of event."""
        return bool(self.lacking) or any(item.required and not item.value for item in (*self.fields, *self.more))

    @property
    def faults(self) -> list[Field]:
        """The fields with an error."""
        return [item for item in (*self.fields, *self.more) if item.error]


@dataclass(frozen=True)
class Typed:
    """What was typed into a form: the edits before it, the texts of its fields, what the event is good without."""

    prior: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    reason: str = ""

    @classmethod
    def of(cls, posted: Posted) -> Typed:
        """Return what a form says; raises `UsageError` for one that is not of ours."""
        names = [name for name in posted.names() if name in _PLAIN or name.startswith(("data.", "found."))]
        texts = {name: posted.one(name).replace("\r\n", "\n") for name in names if name not in _NOT_EDITED}
        return cls(_prior(posted.one(EDITS)), texts, tuple(posted.all(WITHOUT)), posted.one(REASON))

    def edits(self, review: Review, proposal: Proposal) -> dict[str, Any]:
        """Return the edits that the form makes; raises `UsageError` or `EventError` when they make no sense."""
        shown = as_shown(review, proposal, self.prior)
        before = cells_of(shown, None)
        changed = {name: text for name, text in self.texts.items() if text != before.get(name, "").strip()}
        return {**self.prior, **edits_of_texts(shown, changed, review.archive.schema.types)}

    def with_needs(self, review: Review, proposal: Proposal, edits: Mapping[str, Any]) -> dict[str, Any]:
        """Return edits with what the form says the event is good without."""
        needs = review.edited(proposal, edits)[1]
        left = [need for need in needs if need not in self.without]
        return dict(edits) if len(left) == len(needs) else {**edits, "needs": left}


def as_shown(review: Review, proposal: Proposal, edits: Mapping[str, Any]) -> Proposal:
    """Return a proposal as it is with edits."""
    event, needs = review.edited(proposal, edits)
    found = {name.removeprefix("found."): value for name, value in edits.items() if name.startswith("found.")}
    given = {**proposal.found, **found}
    data = {**proposal.data, "event": event, "needs": ", ".join(needs), "found": given}
    return replace(proposal, data=data)


def form_of(
    review: Review, proposal: Proposal, typed: Typed, error: RegestaError | None = None, names: Names | None = None
) -> Form:
    """Return the form of a proposal with the edits before, and with what was typed where that is an ``error``.

    ``names`` gives values that are known for a column of a relation.
    """
    shown = as_shown(review, proposal, typed.prior)
    event_type = review.archive.schema.types.get(shown.event.get("type", ""))
    lacking = tuple(need for need in shown.needs if need not in typed.without)
    maker = _Maker(review, proposal, shown, event_type, names or (lambda relation, column: []))
    made = [maker.field(name) for name in maker.names()]
    if error:
        at = places(error, maker) | {name for name, text in typed.texts.items() if _is_of(error, name, text)}
        made = [_with_error(item, typed.texts, error, at) for item in made]
    needed = [item for item in made if item.need or item.error]
    usual = [item for item in made if item not in needed and (item.value or item.required or item.name in _PLAIN)]
    more = tuple(item for item in made if item not in needed and item not in usual)
    told = (error.message, error.remedy or "") if error else ("", "")
    title = visible(str(shown.event["data"].get("summary", "")))
    edits = json.dumps(typed.prior, ensure_ascii=False)
    return Form((*needed, *usual), more, shown.event, lacking, edits, typed.without, title, *told, typed.reason)


@dataclass(frozen=True)
class _Maker:
    """Makes the fields of one proposal, ``shown`` as it is with edits."""

    review: Review
    proposal: Proposal
    shown: Proposal
    type: EventType | None
    known: Names

    def needs(self) -> dict[str, str]:
        """Return what is needed, or was before it was supplied, by the edit that supplies it."""
        every = dict.fromkeys((*self.proposal.needs, *self.shown.needs))
        return {self.review.path_of(self.proposal, need): need for need in every}

    def names(self) -> list[str]:
        """Return the edits that there is a field for: what is needed, what every event has, what this kind may say."""
        needed = list(self.needs())
        columns = [f"data.{column.name}" for column in self.type.columns] if self.type else []
        given = [f"data.{name}" for name in self.shown.event["data"]]
        names = [*needed, "data.summary", "edtf", "subject", "type", *columns, *given, "data.datetext", "data.note"]
        return [name for name in dict.fromkeys(names) if name not in _NOT_EDITED]

    def field(self, name: str) -> Field:
        """Return the field that makes an edit."""
        short = name.partition(".")[2] or name
        need = self.needs().get(name, "")
        value, was = cells_of(self.shown, None).get(name, ""), cells_of(self.proposal, None).get(name, "")
        required = bool(self.type and name.startswith("data.") and short in self.type.required)
        return Field(
            name=name,
            label=_LABELS.get(name) or kind(need or short),
            value=value,
            hint=self._hint(name, short),
            options=self._options(name, short),
            candidates=self.proposal.candidates if need == "speaker" else (),
            known=self._known(name, short),
            need=need,
            required=required or name in ("type", "subject"),
            optional=bool(need) and not required and name not in ("type", "subject"),
            was=visible(was) if was != value else None,
        )

    def _hint(self, name: str, short: str) -> str:
        if name in _PLAIN:
            return _PLAIN[name]
        column = next((item for item in self.type.columns if item.name == short), None) if self.type else None
        if column and name.startswith("data."):
            return column.description
        if name.startswith("found."):
            return "The name as printed: who speaks, subject and summary are made of it." if short == "person" else ""
        return _RESERVED.get(short, "")

    def _options(self, name: str, short: str) -> tuple[str, ...]:
        if name == "type":
            types = self.review.archive.schema.types
            return tuple(sorted(key for key, item in types.items() if not item.engine))
        return self.type.options(short) if self.type and name.startswith("data.") else ()

    def _known(self, name: str, short: str) -> tuple[str, ...]:
        columns = {column.name for column in self.type.columns} if self.type else set()
        if self.type is None or not name.startswith("data.") or short not in columns or self.type.options(short):
            return ()
        return tuple(self.known(self.type.relation, short))


def places(error: RegestaError, maker: _Maker | None = None) -> set[str]:
    """Return the fields that an error is about."""
    lacking = _LACKING.search(error.message)
    if lacking:
        needs = [need.strip() for need in lacking[1].split(",")]
        return {maker.review.path_of(maker.shown, need) for need in needs} if maker else set(needs)
    required = _REQUIRED.match(error.message)
    if required:
        return {f"data.{required[1]}"}
    named = _PLACE.match(error.message)
    if named and named[1]:
        return {f"data.{named[1]}"}
    return {name for name in _PLAIN if error.message.startswith((name, f"the {name}"))}


def _is_of(error: RegestaError, name: str, text: str) -> bool:
    """Say whether an error is about a date as it was typed: it begins with that."""
    return name == "edtf" and bool(text) and error.message.startswith(repr(text)[:80])


def _with_error(item: Field, texts: Mapping[str, str], error: RegestaError, at: set[str]) -> Field:
    typed = texts.get(item.name, item.value)
    message = error.message if item.name in at else ""
    was = item.was if typed == item.value else visible(item.value)
    return replace(item, value=typed, was=was, error=message)


def _prior(text: str) -> dict[str, Any]:
    """Return the edits that a form has with it."""
    if not text:
        return {}
    try:
        value = parse(text.encode("utf-8", "surrogatepass"))
    except EventError as error:
        raise UsageError(f"the edits of the form cannot be read: {error.message}") from None
    if not isinstance(value, dict) or "needs" in value:
        raise UsageError("the edits of the form are not those of a page of ours")
    return value


def visible(text: str) -> str:
    """Return a text in which characters that cannot be seen, or that turn the text around, are told.

    >>> visible("no\\u202eyes")
    'no⟨U+202E⟩yes'
    """
    return _HIDDEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)
