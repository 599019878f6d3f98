"""Every kind of page under axe: no fault that it calls serious or critical, in light and in dark, wide and narrow."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import opened

PAGES = {
    "front": "/",
    "front at a date": "/?asof=2017-07-01",
    "event": "/-/event/94",
    "claim": "/-/event/205",
    "subjects": "/-/about",
    "state": "/-/about/state/NY",
    "person": "/-/about/person/kris-kobach?asof=2017-07-01",
    "stories": "/-/stories",
    "story": "/-/story/states-push-back",
    "changes": "/-/changes?from=2017-06-30&to=2017-07-05",
    "search": "/-/find?q=refuses",
    "files": "/-/take",
}
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1280, "height": 900}},
    "dark phone": {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"},
}


def faults(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{item['id']}: {node['target']} {node['html'][:120]}"
        for item in found
        if item["impact"] in ("serious", "critical")
        for node in item["nodes"]
    ]


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_axe(browser: Browser, site: str, path: str, look: dict[str, Any]) -> None:
    """No serious fault, and nothing wider than the screen."""
    with opened(browser, site, path, **look) as page:
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert (faults(page), wide) == ([], 0)
