"""The tour and the stories play to their ends by themselves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor

PAGE = Path(__file__).parents[2] / "bot" / "sandbox" / "demo" / "page"
STORIES = re.findall(r'^    title: "(.+)",$', (PAGE / "stories.js").read_text("utf-8"), re.M)
LONG = 90_000


async def plays_to_its_end(visitor: Visitor) -> None:
    """Wait until what plays is over, and was not held up."""
    page = visitor.page.locator("html")
    over = re.compile("done|failed|paused")
    await expect(page).to_have_attribute("data-tour", over, timeout=LONG)
    caption = visitor.page.get_by_role("complementary", name="Caption")
    assert await page.get_attribute("data-tour") == "done", await caption.inner_text()
    await expect(caption).to_contain_text("Finished")
    await visitor.looks_closely()


@pytest.mark.parametrize("language", ["English", "Arabic"])
async def test_the_first_order_plays_itself(visit: Visit, language: str) -> None:
    visitor = await visit("/?tour=fast#tour")
    tour = visitor.page.get_by_role("tabpanel", name="Tour")
    await tour.get_by_role("radio", name=re.compile(f"^{language}")).check()
    await tour.get_by_role("button", name="Play").click()
    await plays_to_its_end(visitor)


async def test_the_first_order_plays_itself_on_a_phone(visit: Visit) -> None:
    visitor = await visit("/?tour=fast#tour", width=360)
    await visitor.page.get_by_role("button", name="Play").click()
    await plays_to_its_end(visitor)


@pytest.mark.parametrize("title", STORIES)
async def test_a_story_plays_to_its_end(visit: Visit, title: str) -> None:
    visitor = await visit("/?tour=fast#tour")
    await visitor.page.get_by_role("button", name=title, exact=True).click()
    await plays_to_its_end(visitor)


async def test_every_story_is_played_here(visit: Visit) -> None:
    visitor = await visit("/#tour")
    tour = visitor.page.get_by_role("tabpanel", name="Tour")
    stories = tour.get_by_role("listitem").get_by_role("button")
    assert await stories.all_inner_texts() == STORIES
    assert len(STORIES) >= 5


async def test_a_hand_on_the_phone_takes_the_tour_over(visit: Visit) -> None:
    visitor = await visit("/#tour")
    await visitor.page.get_by_role("button", name="Play").click()
    phone = await visitor.takes("Emma")
    await phone.sees("Paste your API key to begin.")
    await phone.taps("How it is protected")
    caption = visitor.page.get_by_role("complementary", name="Caption")
    await expect(caption).to_contain_text("You have taken over.")
    await expect(caption.get_by_role("button", name="Continue")).to_be_visible()
