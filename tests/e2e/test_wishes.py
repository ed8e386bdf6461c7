"""What rings, silent nights, muted orders and spending limits, as people set and meet them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot import app
from bot.sandbox.telegram import Person
from bot.sandbox.telegram.people import Screen
from bot.texts.words import Texts
from tests.e2e.conftest import Linked, link
from tests.e2e.placing import impatient, ordered, rung, shows
from tests.e2e.shopping import ANN, tap, to_confirm
from tests.e2e.world import World

pytestmark = pytest.mark.usefixtures("kept_secret")

BEN = "https://instagram.com/ben"
HOUR, DAY = 3_600_000, 86_400_000


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    impatient(monkeypatch)


class Clock:
    """The bot's clock, which a test sets: hours and minutes in UTC."""

    def __init__(self) -> None:
        self.ahead = 0

    def __call__(self) -> int:
        return app.clock() + self.ahead

    def set(self, hour: int, minute: int = 0) -> None:
        """The next time that a clock in Greenwich shows this; time never runs back."""
        wanted = (hour * 60 + minute) * 60_000
        self.ahead += (wanted - self() % DAY) % DAY


@pytest.fixture
def clock(silent_world: World) -> Clock:
    """The clock of a bot that is not started yet."""
    clock = Clock()
    silent_world.nature = replace(app.MACHINE, clock=clock)
    return clock


def rings(person: Person) -> list[Screen]:
    """The messages that came as replies to cards."""
    return [screen for screen in person.from_bot if screen.reply_to is not None]


async def notifications(person: Person) -> Screen:
    await person.send("/settings")
    await person.sees("Language: English")
    return await tap(person, "Notifications", "I always tell you.")


async def ended(world: World, person: Person, link: str, word: str = "completed") -> Screen:
    """An order that ends; its card, which shows that."""
    await person.send("/start")
    await person.sees("Type a word, or paste a link.")
    order = await ordered(world, person, link)
    card = await person.told(order.id)
    order.finish(word)
    await person.press("Refresh", on=card)
    title = {"completed": "Completed", "canceled": "Cancelled by Serva"}[word]
    return await shows(world, card, title)


# ---- what rings ----


async def test_all_important_none_and_what_one_picked(linked: Linked) -> None:
    ann = linked.person
    screen = await notifications(ann)
    assert "You are told when an order ends." in screen.text
    assert screen.find("Important ✓")
    screen = await tap(ann, "All", "You are told when an order begins to arrive")
    assert screen.find("In progress ✓")
    screen = await tap(ann, "None", "Notifications are off")
    assert not [label for label in screen.labels if "✓" in label and "None" not in label]
    screen = await tap(ann, "Completed", "You are told about what you chose.")
    assert [label for label in screen.labels if "✓" in label] == ["Completed ✓"]
    screen = await tap(ann, "Completed ✓", "Notifications are off")
    await tap(ann, "Back", "Notifications are off", "Language: English")


