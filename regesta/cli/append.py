"""`regesta append`: put events into the log, one or many, all or none."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

import click

from regesta.cli._appended import How, finish, how_options
from regesta.cli._complete import complete_type
from regesta.cli._session import Session
from regesta.cli._terminal import on_terminal, progress

if TYPE_CHECKING:
    from regesta.archive import Archive
    from regesta.cli._flags import Flags
    from regesta.events.log import Place
    from regesta.events.model import Draft

_STEP: Final = 500  # events between two movements of the progress bar


@click.command("append", short_help="Put events into the log, one or many, all or none.")
@click.argument("files", nargs=-1, metavar="[FILE|-]...", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--type", metavar="TYPE", shell_complete=complete_type, help="Type of one event, such as `letter.sent`.")
@click.option("--subject", help="What it is about, such as `state/KY`.")
@click.option(
    "--source", metavar="URI", help="Where it comes from: a URL, `urn:sha256:…` of a document.  [default: `manual:`]"
)
@click.option(
    "--date", "--edtf", "date", metavar="DATE", help="When, as far as known: `30 June 2017`, `2017-06-28/2017-07-05`."
)
@click.option("--summary", help="What happened or was said, in your own words.")
@click.option("--data", multiple=True, metavar="KEY=VALUE", help="A member of the event's data. Repeatable.")
@click.option(
    "--evidence", multiple=True, metavar="FILE:PASSAGE",
    help="A passage of a document that supports it: START-END in characters, or the words themselves. Repeatable.",
)  # fmt: skip
@click.option("--datetext", help="The date in the words of the source.")
@click.option("--note", help="What the editors want to say about it.")
@click.option("--replaces", metavar="ID", help="The event that this one corrects: id, beginning of it, or number.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "jsonl", "yaml"]),
    help="Format of the input, where its name or beginning does not tell.",
)
@click.option("--expected-size", type=click.IntRange(min=0), metavar="N", help="Append only if the log has N events.")
@how_options
@click.pass_obj
def command(session: Session, /, files: tuple[str, ...], **options: Any) -> None:
    """Append events to the log: the one that the options describe, or those in FILEs or on standard input.

    Input is JSON (an object or a list), JSON Lines, or YAML; `-` is standard input. All events are checked first;
    if one is refused, none is appended. An event that is in the log already is not appended again.
    """
    from regesta.cli._flags import Flags

    form, expected_size = options.pop("form"), options.pop("expected_size")
    how = How(**{name: options.pop(name) for name in How.__slots__})
    archive, flags = session.archive, Flags(**options)
    drafts, place = _described(flags, files, archive) if flags else _handed_in(files, form)
    with progress("reading") as advance:
        result = archive.append(
            _counted(drafts, advance), expected_size=expected_size, place=place, dry_run=how.dry_run
        )
    finish(archive, result, how)


def _described(flags: Flags, files: tuple[str, ...], archive: Archive) -> tuple[Iterable[Draft], Place]:
    from regesta.cli._flags import draft_of

    if files:
        raise click.UsageError("either options describe one event or files hold events, not both")
    return [draft_of(flags, archive)], lambda number: "the new event"


def _handed_in(files: tuple[str, ...], form: str | None) -> tuple[Iterable[Draft], Place]:
    from regesta.cli._drafts import STANDARD_INPUT, Drafts

    if not files and on_terminal(sys.stdin):
        raise click.UsageError("nothing to append: describe an event with --type and --subject, name a file, or use -")
    drafts = Drafts(files or (STANDARD_INPUT,), form)
    return drafts, drafts.place


def _counted(drafts: Iterable[Draft], advance: Callable[[int], None]) -> Iterator[Draft]:
    for number, draft in enumerate(drafts, start=1):
        if number % _STEP == 0:
            advance(_STEP)
        yield draft
