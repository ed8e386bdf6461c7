"""Placing: every way an order can end short of unknown, what the person reads, and what is next."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.sandbox.catalogue import Unit
from bot.sandbox.telegram import Person
from bot.sandbox.telegram.people import Screen
from tests.e2e.conftest import Linked, link
from tests.e2e.placing import confirmed, copied, impatient, ordered, paid
from tests.e2e.shopping import ANN, good, open_service, sent, tap, to_confirm
from tests.e2e.world import World

HELP, TOP_UP = "https://serva.test/help", "https://serva.test/top-up"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    impatient(monkeypatch)


@pytest.fixture
async def world(silent_world: World) -> World:
    """The operator has named where Serva's support is, and where money is added."""
    silent_world.changes |= {"support_url": HELP, "top_up_url": TOP_UP}
    silent_world.serva.stock(
        good("Own Comments", type="Custom Comments", rate=Decimal(2), minimum=2, maximum=50)
    )
    await silent_world.start()
    return silent_world


# ---- accepted ----


async def test_a_link_service_is_placed(world: World, linked: Linked) -> None:
    ann = linked.person
    await confirmed(ann)
    card = await ann.sees("Placed", "ORD-100023")
    for line in ("1,000 × Instagram Followers", f"Link: {ANN}", "Charge: $0.89"):
        assert line in card.text
    assert card.rows == (
        ("Refresh", "Order again"),
        ("Copy id", "Add to favourites"),
        ("Mute",),
        ("Details", "Receipt"),
        ("Home",),
    )
    assert copied(card, "Copy id") == "ORD-100023"
    (call,) = world.serva.adds
    assert sent(call) == {"service": "1234", "link": ANN, "quantity": "1000"}
    assert linked.account.balance == Decimal("24.61")


async def test_a_service_with_manual_fields_is_placed(world: World, linked: Linked) -> None:
    ann = linked.person
    await open_service(ann, "Mobile Legends 86 Diamonds")
    await ann.send("123456789\n2001")
    await ann.sees("Total:", "$1.45")
    await ann.press("Order for")
    card = await ann.sees("Placed", "ORD-100023", "123456789", "2001", "Charge: $1.45")
    assert "Remaining" not in card.text
    (call,) = world.serva.adds
    assert list(sent(call)) == ["service", "fields"]
    assert sorted(sent(call)["fields"].values()) == ["123456789", "2001"]  # type: ignore[attr-defined]


