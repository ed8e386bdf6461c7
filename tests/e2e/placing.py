"""What the tests about placing and following share: an order up to a point, and what must hold."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.runtime import pace
from bot.sandbox.serva import Order
from bot.sandbox.telegram import Person
from bot.sandbox.telegram.people import Screen
from bot.usecases import place_orders
from tests.e2e.shopping import ANN, to_confirm
from tests.e2e.world import World

UNKNOWN = "Sent, but Serva has not confirmed. Do not order it again."


def impatient(monkeypatch: pytest.MonkeyPatch, first_check: int = 60_000) -> None:
    """Tries follow one another without a pause, and messages without Telegram's pace.

    A placed order is first looked at after `first_check` milliseconds, or when that is asked for.
    """
    monkeypatch.setattr(place_orders, "PAUSE", 0)
    monkeypatch.setattr(place_orders, "FIRST_CHECK", first_check)
    for limit in ("_TOTAL", "_BACKGROUND", "_CHAT"):
        monkeypatch.setattr(pace, limit, (1_000, 1_000))


async def confirmed(person: Person, link: str = ANN, quantity: str = "1000") -> Screen:
    """Agree to 1,000 Instagram Followers; the confirmation as it was when it was tapped."""
    screen = await to_confirm(person, link, quantity)
    await person.press("Order for", on=screen)
    return screen


async def ordered(world: World, person: Person, link: str = ANN, quantity: str = "1000") -> Order:
    """A placed order that stays in progress until the test ends it."""
    before = len(world.serva.orders)
    await confirmed(person, link, quantity)
    await world.tg.until(lambda: len(world.serva.orders) > before)
    order = world.serva.orders[-1]
    order.hold("in progress", remains=order.quantity)
    await person.told(order.id)
    return order


async def unknown(
    world: World, person: Person, fault: str = "drop_after", link: str = ANN
) -> Screen:
    """An order whose answer was lost; its card."""
    world.serva.fault(fault, "add")
    await confirmed(person, link)
    return await person.sees(UNKNOWN)


async def rung(world: World, person: Person, card: Screen, *texts: str) -> Screen:
    """Wait for the new message that answers a card and contains all the texts."""

    def look() -> Screen | None:
        for screen in reversed(person.from_bot):
            if screen.reply_to == card.message_id and all(text in screen.text for text in texts):
                return screen
        return None

    return await world.tg.until(look)


async def shows(world: World, card: Screen, *texts: str) -> Screen:
    """Wait until a message that may be anywhere in the chat shows all the texts."""

    def look() -> Screen | None:
        now = Screen.of(card.message)
        return now if all(text in now.text for text in texts) else None

    return await world.tg.until(look)


def copied(screen: Screen, label: str) -> str:
    """What a copy button copies."""
    return screen.button(label).copy


def paid(world: World) -> list[Decimal]:
    """What every order cost when it was placed."""
    return [order.paid for order in world.serva.orders]
