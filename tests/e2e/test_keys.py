"""Linking, replacing and unlinking keys, and deleting everything, as people do it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.providers.client import Timeouts
from bot.sandbox.serva import ErrorForm
from bot.sandbox.telegram import Person
from tests.e2e.conftest import Linked, link
from tests.e2e.keys import draft, leaks, order
from tests.e2e.world import World

pytestmark = pytest.mark.usefixtures("kept_secret")

UNKNOWN = "9c1e5b7d3f2a4860b1c2d3e4f5a60718"


# ---- linking ----


async def test_the_key_is_deleted_before_it_is_checked(world: World, ann: Person) -> None:
    account = world.serva.account(balance="25.50")
    hang = world.serva.fault("hang_before", "balance")
    await ann.send("/start")
    await ann.sees("Paste your API key to begin.")
    key = await ann.send(account.key)
    await hang.reached.wait()
    assert ann.is_deleted(key)
    await ann.sees("Checking your key with Serva…")
    hang.release()
    await ann.sees(f"Key …{account.key[-4:]} linked. Balance $25.50.")


async def test_a_key_is_the_first_thing_said(world: World, ann: Person) -> None:
    account = world.serva.account()
    key = await ann.send(account.key)
    await ann.sees(f"Key …{account.key[-4:]} linked")
    assert ann.is_deleted(key)


@pytest.mark.parametrize(
    "around",
    [
        "API key: {}",
        'key="{}"',
        "«{}»",
        "`{}`.",
        "{}\n",
        "Here is my key\n\n{}\n\nhttps://serva-s.com/profile/api/",
        "مفتاحي هو {} شكرا",
        "https://serva-s.com/api/v1?key={}&action=balance",
        "\u2068{}\u200b\u2069",
    ],
)
async def test_a_key_with_something_around_it(world: World, ann: Person, around: str) -> None:
    account = world.serva.account()
    said = await ann.send(around.format(account.key))
    await ann.sees(f"Key …{account.key[-4:]} linked")
    assert ann.is_deleted(said)


async def test_a_short_key_is_enough_for_a_newcomer(world: World, ann: Person) -> None:
    account = world.serva.account(key="MySixteenLetters")
    said = await ann.send("MySixteenLetters")
    await ann.sees("Key …ters linked")
    assert ann.is_deleted(said)
    assert [call.account for call in world.serva.calls[:1]] == [account.label]


@pytest.mark.parametrize(
    "text",
    ["hello", "https://serva-s.com/profile/api/", "@somebody_with_a_long_name", "one two three"],
)
async def test_a_newcomer_says_something_else(world: World, ann: Person, text: str) -> None:
    said = await ann.send(text)
    await ann.sees("Paste your API key to begin.")
    assert not ann.is_deleted(said)
    assert world.serva.calls == []


@pytest.mark.parametrize(
    "key",
    [
        "c2VydmE6MTIzNDU2Nzg5MGFiY2RlZg==",
        "aB3+dE/gH1jK4mN7pQ9sT2vW",
        "serva_9b2e4f6a-1c3d-4e5f-8a7b-6c5d4e3f2a1b",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N",
        "%3Cb%3E&<b>'\\#$x",
    ],
)
async def test_a_key_of_any_form(world: World, ann: Person, key: str) -> None:
    account = world.serva.account(key=key, balance="4")
    await ann.send(key)
    await ann.sees(f"Key …{key[-4:]} linked. Balance $4.00.")
    await ann.press("Browse")
    await ann.sees("Categories")
    assert {call.account for call in world.serva.calls} == {account.label}


async def test_an_operator_without_a_key_types_a_long_word(world: World, operator: Person) -> None:
    """Where a name, or the words of a broadcast, are asked for, a long word is no key."""
    await operator.send("/admin")
    await operator.press("People")
    await operator.sees("Type a name")
    said = await operator.send("AnnabellaTheGreatOfNowhere")
    await operator.sees("AnnabellaTheGreatOfNowhere")
    key = await operator.send(world.serva.account().key)
    await operator.sees("That looks like an API key")
    assert (operator.is_deleted(said), operator.is_deleted(key)) == (False, True)
    assert world.serva.calls == []


async def test_a_key_in_a_caption(world: World, ann: Person) -> None:
    account = world.serva.account()
    photo = await ann.send_photo(caption=f"key {account.key}")
    await ann.sees(f"Key …{account.key[-4:]} linked")
    assert ann.is_deleted(photo)


async def test_a_key_in_an_edited_message(world: World, ann: Person) -> None:
    account = world.serva.account()
    said = await ann.send("wait a moment")
    await ann.sees("Paste your API key")
    await ann.edit(said, account.key)
    await ann.sees(f"Key …{account.key[-4:]} linked")
    assert ann.is_deleted(said)


async def test_a_forwarded_key(world: World, ann: Person) -> None:
    account = world.serva.account()
    said = await ann.send(account.key, forwarded_from="Saved by Ann")
    await ann.sees(f"Key …{account.key[-4:]} linked")
    assert ann.is_deleted(said)


@pytest.mark.parametrize("command", ["/start {}", "/order {}", "/link {}", "/help@sandbox_bot {}"])
async def test_a_key_behind_a_command(world: World, ann: Person, command: str) -> None:
    account = world.serva.account()
    said = await ann.send(command.format(account.key))
    await ann.sees(f"Key …{account.key[-4:]} linked")
    assert ann.is_deleted(said)


async def test_a_message_that_cannot_be_deleted(world: World, ann: Person) -> None:
    account = world.serva.account()
    said = await ann.send(account.key)
    said.date -= 49 * 3600  # what is older than two days stays
    await ann.sees(f"Key …{account.key[-4:]} linked", "please delete it yourself")
    assert not ann.is_deleted(said)


async def test_a_message_that_its_author_deletes_first(world: World, ann: Person) -> None:
    account = world.serva.account()
    await ann.delete(await ann.send(account.key))
    screen = await ann.sees(f"Key …{account.key[-4:]} linked")
    assert "delete it yourself" not in screen.text


async def test_telegram_drops_the_answer_to_the_deletion(world: World, ann: Person) -> None:
    account = world.serva.account()
    world.tg.drop("deleteMessage", applied=True)
    said = await ann.send(account.key)
    screen = await ann.sees(f"Key …{account.key[-4:]} linked")
    assert "delete it yourself" not in screen.text
    assert ann.is_deleted(said)


async def test_killed_while_a_key_is_checked(silent_world: World) -> None:
    world = silent_world
    ann, account = world.tg.person("Ann"), world.serva.account()
    hang = world.serva.fault("hang_before", "balance")
    await world.spawn()
    said = await ann.send(account.key)
    await hang.reached.wait()
    await ann.sees("Checking your key with Serva…")
    await world.kill()
    hang.abandon()
    assert ann.is_deleted(said)
    assert leaks(world, {account.key, world.tg.token}, "") == []
    await world.start()
    screen = await ann.sees(f"Key …{account.key[-4:]} linked")
    assert "delete it yourself" not in screen.text


async def test_a_refused_key_that_cannot_be_deleted(world: World, ann: Person) -> None:
    account = world.serva.account()
    world.serva.revoke(account)
    said = await ann.send(account.key)
    said.date -= 49 * 3600
    await ann.sees("This key was revoked.", "please delete it yourself")


# ---- five sentences, five next steps ----


@pytest.mark.parametrize("form", list(ErrorForm))
async def test_each_refusal_has_its_sentence_and_next_step(
    silent_world: World, kept_secret: list[str], form: ErrorForm
) -> None:
    world = silent_world
    world.changes["support_url"] = "https://t.me/serva_support"
    world.serva.forms.error = form
    await world.start()
    kept_secret.append(UNKNOWN)
    ann = world.tg.person("Ann")
    account = world.serva.account()

    async def told(key: str, sentence: str, step: str) -> None:
        said = await ann.send(key)
        screen = await ann.sees(sentence, "Request id: req_")
        assert ann.is_deleted(said)
        assert screen.labels == (step, "Copy request id", "Home")
        assert screen.button("Copy request id").copy == world.serva.calls[-1].request_id

    await told(UNKNOWN, "Serva does not know this key.", "Get a key")
    world.serva.revoke(account)
    await told(account.key, "This key was revoked.", "Get a key")
    world.serva.restore(account)
    world.serva.disapprove(account)
    await told(account.key, "not approved for API use", "Message Serva")
    world.serva.ban(account)
    await told(account.key, "Serva has banned this account.", "Message Serva")
    world.serva.restore(account)
    await ann.send(account.key)
    await ann.sees(f"Key …{account.key[-4:]} linked")


@pytest.mark.parametrize(
    "fault", ["outage", "drop_before", "drop_after", "html_502", "html_200", "junk_json"]
)
async def test_an_outage_is_never_blamed_on_the_key(world: World, ann: Person, fault: str) -> None:
    account = world.serva.account(balance="3")
    silence = world.serva.fault(fault, times=2)
    said = await ann.send(account.key)
    screen = await ann.sees("Serva is not answering right now.", "This is not about your key.")
    assert ann.is_deleted(said)
    assert "Try again" in screen.labels
    await ann.press("Try again")
    await world.tg.until(lambda: silence.struck == 2)
    await ann.sees("Serva is not answering right now.", "This is not about your key.")
    await ann.press("Try again")
    await ann.sees(f"Key …{account.key[-4:]} linked. Balance $3.00.")


async def test_serva_is_down_and_comes_back(world: World, ann: Person) -> None:
    account = world.serva.account()
    await world.serva.down()
    await ann.send(account.key)
    await ann.sees("Serva is not answering right now.")
    await world.serva.up()
    await ann.press("Try again")
    await ann.sees(f"Key …{account.key[-4:]} linked")


async def test_serva_takes_too_long(silent_world: World) -> None:
    world = silent_world
    world.timeouts = Timeouts(connect_ms=2_000, read_ms=700, add_ms=700)
    await world.start()
    ann, account = world.tg.person("Ann"), world.serva.account()
    world.serva.fault("hang_before", "balance")
    await ann.send(account.key)
    await ann.sees("Serva is not answering right now.")
    world.serva.faults.clear()
    await ann.press("Try again")
    await ann.sees(f"Key …{account.key[-4:]} linked")


async def test_an_error_about_something_else_is_not_blamed_on_the_key(
    world: World, ann: Person
) -> None:
    account = world.serva.account()
    world.serva.fault("refuse", "balance", error="Too many <b>requests</b>, slow down")
    await ann.send(account.key)
    await ann.sees("Serva says: Too many <b>requests</b>, slow down", "not about your key")
    await ann.press("Try again")
    await ann.sees(f"Key …{account.key[-4:]} linked")


async def test_after_an_outage_the_key_may_be_pasted_again(world: World, ann: Person) -> None:
    account = world.serva.account()
    world.serva.fault("outage")
    await ann.send(account.key)
    await ann.sees("Serva is not answering right now.")
    await ann.send("is it back?")
    await ann.sees("Serva is not answering right now.")
    said = await ann.send(account.key)
    await ann.sees(f"Key …{account.key[-4:]} linked")
    assert ann.is_deleted(said)


async def test_after_a_restart_try_again_still_has_the_key(world: World, ann: Person) -> None:
    account = world.serva.account()
    world.serva.fault("outage")
    await ann.send(account.key)
    await ann.sees("Serva is not answering right now.")
    await world.stop()
    await world.start()
    await ann.press("Try again")
    await ann.sees(f"Key …{account.key[-4:]} linked")


# ---- a key where none was asked for ----


async def test_a_key_in_a_search_is_asked_about(world: World, linked: Linked) -> None:
    ann, other = linked.person, world.serva.account(balance="7")
    said = await ann.send(f"look at {other.key} please")
    await ann.sees(f"That looks like an API key (…{other.key[-4:]}), so I took it out of the chat.")
    assert ann.is_deleted(said)
    await ann.press("Link this key")
    await ann.sees(f"Replace key …{linked.account.key[-4:]} with …{other.key[-4:]}?")
    await ann.press("Replace key")
    await ann.sees(f"Key …{other.key[-4:]} linked. Balance $7.00.")


async def test_it_is_not_a_key_at_home(world: World, linked: Linked) -> None:
    ann, other = linked.person, world.serva.account()
    await ann.send(other.key)
    await ann.press("It is not a key")
    await ann.sees("Not a key, then.", "$25.50")
    assert {call.account for call in world.serva.calls} == {linked.account.label}


async def test_an_open_question_survives_a_key(world: World, linked: Linked) -> None:
    ann, other = linked.person, world.serva.account()
    await draft(ann)
    await ann.press("Edit quantity")
    await ann.sees("How many?")
    said = await ann.send(other.key)
    await ann.sees("Is it a Serva key that you want to link?")
    assert ann.is_deleted(said)
    await ann.send("2000")
    await ann.sees("Is it a Serva key that you want to link?")
    await ann.press("It is not a key")
    await ann.sees("That is not a quantity.", "How many?")
    await ann.send("2000")
    await ann.sees("2,000", "Total:")


async def test_what_is_no_key_answers_the_open_question(
    world: World, linked: Linked, kept_secret: list[str]
) -> None:
    """A coupon may look like a key; nobody should be stuck with it."""
    ann = linked.person
    await draft(ann)
    await ann.press("Coupon")
    await ann.send("9F3C2B7A1D8E4056")
    await ann.sees("That looks like an API key (…4056)")
    await ann.press("It is not a key")
    await ann.sees("9F3C2B7A1D8E4056", "Total:")


async def test_a_key_replaced_in_the_middle_of_a_draft(world: World, linked: Linked) -> None:
    ann, other = linked.person, world.serva.account(balance="7", discount="0.5")
    await draft(ann)
    await ann.send(other.key)
    await ann.press("Link this key")
    await ann.press("Replace key")
    await ann.sees(f"Key …{other.key[-4:]} linked. Balance $7.00.", "1,000", "Total:")
    await ann.press("Order for")
    await ann.told("Placed", "ORD-")
    assert other.balance < 7
    assert linked.account.balance == Decimal("25.50")


async def test_an_older_confirmation_orders_nothing(world: World, linked: Linked) -> None:
    ann, other = linked.person, world.serva.account(discount="0.5")
    await draft(ann)
    dear = ann.screen
    await ann.send(other.key)
    await ann.press("Link this key")
    await ann.press("Replace key")
    cheap = await ann.sees("linked", "Total: about $0.45")
    await ann.press("Order for", on=dear)
    await ann.sees("That screen is out of date.", "Total: about $0.45")
    assert world.serva.adds == []
    await ann.press("Order for about $0.45")
    await ann.told("ORD-")
    await ann.press("Order for", on=cheap)
    await ann.send("/orders")
    await ann.sees("Active orders")
    assert len(world.serva.adds) == 1


async def test_a_second_key_takes_the_place_of_the_one_asked_about(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    second, third = world.serva.account(), world.serva.account()
    await ann.send(second.key)
    await ann.sees(f"(…{second.key[-4:]})")
    await ann.send(third.key)
    await ann.sees(f"(…{third.key[-4:]})")
    await ann.press("Link this key")
    await ann.press("Replace key")
    await ann.sees(f"Key …{third.key[-4:]} linked")
    assert second.label not in {call.account for call in world.serva.calls}


async def test_a_photo_while_a_key_is_asked_about(world: World, linked: Linked) -> None:
    ann, other = linked.person, world.serva.account()
    await ann.send(other.key)
    await ann.sees("Is it a Serva key")
    await ann.send_photo()
    await ann.sees("I cannot read that.", "Is it a Serva key")


async def test_the_linked_key_is_only_checked_again(world: World, linked: Linked) -> None:
    ann = linked.person
    linked.account.balance = Decimal(9)
    said = await ann.send(linked.account.key)
    await ann.sees(f"Key …{linked.account.key[-4:]} linked. Balance $9.00.")
    assert ann.is_deleted(said)


# ---- replacing ----


async def replacing(ann: Person) -> None:
    """At the question for another key."""
    await ann.press("Settings")
    await ann.press("Replace key")
    await ann.sees("Paste your Serva API key here.", "a new one may stop your other tools")


async def test_replace_a_key(world: World, linked: Linked) -> None:
    ann, other = linked.person, world.serva.account(balance="7")
    await replacing(ann)
    await ann.send(other.key)
    await ann.sees(f"Replace key …{linked.account.key[-4:]} with …{other.key[-4:]}?")
    await ann.press("Replace key")
    await ann.sees(f"Key …{other.key[-4:]} linked. Balance $7.00.")
    await ann.press("Settings")
    await ann.sees(f"Key …{other.key[-4:]}")


async def test_not_replaced_after_all(world: World, linked: Linked) -> None:
    ann, other = linked.person, world.serva.account()
    await replacing(ann)
    await ann.send(other.key)
    await ann.sees(f"with …{other.key[-4:]}?")
    await ann.press("Back")
    await ann.sees("Paste your Serva API key here.")
    await ann.press("Home")
    await ann.sees("Balance $25.50")
    assert {call.account for call in world.serva.calls} == {linked.account.label}


async def test_a_refused_replacement_leaves_the_old_key(world: World, linked: Linked) -> None:
    ann, other = linked.person, world.serva.account()
    world.serva.ban(other)
    await replacing(ann)
    await ann.send(other.key)
    await ann.press("Replace key")
    await ann.sees("Serva has banned this account.")
    await ann.press("Home")
    await ann.press("Balance")
    await ann.press("Refresh")
    await ann.sees("Balance $25.50")


async def test_an_outage_while_replacing(world: World, linked: Linked) -> None:
    ann, other = linked.person, world.serva.account()
    await replacing(ann)
    await ann.send(other.key)
    await ann.sees(f"with …{other.key[-4:]}?")
    world.serva.fault("outage")
    await ann.press("Replace key")
    await ann.sees("Serva is not answering right now.")
    await ann.press("Try again")
    await ann.sees(f"Key …{other.key[-4:]} linked")


async def test_what_is_no_key_where_one_is_asked_for(world: World, linked: Linked) -> None:
    ann = linked.person
    await replacing(ann)
    await ann.send("what key?")
    await ann.sees("That does not look like an API key.", "Paste your Serva API key here.")
    await ann.send("https://serva-s.com/profile/api/")
    await ann.sees("That does not look like an API key.")
    await ann.send("MySixteenLetters")
    await ann.sees("Replace key", "…ters?")


async def test_replace_a_key_with_an_order_on_its_way(world: World, linked: Linked) -> None:
    ann, other = linked.person, world.serva.account()
    placed = await order(world, ann)
    card = await ann.told("Placed", placed.id)
    await ann.press("Home")
    await ann.sees("1 active order.")
    await replacing(ann)
    await ann.send(other.key)
    await ann.sees("1 order goes on at Serva; I will stop telling you.")
    await ann.press("Replace key")
    await ann.sees(f"Key …{other.key[-4:]} linked")
    await ann.told("No longer followed here", placed.id)

    await ann.send(linked.account.key)
    await ann.press("Link this key")
    await ann.press("Replace key")
    await ann.sees(f"Key …{linked.account.key[-4:]} linked")
    await world.tg.until(lambda: followed(ann, card.message_id))
    placed.finish("completed")
    await ann.told("Completed")


def followed(person: Person, card: int) -> bool:
    """Whether a card says that its order is followed."""
    text = next(screen.text for screen in person.from_bot if screen.message_id == card)
    return "In progress" in text and "No longer followed" not in text


# ---- unlinking ----


async def unlink(ann: Person) -> None:
    """Unlink the Serva key."""
    await ann.send("/settings")
    await ann.press("Unlink")
    await ann.sees("Unlink key …")
    await ann.press("Unlink")
    await ann.sees("unlinked.", "Paste your API key to begin.")


async def test_unlink_and_back(world: World, linked: Linked) -> None:
    ann = linked.person
    await ann.press("Settings")
    screen = await ann.sees("Settings")
    assert screen.button("Unlink").style == "danger"
    await ann.press("Unlink")
    screen = await ann.sees(f"Unlink key …{linked.account.key[-4:]}?")
    assert "goes on" not in screen.text
    await ann.press("Back")
    await ann.sees(f"Key …{linked.account.key[-4:]}")
    await unlink(ann)
    await ann.send("/balance")
    await ann.sees("Paste your API key to begin.")


async def test_unlink_with_an_order_on_its_way(world: World, linked: Linked) -> None:
    ann = linked.person
    placed = await order(world, ann)
    card = await ann.told("Placed", placed.id)
    await ann.press("Home")
    await ann.press("Settings")
    await ann.press("Unlink")
    await ann.sees("1 order goes on at Serva; I will stop telling you.")
    await ann.press("Unlink")
    await ann.sees("unlinked. 1 order goes on at Serva; I will stop telling you.")
    await ann.told("No longer followed here", placed.id)
    calls = len(world.serva.calls)

    await ann.press("Refresh", on=card)
    await ann.told("No longer followed here", placed.id)
    assert len(world.serva.calls) == calls

    await ann.send(linked.account.key)
    await ann.sees(f"Key …{linked.account.key[-4:]} linked", "1 active order.")
    await world.tg.until(lambda: followed(ann, card.message_id))
    placed.finish("completed")
    await ann.told("Completed")


async def test_an_order_not_sent_yet_is_given_up_by_unlinking(world: World, linked: Linked) -> None:
    ann = linked.person
    await draft(ann)
    hang = world.serva.fault("hang_before", "balance")
    await ann.press("Order for")
    await hang.reached.wait()
    await ann.send("/settings")
    await ann.press("Unlink")
    screen = await ann.sees("1 order is not sent yet: it will not be sent.")
    assert "goes on" not in screen.text
    await ann.press("Unlink")
    screen = await ann.sees("unlinked.")
    assert "goes on" not in screen.text
    hang.release()
    await ann.told("Your key was unlinked before it was sent.", "nothing was charged")
    assert world.serva.adds == []


async def test_an_answer_that_comes_after_unlinking(world: World, linked: Linked) -> None:
    ann = linked.person
    await draft(ann)
    hang = world.serva.fault("hang_after", "add")
    await ann.press("Order for")
    await hang.reached.wait()
    await unlink(ann)
    hang.release()
    await ann.told("ORD-", "No longer followed here")
    await ann.send(linked.account.key)
    await ann.sees("linked", "1 active order.")
    world.serva.orders[0].finish("completed")
    await ann.told("Completed")


async def test_stale_buttons_after_unlinking(world: World, linked: Linked) -> None:
    ann = linked.person
    await draft(ann)
    confirm = ann.screen
    await ann.send("/settings")
    settings = await ann.sees("Settings")
    await unlink(ann)
    for button in confirm.buttons:
        if button.data:
            await ann.tap_raw(confirm, button.data)
            await ann.sees("Paste your API key to begin.")
    for button in settings.buttons:
        await ann.tap_raw(settings, button.data)
    await ann.send("/start")
    await ann.sees("Paste your API key to begin.")
    assert world.serva.adds == []
    assert world.tg.unknown_parameters == []


# ---- a key that is refused later ----


async def test_a_key_refused_while_tracking_pauses_with_one_notice(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    first = await order(world, ann)
    await ann.press("Home")
    second = await order(world, ann, "https://instagram.com/ben")
    await ann.press("Home")
    world.serva.revoke(linked.account)
    await ann.told("Serva no longer accepts your key.", "It was revoked.")
    asked = [
        call
        for call in world.serva.calls
        if call.action == "status" and call.outcome == "API_KEY_REVOKED"
    ]
    for placed in (first, second):
        await ann.told("No longer followed here", placed.id)
    await ann.send("/start")
    await ann.sees("2 active orders.", "Serva refuses your key, so your orders are not followed.")
    notices = [s for s in ann.from_bot if "no longer accepts your key" in s.text]
    assert (len(asked), len(notices)) == (1, 1)

    key = world.serva.new_key(linked.account)
    await ann.press("Replace key")
    await ann.sees("Paste your Serva API key here.")
    await ann.send(key)
    await ann.sees(f"with …{key[-4:]}?")
    await ann.press("Replace key")
    await ann.sees(f"Key …{key[-4:]} linked")


async def test_a_key_that_works_again_resumes_following(world: World, linked: Linked) -> None:
    ann = linked.person
    placed = await order(world, ann)
    card = await ann.told("Placed", placed.id)
    world.serva.ban(linked.account)
    await ann.press("Refresh", on=card)
    await ann.told("Serva no longer accepts your key.")
    await ann.told("No longer followed here", placed.id)
    world.serva.restore(linked.account)
    await ann.send("/balance")
    await ann.sees("Balance $24.61")
    await world.tg.until(lambda: followed(ann, card.message_id))
    placed.finish("completed")
    await ann.press("Refresh", on=card)
    await ann.told("Completed")


async def test_a_key_refused_at_the_confirmation_keeps_the_draft(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await draft(ann)
    await ann.press("Edit quantity")
    await ann.sees("How many?")
    world.serva.revoke(linked.account)
    await ann.send("2000")
    await ann.sees("This key was revoked.")
    key = world.serva.new_key(linked.account)
    await ann.send(key)
    await ann.sees("Replace key …")
    await ann.press("Replace key")
    await ann.sees(f"Key …{key[-4:]} linked", "2,000", "Total:")


async def test_a_key_refused_while_the_catalogue_loads(world: World, linked: Linked) -> None:
    ann = linked.person
    world.serva.revoke(linked.account)
    await ann.press("Browse")
    await ann.sees("This key was revoked.")
    short = world.serva.account(key="MySixteenLetters", balance="4")
    said = await ann.send(short.key)
    await ann.sees("with …ters?")
    assert ann.is_deleted(said)
    await ann.press("Replace key")
    await ann.sees("Key …ters linked. Balance $4.00.")


# ---- one key, two people ----


async def test_two_people_with_one_key(world: World, linked: Linked) -> None:
    ann, ben = linked.person, world.tg.person("Ben")
    await link(ben, linked.account)
    mine = await order(world, ann)
    await ann.press("Home")
    await ann.sees("1 active order.")
    await ben.send("/orders")
    await ben.sees("No active orders.")
    await ben.press("Home")
    await unlink(ben)
    await ann.press("Balance")
    await ann.press("Refresh")
    await ann.sees("Balance $24.61")
    mine.finish("completed")
    await ann.told("Completed")
    assert "Completed" not in ben.chat


# ---- delete my data ----


async def erase(ann: Person) -> None:
    """Delete everything, with the question."""
    await ann.send("/settings")
    await ann.press("Delete my data")
    await ann.sees("Delete everything I know about you?")
    await ann.press("Delete my data")


def remembered(world: World, person: Person) -> list[str]:
    """The files in which a person's id or name is still to be read."""
    marks = (person.name.encode(), b"instagram.com/ann")
    return sorted(
        path.name
        for path in world.data.rglob("*")
        if any(mark in path.read_bytes() for mark in marks)
    )


