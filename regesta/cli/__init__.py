"""The command line: `regesta COMMAND`, one module a command, each loaded only when it is called.

Exit codes: 0 done, 1 problems found, 2 usage, 3 the archive is broken, 130 interrupted, 141 the reader of a
pipe went away. What an error looks like is decided in `_errors.py` alone.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from regesta import __version__
from regesta.cli._errors import ReportingGroup
from regesta.cli._session import Session

# In the order in which a newcomer meets them; each is the module of the same name in this package.
COMMANDS = (
    "append", "replace", "retract", "redact", "log", "timeline", "show", "build", "verify", "status",
    "query", "replay", "diff", "blame", "ingest", "proposals", "review", "accept", "story", "watch", "eval",
    "serve", "export", "metadata", "prove", "check-proof", "sign", "pack",
)  # fmt: skip


class _Commands(ReportingGroup):
    """The group of all commands, which imports a command's module when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"regesta.cli.{cmd_name.replace('-', '_')}").command
        return command


@click.group("regesta", cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-C",
    "folder",
    metavar="DIR",
    default=".",
    type=click.Path(path_type=Path),
    help="The archive's folder.  [default: .]",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(__version__, message="regesta %(version)s", help="Print the version.")
@click.pass_context
def main(ctx: click.Context, folder: Path, debug: bool) -> None:
    """Keep a register of dated events: append them to a log, build tables from it, publish the tables.

    A command works on the archive in the current folder, or in the one given with -C.

    \b
    Exit codes: 0 done, 1 problems found, 2 usage, 3 the archive is broken.
    """
    ctx.obj = Session(folder, debug)
