"""The group of commands: options before the command, errors and their exit codes, what is documented."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import regesta
from regesta.archive import Archive
from regesta.cli import COMMANDS, main
from regesta.cli._errors import ReportingGroup
from regesta.errors import ArchiveError, ConflictError, EventError, RegestaError, StorageError, UsageError
from tests.cli.conftest import Cli

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "cli.md").read_text("utf-8")

# Name: what a command raises, exit code, what is said.
RAISED: dict[str, tuple[BaseException, int, list[str]]] = {
    "event": (
        EventError("it is bad", where="f:3", remedy="look"), 1, ["error: f:3: it is bad", "help: look"],
    ),
    "archive": (ArchiveError("it is broken", where="f:3"), 3, ["error: f:3: it is broken"]),
    "usage": (UsageError("no such date"), 2, ["error: no such date"]),
    "conflict": (ConflictError("it moved on"), 1, ["error: it moved on"]),
    "storage": (StorageError("disk full"), 1, ["error: disk full"]),
    "any of ours": (RegestaError("hm"), 1, ["error: hm"]),
    "no permission": (PermissionError(13, "Permission denied", "/x/y"), 1, ["error: /x/y: Permission denied"]),
    "database damaged": (
        sqlite3.DatabaseError("malformed"), 1,
        [
            "error: SQLite cannot go on: malformed",
            "help: is the disk full, or the file in use or damaged? archive.db may always be deleted and built again",
        ],
    ),
    "escape in it": (EventError("a\x1b[2Jb"), 1, ["error: a\\x1b[2Jb"]),
    "surrogate in it": (EventError("a\udc80b"), 1, ["error: a\\udc80b"]),
    "bug": (
        KeyError("x"), 1,
        [
            "error: this is a bug in Regesta: KeyError: 'x'",
            "help: repeat it with `regesta --debug …` and report what it prints",
        ],
    ),
    "interrupted": (KeyboardInterrupt(), 130, ["", "stopped"]),
    "pipe closed": (BrokenPipeError(32, "Broken pipe"), 141, []),
}  # fmt: skip


def group_that_raises(error: BaseException) -> click.Group:
    def fail() -> None:
        raise error

    group = ReportingGroup("regesta", params=main.params, callback=main.callback)
    group.add_command(click.Command("status", callback=fail))
    return group


@pytest.mark.parametrize(("error", "code", "said"), RAISED.values(), ids=RAISED.keys())
def test_error_is_said_without_traceback(error: BaseException, code: int, said: list[str]) -> None:
    """Whatever a command raises becomes one message on standard error and its exit code."""
    result = CliRunner().invoke(group_that_raises(error), ["status"])
    assert (result.exit_code, result.stdout, result.stderr.splitlines()) == (code, "", said)


def test_debug_shows_the_traceback() -> None:
    """With --debug the traceback comes before the message."""
    result = CliRunner().invoke(group_that_raises(KeyError("x")), ["--debug", "status"])
    first, *_, message, _help = result.stderr.splitlines()
    expected = ("Traceback (most recent call last):", "error: this is a bug in Regesta: KeyError: 'x'")
    assert (first, message) == expected


# Name: words, how the message begins, what helps.
MISUSED = {
    "unknown command": (["nope"], "error: no such command 'nope'", "help: see `regesta --help`"),
    "unknown option": (["log", "--zzz"], "error: no such option", "help: see `regesta log --help`"),
    "missing argument": (["show"], "error: missing argument 'ID'", "help: see `regesta show --help`"),
    "no number": (["log", "-n", "0"], "error: invalid value for '-n' / '--last'", "help: see `regesta log --help`"),
}


@pytest.mark.parametrize(("words", "message", "remedy"), MISUSED.values(), ids=MISUSED.keys())
def test_misuse_is_exit_code_2(cli: Cli, words: list[str], message: str, remedy: str) -> None:
    """What click refuses is said in the same form as our own errors."""
    code, said = cli.error(*words)
    assert (code, said[0][: len(message)], said[1:]) == (2, message, [remedy])


def test_folder_option_names_the_archive(cli: Cli) -> None:
    """-C works from any folder."""
    assert cli.json("status")["folder"] == str(cli.archive.folder)


def test_folder_without_archive(tmp_path: Path) -> None:
    """A folder that is no archive is exit code 3, with what helps."""
    empty = tmp_path / "empty"
    empty.mkdir()
    result = CliRunner().invoke(main, ["-C", str(empty), "status"])
    said = [
        f"error: {empty}: this is not an archive: there is no archive.toml",
        "help: go to an archive's folder or name it with -C; archive.toml makes a folder an archive",
    ]
    assert (result.exit_code, result.stderr.splitlines()) == (3, said)


def test_version() -> None:
    """--version prints the version of the package."""
    assert CliRunner().invoke(main, ["--version"]).stdout == f"regesta {regesta.__version__}\n"


def test_without_a_command_the_help_is_shown() -> None:
    """`regesta` alone lists the commands, as a usage error."""
    result = CliRunner().invoke(main, [])
    assert (result.exit_code, [name for name in COMMANDS if f"  {name} " not in result.stderr]) == (2, [])


@pytest.mark.parametrize("name", COMMANDS)
def test_command_is_documented(name: str) -> None:
    """Every command and option has help, and docs/cli.md holds it."""
    command = main.get_command(click.Context(main, info_name="regesta"), name)
    assert command is not None
    section = PAGE.partition(f"\n### regesta {name}\n")[2].partition("\n### ")[0]
    options = [option for option in command.params if isinstance(option, click.Option)]
    found = {
        "help": bool(command.help and command.short_help),
        "options without help": [option.name for option in options if not option.help],
        "options not in docs/cli.md": [option.opts for option in options if option.opts[-1] not in section],
    }
    assert found == {"help": True, "options without help": [], "options not in docs/cli.md": []}


def test_closed_pipe_is_quiet(filled: Cli, archive: Archive) -> None:
    """`regesta log | true` prints nothing about it."""
    shell = f"{sys.executable} -m regesta -C {archive.folder} log | true"
    result = subprocess.run(shell, shell=True, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")


def test_short_commands_do_not_load_the_sql_parser(filled: Cli, archive: Archive) -> None:
    """`regesta log` starts without what only a build needs."""
    code = (
        "import sys; from regesta.cli import main\n"
        f"try: main(['-C', {str(archive.folder)!r}, 'log', '-n', '1'])\n"
        "except SystemExit: print(sorted({'sqlglot', 'rich', 'datasette', 'yaml', 'sqlite_utils'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "[]"


def test_completion_of_event_types(archive: Archive) -> None:
    """A shell completes --type with the archive's types and the engine's."""
    environment = {"_REGESTA_COMPLETE": "bash_complete", "COMP_WORDS": "regesta log --type letter", "COMP_CWORD": "3"}
    result = subprocess.run(
        [sys.executable, "-c", "from regesta.cli import main; main(prog_name='regesta')"],
        cwd=archive.folder, env={**environment, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.stdout == "plain,letter.sent\n"
