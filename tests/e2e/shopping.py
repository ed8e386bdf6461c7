"""What the tests about choosing and filling in share: ways to a service, and what must hold."""

from __future__ import annotations

import json
from decimal import Decimal

from bot.sandbox.catalogue import Good, Unit
from bot.sandbox.serva.api import Call
from bot.sandbox.telegram import Person
from bot.sandbox.telegram.people import Screen
from tests.e2e.world import World

ANN = "https://instagram.com/ann"


def good(name: str, **changes: object) -> Good:
    """A good like Serva's own example, with another name and whatever else is to differ."""
    given: dict[str, object] = {
        "code": name.lower().replace(" ", "-"),
        "name": name,
        "category": "Instagram",
        "type": "Default",
        "rate": Decimal("0.89"),
        "minimum": 100,
        "maximum": 100_000,
        "unit": Unit.PER_1000,
    }
    return Good(**given | changes)  # type: ignore[arg-type]


async def tap(person: Person, label: str, *texts: str) -> Screen:
    """Press a button and wait for what it leads to."""
    await person.press(label)
    return await person.sees(*texts)


async def open_service(person: Person, name: str) -> Screen:
    """Search for a service by its name and tap it; its first question."""
    await person.send(name)
    found = await person.sees("found.", f"You typed: {name}")
    await person.press(found.find(name) or found.buttons[0])
    return await person.sees("Your rate:")


async def to_confirm(person: Person, link: str = ANN, quantity: str = "1000") -> Screen:
    """The confirmation of an order of Serva's own example."""
    await open_service(person, "Instagram Followers")
    await person.send(link)
    await person.sees("How many?")
    await person.send(quantity)
    return await person.sees("Total:")


async def place(world: World, person: Person) -> Call:
    """Tap Order, wait until it is placed, and return what Serva was sent."""
    placed = len(world.serva.orders)
    await person.press("Order for")
    await person.sees("Order id:")
    assert len(world.serva.orders) == placed + 1
    return world.serva.adds[-1]


def sent(call: Call) -> dict[str, object]:
    """What an `add` said, its fields unpacked."""
    fields = call.params.get("fields")
    unpacked = {"fields": json.loads(fields)} if isinstance(fields, str) else {}
    return call.params | unpacked


async def one_screen(person: Person) -> Screen:
    """Wait until only the newest message has buttons, and return it."""
    while len(person.keyboards) > 1:
        assert await person.changed(person.version), f"two keyboards are left:\n{person.chat}"
    only = person.keyboards
    assert [screen.message_id for screen in only] == [person.screen.message_id]
    return only[0]


async def newer(person: Person, than: Screen, *texts: str) -> Screen:
    """Wait for a message of the bot below a screen, and for the texts in it."""
    while person.screen.message_id <= than.message_id:
        assert await person.changed(person.version), f"nothing new:\n{person.chat}"
    return await person.sees(*texts)


async def rows_are(person: Person, *rows: tuple[str, ...]) -> Screen:
    """Wait until the newest message has exactly these buttons, and return it."""
    while person.screen.rows != rows:
        assert await person.changed(person.version), f"never {rows}:\n{person.chat}"
    return person.screen


async def home(person: Person) -> Screen:
    """Home, from wherever; whatever was open is left."""
    before = person.screen
    await person.send("/start")
    return await newer(person, before, "Type a word, or paste a link.")
