"""The drivers: what a person sees, finds and waits for, and the word when it is not there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.sandbox.telegram import Person, TelegramServer
from tests.sandbox.telegram_api import Api, api_of


@pytest.fixture
async def tg() -> AsyncIterator[TelegramServer]:
    async with TelegramServer(patience=1) as server:
        yield server


@pytest.fixture
async def api(tg: TelegramServer) -> AsyncIterator[Api]:
    async with api_of(tg) as client:
        yield client


@pytest.fixture
async def ann(tg: TelegramServer) -> Person:
    person = tg.person("Ann")
    await person.send("/start")
    return person


def keyboard(*labels: str) -> dict[str, Any]:
    rows = [[{"text": label, "callback_data": f"do:{label}"}] for label in labels]
    return {"inline_keyboard": rows}


async def say(api: Api, ann: Person, text: str, *labels: str) -> int:
    sent = {"chat_id": ann.id, "text": text, "reply_markup": keyboard(*labels)}
    return int((await api.result("sendMessage", **sent))["message_id"])


async def test_a_chat_reads_as_a_transcript(api: Api, ann: Person) -> None:
    await say(api, ann, "Welcome", "Browse", "My orders")
    await ann.send_photo("look")
    await ann.delete(ann.messages[0])
    assert ann.chat == (
        "Ann #1 (deleted): /start\n"
        "Sandbox bot #2: Welcome\n"
        "    [Browse]\n"
        "    [My orders]\n"
        "Ann #3: [photo] look"
    )


async def test_waiting_ends_when_the_screen_changes(api: Api, ann: Person) -> None:
    number = await say(api, ann, "Checking…")
    waiting = asyncio.create_task(ann.sees("Balance", "$25.50"))
    await asyncio.sleep(0)
    place = {"chat_id": ann.id, "message_id": number}
    await api.result("editMessageText", text="Balance\u00a0\u2068$25.50\u2069", **place)
    assert (await waiting).text == "Balance $25.50"


async def test_what_is_not_seen_is_told_with_the_chat(api: Api, ann: Person) -> None:
    await say(api, ann, "Welcome")
    with pytest.raises(AssertionError) as told:
        await ann.sees("Goodbye", patience=0.01)
    assert str(told.value) == (
        "Ann does not see ('Goodbye',) on the newest screen. The chat:\n"
        "Ann #1: /start\n"
        "Sandbox bot #2: Welcome"
    )


async def test_told_looks_at_every_message(api: Api, ann: Person) -> None:
    first = await say(api, ann, "Order placed")
    await say(api, ann, "Home")
    assert (await ann.told("placed")).message_id == first
    with pytest.raises(AssertionError, match="was never told"):
        await ann.told("refunded", patience=0.01)


async def test_nothing_is_seen_before_the_bot_speaks(ann: Person) -> None:
    with pytest.raises(AssertionError, match="sees no message of the bot"):
        _ = ann.screen


async def test_the_newest_message_with_an_equal_label_is_pressed(api: Api, ann: Person) -> None:
    old = await say(api, ann, "Card", "Order", "Home")
    new = await say(api, ann, "Confirm", "Order for $0.89", "Home")
    assert (await ann.press("Order")).message_id == old
    assert (await ann.press("Order for")).message_id == new
    assert (await ann.press("Home")).message_id == new


async def test_labels_match_without_marks_of_direction(api: Api, ann: Person) -> None:
    await say(api, ann, "x", "\u200fاطلب مقابل \u2068$0.89\u2069")
    assert (await ann.press("اطلب مقابل $0.89")).data.startswith("do:")


async def test_a_press_waits_for_its_button(api: Api, ann: Person) -> None:
    pressing = asyncio.create_task(ann.press("Browse"))
    await asyncio.sleep(0)
    await say(api, ann, "Home", "Browse")
    assert (await pressing).data == "do:Browse"


async def test_a_button_that_is_not_there(api: Api, ann: Person) -> None:
    await say(api, ann, "Home", "Browse")
    with pytest.raises(AssertionError, match=r"finds no button 'Sell'.*\n(.*\n)*.*\[Browse\]"):
        await ann.press("Sell", patience=0.01)
    with pytest.raises(AssertionError, match="no button 'Sell' among"):
        ann.screen.button("Sell")


async def test_a_link_is_no_button_to_tap(api: Api, ann: Person) -> None:
    link = {"inline_keyboard": [[{"text": "Get a key", "url": "https://x.org/key"}]]}
    await api.result("sendMessage", chat_id=ann.id, text="x", reply_markup=link)
    with pytest.raises(AssertionError, match="tells the bot nothing"):
        await ann.press("Get a key")
    assert ann.screen.button("Get a key").url == "https://x.org/key"


async def test_a_stale_button_can_be_pressed(api: Api, ann: Person) -> None:
    number = await say(api, ann, "Confirm", "Order")
    before = ann.screen
    await api.result("editMessageText", chat_id=ann.id, message_id=number, text="Placing…")
    assert before.text == "Confirm"
    assert (await ann.press("Order", on=before)).data == "do:Order"
    assert (await ann.press(before.buttons[0], on=before)).message_id == number
    with pytest.raises(AssertionError, match="finds no button"):
        await ann.press("Order", on=before.message, patience=0.01)


async def test_messages_that_still_have_buttons(api: Api, ann: Person) -> None:
    first = await say(api, ann, "one", "A")
    await say(api, ann, "two", "B")
    await api.result("editMessageReplyMarkup", chat_id=ann.id, message_id=first)
    assert [screen.text for screen in ann.keyboards] == ["two"]


async def test_the_version_grows_with_every_change(api: Api, ann: Person) -> None:
    before = ann.version
    assert not await ann.changed(before, patience=0)
    await say(api, ann, "x")
    assert await ann.changed(before)


@pytest.mark.parametrize("text", ["", "  ", "x" * 4097])
async def test_a_phone_does_not_send_everything(ann: Person, text: str) -> None:
    with pytest.raises(ValueError, match="1 to 4096 characters"):
        await ann.send(text)


async def test_what_people_can_not_do(tg: TelegramServer, api: Api, ann: Person) -> None:
    await say(api, ann, "x")
    with pytest.raises(ValueError, match="only what they wrote"):
        await ann.edit(ann.screen.message, "y")
    await ann.block()
    with pytest.raises(ValueError, match="can not write here"):
        await ann.send("hello")
    bob = tg.person("Bob")
    with pytest.raises(ValueError, match="no member"):
        bob.at(tg.group("Team", [ann]))
    with pytest.raises(ValueError, match="the id"):
        tg.person("Ann again", id=ann.id)


async def test_in_a_group_everybody_sees_the_same(
    tg: TelegramServer, api: Api, ann: Person
) -> None:
    bob = tg.person("Bob")
    team = tg.group("Team", [ann, bob])
    markup = keyboard("Go")
    await api.result("sendMessage", chat_id=team.id, text="Hello", reply_markup=markup)
    await bob.at(team).sees("Hello")
    tap = await ann.at(team).press("Go")
    assert (tap.person, tap.chat.id) == (ann.user, team.id)
    assert ann.from_bot == []


async def test_commands_are_those_of_the_person(tg: TelegramServer, api: Api) -> None:
    ann, bob = tg.person("Ann", language_code="ar"), tg.person("Bob")
    own = {"type": "chat", "chat_id": bob.id}

    async def set_commands(name: str, **where: Any) -> None:
        commands = [{"command": name, "description": name.title()}]
        await api.result("setMyCommands", commands=commands, **where)

    await set_commands("start")
    await set_commands("private", scope={"type": "all_private_chats"})
    await set_commands("arabic", scope={"type": "all_private_chats"}, language_code="ar")
    await set_commands("admin", scope=own)
    assert tg.commands(ann) == {"arabic": "Arabic"}
    assert tg.commands(bob) == {"admin": "Admin"}
    await api.result("deleteMyCommands", scope=own)
    assert tg.commands(bob) == {"private": "Private"}


async def test_until_waits_for_anything(tg: TelegramServer, api: Api, ann: Person) -> None:
    waiting = asyncio.create_task(tg.until(lambda: tg.calls_of("getMe")))
    await asyncio.sleep(0)
    await api.result("getMe")
    assert [call.method for call in await waiting] == ["getMe"]
    with pytest.raises(AssertionError, match="did not come about"):
        await tg.until(lambda: tg.calls_of("getChat"), patience=0)
