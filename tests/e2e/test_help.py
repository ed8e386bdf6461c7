"""Help that helps: about the open question, about privacy, and for Serva's support."""

from __future__ import annotations

import pytest

from bot import app
from bot.sandbox.telegram import Person
from bot.screens import buttons as b
from bot.texts.words import LANGUAGES, Texts
from tests.e2e.conftest import Linked, link
from tests.e2e.placing import confirmed, copied, impatient, ordered, shows, unknown
from tests.e2e.shopping import ANN, open_service, tap, to_confirm
from tests.e2e.world import World

pytestmark = pytest.mark.usefixtures("kept_secret")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    impatient(monkeypatch)


# ---- in context ----


async def asked(person: Person, *texts: str) -> None:
    """Help says that, and Back leads to the question that is open."""
    before = person.screen.text
    await person.send("/help")
    screen = await person.sees("Help", *texts)
    assert screen.rows == (("All help",), ("Back", "Home"))
    await tap(person, "All help", "Commands:")
    await tap(person, "Back", before.splitlines()[0])


async def test_help_is_about_the_question_that_is_open(world: World, linked: Linked) -> None:
    ann = linked.person
    await open_service(ann, "Instagram Followers")
    await asked(ann, "tap Share, then Copy link")
    await ann.send(ANN)
    await ann.sees("How many?")
    await asked(ann, "1000, 1,000 and 1k all work")
    await ann.send("1k")
    await ann.sees("Total:")
    await asked(ann, "Tap Order, and it goes to Serva, once.")
    await tap(ann, "Coupon", "coupon")
    await asked(ann, "Serva decides what it is worth.")
    assert world.serva.adds == []


async def test_help_with_a_key_that_is_not_there_yet(world: World, ann: Person) -> None:
    await ann.send("/settings")
    await tap(ann, "Link a key", "Paste your Serva API key here.")
    await asked(ann, "Copy the whole key and paste it here")


async def test_where_nothing_is_open_help_is_about_everything(linked: Linked) -> None:
    ann = linked.person
    await ann.send("/help")
    await ann.sees("Type a word to find a service", "Commands:", "/privacy")
    await tap(ann, "Back", "Language: English")


async def test_a_back_of_long_ago_leads_home(linked: Linked) -> None:
    ann = linked.person
    await open_service(ann, "Instagram Followers")
    await ann.send("/help")
    screen = await ann.sees("tap Share")
    back = screen.button("Back").data
    await ann.send("/start")
    await ann.sees("Type a word, or paste a link.")
    await ann.tap_raw(screen, back)
    await ann.sees("Balance $25.50", "Type a word, or paste a link.")


# ---- privacy ----


async def test_privacy_says_what_is_kept_by_whom_and_how_it_goes(silent_world: World) -> None:
    world = silent_world
    world.changes |= {"operator_name": "Olga <Ltd>"}
    await world.start()
    ann = world.tg.person("Ann")
    await ann.send("/privacy")
    screen = await ann.sees(
        "your keys (encrypted)",
        "until you tap Delete my data",
        "Run by Olga <Ltd>, not by Serva.",
        "Message the operator: Olga <Ltd>",
    )
    assert screen.find("Message Serva") is None
    await tap(ann, "Delete my data", "Delete everything I know about you?")
    await ann.send("/privacy")
    await ann.sees("Privacy")
    await tap(ann, "Back", "Commands:")
    await tap(ann, "Back", "Paste your API key to begin.")


# ---- a message to Serva ----


async def test_a_refused_order_has_its_words_for_serva_ready(silent_world: World) -> None:
    world = silent_world
    world.changes |= {"support_url": "https://t.me/serva_support"}
    await world.start()
    ann = world.tg.person("Ann")
    await link(ann, world.serva.account(balance="25.50"))
    world.serva.fault("refuse", "add", error="INVALID_LINK")
    await confirmed(ann)
    card = await ann.sees("Serva refused the link.")
    request_id = copied(card, "Copy request id")
    screen = await tap(ann, "Message Serva", "Copy this and send it to Serva's support.")
    block = "\n".join(
        (
            f"Request id: {request_id}",
            "Service: 1234 · Instagram Followers",
            f"Target: {ANN}",
            "Quantity: 1000",
        )
    )
    assert block in screen.text
    assert copied(screen, "Copy") == block
    assert screen.button("Message Serva").url == "https://t.me/serva_support"
    await tap(ann, "Back", "Serva refused the link.")


