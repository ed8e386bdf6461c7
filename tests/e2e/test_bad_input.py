"""Bad input gets a clear sentence and loses nothing, whatever it is and wherever it comes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.sandbox.catalogue import Unit
from bot.sandbox.telegram import Person
from bot.sandbox.telegram.people import Screen
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
from tests.e2e.world import World

Nuisance = Callable[[Person], Awaitable[object]]

TEXT_ONLY = "I cannot read that. Send it as text, please."
FILES = "I read .txt and .csv files only."
NO_LIST = "I found no line of a service id, a link and a quantity."
EDITED = "I do not read edited messages. Send it as a new one, please."
COMMAND = "I do not know this command."
BUTTON = "That button is out of date."


async def edits(ann: Person) -> None:
    """Change the newest message that is still there."""
    mine = [message for message in ann.messages if not message.from_bot]
    await ann.edit(mine[-1], "https://instagram.com/edited 5000")


NUISANCES: dict[str, tuple[Nuisance, str]] = {
    "sticker": (lambda ann: ann.send_sticker(), TEXT_ONLY),
    "photo": (lambda ann: ann.send_photo(), TEXT_ONLY),
    "photo with words": (lambda ann: ann.send_photo("look at this"), TEXT_ONLY),
    "file": (lambda ann: ann.send_document("map.pdf", b"%PDF"), FILES),
    "file of words": (lambda ann: ann.send_document("words.txt", b"likes"), NO_LIST),
    "voice": (lambda ann: ann.send_voice(), TEXT_ONLY),
    "contact": (lambda ann: ann.send_contact(), TEXT_ONLY),
    "edited message": (edits, EDITED),
    "unknown command": (lambda ann: ann.send("/frobnicate now"), COMMAND),
    "command of nothing": (lambda ann: ann.send("/orderr"), COMMAND),
}


@pytest.mark.parametrize("nuisance", NUISANCES)
async def test_no_step_of_an_order_loses_anything(
    world: World, linked: Linked, nuisance: str
) -> None:
    """What disturbs comes at every step; the order is the same as without it."""
    ann = linked.person
    disturb, sentence = NUISANCES[nuisance]

    async def disturbed(*kept: str) -> None:
        before = ann.screen
        await disturb(ann)
        after = await newer(ann, before, sentence, *kept)
        assert after.text.startswith(f"{sentence}\n")
        assert after.rows == before.rows
        await one_screen(ann)

    await ann.send("/start")
    await newer(ann, ann.screen, "Type a word, or paste a link.")
    await disturbed("Type a word, or paste a link.")
    await ann.send(ANN)
    await ann.sees("services found.")
    await disturbed(f"Link: {ANN}")
    await ann.send("poll votes")
    await ann.sees("You typed: poll votes")
    await disturbed("You typed: poll votes", f"Link: {ANN}")
    await ann.press("Telegram Poll Votes | High quality")
    await ann.sees("A number.")
    await disturbed("A number.", f"Link: {ANN}")
    await ann.send("2")
    await ann.sees("How many?")
    await disturbed("How many?", f"Link: {ANN}")
    await ann.send("10")
    await ann.sees("Total:")
    await disturbed("Total:", f"Link: {ANN}", "Answer number: 2", "Quantity: 10")
    await tap(ann, "Coupon", "Send the coupon.")
    await disturbed("Send the coupon.")
    await ann.send("SAVE10")
    await ann.sees("Coupon SAVE10 will be sent")
    await disturbed("Coupon SAVE10 will be sent", "Quantity: 10")
    assert sent(await place(world, ann)) == {
        "service": "1984",
        "link": ANN,
        "answer_number": "2",
        "quantity": "10",
        "coupon": "SAVE10",
    }


JUNK = (
    "x",
    ":",
    "ok",
    "ok:",
    "ok::",
    "ok:a:b",
    "ok:../../etc/passwd",
    "OK:abc",
    "s",
    "s:",
    "s:-1",
    "s:1.5",
    "s:0x10",
    "s:٣",
    "s:99999999999999999999",
    "s:1:2",
    "s: 1",
    "b:1000000000000000000",
    "q:abc:-5",
    "' OR 1=1 --",
    "<b>",
    "🙂" * 16,
    "\x00",
    "a" * 64,
    "A",
    "A1:1",
    "Ag:abc",
)


async def test_junk_in_a_callback_changes_nothing(world: World, linked: Linked) -> None:
    ann = linked.person
    screen = await to_confirm(ann)
    for data in JUNK:
        await ann.tap_raw(screen, data)
    await ann.tap_raw(10**6, "junk")
    await ann.send("/nothing")  # every tap before it has been handled by then
    await newer(ann, screen, COMMAND, "Total:", f"Link: {ANN}", "Quantity: 1,000")
    await one_screen(ann)
    assert world.serva.adds == []
    await place(world, ann)


async def test_a_button_that_never_was_says_so(linked: Linked) -> None:
    ann = linked.person
    screen = await open_service(ann, "Instagram Followers")
    await ann.tap_raw(screen, "no such thing")
    await ann.sees(BUTTON, "Send the link")
    await ann.send(ANN)
    await ann.sees("How many?")


async def test_actions_of_other_steps_with_the_right_nonce_break_no_draft(
    world: World, linked: Linked
) -> None:
    """A forged client knows its own nonce; it can still not get around a question."""
    ann = linked.person
    screen = await open_service(ann, "Telegram Poll Votes | High quality")
    nonce = screen.button("Back").data.split(":")[1]
    forged: tuple[b.Action, ...] = (
        b.Confirm(nonce),
        b.PickOption(nonce, 0, 0),
        b.PickOption(nonce, 1, 5),
        b.SkipField(nonce, 0),
        b.SkipField(nonce, 1),
        b.PickTarget(nonce, 0, 12345),
        b.PickTarget(nonce, 1, 1),
        b.PickQuantity(nonce, 0),
        b.PickQuantity(nonce, 9),
        b.PickQuantity(nonce, 10**17),
        b.StepBack(nonce, 7),
        b.ShowDraft(nonce),
        b.Edit(nonce, "everything"),
        b.Coupon(nonce, "remove"),
    )
    for action in forged:
        await ann.tap_raw(screen, b.pack(action))
    await ann.send(ANN)
    await ann.sees(f"Link: {ANN}", "A number.")
    for action in forged[1:-2]:
        await ann.tap_raw(ann.screen, b.pack(action))
    await ann.send("2")
    await ann.sees("How many?", "From 10 to 50,000.")
    await ann.send("10")
    await ann.sees("Total:", "Answer number: 2", f"Link: {ANN}", "Quantity: 10")
    assert world.serva.adds == []


async def test_nothing_of_another_person_can_be_reached(world: World, linked: Linked) -> None:
    ann, bob = linked.person, world.tg.person("Bob")
    account = world.serva.account(balance="50")
    await link(bob, account)
    await to_confirm(ann, link="https://instagram.com/secret-ann")
    await place(world, ann)
    world.serva.orders[-1].hold("in progress")
    confirm = await to_confirm(ann, link="https://instagram.com/secret-ann2")
    nonce = confirm.button("Order for").data.split(":")[1]

    screen = await open_service(bob, "Instagram Followers")
    mine = screen.button("Back").data.split(":")[1]
    reaching: tuple[b.Action, ...] = (
        b.OpenOrder(1),
        b.RefreshOrder(1),
        b.CheckNow(1),
        b.SeenThere(1),
        b.NotThere(1),
        b.NotThere(1, 1),
        b.Again(1),
        b.AgainWithout(1),
        b.AgainFewer(1, 100),
        b.Similar(1),
        b.PickTarget(mine, 0, 1),
        b.PickTarget(nonce, 0, 1),
        b.Confirm(nonce),
        b.ShowDraft(nonce),
        b.Edit(nonce, "details"),
        b.Coupon(nonce, "add"),
        b.PickQuantity(nonce, 500),
        b.CancelDraft(nonce),
        b.Admin(),
        b.AdminOrder(1),
        b.AdminPerson(ann.id),
        b.AdminBan(ann.id, 1),
    )
    for action in reaching:
        await bob.tap_raw(screen, b.pack(action))
    await bob.tap_raw(confirm.message_id, b.pack(b.Confirm(nonce)))
    await bob.send("/settings")
    await newer(bob, bob.screen, "Settings")
    assert "secret-ann" not in bob.chat
    assert len(world.serva.adds) == 1
    await ann.sees("Link: https://instagram.com/secret-ann2", "Quantity: 1,000")
    await place(world, ann)
    assert {call.key for call in world.serva.adds} != {account.key}


LONG = ["لماذا😀" * 585, "a" * 4096, "a " * 2047, "<" * 4096]


@pytest.mark.parametrize("text", LONG)
async def test_a_very_long_text_is_harmless_everywhere(
    world: World, linked: Linked, text: str
) -> None:
    ann = linked.person
    await ann.send(text)
    await newer(ann, ann.screen, "found")
    await open_service(ann, "Netflix 1 month")
    await ann.send(text)
    await ann.sees("That is too long.", "Netflix 1 month")
    await ann.send("ann@example.com")
    await newer(ann, ann.screen, "A number.")
    before = ann.screen
    await ann.send(text)
    await newer(ann, before, "That is", "A number.")
    await ann.send("966500000001")
    await ann.press("Skip")
    await ann.sees("Total:")
    before = ann.screen
    await ann.send(text)
    await newer(ann, before, "Tap Order to order this", "ann@example.com")
    await tap(ann, "Coupon", "Send the coupon.")
    before = ann.screen
    await ann.send(text)
    await newer(ann, before, "A coupon is one short word")
    await tap(ann, "Back", "Total:", "ann@example.com")
    await place(world, ann)
    assert refusals(world) == []


async def test_a_long_answer_is_sent_whole_and_shown_short(world: World, linked: Linked) -> None:
    ann = linked.person
    await open_service(ann, "Instagram Custom Comments | Slow and safe drip")
    await ann.send(ANN)
    await ann.sees("Comments")
    comments = [f"{number} {'<b>&' * 100}" for number in range(9)]
    await ann.send("\n".join(comments))
    await ann.sees("Quantity: 9", "Total:", "0 <b>&")
    call = await place(world, ann)
    assert call.params["comments"] == "\n".join(comments)
    await ann.sees("Order id:")


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("\u202eneve\u202c one", "neve one"),
        ("zero\u200bwidth", "zerowidth"),
        ("<b>bold</b> &amp; <script>", "<b>bold</b> &amp; <script>"),
        ("  spaced   out\t", "spaced out"),
        ("علي \u2067احمد\u2069", "علي احمد"),
        ("{name} %s $HOME", "{name} %s $HOME"),
        ("- dashes", "- dashes"),
    ],
)
async def test_hostile_text_in_a_field_is_shown_and_sent_as_it_can_be_seen(
    world: World, linked: Linked, typed: str, taken: str
) -> None:
    ann = linked.person
    await open_service(ann, "Telegram Premium 3 months")
    await ann.send(typed)
    await ann.sees("Total:", f": {taken}\n")
    assert sent(await place(world, ann))["fields"] == {"username": taken}


@pytest.mark.parametrize("nothing", ["\u200b\u200c\u200d", "\u2800\u2800", "\u202e\u2066"])
async def test_text_that_cannot_be_seen_is_no_answer(linked: Linked, nothing: str) -> None:
    ann = linked.person
    await ann.send(nothing)
    await newer(ann, ann.screen, "Type a word, or paste a link.")
    await open_service(ann, "Telegram Premium 3 months")
    await ann.send(nothing)
    await ann.sees("Nothing was given.", "Telegram Premium 3 months")


async def test_hostile_names_harm_neither_questions_nor_cards(world: World, linked: Linked) -> None:
    ann = linked.person
    for name, hostile in (
        ("script متابعين", "<script>"),
        ("هدية", "<b>"),
        ("عكس 0001", "عكس"),
        ("z̶a̷l̸go", "زالقو"),
        ("عائلة", "\N{WOMAN}"),
        ("كود", "كود"),
        ("DROP TABLE", "DROP TABLE"),
    ):
        await ann.send(name)
        found = await ann.sees("found.", f"You typed: {name}")
        meant = [key for key in found.buttons if hostile in key.label]
        assert meant, (name, found.labels)
        await ann.press(meant[0])
        await ann.sees("Send the link")
        await ann.send(ANN)
        await ann.sees("How many?")
        await ann.send("10")
        await ann.sees("Total:")
        await place(world, ann)
        await tap(ann, "Home", "Type a word, or paste a link.")
    await tap(ann, "My orders", "Active orders")
    assert refusals(world) == []
    assert "\u202e" not in "".join(screen.message.text for screen in ann.from_bot)


async def test_hostile_fields_harm_no_screen(world: World, linked: Linked) -> None:
    """Forty fields with the longest labels, three hundred options, and HTML in all of them."""
    label = "<i>&\u202e" + "ل" * 200
    raw: list[dict[str, object]] = [
        {"key": f"k{number}", "label": label, "placeholder": label * 2} for number in range(39)
    ]
    options = [{"value": str(number), "label": f"{label}{number}"} for number in range(300)]
    raw.insert(0, {"key": "choice", "label": label, "type": "select", "options": options})
    world.serva.stock(
        good("Monster", code="monster", raw_fields=raw, unit=Unit.PER_ITEM, minimum=1, maximum=1,
             extras={"description": "<b>" * 500})
    )  # fmt: skip
    ann = linked.person
    await open_service(ann, "Monster")
    await ann.sees("Tap one, or type another one: there are more than fit here.")
    await ann.send("299")
    await ann.sees("Or paste all at once")
    await ann.send("\n".join("x" * 90 for _ in range(39)))
    await ann.sees("Total:")
    assert refusals(world) == []


def refusals(world: World) -> list[object]:
    """What Telegram would not show."""
    shown = [call for call in world.tg.calls if call.method in ("sendMessage", "editMessageText")]
    return [call.answer for call in shown if not call.ok]


async def test_the_card_and_the_live_screen_are_all_that_has_buttons(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    await to_confirm(ann)
    await one_screen(ann)
    await place(world, ann)
    world.serva.orders[-1].hold("in progress")
    card = ann.screen
    await tap(ann, "Home", "1 active order.")
    await ann.send("followers")
    await ann.sees("found.")
    await ann.send("likes")
    results = await ann.sees("You typed: likes")
    assert await buttons_on(ann, card, results)
    await ann.press(results.buttons[0])
    service = await ann.sees("Send the link")
    assert service.message_id == results.message_id
    await ann.send(ANN)
    asked = await ann.sees("How many?")
    assert await buttons_on(ann, card, asked)
    await ann.send("/orders")
    orders = await ann.sees("Active orders")
    assert await buttons_on(ann, card, orders)


async def buttons_on(person: Person, *screens: Screen) -> bool:
    """Wait until exactly these messages have buttons."""
    wanted = [screen.message_id for screen in screens]
    while [screen.message_id for screen in person.keyboards] != wanted:
        if not await person.changed(person.version):
            return False
    return True


async def test_two_devices_share_one_draft(world: World, linked: Linked) -> None:
    """The phone still shows the question that the tablet has answered."""
    ann = linked.person
    await open_service(ann, "Telegram Poll Votes | High quality")
    await ann.send(ANN)
    phone = await ann.sees("A number.")
    await ann.send("2")
    tablet = await ann.sees("How many?")
    await ann.press("Back", on=phone)  # the phone asks back from a question that is answered
    await newer(ann, tablet, "How many?", f"Link: {ANN}")
    await ann.press("10 ·", on=tablet)
    confirm = await ann.sees("Total:", "Answer number: 2", "Quantity: 10")
    await ann.press("100 ·", on=tablet)
    await newer(ann, confirm, "Total:", "Answer number: 2", "Quantity: 100")
    await one_screen(ann)
    await place(world, ann)


async def test_many_messages_at_once_are_answered_in_order(world: World, linked: Linked) -> None:
    ann = linked.person
    await open_service(ann, "Telegram Poll Votes | High quality")
    for text in (ANN, "two", "2", "9", "10"):
        await ann.send(text)
    await ann.sees("Total:", "Answer number: 2", "Quantity: 10")
    await one_screen(ann)
    await place(world, ann)
