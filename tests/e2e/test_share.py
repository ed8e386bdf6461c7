"""Links into the bot: shared, followed, out of date, and never anybody's."""

from __future__ import annotations

import pytest

from bot.sandbox.serva import Account
from bot.sandbox.telegram import Person
from bot.sandbox.telegram.people import Screen
from tests.e2e.conftest import Linked, link
from tests.e2e.placing import copied
from tests.e2e.shopping import ANN, home, one_screen, open_service, place, tap, to_confirm
from tests.e2e.world import OPERATOR, World

pytestmark = pytest.mark.usefixtures("kept_secret")

START = "https://t.me/sandbox_bot?start="


def payload(screen: Screen) -> str:
    """What stands behind the link that a screen shows, copies and sends."""
    url = copied(screen, "Copy link")
    assert url in screen.text
    assert url.startswith(START)
    send = screen.button("Send it").url
    assert send.startswith("https://t.me/share/url?url=https%3A%2F%2Ft.me%2Fsandbox_bot%3Fstart%3D")
    shared = url.removeprefix(START)
    assert 1 <= len(shared) <= 64
    assert send.endswith(shared)
    return shared


async def service_link(person: Person, name: str = "Instagram Followers") -> str:
    """What Share on a service's screen gives."""
    await home(person)
    await open_service(person, name)
    return payload(await tap(person, "Share", START, name))


@pytest.fixture
async def bob(world: World) -> Person:
    """Bob is new, too, and has no key yet."""
    return world.tg.person("Bob")


async def with_key(world: World, person: Person) -> Account:
    """Link a key of one's own, ten percent cheaper than Ann's."""
    account = world.serva.account(balance="100", discount="0.10")
    await link(person, account)
    await person.sees("Type a word, or paste a link.")
    return account


async def test_a_service_is_shared_and_opens_at_the_others_own_price(
    world: World, linked: Linked, bob: Person
) -> None:
    shared = await service_link(linked.person)
    await with_key(world, bob)
    await bob.send(f"/start {shared}")
    await bob.sees("Instagram Followers", "Your rate: $0.801 per 1,000", "Send the link")
    await bob.send(ANN)
    await bob.sees("How many?")
    await one_screen(bob)
    assert world.serva.adds == []


async def test_sharing_keeps_the_open_question(world: World, linked: Linked) -> None:
    ann = linked.person
    await service_link(ann)
    await tap(ann, "Back", "Send the link", "Instagram Followers")
    await tap(ann, "Share", START)
    await ann.send(ANN)
    await ann.sees("How many?", f"Link: {ANN}")


async def test_a_category_is_shared(world: World, linked: Linked, bob: Person) -> None:
    ann = linked.person
    await tap(ann, "Browse", "Categories")
    await tap(ann, "Instagram ·", "Your price is beside each service.")
    shared = payload(await tap(ann, "Share", START, "Instagram"))
    await tap(ann, "Back", "Your price is beside each service.")
    await with_key(world, bob)
    await bob.send(f"/start {shared}")
    screen = await bob.sees("Instagram", "Your price is beside each service.")
    assert screen.find("Instagram Followers · $0.80")


async def test_a_preset_is_shared_without_its_name_and_its_owner(
    world: World, linked: Linked, bob: Person
) -> None:
    ann = linked.person
    await to_confirm(ann)
    await tap(ann, "Add to favourites", "What shall I call it?")
    await ann.send("For Sara")
    await ann.sees("Its name is For Sara now.")
    await ann.send("/start")
    await tap(ann, "Favourites", "Favourites")
    await tap(ann, "Edit", "Tap one to rename")
    await tap(ann, "For Sara", "Price now:")
    shared = payload(await tap(ann, "Share", START))
    await tap(ann, "Back", "For Sara", "Price now:")
    await with_key(world, bob)
    await bob.send(f"/start {shared}")
    await bob.sees("Instagram Followers", "Quantity: 1,000", "Send the link")
    await bob.send(ANN)
    await bob.sees("Total: about $0.81", "Quantity: 1,000")
    assert "Sara" not in bob.chat
    await place(world, bob)
    assert world.serva.adds[-1].params["quantity"] == "1000"


async def test_a_newcomer_lands_there_once_the_key_is_linked(
    world: World, linked: Linked, bob: Person
) -> None:
    shared = await service_link(linked.person)
    await bob.send(f"/start {shared}")
    await bob.sees("What your link points to opens once your key is linked.", "Paste your API key")
    await bob.send("what is this?")
    await bob.sees("That does not look like an API key.", "Paste your API key to begin.")
    account = world.serva.account(discount="0.10")
    message = await bob.send(account.key)
    screen = await bob.sees("Instagram Followers", "Your rate: $0.801 per 1,000", "Send the link")
    assert f"Key …{account.key[-4:]} linked." in screen.text.splitlines()[0]
    assert bob.is_deleted(message)
    await one_screen(bob)


