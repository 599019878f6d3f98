"""A server to be attacked, in a process of its own: it reads addresses and says what answering each of them took.

>>> server = Server(Path("archive.db"))  # doctest: +SKIP
>>> server.ask("/archive.json?sql=select+1")  # doctest: +SKIP
Cost(status=200, seconds=0.01, megabytes=0.0)
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent.parent
_RESET_PEAK = "5"  # proc(5): written to clear_refs, it sets the peak of the resident memory back to what there is


class Cost(NamedTuple):
    """What an answer took: time, and memory at its peak above that before."""

    status: int
    seconds: float
    megabytes: float


class Server:
    """The process, with the settings of `regesta serve`, over some databases."""

    def __init__(self, *databases: Path) -> None:
        command = [sys.executable, "-m", "tests.publish.attacking", *map(str, databases)]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def ask(self, path: str) -> Cost:
        """Return what it takes to answer a request."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(path + "\n")
        self._process.stdin.flush()
        return Cost(*json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def _megabytes(name: str) -> float:
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(name))) / 1024


async def _serve(databases: list[str]) -> None:
    from regesta.publish.serve import _SETTINGS
    from tests.publish.sites import site

    numbers = {name: int(value) for name, value in _SETTINGS.items() if value.isdigit()}
    settings: dict[str, Any] = {"suggest_facets": False, **numbers}
    with site(*map(Path, databases), with_plugin=True, settings=settings) as datasette:
        await datasette.invoke_startup()
        for path in map(str.strip, sys.stdin):
            Path("/proc/self/clear_refs").write_text(_RESET_PEAK)
            before, start = _megabytes("VmRSS"), time.perf_counter()
            status = (await datasette.client.get(path, follow_redirects=True)).status_code
            print(json.dumps([status, time.perf_counter() - start, _megabytes("VmHWM") - before]), flush=True)


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1:]))
