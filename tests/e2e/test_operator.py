"""What the operator sees and does in chat, and that nobody else does."""

from __future__ import annotations

import typing

import pytest

from bot.runtime import profile
from bot.sandbox.telegram import Person
from bot.screens import buttons as b
from tests.e2e.conftest import Linked, link
from tests.e2e.shopping import ANN, open_service, place, rows_are, tap, to_confirm
from tests.e2e.world import OPERATOR, World

ADMIN = [kind for kind in typing.get_args(b.Action) if kind.__name__.startswith("Admin")]


async def admin(operator: Person) -> None:
    """The operator's first screen."""
    await operator.send("/admin")
    await operator.sees("Operator", "People:", "Orders:")


async def person_screen(operator: Person, name: str) -> None:
    """One person's screen, found by what the operator types."""
    await admin(operator)
    await tap(operator, "People", "Type a name, a username or an id")
    await operator.send(name)
    await operator.sees(f"Found for {name}")
    await tap(operator, f"{name} ·", "Telegram id:")


# ---- who is an operator ----


async def test_the_operator_has_an_overview(linked: Linked, operator: Person) -> None:
    await operator.send("/admin")
    screen = await operator.sees("Operator", "People: 2, linked: 1, banned: 0", "Orders: 0")
    assert screen.rows == (
        ("People", "Orders"),
        ("Unknown orders", "Providers"),
        ("Broadcast", "Maintenance"),
        ("Home",),
    )


async def test_to_everybody_else_it_is_a_command_like_any_unknown_one(
    linked: Linked, operator: Person
) -> None:
    ann = linked.person
    await ann.send("/admin")
    unknown = (await ann.sees("I do not know this command.")).text
    await ann.send("/nonsense")
    while len([s for s in ann.from_bot if "I do not know this command." in s.text]) < 2:
        assert await ann.changed(ann.version), ann.chat
    assert ann.screen.text == unknown


async def test_forged_buttons_of_the_operator_do_nothing(
    world: World, linked: Linked, operator: Person
) -> None:
    ann = linked.person
    bob = (await link(world.tg.person("Bob"), world.serva.account())).person
    forged: list[b.Action] = [
        b.AdminBan(bob.id, 1),
        b.AdminAdmit(bob.id, 1),
        b.AdminMaintenance("on"),
        b.AdminMaintenance("words"),
        b.AdminUnit("flat"),
        b.AdminServiceUnit(1, "flat"),
        b.AdminSend("nonce"),
        b.Admin(),
        b.AdminPeople(),
        b.AdminPerson(bob.id),
        b.AdminOrders(),
        b.AdminOrder(1),
        b.AdminProviders(),
        b.AdminBroadcast(),
    ]
    assert {type(action) for action in forged} == set(ADMIN)
    for action in forged:
        await ann.tap_raw(ann.screen, b.pack(action))
    await ann.sees("That button is out of date.", "Balance $25.50")
    await ann.send("words for everybody")
    await ann.sees("You typed: words for everybody")
    assert not [screen for screen in ann.from_bot if "Bob" in screen.text]

    await operator.send("/admin")
    overview = await operator.sees("People: 3, linked: 2, banned: 0")
    assert "Maintenance is on" not in overview.text
    await tap(operator, "Providers", "Price unit for all services: as assumed for each kind")


# ---- people ----


async def test_people_are_found_by_name_username_and_id(world: World, operator: Person) -> None:
    layla = world.tg.person("ليلى", username="layla_2000")
    bob = world.tg.person("Bob %_", username="bobby")
    for person in (layla, bob):
        await person.send("/start")
        await person.sees("API")
    await admin(operator)
    everybody = await tap(operator, "People", "Type a name, a username or an id")
    assert everybody.rows == (("Olga · 0",), ("Bob %_ · 0",), ("ليلى · 0",), ("Back", "Home"))
    for typed, found in (
        ("ليلى", ("ليلى · 0",)),
        ("LAYLA", ("ليلى · 0",)),
        ("@bobby", ("Bob %_ · 0",)),
        ("%_", ("Bob %_ · 0",)),
        (str(layla.id), ("ليلى · 0",)),
    ):
        await operator.send(typed)
        screen = await operator.sees(f"Found for {typed}")
        assert screen.rows == (found, ("Back", "Home"))
    await operator.send("nobody of that name")
    assert (await operator.sees("Nobody found.")).rows == (("Back", "Home"),)


