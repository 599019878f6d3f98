"""`regesta serve`: it builds, then hands over; how the site runs is tested in `tests/publish/`."""

from __future__ import annotations

import socket

from tests.cli.conftest import Cli


def test_port_that_is_taken(filled: Cli) -> None:
    """A busy port is told after the tables were built."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, said = filled.error("serve", "--port", str(taken.getsockname()[1]))
    assert (code, "port" in said[0], filled.archive.database.is_file()) == (1, True, True)


def test_options_for_datasette(filled: Cli) -> None:
    """What stands behind `--` reaches Datasette, which refuses what it does not know."""
    code, said = filled.error("serve", "--port", "0", "--", "--no-such-option")
    assert (code, "--no-such-option" in said[-1] + said[0]) == (2, True)


def test_broken_log_is_not_served(filled: Cli) -> None:
    """Tables that cannot be built are not served."""
    (filled.archive.folder / "events" / "000001.jsonl").write_bytes(b"{}\n")
    assert filled.error("serve", "--port", "0")[0] == 3
