"""The gallery as a browser shows it: quietly, within the screen, in the reader's zone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize

from bot.gallery.page import gallery
from bot.texts.words import LANGUAGES
from tests.browser import chromium
from tests.browser.conftest import REQUIRED


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    if chromium.find() is None:
        (pytest.fail if REQUIRED else pytest.skip)(chromium.MISSING)
    async with chromium.launched() as launched:
        yield launched


@pytest.fixture
def address(tmp_path: Path) -> str:
    path = tmp_path / "gallery.html"
    path.write_text(gallery().html, encoding="utf-8")
    return path.as_uri()


async def opened(context: BrowserContext, address: str) -> Page:
    """The page, all of it laid out: to ask what is far from the window is slow one by one."""
    page = await context.new_page()
    await page.goto(address)
    style = "<style>.shape { content-visibility: visible !important }</style>"
    await page.evaluate("style => document.head.insertAdjacentHTML('beforeend', style)", style)
    return page


async def figures(page: Page) -> int:
    """How many screens can be seen."""
    seen = "figures => figures.filter(figure => figure.checkVisibility()).length"
    return int(await page.locator("figure").evaluate_all(seen))


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_asks_for_nothing_complains_of_nothing_and_fits(
    browser: Browser, address: str, width: int, scheme: str
) -> None:
    page = await browser.new_page(
        viewport=ViewportSize(width=width, height=800),
        color_scheme="dark" if scheme == "dark" else "light",
    )
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(address)
    assert await page.evaluate("document.documentElement.scrollWidth") == width
    assert complaints == []
    assert [url for url in asked if not url.startswith("data:")] == [address]


async def test_words_and_languages_choose_what_is_seen(browser: Browser, address: str) -> None:
    page = await opened(await browser.new_context(bypass_csp=True), address)
    everything = await figures(page)
    await page.get_by_label("Filter").fill("order.card partial")
    assert await page.locator("output").inner_text() == f"3 of {everything // len(LANGUAGES)}"
    assert await figures(page) == 3 * len(LANGUAGES)
    await page.get_by_label("العربية").check()
    assert await figures(page) == 3
    await page.get_by_label("Filter").fill("رصيدك")  # which the page writes with marks around it
    assert await figures(page) > 3
    await page.get_by_label("Filter").fill("no such screen")
    assert await figures(page) == 0


async def test_without_scripts_nothing_is_missing_but_the_filter(
    browser: Browser, address: str
) -> None:
    context = await browser.new_context(java_script_enabled=False, bypass_csp=True)
    page = await opened(context, address)
    everything = await figures(page)
    assert not await page.locator("#filter").is_visible()
    await page.get_by_label("English").check()
    assert await figures(page) == everything // len(LANGUAGES)


async def test_times_are_told_in_the_zone_of_the_reader(browser: Browser, address: str) -> None:
    context = await browser.new_context(timezone_id="Asia/Riyadh")
    page = await context.new_page()
    await page.goto(address)
    time = page.locator("figure[lang=en] time").first
    told = await time.text_content() or ""
    assert told.replace("\u202f", " ") == "May 17, 5:05 PM"
    assert await time.get_attribute("title") == "2026-05-17 14:05 UTC"