async def test_what_was_searched_for_stays_while_leafing_and_looking(
    world: World, operator: Person
) -> None:
    for number in range(10):
        person = world.tg.person(f"{number} Twin")
        await person.send("/start")
        await person.sees("Paste your API key")
    await admin(operator)
    await tap(operator, "People", "Type a name")
    await operator.send("twin")
    first = await operator.sees("Found for twin")
    assert len(first.rows) == 8 + 2
    assert first.rows[8] == ("Next",)
    await operator.press("Next")
    await operator.press("0 Twin")
    await operator.sees("Telegram id:")
    await operator.press("Back")
    assert (await operator.sees("Found for twin")).rows[:8] == first.rows[:8]


async def test_a_person_is_shown_without_their_key(linked: Linked, operator: Person) -> None:
    await person_screen(operator, "Ann")
    screen = operator.screen
    assert f"Key …{linked.account.key[-4:]}" in screen.text
    assert linked.account.key not in screen.text
    assert "Language: English" in screen.text
    assert screen.rows == (("Ban",), ("Back", "Home"))


async def test_a_banned_person_can_do_nothing_but_is_told_how_orders_end(
    world: World, linked: Linked, operator: Person
) -> None:
    ann = linked.person
    await to_confirm(ann)
    await place(world, ann)
    await tap(ann, "Refresh", "Last check:")
    await person_screen(operator, "Ann")
    await tap(operator, "Ban", "Banned.", "Banned. Their orders are still followed.")

    await ann.send("/balance")
    closed = await ann.sees("The operator has closed this bot for you.")
    assert closed.buttons == ()
    await ann.press("Order again")
    await ann.send("followers")
    calls = len([call for call in world.serva.calls if call.action != "status"])

    world.serva.orders[0].finish("partial", remains=450)
    await ann.told("Partly delivered", "550 of 1,000 came.")
    assert len([call for call in world.serva.calls if call.action != "status"]) == calls

    await tap(operator, "Unban", "Unbanned.")
    await ann.send("/start")
    await ann.sees("Balance", "No active orders.")


async def test_an_operator_is_never_banned(operator: Person) -> None:
    await person_screen(operator, "Olga")
    await tap(operator, "Ban", "An operator cannot be banned.")
    await operator.send("/start")
    await operator.sees("Paste your API key")


async def test_a_closed_bot_lets_in_whom_the_operator_lets_in(silent_world: World) -> None:
    world = silent_world
    world.changes["access"] = "list"
    await world.start()
    ann, olga = world.tg.person("Ann"), world.tg.person("Olga", id=OPERATOR)
    await ann.send("/start")
    await ann.sees("This bot is for invited people only.", str(ann.id))
    await person_screen(olga, "Ann")
    await tap(olga, "Let in", "Saved.")
    await ann.send("/start")
    await ann.sees("Paste your API key to begin.")
    await tap(olga, "Take back the invitation", "Saved.", "No key is linked.")
    await rows_are(olga, ("Ban",), ("Let in",), ("Back", "Home"))
    await ann.send("/start")
    await ann.sees("This bot is for invited people only.")


async def test_the_overview_has_the_invitation_where_the_bot_is_for_the_invited(
    silent_world: World,
) -> None:
    world = silent_world
    world.changes["access"] = "invite"
    await world.start()
    ann, olga = world.tg.person("Ann"), world.tg.person("Olga", id=OPERATOR)
    await olga.send("/admin")
    overview = await olga.sees("Invitation: https://t.me/sandbox_bot?start=")
    code = overview.text.partition("?start=")[2].split()[0]
    await ann.send(f"/start {code}")
    await ann.sees("Paste your API key to begin.")


