"""What else there is to do: kill the bot, hold a phone behind, block it, look on, start over."""

from __future__ import annotations

import json
import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.browser.demo import Demo
from tests.browser.visitor import ARABIC, Phone, Visitor

LINK = "https://instagram.com/ann"
UNKNOWN = "Sent, but Serva has not confirmed. Do not order it again."
FAILED = re.compile("failed", re.IGNORECASE)


async def to_confirm(visitor: Visitor, demo: Demo) -> Phone:
    """Emma at the confirmation of 1,000 followers."""
    phone = await visitor.takes("Emma")
    await phone.begins()
    await phone.sees("Paste your API key to begin.")
    await phone.sends(await demo.key("Emma"), "linked")
    await phone.sends("Instagram Followers", "found.")
    await phone.taps("Instagram Followers", "Your rate:")
    await phone.sends(LINK, "How many?")
    await phone.sends("1000", "Total:")
    return phone


async def orders(demo: Demo) -> int:
    """How many orders Serva has taken."""
    return len((await demo.state())["serva"]["orders"])


async def test_a_kill_in_mid_order_is_unknown_and_not_failed(visit: Visit, demo: Demo) -> None:
    visitor = await visit()
    phone = await to_confirm(visitor, demo)
    await visitor.arms("Hang, after accepting")
    await phone.taps("Order for", "Placing")
    taken = visitor.page.get_by_role("tabpanel").get_by_role("heading", name=re.compile("ORD-"))
    await expect(taken).to_have_count(1)

    bot = await visitor.opens("Bot")
    await bot.get_by_role("button", name="Kill -9").click()
    await expect(bot.get_by_text("Killed", exact=True)).to_be_visible()
    await bot.get_by_role("button", name="Start").click()
    await phone.sees(UNKNOWN, "I will check for 10 minutes, then ask you.")
    await expect(phone.chat).not_to_contain_text(FAILED)
    assert await orders(demo) == 1
    await visitor.looks_closely()


async def test_a_phone_that_is_behind_orders_nothing_twice(visit: Visit, demo: Demo) -> None:
    visitor = await visit()
    await to_confirm(visitor, demo)
    people = await visitor.opens("People")
    await people.get_by_role("button", name="Second device of \u2068Emma\u2069").click()
    first = Phone(visitor.page, re.compile("^Phone of Emma$"))
    second = Phone(visitor.page, re.compile("^Phone of Emma, device 2$"))
    await second.sees("Total:")
    await people.get_by_role("switch", name="Second device of \u2068Emma\u2069 is behind").check()

    await first.taps("Order for", "ORD-")
    await second.taps("Order for")
    await people.get_by_role("switch", name="Second device of \u2068Emma\u2069 is behind").uncheck()
    await second.sees("ORD-")
    await expect(second.chat.get_by_role("button", name="Order for")).to_have_count(0)
    assert await orders(demo) == 1


async def test_a_person_blocks_the_bot_and_comes_back(visit: Visit) -> None:
    visitor = await visit()
    phone = await visitor.takes("Emma")
    await phone.begins()
    await phone.sees("Paste your API key to begin.")
    people = await visitor.opens("People")
    await people.get_by_role("button", name="Block the bot: \u2068Emma\u2069").click()
    await expect(people.get_by_text("has blocked the bot")).to_be_visible()
    await expect(phone.composer).to_be_hidden()
    await people.get_by_role("button", name="Unblock the bot: \u2068Emma\u2069").click()
    await expect(people.get_by_text("has blocked the bot")).to_be_hidden()
    await phone.sends("/help", "Help")


async def test_anybody_can_be_added(visit: Visit) -> None:
    visitor = await visit()
    people = await visitor.opens("People")
    await people.get_by_label("Name", exact=True).fill("Zoë")
    await people.get_by_label("Language of their Telegram").select_option(label="Arabic")
    await people.get_by_role("button", name="Add", exact=True).click()
    phone = await visitor.takes("Zoë", ARABIC)
    await phone.begins()
    await phone.sees("الصق مفتاح API لتبدأ.")
    assert await phone.runs_from_right()


@pytest.mark.parametrize("name", ["", "   ", "\u200b\u200f"])
async def test_nobody_is_added_without_a_name_to_see(visit: Visit, name: str) -> None:
    visitor = await visit()
    people = await visitor.opens("People")
    field = people.get_by_label("Name", exact=True)
    await field.fill(name)
    await people.get_by_role("button", name="Add", exact=True).click()
    assert await field.evaluate("it => it.validationMessage")
    await expect(people.get_by_role("heading", level=3)).to_have_count(4)


async def test_a_phone_alone_fills_a_real_one(visit: Visit) -> None:
    visitor = await visit("/?phone=5000000002", width=360)
    phone = Phone(visitor.page, "Phone of ليلى", ARABIC)
    await phone.begins()
    await phone.sees("الصق مفتاح API لتبدأ.")
    assert await visitor.page.get_by_role("tab").count() == 0
    place = await phone.box.bounding_box()
    assert place == {"x": 0, "y": 0, "width": 360, "height": 800}
    await visitor.looks_closely()


async def test_the_wire_shows_every_call_and_no_secret(visit: Visit, demo: Demo) -> None:
    visitor = await visit()
    phone = await to_confirm(visitor, demo)
    await phone.taps("Order for", "ORD-")
    wire = await visitor.opens("Wire")
    calls = wire.get_by_role("list").get_by_role("listitem")
    for call in ("sendMessage", "editMessageText", "answerCallbackQuery", "add", "balance"):
        await expect(calls.filter(has_text=call).first).to_be_visible()
    await visitor.looks_closely()
    for summary in await wire.locator("summary").all():
        await summary.click()
    told = (await demo.state())["wire"]
    shown = await wire.inner_text() + json.dumps(told)
    secrets = {"demo-opens-nothing", *await demo.keys()}
    assert [secret for secret in secrets if secret in shown] == []


async def test_a_reset_brings_the_same_demo_back(visit: Visit, demo: Demo) -> None:
    before = (await demo.state())["serva"]["accounts"]
    visitor = await visit()
    phone = await to_confirm(visitor, demo)
    await phone.taps("Order for", "ORD-")
    await visitor.page.get_by_role("button", name="Reset").click()
    dialog = visitor.page.get_by_role("dialog", name="Start the demo over?")
    await dialog.get_by_role("button", name="Yes, start over").click()
    await phone.begins()
    await phone.sees("Paste your API key to begin.")
    await expect(phone.chat).not_to_contain_text("ORD-")
    assert (await demo.state())["serva"]["accounts"] == before
    assert await orders(demo) == 0
