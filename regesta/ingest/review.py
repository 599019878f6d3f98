"""Decisions on proposals: accept one as it is or edited, or reject it. What is decided is appended, nothing else is.

Guarantees that a proposal is decided once, that what is accepted lacks nothing that a person must supply, that the
event and the note of its acceptance enter the log together, and that of several decisions all are taken or none.

An edit is a path and a value: `type`, `subject`, `edtf`, `data.speaker`, `found.person`, `needs`; None removes. An
edit of what was *found* makes the event anew by its recipe, before the others apply. `needs` set to what is still
needed says that the rest is not: the event is good without.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final
from urllib.parse import quote

from regesta.archive import Archive
from regesta.errors import ConflictError, RegestaError, UsageError
from regesta.events.log import AppendResult
from regesta.events.model import Draft, prepare
from regesta.ingest.fill import fill
from regesta.ingest.proposals import OPEN, Proposal, again, log_size
from regesta.ingest.recipes import EventRecipe, Recipes, load_recipes
from regesta.schema.dates import parse_human

Edits = Mapping[str, Any]

ACCEPTED: Final = "proposal.accepted"
REJECTED: Final = "proposal.rejected"
_PLAIN: Final = frozenset({"type", "subject", "source", "edtf", "needs"})
# Where a need has another name than the field of a finding that it asks for (`regesta.ingest.extract.model`).
_FIELDS: Final = {"speaker": "person", "date": "date_edtf"}
_OF_EVENT: Final = {"type": "type", "date": "edtf", "subject": "subject"}
_EDITED_CHARS: Final = 2_000
_SUMMARY_CHARS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done with a proposal; ``where`` is the place that errors name, such as a line of a file.

    ``policy`` is the rule that was trusted where no person looked at the proposal.
    """

    proposal: Proposal
    accept: bool
    edits: Edits = field(default_factory=dict)
    reason: str | None = None
    policy: str | None = None
    where: str | None = None

    @property
    def place(self) -> str:
        """The place that errors name."""
        return self.where or f"proposal {self.proposal.key[:12]}"