async def test_a_service_whose_lines_decide_the_quantity_is_placed(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await open_service(ann, "Own Comments")
    await ann.send(ANN)
    await ann.sees("One a line")
    await ann.send("lovely\nwhere is this?\n\nmore of it")
    await ann.sees("Quantity: 3", "Total:")
    await ann.press("Order for")
    await ann.sees("Placed", "3 × Own Comments")
    (call,) = world.serva.adds
    assert sent(call) == {
        "service": "own-comments",
        "link": ANN,
        "comments": "lovely\nwhere is this?\nmore of it",
    }
    assert world.serva.orders[0].quantity == 3


async def test_the_live_screen_becomes_the_card_and_home_comes_below(linked: Linked) -> None:
    ann = linked.person
    screen = await confirmed(ann)
    card = await ann.sees("Placed")
    assert card.message_id == screen.message_id
    await ann.press("Home")
    home = await ann.sees("1 active order.")
    assert home.message_id > card.message_id
    assert "Placed" in (await ann.told("ORD-100023")).text


# ---- refused ----


@pytest.mark.parametrize(
    ("code", "sentence", "labels"),
    [
        ("INVALID_API_KEY", "Serva does not know your key.", ("Replace key", "Get a key")),
        (
            "API_KEY_REVOKED",
            "Serva allows one key; a new one may stop your other tools.",
            ("Replace key", "Get a key"),
        ),
        (
            "API_ACCESS_NOT_ALLOWED",
            "Your Serva account is not approved for API use.",
            ("Message Serva",),
        ),
        ("ACCOUNT_BANNED", "Serva has banned your account.", ("Message Serva",)),
        (
            "SERVICE_NOT_FOUND_OR_INACTIVE",
            "Serva no longer offers this service.",
            ("Similar services",),
        ),
        (
            "INSUFFICIENT_BALANCE",
            "Your balance is too low for this order.",
            ("Top up", "I have topped up"),
        ),
        ("DUPLICATE_ORDER", "Serva has just had an order for this target.", ("Order again",)),
        ("ACTIVE_ORDER_EXISTS", "Serva has an active order for this target.", ("Order again",)),
        ("INVALID_COUPON", "Serva refused the coupon.", ("Order without coupon",)),
        ("QUANTITY_TOO_LOW", "Serva refused the quantity.", ("Order again",)),
        ("INVALID_LINK", "Serva refused the link.", ("Order again",)),
        ("MISSING_FIELD", "Serva refused the details.", ("Order again",)),
        ("Come <b>back</b> later", "Serva says: Come <b>back</b> later", ("Message Serva",)),
    ],
)
async def test_a_refusal_says_why_that_nothing_was_charged_and_what_is_next(
    world: World, linked: Linked, code: str, sentence: str, labels: tuple[str, ...]
) -> None:
    ann = linked.person
    world.serva.fault("refuse", "add", error=code)
    await confirmed(ann)
    card = await ann.sees(sentence)
    (call,) = world.serva.adds
    assert "Nothing was charged." in card.text
    assert f"Request id: {call.request_id}" in card.text
    assert copied(card, "Copy request id") == call.request_id
    for label in (*labels, "Home"):
        assert card.find(label), f"no {label!r} among {card.labels}"
    assert linked.account.balance == Decimal("25.50")
    await ann.press("Home")
    await ann.sees("No active orders.")
    assert len(world.serva.adds) == 1


async def test_a_service_that_went_at_the_last_moment_leads_to_its_like(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    screen = await to_confirm(ann)
    world.serva.remove("1234")
    await ann.press("Order for", on=screen)
    card = await ann.sees("Serva no longer offers this service.")
    assert "Nothing was sent and nothing was charged." in card.text
    assert world.serva.adds == []
    await ann.press("Similar services")
    alike = await ann.sees("These are the nearest ones.")
    assert alike.message_id > card.message_id
    assert alike.find("VIP Instagram Followers")


async def test_a_balance_that_fell_short_names_what_is_missing_and_what_is_affordable(
    world: World, linked: Linked
) -> None:
    ann, account = linked.person, linked.account
    screen = await to_confirm(ann)
    account.balance = Decimal("0.30")
    await ann.press("Order for", on=screen)
    card = await ann.sees("Your balance is too low", "Balance: $0.30. Missing: $0.59.")
    assert card.button("Top up $0.59").url == TOP_UP
    await ann.press("Order 337 instead")
    await ann.sees("Quantity: 337", ANN, "Total:")

    world.serva.top_up(account, "5")
    await ann.press("I have topped up", on=card)
    await ann.sees("Quantity: 1,000", "Total:")
    await ann.press("Order for")
    await ann.sees("Placed")
    assert paid(world) == [Decimal("0.89")]


async def test_an_active_target_shows_the_earlier_order_without_losing_either_card(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    world.serva.guard.on = True
    earlier = await ordered(world, ann)
    await ann.press("Order again")
    await ann.sees("Total:")
    await ann.press("Order for")
    refused = await ann.sees("Serva has an active order for this target.")

    await ann.press("Show order #1")
    card = await ann.sees(earlier.id, "Order #1")
    assert card.message_id > refused.message_id, "navigation from a card is a fresh message"
    assert "Serva has an active order" in (await ann.told("Order #2")).text
    assert [one.message_id for one in ann.keyboards] == [refused.message_id, card.message_id]


async def test_a_duplicate_target_can_be_ordered_when_its_time_has_passed(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    world.serva.guard.on = True
    earlier = await ordered(world, ann)
    earlier.finish("completed")
    await ann.press("Order again")
    await ann.press("Order for")
    await ann.sees("Serva has just had an order for this target.", "Nothing was charged.")
    assert ann.screen.find("Show order #1")
    world.serva.advance(61)
    await ann.press("Order again")
    await ann.sees("Total:")
    await ann.press("Order for")
    await ann.sees("Placed")
    assert len(world.serva.orders) == 2


async def test_a_refused_coupon_can_be_left_out(world: World, linked: Linked) -> None:
    ann = linked.person
    await to_confirm(ann)
    await tap(ann, "Coupon", "Send the coupon.")
    await ann.send("EXPIRED")
    await ann.sees("Coupon EXPIRED will be sent; Serva decides the discount.")
    await ann.press("Order for")
    await ann.sees("Serva refused the coupon.", "Nothing was charged.")
    await ann.press("Order without coupon")
    screen = await ann.sees("Total:")
    assert "EXPIRED" not in screen.text
    await ann.press("Order for")
    await ann.sees("Placed")
    assert [call.params.get("coupon") for call in world.serva.adds] == ["EXPIRED", None]


async def test_a_good_coupon_is_charged_as_serva_decides(world: World, linked: Linked) -> None:
    ann = linked.person
    await to_confirm(ann)
    await tap(ann, "Coupon", "Send the coupon.")
    await ann.send("SAVE10")
    await ann.sees("SAVE10")
    await ann.press("Order for")
    await ann.sees("Placed", "Charge: $0.801")
    await to_confirm(ann, "https://instagram.com/bob")
    assert ann.screen.find("Order for about $0.89"), "a charge with a coupon proves no unit"


# ---- not sent ----


async def test_a_silent_serva_is_told_nothing_and_the_order_can_be_tried_again(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    screen = await to_confirm(ann)
    await world.serva.down()
    await ann.press("Order for", on=screen)
    card = await ann.sees("Serva is not answering right now.")
    assert "Nothing was sent and nothing was charged." in card.text
    assert "key" not in card.text
    assert world.serva.adds == []

    await world.serva.up()
    await ann.press("Try again", on=card)
    await ann.sees("Total:")
    await ann.press("Order for")
    await ann.sees("Placed")
    assert paid(world) == [Decimal("0.89")]


async def test_a_serva_that_stumbles_once_still_gets_the_order(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    screen = await to_confirm(ann)
    world.serva.fault("html_502", "balance", times=2)
    await ann.press("Order for", on=screen)
    await ann.sees("Placed")
    assert len(world.serva.adds) == 1


async def test_a_connection_that_is_refused_is_tried_three_times_then_not_sent(
    world: World, linked: Linked
) -> None:
    """The reads get through on connections that stand; the `add` needs one of its own."""
    ann = linked.person
    screen = await to_confirm(ann)
    await world.serva.close_door()
    await ann.press("Order for", on=screen)
    card = await ann.sees("Serva is not answering right now.")
    assert "Nothing was sent and nothing was charged." in card.text
    assert world.serva.adds == []
    attempts = [call for call in world.serva.calls if call.action == "balance"]
    assert len(attempts) >= 4, "one for the confirmation, three before the tries"


async def test_a_door_that_opens_in_time_gets_the_order_once(world: World, linked: Linked) -> None:
    ann = linked.person
    screen = await to_confirm(ann)
    await world.serva.close_door()
    hold = world.serva.fault("hang_before", "balance")
    await ann.press("Order for", on=screen)
    await hold.reached.wait()
    second = world.serva.fault("hang_before", "balance")
    hold.release()
    await second.reached.wait()
    await world.serva.up()
    second.release()
    await ann.sees("Placed")
    assert len(world.serva.adds) == 1


async def test_a_price_that_rose_at_the_last_moment_is_asked_about(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    screen = await to_confirm(ann)
    world.serva.reprice("1234", "2")
    await ann.press("Order for", on=screen)
    await ann.sees("The price changed: $0.89 → $1.78.", "Nothing was sent and nothing was charged.")
    assert world.serva.adds == []
    await ann.press("Order again")
    again = await ann.sees("Total:", "$1.78")
    await ann.press("Order for", on=again)
    await ann.sees("Placed", "Charge: $1.78")


async def test_a_key_that_was_revoked_before_is_not_used_to_order(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    screen = await to_confirm(ann)
    world.serva.revoke(linked.account)
    await ann.press("Order for", on=screen)
    await ann.sees("Your key was revoked.", "Nothing was sent and nothing was charged.")
    assert world.serva.adds == []


async def test_an_unlinked_key_takes_its_waiting_order_along(world: World, linked: Linked) -> None:
    ann = linked.person
    screen = await to_confirm(ann)
    hold = world.serva.fault("hang_before", "balance")
    await ann.press("Order for", on=screen)
    await hold.reached.wait()
    await ann.send("/settings")
    await ann.press("Unlink")
    await ann.sees("Unlink key")
    await ann.press("Unlink")
    await ann.told("Your key was unlinked before it was sent.", "nothing was charged")
    hold.release()
    await ann.send("/start")
    await ann.sees("Paste your API key")
    assert world.serva.adds == []


# ---- once ----


async def test_many_taps_on_one_confirmation_are_one_order(world: World, linked: Linked) -> None:
    """A nervous thumb, a second phone with the same screen, and Telegram itself."""
    ann = linked.person
    screen = await confirmed(ann)
    for _ in range(3):
        await ann.press("Order for", on=screen)
    tapped = await ann.press("Order for", on=screen)
    world.tg.redeliver_tap(tapped)
    world.tg.repeat_update()
    await ann.sees("Placed")
    await ann.send("/help")
    await ann.sees("Nothing is ordered before you tap Order")  # all that came before is handled
    assert "ORD-100023" in Screen.of(screen.message).text
    assert len(world.serva.adds) == 1


async def test_a_tap_that_comes_after_the_card_has_moved_names_the_order(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    screen = await confirmed(ann)
    await ann.sees("Placed")
    await ann.send("/orders")
    await ann.press("1,000 Instagram")
    await ann.sees("ORD-100023")
    await ann.press("Order for", on=screen)
    await ann.sees("That is order #1 already.")
    assert len(world.serva.adds) == 1


async def test_an_older_confirmation_is_out_of_date(world: World, linked: Linked) -> None:
    ann = linked.person
    older = await to_confirm(ann)
    await ann.send("/start")
    await ann.sees("No active orders.")
    await to_confirm(ann, "https://instagram.com/bob")
    await ann.press("Order for", on=older)
    await ann.sees("That screen is out of date.")
    assert world.serva.adds == []


async def test_two_people_with_one_key_order_one_after_the_other(
    world: World, linked: Linked
) -> None:
    bob = world.tg.person("Bob")
    await link(bob, linked.account)
    first = await to_confirm(linked.person)
    second = await to_confirm(bob, "https://instagram.com/bob")
    hold = world.serva.fault("hang_before", "add")
    await linked.person.press("Order for", on=first)
    await hold.reached.wait()
    await bob.press("Order for", on=second)
    await bob.sees("Placing…")
    assert len(world.serva.adds) == 1
    hold.release()
    await linked.person.sees("Placed")
    await bob.sees("Placed")
    assert linked.account.balance == Decimal("23.72")


async def test_a_slow_order_of_one_person_delays_nobody_else(world: World, linked: Linked) -> None:
    bob = world.tg.person("Bob")
    await link(bob, world.serva.account(balance="5"))
    hold = world.serva.fault("hang_before", "add")
    await confirmed(linked.person)
    await hold.reached.wait()
    await confirmed(bob)
    await bob.sees("Placed")
    assert "Placing…" in linked.person.screen.text
    hold.release()
    await linked.person.sees("Placed")


# ---- price honesty ----


async def test_a_charge_proves_the_unit_for_everybody(world: World, linked: Linked) -> None:
    ann = linked.person
    screen = await to_confirm(ann)
    assert screen.rows[0] == ("Order for about $0.89",)
    assert "About $0.89, if Serva prices this per 1,000; $890.00 if per item." in screen.text
    assert screen.find("Try the minimum: 100")
    await ann.press("Order for", on=screen)
    await ann.sees("Placed")

    bob = world.tg.person("Bob")
    await link(bob, world.serva.account(balance="5"))
    screen = await to_confirm(bob)
    assert screen.rows[0] == ("Order for $0.89",)
    assert "Balance after: $4.11" in screen.text
    assert "about" not in screen.text.casefold()


async def test_a_charge_above_the_quote_is_told_to_the_operator_and_learned_from(
    world: World, operator: Person
) -> None:
    ann = world.tg.person("Ann")
    await link(ann, world.serva.account(balance="2000"))
    world.serva.price_unit("1234", Unit.PER_ITEM)
    await confirmed(ann)
    await ann.sees("Placed", "Charge: $890")
    await operator.told("Order #1", "$890", "$0.89")
    screen = await to_confirm(ann, quantity="100")
    assert screen.rows[0] == ("Order for $89.00",)


async def test_the_operator_says_the_unit_of_all_services(world: World, operator: Person) -> None:
    ann = world.tg.person("Ann")
    await link(ann, world.serva.account(balance="2000"))
    await operator.send("/admin")
    await operator.press("Providers")
    await operator.press("Price per item")
    await operator.sees("Price unit for all services: per item")
    screen = await to_confirm(ann)
    assert screen.rows[0] == ("Order for $890.00",)
    await operator.press("Price unit as assumed")
    await operator.sees("Price unit for all services: as assumed")
    await ann.press("Order for", on=screen)
    screen = await ann.sees("The price changed: $890.00 → $0.89.")
    assert screen.rows[0] == ("Order for about $0.89",)
    assert world.serva.adds == []


async def test_maintenance_between_the_screen_and_the_tap_orders_nothing(
    world: World, linked: Linked, operator: Person
) -> None:
    ann = linked.person
    screen = await to_confirm(ann)
    await operator.send("/admin")
    await operator.press("Maintenance")
    await operator.press("Switch on")
    await operator.sees("Maintenance is on: nobody can order.")
    await ann.press("Order for", on=screen)
    await ann.sees("Ordering is closed for maintenance.", "Nothing was ordered")
    assert world.serva.adds == []
