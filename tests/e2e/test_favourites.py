"""Again, favourites and presets, and saved targets, as people meet them."""

from __future__ import annotations

import pytest

from bot.sandbox.catalogue import Unit
from bot.sandbox.goods import Input
from bot.sandbox.telegram import Person
from bot.sandbox.telegram.people import Screen
from tests.e2e.conftest import Linked, link
from tests.e2e.shopping import (
    ANN,
    good,
    home,
    one_screen,
    open_service,
    place,
    sent,
    tap,
    to_confirm,
)
from tests.e2e.world import World

pytestmark = pytest.mark.usefixtures("kept_secret")


async def preset(person: Person, name: str = "", quantity: str = "1000") -> Screen:
    """Keep 1,000 Instagram Followers as a preset, and come back to the confirmation."""
    await home(person)
    await to_confirm(person, quantity=quantity)
    await tap(person, "Add to favourites", "Added to favourites.", "What shall I call it?")
    if name:
        await person.send(name)
    else:
        await person.press(f"{int(quantity):,} Instagram Followers")
    return await person.sees("Total:", f"Link: {ANN}", f"Quantity: {int(quantity):,}")


async def tap_favourites(person: Person) -> Screen:
    """The list, by way of Home."""
    await home(person)
    return await tap(person, "Favourites", "Favourites")


# ---- again ----


async def test_again_takes_two_taps(world: World, linked: Linked) -> None:
    ann = linked.person
    await to_confirm(ann)
    await place(world, ann)
    await home(ann)
    taps = len(ann.messages)
    await ann.press("Again: 1,000 Instagram Followers · $0.89")
    await ann.sees("Total: $0.89", f"Link: {ANN}")
    await ann.press("Order for $0.89")
    await world.tg.until(lambda: len(world.serva.orders) == 2)
    assert len([one for one in ann.messages[taps:] if not one.from_bot]) == 0


