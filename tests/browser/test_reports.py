"""Both reports in Chromium: offline, silent, readable at every width, in the dark and on paper."""

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
AUDIENCES = ("internal", "shared")


@pytest.fixture
def opened(page: "Page", reports: dict[str, Path]) -> Callable[..., "Page"]:
    def open(audience: str, *, width: int = 1280, scheme: str = "light") -> "Page":
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.goto(reports[audience].as_uri())
        return page

    return open


@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_page_asks_for_nothing_and_says_nothing(
    audience: str, page: "Page", console: list[str], requests: list[str], reports: dict[str, Path]
) -> None:
    page.goto(reports[audience].as_uri())
    page.mouse.wheel(0, 4_000)
    page.wait_for_timeout(300)
    assert requests == [reports[audience].as_uri()]
    assert console == []


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("width", [360, 480, 900, 1400])
def test_nothing_scrolls_sideways(audience: str, width: int, opened: Callable[..., "Page"]) -> None:
    page = opened(audience, width=width)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("audience", AUDIENCES)
def test_headings_and_names_are_in_order(audience: str, opened: Callable[..., "Page"]) -> None:
    page = opened(audience)
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => Number(h.tagName[1]))")
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    assert page.evaluate("document.documentElement.lang") == "en"


@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_picture_has_a_name_and_a_table(audience: str, opened: Callable[..., "Page"]) -> None:
    page = opened(audience)
    charts = page.evaluate(
        """[...document.querySelectorAll('figure.chart')].map(f => [
            [...f.querySelectorAll('svg')].every(s => s.querySelector('title')?.textContent.trim()),
            f.querySelectorAll('details table tbody tr').length])"""
    )
    assert len(charts) >= 4
    assert all(named and rows for named, rows in charts)


def test_the_contents_follow_the_scroll(opened: Callable[..., "Page"]) -> None:
    from playwright.sync_api import expect

    page = opened("internal")
    for question in ("Which campaigns work?", "Who responds?", "Where this comes from"):
        page.get_by_role("heading", name=question).evaluate("h => h.scrollIntoView({behavior: 'instant'})")
        expect(page.locator("[aria-current]")).to_have_text(question, timeout=30_000)


def test_the_contents_lead_there_without_scripts(browser: "Browser", reports: dict[str, Path]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(reports["shared"].as_uri())
    page.get_by_role("link", name="How are people protected?").click()
    assert page.url.endswith("#how-are-people-protected")
    assert page.get_by_text("No person's data can be read from this page").is_visible()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_stand_out_from_the_paper(scheme: str, opened: Callable[..., "Page"]) -> None:
    page = opened("internal", scheme=scheme)
    paper = _channels(page.evaluate("getComputedStyle(document.querySelector('main')).backgroundColor"))
    for place in ("h1", ".headline", ".how", "summary", "figure.chart .wide text"):
        painted = "fill" if place.endswith("text") else "color"
        ink = _channels(page.evaluate(f"getComputedStyle(document.querySelector('{place}')).{painted}"))
        assert _contrast(ink, paper) >= 4.5, place


def test_a_telephone_gets_pictures_drawn_for_it(opened: Callable[..., "Page"]) -> None:
    page = opened("shared", width=360)
    assert page.locator("figure.chart .wide").first.is_hidden()
    picture = page.locator("figure.chart .narrow svg").first
    box = picture.bounding_box()
    assert box is not None
    assert box["width"] >= 300


@pytest.mark.parametrize("audience", AUDIENCES)
def test_it_prints_on_a4(audience: str, opened: Callable[..., "Page"]) -> None:
    page = opened(audience)
    paper = page.pdf(prefer_css_page_size=True, print_background=True)
    sheets = len(re.findall(rb"/Type\s*/Page[^s]", paper))
    assert 4 <= sheets <= 20
    assert b"/MediaBox [0 0 594" in paper or b"/MediaBox [0 0 595" in paper


def _channels(colour: str) -> list[float]:
    return [float(part) / 255 for part in re.findall(r"[\d.]+", colour)[:3]]


def _contrast(first: list[float], second: list[float]) -> float:
    """Contrast of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""

    def luminance(channels: list[float]) -> float:
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
