"""The main job, from the first /start to the completion notice, for each kind of service."""

from __future__ import annotations

from decimal import Decimal

from bot.sandbox.telegram import Person
from tests.e2e.conftest import Linked
from tests.e2e.world import World


async def order_followers(ann: Person) -> None:
    """From Home to the confirmation of 1,000 Instagram Followers."""
    await ann.press("Browse")
    await ann.sees("Categories")
    await ann.press("Instagram ·")
    await ann.sees("Your price")
    await ann.press("Instagram Followers ·")
    await ann.sees("Send the link")
    await ann.send("https://instagram.com/ann")
    await ann.sees("How many?")
    await ann.send("1k")
    await ann.sees("Total:")


async def test_a_link_service_from_start_to_the_completion_notice(
    world: World, ann: Person
) -> None:
    account = world.serva.account(balance="25.50")
    await ann.send("/start")
    await ann.sees("Paste your API key to begin.")
    key = await ann.send(account.key)
    await ann.sees(f"Key …{account.key[-4:]} linked", "$25.50")
    assert ann.is_deleted(key)

    await order_followers(ann)
    screen = await ann.sees("https://instagram.com/ann", "1,000", "$0.89")
    assert screen.rows[0] == ("Order for about $0.89",)
    await ann.press("Order for about $0.89")
    placed = await ann.sees("Placed", "ORD-100023")

    world.serva.orders[0].finish("completed")
    told = await ann.told("Completed", "Serva shows a charge of $0.89.")
    assert told.message_id == placed.message_id or told.reply_to == placed.message_id
    assert len(world.serva.adds) == 1
    assert account.balance == Decimal("24.61")


async def test_two_taps_on_order_are_one_order(world: World, linked: Linked) -> None:
    ann = linked.person
    await order_followers(ann)
    confirm = ann.screen
    await ann.press("Order for", on=confirm)
    await ann.press("Order for", on=confirm)
    await ann.sees("Placed")
    assert len(world.serva.adds) == 1
