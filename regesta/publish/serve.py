"""Serving an archive with the Datasette that is installed, stable (0.65) or 1.0, which take their settings differently.

Guarantees that the address is printed before the server starts, that a busy port is told with what helps, and
that a build while the site runs is seen at the next request.
"""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Sequence
from typing import Final

import click
from datasette.cli import cli

from regesta.archive import Archive
from regesta.errors import ArchiveError, StorageError, UsageError
from regesta.publish import metadata

# Options of Datasette that a user can still override: the last one counts.
_SETTINGS: Final = {
    "default_page_size": "100",  # all states on one page
    # Facets are declared per table. Suggesting more runs a query for each column on each page view: at a million
    # rows 1.5 pages a second instead of 40, and at 50 rows a line of suggestions such as `possibly_from`.
    "suggest_facets": "off",
    "sql_time_limit_ms": "2000",  # counting views over a million events need more than the usual 1000
    "truncate_cells_html": "300",  # an event's data is JSON of some thousand characters; its own page shows all
    "default_cache_ttl": "0",  # a page in the browser's cache would hide a build for a while
}
_ANY_HOST: Final = ("", "0.0.0.0", "::")


def serve(archive: Archive, *, host: str, port: int, open_browser: bool, extra: Sequence[str]) -> int:
    """Serve `archive.db` until it is interrupted; return the exit code. ``extra`` goes to `datasette serve` as it is.

    Raises `ArchiveError` where there is nothing to serve or the metadata are not safe, `StorageError` and
    `UsageError` when the address cannot be had. ``port`` 0 takes any free one.
    """
    arguments = _arguments(archive)
    port = _free_port(host, port)
    print(f"{archive.config.title}: {address(host, port)} (Ctrl-C stops it)", flush=True)
    arguments += ["--host", host, "--port", str(port), *(["--open"] if open_browser else []), *extra]
    return _run(arguments)


def address(host: str, port: int) -> str:
    """Return the address to type into a browser on this machine."""
    name = "127.0.0.1" if host in _ANY_HOST else f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}/"


def _arguments(archive: Archive) -> list[str]:
    """Return what `datasette serve` needs to know on the line that is installed."""
    if not archive.database.is_file():
        raise ArchiveError("there is no such database", where=str(archive.database), remedy="run `regesta build`")
    arguments = [str(archive.database)]
    if os.path.lexists(archive.metadata):
        metadata.load(archive.metadata)
        # 1.0 takes queries and permissions from a configuration only, 0.65 has none: there the option does not exist.
        options = [option for parameter in _command().params for option in parameter.opts]
        for option in ("-m", "-c"):
            arguments += [option, str(archive.metadata)] if option in options else []
    for name, value in _SETTINGS.items():
        arguments += ["--setting", name, value]
    return arguments


def _command() -> click.Command:
    command: click.Command = cli.commands["serve"]
    return command


def _free_port(host: str, port: int) -> int:
    """Return the port after trying that it can be had; Datasette itself ends with a bare log line when it cannot."""
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
            listener.bind(where)
            return int(listener.getsockname()[1])
    except (socket.gaierror, UnicodeError, OverflowError) as error:
        raise UsageError(
            f"{host:.80}:{port} is not an address of this machine: {error}", remedy="try --host 127.0.0.1"
        ) from error
    except OSError as error:
        raise _refusal(host, port, error) from error


def _refusal(host: str, port: int, error: OSError) -> StorageError | UsageError:
    if error.errno == errno.EADDRINUSE:
        remedy = f"stop it, or take another port: --port {port + 1 if port < 65_535 else 0}"
        return StorageError(f"port {port} is busy: another program is serving there", remedy=remedy)
    if error.errno == errno.EACCES:
        return StorageError(f"port {port} is not allowed to you", remedy="take one above 1023, such as --port 8001")
    return UsageError(f"cannot serve on {host}:{port}: {error.strerror}", remedy="try --host 127.0.0.1")


def _run(arguments: list[str]) -> int:
    # Here, for this module must not be the first of Datasette that is imported: its plugins would be registered
    # half-made, and every page that is not there would be an error of the server.
    from datasette import handle_exception

    # Where rich is installed Datasette prints every refused query of a visitor with all its local variables:
    # 200 lines, and 2 seconds in which nobody else is served.
    handle_exception.rich = None
    try:
        _command().main(args=arguments, prog_name="datasette serve", standalone_mode=False)
    except click.Abort:  # Ctrl-C
        return 0
    except click.ClickException as error:
        raise UsageError(f"datasette: {error.format_message()}", remedy="see `datasette serve --help`") from error
    except SystemExit as done:  # the server could not start, or --get has printed a page
        return done.code if isinstance(done.code, int) else int(bool(done.code))
    return 0
