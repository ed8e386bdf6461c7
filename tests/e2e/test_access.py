"""Who may come in: open, list and invite; banned people, strangers, and those who block the bot."""

from __future__ import annotations

import pytest

from bot.sandbox.telegram import Person
from tests.e2e.conftest import Linked, link
from tests.e2e.keys import order
from tests.e2e.world import OPERATOR, World

pytestmark = pytest.mark.usefixtures("kept_secret")

CLOSED = "This bot is for invited people only."


async def closed_world(world: World, access: str) -> tuple[Person, Person]:
    """A bot that is not open to all, with its operator and a stranger."""
    world.changes["access"] = access
    await world.start()
    olga = world.tg.person("Olga", id=OPERATOR)
    await olga.send("/start")
    await olga.sees("Paste your API key to begin.")
    return olga, world.tg.person("Ann")


@pytest.mark.parametrize("access", ["list", "invite"])
async def test_a_stranger_stays_outside(silent_world: World, access: str) -> None:
    world = silent_world
    _, ann = await closed_world(world, access)
    account = world.serva.account()
    await ann.send("/start")
    screen = await ann.sees(CLOSED, f"Your Telegram id: {ann.id}")
    assert screen.rows == ()
    key = await ann.send(account.key)
    await world.tg.until(lambda: ann.is_deleted(key))
    photo = await ann.send_photo(caption=account.key)
    await world.tg.until(lambda: ann.is_deleted(photo))
    for data in ("h", "bl:1", "b:0", "rk:serva", "hk:key", "lg:ar", "A", f"Aa:{ann.id}:1"):
        await ann.tap_raw(screen, data)
    for text in ("/balance", "/admin", "/start wrong", "/start ", "followers", "https://a.com/b"):
        await ann.send(text)
    last = await ann.send("/help")
    await world.tg.until(lambda: ann.screen.message_id > last.message_id)
    assert {CLOSED in shown.text for shown in ann.from_bot} == {True}
    assert world.serva.calls == []


async def test_the_list_lets_in_whom_the_operator_admits(silent_world: World) -> None:
    world = silent_world
    olga, ann = await closed_world(world, "list")
    await ann.send("/start")
    await ann.sees(CLOSED)
    await olga.send("/admin")
    await olga.press("People")
    await olga.press("Ann")
    await olga.press("Let in")
    await world.tg.until(lambda: olga.screen.find("Let in") is None)
    await ann.send("/start")
    await ann.sees("Paste your API key to begin.")
    await link(ann, world.serva.account())


async def test_the_invitation_lets_in(silent_world: World) -> None:
    world = silent_world
    olga, ann = await closed_world(world, "invite")
    await olga.send("/admin")
    screen = await olga.sees("https://t.me/sandbox_bot?start=")
    code = screen.text.partition("?start=")[2].split()[0]
    for wrong in ("", "x", code[:-1], code + "x", code.swapcase(), "групп", "\u202e" + code):
        await ann.send(f"/start {wrong}")
        await ann.sees(CLOSED)
    await ann.send(f"/start {code}")
    await ann.sees("Paste your API key to begin.")
    await link(ann, world.serva.account())
    await world.stop()
    await world.start()
    await ann.send("/start")
    await ann.sees("Balance $25.50")


async def test_an_invitation_is_worth_nothing_where_there_is_a_list(
    silent_world: World,
) -> None:
    world = silent_world
    olga, ann = await closed_world(world, "invite")
    await olga.send("/admin")
    screen = await olga.sees("https://t.me/sandbox_bot?start=")
    code = screen.text.partition("?start=")[2].split()[0]
    await world.stop()
    world.changes["access"] = "list"
    await world.start()
    await ann.send(f"/start {code}")
    await ann.sees(CLOSED)


async def test_whoever_erases_themselves_is_a_stranger_again(silent_world: World) -> None:
    world = silent_world
    olga, ann = await closed_world(world, "list")
    await ann.send("/start")
    await ann.sees(CLOSED)
    await olga.send("/admin")
    await olga.press("People")
    await olga.press("Ann")
    await olga.press("Let in")
    await world.tg.until(lambda: olga.screen.find("Let in") is None)
    await link(ann, world.serva.account())
    await ann.send("/settings")
    await ann.press("Delete my data")
    await ann.sees("Delete everything I know about you?")
    await ann.press("Delete my data")
    await ann.sees("Your data is deleted.")
    await ann.send("/start")
    await ann.sees(CLOSED)


