"""Serva's balance and Servya's credits, as people see them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bot import app
from bot.sandbox.servya import Account, CreditsForm, ErrorForm
from bot.sandbox.telegram import Person
from tests.e2e.conftest import Linked, link
from tests.e2e.keys import order
from tests.e2e.world import World

pytestmark = pytest.mark.usefixtures("kept_secret")


# ---- Serva ----


async def test_balance_and_refresh(linked: Linked) -> None:
    ann = linked.person
    await ann.press("Balance")
    screen = await ann.sees("Serva", "Balance $25.50", "Currency: USD", "Checked")
    assert screen.rows == (("Refresh",), ("Servya credits",), ("Home",))
    linked.account.balance = Decimal("1234.5")
    await ann.press("Refresh")
    await ann.sees("Balance $1,234.50")
    await ann.press("Home")
    await ann.sees("Balance $1,234.50")


async def test_balance_by_command(world: World, linked: Linked) -> None:
    linked.account.balance = Decimal("0.00089")
    await linked.person.send("/balance")
    await linked.person.sees("Balance $0.0009")


async def test_a_freshly_known_balance_is_not_asked_for_again(world: World, linked: Linked) -> None:
    ann = linked.person
    asked = balances(world)
    await ann.press("Balance")
    await ann.sees("Currency: USD")
    await ann.press("Home")
    await ann.sees("Type a word, or paste a link.")
    assert balances(world) == asked


def balances(world: World) -> int:
    """How often Serva was asked for a balance."""
    return sum(call.action == "balance" for call in world.serva.calls)


async def test_top_up_where_the_operator_named_a_place(silent_world: World) -> None:
    world = silent_world
    world.changes["top_up_url"] = "https://serva.test/top-up"
    await world.start()
    ann = (await link(world.tg.person("Ann"), world.serva.account())).person
    await ann.press("Balance")
    screen = await ann.sees("Currency: USD")
    assert screen.rows[0] == ("Refresh", "Top up")
    assert screen.button("Top up").url == "https://serva.test/top-up"


@pytest.mark.parametrize("fault", ["outage", "html_502", "junk_json", "drop_after"])
async def test_an_outage_shows_the_last_balance(world: World, linked: Linked, fault: str) -> None:
    ann = linked.person
    linked.account.balance = Decimal(1)
    world.serva.fault(fault)
    await ann.send("/balance")
    screen = await ann.sees("Serva is not answering right now.", "Balance $25.50", "Checked")
    assert "key" not in screen.text
    await ann.press("Refresh")
    await ann.sees("Balance $1.00")
    assert "not answering" not in ann.screen.text


async def test_an_error_of_servas_own_is_shown_as_it_came(world: World, linked: Linked) -> None:
    ann = linked.person
    world.serva.fault("refuse", "balance", error="Closed for <i>maintenance</i>")
    await ann.send("/balance")
    await ann.sees("Serva says: Closed for <i>maintenance</i>", "Balance $25.50")
    await ann.press("Refresh")
    await ann.sees("Serva", "Balance $25.50", "Currency: USD")


async def test_slow_answers_say_so_meanwhile(world: World, linked: Linked) -> None:
    ann = linked.person
    hang = world.serva.fault("hang_before", "balance")
    await ann.send("/balance")
    await ann.sees("Checking…")
    hang.release()
    await ann.sees("Balance $25.50")


async def test_home_does_not_wait_long_for_a_silent_serva(silent_world: World) -> None:
    world, minutes = silent_world, 0
    world.nature = replace(app.MACHINE, clock=lambda: app.clock() + minutes * 60_000)
    await world.start()
    ann = (await link(world.tg.person("Ann"), world.serva.account(balance="25.50"))).person
    minutes = 2
    hang = world.serva.fault("hang_before", "balance")
    before = ann.screen.message_id
    await ann.send("/start")
    await hang.reached.wait()
    await world.tg.until(lambda: ann.screen.message_id > before)
    await ann.sees("Balance $25.50", "No active orders.")


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        ("revoke", "This key was revoked."),
        ("disapprove", "not approved for API use"),
        ("ban", "Serva has banned this account."),
    ],
)
async def test_a_refused_key_at_the_balance(
    world: World, linked: Linked, trouble: str, sentence: str
) -> None:
    ann = linked.person
    getattr(world.serva, trouble)(linked.account)
    await ann.send("/balance")
    await ann.sees(sentence)
    other = world.serva.account(key="MySixteenLetters", balance="3")
    said = await ann.send(other.key)
    await ann.sees("Replace key …", "with …ters?")
    assert ann.is_deleted(said)
    await ann.press("Replace key")
    await ann.sees("Key …ters linked. Balance $3.00.")


async def test_without_a_key_there_is_no_balance(world: World, ann: Person) -> None:
    await ann.send("/balance")
    welcome = await ann.sees("Paste your API key to begin.")
    for data in ("bl:0", "bl:1"):
        await ann.tap_raw(welcome, data)
        await ann.sees("Paste your API key to begin.")
    assert world.serva.calls == []


# ---- Servya ----


async def ask_for_credits(ann: Person) -> None:
    """At the question for a Servya key."""
    await ann.press("Balance")
    await ann.press("Servya credits")
    await ann.sees("Servya is a different company.", "paste your Servya API key")


async def link_servya(ann: Person, customer: Account) -> None:
    """Link a Servya key the way people do."""
    await ask_for_credits(ann)
    said = await ann.send(customer.key)
    await ann.sees("Credits: ", f"Key …{customer.key[-4:]}")
    assert ann.is_deleted(said)


async def test_link_servya_and_see_its_credits(world: World, linked: Linked) -> None:
    ann, customer = linked.person, world.servya.account(credits=23140)
    await link_servya(ann, customer)
    screen = await ann.sees("Credits: 23,140", "Checked")
    assert screen.rows == (("Refresh", "Unlink"), ("Back", "Home"))
    customer.credits = 7
    await ann.press("Refresh")
    await ann.sees("Credits: 7")
    await ann.press("Back")
    await ann.sees("Balance $25.50", "Servya", "Credits: 7")


async def test_credits_written_as_text(world: World, linked: Linked) -> None:
    world.servya.credits_form = CreditsForm.STRING
    await link_servya(linked.person, world.servya.account(credits=1_000_000))
    await linked.person.sees("Credits: 1,000,000")


async def test_unlink_servya(world: World, linked: Linked) -> None:
    ann, customer = linked.person, world.servya.account()
    await link_servya(ann, customer)
    await ann.press("Unlink")
    screen = await ann.sees(f"Unlink key …{customer.key[-4:]}?")
    assert "follow" not in screen.text
    await ann.press("Back")
    await ann.sees("Credits: 23,140")
    await ann.press("Unlink")
    await ann.sees("Unlink key")
    await ann.press("Unlink")
    await ann.sees(f"Key …{customer.key[-4:]} unlinked.", "Balance $25.50")
    await ask_for_credits(ann)


async def test_the_serva_key_is_never_sent_to_servya(world: World, linked: Linked) -> None:
    ann = linked.person
    await ask_for_credits(ann)
    said = await ann.send(linked.account.key)
    await ann.sees("That is your Serva key. It was not sent to Servya.")
    assert ann.is_deleted(said)

    other = world.serva.account()
    await ann.send("/settings")
    await ann.press("Replace key")
    await ann.sees("Paste your Serva API key")
    await ann.send(other.key)
    await ann.sees(f"with …{other.key[-4:]}?")
    await ann.press("Replace key")
    await ann.sees("linked.")
    await ask_for_credits(ann)
    await ann.send(f"apikey={linked.account.key}")
    await ann.sees("That is your Serva key. It was not sent to Servya.")
    assert world.servya.calls == []


async def test_a_servya_key_leaves_serva_orders_followed(world: World, linked: Linked) -> None:
    ann = linked.person
    placed = await order(world, ann)
    card = await ann.told("Charge:", placed.id)
    await ann.send("/balance")
    await ann.press("Servya credits")
    await ann.sees("paste your Servya API key")
    await ann.send(world.servya.account().key)
    await ann.sees("Credits: 23,140")
    await ann.press("Refresh", on=card)
    screen = await ann.told("In progress", placed.id)
    assert "No longer followed" not in screen.text
    placed.finish("completed")
    await ann.press("Refresh", on=card)
    await ann.told("Completed")


@pytest.mark.parametrize("form", list(ErrorForm))
async def test_servya_refuses_a_key(
    world: World, linked: Linked, kept_secret: list[str], form: ErrorForm
) -> None:
    ann = linked.person
    world.servya.error_form = form
    kept_secret.append("0f9e8d7c6b5a49382716fedcba987654")
    await ask_for_credits(ann)
    said = await ann.send(kept_secret[0])
    if form is ErrorForm.TEXT:  # no JSON is no answer, and no reason to blame the key
        screen = await ann.sees("Servya is not answering right now.")
    else:
        screen = await ann.sees("Servya refuses this key: Invalid API key")
    assert screen.rows == (("Back", "Home"),)
    assert ann.is_deleted(said)
    await ann.send(world.servya.account().key)
    await ann.sees("Credits: 23,140")


@pytest.mark.parametrize("fault", ["outage", "html_502", "junk_json", "rotten"])
async def test_servya_is_silent(world: World, linked: Linked, fault: str) -> None:
    ann, customer = linked.person, world.servya.account()
    await ask_for_credits(ann)
    world.servya.fault(fault)
    await ann.send(customer.key)
    screen = await ann.sees("Servya is not answering right now.")
    assert "refuses" not in screen.text
    await ann.send(customer.key)
    await ann.sees("Credits: 23,140")
    world.servya.fault(fault)
    await ann.press("Refresh")
    await ann.sees("Servya is not answering right now.", "Credits: 23,140")
    await ann.press("Refresh")
    await world.tg.until(lambda: "not answering" not in ann.screen.text)
    await ann.sees("Credits: 23,140")


async def test_servya_says_something_else(world: World, linked: Linked) -> None:
    ann, customer = linked.person, world.servya.account()
    await ask_for_credits(ann)
    world.servya.fault("refuse", error="Come back <later>")
    await ann.send(customer.key)
    await ann.sees("Servya says: Come back <later>")
    await ann.send(customer.key)
    await ann.sees("Credits: 23,140")
    world.servya.fault("refuse", error="Come back <later>")
    await ann.press("Refresh")
    await ann.sees("Servya says: Come back <later>", "Credits: 23,140")


async def test_servya_gets_one_call_at_a_time_per_key(world: World, linked: Linked) -> None:
    ann, ben, customer = linked.person, world.tg.person("Ben"), world.servya.account()
    await link(ben, world.serva.account())
    world.servya.latency = 0.03
    await link_servya(ann, customer)
    await link_servya(ben, customer)
    asked = len(world.servya.calls)
    customer.credits = 5
    for person in (ann, ben) * 5:
        await person.press("Refresh")
    await ask_done(world, asked + 10)
    await ann.sees("Credits: 5")
    await ben.sees("Credits: 5")
    assert world.servya.violations == []


async def ask_done(world: World, calls: int) -> None:
    """Wait until Servya has answered so many calls."""
    await world.tg.until(
        lambda: sum(call.outcome == "done" for call in world.servya.calls) >= calls
    )


async def test_a_servya_key_that_cannot_be_deleted(world: World, linked: Linked) -> None:
    ann, customer = linked.person, world.servya.account()
    await ask_for_credits(ann)
    said = await ann.send(customer.key)
    said.date -= 49 * 3600
    await ann.sees("Credits: 23,140", "please delete it yourself")


async def test_stale_servya_buttons_after_unlinking(world: World, linked: Linked) -> None:
    ann = linked.person
    await link_servya(ann, world.servya.account())
    screen = ann.screen
    await ann.press("Unlink")
    await ann.sees("Unlink key")
    await ann.press("Unlink")
    await ann.sees("unlinked.")
    asked = len(world.servya.calls)
    await ann.press("Refresh", on=screen)
    await ann.sees("paste your Servya API key")
    await ann.press("Unlink", on=screen)
    await ann.sees("Balance $25.50")
    assert len(world.servya.calls) == asked
