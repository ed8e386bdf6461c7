"""For everybody: by keyboard alone, by a screen reader's names, without motion, with contrast."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.demo import Demo
from tests.browser.visitor import Visitor

BARRIERS = (Path(__file__).parent / "barriers.js").read_text(encoding="utf-8")
WATCH_MOTION = """() => {
    window.moved = new Set();
    const look = () => {
        for (const one of document.getAnimations()) {
            const name = one.animationName ?? one.transitionProperty;
            if (one.effect.getComputedTiming().activeDuration > 10) window.moved.add(name);
        }
        requestAnimationFrame(look);
    };
    look();
}"""
TABS = ("Tour", "People", "Provider", "Wire", "Bot")


async def walk_to(page: Page, name: str | re.Pattern[str], role: str = "button") -> None:
    """Press Tab until this has the focus."""
    wanted = page.get_by_role(role, name=name).last  # type: ignore[arg-type]
    await expect(wanted).to_be_visible()
    for _ in range(80):
        if await wanted.evaluate("it => it === document.activeElement"):
            ring = await wanted.evaluate("it => getComputedStyle(it).outlineStyle")
            # Where one writes, the caret shows it.
            assert ring != "none" or role == "textbox", f"{name} shows no focus"
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"no Tab leads to {name}")


async def press(page: Page, name: str) -> None:
    """Walk to a button and press Enter on it."""
    await walk_to(page, re.compile(f"^{re.escape(name)}"))
    await page.keyboard.press("Enter")


async def write(page: Page, text: str) -> None:
    """Walk to where one writes, and send a text."""
    await walk_to(page, "Message", "textbox")
    await page.keyboard.type(text)
    await page.keyboard.press("Enter")


async def test_a_first_order_by_keyboard_alone(visit: Visit, demo: Demo) -> None:
    visitor = await visit("/?phone=5000000001")
    phone = await visitor.takes("Emma")
    page = visitor.page
    await press(page, "Start")
    await phone.sees("Paste your API key to begin.")
    await write(page, await demo.key("Emma"))
    await phone.sees("linked")
    for label, shown in (
        ("Browse", "Categories"),
        ("Instagram ·", "Your price"),
        ("Instagram Followers ·", "Send the link"),
    ):
        await press(page, label)
        await phone.sees(shown)
    await write(page, "https://instagram.com/ann")
    await phone.sees("How many?")
    await press(page, "1,000 ·")
    await phone.sees("Total:")
    await press(page, "Order for")
    await phone.sees("ORD-")


async def test_the_tabs_go_by_arrow_keys(visit: Visit) -> None:
    visitor = await visit("/#tour")
    await visitor.page.get_by_role("tab", name="Tour").focus()
    for tab in (*TABS[1:], TABS[0]):
        await visitor.page.keyboard.press("ArrowRight")
        await expect(visitor.page.get_by_role("tab", name=tab)).to_be_focused()
        await expect(visitor.page.get_by_role("tabpanel", name=tab)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
async def test_nothing_stands_in_anybodys_way(
    visit: Visit, demo: Demo, width: int, scheme: str
) -> None:
    visitor = await visit(width=width, scheme=scheme)
    phone = await visitor.takes("Emma")
    await phone.begins()
    await phone.sends(await demo.key("Emma"), "linked")
    await no_barriers(visitor)
    for tab in TABS:
        panel = await visitor.opens(tab)
        for folded in await panel.locator("summary").all():
            if not await folded.evaluate("it => it.parentElement.open"):
                await folded.click()
        await visitor.looks_closely()
        await no_barriers(visitor)
    await visitor.page.get_by_role("button", name="Reset").click()
    await expect(visitor.page.get_by_role("dialog")).to_be_visible()
    await no_barriers(visitor)


async def no_barriers(visitor: Visitor) -> None:
    """Names, labels, one heading of all, a language, ids of their own, and contrast."""
    assert await visitor.page.evaluate(BARRIERS) == []


async def test_what_the_chat_says_is_read_aloud(visit: Visit) -> None:
    visitor = await visit()
    phone = await visitor.takes("Emma")
    await expect(phone.chat).to_have_attribute("aria-live", "polite")
    await expect(phone.box).to_have_attribute("lang", "en")
    arabic = visitor.page.get_by_role("region", name="Phone of ليلى")
    await expect(arabic).to_have_attribute("lang", "ar")
    await expect(arabic).to_have_attribute("dir", "rtl")


async def test_who_wants_no_motion_gets_none(visit: Visit) -> None:
    visitor = await visit("/?tour=fast#tour", reduced_motion="reduce")
    await visitor.page.evaluate(WATCH_MOTION)
    await visitor.page.get_by_role("button", name="Play").click()
    phone = await visitor.takes("Emma")
    await phone.sees("ORD-")
    assert await visitor.page.evaluate("[...window.moved]") == []


async def test_the_theme_is_switched_and_kept(visit: Visit) -> None:
    visitor = await visit(scheme="light")
    assert not await visitor.background_is_dark()
    await visitor.page.get_by_role("button", name="Theme").click()
    await expect(visitor.page.locator("html")).to_have_attribute("data-theme", "dark")
    await visitor.page.reload()
    assert await visitor.background_is_dark()


async def test_what_is_older_costs_no_tab_stops(visit: Visit, demo: Demo) -> None:
    visitor = await visit("/?phone=5000000001")
    phone = await visitor.takes("Emma")
    await phone.begins()
    await phone.sends(await demo.key("Emma"), "linked")
    await phone.sends("/help", "Help")
    newest = phone.chat.get_by_role("article").last
    await expect(newest.get_by_role("button", name="Home")).to_be_visible()
    older = phone.chat.get_by_role("article").filter(has_text="/start").first
    stops = "it => [...it.querySelectorAll('a, button, [role=button]')].map((one) => one.tabIndex)"
    assert set(await newest.evaluate(stops)) == {0}
    assert set(await older.evaluate(stops)) == {-1}
    await newest.focus()
    for _ in range(8):
        if await older.evaluate("it => it === document.activeElement"):
            break
        await visitor.page.keyboard.press("ArrowUp")
    await expect(older).to_be_focused()
    await visitor.page.keyboard.press("Tab")
    assert await older.evaluate("it => it.contains(document.activeElement)")