@dataclass(frozen=True)
class Review:
    """Decides on the proposals of ``archive``; ``who`` decides (None: the archive's keeper)."""

    archive: Archive
    who: str | None = None

    @cached_property
    def recipes(self) -> Recipes:
        """The archive's recipes, for edits of what was found."""
        return load_recipes(self.archive.folder / "ingest" / "recipes", self.archive.schema.types)

    def decide(self, decisions: Sequence[Decision], *, dry_run: bool = False) -> AppendResult:
        """Append what the decisions come to, all or none.

        What has become of the proposals is asked again: somebody else may have decided since they were read. Raises
        `UsageError` or `EventError` at the place of the decision that cannot be taken, and `ConflictError` when the
        log has events that the tables do not have.
        """
        drafts, places = list[Draft](), list[str]()
        taken: dict[str, str] = {}
        size = log_size(self.archive.database)
        now = again(self.archive.database, (decision.proposal for decision in decisions))
        for decision in decisions:
            other = taken.setdefault(decision.proposal.key, decision.place)
            if other != decision.place:
                raise UsageError(f"the proposal is decided in {other} already", where=decision.place)
            try:
                if decision.proposal.key not in now:
                    raise UsageError("the proposal was retracted")
                made = self.drafts(replace(decision, proposal=now[decision.proposal.key]))
            except RegestaError as error:
                raise error.at(decision.place) from None
            drafts += made
            places += [decision.place] * len(made)
        return self.archive.append(drafts, expected_size=size, place=lambda number: places[number - 1], dry_run=dry_run)

    def settle(
        self, decisions: Sequence[Decision], build: Callable[[], object], *, dry_run: bool = False
    ) -> AppendResult:
        """Decide; where somebody else has appended since the tables were built, ``build`` them and decide on those."""
        try:
            return self.decide(decisions, dry_run=dry_run)
        except ConflictError:
            build()
            return self.decide(decisions, dry_run=dry_run)

    def drafts(self, decision: Decision) -> list[Draft]:
        """Return the events of one decision; raises `UsageError` or `EventError` when it cannot be taken."""
        proposal = decision.proposal
        _refuse_decided(proposal, accept=decision.accept)
        if not decision.accept:
            summary = f"Rejected: {proposal.event['data'].get('summary', proposal.data['kind'])}"
            return [self._act(REJECTED, proposal, {"reason": decision.reason, "summary": summary})]
        event = self.accepted(proposal, decision.edits)
        data = {
            "accepted_as": prepare(event, self.archive.schema.types).id,
            "edited": ", ".join(sorted(decision.edits))[:_EDITED_CHARS] or None,
            "policy": decision.policy,
            "summary": f"Accepted: {event['data'].get('summary', event['type'])}",
        }
        return [event, self._act(ACCEPTED, proposal, data)]

    def accepted(self, proposal: Proposal, edits: Edits) -> Draft:
        """Return the event that a proposal comes to with ``edits``; raises `UsageError` when something is lacking."""
        event, needs = self.edited(proposal, edits)
        if needs:
            remedy = "supply it, or empty `needs` to say that the event is good without"
            raise UsageError(f"it still needs {', '.join(needs)}", remedy=remedy)
        return {**event, "data": {**event["data"], "proposal": proposal.key}}

    def edited(self, proposal: Proposal, edits: Edits) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Return the event of a proposal with ``edits``, and what is still needed."""
        _check_paths(edits)
        found = {path.partition(".")[2]: value for path, value in edits.items() if path.startswith("found.")}
        event, missing = copy.deepcopy(proposal.event), list[str]()
        if found:
            event, missing = self._made_anew(proposal, found, edits.get("type"))
        for path, value in edits.items():
            self._apply(event, path, value)
        if "needs" in edits:
            return event, tuple(edits["needs"] or ())
        open_needs = [need for need in proposal.needs if not _is_met(need, proposal.event, event, edits)]
        open_needs += [need for need in missing if _there(need, event) is None]
        return event, tuple(dict.fromkeys(open_needs))

    def path_of(self, proposal: Proposal, need: str) -> str:
        """Return the edit that supplies a need: of what was found, where a recipe makes the event of it."""
        name = _FIELDS.get(need, need)
        if need in _OF_EVENT:
            return _OF_EVENT[need]
        recipes = self.recipes.get(proposal.data["kind"], ())
        recipe = next((item for item in recipes if item.type.name == proposal.event.get("type")), None)
        named = recipe is not None and any(name in choice.names() for choice in (recipe.subject, *recipe.data.values()))
        return f"found.{name}" if named else f"data.{need}"

    def options(self, proposal: Proposal, path: str) -> tuple[str, ...]:
        """Return the values that the type of the event has for a member, where it lists them."""
        event_type = self.archive.schema.types.get(proposal.event.get("type", ""))
        if event_type is None or not path.startswith("data."):
            return ()
        return event_type.options(path.partition(".")[2])

    def _made_anew(self, proposal: Proposal, found: Edits, event_type: str | None) -> tuple[dict[str, Any], list[str]]:
        """Return the event that the recipe makes of what was found with ``found`` instead, and what it lacks."""
        old, data = proposal.event, proposal.data
        recipe = self._recipe(data["kind"], event_type or old.get("type"))
        beside = {name: data.get(name) for name in ("story", "document", "kind", "rule")}
        values = {**beside, **proposal.found, **found}
        filled = fill(recipe, {name: value for name, value in values.items() if value is not None}, self.archive.zone)
        evidence = {name: old["data"][name] for name in ("evidence",) if name in old["data"]}
        event = {"source": old["source"], **filled.event, "data": {**filled.event["data"], **evidence}}
        if "edtf" not in event and "edtf" in old and "date" not in filled.needs:
            event["edtf"] = old["edtf"]
        return event, list(filled.needs)

    def _recipe(self, kind: str, event_type: str | None) -> EventRecipe:
        for recipe in self.recipes.get(kind, ()):
            if event_type is None or recipe.type.name == event_type:
                return recipe
        remedy = "edit the members of the event instead: type, subject, edtf, data.…"
        raise UsageError(f"no recipe makes {event_type or 'an event'} of a {kind}", remedy=remedy)

    def _apply(self, event: dict[str, Any], path: str, value: Any) -> None:
        place, _, name = path.partition(".")
        if place in ("found", "needs"):
            return
        target = event["data"] if place == "data" else event
        if path == "edtf" and value is not None:
            value = parse_human(value, self.archive.zone)
        if value is None:
            target.pop(name or path, None)
        else:
            target[name or path] = value

    def _act(self, event_type: str, proposal: Proposal, data: Mapping[str, Any]) -> Draft:
        """Return the draft of an editorial act on a proposal."""
        who = quote(self.who or self.archive.config.keeper, errors="surrogatepass")
        members = {"proposal": proposal.key, **data, "summary": data["summary"][:_SUMMARY_CHARS]}
        return {
            "type": event_type,
            "subject": f"proposal/{proposal.key}",
            "source": f"manual:{who}",
            "data": {name: value for name, value in members.items() if value is not None},
        }


def complete(proposals: Iterable[Proposal]) -> list[Proposal]:
    """Return the proposals that can be accepted as they are."""
    return [item for item in proposals if item.status == OPEN and not item.needs]


def _refuse_decided(proposal: Proposal, *, accept: bool) -> None:
    """Raise `UsageError` for a proposal that was decided, saying how and what helps."""
    if proposal.status == OPEN:
        return
    by, act = proposal.decided, f"`regesta retract {proposal.decided}`"
    if proposal.status == "accepted":
        message = f"it was accepted already, in event {by}"
        remedy = f"`regesta show {(proposal.accepted_as or '')[:12]}` shows what came of it"
        if not accept:
            remedy = f"`regesta retract {(proposal.accepted_as or '')[:12]}` takes the event back that came of it"
        raise UsageError(message, remedy=remedy)
    why = f" ({proposal.reason})" if proposal.reason else ""
    raise UsageError(f"it was rejected already, in event {by}{why}", remedy=f"{act} takes the rejection back")


def _check_paths(edits: Edits) -> None:
    for path in edits:
        place, dot, name = path.partition(".")
        if not (path in _PLAIN or (place in ("data", "found") and dot and name)):
            known = "type, subject, source, edtf, needs, data.NAME, found.NAME"
            raise UsageError(f"{path!r:.80} cannot be edited", remedy=f"what can be: {known}")
        if path == "data.proposal":
            raise UsageError("data.proposal is set by the acceptance itself")


def _is_met(need: str, before: Mapping[str, Any], after: Mapping[str, Any], edits: Edits) -> bool:
    """Say whether an edit supplies a need, by its own name or by what became of the event."""
    field_name = _FIELDS.get(need, need)
    names = {f"data.{need}", f"found.{field_name}", _OF_EVENT.get(need, "")}
    supplied = any(edits.get(name) is not None for name in names)
    return supplied or (_there(need, before) is None and _there(need, after) is not None)


def _there(need: str, event: Mapping[str, Any]) -> Any:
    return event.get(_OF_EVENT[need]) if need in _OF_EVENT else event["data"].get(need)