async def test_an_unknown_order_names_its_time(world: World, linked: Linked) -> None:
    ann = linked.person
    await unknown(world, ann)
    screen = await tap(ann, "Message Serva", "Time: ", " UTC", f"Target: {ANN}")
    assert "Order id:" not in screen.text
    assert screen.button("Open Serva").url == "https://serva.test/"


async def test_an_order_that_ended_badly_names_its_id_and_one_that_ended_well_needs_nothing(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    order = await ordered(world, ann)
    card = await ann.told(order.id)
    assert card.find("Message Serva") is None
    await ann.press("Details", on=card)  # where it is for one that only takes too long
    await ann.sees("You confirmed it:")
    await tap(ann, "Message Serva", f"Order id: {order.id}", "Quantity: 1000")
    await ann.press("Back")
    card = await ann.sees("Placed", f"Order id: {order.id}")
    order.finish("canceled")
    await ann.press("Refresh", on=card)
    over = await shows(world, card, "Cancelled by Serva")
    await ann.press("Message Serva", on=over)
    screen = await ann.sees(f"Order id: {order.id}", "Quantity: 1000")
    assert copied(screen, "Copy").startswith(f"Order id: {order.id}\n")


async def test_what_is_too_long_for_a_key_is_copied_by_a_tap_on_it(
    world: World, linked: Linked
) -> None:
    ann, long = linked.person, f"https://instagram.com/p/{'a' * 240}"
    world.serva.fault("refuse", "add", error="INVALID_LINK")
    await confirmed(ann, long)
    await ann.sees("Serva refused the link.")
    screen = await tap(ann, "Message Serva", "Tap the text to copy it.", f"Target: {long}")
    assert screen.find("Copy") is None
    assert "<pre>" in screen.html


async def test_nobody_reads_another_persons_order(world: World, linked: Linked) -> None:
    ann = linked.person
    world.serva.fault("refuse", "add", error="INVALID_LINK")
    await confirmed(ann)
    card = await ann.sees("Serva refused the link.")
    eve = world.tg.person("Eve")
    await link(eve, world.serva.account(balance="1.00"))
    home = await eve.sees("Balance $1.00")
    data = card.button("Message Serva").data
    assert isinstance(b.unpack(data), b.MessageServa)
    await eve.tap_raw(home, data)
    await eve.sees("That order is not yours.")


# ---- the profile ----


async def test_telegram_is_told_who_the_bot_is_in_every_language_and_once(
    silent_world: World,
) -> None:
    tg = silent_world.tg
    await silent_world.start()
    texts = Texts()

    def descriptions(method: str, field: str) -> dict[str, str]:
        calls = tg.calls_of(method)
        return {c.params.get("language_code", ""): c.params[field] for c in calls}

    def said(message: str) -> dict[str, str]:
        return {"" if code == "en" else code: texts.of(code)(message) for code in LANGUAGES}

    shorts = said(app.SHORT_DESCRIPTION)
    await tg.until(lambda: descriptions("setMyShortDescription", "short_description") == shorts)
    whole = descriptions("setMyDescription", "description")
    assert whole == said(app.DESCRIPTION)
    assert len(set(whole.values())) == len(LANGUAGES)
    assert all(len(text) <= 512 for text in whole.values())
    assert all(len(text) <= 120 for text in shorts.values())
    told = len(tg.calls_of("setMyDescription")) + len(tg.calls_of("setMyCommands"))
    asked = len(tg.calls_of("getMyShortDescription"))

    await silent_world.stop()
    await silent_world.start()
    await tg.until(lambda: len(tg.calls_of("getMyShortDescription")) == asked + len(LANGUAGES))
    assert len(tg.calls_of("setMyDescription")) + len(tg.calls_of("setMyCommands")) == told
    assert tg.calls_of("setMyName") == []


async def test_a_confirmation_is_not_lost_to_help(linked: Linked) -> None:
    ann = linked.person
    await to_confirm(ann)
    await ann.send("/privacy")
    await ann.sees("Privacy")
    await ann.send("2000")
    await ann.sees("Quantity: 2,000")
