"""The way through proposals, one by one: what each key does, and when a decision enters the log.

The last few decisions are held back, so that *back* can undo them; what is older is appended, and all that is left is
appended on the way out, whatever the way out is. So a review can be stopped at any time, and goes on where it was.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import click

from regesta.cli import _keys
from regesta.cli._card import Card, show
from regesta.cli._terminal import safe
from regesta.cli._whole import edited_whole
from regesta.errors import EventError, RegestaError, UsageError
from regesta.ingest.forms import edits_of_texts
from regesta.ingest.proposals import Passages, Proposal
from regesta.ingest.review import Decision, Review
from regesta.limits import REVIEW_HELD

_PROMPT: Final = "[a]ccept [e]dit [w]hole [r]eject [s]kip [b]ack [q]uit [?] "
_HELP: Final = """\
a  accept: the event enters the log
e  edit: what is still needed, then anything else
w  edit the whole event in $EDITOR
1  (or 2, 3 …) choose who speaks
r  reject: it is not proposed again
s  skip: decide another time
b  back; undoes the last decisions, up to five
q  quit; what was decided is kept"""
_QUIT: Final = "q"
_GOOD_WITHOUT: Final = "-"


@dataclass
class Flow:
    """One way through ``proposals``; ``build`` brings the tables up to date after an append."""

    review: Review
    proposals: Sequence[Proposal]
    passages: Passages
    build: Callable[[], object]
    accepted: int = 0
    rejected: int = 0
    _edits: dict[str, dict[str, Any]] = field(default_factory=dict)  # by key, of those that are not decided
    _held: dict[str, Decision] = field(default_factory=dict)
    _past: dict[str, str] = field(default_factory=dict)  # what became of those that are in the log
    _at: int = 0
    _shown: bool = False

    def run(self) -> None:
        """Go through all of them; whatever was decided is in the log when this returns or raises."""
        acts = {"a": self._accept, "e": self._edit, "w": self._edit_whole, "r": self._reject}
        acts |= {"s": self._next, "b": self._back}
        try:
            while self._at < len(self.proposals) and (key := self._ask()) != _QUIT:
                try:
                    if key.isdecimal():
                        self._choose(int(key))
                    elif key:
                        acts.get(key, _help)()
                except RegestaError as error:
                    _tell(error)
        finally:
            self._append(0)

    @property
    def _proposal(self) -> Proposal:
        return self.proposals[self._at]

    @property
    def _own(self) -> dict[str, Any]:
        """The edits of the proposal that is looked at."""
        return self._edits.setdefault(self._proposal.key, {})

    def _ask(self) -> str:
        """Show the proposal, unless it is on the screen already, and return the key that is pressed."""
        if not self._shown:
            proposal, own = self._proposal, self._own
            event, needs = self.review.edited(proposal, own)
            place = f"{self._at + 1} of {len(self.proposals)}"
            show(Card(proposal, event, needs, self.passages.text(proposal.data["document"]), place, sorted(own)))
            self._shown = True
        return _keys.read_key(_PROMPT)

    def _go(self, step: int) -> None:
        self._at, self._shown = self._at + step, False

    def _next(self) -> None:
        self._go(1)

    def _back(self) -> None:
        """Go back, and undo the decision there if it is still held."""
        if self._at == 0:
            raise UsageError("this is the first one")
        self._go(-1)
        if self._held.pop(self._proposal.key, None):
            click.echo("the decision is undone")

    def _accept(self) -> None:
        self._refuse_past()
        decision = Decision(self._proposal, True, dict(self._own))
        self._decide([decision], dry_run=True)  # what the tables refuse is said here, where it can be mended
        self._hold(decision)

    def _reject(self) -> None:
        self._refuse_past()
        reason = _keys.read_line("why, in one sentence (may be empty): ")
        self._hold(Decision(self._proposal, False, reason=reason or None))

    def _refuse_past(self) -> None:
        """Raise for a proposal whose decision is in the log: taking that back is another act."""
        was = self._past.get(self._proposal.key)
        if was:
            event = f"`regesta proposals --status {was}` and `regesta retract`"
            raise UsageError(f"it was {was}, and that is in the log", remedy=f"{event} take it back")

    def _hold(self, decision: Decision) -> None:
        self._held[decision.proposal.key] = decision
        self._append(REVIEW_HELD)
        self._go(1)

    def _append(self, keep: int) -> None:
        """Append the decisions that are held, but for the last ``keep``."""
        due = list(self._held.values())[: len(self._held) - keep] if len(self._held) > keep else []
        if not due:
            return
        try:
            self._decide(due)
        except (EventError, UsageError):
            due = self._one_by_one(due)
        # Dies here: these are in the log, and not among the open proposals of the next review.
        for decision in due:
            self._held.pop(decision.proposal.key, None)
            self._past[decision.proposal.key] = "accepted" if decision.accept else "rejected"
        self.accepted += sum(decision.accept for decision in due)
        self.rejected += sum(not decision.accept for decision in due)
        self.build()

    def _one_by_one(self, due: list[Decision]) -> list[Decision]:
        """Append each decision by itself, and return those that were taken: one that cannot be keeps back no other."""
        taken = list[Decision]()
        for decision in due:
            del self._held[decision.proposal.key]
            try:
                self._decide([decision])
            except (EventError, UsageError) as error:
                click.echo(f"{decision.place} stays as it is")
                _tell(error)
                continue
            self.build()
            taken.append(decision)
        return taken

    def _decide(self, decisions: list[Decision], *, dry_run: bool = False) -> None:
        self.review.settle(decisions, self.build, dry_run=dry_run)

    def _choose(self, number: int) -> None:
        """Take a candidate as the one who speaks."""
        candidates = self._proposal.candidates
        if not 1 <= number <= len(candidates):
            raise UsageError(f"there is no candidate {number}")
        self._set({self.review.path_of(self._proposal, "speaker"): candidates[number - 1]})

    def _edit(self) -> None:
        """Ask for what is needed, then for anything else."""
        proposal = self._proposal
        for need in self.review.edited(proposal, self._own)[1]:
            path = self.review.path_of(proposal, need)
            said = _keys.read_line(f"{need}{self._choices(need, path)} (empty: leave it, -: good without): ")
            if need == "speaker" and said.isdecimal():
                self._choose(int(said))
            elif said == _GOOD_WITHOUT:
                left = [name for name in self.review.edited(proposal, self._own)[1] if name != need]
                self._set({"needs": left})
            elif said:
                self._try(path, said)
        while said := _keys.read_line("anything else, as data.medium=tweet or edtf=30 June 2017 (empty: done): "):
            name, equals, value = said.partition("=")
            if equals:
                self._try(name.strip(), value.strip())
            else:
                click.echo("write NAME=VALUE")
        self._shown = False

    def _choices(self, need: str, path: str) -> str:
        names: Sequence[str] = self.review.options(self._proposal, path)
        if need == "speaker":
            names = [f"{number} {name}" for number, name in enumerate(self._proposal.candidates, start=1)]
        return f" [{', '.join(map(safe, names))}]" if names else ""

    def _try(self, path: str, text: str) -> None:
        try:
            self._set(edits_of_texts(self._proposal, {path: text}, self.review.archive.schema.types))
        except RegestaError as error:
            _tell(error)

    def _set(self, edits: dict[str, Any]) -> None:
        """Add edits to those of the proposal; raises when they make no sense."""
        self.review.edited(self._proposal, {**self._own, **edits})
        self._own.update(edits)
        self._shown = False

    def _edit_whole(self) -> None:
        editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
        if not editor:
            raise UsageError("no editor is known", remedy="set EDITOR, or use e")
        event, needs = self.review.edited(self._proposal, self._own)
        edits = edited_whole(event, needs, lambda text: click.edit(text, editor=editor, extension=".yaml"))
        if edits:
            self._set(edits)


def _help() -> None:
    click.echo(_HELP)


def _tell(error: RegestaError) -> None:
    """Say what is wrong and go on; where it is, is on the screen."""
    click.echo(f"! {safe(error.message, lines=True)}")
    if error.remedy:
        click.echo(f"  {safe(error.remedy, lines=True)}")
