"""Every row of the table "Taps to an order" in ux.md, walked and counted."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.telegram import Person
from bot.sandbox.telegram.people import Screen
from tests.e2e.conftest import Linked
from tests.e2e.placing import ordered
from tests.e2e.shopping import ANN
from tests.e2e.world import World

BOB = "https://instagram.com/bob"


@dataclass
class Walk:
    """A way to an order; whoever goes it counts."""

    person: Person
    taps: int = 0
    messages: int = 0

    async def send(self, text: str, *texts: str) -> Screen:
        """Type or paste a message, and see what comes of it."""
        await self.person.send(text)
        self.messages += 1
        return await self.person.sees(*texts)

    async def tap(self, label: str, *texts: str) -> Screen:
        """Tap a key, and see what it leads to."""
        await self.person.press(label)
        self.taps += 1
        return await self.person.sees(*texts)

    async def order(self, world: World) -> tuple[int, int]:
        """The tap that spends money; how many taps and messages that makes."""
        placed = len(world.serva.adds)
        await self.person.press("Order for")
        self.taps += 1
        await world.tg.until(lambda: len(world.serva.adds) > placed)
        await self.person.told("Order id:")
        assert len(world.serva.adds) == placed + 1
        return self.taps, self.messages


async def at_home(person: Person) -> Walk:
    """At Home, where every way begins."""
    await person.send("/start")
    await person.sees("Type a word, or paste a link.")
    return Walk(person)


async def test_a_key_is_linked(world: World, ann: Person) -> None:
    walk = Walk(ann)
    await walk.send("/start", "Paste your API key")
    account = world.serva.account(balance="25.50")
    await walk.send(
        account.key, f"Key …{account.key[-4:]} linked.", "Type a word, or paste a link."
    )
    assert (walk.taps, walk.messages) == (0, 2)


async def test_a_link_whose_kind_of_service_was_used_before(world: World, linked: Linked) -> None:
    await ordered(world, linked.person)
    walk = await at_home(linked.person)
    screen = await walk.send(BOB, "Total:", f"Link: {BOB}")
    assert "Other services" in screen.labels
    assert await walk.order(world) == (1, 1)


async def test_word_number_and_link_in_one_message(world: World, linked: Linked) -> None:
    walk = await at_home(linked.person)
    await walk.send(f"followers 1000 {ANN}", "services found.")
    await walk.tap("Instagram Followers ·", "Total:")
    assert await walk.order(world) == (2, 1)


async def test_a_link_that_is_new(world: World, linked: Linked) -> None:
    walk = await at_home(linked.person)
    await walk.send(ANN, "services found.")
    await walk.tap("Instagram Followers ·", "How many?")
    await walk.tap("1,000 ·", "Total:")
    assert await walk.order(world) == (3, 1)


async def test_again_from_home(world: World, linked: Linked) -> None:
    order = await ordered(world, linked.person)
    order.finish("completed")
    walk = await at_home(linked.person)
    await walk.tap("Again:", "Total:", f"Link: {ANN}")
    assert await walk.order(world) == (2, 0)


async def test_again_from_a_card(world: World, linked: Linked) -> None:
    order = await ordered(world, linked.person)
    order.finish("completed")
    walk = Walk(linked.person)
    await walk.tap("Order again", "Total:", f"Link: {ANN}")
    assert await walk.order(world) == (2, 0)


async def test_the_same_service_for_a_new_link(world: World, linked: Linked) -> None:
    await ordered(world, linked.person)
    walk = await at_home(linked.person)
    await walk.tap("Again:", "Total:", f"Link: {ANN}")
    await walk.send(BOB, "Total:", f"Link: {BOB}")
    assert await walk.order(world) == (2, 1)


async def test_a_service_that_is_searched_for(world: World, linked: Linked) -> None:
    walk = await at_home(linked.person)
    await walk.send("followers", "services found.")
    await walk.tap("Instagram Followers ·", "Send the link")
    await walk.send(ANN, "How many?")
    await walk.tap("1,000 ·", "Total:")
    assert await walk.order(world) == (3, 2)


async def test_a_service_that_is_browsed_to(world: World, linked: Linked) -> None:
    walk = await at_home(linked.person)
    await walk.tap("Browse", "Categories")
    await walk.tap("Instagram ·", "Your price")
    await walk.tap("Instagram Followers ·", "Send the link")
    await walk.send(ANN, "How many?")
    await walk.tap("1,000 ·", "Total:")
    assert await walk.order(world) == (5, 1)


async def test_two_ids_for_a_service_of_a_fixed_quantity(world: World, linked: Linked) -> None:
    walk = await at_home(linked.person)
    await walk.send("mobile legends 86", "found")
    await walk.tap("Mobile Legends 86 Diamonds", "Player ID")
    await walk.send("123456789\n55", "Total:", "123456789", "55")
    assert await walk.order(world) == (2, 2)


async def test_a_mass_order(world: World, linked: Linked) -> None:
    await ordered(world, linked.person)  # proves what Serva's price is for
    walk = await at_home(linked.person)
    before = len(world.serva.adds)
    lines = [f"1234 | https://instagram.com/{name} | 100" for name in ("bob", "eve", "joe")]
    await walk.send("\n".join(lines), "3 orders", "Total:")
    await walk.person.press("Order 3 for")
    walk.taps += 1
    await world.tg.until(lambda: len(world.serva.adds) == before + 3)
    assert (walk.taps, walk.messages) == (1, 1)


async def test_several_links_of_a_kind_that_was_used_before(world: World, linked: Linked) -> None:
    await ordered(world, linked.person)
    walk = await at_home(linked.person)
    before = len(world.serva.adds)
    await walk.send(f"{BOB} https://instagram.com/eve", "2 orders", "Total:")
    await walk.person.press("Order 2 for")
    walk.taps += 1
    await world.tg.until(lambda: len(world.serva.adds) == before + 2)
    assert (walk.taps, walk.messages) == (1, 1)