async def test_delete_my_data(world: World) -> None:
    ann = world.tg.person("Annabella", username="annabella")
    linked = await link(ann, world.serva.account(balance="25.50"))
    placed = await order(world, ann)
    placed.finish("completed")
    await ann.press("Refresh")
    await ann.told("Completed")
    await ann.send("/settings")
    screen = await ann.sees("Settings")
    assert screen.button("Delete my data").style == "danger"
    await erase(ann)
    await ann.sees("Your data is deleted.")
    await world.stop()
    assert remembered(world, ann) == []

    await world.start()
    await ann.send("/orders")
    await ann.sees("No active orders.")
    await ann.send("/start")
    await ann.sees("Paste your API key to begin.")
    await ann.send(linked.account.key)
    await ann.sees("linked", "No active orders.")


async def test_thinking_twice_about_deleting(linked: Linked) -> None:
    ann = linked.person
    await ann.press("Settings")
    await ann.press("Delete my data")
    await ann.sees("Delete everything I know about you?")
    await ann.press("Back")
    await ann.sees("Settings", f"Key …{linked.account.key[-4:]}")


async def test_delete_my_data_with_an_order_not_sent_yet(world: World, linked: Linked) -> None:
    ann = linked.person
    await draft(ann)
    hang = world.serva.fault("hang_before", "balance")
    await ann.press("Order for")
    await hang.reached.wait()
    await erase(ann)
    await ann.sees("Your data is deleted.")
    hang.release()
    other = await link(world.tg.person("Ben"), world.serva.account())
    await order(world, other.person)
    assert len(world.serva.adds) == 1


