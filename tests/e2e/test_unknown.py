"""A lost answer: nothing is sent again, nothing is called failed, and there are ways out."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.sandbox.telegram import Person
from bot.sandbox.telegram.people import Screen
from bot.usecases import place_orders, settle_unknowns
from bot.usecases.place_orders import PlaceOrders
from tests.e2e.conftest import Linked, link
from tests.e2e.placing import (
    UNKNOWN,
    confirmed,
    copied,
    impatient,
    ordered,
    rung,
    shows,
    unknown,
)
from tests.e2e.shopping import ANN, tap, to_confirm
from tests.e2e.world import World

BOB = "https://instagram.com/bob"
WAYS_OUT = ("Check now", "Open Serva", "I see it at Serva", "It is not there")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    impatient(monkeypatch)


async def prove_unit(world: World, person: Person) -> None:
    """One order of another link shows how followers are priced."""
    await ordered(world, person, "https://instagram.com/first")
    await person.press("Home")
    await person.sees("1 active order.")


@pytest.mark.parametrize(
    ("fault", "taken"),
    [
        ("drop_after", True),
        ("hang_after", True),
        ("html_502", True),
        ("html_200", True),
        ("junk_json", True),
        ("truncated", True),
        ("drop_before", False),
        ("hang_before", False),
    ],
)
async def test_a_lost_answer_is_said_to_be_lost_and_no_more(
    world: World, linked: Linked, fault: str, taken: bool
) -> None:
    ann = linked.person
    card = await unknown(world, ann, fault)
    assert card.text.startswith(UNKNOWN)
    assert "I will check for 10 minutes, then ask you." in card.text
    assert "failed" not in card.text.casefold()
    assert "Nothing was charged" not in card.text
    for label in (*WAYS_OUT, "Home"):
        assert card.find(label), f"no {label!r} among {card.labels}"
    assert card.button("Open Serva").url == "https://serva.test/"

    await ann.send("/orders")
    await ann.sees("Active orders")
    assert ann.screen.find("1,000 Instagram")
    assert len(world.serva.adds) == 1
    assert len(world.serva.orders) == taken


async def test_a_stale_tap_draws_nothing_over_the_card_of_another_order(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    lost = await unknown(world, ann, "drop_before")
    await ordered(world, ann, BOB)
    others = await ann.sees("Instagram Followers", "Order id:")
    world.serva.fault("slow", "balance", seconds=1)
    await ann.tap_raw(others.message_id, lost.button("Check now").data)
    await ann.sees(UNKNOWN)
    assert "Order id:" in Screen.of(others.message).text


async def test_the_card_says_at_most_what_it_knows(world: World, linked: Linked) -> None:
    """Word for word; the price unit is proved, so that there is a highest price."""
    ann = linked.person
    await prove_unit(world, ann)
    card = await unknown(world, ann, "html_502")
    call = world.serva.adds[-1]
    assert card.text.split("\n") == [
        "Sent, but Serva has not confirmed. Do not order it again.",
        "Up to $0.89 may have been taken.",
        "I will check for 10 minutes, then ask you.",
        "",
        "Order #2 · 1,000 × Instagram Followers",
        f"Link: {ANN}",
        f"Request id: {call.request_id}",
    ]
    assert copied(card, "Copy request id") == call.request_id


async def test_check_now_finds_what_was_taken(world: World, linked: Linked) -> None:
    ann = linked.person
    card = await unknown(world, ann)
    await ann.press("Check now")
    charged = await shows(world, card, "Your balance shows that Serva took $0.89 for it.")
    for line in ("Do not order it again.", "Find it in your orders on Serva and give me its id."):
        assert line in charged.text
    assert charged.find("I see it at Serva")
    assert charged.find("Check now") is None
    await rung(world, ann, card, "Your balance shows that Serva took $0.89 for it.")
    assert len(world.serva.adds) == 1


async def test_check_now_of_what_never_arrived_proves_nothing_yet(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await unknown(world, ann, "drop_before")
    await ann.press("Check now")
    card = await ann.sees("Your balance has not moved so far.")
    assert card.text.startswith(UNKNOWN)
    assert card.find("Check now")


async def test_check_now_while_serva_is_silent_says_so_and_can_be_repeated(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    card = await unknown(world, ann)
    await world.serva.down()
    await ann.press("Check now")
    silent = await ann.sees("Serva is not answering right now.")
    assert silent.message_id > card.message_id
    assert UNKNOWN in Screen.of(card.message).text
    await world.serva.up()
    await ann.press("Try again")
    await ann.told("Your balance shows that Serva took $0.89 for it.")
    assert len(world.serva.adds) == 1


async def test_it_is_settled_without_anybody_asking(
    world: World, linked: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place_orders, "FIRST_LOOK", 0)
    ann = linked.person
    card = await unknown(world, ann)
    await world.stop()
    await world.start()
    await rung(world, ann, card, "Your balance shows that Serva took $0.89 for it.")


async def test_a_balance_that_stands_shows_that_it_never_arrived(
    world: World, linked: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settle_unknowns, "QUIET", 0)
    ann = linked.person
    card = await unknown(world, ann, "drop_before")
    await ann.press("Check now")
    await ann.sees("Your balance has not moved so far.")
    await ann.press("Check now")
    settled = await rung(world, ann, card, "Serva did not take this order.")
    await ann.press("Order again", on=settled)
    await ann.sees("Total:")
    await ann.press("Order for")
    await ann.sees("ORD-100023")
    assert len(world.serva.orders) == 1


async def test_after_ten_minutes_the_person_is_asked_with_what_the_balance_shows(
    world: World, linked: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place_orders, "FIRST_LOOK", 0)
    monkeypatch.setattr(settle_unknowns, "LOOKS", (0,))
    ann = linked.person
    card = await unknown(world, ann)
    linked.account.balance = Decimal("20.00")
    await world.stop()
    await world.start()
    asked = await rung(
        world,
        ann,
        card,
        "Is this order at Serva? I could not find out.",
        "Your balance is $5.50 lower than before.",
        "do not order it again",
    )
    for label in WAYS_OUT:
        assert asked.find(label)
    await ann.told("I could not find out. Look at your orders on Serva and tap what you see.")


async def test_the_operator_hears_of_it_and_sees_the_evidence(
    world: World, linked: Linked, operator: Person
) -> None:
    await unknown(world, linked.person)
    await operator.told("Order #1")
    await operator.send("/admin")
    await operator.press("Unknown orders")
    await operator.press("#1")
    await operator.sees("Order #1 of person", "Balance before: $25.50", "RemoteProtocolError")


async def test_an_operator_who_never_wrote_costs_nobody_an_outcome(
    world: World, linked: Linked
) -> None:
    await unknown(world, linked.person)
    olga = world.tg.person("Olga", id=world.settings().admin_ids[0])
    await olga.send("/start")
    await olga.told("Order #1")


# ---- the person's word ----


async def test_the_right_id_makes_it_an_order_like_any_other(world: World, linked: Linked) -> None:
    ann = linked.person
    card = await unknown(world, ann)
    (order,) = world.serva.orders
    order.hold("in progress", remains=400)
    await tap(ann, "I see it at Serva", "Send the order id that Serva shows")
    await ann.send(order.id)
    await ann.told("Found. Its card is kept up to date.")
    await rung(world, ann, card, "Found: it is placed at Serva.", order.id)
    await shows(world, card, "In progress", "60%")
    order.finish("completed")
    await ann.press("Refresh", on=card.message)
    await rung(world, ann, card, "Completed", "Serva shows a charge of $0.89.")
    assert len(world.serva.adds) == 1


async def test_wrong_ids_are_refused_and_nothing_is_lost(world: World, linked: Linked) -> None:
    """One that Serva does not know, one of another customer, one that is ours, and two at once."""
    ann = linked.person
    await prove_unit(world, ann)
    bob = world.tg.person("Bob")
    await link(bob, world.serva.account(balance="5"))
    theirs = await ordered(world, bob, BOB)
    await unknown(world, ann)
    lost = world.serva.orders[-1]
    await tap(ann, "I see it at Serva", "Send the order id that Serva shows")
    for typed, problem in (
        ("ORD-1", "Serva does not know this order for your key."),
        (theirs.id, "Serva does not know this order for your key."),
        (world.serva.orders[0].id, "That id belongs to another order here."),
        (f"{lost.id},{theirs.id}", "That is not an order id."),
    ):
        await ann.send(typed)
        await ann.sees(problem, "Send the order id that Serva shows")
    await ann.press("Back")
    await ann.sees(UNKNOWN)
    await ann.press("I see it at Serva")
    await ann.sees("Send the order id")
    await ann.send(lost.id)
    await ann.told("Found: it is placed at Serva.", lost.id)


async def test_an_id_while_serva_is_silent_can_be_sent_again(world: World, linked: Linked) -> None:
    ann = linked.person
    await unknown(world, ann)
    (order,) = world.serva.orders
    await tap(ann, "I see it at Serva", "Send the order id that Serva shows")
    await world.serva.down()
    await ann.send(order.id)
    await ann.sees("Serva is not answering right now.", "Send the order id")
    await world.serva.up()
    await ann.send(order.id)
    await ann.told("Found: it is placed at Serva.", order.id)


async def test_it_is_not_there_asks_once_more_and_then_settles(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await unknown(world, ann, "drop_before")
    await ann.press("It is not there")
    sure = await ann.sees(
        "Is it really not in your orders on Serva?", "Your balance has not moved so far."
    )
    assert "you pay twice" in sure.text
    await ann.press("It is not there", on=sure)
    await ann.told("You said that it is not at Serva.", "You can order it anew.")
    await ann.told("Order #1", "I will not send it again.")
    assert world.serva.orders == []
    assert len(world.serva.adds) == 1


async def test_it_is_not_there_is_not_believed_against_the_balance(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await unknown(world, ann)
    await ann.press("It is not there")
    await ann.told("Your balance shows that Serva took $0.89 for it.")
    assert "Is it really not in your orders" not in ann.chat


async def test_second_thoughts_lead_back_to_the_card(world: World, linked: Linked) -> None:
    ann = linked.person
    await unknown(world, ann, "drop_before")
    await ann.press("It is not there")
    await ann.sees("Is it really not in your orders on Serva?")
    await ann.press("Back")
    card = await ann.sees(UNKNOWN)
    assert card.find("It is not there")


async def test_a_tap_on_a_way_out_that_is_closed_changes_nothing(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    card = await unknown(world, ann)
    (order,) = world.serva.orders
    await tap(ann, "I see it at Serva", "Send the order id that Serva shows")
    await ann.send(order.id)
    await ann.told("Found: it is placed at Serva.")
    for label in ("Check now", "It is not there"):
        await ann.press(label, on=card)
        await ann.told(order.id, "Charge: $0.89")
    assert "Is it really not" not in ann.chat


# ---- the target ----


async def test_the_target_waits_until_it_is_settled_and_is_free_then(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    card = await unknown(world, ann, "drop_before")
    await ann.press("Home")
    await ann.sees("1 active order.")
    await to_confirm_blocked(ann, "http://www.instagram.com/ann/?utm_source=x")
    await ann.press("Home")
    await confirmed(ann, BOB)
    await ann.sees("ORD-", patience=20)  # the lost one is looked for once before it is sent

    await ann.press("It is not there", on=card)
    await ann.sees("Is it really not in your orders on Serva?")
    await ann.press("It is not there")
    await ann.told("You said that it is not at Serva.")
    await ann.send("/start")
    await ann.sees("active order")
    await confirmed(ann)
    await ann.told(ANN, "ORD-")
    assert [order.target for order in world.serva.orders] == [BOB, ANN]


async def to_confirm_blocked(ann: Person, link_: str) -> Screen:
    """The way to a confirmation of a target that is not settled ends before it."""
    await ann.send("Instagram Followers")
    await ann.press("Instagram Followers")
    await ann.sees("Send the link")
    await ann.send(link_)
    await ann.sees("How many?")
    await ann.send("1000")
    screen = await ann.sees("It is not known yet what became of order #1 for the same target.")
    assert screen.find("Order for") is None
    return screen


async def test_a_blocked_target_leads_to_the_order_in_the_way(world: World, linked: Linked) -> None:
    ann = linked.person
    card = await unknown(world, ann)
    await ann.press("Home")
    await ann.sees("1 active order.")
    blocked = await to_confirm_blocked(ann, ANN)
    await ann.press("Show order #1")
    moved = await ann.sees(UNKNOWN)
    assert moved.message_id == blocked.message_id
    await world.tg.until(lambda: not Screen.of(card.message).buttons)
    assert len(world.serva.adds) == 1


async def test_a_target_that_is_blocked_while_an_order_is_confirmed_is_not_ordered_for(
    world: World, linked: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(*_: object) -> None:
        return None

    ann = linked.person
    await unknown(world, ann)
    await ann.press("Home")
    await ann.sees("1 active order.")
    # Whatever looked before the commit saw nothing yet.
    with monkeypatch.context() as early:
        early.setattr(PlaceOrders, "in_the_way", nothing)
        await to_confirm(ann)
        await ann.press("Order for")
        blocked = await ann.sees("It is not known yet what became of order #1 for the same target.")
    assert blocked.find("Show order #1")
    assert blocked.find("Order for") is None
    assert len(world.serva.adds) == 1


async def test_a_second_draft_of_the_target_is_blocked_at_its_last_tap(
    world: World, linked: Linked
) -> None:
    """Both drafts were at their confirmation before the first was sent: two phones."""
    ann = linked.person
    await to_confirm(ann)
    first = ann.screen
    hold = world.serva.fault("hang_before", "add")
    await ann.press("Order for", on=first)
    await hold.reached.wait()
    await ann.send("/start")
    await ann.sees("1 active order.")
    await to_confirm_blocked(ann, ANN)
    hold.abandon()
    await ann.told(UNKNOWN)
    assert len(world.serva.adds) == 1
