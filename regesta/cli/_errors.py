"""From an exception to a message on standard error and an exit code: the one place where that is decided.

error: events.jsonl:3: data.state is 'ZZ', which is not in schema/reference/states.csv
help: run `regesta log`
"""

from __future__ import annotations

import os
import sqlite3
import sys
import traceback
from typing import Any, Final

import click

from regesta.cli._session import Session
from regesta.cli._terminal import safe
from regesta.errors import RegestaError

INTERRUPTED: Final = 130  # 128 + SIGINT, as a shell has it
PIPE_CLOSED: Final = 141  # 128 + SIGPIPE: `regesta log | head` is no failure, but what was asked for is not known
_NUL: Final = "embedded null"  # what Python says of it in the name of a file: byte, or from 3.13 on character
_SQLITE: Final = "is the disk full, or the file in use or damaged? archive.db may always be deleted and built again"


class ReportingGroup(click.Group):
    """A group whose commands may raise anything: the user gets a message, and a traceback only with --debug.

    A command returns its exit code; None is 0.
    """

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a command line and exit; with ``standalone_mode=False`` return the exit code instead."""
        if not extra.pop("standalone_mode", True):
            return self._code(*args, **extra)
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")  # a terminal that has no ü still gets its line
        try:
            code = self._code(*args, **extra)
        except click.Abort:
            click.echo("stopped", err=True)
            code = INTERRUPTED
        except click.ClickException as error:
            code = _report_usage(error)
        sys.exit(code if isinstance(code, int) else 0)

    def _code(self, *args: Any, **extra: Any) -> Any:
        return super().main(*args, **{**extra, "standalone_mode": False})

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; every error that it raises ends here."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            _forget_output()
            return PIPE_CLOSED
        except Exception as error:
            session = ctx.find_object(Session)
            if session and session.debug:
                click.echo(safe(traceback.format_exc().rstrip(), lines=True), err=True)
            return report(error)


def report(error: Exception) -> int:
    """Say on standard error what went wrong and what helps; return the exit code."""
    if isinstance(error, RegestaError):
        place = f"{error.where}: " if error.where else ""
        return _say(f"{place}{error.message}", error.remedy, error.exit_code)
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        return _say(f"{place}{error.strerror}", None, 1)
    if isinstance(error, sqlite3.OperationalError) or type(error) is sqlite3.DatabaseError:  # others are our mistakes
        return _say(f"SQLite cannot go on: {error}", _SQLITE, 1)
    if isinstance(error, UnicodeEncodeError) or (type(error) is ValueError and _NUL in str(error)):
        return _say("what was given is no text: it has a NUL, or bytes that are not UTF-8", None, 2)
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return _say(f"this is a bug in Regesta: {what}", "repeat it with `regesta --debug …` and report what it prints", 1)


def _report_usage(error: click.ClickException) -> int:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return error.exit_code
    ctx = getattr(error, "ctx", None)
    remedy = f"see `{ctx.command_path} --help`" if ctx else None
    message = error.format_message().rstrip(".")
    return _say(f"{message[:1].lower()}{message[1:]}", remedy, error.exit_code)


def _say(message: str, remedy: str | None, code: int) -> int:
    click.echo(f"error: {safe(message, lines=True)}", err=True)
    if remedy:
        click.echo(f"help: {safe(remedy, lines=True)}", err=True)
    return code


def _forget_output() -> None:
    """Send what is still buffered nowhere, so that the interpreter does not complain about it at its end."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return
