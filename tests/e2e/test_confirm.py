"""The confirmation: what it says, what it leads to, and that it is never skipped or stale."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.sandbox.catalogue import Unit
from bot.screens import buttons as b
from tests.e2e.conftest import Linked, link
from tests.e2e.shopping import (
    ANN,
    good,
    newer,
    one_screen,
    open_service,
    place,
    sent,
    tap,
    to_confirm,
)
from tests.e2e.world import OPERATOR, World

SUMMARY = """Instagram Followers
Link: https://instagram.com/ann
Quantity: 1,000
Rate: $0.89 per 1,000
"""


async def prove(world: World, linked: Linked) -> None:
    """A first charge shows that followers are priced per 1,000."""
    ann = linked.person
    await to_confirm(ann, link="https://instagram.com/first", quantity="100")
    await place(world, ann)
    await tap(ann, "Home", "Type a word, or paste a link.")


# ---- what it says ----


async def test_an_unproven_price_is_said_to_be_one_reading_of_two(linked: Linked) -> None:
    screen = await to_confirm(linked.person)
    assert screen.text == SUMMARY + (
        "\n"
        "Total: about $0.89\n"
        "About $0.89, if Serva prices this per 1,000; $890.00 if per item.\n"
        "Balance after: about $24.61"
    )
    assert screen.rows == (
        ("Order for about $0.89",),
        ("Try the minimum: 100",),
        ("Edit link", "Edit quantity"),
        ("Coupon",),
        ("Add to favourites",),
        ("Cancel", "Home"),
    )
    assert screen.button("Order for").style == "success"


async def test_a_first_charge_proves_the_price_for_everyone(world: World, linked: Linked) -> None:
    await prove(world, linked)
    screen = await to_confirm(linked.person)
    assert screen.text == SUMMARY + "\nTotal: $0.89\nBalance after: $24.52"
    assert screen.rows == (
        ("Order for $0.89",),
        ("Edit link", "Edit quantity"),
        ("Coupon",),
        ("Add to favourites",),
        ("Cancel", "Home"),
    )
    assert screen.button("Order for").style == "success"


async def test_the_minimum_tries_an_unproven_price(world: World, linked: Linked) -> None:
    ann = linked.person
    await to_confirm(ann)
    screen = await tap(ann, "Try the minimum: 100", "Quantity: 100", "Total: about $0.09")
    assert not screen.find("Try the minimum")
    assert (await place(world, ann)).params["quantity"] == "100"


async def test_a_coupon_is_added_and_its_words_promise_nothing(
    world: World, linked: Linked
) -> None:
    await prove(world, linked)
    ann = linked.person
    await to_confirm(ann)
    screen = await tap(ann, "Coupon", "Send the coupon.", "Serva decides the discount")
    assert screen.rows == (("Back", "Home"),)
    for bad in ("not one word", "A" * 65, "\u200b\u200c"):
        await ann.send(bad)
        await ann.sees("A coupon is one short word, for example SAVE10")
    await ann.send("SAVE10")
    screen = await ann.sees(
        "Coupon SAVE10 will be sent; Serva decides the discount. You pay at most $0.89.",
        "Total: $0.89",
        f"Link: {ANN}",
    )
    assert screen.rows == (
        ("Order for up to $0.89",),
        ("Edit link", "Edit quantity"),
        ("Remove coupon",),
        ("Add to favourites",),
        ("Cancel", "Home"),
    )
    call = await place(world, ann)
    assert sent(call) == {"service": "1234", "link": ANN, "quantity": "1000", "coupon": "SAVE10"}
    assert world.serva.orders[-1].paid == Decimal("0.801")


async def test_a_coupon_is_removed_or_not_given_at_all(world: World, linked: Linked) -> None:
    ann = linked.person
    await to_confirm(ann)
    await tap(ann, "Coupon", "Send the coupon.")
    await tap(ann, "Back", "Total:", "Quantity: 1,000")
    await tap(ann, "Coupon", "Send the coupon.")
    await ann.send("SAVE10")
    screen = await ann.sees("Coupon SAVE10 will be sent")
    assert "You pay at most $0.89." not in screen.text  # the price itself is only a reading
    screen = await tap(ann, "Remove coupon", "Total:")
    while "SAVE10" in screen.text:
        assert await ann.changed(ann.version)
        screen = ann.screen
    assert "coupon" not in (await place(world, ann)).params


# ---- moving about ----


async def test_the_link_is_edited_and_the_rest_stays(world: World, linked: Linked) -> None:
    ann = linked.person
    await to_confirm(ann)
    await tap(ann, "Edit link", "Send the link")
    await ann.send("https://instagram.com/other")
    await ann.sees("Link: https://instagram.com/other", "Quantity: 1,000", "Total:")
    assert (await place(world, ann)).params["link"] == "https://instagram.com/other"


async def test_the_quantity_is_edited_and_the_rest_stays(world: World, linked: Linked) -> None:
    ann = linked.person
    await to_confirm(ann)
    await tap(ann, "Edit quantity", "How many?", f"Link: {ANN}")
    await tap(ann, "500 ·", f"Link: {ANN}", "Quantity: 500")
    assert (await place(world, ann)).params["quantity"] == "500"


async def test_going_back_from_an_edit_loses_nothing(world: World, linked: Linked) -> None:
    ann = linked.person
    await to_confirm(ann)
    for edit, question in (("Edit link", "Send the link"), ("Edit quantity", "How many?")):
        await tap(ann, edit, question)
        await ann.send("no answer to that")
        await ann.sees("That is not", question)
        await tap(ann, "Back", f"Link: {ANN}", "Quantity: 1,000", "Total:")
    await tap(ann, "Cancel", "Nothing was ordered.")
    await open_service(ann, "Mobile Legends 86 Diamonds")
    await ann.send("123456789\n55")
    await ann.sees("Total:")
    await tap(ann, "Edit details", "For example: 123456789")
    await ann.send("1")
    await ann.sees("For example: 55")
    await tap(ann, "Back", "For example: 123456789")
    await tap(ann, "Back", "Total:", "(Player ID): 123456789", "(Server ID): 55")
    call = await place(world, ann)
    assert sent(call)["fields"] == {"player_id": "123456789", "server_id": "55"}


async def test_back_leads_through_every_question_to_the_category(linked: Linked) -> None:
    ann = linked.person
    await open_service(ann, "Telegram Poll Votes | High quality")
    await ann.send(ANN)
    await ann.sees("Answer number", "A number.")
    await ann.send("2")
    await ann.sees("How many?")
    await tap(ann, "Back", "A number.", f"Link: {ANN}")
    await tap(ann, "Back", "Send the link")
    await tap(ann, "Back", "تيليجرام | استفتاءات", "Your price is beside each service.")
    await tap(ann, "Back", "Categories")
    await tap(ann, "Home", "Type a word, or paste a link.")
    await one_screen(ann)


@pytest.mark.parametrize("way_out", ["Cancel", "Home"])
async def test_leaving_orders_nothing_and_forgets_the_draft(
    world: World, linked: Linked, way_out: str
) -> None:
    ann = linked.person
    confirm = await to_confirm(ann)
    await tap(ann, way_out, "Type a word, or paste a link.")
    await ann.press("Order for", on=confirm)
    await ann.sees("That screen is out of date.", "Type a word, or paste a link.")
    assert world.serva.adds == []
    await one_screen(ann)


async def test_a_new_link_or_number_at_the_confirmation_takes_the_place_of_the_old(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await to_confirm(ann)
    await ann.send("https://instagram.com/other")
    await ann.sees("Link: https://instagram.com/other", "Quantity: 1,000")
    await ann.send("2k")
    await ann.sees("Link: https://instagram.com/other", "Quantity: 2,000")
    await ann.send("5")
    await ann.sees("The least is 100.", "Quantity: 2,000")
    await ann.send("yes please")
    await ann.sees("Tap Order to order this, or Cancel to leave it.", "Quantity: 2,000")
    await one_screen(ann)
    assert world.serva.adds == []
    call = await place(world, ann)
    assert call.params == {
        "service": "1234",
        "link": "https://instagram.com/other",
        "quantity": "2000",
    }


async def test_again_takes_two_taps_and_a_new_link_one_message_more(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await to_confirm(ann)
    await place(world, ann)
    await tap(ann, "Home", "Type a word, or paste a link.")
    await ann.press("Again: 1,000 Instagram Followers · $0.89")
    await ann.sees("Total: $0.89", f"Link: {ANN}")
    assert (await place(world, ann)).params["link"] == ANN
    await ann.press("Order again")
    await ann.sees("Total: $0.89")
    await ann.send("https://instagram.com/new")
    await ann.sees("Link: https://instagram.com/new", "Quantity: 1,000")
    assert (await place(world, ann)).params["link"] == "https://instagram.com/new"


# ---- money ----


async def test_a_balance_that_is_too_low_offers_a_way_out_and_keeps_the_draft(
    world: World, linked: Linked
) -> None:
    await prove(world, linked)
    linked.account.balance = Decimal("0.40")
    ann = linked.person
    await open_service(ann, "Instagram Followers")
    await ann.send(ANN)
    await ann.sees("How many?")
    await ann.send("1000")
    screen = await ann.sees("Your balance is too low for this order.")
    assert screen.text == (
        "Your balance is too low for this order.\n"
        "Total: $0.89\n"
        "Balance: $0.40. Missing: $0.49.\n"
        "Your order is kept here until you have topped up.\n"
        "For half an hour I look at your balance, and tell you when it is enough."
    )
    assert screen.rows == (("I have topped up",), ("Order 449 instead",), ("Cancel", "Home"))
    await tap(ann, "Order 449 instead", "Quantity: 449", "Total: $0.40", "Balance after: $0.00")
    await tap(ann, "Edit quantity", "How many?")
    await ann.send("1000")
    await ann.sees("Your balance is too low for this order.")
    world.serva.top_up(linked.account, "10")
    screen = await tap(ann, "I have topped up", "Quantity: 1,000", "Balance after: $9.51")
    assert (await place(world, ann)).params["quantity"] == "1000"


async def test_a_balance_below_the_sum_to_agree_to_is_too_low(world: World, linked: Linked) -> None:
    """999 cost $0.88911, which is agreed to as $0.89."""
    linked.account.balance = Decimal("0.8895")
    ann = linked.person
    await open_service(ann, "Instagram Followers")
    await ann.send(ANN)
    await ann.sees("How many?")
    await ann.send("999")
    screen = await ann.sees(
        "Your balance is too low for this order.", "Total: about $0.89", "Missing: $0.01."
    )
    assert screen.rows[1] == ("Order 988 instead",)
    await tap(ann, "Order 988 instead", "Quantity: 988", "Total: about $0.88")


async def test_the_top_up_button_names_what_is_missing(
    silent_world: World,
) -> None:
    silent_world.changes["top_up_url"] = "https://serva.test/top-up"
    await silent_world.start()
    ann = silent_world.tg.person("Ann")
    await link(ann, silent_world.serva.account(balance="0.00001"))
    await open_service(ann, "Instagram Followers")
    await ann.send(ANN)
    await ann.sees("How many?", "Your balance does not cover the minimum.")
    await ann.send("100")
    screen = await ann.sees("Your balance is too low for this order.")
    assert screen.rows[0] == ("Top up $0.09",)
    assert screen.button("Top up").url == "https://serva.test/top-up"
    assert not screen.find("Order 0 instead")


async def test_a_reading_that_the_balance_covers_is_not_refused(linked: Linked) -> None:
    """iTunes cards at $51 in all, or at $0.051: nobody knows before the first charge."""
    ann = linked.person
    await open_service(ann, "iTunes Gift Card 5 USD")
    await ann.send("ann@example.com\nsa")
    await ann.sees("How many?")
    await ann.send("10")
    screen = await ann.sees(
        "Total: about $51.00",
        "About $51.00, if Serva prices this per item; $0.06 if per 1,000.",
        "Your balance of $25.50 is less than that.",
    )
    assert "Balance after" not in screen.text


# ---- what changed in the meantime ----


async def test_a_price_that_changed_while_filling_in_is_said_before_it_is_confirmed(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await open_service(ann, "Instagram Followers")
    await ann.send(ANN)
    await ann.sees("How many?")
    world.serva.reprice("1234", "2")
    await ann.send("1000")
    screen = await ann.sees("Total: about $1.78")
    assert screen.text.startswith("The price changed: $0.89 → $1.78.\n\nInstagram Followers\n")
    await ann.send("hm")
    screen = await ann.sees("Tap Order to order this", "Total: about $1.78")
    assert "The price changed" not in screen.text  # said once
    world.serva.reprice("1234", "3")
    await ann.send("hm")
    await ann.sees("The price changed: $1.78 → $2.67. Tap Order to order this")
    await place(world, ann)
    assert world.serva.orders[-1].paid == Decimal("2.67")


async def test_a_price_seen_in_a_list_is_compared_where_nothing_is_asked(
    world: World, linked: Linked
) -> None:
    """A package for a pasted link goes from the list straight to the confirmation."""
    ann = linked.person
    await ann.send(ANN)
    await ann.sees("services found.")
    await ann.send("1,000 followers package server")
    await ann.sees("You typed: 1,000 followers package server")
    world.serva.reprice("1570", "2")
    await tap(ann, "1,000 Followers Package", "The price changed: $1.90 → $3.80.", "about $3.80")


async def test_a_price_that_changes_after_the_tap_is_never_paid(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await to_confirm(ann)
    world.serva.reprice("1234", "2")
    await ann.press("Order for")
    await ann.told("$1.78")
    assert world.serva.adds == []


async def test_a_proof_that_comes_between_changes_the_price_in_plain_sight(
    world: World, linked: Linked
) -> None:
    """Somebody else's first charge shows that this kind is priced per item, not per 1,000."""
    world.serva.price_unit("1300", "per_item")
    world.serva.price_unit("1234", "per_item")
    world.serva.top_up(linked.account, "100000")
    ann, bob = linked.person, world.tg.person("Bob")
    await link(bob, world.serva.account(balance="100000"))
    await to_confirm(ann, quantity="100")
    await to_confirm(bob, quantity="100")
    await place(world, bob)
    await ann.press("Order for about $0.09")
    await ann.sees("The price changed: $0.09 → $89.00.", "Total: $89.00")
    assert len(world.serva.adds) == 1
    await place(world, ann)
    assert world.serva.orders[-1].paid == Decimal("89")