# ---- banned ----


async def ban(olga: Person, name: str) -> None:
    """Ban somebody by the operator's hand."""
    await olga.send("/admin")
    await olga.press("People")
    await olga.press(name)
    await olga.press("Ban")
    await olga.sees(name, "Banned")


async def test_a_banned_person_is_shut_out_and_still_told(
    world: World, linked: Linked, operator: Person
) -> None:
    ann, olga = linked.person, operator
    placed = await order(world, ann)
    card = await ann.told("Charge:", placed.id)
    await ban(olga, "Ann")
    await ann.press("Refresh", on=card)
    await ann.sees("The operator has closed this bot for you.")
    asked = len(world.serva.calls)
    for text in ("/start", "/balance", "followers", "/start code"):
        said = await ann.send(text)
        await world.tg.until(lambda said=said: ann.screen.message_id > said.message_id)
        await ann.sees("The operator has closed this bot for you.")
    key = await ann.send(linked.account.key)
    await world.tg.until(lambda: ann.is_deleted(key))
    for data in ("er:1", "ul:serva:1", "bl:1", "ok:abc", f"Ab:{ann.id}:0"):
        await ann.tap_raw(ann.screen, data)
    placed.finish("completed")
    await ann.told("Completed", placed.id)
    after = [call.action for call in world.serva.calls[asked:]]
    assert set(after) <= {"status"}

    await olga.send("/admin")
    await olga.press("People")
    await olga.press("Ann")
    await olga.press("Unban")
    await world.tg.until(lambda: olga.screen.find("Ban") is not None)
    await ann.send("/start")
    await ann.sees("Balance $24.61")


async def test_a_banned_person_cannot_erase_the_ban(
    world: World, linked: Linked, operator: Person
) -> None:
    ann = linked.person
    await ann.send("/settings")
    await ann.press("Delete my data")
    question = await ann.sees("Delete everything I know about you?")
    await ban(operator, "Ann")
    await ann.press("Delete my data", on=question)
    await ann.sees("The operator has closed this bot for you.")
    await ann.send("/start")
    await ann.sees("The operator has closed this bot for you.")


async def test_a_banned_persons_key_in_a_group_is_deleted_too(
    world: World, linked: Linked, operator: Person
) -> None:
    await ban(operator, "Ann")
    group = world.tg.group("Friends", [linked.person], bot_can_delete=True)
    said = await linked.person.send(linked.account.key, to=group)
    await linked.person.at(group).sees("Revoke this key now")
    assert linked.person.is_deleted(said)


# ---- blocked ----


async def test_what_came_while_the_bot_was_blocked(world: World, linked: Linked) -> None:
    ann = linked.person
    placed = await order(world, ann)
    await ann.told("Charge:", placed.id)
    await ann.block()
    placed.finish("completed")
    status = len(world.serva.calls)
    await world.tg.until(
        lambda: any(
            call.action == "status" and call.outcome == "done"
            for call in world.serva.calls[status:]
        )
    )
    assert "Completed" not in ann.chat
    await ann.unblock()
    await ann.told("Completed", placed.id)


async def test_blocked_in_the_middle_of_linking(world: World, ann: Person) -> None:
    account = world.serva.account()
    await ann.send("/start")
    await ann.sees("Paste your API key to begin.")
    hang = world.serva.fault("hang_before", "balance")
    await ann.send(account.key)
    await hang.reached.wait()
    await ann.block()
    hang.release()
    await ann.unblock()
    await ann.send("/start")
    await ann.sees("Balance $25.50")


async def test_whoever_deletes_their_telegram_account_stops_nobody_else(
    world: World, linked: Linked
) -> None:
    gone = linked.person
    placed = await order(world, gone)
    await gone.told("Charge:", placed.id)
    await gone.deactivate()
    placed.finish("completed")
    ben = await link(world.tg.person("Ben"), world.serva.account())
    theirs = await order(world, ben.person)
    card = await ben.person.told("Charge:", theirs.id)
    theirs.finish("completed")
    await ben.person.press("Refresh", on=card)
    await ben.person.told("Completed", theirs.id)
