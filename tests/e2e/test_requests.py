"""Refill and Cancel order: offered where a row says so, asked once, and never said too early."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.domain import request
from bot.sandbox.serva import Order
from bot.sandbox.serva.api import Call
from bot.sandbox.telegram import Person
from bot.sandbox.telegram.people import Screen
from bot.screens import buttons as b
from tests.e2e.conftest import Linked, link
from tests.e2e.placing import impatient, rung, shows
from tests.e2e.shopping import ANN, good, newer, open_service, tap
from tests.e2e.world import World

ASKED = "Serva has taken your request to cancel."
UNKNOWN = "Asked to cancel, but Serva has not confirmed."


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    impatient(monkeypatch)


@pytest.fixture
async def world(silent_world: World) -> World:
    """Serva sells something that can be refilled and cancelled."""
    both = {"refill": True, "cancel": True}
    silent_world.serva.stock(good("Steady Fans", rate=Decimal(1), extras=both))
    await silent_world.start()
    return silent_world


async def placed(world: World, person: Person, name: str = "Steady Fans") -> tuple[Order, Screen]:
    """An order of 1,000 that stays in progress, and its card."""
    await open_service(person, name)
    await person.send(ANN)
    await person.sees("How many?")
    await person.send("1000")
    await person.sees("Total:")
    await person.press("Order for")
    card = await person.sees("Placed", "Order id:")
    order = world.serva.orders[-1]
    order.hold("in progress", remains=400)
    return order, card


async def completed(world: World, person: Person) -> tuple[Order, Screen]:
    order, card = await placed(world, person)
    order.finish("completed")
    await person.press("Refresh", on=card)
    await rung(world, person, card, "Completed")
    return order, await shows(world, card, "Completed", "100%")


def asked(world: World, action: str = "cancel") -> list[Call]:
    return [call for call in world.serva.calls if call.action == action]


# ---- cancel ----


async def test_an_order_is_cancelled_when_serva_says_so_and_not_before(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    order, card = await placed(world, ann)
    await ann.press("Cancel order", on=card)
    question = await newer(ann, card, "Ask Serva to cancel this order?", "Serva decides")
    assert question.labels == ("Cancel order", "Back", "Home")
    assert asked(world) == []

    await ann.press("Cancel order", on=question)
    card = await shows(world, question, ASKED, "It is cancelled once its status says so.")
    assert "Cancelled by Serva" not in ann.chat
    assert card.find("Cancel order") is None
    (call,) = asked(world)
    assert call.params == {"orders": order.id}

    world.serva.advance(30)
    await ann.press("Refresh", on=card)
    await rung(world, ann, card, "Partly delivered", "600 of 1,000 came.")
    done = await shows(world, card, "Partly delivered", "Serva now shows a charge of $0.6")
    assert ASKED not in done.text
    assert len(asked(world)) == 1
    await ann.press("Details", on=done)
    await ann.sees("You asked to cancel it", call.request_id)


async def test_the_question_says_what_follows_the_end_of_the_order(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    _, card = await placed(world, ann)
    await ann.press("Order again", on=card)
    await ann.sees("Total:")
    await ann.press("Order when it ends")
    await ann.sees("I will order this when order #1 ends.")
    await ann.press("Cancel order", on=await shows(world, card, "Next, when this ends:"))
    await ann.sees("Ask Serva to cancel this order?", "Next, when this ends: 1,000 × Steady Fans")


async def test_back_leaves_the_order_as_it_is(world: World, linked: Linked) -> None:
    ann = linked.person
    _, card = await placed(world, ann)
    await ann.press("Cancel order", on=card)
    await ann.sees("Ask Serva to cancel this order?")
    await ann.press("Back")
    await ann.sees("Order id:", "Steady Fans")
    assert ann.screen.find("Cancel order")
    assert asked(world) == []


async def test_a_row_that_does_not_say_so_offers_neither(world: World, linked: Linked) -> None:
    ann = linked.person
    _, card = await placed(world, ann, "Instagram Followers")
    assert card.find("Cancel order") is None
    assert card.find("Refill") is None
    await ann.tap_raw(card, b.pack(b.AskFor(1, "cancel")))
    await ann.tap_raw(card, b.pack(b.AskServa(1, "cancel")))
    await ann.press("Refresh", on=card)
    await shows(world, card, "In progress")
    assert asked(world) == []


async def test_two_taps_ask_once(world: World, linked: Linked) -> None:
    ann = linked.person
    _, card = await placed(world, ann)
    await ann.press("Cancel order", on=card)
    question = await ann.sees("Ask Serva to cancel this order?")
    hanging = world.serva.fault("hang_after", "cancel")
    await ann.press("Cancel order", on=question)
    await ann.press("Cancel order", on=question)
    await hanging.reached.wait()
    await shows(world, question, "Asking Serva to cancel it…")
    await ann.press("Cancel order", on=question)
    hanging.release()
    await shows(world, question, ASKED)
    await ann.press("Cancel order", on=question)
    await ann.press("Home")
    await ann.sees("1 active order.")
    assert len(asked(world)) == 1


async def test_a_lost_answer_is_unknown_and_not_asked_again(world: World, linked: Linked) -> None:
    ann = linked.person
    _, card = await placed(world, ann)
    world.serva.fault("drop_after", "cancel")
    await ann.press("Cancel order", on=card)
    question = await ann.sees("Ask Serva to cancel this order?")
    await ann.press("Cancel order", on=question)
    card = await shows(world, question, UNKNOWN)
    told = await rung(world, ann, card, UNKNOWN)
    assert told.find("Message Serva")
    await ann.press("Cancel order", on=card)
    await ann.sees("You asked that not long ago.")
    assert len(asked(world)) == 1


async def test_a_refusal_is_told_in_servas_words(world: World, linked: Linked) -> None:
    ann = linked.person
    _, card = await placed(world, ann)
    world.serva.fault("refuse", "cancel", error="Too <late> for that")
    await ann.press("Cancel order", on=card)
    question = await ann.sees("Ask Serva to cancel this order?")
    await ann.press("Cancel order", on=question)
    says = ("Serva refused to cancel it.", "Serva says: Too <late> for that")
    card = await shows(world, question, *says)
    await rung(world, ann, card, *says, "Request id:")


async def test_whatever_is_typed_at_the_question_is_no_yes(world: World, linked: Linked) -> None:
    ann = linked.person
    _, card = await placed(world, ann)
    await ann.press("Cancel order", on=card)
    question = await ann.sees("Ask Serva to cancel this order?")
    await ann.send("yes")
    await newer(ann, question)
    await ann.tap_raw(question, b.pack(b.AskServa(1, "cancel")))
    await ann.sees("Ask Serva to cancel this order?")
    assert asked(world) == []


async def test_nobody_cancels_anothers_order(world: World, linked: Linked) -> None:
    _, card = await placed(world, linked.person)
    bob = world.tg.person("Bob")
    await link(bob, world.serva.account())
    home = bob.screen
    for action in (b.AskFor(1, "cancel"), b.AskServa(1, "cancel"), b.AskFor(1, "nonsense")):
        await bob.tap_raw(home, b.pack(action))
        await bob.sees("That order is not yours.")
        await tap(bob, "My orders", "No active orders.")
    assert asked(world) == []
    assert card.find("Cancel order")


# ---- refill ----


async def test_a_refill_is_asked_for_and_its_end_is_told(
    world: World, linked: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request, "LOOKS", (0, *range(200, 60_000, 200)))
    ann = linked.person
    order, card = await completed(world, ann)
    assert card.find("Cancel order") is None
    await ann.press("Refill", on=card)
    question = await ann.sees("Ask Serva to refill it?")
    await ann.press("Refill", on=question)
    card = await shows(world, question, "Serva has taken your request to refill.", "In progress")
    (call,) = asked(world, "refill")
    assert call.params == {"order": order.id}
    world.serva.advance(60)
    await rung(world, ann, card, "Serva has refilled it.")
    await shows(world, card, "Serva has refilled it.")


async def test_a_refill_that_is_refused_costs_nothing_but_the_question(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    order, card = await completed(world, ann)
    world.serva.aftercare.refill(linked.account, {"order": order.id})
    await ann.press("Refill", on=card)
    question = await ann.sees("Ask Serva to refill it?")
    await ann.press("Refill", on=question)
    await shows(world, question, "Serva refused to refill it.", "REFILL_NOT_AVAILABLE")
