"""A served copy of the shipped archive, and a browser that lets no page reach another host or fail in silence."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.publish.sites import shipped_archive

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
_REQUIRED: Final = "REGESTA_BROWSER_REQUIRED"  # set where a missing browser is a fault, as in .ci/run


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; the tests are skipped with the reason where there is none."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    with sync_playwright() as playwright:
        found = path or playwright.chromium.executable_path
        if not Path(found).exists():
            if os.environ.get(_REQUIRED):
                pytest.fail("there is no Chromium")
            pytest.skip("there is no Chromium: install the package chromium, or run `playwright install chromium`")
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the shipped archive, served as `regesta serve` does."""
    with served(shipped_archive(tmp_path_factory.mktemp("site")).folder) as address:
        yield address


@contextmanager
def served(folder: Path, *more: str) -> Iterator[str]:
    """Serve an archive and give its address, without a slash at the end."""
    command = [sys.executable, "-m", "regesta", "-C", str(folder), "serve", "--port", "0", *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        try:
            line = next(line for line in server.stdout if "http://" in line)
            address = next(word for word in line.split() if word.startswith("http://")).rstrip("/")
            _wait(address)
            yield address
        finally:
            server.terminate()


def _wait(address: str) -> None:
    import time

    for _ in range(300):
        try:
            urllib.request.urlopen(f"{address}/-/versions.json", timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{address} does not answer")


@contextmanager
def opened(browser: Browser, site: str, path: str = "/", **context: Any) -> Iterator[Page]:
    """Open a page in a fresh context; what the console calls an error, and any request elsewhere, fails the test.

    ``context`` goes to the browser: viewport, color_scheme, java_script_enabled …
    """
    faults: list[str] = []
    with browser.new_context(**context) as fresh:
        page = fresh.new_page()
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda request: faults.append(request.url) if _elsewhere(request.url, site) else None)
        page.goto(f"{site}{path}")
        yield page
    assert faults == []


def _elsewhere(address: str, site: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme not in ("data", "blob") and parts.netloc != urlsplit(site).netloc