async def test_a_kind_that_is_switched_off_only_changes_its_card(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await notifications(ann)
    await tap(ann, "Completed ✓", "You are told about what you chose.")
    await ended(world, ann, ANN)
    cancelled = await ended(world, ann, BEN, "canceled")
    await rung(world, ann, cancelled, "Cancelled by Serva")
    assert [ring.reply_to for ring in rings(ann)] == [cancelled.message_id]


async def test_with_all_it_also_rings_when_an_order_begins(world: World, linked: Linked) -> None:
    ann = linked.person
    await notifications(ann)
    await tap(ann, "All", "You are told when an order begins to arrive")
    await ann.send("/start")
    await ann.sees("Type a word, or paste a link.")
    order = await ordered(world, ann)
    card = await ann.told(order.id)
    await ann.press("Refresh", on=card)
    ring = await rung(world, ann, card, "In progress")
    assert not ring.message.silent
    assert ring.labels == ("Home",)


async def test_a_muted_order_rings_no_more_and_its_card_goes_on(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    order = await ordered(world, ann)
    card = await ann.told(order.id)
    await ann.press("Mute", on=card)
    muted = await shows(world, card, "Muted:")
    assert muted.find("Unmute")
    order.finish("completed")
    await ann.press("Refresh", on=card)
    over = await shows(world, card, "Completed")
    assert not over.find("Unmute")
    assert "Muted:" not in over.text

    ringing = await ended(world, ann, BEN)
    await rung(world, ann, ringing, "Completed")
    assert [ring.reply_to for ring in rings(ann)] == [ringing.message_id]


async def test_an_order_that_is_unmuted_rings_again(world: World, linked: Linked) -> None:
    ann = linked.person
    order = await ordered(world, ann)
    card = await ann.told(order.id)
    await ann.press("Mute", on=card)
    await ann.press("Unmute", on=await shows(world, card, "Muted:"))
    await world.tg.until(lambda: "Muted:" not in Screen.of(card.message).text)
    order.finish("completed")
    await ann.press("Refresh", on=card)
    await rung(world, ann, card, "Completed")


async def test_nobody_mutes_another_persons_order(world: World, linked: Linked) -> None:
    ann = linked.person
    order = await ordered(world, ann)
    card = await ann.told(order.id)
    eve = world.tg.person("Eve")
    await link(eve, world.serva.account(balance="1.00"))
    home = await eve.sees("Balance $1.00")
    (number,) = (b.data for b in card.buttons if b.data.startswith("mu:"))
    await eve.tap_raw(home, number)
    await eve.sees("That order is not yours.")
    order.finish("completed")
    await ann.press("Refresh", on=card)
    await rung(world, ann, card, "Completed")


# ---- silent nights ----


async def test_the_zone_is_asked_once_and_nights_are_silent(
    silent_world: World, clock: Clock
) -> None:
    world = silent_world
    clock.set(18, 40)
    await world.start()
    ann = world.tg.person("Ann", language_code="en")
    await link(ann, world.serva.account(balance="25.50"))
    await notifications(ann)
    screen = await tap(ann, "Silent at night: off", "Is it 18:4", "for you?")
    assert len(screen.rows[1]) == 4
    await tap(ann, "Later", "Is it 20:4")
    await tap(ann, "21:4", "From 22:00 to 08:00 nothing makes a sound. It is 21:4")

    day = await ended(world, ann, ANN)
    assert not (await rung(world, ann, day, "Completed")).message.silent
    clock.set(19, 5)
    night = await ended(world, ann, BEN)
    assert (await rung(world, ann, night, "Completed")).message.silent, "22:05 for Ann"

    await notifications(ann)
    await ann.press("Silent at night: on")
    await world.tg.until(lambda: ann.screen.find("Silent at night: off"))
    again = await tap(ann, "Silent at night: off", "It is 22:0")
    assert again.find("Silent at night: on"), "the zone is known"


@pytest.mark.parametrize(("code", "guess"), [("ar", "15:00"), ("en", "12:00"), ("hi", "17:30")])
async def test_the_first_guess_follows_the_phones_language(
    silent_world: World, clock: Clock, code: str, guess: str
) -> None:
    clock.set(12)
    await silent_world.start()
    sami = silent_world.tg.person("Sami", language_code=code)
    t = Texts().of("ar" if code == "ar" else "en")
    await link(sami, silent_world.serva.account(balance="25.50"))
    for label in ("Settings", "Notifications", "Silent at night: off"):
        await sami.press(t(label))
    await sami.sees(guess)


async def test_the_time_can_be_typed(silent_world: World, clock: Clock) -> None:
    clock.set(12)
    await silent_world.start()
    ann = silent_world.tg.person("Ann")
    await link(ann, silent_world.serva.account(balance="25.50"))
    await notifications(ann)
    await tap(ann, "Silent at night: off", "Is it 12:0")
    await ann.send("half past nine")
    await ann.sees("That is not a time. A time looks like 21:40", "Is it 12:0")
    await ann.send("/help")
    await ann.sees("Look at your clock")
    await tap(ann, "Back", "Is it 12:0")
    await ann.send("٥:٤٥ م")
    await ann.sees("It is 17:4")
    await tap(ann, "Change my time", "Is it 17:4")
    await tap(ann, "Earlier", "Is it 15:4")
    await tap(ann, "Back", "It is 17:4")


# ---- the daily limit ----


async def limits(person: Person) -> Screen:
    await person.send("/settings")
    await person.sees("Language: English")
    return await tap(person, "Spending limits", "They hold for you alone.")


async def limit(person: Person, which: str, amount: str) -> Screen:
    await limits(person)
    await tap(person, which, "Tap an amount")
    await person.send(amount)
    return await person.sees("They hold for you alone.")


async def test_limits_are_off_until_they_are_set(linked: Linked) -> None:
    screen = await limits(linked.person)
    assert "There is no daily limit." in screen.text
    assert screen.find("Daily limit: off")
    assert screen.find("Ask twice: off")


async def test_an_order_beyond_the_limit_is_kept_until_the_limit_is_another(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await ordered(world, ann)
    await limit(ann, "Daily limit", "$1.00")
    await to_confirm(ann, BEN)
    screen = await tap(ann, "Order for", "That would go beyond your daily limit of $1.00.")
    assert "Ordered today: $0.89." in screen.text
    assert "Nothing was ordered, and your order is kept here." in screen.text
    await tap(ann, "Try again", "Total: ", BEN)
    await tap(ann, "Order for", "beyond your daily limit")

    await tap(ann, "Spending limits", "No more than $1.00 is ordered in a day.")
    await tap(ann, "Daily limit: $1.00", "How much may be ordered in a day?", "Now: $1.00")
    await tap(ann, "$5.00", "Raise your daily limit from $1.00 to $5.00?")
    await tap(ann, "Back", "No more than $1.00 is ordered in a day.")
    await tap(ann, "Daily limit: $1.00", "Now: $1.00")
    await tap(ann, "$5.00", "Raise your daily limit from $1.00 to $5.00?")
    await tap(ann, "Yes, $5.00", "No more than $5.00 is ordered in a day.")
    await tap(ann, "Back", "Total: ", BEN)
    await ann.press("Order for")
    await world.tg.until(lambda: len(world.serva.orders) == 2)


async def test_a_limit_is_lowered_at_once_and_lifted_after_a_question(linked: Linked) -> None:
    ann = linked.person
    await limit(ann, "Daily limit", "50")
    await limit(ann, "Daily limit", "12,50")
    await tap(ann, "Daily limit: $12.50", "Now: $12.50")
    await tap(ann, "Switch off", "Order without a daily limit from now on?")
    screen = await tap(ann, "Switch off", "There is no daily limit.")
    assert screen.find("Daily limit: off")


@pytest.mark.parametrize("typed", ["lots", "-5", "0", "5 EUR", "1.2345", "9" * 60, "<b>5</b>"])
async def test_what_is_no_amount_is_asked_again(linked: Linked, typed: str) -> None:
    ann = linked.person
    await limits(ann)
    await tap(ann, "Daily limit: off", "Tap an amount")
    await ann.send(typed)
    await ann.sees("That is not an amount. For example: 12.50", "How much may be ordered in a day?")
    await ann.send("7")
    await ann.sees("No more than $7.00 is ordered in a day.")


@pytest.mark.parametrize(
    "data", ["sl:daily:500", "sl:weekly:500:0", "sl:daily:-5:0", "al:weekly", "nk:all:1", "no:loud",
             "az:99999999999", "zo:99999999999", "ni:7", "lm:1"]
)  # fmt: skip
async def test_forged_wishes(linked: Linked, data: str) -> None:
    ann = linked.person
    await ann.press("Settings")
    settings = await ann.sees("Language: English")
    forged = await ann.tap_raw(settings, data)
    await forged.answered()
    await ann.send("/start")
    await ann.sees("Balance $25.50", "Type a word, or paste a link.")
    assert "There is no daily limit." in (await limits(ann)).text


# ---- asking twice ----


async def test_above_the_limit_the_second_tap_orders(world: World, linked: Linked) -> None:
    ann = linked.person
    await limit(ann, "Ask twice", "0.5")
    await to_confirm(ann)
    second = await tap(ann, "Order for", "You are about to spend about $0.89.")
    assert ANN in second.text
    assert second.button("Order for").style == "success"
    assert world.serva.adds == []
    await tap(ann, "Back", "Total: ")
    await tap(ann, "Order for", "You are about to spend")
    await ann.press("Order for")
    await world.tg.until(lambda: len(world.serva.orders) == 1)


async def test_below_the_limit_one_tap_orders(world: World, linked: Linked) -> None:
    ann = linked.person
    await ordered(world, ann)  # from here on its price is proven
    await limit(ann, "Ask twice", "0.89")
    await ordered(world, ann, BEN)
    assert len(world.serva.adds) == 2


async def test_an_unproven_price_is_guarded_against_for_what_it_may_come_to(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await limit(ann, "Daily limit", "$20.00")
    await to_confirm(ann)
    question = await tap(ann, "Order for", "You are about to spend about $0.89.")
    assert "$890.00 if per item." in question.text
    assert "At the other price it goes beyond your daily limit of $20.00." in question.text
    assert world.serva.adds == []
    await ann.press("Order for")
    await world.tg.until(lambda: len(world.serva.orders) == 1)
    await ann.told("Order id:")
    await ordered(world, ann, BEN)
    assert len(world.serva.adds) == 2, "the first charge has proved the price"


async def test_two_taps_on_either_question_are_one_order_at_most(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await limit(ann, "Ask twice", "0.5")
    first = await to_confirm(ann)
    for _ in range(2):
        await ann.press("Order for", on=first)
    second = await ann.sees("You are about to spend")
    assert world.serva.adds == []
    data = second.button("Order for").data
    for _ in range(3):
        await ann.tap_raw(second, data)
    await world.tg.until(lambda: len(world.serva.orders) == 1)
    await ann.told("Order id:")
    await ann.tap_raw(second, data)
    await ann.send("/start")
    await ann.sees("Type a word, or paste a link.")
    assert len(world.serva.adds) == 1


async def test_the_second_question_about_another_draft_orders_nothing(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await limit(ann, "Ask twice", "0.5")
    await to_confirm(ann)
    old = (await tap(ann, "Order for", "You are about to spend")).button("Order for").data
    await tap(ann, "Back", "Total: ")
    await tap(ann, "Edit quantity", "How many?")
    await ann.send("2000")
    changed = await ann.sees("Quantity: 2,000")
    await ann.tap_raw(changed, old)
    await ann.sees("That screen is out of date.", "Quantity: 2,000")
    assert world.serva.adds == []


async def test_a_price_that_rose_between_the_questions_is_asked_anew(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await limit(ann, "Ask twice", "0.5")
    await to_confirm(ann)
    await tap(ann, "Order for", "You are about to spend about $0.89.")
    world.serva.reprice("1234", "2")
    await tap(ann, "Back", "The price changed: $0.89 → $1.78.")
    await tap(ann, "Order for", "You are about to spend about $1.78.")
    assert world.serva.adds == []
