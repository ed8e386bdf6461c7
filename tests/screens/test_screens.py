"""Every screen, in every language, with ordinary and with hostile values: Telegram takes it, a
thumb can leave it, and nothing foreign reaches out of its place.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import unicodedata
from dataclasses import replace
from decimal import Decimal
from functools import cache
from urllib.parse import urlsplit

import pytest

import bot.screens
from bot.domain import fields
from bot.domain.catalogue import service_from
from bot.domain.fields import Field, FieldKind, Option
from bot.domain.money import Money
from bot.domain.pricing import Unit
from bot.domain.refusal import Meaning
from bot.domain.text import utf16_length
from bot.domain.tracking import Delivery
from bot.gallery.samples import BARE, samples
from bot.gallery.values import NONCE, ORDINARY
from bot.sandbox.telegram.html import parse_html
from bot.screens import account, admin, catalogue, draft, help, main, order
from bot.screens import buttons as b
from bot.screens.screen import Button, Screen
from bot.texts.words import LANGUAGES, Texts
from tests.screens.hostile import ALL, hostile

TEXTS = Texts()
MESSAGE = 4096
LABEL = 64
COPY = 256
KEYS = 100

TRANSIENT = "it stands for a moment, until the answer takes its place"
TOP = "a place of its own that is reached from Home, as ux.md draws it"
BELOW = "it stands below a picture or a file; the screen comes after that"
HANDED_ON = "a message to hand on, with nothing of its sender's in it"
PUSH = "it came unasked, so that there is nothing to go back to"
NEXT_STEP = "an error whose keys are the next step, as ux.md draws it"
CARD = "the one message of an order, as ux.md draws it"

NO_WAY_BACK = {
    "account.welcome": "the Home of somebody without a key",
    "account.checking_key": TRANSIENT,
    "account.checking_credits_key": TRANSIENT,
    "account.waiting_to_erase": TRANSIENT,
    "account.key_problem": NEXT_STEP,
    "account.key_not_checked": NEXT_STEP,
    "account.erase_later": NEXT_STEP,
    "account.is_it_a_key": "its second answer goes back to where the person was",
    "account.revoke_now": "in a group, where nothing of anybody's is shown",
    "account.erased": "nobody is known here any more",
    "main.home_screen": "Home itself",
    "main.choose": TOP,
    "main.balance": TOP,
    "main.settings": TOP,
    "main.checking": TRANSIENT,
    "main.not_answering": NEXT_STEP,
    "main.note": "one sentence about what was done",
    "main.sorry": NEXT_STEP,
    "main.banned": "a closed door",
    "main.not_invited": "a closed door",
    "main.in_private": "in a group, where nothing of anybody's is shown",
    "catalogue.categories": TOP,
    "catalogue.nothing_found": NEXT_STEP,
    "catalogue.platforms": TOP,
    "catalogue.similar": NEXT_STEP,
    "catalogue.empty": NEXT_STEP,
    "catalogue.loading": TRANSIENT,
    "typed.what_link": NEXT_STEP,
    "typed.which_platform": NEXT_STEP,
    "typed.readings": NEXT_STEP,
    "typed.orders": NEXT_STEP,
    "favourites.favourites": TOP,
    "inline.picked": HANDED_ON,
    "inline.key_typed": PUSH,
    "history.chart_caption": BELOW,
    "history.table_caption": BELOW,
    "history.receipt": HANDED_ON,
    "history.preparing": TRANSIENT,
    "draft.answers_again": PUSH,
    "order.card": CARD,
    "order.orders_list": TOP,
    "order.began": PUSH,
    "order.ended": PUSH,
    "order.settled": PUSH,
    "order.answered": PUSH,
    "mass.card": CARD,
    "mass.news": PUSH,
    "mass.summary_caption": BELOW,
    "later.queued": "what has just been agreed to; the order ahead of it leads on",
    "later.asked_again": PUSH,
    "later.funded": PUSH,
    "later.price_changes": PUSH,
    "later.low_balance": PUSH,
    "order.ask": PUSH,
    "order.key_paused": PUSH,
    "admin.overview": TOP,
    "admin.broadcast": PUSH,
    "admin.unknown_order": PUSH,
    "admin.charge_above": PUSH,
    "admin.set_aside": PUSH,
    "admin.storage_trouble": PUSH,
}
NO_HOME = {
    name: NO_WAY_BACK[name]
    for name in (
        "account.welcome",
        "account.checking_key",
        "account.checking_credits_key",
        "account.waiting_to_erase",
        "account.revoke_now",
        "account.erased",
        "main.home_screen",
        "main.checking",
        "main.banned",
        "main.not_invited",
        "main.in_private",
        "catalogue.loading",
        "history.chart_caption",
        "history.table_caption",
        "history.receipt",
        "history.preparing",
        "inline.picked",
        "mass.summary_caption",
        "admin.storage_trouble",
    )
}
DANGEROUS = {"Unlink", "Delete my data"}
SPENDING = re.compile(r"Order (?:[\d,]+ )?for |Send$")


@cache
def made(code: str, values: str) -> list[tuple[str, Screen]]:
    given = next(one for one in ALL if one.name == values)
    return [(sample.name, sample.screen) for sample in samples(TEXTS.of(code), given)]


every_screen = pytest.mark.parametrize(
    ("code", "values"), [(code, one.name) for code in LANGUAGES for one in ALL]
)
every_language = pytest.mark.parametrize("code", list(LANGUAGES))


def keys(screen: Screen) -> list[Button]:
    return [key for row in screen.rows for key in row]


def public_screens() -> set[str]:
    """Every function that makes a screen, as in "order.card"."""
    public = set()
    for module in pkgutil.iter_modules(bot.screens.__path__):
        room = importlib.import_module(f"bot.screens.{module.name}")
        for name, function in vars(room).items():
            if (
                inspect.isfunction(function)
                and function.__module__ == room.__name__
                and function.__annotations__.get("return") == "Screen"
                and not name.startswith("_")
            ):
                public.add(f"{module.name}.{name}")
    return public - {"layout.screen"}


def test_no_screen_is_left_out() -> None:
    assert {name for name, _ in made("en", "ordinary")} == public_screens()


@every_screen
def test_telegram_takes_every_text(code: str, values: str) -> None:
    too_long = {}
    for name, screen in made(code, values):
        text, _ = parse_html(screen.text)
        assert text.strip(), name
        if utf16_length(text) > MESSAGE:
            too_long[name] = utf16_length(text)
    assert too_long == {}


@every_screen
def test_telegram_takes_every_key(code: str, values: str) -> None:
    for name, screen in made(code, values):
        assert len(keys(screen)) <= KEYS, name
        for key in keys(screen):
            assert sum(map(bool, (key.data, key.url, key.copy))) == 1, (name, key)
            assert len(key.copy) <= COPY, (name, key)
            assert not key.url or urlsplit(key.url).scheme in ("https", "tg"), (name, key)
            if key.data:
                action = b.unpack(key.data)
                assert action is not None, (name, key)
                assert b.pack(action) == key.data, (name, key)


@every_screen
def test_every_label_can_be_read(code: str, values: str) -> None:
    unread = [
        (name, key.label)
        for name, screen in made(code, values)
        for key in keys(screen)
        if not seen(key.label) or utf16_length(key.label) > LABEL or "\n" in key.label
    ]
    assert unread == []


def seen(label: str) -> str:
    return "".join(c for c in label if unicodedata.category(c)[0] in "LNPS")


@every_screen
def test_every_screen_can_be_left(code: str, values: str) -> None:
    t = TEXTS.of(code)
    back, home = {t("Back"), t("Cancel")}, b.pack(b.Home())
    stuck = set()
    for name, screen in made(code, values):
        labels = {key.label for key in keys(screen)}
        if name not in NO_HOME and home not in [key.data for key in keys(screen)]:
            stuck.add((name, "Home"))
        if name not in NO_WAY_BACK and not labels & back:
            stuck.add((name, "Back"))
    assert stuck == set()


def test_no_exception_is_made_without_need() -> None:
    shown = made("en", "ordinary")
    home = b.pack(b.Home())
    with_home = {n for n, s in shown if home in [key.data for key in keys(s)]}
    without_home = {n for n, s in shown if home not in [key.data for key in keys(s)]}
    without_back = {n for n, s in shown if not {"Back", "Cancel"} & {key.label for key in keys(s)}}
    assert (without_home, with_home & set(NO_HOME)) == (set(NO_HOME), set())
    assert without_back == set(NO_WAY_BACK)


@every_screen
def test_nothing_foreign_reorders_or_hides_a_text(code: str, values: str) -> None:
    for name, screen in made(code, values):
        text, _ = parse_html(screen.text)
        for line in (*text.split("\n"), *(key.label for key in keys(screen))):
            assert not re.search("[\u200b\u202a-\u202e\u2060\u2066\u2067\ufeff]", line), name
            fences = re.findall("[\u2068\u2069]", line)
            assert fences == sorted_pairs(fences), (name, line)


def sorted_pairs(fences: list[str]) -> list[str]:
    """The same fences if each one that is opened is closed on its line, else none."""
    depth = 0
    for fence in fences:
        depth += 1 if fence == "\u2068" else -1
        if depth < 0:
            return []
    return fences if depth == 0 else []


@pytest.mark.parametrize("values", [one.name for one in ALL])
def test_every_arabic_line_runs_from_right_to_left(values: str) -> None:
    for name, screen in made("ar", values):
        text, _ = parse_html(screen.text)
        for line in filter(None, text.split("\n")):
            assert unicodedata.bidirectional(line[0]) in ("R", "AL"), (name, line)


def test_rows_are_mirrored_in_arabic() -> None:
    compared = 0
    for (name, english), (_, arabic) in zip(
        made("en", "ordinary"), made("ar", "ordinary"), strict=True
    ):
        if name in ("account.welcome", "main.settings", "help.message_serva"):
            continue  # these show other languages, have a row more, or copy their own words
        there = [[address(key) for key in row] for row in english.rows]
        here = [[address(key) for key in reversed(row)] for row in arabic.rows]
        assert here == there, name
        compared += any(len(row) > 1 for row in english.rows)
    assert compared > 50


def address(key: Button) -> tuple[str, ...]:
    return key.data, key.url, key.copy, key.style


def test_red_is_for_what_cannot_be_taken_back_and_green_for_what_is_sent_off() -> None:
    styled: dict[str, set[str]] = {}
    for _, screen in made("en", "ordinary"):
        for key in keys(screen):
            styled.setdefault(key.style, set()).add(key.label)
    assert styled["danger"] == DANGEROUS
    assert all(SPENDING.match(label) for label in styled["success"])
    assert set(styled) == {"", "danger", "success"}


@every_language
def test_a_language_has_words_of_its_own_for_every_key(code: str) -> None:
    """Two keys of one screen never read the same, unless they lead to the same."""
    for name, screen in made(code, "ordinary"):
        labels: dict[str, set[tuple[str, ...]]] = {}
        for key in keys(screen):
            labels.setdefault(key.label, set()).add(address(key))
        assert all(len(places) == 1 for places in labels.values()), (name, labels)


LATIN = re.compile(r"[A-Za-z]{2,}")
# What stays Latin in Arabic: names, addresses, what people type, and the terms in which reasons
# are written down for operators. A fence hides nothing: what is ours may stand in one, too.
STAYS = re.compile(
    r"(?:https?://|[a-z]+\.(?:com|me|net|tv)/)\S+|@\w+|/[a-z]+|Servya|Serva|API|ORD-\d+|SAVE10|UTC|USD"
    rf"|{'|'.join(LANGUAGES.values())}"
    r"|SAR|EUR|\.(?:txt|csv)\b|\b07cd\b|\b(?:quantity|price_changed|unknown) · "
)


def test_arabic_screens_say_nothing_in_english() -> None:
    values = hostile("arabic only", "متابعين انستقرام", 1_000, 2)
    ours = [one for one in ORDINARY.fielded if all(entry.top_level for entry in one.fields)]
    given = {entry.key: "1" for one in ours for entry in one.fields}
    values = replace(values, fielded=(values.service, *ours), answers={**values.answers, **given})
    left = set()
    for sample in samples(TEXTS.of("ar"), values):
        text, _ = parse_html(sample.screen.text)
        for line in (*text.split("\n"), *(key.label for key in keys(sample.screen))):
            rest = STAYS.sub("", STAYS.sub("", line))
            if LATIN.search(rest):
                left.add((sample.name, line))
    assert left == set()


def test_the_screens_of_the_contract_have_the_labels_of_the_contract() -> None:
    """The table of screens in the contract, as far as labels are fixed."""
    found: dict[str, set[str]] = {}
    for name, screen in made("en", ORDINARY.name):
        found.setdefault(name, set()).update(key.label for key in keys(screen))
    for name, labels in LABELS.items():
        missing = set(labels) - found[name]
        assert missing == set(), name


LABELS = {
    "account.welcome": ("Get a key", "How it is protected", "العربية"),
    "main.home_screen": ("Browse", "My orders", "Balance", "Settings", "Favourites"),
    "main.choose": ("Browse", "Home"),
    "catalogue.categories": ("Previous", "Next", "Home"),
    "catalogue.category": ("Previous", "Next", "Back", "Home"),
    "catalogue.results": ("Previous", "Next", "Back", "Home"),
    "mass.preview": ("Order 515 for $12.40", "Cancel", "Home"),
    "mass.card": ("Stop", "Go on with the rest: 97", "Orders", "Summary", "Home"),
    "draft.ask_link": ("Back", "Home"),
    "draft.ask_field": ("Back", "Home"),
    "draft.ask_quantity": ("Back", "Home"),
    "draft.confirm": (
        "Order for $0.89",
        "Order for about $0.89",
        "Edit link",
        "Edit details",
        "Edit quantity",
        "Coupon",
        "Remove coupon",
        "Cancel",
        "Try the minimum: 100",
        "Add to favourites",
        "Remove from favourites",
    ),
    "draft.too_low": ("I have topped up", "Order 1,000 instead"),
    "order.card": (
        "Refresh",
        "Order again",
        "Copy id",
        "Home",
        "Check now",
        "Open Serva",
        "I see it at Serva",
        "It is not there",
        "Get a key",
        "Message Serva",
        "Similar services",
        "I have topped up",
        "Order 300 instead",
        "Order without coupon",
        "Try again",
    ),
    "favourites.favourites": ("Edit", "Done", "Saved links", "Home"),
    "favourites.favourite": ("Order it", "Rename", "Share", "Remove from favourites", "Back"),
    "favourites.share": ("Copy link", "Send it", "Back", "Home"),
    "order.orders_list": ("Active", "Finished", "Home"),
    "main.balance": ("Refresh", "Top up", "Servya credits", "Home"),
    "main.servya": ("Refresh", "Unlink", "Back"),
    "main.settings": ("Replace key", "Unlink", "Delete my data", "Help"),
    "admin.overview": (
        "People",
        "Orders",
        "Unknown orders",
        "Providers",
        "Broadcast",
        "Maintenance",
    ),
}


def test_the_first_screen_says_what_the_contract_says() -> None:
    text, _ = parse_html(next(s for n, s in made("en", "ordinary") if n == "account.welcome").text)
    words = " ".join(text.replace(ORDINARY.operator, "{operator}").split())
    assert words.endswith(
        "Order from Serva here. Run by {operator}, not by Serva. Your key can spend your Serva"
        " balance: it is stored encrypted, and I spend only when you tap Order. Unlink here or"
        " revoke it on Serva at any time. Paste your API key to begin."
    )


def test_an_unknown_outcome_is_told_word_by_word() -> None:
    texts = [parse_html(s.text)[0] for n, s in made("en", "ordinary") if n == "order.card"]
    assert any(
        " ".join(text.split()).startswith(
            "Sent, but Serva has not confirmed. Do not order it again. Up to $0.89 may have"
            " been taken. I will check for 10 minutes, then ask you."
        )
        for text in texts
    )


def shown(screen: Screen) -> list[str]:
    """The lines and the labels as an eye reads them."""
    lines = [*parse_html(screen.text)[0].split("\n"), *(key.label for key in keys(screen))]
    return [re.sub("[\u2068\u2069\u200f]", "", line) for line in lines]


@pytest.mark.parametrize("values", [one.name for one in ALL])
def test_every_arabic_key_has_a_direction_of_its_own(values: str) -> None:
    for name, screen in made("ar", values):
        for key in keys(screen):
            assert unicodedata.bidirectional(key.label[0]) in ("R", "AL", "L"), (name, key.label)


@pytest.mark.parametrize("values", [one.name for one in ALL])
def test_no_name_turns_the_sum_beside_it_around(values: str) -> None:
    for name, screen in made("en", values):
        for key in keys(screen):
            beside = re.sub("\u2068[^\u2069]*\u2069", "", key.label)
            assert "$" not in beside or not re.search("[\u0590-\u08ff]", beside), (name, key)


def test_the_names_that_we_give_are_those_of_the_domain() -> None:
    ours = {entry.key: entry.label for taken in fields._V2_FIELDS.values() for entry in taken}
    assert ours == draft.LABELS
    t = TEXTS.of("ar")
    assert draft.label(t, Field("comments", "Comments", FieldKind.LINES, top_level=True)) == (
        "تعليقات"
    )
    assert draft.label(t, Field("comments", "Comments", FieldKind.LINES)) == "Comments"


def test_a_bar_fills_in_the_direction_of_its_language() -> None:
    half = "▓▓▓▓▓░░░░░"
    lines = {
        code: [line for _, one in made(code, "ordinary") for line in one.text.split("\n")]
        for code in LANGUAGES
    }
    assert f"55% {half}" in lines["en"]
    # Outside the fence it takes the direction of its line, which the mark makes right to left.
    assert f"\u200f\u206855%\u2069 {half}" in lines["ar"]


@pytest.mark.parametrize(
    ("code", "orders", "line"),
    [
        ("en", [7], "order #7: it may have been charged."),
        ("en", [7, 8], "orders #7, #8: they may have been charged."),
        ("en", range(1, 10), "orders #1, #2, #3, #4, #5, #6, #7, #8, …: they may"),
        ("ar", [7], "الطلب رقم 7، وربما خُصم مبلغه."),
        ("ar", [7, 8], "الطلبين رقم 7، رقم 8، وربما خُصم مبلغاهما."),
        ("ar", [7, 8, 9], "الطلبات رقم 7، رقم 8، رقم 9، وربما خُصمت مبالغها."),
    ],
)
def test_orders_of_unknown_outcome_are_named(code: str, orders: list[int], line: str) -> None:
    t = TEXTS.of(code)
    said = account.unknown_ones(t, orders)
    assert said is not None
    assert line in re.sub("[\u2068\u2069]", "", said)
    assert account.unknown_ones(t, []) is None


def card(shape: str) -> Screen:
    return next(one.screen for one in EVERY if (one.name, one.shape) == ("order.card", shape))


EVERY = tuple(samples(TEXTS.of("en"), ORDINARY))


def test_a_refused_look_is_not_called_a_refused_order() -> None:
    lines = shown(card("not sent: other"))
    assert "Serva refused this order." not in lines
    assert lines[0] == "Serva refused to tell me your balance or the price, so I did not go on."
    assert {"Nothing was sent and nothing was charged.", "Try again"} < set(lines)


def test_a_target_that_was_ordered_a_moment_ago_is_waited_for_and_not_its_end() -> None:
    wait = "Serva takes no second one so soon. Wait a while, then order again."
    assert wait in shown(card("refused: duplicate target"))
    assert "Wait until it ends, then order again." in shown(card("refused: target busy"))


@pytest.mark.parametrize(
    ("meaning", "said", "labels"),
    [
        (Meaning.KEY_REVOKED, "link a working key.", ["Replace key", "Get a key"]),
        (Meaning.KEY_UNKNOWN, "link a working key.", ["Replace key", "Get a key"]),
        (Meaning.BANNED, "Serva has banned your account.", ["Try again"]),
        (Meaning.NOT_APPROVED, "Ask Serva's support to switch it on.", ["Try again"]),
    ],
)
def test_a_paused_key_has_the_step_that_helps(
    meaning: Meaning, said: str, labels: list[str]
) -> None:
    screen = order.key_paused(TEXTS.of("en"), ORDINARY.places, meaning)
    rest = {"Message Serva", "Home"}
    assert {key.label for key in keys(screen)} - rest == set(labels)
    assert any(line.endswith(said) for line in shown(screen))


@pytest.mark.parametrize("meaning", [Meaning.BANNED, Meaning.NOT_APPROVED])
def test_what_only_servas_support_can_lift_has_a_way_to_serva(meaning: Meaning) -> None:
    """Also where the operator named no address of the support, which is the default."""
    t = TEXTS.of("en")
    for places, label in ((ORDINARY.places, "Message Serva"), (BARE, "Open Serva")):
        for screen in (
            account.key_problem(t, places, meaning),
            order.key_paused(t, places, meaning),
        ):
            assert [key.label for key in keys(screen) if key.url] == [label]


@pytest.mark.parametrize(
    ("paused", "label"), [("key_revoked", "Replace key"), ("banned", "Try again")]
)
def test_home_offers_a_refused_key_what_helps(paused: str, label: str) -> None:
    refused = replace(ORDINARY.account, paused=paused)
    assert keys(main.home_screen(TEXTS.of("en"), refused, 0, None))[0].label == label


def test_a_tap_on_an_old_notice_takes_nothing_away() -> None:
    """The key may be linked again: then its old notice asks for another one all the same."""
    lines = shown(account.paste_key(TEXTS.of("en"), ORDINARY.places, replacing=True))
    assert "Your linked key stays until Serva accepts the new one." in lines


def test_nobody_is_found_who_was_not() -> None:
    t = TEXTS.of("en")
    assert "You typed: Zoe" in shown(admin.people_list(t, [], 0, 0, "Zoe"))
    assert "Found for Emma" in shown(admin.people_list(t, ORDINARY.people[:1], 0, 1, "Emma"))


def test_lists_of_the_operator_say_which_page_it_is() -> None:
    t = TEXTS.of("en")
    assert "Page 2" in shown(admin.people_list(t, ORDINARY.people, 1, 20))
    assert not re.search("Page", "".join(shown(admin.people_list(t, ORDINARY.people, 0, 3))))
    assert "Page 2/3" in shown(admin.orders(t, [], "all", 1, 20))


def test_more_options_than_fit_are_tapped_or_typed() -> None:
    t = TEXTS.of("en")
    said = "Tap one, or type another one: there are more than fit here."
    for count, line in ((30, "Tap one."), (31, said)):
        options = tuple(Option(str(number), str(number)) for number in range(count))
        asked = Field("x", "X", FieldKind.CHOICE, options=options)
        head = draft.Draft(ORDINARY.service, NONCE, ORDINARY.balance, Unit.FLAT, first=False)
        assert line in shown(draft.ask_field(t, head, asked, [asked]))


def test_an_operator_without_a_name_is_not_named_twice() -> None:
    t = TEXTS.of("en")
    named = shown(help.help_screen(t, ORDINARY.places, b.Settings()))
    unnamed = shown(help.help_screen(t, replace(ORDINARY.places, operator_name=""), b.Settings()))
    assert (named[7], unnamed[7]) == ("Message the operator: Omar", "Message the operator")


def test_serva_is_not_made_to_say_our_percentage_and_the_list_that_is_on_is_marked() -> None:
    t = TEXTS.of("en")
    strange = ORDINARY.placed(Delivery.OTHER, remains=450)
    assert shown(order.orders_list(t, [strange], True, 0, 1))[1:] == [
        "1,000 Instagram Followers · Serva says: Awaiting review · 55%",
        "Active ✓",
        "Finished",
        "Search",
        "Spending",
        "Home",
    ]
    assert shown(order.orders_list(t, [], False, 0, 0))[2:4] == ["Active", "Finished ✓"]


def confirmed(rate: str, quantity: int, balance: str, *, proven: bool = True) -> list[str]:
    row = {"service": 1, "name": "Likes", "rate": rate, "min": 1, "max": 10**6}
    service = service_from(row)
    details = ORDINARY.details(service, quantity=quantity, unit=Unit.PER_1000, proven=proven)
    money = Money(Decimal(balance))
    return shown(draft.confirm(TEXTS.of("en"), NONCE, details, money, None))


def test_a_sum_that_is_agreed_to_is_never_below_what_may_be_charged() -> None:
    lines = confirmed("0.89", 337, "0.30")  # 0.29993
    assert {"Order for $0.30", "Total: $0.30", "Balance after: $0.00"} < set(lines)
    lines = confirmed("0.89", 337, "25.5039")
    assert "Balance after: $25.20" in lines
    # A balance that just covers it is no less than it.
    assert "Balance after: $0.00" in confirmed("0.89", 337, "0.29993")
    assert "Your balance of $0.2999 is less than that." in confirmed("0.89", 337, "0.29992")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("0.89", "1", "The price changed: $0.89 → $1.00."),
        ("0.089", "89", "The price changed: $0.09 → $89.00."),
        ("0.0121", "0.0129", "The price changed: $0.0121 → $0.0129."),
    ],
)
def test_a_change_of_the_price_can_be_seen_in_it(old: str, new: str, said: str) -> None:
    assert draft.price_changed(TEXTS.of("en"), Money(Decimal(old)), Money(Decimal(new))) == said


@every_language
def test_a_cut_ends_its_sentence_by_itself(code: str) -> None:
    for query, cut in (("followers", False), ("followers " * 20, True)):
        text = catalogue.nothing_found(TEXTS.of(code), query).text
        assert ("…" in text) == cut
        assert not re.search("…[\u2069\u200f]*[.]", text)