async def test_a_new_link_for_the_same_takes_two_taps_and_one_message(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await to_confirm(ann)
    await place(world, ann)
    await ann.press("Order again")
    screen = await ann.sees("To order it for another link, send that link.", "Total: $0.89")
    assert screen.find("Edit link")
    await ann.send("https://instagram.com/new")
    await ann.sees("Link: https://instagram.com/new", "Quantity: 1,000")
    assert (await place(world, ann)).params["link"] == "https://instagram.com/new"


async def test_edit_link_asks_for_another_and_offers_the_saved_ones(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await to_confirm(ann, link="https://instagram.com/sara")
    await place(world, ann)
    await to_confirm(ann)
    await place(world, ann)
    await ann.press("Order again")
    await ann.sees("Total: $0.89")
    await tap(ann, "Edit link", "Send the link", "Quantity: 1,000")
    await tap(ann, "instagram.com/sara", "Link: https://instagram.com/sara", "Quantity: 1,000")
    await tap(ann, "Edit link", "Send the link")
    await tap(ann, "Back", "Link: https://instagram.com/sara", "Total: $0.89")


async def test_a_first_order_speaks_of_no_other_link(linked: Linked) -> None:
    screen = await to_confirm(linked.person)
    assert "another link" not in screen.text
    assert screen.find("Edit link")


# ---- favourites ----


async def test_favourites_are_a_screen_of_their_own_on_home(linked: Linked) -> None:
    ann = linked.person
    assert (await home(ann)).find("Favourites")
    empty = await tap(ann, "Favourites", "Nothing is here yet.")
    assert empty.rows == (("Browse", "Saved links"), ("Home",))
    await tap(ann, "Home", "Type a word")
    await one_screen(ann)


async def test_a_service_is_kept_and_let_go_where_it_is_looked_at(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await open_service(ann, "Instagram Followers")
    kept = await tap(ann, "Add to favourites", "Added to favourites.", "Send the link")
    assert kept.find("Remove from favourites")
    assert not kept.find("Add to favourites")
    await home(ann)
    favourites = await tap(ann, "Favourites", "Tap one to order it")
    assert favourites.rows[0] == ("Instagram Followers · $0.89",)
    await tap(ann, "Instagram Followers", "Send the link")
    await tap(ann, "Remove from favourites", "Removed from favourites.", "Send the link")
    await ann.send(ANN)
    await ann.sees("How many?", f"Link: {ANN}")
    await home(ann)
    await tap(ann, "Favourites", "Nothing is here yet.")
    assert world.serva.adds == []


async def test_a_preset_is_ordered_with_three_taps_and_a_link(world: World, linked: Linked) -> None:
    ann = linked.person
    confirm = await preset(ann, "Weekly")
    assert "Its name is Weekly now." in confirm.text
    assert confirm.find("Remove from favourites")
    await home(ann)
    await tap(ann, "Favourites", "Favourites")
    await tap(ann, "Weekly · $0.89", "Send the link", "Quantity: 1,000")
    await ann.send("https://instagram.com/new")
    await ann.sees("Total: about $0.89", "Link: https://instagram.com/new")
    call = await place(world, ann)
    assert sent(call) == {
        "service": "1234",
        "link": "https://instagram.com/new",
        "quantity": "1000",
    }


async def test_a_link_that_waits_goes_into_the_preset(linked: Linked) -> None:
    ann = linked.person
    await preset(ann)
    favourites = await tap_favourites(ann)
    await ann.send(f"nothing-like-this {ANN}")
    await ann.sees(f"Link: {ANN}")
    await ann.press("1,000 Instagram Followers", on=favourites)
    await ann.sees("Total: about $0.89", f"Link: {ANN}", "Quantity: 1,000")


async def test_keeping_twice_keeps_once(linked: Linked) -> None:
    ann = linked.person
    screen = await open_service(ann, "Instagram Followers")
    for _ in range(3):
        await ann.press("Add to favourites", on=screen)
    await ann.sees("Added to favourites.")
    favourites = await tap_favourites(ann)
    assert favourites.rows == (
        ("Instagram Followers · $0.89",),
        ("Edit", "Saved links"),
        ("Home",),
    )


async def test_a_service_and_its_presets_are_kept_side_by_side(linked: Linked) -> None:
    ann = linked.person
    await open_service(ann, "Instagram Followers")
    await tap(ann, "Add to favourites", "Added to favourites.")
    await preset(ann, "Weekly")
    await preset(ann, quantity="2000")
    favourites = await tap_favourites(ann)
    assert favourites.rows[:3] == (
        ("2,000 Instagram Followers · $1.78",),
        ("Weekly · $0.89",),
        ("Instagram Followers · $0.89",),
    )


async def test_the_confirmation_stays_as_it_was_while_a_preset_is_named(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    confirm = await to_confirm(ann)
    for way in ("Back", "1,000 Instagram Followers"):
        await tap(ann, "Add to favourites", "What shall I call it?")
        await ann.press(way)
        again = await ann.sees("Total: about $0.89", f"Link: {ANN}")
        assert again.find("Remove from favourites")
        await tap(ann, "Remove from favourites", "Removed from favourites.", "Total:")
    await ann.press("Order for", on=confirm)
    await ann.sees("Order id:")
    assert len(world.serva.adds) == 1


@pytest.mark.parametrize("way", ["Back", "1,000 Instagram Followers"])
async def test_two_taps_below_the_name_still_end_at_the_confirmation(
    linked: Linked, way: str
) -> None:
    ann = linked.person
    await to_confirm(ann)
    asked = await tap(ann, "Add to favourites", "What shall I call it?")
    for _ in range(2):
        await ann.press(way, on=asked)
    await ann.sees("That screen is out of date.", "Total: about $0.89", f"Link: {ANN}")


async def test_what_is_no_name_is_asked_again(world: World, linked: Linked) -> None:
    ann = linked.person
    await to_confirm(ann)
    await tap(ann, "Add to favourites", "What shall I call it?")
    await ann.send("x" * 41)
    await ann.sees("A name is short, for example: Weekly", "What shall I call it?")
    await ann.send_sticker()
    await ann.sees("I cannot read that.", "What shall I call it?")
    key = world.serva.account().key
    message = await ann.send(key)
    await world.tg.until(lambda: ann.is_deleted(message))
    await tap(ann, "It is not a key", "What shall I call it?")
    await ann.send("<b>Sara</b> & co")
    await ann.sees("Its name is <b>Sara</b> & co now.", "Total:")
    favourites = await tap_favourites(ann)
    assert favourites.rows[0] == ("<b>Sara</b> & co · $0.89",)


async def test_a_favourite_is_renamed_and_removed(linked: Linked) -> None:
    ann = linked.person
    await preset(ann, "Weekly")
    await tap_favourites(ann)
    await tap(ann, "Edit", "Tap one to rename, share or remove it.")
    shown = await tap(ann, "Weekly · $0.89", "Price now: $0.89", "Quantity: 1,000")
    assert shown.text.splitlines()[:2] == ["Weekly", "Instagram Followers"]
    await tap(ann, "Rename", "What shall I call it?")
    await ann.send("شهري")
    await ann.sees("Its name is شهري now.", "Price now:")
    await tap(ann, "Rename", "What shall I call it?")
    await tap(ann, "Back", "شهري", "Price now:")
    await tap(ann, "Rename", "What shall I call it?")
    await tap(ann, "1,000 Instagram Followers", "1,000 Instagram Followers", "Price now:")
    await tap(ann, "Remove from favourites", "Removed: 1,000 Instagram Followers")
    await ann.sees("Nothing is here yet.")
    await one_screen(ann)


async def test_what_was_ordered_is_kept_from_its_card(world: World, linked: Linked) -> None:
    ann = linked.person
    await to_confirm(ann)
    await place(world, ann)
    card = await ann.sees("Order id:")
    await ann.press("Add to favourites", on=card)
    await ann.sees("Added to favourites.", "What shall I call it?")
    await ann.send("Weekly")
    await ann.sees("Its name is Weekly now.", "Price now: $0.89")
    await tap(ann, "Order it", "Send the link", "Quantity: 1,000")
    assert "Order id:" in Screen.of(card.message).text


# ---- prices ----


async def test_a_price_that_has_changed_is_said_in_the_list_and_before_it_is_confirmed(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await preset(ann, "Weekly")
    await home(ann)
    await open_service(ann, "Instagram Followers")
    await tap(ann, "Add to favourites", "Added to favourites.")
    world.serva.reprice("1234", "2")
    await home(ann)
    await to_confirm(ann)  # looks at the prices of today
    favourites = await tap_favourites(ann)
    assert favourites.rows[:2] == (
        ("Instagram Followers · $1.78 (was $0.89)",),
        ("Weekly · $1.78 (was $0.89)",),
    )
    await tap(ann, "Weekly", "Send the link")
    await ann.send(ANN)
    await ann.sees("The price changed: $0.89 → $1.78.", "Total: about $1.78")
    await tap_favourites(ann)
    await tap(ann, "Edit", "Tap one to rename")
    await tap(ann, "Weekly", "Price now: $1.78", "It was $0.89 when you added it.")
    assert world.serva.adds == []


async def test_a_favourite_that_is_gone_is_shown_and_offers_others(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await preset(ann, "Weekly")
    world.serva.remove("1234")
    await tap(ann, "Edit quantity", "How many?")
    await ann.send("500")
    await ann.sees("Serva no longer offers this service.")
    favourites = await tap_favourites(ann)
    assert favourites.rows[0] == ("Weekly · no longer offered",)
    gone = await tap(ann, "Weekly", "Serva no longer offers this service.", "nearest")
    assert "$" in gone.rows[0][0]
    await tap(ann, "Remove from favourites", "Removed: Weekly", "Nothing is here yet.")


async def test_a_preset_beyond_the_limits_of_today_is_asked_about(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await preset(ann, "Weekly")
    world.serva.stock(good("Instagram Followers", code="1234", maximum=500))
    await tap_favourites(ann)
    await tap(ann, "Weekly", "Send the link")
    await ann.send(ANN)
    await ann.sees("The most is 500.", "How many?", f"Link: {ANN}")


async def test_prices_are_each_persons_own(world: World, linked: Linked) -> None:
    await preset(linked.person, "Weekly")
    bob = world.tg.person("Bob")
    await link(bob, world.serva.account(discount="0.50"))
    await preset(bob, "Weekly")
    assert (await tap_favourites(bob)).rows[0] == ("Weekly · $0.45",)
    assert (await tap_favourites(linked.person)).rows[0] == ("Weekly · $0.89",)


# ---- pages, strangers, stale taps ----


async def test_many_favourites_come_in_pages(world: World, linked: Linked) -> None:
    ann = linked.person
    await to_confirm(ann, quantity="100")
    for quantity in range(101, 111):
        await ann.send(str(quantity))
        await ann.sees(f"Quantity: {quantity}", "Total:")
        await tap(ann, "Add to favourites", "What shall I call it?")
        await tap(ann, f"{quantity} Instagram", "Total:")
    first = await tap_favourites(ann)
    assert first.rows[8:] == (("Next",), ("Edit", "Saved links"), ("Home",))
    second = await tap(ann, "Next", "Page 2/2")
    assert len(second.rows) == 5
    await tap(ann, "Edit", "Page 2/2", "Tap one to rename")
    await tap(ann, "101 Instagram", "Price now:")
    await tap(ann, "Remove from favourites", "Removed: 101 Instagram Followers", "Page 1/2")
    await ann.tap_raw(ann.screen, "fv:7:0")
    await ann.sees("Page 2/2")


async def test_nobody_touches_the_favourites_of_somebody_else(world: World, linked: Linked) -> None:
    ann = linked.person
    await preset(ann, "Weekly")
    await place(world, ann)
    bob = world.tg.person("Bob")
    await link(bob, world.serva.account())
    await bob.sees("No active orders.")
    for data in ("fo:1", "fs:1", "fn:1", "fp:1", "fx:1", "sh:favourite:1", "fk:1", "tx:1:0"):
        said = bob.version
        await bob.tap_raw(bob.screen, data)
        assert await bob.changed(said)
        await world.tg.until(lambda: bob.screen.buttons)
        assert "Weekly" not in bob.chat
        assert ANN not in bob.chat
    favourites = await tap_favourites(ann)
    assert favourites.rows[0] == ("Weekly · $0.89",)
    assert (await tap(ann, "Saved links", "Saved links and ids")).find("instagram.com/ann")


@pytest.mark.parametrize("data", ["fo:99", "fs:99", "fn:99", "fx:99"])
async def test_a_favourite_that_is_no_longer_there_is_said_to_be(linked: Linked, data: str) -> None:
    ann = linked.person
    await ann.tap_raw(await home(ann), data)
    await ann.sees("That is not among your favourites any more.", "Favourites")


@pytest.mark.parametrize("data", ["fd:n:add", "fd:n:remove", "fk:99", "fp:99", "fl:99", "sh:f:99"])
async def test_taps_that_belong_to_nothing_end_at_home(linked: Linked, data: str) -> None:
    ann = linked.person
    said = "That order is not yours." if data == "fk:99" else "That screen is out of date."
    await ann.tap_raw(await home(ann), data)
    await ann.sees(said, "Type a word, or paste a link.")


async def test_a_stale_star_loses_nothing_of_the_open_draft(world: World, linked: Linked) -> None:
    ann = linked.person
    old = await open_service(ann, "Instagram Followers")
    await home(ann)
    await to_confirm(ann, quantity="500")
    await ann.press("Add to favourites", on=old)
    await ann.sees("That screen is out of date.", "Quantity: 500", "Total:")
    await tap_favourites(ann)
    await ann.sees("Nothing is here yet.")


async def test_without_a_key_there_is_nothing_to_keep(world: World, ann: Person) -> None:
    await ann.send("/start")
    welcome = await ann.sees("Paste your API key")
    for data in ("fv:0:0", "fo:1", "fs:1", "fd:nonce:add", "fk:1", "sh:service:1"):
        await ann.tap_raw(welcome, data)
    await ann.send("/balance")
    await ann.sees("Paste your API key to begin.")
    assert world.serva.calls == []


# ---- saved targets ----


async def test_saved_links_are_seen_and_removed(world: World, linked: Linked) -> None:
    ann = linked.person
    for name in ("sara", "ann"):
        await to_confirm(ann, link=f"https://instagram.com/{name}")
        await place(world, ann)
    await tap_favourites(ann)
    saved = await tap(ann, "Saved links", "Saved links and ids")
    assert saved.rows[:2] == (("instagram.com/ann",), ("instagram.com/sara",))
    await tap(ann, "instagram.com/ann", "Removed: https://instagram.com/ann")
    await ann.press("instagram.com/ann", on=saved)
    last = await ann.sees("Saved links and ids")
    assert last.rows[0] == ("instagram.com/sara",)
    question = await open_service(ann, "Instagram Followers")
    assert not question.find("instagram.com/ann")
    assert question.find("instagram.com/sara")


async def test_a_player_is_one_button_for_every_size_of_the_same_thing(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    inputs = (Input("player_id", "Player ID"), Input("server_id", "Server ID"))
    fields = [{"key": entry.key, "label": entry.label} for entry in inputs]
    for size in ("86", "172"):
        name = f"Star Legends {size} Diamonds"
        once = {"minimum": 1, "maximum": 1, "unit": Unit.PER_ITEM}
        world.serva.stock(good(name, **once, inputs=inputs, raw_fields=fields))
    await open_service(ann, "Star Legends 86 Diamonds")
    await ann.send("123456789\n55")
    await ann.sees("Total:")
    await place(world, ann)
    await open_service(ann, "Star Legends 172 Diamonds")
    await tap(ann, "123456789 · 55", "Player ID: 123456789", "Server ID: 55", "Total:")
    assert sent(await place(world, ann))["fields"] == {
        "player_id": "123456789",
        "server_id": "55",
    }
    await tap_favourites(ann)
    await tap(ann, "Saved links", "Saved links and ids")
    await tap(ann, "123456789 · 55", "Removed: 123456789 · 55", "Nothing is saved yet.")
    question = await open_service(ann, "Star Legends 172 Diamonds")
    assert not question.find("123456789")


async def test_a_saved_link_that_was_removed_answers_nothing(world: World, linked: Linked) -> None:
    ann = linked.person
    await to_confirm(ann)
    await place(world, ann)
    question = await open_service(ann, "Instagram Followers")
    await ann.tap_raw(ann.screen, "tx:1:0")
    await ann.sees("Removed: https://instagram.com/ann")
    await ann.press("instagram.com/ann", on=question)
    await ann.sees("That screen is out of date.")