async def test_delete_my_data_waits_for_an_order_being_sent(world: World, linked: Linked) -> None:
    ann = linked.person
    await draft(ann)
    hang = world.serva.fault("hang_after", "add")
    await ann.press("Order for")
    await hang.reached.wait()
    await erase(ann)
    await ann.sees("An order is being sent to Serva. I wait for its answer, then delete…")
    hang.release()
    await ann.sees("Your data is deleted.", "1 order goes on at Serva")
    assert len(world.serva.adds) == 1


async def test_an_order_refused_while_everything_is_deleted(world: World, linked: Linked) -> None:
    ann = linked.person
    await draft(ann)
    hang = world.serva.fault("hang_before", "add")
    await ann.press("Order for")
    await hang.reached.wait()
    await erase(ann)
    await ann.sees("An order is being sent to Serva.")
    world.serva.ban(linked.account)
    hang.release()
    screen = await ann.sees("Your data is deleted.")
    assert "goes on" not in screen.text


async def test_nothing_is_deleted_while_an_order_is_still_being_sent(
    world: World, linked: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.conversations.link.PATIENCE", 100)
    ann = linked.person
    await draft(ann)
    hang = world.serva.fault("hang_after", "add")
    await ann.press("Order for")
    await hang.reached.wait()
    await ann.send("/start")
    await draft(ann, "https://instagram.com/ben")
    await ann.press("Order for")
    await ann.told("Placing…", "instagram.com/ben")
    await ann.send("/settings")
    await ann.press("Delete my data")
    await ann.sees(
        "1 order goes on at Serva; I will stop telling you.",
        "1 order is not sent yet: it will not be sent.",
    )
    await ann.press("Delete my data")
    await ann.sees("Nothing is deleted yet.", "Try again in two minutes.")
    await ann.told("Nothing was sent and nothing was charged.", "instagram.com/ben")
    hang.release()
    await ann.told("ORD-100023")
    await ann.press("Try again")
    await ann.sees("Delete everything I know about you?")
    await ann.press("Delete my data")
    await ann.sees("Your data is deleted.")
    assert len(world.serva.adds) == 1


async def test_delete_my_data_names_an_unknown_order(world: World, linked: Linked) -> None:
    ann = linked.person
    await draft(ann)
    world.serva.fault("drop_after", "add")
    await ann.press("Order for")
    await ann.told("Serva has not confirmed")
    await ann.send("/settings")
    await ann.press("Delete my data")
    await ann.sees(
        "Serva has not confirmed order #1: it may have been charged. Look there first.",
        "1 order goes on at Serva; I will stop telling you.",
    )
    await ann.press("Delete my data")
    await ann.sees("Your data is deleted.")


async def test_stale_buttons_after_deleting(world: World, linked: Linked) -> None:
    ann = linked.person
    placed = await order(world, ann)
    card = await ann.told("Placed", placed.id)
    await erase(ann)
    await ann.sees("Your data is deleted.")
    await ann.press("Refresh", on=card)
    await ann.sees("Paste your API key to begin.")
    await ann.press("Order again", on=card)
    await ann.sees("Paste your API key to begin.")
    assert len(world.serva.adds) == 1


# ---- hostile people ----


@pytest.mark.parametrize(
    "data",
    ["hk:key", "hk:text", "hk:keep", "hk:nonsense", "hk:", "hk", "hk:key:1", "ul:serva:1",
     "ul:servya:1", "ul:nobody:1", "ul:serva:-1", "er:0", "er:1", "rk:nobody", "\x00",
     "hk:" + "k" * 61],
)  # fmt: skip
async def test_forged_buttons_of_a_newcomer(world: World, ann: Person, data: str) -> None:
    await ann.send("/start")
    welcome = await ann.sees("Paste your API key to begin.")
    tap = await ann.tap_raw(welcome, data)
    await tap.answered()
    await ann.send("/start")
    await world.tg.until(lambda: len(ann.keyboards) == 1)
    await ann.sees("Paste your API key to begin.")
    assert world.serva.calls == []


@pytest.mark.parametrize("data", ["hk:nonsense", "hk:KEY", "hk:keep"])
async def test_a_forged_answer_about_a_held_key(world: World, linked: Linked, data: str) -> None:
    ann, other = linked.person, world.serva.account()
    await ann.send(other.key)
    question = await ann.sees("Is it a Serva key")
    tap = await ann.tap_raw(question, data)
    await tap.answered()
    await ann.send("/settings")
    await ann.sees("Settings", f"Key …{linked.account.key[-4:]}")
    assert {call.account for call in world.serva.calls} == {linked.account.label}


async def test_nobody_answers_for_a_key_that_another_holds(world: World, linked: Linked) -> None:
    ann, ben = linked.person, world.tg.person("Ben")
    other = world.serva.account()
    await link(ben, world.serva.account())
    await ann.send(other.key)
    question = await ann.sees("Is it a Serva key")
    await ben.tap_raw(question.message_id, "hk:key")
    await ben.sees("That question is out of date.")
    assert other.label not in {call.account for call in world.serva.calls}


@pytest.mark.parametrize(
    "text",
    [
        "aB3" * 1365,
        "\x01\x02\x03 \u202e\u200b\u0000",
        "A" * 4096,
        "💣" * 2048,
        "<b>&amp;</b>" * 300,
        "1" * 4000,
        "a1" * 8 + "\u202e" + "b2" * 8,
    ],
    ids=["random", "invisible", "letters", "emoji", "markup", "digits", "bidi"],
)
async def test_hostile_text(world: World, linked: Linked, ann: Person, text: str) -> None:
    await ann.send(text)
    await ann.send("/settings")
    await replacing(ann)
    await ann.send(text)
    await ann.send("/start")
    await ann.sees("Balance $25.50")
    ben = world.tg.person("Ben")
    await ben.send(text)
    await ben.sees("key")
    assert "went wrong" not in ann.chat + ben.chat


@pytest.mark.parametrize("log_format", ["console", "json"])
async def test_the_process_logs_no_secret(
    silent_world: World, kept_secret: list[str], log_format: str
) -> None:
    """At its most talkative, through refusals, outages, a broken answer and a real order."""
    world = silent_world
    world.changes |= {"log_level": "DEBUG", "log_format": log_format}
    ann, account = world.tg.person("Ann"), world.serva.account()
    kept_secret.append(UNKNOWN)
    await world.spawn()
    await ann.send(UNKNOWN)
    await ann.sees("Serva does not know this key.", patience=30)
    world.serva.fault("junk_json", body=f'{{"balance": "{account.key}"')
    await ann.send(account.key)
    await ann.sees("Serva is not answering right now.")
    world.serva.fault("refuse", "balance", error=f"Something about {account.key}")
    await ann.press("Try again")
    screen = await ann.sees("Serva says: Something about")
    assert account.key not in screen.text
    world.tg.bad_gateway("editMessageText", times=2)
    await ann.press("Try again")
    await ann.sees("linked.")
    await order(world, ann)
    written = await world.finish()
    assert "takes updates" in written
    assert leaks(world, {UNKNOWN, account.key, world.tg.token}, written) == []