async def test_a_newcomer_may_look_around_first(world: World, linked: Linked, bob: Person) -> None:
    shared = await service_link(linked.person)
    await bob.send(f"/start {shared}")
    await bob.sees("Paste your API key to begin.")
    await tap(bob, "How it is protected", "stored encrypted")
    await tap(bob, "Back", "Paste your API key to begin.")
    await bob.press("العربية")
    await bob.sees("Serva", "API")
    await bob.press("English")
    await bob.sees("Paste your API key to begin.")
    await world.stop()
    await world.start()
    await bob.send(world.serva.account().key)
    await bob.sees("Instagram Followers", "Send the link")


async def test_a_key_that_is_refused_loses_nothing(
    world: World, linked: Linked, bob: Person
) -> None:
    shared = await service_link(linked.person)
    await bob.send(f"/start {shared}")
    await bob.sees("Paste your API key to begin.")
    await bob.send("0123456789abcdef0123456789abcdef")
    await bob.sees("Serva does not know this key.")
    await bob.send(world.serva.account().key)
    await bob.sees("Instagram Followers", "Send the link")


async def test_whoever_follows_another_link_first_lands_at_the_last(
    world: World, linked: Linked, bob: Person
) -> None:
    first = await service_link(linked.person)
    last = await service_link(linked.person, "Mobile Legends 86 Diamonds")
    for shared in (first, last):
        await bob.send(f"/start {shared}")
        await bob.sees("What your link points to")
    await bob.send(world.serva.account().key)
    await bob.sees("Mobile Legends 86 Diamonds", "It needs:")


# ---- out of date ----


async def test_a_service_that_is_gone_says_so_and_offers_others(
    world: World, linked: Linked, bob: Person
) -> None:
    shared = await service_link(linked.person)
    world.serva.remove("1234")
    await with_key(world, bob)
    await bob.send(f"/start {shared}")
    await bob.sees("Serva no longer offers this service.", "These are the nearest ones.")


@pytest.mark.parametrize(
    ("shared", "says"),
    [
        ("service-999999", "Serva no longer offers this service."),
        ("preset-999999-100", "Serva no longer offers this service."),
        ("category-999999", "That is not there any more."),
    ],
)
async def test_what_was_never_there_says_so(linked: Linked, shared: str, says: str) -> None:
    await linked.person.send(f"/start {shared}")
    screen = await linked.person.sees(says)
    assert screen.find("Home")


@pytest.mark.parametrize(
    "args",
    [
        "service-0",
        "service-" + "9" * 40,
        "preset-1-0",
        "preset-1",
        "category-1-1",
        "favourite-1",
        "order-1",
        "service-1; DROP TABLE people",
        "\u202eservice-1",
        "خدمة-1",
    ],
)
async def test_junk_behind_start_is_home(linked: Linked, args: str) -> None:
    await linked.person.send(f"/start {args}")
    await linked.person.sees("Balance $25.50", "Type a word, or paste a link.")


async def test_a_quantity_that_is_out_of_reach_is_asked_about(world: World, linked: Linked) -> None:
    ann = linked.person
    shared = await service_link(ann)
    number = shared.removeprefix("service-")
    await ann.send(f"/start preset-{number}-999999999")
    await ann.sees("Send the link", "Quantity: 999,999,999")
    await ann.send(ANN)
    await ann.sees("The most is 100,000.", "How many?")


async def test_a_link_replaces_what_was_open_and_orders_nothing(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    shared = await service_link(ann, "Mobile Legends 86 Diamonds")
    await home(ann)
    confirm = await to_confirm(ann)
    await ann.send(f"/start {shared}")
    await ann.sees("Mobile Legends 86 Diamonds", "It needs:")
    await ann.press("Order for", on=confirm)
    await ann.sees("That screen is out of date.", "Mobile Legends 86 Diamonds")
    assert world.serva.adds == []


# ---- doors ----


async def test_a_link_lets_nobody_into_a_closed_bot(silent_world: World) -> None:
    world = silent_world
    world.changes["access"] = "invite"
    await world.start()
    olga, ann = world.tg.person("Olga", id=OPERATOR), world.tg.person("Ann")
    await olga.send("/start")
    await olga.sees("Paste your API key")
    for args in ("service-1", "category-1", "preset-1-100"):
        await ann.send(f"/start {args}")
        await ann.sees("This bot is for invited people only.")
    await olga.send("/admin")
    screen = await olga.sees(START)
    code = screen.text.partition("?start=")[2].split()[0]
    await ann.send(f"/start {code}")
    await ann.sees("Paste your API key to begin.")
    await link(ann, world.serva.account())
    await ann.sees("Type a word, or paste a link.")
    await ann.send(f"/start {code}")
    await ann.sees("Type a word, or paste a link.")


async def test_a_key_behind_start_is_taken_out_of_the_chat(world: World, ann: Person) -> None:
    account = world.serva.account()
    message = await ann.send(f"/start {account.key}")
    await ann.sees(f"Key …{account.key[-4:]} linked.")
    assert ann.is_deleted(message)
