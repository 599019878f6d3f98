"""`regesta replay`: the archive as of a date, as a database of its own."""

from __future__ import annotations

from pathlib import Path

import click

from regesta.cli._asof import point_of, point_options
from regesta.cli._session import Session
from regesta.cli._terminal import count, one_line, print_json, progress


@click.command("replay", short_help="Write the archive as of a date into a database.")
@point_options
@click.option(
    "-o", "--output", "target", required=True, metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
    help="The database to write; an earlier replay there is replaced.",
)  # fmt: skip
@click.option(
    "--metadata", "metadata_file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
    help="Also write the titles, descriptions and queries for `datasette serve -m`.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def command(
    session: Session, /, at: str | None, known: str | None, possible: bool, target: Path, **options: object
) -> None:
    """Write the archive as of a date into a database like archive.db, with every table and view.

    --at is the date by which things had happened, --known the date by which they were recorded here; give one or
    both. A date means its end, in the archive's zone: `2017-07-01`, `1 July 2017`, `July 2017`, or an instant such
    as `2017-07-01T12:00:00-04:00`. The table `meta` of the new file says what it is.
    """
    from regesta.cli._built import checkpoint_size, ready
    from regesta.replay.replays import summary

    archive = session.archive
    if at is None and known is None:
        raise click.UsageError("as of when? give --at DATE, --known DATE, or both")
    point = point_of(archive, at, known, possible=possible)
    ready(archive)
    with progress("replaying", checkpoint_size(archive)) as advance:
        archive.replays(advance).write(point, target, possible=possible)
    metadata_file = options["metadata_file"]
    if isinstance(metadata_file, Path):
        from regesta.publish.metadata import write_for

        write_for(archive, target, metadata_file)
    result = summary(target)
    if options["as_json"]:
        print_json({"path": str(target), **result._asdict()})
        return
    click.echo(f"{one_line(str(target))}: {one_line(result.contains)}")
    click.echo(f"{count(result.events, 'event')}, {count(result.rows, 'row')} in {count(result.tables, 'table')}")
