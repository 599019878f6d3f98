"""`regesta export`: one of the feeds and files, the whole site as files, or the archive as a bag."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from regesta.cli._complete import complete_type
from regesta.cli._session import Session
from regesta.cli._terminal import count, notice, on_terminal, one_line, print_json, progress, safe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from regesta.archive import Archive

SITE: Final = "site"
BAG: Final = "bag"
NAMES: Final = ("feed.atom", "calendar.ics", "events.csv", "timelinejs.json", "events.jsonl", "events.jsonld")


@click.command("export", short_help="Write a feed or file, the whole site as files, or a bag.")
@click.argument("name", metavar="FORMAT", type=click.Choice([*NAMES, SITE, BAG]))
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "-o", "--output", "target", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write, instead of standard output.",
)  # fmt: skip
@click.option(
    "--type", "types", multiple=True, metavar="TYPE", shell_complete=complete_type,
    help="Only this type, or all that begin like it: `response.`. Repeatable.",
)  # fmt: skip
@click.option("--subject", metavar="SUBJECT", help="Only this subject, or all that begin like it: `state/`.")
@click.option("--since", metavar="DATE", help="Only what may have happened on this date or later.")
@click.option("--until", metavar="DATE", help="Only what may have happened on this date or before.")
@click.option("--text", metavar="WORDS", help="Only events with all these words in their summary or subject.")
@click.option(
    "--url", metavar="URL", default="", help="Where the site is or will be; for whole addresses in the files."
)
@click.option(
    "--documents", is_flag=True, help="With `bag`: the captured source texts too, which may not be yours to give."
)
@click.option("--json", "as_json", is_flag=True, help="Print what was written and what was left out as JSON.")
@click.pass_obj
def command(
    session: Session, /, name: str, folder: Path | None, target: Path | None, url: str, as_json: bool, **asked: object
) -> None:
    """Write a feed or a file as the site offers it, the whole site as files into DIR, or the archive as a bag.

    The formats: feed.atom for feed readers, calendar.ics for calendar programs, events.csv for spreadsheets,
    timelinejs.json for TimelineJS, events.jsonl (the events as they stand in the log), events.jsonld (schema.org).
    What a file leaves out is said in it, and on standard error.

    A site of files needs no server: any web host will do, or a disk. DIR is new, empty, or holds an earlier export,
    which is replaced as a whole. What is exported is what visitors may see: never proposals.

    A bag (BagIt, RFC 8493) is the archive itself with checksums, for whoever keeps it for good: log, schema and
    settings, proposals among them, nothing that was derived. Its log is verified first. DIR is new or empty.
    """
    from regesta.cli._built import ready

    documents = bool(asked.pop("documents"))
    conditions = {key: value for key, value in asked.items() if value}
    if documents and name != BAG:
        raise click.UsageError("--documents is for a bag: regesta export bag DIR --documents")
    if name == BAG:
        if folder is None or target or conditions or url:
            raise click.UsageError("a bag is written whole into a folder: regesta export bag DIR [--documents]")
        _bag(session.archive, folder, documents, as_json)
        return
    if name == SITE and (folder is None or target or conditions):
        raise click.UsageError("a site is written whole into a folder: regesta export site DIR [--url URL]")
    if name != SITE and (folder is not None or (as_json and target is None)):
        raise click.UsageError("a file is written with -o FILE, or to standard output without --json")
    archive = session.archive
    ready(archive)
    if folder is not None:
        _site(archive, folder, url, as_json)
    else:
        _file(archive, name, target, (url, as_json, _parameters(conditions)))


def _parameters(conditions: dict[str, object]) -> dict[str, str]:
    """Return the conditions by the names that they have in an address."""
    names = {"text": "q", "types": "type", "subject": "about"}
    return {
        names.get(key, key): " ".join(value) if isinstance(value, tuple) else str(value)
        for key, value in conditions.items()
    }


def _file(archive: Archive, name: str, target: Path | None, asked: tuple[str, bool, dict[str, str]]) -> None:
    from regesta.durable import replace_file
    from regesta.publish.export import export_file
    from regesta.publish.feeds.formats import FORMATS

    url, as_json, conditions = asked
    with export_file(archive, FORMATS[name], conditions.get, url) as (pieces, left_out):
        if target is None:
            _print(pieces)
        else:
            replace_file(target, pieces)
    if as_json:
        print_json({"path": str(target), "left_out": left_out})
        return
    for words in left_out:
        notice(f"not in {name}: {words}")


def _print(pieces: Iterable[bytes]) -> None:
    """Write a file to standard output, byte for byte where that is no terminal."""
    for piece in pieces:
        if on_terminal():
            click.echo(safe(piece.decode("utf-8"), lines=True), nl=False)
        else:
            sys.stdout.buffer.write(piece)
    sys.stdout.flush()


def _bag(archive: Archive, folder: Path, documents: bool, as_json: bool) -> None:
    from regesta.publish.bag import DOCUMENTS, write_bag

    done = write_bag(archive, folder, documents=documents)
    if as_json:
        print_json({"path": str(folder), "files": done.files, "bytes": done.bytes, "documents": done.documents})
        return
    click.echo(f"{one_line(str(folder))}: a bag of {count(done.files, 'file')}, {done.bytes / 1e6:,.1f} MB")
    if not done.documents and (archive.folder / DOCUMENTS).is_dir():
        click.echo("not in it: the captured source texts (--documents)")


def _site(archive: Archive, folder: Path, url: str, as_json: bool) -> None:
    from regesta.publish.export import export_site

    with progress("reading pages") as advance:
        done = export_site(archive, folder, url, advance)
    if as_json:
        said = {"path": str(folder), "files": done.files, "bytes": done.bytes, "left_out": list(done.left_out)}
        print_json(said)
        return
    click.echo(f"{one_line(str(folder))}: {count(done.files, 'file')}, {done.bytes / 1e6:,.1f} MB")
    for words in done.left_out:
        click.echo(f"not in it: {one_line(words)}")
    if not url:
        notice("without --url the feeds do not link to the pages, and a citation names no host")
