"""`regesta ingest`: take documents in, and propose events from them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from regesta.cli._appended import How, how_options
from regesta.cli._session import Session
from regesta.cli._terminal import count, notice, one_line, print_json, progress, safe
from regesta.errors import UsageError

if TYPE_CHECKING:
    from regesta.archive import Archive
    from regesta.errors import InputError
    from regesta.ingest.capture import Source
    from regesta.ingest.run import Options, Report, Tools
    from regesta.ingest.sources import SourceConfig

_STANDARD_INPUT: Final = "-"
_URL: Final = re.compile(r"https?://", re.IGNORECASE)
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_USER: Final = re.compile(r"https?://[^/?#]*@", re.IGNORECASE)
_STORY: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
_STATES: Final = {"new": "new", "updated": "new version", "known": "known already"}
_SHOWN: Final = 20  # notices, and problems


@click.command("ingest", short_help="Take documents in, and propose events from them.")
@click.argument("places", nargs=-1, required=True, metavar="PATH|URL|-...")
@click.option("--story", metavar="ID", help="They are versions of this story.")
@click.option("--publisher", metavar="NAME", help="Who published them.")
@click.option("--published", metavar="DATE", help="When they first came out.")
@click.option("--url", metavar="URL", help="Where the one file was.")
@click.option("--name", metavar="NAME", help="What standard input is called, such as `letter.eml`.")
@click.option("--media-type", metavar="TYPE", help="What the files are, where name and bytes do not tell.")
@click.option("--source", metavar="NAME", help="Take them as `ingest/NAME.toml` says, rows of tables for one.")
@click.option("--with", "extractors", multiple=True, metavar="NAME", help="Use this extractor too. Repeatable.")
@click.option(
    "--accept",
    multiple=True,
    metavar="RULE|all",
    help="Accept at once what this rule proposes, where it lacks nothing. Repeatable.",
)
@click.option("--by", metavar="NAME", help="Who accepts.  [default: the archive's keeper]")
@how_options
@click.pass_obj
def command(session: Session, /, places: tuple[str, ...], **options: Any) -> int:
    """Take documents in: files, folders with all below them, addresses, or `-` for standard input.

    Each document is kept in `documents/` as it is. That it was captured, and which version of which story it is, enters
    the log; what can be read out of it is only proposed, each event with its passage. A document that is known adds
    nothing. What cannot be read is told, and the rest goes on.
    """
    from regesta.ingest.run import ingest

    how = How(**{name: options.pop(name) for name in How.__slots__})
    archive, skipped = session.archive, Counter[str]()
    _refuse_contradictions(places, options)
    chosen, tools = _options(options, how, archive), tools_of(options["extractors"], archive)
    with progress("ingesting", _total(places, archive)) as advance:
        report = ingest(archive, _sources(places, options, archive, skipped), chosen, tools, advance)
    if not how.as_json:
        _say(report, skipped, how.dry_run)
    _build(archive, report, how)
    if how.as_json:
        listed = [asdict(item) for item in report.listed]
        print_json({**vars(report), "listed": listed, "skipped": skipped, "dry_run": how.dry_run})
    return 1 if report.problem_count else 0


def _refuse_contradictions(places: tuple[str, ...], options: Mapping[str, Any]) -> None:
    if "" in places:
        raise click.UsageError("one of the places is empty: name a file, a folder, an address, or `-`")
    single = len(places) == 1 and not Path(places[0]).is_dir()
    if options["url"] and (not single or _is_url(places[0])):
        raise click.UsageError("--url says where one file was: give it with one file")
    if options["name"] and places != (_STANDARD_INPUT,):
        raise click.UsageError("--name goes with standard input: `-`")
    if options["story"] and not _STORY.fullmatch(options["story"]):
        raise UsageError(f"--story {options['story']!r}: a name of small letters, digits and hyphens")
    if options["url"] and not _is_url(options["url"]):
        raise UsageError(f"--url {options['url']!r} is no address: https://…")
    if options["url"] and _USER.match(options["url"]):
        raise UsageError("--url holds a user name or password, which the log would show to everybody")
    unread = next((place for place in places if _SCHEME.match(place) and not _is_url(place)), None)
    if unread is not None and not Path(unread).exists():
        raise UsageError(
            f"{unread!r:.200}: of addresses only http:// and https:// are read", remedy="save it as a file"
        )


def _is_url(place: str) -> bool:
    return bool(_URL.match(place))


def _total(places: tuple[str, ...], archive: Archive) -> int | None:
    """Return how many sources there are, None where only reading will tell."""
    from regesta.ingest.files import Files

    if _STANDARD_INPUT in places:
        return None
    paths = [Path(place) for place in places if not _is_url(place)]
    return Files(paths, archive.folder).count() + len(places) - len(paths)


def _sources(
    places: tuple[str, ...], options: Mapping[str, Any], archive: Archive, skipped: Counter[str]
) -> Iterator[Source | InputError]:
    """Yield the sources in the order in which they are given."""
    from regesta.errors import InputError
    from regesta.ingest.files import Files, read_standard_input

    media_type = options["media_type"] or _source(options["source"], archive).media_type
    for place in places:
        if place == _STANDARD_INPUT:
            yield read_standard_input(options["name"], media_type)
        elif _is_url(place):
            yield _fetched(place)
        else:
            for source in Files([Path(place)], archive.folder, skipped):
                if media_type and not isinstance(source, InputError):
                    source = replace(source, media_type=media_type)
                yield source


def _fetched(url: str) -> Source | InputError:
    from regesta.errors import InputError, NetworkError
    from regesta.ingest.fetch import fetch

    try:
        source = fetch(url).source
    except (InputError, NetworkError) as error:  # one address that does not answer stops no run
        return InputError(error.message, where=error.where or url, remedy=error.remedy)
    return source or InputError("the server says that nothing has changed", where=url)


def _options(options: Mapping[str, Any], how: How, archive: Archive) -> Options:
    from regesta.ingest.run import Options
    from regesta.schema.dates import parse_human

    published = parse_human(options["published"], archive.zone) if options["published"] else None
    source = _source(options["source"], archive)
    return Options(
        story=options["story"] or source.story,
        publisher=options["publisher"] or source.publisher,
        published=published,
        url=options["url"],
        row=source.row,
        accept=options["accept"],
        who=options["by"],
        dry_run=how.dry_run,
    )


def _source(name: str | None, archive: Archive) -> SourceConfig:
    """Return what `ingest/<name>.toml` says; where none is named, nothing."""
    from regesta.ingest.sources import SourceConfig, load_source

    return load_source(archive.folder, name, archive.schema.types) if name else SourceConfig("")


def tools_of(names: tuple[str, ...], archive: Archive) -> Tools:
    """Return how to read and what to find: the rules with the archive's lists, and the extractors that are named."""
    from regesta.ingest.extract import Context, Finding, extract, load_lists
    from regesta.ingest.plugins import extractors, readers
    from regesta.ingest.readers import read
    from regesta.ingest.run import Tools, version_of

    folder, more, brought = archive.folder / "ingest", extractors(names, archive.folder), readers(archive.folder)
    for problem in brought.problems:
        notice(str(problem))
    lists = cache(load_lists)  # read when the first text is: half of the time of a run that finds nothing new

    def found(text: str, context: Context) -> Iterator[Finding | InputError]:
        yield from extract(text, context, lists(folder))
        for other in more:
            yield from other(text, context)

    return Tools(lambda source: read(source, brought.readers), found, version_of(folder, names))