# ---- orders ----


async def test_everybodys_orders_are_listed_with_their_calls(
    world: World, linked: Linked, operator: Person
) -> None:
    ann = linked.person
    await to_confirm(ann)
    await place(world, ann)
    await admin(operator)
    await operator.press("Orders")
    order = await tap(
        operator,
        "#1 ·",
        f"Order #1 of person {ann.id}",
        ANN,
        "Quantity: 1,000",
        "Quoted: $0.89",
        "Price unit: per 1,000",
        "Order id: ORD-100023",
        "Call 1: accepted",
        "Request id: req_",
        "Balance before: $25.50",
    )
    assert linked.account.key not in order.text
    await tap(operator, "Person", "Telegram id:", str(ann.id))


async def test_an_unknown_order_comes_with_its_evidence(
    world: World, linked: Linked, operator: Person
) -> None:
    ann = linked.person
    world.serva.fault("drop_after", "add")
    await to_confirm(ann)
    await ann.press("Order for")
    await ann.sees("Sent, but Serva has not confirmed.")
    told = await operator.told("Order #1 has no known outcome.", "Quoted: $0.89")
    assert told.rows == (("Order #1",), ("Home",))

    await admin(operator)
    overview = await operator.sees("active: 1, unknown: 1")
    await operator.press("Unknown orders")
    order = await tap(operator, "#1 ·", "Call 1: no answer that can be read", "Balance before:")
    assert "Balance at the last look" not in order.text

    await ann.press("Check now")
    await ann.told("Your balance shows that Serva took $0.89 for it.")
    await operator.press("Unknown orders", on=overview)
    await tap(
        operator,
        "#1 ·",
        "Balance before: $25.50",
        "Balance at the last look: $24.61",
        "Moved for no known reason: $0.89",
        "Settled by: the balance",
    )


async def test_a_charge_above_the_quote_is_told_at_once(
    world: World, linked: Linked, operator: Person
) -> None:
    ann = linked.person
    world.serva.top_up(linked.account, "1000")
    world.serva.price_unit("1234", "per_item")
    await to_confirm(ann, quantity="1000")
    await place(world, ann)
    told = await operator.told(
        "Order #1 was charged above its quote.", "Quoted: $0.89", "Charge: $890.00"
    )
    await operator.press("Order #1", on=told)
    await operator.sees("Order #1 of person", "Charge: $890.00")


# ---- price units ----


async def test_a_price_unit_that_the_operator_names_is_no_longer_about(
    world: World, linked: Linked, operator: Person
) -> None:
    ann = linked.person
    await to_confirm(ann)
    assert ann.screen.rows[0] == ("Order for about $0.89",)

    await admin(operator)
    before = await tap(operator, "Providers", "Price unit for all services: as assumed")
    assert before.rows == (
        ("Price per 1,000",),
        ("Price per item",),
        ("Price for all of it",),
        ("Price unit as assumed ✓",),
        ("Back", "Home"),
    )
    after = await tap(operator, "Price per 1,000", "Saved.", "for all services: per 1,000")
    assert after.rows[0] == ("Price per 1,000 ✓",)

    await ann.send("/start")
    await ann.sees("Type a word")
    await to_confirm(ann)
    assert ann.screen.rows[0] == ("Order for $0.89",)

    await tap(operator, "Price unit as assumed", "Saved.", "as assumed for each kind")
    await ann.send("/start")
    await ann.sees("Type a word")
    await to_confirm(ann)
    assert ann.screen.rows[0] == ("Order for about $0.89",)


