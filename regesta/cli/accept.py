"""`regesta accept`: decide on proposals, by their keys, by what they are, or by a file that comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from regesta.cli._appended import How, finish, how_options
from regesta.cli._pending import choosing_options, up_to_date, wanted_of
from regesta.cli._session import Session
from regesta.cli._terminal import count
from regesta.errors import UsageError

if TYPE_CHECKING:
    from regesta.archive import Archive
    from regesta.cli._decisions import Handed
    from regesta.ingest.proposals import Proposal

_CHOICES = ("kinds", "rules", "stories", "documents")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the options ask for."""

    names: tuple[str, ...]
    edits: tuple[str, ...]
    every: bool
    reject: bool
    reason: str | None
    form: str | None
    chosen: Mapping[str, Any]


@click.command("accept", short_help="Accept or reject proposals, also by a file that comes back.")
@click.argument("names", nargs=-1, metavar="[KEY|FILE|-]...")
@choosing_options
@click.option(
    "--all",
    "every",
    is_flag=True,
    help="All open proposals that lack nothing; of a file, the rows without a decision too.",
)
@click.option(
    "--set",
    "edits",
    multiple=True,
    metavar="PATH=VALUE",
    help="Change this first: `found.person=Tom Wolf`, `data.medium=tweet`, `edtf=30 June 2017`, `needs=`. Repeatable.",
)
@click.option("--reject", is_flag=True, help="Reject instead.")
@click.option("--reason", metavar="TEXT", help="Why it is rejected, in one sentence.")
@click.option("--by", metavar="NAME", help="Who decides.  [default: the archive's keeper]")
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "jsonl"]),
    help="Format of a file, where its name or beginning does not tell.",
)
@how_options
@click.pass_obj
def command(session: Session, /, by: str | None, **options: Any) -> None:
    """Accept proposals: the events that they propose enter the log.

    KEY is the key of a proposal or its beginning. FILE is what `regesta proposals --csv` or --jsonl printed, with
    accept, reject or skip in its column `decision`; whatever else was changed in it is changed in the event. Without
    either, the options choose: those that lack nothing are accepted. All is decided, or nothing.
    """
    from regesta.ingest.review import Review

    how = How(**{name: options.pop(name) for name in How.__slots__})
    asked = _Asked(
        **{name: options.pop(name) for name in ("names", "edits", "every", "reject", "reason", "form")}, chosen=options
    )
    archive = session.archive
    _refuse_contradictions(asked)
    up_to_date(archive)
    handed = _handed(asked, archive)
    result = Review(archive, by).decide(handed.decisions, dry_run=how.dry_run)
    accepted = sum(decision.accept for decision in handed.decisions)
    told = {
        "accepted": accepted,
        "rejected": len(handed.decisions) - accepted,
        "decided_before": handed.known,
        "skipped": handed.skipped,
    }
    if not how.as_json:
        _say(told, how.dry_run)
    finish(archive, result, how, told)


def _refuse_contradictions(asked: _Asked) -> None:
    chosen = any(asked.chosen[name] for name in _CHOICES) or asked.chosen["min_confidence"] > 0
    if asked.names and chosen:
        raise click.UsageError("name proposals or choose them by --kind, --rule …, not both")
    if not asked.names and not (asked.every or chosen):
        raise click.UsageError("nothing to decide: give a KEY, a FILE, --rule, or --all")
    if asked.edits and (len(asked.names) != 1 or _is_file(asked.names[0])):
        raise click.UsageError("--set goes with one KEY")
    if asked.reason and not asked.reject:
        raise click.UsageError("--reason goes with --reject")


def _is_file(name: str) -> bool:
    return name == "-" or Path(name).suffix != "" or Path(name).is_file()


def _handed(asked: _Asked, archive: Archive) -> Handed:
    """Return the decisions that are asked for."""
    from regesta.cli._decisions import Handed, read_decisions

    files = [name for name in asked.names if _is_file(name)]
    if files and (len(files) < len(asked.names) or asked.reject):
        raise click.UsageError("a file says itself what is decided: give it without KEYs and without --reject")
    if files:
        parts = [read_decisions(name, asked.form, archive, every=asked.every) for name in files]
        decisions = [decision for part in parts for decision in part.decisions]
        return Handed(decisions, sum(part.skipped for part in parts), sum(part.known for part in parts))
    return _named(asked, archive) if asked.names else _chosen(asked, archive)


def _named(asked: _Asked, archive: Archive) -> Handed:
    from regesta.cli._decisions import Handed
    from regesta.ingest.proposals import find
    from regesta.ingest.review import Decision

    proposals = {found.key: found for found in (find(archive.database, name) for name in asked.names)}
    past = "rejected" if asked.reject else "accepted"
    new = [found for found in proposals.values() if found.status != past]
    edits = _edits(asked.edits, new[0], archive) if asked.edits and new else {}
    decisions = [Decision(found, not asked.reject, edits, asked.reason) for found in new]
    return Handed(decisions, 0, len(proposals) - len(new))


def _chosen(asked: _Asked, archive: Archive) -> Handed:
    from regesta.cli._decisions import Handed
    from regesta.ingest.proposals import select
    from regesta.ingest.review import Decision, complete

    found = list(select(archive.database, wanted_of(asked.chosen)))
    taken = found if asked.reject else complete(found)
    rules = asked.chosen["rules"]
    decisions = [
        Decision(item, not asked.reject, {}, asked.reason, item.data["rule"] if rules else "all") for item in taken
    ]
    return Handed(decisions, len(found) - len(taken))


def _edits(texts: Sequence[str], proposal: Proposal, archive: Archive) -> dict[str, Any]:
    from regesta.ingest.forms import edits_of_texts

    pairs = [text.partition("=") for text in texts]
    wrong = next((text for text, (name, equals, _) in zip(texts, pairs, strict=True) if not name or not equals), None)
    if wrong is not None:
        raise UsageError(f"--set {wrong!r} is not PATH=VALUE")
    return edits_of_texts(proposal, {name: value for name, _, value in pairs}, archive.schema.types)


def _say(told: Mapping[str, int], dry_run: bool) -> None:
    would = "would be " if dry_run else ""
    words = {
        "accepted": f"{would}accepted",
        "rejected": f"{would}rejected",
        "decided_before": "decided so before",
        "skipped": "left open",
    }
    parts = [f"{count(number, 'proposal')} {words[name]}" for name, number in told.items() if number]
    click.echo(", ".join(parts) if parts else "there is no such proposal")