def _build(archive: Archive, report: Report, how: How) -> None:
    from regesta.cli._built import run_build

    wanted = report.appended > 0 if how.build is None else how.build
    if wanted and not how.dry_run:
        built = run_build(archive)
        if not how.as_json:
            click.echo(f"built {archive.database.name}: {count(built.events, 'event')}")


def _say(report: Report, skipped: Mapping[str, int], dry_run: bool) -> None:
    for text in report.notices[:_SHOWN]:
        notice(text)
    if len(report.notices) > _SHOWN:
        notice(f"and {len(report.notices) - _SHOWN:,} more (--json lists them)")
    if dry_run:
        click.echo("nothing is written; this is what would be done")
    total = sum(report.documents.values())
    states = ", ".join(f"{number:,} {_STATES[state]}" for state, number in sorted(report.documents.items()))
    click.echo(f"{count(total, 'document')}{f': {states}' if states else ''}")
    if total and not report.appended:
        click.echo("nothing new")
    if total == len(report.listed):
        for item in report.listed:
            click.echo(
                f"  {one_line(item.name)}: {_STATES[item.state]}, {count(item.proposals, 'proposal')}{_of(item.story)}"
            )
    made = sum(report.proposals.values())
    if made:
        kinds = ", ".join(f"{number:,} {one_line(kind)}" for kind, number in report.proposals.most_common())
        click.echo(f"{count(made, 'proposal')}: {kinds}")
    if report.accepted:
        click.echo(f"{count(report.accepted, 'proposal')} accepted at once")
    if report.needs:
        needs = ", ".join(f"{one_line(need)} ({number:,})" for need, number in report.needs.most_common())
        click.echo(f"what some still need: {needs}")
    _say_what_is_wrong(report, skipped)
    if made > report.accepted and not dry_run:
        click.echo("next: `regesta review` goes through the proposals, `regesta proposals` lists them")


def _of(story: str) -> str:
    return f", story {one_line(story)}" if story else ""


def _say_what_is_wrong(report: Report, skipped: Mapping[str, int]) -> None:
    if report.orphaned:
        gone = f"{count(report.orphaned, 'passage')} behind events {'is' if report.orphaned == 1 else 'are'} gone"
        click.echo(f"{gone} from new versions: see `regesta story ID`")
    if skipped:
        click.echo(f"passed over: {', '.join(count(number, what) for what, number in sorted(skipped.items()))}")
    if report.problem_count:
        rest = ", the rest was taken" if report.documents else ""
        click.echo(f"{count(report.problem_count, 'problem')}{rest}", err=True)
        for text in report.problems[:_SHOWN]:
            click.echo(f"error: {safe(text)}", err=True)
        if report.problem_count > _SHOWN:
            click.echo(f"… and {report.problem_count - _SHOWN:,} more (--json lists them)", err=True)