async def test_the_price_unit_of_one_service_is_named_on_an_order_of_it(
    world: World, linked: Linked, operator: Person
) -> None:
    ann = linked.person
    world.serva.top_up(linked.account, "1000")
    await to_confirm(ann, quantity="100")
    await place(world, ann)
    await admin(operator)
    await operator.press("Orders")
    await tap(operator, "#1 ·", "Order #1 of person")
    await tap(operator, "Price per item", "Saved.")

    await to_confirm(ann, quantity="100")
    assert ann.screen.rows[0] == ("Order for $89.00",)


# ---- providers ----


async def test_an_outage_is_seen_while_it_lasts_and_remembered_after_it(
    world: World, linked: Linked, operator: Person
) -> None:
    ann = linked.person
    await admin(operator)
    await tap(operator, "Providers", "Serva", "Answering.", "Last good answer", "It took")
    world.serva.fault("outage", times=None)
    await tap(ann, "Balance", "Serva")
    await ann.press("Refresh")
    await ann.sees("Serva is not answering right now.")
    await operator.send("/admin")
    await operator.sees("Serva is not answering.")
    await tap(operator, "Providers", "Not answering since", "Reason:", "Last good answer")

    world.serva.faults.clear()
    await ann.press("Refresh")
    while "not answering" in ann.screen.text:
        assert await ann.changed(ann.version), ann.chat
    await operator.send("/admin")
    overview = await operator.sees("People:")
    assert "Serva is not answering." not in overview.text
    healthy = await tap(operator, "Providers", "Answering.", "Last failure")
    assert "Not answering since" not in healthy.text


async def test_a_refusal_is_an_answer_and_no_outage(
    world: World, linked: Linked, operator: Person
) -> None:
    world.serva.revoke(linked.account)
    await tap(linked.person, "Balance", "Serva")
    await linked.person.press("Refresh")
    await linked.person.sees("This key was revoked.")
    await operator.send("/admin")
    overview = await operator.sees("People:")
    assert "not answering" not in overview.text


# ---- broadcast ----


async def write_broadcast(operator: Person, text: str) -> None:
    """A broadcast as far as its preview."""
    await admin(operator)
    await tap(operator, "Broadcast", "Send the message for everybody.")
    await operator.send(text)
    await operator.sees("This goes to", text)


async def test_a_broadcast_goes_out_once_however_often_it_is_tapped(
    linked: Linked, operator: Person
) -> None:
    await write_broadcast(operator, "Prices <change> tomorrow.\n& soon.")
    preview = await operator.sees("This goes to 2 people:")
    assert preview.rows == (("Send",), ("Write it again",), ("Back", "Home"))
    assert not [s for s in linked.person.from_bot if "Prices" in s.text]
    await operator.press("Send", on=preview)
    await operator.press("Send", on=preview)
    await linked.person.told(
        "A message from this bot's operator", "Prices <change> tomorrow.\n& soon."
    )
    await operator.told("A message from this bot's operator")
    await operator.told("That screen is out of date.")
    await admin(operator)
    for person in (linked.person, operator):
        shown = [s for s in person.from_bot if "A message from" in s.text]
        assert len(shown) == 1


async def test_a_broadcast_can_be_written_again_and_left(linked: Linked, operator: Person) -> None:
    await write_broadcast(operator, "Wrnog")
    await operator.send("Right")
    await operator.sees("This goes to 2 people:", "Right")
    await tap(operator, "Write it again", "Send the message for everybody.")
    await operator.send("Better")
    stale = await operator.sees("This goes to 2 people:", "Better")
    await tap(operator, "Back", "People:")
    await operator.press("Send", on=stale)
    await operator.sees("That screen is out of date.")
    await admin(operator)
    assert not [s for s in linked.person.from_bot if "A message from" in s.text]


async def test_a_broadcast_spares_the_banned_and_those_who_want_none(
    world: World, linked: Linked, operator: Person
) -> None:
    ann = linked.person
    bob = (await link(world.tg.person("Bob"), world.serva.account())).person
    await tap(bob, "Settings", "You are told when an order ends.")
    await tap(bob, "Notifications", "I always tell you.")
    await tap(bob, "None", "Notifications are off")
    await person_screen(operator, "Ann")
    await tap(operator, "Ban", "Banned.")
    await write_broadcast(operator, "Hello")
    await operator.sees("This goes to 1 person:")
    await tap(operator, "Send", "On its way to 1 person.")
    await operator.told("A message from this bot's operator", "Hello")
    assert not [s for person in (ann, bob) for s in person.from_bot if "Hello" in s.text]


