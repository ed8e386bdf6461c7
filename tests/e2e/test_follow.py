"""Following: the card keeps itself up to date in silence, and the end rings once."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from bot.sandbox.serva.api import BatchForm, CountForm
from bot.sandbox.serva.orders import Spelling
from bot.sandbox.telegram import Person
from bot.sandbox.telegram.people import Screen
from bot.screens import buttons as b
from bot.usecases import track_orders
from tests.e2e.conftest import Linked, link
from tests.e2e.placing import confirmed, impatient, ordered, rung, shows
from tests.e2e.shopping import ANN
from tests.e2e.world import World

BOB, EVE = "https://instagram.com/bob", "https://instagram.com/eve"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    impatient(monkeypatch)


async def refresh(person: Person, card: Screen) -> None:
    """Tap Refresh on a card: all orders of the key are looked at."""
    await person.press("Refresh", on=card)


def rings(person: Person, card: Screen) -> list[Screen]:
    """The new messages that answer a card."""
    return [screen for screen in person.from_bot if screen.reply_to == card.message_id]


# ---- the card ----


async def test_the_card_follows_in_silence_and_the_end_rings_once(
    world: World, linked: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch, first_check=0)
    ann = linked.person
    order = await ordered(world, ann)
    card = await ann.sees("In progress", "0%", "Remaining: 1,000")
    order.hold("in progress", remains=450, start_count=1_205)
    half = await shows(world, card, "55% ▓▓▓▓▓░░░░░", "Remaining: 450", "Start count: 1,205")
    assert "Last check:" in half.text
    assert ann.screen.message_id == card.message_id, "edits only"

    order.finish("completed")
    ended = await rung(world, ann, card, "Completed", "Serva shows a charge of $0.89.")
    assert ended.labels == ("Order again", "Home")
    done = await shows(world, card, "Completed", "100%")
    assert done.find("Refresh") is None
    assert done.find("Order again")
    asked = len(world.serva.calls)
    await ann.press("Home")
    await ann.sees("No active orders.")
    assert len(rings(ann, card)) == 1
    assert all(call.action != "status" for call in world.serva.calls[asked:])


@pytest.mark.parametrize(
    ("status", "remains", "words"),
    [
        (
            "partial",
            450,
            ("550 of 1,000 came.", "Serva now shows a charge of $0.4895 (was $0.89)."),
        ),
        (
            "canceled",
            1_000,
            ("Cancelled by Serva", "Serva now shows a charge of $0.00 (was $0.89)."),
        ),
        (
            "refunded",
            1_000,
            ("Refunded by Serva", "Serva now shows a charge of $0.00 (was $0.89)."),
        ),
        ("failed", 1_000, ("Serva says it failed", "Serva shows a charge of $0.89.")),
    ],
)
async def test_every_end_is_told_in_honest_words(
    world: World, linked: Linked, status: str, remains: int, words: tuple[str, ...]
) -> None:
    ann = linked.person
    order = await ordered(world, ann)
    card = await ann.sees("Placed")
    order.finish(status, remains=remains)
    await refresh(ann, card)
    ended = await rung(world, ann, card, *words)
    await shows(world, card, *words)
    assert "refund" not in ended.text.replace("Refunded by Serva", "").casefold()


@pytest.mark.parametrize(
    ("spelling", "counts", "batch"),
    [
        (Spelling.SEED, CountForm.INT, BatchForm.LIST),
        (Spelling.SNAKE, CountForm.STRING, BatchForm.OBJECT),
        (Spelling.UPPER, CountForm.EMPTY, BatchForm.LIST),
        (Spelling.LOWER, CountForm.WORD, BatchForm.OBJECT),
        (Spelling.BRITISH, CountForm.STRING, BatchForm.LIST),
    ],
)
async def test_however_serva_spells_it(
    world: World, linked: Linked, spelling: Spelling, counts: CountForm, batch: BatchForm
) -> None:
    ann, forms = linked.person, world.serva.forms
    forms.status, forms.counts, forms.batch = spelling, counts, batch
    first = await ordered(world, ann)
    card = await ann.sees("Placed")
    second = await ordered(world, ann, BOB)
    await refresh(ann, card)
    await shows(world, card, "In progress")
    first.finish("canceled")
    second.finish("completed")
    await refresh(ann, card)
    await rung(world, ann, card, "Cancelled by Serva")
    await ann.told("Order #2", "Completed")


async def test_a_word_that_nobody_knows_is_shown_as_it_came(world: World, linked: Linked) -> None:
    ann = linked.person
    order = await ordered(world, ann)
    order.word = "Quality <b>check</b>"
    card = await ann.sees("Placed")
    await refresh(ann, card)
    await shows(world, card, "Serva says: Quality <b>check</b>")
    order.word = ""
    order.finish("completed")
    await refresh(ann, card)
    await rung(world, ann, card, "Completed")


async def test_refresh_while_serva_is_silent_keeps_the_card(world: World, linked: Linked) -> None:
    ann = linked.person
    order = await ordered(world, ann)
    card = await ann.sees("Placed")
    await world.serva.down()
    await ann.press("Refresh")
    silent = await ann.sees("Serva is not answering right now.")
    assert silent.message_id > card.message_id
    await shows(world, card, order.id, "Placed")
    await world.serva.up()
    order.hold("in progress", remains=100)
    await ann.press("Try again")
    moved = await ann.sees(order.id, "90%")
    assert moved.message_id == silent.message_id
    await world.tg.until(lambda: not Screen.of(card.message).buttons)


# ---- many orders ----


async def test_rotten_entries_harm_nobody(world: World, linked: Linked) -> None:
    ann = linked.person
    rotten = await ordered(world, ann)
    card = await ann.sees("Placed")
    good = await ordered(world, ann, BOB)
    world.serva.fault("rotten", "status", times=None, ids=[rotten.id])
    good.finish("completed")
    await refresh(ann, card)
    await ann.told("Order #2", "Completed", "Serva shows a charge")
    world.serva.faults.clear()
    rotten.finish("partial", remains=500)
    await refresh(ann, card)
    await rung(world, ann, card, "500 of 1,000 came.")


async def test_whole_batches_that_are_rotten_or_no_answer_end_nothing(
    world: World, linked: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The faults befall the background's own calls; the end is noticed all the same."""
    monkeypatch.setattr(track_orders, "AFTER_FAILURE", 0)
    impatient(monkeypatch, first_check=0)
    ann = linked.person
    rotten = world.serva.fault("rotten", "status")
    html = world.serva.fault("html_502", "status")
    order = await ordered(world, ann)
    card = ann.screen
    order.finish("completed")
    await rung(world, ann, card, "Completed", "Serva shows a charge of $0.89.")
    assert (rotten.struck, html.struck) == (1, 1)


