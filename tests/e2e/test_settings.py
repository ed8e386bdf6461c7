"""Language, digits, notifications and help, as people change and see them."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

import pytest

from bot.domain.money import Money
from bot.sandbox.telegram import Person
from bot.sandbox.telegram.people import Screen, readable
from bot.texts.words import LANGUAGES, Texts
from tests.e2e.conftest import Linked, link
from tests.e2e.keys import draft, order
from tests.e2e.world import World

pytestmark = pytest.mark.usefixtures("kept_secret")

TEXTS = Texts()
EN, AR = TEXTS.of("en"), TEXTS.of("ar")


def arabic(message: str, **values: str) -> str:
    """An English message as an Arabic reader sees it."""
    return readable(AR(message, **values))


# ---- language ----


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("en", EN),
        ("en-GB", EN),
        ("ar", AR),
        ("ar-EG", AR),
        ("AR", AR),
        ("", EN),
        ("de", EN),
        ("are", EN),
        ("ar" * 40, EN),
        ("<b>", EN),
    ],
)
async def test_the_first_screen_speaks_the_phones_language(
    world: World, code: str, words: object
) -> None:
    person = world.tg.person("Sami", language_code=code)
    await person.send("/start")
    screen = await person.sees("Serva")
    shown, other = ("English", "العربية") if words is AR else ("العربية", "English")
    assert shown in screen.labels
    assert other not in screen.labels


async def test_a_newcomer_switches_and_stays(world: World, ann: Person) -> None:
    await ann.send("/start")
    await ann.press("العربية")
    await ann.sees(arabic("Paste your API key to begin."))
    await ann.press("English")
    await ann.sees("Paste your API key to begin.")
    await ann.press("العربية")
    await ann.sees(arabic("Paste your API key to begin."))
    await world.stop()
    await world.start()
    account = world.serva.account(balance="25.50")
    await ann.send(account.key)
    await ann.sees(
        arabic("Key …{tail} linked. Balance {balance}.", tail=account.key[-4:], balance="$25.50")
    )


@pytest.mark.parametrize(
    ("code", "first", "home"),
    [
        ("fr-CA", "Collez votre clé API pour commencer.", "Aucune commande en cours."),
        ("tr", "Başlamak için API anahtarınızı yapıştırın.", "Aktif sipariş yok."),
        ("ru", "Чтобы начать, вставьте ваш API-ключ.", "Активных заказов нет."),
        ("es-419", "Pega tu clave API para empezar.", "No hay pedidos activos."),
    ],
)
async def test_every_language_speaks_from_the_first_screen(
    world: World, code: str, first: str, home: str
) -> None:
    person = world.tg.person("Sami", language_code=code)
    await person.send("/start")
    welcome = await person.sees(first)
    assert welcome.find("English")
    await person.send(world.serva.account(balance="1234.50").key)
    shown = await person.sees(home)
    t = TEXTS.of(code.partition("-")[0])
    assert readable(t("Balance {balance}", balance=Money(Decimal("1234.50")))) in shown.text
    await person.press(t("Settings"))
    await person.press(t("Language"))
    picker = await person.sees(t("Which language shall I speak?"))
    assert picker.labels[0].startswith(LANGUAGES[t.code]), "that of the person's Telegram"


async def test_the_other_languages_are_found_by_their_own_names(world: World, ann: Person) -> None:
    await ann.send("/start")
    await ann.press("Français · Türkçe · Русский · Español")
    picker = await ann.sees("Which language shall I speak?")
    assert picker.rows == (
        ("English ✓", "العربية"),
        ("Français", "Türkçe"),
        ("Русский", "Español"),
        ("Back", "Home"),
    )
    await ann.press("Русский")
    welcome = await ann.sees("Чтобы начать, вставьте ваш API-ключ.")
    assert welcome.labels[-2:] == ("English", "العربية · Français · Türkçe · Español")
    await ann.press("العربية · Français")
    await ann.press("English")
    await ann.sees("Paste your API key to begin.")
    await ann.press("Français")
    await ann.press("Back")
    await ann.sees("Paste your API key to begin.")


async def test_the_language_follows_telegram_until_it_is_chosen(
    world: World, linked: Linked
) -> None:
    ann = linked.person
    ann.user.language_code = "ar"
    await ann.send("/start")
    await ann.sees(arabic("No active orders."))
    await ann.press(AR("Settings"))
    await ann.sees(arabic("Settings"), "العربية")
    await ann.press(AR("Language"))
    picker = await ann.sees(arabic("Which language shall I speak?"))
    assert picker.rows[0] == ("English", "العربية ✓")
    await ann.press("English")
    await ann.sees("Settings", "Language: English")
    await ann.send("/start")
    await ann.sees("No active orders.")


async def test_switching_in_the_settings(world: World, linked: Linked) -> None:
    ann = linked.person
    await ann.press("Settings")
    await ann.sees("Language: English")
    await ann.press("Language")
    await ann.press("العربية")
    await ann.sees(arabic("Settings"), arabic("Language: {language}", language="العربية"))
    await ann.press(AR("Home"))
    await ann.sees(arabic("No active orders."))


async def test_what_is_told_later_speaks_the_chosen_language(world: World, linked: Linked) -> None:
    ann = linked.person
    placed = await order(world, ann)
    card = await ann.told("Charge:", placed.id)
    await ann.press("Home")
    await ann.press("Settings")
    await ann.press("Language")
    await ann.press("العربية")
    await ann.sees(arabic("Language: {language}", language="العربية"))
    placed.finish("completed")
    await ann.press("Refresh", on=card)
    await ann.told(arabic("Completed"), placed.id)
    ring = await world.tg.until(
        lambda: next((one for one in ann.from_bot if one.reply_to == card.message_id), None)
    )
    assert arabic("Completed") in ring.text


@pytest.mark.parametrize(
    "data", ["lg:xx", "lg:", "lg:../../en", "lg:AR", "lg:ar:1", "no:x", "di:9"]
)
async def test_forged_settings(world: World, linked: Linked, data: str) -> None:
    ann = linked.person
    await ann.press("Settings")
    settings = await ann.sees("Language: English")
    tap = await ann.tap_raw(settings, data)
    await tap.answered()
    await ann.send("/settings")
    await world.tg.until(lambda: ann.screen.message_id > settings.message_id)
    await ann.sees("Language: English", "You are told when an order ends.")


# ---- right to left ----


def english_rows(*rows: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """English rows as an Arabic keyboard shows them: translated, and from the right."""
    return tuple(tuple(arabic(label) for label in reversed(row)) for row in rows)


def from_the_left(screen: Screen) -> list[str]:
    """The lines that an Arabic client would lay out from the left."""
    lines = [line for line in screen.message.text.split("\n") if line]
    return [
        line
        for line in lines
        if line[0] != "\u200f" and unicodedata.bidirectional(line[0]) not in ("R", "AL")
    ]


async def test_arabic_runs_from_the_right(world: World) -> None:
    sami = world.tg.person("Sami", language_code="ar")
    await sami.send("/start")
    seen = [await sami.sees(arabic("Paste your API key to begin."))]
    await link(sami, world.serva.account(balance="25.50"))
    seen.append(await sami.sees(arabic("No active orders.")))
    assert seen[-1].rows == english_rows(
        ("Browse", "My orders"), ("Favourites", "Balance"), ("Settings",)
    )

    await sami.press(AR("Balance"))
    seen.append(await sami.sees(arabic("Currency: {currency}", currency="USD")))
    assert seen[-1].rows == english_rows(("Refresh",), ("Servya credits",), ("Home",))

    await sami.press(AR("Servya credits"))
    seen.append(await sami.sees(arabic("Servya is a different company.")))
    assert seen[-1].rows == english_rows(("Back", "Home"))

    await sami.press(AR("Home"))
    await sami.press(AR("Settings"))
    seen.append(await sami.sees(arabic("You are told when an order ends.")))
    assert seen[-1].rows[0] == english_rows(("Language", "Notifications"))[0]
    assert english_rows(("Replace key", "Unlink"))[0] in seen[-1].rows
    assert english_rows(("Help", "Home"))[0] == seen[-1].rows[-1]

    await sami.press(AR("Unlink"))
    seen.append(
        await sami.sees(arabic("Unlink key …{tail}?", tail=world.serva.accounts[0].key[-4:]))
    )
    assert seen[-1].rows == english_rows(("Unlink",), ("Back", "Home"))
    assert [line for screen in seen for line in from_the_left(screen)] == []


async def test_native_digits_are_a_choice(world: World) -> None:
    sami = world.tg.person("Sami", language_code="ar")
    await link(sami, world.serva.account(balance="25.50"))
    await sami.sees("$25.50")
    await sami.press(AR("Settings"))
    await sami.press(AR("Digits: 123"))
    await sami.press(AR("Home"))
    await sami.sees("٢٥٫٥٠")
    await sami.press(AR("Settings"))
    await sami.press(AR("Digits: ١٢٣"))
    await sami.press(AR("Home"))
    await sami.sees("$25.50")


# ---- notifications ----


async def test_without_notifications_only_the_card_changes(world: World, linked: Linked) -> None:
    ann = linked.person
    off = "Notifications are off: I write only about your money, your key and what you asked"
    await notify(ann, "None", f"{off} me to do.")
    placed = await order(world, await at_home(ann))
    card = await ann.told("Charge:", placed.id)
    placed.finish("completed")
    await ann.press("Refresh", on=card)
    await ann.told("Completed", placed.id)

    await notify(ann, "Important", "You are told when an order ends.")
    again = await order(world, await at_home(ann), "https://instagram.com/ben")
    second = await ann.told("Charge:", again.id)
    again.finish("completed")
    await ann.press("Refresh", on=second)
    await world.tg.until(lambda: rings(ann))
    assert rings(ann) == [second.message_id]


async def notify(person: Person, level: str, sentence: str) -> None:
    await person.send("/settings")
    await person.press("Notifications")
    await person.press(level)
    await person.sees("Notifications", sentence)


def rings(person: Person) -> list[int]:
    """The cards to which a message of its own was sent."""
    return [screen.reply_to for screen in person.from_bot if screen.reply_to is not None]


async def at_home(person: Person) -> Person:
    """The same person, at Home."""
    await person.send("/start")
    await person.sees("Type a word, or paste a link.")
    return person


async def test_a_refused_key_is_told_of_without_notifications(world: World, linked: Linked) -> None:
    ann = linked.person
    await notify(ann, "None", "Notifications are off")
    placed = await order(world, await at_home(ann))
    card = await ann.told("Charge:", placed.id)
    world.serva.revoke(linked.account)
    await ann.press("Refresh", on=card)
    await ann.told("Serva no longer accepts your key.")


# ---- help ----


async def test_help_names_the_operator_and_serva_apart(silent_world: World) -> None:
    world = silent_world
    world.changes |= {
        "operator_name": "Olga <Ltd>",
        "support_url": "https://t.me/serva_support",
    }
    await world.start()
    ann = world.tg.person("Ann")
    await ann.send("/start")
    await ann.sees("Order from Serva here. Run by Olga <Ltd>, not by Serva.")
    await ann.send("/help")
    screen = await ann.sees("Message the operator: Olga <Ltd>")
    assert screen.button("Message Serva").url == "https://t.me/serva_support"
    await ann.press("How it is protected")
    await ann.sees("How your key is protected", "Only its last four characters are ever shown.")
    await ann.press("Back")
    await ann.sees("Paste your API key to begin.")


async def test_help_from_the_settings(linked: Linked) -> None:
    ann = linked.person
    await ann.press("Settings")
    await ann.press("Help")
    await ann.sees("/order /orders /balance /settings /help")
    await ann.press("Home")
    await ann.sees("Balance $25.50")


async def test_help_does_not_lose_the_open_question(world: World, linked: Linked) -> None:
    ann = linked.person
    await draft(ann)
    await ann.press("Edit quantity")
    await ann.sees("How many?")
    await ann.send("/help")
    await ann.sees("1000, 1,000 and 1k all work")
    await ann.send("2000")
    await ann.sees("2,000", "Total:")


async def test_an_unknown_command(linked: Linked) -> None:
    await linked.person.send("/nonsense")
    await linked.person.sees("I do not know this command.", "Balance $25.50")


async def test_without_a_key_the_settings_offer_to_link_one(world: World, ann: Person) -> None:
    await ann.send("/settings")
    screen = await ann.sees("No key is linked.")
    assert screen.find("Unlink") is None
    await ann.press("Link a key")
    screen = await ann.sees("Paste your Serva API key here.")
    assert "a new one may stop" not in screen.text
    account = world.serva.account()
    await ann.send(account.key)
    await ann.sees(f"Key …{account.key[-4:]} linked")