@pytest.mark.parametrize("when", ["link", "quantity", "confirm"])
async def test_a_service_that_vanishes_offers_its_neighbours_and_keeps_the_link(
    world: World, linked: Linked, when: str
) -> None:
    ann = linked.person
    confirm = await to_confirm(ann)
    if when == "link":
        await tap(ann, "Edit link", "Send the link")
    elif when == "quantity":
        await tap(ann, "Edit quantity", "How many?")
    world.serva.remove("1234")
    if when == "confirm":
        await ann.send("3k")
    elif when == "link":
        await ann.send("https://instagram.com/other")
    else:
        await ann.send("500")
    screen = await ann.sees("Serva no longer offers this service.", "These are the nearest ones.")
    assert screen.rows[0] == ("VIP Instagram Followers | Server 1 | Fast · $4.40",)
    assert screen.rows[-1] == ("Browse", "Home")
    await ann.press("Order for", on=confirm)
    await ann.sees("That screen is out of date.")
    assert world.serva.adds == []


async def test_the_link_of_a_vanished_service_goes_into_its_neighbour(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await to_confirm(ann)
    world.serva.remove("1234")
    await ann.send("3k")
    await ann.sees("Serva no longer offers this service.")
    await tap(ann, "VIP Instagram Followers | Server 1", f"Link: {ANN}", "How many?")


async def test_a_service_that_is_gone_when_it_is_tapped_offers_its_neighbours(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await tap(ann, "Browse", "Categories")
    category = await tap(ann, "Instagram ·", "Your price")
    await tap(ann, "Instagram Followers ·", "Send the link")
    await ann.send(ANN)
    await ann.sees("How many?")
    world.serva.remove("1234")
    await ann.send("100")
    await ann.sees("Serva no longer offers this service.")
    await ann.press("Instagram Followers ·", on=category)
    await ann.sees("Serva no longer offers this service.", "These are the nearest ones.")


async def test_a_service_that_vanishes_with_the_last_tap_is_not_ordered(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await to_confirm(ann)
    world.serva.remove("1234")
    await ann.press("Order for")
    await ann.told("no longer offers this service", "nothing was charged.")
    assert world.serva.adds == []
    await tap(ann, "Similar services", "These are the nearest ones.")
    await tap(ann, "VIP Instagram Followers | Server 1", f"Link: {ANN}", "How many?")


async def test_an_order_that_is_repeated_says_how_its_price_has_changed(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await to_confirm(ann)
    await place(world, ann)
    world.serva.reprice("1234", "2")
    await tap(ann, "Order again", "The price changed: $0.89 → $1.78.", "Total: $1.78")
    world.serva.stock(good("Instagram Followers", code="1234", maximum=500))
    await ann.send("https://instagram.com/other")
    await ann.sees("The most is 500.", "How many?", "Link: https://instagram.com/other")


async def test_limits_that_changed_are_asked_about_again(world: World, linked: Linked) -> None:
    ann = linked.person
    await to_confirm(ann)
    tighter = good("Instagram Followers", code="1234", minimum=5000)
    world.serva.stock(tighter)
    await ann.send("https://instagram.com/other")
    await ann.sees("The least is 5,000.", "How many?", "Link: https://instagram.com/other")
    await ann.send("5000")
    await ann.sees("Total: about $4.45")


async def test_a_question_that_is_new_is_asked_before_the_confirmation(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await to_confirm(ann)
    asking = good("Instagram Followers", code="1234", type="Comment Likes")
    world.serva.stock(asking)
    await ann.send("2000")
    await ann.sees("Username", f"Link: {ANN}")
    await ann.send("ann")
    await ann.sees("Total: about $1.78", "Username: ann", "Quantity: 2,000")


async def test_serva_silent_at_the_confirmation_keeps_the_draft(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await open_service(ann, "Instagram Followers")
    await ann.send(ANN)
    await ann.sees("How many?")
    world.serva.fault("html_502", times=None)
    await ann.send("1000")
    screen = await ann.sees("Serva is not answering right now.", "your order is kept here")
    assert screen.rows == (("Try again",), ("Cancel", "Home"))
    world.serva.faults.clear()
    await tap(ann, "Try again", "Total: about $0.89", f"Link: {ANN}")


async def test_a_slow_serva_is_said_in_place(world: World, linked: Linked) -> None:
    ann = linked.person
    await open_service(ann, "Instagram Followers")
    await ann.send(ANN)
    asked = await ann.sees("How many?")
    slow = world.serva.fault("slow", "balance", seconds=5)
    await ann.press("1,000 ·")
    checking = await ann.sees("Checking…")
    assert checking.message_id == asked.message_id
    slow.release()
    confirm = await ann.sees("Total:")
    assert confirm.message_id == asked.message_id


async def test_maintenance_keeps_the_draft_until_ordering_is_open_again(
    world: World, linked: Linked
) -> None:
    olga = world.tg.person("Olga", id=OPERATOR)
    await olga.send("/admin")
    await tap(olga, "Maintenance", "Maintenance is off.")
    ann = linked.person
    confirm = await to_confirm(ann)
    await olga.press(olga.screen.buttons[0])
    await olga.sees("Maintenance is on")
    await ann.press("Order for", on=confirm)
    screen = await ann.sees("Ordering is closed for maintenance.", "your order is kept here")
    await tap(ann, "Try again", "Ordering is closed for maintenance.")
    assert screen.find("Cancel")
    assert screen.find("Home")
    await olga.press(olga.screen.buttons[0])
    await olga.sees("Maintenance is off.")
    await tap(ann, "Try again", "Total: about $0.89", f"Link: {ANN}", "Quantity: 1,000")
    assert world.serva.adds == []
    await place(world, ann)


# ---- the same button more than once, and on two devices ----


async def test_a_second_tap_answers_no_second_question(world: World, linked: Linked) -> None:
    """A tap is delivered again, or a finger is quick: the next question is not skipped."""
    raw = [
        {"key": "a", "label": "First", "type": "select", "options": ["x", "y"]},
        {"key": "b", "label": "Second", "type": "select", "options": ["x", "y"]},
        {"key": "c", "label": "Third", "required": False},
        {"key": "d", "label": "Fourth", "required": False},
    ]
    world.serva.stock(
        good("Four questions", code="four", raw_fields=raw, unit=Unit.PER_ITEM, minimum=1,
             maximum=1)
    )  # fmt: skip
    ann = linked.person
    for question, answer, following in (
        ("First", "x", "Second"),
        ("Second", "y", "Third"),
        ("Third", "Skip", "Fourth"),
        ("Fourth", "Back", "Third"),
        ("Third", "Skip", "Fourth"),
        ("Fourth", "Skip", "Total:"),
    ):
        if question == "First":
            await open_service(ann, "Four questions")
        screen = ann.screen
        await ann.press(answer, on=screen)
        await ann.press(answer, on=screen)
        await ann.sees(f"\n{following}")
        await ann.tap_raw(screen, b.pack(b.Help()))  # all that came before is done by then
        await ann.sees("Help")
        await ann.send_sticker()
        await ann.sees("I cannot read that.", f"\n{following}")
    assert {"First: x", "Second: y"} < set(ann.screen.text.splitlines())


async def test_two_quick_taps_on_a_quantity_are_one_quantity(world: World, linked: Linked) -> None:
    ann = linked.person
    await open_service(ann, "Instagram Followers")
    await ann.send(ANN)
    screen = await ann.sees("How many?")
    await ann.press("1,000 ·", on=screen)
    await ann.press("1,000 ·", on=screen)
    await ann.send("/nothing")  # both taps are done by the time this is answered
    screen = await ann.sees("I do not know this command.", "Quantity: 1,000", f"Link: {ANN}")
    assert "That screen is out of date." not in ann.chat
    await place(world, ann)


async def test_an_older_confirmation_orders_nothing_while_a_newer_is_open(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    old = await to_confirm(ann)
    await tap(ann, "Cancel", "Nothing was ordered.")
    screen = await to_confirm(ann, link="https://instagram.com/new")
    for stale in ("Order for", "Edit link", "Coupon", "Cancel", "Try the minimum"):
        await ann.press(stale, on=old)
        screen = await newer(ann, screen, "That screen is out of date.", "Total:")
        assert "Link: https://instagram.com/new" in screen.text
    assert world.serva.adds == []
    await one_screen(ann)
    assert (await place(world, ann)).params["link"] == "https://instagram.com/new"


async def test_a_second_device_that_still_shows_the_confirmation_orders_once(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    confirm = await to_confirm(ann)
    await place(world, ann)
    await ann.press("Order for", on=confirm)
    await ann.press("Edit link", on=confirm)
    await ann.sees("That screen is out of date.")
    assert len(world.serva.adds) == 1
