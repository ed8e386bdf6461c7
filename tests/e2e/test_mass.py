"""Mass orders: a list is pasted or sent, looked through, and ordered with one tap."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from bot import app
from bot.conversations import mass
from bot.domain.mass import Blocked
from bot.sandbox.serva import Order
from bot.sandbox.telegram import Person
from bot.sandbox.telegram.people import Screen
from bot.screens import buttons as b
from bot.screens.buttons import pack
from bot.usecases import place_orders
from storage import batches, notices
from storage.database import Queries
from tests.e2e.conftest import Linked, link
from tests.e2e.placing import UNKNOWN, impatient, ordered, paid, rung, shows
from tests.e2e.shopping import good, newer, sent, tap
from tests.e2e.test_history import file_of, table
from tests.e2e.test_wishes import limit
from tests.e2e.world import QUICK, World

SITE = "https://instagram.com/"
TOP_UP = "https://serva.test/top-up"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    impatient(monkeypatch, first_check=100)
    monkeypatch.setattr(place_orders, "BATCH_PAUSE", 0)
    monkeypatch.setattr(notices, "BATCH_PACE", 0)


@pytest.fixture
async def world(silent_world: World) -> World:
    """Serva also sells what cannot be ordered by a list."""
    silent_world.changes |= {"top_up_url": TOP_UP}
    silent_world.timeouts = replace(QUICK, add_ms=20_000)  # an order hangs while somebody taps
    silent_world.serva.stock(good("Own Comments", code="55", type="Custom Comments", minimum=2))
    await silent_world.start()
    return silent_world


@pytest.fixture
async def ann(world: World) -> Person:
    return world.tg.person("Ann")


@pytest.fixture
async def proven(world: World, linked: Linked) -> Linked:
    """Ann has ordered 1,000 followers, so that their price is certain; she is at Home."""
    await ordered(world, linked.person)
    await tap(linked.person, "Home", "Type a word")
    return linked


def lines(*names: str, quantity: int = 1000, code: str = "1234") -> str:
    return "\n".join(f"{code} | {SITE}{name} | {quantity}" for name in names)


async def preview(person: Person, *names: str) -> Screen:
    """Paste a list of followers for these profiles."""
    await person.send(lines(*names))
    return await person.sees(f"{len(names)} order", "Total:")


async def placed(world: World, person: Person, *names: str) -> tuple[Screen, Sequence[Order]]:
    """A mass order that was sent; its card, and its orders at Serva, which stay in progress."""
    before = len(world.serva.orders)
    await preview(person, *names)
    await person.press("Order ")
    await world.tg.until(lambda: len(world.serva.orders) == before + len(names))
    for order in world.serva.orders[before:]:
        order.hold("in progress", remains=order.quantity)
    card = await person.sees("Mass order #", f"{len(names)} running")
    return card, world.serva.orders[before:]


async def begun_and_stopped(world: World, person: Person) -> None:
    """The bot is stopped politely while the first of three orders is on its way."""
    first = world.serva.fault("hang_before", "add")
    await person.press("Order 3 for $2.67")
    await first.reached.wait()
    stopping = asyncio.create_task(world.stop())
    await person.sees("Placing…")
    first.release()
    await stopping


# ---- from a list to orders ----


async def test_a_list_is_one_message_and_one_tap(world: World, proven: Linked) -> None:
    ann = proven.person
    shown = await preview(ann, "p1", "p2", "p3")
    for line in (
        "Instagram Followers: 3 orders · 3,000 · $2.67",
        "Total: $2.67",
        "Balance after: $21.94",
    ):
        assert line in shown.text
    assert shown.rows == (("Order 3 for $2.67",), ("Cancel", "Home"))
    await ann.press("Order 3 for $2.67")
    await world.tg.until(lambda: len(world.serva.orders) == 4)
    card = await ann.sees("Mass order #1 · 3 orders", "3 running", "Charged: $2.67 of $2.67")
    assert card.message_id == shown.message_id, "the screen has become the card"
    assert card.labels == ("Orders", "Summary", "Home")
    assert [sent(call) for call in world.serva.adds[1:]] == [
        {"service": "1234", "link": f"{SITE}{name}", "quantity": "1000"}
        for name in ("p1", "p2", "p3")
    ]
    assert proven.account.balance == Decimal("21.94")
    assert sum("Order id:" in screen.text for screen in ann.from_bot) == 1, "no cards of their own"


async def test_the_end_is_told_once_with_what_came(world: World, proven: Linked) -> None:
    ann = proven.person
    card, (one, two, three) = await placed(world, ann, "p1", "p2", "p3")
    one.finish("completed")
    two.finish("partial", remains=400)
    await shows(world, card, "1 done, 1 partial, 1 running")
    three.finish("completed")
    news = await rung(world, ann, card, "2 done, 1 partial")
    assert "All of it is over." in news.text
    await shows(world, card, "In the end: 2 done, 1 partial")
    assert [screen for screen in ann.from_bot if screen.reply_to] == [news], "and nothing else rang"


async def test_bad_lines_are_named_and_left_out(world: World, proven: Linked) -> None:
    ann = proven.person
    await ann.send(
        "service | link | quantity\n"
        + lines("p1", "p2")
        + f"\n9999 | {SITE}a | 100"
        + f"\n1234 | {SITE}b | 5"
        + "\n1234 | nowhere | 100"
        + f"\n55 | {SITE}c | 10"
        + f"\n7 | {SITE}d | 100"
        + f"\n1234 | {SITE}p1/ | 500"
        + f"\n1234 | {SITE}e | lots"
        + "\n<b>what?</b>"
    )
    first = await ann.sees("2 orders", "Total: $1.78", "8 lines are left out:")
    for words in (
        "Line 4: There is no service of this id.",
        "Line 5: The least is 100.",
        "Line 6: That is not a link.",
        "Line 7: This service wants something else than a link and a quantity.",
        "Line 8: There is no service of this id.",
        "Line 9: Line 2 orders the same for this link.",
    ):
        assert words in first.text
    assert first.rows == (("Order 2 for $1.78",), ("Next",), ("Cancel", "Home"))
    await ann.press("Next")
    second = await ann.sees("Line 10: That is not a quantity.", "Line 11: It needs a service id")
    assert "<b>what?</b>" in second.text
    assert second.rows == (("Order 2 for $1.78",), ("Previous",), ("Cancel", "Home"))
    await ann.press("Order 2 for $1.78")
    await world.tg.until(lambda: len(world.serva.orders) == 3)


async def test_a_service_whose_price_is_not_proven_is_not_for_lists(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await ann.send(lines("p1"))
    shown = await ann.sees(
        "None of these lines can be ordered.",
        "Line 1: It is not certain yet what Serva's price is for: order it once by itself.",
    )
    assert shown.rows == (("Cancel", "Home"),)
    await ann.press("Cancel")
    await ann.sees("Nothing was ordered.")


async def test_a_long_paste_comes_in_several_messages(world: World, proven: Linked) -> None:
    ann = proven.person
    await preview(ann, "p1", "p2")
    await ann.send(lines("p3"))
    await ann.sees("3 orders", "Total: $2.67")
    await ann.send(lines("p1"))
    shown = await ann.sees("3 orders", "Line 4: Line 1 orders the same for this link.")
    await ann.send("hello")
    await newer(ann, shown, "Tap Order to order this, or Cancel to leave it.", "Total: $2.67")
    await ann.press("Order 3 for $2.67")
    await world.tg.until(lambda: len(world.serva.orders) == 4)


async def test_a_list_of_which_nothing_fits_is_pasted_again(world: World, proven: Linked) -> None:
    ann = proven.person
    await ann.send(lines(*(f"p{n}" for n in range(90)), quantity=1))
    bad = await ann.sees("None of these lines can be ordered.", "90 lines are left out:")
    await ann.send(lines("p1", "p2", quantity=10))
    bad = await newer(ann, bad, "None of these lines can be ordered.", "2 lines are left out:")
    await ann.send("what?")
    bad = await newer(ann, bad, "I found no line of a service id", "2 lines are left out:")
    await ann.send("1k")
    shown = await newer(ann, bad, "2 orders", "Total: $1.78")
    assert "left out" not in shown.text


async def test_a_list_that_nobody_could_price_is_added_to(world: World, proven: Linked) -> None:
    ann = proven.person
    await ann.send(lines("p1", quantity=1))
    bad = await ann.sees("None of these lines can be ordered.")
    world.serva.fault("outage", "balance")
    await ann.send(lines("p2", quantity=1))
    silent = await newer(ann, bad, "Serva is not answering right now.")
    await ann.send(lines("p3"))
    await newer(ann, silent, "1 order", "1 line is left out:", f"{SITE}p2")


async def test_a_target_that_is_worked_on_is_left_out(world: World, proven: Linked) -> None:
    ann = proven.person
    await placed(world, ann, "p1")
    await ann.send(lines("p1", "p2"))
    await ann.sees("1 order", "Line 1: Order #2 for the same target is still running.")
    await ann.press("Order 1 for $0.89")
    await world.tg.until(lambda: len(world.serva.orders) == 3)


async def test_a_target_that_is_taken_while_a_list_is_confirmed_shows_the_list_again(
    world: World, proven: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, real, looks = proven.person, batches.blocked_targets, 0

    async def late(q: Queries, owner: int) -> Blocked:
        nonlocal looks
        looks += 1
        return {} if looks <= 2 else await real(q, owner)

    await placed(world, ann, "p1")
    monkeypatch.setattr(batches, "blocked_targets", late)
    await ann.send(lines("p1", "p2"))
    await ann.sees("2 orders")
    await ann.press("Order 2 for")
    await ann.sees("Something changed", "Line 1: Order #2 for the same target is still running.")
    assert len(world.serva.orders) == 2
    await ann.press("Order 1 for $0.89")
    await world.tg.until(lambda: len(world.serva.orders) == 3)


async def test_a_list_counts_what_another_will_still_spend(world: World, proven: Linked) -> None:
    ann = proven.person
    await preview(ann, "p1", "p2", "p3")
    first = world.serva.fault("hang_before", "add")
    await ann.press("Order 3 for $2.67")
    await first.reached.wait()
    await ann.send(lines("q1", "q2"))
    await ann.sees("Earlier orders still to be sent: $1.78", "Balance after: $21.05")
    first.release()
    await world.tg.until(lambda: len(world.serva.orders) == 4)


async def test_a_number_is_another_quantity_for_each(world: World, proven: Linked) -> None:
    ann = proven.person
    shown = await preview(ann, "p1", "p2")
    assert "Type a number to order that many for each." in shown.text
    await ann.send("2k")
    await ann.sees("Instagram Followers: 2 orders · 4,000 · $3.56")
    await ann.send(lines("p3"))
    mixed = await ann.sees("3 orders", "Total: $4.45")
    assert "Type a number" not in mixed.text
    await ann.send("500")
    await ann.sees("Tap Order to order this, or Cancel to leave it.", "Total: $4.45")


async def test_the_way_to_a_list_is_shown(world: World, proven: Linked) -> None:
    ann = proven.person
    await ann.send("/order")
    await ann.sees("What would you like to order?")
    asked = await tap(ann, "Mass order", "Send a list of orders.", "1234 | https://instagram.com/")
    assert asked.rows == (("Back", "Home"),)
    await ann.send("what do you mean?")
    await ann.sees("I found no line of a service id, a link and a quantity.", "Send a list")
    await ann.send(f"1234 {SITE}p1 1k")
    await ann.sees("1 order", "Total: $0.89")


# ---- files ----


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("orders.csv", "utf-16"), ("orders.txt", "utf-8-sig"), ("ORDERS.CSV", "cp1256")],
)
async def test_a_file_is_a_list_too(world: World, proven: Linked, name: str, encoding: str) -> None:
    ann = proven.person
    rows = ["الخدمة;الرابط;الكمية", f'1234;"{SITE}p1";"1,000"', f"1234;{SITE}p2;1000", ""]
    await ann.send_document(name, "\r\n".join(rows).encode(encoding), caption="for today")
    await ann.sees("2 orders", "Total: $1.78")
    await ann.press("Order 2 for $1.78")
    await world.tg.until(lambda: len(world.serva.orders) == 3)


@pytest.mark.parametrize(
    ("name", "content", "answer"),
    [
        ("orders.pdf", b"%PDF", "I read .txt and .csv files only."),
        ("orders.xlsx", b"PK\x03\x04", "I read .txt and .csv files only."),
        ("orders.csv", b"PK\x03\x04\x14\x00", "I cannot read that file as text."),
        ("orders.csv", b"x" * (256 * 1024 + 1), "That file is too large: I read up to 256 KB."),
        ("orders.txt", b"hello", "I found no line of a service id, a link and a quantity."),
        ("orders.txt", b"1234\n" * 600, "That is too long: a list has up to 500 lines."),
    ],
)
async def test_another_file_gets_a_sentence_and_loses_nothing(
    proven: Linked, name: str, content: bytes, answer: str
) -> None:
    ann = proven.person
    await preview(ann, "p1")
    await ann.send_document(name, content)
    await ann.sees(answer, "1 order", "Total: $0.89")


async def test_a_file_that_does_not_come_gets_a_sentence(world: World, proven: Linked) -> None:
    ann = proven.person
    world.tg.levers.bad_gateway("getFile", times=2)
    await ann.send_document("orders.csv", lines("p1").encode())
    await ann.sees("I could not fetch that file. Send it again, or paste its lines.")


async def test_a_key_in_a_file_is_treated_like_a_key_in_a_text(
    world: World, proven: Linked, kept_secret: list[str]
) -> None:
    ann = proven.person
    key = "k9f3Qz7LmX2vB8nR4tYw6PsD"
    kept_secret.append(key)
    message = await ann.send_document("orders.csv", f"{lines('p1')}\n{key}\n".encode())
    await ann.sees("Is it a Serva key")
    assert ann.is_deleted(message)
    await ann.press("It is not a key")
    await ann.sees("Not a key, then.")
    message = await ann.send_document("orders.csv", lines("p1").encode(), caption=f"key: {key}")
    await ann.sees("Is it a Serva key")
    assert ann.is_deleted(message)


async def test_somebody_without_a_key_is_asked_for_one(world: World) -> None:
    bob = world.tg.person("Bob")
    await bob.send_document("orders.csv", lines("p1").encode())
    await bob.sees("Paste your API key")
    await bob.send(lines("p1"))
    await newer(bob, bob.screen, "That does not look like an API key.")


async def test_a_file_in_a_group_is_nobodys_business(world: World, proven: Linked) -> None:
    ann = proven.person
    group = world.tg.group("Traders", [ann])
    await ann.at(group).send_document("orders.csv", lines("p1").encode())
    await ann.at(group).send("/start@" + world.tg.world.bot.username)
    await ann.at(group).sees("I work in private chats only")
    assert world.tg.calls_of("getFile") == []


# ---- what stands before an order ----


async def test_a_low_balance_names_what_is_missing_and_keeps_the_list(
    world: World, proven: Linked
) -> None:
    ann, account = proven.person, proven.account
    account.balance = Decimal("1.00")
    await ann.send(lines("p1", "p2"))
    low = await ann.sees("Your balance is too low for this list.", "Missing: $0.78.")
    assert low.button("Top up $0.78").url == TOP_UP
    world.serva.top_up(account, "5")
    await ann.press("I have topped up")
    await ann.sees("2 orders", "Total: $1.78", "Balance after: $4.22")


async def test_a_price_that_rose_is_shown_before_anything_is_ordered(
    world: World, proven: Linked
) -> None:
    ann = proven.person
    shown = await preview(ann, "p1", "p2")
    world.serva.reprice("1234", "2")
    await ann.send(lines("p3"))
    await ann.sees("3 orders", "Total: $5.34")
    await ann.press("Order 2 for $1.78", on=shown)
    await ann.sees("That screen is out of date.", "Total: $5.34")
    await ann.press("Order 3 for $5.34")
    await world.tg.until(lambda: len(world.serva.orders) == 4)


async def test_a_price_that_rises_while_it_runs_stops_what_it_concerns(
    world: World, proven: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = proven.person
    monkeypatch.setattr(place_orders, "CATALOGUE_LIFE", 0)
    await preview(ann, "p1", "p2", "p3")
    first = world.serva.fault("hang_after", "add")
    await ann.press("Order 3 for $2.67")
    await first.reached.wait()
    world.serva.reprice("1234", "1.5")
    first.release()
    await ann.told("1 running, 2 not sent", "The price rose meanwhile")
    assert len(world.serva.adds) == 2


async def test_a_charge_above_what_was_agreed_ends_it(world: World, proven: Linked) -> None:
    ann = proven.person
    await preview(ann, "p1", "p2", "p3")
    first = world.serva.fault("hang_before", "add")
    await ann.press("Order 3 for $2.67")
    await first.reached.wait()
    world.serva.reprice("1234", "1.5")
    first.release()
    await ann.told("1 running, 2 not sent", "A charge was not what you agreed to")
    assert len(world.serva.adds) == 2


async def test_an_old_list_is_looked_through_again(
    world: World, proven: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = proven.person
    shown = await preview(ann, "p1")
    monkeypatch.setattr(mass, "LIFE", -1)
    await ann.press("Order 1 for $0.89")
    await ann.sees("That was a while ago, so I looked again.", "Total: $0.89")
    monkeypatch.setattr(mass, "LIFE", 60_000)
    await ann.press("Order 1 for $0.89", on=shown)
    again = await ann.sees("That screen is out of date.")
    await ann.press("Order 1 for $0.89", on=again)
    await world.tg.until(lambda: len(world.serva.orders) == 2)


async def test_two_taps_and_a_second_device_order_once(world: World, proven: Linked) -> None:
    ann = proven.person
    shown = await preview(ann, "p1", "p2")
    for _ in range(3):
        await ann.press("Order 2 for $1.78", on=shown)
    await ann.sees("Mass order #1", "2 running")
    await ann.send("hello")
    await ann.sees("Nothing found")
    await ann.press("Order 2 for $1.78", on=shown)
    await ann.told("Mass order #1", "2 running")
    assert len(world.serva.orders) == 3


async def test_a_silent_serva_keeps_the_list(world: World, proven: Linked) -> None:
    ann = proven.person
    world.serva.fault("outage", "balance")
    await ann.send(lines("p1"))
    await ann.sees("Serva is not answering right now.", "your list is kept here")
    await ann.press("Try again")
    await ann.sees("1 order", "Total: $0.89")


async def test_a_large_sum_is_asked_about_twice(world: World, proven: Linked) -> None:
    ann = proven.person
    await ann.send("/settings")
    await ann.sees("Settings")
    await ann.press("Spending limits")
    await ann.press("Ask twice")
    await ann.send("1")
    await ann.sees("$1")
    await preview(ann, "p1", "p2")
    await ann.press("Order 2 for $1.78")
    await ann.sees("You are about to spend $1.78.", "Above $1.00 I ask twice.")
    assert len(world.serva.orders) == 1
    await ann.press("Order 2 for $1.78")
    await world.tg.until(lambda: len(world.serva.orders) == 3)


async def test_the_whole_sum_counts_against_the_limit_of_the_day(
    world: World, proven: Linked
) -> None:
    ann = proven.person
    await limit(ann, "Daily limit", "2")
    await preview(ann, "p1", "p2")
    over = await tap(ann, "Order 2 for $1.78", "That would go beyond your daily limit of $2.00.")
    assert "Ordered today: $0.89." in over.text
    await tap(ann, "Try again", "2 orders", "Total: $1.78")
    await tap(ann, "Order 2 for $1.78", "beyond your daily limit")
    await tap(ann, "Spending limits", "No more than $2.00 is ordered in a day.")
    await tap(ann, "Daily limit: $2.00", "Now: $2.00")
    await tap(ann, "Switch off", "Order without a daily limit from now on?")
    await tap(ann, "Switch off", "There is no daily limit.")
    await tap(ann, "Back", "2 orders", "Total: $1.78")
    assert len(world.serva.orders) == 1
    await ann.press("Order 2 for $1.78")
    await world.tg.until(lambda: len(world.serva.orders) == 3)


# ---- while it runs ----


async def test_a_lost_answer_is_named_and_decided_like_any_other(
    world: World, proven: Linked
) -> None:
    ann = proven.person
    await preview(ann, "p1", "p2", "p3")
    first = world.serva.fault("hang_before", "add")
    await ann.press("Order 3 for $2.67")
    await first.reached.wait()
    world.serva.fault("drop_after", "add")
    first.release()
    card = await ann.sees("An answer was lost", "1 not confirmed by Serva", "Placing… 2 of 3")
    assert card.find("Stop")
    opened = card.button("Order #3: not confirmed")
    await ann.press(opened, on=card)
    single = await ann.sees(UNKNOWN, f"{SITE}p2")
    assert single.message_id > card.message_id, "the mass order keeps its card"
    await ann.press("I see it at Serva")
    await ann.sees("Send the order id")
    await ann.send(world.serva.orders[-1].id)
    await ann.sees("Found.")
    await world.tg.until(lambda: len(world.serva.orders) == 4)
    await shows(world, card, "3 running")


async def test_it_is_stopped_and_gone_on_with(world: World, proven: Linked) -> None:
    ann = proven.person
    shown = await preview(ann, "p1", "p2", "p3")
    first = world.serva.fault("hang_before", "add")
    await ann.press("Order 3 for $2.67")
    await first.reached.wait()
    await ann.press("Stop")
    first.release()
    card = await ann.sees("You stopped it, so I did not send the rest.", "1 running, 2 not sent")
    assert card.message_id == shown.message_id
    await ann.press("Go on with the rest: 2", on=card)
    await ann.sees("2 orders", "Total: $1.78")
    await ann.press("Order 2 for $1.78")
    await world.tg.until(lambda: len(world.serva.orders) == 4)
    await ann.sees("Mass order #2", "2 running")
    await shows(world, card, "Mass order #2 went on with the rest.")
    await ann.press("Go on with the rest: 2", on=card)
    await ann.sees("That is mass order #2 already.")
    assert [call.params["link"] for call in world.serva.adds[1:]] == [
        f"{SITE}p1",
        f"{SITE}p2",
        f"{SITE}p3",
    ]


async def test_after_a_restart_the_rest_is_its_persons_to_decide(
    world: World, proven: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = proven.person
    shown = await preview(ann, "p1", "p2", "p3")
    await begun_and_stopped(world, ann)
    monkeypatch.setattr(place_orders, "WINDOW", 0)
    await world.start()
    card = await shows(world, shown, "1 running, 2 not sent", "It was interrupted")
    assert len(world.serva.orders) == 2
    await ann.press("Go on with the rest: 2", on=card)
    await ann.sees("2 orders", "Total: $1.78")


async def test_a_batch_that_was_just_confirmed_goes_on_after_a_restart(
    world: World, proven: Linked
) -> None:
    ann = proven.person
    await preview(ann, "p1", "p2", "p3")
    await begun_and_stopped(world, ann)
    await world.start()
    await world.tg.until(lambda: len(world.serva.orders) == 4)
    await ann.sees("3 running")
    assert len(world.serva.adds) == 4


async def test_a_killed_process_sends_no_line_twice(silent_world: World) -> None:
    world = silent_world
    world.tg.patience = 30  # a process takes a while to start
    await world.spawn()
    ann = world.tg.person("Ann")
    await link(ann, world.serva.account(balance="25.50"))
    await ordered(world, ann)
    await tap(ann, "Home", "Type a word")
    await preview(ann, "p1", "p2", "p3")
    first = world.serva.fault("hang_after", "add")
    await ann.press("Order 3 for $2.67")
    await first.reached.wait()
    await world.kill()
    first.abandon()
    await world.spawn()
    card = await ann.sees("Mass order #1", "1 not confirmed by Serva")
    await ann.press("Order #2: not confirmed", on=card)
    await ann.sees(UNKNOWN, f"{SITE}p1")
    await ann.press("I see it at Serva")
    await ann.sees("Send the order id")
    await ann.send(world.serva.orders[-1].id)
    await ann.sees("Found.")
    await world.tg.until(lambda: len(world.serva.orders) == 4)
    assert [call.params["link"] for call in world.serva.adds[1:]] == [
        f"{SITE}p1",
        f"{SITE}p2",
        f"{SITE}p3",
    ]


async def test_a_balance_that_runs_out_ends_it_with_a_bell(world: World, proven: Linked) -> None:
    ann, account = proven.person, proven.account
    await preview(ann, "p1", "p2", "p3")
    account.balance = Decimal("1.00")
    await ann.press("Order 3 for $2.67")
    card = await ann.told("1 refused by Serva", "1 not sent", "Your balance ran out")
    await world.tg.until(lambda: any(screen.reply_to for screen in ann.from_bot))
    assert paid(world) == [Decimal("0.89"), Decimal("0.89")]
    world.serva.top_up(account, "5")
    await ann.press("Go on with the rest: 2", on=card)
    await ann.sees("2 orders", "Total: $1.78")
    await ann.press("Order 2 for $1.78")
    await ann.sees("Mass order #2", "2 running")
    assert [order.target for order in world.serva.orders[1:]] == [
        f"{SITE}p1",
        f"{SITE}p2",
        f"{SITE}p3",
    ]


async def test_without_the_key_it_ends(world: World, proven: Linked) -> None:
    ann = proven.person
    await preview(ann, "p1", "p2", "p3")
    first = world.serva.fault("hang_before", "add")
    await ann.press("Order 3 for $2.67")
    await first.reached.wait()
    await ann.send("/settings")
    await ann.press("Unlink")
    await ann.sees("2 orders are not sent yet: they will not be sent.")
    await ann.press("Unlink")
    await ann.sees("unlinked.")
    first.release()
    await ann.told("2 not sent", "Your key was unlinked")
    assert len(world.serva.orders) == 2


# ---- afterwards ----


async def test_it_is_one_row_among_my_orders(world: World, proven: Linked) -> None:
    ann = proven.person
    card, orders = await placed(world, ann, "p1", "p2")
    await ann.send("/orders")
    listed = await ann.sees("Active orders")
    assert listed.labels[:2] == (
        "Mass order #1 · 2 orders",
        listed.labels[1],
    )
    await ann.press("Mass order #1 · 2 orders")
    here = await shows(world, listed, "Mass order #1 · 2 orders", "2 running")
    await world.tg.until(lambda: not Screen.of(card.message).buttons)
    await ann.press("Orders", on=here)
    every = await newer(ann, here, "Mass order #1 · 2 orders")
    assert sum(label.startswith("1,000 Instagram Followers") for label in every.labels) == 2
    await ann.press("1,000 Instagram Followers")
    await ann.sees(f"{SITE}p1", "Order id:")
    orders[0].finish("completed")
    await ann.sees("Completed")


async def test_the_summary_says_what_became_of_every_line(world: World, proven: Linked) -> None:
    ann = proven.person
    await preview(ann, "p1", "p2", "p3")
    first = world.serva.fault("hang_before", "add")
    await ann.press("Order 3 for $2.67")
    await first.reached.wait()
    world.serva.fault("refuse", "add", error="INVALID_LINK")
    first.release()
    card = await ann.sees("2 running, 1 refused by Serva")
    await ann.press("Summary", on=card)
    screen, name, content = await file_of(world, ann, "document")
    assert name == "mass-order-1.csv"
    rows = table(content)
    assert [(row["Line"], row["Link"], row["Status"]) for row in rows] == [
        ("1", f"{SITE}p1", rows[0]["Status"]),
        ("2", f"{SITE}p2", "Refused by Serva"),
        ("3", f"{SITE}p3", rows[2]["Status"]),
    ]
    first_id, second_id = (order.id for order in world.serva.orders[1:])
    assert [row["Order id at Serva"] for row in rows] == [first_id, "", second_id]
    below = await newer(ann, screen, "Mass order #1 · 3 orders")
    await ann.press("Problems", on=below)
    missed = await ann.sees("Mass order #1", "3 orders")
    assert "1,000 Instagram Followers · Refused by Serva" in missed.labels


async def test_nobody_reaches_anothers_mass_order(world: World, proven: Linked) -> None:
    ann = proven.person
    await placed(world, ann, "p1")
    bob = (await link(world.tg.person("Bob"), world.serva.account(balance="5"))).person
    for action in (
        b.OpenBatch(1),
        b.BatchOrders(1),
        b.BatchSummary(1),
        b.BatchStop(1),
        b.BatchRest(1),
    ):
        version = bob.version
        await bob.tap_raw(bob.screen, pack(action))
        assert await bob.changed(version)
        assert f"{SITE}p1" not in bob.chat
        await bob.sees("That mass order is not yours.")
    for forged in (b.MassConfirm("x"), b.MassPage("x", 0), b.MassShow("x"), b.MassCancel("x")):
        version = bob.version
        await bob.tap_raw(bob.screen, pack(forged))
        assert await bob.changed(version)
        await bob.sees("That screen is out of date.")
    assert len(world.serva.orders) == 2


async def test_it_is_all_said_in_arabic(world: World, proven: Linked) -> None:
    ann = proven.person
    await ann.send("/settings")
    await ann.press("Language")
    await ann.press("العربية")
    await ann.sees("الإعدادات")
    await ann.send(f"{lines('p1')}\n١٢٣٤ | {SITE}p2 | ١٠٠٠\n5 | x | 5")
    shown = await ann.sees("الإجمالي: $1.78", "استُبعد سطر واحد:", "ليس هذا رابطًا.")
    await ann.press(shown.labels[0])
    await ann.sees("الطلب الجماعي رقم 1 · طلبان", "قيد التنفيذ: 2")


async def test_deleting_everything_in_the_middle_leaves_nothing(
    world: World, proven: Linked
) -> None:
    ann = proven.person
    await preview(ann, "p1", "p2", "p3")
    first = world.serva.fault("hang_before", "add")
    await ann.press("Order 3 for $2.67")
    await first.reached.wait()
    await ann.send("/settings")
    await tap(ann, "Delete my data", "Delete everything I know about you?")
    await ann.press("Delete my data")
    await ann.sees("I wait for its answer, then delete")
    first.release()
    await ann.sees("Your data is deleted.")
    assert len(world.serva.orders) == 2
    await world.stop()
    content = b"".join(path.read_bytes() for path in world.data.glob(app.DATABASE + "*"))
    assert f"{SITE}p2".encode() not in content