async def test_a_vanished_order_is_said_to_be_missing_and_comes_back(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    order = await ordered(world, ann)
    card = await ann.sees("Placed")
    world.serva.fault("rotten", "status", times=None, entry={"error": "Incorrect order ID"})
    for _ in range(3):
        await ann.press("Refresh", on=card.message)
    await shows(world, card, "Serva does not find this order at the moment. I keep asking.")
    world.serva.faults.clear()
    order.hold("in progress", remains=10)
    await ann.press("Refresh", on=card.message)
    back = await shows(world, card, "99%")
    assert "does not find" not in back.text


async def test_all_orders_of_a_key_ride_on_one_call(world: World, linked: Linked) -> None:
    ann = linked.person
    orders = [await ordered(world, ann, target) for target in (ANN, BOB, EVE)]
    await ann.press("Refresh")
    await ann.sees("In progress")
    (asked,) = [call.params for call in world.serva.calls if call.action == "status"]
    assert set(str(asked["orders"]).split(",")) == {order.id for order in orders}


# ---- the key ----


async def test_a_key_that_is_revoked_meanwhile_is_said_once_and_resumed(
    world: World, linked: Linked
) -> None:
    ann, account = linked.person, linked.account
    first = await ordered(world, ann)
    second = await ordered(world, ann, BOB)
    world.serva.revoke(account)
    await ann.press("Refresh")
    paused = await ann.told("Serva no longer accepts your key.", "Your orders go on at Serva")
    assert paused.find("Replace key")
    for order in (first, second):
        await ann.told(order.id, "No longer followed here")
    calls = len(world.serva.calls)
    await ann.send("/orders")
    await ann.sees("Active orders")
    assert ann.chat.count("Serva no longer accepts your key.") == 1
    assert len(world.serva.calls) == calls

    first.finish("completed")
    world.serva.restore(account)
    await ann.press("Replace key", on=paused)
    await ann.sees("key")
    await ann.send(account.key)
    await ann.told("Order #1", "Completed", "Serva shows a charge")
    second.finish("completed")
    await ann.told("Order #2", "Completed", "Serva shows a charge")


# ---- my orders ----


async def test_opening_an_order_moves_its_card(world: World, linked: Linked) -> None:
    ann = linked.person
    order = await ordered(world, ann)
    old = await ann.sees("Placed")
    await ann.send("/orders")
    listed = await ann.sees("Active orders")
    await ann.press("1,000 Instagram")
    card = await ann.sees(order.id)
    assert card.message_id == listed.message_id
    await world.tg.until(lambda: not Screen.of(old.message).buttons)
    order.finish("completed")
    await refresh(ann, card)
    await rung(world, ann, card, "Completed")
    await shows(world, card, "Completed")
    assert "Placed" in Screen.of(old.message).text


async def test_lists_show_active_and_finished_orders_in_pages(world: World, linked: Linked) -> None:
    ann = linked.person
    orders = [
        await ordered(world, ann, f"https://instagram.com/ann{number}", "100")
        for number in range(10)
    ]
    for order in orders[1:]:
        order.finish("completed")
    await ann.press("Refresh")
    await world.tg.until(lambda: sum(1 for screen in ann.from_bot if screen.reply_to) == 9)
    await ann.send("/orders")
    screen = await ann.sees("Active orders")
    assert screen.rows[1:] == (("Active ✓", "Finished"), ("Search", "Spending"), ("Home",))
    assert screen.rows[0][0].endswith("In progress 0%")
    await ann.press("Finished")
    screen = await ann.sees("Finished orders", "Page 1/2")
    assert len([label for label in screen.labels if "Completed" in label]) == 8
    await ann.press("Next")
    screen = await ann.sees("Page 2/2")
    assert len([label for label in screen.labels if "Completed" in label]) == 1
    await ann.press("Active")
    await ann.sees("Active orders")


async def test_nobody_opens_the_order_of_somebody_else(world: World, linked: Linked) -> None:
    ann = linked.person
    await ordered(world, ann)
    card = await ann.sees("Placed")
    bob = world.tg.person("Bob")
    await link(bob, world.serva.account())
    for label in ("Refresh", "Order again"):
        await bob.tap_raw(bob.screen, card.button(label).data)
        await bob.sees("No active orders.")
    assert "Instagram" not in bob.chat


# ---- again ----


async def test_again_asks_with_todays_price_and_is_never_skipped(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    order = await ordered(world, ann)
    world.serva.reprice("1234", "2")
    await ann.press("Order again")
    screen = await ann.sees("The price changed: $0.89 → $1.78.", ANN, "Quantity: 1,000")
    assert len(world.serva.adds) == 1
    order.finish("completed")
    await ann.press("Order for $1.78", on=screen)
    await world.tg.until(lambda: len(world.serva.orders) == 2)
    assert [one.paid for one in world.serva.orders] == [Decimal("0.89"), Decimal("1.78")]


async def test_home_offers_the_last_order_again(world: World, linked: Linked) -> None:
    ann = linked.person
    await ordered(world, ann)
    await ann.press("Home")
    home = await ann.sees("1 active order.")
    assert home.rows[0] == ("Again: 1,000 Instagram Followers · $0.89",)
    await ann.press("Again: 1,000")
    screen = await ann.sees("Total: $0.89", ANN)
    assert screen.rows[0] == ("Order for $0.89",)
    assert len(world.serva.adds) == 1


# ---- when people or Telegram cannot be reached ----


async def test_who_blocked_the_bot_hears_the_end_when_they_are_back(
    world: World, linked: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch, first_check=1_000)
    ann = linked.person
    order = await ordered(world, ann)
    card = await ann.sees("Placed")
    await ann.block()
    order.finish("completed")
    seen = len(world.serva.calls)
    await world.tg.until(lambda: world.serva.calls[seen:])
    assert rings(ann, card) == []
    await ann.unblock()
    await rung(world, ann, card, "Completed")
    await shows(world, card, "Completed")
    assert len(rings(ann, card)) == 1


@pytest.mark.parametrize("trouble", ["flood", "bad_gateway", "drop", "drop_applied"])
async def test_telegrams_troubles_lose_nothing(world: World, linked: Linked, trouble: str) -> None:
    ann = linked.person
    order = await ordered(world, ann)
    card = await ann.sees("Placed")
    match trouble:
        case "flood":
            world.tg.flood(ann.id, seconds=1, times=2)
        case "bad_gateway":
            world.tg.bad_gateway("editMessageText", times=2)
            world.tg.bad_gateway("sendMessage", times=2)
        case "drop":
            world.tg.drop("editMessageText", times=1)
            world.tg.drop("sendMessage", times=1)
        case "drop_applied":
            world.tg.drop("editMessageText", times=1, applied=True)
            world.tg.drop("sendMessage", times=1, applied=True)
    order.finish("completed")
    await refresh(ann, card)
    await shows(world, card, "Completed", "100%")
    await rung(world, ann, card, "Completed")
    await world.tg.until(lambda: not world.tg.levers.armed)
    # After a connection that broke nobody knows whether it had arrived: twice is better than never.
    assert 1 <= len(rings(ann, card)) <= (2 if trouble == "drop_applied" else 1)


async def test_a_deleted_card_comes_back_with_the_next_change(world: World, linked: Linked) -> None:
    ann = linked.person
    order = await ordered(world, ann)
    card = await ann.sees("Placed")
    await ann.delete(card)
    await ann.send("/orders")
    await ann.sees("Active orders")
    order.hold("in progress", remains=500)
    await refresh(ann, card)
    new = await ann.told(order.id, "50%")
    assert new.message_id > card.message_id
    order.finish("completed")
    await refresh(ann, new)
    await rung(world, ann, new, "Completed")


async def test_who_wants_no_notifications_sees_the_end_on_the_card_only(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await ann.press("Settings")
    await ann.press("Notifications")
    await ann.press("None")
    await ann.sees("Notifications are off")
    await ann.send("/start")
    await ann.sees("No active orders.")
    order = await ordered(world, ann)
    card = await ann.sees("Placed")
    order.finish("completed")
    await refresh(ann, card)
    await shows(world, card, "Completed", "100%")
    await ann.send("/start")
    await ann.sees("No active orders.")
    await confirmed(ann, BOB)
    await ann.told(BOB, "ORD-")
    assert rings(ann, card) == []


async def test_a_completed_order_is_told_in_arabic(world: World) -> None:
    noor = world.tg.person("Noor", language_code="ar")
    await link(noor, world.serva.account())
    await noor.send("Instagram Followers")
    await noor.press("Instagram Followers ·")
    await noor.send(ANN)
    await noor.sees("100,000")
    await noor.send("١٠٠٠")
    screen = await noor.sees("24.61")
    await noor.press(next(one for one in screen.buttons if one.style == "success"), on=screen)
    card = await noor.sees("ORD-100023")
    (order,) = world.serva.orders
    order.finish("completed")
    await noor.tap_raw(card, b.pack(b.RefreshOrder(1)))
    ended = await world.tg.until(lambda: next(iter(rings(noor, card)), None))
    assert re.search("[\u0621-\u064a]{3}", ended.text)
    assert "$0.89" in ended.text