# ---- maintenance ----


async def test_in_maintenance_nothing_is_ordered_and_everything_is_followed(
    world: World, linked: Linked, operator: Person
) -> None:
    ann = linked.person
    await to_confirm(ann)
    await place(world, ann)
    await tap(ann, "Refresh", "Last check:")
    confirm = await to_confirm(ann, link="https://instagram.com/other")

    await admin(operator)
    await tap(operator, "Maintenance", "Maintenance is off.")
    await tap(operator, "Change the words", "Send the words that people see.")
    await operator.send("Back at noon <b>sharp</b>.")
    await operator.sees("Saved.", "People are told:", "Back at noon <b>sharp</b>.")
    await tap(operator, "Switch on", "Maintenance is on: nobody can order.")
    await operator.send("/admin")
    await operator.sees("Maintenance is on: nobody can order.", "People:")

    await ann.press("Order for", on=confirm)
    closed = await ann.sees("Ordering is closed for maintenance.", "Back at noon <b>sharp</b>.")
    assert closed.rows == (("Try again",), ("My orders",), ("Cancel", "Home"))
    world.serva.orders[0].finish("completed")
    await ann.told("Completed", "Serva shows a charge of $0.89.")
    assert len(world.serva.adds) == 1

    await tap(operator, "Maintenance", "Maintenance is on")
    await tap(operator, "Switch off", "Maintenance is off.")
    await ann.press("Try again", on=closed)
    await ann.told("Total: $0.89", "https://instagram.com/other")
    await ann.press("Order for $0.89")
    await ann.told("Order id: ORD-", "https://instagram.com/other")
    assert len(world.serva.adds) == 2


async def test_a_draft_survives_the_maintenance_that_it_runs_into(
    world: World, linked: Linked, operator: Person
) -> None:
    ann = linked.person
    await admin(operator)
    await tap(operator, "Maintenance", "Maintenance is off.")
    await tap(operator, "Switch on", "Maintenance is on")
    await open_service(ann, "Instagram Followers")
    await ann.send(ANN)
    await ann.sees("How many?")
    await ann.send("1000")
    await ann.sees("Ordering is closed for maintenance.")
    await tap(operator, "Switch off", "Maintenance is off.")
    await tap(ann, "Try again", "Total:", ANN, "1,000")


# ---- commands ----


async def test_the_command_menu_of_operators_is_theirs_alone(silent_world: World) -> None:
    tg = silent_world.tg
    olga = tg.person("Olga", id=OPERATOR)
    ann, layla = tg.person("Ann"), tg.person("Layla", language_code="ar")
    await silent_world.start()
    await tg.until(lambda: "admin" in tg.commands(olga) and "start" in tg.commands(layla))
    assert tg.commands(ann) == {
        "start": "Home",
        "order": "Order something",
        "orders": "My orders",
        "balance": "My balance",
        "settings": "Language, notifications, key",
        "help": "Help",
        "privacy": "Privacy",
    }
    assert tg.commands(olga) == tg.commands(ann) | {"admin": "Operator"}
    assert list(tg.commands(layla)) == list(tg.commands(ann))
    assert tg.commands(layla)["orders"] == "طلباتي"


async def test_an_operator_who_writes_later_gets_the_menu_then(
    silent_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(profile, "PAUSE", 0.05)
    tg = silent_world.tg
    await silent_world.start()
    ann = tg.person("Ann")
    await tg.until(lambda: tg.commands(ann))
    olga = tg.person("Olga", id=OPERATOR)
    await tg.until(lambda: "admin" in tg.commands(olga))
    assert "admin" not in tg.commands(ann)
