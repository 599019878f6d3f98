"""`regesta blame`: every value that a row has had, when, and on whose word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from regesta.cli._session import Session
from regesta.cli._terminal import Field, one_line, print_fields, print_json
from regesta.schema.dates import describe

if TYPE_CHECKING:
    from regesta.replay.blame import Blame, Held, Passage, TakenBack, Word


@click.command("blame", short_help="Every value that a row has had, when, and on whose word.")
@click.argument("table")
@click.argument("key")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def command(session: Session, table: str, key: str, as_json: bool) -> None:
    """Every value that a row of TABLE has had: since when, by which event, and the passages that say so.

    KEY is the row's whole key with commas, `voter-rolls-2017,NY`, or a value in one of its columns, `NY`. What was
    said of the row and has since been replaced or retracted comes last.
    """
    from regesta.cli._built import ready
    from regesta.replay.blame import blame

    ready(session.archive)
    found = blame(session.archive, table, key)
    if as_json:
        print_json([asdict(row) for row in found])
        return
    for row in found:
        _print(row)


def _print(row: Blame) -> None:
    click.echo(one_line(f"{row.table}: {', '.join(f'{name} {value}' for name, value in row.key.items())}"))
    for state in row.held:
        click.echo("")
        print_fields(_held_since(state), [*_cells(state.changed), *_word(state.word)])
    for past in row.taken_back:
        click.echo("")
        print_fields(_taken_back(past), [*_cells(past.values), *_word(past.word)])


def _held_since(state: Held) -> str:
    since = describe(state.word.edtf) if state.word.edtf else "an unknown date"
    vague = " (not certain before its end)" if state.word.edtf and "between" in since else ""
    until = f", until event {state.ended_by} changed it" if state.ended_by else ", and still"
    return f"since {since}{vague}{until}"


def _taken_back(past: TakenBack) -> str:
    if past.by is None:
        return past.status
    why = f": {past.why}" if past.why else ""
    return one_line(f"{past.status} on {describe(past.by.recorded)} by event {past.by.sequence}{why}")


def _cells(values: dict[str, Any]) -> Iterator[Field]:
    return ((name, "(empty)" if value is None else str(value)) for name, value in values.items())


def _word(word: Word) -> Iterator[Field]:
    yield "event", f"{word.sequence} ({word.type}), recorded {describe(word.recorded)}"
    if word.note:
        yield "note", word.note
    if not word.passages:
        yield "on the word of", word.source
    yield from _passages(word.passages)


def _passages(passages: Iterable[Passage]) -> Iterator[Field]:
    for digest, group in groupby(passages, key=lambda passage: passage.document):
        found = list(group)
        yield "on the word of", ", ".join(filter(None, (found[0].title, found[0].publisher))) or f"sha256:{digest}"
        for passage in found:
            words = passage.exact or f"sha256:{passage.digest}"
            yield "", f"characters {passage.start} to {passage.end}: {words}"
