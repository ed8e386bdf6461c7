"""What the tests about keys and people share: an order to have in flight, secrets to look for."""

from __future__ import annotations

from collections.abc import Iterator

from bot.sandbox.serva import Order
from bot.sandbox.telegram import Person
from tests.e2e.world import World


def keys_of(world: World) -> Iterator[str]:
    """Every key that a stand-in ever made."""
    for account in world.serva.accounts:
        yield account.key
        yield from account.revoked
    for customer in world.servya.accounts:
        yield customer.key


def leaks(world: World, secrets: set[str], log: str) -> list[str]:
    """Where a secret is to be read: a file of the bot, its log, or what it sent to Telegram."""
    places = {f"file {path.name}": path.read_bytes() for path in world.data.rglob("*")}
    places["the log"] = log.encode()
    for number, call in enumerate(world.tg.calls):
        places[f"call {number}, {call.method}"] = repr(call.params).encode()
    return sorted(
        f"…{secret[-4:]} in {place}"
        for place, content in places.items()
        for secret in secrets
        if secret.encode() in content
    )


async def draft(person: Person, link: str = "https://instagram.com/ann") -> None:
    """From Home to the confirmation of 1,000 Instagram Followers."""
    await person.press("Browse")
    await person.press("Instagram ·")
    await person.press("Instagram Followers ·")
    await person.sees("Send the link")
    await person.send(link)
    await person.sees("How many?")
    await person.send("1000")
    await person.sees("Total:")


async def order(world: World, person: Person, link: str = "https://instagram.com/ann") -> Order:
    """A placed order that stays in progress until the test ends it."""
    before = len(world.serva.orders)
    await draft(person, link)
    await person.press("Order for")
    await world.tg.until(lambda: len(world.serva.orders) > before)
    placed = world.serva.orders[-1]
    await person.told(placed.id)
    placed.hold("in progress", remains=400)
    return placed
