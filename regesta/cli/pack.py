"""`regesta pack`: fewer, larger segments for the same log."""

from __future__ import annotations

from itertools import chain

import click

from regesta.cli._session import Session
from regesta.cli._terminal import count, notice, print_json


@click.command("pack", short_help="Put the log into fewer, larger files.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def command(session: Session, as_json: bool) -> None:
    """Put the log into as few files as the limits allow: the same lines in the same order, with the same root.

    Every append makes a file of its own, and thousands of them are slow to copy. Proofs and checkpoints that
    anybody holds stay good. The command also finishes a rewriting of the files that was interrupted. If archive.db
    exists, it is built anew.
    """
    from regesta.cli._built import run_build
    from regesta.events.log import AppendResult
    from regesta.events.rewrite import in_few, rewrite
    from regesta.events.segment import read_lines, segments

    log, result = session.archive.log, AppendResult()
    with log.turn(result):
        before = segments(log.folder)
        groups = in_few(chain.from_iterable(map(read_lines, before)))
        packed = rewrite(log.folder, groups, log.checkpoint()) if before else 0
    for text in result.notices:
        notice(text)
    if as_json:
        print_json({"before": len(before), "after": packed, "notices": result.notices})
    elif packed == len(before):
        click.echo(f"nothing to pack: {count(packed, 'segment')}")
    else:
        click.echo(f"packed {count(len(before), 'segment')} into {packed}; the root is the same")
    if packed != len(before) and session.archive.database.is_file():
        run_build(session.archive)
