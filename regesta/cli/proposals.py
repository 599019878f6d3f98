"""`regesta proposals`: what extraction suggests, as a list to read or as a table to edit."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

import click

from regesta.cli._pending import choosing_options, needs_option, passages_of, up_to_date, wanted_of
from regesta.cli._session import Session
from regesta.cli._terminal import console, count, on_terminal, one_line, print_json, styled, write_exactly, write_json

if TYPE_CHECKING:
    from regesta.archive import Archive
    from regesta.ingest.proposals import Passages, Proposal, Wanted

_LISTED: Final = 50  # on a screen; a file gets all
_KEY_CHARS: Final = 12
_PASSAGE_CHARS: Final = 160
_STATUSES: Final = ("open", "accepted", "rejected", "any")


@click.command("proposals", short_help="List what extraction suggests, to read or to edit.")
@click.option(
    "--status", "statuses", multiple=True, type=click.Choice(_STATUSES), default=("open",), metavar="STATUS",
    help="open, accepted, rejected or any. Repeatable.  [default: open]",
)  # fmt: skip
@choosing_options
@needs_option
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help=f"At most N.  [default: {_LISTED} on a list, else all]"
)
@click.option(
    "--csv", "form", flag_value="csv", help="Print a table for a spreadsheet, to be taken by `regesta accept`."
)
@click.option(
    "--jsonl", "form", flag_value="jsonl", help="Print one JSON object a line, to be taken by `regesta accept`."
)
@click.option("--json", "form", flag_value="json", help="Print a list of objects.")
@click.pass_obj
def command(session: Session, /, statuses: tuple[str, ...], form: str | None, **options: Any) -> None:
    """List the proposals: what extraction suggests, with its passage and what it still needs.

    With --csv or --jsonl they come with a place for the decision. Write accept or reject there, change what is
    wrong in any other column, and hand the file to `regesta accept`.
    """
    archive = session.archive
    up_to_date(archive)
    if form is None:
        options["limit"] = options["limit"] or _LISTED
    wanted = wanted_of(options, statuses)
    from regesta.ingest.proposals import select

    found, passages = select(archive.database, wanted), passages_of(archive)
    if form == "csv":
        _print_csv(found, passages)
    elif form == "jsonl":
        _print_lines(found, passages)
    elif form == "json":
        _print_objects(found, passages)
    else:
        _print_list(archive, wanted, list(found), passages)


class _Exactly:
    """A file for the CSV writer."""

    write = staticmethod(write_exactly)


def _print_csv(found: Iterable[Proposal], passages: Passages) -> None:
    from regesta.cli._sheet import write_sheet
    from regesta.ingest.forms import cells_of, columns_of

    rows = [cells_of(proposal, passages.of(proposal)) for proposal in found]
    write_sheet(_Exactly(), columns_of(rows), rows)


def _print_lines(found: Iterable[Proposal], passages: Passages) -> None:
    from regesta.ingest.forms import json_of

    for proposal in found:
        write_json(json.dumps(json_of(proposal, passages.of(proposal)), ensure_ascii=False))


def _print_objects(found: Iterable[Proposal], passages: Passages) -> None:
    from regesta.ingest.forms import json_of

    print_json([json_of(proposal, passages.of(proposal)) for proposal in found])


def _print_list(archive: Archive, wanted: Wanted, found: list[Proposal], passages: Passages) -> None:
    from regesta.ingest.proposals import count as count_of

    show = _to_terminal if on_terminal() else _to_pipe
    for proposal in found:
        show(list(_parts(proposal, passages.of(proposal))))
    total = count_of(archive.database, wanted)
    if not found:
        click.echo("no proposal is like that")
        return
    more = f", {total - len(found):,} more with --limit" if total > len(found) else ""
    is_open = any(proposal.status == "open" for proposal in found)
    next_step = "; `regesta review` goes through the open ones, one by one" if is_open else ""
    click.echo(f"\n{count(len(found), 'proposal')}{more}{next_step}")


def _parts(proposal: Proposal, passage: str | None) -> Iterator[list[tuple[str, str]]]:
    """Yield the lines of a proposal as (text, style): what it is, its passage, what it needs."""
    data = proposal.data
    status = "" if proposal.status == "open" else f"{proposal.status}  "
    yield [
        (f"{proposal.key[:_KEY_CHARS]}  ", "bold"),
        (f"{one_line(data['kind'])}  ", "cyan"),
        (f"{data['confidence']:.2f}  ", "dim"),
        (status, "magenta"),
        (one_line(proposal.event["data"].get("summary", "")), ""),
    ]
    if passage is not None:
        yield [("    ", ""), (f"“{_shortened(one_line(passage))}”", "italic")]
    if proposal.needs and proposal.status == "open":
        names = f" (perhaps {', '.join(map(one_line, proposal.candidates))})" if proposal.candidates else ""
        yield [("    ", ""), (f"needs {', '.join(map(one_line, proposal.needs))}{names}", "yellow")]


def _shortened(text: str) -> str:
    return text if len(text) <= _PASSAGE_CHARS else f"{text[: _PASSAGE_CHARS - 1]}…"


def _to_terminal(lines: list[list[tuple[str, str]]]) -> None:
    screen = console()
    for line in lines:
        screen.print(styled(*line))


def _to_pipe(lines: list[list[tuple[str, str]]]) -> None:
    for line in lines:
        click.echo("".join(text for text, _ in line))
