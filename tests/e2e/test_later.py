"""What goes on without its person: orders that follow others, money that comes, new prices."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain import later
from bot.sandbox.serva import Order
from bot.sandbox.telegram import Person
from bot.sandbox.telegram.people import Screen
from bot.screens import buttons as b
from bot.usecases import queue_behind, watch_prices
from tests.e2e.conftest import Linked, link
from tests.e2e.placing import confirmed, impatient, ordered, paid, rung, shows
from tests.e2e.shopping import ANN, newer, open_service, tap, to_confirm
from tests.e2e.test_process import customer
from tests.e2e.world import World

BUSY = "Order #1 for the same target is still running."
NEXT = "Next, when this ends: 1,000 × Instagram Followers · $0.89"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    impatient(monkeypatch)
    monkeypatch.setattr(later, "LOOKS", tuple(range(0, 60_000, 300)))


@pytest.fixture
async def world(silent_world: World) -> World:
    silent_world.changes |= {"top_up_url": "https://serva.test/top-up"}
    await silent_world.start()
    return silent_world


async def queued(world: World, ann: Person) -> tuple[Order, Screen, Screen]:
    """An order that runs, its card, and the screen that says what is to follow it."""
    first = await ordered(world, ann)
    card = await ann.sees("Order id:", first.id)
    await ann.press("Order again", on=card)
    await ann.sees("Total:", BUSY)
    await ann.press("Order when it ends")
    screen = await ann.sees("I will order this when order #1 ends.", ANN)
    return first, await shows(world, card, NEXT), screen


async def ended(world: World, ann: Person, order: Order, card: Screen) -> None:
    order.finish("completed")
    await ann.press("Refresh", on=card)
    await rung(world, ann, card, "Completed")


# ---- queue behind ----


async def test_an_order_follows_another_when_that_ends(world: World, linked: Linked) -> None:
    ann = linked.person
    first, card, screen = await queued(world, ann)
    assert screen.labels == ("Show order #1", "Do not order it", "Home")
    assert len(world.serva.adds) == 1
    await ended(world, ann, first, card)
    follower = await ann.told("Order #2", "Placed")
    assert follower.message_id > card.message_id
    assert paid(world) == [Decimal("0.89"), Decimal("0.89")]
    assert world.serva.adds[1].params == world.serva.adds[0].params
    assert "Next, when this ends" not in (await ann.told("Order #1", "100%")).text


async def test_the_refused_order_offers_to_follow_the_one_in_its_way(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    world.serva.guard.on, world.serva.guard.cooldown = True, 0
    first = await ordered(world, ann)
    card = await ann.sees("Order id:", first.id)
    await confirmed(ann)
    refused = await ann.sees("Serva has an active order for this target.")
    assert "I can order this when that one ends." in refused.text
    await ann.press("Order when it ends", on=refused)
    again = await newer(ann, refused, "Total:", BUSY)
    assert len(world.serva.orders) == 1, "nothing is agreed to before the confirmation"
    await ann.press("Order when it ends", on=again)
    await ann.sees("I will order this when order #1 ends.")
    await ended(world, ann, first, card)
    await ann.told("Order #3", "Placed")
    assert len(world.serva.orders) == 2


async def test_two_taps_and_a_second_device_let_one_order_follow(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    first = await ordered(world, ann)
    card = await ann.sees("Order id:", first.id)
    await ann.press("Order again", on=card)
    confirm = await ann.sees("Total:", BUSY)
    for _ in range(3):
        await ann.press("Order when it ends", on=confirm)
    await ann.press("Order for", on=confirm)
    await ann.sees("I will order this when order #1 ends.")
    await shows(world, card, NEXT)
    await ended(world, ann, first, card)
    await ann.told("Order #2", "Placed")
    await tap(ann, "Home", "1 active order.")
    assert len(world.serva.adds) == 2


async def test_an_old_tap_promises_nothing_that_is_over(world: World, linked: Linked) -> None:
    ann = linked.person
    first = await ordered(world, ann)
    card = await ann.sees("Order id:", first.id)
    await ann.press("Order again", on=card)
    confirm = await ann.sees("Total:", BUSY)
    data = confirm.button("Order when it ends").data
    await ann.press("Order when it ends")
    await ann.sees("I will order this when order #1 ends.")
    await ann.press("Do not order it")
    await ann.sees("It is not going to be ordered.")
    await ann.tap_raw(confirm, data)
    await ann.sees("That order is no longer waiting.")
    await ended(world, ann, first, await shows(world, card, first.id))
    assert len(world.serva.adds) == 1


async def test_what_follows_is_seen_and_taken_back(world: World, linked: Linked) -> None:
    ann = linked.person
    first, card, screen = await queued(world, ann)
    await tap(ann, "Home", "1 active order.")
    orders = await tap(ann, "My orders", "1 more order waits for its turn.")
    assert orders.find("After #1: Instagram Followers")
    await ann.press("After #1: Instagram Followers")
    card = await shows(world, orders, NEXT, first.id)
    await ann.press("Do not order it", on=card)
    while NEXT in (await shows(world, card, first.id)).text:
        assert await ann.changed(ann.version)
    await ann.press("Do not order it", on=screen)
    await ann.sees("That order is no longer waiting.")
    await ended(world, ann, first, card)
    await ann.send("/orders")
    await ann.sees("No active orders.")
    assert len(world.serva.adds) == 1


async def test_a_price_that_moved_is_asked_about(world: World, linked: Linked) -> None:
    ann = linked.person
    first, card, _ = await queued(world, ann)
    world.serva.reprice("1234", "2")
    await ended(world, ann, first, card)
    told = await ann.told("I did not order what was to follow order #1.", "You agreed to $0.89.")
    assert "It costs more than you agreed to." in told.text
    await ann.press("Look at it again", on=told)
    await newer(ann, told, "The price changed: $0.89 → $1.78.", "Total: $1.78")
    assert len(world.serva.adds) == 1
    await ann.press("Order for $1.78")
    await ann.told("Order #2", "Placed")


async def test_a_day_later_it_is_asked_about(
    world: World, linked: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = linked.person
    await queued(world, ann)
    monkeypatch.setattr(queue_behind, "LONGEST", 0)
    told = await ann.told("I did not order what was to follow order #1.")
    assert "The order before it took longer than a day." in told.text
    assert len(world.serva.adds) == 1


async def test_a_sum_above_the_limit_is_asked_about_twice(world: World, linked: Linked) -> None:
    ann = linked.person
    await ann.send("/settings")
    await tap(ann, "Spending limits", "There is no daily limit.")
    await tap(ann, "Ask twice: off", "Above which total shall I ask twice?")
    await ann.send("0.50")
    await ann.sees("Above $0.50 I ask twice.")
    await to_confirm(ann)
    await ann.press("Order for")
    await ann.sees("You are about to spend")
    await ann.press("Order for")
    first = await ann.sees("Placed")
    world.serva.orders[0].hold("in progress", remains=1000)
    await ann.press("Order again", on=first)
    confirm = await ann.sees("Total:", BUSY)
    await ann.press("Order when it ends", on=confirm)
    twice = await ann.sees("You are about to spend", "Above $0.50 I ask twice.")
    assert twice.labels == ("Order when it ends · $0.89", "Back", "Home")
    await ann.press("Order when it ends", on=twice)
    await ann.sees("I will order this when order #1 ends.")


async def test_another_service_for_the_same_target_is_no_reason_to_wait(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await ordered(world, ann)
    await open_service(ann, "VIP Instagram Likes")
    await ann.send(ANN)
    await ann.sees("How many?")
    await ann.send("1000")
    confirm = await ann.sees("Total:")
    assert confirm.find("Order when it ends") is None


async def test_nobody_takes_up_or_drops_what_is_anothers(world: World, linked: Linked) -> None:
    await queued(world, linked.person)
    bob = world.tg.person("Bob")
    await link(bob, world.serva.account())
    home = bob.screen
    for action in (b.DropQueued(1), b.TakeUnfunded(1)):
        await bob.tap_raw(home, b.pack(action))
        await bob.sees("That order is no longer waiting.")
        await tap(bob, "My orders", "No active orders.")
    await bob.tap_raw(home, b.pack(b.TakeQueued(1)))
    await bob.sees("No active orders.", "Type a word")
    await linked.person.told(NEXT)


async def test_what_follows_survives_a_kill_and_is_ordered_once(
    silent_world: World, tmp_path: Path
) -> None:
    world = silent_world
    world.tg.patience = 30
    ann, _ = await customer(world)
    first, _, _ = await queued(world, ann)
    await world.kill()
    first.finish("completed")
    await world.spawn()
    await ann.told("Order #2", "Placed")
    await world.kill()
    await world.spawn()
    await ann.send("/orders")
    await ann.sees("Active orders")
    assert len(world.serva.adds) == 2


# ---- top up and resume ----


async def too_low(world: World, linked: Linked) -> Screen:
    """Ann has 30 cents and wants something for 89."""
    ann = linked.person
    linked.account.balance = Decimal("0.30")
    await open_service(ann, "Instagram Followers")
    await ann.send(ANN)
    await ann.sees("How many?")
    await ann.send("1000")
    return await ann.sees("Your balance is too low", "For half an hour I look at your balance")


async def test_a_draft_waits_for_money_and_its_person_is_told(world: World, linked: Linked) -> None:
    ann = linked.person
    screen = await too_low(world, linked)
    assert screen.button("Top up $0.59").url == "https://serva.test/top-up"
    await ann.press("Home")
    await ann.sees("No active orders.")
    world.serva.top_up(linked.account, "11.70")
    told = await ann.told("Your balance is now $12.00.", "Your order is still here.")
    await ann.press("Look at it again", on=told)
    await newer(ann, told, "Total:", ANN, "Quantity: 1,000")
    await ann.press("Order for")
    await ann.sees("Placed")
    assert paid(world) == [Decimal("0.89")]


async def test_i_have_topped_up_looks_at_once_and_nothing_more_is_told(
    world: World, linked: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = linked.person
    monkeypatch.setattr(later, "LOOKS", (3_000, 4_000))
    screen = await too_low(world, linked)
    await ann.press("I have topped up", on=screen)
    await ann.sees("Your balance is too low")
    world.serva.top_up(linked.account, "5")
    await ann.press("I have topped up")
    await ann.sees("Total:")
    looked = len(world.serva.calls)
    await ann.press("Order for")
    await ann.sees("Placed")
    await world.tg.until(lambda: len(world.serva.calls) > looked)
    assert "Your balance is now" not in ann.chat


async def test_a_part_of_a_cent_too_little_is_not_called_enough(
    world: World, linked: Linked
) -> None:
    """The total is shown and asked for in whole cents: what covers less covers nothing."""
    ann = linked.person
    world.serva.reprice("1234", "0.99")  # to $0.8811
    await too_low(world, linked)
    linked.account.balance = Decimal("0.885")
    looked = len(world.serva.calls)
    async with asyncio.timeout(20):
        while len(world.serva.calls) < looked + 2:  # who is told is looked after no more
            await asyncio.sleep(0.01)
    assert "Your balance is now" not in ann.chat
    linked.account.balance = Decimal("0.89")
    told = await ann.told("Your balance is now $0.89.")
    await ann.press("Look at it again", on=told)
    await newer(ann, told, "Total:", ANN)


async def test_a_tap_on_what_no_longer_waits_says_so(world: World, linked: Linked) -> None:
    ann = linked.person
    await too_low(world, linked)
    world.serva.top_up(linked.account, "5")
    told = await ann.told("Your balance is now $5.30.")
    await ann.press("Home", on=told)
    await to_confirm(ann, "https://instagram.com/bob")
    await ann.press("Look at it again", on=told)
    await ann.sees("That order is no longer waiting.")


# ---- what is kept an eye on ----


async def test_a_price_that_moved_is_told_once_and_can_be_switched_off(
    world: World, linked: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_prices, "GATHER", 0)
    ann = linked.person
    await ordered(world, ann)
    world.serva.reprice("1234", "2")
    await open_service(ann, "VIP Instagram Likes")
    await ann.send(ANN)
    await ann.sees("How many?")
    await ann.send("1000")
    await ann.sees("Total:")
    told = await ann.told("Serva has changed what you use.", "Instagram Followers")
    assert "Your rate: $0.89 per 1,000 → $1.78 per 1,000" in told.text
    await ann.press("Instagram Followers", on=told)
    await ann.sees("Send the link")
    await ann.press("Notifications", on=told)
    settings = await ann.sees("You are told when an order ends.")
    await ann.press("Price changes", on=settings)
    world.serva.reprice("1234", "3")
    await to_confirm(ann, "https://instagram.com/eve")
    await tap(ann, "Home", "1 active order.")
    assert ann.chat.count("Serva has changed what you use.") == 1


async def test_a_change_that_the_confirmation_says_is_not_told_again(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    first = await ordered(world, ann)
    card = await ann.sees("Order id:", first.id)
    world.serva.reprice("1234", "2")
    await ann.press("Order again", on=card)
    await ann.sees("The price changed: $0.89 → $1.78.")
    await tap(ann, "Home", "1 active order.")
    assert "Serva has changed what you use." not in ann.chat


async def test_a_low_balance_is_told_once(world: World, linked: Linked) -> None:
    ann = linked.person
    linked.account.balance = Decimal("1.50")
    await ordered(world, ann)
    told = await ann.told("Your Serva balance is $0.61.")
    assert "Your last order would cost $0.89 today." in told.text
    assert told.button("Top up").url == "https://serva.test/top-up"
    await ann.send("/balance")
    await ann.sees("$0.61", "Checked")
    assert ann.chat.count("Your Serva balance is $0.61.") == 1
