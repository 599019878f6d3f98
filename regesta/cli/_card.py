"""A proposal as a card: its passage in the text around it, the event that is proposed, and what it still needs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import click

from regesta.cli._terminal import Field, console, on_terminal, one_line, print_fields, safe, styled
from regesta.errors import EventError
from regesta.ingest.context import in_context
from regesta.schema.dates import describe

if TYPE_CHECKING:
    from regesta.ingest.proposals import Proposal

# Marks around the passage: they are there where colours are not.
_OPEN, _CLOSE = "»", "«"
_TOLD_ELSEWHERE: Final = frozenset({"summary", "evidence", "datetext", "proposal"})


@dataclass(frozen=True, slots=True)
class Card:
    """What is shown of a proposal: ``event`` is the proposed one as edited, ``needs`` what it lacks now.

    ``text`` is that of its document, None where it is not kept; ``place`` says where in the list it stands.
    """

    proposal: Proposal
    event: Mapping[str, Any]
    needs: Sequence[str]
    text: str | None
    place: str
    edited: Sequence[str] = ()


def show(card: Card) -> None:
    """Print a card."""
    data = card.proposal.data
    facts = (card.place, data["kind"], data["rule"], f"{data['confidence']:.2f}", data.get("story", ""))
    heading = "  ".join(one_line(fact) for fact in facts if fact)
    click.echo()
    if on_terminal():
        console().rule(styled((heading, "bold")), align="left")
    else:
        click.echo(f"== {heading}")
    _show_passage(card)
    click.echo()
    print_fields(_title(card.event), list(_fields(card)))
    click.echo()


def _show_passage(card: Card) -> None:
    if card.text is None:
        click.echo("(the document is not kept here: ingest it again to see the passage)")
        return
    before, passage, after = in_context(card.text, card.proposal.data["start"], card.proposal.data["end"])
    if on_terminal():
        console().print(styled((before, "dim"), (f"{_OPEN}{passage}{_CLOSE}", "bold"), (after, "dim")))
    else:
        click.echo(safe(f"{before}{_OPEN}{passage}{_CLOSE}{after}", lines=True))


def _title(event: Mapping[str, Any]) -> str:
    return f"{one_line(event.get('type', '(no type)'))}  {one_line(event.get('subject', '(no subject)'))}"


def _fields(card: Card) -> Iterator[Field]:
    data = card.event["data"]
    yield "date", _date(card.event.get("edtf"), data.get("datetext"))
    yield "summary", str(data.get("summary", ""))
    for name, value in data.items():
        if name not in _TOLD_ELSEWHERE:
            yield name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if card.edited:
        yield "edited", ", ".join(card.edited)
    if card.needs:
        yield "still needs", ", ".join(card.needs)
    if card.proposal.candidates:
        yield "perhaps", "  ".join(f"{n} {name}" for n, name in enumerate(card.proposal.candidates, start=1))


def _date(edtf: str | None, words: str | None) -> str:
    if edtf is None:
        return "undated" if words is None else f"not known, printed as “{words}”"
    try:
        told = f"{describe(edtf)} ({edtf})"
    except EventError:
        told = edtf
    return f"{told}, printed as “{words}”" if words else told
