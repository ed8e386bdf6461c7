"""Help: about everything, about the question that is open, about privacy, and for Serva's support.

There are two kinds of help, never mixed: Serva's, about orders, and the operator's, about the bot.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from bot.domain.draft import (
    Asking,
    Confirming,
    Filling,
    GivingOrderId,
    NamingFavourite,
    PastingKey,
    SettingLimit,
    Step,
    TellingTime,
)
from bot.domain.order import Order, Value
from bot.domain.text import utf16_length
from bot.screens import buttons as b
from bot.screens.buttons import tap
from bot.screens.draft import label as field_label
from bot.screens.layout import Html, bold, cut, fenced, home, html, join, screen
from bot.screens.places import Places
from bot.screens.screen import Button, Screen
from bot.texts.words import Words, mark

_COMMANDS = "/order /orders /balance /settings /help /privacy"
_COPY = 256  # what Telegram lets a key copy
_TARGET, _NAME = 1500, 300  # characters of a target and of a service in what is handed over

_ASKING: Mapping[Asking, str] = {
    Asking.LINK: mark(
        "Open the post or profile in its app, tap Share, then Copy link, and paste the link here."
    ),
    Asking.FIELD: mark(
        "Send what is asked for. Several answers may be pasted at once, one a line, in the order"
        " in which they are asked."
    ),
    Asking.QUANTITY: mark(
        "Send how many you want: 1000, 1,000 and 1k all work. Or tap one of the amounts."
    ),
    Asking.COUPON: mark("Send the coupon as you got it. Serva decides what it is worth."),
}
_STEPS: Mapping[type[Step], str] = {
    Confirming: mark(
        "Check everything once more. Tap Order, and it goes to Serva, once. To change something,"
        " tap an Edit button, or send another quantity or link."
    ),
    PastingKey: mark(
        "Your API key is on Serva's website, on the page about the API. Copy the whole key and"
        " paste it here: I delete the message as soon as I have read it."
    ),
    GivingOrderId: mark(
        "Open your orders on Serva, find this one, and copy its id. Send it here: I ask Serva"
        " before I believe it."
    ),
    NamingFavourite: mark(
        "The name is for you alone: it stands on the button among your favourites. A word or two"
        " will do."
    ),
    TellingTime: mark("Look at your clock and send what it shows, for example 21:40 or 9:40 pm."),
    SettingLimit: mark("Send an amount in the currency of your balance, for example 12.50"),
}


def help_screen(t: Words, places: Places, back: b.Action) -> Screen:
    """What can be done here."""
    return screen(
        t,
        [
            bold(t("Help")),
            t(
                "Type a word to find a service, or browse. Give a link and a quantity, then"
                " confirm."
            ),
            t("Nothing is ordered before you tap Order, and nothing is ordered twice."),
            t("An order's message here keeps itself up to date; you are told when it ends."),
            t("Trouble with an order? Its card has what Serva's support needs to know."),
            "",
            t("Commands: {commands}", commands=_COMMANDS),
            operator_line(t, places),
        ],
        [
            [tap(t("How it is protected"), b.Protected()), tap(t("Privacy"), b.Privacy())],
            list(places.message_serva(t)),
            [tap(t("Back"), back), home(t)],
        ],
    )


def asks(step: Step) -> bool:
    """Whether a question is open that `help_here` knows about."""
    return isinstance(step, Filling) or type(step) in _STEPS


def help_here(t: Words, step: Step) -> Screen:
    """About the question that is open."""
    words = _ASKING[step.asking] if isinstance(step, Filling) else _STEPS[type(step)]
    return screen(
        t,
        [bold(t("Help")), t(words)],
        [[tap(t("All help"), b.Help())], [tap(t("Back"), b.Resume()), home(t)]],
    )


def privacy(t: Words, places: Places) -> Screen:
    """What is kept, how long, how it is deleted, and who runs it."""
    name = places.operator_name
    return screen(
        t,
        [
            bold(t("Privacy")),
            t(
                "Kept here: your Telegram id, name and username, your keys (encrypted), your"
                " orders, your favourites and saved links, and your settings."
            ),
            t(
                "Your messages are read and then forgotten, except what you order with; one with a"
                " key is deleted where Telegram allows it."
            ),
            t("Your orders go to Serva. Nobody else gets anything; Telegram carries the messages."),
            t("It is kept until you tap Delete my data; then all of it is deleted at once."),
            t("Copies that the operator keeps against a loss may last longer."),
            "",
            t(
                "Run by {operator}, not by Serva. They can see your name and your orders.",
                operator=name,
            )
            if name
            else t("Whoever runs this bot, which is not Serva, can see your name and your orders."),
            operator_line(t, places),
        ],
        [
            [tap(t("How it is protected"), b.Protected())],
            [tap(t("Delete my data"), b.Erase(), "danger")],
            [tap(t("Back"), b.Help()), home(t)],
        ],
    )


def message_serva(t: Words, places: Places, order: Order) -> Screen:
    """What Serva's support needs to know about an order, ready to be copied."""
    block = "\n".join(_for_serva(t, order))
    copy = [Button(t("Copy"), copy=block)] if utf16_length(block) <= _COPY else []
    return screen(
        t,
        [
            bold(t("Copy this and send it to Serva's support.")),
            t("Tap the text to copy it.") if not copy else None,
            Html(f"<pre>{html(block)}</pre>"),
        ],
        [
            copy,
            [places.ask_serva(t)],
            [tap(t("Back"), b.OpenOrder(order.id)), home(t)],
        ],
    )


def operator_line(t: Words, places: Places) -> Html | None:
    """How to reach the operator, where there is one."""
    if not places.operator_id:
        return None
    name = html(places.operator_name or t("Message the operator"))
    mention = Html(f'<a href="tg://user?id={places.operator_id}">{name}</a>')
    if not places.operator_name:
        return mention
    return join(t("Message the operator:"), " ", fenced(t, mention))


def _for_serva(t: Words, order: Order) -> list[str]:
    """Plain lines without fences: what is pasted must be found by a search."""
    details, trace = order.details, order.reason.request_id
    at = datetime.fromtimestamp((order.claimed_at or order.confirmed_at) // 1000, UTC)
    service, quantity = details.service, details.quantity
    room = _TARGET // (1 + len(details.values))
    targets = [details.link, *(_one_line(t, value) for value in details.values)]
    lines = [
        (t("Order id:"), order.provider_order),
        (t("Request id:"), trace),
        (t("Time:"), "" if trace else f"{at:%Y-%m-%d %H:%M} UTC"),
        (t("Service:"), f"{service.code} · {cut(service.name, _NAME)}"),
        *((t("Target:"), cut(target, room)) for target in targets),
        (t("Quantity:"), "" if quantity is None else str(quantity)),
    ]
    return [f"{label} {value}" for label, value in lines if value]


def _one_line(t: Words, value: Value) -> str:
    return f"{field_label(t, value)}: {' / '.join(value.text.splitlines())}"
