"""The bot in groups: keys posted there, and commands that would show what is private."""

from __future__ import annotations

import pytest

from bot.sandbox.telegram import Person
from bot.sandbox.telegram.people import Seat
from bot.texts.words import Texts
from tests.e2e.conftest import Linked
from tests.e2e.keys import order
from tests.e2e.world import World

pytestmark = pytest.mark.usefixtures("kept_secret")

REVOKE = "Revoke this key now on Serva and make a new one."


def seat(world: World, person: Person, *, can_delete: bool) -> Seat:
    """The person in a group that the bot reads."""
    return person.at(world.tg.group("Friends", [person], bot_can_delete=can_delete))


async def test_a_key_where_the_bot_may_delete(world: World, linked: Linked) -> None:
    ann = seat(world, linked.person, can_delete=True)
    asked = len(world.serva.calls)
    said = await ann.send(f"this is my key {linked.account.key}")
    screen = await ann.sees(
        "Somebody posted an API key here.",
        "I deleted the message, but others may have seen it.",
        REVOKE,
    )
    assert ann.is_deleted(said)
    assert linked.account.key[-4:] not in screen.text
    assert screen.rows == ()
    assert len(world.serva.calls) == asked


@pytest.mark.parametrize("way", ["caption", "edited", "command", "forwarded", "mention"])
async def test_every_way_a_key_can_come(world: World, linked: Linked, way: str) -> None:
    ann, key = seat(world, linked.person, can_delete=True), linked.account.key
    match way:
        case "caption":
            said = await ann.send_photo(caption=key)
        case "edited":
            said = await ann.send("hello everybody")
            await ann.edit(said, f"hello everybody {key}")
        case "command":
            said = await ann.send(f"/start@sandbox_bot {key}")
        case "forwarded":
            said = await ann.send(key, forwarded_from="Ann")
        case _:
            said = await ann.send(f"@sandbox_bot {key}")
    await ann.sees(REVOKE)
    assert ann.is_deleted(said)


async def test_a_key_where_the_bot_may_not_delete(world: World, linked: Linked) -> None:
    ann = seat(world, linked.person, can_delete=False)
    said = await ann.send(f"@sandbox_bot {linked.account.key}")
    await ann.sees("I could not delete the message: please delete it.", REVOKE)
    assert not ann.is_deleted(said)


async def test_a_right_to_delete_that_was_taken_away(world: World, linked: Linked) -> None:
    person = linked.person
    group = world.tg.group("Friends", [person], bot_can_delete=True)
    await group.demote()
    await group.promote(can_delete=False)
    await person.send(linked.account.key, to=group)
    await person.at(group).sees("I could not delete the message: please delete it.", REVOKE)


async def test_a_strangers_key(world: World, ann: Person) -> None:
    key = world.serva.account().key
    said = await seat(world, ann, can_delete=True).send(key)
    await world.tg.until(lambda: ann.is_deleted(said))
    await ann.send("/start")
    await ann.sees("Paste your API key to begin.")
    assert world.serva.calls == []


@pytest.mark.parametrize(
    "command", ["/start", "/balance", "/orders", "/settings", "/help", "/order", "/admin"]
)
async def test_commands_show_nothing_private(world: World, linked: Linked, command: str) -> None:
    await order(world, linked.person)
    ann = seat(world, linked.person, can_delete=False)
    await ann.send(f"{command}@sandbox_bot")
    screen = await ann.sees("I work in private chats only, because this is about your money.")
    assert screen.button("Open the chat").url == "https://t.me/sandbox_bot?start=group"
    assert all(secret not in screen.text for secret in ("25.50", "ORD-", "…"))


async def test_talk_among_people_is_left_alone(world: World, linked: Linked) -> None:
    ann = seat(world, linked.person, can_delete=True)
    for text in ("hello", "https://instagram.com/ann", "/start@another_bot", "followers 1000"):
        await ann.send(text)
    await ann.send_sticker()
    await ann.send("/help@sandbox_bot")
    await ann.sees("I work in private chats only")
    assert len(ann.from_bot) == 1


async def test_a_forged_tap_in_a_group_does_nothing(world: World, linked: Linked) -> None:
    ann = seat(world, linked.person, can_delete=True)
    await ann.send("/start@sandbox_bot")
    screen = await ann.sees("I work in private chats only")
    for data in ("bl:1", "ul:serva:1", "er:1", "h"):
        tap = await ann.tap_raw(screen, data)
        await tap.answered()
    await linked.person.send("/balance")
    await linked.person.sees("Balance $25.50")
    assert [shown.text for shown in ann.from_bot] == [screen.text]


async def test_a_group_does_not_disturb_the_private_chat(world: World, linked: Linked) -> None:
    person = linked.person
    before = person.screen
    await person.press("Settings")
    await person.press("Replace key")
    await person.sees("Paste your Serva API key here.")
    ann = seat(world, person, can_delete=True)
    await ann.send(linked.account.key)
    await ann.sees(REVOKE)
    await person.send("hello")
    screen = await person.sees("That does not look like an API key.")
    assert screen.message_id > before.message_id
    await world.tg.until(lambda: len(person.keyboards) == 1)


async def test_a_group_reads_the_senders_language(world: World) -> None:
    sami = world.tg.person("Sami", language_code="ar")
    ann = seat(world, sami, can_delete=True)
    await ann.send(world.serva.account().key)
    words = Texts().of("ar")
    await ann.sees(words("Somebody posted an API key here."))


async def test_a_group_that_becomes_a_supergroup(world: World, linked: Linked) -> None:
    person = linked.person
    group = world.tg.group("Friends", [person], bot_can_delete=True, supergroup=False)
    said = await person.send(linked.account.key, to=group)
    await person.at(group).sees(REVOKE)
    assert person.is_deleted(said)
    moved = await group.migrate()
    again = await person.send(linked.account.key, to=moved)
    await person.at(moved).sees(REVOKE)
    assert person.is_deleted(again)


async def test_the_bot_is_thrown_out(world: World, linked: Linked) -> None:
    person = linked.person
    group = world.tg.group("Friends", [person])
    await person.send("/help@sandbox_bot", to=group)
    await person.at(group).sees("I work in private chats only")
    await group.kick_bot()
    await person.send("/balance")
    await person.sees("Balance $25.50")
