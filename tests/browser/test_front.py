"""The front page in a browser: the date control, the timeline and the map, with a mouse, a keyboard or no script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import opened

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def front(browser: Browser, site: str) -> Iterator[Page]:
    """The front page of the shipped archive."""
    with opened(browser, site, viewport=DESKTOP) as page:
        yield page


def standing(page: Page) -> str:
    return page.locator(".standing").inner_text()


def test_slider(front: Page) -> None:
    """The slider changes date, words, map, timeline and address."""
    slider = front.get_by_role("slider")
    slider.fill(slider.evaluate("input => input.min"))
    early = standing(front)
    slider.press("End")
    late = standing(front)
    assert ("none of 51" in early, "45 of 51" in late, "asof=2017-" in front.url) == (True, True, True)


def test_slider_says_its_date(front: Page) -> None:
    """A screen reader hears a date, not a number of days."""
    slider = front.get_by_role("slider")
    slider.fill(slider.evaluate("input => input.min"))
    expect(slider).to_have_attribute("aria-valuetext", "24 June 2017")


def test_typed_date(front: Page) -> None:
    """A date as people write it is taken; New York has certainly refused by then, Kentucky perhaps."""
    front.get_by_label("As of the end of").fill("July 1, 2017")
    front.keyboard.press("Enter")
    expect(front.locator(".standing [data-when]")).to_have_text("At the end of 1 July 2017")
    labels = [front.locator(f".tile[title='{name}']").get_attribute("aria-label") for name in ("New York", "Kentucky")]
    assert labels == ["New York: Refuses", "Kentucky: Refuses, possibly by this date"]


def test_date_that_is_none(front: Page) -> None:
    """What is no date is told beside the field, and nothing else changes."""
    before = standing(front)
    front.get_by_label("As of the end of").fill("soon")
    front.keyboard.press("Enter")
    expect(front.locator("#asof-told")).not_to_be_empty()
    assert standing(front) == before


def test_steps(front: Page, site: str) -> None:
    """Earlier and later go from one day on which something changes to the next, and back to the latest."""
    front.locator("[data-step=before]").click()
    first = front.url
    front.locator("[data-step=before]").click()
    second = front.url
    front.locator("[data-step=after]").click()
    again = front.url
    front.locator("[data-step=latest]").click()
    assert (first != second, again, front.url) == (True, first, f"{site}/")


def test_play(front: Page) -> None:
    """Play goes through the days by itself until it is paused."""
    front.get_by_role("button", name="Play").click()
    expect(front.locator(".slide b")).to_contain_text("July", timeout=15_000)
    front.get_by_role("button", name="Pause").click()
    paused = front.url
    front.wait_for_timeout(700)
    assert (front.url, "asof=" in paused) == (paused, True)


def test_keyboard(front: Page) -> None:
    """The first key leads to the content; arrows move the date, space plays."""
    front.keyboard.press("Tab")
    expect(front.locator(":focus")).to_have_text("Skip to the content")
    slider = front.get_by_role("slider")
    slider.focus()
    front.keyboard.press("Home")
    front.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "25 June 2017")
    front.keyboard.press("Space")
    expect(front.get_by_role("button", name="Pause")).to_be_visible()
    front.keyboard.press("Space")
    expect(front.get_by_role("button", name="Play")).to_be_visible()


def test_server_and_script_agree(browser: Browser, site: str) -> None:
    """The page that the server makes for a date is what the script paints for it."""
    painted, made = [], []
    with opened(browser, site, viewport=DESKTOP) as page:
        for date in ("2017-06-28", "2017-06-30", "2017-07-04", "2017-07-05"):
            page.get_by_label("As of the end of").fill(date)
            page.keyboard.press("Enter")
            page.wait_for_url(f"**asof={date}*")
            painted.append(picture(page))
    for date in ("2017-06-28", "2017-06-30", "2017-07-04", "2017-07-05"):
        with opened(browser, site, f"/?asof={date}", viewport=DESKTOP, java_script_enabled=False) as page:
            made.append(picture(page))
    assert painted == made


def picture(page: Page) -> list[str]:
    """Return what tiles, sentence and legend say."""
    tiles = [str(tile.get_attribute("aria-label")) for tile in page.locator(".tile").all()]
    return [page.locator(".standing").inner_text(), page.locator(".legend").inner_text(), *tiles]


def test_without_javascript(browser: Browser, site: str) -> None:
    """Without scripts the form, the links and the drawing for the date in the address are there."""
    with opened(browser, site, "/", viewport=DESKTOP, java_script_enabled=False) as page:
        page.get_by_label("As of the end of").fill("2017-07-01")
        page.get_by_role("button", name="Show").click()
        expect(page.locator(".standing [data-when]")).to_have_text("At the end of 1 July 2017")
        page.locator("[data-step=after]").click()
        expect(page.locator(".standing [data-when]")).to_have_text("At the end of 5 July 2017")
        assert (page.locator("svg .mark:visible").count() > 10, page.get_by_role("slider").count()) == (True, 0)


def test_zoom(front: Page) -> None:
    """Closer, wider and the whole story change the window, and its words say which it is."""
    words = front.locator(".timeline-words")
    first = words.inner_text()
    front.locator("[data-move=all]").click()
    expect(words).not_to_have_text(first)
    whole = words.inner_text()
    front.locator("[data-move=closer]").click()
    expect(words).not_to_have_text(whole)
    front.locator("[data-move=fit]").click()
    expect(words).to_have_text(first)


def test_wheel(front: Page) -> None:
    """The wheel zooms where the pointer is, with the key that keeps the page from scrolling."""
    words = front.locator(".timeline-words")
    first = words.inner_text()
    front.locator(".timeline-sheet").scroll_into_view_if_needed()
    box = front.locator(".timeline-sheet").bounding_box()
    assert box is not None
    front.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60)
    front.keyboard.down("Control")
    front.mouse.wheel(0, -400)
    front.keyboard.up("Control")
    expect(words).not_to_have_text(first)


def test_marks_lead_to_events(front: Page) -> None:
    """A mark of one event leads to its page."""
    front.locator(".mark[href*='/-/event/']:visible").first.focus()
    front.keyboard.press("Enter")
    front.wait_for_url("**/-/event/*")
    assert front.locator("h1").inner_text() != ""


def test_tiles_lead_to_states(front: Page) -> None:
    """A tile leads to everything that the state said or did."""
    front.locator(".tile[title='New York']").click()
    front.wait_for_url("**/-/about/state/NY*")
    expect(front.locator("h1")).to_contain_text("New York")


def test_open_the_archive_at_the_date(front: Page) -> None:
    """The link at the foot leads to the tables as they stood on the date."""
    front.get_by_label("As of the end of").fill("2017-07-01")
    front.keyboard.press("Enter")
    front.wait_for_url("**asof=2017-07-01*")
    link = front.get_by_role("link", name="Open the archive at this date")
    expect(link).to_have_attribute("href", "/archive@2017-07-01")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_phone(browser: Browser, site: str, scheme: str) -> None:
    """On a phone nothing is wider than the screen."""
    with opened(browser, site, "/?asof=2017-07-01", viewport=PHONE, color_scheme=scheme) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
