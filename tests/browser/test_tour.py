"""The tour and the stories play to their ends by themselves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.browser.demo import Demo
from tests.browser.visitor import Visitor

PAGE = Path(__file__).parents[2] / "bot" / "sandbox" / "demo" / "page"
STORIES = re.findall(r'^    title: "(.+)",$', (PAGE / "stories.js").read_text("utf-8"), re.M)
LONG = 90_000


CAPTIONS = {"English": ("Caption", "Finished"), "Arabic": ("الشرح", "انتهت الجولة")}
"""What the caption is called, and what it says at the end."""


async def plays_to_its_end(visitor: Visitor, language: str = "English") -> None:
    """Wait until what plays is over, and was not held up."""
    name, finished = CAPTIONS[language]
    page = visitor.page.locator("html")
    over = re.compile("done|failed|paused")
    await expect(page).to_have_attribute("data-tour", over, timeout=LONG)
    caption = visitor.page.get_by_role("complementary", name=name)
    assert await page.get_attribute("data-tour") == "done", await caption.inner_text()
    await expect(caption).to_contain_text(finished)
    await visitor.looks_closely()


async def endings(demo: Demo) -> list[str]:
    """How the orders at Serva ended, or stand."""
    return [order["status"] for order in (await demo.state())["serva"]["orders"]]


@pytest.mark.parametrize("language", ["English", "Arabic"])
async def test_the_first_order_plays_itself(visit: Visit, demo: Demo, language: str) -> None:
    visitor = await visit("/?tour=fast#tour")
    tour = visitor.page.get_by_role("tabpanel", name="Tour")
    await tour.get_by_role("radio", name=re.compile(f"^{language}")).check()
    await tour.get_by_role("button", name="Play").click()
    await plays_to_its_end(visitor, language)
    assert await endings(demo) == ["completed"]


async def test_the_first_order_plays_itself_on_a_phone(visit: Visit, demo: Demo) -> None:
    visitor = await visit("/?tour=fast#tour", width=360)
    await visitor.page.get_by_role("button", name="Play").click()
    await plays_to_its_end(visitor)
    assert await endings(demo) == ["completed"]


async def test_the_arabic_tour_is_told_in_arabic(visit: Visit) -> None:
    visitor = await visit("/#tour")
    await visitor.page.get_by_role("radio", name=re.compile("^Arabic")).check()
    await visitor.page.get_by_role("button", name="Play").click()
    caption = visitor.page.get_by_role("complementary", name="الشرح")
    await expect(caption).to_have_attribute("lang", "ar")
    await expect(caption).to_have_attribute("dir", "rtl")
    await expect(caption.get_by_role("button", name="إيقاف مؤقت")).to_be_visible()
    steps = visitor.page.get_by_role("tabpanel", name="Tour").get_by_role("list").first
    await expect(steps).to_have_attribute("lang", "ar")
    assert not re.search("[a-z]{3}", await steps.inner_text())


async def test_the_caption_leaves_a_small_phone_its_room(visit: Visit) -> None:
    visitor = await visit("/#tour", width=360)
    await visitor.page.get_by_role("button", name="Play").click()
    caption = visitor.page.get_by_role("complementary", name="Caption")
    more = caption.get_by_role("button", name="Show all of it")
    words = caption.get_by_role("status").last
    await expect(more).to_have_attribute("aria-expanded", "false")
    assert await words.evaluate("it => it.clientHeight") < 45
    place = await caption.bounding_box()
    assert place is not None
    assert place["height"] < 120
    await words.click()
    await expect(more).to_have_attribute("aria-expanded", "true")


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
